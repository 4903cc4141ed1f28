//! The state diagram: how a line comes from one state to another, in a cache or in its directory.
//!
//! Its edges are the cells of the table that the controllers carry out; nothing is drawn that is
//! not there. Stable states are the corners, what lies between them are states on their way. Below
//! each state stands who is in it, as far as the chosen line is concerned; the chosen cache's is
//! lit, and so is the transition that it has gone through last, with the event that led to it. The
//! directory's diagram is that of the line's home. (The memory behind a bus has no states: it is a
//! row of words.)

use lockstep_core::cache::address::Line;
use lockstep_core::cache::event::{CacheEvent, DirectoryEvent};
use lockstep_core::cache::state::{CacheState, DirectoryState};
use lockstep_core::cache::table::{Cell, Variant, cache_cell, directory_cell};
use lockstep_core::lab::NodeName;
use lockstep_core::lab::cache::CacheView;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::super::locks::arrow;
use super::super::message::translate;
use super::super::{Context, on_key, use_page};
use super::{state_class, tile};
use crate::action::Action;
use crate::catalogue::StageWord;
use crate::coherence::{LineState, Look, state_named, states, variant};
use crate::geometry::locks::Area;
use crate::geometry::{Form, Point};
use crate::model::Model;
use crate::number::{real, tenths};

/// The diagram of the chosen line.
pub(super) fn diagram(model: &Model, page: &Context, cache: &CacheView, chosen: NodeId) -> Html {
    let layout = &model.scene.layout;
    let Some(area) = layout.cache.as_ref().map(|places| places.diagram) else {
        return Html::default();
    };
    let line = model.coherence.line;
    let of_directory = model.coherence.of_directory && !cache.variant.bus;
    let (node, current, here) =
        if of_directory { at_home(model, cache) } else { in_caches(model, cache, chosen) };
    let mut moves = model.scene.moves.iter();
    let last = moves.find(|one| (one.node, one.line) == (node, line));
    // A finger's switch is as high as two lines.
    let head = if layout.form == Form::Wide { 0.0 } else { 16.0 };
    let drawn = Area { top: area.top + head, height: area.height - head, ..area };
    let switch = (!cache.variant.bus).then(|| switch(page, of_directory, area, layout.form));
    html! {
        <g class="diagram">
            <StateDiagram
                variant={variant(&cache.variant)}
                {of_directory}
                area={drawn}
                {line}
                node={model.session.names().name(node)}
                {here}
                {current}
                last={last.map(|one| (one.from, one.event, one.to))}
                recovered={last.and_then(|one| one.recovered)}
                earlier={last.is_some_and(|one| one.step < model.scene.steps())}
            />
            <g>{ for switch }</g>
        </g>
    }
}

/// Whose diagram it is, that one's state, and who is in which.
type Situation = (NodeId, LineState, Vec<(LineState, Vec<NodeName>)>);

/// The chosen line in all caches.
fn in_caches(model: &Model, cache: &CacheView, chosen: NodeId) -> Situation {
    let mut here: Vec<(LineState, Vec<NodeName>)> = Vec::new();
    let mut current = CacheState::I;
    for one in cache.caches.iter().filter(|one| one.up) {
        let copy = one.copies.iter().find(|copy| copy.line == model.coherence.line);
        let state = copy.map_or(CacheState::I, |copy| state_named(copy.state));
        if one.node == chosen {
            current = state;
        }
        let state = LineState::Cache(state);
        match here.iter_mut().find(|(other, _)| *other == state) {
            Some((_, names)) => names.push(one.name),
            None => here.push((state, vec![one.name])),
        }
    }
    (chosen, LineState::Cache(current), here)
}

/// The chosen line in its directory.
fn at_home(model: &Model, cache: &CacheView) -> Situation {
    let line = cache.lines.iter().find(|one| one.line == model.coherence.line);
    let name = line.and_then(|line| line.state);
    let mut all = DirectoryState::ALL.into_iter();
    let state = all.find(|state| Some(state.name()) == name).unwrap_or_default();
    let home = line.and_then(|line| line.home);
    let node = home.and_then(|home| model.session.names().id(home)).unwrap_or(NodeId(0));
    let state = LineState::Directory(state);
    (node, state, vec![(state, home.into_iter().collect())])
}

