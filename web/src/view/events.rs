//! What happened, newest first, in words.

use lockstep_core::lab::{Event, Names};
use yew::prelude::*;

use super::Context;
use crate::action::{Action, Play};
use crate::catalogue::Word;
use crate::number::{rest_of_seconds, seconds};

/// The events of the last steps. Pressing one's time goes there.
pub(super) fn list(page: &Context, names: Names, events: &[Event]) -> Html {
    let item = |event: &Event| {
        let sentence = page.language.event(names, event)?;
        let key = format!("{}.{}", event.id.step(), event.id.ordinal());
        let time = format!("{} {}", seconds(event.time_us), rest_of_seconds(event.time_us));
        let root = event.id.ordinal() == 0;
        Some(html! {
            <li {key} class={if root { "root" } else { "" }}>
                if root {
                    <button
                        class="when"
                        onclick={page.on::<MouseEvent>(Action::Play(Play::Seek(event.time_us)))}
                    >
                        { time }
                    </button>
                } else {
                    <span class="when"></span>
                }
                <span>{ sentence }</span>
            </li>
        })
    };
    let items: Vec<Html> = events.iter().rev().filter_map(item).collect();
    if items.is_empty() {
        return html! { <p class="nothing">{ page.word(Word::NoEvents) }</p> };
    }
    html! { <ol class="events">{ for items }</ol> }
}
