//! What the letters and colours of the cache lab mean.

use yew::prelude::*;

use super::super::Context;
use super::tile;
use crate::catalogue::{StageWord, Word};

/// The legend.
pub(in super::super) fn legend(page: &Context) -> Html {
    let items = [
        ("M", StageWord::Modified),
        ("E", StageWord::Exclusive),
        ("S", StageWord::Shared),
        ("I", StageWord::Invalid),
        ("IS_D", StageWord::Transient),
    ];
    html! {
        <ul class="legend cache-legend" aria-label={page.word(Word::Legend)}>
            { for items.into_iter().map(|(state, word)| html! {
                <li key={state}>
                    <svg class="swatch" viewBox="0 0 20 20" aria-hidden="true">
                        { tile(state, "0", "0") }
                    </svg>
                    { page.language.stage(word) }
                </li>
            }) }
        </ul>
    }
}
