//! From JSON to a scenario.

use serde_json::Value;

use super::choice::Known;
use super::reader::{Fields, Reader};
use super::{VERSION, cache, locks, settings};
use crate::check::Check;
use crate::lab::machine::Ask;
use crate::lab::numbered::AnyBug;
use crate::lab::raft::config::LONGEST_TEXT;
use crate::lab::raft::{Must, Preset, RaftConfig};
use crate::lab::session::usual_name;
use crate::lab::{Lab, Names, Timed};
use crate::raft::store::{Operation, Text};
use crate::scenario::breakpoint;
use crate::scenario::{
    Bookmark, Branch, Caption, Cursor, Expected, Kind, LONGEST_CAPTION, Problem, Scenario, Unit,
    Wrong, check_length, check_moment,
};
use crate::sim::history::keep_ascending;
use crate::sim::network::{LinkSettings, Transport};
use crate::sim::process::NodeId;

pub(super) fn scenario(value: &Value) -> Result<Scenario, Problem> {
    let fields = Reader::root(value).fields()?;
    let version = fields.require("lockstep")?.number()?;
    if version != VERSION {
        return Err(Problem::new("lockstep", Wrong::UnknownVersion(version)));
    }
    let lab = fields.require("lab")?;
    let unknown = |name: &str| lab.problem(Wrong::UnknownLab(name.to_owned()));
    let kind = lab.text().and_then(|name| Lab::named(name).ok_or_else(|| unknown(name)))?;
    let usual = RaftConfig::usual(kind);
    let mut scenario = Scenario { config: usual, ..Scenario::default() };
    fields.read("engine", &mut scenario.engine, Reader::narrow)?;
    fields.read("seed", &mut scenario.seed, Reader::number)?;
    fields.read("until", &mut scenario.until_us, Reader::duration)?;
    if let Some(field) = fields.get("config") {
        scenario.config = config(&field, scenario.config)?;
    }
    let known =
        Known { names: scenario.config.names(), network: scenario.config.network, lab: kind };
    if let Some(choices) = fields.get("choices") {
        scenario.choices = known.choices(&choices, &mut scenario.captions)?;
    }
    fields.read("first", &mut scenario.first, owned)?;
    if let Some(branches) = fields.get("branches") {
        for (place, branch) in (1..).zip(branches.list()?) {
            scenario.branches.push(known.branch(place, &branch, &mut scenario.captions)?);
        }
    }
    if let Some(bookmarks) = fields.get("bookmarks") {
        scenario.bookmarks = bookmarks.list()?.iter().map(bookmark).collect::<Result<_, _>>()?;
    }
    if let Some(breakpoints) = fields.get("breakpoints") {
        let breakpoint = |field: &Reader<'_>| {
            let text = field.text()?;
            let unknown = || field.problem(Wrong::NoSuchName(text.to_owned()));
            breakpoint::worded(text, known.names).ok_or_else(unknown)
        };
        scenario.breakpoints =
            breakpoints.list()?.iter().map(breakpoint).collect::<Result<_, _>>()?;
    }
    fields.read("cursor", &mut scenario.cursor, |field| Ok(Some(cursor(field)?)))?;
    fields.read("digest", &mut scenario.digest, |field| Ok(Some(digest(field)?)))?;
    fields.read("expect", &mut scenario.expect, expect)?;
    fields.read("quiz", &mut scenario.quiz, Reader::boolean)?;
    fields.finish()?;
    scenario.captions.sort_by_key(|caption| caption.at);
    scenario.bookmarks.sort_by_key(Bookmark::place);
    Ok(scenario)
}

fn owned(reader: &Reader<'_>) -> Result<String, Problem> {
    reader.text().map(str::to_owned)
}

fn cursor(reader: &Reader<'_>) -> Result<Cursor, Problem> {
    let fields = reader.fields()?;
    let at = fields.require("at")?.moment()?;
    let mut cursor = Cursor { branch: 0, at };
    fields.read("branch", &mut cursor.branch, Reader::narrow)?;
    fields.finish()?;
    Ok(cursor)
}

