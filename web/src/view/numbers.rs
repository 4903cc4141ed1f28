//! Numbers to be filled in: with their units, and what is wrong with them beside them.

use lockstep_core::lab::Names;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Context, tools};
use crate::action::{Action, ToolAction};
use crate::form::{Asked, Blank, Fault, NumberForm};
use crate::keys::Shortcut;

/// Delays that one click chooses, in microseconds.
const DELAYS: [i64; 4] = [5_000, 20_000, 100_000, 500_000];

/// The row below the stage that asks for a few numbers.
pub(super) fn bar(page: &Context, names: Names, form: &NumberForm) -> Html {
    let send = page.dispatch.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(Action::Tool(ToolAction::Confirm));
    });
    let read = form.read();
    let faults = read.iter().map(|read| read.err());
    let blanks = form.asked.blanks().iter().zip(faults).enumerate();
    let input = |(place, (blank, fault)): (usize, (&Blank, Option<Fault>))| {
        let (dispatch, form) = (page.dispatch.clone(), form.clone());
        let text = form.texts[place].clone();
        let oninput = Callback::from(move |text: String| {
            let mut form = form.clone();
            form.texts[place] = text;
            dispatch.emit(Action::Tool(ToolAction::Numbers(form)));
        });
        html! {
            <label key={place} class="labelled">
                <span>{ page.language.blank(*blank) }</span>
                { number(*blank, &text, fault, None, oninput) }
            </label>
        }
    };
    let found = form.asked.blanks().iter().zip(&read);
    let mut faults = found.filter_map(|(blank, read)| Some((read.err()?, blank.measure())));
    let fault = faults.next().map(|(fault, measure)| page.language.fault(fault, measure));
    let (title, delays) = match form.asked {
        Asked::Delay(message) => (names.message(message).to_string(), presets(page, form)),
        Asked::Clock(node) => (names.name(node).to_string(), Html::default()),
        Asked::Link { from, to, both_ways } => {
            let arrow = if both_ways { "↔" } else { "→" };
            (format!("{} {arrow} {}", names.name(from), names.name(to)), Html::default())
        }
        Asked::Network => (page.language.all_links().to_owned(), Html::default()),
    };
    html! {
        <form class="tools asking" aria-label={title.clone()} {onsubmit}>
            <strong class="ask">{ title }</strong>
            <span class="pair">{ delays }</span>
            <span class="pair numbers">{ for blanks.map(input) }</span>
            <span class="wrong" role="alert">
                { fault.clone().unwrap_or_default() }
            </span>
            <button
                class="button strong"
                type="submit"
                aria-disabled={fault.is_some().to_string()}
            >
                { page.language.apply() }
                <kbd>{ Shortcut::Confirm.label() }</kbd>
            </button>
            { tools::cancel(page) }
        </form>
    }
}

/// Delays to choose from.
fn presets(page: &Context, form: &NumberForm) -> Html {
    let choose = |delay: i64| {
        let text = Blank::DelayBy.write(delay);
        let pressed = form.texts.first() == Some(&text);
        let label = format!("{text} ms");
        let form = NumberForm { texts: vec![text], ..form.clone() };
        html! {
            <button
                key={delay.unsigned_abs()}
                type="button"
                class="button"
                aria-pressed={pressed.to_string()}
                onclick={page.on::<MouseEvent>(Action::Tool(ToolAction::Numbers(form)))}
            >
                { label }
            </button>
        }
    };
    html! { <>{ for DELAYS.into_iter().map(choose) }</> }
}

/// A number with its unit; in a form of many, it has a name and an element that describes it.
pub(super) fn number(
    blank: Blank,
    text: &str,
    fault: Option<Fault>,
    named: Option<(String, String)>,
    change: Callback<String>,
) -> Html {
    let (name, described_by) = named.unzip();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            change.emit(input.value());
        }
    });
    html! {
        <span class="measure">
            <input
                class="field"
                {name}
                inputmode="decimal"
                size="6"
                maxlength="12"
                aria-invalid={fault.is_some().to_string()}
                aria-describedby={described_by}
                value={text.to_owned()}
                {oninput}
            />
            { blank.measure().unit() }
        </span>
    }
}
