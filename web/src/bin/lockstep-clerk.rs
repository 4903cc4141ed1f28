//! The clerk's program: waits for errands in its worker, and answers each (see
//! [`lockstep_web::clerk`]).

use lockstep_web::catalogue::Language;
use lockstep_web::clerk::carry_out;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let scope: DedicatedWorkerGlobalScope =
        js_sys::global().dyn_into().expect("the clerk works in a worker");
    let answering = scope.clone();
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let answer = answer(&js_sys::Array::from(&event.data()));
        // What cannot be sent cannot be said either.
        let _ = answering.post_message(&answer);
    });
    // It listens for as long as the worker lives.
    scope.set_onmessage(Some(listener.into_js_value().unchecked_ref()));
}

/// An errand is a list of texts, the language's tag first; its answer is whether it was done, and a
/// text.
fn answer(errand: &js_sys::Array) -> js_sys::Array {
    let texts: Vec<String> = errand.iter().filter_map(|text| text.as_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let answer = match texts.as_slice() {
        [tag, parts @ ..] => carry_out(Language::of_tag(tag).unwrap_or_default(), parts),
        [] => Err(String::new()),
    };
    let (done, text) = match answer {
        Ok(text) => (true, text),
        Err(text) => (false, text),
    };
    js_sys::Array::of2(&JsValue::from_bool(done), &JsValue::from_str(&text))
}
