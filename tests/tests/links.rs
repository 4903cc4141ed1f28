//! Links and files, with generated input: what is written reads back as itself, has one spelling,
//! and nothing that comes from outside makes a reader panic or a run endless.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockstep_core::lab::Session;
use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use lockstep_tests::scenarios::{cases, choice, scenario, short_scenario};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

/// The characters that a link is made of.
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// How many steps a run of these tests takes at most.
const MOST_STEPS: u64 = 20_000;

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn what_is_drawn_is_valid(scenario in scenario()) {
        prop_assert_eq!(scenario.check(), Ok(()));
    }

    #[test]
    fn a_link_reads_back_as_its_scenario(scenario in scenario()) {
        let link = scenario.encode();
        let read = Scenario::decode(&link);
        prop_assert_eq!(read.as_ref(), Ok(&scenario));
        prop_assert_eq!(Scenario::decode(&format!(" #{link}\n")), read);
    }

    #[test]
    fn a_file_reads_back_as_its_scenario(scenario in scenario()) {
        let text = scenario.to_json();
        let read = Scenario::from_json(&text);
        prop_assert_eq!(read.as_ref(), Ok(&scenario), "{}", text);
        prop_assert_eq!(read.map(|read| read.to_json()), Ok(text));
    }

    #[test]
    fn a_link_that_was_cut_is_refused(scenario in scenario(), at in any::<Index>()) {
        let link = scenario.encode();
        let cut = &link[..at.index(link.len())];
        prop_assert!(Scenario::decode(cut).is_err());
    }

    #[test]
    fn a_link_with_another_character_is_refused(
        scenario in scenario(),
        at in any::<Index>(),
        character in any::<char>(),
    ) {
        let mut characters: Vec<char> = scenario.encode().chars().collect();
        let at = at.index(characters.len());
        prop_assume!(characters[at] != character);
        characters[at] = character;
        let altered: String = characters.into_iter().collect();
        // White space at an end, and one # at the beginning, are none of the link's.
        let altered_inside = altered.trim().trim_start_matches('#').len() >= altered.len();
        prop_assert!(Scenario::decode(&altered).is_err() || !altered_inside);
    }

    #[test]
    fn any_text_is_a_scenario_or_a_problem(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let link = URL_SAFE_NO_PAD.encode(&bytes);
        for problem in [
            Scenario::decode(&text).err(),
            Scenario::decode(&link).err(),
            Scenario::from_json(&text).err(),
            Scenario::from_json(&String::from_utf8_lossy(&bytes)).err(),
        ] {
            prop_assert!(problem.is_none_or(|problem| !problem.to_string().contains('\n')));
        }
    }

    #[test]
    fn a_mutated_file_is_a_scenario_or_a_problem(
        scenario in scenario(),
        mutations in proptest::collection::vec((any::<Index>(), mutation()), 1..4),
    ) {
        let mut value: Value = serde_json::from_str(&scenario.to_json()).expect("JSON");
        for (place, mutation) in mutations {
            let nodes = count(&value);
            mutate(&mut value, &mut place.index(nodes), &mutation);
        }
        if let Ok(read) = Scenario::from_json(&value.to_string()) {
            prop_assert_eq!(read.check(), Ok(()));
            let by_link = Scenario::decode(&read.encode());
            let by_file = Scenario::from_json(&read.to_json());
            prop_assert_eq!((by_link.as_ref(), by_file.as_ref()), (Ok(&read), Ok(&read)));
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn two_runs_of_one_scenario_have_one_digest(scenario in short_scenario(), slice in 1..99_u64) {
        let at_once = run(&scenario, MOST_STEPS);
        let in_slices = run(&scenario, slice);
        prop_assert_eq!(outcome(&at_once), outcome(&in_slices));
        let events = in_slices.events(0, in_slices.steps());
        prop_assert!(events.iter().all(|event| event.id.step() <= at_once.steps()));
        prop_assert_eq!(outcome(&at_once), outcome(&in_slices), "events are only looked at");
    }

    #[test]
    fn a_captured_moment_opens_as_it_was(
        scenario in short_scenario(),
        acts in proptest::collection::vec((0..2_000_u64, any::<Index>(), any::<u64>()), 1..6),
    ) {
        let names = scenario.config.names();
        let mut session = run(&scenario, MOST_STEPS);
        for (steps, branch, number) in acts {
            let branch = branch.index(session.branches().len());
            session.switch(branch);
            session.go(Goal::Steps(steps));
            session.act(drawn(&choice(names), number));
        }
        session.go(Goal::Steps(session.steps() + 50));
        let captured = Scenario::capture(&session, scenario.until_us);
        prop_assert_eq!(captured.check(), Ok(()));
        let read = Scenario::decode(&captured.encode());
        prop_assert_eq!(read.as_ref(), Ok(&captured));
        let mut opened = captured.open();
        while !opened.work(1_000) {}
        prop_assert_eq!(outcome(&opened), outcome(&session), "{}", captured.to_json());
        prop_assert_eq!(opened.moment(), session.moment());
        prop_assert_eq!(Scenario::capture(&opened, scenario.until_us), captured);
    }
}

/// The session at the scenario's end, or as far towards it as these tests go.
fn run(scenario: &Scenario, slice: u64) -> Session {
    let mut session = scenario.open();
    let end = scenario.end();
    session.seek(Goal::Moment(end));
    while session.steps() < MOST_STEPS && !session.work(slice.min(MOST_STEPS - session.steps())) {}
    session.go(Goal::Steps(session.steps()));
    session
}

fn outcome(session: &Session) -> (u64, u64, Vec<lockstep_core::lab::session::CheckReport>) {
    (session.steps(), session.digest(), session.checks())
}

/// The value that a strategy draws for a number.
fn drawn<T>(strategy: &impl Strategy<Value = T>, number: u64) -> T {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), random);
    strategy.new_tree(&mut runner).expect("a choice").current()
}

