//! The table of a cache on a bus: simple snooping with atomic transactions (the primer, §7.2).
//!
//! A bus orders all requests: it takes one, shows it to every cache, hears from each whether it has
//! a copy, and gives the requester what it asked for before it takes the next. So nobody forwards
//! and nobody waits for acknowledgements: who has seen somebody's `GetM` has no copy. The names of
//! the states are those of the directory's caches: `IM_AD` waits for its turn and its data.
//!
//! This table is our own in its details: requests travel to the bus as messages, so a cache may be
//! shown somebody else's request while its own is on its way.

use CacheAction::{
    AnswerData, AnswerNone, AnswerShared, Hit, SendGetM, SendGetS, SendPutE, SendPutM, SendPutS,
};
use CacheEvent as On;
use CacheState::{E, EI_A, I, II_A, IM_AD, IS_D, M, MI_A, S, SI_A, SM_AD};

use super::{CacheAction, CacheCell, Cell, Variant};
use crate::cache::event::CacheEvent;
use crate::cache::state::CacheState;

const fn go(actions: &'static [CacheAction], next: CacheState) -> CacheCell {
    Cell::Do { actions, next }
}

/// The cell of a variant.
pub(super) const fn cell(variant: Variant, state: CacheState, event: CacheEvent) -> CacheCell {
    if !variant.exclusive && (matches!(state, E | EI_A) || matches!(event, On::ExclusiveData)) {
        return Cell::Impossible;
    }
    match (state, event) {
        (I, On::Load) => go(&[SendGetS], IS_D),
        (I, On::Store) => go(&[SendGetM], IM_AD),
        (I | IS_D | IM_AD | II_A, On::SnoopGetS | On::SnoopGetM) => go(&[AnswerNone], state),

        (IS_D | IM_AD, On::Load | On::Store | On::Replacement) => Cell::Stall,
        (IS_D, On::Data) => go(&[], S),
        (IS_D, On::ExclusiveData) => go(&[], E),
        (IM_AD | SM_AD, On::Data) => go(&[], M),

        (S | SM_AD, On::Load) => go(&[Hit], state),
        (S, On::Store) => go(&[SendGetM], SM_AD),
        (S, On::Replacement) => go(&[SendPutS], SI_A),
        (S | SM_AD | SI_A, On::SnoopGetS) => go(&[AnswerShared], state),
        (S, On::SnoopGetM) => go(&[AnswerNone], I),
        (SM_AD, On::SnoopGetM) => go(&[AnswerNone], IM_AD),
        (SM_AD, On::Store | On::Replacement) => Cell::Stall,

        (E | M, On::Load) => go(&[Hit], state),
        (E | M, On::Store) => go(&[Hit], M),
        (E, On::Replacement) => go(&[SendPutE], EI_A),
        (M, On::Replacement) => go(&[SendPutM], MI_A),
        (E | M, On::SnoopGetS) => go(&[AnswerData], S),
        (E | M, On::SnoopGetM) => go(&[AnswerData], I),

        (MI_A | EI_A | SI_A | II_A, On::Load | On::Store | On::Replacement) => Cell::Stall,
        (MI_A | EI_A, On::SnoopGetS) => go(&[AnswerData], SI_A),
        (MI_A | EI_A, On::SnoopGetM) => go(&[AnswerData], II_A),
        (SI_A, On::SnoopGetM) => go(&[AnswerNone], II_A),
        (MI_A | EI_A | SI_A | II_A, On::PutAck) => go(&[], I),

        _ => Cell::Impossible,
    }
}
