//! A cache, a home or the bus from the inside, and what can be asked of a processor.

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::operation::Operation;
use lockstep_core::check::LaneState;
use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::cache::view::{BusView, CacheNodeView, CopyView, HomeView, LineView};
use lockstep_core::sim::order::arrange;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::super::icons::state_mark;
use super::super::{Context, inspect};
use super::{node, state_text, words_said};
use crate::action::Action;
use crate::catalogue::{StageWord, Word};
use crate::coherence::{Look, state_named};
use crate::model::Model;
use crate::number::duration;

/// A cache, a home or the bus.
pub(in super::super) fn of_node(
    model: &Model,
    page: &Context,
    cache: &CacheView,
    node: NodeId,
) -> Option<Html> {
    if let Some(one) = cache.caches.iter().find(|one| one.node == node) {
        return Some(of_cache(model, page, cache, one));
    }
    if let Some(home) = cache.homes.iter().find(|home| home.node == node) {
        return Some(of_home(model, page, cache, home));
    }
    let bus = cache.bus.as_ref().filter(|bus| bus.node == node)?;
    Some(of_bus(model, page, cache, bus))
}

const fn condition(up: bool, paused: bool, or: LaneState) -> LaneState {
    match (up, paused) {
        (false, _) => LaneState::Down,
        (_, true) => LaneState::Paused,
        _ => or,
    }
}

/// A name in words, and a value.
fn fact(name: &'static str, value: String) -> Html {
    html! { <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
}

fn of_cache(model: &Model, page: &Context, cache: &CacheView, one: &CacheNodeView) -> Html {
    let language = page.language;
    let line = model.coherence.line;
    let copy = one.copies.iter().find(|copy| copy.line == line);
    let state = copy.map_or("I", |copy| copy.state);
    let lane = condition(one.up, one.paused, state_named(state).into());
    let remark = match (one.up, one.paused) {
        (false, _) => page.word(Word::Down).to_owned(),
        (_, true) => page.word(Word::Paused).to_owned(),
        _ => node::said(page, one, &Line(line).to_string(), copy),
    };
    let mut facts = Vec::new();
    if let Some(now) = &one.operation {
        let since = duration(model.scene.view.time_us.saturating_sub(now.invoked_us));
        facts.push(fact(page.word(Word::Operation), format!("{} · {since}", now.operation)));
    }
    if one.waiting > 0 {
        facts.push(fact(language.stage(StageWord::Queued), one.waiting.to_string()));
    }
    if let Some(last) = &one.last {
        let took = last.completed_us.map_or(0, |end_us| end_us - last.invoked_us);
        let text = format!("{} · {}", node::done(language, last), duration(took));
        facts.push(fact(language.stage(StageWord::Last), text));
    }
    let lease = |lease: &lockstep_core::lab::cache::view::LeaseView| {
        let left = match lease.left_us {
            0 => language.stage(StageWord::LeaseOver).to_owned(),
            left_us => format!("{} / {}", duration(left_us), duration(lease.lease_us)),
        };
        let name = format!("{} {}", language.stage(StageWord::Lease), lease.home);
        html! {
            <div key={name.clone()}>
                <dt>{ name }</dt><dd>{ format!("{left} · #{}", lease.session) }</dd>
            </div>
        }
    };
    html! {
        <div class="inspect">
            { inspect::title(page, state_mark(lane), one.name.to_string(), &remark) }
            <dl class="facts words">
                { for facts }
                { for one.leases.iter().map(lease) }
            </dl>
            { asks(page, cache, one, line, copy) }
            { copies(page, cache, one) }
            <dl class="facts three">{ for inspect::timers(model, page, one.node) }</dl>
        </div>
    }
}

/// What a processor can be asked, about the chosen line.
fn asks(
    page: &Context,
    cache: &CacheView,
    one: &CacheNodeView,
    line: u8,
    copy: Option<&CopyView>,
) -> Html {
    let address = Address { line: Line(line), word: 0 };
    // A value that is nowhere yet.
    let memory = cache.lines.iter().filter(|one| one.line == line).flat_map(|one| &one.memory);
    let copies = cache.caches.iter().flat_map(|one| &one.copies);
    let held = copies.filter(|copy| copy.line == line).flat_map(|copy| &copy.words);
    let latest = memory.chain(held).copied().max().unwrap_or(0);
    let here = copy.and_then(|copy| copy.words.first()).copied().unwrap_or(latest);
    let fresh = latest.saturating_add(1);
    let all = [
        Operation::Read(address),
        Operation::Write(address, fresh),
        Operation::CompareAndSwap(address, here, fresh),
        Operation::Own(Line(line)),
        Operation::Evict(Line(line)),
        Operation::Flush(Line(line)),
        Operation::Invalidate(Line(line)),
    ];
    let button = |operation: Operation| {
        html! {
            <button
                key={operation.name()}
                class="button"
                disabled={!one.up || one.paused}
                onclick={page.on::<MouseEvent>(Action::Look(Look::Ask(one.node, operation)))}
            >
                { operation.to_string() }
            </button>
        }
    };
    let head = page.language.stage(StageWord::AskIt);
    html! {
        <div class="cache-asks">
            <h3 class="section">{ head }</h3>
            <div class="dialog-tools" role="group" aria-label={head}>
                { for all.into_iter().map(button) }
            </div>
        </div>
    }
}

/// Its copies, the next to make room first.
fn copies(page: &Context, cache: &CacheView, one: &CacheNodeView) -> Html {
    let mut copies: Vec<&CopyView> = one.copies.iter().collect();
    arrange(&mut copies, |copy| (copy.age.into(), 0));
    let row = |copy: &CopyView| {
        let line = page.on::<MouseEvent>(Action::Look(Look::Line(copy.line)));
        let acks = copy.acks.map(|acks| page.language.acks_left(acks));
        let stalled = copy.stalled.iter().map(|what| format!("‖ {what}"));
        let rest: Vec<String> = acks.into_iter().chain(stalled).collect();
        html! {
            <tr key={copy.line}>
                <th scope="row">
                    <button class="plain" onclick={line}>{ copy.name.clone() }</button>
                </th>
                <td>{ state_text(copy.state) }</td>
                <td class="value">{ words_said(page, &copy.words, &copy.stale) }</td>
                <td class="word">{ rest.join(" · ") }</td>
            </tr>
        }
    };
    let title = page.language.stage(StageWord::Copies);
    let count = format!("{title} {}/{}", one.copies.len(), one.capacity);
    html! {
        <div class="cache-copies" data-words={cache.words.to_string()}>
            <h3 class="section">{ count }</h3>
            <table class="peers figures left">
                <tbody>{ for copies.into_iter().map(row) }</tbody>
            </table>
        </div>
    }
}

/// The lines of a memory: state, who has it, words, who waits.
fn lines<'a>(page: &Context, all: impl Iterator<Item = &'a LineView>) -> Html {
    let row = |line: &LineView| {
        let choose = page.on::<MouseEvent>(Action::Look(Look::Line(line.line)));
        let owner =
            line.owner.map(|owner| format!("{} {owner}", page.language.stage(StageWord::Owner)));
        let sharers = line.sharers.iter().map(ToString::to_string);
        let holders: Vec<String> = owner.into_iter().chain(sharers).collect();
        let waits = line.stalled.iter().map(|(who, what)| format!("‖ {who} {what}"));
        html! {
            <tr key={line.line}>
                <th scope="row">
                    <button class="plain" onclick={choose}>{ line.name.clone() }</button>
                </th>
                <td>{ for line.state.map(state_text) }</td>
                <td class="word">{ holders.join(" ") }</td>
                <td class="value">{ words_said(page, &line.memory, &line.stale) }</td>
                <td class="word">{ waits.collect::<Vec<_>>().join(", ") }</td>
            </tr>
        }
    };
    html! {
        <div class="cache-copies">
            <h3 class="section">{ page.language.stage(StageWord::Memory) }</h3>
            <table class="peers figures left"><tbody>{ for all.map(row) }</tbody></table>
        </div>
    }
}

