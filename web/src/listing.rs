//! The list of events: a window of at most some rows on a run of any length.
//!
//! The list holds the events that a filter admits of one stretch of steps. It grows backwards from
//! where it begins, in chunks, until it is full; following the cursor it grows forwards and lets go
//! of what is old. The run is read a little in each frame.

use lockstep_core::lab::walk::{Pace, Walk};
use lockstep_core::lab::{Event, Names, Session};

use crate::catalogue::Language;
use crate::meaning::Filter;

/// How many rows the list has at most.
pub const MOST_ROWS: usize = 150;
/// How many rows come at once where the list is browsed.
const PAGE: usize = 75;
/// A cursor that is further ahead than this many steps is jumped to.
const LONGEST_CATCH_UP: u64 = 2_000;

/// What is being read.
#[derive(Clone, Debug)]
struct Reading {
    walk: Walk,
    backwards: bool,
    /// How many rows are wanted.
    room: usize,
    /// The rows of the chunk that is being read, and its first step.
    chunk: Vec<Event>,
    first: Option<u64>,
    /// Forwards: the last step that is wanted.
    until: u64,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// What is listed.
    pub filter: Filter,
    /// Whether it stays where it is while the cursor moves.
    pub stays: bool,
    /// The rows, the newest last.
    rows: Vec<Event>,
    /// The steps that were looked at: from, to.
    stretch: Option<(u64, u64)>,
    reading: Option<Reading>,
    /// Whether the rows are those of this count and branch.
    version: (u64, usize),
}

impl Listing {
    /// The rows, the newest last.
    #[must_use]
    pub fn rows(&self) -> &[Event] {
        &self.rows
    }

    /// Whether it is being read: the step that it is at.
    #[must_use]
    pub fn progress(&self) -> Option<u64> {
        self.reading.as_ref().map(|reading| reading.walk.steps())
    }

    /// Whether there is more before it.
    #[must_use]
    pub fn has_earlier(&self) -> bool {
        self.stretch.is_some_and(|(first, _)| first > 0)
    }

    /// Whether there is more after it, up to the cursor.
    #[must_use]
    pub fn has_later(&self, cursor: u64) -> bool {
        self.stretch.is_some_and(|(_, last)| last < cursor)
    }

