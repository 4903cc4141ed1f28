//! Who takes part in a cluster, as the kernel sees it: servers and parties, one kind of process.

use std::hash::Hash;

use super::instruction::Instruction;
use super::message::Message;
use super::note::Note;
use super::party::Party;
use super::server::{Durable, Server};
use super::setting::Setting;
use super::state_machine::{OWN, StateMachine, Steward};
use crate::sim::process::{Context, NodeId, Process, TimerKind};

/// The stream of luck of election timeouts.
pub(super) const ELECTION_LUCK: usize = 0;
/// The stream of luck of a client's load.
pub(super) const LOAD_LUCK: usize = 1;

/// The timers of servers and parties. Links name them by number: new ones come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A follower or candidate begins an election when it runs out (§5.2).
    Election,
    /// A leader sends heartbeats, a candidate asks again, when it runs out.
    Heartbeat,
    /// A client gives up waiting for an answer.
    RequestTimeout,
    /// A client that was refused tries again.
    Retry,
    /// A client under load begins its next operation.
    Load,
    /// A leader sees to what its machine needs.
    Duty,
    /// A party goes on with what it does: it has worked, or rested, for long enough.
    Work,
    /// A client says that it is still there.
    Renewal,
    /// A reliable link sends again what has not been acknowledged.
    Retransmission,
}

impl Timer {
    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Election => "election",
            Self::Heartbeat => "heartbeat",
            Self::RequestTimeout => "request_timeout",
            Self::Retry => "retry",
            Self::Load => "load",
            Self::Duty => "duty",
            Self::Work => "work",
            Self::Renewal => "renewal",
            Self::Retransmission => "retransmission",
        }
    }
}

impl TimerKind for Timer {
    const ALL: &'static [Self] = &[
        Self::Election,
        Self::Heartbeat,
        Self::RequestTimeout,
        Self::Retry,
        Self::Load,
        Self::Duty,
        Self::Work,
        Self::Renewal,
        Self::Retransmission,
    ];

    fn number(self) -> u8 {
        self as u8
    }
}

/// A server or a party.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::large_enum_variant, reason = "most participants are servers")]
pub enum Participant<S: StateMachine> {
    /// A server.
    Server(Server<S>),
    /// Somebody else.
    Party(S::Party),
}

impl<S: StateMachine> Participant<S> {
    /// The server, if it is one.
    #[must_use]
    pub const fn server(&self) -> Option<&Server<S>> {
        match self {
            Self::Server(server) => Some(server),
            Self::Party(_) => None,
        }
    }

    /// The party, if it is one.
    #[must_use]
    pub const fn party(&self) -> Option<&S::Party> {
        match self {
            Self::Server(_) => None,
            Self::Party(party) => Some(party),
        }
    }
}

impl<S: StateMachine> Process for Participant<S> {
    type Message = Message<S>;
    type Timer = Timer;
    type Durable = Durable<S>;
    type Operation = S::Ask;
    type Note = Note<S::Note>;

    fn start(&mut self, context: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.start(context),
            Self::Party(party) => party.start(context),
        }
    }

    fn receive(&mut self, from: NodeId, message: Message<S>, context: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.receive(from, message, context),
            Self::Party(party) => party.receive(from, message, context),
        }
    }

    fn timeout(&mut self, timer: Timer, context: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.timeout(timer, context),
            Self::Party(party) => party.timeout(timer, context),
        }
    }

    fn connected(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        if let Self::Party(party) = self {
            party.connected(peer, context);
        }
    }

    fn disconnected(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        if let Self::Party(party) = self {
            party.disconnected(peer, context);
        }
    }

    fn synced(&mut self, durable: &Self::Durable, context: &mut Context<'_, Self>) {
        if let Self::Server(server) = self {
            server.synced(durable, context);
        }
    }

    fn operate(&mut self, operation: S::Ask, context: &mut Context<'_, Self>) -> bool {
        match self {
            Self::Server(_) => false,
            Self::Party(party) => party.operate(operation, context),
        }
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        match self {
            Self::Server(server) if bug < OWN => server.bugs.set(bug, planted),
            Self::Server(server) => server.steward.plant(bug - OWN, planted),
            Self::Party(party) => party.plant(bug, planted),
        }
    }

    fn instruct(&mut self, instruction: u8, operand: u64, context: &mut Context<'_, Self>) -> bool {
        match (self, Instruction::from_numbers(instruction, operand)) {
            (Self::Server(server), Some(instruction)) => server.instructed(instruction, context),
            _ => false,
        }
    }

    fn set(&mut self, setting: u8, value: u64) {
        match self {
            Self::Server(server) => match Setting::ALL.get(usize::from(setting)) {
                Some(setting) => server.settings.features.set(*setting, value),
                None if setting >= OWN => server.steward.set(setting - OWN, value),
                None => {}
            },
            Self::Party(party) => party.set(setting, value),
        }
    }

    fn durable(&self) -> Self::Durable {
        match self {
            Self::Server(server) => server.durable().clone(),
            Self::Party(_) => Durable::default(),
        }
    }

    fn recover(&self, durable: &Self::Durable) -> Self {
        match self {
            Self::Server(server) => Self::Server(server.recovered(durable.clone())),
            Self::Party(party) => Self::Party(party.recovered()),
        }
    }
}
