//! A frame: which part of time is shown, and how large.

use lockstep_core::sim::process::NodeId;

use crate::number::{microseconds, real};

/// The height of the ruler above the lanes, in pixels.
pub const RULER: u32 = 20;
/// The height of the times below the lanes, in pixels.
pub const AXIS: u32 = 16;
/// The height of the strip below the times that shows where the window is, in pixels.
pub const STRIP: u32 = 10;
/// The most that a lane takes while the diagram has its usual height, in pixels.
const TALLEST_LANE: u32 = 26;
/// The most that a lane takes where something stands below the lanes, in pixels.
const LOWER_LANE: u32 = 19;
/// The least that a lane takes, in pixels.
const LOWEST_LANE: u32 = 14;
/// The room for all lanes, in pixels, while the diagram has its usual height.
const LANES: u32 = 150;
/// The shortest window, in microseconds.
pub const SHORTEST_US: u64 = 500;

/// A part of time on a surface of so many pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first time that is shown, in microseconds.
    pub from_us: u64,
    /// The last, in microseconds: later than the first.
    pub to_us: u64,
    /// How wide it is drawn, in pixels.
    pub width: u32,
    /// The height of a lane, in pixels.
    pub pitch: u32,
    /// How many lanes there are.
    pub lanes: u32,
}

impl Frame {
    /// A frame for so many nodes that is `extra` pixels taller than it need be.
    #[must_use]
    pub fn new((from_us, to_us): (u64, u64), width: u32, lanes: u32, extra: u32) -> Self {
        let pitch = (LANES / lanes.max(1)).clamp(LOWEST_LANE, TALLEST_LANE) + extra / lanes.max(1);
        Self { from_us, to_us: to_us.max(from_us + 1), width: width.max(1), pitch, lanes }
    }

    /// The same with the lowest lanes, as where two stand one above the other.
    #[must_use]
    pub fn low(self, extra: u32) -> Self {
        Self { pitch: LOWEST_LANE + extra / self.lanes.max(1), ..self }
    }

    /// The same with lanes that leave room for something below them.
    #[must_use]
    pub fn lower(self, extra: u32) -> Self {
        let lower = LOWER_LANE + extra / self.lanes.max(1);
        Self { pitch: self.pitch.min(lower), ..self }
    }

    /// How long it is, in microseconds.
    #[must_use]
    pub const fn span_us(&self) -> u64 {
        self.to_us - self.from_us
    }

    /// Where a time is, in pixels from the left: less than nothing where it is earlier.
    #[must_use]
    pub fn x(&self, time_us: u64) -> f64 {
        let scale = f64::from(self.width) / real(self.span_us());
        (real(time_us) - real(self.from_us)) * scale
    }

    /// Which time is at a place, in microseconds.
    #[must_use]
    pub fn time_us(&self, x: f64) -> u64 {
        let share = x / f64::from(self.width);
        microseconds(real(self.from_us) + share * real(self.span_us()))
    }

    /// How much time a stretch of so many pixels is, in microseconds: one at least.
    #[must_use]
    pub fn stretch_us(&self, pixels: u32) -> u64 {
        (self.span_us() * u64::from(pixels) / u64::from(self.width)).max(1)
    }

    /// The middle of a node's lane, in pixels from the top.
    #[must_use]
    pub fn y(&self, node: NodeId) -> f64 {
        f64::from(self.middle(u32::from(node.0)))
    }

    /// The middle of a lane, in pixels from the top.
    #[must_use]
    pub const fn middle(&self, lane: u32) -> u32 {
        RULER + self.pitch * lane + self.pitch / 2
    }

    /// Where the lanes end, in pixels from the top.
    #[must_use]
    pub const fn bottom(&self) -> u32 {
        RULER + self.pitch * self.lanes
    }

    /// Whether any of a stretch of time is shown.
    #[must_use]
    pub const fn shows(&self, from_us: u64, to_us: u64) -> bool {
        from_us <= self.to_us && to_us >= self.from_us
    }
}

/// The window that is `by` times as long, in which the time `at_us` keeps its place. `None`: it
/// would show everything.
#[must_use]
pub fn zoomed(
    (from_us, to_us): (u64, u64),
    by: f64,
    at_us: u64,
    horizon_us: u64,
) -> Option<(u64, u64)> {
    let before = real(to_us.saturating_sub(from_us));
    let span_us = microseconds(before * by).max(SHORTEST_US);
    if span_us >= horizon_us {
        return None;
    }
    let share = (real(at_us) - real(from_us)) / before.max(1.0);
    let from_us = microseconds(real(at_us) - share.clamp(0.0, 1.0) * real(span_us));
    Some(within(from_us, span_us, horizon_us))
}

/// A window of a length, moved so that it lies within the run.
#[must_use]
pub fn within(from_us: u64, span_us: u64, horizon_us: u64) -> (u64, u64) {
    let from_us = from_us.min(horizon_us.saturating_sub(span_us));
    (from_us, from_us + span_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame::new((1_000_000, 2_000_000), 1_000, 6, 0)
    }

    #[test]
    fn a_time_and_its_place_lead_to_each_other() {
        let frame = frame();
        assert!((frame.x(1_250_000) - 250.0).abs() < 1e-9);
        assert!(frame.x(900_000) < 0.0);
        for time_us in [1_000_000, 1_234_000, 2_000_000] {
            assert_eq!(frame.time_us(frame.x(time_us)), time_us);
        }
    }

    #[test]
    fn zooming_keeps_the_time_under_the_pointer_where_it_is() {
        let window = (1_000_000, 2_000_000);
        let (from_us, to_us) = zoomed(window, 0.5, 1_250_000, 10_000_000).expect("a part");
        assert_eq!((from_us, to_us), (1_125_000, 1_625_000));
        assert_eq!(zoomed(window, 20.0, 1_250_000, 10_000_000), None, "all of it");
        let (from_us, to_us) = zoomed(window, 4.0, 1_100_000, 10_000_000).expect("a part");
        assert_eq!((from_us, to_us), (700_000, 4_700_000));
        let (from_us, to_us) = zoomed(window, 1e-9, 1_500_000, 10_000_000).expect("a part");
        assert_eq!(to_us - from_us, SHORTEST_US);
    }

    #[test]
    fn a_window_never_leaves_the_run() {
        assert_eq!(within(9_500_000, 1_000_000, 10_000_000), (9_000_000, 10_000_000));
        assert_eq!(zoomed((0, 1_000_000), 2.0, 0, 10_000_000), Some((0, 2_000_000)));
    }
}
