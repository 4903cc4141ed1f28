//! The cache lab: what it has on the stage besides messages, and its pages of the side panel.
//!
//! - `node`: a cache, with its lines as lettered tiles;
//! - `home`: a home's directory and memory, or the bus;
//! - `diagram`: the states of the chosen line, and how it comes from one to another;
//! - `transactions`: what is under way, and what has lately come to its end;
//! - `trail`: the messages of the one that is followed;
//! - `table`: the transitions as the core has them, filling in as they are seen;
//! - `inspect`: a cache, a home or the bus from the inside;
//! - `figures`: how well the caches serve.

mod diagram;
mod figures;
mod home;
mod inspect;
mod legend;
mod node;
mod table;
mod trail;
mod transactions;

use std::rc::Rc;

use lockstep_core::cache::address::Word;
use lockstep_core::cache::message::Transaction;
use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::raft::view::MessageView;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

pub(super) use figures::panel;
pub(super) use inspect::of_node;
pub(super) use legend::legend;
pub(super) use table::{dialog as table_dialog, panel as table};
pub(super) use trail::followed;

use super::Context;
use super::links::line;
use super::stage::is_armed;
use crate::catalogue::{Language, StageWord};
use crate::coherence::{LineState, Move};
use crate::geometry::locks::Area;
use crate::hands::Aim;
use crate::model::{Model, Selection};
use crate::number::{real, tenths};

/// Caches, homes or the bus, the state diagram and what is under way.
pub(super) fn cast(model: &Model, page: &Context, aim: &Aim, cache: &CacheView) -> Html {
    let layout = &model.scene.layout;
    let flags = |node: NodeId| {
        let selected = model.selection == Some(Selection::Node(node));
        (selected, is_armed(model, aim, node))
    };
    let chosen = chosen_node(model, cache);
    // What belongs together is tied together by the ways that it takes.
    let lit = model.lit_transaction();
    let messages = model.scene.view.messages.iter();
    let of_lit = messages.filter(|message| lit.is_some_and(|lit| belongs(model, message, lit)));
    let way = |message: &MessageView| {
        let lane = layout.lane(message.id.from.index(), message.id.to.index());
        line("way-of", lane, message.name.to_string())
    };
    let card = |one| node::card(model, cache, one, flags, chosen);
    html! {
        <g class="coherence">
            <g>{ for of_lit.map(way) }</g>
            <g>{ for cache.caches.iter().map(card) }</g>
            <g>{ home::cards(model, page, cache, flags) }</g>
            { diagram::diagram(model, page, cache, chosen) }
            { transactions::list(model, page, cache, Rc::clone(layout)) }
        </g>
    }
}

/// More messages than this say what they say only where their transaction stands out.
const MOST_SAYING: usize = 14;
/// The words of a longer line are not written on a message.
const MOST_WORDS_SAID: usize = 2;

/// Whether a message belongs to a transaction.
pub(super) fn belongs(model: &Model, message: &MessageView, transaction: Transaction) -> bool {
    message.coherence.as_ref().is_some_and(|about| {
        let requester = model.session.names().id(about.requester);
        (requester, about.number) == (Some(transaction.requester), transaction.number)
    })
}

/// What is written on a message.
pub(super) fn says(
    model: &Model,
    message: &MessageView,
    lit: Option<Transaction>,
) -> Option<AttrValue> {
    let about = message.coherence.as_ref()?;
    let many = model.scene.view.messages.len() > MOST_SAYING;
    if many && !lit.is_some_and(|lit| belongs(model, message, lit)) {
        return None;
    }
    let text = match &about.words {
        // More would cover the messages beside it; whoever selects it reads them.
        Some(words) if words.split(' ').count() <= MOST_WORDS_SAID => {
            format!("{} {}={words}", about.says, about.name)
        }
        _ => format!("{} {}", about.says, about.name),
    };
    Some(shortened(&text, 22).into())
}

/// The cache whose state of the chosen line the diagram shows: the selected one; else the one in
/// which something has happened to it last.
fn chosen_node(model: &Model, cache: &CacheView) -> NodeId {
    let nodes = || cache.caches.iter().map(|one| one.node);
    if let Some(Selection::Node(node)) = model.selection
        && nodes().any(|other| other == node)
    {
        return node;
    }
    let line = model.coherence.line;
    let is_here = |one: &Move| one.line == line && matches!(one.from, LineState::Cache(_));
    let last = model.scene.moves.iter().rev().find(|one| is_here(one));
    last.map(|one| one.node).or_else(|| nodes().next()).unwrap_or(NodeId(0))
}

/// What a state looks like: colour, and for one on its way, that of where it came from, in a broken
/// frame of the colour of where it goes.
fn state_class(state: &str) -> Classes {
    let mut letters = state.chars().filter(|letter| "MESI".contains(*letter));
    let class = |letter: char| match letter {
        'M' => "st-m",
        'E' => "st-e",
        'S' => "st-s",
        _ => "st-i",
    };
    let from = class(letters.next().unwrap_or('I'));
    let to = state.contains('_').then(|| match letters.next() {
        Some('M') => "transient to-m",
        Some('E') => "transient to-e",
        Some('S') => "transient to-s",
        // The home's one waits for data, and is shared then.
        None | Some(_) if state == "S_D" => "transient to-s",
        _ => "transient to-i",
    });
    classes!("tile", from, to)
}

