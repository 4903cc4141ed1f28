//! What the benchmark of the lock table does: the table alone, with no log and no network, and as
//! many clients as are asked for.
//!
//! Two things that are hard in different ways. In the *ring* each client holds a lock of its own
//! and then asks, in random order, for that of another, until all of them wait in one great cycle:
//! detection sees chains of waiting clients grow together and must not walk each of them every
//! time. In the *queue* all want the same lock, two readers to each writer, and each is looked at
//! as it arrives behind all the others.

use std::sync::Arc;

use crate::lock::command::{Action, Answer, Ask, Call, Patience};
use crate::lock::effects::{Effects, Origin};
use crate::lock::mode::Mode;
use crate::lock::resolution::{Rules, Whose, resolve};
use crate::lock::table::LockTable;
use crate::lock::{Owner, Resource};
use crate::sim::random::Luck;

/// How many clients there are, in turn.
pub const SIZES: [u32; 3] = [100, 1_000, 10_000];

/// Of the order in which clients come.
const SEED: u64 = 1;

/// A table under work. Each of its methods does one thing once for each client, or for all; they
/// are called in the order in which they stand here, so that they can be timed one by one.
#[derive(Clone, Debug)]
pub struct Work {
    table: LockTable,
    /// The clients in random order.
    order: Vec<u32>,
    requests: Vec<u64>,
    transaction: u64,
    index: u64,
    /// What breaks the ring.
    breaks: Vec<Action>,
}

/// How big something is, as a place.
const fn place(number: u32) -> usize {
    number as usize
}

impl Work {
    /// So many clients, and a lock for each of them, and one for all.
    #[must_use]
    pub fn new(clients: u32) -> Self {
        let names: Arc<[Resource]> =
            (0..=clients).map(|number| Resource::from(number.to_string())).collect();
        let luck = Luck::new(SEED);
        let mut order: Vec<u32> = (0..clients).collect();
        order.sort_by_key(|number| luck.draw(u64::from(*number), 0));
        let requests = vec![0; place(clients)];
        let table = LockTable::new(names);
        Self { table, order, requests, transaction: 1, index: 0, breaks: Vec::new() }
    }

    fn clients(&self) -> u32 {
        u32::try_from(self.order.len()).expect("made of so many")
    }

    fn apply(&mut self, owner: Option<Owner>, request: u64, action: Action) -> Answer {
        self.index += 1;
        let origin = Origin { owner, request, index: self.index, term: 1 };
        self.table.carry_out(origin, &action.into(), &mut Effects::default())
    }

    fn ask(&mut self, client: u32, ask: Ask) -> Answer {
        self.requests[place(client)] += 1;
        let request = self.requests[place(client)];
        let transaction = self.transaction;
        let call = Call { session: 1, transaction, attempt: 1, spent_us: 0, ask };
        self.apply(Some(Owner(client)), request, Action::Call(call))
    }

    fn lock(&mut self, client: u32, resource: u32, mode: Mode) -> Answer {
        let resource = self.table.resources()[place(resource)].clone();
        self.ask(client, Ask::Acquire { resource, mode, patience: Patience::Endless })
    }

    /// Each client gets a lock that is free.
    pub fn grant(&mut self) {
        for client in self.order.clone() {
            let answer = self.lock(client, client, Mode::Exclusive);
            assert!(matches!(answer, Answer::Granted { .. }), "{answer:?}");
        }
    }

    /// Each client waits for the lock of its neighbour, and whether that is a deadlock is looked
    /// at, each time.
    pub fn wait_in_a_ring(&mut self) {
        for client in self.order.clone() {
            let neighbour = (client + 1) % self.clients();
            self.wait(client, neighbour, Mode::Exclusive);
        }
        assert_eq!(self.breaks.len(), 1, "the last closed the ring");
    }

    fn wait(&mut self, client: u32, resource: u32, mode: Mode) {
        self.lock(client, resource, mode);
        let found = resolve(&self.table, Whose::Of(Owner(client)), &Rules::default(), &self.breaks);
        self.breaks.extend(found.into_iter().map(|resolution| resolution.action));
    }

    /// All are looked at, at once.
    pub fn detect_everywhere(&mut self) {
        let found = resolve(&self.table, Whose::Everybody, &Rules::default(), &[]);
        assert_eq!(found.len(), 1, "there is one ring");
    }

    /// The ring is broken, and each client lets go of all it has, so that the next gets its lock.
    pub fn release_the_ring(&mut self) {
        let clients = self.clients();
        for action in std::mem::take(&mut self.breaks) {
            let victim = match &action {
                Action::Abort { owner, .. } => owner.0,
                Action::Call(_)
                | Action::Expire { .. }
                | Action::TimeOut { .. }
                | Action::Overtake { .. } => continue,
            };
            self.apply(None, 0, action);
            for behind in 1..=clients {
                self.ask((victim + clients - behind) % clients, Ask::ReleaseAll);
            }
        }
        self.assert_free();
        self.transaction += 1;
    }

    /// All clients want the same lock, and whether that is a deadlock is looked at, each time.
    pub fn wait_in_a_queue(&mut self) {
        let shared = self.clients();
        for client in self.order.clone() {
            let mode = if client % 3 == 0 { Mode::Exclusive } else { Mode::Shared };
            self.wait(client, shared, mode);
        }
        assert!(self.breaks.is_empty(), "they only wait");
    }

    /// One after the other lets go of it.
    pub fn release_the_queue(&mut self) {
        for client in self.order.clone() {
            let answer = self.ask(client, Ask::ReleaseAll);
            assert_eq!(answer, Answer::Released { locks: 1 });
        }
        self.assert_free();
        self.transaction += 1;
    }

    fn assert_free(&self) {
        assert!(self.table.locks().all(|(_, lock)| lock.holders().next().is_none()));
    }
}

/// Something that is timed, and its name.
pub type Phase = (&'static str, fn(&mut Work));

/// What is timed, in order: each counts once for each client.
pub const PHASES: [Phase; 6] = [
    ("grant a free lock", Work::grant),
    ("wait in a ring, and detection", Work::wait_in_a_ring),
    ("detection over all", Work::detect_everywhere),
    ("release in the ring", Work::release_the_ring),
    ("wait in a queue, and detection", Work::wait_in_a_queue),
    ("release in the queue", Work::release_the_queue),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_can_be_done_by_few_and_by_many_and_twice() {
        for clients in [2, 3, 100] {
            let mut work = Work::new(clients);
            for _ in 0..2 {
                PHASES.iter().for_each(|(_, phase)| phase(&mut work));
            }
        }
    }
}
