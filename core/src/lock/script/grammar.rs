//! How a script is read, and what can be wrong with one.
//!
//! Reading goes word by word. The first thing that is wrong is said, with its place, so that a page
//! can mark it; the words for it are the page's.

use std::fmt;

use super::super::mode::Mode;
use super::super::{Resource, Token};
use super::{LONGEST_TIME_US, MOST_STEPS, Script, Step, is_name};
use crate::sim::time::{MILLISECOND_US, SECOND_US};

/// What would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expected {
    /// A step: `lock`, `try`, `upgrade`, `downgrade`, `release`, `write`, `read`, `work` or
    /// `repeat`.
    Step,
    /// The name of a resource: see [`is_name`].
    Resource,
    /// The name of a resource, or `all`.
    ResourceOrAll,
    /// `s` or `x`.
    Mode,
    /// A time: a whole number and `us`, `ms` or `s`.
    Time,
    /// A token: a whole number.
    Token,
    /// Nothing more.
    End,
    /// `within`, or nothing more.
    Within,
    /// `as`, or nothing more.
    As,
    /// The name of a resource, `as`, or nothing more.
    ResourceOrAs,
    /// `after`, or nothing more.
    After,
}

/// What is wrong with a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Problem {
    /// Something else should stand here.
    Expected(Expected),
    /// A time is at least a microsecond and at most [`LONGEST_TIME_US`].
    TimeOutOfBounds,
    /// A token is at most 2⁶⁴ − 1.
    TokenTooGreat,
    /// Nothing was locked yet, so it must be said what is read or written.
    NothingLocked,
    /// `repeat` comes last.
    RepeatNotLast,
    /// `repeat` needs something before it.
    NothingToRepeat,
    /// There are more than [`MOST_STEPS`] steps.
    TooManySteps,
}

impl Expected {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Step => "expected_step",
            Self::Resource => "expected_resource",
            Self::ResourceOrAll => "expected_resource_or_all",
            Self::Mode => "expected_mode",
            Self::Time => "expected_time",
            Self::Token => "expected_token",
            Self::End => "expected_end",
            Self::Within => "expected_within",
            Self::As => "expected_as",
            Self::ResourceOrAs => "expected_resource_or_as",
            Self::After => "expected_after",
        }
    }
}

impl Problem {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expected(expected) => expected.name(),
            Self::TimeOutOfBounds => "time_out_of_bounds",
            Self::TokenTooGreat => "token_too_great",
            Self::NothingLocked => "nothing_locked",
            Self::RepeatNotLast => "repeat_not_last",
            Self::NothingToRepeat => "nothing_to_repeat",
            Self::TooManySteps => "too_many_steps",
        }
    }
}

/// Where a script is wrong, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScriptError {
    /// How many characters come before it.
    pub at: usize,
    /// Of how many characters it is; none where something is missing.
    pub length: usize,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}", self.problem.name(), self.at)
    }
}

impl std::error::Error for ScriptError {}

/// A word, and where it stands.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    at: usize,
    text: &'a str,
}

impl Word<'_> {
    fn wrong(self, problem: Problem) -> ScriptError {
        ScriptError { at: self.at, length: self.text.chars().count(), problem }
    }
}

/// The words of one step that have not been read yet.
#[derive(Debug)]
struct Words<'a> {
    text: &'a str,
    /// How many characters of the script come before `text`.
    at: usize,
    /// Where the word read last ended.
    end: usize,
}

