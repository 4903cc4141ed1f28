//! What happened, newest first, in words: filtered, following the cursor or browsed.

use lockstep_core::lab::{Event, Lab, Names, What};
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::process::NodeId;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Context;
use crate::action::Action;
use crate::catalogue::{Say, Word};
use crate::listing::Listing;
use crate::meaning::{Filter, Kind, MeaningAction};
use crate::model::{Model, Selection};
use crate::number::{rest_of_seconds, seconds};

/// The list, with what filters it.
pub(super) fn panel(model: &Model, page: &Context) -> Html {
    let listing = &model.meaning.listing;
    let names = model.session.names();
    let cursor = model.scene.steps();
    html! {
        <div class="event-list">
            { filters(page, model.session.config().lab(), names, listing) }
            { more(page, false, listing.has_later(cursor)) }
            <div class="rows">{ rows(model, page, listing) }</div>
            { more(page, true, listing.has_earlier()) }
        </div>
    }
}

/// Why no row is shown, or all of them.
fn rows(model: &Model, page: &Context, listing: &Listing) -> Html {
    if !listing.rows().is_empty() {
        return html! {
            <ol class="events">
                { for listing.rows().iter().rev().map(|event| row(model, page, event)) }
            </ol>
        };
    }
    let text = match listing.progress() {
        Some(_) if listing.is_busy() => page.language.say(Say::Looking),
        _ if listing.filter == Filter::default() => page.word(Word::NoEvents),
        _ => page.language.say(Say::NoneListed),
    };
    html! { <p class="nothing">{ text }</p> }
}

fn row(model: &Model, page: &Context, event: &Event) -> Html {
    let id = event.id;
    let is_root = id.ordinal() == 0;
    let chosen = is_selected(model.selection, event);
    let visit = page.on::<MouseEvent>(Action::Meaning(MeaningAction::Visit(id)));
    let is_now = id.step() == model.scene.steps();
    let class =
        classes!(is_root.then_some("root"), is_now.then_some("now"), chosen.then_some("selected"),);
    // A line that was picked out may stand without the one whose time it shares.
    let filter = &model.meaning.listing.filter;
    let picked = filter.node.is_some() || filter.kind.is_some() || !filter.text.is_empty();
    let time = format!("{} {}", seconds(event.time_us), rest_of_seconds(event.time_us));
    html! {
        <li key={key(id)} {class} aria-current={chosen.then_some("true")}>
            <button onclick={visit}>
                <span class="when">{ if is_root || picked { time } else { String::new() } }</span>
                <span>{ page.language.sentence(model.session.names(), event) }</span>
            </button>
            if model.selection == Some(Selection::Event(id)) {
                <button
                    class="button"
                    onclick={page.on::<MouseEvent>(Action::Meaning(MeaningAction::Why(id)))}
                >
                    { page.language.say(Say::Why) }
                </button>
            }
        </li>
    }
}

/// Names an event within a list.
pub(super) fn key(id: EventId) -> String {
    format!("{}.{}", id.step(), id.ordinal())
}

/// Whether an event is selected, or what is selected is in it.
fn is_selected(selection: Option<Selection>, event: &Event) -> bool {
    match selection {
        Some(Selection::Event(id)) => id == event.id,
        Some(Selection::Message(message)) => match &event.what {
            What::Delivered { id, .. } | What::Sent { id, .. } | What::Lost { id, .. } => {
                *id == message
            }
            _ => false,
        },
        Some(Selection::Node(_)) | None => false,
    }
}

/// More of the run's events.
fn more(page: &Context, backwards: bool, there: bool) -> Html {
    let word = if backwards { Say::Earlier } else { Say::Later };
    let browse = Action::Meaning(MeaningAction::Browse { backwards });
    html! {
        <div class="more">
            if there {
                <button
                    class="button"
                    onclick={page.on::<MouseEvent>(browse)}
                >
                    { page.language.say(word) }
                </button>
            }
        </div>
    }
}

/// What is listed: of which node, of which kind, with which text; and whether the list follows.
fn filters(page: &Context, lab: Lab, names: Names, listing: &Listing) -> Html {
    let filter = &listing.filter;
    let say = |word| page.language.say(word);
    let node = |(node, name): (NodeId, _)| {
        option(&node.0.to_string(), format!("{name}"), filter.node == Some(node))
    };
    let kind = |(place, kind): (usize, Kind)| {
        let text = page.language.event_kind(lab, kind).to_owned();
        option(&place.to_string(), text, filter.kind == Some(kind))
    };
    let is_here = |(_, kind): &(usize, Kind)| kind.is_of(lab);
    let on_node = changed(page, filter, |filter, value| {
        filter.node = value.parse().ok().map(NodeId);
    });
    let on_kind = changed(page, filter, |filter, value| {
        let place = value.parse::<usize>().ok();
        filter.kind = place.and_then(|place| Kind::ALL.get(place).copied());
    });
    let (dispatch, before) = (page.dispatch.clone(), filter.clone());
    let on_text = Callback::from(move |event: InputEvent| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
        let filter = Filter { text: input.value(), ..before.clone() };
        dispatch.emit(Action::Meaning(MeaningAction::Filter(filter)));
    });
    let details = Filter { details: !filter.details, ..filter.clone() };
    html! {
        <div class="filters">
            <select class="field" aria-label={say(Say::Node)} onchange={on_node}>
                { option("", say(Say::AllNodes).to_owned(), filter.node.is_none()) }
                { for names.nodes().map(node) }
            </select>
            <select class="field" aria-label={say(Say::Kind)} onchange={on_kind}>
                { option("", say(Say::AllKinds).to_owned(), filter.kind.is_none()) }
                { for Kind::ALL.into_iter().enumerate().filter(is_here).map(kind) }
            </select>
            <input
                class="field"
                type="search"
                aria-label={say(Say::Find)}
                placeholder={say(Say::Find)}
                value={filter.text.clone()}
                oninput={on_text}
            />
            { toggle(page, say(Say::Details), filter.details, MeaningAction::Filter(details)) }
            { toggle(page, say(Say::Follow), !listing.stays, MeaningAction::Follow(listing.stays)) }
        </div>
    }
}

/// A choice of a list.
pub(super) fn option(value: &str, text: String, selected: bool) -> Html {
    html! { <option key={value.to_owned()} value={value.to_owned()} {selected}>{ text }</option> }
}

/// A button that is pressed or not.
pub(super) fn toggle(
    page: &Context,
    text: &'static str,
    pressed: bool,
    action: MeaningAction,
) -> Html {
    html! {
        <button
            class="button"
            aria-pressed={pressed.to_string()}
            onclick={page.on::<MouseEvent>(Action::Meaning(action))}
        >
            { text }
        </button>
    }
}

/// Does something with what was chosen of a list.
pub(super) fn chosen(
    page: &Context,
    action: impl Fn(String) -> Option<MeaningAction> + 'static,
) -> Callback<yew::Event> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: yew::Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(action) = select.and_then(|select| action(select.value())) {
            dispatch.emit(Action::Meaning(action));
        }
    })
}

fn changed(
    page: &Context,
    filter: &Filter,
    change: fn(&mut Filter, String),
) -> Callback<yew::Event> {
    let filter = filter.clone();
    chosen(page, move |value| {
        let mut filter = filter.clone();
        change(&mut filter, value);
        Some(MeaningAction::Filter(filter))
    })
}
