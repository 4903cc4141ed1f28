//! What a person is told about a link that cannot be opened. Nobody types links, so they are forged
//! here byte by byte, with right checksums: an accident would be found by those.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockstep_core::scenario::link::{LONGEST_LINK, LONGEST_PAYLOAD};
use lockstep_core::scenario::{Problem, Scenario, Wrong};
use lockstep_core::sim::digest::Digest;
use miniz_oxide::deflate::compress_to_vec;
use serde::Serialize;

/// A fact of a link, by its place in the list of kinds, with what it says.
fn fact(kind: u8, says: impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(&(kind, says)).expect("a fact")
}

fn payload(facts: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(facts.len()).expect("few facts");
    [&[count], facts.concat().as_slice()].concat()
}

/// A link with a right checksum, whatever it says.
fn forged(version: u8, body: &[u8]) -> String {
    let mut digest = Digest::new();
    digest.word(body.len() as u64);
    body.iter().for_each(|byte| digest.word(u64::from(*byte)));
    let checksum = &digest.value().to_be_bytes()[4..];
    URL_SAFE_NO_PAD.encode([&[version], checksum, body].concat())
}

const PLAIN: u8 = 1;
const DEFLATED: u8 = 129;
const ENGINE: u8 = 0;
const SEED: u8 = 1;
const SERVERS: u8 = 3;
const NETWORK: u8 = 8;
const START: u8 = 13;
const BUG: u8 = 14;
const CHOICES: u8 = 15;
const BRANCH: u8 = 16;
const CURSOR: u8 = 17;
const CAPTION: u8 = 19;
const EXPECT: u8 = 20;
const NAME: u8 = 21;
const BOOKMARK: u8 = 22;
const BREAKPOINT: u8 = 23;
const SETTING: u8 = 24;
const VOTERS: u8 = 25;
const LAB: u8 = 27;
/// A kind of fact that is not known here.
const UNKNOWN: u8 = 99;

fn engine() -> Vec<u8> {
    fact(ENGINE, lockstep_core::scenario::ENGINE_VERSION)
}

fn of_link(link: &str) -> Problem {
    Scenario::decode(link).expect_err(link)
}

/// A link of the usual engine with these further facts.
fn with(facts: &[Vec<u8>]) -> String {
    forged(PLAIN, &payload(&[&[engine()], facts].concat()))
}

#[test]
fn what_is_forged_here_would_be_a_link_if_it_were_right() {
    let link = with(&[fact(SEED, 7_u64), fact(CURSOR, (0_u16, 5_u64, 1_u32))]);
    let scenario = Scenario::decode(&link).expect("a link");
    assert_eq!((scenario.seed, scenario.encode()), (7, link));
}

fn check(cases: Vec<(String, &str)>) {
    for (link, expected) in cases {
        assert_eq!(of_link(&link).to_string(), expected, "{}", &link[..link.len().min(80)]);
    }
}

#[test]
fn damaged_links_say_so() {
    let long = "A".repeat(LONGEST_LINK + 1);
    check(vec![
        (String::new(), "link: the link ends too early: a part of it is missing"),
        ("#".to_owned(), "link: the link ends too early: a part of it is missing"),
        ("first-election.json".to_owned(), "link, character 15: not a Lockstep link"),
        ("AYé".to_owned(), "link, character 3: not a Lockstep link"),
        ("A".to_owned(), "link: the link ends too early: a part of it is missing"),
        ("AQ".to_owned(), "link: the link ends too early: a part of it is missing"),
        ("Ag".to_owned(), "link: version 2 of the format is not known here"),
        (long, "link: more than the 200000 characters allowed"),
        (forged(PLAIN, &[]), "link: the link is incomplete or was altered"),
        (forged(PLAIN, &[2, 0, 1]), "link: the link is incomplete or was altered"),
        (forged(DEFLATED, b"not deflated"), "link: the link is incomplete or was altered"),
    ]);
}

