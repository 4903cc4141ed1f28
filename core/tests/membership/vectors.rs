//! The cases that etcd's raft publishes for its packages `quorum` and `confchange`.
//!
//! They are not part of the repository. `LOCKSTEP_VECTORS` says where they are; without it they are
//! looked for beside the repository, and where they are not, the tests say so and pass.
//!
//! A case is a command, a line of four hyphens, what is expected, and an empty line. What etcd
//! calls node 1 is our node 0; its node 0 is nobody, and ours has no name.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use lockstep_core::raft::configuration::{Change, ChangeError, Configuration};
use lockstep_core::raft::log::Index;
use lockstep_core::raft::quorum::{self, VoteResult};
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::NodeId;

#[expect(clippy::print_stdout, reason = "who runs the tests should know what was not tested")]
fn folder(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let root = std::env::var_os("LOCKSTEP_VECTORS").map_or_else(beside, PathBuf::from);
    let folder = root.join("raft").join(name);
    if !folder.is_dir() {
        println!("skipped: there are no vectors at {}", folder.display());
        return None;
    }
    Some(folder)
}

/// Commands, each with its lines, and what is expected of it.
struct Case {
    command: Vec<String>,
    expected: String,
}

/// The cases of a file, in order.
fn cases(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut cases: Vec<Case> = Vec::new();
    let mut command = Vec::new();
    let mut answers = false;
    for line in text.lines() {
        match line {
            "----" => {
                assert!(!command.is_empty(), "{}: an answer to nothing", path.display());
                let command = std::mem::take(&mut command);
                cases.push(Case { command, expected: String::new() });
                answers = true;
            }
            // An answer ends with an empty line, or where the next command begins: no line of an
            // answer is indented or begins like a command.
            "" => answers = false,
            _ if answers && !is_command(line) => {
                let case = cases.last_mut().expect("it answers a command");
                case.expected += line;
                case.expected.push('\n');
            }
            _ if line.starts_with('#') => {}
            _ => {
                answers = false;
                command.push(line.to_owned());
            }
        }
    }
    assert!(command.is_empty(), "{}: {command:?} has no answer", path.display());
    cases
}

fn is_command(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or(line);
    ["committed", "vote", "simple", "enter-joint", "leave-joint"].contains(&first)
}

/// Every case of these files, with where it stands.
fn all_cases(folder: &Path, files: &[&str]) -> Vec<(String, Vec<Case>)> {
    files.iter().map(|file| ((*file).to_owned(), cases(&folder.join(file)))).collect()
}

/// What stands in the parentheses after `name=`, with commas between.
fn argument<'a>(command: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let (_, rest) = command.split_once(&format!("{name}=("))?;
    let (inside, _) = rest.split_once(')').expect("parentheses are closed");
    Some(inside.split(',').map(str::trim).collect())
}

/// The nodes of a vote, in the order in which they are written, and the numbers that etcd gave
/// them. Some of those are too large for us: any numbers do, as long as the order is kept.
fn voters(command: &str, name: &str, known: &mut Vec<u64>) -> NodeSet {
    let written = argument(command, name).unwrap_or_default();
    let numbers = written.iter().map(|number| number.parse::<u64>().expect("a number"));
    let place = |number: u64| {
        let place = known.iter().position(|held| *held == number).unwrap_or_else(|| {
            known.push(number);
            known.len() - 1
        });
        NodeId(u8::try_from(place).expect("few nodes"))
    };
    numbers.map(place).collect()
}

/// The answer to a case of `quorum`: its last line. What comes before it is a drawing.
fn answer_quorum(command: &str) -> String {
    let mut known = Vec::new();
    let new = voters(command, "cfg", &mut known);
    let outgoing = voters(command, "cfgj", &mut known);
    let is_joint = command.contains("cfgj=");
    let configuration = Configuration { outgoing, ..Configuration::of(new) };
    if command.starts_with("vote") {
        let votes = argument(command, "votes").unwrap_or_default();
        assert_eq!(votes.len(), known.len(), "{command}: one vote a voter");
        let ballot = |node: NodeId| match votes[node.index()] {
            "y" => Some(true),
            "n" => Some(false),
            "_" => None,
            other => panic!("no vote is {other}"),
        };
        let plain = quorum::vote(new, ballot);
        let joint = configuration.vote(ballot);
        assert!(is_joint || plain == joint, "an empty half changes nothing");
        match joint {
            VoteResult::Won => "VoteWon".to_owned(),
            VoteResult::Lost => "VoteLost".to_owned(),
            VoteResult::Pending => "VotePending".to_owned(),
        }
    } else {
        let indexes = argument(command, "idx").unwrap_or_default();
        assert_eq!(indexes.len(), known.len(), "{command}: one index a voter");
        let match_index = |node: NodeId| match indexes[node.index()] {
            "_" => 0,
            number => number.parse::<Index>().expect("an index"),
        };
        let plain = quorum::committed(new, match_index);
        let joint = configuration.committed(match_index);
        assert!(is_joint || plain == joint, "an empty half changes nothing");
        if joint == Index::MAX { "∞".to_owned() } else { joint.to_string() }
    }
}

