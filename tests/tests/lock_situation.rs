//! The first thing that the page says of the lock lab is what matters most at that moment.

use lockstep_core::lab::NodeName::Client;
use lockstep_core::lab::Session;
use lockstep_core::lab::locks::LocksView;
use lockstep_core::lab::locks::situation::Going;
use lockstep_core::lock::command::Cause;
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

fn open(config: &str, choices: &str) -> Session {
    let text = format!(
        r#"{{"lockstep":1,"lab":"locks","seed":1,"until":"5s",
            "config":{config},"choices":{choices}}}"#
    );
    Scenario::from_json(&text).expect("the scenario is right").open()
}

fn locks(session: &Session) -> LocksView {
    session.view(8).locks.expect("it is a lock lab")
}

fn at(session: &mut Session, time_ms: u64) -> LocksView {
    session.go(Goal::Moment(Moment::after(time_ms * 1_000)));
    locks(session)
}

/// What is said one after another, step by step, up to a time.
fn told(session: &mut Session, until_ms: u64) -> Vec<Going> {
    let mut told = Vec::new();
    while session.moment().time_us < until_ms * 1_000 {
        session.go(Goal::Steps(session.steps() + 1));
        let going = locks(session).situation.going;
        if told.last() != Some(&going) {
            told.push(going);
        }
    }
    told
}

const OPPOSITE: &str = r#"{"servers":3,"clients":2,"scripts":{
    "c1":"work 400ms; lock orders x; write; work 50ms; lock stock x; write",
    "c2":"work 402ms; lock stock x; write; work 50ms; lock orders x; write"}}"#;

#[test]
fn before_anybody_leads_nobody_is_granted_anything() {
    let mut session = open(OPPOSITE, "[]");
    assert_eq!(at(&mut session, 10).situation.going, Going::Undecided { table: 0 });
}

#[test]
fn a_deadlock_is_told_then_who_is_to_give_way_then_that_it_was_aborted() {
    let told = told(&mut open(OPPOSITE, "[]"), 700);
    let circle = |going: &Going| match going {
        Going::Deadlock { victim: None, soft: false, cycle } => cycle.len() == 2,
        _ => false,
    };
    let condemned =
        Going::Deadlock { cycle: vec![Client(1), Client(2)], victim: Some(Client(2)), soft: false };
    let aborted = Going::Aborted { client: Client(2), cause: Cause::Deadlock, phantom: false };
    let place = |what: &dyn Fn(&Going) -> bool| told.iter().position(what);
    let (chosen, over) = (place(&|one| *one == condemned), place(&|one| *one == aborted));
    assert!(chosen.is_some() && chosen < over, "{told:?}");
    assert!(place(&circle).is_none_or(|place| Some(place) < chosen), "{told:?}");
}

#[test]
fn one_who_waits_is_said_to_wait_for_who_holds() {
    let config = r#"{"servers":3,"clients":2,"scripts":{
        "c1":"work 400ms; lock orders x; work 500ms","c2":"work 450ms; lock orders x"}}"#;
    let view = at(&mut open(config, "[]"), 600);
    let (client, resource) = (Client(2), "orders".to_owned());
    let holders = vec![Client(1)];
    assert_eq!(view.situation.going, Going::Waiting { client, resource, holders });
    assert_eq!((view.situation.held, view.situation.waiting), (1, 1));
}

#[test]
fn who_slept_past_its_lease_believes_in_what_is_gone_and_without_fencing_an_update_is_lost() {
    let config = r#"{"servers":3,"clients":2,"features":{"fencing":false,"lease":500},
        "scripts":{"c1":"work 300ms; lock orders x; read; work 100ms; write; work 300ms",
        "c2":"work 420ms; lock orders x; write; work 900ms"}}"#;
    let choices = r#"[{"at":"400ms","pause":"c1"},{"at":"1500ms","resume":"c1"}]"#;
    let mut session = open(config, choices);
    let asleep = Going::Asleep { client: Client(1), resource: "orders".to_owned() };
    assert_eq!(at(&mut session, 500).situation.going, asleep);
    let view = at(&mut session, 1_400);
    let Going::Stale { client: Client(1), ref resource, token } = view.situation.going else {
        panic!("{:?}", view.situation)
    };
    assert_eq!(resource, "orders");
    let held = &view.resources[0].holders[0];
    assert!(held.client == Client(2) && held.token > token && held.believed, "{held:?}");
    let view = at(&mut session, 4_000);
    assert_eq!((view.situation.lost, view.situation.going), (1, Going::LostUpdates));
}
