//! Each promise of reliable links, and what goes over the wire for it.

use super::*;

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const SETTINGS: ReliableSettings =
    ReliableSettings { window: 3, timeout_us: 100, longest_timeout_us: 1_000, ack_delay_us: 10 };

/// One node: its layer, its number, and what its host was told.
struct End {
    node: NodeId,
    links: ReliableLinks<char>,
    heard: String,
    resets: u32,
}

impl End {
    fn new(node: NodeId, incarnation: u32) -> Self {
        let links = ReliableLinks::new(2, incarnation, SETTINGS);
        Self { node, links, heard: String::new(), resets: 0 }
    }

    const fn peer(&self) -> NodeId {
        NodeId(1 - self.node.0)
    }

    /// What is to be sent; what the host is told is written down.
    fn sort(&mut self, actions: Vec<Action<char>>) -> Vec<Frame<char>> {
        let mut frames = Vec::new();
        for action in actions {
            match action {
                Action::Send { to, frame } => {
                    assert_eq!(to, self.peer());
                    frames.push(frame);
                }
                Action::Deliver { from, message } => {
                    assert_eq!(from, self.peer());
                    self.heard.push(message);
                }
                Action::Reset { peer } => {
                    assert_eq!(peer, self.peer());
                    self.resets += 1;
                }
            }
        }
        frames
    }

    fn say(&mut self, words: &str, now_us: u64) -> Vec<Frame<char>> {
        let mut actions = Vec::new();
        for word in words.chars() {
            self.links.send(self.peer(), word, now_us, &mut actions);
        }
        self.sort(actions)
    }

    fn take(&mut self, frames: Vec<Frame<char>>, now_us: u64) -> Vec<Frame<char>> {
        let mut actions = Vec::new();
        for frame in frames {
            self.links.receive(self.peer(), frame, now_us, &mut actions);
        }
        self.sort(actions)
    }

    fn wake(&mut self, now_us: u64) -> Vec<Frame<char>> {
        let mut actions = Vec::new();
        self.links.woken(now_us, &mut actions);
        self.sort(actions)
    }
}

/// Two ends that know each other.
fn acquainted() -> (End, End) {
    let (mut a, mut b) = (End::new(A, 1), End::new(B, 1));
    let hello = a.say("", 0);
    assert_eq!(hello, [], "nothing to say, nothing to send");
    let hello = a.say("h", 0);
    let answer = b.take(hello, 0);
    let content = a.take(answer, 0);
    let nothing = b.take(content, 0);
    assert_eq!((nothing, b.heard.as_str()), (Vec::new(), "h"));
    let acknowledgement = b.wake(10);
    assert_eq!(a.take(acknowledgement, 10), []);
    assert_eq!((a.links.next_wake_us(), b.links.next_wake_us()), (None, None));
    b.heard.clear();
    (a, b)
}

fn contents(frames: &[Frame<char>]) -> Vec<Option<(u32, char)>> {
    frames.iter().map(|frame| frame.content).collect()
}

#[test]
fn the_first_message_costs_a_round_trip_for_a_hello() {
    let (mut a, mut b) = (End::new(A, 4), End::new(B, 7));
    let hello = a.say("xy", 0);
    assert_eq!(hello, [Frame { from: 4, to: 0, acknowledged: 0, content: None }]);
    assert_eq!(a.links.peer_incarnation(B), None);
    let answer = b.take(hello, 50);
    assert_eq!(answer, [Frame { from: 7, to: 4, acknowledged: 0, content: None }]);
    let frames = a.take(answer, 90);
    assert_eq!(contents(&frames), [Some((1, 'x')), Some((2, 'y'))]);
    assert!(frames.iter().all(|frame| (frame.from, frame.to) == (4, 7)));
    assert_eq!((a.links.peer_incarnation(B), b.links.peer_incarnation(A)), (Some(7), Some(4)));
    b.take(frames, 140);
    assert_eq!((b.heard.as_str(), a.resets, b.resets), ("xy", 0, 0));
}

