//! Links: a scenario as a few dozen characters.
//!
//! ```text
//! link    = base64url, without padding, of: version, checksum, payload
//! version = one byte: 1; 129 if the payload is deflated
//! payload = the scenario as a list of facts, in postcard's encoding
//! ```
//!
//! A *fact* is one thing that differs from the default; so **the defaults of a scenario and its
//! configuration are part of the format and never change.** New kinds of facts are added at the end
//! of the list of kinds, so the format can only grow; a link with a fact that is not known here was
//! made by a newer version, and says so.
//!
//! Decoding trusts nothing. Lengths are limited before and after inflating; the checksum finds
//! links that were cut or mistyped; every value passes the same checks as a file; and a scenario
//! has exactly one payload: what does not encode to the very same bytes again is refused. (How a
//! payload was deflated does not matter: another version of the compressor must not break a link.)

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use serde::{Deserialize, Serialize};

use super::breakpoint;
use super::{
    Bookmark, Branch, Caption, Cursor, ENGINE_VERSION, Expected, Problem, Scenario, Unit, Wrong,
};
use crate::cache::table::Interconnect;
use crate::cache::workload::Workload;
use crate::check::Check;
use crate::lab::cache::CacheConfig;
use crate::lab::locks::LockConfig;
use crate::lab::numbered::{AnyBug, AnySetting};
use crate::lab::raft::{Preset, RaftConfig};
use crate::lab::session::usual_name;
use crate::lab::{Choice, Timed};
use crate::lock::script::Script;
use crate::raft::store::Operation;
use crate::sim::digest::Digest;
use crate::sim::network::{LinkSettings, Transport};
use crate::sim::process::NodeId;
use crate::sim::time::Moment;

/// The longest link, in characters.
pub const LONGEST_LINK: usize = 200_000;
/// The longest payload after inflating, in bytes.
pub const LONGEST_PAYLOAD: usize = 1 << 20;

const VERSION: u8 = 1;
const DEFLATED: u8 = 0x80;
const HEADER: usize = 5;
/// Deflating is tried at its best; payloads are small.
const DEFLATE_LEVEL: u8 = 9;

/// One thing that differs from the default. **Never reordered, never removed: new ones come last.**
#[derive(Debug, Serialize, Deserialize)]
enum Fact {
    Engine(u32),
    Seed(u64),
    Until(u64),
    Servers(u8),
    Clients(u8),
    ElectionTimeout(u64, u64),
    Heartbeat(u64),
    MostEntries(u32),
    Network(LinkSettings),
    DiskSync(u64, u64),
    RequestTimeout(u64),
    Retry(u64),
    Load(u64),
    Start(NodeId, u64, Option<NodeId>, Vec<(u64, Option<Operation>)>),
    Bug(u8),
    Choices(Vec<Deed>),
    Branch(u16, u64, u32, Vec<Deed>),
    Cursor(u16, u64, u32),
    Digest([u8; 8]),
    Caption(u64, u32, String, String),
    Expect(u8, u8),
    Name(u16, String),
    /// The second text is empty where it is the same.
    Bookmark(u16, u64, u32, String, String),
    /// The kind of a breakpoint, and what it names: see [`breakpoint`].
    Breakpoint(u8, u8),
    /// What is switched on: the setting's number, and what it is set to.
    Setting(u8, u64),
    Voters(u8),
    /// The planted bugs are to be guessed.
    Quiz,
    /// Which lab it is, where it is not Raft's; defaults are that lab's from here on.
    Lab(Lab),
    Resources(Vec<String>),
    Script(u8, Script),
    Groups(u8),
    CollectEvery(u64),
    BackOff(u64),
    Caches(u8),
    Homes(u8),
    Bus,
    Lines(u8),
    Words(u8),
    ReliableLinks,
    Workload(Workload),
    Transport(Transport),
}

/// A lab besides Raft's, which needs no fact. **Never reordered: new ones come last.**
#[derive(Debug, Serialize, Deserialize)]
enum Lab {
    Locks,
    Cache,
}

/// A choice: microseconds since the one before, steps taken at its time, and what is done.
#[derive(Debug, Serialize, Deserialize)]
struct Deed(u64, u32, Choice);

