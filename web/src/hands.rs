//! What a person has in hand on the stage: a menu at a message, a line that is being drawn.
//!
//! Pure: where a pointer is comes in as a place of the drawing, and what it means is decided from
//! the layout and from what is drawn.

use lockstep_core::lab::raft::view::{MessageView, RaftView};
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::network::MessageId;
use lockstep_core::sim::process::NodeId;

use lockstep_core::sim::time::LONGEST_RUN_US;

use crate::crowd::nearest;
use crate::geometry::{Form, Lane, Layout, Point};
use crate::history::Picked;
use crate::number::{fraction, microseconds, real};

/// What a person has in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hands {
    /// The message whose menu is open.
    pub menu: Option<MessageId>,
    /// Whether links are cut in one direction.
    pub one_way: bool,
    /// What is being dragged.
    pub drag: Option<Drag>,
}

/// Something that a hand does. Places are those of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hand {
    /// A timer of a node runs out now.
    Fire(NodeId, Timer),
    /// A slice of the clients' history is judged.
    Judge,
    /// An operation is looked at, or none.
    Pick(Option<Picked>),
    /// The menu of a message opens.
    Menu(MessageId),
    /// A link that is cut is healed.
    Heal {
        /// The sending end.
        from: NodeId,
        /// The receiving end.
        to: NodeId,
        /// Whether the opposite direction is healed too.
        both_ways: bool,
    },
    /// A pointer is pressed somewhere.
    Press(Point),
    /// It is dragged, with the key for one direction held down or not.
    Drag(Point, bool),
    /// It is let go.
    Drop,
    /// The browser has taken it for something else.
    Lost,
}

/// What a pointer has hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// A message on its way.
    Message(MessageId),
    /// A server or a client.
    Node(NodeId),
    /// Nothing: a line is drawn.
    Stage,
}

/// A drag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drag {
    /// What the pointer has hold of.
    pub grip: Grip,
    /// Where it was pressed.
    pub start: Point,
    /// Where it is.
    pub at: Point,
    /// Whether it has gone so far that it is no click.
    pub moved: bool,
    /// Whether a link is cut in one direction.
    pub one_way: bool,
}

/// What letting go would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Nothing.
    Nothing,
    /// A link is cut.
    Cut {
        /// The sending end.
        from: NodeId,
        /// The receiving end.
        to: NodeId,
        /// Whether the opposite direction is cut too.
        both_ways: bool,
    },
    /// The servers are parted.
    Part(Vec<NodeId>, Vec<NodeId>),
    /// A message arrives now.
    Deliver(MessageId),
    /// A message takes so much longer, in microseconds.
    Delay(MessageId, u64),
}

/// A pointer that has not gone so far is a click.
const CLICK: f64 = 7.0;
/// A line that is shorter parts nobody.
const SHORTEST_LINE: f64 = 40.0;
/// How far from its middle a message can be taken hold of.
pub const REACH: f64 = 14.0;
/// From here on a message is as good as delivered.
const ARRIVES: f64 = 0.95;

impl Aim {
    /// Whether a node is part of it.
    #[must_use]
    pub fn concerns(&self, node: NodeId) -> bool {
        match self {
            Self::Cut { from, to, .. } => [*from, *to].contains(&node),
            Self::Part(one, _) => one.contains(&node),
            Self::Nothing | Self::Deliver(_) | Self::Delay(..) => false,
        }
    }
}

impl Drag {
    /// A pointer is pressed.
    #[must_use]
    pub fn begin(view: &RaftView, layout: &Layout, start: Point) -> Self {
        let node = layout.node_at(start).and_then(|node| u8::try_from(node).ok());
        let grip = match (nearest(view, layout, start), node) {
            (Some(message), _) => Grip::Message(message),
            (None, Some(node)) => Grip::Node(NodeId(node)),
            (None, None) => Grip::Stage,
        };
        Self { grip, start, at: start, moved: false, one_way: false }
    }

    /// It goes on.
    pub fn go(&mut self, at: Point, one_way: bool) {
        self.at = at;
        self.one_way = one_way;
        self.moved |= self.start.distance(at) > CLICK;
    }