/// What happens to one node of a file.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Value),
    Remove,
    Repeat,
    Rename(String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let odd = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::from("١s")),
        Just(Value::from("n1\0")),
        Just(Value::from("99999999999999999999s+99999999999")),
        Just(Value::from("3600s+4294967295")),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
        Just(serde_json::json!([["n1"], ["n1", "n2"]])),
    ];
    prop_oneof![
        4 => odd.prop_map(Mutation::Replace),
        2 => Just(Mutation::Remove),
        2 => Just(Mutation::Repeat),
        1 => "[a-z_]{0,9}".prop_map(Mutation::Rename),
    ]
}

fn children(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => Vec::new(),
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Does it to the node that is `place` nodes further on; `place` counts down.
fn mutate(value: &mut Value, place: &mut usize, mutation: &Mutation) {
    if *place == 0 {
        alter(value, mutation);
    }
    *place = place.wrapping_sub(1);
    for child in children(value) {
        if *place < usize::MAX / 2 {
            mutate(child, place, mutation);
        }
    }
}

fn alter(value: &mut Value, mutation: &Mutation) {
    match (mutation, value) {
        (Mutation::Replace(other), value) => *value = other.clone(),
        (Mutation::Remove, Value::Array(list)) => drop(list.pop()),
        (Mutation::Repeat, Value::Array(list)) => list.extend(list.last().cloned()),
        (Mutation::Remove, Value::Object(map)) => {
            let first = map.keys().next().cloned();
            first.and_then(|first| map.remove(&first));
        }
        (Mutation::Rename(name), Value::Object(map)) => {
            let first = map.keys().next().cloned();
            if let Some(value) = first.and_then(|first| map.remove(&first)) {
                map.insert(name.clone(), value);
            }
        }
        (_, value) => *value = Value::Null,
    }
}

#[test]
fn no_single_character_of_a_published_link_can_be_changed_or_cut() {
    for story in [Story::FirstElection, Story::SplitVote] {
        let link = story.scenario().encode();
        for place in 0..link.len() {
            assert!(Scenario::decode(&link[..place]).is_err(), "{story:?} cut at {place}");
            for character in ALPHABET.chars() {
                let altered = format!("{}{character}{}", &link[..place], &link[place + 1..]);
                assert!(
                    altered == link || Scenario::decode(&altered).is_err(),
                    "{story:?} with {character} at {place}"
                );
            }
        }
    }
}

#[test]
fn a_session_at_its_beginning_can_be_captured() {
    let session = Scenario::default().open();
    let captured = Scenario::capture(&session, 5_000_000);
    assert_eq!(captured.cursor.map(|cursor| cursor.at), Some(Moment::START));
    assert_eq!(Scenario::decode(&captured.encode()), Ok(captured));
}
