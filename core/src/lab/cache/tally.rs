//! Why reads and writes miss.
//!
//! A miss has a cause that the node itself cannot know. If it had never had the line, the miss is
//! *cold*; if it had given the line up to make room, it is one of *capacity*. If somebody else's
//! request took the copy away, it depends on what the others have written since: the very word that
//! is wanted (a *coherence* miss: data had to travel, whoever keeps them), or only its neighbours
//! (*false sharing*: it would not have been a miss, had the words been in lines of their own). What
//! was taken away and not written by anybody yet counts as coherence. And a copy may have been
//! *dropped* for neither reason: somebody at the node asked for that (evict, flush, invalidate), it
//! had to be written back in time, or its lease was over. The
//! distinction is that of Dubois, Skeppstedt, Ricciulli, Ramamurthy and Stenström, "The detection
//! and elimination of useless misses in multiprocessors" (ISCA 1993). A write to a copy that may
//! only be read had to ask, too, and counts as coherence.
//!
//! So somebody watches from outside, after every step, and remembers for each node why it has no
//! copy of a line. What it remembers is part of a keyframe, as what checks remember is.

use super::metrics::Misses;
use crate::cache::address::{Line, MOST_LINES};
use crate::cache::node::{CacheNode, Node};
use crate::cache::operation::{Operation, Outcome};
use crate::cache::state::CacheState;
use crate::lab::machine::Machine;
use crate::raft::Participant;
use crate::sim::process::NodeId;
use crate::sim::world::{Stepped, World};

/// Why a node has no copy of a line, or that it has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Standing {
    /// It has never had one since it started.
    #[default]
    Never,
    /// It has one.
    Present,
    /// It has given it up to make room.
    GivenUp,
    /// It has dropped it, neither to make room nor because of a request.
    Dropped,
    /// Somebody's request has taken it away; the words that others have written since, a bit each.
    Taken(u8),
}

/// What is known of a node's line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    state: CacheState,
    standing: Standing,
}

/// What is known of a node.
#[derive(Clone, Debug)]
struct Watched {
    lines: Box<[Known; MOST_LINES as usize]>,
    /// How many sessions with homes it has begun: with each, it drops all it had from that home.
    sessions: u64,
    /// How many operations it has begun.
    begun: usize,
    /// How many of them are done.
    done: usize,
}

impl Default for Watched {
    fn default() -> Self {
        let lines = Box::new([Known::default(); MOST_LINES as usize]);
        Self { lines, sessions: 0, begun: 0, done: 0 }
    }
}

/// Counts what happens to copies.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    nodes: Vec<Watched>,
    /// Reads and writes that were begun.
    pub accesses: u64,
    /// Of these, how many the copy that was there served.
    pub hits: u64,
    /// Misses, by their cause.
    pub misses: Misses,
    /// Exclusive copies that were written without asking.
    pub silent_upgrades: u64,
    /// Copies that somebody else's request has taken away.
    pub invalidations: u64,
    /// Modified copies that were given up.
    pub write_backs: u64,
}

impl Tally {
    /// Counts for so many caches.
    #[must_use]
    pub fn new(caches: u8) -> Self {
        Self { nodes: vec![Watched::default(); caches.into()], ..Self::default() }
    }

    /// Looks at what a step has changed.
    pub fn observe(&mut self, stepped: Stepped, world: &World<Participant<Machine>>) {
        let caches = 0..self.nodes.len();
        match stepped.node {
            Some(node) if caches.contains(&node.index()) => self.look(node, stepped.meddled, world),
            Some(_) => {}
            None => caches.for_each(|node| {
                self.look(NodeId(u8::try_from(node).expect("few caches")), true, world);
            }),
        }
    }

    fn look(&mut self, id: NodeId, whole: bool, world: &World<Participant<Machine>>) {
        let node = world.node(id);
        let Some(process) = node.process.cache_node() else { return };
        let Node::Cache(cache) = process else { return };
        if !node.up {
            // It will come back with nothing.
            *self.nodes[id.index()].lines = [Known::default(); MOST_LINES as usize];
            return;
        }
        self.begin(id, cache);
        let mut touched = if whole { u64::MAX } else { process.touched() };
        let lines = cache.controller().lines();
        let sessions = cache.controller().sessions_begun();
        let renewed = std::mem::replace(&mut self.nodes[id.index()].sessions, sessions) != sessions;
        while touched != 0 {
            let line = touched.trailing_zeros() as usize;
            touched &= touched - 1;
            let Some(copy) = lines.get(line) else { break };
            self.moved((id, cache), line, copy.state, (renewed, world));
        }
        self.finish(id, cache);
    }

