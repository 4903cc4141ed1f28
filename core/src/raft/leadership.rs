//! What a leader does besides replicating: it makes sure that it still leads, and hands over.
//!
//! A leader that was cut off does not notice by itself: it goes on taking commands that it cannot
//! commit, and answering reads that may be stale. So it keeps count of who answers.
//!
//! - *Check quorum* (dissertation §6.2): "a leader steps down if an election timeout elapses
//!   without a successful round of heartbeats to a majority of its cluster". Who was just elected,
//!   or has just added members, gives them as long for a first answer.
//! - *Rounds* (§6.4): to know that it leads *now*, a leader numbers a round of messages and waits
//!   until a majority has answered it; whoever answers in the leader's term did not follow anybody
//!   later before. Reads wait for that, in `reads`.
//! - *Leases* (§6.4.1): where servers stick to a leader for the shortest election timeout, a round
//!   that a majority answered also promises that nobody else is elected for so long after it was
//!   *sent*, as far as clocks can be trusted.
//! - *Leadership transfer* (§3.10): the leader stops taking commands, brings the other up to date,
//!   and tells it to campaign at once. That breaks the promise of leases: from then on, in this
//!   term, the leader uses none. (The message may come late: giving up does not restore it.)

use std::collections::VecDeque;

use super::bug::Bug;
use super::configuration::Configuration;
use super::membership::Target;
use super::message::Message;
use super::note::{Note, Unwillingness};
use super::reads::HeldRead;
use super::server::{Role, Server, ServerContext};
use super::state_machine::StateMachine;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// How many rounds a leader remembers the time of; of older ones nobody will answer.
const MOST_ROUNDS: usize = 64;

/// Leadership on its way to another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// Whom to.
    pub to: NodeId,
    /// When the leader gives up and leads on, on its own clock, in microseconds.
    pub until_us: u64,
    /// Whether the other was told to campaign.
    pub sent: bool,
}

/// What only a leader has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leading<S: StateMachine> {
    /// The transfer that is under way.
    pub transfer: Option<Transfer>,
    /// The membership that waits for newcomers to catch up.
    pub target: Option<Target>,
    /// Reads that wait, in the order in which they came.
    pub reads: Vec<HeldRead<S>>,
    /// The latest round of asking; 0 before the first.
    pub round: u64,
    /// Whether somebody was told to campaign in this term, and no lease can be trusted any more.
    pub(super) lease_ended: bool,
    /// When each of the latest rounds was begun, on the leader's clock.
    rounds: VecDeque<(u64, u64)>,
    lease_until_us: u64,
}

impl<S: StateMachine> Default for Leading<S> {
    fn default() -> Self {
        Self {
            transfer: None,
            target: None,
            reads: Vec::new(),
            round: 0,
            lease_ended: false,
            rounds: VecDeque::new(),
            lease_until_us: 0,
        }
    }
}

impl<S: StateMachine> Server<S> {
    /// The configuration whose majorities decide.
    pub(super) fn deciding(&self) -> Configuration {
        let mut configuration = *self.configuration();
        if self.bugs.has(Bug::CountNewMajorityOnly) {
            configuration.outgoing = NodeSet::EMPTY;
        }
        if self.bugs.has(Bug::CountLearners) {
            configuration.voters = configuration.voters.union(configuration.learners);
        }
        configuration
    }

    /// Until when its lease lasts, on its own clock, in microseconds; `None` where it has none.
    #[must_use]
    pub const fn lease_until_us(&self) -> Option<u64> {
        let trusted = !self.leading.lease_ended || self.bugs.has(Bug::LeaseAfterTransfer);
        let until_us = self.leading.lease_until_us;
        if self.is_leader() && trusted && until_us > 0 { Some(until_us) } else { None }
    }

    /// It is time for heartbeats.
    pub(super) fn beat(&mut self, context: &mut ServerContext<'_, S>) {
        if self.settings.features.reads.uses_leases() {
            self.begin_round(context);
        }
        self.replicate(true, context);
    }

    /// Messages from now on belong to a new round.
    pub(super) fn begin_round(&mut self, context: &ServerContext<'_, S>) {
        assert!(self.is_leader(), "only a leader asks");
        let leading = &mut self.leading;
        leading.round += 1;
        leading.rounds.push_back((leading.round, context.now_us()));
        if leading.rounds.len() > MOST_ROUNDS {
            leading.rounds.pop_front();
        }
        // A majority of one has answered as soon as it is asked.
        self.count_rounds();
    }

