//! The search for an order: Wing and Gong's, with Lowe's memory.
//!
//! A *configuration* is a set of linearised operations and the state they left. The search walks
//! from configuration to configuration, depth first, with an explicit stack. Three doubly linked
//! lists, out of which linearised operations are lifted and into which they are put back, hold what
//! is left: calls of operations that returned, calls of open ones, and returns. An operation may
//! come next if it was called no later than the first return that is left.
//!
//! Open operations are what makes histories hard: with `n` of them there are 2ⁿ sets. Four rules
//! keep them few; each drops only orders for which another, followed elsewhere, is as good.
//!
//! - An order is complete once all that returned is in it; open operations are never owed.
//! - An open operation that leaves the state as it is does nothing for anybody: it is left out.
//! - Of two open operations that ask for the same, the one called first goes first: exchanging them
//!   changes nothing.
//! - An open operation is carried out for the sake of the next one. If that one could have gone
//!   before it and would have left the same state, the open one is left out: whatever order goes on
//!   from there goes on without it as well, and may still use it later. (The order without it is
//!   followed from the configuration before. Each use of the rule leaves one open operation fewer
//!   in the order, so the argument ends.) None of the rules loses a state that the object could
//!   be in.

use std::collections::{BTreeMap, BTreeSet};

use super::history::Operation;
use super::model::Model;
use crate::sim::order::order;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is an order.
    Ordered,
    /// There is none. No order gets past the return at this time.
    Unordered(u64),
}

/// What is remembered of a configuration: see [`Search::configuration`].
type Configuration<M> = (Box<[u64]>, <M as Model>::State);

/// An operation that was linearised.
#[derive(Clone, Debug)]
struct Frame<M: Model> {
    operation: usize,
    /// The state before it.
    before: M::State,
}

/// A search under way.
#[derive(Clone, Debug)]
pub(super) struct Search<M: Model> {
    /// Those that returned, by time of call, then the open ones, by time of call.
    operations: Vec<Operation<M>>,
    /// How many returned.
    closed: usize,
    /// What must be linearised before each one, beyond what its call tells.
    before: Vec<Option<usize>>,
    lists: Lists,
    linearised: Vec<u64>,
    state: M::State,
    stack: Vec<Frame<M>>,
    /// The node of the lists that is tried next.
    cursor: usize,
    visited: BTreeSet<Configuration<M>>,
    /// States to start from, once the present one leads nowhere.
    starts: Vec<M::State>,
    furthest: u64,
}

impl<M: Model> Search<M> {
    /// A search for an order of `history` that begins in one of `starts`.
    ///
    /// # Panics
    /// If there is no state to start from.
    pub(super) fn new(history: Vec<Operation<M>>, mut starts: Vec<M::State>) -> Self {
        let state = starts.pop().expect("a search starts somewhere");
        let (operations, before, closed) = arrange(history);
        let lists = Lists::new(&operations, closed);
        let cursor = lists.first_of(CALLS);
        let words = closed.div_ceil(64) + (operations.len() - closed).div_ceil(64);
        let mut search = Self {
            operations,
            closed,
            before,
            lists,
            linearised: vec![0; words],
            state,
            stack: Vec::new(),
            cursor,
            visited: BTreeSet::new(),
            starts,
            furthest: 0,
        };
        search.remember();
        search
    }

    /// What it costs to set it up, in steps.
    pub(super) fn size(&self) -> u64 {
        (self.operations.len() + self.starts.len()) as u64
    }

    /// Goes on by at most `steps` steps, and says how many are left and, once it is known, whether
    /// there is an order. A step tries one operation, or goes back by one.
    pub(super) fn work(&mut self, mut steps: u64) -> (u64, Option<Outcome>) {
        while steps > 0 {
            steps -= 1;
            let Some(first_return) = self.lists.first_return() else {
                return (steps, Some(Outcome::Ordered));
            };
            let limit = self.operations[first_return].returned.unwrap_or(u64::MAX);
            if let Some(operation) = self.candidate(limit) {
                self.attempt(operation);
            } else {
                self.furthest = self.furthest.max(limit);
                if !self.go_back() {
                    return (steps, Some(Outcome::Unordered(self.furthest)));
                }
            }
        }
        (0, None)
    }

    /// Every state that the object was in, in any order that was followed.
    pub(super) fn states(self) -> Vec<M::State> {
        let states: BTreeSet<M::State> = self.visited.into_iter().map(|(_, state)| state).collect();
        states.into_iter().collect()
    }

