//! Histories whose verdicts other projects publish: those of Porcupine's tests.
//!
//! They are not part of the repository. `LOCKSTEP_VECTORS` says where they are; without it they are
//! looked for beside the repository, and where they are not, the tests say so and pass.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lockstep_core::check::linearizability::format::{jepsen, porcupine};
use lockstep_core::check::linearizability::{Model, Operation, Register};

use crate::is_linearizable;

/// The longest that one verdict may take.
const LONGEST: Duration = Duration::from_secs(10);

/// The histories of Jepsen's etcd test that are linearizable; the others of 0 to 49 are not.
const LINEARIZABLE: [u32; 10] = [2, 5, 7, 18, 25, 31, 38, 45, 48, 49];

#[expect(clippy::print_stdout, reason = "who runs the tests should know what was not tested")]
fn folder(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let root = std::env::var_os("LOCKSTEP_VECTORS").map_or_else(beside, PathBuf::from);
    let folder = root.join("linearizability").join(name);
    if !folder.is_dir() {
        println!("skipped: there are no vectors at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn assert_verdict<M: Model>(path: &Path, history: &[Operation<M>], expected: bool) {
    let start = Instant::now();
    assert_eq!(is_linearizable(history), expected, "{}", path.display());
    assert!(start.elapsed() < LONGEST, "{} took {:?}", path.display(), start.elapsed());
}

#[test]
fn fifty_histories_of_a_register() {
    let Some(folder) = folder("jepsen-etcd") else { return };
    for number in 0..50 {
        let path = folder.join(format!("etcd_{number:03}.log"));
        let history = jepsen::read::<Register>(&read(&path)).expect("a log");
        assert_verdict(&path, &history, LINEARIZABLE.contains(&number));
    }
}

#[test]
fn four_histories_of_a_store() {
    let Some(folder) = folder("kv") else { return };
    for (name, expected) in
        [("c01-ok", true), ("c01-bad", false), ("c10-ok", true), ("c10-bad", false)]
    {
        let path = folder.join(format!("{name}.txt"));
        let history = porcupine::read(&read(&path)).expect("a history");
        assert_verdict(&path, &history, expected);
    }
}
