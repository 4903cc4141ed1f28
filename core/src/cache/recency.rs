//! Which lines a cache holds, and which of them was used longest ago.
//!
//! A cache that is full has to give up a line for another: the one that was *least recently used*
//! (LRU), since what was used lately will likely be used again. The order alone is kept, not times:
//! two caches that would do the same are equal.

use super::address::Line;

/// The most lines that a cache can hold: what [`Setting::Capacity`] goes up to.
///
/// [`Setting::Capacity`]: super::setting::Setting::Capacity
pub const MOST_HELD: usize = 16;

/// The lines that take up room, the least recently used first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Recency {
    lines: [Line; MOST_HELD],
    count: u8,
}

impl Recency {
    /// The lines, the least recently used first.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines[..usize::from(self.count)]
    }

    /// Whether there is room for one more in a cache of so many lines.
    #[must_use]
    pub const fn has_room(&self, capacity: u8) -> bool {
        self.count < capacity
    }

    /// The line was used: it is the last to go. It may be new, if there is room.
    pub(super) fn uses(&mut self, line: Line) {
        if self.lines().last() == Some(&line) {
            return;
        }
        self.drops(line);
        self.lines[usize::from(self.count)] = line;
        self.count += 1;
    }

    /// The line takes up no room any more. It may never have.
    pub(super) fn drops(&mut self, line: Line) {
        let Some(place) = self.lines().iter().position(|held| *held == line) else { return };
        self.lines[place..usize::from(self.count)].rotate_left(1);
        self.count -= 1;
        // What is past the end is no state: equal caches are equal to the bit.
        self.lines[usize::from(self.count)] = Line(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_was_used_longest_ago_is_first() {
        let mut recency = Recency::default();
        [1, 2, 3, 1, 2].map(Line).into_iter().for_each(|line| recency.uses(line));
        assert_eq!(recency.lines(), [3, 1, 2].map(Line));
        recency.drops(Line(1));
        recency.drops(Line(9));
        assert_eq!(recency.lines(), [3, 2].map(Line));
        assert!(recency.has_room(3) && !recency.has_room(2));
    }

    #[test]
    fn the_order_alone_is_kept() {
        let (mut one, mut other) = (Recency::default(), Recency::default());
        [4, 5].map(Line).into_iter().for_each(|line| one.uses(line));
        [7, 5, 4, 5].map(Line).into_iter().for_each(|line| other.uses(line));
        other.drops(Line(7));
        assert_eq!(one, other);
    }
}
