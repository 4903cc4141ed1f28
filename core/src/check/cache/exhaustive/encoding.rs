//! The fingerprint of a state: the same for all that differ in the numbers of caches and lines
//! only.

use super::state::{Flight, Memory, State};
use super::{LINES, MOST_CACHES, Model};
use crate::cache::address::{Line, Word};
use crate::cache::bus::Bus;
use crate::cache::controller::CacheController;
use crate::cache::home::{Grant, Home};
use crate::cache::message::{Message, Request, Transaction, What};
use crate::cache::operation::Operation;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;
use crate::sim::random::mix;

/// Every order of three caches: at which place each of them comes. Those of two come first.
const ORDERS: [[u8; 3]; 6] = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
const _: () = assert!(MOST_CACHES == ORDERS[0].len());

/// Both orders of two lines.
const LINE_ORDERS: [[u8; LINES]; 2] = [[0, 1], [1, 0]];

/// How long an encoding can be, in words of 32 bits.
const LONGEST: usize = 128;

/// The place of what is no cache, in an encoding.
const HOME: u32 = 3;
/// The place of nobody.
const NOBODY: u32 = 7;

/// An encoding in the making.
struct Encoding {
    parts: [u32; LONGEST],
    length: usize,
}

impl Encoding {
    fn push(&mut self, part: u32) {
        self.parts[self.length] = part;
        self.length += 1;
    }

    fn push_count(&mut self, count: usize) {
        self.push(u32::try_from(count).expect("few"));
    }

    fn parts(&self) -> &[u32] {
        &self.parts[..self.length]
    }
}

/// The numbers of each cache's transactions that something still depends on. With leases numbers
/// tell whether an answer is late: what counts is which of them are the same, and their order.
#[derive(Default)]
struct Ranks {
    numbers: [Vec<u32>; MOST_CACHES],
}

impl Ranks {
    fn of(state: &State) -> Self {
        let mut ranks = Self::default();
        let Memory::Home(home) = &state.memory else { return ranks };
        if !home.setup().variant().leases {
            return ranks;
        }
        let mut note = |it: Transaction| ranks.numbers[it.requester.index()].push(it.number);
        let stalled = state.caches.iter().flat_map(CacheController::stalled).chain(home.stalled());
        let held = stalled.map(|(_, message)| message);
        for message in held.chain(state.flights.iter().map(|flight| &flight.message)) {
            if let Message::Coherence { transaction, .. } = message {
                note(*transaction);
            }
        }
        for line in state.lines() {
            home.line(line).open.iter().for_each(|grant| note(grant.transaction));
            for (requester, copy) in state.running(line) {
                if copy.state.awaits_copy() {
                    note(Transaction { requester, number: copy.transaction });
                }
            }
        }
        ranks.numbers.iter_mut().for_each(|numbers| {
            numbers.sort_unstable();
            numbers.dedup();
        });
        ranks
    }

    fn rank(&self, transaction: Transaction) -> u32 {
        let numbers = &self.numbers[transaction.requester.index()];
        let place = numbers.iter().position(|number| *number == transaction.number);
        place.map_or(0, |place| 1 + u32::try_from(place).expect("few"))
    }
}

/// What is encoded how: an order of caches and one of lines.
struct Code<'a> {
    model: &'a Model,
    ranks: &'a Ranks,
    order: &'a [u8; 3],
    lines: &'a [u8; LINES],
}

fn bit(value: Word) -> u32 {
    u32::from(value != 0)
}

