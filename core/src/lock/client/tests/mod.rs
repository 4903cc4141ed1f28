//! A client on a bench: it is handed answers and timeouts one at a time, and shows what it asks for
//! in return.

mod endings;
mod steps;
mod talk;

use super::transaction::{Mishap, Why};
use super::*;
use crate::lock::bug::Bug;
use crate::lock::command::{Action, Answer, Call, Cause, Command, Refusal};
use crate::lock::parcel::{Access, Parcel, Verdict};
use crate::lock::party::Party;
use crate::raft::message::{Message, Reply};
use crate::raft::note::Note as RaftNote;
use crate::raft::participant::Participant;
use crate::raft::party::Party as Trait;
use crate::raft::state_machine::{Effects, OWN, Origin, StateMachine};
use crate::sim::event::EventId;
use crate::sim::process::{Context, NodeLuck, Output};
use crate::sim::random::Luck;

/// A machine that does nothing: nobody carries out what the client on the bench asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::lock) struct Nothing;

impl StateMachine for Nothing {
    type Command = Command;
    type Answer = Answer;
    type Party = Party;
    type Ask = Order;
    type Parcel = Parcel;
    type Steward = ();
    type Note = Note;

    fn apply(&mut self, _: &Origin, _: &Command, _: &mut Effects<Self>) -> Answer {
        Answer::Alive
    }
}

const N0: NodeId = NodeId(0);
const N1: NodeId = NodeId(1);
const CLIENT: NodeId = NodeId(8);
const VAULT: NodeId = NodeId(9);
const TIMEOUT_US: u64 = 300_000;
const RETRY_US: u64 = 50_000;
const BACK_OFF_US: (u64, u64) = (20_000, 160_000);

/// What a client asked for in return for one event.
#[derive(Clone, Debug, Default)]
struct Wanted {
    sent: Vec<(NodeId, Message<Nothing>)>,
    timers: Vec<(Timer, u64)>,
    stopped: Vec<Timer>,
    notes: Vec<Note>,
}

impl Wanted {
    /// The calls that it made: of whom, with which number, which try, and what.
    fn calls(&self) -> Vec<(NodeId, u64, u32, Call)> {
        let calls = self.sent.iter().filter_map(|(to, message)| match message {
            Message::Request { request, attempt, command } => match &command.action {
                Action::Call(call) => Some((*to, *request, *attempt, call.clone())),
                _ => None,
            },
            _ => None,
        });
        calls.collect()
    }

    /// What it asked, if it was one thing.
    fn ask(&self) -> Ask {
        match &self.calls()[..] {
            [(_, _, _, call)] => call.ask.clone(),
            calls => panic!("one call was expected: {calls:?}"),
        }
    }

    /// How it came to the vault, if it did once: its number, and what it wanted.
    fn access(&self) -> (u64, Access) {
        match &self.sent[..] {
            [(VAULT, Message::Parcel(Parcel::Access { number, access }))] => {
                (*number, access.clone())
            }
            sent => panic!("an access was expected: {sent:?}"),
        }
    }

    /// The delay with which a timer was last set, in microseconds.
    fn delay_us(&self, timer: Timer) -> Option<u64> {
        self.timers.iter().rev().find(|(set, _)| *set == timer).map(|(_, delay_us)| *delay_us)
    }
}

/// A client on a bench.
struct Bench {
    party: Party,
    luck: NodeLuck,
    steps: u64,
    passed_us: u64,
    last: Wanted,
}

fn settings() -> ClientSettings {
    ClientSettings {
        groups: [Group { first: N0, count: 3 }].into(),
        resources: ["a", "b", "c", "d"].map(Resource::from).into(),
        vault: Some(VAULT),
        script: None,
        request_timeout_us: TIMEOUT_US,
        retry_us: RETRY_US,
        back_off_us: BACK_OFF_US,
        load_us: None,
        features: Features::default(),
    }
}

impl Bench {
    fn new() -> Self {
        Self::with(settings())
    }

    fn with(settings: ClientSettings) -> Self {
        let party = Party::Client(Box::new(Client::new(settings)));
        let luck = NodeLuck::new(Luck::new(3));
        let mut bench = Self { party, luck, steps: 0, passed_us: 0, last: Wanted::default() };
        bench.event(Trait::start);
        bench
    }

    /// A client with this to do, just started on it.
    fn running(script: &str) -> Self {
        let mut bench = Self::new();
        bench.run(script);
        bench
    }

