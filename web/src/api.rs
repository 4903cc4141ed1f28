//! `window.lockstep`: the page for other programs, such as pages that embed it and its own tests.
//!
//! ```js
//! lockstep.open(text)         // a link (its address and `#` may be missing) or a scenario file
//! lockstep.play()             // and lockstep.pause()
//! lockstep.seek(seconds)      // to a time of this branch
//! lockstep.step(events)       // forward, or back where negative
//! lockstep.speed(factor)      // 0.001 to 100: the nearest stop of the slider
//! lockstep.state()            // what there is to see, and what the page is doing
//! lockstep.events(count)      // the events of the last steps, newest last, in the page's language
//! lockstep.link()             // the address of this moment
//! ```
//!
//! Times in `state()` are microseconds; names are those of scenario files. What changes the page
//! does so soon after the call has returned: `state().travelling` tells whether a replay is under
//! way.

use std::cell::RefCell;
use std::rc::Rc;

use lockstep_core::lab::raft::view::{OperationView, RaftView};
use serde::Serialize;
use wasm_bindgen::prelude::{Closure, JsValue};
use yew::Callback;

use crate::action::{Action, Open, Play};
use crate::effect::surroundings;
use crate::history::Judged;
use crate::model::{Model, Origin, Replay};
use crate::number::{digest, microseconds};
use crate::speed::Speed;

/// What `state()` gives.
#[derive(Debug, Serialize)]
struct State<'a> {
    time_us: u64,
    taken: u32,
    steps: u64,
    digest: String,
    edge_us: u64,
    until_us: u64,
    branch: usize,
    branches: usize,
    playing: bool,
    travelling: bool,
    speed: String,
    origin: &'static str,
    replay: &'static str,
    seed: String,
    checks: Vec<Check>,
    linearizability: Option<Linearizability>,
    state: &'a RaftView,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: &'static str,
}

/// What is known of the clients' history; `completed` operations of it were judged.
#[derive(Debug, Serialize)]
struct Linearizability {
    verdict: &'static str,
    completed: u64,
    from_us: Option<u64>,
    to_us: Option<u64>,
    unorderable: Vec<String>,
}

impl Linearizability {
    fn of(judged: &Judged) -> Self {
        let name = |one: &OperationView| format!("{}#{}", one.client, one.request);
        let conviction = judged.conviction();
        Self {
            verdict: judged.verdict.name(),
            completed: judged.completed(),
            from_us: conviction.map(|conviction| conviction.from),
            to_us: conviction.map(|conviction| conviction.to),
            unorderable: judged.unorderable().map(name).collect(),
        }
    }
}

/// What `events()` gives.
#[derive(Debug, Serialize)]
struct Told {
    step: u64,
    time_us: u64,
    node: String,
    text: String,
}

impl<'a> State<'a> {
    fn of(model: &'a Model) -> Self {
        let scene = &model.scene;
        let check = |report: &lockstep_core::lab::session::CheckReport| Check {
            name: report.check.name(),
            verdict: report.verdict.name(),
        };
        Self {
            time_us: scene.moment.time_us,
            taken: scene.moment.taken,
            steps: scene.steps(),
            digest: digest(scene.digest),
            edge_us: scene.edge.time_us,
            until_us: model.until_us,
            branch: scene.branch,
            branches: scene.branches.len(),
            playing: model.player.playing,
            travelling: model.session.is_travelling(),
            speed: model.player.speed.text(),
            origin: match model.origin {
                Origin::Gallery(story) => story.name(),
                Origin::Link => "link",
                Origin::File => "file",
                Origin::Own => "own",
            },
            replay: match model.replay {
                Replay::Unclaimed => "unclaimed",
                Replay::Underway { .. } => "underway",
                Replay::Verified(_) => "verified",
                Replay::Differs { .. } => "differs",
                Replay::OtherEngine => "other engine",
            },
            seed: model.session.seed().to_string(),
            checks: scene.checks.iter().map(check).collect(),
            linearizability: model.watch.judged(&model.session).map(Linearizability::of),
            state: &scene.view,
        }
    }
}

