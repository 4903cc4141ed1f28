//! Who waits for whom (Gray and Reuter §7.11).
//!
//! Whoever waits for a lock waits for each that holds it in conflict with it: a *hard* edge. It
//! also waits for each that waits before it in conflict: a *soft* edge, since the queue could be
//! put in another order. A cycle of edges is a deadlock: nobody in it will ever get what it waits
//! for. As everybody waits for one lock at a time, all edges from somebody are about one lock.
//!
//! In a queue of n writers each waits for all before it: n² edges. Nobody has to look at them all.
//! Whom a writer reaches over any of its edges it also reaches over its edges to the readers right
//! before it, or where there are none, to the writer right before it, which waits for the holders
//! and for all before; and a reader reaches all over the nearest writer before it. These *near*
//! edges are fewer than two for each that waits, and one for each holder of each lock. So whether
//! somebody is on a cycle is found out along them, at a cost that grows with how many can be
//! reached. That is looked for in both directions at once, a step at a time: somebody who has just
//! begun to wait at the end of a long queue is often waited for by nobody.
//!
//! Which cycle is told, and who is to give way, depends on all edges: a cycle along near edges may
//! lead through a queue whose members could all be aborted in vain, because the last of them waits
//! for the holder anyway. So such detours are cut out ([`cycle_within`]).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::command::Edge;
use super::mode::Mode;
use super::queue::{Lock, Position, Waiter};
use super::session::Session;
use super::table::LockTable;
use super::{Owner, Place};

/// Which edges are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sight {
    /// All.
    #[default]
    Full,
    /// Only hard ones: [`super::bug::Bug::BlindToQueues`].
    Blind,
}

/// For whom somebody waits, by every edge, in order of owners. Who both holds the lock and waits
/// for it before this one, for an upgrade, is waited for by a hard edge.
#[must_use]
pub fn edges_of(table: &LockTable, from: Owner) -> Vec<Edge> {
    let Some(wait) = Wait::of(table, from) else { return Vec::new() };
    let request = wait.waiter.request;
    let mut edges: BTreeMap<Owner, bool> = BTreeMap::new();
    let against = |other: &&Waiter| !other.mode.is_compatible(wait.waiter.mode);
    let ahead = wait.lock.ahead_of(wait.position).filter(against);
    edges.extend(ahead.map(|other| (other.owner, true)));
    edges.extend(wait.holders().map(|holder| (holder, false)));
    edges.into_iter().map(|(to, soft)| Edge { from, to, request, soft }).collect()
}

/// Whether somebody waits for another, and then by what edge.
#[must_use]
pub fn edge(table: &LockTable, from: Owner, to: Owner) -> Option<Edge> {
    let Wait { place, position, lock, waiter } = Wait::of(table, from)?;
    let Waiter { request, mode, .. } = *waiter;
    let held = lock.grant_of(to).filter(|_| from != to);
    let hard = held.is_some_and(|grant| !grant.mode.is_compatible(mode));
    let waits = table.session(to).and_then(|session| session.waiting);
    let ahead = waits.filter(|(at, before)| *at == place && *before < position);
    let other = ahead.and_then(|(_, before)| lock.waiter_at(before));
    let soft = other.is_some_and(|other| !other.mode.is_compatible(mode));
    (hard || soft).then_some(Edge { from, to, request, soft: !hard })
}

/// Somebody's wait.
struct Wait<'a> {
    place: Place,
    position: Position,
    lock: &'a Lock,
    waiter: &'a Waiter,
}

impl<'a> Wait<'a> {
    fn of(table: &'a LockTable, owner: Owner) -> Option<Self> {
        let (place, position) = table.session(owner)?.waiting?;
        let lock = table.lock(place)?;
        Some(Self { place, position, lock, waiter: lock.waiter_at(position)? })
    }

    /// Those who hold in conflict with it.
    fn holders(&self) -> impl Iterator<Item = Owner> + use<'a> {
        let Waiter { owner, mode, .. } = *self.waiter;
        let against = self.lock.holders().filter(move |(_, grant)| !grant.mode.is_compatible(mode));
        let none = mode == Mode::Shared && !self.lock.is_held_exclusively();
        let against = (!none).then_some(against).into_iter().flatten();
        against.map(|(holder, _)| holder).filter(move |holder| *holder != owner)
    }
}