impl Scenario {
    /// The link's fragment, without `#`.
    ///
    /// # Panics
    /// If the scenario cannot be written, which takes more memory than there is.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(pack(&payload_of(self)))
    }

    /// Reads a link's fragment, with or without `#` and what comes before it in an address.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn decode(link: &str) -> Result<Self, Problem> {
        let link = link.trim();
        let link = link.rsplit_once('#').map_or(link, |(_, fragment)| fragment);
        let at_link = |wrong| Problem::new("link", wrong);
        if link.len() > LONGEST_LINK {
            return Err(at_link(Wrong::TooLong(LONGEST_LINK as u64, Unit::Characters)));
        }
        let bytes = URL_SAFE_NO_PAD.decode(link).map_err(|error| match error {
            base64::DecodeError::InvalidByte(place, _) => {
                Problem::new(format!("link, character {}", place + 1), Wrong::NotALink)
            }
            _ => at_link(Wrong::Cut),
        })?;
        Self::of_payload(&unpack(&bytes).map_err(at_link)?)
    }

    /// What a link holds, before it is deflated.
    pub(super) fn payload(&self) -> Vec<u8> {
        payload_of(self)
    }

    /// Reads what a link holds.
    pub(super) fn of_payload(payload: &[u8]) -> Result<Self, Problem> {
        let at_link = |wrong| Problem::new("link", wrong);
        let (facts, rest): (Vec<Fact>, _) =
            postcard::take_from_bytes(payload).map_err(|error| match error {
                postcard::Error::DeserializeUnexpectedEnd => at_link(Wrong::Altered),
                _ => at_link(Wrong::Newer),
            })?;
        if !rest.is_empty() {
            return Err(at_link(Wrong::Altered));
        }
        let scenario = scenario(facts).map_err(at_link)?;
        scenario.check()?;
        if payload_of(&scenario) != payload {
            return Err(at_link(Wrong::Altered));
        }
        Ok(scenario)
    }
}

fn payload_of(scenario: &Scenario) -> Vec<u8> {
    postcard::to_allocvec(&facts(scenario)).expect("facts can be written")
}

/// Puts version and checksum before the payload, deflated if that is shorter.
fn pack(payload: &[u8]) -> Vec<u8> {
    let deflated = compress_to_vec(payload, DEFLATE_LEVEL);
    let (version, body) = if deflated.len() < payload.len() {
        (VERSION | DEFLATED, deflated.as_slice())
    } else {
        (VERSION, payload)
    };
    let mut bytes = vec![version];
    bytes.extend(checksum(body));
    bytes.extend(body);
    bytes
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Wrong> {
    let Some((version, _)) = bytes.split_first() else { return Err(Wrong::Cut) };
    if version & !DEFLATED != VERSION {
        return Err(Wrong::UnknownVersion((version & !DEFLATED).into()));
    }
    let Some((header, body)) = bytes.split_at_checked(HEADER) else { return Err(Wrong::Cut) };
    if header[1..] != checksum(body) {
        return Err(Wrong::Altered);
    }
    if version & DEFLATED == 0 {
        return Ok(body.to_vec());
    }
    decompress_to_vec_with_limit(body, LONGEST_PAYLOAD).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => Wrong::TooLong(LONGEST_PAYLOAD as u64, Unit::Bytes),
        _ => Wrong::Altered,
    })
}

/// Finds accidents, not malice.
fn checksum(body: &[u8]) -> [u8; 4] {
    let mut digest = Digest::new();
    digest.word(body.len() as u64);
    body.iter().for_each(|byte| digest.word(u64::from(*byte)));
    let [.., a, b, c, d] = digest.value().to_be_bytes();
    [a, b, c, d]
}

