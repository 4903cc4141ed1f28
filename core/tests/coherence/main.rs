//! Coherence of histories: by hand, one contradiction of each shape; and against a naive twin.

#[path = "../shared/dice.rs"]
mod dice;
mod hand;
mod naive;
mod random;

use lockstep_core::check::coherence::{
    Conviction, Memory, MemoryAction, MemoryAnswer, Verdict, judge,
};
use lockstep_core::check::linearizability::Operation;

/// Far more steps than any history here needs.
const PLENTY: u64 = 10_000_000;

/// A history on one line: of each operation its process, what it was, and its values. `1w5`:
/// process 1 wrote 5. `2r5`: process 2 read 5. `1c5,6+`, `1c5,6-`: a compare-and-swap of 5 to 6
/// that succeeded, or failed. A `?` at the end: it was never answered.
fn history(text: &str) -> Vec<Operation<Memory>> {
    let number = |text: &str| text.parse().expect("a number");
    let operation = |(at, word): (u64, &str)| {
        let (client, rest) = word.split_at(1);
        let (kind, rest) = rest.split_at(1);
        let (values, end) = rest.split_at(rest.find(['+', '-', '?']).unwrap_or(rest.len()));
        let (action, answer) = match kind {
            "w" => (MemoryAction::Write("x".into(), number(values)), MemoryAnswer::Done),
            "r" => {
                let value = values.parse().unwrap_or_default();
                (MemoryAction::Read("x".into()), MemoryAnswer::Value(value))
            }
            _ => {
                let (old, new) = values.split_once(',').expect("two values");
                let action = MemoryAction::CompareAndSwap("x".into(), number(old), number(new));
                (action, MemoryAnswer::Swapped(end == "+"))
            }
        };
        let is_open = end == "?";
        Operation {
            client: client.into(),
            action,
            called: 10 * at,
            returned: (!is_open).then_some(10 * at + 5),
            answer: (!is_open).then_some(answer),
        }
    };
    (0..).zip(text.split_whitespace()).map(operation).collect()
}

/// Whether there is an order of each location.
fn is_coherent(history: &[Operation<Memory>]) -> bool {
    match judge(history, PLENTY) {
        Verdict::Coherent => true,
        Verdict::NotCoherent(_) => false,
        Verdict::Undecided => panic!("the budget is plenty"),
    }
}

/// What shows that there is none.
fn conviction(history: &[Operation<Memory>]) -> Conviction {
    match judge(history, PLENTY) {
        Verdict::NotCoherent(conviction) => conviction,
        other => panic!("{other:?}: {history:?}"),
    }
}
