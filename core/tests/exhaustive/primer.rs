//! The primer's tables 8.1 to 8.4, typed a second time, apart from those that are carried out: the
//! rows are states, the columns events, `-` is an empty cell, `s` stalls, and anything else is what
//! is done. Actions are abbreviated: what matters here is which cells there are and where they
//! lead.
//!
//! Of a cell is said, besides, if it cannot be reached here: `~`. On streams nothing from a home
//! overtakes anything else from it, so no forward comes before a home's data: `^`, which is reached
//! with the primer's three networks. A home without sharers knows no sharer that is not the last. A
//! processor that waits for one answer asks for nothing else, so what it would find in a state in
//! which it waits is never carried out: a stall counts as reached with the state, a hit does not.

use lockstep_core::cache::event::{CacheEvent, DirectoryEvent};
use lockstep_core::cache::state::{CacheState, DirectoryState};
use lockstep_core::cache::table::{
    Cell, Variant, cache_cell, cache_cell_is_reached, directory_cell, directory_cell_is_reached,
};
use lockstep_core::check::cache::exhaustive::{Cells, Channels, Violation, explore};

use super::{PLENTY, model};

/// The columns of tables 8.1 and 8.3.
const CACHE_COLUMNS: [CacheEvent; 13] = [
    CacheEvent::Load,
    CacheEvent::Store,
    CacheEvent::Replacement,
    CacheEvent::ForwardGetS,
    CacheEvent::ForwardGetM,
    CacheEvent::Invalidate,
    CacheEvent::PutAck,
    CacheEvent::ExclusiveData,
    CacheEvent::Data,
    CacheEvent::DataWithAcks,
    CacheEvent::DataFromOwner,
    CacheEvent::InvalidateAck,
    CacheEvent::LastInvalidateAck,
];

/// Table 8.1: MSI, cache controller. A cell is the state that follows; `=` is the same state.
const TABLE_8_1: &str = "
I      IS_D  IM_AD -     -     -     -     -    - -    -     -     -  -
IS_D   s     s     s     -     -     s     -    - S    -     S     -  -
IM_AD  s     s     s     s     s     -     -    - M    IM_A  M     =  -
IM_A   s     s     s     s     s     -     -    - -    -     -     =  M
S      =     SM_AD SI_A  -     -     I     -    - -    -     -     -  -
SM_AD  ~=    s     s     ^s    ^s    IM_AD -    - M    SM_A  ~M    =  -
SM_A   ~=    s     s     s     s     -     -    - -    -     -     =  M
M      =     =     MI_A  S     I     -     -    - -    -     -     -  -
MI_A   s     s     s     SI_A  II_A  -     I    - -    -     -     -  -
SI_A   s     s     s     -     -     II_A  I    - -    -     -     -  -
II_A   s     s     s     -     -     -     I    - -    -     -     -  -
";

/// Table 8.3: MESI, cache controller: what it has besides table 8.1, and `IS_D`, which differs.
const TABLE_8_3: &str = "
IS_D   s     s     s     -     -     s     -    E S    -     S     -  -
E      =     M     EI_A  S     I     -     -    - -    -     -     -  -
EI_A   s     s     s     SI_A  II_A  -     I    - -    -     -     -  -
";

/// The columns of tables 8.2 and 8.4.
const DIRECTORY_COLUMNS: [DirectoryEvent; 9] = [
    DirectoryEvent::GetS,
    DirectoryEvent::GetM,
    DirectoryEvent::PutSNotLast,
    DirectoryEvent::PutSLast,
    DirectoryEvent::PutMFromOwner,
    DirectoryEvent::PutMFromOther,
    DirectoryEvent::PutEFromOwner,
    DirectoryEvent::PutEFromOther,
    DirectoryEvent::Data,
];

/// Table 8.2: MSI, directory controller.
const TABLE_8_2: &str = "
I      S     M     ~=    =     -     =     -    -     -
S      S     M     =     I     -     =     -    -     -
M      S_D   =     ~=    =     I     =     -    -     -
S_D    s     s     =     =     -     =     -    -     S
";

