//! Steps with meaning, and breakpoints.

use lockstep_core::check::Check;
use lockstep_core::check::Kind;
use lockstep_core::lab::landmark::Landmark;
use yew::prelude::*;

use super::Context;
use super::events::{chosen, option, toggle};
use super::icons::{icon, paths};
use crate::action::Action;
use crate::catalogue::Say;
use crate::meaning::{MeaningAction, Target, breakpoints, failure_of};
use crate::model::Model;

/// Back and on to the nearest of something.
pub(super) fn steps(model: &Model, page: &Context) -> Html {
    let target = model.meaning.target;
    let name = page.language.target(target);
    let button = |word, picture, backwards| {
        let label = format!("{}: {name}", page.language.say(word));
        html! {
            <button
                class="icon-button"
                aria-label={label.clone()}
                title={label}
                onclick={page.on::<MouseEvent>(Action::Meaning(MeaningAction::Step { backwards }))}
            >
                { icon(picture) }
            </button>
        }
    };
    let item = |(place, other): (usize, Target)| {
        option(&place.to_string(), page.language.target(other).to_owned(), other == target)
    };
    let lab = model.session.config().lab();
    let is_here = |(_, other): &(usize, Target)| other.is_of(lab);
    let onchange = chosen(page, |value| {
        let target = value.parse::<usize>().ok().and_then(|place| Target::ALL.get(place).copied());
        target.map(MeaningAction::Target)
    });
    html! {
        <div class="step-to">
            { button(Say::Previous, paths::BACK_TO, true) }
            <select class="field" aria-label={page.language.say(Say::StepTo)} {onchange}>
                { for Target::ALL.into_iter().enumerate().filter(is_here).map(item) }
            </select>
            { button(Say::Next, paths::FORWARD_TO, false) }
        </div>
    }
}

/// Stops playing when a check fails.
pub(super) fn stop_when_fails(model: &Model, page: &Context, check: Check) -> Html {
    if check.kind() == Kind::Sometimes {
        return Html::default();
    }
    let landmark = failure_of(check);
    let pressed = model.meaning.breakpoints.contains(&landmark);
    let text = page.language.say(Say::StopWhenFails);
    toggle(page, text, pressed, MeaningAction::Breakpoint(landmark))
}

/// What playing stops at.
pub(super) fn list(model: &Model, page: &Context) -> Html {
    let names = model.session.names();
    let set = &model.meaning.breakpoints;
    let item = |landmark: &Landmark| {
        let text = page.language.landmark(names, *landmark);
        let remove = Action::Meaning(MeaningAction::Breakpoint(*landmark));
        let label = format!("{}: {text}", page.language.say(Say::Remove));
        html! {
            <li key={text.clone()}>
                <span>{ text }</span>
                <button
                    class="icon-button"
                    aria-label={label}
                    onclick={page.on::<MouseEvent>(remove)}
                >
                    { icon(paths::CLOSE) }
                </button>
            </li>
        }
    };
    let mut offered = breakpoints(model.session.config().lab(), names);
    offered.retain(|landmark| !set.contains(landmark));
    let options = (0..).zip(&offered).map(|(place, landmark): (usize, _)| {
        option(&place.to_string(), page.language.landmark(names, *landmark), false)
    });
    let add = page.language.say(Say::AddBreakpoint);
    let options: Vec<Html> =
        std::iter::once(option("", add.to_owned(), true)).chain(options).collect();
    let onchange = chosen(page, move |value| {
        let place = value.parse::<usize>().ok();
        let landmark = place.and_then(|place| offered.get(place).copied());
        landmark.map(MeaningAction::Breakpoint)
    });
    html! {
        <div class="breakpoints">
            <h3 class="section">{ page.language.say(Say::Breakpoints) }</h3>
            <p class="nothing">{ page.language.say(Say::BreakpointsIntro) }</p>
            <ul>{ for set.iter().map(item) }</ul>
            <select key={set.len()} class="field" aria-label={add} {onchange}>
                { for options }
            </select>
        </div>
    }
}