/// Whom somebody waits for by near edges.
fn near(table: &LockTable, owner: Owner, sight: Sight) -> Vec<Owner> {
    let Some(wait) = Wait::of(table, owner) else { return Vec::new() };
    if sight == Sight::Blind {
        return wait.holders().collect();
    }
    let nearest = wait.lock.exclusive_ahead_of(wait.position).map(|other| other.owner);
    match (wait.waiter.mode, nearest) {
        (Mode::Shared, Some(writer)) => vec![writer],
        (Mode::Shared, None) => wait.holders().collect(),
        (Mode::Exclusive, nearest) => {
            let readers = wait.lock.ahead_of(wait.position);
            let readers = readers.take_while(|other| other.mode == Mode::Shared);
            let mut found: Vec<Owner> = readers.map(|other| other.owner).collect();
            match nearest {
                Some(_) if !found.is_empty() => {}
                Some(writer) => found.push(writer),
                None => found.extend(wait.holders()),
            }
            found
        }
    }
}

/// Who waits for somebody by near edges.
fn near_back(table: &LockTable, owner: Owner, sight: Sight) -> Vec<Owner> {
    let Some(session) = table.session(owner) else { return Vec::new() };
    let mut found = Vec::new();
    for lock in session.held.iter().filter_map(|place| table.lock(*place)) {
        let Some(grant) = lock.grant_of(owner) else { continue };
        if sight == Sight::Blind {
            let against = lock.queue().filter(|other| !other.mode.is_compatible(grant.mode));
            found.extend(against.map(|other| other.owner).filter(|other| *other != owner));
            continue;
        }
        found.extend(lock.first_exclusive().map(|it| it.owner).filter(|other| *other != owner));
        if grant.mode == Mode::Exclusive {
            found.extend(lock.leading_readers().map(|it| it.owner));
        }
    }
    if sight == Sight::Full {
        found.extend(near_behind(table, session));
    }
    found
}

/// Who waits by near edges for somebody that waits itself before it.
fn near_behind(table: &LockTable, session: &Session) -> Vec<Owner> {
    let waiting = session.waiting;
    let Some((lock, position, waiter)) = waiting.and_then(|(place, position)| {
        let lock = table.lock(place)?;
        Some((lock, position, lock.waiter_at(position)?))
    }) else {
        return Vec::new();
    };
    let readers: Vec<Owner> = match waiter.mode {
        Mode::Shared => Vec::new(),
        Mode::Exclusive => {
            let behind = lock.behind(position);
            behind.take_while(|it| it.mode == Mode::Shared).map(|it| it.owner).collect()
        }
    };
    if readers.is_empty() {
        return lock.exclusive_behind(position).map(|it| it.owner).into_iter().collect();
    }
    readers
}

/// What has been reached from somebody, in one direction.
struct Search<'a> {
    start: Owner,
    next: &'a dyn Fn(Owner) -> Vec<Owner>,
    seen: BTreeSet<Owner>,
    waiting: VecDeque<Owner>,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    /// There may be more.
    Some,
    /// Nothing else can be reached.
    All,
    /// The start is reached: it is on a cycle.
    Start,
}

impl<'a> Search<'a> {
    fn new(start: Owner, next: &'a dyn Fn(Owner) -> Vec<Owner>) -> Self {
        Self { start, next, seen: BTreeSet::new(), waiting: VecDeque::from([start]) }
    }

    fn step(&mut self) -> Reached {
        let Some(owner) = self.waiting.pop_front() else { return Reached::All };
        let mut reached = Reached::Some;
        for next in (self.next)(owner) {
            if self.seen.insert(next) {
                if next == self.start {
                    reached = Reached::Start;
                } else {
                    self.waiting.push_back(next);
                }
            }
        }
        reached
    }
}

/// Whether somebody waits, in the end, for itself.
#[must_use]
pub fn is_on_cycle(table: &LockTable, owner: Owner) -> bool {
    is_on_cycle_seen(table, owner, Sight::Full)
}

/// The same, as far as can be seen.
#[must_use]
pub fn is_on_cycle_seen(table: &LockTable, owner: Owner, sight: Sight) -> bool {
    let (ahead, back) = (|owner| near(table, owner, sight), |owner| near_back(table, owner, sight));
    let mut searches = [Search::new(owner, &back), Search::new(owner, &ahead)];
    loop {
        for search in &mut searches {
            match search.step() {
                Reached::Some => {}
                Reached::All => return false,
                Reached::Start => return true,
            }
        }
    }
}

/// Whether somebody waits, in the end, for one of these.
#[must_use]
pub fn reaches(table: &LockTable, owner: Owner, goals: &[Owner]) -> bool {
    let ahead = |owner| near(table, owner, Sight::Full);
    let mut search = Search::new(owner, &ahead);
    while search.step() != Reached::All {}
    goals.iter().any(|goal| search.seen.contains(goal))
}