    /// A client that has been granted the lock that the script begins with, with this token.
    fn holding(token: Token, script: &str) -> Self {
        let mut bench = Self::running(script);
        bench.grant(token);
        bench
    }

    fn client(&self) -> &Client {
        self.party.client().expect("a client is on the bench")
    }

    fn event(
        &mut self,
        handle: impl FnOnce(&mut Party, &mut Context<'_, Participant<Nothing>>),
    ) -> &Wanted {
        self.steps += 1;
        let mut outputs = Vec::new();
        let now_us = self.steps + self.passed_us;
        let event = EventId::new(self.steps, 0);
        let times_us = (now_us, now_us);
        let mut context = Context::new(CLIENT, times_us, event, &mut self.luck, &mut outputs, true);
        handle(&mut self.party, &mut context);
        let mut wanted = Wanted::default();
        for output in outputs {
            match output {
                Output::Send { to, message, .. } => wanted.sent.push((to, message)),
                Output::SetTimer { timer, delay_us } => wanted.timers.push((timer, delay_us)),
                Output::CancelTimer(timer) => wanted.stopped.push(timer),
                Output::Note { note: RaftNote::Own(note), .. } => wanted.notes.push(note),
                Output::Note { .. } | Output::Persist(_) => panic!("no client does this"),
            }
        }
        self.last = wanted;
        &self.last
    }

    fn order(&mut self, order: Order) -> bool {
        let mut willing = false;
        self.event(|party, context| willing = party.operate(order, context));
        willing
    }

    fn run(&mut self, script: &str) -> bool {
        self.order(Order::Run(script.parse().expect("it is a script")))
    }

    fn time_out(&mut self, timer: Timer) -> &Wanted {
        self.event(|party, context| party.timeout(timer, context))
    }

    /// A server answers a request.
    fn answer(&mut self, from: NodeId, request: u64, answer: Answer) -> &Wanted {
        let reply = Reply::Applied(answer);
        let message = Message::Answer { request, attempt: 0, reply };
        self.event(|party, context| party.receive(from, message, context))
    }

    /// A server says that it does not lead.
    fn redirect(&mut self, (request, attempt): (u64, u32), leader: Option<NodeId>) -> &Wanted {
        let reply = Reply::NotLeader(leader);
        let message = Message::Answer { request, attempt, reply };
        self.event(|party, context| party.receive(N0, message, context))
    }

    /// The server that was asked last answers.
    fn reply(&mut self, answer: Answer) -> &Wanted {
        let (to, request, ..) = self.last.calls().pop().expect("something was asked");
        self.answer(to, request, answer)
    }

    /// What was asked last is granted.
    fn grant(&mut self, token: Token) -> &Wanted {
        let calls = self.last.calls();
        let mode = match calls.last().map(|(_, _, _, call)| &call.ask) {
            Some(Ask::Acquire { mode, .. }) => *mode,
            Some(Ask::Upgrade { .. }) => Mode::Exclusive,
            ask => panic!("no lock was asked for: {ask:?}"),
        };
        self.reply(Answer::Granted { token, mode })
    }

    /// The vault answers to what came last.
    fn judge(&mut self, verdict: Verdict) -> &Wanted {
        let (number, _) = self.last.access();
        self.judge_number(number, verdict)
    }

    fn judge_number(&mut self, number: u64, verdict: Verdict) -> &Wanted {
        let message = Message::Parcel(Parcel::Judged { number, verdict });
        self.event(|party, context| party.receive(VAULT, message, context))
    }

    /// The table aborts the attempt that there is.
    fn abort(&mut self) -> &Wanted {
        let current = self.client().current().expect("a transaction is under way");
        let (transaction, attempt) = (current.number(), current.attempt());
        let request = self.client().record().iter().count() as u64;
        self.answer(N0, request, aborted(transaction, attempt))
    }

    fn crash(&mut self) {
        self.party = Trait::<Nothing>::recovered(&self.party);
        self.event(Trait::start);
    }

    fn held(&self) -> Vec<(&str, Token, Mode)> {
        let holds = self.client().holds();
        holds.map(|(resource, held)| (&**resource, held.token, held.mode)).collect()
    }

    fn why(&self) -> Option<Why> {
        self.client().last_mishap().map(|mishap| mishap.why)
    }
}

fn aborted(transaction: u64, attempt: u64) -> Answer {
    Answer::Aborted { transaction, attempt, cause: Cause::Deadlock }
}

const RELEASED: Answer = Answer::Released { locks: 1 };
