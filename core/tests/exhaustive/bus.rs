//! The bus: nothing goes wrong in any interleaving, and every bug that means something there is
//! found.

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::exhaustive::{Model, Violation};

use super::{assert_right, found};

fn model(exclusive: bool) -> Model {
    Model::on_bus(Features { exclusive, ..Features::default() })
}

#[test]
fn the_bus_is_right_in_every_interleaving() {
    assert_right("bus, MSI", &model(false), 80_002);
    assert_right("bus, MESI", &model(true), 91_738);
}

/// The others are of acknowledgements, stalls and leases, which a bus does not have.
#[test]
fn every_bug_of_the_bus_is_found() {
    use Violation::{StaleCopy, StaleRead, TwoWriters, Unexpected};
    for (bug, expected) in [
        (Bug::StaleWriteBack, (StaleCopy, 22)),
        (Bug::OwnerKeepsExclusive, (TwoWriters, 14)),
        (Bug::SharerForgotten, (TwoWriters, 21)),
        (Bug::SharedWritten, (StaleCopy, 14)),
        (Bug::WriteBackWithoutData, (StaleCopy, 9)),
        (Bug::EvictionNotAwaited, (Unexpected, 11)),
        (Bug::ForwardUnanswered, (StaleRead, 16)),
        (Bug::OwnerNotChanged, (StaleCopy, 7)),
        (Bug::SwapOnShared, (StaleRead, 27)),
    ] {
        assert_eq!(found(model(true), bug), Some(expected), "{bug:?}");
    }
}

/// With MSI nobody is given a copy to write who asked for one to read: that somebody else has one
/// need not be known.
#[test]
fn with_msi_a_bus_need_not_know_the_sharers() {
    assert_eq!(found(model(false), Bug::SharerForgotten), None);
}
