//! Scripts: what a transaction of a client is to do, in words that a person can write and change.
//!
//! ```text
//! lock orders x; write; lock stock x within 200ms; write; work 5ms; repeat after 50ms
//! ```
//!
//! Steps are separated by `;` or line ends, words by blanks. What is in angle brackets stands for
//! one word, what is in square brackets may be left out:
//!
//! | Step | What is done |
//! |---|---|
//! | `lock <resource> s\|x [within <time>]` | asks for a shared or exclusive lock, and waits |
//! | `try <resource> s\|x` | asks for a lock, but does not wait |
//! | `upgrade <resource> [within <time>]` | makes a shared lock exclusive |
//! | `downgrade <resource>` | makes an exclusive lock shared |
//! | `release <resource>`, `release all` | lets go |
//! | `write [<resource>] [as <token>]` | writes to the vault |
//! | `read [<resource>] [as <token>]` | reads there |
//! | `work <time>` | takes time |
//! | `repeat [after <time>]` | begins again with a new transaction; only as the last step |
//!
//! A time is a whole number of `us`, `ms` or `s`. What is written and read is, unless it is named,
//! what was locked last; a token that is named is a lie, or comes from an older grant, and shows
//! what the vault does about it.
//!
//! Every script has one canonical spelling ([`fmt::Display`]), which reads as the same script; it
//! is what links and files hold. What does not read as a script is a [`ScriptError`]: where, and
//! what would have been right there.

mod grammar;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use grammar::{Expected, Problem, ScriptError};

use super::mode::Mode;
use super::{Resource, Token};
use crate::sim::digest::{Digest, Encode};
use crate::sim::time::{LONGEST_RUN_US, MILLISECOND_US, SECOND_US};

/// The most steps of a script.
pub const MOST_STEPS: usize = 64;
/// The most characters of the name of a resource.
pub const LONGEST_NAME: usize = 32;
/// The longest time in a script, in microseconds.
pub const LONGEST_TIME_US: u64 = LONGEST_RUN_US;
/// Words with a meaning where a name could stand: nothing can be called so.
pub const RESERVED: [&str; 4] = ["all", "as", "within", "after"];

/// Whether something can be called so: 1 to [`LONGEST_NAME`] of `a` to `z`, `0` to `9`, `_` and
/// `-`, and none of [`RESERVED`].
#[must_use]
pub fn is_name(text: &str) -> bool {
    let fits = |letter| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(fits) && !RESERVED.contains(&text)
}

/// One step of a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Asks for a lock, and waits for it.
    Lock {
        /// Of what.
        resource: Resource,
        /// In which mode.
        mode: Mode,
        /// For how long it waits at most, in microseconds.
        within_us: Option<u64>,
    },
    /// Asks for a lock, and does not wait.
    Try {
        /// Of what.
        resource: Resource,
        /// In which mode.
        mode: Mode,
    },
    /// Makes a shared lock exclusive.
    Upgrade {
        /// Of what.
        resource: Resource,
        /// For how long it waits at most, in microseconds.
        within_us: Option<u64>,
    },
    /// Makes an exclusive lock shared.
    Downgrade {
        /// Of what.
        resource: Resource,
    },
    /// Lets go of a lock.
    Release {
        /// Of what.
        resource: Resource,
    },
    /// Lets go of every lock.
    ReleaseAll,
    /// Writes to the vault.
    Write {
        /// What; nothing said: what was locked last.
        resource: Option<Resource>,
        /// With which token; nothing said: that of its grant.
        token: Option<Token>,
    },
    /// Reads from the vault.
    Read {
        /// What; nothing said: what was locked last.
        resource: Option<Resource>,
        /// With which token; nothing said: that of its grant.
        token: Option<Token>,
    },
    /// Takes time.
    Work {
        /// How much, in microseconds.
        time_us: u64,
    },
    /// Begins again, with a new transaction.
    Repeat {
        /// After how long, in microseconds.
        after_us: Option<u64>,
    },
}

