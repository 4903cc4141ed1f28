//! A list that grows at its end and whose copies share nearly everything.
//!
//! A keyframe copies a whole world, and every write to a disk copies a server's durable state; with
//! logs of a hundred thousand entries both must cost almost nothing. The list is cut into chunks
//! that are shared by every copy, also the one that is not full yet: its free places can be written
//! once. The first copy that grows writes there, which the others do not see, since each knows how
//! many items are its own; a copy that finds a place taken has gone another way and continues in a
//! chunk of its own. So a copy costs two words, and a log never pays for the copy on its disk.
//!
//! The chunks are a stack, newest on top, in which each chunk also knows one far below it: the
//! *jump*. The jumps are laid as in Myers, "An applicative random-access stack" (1983), so that a
//! chunk is pushed, popped or copied at constant cost, and any one is found in logarithmically many
//! hops. Persistent vectors of the `imbl` crate served here before; they are wider than this needs,
//! at a cost that was felt in speed, in memory and in the size of the page.

use std::array;
use std::cell::OnceCell;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// How many items a chunk holds.
const CHUNK: usize = 16;

/// A chunk, and those below it, which are full.
#[derive(Debug)]
struct Chunk<T> {
    /// Written from the first on; some may belong only to other lists that share the chunk.
    items: [OnceCell<T>; CHUNK],
    /// How many chunks there are up to this one.
    height: usize,
    below: Option<Rc<Self>>,
    /// A chunk further down; `None` where none is.
    jump: Option<Rc<Self>>,
}

fn height<T>(chunk: Option<&Rc<Chunk<T>>>) -> usize {
    chunk.map_or(0, |chunk| chunk.height)
}

impl<T> Chunk<T> {
    /// An empty chunk on top of another. Its jump goes as far as two equal jumps below it go
    /// together, else to the chunk below.
    fn above(below: Option<Rc<Self>>) -> Self {
        let first = below.as_ref().and_then(|chunk| chunk.jump.as_ref());
        let second = first.and_then(|chunk| chunk.jump.as_ref());
        let (top, middle, bottom) = (height(below.as_ref()), height(first), height(second));
        let jump = if top - middle == middle - bottom { second } else { below.as_ref() };
        let (jump, height) = (jump.cloned(), top + 1);
        Self { items: [const { OnceCell::new() }; CHUNK], height, below, jump }
    }
}

impl<T: Clone> Chunk<T> {
    /// A chunk at the same place with the same first items, and free places after them.
    fn fork(&self, kept: usize) -> Self {
        let item = |place: usize| match self.items[place].get() {
            Some(item) if place < kept => OnceCell::from(item.clone()),
            _ => OnceCell::new(),
        };
        let (below, jump) = (self.below.clone(), self.jump.clone());
        Self { items: array::from_fn(item), height: self.height, below, jump }
    }
}

impl<T> Drop for Chunk<T> {
    /// One after the other: a long list would overflow the call stack if each dropped the next.
    fn drop(&mut self) {
        self.jump = None;
        let mut next = self.below.take();
        while let Some(mut chunk) = next.and_then(Rc::into_inner) {
            chunk.jump = None;
            next = chunk.below.take();
        }
    }
}

/// A list of `T`.
#[derive(Debug)]
pub struct SharedList<T> {
    top: Option<Rc<Chunk<T>>>,
    /// How many items of the top chunk are this list's: none only if there is no chunk.
    used: usize,
}

impl<T> Clone for SharedList<T> {
    fn clone(&self) -> Self {
        Self { top: self.top.clone(), used: self.used }
    }
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self { top: None, used: 0 }
    }
}

impl<T: Clone> SharedList<T> {
    /// How many items are below the top chunk.
    fn below_top(&self) -> usize {
        height(self.top.as_ref()).saturating_sub(1) * CHUNK
    }

    /// How many items it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.below_top() + self.used
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.top.is_none()
    }

    /// The item at a place, if there is one.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&T> {
        let mut chunk = self.top.as_ref()?;
        if let Some(place) = place.checked_sub(self.below_top()) {
            return if place < self.used { chunk.items[place].get() } else { None };
        }
        let wanted = place / CHUNK + 1;
        while chunk.height > wanted {
            let jump = chunk.jump.as_ref().filter(|jump| jump.height >= wanted);
            chunk = jump.or(chunk.below.as_ref())?;
        }
        chunk.items[place % CHUNK].get()
    }

    /// The last item, if there is one.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.top.as_ref()?.items[self.used.checked_sub(1)?].get()
    }

    /// Every item, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    /// Puts an item at the end.
    pub fn push(&mut self, item: T) {
        match &mut self.top {
            Some(top) if self.used < CHUNK => {
                if let Some(alone) = Rc::get_mut(top) {
                    alone.items[self.used] = OnceCell::from(item);
                } else if let Err(item) = top.items[self.used].set(item) {
                    let mut own = top.fork(self.used);
                    own.items[self.used] = OnceCell::from(item);
                    *top = Rc::new(own);
                }
                self.used += 1;
            }
            _ => {
                let mut top = Chunk::above(self.top.take());
                top.items[0] = OnceCell::from(item);
                (self.top, self.used) = (Some(Rc::new(top)), 1);
            }
        }
        assert!(self.top.is_some() && (1..=CHUNK).contains(&self.used));
    }

    /// Takes the last item off, if there is one.
    pub fn pop(&mut self) -> Option<T> {
        let place = self.used.checked_sub(1)?;
        let top = self.top.as_mut()?;
        let item = match Rc::get_mut(top) {
            Some(alone) => alone.items[place].take(),
            None => top.items[place].get().cloned(),
        };
        self.used = place;
        if place == 0 {
            self.drop_top();
        }
        item
    }

    /// Keeps only the first `length` items.
    pub fn truncate(&mut self, length: usize) {
        while self.top.is_some() && self.below_top() >= length {
            self.drop_top();
        }
        self.used = self.used.min(length - self.below_top());
        assert!(self.len() <= length);
    }

    /// The chunk below the top one, if there is one, becomes the top.
    fn drop_top(&mut self) {
        self.top = self.top.take().and_then(|top| top.below.clone());
        self.used = if self.top.is_some() { CHUNK } else { 0 };
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
    fn copies_that_grow_apart_see_only_their_own() {
        for length in [0, 1, 7, 15, 16, 17, 40] {
            let mut one = SharedList::default();
            (0..length).for_each(|item| one.push(item));
            let (mut other, untouched) = (one.clone(), one.clone());
            (100..120).for_each(|item| one.push(item));
            (200..240).for_each(|item| other.push(item));
            let twin = |more: std::ops::Range<u64>| (0..length).chain(more).collect::<Vec<_>>();
            assert_same(&one, &twin(100..120));
            assert_same(&other, &twin(200..240));
            assert_same(&untouched, &twin(0..0));
        }
    }

    #[test]
    fn any_item_of_a_long_list_is_a_few_hops_away() {
        let mut list = SharedList::default();
        (0..1_000_000_u64).for_each(|item| list.push(item));
        let hops_to = |wanted: usize| {
            let mut chunk = list.top.as_ref().expect("a chunk");
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
