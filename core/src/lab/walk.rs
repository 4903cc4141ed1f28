//! Walking through a run, step by step, forwards or backwards, in slices.
//!
//! Whoever looks for something in a run that is too long to be held (the next commit, the last
//! hundred events of a node) walks: each step is brought back, shown once, and forgotten. Forwards
//! a walk goes beyond what has been seen: it tells what will happen if nobody intervenes. Backwards
//! it goes in chunks that grow: a run can only be replayed forwards, so the steps of a chunk come
//! in ascending order, and the chunks in descending order.
//!
//! The cursor stays where it is. A choice that is made meanwhile ends the walk.

use super::causality::MOST_NODES;
use super::raft::view::RoleView;
use super::session::EventReader;
use super::{Event, Session};
use crate::check::Check;
use crate::sim::process::NodeId;
use crate::sim::time::Moment;

/// How many steps the first chunk of a walk backwards has.
const FIRST_CHUNK: u64 = 128;
/// How many steps a chunk has at most.
const LONGEST_CHUNK: u64 = 16_384;
/// How many steps are taken before limits are looked at again.
const SLICE: u64 = 1_000;

/// A step, as it is shown.
#[derive(Clone, Debug)]
pub struct Glance<'a> {
    /// Which, counted from 1; 0 is the start of all nodes.
    pub step: u64,
    /// The moment after it.
    pub moment: Moment,
    /// What happened in it.
    pub events: &'a [Event],
    /// The server that has another role than before, not by a crash.
    pub turned: Option<NodeId>,
    /// The checks that fail for the first time.
    pub failed: Vec<Check>,
}

/// How far a walk came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// There is more to see.
    Going,
    /// It was asked to stop; it can go on.
    Stopped,
    /// Backwards: all steps of a chunk were shown, and there are earlier ones.
    Chunk,
    /// There is nothing more to see, or what was seen is out of date.
    Ended,
}

/// A walk through a branch.
#[derive(Clone, Debug)]
pub struct Walk {
    branch: usize,
    revision: u64,
    backwards: bool,
    /// The stretch that is being walked through.
    first: u64,
    last: u64,
    /// Whether the start of all nodes is still to be shown.
    begins: bool,
    reader: EventReader,
    /// What the servers were before the next step; known once the stretch is reached.
    roles: Option<[Option<RoleView>; MOST_NODES]>,
}

impl Walk {
    /// A walk through the current branch from step `first` to step `last`.
    #[must_use]
    pub fn forwards(session: &Session, first: u64, last: u64) -> Self {
        Self::stretch(session, (first, last), false)
    }

    /// A walk back from step `last` to the beginning.
    #[must_use]
    pub fn backwards(session: &Session, last: u64) -> Self {
        Self::stretch(session, (last.saturating_sub(FIRST_CHUNK - 1), last), true)
    }

    fn stretch(session: &Session, (first, last): (u64, u64), backwards: bool) -> Self {
        let branch = session.current_branch();
        let reader = session.reader(branch, first);
        let revision = session.revision();
        let begins = first == 0;
        Self { branch, revision, backwards, first, last, begins, reader, roles: None }
    }

    /// Whether what it sees is still what happens where the cursor is.
    #[must_use]
    pub const fn is_up_to_date(&self, session: &Session) -> bool {
        self.revision == session.revision() && self.branch == session.current_branch()
    }

    /// The step that was shown last, or the one before the first.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.reader.steps()
    }

    /// Where it is.
    #[must_use]
    pub const fn moment(&self) -> Moment {
        self.reader.moment()
    }

    /// Goes on by at most `most` steps, those that lead to the first one included, and shows each
    /// to `see`, which stops the walk with `true`.
    pub fn work(
        &mut self,
        session: &Session,
        most: u64,
        see: &mut dyn FnMut(&Glance<'_>) -> bool,
    ) -> Pace {
        if !self.is_up_to_date(session) {
            return Pace::Ended;
        }
        let mut left = most;
        while left > 0 {
            let Some(roles) = &mut self.roles else {
                left -= self.lead_up(session, left);
                if self.reader.has_ended() {
                    return Pace::Ended;
                }
                continue;
            };
            let begins = std::mem::take(&mut self.begins);
            if self.reader.steps() >= self.last && !begins {
                return self.turn(session);
            }
            let step = if begins { 0 } else { self.reader.steps() + 1 };
            let events = session.read(&mut self.reader, step, 1);
            left -= 1;
            if self.reader.steps() < step || step % SLICE == 0 && self.reader.is_in_excess() {
                return Pace::Ended;
            }
            let node = events.first().map_or(NodeId(0), |event| event.node);
            let role = self.reader.role(node);
            let turned = std::mem::replace(&mut roles[node.index()], role) != role;
            let turned = turned && !self.reader.is_down(node);
            let glance = Glance {
                step,
                moment: self.reader.moment(),
                events: &events,
                turned: turned.then_some(node),
                failed: self.reader.failed_at(step),
            };
            if see(&glance) {
                return Pace::Stopped;
            }
        }
        Pace::Going
    }

    /// Replays in silence up to the first step that is shown. Gives how many steps that took.
    fn lead_up(&mut self, session: &Session, most: u64) -> u64 {
        let before = self.reader.steps();
        if before + 1 < self.first {
            let _ = session.read(&mut self.reader, 0, most);
        }
        if self.reader.steps() + 1 >= self.first {
            let mut roles = [None; MOST_NODES];
            for (node, role) in (0..).zip(&mut roles) {
                *role = self.reader.role(NodeId(node));
            }
            self.roles = Some(roles);
        }
        self.reader.steps() - before
    }

    /// A stretch was shown: backwards, the one before comes next.
    fn turn(&mut self, session: &Session) -> Pace {
        if !self.backwards || self.first == 0 {
            return Pace::Ended;
        }
        let length = (2 * (self.last + 1 - self.first)).min(LONGEST_CHUNK);
        let last = self.first - 1;
        *self = Self::stretch(session, (last.saturating_sub(length - 1), last), true);
        Pace::Chunk
    }
}
