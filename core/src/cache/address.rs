//! Lines, the words in them, and where a line is at home.
//!
//! Memory is moved about in *lines* of a few words. Whoever wants one word gets its neighbours too;
//! two nodes that write different words of one line disturb each other though they share nothing:
//! *false sharing*.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::sim::digest::{Digest, Encode};
use crate::sim::random::mix;

/// The most lines that a memory can have.
pub const MOST_LINES: u8 = 64;
/// The most words that a line can have.
pub const MOST_WORDS: u8 = 8;

/// A word of memory.
pub type Word = u32;

/// A line, by its number from 0. People call the first ones `x`, `y`, `z` and `w`, the next ones
/// `a` to `v`, and those after them `aa`, `ab` and so on.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Line(pub u8);

/// What the first lines are called: what textbooks call them.
const FIRST: &[u8; 26] = b"xyzwabcdefghijklmnopqrstuv";

impl Line {
    /// The place in a list of lines.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Which of so many homes it belongs to, from 0: a hash, so that neighbours are spread.
    #[must_use]
    pub const fn home(self, homes: u8) -> u8 {
        assert!(homes > 0, "every line has a home");
        let place = mix(self.0 as u64 + 1) % homes as u64;
        #[expect(clippy::cast_possible_truncation, reason = "it is less than a byte")]
        let place = place as u8;
        place
    }

    /// The line's bit in a set of lines.
    #[must_use]
    pub const fn bit(self) -> u64 {
        1 << self.0
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |place: u8| char::from(b'a' + place);
        match FIRST.get(self.index()) {
            Some(name) => write!(formatter, "{}", char::from(*name)),
            None => {
                let rest = self.0 - 26;
                write!(formatter, "{}{}", letter(rest / 26), letter(rest % 26))
            }
        }
    }
}

/// A text that is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAddress;

impl FromStr for Line {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let named = |line: &Self| line.to_string() == text;
        (0..MOST_LINES).map(Self).find(named).ok_or(NotAnAddress)
    }
}

/// A word of a line. `x` is the first word of `x`, `x.1` the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The line.
    pub line: Line,
    /// Which of its words, from 0.
    pub word: u8,
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.word {
            0 => write!(formatter, "{}", self.line),
            word => write!(formatter, "{}.{word}", self.line),
        }
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (line, word) = text.split_once('.').unwrap_or((text, "0"));
        let word = word.parse().map_err(|_| NotAnAddress)?;
        let address = Self { line: line.parse()?, word };
        // One spelling for each address.
        let spelt = address.to_string() == text && word < MOST_WORDS;
        if spelt { Ok(address) } else { Err(NotAnAddress) }
    }
}

impl Encode for Address {
    fn encode(&self, digest: &mut Digest) {
        digest.word(u64::from(self.line.0) << 8 | u64::from(self.word));
    }
}

/// What a line holds. Words that a line does not have stay 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Words([Word; MOST_WORDS as usize]);

impl Words {
    /// One word.
    #[must_use]
    pub const fn get(&self, word: u8) -> Word {
        self.0[word as usize]
    }

    /// Writes one word.
    pub const fn set(&mut self, word: u8, value: Word) {
        self.0[word as usize] = value;
    }

    /// The first so many words.
    #[must_use]
    pub fn first(&self, words: u8) -> &[Word] {
        &self.0[..usize::from(words)]
    }
}

impl Encode for Words {
    fn encode(&self, digest: &mut Digest) {
        for pair in self.0.chunks(2) {
            digest.word(u64::from(pair[0]) << 32 | u64::from(pair[1]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_has_a_name_of_its_own_that_leads_back_to_it() {
        let names: BTreeSet<String> = (0..MOST_LINES).map(|line| Line(line).to_string()).collect();
        assert_eq!(names.len(), usize::from(MOST_LINES));
        assert!((0..MOST_LINES).map(Line).all(|line| line.to_string().parse() == Ok(line)));
        let first: Vec<String> = (0..5).map(|line| Line(line).to_string()).collect();
        assert_eq!(first, ["x", "y", "z", "w", "a"]);
    }

    #[test]
    fn addresses_have_one_spelling() {
        for text in ["x", "x.1", "ab.7"] {
            assert_eq!(text.parse::<Address>().map(|it| it.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "X", "x.0", "x.8", "x.01", "x.", ".1", "x.1.1", "zz"] {
            assert_eq!(text.parse::<Address>(), Err(NotAnAddress), "{text:?}");
        }
    }

    #[test]
    fn lines_are_spread_over_the_homes() {
        for homes in 1..=4 {
            let used: BTreeSet<u8> = (0..16).map(|line| Line(line).home(homes)).collect();
            assert_eq!(used, (0..homes).collect(), "{homes} homes");
        }
    }
}