fn facts(scenario: &Scenario) -> Vec<Fact> {
    let default = Scenario::default();
    let mut facts = vec![Fact::Engine(scenario.engine)];
    let mut unless = |is_default: bool, fact| facts.extend((!is_default).then_some(fact));
    unless(scenario.seed == default.seed, Fact::Seed(scenario.seed));
    unless(scenario.until_us == default.until_us, Fact::Until(scenario.until_us));
    unless(scenario.choices.is_empty(), Fact::Choices(deeds(0, &scenario.choices)));
    facts.extend(config_facts(&scenario.config));
    for Branch { parent, at, choices, .. } in &scenario.branches {
        let deeds = deeds(at.time_us, choices);
        facts.push(Fact::Branch(number(*parent), at.time_us, at.taken, deeds));
    }
    if let Some(Cursor { branch, at }) = scenario.cursor {
        facts.push(Fact::Cursor(number(branch), at.time_us, at.taken));
    }
    facts.extend(scenario.digest.map(|digest| Fact::Digest(digest.to_le_bytes())));
    for Caption { at, english, indonesian } in &scenario.captions {
        facts.push(Fact::Caption(at.time_us, at.taken, english.clone(), indonesian.clone()));
    }
    for (check, expected) in &scenario.expect {
        facts.push(Fact::Expect(check.number(), *expected as u8));
    }
    let further = scenario.branches.iter().map(|branch| &branch.name);
    for (place, name) in std::iter::once(&scenario.first).chain(further).enumerate() {
        if *name != usual_name(place) {
            facts.push(Fact::Name(number(place), name.clone()));
        }
    }
    for Bookmark { branch, at, english, indonesian } in &scenario.bookmarks {
        let other = if english == indonesian { "" } else { indonesian };
        let [english, other] = [english, other].map(str::to_owned);
        facts.push(Fact::Bookmark(number(*branch), at.time_us, at.taken, english, other));
    }
    let breakpoints = scenario.breakpoints.iter().filter_map(|one| breakpoint::number(*one));
    facts.extend(breakpoints.map(|(kind, detail)| Fact::Breakpoint(kind, detail)));
    facts.extend(scenario.quiz.then_some(Fact::Quiz));
    facts
}

fn number(branch: usize) -> u16 {
    u16::try_from(branch).expect("a checked scenario has few branches")
}

fn config_facts(config: &RaftConfig) -> Vec<Fact> {
    let default = RaftConfig::usual(config.lab());
    let election = (config.election_min_us, config.election_max_us);
    let sync = (config.sync_min_us, config.sync_max_us);
    let mut facts = Vec::new();
    facts.extend(config.locks.is_some().then_some(Fact::Lab(Lab::Locks)));
    facts.extend(config.cache.is_some().then_some(Fact::Lab(Lab::Cache)));
    let mut unless = |is_default: bool, fact| facts.extend((!is_default).then_some(fact));
    unless(config.servers == default.servers, Fact::Servers(config.servers));
    unless(config.clients == default.clients, Fact::Clients(config.clients));
    unless(
        election == (default.election_min_us, default.election_max_us),
        Fact::ElectionTimeout(election.0, election.1),
    );
    unless(config.heartbeat_us == default.heartbeat_us, Fact::Heartbeat(config.heartbeat_us));
    unless(config.most_entries == default.most_entries, Fact::MostEntries(config.most_entries));
    unless(config.network == default.network, Fact::Network(config.network));
    unless(sync == (default.sync_min_us, default.sync_max_us), Fact::DiskSync(sync.0, sync.1));
    unless(
        config.request_timeout_us == default.request_timeout_us,
        Fact::RequestTimeout(config.request_timeout_us),
    );
    unless(config.retry_us == default.retry_us, Fact::Retry(config.retry_us));
    unless(config.load_us.is_none(), Fact::Load(config.load_us.unwrap_or(0)));
    for (server, Preset { term, voted_for, log }) in &config.presets {
        facts.push(Fact::Start(*server, *term, *voted_for, log.clone()));
    }
    facts.extend(config.all_bugs().map(|bug| Fact::Bug(bug.number())));
    for setting in AnySetting::all() {
        let Some(value) = config.setting(setting) else { continue };
        if default.setting(setting) != Some(value) {
            facts.push(Fact::Setting(setting.number(), value));
        }
    }
    if config.voters != default.voters {
        facts.push(Fact::Voters(config.voters));
    }
    if config.transport != default.transport {
        facts.push(Fact::Transport(config.transport));
    }
    if let (Some(locks), Some(usual)) = (&config.locks, &default.locks) {
        facts.extend(lock_facts(locks, usual));
    }
    if let (Some(cache), Some(usual)) = (&config.cache, &default.cache) {
        facts.extend(cache_facts(cache, usual));
    }
    facts
}

