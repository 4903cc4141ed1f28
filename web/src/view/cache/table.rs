//! The transition table: rows are states, columns are events, and each cell is what the controllers
//! carry out. It fills in as transitions are seen; a cell that is pressed says what is done in it,
//! and leads to a moment of the run in which it was.

use lockstep_core::cache::event::{CacheEvent, DirectoryEvent};
use lockstep_core::cache::state::DirectoryState;
use lockstep_core::cache::table::{
    Cell, Variant, cache_cell, cache_cell_is_own, directory_cell, directory_cell_is_own,
};
use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::landmark::{CellMark, Landmark};
use yew::prelude::*;

use super::super::Context;
use super::state_text;
use crate::action::Action;
use crate::catalogue::{StageWord, cell_name};
use crate::coherence::{Look, states, variant};
use crate::meaning::MeaningAction;
use crate::model::Model;

/// What is in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    Impossible,
    Stall,
    Do { actions: Vec<&'static str>, next: &'static str },
}

/// A row: the name of a state, and a cell for each column.
struct Row {
    state: &'static str,
    cells: Vec<(CellMark, Entry, bool)>,
}

/// One of the two tables, without columns in which nothing is.
struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Row>,
}

impl Table {
    /// How many transitions there are, and how many of them were seen.
    fn count(&self) -> (usize, usize) {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let cells = cells.filter(|(_, entry, _)| matches!(entry, Entry::Do { .. }));
        cells.fold((0, 0), |(seen, all), (.., is_seen)| (seen + usize::from(*is_seen), all + 1))
    }

    fn entry(&self, mark: CellMark) -> Option<(&Entry, bool)> {
        let mut cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.find(|(other, ..)| *other == mark).map(|(_, entry, seen)| (entry, *seen))
    }

    fn without_empty_columns(mut self) -> Self {
        let used =
            |column: usize| self.rows.iter().any(|row| row.cells[column].1 != Entry::Impossible);
        let used: Vec<bool> = (0..self.columns.len()).map(used).collect();
        let mut keep = used.iter();
        self.columns.retain(|_| *keep.next().unwrap_or(&true));
        for row in &mut self.rows {
            let mut keep = used.iter();
            row.cells.retain(|_| *keep.next().unwrap_or(&true));
        }
        self
    }
}

/// Whether a bit is set.
fn has(seen: &[u32], state: u8, event: u8) -> bool {
    seen.get(usize::from(state)).is_some_and(|bits| bits & 1 << event != 0)
}

fn of_caches(variant: Variant, seen: &[u32]) -> Table {
    let rows = states(variant).into_iter().map(|state| {
        let cell = |event: CacheEvent| {
            let entry = match cache_cell(variant, state, event) {
                Cell::Impossible => Entry::Impossible,
                Cell::Stall => Entry::Stall,
                Cell::Do { actions, next } => Entry::Do {
                    actions: actions.iter().map(|action| action.name()).collect(),
                    next: next.name(),
                },
            };
            let is_seen = has(seen, state.number(), event.number());
            (CellMark::Cache(state, event), entry, is_seen)
        };
        Row { state: state.name(), cells: CacheEvent::ALL.map(cell).into() }
    });
    let columns = CacheEvent::ALL.map(CacheEvent::name).into();
    Table { columns, rows: rows.collect() }.without_empty_columns()
}

fn of_directories(variant: Variant, seen: &[u32]) -> Table {
    let rows = DirectoryState::ALL.into_iter().map(|state| {
        let cell = |event: DirectoryEvent| {
            let entry = match directory_cell(variant, state, event) {
                Cell::Impossible => Entry::Impossible,
                Cell::Stall => Entry::Stall,
                Cell::Do { actions, next } => Entry::Do {
                    actions: actions.iter().map(|action| action.name()).collect(),
                    next: next.name(),
                },
            };
            let is_seen = has(seen, state.number(), event.number());
            (CellMark::Directory(state, event), entry, is_seen)
        };
        Row { state: state.name(), cells: DirectoryEvent::ALL.map(cell).into() }
    });
    let all: Vec<Row> = rows.collect();
    let is_used = |row: &Row| row.cells.iter().any(|(_, entry, _)| *entry != Entry::Impossible);
    let rows = all.into_iter().filter(is_used).collect();
    let columns = DirectoryEvent::ALL.map(DirectoryEvent::name).into();
    Table { columns, rows }.without_empty_columns()
}

/// The page of the side panel.
pub(in super::super) fn panel(model: &Model, page: &Context, cache: &CacheView) -> Html {
    let coherence = &model.coherence;
    let variant = variant(&cache.variant);
    let of_directory = coherence.of_directory && !cache.variant.bus;
    let table = if of_directory {
        of_directories(variant, &cache.seen.directory)
    } else {
        of_caches(variant, &cache.seen.cache)
    };
    let (seen, all) = table.count();
    let choice = |word: StageWord, directory: bool| {
        let look = Action::Look(Look::Table { of_directory: directory });
        html! {
            <button
                key={directory.to_string()}
                class="button small"
                aria-pressed={(directory == of_directory).to_string()}
                onclick={page.on::<MouseEvent>(look)}
            >
                { page.language.stage(word) }
            </button>
        }
    };
    let mut choices = vec![choice(StageWord::OfCaches, false)];
    if !cache.variant.bus {
        choices.push(choice(StageWord::OfDirectories, true));
    }
    let hint = || html! { <p class="remark">{ page.language.press_a_cell() }</p> };
    let shown = coherence.cell.and_then(|mark| detail(page, &table, mark, variant));
    let share = (seen * 100).checked_div(all).unwrap_or(0);
    html! {
        <div class="coherence-table">
            <p class="variant">{ page.language.variant_name(cache) }</p>
            <div class="pair" role="group" aria-label={page.language.stage(StageWord::TableTab)}>
                { for choices }
            </div>
            <p class="cells-seen" role="status">{ page.language.cells_seen(seen, all) }</p>
            <svg class="share" aria-hidden="true">
                <rect class="all" width="100%" height="6" rx="3" />
                <rect class="part" width={format!("{share}%")} height="6" rx="3" />
            </svg>
            <div class="cell-detail">
                { shown.unwrap_or_else(hint) }
            </div>
            { matrix(page, &table, coherence.cell) }
        </div>
    }
}

