//! Scenarios out of nothing: a strategy that draws any scenario that can be written.
//!
//! Every field, every choice and every optional part is drawn, and numbers are drawn from the whole
//! of their bounds as well as from their likely values. What is drawn here is valid, so whatever
//! a reader or a run says against it is a mistake of ours.

use std::collections::BTreeMap;

use lockstep_core::check::Check;
use lockstep_core::check::raft::RaftCheck;
use lockstep_core::lab::landmark::{Landmark, LockMark};
use lockstep_core::lab::raft::config::{
    LONGEST_TEXT, MOST_CLIENTS, MOST_ENTRIES, SHORTEST_TIMER_US,
};
use lockstep_core::lab::raft::{Preset, RaftConfig};
use lockstep_core::lab::session::usual_name;
use lockstep_core::lab::{Choice, Names, Timed};
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::raft::store::{Operation, Text};
use lockstep_core::scenario::{
    Bookmark, Branch, Caption, Cursor, ENGINE_VERSION, Expected, MOST_TAKEN, Scenario,
};
use lockstep_core::sim::network::{LinkSettings, MessageId, Transport};
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::{NodeId, TimerKind};
use lockstep_core::sim::random::Probability;
use lockstep_core::sim::time::{LONGEST_RUN_US, Moment, SECOND_US};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Any scenario that can be written.
pub fn scenario() -> impl Strategy<Value = Scenario> {
    any_config(moments(LONGEST_RUN_US))
}

/// Scenarios that are worth running: all happens in the first two seconds.
pub fn short_scenario() -> impl Strategy<Value = Scenario> {
    any_config(moments(2 * SECOND_US)).prop_map(|scenario| {
        let until_us = scenario.until_us % (2 * SECOND_US);
        Scenario { until_us, engine: ENGINE_VERSION, ..scenario }
    })
}

fn any_config(moments: BoxedStrategy<Moment>) -> impl Strategy<Value = Scenario> {
    config().prop_flat_map(move |config| of_config(config, moments.clone()))
}

fn of_config(
    config: RaftConfig,
    moments: BoxedStrategy<Moment>,
) -> impl Strategy<Value = Scenario> {
    let names = config.names();
    let head = (
        prop_oneof![4 => Just(ENGINE_VERSION), 1 => any::<u32>()],
        any::<u64>(),
        0..=LONGEST_RUN_US,
        choices(names, moments.clone(), 12),
        vec((any::<proptest::sample::Index>(), choices(names, moments.clone(), 4)), 0..3),
        vec(option::of("[^\\x00]{1,20}|[A-D]"), 3),
    );
    let rest = (
        option::of((any::<proptest::sample::Index>(), moments.clone())),
        option::of(any::<u64>()),
        vec((moments.clone(), "\\PC{0,20}", "[^\\x00]{0,20}"), 0..3),
        vec(((any::<proptest::sample::Index>(), moments), said()), 0..4),
        subsequence(RaftCheck::ALL.to_vec(), 0..=RaftCheck::ALL.len()),
        vec(select(Expected::ALL.to_vec()), RaftCheck::ALL.len()),
        subsequence(breakpoints(names), 0..=3),
        any::<bool>(),
    );
    (head, rest).prop_map(move |(head, rest)| {
        let (engine, seed, until_us, choices, grown, names) = head;
        let (cursor, digest, mut captions, bookmarks, checks, verdicts, breakpoints, quiz) = rest;
        let name = |place: usize| names[place].clone().unwrap_or_else(|| usual_name(place));
        captions.sort_by_key(|(at, ..)| *at);
        let mut branches = Vec::new();
        for (parent, choices) in grown {
            let at = choices.first().map_or(Moment::START, |(at, _)| *at);
            let (parent, name) = (parent.index(branches.len() + 1), name(branches.len() + 1));
            branches.push(Branch { parent, at, name, choices });
        }
        let place = |branch: proptest::sample::Index| branch.index(branches.len() + 1);
        let bookmarks: BTreeMap<(usize, Moment), _> =
            bookmarks.into_iter().map(|((on, at), said)| ((place(on), at), said)).collect();
        let bookmark = |((branch, at), [english, indonesian]): (_, [String; 2])| Bookmark {
            branch,
            at,
            english,
            indonesian,
        };
        let captions = captions.into_iter();
        let cursor =
            cursor.map(|(branch, at)| Cursor { branch: branch.index(branches.len() + 1), at });
        Scenario {
            engine,
            config: config.clone(),
            seed,
            until_us,
            first: name(0),
            choices,
            branches: branches.clone(),
            cursor,
            digest,
            captions: captions
                .map(|(at, english, indonesian)| Caption { at, english, indonesian })
                .collect(),
            bookmarks: bookmarks.into_iter().map(bookmark).collect(),
            breakpoints,
            expect: checks.into_iter().map(Check::Raft).zip(verdicts).collect(),
            quiz,
        }
    })
}

