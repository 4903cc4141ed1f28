//! The selected event: what led to it, and what it stands in between.

use lockstep_core::lab::causality::{MOST_NODES, Stamp};
use lockstep_core::lab::raft::rules::section_of;
use lockstep_core::lab::why::{Chain, Link};
use lockstep_core::lab::{Event, Names};
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::Context;
use super::events::{key, toggle};
use crate::action::Action;
use crate::catalogue::Say;
use crate::meaning::MeaningAction;
use crate::model::Model;
use crate::number::{grouped, seconds};

/// The selected event, inside out; its title comes from where all titles do.
pub(super) fn of_event(
    model: &Model,
    page: &Context,
    id: EventId,
    title: impl Fn(String, &str) -> Html,
) -> Html {
    let (language, meaning) = (page.language, &model.meaning);
    let names = model.session.names();
    let Some(reason) = &meaning.reason else {
        let title = title(language.say(Say::Looking).to_owned(), "");
        return html! { <div class="inspect">{ title }</div> };
    };
    let Some(Link { event, .. }) = reason.chain.links.last() else {
        return html! { <div class="inspect">{ title(String::new(), "") }</div> };
    };
    let at = format!("{} s", seconds(event.time_us));
    let members = reason.members.iter().filter_map(|chain| member(page, names, chain));
    let visit = Action::Meaning(MeaningAction::Visit(id));
    html! {
        <div class="inspect">
            { title(names.name(event.node).to_string(), &at) }
            <p class="what">{ language.sentence(names, event) }</p>
            <div class="asks">
                <button class="button" onclick={page.on::<MouseEvent>(visit)}>
                    { language.say(Say::GoThere) }
                </button>
                {
                    toggle(
                        page,
                        language.say(Say::Cone),
                        meaning.cone_wanted,
                        MeaningAction::Cone(!meaning.cone_wanted),
                    )
                }
                {
                    toggle(
                        page,
                        language.say(Say::Clocks),
                        meaning.clocks.is_some(),
                        MeaningAction::Clocks,
                    )
                }
            </div>
            { cone(model, page) }
            { clocks(model, page) }
            <h3 class="section">{ language.say(Say::Why) }</h3>
            { chain_of(page, names, &reason.chain) }
            <div class="members">
                if !reason.members.is_empty() {
                    <h3 class="section">{ language.say(Say::Majority) }</h3>
                    <div>{ for members }</div>
                }
            </div>
        </div>
    }
}

/// Asks why a server is what it is.
pub(super) fn role(page: &Context, node: NodeId) -> Html {
    let ask = Action::Meaning(MeaningAction::WhyRole(node));
    html! {
        <div class="asks">
            <button class="button" onclick={page.on::<MouseEvent>(ask)}>
                { page.language.say(Say::WhyRole) }
            </button>
        </div>
    }
}

/// A chain, what began it first.
fn chain_of(page: &Context, names: Names, chain: &Chain) -> Html {
    let item = |link: &Link| {
        let further = link.notes.iter().chain(&link.also);
        html! {
            <li key={key(link.event.id)}>
                { line(page, names, &link.event) }
                <ul>
                    { for further.map(|event| html! {
                        <li key={key(event.id)}>{ line(page, names, event) }</li>
                    }) }
                </ul>
            </li>
        }
    };
    html! {
        <>
            <p class="nothing">{ chain.is_cut.then(|| page.language.say(Say::Longer)) }</p>
            <ol class="chain">{ for chain.links.iter().map(item) }</ol>
        </>
    }
}

/// An event of a chain: when, what, and which section of the paper it belongs to.
fn line(page: &Context, names: Names, event: &Event) -> Html {
    let visit = Action::Meaning(MeaningAction::Visit(event.id));
    let section = section_of(event);
    html! {
        <button onclick={page.on::<MouseEvent>(visit)}>
            <span class="when">{ seconds(event.time_us) }</span>
            <span>
                { page.language.sentence(names, event) }
                <small>{ section.map(|one| format!(" {}", page.language.section(one))) }</small>
            </span>
        </button>
    }
}

/// A member of a majority: its part, and behind it what led to that.
fn member(page: &Context, names: Names, chain: &Chain) -> Option<Html> {
    let event = &chain.links.last()?.event;
    let time = seconds(event.time_us);
    Some(html! {
        <details key={key(event.id)} class="member">
            <summary>
                <span class="when">{ time }</span>
                <span>{ page.language.sentence(names, event) }</span>
            </summary>
            { chain_of(page, names, chain) }
        </details>
    })
}

/// How many events there are in its past, in its future, and beside it.
fn cone(model: &Model, page: &Context) -> Html {
    let counts = model.meaning.cone.as_ref().map(|cone| page.language.counts(cone.counts()));
    html! { <p class="cone-counts" role="status">{ counts }</p> }
}

/// Its Lamport clock and its vector clock.
fn clocks(model: &Model, page: &Context) -> Html {
    let text = model.meaning.clocks.as_ref().map(|clocks| {
        clocks.stamp().map_or_else(
            || {
                let (step, of) = clocks.progress();
                let looking = page.language.say(Say::Looking);
                format!("{looking} {} / {}", grouped(step), grouped(of))
            },
            |stamp| stamped(model.session.names(), stamp),
        )
    });
    html! { <p class="stamp" role="status">{ text }</p> }
}

fn stamped(names: Names, stamp: &Stamp) -> String {
    let mut text = format!("Lamport {} · ", stamp.lamport);
    for (node, name) in names.nodes().take(MOST_NODES) {
        text.push_str(&format!("{name} {}  ", stamp.vector[node.index()]));
    }
    text.trim_end().to_owned()
}
