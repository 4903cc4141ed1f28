//! Where things are on the stage of the lock lab.
//!
//! Above stands what is so: the table on the left, and who waits for whom on the right. Below
//! stands what makes it so: the servers, and the vault. So messages between clients, servers and
//! the vault fly across neither the table nor what is written in it. On a phone all of it stands in
//! one column, with the servers between the table and the clients.

use super::{Body, Form, LABEL_DROP, Layout, LockPlaces, Point, RING_GAP, directions};

/// Who and what takes part in a lock lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cast {
    /// How many servers.
    pub servers: u8,
    /// Over how many clusters they are dealt out.
    pub groups: u8,
    /// How many clients.
    pub clients: u8,
    /// How many resources.
    pub resources: u8,
    /// Whether there is a collector.
    pub collector: bool,
}

/// A part of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Where it begins.
    pub left: f64,
    /// Where it begins.
    pub top: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

impl Area {
    pub(super) const fn new(left: f64, top: f64, width: f64, height: f64) -> Self {
        Self { left, top, width, height }
    }

    /// Where it ends.
    #[must_use]
    pub fn bottom(self) -> f64 {
        self.top + self.height
    }

    pub(super) fn card(self) -> Body {
        let centre =
            Point::new(self.left + self.width / 2.0, f64::midpoint(self.top, self.bottom()));
        Body::Card { centre, half_width: self.width / 2.0, half_height: self.height / 2.0 }
    }

    /// The nth of so many columns of it.
    fn column(self, nth: u8, of: u8) -> Self {
        let width = self.width / f64::from(of);
        Self { left: self.left + width * f64::from(nth), width, ..self }
    }
}

/// With more servers than this they stand in two rows and not in a ring.
const MOST_IN_A_RING: u8 = 5;
/// The width of the collector's card.
const COLLECTOR_WIDTH: f64 = 92.0;
/// From the top of the table to its first row: a caption, and the heads of the columns.
pub const TABLE_HEAD: f64 = 42.0;

impl Layout {
    /// The places of a lock lab.
    #[must_use]
    pub fn of_locks(cast: Cast, form: Form) -> Self {
        match form {
            Form::Wide => Self::wide_locks(cast),
            Form::Narrow => Self::narrow_locks(cast),
        }
    }

    fn wide_locks(cast: Cast) -> Self {
        let each = cast.servers / cast.groups;
        let roomy = matches!((cast.groups, each), (_, ..=3) | (1, 5));
        // Many need more room, and then all of it is drawn a little smaller.
        let many = cast.resources > 5 || cast.clients > 5 || each > 5;
        let (height, rows, row) = if many { (412.0, 200.0, 50.0) } else { (366.0, 152.0, 50.0) };
        let frame = Self {
            form: Form::Wide,
            width: 976.0,
            height,
            radius: if cast.servers <= 5 { 21.0 } else { 18.0 },
            entries: if roomy { 8 } else { 0 },
            entry_pitch: 6.6,
            card_width: if cast.clients <= 5 { 142.0 } else { 124.0 },
            card_height: if cast.clients <= 5 { 62.0 } else { 58.0 },
            servers: Vec::new(),
            clients: Vec::new(),
            others: Vec::new(),
            cluster: usize::from(each),
            locks: None,
            cache: None,
        };
        let top = TABLE_HEAD + rows + 4.0;
        let places = LockPlaces {
            table: Area::new(0.0, 0.0, 456.0, TABLE_HEAD + rows),
            row: (rows / f64::from(cast.resources.max(1))).min(row),
            columns: [0.0, 92.0, 268.0],
            graph: Area::new(476.0, 0.0, 500.0, height - 86.0),
            vault: Area::new(476.5, height - 73.0, 499.0, 72.0),
        };
        frame.with_locks(cast, places, Area::new(0.0, top, 452.0, height - top))
    }

