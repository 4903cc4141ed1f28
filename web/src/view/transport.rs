//! The upper row of the timeline: play, step, time, speed, branches, and whether the replay matched.

use lockstep_core::lab::session::BranchInfo;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::icons::{icon, paths};
use super::use_page;
use crate::action::{Action, Play};
use crate::catalogue::Word;
use crate::model::Replay;
use crate::number::{digest, grouped, rest_of_seconds, seconds};
use crate::speed::Speed;

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct ButtonsProps {
    pub(super) playing: bool,
    pub(super) at_start: bool,
}

/// Play, and one event back or forward.
#[component]
pub(super) fn Buttons(props: &ButtonsProps) -> Html {
    let page = use_page();
    let (play, picture) =
        if props.playing { (Word::Pause, paths::PAUSE) } else { (Word::Play, paths::PLAY) };
    let step = |word, picture, events: i64, disabled: bool| {
        html! {
            <button
                class="icon-button"
                aria-label={page.word(word)}
                title={page.word(word)}
                aria-disabled={disabled.to_string()}
                onclick={page.on::<MouseEvent>(Action::Play(Play::Step(events)))}
            >
                { icon(picture) }
            </button>
        }
    };
    html! {
        <div class="play-buttons">
            <button
                class="play"
                aria-label={page.word(play)}
                title={page.word(play)}
                onclick={page.on::<MouseEvent>(Action::Play(Play::Toggle))}
            >
                { icon(picture) }
            </button>
            { step(Word::StepBack, paths::BACK, -1, props.at_start) }
            { step(Word::StepForward, paths::FORWARD, 1, false) }
        </div>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct ClockProps {
    pub(super) time_us: u64,
    pub(super) steps: u64,
}

/// The time of the run to the microsecond, and how many steps it took.
#[component]
pub(super) fn Clock(props: &ClockProps) -> Html {
    let page = use_page();
    html! {
        <div class="clock">
            <span class="time">
                { seconds(props.time_us) }
                <small>{ rest_of_seconds(props.time_us) }</small>
                { " s" }
            </span>
            <span class="steps">
                { format!("{} {}", page.word(Word::Step), grouped(props.steps)) }
            </span>
        </div>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct SpeedProps {
    pub(super) speed: Speed,
}

/// The speed, on a logarithmic scale.
#[component]
pub(super) fn SpeedSlider(props: &SpeedProps) -> Html {
    let page = use_page();
    let dispatch = page.dispatch.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if let Some(stop) = input.and_then(|input| input.value().parse().ok()) {
            dispatch.emit(Action::Play(Play::Speed(Speed::new(stop))));
        }
    });
    html! {
        <label class="speed">
            <span>{ page.word(Word::Speed) }</span>
            <input
                type="range"
                min="0"
                max={Speed::LAST.to_string()}
                value={props.speed.stop().to_string()}
                aria-valuetext={props.speed.text()}
                {oninput}
            />
            <output>{ props.speed.text() }</output>
        </label>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct BranchesProps {
    pub(super) branches: Rc<[BranchInfo]>,
    pub(super) current: usize,
}

/// The name of a branch: A, B, … and from the 27th on a number.
pub(super) fn branch_name(branch: usize) -> String {
    match u8::try_from(branch) {
        Ok(place) if place < 26 => char::from(b'A' + place).to_string(),
        _ => (branch + 1).to_string(),
    }
}

/// Goes from one branch to another; only where there are several.
#[component]
pub(super) fn Branches(props: &BranchesProps) -> Html {
    let page = use_page();
    if props.branches.len() < 2 {
        return html! { <span class="branches" /> };
    }
    let dispatch = page.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(branch) = select.and_then(|select| select.value().parse().ok()) {
            dispatch.emit(Action::Branch(branch));
        }
    });
    let option = |(place, info): (usize, &BranchInfo)| {
        let from = info.parent.map(|(parent, moment)| {
            format!(" ← {} {} s", branch_name(parent), seconds(moment.time_us))
        });
        let label = format!("{}{}", branch_name(place), from.unwrap_or_default());
        html! {
            <option key={place} value={place.to_string()} selected={place == props.current}>
                { label }
            </option>
        }
    };
    html! {
        <label class="branches picker">
            <span>{ page.word(Word::Branch) }</span>
            <select {onchange}>{ for props.branches.iter().enumerate().map(option) }</select>
        </label>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct ReplayProps {
    pub(super) replay: Replay,
    pub(super) digest: u64,
    pub(super) travelling: bool,
}

/// Whether the run is what its link says; else, its digest.
#[component]
pub(super) fn ReplayState(props: &ReplayProps) -> Html {
    let page = use_page();
    let short = |value| digest(value)[..4].to_owned();
    let (class, text) = match props.replay {
        Replay::Underway { .. } => ("underway", page.word(Word::Replaying).to_owned()),
        _ if props.travelling => ("underway", page.word(Word::Replaying).to_owned()),
        Replay::Unclaimed => {
            ("own", format!("{} #{}", page.word(Word::Digest), short(props.digest)))
        }
        Replay::Verified(value) => {
            ("verified", format!("✓ {} #{}", page.word(Word::ReplayVerified), short(value)))
        }
        Replay::Differs { expected, found } => {
            let word = page.word(Word::ReplayDiffers);
            ("differs", format!("✕ {word} #{} ≠ #{}", short(found), short(expected)))
        }
        Replay::OtherEngine => ("differs", format!("! {}", page.word(Word::OtherEngine))),
    };
    html! { <p class={classes!("replay", class)} role="status">{ text }</p> }
}
