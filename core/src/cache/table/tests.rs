//! The tables, printed, against the primer's, typed off by hand: one line a row, one cell after the
//! other, empty cells left out.

use super::{
    CacheAction, Cell, DirectoryAction, Interconnect, Variant, cache_cell, cache_cell_is_own,
    directory_cell, directory_cell_is_own,
};
use crate::cache::event::{CacheEvent, DirectoryEvent};
use crate::cache::state::{CacheState, DirectoryState};

fn cell_text<A: Copy, S: Copy + PartialEq>(
    cell: Cell<A, S>,
    state: S,
    name: fn(A) -> &'static str,
    state_name: fn(S) -> &'static str,
) -> Option<String> {
    match cell {
        Cell::Impossible => None,
        Cell::Stall => Some("stall".into()),
        Cell::Do { actions, next } => {
            let names: Vec<&str> = actions.iter().map(|action| name(*action)).collect();
            let does = if names.is_empty() { "-".into() } else { names.join(", ") };
            let goes = if next == state { String::new() } else { format!("/{}", state_name(next)) };
            Some(does + &goes)
        }
    }
}

/// The rows of a cache's table that are not empty.
fn cache_table(variant: Variant) -> Vec<String> {
    let row = |state: CacheState| {
        let cells = CacheEvent::ALL.into_iter().filter_map(move |event| {
            let cell = cache_cell(variant, state, event);
            let text = cell_text(cell, state, CacheAction::name, CacheState::name)?;
            Some(format!("{}: {text}", event.name()))
        });
        let cells: Vec<String> = cells.collect();
        (!cells.is_empty()).then(|| format!("{} | {}", state.name(), cells.join(" | ")))
    };
    CacheState::ALL.into_iter().filter_map(row).collect()
}

/// The rows of a directory's table.
fn directory_table(variant: Variant) -> Vec<String> {
    let row = |state: DirectoryState| {
        let cells = DirectoryEvent::ALL.into_iter().filter_map(move |event| {
            let cell = directory_cell(variant, state, event);
            let text = cell_text(cell, state, DirectoryAction::name, DirectoryState::name)?;
            Some(format!("{}: {text}", event.name()))
        });
        let cells: Vec<String> = cells.collect();
        (!cells.is_empty()).then(|| format!("{} | {}", state.name(), cells.join(" | ")))
    };
    DirectoryState::ALL.into_iter().filter_map(row).collect()
}

/// The rows of a table that is written over several lines for each row.
fn rows(text: &str) -> Vec<String> {
    let joined = text.trim().replace("\n      ", " ");
    joined.lines().map(|line| line.trim().to_owned()).collect()
}

/// Table 8.1. Who a request, a write-back or a `PutS` goes to is understood.
const TABLE_8_1: &str = "
I | load: send GetS/IS_D | store: send GetM/IM_AD
S | load: hit | store: send GetM/SM_AD | replacement: send PutS/SI_A
      | Inv: send Inv-Ack to Req/I
M | load: hit | store: hit | replacement: send PutM+data/MI_A
      | Fwd-GetS: send data to Req, send data to Dir/S | Fwd-GetM: send data to Req/I
IS_D | load: stall | store: stall | replacement: stall | Inv: stall | Data (ack = 0): -/S
      | Data from owner: -/S
IM_AD | load: stall | store: stall | replacement: stall | Fwd-GetS: stall | Fwd-GetM: stall
      | Data (ack = 0): -/M | Data (ack > 0): -/IM_A | Data from owner: -/M | Inv-Ack: ack--
IM_A | load: stall | store: stall | replacement: stall | Fwd-GetS: stall | Fwd-GetM: stall
      | Inv-Ack: ack-- | Last Inv-Ack: ack--/M
SM_AD | load: hit | store: stall | replacement: stall | Fwd-GetS: stall | Fwd-GetM: stall
      | Inv: send Inv-Ack to Req/IM_AD | Data (ack = 0): -/M | Data (ack > 0): -/SM_A
      | Data from owner: -/M | Inv-Ack: ack--
