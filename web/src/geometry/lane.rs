//! The lines on which messages fly: straight ones, and arcs between cards of one row.

use super::Point;

/// A line on which messages of one direction fly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lane {
    /// Where they leave.
    pub from: Point,
    /// Where they arrive.
    pub to: Point,
    /// The place that bends the line, where it is not straight.
    pub via: Option<Point>,
}

impl Lane {
    /// A straight line.
    #[must_use]
    pub const fn straight(from: Point, to: Point) -> Self {
        Self { from, to, via: None }
    }

    /// The place at a share of the way.
    #[must_use]
    pub fn at(self, share: f64) -> Point {
        match self.via {
            None => self.from.towards(self.to, share),
            Some(via) => self.from.towards(via, share).towards(via.towards(self.to, share), share),
        }
    }

    /// The share of the way at which the line comes nearest to a place: 0 to 1.
    #[must_use]
    pub fn nearest(self, place: Point) -> f64 {
        if self.via.is_some() {
            let far = |nth: &u8| self.at(f64::from(*nth) / 40.0).distance(place);
            let near = (0..=40_u8).min_by(|one, other| far(one).total_cmp(&far(other)));
            return f64::from(near.unwrap_or(0)) / 40.0;
        }
        let (x, y) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let along = (place.x - self.from.x) * x + (place.y - self.from.y) * y;
        (along / (x * x + y * y).max(1.0)).clamp(0.0, 1.0)
    }

    /// On which side of the line a place lies: right of it, as one looks ahead, is positive.
    #[must_use]
    pub fn side(self, place: Point) -> f64 {
        (self.to.x - self.from.x) * (place.y - self.from.y)
            - (self.to.y - self.from.y) * (place.x - self.from.x)
    }

    /// A stroke across the line, `ahead` of a share of the way, reaching so far to either side.
    #[must_use]
    pub fn across(self, share: f64, ahead: f64, reach: f64) -> [Point; 2] {
        let whole = self.from.distance(self.to).max(1.0);
        let middle = self.at(share + ahead / whole);
        let (start, end) = match self.via {
            None => (self.from, self.to),
            Some(_) => (self.at(share - 0.01), self.at(share + 0.01)),
        };
        let length = start.distance(end).max(0.001);
        let (x, y) = ((end.x - start.x) / length, (end.y - start.y) / length);
        [-reach, reach].map(|side| Point::new(middle.x - y * side, middle.y + x * side))
    }

    /// The place a little behind a share of the way: where a message's trail begins.
    #[must_use]
    pub fn behind(self, share: f64, length: f64) -> Point {
        let whole = self.from.distance(self.to).max(1.0);
        self.at((share - length / whole).max(0.0))
    }
}

/// A straight line so far to the right, as one looks ahead, and so much shorter at both ends.
pub(super) fn shifted(lane: Lane, offset: f64, gap: f64) -> Lane {
    let Lane { from, to, .. } = lane;
    let length = from.distance(to).max(1.0);
    let (ahead_x, ahead_y) = ((to.x - from.x) / length, (to.y - from.y) / length);
    let gap = gap.min(length / 4.0);
    let beside = |point: Point, forward: f64| {
        Point::new(
            point.x + ahead_x * forward - ahead_y * offset,
            point.y + ahead_y * forward + ahead_x * offset,
        )
    };
    Lane::straight(beside(from, gap), beside(to, -gap))
}
