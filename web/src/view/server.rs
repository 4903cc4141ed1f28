//! A server on the stage: its role, its term, its timer, its votes and its log.

use lockstep_core::check::LaneState;
use lockstep_core::lab::NodeName;
use lockstep_core::lab::raft::view::{EntryContent, RaftView, RoleView, ServerView, Standing};
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::icons::state_class;
use super::message::translate;
use super::{on_key, use_page};
use crate::action::Action;
use crate::catalogue::{Language, Word};
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
    /// What it is, where it is no command.
    pub(super) sign: Option<Sign>,
}

/// What a place of the log holds that is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// A snapshot stands for it.
    Snapshot,
    /// An entry that opens a term.
    Blank,
    /// The members from here on.
    Members,
}

impl Sign {
    /// Every sign.
    pub(super) const ALL: [Self; 3] = [Self::Snapshot, Self::Blank, Self::Members];

    /// As it is drawn, round the middle of a place.
    const fn path(self) -> &'static str {
        match self {
            Self::Snapshot => "M-2.5-2.5h5m-5 2.5h5m-5 2.5h5",
            Self::Blank => "M-2 0h4",
            Self::Members => "M-1.7-2.6v5.2m3.4-5.2v5.2",
        }
    }

    /// As it is written.
    pub(super) const fn letter(self) -> &'static str {
        match self {
            Self::Snapshot => "≡",
            Self::Blank => "–",
            Self::Members => "‖",
        }
    }

    /// What it means.
    pub(super) const fn word(self) -> Word {
        match self {
            Self::Snapshot => Word::Snapshot,
            Self::Blank => Word::BlankEntry,
            Self::Members => Word::Members,
        }
    }
}

/// A place of a server's log.
pub(super) fn cell(server: &ServerView, index: u64) -> Cell {
    let entry = server.log.iter().find(|entry| entry.index == index);
    let sign = match entry.map(|entry| &entry.operation) {
        None if index < server.first_index => Some(Sign::Snapshot),
        Some(EntryContent::Blank) => Some(Sign::Blank),
        Some(EntryContent::Configuration(_)) => Some(Sign::Members),
        None | Some(EntryContent::Operation(_) | EntryContent::Lock(_)) => None,
    };
    Cell { index, entry: entry.map(|entry| (entry.term, entry.committed)), sign }
}

/// What a server is in the cluster, by the leader's latest configuration or, where nobody leads, by
/// its own.
pub(super) fn standing(view: &RaftView, server: &ServerView) -> Standing {
    // Of two clusters, each has its own.
    let tables = view.locks.iter().flat_map(|locks| &locks.tables);
    let cluster = tables.into_iter().find(|table| table.servers.contains(&server.name));
    let leads = cluster.map_or(view.situation.leader, |table| table.raft.leader);
    let leader = view.servers.iter().find(|other| leads == Some(other.name));
    leader.unwrap_or(server).members.standing(server.name)
}

/// What stands below a server: its role, and what else matters of it.
pub(super) fn role_word(language: Language, view: &RaftView, server: &ServerView) -> String {
    let state = state(server);
    let role = language.lane_state(state);
    let standing = match standing(view, server) {
        Standing::Voter => None,
        Standing::Joining => Some(Word::Joining),
        Standing::Leaving => Some(Word::Leaving),
        Standing::Learner => Some(Word::Learner),
        Standing::Outside => Some(Word::Outside),
    };
    match (standing, &server.transfer) {
        (_, Some(to)) if state == LaneState::Leader => format!("{role} → {to}"),
        // What it follows, it does not belong to.
        (Some(word @ (Word::Learner | Word::Outside)), _) if state == LaneState::Follower => {
            language.word(word).to_owned()
        }
        (Some(word), _) => format!("{role} · {}", language.word(word)),
        _ if !server.reads.is_empty() => format!("{role} · {}?", server.reads.len()),
        _ => role.to_owned(),
    }
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
    pub(super) word: String,
    pub(super) outside: bool,
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
    (first..=view.last_index).map(|index| cell(server, index)).collect()
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
    let word = &props.word;
    // What can be read, in the same order: who speaks to the page can say what they see. (The
    // spaces that end the texts below keep their words apart; they are not drawn.)
    let label = format!("{} {} {} {word}", props.name, page.word(Word::Term), props.term);
    let flags = [selected.then_some("selected"), armed.then_some("armed")];
    let outside = props.outside.then_some("outside");
    let activate = page.on::<MouseEvent>(Action::Touch(*node));
    html! {
        <g
            class={classes!("server", state_class(*state), flags[0], flags[1], outside)}
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
            <text class="role" y={tenths(radius + LABEL_DROP)}>{ word.clone() }</text>
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
            None if cell.sign.is_some() => classes!("entry", "snapshot"),
            None => classes!("entry", "missing"),
            Some((term, true)) => classes!("entry", "committed", term_class(term)),
            Some((term, false)) => classes!("entry", "stored", term_class(term)),
        };
        let x = left + pitch * f64::from(place);
        let middle = Point::new(x + pitch / 2.0, top + ENTRY_HEIGHT / 2.0);
        let sign = cell.sign.map(|sign| {
            html! { <path class="entry-sign" d={sign.path()} transform={translate(middle)} /> }
        });
        html! {
            <g key={cell.index} {class}>
                <rect
                    x={tenths(x + 1.0)}
                    y={tenths(top + 0.5)}
                    width={tenths(pitch - 2.0)}
                    height={tenths(ENTRY_HEIGHT - 1.0)}
                    rx="2"
                />
                { for sign }
            </g>
        }
    };
    html! { <g class="log">{ for (0..).zip(cells).map(cell) }</g> }
}
