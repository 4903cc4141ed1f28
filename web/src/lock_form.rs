//! What a new run of the lock lab is set up with besides what any cluster is, as it is typed: what
//! can be locked, what each client does, how deadlocks are dealt with, and the rules to be broken.

use std::collections::BTreeSet;

use lockstep_core::lab::locks::LockConfig;
use lockstep_core::lab::locks::config::{MOST_LOCKERS, MOST_RESOURCES};
use lockstep_core::lab::locks::view::LockerView;
use lockstep_core::lab::machine::Ask;
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::lab::{Choice, Session, Timed};
use lockstep_core::lock::Resource;
use lockstep_core::lock::bug::Bug;
use lockstep_core::lock::parcel::Order;
use lockstep_core::lock::script::{Script, ScriptError, Step, is_name};
use lockstep_core::lock::setting::{Features, Setting};
use lockstep_core::sim::process::NodeId;

use crate::form::{Blank, Fault};

/// The most characters of a script that is typed: enough for the longest.
pub const LONGEST_SCRIPT: usize = 6_000;
/// The most characters of the names of all resources.
pub const LONGEST_NAMES: usize = 300;

/// What a lock lab is set up with, as far as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockForm {
    /// The names of what can be locked, with blanks or commas between them.
    pub resources: String,
    /// What each client that there could be does from the beginning; nothing: as it is told.
    pub scripts: Vec<String>,
    /// What is typed for each setting, in the order of [`Setting::ALL`].
    pub settings: Vec<String>,
    /// Over how many clusters the table is split.
    pub groups: u8,
    /// How often the collector gathers graphs.
    pub collect: String,
    /// How long an aborted client rests.
    pub back_off: String,
    /// The bugs that are planted, in order.
    pub bugs: Vec<Bug>,
}

/// What is wrong with the names of resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// There are none, or too many.
    Count,
    /// This cannot be a name.
    NotAName(String),
    /// This is there twice.
    Twice(String),
}

impl LockForm {
    /// A lab of this configuration.
    #[must_use]
    pub fn of(config: &LockConfig) -> Self {
        let script = |client| config.script(client).map(ToString::to_string).unwrap_or_default();
        let setting = |setting| config.features.get(setting).to_string();
        let time = |blank: Blank, time_us: u64| blank.write(time_us.cast_signed());
        Self {
            resources: config.resources.join(" "),
            scripts: (0..MOST_LOCKERS).map(script).collect(),
            settings: Setting::ALL.into_iter().map(setting).collect(),
            groups: config.groups,
            collect: time(Blank::CollectEvery, config.collect_us),
            back_off: time(Blank::BackOff, config.back_off_us),
            bugs: config.bugs.clone(),
        }
    }

    /// What can be locked.
    ///
    /// # Errors
    /// What is wrong with what was typed.
    pub fn resources(&self) -> Result<Vec<Resource>, NameFault> {
        let names = self.resources.split([' ', ',', ';', '\n', '\t']);
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        if !(1..=MOST_RESOURCES).contains(&names.len()) {
            return Err(NameFault::Count);
        }
        if let Some(wrong) = names.iter().find(|name| !is_name(name)) {
            return Err(NameFault::NotAName((*wrong).to_owned()));
        }
        let mut seen = BTreeSet::new();
        match names.iter().find(|name| !seen.insert(**name)) {
            Some(twice) => Err(NameFault::Twice((*twice).to_owned())),
            None => Ok(names.into_iter().map(Resource::from).collect()),
        }
    }

    /// What a client does from the beginning, if anything.
    ///
    /// # Errors
    /// What is wrong with what was typed.
    pub fn script(&self, client: u8) -> Result<Option<Script>, ScriptError> {
        let text = self.scripts.get(usize::from(client)).map_or("", String::as_str);
        if text.trim().is_empty() { Ok(None) } else { text.parse().map(Some) }
    }

