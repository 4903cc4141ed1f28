//! How much happened when: a compact index of a whole run.
//!
//! Events are regenerated for a window that is looked at. Where a window holds too many of them to
//! be drawn one by one, what can be drawn is how many there were, on each lane, at each time; and
//! to regenerate a window's events one must know which steps it holds. Both are counted here as the
//! edge of a branch moves: steps by node, in buckets of equal width. When there are too many
//! buckets each takes its neighbour in and they are twice as wide, so memory is bounded, a short
//! run is counted finely, and a run of any length has thousands of buckets.

use super::process::NodeId;

/// How many buckets there are at most.
const MOST_BUCKETS: usize = 8_192;
/// How wide a bucket is at first, in microseconds.
const FIRST_WIDTH_US: u64 = 512;

/// Steps by node and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Density {
    nodes: usize,
    width_us: u64,
    /// A row of counts for each bucket: one for each node. Counts stop at the largest.
    counts: Vec<u16>,
    /// How many steps the run had taken at the end of each bucket.
    until: Vec<u64>,
}

impl Density {
    /// Nothing has happened yet to so many nodes.
    #[must_use]
    pub const fn new(nodes: usize) -> Self {
        Self { nodes, width_us: FIRST_WIDTH_US, counts: Vec::new(), until: Vec::new() }
    }

    /// How wide a bucket is, in microseconds. The first begins at zero.
    #[must_use]
    pub const fn width_us(&self) -> u64 {
        self.width_us
    }

    /// A step was taken: when, which, and whom it concerned (`None`: everybody). Times never
    /// decrease.
    pub fn note(&mut self, time_us: u64, step: u64, node: Option<NodeId>) {
        while self.bucket(time_us) >= MOST_BUCKETS {
            self.halve();
        }
        let bucket = self.bucket(time_us);
        let last = self.until.last().copied().unwrap_or(0);
        if self.until.len() <= bucket {
            self.until.resize(bucket + 1, last);
            self.counts.resize((bucket + 1) * self.nodes, 0);
        }
        self.until[bucket] = step;
        if let Some(node) = node {
            let count = &mut self.counts[bucket * self.nodes + node.index()];
            *count = count.saturating_add(1);
        }
    }

    fn bucket(&self, time_us: u64) -> usize {
        usize::try_from(time_us / self.width_us).unwrap_or(usize::MAX)
    }

    /// Each bucket takes its neighbour in.
    fn halve(&mut self) {
        self.width_us *= 2;
        let nodes = self.nodes;
        let buckets = self.until.len().div_ceil(2);
        for bucket in 0..buckets {
            let (low, high) = (bucket * 2, (bucket * 2 + 1).min(self.until.len() - 1));
            self.until[bucket] = self.until[high];
            for node in 0..nodes {
                let second = if high > low { self.counts[high * nodes + node] } else { 0 };
                let sum = self.counts[low * nodes + node].saturating_add(second);
                self.counts[bucket * nodes + node] = sum;
            }
        }
        self.until.truncate(buckets);
        self.counts.truncate(buckets * nodes);
    }

    /// A lower bound of the steps taken before a time: all of them, but for those of its bucket.
    #[must_use]
    pub fn steps_before(&self, time_us: u64) -> u64 {
        match self.bucket(time_us).min(self.until.len()) {
            0 => 0,
            bucket => self.until[bucket - 1],
        }
    }

    /// An upper bound of the steps taken up to a time, of those that were counted.
    #[must_use]
    pub fn steps_until(&self, time_us: u64) -> u64 {
        let last = self.until.len().saturating_sub(1);
        self.until.get(self.bucket(time_us).min(last)).copied().unwrap_or(0)
    }

