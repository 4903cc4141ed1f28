//! A client of the lock manager, the vault, the collector, or a table, from the inside.

use lockstep_core::check::LaneState;
use lockstep_core::lab::NodeName;
use lockstep_core::lab::locks::LocksView;
use lockstep_core::lab::locks::view::{
    BeliefView, CollectorView, EdgeView, LockerView, ResourceView, ShelfView, VaultView,
};
use lockstep_core::lock::client::Doing;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::super::icons::state_mark;
use super::super::{Context, inspect};
use super::{graph, letter};
use crate::catalogue::{LockWord, Word};
use crate::model::Model;
use crate::number::{duration, seconds};

/// A client, the vault or the collector.
pub(in super::super) fn of_node(
    model: &Model,
    page: &Context,
    locks: &LocksView,
    node: NodeId,
) -> Option<Html> {
    if let Some(client) = locks.clients.iter().find(|client| client.node == node) {
        return Some(of_client(model, page, locks, client));
    }
    if locks.vault.node == node {
        return Some(of_vault(page, &locks.vault));
    }
    let collector = locks.collector.as_ref().filter(|one| one.node == node)?;
    Some(of_collector(model, page, locks, collector))
}

/// What a lane says of who is up, or not.
const fn condition(up: bool, paused: bool, else_: LaneState) -> LaneState {
    match (up, paused) {
        (false, _) => LaneState::Down,
        (_, true) => LaneState::Paused,
        _ => else_,
    }
}

