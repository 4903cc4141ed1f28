//! A collector of two groups on a bench: servers 0 to 2, and 3 to 5.

use super::*;
use crate::lock::client::tests::Nothing;
use crate::raft::message::Message;
use crate::raft::participant::Participant;
use crate::sim::event::EventId;
use crate::sim::process::{Context, NodeLuck, Output};
use crate::sim::random::Luck;

const EVERY_US: u64 = 200_000;
const TIMEOUT_US: u64 = 300_000;

struct Bench {
    collector: Collector,
    luck: NodeLuck,
    steps: u64,
    passed_us: u64,
    notes: Vec<Note>,
    timers: Vec<(Timer, u64)>,
}

/// What was sent: to whom, with which number and which try, and what is asked for.
type Sent = Vec<(u8, u64, u32, Action)>;

impl Bench {
    fn new() -> (Self, Sent) {
        let groups = [0, 3].map(|first| Group { first: NodeId(first), count: 3 });
        let settings = CollectorSettings {
            groups: groups.into(),
            every_us: EVERY_US,
            request_timeout_us: TIMEOUT_US,
        };
        let mut bench = Self {
            collector: Collector::new(settings),
            luck: NodeLuck::new(Luck::new(3)),
            steps: 0,
            passed_us: 0,
            notes: Vec::new(),
            timers: Vec::new(),
        };
        let sent = bench.collect();
        (bench, sent)
    }

    fn event(
        &mut self,
        handle: impl FnOnce(&mut Collector, &mut Context<'_, Participant<Nothing>>),
    ) -> Sent {
        self.steps += 1;
        let mut outputs = Vec::new();
        let now_us = self.steps + self.passed_us;
        let event = EventId::new(self.steps, 0);
        let times_us = (now_us, now_us);
        let mut context =
            Context::new(NodeId(9), times_us, event, &mut self.luck, &mut outputs, true);
        handle(&mut self.collector, &mut context);
        let mut sent = Vec::new();
        for output in outputs {
            match output {
                Output::Send { to, message, .. } => match message {
                    Message::Request { request, attempt, command } => {
                        sent.push((to.0, request, attempt, command.action.clone()));
                    }
                    message => panic!("no collector says this: {message:?}"),
                },
                Output::SetTimer { timer, delay_us } => self.timers.push((timer, delay_us)),
                Output::Note { note: crate::raft::note::Note::Own(note), .. } => {
                    self.notes.push(note);
                }
                output => panic!("no collector does this: {output:?}"),
            }
        }
        sent
    }

    fn collect(&mut self) -> Sent {
        self.event(|collector, context| collector.collect(context))
    }

    fn answer(&mut self, from: u8, request: u64, answer: Answer) -> Sent {
        let reply = Reply::Applied(answer);
        self.event(|collector, context| {
            collector.answered(NodeId(from), (request, 0), reply, context);
        })
    }

    fn redirect(&mut self, from: u8, tried: (u64, u32), leader: Option<u8>) -> Sent {
        let reply = Reply::NotLeader(leader.map(NodeId));
        self.event(|collector, context| {
            collector.answered(NodeId(from), tried, reply, context);
        })
    }
}

/// In this table, each waits for the other, by this number.
fn graph(edges: &[(u32, u32, u64)]) -> Answer {
    let edge = |(from, to, request): &(u32, u32, u64)| Edge {
        from: Owner(*from),
        to: Owner(*to),
        request: *request,
        soft: false,
    };
    Answer::Graph(edges.iter().map(edge).collect())
}

fn abort(owner: u32, request: u64) -> Action {
    Action::Abort { owner: Owner(owner), request, claimed: true }
}

#[test]
fn every_table_is_asked_from_time_to_time() {
    let (bench, sent) = Bench::new();
    let to: Vec<_> =
        sent.iter().map(|(to, request, attempt, _)| (*to, *request, *attempt)).collect();
    assert_eq!(to, [(0, 1, 1), (3, 1, 1)]);
    for (_, _, _, action) in sent {
        assert!(matches!(action, Action::Call(Call { ask: Ask::Graph, .. })));
    }
    assert_eq!(bench.timers, [(Timer::Work, EVERY_US)]);
}

#[test]
fn who_does_not_answer_is_not_asked_again_and_who_leads_is_found() {
    let (mut bench, _) = Bench::new();
    bench.answer(3, 1, graph(&[]));
    let sent = bench.collect();
    let to: Vec<_> =
        sent.iter().map(|(to, request, attempt, _)| (*to, *request, *attempt)).collect();
    assert_eq!(to, [(1, 2, 1), (3, 2, 1)]);
    let sent = bench.redirect(1, (2, 1), Some(2));
    assert_eq!((sent[0].0, sent[0].1, sent[0].2), (2, 2, 2));
    assert_eq!(bench.redirect(1, (2, 1), Some(0)), [], "that was the try before");
    assert_eq!(bench.redirect(2, (2, 2), None), [], "it waits for the next time");
}

#[test]
fn a_cycle_through_two_tables_is_broken_where_its_victim_waits() {
    let (mut bench, _) = Bench::new();
    assert_eq!(bench.answer(0, 1, graph(&[(7, 8, 4)])), []);
    let sent = bench.answer(3, 1, graph(&[(8, 7, 9)]));
    assert_eq!(sent, [(3, 2, 1, abort(8, 9))]);
    assert_eq!(bench.notes, [Note::CycleGathered { length: 2, victim: Owner(8) }]);
    let found = bench.collector.record().last().expect("it is on record");
    let around: Vec<_> = found.cycle.iter().map(|(group, edge)| (*group, edge.from.0)).collect();
    assert_eq!((around, found.victim, found.request), (vec![(0, 7), (1, 8)], Owner(8), 9));
}

#[test]
fn a_cycle_within_one_table_is_left_to_its_leader() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(7, 8, 4), (8, 7, 5)]));
    assert_eq!(bench.answer(3, 1, graph(&[(9, 7, 9)])), []);
}

