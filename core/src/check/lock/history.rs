//! The clients' history: whether what they were told could have come from one fenced read-write
//! lock for each resource.
//!
//! A client sees calls and answers. What it does not see is that a lock is taken from it: because
//! it was aborted, because its lease ran out, because a session that it opened after a crash ended
//! the one before. So a loss is an operation as well, one of the environment, and the committed log
//! knows when each was: the instant at which the entry was first applied. It also knows what became
//! of calls that the client gave up or forgot: one that was carried out returned when that was, any
//! other took no effect. So hardly anything is left open, and the search for an order, which would
//! be exponential in what is open, goes nearly straight ahead.
//!
//! The lock that a history is compared with ([`FencedLock`]) is held by several in shared mode or
//! by one in exclusive mode. Each grant has a greater token than all before; who asks again for
//! what it has gets the same one. It knows no queue: a call takes effect when the lock is granted,
//! and one that was refused because somebody was in the way, or that timed out, says nothing.
//!
//! Linearizability is local, so each resource is judged by itself. To let go of everything is to
//! let go of each resource, some time between the call and its return: a little less than the table
//! promises, and judged one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::monitor::{Move, Moved};
use crate::check::linearizability::{Model, Operation};
use crate::lock::client::record::{self, Operated, Outcome};
use crate::lock::command::{Answer, Ask, Refusal};
use crate::lock::mode::Mode;
use crate::lock::{Owner, Resource, Token};
use crate::raft::store::Text;
use crate::sim::shared::SharedList;

/// A fenced read-write lock.
#[derive(Clone, Debug)]
pub struct FencedLock;

/// What happens to a lock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// To which.
    pub resource: Resource,
    /// By whom, or to whom.
    pub owner: Owner,
    /// The owner's number for it; nothing, where it does nothing itself.
    pub request: Option<u64>,
    /// What.
    pub what: Deed,
}

/// What can happen to a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// It is granted.
    Take {
        /// In which mode.
        mode: Mode,
        /// With which token.
        token: Token,
        /// Whether only who holds it already can ask so.
        upgrade: bool,
    },
    /// An exclusive lock becomes shared.
    Downgrade,
    /// It is let go of.
    Release,
    /// It is let go of, if it is held.
    ReleaseAny,
    /// It is taken away, if it is held.
    Lose,
}

impl fmt::Display for Act {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            Deed::Take { mode, token, upgrade: false } => {
                write!(formatter, "lock {} {} as {token}", self.resource, mode.letter())
            }
            Deed::Take { token, upgrade: true, .. } => {
                write!(formatter, "upgrade {} as {token}", self.resource)
            }
            Deed::Downgrade => write!(formatter, "downgrade {}", self.resource),
            Deed::Release | Deed::ReleaseAny => write!(formatter, "release {}", self.resource),
            Deed::Lose => write!(formatter, "lose {}", self.resource),
        }
    }
}

/// What a lock answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reply {
    /// It was done.
    Done,
    /// Whoever asks does not hold it.
    NotHeld,
    /// Whoever asks does not hold it exclusively.
    NotExclusive,
    /// It cannot be done now, or not so.
    Impossible,
}

impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Done => "done",
            Self::NotHeld => "not held",
            Self::NotExclusive => "not exclusive",
            Self::Impossible => "impossible",
        })
    }
}

/// What a lock remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    holders: BTreeMap<Owner, (Mode, Token)>,
    /// The token of the last grant.
    last: Token,
    /// The number of the last thing that each has done.
    asked: BTreeMap<Owner, u64>,
}

impl State {
    /// Does something, or says why not; then nothing has changed.
    fn act(&mut self, act: &Act) -> Reply {
        let owner = act.owner;
        let held = self.holders.get(&owner).copied();
        match (act.what, held) {
            (Deed::Take { upgrade: true, .. }, None) => Reply::NotHeld,
            (Deed::Take { mode, token, .. }, held) => self.take(owner, held, (mode, token)),
            (Deed::Downgrade, Some((Mode::Exclusive, token))) => {
                self.holders.insert(owner, (Mode::Shared, token));
                Reply::Done
            }
            (Deed::Downgrade, _) => Reply::NotExclusive,
            (Deed::Release, None) => Reply::NotHeld,
            (Deed::Release | Deed::ReleaseAny | Deed::Lose, _) => {
                self.holders.remove(&owner);
                Reply::Done
            }
        }
    }

