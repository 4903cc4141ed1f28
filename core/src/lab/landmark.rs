//! Landmarks: what a person wants to go to next, or wants playing to stop at.
//!
//! "The next commit", "when a leader is elected", "the last time that this rule fired": one closed
//! list of kinds and one predicate serve the step buttons, the breakpoints and the rules beside the
//! run. A [`Search`] walks through the run until one of several landmarks comes into sight.

use super::Note;
use super::machine::Own;
use super::raft::Rule;
use super::walk::{Glance, Pace, Walk};
use super::{Choice, Event, Session, What};
pub use crate::cache::event::CellMark;
use crate::check::Check;
use crate::lock;
use crate::sim::event::EventId;
use crate::sim::process::NodeId;
use crate::sim::time::Moment;

/// How many steps beyond the cursor a search goes where nobody has been yet.
pub const MOST_AHEAD: u64 = 1_000_000;

/// Something worth going to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmark {
    /// Anything that happens.
    Event,
    /// A message arrives at a node.
    MessageTo(NodeId),
    /// A server, or this one, becomes follower, candidate or leader; not by crashing.
    RoleChange(Option<NodeId>),
    /// A leader is elected.
    Leader,
    /// A leader commits an entry.
    Commit,
    /// Somebody breaks something: a node, a link, a message, a clock or a rule.
    Fault,
    /// A check, or this one, fails for the first time.
    Failure(Option<Check>),
    /// A rule fires.
    Rule(Rule),
    /// Something about locks.
    Lock(LockMark),
    /// A cell of a table of the cache is carried out, or lets something wait. Only to go
    /// there: no scenario stops at it.
    Cell(CellMark),
}

/// Something about locks that is worth going to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMark {
    /// A cycle of waiting is found.
    Deadlock,
    /// A transaction is aborted.
    Abort,
    /// A session ends: its lease is over.
    Expiry,
    /// The vault refuses a stale token.
    Stale,
}

impl LockMark {
    /// Every one, in the order of its number.
    pub const ALL: [Self; 4] = [Self::Deadlock, Self::Abort, Self::Expiry, Self::Stale];

    /// Its number: its place in [`LockMark::ALL`]. Numbers are never used again.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deadlock => "deadlock",
            Self::Abort => "abort",
            Self::Expiry => "expiry",
            Self::Stale => "stale",
        }
    }

    /// Whether a note tells of it.
    const fn is_told_by(self, note: &lock::note::Note) -> bool {
        use lock::note::Note;
        match self {
            Self::Deadlock => {
                matches!(note, Note::DeadlockFound { .. } | Note::CycleGathered { .. })
            }
            Self::Abort => matches!(note, Note::Aborted { .. }),
            Self::Expiry => matches!(note, Note::Expired { .. }),
            Self::Stale => matches!(note, Note::Stale { .. }),
        }
    }
}

impl Landmark {
    /// The event that makes it, if it is in sight.
    #[must_use]
    pub fn in_sight(self, glance: &Glance<'_>) -> Option<EventId> {
        let root = || glance.events.first().map(|event| event.id);
        let first = |is: fn(&Event) -> bool| {
            glance.events.iter().find(|event| is(event)).map(|event| event.id)
        };
        match self {
            Self::Event => root(),
            Self::MessageTo(node) => glance.events.first().and_then(|event| {
                let arrives = matches!(event.what, What::Delivered { .. });
                (arrives && event.node == node).then_some(event.id)
            }),
            Self::RoleChange(node) => {
                let turned = glance.turned?;
                let wanted = node.is_none_or(|node| node == turned);
                if wanted { first(turns).or_else(root) } else { None }
            }
            Self::Leader => {
                first(|event| matches!(event.what, What::Noted(Note::BecameLeader { .. })))
            }
            Self::Commit => {
                first(|event| matches!(event.what, What::Noted(Note::Committed { .. })))
            }
            Self::Fault => first(is_fault),
            Self::Failure(check) => {
                let mut failed = glance.failed.iter();
                let fails = failed.any(|other| check.is_none_or(|check| check == *other));
                if fails { root() } else { None }
            }
            Self::Lock(mark) => {
                let tells = |event: &&Event| match &event.what {
                    What::Noted(Note::Own(Own::Lock(note))) => mark.is_told_by(note),
                    _ => false,
                };
                glance.events.iter().find(tells).map(|event| event.id)
            }
            Self::Cell(mark) => {
                let tells = |event: &&Event| match &event.what {
                    What::Noted(Note::Own(Own::Cache(note))) => note.cell() == Some(mark),
                    _ => false,
                };
                glance.events.iter().find(tells).map(|event| event.id)
            }
            Self::Rule(rule) => {
                glance.events.iter().find(|event| rule.fires(event)).map(|event| event.id)
            }
        }
    }

    /// The node that it names, if it names one.
    #[must_use]
    pub const fn node(self) -> Option<NodeId> {
        match self {
            Self::MessageTo(node) | Self::RoleChange(Some(node)) => Some(node),
            _ => None,
        }
    }
}

/// Whether a server says that its role changes.
const fn turns(event: &Event) -> bool {
    matches!(
        event.what,
        What::Noted(
            Note::BecameCandidate { .. } | Note::BecameLeader { .. } | Note::BecameFollower { .. }
        )
    )
}

