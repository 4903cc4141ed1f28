//! What a client knows of one table: whom to ask, which session it has there, and how far it has
//! counted.
//!
//! Everything that a client sends to a group of servers has a number of its own, and the numbers
//! grow. So it is known of every answer, however late it comes, whether it is about the session
//! that there is now.

use std::sync::Arc;

use crate::lock::command::{Action, Call, Command};
use crate::raft::message::Message;
use crate::sim::process::NodeId;

use super::super::party::{LockContext, Locks};

/// The servers of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The first of them.
    pub first: NodeId,
    /// How many there are.
    pub count: u8,
}

impl Group {
    /// Whether a node is one of them.
    #[must_use]
    pub const fn contains(self, node: NodeId) -> bool {
        node.0 >= self.first.0 && node.0 - self.first.0 < self.count
    }

    /// Who comes after a server, in a ring.
    #[must_use]
    pub const fn after(self, server: NodeId) -> NodeId {
        NodeId(self.first.0 + (server.0 - self.first.0 + 1) % self.count)
    }
}

/// The way to whoever leads a group, and how far what was sent there is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::lock) struct Route {
    group: Group,
    target: NodeId,
    /// The number of whatever was sent last.
    requests: u64,
}

impl Route {
    pub(in crate::lock) fn new(group: Group) -> Self {
        assert!(group.count > 0, "a group has servers");
        Self { group, target: group.first, requests: 0 }
    }

    pub(in crate::lock) const fn group(&self) -> Group {
        self.group
    }

    /// The number of the next thing that is sent.
    pub(in crate::lock) const fn next_request(&mut self) -> u64 {
        self.requests += 1;
        self.requests
    }

    /// A server does not lead, or does not answer: another one is asked.
    pub(in crate::lock) fn turn_to(&mut self, leader: Option<NodeId>) {
        let known = leader.filter(|leader| self.group.contains(*leader));
        self.target = known.unwrap_or_else(|| self.group.after(self.target));
    }

    /// Asks for a command.
    pub(in crate::lock) fn send<S: Locks>(
        &self,
        request: u64,
        attempt: u32,
        command: Arc<Command>,
        context: &mut LockContext<'_, S>,
    ) {
        context.send(self.target, Message::Request { request, attempt, command });
    }
}

/// A call that keeps the session alive and has not been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Renewal {
    request: u64,
    tries: u32,
}

/// What a client knows of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    route: Route,
    /// From 1.
    session: u64,
    /// Whether it has called in this session.
    open: bool,
    /// The first number of this session.
    first_request: u64,
    /// Whether it may hold or await something there in this attempt.
    touched: bool,
    renewal: Option<Renewal>,
}

impl Link {
    pub(super) fn new(group: Group) -> Self {
        Self {
            route: Route::new(group),
            session: 1,
            open: false,
            first_request: 1,
            touched: false,
            renewal: None,
        }
    }

    /// As it is after a crash: numbers go on, and the session is a new one.
    pub(super) fn recovered(&self) -> Self {
        let mut link = self.clone();
        link.end_session();
        link
    }

    /// The servers.
    #[must_use]
    pub const fn group(&self) -> Group {
        self.route.group
    }

    /// The server that it believes to lead.
    #[must_use]
    pub const fn target(&self) -> NodeId {
        self.route.target
    }

    /// The client's number for its session: from 1.
    #[must_use]
    pub const fn session(&self) -> u64 {
        self.session
    }

    /// Whether it has called in this session.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the client may hold or await something there.
    #[must_use]
    pub const fn is_touched(&self) -> bool {
        self.touched
    }

    pub(super) const fn untouch(&mut self) {
        self.touched = false;
    }

    /// The number of the next thing that is sent.
    pub(super) const fn next_request(&mut self) -> u64 {
        self.route.next_request()
    }

    /// It is called in this session, to get something (`touches`) or not.
    pub(super) const fn enter(&mut self, touches: bool) {
        self.open = true;
        self.touched |= touches;
    }

    /// Whether an answer to this request is about the session that there is now.
    pub(super) const fn is_current(&self, request: u64) -> bool {
        request >= self.first_request
    }

    /// The session is over: the next one has the next number.
    pub(super) const fn end_session(&mut self) {
        self.session += 1;
        self.first_request = self.route.requests + 1;
        self.open = false;
        self.touched = false;
        self.renewal = None;
    }

    /// A server does not lead, or does not answer: another one is asked.
    pub(super) fn turn_to(&mut self, leader: Option<NodeId>) {
        self.route.turn_to(leader);
    }

    /// Sends a call.
    pub(super) fn send<S: Locks>(
        &self,
        request: u64,
        attempt: u32,
        command: Arc<Command>,
        context: &mut LockContext<'_, S>,
    ) {
        self.route.send(request, attempt, command, context);
    }

    /// Says that the client is still there. If nothing was heard since it did so last, it says so
    /// to the next server.
    pub(super) fn renew<S: Locks>(&mut self, call: Call, context: &mut LockContext<'_, S>) {
        if self.renewal.is_some() {
            self.turn_to(None);
        }
        let request = self.next_request();
        self.renewal = Some(Renewal { request, tries: 1 });
        self.send(request, 1, Arc::new(Action::Call(call).into()), context);
    }

    /// A server says that it does not lead, to a call that keeps the session alive. `true`: it was
    /// said to another one, who may lead.
    pub(super) fn renew_elsewhere<S: Locks>(
        &mut self,
        (request, attempt): (u64, u32),
        leader: Option<NodeId>,
        call: Call,
        context: &mut LockContext<'_, S>,
    ) -> bool {
        self.turn_to(leader);
        if leader.is_some() {
            self.renewal = Some(Renewal { request, tries: attempt + 1 });
            self.send(request, attempt + 1, Arc::new(Action::Call(call).into()), context);
        }
        leader.is_some()
    }

    /// Whether this try to keep the session alive is under way.
    pub(super) fn renews_by(&self, request: u64, attempt: u32) -> bool {
        self.renewal == Some(Renewal { request, tries: attempt })
    }

    /// A call that keeps the session alive was answered. `false`: it was not that one.
    pub(super) fn renewed(&mut self, request: u64) -> bool {
        self.renewal.take_if(|renewal| renewal.request == request).is_some()
    }

    /// Whether a call that keeps the session alive has not been answered.
    pub(super) const fn is_renewing(&self) -> bool {
        self.renewal.is_some()
    }
}