    fn take(
        &mut self,
        owner: Owner,
        held: Option<(Mode, Token)>,
        (mode, token): (Mode, Token),
    ) -> Reply {
        if let Some((own, same)) = held
            && own.covers(mode)
        {
            return if same == token { Reply::Done } else { Reply::Impossible };
        }
        let mut others = self.holders.iter().filter(|(other, _)| **other != owner);
        if token <= self.last || others.any(|(_, (other, _))| !other.is_compatible(mode)) {
            return Reply::Impossible;
        }
        self.holders.insert(owner, (mode, token));
        self.last = token;
        Reply::Done
    }
}

impl Model for FencedLock {
    type Action = Act;
    type Answer = Reply;
    type State = State;

    fn key(act: &Act) -> Option<&Text> {
        Some(&act.resource)
    }

    /// The rules of [`crate::lock::table`], written down a second time, and without a queue. What
    /// comes after something that its client has asked later is too late.
    fn apply(state: &State, act: &Act) -> (State, Reply) {
        let last = state.asked.get(&act.owner).copied();
        if act.request.is_some_and(|request| last.is_some_and(|last| request < last)) {
            return (state.clone(), Reply::Impossible);
        }
        let mut next = state.clone();
        let reply = next.act(act);
        if next != *state
            && let Some(request) = act.request
        {
            next.asked.insert(act.owner, request);
        }
        (next, reply)
    }
}

/// What is known of one cluster's table.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The resources, by place.
    pub resources: &'a [Resource],
    /// Which locks were granted and taken away, and when.
    pub moves: &'a SharedList<Moved>,
    /// From when on nothing more is known, in microseconds.
    pub until_us: Option<u64>,
}

impl Known<'_> {
    /// Whether something is known of a moment.
    fn reaches(&self, at_us: u64) -> bool {
        self.until_us.is_none_or(|until_us| at_us < until_us)
    }
}

/// The history of the clients with these records, as far as the tables are known.
#[must_use]
pub fn history<'a>(
    clients: impl Iterator<Item = (Owner, &'a SharedList<Operated>)>,
    tables: &[Known<'_>],
) -> Vec<Operation<FencedLock>> {
    let mut history = Vec::new();
    let mut grants = Vec::new();
    for table in tables {
        let mut given = BTreeMap::new();
        for moved in table.moves.iter() {
            let Some(resource) = table.resources.get(usize::from(moved.place)) else { continue };
            match moved.what {
                Move::Given { request, mode, token } => {
                    given.entry((moved.owner, request)).or_insert((moved.at_us, mode, token));
                }
                Move::Taken => history.push(Operation {
                    client: "log".into(),
                    action: Act {
                        resource: resource.clone(),
                        owner: moved.owner,
                        request: None,
                        what: Deed::Lose,
                    },
                    called: moved.at_us,
                    returned: Some(moved.at_us),
                    answer: Some(Reply::Done),
                }),
            }
        }
        grants.push(given);
    }
    for (owner, record) in clients {
        let mut client = Client {
            owner,
            name: owner.0.to_string().into(),
            tables,
            grants: &grants,
            touched: BTreeSet::new(),
            history: &mut history,
        };
        record.iter().for_each(|operated| client.enter(operated));
    }
    history
}

/// When each call of a lock was granted first, and what.
type Grants = BTreeMap<(Owner, u64), (u64, Mode, Token)>;

/// A client whose record is gone through.
struct Client<'a> {
    owner: Owner,
    name: Text,
    tables: &'a [Known<'a>],
    grants: &'a [Grants],
    /// What it has asked for since it let go of everything, by cluster.
    touched: BTreeSet<(u8, Resource)>,
    history: &'a mut Vec<Operation<FencedLock>>,
}

