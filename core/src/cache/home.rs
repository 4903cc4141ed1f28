//! The home of a line: its directory and the memory behind it.
//!
//! The directory knows of each line who owns it or who shares it, and carries out the cells of the
//! [table](super::table) for what the caches ask. It is where the requests for a line are put in
//! order: whoever's `GetM` it takes first, writes first. It need not see a transaction through: it
//! forwards, and the caches finish among themselves (the primer, §8.2). It blocks a line only in
//! `S_D`, where it needs the data of who was the owner. That is so as long as there are no leases:
//! with them it sees each transaction through, and blocks the line so long (`recovery`).
//!
//! Every home has an entry for each line of the memory, and uses those that are at home there.

mod recovery;

pub use recovery::{Grant, Loss};

use super::address::{Line, Words};
use super::bug::Bug;
use super::event::{CellMark, DirectoryEvent};
use super::lease::Tenancy;
use super::message::{Message, Request, Transaction, What};
use super::note::Note;
use super::outlet::Outlet;
use super::placement::Placement;
use super::setting::Features;
use super::setup::Setup;
use super::state::DirectoryState;
use super::table::{
    Cell, DirectoryAction, DirectoryCell, broken_directory_cell, directory_cell_carried,
};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// What a home has of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HomeLine {
    /// The state of its directory entry.
    pub state: DirectoryState,
    /// Who has the only copy, or will have it.
    pub owner: Option<NodeId>,
    /// Who may have copies to read.
    pub sharers: NodeSet,
    /// What memory holds.
    pub words: Words,
    /// With leases, the transaction that is not known to be served.
    pub open: Option<Grant>,
}

/// A home.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Home {
    setup: Setup,
    lines: Vec<HomeLine>,
    /// What has to wait, in the order in which it came.
    stalled: Vec<(NodeId, Message)>,
    unexpected: u32,
    touched: u64,
    /// Whether there were leases when it last looked.
    leasing: bool,
    /// Whether there ever were.
    has_leased: bool,
    /// By number of cache.
    tenancies: Vec<Tenancy>,
    /// Of each line that ever lost something the newest loss, in order of their numbers.
    losses: Vec<Loss>,
}

/// What an action is about.
#[derive(Clone, Copy)]
struct Matter<'a> {
    line: Line,
    from: NodeId,
    event: DirectoryEvent,
    transaction: Transaction,
    what: &'a What,
}

