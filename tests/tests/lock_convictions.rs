//! Each planted bug of the lock manager is convicted by named checks in a small run, and the very
//! same run without the bug is clean.

use lockstep_core::check::lock::LockCheck;
use lockstep_core::check::{Assumption, Check, Verdict};
use lockstep_core::lab::Session;
use lockstep_core::lab::linearizability::BUDGET;
use lockstep_core::lock::bug::Bug;
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

fn scenario(run: &Run, bug: Option<Bug>) -> Scenario {
    let scripts: Vec<String> = (1..)
        .zip(run.scripts)
        .map(|(client, script)| format!(r#""c{client}": "{script}""#))
        .collect();
    let bugs = bug.map_or(String::new(), |bug| format!(r#""{}""#, bug.name()));
    let text = format!(
        r#"{{"lockstep": 1, "lab": "locks", "seed": 1, "until": "{}", "choices": [{}],
            "config": {{"clients": {}, "scripts": {{{}}}, "bugs": [{bugs}]{}}}}}"#,
        run.until,
        run.choices,
        run.scripts.len(),
        scripts.join(", "),
        run.more
    );
    Scenario::from_json(&text).unwrap_or_else(|problem| panic!("{problem:?}: {text}"))
}

fn played(run: &Run, bug: Option<Bug>) -> Session {
    let scenario = scenario(run, bug);
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session
}

fn failing(session: &Session) -> Vec<Check> {
    let reports = session.verdicts(BUDGET).into_iter();
    let fails = reports.filter(|report| matches!(report.verdict, Verdict::Fails(_)));
    fails.map(|report| report.check).collect()
}

fn verdict(session: &Session, check: LockCheck) -> Verdict {
    let reports = session.verdicts(BUDGET).into_iter();
    let mut reports = reports.filter(|report| report.check == check);
    reports.next().expect("every check reports").verdict
}

/// The bug is convicted by exactly these checks, and without it nothing is.
fn convicts(bug: Bug, run: &Run, checks: &[LockCheck]) {
    let expected: Vec<Check> = checks.iter().copied().map(Check::Lock).collect();
    assert_eq!(failing(&played(run, Some(bug))), expected, "with {bug:?}");
    let sound = played(run, None);
    assert_eq!(failing(&sound), [Check::Lock(LockCheck::LockHistory); 0], "without {bug:?}");
    for check in checks {
        assert_eq!(verdict(&sound, *check), Verdict::Holds, "without {bug:?}: {check:?}");
    }
}

#[test]
fn a_grant_beside_holders_is_incompatible_and_clients_see_it() {
    let scripts = &[
        "work 400ms; lock orders s; work 300ms; release orders; work 100ms",
        "work 400ms; lock orders s; work 900ms",
        "work 500ms; lock orders x; work 100ms",
    ];
    let checks = [LockCheck::Compatibility, LockCheck::LockHistory];
    convicts(Bug::GrantBesideHolders, &Run { scripts, ..QUIET }, &checks);
}

#[test]
fn tokens_that_begin_anew_with_a_term_do_not_grow() {
    let scripts = &["work 400ms; lock orders x; release orders; work 600ms; lock orders x"];
    let choices = r#"{"at": "600ms", "transfer": "n1", "to": "n2"}"#;
    let checks = [LockCheck::TokensGrow, LockCheck::LockHistory];
    convicts(Bug::TokenPerTerm, &Run { scripts, choices, ..QUIET }, &checks);
}

#[test]
fn a_lease_by_each_servers_own_clock_parts_the_tables() {
    let scripts = &["work 400ms; lock orders x; work 5s"];
    let choices = r#"{"at": "600ms", "crash": "c1"}"#;
    let run = Run { scripts, choices, until: "4s", ..QUIET };
    convicts(Bug::LeaseByOwnClock, &run, &[LockCheck::TablesAgree]);
}

#[test]
fn a_victim_that_keeps_its_locks_leaves_something_behind() {
    let scripts = &[
        "work 400ms; lock orders x; work 50ms; lock stock x",
        "work 400ms; lock stock x; work 50ms; lock orders x",
    ];
    let run = Run { scripts, ..QUIET };
    convicts(Bug::VictimKeepsLocks, &run, &[LockCheck::NothingLeftBehind]);
}

#[test]
fn a_release_that_wakes_nobody_is_a_lost_wake_up() {
    let scripts = &[
        "work 400ms; lock orders x; work 200ms; release orders; work 100ms",
        "work 500ms; lock orders x",
    ];
    convicts(Bug::LostWakeUp, &Run { scripts, ..QUIET }, &[LockCheck::NoLostWakeUp]);
}

#[test]
fn a_release_that_wakes_only_one_of_two_readers_is_a_lost_wake_up() {
    let scripts = &[
        "work 400ms; lock orders x; work 300ms; release orders; work 500ms",
        "work 500ms; lock orders s; work 300ms",
        "work 500ms; lock orders s; work 300ms",
    ];
    convicts(Bug::WakeOnlyOne, &Run { scripts, ..QUIET }, &[LockCheck::NoLostWakeUp]);
}

#[test]
fn a_reader_that_goes_before_a_writer_is_unfair() {
    let scripts = &[
        "work 400ms; lock orders s; work 500ms",
        "work 500ms; lock orders x",
        "work 600ms; lock orders s",
    ];
    convicts(Bug::ReadersOvertake, &Run { scripts, ..QUIET }, &[LockCheck::Fairness]);
}

#[test]
fn an_expiry_after_a_renewal_ends_a_session_before_its_lease() {
    let scripts = &["work 400ms; lock orders x; work 5s"];
    // The call that keeps the session alive is in the log, and not applied, as the lease runs out.
    let choices = r#"{"at": "600ms", "pause": "c1"}, {"at": "2405ms", "resume": "c1"}"#;
    let run = Run { scripts, choices, until: "4s", ..QUIET };
    convicts(Bug::ExpireUnchecked, &run, &[LockCheck::LeaseRespected]);
}

#[test]
fn who_is_blind_to_queues_leaves_a_deadlock_unbroken() {
    let scripts = &[
        "work 400ms; lock orders s; work 300ms; lock stock x",
        "work 500ms; lock orders x",
        "work 400ms; lock stock x; work 250ms; lock orders s",
    ];
    let run = Run { scripts, ..QUIET };
    convicts(Bug::BlindToQueues, &run, &[LockCheck::DeadlockBroken]);
}

#[test]
fn a_bystander_is_a_needless_victim() {
    let scripts = &[
        "work 400ms; lock orders x; work 400ms; lock stock x",
        "work 400ms; lock stock x; work 50ms; lock orders x",
        "work 550ms; lock orders x",
    ];
    convicts(Bug::WrongVictim, &Run { scripts, ..QUIET }, &[LockCheck::NoNeedlessVictim]);
}

#[test]
fn what_is_granted_twice_does_not_stand_and_clients_see_it() {
    let scripts = &["work 400ms; lock orders x; lock orders x; write"];
    let checks = [LockCheck::GrantsStand, LockCheck::LockHistory];
    convicts(Bug::GrantTwice, &Run { scripts, ..QUIET }, &checks);
}

#[test]
fn an_upgrade_that_keeps_its_token_is_no_new_grant() {
    let scripts = &["work 400ms; lock orders s; upgrade orders; write"];
    let checks = [LockCheck::TokensGrow, LockCheck::LockHistory];
    convicts(Bug::UpgradeKeepsToken, &Run { scripts, ..QUIET }, &checks);
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
fn a_vault_that_forgets_who_read_takes_a_write_too_late() {
    convicts(Bug::VaultForgetsReads, &LATE, &[LockCheck::MutualExclusion]);
}

#[test]
fn a_time_out_that_wakes_nobody_is_a_lost_wake_up() {
    let scripts = &[
        "work 400ms; lock orders s; work 600ms",
        "work 450ms; lock orders x within 100ms",
        "work 500ms; lock orders s; work 50ms",
    ];
    convicts(Bug::TimeOutWakesNobody, &Run { scripts, ..QUIET }, &[LockCheck::NoLostWakeUp]);
}

#[test]
fn a_release_of_what_another_holds_takes_it_from_it_and_clients_see_it() {
    let scripts = &["work 400ms; lock orders x; work 300ms", "work 500ms; release orders"];
    let checks = [LockCheck::GrantsStand, LockCheck::LockHistory];
    convicts(Bug::ReleaseUnchecked, &Run { scripts, ..QUIET }, &checks);
}

#[test]
fn a_transaction_that_forgets_its_age_is_younger_at_the_next_attempt() {
    let scripts = &[
        "work 400ms; lock orders x; work 150ms; lock stock x",
        "work 420ms; lock stock x; work 150ms; lock orders x",
    ];
    convicts(Bug::RetryForgetsAge, &Run { scripts, ..QUIET }, &[LockCheck::AgeKept]);
}

#[test]
fn without_fencing_the_late_write_is_taken_and_kept_and_convicts_nobody() {
    let session = played(&Run { more: r#", "features": {"fencing": false}"#, ..LATE }, None);
    let exclusion = verdict(&session, LockCheck::MutualExclusion);
    assert_eq!(exclusion.assumption(), Some(Assumption::FencingOff));
    assert!(exclusion.failure().is_some(), "what happened is kept");
    assert_eq!(verdict(&played(&LATE, None), LockCheck::MutualExclusion), Verdict::Holds);
}

#[test]
fn a_clock_that_jumps_voids_what_is_said_of_leases_and_nothing_else() {
    let scripts = &["work 400ms; lock orders x; work 1s"];
    let choices = r#"{"at": "600ms", "clock": "n1", "jump": "1us"}"#;
    let session = played(&Run { scripts, choices, ..QUIET }, None);
    for check in LockCheck::ALL {
        let missing = (check == LockCheck::LeaseRespected).then_some(Assumption::ClocksStray);
        assert_eq!(verdict(&session, check).assumption(), missing, "{check:?}");
    }
}

#[test]
fn nobody_looks_for_deadlocks_where_waits_time_out() {
    let scripts = &["work 400ms; lock orders x; work 100ms"];
    let more = r#", "features": {"policy": "time_out"}"#;
    let session = played(&Run { scripts, more, ..QUIET }, None);
    let broken = verdict(&session, LockCheck::DeadlockBroken);
    assert_eq!(broken.assumption(), Some(Assumption::NoDetection));
    let quiet = verdict(&played(&Run { scripts, ..QUIET }, None), LockCheck::DeadlockBroken);
    assert_eq!(quiet, Verdict::NotReached, "there was none");
}
