//! What watches the cache: it shows each step to every check.
//!
//! A step changes one node, and the node says which lines it touched. Of each line is remembered
//! who may read and who may write it, as sets, so that a step costs the same however many nodes
//! there are. Operations that the step has finished come first, in their order, and carry the
//! record of what was written last on; then the copies that the node has after the step are
//! compared with it.

use super::circumstances::{Circumstances, Missing, has_broken};
use super::evidence::{Evidence, Seen, states};
use super::progress::Progress;
use super::record::{CacheRecord, HomeRecord, LineRecord};
use super::{CacheCheck, Findings};
use crate::cache::address::{Address, Line, Word};
use crate::cache::node::{CacheNode, LinkLayer, Node};
use crate::cache::operation::{Operated, Operation, Outcome};
use crate::cache::placement::Placement;
use crate::cache::state::CacheState;
use crate::check::findings::Place;
use crate::check::{Failure, Now, Verdict};
use crate::sim::node_set::NodeSet;
use crate::sim::process::{NodeId, Process};
use crate::sim::world::{Stepped, World};

/// A node after a step, as the checks see it.
#[derive(Clone, Copy)]
pub struct Look<'a, N> {
    /// Which.
    pub node: NodeId,
    /// What runs on it.
    pub process: &'a N,
    /// Whether it runs.
    pub up: bool,
    /// The lines that it touched, a bit for each.
    pub touched: u64,
    /// What its own clock shows, in microseconds.
    pub clock_us: u64,
    /// Where the run is.
    pub now: Now,
    /// Whether a cache may use what it has of a line, as far as its lease goes. It is asked only
    /// where something is wrong if it may.
    pub uses: &'a dyn Fn(NodeId, Line) -> bool,
    /// The session of a cache with a home, if it runs and its lease lasts by its own clock.
    pub lease: &'a dyn Fn(NodeId, NodeId) -> Option<u32>,
    /// In which state a cache has a line. It is asked only where something is wrong.
    pub state: &'a dyn Fn(NodeId, Line) -> CacheState,
}

impl<'a, N> Look<'a, N> {
    /// The same, at what runs on it as what it is.
    fn at<M>(&self, process: &'a M) -> Look<'a, M> {
        let Self { node, up, touched, clock_us, now, uses, lease, state, .. } = *self;
        Look { node, process, up, touched, clock_us, now, uses, lease, state }
    }
}

/// Watches the cache.
#[derive(Clone, Debug)]
pub struct CacheMonitor {
    pub(super) placement: Placement,
    links: LinkLayer,
    pub(super) lines: Vec<LineRecord>,
    pub(super) caches: Vec<CacheRecord>,
    pub(super) homes: Vec<HomeRecord>,
    /// Since when each processor waits, in microseconds.
    waits: Vec<Option<u64>>,
    pub(super) circumstances: Circumstances,
    pub(super) missing: Missing,
    progress: Progress,
    /// When somebody meddled last, in microseconds.
    pub(super) surveyed_us: u64,
    /// Whether there were leases when it looked last.
    leasing: Option<bool>,
    /// Whether a cache with a bound on its write-backs has ever had what memory had not.
    pub(super) bounded: bool,
    changed: bool,
    pub(super) findings: Findings,
}

impl CacheMonitor {
    /// Watches so many lines of these nodes, whose messages `links` carry.
    #[must_use]
    pub fn new(placement: Placement, lines: u8, links: LinkLayer) -> Self {
        Self {
            placement,
            links,
            lines: vec![LineRecord::default(); usize::from(lines)],
            caches: vec![CacheRecord::default(); usize::from(placement.caches)],
            homes: vec![HomeRecord::default(); placement.homes().count()],
            waits: vec![None; usize::from(placement.caches)],
            circumstances: Circumstances::default(),
            missing: Missing::default(),
            progress: Progress::default(),
            surveyed_us: 0,
            leasing: None,
            bounded: false,
            changed: true,
            findings: Findings::default(),
        }
    }

    /// What a check says of the run so far. Where nobody was answered yet, nothing is said of
    /// answers; and where nothing was ever to be written back in time, nothing of losses' bound.
    #[must_use]
    pub fn verdict(&self, check: CacheCheck) -> Verdict {
        let is_reached = match check {
            CacheCheck::Answered => self.progress.is_reached(),
            CacheCheck::LossBounded => self.bounded,
            _ => true,
        };
        self.findings.verdict(check, is_reached)
    }

    /// The checks that failed, each with its first failure.
    pub fn failures(&self) -> impl Iterator<Item = (CacheCheck, &Failure)> {
        self.findings.failures()
    }

