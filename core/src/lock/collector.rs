//! The collector: it joins the wait-for graphs of several tables.
//!
//! Where the table is split over several groups of servers, a client can wait in one for somebody
//! who waits in another for it, and neither leader sees a cycle. So somebody asks all of them for
//! their graphs, again and again, and looks for cycles in what they add up to: *centralized
//! deadlock detection* (Ho and Ramamoorthy, "Protocols for Deadlock Detection in Distributed
//! Database Systems", 1982).
//!
//! The graphs are of different moments, and old when they arrive. A deadlock does not go away by
//! itself, so all its edges will be seen together in time. The reverse is not true: an edge that
//! is no more may close a cycle with one that is new, and somebody is aborted to break a deadlock
//! that never was, a *phantom*. The leader of the table cannot know better, since it sees only its
//! own edges: it believes the collector, as long as the victim still waits for the same.
//!
//! Cycles within one group are left to its leader. Edges tell nothing of ages or of work done, so
//! the victim is the one in the cycle that the collector has had aborted least often.

use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::Owner;
use super::client::link::{Group, Route};
use super::command::{Action, Answer, Ask, Call, Command, Edge};
use super::note::Note;
use super::party::{LockContext, Locks, own_note};
use crate::raft::message::Reply;
use crate::raft::participant::Timer;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// How a collector behaves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CollectorSettings {
    /// The servers of each table.
    pub groups: Arc<[Group]>,
    /// How often it asks for their graphs, in microseconds.
    pub every_us: u64,
    /// How long it waits for a victim to be aborted before it says so again, in microseconds.
    pub request_timeout_us: u64,
}

/// What the collector knows of one table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gathered {
    route: Route,
    /// The number of the last question, and which try it was.
    asked: (u64, u32),
    /// The number of the question that was answered last.
    answered: u64,
    edges: Vec<Edge>,
    at_us: Option<u64>,
}

impl Gathered {
    fn new(group: Group) -> Self {
        let (asked, answered) = ((0, 0), 0);
        Self { route: Route::new(group), asked, answered, edges: Vec::new(), at_us: None }
    }

    /// Who waited for whom in this table, by its last answer.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// When that answer came, in microseconds of true time.
    #[must_use]
    pub const fn at_us(&self) -> Option<u64> {
        self.at_us
    }

    /// Asks for the graph, or asks again.
    fn ask<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        self.asked.1 += 1;
        let (request, attempt) = self.asked;
        // It has no session: it only looks.
        let call = Call { session: 0, transaction: 0, attempt: 0, spent_us: 0, ask: Ask::Graph };
        self.route.send(request, attempt, Arc::new(call.into()), context);
    }
}

/// A cycle that a collector saw, and what it said about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// When, in microseconds of true time.
    pub at_us: u64,
    /// Each waits for the next, and the last for the first: the place of the group in which it
    /// does, and the edge.
    pub cycle: Vec<(u8, Edge)>,
    /// Who is to be aborted.
    pub victim: Owner,
    /// The place of the group in which it waits.
    pub group: u8,
    /// The victim's number for what it waits for.
    pub request: u64,
}

/// Somebody waits somewhere: the place of the group, who, and its number for what it waits for.
type Wait = (u8, Owner, u64);

/// A victim whose abort was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Claim {
    /// The collector's number for it.
    request: u64,
    /// When, on the collector's clock, in microseconds.
    at_us: u64,
    /// Whether the leader has seen to it.
    settled: bool,
}

/// The collector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Collector {
    settings: CollectorSettings,
    /// One for each group.
    gathered: Vec<Gathered>,
    claims: BTreeMap<Wait, Claim>,
    /// How often it has had somebody aborted.
    aborted: BTreeMap<Owner, u64>,
    record: SharedList<Found>,
}

impl Collector {
    /// A collector that has seen nothing yet.
    #[must_use]
    pub fn new(settings: CollectorSettings) -> Self {
        Self {
            gathered: settings.groups.iter().map(|group| Gathered::new(*group)).collect(),
            settings,
            claims: BTreeMap::new(),
            aborted: BTreeMap::new(),
            record: SharedList::default(),
        }
    }

    /// The collector as it comes back after a crash: its numbers and its record go on.
    pub(super) fn recovered(&self) -> Self {
        let mut collector = Self::new(self.settings.clone());
        for (new, old) in collector.gathered.iter_mut().zip(&self.gathered) {
            new.route = old.route.clone();
            new.answered = old.asked.0;
            new.asked.0 = old.asked.0;
        }
        collector.record = self.record.clone();
        collector
    }

    /// What it knows of each table, in the order of the groups.
    #[must_use]
    pub fn gathered(&self) -> &[Gathered] {
        &self.gathered
    }

    /// Every cycle for which it wanted somebody to be aborted, in order.
    #[must_use]
    pub const fn record(&self) -> &SharedList<Found> {
        &self.record
    }