    /// How many steps concerned a node in each stretch of `stretch_us` from `from_us` on, up to
    /// `to_us`: where each begins, and the count. Stretches are as wide as a bucket at least, and
    /// begin where a bucket does; those in which nothing happened are left out.
    #[must_use]
    pub fn counts(
        &self,
        node: NodeId,
        (from_us, to_us): (u64, u64),
        stretch_us: u64,
    ) -> (u64, Vec<(u64, u32)>) {
        let together = usize::try_from(stretch_us / self.width_us).unwrap_or(1).max(1);
        // Stretches begin at the same places wherever a window does: nothing shimmers.
        let first = self.bucket(from_us) / together * together;
        let end = (self.bucket(to_us).saturating_add(1)).min(self.until.len());
        let sum = |start: usize| {
            let buckets = start..(start + together).min(self.until.len());
            let count = |bucket| u32::from(self.counts[bucket * self.nodes + node.index()]);
            (start as u64 * self.width_us, buckets.map(count).sum())
        };
        let counted = (first..end).step_by(together).map(sum).filter(|(_, count)| *count > 0);
        (together as u64 * self.width_us, counted.collect())
    }

    /// Forgets what was counted after a step at a time. Of the bucket in which the step lies, a
    /// share is kept.
    pub(super) fn truncate(&mut self, time_us: u64, step: u64) {
        let bucket = self.bucket(time_us);
        if bucket >= self.until.len() {
            return;
        }
        let before = self.steps_before(time_us);
        let (kept, all) = (step.saturating_sub(before), self.until[bucket] - before);
        self.until.truncate(bucket + 1);
        self.counts.truncate((bucket + 1) * self.nodes);
        self.until[bucket] = step;
        for count in &mut self.counts[bucket * self.nodes..] {
            let share = u64::from(*count) * kept.min(all) / all.max(1);
            *count = u16::try_from(share).unwrap_or(u16::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One step a millisecond, on two nodes in turn.
    fn counted(steps: u64) -> Density {
        let mut density = Density::new(2);
        for step in 1..=steps {
            let node = NodeId(u8::from(step.is_multiple_of(2)));
            density.note(step * 1_000, step, Some(node));
        }
        density
    }

    #[test]
    fn every_step_is_counted_once_at_any_resolution() {
        for steps in [10, 1_000, 200_000] {
            let density = counted(steps);
            for stretch_us in [1, 10_000, 1_000_000] {
                let window = (0, steps * 1_000);
                let count = |node| density.counts(NodeId(node), window, stretch_us).1;
                let all: u32 = [0, 1].into_iter().flat_map(count).map(|(_, count)| count).sum();
                assert_eq!(u64::from(all), steps, "{stretch_us}");
            }
        }
    }

    #[test]
    fn the_steps_of_a_time_are_bounded_closely_from_both_sides() {
        let density = counted(200_000);
        let slack = density.width_us() / 1_000 + 1;
        for time_us in [0, 1_000, 77_777_000, 199_999_999, 200_000_000] {
            let exact = time_us / 1_000;
            let (low, high) = (density.steps_before(time_us), density.steps_until(time_us));
            assert!(low <= exact && exact <= high, "{low} {exact} {high}");
            assert!(high - low <= slack, "{low} {exact} {high}");
        }
    }

    #[test]
    fn an_hour_takes_no_more_room_than_allowed() {
        let mut density = Density::new(13);
        density.note(5, 1, None);
        density.note(3_600_000_000, 2, Some(NodeId(12)));
        assert!(density.until.len() <= MOST_BUCKETS);
        assert_eq!(density.steps_until(3_600_000_000), 2);
        assert_eq!(density.steps_before(3_000_000_000), 1);
    }

    #[test]
    fn what_is_cut_off_is_forgotten() {
        let mut density = counted(5_000);
        density.truncate(1_000_400, 1_000);
        assert_eq!(density.steps_until(u64::MAX), 1_000);
        let count = |node| density.counts(NodeId(node), (0, 5_000_000), 1).1;
        let all: u32 = [0, 1].into_iter().flat_map(count).map(|(_, count)| count).sum();
        assert!((998..=1_000).contains(&all), "{all}");
        density.note(1_001_000, 1_001, Some(NodeId(0)));
        assert_eq!(density.steps_until(u64::MAX), 1_001);
    }
}
