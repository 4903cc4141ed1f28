//! Three caches and their home, without a kernel: the test says which message arrives next.

use std::collections::{BTreeMap, VecDeque};

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::controller::CacheController;
use lockstep_core::cache::home::Home;
use lockstep_core::cache::message::{Message, What};
use lockstep_core::cache::operation::{Operation, Outcome};
use lockstep_core::cache::outlet::{Effect, Effects, Outlet};
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::{Features, Setting};
use lockstep_core::cache::table::Interconnect;
use lockstep_core::sim::process::NodeId;

/// The first cache.
const A: u8 = 0;
/// The second.
const B: u8 = 1;
/// The third.
const C: u8 = 2;
/// The home of all lines.
const HOME: u8 = 3;
/// The first word of the first line.
const X: Address = Address { line: Line(0), word: 0 };

/// Three caches and their home, and what is on its way between them, in order for each pair.
struct Trio {
    caches: [CacheController; 3],
    home: Home,
    flights: BTreeMap<(u8, u8), VecDeque<Message>>,
    answers: [Vec<Outcome>; 3],
    /// What each node's clock shows, in microseconds.
    clocks_us: [u64; 4],
    /// The names of all requests, in order, and who sent them.
    requests: Vec<(u8, &'static str)>,
}

impl Trio {
    fn new(lease_us: u64) -> Self {
        let placement = Placement { interconnect: Interconnect::Directory, caches: 3, homes: 1 };
        let features = Features { lease_us, ..Features::default() };
        let cache = |node| CacheController::new(NodeId(node), placement, 1, features);
        let mut trio = Self {
            caches: [cache(A), cache(B), cache(C)],
            home: Home::new(NodeId(HOME), placement, 1, features),
            flights: BTreeMap::new(),
            answers: [Vec::new(), Vec::new(), Vec::new()],
            clocks_us: [0; 4],
            requests: Vec::new(),
        };
        trio.attend();
        trio.drain();
        trio
    }

    /// Something happens to a cache.
    fn act(&mut self, cache: u8, what: impl FnOnce(&mut CacheController, &mut dyn Outlet)) {
        let now_us = self.clocks_us[usize::from(cache)];
        let mut effects = Effects { now_us, list: Vec::new() };
        let controller = &mut self.caches[usize::from(cache)];
        controller.attend(&mut effects);
        what(controller, &mut effects);
        self.carry_out(cache, effects);
    }

    fn at_home(&mut self, what: impl FnOnce(&mut Home, &mut dyn Outlet)) {
        let mut effects = Effects { now_us: self.clocks_us[usize::from(HOME)], list: Vec::new() };
        self.home.attend(&mut effects);
        what(&mut self.home, &mut effects);
        self.carry_out(HOME, effects);
    }

    /// Everybody looks whether leases were switched.
    fn attend(&mut self) {
        for cache in [A, B, C] {
            self.act(cache, |_, _| ());
        }
        self.at_home(|_, _| ());
    }

    fn carry_out(&mut self, from: u8, effects: Effects) {
        for effect in effects.list {
            match effect {
                Effect::Send(to, message) => {
                    if let Some(What::Request(request)) = message.about(X.line) {
                        self.requests.push((from, request.name()));
                    }
                    self.flights.entry((from, to.0)).or_default().push_back(message);
                }
                Effect::Answer(outcome) => self.answers[usize::from(from)].push(outcome),
                Effect::Note(_) => {}
            }
        }
    }

    fn ask(&mut self, cache: u8, operation: Operation) {
        self.act(cache, |cache, outlet| cache.begin(operation, outlet));
    }

    /// The next message from one to the other arrives.
    fn deliver(&mut self, from: u8, to: u8) {
        let flights = self.flights.get_mut(&(from, to)).expect("something is on its way");
        let message = flights.pop_front().expect("something is on its way");
        let from = NodeId(from);
        if to == HOME {
            self.at_home(|home, outlet| home.receive(from, message, outlet));
        } else {
            self.act(to, |cache, outlet| cache.receive(from, message, outlet));
        }
    }

    /// Everything that is on its way arrives, and what comes of it.
    fn drain(&mut self) {
        for _ in 0..1_000 {
            let next = self.flights.iter().find(|(_, flights)| !flights.is_empty());
            let Some((from, to)) = next.map(|(pair, _)| *pair) else { return };
            self.deliver(from, to);
        }
        panic!("it never ends: {:?}", self.flights);
    }

    /// The session between a cache and the home ends, and what was on its way is lost.
    fn break_off(&mut self, cache: u8) {
        self.flights.remove(&(cache, HOME));
        self.flights.remove(&(HOME, cache));
        self.act(cache, |cache, outlet| cache.end_session(NodeId(HOME), outlet));
    }

    /// Time goes by for a cache, which renews its lease again and again, until it asks again.
    fn ask_again(&mut self, cache: u8) {
        let count = self.requests.len();
        for _ in 0..20 {
            self.clocks_us[usize::from(cache)] += 60_000;
            self.act(cache, |cache, outlet| _ = cache.renew(outlet));
            self.deliver(cache, HOME);
            self.deliver(HOME, cache);
            self.act(cache, CacheController::ask_again);
            if self.requests.len() > count {
                return;
            }
        }
        panic!("it does not ask again");
    }

