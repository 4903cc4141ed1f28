//! What is under way: each open transaction, with its messages. One that is pressed is followed.

use std::rc::Rc;

use lockstep_core::cache::message::Transaction;
use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::cache::view::TransactionView;
use yew::prelude::*;

use super::super::{Context, on_key};
use super::shortened;
use crate::action::Action;
use crate::catalogue::StageWord;
use crate::coherence::Look;
use crate::geometry::cache::FINGER;
use crate::geometry::{Form, Layout};
use crate::model::Model;
use crate::number::{real, tenths, whole};

/// The list, as long as there is room.
pub(super) fn list(model: &Model, page: &Context, cache: &CacheView, layout: Rc<Layout>) -> Html {
    let Some(places) = &layout.cache else { return Html::default() };
    let area = places.transactions;
    let pitch = if layout.form == Form::Wide { 21.0 } else { FINGER };
    let head = page.language.stage(StageWord::Underway);
    let rows = usize::try_from(whole((area.height - 24.0) / pitch)).unwrap_or(1).max(1);
    let all = &cache.transactions;
    let left_out = all.len().saturating_sub(rows);
    let lit = model.lit_transaction();
    let row = |(nth, one): (usize, &TransactionView)| {
        let requester = model.session.names().id(one.requester)?;
        let transaction = Transaction { requester, number: one.number };
        let top = area.top + 20.0 + pitch * real(nth as u64);
        let follow = Action::Look(Look::Follow(transaction));
        let followed = model.coherence.followed == Some(transaction);
        let text = said(model, one);
        let room = usize::try_from(whole((area.width - 12.0) / 6.1)).unwrap_or(20);
        let point = |point| page.on::<PointerEvent>(Action::Look(Look::Point(point)));
        Some(html! {
            <g
                key={format!("{}#{}", one.requester, one.number)}
                class={classes!("transaction", (lit == Some(transaction)).then_some("lit"))}
                transform={format!("translate({} {})", tenths(area.left), tenths(top))}
                role="button"
                tabindex="0"
                aria-pressed={followed.to_string()}
                data-transaction={format!("{}#{}", one.requester, one.number)}
                onclick={page.on::<MouseEvent>(follow.clone())}
                onkeydown={on_key(page, follow)}
                onpointerover={point(Some(transaction))}
                onpointerout={point(None)}
            >
                <rect
                    class="row-body"
                    width={tenths(area.width)}
                    height={tenths(pitch - 1.0)}
                    rx="5"
                />
                <text x="6" y={tenths(pitch / 2.0 + 4.0)}>{ shortened(&text, room) }</text>
            </g>
        })
    };
    let more = if left_out > 0 { format!(" · +{left_out}") } else { String::new() };
    let none = all.is_empty().then(|| page.language.stage(StageWord::Nothing));
    let count = none.map_or_else(|| format!("{}{more}", all.len()), str::to_owned);
    html! {
        <g class="transactions">
            <text class="column-head" x={tenths(area.left)} y={tenths(area.top + 12.0)}>
                { format!("{head}: {count}") }
            </text>
            <g>{ for all.iter().take(rows).enumerate().filter_map(row) }</g>
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
