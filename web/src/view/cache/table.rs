//! The transition table: rows are states, columns are events, and each cell is what the controllers
//! carry out. It fills in as transitions are seen; a cell that is pressed says what is done in it,
//! and leads to a moment of the run in which it was.

use lockstep_core::cache::event::{CacheEvent, DirectoryEvent};
use lockstep_core::cache::state::DirectoryState;
use lockstep_core::cache::table::{
    Cell, Variant, cache_cell, cache_cell_is_own, cache_cell_is_reached, directory_cell,
    directory_cell_is_own, directory_cell_is_reached,
};
use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::landmark::{CellMark, Landmark};
use lockstep_core::scenario::gallery::{CellExample, Story};
use yew::prelude::*;

use super::super::Context;
use super::super::dialogs::Frame;
use super::state_text;
use crate::action::{Action, Page};
use crate::catalogue::{StageWord, Word, cell_name};
use crate::coherence::{Look, states, variant};
use crate::meaning::MeaningAction;
use crate::model::{Dialog, Model};
use crate::number::seconds;
use crate::seen::Seen;

/// What is in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    Impossible,
    Stall,
    Do { actions: Vec<&'static str>, next: &'static str },
}

/// Where a cell was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    /// In this run.
    Here,
    /// In this run, but only while a rule was broken or the variant was another: that counts for
    /// nothing.
    Astray,
    /// In another one.
    Elsewhere,
    Nowhere,
}

/// A cell: which, what is in it, and where it was seen.
type Square = (CellMark, Entry, Sight);

/// A row: the name of a state, and a cell for each column.
struct Row {
    state: &'static str,
    cells: Vec<Square>,
}

/// One of the two tables, without columns in which nothing is.
struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Row>,
}

/// Whether any run comes to this. A processor waits for one line at a time, and meanwhile asks
/// nothing more of it.
const fn can_come(mark: CellMark) -> bool {
    use CacheEvent::{Load, Replacement, Store};
    match mark {
        CellMark::Cache(state, Load | Store | Replacement) if state.awaits_copy() => false,
        CellMark::Cache(state, event) => cache_cell_is_reached(state, event),
        CellMark::Directory(state, event) => directory_cell_is_reached(state, event),
    }
}

impl Table {
    /// How many cells were seen in this run, how many in all runs, and how many there are that it
    /// can come to.
    fn count(&self) -> [usize; 3] {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let cells = cells.filter(|(mark, entry, _)| *entry != Entry::Impossible && can_come(*mark));
        cells.fold([0; 3], |[here, seen, all], (.., sight)| {
            let is_here = usize::from(*sight == Sight::Here);
            let is_seen = usize::from(matches!(sight, Sight::Here | Sight::Elsewhere));
            [here + is_here, seen + is_seen, all + 1]
        })
    }

    fn entry(&self, mark: CellMark) -> Option<(&Entry, Sight)> {
        let mut cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.find(|(other, ..)| *other == mark).map(|(_, entry, sight)| (entry, *sight))
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

/// Where a cell was seen: its bit says whether in this run. What that has shown of the protocol is
/// remembered already.
fn sight(here: &[u32], seen: &Seen, variant: Variant, mark: CellMark) -> Sight {
    let (state, event) = mark.numbers();
    let is_here = here.get(usize::from(state)).is_some_and(|bits| bits & 1 << event != 0);
    match (is_here, seen.has(variant, mark)) {
        (true, true) => Sight::Here,
        (true, false) => Sight::Astray,
        (false, true) => Sight::Elsewhere,
        (false, false) => Sight::Nowhere,
    }
}

fn of_caches(variant: Variant, here: &[u32], seen: &Seen) -> Table {
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
            let mark = CellMark::Cache(state, event);
            (mark, entry, sight(here, seen, variant, mark))
        };
        Row { state: state.name(), cells: CacheEvent::ALL.map(cell).into() }
    });
    let columns = CacheEvent::ALL.map(CacheEvent::name).into();
    Table { columns, rows: rows.collect() }.without_empty_columns()
}

fn of_directories(variant: Variant, here: &[u32], seen: &Seen) -> Table {
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
            let mark = CellMark::Directory(state, event);
            (mark, entry, sight(here, seen, variant, mark))
        };
        Row { state: state.name(), cells: DirectoryEvent::ALL.map(cell).into() }
    });
    let all: Vec<Row> = rows.collect();
    let is_used = |row: &Row| row.cells.iter().any(|(_, entry, _)| *entry != Entry::Impossible);
    let rows = all.into_iter().filter(is_used).collect();
    let columns = DirectoryEvent::ALL.map(DirectoryEvent::name).into();
    Table { columns, rows }.without_empty_columns()
}

/// The table that is looked at.
fn chosen_table(model: &Model, cache: &CacheView) -> (Table, bool) {
    let variant = variant(&cache.variant);
    let of_directory = model.coherence.of_directory && !cache.variant.bus;
    let table = if of_directory {
        of_directories(variant, &cache.seen.directory, &model.seen)
    } else {
        of_caches(variant, &cache.seen.cache, &model.seen)
    };
    (table, of_directory)
}