/// Whether somebody breaks something.
#[must_use]
pub const fn is_fault(event: &Event) -> bool {
    let What::Chosen(choice) = &event.what else { return false };
    match choice {
        Choice::Crash(_)
        | Choice::Pause(_)
        | Choice::Cut { .. }
        | Choice::Partition(_)
        | Choice::Lose(_)
        | Choice::Duplicate(_)
        | Choice::Delay { .. }
        | Choice::Hold(_)
        | Choice::Network(_)
        | Choice::Link { .. }
        | Choice::ClockRate { .. }
        | Choice::ClockJump { .. }
        | Choice::Plant { planted: true, .. } => true,
        Choice::Restart(_)
        | Choice::Resume(_)
        | Choice::Fire { .. }
        | Choice::Heal { .. }
        | Choice::HealAll
        | Choice::Deliver(_)
        | Choice::Operate { .. }
        | Choice::Plant { planted: false, .. }
        | Choice::Set { .. }
        | Choice::Instruct { .. } => false,
    }
}

/// A landmark that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which.
    pub landmark: Landmark,
    /// The step in which it is.
    pub step: u64,
    /// The moment after that step.
    pub moment: Moment,
    /// The event that makes it.
    pub event: EventId,
}

/// How far a search came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It goes on.
    Going,
    /// It has found something.
    Found(Found),
    /// There is none: backwards up to the beginning; forwards up to the end, or as far as it goes.
    Nothing,
}

/// A search for the nearest of some landmarks.
#[derive(Clone, Debug)]
pub struct Search {
    wanted: Vec<Landmark>,
    walk: Walk,
    backwards: bool,
    /// Where it began.
    from: u64,
    /// How far it goes where nobody has been yet.
    furthest: u64,
    found: Option<Found>,
}

impl Search {
    /// A search from the cursor on. It goes [`MOST_AHEAD`] steps, and further only where the run
    /// has been seen.
    #[must_use]
    pub fn forwards(session: &Session, wanted: Vec<Landmark>) -> Self {
        let from = session.steps();
        let walk = Walk::forwards(session, from + 1, u64::MAX);
        let furthest = from.saturating_add(MOST_AHEAD);
        Self { wanted, walk, backwards: false, from, furthest, found: None }
    }

    /// A search that goes ahead of the cursor as it plays, without an end: see
    /// [`Self::work_until`].
    #[must_use]
    pub fn ahead(session: &Session, wanted: Vec<Landmark>) -> Self {
        Self { furthest: u64::MAX, ..Self::forwards(session, wanted) }
    }

    /// A search back from the step before step `from`.
    #[must_use]
    pub fn backwards(session: &Session, from: u64, wanted: Vec<Landmark>) -> Self {
        let walk = Walk::backwards(session, from.saturating_sub(1));
        Self { wanted, walk, backwards: true, from, furthest: 0, found: None }
    }

    /// What is searched for.
    #[must_use]
    pub fn wanted(&self) -> &[Landmark] {
        &self.wanted
    }

    /// The step that it has come to.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.walk.steps()
    }

    /// Where it is.
    #[must_use]
    pub const fn moment(&self) -> Moment {
        self.walk.moment()
    }

    /// Whether what it looks at is still what happens where the cursor is; else it finds nothing.
    #[must_use]
    pub const fn is_up_to_date(&self, session: &Session) -> bool {
        self.walk.is_up_to_date(session)
    }

    /// Whether it has looked at everything from the cursor on up to where it is, on the cursor's
    /// branch.
    #[must_use]
    pub const fn leads(&self, session: &Session) -> bool {
        let steps = session.steps();
        self.walk.is_up_to_date(session) && self.from <= steps && steps <= self.walk.steps()
    }

    /// Goes on, by at most `most` steps.
    pub fn work(&mut self, session: &Session, most: u64) -> Progress {
        self.work_until(session, u64::MAX, most)
    }

    /// Goes on, by at most `most` steps, to the first step after a time.
    pub fn work_until(&mut self, session: &Session, until_us: u64, most: u64) -> Progress {
        if self.backwards && self.from == 0 {
            return Progress::Nothing;
        }
        if let Some(found) = self.found.filter(|_| !self.backwards) {
            return Progress::Found(found);
        }
        let Self { wanted, walk, backwards, furthest, found, .. } = self;
        let edge = session.edge();
        let mut is_far = false;
        let pace = walk.work(session, most, &mut |glance| {
            let event = |landmark: &Landmark| Some((*landmark, landmark.in_sight(glance)?));
            if let Some((landmark, event)) = wanted.iter().find_map(event) {
                let Glance { step, moment, .. } = *glance;
                *found = Some(Found { landmark, step, moment, event });
            }
            is_far = glance.step >= *furthest && glance.moment > edge;
            !*backwards && (found.is_some() || is_far || glance.moment.time_us > until_us)
        });
        match (pace, *found) {
            (Pace::Stopped | Pace::Chunk | Pace::Ended, Some(found)) => Progress::Found(found),
            (Pace::Ended, None) => Progress::Nothing,
            (Pace::Stopped, None) if is_far => Progress::Nothing,
            _ => Progress::Going,
        }
    }
}