/// A shortest cycle through somebody along near edges, without detours; within a set, if one is
/// given. It begins anywhere. Whoever asked may have been on a detour, and so not be in it.
#[must_use]
pub fn cycle_within(
    table: &LockTable,
    start: Owner,
    within: Option<&BTreeSet<Owner>>,
    sight: Sight,
) -> Option<Vec<Owner>> {
    let mut from: BTreeMap<Owner, Owner> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(owner) = waiting.pop_front() {
        let next = near(table, owner, sight);
        for next in next.into_iter().filter(|next| within.is_none_or(|set| set.contains(next))) {
            if next == start {
                let mut cycle = vec![owner];
                while let Some(before) = cycle.last().and_then(|last| from.get(last)) {
                    cycle.push(*before);
                }
                cycle.reverse();
                return Some(without_detours(table, &cycle));
            }
            if let Entry::Vacant(unseen) = from.entry(next) {
                unseen.insert(owner);
                waiting.push_back(next);
            }
        }
    }
    None
}

/// Cuts out of a cycle what only leads along queues. It falls into stretches, each of which enters
/// one queue at somebody and leaves it by a hard edge, over a writer or over somebody who waits for
/// one that holds exclusively. Either who enters waits for that holder too, or it is a reader, the
/// holder is one too, and it waits for the last in the stretch, which is a writer.
fn without_detours(table: &LockTable, cycle: &[Owner]) -> Vec<Owner> {
    let length = cycle.len();
    let next = |at: usize| cycle[(at + 1) % length];
    let is_hard = |at: usize| edge(table, cycle[at], next(at)).is_some_and(|edge| !edge.soft);
    // Edges along a queue lead to its front, so not all are soft.
    let Some(hard) = (0..length).find(|at| is_hard(*at)) else { return cycle.to_vec() };
    let mut short = Vec::new();
    let mut entered = None;
    for at in (1..=length).map(|step| (hard + step) % length) {
        let enters = *entered.get_or_insert(cycle[at]);
        if is_hard(at) {
            short.push(enters);
            if enters != cycle[at] && edge(table, enters, next(at)).is_none() {
                short.push(cycle[at]);
            }
            entered = None;
        }
    }
    short
}

/// All who are on a cycle, in groups: who is in one group can reach all others in it. Tarjan
/// ("Depth-first search and linear graph algorithms", 1972), without recursion.
#[must_use]
pub fn knots(
    table: &LockTable,
    among: impl IntoIterator<Item = Owner>,
    sight: Sight,
) -> Vec<BTreeSet<Owner>> {
    let mut walk = Walk {
        table,
        sight,
        among: among.into_iter().collect(),
        low: BTreeMap::new(),
        stack: Vec::new(),
        knots: Vec::new(),
    };
    for start in walk.among.clone() {
        if !walk.low.contains_key(&start) {
            walk.from(start);
        }
    }
    walk.knots
}

/// A depth-first walk over the graph.
struct Walk<'a> {
    table: &'a LockTable,
    sight: Sight,
    among: BTreeSet<Owner>,
    /// For each that was visited, the least number of those that it is known to reach and that are
    /// still on the stack; `None` once it has left the stack.
    low: BTreeMap<Owner, Option<u64>>,
    stack: Vec<Owner>,
    knots: Vec<BTreeSet<Owner>>,
}

/// Somebody being visited: its number, and whom it waits for that was not looked at yet.
struct Visit {
    owner: Owner,
    number: u64,
    left: Vec<Owner>,
}

impl Walk<'_> {
    fn visit(&mut self, owner: Owner) -> Visit {
        let number = self.low.len() as u64;
        self.low.insert(owner, Some(number));
        self.stack.push(owner);
        Visit { owner, number, left: near(self.table, owner, self.sight) }
    }

    fn lower(&mut self, owner: Owner, number: Option<u64>) {
        if let (Some(Some(low)), Some(number)) = (self.low.get_mut(&owner), number) {
            *low = number.min(*low);
        }
    }

    fn from(&mut self, start: Owner) {
        let mut path = vec![self.visit(start)];
        while let Some(visit) = path.last_mut() {
            let owner = visit.owner;
            if let Some(next) = visit.left.pop() {
                if !self.among.contains(&next) {
                    continue;
                }
                match self.low.get(&next) {
                    Some(number) => self.lower(owner, *number),
                    None => path.push(self.visit(next)),
                }
                continue;
            }
            let (number, low) = (visit.number, self.low[&owner]);
            path.pop();
            if low == Some(number) {
                self.close(owner);
            }
            if let Some(visit) = path.last() {
                let number = self.low[&owner];
                self.lower(visit.owner, number);
            }
        }
    }

    /// All on the stack down to somebody reach each other, and nothing else that is on it.
    fn close(&mut self, root: Owner) {
        let mut knot = BTreeSet::new();
        while let Some(owner) = self.stack.pop() {
            self.low.insert(owner, None);
            knot.insert(owner);
            if owner == root {
                break;
            }
        }
        if knot.len() > 1 {
            self.knots.push(knot);
        }
    }
}
