//! A list that grows at its end and whose copies share nearly everything.
//!
//! A keyframe copies a whole world, and every write to a disk copies a server's durable state; with
//! logs of a hundred thousand entries both must cost almost nothing. The list is cut into chunks
//! that never change once they are full: a copy shares them and copies only the unfinished tail.
//!
//! The full chunks are a stack, newest on top, in which each chunk also knows one far below it: the
//! *jump*. The jumps are laid as in Myers, "An applicative random-access stack" (1983), so that a
//! chunk is pushed, popped or copied at constant cost, and any one is found in logarithmically many
//! hops. Persistent vectors of the `imbl` crate served here before; they are wider than this needs,
//! at a cost that was felt in speed, in memory and in the size of the page.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// How many items a chunk holds.
const CHUNK: usize = 16;

/// A full chunk, and those below it.
#[derive(Debug)]
struct Chunk<T> {
    items: [T; CHUNK],
    /// How many chunks there are up to this one.
    height: usize,
    below: Option<Arc<Self>>,
    /// A chunk further down; `None` where none is.
    jump: Option<Arc<Self>>,
}

fn height<T>(chunk: Option<&Arc<Chunk<T>>>) -> usize {
    chunk.map_or(0, |chunk| chunk.height)
}

impl<T> Drop for Chunk<T> {
    /// One after the other: a long list would overflow the call stack if each dropped the next.
    fn drop(&mut self) {
        self.jump = None;
        let mut next = self.below.take();
        while let Some(mut chunk) = next.and_then(Arc::into_inner) {
            chunk.jump = None;
            next = chunk.below.take();
        }
    }
}

/// A list of `T`.
#[derive(Clone, Debug)]
pub struct SharedList<T> {
    full: Option<Arc<Chunk<T>>>,
    /// Fewer than [`CHUNK`] items, so that equal lists are cut alike.
    tail: Vec<T>,
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self { full: None, tail: Vec::new() }
    }
}

impl<T: Clone> SharedList<T> {
    /// How many items are in full chunks.
    fn whole(&self) -> usize {
        height(self.full.as_ref()) * CHUNK
    }

    /// How many items it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.whole() + self.tail.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at a place, if there is one.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&T> {
        if let Some(place) = place.checked_sub(self.whole()) {
            return self.tail.get(place);
        }
        let wanted = place / CHUNK + 1;
        let mut chunk = self.full.as_ref()?;
        while chunk.height > wanted {
            let jump = chunk.jump.as_ref().filter(|jump| jump.height >= wanted);
            chunk = jump.or(chunk.below.as_ref())?;
        }
        Some(&chunk.items[place % CHUNK])
    }

    /// The last item, if there is one.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.tail.last().or_else(|| self.full.as_ref().map(|chunk| &chunk.items[CHUNK - 1]))
    }

    /// Every item, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    /// Puts an item at the end.
    pub fn push(&mut self, item: T) {
        self.tail.push(item);
        if self.tail.len() == CHUNK
            && let Ok(items) = <[T; CHUNK]>::try_from(std::mem::take(&mut self.tail))
        {
            self.stack(items);
        }
        assert!(self.tail.len() < CHUNK);
    }

    /// Puts a full chunk on top. Its jump goes as far as two equal jumps below it go together, else
    /// to the chunk below.
    fn stack(&mut self, items: [T; CHUNK]) {
        let below = self.full.take();
        let first = below.as_ref().and_then(|chunk| chunk.jump.as_ref());
        let second = first.and_then(|chunk| chunk.jump.as_ref());
        let (top, middle, bottom) = (height(below.as_ref()), height(first), height(second));
        let jump = if top - middle == middle - bottom { second } else { below.as_ref() };
        let (jump, height) = (jump.cloned(), top + 1);
        self.full = Some(Arc::new(Chunk { items, height, below, jump }));
    }

    /// Takes the last item off, if there is one.
    pub fn pop(&mut self) -> Option<T> {
        self.open_last_chunk();
        self.tail.pop()
    }

    /// Keeps only the first `length` items.
    pub fn truncate(&mut self, length: usize) {
        while self.whole() > length {
            self.tail.clear();
            self.open_last_chunk();
        }
        self.tail.truncate(length - self.whole());
        assert!(self.len() <= length);
    }

    /// With nothing unfinished, the last chunk is unfinished again.
    fn open_last_chunk(&mut self) {
        if self.tail.is_empty()
            && let Some(chunk) = self.full.take()
        {
            self.tail = chunk.items.to_vec();
            self.full.clone_from(&chunk.below);
        }
    }
}

impl<T: Clone + PartialEq> PartialEq for SharedList<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Clone + Eq> Eq for SharedList<T> {}

impl<T: Clone + Hash> Hash for SharedList<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        self.iter().for_each(|item| item.hash(state));
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
    fn any_item_of_a_long_list_is_a_few_hops_away() {
        let mut list = SharedList::default();
        (0..1_000_000_u64).for_each(|item| list.push(item));
        let hops_to = |wanted: usize| {
            let mut chunk = list.full.as_ref().expect("a full chunk");
            let mut hops = 0;
            while chunk.height > wanted {
                let jump = chunk.jump.as_ref().filter(|jump| jump.height >= wanted);
                chunk = jump.or(chunk.below.as_ref()).expect("a chunk below");
                hops += 1;
            }
            hops
        };
        let most = (1..=1_000_000 / CHUNK).step_by(97).map(hops_to).max();
        assert!(most.is_some_and(|hops| hops <= 48), "{most:?} hops, of 2 log2 of 62,500");
        assert!((0..1_000_000).step_by(997).all(|place| list.get(place) == Some(&(place as u64))));
        // And it goes away without overflowing the stack.
        drop(list);
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
