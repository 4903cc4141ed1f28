//! Exports: a stretch of a run as a text for other programs.
//!
//! Each format is a plain writer that is given one event after the other: [`ndjson`](event_json)
//! prints what `lockstep run --events` prints, [`mermaid`] a sequence diagram, [`golden`] a script
//! for the test suite. An [`Export`] feeds a writer from a reader of the run, in slices, so that
//! writing a long run down never freezes the page; its pieces, put together, are the file.

pub mod golden;
pub mod mermaid;

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use super::event_json;
use crate::lab::session::EventReader;
use crate::lab::{Event, Names, Session};
use mermaid::Diagram;

/// What a run can be written down as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line for each event.
    Ndjson,
    /// A sequence diagram in Mermaid's language.
    Mermaid,
    /// A golden script of the test suite.
    Golden,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Ndjson, Self::Mermaid, Self::Golden];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Mermaid => "mermaid",
            Self::Golden => "golden",
        }
    }

    /// How its files' names end, without a dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Mermaid => "mmd",
            Self::Golden => "txt",
        }
    }
}

/// A file that is being written.
#[derive(Clone, Debug)]
pub struct Export {
    format: Format,
    names: Names,
    reader: EventReader,
    first: u64,
    last: u64,
    /// What begins the file, until it is given out.
    head: String,
    /// What ends it.
    foot: String,
    diagram: Diagram,
    done: bool,
}

impl Export {
    /// Begins to write down some steps of the branch that the cursor is on. A golden script tells a
    /// run from its beginning to the cursor, whatever steps are asked for. `intent` is what the
    /// file says of itself, where its format has comments.
    #[must_use]
    pub fn begin(
        session: &mut Session,
        format: Format,
        steps: RangeInclusive<u64>,
        intent: &str,
    ) -> Self {
        let (head, foot, steps) = match format {
            Format::Ndjson => (String::new(), String::new(), steps),
            Format::Mermaid => (mermaid::head(session.names(), intent), String::new(), steps),
            Format::Golden => {
                let steps = 0..=session.steps();
                (golden::head(session, intent), golden::ending(session), steps)
            }
        };
        let first = *steps.start();
        Self {
            format,
            names: session.names(),
            reader: session.reader(session.current_branch(), first),
            first,
            last: *steps.end(),
            diagram: Diagram::of_length(head.len()),
            head,
            foot,
            done: false,
        }
    }

    /// The next piece of the file, for which at most so many steps are taken; `None` after the
    /// last.
    pub fn work(&mut self, session: &Session, most: u64) -> Option<String> {
        if self.done {
            return None;
        }
        let mut piece = std::mem::take(&mut self.head);
        for event in session.read(&mut self.reader, self.last, most) {
            self.write(&event, &mut piece);
        }
        let full = self.format == Format::Mermaid && self.diagram.is_full();
        if full || self.reader.has_ended() || self.reader.steps() >= self.last {
            self.done = true;
            piece += &self.foot;
        }
        Some(piece)
    }

    /// How much of it has been written, in percent.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let all = self.last.saturating_sub(self.first) + 1;
        let read = (self.reader.steps() + 1).saturating_sub(self.first);
        (read * 100 / all).min(100)
    }

    fn write(&mut self, event: &Event, piece: &mut String) {
        // Writing into a string does not fail.
        let _ = match self.format {
            Format::Ndjson => writeln!(piece, "{}", event_json(event, self.names)),
            Format::Golden => match golden::line(event, self.names) {
                Some(line) => writeln!(piece, "{line}"),
                None => Ok(()),
            },
            Format::Mermaid => {
                self.diagram.write(event, self.names, piece);
                Ok(())
            }
        };
    }
}

/// Lines of comment: `sign` before each line of a text. Nothing that somebody wrote can end one.
fn comment(sign: &str, text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| format!("{sign} {}\n", line.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::gallery::Story;
    use crate::sim::run::Goal;
    use crate::sim::time::Moment;

    fn played(story: Story, time_us: u64) -> Session {
        let mut session = story.scenario().open();
        session.go(Goal::Moment(Moment::after(time_us)));
        session
    }

    fn written(session: &mut Session, format: Format, slice: u64) -> String {
        let mut export = Export::begin(session, format, 0..=session.steps(), "What is it?");
        std::iter::from_fn(|| export.work(session, slice)).collect()
    }

    #[test]
    fn events_are_those_that_the_command_line_prints() {
        let mut session = played(Story::MinorityLeader, 2_000_000);
        let printed: String = session
            .events(0, session.steps())
            .iter()
            .map(|event| format!("{}\n", event_json(event, session.names())))
            .collect();
        assert!(printed.lines().count() > 500);
        assert!(written(&mut session, Format::Ndjson, u64::MAX) == printed);
    }

    #[test]
    fn a_file_is_the_same_however_it_is_sliced() {
        let mut session = played(Story::LeaderCrash, 900_000);
        for format in Format::ALL {
            let whole = written(&mut session, format, u64::MAX);
            assert!(whole.lines().count() > 20, "{format:?}");
            for slice in [1, 7, 1_000] {
                assert!(written(&mut session, format, slice) == whole, "{format:?} by {slice}");
            }
        }
    }

    #[test]
    fn a_stretch_has_the_events_of_its_steps_only() {
        let mut session = played(Story::FirstElection, 500_000);
        let mut export = Export::begin(&mut session, Format::Ndjson, 10..=12, "");
        let text: String = std::iter::from_fn(|| export.work(&session, 3)).collect();
        let ids: Vec<&str> =
            text.lines().filter_map(|line| line.split("\"id\":\"").nth(1)).collect();
        assert!(!ids.is_empty() && export.percent() == 100);
        let inside = |id: &&str| ["10.", "11.", "12."].iter().any(|step| id.starts_with(step));
        assert!(ids.iter().all(inside), "{ids:?}");
    }

    #[test]
    fn a_lock_run_is_written_with_what_clients_were_told_and_where_they_ended() {
        let text = r#"{ "lockstep": 1, "lab": "locks", "until": "2s", "choices": [
            { "at": "1s", "client": "c1", "run": "lock orders x; write; work 2s" },
            { "at": "1s", "client": "c2", "run": "lock stock x" },
            { "at": "1.2s", "client": "c2", "stop": true } ] }"#;
        let mut session = Scenario::from_json(text).expect("it reads").open();
        session.go(Goal::Moment(Moment::after(2_000_000)));
        let golden = written(&mut session, Format::Golden, u64::MAX);
        let [head, events, ending] = golden.split("----\n").collect::<Vec<_>>()[..] else {
            panic!("{golden}")
        };
        let scenario = Scenario::from_json(head.split_once('\n').expect("it has an intent").1);
        assert_eq!(scenario.expect("the head reads").choices.len(), 3);
        for said in ["chosen: {", "lock orders x; write; work 2s", "\"stop\":true"] {
            assert!(events.contains(said), "{said} in {events}");
        }
        assert!(ending.contains("c1 working ended=0 aborted=0 holds: orders:x@"), "{ending}");
        assert!(ending.contains("vault orders=1 writes=1 lost=0"), "{ending}");
        assert!(written(&mut session, Format::Mermaid, u64::MAX).contains("participant vault"));
        assert!(written(&mut session, Format::Ndjson, u64::MAX).contains("granted"));
    }

    #[test]
    fn a_comment_stays_one() {
        assert_eq!(comment("#", "one\n\n----\ntwo"), "# one\n# ----\n# two\n");
    }
}
