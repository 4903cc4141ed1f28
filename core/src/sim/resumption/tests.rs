//! Each promise of resumption, at two ends whose connection breaks.

use super::*;

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);

type Streams = ResumableStreams<char>;

fn both() -> (Streams, Streams) {
    (Streams::new(2, 1), Streams::new(2, 1))
}

/// Says each letter; those that are sent.
fn say(from: &mut Streams, to: NodeId, words: &str) -> String {
    words.chars().filter(|word| from.say(to, *word)).collect()
}

fn broken(a: &mut Streams, b: &mut Streams) {
    a.disconnected(B);
    b.disconnected(A);
}

/// A new connection: what each says again, and whether the other has lost its memory.
fn reconnected(a: &mut Streams, b: &mut Streams) -> ((String, bool), (String, bool)) {
    let (of_a, of_b) = (a.connected(B), b.connected(A));
    let told = |resumption: Resumption<char>| {
        (resumption.again.into_iter().collect(), resumption.is_reset)
    };
    (told(a.resume(B, of_b)), told(b.resume(A, of_a)))
}

fn again(words: &str) -> (String, bool) {
    (words.to_owned(), false)
}

#[test]
fn what_was_not_handled_is_said_again_in_order() {
    let (mut a, mut b) = both();
    assert_eq!(say(&mut a, B, "xyz"), "xyz", "it goes at once");
    assert_eq!(b.handles(A), None);
    broken(&mut a, &mut b);
    assert_eq!(say(&mut a, B, "w"), "", "there is no connection");
    assert_eq!(reconnected(&mut a, &mut b), (again("yzw"), again("")));
    assert_eq!(say(&mut a, B, "v"), "v");
    assert_eq!(a.unhandled(B), 4);
}

#[test]
fn nothing_else_is_said_before_the_peer_has_said_how_much_it_has_handled() {
    let (mut a, mut b) = both();
    broken(&mut a, &mut b);
    let _ = a.connected(B);
    assert_eq!(say(&mut a, B, "x"), "");
    let resume = b.connected(A);
    assert_eq!(a.resume(B, resume).again, ['x']);
    assert!(a.is_open(B) && !b.is_open(A));
}

#[test]
fn a_connection_that_breaks_again_at_once_changes_nothing() {
    let (mut a, mut b) = both();
    say(&mut a, B, "xy");
    b.handles(A);
    for _ in 0..3 {
        broken(&mut a, &mut b);
        let _ = (a.connected(B), b.connected(A));
    }
    broken(&mut a, &mut b);
    assert_eq!(reconnected(&mut a, &mut b).0, again("y"));
}

#[test]
fn what_is_handled_is_forgotten_in_good_time() {
    let (mut a, mut b) = both();
    for _ in 0..10 * HANDLED_EVERY {
        say(&mut a, B, "x");
        if let Some(handled) = b.handles(A) {
            a.learn(B, handled);
        }
        assert!(a.unhandled(B) < HANDLED_EVERY as usize, "no more than one round is kept");
    }
    assert_eq!(a.unhandled(B), 0);
    broken(&mut a, &mut b);
    assert_eq!(reconnected(&mut a, &mut b), (again(""), again("")));
}

#[test]
fn who_has_crashed_is_told_nothing_that_was_meant_for_its_former_life() {
    let (mut a, mut b) = both();
    say(&mut a, B, "x");
    say(&mut b, A, "r");
    broken(&mut a, &mut b);
    say(&mut a, B, "y");
    let mut b = Streams::new(2, 2);
    assert_eq!(say(&mut b, A, "hello"), "", "it knows nobody yet");
    let (of_a, of_b) = reconnected(&mut a, &mut b);
    assert_eq!(of_a, (String::new(), true), "A has to see to what is lost");
    assert_eq!(of_b, again("hello"), "B said it in this life");
    assert_eq!(say(&mut a, B, "z"), "z");
}

#[test]
fn what_was_handled_in_a_former_life_does_not_count_in_this_one() {
    let (mut a, mut b) = both();
    say(&mut a, B, "xyz");
    (0..3).for_each(|_| assert_eq!(b.handles(A), None));
    broken(&mut a, &mut b);
    let mut a = Streams::new(2, 2);
    say(&mut a, B, "uvw");
    let (of_a, of_b) = reconnected(&mut a, &mut b);
    assert_eq!(of_a, again("uvw"), "three were handled, but not these");
    assert!(of_b.1);
    b.handles(A);
    broken(&mut a, &mut b);
    assert_eq!(reconnected(&mut a, &mut b).0, again("vw"));
}

#[test]
fn both_may_crash() {
    let (mut a, mut b) = (Streams::new(2, 5), Streams::new(2, 3));
    say(&mut a, B, "a");
    say(&mut b, A, "b");
    assert_eq!(reconnected(&mut a, &mut b), (again("a"), again("b")));
}

#[test]
fn first_words_on_a_connection_that_broke_before_a_node_was_told_of_it_do_no_harm() {
    let (mut a, mut b) = both();
    broken(&mut a, &mut b);
    say(&mut b, A, "xy");
    // B is paused: A's words have come when the connection breaks, and are handled later.
    let lost = a.connected(B);
    a.disconnected(B);
    assert_eq!(b.resume(A, lost).again, ['x', 'y'], "said into nothing");
    assert_eq!(reconnected(&mut a, &mut b), (again(""), again("xy")));
}
