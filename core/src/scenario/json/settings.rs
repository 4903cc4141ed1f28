//! Settings as a file spells them: `true` and `false` for a switch, a name for how reads are
//! answered, a number for the rest.

use serde_json::{Map, Value};

use super::reader::Reader;
use crate::lab::raft::Must;
use crate::raft::setting::{Features, Reads, Setting};
use crate::scenario::{Problem, Wrong};

/// The setting that a text names.
pub(super) fn named(reader: &Reader<'_>) -> Result<Setting, Problem> {
    let name = reader.text()?;
    Setting::named(name).ok_or_else(|| reader.problem(Wrong::NoSuchName(name.to_owned())))
}

/// What a setting is set to.
pub(super) fn value(setting: Setting, reader: &Reader<'_>) -> Result<u64, Problem> {
    if setting.is_switch() {
        return reader.boolean().map(u64::from);
    }
    if setting == Setting::Reads {
        let name = reader.text()?;
        let place = (0..).zip(Reads::ALL).find(|(_, reads)| reads.name() == name);
        let unknown = || reader.problem(Wrong::NoSuchName(name.to_owned()));
        return place.map(|(place, _)| place).ok_or_else(unknown);
    }
    let (value, (low, high)) = (reader.number()?, setting.bounds());
    let out_of_bounds = || reader.problem(Wrong::OutOfBounds(Must::LieBetween(low, high)));
    if (low..=high).contains(&value) { Ok(value) } else { Err(out_of_bounds()) }
}

/// What a setting that is set to this number is spelled like.
pub(super) fn spelled(setting: Setting, value: u64) -> Value {
    let name = usize::try_from(value).ok().and_then(|place| Reads::ALL.get(place));
    match (setting, name) {
        (Setting::Reads, Some(reads)) => reads.name().into(),
        _ if setting.is_switch() => (value != 0).into(),
        _ => value.into(),
    }
}

/// Reads what is set; the rest stays as it is.
pub(super) fn read(reader: &Reader<'_>, features: &mut Features) -> Result<(), Problem> {
    for (name, field) in reader.fields()?.all() {
        let setting = Setting::named(name).ok_or_else(|| field.problem(Wrong::UnknownField))?;
        features.set(setting, value(setting, &field)?);
    }
    Ok(())
}

/// What differs from the default.
pub(super) fn write(features: &Features) -> Value {
    let usual = Features::default();
    let differing = Setting::ALL.into_iter().filter(|one| features.get(*one) != usual.get(*one));
    let pair =
        |setting: Setting| (setting.name().to_owned(), spelled(setting, features.get(setting)));
    Value::Object(differing.map(pair).collect::<Map<_, _>>())
}
