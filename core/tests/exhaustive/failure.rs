//! A cache crashes, or its lease runs out, at any moment: nothing goes wrong, and the bugs of
//! leases that a search without clocks can find are found.
//!
//! Three caches are searched by `lockstep bench`.

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::exhaustive::{Model, Violation};

use super::{assert_right, found};

fn model(exclusive: bool) -> Model {
    let features = Features { exclusive, ..Features::default() };
    Model { caches: 2, ..Model::with_failures(features, 1) }
}

#[test]
fn a_failure_at_any_moment_leaves_nothing_wrong() {
    assert_right("a failure, MESI", &model(true), 434_696);
}

/// A write-back that is put off is a matter of clocks, and of random runs. A cache that ignores the
/// end of its lease waits for ever before it reads something stale.
#[test]
fn every_bug_of_leases_but_that_of_a_deadline_is_found() {
    use Violation::{Deadlock, StaleCopy};
    for (bug, expected) in [
        (Bug::LeaseIgnored, (Deadlock, 4)),
        (Bug::ReclaimTooEarly, (StaleCopy, 4)),
        (Bug::LossNotReported, (StaleCopy, 5)),
    ] {
        assert_eq!(found(model(true), bug), Some(expected), "{bug:?}");
    }
}
