//! Where things are on the stage.
//!
//! Servers stand on an ellipse, the first at the top, clockwise; clients beside it, or below it
//! where the window is narrow. Everything is computed in the units of the drawing, which the
//! browser scales to the window. Pure functions: the same cluster always stands the same way, and a
//! message's place follows from when it was sent, when it is due and what time it is.

use crate::number::real;

pub mod cache;
mod directions;
mod lane;
pub mod locks;

use cache::CachePlaces;
use directions::directions;
pub use lane::Lane;
use lane::shifted;
use locks::Area;

/// A place in the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// A place.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The place at a share of the way to another one.
    #[must_use]
    pub fn towards(self, other: Self, share: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    /// How far it is to another one.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        length(other.x - self.x, other.y - self.y)
    }
}

/// The form of the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Clients stand at the right.
    #[default]
    Wide,
    /// Clients stand at the bottom: for a phone.
    Narrow,
}

/// What a node looks like, as far as lines that end at it are concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Body {
    Disc { centre: Point, radius: f64 },
    Card { centre: Point, half_width: f64, half_height: f64 },
}

impl Body {
    const fn centre(self) -> Point {
        match self {
            Self::Disc { centre, .. } | Self::Card { centre, .. } => centre,
        }
    }

    /// Where a line from the centre to `target` leaves the body.
    fn edge(self, target: Point) -> Point {
        let centre = self.centre();
        let (dx, dy) = (target.x - centre.x, target.y - centre.y);
        let share = match self {
            Self::Disc { radius, .. } => radius / length(dx, dy).max(1.0),
            Self::Card { half_width, half_height, .. } => {
                let across = half_width / dx.abs().max(0.001);
                let along = half_height / dy.abs().max(0.001);
                across.min(along)
            }
        };
        centre.towards(target, share.min(1.0))
    }
}

/// The places of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The form that it was made for.
    pub form: Form,
    /// The width of the drawing.
    pub width: f64,
    /// The height of the drawing.
    pub height: f64,
    /// The radius of a server's disc; its ring lies outside.
    pub radius: f64,
    /// How many log entries are shown under a server.
    pub entries: usize,
    /// The distance from one entry to the next.
    pub entry_pitch: f64,
    /// The width of a client's card.
    pub card_width: f64,
    /// The height of a client's card.
    pub card_height: f64,
    servers: Vec<Point>,
    clients: Vec<Point>,
    /// Who takes part besides: cards of their own sizes.
    others: Vec<Body>,
    /// How many servers make a cluster: those of two clusters have nothing to say to each other.
    cluster: usize,
    /// What else stands on the stage of a lock lab.
    pub locks: Option<LockPlaces>,
    /// What else stands on the stage of a cache lab.
    pub cache: Option<CachePlaces>,
}

/// The parts of a lock lab's stage that are no nodes, or more than that.
#[derive(Clone, Debug, PartialEq)]
pub struct LockPlaces {
    /// The table.
    pub table: Area,
    /// The height of one of its rows.
    pub row: f64,
    /// Where its columns begin: what is locked, who holds it, who waits.
    pub columns: [f64; 3],
    /// Where clients stand.
    pub graph: Area,
    /// The vault.
    pub vault: Area,
}

/// From a disc's edge to the middle of its timer's ring.
pub const RING_GAP: f64 = 6.0;
/// From a disc's edge to the base of the word below it.
pub const LABEL_DROP: f64 = 24.0;
/// From a disc's edge to the top of the log below it.
pub const LOG_DROP: f64 = 31.0;
/// The height of a log entry.
pub const ENTRY_HEIGHT: f64 = 12.0;
/// How far the lanes of the two directions between two nodes lie from the middle.
const LANE_OFFSET: f64 = 4.5;
/// From a body's edge to where lanes begin.
const LANE_GAP: f64 = 11.0;

impl Layout {
    /// The places of so many servers and clients.
    #[must_use]
    pub fn new(servers: u8, clients: u8, form: Form) -> Self {
        let frame = match form {
            Form::Wide => Self::wide_frame(servers),
            Form::Narrow => Self::narrow_frame(servers),
        };
        let placed = frame.with_servers(servers, clients);
        placed.with_clients(clients)
    }

    fn wide_frame(servers: u8) -> Self {
        let (radius, entries) = match servers {
            0..=5 => (42.0, 12),
            6..=7 => (35.0, 12),
            _ => (27.0, 10),
        };
        Self {
            form: Form::Wide,
            width: 976.0,
            height: 412.0,
            radius,
            entries,
            entry_pitch: 10.5,
            card_width: 136.0,
            card_height: 52.0,
            servers: Vec::new(),
            clients: Vec::new(),
            others: Vec::new(),
            cluster: usize::MAX,
            locks: None,
            cache: None,
        }
    }

