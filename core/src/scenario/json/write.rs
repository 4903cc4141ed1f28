//! From a scenario to JSON: what differs from the default, each thing in its one spelling.

use serde_json::{Map, Value, json};

use super::{VERSION, cache, locks, settings};
use crate::lab::machine::Ask;
use crate::lab::numbered::{AnyBug, AnySetting};
use crate::lab::raft::{Preset, RaftConfig};
use crate::lab::session::usual_name;
use crate::lab::{Choice, Names, Timed};
use crate::lock::parcel::Order;
use crate::raft::instruction::Instruction;
use crate::raft::participant::Timer;
use crate::raft::store::Operation;
use crate::scenario::breakpoint;
use crate::scenario::text::{duration, moment, probability, unscaled};
use crate::scenario::{Bookmark, Branch, Caption, Cursor, ENGINE_VERSION, Scenario};
use crate::sim::network::LinkSettings;
use crate::sim::node_set::NodeSet;
use crate::sim::process::{NodeId, TimerKind};

pub(super) fn scenario(scenario: &Scenario) -> Value {
    let default = Scenario::default();
    let names = scenario.config.names();
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("lockstep", VERSION.into());
    put("lab", scenario.config.lab().name().into());
    if scenario.engine != ENGINE_VERSION {
        put("engine", scenario.engine.into());
    }
    put("seed", scenario.seed.into());
    put("until", duration(scenario.until_us).into());
    let config = config(&scenario.config);
    if config.as_object().is_some_and(|config| !config.is_empty()) {
        put("config", config);
    }
    let choices = choices(&scenario.choices, &scenario.captions, names);
    if !choices.is_empty() {
        put("choices", choices.into());
    }
    if scenario.branches != default.branches {
        let branch = |(place, branch): (usize, &Branch)| {
            let Branch { parent, at, name, choices: own } = branch;
            let own = choices_of(own, names);
            let mut value = json!({ "from": parent, "at": moment(*at), "choices": own });
            if *name != usual_name(place) {
                value["name"] = name.as_str().into();
            }
            value
        };
        put("branches", (1..).zip(&scenario.branches).map(branch).collect());
    }
    if scenario.first != default.first {
        put("first", scenario.first.as_str().into());
    }
    if !scenario.bookmarks.is_empty() {
        put("bookmarks", scenario.bookmarks.iter().map(bookmark).collect());
    }
    if !scenario.breakpoints.is_empty() {
        let names = scenario.config.names();
        let breakpoints = scenario.breakpoints.iter();
        let words = breakpoints.map(|one| Value::from(breakpoint::words(*one, names)));
        put("breakpoints", words.collect());
    }
    if let Some(Cursor { branch, at }) = scenario.cursor {
        put("cursor", json!({ "branch": branch, "at": moment(at) }));
    }
    if let Some(digest) = scenario.digest {
        put("digest", format!("{digest:016x}").into());
    }
    if !scenario.expect.is_empty() {
        let pairs = scenario.expect.iter();
        let pair = pairs.map(|(check, verdict)| (check.name().to_owned(), verdict.name().into()));
        put("expect", Value::Object(pair.collect()));
    }
    if scenario.quiz {
        put("quiz", true.into());
    }
    Value::Object(object)
}

fn bookmark(bookmark: &Bookmark) -> Value {
    let Bookmark { branch, at, english, indonesian } = bookmark;
    let say = if english == indonesian {
        json!(english)
    } else {
        json!({ "en": english, "id": indonesian })
    };
    json!({ "branch": branch, "at": moment(*at), "say": say })
}

