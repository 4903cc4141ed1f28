//! What the side panel says where nothing is selected: what this run is about.

use yew::prelude::*;

use super::{Context, quiz};
use crate::action::Action;
use crate::catalogue::{StageWord, Word};
use crate::effect::files;
use crate::model::{Model, Origin};
use crate::number::{digest, duration};

/// What the run is about, and how the lab is set up.
pub(super) fn run(model: &Model, page: &Context) -> Html {
    let config = model.session.config();
    let range = |low, high| format!("{} – {}", duration(low), duration(high));
    let percent = (config.network.loss.parts() * 100) >> 32;
    let facts = [
        (Word::ElectionTimeout, range(config.election_min_us, config.election_max_us)),
        (Word::HeartbeatInterval, duration(config.heartbeat_us)),
        (Word::Delay, range(config.network.delay_min_us, config.network.delay_max_us)),
        (Word::Loss, format!("{percent} %")),
        (Word::Seed, model.session.seed().to_string()),
        (Word::Digest, digest(model.scene.digest)),
    ];
    // No cache elects anybody.
    let first = if config.cache.is_some() { 2 } else { 0 };
    let fact = |(name, value): (Word, String)| {
        let name = page.word(name);
        html! { <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
    };
    html! {
        <div class="about">
            if model.quiz.is_some() {
                { quiz::card(model, page) }
            } else {
                { story(page, model.origin) }
            }
            <p class="hint">
                { match config.cache {
                    Some(_) => page.language.stage(StageWord::Hint),
                    None => page.word(Word::Hint),
                } }
            </p>
            <dl class="facts words">{ for facts.into_iter().skip(first).map(fact) }</dl>
            <div class="about-tools">{ files(page) }</div>
        </div>
    }
}

fn story(page: &Context, origin: Origin) -> Html {
    let word = match origin {
        Origin::Gallery(story) => {
            return html! {
                <div class="story">
                    <h3 class="question">{ page.language.story_question(story) }</h3>
                    <p>{ page.language.story_guide(story) }</p>
                </div>
            };
        }
        Origin::Link => Word::FromLink,
        Origin::File => Word::FromFile,
        Origin::Own => Word::OwnRun,
    };
    html! { <div class="story"><h3 class="question">{ page.word(word) }</h3></div> }
}

/// The run as a scenario file, and the way back.
pub(super) fn files(page: &Context) -> Html {
    html! {
        <>
            { save_file(page) }
            { open_file(page) }
        </>
    }
}

/// Offers the run as a scenario file.
pub(super) fn save_file(page: &Context) -> Html {
    html! {
        <button type="button" class="button" onclick={page.on::<MouseEvent>(Action::Save)}>
            { page.word(Word::SaveFile) }
        </button>
    }
}

/// Opens a scenario file from this machine.
fn open_file(page: &Context) -> Html {
    let dispatch = page.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<web_sys::HtmlInputElement>();
        if let Some(file) = input.and_then(|input| input.files()?.get(0)) {
            files::read(&file, dispatch.clone());
        }
    });
    html! {
        <label class="button file-button">
            { page.word(Word::OpenFile) }
            <input type="file" accept=".json,application/json" {onchange} />
        </label>
    }
}