/// When something was called, when it returned and with what, as far as that is known.
type Seen = (u64, Option<(u64, Reply)>);

impl Client<'_> {
    fn enter(&mut self, operated: &Operated) {
        let record::Operation::Call { group, request, ref ask, .. } = operated.operation else {
            return;
        };
        let Some(table) = self.tables.get(usize::from(group)) else { return };
        let called = operated.invoked_us;
        if !table.reaches(called) {
            return;
        }
        let known = operated.completed_us.filter(|returned| table.reaches(*returned));
        let answer = match &operated.outcome {
            Outcome::Answered(answer) => known.map(|returned| (returned, answer)),
            Outcome::Pending | Outcome::Judged(_) | Outcome::Unknown => None,
        };
        match ask {
            Ask::Acquire { resource, .. } => {
                self.take((group, request), resource, false, (called, known, answer));
            }
            Ask::Upgrade { resource, .. } => {
                self.take((group, request), resource, true, (called, known, answer));
            }
            Ask::Downgrade { resource } => {
                let reply = answer.and_then(|(returned, answer)| match answer {
                    Answer::Downgraded { .. } => Some((returned, Reply::Done)),
                    Answer::Refused(Refusal::NotExclusive) => Some((returned, Reply::NotExclusive)),
                    _ => None,
                });
                self.push(resource, request, Deed::Downgrade, (called, reply));
            }
            Ask::Release { resource } => {
                let reply = answer.and_then(|(returned, answer)| match answer {
                    Answer::Released { .. } => Some((returned, Reply::Done)),
                    Answer::Refused(Refusal::NotHeld) => Some((returned, Reply::NotHeld)),
                    _ => None,
                });
                self.push(resource, request, Deed::Release, (called, reply));
            }
            Ask::ReleaseAll => {
                let reply = answer.and_then(|(returned, answer)| {
                    matches!(answer, Answer::Released { .. }).then_some((returned, Reply::Done))
                });
                self.release_all((group, request), (called, reply));
            }
            Ask::KeepAlive | Ask::Graph => {}
        }
    }

    fn take(
        &mut self,
        (group, request): (u8, u64),
        resource: &Resource,
        upgrade: bool,
        (called, known, answer): (u64, Option<u64>, Option<(u64, &Answer)>),
    ) {
        self.touched.insert((group, resource.clone()));
        let granted = self.grants[usize::from(group)].get(&(self.owner, request));
        let (what, returned, reply) = match answer {
            Some((returned, Answer::Granted { token, mode })) => {
                (Deed::Take { mode: *mode, token: *token, upgrade }, returned, Reply::Done)
            }
            Some((returned, Answer::Refused(Refusal::NothingToUpgrade))) => {
                let mode = Mode::Exclusive;
                (Deed::Take { mode, token: Token::MAX, upgrade }, returned, Reply::NotHeld)
            }
            // It was not told of a grant; but there may have been one.
            Some(_) | None => match granted {
                Some((at_us, mode, token)) => {
                    let returned = known.map_or(*at_us, |returned| returned.max(*at_us));
                    let (mode, token) = (*mode, *token);
                    (Deed::Take { mode, token, upgrade }, returned, Reply::Done)
                }
                None => return,
            },
        };
        self.push(resource, request, what, (called, Some((returned, reply))));
    }

    fn release_all(&mut self, (group, request): (u8, u64), seen: Seen) {
        let touched: Vec<(u8, Resource)> =
            self.touched.iter().filter(|(of, _)| *of == group).cloned().collect();
        for entry in touched {
            self.push(&entry.1, request, Deed::ReleaseAny, seen);
            if seen.1.is_some() {
                self.touched.remove(&entry);
            }
        }
    }

    fn push(&mut self, resource: &Resource, request: u64, what: Deed, (called, reply): Seen) {
        let action =
            Act { resource: resource.clone(), owner: self.owner, request: Some(request), what };
        self.history.push(Operation {
            client: self.name.clone(),
            action,
            called,
            returned: reply.map(|(returned, _)| returned),
            answer: reply.map(|(_, reply)| reply),
        });
    }
}
