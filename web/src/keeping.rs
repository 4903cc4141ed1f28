//! Keeping runs, and handing them on: what the page knows of it, and what can be asked of it.
//!
//! A run is kept as the fragment of its link, so what is kept is as small and as lasting as a link
//! is. The browser's memory holds it under its name ([`effect::memory`](crate::effect::memory));
//! the model holds the list, read anew whenever it is shown, because another window may change it.

use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::export::Format;

use crate::embed::Embed;
use crate::speech::Speech;

/// The longest name of a run, in characters.
pub const LONGEST_NAME: usize = 60;
/// The longest link that travels everywhere, in characters: some programs cut longer ones.
pub const LONGEST_LINK: usize = 2_000;

/// What the page knows of runs that are kept or handed on.
#[derive(Debug, Default)]
pub struct Keeping {
    /// The runs in the browser's memory, the newest first.
    pub kept: Vec<Kept>,
    /// The name under which the run is to be kept.
    pub name: String,
    /// The kept run of this name is being renamed or deleted.
    pub editing: Option<(String, Edit)>,
    /// How much of the file that the clerk is writing there is, in percent.
    pub writing: Option<u64>,
    /// What is in the link that was made last.
    pub inside: Inside,
    /// Whether the share dialog is wanted, even where the link is short and in the clipboard.
    pub wants_details: bool,
    /// How the page is embedded in another, if it is.
    pub embed: Option<Embed>,
    /// What a screen reader hears.
    pub speech: Speech,
}

/// A run in the browser's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// When it was kept, by the person's clock: `2026-11-25 14:30`.
    pub date: String,
    /// Its link's fragment.
    pub fragment: String,
}

/// What is being done to a kept run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It gets another name: as far as it is typed.
    Rename(String),
    /// It goes, if the person is sure.
    Delete,
}

/// How much is in a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// Interventions.
    pub choices: usize,
    /// Branches.
    pub branches: usize,
    /// Bookmarks.
    pub bookmarks: usize,
    /// Captions.
    pub captions: usize,
}

impl Inside {
    /// What is in a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let grown = scenario.branches.iter().map(|branch| branch.choices.len());
        Self {
            choices: scenario.choices.len() + grown.sum::<usize>(),
            branches: scenario.branches.len() + 1,
            bookmarks: scenario.bookmarks.len(),
            captions: scenario.captions.len(),
        }
    }
}

/// Something is asked for, or has been done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The dialog is to be shown.
    Show,
    /// These runs are in the browser's memory.
    Listed(Vec<Kept>),
    /// The browser's memory is full, or there is none.
    Refused,
    /// The run is to be kept under another name.
    Name(String),
    /// The run is to be kept.
    Save,
    /// A kept run is to be opened: its name and fragment.
    Open(Kept),
    /// A kept run is to be renamed or deleted, or not any longer.
    Edit(Option<(String, Edit)>),
    /// What was begun with [`Keep::Edit`] is to be done.
    Confirm,
    /// The run is to be written to a file.
    Write(Format),
    /// What the timeline shows is to be written to a file, as a picture.
    Draw,
    /// So much of it is written, in percent.
    Progress(u64),
    /// It is written, or cannot be.
    Written,
    /// It is not to be written after all.
    StopWriting,
    /// A text is to be copied.
    Copy(String),
    /// A text is in the clipboard, or is not.
    Copied(bool),
    /// The share dialog is wanted.
    Details,
    /// This moment is wanted in a window of its own.
    OpenAlone,
}

/// What the browser's memory is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Memory {
    /// The list of runs, which is given after all others too.
    List,
    /// A run is kept under a name, in place of one that had it.
    Put {
        /// The name.
        name: String,
        /// The fragment.
        fragment: String,
    },
    /// A run is forgotten.
    Remove(String),
    /// A run gets another name.
    Rename {
        /// The name that it has.
        from: String,
        /// The name that it gets.
        to: String,
    },
}

/// What there is to say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The run is kept.
    Kept,
    /// The browser's memory is full, or there is none.
    Refused,
    /// Another run has this name.
    NameTaken,
    /// A text was copied.
    Copied,
    /// A text could not be copied.
    NotCopied,
}

impl Said {
    /// Whether it says that something went wrong.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Refused | Self::NotCopied)
    }
}

/// A name as it is kept: without space around it, and not too long.
#[must_use]
pub fn clean_name(typed: &str) -> String {
    typed.trim().chars().take(LONGEST_NAME).collect::<String>().trim_end().to_owned()
}

impl Keeping {
    /// Whether a kept run has this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.kept.iter().any(|kept| kept.name == name)
    }
}

/// The code that puts a link's moment into another page.
#[must_use]
pub fn embed_code(link: &str) -> String {
    let (address, fragment) = link.split_once('#').unwrap_or((link, ""));
    let address = address.split('?').next().unwrap_or(address);
    // An address may hold what an attribute may not.
    let address = address.replace('&', "&amp;").replace('"', "%22");
    format!(
        "<iframe src=\"{address}?embed#{fragment}\" width=\"100%\" height=\"480\" \
         title=\"Lockstep\"></iframe>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::scenario::gallery::Story;

    #[test]
    fn names_are_kept_clean() {
        assert_eq!(clean_name("  my run \n"), "my run");
        assert_eq!(clean_name(&"é".repeat(99)).chars().count(), LONGEST_NAME);
        assert_eq!(clean_name("   "), "");
    }

    #[test]
    fn the_code_for_another_page_keeps_the_moment_and_asks_for_the_small_form() {
        let code = embed_code("https://a.example/x/?theme=\"&play#abc");
        assert!(code.starts_with("<iframe src=\"https://a.example/x/?embed#abc\" "), "{code}");
        assert_eq!(code.matches('"').count() % 2, 0);
    }

    #[test]
    fn what_is_in_a_link_is_counted_over_all_branches() {
        let scenario = Story::OldTermEntry.scenario();
        let inside = Inside::of(&scenario);
        assert_eq!(inside.branches, scenario.branches.len() + 1);
        assert!(inside.branches > 1 && inside.choices > scenario.choices.len());
    }
}
