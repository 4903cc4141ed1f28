//! Cells that no run comes to.
//!
//! The primer's tables are written for caches whose processors may ask while a request is under
//! way, and for networks in which a forward may overtake data. Here a processor waits for its
//! answer before it asks again, and nothing that a home says to a cache overtakes anything else
//! that it says to it. So a few cells stay empty however long one plays; whoever counts what has
//! been seen leaves them out. The exhaustive search checks the list: it reaches every other cell of
//! the primer's tables, and none of these.

use super::super::event::{CacheEvent, DirectoryEvent};
use super::super::state::{CacheState, DirectoryState};

/// Whether a cell of the caches' table can be reached.
#[must_use]
pub const fn cache_cell_is_reached(state: CacheState, event: CacheEvent) -> bool {
    use CacheEvent as On;
    use CacheState as S;
    !matches!(
        (state, event),
        // The processor that waits for the right to write asks for nothing else.
        (S::SM_AD | S::SM_A, On::Load)
            // Data come from the owner, and while somebody has a shared copy nobody is the owner;
            // the home's come before whatever it forwards next.
            | (S::SM_AD, On::DataFromOwner | On::ForwardGetS | On::ForwardGetM)
            // The home's data cannot be overtaken by its own invalidation.
            | (S::IS_D_I, On::Data)
            // What is not there does not go.
            | (S::I, On::LeaseOver)
    )
}

/// Whether a cell of the directory's table can be reached.
#[must_use]
pub const fn directory_cell_is_reached(state: DirectoryState, event: DirectoryEvent) -> bool {
    use DirectoryState as S;
    // A home without sharers knows no sharer that is not the last.
    !matches!((state, event), (S::I | S::E | S::M, DirectoryEvent::PutSNotLast))
}