/// Breakpoints of every kind.
fn breakpoints(names: Names) -> Vec<Landmark> {
    let mut all = vec![Landmark::Leader, Landmark::Commit, Landmark::Fault];
    all.extend([Landmark::RoleChange(None), Landmark::Failure(None)]);
    all.extend(RaftCheck::ALL.map(|check| Landmark::Failure(Some(check.into()))));
    all.extend(LockMark::ALL.map(Landmark::Lock));
    for (node, _) in names.nodes() {
        all.extend([Landmark::RoleChange(Some(node)), Landmark::MessageTo(node)]);
    }
    all
}

/// What a bookmark says: nothing, one text, or one in each language.
fn said() -> impl Strategy<Value = [String; 2]> {
    prop_oneof![
        "\\PC{0,20}".prop_map(|text| [text.clone(), text]),
        ("\\PC{1,20}", "[^\\x00]{1,20}").prop_map(|(english, other)| [english, other]),
    ]
}

fn moments(last_us: u64) -> BoxedStrategy<Moment> {
    let taken = prop_oneof![4 => Just(0), 2 => 0..4_u32, 1 => 0..MOST_TAKEN - 99];
    let time_us =
        prop_oneof![(0..=last_us / 1_000).prop_map(|time_ms| time_ms * 1_000), 0..=last_us];
    (time_us, taken).prop_map(|(time_us, taken)| Moment { time_us, taken }).boxed()
}

fn choices(
    names: Names,
    moments: BoxedStrategy<Moment>,
    most: usize,
) -> impl Strategy<Value = Vec<Timed>> {
    btree_map(moments, choice(names), 0..most).prop_map(|choices| choices.into_iter().collect())
}

fn config() -> impl Strategy<Value = RaftConfig> {
    let timer = || prop_oneof![Just(20_000_u64), SHORTEST_TIMER_US..=LONGEST_RUN_US];
    let range = |low: u64| (low..=LONGEST_RUN_US, low..=LONGEST_RUN_US);
    let usual = RaftConfig::default();
    let election = (usual.election_min_us, usual.election_max_us);
    let sync = (usual.sync_min_us, usual.sync_max_us);
    let times = (
        prop_oneof![4 => Just(election), 1 => range(SHORTEST_TIMER_US)],
        prop_oneof![4 => Just(sync), 1 => (0..9_000_u64, 0..9_000_u64), 1 => range(0)],
        prop_oneof![2 => Just(usual.heartbeat_us), 1 => timer()],
        timer(),
        timer(),
        option::of(timer()),
    );
    let rest = (
        1..=MOST_ENTRIES,
        (network(), select(Transport::ALL.to_vec())),
        subsequence(Bug::ALL.to_vec(), 0..=2),
        btree_map(0..9_u8, preset(), 0..3),
        (features(), prop_oneof![2 => Just(0), 1 => 0..=9_u8]),
    );
    (1..=9_u8, 0..=MOST_CLIENTS, times, rest).prop_map(|(servers, clients, times, rest)| {
        let (election, sync, heartbeat_us, request_timeout_us, retry_us, load_us) = times;
        let (most_entries, (network, transport), bugs, presets, (features, voters)) = rest;
        let within = |server: u8| NodeId(server % servers);
        let presets: BTreeMap<NodeId, Preset> = presets
            .into_iter()
            .map(|(server, preset)| {
                let voted_for = preset.voted_for.map(|to| within(to.0));
                (within(server), Preset { voted_for, ..preset })
            })
            .collect();
        RaftConfig {
            servers,
            clients,
            election_min_us: election.0.min(election.1),
            election_max_us: election.0.max(election.1),
            heartbeat_us,
            most_entries,
            transport,
            network,
            sync_min_us: sync.0.min(sync.1),
            sync_max_us: sync.0.max(sync.1),
            request_timeout_us,
            retry_us,
            load_us,
            presets: presets.into_iter().collect(),
            bugs,
            locks: None,
            cache: None,
            features,
            voters: voters.min(servers),
        }
    })
}

