//! The replicated log (Raft §5.3).
//!
//! Indexes begin at 1; index 0 stands for the empty prefix, whose term is 0. A log is a shared
//! list: copying it (for the disk, for a keyframe) shares all but its newest piece.
//!
//! Beside each entry the log keeps a *prefix hash*: one number for everything up to and including
//! that entry. No rule of the protocol reads it. The checks do: logs that agree up to an index
//! have equal prefix hashes there, and logs that do not have equal ones by a chance of about one
//! in 2⁶⁴, which makes the Log Matching Property a matter of one comparison.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use crate::sim::digest::{Digest, Encode};
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// A term (Raft §5.1): terms are numbered with consecutive integers; 0 is before the first.
pub type Term = u64;
/// A place in a log, from 1; 0 is before the first entry.
pub type Index = u64;

/// What a command must be: a plain value that can be written into a digest.
pub trait Command: Clone + Eq + Hash + Debug + Encode {}
impl<C: Clone + Eq + Hash + Debug + Encode> Command for C {}

/// A command together with who asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Proposal<C> {
    /// The client that waits for the answer; nobody waits for what a log began with.
    pub client: Option<NodeId>,
    /// The client's own number for it.
    pub request: u64,
    /// What to do: shared by every log that holds it, and by its client's record.
    pub command: Arc<C>,
    hash: u64,
}

impl<C: Command> Proposal<C> {
    /// A client's command.
    #[must_use]
    pub fn new(client: NodeId, request: u64, command: Arc<C>) -> Self {
        Self::of(Some(client), request, command)
    }

    /// A command that a log begins with.
    #[must_use]
    pub fn preset(command: C) -> Self {
        Self::of(None, 0, Arc::new(command))
    }

    fn of(client: Option<NodeId>, request: u64, command: Arc<C>) -> Self {
        let mut digest = Digest::new();
        digest.word(client.map_or(0, |client| u64::from(client.0) + 1));
        digest.word(request);
        command.encode(&mut digest);
        Self { client, request, command, hash: digest.value() }
    }
}

/// A log entry: a command and the term in which a leader received it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry<C> {
    /// When a leader received it.
    pub term: Term,
    /// What it asks the state machine to do.
    pub proposal: Arc<Proposal<C>>,
}

impl<C> Encode for Entry<C> {
    fn encode(&self, digest: &mut Digest) {
        digest.word(self.term);
        digest.word(self.proposal.hash);
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Slot<C> {
    entry: Entry<C>,
    prefix_hash: u64,
}

/// A log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Log<C: Clone> {
    slots: SharedList<Slot<C>>,
}

impl<C: Clone> Default for Log<C> {
    fn default() -> Self {
        Self { slots: SharedList::default() }
    }
}

impl<C: Clone> Log<C> {
    /// The index of the last entry; 0 if there is none.
    #[must_use]
    pub fn last_index(&self) -> Index {
        self.slots.len() as Index
    }

    /// The term of the last entry; 0 if there is none.
    #[must_use]
    pub fn last_term(&self) -> Term {
        self.slots.last().map_or(0, |slot| slot.entry.term)
    }

    fn slot(&self, index: Index) -> Option<&Slot<C>> {
        self.slots.get(usize::try_from(index.checked_sub(1)?).ok()?)
    }

    /// The entry at an index, if there is one.
    #[must_use]
    pub fn entry(&self, index: Index) -> Option<&Entry<C>> {
        self.slot(index).map(|slot| &slot.entry)
    }

    /// The term of the entry at an index: 0 at index 0, `None` past the end.
    #[must_use]
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == 0 { Some(0) } else { self.entry(index).map(|entry| entry.term) }
    }

    /// One number for everything up to and including `index`; `None` past the end.
    #[must_use]
    pub fn prefix_hash(&self, index: Index) -> Option<u64> {
        if index == 0 { Some(0) } else { self.slot(index).map(|slot| slot.prefix_hash) }
    }

    /// Puts an entry at the end and returns its index.
    pub fn append(&mut self, entry: Entry<C>) -> Index {
        let mut digest = Digest::new();
        digest.word(self.slots.last().map_or(0, |slot| slot.prefix_hash));
        entry.encode(&mut digest);
        self.slots.push(Slot { entry, prefix_hash: digest.value() });
        self.last_index()
    }

