//! Random histories: what clients of a real object saw, and what they might have seen.
//!
//! A real sequential object is run by clients that call, wait and return at random times, often at
//! the same ones; so what they saw is linearizable by construction. Then some of it is altered.

use lockstep_core::check::linearizability::model::{MutexAction, QueueAction, RegisterAction};
use lockstep_core::check::linearizability::{Kv, Model, Mutex, Operation, Queue, Register};
use lockstep_core::raft::store;
use lockstep_core::raft::store::Text;

pub(crate) use crate::dice::Dice;

fn text(dice: &mut Dice, sides: u64) -> Text {
    dice.below(sides).to_string().into()
}

/// An object that can be asked for something at random.
pub(crate) trait Sampled: Model {
    fn sample(dice: &mut Dice) -> Self::Action;
}

impl Sampled for Register {
    fn sample(dice: &mut Dice) -> RegisterAction {
        match dice.below(5) {
            0 | 1 => RegisterAction::Read,
            2 | 3 => RegisterAction::Write(Some(text(dice, 3))),
            _ => RegisterAction::CompareAndSet(Some(text(dice, 3)), Some(text(dice, 3))),
        }
    }
}

/// One key only: the naive twin knows no keys.
impl Sampled for Kv {
    fn sample(dice: &mut Dice) -> store::Operation {
        let key = || "x".into();
        match dice.below(6) {
            0 | 1 => store::Operation::Get(key()),
            2 => store::Operation::Put(key(), text(dice, 2)),
            3 | 4 => store::Operation::Append(key(), text(dice, 2)),
            _ => store::Operation::CompareAndSet(key(), text(dice, 2), text(dice, 2)),
        }
    }
}

impl Sampled for Mutex {
    fn sample(dice: &mut Dice) -> MutexAction {
        if dice.one_in(2) { MutexAction::Acquire } else { MutexAction::Release }
    }
}

impl Sampled for Queue {
    fn sample(dice: &mut Dice) -> QueueAction {
        if dice.one_in(2) { QueueAction::Enqueue(text(dice, 3)) } else { QueueAction::Dequeue }
    }
}

/// What clients of a real object saw: at most `most` operations.
pub(crate) fn real<M: Sampled>(dice: &mut Dice, clients: u64, most: usize) -> Vec<Operation<M>> {
    let mut history: Vec<Operation<M>> = Vec::new();
    let mut state = M::State::default();
    // What each client waits for: the place of the operation, and its answer once it took effect.
    let mut waiting: Vec<Option<(usize, Option<M::Answer>)>> = Vec::new();
    waiting.resize_with(usize::try_from(clients).expect("a few"), || None);
    let mut now = 0;
    loop {
        now += dice.below(2);
        let client = usize::try_from(dice.below(clients)).expect("a few");
        waiting[client] = match waiting[client].take() {
            None if history.len() == most => {
                if waiting.iter().all(Option::is_none) {
                    return history;
                }
                None
            }
            None => {
                let (action, name) = (M::sample(dice), format!("c{client}").into());
                let operation =
                    Operation { client: name, action, called: now, returned: None, answer: None };
                history.push(operation);
                Some((history.len() - 1, None))
            }
            // Given up: nobody will know whether it took effect.
            Some(_) if dice.one_in(20) => None,
            Some((place, None)) => {
                let (next, answer) = M::apply(&state, &history[place].action);
                state = next;
                Some((place, Some(answer)))
            }
            Some((place, answer)) => {
                history[place].returned = Some(now);
                history[place].answer = answer.filter(|_| !dice.one_in(20));
                None
            }
        };
    }
}

/// Alters what somebody saw, or when.
pub(crate) fn alter<M: Sampled>(history: &mut [Operation<M>], dice: &mut Dice) {
    if history.is_empty() {
        return;
    }
    let place = usize::try_from(dice.below(history.len() as u64)).expect("a few");
    let other = usize::try_from(dice.below(history.len() as u64)).expect("a few");
    match dice.below(4) {
        0 => {
            // The answer of another state.
            let mut state = M::State::default();
            for _ in 0..dice.below(4) {
                state = M::apply(&state, &M::sample(dice)).0;
            }
            history[place].answer = Some(M::apply(&state, &history[place].action).1);
        }
        1 => {
            let called = history[place].called;
            let sooner = |returned: u64| called + (returned - called) / 2;
            history[place].returned = history[place].returned.map(sooner);
        }
        2 => {
            let answer = history[place].answer.clone();
            history[place].answer = history[other].answer.clone();
            history[other].answer = answer;
        }
        _ => {
            let action = history[place].action.clone();
            history[place].action = history[other].action.clone();
            history[other].action = action;
        }
    }
}
