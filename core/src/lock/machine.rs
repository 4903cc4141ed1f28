//! The lock table as a machine that Raft carries.

use std::sync::Arc;

use super::command::{Action, Answer, Ask, Call, Command};
use super::note::Note;
use super::parcel::{Order, Parcel};
use super::party::Party;
use super::steward::Steward;
use super::table::LockTable;
use crate::raft::state_machine::{self, Duties, Effects, Origin, StateMachine};

impl StateMachine for LockTable {
    type Command = Command;
    type Answer = Answer;
    type Party = Party;
    type Ask = Order;
    type Parcel = Parcel;
    type Steward = Steward;
    type Note = Note;

    fn apply(&mut self, _: &Origin, command: &Command, _: &mut Effects<Self>) -> Answer {
        self.carry_out(command)
    }

    fn is_read(command: &Command) -> bool {
        matches!(command.action, Action::Call(Call { ask: Ask::Graph, .. }))
    }

    /// A table numbers the requests of its sessions by itself.
    fn remembers(_command: &Command) -> bool {
        true
    }
}

impl state_machine::Steward<LockTable> for Steward {
    const IS_NEEDED: bool = true;

    fn recovered(&self) -> Self {
        self.clone()
    }

    fn set(&mut self, _: u8, _: u64) {}

    fn plant(&mut self, _: u8, _: bool) {}

    fn stamped(&self, command: Arc<Command>) -> Arc<Command> {
        command
    }

    fn take_office(&mut self, _: &LockTable, _: u64) {}

    fn leave_office(&mut self) {}

    fn applied(&mut self, _: &LockTable, _: &Origin, _: &Command, _: u64) {}

    fn attend(&mut self, _: &LockTable, _: u64) -> Duties<LockTable> {
        Duties::default()
    }
}
