//! Carries effects out.

use gloo_events::EventListener;
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use super::{Effect, files, memory, surroundings};
use crate::action::{Action, Open, Page};
use crate::hands::Hand;
use crate::keeping::Keep;
use crate::model::{Preferences, Theme};

/// How long a notice stays, in milliseconds.
const NOTICE_MS: u32 = 5_000;
/// Seeds drawn for a person are below this: short enough to be read out in a class.
const SHORT_SEEDS: u64 = 1_000_000;

/// Holds what must live as long as it is to act: listeners, the frame asked for, a running timer.
#[derive(Debug)]
pub struct Runner {
    dispatch: Callback<Action>,
    frame: Option<AnimationFrame>,
    notice: Option<Timeout>,
    judgement: Option<Timeout>,
    /// The pieces of the file that is being written.
    file: Array,
    _listeners: Vec<EventListener>,
}

impl Runner {
    /// Listens to the browser from now on.
    #[must_use]
    pub fn new(dispatch: Callback<Action>) -> Self {
        let listeners = surroundings::listen(&dispatch);
        Self {
            dispatch,
            frame: None,
            notice: None,
            judgement: None,
            file: Array::new(),
            _listeners: listeners,
        }
    }

    /// A frame that was asked for has come.
    pub fn frame_came(&mut self) {
        self.frame = None;
    }

    /// Carries an effect out.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::NextFrame => self.ask_for_frame(),
            Effect::ShareLink(fragment) => self.share(&fragment),
            Effect::Download { name, text } => {
                // A browser that refuses says so itself.
                let _ = files::download(&name, &Array::of1(&text.into()));
            }
            Effect::Prefer(preferences, theme) => {
                memory::remember(preferences);
                Self::dress(preferences, theme);
            }
            Effect::ExpireNotice => {
                let dispatch = self.dispatch.clone();
                self.notice = Some(Timeout::new(NOTICE_MS, move || {
                    dispatch.emit(Action::Page(Page::Dismiss));
                }));
            }
            Effect::Judge(wait_ms) => {
                let dispatch = self.dispatch.clone();
                let call = move || dispatch.emit(Action::Hand(Hand::Judge));
                self.judgement = Some(Timeout::new(wait_ms, call));
            }
            Effect::DrawSeed => {
                let seed = getrandom::u64().unwrap_or_default() % SHORT_SEEDS;
                self.dispatch.emit(Action::Open(Open::Seed(seed)));
            }
            Effect::Memory(asked) => {
                let answer = memory::ask(&asked).map_or(Keep::Refused, Keep::Listed);
                self.dispatch.emit(Action::Keep(answer));
            }
            Effect::BeginFile => self.file = Array::new(),
            Effect::Write(piece) => {
                self.file.push(&piece.into());
            }
            Effect::Finish { name, copies } => {
                let pieces = std::mem::take(&mut self.file);
                if copies {
                    let text = pieces.join("").into();
                    self.copy(text, Some((name, pieces)));
                } else {
                    let _ = files::download(&name, &pieces);
                }
            }
            Effect::Copy(text) => self.copy(text, None),
            Effect::OpenWindow(fragment) => {
                let address = format!("{}#{fragment}", surroundings::plain_address());
                if let Some(window) = web_sys::window() {
                    let _ = window.open_with_url_and_target(&address, "_blank");
                }
            }
        }
    }

    /// Shows the document in a language and a theme.
    pub fn dress(preferences: Preferences, theme: Theme) {
        let document = web_sys::window().and_then(|window| window.document());
        let Some(root) = document.and_then(|document| document.document_element()) else { return };
        let _ = root.set_attribute("lang", preferences.language.tag());
        let _ = root.set_attribute("data-theme", theme.name());
    }

    /// One clock for the whole page: at most one frame is asked for at a time.
    fn ask_for_frame(&mut self) {
        if self.frame.is_none() {
            let dispatch = self.dispatch.clone();
            let call = move |now_ms| dispatch.emit(Action::Frame(now_ms));
            self.frame = Some(request_animation_frame(call));
        }
    }

    /// Puts a text into the clipboard; where that fails, it is offered as a file, if it is one.
    fn copy(&self, text: String, file: Option<(String, Array)>) {
        let dispatch = self.dispatch.clone();
        spawn_local(async move {
            let copied = copy(&text).await.is_ok();
            match file {
                Some((name, pieces)) if !copied => {
                    let _ = files::download(&name, &pieces);
                }
                _ => dispatch.emit(Action::Keep(Keep::Copied(copied))),
            }
        });
    }

    fn share(&self, fragment: &str) {
        let Ok(link) = show_in_address_bar(fragment) else { return };
        let dispatch = self.dispatch.clone();
        spawn_local(async move {
            let copied = copy(&link).await.is_ok();
            dispatch.emit(Action::Copied { link, copied });
        });
    }
}

/// Puts a fragment into the address bar, without a step of the browser's history and without the
/// event that would open it. Gives the whole address.
fn show_in_address_bar(fragment: &str) -> Result<String, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let address = format!("#{fragment}");
    window.history()?.replace_state_with_url(&JsValue::NULL, "", Some(&address))?;
    window.location().href()
}

async fn copy(text: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    // Away from https and localhost there is no clipboard at all.
    let navigator = window.navigator();
    if !js_sys::Reflect::has(&navigator, &JsValue::from_str("clipboard"))? {
        return Err(JsValue::NULL);
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(|_| ())
}
