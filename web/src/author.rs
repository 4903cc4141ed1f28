//! What a person adds to a run beside interventions (names of branches, bookmarks), what they
//! compare it with, and whether they show it to a room: state, actions, and what follows from them
//! without a browser.

use std::rc::Rc;

use lockstep_core::check::Check;
use lockstep_core::lab::compare::{Comparison, Finding};
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::scenario::{Bookmark, Expected, Scenario};
use lockstep_core::sim::time::Moment;

use crate::catalogue::Language;
use crate::diagram::reading::Reading;
use crate::geometry::Form;
use crate::model::Model;

/// What a person adds to a run, and does with it.
#[derive(Clone, Debug, Default)]
pub struct Author {
    /// Places worth going to, in order.
    pub bookmarks: Rc<[Bookmark]>,
    /// The verdicts that the scenario expects; the page only passes them on.
    pub expect: Vec<(Check, Expected)>,
    /// What is being written.
    pub entry: Option<Entry>,
    /// The branch that is to be taken away, if that is confirmed.
    pub removing: Option<usize>,
    /// Whether the list of bookmarks is open.
    pub listing: bool,
    /// What the current branch is compared with.
    pub compared: Option<Compared>,
    /// The branch that the tree was last scrolled to.
    pub revealed: usize,
    /// Whether the page is shown to a room: large type, few controls.
    pub projector: bool,
}

/// A text that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What for.
    pub subject: Subject,
    /// As it stands.
    pub text: String,
}

/// What a text is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The name of a branch.
    Name(usize),
    /// What a bookmark at this place says; it is there already, or will be.
    Bookmark(usize, Moment),
}

/// A comparison of the current branch with another.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The other branch.
    pub other: usize,
    /// How far it has come; its first side is the current branch.
    pub comparison: Comparison,
    /// Until when it looks, in microseconds.
    pub until_us: u64,
    /// Until when the other branch was seen, as far as it can be, in microseconds.
    pub seen_us: u64,
    /// The messages of the other branch that the window shows.
    pub reading: Reading,
    /// What it holds for: the session's revision, and the branch that was the current one.
    pub valid: (u64, usize),
}

/// Something that an author does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorAction {
    /// The current branch is to get another name.
    Rename,
    /// This moment is to be bookmarked.
    Bookmark,
    /// What a bookmark says is to be changed.
    Edit(usize),
    /// The text that is written, as it stands.
    Draft(String),
    /// The text is written.
    Enter,
    /// The text, or the question, is put away.
    Cancel,
    /// The current branch is to be taken away: is that meant?
    Remove,
    /// It is.
    ConfirmRemove,
    /// A bookmark is taken away.
    DropBookmark(usize),
    /// The list of bookmarks opens or closes.
    List,
    /// The cursor goes to a bookmark.
    GoTo(usize),
    /// The cursor goes to the next bookmark.
    Next,
    /// The cursor goes to the one before.
    Previous,
    /// The current branch is compared with another, or with none any more.
    Compare(Option<usize>),
    /// The current branch is compared with one that differs in a setting from the beginning on.
    CompareWith(AnySetting, u64),
    /// The cursor goes to the first difference.
    GoToDifference,
    /// Projector mode begins or ends.
    Projector(bool),
    /// One or the other.
    ToggleProjector,
}

/// How tall a branch is in the tree, in pixels: a target for a finger on a phone.
#[must_use]
pub const fn pitch(form: Form) -> usize {
    match form {
        Form::Narrow => 44,
        Form::Wide => 24,
    }
}

