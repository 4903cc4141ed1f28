//! What a person has in hand on the stage: a menu at a message, a line that is being drawn.
//!
//! Pure: where a pointer is comes in as a place of the drawing, and what it means is decided from
//! the layout and from what is drawn.

use lockstep_core::lab::raft::view::MessageView;
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::network::MessageId;
use lockstep_core::sim::process::NodeId;

use crate::geometry::{Form, Layout, Point};
use crate::number::fraction;

/// What a person has in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hands {
    /// The message whose menu is open.
    pub menu: Option<MessageId>,
    /// Whether links are cut in one direction.
    pub one_way: bool,
}

/// Something that a hand does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hand {
    /// A timer of a node runs out now.
    Fire(NodeId, Timer),
    /// The menu of a message opens.
    Menu(MessageId),
}

/// The width of a message's menu, in units of the drawing.
pub const MENU_WIDTH: f64 = 152.0;
/// Its height: five buttons of the size that a finger needs.
pub const MENU_HEIGHT: f64 = 244.0;

/// How far on its way a message is drawn: from 0 to 1. One that is held stays where it was.
#[must_use]
pub fn share(message: &MessageView, now_us: u64) -> f64 {
    fraction(message.sent_us, message.due_us, message.held_us.unwrap_or(now_us))
}

/// Where a menu stands: to the right of `at` or, where there is no room, to its left, and within
/// the drawing.
#[must_use]
pub fn menu_corner(layout: &Layout, at: Point) -> Point {
    let gap = if layout.form == Form::Wide { 16.0 } else { 20.0 };
    let right = at.x + gap;
    let fits = right + MENU_WIDTH <= layout.width;
    let x = if fits { right } else { (at.x - gap - MENU_WIDTH).max(0.0) };
    let lowest = layout.height - MENU_HEIGHT;
    Point::new(x, (at.y - MENU_HEIGHT / 2.0).clamp(0.0, lowest.max(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_stays_within_the_drawing_and_beside_its_message() {
        for form in [Form::Wide, Form::Narrow] {
            let layout = Layout::new(5, 2, form);
            for across in 0..=10 {
                for along in 0..=10 {
                    let [across, along] = [across, along].map(|nth: u8| f64::from(nth) / 10.0);
                    let at = Point::new(layout.width * across, layout.height * along);
                    let Point { x, y } = menu_corner(&layout, at);
                    assert!(x >= 0.0 && x + MENU_WIDTH <= layout.width, "{at:?}");
                    assert!(y >= 0.0 && y + MENU_HEIGHT <= layout.height, "{at:?}");
                    let hidden = x < at.x && at.x < x + MENU_WIDTH;
                    assert!(!hidden || form == Form::Narrow, "{at:?}");
                }
            }
        }
    }
}