#[test]
fn where_there_is_no_cycle_nobody_is_aborted() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(7, 8, 4), (6, 7, 1)]));
    assert_eq!(bench.answer(3, 1, graph(&[(8, 9, 9), (6, 9, 1)])), []);
}

#[test]
fn a_victim_is_named_once_as_long_as_it_may_still_be_under_way() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(7, 8, 4)]));
    assert_eq!(bench.answer(3, 1, graph(&[(8, 7, 9)])).len(), 1);
    bench.collect();
    assert_eq!(bench.answer(0, 2, graph(&[(7, 8, 4)])), [], "it was named");
    bench.passed_us += TIMEOUT_US;
    let sent = bench.answer(3, 3, graph(&[(8, 7, 9)]));
    assert_eq!(sent.len(), 1, "nothing was heard of it");
    bench.answer(sent[0].0, sent[0].1, Answer::Done { effective: true });
    bench.passed_us += TIMEOUT_US;
    bench.collect();
    assert_eq!(bench.answer(0, 3, graph(&[(7, 8, 4)])), [], "it was seen to; the graph is old");
}

#[test]
fn a_victim_that_was_named_to_the_wrong_server_is_named_again() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(7, 8, 4)]));
    bench.answer(3, 1, graph(&[(8, 7, 9)]));
    assert_eq!(bench.redirect(3, (2, 1), Some(4)), []);
    bench.collect();
    assert_eq!(bench.answer(0, 2, graph(&[(7, 8, 4)])), [(4, 4, 1, abort(8, 9))]);
}

#[test]
fn the_victim_is_who_was_aborted_least_often() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(7, 8, 4)]));
    assert_eq!(bench.answer(3, 1, graph(&[(8, 7, 9)])), [(3, 2, 1, abort(8, 9))]);
    bench.answer(3, 2, Answer::Done { effective: true });
    bench.collect();
    bench.answer(0, 2, graph(&[(7, 8, 5)]));
    assert_eq!(bench.answer(3, 3, graph(&[(8, 7, 10)])), [(0, 3, 1, abort(7, 5))]);
}

#[test]
fn two_cycles_need_two_victims() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(1, 2, 1), (3, 4, 1)]));
    let sent = bench.answer(3, 1, graph(&[(2, 1, 1), (4, 3, 1)]));
    let victims: Vec<_> = sent.into_iter().map(|(_, _, _, action)| action).collect();
    assert_eq!(victims, [abort(2, 1), abort(4, 1)]);
}

#[test]
fn edges_that_are_no_more_can_close_a_cycle_that_never_was() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(7, 8, 4)]));
    // By now 8 has let go there, and 7 has come to hold what 8 wants here.
    let sent = bench.answer(3, 1, graph(&[(8, 7, 9)]));
    assert_eq!(sent.len(), 1, "a phantom");
    bench.collect();
    bench.answer(0, 2, graph(&[]));
    assert_eq!(bench.answer(3, 3, graph(&[(8, 7, 10)])), [], "in time it is known");
}

#[test]
fn an_answer_that_comes_late_does_not_replace_a_later_one() {
    let (mut bench, _) = Bench::new();
    bench.collect();
    bench.answer(0, 2, graph(&[]));
    bench.answer(0, 1, graph(&[(7, 8, 4)]));
    assert_eq!(bench.collector.gathered()[0].edges(), []);
    assert_eq!(bench.answer(3, 2, graph(&[(8, 7, 9)])), []);
}

#[test]
fn after_a_crash_it_has_seen_nothing_and_its_numbers_go_on() {
    let (mut bench, _) = Bench::new();
    bench.answer(0, 1, graph(&[(7, 8, 4)]));
    bench.answer(3, 1, graph(&[(8, 7, 9)]));
    bench.collector = bench.collector.recovered();
    assert_eq!(bench.collector.record().len(), 1);
    assert_eq!(bench.answer(0, 1, graph(&[(7, 8, 4)])), [], "that was asked before");
    let sent = bench.collect();
    let numbers: Vec<_> = sent.iter().map(|(_, request, ..)| *request).collect();
    assert_eq!(numbers, [2, 3]);
    assert_eq!(bench.collector.gathered()[0].edges(), []);
}
