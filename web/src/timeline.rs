//! The timeline: a whole run on one line, computed.
//!
//! Places on the line are whole ten-thousandths of its length ([`Place`]). That is finer than a
//! screen, lets equal pictures compare equal (so that nothing is redrawn that looks the same), and
//! is written as a percentage, so that the drawing needs not know how wide it is.

use lockstep_core::check::Verdict;
use lockstep_core::check::raft::LaneState;
use lockstep_core::lab::session::{CheckReport, Lane};
use lockstep_core::lab::{Choice, NodeName, Timed};
use lockstep_core::sim::history::Band;
use lockstep_core::sim::time::LONGEST_RUN_US;

use crate::number::{fraction, whole};

/// A place on the line, in ten-thousandths of its length.
pub type Place = u16;

/// Shorter than this, a state is not seen: a fifth of a pixel on a wide screen.
const SHORTEST: Place = 2;
/// Ruler marks closer than this are one.
const MARK_DISTANCE: Place = 12;

/// The end of the line: what is worth watching, and where more has been seen, a little beyond.
#[must_use]
pub fn horizon_us(until_us: u64, edge_us: u64) -> u64 {
    if edge_us <= until_us && until_us > 0 {
        return until_us;
    }
    let wanted = edge_us + edge_us / 16 + 1;
    let step = tick_us(wanted);
    (wanted.div_ceil(step) * step).min(LONGEST_RUN_US.max(edge_us))
}

/// The distance of ticks: a round number that gives at most ten.
fn tick_us(horizon_us: u64) -> u64 {
    let mut decade = 1_000;
    loop {
        for step in [decade, 2 * decade, 5 * decade] {
            if horizon_us <= 10 * step {
                return step;
            }
        }
        decade *= 10;
    }
}

/// Times to write below the line, in microseconds.
#[must_use]
pub fn ticks(horizon_us: u64) -> Vec<u64> {
    let step = tick_us(horizon_us);
    (0..=horizon_us / step).map(|tick| tick * step).collect()
}

/// Where a time is on the line.
#[must_use]
pub fn place(time_us: u64, horizon_us: u64) -> Place {
    Place::try_from(whole(fraction(0, horizon_us, time_us) * 10_000.0)).unwrap_or(10_000)
}

/// A place as a percentage.
#[must_use]
pub fn percent(place: Place) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

/// A stretch of a lane in one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins.
    pub from: Place,
    /// Where it ends.
    pub to: Place,
    /// The state that it stands for.
    pub state: LaneState,
}

/// A server's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The server.
    pub name: NodeName,
    /// What it went through, as far as it has been seen.
    pub stretches: Vec<Stretch>,
}

/// Paints the lanes of the servers.
#[must_use]
pub fn paint(lanes: &[Lane<'_>], edge_us: u64, horizon_us: u64) -> Vec<Painted> {
    let servers = lanes.iter().filter(|lane| matches!(lane.name, NodeName::Server(_)));
    let edge = place(edge_us, horizon_us);
    servers
        .map(|lane| Painted { name: lane.name, stretches: stretches(lane.bands, edge, horizon_us) })
        .collect()
}

fn stretches(bands: &[Band], edge: Place, horizon_us: u64) -> Vec<Stretch> {
    let ends = bands.iter().skip(1).map(|band| place(band.from_us, horizon_us)).chain([edge]);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (band, to) in bands.iter().zip(ends) {
        let state = Lane::state(band);
        let from = stretches.last().map_or(0, |last| last.to);
        match stretches.last_mut() {
            Some(last) if last.state == state => last.to = last.to.max(to),
            // What is too short to be seen is left to its neighbour.
            Some(last) if to < from + SHORTEST => last.to = last.to.max(to),
            _ => stretches.push(Stretch { from, to, state }),
        }
    }
    stretches
}

/// A mark on the ruler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub at: Place,
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
    Choices(u32),
    /// A check failed.
    Failure,
}

/// The marks of a branch: its interventions and the first failure of each check.
#[must_use]
pub fn marks(choices: &[Timed], checks: &[CheckReport], horizon_us: u64) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (moment, choice) in choices.iter().filter(|(moment, _)| moment.time_us <= horizon_us) {
        let at = place(moment.time_us, horizon_us);
        match marks.last_mut() {
            Some(Mark { at: before, kind, .. }) if at < *before + MARK_DISTANCE => {
                let count = if let MarkKind::Choices(count) = kind { *count } else { 1 };
                *kind = MarkKind::Choices(count + 1);
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
    let mark = |time_us| Mark { at: place(time_us, horizon_us), time_us, kind: MarkKind::Failure };
    marks.extend(failures.map(mark));
    marks.sort_unstable_by_key(|mark| mark.at);
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::sim::process::NodeId;
    use lockstep_core::sim::time::Moment;

    fn band(from_us: u64, state: LaneState) -> Band {
        let state = LaneState::ALL.iter().position(|other| *other == state);
        let state = u8::try_from(state.expect("a state is in the list")).expect("few states");
        Band { from_us, step: 0, state }
    }

    #[test]
    fn a_lane_is_painted_without_a_gap_up_to_the_edge() {
        let bands = [
            band(0, LaneState::Follower),
            band(200_000, LaneState::Candidate),
            band(230_000, LaneState::Leader),
        ];
        let painted = stretches(&bands, 5_000, 1_000_000);
        let ends: Vec<_> = painted.iter().map(|stretch| (stretch.from, stretch.to)).collect();
        assert_eq!(ends, [(0, 2_000), (2_000, 2_300), (2_300, 5_000)]);
    }

    #[test]
    fn a_million_changes_make_no_more_stretches_than_can_be_seen() {
        let flapping = |nth: u64| {
            let state = if nth.is_multiple_of(2) { LaneState::Down } else { LaneState::Follower };
            band(nth, state)
        };
        let bands: Vec<Band> = (0..1_000_000).map(flapping).collect();
        let painted = stretches(&bands, 10_000, 1_000_000);
        assert!(painted.len() <= 10_000 / usize::from(SHORTEST), "{}", painted.len());
        assert_eq!(painted.last().map(|last| last.to), Some(10_000));
    }

    #[test]
    fn the_line_grows_in_round_steps_when_it_is_outrun() {
        assert_eq!(horizon_us(5_000_000, 4_000_000), 5_000_000);
        assert_eq!(horizon_us(5_000_000, 5_200_000), 6_000_000);
        assert_eq!(horizon_us(0, 0), 1_000);
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(5_000_000), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(|n| n * 500_000));
        for horizon_us in [1, 999, 12_345, 7_000_000, LONGEST_RUN_US] {
            assert!(ticks(horizon_us).len() <= 11, "{horizon_us}");
        }
    }

    #[test]
    fn interventions_that_cannot_be_told_apart_share_a_mark() {
        let at = |time_us| (Moment::before(time_us), Choice::Crash(NodeId(0)));
        let marks = marks(&[at(100_000), at(100_100), at(500_000)], &[], 1_000_000);
        let kinds: Vec<_> = marks.iter().map(|mark| mark.kind.clone()).collect();
        assert_eq!(kinds, [MarkKind::Choices(2), MarkKind::Choice(Choice::Crash(NodeId(0)))]);
    }

    #[test]
    fn a_place_is_written_as_a_percentage() {
        assert_eq!(percent(place(250_500, 1_000_000)), "25.05%");
        assert_eq!(percent(place(2_000_000, 1_000_000)), "100.00%");
    }
}