    /// The operation that the cursor has come to: of those that returned first, then of the open
    /// ones.
    fn candidate(&mut self, limit: u64) -> Option<usize> {
        loop {
            let list = match self.cursor {
                CALLS | OPEN => self.cursor,
                node => {
                    let operation = node - SENTINELS;
                    if self.operations[operation].called <= limit {
                        return Some(operation);
                    }
                    if operation < self.closed { CALLS } else { OPEN }
                }
            };
            if list == OPEN {
                return None;
            }
            self.cursor = self.lists.first_of(OPEN);
        }
    }

    /// Linearises an operation if it may come next and leads to something new; else moves on.
    fn attempt(&mut self, operation: usize) {
        let node = operation + SENTINELS;
        let next = self.after(operation);
        let Some(next) = next.filter(|next| !self.is_in_vain(operation, next)) else {
            self.cursor = self.lists.next[node];
            return;
        };
        let before = std::mem::replace(&mut self.state, next);
        self.flip(operation);
        if self.remember() {
            self.lists.lift(operation, self.closed);
            self.stack.push(Frame { operation, before });
            self.cursor = self.lists.first_of(CALLS);
        } else {
            self.flip(operation);
            self.state = before;
            self.cursor = self.lists.next[node];
        }
    }

    /// The state after an operation, if it may come next and answers as it did.
    fn after(&self, operation: usize) -> Option<M::State> {
        if self.before[operation].is_some_and(|earlier| !self.is_linearised(earlier)) {
            return None;
        }
        step(&self.operations[operation], &self.state)
    }

    /// Whether nothing is gained by linearising this operation now, which leads to `next`: the
    /// rules on open operations.
    fn is_in_vain(&self, operation: usize, next: &M::State) -> bool {
        if operation >= self.closed && *next == self.state {
            return true;
        }
        self.stack.last().is_some_and(|last| {
            last.operation >= self.closed
                && step(&self.operations[operation], &last.before).as_ref() == Some(next)
        })
    }

    /// Takes back the last operation, or starts anew from another state. `false`: nothing is left.
    fn go_back(&mut self) -> bool {
        if let Some(Frame { operation, before }) = self.stack.pop() {
            self.flip(operation);
            self.lists.put_back(operation, self.closed);
            self.state = before;
            self.cursor = self.lists.next[operation + SENTINELS];
            return true;
        }
        let Some(start) = self.starts.pop() else { return false };
        self.state = start;
        self.cursor = self.lists.first_of(CALLS);
        self.remember();
        true
    }

    /// Remembers the present configuration. `false`: it was known.
    fn remember(&mut self) -> bool {
        self.visited.insert((self.configuration(), self.state.clone()))
    }

    /// The linearised set, in few words. Of the operations that returned, all up to some are in it
    /// and all from some on are not: only the words between are written down, after their place and
    /// number. Then come the open ones, without trailing zeros.
    fn configuration(&self) -> Box<[u64]> {
        let (closed, open) = self.linearised.split_at(self.closed.div_ceil(64));
        let full = closed.iter().take_while(|word| **word == u64::MAX).count();
        let closed = trimmed(&closed[full..]);
        let head = (full as u64) << 32 | closed.len() as u64;
        let words = [head].into_iter().chain(closed.iter().copied());
        words.chain(trimmed(open).iter().copied()).collect()
    }

    fn place(&self, operation: usize) -> (usize, u64) {
        let bit = match operation.checked_sub(self.closed) {
            Some(open) => self.closed.next_multiple_of(64) + open,
            None => operation,
        };
        (bit / 64, 1 << (bit % 64))
    }

    fn is_linearised(&self, operation: usize) -> bool {
        let (word, bit) = self.place(operation);
        self.linearised[word] & bit != 0
    }

    fn flip(&mut self, operation: usize) {
        let (word, bit) = self.place(operation);
        self.linearised[word] ^= bit;
    }
}

/// The state after an operation, if it answers as it did.
fn step<M: Model>(operation: &Operation<M>, state: &M::State) -> Option<M::State> {
    let (next, answer) = M::apply(state, &operation.action);
    operation.answer.as_ref().is_none_or(|known| *known == answer).then_some(next)
}

/// Without trailing zeros.
fn trimmed(words: &[u64]) -> &[u64] {
    &words[..words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1)]
}

