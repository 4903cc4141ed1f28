//! Bookmarks: places in the tree that an author wants to come back to, or to lead others to.
//!
//! A caption belongs to a time and shows on every branch; a bookmark belongs to a branch. What it
//! says is shown from its moment on, on its branch and on those that pass through that very moment.
//! To write it in one language is enough: a text that is not given is that of the other language.

use super::{LONGEST_CAPTION, MOST_BOOKMARKS, Problem, Scenario, Unit, Wrong};
use super::{check_length, check_moment, no_branch};
use crate::lab::Session;
use crate::sim::time::Moment;

/// A place worth going to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// The branch: 0 for the first.
    pub branch: usize,
    /// The moment.
    pub at: Moment,
    /// What to say there, in English; may be empty.
    pub english: String,
    /// The same in Indonesian.
    pub indonesian: String,
}

impl Bookmark {
    /// Bookmarks are in this order, and no two are at one place.
    #[must_use]
    pub const fn place(&self) -> (usize, Moment) {
        (self.branch, self.at)
    }
}

impl Scenario {
    pub(super) fn check_bookmarks(&self) -> Result<(), Problem> {
        if self.bookmarks.len() > MOST_BOOKMARKS {
            let wrong = Wrong::TooLong(MOST_BOOKMARKS as u64, Unit::Bookmarks);
            return Err(Problem::new("bookmarks", wrong));
        }
        let mut before = None;
        for (nth, bookmark) in self.bookmarks.iter().enumerate() {
            let path = format!("bookmarks[{nth}]");
            if bookmark.branch > self.branches.len() {
                return Err(Problem::new(format!("{path}.branch"), no_branch(self.branches.len())));
            }
            check_moment(&format!("{path}.at"), bookmark.at)?;
            if before >= Some(bookmark.place()) {
                return Err(Problem::new(format!("{path}.at"), Wrong::OutOfOrder));
            }
            before = Some(bookmark.place());
            // A text in one language is one in the other too, unless that has its own.
            if bookmark.english.is_empty() != bookmark.indonesian.is_empty() {
                return Err(Problem::new(format!("{path}.say"), Wrong::Missing));
            }
            for text in [&bookmark.english, &bookmark.indonesian] {
                check_length(&path, text, LONGEST_CAPTION)?;
            }
        }
        Ok(())
    }
}

/// The bookmarks as they are when a branch is about to be taken away. One whose moment another
/// branch passes through too moves there; the others of the branch go with it.
#[must_use]
pub fn rehomed(bookmarks: &[Bookmark], session: &Session, gone: usize) -> Vec<Bookmark> {
    let others = || (0..session.branches().len()).filter(|other| *other != gone);
    let home = |bookmark: &Bookmark| {
        if bookmark.branch != gone {
            return Some(bookmark.branch);
        }
        others().find(|other| session.passes(*other, gone, bookmark.at))
    };
    let moved = |bookmark: &Bookmark| {
        let branch = home(bookmark)?;
        let branch = branch - usize::from(branch > gone);
        Some(Bookmark { branch, ..bookmark.clone() })
    };
    let mut kept: Vec<Bookmark> = Vec::new();
    for bookmark in bookmarks.iter().filter_map(moved) {
        // Two that have come to one place are of one moment of the run: the older branch's stays.
        if let Err(place) = kept.binary_search_by_key(&bookmark.place(), Bookmark::place) {
            kept.insert(place, bookmark);
        }
    }
    kept
}
