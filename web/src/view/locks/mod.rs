//! The lock lab: what it has on the stage besides servers and messages, and its pages of the side
//! panel.
//!
//! - `table`: what is locked, who holds it and who waits, in order;
//! - `graph`: who waits for whom, with the clients as its nodes;
//! - `vault`: what the locks protect, and the collector;
//! - `inspect`: a client, the vault, the collector or a table from the inside;
//! - `figures`: what became of transactions, and how long things take.

mod figures;
mod graph;
mod inspect;
mod legend;
mod table;
mod vault;

use std::rc::Rc;

use lockstep_core::lab::locks::LocksView;
use yew::prelude::*;

pub(super) use figures::{panel, times};
pub(super) use graph::arrow;
pub(super) use inspect::{of_node, of_table};
pub(super) use legend::legend;

use super::Context;
use super::stage::is_armed;
use crate::hands::Aim;
use crate::model::{Model, Selection};
use lockstep_core::sim::process::NodeId;

/// What lies below servers and messages: the table, and who waits for whom.
pub(super) fn backdrop(model: &Model, page: &Context, locks: &LocksView) -> Html {
    let Some(places) = &model.scene.layout.locks else { return Html::default() };
    html! {
        <g class="locks">
            { table::table(model, page, locks, places) }
            { graph::edges(model, page, locks, places) }
        </g>
    }
}

/// Clients, the vault and the collector.
pub(super) fn cast(model: &Model, aim: &Aim, locks: &LocksView) -> Html {
    let layout = &model.scene.layout;
    let flags = |node: NodeId| {
        let selected = model.selection == Some(Selection::Node(node));
        (selected, is_armed(model, aim, node))
    };
    let locker = |client| {
        let (selected, armed) = flags(graph::node(client));
        graph::card(locks, client, Rc::clone(layout), selected, armed)
    };
    let collector = locks.collector.as_ref();
    html! {
        <>
            <g>{ for locks.clients.iter().map(locker) }</g>
            <g>{ vault::card(&locks.vault, Rc::clone(layout), flags(locks.vault.node)) }</g>
            <g>
                { for collector.map(|one| {
                    vault::collector(one, Rc::clone(layout), flags(one.node))
                }) }
            </g>
        </>
    }
}

/// The letter of a mode, as it is drawn.
pub(super) fn letter(mode: &str) -> &'static str {
    if mode == "x" { "X" } else { "S" }
}

/// As much of a name as there is room for.
pub(super) fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
