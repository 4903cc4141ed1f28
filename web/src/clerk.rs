//! The clerk: the part of the program that reads and writes files, in a worker of its own.
//!
//! Files of scenarios and exports are JSON and other texts for people and programs; reading and
//! writing them takes a tenth of all code, and most visits never do it. So it is a second program,
//! built from the same crates, which the page loads when it first needs it. It runs beside the
//! page, so that writing a long run down never holds up a frame.
//!
//! The two speak in links, which the page can write and read anyway: a file comes back from the
//! clerk as a link, and goes to it as one. An [`Errand`] goes out as a list of texts and comes back
//! as one [`Answer`]; errands are answered in their order.
//!
//! This module is what both sides share, and the clerk's work itself, which knows no browser.

use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::export::{Export, Format};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

use crate::catalogue::Language;

/// How many steps are written down at a time; in between, the clerk tells how far it is.
const SLICE: u64 = 2_000;
/// The most steps that a file tells of: it would be near a gigabyte.
const MOST_WRITTEN: u64 = 1_000_000;

/// Something that the clerk is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Read a scenario file; the answer is its link's fragment.
    Read(String),
    /// Write a scenario file; the answer is its text.
    Write {
        /// The file's name.
        name: String,
        /// The scenario's link.
        link: String,
    },
    /// Write a run down, up to the moment of its link. Its pieces come before the answer, which is
    /// empty.
    Export {
        /// The file's name.
        name: String,
        /// As what.
        format: Format,
        /// The run's link.
        link: String,
        /// What the file says of itself, where its format has comments.
        intent: String,
    },
}

/// A piece of a file that is being written, and how much of it there is by now, in percent.
pub type Piece = (String, u64);

/// What the clerk says: what was asked for, or what is wrong, in words.
pub type Answer = Result<String, String>;

impl Errand {
    /// Its parts, for the way to the clerk: a word for its kind first.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Read(text) => vec!["read", text],
            Self::Write { link, .. } => vec!["write", link],
            Self::Export { format, link, intent, .. } => {
                vec!["export", format.name(), link, intent]
            }
        }
    }
}

/// What the clerk sends, by number.
pub mod sent {
    /// What is wrong with an errand, in words.
    pub const FAILED: u8 = 0;
    /// The answer to an errand.
    pub const DONE: u8 = 1;
    /// A piece of a long answer.
    pub const PIECE: u8 = 2;
}

/// Does what the parts of an errand say, and gives the pieces of a long answer out as they come.
///
/// # Errors
/// What is wrong, in words of that language.
pub fn carry_out(language: Language, parts: &[&str], give: &mut dyn FnMut(Piece)) -> Answer {
    match parts {
        ["read", text] => {
            let scenario = Scenario::from_json(text).map_err(|problem| language.problem(&problem));
            scenario.map(|scenario| scenario.encode())
        }
        ["write", link] => scenario(language, link).map(|scenario| scenario.to_json()),
        ["export", format, link, intent] => {
            let known = Format::ALL.into_iter().find(|known| known.name() == *format);
            let format = known.ok_or_else(String::new)?;
            export(&scenario(language, link)?, format, intent, give);
            Ok(String::new())
        }
        _ => Err(String::new()),
    }
}

fn export(scenario: &Scenario, format: Format, intent: &str, give: &mut dyn FnMut(Piece)) {
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.cursor.map_or(Moment::START, |cursor| cursor.at)));
    let last = session.steps();
    let steps = last.saturating_sub(MOST_WRITTEN)..=last;
    let mut export = Export::begin(&mut session, format, steps, intent);
    while let Some(piece) = export.work(&session, SLICE) {
        give((piece, export.percent()));
    }
}

fn scenario(language: Language, link: &str) -> Result<Scenario, String> {
    Scenario::decode(link).map_err(|problem| language.problem(&problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::scenario::gallery::Story;

    fn ask(errand: &Errand) -> Answer {
        carry_out(Language::English, &errand.parts(), &mut |_| panic!("a short answer"))
    }

    #[test]
    fn a_run_is_written_down_in_pieces_to_its_last_event() {
        let mut session = Story::LeaderCrash.scenario().open();
        session.go(Goal::Moment(Moment::after(3_000_000)));
        let scenario = Scenario::capture(&session, 5_000_000);
        let errand = |format| Errand::Export {
            name: String::new(),
            format,
            link: scenario.encode(),
            intent: "Why?".to_owned(),
        };
        let written = |format| {
            let (mut text, mut percents) = (String::new(), Vec::new());
            let mut give = |(piece, percent): Piece| {
                text.push_str(&piece);
                percents.push(percent);
            };
            let answer = carry_out(Language::English, &errand(format).parts(), &mut give);
            assert_eq!(answer, Ok(String::new()));
            assert!(percents.is_sorted() && percents.last() == Some(&100), "{percents:?}");
            text
        };
        let events = session.events(0, session.steps()).len();
        assert_eq!(written(Format::Ndjson).lines().count(), events);
        assert!(written(Format::Golden).starts_with("# Why?\n{"));
        assert!(written(Format::Mermaid).contains("sequenceDiagram"));
    }

    #[test]
    fn a_file_comes_back_as_the_link_that_it_went_as() {
        for story in Story::ALL {
            let link = story.scenario().encode();
            let written = ask(&Errand::Write { name: String::new(), link: link.clone() });
            let read = ask(&Errand::Read(written.expect("a link is written as a file")));
            assert_eq!(read, Ok(link), "{story:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_words() {
        let file = "{\"lockstep\": 1, \"lab\": \"raft\", \"sed\": 3}";
        let said = ask(&Errand::Read(file.to_owned())).expect_err("a misspelt field");
        assert!(said.contains("sed"), "{said}");
        assert!(ask(&Errand::Write { name: String::new(), link: "#x".to_owned() }).is_err());
    }
}
