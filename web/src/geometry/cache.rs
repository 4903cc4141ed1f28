//! Where things are on the stage of the cache lab.
//!
//! Caches stand in a row, and below them the homes, or the bus: as in every textbook, since
//! requests go down and answers come up. Between the two rows is room for messages. What one cache
//! sends to another flies in an arc below the row, so that it crosses no card. The state diagram
//! stands beside all that, and below it what is under way. On a phone everything stands in one
//! column; more than four caches stand above and below the homes.

use lockstep_core::cache::address::Line;

use super::lane::shifted;
use super::locks::Area;
use super::{Body, Form, LANE_GAP, Lane, Layout, Point};
use crate::number::real;

/// Who and what takes part in a cache lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cast {
    /// How many caches.
    pub caches: u8,
    /// How many homes; none on a bus.
    pub homes: u8,
    /// How many lines.
    pub lines: u8,
}

/// The parts of a cache lab's stage that are no nodes, or more than that.
#[derive(Clone, Debug, PartialEq)]
pub struct CachePlaces {
    /// How many caches there are.
    pub caches: usize,
    /// How many lines are shown in a cache.
    pub rows: usize,
    /// The height of one of them.
    pub row: f64,
    /// How many lines are shown in a home.
    pub home_rows: usize,
    /// The height of one of them.
    pub home_row: f64,
    /// From the top of a home's card to its first line.
    pub home_head: f64,
    /// Where the state diagram is.
    pub diagram: Area,
    /// Where the list of what is under way is.
    pub transactions: Area,
}

/// From the top of a cache's card to its first line.
pub const CACHE_HEAD: f64 = 48.0;
/// From the top of a home's card to its first line, where its columns have heads.
const HOME_HEAD: f64 = 42.0;
/// The same where there are none.
const PLAIN_HOME_HEAD: f64 = 28.0;
/// What a card that has no room for all its lines has below them, to say so.
const MORE: f64 = 14.0;
/// Between the caches and what is below them.
const FLIGHT: f64 = 92.0;
/// Between two cards.
const GAP: f64 = 8.0;
/// A home that is so wide has a column for each thing, a narrower one two lines a row.
pub const COLUMNS_FROM: f64 = 420.0;
/// What stands beside the caches: how wide it is.
const BESIDE: f64 = 284.0;
/// How far the lanes of the two directions between a cache and a home lie from the middle.
const OFFSET: f64 = 7.0;
/// With more caches than this the drawing is wider and lower, so that all of it is shown larger,
/// and the diagram is narrower.
const ROOMY: u8 = 5;
/// On a phone: what is left free at both sides.
const MARGIN: f64 = 12.0;
/// On a phone: the height of a row, so that a finger finds it; a hair of it is the gap to the next.
pub const FINGER: f64 = 45.0;
/// How many caches stand in a row on a phone.
const IN_A_ROW: u8 = 4;

impl Cast {
    /// How many lines the home with the most has.
    fn most_lines(self) -> usize {
        let of_home = |home| {
            let lines = (0..self.lines).map(Line);
            lines.filter(|line| line.home(self.homes) == home).count()
        };
        match self.homes {
            0 | 1 => usize::from(self.lines),
            homes => (0..homes).map(of_home).max().unwrap_or(0),
        }
    }
}

impl Layout {
    /// The places of a cache lab.
    #[must_use]
    pub fn of_cache(cast: Cast, form: Form) -> Self {
        match form {
            Form::Wide => Self::wide_cache(cast),
            Form::Narrow => Self::narrow_cache(cast),
        }
    }

    fn cache_frame(form: Form, width: f64) -> Self {
        Self {
            form,
            width,
            height: 0.0,
            radius: 0.0,
            entries: 0,
            entry_pitch: 0.0,
            card_width: 0.0,
            card_height: 0.0,
            servers: Vec::new(),
            clients: Vec::new(),
            others: Vec::new(),
            cluster: usize::MAX,
            locks: None,
            cache: None,
        }
    }