    /// Removes the entry at `index` and all that follow it.
    ///
    /// # Panics
    /// If `index` is 0: our mistake, nothing is there.
    pub fn truncate_from(&mut self, index: Index) {
        assert!(index > 0, "indexes begin at 1");
        if index <= self.last_index() {
            self.slots.truncate(usize::try_from(index - 1).unwrap_or(usize::MAX));
        }
        assert!(self.last_index() < index);
    }

    /// At most `most` entries from `from` on.
    #[must_use]
    pub fn entries_from(&self, from: Index, most: u32) -> Vec<Entry<C>> {
        let end = self.last_index().min(from.saturating_add(u64::from(most)).saturating_sub(1));
        (from..=end).filter_map(|index| self.entry(index).cloned()).collect()
    }

    /// The first index of the run of entries with the same term that ends at `index`.
    #[must_use]
    pub fn first_of_term_at(&self, index: Index) -> Index {
        let term = self.term_at(index);
        let mut first = index;
        while first > 1 && self.term_at(first - 1) == term {
            first -= 1;
        }
        first
    }

    /// The last index at or before `index` whose entry has this term, if there is one.
    #[must_use]
    pub fn last_of_term_before(&self, term: Term, index: Index) -> Option<Index> {
        (1..=index.min(self.last_index()))
            .rev()
            .find(|at| self.term_at(*at).is_some_and(|found| found <= term))
            .filter(|at| self.term_at(*at) == Some(term))
    }
}

/// Whether a log ending in (`term`, `index`) is at least as up-to-date as one ending in
/// (`other_term`, `other_index`): the one with the later last term is, and with the same last term
/// the longer one (Raft §5.4.1).
#[must_use]
pub fn is_up_to_date(
    (term, index): (Term, Index),
    (other_term, other_index): (Term, Index),
) -> bool {
    (term, index) >= (other_term, other_index)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    pub(in crate::raft) struct Number(pub(in crate::raft) u64);

    impl Encode for Number {
        fn encode(&self, digest: &mut Digest) {
            digest.word(self.0);
        }
    }

    fn log_of(terms: &[Term]) -> Log<Number> {
        let mut log = Log::default();
        for (number, term) in (0..).zip(terms) {
            let proposal = Arc::new(Proposal::new(NodeId(9), number, Arc::new(Number(number))));
            log.append(Entry { term: *term, proposal });
        }
        log
    }

    #[test]
    fn index_zero_is_the_empty_prefix() {
        let log = log_of(&[]);
        assert_eq!((log.last_index(), log.last_term()), (0, 0));
        assert_eq!((log.term_at(0), log.term_at(1)), (Some(0), None));
        assert_eq!((log.prefix_hash(0), log.entry(0)), (Some(0), None));
    }

    #[test]
    fn prefix_hashes_agree_exactly_where_logs_do() {
        let (one, other) = (log_of(&[1, 1, 2, 2]), log_of(&[1, 1, 3, 3]));
        let agree: Vec<bool> =
            (0..=4).map(|index| one.prefix_hash(index) == other.prefix_hash(index)).collect();
        assert_eq!(agree, [true, true, true, false, false]);
    }

    #[test]
    fn truncation_leaves_what_came_before() {
        let mut log = log_of(&[1, 1, 2]);
        log.truncate_from(2);
        assert_eq!(log, log_of(&[1]));
        log.truncate_from(5);
        assert_eq!(log.last_index(), 1);
    }

    #[test]
    fn entries_are_cut_at_the_most_and_at_the_end() {
        let log = log_of(&[1, 1, 2, 3]);
        let terms = |from, most| -> Vec<Term> {
            log.entries_from(from, most).iter().map(|entry| entry.term).collect()
        };
        assert_eq!(terms(2, 2), [1, 2]);
        assert_eq!(terms(4, 9), [3]);
        assert_eq!(terms(5, 9), [0; 0]);
    }

    #[test]
    fn the_ends_of_a_term_are_found() {
        let log = log_of(&[1, 2, 2, 2, 5]);
        assert_eq!(log.first_of_term_at(4), 2);
        assert_eq!(log.first_of_term_at(1), 1);
        assert_eq!(log.last_of_term_before(2, 5), Some(4));
        assert_eq!(log.last_of_term_before(2, 3), Some(3));
        assert_eq!(log.last_of_term_before(3, 5), None);
    }

    #[test]
    fn the_later_last_term_wins_and_then_the_longer_log() {
        assert!(is_up_to_date((3, 1), (2, 9)));
        assert!(!is_up_to_date((2, 9), (3, 1)));
        assert!(is_up_to_date((2, 5), (2, 5)));
        assert!(!is_up_to_date((2, 4), (2, 5)));
    }
}
