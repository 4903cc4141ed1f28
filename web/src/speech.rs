//! What a screen reader hears of the run: one live region, in words, at a bearable rate.
//!
//! What was last told is compared with what there is to see now, and the difference is said: the
//! term, its leader and what is committed in one sentence, and a few words for each server that
//! went down, came back, froze or began to campaign, for links that were cut or healed, and for
//! checks that failed. So whatever happened in between is told as one thing, however much it was.
//! While the run is played that happens every other second at most, and not at all where time
//! passes faster than in life: what came of it is told when it stops. A person who steps hears what
//! each step did. Pure: what is seen and the time decide what is said.

use lockstep_core::check::Check;
use lockstep_core::check::LaneState;
use lockstep_core::check::Verdict;
use lockstep_core::lab::raft::view::{RoleView, ServerView};
use lockstep_core::lab::{Names, NodeName};

use crate::catalogue::{Language, say};
use crate::scene::Scene;

/// The least time between two announcements while the run is played, in milliseconds.
const PAUSE_MS: f64 = 2_000.0;

/// What is said, and what was told of.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    /// What the live region says.
    pub text: String,
    told: Option<Told>,
    spoken_ms: Option<f64>,
}

/// How the run goes at this moment, for whoever listens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// It stands still.
    Still,
    /// It is played; the browser's clock, in milliseconds.
    Played(f64),
    /// It is played faster than anybody could follow by ear, or is on its way to somewhere.
    Rushed,
}

/// What was told of.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    steps: u64,
    headline: String,
    servers: Vec<(NodeName, LaneState)>,
    cuts: usize,
    /// The checks that fail, each with what is said of it.
    failing: Vec<(Check, String)>,
}

impl Told {
    fn of(scene: &Scene, names: Names, language: Language) -> Self {
        let failing = scene.checks.iter().filter_map(|report| match &report.verdict {
            Verdict::Fails(failure) => {
                Some((report.check, language.failed(report.check, failure, names)))
            }
            _ => None,
        });
        Self {
            steps: scene.steps(),
            headline: match (&scene.view.locks, &scene.view.cache) {
                (Some(locks), _) => language.lock_headline(locks),
                (_, Some(cache)) => language.cache_headline(cache),
                (None, None) => language.headline(&scene.view.situation),
            },
            servers: scene.view.servers.iter().map(|server| (server.name, state(server))).collect(),
            cuts: scene.view.cuts.len(),
            failing: failing.collect(),
        }
    }
}

const fn state(server: &ServerView) -> LaneState {
    match server.role {
        _ if !server.up => LaneState::Down,
        _ if server.paused => LaneState::Paused,
        RoleView::Follower => LaneState::Follower,
        RoleView::Candidate => LaneState::Candidate,
        RoleView::PreCandidate => LaneState::PreCandidate,
        RoleView::Leader => LaneState::Leader,
    }
}

impl Speech {
    /// Another run, branch or place: it is told from its beginning, not as what became of the one
    /// before.
    pub fn forget(&mut self) {
        self.told = None;
    }

    fn is_too_soon(&self, now_ms: f64) -> bool {
        self.spoken_ms.is_some_and(|spoken_ms| (0.0..PAUSE_MS).contains(&(now_ms - spoken_ms)))
    }

    /// Looks at what there is to see, and says what is new.
    pub fn look(&mut self, scene: &Scene, names: Names, language: Language, pace: Pace) {
        match pace {
            Pace::Rushed => return,
            Pace::Played(now_ms) if self.is_too_soon(now_ms) => return,
            Pace::Played(_) | Pace::Still => {}
        }
        let now = Told::of(scene, names, language);
        let said = match &self.told {
            None => now.headline.clone(),
            Some(told) => {
                let stepped = pace == Pace::Still && now.steps == told.steps + 1;
                let happened = if stepped { last_step(scene, names, language) } else { Vec::new() };
                let changed = difference(told, &now, language, !happened.is_empty());
                [happened, changed].concat().join(" ")
            }
        };
        self.told = Some(now);
        if !said.is_empty() {
            self.text = said;
            if let Pace::Played(now_ms) = pace {
                self.spoken_ms = Some(now_ms);
            }
        }
    }
}

/// What the last step did, in sentences.
fn last_step(scene: &Scene, names: Names, language: Language) -> Vec<String> {
    let last = scene.events.iter().filter(|event| event.id.step() == scene.steps());
    last.filter_map(|event| language.event(names, event)).collect()
}

