//! What the shapes of the lock lab mean.

use yew::prelude::*;

use super::super::Context;
use crate::catalogue::{LockWord, Word};

/// The legend.
pub(in super::super) fn legend(page: &Context) -> Html {
    let pill = |class: &'static str| {
        html! { <rect class={classes!("pill", class)} x="1" y="3" width="20" height="10" rx="5" /> }
    };
    let line = |class: &'static str| {
        html! {
            <g class={classes!("wait", class)}>
                <path class="way" d="M1 8H15" />
                <path class="head" d="M22 8l-8-4v8z" />
            </g>
        }
    };
    let items = [
        (LockWord::Holds, pill("holds")),
        (LockWord::Waits, pill("waits")),
        (LockWord::HardEdge, line("hard")),
        (LockWord::SoftEdge, line("soft")),
        (LockWord::Cycle, line("hard lit")),
    ];
    html! {
        <ul class="legend lock-legend" aria-label={page.word(Word::Legend)}>
            { for items.into_iter().map(|(word, mark)| html! {
                <li key={page.language.lock(word)}>
                    <svg class="swatch" viewBox="0 0 23 16" aria-hidden="true">{ mark }</svg>
                    { page.language.lock(word) }
                </li>
            }) }
        </ul>
    }
}
