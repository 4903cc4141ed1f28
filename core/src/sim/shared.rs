//! A list that grows at its end and whose copies share nearly everything.
//!
//! A keyframe copies a whole world, and every write to a disk copies a server's durable state; with
//! logs of a hundred thousand entries both must cost almost nothing. The list is cut into chunks
//! that never change once they are full: a copy shares them and copies only the unfinished tail.
//! The chunks hang in a persistent vector of the `imbl` crate. That crate alone would do, at twice
//! the price: its chunks are wider, and the first push after a copy copies one.

use std::sync::Arc;

use imbl::Vector;

/// How many items a chunk holds.
const CHUNK: usize = 16;

/// A list of `T`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SharedList<T> {
    full: Vector<Arc<[T; CHUNK]>>,
    /// Fewer than [`CHUNK`] items, so that equal lists are cut alike.
    tail: Vec<T>,
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self { full: Vector::new(), tail: Vec::new() }
    }
}

impl<T: Clone> SharedList<T> {
    /// How many items it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.tail.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at a place, if there is one.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&T> {
        let whole = self.full.len() * CHUNK;
        match place.checked_sub(whole) {
            Some(place) => self.tail.get(place),
            None => self.full.get(place / CHUNK).map(|chunk| &chunk[place % CHUNK]),
        }
    }

    /// The last item, if there is one.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.tail.last().or_else(|| self.full.last().map(|chunk| &chunk[CHUNK - 1]))
    }

    /// Every item, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.full.iter().flat_map(|chunk| chunk.iter()).chain(&self.tail)
    }

    /// Puts an item at the end.
    pub fn push(&mut self, item: T) {
        self.tail.push(item);
        if self.tail.len() == CHUNK
            && let Ok(chunk) = Box::<[T; CHUNK]>::try_from(std::mem::take(&mut self.tail))
        {
            self.full.push_back(chunk.into());
        }
        assert!(self.tail.len() < CHUNK);
    }

    /// Takes the last item off, if there is one.
    pub fn pop(&mut self) -> Option<T> {
        self.open_last_chunk();
        self.tail.pop()
    }

    /// Keeps only the first `length` items.
    pub fn truncate(&mut self, length: usize) {
        while self.full.len() * CHUNK > length {
            self.tail.clear();
            self.open_last_chunk();
        }
        self.tail.truncate(length - self.full.len() * CHUNK);
        assert!(self.len() <= length);
    }

    /// With nothing unfinished, the last chunk is unfinished again.
    fn open_last_chunk(&mut self) {
        if self.tail.is_empty()
            && let Some(chunk) = self.full.pop_back()
        {
            self.tail = chunk.to_vec();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Luck;

    /// The same list, the naive way.
    fn assert_same(list: &SharedList<u64>, twin: &[u64]) {
        assert_eq!(list.len(), twin.len());
        assert_eq!(list.is_empty(), twin.is_empty());
        assert_eq!(list.last(), twin.last());
        assert!(list.iter().eq(twin));
        assert!((0..twin.len() + 20).all(|place| list.get(place) == twin.get(place)));
    }

    #[test]
    fn it_is_a_list_whatever_is_done_to_it() {
        let luck = Luck::new(5);
        let (mut list, mut twin) = (SharedList::default(), Vec::new());
        for count in 0..2_000 {
            match luck.between(count, 0, 0, 20) {
                0 => {
                    let length = luck.between(count, 1, 0, twin.len() as u64 + 3);
                    let length = usize::try_from(length).expect("a short list");
                    list.truncate(length);
                    twin.truncate(length);
                }
                1..4 => assert_eq!(list.pop(), twin.pop()),
                _ => {
                    list.push(count);
                    twin.push(count);
                }
            }
            assert_same(&list, &twin);
        }
    }

    #[test]
    fn a_copy_does_not_feel_what_is_done_to_the_original() {
        let mut list = SharedList::default();
        (0..100).for_each(|item| list.push(item));
        let copy = list.clone();
        list.truncate(40);
        list.push(7);
        assert_same(&copy, &(0..100).collect::<Vec<_>>());
    }

    #[test]
    fn lists_with_the_same_items_are_equal_however_they_came_about() {
        let (mut straight, mut winding) = (SharedList::default(), SharedList::default());
        (0..32).for_each(|item| straight.push(item));
        (0..50).for_each(|item| winding.push(item));
        winding.truncate(32);
        assert_eq!(straight, winding);
    }
}
