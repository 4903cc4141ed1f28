//! Scenario files: JSON for people to write.
//!
//! Every field but `lockstep` and `lab` has a default; fields that do not exist are refused, so a
//! typing error is never silently ignored.
//!
//! | field | meaning | default |
//! | --- | --- | --- |
//! | `lockstep` | version of the format: 1 | must be given |
//! | `lab` | `"raft"`, `"locks"` or `"cache"` | must be given |
//! | `engine` | version of the engine it was made with | this one |
//! | `seed` | everything random follows from it | 1 |
//! | `until` | how long it is worth watching | `"5s"` |
//! | `config` | see below | all defaults |
//! | `choices` | list of `{"at": …, …}`, see below | none |
//! | `branches` | list of `{"from": branch, "at": moment, "name": …, "choices": […]}` | none |
//! | `first` | what the first branch is called | `"A"` |
//! | `bookmarks` | list of `{"branch": 0, "at": moment, "say": text}`, see below | none |
//! | `breakpoints` | list of what playing stops at, see below | none |
//! | `cursor` | `{"branch": 0, "at": moment}`: where to open it | the beginning |
//! | `digest` | sixteen hexadecimal digits: the digest up to the cursor | none |
//! | `expect` | `{"log_matching": "fails"}`: verdicts the author expects | no check fails |
//! | `quiz` | `true`: the page does not name `config.bugs`, they are to be guessed | `false` |
//!
//! `config`: `servers` (5), `clients` (1), `election_timeout` (`["150ms","300ms"]`),
//! `heartbeat` (`"50ms"`), `most_entries` a message (16), `network` `{transport "datagrams",
//! delay ["5ms","15ms"], loss 0, duplicate 0, reorder 0}`, `disk` `{sync ["0.5ms","2ms"]}`,
//! `request_timeout` of a client (`"1s"`), `retry` (`"50ms"`), `load` (`{"every": "20ms"}`:
//! clients keep asking; none), `start` (`{"n1": {"term": 3, "vote": "n2", "log": [1, 1, {"term":
//! 3, "put": ["x", "9"]}]}}`: what is on a server's disk), `bugs` (names), `features`
//! (`{"pre_vote": true, "snapshot_every": 20, "reads": "lease"}`, see below; all off), `voters`
//! (how many of the servers, from `n1` on, are members at first, while the others wait to be
//! added; 0, all of them). With the transport `"streams"`, the cache lab's default, messages
//! between two nodes keep their order, loss is delay, and a cut, a crash or a lost message breaks
//! their connection (see [`crate::sim::connection`]). Starting logs that no run of Raft could have
//! produced are accepted: the checks say
//! what is wrong with them, from the first step on.
//!
//! A choice has a moment `at` (`"1.2s"`; `"1.2s+3"`: after three steps at that time) and one of:
//!
//! - `crash`, `restart`, `pause`, `resume`: a node;
//! - `timeout`: a node; with `timer`: `"election"`, `"heartbeat"`, `"request_timeout"`, `"retry"`
//!   or `"load"`;
//! - `cut`, `heal`: two nodes; with `"one_way": true`; and `"heal": "all"`;
//! - `partition`: lists of nodes;
//! - `lose`, `duplicate`, `hold`, `deliver`: a message such as `"n1>n3#17"`; `delay`: with `by`;
//! - `network`: as in `config`, but for the transport; with `"on": ["n1", "n2"]`, of one link
//!   only, and with `"one_way": true`, of one direction of it;
//! - `clock`: a node, with `rate` or `jump`;
//! - `client`: a node, with `put`, `get`, `append` or `cas`;
//! - `plant`, `mend`: a bug;
//! - `set`: a feature, on every node; with `to`, as in `features`;
//! - `transfer`: the server that leads; with `to`: the one that is to lead;
//! - `reconfigure`: the server that leads; with `voters` and `learners`: lists of servers;
//! - `say`: `{"en": …, "id": …}`, a caption.
//!
//! Features are `pre_vote`, `check_quorum`, `blank_entry`, `joint_consensus`, `catch_up`,
//! `sessions` and `retries`, each `true` or `false`; `snapshot_every` so many entries (0,
//! never), `pipeline` of so many batches (1 to 8), and `reads`: `"log"`, `"read_index"` or
//! `"lease"`. What each is good for is said in [`crate::raft::setting`].
//!
//! In the lock lab there are besides, in `config`, `resources`, `scripts` (`{"c1": "lock orders x;
//! write"}`), `groups` (1), `collect_every` (`"200ms"`) and `back_off` (`"20ms"`); as features,
//! `policy`, `victim`, `detect_every`, `overtaking`, `fencing`, `lease` and `longest_wait` (see
//! [`crate::lock::setting`]); and a `client` is told to `run` a script (see
//! [`crate::lock::script`]) or to `"stop": true`.
//!
//! In the cache lab nothing is said of servers and clients. There are in `config`, besides
//! `network`, `bugs` and `features`: `caches` (4: `n1` to `n4`), `homes` (1: `h1`), `bus` (`false`;
//! `true`: one `bus` in place of homes), `lines` of memory (4: `x`, `y`, `z`, `w`), `words` of a
//! line (1), `reliable_links` (`false`) and `workload` (`{"pattern": "read_mostly",
//! "writes_percent": 20, "think": "10ms", "zipf_hundredths": 100}`; `"none"`: only what choices ask
//! for). Features are `exclusive` (`true`: MESI), `answer_invalidations`, `capacity` in lines (4),
//! `cache_lease` and `write_back_within` in milliseconds (0, none); see [`crate::cache::setting`].
//! A `client` is a cache, with one of `read` (`"x"`, or `"x.1"`), `write` (`["x", 7]`), `cas`
//! (`["x", 0, 7]`), `own`, `evict`, `flush` and `invalidate` (a line; see
//! [`crate::cache::operation`]).
//!
//! Branches are numbered from 0, the first; one without a name is called B, C, … by its place.
//! A breakpoint is `"leader"`, `"commit"`, `"fault"`, `"role_change"` (of one server: `"role_change
//! n2"`), `"message_to n2"`, `"failure"` (of one check: `"failure log_matching"`), or `"locks"`
//! with `deadlock`, `abort`, `expiry` or `stale`: something that happens to locks.
//! Verdicts are `"holds"`, `"fails"`, `"not reached"` and `"assumption void"`.
//! What a bookmark says, if anything, is a text, or `{"en": …, "id": …}`, of which one is enough.

mod cache;
mod choice;
mod locks;
mod read;
mod reader;
mod settings;
mod unique;
mod write;

#[cfg(test)]
mod tests;

use super::{Problem, Scenario, Unit, Wrong};
use unique::Unique;
pub(super) use write::choice_value as write_choice;

/// The version of the format.
const VERSION: u64 = 1;
/// The longest file, in bytes.
pub const LONGEST_FILE: usize = 4 << 20;

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        if text.len() > LONGEST_FILE {
            return Err(Problem::new("file", Wrong::TooLong(LONGEST_FILE as u64, Unit::Bytes)));
        }
        let Unique(value) = serde_json::from_str(text)
            .map_err(|error| Problem::new("file", Wrong::NotJson(error.to_string())))?;
        let scenario = read::scenario(&value)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Writes a scenario file, in its one canonical form.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = format!("{:#}", write::scenario(self));
        text.push('\n');
        text
    }
}