/// Mostly none, else each at random.
fn features() -> impl Strategy<Value = Features> {
    let all = vec(setting(), 0..12).prop_map(|set| {
        let mut features = Features::default();
        set.into_iter().for_each(|(setting, value)| features.set(setting, value));
        features
    });
    prop_oneof![1 => Just(Features::default()), 2 => all]
}

/// A setting, and something that it can be set to.
fn setting() -> impl Strategy<Value = (Setting, u64)> {
    (select(Setting::ALL.to_vec()), any::<u64>()).prop_map(|(setting, value)| {
        let (low, high) = setting.bounds();
        (setting, low + value % (high - low + 1))
    })
}

/// An instruction that names servers of a cluster of so many.
fn instruction(servers: u8) -> impl Strategy<Value = Instruction> {
    let names = vec(0..3_u8, usize::from(servers));
    prop_oneof![
        (0..servers).prop_map(|to| Instruction::Transfer(NodeId(to))),
        (names, 0..servers).prop_map(move |(parts, sure)| {
            let of = |part: u8| {
                let named = (0..).map(NodeId).zip(&parts).filter(move |(_, one)| **one == part);
                named.map(|(node, _)| node).collect::<NodeSet>()
            };
            let voters = of(0).with(NodeId(sure));
            Instruction::Reconfigure { voters, learners: of(1).minus(voters) }
        }),
    ]
}

fn preset() -> impl Strategy<Value = Preset> {
    let entry = (0..4_u64, option::of(operation()));
    (0..3_u64, option::of(0..9_u8), vec(entry, 0..6)).prop_map(|(above, vote, entries)| {
        let mut term = 1;
        let log: Vec<_> = entries
            .into_iter()
            .map(|(rise, said)| {
                term += rise;
                (term, said)
            })
            .collect();
        let last = log.last().map_or(0, |(term, _)| *term);
        Preset { term: last + above, voted_for: vote.map(NodeId), log }
    })
}

fn network() -> impl Strategy<Value = LinkSettings> {
    let delay = prop_oneof![
        3 => Just((5_000, 15_000)),
        2 => (1..20_000_u64, 1..20_000_u64),
        1 => (1..=60 * SECOND_US, 1..=60 * SECOND_US),
    ];
    (delay, probability(), probability(), probability()).prop_map(
        |(delay, loss, duplicate, reorder)| LinkSettings {
            delay_min_us: delay.0.min(delay.1),
            delay_max_us: delay.0.max(delay.1),
            loss,
            duplicate,
            reorder,
        },
    )
}

fn probability() -> impl Strategy<Value = Probability> {
    let parts = prop_oneof![4 => Just(0), 1 => Just(1 << 32), 2 => 0..=1_u64 << 32, 1 => 0..99_u64];
    parts.prop_map(|parts| Probability::from_parts(parts).expect("at most one"))
}

fn text() -> impl Strategy<Value = Text> {
    let short = |text: &String| text.len() as u64 <= LONGEST_TEXT;
    prop_oneof![3 => "[a-z]{1,2}", 1 => any::<String>().prop_filter("short", short)]
        .prop_map(Text::from)
}

