//! Golden scripts: small behaviours, each a file that can be read beside the paper.
//!
//! A file of the folder `golden` is named after a behaviour. It opens with its intent and the
//! sentences that ask for it. Then comes a scenario (or the name of a story of the gallery) and,
//! after a line of dashes, what must happen: every election timeout, choice, loss and note, with
//! its time and node; then where servers and clients end, and what the checks say. Messages that
//! arrive are not listed: what they do is.
//!
//! A run that takes another course fails, and shows the difference. If the new course is right,
//! `LOCKSTEP_REGENERATE=1 cargo test -p lockstep-tests --test golden` writes it down, to be read
//! again.

use std::path::{Path, PathBuf};

use lockstep_core::lab::{Choice, Session};
use lockstep_core::raft::store::Operation;
use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::export::golden::{self, DASHES};
use lockstep_core::scenario::export::{Export, Format};
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use similar::TextDiff;

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let entries = std::fs::read_dir(folder).expect("the folder of golden scripts");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_script_goes_as_it_is_written() {
    let scripts = scripts();
    assert!(scripts.len() >= 10, "the scripts are found");
    let differing: Vec<String> = scripts.iter().filter_map(|path| of_file(path)).collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// How the run of a script differs from what is written in its file, if it does; or writes it anew.
fn of_file(path: &Path) -> Option<String> {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let written = std::fs::read_to_string(path).expect("a script");
    if std::env::var_os("LOCKSTEP_REGENERATE").is_some() {
        std::fs::write(path, happened(&name, &written)).expect("the script is written");
        return None;
    }
    difference(&name, &written)
}

/// A script as it must be for its scenario.
fn happened(name: &str, written: &str) -> String {
    let end = format!("\n{DASHES}\n");
    let head = written.split_once(&end).map_or(written, |(head, _)| head).trim_end();
    assert!(head.starts_with("# "), "{name} opens with its intent");
    let scenario = scenario(head).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    format!("{head}{end}{}", trace(&scenario))
}

/// How the run of a script differs from what is written, if it does.
fn difference(name: &str, written: &str) -> Option<String> {
    let happened = happened(name, written);
    let difference = TextDiff::from_lines(written, &happened);
    let mut unified = difference.unified_diff();
    unified.context_radius(2).header(&format!("{name}, as written"), "as it happened");
    (written != happened).then(|| unified.to_string())
}

fn scenario(head: &str) -> Result<Scenario, String> {
    let lines = head.lines().filter(|line| !line.starts_with('#'));
    let said = lines.collect::<Vec<_>>().join("\n");
    let Some(name) = said.trim().strip_prefix("story: ") else {
        return Scenario::from_json(&said).map_err(|problem| problem.to_string());
    };
    let story = Story::ALL.into_iter().find(|story| story.name() == name);
    story.map(Story::scenario).ok_or_else(|| format!("there is no story {name:?}"))
}

/// What happens, as text that changes only if the behaviour does.
fn trace(scenario: &Scenario) -> String {
    let session = played(scenario);
    let events = session.events(0, session.steps());
    let lines = events.iter().filter_map(|event| golden::line(event, session.names()));
    lines.map(|line| line + "\n").collect::<String>() + &golden::ending(&session)
}

fn played(scenario: &Scenario) -> Session {
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session
}

/// The script that is copied from a run at its cursor.
fn copied(session: &mut Session) -> String {
    let steps = 0..=session.steps();
    let mut export = Export::begin(session, Format::Golden, steps, "Copied.\n---- A test of it.");
    std::iter::from_fn(|| export.work(session, 1_000)).collect()
}

#[test]
fn a_script_that_was_copied_from_a_run_passes() {
    for story in Story::ALL {
        let mut session = story.scenario().open();
        // At whole times, and in the middle of what happens at one.
        for goal in [
            Goal::Moment(Moment::after(700_000)),
            Goal::Steps(150),
            Goal::Moment(Moment::after(1_900_000)),
        ] {
            session.go(goal);
            let script = copied(&mut session);
            assert!(script.lines().count() > 20, "{script}");
            assert_eq!(difference(story.name(), &script), None);
        }
    }
}

#[test]
fn a_script_of_a_branch_tells_what_was_done_there() {
    let mut session = Story::FirstElection.scenario().open();
    session.go(Goal::Moment(Moment::after(1_500_000)));
    session.go(Goal::Moment(Moment::after(600_000)));
    let put = Operation::Put("a b".into(), "----\n\"c\"".into());
    session.act(Choice::Operate { node: NodeId(5), operation: put.into() });
    session.act(Choice::Crash(NodeId(0)));
    assert_eq!(session.current_branch(), 1);
    // Here, nothing but the choices has happened yet; later, their consequences too.
    assert_eq!(difference("at once", &copied(&mut session)), None);
    session.go(Goal::Moment(Moment::after(1_700_000)));
    session.go(Goal::Moment(Moment::after(1_200_000)));
    let script = copied(&mut session);
    assert!(script.contains(r#"chosen: {"crash":"n1"}"#), "{script}");
    assert_eq!(difference("a branch", &script), None);
    let tampered = script.replacen("became_candidate term=", "became_candidate term=9", 1);
    assert_ne!(tampered, script);
    assert!(difference("another course", &tampered).is_some(), "a wrong script fails");
}