/// The operations in the order of the search, what must come before each, and how many returned.
fn arrange<M: Model>(history: Vec<Operation<M>>) -> (Vec<Operation<M>>, Vec<Option<usize>>, usize) {
    // A client's next operation may be called at the very instant at which the last one returned.
    let mut last_of_client = BTreeMap::new();
    let mut lasts: Vec<Option<usize>> = Vec::with_capacity(history.len());
    for (place, operation) in history.iter().enumerate() {
        let last = last_of_client.get(&operation.client).copied();
        let last = last.filter(|(_, returned)| *returned == operation.called);
        if let Some(returned) = operation.returned {
            last_of_client.insert(&operation.client, (place, returned));
        }
        lasts.push(last.map(|(place, _)| place));
    }
    let key = |operation: &Operation<M>| (operation.returned.is_none().into(), operation.called);
    let arranged = order(&history.iter().map(key).collect::<Vec<_>>());
    let closed = history.iter().filter(|operation| operation.returned.is_some()).count();
    let mut places = vec![0; arranged.len()];
    for (now, place) in arranged.iter().enumerate() {
        places[*place] = now;
    }
    let mut before: Vec<Option<usize>> =
        arranged.iter().map(|place| lasts[*place].map(|last| places[last])).collect();
    let mut left: Vec<Option<Operation<M>>> = history.into_iter().map(Some).collect();
    let operations: Vec<Operation<M>> =
        arranged.into_iter().filter_map(|place| left[place].take()).collect();
    let mut same = BTreeMap::new();
    for (place, operation) in operations.iter().enumerate().skip(closed) {
        // One that waits for its client's last is not exchanged with others.
        if before[place].is_none() {
            before[place] = same.insert((&operation.action, &operation.answer), place);
        }
    }
    (operations, before, closed)
}

/// The head of the list of calls of operations that returned.
const CALLS: usize = 0;
/// The head of the list of calls of open operations.
const OPEN: usize = 1;
/// The head of the list of returns.
const RETURNS: usize = 2;
/// How many heads there are. The node of an operation's call is its number and so many more.
const SENTINELS: usize = 3;

/// Three circular lists in one arena. What is lifted out remembers its neighbours, and is put back
/// in the reverse order.
#[derive(Clone, Debug)]
struct Lists {
    next: Vec<usize>,
    previous: Vec<usize>,
    /// How many operations there are.
    count: usize,
}

impl Lists {
    fn new<M: Model>(operations: &[Operation<M>], closed: usize) -> Self {
        let count = operations.len();
        let nodes = SENTINELS + count + closed;
        let mut lists = Self { next: (0..nodes).collect(), previous: (0..nodes).collect(), count };
        (0..closed).for_each(|operation| lists.push(CALLS, operation + SENTINELS));
        (closed..count).for_each(|operation| lists.push(OPEN, operation + SENTINELS));
        let returned = |operation: &Operation<M>| (operation.returned.unwrap_or(u64::MAX), 0);
        let returns: Vec<_> = operations[..closed].iter().map(returned).collect();
        order(&returns)
            .into_iter()
            .for_each(|operation| lists.push(RETURNS, lists.return_of(operation)));
        lists
    }

    const fn return_of(&self, operation: usize) -> usize {
        SENTINELS + self.count + operation
    }

    fn first_of(&self, list: usize) -> usize {
        self.next[list]
    }

    /// The operation that returned first, of those that are left.
    fn first_return(&self) -> Option<usize> {
        self.first_of(RETURNS).checked_sub(SENTINELS + self.count)
    }

    fn push(&mut self, list: usize, node: usize) {
        let last = self.previous[list];
        (self.next[last], self.previous[node]) = (node, last);
        (self.next[node], self.previous[list]) = (list, node);
    }

    fn unlink(&mut self, node: usize) {
        let (previous, next) = (self.previous[node], self.next[node]);
        (self.next[previous], self.previous[next]) = (next, previous);
    }

    fn relink(&mut self, node: usize) {
        let (previous, next) = (self.previous[node], self.next[node]);
        (self.next[previous], self.previous[next]) = (node, node);
    }

    fn lift(&mut self, operation: usize, closed: usize) {
        self.unlink(operation + SENTINELS);
        if operation < closed {
            self.unlink(self.return_of(operation));
        }
    }

    fn put_back(&mut self, operation: usize, closed: usize) {
        if operation < closed {
            self.relink(self.return_of(operation));
        }
        self.relink(operation + SENTINELS);
    }
}