    /// An operation that was begun hits, or misses for a reason.
    fn begin(&mut self, id: NodeId, cache: &CacheNode) {
        let record = cache.processor().record();
        let watched = &mut self.nodes[id.index()];
        for place in watched.begun..record.len() {
            let Some(operated) = record.get(place) else { continue };
            let Some(address) = operated.operation.address() else { continue };
            self.accesses += 1;
            if operated.hit {
                self.hits += 1;
                continue;
            }
            match watched.lines[address.line.index()].standing {
                Standing::Never => self.misses.cold += 1,
                Standing::GivenUp => self.misses.capacity += 1,
                Standing::Dropped => self.misses.dropped += 1,
                Standing::Present | Standing::Taken(0) => self.misses.coherence += 1,
                Standing::Taken(written) if written & 1 << address.word != 0 => {
                    self.misses.coherence += 1;
                }
                Standing::Taken(_) => self.misses.false_sharing += 1,
            }
        }
        watched.begun = record.len();
    }

    /// A node's line is in another state; with a new session, what is gone was dropped.
    fn moved(
        &mut self,
        (id, cache): (NodeId, &CacheNode),
        line: usize,
        state: CacheState,
        (renewed, world): (bool, &World<Participant<Machine>>),
    ) {
        use CacheState as S;
        let caches = self.nodes.len();
        let known = &mut self.nodes[id.index()].lines[line];
        let before = std::mem::replace(&mut known.state, state);
        if before == state {
            return;
        }
        self.silent_upgrades += u64::from(before == S::E && state == S::M);
        self.write_backs += u64::from(state == S::MI_A);
        let was_present = known.standing == Standing::Present;
        known.standing = match state {
            _ if state.may_read() => Standing::Present,
            // While it is on its way out, others may ask for it.
            S::MI_A | S::EI_A | S::SI_A | S::II_A if !was_present => known.standing,
            S::MI_A | S::EI_A | S::SI_A if makes_room(cache, line) => Standing::GivenUp,
            S::MI_A | S::EI_A | S::SI_A => Standing::Dropped,
            _ if was_present && renewed => Standing::Dropped,
            // It could be read, and cannot any more, though nobody here has given it up; or it is
            // taken away before it comes.
            _ if was_present || state == S::IS_D_I => {
                self.invalidations += 1;
                Standing::Taken(wanted(id, line, world, caches))
            }
            _ => known.standing,
        };
    }

    /// What was written by an operation that is done, others do not have.
    fn finish(&mut self, id: NodeId, cache: &CacheNode) {
        let record = cache.processor().record();
        let done = record.len() - usize::from(cache.processor().is_busy());
        for place in self.nodes[id.index()].done..done {
            let Some(operated) = record.get(place) else { continue };
            let address = match (operated.operation, operated.outcome) {
                (Operation::Write(address, _), Outcome::Done)
                | (Operation::CompareAndSwap(address, _, _), Outcome::Swapped) => address,
                _ => continue,
            };
            for (other, watched) in self.nodes.iter_mut().enumerate() {
                let known = &mut watched.lines[Line::index(address.line)];
                if let Standing::Taken(written) = &mut known.standing
                    && other != id.index()
                {
                    *written |= 1 << address.word;
                }
            }
        }
        self.nodes[id.index()].done = done;
    }
}

/// Whether a node that gives a line up wants the room for another: otherwise somebody asked it to,
/// or it has to write back in time.
fn makes_room(cache: &CacheNode, line: usize) -> bool {
    let processor = cache.processor();
    let last = processor.record().len().checked_sub(1).filter(|_| processor.is_busy());
    last.and_then(|last| processor.record().get(last))
        .is_some_and(|operated| operated.operation.line().index() != line)
}

/// The words of a line that others are about to write, a bit each: who takes a copy away writes
/// only when it has every acknowledgement, and the copy may be missed before that.
fn wanted(id: NodeId, line: usize, world: &World<Participant<Machine>>, caches: usize) -> u8 {
    let others = (0..caches).filter(|other| *other != id.index());
    let writes = others.filter_map(|other| {
        let node = world.node(NodeId(u8::try_from(other).expect("few caches")));
        let Some(Node::Cache(cache)) = node.process.cache_node() else { return None };
        let processor = cache.processor();
        let last = processor.record().len().checked_sub(1).filter(|_| processor.is_busy())?;
        match processor.record().get(last)?.operation {
            Operation::Write(address, _) | Operation::CompareAndSwap(address, _, _) => {
                (address.line.index() == line).then_some(1 << address.word)
            }
            _ => None,
        }
    });
    writes.fold(0, |all, word: u8| all | word)
}