/// Table 8.4: MESI, directory controller.
const TABLE_8_4: &str = "
I      E     M     ~=    =     -     =     -    =     -
S      S     M     =     I     -     =     -    =     -
E      S_D   M     ~=    =     I     =     I    =     -
M      S_D   =     ~=    =     I     =     -    =     -
S_D    s     s     =     =     -     =     -    =     S
";

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Empty,
    Stall,
    To(&'static str),
}

/// How a cell is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Always,
    OverNetworks,
    Never,
}

/// The cells of a table: state, column, what it says, and how it is reached. Later rows replace
/// earlier ones of the same state.
fn cells(tables: &[&'static str]) -> Vec<(&'static str, usize, Entry, Reach)> {
    let mut cells: Vec<(&str, usize, Entry, Reach)> = Vec::new();
    for row in tables.iter().flat_map(|table| table.lines()).filter(|row| !row.is_empty()) {
        let mut words = row.split_whitespace();
        let state = words.next().expect("a row has a name");
        cells.retain(|(other, ..)| *other != state);
        for (column, word) in words.enumerate() {
            let (reach, word) = match word.split_at(1) {
                ("~", rest) => (Reach::Never, rest),
                ("^", rest) => (Reach::OverNetworks, rest),
                _ => (Reach::Always, word),
            };
            let entry = match word {
                "-" => Entry::Empty,
                "s" => Entry::Stall,
                "=" => Entry::To(state),
                next => Entry::To(next),
            };
            cells.push((state, column, entry, reach));
        }
    }
    cells
}

/// What a cell of a table that is carried out says.
fn entry<A, S>(cell: Cell<A, S>, name: impl Fn(S) -> &'static str) -> Entry {
    match cell {
        Cell::Impossible => Entry::Empty,
        Cell::Stall => Entry::Stall,
        Cell::Do { next, .. } => Entry::To(name(next)),
    }
}

/// A cell that is printed: its state, its column, what it says, how it is reached.
type Printed = (&'static str, &'static str, Entry, Reach);

/// Compares the tables that are carried out with the printed ones; what is printed.
fn compare(variant: Variant, caches: &[&'static str], homes: &[&'static str]) -> Vec<Printed> {
    let mut printed = Vec::new();
    let all = cells(caches);
    for state in CacheState::ALL {
        for event in CacheEvent::ALL {
            let column = CACHE_COLUMNS.iter().position(|other| *other == event);
            let found = all.iter().find(|(of, at, ..)| *of == state.name() && column == Some(*at));
            let (said, reach) =
                found.map_or((Entry::Empty, Reach::Always), |cell| (cell.2, cell.3));
            let carried = entry(cache_cell(variant, state, event), CacheState::name);
            assert_eq!(carried, said, "{} × {}", state.name(), event.name());
            printed.push((state.name(), event.name(), said, reach));
        }
    }
    let all = cells(homes);
    for state in DirectoryState::ALL {
        for event in DirectoryEvent::ALL {
            let column = DIRECTORY_COLUMNS.iter().position(|other| *other == event);
            let found = all.iter().find(|(of, at, ..)| *of == state.name() && column == Some(*at));
            let (said, reach) =
                found.map_or((Entry::Empty, Reach::Always), |cell| (cell.2, cell.3));
            let carried = entry(directory_cell(variant, state, event), DirectoryState::name);
            assert_eq!(carried, said, "{} × {}", state.name(), event.name());
            printed.push((state.name(), event.name(), said, reach));
        }
    }
    printed
}

/// Whether each cell was reached, in the order in which [`compare`] prints them.
fn reached(cells: &Cells) -> Vec<bool> {
    let cache = CacheState::ALL.into_iter().flat_map(|state| {
        CacheEvent::ALL.into_iter().map(move |event| cells.has_cache(state, event))
    });
    let directory = DirectoryState::ALL.into_iter().flat_map(|state| {
        DirectoryEvent::ALL.into_iter().map(move |event| cells.has_directory(state, event))
    });
    cache.chain(directory).collect()
}

/// The cells that are said never to be reached over streams are those that are listed as such.
fn assert_listed(printed: &[Printed]) {
    let cache = CacheState::ALL.into_iter().flat_map(|state| {
        CacheEvent::ALL.into_iter().map(move |event| cache_cell_is_reached(state, event))
    });
    let directory = DirectoryState::ALL.into_iter().flat_map(|state| {
        DirectoryEvent::ALL.into_iter().map(move |event| directory_cell_is_reached(state, event))
    });
    for ((state, event, entry, reach), listed) in printed.iter().zip(cache.chain(directory)) {
        if *entry != Entry::Empty {
            assert_eq!(*reach == Reach::Always, listed, "{state} × {event}");
        }
    }
}

/// Every printed cell is reached, and none beside them.
fn assert_reached(printed: &[Printed], cells: &Cells, over_networks: bool) {
    for ((state, event, entry, reach), reached) in printed.iter().zip(reached(cells)) {
        let expected = *entry != Entry::Empty
            && (*reach == Reach::Always || over_networks && *reach == Reach::OverNetworks);
        assert_eq!(reached, expected, "{state} × {event}: {entry:?}");
    }
}

fn assert_complete(exclusive: bool, printed: &[Printed], states: u32) -> Cells {
    let report = explore(&model(exclusive, Channels::Pairs), PLENTY);
    println!(
        "exclusive {exclusive}: {} states, {} transitions, depth {}",
        report.states, report.transitions, report.depth
    );
    assert_eq!(report.violation, None);
    assert!(!report.is_cut);
    assert_eq!(report.states, states, "a change of the protocol changes the number of states");
    assert_reached(printed, &report.cells, false);
    assert_listed(printed);
    report.cells
}

#[test]
fn msi_is_right_in_every_interleaving_and_reaches_tables_8_1_and_8_2() {
    let printed = compare(Variant::MSI, &[TABLE_8_1], &[TABLE_8_2]);
    let cells = assert_complete(false, &printed, 264_114);
    // With the primer's three networks, the forwards that overtake data come up as well.
    let report = explore(&model(false, Channels::Networks), PLENTY);
    assert_eq!((report.violation, report.is_cut), (None, false));
    assert_reached(&printed, &report.cells.union(&cells), true);
}

#[test]
fn mesi_is_right_in_every_interleaving_and_reaches_tables_8_3_and_8_4() {
    let printed = compare(Variant::MESI, &[TABLE_8_1, TABLE_8_3], &[TABLE_8_4]);
    assert_complete(true, &printed, 416_948);
}

/// With three networks MESI is not right: who has asked to read may become the owner without
/// knowing, and a forward that overtakes the exclusive data finds it in `IS_D`. It rests on the
/// order of what a home says.
#[test]
fn mesi_rests_on_the_order_between_data_and_forwards() {
    let report = explore(&model(true, Channels::Networks), PLENTY);
    let (violation, way) = report.violation.expect("it is found");
    assert_eq!((violation, way.len()), (Violation::Unexpected, 5));
}

#[test]
fn invalidations_that_are_answered_at_once_do_no_harm() {
    for exclusive in [false, true] {
        let mut model = model(exclusive, Channels::Pairs);
        model.features.answer_invalidations = true;
        let report = explore(&model, PLENTY);
        assert_eq!((report.violation, report.is_cut), (None, false), "exclusive {exclusive}");
        let state = CacheState::IS_D_I;
        assert!(report.cells.has_cache(state, CacheEvent::DataFromOwner));
        // A home's own data cannot be overtaken by its invalidation.
        assert!(!report.cells.has_cache(state, CacheEvent::Data));
        assert!(!cache_cell_is_reached(state, CacheEvent::Data));
    }
}