    /// Whether nobody waits, and no line is on its way to another state.
    fn is_quiet(&self) -> bool {
        let is_stable = |line: &LineRecord| {
            line.unstable.is_empty() && !line.busy && line.directory.is_stable()
        };
        self.waits.iter().all(Option::is_none) && self.lines.iter().all(is_stable)
    }

    /// Whether the network is whole now, and somebody waits who has waited since before it was.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        let mut waits = self.waits.iter().flatten();
        self.missing.links().is_none() && waits.any(|since_us| self.progress.is_old(*since_us))
    }

    /// Looks at the world as it begins. `of`: the node of the cache that a process is.
    pub fn begin<P: Process>(&mut self, world: &World<P>, of: impl Fn(&P) -> Option<&Node>) {
        let all = Stepped { node: None, meddled: true };
        self.observe(all, world, of);
    }

    /// Looks at the world after a step.
    pub fn observe<P: Process>(
        &mut self,
        stepped: Stepped,
        world: &World<P>,
        of: impl Fn(&P) -> Option<&Node>,
    ) {
        if stepped.meddled {
            let first = world.nodes().first().and_then(|node| of(&node.process));
            // On a bus, a lease is a number without meaning.
            let leasing = first.map(Node::setup).filter(|setup| setup.variant().leases);
            let lease_us = leasing.map_or(0, |setup| setup.features.lease_us);
            let circumstances = Circumstances::of(world, self.links, lease_us);
            let now = circumstances.leases();
            let has_changed = self.leasing.replace(now).is_some_and(|before| before != now);
            let circumstances = Circumstances {
                // A connection breaks by what was sent while messages were lost, however late.
                breakable: circumstances.breakable || self.circumstances.breakable,
                switched: has_changed && (!world.is_idle() || !self.is_quiet()),
                ..circumstances
            };
            self.survey(circumstances, world.now_us());
        } else {
            self.settle();
        }
        if self.circumstances.breakable
            && !self.circumstances.broken
            && stepped.node.is_some_and(|node| has_broken(world, node))
        {
            let circumstances = Circumstances { broken: true, ..self.circumstances };
            self.survey(circumstances, world.now_us());
        }
        match stepped.node {
            Some(node) => self.observe_node(node, world, &of),
            None => {
                for node in 0..world.nodes().len() {
                    let node = NodeId(u8::try_from(node).expect("at most 64 nodes"));
                    self.observe_node(node, world, &of);
                }
            }
        }
        let now_us = world.now_us();
        let repeats = self.links == LinkLayer::Reliable;
        let is_over = || !self.circumstances.leases() && !repeats && world.is_idle();
        if self.progress.is_calm() && is_over() && self.waits.iter().any(Option::is_some) {
            self.stuck(world.into());
        } else if self.progress.is_due(now_us) {
            let late = self.progress.look(now_us, self.waits.iter().copied());
            if let Some(late) = late {
                self.unanswered(late, world.into());
            }
        }
    }

    fn observe_node<P: Process>(
        &mut self,
        node: NodeId,
        world: &World<P>,
        of: impl Fn(&P) -> Option<&Node>,
    ) {
        let there = world.node(node);
        let Some(process) = of(&there.process) else { return };
        let (up, now, touched) = (there.up, Now::from(world), process.touched());
        let clock_us = there.clock.shows_us(world.now_us());
        let uses = |node: NodeId, line: Line| {
            let there = world.node(node);
            let cache = of(&there.process).and_then(Node::cache);
            let clock_us = there.clock.shows_us(world.now_us());
            cache.is_some_and(|cache| cache.controller().may_use(line, clock_us))
        };
        let lease = |node: NodeId, home: NodeId| {
            let there = world.node(node);
            let cache = of(&there.process).and_then(Node::cache).filter(|_| there.up)?;
            let controller = cache.controller();
            let (_, session) = controller.sessions().find(|(with, _)| *with == home)?;
            let until_us = controller.lease_until_us(home)?;
            (there.clock.shows_us(world.now_us()) < until_us).then_some(session.number)
        };
        let state = |node: NodeId, line: Line| {
            let cache = of(&world.node(node).process).and_then(Node::cache);
            cache.map_or(CacheState::I, |cache| cache.controller().line(line).state)
        };
        let (uses, lease, state) = (&uses, &lease, &state);
        let look = Look { node, process, up, touched, clock_us, now, uses, lease, state };
        match process {
            Node::Cache(cache) => self.observe_cache(&look.at(cache)),
            Node::Home(_) => {
                let Some(home) = process.home() else { return };
                self.observe_home(&look.at(home));
            }
            Node::Bus(_) => {
                let Some(bus) = process.bus() else { return };
                self.observe_bus(&look.at(bus));
            }
        }
    }

