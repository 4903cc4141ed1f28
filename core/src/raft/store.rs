//! A key-value store: the state machine of the Raft lab.
//!
//! Reads go through the log like everything else, unless [`Setting::Reads`] says otherwise, so an
//! answered `get` saw every command committed before it.
//!
//! [`Setting::Reads`]: super::setting::Setting::Reads

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::Participant;
use super::client::Client;
use super::state_machine::{Effects, Origin, Sampled, StateMachine};
use crate::sim::digest::{Digest, Encode};

/// Text that is shared, not copied.
pub type Text = Arc<str>;

/// What the store can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Set a key to a value.
    Put(Text, Text),
    /// Read a key.
    Get(Text),
    /// Put text at the end of a key's value; a missing key counts as empty.
    Append(Text, Text),
    /// Set a key to the second value if it holds the first.
    #[serde(rename = "cas")]
    CompareAndSet(Text, Text, Text),
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put(key, value) => write!(formatter, "put {key} {value}"),
            Self::Get(key) => write!(formatter, "get {key}"),
            Self::Append(key, value) => write!(formatter, "append {key} {value}"),
            Self::CompareAndSet(key, old, new) => write!(formatter, "cas {key} {old} {new}"),
        }
    }
}

/// What the store answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A write was done.
    Done,
    /// What a key holds, if anything.
    Value(Option<Text>),
    /// Whether a compare-and-set found what it expected, and wrote.
    Swapped(bool),
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => formatter.write_str("ok"),
            Self::Value(None) => formatter.write_str("—"),
            Self::Value(Some(value)) => write!(formatter, "{value}"),
            Self::Swapped(swapped) => write!(formatter, "{swapped}"),
        }
    }
}

impl Operation {
    /// The key that it is about.
    #[must_use]
    pub const fn key(&self) -> &Text {
        match self {
            Self::Put(key, _)
            | Self::Get(key)
            | Self::Append(key, _)
            | Self::CompareAndSet(key, _, _) => key,
        }
    }

    /// Its key and its values, in order.
    #[must_use]
    pub const fn texts(&self) -> [Option<&Text>; 3] {
        match self {
            Self::Put(key, value) | Self::Append(key, value) => [Some(key), Some(value), None],
            Self::Get(key) => [Some(key), None, None],
            Self::CompareAndSet(key, old, new) => [Some(key), Some(old), Some(new)],
        }
    }
}

impl Encode for Operation {
    fn encode(&self, digest: &mut Digest) {
        digest.word(match self {
            Self::Put(..) => 1,
            Self::Get(_) => 2,
            Self::Append(..) => 3,
            Self::CompareAndSet(..) => 4,
        });
        self.texts().into_iter().flatten().for_each(|text| digest.text(text));
    }
}

impl Encode for Answer {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Done => digest.word(1),
            Self::Value(None) => digest.word(2),
            Self::Value(Some(value)) => {
                digest.word(3);
                digest.text(value);
            }
            Self::Swapped(swapped) => digest.word(4 + u64::from(*swapped)),
        }
    }
}

/// The store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Store {
    values: OrdMap<Text, Text>,
}

impl Store {
    /// Every key and its value, in order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &Text)> {
        self.values.iter()
    }
}

impl StateMachine for Store {
    type Command = Operation;
    type Answer = Answer;
    type Party = Client<Self>;
    type Ask = Operation;
    type Parcel = Infallible;
    type Steward = ();
    type Note = Infallible;

    fn apply(&mut self, _: &Origin, command: &Operation, _: &mut Effects<Self>) -> Answer {
        self.carry_out(command)
    }

    fn is_read(command: &Operation) -> bool {
        matches!(command, Operation::Get(_))
    }
}

impl Sampled for Store {
    /// Half writes, four tenths reads, one tenth compare-and-sets, on three keys.
    fn sample(count: u64, mut draw: impl FnMut(u64) -> u64) -> Operation {
        const KEYS: [&str; 3] = ["x", "y", "z"];
        let key: Text = KEYS[usize::try_from(draw(3)).unwrap_or(0)].into();
        let value = |number: u64| Text::from(number.to_string());
        match draw(10) {
            0..5 => Operation::Put(key, value(count)),
            5..9 => Operation::Get(key),
            _ => Operation::CompareAndSet(key, value(count.saturating_sub(1)), value(count)),
        }
    }

    fn command(ask: Operation) -> Option<Operation> {
        Some(ask)
    }
}

impl Participant<Store> {
    /// The client, if it is one.
    #[must_use]
    pub const fn client(&self) -> Option<&Client<Store>> {
        self.party()
    }
}

impl Store {
    /// Carries out an operation.
    pub fn carry_out(&mut self, command: &Operation) -> Answer {
        match command {
            Operation::Put(key, value) => {
                self.values.insert(key.clone(), value.clone());
                Answer::Done
            }
            Operation::Get(key) => Answer::Value(self.values.get(key).cloned()),
            Operation::Append(key, value) => {
                let held = self.values.get(key).map_or("", |held| held);
                let longer: Text = format!("{held}{value}").into();
                self.values.insert(key.clone(), longer);
                Answer::Done
            }
            Operation::CompareAndSet(key, old, new) => {
                let found = self.values.get(key) == Some(old);
                if found {
                    self.values.insert(key.clone(), new.clone());
                }
                Answer::Swapped(found)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(commands: &[Operation]) -> Vec<Answer> {
        let mut store = Store::default();
        commands.iter().map(|command| store.carry_out(command)).collect()
    }

    fn value(text: &str) -> Answer {
        Answer::Value(Some(text.into()))
    }

    #[test]
    fn a_get_sees_the_last_put() {
        let answers = run(&[
            Operation::Get("x".into()),
            Operation::Put("x".into(), "1".into()),
            Operation::Put("x".into(), "2".into()),
            Operation::Get("x".into()),
        ]);
        assert_eq!(answers, [Answer::Value(None), Answer::Done, Answer::Done, value("2")]);
    }

    #[test]
    fn an_append_to_nothing_is_a_put() {
        let append = |text: &str| Operation::Append("x".into(), text.into());
        let answers = run(&[append("a"), append("b"), Operation::Get("x".into())]);
        assert_eq!(answers[2], value("ab"));
    }

    #[test]
    fn a_compare_and_set_writes_only_if_it_finds_what_it_expects() {
        let cas =
            |old: &str, new: &str| Operation::CompareAndSet("x".into(), old.into(), new.into());
        let answers = run(&[
            cas("1", "2"),
            Operation::Put("x".into(), "1".into()),
            cas("1", "2"),
            cas("1", "3"),
            Operation::Get("x".into()),
        ]);
        assert_eq!(
            answers,
            [
                Answer::Swapped(false),
                Answer::Done,
                Answer::Swapped(true),
                Answer::Swapped(false),
                value("2")
            ]
        );
    }
}