    /// Asks every table for its graph. Who has not answered the last time may lead no more.
    pub(super) fn collect<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        for gathered in &mut self.gathered {
            if gathered.answered < gathered.asked.0 {
                gathered.route.turn_to(None);
            }
            gathered.asked = (gathered.route.next_request(), 0);
            gathered.ask(context);
        }
        context.set_timer(Timer::Work, self.settings.every_us);
    }

    /// A server answers.
    pub(super) fn answered<S: Locks>(
        &mut self,
        from: NodeId,
        (request, attempt): (u64, u32),
        reply: Reply<Answer>,
        context: &mut LockContext<'_, S>,
    ) {
        let mut groups = self.gathered.iter();
        let place = groups.position(|gathered| gathered.route.group().contains(from));
        let Some(place) = place else { return };
        match reply {
            Reply::Applied(Answer::Graph(edges)) => {
                let gathered = &mut self.gathered[place];
                if request > gathered.answered {
                    gathered.answered = request;
                    gathered.edges = edges;
                    gathered.at_us = Some(context.true_now_us());
                    self.look(context);
                }
            }
            Reply::Applied(answer) => {
                let aborted = answer == Answer::Done { effective: true };
                self.settle(place, request, aborted);
            }
            Reply::NotLeader(leader) => {
                self.gathered[place].route.turn_to(leader);
                // What is claimed is claimed again when it is next seen.
                self.claims.retain(|(group, ..), claim| {
                    usize::from(*group) != place || claim.request != request
                });
                let gathered = &mut self.gathered[place];
                if leader.is_some() && gathered.asked == (request, attempt) {
                    gathered.ask(context);
                }
            }
        }
    }

    /// A leader has seen to a victim: it was aborted, or waits no more.
    fn settle(&mut self, place: usize, request: u64, aborted: bool) {
        for ((group, owner, _), claim) in &mut self.claims {
            let is_it = usize::from(*group) == place && claim.request == request;
            if is_it && !claim.settled {
                claim.settled = true;
                *self.aborted.entry(*owner).or_default() += u64::from(aborted);
            }
        }
    }

    /// Looks for cycles through several tables, and has somebody in each aborted.
    fn look<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        let now_us = context.now_us();
        let timeout_us = self.settings.request_timeout_us;
        let seen = self.edges();
        self.claims.retain(|wait, claim| {
            let waits = seen.iter().any(|(group, edge)| (*group, edge.from, edge.request) == *wait);
            waits && (claim.settled || now_us.saturating_sub(claim.at_us) < timeout_us)
        });
        // Who is aborted soon waits no more.
        let mut left = seen;
        left.retain(|(group, edge)| !self.claims.contains_key(&(*group, edge.from, edge.request)));
        while let Some(cycle) = cycle_in(&left, are_of_several) {
            let (group, victim) = self.victim(&cycle);
            left.retain(|(_, edge)| edge.from != victim.from);
            self.claim(group, victim, cycle, context);
        }
    }

    /// All edges, and the place of the group of each.
    fn edges(&self) -> Vec<(u8, Edge)> {
        let of = |(place, gathered): (u8, &Gathered)| {
            gathered.edges.iter().map(|edge| (place, *edge)).collect::<Vec<_>>()
        };
        (0..).zip(&self.gathered).flat_map(of).collect()
    }

    /// Who in a cycle is to be aborted, and where.
    fn victim(&self, cycle: &[(u8, Edge)]) -> (u8, Edge) {
        let cost = |(_, edge): &&(u8, Edge)| {
            (self.aborted.get(&edge.from).copied().unwrap_or(0), Reverse(edge.from))
        };
        *cycle.iter().min_by_key(cost).expect("a cycle has edges")
    }

    fn claim<S: Locks>(
        &mut self,
        group: u8,
        victim: Edge,
        cycle: Vec<(u8, Edge)>,
        context: &mut LockContext<'_, S>,
    ) {
        let Edge { from: owner, request: waits_by, .. } = victim;
        let route = &mut self.gathered[usize::from(group)].route;
        let request = route.next_request();
        let action = Action::Abort { owner, request: waits_by, claimed: true };
        route.send(request, 1, Arc::new(Command::from(action)), context);
        let claim = Claim { request, at_us: context.now_us(), settled: false };
        self.claims.insert((group, owner, waits_by), claim);
        let length = u8::try_from(cycle.len()).unwrap_or(u8::MAX);
        context.note(|| own_note(Note::CycleGathered { length, victim: owner }));
        let at_us = context.true_now_us();
        self.record.push(Found { at_us, cycle, victim: owner, group, request: waits_by });
    }
}

/// Whether edges are those of several groups.
fn are_of_several(edges: &[(u8, Edge)]) -> bool {
    edges.iter().any(|(group, _)| *group != edges[0].0)
}

/// A cycle of a graph that is gathered from several, in the order of waiting: for the first owner
/// who is on one that is `wanted`, a shortest.
#[must_use]
pub fn cycle_in(
    edges: &[(u8, Edge)],
    wanted: impl Fn(&[(u8, Edge)]) -> bool,
) -> Option<Vec<(u8, Edge)>> {
    let mut from: BTreeMap<Owner, Vec<(u8, Edge)>> = BTreeMap::new();
    for (group, edge) in edges {
        from.entry(edge.from).or_default().push((*group, *edge));
    }
    from.keys().find_map(|owner| shortest_cycle(&from, *owner).filter(|cycle| wanted(cycle)))
}

/// A shortest cycle through somebody: breadth first.
fn shortest_cycle(
    from: &BTreeMap<Owner, Vec<(u8, Edge)>>,
    owner: Owner,
) -> Option<Vec<(u8, Edge)>> {
    let mut reached_by: BTreeMap<Owner, (u8, Edge)> = BTreeMap::new();
    let mut queue = VecDeque::from([owner]);
    while let Some(at) = queue.pop_front() {
        for (group, edge) in from.get(&at).into_iter().flatten() {
            if let Entry::Vacant(new) = reached_by.entry(edge.to) {
                new.insert((*group, *edge));
                queue.push_back(edge.to);
            }
        }
    }
    let mut cycle = vec![*reached_by.get(&owner)?];
    while let Some((_, first)) = cycle.last().filter(|(_, edge)| edge.from != owner) {
        cycle.push(*reached_by.get(&first.from)?);
    }
    cycle.reverse();
    Some(cycle)
}

#[cfg(test)]
mod tests;
