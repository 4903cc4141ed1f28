//! What machines can be asked, what they answer, and what people ask of clients.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::cache;
use crate::lock;
use crate::raft::store::{self, Operation, Text};
use crate::sim::digest::{Digest, Encode};

/// What a machine can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// A store.
    Store(Operation),
    /// A lock table.
    Lock(lock::command::Command),
}

impl Command {
    /// What is asked of a store.
    ///
    /// # Panics
    /// If it is not for a store: our mistake, a cluster carries one kind of machine.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        match self {
            Self::Store(operation) => operation,
            Self::Lock(command) => unreachable!("a store is not asked for {command:?}"),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(operation) => write!(formatter, "{operation}"),
            Self::Lock(command) => write!(formatter, "{command}"),
        }
    }
}

impl Encode for Command {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Store(operation) => operation.encode(digest),
            Self::Lock(command) => command.encode(digest),
        }
    }
}

/// What a machine says in return.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// A store.
    Store(store::Answer),
    /// A lock table, in words.
    #[serde(serialize_with = "in_words")]
    Lock(lock::command::Answer),
}

fn in_words<S: Serializer>(
    answer: &lock::command::Answer,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(answer)
}

impl Answer {
    /// What a store says.
    ///
    /// # Panics
    /// If it comes from another machine: our mistake, a cluster carries one kind.
    #[must_use]
    pub fn of_store(&self) -> &store::Answer {
        match self {
            Self::Store(answer) => answer,
            Self::Lock(answer) => unreachable!("a store does not say {answer:?}"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(answer) => write!(formatter, "{answer}"),
            Self::Lock(answer) => write!(formatter, "{answer}"),
        }
    }
}

impl Encode for Answer {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Store(answer) => answer.encode(digest),
            Self::Lock(answer) => answer.encode(digest),
        }
    }
}

/// What a person or a script can ask of a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
pub enum Ask {
    /// An operation of the store.
    Store(Operation),
    /// Something of a client of the lock manager.
    Lock(lock::parcel::Order),
    /// An operation of a processor.
    Cache(cache::operation::Operation),
}

impl From<Operation> for Ask {
    fn from(operation: Operation) -> Self {
        Self::Store(operation)
    }
}

impl From<lock::parcel::Order> for Ask {
    fn from(order: lock::parcel::Order) -> Self {
        Self::Lock(order)
    }
}

impl From<cache::operation::Operation> for Ask {
    fn from(operation: cache::operation::Operation) -> Self {
        Self::Cache(operation)
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(operation) => write!(formatter, "{operation}"),
            Self::Lock(lock::parcel::Order::Run(script)) => write!(formatter, "{script}"),
            Self::Lock(lock::parcel::Order::Stop) => formatter.write_str("stop"),
            Self::Cache(operation) => write!(formatter, "{operation}"),
        }
    }
}

impl Encode for Ask {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Store(operation) => operation.encode(digest),
            Self::Lock(order) => order.encode(digest),
            Self::Cache(operation) => operation.encode(digest),
        }
    }
}

/// An [`Ask`] as links hold it: the operations of the store were there first. **Never reordered:
/// new variants come last.**
#[derive(Serialize, Deserialize)]
enum Wire {
    Put(Text, Text),
    Get(Text),
    Append(Text, Text),
    CompareAndSet(Text, Text, Text),
    Lock(lock::parcel::Order),
    Cache(cache::operation::Operation),
}

impl From<Wire> for Ask {
    fn from(wire: Wire) -> Self {
        match wire {
            Wire::Put(key, value) => Operation::Put(key, value).into(),
            Wire::Get(key) => Operation::Get(key).into(),
            Wire::Append(key, value) => Operation::Append(key, value).into(),
            Wire::CompareAndSet(key, old, new) => Operation::CompareAndSet(key, old, new).into(),
            Wire::Lock(order) => order.into(),
            Wire::Cache(operation) => operation.into(),
        }
    }
}

impl From<Ask> for Wire {
    fn from(ask: Ask) -> Self {
        match ask {
            Ask::Store(Operation::Put(key, value)) => Self::Put(key, value),
            Ask::Store(Operation::Get(key)) => Self::Get(key),
            Ask::Store(Operation::Append(key, value)) => Self::Append(key, value),
            Ask::Store(Operation::CompareAndSet(key, old, new)) => {
                Self::CompareAndSet(key, old, new)
            }
            Ask::Lock(order) => Self::Lock(order),
            Ask::Cache(operation) => Self::Cache(operation),
        }
    }
}
