//! Cause and effect: what can have influenced an event, and what it can have influenced.
//!
//! *Happened before* (Lamport, 1978) is the order that a distributed run has by itself: the events
//! of one node follow each other, a message arrives after it was sent, and what leads to one leads
//! to the other. Of two events that are not ordered so, neither can have influenced the other,
//! whatever true time says: they are *concurrent*.
//!
//! A node's events are what it does, what comes to it, and what a person does to it (a crash, a
//! timer made to run out). What happens to links and to messages between nodes (a cut, a loss)
//! belongs to no node: it follows from its causes alone, and such events follow no other.
//!
//! [`Cone`] sorts the events of a window by their relation to one of them. Every way from one event
//! to another lies between the two, so what it says of a window is exact. [`Clocks`] counts through
//! the run from its beginning instead, and gives an event its Lamport clock and its vector clock.

use std::collections::BTreeMap;

use super::session::EventReader;
use super::{Choice, Event, Session, What};
use crate::sim::event::EventId;
use crate::sim::order::order;
use crate::sim::process::NodeId;

/// The most nodes of a run.
pub const MOST_NODES: usize = 16;

/// The node whose event it is; `None`: it happens between nodes.
#[must_use]
pub const fn process_of(event: &Event) -> Option<NodeId> {
    match &event.what {
        What::Lost { .. } | What::Queued | What::Ignored(..) | What::Unanswered { .. } => None,
        What::Chosen(choice) => match choice {
            Choice::Crash(_)
            | Choice::Restart(_)
            | Choice::Pause(_)
            | Choice::Resume(_)
            | Choice::Fire { .. }
            | Choice::ClockRate { .. }
            | Choice::ClockJump { .. }
            | Choice::Operate { .. } => Some(event.node),
            _ => None,
        },
        What::Started
        | What::Delivered { .. }
        | What::TimedOut(_)
        | What::Synced
        | What::Sent { .. }
        | What::Persisted
        | What::Connected { .. }
        | What::Disconnected { .. }
        | What::Noted(_) => Some(event.node),
    }
}

/// How an event stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is the same.
    Itself,
    /// It happened before, and can have influenced it.
    Past,
    /// It happened after, and can have been influenced by it.
    Future,
    /// Neither.
    Concurrent,
}

/// How many events there are of each relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the past.
    pub past: u64,
    /// In the future.
    pub future: u64,
    /// Concurrent.
    pub concurrent: u64,
}

/// The events of a window, by how they stand to one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cone {
    at: EventId,
    /// Ascending by name.
    relations: Vec<(EventId, Relation)>,
}

impl Cone {
    /// Sorts events by how they stand to the one at `at`. They are those of a stretch of steps, in
    /// the order in which they were read. `None`: it is not among them.
    #[must_use]
    pub fn of(events: &[Event], at: EventId) -> Option<Self> {
        let keys: Vec<_> =
            events.iter().map(|event| (event.id.step(), event.id.ordinal().into())).collect();
        let places: Vec<(EventId, usize)> =
            order(&keys).into_iter().map(|place| (events[place].id, place)).collect();
        let place_of = |id: EventId| {
            let found = places.binary_search_by_key(&id, |(other, _)| *other);
            found.ok().map(|found| places[found].1)
        };
        let origin = place_of(at)?;
        let bit = |event: &Event| process_of(event).map_or(0_u64, |node| 1 << node.0);
        let mut found = vec![Relation::Concurrent; events.len()];
        found[origin] = Relation::Past;
        let mut nodes = 0;
        for place in (0..=origin).rev() {
            let event = &events[place];
            if found[place] == Relation::Past || bit(event) & nodes != 0 {
                found[place] = Relation::Past;
                nodes |= bit(event);
                for cause in event.causes.iter().filter_map(|cause| place_of(*cause)) {
                    found[cause] = Relation::Past;
                }
            }
        }
        nodes = bit(&events[origin]);
        found[origin] = Relation::Itself;
        for place in origin + 1..events.len() {
            let event = &events[place];
            let mut causes = event.causes.iter().filter_map(|cause| place_of(*cause));
            let follows = |cause| matches!(found[cause], Relation::Future | Relation::Itself);
            if bit(event) & nodes != 0 || causes.any(follows) {
                found[place] = Relation::Future;
                nodes |= bit(event);
            }
        }
        let relations = places.into_iter().map(|(id, place)| (id, found[place])).collect();
        Some(Self { at, relations })
    }

    /// The event that the others are seen from.
    #[must_use]
    pub const fn at(&self) -> EventId {
        self.at
    }

