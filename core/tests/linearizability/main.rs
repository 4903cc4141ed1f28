//! The linearizability verdict: against a naive twin, against real objects, and against histories
//! whose verdicts others have published.

mod budget;
#[path = "../shared/dice.rs"]
mod dice;
mod naive;
mod objects;
mod random;
mod vectors;
mod windows;

use lockstep_core::check::linearizability::{Conviction, Model, Operation, Verdict, judge};

/// Far more steps than any history here needs.
const PLENTY: u64 = 50_000_000;

/// Whether there is an order.
fn is_linearizable<M: Model>(history: &[Operation<M>]) -> bool {
    match judge(history, PLENTY) {
        Verdict::Linearizable => true,
        Verdict::NotLinearizable(_) => false,
        Verdict::Undecided => panic!("the budget is plenty"),
    }
}

/// What shows that there is none.
fn conviction<M: Model>(history: &[Operation<M>]) -> Conviction {
    match judge(history, PLENTY) {
        Verdict::NotLinearizable(conviction) => conviction,
        other => panic!("{other:?}"),
    }
}

/// An operation that was carried out.
fn done<M: Model>(
    client: &str,
    action: M::Action,
    (called, returned): (u64, u64),
    answer: M::Answer,
) -> Operation<M> {
    let (returned, answer) = (Some(returned), Some(answer));
    Operation { client: client.into(), action, called, returned, answer }
}

/// An operation that never returned.
fn open<M: Model>(client: &str, action: M::Action, called: u64) -> Operation<M> {
    Operation { client: client.into(), action, called, returned: None, answer: None }
}