fn config(config: &RaftConfig) -> Value {
    let default = RaftConfig::usual(config.lab());
    let names = config.names();
    let range = |low_us, high_us| json!([duration(low_us), duration(high_us)]);
    let mut object = Map::new();
    let mut unless = |is_default: bool, name: &str, value: Value| {
        if !is_default {
            object.insert(name.to_owned(), value);
        }
    };
    unless(config.servers == default.servers, "servers", config.servers.into());
    unless(config.clients == default.clients, "clients", config.clients.into());
    let election = (config.election_min_us, config.election_max_us);
    let usual = (default.election_min_us, default.election_max_us);
    unless(election == usual, "election_timeout", range(election.0, election.1));
    let heartbeat = duration(config.heartbeat_us);
    unless(config.heartbeat_us == default.heartbeat_us, "heartbeat", heartbeat.into());
    unless(config.most_entries == default.most_entries, "most_entries", config.most_entries.into());
    let carried = config.transport == default.transport && config.network == default.network;
    unless(carried, "network", network_of(config, &default));
    let sync = (config.sync_min_us, config.sync_max_us);
    let usual = (default.sync_min_us, default.sync_max_us);
    unless(sync == usual, "disk", json!({ "sync": range(sync.0, sync.1) }));
    let request_timeout = duration(config.request_timeout_us);
    unless(
        config.request_timeout_us == default.request_timeout_us,
        "request_timeout",
        request_timeout.into(),
    );
    unless(config.retry_us == default.retry_us, "retry", duration(config.retry_us).into());
    let load = config.load_us.map_or(Value::Null, |every| json!({ "every": duration(every) }));
    unless(config.load_us.is_none(), "load", load);
    let presets = config.presets.iter();
    let start =
        presets.map(|(server, start)| (names.name(*server).to_string(), preset(start, names)));
    unless(config.presets.is_empty(), "start", Value::Object(start.collect()));
    let bugs: Vec<&str> = config.all_bugs().map(AnyBug::name).collect();
    unless(bugs.is_empty(), "bugs", bugs.into());
    let features = settings::write(config, &default);
    unless(features.is_empty(), "features", Value::Object(features));
    unless(config.voters == default.voters, "voters", config.voters.into());
    if let (Some(locks), Some(usual)) = (&config.locks, &default.locks) {
        locks::write(locks, usual, names, &mut object);
    }
    if let (Some(cache), Some(usual)) = (&config.cache, &default.cache) {
        cache::write(cache, usual, &mut object);
    }
    Value::Object(object)
}

/// How messages are carried: the transport if it is not the usual one, and how links behave if they
/// do not behave as usual.
fn network_of(config: &RaftConfig, usual: &RaftConfig) -> Value {
    let same = config.network == usual.network;
    let mut value = if same { json!({}) } else { network(&config.network) };
    if config.transport != usual.transport {
        value["transport"] = config.transport.name().into();
    }
    value
}

fn network(settings: &LinkSettings) -> Value {
    // A number where it is one exactly as spelled, so that people read 0.05 and not "0.05".
    let number = |parts| -> Value {
        let text = probability(parts);
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    };
    json!({
        "delay": [duration(settings.delay_min_us), duration(settings.delay_max_us)],
        "loss": number(settings.loss),
        "duplicate": number(settings.duplicate),
        "reorder": number(settings.reorder),
    })
}

fn preset(preset: &Preset, names: Names) -> Value {
    let entry = |(term, said): &(u64, Option<Operation>)| match said {
        None => json!(term),
        Some(said) => {
            let mut object = operation(said);
            object.insert("term".to_owned(), (*term).into());
            Value::Object(object)
        }
    };
    let log: Vec<Value> = preset.log.iter().map(entry).collect();
    let mut value = json!({ "term": preset.term, "log": log });
    if let Some(vote) = preset.voted_for {
        value["vote"] = names.name(vote).to_string().into();
    }
    value
}

fn operation(operation: &Operation) -> Map<String, Value> {
    match serde_json::to_value(operation) {
        Ok(Value::Object(object)) => object,
        _ => unreachable!("an operation is written as an object"),
    }
}

/// What a client is asked.
fn ask(ask: &Ask) -> Map<String, Value> {
    match ask {
        Ask::Store(asked) => operation(asked),
        Ask::Lock(Order::Run(script)) => {
            [("run".to_owned(), script.to_string().into())].into_iter().collect()
        }
        Ask::Lock(Order::Stop) => [("stop".to_owned(), true.into())].into_iter().collect(),
        Ask::Cache(operation) => cache::write_operation(*operation),
    }
}

fn choices(choices: &[Timed], captions: &[Caption], names: Names) -> Vec<Value> {
    let mut all: Vec<_> = choices_of(choices, names)
        .into_iter()
        .zip(choices)
        .map(|(value, (at, _))| (*at, value))
        .collect();
    all.extend(captions.iter().map(|Caption { at, english, indonesian }| {
        (*at, json!({ "at": moment(*at), "say": { "en": english, "id": indonesian } }))
    }));
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, value)| value).collect()
}

fn choices_of(choices: &[Timed], names: Names) -> Vec<Value> {
    let write = |(at, choice): &Timed| {
        let mut value = choice_value(choice, names);
        value["at"] = moment(*at).into();
        value
    };
    choices.iter().map(write).collect()
}

