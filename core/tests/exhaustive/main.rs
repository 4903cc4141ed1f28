//! Every interleaving of a small cache: nothing goes wrong, every cell of the primer's tables is
//! reached and none outside them, and every planted bug is found.

#![allow(clippy::print_stdout, reason = "how many states there are is printed")]

mod bugs;
mod primer;

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::operation::Operation;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::exhaustive::{Channels, Model};

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
