//! The checker and its naive twin agree on thousands of small histories of each object.

use lockstep_core::check::linearizability::{Kv, Mutex, Operation, Queue, Register};

use crate::naive::has_order;
use crate::random::{Dice, Sampled, alter, real};
use crate::{is_linearizable, open};

const HISTORIES: u64 = 6_000;

/// A small history, altered more often than not.
pub(crate) fn small<M: Sampled>(seed: u64) -> Vec<Operation<M>> {
    let mut dice = Dice::new(seed);
    let (clients, most) = (2 + dice.below(2), 2 + dice.below(6));
    let mut history = real(&mut dice, clients, usize::try_from(most).expect("a few"));
    for _ in 0..dice.below(6) {
        alter(&mut history, &mut dice);
    }
    history
}

fn agree<M: Sampled>() {
    let mut linearizable = 0;
    for seed in 0..HISTORIES {
        let history = small::<M>(seed);
        let naive = has_order(&history);
        assert_eq!(is_linearizable(&history), naive, "seed {seed}: {history:#?}");
        linearizable += u64::from(naive);
    }
    // A good part of each.
    assert!(
        (HISTORIES / 4..HISTORIES * 3 / 4).contains(&linearizable),
        "{linearizable} of {HISTORIES} are linearizable"
    );
}

#[test]
fn registers_are_judged_as_the_naive_twin_does() {
    agree::<Register>();
}

#[test]
fn stores_are_judged_as_the_naive_twin_does() {
    agree::<Kv>();
}

#[test]
fn mutexes_are_judged_as_the_naive_twin_does() {
    agree::<Mutex>();
}

#[test]
fn queues_are_judged_as_the_naive_twin_does() {
    agree::<Queue>();
}

fn accept<M: Sampled>(most: usize) {
    for seed in 0..400 {
        let history = real::<M>(&mut Dice::new(seed), 4, most);
        assert!(is_linearizable(&history), "seed {seed}");
    }
}

#[test]
fn what_clients_of_a_real_object_saw_is_linearizable() {
    accept::<Register>(150);
    accept::<Kv>(40);
    accept::<Mutex>(150);
    accept::<Queue>(40);
}

/// The twin is not trusted either: two histories whose verdicts are plain.
#[test]
fn the_naive_twin_knows_right_from_wrong() {
    use lockstep_core::check::linearizability::model::{RegisterAction, ValueAnswer};
    let write = || RegisterAction::Write(Some("1".into()));
    let read = |seen: Option<&str>, times| {
        let answer = ValueAnswer::Value(seen.map(Into::into));
        crate::done::<Register>("b", RegisterAction::Read, times, answer)
    };
    let written = crate::done("a", write(), (1, 2), ValueAnswer::Done);
    assert!(!has_order(&[written.clone(), read(None, (3, 4))]));
    assert!(has_order(&[written.clone(), read(None, (2, 4))]), "no order within an instant");
    assert!(has_order(&[written, read(Some("1"), (3, 4))]));
    assert!(has_order(&[open("a", write(), 1), read(None, (3, 4)), read(Some("1"), (5, 6))]));
}