    /// The last step that it has looked at.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.stretch.map(|(_, last)| last)
    }

    /// Shows the events up to a step, from now on.
    pub fn show(&mut self, session: &Session, step: u64) {
        self.rows.clear();
        self.stretch = None;
        self.version = (session.revision(), session.current_branch());
        self.read_back(session, step, MOST_ROWS);
    }

    fn read_back(&mut self, session: &Session, step: u64, room: usize) {
        let walk = Walk::backwards(session, step);
        let (chunk, first) = (Vec::new(), None);
        self.reading = Some(Reading { walk, backwards: true, room, chunk, first, until: step });
    }

    fn read_on(&mut self, session: &Session, until: u64, room: usize) {
        let Some((_, last)) = self.stretch else { return };
        let walk = Walk::forwards(session, last + 1, u64::MAX);
        let (chunk, first) = (Vec::new(), None);
        self.reading = Some(Reading { walk, backwards: false, room, chunk, first, until });
    }

    /// Shows what came before or after.
    pub fn browse(&mut self, session: &Session, backwards: bool) {
        self.stays = true;
        match self.stretch {
            Some((first, _)) if backwards && first > 0 => self.read_back(session, first - 1, PAGE),
            Some(_) if !backwards => self.read_on(session, session.steps(), PAGE),
            _ => {}
        }
    }

    /// Keeps to the cursor, where it should.
    pub fn keep_up(&mut self, session: &Session) {
        let cursor = session.steps();
        if self.version != (session.revision(), session.current_branch()) {
            let step = self.stretch.map_or(cursor, |(_, last)| last.min(cursor));
            return self.show(session, if self.stays { step } else { cursor });
        }
        let Some((first, last)) = self.stretch else {
            if self.reading.is_none() {
                self.show(session, cursor);
            }
            return;
        };
        if self.stays || cursor == last {
            return;
        }
        if cursor < first || cursor > last + LONGEST_CATCH_UP {
            return self.show(session, cursor);
        }
        if cursor < last {
            self.rows.retain(|event| event.id.step() <= cursor);
            self.stretch = Some((first, cursor));
            if self.rows.len() < PAGE && first > 0 {
                self.read_back(session, first - 1, MOST_ROWS - self.rows.len());
            } else {
                self.reading = None;
            }
            return;
        }
        match &mut self.reading {
            Some(reading) if !reading.backwards => reading.until = cursor,
            _ => self.read_on(session, cursor, usize::MAX),
        }
    }

    /// Reads on, by at most `most` steps.
    pub fn work(&mut self, session: &Session, language: Language, names: Names, most: u64) {
        let Some(mut reading) = self.reading.take() else { return };
        let filter = self.filter.clone();
        let admits = |event: &Event| filter.admits(language, names, event);
        if reading.backwards {
            self.work_back(session, &admits, most, reading);
            return;
        }
        let Some((first, mut last)) = self.stretch else { return };
        let Reading { walk, room, until, .. } = &mut reading;
        if last >= *until {
            self.reading = Some(reading);
            return;
        }
        let rows = &mut self.rows;
        let pace = walk.work(session, most, &mut |glance| {
            let admitted = glance.events.iter().filter(|event| admits(event));
            let before = rows.len();
            rows.extend(admitted.cloned());
            *room = room.saturating_sub(rows.len() - before);
            last = glance.step;
            last >= *until || *room == 0
        });
        self.stretch = Some((first, last));
        let is_done = pace == Pace::Ended || *room == 0 || self.stays && last >= *until;
        self.drop_oldest();
        // Where the list follows, the walk waits for the cursor to go on.
        self.reading = Some(reading).filter(|_| !is_done);
    }

    /// Whether reading goes on by itself.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let last = self.stretch.map_or(0, |(_, last)| last);
        self.reading.as_ref().is_some_and(|reading| reading.backwards || last < reading.until)
    }

    fn work_back(
        &mut self,
        session: &Session,
        admits: &dyn Fn(&Event) -> bool,
        most: u64,
        mut reading: Reading,
    ) {
        let Reading { walk, room, chunk, first, until, .. } = &mut reading;
        let pace = walk.work(session, most, &mut |glance| {
            first.get_or_insert(glance.step);
            chunk.extend(glance.events.iter().filter(|event| admits(event)).cloned());
            false
        });
        if pace == Pace::Going {
            self.reading = Some(reading);
            return;
        }
        let mut from = first.take().unwrap_or(0);
        let surplus = chunk.len().saturating_sub(*room);
        if surplus > 0 {
            // Whole steps, so that the next page begins where this one ends.
            from = chunk[surplus - 1].id.step() + 1;
            chunk.retain(|event| event.id.step() >= from);
        }
        *room = room.saturating_sub(chunk.len());
        let is_done = surplus > 0 || *room < MOST_ROWS / 5 || pace == Pace::Ended;
        let last = self.stretch.map_or(*until, |(_, last)| last);
        self.stretch = Some((from, last));
        self.rows.splice(0..0, chunk.drain(..));
        self.drop_newest();
        self.reading = Some(reading).filter(|_| !is_done);
    }

    fn drop_oldest(&mut self) {
        let surplus = self.rows.len().saturating_sub(MOST_ROWS);
        if surplus > 0 {
            let cut = self.rows[surplus - 1].id.step();
            self.rows.retain(|event| event.id.step() > cut);
            self.stretch = self.stretch.map(|(_, last)| (cut + 1, last));
        }
    }

    fn drop_newest(&mut self) {
        if self.rows.len() > MOST_ROWS {
            let cut = self.rows[MOST_ROWS].id.step();
            self.rows.retain(|event| event.id.step() < cut);
            self.stretch = self.stretch.map(|(first, _)| (first, cut - 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::scenario::gallery::Story;
    use lockstep_core::sim::event::EventId;
    use lockstep_core::sim::run::Goal;

    fn session(steps: u64) -> Session {
        let mut session = Story::LeaderCrash.scenario().open();
        session.go(Goal::Steps(steps));
        session
    }

    fn settle(listing: &mut Listing, session: &Session) {
        for _ in 0..10_000 {
            listing.keep_up(session);
            if !listing.is_busy() {
                return;
            }
            listing.work(session, Language::English, session.names(), 40);
        }
        panic!("the list is never done");
    }

    /// What the list should hold: the newest of all events that the filter admits.
    fn expected(session: &Session, filter: &Filter, last: u64) -> Vec<EventId> {
        let events = session.events(0, last).into_iter();
        let admits = |event: &Event| filter.admits(Language::English, session.names(), event);
        events.filter(admits).map(|event| event.id).collect()
    }

    fn names(listing: &Listing) -> Vec<EventId> {
        listing.rows().iter().map(|event| event.id).collect()
    }

    fn filters() -> [Filter; 3] {
        let text = |text: &str| Filter { text: text.to_owned(), ..Filter::default() };
        [Filter::default(), text("leader"), Filter { details: true, ..text("n2") }]
    }

    #[test]
    fn the_list_holds_the_newest_events_that_are_admitted() {
        let session = session(900);
        for filter in filters() {
            let mut listing = Listing { filter: filter.clone(), ..Listing::default() };
            settle(&mut listing, &session);
            let (rows, all) = (names(&listing), expected(&session, &filter, 900));
            assert!(rows.len() <= MOST_ROWS);
            assert!(all.ends_with(&rows), "{filter:?}");
            assert!(rows.len() * 2 > all.len().min(MOST_ROWS), "{} rows", rows.len());
        }
    }

    #[test]
    fn it_follows_the_cursor_either_way() {
        let mut session = session(500);
        for filter in filters() {
            let mut listing = Listing { filter: filter.clone(), ..Listing::default() };
            for steps in [500, 501, 540, 539, 700, 20, 6_000] {
                session.go(Goal::Steps(steps));
                settle(&mut listing, &session);
                let all = expected(&session, &filter, steps);
                let rows = names(&listing);
                assert!(all.ends_with(&rows) && rows.len() <= MOST_ROWS, "{steps}, {filter:?}");
                assert_eq!(rows.is_empty(), all.is_empty());
            }
        }
    }

    #[test]
    fn browsing_shows_everything_once_and_comes_back() {
        let session = session(1_500);
        let filter = Filter { details: true, ..Filter::default() };
        let mut listing = Listing { filter: filter.clone(), ..Listing::default() };
        settle(&mut listing, &session);
        let all = expected(&session, &filter, 1_500);
        let mut pages = 0;
        while listing.has_earlier() {
            listing.browse(&session, true);
            settle(&mut listing, &session);
            let rows = names(&listing);
            let place = all.iter().position(|id| rows.first() == Some(id)).expect("a row");
            assert_eq!(all[place..place + rows.len()], rows, "no gap");
            assert!(rows.len() <= MOST_ROWS);
            pages += 1;
        }
        assert!(pages > 5);
        assert_eq!(names(&listing).first(), all.first());
        while listing.has_later(session.steps()) {
            listing.browse(&session, false);
            settle(&mut listing, &session);
        }
        assert_eq!(names(&listing).last(), all.last());
    }
}
