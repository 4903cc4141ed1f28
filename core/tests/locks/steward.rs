//! The steward: what it proposes, when, and how often.

use lockstep_core::lock::Owner;
use lockstep_core::lock::bug::{Bug, Bugs};
use lockstep_core::lock::command::{Action, Ask, Call, Cause, Command, Patience};
use lockstep_core::lock::effects::{Effects, Origin};
use lockstep_core::lock::mode::Mode;
use lockstep_core::lock::note::Note;
use lockstep_core::lock::policy::Policy;
use lockstep_core::lock::setting::{Features, Setting};
use lockstep_core::lock::steward::{Duties, Steward};
use lockstep_core::lock::table::LockTable;

/// A table, its leader's steward, and the time.
struct Office {
    table: LockTable,
    steward: Steward,
    now_us: u64,
    requests: [u64; 10],
    index: u64,
}

const LEASE_US: u64 = 2_000_000;
const LONGEST_US: u64 = 500_000;

fn office() -> Office {
    office_with(Bugs::default())
}

fn office_with(bugs: Bugs) -> Office {
    let table = LockTable::new(["a", "b", "c"].map(Into::into).into_iter().collect());
    let mut steward = Steward::new(Features::default(), bugs);
    steward.take_office(&table, 0);
    Office { table, steward, now_us: 0, requests: [0; 10], index: 0 }
}

impl Office {
    fn apply(&mut self, origin: Origin, command: &Command) {
        self.index += 1;
        let origin = Origin { index: self.index, term: 1, ..origin };
        self.table.carry_out(origin, command, &mut Effects::default());
        self.steward.applied(&self.table, origin, command, self.now_us);
    }

    fn ask_for(&mut self, owner: u32, ask: Ask) {
        let request = &mut self.requests[owner as usize];
        *request += u64::from(ask != Ask::KeepAlive);
        let origin = Origin { owner: Some(Owner(owner)), request: *request, ..Origin::default() };
        let call = Call { session: 1, transaction: 1, attempt: 1, spent_us: 0, ask };
        let command = self.steward.stamped(&call.into());
        self.apply(origin, &command);
    }

    fn lock(&mut self, owner: u32, resource: &str, mode: Mode, patience: Patience) {
        self.ask_for(owner, Ask::Acquire { resource: resource.into(), mode, patience });
    }

    fn x(&mut self, owner: u32, resource: &str) {
        self.lock(owner, resource, Mode::Exclusive, Patience::Endless);
    }

    fn attend(&mut self) -> Duties {
        self.steward.attend(&self.table, self.now_us)
    }

    fn proposals(&mut self) -> Vec<Action> {
        self.attend().propose.into_iter().map(|command| command.action).collect()
    }

    /// What is proposed is applied at once.
    fn obey(&mut self) -> Vec<Action> {
        let commands = self.attend().propose;
        for command in &commands {
            self.apply(Origin::default(), command);
        }
        commands.into_iter().map(|command| command.action).collect()
    }

    /// 1 has a and waits for b, 2 has b and waits for a.
    fn cross(&mut self) {
        self.x(1, "a");
        self.x(2, "b");
        self.x(1, "b");
        self.x(2, "a");
    }
}

const fn expire(owner: u32, renewals: u64) -> Action {
    Action::Expire { owner: Owner(owner), renewals }
}

const fn abort(owner: u32, request: u64) -> Action {
    Action::Abort { owner: Owner(owner), request, claimed: false }
}

const fn time_out(owner: u32, request: u64, aborts: bool) -> Action {
    Action::TimeOut { owner: Owner(owner), request, aborts }
}

#[test]
fn a_lease_is_over_when_it_was_not_renewed_and_that_is_proposed_once() {
    let mut office = office();
    office.x(1, "a");
    assert_eq!(office.attend().next_us, Some(LEASE_US));
    office.now_us = LEASE_US - 1;
    assert!(office.proposals().is_empty());
    office.now_us = LEASE_US;
    assert_eq!(office.proposals(), [expire(1, 1)]);
    let again = office.attend();
    assert!(again.propose.is_empty(), "it is under way");
    assert_eq!(again.next_us, None);
}

#[test]
fn a_renewal_moves_the_end_of_a_lease() {
    let mut office = office();
    office.x(1, "a");
    office.now_us = 1_500_000;
    office.ask_for(1, Ask::KeepAlive);
    office.now_us = LEASE_US;
    assert!(office.proposals().is_empty());
    assert_eq!(office.steward.lease_until(Owner(1)), Some(1_500_000 + LEASE_US));
    office.now_us = 1_500_000 + LEASE_US;
    assert_eq!(office.proposals(), [expire(1, 2)]);
}