#[test]
fn links_with_wrong_facts_say_which() {
    check(vec![
        (with(&[fact(BREAKPOINT, (9_u8, 0_u8))]), "link: made by a newer version of Lockstep"),
        (with(&[fact(BREAKPOINT, (6_u8, 99_u8))]), "link: made by a newer version of Lockstep"),
        (with(&[fact(BREAKPOINT, (5_u8, 40_u8))]), "breakpoints[0]: no node here is called \"40\""),
        (with(&[fact(UNKNOWN, 1_u8)]), "link: made by a newer version of Lockstep"),
        (with(&[fact(LAB, 2_u8)]), "link: made by a newer version of Lockstep"),
        (with(&[fact(SERVERS, 10_u8)]), "config.servers: must lie between 1 and 9"),
        (with(&[fact(BUG, 99_u8)]), "link: made by a newer version of Lockstep"),
        (
            with(&[fact(BUG, 1_u8), fact(BUG, 1_u8)]),
            "config.bugs: must name each thing once, in order",
        ),
        (
            with(&[fact(NETWORK, (0_u64, 1_u64, 0_u64, 0_u64, 0_u64))]),
            "config.network.delay: must last between 0.001ms and 60s",
        ),
        (
            with(&[fact(NETWORK, (1_u64, 1_u64, 1_u64 << 33, 0_u64, 0_u64))]),
            "link: made by a newer version of Lockstep",
        ),
        (
            with(&[fact(START, (9_u8, 1_u64, None::<u8>, Vec::<u8>::new()))]),
            "config.start: must name servers that exist, each once",
        ),
        (with(&[fact(EXPECT, (99_u8, 0_u8))]), "link: made by a newer version of Lockstep"),
        (
            with(&[fact(EXPECT, (1_u8, 0_u8)), fact(EXPECT, (1_u8, 1_u8))]),
            "expect: must name each thing once, in order",
        ),
        (with(&[fact(CURSOR, (1_u16, 5_u64, 0_u32))]), "cursor.branch: must lie between 0 and 0"),
        (
            with(&[fact(CURSOR, (0_u16, 5_u64, u32::MAX))]),
            "cursor.at: takes more than the 20000000 steps allowed",
        ),
        (
            with(&[fact(BRANCH, (1_u16, 5_u64, 0_u32, Vec::<u8>::new()))]),
            "branches[0].from: must lie between 0 and 0",
        ),
        (
            with(&[fact(CAPTION, (9_u64, 0, "x", "x")), fact(CAPTION, (8_u64, 0, "x", "x"))]),
            "captions[1].at: must come after what stands before it",
        ),
    ]);
}

#[test]
fn links_with_wrong_names_and_bookmarks_say_which() {
    let branch = || fact(BRANCH, (0_u16, 5_u64, 0_u32, Vec::<u8>::new()));
    let mark = |branch: u16, at_us: u64, english: &str, other: &str| {
        fact(BOOKMARK, (branch, at_us, 0_u32, english, other))
    };
    let altered = "link: the link is incomplete or was altered";
    let long = |length: usize| "x".repeat(length);
    check(vec![
        (with(&[fact(NAME, (0_u16, ""))]), "first: must be given"),
        (with(&[branch(), fact(NAME, (1_u16, ""))]), "branches[0].name: must be given"),
        (with(&[fact(NAME, (0_u16, long(41)))]), "first: more than the 40 characters allowed"),
        (with(&[fact(NAME, (1_u16, "x"))]), altered),
        (with(&[fact(NAME, (0_u16, "A"))]), altered),
        (with(&[branch(), fact(NAME, (1_u16, "B"))]), altered),
        (with(&[mark(1, 5, "x", "")]), "bookmarks[0].branch: must lie between 0 and 0"),
        (
            with(&[mark(0, 5, "x", ""), mark(0, 5, "y", "")]),
            "bookmarks[1].at: must come after what stands before it",
        ),
        (
            with(&[branch(), mark(1, 5, "x", ""), mark(0, 6, "y", "")]),
            "bookmarks[1].at: must come after what stands before it",
        ),
        (
            with(&[mark(0, 3_600_000_001, "", "")]),
            "bookmarks[0].at: must last between 0s and 3600s",
        ),
        (with(&[mark(0, 5, "", "x")]), "bookmarks[0].say: must be given"),
        (with(&[mark(0, 5, "x", "x")]), altered),
        (with(&[mark(0, 5, &long(501), "")]), "bookmarks[0]: more than the 500 characters allowed"),
    ]);
    let right = with(&[branch(), fact(NAME, (1_u16, "healed")), mark(1, 6, "x", "")]);
    let scenario = Scenario::decode(&right).expect("a link");
    assert_eq!((scenario.encode(), &*scenario.branches[0].name), (right, "healed"));
}

