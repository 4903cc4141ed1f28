//! What processors do by themselves: patterns of sharing that programs are known for.
//!
//! - *Uniform*: any word of any line.
//! - *Zipf*: the k-th line is used in proportion to 1/k^s; a few lines are used most of the time,
//!   as in most programs (Zipf's law; Gray and others, "Quickly generating billion-record synthetic
//!   databases", SIGMOD 1994).
//! - *Read-mostly*: the same, and hardly anybody writes.
//! - *Producer-consumer*: each line has one node that writes it; the others read.
//! - *Migratory*: a node reads a line and then writes it, and then the next node does, as with what
//!   a lock protects (Weber and Gupta, "Analysis of cache invalidation patterns", 1989).
//! - *False sharing*: each node has a word of its own, all in one line. *Padded*: the same words,
//!   each in a line of its own, where they disturb nobody.
//!
//! Values are never written twice: the count of the node's writes, and then the node's number as
//! the last digit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address::{Address, Line, Word};
use super::operation::Operation;
use super::processor::Processor;
use crate::sim::process::NodeId;

/// How processors choose what to do. In links it is written by its place: **never reordered, new
/// ones come last.**
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// They do nothing by themselves.
    #[default]
    None,
    /// Any word of any line.
    Uniform,
    /// Some lines far more than others.
    Zipf,
    /// Some lines far more than others, and hardly ever to write: whatever the share of writes, at
    /// most [`MOSTLY_READ_PERCENT`].
    ReadMostly,
    /// Every line is written by one node and read by the others.
    ProducerConsumer,
    /// A line is read and then written by one node after the other.
    Migratory,
    /// Each node uses a word of its own, all in the first line.
    FalseSharing,
    /// Each node uses a word of its own, in a line of its own.
    Padded,
}

/// The largest share of writes under [`Pattern::ReadMostly`], in percent.
pub const MOSTLY_READ_PERCENT: u8 = 3;

impl Pattern {
    /// Every pattern, in order.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Uniform,
        Self::Zipf,
        Self::ReadMostly,
        Self::ProducerConsumer,
        Self::Migratory,
        Self::FalseSharing,
        Self::Padded,
    ];

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Uniform => "uniform",
            Self::Zipf => "zipf",
            Self::ReadMostly => "read_mostly",
            Self::ProducerConsumer => "producer_consumer",
            Self::Migratory => "migratory",
            Self::FalseSharing => "false_sharing",
            Self::Padded => "padded",
        }
    }

    /// Whether it leaves open how many accesses write.
    #[must_use]
    pub const fn uses_writes(self) -> bool {
        !matches!(self, Self::None | Self::ProducerConsumer | Self::Migratory)
    }

    /// Whether some lines are used more than others, by Zipf's law.
    #[must_use]
    pub const fn is_skewed(self) -> bool {
        matches!(self, Self::Zipf | Self::ReadMostly)
    }
}

/// What processors do by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Workload {
    /// How they choose.
    pub pattern: Pattern,
    /// How many in a hundred operations write, where the pattern leaves it open.
    pub writes_percent: u8,
    /// The mean time between an answer and the next operation, in microseconds: evenly spread from
    /// half of it to one and a half.
    pub think_us: u64,
    /// Zipf's exponent, in hundredths.
    pub zipf_hundredths: u32,
}

impl Default for Workload {
    /// Never changes: links leave out what is as here.
    fn default() -> Self {
        Self { pattern: Pattern::None, writes_percent: 20, think_us: 10_000, zipf_hundredths: 100 }
    }
}

/// How lines are drawn in proportion to 1/k^s: the sums of their shares, out of 2³².
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Zipf(Arc<[u32]>);

