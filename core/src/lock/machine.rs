//! The lock table as a machine that Raft carries.

use std::sync::Arc;

use super::bug::Bug;
use super::command::{Action, Answer, Ask, Call, Command};
use super::effects;
use super::journal::What;
use super::note::Note;
use super::parcel::{Order, Parcel};
use super::party::Party;
use super::setting::Setting;
use super::steward::{self, Steward};
use super::table::LockTable;
use super::{Owner, Place};
use crate::raft::state_machine::{self, Duties, Effects, Origin, StateMachine};
use crate::sim::process::NodeId;

impl StateMachine for LockTable {
    type Command = Command;
    type Answer = Answer;
    type Party = Party;
    type Ask = Order;
    type Parcel = Parcel;
    type Steward = Steward;
    type Note = Note;

    fn apply(&mut self, origin: &Origin, command: &Command, effects: &mut Effects<Self>) -> Answer {
        let from = own_origin(origin);
        let owner = from.owner;
        let mut told = effects::Effects::default();
        let before = self.journal().len();
        let answer = self.carry_out(from, command, &mut told);
        for (owner, request, answer) in told.answers {
            effects.answers.extend(owner.node().map(|client| (client, request, answer)));
        }
        effects.notes.extend(told.notes);
        if let Some(vault) = self.vault {
            let issued = self.issued(before, owner.filter(|_| is_renewal(command)));
            effects.parcels.extend(issued.into_iter().map(|parcel| (vault, parcel)));
        }
        answer
    }

    fn is_read(command: &Command) -> bool {
        matches!(command.action, Action::Call(Call { ask: Ask::Graph, .. }))
    }

    /// A table numbers the requests of its sessions by itself.
    fn remembers(_command: &Command) -> bool {
        true
    }
}

/// Where a command comes from, as the table sees it.
fn own_origin(origin: &Origin) -> effects::Origin {
    let Origin { client, request, index, term } = *origin;
    effects::Origin { owner: client.map(Owner::from), request, index, term }
}

/// Whether a client only says that it is still there.
fn is_renewal(command: &Command) -> bool {
    matches!(command.action, Action::Call(Call { ask: Ask::KeepAlive, .. }))
}

impl LockTable {
    /// The same table, of which the leader tells what the locks protect.
    #[must_use]
    pub fn telling(self, vault: NodeId) -> Self {
        Self { vault: Some(vault), ..self }
    }

    /// What the vault is told: which tokens were issued since the journal had so many lines, and
    /// again what a client holds that has renewed its lease, in case that was lost.
    fn issued(&self, before: usize, renewed: Option<Owner>) -> Vec<Parcel> {
        let name = |place: Place| self.resources[usize::from(place)].clone();
        let new = (before..self.journal().len()).filter_map(|line| {
            match self.journal().get(line)?.what {
                What::Granted { place, token, .. } => {
                    Some(Parcel::Issued { resource: name(place), token })
                }
                _ => None,
            }
        });
        let session = renewed.and_then(|owner| Some((owner, self.session(owner)?)));
        let again = session.into_iter().flat_map(|(owner, session)| {
            session.held.iter().filter_map(move |place| {
                let token = self.lock(*place)?.grant_of(owner)?.token;
                Some(Parcel::Issued { resource: name(*place), token })
            })
        });
        new.chain(again).collect()
    }
}

impl state_machine::Steward<LockTable> for Steward {
    const IS_NEEDED: bool = true;

    fn recovered(&self) -> Self {
        Self::recovered(self)
    }

    fn set(&mut self, setting: u8, value: u64) {
        if let Some(setting) = Setting::ALL.get(usize::from(setting)) {
            Self::set(self, *setting, value);
        }
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        if let Some(bug) = Bug::ALL.get(usize::from(bug)) {
            Self::plant(self, *bug, planted);
        }
    }

    fn stamped(&self, command: Arc<Command>) -> Arc<Command> {
        Arc::new(Self::stamped(self, &command))
    }

    fn take_office(&mut self, table: &LockTable, now_us: u64) {
        Self::take_office(self, table, now_us);
    }

    fn leave_office(&mut self) {
        Self::leave_office(self);
    }

    fn applied(&mut self, table: &LockTable, origin: &Origin, command: &Command, now_us: u64) {
        Self::applied(self, table, own_origin(origin), command, now_us);
    }

    fn attend(&mut self, table: &LockTable, now_us: u64) -> Duties<LockTable> {
        let steward::Duties { propose, alone, notes, next_us } = Self::attend(self, table, now_us);
        Duties { propose, alone, notes, next_us }
    }

    fn acts_alone(&self) -> bool {
        Self::acts_alone(self)
    }
}