    fn wide_cache(cast: Cast) -> Self {
        let is_roomy = cast.caches <= ROOMY;
        let mut layout = Self::cache_frame(Form::Wide, if is_roomy { 976.0 } else { 1060.0 });
        let beside = if is_roomy { BESIDE } else { BESIDE - 30.0 };
        let width = layout.width - beside - 16.0;
        let rows = usize::from(cast.lines).min(if is_roomy { 4 } else { 3 });
        let row = 26.0;
        let height = CACHE_HEAD + row * real(rows as u64) + 4.0 + more(cast.lines.into(), rows);
        let top = Area::new(0.5, 0.5, width - 1.0, height);
        layout.others.extend(columns(top, cast.caches, 190.0));
        let homes = cast.homes.max(1);
        let (home_row, most) = match (homes, is_roomy) {
            (1, true) => (23.0, 5),
            (1, false) => (23.0, 4),
            (_, true) => (34.0, 3),
            (_, false) => (32.0, 2),
        };
        let home_rows = cast.most_lines().min(most);
        let home_width = (width - 1.0 + GAP) / f64::from(homes) - GAP;
        let home_head = if home_width < COLUMNS_FROM { PLAIN_HOME_HEAD } else { HOME_HEAD };
        let height = home_head
            + home_row * real(home_rows as u64)
            + 6.0
            + more(cast.most_lines(), home_rows);
        let homes_area = Area::new(0.5, top.bottom() + FLIGHT, width - 1.0, height);
        layout.others.extend(columns(homes_area, homes, f64::INFINITY));
        let least = if is_roomy { 382.0 } else { 340.0 };
        let diagram = Area::new(width + 16.0, 0.0, beside, least - 100.0);
        let bottom = (homes_area.bottom() + 1.0).max(least);
        let from = diagram.bottom() + 10.0;
        let transactions = Area::new(diagram.left, from, beside, bottom - from);
        layout.height = bottom + 1.0;
        layout.cache = Some(CachePlaces {
            caches: usize::from(cast.caches),
            rows,
            row,
            home_rows,
            home_row,
            home_head,
            diagram,
            transactions,
        });
        layout
    }

    fn narrow_cache(cast: Cast) -> Self {
        let mut layout = Self::cache_frame(Form::Narrow, 366.0);
        let width = layout.width - MARGIN * 2.0;
        let rows = usize::from(cast.lines).min(4);
        let row = FINGER;
        let height = CACHE_HEAD + row * real(rows as u64) + 4.0 + more(cast.lines.into(), rows);
        let (upper, lower) = (cast.caches.min(IN_A_ROW), cast.caches.saturating_sub(IN_A_ROW));
        let top = Area::new(MARGIN, 0.5, width, height);
        layout.others.extend(columns(top, upper, f64::INFINITY));
        let homes = cast.homes.max(1);
        let home_row = FINGER;
        let home_rows = cast.most_lines().min(if homes == 1 { 4 } else { 2 });
        let home_head = PLAIN_HOME_HEAD;
        let height = home_head
            + home_row * real(home_rows as u64)
            + 6.0
            + more(cast.most_lines(), home_rows);
        let first = Area::new(MARGIN, top.bottom() + FLIGHT, width, height);
        let second = Area { top: first.bottom() + GAP, ..first };
        // Homes come after all caches.
        let (front, back) = (homes.min(2), homes.saturating_sub(2));
        let homes_end = if back > 0 { second.bottom() } else { first.bottom() };
        let mut bottom = homes_end;
        if lower > 0 {
            let area = Area { top: homes_end + FLIGHT, ..top };
            layout.others.extend(columns(area, lower, f64::INFINITY));
            bottom = area.bottom();
        }
        layout.others.extend(columns(first, front, f64::INFINITY));
        layout.others.extend(columns(second, back, f64::INFINITY));
        let diagram = Area::new(MARGIN, bottom + 12.0, width, 300.0);
        let listed = 20.0 + 3.0 * FINGER;
        let transactions = Area::new(MARGIN, diagram.bottom() + 10.0, width, listed);
        layout.height = transactions.bottom() + 1.0;
        layout.cache = Some(CachePlaces {
            caches: usize::from(cast.caches),
            rows,
            row,
            home_rows,
            home_row,
            home_head,
            diagram,
            transactions,
        });
        layout
    }