fn digest(reader: &Reader<'_>) -> Result<u64, Problem> {
    let hexadecimal = |text: &str| {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits { u64::from_str_radix(text, 16).ok() } else { None }
    };
    reader.parsed(Kind::Digest, hexadecimal)
}

fn expect(reader: &Reader<'_>) -> Result<Vec<(Check, Expected)>, Problem> {
    let pair = |(name, verdict): (&str, Reader<'_>)| {
        let check = Check::named(name)
            .ok_or_else(|| verdict.problem(Wrong::NoSuchName(name.to_owned())))?;
        let text = verdict.text()?;
        let expected = Expected::ALL.into_iter().find(|expected| expected.name() == text);
        let unknown = || verdict.problem(Wrong::NoSuchName(text.to_owned()));
        Ok((check, expected.ok_or_else(unknown)?))
    };
    let mut pairs: Vec<_> =
        reader.fields()?.all().into_iter().map(pair).collect::<Result<_, _>>()?;
    pairs.sort_unstable_by_key(|(check, _)| *check);
    Ok(pairs)
}

/// A configuration that differs from another one.
fn config(reader: &Reader<'_>, mut config: RaftConfig) -> Result<RaftConfig, Problem> {
    let fields = reader.fields()?;
    fields.read("servers", &mut config.servers, Reader::few)?;
    fields.read("clients", &mut config.clients, Reader::few)?;
    let mut election = (config.election_min_us, config.election_max_us);
    fields.read("election_timeout", &mut election, Reader::durations)?;
    (config.election_min_us, config.election_max_us) = election;
    fields.read("heartbeat", &mut config.heartbeat_us, Reader::duration)?;
    fields.read("most_entries", &mut config.most_entries, Reader::narrow)?;
    if let Some(network) = fields.get("network") {
        let network = network.fields()?;
        network.read("transport", &mut config.transport, transport)?;
        config.network = links(&network, config.network)?;
        network.finish()?;
    }
    if let Some(disk) = fields.get("disk") {
        let disk = disk.fields()?;
        let mut sync = (config.sync_min_us, config.sync_max_us);
        disk.read("sync", &mut sync, Reader::durations)?;
        (config.sync_min_us, config.sync_max_us) = sync;
        disk.finish()?;
    }
    fields.read("request_timeout", &mut config.request_timeout_us, Reader::duration)?;
    fields.read("retry", &mut config.retry_us, Reader::duration)?;
    if let Some(load) = fields.get("load") {
        let load = load.fields()?;
        config.load_us = Some(load.require("every")?.duration()?);
        load.finish()?;
    }
    fields.read("voters", &mut config.voters, Reader::few)?;
    if let Some(features) = fields.get("features") {
        settings::read(&features, &mut config)?;
    }
    if let Some(locks) = &mut config.locks {
        locks::read(&fields, locks)?;
    }
    if let Some(cache) = &mut config.cache {
        cache::read(&fields, cache)?;
    }
    // Names are resolved below, so there must be few enough nodes to be numbered.
    config.check().map_err(|problem| Problem::of_config("config.", problem))?;
    let names = config.names();
    if let Some(locks) = &mut config.locks {
        locks::read_scripts(&fields, names, locks)?;
    }
    if let Some(start) = fields.get("start") {
        for (name, preset_of) in start.fields()?.all() {
            let unknown = || preset_of.problem(Wrong::NoSuchNode(name.to_owned()));
            let server = name.parse().ok().and_then(|name| names.id(name)).ok_or_else(unknown)?;
            if server.0 >= names.servers {
                return Err(preset_of.problem(Wrong::OutOfBounds(Must::NameServers)));
            }
            config.presets.push((server, preset(&preset_of, names)?));
        }
        config.presets.sort_unstable_by_key(|(server, _)| *server);
    }
    if let Some(bugs) = fields.get("bugs") {
        for name in bugs.list()? {
            let bug = any_bug(&name)?;
            if config.all_bugs().any(|other| other == bug) {
                return Err(name.problem(Wrong::Repeated));
            }
            config.plant(bug).map_err(|must| name.problem(Wrong::OutOfBounds(must)))?;
        }
        config.sort_bugs();
    }
    fields.finish()?;
    Ok(config)
}

