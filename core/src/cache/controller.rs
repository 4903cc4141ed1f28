//! The cache controller: between a processor, which wants to read and write, and the network.
//!
//! It keeps the copies of lines that this node has, finitely many, and carries out the cells of the
//! [table](super::table): what the processor asks for and what the network brings are the events.
//! Three things are around the table:
//!
//! - *Room*: a line that is not here needs a place. If there is none, the least recently used line
//!   is replaced. What is being given up lies in a write-back buffer and takes up no room, so a
//!   request need not wait for the home's word.
//! - *Stalls*: what a cell says has to wait is taken up again, in order, whenever the line's state
//!   has changed; other lines go on meanwhile.
//! - *The processor comes first.* When its copy has come, its operation is done before anything
//!   that was stalled takes the copy away again. Else two nodes that want one line could hand it
//!   back and forth and neither would ever write (the primer, §9.3.2 of the second edition, on
//!   livelock).
//!
//! The processor asks for one operation at a time and waits for the answer: with that, coherence is
//! all that sequential consistency needs (the primer, §3.8).

mod asking;
mod incoming;
mod leasing;

use super::address::{Line, Words};
use super::event::CacheEvent;
use super::lease::{MOST_HOMES, Session};
use super::message::{Message, Request, Transaction, What};
use super::note::Note;
use super::operation::Operation;
use super::outlet::Outlet;
use super::placement::Placement;
use super::recency::Recency;
use super::setting::Features;
use super::setup::Setup;
use super::state::CacheState;
use super::table::{CacheAction, CacheCell, broken_cache_cell, cache_cell_carried};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// What a cache has of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CachedLine {
    /// Its state.
    pub state: CacheState,
    /// What it holds: it means nothing where the state is of no copy.
    pub words: Words,
    /// The number of the transaction that was asked for last.
    pub transaction: u32,
    /// How many acknowledgements are still to come; less than none where they came before the data
    /// that say how many there are.
    pub acks: i8,
    /// Who has acknowledged, where nodes may fail.
    pub acknowledged: NodeSet,
    /// When it has to be written back at the latest, in microseconds of the node's clock.
    pub due_us: Option<u64>,
}

/// What the processor asked for and was not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Which operation.
    pub operation: Operation,
    /// Whether the copy has been given up, where the operation ends with that.
    pub given_up: bool,
    /// Since when it waits for what it asked for last, in microseconds of the node's clock; 0 where
    /// there are no leases.
    pub since_us: u64,
    /// How often it has asked again, up to where that makes no difference.
    pub again: u8,
    /// For a compare-and-swap that is not done in one go: whether the word was what was expected.
    pub compared: Option<bool>,
}

/// The controller of one cache.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheController {
    setup: Setup,
    lines: Vec<CachedLine>,
    recency: Recency,
    asked: Option<Asked>,
    /// What has to wait, in the order in which it came.
    stalled: Vec<(NodeId, Message)>,
    /// How many transactions it has begun.
    transactions: u32,
    /// How many messages came that the table has no entry for.
    unexpected: u32,
    /// The lines that were touched since somebody looked.
    touched: u64,
    /// Whether there were leases when it last looked.
    leasing: bool,
    /// The bound on write-backs when it last looked, in microseconds; 0: none.
    bound_us: u64,
    /// One with each home.
    sessions: [Session; MOST_HOMES],
}

impl CacheController {
    /// The controller of `node`, with no copies, of a memory of so many lines.
    #[must_use]
    pub fn new(node: NodeId, placement: Placement, lines: u8, features: Features) -> Self {
        Self {
            setup: Setup::new(node, placement, features),
            lines: vec![CachedLine::default(); usize::from(lines)],
            recency: Recency::default(),
            asked: None,
            stalled: Vec::new(),
            transactions: 0,
            unexpected: 0,
            touched: 0,
            leasing: false,
            bound_us: features.write_back_within_us,
            sessions: [Session::default(); MOST_HOMES],
        }
    }

    /// The controller as it comes back after a crash: cold. Transactions are numbered on, so that
    /// an answer to one from before is known to be late.
    #[must_use]
    pub fn recovered(&self) -> Self {
        let lines = u8::try_from(self.lines.len()).expect("a memory has at most 64 lines");
        Self {
            setup: self.setup,
            transactions: self.transactions,
            unexpected: self.unexpected,
            sessions: self.sessions.map(Session::ended),
            ..Self::new(self.setup.node, self.setup.placement, lines, self.setup.features)
        }
    }

    /// Where it is, and how it is set.
    #[must_use]
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The same, to be changed.
    pub const fn setup_mut(&mut self) -> &mut Setup {
        &mut self.setup
    }

    /// What it has of a line.
    #[must_use]
    pub fn line(&self, line: Line) -> &CachedLine {
        &self.lines[line.index()]
    }

    /// What it has of each line, in order.
    #[must_use]
    pub fn lines(&self) -> &[CachedLine] {
        &self.lines
    }

    /// The lines that take up room, the least recently used first.
    #[must_use]
    pub const fn recency(&self) -> &Recency {
        &self.recency
    }

    /// What the processor waits for.
    #[must_use]
    pub const fn asked(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }

