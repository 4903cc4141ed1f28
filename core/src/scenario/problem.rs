//! What can be wrong with a scenario that comes from outside.
//!
//! Files and links are written by people, cut by mail programs and altered by the curious. Each
//! problem says *where* (a path such as `choices[3].crash`, or a byte of a link) and *what*, as
//! values: the command line says it in English, the page in the reader's language.

use std::fmt;

use crate::lab::Session;
use crate::lab::raft::{ConfigProblem, Must};
use crate::lab::session::{Excess, MOST_STEPS, MOST_UNDER_WAY};
use crate::lock::script::ScriptError;

use super::text::{duration, unscaled};

/// Something wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A path into the file, or into the link.
    pub place: String,
    /// What is wrong there.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The file is not JSON: the parser's words, which name line and column.
    NotJson(String),
    /// A field that must be there is not.
    Missing,
    /// There is no such field here.
    UnknownField,
    /// The value is of another kind than the one named.
    NotA(Kind),
    /// Another version of the format.
    UnknownVersion(u64),
    /// No lab is called so.
    UnknownLab(String),
    /// No node of this scenario is called so.
    NoSuchNode(String),
    /// Nothing is called so.
    NoSuchName(String),
    /// A value out of its bounds.
    OutOfBounds(Must),
    /// It must come after what stands before it.
    OutOfOrder,
    /// It was named before.
    Repeated,
    /// More than this.
    TooLong(u64, Unit),
    /// Characters that no link has.
    NotALink,
    /// The link is incomplete.
    Cut,
    /// The link was altered or is damaged.
    Altered,
    /// The link was made by a newer version: it says something unknown.
    Newer,
    /// Not a script of the lock lab.
    BadScript(ScriptError),
    /// A run may not take so many steps.
    TooManySteps(u64),
    /// A run may not have so many messages on their way at once.
    TooManyMessages(u64),
}

/// What the length of something is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes, of UTF-8 where they are text.
    Bytes,
    /// Characters.
    Characters,
    /// Choices.
    Choices,
    /// Branches.
    Branches,
    /// Captions.
    Captions,
    /// Bookmarks.
    Bookmarks,
}

impl Unit {
    /// What it is called in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Characters => "characters",
            Self::Choices => "choices",
            Self::Branches => "branches",
            Self::Captions => "captions",
            Self::Bookmarks => "bookmarks",
        }
    }
}

/// The kinds of values in a scenario file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{ … }`.
    Object,
    /// `[ … ]`.
    List,
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A probability from 0 to 1.
    Probability,
    /// A time such as `"150ms"`.
    Time,
    /// A time such as `"1.2s"`, or `"1.2s+3"` for after three steps at that time.
    Moment,
    /// Two times, the shorter first.
    TimeRange,
    /// The name of a node.
    Node,
    /// The name of a message such as `"n1>n3#17"`.
    Message,
    /// Two nodes.
    Link,
    /// Exactly one thing to do.
    Choice,
    /// Texts for an operation.
    Operation,
    /// A factor such as 1.5.
    Factor,
    /// Sixteen hexadecimal digits.
    Digest,
    /// What a client of the lock manager is told.
    Order,
    /// What a processor is asked.
    Access,
    /// A line of memory.
    Line,
    /// A word of a line.
    Address,
}

impl Kind {
    /// What it is called in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::Object => "an object { … }",
            Self::List => "a list [ … ]",
            Self::Text => "a text",
            Self::Number => "a whole number",
            Self::Boolean => "true or false",
            Self::Probability => "a probability from 0 to 1",
            Self::Time => "a time such as \"150ms\" or \"1.2s\"",
            Self::Moment => "a moment such as \"1.2s\", or \"1.2s+3\" (after three steps at it)",
            Self::TimeRange => "two times such as [\"5ms\", \"15ms\"]",
            Self::Node => "the name of a node, such as \"n1\" or \"c1\"",
            Self::Message => "the name of a message, such as \"n1>n3#17\"",
            Self::Link => "two nodes such as [\"n1\", \"n3\"]",
            Self::Choice => "exactly one thing to do",
            Self::Operation => "one of put, get, append, cas, with its texts",
            Self::Factor => "a factor such as 1.5",
            Self::Digest => "sixteen hexadecimal digits",
            Self::Order => "one of run, stop",
            Self::Access => "one of read, write, cas, own, evict, flush, invalidate",
            Self::Line => "a line such as \"x\"",
            Self::Address => "a word such as \"x\", or \"x.1\" for the second of its line",
        }
    }
}

