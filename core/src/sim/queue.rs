//! The kernel's queue: what will happen, in order.
//!
//! Items are ordered by (time, sequence number), so nothing is ever tied. An item can be found,
//! taken out or moved while it waits, because a person may lose, delay or hold a message that is on
//! its way: the heap then keeps a stale key, which is recognised and dropped when it comes up.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// When an item is due: (time in microseconds, sequence number).
pub type Key = (u64, u64);

/// The key of an item that is held: it waits until somebody moves it.
pub const HELD: Key = (u64::MAX, u64::MAX);

/// That the item in a slot is due, unless it was taken out or moved. The greatest is due first.
#[derive(Clone, Copy, Debug)]
struct Due {
    key: Key,
    slot: u32,
}

impl Due {
    /// Time and sequence number as one number, which is compared at once.
    const fn order(&self) -> u128 {
        let (time_us, sequence) = self.key;
        (time_us as u128) << 64 | sequence as u128
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        other.order().cmp(&self.order())
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Due {}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

/// A queue of `T`.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    heap: BinaryHeap<Due>,
    slots: Vec<Option<(Key, T)>>,
    free: Vec<u32>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Queue<T> {
    /// Puts an item in.
    ///
    /// # Panics
    /// If there are 2³² items.
    pub fn push(&mut self, key: Key, item: T) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).expect("fewer than 2³² items wait")
        });
        self.slots[slot as usize] = Some((key, item));
        if key != HELD {
            self.heap.push(Due { key, slot });
        }
    }

    /// The key of the next item that is due.
    pub fn next_key(&mut self) -> Option<Key> {
        while let Some(&Due { key, slot }) = self.heap.peek() {
            if self.is_current(key, slot) {
                return Some(key);
            }
            self.heap.pop();
        }
        None
    }

    /// Takes the next item out.
    pub fn pop(&mut self) -> Option<(Key, T)> {
        loop {
            let Due { key, slot } = self.heap.pop()?;
            if self.is_current(key, slot) {
                self.free.push(slot);
                return self.slots[slot as usize].take();
            }
        }
    }

    fn is_current(&self, key: Key, slot: u32) -> bool {
        matches!(&self.slots[slot as usize], Some((current, _)) if *current == key)
    }

    /// Every item that waits, with its key, in no particular but a definite order.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        self.slots.iter().flatten().map(|(key, item)| (*key, item))
    }

    /// Changes every item that `choose` picks: it returns the item's new key, or `None` to leave
    /// it.
    pub fn reschedule(&mut self, mut choose: impl FnMut(Key, &mut T) -> Option<Key>) {
        for (slot, entry) in (0_u32..).zip(&mut self.slots) {
            let Some((key, item)) = entry else { continue };
            if let Some(new_key) = choose(*key, item) {
                *key = new_key;
                if new_key != HELD {
                    self.heap.push(Due { key: new_key, slot });
                }
            }
        }
    }

    /// Keeps only the items that `keep` says.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        for (slot, entry) in (0_u32..).zip(&mut self.slots) {
            if entry.as_ref().is_some_and(|(_, item)| !keep(item)) {
                *entry = None;
                self.free.push(slot);
            }
        }
    }

    /// How many items wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &mut Queue<char>) -> String {
        std::iter::from_fn(|| queue.pop()).map(|(_, item)| item).collect()
    }

    #[test]
    fn items_come_in_order_of_time_and_then_of_sequence() {
        let mut queue = Queue::default();
        for (key, item) in [((5, 0), 'd'), ((3, 2), 'b'), ((3, 1), 'a'), ((4, 9), 'c')] {
            queue.push(key, item);
        }
        assert_eq!(drain(&mut queue), "abcd");
    }

    #[test]
    fn a_moved_item_comes_at_its_new_place_only() {
        let mut queue = Queue::default();
        queue.push((1, 0), 'a');
        queue.push((2, 1), 'b');
        queue.reschedule(|_, item| (*item == 'a').then_some((3, 2)));
        assert_eq!(queue.next_key(), Some((2, 1)));
        assert_eq!(drain(&mut queue), "ba");
        assert!(queue.is_empty());
    }

    #[test]
    fn a_held_item_waits_until_it_is_moved() {
        let mut queue = Queue::default();
        queue.push((1, 0), 'a');
        queue.reschedule(|_, _| Some(HELD));
        assert_eq!((queue.next_key(), queue.len()), (None, 1));
        queue.reschedule(|_, _| Some((7, 1)));
        assert_eq!(drain(&mut queue), "a");
    }
}
