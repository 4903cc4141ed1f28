//! Every interleaving of a small cache: nothing goes wrong, every cell of the primer's tables is
//! reached and none outside them, and every planted bug is found.

#![allow(clippy::print_stdout, reason = "how many states there are is printed")]

mod bugs;
mod bus;
mod failure;
mod lines;
mod primer;

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::operation::Operation;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::exhaustive::{Channels, Model, Report, Violation, explore};

/// More states than any of these searches has.
const PLENTY: u32 = 5_000_000;

/// The only word.
const X: Address = Address { line: Line(0), word: 0 };

fn model(exclusive: bool, channels: Channels) -> Model {
    let features = Features { exclusive, ..Features::default() };
    Model { channels, ..Model::of(features) }
}

/// Compare-and-swap as well.
fn with_swap(mut model: Model) -> Model {
    model.operations.push(Operation::CompareAndSwap(X, 0, 1));
    model
}

/// Goes through all states: nothing is wrong, and there are so many of them.
fn assert_right(name: &str, model: &Model, states: u32) {
    let report = explore(model, PLENTY);
    let Report { transitions, depth, .. } = report;
    println!("{name}: {} states, {transitions} transitions, depth {depth}", report.states);
    assert_eq!((report.violation, report.is_cut), (None, false), "{name}");
    assert_eq!(report.states, states, "a change of the protocol changes the number of states");
}

/// What is found of a bug, and how long the shortest way to it is.
fn found(mut model: Model, bug: Bug) -> Option<(Violation, usize)> {
    if bug == Bug::SwapOnShared {
        model = with_swap(model);
    }
    model.bugs.set(bug, true);
    explore(&model, PLENTY).violation.map(|(violation, way)| (violation, way.len()))
}