fn transport(reader: &Reader<'_>) -> Result<Transport, Problem> {
    let name = reader.text()?;
    let named = Transport::ALL.into_iter().find(|transport| transport.name() == name);
    named.ok_or_else(|| reader.problem(Wrong::NoSuchName(name.to_owned())))
}

pub(super) fn network(reader: &Reader<'_>, usual: LinkSettings) -> Result<LinkSettings, Problem> {
    let fields = reader.fields()?;
    let settings = links(&fields, usual)?;
    fields.finish()?;
    Ok(settings)
}

/// How links behave that differ from others.
fn links(fields: &Fields<'_>, usual: LinkSettings) -> Result<LinkSettings, Problem> {
    let mut settings = usual;
    let mut delay = (settings.delay_min_us, settings.delay_max_us);
    fields.read("delay", &mut delay, Reader::durations)?;
    (settings.delay_min_us, settings.delay_max_us) = delay;
    fields.read("loss", &mut settings.loss, Reader::probability)?;
    fields.read("duplicate", &mut settings.duplicate, Reader::probability)?;
    fields.read("reorder", &mut settings.reorder, Reader::probability)?;
    Ok(settings)
}

pub(super) fn any_bug(reader: &Reader<'_>) -> Result<AnyBug, Problem> {
    let name = reader.text()?;
    AnyBug::named(name).ok_or_else(|| reader.problem(Wrong::NoSuchName(name.to_owned())))
}

fn preset(reader: &Reader<'_>, names: Names) -> Result<Preset, Problem> {
    let fields = reader.fields()?;
    let mut preset = Preset::default();
    if let Some(log) = fields.get("log") {
        preset.log = log.list()?.iter().map(preset_entry).collect::<Result<_, _>>()?;
    }
    preset.term = preset.log.last().map_or(0, |(term, _)| *term);
    fields.read("term", &mut preset.term, Reader::number)?;
    fields.read("vote", &mut preset.voted_for, |field| Ok(Some(node(field, names)?)))?;
    fields.finish()?;
    let wrong = |must| reader.problem(Wrong::OutOfBounds(must));
    preset.check(names.servers).map_err(wrong)?;
    Ok(preset)
}

fn preset_entry(reader: &Reader<'_>) -> Result<(u64, Option<Operation>), Problem> {
    if let Ok(term) = reader.number() {
        return Ok((term, None));
    }
    let fields = reader.fields()?;
    let term = fields.require("term")?.number()?;
    let operation = operation(&fields)?;
    fields.finish()?;
    Ok((term, Some(operation)))
}

pub(super) fn node(reader: &Reader<'_>, names: Names) -> Result<NodeId, Problem> {
    let text = reader.parsed(Kind::Node, |text| Some(text.to_owned()))?;
    let known = text.parse().ok().and_then(|name| names.id(name));
    known.ok_or_else(|| reader.problem(Wrong::NoSuchNode(text)))
}

/// What a client is asked.
pub(super) fn ask(lab: Lab, fields: &Fields<'_>) -> Result<Ask, Problem> {
    match lab {
        Lab::Raft => operation(fields).map(Ask::Store),
        Lab::Locks => locks::order(fields).map(Ask::Lock),
        Lab::Cache => cache::operation(fields).map(Ask::Cache),
    }
}

