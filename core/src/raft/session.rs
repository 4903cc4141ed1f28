//! Client sessions: a command that arrives twice is carried out once (dissertation §6.3).
//!
//! A client that gets no answer does not know whether its command was lost, or is still under way,
//! or was carried out and only the answer lost. If it asks again, the command may be in the log
//! twice. So each server remembers, for each client, the number of its last command and the answer
//! to it: the second time the answer is given again, and nothing is done. The table is part of the
//! state that the log produces: it is the same on every server, and a snapshot must hold it.
//!
//! Where we depart from the dissertation: sessions are opened by a client's first command and never
//! expire, because the clients of a run are few and known. A client has one command under way at a
//! time, so one answer a client is enough.

use imbl::OrdMap;

use crate::sim::process::NodeId;

/// The last command of a client that was carried out, and the answer to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session<A> {
    /// The client's number for it.
    pub request: u64,
    /// The answer.
    pub answer: A,
}

/// The sessions of all clients.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sessions<A> {
    of: OrdMap<NodeId, Session<A>>,
}

impl<A> Default for Sessions<A> {
    fn default() -> Self {
        Self { of: OrdMap::new() }
    }
}

/// What a session knows of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'a, A> {
    /// It is new.
    Never,
    /// It was the last one that was carried out, with this answer.
    Last(&'a A),
    /// It was carried out, and the client has gone on since: nobody waits for its answer.
    Earlier,
}

impl<A: Clone> Sessions<A> {
    /// Every client that has a session, in order, with its last command.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &Session<A>)> {
        self.of.iter().map(|(client, session)| (*client, session))
    }

    /// What is known of a client's request.
    #[must_use]
    pub fn seen(&self, client: NodeId, request: u64) -> Seen<'_, A> {
        match self.of.get(&client) {
            Some(session) if request == session.request => Seen::Last(&session.answer),
            Some(session) if request < session.request => Seen::Earlier,
            _ => Seen::Never,
        }
    }

    /// A command was carried out.
    ///
    /// # Panics
    /// If the session has seen it: our mistake, it should have been skipped.
    pub fn remember(&mut self, client: NodeId, request: u64, answer: A) {
        assert!(matches!(self.seen(client, request), Seen::Never), "each request once");
        self.of.insert(client, Session { request, answer });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_knows_its_last_request_and_that_earlier_ones_are_over() {
        let (one, other) = (NodeId(5), NodeId(6));
        let mut sessions = Sessions::default();
        assert_eq!(sessions.seen(one, 1), Seen::Never);
        sessions.remember(one, 1, "a");
        sessions.remember(one, 3, "b");
        assert_eq!(sessions.seen(one, 1), Seen::Earlier);
        assert_eq!(sessions.seen(one, 3), Seen::Last(&"b"));
        assert_eq!(sessions.seen(one, 4), Seen::Never);
        assert_eq!(sessions.seen(other, 1), Seen::Never);
    }
}