impl Step {
    /// What it asks a lock of, if it does.
    #[must_use]
    pub const fn locks(&self) -> Option<&Resource> {
        match self {
            Self::Lock { resource, .. } | Self::Try { resource, .. } => Some(resource),
            Self::Upgrade { .. }
            | Self::Downgrade { .. }
            | Self::Release { .. }
            | Self::ReleaseAll
            | Self::Write { .. }
            | Self::Read { .. }
            | Self::Work { .. }
            | Self::Repeat { .. } => None,
        }
    }
}

/// A time in its canonical spelling: in the greatest unit of which it is a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelled(pub u64);

impl fmt::Display for Spelled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(time_us) = *self;
        if time_us.is_multiple_of(SECOND_US) {
            write!(formatter, "{}s", time_us / SECOND_US)
        } else if time_us.is_multiple_of(MILLISECOND_US) {
            write!(formatter, "{}ms", time_us / MILLISECOND_US)
        } else {
            write!(formatter, "{time_us}us")
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let option = |formatter: &mut fmt::Formatter<'_>, word, time_us: &Option<u64>| {
            time_us.map_or(Ok(()), |time_us| write!(formatter, " {word} {}", Spelled(time_us)))
        };
        match self {
            Self::Lock { resource, mode, within_us } => {
                write!(formatter, "lock {resource} {}", mode.letter())?;
                option(formatter, "within", within_us)
            }
            Self::Try { resource, mode } => write!(formatter, "try {resource} {}", mode.letter()),
            Self::Upgrade { resource, within_us } => {
                write!(formatter, "upgrade {resource}")?;
                option(formatter, "within", within_us)
            }
            Self::Downgrade { resource } => write!(formatter, "downgrade {resource}"),
            Self::Release { resource } => write!(formatter, "release {resource}"),
            Self::ReleaseAll => formatter.write_str("release all"),
            Self::Write { resource, token } | Self::Read { resource, token } => {
                let word = if matches!(self, Self::Write { .. }) { "write" } else { "read" };
                formatter.write_str(word)?;
                resource.as_ref().map_or(Ok(()), |resource| write!(formatter, " {resource}"))?;
                token.map_or(Ok(()), |token| write!(formatter, " as {token}"))
            }
            Self::Work { time_us } => write!(formatter, "work {}", Spelled(*time_us)),
            Self::Repeat { after_us } => {
                formatter.write_str("repeat")?;
                option(formatter, "after", after_us)
            }
        }
    }
}

/// What a transaction is to do: 1 to [`MOST_STEPS`] steps that make sense together. Copies share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Script(Arc<[Step]>);

impl Script {
    /// A script of these steps.
    ///
    /// # Errors
    /// The first step that makes no sense, by its place, and why. After the last step: there are
    /// none.
    pub fn new(steps: Vec<Step>) -> Result<Self, (usize, Problem)> {
        grammar::check(&steps)?;
        assert!((1..=MOST_STEPS).contains(&steps.len()));
        Ok(Self(steps.into()))
    }

    /// Its steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// What the step at a place reads or writes: what it names, or else what was locked last.
    #[must_use]
    pub fn subject(&self, place: usize) -> Option<&Resource> {
        match self.0.get(place)? {
            Step::Write { resource: Some(resource), .. }
            | Step::Read { resource: Some(resource), .. } => Some(resource),
            Step::Write { .. } | Step::Read { .. } => {
                self.0[..place].iter().rev().find_map(Step::locks)
            }
            Step::Lock { .. }
            | Step::Try { .. }
            | Step::Upgrade { .. }
            | Step::Downgrade { .. }
            | Step::Release { .. }
            | Step::ReleaseAll
            | Step::Work { .. }
            | Step::Repeat { .. } => None,
        }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            write!(formatter, "{}{step}", if place > 0 { "; " } else { "" })?;
        }
        Ok(())
    }
}

impl FromStr for Script {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Self, ScriptError> {
        grammar::parse(text)
    }
}

impl From<Script> for String {
    fn from(script: Script) -> Self {
        script.to_string()
    }
}

impl TryFrom<String> for Script {
    type Error = ScriptError;

    fn try_from(text: String) -> Result<Self, ScriptError> {
        text.parse()
    }
}

impl Encode for Script {
    fn encode(&self, digest: &mut Digest) {
        digest.text(&self.to_string());
    }
}

#[cfg(test)]
mod tests;