fn operation(fields: &Fields<'_>) -> Result<Operation, Problem> {
    let kind = Kind::Operation;
    let text = |reader: &Reader<'_>| {
        let text = reader.text()?;
        let is_short = text.len() as u64 <= LONGEST_TEXT;
        let too_long = || reader.problem(Wrong::TooLong(LONGEST_TEXT, Unit::Bytes));
        if is_short { Ok(Text::from(text)) } else { Err(too_long()) }
    };
    let mut found = Vec::new();
    if let Some(field) = fields.get("put") {
        let [key, value] = field.tuple(kind)?;
        found.push(Operation::Put(text(&key)?, text(&value)?));
    }
    if let Some(field) = fields.get("get") {
        found.push(Operation::Get(text(&field)?));
    }
    if let Some(field) = fields.get("append") {
        let [key, value] = field.tuple(kind)?;
        found.push(Operation::Append(text(&key)?, text(&value)?));
    }
    if let Some(field) = fields.get("cas") {
        let [key, old, new] = field.tuple(kind)?;
        found.push(Operation::CompareAndSet(text(&key)?, text(&old)?, text(&new)?));
    }
    match <[Operation; 1]>::try_from(found) {
        Ok([operation]) => Ok(operation),
        Err(_) => Err(fields.problem(Wrong::NotA(kind))),
    }
}

impl Known {
    fn choices(
        &self,
        reader: &Reader<'_>,
        captions: &mut Vec<Caption>,
    ) -> Result<Vec<Timed>, Problem> {
        let mut choices: Vec<Timed> = Vec::new();
        for item in reader.list()? {
            let fields = item.fields()?;
            let at = fields.require("at")?;
            let moment = at.moment()?;
            check_moment(at.path(), moment)?;
            if let Some(say) = fields.get("say") {
                captions.push(caption(&say, moment)?);
            } else {
                if choices.last().is_some_and(|(before, _)| moment.time_us < before.time_us) {
                    return Err(at.problem(Wrong::OutOfOrder));
                }
                choices.push((moment, self.choice(&fields)?));
            }
            fields.finish()?;
        }
        keep_ascending(&mut choices);
        Ok(choices)
    }

    fn branch(
        &self,
        place: usize,
        reader: &Reader<'_>,
        captions: &mut Vec<Caption>,
    ) -> Result<Branch, Problem> {
        let fields = reader.fields()?;
        let at = fields.require("at")?.moment()?;
        let mut branch = Branch { parent: 0, at, name: usual_name(place), choices: Vec::new() };
        fields.read("from", &mut branch.parent, Reader::narrow)?;
        fields.read("name", &mut branch.name, owned)?;
        if let Some(choices) = fields.get("choices") {
            branch.choices = self.choices(&choices, captions)?;
        }
        fields.finish()?;
        Ok(branch)
    }
}

fn caption(reader: &Reader<'_>, at: crate::sim::time::Moment) -> Result<Caption, Problem> {
    let fields = reader.fields()?;
    let english = said(&fields.require("en")?)?;
    let mut caption = Caption { at, indonesian: english.clone(), english };
    fields.read("id", &mut caption.indonesian, said)?;
    fields.finish()?;
    Ok(caption)
}

fn said(reader: &Reader<'_>) -> Result<String, Problem> {
    let text = reader.text()?;
    check_length(reader.path(), text, LONGEST_CAPTION)?;
    Ok(text.to_owned())
}

fn bookmark(reader: &Reader<'_>) -> Result<Bookmark, Problem> {
    let fields = reader.fields()?;
    let at = fields.require("at")?.moment()?;
    let mut branch = 0;
    fields.read("branch", &mut branch, Reader::narrow)?;
    let [english, indonesian] = match fields.get("say") {
        None => [String::new(), String::new()],
        Some(say) => in_either_language(&say)?,
    };
    fields.finish()?;
    Ok(Bookmark { branch, at, english, indonesian })
}

/// A text, or one in each language, of which one is enough.
fn in_either_language(reader: &Reader<'_>) -> Result<[String; 2], Problem> {
    let Ok(fields) = reader.fields() else { return said(reader).map(|text| [text.clone(), text]) };
    let text = |language| fields.get(language).map(|field| said(&field)).transpose();
    let texts = (text("en")?, text("id")?);
    fields.finish()?;
    match texts {
        (Some(english), Some(indonesian)) => Ok([english, indonesian]),
        (Some(text), None) | (None, Some(text)) => Ok([text.clone(), text]),
        (None, None) => Err(reader.problem(Wrong::Missing)),
    }
}