    /// What letting go here would come to.
    #[must_use]
    pub fn aim(&self, view: &RaftView, layout: &Layout) -> Aim {
        match self.grip {
            _ if !self.moved => Aim::Nothing,
            Grip::Node(from) => {
                let other = layout
                    .node_at(self.at)
                    .filter(|other| *other != from.index() && layout.talk(from.index(), *other));
                let to = other.and_then(|other| u8::try_from(other).ok()).map(NodeId);
                to.map_or(Aim::Nothing, |to| Aim::Cut { from, to, both_ways: !self.one_way })
            }
            Grip::Stage if self.start.distance(self.at) < SHORTEST_LINE => Aim::Nothing,
            Grip::Stage => {
                let line = Lane::straight(self.start, self.at);
                let servers = view.servers.iter().map(|server| server.node);
                let caches = view.cache.iter().flat_map(|cache| cache.nodes());
                let (one, other): (Vec<_>, Vec<_>) = servers
                    .chain(caches)
                    .partition(|node| line.side(layout.place(node.index())) < 0.0);
                let parts = !one.is_empty() && !other.is_empty();
                if parts { Aim::Part(one, other) } else { Aim::Nothing }
            }
            Grip::Message(id) => self.aim_message(view, layout, id),
        }
    }

    /// A message that is dragged to its receiver arrives; one that is dragged back takes so much
    /// longer that it is there only now.
    fn aim_message(&self, view: &RaftView, layout: &Layout, id: MessageId) -> Aim {
        let message = view.messages.iter().find(|message| message.id == id);
        let Some(message) = message else { return Aim::Nothing };
        let (from, to) = (id.from.index(), id.to.index());
        let share = layout.lane(from, to).nearest(self.at).max(0.02);
        if share >= ARRIVES || layout.node_at(self.at) == Some(to) {
            return Aim::Deliver(id);
        }
        let now_us = message.held_us.unwrap_or(view.time_us);
        let gone_us = real(now_us.saturating_sub(message.sent_us));
        let due_us = message.sent_us + microseconds(gone_us / share);
        match due_us.saturating_sub(message.due_us.max(view.time_us)) {
            0 => Aim::Nothing,
            by_us => Aim::Delay(id, by_us.min(LONGEST_RUN_US)),
        }
    }
}

/// Where a message is drawn.
#[must_use]
pub fn place(message: &MessageView, layout: &Layout, now_us: u64) -> Point {
    let (from, to) = (message.id.from.index(), message.id.to.index());
    layout.lane(from, to).at(share(message, now_us))
}