#[test]
fn an_end_that_came_too_late_is_proposed_again_in_time() {
    let mut office = office();
    office.x(1, "a");
    office.now_us = LEASE_US;
    let commands = office.attend().propose;
    office.ask_for(1, Ask::KeepAlive);
    office.apply(Origin::default(), &commands[0]);
    assert!(office.table.session(Owner(1)).is_some());
    office.now_us += LEASE_US;
    assert_eq!(office.obey(), [expire(1, 2)]);
    assert!(office.table.session(Owner(1)).is_none());
    assert_eq!(office.steward.lease_until(Owner(1)), None);
}

#[test]
fn a_new_leader_gives_everybody_its_full_time_again() {
    let mut office = office();
    office.x(1, "a");
    office.lock(2, "a", Mode::Exclusive, Patience::For(300));
    office.now_us = LEASE_US - 1;
    let table = office.table.clone();
    office.steward.take_office(&table, office.now_us);
    assert_eq!(office.attend().next_us, Some(LEASE_US - 1 + 300));
    office.now_us += 300;
    assert_eq!(office.proposals(), [time_out(2, 1, false)]);
    office.now_us = 2 * LEASE_US - 1;
    assert_eq!(office.proposals(), [expire(1, 1), expire(2, 1)]);
}

#[test]
fn who_does_not_lead_does_nothing() {
    let mut office = office();
    office.cross();
    office.steward.leave_office();
    office.now_us = 10 * LEASE_US;
    assert_eq!(office.attend(), Duties::default());
    office.x(3, "c");
    assert_eq!(office.attend(), Duties::default());
}

#[test]
fn a_wait_ends_when_patience_does() {
    let mut office = office();
    office.x(1, "a");
    office.lock(2, "a", Mode::Exclusive, Patience::For(300));
    assert_eq!(office.attend().next_us, Some(300));
    office.now_us = 300;
    assert_eq!(office.obey(), [time_out(2, 1, false)]);
    assert!(office.table.waiting(Owner(2)).is_none());
}

#[test]
fn who_was_granted_a_lock_does_not_time_out() {
    let mut office = office();
    office.x(1, "a");
    office.lock(2, "a", Mode::Exclusive, Patience::For(300));
    office.ask_for(1, Ask::ReleaseAll);
    assert_eq!(office.attend().next_us, Some(LEASE_US));
    office.now_us = 300;
    assert!(office.proposals().is_empty());
}

#[test]
fn under_time_outs_nobody_waits_for_longer_than_that_and_nobody_looks_for_cycles() {
    let mut office = office();
    office.steward.set(Setting::Policy, Policy::TimeOut as u64);
    office.cross();
    assert!(office.proposals().is_empty());
    office.now_us = LONGEST_US;
    assert_eq!(office.obey(), [time_out(1, 2, true), time_out(2, 2, true)]);
}

#[test]
fn under_time_outs_who_is_less_patient_is_told_so_and_not_aborted() {
    let mut office = office();
    office.steward.set(Setting::Policy, Policy::TimeOut as u64);
    office.x(1, "a");
    office.lock(2, "a", Mode::Exclusive, Patience::For(LONGEST_US));
    office.now_us = LONGEST_US;
    assert_eq!(office.proposals(), [time_out(2, 1, false)]);
}

#[test]
fn a_deadlock_is_found_when_it_arises_and_its_end_proposed_once() {
    let mut office = office();
    office.cross();
    let duties = office.attend();
    assert_eq!(duties.propose.len(), 1);
    assert_eq!(duties.propose[0].action, abort(2, 2));
    let found = Note::DeadlockFound { length: 2, victim: Some(Owner(2)) };
    assert_eq!(duties.notes, [found]);
    assert!(office.proposals().is_empty(), "it is under way");
    office.apply(Origin::default(), &duties.propose[0]);
    let session = office.table.session(Owner(2)).expect("it lives");
    assert_eq!(session.over, Some(Cause::Deadlock));
}

#[test]
fn another_deadlock_is_broken_while_an_abort_is_under_way() {
    let mut office = office();
    office.cross();
    assert_eq!(office.proposals(), [abort(2, 2)]);
    office.x(3, "c");
    office.x(4, "b");
    assert!(office.proposals().is_empty(), "it waits for a cycle that will be broken");
}

