//! Two lines in each other's way: nothing goes wrong in any interleaving, and every bug is found.

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::exhaustive::{Model, Violation};

use super::{assert_right, found};

fn model(exclusive: bool) -> Model {
    Model::of_two_lines(Features { exclusive, ..Features::default() })
}

#[test]
fn two_lines_are_right_in_every_interleaving() {
    assert_right("two lines, MSI", &model(false), 128_419);
    assert_right("two lines, MESI", &model(true), 188_195);
}

#[test]
fn every_bug_of_the_plain_protocol_is_found_with_two_lines_too() {
    use Violation::{Deadlock, StaleCopy, StaleRead, TwoWriters, Unexpected};
    for (bug, expected) in [
        (Bug::InvalidationsNotAwaited, (TwoWriters, 11)),
        (Bug::InvalidationIgnored, (TwoWriters, 13)),
        (Bug::StaleWriteBack, (StaleCopy, 11)),
        (Bug::AckCountShort, (TwoWriters, 11)),
        (Bug::OwnerKeepsExclusive, (TwoWriters, 7)),
        (Bug::SharerForgotten, (TwoWriters, 11)),
        (Bug::SharedWritten, (TwoWriters, 8)),
        (Bug::WriteBackWithoutData, (StaleCopy, 5)),
        (Bug::EvictionNotAwaited, (Unexpected, 7)),
        (Bug::ForwardUnanswered, (Deadlock, 11)),
        (Bug::OwnerNotChanged, (Unexpected, 7)),
        (Bug::AckSentHome, (Unexpected, 12)),
        (Bug::MemoryReadWhileOwned, (TwoWriters, 6)),
        (Bug::StalledForgotten, (Deadlock, 10)),
        (Bug::SwapOnShared, (StaleRead, 16)),
    ] {
        assert_eq!(found(model(true), bug), Some(expected), "{bug:?}");
    }
}
