//! Opening another run: from the gallery, a link, a file, or set up on the page.

use lockstep_core::scenario::{ENGINE_VERSION, Scenario};

use super::{coherence, diagram, meaning, play, say};
use crate::action::Open;
use crate::author::Author;
use crate::clerk::Errand;
use crate::effect::Effect;
use crate::hands::Hands;
use crate::history::Watch;
use crate::lab::first_story;
use crate::model::{Dialog, Model, Notice, Origin, Player, Replay, Tool};
use crate::quiz::Quiz;
use crate::scene::{Scene, layout};

pub(super) fn open(model: &mut Model, open: Open) -> Vec<Effect> {
    match open {
        Open::Story(story) => install(model, &story.scenario(), Origin::Gallery(story)),
        Open::Lab(lab) => {
            let story = first_story(lab);
            install(model, &story.scenario(), Origin::Gallery(story))
        }
        Open::Link(link) => match Scenario::decode(&link) {
            Ok(scenario) => install(model, &scenario, Origin::Link),
            Err(problem) => say(model, Notice::BadLink(problem)),
        },
        Open::File(text) => vec![Effect::Ask(Errand::Read(text), model.preferences.language)],
        Open::Read(Ok(link)) => match Scenario::decode(&link) {
            Ok(scenario) => install(model, &scenario, Origin::File),
            Err(problem) => say(model, Notice::BadLink(problem)),
        },
        Open::Read(Err(problem)) => say(model, Notice::BadFile(problem)),
        Open::Unwritten(problem) => say(model, Notice::NotWritten(problem)),
        Open::Change(new_run) => {
            model.new_run = new_run;
            Vec::new()
        }
        Open::OtherSeed => vec![Effect::DrawSeed],
        Open::Seed(seed) => {
            model.new_run.seed = seed;
            Vec::new()
        }
        Open::New => {
            let scenario = model.new_run.scenario(&model.session, model.until_us);
            let Some(scenario) = scenario else { return Vec::new() };
            if model.dialog == Some(Dialog::NewRun) {
                model.dialog = None;
            }
            install(model, &scenario, Origin::Own)
        }
    }
}

/// Puts another run in the place of the one before. The scenario was checked.
pub(super) fn install(model: &mut Model, scenario: &Scenario, origin: Origin) -> Vec<Effect> {
    model.session = scenario.open();
    model.origin = origin;
    model.until_us = scenario.until_us;
    model.captions = scenario.captions.clone().into();
    model.quiz = Quiz::of(scenario);
    model.author = Author { projector: model.author.projector, ..Author::of(scenario) };
    model.replay = match scenario.digest {
        Some(expected) => {
            Replay::Underway { expected, same_engine: scenario.engine == ENGINE_VERSION }
        }
        None => Replay::Unclaimed,
    };
    model.player = Player { speed: model.player.speed, ..Player::default() };
    model.selection = None;
    diagram::clear(model);
    model.tool = Tool::None;
    model.watch = Watch::default();
    model.hands = Hands { one_way: model.hands.one_way, ..Hands::default() };
    model.notice = None;
    model.keeping.speech.forget();
    meaning::forget(model);
    coherence::forget(model);
    model.meaning.breakpoints.clone_from(&scenario.breakpoints);
    model.meaning.target = model.meaning.target.within(scenario.config.lab());
    // It was opened from there, and is to be seen.
    if model.dialog == Some(Dialog::Keeping) {
        model.dialog = None;
    }
    // On its way to a far moment, the run is shown at its beginning.
    model.scene = Scene::of(&model.session, model.window.form, model.tab);
    play::travel(model);
    play::next_frame(model)
}

/// Lays the same run out in another form.
pub(super) fn lay_out(model: &mut Model) {
    model.scene.layout = layout(&model.session, model.window.form).into();
}
