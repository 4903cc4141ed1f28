//! A whole simulated cluster, driven through the same [`Session`] as the page.

use lockstep_core::check::Check;
use lockstep_core::check::Verdict;
use lockstep_core::check::raft::RaftCheck;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::{OutcomeView, RaftView, RoleView, ServerView};
use lockstep_core::lab::{Choice, Session, Timed};
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::log::Term;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::store::Operation;
use lockstep_core::sim::process::{NodeId, TimerKind};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

/// The five properties of figure 3.
pub const FIGURE_3: [RaftCheck; 5] = [
    RaftCheck::ElectionSafety,
    RaftCheck::LeaderAppendOnly,
    RaftCheck::LogMatching,
    RaftCheck::LeaderCompleteness,
    RaftCheck::StateMachineSafety,
];

/// The checks of figure 3 that fail in a session so far.
#[must_use]
pub fn convicted(session: &Session) -> Vec<RaftCheck> {
    let failed = session.checks().into_iter();
    let failed = failed.filter(|report| matches!(report.verdict, Verdict::Fails(_)));
    failed.filter_map(|report| raft_check(report.check)).collect()
}

/// A cluster and its clients.
#[derive(Debug)]
pub struct Cluster {
    session: Session,
}

impl Cluster {
    /// A cluster at the beginning of a run.
    #[must_use]
    pub fn open(config: &RaftConfig, seed: u64) -> Self {
        Self::scripted(config, seed, Vec::new())
    }

    /// The same with choices to come.
    #[must_use]
    pub fn scripted(config: &RaftConfig, seed: u64, choices: Vec<Timed>) -> Self {
        Self { session: Session::open(config, seed, choices) }
    }

    /// Five servers and one client, up and led by the returned server.
    #[must_use]
    pub fn of_five(seed: u64) -> (Self, NodeId) {
        let mut cluster = Self::open(&RaftConfig::default(), seed);
        let leader = cluster.wait_for_leader();
        (cluster, leader)
    }

    /// What there is to see.
    #[must_use]
    pub fn view(&self) -> RaftView {
        self.session.view(1_000)
    }

    /// One server.
    #[must_use]
    pub fn server(&self, node: NodeId) -> ServerView {
        self.view().servers.swap_remove(node.index())
    }

    /// The terms of the entries of one server's log.
    #[must_use]
    pub fn log(&self, node: NodeId) -> Vec<Term> {
        self.server(node).log.iter().map(|entry| entry.term).collect()
    }

    /// Every server that runs and leads.
    #[must_use]
    pub fn leaders(&self) -> Vec<NodeId> {
        let leads = |server: &&ServerView| server.up && server.role == RoleView::Leader;
        self.view().servers.iter().filter(leads).map(|server| server.node).collect()
    }

    /// The outcome of every operation so far, in the order in which they were begun.
    #[must_use]
    pub fn outcomes(&self) -> Vec<OutcomeView> {
        self.session.operations().iter().map(|operation| operation.outcome).collect()
    }

    /// Intervenes now.
    pub fn act(&mut self, choice: Choice) {
        self.session.act(choice);
    }

    /// Asks a client.
    pub fn ask(&mut self, client: NodeId, operation: Operation) {
        self.act(Choice::Operate { node: client, operation: operation.into() });
    }

    /// Asks a client again and again (it gives up on a server that is down, and turns to the next)
    /// until it has an answer.
    ///
    /// # Panics
    /// If it has none after ten tries.
    pub fn ask_until_answered(&mut self, client: NodeId, operation: &Operation) {
        for _ in 0..10 {
            self.ask(client, operation.clone());
            let known = |cluster: &Self| !cluster.outcomes().contains(&OutcomeView::Pending);
            self.wait("the outcome of an operation", known);
            if self.outcomes().last() == Some(&OutcomeView::Ok) {
                return;
            }
        }
        panic!("no answer to {operation}");
    }

    /// Makes a server's election timer run out now.
    pub fn time_out(&mut self, node: NodeId) {
        self.act(Choice::Fire { node, timer: Timer::Election.number() });
    }

    /// An administrator tells a server to do something.
    pub fn instruct(&mut self, node: NodeId, instruction: Instruction) {
        let (instruction, operand) = instruction.numbers();
        self.act(Choice::Instruct { node, instruction, operand });
    }

    /// The time, in microseconds.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        self.session.moment().time_us
    }

    /// Lets time pass, in microseconds.
    pub fn pass(&mut self, by_us: u64) {
        let time_us = self.session.moment().time_us + by_us;
        self.session.go(Goal::Moment(Moment::after(time_us)));
    }

    /// Goes on step by step until something is to be seen.
    ///
    /// # Panics
    /// If it is not seen within ten seconds of simulated time, or a check fails on the way.
    pub fn wait(&mut self, what: &str, seen: impl Fn(&Self) -> bool) {
        let deadline_us = self.session.moment().time_us + 10_000_000;
        while !seen(self) {
            let next_us = self.session.next_time_us();
            assert!(next_us.is_some_and(|next_us| next_us < deadline_us), "never: {what}");
            self.session.go(Goal::Steps(self.session.steps() + 1));
        }
        assert_eq!(convicted(&self.session), []);
    }

    /// Goes on until one server leads, and every other one that runs follows it.
    pub fn wait_for_leader(&mut self) -> NodeId {
        let settled = |cluster: &Self| match cluster.leaders().as_slice() {
            [leader] => {
                let view = cluster.view();
                let name = view.servers[leader.index()].name;
                view.servers
                    .iter()
                    .filter(|server| server.up)
                    .all(|server| server.leader == Some(name))
            }
            _ => false,
        };
        self.wait("a leader whom all follow", settled);
        self.leaders()[0]
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }
}

/// A check, if it is one of Raft's.
#[must_use]
pub const fn raft_check(check: Check) -> Option<RaftCheck> {
    match check {
        Check::Raft(check) => Some(check),
        Check::Lock(_) | Check::Cache(_) => None,
    }
}