/// What is new, in sentences; where a step was told in its own, only what they leave out.
fn difference(told: &Told, now: &Told, language: Language, stepped: bool) -> Vec<String> {
    let mut said = Vec::new();
    if told.headline != now.headline {
        said.push(format!("{}.", now.headline));
    }
    if !stepped {
        for (before, (name, state)) in told.servers.iter().zip(&now.servers) {
            let was_away = matches!(before.1, LaneState::Down | LaneState::Paused);
            // That one follows again is told by who leads.
            if before.1 != *state && (was_away || *state != LaneState::Follower) {
                said.push(format!("{name}: {}.", language.lane_state(*state)));
            }
        }
        if told.cuts != now.cuts {
            let cuts = now.cuts;
            said.push(say!(language, "Cut links: {cuts}.", "Tautan putus: {cuts}."));
        }
    }
    for (check, text) in &now.failing {
        if !told.failing.iter().any(|(other, _)| other == check) {
            said.push(format!("{text}."));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Form;
    use crate::model::Tab;
    use lockstep_core::lab::{Choice, Session};
    use lockstep_core::scenario::gallery::Story;
    use lockstep_core::sim::process::NodeId;
    use lockstep_core::sim::run::Goal;
    use lockstep_core::sim::time::Moment;

    fn at(session: &mut Session, time_us: u64) -> Scene {
        session.go(Goal::Moment(Moment::after(time_us)));
        Scene::of(session, Form::Wide, Tab::Inspect)
    }

    fn look(speech: &mut Speech, session: &Session, pace: Pace) -> String {
        let scene = Scene::of(session, Form::Wide, Tab::Inspect);
        speech.look(&scene, session.names(), Language::English, pace);
        std::mem::take(&mut speech.text)
    }

    #[test]
    fn while_it_is_played_there_is_one_announcement_in_two_seconds() {
        let mut session = Story::OldTermCounted.scenario().open();
        let names = session.names();
        let mut speech = Speech::default();
        let mut announced = Vec::new();
        for frame in 0..1_200_u32 {
            let now_ms = f64::from(frame) * 16.0;
            let scene = at(&mut session, u64::from(frame) * 1_600);
            speech.look(&scene, names, Language::English, Pace::Played(now_ms));
            if !std::mem::take(&mut speech.text).is_empty() {
                announced.push(now_ms);
            }
        }
        assert!(announced.len() >= 3, "{announced:?}");
        let close = announced.windows(2).any(|pair| pair[1] - pair[0] < PAUSE_MS);
        assert!(!close, "{announced:?}");
    }

    #[test]
    fn what_happened_in_between_is_told_as_one_thing() {
        let mut session = Story::FirstElection.scenario().open();
        let mut speech = Speech::default();
        let first = look(&mut speech, &session, Pace::Played(0.0));
        assert!(first.starts_with("Term 0"), "{first}");
        session.go(Goal::Moment(Moment::after(600_000)));
        assert_eq!(look(&mut speech, &session, Pace::Rushed), "", "too fast to be heard");
        assert_eq!(look(&mut speech, &session, Pace::Played(1_999.0)), "", "too soon");
        let said = look(&mut speech, &session, Pace::Played(2_000.0));
        assert!(said.contains("leads") && said.contains(": leader."), "{said}");
        assert!(!said.contains("follower"), "{said}");
        assert_eq!(look(&mut speech, &session, Pace::Played(9_000.0)), "", "nothing is new");
        session.act(Choice::Crash(NodeId(0)));
        session.act(Choice::Partition(vec![vec![NodeId(1)], vec![NodeId(2), NodeId(3)]]));
        let said = look(&mut speech, &session, Pace::Played(12_000.0));
        assert!(said.contains("n1: down.") && said.contains("Cut links: 4."), "{said}");
        session.act(Choice::Restart(NodeId(0)));
        let said = look(&mut speech, &session, Pace::Played(15_000.0));
        assert!(said.contains("n1: follower."), "{said}");
    }

    #[test]
    fn a_check_that_fails_is_told() {
        let mut session = Story::OldTermCounted.scenario().open();
        let mut speech = Speech::default();
        look(&mut speech, &session, Pace::Still);
        session.go(Goal::Moment(Moment::after(Story::OldTermCounted.scenario().until_us)));
        let said = look(&mut speech, &session, Pace::Still);
        assert!(said.contains("” does not hold: "), "{said}");
    }

    #[test]
    fn who_steps_hears_each_step_and_who_opens_a_run_how_it_stands() {
        let mut session = Story::FirstElection.scenario().open();
        session.go(Goal::Moment(Moment::after(300_000)));
        let mut speech = Speech::default();
        look(&mut speech, &session, Pace::Still);
        session.go(Goal::Steps(session.steps() + 1));
        let said = look(&mut speech, &session, Pace::Still);
        assert!(said.contains(" receives from ") || said.contains("runs out"), "{said}");
        speech.forget();
        assert!(look(&mut speech, &session, Pace::Still).starts_with("Term 1"));
    }
}
