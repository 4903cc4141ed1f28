//! Scenarios: a run as a small thing that can be written, mailed and opened anywhere.
//!
//! A scenario is everything that a run follows from: the lab's configuration, the seed, every
//! intervention at its moment, the branches, and where the cursor is. Never a state: whoever opens
//! it runs the protocol again, and the digest tells whether the same thing happened.
//!
//! It has two spellings: JSON for people ([`mod@json`]) and a link for sharing ([`link`]). Both are
//! closed schemas under hard limits; whatever is wrong with one is a [`Problem`] that says where.
//! The [`gallery`] holds scenarios on questions that are worth asking.

mod bookmark;
mod breakpoint;
pub mod export;
pub mod gallery;
pub mod json;
pub mod link;
mod problem;
mod report;
pub mod text;
mod trial;

pub use bookmark::{Bookmark, rehomed};
pub use problem::{Kind, Problem, Unit, Wrong};
pub use report::{event_json, result_json};

use crate::check::{Check, Verdict};
use crate::lab::landmark::Landmark;
use crate::lab::linearizability::BUDGET;
use crate::lab::raft::bounds::check_choice;
use crate::lab::raft::{Must, RaftConfig};
use crate::lab::session::{MOST_STEPS, usual_name};
use crate::lab::{Session, Timed};
use crate::sim::run::Goal;
use crate::sim::time::{LONGEST_RUN_US, Moment};

/// The version of the engine: it changes whenever the same scenario would take other steps.
pub const ENGINE_VERSION: u32 = 1;
/// The most choices of a scenario, over all branches.
pub const MOST_CHOICES: usize = 2_000;
/// The most branches of a scenario.
pub const MOST_BRANCHES: usize = 200;
/// The most captions of a scenario.
pub const MOST_CAPTIONS: usize = 500;
/// The longest caption, in characters.
pub const LONGEST_CAPTION: usize = 500;
/// The most bookmarks of a scenario. The text of one is no longer than a caption.
pub const MOST_BOOKMARKS: usize = 500;
/// The longest name of a branch, in characters.
pub const LONGEST_NAME: usize = 40;
/// The most steps that a moment may name: no run takes more.
#[expect(clippy::cast_possible_truncation, reason = "it is below 2³²")]
pub const MOST_TAKEN: u32 = MOST_STEPS as u32;

/// A run, as a thing to write down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The engine that it was made with.
    pub engine: u32,
    /// The configuration of the lab.
    pub config: RaftConfig,
    /// Everything random follows from it.
    pub seed: u64,
    /// How long it is worth watching, in microseconds.
    pub until_us: u64,
    /// What the first branch is called.
    pub first: String,
    /// The choices of the first branch.
    pub choices: Vec<Timed>,
    /// Further branches.
    pub branches: Vec<Branch>,
    /// Where to open it; at the beginning if not given.
    pub cursor: Option<Cursor>,
    /// The digest up to the cursor, as its author saw it.
    pub digest: Option<u64>,
    /// What to say at some moments, in order.
    pub captions: Vec<Caption>,
    /// Places worth going to, in order of branch and moment, each once.
    pub bookmarks: Vec<Bookmark>,
    /// What playing stops at, each once; neither [`Landmark::Event`] nor [`Landmark::Rule`].
    pub breakpoints: Vec<Landmark>,
    /// Verdicts that the author expects, in the order of the checks; a check not named is expected
    /// not to fail.
    pub expect: Vec<(Check, Expected)>,
    /// Whether the bugs that are planted are to be guessed: whoever shows the run does not name
    /// them.
    pub quiz: bool,
}

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The branch that it grows from: 0 for the first, then in the order of the list.
    pub parent: usize,
    /// Where it grows.
    pub at: Moment,
    /// What it is called; [`usual_name`] if nobody named it.
    pub name: String,
    /// Its own choices.
    pub choices: Vec<Timed>,
}

/// A place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The branch: 0 for the first.
    pub branch: usize,
    /// The moment.
    pub at: Moment,
}

/// Something to say at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// When.
    pub at: Moment,
    /// In English.
    pub english: String,
    /// In Indonesian.
    pub indonesian: String,
}

