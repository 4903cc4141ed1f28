//! Who waits for whom. Clients are the nodes and stand still; lines come and go.
//!
//! A line says that somebody waits for somebody: drawn through where the other holds what it wants
//! (a hard edge), dashed where the other only stands before it in a queue (a soft one), dotted
//! where only the collector believes so. All lines bend to the same side, so that two that wait
//! for each other are two lines.

use std::rc::Rc;

use lockstep_core::lab::NodeName;
use lockstep_core::lab::locks::LocksView;
use lockstep_core::lab::locks::situation::Going;
use lockstep_core::lab::locks::view::{BeliefView, EdgeView, LockerView};
use lockstep_core::lock::client::Doing;
use lockstep_core::lock::client::transaction::Why;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::super::{Context, on_key, use_page};
use super::{letter, shortened};
use crate::action::Action;
use crate::catalogue::{Language, LockWord, Word};
use crate::diagram::strokes;
use crate::geometry::{Layout, LockPlaces, Point};
use crate::model::Model;
use crate::number::tenths;

/// How far a line bends from the straight one.
const BEND: f64 = 18.0;
/// How long the head of an arrow is, and half its width.
const HEAD: (f64, f64) = (9.0, 4.2);

/// The lines, and their head line.
pub(super) fn edges(model: &Model, page: &Context, locks: &LocksView, places: &LockPlaces) -> Html {
    let names = model.session.names();
    let layout = &model.scene.layout;
    let place = |name: NodeName| names.id(name).map(NodeId::index);
    let edge = |(edge, ghost): (&EdgeView, bool)| {
        let (from, to) = (place(edge.from)?, place(edge.to)?);
        let kind = match (ghost, edge.soft) {
            (true, _) => "ghost",
            (_, true) => "soft",
            (_, false) => "hard",
        };
        let bend = if edge.soft { BEND * 1.5 } else { BEND };
        let (line, head) = arrow(layout.bent(from, to, bend), HEAD);
        let lit = edge.on_cycle.then_some("lit");
        Some(html! {
            <g
                key={format!("{}-{}-{kind}", edge.from, edge.to)}
                class={classes!("wait", kind, lit)}
                data-edge={format!("{}>{}", edge.from, edge.to)}
            >
                <path class="way" d={line} />
                <path class="head" d={head} />
            </g>
        })
    };
    let real = locks.edges.iter().map(|edge| (edge, false));
    let all = ghosts(locks).into_iter().map(|edge| (edge, true)).chain(real);
    let text = page.language.lock(LockWord::Graph);
    html! {
        <g class="graph">
            <text
                class="column-head"
                x={tenths(places.graph.left)}
                y={tenths(places.graph.top + 12.0)}
            >
                { format!("{text} ") }
            </text>
            <g>{ for all.filter_map(edge) }</g>
        </g>
    }
}

/// What the collector still believes, and is no more: each once.
fn ghosts(locks: &LocksView) -> Vec<&EdgeView> {
    let gathered = locks.collector.iter().flat_map(|one| &one.gathered);
    let same = |one: &EdgeView, other: &EdgeView| (one.from, one.to) == (other.from, other.to);
    let gone = |edge: &&EdgeView| !locks.edges.iter().any(|other| same(edge, other));
    let mut ghosts: Vec<&EdgeView> = Vec::new();
    for edge in gathered.flat_map(|(_, edges)| edges).filter(gone) {
        if !ghosts.iter().any(|other| same(edge, other)) {
            ghosts.push(edge);
        }
    }
    ghosts
}

/// A bent line and the head at its end, as paths. The head is so long, and half of it so wide.
pub(in super::super) fn arrow(
    [from, middle, to]: [Point; 3],
    (length, half): (f64, f64),
) -> (String, String) {
    let pair = |point: Point| format!("{} {}", tenths(point.x), tenths(point.y));
    let whole = middle.distance(to).max(1.0);
    let (ahead, aside) = ((to.x - middle.x) / whole, (to.y - middle.y) / whole);
    let base = Point::new(to.x - ahead * length, to.y - aside * length);
    let line = format!("M{}Q{} {}", pair(from), pair(middle), pair(base));
    let mut head = String::new();
    strokes::go(&mut head, to.x, to.y);
    for side in [half, -half] {
        let corner = Point::new(base.x - aside * side, base.y + ahead * side);
        head.push_str(&format!("L{}", pair(corner)));
    }
    head.push('z');
    (line, head)
}

/// Where a client stands in the kernel.
pub(super) const fn node(client: &LockerView) -> NodeId {
    client.node
}