/// The page of the side panel.
pub(in super::super) fn panel(model: &Model, page: &Context, cache: &CacheView) -> Html {
    let table = chosen_table(model, cache).0;
    let large = Action::Page(Page::Dialog(Dialog::Table));
    html! {
        <div class="coherence-table">
            { head(model, page, cache, Some(large)) }
            <div class="cell-detail">{ detail(model, page, cache, &table) }</div>
            { matrix(page, &table, model.coherence.cell, false) }
        </div>
    }
}

/// The table in large, with all that is in its cells.
pub(in super::super) fn dialog(model: &Model, page: &Context, cache: &CacheView) -> Html {
    let table = chosen_table(model, cache).0;
    html! {
        <Frame title={Word::TableTitle} class="wide table">
            <div class="coherence-table">
                { head(model, page, cache, None) }
                { matrix(page, &table, model.coherence.cell, true) }
                <div class="cell-detail">{ detail(model, page, cache, &table) }</div>
            </div>
        </Frame>
    }
}

/// Whose table it is, and how much of it was seen.
fn head(model: &Model, page: &Context, cache: &CacheView, large: Option<Action>) -> Html {
    let (table, of_directory) = chosen_table(model, cache);
    let [here, seen, all] = table.count();
    let large = large.map(|large| {
        html! {
            <button
                key="large"
                class="button small large"
                aria-haspopup="dialog"
                onclick={page.on::<MouseEvent>(large)}
            >
                { page.language.stage(StageWord::Large) }
            </button>
        }
    });
    let share = (seen * 100).checked_div(all).unwrap_or(0);
    html! {
        <>
            <p class="variant">{ page.language.variant_name(cache) }</p>
            <div class="pair" role="group" aria-label={page.language.stage(StageWord::TableTab)}>
                { for whose(page, cache, of_directory) }
                { for large }
            </div>
            <p class="cells-seen" role="status">{ page.language.cells_seen(here, seen, all) }</p>
            <svg class="share" aria-hidden="true">
                <rect class="all" width="100%" height="6" rx="3" />
                <rect class="part" width={format!("{share}%")} height="6" rx="3" />
            </svg>
            if seen > here {
                <button
                    class="button small forget"
                    onclick={page.on::<MouseEvent>(Action::Look(Look::Forget))}
                >
                    { page.language.forget_cells() }
                </button>
            }
        </>
    }
}

/// Two buttons: of caches, or of directories. A bus has no directory.
pub(super) fn whose(page: &Context, cache: &CacheView, of_directory: bool) -> Vec<Html> {
    let choices = [(StageWord::OfCaches, false), (StageWord::OfDirectories, true)];
    let choice = |(word, directory): (StageWord, bool)| {
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
    choices
        .into_iter()
        .filter(|(_, directory)| !(*directory && cache.variant.bus))
        .map(choice)
        .collect()
}

/// The table itself: small cells, which say more when they are pressed, or large ones, which say
/// all.
fn matrix(page: &Context, table: &Table, chosen: Option<CellMark>, large: bool) -> Html {
    let column = |name: &&'static str| {
        html! { <th key={*name} scope="col"><span>{ *name }</span></th> }
    };
    let square = |(nth, square): (usize, &Square)| {
        if square.1 == Entry::Impossible {
            return html! { <td key={nth} class="impossible" /> };
        }
        html! { <td key={nth}>{ cell(page, square, chosen, large) }</td> }
    };
    let row = |row: &Row| {
        html! {
            <tr key={row.state}>
                <th scope="row">{ row.state }</th>
                { for row.cells.iter().enumerate().map(square) }
            </tr>
        }
    };
    html! {
        <div
            class={classes!("matrix", large.then_some("large"))}
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

/// A cell in which something is.
fn cell(page: &Context, square: &Square, chosen: Option<CellMark>, large: bool) -> Html {
    let (mark, entry, sight) = square;
    let stall = page.language.stage(StageWord::Stall);
    let (sign, class, what) = match entry {
        Entry::Do { actions, next } => {
            let what = [actions.join("; "), format!("→ {next}")];
            (short(next), "moves", what)
        }
        _ => ("‖", "stall", [String::new(), format!("‖ {stall}")]),
    };
    let seen = sight_name(page, *mark, *sight);
    let never = (!can_come(*mark)).then_some("never");
    let [done, next] = &what;
    // What can be read in a large cell is a part of its name.
    let label = (!large).then(|| format!("{}: {seen}", cell_name(*mark)));
    html! {
        <button
            class={classes!(class, sight_class(*sight), never)}
            aria-pressed={(chosen == Some(*mark)).to_string()}
            aria-label={label}
            title={format!("{}: {done} {next} ({seen})", cell_name(*mark))}
            onclick={page.on::<MouseEvent>(Action::Look(Look::Cell(*mark)))}
        >
            if large {
                { done }
                <b>{ format!(" {next}") }</b>
                <span class="unseen">{ format!(" ({seen})") }</span>
            } else {
                { sign }
            }
        </button>
    }
}

/// Whether a cell was seen, in words.
fn sight_name(page: &Context, mark: CellMark, sight: Sight) -> &'static str {
    match sight {
        Sight::Here => page.language.stage(StageWord::Seen),
        Sight::Astray => page.language.seen_astray(),
        Sight::Elsewhere => page.language.seen_elsewhere(),
        Sight::Nowhere if can_come(mark) => page.language.stage(StageWord::Unseen),
        Sight::Nowhere => page.language.stage(StageWord::Never),
    }
}

const fn sight_class(sight: Sight) -> Option<&'static str> {
    match sight {
        Sight::Here => Some("seen"),
        Sight::Astray => Some("astray"),
        Sight::Elsewhere => Some("elsewhere"),
        Sight::Nowhere => None,
    }
}