#[test]
fn links_with_wrong_choices_say_which() {
    let choice = |deed: (u8, u8)| with(&[fact(CHOICES, vec![(5_u64, 0_u32, deed)])]);
    let partition =
        |groups: Vec<Vec<u8>>| with(&[fact(CHOICES, vec![(5_u64, 0_u32, 8_u8, groups)])]);
    check(vec![
        (choice((0, 250)), "choices[0]: no node here is called \"c246\""),
        (choice((99, 0)), "link: made by a newer version of Lockstep"),
        (
            with(&[fact(CHOICES, vec![(5_u64, 0_u32, 0_u8, 0_u8), (0, 0, 0, 1)])]),
            "choices[1].at: must come after what stands before it",
        ),
        (
            with(&[fact(CHOICES, vec![(5_u64, 0_u32, 5_u8, 1_u8, 1_u8, true)])]),
            "choices[0].cut: must name two different nodes",
        ),
        (
            with(&[fact(CHOICES, vec![(5_u64, 0_u32, 4_u8, 1_u8, 9_u8)])]),
            "choices[0].timer: must lie between 0 and 8",
        ),
        (partition(vec![vec![0, 0]]), "choices[0].partition: must name each thing once, in order"),
        (partition(vec![vec![]; 9]), "choices[0].partition: must have somebody in every group"),
        (
            with(&[fact(CHOICES, vec![(u64::MAX, 0_u32, 0_u8, 0_u8), (1, 0, 0, 1)])]),
            "link: the link is incomplete or was altered",
        ),
    ]);
}

