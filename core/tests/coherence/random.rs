//! Small random histories against the naive twin: the verdict, and that a conviction shows as
//! little as can be.

use lockstep_core::check::coherence::{Memory, MemoryAction, MemoryAnswer, Shape};
use lockstep_core::check::linearizability::{Model, Operation};

use super::dice::Dice;
use super::naive::{has_order, has_order_without};
use super::{conviction, is_coherent};

/// What is drawn.
#[derive(Clone, Copy)]
struct Kind {
    clients: u64,
    most: u64,
    /// Whether each value is written once only.
    distinct: bool,
    swaps: bool,
    /// One in so many is never answered.
    open: u64,
}

/// A history of a memory that is often right: each answer is that of a memory which does one thing
/// at a time, or what it held some time before.
fn draw(dice: &mut Dice, kind: Kind) -> Vec<Operation<Memory>> {
    let mut held = vec![0];
    let mut fresh = 0;
    let mut value = |dice: &mut Dice| {
        fresh += 1;
        if kind.distinct { fresh } else { u32::try_from(dice.below(3)).expect("small") }
    };
    let count = 1 + dice.below(kind.most);
    (0..count)
        .map(|at| {
            let client = dice.below(kind.clients).to_string();
            let now = *held.last().expect("it holds something");
            let seen = if dice.one_in(2) { *dice.pick(&held) } else { now };
            let address = || "x".into();
            let action = match dice.below(if kind.swaps { 6 } else { 4 }) {
                0 | 1 => MemoryAction::Write(address(), value(dice)),
                2 | 3 => MemoryAction::Read(address()),
                _ => MemoryAction::CompareAndSwap(address(), *dice.pick(&held), value(dice)),
            };
            let (next, answer) = Memory::apply(&seen, &action);
            let answer = match answer {
                MemoryAnswer::Swapped(swapped) if dice.one_in(8) => MemoryAnswer::Swapped(!swapped),
                answer => answer,
            };
            let is_open = kind.open > 0 && dice.one_in(kind.open);
            if next != seen && (!is_open || dice.one_in(2)) {
                held.push(next);
            }
            let returned = (!is_open).then_some(10 * at + 5);
            let answer = (!is_open).then_some(answer);
            Operation { client: client.into(), action, called: 10 * at, returned, answer }
        })
        .collect()
}

/// Whether some operations, so many, have no order though nothing is asked of the others.
fn contradict(history: &[Operation<Memory>], many: usize) -> bool {
    (0_u32..1 << history.len()).filter(|set| set.count_ones() as usize == many).any(|set| {
        let asked: Vec<bool> = (0..history.len()).map(|at| set & (1 << at) != 0).collect();
        !has_order_without(history, &asked)
    })
}

/// Compares with the naive twin; how many were coherent, and how many not.
fn compare(seed: u64, rounds: usize, kind: Kind) -> [usize; 2] {
    let mut dice = Dice::new(seed);
    let mut counts = [0; 2];
    for round in 0..rounds {
        let history = draw(&mut dice, kind);
        let expected = has_order(&history);
        assert_eq!(is_coherent(&history), expected, "round {round}: {history:?}");
        counts[usize::from(!expected)] += 1;
        if expected {
            continue;
        }
        let found = conviction(&history);
        let refused = |at: &usize| history[*at].answer == Some(MemoryAnswer::Swapped(false));
        let is_open = |at: &usize| history[*at].returned.is_none();
        let is_plain = !(0..history.len()).any(|at| refused(&at) || is_open(&at));
        assert!(found.is_least || found.cycle.iter().any(|link| refused(&link.operation)));
        let mut asked = vec![false; history.len()];
        found.cycle.iter().for_each(|link| asked[link.operation] = true);
        let mut with_sources = asked.clone();
        found.sources.iter().for_each(|at| with_sources[*at] = true);
        let shows = !has_order_without(&history, &with_sources);
        assert!(shows, "{found:?} shows nothing: {history:?}");
        // By itself, with what it saw, it is a history that shows the same.
        let shown: Vec<Operation<Memory>> = (0..history.len())
            .filter(|at| with_sources[*at])
            .map(|at| history[at].clone())
            .collect();
        assert!(found.shape == Shape::Unordered || !has_order(&shown));
        // A search only sees to it that nothing can be left out.
        let graph = found.shape != Shape::Unordered && is_plain;
        if graph && found.cycle.len() > 1 {
            assert!(!contradict(&history, found.cycle.len() - 1), "{found:?}: {history:?}");
        }
        for at in (0..history.len()).filter(|at| graph && asked[*at]) {
            let mut fewer = asked.clone();
            fewer[at] = false;
            assert!(has_order_without(&history, &fewer), "{found:?}: without {at}: {history:?}");
        }
    }
    counts
}

/// Enough of each must come up for the comparison to say something.
fn assert_both([coherent, not]: [usize; 2]) {
    assert!(coherent > 200 && not > 200, "{coherent} coherent, {not} not");
}

#[test]
fn distinct_values() {
    let kind = Kind { clients: 3, most: 8, distinct: true, swaps: false, open: 0 };
    assert_both(compare(1, 3_000, kind));
    assert_both(compare(2, 3_000, Kind { open: 4, ..kind }));
}

#[test]
fn distinct_values_with_compare_and_swap() {
    let kind = Kind { clients: 3, most: 7, distinct: true, swaps: true, open: 0 };
    assert_both(compare(3, 3_000, kind));
    assert_both(compare(4, 3_000, Kind { open: 4, clients: 2, ..kind }));
}

#[test]
fn values_that_repeat() {
    let kind = Kind { clients: 3, most: 8, distinct: false, swaps: false, open: 0 };
    assert_both(compare(5, 4_000, kind));
    assert_both(compare(6, 4_000, Kind { swaps: true, most: 7, open: 5, ..kind }));
}