/// A client, with what is to be said of it as a node of the graph.
pub(super) fn card(
    locks: &LocksView,
    client: &LockerView,
    layout: Rc<Layout>,
    selected: bool,
    armed: bool,
) -> Html {
    let name = client.name;
    let victim = match &locks.situation.going {
        Going::Deadlock { victim, .. } => *victim == Some(name),
        Going::Aborted { client, .. } => *client == name,
        _ => false,
    };
    html! {
        <LockerCard
            key={name.to_string()}
            client={client.clone()}
            {layout}
            on_cycle={locks.cycle.contains(&name)}
            {victim}
            {selected}
            {armed}
        />
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    client: LockerView,
    layout: Rc<Layout>,
    on_cycle: bool,
    victim: bool,
    selected: bool,
    armed: bool,
}

/// A client: its name and what it is doing, what it believes to hold, and the step that it is at.
/// Its name for who listens is all that. (Spaces that end texts keep words apart.)
#[component]
fn LockerCard(props: &Props) -> Html {
    let page = use_page();
    let Props { client, layout, on_cycle, victim, selected, armed } = props;
    let at = layout.place(client.node.index());
    let (width, height) = (layout.card_width, layout.card_height);
    let (left, top) = (-width / 2.0 + 10.0, -height / 2.0);
    let state = doing(page.language, client);
    let step = step(page.language, client);
    let class = classes!(
        "client",
        "locker",
        class(client),
        on_cycle.then_some("lit"),
        victim.then_some("victim"),
        selected.then_some("selected"),
        armed.then_some("armed"),
    );
    // In units of the drawing; a letter of the step is so wide.
    let letters = 6.8;
    let room = |letter: f64| usize::try_from(crate::number::whole((width - 20.0) / letter));
    let room = room(letters).unwrap_or(12);
    html! {
            <g
                {class}
                transform={super::super::message::translate(at)}
                role="button"
                tabindex="0"
                aria-pressed={selected.to_string()}
                data-node={client.name.to_string()}
                onclick={page.on::<MouseEvent>(Action::Touch(client.node))}
                onkeydown={on_key(&page, Action::Touch(client.node))}
            >
                <rect
                    class="body"
                    x={tenths(-width / 2.0)}
                    y={tenths(top)}
                    width={tenths(width)}
                    height={tenths(height)}
                    rx="12"
                />
                <text class="name" x={tenths(left)} y={tenths(top + 18.0)}>
                    { format!("{} ", client.name) }
                </text>
                <text class="doing" x={tenths(width / 2.0 - 10.0)} y={tenths(top + 17.5)}>
                    { format!("{state} ") }
                </text>
                { beliefs(&page, client, Point::new(left, top + 35.0), room) }
    <text
                    class={classes!("step", is_mishap(client).then_some("bad"))}
                    x={tenths(left)}
                    y={tenths(top + 51.5)}
                >
                    { format!("{} ", shortened(&step, room)) }
                </text>
                <g>
                    if *victim {
                        <text class="victim-word" x="0" y={tenths(top - 6.0)}>
                            { page.language.lock(LockWord::Victim) }
                        </text>
                    }
                </g>
            </g>
        }
}

/// What it believes to hold. What the table does not say too is struck out.
fn beliefs(page: &Context, client: &LockerView, at: Point, room: usize) -> Html {
    let text =
        |held: &BeliefView| format!("{} {}#{}", held.resource, letter(held.mode), held.token);
    let mut left = room;
    let mut parts: Vec<(String, bool)> = Vec::new();
    for (nth, held) in client.holds.iter().enumerate() {
        let whole = text(held);
        let length = whole.chars().count() + 1;
        let rest = client.holds.len() - nth;
        if length > left && rest > 1 || left < 6 {
            parts.push((format!("+{rest}"), held.valid));
            break;
        }
        parts.push((shortened(&whole, left), held.valid));
        left = left.saturating_sub(length + 1);
    }
    let part = |(nth, (text, valid)): (usize, (String, bool))| {
        let class = if valid { "valid" } else { "void" };
        html! { <tspan key={nth} {class}>{ format!("{text} ") }</tspan> }
    };
    let none = parts.is_empty().then(|| {
        let text = page.language.lock(LockWord::Nothing);
        html! { <tspan key="none" class="none">{ format!("{text} ") }</tspan> }
    });
    html! {
        <text class="beliefs" x={tenths(at.x)} y={tenths(at.y)}>
            { for none.into_iter().chain(parts.into_iter().enumerate().map(part)) }
        </text>
    }
}

const fn class(client: &LockerView) -> &'static str {
    match client.doing {
        _ if !client.up => "down",
        _ if client.paused => "paused",
        Doing::Waiting => "waiting",
        Doing::BackingOff => "backing-off",
        Doing::Idle | Doing::Resting => "idle",
        Doing::Asking | Doing::Reading | Doing::Writing | Doing::Working | Doing::LettingGo => "",
    }
}

/// What a client is doing, in a word.
pub(super) const fn doing(language: Language, client: &LockerView) -> &'static str {
    match (client.up, client.paused) {
        (false, _) => language.word(Word::Down),
        (_, true) => language.word(Word::Paused),
        _ => language.doing(client.doing),
    }
}

/// Whether it says what went wrong, and not what comes next.
fn is_mishap(client: &LockerView) -> bool {
    let ends = matches!(client.doing, Doing::BackingOff | Doing::LettingGo | Doing::Idle);
    let of_this = |mishap: &lockstep_core::lab::locks::view::MishapView| {
        client.doing == Doing::Idle
            || (mishap.transaction, mishap.attempt) == (client.transaction, client.attempt)
    };
    client.up && ends && client.mishap.as_ref().is_some_and(of_this)
}

/// The step that it is at or, where it gave up or was aborted, why.
fn step(language: Language, client: &LockerView) -> String {
    if let Some(mishap) = client.mishap.as_ref().filter(|_| is_mishap(client)) {
        let why: Why = mishap.why;
        return format!("✕ {}", language.mishap(why));
    }
    let step = usize::try_from(client.step).ok().and_then(|place| client.script.get(place));
    step.map_or_else(String::new, |step| format!("▸ {step}"))
}
