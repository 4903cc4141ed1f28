//! A naive twin of the checker: it tries every order of every choice of open operations, keeps no
//! memory, knows no keys and no rules but the definition's.

use std::collections::BTreeSet;

use lockstep_core::check::linearizability::{Model, Operation};

/// Whether `one` comes before `other`, which stand in the history in these places.
fn precedes<M: Model>(
    (one_place, one): (usize, &Operation<M>),
    (other_place, other): (usize, &Operation<M>),
) -> bool {
    let in_turn = one.client == other.client && one_place < other_place;
    one.returned.is_some_and(|end| end < other.called || (in_turn && end == other.called))
}

/// Calls `see` with every state that any order passes through, whether all that returned is in it
/// or not; goes on until `see` says `true`.
fn follow<M: Model>(
    history: &[Operation<M>],
    taken: &mut Vec<bool>,
    state: &M::State,
    see: &mut impl FnMut(&M::State, bool) -> bool,
) -> bool {
    let left = || (0..history.len()).filter(|place| !taken[*place]);
    let is_complete = left().all(|place| history[place].returned.is_none());
    if see(state, is_complete) {
        return true;
    }
    let is_next = |place: usize| {
        left().all(|other| !precedes((other, &history[other]), (place, &history[place])))
    };
    let next: Vec<usize> = left().filter(|place| is_next(*place)).collect();
    for place in next {
        let (after, answer) = M::apply(state, &history[place].action);
        if history[place].answer.as_ref().is_none_or(|known| *known == answer) {
            taken[place] = true;
            if follow(history, taken, &after, see) {
                return true;
            }
            taken[place] = false;
        }
    }
    false
}

/// The state of every object together: the checker's models hold one key's.
pub(crate) fn has_order_from<M: Model>(history: &[Operation<M>], start: &M::State) -> bool {
    follow(history, &mut vec![false; history.len()], start, &mut |_, is_complete| is_complete)
}

/// Whether the history, which is of one object, is linearizable.
pub(crate) fn has_order<M: Model>(history: &[Operation<M>]) -> bool {
    has_order_from(history, &M::State::default())
}

/// Every state that any order passes through.
pub(crate) fn states<M: Model>(history: &[Operation<M>]) -> BTreeSet<M::State> {
    let mut states = BTreeSet::new();
    let start = M::State::default();
    follow(history, &mut vec![false; history.len()], &start, &mut |state, _| {
        states.insert(state.clone());
        false
    });
    states
}