/// A line of facts: a name in words, and a value.
fn fact(page: &Context, word: LockWord, value: String) -> Html {
    let name = page.language.lock(word);
    html! { <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
}

fn of_client(model: &Model, page: &Context, locks: &LocksView, client: &LockerView) -> Html {
    let state = condition(
        client.up,
        client.paused,
        match client.doing {
            Doing::Waiting => LaneState::Waiting,
            Doing::BackingOff => LaneState::BackingOff,
            _ if !client.holds.is_empty() => LaneState::Holding,
            _ => LaneState::Client,
        },
    );
    let now_us = model.scene.view.time_us;
    let sessions: Vec<String> = client
        .sessions
        .iter()
        .map(|(session, open)| format!("{session}{}", if *open { "" } else { " –" }))
        .collect();
    let targets: Vec<String> = client.targets.iter().map(ToString::to_string).collect();
    let mut facts = Vec::new();
    if client.transaction > 0 {
        let text = format!(
            "{} · {} {}",
            client.transaction,
            page.language.lock(LockWord::Attempt),
            client.attempt
        );
        facts.push(fact(page, LockWord::Transaction, text));
    }
    facts.push(fact(page, LockWord::Session, sessions.join(" · ")));
    if let Some(waits) = &client.waits {
        let word = page.language.lock(LockWord::Ahead);
        let ahead = waits.ahead.map_or_else(String::new, |ahead| format!(" · {ahead} {word}"));
        let since = duration(now_us.saturating_sub(waits.since_us));
        let text = format!("{} {}{ahead} · {since}", waits.resource, letter(waits.mode));
        facts.push(fact(page, LockWord::Awaits, text));
    }
    if let Some(mishap) = &client.mishap {
        let text = format!("{} · {} s", page.language.mishap(mishap.why), seconds(mishap.at_us));
        facts.push(fact(page, LockWord::Mishap, text));
    }
    if client.queued > 0 {
        facts.push(fact(page, LockWord::Queued, client.queued.to_string()));
    }
    let target = page.word(Word::Target);
    facts.push(
        html! { <div key="target"><dt>{ target }</dt><dd>{ targets.join(" · ") }</dd></div> },
    );
    html! {
        <div class="inspect">
            { inspect::title(
                page,
                state_mark(state),
                client.name.to_string(),
                graph::doing(page.language, client),
            ) }
            { script(page, client) }
            { held(page, client) }
            <dl class="facts words">{ for facts }</dl>
            { waits_for(page, locks, client.name) }
            <dl class="facts three">{ for inspect::timers(model, page, client.node) }</dl>
        </div>
    }
}

/// Its script, with the step that it is at.
fn script(page: &Context, client: &LockerView) -> Html {
    let at = usize::try_from(client.step).unwrap_or(usize::MAX);
    let ends = matches!(client.doing, Doing::LettingGo | Doing::BackingOff | Doing::Resting);
    let step = |(nth, step): (usize, &String)| {
        let class = match nth.cmp(&at) {
            std::cmp::Ordering::Less => "passed",
            std::cmp::Ordering::Equal if ends => "passed",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "ahead",
        };
        let current = (class == "now").then_some("step");
        let failed = client.mishap.as_ref().filter(|mishap| {
            let same = (mishap.transaction, mishap.attempt) == (client.transaction, client.attempt);
            same && mishap.step == nth as u64
        });
        html! {
            <li key={nth} {class} aria-current={current}>
                <code>{ step }</code>
                if let Some(mishap) = failed {
                    <span class="bad">{ format!("✕ {}", page.language.mishap(mishap.why)) }</span>
                }
            </li>
        }
    };
    let none = client.script.is_empty();
    html! {
        <div class="lock-script">
            <h3 class="section">{ page.language.lock(LockWord::Script) }</h3>
            if none {
                <p class="nothing">{ page.language.lock(LockWord::Nothing) }</p>
            }
            <ol>{ for client.script.iter().enumerate().map(step) }</ol>
        </div>
    }
}

/// What it believes to hold.
fn held(page: &Context, client: &LockerView) -> Html {
    let item = |held: &BeliefView| {
        let text = format!("{} {} #{}", held.resource, letter(held.mode), held.token);
        let class = if held.valid { "valid" } else { "void" };
        html! {
            <li key={held.resource.clone()} {class}>
                <span class="pill-text">{ text }</span>
                if !held.valid {
                    <span class="bad">{ format!("✕ {}", page.language.lock(LockWord::Void)) }</span>
                }
            </li>
        }
    };
    html! {
        <div class="lock-held">
            <h3 class="section">{ page.language.lock(LockWord::Believes) }</h3>
            if client.holds.is_empty() {
                <p class="nothing">{ page.language.lock(LockWord::Nothing) }</p>
            }
            <ul>{ for client.holds.iter().map(item) }</ul>
        </div>
    }
}

/// For whom it waits.
fn waits_for(page: &Context, locks: &LocksView, client: NodeName) -> Html {
    let own = locks.edges.iter().filter(|edge| edge.from == client);
    let text = |edge: &EdgeView| {
        let word = if edge.soft { LockWord::SoftEdge } else { LockWord::HardEdge };
        let lit = edge.on_cycle.then_some("bad");
        let arrow = if edge.soft { "⇢" } else { "→" };
        html! {
            <li key={format!("{}{}", edge.to, edge.soft)} class={classes!(lit)}>
                { format!("{arrow} {} · {}", edge.to, page.language.lock(word)) }
            </li>
        }
    };
    html! { <ul class="waits-for">{ for own.map(text) }</ul> }
}

fn of_vault(page: &Context, vault: &VaultView) -> Html {
    let state = condition(vault.up, vault.paused, LaneState::Serving);
    let fencing = if vault.fencing { LockWord::FencingOn } else { LockWord::FencingOff };
    let row = |shelf: &ShelfView| {
        let lost = (shelf.lost > 0).then_some("bad");
        html! {
            <tr key={shelf.resource.clone()}>
                <th scope="row">{ &shelf.resource }</th>
                <td>{ shelf.value }</td>
                <td>{ shelf.writes }</td>
                <td class={classes!(lost)}>{ shelf.lost }</td>
                <td>{ format!("#{}", shelf.seen) }</td>
                <td>{ format!("#{}", shelf.told) }</td>
            </tr>
        }
    };
    let heads = [
        LockWord::Resource,
        LockWord::Value,
        LockWord::Writes,
        LockWord::Lost,
        LockWord::Seen,
        LockWord::Told,
    ];
    html! {
        <div class="inspect">
            { inspect::title(
                page,
                state_mark(state),
                page.language.lock(LockWord::Vault).to_owned(),
                page.language.lock(fencing),
            ) }
            <table class="peers figures">
                <thead>
                    <tr>{ for heads.into_iter().map(|head| th(page, head)) }</tr>
                </thead>
                <tbody>{ for vault.shelves.iter().map(row) }</tbody>
            </table>
            <dl class="facts words">
                { fact(page, LockWord::Accepted, vault.accepted.to_string()) }
                { fact(page, LockWord::Refused, vault.refused.to_string()) }
            </dl>
        </div>
    }
}

/// The head of a column.
pub(super) fn th(page: &Context, word: LockWord) -> Html {
    let text = page.language.lock(word);
    html! { <th key={text} scope="col">{ text }</th> }
}

fn of_collector(
    model: &Model,
    page: &Context,
    locks: &LocksView,
    collector: &CollectorView,
) -> Html {
    let now_us = model.scene.view.time_us;
    let state = condition(collector.up, collector.paused, LaneState::Serving);
    let item = |(nth, (at_us, edges)): (usize, &(Option<u64>, Vec<EdgeView>))| {
        let age = at_us.map_or_else(
            || page.word(Word::Never).to_owned(),
            |at_us| duration(now_us.saturating_sub(at_us)),
        );
        let server =
            locks.tables.get(nth).map_or_else(String::new, |table| table.server.to_string());
        let arrow = |edge: &EdgeView| {
            format!("{}{}{}", edge.from, if edge.soft { "⇢" } else { "→" }, edge.to)
        };
        let edges = edges.iter().map(arrow).collect::<Vec<_>>().join(" ");
        let word = page.language.lock(LockWord::GraphOf);
        html! {
            <div key={nth}>
                <dt>{ format!("{word} {server}") }</dt>
                <dd>{ if edges.is_empty() { "–".to_owned() } else { edges } }</dd>
                <dd class="remark">{ age }</dd>
            </div>
        }
    };
    html! {
        <div class="inspect">
            { inspect::title(
                page,
                state_mark(state),
                page.language.lock(LockWord::Collector).to_owned(),
                "",
            ) }
            <dl class="facts three words">
                { for collector.gathered.iter().enumerate().map(item) }
                { fact(page, LockWord::Aborts, collector.found.to_string()) }
            </dl>
        </div>
    }
}

/// The table of a server's cluster.
pub(in super::super) fn of_table(page: &Context, locks: &LocksView, server: NodeName) -> Html {
    let group = locks.tables.iter().position(|table| table.servers.contains(&server));
    let of_group = |one: &&ResourceView| Some(usize::from(one.group)) == group;
    let row = |one: &ResourceView| {
        let holders = one
            .holders
            .iter()
            .map(|held| format!("{} {} #{}", held.client, letter(held.mode), held.token));
        let queue = one.queue.iter().map(|waiter| {
            format!(
                "{} {}{}",
                waiter.client,
                letter(waiter.mode),
                if waiter.upgrade { "↑" } else { "" }
            )
        });
        let (holders, queue): (Vec<_>, Vec<_>) = (holders.collect(), queue.collect());
        html! {
            <tr key={one.name.clone()}>
                <th scope="row">{ &one.name }</th>
                <td>{ holders.join(", ") }</td>
                <td>{ queue.join(", ") }</td>
            </tr>
        }
    };
    let heads = [LockWord::Resource, LockWord::HeldBy, LockWord::WaitingInOrder];
    html! {
        <table class="peers figures left">
            <thead><tr>{ for heads.into_iter().map(|head| th(page, head)) }</tr></thead>
            <tbody>{ for locks.resources.iter().filter(of_group).map(row) }</tbody>
        </table>
    }
}
