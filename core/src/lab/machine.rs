//! What a cluster of the laboratory carries: a key-value store, or a lock table; and who takes part
//! besides its servers.
//!
//! Every lab that stands on Raft runs the same servers, so there is one kind of world for all of
//! them, and one copy of the compiled kernel, protocol and checks. A [`Machine`] is whichever state
//! machine the lab is about; commands, answers, parties and stewards are sums in the same way. What
//! is written into digests and links is that of the part alone: a store that is carried so is, to
//! the last bit, the store by itself.
//!
//! The parties of the lock manager are written for a cluster that carries nothing but a lock table.
//! They run here in a [nested context](crate::sim::process::Context::nested). So do the nodes of
//! the cache, which are written for a world of their own and know no Raft: in their lab there are
//! parties and no servers.

mod asked;
mod caching;
mod said;

use std::sync::Arc;

pub use asked::{Answer, Ask, Command};
pub use said::{Own, Parcel};

use crate::cache;
use crate::lab::numbered::CACHE;
use crate::lock;
use crate::lock::table::LockTable;
use crate::raft::Participant;
use crate::raft::client::Client;
use crate::raft::message::{Message, Reply};
use crate::raft::note::Note;
use crate::raft::participant::Timer;
use crate::raft::party::Activity;
use crate::raft::server::ServerContext;
use crate::raft::state_machine::{Duties, Effects, Origin, Sampled, StateMachine};
use crate::raft::store::Store;
use crate::raft::{party, state_machine};
use crate::sim::process::{NodeId, Output, Process};

/// A state machine of the laboratory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Machine {
    /// A key-value store.
    Store(Store),
    /// A lock table.
    Locks(LockTable),
}

impl Machine {
    /// The store, if it is one.
    #[must_use]
    pub const fn store(&self) -> Option<&Store> {
        match self {
            Self::Store(store) => Some(store),
            Self::Locks(_) => None,
        }
    }

    /// The lock table, if it is one.
    #[must_use]
    pub const fn locks(&self) -> Option<&LockTable> {
        match self {
            Self::Store(_) => None,
            Self::Locks(table) => Some(table),
        }
    }
}

impl StateMachine for Machine {
    type Command = Command;
    type Answer = Answer;
    type Party = Party;
    type Ask = Ask;
    type Parcel = Parcel;
    type Steward = Steward;
    type Note = Own;

    fn apply(&mut self, origin: &Origin, command: &Command, effects: &mut Effects<Self>) -> Answer {
        match (self, command) {
            (Self::Store(store), Command::Store(operation)) => {
                Answer::Store(store.carry_out(operation))
            }
            (Self::Locks(table), Command::Lock(command)) => {
                let mut own = Effects::default();
                let answer = table.apply(origin, command, &mut own);
                let told = own.answers.into_iter();
                effects.answers.extend(
                    told.map(|(client, request, answer)| (client, request, Answer::Lock(answer))),
                );
                let parcels = own.parcels.into_iter();
                effects.parcels.extend(parcels.map(|(to, parcel)| (to, Parcel::Lock(parcel))));
                effects.notes.extend(own.notes.into_iter().map(Own::Lock));
                Answer::Lock(answer)
            }
            (_, command) => unreachable!("a cluster carries one kind of machine: {command:?}"),
        }
    }

    fn is_read(command: &Command) -> bool {
        match command {
            Command::Store(operation) => Store::is_read(operation),
            Command::Lock(command) => LockTable::is_read(command),
        }
    }

    fn remembers(command: &Command) -> bool {
        match command {
            Command::Store(operation) => Store::remembers(operation),
            Command::Lock(command) => LockTable::remembers(command),
        }
    }
}

impl Sampled for Machine {
    /// Only the store's clients draw commands one by one.
    fn sample(count: u64, draw: impl FnMut(u64) -> u64) -> Command {
        Command::Store(Store::sample(count, draw))
    }

    fn command(ask: Ask) -> Option<Command> {
        match ask {
            Ask::Store(operation) => Some(Command::Store(operation)),
            Ask::Lock(_) | Ask::Cache(_) => None,
        }
    }
}

/// Who sees to what follows from time passing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::large_enum_variant, reason = "a server is copied without allocating")]
pub enum Steward {
    /// A store needs nobody.
    Store,
    /// The steward of a lock table.
    Locks(lock::steward::Steward),
}

impl state_machine::Steward<Machine> for Steward {
    const IS_NEEDED: bool = true;

