//! How the timeline is looked at: which messages are drawn, how large, and what is pointed at.
//!
//! The switches are the legend, too: each carries the shape of what it shows.

use yew::prelude::*;

use super::Context;
use super::icons::{icon, paths};
use super::inspect::message_mark;
use crate::action::Action;
use crate::catalogue::Lens;
use crate::diagram::hit::Hit;
use crate::diagram::{Diagram, DiagramAction, Group};
use crate::model::{Model, Selection};
use crate::number::seconds;

/// The row between the transport and the lanes.
pub(super) fn row(model: &Model, page: &Context) -> Html {
    let diagram = &model.diagram;
    let of_cache = model.scene.view.cache.is_some();
    let group = |group| group_switch(page, diagram, of_cache, group);
    html! {
        <div class="lens" role="group" aria-label={page.language.lens(Lens::Row)}>
            { switch(page, diagram.filter.messages, DiagramAction::Messages, Html::default(),
                page.language.lens(Lens::Messages)) }
            <div class="groups">
                { for Group::ALL.into_iter().map(group) }
            </div>
            <p class="picked" role="status">{ pointed_at(model, page) }</p>
            { zoom(page, Lens::ZoomOut, paths::MINUS, DiagramAction::Zoom(2.0, None)) }
            { zoom(page, Lens::ZoomIn, paths::PLUS, DiagramAction::Zoom(0.5, None)) }
            <button
                class="chip"
                aria-disabled={diagram.window.is_none().to_string()}
                onclick={page.on::<MouseEvent>(Action::Diagram(DiagramAction::Whole))}
            >
                { page.language.lens(Lens::Whole) }
            </button>
        </div>
    }
}

fn group_switch(page: &Context, diagram: &Diagram, of_cache: bool, group: Group) -> Html {
    let kind = group.emblem(of_cache);
    let mark = message_mark(kind, 1);
    let shown = diagram.filter.messages && diagram.filter.has(group);
    let word = match of_cache {
        true => page.language.coherence_group(group),
        false => page.language.message_group(group),
    };
    switch(page, shown, DiagramAction::Group(group), mark, word)
}

fn switch(page: &Context, on: bool, action: DiagramAction, mark: Html, word: &'static str) -> Html {
    html! {
        <button
            key={word}
            class="chip"
            aria-pressed={on.to_string()}
            onclick={page.on::<MouseEvent>(Action::Diagram(action))}
        >
            { mark }
            { word }
        </button>
    }
}

fn zoom(page: &Context, lens: Lens, path: &'static str, action: DiagramAction) -> Html {
    let word = page.language.lens(lens);
    html! {
        <button
            class="icon-button"
            aria-label={word}
            title={word}
            onclick={page.on::<MouseEvent>(Action::Diagram(action))}
        >
            { icon(path) }
        </button>
    }
}

/// What is pointed at, else what is selected, in words.
fn pointed_at(model: &Model, page: &Context) -> String {
    let names = model.session.names();
    let diagram = &model.diagram;
    let arrow = |id| diagram.reading.sheet().and_then(|sheet| sheet.arrow(id));
    let selected = match model.selection {
        Some(Selection::Message(id)) => Some(id),
        _ => None,
    };
    let pointed = match diagram.pointed {
        Some(Hit::Message(id) | Hit::Event(_, Some(id))) => Some(id),
        _ => None,
    };
    if let Some(arrow) = pointed.and_then(arrow) {
        return page.language.arrow(names, arrow);
    }
    if let Some(event) = &diagram.selected {
        let sentence = page.language.event(names, event).unwrap_or_default();
        return format!("{} s: {sentence}", seconds(event.time_us));
    }
    if let Some(arrow) = selected.and_then(arrow) {
        return page.language.arrow(names, arrow);
    }
    if diagram.reading.sheet().is_none() && diagram.filter.messages {
        return page.language.lens(Lens::Dense).to_owned();
    }
    String::new()
}
