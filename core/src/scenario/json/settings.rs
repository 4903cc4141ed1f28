//! Settings as a file spells them: `true` and `false` for a switch, a name where there is one for
//! each number, a number for the rest.

use serde_json::{Map, Value};

use super::reader::Reader;
use crate::lab::numbered::AnySetting;
use crate::lab::raft::{Must, RaftConfig};
use crate::lock::policy::{Policy, Victim};
use crate::lock::setting::Setting as LockSetting;
use crate::raft::setting::{Reads, Setting};
use crate::scenario::{Problem, Wrong};

/// The setting that a text names.
pub(super) fn named(reader: &Reader<'_>) -> Result<AnySetting, Problem> {
    let name = reader.text()?;
    AnySetting::named(name).ok_or_else(|| reader.problem(Wrong::NoSuchName(name.to_owned())))
}

/// The names of what a setting can be, in the order of their numbers, if they have names.
fn options(setting: AnySetting) -> Vec<&'static str> {
    match setting {
        AnySetting::Raft(Setting::Reads) => Reads::ALL.map(Reads::name).to_vec(),
        AnySetting::Lock(LockSetting::Policy) => Policy::ALL.map(Policy::name).to_vec(),
        AnySetting::Lock(LockSetting::Victim) => Victim::ALL.map(Victim::name).to_vec(),
        AnySetting::Raft(_) | AnySetting::Lock(_) | AnySetting::Cache(_) => Vec::new(),
    }
}

/// Whether it is either on or off.
fn is_switch(setting: AnySetting) -> bool {
    setting.bounds() == (0, 1)
}

/// What a setting is set to.
pub(super) fn value(setting: AnySetting, reader: &Reader<'_>) -> Result<u64, Problem> {
    if is_switch(setting) {
        return reader.boolean().map(u64::from);
    }
    let options = options(setting);
    if !options.is_empty() {
        let name = reader.text()?;
        let place = (0..).zip(options).find(|(_, option)| *option == name);
        let unknown = || reader.problem(Wrong::NoSuchName(name.to_owned()));
        return place.map(|(place, _)| place).ok_or_else(unknown);
    }
    let (value, (low, high)) = (reader.number()?, setting.bounds());
    let out_of_bounds = || reader.problem(Wrong::OutOfBounds(Must::LieBetween(low, high)));
    if (low..=high).contains(&value) { Ok(value) } else { Err(out_of_bounds()) }
}

/// What a setting that is set to this number is spelled like.
pub(super) fn spelled(setting: AnySetting, value: u64) -> Value {
    let options = options(setting);
    let name = usize::try_from(value).ok().and_then(|place| options.get(place));
    match name {
        Some(name) => (*name).into(),
        None if is_switch(setting) => (value != 0).into(),
        None => value.into(),
    }
}

/// Reads what is set; the rest stays as it is.
pub(super) fn read(reader: &Reader<'_>, config: &mut RaftConfig) -> Result<(), Problem> {
    for (name, field) in reader.fields()?.all() {
        let setting = AnySetting::named(name).filter(|one| config.setting(*one).is_some());
        let setting = setting.ok_or_else(|| field.problem(Wrong::UnknownField))?;
        config.set(setting, value(setting, &field)?);
    }
    Ok(())
}

/// What differs from what is usual.
pub(super) fn write(config: &RaftConfig, usual: &RaftConfig) -> Map<String, Value> {
    let differing = AnySetting::all().filter_map(|one| {
        let value = config.setting(one)?;
        (usual.setting(one) != Some(value)).then(|| (one.name().to_owned(), spelled(one, value)))
    });
    differing.collect()
}