fn lock_facts(locks: &LockConfig, usual: &LockConfig) -> Vec<Fact> {
    let mut facts = Vec::new();
    if locks.resources != usual.resources {
        facts.push(Fact::Resources(locks.resources.iter().map(ToString::to_string).collect()));
    }
    let scripts = locks.scripts.iter();
    facts.extend(scripts.map(|(client, script)| Fact::Script(*client, script.clone())));
    let mut unless = |is_usual: bool, fact| facts.extend((!is_usual).then_some(fact));
    unless(locks.groups == usual.groups, Fact::Groups(locks.groups));
    unless(locks.collect_us == usual.collect_us, Fact::CollectEvery(locks.collect_us));
    unless(locks.back_off_us == usual.back_off_us, Fact::BackOff(locks.back_off_us));
    facts
}

fn cache_facts(cache: &CacheConfig, usual: &CacheConfig) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut unless = |is_usual: bool, fact| facts.extend((!is_usual).then_some(fact));
    unless(cache.caches == usual.caches, Fact::Caches(cache.caches));
    unless(cache.homes == usual.homes, Fact::Homes(cache.homes));
    unless(cache.lines == usual.lines, Fact::Lines(cache.lines));
    unless(cache.words == usual.words, Fact::Words(cache.words));
    unless(!cache.is_bus(), Fact::Bus);
    unless(!cache.reliable, Fact::ReliableLinks);
    unless(cache.workload == usual.workload, Fact::Workload(cache.workload));
    facts
}

fn deeds(from_us: u64, choices: &[Timed]) -> Vec<Deed> {
    let mut before_us = from_us;
    let deed = |(at, choice): &Timed| {
        let since_us = at.time_us - before_us;
        before_us = at.time_us;
        Deed(since_us, at.taken, choice.clone())
    };
    choices.iter().map(deed).collect()
}

fn timed(from_us: u64, deeds: Vec<Deed>) -> Result<Vec<Timed>, Wrong> {
    let mut time_us = from_us;
    let timed = |Deed(since_us, taken, choice)| {
        time_us = time_us.checked_add(since_us).ok_or(Wrong::Altered)?;
        Ok((Moment { time_us, taken }, choice))
    };
    deeds.into_iter().map(timed).collect()
}

fn scenario(facts: Vec<Fact>) -> Result<Scenario, Wrong> {
    let mut scenario = Scenario { engine: ENGINE_VERSION, ..Scenario::default() };
    for fact in facts {
        match fact {
            Fact::Engine(engine) => scenario.engine = engine,
            Fact::Seed(seed) => scenario.seed = seed,
            Fact::Until(until_us) => scenario.until_us = until_us,
            Fact::Choices(deeds) => scenario.choices = timed(0, deeds)?,
            Fact::Branch(parent, time_us, taken, deeds) => scenario.branches.push(Branch {
                parent: parent.into(),
                at: Moment { time_us, taken },
                name: usual_name(scenario.branches.len() + 1),
                choices: timed(time_us, deeds)?,
            }),
            Fact::Name(0, name) => scenario.first = name,
            Fact::Name(branch, name) => {
                let branch = scenario.branches.get_mut(usize::from(branch) - 1);
                branch.ok_or(Wrong::Altered)?.name = name;
            }
            Fact::Bookmark(branch, time_us, taken, english, mut indonesian) => {
                if indonesian.is_empty() {
                    indonesian.clone_from(&english);
                }
                let at = Moment { time_us, taken };
                scenario.bookmarks.push(Bookmark {
                    branch: branch.into(),
                    at,
                    english,
                    indonesian,
                });
            }
            Fact::Breakpoint(kind, detail) => {
                let breakpoint = breakpoint::numbered(kind, detail).ok_or(Wrong::Newer)?;
                scenario.breakpoints.push(breakpoint);
            }
            Fact::Cursor(branch, time_us, taken) => {
                let at = Moment { time_us, taken };
                scenario.cursor = Some(Cursor { branch: branch.into(), at });
            }
            Fact::Quiz => scenario.quiz = true,
            Fact::Digest(bytes) => scenario.digest = Some(u64::from_le_bytes(bytes)),
            Fact::Caption(time_us, taken, english, indonesian) => {
                let at = Moment { time_us, taken };
                scenario.captions.push(Caption { at, english, indonesian });
            }
            Fact::Expect(check, expected) => {
                let check = Check::numbered(check).ok_or(Wrong::Newer)?;
                let expected = Expected::ALL.get(usize::from(expected)).ok_or(Wrong::Newer)?;
                scenario.expect.push((check, *expected));
            }
            fact => set(&mut scenario.config, fact)?,
        }
    }
    Ok(scenario)
}