SM_A | load: hit | store: stall | replacement: stall | Fwd-GetS: stall | Fwd-GetM: stall
      | Inv-Ack: ack-- | Last Inv-Ack: ack--/M
MI_A | load: stall | store: stall | replacement: stall
      | Fwd-GetS: send data to Req, send data to Dir/SI_A | Fwd-GetM: send data to Req/II_A
      | Put-Ack: -/I
SI_A | load: stall | store: stall | replacement: stall | Inv: send Inv-Ack to Req/II_A
      | Put-Ack: -/I
II_A | load: stall | store: stall | replacement: stall | Put-Ack: -/I
";

const TABLE_8_2: &str = "
I | GetS: send data to Req, add Req to Sharers/S | GetM: send data to Req, set Owner to Req/M
      | PutS, not last: send Put-Ack to Req | PutS, last: send Put-Ack to Req
      | PutM, other: send Put-Ack to Req
S | GetS: send data to Req, add Req to Sharers
      | GetM: send data to Req, send Inv to Sharers, clear Sharers, set Owner to Req/M
      | PutS, not last: remove Req from Sharers, send Put-Ack to Req
      | PutS, last: remove Req from Sharers, send Put-Ack to Req/I
      | PutM, other: remove Req from Sharers, send Put-Ack to Req
M | GetS: send Fwd-GetS to Owner, add Req to Sharers, add Owner to Sharers, clear Owner/S_D
      | GetM: send Fwd-GetM to Owner, set Owner to Req | PutS, not last: send Put-Ack to Req
      | PutS, last: send Put-Ack to Req
      | PutM, owner: copy data to memory, send Put-Ack to Req, clear Owner/I
      | PutM, other: send Put-Ack to Req
S_D | GetS: stall | GetM: stall | PutS, not last: remove Req from Sharers, send Put-Ack to Req
      | PutS, last: remove Req from Sharers, send Put-Ack to Req
      | PutM, other: remove Req from Sharers, send Put-Ack to Req | Data: copy data to memory/S
";

/// What table 8.3 has on top of table 8.1.
const ROWS_OF_8_3: &str = "
E | load: hit | store: hit/M | replacement: send PutE/EI_A
      | Fwd-GetS: send data to Req, send data to Dir/S | Fwd-GetM: send data to Req/I
IS_D | load: stall | store: stall | replacement: stall | Inv: stall | Data (ack = 0): -/S
      | Exclusive data: -/E | Data from owner: -/S
EI_A | load: stall | store: stall | replacement: stall
      | Fwd-GetS: send data to Req, send data to Dir/SI_A | Fwd-GetM: send data to Req/II_A
      | Put-Ack: -/I
";

const TABLE_8_4: &str = "
I | GetS: send Exclusive data to Req, set Owner to Req/E
      | GetM: send data to Req, set Owner to Req/M | PutS, not last: send Put-Ack to Req
      | PutS, last: send Put-Ack to Req | PutM, other: send Put-Ack to Req
      | PutE, other: send Put-Ack to Req
S | GetS: send data to Req, add Req to Sharers
      | GetM: send data to Req, send Inv to Sharers, clear Sharers, set Owner to Req/M
      | PutS, not last: remove Req from Sharers, send Put-Ack to Req
      | PutS, last: remove Req from Sharers, send Put-Ack to Req/I
      | PutM, other: remove Req from Sharers, send Put-Ack to Req
      | PutE, other: remove Req from Sharers, send Put-Ack to Req
E | GetS: send Fwd-GetS to Owner, add Req to Sharers, add Owner to Sharers, clear Owner/S_D
      | GetM: send Fwd-GetM to Owner, set Owner to Req/M | PutS, not last: send Put-Ack to Req
      | PutS, last: send Put-Ack to Req
      | PutM, owner: copy data to memory, send Put-Ack to Req, clear Owner/I
      | PutM, other: send Put-Ack to Req | PutE, owner: send Put-Ack to Req, clear Owner/I
      | PutE, other: send Put-Ack to Req