/// A choice as a scenario file says it, without its moment.
pub(in crate::scenario) fn choice_value(choice: &Choice, names: Names) -> Value {
    let node = |node: &NodeId| names.name(*node).to_string();
    let message = |id| names.message(id).to_string();
    match choice {
        Choice::Crash(at) => json!({ "crash": node(at) }),
        Choice::Restart(at) => json!({ "restart": node(at) }),
        Choice::Pause(at) => json!({ "pause": node(at) }),
        Choice::Resume(at) => json!({ "resume": node(at) }),
        Choice::Fire { node: at, timer } => match Timer::ALL.get(usize::from(*timer)) {
            Some(Timer::Election) | None => json!({ "timeout": node(at) }),
            Some(timer) => json!({ "timeout": node(at), "timer": timer.name() }),
        },
        Choice::Cut { from, to, both_ways: true } => json!({ "cut": [node(from), node(to)] }),
        Choice::Cut { from, to, both_ways: false } => {
            json!({ "cut": [node(from), node(to)], "one_way": true })
        }
        Choice::Heal { from, to, both_ways: true } => json!({ "heal": [node(from), node(to)] }),
        Choice::Heal { from, to, both_ways: false } => {
            json!({ "heal": [node(from), node(to)], "one_way": true })
        }
        Choice::HealAll => json!({ "heal": "all" }),
        Choice::Partition(groups) => {
            let group = |group: &Vec<NodeId>| group.iter().map(node).collect::<Vec<_>>();
            json!({ "partition": groups.iter().map(group).collect::<Vec<_>>() })
        }
        Choice::Lose(id) => json!({ "lose": message(*id) }),
        Choice::Duplicate(id) => json!({ "duplicate": message(*id) }),
        Choice::Hold(id) => json!({ "hold": message(*id) }),
        Choice::Deliver(id) => json!({ "deliver": message(*id) }),
        Choice::Delay { message: id, by_us } => {
            json!({ "delay": message(*id), "by": duration(*by_us) })
        }
        Choice::Network(settings) => json!({ "network": network(settings) }),
        Choice::ClockRate { node: at, rate_ppm } => {
            json!({ "clock": node(at), "rate": unscaled(*rate_ppm, 6) })
        }
        Choice::ClockJump { node: at, by_us } => {
            let sign = if *by_us < 0 { "-" } else { "" };
            let jump = format!("{sign}{}", duration(by_us.unsigned_abs()));
            json!({ "clock": node(at), "jump": jump })
        }
        Choice::Operate { node: at, operation: asked } => {
            let mut object = ask(asked);
            object.insert("client".to_owned(), node(at).into());
            Value::Object(object)
        }
        Choice::Plant { bug, planted } => {
            let name = AnyBug::numbered(*bug).map_or("", AnyBug::name);
            if *planted { json!({ "plant": name }) } else { json!({ "mend": name }) }
        }
        Choice::Set { setting, value } => match AnySetting::numbered(*setting) {
            Some(known) => json!({ "set": known.name(), "to": settings::spelled(known, *value) }),
            None => json!({ "set": "", "to": value }),
        },
        Choice::Instruct { node: at, instruction, operand } => {
            instruction_value(node(at), Instruction::from_numbers(*instruction, *operand), names)
        }
        Choice::Link { from, to, both_ways, settings } => {
            let mut value = json!({ "network": network(settings), "on": [node(from), node(to)] });
            if !both_ways {
                value["one_way"] = true.into();
            }
            value
        }
    }
}

/// What an instruction tells a server. One that is not known was never read.
fn instruction_value(told: String, instruction: Option<Instruction>, names: Names) -> Value {
    let list = |nodes: NodeSet| -> Value {
        nodes.iter().map(|node| Value::from(names.name(node).to_string())).collect()
    };
    match instruction {
        None => json!({ "reconfigure": told, "voters": [] }),
        Some(Instruction::Transfer(to)) => {
            json!({ "transfer": told, "to": names.name(to).to_string() })
        }
        Some(Instruction::Reconfigure { voters, learners }) if learners.is_empty() => {
            json!({ "reconfigure": told, "voters": list(voters) })
        }
        Some(Instruction::Reconfigure { voters, learners }) => {
            json!({ "reconfigure": told, "voters": list(voters), "learners": list(learners) })
        }
    }
}
