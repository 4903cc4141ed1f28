//! The clerk's program: waits for errands in its worker, and answers each (see
//! [`lockstep_web::clerk`]). What it sends is a list: a number from [`lockstep_web::clerk::sent`],
//! a text, and how far it is.

use lockstep_web::catalogue::Language;
use lockstep_web::clerk::{carry_out, sent};
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let scope: DedicatedWorkerGlobalScope =
        js_sys::global().dyn_into().expect("the clerk works in a worker");
    let answering = scope.clone();
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        answer(&js_sys::Array::from(&event.data()), &answering);
    });
    // It listens for as long as the worker lives.
    scope.set_onmessage(Some(listener.into_js_value().unchecked_ref()));
}

/// An errand is a list of texts, the language's tag first.
fn answer(errand: &js_sys::Array, scope: &DedicatedWorkerGlobalScope) {
    let send = |kind: u8, text: &str, percent: u32| {
        let (kind, text, percent) = (kind.into(), JsValue::from_str(text), percent.into());
        // What cannot be sent cannot be said either.
        let _ = scope.post_message(&js_sys::Array::of3(&kind, &text, &percent));
    };
    let texts: Vec<String> = errand.iter().filter_map(|text| text.as_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut give = |(piece, percent): (String, u64)| {
        send(sent::PIECE, &piece, u32::try_from(percent).unwrap_or(100));
    };
    let answer = match texts.as_slice() {
        [tag, parts @ ..] => carry_out(Language::of_tag(tag).unwrap_or_default(), parts, &mut give),
        [] => Err(String::new()),
    };
    match answer {
        Ok(text) => send(sent::DONE, &text, 100),
        Err(text) => send(sent::FAILED, &text, 0),
    }
}
