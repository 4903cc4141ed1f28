//! The replicated log (Raft §5.3).
//!
//! Indexes begin at 1; index 0 stands for the empty prefix, whose term is 0. A log is a shared
//! list: copying it (for the disk, for a keyframe) shares all but its newest piece.
//!
//! Beside each entry the log keeps a *prefix hash*: one number for everything up to and including
//! that entry. No rule of the protocol reads it. The checks do: logs that agree up to an index
//! have equal prefix hashes there, and logs that do not have equal ones by a chance of about one
//! in 2⁶⁴, which makes the Log Matching Property a matter of one comparison.
//!
//! A log need not begin at 1: what a snapshot holds is dropped (Raft §7), and the log keeps of it
//! only its [`Base`]: where it ended, in which term, and with which members. The log also knows the
//! configurations that its entries set, because "a server always uses the latest configuration in
//! its log, regardless of whether the entry is committed" (§6).

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use super::configuration::Configuration;
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

/// What an entry asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payload<C> {
    /// A command for the state machine: shared by every log that holds it, and by its client's
    /// record.
    Command(Arc<C>),
    /// Nothing: a new leader commits it to learn what is committed (Raft §8).
    Blank,
    /// From here on the cluster consists of these servers (§6).
    Configuration(Configuration),
}

/// What an entry asks for, together with who asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Proposal<C> {
    /// The client that waits for the answer; nobody waits for what a log began with, nor for what
    /// a leader proposes by itself.
    pub client: Option<NodeId>,
    /// The client's own number for it.
    pub request: u64,
    /// Whether it belongs to the client's session: if the session has seen the request, it is
    /// answered again but not carried out again. Decided by the leader that took it, so that all
    /// servers agree.
    pub in_session: bool,
    /// What to do.
    pub payload: Payload<C>,
    hash: u64,
}

impl<C: Command> Proposal<C> {
    /// A client's command.
    #[must_use]
    pub fn new(client: NodeId, request: u64, command: Arc<C>) -> Self {
        Self::of(Some(client), request, Payload::Command(command))
    }

    /// The same as part of the client's session.
    #[must_use]
    pub fn in_session(self) -> Self {
        let mut digest = Digest::new();
        digest.word(self.hash);
        Self { in_session: true, hash: digest.value(), ..self }
    }

    /// A command that a log begins with.
    #[must_use]
    pub fn preset(command: C) -> Self {
        Self::of(None, 0, Payload::Command(Arc::new(command)))
    }

    /// What a leader proposes by itself: nothing, or a configuration.
    #[must_use]
    pub fn own(payload: Payload<C>) -> Self {
        Self::of(None, 0, payload)
    }

    fn of(client: Option<NodeId>, request: u64, payload: Payload<C>) -> Self {
        let mut digest = Digest::new();
        digest.word(client.map_or(0, |client| u64::from(client.0) + 1));
        digest.word(request);
        match &payload {
            Payload::Command(command) => command.encode(&mut digest),
            Payload::Blank => digest.word(1 << 32),
            Payload::Configuration(configuration) => {
                digest.word(2 << 32);
                configuration.encode(&mut digest);
            }
        }
        Self { client, request, in_session: false, payload, hash: digest.value() }
    }

    /// The command, if it is one.
    #[must_use]
    pub const fn command(&self) -> Option<&Arc<C>> {
        match &self.payload {
            Payload::Command(command) => Some(command),
            Payload::Blank | Payload::Configuration(_) => None,
        }
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

/// What is known of the part of a log that a snapshot has taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Base {
    /// The index of its last entry; 0 if nothing was dropped.
    pub index: Index,
    /// That entry's term.
    pub term: Term,
    /// One number for everything up to that entry.
    pub prefix_hash: u64,
    /// The configuration that held there.
    pub configuration: Configuration,
}

/// A configuration that an entry set, and those before it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Changed {
    index: Index,
    configuration: Configuration,
    before: Option<Arc<Self>>,
}

/// A log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Log<C: Clone> {
    base: Base,
    slots: SharedList<Slot<C>>,
    /// The newest configuration that an entry after the base set.
    changed: Option<Arc<Changed>>,
}

impl<C: Clone> Default for Log<C> {
    fn default() -> Self {
        Self::after(Base::default())
    }
}

impl<C: Clone> Log<C> {
    /// A log without entries that goes on where a snapshot ends.
    #[must_use]
    pub fn after(base: Base) -> Self {
        Self { base, slots: SharedList::default(), changed: None }
    }

