//! Tiles: messages that were drawn once and are moved, not drawn again.
//!
//! While a run plays, the window follows the cursor, and a handful of messages arrive in each
//! frame. Written anew each time, thousands of lines would cost the frame. Messages that have ended
//! are therefore drawn in tiles of some hundreds, in the order of their ends, each from a time of
//! its own; to follow is then to move the tiles. Only the last one changes, until it is full.

use std::rc::Rc;

use lockstep_core::cache::message::Transaction;
use lockstep_core::lab::causality::Counts;
use lockstep_core::lab::sheet::{Arrow, DotKind, Sheet};
use lockstep_core::sim::event::EventId;

use super::filter::{Filter, Group};
use super::frame::Frame;
use super::picture::{Input, is_crowded, messages};
use super::strokes::Stroke;

/// How many messages a tile holds.
const FULL: usize = 192;

/// A path that is shared, not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// What it is, for the style sheet.
    pub class: Rc<str>,
    /// The path.
    pub path: Rc<str>,
}

/// Some messages, drawn as if the window began at `anchor_us`.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Which tile of its sheet.
    pub number: usize,
    /// Where it is drawn from, in microseconds.
    pub anchor_us: u64,
    /// What is drawn.
    pub strokes: Rc<[Shared]>,
    /// The times that it touches.
    span_us: (u64, u64),
    /// How many messages are on it, and the last event.
    holds: (usize, EventId),
}

/// What stands out: the event that is selected, and how many stand how to it.
pub type Marked = Option<(EventId, Counts)>;

/// What tiles depend on, besides the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    branch: usize,
    revision: u64,
    /// The step with which the sheet began.
    origin: u64,
    filter: Filter,
    span_us: u64,
    width: u32,
    pitch: u32,
    crowded: bool,
    /// Which events stand out.
    marking: Marked,
    /// The transaction that is followed.
    followed: Option<Transaction>,
}

/// The tiles of a sheet.
#[derive(Clone, Debug, Default)]
pub struct Tiles {
    look: Option<Look>,
    tiles: Vec<Tile>,
}

impl Tiles {
    /// The tiles that are seen in a frame.
    pub fn seen(&self, frame: &Frame) -> impl Iterator<Item = &Tile> {
        self.tiles.iter().filter(|tile| frame.shows(tile.span_us.0, tile.span_us.1))
    }

    /// Draws what has come, or everything anew where it would look otherwise. `marking` says
    /// whether other events stand out than before.
    pub fn update(&mut self, input: &Input<'_>, marking: Marked) {
        let Some(sheet) = input.sheet.filter(|_| input.filter.messages) else {
            *self = Self::default();
            return;
        };
        let look = self.look_of(input, sheet, marking);
        if self.look != Some(look) {
            *self = Self { look: Some(look), tiles: Vec::new() };
        }
        let all = sheet.forgotten() + sheet.arrows().len();
        let first = sheet.forgotten().div_ceil(FULL);
        self.tiles.retain(|tile| tile.number >= first);
        let full = |tile: &Tile| tile.holds.0 == FULL;
        if self.tiles.last().is_some_and(|tile| !full(tile)) {
            // Drawn again where something has been added: a dot, at least.
            let last = sheet.arrows().last().map(|arrow| arrow.event);
            let dot = sheet.dots().last().map(|dot| dot.event);
            if self.tiles.last().is_some_and(|tile| Some(tile.holds.1) >= last.max(dot)) {
                return;
            }
            self.tiles.pop();
        }
        let next = self.tiles.last().map_or(first, |tile| tile.number + 1);
        for number in next..=all / FULL {
            let last = number == all / FULL;
            let from = (number * FULL).max(sheet.forgotten()) - sheet.forgotten();
            let to = ((number + 1) * FULL).min(all) - sheet.forgotten();
            self.tiles.push(tile(input, sheet, (number, from, to), look.crowded, last));
        }
    }

    fn look_of(&self, input: &Input<'_>, sheet: &Sheet, marking: Marked) -> Look {
        let Input { filter, frame, .. } = *input;
        let shown = sheet.arrows().iter().filter(|arrow| filter.shows(arrow)).count();
        let from_us = sheet.arrows().first().map_or(0, |arrow| arrow.end_us);
        let wide = frame.x(frame.from_us + sheet.end_us().saturating_sub(from_us));
        // What is crowded stays so until there is clearly more room: nothing flickers.
        let before = self.look.is_some_and(|look| look.crowded && look.span_us == frame.span_us());
        let crowded = is_crowded(if before { shown + shown / 2 } else { shown }, wide);
        Look {
            branch: sheet.branch(),
            revision: sheet.revision(),
            origin: sheet.origin(),
            filter,
            span_us: frame.span_us(),
            width: frame.width,
            pitch: frame.pitch,
            crowded,
            marking,
            followed: input.followed,
        }
    }
}

