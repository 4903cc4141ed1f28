//! What the side panel says where nothing is selected: what this run is about.

use yew::prelude::*;

use super::use_page;
use crate::action::Action;
use crate::catalogue::Word;
use crate::model::{Model, Origin};
use crate::number::{digest, duration};

/// What the run is about.
pub(super) fn run(model: &Model) -> Html {
    let config = model.session.config();
    let facts = Facts {
        servers: config.servers,
        clients: config.clients,
        election_us: (config.election_min_us, config.election_max_us),
        heartbeat_us: config.heartbeat_us,
        delay_us: (config.network.delay_min_us, config.network.delay_max_us),
        loss: config.network.loss.parts(),
        seed: model.session.seed(),
    };
    html! { <About origin={model.origin} {facts} digest={model.scene.digest} /> }
}

/// How the lab is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Facts {
    servers: u8,
    clients: u8,
    election_us: (u64, u64),
    heartbeat_us: u64,
    delay_us: (u64, u64),
    loss: u64,
    seed: u64,
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    origin: Origin,
    facts: Facts,
    digest: u64,
}

#[component]
fn About(props: &Props) -> Html {
    let page = use_page();
    let Facts { servers, clients, election_us, heartbeat_us, delay_us, loss, seed } = props.facts;
    let range = |(low, high)| format!("{}–{}", duration(low), duration(high));
    let fact = |name: &'static str, value: String| {
        html! { <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
    };
    let facts = [
        fact("servers", servers.to_string()),
        fact("clients", clients.to_string()),
        fact("electionTimeout", range(election_us)),
        fact("heartbeat", duration(heartbeat_us)),
        fact("delay", range(delay_us)),
        fact("loss", format!("{} %", loss * 100 >> 32)),
        fact("seed", seed.to_string()),
        fact("digest", digest(props.digest)),
    ];
    html! {
        <div class="about">
            { story(&page, props.origin) }
            <p class="hint">{ page.word(Word::Hint) }</p>
            <dl class="facts">{ for facts }</dl>
            <div class="about-tools">
                <button class="button" onclick={page.on::<MouseEvent>(Action::Save)}>
                    { page.word(Word::SaveFile) }
                </button>
                <OpenFile />
            </div>
        </div>
    }
}

fn story(page: &super::Context, origin: Origin) -> Html {
    let Origin::Gallery(story) = origin else {
        let word = match origin {
            Origin::Link => Word::FromLink,
            Origin::File => Word::FromFile,
            Origin::Gallery(_) | Origin::Own => Word::OwnRun,
        };
        return html! { <h3 class="question">{ page.word(word) }</h3> };
    };
    html! {
        <>
            <h3 class="question">{ page.language.story_question(story) }</h3>
            <p>{ page.language.story_guide(story) }</p>
        </>
    }
}

/// Opens a scenario file from this machine.
#[component]
fn OpenFile() -> Html {
    let page = use_page();
    let dispatch = page.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<web_sys::HtmlInputElement>();
        if let Some(file) = input.and_then(|input| input.files()?.get(0)) {
            crate::effect::files::read(file, dispatch.clone());
        }
    });
    html! {
        <label class="button file-button">
            { page.word(Word::OpenFile) }
            <input type="file" accept=".json,application/json" {onchange} />
        </label>
    }
}