    fn recovered(&self) -> Self {
        match self {
            Self::Store => Self::Store,
            Self::Locks(steward) => Self::Locks(steward.recovered()),
        }
    }

    fn set(&mut self, setting: u8, value: u64) {
        if let Self::Locks(steward) = self {
            state_machine::Steward::<LockTable>::set(steward, setting, value);
        }
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        if let Self::Locks(steward) = self {
            state_machine::Steward::<LockTable>::plant(steward, bug, planted);
        }
    }

    fn stamped(&self, command: Arc<Command>) -> Arc<Command> {
        match (self, command.as_ref()) {
            (Self::Locks(steward), Command::Lock(inner)) => {
                let stamped = state_machine::Steward::stamped(steward, Arc::new(inner.clone()));
                Arc::new(Command::Lock(Arc::unwrap_or_clone(stamped)))
            }
            _ => command,
        }
    }

    fn take_office(&mut self, machine: &Machine, now_us: u64) {
        if let (Self::Locks(steward), Machine::Locks(table)) = (self, machine) {
            state_machine::Steward::take_office(steward, table, now_us);
        }
    }

    fn leave_office(&mut self) {
        if let Self::Locks(steward) = self {
            state_machine::Steward::<LockTable>::leave_office(steward);
        }
    }

    fn applied(&mut self, machine: &Machine, origin: &Origin, command: &Command, now_us: u64) {
        if let (Self::Locks(steward), Machine::Locks(table), Command::Lock(command)) =
            (self, machine, command)
        {
            state_machine::Steward::applied(steward, table, origin, command, now_us);
        }
    }

    fn attend(&mut self, machine: &Machine, now_us: u64) -> Duties<Machine> {
        let (Self::Locks(steward), Machine::Locks(table)) = (self, machine) else {
            return Duties::default();
        };
        let Duties { propose, alone, notes, next_us } =
            state_machine::Steward::attend(steward, table, now_us);
        let commands = |list: Vec<_>| list.into_iter().map(Command::Lock).collect();
        let notes = notes.into_iter().map(Own::Lock).collect();
        Duties { propose: commands(propose), alone: commands(alone), notes, next_us }
    }

    fn acts_alone(&self) -> bool {
        match self {
            Self::Store => false,
            Self::Locks(steward) => state_machine::Steward::<LockTable>::acts_alone(steward),
        }
    }
}

/// Who takes part besides servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// A client of a store.
    Client(Client<Machine>),
    /// A client of the lock manager, the vault or the collector.
    Locks(lock::party::Party),
    /// A cache, a home or the bus: in a world without servers.
    Cache(Box<cache::node::Node>),
}

impl Participant<Machine> {
    /// The client of a store, if it is one.
    #[must_use]
    pub const fn client(&self) -> Option<&Client<Machine>> {
        match self.party() {
            Some(Party::Client(client)) => Some(client),
            _ => None,
        }
    }

    /// The party of the lock manager, if it is one.
    #[must_use]
    pub const fn lock_party(&self) -> Option<&lock::party::Party> {
        match self.party() {
            Some(Party::Locks(party)) => Some(party),
            _ => None,
        }
    }

    /// The node of the cache, if it is one.
    #[must_use]
    pub fn cache_node(&self) -> Option<&cache::node::Node> {
        match self.party() {
            Some(Party::Cache(node)) => Some(node),
            _ => None,
        }
    }
}

type Context<'a> = ServerContext<'a, Machine>;

/// What a party of the lock manager says of itself.
fn own(note: Note<lock::note::Note>) -> Note<Own> {
    match note {
        Note::Own(note) => Note::Own(Own::Lock(note)),
        other => unreachable!("only servers and clients of a store say {other:?}"),
    }
}

/// What a party of the lock manager asks of the kernel, in a world that carries any machine.
fn translate(output: Output<Participant<LockTable>>) -> Output<Participant<Machine>> {
    match output {
        Output::Send { to, message, waits } => {
            let message = match message {
                Message::Request { request, attempt, command } => {
                    let command = Arc::new(Command::Lock(Arc::unwrap_or_clone(command)));
                    Message::Request { request, attempt, command }
                }
                Message::Parcel(parcel) => Message::Parcel(Parcel::Lock(parcel)),
                other => unreachable!("only servers say {other:?}"),
            };
            Output::Send { to, message, waits }
        }
        Output::SetTimer { timer, delay_us } => Output::SetTimer { timer, delay_us },
        Output::CancelTimer(timer) => Output::CancelTimer(timer),
        Output::Persist(_) => unreachable!("only servers have a disk"),
        Output::Note { note, causes } => Output::Note { note: own(note), causes },
    }
}

