//! A server on the stage: its role, its term, its timer, its votes and its log.

use lockstep_core::check::raft::LaneState;
use lockstep_core::lab::NodeName;
use lockstep_core::lab::raft::view::{RaftView, RoleView, ServerView};
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::icons::state_class;
use super::{on_key, use_page};
use crate::action::Action;
use crate::catalogue::Word;
use crate::geometry::{ENTRY_HEIGHT, LABEL_DROP, LOG_DROP, Layout, Point, RING_GAP};
use crate::number::{real, tenths, whole};

/// A share of a ring, in thousandths: finer would not be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share(i64);

impl Share {
    /// A share from 0 to 1.
    pub(super) const fn of(share: f64) -> Self {
        Self(whole(share * 1_000.0))
    }
}

/// How a place of the log is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// The index.
    pub(super) index: u64,
    /// The entry's term and whether it is committed here; `None` where the log has no such entry.
    pub(super) entry: Option<(u64, bool)>,
}

/// The votes of a candidate: granted, and needed.
pub(super) type Votes = Option<(u8, u8)>;

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) node: NodeId,
    pub(super) name: NodeName,
    pub(super) at: Point,
    pub(super) radius: f64,
    pub(super) state: LaneState,
    pub(super) term: u64,
    pub(super) ring: Option<Share>,
    pub(super) votes: Votes,
    pub(super) syncing: bool,
    pub(super) selected: bool,
    pub(super) armed: bool,
    pub(super) strip: Vec<Cell>,
    pub(super) pitch: f64,
}

/// What a server is drawn as.
pub(super) const fn state(server: &ServerView) -> LaneState {
    match (server.up, server.paused, server.role) {
        (false, _, _) => LaneState::Down,
        (_, true, _) => LaneState::Paused,
        (_, _, RoleView::Follower) => LaneState::Follower,
        (_, _, RoleView::Candidate) => LaneState::Candidate,
        (_, _, RoleView::PreCandidate) => LaneState::PreCandidate,
        (_, _, RoleView::Leader) => LaneState::Leader,
    }
}

/// A candidate's votes.
pub(super) fn votes(server: &ServerView) -> Votes {
    let campaigns =
        server.up && matches!(server.role, RoleView::Candidate | RoleView::PreCandidate);
    campaigns.then_some((server.votes, server.majority))
}

/// The places of a server's log that fit under it: the same indexes for every server, so that
/// columns compare.
pub(super) fn strip(view: &RaftView, layout: &Layout, server: &ServerView) -> Vec<Cell> {
    let room = layout.entries as u64;
    let first = (view.last_index + 1).saturating_sub(room).max(1);
    let cell = |index| {
        let entry = server.log.iter().find(|entry| entry.index == index);
        Cell { index, entry: entry.map(|entry| (entry.term, entry.committed)) }
    };
    (first..=view.last_index).map(cell).collect()
}

/// The colour of a term, as a class: terms cycle through five.
pub(super) fn term_class(term: u64) -> Classes {
    classes!(format!("term-{}", term % 5))
}

/// A server.
#[component]
pub(super) fn ServerMark(props: &Props) -> Html {
    let page = use_page();
    let Props { node, at, radius, state, selected, armed, .. } = props;
    let word = page.language.lane_state(*state);
    // What can be read, in the same order: who speaks to the page can say what they see. (The
    // spaces that end the texts below keep their words apart; they are not drawn.)
    let label = format!("{} {} {} {word}", props.name, page.word(Word::Term), props.term);
    let flags = [selected.then_some("selected"), armed.then_some("armed")];
    let activate = page.on::<MouseEvent>(Action::Touch(*node));
    html! {
        <g
            class={classes!("server", state_class(*state), flags[0], flags[1])}
            transform={format!("translate({} {})", tenths(at.x), tenths(at.y))}
            role="button"
            tabindex="0"
            aria-label={label}
            aria-pressed={selected.to_string()}
            data-node={props.name.to_string()}
            onclick={activate}
            onkeydown={on_key(&page, Action::Touch(*node))}
        >
            <circle class="hit" r={tenths(radius.max(22.0) + RING_GAP)} />
            <circle class="halo" r={tenths(radius + RING_GAP + 6.0)} />
            <circle class="disc" r={tenths(*radius)} />
            { ring(*radius, props.ring) }
            { face(props, page.word(Word::Term)) }
            <text class="role" y={tenths(radius + LABEL_DROP)}>{ word }</text>
            <Strip cells={props.strip.clone()} pitch={props.pitch} top={radius + LOG_DROP} />
        </g>
    }
}

