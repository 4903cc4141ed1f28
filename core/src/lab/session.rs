//! A session: a run with its history, behind one closed interface.
//!
//! The page and the command line hold a [`Session`] and nothing below it. Whichever lab it is, the
//! world is of one kind ([`machine`](crate::lab::machine)), so there is one kind of session.

mod inside;

use super::locks::metrics::detection;
use super::raft::RaftConfig;
use super::raft::bounds::check_choice;
use super::raft::view::{OperationView, RaftView, message_fields, operation_view, view};
pub use super::reader::EventReader;
use super::{Choice, Lab, Names, NodeName, Timed};
use crate::check::cache::CacheCheck;
use crate::check::lock::LockCheck;
use crate::check::raft::{LaneState, RaftCheck};
use crate::check::{Check, Verdict};
use crate::lab::LabMonitor;
use crate::lab::machine::Machine;
use crate::raft::Participant;
use crate::sim::history::{Band, History};
use crate::sim::network::MessageId;
use crate::sim::run::{Goal, Run};
use crate::sim::time::Moment;

/// The most steps that a run may take: a limit for links that come from anywhere.
pub const MOST_STEPS: u64 = 20_000_000;
/// The most messages that may be on their way at once, or wait to be: the same.
pub const MOST_UNDER_WAY: usize = 20_000;
/// How many steps are taken before limits are looked at again.
const SLICE: u64 = 1_000;

/// A limit that a run has reached: it goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// [`MOST_STEPS`].
    Steps,
    /// [`MOST_UNDER_WAY`].
    Messages,
}

/// A run that can be played.
#[derive(Clone, Debug)]
pub struct Session {
    config: RaftConfig,
    seed: u64,
    pub(super) history: History<Participant<Machine>, LabMonitor>,
    /// What the branches are called, one name each.
    branch_names: Vec<String>,
}

/// What a check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// Which check.
    pub check: Check,
    /// What it says.
    pub verdict: Verdict,
}

/// What a node went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane<'a> {
    /// The node.
    pub name: NodeName,
    /// Its states over time; [`LaneState`] by number.
    pub bands: &'a [Band],
}

impl Lane<'_> {
    /// What a band of a lane stands for.
    ///
    /// # Panics
    /// If the band is of no lane.
    #[must_use]
    pub fn state(band: &Band) -> LaneState {
        LaneState::from_number(band.state).expect("bands hold the numbers of lane states")
    }
}

/// A branch of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BranchInfo {
    /// The branch that it grew from, and where.
    pub parent: Option<(usize, Moment)>,
    /// How many choices it has of its own.
    pub choices: usize,
    /// How far it has been seen.
    pub edge: Moment,
}

/// The limit that a run has reached, if it has.
pub(super) fn excess(run: &Run<Participant<Machine>, LabMonitor>) -> Option<Excess> {
    if run.world.steps() >= MOST_STEPS {
        Some(Excess::Steps)
    } else if run.world.under_way() >= MOST_UNDER_WAY {
        Some(Excess::Messages)
    } else {
        None
    }
}

/// Two lists of operations, each in the order in which they were begun, as one.
fn merged(one: Vec<OperationView>, other: Vec<OperationView>) -> Vec<OperationView> {
    let begun = |operation: &OperationView| (operation.invoked_us, operation.client);
    let mut all = Vec::with_capacity(one.len() + other.len());
    let mut other = other.into_iter().peekable();
    for operation in one {
        while let Some(earlier) = other.next_if(|other| begun(other) < begun(&operation)) {
            all.push(earlier);
        }
        all.push(operation);
    }
    all.extend(other);
    all
}

impl Session {
    /// A session at the beginning of a run. The configuration and the choices were checked.
    #[must_use]
    pub fn open(config: &RaftConfig, seed: u64, choices: Vec<Timed>) -> Self {
        assert!(
            choices.iter().all(|(_, choice)| config.allows(choice)),
            "choices name what exists"
        );
        let history = History::new(config.begin(seed, true), choices);
        Self { config: config.clone(), seed, history, branch_names: vec![usual_name(0)] }
    }

    /// The run itself, for what else a lab does with it.
    pub(super) const fn history(&self) -> &History<Participant<Machine>, LabMonitor> {
        &self.history
    }

    /// How the lab is set up.
    #[must_use]
    pub const fn config(&self) -> &RaftConfig {
        &self.config
    }

    /// The seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// What the nodes are called.
    #[must_use]
    pub const fn names(&self) -> Names {
        self.config.names()
    }