impl<'a> Words<'a> {
    const fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, end: at }
    }

    fn next(&mut self) -> Option<Word<'a>> {
        let text = self.text.trim_start();
        let blanks = self.text[..self.text.len() - text.len()].chars().count();
        if text.is_empty() {
            return None;
        }
        let (word, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        let word = Word { at: self.at + blanks, text: word };
        self.end = word.at + word.text.chars().count();
        (self.text, self.at) = (rest, self.end);
        Some(word)
    }

    /// The next word, which must be there.
    fn need(&mut self, expected: Expected) -> Result<Word<'a>, ScriptError> {
        let problem = Problem::Expected(expected);
        let end = self.end;
        self.next().ok_or(ScriptError { at: end, length: 0, problem })
    }

    fn resource(&mut self) -> Result<Resource, ScriptError> {
        let word = self.need(Expected::Resource)?;
        resource(word, Expected::Resource)
    }

    fn mode(&mut self) -> Result<Mode, ScriptError> {
        let word = self.need(Expected::Mode)?;
        let mut modes = [Mode::Shared, Mode::Exclusive].into_iter();
        let found = modes.find(|mode| mode.letter() == word.text);
        found.ok_or_else(|| word.wrong(Problem::Expected(Expected::Mode)))
    }

    fn time(&mut self) -> Result<u64, ScriptError> {
        let word = self.need(Expected::Time)?;
        let wrong = || word.wrong(Problem::Expected(Expected::Time));
        let digits = word.text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = word.text.split_at(digits);
        let unit_us = match unit {
            "us" => 1,
            "ms" => MILLISECOND_US,
            "s" => SECOND_US,
            _ => return Err(wrong()),
        };
        if number.is_empty() {
            return Err(wrong());
        }
        let time_us = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit_us));
        let time_us = time_us.filter(|time_us| is_time(*time_us));
        time_us.ok_or_else(|| word.wrong(Problem::TimeOutOfBounds))
    }

    /// `word` and a time, or nothing more.
    fn optional_time(
        &mut self,
        word: &str,
        expected: Expected,
    ) -> Result<Option<u64>, ScriptError> {
        match self.next() {
            None => Ok(None),
            Some(found) if found.text == word => self.time().map(Some),
            Some(found) => Err(found.wrong(Problem::Expected(expected))),
        }
    }

    /// What is read or written, and as the holder of which token: the step's name was read.
    fn access(&mut self) -> Result<(Option<Resource>, Option<Token>), ScriptError> {
        let Some(first) = self.next() else { return Ok((None, None)) };
        if first.text == "as" {
            return Ok((None, Some(self.token()?)));
        }
        let resource = Some(resource(first, Expected::ResourceOrAs)?);
        match self.next() {
            None => Ok((resource, None)),
            Some(word) if word.text == "as" => Ok((resource, Some(self.token()?))),
            Some(word) => Err(word.wrong(Problem::Expected(Expected::As))),
        }
    }

    fn token(&mut self) -> Result<Token, ScriptError> {
        let word = self.need(Expected::Token)?;
        if !word.text.bytes().all(|letter| letter.is_ascii_digit()) {
            return Err(word.wrong(Problem::Expected(Expected::Token)));
        }
        word.text.parse().map_err(|_| word.wrong(Problem::TokenTooGreat))
    }

    fn step(&mut self, first: Word<'_>) -> Result<Step, ScriptError> {
        let step = match first.text {
            "lock" => Step::Lock {
                resource: self.resource()?,
                mode: self.mode()?,
                within_us: self.optional_time("within", Expected::Within)?,
            },
            "try" => Step::Try { resource: self.resource()?, mode: self.mode()? },
            "upgrade" => Step::Upgrade {
                resource: self.resource()?,
                within_us: self.optional_time("within", Expected::Within)?,
            },
            "downgrade" => Step::Downgrade { resource: self.resource()? },
            "release" => match self.need(Expected::ResourceOrAll)? {
                Word { text: "all", .. } => Step::ReleaseAll,
                word => Step::Release { resource: resource(word, Expected::ResourceOrAll)? },
            },
            "write" => {
                let (resource, token) = self.access()?;
                Step::Write { resource, token }
            }
            "read" => {
                let (resource, token) = self.access()?;
                Step::Read { resource, token }
            }
            "work" => Step::Work { time_us: self.time()? },
            "repeat" => Step::Repeat { after_us: self.optional_time("after", Expected::After)? },
            _ => return Err(first.wrong(Problem::Expected(Expected::Step))),
        };
        match self.next() {
            None => Ok(step),
            Some(word) => Err(word.wrong(Problem::Expected(Expected::End))),
        }
    }
}

fn resource(word: Word<'_>, expected: Expected) -> Result<Resource, ScriptError> {
    let fits = is_name(word.text);
    fits.then(|| word.text.into()).ok_or_else(|| word.wrong(Problem::Expected(expected)))
}

fn is_time(time_us: u64) -> bool {
    (1..=LONGEST_TIME_US).contains(&time_us)
}

/// Reads a script. What is wrong is said in the order of the text: no step behind a wrong one is
/// looked at.
pub(super) fn parse(text: &str) -> Result<Script, ScriptError> {
    let mut steps = Vec::new();
    let mut at = 0;
    let mut end = 0;
    for part in text.split([';', '\n']) {
        let mut words = Words::new(part, at);
        if let Some(first) = words.next() {
            steps.push(words.step(first)?);
            check_last(&steps).map_err(|problem| first.wrong(problem))?;
            end = words.end;
        }
        at += part.chars().count() + 1;
    }
    Script::new(steps).map_err(|(_, problem)| ScriptError { at: end, length: 0, problem })
}

/// Whether these steps make a script; else the first that does not fit, and why.
pub(super) fn check(steps: &[Step]) -> Result<(), (usize, Problem)> {
    for place in 0..steps.len() {
        check_last(&steps[..=place]).map_err(|problem| (place, problem))?;
    }
    if steps.is_empty() { Err((0, Problem::Expected(Expected::Step))) } else { Ok(()) }
}

/// Whether the last of these steps fits to those before.
fn check_last(steps: &[Step]) -> Result<(), Problem> {
    let Some((last, before)) = steps.split_last() else { return Ok(()) };
    if before.len() >= MOST_STEPS {
        return Err(Problem::TooManySteps);
    }
    if before.iter().any(|step| matches!(step, Step::Repeat { .. })) {
        return Err(Problem::RepeatNotLast);
    }
    let (resource, time_us) = match last {
        Step::Lock { resource, within_us, .. } | Step::Upgrade { resource, within_us } => {
            (Some(resource), *within_us)
        }
        Step::Try { resource, .. } | Step::Downgrade { resource } | Step::Release { resource } => {
            (Some(resource), None)
        }
        Step::ReleaseAll => (None, None),
        Step::Write { resource, .. } | Step::Read { resource, .. } => {
            if resource.is_none() && !before.iter().any(|step| step.locks().is_some()) {
                return Err(Problem::NothingLocked);
            }
            (resource.as_ref(), None)
        }
        Step::Work { time_us } => (None, Some(*time_us)),
        Step::Repeat { after_us } => {
            if before.is_empty() {
                return Err(Problem::NothingToRepeat);
            }
            (None, *after_us)
        }
    };
    if resource.is_some_and(|resource| !is_name(resource)) {
        Err(Problem::Expected(Expected::Resource))
    } else if time_us.is_some_and(|time_us| !is_time(time_us)) {
        Err(Problem::TimeOutOfBounds)
    } else {
        Ok(())
    }
}
