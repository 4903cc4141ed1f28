//! The fingerprint of a state: the same for all that differ in the numbers of caches only.

use super::state::{Flight, HOME, LINE, State};
use super::{CACHES, Model};
use crate::cache::controller::CacheController;
use crate::cache::message::{Message, Request, What};
use crate::cache::operation::Operation;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;
use crate::sim::random::mix;

/// Every order of three caches: at which place each of them comes.
const ORDERS: [[u8; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
const _: () = assert!(CACHES as usize == ORDERS[0].len());

/// How long an encoding can be, in halves of words.
const LONGEST: usize = 96;

/// An encoding in the making.
struct Encoding {
    parts: [u16; LONGEST],
    length: usize,
}

impl Encoding {
    fn push(&mut self, part: u16) {
        self.parts[self.length] = part;
        self.length += 1;
    }

    fn parts(&self) -> &[u16] {
        &self.parts[..self.length]
    }
}

/// The place of a node in an order.
const fn place(order: &[u8; 3], node: NodeId) -> u16 {
    if node.0 == HOME.0 { 3 } else { order[node.0 as usize] as u16 }
}

fn set(order: &[u8; 3], nodes: NodeSet) -> u16 {
    nodes.iter().map(|node| 1 << place(order, node)).sum()
}

/// What a message says. Values are 0 and 1.
fn message(order: &[u8; 3], message: &Message) -> u16 {
    let Message::Coherence { transaction, what, .. } = message else { return 0 };
    let value = |what: &What| what.words().map_or(0, |words| u16::from(words.get(0) != 0));
    let (kind, acks) = match what {
        What::Request(Request::GetS) => (1, 0),
        What::Request(Request::GetM) => (2, 0),
        What::Request(Request::PutS) => (3, 0),
        What::Request(Request::PutE) => (4, 0),
        What::Request(Request::PutM(_)) => (5, 0),
        What::ForwardGetS => (6, 0),
        What::ForwardGetM => (7, 0),
        What::Invalidate => (8, 0),
        What::PutAck => (9, 0),
        What::Data { acks, .. } => (10, u16::from(*acks)),
        What::ExclusiveData { .. } => (11, 0),
        What::InvalidateAck => (12, 0),
        _ => (13, 0),
    };
    kind | value(what) << 4 | place(order, transaction.requester) << 5 | acks << 7
}

/// What a cache is, whatever its number: the copy, and what its processor waits for.
fn own(cache: &CacheController) -> u16 {
    let line = cache.line(LINE);
    let asked = cache.asked().map_or(0, |asked| {
        let kind = match asked.operation {
            Operation::Read(_) => 1,
            Operation::Write(_, value) => 2 + u16::from(value != 0),
            Operation::CompareAndSwap(_, old, _) => 4 + u16::from(old != 0),
            _ => 6,
        };
        kind | u16::from(asked.compared.is_some()) << 3
    });
    let acks = u16::from((line.acks + 8).unsigned_abs() & 15);
    let value = u16::from(line.words.get(0) != 0);
    u16::from(line.state.number()) | value << 4 | acks << 5 | asked << 9
}

impl Model {
    /// The fingerprint of a state. States that have the same are taken to be the same.
    #[must_use]
    pub fn fingerprint(&self, state: &State) -> u128 {
        let own: [u16; 3] = std::array::from_fn(|cache| own(&state.caches[cache]));
        let mut least: Option<Encoding> = None;
        let orders = if self.symmetry { &ORDERS[..] } else { &ORDERS[..1] };
        for order in orders {
            let mut row = [0; 3];
            (0..3).for_each(|cache| row[usize::from(order[cache])] = own[cache]);
            if self.symmetry && !row.is_sorted() {
                continue;
            }
            let encoding = self.encode(state, order, row);
            if least.as_ref().is_none_or(|least| encoding.parts() < least.parts()) {
                least = Some(encoding);
            }
        }
        let least = least.expect("some order is sorted");
        let (mut high, mut low) = (0x9E37_79B9_7F4A_7C15_u64, 0xC2B2_AE3D_27D4_EB4F_u64);
        for parts in least.parts().chunks(4) {
            let word = parts.iter().fold(1, |word, part| word << 16 ^ u64::from(*part));
            high = mix(high ^ word);
            low = mix(low.rotate_left(23) ^ word.wrapping_mul(0x1656_67B1_9E37_79F9));
        }
        u128::from(high) << 64 | u128::from(low)
    }

    fn encode(&self, state: &State, order: &[u8; 3], row: [u16; 3]) -> Encoding {
        let mut encoding = Encoding { parts: [0; LONGEST], length: 0 };
        row.into_iter().for_each(|own| encoding.push(own));
        let mut by_place = [0; 3];
        (0..3_u8).for_each(|cache| by_place[usize::from(order[usize::from(cache)])] = cache);
        for cache in by_place.map(usize::from) {
            let once = state.once[cache].map_or(0, |value| 1 + u16::from(value != 0));
            let stalled = state.caches[cache].stalled();
            encoding.push(once | u16::try_from(stalled.len()).expect("few") << 2);
            for (from, held) in stalled {
                encoding.push(message(order, held) | place(order, *from) << 10);
            }
        }
        let home = state.home.line(LINE);
        let owner = home.owner.map_or(7, |owner| place(order, owner));
        let value = u16::from(home.words.get(0) != 0) | u16::from(state.truth != 0) << 1;
        let wrong = state.wrong.map_or(0, |wrong| 1 + wrong as u16);
        encoding.push(u16::from(home.state.number()) | owner << 3 | value << 6 | wrong << 8);
        let stalled = state.home.stalled();
        let count = u16::try_from(stalled.len()).expect("few");
        encoding.push(set(order, home.sharers) | count << 8);
        for (from, held) in stalled {
            encoding.push(message(order, held) | place(order, *from) << 10);
        }
        // Channel by channel, in the order of their names here; of each in order.
        let mut flights = [(0, 0); LONGEST];
        for (flight, slot) in state.flights.iter().zip(&mut flights) {
            *slot = (self.name(order, flight), message(order, &flight.message));
        }
        let flights = &mut flights[..state.flights.len()];
        flights.sort_by_key(|(channel, _)| *channel);
        for (channel, message) in flights {
            encoding.push(*message | *channel << 10);
        }
        encoding
    }

    /// The channel of a message: six bits.
    fn name(&self, order: &[u8; 3], flight: &Flight) -> u16 {
        let (.., network) = self.channel(flight);
        place(order, flight.from) | place(order, flight.to) << 2 | u16::from(network) << 4
    }
}
