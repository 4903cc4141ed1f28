//! Changes of membership: who votes, who learns, who leaves (dissertation, chapter 4).
//!
//! A configuration is an entry of the log, and "a server always uses the latest configuration in
//! its log" (§4.1), committed or not. The rules that make this safe are few:
//!
//! - one change at a time: the next begins when the last is committed (§4.1);
//! - majorities of before and after must meet: so one voter at a time, or by a joint configuration
//!   in between, which needs both majorities (§4.3);
//! - a leader changes nothing before it has committed an entry of its own term. This one is missing
//!   from the dissertation's text, and was found in 2015: without it, two leaders of different
//!   terms may each begin from the same configuration, in ways that do not meet.
//!
//! A newcomer with an empty log, if it counted at once, could keep the cluster from committing
//! anything until it has caught up. With [`Setting::CatchUp`] it is made a learner first (§4.2.1),
//! and the change that was asked for, the [`Target`], waits. A leader that is no member of the new
//! configuration leads until that is committed, without counting itself, and then steps down
//! (§4.2.2).
//!
//! Where we depart from the dissertation: it counts rounds of catching up; we look whether the
//! newcomer lacks no more than one message can carry.
//!
//! [`Setting::CatchUp`]: super::setting::Setting::CatchUp

use super::bug::Bug;
use super::configuration::{Change, Configuration};
use super::instruction::Instruction;
use super::log::{Payload, Proposal};
use super::note::{Note, Unwillingness};
use super::progress::Progress;
use super::server::{Role, Server, ServerContext};
use super::state_machine::StateMachine;
use crate::sim::node_set::NodeSet;

/// How long a newcomer may take to catch up, in election timeouts.
const PATIENCE: u64 = 20;

/// A membership that was asked for, and waits for newcomers to catch up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Who shall vote.
    pub voters: NodeSet,
    /// Who shall learn.
    pub learners: NodeSet,
    /// When the leader gives it up, on its own clock, in microseconds.
    pub until_us: u64,
}

impl<S: StateMachine> Server<S> {
    /// An administrator tells this server to do something. `false`: it will not.
    pub(super) fn instructed(
        &mut self,
        instruction: Instruction,
        context: &mut ServerContext<'_, S>,
    ) -> bool {
        let done = match instruction {
            Instruction::Transfer(to) => self.transfer(to, context),
            Instruction::Reconfigure { voters, learners } => {
                self.reconfigure(voters, learners, context)
            }
        };
        if let Err(reason) = done {
            context.note(|| Note::Unwilling { reason });
        }
        self.save(context);
        done.is_ok()
    }

    fn reconfigure(
        &mut self,
        voters: NodeSet,
        learners: NodeSet,
        context: &mut ServerContext<'_, S>,
    ) -> Result<(), Unwillingness> {
        self.may_change()?;
        let existing = NodeSet::first(self.settings.servers);
        if voters.is_empty() || !voters.union(learners).minus(existing).is_empty() {
            return Err(Unwillingness::Impossible);
        }
        let now = *self.configuration();
        if (voters, learners) == (now.voters, now.learners) {
            return Err(Unwillingness::NoChange);
        }
        let many = now.voters.minus(voters).len() + voters.minus(now.voters).len() > 1;
        if many && !self.settings.features.joint_consensus {
            return Err(Unwillingness::TooMany);
        }
        let newcomers = voters.minus(now.voters);
        if self.settings.features.catch_up && !newcomers.is_empty() {
            let patience_us = PATIENCE * self.settings.election_max_us;
            let until_us = context.now_us() + patience_us;
            self.leading.target = Some(Target { voters, learners, until_us });
            let strangers = newcomers.minus(now.learners);
            let learn: Vec<Change> = strangers.iter().map(Change::Learner).collect();
            if let (false, Ok(next)) = (learn.is_empty(), now.simple(&learn)) {
                self.change_to(next, context);
            }
            self.go_on_with_target(context);
        } else {
            self.change_members(voters, learners, context);
        }
        Ok(())
    }