    /// The configuration before the first entry: what a cluster is set up with.
    pub const fn begin_with(&mut self, configuration: Configuration) {
        assert!(self.base.index == 0, "only the very beginning of a log is set up");
        self.base.configuration = configuration;
    }

    /// What a snapshot has taken over.
    #[must_use]
    pub const fn base(&self) -> &Base {
        &self.base
    }

    /// The index of the first entry that is kept, or would be.
    #[must_use]
    pub const fn first_index(&self) -> Index {
        self.base.index + 1
    }

    /// The index of the last entry; 0 if there is none.
    #[must_use]
    pub fn last_index(&self) -> Index {
        self.base.index + self.slots.len() as Index
    }

    /// The term of the last entry; 0 if there is none.
    #[must_use]
    pub fn last_term(&self) -> Term {
        self.slots.last().map_or(self.base.term, |slot| slot.entry.term)
    }

    fn slot(&self, index: Index) -> Option<&Slot<C>> {
        self.slots.get(usize::try_from(index.checked_sub(self.first_index())?).ok()?)
    }

    /// The entry at an index, if there is one and no snapshot has taken it over.
    #[must_use]
    pub fn entry(&self, index: Index) -> Option<&Entry<C>> {
        self.slot(index).map(|slot| &slot.entry)
    }

    /// The term of the entry at an index, also of the last one that a snapshot took over: 0 at
    /// index 0 of a whole log; `None` before that and past the end.
    #[must_use]
    pub fn term_at(&self, index: Index) -> Option<Term> {
        match index == self.base.index {
            true => Some(self.base.term),
            false => self.entry(index).map(|entry| entry.term),
        }
    }

    /// One number for everything up to and including `index`; `None` before the last entry that a
    /// snapshot took over, and past the end.
    #[must_use]
    pub fn prefix_hash(&self, index: Index) -> Option<u64> {
        match index == self.base.index {
            true => Some(self.base.prefix_hash),
            false => self.slot(index).map(|slot| slot.prefix_hash),
        }
    }

    /// One number for everything in it, also what a snapshot has taken over.
    #[must_use]
    pub fn last_hash(&self) -> u64 {
        self.slots.last().map_or(self.base.prefix_hash, |slot| slot.prefix_hash)
    }

