//! A conviction shows as little as suffices: against the naive twin, by the definition.

use lockstep_core::check::linearizability::model::{RegisterAction, ValueAnswer};
use lockstep_core::check::linearizability::{
    Conviction, Kv, Model, Mutex, Operation, Queue, Register, Verdict, judge,
};

use crate::naive::{has_order, has_order_from, states};
use crate::objects::small;
use crate::random::Sampled;
use crate::{PLENTY, conviction, done, open};

/// What is seen of an operation from `from` to `to`; as the judge defines it.
fn seen<M: Model>(operation: &Operation<M>, from: u64, to: u64) -> Option<Operation<M>> {
    let Operation { called, returned, .. } = *operation;
    if called > to || returned.is_some_and(|returned| returned < from) {
        return None;
    }
    let is_over = returned.is_some_and(|returned| returned <= to);
    Some(Operation {
        returned: returned.filter(|_| is_over && called >= from),
        answer: operation.answer.clone().filter(|_| is_over || returned.is_none()),
        ..operation.clone()
    })
}

fn window<M: Model>(history: &[Operation<M>], from: u64, to: u64) -> Vec<Operation<M>> {
    history.iter().filter_map(|operation| seen(operation, from, to)).collect()
}

fn is_least<M: Sampled>(seed: u64, history: &[Operation<M>], found: &Conviction) {
    let Conviction { from, to, ref operations, ref unorderable, .. } = *found;
    let (all, start) = (states(&window(history, 0, to)), M::State::default());
    let is_whole = history.iter().all(|operation| operation.called >= from);
    let ordered = |from: u64, to: u64, is_whole: bool| {
        let window = window(history, from, to);
        if is_whole {
            has_order(&window)
        } else {
            all.iter().any(|state| has_order_from(&window, state))
        }
    };
    assert!(!ordered(from, to, is_whole), "seed {seed}: the window shows it");
    for later in from + 1..=to {
        assert!(
            ordered(later, to, false),
            "seed {seed}: from {later} on would show it {found:?} {history:?}"
        );
    }
    for sooner in from..to {
        assert!(ordered(from, sooner, is_whole), "seed {seed}: up to {sooner} would show it");
    }
    let under_way: Vec<usize> =
        (0..history.len()).filter(|place| seen(&history[*place], from, to).is_some()).collect();
    assert_eq!(*operations, under_way, "seed {seed}");

    // What is excused may have answered anything, or may not have been carried out.
    let with_excused = |asked: &[usize]| -> bool {
        let seen = under_way.iter().map(|place| {
            let seen = seen(&history[*place], from, to).expect("it is under way");
            let excused = seen.returned.is_some() && !asked.contains(place);
            if excused { Operation { returned: None, answer: None, ..seen } } else { seen }
        });
        let seen: Vec<_> = seen.collect();
        if is_whole {
            has_order_from(&seen, &start)
        } else {
            all.iter().any(|state| has_order_from(&seen, state))
        }
    };
    assert!(!with_excused(unorderable), "seed {seed}: they cannot be ordered");
    for excused in unorderable {
        let rest: Vec<usize> =
            unorderable.iter().copied().filter(|place| place != excused).collect();
        assert!(with_excused(&rest), "seed {seed}: {excused} does not matter");
    }
}

fn all_are_least<M: Sampled>() {
    let (mut convicted, mut partly) = (0, 0);
    for seed in 0..3_000 {
        let history = small::<M>(seed);
        if let Verdict::NotLinearizable(found) = judge(&history, PLENTY) {
            assert!(found.is_least);
            is_least(seed, &history, &found);
            convicted += 1;
            partly += u32::from(history.iter().any(|operation| operation.called < found.from));
        }
    }
    assert!(convicted > 500 && partly > 100, "{convicted} convicted, {partly} by a part");
}

#[test]
fn windows_of_registers_are_the_shortest() {
    all_are_least::<Register>();
}

#[test]
fn windows_of_stores_are_the_shortest() {
    all_are_least::<Kv>();
}

#[test]
fn windows_of_mutexes_are_the_shortest() {
    all_are_least::<Mutex>();
}

#[test]
fn windows_of_queues_are_the_shortest() {
    all_are_least::<Queue>();
}

fn write(value: &str) -> RegisterAction {
    RegisterAction::Write(Some(value.into()))
}

fn value(value: &str) -> ValueAnswer {
    ValueAnswer::Value(Some(value.into()))
}

#[test]
fn a_stale_read_is_shown_with_the_write_that_it_missed() {
    let history: Vec<Operation<Register>> = vec![
        done("a", write("1"), (10, 11), ValueAnswer::Done),
        done("b", RegisterAction::Read, (12, 13), value("1")),
        open("d", write("7"), 14),
        done("a", write("2"), (20, 21), ValueAnswer::Done),
        done("c", write("2"), (21, 29), ValueAnswer::Done),
        done("b", RegisterAction::Read, (30, 31), value("1")),
        done("b", RegisterAction::Read, (40, 41), value("2")),
    ];
    let found = conviction(&history);
    assert_eq!((found.from, found.to), (21, 31));
    assert_eq!(found.operations, [2, 3, 4, 5], "what was under way, the open one too");
    assert_eq!(found.unorderable, [4, 5]);
}

#[test]
fn a_value_that_nobody_wrote_is_shown_alone() {
    let history: Vec<Operation<Register>> = vec![
        done("a", write("1"), (10, 11), ValueAnswer::Done),
        done("b", RegisterAction::Read, (12, 13), value("3")),
        done("a", write("3"), (20, 21), ValueAnswer::Done),
    ];
    let found = conviction(&history);
    assert_eq!((found.from, found.to, found.unorderable), (12, 13, vec![1]));
}

#[test]
fn what_one_client_does_is_in_order_even_within_an_instant() {
    let one = |reader: &str| -> Vec<Operation<Register>> {
        vec![
            done("a", write("1"), (1, 5), ValueAnswer::Done),
            done(reader, RegisterAction::Read, (5, 9), ValueAnswer::Value(None)),
        ]
    };
    assert_eq!(judge(&one("b"), PLENTY), Verdict::Linearizable);
    assert_eq!(conviction(&one("a")).unorderable, [0, 1]);
}