impl Problem {
    /// A problem at a place.
    #[must_use]
    pub fn new(place: impl Into<String>, wrong: Wrong) -> Self {
        Self { place: place.into(), wrong }
    }

    /// The limit that a run has reached, if it has.
    #[must_use]
    pub fn of_run(session: &Session) -> Option<Self> {
        let wrong = match session.excess()? {
            Excess::Steps => Wrong::TooManySteps(MOST_STEPS),
            Excess::Messages => Wrong::TooManyMessages(MOST_UNDER_WAY as u64),
        };
        Some(Self::new("run", wrong))
    }

    /// A configuration's problem, in a scenario.
    #[must_use]
    pub fn of_config(prefix: &str, problem: ConfigProblem) -> Self {
        let ConfigProblem { field, must } = problem;
        Self::new(format!("{prefix}{field}"), Wrong::OutOfBounds(must))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.wrong)
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(words) => write!(formatter, "not JSON: {words}"),
            Self::Missing => formatter.write_str("must be given"),
            Self::UnknownField => formatter.write_str("there is no such field"),
            Self::NotA(kind) => write!(formatter, "must be {}", kind.english()),
            Self::UnknownVersion(version) => {
                write!(formatter, "version {version} of the format is not known here")
            }
            Self::UnknownLab(name) => write!(formatter, "there is no lab called {name:?}"),
            Self::NoSuchNode(name) => write!(formatter, "no node here is called {name:?}"),
            Self::NoSuchName(name) => write!(formatter, "nothing is called {name:?} here"),
            Self::OutOfBounds(must) => write!(formatter, "must {}", English(*must)),
            Self::OutOfOrder => formatter.write_str("must come after what stands before it"),
            Self::TooLong(most, unit) => {
                write!(formatter, "more than the {most} {} allowed", unit.english())
            }
            Self::NotALink => formatter.write_str("not a Lockstep link"),
            Self::BadScript(error) => write!(formatter, "no script: {error}"),
            Self::Cut => formatter.write_str("the link ends too early: a part of it is missing"),
            Self::Repeated => formatter.write_str("was named before: once is enough"),
            Self::Altered => formatter.write_str("the link is incomplete or was altered"),
            Self::Newer => formatter.write_str("made by a newer version of Lockstep"),
            Self::TooManySteps(most) => {
                write!(formatter, "takes more than the {most} steps allowed")
            }
            Self::TooManyMessages(most) => {
                write!(formatter, "has more than the {most} messages allowed on their way at once")
            }
        }
    }
}

struct English(Must);

impl fmt::Display for English {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Must::LieBetween(low, high) => write!(formatter, "lie between {low} and {high}"),
            Must::LastBetween(low_us, high_us) => {
                let (low, high) = (duration(low_us), duration(high_us));
                write!(formatter, "last between {low} and {high}")
            }
            Must::Ascend => formatter.write_str("have its smaller value first"),
            Must::NameServers => formatter.write_str("name servers that exist, each once"),
            Must::HaveRisingTerms => {
                formatter.write_str("have terms from 1 that never fall, and none above its own")
            }
            Must::NameEachOnce => formatter.write_str("name each thing once, in order"),
            Must::NameTwoNodes => formatter.write_str("name two different nodes"),
            Must::BeShort(most) => write!(formatter, "have texts of at most {most} bytes"),
            Must::BeFactorBetween(low, high) => {
                write!(formatter, "lie between {} and {}", unscaled(low, 6), unscaled(high, 6))
            }
            Must::HaveNoEmptyGroup => formatter.write_str("have somebody in every group"),
            Must::HaveEntries(most) => write!(formatter, "have a log of at most {most} entries"),
            Must::BePlainNames => formatter.write_str(
                "have names of at most 32 letters from a to z, digits, - and _, none of them a \
                 word of scripts",
            ),
            Must::NameClients => formatter.write_str("name clients that exist, each once"),
            Must::DivideByGroups => {
                formatter.write_str("be a number of which each group gets the same share")
            }
            Must::BelongToLab => formatter.write_str("be something that this lab has"),
            Must::HaveTerms(most) => write!(formatter, "have terms of at most {most}"),
        }
    }
}