impl Zipf {
    /// The only floats of the cache: `libm`'s are the same everywhere, and they are gone when the
    /// table is made.
    #[allow(clippy::float_arithmetic, reason = "libm's results do not depend on the platform")]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^32")]
    fn new(lines: u8, hundredths: u32) -> Self {
        let share = |rank: u8| libm::pow(f64::from(rank), -f64::from(hundredths) / 100.0);
        let total = (1..=lines).map(share).fold(0.0, |sum, share| sum + share);
        let mut sum = 0.0;
        let sums = (1..=lines).map(|rank| {
            sum += share(rank);
            libm::floor(sum / total * f64::from(u32::MAX)) as u32
        });
        Self(sums.collect())
    }

    /// The line that a draw from 0 to 2³²-1 falls on.
    fn line(&self, draw: u64) -> Line {
        let place = self.0.partition_point(|sum| u64::from(*sum) < draw);
        let last = self.0.len().saturating_sub(1);
        Line(u8::try_from(place.min(last)).expect("there are at most 64 lines"))
    }
}

/// What one node's workload draws from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    workload: Workload,
    node: NodeId,
    caches: u8,
    lines: u8,
    words: u8,
    zipf: Option<Zipf>,
    /// The line that was read and is to be written next, under [`Pattern::Migratory`].
    visits: Option<Address>,
}

// What luck is drawn for: purposes of the node's stream.
const WHEN: usize = 0;
const WHERE: usize = 1;
const WHETHER: usize = 2;

impl Source {
    /// The workload of `node`, one of so many caches, on so many lines of so many words.
    #[must_use]
    pub fn new(workload: Workload, node: NodeId, caches: u8, (lines, words): (u8, u8)) -> Self {
        let zipf = workload.pattern.is_skewed().then(|| Zipf::new(lines, workload.zipf_hundredths));
        Self { workload, node, caches, lines, words, zipf, visits: None }
    }

    /// How many words a line has.
    #[must_use]
    pub const fn words(&self) -> u8 {
        self.words
    }

    /// As it comes back after a crash.
    pub(super) fn recovered(&self) -> Self {
        Self { visits: None, ..self.clone() }
    }