    /// What has to wait, in the order in which it came, and from whom.
    #[must_use]
    pub fn stalled(&self) -> &[(NodeId, Message)] {
        &self.stalled
    }

    /// How many messages came that the table has no entry for.
    #[must_use]
    pub const fn unexpected(&self) -> u32 {
        self.unexpected
    }

    /// The lines that were touched since the last call, a bit for each.
    pub const fn take_touched(&mut self) -> u64 {
        std::mem::replace(&mut self.touched, 0)
    }

    /// Counts transactions from `count` on. A search through all interleavings does so, since what
    /// differs only in these numbers is the same to it.
    pub const fn number_from(&mut self, count: u32) {
        self.transactions = count;
    }

    fn of(&mut self, line: Line) -> &mut CachedLine {
        &mut self.lines[line.index()]
    }

    /// The cell that is carried out.
    fn cell(&self, state: CacheState, event: CacheEvent) -> CacheCell {
        let cell = cache_cell_carried(self.setup.variant(), state, event);
        if self.setup.bugs.is_empty() {
            return cell;
        }
        broken_cache_cell(self.setup.bugs, state, event, cell)
    }

    /// Carries a cell out: its actions in order, then the next state. `transaction` is what the
    /// event belongs to. Returns whether the processor may now read or write the copy.
    fn carry_out(
        &mut self,
        line: Line,
        event: CacheEvent,
        (actions, next): (&'static [CacheAction], CacheState),
        transaction: Transaction,
        outlet: &mut dyn Outlet,
    ) -> bool {
        let from = self.line(line).state;
        let mut hit = false;
        for action in actions {
            match action {
                CacheAction::Hit => hit = true,
                CacheAction::LoadOnce => self.load_once(line, outlet),
                action => self.act(line, *action, transaction, outlet),
            }
        }
        self.enter(line, next);
        outlet.note(Note::Moved { line, from, event, to: next });
        hit
    }

    /// The line's state is `next`. Everything that goes with a state is seen to here.
    fn enter(&mut self, line: Line, next: CacheState) {
        self.touched |= line.bit();
        let own = self.of(line);
        own.state = next;
        if next == CacheState::I {
            own.words = Words::default();
        }
        if next != CacheState::M {
            own.due_us = None;
        }
        if !next.awaits_acks() {
            (own.acks, own.acknowledged) = (0, NodeSet::EMPTY);
        }
        if next.is_given_up() {
            self.recency.drops(line);
        }
    }

    fn act(
        &mut self,
        line: Line,
        action: CacheAction,
        transaction: Transaction,
        outlet: &mut dyn Outlet,
    ) {
        let words = self.line(line).words;
        let home = self.setup.placement.home_of(line);
        let requester = transaction.requester;
        let (to, what) = match action {
            CacheAction::SendGetS => return self.request(line, Request::GetS, outlet),
            CacheAction::SendGetM => return self.request(line, Request::GetM, outlet),
            CacheAction::SendPutS => return self.request(line, Request::PutS, outlet),
            CacheAction::SendPutE => return self.request(line, Request::PutE, outlet),
            CacheAction::SendPutM => return self.request(line, Request::PutM(words), outlet),
            CacheAction::CountAck => {
                let own = self.of(line);
                own.acks = own.acks.saturating_sub(1);
                return;
            }
            CacheAction::SendDataToRequester => (requester, What::Data { words, acks: 0 }),
            CacheAction::SendDataToHome => (home, What::Data { words, acks: 0 }),
            CacheAction::SendInvalidateAck if self.setup.bugs.has(super::bug::Bug::AckSentHome) => {
                (home, What::InvalidateAck)
            }
            CacheAction::SendInvalidateAck => (requester, What::InvalidateAck),
            CacheAction::SendInvalidateAckHome => (home, What::InvalidateAck),
            CacheAction::AnswerNone => (home, What::Snooped { shares: false, words: None }),
            CacheAction::AnswerShared => (home, What::Snooped { shares: true, words: None }),
            CacheAction::AnswerData => {
                // Who asked to read leaves a copy here.
                let shares = matches!(self.line(line).state, CacheState::E | CacheState::M);
                (home, What::Snooped { shares, words: Some(words) })
            }
            CacheAction::Hit | CacheAction::LoadOnce => unreachable!("they send nothing"),
        };
        self.send(to, line, transaction, what, outlet);
    }

    fn request(&mut self, line: Line, request: Request, outlet: &mut dyn Outlet) {
        self.transactions = self.transactions.wrapping_add(1);
        let number = self.transactions;
        self.of(line).transaction = number;
        if self.setup.variant().leases
            && let Some(asked) = self.asked.as_mut().filter(|it| it.operation.line() == line)
        {
            asked.since_us = outlet.now_us();
        }
        let transaction = Transaction { requester: self.setup.node, number };
        let home = self.setup.placement.home_of(line);
        self.send(home, line, transaction, What::Request(request), outlet);
    }

    fn send(
        &self,
        to: NodeId,
        line: Line,
        transaction: Transaction,
        what: What,
        outlet: &mut dyn Outlet,
    ) {
        let session = self.session_with(to);
        outlet.send(to, Message::Coherence { line, transaction, session, what });
    }
}