impl Code<'_> {
    fn place(&self, node: NodeId) -> u32 {
        if node.0 >= self.model.caches { HOME } else { self.order[node.index()].into() }
    }

    fn place_of(&self, node: Option<NodeId>) -> u32 {
        node.map_or(NOBODY, |node| self.place(node))
    }

    fn set(&self, nodes: NodeSet) -> u32 {
        nodes.iter().map(|node| 1 << self.place(node)).sum()
    }

    fn line(&self, line: Line) -> u32 {
        self.lines[line.index()].into()
    }

    /// The lines, in their order here.
    fn in_order(&self) -> impl Iterator<Item = Line> {
        let lines = self.lines;
        (0..self.model.lines).map(move |place| {
            Line(u8::try_from(lines.iter().position(|it| *it == place).expect("all")).expect("few"))
        })
    }

    /// What a message says. Values are 0 and 1.
    fn message(&self, message: &Message) -> u32 {
        let Message::Coherence { line, transaction, session, what } = message else {
            return match message {
                Message::Renew { session, .. } => 30 | session << 16,
                _ => 31 | self.session(message) << 16,
            };
        };
        let value = what.words().map_or(0, |words| bit(words.get(0)));
        let (kind, aside) = match what {
            What::Request(request) => (kind(*request), 0),
            What::ForwardGetS => (6, 0),
            What::ForwardGetM => (7, 0),
            What::Invalidate => (8, 0),
            What::PutAck => (9, 0),
            What::Data { acks, .. } => (10, u32::from(*acks)),
            What::ExclusiveData { .. } => (11, 0),
            What::InvalidateAck => (12, 0),
            What::Snoop(request) => (12 + kind(*request), 0),
            What::Snooped { shares, words } => {
                (18, u32::from(*shares) | u32::from(words.is_some()) << 1)
            }
            What::Done { .. } => (19, 0),
            What::RecoveredData { .. } => (20, 0),
            What::RecoveredAck { sharer } => (21, self.place(*sharer)),
        };
        let (requester, rank) = (self.place(transaction.requester), self.ranks.rank(*transaction));
        kind | value << 5
            | requester << 6
            | aside << 8
            | self.line(*line) << 11
            | rank << 12
            | session << 16
    }

    const fn session(&self, message: &Message) -> u32 {
        match message {
            Message::Renew { session, .. }
            | Message::Renewed { session, .. }
            | Message::Coherence { session, .. } => *session,
        }
    }

    /// What a cache is, whatever its number: its copies, and what its processor waits for.
    fn own(&self, state: &State, node: NodeId) -> [u32; 1 + LINES] {
        let cache = &state.caches[node.index()];
        let asked = cache.asked().map_or(0, |asked| {
            let kind = match asked.operation {
                Operation::Read(_) => 1,
                Operation::Write(_, value) => 2 + bit(value),
                Operation::CompareAndSwap(_, old, _) => 4 + bit(old),
                _ => 6,
            };
            kind | u32::from(asked.compared.is_some()) << 3 | self.line(asked.operation.line()) << 4
        });
        let (down, lapsed) = (state.down.contains(node), state.lapsed.contains(node));
        let (_, session) = cache.sessions().next().expect("there is a home");
        let leased = u32::from(session.renewed_us.is_some());
        let first = asked | u32::from(down) << 5 | u32::from(lapsed) << 6 | leased << 7;
        let mut own = [0; 1 + LINES];
        own[0] = first | session.number << 8;
        for (line, part) in self.in_order().zip(&mut own[1..]) {
            let copy = cache.line(line);
            let acks = u32::from((copy.acks + 8).unsigned_abs() & 15);
            let number = if copy.state.awaits_copy() { copy.transaction } else { 0 };
            let rank = self.ranks.rank(Transaction { requester: node, number });
            let state = u32::from(copy.state.number());
            *part = state | bit(copy.words.get(0)) << 4 | acks << 5 | rank << 9;
        }
        own
    }

    fn encode(&self, state: &State, row: &[[u32; 1 + LINES]]) -> Encoding {
        let mut encoding = Encoding { parts: [0; LONGEST], length: 0 };
        let lines = usize::from(self.model.lines);
        for own in row {
            own[..=lines].iter().for_each(|part| encoding.push(*part));
        }
        for place in 0..self.model.caches {
            let cache = self.order.iter().position(|it| *it == place).expect("each has a place");
            let once = state.once[cache].map_or(0, |value| 1 + bit(value));
            let stalled = state.caches[cache].stalled();
            let count = u32::try_from(stalled.len()).expect("few");
            encoding.push(once | count << 2);
            self.push_held(stalled, &mut encoding);
            if self.model.features.lease_us > 0 {
                for line in self.in_order() {
                    encoding.push(self.set(state.caches[cache].line(line).acknowledged));
                }
            }
        }
        for line in self.in_order() {
            let truth = state.truth[line.index()].map_or(2, bit);
            encoding.push(truth);
        }
        let wrong = state.wrong.map_or(0, |wrong| 1 + wrong as u32);
        encoding.push(wrong | u32::from(state.failures) << 4);
        match &state.memory {
            Memory::Home(home) => self.encode_home(home, &mut encoding),
            Memory::Bus(bus) => self.encode_bus(bus, &mut encoding),
        }
        self.encode_flights(&state.flights, &mut encoding);
        encoding
    }

    fn push_held(&self, held: &[(NodeId, Message)], encoding: &mut Encoding) {
        for (from, held) in held {
            encoding.push(self.message(held) | self.place(*from) << 20);
        }
    }

    fn encode_home(&self, home: &Home, encoding: &mut Encoding) {
        for line in self.in_order() {
            let own = home.line(line);
            let state = u32::from(own.state.number());
            let (owner, value) = (self.place_of(own.owner), bit(own.words.get(0)));
            encoding.push(state | owner << 3 | value << 6 | self.set(own.sharers) << 7);
        }
        if home.setup().variant().leases {
            for line in self.in_order() {
                let grant = home.line(line).open;
                encoding.push(grant.map_or(0, |grant| self.grant(grant)));
            }
            for place in 0..self.model.caches {
                let cache = self.order.iter().position(|it| *it == place).expect("each has one");
                let tenancy = home.tenancies()[cache];
                encoding.push(tenancy.number << 1 | u32::from(tenancy.heard_us.is_some()));
            }
        }
        encoding.push_count(home.stalled().len());
        self.push_held(home.stalled(), encoding);
    }

    fn grant(&self, grant: Grant) -> u32 {
        let Grant { transaction, writes, supplier, is_home, sharers, orphaned } = grant;
        let flags = [writes, is_home, orphaned].into_iter().map(u32::from);
        let flags = flags.fold(1, |flags, flag| flags << 1 | flag);
        let (requester, rank) = (self.place(transaction.requester), self.ranks.rank(transaction));
        flags | requester << 4 | rank << 6 | self.place_of(supplier) << 10 | self.set(sharers) << 13
    }

    fn encode_bus(&self, bus: &Bus, encoding: &mut Encoding) {
        for line in self.in_order() {
            let own = bus.line(line);
            encoding.push(self.place_of(own.owner) | bit(own.words.get(0)) << 3);
        }
        let serving = bus.serving().map_or(0, |serving| {
            let (line, requester) =
                (self.line(serving.line), self.place(serving.transaction.requester));
            let words = serving.words.map_or(0, |words| 1 + bit(words.get(0)));
            let unanswered = self.set(serving.unanswered);
            let shares = u32::from(serving.shares);
            kind(serving.request)
                | line << 4
                | requester << 5
                | unanswered << 7
                | shares << 11
                | words << 12
        });
        encoding.push(serving);
        encoding.push_count(bus.waiting().count());
        for (from, held) in bus.waiting() {
            encoding.push(self.message(held) | self.place(*from) << 20);
        }
    }

    /// Channel by channel, in the order of their names here; of each in order.
    fn encode_flights(&self, all: &[Flight], encoding: &mut Encoding) {
        let mut flights = [(0, 0); LONGEST];
        for (flight, slot) in all.iter().zip(&mut flights) {
            let (.., network) = self.model.channel(flight);
            let (from, to) = (self.place(flight.from), self.place(flight.to));
            *slot = (from | to << 2 | u32::from(network) << 4, self.message(&flight.message));
        }
        let flights = &mut flights[..all.len()];
        flights.sort_by_key(|(channel, _)| *channel);
        for (channel, message) in flights {
            encoding.push(*message | *channel << 20);
        }
    }
}

