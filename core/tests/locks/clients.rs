//! Clients that ask at random, and sometimes what makes no sense.

use std::collections::BTreeMap;
use std::sync::Arc;

use lockstep_core::lock::Owner;
use lockstep_core::lock::bug::Bugs;
use lockstep_core::lock::command::{Action, Answer, Ask, Call, Command, Patience, Refusal};
use lockstep_core::lock::effects::{Effects, Origin};
use lockstep_core::lock::mode::Mode;
use lockstep_core::lock::policy::Policy;
use lockstep_core::lock::resolution::{Rules, Whose, resolve};
use lockstep_core::lock::setting::Directives;
use lockstep_core::lock::table::LockTable;

use crate::dice::Dice;

/// What one client thinks.
#[derive(Clone, Debug)]
struct Client {
    session: u64,
    transaction: u64,
    attempt: u64,
    request: u64,
    /// What it asked last, to ask it again.
    last: Option<Call>,
    waits: bool,
}

/// A table and its clients.
pub(crate) struct Clients {
    pub(crate) table: LockTable,
    pub(crate) rules: Rules,
    policy: Policy,
    clients: BTreeMap<Owner, Client>,
    /// What a leader has proposed, and was not applied yet.
    proposed: Vec<Action>,
    index: u64,
    term: u64,
}

impl Clients {
    pub(crate) fn new(count: u32, resources: usize, policy: Policy, rules: Rules) -> Self {
        let names: Vec<Arc<str>> =
            ('a'..='z').take(resources).map(|name| name.to_string().into()).collect();
        let client = |number| {
            let (session, transaction, attempt) = (1, 1, 1);
            let client =
                Client { session, transaction, attempt, request: 0, last: None, waits: false };
            (Owner(number), client)
        };
        Self {
            table: LockTable::new(names.into()),
            rules,
            policy,
            clients: (1..=count).map(client).collect(),
            proposed: Vec::new(),
            index: 0,
            term: 1,
        }
    }

    pub(crate) const fn bugs(&self) -> Bugs {
        self.rules.bugs
    }

    fn carry_out(&mut self, owner: Option<Owner>, request: u64, action: Action) -> Answer {
        self.index += 1;
        let directives = Directives { policy: self.policy, bugs: self.bugs() };
        let origin = Origin { owner, request, index: self.index, term: self.term };
        let mut effects = Effects::default();
        let answer = self.table.carry_out(origin, &Command { directives, action }, &mut effects);
        for (owner, request, answer) in effects.answers {
            self.hear(owner, request, &answer);
        }
        answer
    }

    /// A client is answered.
    fn hear(&mut self, owner: Owner, request: u64, answer: &Answer) {
        let Some(client) = self.clients.get_mut(&owner) else { return };
        if request != client.request {
            return;
        }
        client.waits = false;
        match answer {
            Answer::Queued { .. } => client.waits = true,
            Answer::Aborted { transaction, attempt, .. } => {
                if (*transaction, *attempt) == (client.transaction, client.attempt) {
                    client.attempt += 1;
                }
            }
            Answer::Refused(Refusal::SessionOver) => {
                client.session += 1;
                client.request = 0;
                client.last = None;
            }
            Answer::Refused(Refusal::Waiting) => client.waits = true,
            Answer::Released { .. }
            | Answer::Granted { .. }
            | Answer::Downgraded { .. }
            | Answer::Alive
            | Answer::Refused(_)
            | Answer::TimedOut
            | Answer::Graph(_)
            | Answer::Done { .. } => {}
        }
    }

    /// One thing happens. Who was queued by it.
    pub(crate) fn step(&mut self, dice: &mut Dice) -> Option<Owner> {
        if dice.one_in(40) {
            self.term += 1;
        }
        let owner = Owner(u32::try_from(dice.below(self.clients.len() as u64)).expect("few") + 1);
        match dice.below(20) {
            0 => self.propose_or_apply(owner, dice),
            1 => self.ask_again(owner),
            _ => return self.ask(owner, dice),
        }
        None
    }

    fn ask(&mut self, owner: Owner, dice: &mut Dice) -> Option<Owner> {
        let ask = self.draw(owner, dice);
        let client = self.clients.get_mut(&owner)?;
        client.request += 1;
        let Client { session, transaction, attempt, request, .. } = *client;
        let call = Call { session, transaction, attempt, spent_us: dice.below(9), ask };
        let is_numbered = call.ask != Ask::KeepAlive;
        let answer = self.carry_out(Some(owner), request, Action::Call(call.clone()));
        let client = self.clients.get_mut(&owner)?;
        if answer == Answer::Refused(Refusal::Waiting) || !is_numbered {
            client.request -= 1;
            return None;
        }
        client.last = Some(call.clone());
        if call.ask == Ask::ReleaseAll {
            (client.transaction, client.attempt) = (client.transaction + 1, 1);
        }
        self.hear(owner, request, &answer);
        matches!(answer, Answer::Queued { .. }).then_some(owner)
    }

    /// What it asks next: mostly what makes sense.
    fn draw(&self, owner: Owner, dice: &mut Dice) -> Ask {
        if self.clients[&owner].waits && !dice.one_in(10) {
            return Ask::KeepAlive;
        }
        let resource = dice.pick(self.table.resources()).clone();
        let patience = *dice.pick(&[Patience::Endless, Patience::For(5), Patience::None]);
        match dice.below(20) {
            0..9 => {
                let mode = *dice.pick(&[Mode::Shared, Mode::Exclusive]);
                Ask::Acquire { resource, mode, patience }
            }
            9..12 => Ask::Upgrade { resource, patience },
            12..14 => Ask::Downgrade { resource },
            14..17 => Ask::Release { resource },
            17 => Ask::KeepAlive,
            _ => Ask::ReleaseAll,
        }
    }

    /// A request that was carried out arrives once more.
    fn ask_again(&mut self, owner: Owner) {
        let client = &self.clients[&owner];
        if let Some(call) = client.last.clone() {
            let request = client.request;
            self.carry_out(Some(owner), request, Action::Call(call));
        }
    }

    /// A leader finds something to be over, or what it found earlier is applied.
    fn propose_or_apply(&mut self, owner: Owner, dice: &mut Dice) {
        if dice.one_in(2) && !self.proposed.is_empty() {
            let action = self.proposed.remove(0);
            self.carry_out(None, 0, action);
        } else if let Some((_, waiter)) = self.table.waiting(owner).filter(|_| dice.one_in(2)) {
            let (request, aborts) = (waiter.request, self.policy == Policy::TimeOut);
            self.proposed.push(Action::TimeOut { owner, request, aborts });
        } else if let Some(session) = self.table.session(owner) {
            self.proposed.push(Action::Expire { owner, renewals: session.renewals });
        }
    }

    /// Breaks deadlocks, and asserts that each thing that was decided had an effect.
    pub(crate) fn detect(&mut self, whose: Whose) {
        for resolution in resolve(&self.table, whose, &self.rules, &[]) {
            let answer = self.carry_out(None, 0, resolution.action.clone());
            assert_eq!(answer, Answer::Done { effective: true }, "{resolution:?}");
        }
    }

    /// The same, where bugs may get in the way.
    pub(crate) fn try_detect(&mut self, whose: Whose) {
        for resolution in resolve(&self.table, whose, &self.rules, &[]) {
            self.carry_out(None, 0, resolution.action);
        }
    }
}
