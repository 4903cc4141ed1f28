//! Who takes part besides the servers: clients, the vault and the collector, one kind of party.

use super::command::{Answer, Command};
use super::note::Note;
use super::parcel::{Order, Parcel};
use crate::raft::note::Note as RaftNote;
use crate::raft::server::ServerContext;
use crate::raft::state_machine::StateMachine;

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
use crate::raft::message::Message;
use crate::raft::participant::Timer;
use crate::raft::party::Activity;
use crate::sim::process::NodeId;
/// stub
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Party;
impl<S: Locks<Party = Party>> crate::raft::party::Party<S> for Party {
    fn start(&mut self, _: &mut ServerContext<'_, S>) {}
    fn receive(&mut self, _: NodeId, _: Message<S>, _: &mut ServerContext<'_, S>) {}
    fn timeout(&mut self, _: Timer, _: &mut ServerContext<'_, S>) {}
    fn operate(&mut self, _: S::Ask, _: &mut ServerContext<'_, S>) -> bool { false }
    fn set(&mut self, _: u8, _: u64) {}
    fn recovered(&self) -> Self { Self }
    fn begun(&self) -> u64 { 0 }
    fn activity(&self) -> Activity { Activity::Idle }
}