/// A state as a tile on the stage: its letter, on its colour. `x`, `y`: its left upper corner.
fn tile(state: &'static str, x: &str, y: &str) -> Html {
    let (x, y) = (x.to_owned(), y.to_owned());
    let letter = state.get(..1).unwrap_or("I");
    html! {
        <svg class={state_class(state)} {x} {y} width="20" height="20">
            <rect x="1" y="1" width="18" height="18" rx="4" />
            <text x="10" y="14.6">{ format!("{letter} ") }</text>
        </svg>
    }
}

/// A state in a text.
fn state_text(state: &'static str) -> Html {
    html! { <code class={classes!(state_class(state), "text")}>{ state }</code> }
}

/// Words in a text of the stage. `room`: for so many letters.
fn words(language: Language, words: &[Word], stale: &[bool], room: usize) -> Html {
    let parts = worded(language.stage(StageWord::Stale), words, stale, room);
    let part = |(nth, (text, class)): (usize, (String, &'static str))| {
        html! { <tspan key={nth} {class}>{ text }</tspan> }
    };
    html! { <>{ for parts.into_iter().enumerate().map(part) }<tspan key="end">{ " " }</tspan></> }
}

/// The parts of such a text, each with its class. Words that are out of date have another colour,
/// and the last of them that is shown is said to be; where there is too little room even for that
/// word, they are struck out.
fn worded(sign: &str, words: &[Word], stale: &[bool], room: usize) -> Vec<(String, &'static str)> {
    let is_stale = |nth: usize| stale.get(nth).copied().unwrap_or(false);
    let sign = format!(" ({sign})");
    let first = words.first().map_or(0, |word| word.to_string().len());
    let says = stale.contains(&true) && first + sign.chars().count() <= room;
    let mut left = if says { room - sign.chars().count() } else { room };
    let mut parts = Vec::new();
    // The sign goes to the last part that is out of date, or that stands for one which is.
    let mut last = None;
    for (nth, word) in words.iter().enumerate() {
        let text = word.to_string();
        let more = nth + 1 < words.len();
        if nth > 0 && text.len() + usize::from(more) * 2 > left {
            let hides = (nth..words.len()).any(is_stale);
            last = if hides { Some(parts.len()) } else { last };
            parts.push(("…".to_owned(), if hides { "stale" } else { "" }));
            break;
        }
        left = left.saturating_sub(text.len() + 1);
        let class = match (is_stale(nth), says) {
            (false, _) => "",
            (true, true) => "stale",
            (true, false) => "stale struck",
        };
        last = if is_stale(nth) { Some(parts.len()) } else { last };
        parts.push((text, class));
        if more {
            parts.push((" ".to_owned(), ""));
        }
    }
    if let Some(place) = last.filter(|_| says) {
        parts[place].0.push_str(&sign);
    }
    parts
}

/// Words where there is no room for signs: those that are out of date are said to be.
fn words_said(page: &Context, words: &[Word], stale: &[bool]) -> String {
    let word = |(nth, word): (usize, &Word)| {
        let is_stale = stale.get(nth).copied().unwrap_or(false);
        let sign = if is_stale {
            format!(" ({})", page.language.stage(StageWord::Stale))
        } else {
            String::new()
        };
        format!("{word}{sign}")
    };
    words.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// That a card has no room for so many lines, and where they are: at its foot. A press on the card
/// leads there.
fn more(page: &Context, left_out: usize, area: Area) -> Option<Html> {
    if left_out == 0 {
        return None;
    }
    let (all, short) = page.language.left_out(left_out);
    let letters = real(all.chars().count() as u64);
    let text = if letters * 6.2 <= area.width - 18.0 { &all } else { &short };
    Some(html! {
        <text class="more" x="10" y={tenths(area.height - 6.0)}>
            <title>{ all.clone() }</title>
            { format!("{text} ") }
        </text>
    })
}

/// As much of a text as there is room for.
fn shortened(text: &str, room: usize) -> String {
    super::locks::shortened(text, room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &[Word], stale: &[bool], room: usize) -> String {
        worded("stale", words, stale, room).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn what_is_out_of_date_is_said_to_be_where_there_is_room() {
        assert_eq!(text(&[0], &[true], 20), "0 (stale)");
        assert_eq!(text(&[7], &[false], 20), "7");
        assert_eq!(text(&[1, 2, 3], &[true, false, false], 20), "1 (stale) 2 3");
        assert_eq!(text(&[1, 2, 3], &[true, true, true], 20), "1 2 3 (stale)");
        let narrow = worded("stale", &[0], &[true], 6);
        assert_eq!(narrow, [("0".to_owned(), "stale struck")], "no room for more");
    }

    #[test]
    fn a_word_out_of_date_that_is_not_shown_is_told_of_too() {
        let words = [141, 122, 173, 144];
        assert_eq!(text(&words, &[false, false, false, true], 18), "141 122 … (stale)");
        assert_eq!(text(&words, &[true, false, false, false], 18), "141 (stale) 122 …");
    }
}
