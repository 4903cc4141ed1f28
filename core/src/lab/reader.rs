//! Reading a session: the events of any stretch of any branch, and the indexes of whole branches.

use std::collections::BTreeSet;

use super::raft::view::{MessageKind, RoleView, message_kind};
use super::session::{MOST_STEPS, MOST_UNDER_WAY};
use super::{Event, LabMonitor, Session};
use crate::check::Check;
use crate::lab::machine::Machine;
use crate::raft::Participant;
use crate::raft::client::Operated;
use crate::raft::server::Role;
use crate::sim::density::Density;
use crate::sim::event::EventId;
use crate::sim::network::MessageId;
use crate::sim::process::NodeId;
use crate::sim::reader::Reader;
use crate::sim::run::Run;
use crate::sim::shared::SharedList;
use crate::sim::time::Moment;

/// A replay of a branch that tells what happens: see [`crate::sim::reader`].
#[derive(Clone, Debug)]
pub struct EventReader(Reader<Participant<Machine>, LabMonitor>);

impl EventReader {
    /// The run, as far as it has been read.
    pub(super) const fn run(&self) -> &Run<Participant<Machine>, LabMonitor> {
        self.0.run()
    }

    /// The branch that it reads.
    #[must_use]
    pub const fn branch(&self) -> usize {
        self.0.branch()
    }

    /// Steps up to where it is.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.0.steps()
    }

    /// The moment at which it is.
    #[must_use]
    pub const fn moment(&self) -> Moment {
        self.0.run().world.moment()
    }

    /// The messages that are on their way where it is: identity, kind, when each left and when it
    /// is due, in microseconds.
    pub fn under_way(&self) -> impl Iterator<Item = (MessageId, MessageKind, u64, u64)> {
        self.0
            .run()
            .world
            .flights()
            .map(|flight| (flight.id, message_kind(&flight.message), flight.sent_us, flight.due_us))
    }

    /// The events in which the messages were sent that may still arrive.
    pub(super) fn sendings(&self) -> impl Iterator<Item = EventId> {
        self.0.run().world.sendings()
    }

    /// The role of a server, where there is one of this number.
    pub(super) fn role(&self, node: NodeId) -> Option<RoleView> {
        let node = self.0.run().world.nodes().get(node.index())?;
        Some(match node.process.server()?.role() {
            Role::Follower => RoleView::Follower,
            Role::PreCandidate { .. } => RoleView::PreCandidate,
            Role::Candidate { .. } => RoleView::Candidate,
            Role::Leader { .. } => RoleView::Leader,
        })
    }

    /// Whether a node is down.
    pub(super) fn is_down(&self, node: NodeId) -> bool {
        !self.0.run().world.node(node).up
    }

    /// The checks that failed first in this step.
    pub(super) fn failed_at(&self, step: u64) -> Vec<Check> {
        let monitor = &self.0.run().monitor;
        let now = monitor.failures().filter(|(_, failure)| failure.step == step);
        // Of two clusters, the other may have failed before.
        let is_first = |check: &Check| {
            let before = monitor.failures().find(|(other, _)| other == check);
            before.is_none_or(|(_, failure)| failure.step >= step)
        };
        let now: BTreeSet<Check> = now.map(|(check, _)| check).filter(is_first).collect();
        now.into_iter().collect()
    }

    /// Whether a run that comes here goes no further.
    pub(super) fn is_in_excess(&self) -> bool {
        self.steps() >= MOST_STEPS || self.0.run().world.under_way() >= MOST_UNDER_WAY
    }

    /// Whether nothing more will happen on the branch.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.0.has_ended()
    }
}

impl Session {
    /// How much happened when on a branch, as far as it has been seen.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn density(&self, branch: usize) -> &Density {
        self.history.branches()[branch].density()
    }

    /// The furthest moment that has been seen of a branch.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn branch_edge(&self, branch: usize) -> Moment {
        if branch == self.current_branch() {
            return self.history.edge();
        }
        self.history.branches()[branch].edge()
    }

    /// Steps up to the furthest moment that has been seen of a branch.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn edge_steps(&self, branch: usize) -> u64 {
        self.history.branches()[branch].edge_steps()
    }

    /// What each client has on record at the cursor.
    pub(super) fn records(&self) -> impl Iterator<Item = (NodeId, &SharedList<Operated<Machine>>)> {
        let world = &self.history.run().world;
        let record = |(node, _)| Some((node, world.node(node).process.client()?.record()));
        self.names().nodes().filter_map(record)
    }

    /// The events of the steps `first` to `last` of this branch, regenerated. Step 0 is the start
    /// of all nodes.
    #[must_use]
    pub fn events(&self, first: u64, last: u64) -> Vec<Event> {
        self.history.events(first, last)
    }

    /// A reader of a branch whose first event is that of step `first`.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn reader(&self, branch: usize, first: u64) -> EventReader {
        EventReader(self.history.reader(branch, first))
    }

    /// Reads on, up to step `last` and by at most `most` steps.
    #[must_use]
    pub fn read(&self, reader: &mut EventReader, last: u64, most: u64) -> Vec<Event> {
        self.history.read(&mut reader.0, last.min(MOST_STEPS), most)
    }

    /// How many steps a branch takes before a moment, of those that have been seen.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn steps_before(&self, branch: usize, moment: Moment) -> u64 {
        self.history.steps_before(branch, moment)
    }
}