#[test]
fn every_case_of_quorum() {
    let Some(folder) = folder("quorum") else { return };
    let files = ["majority_commit.txt", "majority_vote.txt", "joint_commit.txt", "joint_vote.txt"];
    let mut count = 0;
    for (file, cases) in all_cases(&folder, &files) {
        for Case { command, expected } in cases {
            let command = command.join(" ");
            let answer = answer_quorum(&command);
            let last = expected.lines().last().expect("an answer");
            let last = last.trim_start_matches("<empty majority quorum>");
            assert_eq!(answer, last, "{file}: {command}\n{expected}");
            count += 1;
        }
    }
    assert_eq!(count, 127);
}

/// What etcd keeps for each member: whether it is a learner, and where it was begun with. A member
/// keeps it as long as it stays one, through all changes of its part.
type Known = BTreeMap<NodeId, u64>;

/// What a command changes: `v` a voter, `l` a learner, `r` removed, `u` updated, which changes
/// nothing. Node 0 is nobody.
fn changes(lines: &[String]) -> Vec<Change> {
    let words = lines.iter().flat_map(|line| line.split_whitespace());
    let changes = words.filter_map(|word| {
        let (kind, number) = word.split_at(1);
        let node = NodeId(number.parse::<u8>().expect("a small number").checked_sub(1)?);
        match kind {
            "v" => Some(Change::Voter(node)),
            "l" => Some(Change::Learner(node)),
            "r" => Some(Change::Remove(node)),
            "u" => None,
            other => panic!("no change is {other}"),
        }
    });
    changes.collect()
}

fn change(configuration: &Configuration, command: &[String]) -> Result<Configuration, ChangeError> {
    let (first, rest) = command.split_first().expect("a command");
    let changes = changes(rest);
    match first.as_str() {
        "simple" => configuration.simple(&changes),
        "enter-joint" | "enter-joint autoleave=false" => configuration.enter_joint(false, &changes),
        "enter-joint autoleave=true" => configuration.enter_joint(true, &changes),
        "leave-joint" => configuration.leave_joint(),
        other => panic!("no command is {other}"),
    }
}

/// A configuration as etcd's tests show it: itself, and a line for each member.
fn show(configuration: &Configuration, known: &Known) -> String {
    let mut shown = format!("{configuration}\n");
    for (node, next) in known {
        let learner = if configuration.is_learner(*node) { " learner" } else { "" };
        let number = u32::from(node.0) + 1;
        writeln!(shown, "{number}: StateProbe match=0 next={next}{learner}").expect("a String");
    }
    shown
}

#[test]
fn every_case_of_confchange() {
    let Some(folder) = folder("confchange") else { return };
    let files = [
        "joint_autoleave.txt",
        "joint_idempotency.txt",
        "joint_learners_next.txt",
        "joint_safety.txt",
        "simple_idempotency.txt",
        "simple_promote_demote.txt",
        "simple_safety.txt",
        "update.txt",
        "zero.txt",
    ];
    let mut count = 0;
    for (file, cases) in all_cases(&folder, &files) {
        let mut configuration = Configuration::default();
        let mut known = Known::new();
        for (place, Case { command, expected }) in (0..).zip(cases) {
            let answer = match change(&configuration, &command) {
                Ok(changed) => {
                    configuration = changed;
                    known.retain(|node, _| changed.members().contains(*node));
                    for node in changed.members().iter() {
                        known.entry(node).or_insert(place.max(1));
                    }
                    show(&configuration, &known)
                }
                Err(error) => format!("{error}\n"),
            };
            assert_eq!(answer, expected, "{file}: {command:?}");
            count += 1;
        }
    }
    assert_eq!(count, 58);
}
