//! The timers of all nodes.
//!
//! A node sets and resets its timers far more often than they run out (every heartbeat resets an
//! election timer), so they are not items of the queue: they are a small table, and the next one to
//! run out is remembered. The table is searched again only when that one changes. Of the many kinds
//! of timers that there are a node has one or two running at a time: they are marked by a bit each,
//! so that a search looks at no others.

use super::clock::Clock;
use super::event::EventId;
use super::process::NodeId;
use super::queue::Key;

const STOPPED: u64 = u64::MAX;

/// One timer of one node.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// When it runs out, in microseconds of true time.
    pub due_us: u64,
    /// When it was set, in microseconds of true time.
    pub set_us: u64,
    /// The event in which it was set.
    pub cause: EventId,
    /// When it runs out, on the node's own clock.
    shown_due_us: u64,
    sequence: u64,
    /// The node is paused: the timer cannot run out.
    frozen: bool,
}

const EMPTY: Slot = Slot {
    due_us: STOPPED,
    set_us: 0,
    cause: EventId::new(0, 0),
    shown_due_us: 0,
    sequence: 0,
    frozen: false,
};

/// A timer set: which node, which timer, on which clock.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// When it is set, in microseconds of true time.
    pub now_us: u64,
    /// How long it runs, in microseconds of the node's clock.
    pub delay_us: u64,
    /// Orders it among all that is due at the same time.
    pub sequence: u64,
    /// The event in which it is set.
    pub cause: EventId,
}

/// The timer that runs out next.
#[derive(Clone, Copy, Debug)]
struct Next {
    key: Key,
    node: NodeId,
    timer: u8,
}

impl Next {
    fn is(&self, node: NodeId, timer: u8) -> bool {
        (self.node, self.timer) == (node, timer)
    }
}

/// The table.
#[derive(Clone, Debug)]
pub struct Timers {
    slots: Vec<Slot>,
    per_node: usize,
    /// By node: a bit for each of its timers. One without a bit is stopped; one that was set has a
    /// bit until it is stopped.
    running: Vec<u64>,
    next: Option<Next>,
}

impl Timers {
    /// A table for `nodes` nodes with `per_node` timers each, all stopped.
    ///
    /// # Panics
    /// If a node has more than 64 timers.
    #[must_use]
    pub fn new(nodes: usize, per_node: usize) -> Self {
        assert!(per_node <= 64, "each timer of a node has a bit");
        let (slots, running) = (vec![EMPTY; nodes * per_node], vec![0; nodes]);
        Self { slots, per_node, running, next: None }
    }

    const fn place(&self, node: NodeId, timer: u8) -> usize {
        node.index() * self.per_node + timer as usize
    }

    /// A timer, if it runs.
    #[must_use]
    pub fn get(&self, node: NodeId, timer: u8) -> Option<&Slot> {
        let slot = &self.slots[self.place(node, timer)];
        (slot.due_us != STOPPED).then_some(slot)
    }

    /// Sets a timer, whether it runs or not.
    pub fn set(&mut self, node: NodeId, timer: u8, clock: &Clock, setting: Setting) {
        let place = self.place(node, timer);
        let shown_due_us = clock.shows_us(setting.now_us) + setting.delay_us;
        let due_us = clock.reaches_us(shown_due_us, setting.now_us);
        let slot = &mut self.slots[place];
        *slot = Slot {
            due_us,
            set_us: setting.now_us,
            cause: setting.cause,
            shown_due_us,
            sequence: setting.sequence,
            frozen: slot.frozen,
        };
        self.running[node.index()] |= 1 << timer;
        let key = (due_us, setting.sequence);
        match self.next {
            Some(next) if next.is(node, timer) => self.search(),
            Some(next) if next.key < key => {}
            _ if slot.frozen => {}
            _ => self.next = Some(Next { key, node, timer }),
        }
    }

    /// Stops a timer, if it runs.
    pub fn stop(&mut self, node: NodeId, timer: u8) {
        let place = self.place(node, timer);
        self.slots[place].due_us = STOPPED;
        self.running[node.index()] &= !(1 << timer);
        if self.next.is_some_and(|next| next.is(node, timer)) {
            self.search();
        }
    }

    /// Stops all timers of a node.
    pub fn stop_all(&mut self, node: NodeId) {
        self.running[node.index()] = 0;
        self.change_all(node, |slot| *slot = EMPTY);
    }

    /// A paused node's timers do not run out; those that should have do so when it resumes.
    pub fn freeze(&mut self, node: NodeId, frozen: bool) {
        self.change_all(node, |slot| slot.frozen = frozen);
    }

    /// The node's clock was touched at `now_us`: its timers keep what they should show.
    pub fn follow(&mut self, node: NodeId, clock: &Clock, now_us: u64) {
        self.change_all(node, |slot| {
            if slot.due_us != STOPPED {
                slot.due_us = clock.reaches_us(slot.shown_due_us, now_us);
            }
        });
    }

