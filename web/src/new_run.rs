//! A new run as a person sets it up: every number of the lab as it is typed, and what is wrong or
//! unwise about it.
//!
//! It begins from the configuration of the run that is shown, and can keep that run's seed and
//! interventions, as far as they name what there still is.

use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::lab::raft::advice::{Warning, warnings};
use lockstep_core::lab::raft::{Field, Preset, RaftConfig};
use lockstep_core::lab::renaming::renamed;
use lockstep_core::lab::{Lab, Session, Timed};
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::network::Transport;
use lockstep_core::sim::process::NodeId;

use crate::cache_form::CacheForm;
use crate::form::{Blank, Fault};
use crate::lab::usual;
use crate::lock_form::LockForm;

/// How long a run that was set up on the page is worth watching, in microseconds.
const UNTIL_US: u64 = 5_000_000;

/// A new run as far as it is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRun {
    /// What is typed for each number, in the order of [`Field::ALL`]. Nothing for the load: clients
    /// ask only when told.
    pub texts: Vec<String>,
    /// What is typed for each setting, in the order of [`Setting::ALL`]: 0 or 1 for a switch.
    pub settings: Vec<String>,
    /// How many servers are members at first. Nothing: all of them.
    pub voters: String,
    /// The bugs that are planted, in order.
    pub bugs: Vec<Bug>,
    /// The seed.
    pub seed: u64,
    /// Whether the seed and the interventions of the run that is shown are kept.
    pub keeps: bool,
    /// What servers begin with: only a file can say it, and it comes along.
    pub presets: Vec<(NodeId, Preset)>,
    /// What messages travel over.
    pub transport: Transport,
    /// What makes it a lock lab, if it is one.
    pub locks: Option<LockForm>,
    /// What makes it a cache lab, if it is one.
    pub cache: Option<CacheForm>,
}

impl Default for NewRun {
    fn default() -> Self {
        Self::of(&RaftConfig::default())
    }
}

impl NewRun {
    /// A run of this configuration.
    #[must_use]
    pub fn of(config: &RaftConfig) -> Self {
        let text = |field: Field| {
            let value = field.get(config).map(u64::cast_signed);
            value.map(|value| Blank::Field(field).write(value)).unwrap_or_default()
        };
        let locks = config.locks.as_ref().map(LockForm::of);
        let voters = if config.voters == 0 { String::new() } else { config.voters.to_string() };
        Self {
            texts: Field::ALL.into_iter().map(text).collect(),
            settings: written(&config.features),
            voters,
            bugs: config.bugs.clone(),
            seed: 1,
            keeps: false,
            presets: config.presets.clone(),
            transport: config.transport,
            locks,
            cache: config.cache.as_ref().map(CacheForm::of),
        }
    }

    /// A run of the lab of this kind as it usually is, or as the run that is shown is, if that is
    /// of this kind.
    #[must_use]
    pub fn of_lab(lab: Lab, shown: &RaftConfig) -> Self {
        if shown.lab() == lab { Self::of(shown) } else { Self::of(&usual(lab)) }
    }

    /// Which lab it is.
    #[must_use]
    pub const fn lab(&self) -> Lab {
        match (&self.locks, &self.cache) {
            (_, Some(_)) => Lab::Cache,
            (Some(_), None) => Lab::Locks,
            (None, None) => Lab::Raft,
        }
    }

    /// Whether a number means something in this lab: where there are neither servers nor clients,
    /// only those of the network do.
    #[must_use]
    pub const fn has(&self, field: Field) -> bool {
        self.cache.is_none() || is_of_network(field)
    }

    /// A run of the same lab as it usually is, with the same seed.
    #[must_use]
    pub fn defaults(&self) -> Self {
        Self { seed: self.seed, ..Self::of(&usual(self.lab())) }
    }

    /// What a number is read as: a lock lab has room for more clients.
    #[must_use]
    pub const fn blank(&self, field: Field) -> Blank {
        match (field, &self.locks) {
            (Field::Clients, Some(_)) => Blank::Lockers,
            _ => Blank::Field(field),
        }
    }

    /// How many clients there are to be, as far as that can be read.
    #[must_use]
    pub fn clients(&self) -> u8 {
        let clients = self.value(Field::Clients).ok().flatten();
        clients.and_then(|clients| u8::try_from(clients).ok()).unwrap_or(0)
    }

    /// What is wrong with each number, in the order of [`Field::ALL`].
    #[must_use]
    pub fn faults(&self) -> Vec<Option<Fault>> {
        let values: Vec<_> = Field::ALL.into_iter().map(|field| self.value(field)).collect();
        let fault = |(place, field): (usize, Field)| match values[place] {
            _ if !self.has(field) => None,
            Err(fault) => Some(fault),
            Ok(Some(servers)) if field == Field::Servers => {
                self.locks.as_ref().and_then(|locks| locks.servers_fault(servers))
            }
            Ok(value) => {
                let low = lower_end(field).map(|low| self.value(low));
                matches!(low, Some(Ok(low)) if value < low).then_some(Fault::BelowItsLower)
            }
        };
        Field::ALL.into_iter().enumerate().map(fault).collect()
    }

