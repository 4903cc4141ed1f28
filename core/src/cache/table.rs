//! The tables: what a controller does when something happens to a line, as data.
//!
//! A coherence protocol is two tables: one for caches, one for directories. A row is a state, a
//! column is an event, and a cell says what to do and which state follows. The controllers do what
//! the cells say and decide nothing by themselves; the page prints the same cells.
//!
//! - An empty cell is [`Cell::Impossible`]: nothing that the protocol does leads there. Faults,
//!   planted bugs and a network that does not keep its promises do.
//! - [`Cell::Stall`]: what came has to wait until the line is in another state.
//! - [`Cell::Do`]: actions in order, and the next state.
//!
//! The primer's own are tables 8.1 to 8.4 (§8.2 and §8.3): MSI and MESI over a directory. What is
//! not in them is *our own*, and [`is_own`](cache_cell_is_own) tells which it is: `IS_D_I`, what
//! leases need, and the bus, which follows chapter 7's simple snooping with atomic transactions.
//!
//! That a cell which brings data fills the copy, and that `Data` brings the number of
//! acknowledgements to wait for, is understood, as in the primer.

mod broken;
mod bus;
mod cache;
mod directory;
mod reach;

pub(super) use broken::{broken_cache_cell, broken_directory_cell};
pub use reach::{cache_cell_is_reached, directory_cell_is_reached};

use super::event::{CacheEvent, CellMark, DirectoryEvent};
use super::state::{CacheState, DirectoryState};

/// How caches and memory are connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interconnect {
    /// Through the directories of homes: any network.
    #[default]
    Directory,
    /// Through a bus that shows every request to all.
    Bus,
}

/// Which protocol it is: what decides which cells there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant {
    /// Directory or bus.
    pub interconnect: Interconnect,
    /// MESI; else MSI.
    pub exclusive: bool,
    /// Whether an invalidation that comes before the data is answered at once.
    pub answer_invalidations: bool,
    /// Whether there are leases, so that nodes may fail.
    pub leases: bool,
}

impl Variant {
    /// MSI over a directory: tables 8.1 and 8.2 and nothing else.
    pub const MSI: Self = Self {
        interconnect: Interconnect::Directory,
        exclusive: false,
        answer_invalidations: false,
        leases: false,
    };
    /// MESI over a directory: tables 8.3 and 8.4 and nothing else.
    pub const MESI: Self = Self { exclusive: true, ..Self::MSI };

    /// Its number: a bit for each of its parts, so below 16.
    #[must_use]
    pub const fn number(self) -> u8 {
        let bus = matches!(self.interconnect, Interconnect::Bus) as u8;
        let [exclusive, answers] = [self.exclusive as u8, self.answer_invalidations as u8];
        bus | exclusive << 1 | answers << 2 | (self.leases as u8) << 3
    }

    /// The variant of a number; of a larger one, that of its last four bits.
    #[must_use]
    pub const fn numbered(number: u8) -> Self {
        let bus = number & 1 != 0;
        Self {
            interconnect: if bus { Interconnect::Bus } else { Interconnect::Directory },
            exclusive: number & 2 != 0,
            answer_invalidations: number & 4 != 0,
            leases: number & 8 != 0,
        }
    }

    /// The same with everything that can be switched in mid-run: a line may still be in a state
    /// that the variant which was switched off has led to.
    const fn fullest(self) -> Self {
        Self { exclusive: true, answer_invalidations: true, ..self }
    }
}

/// What is done when something happens to a line: `A` are the actions, `S` the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<A: 'static, S> {
    /// It does not happen.
    Impossible,
    /// It has to wait.
    Stall,
    /// This is done.
    Do {
        /// In this order.
        actions: &'static [A],
        /// The state after.
        next: S,
    },
}

/// A cell of a cache's table.
pub type CacheCell = Cell<CacheAction, CacheState>;
/// A cell of a directory's table.
pub type DirectoryCell = Cell<DirectoryAction, DirectoryState>;

/// What a cache controller can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CacheAction {
    /// The processor reads or writes the copy.
    Hit,
    /// Ask for a copy to read.
    SendGetS,
    /// Ask for the only copy.
    SendGetM,
    /// Say that the shared copy is given up.
    SendPutS,
    /// Say that the exclusive copy is given up.
    SendPutE,
    /// Write the modified copy back.
    SendPutM,
    /// Give the requester what the copy holds.
    SendDataToRequester,
    /// Give the home what the copy holds.
    SendDataToHome,
    /// Tell the requester that the copy is gone.
    SendInvalidateAck,
    /// Tell the home so, too.
    SendInvalidateAckHome,
    /// One acknowledgement fewer to wait for.
    CountAck,
    /// The processor's load, and no more, is served with the data that came.
    LoadOnce,
    /// Show the bus that there is no copy here.
    AnswerNone,
    /// Show the bus that there is a copy to read here.
    AnswerShared,
    /// Put what the copy holds on the bus.
    AnswerData,
}

