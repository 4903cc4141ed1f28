//! What is under the pointer.

use lockstep_core::lab::Session;
use lockstep_core::lab::sheet::Sheet;
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::network::MessageId;

use super::filter::Filter;
use super::frame::Frame;
use super::picture::{dots, drawn, ends, known_until_us};

/// Something that can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A message: its line.
    Message(MessageId),
    /// An event: the end of a line or a dot; the message that it concerns.
    Event(EventId, Option<MessageId>),
}

/// The end of a line is preferred to another line that is this much nearer, in pixels.
const ADVANTAGE: f64 = 3.0;

/// What is at a place of a frame, or within `reach` pixels of it: the nearest.
#[must_use]
pub fn hit(
    session: &Session,
    sheet: &Sheet,
    (frame, filter): (&Frame, Filter),
    at: (f64, f64),
    reach: f64,
) -> Option<Hit> {
    let until_us = known_until_us(session, sheet);
    let mut nearest = (reach, None);
    let mut offer = |distance: f64, hit: Hit| {
        if distance < nearest.0 {
            nearest = (distance, Some(hit));
        }
    };
    for arrow in drawn(sheet, frame, filter) {
        let [from, to] = ends(arrow, frame, until_us);
        let line = distance_to_line(at, from, to);
        if line >= reach + ADVANTAGE {
            continue;
        }
        offer(line, Hit::Message(arrow.id));
        if arrow.event != arrow.sent {
            offer(distance(at, to) - ADVANTAGE, Hit::Event(arrow.event, Some(arrow.id)));
        }
    }
    for dot in dots(sheet, frame, filter) {
        let place = (frame.x(dot.time_us), frame.y(dot.node));
        offer(distance(at, place) - ADVANTAGE, Hit::Event(dot.event, None));
    }
    nearest.1
}

fn distance(one: (f64, f64), other: (f64, f64)) -> f64 {
    let (x, y) = (one.0 - other.0, one.1 - other.1);
    (x * x + y * y).sqrt()
}

fn distance_to_line(at: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = (x * x + y * y).max(1e-9);
    let share = ((at.0 - from.0) * x + (at.1 - from.1) * y) / length;
    let share = share.clamp(0.0, 1.0);
    distance(at, (from.0 + x * share, from.1 + y * share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_to_a_line_is_that_to_its_nearest_point() {
        let (from, to) = ((0.0, 0.0), (10.0, 0.0));
        for (at, expected) in [((5.0, 3.0), 3.0), ((-3.0, 4.0), 5.0), ((14.0, 3.0), 5.0)] {
            assert!((distance_to_line(at, from, to) - expected).abs() < 1e-9);
        }
        assert!((distance_to_line((3.0, 4.0), from, from) - 5.0).abs() < 1e-9);
    }
}
