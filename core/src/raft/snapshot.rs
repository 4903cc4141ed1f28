//! Snapshots: the state in place of the log that led to it (Raft §7).
//!
//! "The entire current system state is written to a snapshot on stable storage, then the entire log
//! up to that point is discarded." What must survive of the log is in the snapshot: where it ended
//! and in which term, so that the next entry can be compared; the latest configuration; and what
//! the log has done: the state machine *and* the table of client sessions.
//!
//! A leader that no longer has the next entry a follower needs sends its snapshot instead.
//!
//! Where we depart from the paper: a snapshot travels in one message. Figure 13 cuts it into chunks
//! because packets are small; nothing of the protocol depends on it.

use super::log::{Base, Index};
use super::session::Sessions;
use super::state_machine::StateMachine;
use crate::sim::digest::{Digest, Encode};

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot<S: StateMachine> {
    /// Where the log ended that it stands for, and with which configuration.
    pub base: Base,
    /// The state machine there.
    pub machine: S,
    /// The client sessions there.
    pub sessions: Sessions<S::Answer>,
    /// How many commands had been carried out.
    pub effects: u64,
}

impl<S: StateMachine> Snapshot<S> {
    /// The index of the last entry that it stands for.
    #[must_use]
    pub const fn last_index(&self) -> Index {
        self.base.index
    }
}

impl<S: StateMachine> Encode for Snapshot<S> {
    /// What the log led to follows from the log, for which its hash speaks. Not so what a planted
    /// bug has left out.
    fn encode(&self, digest: &mut Digest) {
        digest.word(self.base.index);
        digest.word(self.base.term);
        digest.word(self.base.prefix_hash);
        self.base.configuration.encode(digest);
        digest.word(self.sessions.iter().count() as u64);
        digest.word(self.effects);
    }
}
