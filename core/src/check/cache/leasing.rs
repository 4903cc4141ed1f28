//! What leases promise, and what is promised where what somebody had written is lost.
//!
//! - A cache uses a copy only while its lease lasts, by its own clock; and a home that gives a
//!   cache up has waited so long that the cache's lease is over.
//! - When memory goes back to what it had before, the home has said that something may be lost.
//!   Then that is what was written last, unless somebody turns out to have the other still.
//! - What is modified is not modified for longer than the bound that is set. The time counts from
//!   when a cache is first seen with what was written last and memory has not, whoever wrote it,
//!   until it lets go of it or memory has it. With leases, what one owner hands to the next comes
//!   home too; without, the next has its own time.

use super::CacheCheck;
use super::evidence::Seen;
use super::monitor::{CacheMonitor, Look};
use crate::cache::address::Line;
use crate::cache::home::{Home, HomeLine};
use crate::cache::lease::Tenancy;
use crate::cache::node::CacheNode;
use crate::sim::process::NodeId;

/// What a clock that runs fast may leap over, in microseconds.
const ROUNDED_US: u64 = 2;

impl CacheMonitor {
    fn fail_timed(
        &mut self,
        check: CacheCheck,
        nodes: Vec<NodeId>,
        line: Option<Line>,
        look: &Look<'_, impl Sized>,
    ) {
        let place = (None, line.map(|line| u64::from(line.0)));
        self.findings.fail_unless(self.missing.clocks(), check, nodes, place, look.now);
    }

    /// A processor was served from a copy: its lease must last.
    pub(super) fn check_lease(&mut self, look: &Look<'_, CacheNode>, line: Line) {
        let controller = look.process.controller();
        let home = self.placement.home_of(line);
        let until_us = controller.lease_until_us(home);
        if until_us.is_none_or(|until_us| until_us <= look.clock_us) {
            self.fail_timed(CacheCheck::LeaseRespected, vec![look.node], Some(line), look);
        }
    }

    /// A cache keeps another bound from now on.
    pub(super) fn bound(&mut self, look: &Look<'_, CacheNode>, bound_us: u64) {
        self.caches[look.node.index()].bound_us = bound_us;
        for record in &mut self.lines {
            if record.unsaved.is_some_and(|(node, _)| node == look.node) {
                record.unsaved = Some((look.node, look.clock_us));
            }
        }
    }

    /// Nothing is modified past the time by which it had to be written back.
    pub(super) fn observe_deadlines(&mut self, look: &Look<'_, CacheNode>) {
        let unsaved = (0..).map(Line).zip(&self.lines).filter_map(|(line, record)| {
            let (node, since_us) = record.unsaved?;
            (node == look.node && look.up).then_some((since_us, line))
        });
        let Some((first_us, line)) = unsaved.min() else { return };
        self.bounded = true;
        let due_us = first_us + self.caches[look.node.index()].bound_us + ROUNDED_US;
        let late_us = look.clock_us.saturating_sub(due_us);
        // Whoever is frozen, or was frozen then, cannot help it.
        let since_us = look.now.moment.time_us.saturating_sub(late_us);
        if late_us > 0 && since_us > self.surveyed_us && !self.circumstances.held {
            self.fail_timed(CacheCheck::LossBounded, vec![look.node], Some(line), look);
        }
    }

    /// What a home has reported, and whom it has given up.
    pub(super) fn observe_losses(&mut self, look: &Look<'_, Home>) {
        let place = look.node.index() - self.caches.len();
        let tenancies = look.process.tenancies();
        let mut before = std::mem::take(&mut self.homes[place].tenancies);
        before.resize(tenancies.len(), Tenancy::default());
        for (cache, (before, now)) in (0..).map(NodeId).zip(before.iter().zip(tenancies)) {
            let ended = before.heard_us.is_some() && now.number == before.number;
            if before.number != now.number && before.number != 0 {
                self.gives_up(look.node, cache);
            }
            if ended && now.heard_us.is_none() {
                self.gives_up(look.node, cache);
                self.check_given_up(look, cache, now.number);
            }
        }
        before.copy_from_slice(tenancies);
        self.homes[place].tenancies = before;
        let losses = look.process.losses();
        let count = look.process.losses_count();
        let seen = std::mem::replace(&mut self.homes[place].losses, count);
        for loss in losses.iter().filter(|loss| loss.number > seen) {
            let HomeLine { words, open, .. } = *look.process.line(loss.line);
            let record = &mut self.lines[loss.line.index()];
            if open.is_some_and(|grant| grant.orphaned) {
                // The home waits for what the owner before had, and then that is what is left.
                record.awaits_memory = true;
            } else if words != record.words {
                record.before_loss = Some(record.words);
                record.words = words;
            }
        }
    }

    /// A home has given a cache up, which may have had the only copy of these lines.
    fn gives_up(&mut self, home: NodeId, cache: NodeId) {
        for (line, record) in (0..).map(Line).zip(&mut self.lines) {
            record.gave_up |=
                self.placement.home_of(line) == home && record.parties.contains(cache);
        }
    }

    /// A home has given a cache up. Its lease must be over.
    fn check_given_up(&mut self, look: &Look<'_, Home>, cache: NodeId, session: u32) {
        let lasts = (look.lease)(cache, look.node).is_some_and(|number| number == session);
        if lasts {
            self.fail_timed(CacheCheck::LeaseRespected, vec![look.node, cache], None, look);
        }
    }

    /// Memory has gone back to what it was, after somebody was given up, and the home did not say
    /// so.
    pub(super) fn lost(&mut self, look: &Look<'_, Home>, line: Line) {
        let record = &mut self.lines[line.index()];
        let writer = record.writer;
        let words = look.process.line(line).words;
        let evidence = record.differs((Seen::Memory, look.node), line, &words);
        record.words = words;
        let nodes = [look.node].into_iter().chain(writer).collect();
        self.fail(CacheCheck::LossReported, nodes, (Some(line), evidence), look.now);
    }
}