    /// The latest configuration that it knows.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        self.changed.as_ref().map_or(&self.base.configuration, |changed| &changed.configuration)
    }

    /// The index of the entry that set the latest configuration; that of the base if none did
    /// since.
    #[must_use]
    pub fn configuration_index(&self) -> Index {
        self.changed.as_ref().map_or(self.base.index, |changed| changed.index)
    }

    /// The configuration that an index lies in: the latest one set up to it.
    #[must_use]
    pub fn configuration_at(&self, index: Index) -> &Configuration {
        let mut changed = self.changed.as_ref();
        while let Some(later) = changed.filter(|changed| changed.index > index) {
            changed = later.before.as_ref();
        }
        changed.map_or(&self.base.configuration, |changed| &changed.configuration)
    }

    /// Removes the entry at `index` and all that follow it.
    ///
    /// # Panics
    /// If `index` is not after the base: our mistake, nothing is there.
    pub fn truncate_from(&mut self, index: Index) {
        assert!(index > self.base.index, "what a snapshot has taken over is not removed");
        if index <= self.last_index() {
            let kept = usize::try_from(index - self.first_index()).unwrap_or(usize::MAX);
            self.slots.truncate(kept);
        }
        while let Some(gone) = self.changed.as_ref().filter(|changed| changed.index >= index) {
            self.changed = gone.before.clone();
        }
        assert!(self.last_index() < index && self.configuration_index() < index);
    }

    /// Drops everything up to and including `index`, which a snapshot has taken over.
    ///
    /// # Panics
    /// If there is no such entry: our mistake.
    pub fn compact(&mut self, index: Index) {
        let (Some(term), Some(prefix_hash)) = (self.term_at(index), self.prefix_hash(index)) else {
            panic!("only what is there is compacted");
        };
        let configuration = *self.configuration_at(index);
        let last_index = self.last_index();
        let mut kept = SharedList::default();
        for later in index + 1..=last_index {
            self.slot(later).cloned().into_iter().for_each(|slot| kept.push(slot));
        }
        let mut later = Vec::new();
        let mut changed = self.changed.take();
        while let Some(one) = changed.filter(|changed| changed.index > index) {
            later.push((one.index, one.configuration));
            changed = one.before.clone();
        }
        for (index, configuration) in later.into_iter().rev() {
            self.note_change(index, configuration);
        }
        self.base = Base { index, term, prefix_hash, configuration };
        self.slots = kept;
        assert!(self.last_index() == last_index && self.first_index() == index + 1);
    }

    /// Forgets which configuration held where the log begins: only a planted bug does this.
    pub(super) const fn misremember(&mut self, configuration: Configuration) {
        self.base.configuration = configuration;
    }

    fn note_change(&mut self, index: Index, configuration: Configuration) {
        let before = self.changed.take();
        self.changed = Some(Arc::new(Changed { index, configuration, before }));
    }

    /// Puts an entry at the end and returns its index.
    pub fn append(&mut self, entry: Entry<C>) -> Index {
        let mut digest = Digest::new();
        digest.word(self.slots.last().map_or(self.base.prefix_hash, |slot| slot.prefix_hash));
        entry.encode(&mut digest);
        let set = match &entry.proposal.payload {
            Payload::Configuration(configuration) => Some(*configuration),
            Payload::Command(_) | Payload::Blank => None,
        };
        self.slots.push(Slot { entry, prefix_hash: digest.value() });
        let index = self.last_index();
        if let Some(configuration) = set {
            self.note_change(index, configuration);
        }
        index
    }

    /// At most `most` entries from `from` on.
    ///
    /// # Panics
    /// If a snapshot has taken over the first of them: our mistake, it must be sent instead.
    #[must_use]
    pub fn entries_from(&self, from: Index, most: u32) -> Vec<Entry<C>> {
        assert!(from >= self.first_index(), "what was dropped cannot be sent");
        let end = self.last_index().min(from.saturating_add(u64::from(most)).saturating_sub(1));
        (from..=end).filter_map(|index| self.entry(index).cloned()).collect()
    }

    /// The first index of the run of entries with the same term that ends at `index`, as far as
    /// the log goes back.
    #[must_use]
    pub fn first_of_term_at(&self, index: Index) -> Index {
        let term = self.term_at(index);
        let mut first = index;
        while first > self.first_index() && self.term_at(first - 1) == term {
            first -= 1;
        }
        first
    }

    /// The last index at or before `index` whose entry has this term, if there is one.
    #[must_use]
    pub fn last_of_term_before(&self, term: Term, index: Index) -> Option<Index> {
        (self.base.index.max(1)..=index.min(self.last_index()))
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
    use crate::sim::node_set::NodeSet;

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

    #[test]
    fn what_a_snapshot_has_taken_over_is_gone_but_for_its_end() {
        let (whole, mut log) = (log_of(&[1, 1, 2, 2, 3]), log_of(&[1, 1, 2, 2, 3]));
        log.compact(3);
        assert_eq!((log.first_index(), log.last_index(), log.last_term()), (4, 5, 3));
        assert_eq!((log.term_at(3), log.term_at(2), log.entry(3)), (Some(2), None, None));
        for index in 3..=5 {
            assert_eq!(log.prefix_hash(index), whole.prefix_hash(index), "{index}");
        }
        assert_eq!(log.first_of_term_at(4), 4);
        assert_eq!(log.last_of_term_before(2, 5), Some(4));
        log.compact(5);
        assert_eq!((log.last_index(), log.last_term()), (5, 3));
        assert_eq!(log, Log::after(*log.base()));
    }

    #[test]
    fn the_latest_configuration_follows_the_end_of_the_log() {
        let set = |count| Configuration::of(NodeSet::first(count));
        let mut log = log_of(&[1]);
        log.begin_with(set(3));
        let entry = |count| {
            let payload = Payload::Configuration(set(count));
            Entry { term: 1, proposal: Arc::new(Proposal::<Number>::own(payload)) }
        };
        assert_eq!((log.append(entry(4)), log.append(entry(5))), (2, 3));
        let at =
            |log: &Log<_>| (0..=3).map(|index| *log.configuration_at(index)).collect::<Vec<_>>();
        assert_eq!(at(&log), [set(3), set(3), set(4), set(5)]);
        assert_eq!((log.configuration(), log.configuration_index()), (&set(5), 3));
        let mut compacted = log.clone();
        compacted.compact(2);
        assert_eq!((compacted.base().configuration, *compacted.configuration()), (set(4), set(5)));
        compacted.truncate_from(3);
        assert_eq!((*compacted.configuration(), compacted.configuration_index()), (set(4), 2));
        log.truncate_from(2);
        assert_eq!((log.configuration(), log.configuration_index()), (&set(3), 0));
    }
}