    /// The card of a node.
    #[must_use]
    pub fn card(&self, node: usize) -> Area {
        match self.body(node) {
            Body::Card { centre, half_width, half_height } => Area::new(
                centre.x - half_width,
                centre.y - half_height,
                half_width * 2.0,
                half_height * 2.0,
            ),
            Body::Disc { centre, radius } => {
                Area::new(centre.x - radius, centre.y - radius, radius * 2.0, radius * 2.0)
            }
        }
    }

    /// The line between two nodes of a cache lab; `beside`: how far to the right of its middle, as
    /// one looks ahead, and so far from both ends.
    pub(super) fn cache_lane(&self, from: usize, to: usize, beside: f64) -> Lane {
        let caches = self.cache.as_ref().map_or(0, |places| places.caches);
        let (one, other) = (self.card(from), self.card(to));
        if from < caches && to < caches && whole_same(one.top, other.top) {
            return self.arc(one, other, beside);
        }
        // A cache's end is below its middle, or above it; a home's is spread over its whole width,
        // so that lines to several caches do not meet there.
        let spread = |cache: Area, home: Area| {
            let share = cache.middle() / self.row_width();
            home.left + 16.0 + share.clamp(0.0, 1.0) * (home.width - 32.0)
        };
        let (from_x, to_x) = match (from < caches, to < caches) {
            (true, false) => (one.middle(), spread(one, other)),
            (false, true) => (spread(other, one), other.middle()),
            _ => (one.middle(), other.middle()),
        };
        let (from_y, to_y) = if one.bottom() <= other.top {
            (one.bottom(), other.top)
        } else {
            (one.top, other.bottom())
        };
        let (from, to) = (Point::new(from_x, from_y), Point::new(to_x, to_y));
        let gap = if beside > 0.0 { LANE_GAP } else { 0.0 };
        shifted(Lane::straight(from, to), beside * OFFSET, gap)
    }

    /// From one card of a row to another: below the row, or above it where that is the lower one.
    fn arc(&self, one: Area, other: Area, beside: f64) -> Lane {
        let homes = self.card(self.cache.as_ref().map_or(0, |places| places.caches));
        let below = one.top < homes.top;
        let (y, down) = if below { (one.bottom(), 1.0) } else { (one.top, -1.0) };
        let ahead = if one.left < other.left { 1.0 } else { -1.0 };
        let far = (one.left - other.left).abs() / (one.width + GAP);
        // What goes to the right hangs lower than what goes to the left.
        let lower = if ahead > 0.0 { 9.0 } else { 0.0 };
        let sag = (24.0 + 9.0 * far).min(FLIGHT - 37.0) + lower * beside;
        let reach = (one.width * 0.22).min(24.0) * ahead;
        let gap = LANE_GAP * beside * down;
        let from = Point::new(one.middle() + reach, y + gap);
        let to = Point::new(other.middle() - reach, y + gap);
        // A bent line comes half as near to the place that draws it.
        let via = Point::new(f64::midpoint(from.x, to.x), y + down * sag * 2.0 - gap);
        Lane { from, to, via: Some(via) }
    }

    /// How wide the row of caches is.
    fn row_width(&self) -> f64 {
        match self.form {
            Form::Narrow => self.width,
            Form::Wide => {
                let caches = self.cache.as_ref().map_or(1, |places| places.caches);
                let last = self.card(caches - 1);
                last.left + last.width
            }
        }
    }
}

