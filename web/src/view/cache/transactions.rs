//! What is under way: each open transaction, with its messages; and those that have lately come to
//! their end. One that is pressed is followed.

use std::rc::Rc;

use lockstep_core::cache::address::Line;
use lockstep_core::cache::message::Transaction;
use lockstep_core::lab::cache::view::TransactionView;
use lockstep_core::lab::cache::{CacheView, trail};
use yew::prelude::*;

use super::super::{Context, on_key};
use super::shortened;
use super::trail::{hops, is_open, name};
use crate::action::Action;
use crate::catalogue::StageWord;
use crate::coherence::Look;
use crate::geometry::cache::FINGER;
use crate::geometry::locks::Area;
use crate::geometry::{Form, Layout};
use crate::model::Model;
use crate::number::{real, tenths, whole};

/// How many of those that have come to their end are listed.
const FINISHED: usize = 8;
/// How wide a letter is, in pixels.
const LETTER: f64 = 6.95;

/// The list, as long as there is room.
pub(super) fn list(model: &Model, page: &Context, cache: &CacheView, layout: Rc<Layout>) -> Html {
    let Some(places) = &layout.cache else { return Html::default() };
    let area = places.transactions;
    let pitch = if layout.form == Form::Wide { 21.0 } else { FINGER };
    let head = page.language.stage(StageWord::Underway);
    let rows = usize::try_from(whole((area.height - 24.0) / pitch)).unwrap_or(1).max(1);
    let over = lately(model);
    // What is finished has the rows that are left, one at least.
    let kept = if over.is_empty() { rows } else { rows.saturating_sub(1).max(1) };
    let all = &cache.transactions;
    let shown = all.len().min(kept);
    let left_out = all.len() - shown;
    let top = |row: usize| area.top + 20.0 + pitch * real(row as u64);
    let row = |(nth, one): (usize, &TransactionView)| {
        let requester = model.session.names().id(one.requester)?;
        let transaction = Transaction { requester, number: one.number };
        let place = Area { top: top(nth), height: pitch - 1.0, ..area };
        let room = usize::try_from(whole((area.width - 12.0) / 6.1)).unwrap_or(20);
        let text = shortened(&said(model, one), room);
        Some(button(model, page, (transaction, one.line), place, text))
    };
    let more = if left_out > 0 { format!(" · +{left_out}") } else { String::new() };
    let none = all.is_empty().then(|| page.language.stage(StageWord::Nothing));
    let count = none.map_or_else(|| format!("{}{more}", all.len()), str::to_owned);
    let left = Area { top: top(shown), height: pitch * real((rows - shown) as u64), ..area };
    html! {
        <g class="transactions">
            <text class="column-head" x={tenths(area.left)} y={tenths(area.top + 12.0)}>
                { format!("{head}: {count}") }
            </text>
            <g>{ for all.iter().take(shown).enumerate().filter_map(row) }</g>
            { finished(model, page, &over, left, pitch) }
        </g>
    }
}

/// Those that came to their end last before the cursor, the last first, as far as the timeline has
/// them; and that which is followed, if it is over.
fn lately(model: &Model) -> Vec<(Transaction, u8)> {
    let Some(sheet) = model.diagram.reading.sheet() else { return Vec::new() };
    let open = |transaction| is_open(model, transaction);
    let mut over = trail::finished(sheet, model.scene.steps(), FINISHED, open);
    let followed = model.coherence.followed.filter(|one| !open(*one));
    if let Some(transaction) = followed
        && !over.iter().any(|(one, _)| *one == transaction)
        && let Some(about) = hops(model, transaction).first().and_then(|hop| hop.about)
    {
        over.insert(0, (transaction, about.line));
    }
    over
}

/// Those that are over, beside each other, as long as there is room.
fn finished(
    model: &Model,
    page: &Context,
    over: &[(Transaction, u8)],
    area: Area,
    pitch: f64,
) -> Html {
    if over.is_empty() || area.height < pitch {
        return Html::default();
    }
    let head = format!("{}:", page.language.stage(StageWord::Finished));
    let mut at = (area.left + LETTER * real(head.chars().count() as u64) + 4.0, area.top);
    let place = |one: &(Transaction, u8)| {
        let text = format!("{} {}", name(model, one.0), Line(one.1));
        let width = (LETTER * real(text.chars().count() as u64) + 11.0).max(pitch);
        if at.0 + width > area.left + area.width {
            at = (area.left, at.1 + pitch);
        }
        let place = Area { left: at.0, top: at.1, width, height: pitch - 1.0 };
        at.0 += width + 2.0;
        (at.1 + pitch <= area.top + area.height + 0.5).then_some((*one, place, text))
    };
    let all: Vec<_> = over.iter().map_while(place).collect();
    let one = |(one, place, text)| button(model, page, one, place, text);
    let y = area.top + pitch / 2.0 + 4.0;
    html! {
        <g class="finished">
            <text class="column-head" x={tenths(area.left)} y={tenths(y)}>{ head }</text>
            <g>{ for all.into_iter().map(one) }</g>
        </g>
    }
}

/// A transaction about a line: pressing it follows it.
fn button(
    model: &Model,
    page: &Context,
    (transaction, line): (Transaction, u8),
    place: Area,
    text: String,
) -> Html {
    let follow = Action::Look(Look::Follow(transaction, line));
    let followed = model.coherence.followed == Some(transaction);
    let lit = model.lit_transaction() == Some(transaction);
    let point = |point| page.on::<PointerEvent>(Action::Look(Look::Point(point)));
    let name = name(model, transaction);
    html! {
        <g
            key={name.clone()}
            class={classes!("transaction", lit.then_some("lit"))}
            transform={format!("translate({} {})", tenths(place.left), tenths(place.top))}
            role="button"
            tabindex="0"
            aria-pressed={followed.to_string()}
            data-transaction={name}
            onclick={page.on::<MouseEvent>(follow.clone())}
            onkeydown={on_key(page, follow)}
            onpointerover={point(Some(transaction))}
            onpointerout={point(None)}
        >
            <rect
                class="row-body"
                width={tenths(place.width)}
                height={tenths(place.height)}
                rx="5"
            />
            <text x="6" y={tenths(place.height / 2.0 + 4.5)}>{ text }</text>
        </g>
    }
}

/// A transaction in a line: who asked, about what, and what is on its way.
fn said(model: &Model, one: &TransactionView) -> String {
    let messages = model.scene.view.messages.iter();
    let flying = messages.filter(|message| one.messages.contains(&message.name));
    let flying = flying.filter_map(|message| {
        let about = message.coherence.as_ref()?;
        Some(format!("{} → {}", about.says, message.to))
    });
    let flying: Vec<String> = flying.collect();
    let caches = model.scene.view.cache.iter().flat_map(|cache| &cache.caches);
    let requester = caches.into_iter().find(|cache| cache.name == one.requester);
    let copy = requester.and_then(|it| it.copies.iter().find(|copy| copy.line == one.line));
    let state = copy.map_or("", |copy| copy.state);
    let head = format!("{}#{} {} {state}", one.requester, one.number, one.name);
    if flying.is_empty() { head } else { format!("{head} · {}", flying.join(", ")) }
}
