//! What the checks of the lock manager rest on: where it is taken away, nobody is convicted, and
//! what happened is kept. (That each convicts somebody is for `convictions` to show.)

use lockstep_core::check::lock::LockCheck;
use lockstep_core::check::{Assumption, Verdict};
use lockstep_core::lab::Session;
use lockstep_core::lab::linearizability::BUDGET;
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::run::Goal;

/// A run: what clients do, what happens to them, and what is set.
struct Run {
    scripts: &'static [&'static str],
    choices: &'static str,
    /// More of the configuration, each with a comma before it.
    more: &'static str,
    until: &'static str,
}

/// The first leader is `n1`, and is there before this.
const QUIET: Run = Run { scripts: &[], choices: "", more: "", until: "2s" };

fn scenario(run: &Run) -> Scenario {
    let scripts: Vec<String> = (1..)
        .zip(run.scripts)
        .map(|(client, script)| format!(r#""c{client}": "{script}""#))
        .collect();
    let text = format!(
        r#"{{"lockstep": 1, "lab": "locks", "seed": 1, "until": "{}", "choices": [{}],
            "config": {{"clients": {}, "scripts": {{{}}}{}}}}}"#,
        run.until,
        run.choices,
        run.scripts.len(),
        scripts.join(", "),
        run.more
    );
    Scenario::from_json(&text).unwrap_or_else(|problem| panic!("{problem:?}: {text}"))
}

fn played(run: &Run) -> Session {
    let scenario = scenario(run);
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session
}

fn verdict(session: &Session, check: LockCheck) -> Verdict {
    let reports = session.verdicts(BUDGET).into_iter();
    let mut reports = reports.filter(|report| report.check == check);
    reports.next().expect("every check reports").verdict
}

/// A client that has read sleeps past its lease, and writes when another has read since.
const LATE: Run = Run {
    scripts: &[
        "work 400ms; lock orders x; read; work 3s; write orders",
        "work 600ms; lock orders s; read; work 2s",
    ],
    choices: r#"{"at": "500ms", "pause": "c1"}, {"at": "3800ms", "resume": "c1"}"#,
    until: "7s",
    ..QUIET
};

#[test]
fn without_fencing_the_late_write_is_taken_and_kept_and_convicts_nobody() {
    let session = played(&Run { more: r#", "features": {"fencing": false}"#, ..LATE });
    let exclusion = verdict(&session, LockCheck::MutualExclusion);
    assert_eq!(exclusion.assumption(), Some(Assumption::FencingOff));
    assert!(exclusion.failure().is_some(), "what happened is kept");
    assert_eq!(verdict(&played(&LATE), LockCheck::MutualExclusion), Verdict::Holds);
}

#[test]
fn a_clock_that_jumps_voids_what_is_said_of_leases_and_nothing_else() {
    let scripts = &["work 400ms; lock orders x; work 1s"];
    let choices = r#"{"at": "600ms", "clock": "n1", "jump": "1us"}"#;
    let session = played(&Run { scripts, choices, ..QUIET });
    for check in LockCheck::ALL {
        let missing = (check == LockCheck::LeaseRespected).then_some(Assumption::ClocksStray);
        assert_eq!(verdict(&session, check).assumption(), missing, "{check:?}");
    }
}

#[test]
fn nobody_looks_for_deadlocks_where_waits_time_out() {
    let scripts = &["work 400ms; lock orders x; work 100ms"];
    let more = r#", "features": {"policy": "time_out"}"#;
    let session = played(&Run { scripts, more, ..QUIET });
    let broken = verdict(&session, LockCheck::DeadlockBroken);
    assert_eq!(broken.assumption(), Some(Assumption::NoDetection));
    let quiet = verdict(&played(&Run { scripts, ..QUIET }), LockCheck::DeadlockBroken);
    assert_eq!(quiet, Verdict::NotReached, "there was none");
}