#[test]
fn a_hello_that_is_lost_is_said_again() {
    let mut a = End::new(A, 1);
    let hello = a.say("x", 0);
    assert_eq!(a.links.next_wake_us(), Some(100));
    assert_eq!(a.say("y", 10), [], "one hello is enough");
    assert_eq!(a.wake(99), [], "early");
    assert_eq!(a.wake(100), hello);
    assert_eq!(a.links.next_wake_us(), Some(300), "twice as long");
}

#[test]
fn an_answer_acknowledges_what_it_answers() {
    let (mut a, mut b) = acquainted();
    let question = a.say("q", 1_000);
    b.take(question, 1_010);
    assert_eq!(b.links.next_wake_us(), Some(1_020));
    let answer = b.say("a", 1_015);
    assert_eq!(answer, [Frame { from: 1, to: 1, acknowledged: 2, content: Some((1, 'a')) }]);
    a.take(answer, 1_020);
    assert_eq!(a.links.unacknowledged(B), 0);
}

#[test]
fn an_acknowledgement_without_company_goes_alone_after_a_while() {
    let (mut a, mut b) = acquainted();
    let frames = a.say("xy", 1_000);
    assert_eq!(b.take(frames, 1_010), []);
    assert_eq!(b.wake(1_019), []);
    assert_eq!(b.wake(1_020), [Frame { from: 1, to: 1, acknowledged: 3, content: None }]);
    assert_eq!(b.links.next_wake_us(), None);
}

#[test]
fn what_comes_twice_is_delivered_once_and_acknowledged_at_once() {
    let (mut a, mut b) = acquainted();
    let frames = a.say("x", 1_000);
    b.take(frames.clone(), 1_010);
    assert_eq!(b.take(frames, 1_011).len(), 1);
    assert_eq!(b.heard, "x");
}

#[test]
fn what_comes_early_waits_for_its_turn() {
    let (mut a, mut b) = acquainted();
    let mut frames = a.say("xyz", 1_000);
    let last = frames.split_off(1);
    b.take(last, 1_010);
    assert_eq!(b.heard, "");
    b.take(frames, 1_015);
    assert_eq!(b.heard, "xyz");
    assert_eq!(b.wake(1_020)[0].acknowledged, 4);
}

#[test]
fn only_a_window_is_under_way_and_the_rest_follows() {
    let (mut a, mut b) = acquainted();
    let frames = a.say("vwxyz", 1_000);
    assert_eq!(contents(&frames), [Some((2, 'v')), Some((3, 'w')), Some((4, 'x'))]);
    assert_eq!(a.links.unacknowledged(B), 5);
    b.take(frames, 1_010);
    let acknowledgement = b.wake(1_020);
    let frames = a.take(acknowledgement, 1_030);
    assert_eq!(contents(&frames), [Some((5, 'y')), Some((6, 'z'))]);
    b.take(frames, 1_040);
    assert_eq!(b.heard, "vwxyz");
}

#[test]
fn what_lies_beyond_the_window_is_not_kept() {
    let (_, mut b) = acquainted();
    let beyond = Frame { from: 1, to: 1, acknowledged: 0, content: Some((5, '!')) };
    assert_eq!(b.take(vec![beyond], 1_000), []);
    assert_eq!(b.links.next_wake_us(), None);
}

#[test]
fn the_oldest_is_sent_again_after_ever_longer_timeouts() {
    let (mut a, mut b) = acquainted();
    let frames = a.say("xy", 1_000);
    let mut now_us = 1_000;
    for timeout_us in [100, 200, 400, 800, 1_000, 1_000] {
        now_us += timeout_us;
        assert_eq!(a.links.next_wake_us(), Some(now_us));
        assert_eq!(a.wake(now_us), frames[..1]);
    }
    b.take(frames, now_us);
    let acknowledgement = b.wake(now_us + 10);
    a.take(acknowledgement, now_us + 20);
    a.say("z", now_us + 30);
    assert_eq!(a.links.next_wake_us(), Some(now_us + 130), "short again");
}

