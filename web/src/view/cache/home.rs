//! A home on the stage: its directory and the memory behind it; or the bus, with memory only.

use std::rc::Rc;

use lockstep_core::lab::NodeName;
use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::cache::view::{BusView, HomeView, LineView};
use lockstep_core::sim::order::arrange;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::super::{Context, on_key, use_page};
use super::{more, shortened, tile, words};
use crate::action::Action;
use crate::catalogue::{Language, StageWord, Word};
use crate::coherence::Look;
use crate::geometry::Layout;
use crate::geometry::cache::COLUMNS_FROM;
use crate::model::Model;
use crate::number::{real, tenths, whole};

/// The cards of all homes, or the bus.
pub(super) fn cards(
    model: &Model,
    page: &Context,
    cache: &CacheView,
    flags: impl Fn(NodeId) -> (bool, bool),
) -> Html {
    let layout = &model.scene.layout;
    let line = model.coherence.line;
    let language = page.language;
    let card = |node: NodeId, name: NodeName, condition, head: [String; 2], lines| {
        let (selected, armed) = flags(node);
        html! {
            <HomeCard
                key={name.to_string()}
                {node}
                {name}
                layout={Rc::clone(layout)}
                {condition}
                {head}
                {lines}
                {line}
                {selected}
                {armed}
            />
        }
    };
    let home = |home: &HomeView| {
        let lines = cache.lines.iter().filter(|line| line.home == Some(home.name));
        let head = [language.stage(StageWord::Directory).to_owned(), lost(language, home)];
        card(home.node, home.name, (home.up, home.paused), head, lines.cloned().collect())
    };
    let bus = |bus: &BusView| {
        let head = [serving(language, bus), queue(language, bus)];
        card(bus.node, NodeName::Bus, (bus.up, bus.paused), head, cache.lines.clone())
    };
    html! { <>{ for cache.homes.iter().map(home).chain(cache.bus.iter().map(bus)) }</> }
}

/// What may have been lost here.
fn lost(language: Language, home: &HomeView) -> String {
    let one =
        |loss: &lockstep_core::lab::cache::view::LossView| format!("{} ({})", loss.line, loss.node);
    match home.losses.as_slice() {
        [] => String::new(),
        all => {
            let all: Vec<String> = all.iter().map(one).collect();
            format!("{}: {}", language.stage(StageWord::MaybeLost), all.join(", "))
        }
    }
}

/// Who is served on the bus.
fn serving(language: Language, bus: &BusView) -> String {
    match &bus.serving {
        Some((who, what, line)) => {
            format!("{} {who}: {what} {line}", language.stage(StageWord::Serves))
        }
        None => language.stage(StageWord::Nothing).to_owned(),
    }
}

/// Who waits for the bus, and whom it waits for.
fn queue(language: Language, bus: &BusView) -> String {
    let names =
        |names: &[NodeName]| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut parts = Vec::new();
    if !bus.unanswered.is_empty() {
        let unanswered = language.stage(StageWord::Unanswered);
        parts.push(format!("{unanswered}: {}", names(&bus.unanswered)));
    }
    if !bus.waiting.is_empty() {
        let waits = language.stage(StageWord::Waits);
        parts.push(format!("{waits}: {}", names(&bus.waiting)));
    }
    parts.join(" · ")
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    node: NodeId,
    name: NodeName,
    layout: Rc<Layout>,
    /// Whether it is up, and whether it is paused.
    condition: (bool, bool),
    /// What stands beside its name, and at the right.
    head: [String; 2],
    lines: Vec<LineView>,
    /// The chosen line.
    line: u8,
    selected: bool,
    armed: bool,
}

