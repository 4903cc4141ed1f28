//! Labs: which processes, clients, checks and choices make up a thing to play with.
//!
//! A lab puts a protocol into the kernel and gives the rest of the world a closed, plain interface
//! to it: a [`Session`] to play, and typed views to draw. Nothing outside this crate names a
//! generic type, so the hot code is compiled once, here.
//!
//! - [`cache`]: the cache lab.
//! - [`causality`]: what can have influenced an event, and what it can have influenced.
//! - [`mod@compare`]: where two branches of a run first go different ways.
//! - [`landmark`]: what to go to next, or to stop at.
//! - [`linearizability`]: whether what the clients of a run saw is linearizable, or coherent.
//! - [`locks`]: the lock lab; [`machine`]: the machines that clusters carry.
//! - [`names`]: what nodes and messages are called.
//! - [`numbered`]: bugs and settings of all protocols.
//! - [`raft`]: the Raft lab's configuration, views and rules.
//! - [`renaming`]: choices of one cluster, made in another.
//! - [`reader`]: the events of any stretch of a run, and indexes of the whole.
//! - [`session`]: a run with its history, behind one interface.
//! - [`sheet`]: what there is to draw of a stretch of a run: messages as arrows, events as dots.
//! - [`mod@switch`]: the same run, but for one setting.
//! - [`walk`]: step by step through a run, either way.
//! - [`weather`]: runs that chance draws, in any lab.
//! - [`why`]: the chain of causes that led to an event.

pub mod cache;
pub mod causality;
pub mod compare;
pub mod landmark;
pub mod linearizability;
pub mod locks;
pub mod machine;
mod monitor;
pub mod names;
pub mod numbered;
pub mod raft;
pub mod reader;
pub mod renaming;
pub mod session;
pub mod sheet;
pub mod switch;
pub mod walk;
pub mod weather;
pub mod why;

pub use monitor::LabMonitor;
pub use names::{MessageName, Names, NodeName};
pub use session::Session;

use crate::raft::Participant;
use machine::{Ask, Machine};

/// Which lab: what its clusters carry, if it has any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lab {
    /// A key-value store.
    #[default]
    Raft,
    /// A lock table.
    Locks,
    /// Nothing: caches that keep each other coherent, without Raft.
    Cache,
}

impl Lab {
    /// Every lab.
    pub const ALL: [Self; 3] = [Self::Raft, Self::Locks, Self::Cache];

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raft => "raft",
            Self::Locks => "locks",
            Self::Cache => "cache",
        }
    }

    /// The lab of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lab| lab.name() == name)
    }
}

/// Somebody who takes part in a lab.
pub type Node = Participant<Machine>;
/// What somebody says about themselves.
pub type Note = crate::raft::note::Note<machine::Own>;
/// A choice in a lab.
pub type Choice = crate::sim::choice::Choice<Ask>;
/// A choice and its moment.
pub type Timed = crate::sim::run::Timed<Ask>;
/// An event in a lab.
pub type Event = crate::sim::event::Event<Node>;
/// What happened in an event of a lab.
pub type What = crate::sim::event::What<Node>;
