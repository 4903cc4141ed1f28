//! What is compared of homes and of the bus: memory, and what is known of who has copies.

use super::CacheCheck;
use super::evidence::Seen;
use super::monitor::{CacheMonitor, Look};
use crate::cache::address::Line;
use crate::cache::bus::Bus;
use crate::cache::home::Home;
use crate::cache::state::DirectoryState;
use crate::cache::table::Interconnect;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// The lines of a mask.
fn lines(mut mask: u64, count: usize) -> impl Iterator<Item = Line> {
    mask &= u64::MAX >> (64 - count);
    std::iter::from_fn(move || {
        #[expect(clippy::cast_possible_truncation, reason = "a line is a bit of 64")]
        let line = (mask != 0).then(|| Line(mask.trailing_zeros() as u8));
        mask &= mask.wrapping_sub(1);
        line
    })
}

impl CacheMonitor {
    /// Looks at a home after a step of it.
    pub fn observe_home(&mut self, look: &Look<'_, Home>) {
        self.unexpected(look, look.process.unexpected());
        if self.circumstances.leases() {
            self.observe_losses(look);
        }
        for line in lines(look.touched, self.lines.len()) {
            if self.placement.home_of(line) == look.node {
                self.compare_memory(look, line);
            }
        }
    }

    /// Looks at the bus after a step of it.
    pub fn observe_bus(&mut self, look: &Look<'_, Bus>) {
        self.unexpected(look, look.process.unexpected());
        for line in lines(look.touched, self.lines.len()) {
            let there = look.process.line(line);
            let record = &mut self.lines[line.index()];
            record.owner = there.owner;
            record.remembers(there.words);
            record.busy = look.process.serving().is_some_and(|serving| serving.line == line);
            if there.owner.is_none() && !record.busy && there.words != record.words {
                self.stale_memory(look, line);
            }
            self.agree(look, line);
        }
    }

    /// Counts what came to a home or the bus and should not.
    fn unexpected<N>(&mut self, look: &Look<'_, N>, count: u32) {
        let place = look.node.index() - self.caches.len();
        if std::mem::replace(&mut self.homes[place].unexpected, count) < count {
            self.fail(CacheCheck::NoUnexpected, vec![look.node], (None, None), look.now);
        }
    }

    fn stale_memory<N>(&mut self, look: &Look<'_, N>, line: Line) {
        let record = &self.lines[line.index()];
        let writer = record.writer;
        let evidence = record.differs((Seen::Memory, look.node), line, &record.memory);
        let nodes = [look.node].into_iter().chain(writer).collect();
        self.fail(CacheCheck::DataValue, nodes, (Some(line), evidence), look.now);
    }

    /// Compares what a home has of a line with what it may have.
    fn compare_memory(&mut self, look: &Look<'_, Home>, line: Line) {
        let home = look.process.line(line);
        let record = &mut self.lines[line.index()];
        (record.directory, record.owner, record.sharers) = (home.state, home.owner, home.sharers);
        record.busy = home.open.is_some();
        record.parties = home.open.map_or(NodeSet::EMPTY, |grant| {
            let both = [Some(grant.transaction.requester), grant.supplier];
            both.into_iter().flatten().collect()
        });
        record.parties = home.owner.map_or(record.parties, |owner| record.parties.with(owner));
        let serves = matches!(home.state, DirectoryState::I | DirectoryState::S);
        if record.awaits_memory && home.state.is_stable() {
            // What it has waited for it may have handed on in the same step.
            record.awaits_memory = false;
            (record.words, record.before_loss) = (home.words, None);
        }
        if serves {
            record.recalls(|words| *words == home.words);
        }
        if serves && home.words != record.words && record.before_loss.is_some() {
            // What was handed to the one that is lost has come home: newer than what memory had,
            // older than what may be lost.
            record.words = home.words;
        }
        record.remembers(home.words);
        let gave_up = record.gave_up && serves;
        record.gave_up &= !serves;
        if serves && home.words != record.words {
            if gave_up {
                self.lost(look, line);
            } else {
                self.stale_memory(look, line);
            }
        }
        self.agree(look, line);
    }

    /// When nothing is under way for a line, the directory or the bus and the caches must agree.
    pub(super) fn agree<N>(&mut self, look: &Look<'_, N>, line: Line) {
        let record = &self.lines[line.index()];
        if !record.unstable.is_empty() || record.busy || !record.directory.is_stable() {
            return;
        }
        let owner = record.owner.map_or(NodeSet::EMPTY, NodeSet::of);
        let odd = if self.placement.interconnect == Interconnect::Bus {
            // A bus knows the owner only.
            record.writers.minus(owner).union(owner.minus(record.writers))
        } else {
            let owns = matches!(record.directory, DirectoryState::E | DirectoryState::M);
            let writers = if owns { owner } else { NodeSet::EMPTY };
            let known = record.sharers.union(owner);
            // With leases, the directory may not know yet who is gone.
            let leases = self.circumstances.leases();
            let gone = if leases { NodeSet::EMPTY } else { known.minus(record.readers) };
            record.readers.minus(known).union(gone).union(record.writers.minus(writers))
        };
        if odd.is_empty() {
            return;
        }
        let uses = |node: &NodeId| (look.uses)(*node, line);
        let odd: Vec<NodeId> = odd.iter().filter(uses).collect();
        if !odd.is_empty() {
            let home = self.placement.home_of(line);
            let evidence = self.contradiction(look.state, line, &odd);
            let nodes = [home].into_iter().chain(odd).collect();
            self.fail(CacheCheck::DirectoryAgrees, nodes, (Some(line), Some(evidence)), look.now);
        }
    }
}
