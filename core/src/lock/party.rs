//! Who takes part besides the servers: clients, the vault and the collector, one kind of party.

use super::bug::Bug;
use super::client::Client;
use super::collector::Collector;
use super::command::{Answer, Command};
use super::note::Note;
use super::parcel::{Order, Parcel};
use super::setting::Setting;
use super::vault::Vault;
use crate::raft::message::Message;
use crate::raft::note::Note as RaftNote;
use crate::raft::participant::Timer;
use crate::raft::party::{self, Activity};
use crate::raft::server::ServerContext;
use crate::raft::state_machine::{OWN, StateMachine};
use crate::sim::process::NodeId;

/// A machine that is asked and answers as a lock table does.
pub trait Locks:
    StateMachine<Command = Command, Answer = Answer, Ask = Order, Parcel = Parcel, Note = Note>
{
}

impl<S> Locks for S where
    S: StateMachine<Command = Command, Answer = Answer, Ask = Order, Parcel = Parcel, Note = Note>
{
}

/// The world as a party sees it while it handles one event.
pub(super) type LockContext<'a, S> = ServerContext<'a, S>;

/// A note of the lock manager, as one of Raft's.
pub(super) const fn own_note(note: Note) -> RaftNote<Note> {
    RaftNote::Own(note)
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// It wants locks.
    Client(Box<Client>),
    /// It is what the locks protect.
    Vault(Vault),
    /// It joins the graphs of several tables.
    Collector(Collector),
}

impl Party {
    /// The client, if it is one.
    #[must_use]
    pub const fn client(&self) -> Option<&Client> {
        match self {
            Self::Client(client) => Some(client),
            Self::Vault(_) | Self::Collector(_) => None,
        }
    }

    /// The vault, if it is it.
    #[must_use]
    pub const fn vault(&self) -> Option<&Vault> {
        match self {
            Self::Client(_) | Self::Collector(_) => None,
            Self::Vault(vault) => Some(vault),
        }
    }

    /// The collector, if it is it.
    #[must_use]
    pub const fn collector(&self) -> Option<&Collector> {
        match self {
            Self::Client(_) | Self::Vault(_) => None,
            Self::Collector(collector) => Some(collector),
        }
    }
}

impl<S: Locks> party::Party<S> for Party {
    fn start(&mut self, context: &mut LockContext<'_, S>) {
        match self {
            Self::Client(client) => client.start(context),
            Self::Vault(_) => {}
            Self::Collector(collector) => collector.collect(context),
        }
    }

    fn receive(&mut self, from: NodeId, message: Message<S>, context: &mut LockContext<'_, S>) {
        match (self, message) {
            (Self::Client(client), Message::Answer { request, attempt, reply }) => {
                client.answered(from, (request, attempt), reply, context);
            }
            (Self::Client(client), Message::Parcel(Parcel::Judged { number, verdict })) => {
                client.judged(number, verdict, context);
            }
            (Self::Vault(vault), Message::Parcel(parcel)) => vault.receive(from, &parcel, context),
            (Self::Collector(collector), Message::Answer { request, attempt, reply }) => {
                collector.answered(from, (request, attempt), reply, context);
            }
            (Self::Client(_) | Self::Vault(_) | Self::Collector(_), _) => {}
        }
    }

    fn timeout(&mut self, timer: Timer, context: &mut LockContext<'_, S>) {
        match self {
            Self::Client(client) => client.timeout(timer, context),
            Self::Collector(collector) if timer == Timer::Work => collector.collect(context),
            Self::Vault(_) | Self::Collector(_) => {}
        }
    }

    fn operate(&mut self, order: Order, context: &mut LockContext<'_, S>) -> bool {
        match self {
            Self::Client(client) => client.order(order, context),
            Self::Vault(_) | Self::Collector(_) => false,
        }
    }

    fn set(&mut self, setting: u8, value: u64) {
        let own = setting.checked_sub(OWN).map(usize::from);
        let Some(setting) = own.and_then(|number| Setting::ALL.get(number)) else { return };
        match self {
            Self::Client(client) => client.set(*setting, value),
            Self::Vault(vault) if *setting == Setting::Fencing => vault.fence(value != 0),
            Self::Vault(_) | Self::Collector(_) => {}
        }
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        let own = bug.checked_sub(OWN).map(usize::from);
        let Some(bug) = own.and_then(|number| Bug::ALL.get(number)) else { return };
        match self {
            Self::Client(_) | Self::Collector(_) => {}
            Self::Vault(vault) => vault.plant(*bug, planted),
        }
    }

    fn recovered(&self) -> Self {
        match self {
            Self::Client(client) => Self::Client(Box::new(client.recovered())),
            // Disks survive.
            Self::Vault(vault) => Self::Vault(vault.clone()),
            Self::Collector(collector) => Self::Collector(collector.recovered()),
        }
    }

    fn begun(&self) -> u64 {
        match self {
            Self::Client(client) => client.record().len() as u64,
            Self::Vault(_) | Self::Collector(_) => 0,
        }
    }

    fn activity(&self) -> Activity {
        match self {
            Self::Client(client) => client.activity(),
            Self::Vault(_) | Self::Collector(_) => Activity::Serving,
        }
    }
}
