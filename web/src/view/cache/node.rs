//! A cache on the stage: its processor, and its lines as lettered tiles.

use std::rc::Rc;

use lockstep_core::cache::address::Line;
use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::cache::view::{CacheNodeView, CopyView, OperationView};
use lockstep_core::sim::order::arrange;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::super::{Context, on_key, use_page};
use super::{more, shortened, tile, words, words_said};
use crate::action::Action;
use crate::catalogue::{Language, StageWord, Word};
use crate::coherence::Look;
use crate::geometry::Layout;
use crate::geometry::cache::CACHE_HEAD;
use crate::model::Model;
use crate::number::{fraction, real, tenths, whole};

/// The cards of caches, with what the drawing needs to know of each.
pub(super) fn card(
    model: &Model,
    cache: &CacheView,
    one: &CacheNodeView,
    flags: impl Fn(NodeId) -> (bool, bool),
    chosen: NodeId,
) -> Html {
    let (selected, armed) = flags(one.node);
    html! {
        <CacheCard
            key={one.name.to_string()}
            cache={one.clone()}
            layout={Rc::clone(&model.scene.layout)}
            lines={u8::try_from(cache.lines.len()).unwrap_or(u8::MAX)}
            line={model.coherence.line}
            {selected}
            {armed}
            chosen={one.node == chosen}
        />
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    cache: CacheNodeView,
    layout: Rc<Layout>,
    /// How many lines memory has.
    lines: u8,
    /// The chosen one.
    line: u8,
    selected: bool,
    armed: bool,
    /// Whether the state diagram is about this cache.
    chosen: bool,
}

impl Props {
    /// The lines that are shown: all, where there is room for all; else the chosen one, and of the
    /// copies those that were used last, each at its place in the order of lines.
    fn shown(&self) -> Vec<u8> {
        let rows = self.layout.cache.as_ref().map_or(0, |places| places.rows);
        if usize::from(self.lines) <= rows {
            return (0..self.lines).collect();
        }
        let mut copies: Vec<&CopyView> =
            self.cache.copies.iter().filter(|copy| copy.line != self.line).collect();
        arrange(&mut copies, |copy| (u64::MAX - u64::from(copy.age), 0));
        let mut shown: Vec<u8> = copies.iter().take(rows - 1).map(|copy| copy.line).collect();
        shown.push(self.line);
        arrange(&mut shown, |line| ((*line).into(), 0));
        shown
    }
}

/// A cache. Its head is one button; each of its lines is another. Their names for who listens are
/// what can be read on them. (Spaces that end texts keep words apart.)
#[component]
fn CacheCard(props: &Props) -> Html {
    let page = use_page();
    let Props { cache, layout, selected, armed, .. } = props;
    let area = layout.card(cache.node.index());
    let is_compact = area.width < 120.0;
    let operation = operation(page.language, cache);
    let room = usize::try_from(whole((area.width - 16.0) / 6.3)).unwrap_or(12);
    let expired = cache.leases.iter().any(|lease| lease.left_us == 0);
    let class = classes!(
        "cache-card",
        is_compact.then_some("compact"),
        (!cache.up).then_some("down"),
        cache.paused.then_some("paused"),
        selected.then_some("selected"),
        armed.then_some("armed"),
        props.chosen.then_some("chosen"),
        expired.then_some("expired"),
    );
    let row = |(nth, line): (usize, u8)| line_row(&page, props, nth, line, is_compact);
    let shown = props.shown();
    // A line of which there is no copy is not missed.
    let left_out = cache.copies.iter().filter(|copy| !shown.contains(&copy.line)).count();
    let more = more(&page, left_out, area);
    html! {
        <g {class} transform={format!("translate({} {})", tenths(area.left), tenths(area.top))}>
            <g
                class="face"
                role="button"
                tabindex="0"
                aria-pressed={selected.to_string()}
                data-node={cache.name.to_string()}
                onclick={page.on::<MouseEvent>(Action::Touch(cache.node))}
                onkeydown={on_key(&page, Action::Touch(cache.node))}
            >
                <rect
                    class="body"
                    width={tenths(area.width)}
                    height={tenths(area.height)}
                    rx="10"
                />
                <text class="name" x="10" y="19">{ format!("{} ", cache.name) }</text>
                <text class="aside" x={tenths(area.width - 9.0)} y="18.5">
                    { format!("{} ", aside(page.language, cache, expired)) }
                </text>
                <text class="operation" x="10" y="37">
                    { format!("{} ", shortened(&operation, room)) }
                </text>
                { for more }
                { lease(cache, area.width, area.height) }
            </g>
            <g>{ for shown.into_iter().enumerate().map(row) }</g>
        </g>
    }
}

/// What else is to be said of a cache: that it does not run, or how much of its room is taken.
fn aside(language: Language, cache: &CacheNodeView, expired: bool) -> String {
    match (cache.up, cache.paused) {
        (false, _) => language.word(Word::Down).to_owned(),
        (_, true) => language.word(Word::Paused).to_owned(),
        _ if expired => language.stage(StageWord::LeaseOver).to_owned(),
        _ => format!("{}/{}", taken(cache), cache.capacity),
    }
}

/// How many places are taken: what is being given up takes none.
fn taken(cache: &CacheNodeView) -> usize {
    cache.copies.iter().filter(|copy| !copy.state.ends_with("I_A")).count()
}

/// What its processor does, or did last.
fn operation(language: Language, cache: &CacheNodeView) -> String {
    let queued = if cache.waiting > 0 { format!(" +{}", cache.waiting) } else { String::new() };
    match (&cache.operation, &cache.last) {
        (Some(now), _) => format!("{} …{queued}", now.operation),
        (None, Some(last)) => format!("{}{queued}", done(language, last)),
        (None, None) => language.stage(StageWord::Idle).to_owned(),
    }
}

/// An operation that is over: what was read, and whether the copy served it.
pub(super) fn done(language: Language, one: &OperationView) -> String {
    let value = one.value.map_or_else(String::new, |value| format!(" → {value}"));
    let sign = match one.outcome {
        "differed" => " ✕",
        "unknown" => " ?",
        "pending" => " …",
        _ => "",
    };
    let hit = language.stage(if one.hit { StageWord::Hit } else { StageWord::Miss });
    format!("{}{value}{sign} · {hit}", one.operation)
}

/// How much is left of the lease that is over first: a line at the foot of the card.
fn lease(cache: &CacheNodeView, width: f64, height: f64) -> Html {
    let shares = cache.leases.iter().map(|lease| fraction(0, lease.lease_us.max(1), lease.left_us));
    let Some(share) = shares.min_by(f64::total_cmp) else { return Html::default() };
    html! {
        <path
            class="lease"
            d={format!("M10 {}h{}", tenths(height), tenths((width - 20.0) * share))}
        />
    }
}

/// A line: its name, the tile, and what is to be said of it.
fn line_row(page: &Context, props: &Props, nth: usize, line: u8, is_compact: bool) -> Html {
    let Props { cache, layout, .. } = props;
    let area = layout.card(cache.node.index());
    let pitch = layout.cache.as_ref().map_or(0.0, |places| places.row);
    let top = CACHE_HEAD + pitch * real(nth as u64);
    let copy = cache.copies.iter().find(|copy| copy.line == line);
    let state = copy.map_or("I", |copy| copy.state);
    let name = Line(line).to_string();
    let chosen = (line == props.line).then_some("chosen");
    let next_out = copy.filter(|copy| copy.age == 0 && taken(cache) >= usize::from(cache.capacity));
    let choose = Action::Look(Look::Line(line));
    let (name_x, tile_x, text_x) = if is_compact { ("6", 17.0, 40.0) } else { ("10", 24.0, 49.0) };
    let middle = pitch / 2.0;
    // Where there is little room, some of it is left for the sign of who goes next.
    let (margin, letter) = if is_compact { (10.0, 6.3) } else { (4.0, 6.0) };
    let room = usize::try_from(whole((area.width - text_x - margin) / letter)).unwrap_or(8);
    html! {
        <g
            key={line}
            class={classes!("line-row", chosen)}
            transform={format!("translate(0 {})", tenths(top))}
            role="button"
            tabindex={props.chosen.then_some("0")}
            aria-pressed={chosen.is_some().to_string()}
            data-line={name.clone()}
            data-state={state}
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
            <text class="line-name" x={name_x} y={tenths(middle + 4.0)}>
                { format!("{name} ") }
            </text>
            { tile(state, &tenths(tile_x), &tenths(middle - 10.0)) }
            { for copy.map(|copy| texts(page, copy, (text_x, middle), room)) }
            <g>
                if next_out.is_some() {
                    <path
                        class="next-out"
                        d="M0-4 5 0 0 4z"
                        transform={format!(
                            "translate({} {})",
                            tenths(area.width - 9.0),
                            tenths(middle),
                        )}
                    />
                }
            </g>
        </g>
    }
}

/// What stands beside a tile: the words; for a state on its way, its name and what it waits for.
fn texts(page: &Context, copy: &CopyView, (x, middle): (f64, f64), room: usize) -> Html {
    let x = tenths(x);
    let has_words = !copy.words.is_empty();
    if !copy.state.contains('_') {
        return html! {
            <text class="words" x={x} y={tenths(middle + 4.0)}>
                { words(page.language, &copy.words, &copy.stale, room) }
            </text>
        };
    }
    let acks = copy.acks.map(|acks| {
        let whole = page.language.acks_left(acks);
        if whole.chars().count() + 7 <= room { whole } else { format!("−{acks}") }
    });
    let stalled = copy.stalled.first().map(|first| format!("‖ {first}"));
    let mut rest: Vec<String> = acks.into_iter().chain(stalled).collect();
    // With words there is one line for all the rest.
    let first = if has_words {
        rest.insert(0, copy.state.to_owned());
        let held = words(page.language, &copy.words, &copy.stale, room);
        html! { <tspan class="held">{ held }</tspan> }
    } else {
        html! { <tspan class="transient">{ format!("{} ", copy.state) }</tspan> }
    };
    // In a row for a finger there is room for three lines.
    if middle > 20.0 && rest.len() > 1 {
        let line = |(nth, text): (u64, &String)| {
            let y = tenths(middle + 3.0 + 11.0 * real(nth));
            let text = format!("{} ", shortened(text, room));
            html! { <text key={nth} class="transient small" x={x.clone()} {y}>{ text }</text> }
        };
        return html! {
            <>
                <text class="words" x={x.clone()} y={tenths(middle - 9.0)}>{ first }</text>
                { for (0..2).zip(&rest).map(line) }
            </>
        };
    }
    let is_single = rest.is_empty();
    let first_y = if is_single { middle + 4.0 } else { middle - 1.0 };
    html! {
        <>
            <text class="words" x={x.clone()} y={tenths(first_y)}>{ first }</text>
            <text class="transient small" x={x} y={tenths(middle + 9.0)}>
                { format!("{} ", shortened(&rest.join(" · "), room)) }
            </text>
        </>
    }
}

/// Everything about a copy, in words.
pub(super) fn said(
    page: &Context,
    cache: &CacheNodeView,
    name: &str,
    copy: Option<&CopyView>,
) -> String {
    let language = page.language;
    let Some(copy) = copy else { return format!("{name}: I") };
    let mut parts = vec![format!("{name}: {}", copy.state)];
    if !copy.words.is_empty() {
        parts.push(words_said(page, &copy.words, &copy.stale));
    }
    parts.extend(copy.acks.map(|acks| language.acks_left(acks)));
    if !copy.stalled.is_empty() {
        let stalled = copy.stalled.join(", ");
        parts.push(format!("{stalled} {}", language.stage(StageWord::Stalled)));
    }
    if copy.age == 0 && taken(cache) >= usize::from(cache.capacity) {
        parts.push(language.stage(StageWord::NextOut).to_owned());
    }
    parts.join(" · ")
}