/// Draws one tile: the messages at these places of the sheet, and the dots since the tile before.
fn tile(
    input: &Input<'_>,
    sheet: &Sheet,
    (number, from, to): (usize, usize, usize),
    crowded: bool,
    last: bool,
) -> Tile {
    let arrows = &sheet.arrows()[from..to];
    let event = |arrow: &Arrow| arrow.event;
    let after = from.checked_sub(1).map(|before| event(&sheet.arrows()[before]));
    let until = arrows.last().map(event).filter(|_| !last);
    let dots = sheet
        .dots()
        .iter()
        .filter(|dot| Some(dot.event) > after && until.is_none_or(|until| dot.event <= until));
    let dots: Vec<_> = dots.collect();
    let begins = arrows.iter().map(|arrow| arrow.sent_us);
    let ends = arrows.iter().map(|arrow| arrow.end_us);
    let dotted = || dots.iter().map(|dot| dot.time_us);
    let from_us = begins.chain(dotted()).min().unwrap_or(0);
    let to_us = ends.chain(dotted()).max().unwrap_or(0);
    let frame = Frame { from_us, to_us: from_us + input.frame.span_us(), ..input.frame };
    let filter = input.filter;
    let shown = arrows.iter().filter(|arrow| filter.shows(arrow));
    let beats = filter.has(Group::Beats);
    let shown_dots = dots.iter().copied().filter(|dot| beats || dot.kind != DotKind::Beat);
    let strokes = messages(&Input { frame, ..*input }, shown, shown_dots, crowded);
    let share = |stroke: Stroke| Shared { class: stroke.class.into(), path: stroke.path.into() };
    let last_event = arrows.last().map(event).max(dots.last().map(|dot| dot.event));
    Tile {
        number,
        anchor_us: from_us,
        strokes: strokes.into_iter().map(share).collect(),
        span_us: (from_us, to_us),
        holds: (arrows.len(), last_event.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::bench;
    use lockstep_core::lab::Session;
    use lockstep_core::sim::run::Goal;
    use lockstep_core::sim::time::Moment;

    fn pieces(tiles: &Tiles, class: &str) -> usize {
        let strokes = tiles.tiles.iter().flat_map(|tile| tile.strokes.iter());
        let strokes = strokes.filter(|stroke| stroke.class.starts_with(class));
        strokes.map(|stroke| stroke.path.matches('M').count()).sum()
    }

    fn input<'a>(session: &'a Session, sheet: &'a Sheet, from_us: u64) -> Input<'a> {
        Input {
            session,
            line: 0,
            branch: 0,
            frame: Frame::new((from_us, from_us + 400_000), 1_000, 7, 0),
            sheet: Some(sheet),
            filter: Filter::ALL,
            selection: None,
            selected_at: None,
            lit: None,
            marking: None,
            followed: None,
        }
    }

    #[test]
    fn following_draws_each_message_once_and_keeps_what_was_drawn() {
        let mut session = Session::open(&bench::config(), 1, Vec::new());
        session.go(Goal::Steps(2_000));
        let mut sheet = Sheet::new(&session, 0, 1);
        let mut tiles = Tiles::default();
        for _ in 0..100 {
            let next_us = session.moment().time_us + 5_000;
            session.go(Goal::Moment(Moment::after(next_us)));
            assert!(sheet.read(&session, session.steps(), u64::MAX));
            let before: Vec<Tile> = tiles.tiles.clone();
            tiles.update(&input(&session, &sheet, next_us - 300_000), None);
            assert_eq!(pieces(&tiles, "flight"), sheet.arrows().len());
            // All but the last are the very same.
            let kept = before.iter().zip(&tiles.tiles);
            let kept = kept.filter(|(one, other)| Rc::ptr_eq(&one.strokes, &other.strokes));
            assert!(kept.count() + 1 >= before.len());
        }
        assert!(tiles.tiles.len() > 4, "{}", tiles.tiles.len());
        let all: u32 = sheet.dots().len().try_into().expect("few");
        assert!(all > 10);
        assert_eq!(pieces(&tiles, "dot"), sheet.dots().len());
    }

    #[test]
    fn another_look_draws_everything_anew() {
        let mut session = Session::open(&bench::config(), 1, Vec::new());
        session.go(Goal::Steps(2_000));
        let mut sheet = Sheet::new(&session, 0, 1);
        assert!(sheet.read(&session, 2_000, u64::MAX));
        let mut tiles = Tiles::default();
        let whole = input(&session, &sheet, 0);
        tiles.update(&whole, None);
        let all = pieces(&tiles, "flight");
        tiles.update(&Input { filter: Filter::default(), ..whole }, None);
        let folded = pieces(&tiles, "flight");
        assert!(0 < folded && folded < all);
        let mut none = Filter::ALL;
        none.messages = false;
        tiles.update(&Input { filter: none, ..whole }, None);
        assert_eq!(pieces(&tiles, "flight"), 0);
    }

    #[test]
    fn what_was_let_go_of_is_not_drawn() {
        let mut session = Session::open(&bench::config(), 1, Vec::new());
        session.go(Goal::Steps(6_000));
        let mut sheet = Sheet::new(&session, 0, 1);
        assert!(sheet.read(&session, 6_000, u64::MAX));
        let mut tiles = Tiles::default();
        tiles.update(&input(&session, &sheet, 0), None);
        sheet.forget_before(3_000);
        tiles.update(&input(&session, &sheet, 0), None);
        let drawn = pieces(&tiles, "flight");
        assert!(drawn <= sheet.arrows().len() && drawn + FULL > sheet.arrows().len());
    }
}