/// Two buttons beside the head: whose states are shown.
fn switch(page: &Context, of_directory: bool, area: Area, form: Form) -> Html {
    let words = [(StageWord::OfDirectories, true), (StageWord::OfCaches, false)];
    let (height, gap) = if form == Form::Wide { (22.0, 4.0) } else { (44.0, 8.0) };
    let mut right = area.left + area.width;
    let one = |(word, directory): (StageWord, bool)| {
        let text = page.language.stage(word);
        let width = (real(text.len() as u64) * 6.6 + 16.0).max(height);
        right -= width + gap;
        let look = Action::Look(Look::Table { of_directory: directory });
        html! {
            <g
                key={text}
                class="switch"
                role="button"
                tabindex="0"
                aria-pressed={(directory == of_directory).to_string()}
                transform={translate(Point::new(right + gap, area.top - 2.0))}
                onclick={page.on::<MouseEvent>(look.clone())}
                onkeydown={on_key(page, look)}
            >
                <rect width={tenths(width)} height={tenths(height)} rx="8" />
                <text x={tenths(width / 2.0)} y={tenths(height / 2.0 + 4.0)}>{ text }</text>
            </g>
        }
    };
    html! { <g role="group">{ for words.map(one) }</g> }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    variant: Variant,
    of_directory: bool,
    area: Area,
    line: u8,
    /// The chosen cache, or the home.
    node: NodeName,
    /// Who is in which state.
    here: Vec<(LineState, Vec<NodeName>)>,
    /// The state of the chosen one.
    current: LineState,
    /// What it has gone through last.
    last: Option<(LineState, &'static str, LineState)>,
    /// What the home has said in the name of a cache that is lost, if it came of that.
    recovered: Option<&'static str>,
    /// Whether that was before the step at the cursor.
    earlier: bool,
}

/// Where a state stands, as shares of the width and the height.
const fn place(state: LineState) -> (f64, f64) {
    let state = match state {
        LineState::Directory(DirectoryState::S_D) => return (0.55, 0.48),
        LineState::Directory(DirectoryState::M) => CacheState::M,
        LineState::Directory(DirectoryState::E) => CacheState::E,
        LineState::Directory(DirectoryState::S) => CacheState::S,
        LineState::Directory(DirectoryState::I) => CacheState::I,
        LineState::Cache(state) => state,
    };
    match state {
        CacheState::M => (0.0, 0.0),
        CacheState::E => (1.0, 0.0),
        CacheState::S => (1.0, 1.0),
        CacheState::I => (0.0, 1.0),
        CacheState::IM_AD => (0.02, 0.67),
        CacheState::IM_A => (0.02, 0.34),
        CacheState::MI_A => (0.27, 0.27),
        CacheState::II_A => (0.27, 0.63),
        CacheState::EI_A => (0.72, 0.27),
        CacheState::SM_A => (0.5, 0.16),
        CacheState::SM_AD => (0.86, 0.52),
        CacheState::SI_A => (0.58, 0.72),
        CacheState::IS_D_I => (0.3, 0.86),
        CacheState::IS_D => (0.52, 1.0),
    }
}

/// How long the head of an arrow is, and half its width.
const HEAD: (f64, f64) = (6.5, 3.0);

/// A way from one state to another, and the events that lead along it.
type Edge = (LineState, LineState, Vec<&'static str>);

/// The states that are drawn.
fn vertices(variant: Variant, of_directory: bool) -> Vec<LineState> {
    if of_directory {
        let all = DirectoryState::ALL.into_iter();
        let is_there = |state: &DirectoryState| variant.exclusive || *state != DirectoryState::E;
        return all.filter(is_there).map(LineState::Directory).collect();
    }
    states(variant).into_iter().map(LineState::Cache).collect()
}

/// The transitions between two states, each pair once, with all events that lead from one to the
/// other.
fn edges(variant: Variant, of_directory: bool) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    let mut add = |from, event, to| {
        if to != from {
            match edges.iter_mut().find(|(one, other, _)| (*one, *other) == (from, to)) {
                Some((.., events)) => events.push(event),
                None => edges.push((from, to, vec![event])),
            }
        }
    };
    for from in vertices(variant, of_directory) {
        match from {
            LineState::Cache(state) => {
                for event in CacheEvent::ALL {
                    if let Cell::Do { next, .. } = cache_cell(variant, state, event) {
                        add(from, event.name(), LineState::Cache(next));
                    }
                }
            }
            LineState::Directory(state) => {
                for event in DirectoryEvent::ALL {
                    if let Cell::Do { next, .. } = directory_cell(variant, state, event) {
                        add(from, event.name(), LineState::Directory(next));
                    }
                }
            }
        }
    }
    edges
}

/// Half the width and half the height of a state.
fn half(state: LineState) -> (f64, f64) {
    if state.is_stable() {
        (13.0, 13.0)
    } else {
        (real(state.name().len() as u64) * 3.0 + 5.0, 9.0)
    }
}

/// The diagram. It is drawn again only where a state has changed.
#[component]
fn StateDiagram(props: &Props) -> Html {
    let page = use_page();
    let Props { variant, of_directory, area, line, node, here, current, last, .. } = props;
    let earlier = props.earlier.then_some("earlier");
    let head = format!("{} · {node}: {}", Line(*line), current.name());
    let label = format!("{} {head}", page.language.stage(StageWord::Diagram));
    let vertices = vertices(*variant, *of_directory);
    let spot = |state: LineState| {
        let (x, y) = place(state);
        Point::new(
            area.left + 24.0 + x * (area.width - 48.0),
            area.top + 42.0 + y * (area.height - 74.0),
        )
    };
    let edge = |(from, to, events): Edge| {
        let lit = last.is_some_and(|(one, event, other)| {
            (one, other) == (from, to) && events.contains(&event)
        });
        let way = bent((spot(from), half(from)), (spot(to), half(to)));
        let (line, tip) = arrow(way, HEAD);
        let names = events.join(", ");
        html! {
            <g
                key={format!("{}>{}", from.name(), to.name())}
                class={classes!("transition", lit.then_some("lit"), lit.then_some(earlier))}
            >
                <title>{ format!("{} → {}: {names}", from.name(), to.name()) }</title>
                <path class="way" d={line} />
                <path class="head" d={tip} />
            </g>
        }
    };
    let state = |state: LineState| {
        let names = here.iter().find(|(other, _)| *other == state).map(|(_, names)| names);
        self::state(state, spot(state), names, state == *current)
    };
    let happened = last.map(|(from, event, to)| {
        let [begin, via, end] = bent((spot(from), half(from)), (spot(to), half(to)));
        let text = props.recovered.unwrap_or(event);
        let room = real(text.chars().count() as u64) * 3.2;
        let tiles = vertices.iter().map(|state| (spot(*state), half(*state)));
        let names = here.iter().map(|(state, names)| {
            let letters = named(names).chars().count() as u64;
            let (at, below) = (spot(*state), half(*state).1 + 6.5);
            (Point::new(at.x, at.y + below), (real(letters) * 3.2, 6.0))
        });
        let taken: Vec<_> = tiles.chain(names).collect();
        let within = (area.left + room, area.left + area.width - room);
        let above = (from == to).then(|| Point::new(via.x, via.y - 19.0));
        let at = above.unwrap_or_else(|| free([begin, via, end], room, &taken));
        let x = at.x.clamp(within.0, within.1);
        html! {
            <text class={classes!("happened", earlier)} x={tenths(x)} y={tenths(at.y + 4.0)}>
                { text }
            </text>
        }
    });
    html! {
        <g class="state-diagram" role="img" aria-label={label} data-current={current.name()}>
            <text class="column-head" x={tenths(area.left)} y={tenths(area.top + 12.0)}>
                { head }
            </text>
            <g>{ for edges(*variant, *of_directory).into_iter().map(edge) }</g>
            <g>{ for vertices.iter().copied().map(state) }</g>
            <g>{ for happened }</g>
        </g>
    }
}

/// Where an event can be written beside its line, given how much room it takes to either side, so
/// that it covers no state. A line bends half as far as the place that draws it: there, it is not
/// in the way itself. Where a state is, the event goes nearer to one of the ends.
fn free([begin, via, end]: [Point; 3], room: f64, taken: &[(Point, (f64, f64))]) -> Point {
    let places = [(begin, 0.0), (begin, 0.35), (end, 0.35), (begin, 0.6), (end, 0.6)];
    let covers = |at: &Point| {
        taken.iter().any(|(spot, (width, height))| {
            (spot.x - at.x).abs() < width + room && (spot.y - at.y).abs() < height + 6.0
        })
    };
    let mut places = places.into_iter().map(|(to, share)| via.towards(to, share));
    places.find(|at| !covers(at)).unwrap_or(via)
}

/// A line from one state to another that bends to its right: where it begins, what bends it, and
/// where it ends, at the edges of both.
fn bent(
    (one, one_half): (Point, (f64, f64)),
    (other, other_half): (Point, (f64, f64)),
) -> [Point; 3] {
    let whole = one.distance(other).max(1.0);
    let (ahead, aside) = ((other.x - one.x) / whole, (other.y - one.y) / whole);
    let bend = (whole * 0.14).clamp(6.0, 26.0);
    let half = one.towards(other, 0.5);
    let via = Point::new(half.x - aside * bend, half.y + ahead * bend);
    // Where a line from the middle of a box leaves it, and a little further.
    let edge = |from: Point, (width, height): (f64, f64)| {
        let (x, y) = ((via.x - from.x).abs().max(0.01), (via.y - from.y).abs().max(0.01));
        let share = (width / x).min(height / y) + 2.5 / from.distance(via).max(1.0);
        from.towards(via, share.min(0.9))
    };
    [edge(one, one_half), via, edge(other, other_half)]
}

/// Who is in a state, by name; of many, how many more.
fn named(names: &[NodeName]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    if names.len() > 4 {
        format!("{} +{}", names[..3].join(" "), names.len() - 3)
    } else {
        names.join(" ")
    }
}

/// A state, and who is in it.
fn state(state: LineState, at: Point, names: Option<&Vec<NodeName>>, current: bool) -> Html {
    let (width, height) = half(state);
    let body = if state.is_stable() {
        tile(state.name(), "-10", "-10")
    } else {
        html! {
            <g class={state_class(state.name())}>
                <rect
                    x={tenths(-width)}
                    y={tenths(-height)}
                    width={tenths(width * 2.0)}
                    height={tenths(height * 2.0)}
                    rx="6"
                />
                <text y="3.6">{ state.name() }</text>
            </g>
        }
    };
    let names = names.map(|names| {
        html! { <text class="here" y={tenths(height + 10.0)}>{ named(names) }</text> }
    });
    html! {
        <g
            key={state.name()}
            class={classes!("state", current.then_some("current"))}
            transform={translate(at)}
        >
            <rect
                class="ring"
                x={tenths(-width - 3.0)}
                y={tenths(-height - 3.0)}
                width={tenths(width * 2.0 + 6.0)}
                height={tenths(height * 2.0 + 6.0)}
                rx="8"
            />
            { body }
            <g>{ for names }</g>
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_states_stand_at_the_same_place() {
        let full = Variant { answer_invalidations: true, ..Variant::MESI };
        for all in [vertices(full, false), vertices(full, true)] {
            for (nth, one) in all.iter().enumerate() {
                for other in &all[nth + 1..] {
                    let ((x, y), (other_x, other_y)) = (place(*one), place(*other));
                    // In a drawing of 240 by 200, no state is wider than 50 or higher than 22.
                    let across = (x - other_x).abs() * 236.0 >= half(*one).0 + half(*other).0;
                    let along = (y - other_y).abs() * 172.0 >= half(*one).1 + half(*other).1;
                    assert!(across || along, "{} and {}", one.name(), other.name());
                }
            }
        }
    }

    #[test]
    fn every_edge_is_a_cell_of_the_table_and_every_cell_that_moves_is_on_one() {
        for variant in [Variant::MSI, Variant::MESI] {
            let mut drawn = edges(variant, false);
            drawn.extend(edges(variant, true));
            let mut follows = |from: LineState, event: &'static str, to: Option<LineState>| {
                let leads = |edge: &Edge| (edge.0, Some(edge.1)) == (from, to);
                let edge = drawn.iter_mut().find(|edge| leads(edge));
                assert_eq!(edge.is_some(), to.is_some(), "{} {event}", from.name());
                if let Some((.., events)) = edge {
                    assert!(events.contains(&event), "{} {event}", from.name());
                    events.retain(|other| *other != event);
                }
            };
            for state in states(variant) {
                for event in CacheEvent::ALL {
                    if let Cell::Do { next, .. } = cache_cell(variant, state, event) {
                        let to = (next != state).then_some(LineState::Cache(next));
                        follows(LineState::Cache(state), event.name(), to);
                    }
                }
            }
            for state in DirectoryState::ALL {
                for event in DirectoryEvent::ALL {
                    if let Cell::Do { next, .. } = directory_cell(variant, state, event) {
                        let to = (next != state).then_some(LineState::Directory(next));
                        follows(LineState::Directory(state), event.name(), to);
                    }
                }
            }
            assert!(drawn.iter().all(|(.., events)| events.is_empty()), "nothing else is drawn");
        }
    }
}