    /// Whether it ever does anything.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.workload.pattern == Pattern::None
    }

    /// How long the processor thinks before its next operation, in microseconds.
    pub(super) fn think_us(&self, mut draw: impl FnMut(usize, u64, u64) -> u64) -> u64 {
        let mean_us = self.workload.think_us.max(1);
        draw(WHEN, mean_us.div_ceil(2), mean_us + mean_us / 2)
    }

    /// The next operation. `draw` gives a number between two, both included, for a purpose.
    pub(super) fn next(
        &mut self,
        processor: &mut Processor,
        mut draw: impl FnMut(usize, u64, u64) -> u64,
    ) -> Operation {
        if let Some(address) = self.visits.take() {
            return Operation::Write(address, self.fresh(processor));
        }
        let address = self.address(&mut draw);
        let writes = match self.workload.pattern {
            Pattern::ProducerConsumer => address.line.0 % self.caches == self.node.0,
            Pattern::Migratory => {
                self.visits = Some(address);
                false
            }
            Pattern::ReadMostly => {
                let percent = self.workload.writes_percent.min(MOSTLY_READ_PERCENT);
                draw(WHETHER, 0, 99) < u64::from(percent)
            }
            Pattern::None
            | Pattern::Uniform
            | Pattern::Zipf
            | Pattern::FalseSharing
            | Pattern::Padded => draw(WHETHER, 0, 99) < u64::from(self.workload.writes_percent),
        };
        if writes {
            Operation::Write(address, self.fresh(processor))
        } else {
            Operation::Read(address)
        }
    }

    fn address(&self, draw: &mut impl FnMut(usize, u64, u64) -> u64) -> Address {
        let below = |draw: u64, limit: u8| {
            u8::try_from(draw % u64::from(limit)).expect("it is less than a byte")
        };
        let node = self.node.0;
        match self.workload.pattern {
            Pattern::FalseSharing => Address { line: Line(0), word: node % self.words },
            Pattern::Padded => Address { line: Line(node % self.lines), word: 0 },
            Pattern::Zipf | Pattern::ReadMostly => {
                let number = draw(WHERE, 0, u64::from(u32::MAX) - 1);
                let zipf = self.zipf.as_ref().expect("the pattern has a table");
                // Which word of the line makes no difference to who shares it.
                Address { line: zipf.line(number), word: below(number, self.words) }
            }
            Pattern::None | Pattern::Uniform | Pattern::ProducerConsumer | Pattern::Migratory => {
                let number = draw(WHERE, 0, u64::from(self.lines) * u64::from(self.words) - 1);
                let (line, word) = (number / u64::from(self.words), below(number, self.words));
                Address { line: Line(below(line, self.lines)), word }
            }
        }
    }

    /// A value that nobody else writes.
    fn fresh(&self, processor: &mut Processor) -> Word {
        processor.count_written().wrapping_mul(10).wrapping_add(u32::from(self.node.0) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Luck;

    /// How often each line is used in ten thousand operations of one node.
    fn uses(workload: Workload, lines: u8) -> Vec<u64> {
        let luck = Luck::new(7);
        let mut counts = [0_u64; 4];
        let mut draw = |purpose: usize, low, high| {
            counts[purpose] += 1;
            luck.stream(purpose as u64).between(counts[purpose], 0, low, high)
        };
        let mut source = Source::new(workload, NodeId(1), 4, (lines, 1));
        let mut processor = Processor::default();
        let mut uses = vec![0; usize::from(lines)];
        for _ in 0..10_000 {
            uses[source.next(&mut processor, &mut draw).line().index()] += 1;
        }
        uses
    }

    #[test]
    fn zipf_with_exponent_one_uses_the_second_line_half_as_often_as_the_first() {
        let workload = Workload { pattern: Pattern::Zipf, ..Workload::default() };
        let uses = uses(workload, 8);
        let share = 10_000.0 / (1..=8).map(|rank| 1.0 / f64::from(rank)).sum::<f64>();
        for (rank, uses) in (1_u32..).zip(uses) {
            let expected = share / f64::from(rank);
            let difference = f64::from(u32::try_from(uses).unwrap()) - expected;
            assert!(difference.abs() < 4.0 * expected.sqrt(), "{rank}: {uses} for {expected}");
        }
    }

    #[test]
    fn with_exponent_zero_every_line_is_used_alike() {
        let workload =
            Workload { pattern: Pattern::Zipf, zipf_hundredths: 0, ..Workload::default() };
        assert!(uses(workload, 5).iter().all(|uses| (1_850..2_150).contains(uses)));
    }

    #[test]
    fn a_migratory_line_is_read_and_then_written() {
        let workload = Workload { pattern: Pattern::Migratory, ..Workload::default() };
        let mut source = Source::new(workload, NodeId(0), 4, (4, 2));
        let mut processor = Processor::default();
        for count in 1..50 {
            let read = source.next(&mut processor, |_, low, high| (low + high) / 2);
            let write = source.next(&mut processor, |_, low, _| low);
            let Operation::Read(address) = read else { panic!("{read:?}") };
            assert_eq!(write, Operation::Write(address, count * 10 + 1));
        }
    }

    #[test]
    fn false_sharing_is_of_one_line_and_padding_parts_it() {
        for (pattern, line) in [(Pattern::FalseSharing, 0), (Pattern::Padded, 2)] {
            let workload = Workload { pattern, ..Workload::default() };
            let mut source = Source::new(workload, NodeId(2), 4, (4, 4));
            let operation = source.next(&mut Processor::default(), |_, low, _| low);
            let word = if pattern == Pattern::Padded { 0 } else { 2 };
            assert_eq!(operation.address(), Some(Address { line: Line(line), word }));
        }
    }

    #[test]
    fn a_producer_writes_its_own_lines_and_reads_the_others() {
        let workload = Workload { pattern: Pattern::ProducerConsumer, ..Workload::default() };
        let mut source = Source::new(workload, NodeId(1), 3, (6, 1));
        for line in 0..6 {
            let operation = source.next(&mut Processor::default(), |_, _, _| line);
            assert_eq!(matches!(operation, Operation::Write(..)), line % 3 == 1);
        }
    }
}