    /// The latest round that a majority has answered, the leader itself included; 0 where it does
    /// not lead.
    #[must_use]
    pub fn confirmed_round(&self) -> u64 {
        let Role::Leader { progress } = &self.role else { return 0 };
        let answered = |member: NodeId| {
            if member == self.id { self.leading.round } else { progress[member.index()].round }
        };
        self.deciding().committed(answered)
    }

    /// Somebody has answered a round: the lease lasts from when the round began that a majority has
    /// answered.
    pub(super) fn count_rounds(&mut self) {
        let confirmed = self.confirmed_round();
        let lease_us = self.settings.lease_us();
        let leading = &mut self.leading;
        while let Some(&(round, begun_us)) = leading.rounds.front()
            && round <= confirmed
        {
            leading.rounds.pop_front();
            leading.lease_until_us = begun_us + lease_us;
        }
    }

    /// What a leader sees to with every heartbeat.
    pub(super) fn look_around(&mut self, context: &mut ServerContext<'_, S>) {
        let now_us = context.now_us();
        if self.settings.features.check_quorum && !self.is_in_touch(now_us) {
            context.note(|| Note::LostTouch);
            self.become_follower(self.current_term(), None, context);
            return;
        }
        if let Some(Transfer { to, until_us, .. }) = self.leading.transfer
            && now_us >= until_us
        {
            self.leading.transfer = None;
            context.note(|| Note::TransferGivenUp { to });
        }
        self.mind_target(context);
    }

    /// Whether a majority has answered within an election timeout, or may still do so for the first
    /// time.
    pub(super) fn is_in_touch(&self, now_us: u64) -> bool {
        let Role::Leader { progress } = &self.role else { return false };
        let lately = |heard_us: u64| {
            let since_us = heard_us.max(self.role_since_us);
            now_us.saturating_sub(since_us) <= self.settings.election_max_us
        };
        let members = self.configuration().all_voters().iter();
        let heard = members
            .filter(|member| *member == self.id || lately(progress[member.index()].heard_us));
        self.deciding().reached(heard.collect())
    }

    /// An administrator wants another server to lead (§3.10).
    pub(super) fn transfer(
        &mut self,
        to: NodeId,
        context: &mut ServerContext<'_, S>,
    ) -> Result<(), Unwillingness> {
        if !self.is_leader() {
            return Err(Unwillingness::NotLeader);
        }
        if self.leading.transfer.is_some() {
            return Err(Unwillingness::UnderWay);
        }
        if to == self.id {
            return Err(Unwillingness::NoChange);
        }
        if !self.configuration().is_voter(to) {
            return Err(Unwillingness::Impossible);
        }
        let until_us = context.now_us() + self.settings.election_max_us;
        self.leading.transfer = Some(Transfer { to, until_us, sent: false });
        context.note(|| Note::TransferBegan { to });
        self.go_on_with_transfer(context);
        // If it is not up to date, it is sent what it lacks.
        self.replicate(false, context);
        Ok(())
    }

    /// "The prior leader fully updates the target server's log to match its own log", and then
    /// "sends a TimeoutNow request" (§3.10).
    pub(super) fn go_on_with_transfer(&mut self, context: &mut ServerContext<'_, S>) {
        let Role::Leader { progress } = &self.role else { return };
        let last_index = self.durable.log.last_index();
        if let Some(transfer) = &mut self.leading.transfer
            && !transfer.sent
            && progress[transfer.to.index()].match_index == last_index
        {
            transfer.sent = true;
            let to = transfer.to;
            self.leading.lease_ended = true;
            context.note(|| Note::TransferSent { to });
            context.send(to, Message::TimeoutNow { term: self.durable.current_term });
        }
    }

    /// The leader wants this server to campaign at once: neither its own pre-vote nor what others
    /// heard of the leader is in the way (§3.10).
    pub(super) fn campaign_now(&mut self, term: u64, context: &mut ServerContext<'_, S>) {
        let follows = matches!(self.role, Role::Follower) && term == self.current_term();
        if follows && self.may_campaign() {
            self.become_candidate(true, context);
        }
    }
}