impl CacheAction {
    /// How it is written in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::SendGetS => "send GetS",
            Self::SendGetM => "send GetM",
            Self::SendPutS => "send PutS",
            Self::SendPutE => "send PutE",
            Self::SendPutM => "send PutM+data",
            Self::SendDataToRequester => "send data to Req",
            Self::SendDataToHome => "send data to Dir",
            Self::SendInvalidateAck => "send Inv-Ack to Req",
            Self::SendInvalidateAckHome => "send Inv-Ack to Dir",
            Self::CountAck => "ack--",
            Self::LoadOnce => "load once",
            Self::AnswerNone => "no copy",
            Self::AnswerShared => "shared",
            Self::AnswerData => "supply data",
        }
    }
}

/// What a directory controller can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryAction {
    /// Give the requester what memory has, and the number of acknowledgements to wait for.
    SendData,
    /// Give the requester what memory has, as the only copy.
    SendExclusiveData,
    /// Forward the request to read to the owner.
    ForwardGetS,
    /// Forward the request to write to the owner.
    ForwardGetM,
    /// Tell every sharer but the requester to drop its copy.
    SendInvalidate,
    /// Tell the requester that what it gave up is given up.
    SendPutAck,
    /// The requester is a sharer.
    AddRequester,
    /// The owner is a sharer.
    AddOwner,
    /// The requester is no sharer.
    RemoveRequester,
    /// There are no sharers.
    ClearSharers,
    /// The requester is the owner.
    SetOwner,
    /// There is no owner.
    ClearOwner,
    /// What came is what memory has.
    CopyData,
    /// The lost owner may have written: say so.
    ReportLoss,
}

impl DirectoryAction {
    /// How it is written in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendData => "send data to Req",
            Self::SendExclusiveData => "send Exclusive data to Req",
            Self::ForwardGetS => "send Fwd-GetS to Owner",
            Self::ForwardGetM => "send Fwd-GetM to Owner",
            Self::SendInvalidate => "send Inv to Sharers",
            Self::SendPutAck => "send Put-Ack to Req",
            Self::AddRequester => "add Req to Sharers",
            Self::AddOwner => "add Owner to Sharers",
            Self::RemoveRequester => "remove Req from Sharers",
            Self::ClearSharers => "clear Sharers",
            Self::SetOwner => "set Owner to Req",
            Self::ClearOwner => "clear Owner",
            Self::CopyData => "copy data to memory",
            Self::ReportLoss => "report loss",
        }
    }
}

/// What a cache does when `event` happens to a line in `state`.
#[must_use]
pub const fn cache_cell(variant: Variant, state: CacheState, event: CacheEvent) -> CacheCell {
    match variant.interconnect {
        Interconnect::Directory => cache::cell(variant, state, event),
        Interconnect::Bus => bus::cell(variant, state, event),
    }
}

/// What a home does when `event` happens to a line whose directory entry is in `state`.
#[must_use]
pub const fn directory_cell(
    variant: Variant,
    state: DirectoryState,
    event: DirectoryEvent,
) -> DirectoryCell {
    match variant.interconnect {
        Interconnect::Directory => directory::cell(variant, state, event),
        Interconnect::Bus => Cell::Impossible,
    }
}

/// The cell that is carried out: that of the variant, or, where it has none, of the one that may
/// have been switched off while the line was on its way.
pub(super) const fn cache_cell_carried(
    variant: Variant,
    state: CacheState,
    event: CacheEvent,
) -> CacheCell {
    match cache_cell(variant, state, event) {
        Cell::Impossible => cache_cell(variant.fullest(), state, event),
        cell => cell,
    }
}

/// The same for a directory.
pub(super) const fn directory_cell_carried(
    variant: Variant,
    state: DirectoryState,
    event: DirectoryEvent,
) -> DirectoryCell {
    match directory_cell(variant, state, event) {
        Cell::Impossible => directory_cell(variant.fullest(), state, event),
        cell => cell,
    }
}

/// Whether a cell of a cache's table is our own: it is not, or not so, in the primer's.
#[must_use]
pub fn cache_cell_is_own(variant: Variant, state: CacheState, event: CacheEvent) -> bool {
    let primer = Variant { exclusive: variant.exclusive, ..Variant::MSI };
    cache_cell(variant, state, event) != cache_cell(primer, state, event)
}

/// Whether a cell of a directory's table is our own: it is not, or not so, in the primer's.
#[must_use]
pub fn directory_cell_is_own(
    variant: Variant,
    state: DirectoryState,
    event: DirectoryEvent,
) -> bool {
    let primer = Variant { exclusive: variant.exclusive, ..Variant::MSI };
    directory_cell(variant, state, event) != directory_cell(primer, state, event)
}

/// Whether something happens in a cell of one variant's table, and the very same in another's.
#[must_use]
pub fn is_same_cell(mark: CellMark, one: Variant, other: Variant) -> bool {
    match mark {
        CellMark::Cache(state, event) => {
            let cell = cache_cell(one, state, event);
            cell != Cell::Impossible && cell == cache_cell(other, state, event)
        }
        CellMark::Directory(state, event) => {
            let cell = directory_cell(one, state, event);
            cell != Cell::Impossible && cell == directory_cell(other, state, event)
        }
    }
}

#[cfg(test)]
mod tests;