    /// Somebody meddled with the world.
    pub fn survey(&mut self, circumstances: Circumstances, now_us: u64) {
        self.circumstances = circumstances;
        self.surveyed_us = now_us;
        self.missing.survey(&circumstances);
        self.progress.survey(&circumstances, now_us, self.caches.len());
        self.changed = true;
    }

    /// Time goes on after a change: notes which checks lack what they rest on.
    pub fn settle(&mut self) {
        if std::mem::take(&mut self.changed) {
            self.missing.settle(&mut self.findings);
        }
    }

    pub(super) fn fail(
        &mut self,
        check: CacheCheck,
        nodes: Vec<NodeId>,
        (line, evidence): (Option<Line>, Option<Evidence>),
        now: Now,
    ) {
        let index = line.map(|line| u64::from(line.0));
        let place = Place { term: None, index, evidence };
        self.findings.fail_unless(self.missing.links(), check, nodes, place, now);
    }

    /// Looks at a cache after a step of it.
    pub fn observe_cache(&mut self, look: &Look<'_, CacheNode>) {
        let place = look.node.index();
        self.finish(look);
        let controller = look.process.controller();
        let unexpected = controller.unexpected();
        let seen = &mut self.caches[place];
        let was_up = std::mem::replace(&mut seen.up, look.up);
        let dropped = std::mem::replace(&mut seen.unexpected, unexpected) < unexpected;
        if dropped {
            self.fail(CacheCheck::NoUnexpected, vec![look.node], (None, None), look.now);
        }
        // Of a node that has crashed or come back, nothing is as it was.
        let mut touched = if was_up == look.up { look.touched } else { u64::MAX };
        touched &= u64::MAX >> (64 - self.lines.len());
        while touched != 0 {
            #[expect(clippy::cast_possible_truncation, reason = "a line is a bit of 64")]
            let line = Line(touched.trailing_zeros() as u8);
            touched &= touched - 1;
            self.compare(look, line);
        }
        let bound_us = look.process.controller().bound_us();
        if bound_us != self.caches[place].bound_us {
            self.bound(look, bound_us);
        }
        if bound_us > 0 {
            self.observe_deadlines(look);
        }
    }

    /// Goes through the operations that a processor has finished.
    fn finish(&mut self, look: &Look<'_, CacheNode>) {
        let place = look.node.index();
        let record = look.process.processor().record();
        let count = record.len();
        let mut done = self.caches[place].done;
        let mut waits = None;
        while done < count {
            let operated = record.get(done).expect("it is on record");
            if operated.outcome == Outcome::Pending {
                waits = look.up.then_some(operated.invoked_us);
                break;
            }
            done += 1;
            self.account(look, operated);
        }
        self.caches[place].done = done;
        self.waits[place] = waits;
    }

    /// A processor was told this; or it will never know.
    fn account(&mut self, look: &Look<'_, CacheNode>, operated: &Operated) {
        if operated.outcome == Outcome::Unknown {
            return;
        }
        self.progress.answered();
        if operated.operation.address().is_some() && self.circumstances.leases() {
            self.check_lease(look, operated.operation.line());
        }
        match (operated.operation, operated.outcome) {
            (Operation::Read(address), Outcome::Read(value)) => self.read(look, address, value),
            (Operation::Write(address, value), Outcome::Done) => self.write(look, address, value),
            (Operation::CompareAndSwap(address, old, new), Outcome::Swapped) => {
                self.read(look, address, old);
                self.write(look, address, new);
            }
            (Operation::CompareAndSwap(address, ..), Outcome::Differed(found)) => {
                self.read(look, address, found);
            }
            _ => {}
        }
    }

    fn read(&mut self, look: &Look<'_, CacheNode>, address: Address, value: Word) {
        let Address { line, word } = address;
        let record = &mut self.lines[line.index()];
        record.recalls(|words| words.get(word) == value);
        let once = self.caches[look.node.index()].once.filter(|(once, _)| *once == line);
        let allowed = once.is_some_and(|(_, words)| words.get(word) == value);
        if record.words.get(word) != value && !allowed {
            let writer = record.writer.filter(|writer| *writer != look.node);
            let nodes = [look.node].into_iter().chain(writer).collect();
            let (written, node) = (record.words.get(word), look.node);
            let (seen, found) = (Seen::Read, value);
            let evidence = Evidence::Value { seen, node, address, found, written };
            self.fail(CacheCheck::DataValue, nodes, (Some(line), Some(evidence)), look.now);
        }
    }