    /// A number; `None` where there is no load.
    fn value(&self, field: Field) -> Result<Option<i64>, Fault> {
        let place = Field::ALL.iter().position(|other| *other == field);
        let text = place.and_then(|place| self.texts.get(place)).map_or("", |text| text.trim());
        if field == Field::Load && text.is_empty() {
            return Ok(None);
        }
        self.blank(field).read(text).map(Some)
    }

    /// What is typed for a setting.
    #[must_use]
    pub fn setting_text(&self, setting: AnySetting) -> &str {
        let (texts, number) = match setting {
            AnySetting::Raft(setting) => (Some(&self.settings), setting.number()),
            AnySetting::Lock(setting) => {
                (self.locks.as_ref().map(|locks| &locks.settings), setting.number())
            }
            AnySetting::Cache(setting) => {
                (self.cache.as_ref().map(|cache| &cache.settings), setting.number())
            }
        };
        let Some(texts) = texts else { return "" };
        texts.get(usize::from(number)).map_or("", String::as_str)
    }

    /// Something is typed for a setting.
    pub fn type_setting(&mut self, setting: AnySetting, text: String) {
        let (texts, number) = match setting {
            AnySetting::Raft(setting) => (Some(&mut self.settings), setting.number()),
            AnySetting::Lock(setting) => {
                (self.locks.as_mut().map(|locks| &mut locks.settings), setting.number())
            }
            AnySetting::Cache(setting) => {
                (self.cache.as_mut().map(|cache| &mut cache.settings), setting.number())
            }
        };
        let place = texts.and_then(|texts| texts.get_mut(usize::from(number)));
        if let Some(place) = place {
            *place = text;
        }
    }

    /// The number of a setting.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn setting(&self, setting: AnySetting) -> Result<i64, Fault> {
        Blank::Setting(setting).read(self.setting_text(setting))
    }

    /// How many servers are members at first; 0 for all.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn members(&self) -> Result<i64, Fault> {
        if self.voters.trim().is_empty() {
            return Ok(0);
        }
        let voters = Blank::Voters.read(&self.voters)?;
        match self.value(Field::Servers) {
            Ok(Some(servers)) if voters > servers => Err(Fault::OutOfBounds(1, servers)),
            _ => Ok(voters),
        }
    }

    /// Sets every setting.
    pub fn set_features(&mut self, features: &Features) {
        self.settings = written(features);
    }

    /// What is switched on; nothing while something is wrong with it.
    #[must_use]
    pub fn features(&self) -> Option<Features> {
        let mut features = Features::default();
        for setting in Setting::ALL {
            features.set(setting, self.setting(setting.into()).ok()?.unsigned_abs());
        }
        Some(features)
    }

    /// The configuration; nothing while something is wrong with it.
    #[must_use]
    pub fn config(&self) -> Option<RaftConfig> {
        if let Some(cache) = &self.cache {
            return self.cache_config(cache);
        }
        let (bugs, transport) = (self.bugs.clone(), self.transport);
        let mut config = RaftConfig { bugs, transport, ..RaftConfig::default() };
        for field in Field::ALL {
            if let Some(value) = self.value(field).ok()? {
                field.set(&mut config, value.unsigned_abs());
            }
        }
        if let Some(locks) = &self.locks {
            config.clients = self.clients();
            config.locks = Some(locks.config(config.clients)?);
        }
        config.features = self.features()?;
        config.voters = u8::try_from(self.members().ok()?).ok()?;
        // Servers that there no longer are begin with nothing.
        let mut presets = self.presets.clone();
        presets.retain(|(server, preset)| {
            let fits = server.0 < config.servers && preset.check(config.servers).is_ok();
            fits && (config.locks.is_none() || preset.log.is_empty())
        });
        config.presets = presets;
        config.check().is_ok().then_some(config)
    }

    /// The configuration of a cache lab: of the numbers that all labs have, those of the network.
    fn cache_config(&self, cache: &CacheForm) -> Option<RaftConfig> {
        let (cache, transport) = (Some(cache.config()?), self.transport);
        let mut config = RaftConfig { cache, transport, ..RaftConfig::of_cache() };
        for field in Field::ALL.into_iter().filter(|field| self.has(*field)) {
            field.set(&mut config, self.value(field).ok()??.unsigned_abs());
        }
        config.check().is_ok().then_some(config)
    }

    /// What is unwise about it, which is said of clusters only; nothing while something is wrong
    /// with it.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        match self.config() {
            Some(config) if config.cache.is_none() => warnings(&config),
            _ => Vec::new(),
        }
    }

    /// The interventions of a run that make sense in this one.
    fn kept(config: &RaftConfig, session: &Session) -> Vec<Timed> {
        let (from, to) = (session.names(), config.names());
        let kept = |(moment, choice): &Timed| Some((*moment, renamed(choice, from, to)?));
        let kept = session.choices().iter().filter_map(kept);
        kept.filter(|(_, choice)| config.allows(choice)).collect()
    }

    /// How many interventions of a run there are, and how many of them can be kept.
    #[must_use]
    pub fn can_keep(&self, session: &Session) -> (usize, usize) {
        let all = session.choices().len();
        (all, self.config().map_or(all, |config| Self::kept(&config, session).len()))
    }

    /// The run; nothing while something is wrong with it.
    #[must_use]
    pub fn scenario(&self, session: &Session, until_us: u64) -> Option<Scenario> {
        let config = self.config()?;
        let begun = match self.keeps {
            true => Scenario {
                seed: session.seed(),
                until_us,
                choices: Self::kept(&config, session),
                ..Scenario::default()
            },
            false => Scenario { seed: self.seed, until_us: UNTIL_US, ..Scenario::default() },
        };
        Some(Scenario { config, ..begun })
    }
}