    fn change_all(&mut self, node: NodeId, change: impl FnMut(&mut Slot)) {
        let first = node.index() * self.per_node;
        self.slots[first..first + self.per_node].iter_mut().for_each(change);
        self.search();
    }

    fn search(&mut self) {
        let mut next: Option<Next> = None;
        for (node, running) in (0..).map(NodeId).zip(&self.running) {
            let mut left = *running;
            while left != 0 {
                #[expect(clippy::cast_possible_truncation, reason = "a timer is a bit of 64")]
                let timer = left.trailing_zeros() as u8;
                left &= left - 1;
                let Slot { due_us, sequence, frozen, .. } = self.slots[self.place(node, timer)];
                let key = (due_us, sequence);
                if due_us != STOPPED && !frozen && next.is_none_or(|next| key < next.key) {
                    next = Some(Next { key, node, timer });
                }
            }
        }
        self.next = next;
    }

    /// The key of the timer that runs out next. One that should have run out during a pause has a
    /// time in the past.
    #[must_use]
    pub fn next_key(&self) -> Option<Key> {
        self.next.map(|next| next.key)
    }

    /// Takes the timer that runs out next: it is stopped.
    ///
    /// # Panics
    /// If none runs: the kernel's mistake.
    pub fn take_next(&mut self) -> (NodeId, u8, EventId) {
        let Next { node, timer, .. } = self.next.expect("a timer runs");
        let cause = self.slots[self.place(node, timer)].cause;
        self.stop(node, timer);
        (node, timer, cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Luck;

    fn setting(now_us: u64, delay_us: u64, sequence: u64) -> Setting {
        Setting { now_us, delay_us, sequence, cause: EventId::default() }
    }

    fn order(timers: &mut Timers) -> Vec<(u8, u8)> {
        std::iter::from_fn(|| {
            timers.next_key()?;
            let (node, timer, _) = timers.take_next();
            Some((node.0, timer))
        })
        .collect()
    }

    #[test]
    fn timers_run_out_in_order_and_a_reset_moves_them() {
        let clock = Clock::default();
        let mut timers = Timers::new(3, 2);
        timers.set(NodeId(0), 0, &clock, setting(0, 30, 1));
        timers.set(NodeId(1), 1, &clock, setting(0, 10, 2));
        timers.set(NodeId(2), 0, &clock, setting(0, 20, 3));
        timers.set(NodeId(1), 1, &clock, setting(5, 100, 4));
        assert_eq!(order(&mut timers), [(2, 0), (0, 0), (1, 1)]);
    }

    #[test]
    fn a_stopped_or_frozen_timer_does_not_run_out() {
        let clock = Clock::default();
        let mut timers = Timers::new(2, 1);
        timers.set(NodeId(0), 0, &clock, setting(0, 10, 1));
        timers.set(NodeId(1), 0, &clock, setting(0, 20, 2));
        timers.freeze(NodeId(0), true);
        assert_eq!(timers.next_key(), Some((20, 2)));
        timers.stop(NodeId(1), 0);
        assert_eq!(timers.next_key(), None);
        timers.freeze(NodeId(0), false);
        assert_eq!(timers.next_key(), Some((10, 1)));
    }

    #[test]
    fn the_next_is_the_least_of_all_that_run_and_are_not_frozen() {
        let (luck, mut clock) = (Luck::new(7), Clock::default());
        let mut timers = Timers::new(5, 9);
        for count in 0..5_000 {
            let draw = |slot, most| {
                u8::try_from(luck.between(count, slot, 0, most)).expect("a small number")
            };
            let (node, timer) = (NodeId(draw(0, 4)), draw(1, 8));
            let now_us = count * 10;
            match draw(2, 9) {
                0..5 => {
                    let delay_us = luck.between(count, 3, 0, 5_000);
                    timers.set(node, timer, &clock, setting(now_us, delay_us, count));
                }
                5 => timers.stop(node, timer),
                6 => timers.freeze(node, draw(4, 1) == 0),
                7 if draw(4, 9) == 0 => timers.stop_all(node),
                8 => {
                    clock.jump(i64::from(draw(4, 200)) - 100, now_us);
                    (0..5).for_each(|node| timers.follow(NodeId(node), &clock, now_us));
                }
                _ if timers.next_key().is_some() => drop(timers.take_next()),
                _ => {}
            }
            let runs = |slot: &&Slot| slot.due_us != STOPPED && !slot.frozen;
            let keys = timers.slots.iter().filter(runs).map(|slot| (slot.due_us, slot.sequence));
            assert_eq!(timers.next_key(), keys.min());
        }
    }

    #[test]
    fn timers_follow_their_nodes_clock() {
        let mut clock = Clock::default();
        let mut timers = Timers::new(1, 1);
        timers.set(NodeId(0), 0, &clock, setting(0, 1_000, 1));
        clock.set_rate(2_000_000, 500);
        timers.follow(NodeId(0), &clock, 500);
        assert_eq!(timers.next_key(), Some((750, 1)));
    }
}