    /// Whether a leader may begin a change of membership now.
    fn may_change(&self) -> Result<(), Unwillingness> {
        if !self.is_leader() {
            return Err(Unwillingness::NotLeader);
        }
        let under_way = self.leading.target.is_some()
            || self.configuration().is_joint()
            || self.log().configuration_index() > self.commit_index;
        if under_way && !self.bugs.has(Bug::TwoChangesAtOnce) {
            return Err(Unwillingness::UnderWay);
        }
        if !self.knows_committed() && !self.bugs.has(Bug::ChangeBeforeCommit) {
            return Err(Unwillingness::NothingCommitted);
        }
        Ok(())
    }

    /// Appends the configuration with these members, or the joint one that leads there.
    fn change_members(
        &mut self,
        voters: NodeSet,
        learners: NodeSet,
        context: &mut ServerContext<'_, S>,
    ) {
        let now = *self.configuration();
        let changes = now.changes_to(voters, learners);
        let many = now.voters.minus(voters).len() + voters.minus(now.voters).len() > 1;
        let next = if many { now.enter_joint(true, &changes) } else { now.simple(&changes) };
        // A change on top of another (a planted bug) may have become impossible.
        if let Ok(next) = next {
            self.change_to(next, context);
        }
    }

    /// "Once the leader appends a configuration, it uses it" (§4.1).
    fn change_to(&mut self, next: Configuration, context: &mut ServerContext<'_, S>) {
        let before = self.configuration().members();
        let index = self.append(Proposal::own(Payload::Configuration(next)), context);
        context.note(|| Note::ChangeBegan { index });
        let heard_us = context.now_us();
        if let Role::Leader { progress } = &mut self.role {
            for newcomer in next.members().minus(before).iter() {
                // It has as long to answer for the first time as the others between two answers.
                progress[newcomer.index()] = Progress { heard_us, ..Progress::unknown(index) };
            }
        }
        self.save(context);
        self.replicate(false, context);
    }

    /// The newcomers of the target have caught up, and what made them learners is committed: the
    /// change itself begins.
    pub(super) fn go_on_with_target(&mut self, context: &mut ServerContext<'_, S>) {
        let (Some(target), Role::Leader { progress }) = (self.leading.target, &self.role) else {
            return;
        };
        let now = self.configuration();
        let last_index = self.log().last_index();
        let is_near = |server: &crate::sim::process::NodeId| {
            let peer = &progress[server.index()];
            peer.match_index > 0
                && peer.match_index + u64::from(self.settings.most_entries) >= last_index
        };
        let newcomers = target.voters.minus(now.voters);
        let settled = self.log().configuration_index() <= self.commit_index && !now.is_joint();
        if settled && newcomers.iter().all(|server| is_near(&server)) {
            self.leading.target = None;
            newcomers.iter().for_each(|server| context.note(|| Note::CaughtUp { server }));
            self.change_members(target.voters, target.learners, context);
        }
    }

    /// "The leader should also abort the change if the new server is unavailable" (§4.2.1).
    pub(super) fn mind_target(&mut self, context: &mut ServerContext<'_, S>) {
        if let Some(target) = self.leading.target
            && context.now_us() >= target.until_us
        {
            self.leading.target = None;
            let newcomers = target.voters.minus(self.configuration().voters);
            newcomers.iter().for_each(|server| context.note(|| Note::FellBehind { server }));
        }
    }

    /// More is committed: a joint configuration is left once it is (§4.3), and a leader that is no
    /// member of a committed one steps down (§4.2.2).
    pub(super) fn settle_membership(&mut self, context: &mut ServerContext<'_, S>) {
        let index = self.log().configuration_index();
        if !self.is_leader() || index > self.commit_index {
            return;
        }
        let now = *self.configuration();
        if now.is_joint() && now.auto_leave {
            if let Ok(next) = now.leave_joint() {
                self.change_to(next, context);
            }
        } else if !now.all_voters().contains(self.id) {
            context.note(|| Note::LeftCluster);
            self.become_follower(self.current_term(), None, context);
        } else {
            self.go_on_with_target(context);
        }
    }
}