fn of_home(model: &Model, page: &Context, cache: &CacheView, home: &HomeView) -> Html {
    let language = page.language;
    let state = condition(home.up, home.paused, LaneState::Serving);
    let loss = |loss: &lockstep_core::lab::cache::view::LossView| {
        let text = format!(
            "{} {}: {} · {} s",
            language.stage(StageWord::MaybeLost),
            loss.line,
            loss.node,
            crate::number::seconds(loss.time_us)
        );
        html! { <li key={text.clone()} class="bad">{ text }</li> }
    };
    let own = cache.lines.iter().filter(|line| line.home == Some(home.name));
    html! {
        <div class="inspect">
            { inspect::title(
                page,
                state_mark(state),
                home.name.to_string(),
                language.stage(StageWord::Directory),
            ) }
            <ul class="waits-for">{ for home.losses.iter().map(loss) }</ul>
            { lines(page, own) }
            <dl class="facts three">{ for inspect::timers(model, page, home.node) }</dl>
        </div>
    }
}

fn of_bus(model: &Model, page: &Context, cache: &CacheView, bus: &BusView) -> Html {
    let language = page.language;
    let state = condition(bus.up, bus.paused, LaneState::Serving);
    let names = |all: &[lockstep_core::lab::NodeName]| {
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let serving = bus.serving.as_ref();
    let serving = serving.map(|(who, what, line)| format!("{who}: {what} {line}"));
    let nothing = || language.stage(StageWord::Nothing).to_owned();
    let facts = [
        fact(language.stage(StageWord::Serves), serving.unwrap_or_else(nothing)),
        fact(language.stage(StageWord::Waits), names(&bus.waiting)),
        fact(language.stage(StageWord::Unanswered), names(&bus.unanswered)),
    ];
    html! {
        <div class="inspect">
            { inspect::title(page, state_mark(state), "bus".to_owned(), "") }
            <dl class="facts words">{ for facts }</dl>
            { lines(page, cache.lines.iter()) }
            <dl class="facts three">{ for inspect::timers(model, page, bus.node) }</dl>
        </div>
    }
}
