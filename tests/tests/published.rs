//! Links that last: what was once shared opens for ever, and is as short as promised.
//!
//! `links/published.txt` lists links that people may hold: name, engine, digest, link. While the
//! engine's version stands, each must open to the very same digest; after a change of the engine it
//! must still open. New links are put at the end, and none is ever taken away, by
//!
//! ```text
//! LOCKSTEP_REGENERATE=1 cargo test -p lockstep-tests --test published
//! ```
//!
//! which is refused where the digest of a listed link has changed and the engine's version has not.

#![allow(clippy::print_stdout, reason = "how long links are is worth reading")]

use std::fmt::Write as _;
use std::path::PathBuf;

use lockstep_core::lab::{Choice, Session};
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::store::Operation;
use lockstep_core::scenario::gallery::{CacheStory, LockStory, Story};
use lockstep_core::scenario::{ENGINE_VERSION, Scenario};
use lockstep_core::sim::network::MessageId;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

/// What the issue that asked for links promises of the first election's, in characters.
const FIRST_ELECTION_MARK: usize = 80;
/// What it promises of a scenario with fifty choices, in characters.
const FIFTY_CHOICES_MARK: usize = 600;

/// The stories of the lock lab whose links are listed.
const PUBLISHED_LOCKS: [LockStory; 2] = [LockStory::OppositeOrder, LockStory::PausedClient];

/// The stories of the cache lab whose links are listed.
const PUBLISHED_CACHES: [CacheStory; 3] =
    [CacheStory::SilentUpgrade, CacheStory::InvalidationRace, CacheStory::OwnerCrash];

/// A link that somebody may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Published {
    name: String,
    engine: u32,
    digest: u64,
    link: String,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("links/published.txt")
}

fn published() -> Vec<Published> {
    let text = std::fs::read_to_string(path()).expect("the list of published links");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [name, engine, digest, link] = fields.as_slice() else { panic!("four fields: {line}") };
        Published {
            name: (*name).to_owned(),
            engine: engine.parse().expect("the engine's version"),
            digest: u64::from_str_radix(digest, 16).expect("a digest"),
            link: (*link).to_owned(),
        }
    };
    lines.map(read).collect()
}

fn opened(scenario: &Scenario) -> Session {
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session
}

/// What a story's link and its end are today.
fn current(story: Story) -> Published {
    let scenario = story.scenario();
    Published {
        name: story.name().to_owned(),
        engine: ENGINE_VERSION,
        digest: opened(&scenario).digest(),
        link: scenario.encode(),
    }
}

/// The stories of which a link has been published: all of Raft's, and a few of each other lab.
fn stories() -> impl Iterator<Item = Story> {
    Story::ALL.into_iter().filter(|story| match story {
        Story::Locks(story) => PUBLISHED_LOCKS.contains(story),
        Story::Cache(story) => PUBLISHED_CACHES.contains(story),
        _ => true,
    })
}

fn regenerate() {
    let mut text = std::fs::read_to_string(path()).unwrap_or_default();
    for story in stories() {
        let Published { name, engine, digest, link } = current(story);
        let line = format!("{name} {engine} {digest:016x} {link}");
        if !text.lines().any(|listed| listed == line) {
            writeln!(text, "{line}").expect("memory");
        }
    }
    std::fs::write(path(), text).expect("the list is written");
}

#[test]
fn every_published_link_opens_to_its_digest() {
    if std::env::var_os("LOCKSTEP_REGENERATE").is_some() {
        regenerate();
    }
    let published = published();
    for Published { name, engine, digest, link } in &published {
        let scenario = Scenario::decode(link).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        if *engine == ENGINE_VERSION {
            let opened = opened(&scenario).digest();
            assert_eq!(
                format!("{opened:016x}"),
                format!("{digest:016x}"),
                "{name}: an engine that takes other steps needs another ENGINE_VERSION"
            );
        }
    }
    for story in stories() {
        let current = current(story);
        assert!(
            published.contains(&current),
            "{}: to be published, as this file begins by saying",
            current.name
        );
    }
}

#[test]
fn the_first_elections_link_is_short() {
    let scenario = Story::FirstElection.scenario();
    let mut session = scenario.open();
    while session.view(1).situation.leader.is_none() {
        session.go(Goal::Steps(session.steps() + 1));
    }
    let shared = Scenario::capture(&session, scenario.until_us);
    let link = shared.encode();
    println!("the first election, shared at its leader: {} characters: {link}", link.len());
    assert!(link.len() <= FIRST_ELECTION_MARK, "{} characters", link.len());
}

/// Fifty choices of every kind, as somebody would make them who plays for five seconds.
fn played() -> Session {
    let config = lockstep_core::lab::raft::RaftConfig::default();
    let mut session = Session::open(&config, 42, Vec::new());
    let (client, node) = (NodeId(5), |number: u64| NodeId(u8::try_from(number % 5).expect("0..5")));
    for number in 0..50_u64 {
        let at_us = 200_000 + number * 97_531;
        session.go(Goal::Moment(Moment::before(at_us)));
        let (one, other) = (node(number * 3), node(number * 3 + 1));
        let text = |text: &str| text.into();
        let value = number.to_string();
        let message = MessageId { from: one, to: other, count: 7 + u32::from(one.0), copy: 0 };
        session.act(match number % 16 {
            0 | 5 | 9 => {
                let operation = Operation::Put(text("x"), text(&value));
                Choice::Operate { node: client, operation: operation.into() }
            }
            1 => Choice::Operate { node: client, operation: Operation::Get(text("x")).into() },
            2 => Choice::Crash(one),
            3 => Choice::Restart(node(number * 3 - 3)),
            4 => Choice::Fire { node: one, timer: 0 },
            6 => Choice::Cut { from: one, to: other, both_ways: true },
            7 => Choice::Heal { from: one, to: other, both_ways: false },
            8 => Choice::Partition(vec![
                vec![NodeId(0), NodeId(1)],
                vec![NodeId(2), NodeId(3), NodeId(4)],
            ]),
            10 => Choice::HealAll,
            11 => Choice::Lose(message),
            12 => Choice::Pause(one),
            13 => Choice::Resume(node(number * 3 - 3)),
            14 => Choice::Delay { message, by_us: 25_000 },
            _ => Choice::Plant { bug: Bug::CommitOldTerm.number(), planted: true },
        });
    }
    session
}

#[test]
fn fifty_choices_fit_into_a_chat_message() {
    let shared = Scenario::capture(&played(), 5_000_000);
    assert_eq!(shared.choices.len(), 50);
    let link = shared.encode();
    println!("fifty choices: {} characters: {link}", link.len());
    assert!(link.len() <= FIFTY_CHOICES_MARK, "{} characters", link.len());
    assert_eq!(Scenario::decode(&link), Ok(shared));
}