/// The election timer round a server. Where none runs there is only the track.
fn ring(radius: f64, share: Option<Share>) -> Html {
    let radius = tenths(radius + RING_GAP);
    let left = share.map_or(0, |Share(share)| share);
    html! {
        <>
            <circle class="track" r={radius.clone()} />
            <circle
                class="timer"
                r={radius}
                pathLength="1000"
                transform="rotate(-90)"
                stroke-dasharray={format!("{left} 1000")}
                visibility={if left > 0 { "visible" } else { "hidden" }}
            />
        </>
    }
}

/// What is written in a server: its name, its term, and small signs.
fn face(props: &Props, term: &str) -> Html {
    let large = props.radius > 30.0;
    let (size, name_y, term_y) = match props.radius {
        30.0.. => ("large", "-3", "16"),
        25.0..30.0 => ("medium", "-1", "12"),
        _ => ("small", "0", "10"),
    };
    let paused = props.state == LaneState::Paused;
    let above = tenths(-props.radius * 0.66);
    let beside = if paused && props.syncing { 8.0 } else { 0.0 };
    let sign = |x: f64| format!("translate({} {above})", tenths(x));
    html! {
        <g class={size}>
            <text class="name" y={name_y}>{ format!("{} ", props.name) }</text>
            <text class="term" y={term_y}>
                { format!("{term} {} ", props.term) }
            </text>
            <g>{ for props.votes.map(|votes| pips(votes, large)) }</g>
            <g>
                if paused {
                    <path class="bars" d="M-2.5-4v8M2.5-4v8" transform={sign(-beside)} />
                }
                if props.syncing {
                    <path
                        class="disk"
                        d="M-4-4h6l2 2v6h-8zM-1.5-4v3h3V-4"
                        transform={sign(beside)}
                    />
                }
            </g>
        </g>
    }
}

/// A candidate's votes: a pip for each that it needs, filled for each that it has.
fn pips((granted, needed): (u8, u8), large: bool) -> Html {
    let (pitch, y) = if large { (10.0, "29") } else { (7.0, "19") };
    let left = -pitch * (f64::from(needed) - 1.0) / 2.0;
    let pip = |place: u8| {
        let class = if place < granted { "pip granted" } else { "pip" };
        let x = tenths(left + pitch * f64::from(place));
        html! { <circle key={place} {class} cx={x} cy={y} r={if large { "3.2" } else { "2.4" }} /> }
    };
    html! { <g key="pips">{ for (0..needed).map(pip) }</g> }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct StripProps {
    cells: Vec<Cell>,
    pitch: f64,
    top: f64,
}

/// A server's log: tinted by term, filled where committed, outlined where not, dotted where
/// missing.
#[component]
fn Strip(props: &StripProps) -> Html {
    let StripProps { cells, pitch, top } = props;
    let left = -pitch * real(cells.len() as u64) / 2.0;
    let cell = |(place, cell): (u32, &Cell)| {
        let class = match cell.entry {
            None => classes!("entry", "missing"),
            Some((term, true)) => classes!("entry", "committed", term_class(term)),
            Some((term, false)) => classes!("entry", "stored", term_class(term)),
        };
        html! {
            <rect
                key={cell.index}
                {class}
                x={tenths(left + pitch * f64::from(place) + 1.0)}
                y={tenths(top + 0.5)}
                width={tenths(pitch - 2.0)}
                height={tenths(ENTRY_HEIGHT - 1.0)}
                rx="2"
            />
        }
    };
    html! { <g class="log">{ for (0..).zip(cells).map(cell) }</g> }
}