    fn narrow_frame(servers: u8) -> Self {
        let (radius, entries, height) = match servers {
            0..=5 => (29.0, 8, 352.0),
            6..=7 => (24.0, 7, 404.0),
            _ => (21.0, 6, 462.0),
        };
        Self {
            form: Form::Narrow,
            width: 366.0,
            height,
            radius,
            entries,
            entry_pitch: 9.5,
            card_width: 84.0,
            card_height: 46.0,
            servers: Vec::new(),
            clients: Vec::new(),
            others: Vec::new(),
            cluster: usize::MAX,
            locks: None,
            cache: None,
        }
    }

    /// Half the width of what stands at a server's place: its disc with the ring, or its log.
    fn half_width(&self) -> f64 {
        let log = self.strip_width() / 2.0;
        log.max(self.radius + RING_GAP + 2.0)
    }

    /// How far what stands at a server's place reaches below its centre.
    fn depth(&self) -> f64 {
        self.radius + LOG_DROP + ENTRY_HEIGHT
    }

    /// The width of a server's log.
    #[must_use]
    pub fn strip_width(&self) -> f64 {
        self.entry_pitch * real(self.entries as u64)
    }

    /// How many servers there are.
    #[must_use]
    pub const fn server_count(&self) -> usize {
        self.servers.len()
    }

    /// The box that the servers' centres may use: left, top, right, bottom.
    fn ring_box(&self, clients: u8) -> [f64; 4] {
        let side = self.half_width() + 4.0;
        let top = self.radius + RING_GAP + 8.0;
        let (taken_right, taken_below) = match (clients, self.form) {
            (0, _) => (0.0, 0.0),
            (_, Form::Wide) => (self.card_width + 16.0, 0.0),
            (_, Form::Narrow) => (0.0, self.card_height + 12.0),
        };
        let right = self.width - taken_right - side;
        [side, top, right, self.height - taken_below - self.depth() - 4.0]
    }

    fn with_servers(mut self, servers: u8, clients: u8) -> Self {
        let [left, top, right, bottom] = self.ring_box(clients);
        let centre_x = f64::midpoint(left, right);
        if servers == 1 {
            self.servers = vec![Point::new(centre_x, f64::midpoint(top, bottom))];
            return self;
        }
        let directions = directions(servers);
        let up = directions.iter().map(|(_, y)| -y).fold(0.0, f64::max);
        let down = directions.iter().map(|(_, y)| *y).fold(0.0, f64::max);
        let wanted = match self.form {
            Form::Wide => 185.0 + 17.5 * f64::from(servers),
            Form::Narrow => f64::INFINITY,
        };
        let across = (right - left).min(2.0 * wanted) / 2.0;
        // Two servers stand side by side: their ellipse is flat.
        let along = if up + down < 0.01 { 0.0 } else { (bottom - top) / (up + down) };
        let centre_y = if along == 0.0 { f64::midpoint(top, bottom) } else { top + along * up };
        let place = |(x, y): &(f64, f64)| Point::new(centre_x + across * x, centre_y + along * y);
        self.servers = directions.iter().map(place).collect();
        self
    }

    fn with_clients(mut self, clients: u8) -> Self {
        let count = f64::from(clients);
        let place = |client: u8| {
            let nth = f64::from(client) + 0.5;
            match self.form {
                Form::Wide => {
                    let pitch = (self.height / count).min(96.0);
                    let top = (self.height - pitch * count) / 2.0;
                    Point::new(self.width - self.card_width / 2.0 - 2.0, top + pitch * nth)
                }
                Form::Narrow => {
                    let pitch = self.width / count;
                    Point::new(pitch * nth, self.height - self.card_height / 2.0 - 2.0)
                }
            }
        };
        self.clients = (0..clients).map(place).collect();
        self
    }

    /// Where a node stands. Nodes are numbered as in the kernel: servers, then clients.
    #[must_use]
    pub fn place(&self, node: usize) -> Point {
        self.body(node).centre()
    }

    /// The node that stands at a place, with its ring.
    #[must_use]
    pub fn node_at(&self, place: Point) -> Option<usize> {
        let nodes = self.servers.len() + self.clients.len() + self.others.len();
        (0..nodes).find(|node| match self.body(*node) {
            Body::Disc { centre, radius } => centre.distance(place) <= radius.max(22.0) + RING_GAP,
            Body::Card { centre, half_width, half_height } => {
                (centre.x - place.x).abs() <= half_width
                    && (centre.y - place.y).abs() <= half_height
            }
        })
    }

    fn body(&self, node: usize) -> Body {
        let servers = self.servers.len();
        match self.servers.get(node) {
            Some(centre) => Body::Disc { centre: *centre, radius: self.radius },
            None => match self.clients.get(node - servers) {
                Some(centre) => Body::Card {
                    centre: *centre,
                    half_width: self.card_width / 2.0,
                    half_height: self.card_height / 2.0,
                },
                None => self.others[node - servers - self.clients.len()],
            },
        }
    }

