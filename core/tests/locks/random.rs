//! Random commands under each policy, judged by the auditor.

use lockstep_core::lock::bug::{Bug, Bugs};
use lockstep_core::lock::policy::{Policy, Victim};
use lockstep_core::lock::resolution::{Rules, Whose};

use crate::auditor::{Auditor, has_cycle};
use crate::clients::Clients;
use crate::dice::Dice;

const STEPS: u64 = 400;

/// Runs one seed, and says what is broken first.
fn run(seed: u64, policy: Policy, bugs: Bugs) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let rules = Rules { victim: *dice.pick(&Victim::ALL), overtaking: !dice.one_in(3), bugs };
    let clients = u32::try_from(2 + dice.below(7)).expect("few");
    let resources = usize::try_from(1 + dice.below(4)).expect("few");
    let mut clients = Clients::new(clients, resources, policy, rules);
    let mut auditor = Auditor::default();
    let at_each_wait = !dice.one_in(3);
    for step in 0..STEPS {
        let queued = clients.step(&mut dice);
        auditor.audit(&clients.table).map_err(|broken| format!("step {step}: {broken}"))?;
        match policy {
            Policy::Detect if at_each_wait => {
                if let Some(owner) = queued {
                    clients.detect(Whose::Of(owner));
                }
            }
            Policy::Detect if step % 10 == 9 => clients.detect(Whose::Everybody),
            Policy::Detect | Policy::TimeOut => continue,
            Policy::WaitDie | Policy::WoundWait | Policy::NoWait => {}
        }
        auditor.audit(&clients.table).map_err(|broken| format!("step {step}: {broken}"))?;
        if has_cycle(&clients.table) {
            return Err(format!("step {step}: a cycle: {:?}", clients.table.edges()));
        }
    }
    Ok(())
}

#[test]
fn all_rules_hold_under_every_policy() {
    for policy in Policy::ALL {
        for seed in 0..150 {
            let told = run(seed, policy, Bugs::default());
            assert_eq!(told, Ok(()), "{} seed {seed}", policy.name());
        }
    }
}

#[test]
fn each_bug_of_the_table_breaks_a_rule() {
    // These two are not the table's.
    let elsewhere = [Bug::LeaseByOwnClock, Bug::VaultForgetsReads];
    for bug in Bug::ALL.into_iter().filter(|bug| !elsewhere.contains(bug)) {
        let mut bugs = Bugs::default();
        bugs.set(bug, true);
        let policies = [Policy::Detect, Policy::WaitDie];
        let broken: Vec<String> = policies
            .into_iter()
            .flat_map(|policy| (0..20).filter_map(move |seed| run(seed, policy, bugs).err()))
            .collect();
        assert!(!broken.is_empty(), "{} breaks nothing", bug.name());
    }
}

#[test]
fn no_mixture_of_bugs_breaks_what_is_asserted() {
    for policy in Policy::ALL {
        for seed in 0..60 {
            let mut dice = Dice::new(5_000 + seed);
            let mut bugs = Bugs::default();
            for bug in Bug::ALL {
                bugs.set(bug, dice.one_in(3));
            }
            let rules = Rules { victim: Victim::Youngest, overtaking: true, bugs };
            let mut clients = Clients::new(6, 3, policy, rules);
            for step in 0..STEPS {
                if let Some(owner) = clients.step(&mut dice) {
                    clients.try_detect(Whose::Of(owner));
                }
                if step % 10 == 9 {
                    clients.try_detect(Whose::Everybody);
                }
            }
            assert!(!clients.table.journal().is_empty());
        }
    }
}