/// A verdict that is expected. Links name it by its place in the list: **never reordered.**
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It holds.
    Holds,
    /// It fails.
    Fails,
    /// It is not reached.
    NotReached,
    /// What it rests on was taken away.
    AssumptionVoid,
}

impl Expected {
    /// Every verdict.
    pub const ALL: [Self; 4] = [Self::Holds, Self::Fails, Self::NotReached, Self::AssumptionVoid];

    /// Its name, as [`Verdict::name`](crate::check::Verdict::name) says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::NotReached => "not reached",
            Self::AssumptionVoid => "assumption void",
        }
    }
}

impl Default for Scenario {
    /// Never changes, but for the engine: links leave out what is as here.
    fn default() -> Self {
        Self {
            engine: ENGINE_VERSION,
            config: RaftConfig::default(),
            seed: 1,
            until_us: 5_000_000,
            first: usual_name(0),
            choices: Vec::new(),
            branches: Vec::new(),
            cursor: None,
            digest: None,
            captions: Vec::new(),
            bookmarks: Vec::new(),
            breakpoints: Vec::new(),
            expect: Vec::new(),
            quiz: false,
        }
    }
}

impl Scenario {
    /// Whether a run can be made of it: bounds, names and order.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn check(&self) -> Result<(), Problem> {
        self.config.check().map_err(|problem| Problem::of_config("config.", problem))?;
        check_moment("until", Moment::before(self.until_us))?;
        let lists = self.branches.iter().map(|branch| &branch.choices);
        let all: usize = lists.map(Vec::len).sum::<usize>() + self.choices.len();
        if all > MOST_CHOICES {
            return Err(Problem::new(
                "choices",
                Wrong::TooLong(MOST_CHOICES as u64, Unit::Choices),
            ));
        }
        self.check_choices("choices", Moment::START, &self.choices)?;
        check_name("first", &self.first)?;
        self.check_branches()?;
        if let Some(Cursor { branch, at }) = self.cursor {
            check_moment("cursor.at", at)?;
            if branch > self.branches.len() {
                return Err(Problem::new("cursor.branch", no_branch(self.branches.len())));
            }
        }
        self.check_captions()?;
        self.check_bookmarks()?;
        self.check_breakpoints()?;
        if !self.expect.is_sorted_by(|(one, _), (other, _)| one < other) {
            return Err(Problem::new("expect", Wrong::OutOfBounds(Must::NameEachOnce)));
        }
        Ok(())
    }

    fn check_captions(&self) -> Result<(), Problem> {
        if self.captions.len() > MOST_CAPTIONS {
            return Err(Problem::new(
                "captions",
                Wrong::TooLong(MOST_CAPTIONS as u64, Unit::Captions),
            ));
        }
        let mut before = Moment::START;
        for (place, caption) in self.captions.iter().enumerate() {
            let path = format!("captions[{place}]");
            check_moment(&format!("{path}.at"), caption.at)?;
            if caption.at < before {
                return Err(Problem::new(format!("{path}.at"), Wrong::OutOfOrder));
            }
            before = caption.at;
            for text in [&caption.english, &caption.indonesian] {
                check_length(&path, text, LONGEST_CAPTION)?;
            }
        }
        Ok(())
    }

    fn check_branches(&self) -> Result<(), Problem> {
        if self.branches.len() > MOST_BRANCHES {
            return Err(Problem::new(
                "branches",
                Wrong::TooLong(MOST_BRANCHES as u64, Unit::Branches),
            ));
        }
        for (place, branch) in self.branches.iter().enumerate() {
            let path = format!("branches[{place}]");
            if branch.parent > place {
                return Err(Problem::new(format!("{path}.from"), no_branch(place)));
            }
            check_moment(&format!("{path}.at"), branch.at)?;
            check_name(&format!("{path}.name"), &branch.name)?;
            self.check_choices(&format!("{path}.choices"), branch.at, &branch.choices)?;
        }
        Ok(())
    }

    fn check_choices(&self, path: &str, from: Moment, choices: &[Timed]) -> Result<(), Problem> {
        let mut before = None;
        for (place, (at, choice)) in choices.iter().enumerate() {
            let path = format!("{path}[{place}]");
            if *at < from || before.is_some_and(|before| *at <= before) {
                return Err(Problem::new(format!("{path}.at"), Wrong::OutOfOrder));
            }
            check_moment(&format!("{path}.at"), *at)?;
            before = Some(*at);
            let count = self.config.names().count();
            if let Some(nobody) = choice.nodes().into_iter().find(|node| node.0 >= count) {
                let name = self.config.names().name(nobody).to_string();
                return Err(Problem::new(path, Wrong::NoSuchNode(name)));
            }
            check_choice(choice)
                .map_err(|problem| Problem::of_config(&format!("{path}."), problem))?;
            if !self.config.allows(choice) {
                let is_here = self.config.has(choice);
                let must = if is_here { Must::NameServers } else { Must::BelongToLab };
                return Err(Problem::new(path, Wrong::OutOfBounds(must)));
            }
        }
        Ok(())
    }

    /// A session that sets out for the scenario's cursor; [`Session::work`] goes there. The
    /// scenario was checked.
    #[must_use]
    pub fn open(&self) -> Session {
        let mut session = Session::open(&self.config, self.seed, self.choices.clone());
        session.rename(0, self.first.clone());
        for (place, Branch { parent, at, name, choices }) in (1..).zip(&self.branches) {
            session.grow(*parent, *at, choices.clone());
            session.rename(place, name.clone());
        }
        if let Some(Cursor { branch, at }) = self.cursor {
            session.switch(branch);
            session.seek(Goal::Moment(at));
        }
        session
    }

    /// The scenario of a session, with the cursor where it is and the digest up to there. Captions,
    /// bookmarks and what is expected are no part of a session: whoever has some adds them.
    #[must_use]
    pub fn capture(session: &Session, until_us: u64) -> Self {
        let infos = session.branches();
        let grown = infos.iter().enumerate().filter_map(|(place, info)| {
            let (parent, at) = info.parent?;
            let name = session.branch_names()[place].clone();
            Some(Branch { parent, at, name, choices: session.own_choices(place).to_vec() })
        });
        Self {
            config: session.config().clone(),
            seed: session.seed(),
            until_us,
            first: session.branch_names()[0].clone(),
            choices: session.own_choices(0).to_vec(),
            branches: grown.collect(),
            cursor: Some(Cursor { branch: session.current_branch(), at: session.moment() }),
            digest: Some(session.digest()),
            ..Self::default()
        }
    }

    /// Whether exactly those checks fail that the scenario expects to, and what else it says is so.
    #[must_use]
    pub fn is_met_by(&self, session: &Session) -> bool {
        session.verdicts(BUDGET).iter().all(|report| {
            let expected = self.expect.iter().find(|(check, _)| *check == report.check);
            match expected {
                Some((_, expected)) => expected.name() == report.verdict.name(),
                None => !matches!(report.verdict, Verdict::Fails(_)),
            }
        })
    }

    /// The end of the run that the command line makes of it: the cursor, else `until`.
    #[must_use]
    pub const fn end(&self) -> Moment {
        match self.cursor {
            Some(Cursor { at, .. }) => at,
            None => Moment::after(self.until_us),
        }
    }
}

/// Whether a moment can be one of a run.
fn check_moment(place: &str, at: Moment) -> Result<(), Problem> {
    if at.time_us > LONGEST_RUN_US {
        let must = Must::LastBetween(0, LONGEST_RUN_US);
        return Err(Problem::new(place, Wrong::OutOfBounds(must)));
    }
    if at.taken > MOST_TAKEN {
        return Err(Problem::new(place, Wrong::TooManySteps(MOST_TAKEN.into())));
    }
    Ok(())
}

fn check_name(place: &str, name: &str) -> Result<(), Problem> {
    if name.is_empty() {
        return Err(Problem::new(place, Wrong::Missing));
    }
    check_length(place, name, LONGEST_NAME)
}

fn check_length(place: &str, text: &str, longest: usize) -> Result<(), Problem> {
    if text.chars().count() > longest {
        return Err(Problem::new(place, Wrong::TooLong(longest as u64, Unit::Characters)));
    }
    Ok(())
}

fn no_branch(most: usize) -> Wrong {
    Wrong::OutOfBounds(Must::LieBetween(0, most as u64))
}
