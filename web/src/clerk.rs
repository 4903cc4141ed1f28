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

use crate::catalogue::Language;

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
}

/// What the clerk says: what was asked for, or what is wrong, in words.
pub type Answer = Result<String, String>;

impl Errand {
    /// Its parts, for the way to the clerk: a word for its kind first.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Read(text) => vec!["read", text],
            Self::Write { link, .. } => vec!["write", link],
        }
    }
}

/// Does what the parts of an errand say.
///
/// # Errors
/// What is wrong, in words of that language.
pub fn carry_out(language: Language, parts: &[&str]) -> Answer {
    match parts {
        ["read", text] => {
            let scenario = Scenario::from_json(text).map_err(|problem| language.problem(&problem));
            scenario.map(|scenario| scenario.encode())
        }
        ["write", link] => scenario(language, link).map(|scenario| scenario.to_json()),
        _ => Err(String::new()),
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
        carry_out(Language::English, &errand.parts())
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