#[test]
fn links_with_wrong_settings_and_instructions_say_which() {
    let newer = "link: made by a newer version of Lockstep";
    let altered = "link: the link is incomplete or was altered";
    let servers = "must name servers that exist, each once";
    let set = |setting: u8, value: u64| {
        with(&[fact(CHOICES, vec![(5_u64, 0_u32, 19_u8, setting, value)])])
    };
    let tell = |node: u8, instruction: u8, operand: u64| {
        with(&[fact(CHOICES, vec![(5_u64, 0_u32, 20_u8, node, instruction, operand)])])
    };
    let link = |from: u8, to: u8, low_us: u64| {
        let settings = (low_us, 9_u64, 0_u64, 0_u64, 0_u64);
        with(&[fact(CHOICES, vec![(5_u64, 0_u32, 21_u8, from, to, true, settings)])])
    };
    let no_instruction = format!("choices[0].instruction: {servers}");
    let nobody = format!("choices[0]: {servers}");
    check(vec![
        (with(&[fact(SETTING, (99_u8, 1_u64))]), newer),
        (with(&[fact(SETTING, (0_u8, 2_u64))]), newer),
        (with(&[fact(SETTING, (7_u8, 3_u64))]), newer),
        (with(&[fact(SETTING, (0_u8, 0_u64))]), altered),
        (with(&[fact(SETTING, (1_u8, 1_u64)), fact(SETTING, (0_u8, 1_u64))]), altered),
        (with(&[fact(VOTERS, 6_u8)]), "config.voters: must lie between 0 and 5"),
        (with(&[fact(VOTERS, 0_u8)]), altered),
        (set(10, 0), "choices[0].set: must lie between 0 and 9"),
        (set(0, 2), "choices[0].to: must lie between 0 and 1"),
        (set(6, 0), "choices[0].to: must lie between 1 and 8"),
        (tell(0, 2, 1), "choices[0].instruction: must lie between 0 and 1"),
        (tell(0, 0, 16), &no_instruction),
        (tell(0, 1, 0), &no_instruction),
        (tell(0, 1, 1 | 1 << 16), &no_instruction),
        (tell(0, 0, 5), &nobody),
        (tell(5, 0, 0), &nobody),
        (tell(0, 1, 1 | 1 << 21), &nobody),
        (tell(9, 0, 0), "choices[0]: no node here is called \"c5\""),
        (link(1, 1, 1), "choices[0].on: must name two different nodes"),
        (link(1, 9, 1), "choices[0]: no node here is called \"c5\""),
        (link(1, 2, 0), "choices[0].network.delay: must last between 0.001ms and 60s"),
        (link(1, 2, 10), "choices[0].network.delay: must have its smaller value first"),
    ]);
    let right = [set(0, 1), tell(0, 0, 4), tell(4, 1, 3 | 1 << 20), link(1, 5, 9)];
    for link in right {
        assert_eq!(Scenario::decode(&link).map(|scenario| scenario.encode()), Ok(link));
    }
}

#[test]
fn a_scenario_has_one_payload_and_no_other() {
    let story = Scenario { seed: 7, until_us: 1, ..Scenario::default() };
    let (seed, until) = (fact(SEED, 7_u64), fact(2, 1_u64));
    let right = with(&[seed.clone(), until.clone()]);
    assert_eq!(Scenario::decode(&right), Ok(story));
    let overlong_seed = vec![SEED, 0x87, 0x00];
    let plain = payload(&[engine(), seed.clone(), until.clone()]);
    for (how, link) in [
        ("reordered", with(&[until.clone(), seed.clone()])),
        ("said twice", with(&[seed.clone(), seed.clone(), until.clone()])),
        ("said though usual", with(&[seed.clone(), until.clone(), fact(SERVERS, 5_u8)])),
        ("without its engine", forged(PLAIN, &payload(&[seed.clone(), until.clone()]))),
        ("with an overlong number", with(&[overlong_seed, until.clone()])),
        ("with more bytes", forged(PLAIN, &[plain.as_slice(), &[0]].concat())),
    ] {
        assert_eq!(of_link(&link), Problem::new("link", Wrong::Altered), "{how}");
    }
}

#[test]
fn a_link_that_is_deflated_otherwise_is_the_same_link() {
    let put = |value: &str| (1_000_u64, 0_u32, 17_u8, 5_u8, 0_u8, "key", value.repeat(20));
    let facts = payload(&[engine(), fact(CHOICES, vec![put("one"), put("two"), put("six")])]);
    let right = forged(DEFLATED, &compress_to_vec(&facts, 9));
    let again = |link: &str| Scenario::decode(link).map(|scenario| scenario.encode());
    for level in 0..=9 {
        let link = forged(DEFLATED, &compress_to_vec(&facts, level));
        assert_eq!(again(&link).as_ref(), Ok(&right), "level {level}");
    }
    assert_eq!(again(&forged(PLAIN, &facts)), Ok(right));
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let bomb = forged(DEFLATED, &compress_to_vec(&vec![0; 100 << 20], 9));
    assert!(bomb.len() < LONGEST_LINK, "{} characters", bomb.len());
    let problem = of_link(&bomb).to_string();
    assert_eq!(problem, format!("link: more than the {LONGEST_PAYLOAD} bytes allowed"));
}
