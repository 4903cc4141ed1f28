//! What the clients saw so far, and whether it is linearizable.
//!
//! The core's judge works in slices, off the frame: [`Watch`] says when there is something to
//! judge, and keeps what was found. A verdict is about the operations that were completed on one
//! line of history (a branch, as long as no choice is made on it). It stands for more than its own
//! moment: what is linearizable was so at every moment before, and what is not never will be again.

use std::rc::Rc;

use lockstep_core::check::linearizability::{Conviction, Verdict};
use lockstep_core::lab::linearizability::{BUDGET, HistoryJudge};
use lockstep_core::lab::raft::view::OperationView;
use lockstep_core::lab::{NodeName, Session};

/// How many steps a slice of the judgement takes: a few milliseconds of work.
const SLICE: u64 = 1_500;
/// A history of more operations is not judged: copying it would take longer than a frame.
const MOST_OPERATIONS: u64 = 20_000;

/// Which history: its line, and how many operations are completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    branch: usize,
    revision: u64,
    completed: u64,
}

impl Place {
    fn of(session: &Session) -> Self {
        Self {
            branch: session.current_branch(),
            revision: session.revision(),
            completed: session.completed_operations(),
        }
    }

    fn same_line(self, other: Self) -> bool {
        (self.branch, self.revision) == (other.branch, other.revision)
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Judged {
    place: Place,
    /// What was judged, in order; nothing in a lock lab, whose history is more than what was asked.
    pub operations: Rc<[OperationView]>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Judged {
    /// How many operations were completed.
    #[must_use]
    pub const fn completed(&self) -> u64 {
        self.place.completed
    }

    /// What shows that the history is not linearizable, if it is not.
    #[must_use]
    pub const fn conviction(&self) -> Option<&Conviction> {
        match &self.verdict {
            Verdict::NotLinearizable(conviction) => Some(conviction),
            Verdict::Linearizable | Verdict::Undecided => None,
        }
    }

    /// The operations that cannot be ordered.
    pub fn unorderable(&self) -> impl Iterator<Item = &OperationView> {
        let places = self.conviction().map_or(&[][..], |conviction| &conviction.unorderable);
        places.iter().filter_map(|place| self.operations.get(*place))
    }

    /// Whether what was found holds at a place, too.
    fn settles(&self, place: Place) -> bool {
        let (judged, now) = (self.place.completed, place.completed);
        self.place.same_line(place)
            && match self.verdict {
                Verdict::Linearizable => now <= judged,
                Verdict::NotLinearizable(_) | Verdict::Undecided => now >= judged,
            }
    }
}

/// An operation, by its client and that client's number for it.
pub type Picked = (NodeName, u64);

/// Watches over the clients' history.
#[derive(Debug, Default)]
pub struct Watch {
    /// What was found last.
    judged: Option<Judged>,
    /// What is being judged.
    running: Option<(Place, Rc<[OperationView]>, HistoryJudge)>,
    /// Whether the next slice has been asked for.
    is_asked: bool,
    /// The operation that is looked at.
    pub picked: Option<Picked>,
}

impl Watch {
    /// What is known of the history at the cursor; `None` while it is being judged.
    #[must_use]
    pub fn judged(&self, session: &Session) -> Option<&Judged> {
        self.judged.as_ref().filter(|judged| judged.settles(Place::of(session)))
    }

    /// What was found last on this line of history, though there may be more by now.
    #[must_use]
    pub fn last_judged(&self, session: &Session) -> Option<&Judged> {
        let place = Place::of(session);
        self.judged.as_ref().filter(|judged| judged.place.same_line(place))
    }

    /// Whether a judgement is under way.
    #[must_use]
    pub const fn is_judging(&self) -> bool {
        self.running.is_some()
    }

    /// Whether a slice is to be asked for now. True once until [`Self::work`] is called.
    pub fn asks(&mut self, session: &Session) -> bool {
        let idle = self.is_asked || session.is_travelling();
        if idle || Place::of(session).completed == 0 || self.judged(session).is_some() {
            return false;
        }
        self.is_asked = true;
        true
    }

    /// Takes a slice. What is being judged is finished, though the run goes on meanwhile; but where
    /// the history has become another, it begins anew.
    pub fn work(&mut self, session: &Session) {
        self.is_asked = false;
        if session.is_travelling() {
            return;
        }
        let now = Place::of(session);
        if self.judged(session).is_some() {
            self.running = None;
            return;
        }
        let stale =
            |(place, ..): &(Place, _, _)| !place.same_line(now) || place.completed > now.completed;
        if self.running.as_ref().is_none_or(stale) {
            if now.completed > MOST_OPERATIONS {
                let operations = Rc::default();
                self.running = None;
                self.judged = Some(Judged { place: now, operations, verdict: Verdict::Undecided });
                return;
            }
            let operations: Rc<[OperationView]> = session.operations().into();
            self.running = Some((now, operations, session.history_judge(BUDGET)));
            return;
        }
        let Some((place, operations, judge)) = &mut self.running else { return };
        if judge.work(SLICE)
            && let Some(verdict) = judge.verdict()
        {
            let operations = Rc::clone(operations);
            self.judged = Some(Judged { place: *place, operations, verdict });
            self.running = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::lab::raft::RaftConfig;
    use lockstep_core::lab::{Choice, Session};
    use lockstep_core::raft::store::Operation;
    use lockstep_core::scenario::gallery::Story;
    use lockstep_core::sim::process::NodeId;
    use lockstep_core::sim::run::Goal;
    use lockstep_core::sim::time::Moment;

    fn under_load() -> Session {
        let config = RaftConfig { clients: 2, load_us: Some(20_000), ..RaftConfig::default() };
        Session::open(&config, 4, Vec::new())
    }

    fn go(session: &mut Session, time_us: u64) {
        session.go(Goal::Moment(Moment::after(time_us)));
    }

    fn settle(watch: &mut Watch, session: &Session) -> usize {
        let mut slices = 0;
        while watch.asks(session) {
            watch.work(session);
            slices += 1;
        }
        slices
    }

    #[test]
    fn a_verdict_is_found_once_and_stands_for_every_moment_before() {
        let mut session = under_load();
        let mut watch = Watch::default();
        assert_eq!(settle(&mut watch, &session), 0, "nothing to judge");
        go(&mut session, 3_000_000);
        assert!(watch.judged(&session).is_none());
        assert!(settle(&mut watch, &session) >= 2, "in slices");
        let judged = watch.judged(&session).expect("it is judged");
        assert_eq!(judged.verdict, Verdict::Linearizable);
        assert!(judged.completed() > 50, "{}", judged.completed());
        go(&mut session, 1_000_000);
        assert_eq!(settle(&mut watch, &session), 0, "it was so before");
        go(&mut session, 3_500_000);
        assert!(settle(&mut watch, &session) > 0, "there is more to judge");
    }

    #[test]
    fn another_history_is_judged_anew_and_one_slice_is_asked_for_at_a_time() {
        let mut session = under_load();
        let mut watch = Watch::default();
        go(&mut session, 2_000_000);
        settle(&mut watch, &session);
        go(&mut session, 1_000_000);
        session
            .act(Choice::Operate { node: NodeId(5), operation: Operation::Get("x".into()).into() });
        assert!(watch.judged(&session).is_none(), "a choice makes another history");
        assert!(watch.asks(&session) && !watch.asks(&session));
        watch.work(&session);
        session.switch(0);
        while !session.work(u64::MAX) {}
        settle(&mut watch, &session);
        assert!(watch.judged(&session).is_some());
    }

    #[test]
    fn what_is_not_linearizable_stays_so_and_is_shown_by_what_cannot_be_ordered() {
        let mut session = Story::LostWrite.scenario().open();
        let mut watch = Watch::default();
        go(&mut session, 1_100_000);
        settle(&mut watch, &session);
        let judged = watch.judged(&session).expect("it is judged");
        assert_eq!((&judged.verdict, judged.completed()), (&Verdict::Linearizable, 3));
        go(&mut session, 1_300_000);
        settle(&mut watch, &session);
        let judged = watch.judged(&session).expect("it is judged");
        let said: Vec<String> = judged
            .unorderable()
            .map(|one| format!("{} {} {:?}", one.client, one.operation, one.answer))
            .collect();
        assert_eq!(said.len(), 2, "what was read, and what was read after it: {said:?}");
        assert!(said.iter().all(|one| one.starts_with("c2 get x")), "{said:?}");
        go(&mut session, 2_000_000);
        assert_eq!(settle(&mut watch, &session), 0, "it never will be again");
    }
}