/// The table itself: small cells, which say more when they are pressed.
fn matrix(page: &Context, table: &Table, chosen: Option<CellMark>) -> Html {
    let column = |name: &&'static str| {
        html! { <th key={*name} scope="col"><span>{ *name }</span></th> }
    };
    let cell = |(nth, (mark, entry, seen)): (usize, &(CellMark, Entry, bool))| {
        let (sign, class) = match entry {
            Entry::Impossible => return html! { <td key={nth} class="impossible" /> },
            Entry::Stall => ("‖", "stall"),
            Entry::Do { next, .. } => (short(next), "moves"),
        };
        let what = match entry {
            Entry::Do { actions, next } => format!(": {} → {next}", actions.join("; ")),
            Entry::Impossible | Entry::Stall => String::new(),
        };
        let is_chosen = chosen == Some(*mark);
        let seen_word = page.language.stage(match (entry, seen) {
            (Entry::Stall, _) => StageWord::Stall,
            (_, true) => StageWord::Seen,
            (_, false) => StageWord::Unseen,
        });
        html! {
            <td key={nth}>
                <button
                    class={classes!(class, seen.then_some("seen"))}
                    aria-pressed={is_chosen.to_string()}
                    aria-label={format!("{}: {seen_word}", cell_name(*mark))}
                    title={format!("{}{what} ({seen_word})", cell_name(*mark))}
                    onclick={page.on::<MouseEvent>(Action::Look(Look::Cell(*mark)))}
                >
                    { sign }
                </button>
            </td>
        }
    };
    let row = |row: &Row| {
        html! {
            <tr key={row.state}>
                <th scope="row">{ row.state }</th>
                { for row.cells.iter().enumerate().map(cell) }
            </tr>
        }
    };
    html! {
        <div
            class="matrix"
            tabindex="0"
            role="region"
            aria-label={page.language.stage(StageWord::TableTab)}
        >
            <table>
                <thead>
                    <tr>
                        <th key="state" scope="col">
                            <span class="unseen">{ page.language.stage(StageWord::State) }</span>
                        </th>
                        { for table.columns.iter().map(column) }
                    </tr>
                </thead>
                <tbody>{ for table.rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

/// A state in a small cell: its letter, with a dot for one on its way.
fn short(state: &'static str) -> &'static str {
    match state {
        "M" | "E" | "S" | "I" => state,
        _ => "…",
    }
}

/// What is done in a cell, and the ways to where it was, or will be.
fn detail(page: &Context, table: &Table, mark: CellMark, variant: Variant) -> Option<Html> {
    let word = |word| page.language.stage(word);
    let (entry, seen) = table.entry(mark)?;
    let (actions, next) = match entry {
        Entry::Impossible => return None,
        Entry::Stall => (vec![word(StageWord::Stall)], None),
        Entry::Do { actions, next } => (actions.clone(), Some(*next)),
    };
    let own = match mark {
        CellMark::Cache(state, event) => cache_cell_is_own(variant, state, event),
        CellMark::Directory(state, event) => directory_cell_is_own(variant, state, event),
    };
    let actions =
        if actions.is_empty() { word(StageWord::NoAction).to_owned() } else { actions.join("; ") };
    let landmark = Landmark::Cell(mark);
    let way = |name, action| {
        html! {
            <button
                key={word(name)}
                class="button"
                onclick={page.on::<MouseEvent>(Action::Meaning(action))}
            >
                { word(name) }
            </button>
        }
    };
    let earlier = way(StageWord::EarlierExample, MeaningAction::Previous(landmark));
    let later = way(StageWord::LaterExample, MeaningAction::Next(landmark));
    let ways = match (next, seen) {
        (None, _) => Vec::new(),
        (_, true) => vec![earlier, later],
        (_, false) => vec![later],
    };
    let state = word(match (next, seen) {
        (None, _) => StageWord::Stall,
        (_, true) => StageWord::Seen,
        (_, false) => StageWord::Unseen,
    });
    let source = word(if own { StageWord::Own } else { StageWord::Primer });
    Some(html! {
        <div class={classes!((!seen && next.is_some()).then_some("not-seen"))}>
            <h3>{ cell_name(mark) }</h3>
            <p>
                <span>{ actions }</span>
                if let Some(next) = next {
                    { " → " }{ state_text(next) }
                }
            </p>
            <p class="remark">{ format!("{state} · {source}") }</p>
            <div class="dialog-tools">{ for ways }</div>
        </div>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fills_in_as_its_cells_are_seen() {
        let (seen, all) = of_caches(Variant::MESI, &[]).count();
        assert!(seen == 0 && all > 30, "{all}");
        // In I, load and store.
        let (seen, same) = of_caches(Variant::MESI, &[0b11]).count();
        assert_eq!((seen, same), (2, all));
        let directory = of_directories(Variant::MSI, &[1]);
        assert_eq!(directory.count().0, 1);
        assert!(directory.rows.iter().all(|row| row.state != "E"), "MSI has no such row");
        assert!(directory.columns.iter().all(|name| !name.starts_with("PutE")));
    }
}
