//! What became of transactions, and how long things take.

use lockstep_core::lab::locks::LocksView;
use lockstep_core::lab::locks::metrics::Times;
use lockstep_core::lab::locks::view::LockerView;
use lockstep_core::lock::command::Cause;
use yew::prelude::*;

use super::super::Context;
use super::graph;
use super::inspect::th;
use crate::action::Action;
use crate::catalogue::{LockWord, Word};
use crate::number::duration;

/// The page of the side panel.
pub(in super::super) fn panel(page: &Context, locks: &LocksView) -> Html {
    let word = |word| page.language.lock(word);
    let metrics = &locks.metrics;
    // How long it takes to get a lock, and to break a deadlock.
    let rows = [
        (LockWord::FreeLock, metrics.free),
        (LockWord::ContendedLock, metrics.contended),
        (LockWord::Detection, metrics.detection),
    ];
    html! {
        <div class="lock-figures">
            <h3 class="section">{ word(LockWord::Transactions) }</h3>
            { transactions(page, locks) }
            <h3 class="section">{ word(LockWord::Figures) }</h3>
            { times(page, &rows.map(|(word, times)| (page.language.lock(word), times))) }
            { counts(page, locks) }
            <h3 class="section">{ word(LockWord::Aborts) }</h3>
            { aborts(page, locks) }
        </div>
    }
}

/// What became of each client's transactions.
fn transactions(page: &Context, locks: &LocksView) -> Html {
    let heads = [LockWord::Done, LockWord::Aborted, LockWord::LostLocks, LockWord::GivenUp];
    let row = |client: &LockerView| {
        let LockerView { ended, aborted, lost, given_up, .. } = client;
        let show = page.on::<MouseEvent>(Action::Touch(client.node));
        html! {
            <tr key={client.name.to_string()}>
                <th scope="row">
                    <button class="plain" onclick={show}>{ client.name.to_string() }</button>
                </th>
                <td class="word">{ graph::doing(page.language, client) }</td>
                <td>{ ended }</td>
                <td>{ aborted }</td>
                <td>{ lost }</td>
                <td>{ given_up }</td>
            </tr>
        }
    };
    html! {
        <table class="peers figures">
            <thead>
                <tr>
                    <th key="client" scope="col" colspan="2">{ page.word(Word::Client) }</th>
                    { for heads.into_iter().map(|head| th(page, head)) }
                </tr>
            </thead>
            <tbody>{ for locks.clients.iter().map(row) }</tbody>
        </table>
    }
}

/// How long things take: of each sort, half of them, most of them, and nearly all.
pub(in super::super) fn times(page: &Context, rows: &[(&'static str, Times)]) -> Html {
    let row = |(name, times): (&'static str, Times)| {
        let cell = |(key, time_us): (&'static str, u64)| {
            let text = if times.count == 0 { "–".to_owned() } else { duration(time_us) };
            html! { <td {key}>{ text }</td> }
        };
        let cells = [("p50", times.p50_us), ("p95", times.p95_us), ("p99", times.p99_us)];
        html! {
            <tr key={name}>
                <th scope="row">{ name }</th>
                { for cells.into_iter().map(cell) }
                <td key="count" class="count">{ times.count }</td>
            </tr>
        }
    };
    html! {
        <table class="peers figures">
            <thead>
                <tr>
                    <th scope="col">
                        <span class="unseen">{ page.language.lock(LockWord::Figures) }</span>
                    </th>
                    <th scope="col">{ "p50" }</th>
                    <th scope="col">{ "p95" }</th>
                    <th scope="col">{ "p99" }</th>
                    <th scope="col">{ "n" }</th>
                </tr>
            </thead>
            <tbody>{ for rows.iter().copied().map(row) }</tbody>
        </table>
    }
}

fn counts(page: &Context, locks: &LocksView) -> Html {
    let metrics = &locks.metrics;
    let facts = [
        (LockWord::Grants, metrics.grants),
        (LockWord::WaitingNow, metrics.waiting),
        (LockWord::LongestQueue, metrics.longest_queue),
        (LockWord::Expired, metrics.expired),
        (LockWord::Overtakes, metrics.overtakes),
        (LockWord::Accepted, locks.vault.accepted),
        (LockWord::Refused, locks.vault.refused),
    ];
    let fact = |(word, count): (LockWord, u64)| {
        let name = page.language.lock(word);
        html! { <div key={name}><dt>{ name }</dt><dd>{ count }</dd></div> }
    };
    html! { <dl class="facts words">{ for facts.into_iter().map(fact) }</dl> }
}

fn aborts(page: &Context, locks: &LocksView) -> Html {
    let fact = |(cause, count): (Cause, u64)| {
        let name = page.language.abort_cause(cause);
        html! { <div key={name}><dt>{ name }</dt><dd>{ count }</dd></div> }
    };
    let all = Cause::ALL.into_iter().zip(locks.metrics.aborts);
    html! { <dl class="facts words">{ for all.map(fact) }</dl> }
}