    /// How an event stands to it; `None`: it is not of the window.
    #[must_use]
    pub fn relation(&self, event: EventId) -> Option<Relation> {
        let found = self.relations.binary_search_by_key(&event, |(id, _)| *id);
        found.ok().map(|place| self.relations[place].1)
    }

    /// How many events there are of each relation.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, relation) in &self.relations {
            match relation {
                Relation::Itself => {}
                Relation::Past => counts.past += 1,
                Relation::Future => counts.future += 1,
                Relation::Concurrent => counts.concurrent += 1,
            }
        }
        counts
    }
}

/// Both clocks of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Lamport's clock: one more than that of anything that happened before.
    pub lamport: u64,
    /// The vector clock: how many events of each node happened before, this one included.
    pub vector: [u32; MOST_NODES],
}

impl Stamp {
    /// Takes in what another event knew.
    fn join(&mut self, other: &Self) {
        self.lamport = self.lamport.max(other.lamport);
        for (own, others) in self.vector.iter_mut().zip(other.vector) {
            *own = (*own).max(others);
        }
    }
}

/// Counts the clocks of events, one after the other. Events must come in the order in which they
/// were read, from the beginning of the run on.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    nodes: [Stamp; MOST_NODES],
    /// What the senders of messages knew, for those that may still arrive.
    sent: BTreeMap<EventId, Stamp>,
}

impl Counter {
    /// The clocks of the next event.
    pub fn count(&mut self, event: &Event) -> Stamp {
        let process = process_of(event);
        let mut stamp = process.map_or(Stamp::default(), |node| self.nodes[node.index()]);
        for cause in &event.causes {
            match self.sent.get(cause) {
                Some(known) => stamp.join(known),
                // Of what else can be a cause, a node's own events are known to it, and a choice
                // that changes a message's way follows nothing: its Lamport clock is 1.
                None => stamp.lamport = stamp.lamport.max(1),
            }
        }
        stamp.lamport += 1;
        if let Some(node) = process {
            stamp.vector[node.index()] += 1;
            self.nodes[node.index()] = stamp;
        }
        if matches!(event.what, What::Sent { .. }) {
            self.sent.insert(event.id, stamp);
        }
        stamp
    }

    /// Forgets all messages but those that were sent in these events.
    pub fn keep(&mut self, sendings: impl Iterator<Item = EventId>) {
        let before = std::mem::take(&mut self.sent);
        self.sent = sendings.filter_map(|id| Some((id, *before.get(&id)?))).collect();
    }
}

/// The most messages that are remembered before those that have arrived are forgotten.
const MOST_REMEMBERED: usize = 256;

/// Counts the clocks of one event, from the beginning of the run on, in slices.
#[derive(Clone, Debug)]
pub struct Clocks {
    wanted: EventId,
    revision: u64,
    reader: EventReader,
    counter: Counter,
    found: Option<Stamp>,
}

impl Clocks {
    /// Sets out to count the clocks of an event of the current branch.
    #[must_use]
    pub fn begin(session: &Session, wanted: EventId) -> Self {
        let reader = session.reader(session.current_branch(), 0);
        let (revision, counter) = (session.revision(), Counter::default());
        Self { wanted, revision, reader, counter, found: None }
    }

    /// Goes on, by at most `most` steps. `true`: it is done.
    pub fn work(&mut self, session: &Session, most: u64) -> bool {
        let last = self.wanted.step();
        if !self.is_done(session) {
            for event in session.read(&mut self.reader, last, most.max(1)) {
                let stamp = self.counter.count(&event);
                if event.id == self.wanted {
                    self.found = Some(stamp);
                }
            }
            if self.counter.sent.len() > MOST_REMEMBERED {
                self.counter.keep(self.reader.sendings());
            }
        }
        self.is_done(session)
    }

    /// Whether there is nothing more to count.
    #[must_use]
    pub fn is_done(&self, session: &Session) -> bool {
        let read = self.reader.steps() >= self.wanted.step() && self.wanted.step() > 0;
        let out_of_date = self.revision != session.revision();
        self.found.is_some() || read || self.reader.has_ended() || out_of_date
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> EventId {
        self.wanted
    }

    /// How many steps have been read, of how many.
    #[must_use]
    pub const fn progress(&self) -> (u64, u64) {
        (self.reader.steps(), self.wanted.step())
    }

    /// The event's clocks, once they are counted.
    #[must_use]
    pub const fn stamp(&self) -> Option<&Stamp> {
        self.found.as_ref()
    }
}
