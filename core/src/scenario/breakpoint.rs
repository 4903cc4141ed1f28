//! Breakpoints: what playing stops at, as scenarios hold it.
//!
//! A link writes one as two numbers, a file as a few words: `"leader"`, `"role_change n2"`,
//! `"failure log_matching"`, `"locks deadlock"`. Numbers are never used again.

use super::{Problem, Scenario, Wrong};
use crate::check::Check;
use crate::lab::landmark::{Landmark, LockMark};
use crate::lab::{Names, NodeName};
use crate::sim::process::NodeId;

/// The number of a breakpoint in links; `None` if a scenario does not hold such ones.
pub(super) fn number(breakpoint: Landmark) -> Option<(u8, u8)> {
    Some(match breakpoint {
        Landmark::Event | Landmark::Rule(_) | Landmark::Cell(_) => return None,
        Landmark::Leader => (1, 0),
        Landmark::Commit => (2, 0),
        Landmark::Fault => (3, 0),
        Landmark::RoleChange(node) => (4, node.map_or(0, |node| node.0 + 1)),
        Landmark::MessageTo(node) => (5, node.0),
        Landmark::Failure(check) => (6, check.map_or(0, |check| check.number() + 1)),
        Landmark::Lock(mark) => (7, mark.number()),
    })
}

/// The breakpoint of a number, if it is known.
pub(super) fn numbered(kind: u8, detail: u8) -> Option<Landmark> {
    let breakpoint = match kind {
        1 => Landmark::Leader,
        2 => Landmark::Commit,
        3 => Landmark::Fault,
        4 => Landmark::RoleChange(detail.checked_sub(1).map(NodeId)),
        5 => Landmark::MessageTo(NodeId(detail)),
        6 => Landmark::Failure(match detail.checked_sub(1) {
            None => None,
            Some(check) => Some(Check::numbered(check)?),
        }),
        7 => Landmark::Lock(*LockMark::ALL.get(usize::from(detail))?),
        _ => return None,
    };
    (number(breakpoint) == Some((kind, detail))).then_some(breakpoint)
}

const WORDS: [&str; 7] =
    ["leader", "commit", "fault", "role_change", "message_to", "failure", "locks"];

/// A breakpoint in words, as files have it.
pub(super) fn words(breakpoint: Landmark, names: Names) -> String {
    let (kind, _) = number(breakpoint).expect("a checked scenario holds only what can be written");
    let word = WORDS[usize::from(kind) - 1];
    match breakpoint {
        Landmark::RoleChange(Some(node)) | Landmark::MessageTo(node) => {
            format!("{word} {}", names.name(node))
        }
        Landmark::Failure(Some(check)) => format!("{word} {}", check.name()),
        Landmark::Lock(mark) => format!("{word} {}", mark.name()),
        _ => word.to_owned(),
    }
}

/// The breakpoint that a file's words mean, if they mean one.
pub(super) fn worded(text: &str, names: Names) -> Option<Landmark> {
    let (word, detail) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest));
    let node = || names.id(detail.parse::<NodeName>().ok()?);
    let check = || Check::named(detail);
    let breakpoint = match word {
        "leader" => Landmark::Leader,
        "commit" => Landmark::Commit,
        "fault" => Landmark::Fault,
        "role_change" => Landmark::RoleChange(node()),
        "message_to" => Landmark::MessageTo(node()?),
        "failure" => Landmark::Failure(check()),
        "locks" => Landmark::Lock(LockMark::ALL.into_iter().find(|mark| mark.name() == detail)?),
        _ => return None,
    };
    // One spelling for each.
    (words(breakpoint, names) == text).then_some(breakpoint)
}

impl Scenario {
    /// Every breakpoint names what exists, and each is there once: so they are few.
    pub(super) fn check_breakpoints(&self) -> Result<(), Problem> {
        let names = self.config.names();
        for (place, breakpoint) in self.breakpoints.iter().enumerate() {
            let problem = |wrong| Err(Problem::new(format!("breakpoints[{place}]"), wrong));
            if let Some(node) = breakpoint.node()
                && node.0 >= names.count()
            {
                return problem(Wrong::NoSuchNode(format!("{}", node.0)));
            }
            if number(*breakpoint).is_none() {
                return problem(Wrong::NoSuchName(format!("{breakpoint:?}")));
            }
            if self.breakpoints[..place].contains(breakpoint) {
                return problem(Wrong::Repeated);
            }
        }
        Ok(())
    }
}
