//! What a person has seen of the transition tables, over all runs.
//!
//! A run shows a few cells of a table, and the next run starts over; a person does not. So the page
//! keeps, in the browser's memory and nowhere else, which cells it has shown, for each variant of
//! the tables. In another variant's table they count as well where the very same is done in them.
//! What only a broken rule has led to does not count: it is no part of the protocol.

use lockstep_core::cache::event::{CacheEvent, CellMark, DirectoryEvent};
use lockstep_core::cache::state::{CacheState, DirectoryState};
use lockstep_core::cache::table::{Variant, is_same_cell};
use lockstep_core::lab::cache::view::SeenView;

/// How many variants there are.
const VARIANTS: usize = 16;
/// The rows of both tables: caches' states, then directories'.
const ROWS: usize = CacheState::ALL.len() + DirectoryState::ALL.len();

/// Which cells were seen: for each variant, by its number, and each row, a bit for each column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen([[u16; ROWS]; VARIANTS]);

impl Seen {
    /// More was seen in a run of a variant, as far as nothing was broken. `true`: some of it had
    /// not been.
    pub fn add(&mut self, variant: Variant, seen: &SeenView) -> bool {
        let rows = &mut self.0[usize::from(variant.number())];
        let (caches, directories) = rows.split_at_mut(CacheState::ALL.len());
        add(caches, &seen.sound_cache) | add(directories, &seen.sound_directory)
    }

    /// What was seen elsewhere.
    pub fn join(&mut self, other: &Self) {
        let rows = self.0.iter_mut().flatten();
        rows.zip(other.0.iter().flatten()).for_each(|(row, more)| *row |= more);
    }

    /// Whether a cell of a variant's table was seen: in this variant or in one in which the same is
    /// done there.
    #[must_use]
    pub fn has(&self, variant: Variant, mark: CellMark) -> bool {
        let (state, event) = mark.numbers();
        let row = match mark {
            CellMark::Cache(..) => usize::from(state),
            CellMark::Directory(..) => CacheState::ALL.len() + usize::from(state),
        };
        (0..).zip(&self.0).any(|(number, rows)| {
            rows[row] & 1 << event != 0 && is_same_cell(mark, Variant::numbered(number), variant)
        })
    }

    /// As the browser keeps it: `2:1f,0,…` for each variant of which something was seen, by spaces.
    #[must_use]
    pub fn text(&self) -> String {
        let variants = (0..VARIANTS).zip(&self.0).filter(|(_, rows)| **rows != [0; ROWS]);
        let texts = variants.map(|(number, rows)| {
            let rows: Vec<String> = rows.iter().map(|row| format!("{row:x}")).collect();
            format!("{number:x}:{}", rows.join(","))
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    /// What a text says, as far as it can be read: it comes from outside.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut seen = Self::default();
        for part in text.split(' ') {
            let Some((number, rows)) = part.split_once(':') else { continue };
            let number = usize::from_str_radix(number, 16).ok();
            let Some(kept) = number.and_then(|number| seen.0.get_mut(number)) else { continue };
            for (place, row) in rows.split(',').enumerate().take(ROWS) {
                // Bits of columns that there are not would never be counted.
                let columns = if place < CacheState::ALL.len() {
                    CacheEvent::ALL.len()
                } else {
                    DirectoryEvent::ALL.len()
                };
                let there_are = u16::MAX >> (16 - columns);
                kept[place] |= u16::from_str_radix(row, 16).unwrap_or(0) & there_are;
            }
        }
        seen
    }
}

/// Sets the bits of more. `true`: some of them were not.
fn add(rows: &mut [u16], more: &[u32]) -> bool {
    let mut is_new = false;
    for (row, more) in rows.iter_mut().zip(more) {
        let more = u16::try_from(*more).unwrap_or(u16::MAX);
        is_new |= more & !*row != 0;
        *row |= more;
    }
    is_new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(row: u32, directory: u32) -> SeenView {
        let (sound_cache, sound_directory) = (vec![row], vec![directory]);
        SeenView { sound_cache, sound_directory, ..SeenView::default() }
    }

    #[test]
    fn what_was_seen_counts_where_the_same_is_done() {
        let mut seen = Seen::default();
        assert!(seen.add(Variant::MESI, &view(0b11, 1)));
        assert!(!seen.add(Variant::MESI, &view(0b01, 1)), "nothing new");
        let store = CellMark::Cache(CacheState::I, CacheEvent::Store);
        let read = CellMark::Directory(DirectoryState::I, DirectoryEvent::GetS);
        assert!([store, read].into_iter().all(|mark| seen.has(Variant::MESI, mark)));
        assert!(seen.has(Variant::MSI, store));
        assert!(!seen.has(Variant::MSI, read), "MSI's home answers otherwise");
        assert!(!seen.has(Variant::MESI, CellMark::Cache(CacheState::S, CacheEvent::Store)));
    }

    #[test]
    fn it_is_kept_as_a_text_and_what_is_wrong_in_one_is_passed_over() {
        let mut seen = Seen::default();
        assert_eq!(seen.text(), "");
        seen.add(Variant::MESI, &view(0b11, 1));
        seen.add(Variant::numbered(11), &view(0x8000, 0));
        assert_eq!(Seen::of_text(&seen.text()), seen);
        let mut other = Seen::of_text("2:4 z:1 77:1 3 2:,zz,-1 :");
        assert!(!other.has(Variant::MESI, CellMark::Cache(CacheState::I, CacheEvent::Store)));
        other.join(&seen);
        assert!(other.has(Variant::MESI, CellMark::Cache(CacheState::I, CacheEvent::Store)));
    }
}
