//! One participant on a bench.
//!
//! A [`TestServer`] stands for the kernel around a single server: it hands it messages, timeouts
//! and finished syncs one at a time and shows what the server asks for in return, as [`Effects`].
//! It keeps the kernel's one rule: a message leaves only when everything persisted before it has
//! synced.

use lockstep_core::raft::Participant;
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::client::{Client, ClientSettings};
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::log::{Index, Term};
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::progress::Progress;
use lockstep_core::raft::server::{Role, Server, Settings};
use lockstep_core::raft::setting::Features;
use lockstep_core::raft::setting::Setting;
use lockstep_core::raft::store::{Operation, Store};
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::process::{Context, NodeId, NodeLuck, Output, Process};
use lockstep_core::sim::random::Luck;

use crate::messages::{Disk, Message, N1, disk, granted};

/// The shortest election timeout on the bench, in microseconds: the paper's example.
pub const ELECTION_MIN_US: u64 = 150_000;
/// The longest election timeout on the bench, in microseconds: the paper's example.
pub const ELECTION_MAX_US: u64 = 300_000;
/// The time between heartbeats on the bench, in microseconds.
pub const HEARTBEAT_US: u64 = 50_000;
/// How many entries one message carries at most on the bench.
pub const MOST_ENTRIES: u32 = 16;

/// What a participant asked for.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// The messages that left, and to whom, in order.
    pub sent: Vec<(NodeId, Message)>,
    /// The timers that were set, and their delays in microseconds, in order.
    pub timers: Vec<(Timer, u64)>,
    /// The timers that were stopped.
    pub stopped: Vec<Timer>,
    /// What was written to disk, in order.
    pub persisted: Vec<Disk>,
}

impl Effects {
    /// The messages that left for one node.
    #[must_use]
    pub fn to(&self, node: NodeId) -> Vec<&Message> {
        self.sent.iter().filter(|(to, _)| *to == node).map(|(_, message)| message).collect()
    }

    /// The receivers of all messages, in order.
    #[must_use]
    pub fn receivers(&self) -> Vec<NodeId> {
        self.sent.iter().map(|(to, _)| *to).collect()
    }

    /// The delay with which a timer was last set, in microseconds.
    #[must_use]
    pub fn delay_us(&self, timer: Timer) -> Option<u64> {
        self.timers.iter().rev().find(|(set, _)| *set == timer).map(|(_, delay_us)| *delay_us)
    }

    fn and(mut self, later: Self) -> Self {
        self.sent.extend(later.sent);
        self.timers.extend(later.timers);
        self.stopped.extend(later.stopped);
        self.persisted.extend(later.persisted);
        self
    }
}

/// A participant on the bench.
#[derive(Clone, Debug)]
pub struct TestServer {
    participant: Participant<Store>,
    node: NodeId,
    luck: NodeLuck,
    steps: u64,
    /// How much time was let pass, in microseconds. Each step takes one more.
    passed_us: u64,
    /// What a crash would leave.
    synced: Disk,
    /// The newest write that has not synced.
    unsynced: Option<Disk>,
    /// Messages that wait for it.
    held: Vec<(NodeId, Message)>,
}

impl TestServer {
    /// Server `n1` of a cluster of this size, with an empty disk, just started.
    #[must_use]
    pub fn of(servers: u8) -> Self {
        Self::with_disk(servers, disk(0, None, &[]))
    }

    /// Server `n1` of a cluster of this size, with this disk, just started.
    #[must_use]
    pub fn with_disk(servers: u8, durable: Disk) -> Self {
        Self::lucky(servers, durable, 1).0
    }

    /// Server `n1` with luck of its own, and what it asks for when it starts.
    #[must_use]
    pub fn lucky(servers: u8, durable: Disk, seed: u64) -> (Self, Effects) {
        Self::set_up(N1, Self::settings(servers, servers), durable, seed)
    }