    fn narrow_locks(cast: Cast) -> Self {
        let row = if cast.resources <= 4 { 38.0 } else { 31.0 };
        let table = Area::new(12.0, 0.0, 342.0, TABLE_HEAD + row * f64::from(cast.resources));
        let each = cast.servers / cast.groups;
        let servers_height = if each == 4 || each > MOST_IN_A_RING { 152.0 } else { 140.0 };
        let servers = Area::new(0.0, table.bottom() + 8.0, 366.0, servers_height);
        let graph_height = match cast.clients {
            ..=2 => 132.0,
            3 => 190.0,
            4 => 204.0,
            5..=6 => 272.0,
            _ => 312.0,
        };
        let graph = Area::new(12.0, servers.bottom() + 6.0, 342.0, graph_height);
        let vault = Area::new(12.5, graph.bottom() + 12.0, 341.0, 77.0);
        let frame = Self {
            form: Form::Narrow,
            width: 366.0,
            height: vault.bottom() + 2.0,
            radius: 18.0,
            entries: 0,
            entry_pitch: 6.0,
            card_width: if cast.clients <= 6 { 112.0 } else { 92.0 },
            card_height: 56.0,
            servers: Vec::new(),
            clients: Vec::new(),
            others: Vec::new(),
            cluster: usize::from(each),
            locks: None,
            cache: None,
        };
        let places = LockPlaces { table, row, columns: [12.0, 84.0, 212.0], graph, vault };
        frame.with_locks(cast, places, servers)
    }

    fn with_locks(mut self, cast: Cast, places: LockPlaces, area: Area) -> Self {
        let each = cast.servers / cast.groups;
        for group in 0..cast.groups {
            let column = area.column(group, cast.groups);
            let ring = match (cast.collector, each) {
                (true, 2) => self.server_pair(column),
                // Four have two at the top, where the collector stands.
                (true, 4) => {
                    let left = column.left + if group > 0 { COLLECTOR_WIDTH / 2.0 } else { 0.0 };
                    let width = column.width - COLLECTOR_WIDTH / 2.0;
                    self.server_ring(each, Area { left, width, ..column })
                }
                _ => self.server_ring(each, column),
            };
            self.servers.extend(ring);
        }
        self.clients = self.client_ring(cast.clients, places.graph);
        self.others.push(places.vault.card());
        if cast.collector {
            let middle = area.left + area.width / 2.0;
            let left = middle - COLLECTOR_WIDTH / 2.0;
            self.others.push(Area::new(left, area.top + 6.0, COLLECTOR_WIDTH, 34.0).card());
        }
        self.locks = Some(places);
        self
    }

    /// A line from one node to another that bends to its right, as one looks ahead: where it
    /// begins, where it would be without its ends, and where it ends.
    #[must_use]
    pub fn bent(&self, from: usize, to: usize, bend: f64) -> [Point; 3] {
        let (one, other) = (self.body(from), self.body(to));
        let (start, end) = (one.centre(), other.centre());
        let whole = start.distance(end).max(1.0);
        let (ahead_x, ahead_y) = ((end.x - start.x) / whole, (end.y - start.y) / whole);
        let half = start.towards(end, 0.5);
        // A line bends half as far as the place that draws it.
        let middle = Point::new(half.x - ahead_y * bend * 2.0, half.y + ahead_x * bend * 2.0);
        let near = |body: Body| body.edge(middle).towards(middle, 3.0 / whole);
        [near(one), middle, near(other)]
    }

    /// Servers stand in a flat ring or, where they are many, in two rows.
    fn server_ring(&self, count: u8, area: Area) -> Vec<Point> {
        let top = area.top + self.radius + RING_GAP + 3.0;
        let log = if self.entries > 0 { super::LOG_DROP + super::ENTRY_HEIGHT } else { LABEL_DROP };
        let bottom = area.bottom() - self.radius - log - 6.0;
        let side = self.radius + RING_GAP + 4.0;
        let middle = area.left + area.width / 2.0;
        if count > MOST_IN_A_RING {
            let pitch = (area.width - 2.0 * side) / f64::from(count - 1);
            return (0..count)
                .map(|nth| {
                    let y = if nth.is_multiple_of(2) { top } else { bottom };
                    Point::new(area.left + side + pitch * f64::from(nth), y)
                })
                .collect();
        }
        let across = (area.width / 2.0 - side).min(172.0);
        ring(count, middle, [top, bottom], across)
    }

    /// Two servers of a column beside which the collector stands: not in its way.
    fn server_pair(&self, area: Area) -> Vec<Point> {
        let middle = area.left + area.width / 2.0;
        let reach = self.radius + RING_GAP;
        // What stands below a server's disc reaches further than the disc.
        let centre = area.top + area.height / 2.0 - 10.5;
        let place = |nth: f64| match self.form {
            Form::Wide => Point::new(middle + nth * (reach + 6.0), centre),
            Form::Narrow => Point::new(middle, centre + nth * (reach + 11.0)),
        };
        vec![place(-1.0), place(1.0)]
    }

