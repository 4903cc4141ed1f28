//! Reading: brings the messages of a window, when it is looked at.
//!
//! The index of the run says about which steps a window holds. If they are few enough to be drawn,
//! a sheet is read that covers them and a margin on both sides, in slices, so that no frame takes
//! long; the sheet before is shown meanwhile. A sheet that reaches into the window from the left
//! is read on, so that a window which follows the edge costs only what is new.

use lockstep_core::lab::Session;
use lockstep_core::lab::sheet::Sheet;

/// A window with more steps than this is not drawn message by message.
pub const MOST_DRAWN: u64 = 6_000;
/// How many steps before and after the window are read, at most.
const MARGIN: u64 = 1_000;

/// The messages of a window, as far as they have been read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    shown: Option<Sheet>,
    coming: Option<Sheet>,
}

impl Reading {
    /// What can be drawn.
    #[must_use]
    pub const fn sheet(&self) -> Option<&Sheet> {
        self.shown.as_ref()
    }

    /// Brings what a window of a branch holds, by at most `most` steps of work. `true`: there is
    /// more to be brought.
    pub fn work(
        &mut self,
        session: &Session,
        branch: usize,
        (from_us, to_us): (u64, u64),
        most: u64,
    ) -> bool {
        let is_old =
            |sheet: &mut Sheet| (sheet.branch(), sheet.revision()) != (branch, session.revision());
        self.shown.take_if(is_old);
        self.coming.take_if(is_old);
        let density = session.density(branch);
        let edge = session.edge_steps(branch);
        let first = density.steps_before(from_us).min(edge) + 1;
        let last = density.steps_until(to_us).min(edge);
        if last.saturating_sub(first) > MOST_DRAWN {
            *self = Self::default();
            return false;
        }
        if let Some(sheet) = &mut self.shown
            && sheet.first() <= first
            && sheet.last() + 1 >= first
        {
            self.coming = None;
            let done = sheet.last() >= last || sheet.read(session, last, most);
            // What was left far behind is let go of, now and then.
            if sheet.first() + MOST_DRAWN < first {
                sheet.forget_before(first.saturating_sub(MARGIN));
            }
            return !done;
        }
        // What is shown meanwhile must have something to do with the window.
        self.shown.take_if(|sheet| sheet.first() > last || sheet.last() < first);
        let is_off =
            |sheet: &mut Sheet| sheet.first() > first || sheet.first() + MOST_DRAWN < first;
        self.coming.take_if(is_off);
        let margin = (last.saturating_sub(first) / 2).min(MARGIN);
        let coming = self
            .coming
            .get_or_insert_with(|| Sheet::new(session, branch, first.saturating_sub(margin)));
        let done = coming.read(session, (last + margin).min(edge), most);
        if done || coming.last() >= last {
            self.shown = self.coming.take();
        }
        !done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::bench;
    use lockstep_core::lab::sheet::Arrow;
    use lockstep_core::sim::run::Goal;
    use lockstep_core::sim::time::Moment;

    fn run(steps: u64) -> Session {
        let mut session = Session::open(&bench::config(), 1, Vec::new());
        session.go(Goal::Steps(steps));
        session
    }

    fn within(sheet: &Sheet, from_us: u64, to_us: u64) -> Vec<Arrow> {
        let ended = |arrow: &&Arrow| (from_us..=to_us).contains(&arrow.end_us);
        sheet.arrows().iter().filter(ended).copied().collect()
    }

    fn settle(reading: &mut Reading, session: &Session, window: (u64, u64), most: u64) -> usize {
        (1..1_000).find(|_| !reading.work(session, 0, window, most)).expect("it comes to rest")
    }

    #[test]
    fn a_window_is_read_in_slices_and_holds_what_reading_all_at_once_gives() {
        let session = run(20_000);
        let end_us = session.moment().time_us;
        let window = (end_us / 2, end_us / 2 + end_us / 10);
        let mut reading = Reading::default();
        assert!(settle(&mut reading, &session, window, 500) > 3, "it took several slices");
        let mut whole = Sheet::new(&session, 0, 0);
        assert!(whole.read(&session, 20_000, u64::MAX));
        let sheet = reading.sheet().expect("few enough to be drawn");
        let (found, expected) =
            (within(sheet, window.0, window.1), within(&whole, window.0, window.1));
        assert!(expected.len() > 100);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(
                (found.id, found.sent_us, found.event),
                (expected.id, expected.sent_us, expected.event)
            );
        }
    }

    #[test]
    fn a_window_of_too_many_steps_is_not_read() {
        let session = run(20_000);
        let mut reading = Reading::default();
        assert!(!reading.work(&session, 0, (0, session.moment().time_us), 500));
        assert!(reading.sheet().is_none());
    }

    #[test]
    fn following_the_edge_reads_only_what_is_new() {
        let mut session = run(5_000);
        let mut reading = Reading::default();
        let span_us = 200_000;
        let window = |session: &Session| {
            let end_us = session.moment().time_us;
            (end_us - span_us, end_us)
        };
        settle(&mut reading, &session, window(&session), 100_000);
        for _ in 0..400 {
            let next_us = session.moment().time_us + 16_000;
            session.go(Goal::Moment(Moment::after(next_us)));
            // Far less than the steps of a window, let alone those since the keyframe.
            assert!(!reading.work(&session, 0, window(&session), 200));
        }
        let sheet = reading.sheet().expect("few enough to be drawn");
        assert_eq!(sheet.last(), session.steps());
        assert!(session.steps() - sheet.first() <= 2 * MOST_DRAWN + MARGIN, "{}", sheet.first());
    }
}
