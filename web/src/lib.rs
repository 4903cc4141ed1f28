//! Lockstep's page. This first version only proves the pipeline from Rust to the browser.

use yew::prelude::*;

/// The page's root component.
#[component]
pub fn App() -> Html {
    html! { <main><h1>{ "Lockstep" }</h1></main> }
}
