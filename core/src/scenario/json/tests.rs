//! Scenario files as people write them, right and wrong.

use crate::scenario::Scenario;
use crate::sim::network::Transport;
use crate::sim::random::Probability;

fn read(fields: &str) -> Scenario {
    let text = format!(r#"{{ "lockstep": 1, "lab": "raft"{fields} }}"#);
    Scenario::from_json(&text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

#[test]
fn a_file_that_says_nothing_is_the_default() {
    assert_eq!(read(""), Scenario::default());
    assert_eq!(read(r#", "config": {}, "choices": [], "branches": []"#), Scenario::default());
}

#[test]
fn defaults_are_not_written() {
    let lines =
        "{\n  \"lab\": \"raft\",\n  \"lockstep\": 1,\n  \"seed\": 1,\n  \"until\": \"5s\"\n}\n";
    assert_eq!(Scenario::default().to_json(), lines);
}

#[test]
fn fractions_are_read_however_json_spells_them() {
    let parts = |spelled: &str| {
        let fields = format!(r#", "config": {{ "network": {{ "loss": {spelled} }} }}"#);
        read(&fields).config.network.loss.parts()
    };
    for spelled in ["0.00001", "1e-5", "1E-05", "\"0.00001\"", "0.000010"] {
        assert_eq!(parts(spelled), 42_950, "{spelled}");
    }
    for spelled in ["1", "1.0", "1e0", "\"1\""] {
        assert_eq!(parts(spelled), Probability::ALWAYS.parts(), "{spelled}");
    }
}

#[test]
fn a_transport_is_a_part_of_the_network_in_files_and_links_of_every_lab() {
    for lab in ["raft", "locks", "cache"] {
        for network in [r#""transport": "streams""#, r#""transport": "streams", "loss": 0.5"#] {
            let fields = format!(r#""config": {{ "network": {{ {network} }} }}"#);
            let text = format!(r#"{{ "lockstep": 1, "lab": "{lab}", {fields} }}"#);
            let scenario = Scenario::from_json(&text).expect("it is a scenario");
            assert_eq!(scenario.config.transport, Transport::Streams);
            assert_eq!(Scenario::from_json(&scenario.to_json()).as_ref(), Ok(&scenario));
            assert_eq!(Scenario::decode(&scenario.encode()).as_ref(), Ok(&scenario));
        }
    }
    let plain = read(r#", "config": { "network": { "transport": "datagrams" } }"#);
    assert_eq!(plain, Scenario::default());
}

#[test]
fn captions_stand_among_the_choices_and_are_kept_in_order() {
    let scenario = read(
        r#", "choices": [ { "at": "2s", "say": { "en": "two" } },
                          { "at": "1s", "crash": "n1" },
                          { "at": "1s", "say": { "en": "one", "id": "satu" } } ]"#,
    );
    let captions = scenario.captions.iter();
    let texts: Vec<_> =
        captions.map(|caption| (caption.english.as_str(), caption.indonesian.as_str())).collect();
    assert_eq!(texts, [("one", "satu"), ("two", "two")]);
    assert_eq!(scenario.choices.len(), 1);
}

#[test]
fn a_bookmark_in_one_language_is_one_in_both_and_bookmarks_are_kept_in_order() {
    let scenario = read(
        r#", "branches": [ { "at": "1s", "name": "B" } ],
             "bookmarks": [ { "at": "3s", "branch": 1, "say": { "id": "tiga" } },
                            { "at": "2s", "say": "two" }, { "at": "1s" },
                            { "at": "4s", "branch": 1, "say": { "en": "four", "id": "empat" } } ]"#,
    );
    let texts: Vec<_> = scenario
        .bookmarks
        .iter()
        .map(|bookmark| (bookmark.branch, &*bookmark.english, &*bookmark.indonesian))
        .collect();
    assert_eq!(texts, [(0, "", ""), (0, "two", "two"), (1, "tiga", "tiga"), (1, "four", "empat")]);
    assert!(!scenario.to_json().contains("name"), "B is what it is called anyway");
    assert_eq!(Scenario::from_json(&scenario.to_json()), Ok(scenario));
}

#[test]
fn breakpoints_are_a_few_words_and_travel_in_links() {
    let scenario = read(
        r#", "breakpoints": ["leader", "commit", "fault", "role_change", "role_change n2",
             "message_to c1", "failure", "failure log_matching", "locks deadlock",
             "locks stale"]"#,
    );
    assert_eq!(scenario.breakpoints.len(), 10);
    assert_eq!(Scenario::from_json(&scenario.to_json()).as_ref(), Ok(&scenario));
    assert_eq!(Scenario::decode(&scenario.encode()), Ok(scenario));
}

#[test]
fn choices_of_one_time_are_made_one_after_the_other() {
    let scenario = read(
        r#", "choices": [ { "at": "1s", "crash": "n1" }, { "at": "1s", "crash": "n2" },
                          { "at": "1s", "crash": "n3" } ]"#,
    );
    let taken: Vec<u32> = scenario.choices.iter().map(|(at, _)| at.taken).collect();
    assert_eq!(taken, [0, 1, 2]);
}

#[test]
fn bugs_and_expectations_may_be_named_in_any_order() {
    let one = read(
        r#", "config": { "bugs": ["commit_old_term", "vote_twice"] },
             "expect": { "log_matching": "holds", "election_safety": "fails" }"#,
    );
    let other = read(
        r#", "expect": { "election_safety": "fails", "log_matching": "holds" },
             "config": { "bugs": ["vote_twice", "commit_old_term"] }"#,
    );
    assert_eq!(one, other);
    assert_eq!(one.encode(), other.encode());
}