    fn set(&mut self, setting: Setting, value: u64) {
        self.home.setup_mut().set(setting.number(), value);
        self.caches.iter_mut().for_each(|cache| cache.setup_mut().set(setting.number(), value));
    }

    fn unexpected(&self) -> u32 {
        let caches: u32 = self.caches.iter().map(CacheController::unexpected).sum();
        caches + self.home.unexpected()
    }
}

#[test]
fn an_owner_that_forgot_its_request_when_leases_came_is_not_waited_for() {
    let mut trio = Trio::new(0);
    trio.ask(A, Operation::Read(X));
    // The home makes the reader the owner; the exclusive data are on their way, and so is this:
    trio.deliver(A, HOME);
    trio.ask(B, Operation::Write(X, 5));
    trio.set(Setting::Lease, 100);
    trio.deliver(HOME, A);
    trio.deliver(B, HOME);
    trio.drain();
    assert_eq!(trio.unexpected(), 0);
    assert_eq!(trio.answers[usize::from(B)], [Outcome::Done]);
    assert_eq!(trio.answers[usize::from(A)], [Outcome::Read(5)]);
}

#[test]
fn a_forward_to_an_owner_that_asks_again_finds_it_waiting_for_data() {
    let mut trio = Trio::new(0);
    trio.ask(A, Operation::Read(X));
    trio.deliver(A, HOME);
    trio.ask(B, Operation::Read(X));
    trio.set(Setting::Lease, 100);
    trio.deliver(HOME, A);
    // The lease is there before the other's request: the forward meets one that asks anew.
    trio.deliver(A, HOME);
    trio.deliver(B, HOME);
    trio.deliver(HOME, A);
    trio.drain();
    assert_eq!(trio.unexpected(), 0);
    assert_eq!(trio.answers[..2], [vec![Outcome::Read(0)], vec![Outcome::Read(0)]]);
}

#[test]
fn a_copy_that_was_kept_serves_as_soon_as_there_is_a_lease() {
    let mut trio = Trio::new(0);
    trio.ask(A, Operation::Write(X, 1));
    trio.drain();
    trio.set(Setting::Lease, 100);
    trio.ask(A, Operation::Read(X));
    assert_eq!(trio.answers[usize::from(A)], [Outcome::Done], "there is no lease yet");
    trio.drain();
    assert_eq!(trio.answers[usize::from(A)], [Outcome::Done, Outcome::Read(1)]);
}

/// What the first cache wrote is given up by an operation, and the session ends while the words
/// are on their way. Returns what became of the operation.
fn given_up_in_vain(operation: Operation) -> (Trio, Option<Outcome>) {
    let mut trio = Trio::new(100_000);
    trio.ask(A, Operation::Write(X, 1));
    trio.drain();
    trio.ask(A, operation);
    assert_eq!(trio.requests.last(), Some(&(A, "PutM")));
    trio.break_off(A);
    trio.drain();
    assert_eq!(trio.home.losses().len(), 1, "what was written is lost");
    let outcome = trio.answers[usize::from(A)].get(1).copied();
    (trio, outcome)
}

#[test]
fn nobody_says_of_a_write_back_that_was_lost_that_it_is_done() {
    for operation in [Operation::Flush(X.line), Operation::Evict(X.line)] {
        let (_, outcome) = given_up_in_vain(operation);
        assert_eq!(outcome, Some(Outcome::Unknown), "{operation}");
    }
    let (trio, outcome) = given_up_in_vain(Operation::Invalidate(X.line));
    let count = trio.requests.len();
    assert_eq!(trio.requests[count - 2..], [(A, "GetM"), (A, "PutM")], "it begins again");
    assert_eq!(outcome, Some(Outcome::Done));
}

#[test]
fn who_asks_again_keeps_its_place_in_the_queue() {
    let mut trio = Trio::new(100_000);
    trio.ask(B, Operation::Write(X, 2));
    trio.drain();
    trio.ask(A, Operation::Read(X));
    trio.deliver(A, HOME);
    trio.ask(C, Operation::Write(X, 3));
    trio.deliver(C, HOME);
    let waiting =
        |trio: &Trio| -> Vec<u8> { trio.home.stalled().iter().map(|(from, _)| from.0).collect() };
    assert_eq!(waiting(&trio), [C], "what A asked for is on its way from B");
    // It does not come for long. First what is served is asked for again, then what waits.
    for again in 0..2 {
        trio.ask_again(A);
        trio.deliver(A, HOME);
        assert_eq!(waiting(&trio), [A, C], "asked again {again} times before");
    }
    trio.drain();
    assert_eq!(trio.answers[usize::from(A)], [Outcome::Read(2)]);
    assert_eq!(trio.answers[usize::from(C)], [Outcome::Done]);
}
