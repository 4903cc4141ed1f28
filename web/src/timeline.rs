//! The timeline's ruler: how long the line is, its ticks, and the marks on it.

use lockstep_core::check::Verdict;
use lockstep_core::lab::session::CheckReport;
use lockstep_core::lab::{Choice, Timed};
use lockstep_core::sim::time::LONGEST_RUN_US;

use crate::diagram::Frame;
use crate::number::whole;

/// Ruler marks closer than this are one, in pixels.
const MARK_DISTANCE: i64 = 2;

/// The end of the line: what is worth watching, and where more has been seen, a little beyond.
#[must_use]
pub fn horizon_us(until_us: u64, edge_us: u64) -> u64 {
    if edge_us <= until_us && until_us > 0 {
        return until_us;
    }
    let wanted = (edge_us + edge_us / 16 + 1).max(1_000);
    let step = tick_us(wanted);
    (wanted.div_ceil(step) * step).min(LONGEST_RUN_US.max(edge_us))
}

/// The distance of ticks: a round number that gives at most ten.
#[must_use]
pub fn tick_us(span_us: u64) -> u64 {
    let mut decade = 100;
    loop {
        for step in [decade, 2 * decade, 5 * decade] {
            if span_us <= 10 * step {
                return step;
            }
        }
        decade *= 10;
    }
}

/// Times to write below the lanes, in microseconds.
#[must_use]
pub fn ticks(frame: &Frame) -> Vec<u64> {
    let step = tick_us(frame.span_us());
    (frame.from_us.div_ceil(step)..=frame.to_us / step).map(|tick| tick * step).collect()
}

/// A mark on the ruler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where, in pixels.
    pub at: i64,
    /// When, in microseconds.
    pub time_us: u64,
    /// What.
    pub kind: MarkKind,
}

/// What a mark stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// An intervention.
    Choice(Choice),
    /// Several interventions too close to be told apart.
    Choices {
        /// How many.
        count: u32,
        /// Whether any of them is more than an operation that somebody is asked for.
        fault: bool,
    },
    /// A check failed.
    Failure,
}

/// How much room a label on the ruler takes, in pixels: some six a letter.
#[must_use]
pub fn label_length(label: &str) -> i64 {
    i64::try_from(label.chars().count()).unwrap_or(0) * 6
}

/// Whether a choice is more than an operation that somebody is asked for.
const fn is_fault(choice: &Choice) -> bool {
    !matches!(choice, Choice::Operate { .. })
}

impl MarkKind {
    /// Whether it is to look like a fault.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        match self {
            Self::Choice(choice) => is_fault(choice),
            Self::Choices { fault, .. } => *fault,
            Self::Failure => true,
        }
    }
}

/// The marks of a branch that are in the frame: its interventions and the first failure of each
/// check.
#[must_use]
pub fn marks(choices: &[Timed], checks: &[CheckReport], frame: &Frame) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let place = |time_us| whole(frame.x(time_us));
    let first = choices.partition_point(|(moment, _)| moment.time_us < frame.from_us);
    let seen = choices[first..].iter().take_while(|(moment, _)| moment.time_us <= frame.to_us);
    for (moment, choice) in seen {
        let at = place(moment.time_us);
        match marks.last_mut() {
            Some(Mark { at: before, kind, .. }) if at < *before + MARK_DISTANCE => {
                let count = if let MarkKind::Choices { count, .. } = kind { *count } else { 1 };
                let fault = kind.is_fault() || is_fault(choice);
                *kind = MarkKind::Choices { count: count + 1, fault };
            }
            _ => {
                let kind = MarkKind::Choice(choice.clone());
                marks.push(Mark { at, time_us: moment.time_us, kind });
            }
        }
    }
    let failures = checks.iter().filter_map(|report| match &report.verdict {
        Verdict::Fails(failure) => Some(failure.moment.time_us),
        _ => None,
    });
    let failures = failures.filter(|time_us| frame.shows(*time_us, *time_us));
    for time_us in failures {
        let at = place(time_us);
        let next = marks.partition_point(|mark| mark.at <= at);
        marks.insert(next, Mark { at, time_us, kind: MarkKind::Failure });
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::cache::address::{Address, Line};
    use lockstep_core::cache::operation::Operation;
    use lockstep_core::sim::process::NodeId;
    use lockstep_core::sim::time::Moment;

    fn frame(from_us: u64, to_us: u64) -> Frame {
        Frame::new((from_us, to_us), 1_000, 5, 0)
    }

    #[test]
    fn the_line_grows_in_round_steps_when_it_is_outrun() {
        assert_eq!(horizon_us(5_000_000, 4_000_000), 5_000_000);
        assert_eq!(horizon_us(5_000_000, 5_200_000), 6_000_000);
        assert_eq!(horizon_us(0, 0), 1_000);
    }

    #[test]
    fn ticks_are_round_and_few() {
        let ticks_of_all = ticks(&frame(0, 5_000_000));
        assert_eq!(ticks_of_all, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(|n| n * 500_000));
        assert_eq!(ticks(&frame(1_230_000, 1_270_000)).len(), 9);
        for span_us in [1, 999, 12_345, 7_000_000, LONGEST_RUN_US] {
            assert!(ticks(&frame(0, span_us)).len() <= 11, "{span_us}");
        }
    }

    #[test]
    fn interventions_that_cannot_be_told_apart_share_a_mark() {
        let at = |time_us| (Moment::before(time_us), Choice::Crash(NodeId(0)));
        let choices = [at(100_000), at(100_100), at(500_000)];
        let kinds = |frame: &Frame| -> Vec<_> {
            marks(&choices, &[], frame).into_iter().map(|mark| mark.kind).collect()
        };
        let crash = MarkKind::Choice(Choice::Crash(NodeId(0)));
        assert_eq!(
            kinds(&frame(0, 1_000_000)),
            [MarkKind::Choices { count: 2, fault: true }, crash.clone()]
        );
        let read = Operation::Read(Address { line: Line(0), word: 0 });
        let asked = |time_us| {
            let choice = Choice::Operate { node: NodeId(0), operation: read.into() };
            (Moment::before(time_us), choice)
        };
        let shared = |choices: &[Timed]| marks(choices, &[], &frame(0, 1_000_000))[0].kind.clone();
        let both = shared(&[asked(100_000), asked(100_100)]);
        assert_eq!(both, MarkKind::Choices { count: 2, fault: false }, "nobody did harm");
        let mixed = shared(&[at(100_000), asked(100_100)]);
        assert_eq!(mixed, MarkKind::Choices { count: 2, fault: true });
        // Looked at more closely, they can be.
        assert_eq!(kinds(&frame(99_000, 101_000)), [crash.clone(), crash]);
    }
}