    /// The settings of the bench: so many servers, of which the first so many vote at first.
    #[must_use]
    pub fn settings(servers: u8, voters: u8) -> Settings {
        Settings {
            servers,
            first: 0,
            voters,
            election_min_us: ELECTION_MIN_US,
            election_max_us: ELECTION_MAX_US,
            heartbeat_us: HEARTBEAT_US,
            most_entries: MOST_ENTRIES,
            features: Features::default(),
        }
    }

    /// Any server, and what it asks for when it starts.
    #[must_use]
    pub fn set_up(id: NodeId, settings: Settings, durable: Disk, seed: u64) -> (Self, Effects) {
        let server = Server::new(id, settings, durable);
        let mut bench = Self::new(Participant::Server(server), id, seed);
        let effects = bench.call(Process::start);
        (bench, effects)
    }

    /// A client of five servers, just started, as the last node.
    #[must_use]
    pub fn client() -> Self {
        let settings = ClientSettings {
            servers: 5,
            request_timeout_us: 1_000_000,
            retry_us: HEARTBEAT_US,
            load_us: None,
            features: Features::default(),
        };
        Self::new(Participant::Party(Client::new(settings)), NodeId(5), 1)
    }

    /// A follower in `term` with a log of test entries of these terms.
    #[must_use]
    pub fn follower(servers: u8, term: Term, log: &[Term]) -> Self {
        Self::with_disk(servers, disk(term, None, log))
    }

    /// A candidate in `term` with a log of test entries of these terms.
    #[must_use]
    pub fn candidate(servers: u8, term: Term, log: &[Term]) -> Self {
        let mut server = Self::follower(servers, term - 1, log);
        server.time_out(Timer::Election);
        assert!(matches!(server.server().role(), Role::Candidate { .. }));
        server
    }

    /// The leader of `term` with a log of test entries of these terms, all on its disk.
    #[must_use]
    pub fn leader(servers: u8, term: Term, log: &[Term]) -> Self {
        Self::elected(servers, term, log).0
    }

    /// The leader of `term`, and what it asked for when it was elected.
    #[must_use]
    pub fn elected(servers: u8, term: Term, log: &[Term]) -> (Self, Effects) {
        let mut server = Self::follower(servers, term - 1, log);
        let mut effects = server.time_out(Timer::Election);
        for voter in 1..=servers / 2 {
            effects = server.tell(NodeId(voter), granted(term));
        }
        assert!(server.server().is_leader());
        (server, effects)
    }

    fn new(participant: Participant<Store>, node: NodeId, seed: u64) -> Self {
        Self {
            synced: participant.durable(),
            participant,
            node,
            luck: NodeLuck::new(Luck::new(seed)),
            steps: 0,
            passed_us: 0,
            unsynced: None,
            held: Vec::new(),
        }
    }

    /// The same with a setting set: 1 switches a switch on.
    #[must_use]
    pub fn with(mut self, setting: Setting, value: u64) -> Self {
        self.set(setting, value);
        self
    }

    /// Changes a setting.
    pub fn set(&mut self, setting: Setting, value: u64) {
        self.participant.set(setting.number(), value);
    }

    /// Plants a bug.
    pub fn plant(&mut self, bug: Bug) {
        self.participant.plant(bug.number(), true);
    }

    /// Lets time pass on the server's clock, in microseconds; no timer runs out by itself.
    pub const fn pass(&mut self, by_us: u64) {
        self.passed_us += by_us;
    }

    /// The server's state.
    ///
    /// # Panics
    /// If a client is on the bench.
    #[must_use]
    pub fn server(&self) -> &Server<Store> {
        self.participant.server().expect("a server is on the bench")
    }

    /// The client's state.
    ///
    /// # Panics
    /// If a server is on the bench.
    #[must_use]
    pub fn client_state(&self) -> &Client<Store> {
        self.participant.client().expect("a client is on the bench")
    }

    /// The terms of the log's entries, as far as it goes back.
    #[must_use]
    pub fn log(&self) -> Vec<Term> {
        let log = self.server().log();
        (log.first_index()..=log.last_index()).filter_map(|index| log.term_at(index)).collect()
    }