impl Area {
    /// The middle of its width.
    #[must_use]
    pub fn middle(self) -> f64 {
        self.left + self.width / 2.0
    }
}

/// The room below the lines of a card in which it is said that there are more.
fn more(lines: usize, rows: usize) -> f64 {
    if lines > rows { MORE } else { 0.0 }
}

fn whole_same(one: f64, other: f64) -> bool {
    (one - other).abs() < 1.0
}

/// So many cards beside each other, none wider than that.
fn columns(area: Area, count: u8, widest: f64) -> Vec<Body> {
    let pitch = (area.width + GAP) / f64::from(count.max(1));
    let width = (pitch - GAP).min(widest);
    let card = |nth: u8| {
        let middle = area.left + pitch * f64::from(nth) + (pitch - GAP) / 2.0;
        Area { left: middle - width / 2.0, width, ..area }.card()
    };
    (0..count).map(card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layouts() -> impl Iterator<Item = (Cast, Layout)> {
        let casts = (2..=8_u8).flat_map(|caches| {
            (0..=4_u8)
                .flat_map(move |homes| [1, 4, 16, 64].map(|lines| Cast { caches, homes, lines }))
        });
        casts.flat_map(|cast| {
            [Form::Wide, Form::Narrow].map(|form| (cast, Layout::of_cache(cast, form)))
        })
    }

    fn apart(one: Area, other: Area) -> bool {
        let across = one.left + one.width <= other.left || other.left + other.width <= one.left;
        across || one.bottom() <= other.top || other.bottom() <= one.top
    }

    #[test]
    fn nothing_overlaps_and_nothing_leaves_the_drawing_in_any_cache_lab() {
        for (cast, layout) in layouts() {
            let places = layout.cache.as_ref().expect("it is a cache lab");
            let nodes = usize::from(cast.caches + cast.homes.max(1));
            let cards = (0..nodes).map(|node| layout.card(node));
            let all: Vec<Area> = cards.chain([places.diagram, places.transactions]).collect();
            for (nth, one) in all.iter().enumerate() {
                let what = format!("{cast:?} {:?}: {nth}", layout.form);
                assert!(one.left >= 0.0 && one.top >= 0.0, "{what} sticks out");
                assert!(one.left + one.width <= layout.width + 0.1, "{what} sticks out");
                assert!(one.bottom() <= layout.height, "{what} sticks out");
                assert!(one.width > 40.0 && one.height > 40.0, "{what} is too small");
                let free = all[nth + 1..].iter().all(|other| apart(*one, *other));
                assert!(free, "{what} overlaps another");
            }
        }
    }

    #[test]
    fn what_flies_between_caches_stays_between_the_rows() {
        for (cast, layout) in layouts() {
            for from in 0..usize::from(cast.caches) {
                for to in (0..usize::from(cast.caches)).filter(|to| *to != from) {
                    let (one, other) = (layout.card(from), layout.card(to));
                    if !whole_same(one.top, other.top) {
                        continue;
                    }
                    let middle = layout.lane(from, to).at(0.5);
                    let off = if middle.y > one.bottom() {
                        middle.y - one.bottom()
                    } else {
                        one.top - middle.y
                    };
                    assert!((20.0..FLIGHT - 12.0).contains(&off), "{cast:?}: {off}");
                }
            }
        }
    }

    #[test]
    fn the_two_directions_between_any_two_nodes_are_apart() {
        for (cast, layout) in layouts() {
            let (caches, nodes) =
                (usize::from(cast.caches), usize::from(cast.caches + cast.homes.max(1)));
            for from in 0..caches {
                for to in (0..nodes).filter(|to| *to != from) {
                    let (out, back) = (layout.lane(from, to), layout.lane(to, from));
                    let apart = out.at(0.5).distance(back.at(0.5));
                    assert!(apart > 6.0, "{cast:?} {from} {to}: {apart}");
                }
            }
        }
    }
}