/// The place of the drawing under a pointer. The drawing is as large as its box lets it be, and in
/// the middle of it: `area` is the box's left, top, width and height in the window.
#[must_use]
pub fn in_drawing(layout: &Layout, area: [f64; 4], x: f64, y: f64) -> Point {
    let [left, top, width, height] = area;
    let scale = (width / layout.width).min(height / layout.height).max(0.001);
    let margin = |whole: f64, used: f64| (whole - used * scale) / 2.0;
    Point::new(
        (x - left - margin(width, layout.width)) / scale,
        (y - top - margin(height, layout.height)) / scale,
    )
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
pub(crate) mod tests {
    use super::*;
    use lockstep_core::scenario::gallery::Story;
    use lockstep_core::sim::run::Goal;
    use lockstep_core::sim::time::Moment;

    /// Five servers and a client, while the first candidate's requests are on their way.
    pub(crate) fn seen() -> (RaftView, Layout) {
        let mut session = Story::ALL[0].scenario().open();
        session.go(Goal::Moment(Moment::after(203_000)));
        let names = session.names();
        (session.view(8), Layout::new(names.servers, names.clients, Form::Wide))
    }

    fn dragged(view: &RaftView, layout: &Layout, from: Point, to: Point) -> Aim {
        let mut drag = Drag::begin(view, layout, from);
        drag.go(to, false);
        drag.aim(view, layout)
    }

    #[test]
    fn from_one_node_to_another_a_link_is_cut_and_elsewhere_nothing() {
        let (view, layout) = seen();
        let place = |node| layout.place(node);
        let cut = Aim::Cut { from: NodeId(0), to: NodeId(3), both_ways: true };
        assert_eq!(dragged(&view, &layout, place(0), place(3)), cut);
        let mut drag = Drag::begin(&view, &layout, place(0));
        drag.go(place(5), true);
        let one_way = Aim::Cut { from: NodeId(0), to: NodeId(5), both_ways: false };
        assert_eq!(drag.aim(&view, &layout), one_way, "to a client, in one direction");
        drag.go(Point::new(1.0, 1.0), false);
        assert_eq!(drag.aim(&view, &layout), Aim::Nothing);
        drag.go(place(0), false);
        assert_eq!(drag.aim(&view, &layout), Aim::Nothing, "back where it came from");
        let still = Drag::begin(&view, &layout, place(0));
        assert_eq!((still.grip, still.moved), (Grip::Node(NodeId(0)), false), "a click");
    }

    #[test]
    fn a_line_across_the_ring_parts_the_servers_on_its_two_sides() {
        let (view, layout) = seen();
        let servers = 0..view.servers.len();
        // Between the second and the third, to between the fifth and the first.
        let middle = |one, other| layout.place(one).towards(layout.place(other), 0.5);
        let (start, end) = (middle(1, 2), middle(4, 0));
        let Aim::Part(mut one, mut other) = dragged(&view, &layout, start, end) else {
            panic!("it parts them")
        };
        if one.len() > other.len() {
            (one, other) = (other, one);
        }
        assert_eq!(
            (one, other),
            (vec![NodeId(0), NodeId(1)], vec![NodeId(2), NodeId(3), NodeId(4)])
        );
        // The same whichever way it is drawn, and never both sides for a line that misses all.
        assert!(matches!(dragged(&view, &layout, end, start), Aim::Part(..)));
        let corner = Point::new(2.0, 2.0);
        assert_eq!(dragged(&view, &layout, corner, Point::new(2.0, 300.0)), Aim::Nothing);
        let short = Point::new(start.x + 12.0, start.y);
        assert_eq!(dragged(&view, &layout, start, short), Aim::Nothing);
        assert!(servers.len() == 5);
    }

    #[test]
    fn a_message_is_dragged_on_to_arrive_and_back_to_take_longer() {
        let (view, layout) = seen();
        let message = &view.messages[0];
        let lane = layout.lane(message.id.from.index(), message.id.to.index());
        let now = share(message, view.time_us);
        let start = lane.at(now);
        assert_eq!(Drag::begin(&view, &layout, start).grip, Grip::Message(message.id));
        assert_eq!(dragged(&view, &layout, start, lane.to), Aim::Deliver(message.id));
        let receiver = layout.place(message.id.to.index());
        assert_eq!(dragged(&view, &layout, start, receiver), Aim::Deliver(message.id));
        let Aim::Delay(id, by_us) = dragged(&view, &layout, start, lane.at(now / 2.0)) else {
            panic!("it takes longer")
        };
        // Where half of the way has been gone by now, the whole takes twice as long.
        let whole_us = message.due_us - message.sent_us;
        assert_eq!(id, message.id);
        assert!(by_us.abs_diff(whole_us) <= 2, "{by_us} {whole_us}");
    }

    #[test]
    fn a_pointer_is_where_the_drawing_shows_it() {
        let layout = Layout::new(5, 1, Form::Wide);
        let (width, height) = (layout.width, layout.height);
        let middle = Point::new(width / 2.0, height / 2.0);
        for area in [
            [10.0, 20.0, width, height],
            [0.0, 0.0, width * 2.0, height],
            [5.0, 7.0, width / 2.0, height * 3.0],
        ] {
            let [left, top, wide, high] = area;
            let found = in_drawing(&layout, area, left + wide / 2.0, top + high / 2.0);
            assert!(found.distance(middle) < 0.001, "{found:?}");
        }
        let corner = in_drawing(&layout, [10.0, 20.0, width * 2.0, height * 2.0], 10.0, 20.0);
        assert!(corner.distance(Point::new(0.0, 0.0)) < 0.001);
    }

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
