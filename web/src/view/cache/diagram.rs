//! The state diagram: how a line comes from one state to another in a cache.
//!
//! Its edges are the cells of the table that the controllers carry out; nothing is drawn that is
//! not there. Stable states are the corners, what lies between them are states on their way. Below
//! each state stands who is in it, as far as the chosen line is concerned; the chosen cache's is
//! lit, and so is the transition that it has gone through last, with the event that led to it.

use lockstep_core::cache::address::Line;
use lockstep_core::cache::event::CacheEvent;
use lockstep_core::cache::state::CacheState;
use lockstep_core::cache::table::{Cell, Variant, cache_cell};
use lockstep_core::lab::NodeName;
use lockstep_core::lab::cache::CacheView;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::super::locks::arrow;
use super::super::message::translate;
use super::super::use_page;
use super::{state_class, tile};
use crate::catalogue::StageWord;
use crate::coherence::{state_named, states, variant};
use crate::geometry::Point;
use crate::geometry::locks::Area;
use crate::model::Model;
use crate::number::{real, tenths};

/// The diagram of the chosen line.
pub(super) fn diagram(model: &Model, cache: &CacheView, chosen: NodeId, area: Area) -> Html {
    let line = model.coherence.line;
    let mut here: Vec<(CacheState, Vec<NodeName>)> = Vec::new();
    let mut current = CacheState::I;
    for one in cache.caches.iter().filter(|one| one.up) {
        let copy = one.copies.iter().find(|copy| copy.line == line);
        let state = copy.map_or(CacheState::I, |copy| state_named(copy.state));
        if one.node == chosen {
            current = state;
        }
        match here.iter_mut().find(|(other, _)| *other == state) {
            Some((_, names)) => names.push(one.name),
            None => here.push((state, vec![one.name])),
        }
    }
    let mut moves = model.scene.moves.iter();
    let last = moves.find(|one| (one.node, one.line) == (chosen, line));
    html! {
        <StateDiagram
            variant={variant(&cache.variant)}
            {area}
            line={line}
            node={model.session.names().name(chosen)}
            {here}
            {current}
            last={last.map(|one| (one.from, one.event, one.to))}
        />
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    variant: Variant,
    area: Area,
    line: u8,
    /// The chosen cache.
    node: NodeName,
    /// Who is in which state.
    here: Vec<(CacheState, Vec<NodeName>)>,
    /// The chosen cache's state.
    current: CacheState,
    /// What it has gone through last.
    last: Option<(CacheState, CacheEvent, CacheState)>,
}

/// Where a state stands, as shares of the width and the height.
const fn place(state: CacheState) -> (f64, f64) {
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

/// The transitions between two states, each pair once, with all events that lead from one to the
/// other.
fn edges(variant: Variant) -> Vec<(CacheState, CacheState, Vec<CacheEvent>)> {
    let mut edges: Vec<(CacheState, CacheState, Vec<CacheEvent>)> = Vec::new();
    for state in states(variant) {
        for event in CacheEvent::ALL {
            let Cell::Do { next, .. } = cache_cell(variant, state, event) else { continue };
            if next == state {
                continue;
            }
            match edges.iter_mut().find(|(from, to, _)| (*from, *to) == (state, next)) {
                Some((_, _, events)) => events.push(event),
                None => edges.push((state, next, vec![event])),
            }
        }
    }
    edges
}

/// Half the width and half the height of a state.
fn half(state: CacheState) -> (f64, f64) {
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
    let Props { variant, area, line, node, here, current, last } = props;
    let head = format!(
        "{} {} · {node}: {}",
        page.language.stage(StageWord::Diagram),
        Line(*line),
        current.name()
    );
    let spot = |state: CacheState| {
        let (x, y) = place(state);
        Point::new(
            area.left + 24.0 + x * (area.width - 48.0),
            area.top + 42.0 + y * (area.height - 74.0),
        )
    };
    let edge = |(from, to, events): (CacheState, CacheState, Vec<CacheEvent>)| {
        let lit = last.is_some_and(|(one, event, other)| {
            (one, other) == (from, to) && events.contains(&event)
        });
        let way = bent((spot(from), half(from)), (spot(to), half(to)));
        let (line, tip) = arrow(way, HEAD);
        let names = events.iter().map(|event| event.name()).collect::<Vec<_>>().join(", ");
        html! {
            <g
                key={format!("{}>{}", from.name(), to.name())}
                class={classes!("transition", lit.then_some("lit"))}
            >
                <title>{ format!("{} → {}: {names}", from.name(), to.name()) }</title>
                <path class="way" d={line} />
                <path class="head" d={tip} />
            </g>
        }
    };
    let state = |state: CacheState| {
        let names = here.iter().find(|(other, _)| *other == state).map(|(_, names)| names);
        self::state(state, spot(state), names, state == *current)
    };
    let happened = last.map(|(from, event, to)| {
        let [begin, via, end] = bent((spot(from), half(from)), (spot(to), half(to)));
        let room = real(event.name().len() as u64) * 3.2;
        let states = states(*variant).into_iter().map(|state| (spot(state), half(state)));
        let taken: Vec<_> = states.collect();
        let within = (area.left + room, area.left + area.width - room);
        let above = (from == to).then(|| Point::new(via.x, via.y - 19.0));
        let at = above.unwrap_or_else(|| free([begin, via, end], room, &taken));
        let x = at.x.clamp(within.0, within.1);
        html! {
            <text class="happened" x={tenths(x)} y={tenths(at.y + 4.0)}>{ event.name() }</text>
        }
    });
    html! {
        <g class="state-diagram" role="img" aria-label={head.clone()} data-current={current.name()}>
            <text class="column-head" x={tenths(area.left)} y={tenths(area.top + 12.0)}>
                { head }
            </text>
            <g>{ for edges(*variant).into_iter().map(edge) }</g>
            <g>{ for states(*variant).into_iter().map(state) }</g>
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

/// A state, and who is in it.
fn state(state: CacheState, at: Point, names: Option<&Vec<NodeName>>, current: bool) -> Html {
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
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let text = if names.len() > 4 {
            format!("{} +{}", names[..3].join(" "), names.len() - 3)
        } else {
            names.join(" ")
        };
        html! { <text class="here" y={tenths(height + 10.0)}>{ text }</text> }
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
        let all = states(full);
        for (nth, one) in all.iter().enumerate() {
            for other in &all[nth + 1..] {
                let ((x, y), (other_x, other_y)) = (place(*one), place(*other));
                // In a drawing of 240 by 200, where no state is wider than 50 or higher than 22.
                let across = (x - other_x).abs() * 236.0 >= half(*one).0 + half(*other).0;
                let along = (y - other_y).abs() * 172.0 >= half(*one).1 + half(*other).1;
                assert!(across || along, "{} and {}", one.name(), other.name());
            }
        }
    }

    #[test]
    fn every_edge_is_a_cell_of_the_table_and_every_cell_that_moves_is_on_one() {
        for variant in [Variant::MSI, Variant::MESI] {
            let edges = edges(variant);
            for state in states(variant) {
                for event in CacheEvent::ALL {
                    let moves = match cache_cell(variant, state, event) {
                        Cell::Do { next, .. } => (next != state).then_some(next),
                        Cell::Impossible | Cell::Stall => None,
                    };
                    let mut drawn = edges
                        .iter()
                        .filter(|(from, _, events)| *from == state && events.contains(&event));
                    assert_eq!(drawn.next().map(|(_, to, _)| *to), moves);
                }
            }
        }
    }
}