impl Home {
    /// The home on `node`, whose memory is all zeroes.
    #[must_use]
    pub fn new(node: NodeId, placement: Placement, lines: u8, features: Features) -> Self {
        Self {
            setup: Setup::new(node, placement, features),
            lines: vec![HomeLine::default(); usize::from(lines)],
            stalled: Vec::new(),
            unexpected: 0,
            touched: 0,
            leasing: false,
            has_leased: false,
            tenancies: vec![Tenancy::default(); usize::from(placement.caches)],
            losses: Vec::new(),
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
    pub fn line(&self, line: Line) -> &HomeLine {
        &self.lines[line.index()]
    }

    /// What it has of each line, in order. It is the home of some of them.
    #[must_use]
    pub fn lines(&self) -> &[HomeLine] {
        &self.lines
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

    fn of(&mut self, line: Line) -> &mut HomeLine {
        &mut self.lines[line.index()]
    }

    /// A message has arrived.
    pub fn receive(&mut self, from: NodeId, message: Message, outlet: &mut dyn Outlet) {
        let Message::Coherence { line, transaction, session, ref what } = message else {
            return self.renew(from, message, outlet);
        };
        if line.index() >= self.lines.len() || self.setup.placement.home_of(line) != self.setup.node
        {
            return;
        }
        let leases = self.setup.variant().leases;
        let mut turn = None;
        if !leases {
            self.learns_session(from, session);
        } else {
            if !self.is_of_session(from, session) {
                return;
            }
            match what {
                What::Done { .. } => return self.done(line, transaction, what, outlet),
                What::Data { .. } if !self.hears_data(line, transaction) => return,
                What::InvalidateAck => return self.relay(from, line, transaction, outlet),
                What::Request(Request::GetS | Request::GetM) => {
                    turn = self.supersede(from, line, outlet);
                }
                _ => {}
            }
        }
        let before = *self.line(line);
        let is_of_leases = matches!(what, What::Done { .. } | What::InvalidateAck)
            || matches!(what, What::Data { .. }) && before.state != DirectoryState::S_D;
        if !leases && self.has_leased && is_of_leases {
            // It was on its way when leases were switched off.
            return;
        }
        let event = self.event_of(from, line, what);
        let cell = event.map_or(Cell::Impossible, |event| self.cell_now(line, event));
        match (event, cell) {
            (None, _) | (_, Cell::Impossible) => {
                self.unexpected += 1;
                outlet.note(Note::Unexpected { line });
            }
            (_, Cell::Stall) => {
                self.touched |= line.bit();
                self.stalled.insert(turn.unwrap_or(self.stalled.len()), (from, message));
                // With leases an open grant blocks a line whatever its table says.
                let by_table =
                    |event: &DirectoryEvent| self.cell(before.state, *event) == Cell::Stall;
                let cell = event.filter(by_table);
                let cell = cell.map(|event| CellMark::Directory(before.state, event));
                outlet.note(Note::Stalled { line, cell });
            }
            (Some(event), Cell::Do { actions, next }) => {
                let matter = Matter { line, from, event, transaction, what };
                self.carry_out(matter, (actions, next), outlet);
                if leases && matches!(event, DirectoryEvent::GetS | DirectoryEvent::GetM) {
                    self.open(matter, before);
                }
                if leases && event == DirectoryEvent::Data {
                    self.close_orphan(line, outlet);
                }
                if next != before.state {
                    self.settle(line, outlet);
                }
            }
        }
    }

    /// The cell for what happens to a line now: with leases, a line on which a grant is open is
    /// blocked for other requests.
    fn cell_now(&self, line: Line, event: DirectoryEvent) -> DirectoryCell {
        let own = self.line(line);
        let asks = matches!(event, DirectoryEvent::GetS | DirectoryEvent::GetM);
        if asks && own.open.is_some() { Cell::Stall } else { self.cell(own.state, event) }
    }

    /// The column of the table that a message falls into.
    fn event_of(&self, from: NodeId, line: Line, what: &What) -> Option<DirectoryEvent> {
        let HomeLine { owner, sharers, .. } = *self.line(line);
        let is_owner = owner == Some(from);
        Some(match what {
            What::Request(Request::GetS) => DirectoryEvent::GetS,
            What::Request(Request::GetM) => DirectoryEvent::GetM,
            What::Request(Request::PutS) if sharers.without(from).is_empty() => {
                DirectoryEvent::PutSLast
            }
            What::Request(Request::PutS) => DirectoryEvent::PutSNotLast,
            What::Request(Request::PutM(_)) if is_owner => DirectoryEvent::PutMFromOwner,
            What::Request(Request::PutM(_)) => DirectoryEvent::PutMFromOther,
            What::Request(Request::PutE) if is_owner => DirectoryEvent::PutEFromOwner,
            What::Request(Request::PutE) => DirectoryEvent::PutEFromOther,
            What::Data { .. } => DirectoryEvent::Data,
            _ => return None,
        })
    }

    /// The cell that is carried out.
    fn cell(&self, state: DirectoryState, event: DirectoryEvent) -> DirectoryCell {
        let cell = directory_cell_carried(self.setup.variant(), state, event);
        if self.setup.bugs.is_empty() {
            return cell;
        }
        broken_directory_cell(self.setup.bugs, state, event, cell)
    }

    fn carry_out(
        &mut self,
        matter: Matter<'_>,
        (actions, next): (&'static [DirectoryAction], DirectoryState),
        outlet: &mut dyn Outlet,
    ) {
        let Matter { line, event, transaction, .. } = matter;
        self.touched |= line.bit();
        let from = self.line(line).state;
        for action in actions {
            self.act(*action, matter, outlet);
        }
        self.of(line).state = next;
        let transaction = Some(transaction);
        outlet.note(Note::DirectoryMoved { line, from, event, to: next, transaction });
    }

    fn act(&mut self, action: DirectoryAction, matter: Matter<'_>, outlet: &mut dyn Outlet) {
        let Matter { line, from: requester, what, .. } = matter;
        let HomeLine { owner, sharers, words, .. } = *self.line(line);
        match action {
            DirectoryAction::SendData => {
                let acks = self.acks(matter);
                self.send(requester, matter, What::Data { words, acks }, outlet);
            }
            DirectoryAction::SendExclusiveData => {
                self.send(requester, matter, What::ExclusiveData { words }, outlet);
            }
            DirectoryAction::ForwardGetS | DirectoryAction::ForwardGetM => {
                let is_read = action == DirectoryAction::ForwardGetS;
                let what = if is_read { What::ForwardGetS } else { What::ForwardGetM };
                if let Some(owner) = owner {
                    self.send(owner, matter, what, outlet);
                }
            }
            DirectoryAction::SendInvalidate => {
                for sharer in sharers.without(requester).iter() {
                    self.send(sharer, matter, What::Invalidate, outlet);
                }
            }
            DirectoryAction::SendPutAck => self.send(requester, matter, What::PutAck, outlet),
            DirectoryAction::AddRequester => self.of(line).sharers = sharers.with(requester),
            DirectoryAction::AddOwner => {
                self.of(line).sharers = owner.map_or(sharers, |owner| sharers.with(owner));
            }
            DirectoryAction::RemoveRequester => self.of(line).sharers = sharers.without(requester),
            DirectoryAction::ClearSharers => self.of(line).sharers = NodeSet::EMPTY,
            DirectoryAction::SetOwner => self.of(line).owner = Some(requester),
            DirectoryAction::ClearOwner => self.of(line).owner = None,
            DirectoryAction::CopyData => {
                self.of(line).words = what.words().unwrap_or(words);
            }
            DirectoryAction::ReportLoss => self.report(line, requester, outlet),
        }
    }

    /// How many acknowledgements a requester has to wait for: one from each other sharer, if it
    /// wants to write.
    fn acks(&self, matter: Matter<'_>) -> u8 {
        if matter.event != DirectoryEvent::GetM {
            return 0;
        }
        let others = self.line(matter.line).sharers.without(matter.from);
        let others = u8::try_from(others.len()).expect("there are at most 64 nodes");
        others.saturating_sub(u8::from(self.setup.bugs.has(Bug::AckCountShort)))
    }

    fn send(&self, to: NodeId, matter: Matter<'_>, what: What, outlet: &mut dyn Outlet) {
        self.say(to, matter.line, matter.transaction, what, outlet);
    }

    fn say(
        &self,
        to: NodeId,
        line: Line,
        transaction: Transaction,
        what: What,
        outlet: &mut dyn Outlet,
    ) {
        let tenancy = self.tenancies.get(to.index());
        let session = tenancy.map_or(0, |tenancy| tenancy.number);
        outlet.send(to, Message::Coherence { line, transaction, session, what });
    }

    /// The state of a line has changed: what was stalled is taken up again, in order.
    fn settle(&mut self, line: Line, outlet: &mut dyn Outlet) {
        while let Some(place) = self.next_stalled(line) {
            let (from, message) = self.stalled.remove(place);
            self.receive(from, message, outlet);
        }
    }

    /// The first that was stalled for a line, if it has to wait no longer.
    fn next_stalled(&self, line: Line) -> Option<usize> {
        let about = |held: &Message| match held {
            Message::Coherence { line: other, what, .. } if *other == line => Some(*what),
            _ => None,
        };
        let first = self.stalled.iter().position(|(_, held)| about(held).is_some())?;
        let (from, held) = &self.stalled[first];
        let event = self.event_of(*from, line, &about(held)?)?;
        (self.cell_now(line, event) != Cell::Stall).then_some(first)
    }
}
