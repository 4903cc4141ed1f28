//! What can happen to the diagram.

use lockstep_core::sim::network::MessageId;

use super::filter::Group;

/// A finger or the pointer, on the diagram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch {
    /// Which one: fingers differ.
    pub id: i32,
    /// Where, in pixels from the left of the lanes.
    pub x: f64,
    /// Where, in pixels from the top of the ruler.
    pub y: f64,
    /// How near something must be to be meant, in pixels.
    pub reach: f64,
}

/// Something that happens to the diagram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DiagramAction {
    /// The lanes are so many pixels wide.
    Measured(u32),
    /// A button or a finger goes down; with `pans`, to move the window and not the cursor.
    Press(Touch, bool),
    /// The pointer or a finger moves.
    Move(Touch),
    /// A button or a finger goes up.
    Release(Touch),
    /// The pointer has left.
    Leave,
    /// A message is pointed at elsewhere, or none any more.
    Light(Option<MessageId>),
    /// The window becomes so many times as long; the place that stays, in pixels, if not the
    /// cursor's.
    Zoom(f64, Option<f64>),
    /// The window moves by a share of its length.
    Pan(f64),
    /// The whole run is shown.
    Whole,
    /// The diagram becomes taller by so many pixels, or lower where negative.
    Taller(i32),
    /// Messages are drawn, or no longer.
    Messages,
    /// A group of messages is drawn, or no longer.
    Group(Group),
    /// The next event of the lane is selected, or the one before where negative.
    Walk(i8),
    /// The cursor goes to the moment of what is selected.
    GoTo,
}