    /// What the leader knows of a server.
    ///
    /// # Panics
    /// If the server on the bench does not lead.
    #[must_use]
    pub fn progress(&self, of: NodeId) -> Progress {
        match self.server().role() {
            Role::Leader { progress } => progress[of.index()],
            role => panic!("no leader has no progress to show: {role:?}"),
        }
    }

    /// The value of a key in the server's state machine.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<String> {
        let mut pairs = self.server().machine().iter();
        pairs.find(|(held, _)| &***held == key).map(|(_, value)| value.to_string())
    }

    /// The index up to which a follower's or leader's commit is known.
    #[must_use]
    pub fn commit_index(&self) -> Index {
        self.server().commit_index()
    }

    /// A message arrives, and every sync completes.
    pub fn tell(&mut self, from: NodeId, message: Message) -> Effects {
        let effects = self.tell_unsynced(from, message);
        effects.and(self.sync())
    }

    /// A message arrives; what it makes the server write has not synced yet.
    pub fn tell_unsynced(&mut self, from: NodeId, message: Message) -> Effects {
        self.call(|participant, context| participant.receive(from, message, context))
    }

    /// A timer runs out, and every sync completes.
    pub fn time_out(&mut self, timer: Timer) -> Effects {
        let effects = self.call(|participant, context| participant.timeout(timer, context));
        effects.and(self.sync())
    }

    /// An administrator tells the server to do something, and every sync completes: whether it is
    /// willing, and what it asks for.
    pub fn instruct(&mut self, instruction: Instruction) -> (bool, Effects) {
        let (number, operand) = instruction.numbers();
        let mut willing = false;
        let effects = self.call(|participant, context| {
            willing = participant.instruct(number, operand, context);
        });
        (willing, effects.and(self.sync()))
    }

    /// A client is asked to do something.
    pub fn operate(&mut self, operation: Operation) -> Effects {
        self.call(|participant, context| {
            assert!(participant.operate(operation, context), "a client takes operations");
        })
    }

    /// Every sync completes, also those that follow from it.
    pub fn sync(&mut self) -> Effects {
        let mut effects = Effects::default();
        while let Some(durable) = self.unsynced.take() {
            self.synced = durable.clone();
            effects.sent.append(&mut self.held);
            let later = self.call(|participant, context| participant.synced(&durable, context));
            effects = effects.and(later);
        }
        effects
    }

    /// A crash, and the start after it: what had not synced is lost.
    pub fn crash_and_restart(&mut self) -> Effects {
        self.unsynced = None;
        self.held.clear();
        self.participant = self.participant.recover(&self.synced);
        self.call(Process::start)
    }

    fn call(
        &mut self,
        handle: impl FnOnce(&mut Participant<Store>, &mut Context<'_, Participant<Store>>),
    ) -> Effects {
        self.steps += 1;
        let mut outputs = Vec::new();
        let event = EventId::new(self.steps, 0);
        let now_us = self.steps + self.passed_us;
        let times_us = (now_us, now_us);
        let mut context =
            Context::new(self.node, times_us, event, &mut self.luck, &mut outputs, true);
        handle(&mut self.participant, &mut context);
        let mut effects = Effects::default();
        for output in outputs {
            self.carry_out(output, &mut effects);
        }
        effects
    }

    fn carry_out(&mut self, output: Output<Participant<Store>>, effects: &mut Effects) {
        match output {
            Output::Send { to, message, waits } if waits && self.unsynced.is_some() => {
                self.held.push((to, message));
            }
            Output::Send { to, message, .. } => effects.sent.push((to, message)),
            Output::SetTimer { timer, delay_us } => effects.timers.push((timer, delay_us)),
            Output::CancelTimer(timer) => effects.stopped.push(timer),
            Output::Persist(durable) => {
                effects.persisted.push(durable.clone());
                self.unsynced = Some(durable);
            }
            Output::Note { .. } => {}
        }
    }
}
