//! Lanes: what each node went through, how much happened on it, and what clients asked for.
//!
//! A run may have changed its states a million times. A lane is therefore not walked band by band:
//! what is too short to be seen is leapt over by binary search, so that painting costs no more than
//! there are pixels.

use lockstep_core::check::LaneState;
use lockstep_core::lab::raft::view::OutcomeView;
use lockstep_core::lab::session::Lane;
use lockstep_core::lab::sheet::Bar;
use lockstep_core::sim::density::Density;
use lockstep_core::sim::history::Band;
use lockstep_core::sim::process::NodeId;

use super::frame::Frame;
use super::picture::Label;
use super::strokes::{self, Stroke};

/// The width of a column that stands for many events, in pixels.
const COLUMN: u32 = 4;
/// The room that a letter of a label takes, in pixels.
const LETTER: f64 = 6.6;

/// A stretch of a lane in one colour: where it begins and ends, in pixels, and the state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// The state that it stands for.
    pub state: LaneState,
}

/// A lane's visible stretches up to `edge_us`, without a gap.
#[must_use]
pub fn stretches(bands: &[Band], frame: &Frame, edge_us: u64) -> Vec<Stretch> {
    let end_us = edge_us.min(frame.to_us);
    let shortest_us = frame.stretch_us(1);
    let mut place = bands.partition_point(|band| band.from_us <= frame.from_us).saturating_sub(1);
    let mut from_us = frame.from_us;
    let mut stretches: Vec<Stretch> = Vec::new();
    while from_us < end_us && place < bands.len() {
        let state = Lane::state(&bands[place]);
        let seen_us = from_us + shortest_us;
        let later = &bands[place + 1..];
        let next = place + 1 + later.partition_point(|band| band.from_us < seen_us);
        // What changes before it can be seen is left to its neighbour.
        let (to_us, following) = if next == place + 1 {
            (bands.get(next).map_or(end_us, |band| band.from_us), next)
        } else {
            (seen_us, next - 1)
        };
        let (from, to) = (frame.x(from_us), frame.x(to_us.min(end_us)));
        match stretches.last_mut() {
            Some(last) if last.state == state => last.to = to,
            _ => stretches.push(Stretch { from, to, state }),
        }
        (from_us, place) = (to_us, following);
    }
    stretches
}

/// The name of a state in the style sheet.
#[must_use]
pub const fn state_class(state: LaneState) -> &'static str {
    match state {
        LaneState::Follower => "follower",
        LaneState::Candidate => "candidate",
        LaneState::PreCandidate => "candidate pre",
        LaneState::Leader => "leader",
        LaneState::Down => "down",
        LaneState::Paused => "paused",
        LaneState::Client => "client",
        LaneState::Serving => "client serving",
        LaneState::Waiting => "waiting",
        LaneState::Holding => "holding",
        LaneState::BackingOff => "backing-off",
        LaneState::Invalid => "line-i",
        LaneState::Shared => "line-s",
        LaneState::Exclusive => "line-e",
        LaneState::Modified => "line-m",
        LaneState::AwaitingCopy => "line-s awaits",
        LaneState::AwaitingWrite => "line-m awaits",
        LaneState::GivingUp => "line-i gives-up",
    }
}

/// How thick a state is painted: states differ in height and line too, not only in colour.
fn thickness(state: LaneState, pitch: u32) -> Option<u32> {
    match state {
        LaneState::Leader => Some((pitch * 5 / 10).clamp(5, 14)),
        LaneState::Candidate => Some((pitch * 4 / 10).clamp(4, 11)),
        LaneState::Follower | LaneState::PreCandidate => Some((pitch * 3 / 10).clamp(3, 8)),
        LaneState::Waiting | LaneState::BackingOff => Some((pitch * 3 / 10).clamp(3, 8)),
        LaneState::Holding => Some((pitch * 5 / 10).clamp(5, 14)),
        LaneState::Modified => Some((pitch * 6 / 10).clamp(6, 16)),
        LaneState::Exclusive => Some((pitch * 45 / 100).clamp(5, 12)),
        LaneState::Shared => Some((pitch * 3 / 10).clamp(3, 8)),
        LaneState::AwaitingCopy | LaneState::AwaitingWrite | LaneState::GivingUp => {
            Some((pitch * 2 / 10).clamp(2, 5))
        }
        LaneState::Down
        | LaneState::Paused
        | LaneState::Client
        | LaneState::Serving
        | LaneState::Invalid => None,
    }
}