#[test]
fn a_second_gap_is_filled_at_once() {
    let (mut a, mut b) = acquainted();
    let frames = a.say("xyz", 1_000);
    b.take(vec![frames[1].clone()], 1_010);
    assert_eq!(b.wake(1_020)[0].acknowledged, 1, "and may as well be lost");
    let again = a.wake(1_100);
    assert_eq!(contents(&again), [Some((2, 'x'))]);
    b.take(again, 1_110);
    assert_eq!(b.heard, "xy");
    let partial = b.wake(1_120);
    let again = a.take(partial, 1_130);
    assert_eq!(contents(&again), [Some((4, 'z'))], "without a timeout");
    b.take(again, 1_140);
    assert_eq!(b.heard, "xyz");
}

#[test]
fn an_acknowledgement_of_what_was_never_sent_is_ignored() {
    let (mut a, _) = acquainted();
    a.say("x", 1_000);
    let wild = Frame { from: 1, to: 1, acknowledged: 9, content: None };
    assert_eq!(a.take(vec![wild], 1_010), []);
    assert_eq!(a.links.unacknowledged(B), 1);
}

#[test]
fn a_peer_with_a_new_incarnation_begins_a_new_epoch_and_the_host_is_told() {
    let (mut a, _) = acquainted();
    let mut b = End::new(B, 2);
    let lost = a.say("x", 1_000);
    let answer = b.take(lost, 1_010);
    assert_eq!(answer, [Frame { from: 2, to: 1, acknowledged: 0, content: None }]);
    assert_eq!((b.heard.as_str(), b.resets), ("", 0), "it was meant for an earlier incarnation");
    assert_eq!(a.take(answer, 1_020), []);
    assert_eq!((a.resets, a.links.unacknowledged(B)), (1, 0));
    assert_eq!(a.links.next_wake_us(), None);
    let frames = a.say("y", 1_030);
    assert_eq!(frames, [Frame { from: 1, to: 2, acknowledged: 0, content: Some((1, 'y')) }]);
    b.take(frames, 1_040);
    assert_eq!(b.heard, "y");
}

#[test]
fn a_node_with_a_new_incarnation_says_hello_again_and_resets_its_peer() {
    let (_, mut b) = acquainted();
    b.say("!", 1_000);
    let mut a = End::new(A, 2);
    let hello = a.say("x", 1_010);
    let answer = b.take(hello, 1_020);
    assert_eq!((b.resets, contents(&answer)), (1, vec![None]));
    let frames = a.take(answer, 1_030);
    b.take(frames, 1_040);
    assert_eq!((b.heard.as_str(), a.resets), ("x", 0));
}

#[test]
fn a_frame_from_before_a_crash_is_not_listened_to() {
    let (mut a, mut b) = acquainted();
    let old = a.say("x", 1_000);
    let mut a = End::new(A, 2);
    let hello = a.say("y", 1_010);
    b.take(hello, 1_020);
    assert_eq!(b.take(old, 1_030), []);
    assert_eq!((b.heard.as_str(), b.links.peer_incarnation(A)), ("", Some(2)));
}

#[test]
fn a_node_speaks_to_itself_as_to_any_other() {
    let mut links = ReliableLinks::new(1, 5, SETTINGS);
    let (mut actions, mut heard) = (Vec::new(), String::new());
    links.send(A, 'x', 0, &mut actions);
    links.send(A, 'y', 0, &mut actions);
    while !actions.is_empty() {
        match actions.remove(0) {
            Action::Send { frame, .. } => links.receive(A, frame, 1, &mut actions),
            Action::Deliver { message, .. } => heard.push(message),
            Action::Reset { .. } => panic!("nobody crashed"),
        }
    }
    assert_eq!(heard, "xy");
}