    fn write(&mut self, look: &Look<'_, CacheNode>, address: Address, value: Word) {
        let record = &mut self.lines[address.line.index()];
        record.is_written(look.node, address.word, value);
        record.is_unsaved(look.node, look.clock_us);
        // Whoever else may read has something else from now on.
        let others = record.readers.without(look.node).iter();
        let others: NodeSet = others.filter(|node| (look.uses)(*node, address.line)).collect();
        if !others.is_empty() {
            let nodes: Vec<NodeId> = NodeSet::of(look.node).union(others).iter().collect();
            self.stand_side_by_side(look, address.line, nodes);
        }
    }

    /// Compares what a cache has of a line with what it may have.
    fn compare(&mut self, look: &Look<'_, CacheNode>, line: Line) {
        let copy = look.process.controller().line(line);
        let state = if look.up { copy.state } else { CacheState::I };
        let record = &mut self.lines[line.index()];
        record.enters(look.node, state);
        if state != CacheState::M {
            record.is_let_go(look.node);
        } else if copy.words != record.memory && copy.words == record.words {
            // A copy that is out of date may be lost: another check convicts it.
            record.is_unsaved(look.node, look.clock_us);
        }
        let once = &mut self.caches[look.node.index()].once;
        match state {
            CacheState::IS_D_I if once.is_none() => *once = Some((line, record.words)),
            CacheState::IS_D_I => {}
            _ if once.is_some_and(|(other, _)| other == line) => *once = None,
            _ => {}
        }
        // One who sleeps with a copy whose lease is over has it still and will not use it: that
        // recalls nothing.
        if state.may_read() && record.before_loss.is_some() && (look.uses)(look.node, line) {
            record.recalls(|words| *words == copy.words);
            if state == CacheState::M && copy.words == record.words {
                record.before_loss = None;
            }
        }
        let LineRecord { readers, writers, writer, .. } = *record;
        let is_stale = state.may_read() && copy.words != record.words;
        let all = readers.union(writers);
        if !writers.is_empty() && all.len() > 1 {
            let all: Vec<NodeId> = all.iter().filter(|node| (look.uses)(*node, line)).collect();
            if all.len() > 1 && all.iter().any(|node| writers.contains(*node)) {
                self.stand_side_by_side(look, line, all);
            }
        }
        if is_stale && (look.uses)(look.node, line) {
            let writer = writer.filter(|writer| *writer != look.node);
            let nodes = [look.node].into_iter().chain(writer).collect();
            let record = &self.lines[line.index()];
            let evidence = record.differs((Seen::Copy, look.node), line, &copy.words);
            self.fail(CacheCheck::DataValue, nodes, (Some(line), evidence), look.now);
        }
        self.agree(look, line);
    }

    /// These had a line at once, which no two may.
    fn stand_side_by_side(&mut self, look: &Look<'_, CacheNode>, line: Line, nodes: Vec<NodeId>) {
        let evidence = Evidence::States(states(look.state, line, &nodes));
        self.fail(CacheCheck::SingleWriter, nodes, (Some(line), Some(evidence)), look.now);
    }

    /// Nothing is on its way any more, and somebody waits.
    fn stuck(&mut self, now: Now) {
        let late = self.waits.iter().position(Option::is_some).expect("somebody waits");
        self.unanswered(late, now);
    }

    fn unanswered(&mut self, late: usize, now: Now) {
        let node = NodeId(u8::try_from(late).expect("at most 64 nodes"));
        let evidence = self.waits[late].map(|since_us| Evidence::Waits { node, since_us });
        self.fail(CacheCheck::Answered, vec![node], (None, evidence), now);
    }

    /// Whether what is remembered of each line is what the nodes have: for a test of the masks by
    /// which they say what they touched.
    #[must_use]
    pub fn is_true_to<P: Process>(
        &self,
        world: &World<P>,
        of: impl Fn(&P) -> Option<&Node>,
    ) -> bool {
        (0..).map(Line).zip(&self.lines).all(|(line, record)| {
            let mut fresh = LineRecord::default();
            for (node, there) in (0..).map(NodeId).zip(world.nodes()) {
                let Some(process) = of(&there.process) else { continue };
                if let Some(cache) = process.cache() {
                    let state = cache.controller().line(line).state;
                    fresh.enters(node, if there.up { state } else { CacheState::I });
                }
                if let Some(bus) = process.bus() {
                    fresh.owner = bus.line(line).owner;
                }
                if let Some(home) = process.home().filter(|_| self.placement.home_of(line) == node)
                {
                    let home = home.line(line);
                    (fresh.directory, fresh.owner, fresh.sharers) =
                        (home.state, home.owner, home.sharers);
                }
            }
            fresh.readers == record.readers
                && fresh.writers == record.writers
                && fresh.unstable == record.unstable
                && fresh.directory == record.directory
                && fresh.owner == record.owner
                && fresh.sharers == record.sharers
        })
    }
}
