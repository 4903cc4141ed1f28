//! The table of a directory: the primer's tables 8.2 (MSI) and 8.4 (MESI).
//!
//! "To *Req*" in the primer is to whom the message comes from. A sharer's last `PutS` is one after
//! which no sharer is left.

use DirectoryAction::{
    AddOwner, AddRequester, ClearOwner, ClearSharers, CopyData, ForwardGetM, ForwardGetS,
    RemoveRequester, ReportLoss, SendData, SendExclusiveData, SendInvalidate, SendPutAck, SetOwner,
};
use DirectoryEvent as On;
use DirectoryState::{E, I, M, S, S_D};

use super::{Cell, DirectoryAction, DirectoryCell, Variant};
use crate::cache::event::DirectoryEvent;
use crate::cache::state::DirectoryState;

const fn go(actions: &'static [DirectoryAction], next: DirectoryState) -> DirectoryCell {
    Cell::Do { actions, next }
}

/// The cell of a variant.
pub(super) const fn cell(
    variant: Variant,
    state: DirectoryState,
    event: DirectoryEvent,
) -> DirectoryCell {
    let of_mesi = matches!(state, E) || matches!(event, On::PutEFromOwner | On::PutEFromOther);
    if !variant.exclusive && of_mesi {
        return Cell::Impossible;
    }
    match (state, event) {
        // The one cell in which the two tables differ.
        (I, On::GetS) if variant.exclusive => go(&[SendExclusiveData, SetOwner], E),
        (_, On::OwnerLost | On::SharerLost) if !variant.leases => Cell::Impossible,
        (M, On::Data) if !variant.leases => Cell::Impossible,
        _ => both(state, event),
    }
}

const fn both(state: DirectoryState, event: DirectoryEvent) -> DirectoryCell {
    match (state, event) {
        (I, On::GetS) => go(&[SendData, AddRequester], S),
        (I, On::GetM) => go(&[SendData, SetOwner], M),
        (I | E | M, On::PutSNotLast | On::PutSLast) => go(&[SendPutAck], state),
        (I | E | M, On::PutMFromOther | On::PutEFromOther) => go(&[SendPutAck], state),

        (S, On::GetS) => go(&[SendData, AddRequester], S),
        (S, On::GetM) => go(&[SendData, SendInvalidate, ClearSharers, SetOwner], M),
        (S | S_D, On::PutSNotLast) => go(&[RemoveRequester, SendPutAck], state),
        (S, On::PutSLast) => go(&[RemoveRequester, SendPutAck], I),
        (S | S_D, On::PutMFromOther | On::PutEFromOther) => {
            go(&[RemoveRequester, SendPutAck], state)
        }

        (E | M, On::GetS) => go(&[ForwardGetS, AddRequester, AddOwner, ClearOwner], S_D),
        (E | M, On::GetM) => go(&[ForwardGetM, SetOwner], M),
        (E | M, On::PutMFromOwner) => go(&[CopyData, SendPutAck, ClearOwner], I),
        (E, On::PutEFromOwner) => go(&[SendPutAck, ClearOwner], I),

        (S_D, On::GetS | On::GetM) => Cell::Stall,
        (S_D, On::PutSLast) => go(&[RemoveRequester, SendPutAck], S_D),
        (S_D, On::Data) => go(&[CopyData], S),

        // Our own, with leases: what an owner hands over comes home too; and a node that is given
        // up owns and shares nothing.
        (M, On::Data) => go(&[CopyData], M),
        (E | M, On::OwnerLost) => go(&[ClearOwner, ReportLoss], I),
        (_, On::SharerLost) => go(&[RemoveRequester], state),

        _ => Cell::Impossible,
    }
}
