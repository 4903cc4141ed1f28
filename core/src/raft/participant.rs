//! Who takes part in a cluster, as the kernel sees it: servers and clients, one kind of process.

use std::hash::Hash;

use super::client::Client;
use super::instruction::Instruction;
use super::message::Message;
use super::note::Note;
use super::server::{Durable, Server};
use super::setting::Setting;
use super::state_machine::StateMachine;
use crate::sim::process::{Context, NodeId, Process, TimerKind};

/// The stream of luck of election timeouts.
pub(super) const ELECTION_LUCK: usize = 0;
/// The stream of luck of a client's load.
pub(super) const LOAD_LUCK: usize = 1;

/// The timers of servers and clients.
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
        }
    }
}

impl TimerKind for Timer {
    const ALL: &'static [Self] =
        &[Self::Election, Self::Heartbeat, Self::RequestTimeout, Self::Retry, Self::Load];

    fn number(self) -> u8 {
        self as u8
    }
}

/// A server or a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::large_enum_variant, reason = "most participants are servers")]
pub enum Participant<S: StateMachine> {
    /// A server.
    Server(Server<S>),
    /// A client.
    Client(Client<S>),
}

impl<S: StateMachine> Participant<S> {
    /// The server, if it is one.
    #[must_use]
    pub const fn server(&self) -> Option<&Server<S>> {
        match self {
            Self::Server(server) => Some(server),
            Self::Client(_) => None,
        }
    }

    /// The client, if it is one.
    #[must_use]
    pub const fn client(&self) -> Option<&Client<S>> {
        match self {
            Self::Server(_) => None,
            Self::Client(client) => Some(client),
        }
    }
}

impl<S: StateMachine> Process for Participant<S> {
    type Message = Message<S>;
    type Timer = Timer;
    type Durable = Durable<S>;
    type Operation = S::Command;
    type Note = Note;

    fn start(&mut self, context: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.start(context),
            Self::Client(client) => client.start(context),
        }
    }

    fn receive(&mut self, from: NodeId, message: Message<S>, context: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.receive(from, message, context),
            Self::Client(client) => client.receive(message, context),
        }
    }

    fn timeout(&mut self, timer: Timer, context: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.timeout(timer, context),
            Self::Client(client) => client.timeout(timer, context),
        }
    }

    fn synced(&mut self, durable: &Self::Durable, context: &mut Context<'_, Self>) {
        if let Self::Server(server) = self {
            server.synced(durable, context);
        }
    }

    fn operate(&mut self, operation: S::Command, context: &mut Context<'_, Self>) -> bool {
        match self {
            Self::Server(_) => false,
            Self::Client(client) => client.invoke(operation, context),
        }
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        if let Self::Server(server) = self {
            server.bugs.set(bug, planted);
        }
    }

    fn instruct(&mut self, instruction: u8, operand: u64, context: &mut Context<'_, Self>) -> bool {
        match (self, Instruction::from_numbers(instruction, operand)) {
            (Self::Server(server), Some(instruction)) => server.instructed(instruction, context),
            _ => false,
        }
    }

    fn set(&mut self, setting: u8, value: u64) {
        let Some(setting) = Setting::ALL.get(usize::from(setting)) else { return };
        match self {
            Self::Server(server) => server.settings.features.set(*setting, value),
            Self::Client(client) => client.settings.features.set(*setting, value),
        }
    }

    fn durable(&self) -> Self::Durable {
        match self {
            Self::Server(server) => server.durable().clone(),
            Self::Client(_) => Durable::default(),
        }
    }

    fn recover(&self, durable: &Self::Durable) -> Self {
        match self {
            Self::Server(server) => Self::Server(server.recovered(durable.clone())),
            Self::Client(client) => Self::Client(client.recovered()),
        }
    }
}
