//! Histories by hand: one of each kind of contradiction, with the least that shows it, and beside
//! it one that differs a little and is coherent.

use lockstep_core::check::coherence::{Shape, Tie, Verdict, judge};

use super::{PLENTY, conviction, history, is_coherent};

/// The shape of a contradiction, the places of its cycle, and those of what it saw.
fn found(text: &str) -> (Shape, Vec<usize>, Vec<usize>) {
    let found = conviction(&history(text));
    assert!(found.is_least, "{text}");
    let cycle = found.cycle.iter().map(|link| link.operation).collect();
    (found.shape, cycle, found.sources)
}

#[test]
fn two_reads_that_go_back() {
    assert_eq!(found("1w1 2r1 2r0"), (Shape::CoRR, vec![1, 2], vec![0]));
    assert!(is_coherent(&history("1w1 2r0 2r1")));
    // Two writes in opposite orders, each as one reader saw them.
    let two = "1w1 2w2 3r1 3r2 4r2 4r1";
    assert_eq!(found(two), (Shape::CoRR, vec![2, 3, 4, 5], vec![0, 1]));
    assert!(is_coherent(&history("1w1 2w2 3r1 3r2 4r1 4r2")));
    // Both writes seen in turns by one.
    assert_eq!(found("1w1 2w2 3r1 3r2 3r1"), (Shape::CoRR, vec![2, 3, 4], vec![0, 1]));
}

#[test]
fn a_write_and_then_a_read_of_something_older() {
    assert_eq!(found("1w1 1r0"), (Shape::CoWR, vec![0, 1], vec![]));
    assert_eq!(found("1w1 1w2 1r1"), (Shape::CoWR, vec![0, 1, 2], vec![]));
    assert_eq!(found("1w1 2r1 2w2 2r1"), (Shape::CoWR, vec![1, 2, 3], vec![0]));
    assert!(is_coherent(&history("1w1 1w2 2r1 2r2")));
    // Somebody else's write came between.
    assert!(is_coherent(&history("2w2 1w1 1r2")));
}

#[test]
fn a_read_and_then_a_write_of_something_older() {
    // One's own later write.
    assert_eq!(found("1r1 1w1"), (Shape::CoRW, vec![0, 1], vec![]));
    // It saw 2 before it wrote 1, and another saw 1 before 2.
    let older = "2w2 3r1 3r2 1r2 1w1";
    assert_eq!(found(older), (Shape::CoRW, vec![1, 2, 3, 4], vec![0]));
    assert!(is_coherent(&history("2w2 3r2 3r1 1r2 1w1")));
}

#[test]
fn two_writes_in_another_order_than_everybody_saw() {
    assert_eq!(found("2r2 2r1 1w1 1w2"), (Shape::CoWW, vec![0, 1, 2, 3], vec![]));
    assert!(is_coherent(&history("2r1 2r2 1w1 1w2")));
}

#[test]
fn a_cycle_through_three_values() {
    let three = "1w1 2w2 3w3 4r1 4r2 5r2 5r3 6r3 6r1";
    let (shape, cycle, sources) = found(three);
    assert_eq!((shape, cycle), (Shape::CoRR, vec![3, 4, 5, 6, 7, 8]));
    assert_eq!(sources, [0, 1, 2]);
    assert!(is_coherent(&history("1w1 2w2 3w3 4r1 4r2 5r2 5r3 6r1 6r3")));
}

#[test]
fn a_value_out_of_thin_air() {
    assert_eq!(found("1w1 2r7"), (Shape::ThinAir, vec![1], vec![]));
    assert_eq!(found("1c7,8+"), (Shape::ThinAir, vec![0], vec![]));
    // It may have been written by somebody who was never answered.
    assert!(is_coherent(&history("1w7? 2r7")));
}

#[test]
fn a_compare_and_swap_leaves_room_for_nothing() {
    assert_eq!(found("1c0,1+ 2c0,2+"), (Shape::Atomicity, vec![0, 1], vec![]));
    assert_eq!(found("3w5 1c5,1+ 2c5,2+"), (Shape::Atomicity, vec![1, 2], vec![0]));
    assert!(is_coherent(&history("1c0,1+ 2c1,2+")));
    assert_eq!(found("1c1,2+ 2c2,1+").0, Shape::Atomicity);
    // Somebody saw another value between the two.
    let between = "1w1 2c1,2+ 3w3 4r1 4r3 4r2";
    assert_eq!(found(between), (Shape::CoRR, vec![3, 4, 5], vec![0, 1, 2]));
    // Backwards through what was swapped.
    assert_eq!(found("1c0,1+ 1c1,2+ 1c2,3+ 2r3 2r2"), (Shape::CoRR, vec![3, 4], vec![1, 2]));
}

