//! Carries effects out.

use gloo_events::EventListener;
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use super::clerk::{self, Clerk};
use super::diagram::Measure;
use super::{Effect, files, memory, surroundings};
use crate::action::{Action, Open, Page};
use crate::catalogue::Language;
use crate::clerk::Errand;
use crate::hands::Hand;
use crate::keeping::Keep;
use crate::model::{Preferences, Theme};
use crate::quiz::QuizAction;

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
    /// What gets the focus once the page is drawn anew.
    focus: Option<&'static str>,
    /// Where the tree of branches is scrolled to then.
    scroll: Option<i32>,
    clerk: Option<Clerk>,
    measure: Measure,
    _listeners: Vec<EventListener>,
}

impl Runner {
    /// Listens to the browser from now on.
    #[must_use]
    pub fn new(dispatch: Callback<Action>) -> Self {
        let listeners = surroundings::listen(&dispatch);
        let measure = Measure::new(dispatch.clone());
        Self {
            dispatch,
            frame: None,
            notice: None,
            judgement: None,
            focus: None,
            scroll: None,
            clerk: None,
            measure,
            _listeners: listeners,
        }
    }

    /// A frame that was asked for has come.
    pub fn frame_came(&mut self) {
        self.frame = None;
    }

    /// The page has been drawn anew.
    pub fn drawn(&mut self) {
        if let Some(to) = self.scroll.take()
            && let Some(document) = document()
            && let Ok(Some(tree)) = document.query_selector(".tree-box")
        {
            tree.set_scroll_top(to);
        }
        if let Some(id) = self.focus.take() {
            focus(id);
        }
        self.measure.watch();
    }

    /// Carries an effect out.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::NextFrame => self.ask_for_frame(),
            Effect::ShareLink(fragment) => self.share(&fragment),
            Effect::Ask(errand, language) => self.ask(errand, language),
            Effect::DismissClerk => {
                let left = self.clerk.take().map(Clerk::dismiss);
                for (language, errand) in left.unwrap_or_default() {
                    self.ask(errand, language);
                }
            }
            Effect::Prefer(preferences, theme) => {
                memory::remember(preferences);
                Self::dress(preferences, theme);
            }
            Effect::ExpireNotice => {
                let dispatch = self.dispatch.clone();
                self.notice = Some(Timeout::new(NOTICE_MS, move || {
                    dispatch.emit(Action::Page(Page::Expire));
                }));
            }
            Effect::Judge(wait_ms) => {
                let dispatch = self.dispatch.clone();
                let call = move || dispatch.emit(Action::Hand(Hand::Judge));
                self.judgement = Some(Timeout::new(wait_ms, call));
            }
            Effect::Focus(id) => self.focus = Some(id),
            Effect::ScrollTree(to) => self.scroll = Some(to),
            Effect::Fullscreen(on) => fullscreen(on),
            Effect::DrawSeed => self.dispatch.emit(Action::Open(Open::Seed(drawn()))),
            Effect::DrawBug => self.dispatch.emit(Action::Quiz(QuizAction::Drawn(drawn()))),
            Effect::Memory(asked) => {
                let answer = memory::ask(&asked).map_or(Keep::Refused, Keep::Listed);
                self.dispatch.emit(Action::Keep(answer));
            }
            Effect::RememberCells(text) => memory::remember_cells(&text),
            Effect::Download { name, text } => {
                // A browser that refuses says so itself.
                let _ = files::download(&name, &Array::of1(&text.into()));
            }
            Effect::Copy(text) => files::copy(text, None, self.dispatch.clone()),
            Effect::OpenWindow(fragment) => {
                let address = format!("{}#{fragment}", surroundings::plain_address());
                if let Some(window) = web_sys::window() {
                    let _ = window.open_with_url_and_target(&address, "_blank");
                }
            }
        }
    }

    /// Gives the clerk an errand; the first one brings the clerk.
    fn ask(&mut self, errand: Errand, language: Language) {
        if self.clerk.as_ref().is_none_or(Clerk::is_lost) {
            self.clerk = Clerk::call(self.dispatch.clone()).ok();
        }
        let sent = self.clerk.as_ref().map(|clerk| clerk.send(language, errand.clone()));
        if !matches!(sent, Some(Ok(()))) {
            clerk::deliver(errand, Err(String::new()), Array::new(), &self.dispatch);
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

    fn share(&self, fragment: &str) {
        let Ok(link) = show_in_address_bar(fragment) else { return };
        let dispatch = self.dispatch.clone();
        spawn_local(async move {
            let copied = files::to_clipboard(&link).await.is_ok();
            dispatch.emit(Action::Copied { link, copied });
        });
    }
}

/// A number at random.
fn drawn() -> u64 {
    getrandom::u64().unwrap_or_default() % SHORT_SEEDS
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) =
        element.as_ref().and_then(|element| element.dyn_ref::<web_sys::HtmlElement>())
    {
        let _ = element.focus();
        if let Some(field) = element.dyn_ref::<web_sys::HtmlInputElement>() {
            field.select();
        }
    }
}

/// A browser that has no full screen, or gives none, shows the page in its window all the same.
fn fullscreen(on: bool) {
    let Some(document) = document() else { return };
    let shown = document.fullscreen_element().is_some();
    if !on && shown {
        document.exit_fullscreen();
    } else if on
        && !shown
        && document.fullscreen_enabled()
        && let Some(root) = document.document_element()
    {
        let _ = root.request_fullscreen();
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
