//! What the browser tells the page: the window, its keys and its address, as actions.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget, HtmlInputElement, KeyboardEvent, MediaQueryList};
use yew::Callback;

use crate::action::{Action, Open, Page};
use crate::author::AuthorAction;
use crate::embed::Embed;
use crate::geometry::Form;
use crate::keys::{self, Focus};
use crate::model::Surroundings;

/// Where the stage takes its narrow form. The same width as in `web/style.css`.
const NARROW: &str = "(max-width: 760px)";
/// The same within another page, whose frame may be small and wide.
const UPRIGHT: &str = "(max-aspect-ratio: 1/1)";
const CALM: &str = "(prefers-reduced-motion: reduce)";
const DARK: &str = "(prefers-color-scheme: dark)";

fn query(media: &str) -> Option<MediaQueryList> {
    web_sys::window()?.match_media(media).ok()?
}

fn matches(media: &str) -> bool {
    query(media).is_some_and(|query| query.matches())
}

fn narrow() -> &'static str {
    if embed().is_some() { UPRIGHT } else { NARROW }
}

const fn form(narrow: bool) -> Form {
    if narrow { Form::Narrow } else { Form::Wide }
}

/// What the window is like now.
#[must_use]
pub fn look() -> Surroundings {
    Surroundings { form: form(matches(narrow())), calm: matches(CALM), dark: matches(DARK) }
}

/// The fragment of the page's address, without `#`; empty if there is none.
#[must_use]
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// The page's address without its fragment.
#[must_use]
pub fn address() -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok());
    let address = address.unwrap_or_default();
    address.split_once('#').map_or(address.clone(), |(before, _)| before.to_owned())
}

/// The page's address without its fragment and without what embeds it.
#[must_use]
pub fn plain_address() -> String {
    let address = address();
    address.split_once('?').map_or(address.clone(), |(before, _)| before.to_owned())
}

/// How the page is embedded in another, if it is.
#[must_use]
pub fn embed() -> Option<Embed> {
    Embed::of_query(&web_sys::window()?.location().search().ok()?)
}

/// Listens until the listeners are dropped.
#[must_use]
pub fn listen(dispatch: &Callback<Action>) -> Vec<EventListener> {
    let mut listeners = vec![keyboard(dispatch.clone())];
    listeners.extend(watch(narrow(), dispatch, |narrow| Page::Form(form(narrow))));
    listeners.extend(watch(CALM, dispatch, Page::Calm));
    listeners.extend(watch(DARK, dispatch, Page::Dark));
    if let Some(window) = web_sys::window() {
        let dispatch = dispatch.clone();
        listeners.push(EventListener::new(&window, "hashchange", move |_| {
            let fragment = fragment();
            if !fragment.is_empty() {
                dispatch.emit(Action::Open(Open::Link(fragment)));
            }
        }));
    }
    listeners.extend(left_fullscreen(dispatch));
    // Where the page is embedded, what is dropped on it is not its own to open.
    let opens = embed().is_none();
    listeners.extend(crate::effect::files::dropped(dispatch, opens));
    listeners.extend(crate::effect::diagram::wheel(dispatch));
    listeners
}

/// Whether the address asks for projector mode.
#[must_use]
pub fn asks_for_projector() -> bool {
    let query = web_sys::window().and_then(|window| window.location().search().ok());
    query.is_some_and(|query| query.split(['?', '&']).any(|part| part == "projector"))
}

/// The browser leaves the full screen by itself where Escape is pressed, and tells no key.
fn left_fullscreen(dispatch: &Callback<Action>) -> Option<EventListener> {
    let document = web_sys::window()?.document()?;
    let (dispatch, watched) = (dispatch.clone(), document.clone());
    Some(EventListener::new(&document, "fullscreenchange", move |_| {
        if watched.fullscreen_element().is_none() {
            dispatch.emit(Action::Author(AuthorAction::Projector(false)));
        }
    }))
}

/// Says when a property of the window changes.
fn watch(
    media: &'static str,
    dispatch: &Callback<Action>,
    action: fn(bool) -> Page,
) -> Option<EventListener> {
    let dispatch = dispatch.clone();
    let changed = move |_: &Event| dispatch.emit(Action::Page(action(matches(media))));
    let query = query(media)?;
    Some(EventListener::new(&query, "change", changed))
}

fn keyboard(dispatch: Callback<Action>) -> EventListener {
    let window: EventTarget = web_sys::window().expect("the page runs in a window").into();
    let options = EventListenerOptions::enable_prevent_default();
    let embed = embed();
    EventListener::new_with_options(&window, "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let browser = event.ctrl_key() || event.meta_key() || event.alt_key();
        if browser || event.default_prevented() || in_dialog(event) {
            return;
        }
        let action = keys::pressed(&event.key(), event.shift_key(), focus(event));
        let allowed = |action: &Action| embed.is_none_or(|embed| embed.allows(action));
        if let Some(action) = action.filter(allowed) {
            event.prevent_default();
            dispatch.emit(action);
        }
    })
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// A dialog has its own keys; the browser closes it with Escape.
fn in_dialog(event: &KeyboardEvent) -> bool {
    let within = |target: Element| target.closest("dialog").ok()?;
    target(event).and_then(within).is_some()
}

fn focus(event: &KeyboardEvent) -> Focus {
    let Some(target) = target(event) else { return Focus::Page };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            "range" => Focus::Slider,
            "checkbox" | "radio" | "button" => Focus::Button,
            _ => Focus::Text,
        };
    }
    match (target.tag_name().to_ascii_lowercase().as_str(), target.get_attribute("role").as_deref())
    {
        ("select" | "textarea", _) => Focus::Text,
        ("button" | "a" | "summary" | "label", _) | (_, Some("button" | "tab")) => Focus::Button,
        _ => Focus::Page,
    }
}
