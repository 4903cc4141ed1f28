//! The way to the clerk: a worker that is loaded for the first errand (see [`crate::clerk`]).

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use super::files;
use crate::action::{Action, Open};
use crate::catalogue::Language;
use crate::clerk::{Answer, Errand};

/// The clerk, and the errands that it has not answered yet, oldest first.
#[derive(Debug)]
pub struct Clerk {
    worker: Worker,
    errands: Rc<RefCell<VecDeque<Errand>>>,
    _listeners: [EventListener; 2],
}

impl Clerk {
    /// Sends for the clerk.
    ///
    /// # Errors
    /// The browser has no workers, or will not start this one.
    pub fn call(dispatch: Callback<Action>) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&format!("./clerk.js?{}", build()), &options)?;
        let errands = Rc::new(RefCell::new(VecDeque::new()));
        let (answered, lost) = (Rc::clone(&errands), Rc::clone(&errands));
        let failing = dispatch.clone();
        let listeners = [
            EventListener::new(&worker, "message", move |event| {
                let errand = answered.borrow_mut().pop_front();
                if let (Some(errand), Some(answer)) = (errand, answer(event)) {
                    deliver(errand, answer, &dispatch);
                }
            }),
            // It could not be loaded: nothing that it was asked will be answered.
            EventListener::new(&worker, "error", move |_| {
                for errand in lost.borrow_mut().drain(..) {
                    deliver(errand, Err(String::new()), &failing);
                }
            }),
        ];
        Ok(Self { worker, errands, _listeners: listeners })
    }

    /// Gives the clerk something to do.
    ///
    /// # Errors
    /// The browser will not pass it on.
    pub fn send(&self, language: Language, errand: Errand) -> Result<(), JsValue> {
        let texts = [language.tag()].into_iter().chain(errand.parts());
        let message: js_sys::Array = texts.map(JsValue::from_str).collect();
        self.worker.post_message(&message)?;
        self.errands.borrow_mut().push_back(errand);
        Ok(())
    }
}

/// What the clerk said.
fn answer(event: &web_sys::Event) -> Option<Answer> {
    let data = js_sys::Array::from(&event.dyn_ref::<MessageEvent>()?.data());
    let text = data.get(1).as_string()?;
    Some(if data.get(0).is_truthy() { Ok(text) } else { Err(text) })
}

/// What becomes of an answer.
pub(super) fn deliver(errand: Errand, answer: Answer, dispatch: &Callback<Action>) {
    match (errand, answer) {
        (Errand::Read(_), answer) => dispatch.emit(Action::Open(Open::Read(answer))),
        (Errand::Write { name, .. }, Ok(text)) => {
            // A browser that refuses says so itself.
            let _ = files::download(&name, &text);
        }
        (Errand::Write { .. }, Err(problem)) => {
            dispatch.emit(Action::Open(Open::Unwritten(problem)));
        }
    }
}

/// The name of this build: the hash in the name of the page's own program.
fn build() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let link = document.and_then(|document| document.query_selector("link[rel=preload]").ok()?);
    let name = link.and_then(|link: Element| link.get_attribute("href")).unwrap_or_default();
    name.rsplit('-').next().unwrap_or_default().trim_end_matches("_bg.wasm").to_owned()
}
