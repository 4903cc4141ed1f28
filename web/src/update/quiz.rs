//! Finding the planted bug: when the cluster is broken, and what an answer comes to.

use lockstep_core::check::Verdict;

use super::open;
use crate::effect::Effect;
use crate::history::Judged;
use crate::model::{Model, Notice, Origin, Tab};
use crate::quiz::{End, Quiz, QuizAction};

pub(super) fn quiz(model: &mut Model, action: QuizAction) -> Vec<Effect> {
    match action {
        QuizAction::Begin => return vec![Effect::DrawBug],
        QuizAction::Drawn(drawn) => {
            let lab = model.session.config().lab();
            let effects = open::install(model, &Quiz::scenario(lab, drawn), Origin::Own);
            // On a phone, what is to be done stands in the sheet.
            model.sheet_open = true;
            return effects;
        }
        QuizAction::Show => {
            model.notice = None;
            model.sheet_open = true;
            super::page::show_tab(model, Tab::Checks);
            return Vec::new();
        }
        _ => {}
    }
    let Some(quiz) = model.quiz.as_mut().filter(|quiz| quiz.end.is_none()) else {
        return Vec::new();
    };
    match action {
        QuizAction::Pick(picked) => (quiz.picked, quiz.wrong) = (picked, None),
        QuizAction::Answer => quiz.answer(),
        QuizAction::Hint => quiz.hinted = true,
        _ => quiz.end = Some(End::GivenUp),
    }
    if quiz.end.is_some() && model.notice == Some(Notice::Broken) {
        model.notice = None;
    }
    Vec::new()
}

/// Takes down that the cluster is broken, stops there, and says so: once.
pub(super) fn watch(model: &mut Model) {
    let Some(quiz) = model.quiz.as_mut().filter(|quiz| quiz.broken.is_none()) else { return };
    if model.session.is_travelling() {
        return;
    }
    let failed = model.scene.checks.iter().filter_map(|report| match &report.verdict {
        Verdict::Fails(failure) => Some((Some(report.check), failure.moment.time_us)),
        _ => None,
    });
    let judged = model.watch.last_judged(&model.session).and_then(Judged::conviction);
    let judged = judged.map(|conviction| (None, conviction.to));
    quiz.broken = failed.chain(judged).min_by_key(|(_, time_us)| *time_us);
    if quiz.broken.is_some() && quiz.end.is_none() {
        model.player.playing = false;
        model.notice = Some(Notice::Broken);
    }
}

#[cfg(test)]
mod tests {
    use lockstep_core::lab::Lab;
    use lockstep_core::lab::numbered::AnyBug;
    use lockstep_core::lab::raft::planted::GUESSED;
    use lockstep_core::raft::bug::Bug;
    use lockstep_core::raft::participant::Timer;
    use lockstep_core::sim::process::NodeId;

    use super::super::tests::{act, fragment, page, seek, settle};
    use super::*;
    use crate::action::{Action, Open, Page};
    use crate::command::Command;
    use crate::hands::Hand;
    use crate::model::Dialog;

    fn with(bug: Bug) -> Model {
        let place = GUESSED.iter().position(|other| *other == bug).expect("it is to be found");
        let mut model = page();
        act(&mut model, [Action::Quiz(QuizAction::Drawn(place as u64 + 7 * GUESSED.len() as u64))]);
        model
    }

    #[test]
    fn on_a_phone_what_is_to_be_done_is_not_hidden() {
        assert!(with(Bug::VoteTwice).sheet_open);
    }

    #[test]
    fn a_bug_that_no_answer_names_is_no_quiz() {
        let asks = |bug| {
            let mut scenario = Quiz::scenario(Lab::Raft, 0);
            scenario.config.bugs = vec![bug];
            Quiz::of(&scenario).is_some()
        };
        assert!(asks(Bug::VoteTwice) && !asks(Bug::SnapshotForgetsSessions));
    }

    fn does(model: &mut Model, actions: &[QuizAction]) {
        act(model, actions.iter().map(|action| Action::Quiz(*action)));
    }

    /// Two servers campaign in one term, neither hears of the other, and everybody votes for both.
    fn broken() -> Model {
        let mut model = with(Bug::VoteTwice);
        let fire = |node| Action::Hand(Hand::Fire(NodeId(node), Timer::Election));
        act(&mut model, [Action::Touch(NodeId(0)), Action::Command(Command::CutLink)]);
        act(&mut model, [Action::Touch(NodeId(1)), fire(0), fire(1)]);
        seek(&mut model, 200_000);
        model
    }