#[test]
fn a_refused_compare_and_swap_has_seen_something_else() {
    let between = conviction(&history("1w1 1c1,2- 1r1"));
    assert_eq!((between.shape, between.cycle.len()), (Shape::CoRR, 3));
    assert!(is_coherent(&history("1w1 2w3 1c1,2- 1r3")));
    // Whether somebody wrote between is known of nobody: it is so if the open write was done.
    assert!(!is_coherent(&history("1c0,2-")));
    assert!(is_coherent(&history("2w3? 1c0,2-")));
    // Two in a row, of which each is refused by what the other would have needed.
    assert!(!is_coherent(&history("1w1 2r1 2c1,5- 2c3,5- 2r3 3w3 1r3")));
    assert!(is_coherent(&history("1w1 2r1 2c1,5- 2c3,5- 2r3 3w3 4w4")));
}

#[test]
fn open_operations_may_have_happened_or_not() {
    assert!(is_coherent(&history("1w1? 2r0 2r1 1r0")));
    assert!(is_coherent(&history("1w1? 2r0")));
    assert!(!is_coherent(&history("1w1? 2r1 2r0")));
    assert!(is_coherent(&history("1c0,1? 2r0 2r1")));
    // It was seen, so it happened; but what it expected was never there.
    assert_eq!(found("1c5,1? 2r1"), (Shape::ThinAir, vec![0], vec![1]));
    // A read that was not answered says nothing.
    assert!(is_coherent(&history("1w1 1r7?")));
}

#[test]
fn values_that_were_written_twice_are_searched() {
    assert!(is_coherent(&history("1w1 2w2 1w1 3r1 3r2 3r1")));
    let thrice = "1w1 2w2 1w1 3r1 3r2 3r1 3r2";
    assert!(!is_coherent(&history(thrice)));
    let found = conviction(&history(thrice));
    assert_eq!(found.shape, Shape::Unordered);
    assert!(found.cycle.iter().all(|link| link.tie == Tie::Unordered));
    assert!(!is_coherent(&history("1w0 1r0 2w1 1r1 1r0 1r1")));
    assert!(is_coherent(&history("1w0 1r0 2w1 1r1")));
}

#[test]
fn each_location_stands_for_itself_and_the_shortest_contradiction_counts() {
    let mut two = history("1w1 2w2 3r1 3r2 4r2 4r1 1w3 1r0");
    let mut shorter = two.split_off(6);
    for operation in &mut shorter {
        operation.action = match &operation.action {
            lockstep_core::check::coherence::MemoryAction::Read(_) => {
                lockstep_core::check::coherence::MemoryAction::Read("y".into())
            }
            _ => lockstep_core::check::coherence::MemoryAction::Write("y".into(), 3),
        };
    }
    two.extend(shorter);
    let found = conviction(&two);
    assert_eq!((&*found.address, found.shape), ("y", Shape::CoWR));
    assert_eq!(found.cycle[0].operation, 6);
}

#[test]
fn a_spent_budget_is_said() {
    // Every order of the writes has to be tried: each value is written twice, none fits.
    let writes: Vec<String> =
        (1..8).map(|value| format!("{value}w{value} {value}w{value}")).collect();
    let hard = format!("{} 8r1 8r2 8r1 8r2 8r1 8r2", writes.join(" "));
    assert_eq!(judge(&history(&hard), 100), Verdict::Undecided);
    assert!(!is_coherent(&history(&hard)));
    assert_eq!(judge(&[], PLENTY), Verdict::Coherent);
}

#[test]
fn a_long_history_is_judged_at_once() {
    let writes = (1..=20_000).map(|value| format!("1w{value} 2r{value} 3r{value}"));
    let mut long = writes.collect::<Vec<_>>().join(" ");
    assert_eq!(judge(&history(&long), 1), Verdict::Coherent);
    long.push_str(" 4r9 4r8 4r7");
    assert_eq!(found(&long).1.len(), 4);
}
