//! Every planted bug of the plain protocol is found, by a shortest way.

use lockstep_core::cache::bug::Bug;
use lockstep_core::check::cache::exhaustive::{Channels, Violation, explore};

use super::{PLENTY, model, with_swap};

/// What is found of a bug.
fn found(bug: Bug, exclusive: bool) -> Option<(Violation, usize)> {
    let mut model = model(exclusive, Channels::Pairs);
    if bug == Bug::SwapOnShared {
        model = with_swap(model);
    }
    model.bugs.set(bug, true);
    explore(&model, PLENTY).violation.map(|(violation, way)| (violation, way.len()))
}

#[test]
fn every_bug_of_the_plain_protocol_is_found_by_the_same_shortest_ways_as_ever() {
    use Violation::{Deadlock, StaleCopy, StaleRead, TwoWriters, Unexpected};
    let expected = [
        (Bug::InvalidationsNotAwaited, (TwoWriters, 6), (TwoWriters, 10)),
        (Bug::InvalidationIgnored, (TwoWriters, 13), (TwoWriters, 13)),
        (Bug::StaleWriteBack, (StaleCopy, 11), (StaleCopy, 11)),
        (Bug::AckCountShort, (TwoWriters, 6), (TwoWriters, 11)),
        (Bug::OwnerKeepsExclusive, (TwoWriters, 7), (TwoWriters, 7)),
        (Bug::SharerForgotten, (TwoWriters, 6), (TwoWriters, 11)),
        (Bug::SharedWritten, (StaleCopy, 4), (TwoWriters, 8)),
        (Bug::WriteBackWithoutData, (StaleCopy, 5), (StaleCopy, 5)),
        (Bug::EvictionNotAwaited, (Unexpected, 7), (Unexpected, 7)),
        (Bug::ForwardUnanswered, (Deadlock, 9), (Deadlock, 9)),
        (Bug::OwnerNotChanged, (Unexpected, 9), (Unexpected, 7)),
        (Bug::AckSentHome, (Unexpected, 7), (Unexpected, 11)),
        (Bug::MemoryReadWhileOwned, (TwoWriters, 6), (TwoWriters, 6)),
        (Bug::StalledForgotten, (Deadlock, 10), (Deadlock, 10)),
        (Bug::SwapOnShared, (StaleRead, 11), (StaleRead, 16)),
    ];
    let leases =
        [Bug::LeaseIgnored, Bug::ReclaimTooEarly, Bug::LossNotReported, Bug::WriteBackPostponed];
    let plain = Bug::ALL.into_iter().filter(|bug| !leases.contains(bug));
    assert!(plain.eq(expected.iter().map(|(bug, ..)| *bug)), "every bug has a line");
    for (bug, msi, mesi) in expected {
        assert_eq!(found(bug, false), Some(msi), "{bug:?}, MSI");
        assert_eq!(found(bug, true), Some(mesi), "{bug:?}, MESI");
    }
}