impl Props {
    /// The lines that are shown: all, where there is room; else the chosen one and those about
    /// which there is most to say.
    fn shown(&self) -> Vec<&LineView> {
        let rows = self.layout.cache.as_ref().map_or(0, |places| places.home_rows);
        let mut all: Vec<&LineView> = self.lines.iter().collect();
        if all.len() > rows {
            let weight = |line: &&LineView| {
                let busy = !line.stalled.is_empty() || line.state == Some("S_D");
                let used = line.state.is_some_and(|state| state != "I");
                let stale = line.stale.contains(&true);
                let weights = [line.line == self.line, busy, used, stale];
                let least = weights.into_iter().fold(0, |sum, has| sum << 1 | u64::from(!has));
                (least, 0)
            };
            arrange(&mut all, weight);
            all.truncate(rows);
            arrange(&mut all, |line| (line.line.into(), 0));
        }
        all
    }
}

/// A home, or the bus. Its head is one button; each of its lines is another.
#[component]
fn HomeCard(props: &Props) -> Html {
    let page = use_page();
    let Props { node, name, layout, condition, head, selected, armed, .. } = props;
    let area = layout.card(node.index());
    let is_wide = area.width >= COLUMNS_FROM;
    let state = match condition {
        (false, _) => Some(("down", Word::Down)),
        (_, true) => Some(("paused", Word::Paused)),
        _ => None,
    };
    let is_bus = matches!(name, NodeName::Bus);
    let class = classes!(
        "home-card",
        is_bus.then_some("bus"),
        state.map(|(class, _)| class),
        selected.then_some("selected"),
        armed.then_some("armed"),
    );
    let [beside, aside] = head;
    let aside = state.map_or_else(|| aside.clone(), |(_, word)| page.word(word).to_owned());
    let room = usize::try_from(whole(area.width / 6.4)).unwrap_or(20);
    let left = room.saturating_sub(beside.chars().count() + 8);
    let row = |(nth, line): (usize, &LineView)| line_row(&page, props, nth, line, is_wide);
    let shown = props.shown();
    let more = more(&page, props.lines.len() - shown.len(), area);
    html! {
        <g {class} transform={format!("translate({} {})", tenths(area.left), tenths(area.top))}>
            <g
                class="face"
                role="button"
                tabindex="0"
                aria-pressed={selected.to_string()}
                data-node={name.to_string()}
                onclick={page.on::<MouseEvent>(Action::Touch(*node))}
                onkeydown={on_key(&page, Action::Touch(*node))}
            >
                <rect
                    class="body"
                    width={tenths(area.width)}
                    height={tenths(area.height)}
                    rx="10"
                />
                if is_bus {
                    <rect class="wire" width={tenths(area.width)} height="27" rx="10" />
                }
                <text class="name" x="10" y="19">{ format!("{name} ") }</text>
                <text class="beside" x={if is_bus { "42" } else { "34" }} y="18.5">
                    { format!("{} ", shortened(beside, room.saturating_sub(6))) }
                </text>
                <text class="aside" x={tenths(area.width - 10.0)} y="18.5">
                    { format!("{} ", shortened(&aside, left)) }
                </text>
                { heads(&page, area.width, is_wide, is_bus) }
                { for more }
            </g>
            <g>{ for shown.into_iter().enumerate().map(row) }</g>
        </g>
    }
}

/// Where the columns of a wide home begin: who has a copy, what memory holds, who waits.
fn columns(width: f64) -> [f64; 3] {
    [58.0, width * 0.4, width * 0.66]
}

/// The heads of the columns; a narrow home has none. Who waits for the bus stands at its top.
fn heads(page: &Context, width: f64, is_wide: bool, is_bus: bool) -> Html {
    let y = if is_bus { "39" } else { "36" };
    let words = [StageWord::WhoHasIt, StageWord::Memory, StageWord::Waits];
    let head = |(word, x): (StageWord, f64)| {
        let text = page.language.stage(word);
        html! {
            <text key={text} class="column-head" x={tenths(x)} {y}>{ format!("{text} ") }</text>
        }
    };
    let count = if is_wide { 3 - usize::from(is_bus) } else { 0 };
    let all = words.into_iter().zip(columns(width)).take(count).map(head);
    html! { <g>{ for all }</g> }
}