    /// The number of a setting.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn setting(&self, setting: Setting) -> Result<i64, Fault> {
        let text = self.settings.get(usize::from(setting.number()));
        Blank::Setting(AnySetting::Lock(setting)).read(text.map_or("", String::as_str))
    }

    /// What is wrong with the number of servers, if they cannot be dealt out.
    #[must_use]
    pub fn servers_fault(&self, servers: i64) -> Option<Fault> {
        let even = servers > 0 && servers % i64::from(self.groups) == 0;
        (!even).then_some(Fault::NotDealtOut(self.groups))
    }

    /// What is added to a configuration with so many clients; nothing while something is wrong.
    #[must_use]
    pub fn config(&self, clients: u8) -> Option<LockConfig> {
        let script = |client| Some((client, self.script(client).ok()?));
        let scripts: Vec<(u8, Option<Script>)> =
            (0..clients.min(MOST_LOCKERS)).map(script).collect::<Option<_>>()?;
        let mut features = Features::default();
        for setting in Setting::ALL {
            features.set(setting, self.setting(setting).ok()?.unsigned_abs());
        }
        Some(LockConfig {
            resources: self.resources().ok()?,
            scripts: scripts.into_iter().filter_map(|(client, one)| Some((client, one?))).collect(),
            features,
            bugs: self.bugs.clone(),
            groups: self.groups,
            collect_us: Blank::CollectEvery.read(&self.collect).ok()?.unsigned_abs(),
            back_off_us: Blank::BackOff.read(&self.back_off).ok()?.unsigned_abs(),
        })
    }
}

/// What a script names that cannot be locked, the first of it.
#[must_use]
pub fn stranger<'a>(script: &'a Script, resources: &[Resource]) -> Option<&'a Resource> {
    let named = script.steps().iter().filter_map(named);
    named.into_iter().find(|resource| !resources.contains(resource))
}

/// What a step names.
const fn named(step: &Step) -> Option<&Resource> {
    match step {
        Step::Lock { resource, .. }
        | Step::Try { resource, .. }
        | Step::Upgrade { resource, .. }
        | Step::Downgrade { resource }
        | Step::Release { resource } => Some(resource),
        Step::Write { resource, .. } | Step::Read { resource, .. } => resource.as_ref(),
        Step::ReleaseAll | Step::Work { .. } | Step::Repeat { .. } => None,
    }
}

/// A script that is put together for a client of a run that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptForm {
    /// The client.
    pub client: NodeId,
    /// What is typed.
    pub text: String,
}

impl ScriptForm {
    /// A form with what a client does at the cursor; where that is nothing, with what it did last,
    /// or was set up to do.
    #[must_use]
    pub fn of(session: &Session, locker: &LockerView) -> Self {
        let client = locker.node;
        let now = session.moment();
        let ordered = |(at, choice): &Timed| match choice {
            Choice::Operate { node, operation: Ask::Lock(Order::Run(script)) } => {
                (*at <= now && *node == client).then(|| script.to_string())
            }
            _ => None,
        };
        let config = session.config();
        let set_up = || {
            let place = client.0.saturating_sub(config.servers);
            config.locks.as_ref()?.script(place).map(ToString::to_string)
        };
        let under_way = (!locker.script.is_empty()).then(|| locker.script.join("; "));
        let last = || session.choices().iter().rev().find_map(ordered);
        let text = under_way.or_else(last).or_else(set_up);
        let usual = || Snippet::Write.script(&resources(session));
        Self { client, text: text.unwrap_or_else(usual) }
    }

    /// The script.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn script(&self) -> Result<Script, ScriptError> {
        self.text.parse()
    }
}

/// What can be locked in a run; nothing, if it is of another lab.
#[must_use]
pub fn resources(session: &Session) -> Vec<Resource> {
    session.config().locks.as_ref().map_or_else(Vec::new, |locks| locks.resources.clone())
}

/// A script cut where it is wrong: what comes before, what is wrong, and what comes after.
#[must_use]
pub fn cut(text: &str, error: ScriptError) -> [&str; 3] {
    let at = |characters: usize| {
        text.char_indices().nth(characters).map_or(text.len(), |(place, _)| place)
    };
    let (from, to) = (at(error.at), at(error.at.saturating_add(error.length)));
    [&text[..from], &text[from..to], &text[to..]]
}

/// A script to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snippet {
    /// One lock, a write.
    Write,
    /// Two locks, in the order of the resources.
    TwoLocks,
    /// The same two, the other way round: with the one before, a deadlock.
    OppositeOrder,
    /// A shared lock and a read.
    Read,
    /// A shared lock that becomes exclusive.
    Upgrade,
    /// An exclusive lock that becomes shared.
    Downgrade,
    /// A lock without waiting.
    Try,
    /// A lock with little patience.
    Within,
    /// Over and over again.
    Repeat,
}

