//! What clients see of a cluster is linearizable in the gallery, and with a planted bug it is not.
//!
//! That it is linearizable in any weather is one of the things that `weather` tests.

use lockstep_core::check::Check;
use lockstep_core::check::cache::CacheCheck;
use lockstep_core::check::linearizability::Verdict;
use lockstep_core::check::lock::LockCheck;
use lockstep_core::check::raft::RaftCheck;
use lockstep_core::lab::linearizability::{BUDGET, HistoryJudge, judge};
use lockstep_core::lab::raft::view::{OperationView, OutcomeView};
use lockstep_core::lab::raft::{Preset, RaftConfig};
use lockstep_core::lab::weather::{Demand, Trial, draw};
use lockstep_core::lab::{Choice, Session};
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::store::{Answer, Operation};
use lockstep_core::scenario::Expected;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::{Moment, SECOND_US};
use lockstep_tests::weather::played;

/// How many runs with a bug, at most.
const PLANTED_RUNS: u64 = 400;

/// A run with a bug, and a second more of it than it takes to convict it otherwise.
fn ran(seed: u64, bug: Bug) -> Session {
    let trial = draw(seed, Demand::of(bug.into())).trial;
    let end = Moment::after(trial.end.time_us + SECOND_US);
    played(Trial { end, ..trial })
}

/// Not every bug shows to clients. A leader that commits an entry of an earlier term (§5.4.2), for
/// one, does not answer for it, since whoever asked has been told nothing by this leader.
#[test]
fn planted_bugs_show_in_what_clients_see() {
    for bug in
        [Bug::VoteTwice, Bug::VoteForStaleLog, Bug::LeaderDropsEntries, Bug::NoConsistencyCheck]
    {
        let convicted = (0..PLANTED_RUNS).find_map(|seed| {
            let session = ran(seed, bug);
            match judge(&session, BUDGET) {
                Verdict::NotLinearizable(conviction) => Some((session, conviction)),
                Verdict::Linearizable | Verdict::Undecided => None,
            }
        });
        let (session, conviction) =
            convicted.unwrap_or_else(|| panic!("no run convicts {}", bug.name()));
        assert!(conviction.is_least, "{}", bug.name());
        let operations = session.operations();
        let unorderable = conviction.unorderable.iter().map(|place| &operations[*place]);
        let key = |operation: &OperationView| Some(operation.operation.key().clone());
        assert!(unorderable.clone().all(|operation| key(operation) == conviction.key));
        assert!(unorderable.clone().all(|operation| operation.outcome == OutcomeView::Ok));
        assert!(unorderable.count() > 0, "{}", bug.name());
    }
}

/// What a story's author expects of the history is so; where nothing is said, it is linearizable.
#[test]
fn the_gallery_is_linearizable_except_where_it_is_said_not_to_be() {
    let mut convicted = 0;
    for story in Story::ALL {
        let scenario = story.scenario();
        let mut session = scenario.open();
        session.go(Goal::Moment(scenario.end()));
        let judged = [
            Check::Raft(RaftCheck::LinearizableHistory),
            Check::Lock(LockCheck::LockHistory),
            Check::Cache(CacheCheck::CacheHistory),
        ];
        let history = |(check, _): &&(Check, Expected)| judged.contains(check);
        let expected = scenario.expect.iter().find(history).map(|(_, expected)| *expected);
        match judge(&session, BUDGET) {
            Verdict::NotLinearizable(conviction) => {
                let is_said = matches!(expected, Some(Expected::Fails | Expected::AssumptionVoid));
                assert!(is_said && conviction.is_least, "{}", story.name());
                convicted += 1;
                if story == Story::LostWrite {
                    assert_eq!(conviction.unorderable.len(), 2);
                }
            }
            verdict => {
                let is_said = matches!(expected, None | Some(Expected::Holds));
                assert!(is_said && verdict == Verdict::Linearizable, "{}", story.name());
            }
        }
    }
    assert!(convicted > 1, "the gallery shows what is not linearizable");
}

/// What stood in the logs before the run was never called by anybody, and is seen all the same.
#[test]
fn what_servers_begin_with_may_be_read() {
    let preset = Preset { term: 1, voted_for: None, log: vec![(1, None)] };
    let presets = (0..3).map(|server| (NodeId(server), preset.clone())).collect();
    let config = RaftConfig { servers: 3, presets, ..RaftConfig::default() };
    let get = Choice::Operate { node: NodeId(3), operation: Operation::Get("x".into()).into() };
    let choices = vec![(Moment::before(900_000), get)];
    let mut session = Session::open(&config, 1, choices);
    session.go(Goal::Moment(Moment::after(2_000_000)));
    assert_eq!(session.operations()[0].answer, Some(Answer::Value(Some("1@1".into()))));
    assert_eq!(judge(&session, BUDGET), Verdict::Linearizable);

    let mut of_another = HistoryJudge::new(&RaftConfig::default(), &session.operations(), BUDGET);
    assert!(of_another.work(u64::MAX), "one slice is enough");
    let verdict = of_another.verdict().expect("it is done");
    let Verdict::NotLinearizable(conviction) = verdict else { panic!("{verdict:?}") };
    assert_eq!((conviction.operations, conviction.unorderable), (vec![0], vec![0]));
}