/// A state in a small cell: its letter, with a dot for one on its way.
fn short(state: &'static str) -> &'static str {
    match state {
        "M" | "E" | "S" | "I" => state,
        _ => "…",
    }
}

/// What is done in the cell that is chosen, and the ways to where it was, or will be.
fn detail(model: &Model, page: &Context, cache: &CacheView, table: &Table) -> Html {
    let word = |word| page.language.stage(word);
    let variant = variant(&cache.variant);
    let chosen = model.coherence.cell.and_then(|mark| Some((mark, table.entry(mark)?)));
    let (mark, actions, next, seen) = match chosen {
        Some((mark, (Entry::Stall, seen))) => (mark, word(StageWord::Stalled).into(), None, seen),
        Some((mark, (Entry::Do { actions, next }, seen))) if actions.is_empty() => {
            (mark, word(StageWord::NoAction).into(), Some(*next), seen)
        }
        Some((mark, (Entry::Do { actions, next }, seen))) => {
            (mark, actions.join("; "), Some(*next), seen)
        }
        _ => return html! { <p class="remark">{ page.language.press_a_cell() }</p> },
    };
    let own = match mark {
        CellMark::Cache(state, event) => cache_cell_is_own(variant, state, event),
        CellMark::Directory(state, event) => directory_cell_is_own(variant, state, event),
    };
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
    let is_here = matches!(seen, Sight::Here | Sight::Astray);
    let earlier =
        is_here.then(|| way(StageWord::EarlierExample, MeaningAction::Previous(landmark)));
    let later = || way(StageWord::LaterExample, MeaningAction::Next(landmark));
    let later = can_come(mark).then(later);
    let elsewhere = !is_here && can_come(mark);
    let elsewhere = elsewhere.then(|| example(page, variant, mark));
    let state = sight_name(page, mark, seen);
    let source = word(if own { StageWord::Own } else { StageWord::Primer });
    html! {
        <div class={classes!((seen == Sight::Nowhere).then_some("not-seen"))}>
            <h3>{ cell_name(mark) }</h3>
            <p>
                <span>{ actions }</span>
                if let Some(next) = next {
                    { " → " }{ state_text(next) }
                }
            </p>
            <p class="remark">{ format!("{state} · {source}") }</p>
            <div class="dialog-tools">{ for earlier }{ for later }</div>
            { for elsewhere }
        </div>
    }
}

/// The way to the story that shows what this run has not, or that none does.
fn example(page: &Context, variant: Variant, mark: CellMark) -> Html {
    let Some(example) = CellExample::of(variant, mark) else {
        return html! { <p class="remark">{ page.language.no_story() }</p> };
    };
    let story = page.language.story(Story::Cache(example.story));
    html! {
        <button
            class="button example"
            onclick={page.on::<MouseEvent>(Action::Look(Look::Example(mark)))}
        >
            { page.language.shown_in(story, &seconds(example.at.time_us)) }
        </button>
    }
}

#[cfg(test)]
mod tests {
    use lockstep_core::lab::cache::view::SeenView;

    use super::*;

    #[test]
    fn a_table_fills_in_as_its_cells_are_seen() {
        let mut before = Seen::default();
        let [here, seen, all] = of_caches(Variant::MESI, &[], &before).count();
        assert!((here, seen) == (0, 0) && all > 30, "{all}");
        // In I, load and store; but a rule was broken all along.
        let count = of_caches(Variant::MESI, &[0b11], &before).count();
        assert_eq!(count, [0, 0, all]);
        // Another run has come to the second of them, and to a load in S.
        let seen = |sound_cache, sound_directory| SeenView {
            sound_cache,
            sound_directory,
            ..SeenView::default()
        };
        before.add(Variant::MESI, &seen(vec![0b10, 1], Vec::new()));
        let count = of_caches(Variant::MESI, &[0b11], &before).count();
        assert_eq!(count, [1, 2, all]);
        before.add(Variant::MSI, &seen(Vec::new(), vec![1]));
        let directory = of_directories(Variant::MSI, &[1], &before);
        assert_eq!(directory.count()[..2], [1, 1]);
        assert!(directory.rows.iter().all(|row| row.state != "E"), "MSI has no such row");
        assert!(directory.columns.iter().all(|name| !name.starts_with("PutE")));
    }
}
