//! What is drawn of the run: plain values, read from the session once for each picture.
//!
//! Components compare their properties with the ones before; what is shared behind an `Rc` here is
//! made anew only where it may have changed.

use std::rc::Rc;

use lockstep_core::lab::cache::trail::{About, about};
use lockstep_core::lab::raft::view::{MessageKind, OperationView, RaftView, message_kind};
use lockstep_core::lab::session::{BranchInfo, CheckReport};
use lockstep_core::lab::{Event, Session, What};
use lockstep_core::sim::time::Moment;

use crate::coherence::{LineState, Move};
use crate::geometry::cache;
use crate::geometry::locks::Cast;
use crate::geometry::{Form, Layout};
use crate::model::Tab;

/// How many entries of each log the side panel shows.
const LISTED_ENTRIES: u64 = 16;
/// How many steps before the last one are looked at for what happened to lines.
const LATELY: u64 = 200;
/// How many operations the side panel shows.
const LISTED_OPERATIONS: usize = 100;

/// What is drawn of the run.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Where everything stands.
    pub layout: Rc<Layout>,
    /// The cluster.
    pub view: Rc<RaftView>,
    /// Where the cursor is.
    pub moment: Moment,
    /// The furthest moment that has been seen of this branch.
    pub edge: Moment,
    /// The digest up to the cursor.
    pub digest: u64,
    /// What the checks say.
    pub checks: Rc<[CheckReport]>,
    /// All branches.
    pub branches: Rc<[BranchInfo]>,
    /// The branch that the cursor is on.
    pub branch: usize,
    /// What happened, the newest step last; empty while it would go by unread.
    pub events: Rc<[Event]>,
    /// What has happened last to each line in each cache, as far as that was lately, the newest
    /// last; empty while it would go by unread.
    pub moves: Rc<[Move]>,
    /// What the clients asked for, the newest last, where that is shown.
    pub operations: Rc<[OperationView]>,
}

/// Which events are worth fetching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narration {
    /// None: they would go by unread.
    Silent,
    /// Those of the last step.
    LastStep,
}

impl Scene {
    /// The scene at a session's cursor.
    #[must_use]
    pub fn of(session: &Session, form: Form, tab: Tab) -> Self {
        Self::seen(session, Rc::new(layout(session, form)), tab, Narration::LastStep)
    }

    /// The scene at a session's cursor, drawn in the layout of the one before.
    #[must_use]
    pub fn next(&self, session: &Session, tab: Tab, narration: Narration) -> Self {
        Self::seen(session, Rc::clone(&self.layout), tab, narration)
    }

    /// Steps up to the cursor.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.view.steps
    }

    fn seen(session: &Session, layout: Rc<Layout>, tab: Tab, narration: Narration) -> Self {
        let entries = LISTED_ENTRIES.max(layout.entries as u64);
        let lately = events(session, narration);
        let last = session.steps();
        Self {
            view: Rc::new(session.view(entries)),
            moment: session.moment(),
            edge: session.edge(),
            digest: session.digest(),
            checks: session.checks().into(),
            branches: session.branches().into(),
            branch: session.current_branch(),
            events: lately.iter().filter(|event| event.id.step() == last).cloned().collect(),
            moves: moves(&lately),
            operations: if tab == Tab::Clients { operations(session) } else { Rc::default() },
            layout,
        }
    }
}

/// Where everything stands.
#[must_use]
pub fn layout(session: &Session, form: Form) -> Layout {
    let names = session.names();
    if let Some(cache) = &session.config().cache {
        let cast = cache::Cast { caches: names.servers, homes: names.homes, lines: cache.lines };
        return Layout::of_cache(cast, form);
    }
    match &session.config().locks {
        None => Layout::new(names.servers, names.clients, form),
        Some(locks) => {
            let cast = Cast {
                servers: names.servers,
                groups: locks.groups,
                clients: names.clients,
                resources: u8::try_from(locks.resources.len()).unwrap_or(u8::MAX),
                collector: names.collector,
            };
            Layout::of_locks(cast, form)
        }
    }
}

fn events(session: &Session, narration: Narration) -> Vec<Event> {
    let last = session.steps();
    if last == 0 || narration == Narration::Silent {
        return Vec::new();
    }
    // What a line went through is seen in the caches' last steps, too.
    let before = if session.config().cache.is_some() { LATELY } else { 0 };
    session.events(last.saturating_sub(before).max(1), last)
}

/// The last of what happened to each line in each cache.
fn moves(events: &[Event]) -> Rc<[Move]> {
    let mut moves: Vec<Move> = Vec::new();
    // What has come that is said in the name of somebody who is lost, and has moved nothing yet.
    let mut recovery = None;
    for event in events {
        if let What::Delivered { message, .. } = &event.what {
            let recovers = message_kind(message) == MessageKind::Recovery;
            recovery = about(message).filter(|_| recovers).map(|about| (event.id.step(), about));
        }
        let Some(mut now) = Move::of(event) else { continue };
        let of_now = |(step, about): &(u64, About)| (*step, about.line) == (now.step, now.line);
        if matches!(now.from, LineState::Cache(_)) {
            now.recovered = recovery.take_if(|one| of_now(one)).map(|(_, about)| about.says);
        }
        let of_same = |one: &Move| (one.node, one.line) == (now.node, now.line);
        // What changes the state tells more than what is done in the new one at once.
        let rests = now.from == now.to;
        if rests
            && moves.iter().any(|one| of_same(one) && one.step == now.step && one.from != one.to)
        {
            continue;
        }
        moves.retain(|one| !of_same(one));
        moves.push(now);
    }
    moves.into()
}

fn operations(session: &Session) -> Rc<[OperationView]> {
    let all = session.operations();
    let skipped = all.len().saturating_sub(LISTED_OPERATIONS);
    all.into_iter().skip(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::scenario::gallery::{CacheStory, Story};
    use lockstep_core::sim::run::Goal;

    #[test]
    fn what_a_home_answers_for_a_lost_cache_is_told_as_that() {
        let told = |story: CacheStory, time_us: u64| -> Vec<_> {
            let mut session = Story::Cache(story).scenario().open();
            session.go(Goal::Moment(Moment::after(time_us)));
            let moves = moves(&session.events(0, session.steps()));
            moves.iter().filter_map(|one| Some((one.event, one.recovered?))).collect()
        };
        let data = ("Data from owner", "Recovered data");
        assert_eq!(told(CacheStory::OwnerCrash, 400_000), [data]);
        let ack = ("Last Inv-Ack", "Recovered ack");
        assert_eq!(told(CacheStory::PartitionedSharer, 300_000), [ack]);
        assert_eq!(told(CacheStory::UpgradeRace, 120_000), []);
    }
}
