//! The bus: one wire that all share, with the memory behind it.
//!
//! It takes one request at a time, in the order in which they come, shows it to every other cache,
//! hears from each, and answers the requester: a transaction is *atomic*, nothing happens between
//! its request and its answer (the primer, §7.2). So there is one order of all requests that
//! everybody sees, and no directory. All of it is said in messages here, since a laboratory's wire
//! has delays too; textbooks' wires have none.
//!
//! The memory keeps a little of a directory. The primer's needs one bit a line (§7.2.1): whether
//! some cache owns it, so that memory need not answer. Ours knows which, since its write-backs take
//! time, and one may come from a cache that is the owner no more. The bus knows no failures: one
//! cache that does not answer stops it.

use std::collections::VecDeque;

use super::address::{Line, Words};
use super::bug::Bug;
use super::message::{Message, Request, Transaction, What};
use super::note::Note;
use super::outlet::Outlet;
use super::placement::Placement;
use super::setting::Features;
use super::setup::Setup;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// What the memory behind the bus has of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BusLine {
    /// Who has the only copy.
    pub owner: Option<NodeId>,
    /// What memory holds.
    pub words: Words,
}

/// The request that has the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Serving {
    /// About which line.
    pub line: Line,
    /// Whose, and which.
    pub transaction: Transaction,
    /// What it asks for: a copy to read, or the only one.
    pub request: Request,
    /// Who has not answered.
    pub unanswered: NodeSet,
    /// Whether somebody has a copy still.
    pub shares: bool,
    /// What the owner held, if there was one.
    pub words: Option<Words>,
}

/// A bus.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bus {
    setup: Setup,
    lines: Vec<BusLine>,
    waiting: VecDeque<(NodeId, Message)>,
    serving: Option<Serving>,
    unexpected: u32,
    touched: u64,
}

impl Bus {
    /// The bus on `node`, with a memory of all zeroes.
    #[must_use]
    pub fn new(node: NodeId, placement: Placement, lines: u8, features: Features) -> Self {
        Self {
            setup: Setup::new(node, placement, features),
            lines: vec![BusLine::default(); usize::from(lines)],
            waiting: VecDeque::new(),
            serving: None,
            unexpected: 0,
            touched: 0,
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

    /// What the memory has of a line.
    #[must_use]
    pub fn line(&self, line: Line) -> &BusLine {
        &self.lines[line.index()]
    }

    /// What the memory has of each line, in order.
    #[must_use]
    pub fn lines(&self) -> &[BusLine] {
        &self.lines
    }

    /// The request that has the bus.
    #[must_use]
    pub const fn serving(&self) -> Option<&Serving> {
        self.serving.as_ref()
    }

    /// The requests that wait for the bus, in order, and whose they are.
    pub fn waiting(&self) -> impl Iterator<Item = &(NodeId, Message)> {
        self.waiting.iter()
    }

    /// How many messages came that nobody waits for.
    #[must_use]
    pub const fn unexpected(&self) -> u32 {
        self.unexpected
    }

    /// The lines that were touched since the last call, a bit for each.
    pub const fn take_touched(&mut self) -> u64 {
        std::mem::replace(&mut self.touched, 0)
    }

    /// A message has arrived.
    pub fn receive(&mut self, from: NodeId, message: Message, outlet: &mut dyn Outlet) {
        let Message::Coherence { line, transaction, what, .. } = message else { return };
        if line.index() >= self.lines.len() {
            return;
        }
        self.touched |= line.bit();
        match what {
            What::Request(_) => self.waiting.push_back((from, message)),
            What::Snooped { shares, words } if self.awaits(from, transaction) => {
                self.hear(from, shares, words);
                self.finish(outlet);
            }
            _ => {
                self.unexpected += 1;
                outlet.note(Note::Unexpected { line });
            }
        }
        self.serve(outlet);
    }

    fn awaits(&self, from: NodeId, transaction: Transaction) -> bool {
        self.serving.is_some_and(|serving| {
            serving.transaction == transaction && serving.unanswered.contains(from)
        })
    }

    fn hear(&mut self, from: NodeId, shares: bool, words: Option<Words>) {
        let serving = self.serving.as_mut().expect("an answer is to what has the bus");
        serving.unanswered = serving.unanswered.without(from);
        serving.shares |= shares && !self.setup.bugs.has(Bug::SharerForgotten);
        serving.words = serving.words.or(words);
    }

    /// Takes requests until one has the bus for longer than a moment.
    fn serve(&mut self, outlet: &mut dyn Outlet) {
        while self.serving.is_none() {
            let Some((from, message)) = self.waiting.pop_front() else { return };
            let Message::Coherence { line, transaction, what, .. } = message else { return };
            let What::Request(request) = what else { return };
            self.touched |= line.bit();
            if request.is_put() {
                self.take_back(from, line, request);
                self.send(from, line, transaction, What::PutAck, outlet);
                continue;
            }
            let others: NodeSet =
                self.setup.placement.caches().filter(|cache| *cache != from).collect();
            let (shares, words) = (false, None);
            let unanswered = others;
            self.serving = Some(Serving { line, transaction, request, unanswered, shares, words });
            for cache in others.iter() {
                self.send(cache, line, transaction, What::Snoop(request), outlet);
            }
            self.finish(outlet);
        }
    }

    /// What the owner gives up. One who is the owner no more has given it to somebody already.
    fn take_back(&mut self, from: NodeId, line: Line, request: Request) {
        let is_owner = self.line(line).owner == Some(from);
        let (stale, dropped) = (
            self.setup.bugs.has(Bug::StaleWriteBack),
            self.setup.bugs.has(Bug::WriteBackWithoutData),
        );
        let own = &mut self.lines[line.index()];
        if let Request::PutM(words) = request
            && (is_owner && !dropped || !is_owner && stale)
        {
            own.words = words;
        }
        if is_owner {
            own.owner = None;
        }
    }

    /// Answers the requester, if everybody has been heard.
    fn finish(&mut self, outlet: &mut dyn Outlet) {
        let Some(serving) = self.serving.filter(|serving| serving.unanswered.is_empty()) else {
            return;
        };
        self.serving = None;
        let Serving { line, transaction, request, shares, words: supplied, .. } = serving;
        let requester = transaction.requester;
        let own = &mut self.lines[line.index()];
        own.words = supplied.unwrap_or(own.words);
        let words = own.words;
        let alone = !shares && supplied.is_none() && self.setup.features.exclusive;
        let exclusive = request == Request::GetS && alone;
        let owns =
            exclusive || request == Request::GetM && !self.setup.bugs.has(Bug::OwnerNotChanged);
        own.owner = owns.then_some(requester);
        let what =
            if exclusive { What::ExclusiveData { words } } else { What::Data { words, acks: 0 } };
        self.send(requester, line, transaction, what, outlet);
    }

    fn send(
        &self,
        to: NodeId,
        line: Line,
        transaction: Transaction,
        what: What,
        outlet: &mut dyn Outlet,
    ) {
        outlet.send(to, Message::Coherence { line, transaction, session: 0, what });
    }
}
