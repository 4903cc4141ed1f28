//! What the locks protect, and the collector.

use std::rc::Rc;

use lockstep_core::lab::NodeName;
use lockstep_core::lab::locks::view::{CollectorView, ShelfView, VaultView};
use yew::prelude::*;

use super::super::message::translate;
use super::super::{Context, on_key, use_page};
use super::shortened;
use crate::action::Action;
use crate::catalogue::{LockWord, Word};
use crate::geometry::{Form, Layout};
use crate::number::{real, tenths};

/// The vault, selected or not, part of an intervention or not.
pub(super) fn card(vault: &VaultView, layout: Rc<Layout>, flags: (bool, bool)) -> Html {
    let (selected, armed) = flags;
    html! { <VaultCard key="vault" vault={vault.clone()} {layout} {selected} {armed} /> }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    vault: VaultView,
    layout: Rc<Layout>,
    selected: bool,
    armed: bool,
}

/// The vault: a shelf for each thing that can be locked.
#[component]
fn VaultCard(props: &Props) -> Html {
    let page = use_page();
    let Props { vault, layout, selected, armed } = props;
    let Some(places) = &layout.locks else { return Html::default() };
    let area = places.vault;
    let word = |word| page.language.lock(word);
    let fencing = word(if vault.fencing { LockWord::FencingOn } else { LockWord::FencingOff });
    let state = match (vault.up, vault.paused) {
        (false, _) => Some(("down", page.word(Word::Down))),
        (_, true) => Some(("paused", page.word(Word::Paused))),
        _ => None,
    };
    let title = state.map_or(fencing, |(_, state)| state);
    let unfenced = (!vault.fencing).then_some("unfenced");
    let lost: u64 = vault.shelves.iter().map(|shelf| shelf.lost).sum();
    let loses = (lost > 0).then_some("loses");
    let flags = classes!(selected.then_some("selected"), armed.then_some("armed"), loses);
    let class = classes!("client", "vault", state.map(|(class, _)| class), unfenced, flags);
    let width = (area.width - 16.0) / real(vault.shelves.len().max(1) as u64);
    let shelf = |(nth, one): (u32, &ShelfView)| {
        let left = area.left + 12.0 + width * f64::from(nth);
        shelf(&page, one, [left, area.top, width], layout.form)
    };
    html! {
        <g
            {class}
            role="button"
            tabindex="0"
            aria-pressed={selected.to_string()}
            data-node="vault"
            onclick={page.on::<MouseEvent>(Action::Touch(vault.node))}
            onkeydown={on_key(&page, Action::Touch(vault.node))}
        >
            <rect
                class="body"
                x={tenths(area.left)}
                y={tenths(area.top)}
                width={tenths(area.width)}
                height={tenths(area.height)}
                rx="8"
            />
            <text class="name" x={tenths(area.left + 12.0)} y={tenths(area.top + 18.0)}>
                { format!("{} ", word(LockWord::Vault)) }
            </text>
            <text
                class="fencing"
                x={tenths(area.left + area.width - 12.0)}
                y={tenths(area.top + 18.0)}
            >
                { format!("{title} ") }
            </text>
            <g>{ for (0..).zip(&vault.shelves).map(shelf) }</g>
        </g>
    }
}

/// What is kept of one thing: its value, what was lost of it, and the tokens.
fn shelf(page: &Context, one: &ShelfView, [left, top, width]: [f64; 3], form: Form) -> Html {
    let letter = if form == Form::Wide { 7.4 } else { 7.0 };
    let room = usize::try_from(crate::number::whole((width - 6.0) / letter)).unwrap_or(3);
    let tokens = match one.told > one.seen {
        true => format!("#{} ‹ #{}", one.seen, one.told),
        false => format!("#{}", one.seen),
    };
    let [seen, told] = [LockWord::Seen, LockWord::Told].map(|word| page.language.lock(word));
    let meaning = format!("{seen} #{}, {told} #{}", one.seen, one.told);
    let value = format!("{} = {}", shortened(&one.resource, room.saturating_sub(4)), one.value);
    let lost = (one.lost > 0).then(|| {
        let word = page.language.lock(LockWord::Lost);
        let text = shortened(&format!("✕ {} {word}", one.lost), room);
        html! { <tspan key="lost" class="lost">{ format!("{text} ") }</tspan> }
    });
    html! {
        <g key={one.resource.clone()} class="shelf">
            <text class="value" x={tenths(left)} y={tenths(top + 40.0)}>
                { format!("{value} ") }
            </text>
            <text class="tokens" x={tenths(left)} y={tenths(top + 60.0)}>
                <title>{ meaning }</title>
                <tspan key="tokens">{ format!("{tokens} ") }</tspan>
                { for lost }
            </text>
        </g>
    }
}

/// The collector, selected or not, part of an intervention or not.
pub(super) fn collector(one: &CollectorView, layout: Rc<Layout>, flags: (bool, bool)) -> Html {
    let (selected, armed) = flags;
    let (up, paused, node) = (one.up, one.paused, one.node);
    let edges = one.gathered.iter().map(|(_, edges)| edges.len() as u64).sum::<u64>();
    html! {
        <CollectorCard
            key="collector"
            {up}
            {paused}
            number={node.0}
            {edges}
            {layout}
            {selected}
            {armed}
        />
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct CollectorProps {
    up: bool,
    paused: bool,
    number: u8,
    edges: u64,
    layout: Rc<Layout>,
    selected: bool,
    armed: bool,
}

/// The collector: how many edges it knows of.
#[component]
fn CollectorCard(props: &CollectorProps) -> Html {
    let page = use_page();
    let CollectorProps { up, paused, number, edges, layout, selected, armed } = props;
    let node = lockstep_core::sim::process::NodeId(*number);
    let state = match (up, paused) {
        (false, _) => Some("down"),
        (_, true) => Some("paused"),
        _ => None,
    };
    let flags = classes!(selected.then_some("selected"), armed.then_some("armed"));
    let word = page.language.lock(LockWord::Collector);
    html! {
        <g
            class={classes!("client", "collector", state, flags)}
            transform={translate(layout.place(node.index()))}
            role="button"
            tabindex="0"
            aria-pressed={selected.to_string()}
            data-node={NodeName::Collector.to_string()}
            onclick={page.on::<MouseEvent>(Action::Touch(node))}
            onkeydown={on_key(&page, Action::Touch(node))}
        >
            <rect class="body" x="-46" y="-17" width="92" height="34" rx="8" />
            <text class="name" x="0" y="-2">{ format!("{word} ") }</text>
            <text class="status" x="0" y="12">
                { format!("{edges} {} ", page.language.lock(LockWord::Edges)) }
            </text>
        </g>
    }
}