    /// Whether two nodes have something to say to each other: clients have nothing, but to servers
    /// and to the vault.
    #[must_use]
    pub const fn talk(&self, one: usize, other: usize) -> bool {
        let (low, high) = if one < other { (one, other) } else { (other, one) };
        if let Some(places) = &self.cache {
            return low < places.caches;
        }
        let servers = self.servers.len();
        let clients = servers + self.clients.len();
        if high < servers {
            low / self.cluster == high / self.cluster
        } else {
            low < servers || low < clients && high == clients
        }
    }

    /// The line between two nodes, as far as it lies outside both.
    #[must_use]
    pub fn link(&self, from: usize, to: usize) -> Lane {
        if self.cache.is_some() {
            return self.cache_lane(from, to, 0.0);
        }
        let (from, to) = (self.body(from), self.body(to));
        Lane::straight(from.edge(to.centre()), to.edge(from.centre()))
    }

    /// Where messages of one direction fly: beside the middle, on the right as one looks ahead, so
    /// that what goes and what comes do not meet.
    #[must_use]
    pub fn lane(&self, from: usize, to: usize) -> Lane {
        if self.cache.is_some() {
            return self.cache_lane(from, to, 1.0);
        }
        shifted(self.link(from, to), LANE_OFFSET, LANE_GAP)
    }
}

fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rectangle = [f64; 4];

    fn all_layouts() -> impl Iterator<Item = (Layout, u8, u8)> {
        [Form::Wide, Form::Narrow].into_iter().flat_map(|form| {
            (1..=9).flat_map(move |servers| {
                (0..=4).map(move |clients| (Layout::new(servers, clients, form), servers, clients))
            })
        })
    }

    /// What is drawn at a node's place, as rectangles.
    fn boxes(layout: &Layout, node: usize) -> Vec<Rectangle> {
        match layout.body(node) {
            Body::Disc { centre: Point { x, y }, radius } => {
                let reach = radius + RING_GAP;
                let half = layout.strip_width() / 2.0;
                let top = y + radius + LOG_DROP - 12.0;
                vec![
                    [x - reach, y - reach, x + reach, y + reach],
                    [x - half, top, x + half, top + 12.0 + ENTRY_HEIGHT],
                ]
            }
            Body::Card { centre: Point { x, y }, half_width, half_height } => {
                vec![[x - half_width, y - half_height, x + half_width, y + half_height]]
            }
        }
    }

    fn overlap(one: &Rectangle, other: &Rectangle) -> bool {
        one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
    }

    #[test]
    fn nothing_overlaps_and_nothing_leaves_the_drawing_in_any_cluster() {
        for (layout, servers, clients) in all_layouts() {
            let nodes = usize::from(servers + clients);
            let what = format!("{servers} servers, {clients} clients, {:?}", layout.form);
            for one in 0..nodes {
                for [left, top, right, bottom] in boxes(&layout, one) {
                    assert!(left >= 0.0 && top >= 0.0, "{what}: {one} sticks out");
                    assert!(right <= layout.width && bottom <= layout.height, "{what}: {one}");
                }
                for other in one + 1..nodes {
                    let others = boxes(&layout, other);
                    let hit =
                        boxes(&layout, one).iter().any(|a| others.iter().any(|b| overlap(a, b)));
                    assert!(!hit, "{what}: {one} and {other} overlap");
                }
            }
        }
    }

    #[test]
    fn the_lanes_of_two_directions_run_side_by_side() {
        let layout = Layout::new(5, 1, Form::Wide);
        let (out, back) = (layout.lane(0, 2), layout.lane(2, 0));
        let apart = out.at(0.5).distance(back.at(0.5));
        assert!((apart - 2.0 * LANE_OFFSET).abs() < 0.01, "{apart}");
    }

    #[test]
    fn a_lane_ends_outside_both_bodies() {
        let layout = Layout::new(5, 1, Form::Wide);
        for (from, to) in [(0, 3), (2, 0), (5, 1), (1, 5)] {
            let Lane { from: start, to: end, .. } = layout.lane(from, to);
            for (node, point) in [(from, start), (to, end)] {
                let edge = layout.body(node).edge(point);
                let centre = layout.place(node);
                assert!(centre.distance(point) > centre.distance(edge), "{from} to {to}");
            }
        }
    }

    #[test]
    fn a_message_flies_from_its_sender_to_its_receiver() {
        let lane = Layout::new(3, 0, Form::Wide).lane(0, 1);
        assert_eq!(lane.at(0.0), lane.from);
        assert_eq!(lane.at(1.0), lane.to);
        assert_eq!(lane.behind(0.0, 14.0), lane.from);
    }
}