const fn kind(request: Request) -> u32 {
    match request {
        Request::GetS => 1,
        Request::GetM => 2,
        Request::PutS => 3,
        Request::PutE => 4,
        Request::PutM(_) => 5,
    }
}

impl Model {
    /// The fingerprint of a state. States that have the same are taken to be the same.
    #[must_use]
    pub fn fingerprint(&self, state: &State) -> u128 {
        let mut least: Option<Encoding> = None;
        let ranks = Ranks::of(state);
        let caches = usize::from(self.caches);
        let orders = match (self.symmetry, self.caches) {
            (false, _) => &ORDERS[..1],
            (true, 2) => &ORDERS[..2],
            (true, _) => &ORDERS[..],
        };
        let both = self.symmetry && self.lines > 1;
        for lines in if both { &LINE_ORDERS[..] } else { &LINE_ORDERS[..1] } {
            for order in orders {
                let code = Code { model: self, ranks: &ranks, order, lines };
                let mut row = [[0; 1 + LINES]; MOST_CACHES];
                for node in (0..self.caches).map(NodeId) {
                    row[usize::from(order[node.index()])] = code.own(state, node);
                }
                let row = &row[..caches];
                if self.symmetry && !row.is_sorted() {
                    continue;
                }
                let encoding = code.encode(state, row);
                if least.as_ref().is_none_or(|least| encoding.parts() < least.parts()) {
                    least = Some(encoding);
                }
            }
        }
        fingerprint(least.expect("some order is sorted").parts())
    }
}

fn fingerprint(parts: &[u32]) -> u128 {
    let (mut high, mut low) = (0x9E37_79B9_7F4A_7C15_u64, 0xC2B2_AE3D_27D4_EB4F_u64);
    high ^= parts.len() as u64;
    for parts in parts.chunks(2) {
        let word = parts.iter().fold(0, |word, part| word << 32 | u64::from(*part));
        high = mix(high ^ word);
        low = mix(low.rotate_left(23) ^ word.wrapping_mul(0x1656_67B1_9E37_79F9));
    }
    u128::from(high) << 64 | u128::from(low)
}