#[test]
fn cycles_are_looked_for_every_so_often_if_so_set_and_only_while_somebody_waits() {
    let mut office = office();
    office.steward.set(Setting::DetectEvery, 100);
    office.x(1, "a");
    assert_eq!(office.attend().next_us, Some(LEASE_US));
    office.cross();
    assert_eq!(office.attend().next_us, Some(100_000));
    office.now_us = 99_999;
    assert!(office.proposals().is_empty());
    office.now_us = 100_000;
    assert_eq!(office.obey().len(), 1);
    office.now_us = 200_000;
    assert!(office.obey().is_empty());
}

#[test]
fn a_new_leader_finds_the_deadlocks_that_are_there() {
    let mut office = office();
    office.cross();
    office.attend();
    let table = office.table.clone();
    office.steward.take_office(&table, 0);
    assert_eq!(office.proposals(), [abort(2, 2)], "what the old one proposed may be lost");
}

#[test]
fn a_deadlock_that_was_let_be_is_found_when_the_setting_changes() {
    let mut office = office();
    office.steward.set(Setting::Policy, Policy::TimeOut as u64);
    office.cross();
    assert!(office.proposals().is_empty());
    office.steward.set(Setting::Policy, Policy::WaitDie as u64);
    assert_eq!(office.proposals(), [abort(2, 2)]);
}

#[test]
fn what_is_written_into_the_log_says_by_which_rules() {
    let mut office = office();
    office.steward.set(Setting::Policy, Policy::NoWait as u64);
    office.steward.plant(Bug::LostWakeUp, true);
    let command = office.steward.stamped(&Action::Expire { owner: Owner(1), renewals: 1 }.into());
    assert_eq!(command.directives.policy, Policy::NoWait);
    assert!(command.directives.bugs.has(Bug::LostWakeUp));
    office.x(1, "a");
    office.now_us = LEASE_US;
    assert_eq!(office.attend().propose, [office.steward.stamped(&expire(1, 1).into())]);
}

#[test]
fn by_its_own_clock_a_follower_ends_leases_alone() {
    let mut bugs = Bugs::default();
    bugs.set(Bug::LeaseByOwnClock, true);
    let mut office = office_with(bugs);
    office.steward.leave_office();
    office.x(1, "a");
    office.now_us = 1_000;
    office.x(2, "a");
    assert_eq!(office.attend().next_us, Some(LEASE_US));
    office.now_us = LEASE_US;
    let duties = office.attend();
    assert!(duties.propose.is_empty());
    let alone: Vec<Action> = duties.alone.iter().map(|command| command.action.clone()).collect();
    assert_eq!(alone, [expire(1, 1)]);
    office.table.carry_out(Origin::default(), &duties.alone[0], &mut Effects::default());
    assert!(office.table.session(Owner(1)).is_none());
    // What it knows does not go with the office.
    office.steward.take_office(&office.table.clone(), office.now_us);
    assert_eq!(office.attend().next_us, Some(LEASE_US + 1_000));
}

#[test]
fn ending_a_lease_alone_gives_one_lock_to_two_clients() {
    let run = |bugs| {
        let mut office = office_with(bugs);
        office.x(1, "a");
        let elsewhere = office.table.clone();
        office.now_us = LEASE_US;
        for command in office.attend().alone {
            office.apply(Origin::default(), &command);
        }
        // Another server, whose clock is slower, applies the same log.
        let mut tables = [office.table, elsewhere];
        let ask =
            Ask::Acquire { resource: "a".into(), mode: Mode::Exclusive, patience: Patience::None };
        let call = Call { session: 1, transaction: 1, attempt: 1, spent_us: 0, ask };
        let origin = Origin { owner: Some(Owner(2)), request: 1, index: 9, term: 1 };
        let command: Command = call.into();
        tables.each_mut().map(|table| table.carry_out(origin, &command, &mut Effects::default()))
    };
    let mut bugs = Bugs::default();
    let [here, there] = run(bugs);
    assert_eq!(here, there);
    bugs.set(Bug::LeaseByOwnClock, true);
    let [here, there] = run(bugs);
    assert_ne!(here, there, "the tables have parted");
}

#[test]
fn after_a_crash_it_is_set_as_before_and_knows_nothing() {
    let mut office = office();
    office.steward.set(Setting::Lease, 700);
    office.x(1, "a");
    let back = office.steward.recovered();
    let features = *office.steward.features();
    assert_eq!(back, Steward::new(features, Bugs::default()));
}
