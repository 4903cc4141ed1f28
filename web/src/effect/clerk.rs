//! The way to the clerk: a worker that is loaded for the first errand (see [`crate::clerk`]).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Array;
use lockstep_core::scenario::export::Format;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use super::files;
use crate::action::{Action, Open};
use crate::catalogue::Language;
use crate::clerk::{Answer, Errand, sent};
use crate::keeping::Keep;

/// Errands that are not answered yet, oldest first, each with the pieces that have come.
type Errands = Rc<RefCell<VecDeque<(Language, Errand, Array)>>>;

/// The clerk. Dropped, it stops whatever it is doing.
#[derive(Debug)]
pub struct Clerk {
    worker: Worker,
    errands: Errands,
    /// Whether it could not be loaded, or has failed: it will answer nothing any more.
    is_lost: Rc<Cell<bool>>,
    _listeners: [EventListener; 2],
}

impl Drop for Clerk {
    fn drop(&mut self) {
        self.worker.terminate();
    }
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
        let errands = Errands::default();
        let (answered, lost) = (Rc::clone(&errands), Rc::clone(&errands));
        let failing = dispatch.clone();
        let is_lost = Rc::new(Cell::new(false));
        let loses = Rc::clone(&is_lost);
        let listeners = [
            EventListener::new(&worker, "message", move |event| {
                let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
                hear(&Array::from(&event.data()), &answered, &dispatch);
            }),
            // It could not be loaded: nothing that it was asked will be answered.
            EventListener::new(&worker, "error", move |_| {
                loses.set(true);
                let lost: Vec<_> = lost.borrow_mut().drain(..).collect();
                for (_, errand, pieces) in lost {
                    deliver(errand, Err(String::new()), pieces, &failing);
                }
            }),
        ];
        Ok(Self { worker, errands, is_lost, _listeners: listeners })
    }

    /// Whether it will answer nothing any more.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.is_lost.get()
    }

    /// Sends it away. Exports are given up; whatever else it was asked for is still to be done.
    #[must_use]
    pub fn dismiss(self) -> Vec<(Language, Errand)> {
        let errands = std::mem::take(&mut *self.errands.borrow_mut());
        let left = errands.into_iter().map(|(language, errand, _)| (language, errand));
        left.filter(|(_, errand)| !matches!(errand, Errand::Export { .. })).collect()
    }

    /// Gives the clerk something to do.
    ///
    /// # Errors
    /// The browser will not pass it on.
    pub fn send(&self, language: Language, errand: Errand) -> Result<(), JsValue> {
        let texts = [language.tag()].into_iter().chain(errand.parts());
        let message: Array = texts.map(JsValue::from_str).collect();
        self.worker.post_message(&message)?;
        self.errands.borrow_mut().push_back((language, errand, Array::new()));
        Ok(())
    }
}

/// Takes in what the clerk sends: a number that says what it is, a text, how far it is.
fn hear(said: &Array, errands: &Errands, dispatch: &Callback<Action>) {
    let [kind, percent] = [said.get(0), said.get(2)].map(|part| part.as_f64().unwrap_or(0.0));
    if kind == f64::from(sent::PIECE) {
        if let Some((.., pieces)) = errands.borrow().front() {
            pieces.push(&said.get(1));
        }
        let percent = crate::number::microseconds(percent);
        return dispatch.emit(Action::Keep(Keep::Progress(percent)));
    }
    let Some((_, errand, pieces)) = errands.borrow_mut().pop_front() else { return };
    let text = said.get(1).as_string().unwrap_or_default();
    let answer = if kind == f64::from(sent::DONE) { Ok(text) } else { Err(text) };
    deliver(errand, answer, pieces, dispatch);
}

/// What becomes of an answer.
pub(super) fn deliver(errand: Errand, answer: Answer, pieces: Array, page: &Callback<Action>) {
    match (errand, answer) {
        (Errand::Read(_), answer) => page.emit(Action::Open(Open::Read(answer))),
        (Errand::Write { name, .. }, Ok(text)) => {
            // A browser that refuses says so itself.
            let _ = files::download(&name, &Array::of1(&text.into()));
        }
        (Errand::Write { .. }, Err(problem)) => page.emit(Action::Open(Open::Unwritten(problem))),
        (Errand::Export { name, format, .. }, Ok(_)) => {
            page.emit(Action::Keep(Keep::Written));
            if format == Format::Golden {
                // A script goes into a file of its own in an editor: it is copied.
                files::copy(pieces.join("").into(), Some((name, pieces)), page.clone());
            } else {
                let _ = files::download(&name, &pieces);
            }
        }
        (Errand::Export { .. }, Err(problem)) => {
            page.emit(Action::Keep(Keep::Written));
            page.emit(Action::Open(Open::Unwritten(problem)));
        }
    }
}

/// The hash of the clerk's files, as the build wrote it into the page: their names hold none, and a
/// clerk of another build must not be taken from a cache.
fn build() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute("data-clerk")).unwrap_or_default()
}
