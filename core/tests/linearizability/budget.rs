//! What a verdict costs: steps are counted, spent in slices, and bounded.

use lockstep_core::check::linearizability::model::{RegisterAction, ValueAnswer};
use lockstep_core::check::linearizability::{Judge, Kv, Operation, Register, Verdict, judge};
use lockstep_core::raft::store;

use crate::objects::small;
use crate::random::{Dice, real};
use crate::{PLENTY, done, open};

fn write(value: u64) -> RegisterAction {
    RegisterAction::Write(Some(value.to_string().into()))
}

#[test]
fn slices_come_to_the_same_verdict() {
    for seed in 0..300 {
        let history = small::<Kv>(seed);
        let mut judge_in_slices = Judge::new(&history, PLENTY);
        while !judge_in_slices.work(1) {}
        assert_eq!(judge_in_slices.verdict(), Some(&judge(&history, PLENTY)), "seed {seed}");
    }
}

#[test]
fn a_slice_ends_though_the_work_does_not() {
    let history = real::<Register>(&mut Dice::new(1), 4, 200);
    let mut judge = Judge::new(&history, PLENTY);
    assert!(!judge.work(50));
    assert_eq!(judge.verdict(), None);
    assert!(judge.work(u64::MAX));
    assert_eq!(judge.verdict(), Some(&Verdict::Linearizable));
}

#[test]
fn a_spent_budget_is_no_verdict() {
    let history = real::<Register>(&mut Dice::new(1), 4, 200);
    assert_eq!(judge(&history, 50), Verdict::Undecided);
    assert_eq!(judge(&history, 0), Verdict::Undecided);
    assert_eq!(judge::<Register>(&[], 0), Verdict::Linearizable, "nothing has to be decided");
}

/// A conviction whose window could not be made short is one all the same, and says so.
#[test]
fn a_budget_that_suffices_for_a_verdict_may_not_suffice_for_the_shortest_window() {
    let times = |count: u64| (10 * count, 10 * count + 5);
    let mut history: Vec<Operation<Register>> =
        (0..50).map(|count| done("a", write(count), times(count), ValueAnswer::Done)).collect();
    let stale = ValueAnswer::Value(Some("48".into()));
    history.push(done("b", RegisterAction::Read, times(50), stale));
    let found = |budget| match judge(&history, budget) {
        Verdict::NotLinearizable(conviction) => conviction,
        other => panic!("{other:?}"),
    };
    let (short, long) = (found(PLENTY), found(120));
    assert!(short.is_least && short.operations == [49, 50]);
    assert!(!long.is_least && long.operations.ends_with(&[49, 50]));
}

/// An operation costs little where nothing is concurrent, and no stack: a run of an hour is judged.
#[test]
fn a_long_quiet_history_is_judged_in_a_few_steps_an_operation() {
    let count = 100_000;
    let one = |time| done("a", write(time), (2 * time, 2 * time + 1), ValueAnswer::Done);
    let history: Vec<Operation<Register>> = (0..count).map(one).collect();
    assert_eq!(judge(&history, 3 * count), Verdict::Linearizable);
}

/// A hundred writes of which nobody knows have 2¹⁰⁰ sets. Few of them matter.
#[test]
fn open_operations_that_nobody_saw_cost_little() {
    let put = |value: u64| store::Operation::Put("x".into(), value.to_string().into());
    let mut history: Vec<Operation<Kv>> =
        (0..100).map(|count| open("a", put(count), count)).collect();
    let get = |seen: &str, called| {
        let answer = store::Answer::Value(Some(seen.into()));
        done("b", store::Operation::Get("x".into()), (called, called + 1), answer)
    };
    history.extend([get("7", 200), get("8", 210), get("9", 220)]);
    assert_eq!(judge(&history, 200_000), Verdict::Linearizable);
    // A write takes effect once.
    history.push(get("8", 230));
    assert!(matches!(judge(&history, 200_000), Verdict::NotLinearizable(_)));
}

/// Keys are judged one by one: the orders of one do not multiply those of another.
#[test]
fn keys_are_judged_apart() {
    let on_key = |key: u64| {
        let key: store::Text = key.to_string().into();
        small::<Kv>(11).into_iter().map(move |operation| Operation {
            client: format!("{key}-{}", operation.client).into(),
            action: match operation.action {
                store::Operation::Get(_) => store::Operation::Get(key.clone()),
                store::Operation::Put(_, value) => store::Operation::Put(key.clone(), value),
                store::Operation::Append(_, value) => store::Operation::Append(key.clone(), value),
                store::Operation::CompareAndSet(_, old, new) => {
                    store::Operation::CompareAndSet(key.clone(), old, new)
                }
            },
            ..operation
        })
    };
    let one: Vec<_> = on_key(0).collect();
    let many: Vec<_> = (0..50).flat_map(on_key).collect();
    let least = (0..).find(|budget| judge(&one, *budget) != Verdict::Undecided);
    let least = least.expect("some budget is enough");
    let verdict = judge(&many, 50 * (least + one.len() as u64 + 1));
    assert_eq!(verdict.name(), judge(&one, PLENTY).name());
}
