//! Where in the gallery each cell of the cache's tables can be seen.
//!
//! Whoever presses a cell of the transition table that this run has not come to is led to a story
//! that does. Which, nobody typed in: a test plays every story of the cache lab on every branch,
//! takes for each cell the shortest run that comes to it, one without a broken rule where there is
//! one, and holds what it finds against `cells.bin`, which the page has. It writes it anew with
//!
//! ```text
//! LOCKSTEP_REGENERATE=1 cargo test -p lockstep-tests --test cache_cells
//! ```
//!
//! The tables of two variants differ in a few cells only, so an example is one for every variant in
//! which the very same is done in the cell; where variants differ, each has its own.

use super::CacheStory;
use crate::cache::event::{CacheEvent, CellMark, DirectoryEvent};
use crate::cache::state::{CacheState, DirectoryState};
use crate::cache::table::{Variant, is_same_cell};
use crate::sim::process::NodeId;
use crate::sim::time::Moment;

/// The examples, sorted by cells, [`CellExample::bytes`] each.
const CELLS: &[u8] = include_bytes!("cells.bin");
/// How long one is, in bytes.
const LENGTH: usize = 12;
/// Set in a row's number where the table is that of directories.
const OF_DIRECTORY: u8 = 0x80;

/// A moment of the gallery in which a cell of a table is carried out, or lets something wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellExample {
    /// Which cell.
    pub mark: CellMark,
    /// Of which variant's table, at that moment.
    pub variant: Variant,
    /// In which story.
    pub story: CacheStory,
    /// On which of its branches, from 0.
    pub branch: u8,
    /// When: the moment after the step in which it is.
    pub at: Moment,
    /// In which cache, or at which home.
    pub node: NodeId,
    /// On which line, from 0.
    pub line: u8,
}

impl CellExample {
    /// What stands for it in `cells.bin`.
    ///
    /// # Panics
    /// If a number is too large for that: stories are short.
    #[must_use]
    pub fn bytes(&self) -> [u8; LENGTH] {
        let (state, event) = self.mark.numbers();
        let table = if matches!(self.mark, CellMark::Directory(..)) { OF_DIRECTORY } else { 0 };
        let story = CacheStory::ALL.iter().position(|story| *story == self.story);
        let story = story.and_then(|place| u8::try_from(place).ok()).expect("it is listed");
        let taken = u8::try_from(self.at.taken).expect("few steps at a time");
        let time_us = u32::try_from(self.at.time_us).expect("stories are short");
        let [one, two, three, four] = time_us.to_le_bytes();
        let variant = self.variant.number();
        let [node, line] = [self.node.0, self.line];
        [
            table | state,
            event,
            story,
            self.branch,
            variant,
            node,
            line,
            taken,
            one,
            two,
            three,
            four,
        ]
    }

    fn of_bytes(bytes: [u8; LENGTH]) -> Option<Self> {
        let [row, column, story, branch, variant, node, line, taken, time_us @ ..] = bytes;
        let (state, event) = ((row & !OF_DIRECTORY).into(), column.into());
        let mark = if row & OF_DIRECTORY == 0 {
            CellMark::Cache(*CacheState::ALL.get::<usize>(state)?, *CacheEvent::ALL.get(event)?)
        } else {
            let state = *DirectoryState::ALL.get::<usize>(state)?;
            CellMark::Directory(state, *DirectoryEvent::ALL.get::<usize>(event)?)
        };
        let at = Moment { time_us: u32::from_le_bytes(time_us).into(), taken: taken.into() };
        let (variant, story) =
            (Variant::numbered(variant), *CacheStory::ALL.get(usize::from(story))?);
        Some(Self { mark, variant, story, branch, at, node: NodeId(node), line })
    }

    /// Every example, sorted by cells.
    pub fn all() -> impl Iterator<Item = Self> {
        CELLS.as_chunks::<LENGTH>().0.iter().filter_map(|bytes| Self::of_bytes(*bytes))
    }

    /// Where the gallery shows what a variant does in a cell, if it does.
    #[must_use]
    pub fn of(variant: Variant, mark: CellMark) -> Option<Self> {
        let mut all = Self::all();
        all.find(|one| one.mark == mark && is_same_cell(mark, one.variant, variant))
    }
}
