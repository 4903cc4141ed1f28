//! Sequential objects: what a history is compared with.
//!
//! Each is a deterministic function from a state and an action to the next state and an answer.
//! States are compared, copied and remembered in great number, so they are small or share what they
//! hold.

use std::fmt::{self, Debug, Display};

use imbl::Vector;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::raft::store;
use crate::raft::store::Text;

/// A sequential object.
pub trait Model: Clone + Debug {
    /// What it can be asked to do.
    type Action: Clone + Ord + Debug + Display;
    /// What it says in return.
    type Answer: Clone + Ord + Debug + Display;
    /// What it remembers; the default is what it begins with.
    type State: Clone + Ord + Debug + Default;

    /// Which of several independent objects an action is about, where there are several.
    #[must_use]
    fn key(_action: &Self::Action) -> Option<&Text> {
        None
    }

    /// Carries out an action.
    #[must_use]
    fn apply(state: &Self::State, action: &Self::Action) -> (Self::State, Self::Answer);
}

/// Reads a value as JSON spells it; `None` for `null`.
fn spelled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            Err(D::Error::custom("a value must be a text, a number, a truth value or null"))
        }
        value => Ok(Some(value.to_string().into())),
    }
}

/// Reads a value that is something.
fn something<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    spelled(deserializer)?.ok_or_else(|| D::Error::custom("null cannot be enqueued"))
}

/// Writes what a register holds, or a queue gave.
fn write_value(formatter: &mut fmt::Formatter<'_>, value: Option<&Text>) -> fmt::Result {
    formatter.write_str(value.map_or("nil", |value| value))
}

/// One register that can be read, written, and compared and set. It begins with nothing.
#[derive(Clone, Debug)]
pub struct Register;

/// What a register can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterAction {
    /// Say what it holds.
    Read,
    /// Hold this.
    #[serde(deserialize_with = "spelled")]
    Write(Option<Text>),
    /// Hold the second if it holds the first.
    #[serde(rename = "cas")]
    CompareAndSet(
        #[serde(deserialize_with = "spelled")] Option<Text>,
        #[serde(deserialize_with = "spelled")] Option<Text>,
    ),
}

impl Display for RegisterAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => formatter.write_str("read"),
            Self::Write(value) => {
                formatter.write_str("write ")?;
                write_value(formatter, value.as_ref())
            }
            Self::CompareAndSet(old, new) => {
                formatter.write_str("cas ")?;
                write_value(formatter, old.as_ref())?;
                formatter.write_str(" ")?;
                write_value(formatter, new.as_ref())
            }
        }
    }
}

/// What registers and queues answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueAnswer {
    /// It was done.
    Done,
    /// What was read or taken, if anything.
    #[serde(deserialize_with = "spelled")]
    Value(Option<Text>),
    /// Whether a compare-and-set found what it expected, and wrote.
    Swapped(bool),
}

impl Display for ValueAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => formatter.write_str("ok"),
            Self::Value(value) => write_value(formatter, value.as_ref()),
            Self::Swapped(swapped) => write!(formatter, "{swapped}"),
        }
    }
}

impl Model for Register {
    type Action = RegisterAction;
    type Answer = ValueAnswer;
    type State = Option<Text>;

    fn apply(state: &Self::State, action: &RegisterAction) -> (Self::State, ValueAnswer) {
        match action {
            RegisterAction::Read => (state.clone(), ValueAnswer::Value(state.clone())),
            RegisterAction::Write(value) => (value.clone(), ValueAnswer::Done),
            RegisterAction::CompareAndSet(old, new) => {
                let found = state == old;
                let next = if found { new } else { state };
                (next.clone(), ValueAnswer::Swapped(found))
            }
        }
    }
}

/// The lab's key-value store: get, put, append, compare-and-set. Its keys are independent and begin
/// with nothing, so the state is that of one key.
#[derive(Clone, Debug)]
pub struct Kv;

impl Model for Kv {
    type Action = store::Operation;
    type Answer = store::Answer;
    type State = Option<Text>;

    fn key(action: &store::Operation) -> Option<&Text> {
        Some(action.key())
    }

    /// The rules of [`store::Store`], written down a second time and for one key: a check that
    /// called the code it judges would share its mistakes.
    fn apply(state: &Self::State, action: &store::Operation) -> (Self::State, store::Answer) {
        match action {
            store::Operation::Put(_, value) => (Some(value.clone()), store::Answer::Done),
            store::Operation::Get(_) => (state.clone(), store::Answer::Value(state.clone())),
            store::Operation::Append(_, value) => {
                let held = state.as_deref().unwrap_or_default();
                (Some(format!("{held}{value}").into()), store::Answer::Done)
            }
            store::Operation::CompareAndSet(_, old, new) => {
                let found = state.as_ref() == Some(old);
                let next = if found { Some(new.clone()) } else { state.clone() };
                (next, store::Answer::Swapped(found))
            }
        }
    }
}

/// A lock that one holds at a time. As in Knossos' model of the same name nobody owns it: whoever
/// releases it frees it. An acquisition that has to wait takes effect when it gets the lock.
#[derive(Clone, Debug)]
pub struct Mutex;

/// What a mutex can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MutexAction {
    /// Take it.
    Acquire,
    /// Give it back.
    Release,
}

impl Display for MutexAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Acquire => "acquire",
            Self::Release => "release",
        })
    }
}

/// What a mutex answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MutexAnswer {
    /// It was done.
    Done,
    /// It could not be done: the lock was held already, or was free already.
    Refused,
}

impl Display for MutexAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Done => "ok",
            Self::Refused => "refused",
        })
    }
}

impl Model for Mutex {
    type Action = MutexAction;
    type Answer = MutexAnswer;
    /// Whether it is held.
    type State = bool;

    fn apply(held: &bool, action: &MutexAction) -> (bool, MutexAnswer) {
        let wanted = *action == MutexAction::Acquire;
        (wanted, if *held == wanted { MutexAnswer::Refused } else { MutexAnswer::Done })
    }
}

/// A queue that gives first what came first. It begins empty.
#[derive(Clone, Debug)]
pub struct Queue;

/// What a queue can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueAction {
    /// Put this at its end.
    #[serde(deserialize_with = "something")]
    Enqueue(Text),
    /// Take what is at its front; nothing, where it is empty.
    Dequeue,
}

impl Display for QueueAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enqueue(value) => write!(formatter, "enqueue {value}"),
            Self::Dequeue => formatter.write_str("dequeue"),
        }
    }
}

impl Model for Queue {
    type Action = QueueAction;
    type Answer = ValueAnswer;
    type State = Vector<Text>;

    fn apply(state: &Self::State, action: &QueueAction) -> (Self::State, ValueAnswer) {
        let mut next = state.clone();
        let answer = match action {
            QueueAction::Enqueue(value) => {
                next.push_back(value.clone());
                ValueAnswer::Done
            }
            QueueAction::Dequeue => ValueAnswer::Value(next.pop_front()),
        };
        (next, answer)
    }
}
