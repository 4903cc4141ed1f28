//! The upper row of the timeline: play, step, time, speed, bookmarks, and whether the replay
//! matched.

use lockstep_core::sim::time::Moment;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::branches::button;
use super::icons::{icon, paths};
use super::{Context, bookmarks, meaning};
use crate::action::{Action, Play};
use crate::author::AuthorAction;
use crate::catalogue::{AuthorWord, Word};
use crate::embed::{Control, shows};
use crate::model::{Model, Replay};
use crate::number::{digest, grouped, rest_of_seconds, seconds};
use crate::speed::Speed;

/// The row.
pub(super) fn row(model: &Model, page: &Context) -> Html {
    let scene = &model.scene;
    let travelling = model.session.is_travelling() && !model.player.playing;
    html! {
        <div class="transport">
            { buttons(page, model, scene.moment == Moment::START) }
            if model.keeping.embed.is_none() {
                { meaning::steps(model, page) }
            }
            { clock(page, scene.moment.time_us, scene.steps()) }
            if shows(model.keeping.embed, Control::Speed) {
                { speed_slider(page, model.player.speed) }
            }
            <span class="space" />
            { bookmarks::buttons(model, page) }
            { replay_state(page, model.replay, scene.digest, travelling) }
            <span class="leave-box">
                if model.author.projector {
                    { button(page, AuthorWord::Leave, AuthorAction::Projector(false)) }
                }
            </span>
        </div>
    }
}

/// Play, and one event back or forward.
fn buttons(page: &Context, model: &Model, at_start: bool) -> Html {
    let playing = model.player.playing;
    let (play, picture) =
        if playing { (Word::Pause, paths::PAUSE) } else { (Word::Play, paths::PLAY) };
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
            if shows(model.keeping.embed, Control::Play) {
                <button
                    class="play"
                    aria-label={page.word(play)}
                    title={page.word(play)}
                    onclick={page.on::<MouseEvent>(Action::Play(Play::Toggle))}
                >
                    { icon(picture) }
                </button>
            }
            if shows(model.keeping.embed, Control::Step) {
                { step(Word::StepBack, paths::BACK, -1, at_start) }
                { step(Word::StepForward, paths::FORWARD, 1, false) }
            }
        </div>
    }
}

/// The time of the run to the microsecond, and how many steps it took.
fn clock(page: &Context, time_us: u64, steps: u64) -> Html {
    html! {
        <div class="clock">
            <span class="time">
                { seconds(time_us) }
                <small>{ rest_of_seconds(time_us) }</small>
                { " s" }
            </span>
            <span class="steps">
                { format!("{} {}", page.word(Word::Step), grouped(steps)) }
            </span>
        </div>
    }
}

/// The speed, on a logarithmic scale.
fn speed_slider(page: &Context, speed: Speed) -> Html {
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
                value={speed.stop().to_string()}
                aria-valuetext={speed.text()}
                {oninput}
            />
            <output>{ speed.text() }</output>
        </label>
    }
}

/// Whether the run is what its link says; else, its digest.
fn replay_state(page: &Context, replay: Replay, now: u64, travelling: bool) -> Html {
    let short = |value| digest(value)[..4].to_owned();
    let (class, text) = match replay {
        Replay::Underway { .. } => ("underway", page.word(Word::Replaying).to_owned()),
        _ if travelling => ("underway", page.word(Word::Replaying).to_owned()),
        Replay::Unclaimed => ("own", format!("{} #{}", page.word(Word::Digest), short(now))),
        Replay::Verified(value) => {
            ("verified", format!("✓ {} #{}", page.word(Word::ReplayVerified), short(value)))
        }
        Replay::Differs { expected, found } => {
            let word = page.word(Word::ReplayDiffers);
            ("differs", format!("✕ {word} #{} ≠ #{}", short(found), short(expected)))
        }
        Replay::OtherEngine => ("differs", format!("! {}", page.word(Word::OtherEngine))),
    };
    // The digest changes all the time while the run is played: only a verdict is read out.
    let role = (class != "own").then_some("status");
    html! { <p class={classes!("replay", class)} {role}>{ text }</p> }
}
