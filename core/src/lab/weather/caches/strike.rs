//! What happens to caches and to nobody else: what they are asked, and what befalls whoever has
//! copies.
//!
//! Chance alone would mostly hit nodes that have nothing: so whoever owns a line, or shares one, is
//! looked for, as a storm of the Raft lab looks for the leader.

use super::super::director::{Director, Run};
use super::super::fault::Fault;
use crate::cache::address::{Address, Line};
use crate::cache::node::CacheNode;
use crate::cache::operation::Operation;
use crate::cache::state::CacheState;
use crate::lab::cache::CacheConfig;
use crate::lab::machine::Ask;
use crate::lab::{Choice, numbered::AnySetting};
use crate::sim::process::NodeId;
use crate::sim::time::MILLISECOND_US;

/// Values that people write: few, so that a word often has what it had before.
const VALUES: u64 = 6;
/// How long a cache sleeps where there are no leases, at most, in microseconds.
const LONGEST_NAP_US: u64 = 200 * MILLISECOND_US;

/// The cache on a node, if it is one.
fn cache(run: &Run, node: NodeId) -> Option<&CacheNode> {
    run.world.node(node).process.cache_node()?.cache()
}

impl Director {
    /// Does what happens to caches.
    pub(in super::super) fn strike_caches(&mut self, run: &mut Run, fault: Fault) {
        let Some(config) = self.climate.config.cache.clone() else { return };
        match fault {
            Fault::Ask => self.ask(run, &config),
            Fault::CrashOwner => {
                if let Some((node, _)) = self.holder(run, &config, CacheState::may_write) {
                    self.crash(run, node);
                }
            }
            Fault::CrashHome => {
                let names = config.names();
                let homes = u8::from(config.is_bus()) + names.homes;
                let home = NodeId(config.caches + self.dice.small(0, homes - 1));
                self.act(run, Choice::Crash(home));
                self.passes(run, Choice::Restart(home));
            }
            Fault::CutOff => self.cut_off(run, &config),
            Fault::Nap => {
                let Some((node, _)) = self.holder(run, &config, CacheState::may_read) else {
                    return;
                };
                let lease_us = config.features.lease_us;
                let asleep_us = if lease_us > 0 {
                    self.dice.between(lease_us / 2, lease_us * 3 / 2)
                } else {
                    self.dice.scale(MILLISECOND_US, LONGEST_NAP_US)
                };
                self.act(run, Choice::Pause(node));
                self.later(run, asleep_us, Choice::Resume(node));
            }
            Fault::SetCaches if !self.climate.cache_settable.is_empty() => {
                let place = self.dice.place(self.climate.cache_settable.len());
                let (setting, (low, high)) = self.climate.cache_settable[place];
                let value = self.dice.between(low, high);
                let setting = AnySetting::Cache(setting).number();
                self.act(run, Choice::Set { setting, value });
            }
            _ => {}
        }
    }

    /// A cache that has a copy in such a state, and which.
    fn holder(
        &mut self,
        run: &Run,
        config: &CacheConfig,
        is_so: impl Fn(CacheState) -> bool,
    ) -> Option<(NodeId, Line)> {
        let up = |node: &NodeId| run.world.node(*node).up;
        let held = (0..config.caches).map(NodeId).filter(up).flat_map(|node| {
            let lines = cache(run, node).map_or(&[][..], |cache| cache.controller().lines());
            let held = (0..).map(Line).zip(lines).filter(|(_, copy)| is_so(copy.state));
            held.map(move |(line, _)| (node, line)).collect::<Vec<_>>()
        });
        let held: Vec<(NodeId, Line)> = held.collect();
        if held.is_empty() { None } else { Some(self.dice.pick(&held)) }
    }

    /// Somebody with a copy and its home do not hear of each other, one way or both; or nobody
    /// hears of it any more.
    fn cut_off(&mut self, run: &mut Run, config: &CacheConfig) {
        let Some((node, line)) = self.holder(run, config, CacheState::may_read) else { return };
        let home = config.placement().home_of(line);
        if self.dice.once_in(2) {
            let others = (0..self.nodes()).map(NodeId).filter(|other| *other != node).collect();
            self.fall_apart(run, vec![node], others);
            return;
        }
        let both_ways = self.dice.once_in(2);
        let (from, to) = if self.dice.once_in(2) { (node, home) } else { (home, node) };
        self.act(run, Choice::Cut { from, to, both_ways });
        self.passes(run, Choice::Heal { from, to, both_ways });
    }

    /// Processors are asked for something, mostly about one line.
    fn ask(&mut self, run: &mut Run, config: &CacheConfig) {
        let mut line = Line(self.dice.small(0, config.lines - 1));
        for _ in 0..self.dice.between(1, 4) {
            if self.dice.once_in(4) {
                line = Line(self.dice.small(0, config.lines - 1));
            }
            let node = NodeId(self.dice.small(0, config.caches - 1));
            let word = self.dice.small(0, config.words - 1);
            let operation = self.operation(run, node, Address { line, word });
            self.act(run, Choice::Operate { node, operation: Ask::Cache(operation) });
        }
    }

    fn operation(&mut self, run: &Run, node: NodeId, address: Address) -> Operation {
        let line = address.line;
        match self.dice.between(0, 15) {
            0..=3 => Operation::Read(address),
            4..=7 => Operation::Write(address, self.value()),
            8..=10 => {
                // Mostly what it sees now.
                let seen = cache(run, node)
                    .map_or(0, |cache| cache.controller().line(line).words.get(address.word));
                let old = if self.dice.once_in(4) { self.value() } else { seen };
                Operation::CompareAndSwap(address, old, self.value())
            }
            11 => Operation::Own(line),
            12 | 13 => Operation::Evict(line),
            14 => Operation::Flush(line),
            _ => Operation::Invalidate(line),
        }
    }

    fn value(&mut self) -> u32 {
        u32::try_from(self.dice.between(0, VALUES)).expect("few values")
    }
}