impl Author {
    /// What the author of a scenario has added to it.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let bookmarks = scenario.bookmarks.clone().into();
        Self { bookmarks, expect: scenario.expect.clone(), ..Self::default() }
    }

    /// Whether a comparison is under way.
    #[must_use]
    pub fn is_comparing(&self) -> bool {
        self.compared.as_ref().is_some_and(|compared| compared.comparison.finding().is_none())
    }

    /// When the first difference between the branches that are compared is, in microseconds.
    #[must_use]
    pub fn difference_us(&self) -> Option<u64> {
        match self.compared.as_ref()?.comparison.finding()? {
            Finding::Differ { time_us } => Some(time_us),
            Finding::Alike => None,
        }
    }

    /// Where the bookmark at a place is in the list, or where it would be.
    ///
    /// # Errors
    /// Where it would be.
    pub fn find(&self, place: (usize, Moment)) -> Result<usize, usize> {
        self.bookmarks.binary_search_by_key(&place, Bookmark::place)
    }

    /// The next bookmark after a place, or the last before it.
    #[must_use]
    pub fn neighbour(&self, place: (usize, Moment), forward: bool) -> Option<usize> {
        let found = self.find(place);
        if forward {
            let next = found.map_or_else(|next| next, |here| here + 1);
            (next < self.bookmarks.len()).then_some(next)
        } else {
            found.unwrap_or_else(|next| next).checked_sub(1)
        }
    }

    /// Writes what the bookmark at a place says, in a language; it is made if it is not there. The
    /// other language says the same, unless it has been given words of its own.
    pub fn write(&mut self, (branch, at): (usize, Moment), text: String, language: Language) {
        let mut all = self.bookmarks.to_vec();
        match self.find((branch, at)) {
            Err(place) => {
                let english = text.clone();
                all.insert(place, Bookmark { branch, at, english, indonesian: text });
            }
            Ok(place) => {
                let bookmark = &mut all[place];
                let one = bookmark.english == bookmark.indonesian || text.is_empty();
                let [written, other] = match language {
                    Language::English => [&mut bookmark.english, &mut bookmark.indonesian],
                    Language::Indonesian => [&mut bookmark.indonesian, &mut bookmark.english],
                };
                if one {
                    other.clone_from(&text);
                }
                *written = text;
            }
        }
        self.bookmarks = all.into();
    }
}

/// What a bookmark says in a language.
#[must_use]
pub fn text(bookmark: &Bookmark, language: Language) -> &str {
    match language {
        Language::English => &bookmark.english,
        Language::Indonesian => &bookmark.indonesian,
    }
}

impl Model {
    /// What the branches are called in the language of the page.
    #[must_use]
    pub fn branch_names(&self) -> Vec<&str> {
        let names = self.session.branch_names().iter();
        names.map(|name| self.preferences.language.branch(name)).collect()
    }

    /// What the author of the run says at this moment: the last caption up to here, or the last
    /// bookmark that this branch passes through, whichever is later.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        let (language, now) = (self.preferences.language, self.scene.moment);
        let caption = self.caption().map(|caption| {
            let text = match language {
                Language::English => &caption.english,
                Language::Indonesian => &caption.indonesian,
            };
            (caption.at, text.as_str())
        });
        let branch = self.session.current_branch();
        let bookmark = self
            .author
            .bookmarks
            .iter()
            .filter(|bookmark| bookmark.at <= now && !bookmark.english.is_empty())
            .filter(|bookmark| self.session.passes(branch, bookmark.branch, bookmark.at))
            .max_by_key(|bookmark| bookmark.at)
            .map(|bookmark| (bookmark.at, text(bookmark, language)));
        caption.max(bookmark).map(|(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author() -> Author {
        let mut author = Author::default();
        for (branch, time_us) in [(1, 50), (0, 200), (0, 100)] {
            author.write((branch, Moment::before(time_us)), "one".to_owned(), Language::English);
        }
        author
    }

    #[test]
    fn bookmarks_are_walked_branch_by_branch_in_order_of_time() {
        let author = author();
        let walked =
            |branch, time_us, forward| author.neighbour((branch, Moment::before(time_us)), forward);
        assert_eq!([0, 100, 150, 200].map(|time| walked(0, time, true)), [0, 1, 1, 2].map(Some));
        assert_eq!(walked(1, 50, true), None);
        assert_eq!([100, 101, 200].map(|time| walked(0, time, false)), [None, Some(0), Some(0)]);
        assert_eq!(walked(1, 99, false), Some(2));
    }

    #[test]
    fn a_text_in_one_language_is_one_in_both_until_the_other_has_its_own() {
        let mut author = author();
        let place = (0, Moment::before(100));
        author.write(place, "dua".to_owned(), Language::Indonesian);
        assert_eq!((&*author.bookmarks[0].english, author.bookmarks.len()), ("dua", 3));
        let mut all = author.bookmarks.to_vec();
        all[0].english = "two".to_owned();
        author.bookmarks = all.into();
        author.write(place, "three".to_owned(), Language::English);
        let Bookmark { english, indonesian, .. } = &author.bookmarks[0];
        assert_eq!((&**english, &**indonesian), ("three", "dua"));
        author.write(place, String::new(), Language::English);
        assert!(author.bookmarks[0].indonesian.is_empty(), "nothing to say is nothing in both");
    }
}
