//! Each miss is counted with its true cause: small runs of which the causes are known beforehand.

use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::cache::metrics::Misses;
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::run::Goal;

/// Where a run ends: what is asked at these times, in milliseconds, by whom.
fn played(config: &str, choices: &[(u64, &str, &str)]) -> CacheView {
    let choice = |(at, node, asked): &(u64, &str, &str)| {
        format!(r#"{{ "at": "{at}ms", "client": "{node}", {asked} }}"#)
    };
    let choices: Vec<String> = choices.iter().map(choice).collect();
    let text = format!(
        r#"{{ "lockstep": 1, "lab": "cache", "until": "900ms",
              "config": {{ "network": {{ "delay": ["5ms", "5ms"] }}, "caches": 3, {config} }},
              "choices": [{}] }}"#,
        choices.join(", ")
    );
    let scenario = Scenario::from_json(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session.view(8).cache.expect("it is a cache lab")
}

fn misses(config: &str, choices: &[(u64, &str, &str)]) -> Misses {
    played(config, choices).metrics.misses
}

#[test]
fn what_was_never_there_is_cold() {
    let choices = [(10, "n1", r#""read": "x""#), (60, "n1", r#""read": "x""#)];
    assert_eq!(misses(r#""lines": 1"#, &choices), Misses { cold: 1, ..Misses::default() });
}

#[test]
fn what_made_room_is_a_miss_of_capacity() {
    let config = r#""lines": 2, "features": { "capacity": 1 }"#;
    let choices = [
        (10, "n1", r#""read": "x""#),
        (100, "n1", r#""read": "y""#),
        (200, "n1", r#""read": "x""#),
    ];
    assert_eq!(misses(config, &choices), Misses { cold: 2, capacity: 1, ..Misses::default() });
}

#[test]
fn what_somebody_else_wrote_is_a_miss_of_coherence_and_its_neighbour_one_of_false_sharing() {
    let config = r#""lines": 1, "words": 2"#;
    for (word, expected) in [
        ("x", Misses { cold: 2, coherence: 1, ..Misses::default() }),
        ("x.1", Misses { cold: 2, false_sharing: 1, ..Misses::default() }),
    ] {
        let read = format!(r#""read": "{word}""#);
        let choices =
            [(10, "n1", &*read), (100, "n2", r#""write": ["x", 7]"#), (200, "n1", &*read)];
        assert_eq!(misses(config, &choices), expected, "{word}");
    }
}

#[test]
fn what_somebody_took_and_did_not_write_is_no_false_sharing() {
    let config = r#""lines": 1, "words": 2"#;
    let choices =
        [(10, "n1", r#""read": "x""#), (100, "n2", r#""own": "x""#), (200, "n1", r#""read": "x""#)];
    assert_eq!(misses(config, &choices), Misses { cold: 1, coherence: 1, ..Misses::default() });
}

#[test]
fn what_was_given_up_on_demand_was_dropped_and_not_for_room() {
    for asked in ["evict", "invalidate"] {
        let asked = format!(r#""{asked}": "x""#);
        let choices = [
            (10, "n1", r#""write": ["x", 7]"#),
            (100, "n1", &*asked),
            (200, "n1", r#""read": "x""#),
        ];
        let view = played(r#""lines": 1"#, &choices);
        let expected = Misses { cold: 1, dropped: 1, ..Misses::default() };
        assert_eq!(view.metrics.misses, expected, "{asked}");
        assert_eq!(view.metrics.invalidations, 0, "nobody else wanted it");
    }
}

#[test]
fn what_went_with_its_lease_was_dropped_and_taken_by_nobody() {
    let config = r#""lines": 1, "features": { "cache_lease": 100 }"#;
    let text = format!(
        r#"{{ "lockstep": 1, "lab": "cache", "until": "900ms",
              "config": {{ "network": {{ "delay": ["5ms", "5ms"] }}, "caches": 3, {config} }},
              "choices": [
                {{ "at": "10ms", "client": "n1", "read": "x" }},
                {{ "at": "100ms", "pause": "n1" }},
                {{ "at": "500ms", "resume": "n1" }},
                {{ "at": "700ms", "client": "n1", "read": "x" }}] }}"#
    );
    let scenario = Scenario::from_json(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    let metrics = session.view(8).cache.expect("it is a cache lab").metrics;
    assert_eq!(metrics.misses, Misses { cold: 1, dropped: 1, ..Misses::default() });
    assert_eq!(metrics.invalidations, 0, "nobody else wanted it");
}
