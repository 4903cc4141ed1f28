//! Files: scenarios that are dropped on the page, chosen, or saved.

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, DragEvent, File, HtmlAnchorElement, Url};
use yew::Callback;

use crate::action::{Action, Open};
use crate::keeping::Keep;

/// As much of a file is read as this, in bytes. The core allows less, and says so of a longer one.
const MOST_READ: f64 = 5_000_000.0;

/// Listens for files that are dropped anywhere on the page.
pub(super) fn dropped(dispatch: &Callback<Action>, opens: bool) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let options = EventListenerOptions::enable_prevent_default;
    // Without this the browser would open the file itself.
    let over = EventListener::new_with_options(&window, "dragover", options(), |event| {
        event.prevent_default();
    });
    let dispatch = dispatch.clone();
    let drop = EventListener::new_with_options(&window, "drop", options(), move |event| {
        event.prevent_default();
        let files = event.dyn_ref::<DragEvent>().and_then(|event| event.data_transfer()?.files());
        if opens && let Some(file) = files.and_then(|files| files.get(0)) {
            read(&file, dispatch.clone());
        }
    });
    vec![over, drop]
}

/// Reads a file and opens what it says.
pub fn read(file: &File, dispatch: Callback<Action>) {
    let Ok(start) = file.slice_with_f64_and_f64(0.0, MOST_READ) else { return };
    spawn_local(async move {
        let text = JsFuture::from(start.text()).await.ok().and_then(|text| text.as_string());
        dispatch.emit(Action::Open(Open::File(text.unwrap_or_default())));
    });
}

/// Offers pieces of text as a file. Its name says what is in it.
pub(super) fn download(name: &str, pieces: &Array) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("text/plain;charset=utf-8");
    let blob = Blob::new_with_str_sequence_and_options(pieces, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document());
    let anchor = document.ok_or(JsValue::NULL)?.create_element("a")?;
    let anchor: HtmlAnchorElement = anchor.dyn_into()?;
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&address)
}

/// Puts a text into the clipboard; where that fails, it is offered as a file, if it is one.
pub(super) fn copy(text: String, file: Option<(String, Array)>, dispatch: Callback<Action>) {
    spawn_local(async move {
        let copied = to_clipboard(&text).await.is_ok();
        match file {
            Some((name, pieces)) if !copied => {
                let _ = download(&name, &pieces);
            }
            _ => dispatch.emit(Action::Keep(Keep::Copied(copied))),
        }
    });
}

pub(super) async fn to_clipboard(text: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    // Away from https and localhost there is no clipboard at all.
    let navigator = window.navigator();
    if !js_sys::Reflect::has(&navigator, &JsValue::from_str("clipboard"))? {
        return Err(JsValue::NULL);
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(|_| ())
}
