//! The table of a cache over a directory: the primer's tables 8.1 (MSI) and 8.3 (MESI).
//!
//! Read it row by row, as it is printed. The second half of the file is what is not in the primer.

use CacheAction::{
    CountAck, Hit, LoadOnce, SendDataToHome, SendDataToRequester, SendGetM, SendGetS,
    SendInvalidateAck, SendInvalidateAckHome, SendPutE, SendPutM, SendPutS,
};
use CacheEvent as On;
use CacheState::{E, EI_A, I, II_A, IM_A, IM_AD, IS_D, IS_D_I, M, MI_A, S, SI_A, SM_A, SM_AD};

use super::{CacheAction, CacheCell, Cell, Variant};
use crate::cache::event::CacheEvent;
use crate::cache::state::CacheState;

const fn go(actions: &'static [CacheAction], next: CacheState) -> CacheCell {
    Cell::Do { actions, next }
}

/// The cell of a variant: the primer's, but for what is our own.
pub(super) const fn cell(variant: Variant, state: CacheState, event: CacheEvent) -> CacheCell {
    if !variant.exclusive && (matches!(state, E | EI_A) || matches!(event, On::ExclusiveData)) {
        return Cell::Impossible;
    }
    match own(variant, state, event) {
        Some(cell) => cell,
        None => primer(state, event),
    }
}

/// Tables 8.1 and 8.3: the second has the rows `E` and `EI_A` and the column of exclusive data on
/// top of the first.
const fn primer(state: CacheState, event: CacheEvent) -> CacheCell {
    match (state, event) {
        (I, On::Load) => go(&[SendGetS], IS_D),
        (I, On::Store) => go(&[SendGetM], IM_AD),

        (IS_D, On::Load | On::Store | On::Replacement | On::Invalidate) => Cell::Stall,
        (IS_D, On::ExclusiveData) => go(&[], E),
        (IS_D, On::Data | On::DataFromOwner) => go(&[], S),

        (IM_AD | IM_A, On::Load | On::Store | On::Replacement) => Cell::Stall,
        (IM_AD | IM_A, On::ForwardGetS | On::ForwardGetM) => Cell::Stall,
        (IM_AD, On::Data | On::DataFromOwner) => go(&[], M),
        (IM_AD, On::DataWithAcks) => go(&[], IM_A),
        (IM_AD, On::InvalidateAck) => go(&[CountAck], IM_AD),
        (IM_A, On::InvalidateAck) => go(&[CountAck], IM_A),
        (IM_A, On::LastInvalidateAck) => go(&[CountAck], M),

        (S, On::Load) => go(&[Hit], S),
        (S, On::Store) => go(&[SendGetM], SM_AD),
        (S, On::Replacement) => go(&[SendPutS], SI_A),
        (S, On::Invalidate) => go(&[SendInvalidateAck], I),

        (SM_AD, On::Load) => go(&[Hit], SM_AD),
        (SM_A, On::Load) => go(&[Hit], SM_A),
        (SM_AD | SM_A, On::Store | On::Replacement) => Cell::Stall,
        (SM_AD | SM_A, On::ForwardGetS | On::ForwardGetM) => Cell::Stall,
        (SM_AD, On::Invalidate) => go(&[SendInvalidateAck], IM_AD),
        (SM_AD, On::Data | On::DataFromOwner) => go(&[], M),
        (SM_AD, On::DataWithAcks) => go(&[], SM_A),
        (SM_AD, On::InvalidateAck) => go(&[CountAck], SM_AD),
        (SM_A, On::InvalidateAck) => go(&[CountAck], SM_A),
        (SM_A, On::LastInvalidateAck) => go(&[CountAck], M),

        (M, On::Load | On::Store) => go(&[Hit], M),
        (M, On::Replacement) => go(&[SendPutM], MI_A),
        (M | E, On::ForwardGetS) => go(&[SendDataToRequester, SendDataToHome], S),
        (M | E, On::ForwardGetM) => go(&[SendDataToRequester], I),

        (E, On::Load) => go(&[Hit], E),
        (E, On::Store) => go(&[Hit], M),
        (E, On::Replacement) => go(&[SendPutE], EI_A),

        (MI_A | EI_A | SI_A | II_A, On::Load | On::Store | On::Replacement) => Cell::Stall,
        (MI_A | EI_A, On::ForwardGetS) => go(&[SendDataToRequester, SendDataToHome], SI_A),
        (MI_A | EI_A, On::ForwardGetM) => go(&[SendDataToRequester], II_A),
        (SI_A, On::Invalidate) => go(&[SendInvalidateAck], II_A),
        (MI_A | EI_A | SI_A | II_A, On::PutAck) => go(&[], I),

        _ => Cell::Impossible,
    }
}

/// What is not in the primer, or is otherwise there.
const fn own(variant: Variant, state: CacheState, event: CacheEvent) -> Option<CacheCell> {
    let Variant { answer_invalidations, leases, .. } = variant;
    match (state, event) {
        // An invalidation that overtakes the data may be answered at once: whoever wants the line
        // need not wait for them. The load was ordered at the home before that writer's request,
        // so this one may still be served; a second would come after it.
        (IS_D, On::Invalidate) if answer_invalidations && !leases => {
            Some(go(&[SendInvalidateAck], IS_D_I))
        }
        (IS_D_I, _) if !answer_invalidations => Some(Cell::Impossible),
        (IS_D_I, On::Load | On::Store | On::Replacement) => Some(Cell::Stall),
        (IS_D_I, On::Data | On::DataFromOwner) => Some(go(&[LoadOnce], I)),
        // With leases, a cache whose lease is over has no copies; the home gets what the owner
        // hands over, so that it is not gone if the next owner dies with it; and a home that has
        // lost a requester, or hears it ask again, asks again those whose acknowledgements it
        // cannot know of. These tell the home too, which passes it on: their first may have been
        // lost on a link that is cut.
        (_, On::LeaseOver) if leases => Some(go(&[], I)),
        (I | IS_D | IM_AD | II_A, On::Invalidate) if leases => {
            Some(go(&[SendInvalidateAck, SendInvalidateAckHome], state))
        }
        // Who forgot what it had asked for, when leases were switched on, may be taken for the
        // owner by its home. It asks again, and the home learns by that that it supplies nothing.
        (I | IS_D, On::ForwardGetS | On::ForwardGetM) if leases => Some(go(&[], state)),
        (M | E, On::ForwardGetM) if leases => Some(go(&[SendDataToRequester, SendDataToHome], I)),
        (MI_A | EI_A, On::ForwardGetM) if leases => {
            Some(go(&[SendDataToRequester, SendDataToHome], II_A))
        }
        _ => None,
    }
}
