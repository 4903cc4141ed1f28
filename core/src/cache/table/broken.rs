//! Cells that planted bugs change. The controllers look here only if a bug is planted.

use CacheEvent as On;
use CacheState::{E, EI_A, I, IM_AD, IS_D, M, MI_A, S, SM_AD};

use super::{CacheAction, CacheCell, Cell, DirectoryAction, DirectoryCell};
use crate::cache::bug::{Bug, Bugs};
use crate::cache::event::{CacheEvent, DirectoryEvent};
use crate::cache::state::{CacheState, DirectoryState};

/// What a cache with planted bugs does, where that is not what the table says.
pub(in crate::cache) fn broken_cache_cell(
    bugs: Bugs,
    state: CacheState,
    event: CacheEvent,
    cell: CacheCell,
) -> CacheCell {
    let broken = |bug, actions, next| bugs.has(bug).then_some(Cell::Do { actions, next });
    let found = match (state, event) {
        (S, On::Store) => broken(Bug::SharedWritten, &[CacheAction::Hit], M),
        (IM_AD | SM_AD, On::DataWithAcks) => broken(Bug::InvalidationsNotAwaited, &[], M),
        // The acknowledgements come all the same.
        (_, On::InvalidateAck | On::LastInvalidateAck) if state.is_stable() => {
            broken(Bug::InvalidationsNotAwaited, &[], state)
        }
        (IS_D, On::Invalidate) => {
            broken(Bug::InvalidationIgnored, &[CacheAction::SendInvalidateAck], IS_D)
        }
        (MI_A | EI_A, On::ForwardGetS | On::ForwardGetM) => {
            broken(Bug::ForwardUnanswered, &[], CacheState::II_A)
        }
        (MI_A | EI_A, On::SnoopGetS | On::SnoopGetM) => {
            broken(Bug::ForwardUnanswered, &[CacheAction::AnswerNone], CacheState::II_A)
        }
        // The home's word that it has taken it comes all the same.
        (I, On::PutAck) => broken(Bug::EvictionNotAwaited, &[], I),
        _ => None,
    };
    match (found, cell) {
        (Some(broken), _) => broken,
        (None, Cell::Do { actions, .. }) => match (state, event) {
            (E | M, On::ForwardGetS | On::SnoopGetS) if bugs.has(Bug::OwnerKeepsExclusive) => {
                Cell::Do { actions, next: state }
            }
            (S | E | M, On::Replacement) if bugs.has(Bug::EvictionNotAwaited) => {
                Cell::Do { actions, next: I }
            }
            _ => cell,
        },
        (None, Cell::Stall | Cell::Impossible) => cell,
    }
}

/// What a home with planted bugs does, where that is not what the table says.
pub(in crate::cache) fn broken_directory_cell(
    bugs: Bugs,
    state: DirectoryState,
    event: DirectoryEvent,
    cell: DirectoryCell,
) -> DirectoryCell {
    use DirectoryAction::{
        AddOwner, AddRequester, ClearOwner, CopyData, ForwardGetM, ForwardGetS, RemoveRequester,
        SendData, SendPutAck,
    };
    use DirectoryEvent as On;
    use DirectoryState::{E, I, M, S, S_D};
    let Cell::Do { next, .. } = cell else { return cell };
    let broken = |bug, actions| bugs.has(bug).then_some(Cell::Do { actions, next });
    let found = match (state, event) {
        (E | M, On::GetS) if bugs.has(Bug::MemoryReadWhileOwned) => {
            return Cell::Do { actions: &[SendData, AddRequester], next: state };
        }
        (I | S, On::GetS) if matches!(next, S) => broken(Bug::SharerForgotten, &[SendData]),
        (E | M, On::GetS) => broken(Bug::SharerForgotten, &[ForwardGetS, AddOwner, ClearOwner]),
        (E | M, On::GetM) => broken(Bug::OwnerNotChanged, &[ForwardGetM]),
        (I | E | M, On::PutMFromOther) => broken(Bug::StaleWriteBack, &[CopyData, SendPutAck]),
        (S | S_D, On::PutMFromOther) => {
            broken(Bug::StaleWriteBack, &[CopyData, RemoveRequester, SendPutAck])
        }
        (E | M, On::PutMFromOwner) => broken(Bug::WriteBackWithoutData, &[SendPutAck, ClearOwner]),
        _ => None,
    };
    found.unwrap_or(cell)
}
