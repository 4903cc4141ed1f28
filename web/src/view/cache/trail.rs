//! The transaction that is followed: its messages up to the cursor, in order, each with when it was
//! sent and when it arrived. They are those of the timeline, read off the run's events.

use lockstep_core::cache::address::Line;
use lockstep_core::cache::message::Transaction;
use lockstep_core::lab::cache::trail::trail;
use lockstep_core::lab::sheet::{Arrow, End};
use yew::prelude::*;

use super::super::Context;
use super::super::icons::{icon, paths};
use crate::action::Action;
use crate::catalogue::{Lens, StageWord, Word};
use crate::coherence::Look;
use crate::meaning::MeaningAction;
use crate::model::Model;

/// A transaction's name: who asked, and that one's number for it.
pub(super) fn name(model: &Model, transaction: Transaction) -> String {
    let requester = model.session.names().name(transaction.requester);
    format!("{requester}#{}", transaction.number)
}

/// Whether a transaction is under way at the cursor.
pub(super) fn is_open(model: &Model, transaction: Transaction) -> bool {
    let open = model.scene.view.cache.iter().flat_map(|cache| &cache.transactions);
    let mut open = open.map(|one| (model.session.names().id(one.requester), one.number));
    open.any(|one| one == (Some(transaction.requester), transaction.number))
}

/// The messages of a transaction up to the cursor, as far as the timeline has them.
pub(super) fn hops(model: &Model, transaction: Transaction) -> Vec<Arrow> {
    let sheet = model.diagram.reading.sheet();
    sheet.map_or_else(Vec::new, |sheet| trail(sheet, transaction, model.scene.steps()))
}

/// Milliseconds with one decimal.
fn time(time_us: u64) -> String {
    format!("{}.{}", time_us / 1_000, time_us % 1_000 / 100)
}

/// The transaction that is followed, message by message.
pub(in super::super) fn followed(model: &Model, page: &Context) -> Html {
    let Some(transaction) = model.coherence.followed else { return Html::default() };
    let hops = hops(model, transaction);
    let line = hops.first().and_then(|hop| hop.about).map(|about| about.line);
    let condition = match (is_open(model, transaction), line) {
        (true, _) => page.language.stage(StageWord::Underway),
        (false, Some(_)) => page.language.stage(StageWord::Finished),
        (false, None) if model.diagram.reading.sheet().is_none() => page.language.lens(Lens::Dense),
        (false, None) => "",
    };
    let about = line.map_or_else(String::new, |line| format!(" {}", Line(line)));
    let follow = Look::Follow(transaction, line.unwrap_or(model.coherence.line));
    html! {
        <div class="inspect cache-copies trail" data-transaction={name(model, transaction)}>
            <div class="inspect-title">
                <h3>{ format!("{}{about}", name(model, transaction)) }</h3>
                <span class="remark">{ condition }</span>
                <button
                    class="icon-button"
                    aria-label={page.word(Word::ClearSelection)}
                    onclick={page.on::<MouseEvent>(Action::Look(follow))}
                >
                    { icon(paths::CLOSE) }
                </button>
            </div>
            <table class="peers figures left">
                <tbody>{ for hops.iter().map(|hop| row(model, page, hop)) }</tbody>
            </table>
        </div>
    }
}

/// One message; pressing what it says goes to its arrival, or to its sending while it is under way.
fn row(model: &Model, page: &Context, hop: &Arrow) -> Html {
    let names = model.session.names();
    let ended = hop.ended_by(model.scene.steps());
    let until = match ended {
        Some((End::Lost(_), time_us)) => format!("✕ {}", time(time_us)),
        Some((_, time_us)) => time(time_us),
        None => "…".to_owned(),
    };
    let way = format!("{} → {}", names.name(hop.id.from), names.name(hop.id.to));
    let event = if ended.is_some() { hop.event } else { hop.sent };
    let visit = page.on::<MouseEvent>(Action::Meaning(MeaningAction::Visit(event)));
    html! {
        <tr key={format!("{:?}", hop.event)}>
            <th scope="row">
                <button class="plain" onclick={visit}>
                    { hop.about.map_or("", |about| about.says) }
                </button>
            </th>
            <td class="word">{ way }</td>
            <td class="value">{ format!("{} → {until} ms", time(hop.sent_us)) }</td>
        </tr>
    }
}