M | GetS: send Fwd-GetS to Owner, add Req to Sharers, add Owner to Sharers, clear Owner/S_D
      | GetM: send Fwd-GetM to Owner, set Owner to Req | PutS, not last: send Put-Ack to Req
      | PutS, last: send Put-Ack to Req
      | PutM, owner: copy data to memory, send Put-Ack to Req, clear Owner/I
      | PutM, other: send Put-Ack to Req | PutE, other: send Put-Ack to Req
S_D | GetS: stall | GetM: stall | PutS, not last: remove Req from Sharers, send Put-Ack to Req
      | PutS, last: remove Req from Sharers, send Put-Ack to Req
      | PutM, other: remove Req from Sharers, send Put-Ack to Req
      | PutE, other: remove Req from Sharers, send Put-Ack to Req | Data: copy data to memory/S
";

#[test]
fn msi_over_a_directory_is_tables_8_1_and_8_2() {
    assert_eq!(cache_table(Variant::MSI), rows(TABLE_8_1));
    assert_eq!(directory_table(Variant::MSI), rows(TABLE_8_2));
}

#[test]
fn mesi_over_a_directory_is_tables_8_3_and_8_4() {
    let more = rows(ROWS_OF_8_3);
    for row in cache_table(Variant::MESI) {
        let known = more.contains(&row) || rows(TABLE_8_1).contains(&row);
        assert!(known, "{row}");
    }
    let count = rows(TABLE_8_1).len() + more.len() - 1;
    assert_eq!(cache_table(Variant::MESI).len(), count, "the row of IS_D is in both");
    assert!(more.iter().all(|row| cache_table(Variant::MESI).contains(row)));
    assert_eq!(directory_table(Variant::MESI), rows(TABLE_8_4));
}

#[test]
fn what_is_our_own_is_said_to_be() {
    let own_cells = |variant: Variant| {
        let cells = CacheState::ALL
            .into_iter()
            .flat_map(|state| CacheEvent::ALL.into_iter().map(move |event| (state, event)));
        cells.filter(|(state, event)| cache_cell_is_own(variant, *state, *event)).count()
    };
    assert_eq!((own_cells(Variant::MSI), own_cells(Variant::MESI)), (0, 0));
    // The invalidation in IS_D, and the row of IS_D_I: three stalls and two kinds of data.
    assert_eq!(own_cells(Variant { answer_invalidations: true, ..Variant::MSI }), 6);
    assert!(own_cells(Variant { leases: true, ..Variant::MESI }) > CacheState::ALL.len());
    let bus = Variant { interconnect: Interconnect::Bus, ..Variant::MESI };
    assert!(cache_cell_is_own(bus, CacheState::M, CacheEvent::SnoopGetM));
    assert!(!cache_cell_is_own(bus, CacheState::M, CacheEvent::Store));
    let leased = Variant { leases: true, ..Variant::MSI };
    let lost = (DirectoryState::M, DirectoryEvent::OwnerLost);
    assert!(directory_cell_is_own(leased, lost.0, lost.1));
}

#[test]
fn on_a_bus_nobody_forwards_and_nobody_counts() {
    let bus = Variant { interconnect: Interconnect::Bus, ..Variant::MESI };
    for state in CacheState::ALL {
        for event in [
            CacheEvent::ForwardGetS,
            CacheEvent::ForwardGetM,
            CacheEvent::Invalidate,
            CacheEvent::DataWithAcks,
            CacheEvent::InvalidateAck,
        ] {
            assert_eq!(cache_cell(bus, state, event), Cell::Impossible, "{state:?} {event:?}");
        }
    }
    // Whoever has seen a request to write has nothing left to read.
    for state in CacheState::ALL {
        if let Cell::Do { next, .. } = cache_cell(bus, state, CacheEvent::SnoopGetM) {
            assert!(!next.may_read(), "{state:?}");
        }
    }
}