/// What is said to a party of the lock manager; nothing, if it is not for such a one.
fn translated(message: Message<Machine>) -> Option<Message<LockTable>> {
    match message {
        Message::Answer { request, attempt, reply } => {
            let reply = match reply {
                Reply::Applied(Answer::Lock(answer)) => Reply::Applied(answer),
                Reply::Applied(Answer::Store(_)) => return None,
                Reply::NotLeader(leader) => Reply::NotLeader(leader),
            };
            Some(Message::Answer { request, attempt, reply })
        }
        Message::Parcel(Parcel::Lock(parcel)) => Some(Message::Parcel(parcel)),
        _ => None,
    }
}

impl party::Party<Machine> for Party {
    fn start(&mut self, context: &mut Context<'_>) {
        match self {
            Self::Client(client) => party::Party::start(client, context),
            Self::Locks(party) => context.nested(translate, |context| party.start(context)),
            Self::Cache(node) => context.nested(caching::output, |context| node.start(context)),
        }
    }

    fn receive(&mut self, from: NodeId, message: Message<Machine>, context: &mut Context<'_>) {
        match self {
            Self::Client(client) => party::Party::receive(client, from, message, context),
            Self::Locks(party) => {
                if let Some(message) = translated(message) {
                    context.nested(translate, |context| party.receive(from, message, context));
                }
            }
            Self::Cache(node) => {
                if let Message::Parcel(Parcel::Cache(packet)) = message {
                    context.nested(caching::output, |context| node.receive(from, packet, context));
                }
            }
        }
    }

    fn timeout(&mut self, timer: Timer, context: &mut Context<'_>) {
        match self {
            Self::Client(client) => party::Party::timeout(client, timer, context),
            Self::Locks(party) => {
                context.nested(translate, |context| party.timeout(timer, context));
            }
            Self::Cache(node) => {
                if let Some(timer) = caching::timer(timer) {
                    context.nested(caching::output, |context| node.timeout(timer, context));
                }
            }
        }
    }

    fn connected(&mut self, peer: NodeId, context: &mut Context<'_>) {
        if let Self::Cache(node) = self {
            context.nested(caching::output, |context| node.connected(peer, context));
        }
    }

    fn disconnected(&mut self, peer: NodeId, context: &mut Context<'_>) {
        if let Self::Cache(node) = self {
            context.nested(caching::output, |context| node.disconnected(peer, context));
        }
    }

    fn operate(&mut self, ask: Ask, context: &mut Context<'_>) -> bool {
        match (self, ask) {
            (Self::Client(client), ask) => client.operate(ask, context),
            (Self::Locks(party), Ask::Lock(order)) => {
                context.nested(translate, |context| party.operate(order, context))
            }
            (Self::Cache(node), Ask::Cache(operation)) => {
                context.nested(caching::output, |context| node.operate(operation, context))
            }
            (Self::Locks(_) | Self::Cache(_), _) => false,
        }
    }

    fn set(&mut self, setting: u8, value: u64) {
        match self {
            Self::Client(client) => client.set(setting, value),
            Self::Locks(party) => party::Party::<LockTable>::set(party, setting, value),
            Self::Cache(node) => {
                if let Some(setting) = setting.checked_sub(CACHE) {
                    node.set(setting, value);
                }
            }
        }
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        match self {
            Self::Client(_) => {}
            Self::Locks(party) => party::Party::<LockTable>::plant(party, bug, planted),
            Self::Cache(node) => {
                if let Some(bug) = bug.checked_sub(CACHE) {
                    node.plant(bug, planted);
                }
            }
        }
    }

    fn recovered(&self) -> Self {
        match self {
            Self::Client(client) => Self::Client(party::Party::recovered(client)),
            Self::Locks(party) => Self::Locks(party::Party::<LockTable>::recovered(party)),
            Self::Cache(node) => Self::Cache(Box::new(node.recover(&()))),
        }
    }

    fn begun(&self) -> u64 {
        match self {
            Self::Client(client) => client.begun(),
            Self::Locks(party) => party::Party::<LockTable>::begun(party),
            Self::Cache(node) => {
                node.cache().map_or(0, |cache| cache.processor().record().len() as u64)
            }
        }
    }

    fn activity(&self) -> Activity {
        match self {
            Self::Client(_) | Self::Cache(_) => Activity::Idle,
            Self::Locks(party) => party::Party::<LockTable>::activity(party),
        }
    }
}