/// Sets what a fact says of the configuration.
fn set(config: &mut RaftConfig, fact: Fact) -> Result<(), Wrong> {
    match fact {
        Fact::Servers(servers) => config.servers = servers,
        Fact::Clients(clients) => config.clients = clients,
        Fact::ElectionTimeout(low_us, high_us) => {
            (config.election_min_us, config.election_max_us) = (low_us, high_us);
        }
        Fact::Heartbeat(heartbeat_us) => config.heartbeat_us = heartbeat_us,
        Fact::MostEntries(most) => config.most_entries = most,
        Fact::Network(network) => config.network = network,
        Fact::DiskSync(low_us, high_us) => {
            (config.sync_min_us, config.sync_max_us) = (low_us, high_us);
        }
        Fact::RequestTimeout(request_timeout_us) => config.request_timeout_us = request_timeout_us,
        Fact::Retry(retry_us) => config.retry_us = retry_us,
        Fact::Load(load_us) => config.load_us = Some(load_us),
        Fact::Start(server, term, voted_for, log) => {
            config.presets.push((server, Preset { term, voted_for, log }));
        }
        Fact::Bug(bug) => {
            let bug = AnyBug::numbered(bug).ok_or(Wrong::Newer)?;
            config.plant(bug).map_err(|_| Wrong::Altered)?;
        }
        Fact::Setting(setting, value) => {
            // Bounds may widen: a number out of them is something that is not known here.
            let setting = AnySetting::numbered(setting).ok_or(Wrong::Newer)?;
            let (low, high) = setting.bounds();
            let known = (low..=high).contains(&value);
            if !known {
                return Err(Wrong::Newer);
            }
            config.set(setting, value);
        }
        Fact::Voters(voters) => config.voters = voters,
        Fact::Transport(transport) => config.transport = transport,
        Fact::Lab(Lab::Locks) => *config = RaftConfig::of_locks(),
        Fact::Lab(Lab::Cache) => *config = RaftConfig::of_cache(),
        fact => match (&mut config.locks, &mut config.cache) {
            (Some(locks), _) => return set_locks(locks, fact),
            (None, Some(cache)) => return set_cache(cache, fact),
            (None, None) => return Err(Wrong::Altered),
        },
    }
    Ok(())
}

/// Sets what a fact says of a lock lab.
fn set_locks(locks: &mut LockConfig, fact: Fact) -> Result<(), Wrong> {
    match fact {
        Fact::Resources(names) => locks.resources = names.into_iter().map(Into::into).collect(),
        Fact::Script(client, script) => locks.scripts.push((client, script)),
        Fact::Groups(groups) => locks.groups = groups,
        Fact::CollectEvery(every_us) => locks.collect_us = every_us,
        Fact::BackOff(rest_us) => locks.back_off_us = rest_us,
        _ => return Err(Wrong::Altered),
    }
    Ok(())
}

/// Sets what a fact says of a cache lab.
fn set_cache(cache: &mut CacheConfig, fact: Fact) -> Result<(), Wrong> {
    match fact {
        Fact::Caches(caches) => cache.caches = caches,
        Fact::Homes(homes) => cache.homes = homes,
        Fact::Bus => cache.interconnect = Interconnect::Bus,
        Fact::Lines(lines) => cache.lines = lines,
        Fact::Words(words) => cache.words = words,
        Fact::ReliableLinks => cache.reliable = true,
        Fact::Workload(workload) => cache.workload = workload,
        _ => return Err(Wrong::Altered),
    }
    Ok(())
}