/// The text of an opened thing: a scenario file begins with a brace, anything else is a link.
fn opened(text: &str) -> Open {
    let text = text.trim();
    if text.starts_with('{') {
        return Open::File(text.to_owned());
    }
    let fragment = text.rsplit_once('#').map_or(text, |(_, fragment)| fragment);
    Open::Link(fragment.to_owned())
}

fn told(model: &Model, count: u64) -> Vec<Told> {
    let last = model.session.steps();
    if last == 0 || count == 0 || model.session.is_travelling() {
        return Vec::new();
    }
    let names = model.session.names();
    let events = model.session.events(last.saturating_sub(count - 1).max(1), last);
    let tell = |event: &lockstep_core::lab::Event| {
        Some(Told {
            step: event.id.step(),
            time_us: event.time_us,
            node: names.name(event.node).to_string(),
            text: model.preferences.language.event(names, event)?,
        })
    };
    events.iter().filter_map(tell).collect()
}

/// The object that is put together for other programs.
struct Api<'a> {
    object: js_sys::Object,
    dispatch: &'a Callback<Action>,
}

impl Api<'_> {
    /// A function of one argument, which lives as long as the page.
    fn function(&self, name: &str, call: impl Fn(JsValue) -> JsValue + 'static) {
        let closure = Closure::<dyn Fn(JsValue) -> JsValue>::new(call).into_js_value();
        // An object made a moment ago takes any property.
        let _ = js_sys::Reflect::set(&self.object, &JsValue::from_str(name), &closure);
    }

    /// A function that does something to the page.
    fn command(&self, name: &str, action: impl Fn(JsValue) -> Option<Action> + 'static) {
        let dispatch = self.dispatch.clone();
        self.function(name, move |argument| {
            if let Some(action) = action(argument) {
                dispatch.emit(action);
            }
            JsValue::UNDEFINED
        });
    }
}

fn plain<T: Serialize>(value: &T) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}

/// Publishes the page's API as `window.lockstep`.
pub fn publish(model: &Rc<RefCell<Model>>, dispatch: &Callback<Action>) {
    let api = Api { object: js_sys::Object::new(), dispatch };
    api.command("open", |text| Some(Action::Open(opened(&text.as_string()?))));
    api.command("play", |_| Some(Action::Play(Play::Start)));
    api.command("pause", |_| Some(Action::Play(Play::Stop)));
    api.command("seek", |time| {
        let time_us = microseconds(time.as_f64()?.max(0.0) * 1_000_000.0);
        Some(Action::Play(Play::Seek(time_us)))
    });
    api.command("step", |events| {
        let events = crate::number::whole(events.as_f64().unwrap_or(1.0));
        Some(Action::Play(Play::Step(events)))
    });
    api.command("speed", |factor| Some(Action::Play(Play::Speed(Speed::near(factor.as_f64()?)))));
    let shown = Rc::clone(model);
    api.function("state", move |_| plain(&State::of(&shown.borrow())));
    let shown = Rc::clone(model);
    api.function("events", move |count| {
        let count = microseconds(count.as_f64().unwrap_or(1.0));
        plain(&told(&shown.borrow(), count))
    });
    let shown = Rc::clone(model);
    api.function("link", move |_| {
        let fragment = shown.borrow().scenario().encode();
        JsValue::from_str(&format!("{}#{fragment}", surroundings::address()))
    });
    if let Some(window) = web_sys::window() {
        let _ = js_sys::Reflect::set(&window, &JsValue::from_str("lockstep"), &api.object);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_from_a_link_and_a_link_from_its_address() {
        assert_eq!(opened(" {\"lockstep\": 1}"), Open::File("{\"lockstep\": 1}".to_owned()));
        for text in ["abc", "#abc", "https://a.example/x/#abc"] {
            assert_eq!(opened(text), Open::Link("abc".to_owned()));
        }
    }
}