    /// Where the cursor is.
    #[must_use]
    pub const fn moment(&self) -> Moment {
        self.history.run().world.moment()
    }

    /// Steps up to the cursor.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.history.run().world.steps()
    }

    /// The digest of the run up to the cursor.
    #[must_use]
    pub const fn digest(&self) -> u64 {
        self.history.run().world.digest().value()
    }

    /// The furthest moment of this branch that has been seen.
    #[must_use]
    pub fn edge(&self) -> Moment {
        self.history.edge()
    }

    /// When the next step is due, in microseconds; `None` if nothing will ever happen.
    pub fn next_time_us(&mut self) -> Option<u64> {
        self.history.next_time_us()
    }

    /// Sets out for a place of this branch; [`Self::work`] goes there.
    pub fn seek(&mut self, goal: Goal) {
        self.history.seek(goal);
    }

    /// Goes on towards the place set out for, by at most `most` steps. `true`: it is reached, or a
    /// limit is ([`Self::excess`]) and there is no going on.
    pub fn work(&mut self, most: u64) -> bool {
        let mut left = most;
        while left > 0 {
            if self.steps().is_multiple_of(SLICE) && self.excess().is_some() {
                self.history.halt();
                return true;
            }
            // At the same steps however the way is cut, so that a run always stops at the same one.
            let slice = left.min(SLICE - self.steps() % SLICE);
            left -= slice;
            if self.history.work(slice) {
                return true;
            }
        }
        false
    }

    /// The limit that the run has reached at the cursor, if it has.
    #[must_use]
    pub fn excess(&self) -> Option<Excess> {
        excess(self.history.run())
    }

    /// Whether the cursor is still on its way.
    #[must_use]
    pub const fn is_travelling(&self) -> bool {
        self.history.is_travelling()
    }

    /// Goes to a place at once, however far it is, or as far towards it as limits let it.
    pub fn go(&mut self, goal: Goal) {
        self.seek(goal);
        while !self.work(u64::MAX) {}
    }

    /// Makes a choice at the cursor; where the future has been seen, on a new branch.
    ///
    /// # Panics
    /// If the cursor is on its way, or the choice names a node that does not exist or is out of
    /// bounds.
    pub fn act(&mut self, choice: Choice) {
        assert!(self.config.allows(&choice), "a choice names what exists");
        assert_eq!(check_choice(&choice), Ok(()), "a choice is within bounds");
        self.history.act(choice);
        self.name_new_branch();
    }

    /// What there is to see, with at most so many entries of each log.
    #[must_use]
    pub fn view(&self, most_entries: u64) -> RaftView {
        let run = self.history.run();
        let mut view = view(&run.world, self.names(), most_entries, run.monitor.tally());
        if let (Some(locks), Some(monitor)) = (&mut view.locks, run.monitor.locks()) {
            locks.metrics.detection = detection(monitor);
        }
        view
    }

    /// What each node went through on this branch, as far as it has been seen. `line` is the line
    /// of memory that caches and homes are painted for; other nodes have one state each.
    #[must_use]
    pub fn lanes(&self, line: u8) -> Vec<Lane<'_>> {
        self.lanes_of(self.history.current(), line)
    }

    /// The same on any branch.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn lanes_of(&self, branch: usize, line: u8) -> Vec<Lane<'_>> {
        let branch = &self.history.branches()[branch];
        let lane = |(node, name)| Lane { name, bands: branch.bands(node, line) };
        self.names().nodes().map(lane).collect()
    }

    /// Every choice of this branch, made or still to come.
    #[must_use]
    pub fn choices(&self) -> &[Timed] {
        &self.history.branches()[self.history.current()].choices
    }

    /// All branches, oldest first.
    #[must_use]
    pub fn branches(&self) -> Vec<BranchInfo> {
        let info = |branch: &crate::sim::history::Branch<_, _>| BranchInfo {
            parent: branch.parent,
            choices: branch.choices.len() - branch.shared,
            edge: branch.edge(),
        };
        self.history.branches().iter().map(info).collect()
    }

    /// The choices that a branch does not share with its parent.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn own_choices(&self, branch: usize) -> &[Timed] {
        let branch = &self.history.branches()[branch];
        &branch.choices[branch.shared..]
    }

    /// The branch that the cursor is on.
    #[must_use]
    pub const fn current_branch(&self) -> usize {
        self.history.current()
    }

    /// Sets out for the cursor's moment on another branch.
    ///
    /// # Panics
    /// If there is no such branch.
    pub fn switch(&mut self, branch: usize) {
        self.history.switch(branch);
    }

    /// Grows a branch from `parent` at `moment`, with further choices, without going there.
    ///
    /// # Panics
    /// If there is no such parent, or a choice names a node that does not exist.
    pub fn grow(&mut self, parent: usize, moment: Moment, choices: Vec<Timed>) {
        assert!(choices.iter().all(|(_, choice)| self.config.allows(choice)));
        self.history.grow(parent, moment, choices);
        self.name_new_branch();
    }

    /// Gives a branch that has just grown the first name that none has.
    fn name_new_branch(&mut self) {
        if self.branch_names.len() < self.history.branches().len() {
            let mut names = (0..).map(usual_name);
            let free = names.find(|name| !self.branch_names.contains(name));
            self.branch_names.extend(free);
        }
    }

    /// What the branches are called, oldest first.
    #[must_use]
    pub fn branch_names(&self) -> &[String] {
        &self.branch_names
    }

    /// Calls a branch otherwise.
    ///
    /// # Panics
    /// If there is no such branch.
    pub fn rename(&mut self, branch: usize, name: String) {
        self.branch_names[branch] = name;
        self.history.revise();
    }

    /// Takes a branch away, and only that one: what grew from it grows from its parent now. The
    /// first one's place is taken by the oldest branch that grew from it. Branches after it move up
    /// by one number; a cursor that was on it sets out for its moment on the branch that took its
    /// place.
    ///
    /// # Panics
    /// If there is no such branch, or no other.
    pub fn remove(&mut self, branch: usize) {
        self.history.remove(branch);
        self.branch_names.remove(branch);
    }

    /// Whether a branch passes through a moment of another (or the same) one: they are one run up
    /// to there.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn passes(&self, branch: usize, other: usize, moment: Moment) -> bool {
        let before = |branch: usize| {
            let choices = &self.history.branches()[branch].choices;
            choices.iter().take_while(|(at, _)| *at < moment)
        };
        branch == other || before(branch).eq(before(other))
    }

    /// What the checks say of the run up to the cursor, but for the clients' history:
    /// [`Self::verdicts`] judges that too.
    #[must_use]
    pub fn checks(&self) -> Vec<CheckReport> {
        let monitor = &self.history.run().monitor;
        let report = |check| CheckReport { check, verdict: monitor.verdict(check) };
        // A lock table has sessions of its own, and nobody reads past its log.
        let lab = self.config.lab();
        let locks = lab == Lab::Locks;
        let foreign = [RaftCheck::SessionExactness, RaftCheck::ReadFreshness];
        let own = |check: &RaftCheck| match lab {
            Lab::Raft => true,
            Lab::Locks => !foreign.contains(check),
            Lab::Cache => false,
        };
        let raft = RaftCheck::watched().filter(own).map(Check::Raft);
        let lock = LockCheck::watched().filter(|_| locks).map(Check::Lock);
        let cache = CacheCheck::watched().filter(|_| lab == Lab::Cache).map(Check::Cache);
        raft.chain(lock).chain(cache).map(report).collect()
    }

    /// Every operation of every client, in the order in which they were begun.
    #[must_use]
    pub fn operations(&self) -> Vec<OperationView> {
        let world = &self.history.run().world;
        let of_client = |(node, name): (_, NodeName)| {
            let client = world.node(node).process.client()?;
            Some(client.record().iter().map(|operated| operation_view(name, operated)).collect())
        };
        // Each client's own are in order.
        self.names().nodes().filter_map(of_client).fold(Vec::new(), merged)
    }

    /// How often a choice was made, or a branch grew, got another name or was taken away: what was
    /// read under another count may have become different.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.history.revision()
    }

    /// What a message on its way says, field by field, with the names of figure 2.
    #[must_use]
    pub fn message_fields(&self, id: MessageId) -> Option<Vec<(&'static str, String)>> {
        let mut flights = self.history.run().world.flights();
        let flight = flights.find(|flight| flight.id == id)?;
        Some(message_fields(&flight.message, self.names()))
    }
}

/// What a branch is called unless somebody names it: A, B, … and from the 27th on its number.
#[must_use]
pub fn usual_name(branch: usize) -> String {
    match u8::try_from(branch) {
        Ok(place) if place < 26 => char::from(b'A' + place).to_string(),
        _ => (branch + 1).to_string(),
    }
}
