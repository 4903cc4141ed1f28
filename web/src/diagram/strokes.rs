//! Paths, written: numbers with one decimal, and the small marks at the ends of lines.
//!
//! A path takes thousands of pieces. They are appended to one text, by whole-number arithmetic.

use lockstep_core::lab::raft::view::MessageKind;

use crate::number::whole;

/// One path of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// What it is, for the style sheet: names of classes, with spaces between. No two paths of a
    /// list have the same.
    pub class: String,
    /// The path.
    pub path: String,
    /// How thick its line is, in pixels, where the style sheet does not say.
    pub thickness: Option<u32>,
}

/// Writes a length with at most one decimal, with a space or a sign before it.
fn number(path: &mut String, length: f64) {
    let tenths = whole(length * 10.0);
    path.push(if tenths < 0 { '-' } else { ' ' });
    let tenths = tenths.unsigned_abs();
    let mut digits = [0_u8; 20];
    let mut place = digits.len();
    let mut rest = tenths / 10;
    loop {
        place -= 1;
        digits[place] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    path.extend(digits[place..].iter().map(|digit| char::from(*digit)));
    if !tenths.is_multiple_of(10) {
        path.push('.');
        path.push(char::from(b'0' + u8::try_from(tenths % 10).unwrap_or(0)));
    }
}

/// Goes to a place.
pub fn go(path: &mut String, x: f64, y: f64) {
    path.push('M');
    number(path, x);
    number(path, y);
}

/// A straight line from one place to another.
pub fn line(path: &mut String, from: (f64, f64), to: (f64, f64)) {
    go(path, from.0, from.1);
    path.push('L');
    number(path, to.0);
    number(path, to.1);
}

/// A level line.
pub fn level(path: &mut String, from_x: f64, to_x: f64, y: f64) {
    go(path, from_x, y);
    path.push('H');
    number(path, to_x);
}

/// A box; one that is open to the right has no right side.
pub fn frame(path: &mut String, [left, top, right, bottom]: [f64; 4], open: bool) {
    go(path, right, top);
    path.push('H');
    number(path, left);
    path.push('V');
    number(path, bottom);
    path.push('H');
    number(path, right);
    if !open {
        path.push('z');
    }
}

/// A mark at a place: `shape` is drawn from there.
pub fn mark(path: &mut String, (x, y): (f64, f64), shape: &str) {
    go(path, x, y);
    path.push_str(shape);
}

/// Where a message was lost.
pub const CROSS: &str = "m-3-3l6 6m0-6l-6 6";
/// A timer that ran out, on its lane.
pub const TIMER: &str = "m-3-3h6l-6 6h6z";
/// An intervention, on its lane.
pub const CHOICE: &str = "m-3.5 0l3.5-3.5 3.5 3.5-3.5 3.5z";
/// A connection that is found broken: a ring, struck out, above the lane, since a new one may open
/// at the same moment.
pub const PARTED: &str = "m-3-5a3 3 0 1 0 6 0a3 3 0 1 0-6 0zm-1.4 4.4l8.8-8.8";
/// A connection that has opened anew: a ring with a full middle, below the lane.
pub const JOINED: &str = "m-3 5a3 3 0 1 0 6 0a3 3 0 1 0-6 0zm2 0h2";
/// A ring round whatever is selected.
pub const RING: &str = "m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0z";

/// The mark at the end of a message, where there is no room for more.
pub const SMALL: &str = "m-1.3-1.3h2.6v2.6h-2.6z";

/// The mark at the end of a message that arrived: kinds differ by it, not only by colour. The same
/// shapes as on the stage, smaller.
#[must_use]
pub const fn tip(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::VoteRequest => "m-4 0l4-4 4 4-4 4z",
        MessageKind::VoteGranted => "m-4 0l4-4 4 4-4 4zm2 .2l1.5 1.3 2.5-2.6",
        MessageKind::VoteRefused => "m-4 0l4-4 4 4-4 4zm2 0h4",
        MessageKind::PreVoteRequest => "m0-4.2l3 4.2-3 4.2-3-4.2z",
        MessageKind::PreVoteGranted => "m0-4.2l3 4.2-3 4.2-3-4.2zm-1.5 4.3l1 1.2 2-2.4",
        MessageKind::PreVoteRefused => "m0-4.2l3 4.2-3 4.2-3-4.2zm-1.6 4.2h3.2",
        MessageKind::TimeoutNow => "m-1-4h3.5l-1.5 3h2l-4.2 5 1-3.7h-2z",
        MessageKind::Snapshot => "m-5-3.5h7.5l2.5 2.5v5h-10zm2 3.5h6",
        MessageKind::Heartbeat => "m-1.8 0a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0z",
        MessageKind::Entries => "m-4.5-2.8h9v5.6h-9z",
        MessageKind::Accepted => "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z",
        MessageKind::Refused | MessageKind::Redirect => {
            "m-2.8 0a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0zm.8 2l4-4"
        }
        MessageKind::Request => "m-2.5-3.2l6 3.2-6 3.2z",
        MessageKind::Answer => "m-2.6-2.6h5.2v5.2h-5.2z",
        MessageKind::Access => "m-3.6-2.6h4l3.2 2.6-3.2 2.6h-4z",
        MessageKind::Allowed => "m0-3.2l3 1.8v2.8l-3 1.8-3-1.8v-2.8z",
        MessageKind::Barred => "m0-3.2l3 1.8v2.8l-3 1.8-3-1.8v-2.8zm-1.7 3.2h3.4",
        MessageKind::Issued => "m-2.2-1.8h4.4v3.6h-4.4z",
        MessageKind::LineRequest => "m-3.5-2.5h4l3 2.5-3 2.5h-4z",
        MessageKind::LinePut => "m-3.6-2.5h7.2l-1.8 5h-3.6z",
        MessageKind::PutAck => "m-3.6-2.5h7.2l-1.8 5h-3.6zm2.2 2.5l1.1 1.1 1.8-2",
        MessageKind::Forward => "m-3.2-3h2.4l3 3-3 3h-2.4l3-3z",
        MessageKind::Invalidate => {
            "m-1.5-3.3h3l1.8 1.8v3l-1.8 1.8h-3l-1.8-1.8v-3zm0 1.8l3 3m0-3l-3 3"
        }
        MessageKind::InvalidateAck => {
            "m-2.8 0a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0zm1.4.1l1 1 1.8-2"
        }
        MessageKind::Data => "m-2.8-3.3h3.6l2 2v4.6h-5.6z",
        MessageKind::Snoop => "m-3.8 0l3.8-2.8 3.8 2.8-3.8 2.8z",
        MessageKind::Snooped => "m-3.8 0l3.8-2.8 3.8 2.8-3.8 2.8zm2.8 0h2",
        MessageKind::Recovery => "m-1.2-3.3h2.4v2.1h2.1v2.4h-2.1v2.1h-2.4v-2.1h-2.1v-2.4h2.1z",
        MessageKind::Lease => "m-2-3h4l-4 6h4z",
        MessageKind::LinkAck => "m-1.4 0a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0-2.8 0z",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_shortly_and_apart() {
        let mut path = String::new();
        line(&mut path, (0.0, -3.25), (1_200.04, 7.5));
        assert_eq!(path, "M 0-3.3L 1200 7.5");
        path.clear();
        frame(&mut path, [1.0, 2.0, 3.0, 4.0], true);
        assert_eq!(path, "M 3 2H 1V 4H 3");
    }
}
