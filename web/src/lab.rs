//! What each lab begins with on the page.

use lockstep_core::cache::workload::Pattern;
use lockstep_core::lab::Lab;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lock::script::Script;
use lockstep_core::scenario::gallery::Story;

/// What clients of a lock lab do where nobody says anything else: two that lock the same things in
/// opposite order, and one that reads.
const SCRIPTS: [&str; 3] = [
    "lock orders x; write; work 60ms; lock stock x; write; repeat after 150ms",
    "lock stock x; write; work 60ms; lock orders x; write; repeat after 150ms",
    "lock orders s; read; work 40ms; lock ledger x; write; repeat after 100ms",
];

/// The first story of the gallery that plays in a lab.
///
/// # Panics
/// Never: every lab has stories.
#[must_use]
pub fn first_story(lab: Lab) -> Story {
    let mut stories = Story::ALL.into_iter().filter(|story| story.section().lab() == lab);
    stories.next().expect("every lab has stories")
}

/// What a new run in a lab begins as.
#[must_use]
pub fn usual(lab: Lab) -> RaftConfig {
    let mut config = RaftConfig::usual(lab);
    if let Some(cache) = &mut config.cache {
        cache.workload.pattern = Pattern::ReadMostly;
    }
    if let Some(locks) = &mut config.locks {
        let scripts = SCRIPTS.iter().filter_map(|text| text.parse::<Script>().ok());
        locks.scripts = (0..).zip(scripts).collect();
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lab_begins_with_plays_in_it() {
        for lab in Lab::ALL {
            let config = usual(lab);
            assert_eq!((config.check(), config.lab()), (Ok(()), lab));
            assert_eq!(first_story(lab).scenario().config.lab(), lab);
            for story in Story::ALL.into_iter().filter(|story| story.section().lab() == lab) {
                assert_eq!(story.scenario().config.lab(), lab, "{story:?}");
            }
        }
        let scripts = usual(Lab::Locks).locks.map(|locks| locks.scripts.len());
        assert_eq!(scripts, Some(SCRIPTS.len()), "all of them can be read");
    }
}