/// Paints the lanes: one path for each state, and one for what has not been run yet.
#[must_use]
pub fn paint(lanes: &[Lane<'_>], frame: &Frame, edge_us: u64) -> Vec<Stroke> {
    let mut paths = LaneState::ALL.map(|_| String::new());
    let mut ahead = String::new();
    for (lane, nth) in lanes.iter().zip(0..) {
        let y = f64::from(frame.middle(nth));
        for stretch in stretches(lane.bands, frame, edge_us) {
            // A hair of space, so that two terms of the same state are two stretches.
            let to = (stretch.to - 0.7).max(stretch.from + 0.5);
            strokes::level(&mut paths[stretch.state as usize], stretch.from, to, y);
        }
        if edge_us < frame.to_us {
            strokes::level(&mut ahead, frame.x(edge_us).max(0.0), f64::from(frame.width), y);
        }
    }
    let painted = LaneState::ALL.into_iter().zip(paths).map(|(state, path)| Stroke {
        class: format!("stretch {}", state_class(state)),
        path,
        thickness: thickness(state, frame.pitch),
    });
    let ahead = Stroke { class: "ahead".to_owned(), path: ahead, thickness: None };
    painted.chain([ahead]).filter(|stroke| !stroke.path.is_empty()).collect()
}

/// How much happened on each lane, where it is too much to be drawn one by one: columns, as tall as
/// the most that happened anywhere in the frame allows.
#[must_use]
pub fn columns(density: &Density, frame: &Frame) -> Option<Stroke> {
    let window = (frame.from_us, frame.to_us);
    let stretch_us = frame.stretch_us(COLUMN);
    let nodes = (0..u8::try_from(frame.lanes).unwrap_or(u8::MAX)).map(NodeId);
    let mut wide_us = stretch_us;
    let mut counts = Vec::new();
    for node in nodes {
        let (width_us, counted) = density.counts(node, window, stretch_us);
        wide_us = width_us;
        counts.extend(counted.into_iter().map(|(time_us, count)| (node, time_us, count)));
    }
    let most = counts.iter().map(|(_, _, count)| *count).max()?;
    let tallest = f64::from(frame.pitch) * 0.8;
    let width = frame.x(frame.from_us + wide_us);
    let mut path = String::new();
    for (node, time_us, count) in counts {
        let half = (tallest * f64::from(count) / f64::from(most)).max(1.0) / 2.0;
        let (x, y) = (frame.x(time_us) + width / 2.0, frame.y(node));
        strokes::line(&mut path, (x, y - half), (x, y + half));
    }
    let thickness = u32::try_from(crate::number::whole(width * 0.8)).unwrap_or(1).max(1);
    Some(Stroke { class: "density".to_owned(), path, thickness: Some(thickness) })
}

/// What became of an operation: its name in the style sheet, and a letter that says the same.
const fn fate(bar: &Bar) -> (&'static str, char) {
    match bar.outcome {
        OutcomeView::Ok if bar.in_vain => ("failed", '✕'),
        OutcomeView::Ok => ("ok", '✓'),
        OutcomeView::Unknown => ("unknown", '?'),
        OutcomeView::Pending => ("pending", '…'),
    }
}

/// The operations of clients: a bar for each, from its invocation to its answer. One that has none
/// yet is open to the right.
#[must_use]
pub fn bars(bars: &[Bar], frame: &Frame, now_us: u64) -> (Vec<Stroke>, Vec<Label>) {
    let mut paths: Vec<Stroke> = Vec::new();
    let mut labels = Vec::new();
    let half = f64::from(frame.pitch) * 0.36;
    for bar in bars {
        let to_us = bar.completed_us.unwrap_or(now_us);
        if !frame.shows(bar.invoked_us, to_us) {
            continue;
        }
        let (name, letter) = fate(bar);
        let class = format!("bar {name}");
        let y = frame.y(bar.client);
        let left = frame.x(bar.invoked_us).max(-4.0);
        let right = frame.x(to_us).clamp(left + 1.0, f64::from(frame.width) + 4.0);
        let place = paths.iter().position(|stroke| stroke.class == class).unwrap_or_else(|| {
            paths.push(Stroke { class, path: String::new(), thickness: None });
            paths.len() - 1
        });
        let open = bar.completed_us.is_none();
        strokes::frame(&mut paths[place].path, [left, y - half, right, y + half], open);
        let seen = left.max(0.0);
        let room = (right.min(f64::from(frame.width)) - seen) / LETTER;
        if room >= 1.6 {
            let whole = format!("{} {letter}", bar.operation);
            let fits = f64::from(u32::try_from(whole.chars().count()).unwrap_or(0)) + 1.0 < room;
            let text = if fits { whole } else { letter.to_string() };
            labels.push(Label { x: seen + 4.0, y: y + 3.8, text, class: "bar-text" });
        }
    }
    (paths, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(from_us: u64, state: LaneState) -> Band {
        let state = LaneState::ALL.iter().position(|other| *other == state);
        let state = u8::try_from(state.expect("a state is in the list")).expect("few states");
        Band { from_us, step: 0, state }
    }

    fn frame(from_us: u64, to_us: u64) -> Frame {
        Frame::new((from_us, to_us), 1_000, 1, 0)
    }

    fn ends(stretches: &[Stretch]) -> Vec<(i64, i64, LaneState)> {
        let whole = crate::number::whole;
        stretches.iter().map(|one| (whole(one.from), whole(one.to), one.state)).collect()
    }

    #[test]
    fn a_lane_is_painted_without_a_gap_up_to_the_edge() {
        let bands = [
            band(0, LaneState::Follower),
            band(200_000, LaneState::Candidate),
            band(230_000, LaneState::Leader),
        ];
        let painted = ends(&stretches(&bands, &frame(0, 1_000_000), 500_000));
        let expected = [
            (0, 200, LaneState::Follower),
            (200, 230, LaneState::Candidate),
            (230, 500, LaneState::Leader),
        ];
        assert_eq!(painted, expected);
    }

    #[test]
    fn a_window_begins_with_the_state_before_it() {
        let bands = [
            band(0, LaneState::Follower),
            band(200_000, LaneState::Leader),
            band(900_000, LaneState::Down),
        ];
        let painted = ends(&stretches(&bands, &frame(400_000, 500_000), 2_000_000));
        assert_eq!(painted, [(0, 1_000, LaneState::Leader)]);
    }

    #[test]
    fn what_is_too_short_to_be_seen_does_not_hide_what_follows() {
        let bands = [
            band(0, LaneState::Follower),
            band(100_000, LaneState::Candidate),
            band(100_100, LaneState::Paused),
            band(100_200, LaneState::Leader),
            band(700_000, LaneState::Down),
        ];
        let painted = ends(&stretches(&bands, &frame(0, 1_000_000), 1_000_000));
        let expected = [
            (0, 100, LaneState::Follower),
            (100, 101, LaneState::Candidate),
            (101, 700, LaneState::Leader),
            (700, 1_000, LaneState::Down),
        ];
        assert_eq!(painted, expected);
    }

    #[test]
    fn a_million_changes_make_no_more_stretches_than_can_be_seen() {
        let flapping = |nth: u64| {
            let state = if nth.is_multiple_of(2) { LaneState::Down } else { LaneState::Follower };
            band(nth, state)
        };
        let bands: Vec<Band> = (0..1_000_000).map(flapping).collect();
        for window in [frame(0, 1_000_000), frame(400_000, 600_000)] {
            let painted = stretches(&bands, &window, 1_000_000);
            assert!(painted.len() <= 1_000, "{}", painted.len());
            let last = painted.last().expect("something is painted").to;
            assert!((last - 1_000.0).abs() < 1e-6, "{last}");
        }
    }

    #[test]
    fn columns_stand_where_much_happened() {
        let mut density = Density::new(2);
        for step in 1..=1_000 {
            let node = if step <= 900 { NodeId(0) } else { NodeId(1) };
            density.note(step * 1_000, step, Some(node));
        }
        let frame = Frame::new((0, 1_000_000), 1_000, 2, 0);
        let path = columns(&density, &frame).expect("much happened").path;
        let place = |column: &str| -> Option<(f64, f64)> {
            let (from, _) = column.split_once('L')?;
            let (x, y) = from.trim().split_once(' ')?;
            Some((x.parse().ok()?, y.parse().ok()?))
        };
        let columns_of = path.split('M').filter_map(place);
        let (first, second): (Vec<_>, Vec<_>) =
            columns_of.partition(|(_, y)| *y < f64::from(frame.middle(0)));
        assert!(first.len() > 200 && first.iter().all(|(x, _)| *x < 904.0), "{first:?}");
        assert!(second.len() > 20 && second.iter().all(|(x, _)| *x > 900.0), "{second:?}");
        assert!(columns(&Density::new(2), &frame).is_none(), "nothing happened");
    }
}
