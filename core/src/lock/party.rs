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