/// Who has a copy, by the directory.
fn holders(language: Language, line: &LineView) -> String {
    let sharers = line.sharers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    match line.owner {
        Some(owner) if sharers.is_empty() => {
            format!("{} {owner}", language.stage(StageWord::Owner))
        }
        Some(owner) => format!("{} {owner} · {sharers}", language.stage(StageWord::Owner)),
        None => sharers,
    }
}

/// A line: its state in the directory, who has it, what memory holds, who waits.
fn line_row(page: &Context, props: &Props, nth: usize, line: &LineView, is_wide: bool) -> Html {
    let Props { layout, node, .. } = props;
    let area = layout.card(node.index());
    let places = layout.cache.as_ref().map(|places| (places.home_head, places.home_row));
    let (head, pitch) = places.unwrap_or_default();
    let top = head + pitch * real(nth as u64);
    let middle = pitch / 2.0;
    let chosen = line.line == props.line;
    let choose = Action::Look(Look::Line(line.line));
    html! {
        <g
            key={line.line}
            class={classes!("line-row", chosen.then_some("chosen"))}
            transform={format!("translate(0 {})", tenths(top))}
            role="button"
            tabindex="0"
            aria-pressed={chosen.to_string()}
            data-line={line.name.clone()}
            data-state={line.state}
            onclick={page.on::<MouseEvent>(choose.clone())}
            onkeydown={on_key(page, choose)}
        >
            <rect
                class="row-body"
                x="3"
                width={tenths(area.width - 6.0)}
                height={tenths(pitch - 1.0)}
                rx="5"
            />
            <text class="line-name" x="10" y={tenths(middle + 4.0)}>
                { format!("{} ", line.name) }
            </text>
            { for line.state.map(|state| tile(state, "26", &tenths(middle - 10.0))) }
            <g>{ for texts(page, line, (area.width, middle), is_wide) }</g>
        </g>
    }
}

/// What stands in a row besides its tile: who has the line, what memory holds, who waits.
fn texts(page: &Context, line: &LineView, (width, middle): (f64, f64), is_wide: bool) -> [Html; 3] {
    let holders = holders(page.language, line);
    let stalled = line.stalled.iter().map(|(who, what)| format!("{who} {what}"));
    let stalled = stalled.collect::<Vec<_>>().join(", ");
    let letters = |room: f64| usize::try_from(whole(room / 6.6)).unwrap_or(4);
    let [who_x, memory_x, wait_x] = columns(width);
    let memory = |x: f64, y: f64, room: usize| {
        html! {
            <text key="memory" class="words" x={tenths(x)} y={tenths(y)}>
                { words(page.language, &line.memory, &line.stale, room) }
            </text>
        }
    };
    let text = |class: &'static str, x: f64, y: f64, text: String| {
        let (x, y) = (tenths(x), tenths(y));
        html! { <text key={class} {class} {x} {y}>{ format!("{text} ") }</text> }
    };
    if is_wide {
        let base = middle + 4.0;
        [
            text("who", who_x, base, shortened(&holders, letters(memory_x - who_x))),
            memory(memory_x, base, letters(wait_x - memory_x - 8.0)),
            text("waits", wait_x, base, shortened(&stalled, letters(width - wait_x - 6.0))),
        ]
    } else {
        let room = letters(width - 58.0);
        let waits_x = (width * 0.6).max(96.0);
        let words_end = if stalled.is_empty() { width } else { waits_x - 4.0 };
        [
            text("who", 52.0, middle - 3.0, shortened(&holders, room)),
            memory(52.0, middle + 11.0, letters(words_end - 52.0)),
            text("waits", waits_x, middle + 11.0, shortened(&stalled, letters(width - waits_x))),
        ]
    }
}
