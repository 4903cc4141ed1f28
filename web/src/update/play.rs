//! Playing: how the cursor moves.

use lockstep_core::lab::session::MOST_STEPS;
use lockstep_core::scenario::Problem;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::{LONGEST_RUN_US, Moment};

use super::{meaning, refresh, say};
use crate::action::Play;
use crate::command::Reason;
use crate::effect::Effect;
use crate::meaning::Finding;
use crate::model::{Model, Notice, Replay, Selection};
use crate::number::{microseconds, real};

/// How many steps a frame takes at most while playing: some milliseconds of work.
const PLAYED_STEPS: u64 = 6_000;
/// How many steps a frame takes at most on the way to a far moment.
const SOUGHT_STEPS: u64 = 20_000;
/// A frame that comes later than this does not make the run jump.
const LONGEST_FRAME_MS: f64 = 100.0;
/// Where less motion is asked for, the stage changes so often, and does not glide in between.
const CALM_FRAME_MS: f64 = 500.0;

/// The browser is about to draw.
pub(super) fn frame(model: &mut Model, now_ms: f64) -> Vec<Effect> {
    if model.session.is_travelling() {
        model.player.last_frame_ms = Some(now_ms);
        travel(model);
    } else if model.player.playing {
        advance(model, now_ms);
    }
    next_frame(model)
}

pub(super) fn next_frame(model: &Model) -> Vec<Effect> {
    if model.is_moving() { vec![Effect::NextFrame] } else { Vec::new() }
}

/// Lets as much of the run pass as the person's time asks for.
fn advance(model: &mut Model, now_ms: f64) {
    let player = &mut model.player;
    let passed_ms = player.last_frame_ms.map_or(0.0, |last_ms| now_ms - last_ms);
    player.last_frame_ms = Some(now_ms);
    let passed_ms = passed_ms.clamp(0.0, LONGEST_FRAME_MS);
    let passed_us = passed_ms * player.speed.microseconds_a_millisecond() + player.remainder_us;
    let whole_us = microseconds(passed_us.floor());
    player.remainder_us = passed_us - real(whole_us);
    let from_us = model.session.moment().time_us;
    // The end of what is worth watching stops the run once; who plays on goes beyond it.
    let end_us = if from_us < model.until_us { model.until_us } else { LONGEST_RUN_US };
    let to_us = (from_us + whole_us).min(end_us);
    if to_us == end_us {
        model.player.playing = false;
    }
    if to_us > from_us {
        let goal = meaning::goal(model, to_us);
        model.session.seek(goal);
        model.session.work(PLAYED_STEPS);
    }
    stop_at_limit(model);
    let calm = model.window.calm && model.player.playing;
    let waits = calm && now_ms - model.player.drawn_ms < CALM_FRAME_MS;
    if !model.session.is_travelling() && !waits {
        model.player.drawn_ms = now_ms;
        refresh(model);
    }
}

/// Goes on towards a moment that was set out for.
pub(super) fn travel(model: &mut Model) {
    if !model.session.work(SOUGHT_STEPS) {
        return;
    }
    refresh(model);
    if stop_at_limit(model) {
        model.replay = Replay::Unclaimed;
    }
    if let Replay::Underway { expected, same_engine } = model.replay {
        let found = model.scene.digest;
        model.replay = match same_engine {
            _ if found == expected => Replay::Verified(found),
            true => Replay::Differs { expected, found },
            false => Replay::OtherEngine,
        };
    }
}

/// Whether the run goes no further; the person is told why.
fn stop_at_limit(model: &mut Model) -> bool {
    let problem = Problem::of_run(&model.session);
    let stops = problem.is_some();
    if let Some(problem) = problem {
        model.player.playing = false;
        model.notice = Some(Notice::AtLimit(problem));
    }
    stops
}

/// Something about playing.
pub(super) fn play(model: &mut Model, play: Play) -> Vec<Effect> {
    let leaves = !matches!(play, Play::Stop | Play::Speed(_) | Play::Faster(_));
    let tells =
        matches!(model.notice, Some(Notice::Meaning(Finding::Found(_) | Finding::Stopped(..))));
    // What was found is told for as long as one stays there.
    if leaves && tells {
        model.notice = None;
    }
    match play {
        Play::Start => start(model),
        Play::Stop => stop(model),
        Play::Toggle if model.player.playing => stop(model),
        Play::Toggle => start(model),
        Play::Step(events) => step(model, events),
        Play::Seek(time_us) => seek(model, time_us),
        Play::SeekBy(by_us) => {
            let from_us = model.session.moment().time_us;
            seek(model, from_us.saturating_add_signed(by_us))
        }
        Play::SeekEdge => set_out(model, Goal::Moment(model.scene.edge)),
        Play::Speed(speed) => {
            model.player.speed = speed;
            Vec::new()
        }
        Play::Faster(stops) => {
            model.player.speed = model.player.speed.changed(stops);
            Vec::new()
        }
    }
}

fn start(model: &mut Model) -> Vec<Effect> {
    if model.session.moment().time_us >= LONGEST_RUN_US || model.session.steps() >= MOST_STEPS {
        return say(model, Notice::CannotDo(Reason::NothingAhead));
    }
    model.player.playing = true;
    model.player.last_frame_ms = None;
    vec![Effect::NextFrame]
}

fn stop(model: &mut Model) -> Vec<Effect> {
    model.player.playing = false;
    if !model.session.is_travelling() {
        refresh(model);
    }
    Vec::new()
}

fn step(model: &mut Model, events: i64) -> Vec<Effect> {
    model.player.playing = false;
    let steps = model.session.steps();
    if events < 0 && model.session.moment() == Moment::START {
        return say(model, Notice::CannotDo(Reason::AtStart));
    }
    let ended = model.session.next_time_us().is_none_or(|next_us| next_us > LONGEST_RUN_US);
    if events > 0 && (ended || steps >= MOST_STEPS) {
        return say(model, Notice::CannotDo(Reason::NothingAhead));
    }
    match steps.saturating_add_signed(events) {
        0 => set_out(model, Goal::Moment(Moment::START)),
        steps => set_out(model, Goal::Steps(steps)),
    }
}

fn seek(model: &mut Model, time_us: u64) -> Vec<Effect> {
    let moment = match time_us.min(LONGEST_RUN_US) {
        0 => Moment::START,
        time_us => Moment::after(time_us),
    };
    set_out(model, Goal::Moment(moment))
}

/// Sets out for a place, and is there at once where it is near.
pub(super) fn set_out(model: &mut Model, goal: Goal) -> Vec<Effect> {
    // Somewhere else, the run is no longer on its way to where its digest is known.
    if matches!(model.replay, Replay::Underway { .. }) {
        model.replay = Replay::Unclaimed;
    }
    model.session.seek(goal);
    travel(model);
    next_frame(model)
}

/// The cursor goes to its moment on another branch.
pub(super) fn switch(model: &mut Model, branch: usize) -> Vec<Effect> {
    if branch == model.scene.branch || branch >= model.scene.branches.len() {
        return Vec::new();
    }
    leave(model, branch);
    model.session.switch(branch);
    travel(model);
    next_frame(model)
}

/// The cursor is about to go to another branch: an event that is not of that one is not selected
/// there, where its name may be another event's.
pub(super) fn leave(model: &mut Model, branch: usize) {
    let Some(Selection::Event(event)) = model.selection else { return };
    let session = &model.session;
    let events = session.events(event.step(), event.step());
    let stays = events.first().is_some_and(|event| {
        session.passes(session.current_branch(), branch, Moment::after(event.time_us))
    });
    if !stays {
        model.selection = None;
    }
}