/// Any operation on the store.
pub fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        (text(), text()).prop_map(|(key, value)| Operation::Put(key, value)),
        text().prop_map(Operation::Get),
        (text(), text()).prop_map(|(key, value)| Operation::Append(key, value)),
        (text(), text(), text())
            .prop_map(|(key, old, new)| Operation::CompareAndSet(key, old, new)),
    ]
}

/// Any choice among the nodes of these names.
pub fn choice(names: Names) -> BoxedStrategy<Choice> {
    let count = names.servers + names.clients;
    let node = move || (0..count).prop_map(NodeId);
    let timer = 0..u8::try_from(Timer::ALL.len()).expect("a few timers");
    let simple = prop_oneof![
        node().prop_map(Choice::Crash),
        node().prop_map(Choice::Restart),
        node().prop_map(Choice::Pause),
        node().prop_map(Choice::Resume),
        (node(), timer).prop_map(|(node, timer)| Choice::Fire { node, timer }),
        (node(), 1..=100_000_000_u64)
            .prop_map(|(node, rate_ppm)| Choice::ClockRate { node, rate_ppm }),
        (node(), -3_600_000_000..=3_600_000_000_i64)
            .prop_map(|(node, by_us)| Choice::ClockJump { node, by_us }),
        (node(), operation())
            .prop_map(|(node, operation)| Choice::Operate { node, operation: operation.into() }),
        ((0..names.servers).prop_map(NodeId), instruction(names.servers)).prop_map(
            |(node, instruction)| {
                let (instruction, operand) = instruction.numbers();
                Choice::Instruct { node, instruction, operand }
            }
        ),
    ];
    let global = prop_oneof![
        Just(Choice::HealAll),
        groups(count).prop_map(Choice::Partition),
        network().prop_map(Choice::Network),
        (select(Bug::ALL.to_vec()), any::<bool>())
            .prop_map(|(bug, planted)| Choice::Plant { bug: bug.number(), planted }),
        setting().prop_map(|(setting, value)| Choice::Set { setting: setting.number(), value }),
    ];
    if count < 2 {
        return prop_oneof![simple, global].boxed();
    }
    let ends = move || (0..count, 1..count).prop_map(move |(from, by)| (from, (from + by) % count));
    let message = move || {
        (ends(), 1..30_u32, 0..2_u8).prop_map(|((from, to), count, copy)| MessageId {
            from: NodeId(from),
            to: NodeId(to),
            count,
            copy,
        })
    };
    let linked = prop_oneof![
        (ends(), any::<bool>()).prop_map(|((from, to), both_ways)| {
            Choice::Cut { from: NodeId(from), to: NodeId(to), both_ways }
        }),
        (ends(), any::<bool>()).prop_map(|((from, to), both_ways)| {
            Choice::Heal { from: NodeId(from), to: NodeId(to), both_ways }
        }),
        (ends(), any::<bool>(), network()).prop_map(|((from, to), both_ways, settings)| {
            Choice::Link { from: NodeId(from), to: NodeId(to), both_ways, settings }
        }),
        message().prop_map(Choice::Lose),
        message().prop_map(Choice::Duplicate),
        message().prop_map(Choice::Hold),
        message().prop_map(Choice::Deliver),
        (message(), 0..=LONGEST_RUN_US)
            .prop_map(|(message, by_us)| Choice::Delay { message, by_us }),
    ];
    prop_oneof![simple, global, linked].boxed()
}

/// Disjoint groups with somebody in each.
fn groups(count: u8) -> impl Strategy<Value = Vec<Vec<NodeId>>> {
    let members = btree_set(0..count, 0..=usize::from(count));
    (members, 1..4_usize).prop_map(|(members, most)| {
        let members: Vec<NodeId> = members.into_iter().map(NodeId).collect();
        let size = members.len().div_ceil(most).max(1);
        members.chunks(size).map(<[NodeId]>::to_vec).collect()
    })
}

/// The configuration of the tests: bounded, and the same cases every time.
#[must_use]
pub fn cases(cases: u32) -> ProptestConfig {
    let rng_seed = proptest::test_runner::RngSeed::Fixed(0x10C5);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}
