//! What nodes say to each other.
//!
//! Everything that follows from one request belongs to one [`Transaction`], and every message says
//! to which: so that one can follow a write from its request to the last acknowledgement, and so
//! that, where nodes fail, an answer that comes too late is known to be one.

use super::address::{Line, Words};
use crate::sim::digest::{Digest, Encode};
use crate::sim::process::NodeId;

/// A request, and all that follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transaction {
    /// Who asked.
    pub requester: NodeId,
    /// The requester's number for it, from 1.
    pub number: u32,
}

/// What a cache asks of a home, or of the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// A copy to read.
    GetS,
    /// The only copy, to write.
    GetM,
    /// The shared copy is given up.
    PutS,
    /// The exclusive copy is given up; memory is right.
    PutE,
    /// The modified copy is given up; here is what it holds.
    PutM(Words),
}

/// What a message about a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A cache asks.
    Request(Request),
    /// Home to owner: give the requester a copy to read, and me what you hold.
    ForwardGetS,
    /// Home to owner: give the requester your copy.
    ForwardGetM,
    /// Home to a sharer: drop your copy, and tell the requester.
    Invalidate,
    /// Home to cache: what you gave up is given up.
    PutAck,
    /// What the line holds: from the home or the owner to the requester, or from who was the owner
    /// to the home.
    Data {
        /// The line.
        words: Words,
        /// How many acknowledgements the requester has to wait for.
        acks: u8,
    },
    /// Home to requester: what the line holds, and nobody else has it.
    ExclusiveData {
        /// The line.
        words: Words,
    },
    /// A sharer to the requester: my copy is gone.
    InvalidateAck,
    /// The bus shows everybody a request.
    Snoop(Request),
    /// A cache has seen it.
    Snooped {
        /// Whether it has a copy still.
        shares: bool,
        /// What its copy holds, if it was the owner.
        words: Option<Words>,
    },
    /// Requester to home, where nodes may fail: my request is served, with these words.
    Done {
        /// What the line held when it was served.
        words: Words,
    },
    /// Home to requester, in place of a supplier that is gone: what memory has.
    RecoveredData {
        /// The line.
        words: Words,
    },
    /// Home to requester, in place of a sharer that is gone: its copy is gone.
    RecoveredAck {
        /// Who is gone.
        sharer: NodeId,
    },
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// About a line.
    Coherence {
        /// Which.
        line: Line,
        /// As a part of what.
        transaction: Transaction,
        /// The session between the cache and the home that it belongs to; 0 between caches.
        session: u32,
        /// What.
        what: What,
    },
    /// Cache to home: I am there still. A session that the home has not heard of begins so.
    Renew {
        /// The session.
        session: u32,
        /// When it was sent, in microseconds of the cache's own clock.
        sent_us: u64,
    },
    /// Home to cache: I know. The lease lasts from when the cache asked.
    Renewed {
        /// The session.
        session: u32,
        /// When the cache asked, in microseconds of the cache's own clock.
        sent_us: u64,
    },
}

impl Message {
    /// What it says about a line, if it is about that one.
    #[must_use]
    pub fn about(&self, line: Line) -> Option<&What> {
        match self {
            Self::Coherence { line: other, what, .. } if *other == line => Some(what),
            Self::Coherence { .. } | Self::Renew { .. } | Self::Renewed { .. } => None,
        }
    }
}

impl What {
    /// Its name, as in the primer.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Request(request) | Self::Snoop(request) => request.name(),
            Self::ForwardGetS => "Fwd-GetS",
            Self::ForwardGetM => "Fwd-GetM",
            Self::Invalidate => "Inv",
            Self::PutAck => "Put-Ack",
            Self::Data { .. } => "Data",
            Self::ExclusiveData { .. } => "Exclusive data",
            Self::InvalidateAck => "Inv-Ack",
            Self::Snooped { .. } => "Snooped",
            Self::Done { .. } => "Done",
            Self::RecoveredData { .. } => "Recovered data",
            Self::RecoveredAck { .. } => "Recovered ack",
        }
    }

    /// The words that it carries, if it does.
    #[must_use]
    pub const fn words(&self) -> Option<Words> {
        match self {
            Self::Request(Request::PutM(words))
            | Self::Snoop(Request::PutM(words))
            | Self::Data { words, .. }
            | Self::ExclusiveData { words }
            | Self::Done { words }
            | Self::RecoveredData { words } => Some(*words),
            Self::Snooped { words, .. } => *words,
            Self::Request(_)
            | Self::Snoop(_)
            | Self::ForwardGetS
            | Self::ForwardGetM
            | Self::Invalidate
            | Self::PutAck
            | Self::InvalidateAck
            | Self::RecoveredAck { .. } => None,
        }
    }

    /// Its number in digests. Numbers are never used again.
    const fn number(&self) -> u64 {
        match self {
            Self::Request(request) => request.number(),
            Self::ForwardGetS => 6,
            Self::ForwardGetM => 7,
            Self::Invalidate => 8,
            Self::PutAck => 9,
            Self::Data { .. } => 10,
            Self::ExclusiveData { .. } => 11,
            Self::InvalidateAck => 12,
            Self::Snooped { .. } => 13,
            Self::Done { .. } => 14,
            Self::RecoveredData { .. } => 15,
            Self::RecoveredAck { .. } => 16,
            Self::Snoop(request) => 16 + request.number(),
        }
    }
}

impl Request {
    /// Its name, as in the primer.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::GetS => "GetS",
            Self::GetM => "GetM",
            Self::PutS => "PutS",
            Self::PutE => "PutE",
            Self::PutM(_) => "PutM",
        }
    }

    /// Whether it gives a copy up.
    #[must_use]
    pub const fn is_put(&self) -> bool {
        matches!(self, Self::PutS | Self::PutE | Self::PutM(_))
    }

    const fn number(&self) -> u64 {
        match self {
            Self::GetS => 1,
            Self::GetM => 2,
            Self::PutS => 3,
            Self::PutE => 4,
            Self::PutM(_) => 5,
        }
    }
}

impl Encode for Transaction {
    fn encode(&self, digest: &mut Digest) {
        digest.word(u64::from(self.requester.0) << 32 | u64::from(self.number));
    }
}

impl Encode for What {
    fn encode(&self, digest: &mut Digest) {
        let aside = match self {
            Self::Data { acks, .. } => u64::from(*acks),
            Self::Snooped { shares, words } => u64::from(*shares) | u64::from(words.is_some()) << 1,
            Self::RecoveredAck { sharer } => u64::from(sharer.0),
            _ => 0,
        };
        digest.word(self.number() | aside << 8);
        self.words().iter().for_each(|words| words.encode(digest));
    }
}

impl Encode for Message {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Coherence { line, transaction, session, what } => {
                digest.word(1 | u64::from(line.0) << 8 | u64::from(*session) << 32);
                transaction.encode(digest);
                what.encode(digest);
            }
            Self::Renew { session, sent_us } => {
                digest.word(2 | u64::from(*session) << 32);
                digest.word(*sent_us);
            }
            Self::Renewed { session, sent_us } => {
                digest.word(3 | u64::from(*session) << 32);
                digest.word(*sent_us);
            }
        }
    }
}
