//! What a leader knows about another server (Raft figure 2, "Volatile state on leaders").
//!
//! As long as leader and follower have not found where their logs agree, one message at a time is
//! on its way: the leader *probes*. Once they agree, and if [`Setting::Pipeline`] allows more than
//! one, it *streams*: it takes each batch for received as soon as it is sent, and sends the next
//! (dissertation §10.2.2). The follower's consistency check (§5.3) is what makes this safe: a batch
//! that comes too early is refused, and the leader goes back to probing. The window bounds how much
//! must be sent again then.
//!
//! [`Setting::Pipeline`]: super::setting::Setting::Pipeline

use super::log::Index;
use super::setting::MOST_IN_FLIGHT;
use crate::sim::event::EventId;

/// The widest window.
const MOST: usize = 8;
const _: () = assert!(MOST as u64 == MOST_IN_FLIGHT);

/// What a leader knows about a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The next entry to send to it.
    pub next_index: Index,
    /// The highest entry known to be replicated on it.
    pub match_index: Index,
    /// While probing: whether entries, or a snapshot, were sent that it has not answered.
    pub awaiting: bool,
    /// When it last answered in this term, or was added to the members, on the leader's clock, in
    /// microseconds; 0 for never.
    pub heard_us: u64,
    /// The latest round of asking that it answered (dissertation §6.4).
    pub round: u64,
    /// The event in which its newest match was learned.
    pub event: EventId,
    /// Whether batches are sent without waiting for the answers to those before.
    pub streaming: bool,
    /// While streaming: the batches on their way.
    pub in_flight: InFlight,
}

/// The batches that are on their way to a server, by the index of the last entry of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct InFlight {
    ends: [Index; MOST],
    count: u8,
}

impl InFlight {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.count as u64
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// One more sets out.
    ///
    /// # Panics
    /// If as many as there may be are under way: the sender looks before.
    pub fn push(&mut self, end: Index) {
        assert!(self.len() < MOST_IN_FLIGHT, "the window is looked at before");
        self.ends[usize::from(self.count)] = end;
        self.count += 1;
    }

    /// Everything up to `index` has arrived.
    pub fn arrived(&mut self, index: Index) {
        let mut left = Self::default();
        for end in &self.ends[..usize::from(self.count)] {
            if *end > index {
                left.push(*end);
            }
        }
        *self = left;
    }
}

impl Progress {
    /// Of a server of which nothing is known: "it initializes all nextIndex values to the index
    /// just after the last one in its log" (§5.3).
    #[must_use]
    pub fn unknown(last_index: Index) -> Self {
        Self { next_index: last_index + 1, ..Self::default() }
    }

    /// The logs agree: from now on batches need not wait for each other.
    pub fn stream(&mut self) {
        assert!(!self.streaming && self.in_flight.is_empty());
        self.streaming = true;
        self.awaiting = false;
        self.next_index = self.match_index + 1;
    }

    /// A batch was lost, or overtaken: one at a time again, from where the logs are known to agree.
    pub fn probe(&mut self) {
        self.streaming = false;
        self.awaiting = false;
        self.in_flight = InFlight::default();
        assert!(self.in_flight.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_arrive_in_any_order_and_one_answer_speaks_for_all_before_it() {
        let mut in_flight = InFlight::default();
        [3, 6, 9].into_iter().for_each(|end| in_flight.push(end));
        in_flight.arrived(2);
        assert_eq!(in_flight.len(), 3);
        in_flight.arrived(6);
        assert_eq!(in_flight.len(), 1);
        in_flight.push(12);
        in_flight.arrived(20);
        assert!(in_flight.is_empty());
    }

    #[test]
    fn streaming_begins_after_what_is_known_to_agree() {
        let mut peer = Progress::unknown(7);
        (peer.match_index, peer.awaiting) = (5, true);
        peer.stream();
        assert_eq!((peer.next_index, peer.awaiting, peer.streaming), (6, false, true));
        peer.in_flight.push(8);
        peer.probe();
        assert_eq!((peer.in_flight.len(), peer.streaming), (0, false));
    }
}