/// Settings as they would be typed.
fn written(features: &Features) -> Vec<String> {
    Setting::ALL.into_iter().map(|setting| features.get(setting).to_string()).collect()
}

/// Whether a number says how links behave.
const fn is_of_network(field: Field) -> bool {
    use Field::{DelayMax, DelayMin, Duplicate, Loss, Reorder};
    matches!(field, DelayMin | DelayMax | Loss | Duplicate | Reorder)
}

/// The lower end of the range of which a number is the upper.
const fn lower_end(field: Field) -> Option<Field> {
    match field {
        Field::ElectionMax => Some(Field::ElectionMin),
        Field::DelayMax => Some(Field::DelayMin),
        Field::SyncMax => Some(Field::SyncMin),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::scenario::gallery::Story;
    use lockstep_core::{cache, lock};

    fn set(new_run: &mut NewRun, field: Field, text: &str) {
        let place = Field::ALL.iter().position(|other| *other == field).expect("a field");
        text.clone_into(&mut new_run.texts[place]);
    }

    fn fault(new_run: &NewRun, field: Field) -> Option<Fault> {
        let place = Field::ALL.iter().position(|other| *other == field).expect("a field");
        new_run.faults()[place]
    }

    #[test]
    fn a_run_s_configuration_comes_back_from_its_form() {
        for story in Story::ALL {
            let config = story.scenario().config;
            assert_eq!(NewRun::of(&config).config(), Some(config), "{story:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_where_it_is_and_nothing_begins() {
        let mut new_run = NewRun::default();
        set(&mut new_run, Field::Servers, "12");
        assert_eq!(fault(&new_run, Field::Servers), Some(Fault::OutOfBounds(1, 9)));
        set(&mut new_run, Field::Servers, "3");
        set(&mut new_run, Field::ElectionMax, "100");
        assert_eq!(fault(&new_run, Field::ElectionMax), Some(Fault::BelowItsLower));
        assert_eq!((new_run.config(), new_run.warnings()), (None, Vec::new()));
        set(&mut new_run, Field::ElectionMax, "300");
        set(&mut new_run, Field::Load, "x");
        assert_eq!(fault(&new_run, Field::Load), Some(Fault::NotANumber));
        set(&mut new_run, Field::Load, " ");
        assert_eq!(new_run.config().expect("it is right").load_us, None);
    }

    #[test]
    fn everything_can_be_switched_on_and_spare_servers_left_out() {
        let mut new_run = NewRun::default();
        new_run.set_features(&Features::full());
        new_run.voters = "3".to_owned();
        let config = new_run.config().expect("it is right");
        assert_eq!((config.features, config.voters), (Features::full(), 3));
        assert_eq!(NewRun::of(&config).config(), Some(config));
        new_run.voters = "6".to_owned();
        assert_eq!(new_run.members(), Err(Fault::OutOfBounds(1, 5)));
        new_run.voters.clear();
        new_run.settings[usize::from(Setting::Pipeline.number())] = "0".to_owned();
        assert_eq!(new_run.setting(Setting::Pipeline.into()), Err(Fault::OutOfBounds(1, 8)));
        assert_eq!(new_run.config(), None);
    }

    #[test]
    fn what_is_unwise_is_said_and_may_begin() {
        let mut new_run = NewRun::default();
        assert_eq!(new_run.warnings(), []);
        set(&mut new_run, Field::Heartbeat, "400");
        assert!(matches!(new_run.warnings()[..], [Warning::RareHeartbeats { .. }]));
        assert!(new_run.config().is_some());
    }

    #[test]
    fn interventions_are_kept_as_far_as_they_name_what_there_is() {
        let scenario = Story::OldTermEntry.scenario();
        let session = scenario.open();
        let mut new_run = NewRun::of(session.config());
        new_run.keeps = true;
        let all = session.choices().len();
        assert_eq!(new_run.can_keep(&session), (all, all));
        let kept = new_run.scenario(&session, 7).expect("it is right");
        assert_eq!((kept.seed, kept.until_us, kept.choices.len()), (scenario.seed, 7, all));
        set(&mut new_run, Field::Servers, "4");
        let (_, fewer) = new_run.can_keep(&session);
        assert!(fewer < all, "the fifth server crashed");
        let kept = new_run.scenario(&session, 7).expect("it is right");
        assert_eq!((kept.check(), kept.choices.len()), (Ok(()), fewer));
    }
    #[test]
    fn a_lock_lab_comes_back_from_its_form_and_has_room_for_eight_clients() {
        let config = RaftConfig::of_locks();
        let mut new_run = NewRun::of(&config);
        assert_eq!(new_run.config(), Some(config.clone()));
        set(&mut new_run, Field::Clients, "8");
        assert_eq!(new_run.config().map(|config| config.clients), Some(8));
        set(&mut new_run, Field::Clients, "9");
        assert_eq!(fault(&new_run, Field::Clients), Some(Fault::OutOfBounds(1, 8)));
        set(&mut new_run, Field::Clients, "3");
        let policy = AnySetting::Lock(lock::setting::Setting::Policy);
        new_run.type_setting(policy, "2".to_owned());
        let set_so = new_run.config().expect("it is right");
        assert_eq!((set_so.setting(policy), new_run.setting_text(policy)), (Some(2), "2"));
        new_run.type_setting(policy, "5".to_owned());
        assert_eq!(
            (new_run.setting(policy), new_run.config()),
            (Err(Fault::OutOfBounds(0, 4)), None)
        );
    }

    #[test]
    fn a_cache_lab_comes_back_from_its_form_and_has_only_the_network_s_numbers() {
        let config = usual(Lab::Cache);
        let mut new_run = NewRun::of(&config);
        assert_eq!((new_run.config(), new_run.lab()), (Some(config), Lab::Cache));
        set(&mut new_run, Field::Servers, "x");
        assert_eq!((fault(&new_run, Field::Servers), new_run.warnings()), (None, vec![]));
        set(&mut new_run, Field::DelayMax, "9");
        assert_eq!(new_run.config().map(|config| config.network.delay_max_us), Some(9_000));
        set(&mut new_run, Field::DelayMax, "1");
        assert_eq!(fault(&new_run, Field::DelayMax), Some(Fault::BelowItsLower));
        set(&mut new_run, Field::DelayMax, "9");
        let exclusive = AnySetting::Cache(cache::setting::Setting::Exclusive);
        assert_eq!(new_run.setting_text(exclusive), "1");
        new_run.type_setting(exclusive, "0".to_owned());
        assert_eq!(new_run.config().expect("it is right").setting(exclusive), Some(0));
        new_run.type_setting(exclusive, "2".to_owned());
        assert_eq!(
            (new_run.setting(exclusive), new_run.config()),
            (Err(Fault::OutOfBounds(0, 1)), None)
        );
    }

    #[test]
    fn two_groups_need_servers_that_can_be_dealt_out() {
        let mut new_run = NewRun::of(&RaftConfig::of_locks());
        new_run.locks.as_mut().expect("it is a lock lab").groups = 2;
        assert_eq!(fault(&new_run, Field::Servers), Some(Fault::NotDealtOut(2)));
        assert_eq!(new_run.config(), None);
        set(&mut new_run, Field::Servers, "6");
        let config = new_run.config().expect("it is right");
        assert!(config.names().collector && new_run.warnings().is_empty(), "3 and 3 are odd");
    }

    #[test]
    fn another_lab_begins_as_it_usually_is_and_keeps_what_both_have() {
        let session = Story::OldTermEntry.scenario().open();
        let mut new_run = NewRun::of_lab(Lab::Locks, session.config());
        assert_eq!(new_run.config(), Some(usual(Lab::Locks)));
        set(&mut new_run, Field::Servers, "5");
        new_run.keeps = true;
        let (all, kept) = new_run.can_keep(&session);
        assert!(0 < kept && kept < all, "operations of a store make no sense: {kept} of {all}");
        let scenario = new_run.scenario(&session, 7).expect("it is right");
        assert_eq!(scenario.check(), Ok(()));
        let back = NewRun::of_lab(Lab::Raft, session.config());
        assert_eq!(back.config().as_ref(), Some(session.config()));
    }
}
