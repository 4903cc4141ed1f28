//! What the table knows of a client: its session, the transaction in it, what it asked last.
//!
//! A client's locks belong to its session. The client numbers its sessions: when it is told that
//! one is over, it takes the next number, so that whatever of the old one is still under way is
//! known when it arrives and does no harm. In a session one transaction follows another, and a
//! transaction may need several attempts: what was aborted is tried again, and keeps its age.

use imbl::{OrdMap, OrdSet};

use super::command::{Answer, Cause};
use super::queue::Position;
use super::{Owner, Place};

/// A client's session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// The client's number for it.
    pub number: u64,
    /// How often it has been renewed: by each call. It goes on from where the client's last session
    /// ended.
    pub renewals: u64,
    /// The client's number for its transaction.
    pub transaction: u64,
    /// Which try of this transaction.
    pub attempt: u64,
    /// How old the transaction is: the lower, the older. `None` between transactions.
    pub age: Option<u64>,
    /// For how long it had worked in this attempt when it called last, in microseconds.
    pub spent_us: u64,
    /// Why this attempt is over, if it was aborted.
    pub over: Option<Cause>,
    /// The last request that was carried out and its answer, as things stand now.
    pub last: Option<(u64, Answer)>,
    /// What it holds.
    pub held: OrdSet<Place>,
    /// Where it waits.
    pub waiting: Option<(Place, Position)>,
}

impl Session {
    fn new(number: u64) -> Self {
        Self {
            number,
            renewals: 0,
            transaction: 0,
            attempt: 0,
            age: None,
            spent_us: 0,
            over: None,
            last: None,
            held: OrdSet::new(),
            waiting: None,
        }
    }
}

/// What is known of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Client {
    /// The number of the last session that has ended.
    ended: u64,
    /// How often sessions that have ended were renewed, all together. The next one goes on counting
    /// from there: that the lease of one is over must not be taken for a later one's.
    renewals: u64,
    session: Option<Session>,
}

/// What a call's session number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The session is there.
    Current,
    /// It is a new one, and none is in its way.
    New,
    /// It is a new one; the client has an older one that must end first.
    Supersedes,
    /// It has ended.
    Over,
}

/// All clients that ever called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Clients {
    of: OrdMap<Owner, Client>,
}

impl Clients {
    pub(super) fn sessions(&self) -> impl Iterator<Item = (Owner, &Session)> {
        self.of.iter().filter_map(|(owner, client)| Some((*owner, client.session.as_ref()?)))
    }

    pub(super) fn get(&self, owner: Owner) -> Option<&Session> {
        self.of.get(&owner)?.session.as_ref()
    }

    pub(super) fn get_mut(&mut self, owner: Owner) -> Option<&mut Session> {
        self.of.get_mut(&owner)?.session.as_mut()
    }

    /// The number of the last session of a client that has ended; 0 if none has.
    pub(super) fn ended(&self, owner: Owner) -> u64 {
        self.of.get(&owner).map_or(0, |client| client.ended)
    }

    /// What a call of this session means.
    pub(super) fn entry(&self, owner: Owner, number: u64) -> Entry {
        let Some(client) = self.of.get(&owner) else { return Entry::New };
        match &client.session {
            _ if number <= client.ended => Entry::Over,
            None => Entry::New,
            Some(session) if number == session.number => Entry::Current,
            Some(session) if number < session.number => Entry::Over,
            Some(_) => Entry::Supersedes,
        }
    }

    pub(super) fn open(&mut self, owner: Owner, number: u64) {
        let client = self.of.entry(owner).or_default();
        assert!(client.session.is_none(), "one session at a time");
        client.session = Some(Session { renewals: client.renewals, ..Session::new(number) });
    }

    pub(super) fn end(&mut self, owner: Owner) {
        let Some(client) = self.of.get_mut(&owner) else { return };
        let Some(session) = client.session.take() else { return };
        assert!(session.held.is_empty() && session.waiting.is_none(), "it leaves nothing behind");
        (client.ended, client.renewals) = (session.number, session.renewals);
    }
}
