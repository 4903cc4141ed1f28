//! All interleavings of a small cache: an exhaustive search through the protocol's own code.
//!
//! Random runs find what is likely. What is left is found by trying everything: three caches, one
//! home, one line, two values, and whatever can happen next in whatever order (the *small scope
//! hypothesis*: what can go wrong goes wrong with few). Nothing is modelled but the network and the
//! processors; the [controllers](crate::cache::controller), the [home](crate::cache::home) and the
//! [bus](crate::cache::bus) are those that run in the laboratory.
//!
//! **What is searched.**
//!
//! - The *directory*, MSI or MESI: three caches, one line ([`Model::of`]).
//! - The *snooping bus*, with the same ([`Model::on_bus`]).
//! - *Two lines in each other's way* ([`Model::of_two_lines`]): two caches, each of which holds one
//!   line, so that one goes to make room for the other: a write-back, a request and what is
//!   forwarded meanwhile are under way at once. Which line is which makes no difference either.
//! - *Failure* ([`Model::with_failures`]): leases, and a cache that crashes, or whose lease is
//!   over, at any moment. How time is left out is told in `failure`.
//!
//! **What can happen.** A message that is first in its channel is delivered; an idle processor
//! reads, or writes either value; a copy is replaced. Channels are first in, first out between each
//! ordered pair, as the kernel's streams are ([`Channels::Pairs`]); or, as the primer has it
//! (§8.2.1), each pair has three of them, for requests, forwards and responses, which overtake each
//! other ([`Channels::Networks`]): that reaches cells which streams never reach.
//!
//! **What is checked**, in every state: a single writer or many readers; every readable copy, and
//! memory where nobody owns the line, holds what was written last; nothing comes that the tables
//! have no entry for; whoever waits has something on its way (no deadlock); and, at the end, that
//! from every state the deliveries alone lead to one where everybody is answered and nothing is
//! under way: no livelock that no new request breaks.
//!
//! **States.** Breadth first, so the way to a violation is a shortest one. A state is remembered by
//! a fingerprint of 128 bits of a compact encoding (*hash compaction*, Stern and Dill 1995: that
//! two of ten million states share one is less likely than one in 10²⁴). Caches differ by their
//! number only, so of all states that are the same but for these numbers one is followed
//! (*symmetry*, Ip and Dill 1996): messages to different caches are in different channels, so the
//! order in which a home sends them cannot be seen. What differs only in transactions' numbers is
//! the same too.

mod encoding;
mod failure;
mod search;
mod state;
mod step;
mod table;

pub use search::{Report, explore};
pub use state::{Flight, State, Violation};
pub use step::Action;

use crate::cache::address::{Address, Line};
use crate::cache::bug::Bugs;
use crate::cache::event::{CacheEvent, DirectoryEvent};
use crate::cache::operation::Operation;
use crate::cache::setting::Features;
use crate::cache::state::{CacheState, DirectoryState};
use crate::cache::table::Interconnect;
use crate::sim::time::SECOND_US;

/// The most caches that there are.
pub const MOST_CACHES: usize = 3;
/// The most lines.
pub const LINES: usize = 2;

/// What overtakes what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// One channel for each ordered pair of nodes.
    Pairs,
    /// Three for each: requests, forwards, responses.
    Networks,
}

/// What is searched.
#[derive(Clone, Debug)]
pub struct Model {
    /// How the caches are connected.
    pub interconnect: Interconnect,
    /// How many caches there are: two or three.
    pub caches: u8,
    /// How many lines memory has: one or two.
    pub lines: u8,
    /// How the cache is set. Whether there are leases matters, and not how long they are.
    pub features: Features,
    /// What is broken.
    pub bugs: Bugs,
    /// What overtakes what.
    pub channels: Channels,
    /// What an idle processor may do.
    pub operations: Vec<Operation>,
    /// Whether copies are replaced.
    pub replacements: bool,
    /// How many failures there may be; they need leases.
    pub failures: u8,
    /// Whether of states that differ in the numbers of caches or lines only one is followed.
    pub symmetry: bool,
}

impl Model {
    /// A right protocol on streams, with everything that can happen.
    #[must_use]
    pub fn of(features: Features) -> Self {
        Self {
            interconnect: Interconnect::Directory,
            caches: 3,
            lines: 1,
            features,
            bugs: Bugs::default(),
            channels: Channels::Pairs,
            operations: Self::reads_and_writes(1),
            replacements: true,
            failures: 0,
            symmetry: true,
        }
    }

    /// The same on a bus.
    #[must_use]
    pub fn on_bus(features: Features) -> Self {
        Self { interconnect: Interconnect::Bus, ..Self::of(features) }
    }

    /// Two lines and two caches that hold one each. A copy goes when there is no room.
    #[must_use]
    pub fn of_two_lines(features: Features) -> Self {
        let features = Features { capacity: 1, ..features };
        let operations = Self::reads_and_writes(2);
        Self { caches: 2, lines: 2, operations, replacements: false, ..Self::of(features) }
    }

    /// Leases, and so many failures at any moment.
    #[must_use]
    pub fn with_failures(features: Features, failures: u8) -> Self {
        Self { failures, ..Self::of(Features { lease_us: SECOND_US, ..features }) }
    }

    /// A read of each line, and a write of either value.
    #[must_use]
    pub fn reads_and_writes(lines: u8) -> Vec<Operation> {
        let of = |line| {
            let address = Address { line: Line(line), word: 0 };
            let writes = [0, 1].map(move |value| Operation::Write(address, value));
            [Operation::Read(address)].into_iter().chain(writes)
        };
        (0..lines).flat_map(of).collect()
    }
}

/// Which cells were reached: for each state, by its number, a bit for each event, by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Of the caches' table.
    pub cache: [u32; CacheState::ALL.len()],
    /// Of the directory's.
    pub directory: [u32; DirectoryState::ALL.len()],
}

impl Cells {
    /// A cell of the caches' table was reached.
    pub(super) const fn sees_cache(&mut self, state: CacheState, event: CacheEvent) {
        self.cache[state.number() as usize] |= 1 << event.number();
    }

    /// A cell of the directory's table was reached.
    pub(super) const fn sees_directory(&mut self, state: DirectoryState, event: DirectoryEvent) {
        self.directory[state.number() as usize] |= 1 << event.number();
    }

    /// Whether a cell of the caches' table was reached.
    #[must_use]
    pub const fn has_cache(&self, state: CacheState, event: CacheEvent) -> bool {
        self.cache[state.number() as usize] & (1 << event.number()) != 0
    }

    /// Whether a cell of the directory's table was reached.
    #[must_use]
    pub const fn has_directory(&self, state: DirectoryState, event: DirectoryEvent) -> bool {
        self.directory[state.number() as usize] & (1 << event.number()) != 0
    }

    /// What was reached in either.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        self.cache.iter_mut().zip(other.cache).for_each(|(own, other)| *own |= other);
        self.directory.iter_mut().zip(other.directory).for_each(|(own, other)| *own |= other);
        self
    }
}