impl Snippet {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Write,
        Self::TwoLocks,
        Self::OppositeOrder,
        Self::Read,
        Self::Upgrade,
        Self::Downgrade,
        Self::Try,
        Self::Within,
        Self::Repeat,
    ];

    /// The script, about the first resources that there are.
    ///
    /// # Panics
    /// If there are none: a lab has at least one.
    #[must_use]
    pub fn script(self, resources: &[Resource]) -> String {
        let one = resources.first().expect("there is something to lock");
        let other = resources.get(1).unwrap_or(one);
        match self {
            Self::Write => format!("lock {one} x; write; work 50ms"),
            Self::TwoLocks => format!("lock {one} x; write; work 50ms; lock {other} x; write"),
            Self::OppositeOrder => format!("lock {other} x; write; work 50ms; lock {one} x; write"),
            Self::Read => format!("lock {one} s; read; work 50ms"),
            Self::Upgrade => format!("lock {one} s; read; work 50ms; upgrade {one}; write"),
            Self::Downgrade => {
                format!("lock {one} x; write; downgrade {one}; work 50ms; read")
            }
            Self::Try => format!("try {one} x; write; work 50ms"),
            Self::Within => format!("lock {one} x within 100ms; write; work 50ms"),
            Self::Repeat => format!("lock {one} x; write; work 20ms; repeat after 100ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> LockForm {
        LockForm::of(&LockConfig::default())
    }

    #[test]
    fn a_configuration_comes_back_from_its_form() {
        let mut config = LockConfig { groups: 2, ..LockConfig::default() };
        let script = "lock stock x; write; repeat after 5ms".parse().expect("it reads");
        config.scripts = vec![(1, script)];
        config.bugs = vec![Bug::LostWakeUp];
        config.features.set(Setting::Policy, 3);
        assert_eq!(LockForm::of(&config).config(3), Some(config.clone()));
        config.scripts.clear();
        assert_eq!(LockForm::of(&config).config(1), Some(config), "who is not there does nothing");
    }

    #[test]
    fn names_are_read_with_blanks_or_commas_and_what_is_wrong_is_told_apart() {
        let mut form = form();
        form.resources = " a, b;c\n".to_owned();
        let names = ["a", "b", "c"].map(Resource::from).to_vec();
        assert_eq!(form.resources(), Ok(names));
        for (text, fault) in [
            ("  ", NameFault::Count),
            ("a b c d e f g h i", NameFault::Count),
            ("a Ärger", NameFault::NotAName("Ärger".to_owned())),
            ("a all", NameFault::NotAName("all".to_owned())),
            ("a b a", NameFault::Twice("a".to_owned())),
        ] {
            text.clone_into(&mut form.resources);
            assert_eq!(form.resources(), Err(fault), "{text}");
            assert_eq!(form.config(3), None);
        }
    }

    #[test]
    fn a_script_that_is_wrong_lets_nothing_begin_unless_its_client_is_not_there() {
        let mut form = form();
        form.scripts[2] = "lock orders y".to_owned();
        assert_eq!(form.script(2).map_err(|error| (error.at, error.length)), Err((12, 1)));
        assert_eq!(form.config(3), None);
        assert!(form.config(2).is_some());
    }

    #[test]
    fn what_cannot_be_locked_is_found_in_a_script() {
        let resources = form().resources().expect("they are right");
        let found = |text: &str| {
            let script: Script = text.parse().expect("it reads");
            stranger(&script, &resources).map(ToString::to_string)
        };
        assert_eq!(found("lock orders x; write; read stock; release all"), None);
        assert_eq!(found("lock orders x; write cellar").as_deref(), Some("cellar"));
    }

    #[test]
    fn a_script_is_cut_where_it_is_wrong() {
        for (text, parts) in [
            ("lock a y; write", ["lock a ", "y", "; write"]),
            ("lock ü x", ["lock ", "ü", " x"]),
            ("lock a", ["lock a", "", ""]),
        ] {
            let error = text.parse::<Script>().expect_err("it is wrong");
            assert_eq!(cut(text, error), parts);
        }
    }

    #[test]
    fn every_snippet_is_a_script_about_what_there_is() {
        for count in 1..=3 {
            let resources = &["a", "b", "c"].map(Resource::from)[..count];
            for snippet in Snippet::ALL {
                let text = snippet.script(resources);
                let script: Script = text.parse().expect("it reads");
                assert_eq!(script.to_string(), text, "{snippet:?}: it is spelled as usual");
                assert_eq!(stranger(&script, resources), None);
            }
        }
    }
}
