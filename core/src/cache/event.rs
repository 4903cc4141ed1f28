//! The columns of the tables: what can happen to a line, in a cache and in a directory.

use super::state::{CacheState, DirectoryState};

/// What can happen to a line in a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CacheEvent {
    /// The processor reads.
    Load,
    /// The processor writes.
    Store,
    /// The copy is to be given up.
    Replacement,
    /// The home forwards somebody's request to read.
    ForwardGetS,
    /// The home forwards somebody's request to write.
    ForwardGetM,
    /// The home wants the copy gone.
    Invalidate,
    /// The home has taken back what was given up.
    PutAck,
    /// Data from the home, and nobody's acknowledgement to wait for.
    Data,
    /// Data from the home, and acknowledgements to wait for that have not all come.
    DataWithAcks,
    /// Data from the home, and nobody else has a copy.
    ExclusiveData,
    /// Data from who was the owner.
    DataFromOwner,
    /// A sharer's acknowledgement, not the last.
    InvalidateAck,
    /// The last acknowledgement.
    LastInvalidateAck,
    /// The lease of the line's home has run out.
    LeaseOver,
    /// The bus shows somebody's request to read.
    SnoopGetS,
    /// The bus shows somebody's request to write.
    SnoopGetM,
}

impl CacheEvent {
    /// Every column, in the order of its number.
    pub const ALL: [Self; 16] = [
        Self::Load,
        Self::Store,
        Self::Replacement,
        Self::ForwardGetS,
        Self::ForwardGetM,
        Self::Invalidate,
        Self::PutAck,
        Self::Data,
        Self::DataWithAcks,
        Self::ExclusiveData,
        Self::DataFromOwner,
        Self::InvalidateAck,
        Self::LastInvalidateAck,
        Self::LeaseOver,
        Self::SnoopGetS,
        Self::SnoopGetM,
    ];

    /// Its number: its place in the list of all.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name, as in the primer's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Store => "store",
            Self::Replacement => "replacement",
            Self::ForwardGetS => "Fwd-GetS",
            Self::ForwardGetM => "Fwd-GetM",
            Self::Invalidate => "Inv",
            Self::PutAck => "Put-Ack",
            Self::Data => "Data (ack = 0)",
            Self::DataWithAcks => "Data (ack > 0)",
            Self::ExclusiveData => "Exclusive data",
            Self::DataFromOwner => "Data from owner",
            Self::InvalidateAck => "Inv-Ack",
            Self::LastInvalidateAck => "Last Inv-Ack",
            Self::LeaseOver => "lease over",
            Self::SnoopGetS => "snooped GetS",
            Self::SnoopGetM => "snooped GetM",
        }
    }
}

/// What can happen to a line in the directory of its home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryEvent {
    /// A request to read.
    GetS,
    /// A request to write.
    GetM,
    /// A sharer gives up its copy, others are left.
    PutSNotLast,
    /// The last sharer gives up its copy.
    PutSLast,
    /// The owner writes its copy back.
    PutMFromOwner,
    /// Somebody writes a copy back who is the owner no more.
    PutMFromOther,
    /// The owner gives up a copy that it says it has not written.
    PutEFromOwner,
    /// Somebody gives up an exclusive copy who is the owner no more.
    PutEFromOther,
    /// Who was the owner sends what it held.
    Data,
    /// The owner's lease is over.
    OwnerLost,
    /// A sharer's lease is over.
    SharerLost,
}

impl DirectoryEvent {
    /// Every column, in the order of its number.
    pub const ALL: [Self; 11] = [
        Self::GetS,
        Self::GetM,
        Self::PutSNotLast,
        Self::PutSLast,
        Self::PutMFromOwner,
        Self::PutMFromOther,
        Self::PutEFromOwner,
        Self::PutEFromOther,
        Self::Data,
        Self::OwnerLost,
        Self::SharerLost,
    ];

    /// Its number: its place in the list of all.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name, as in the primer's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GetS => "GetS",
            Self::GetM => "GetM",
            Self::PutSNotLast => "PutS, not last",
            Self::PutSLast => "PutS, last",
            Self::PutMFromOwner => "PutM, owner",
            Self::PutMFromOther => "PutM, other",
            Self::PutEFromOwner => "PutE, owner",
            Self::PutEFromOther => "PutE, other",
            Self::Data => "Data",
            Self::OwnerLost => "owner lost",
            Self::SharerLost => "sharer lost",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_numbered_by_their_place() {
        assert!((0..).zip(CacheEvent::ALL).all(|(place, event)| event.number() == place));
        assert!((0..).zip(DirectoryEvent::ALL).all(|(place, event)| event.number() == place));
    }
}

/// The place of a cell in a table: a state, and what happens in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellMark {
    /// In the table of caches.
    Cache(CacheState, CacheEvent),
    /// In the table of directories.
    Directory(DirectoryState, DirectoryEvent),
}

impl CellMark {
    /// The numbers of its row and of its column.
    #[must_use]
    pub const fn numbers(self) -> (u8, u8) {
        match self {
            Self::Cache(state, event) => (state.number(), event.number()),
            Self::Directory(state, event) => (state.number(), event.number()),
        }
    }
}