    /// Clients stand in a ring, so that lines between any two of them are seen.
    fn client_ring(&self, count: u8, area: Area) -> Vec<Point> {
        let middle = area.left + area.width / 2.0;
        let ends =
            [area.top + 20.0 + self.card_height / 2.0, area.bottom() - self.card_height / 2.0];
        let across = (area.width - self.card_width) / 2.0;
        ring(count, middle, ends, across)
    }
}

/// So many places on an ellipse round a middle, from top to bottom.
fn ring(count: u8, middle: f64, [top, bottom]: [f64; 2], across: f64) -> Vec<Point> {
    if count == 0 {
        return Vec::new();
    }
    if count == 1 {
        return vec![Point::new(middle, f64::midpoint(top, bottom))];
    }
    let directions = directions(count);
    let up = directions.iter().map(|(_, y)| -y).fold(0.0, f64::max);
    let down = directions.iter().map(|(_, y)| *y).fold(0.0, f64::max);
    let flat = up + down < 0.01;
    let along = if flat { 0.0 } else { (bottom - top) / (up + down) };
    let centre = if flat { f64::midpoint(top, bottom) } else { top + along * up };
    let place = |(x, y): &(f64, f64)| Point::new(middle + across * x, centre + along * y);
    directions.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rectangle = [f64; 4];

    fn casts() -> impl Iterator<Item = Cast> {
        let groups = [1, 2].into_iter();
        groups.flat_map(|groups| {
            (1..=9_u8).filter(move |servers| servers.is_multiple_of(groups)).flat_map(
                move |servers| {
                    (0..=8).flat_map(move |clients| {
                        [1, 3, 8].map(|resources| Cast {
                            servers,
                            groups,
                            clients,
                            resources,
                            collector: groups == 2,
                        })
                    })
                },
            )
        })
    }

    /// What is drawn at a node's place, as rectangles.
    fn boxes(layout: &Layout, node: usize) -> Vec<Rectangle> {
        match layout.body(node) {
            Body::Disc { centre: Point { x, y }, radius } => {
                let reach = radius + RING_GAP;
                let word = y + radius + LABEL_DROP;
                let mut all = vec![
                    [x - reach, y - reach, x + reach, y + reach],
                    [x - 25.0, word - 10.0, x + 25.0, word + 3.0],
                ];
                if layout.entries > 0 {
                    let half = layout.strip_width() / 2.0;
                    let top = y + radius + super::super::LOG_DROP;
                    all.push([x - half, top, x + half, top + super::super::ENTRY_HEIGHT]);
                }
                all
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
    fn nothing_overlaps_and_nothing_leaves_the_drawing_in_any_lock_lab() {
        for cast in casts() {
            for form in [Form::Wide, Form::Narrow] {
                let layout = Layout::of_locks(cast, form);
                let nodes = usize::from(cast.servers + cast.clients) + layout.others.len();
                let places = layout.locks.as_ref().expect("it is a lock lab");
                let rows = TABLE_HEAD + places.row * f64::from(cast.resources);
                assert!(rows <= places.table.height + 0.01, "{cast:?} {form:?}");
                let Area { left, top, width, .. } = places.table;
                let table = [left, top, left + width, top + rows];
                for one in 0..nodes {
                    for [left, top, right, bottom] in boxes(&layout, one) {
                        assert!(left >= -0.01 && top >= 0.0, "{cast:?} {form:?}: {one} sticks out");
                        let inside = right <= layout.width + 0.01 && bottom <= layout.height;
                        assert!(inside, "{cast:?} {form:?}: {one} sticks out");
                        let hit = overlap(&table, &[left, top, right, bottom]);
                        assert!(!hit, "{cast:?} {form:?}: {one} stands in the table");
                    }
                    for other in one + 1..nodes {
                        let others = boxes(&layout, other);
                        let all = boxes(&layout, one);
                        let hit = all.iter().any(|a| others.iter().any(|b| overlap(a, b)));
                        assert!(!hit, "{cast:?} {form:?}: {one} and {other} overlap");
                    }
                }
            }
        }
    }

    #[test]
    fn a_longer_table_moves_no_client() {
        let cast = Cast { servers: 3, groups: 1, clients: 4, resources: 3, collector: false };
        let more = Cast { resources: 5, ..cast };
        let [one, other] = [cast, more].map(|cast| Layout::of_locks(cast, Form::Wide));
        assert!((3..7).all(|node| one.place(node) == other.place(node)));
    }
}