    #[test]
    fn the_rule_is_named_once_the_cluster_is_broken() {
        let mut model = with(Bug::VoteTwice);
        does(&mut model, &[QuizAction::Pick(Some(Bug::VoteTwice.into())), QuizAction::Answer]);
        let quiz = model.quiz.clone().expect("there is one");
        assert_eq!((quiz.tries, quiz.end, quiz.broken), (0, None, None), "nothing shows it yet");

        let mut model = broken();
        assert_eq!(model.notice, Some(Notice::Broken));
        does(&mut model, &[QuizAction::Pick(Some(Bug::CommitOldTerm.into())), QuizAction::Answer]);
        does(&mut model, &[QuizAction::Pick(Some(Bug::VoteTwice.into())), QuizAction::Answer]);
        let quiz = model.quiz.clone().expect("there is one");
        assert_eq!((quiz.tries, quiz.end), (2, Some(End::Found)));
        assert_eq!((quiz.told(), &model.notice), (Some(Bug::VoteTwice.into()), &None));
    }

    #[test]
    fn nothing_tells_the_bug_before_one_gives_up_and_a_hint_tells_its_part() {
        let mut model = with(Bug::CommitOldTerm);
        act(&mut model, [Action::Page(Page::Dialog(Dialog::NewRun))]);
        assert!(model.new_run.bugs.is_empty(), "the form of a new run keeps silent");
        let quiz = model.quiz.clone().expect("there is one");
        assert_eq!((quiz.told(), quiz.hint()), (None, None));
        does(&mut model, &[QuizAction::Hint]);
        let quiz = model.quiz.clone().expect("there is one");
        assert_eq!((quiz.told(), quiz.hint()), (None, Some(Bug::CommitOldTerm.into())));
        does(&mut model, &[QuizAction::GiveUp]);
        let quiz = model.quiz.clone().expect("there is one");
        assert_eq!(quiz.told(), Some(Bug::CommitOldTerm.into()));
    }

    #[test]
    fn a_link_asks_the_same_of_whoever_opens_it() {
        let mut model = broken();
        let link = fragment(&act(&mut model, [Action::Share]));
        let mut other = page();
        act(&mut other, [Action::Open(Open::Link(link))]);
        settle(&mut other);
        let quiz = other.quiz.as_ref().expect("it is asked there, too");
        assert!(quiz.broken.is_some() && quiz.told().is_none());
    }

    #[test]
    fn another_bug_is_another_run_and_every_one_comes_up() {
        let bugs: Vec<Bug> = (0..GUESSED.len() as u64)
            .flat_map(|drawn| Quiz::scenario(Lab::Raft, drawn).config.bugs)
            .collect();
        assert_eq!(bugs, GUESSED);
        // Whatever is on with one bug is on with others, too: the settings do not name it.
        let all = GUESSED.len() as u64;
        for scenario in (0..2 * all).map(|drawn| Quiz::scenario(Lab::Raft, drawn)) {
            let alike = |drawn: &u64| {
                let other = Quiz::scenario(Lab::Raft, *drawn).config;
                other.features == scenario.config.features && other.bugs != scenario.config.bugs
            };
            assert!((0..2 * all).filter(alike).count() >= 10, "{:?}", scenario.config);
        }
        assert!((0..20).all(|drawn| Quiz::scenario(Lab::Raft, drawn).check() == Ok(())));
    }

    #[test]
    fn in_the_cache_lab_a_rule_of_the_cache_is_broken() {
        let bugs = Quiz::guessed(Lab::Cache);
        let all = bugs.len() as u64;
        for drawn in 0..4 * all {
            let scenario = Quiz::scenario(Lab::Cache, drawn);
            assert_eq!(scenario.check(), Ok(()), "{drawn}");
            let planted: Vec<AnyBug> = scenario.config.all_bugs().collect();
            assert_eq!(planted, [bugs[usize::try_from(drawn % all).unwrap()]]);
            assert_eq!(Quiz::of(&scenario).map(|quiz| quiz.lab()), Some(Lab::Cache));
            // Whatever is on with one bug is on with others, too.
            let alike = |other: &u64| {
                let other = Quiz::scenario(Lab::Cache, *other).config.cache;
                let features = |cache: &Option<lockstep_core::lab::cache::CacheConfig>| {
                    cache.as_ref().map(|cache| cache.features)
                };
                features(&other) == features(&scenario.config.cache)
            };
            assert!((0..4 * all).filter(alike).count() >= 10);
        }
    }
}
