//! The diagram: what is looked at, and what a finger on it means.

use lockstep_core::lab::What;
use lockstep_core::lab::raft::view::message_fields;
use lockstep_core::sim::run::Goal;

use super::{play, select};
use crate::action::Play;
use crate::diagram::action::Touch;
use crate::diagram::frame::{self, RULER};
use crate::diagram::hit::{Hit, hit};
use crate::diagram::state::Press;
use crate::diagram::{Diagram, DiagramAction};
use crate::effect::Effect;
use crate::model::{Model, Selection};
use crate::number::{microseconds, real};

/// How many steps an update reads at most for the diagram: some milliseconds of work.
const READ_STEPS: u64 = 3_000;
/// Within this many pixels a press that moves is still a press.
const STILL: f64 = 4.0;
/// The tallest that a diagram becomes, in pixels more than need be.
const TALLEST: u32 = 420;
/// While playing, the cursor is kept before this share of the window.
const FOLLOWED: f64 = 0.86;

/// Something that happens to the diagram.
pub(super) fn diagram(model: &mut Model, action: DiagramAction) -> Vec<Effect> {
    match action {
        DiagramAction::Measured(width) => model.diagram.width = Some(width),
        DiagramAction::Press(touch, pans) => return press(model, touch, pans),
        DiagramAction::Move(touch) => return moved(model, touch),
        DiagramAction::Release(touch) => return release(model, touch),
        DiagramAction::Leave => point_at(model, None),
        DiagramAction::Light(message) => model.diagram.lit = message,
        DiagramAction::Zoom(by, x) => zoom(model, by, x),
        DiagramAction::Pan(share) => {
            let (from_us, to_us) = model.window_us();
            let by = share * real(to_us - from_us);
            pan(model, by);
        }
        DiagramAction::Whole => model.diagram.window = None,
        DiagramAction::Taller(by) => {
            let extra = model.diagram.extra.saturating_add_signed(by);
            model.diagram.extra = extra.min(TALLEST);
        }
        DiagramAction::Messages => model.diagram.filter.messages ^= true,
        DiagramAction::Group(group) => {
            model.diagram.filter = model.diagram.filter.toggled(group);
            model.diagram.filter.messages = true;
        }
        DiagramAction::Walk(by) => return walk(model, by),
        DiagramAction::GoTo => return go_to(model),
    }
    Vec::new()
}

/// Brings what the window holds, and keeps the cursor in it while it moves. Called after every
/// action. `true`: there is more to be brought.
pub(super) fn look(model: &mut Model) -> bool {
    follow(model);
    let window = model.window_us();
    let branch = model.session.current_branch();
    let Model { session, diagram, .. } = model;
    let more = diagram.reading.work(session, branch, window, READ_STEPS);
    find_event(model);
    find_message(model);
    let mut tiles = std::mem::take(&mut model.diagram.tiles);
    let marking = model.meaning.cone.as_ref().map(|cone| (cone.at(), cone.counts()));
    model.marked(|input| tiles.update(input, marking));
    model.diagram.tiles = tiles;
    more
}

/// Where the selected event is.
fn find_event(model: &mut Model) {
    let Some(Selection::Event(event)) = model.selection else {
        model.diagram.selected = None;
        return;
    };
    if model.diagram.selected.as_ref().is_some_and(|found| found.id == event) {
        return;
    }
    let mut events = model.session.events(event.step(), event.step());
    let place = events.iter().position(|one| one.id == event);
    model.diagram.selected = place.map(|place| events.swap_remove(place));
    if model.diagram.selected.is_none() {
        // On this branch nothing of that name happened.
        model.selection = None;
    }
}

/// What the selected message said, where it is long gone.
fn find_message(model: &mut Model) {
    let Model { session, diagram, .. } = model;
    let arrow = match model.selection {
        Some(Selection::Message(id)) => {
            diagram.reading.sheet().and_then(|sheet| sheet.arrow(id)).copied()
        }
        _ => {
            diagram.gone = None;
            return;
        }
    };
    // It may have been found in a window that was left since.
    let Some(arrow) = arrow.filter(|arrow| arrow.event != arrow.sent) else { return };
    if diagram.gone.as_ref().is_some_and(|(gone, _)| *gone == arrow) {
        return;
    }
    let step = arrow.event.step();
    let events = session.events(step, step);
    let said = events.iter().find_map(|event| match &event.what {
        What::Delivered { message, .. } | What::Lost { message, .. } if event.id == arrow.event => {
            Some(message_fields(message, session.names()))
        }
        _ => None,
    });
    diagram.gone = said.map(|said| (arrow, said));
}

/// Keeps the cursor in the window: while it plays, with some of the future in view; and where it
/// has gone elsewhere.
fn follow(model: &mut Model) {
    let now_us = model.session.moment().time_us;
    let moved = std::mem::replace(&mut model.diagram.cursor_us, now_us) != now_us;
    let Some((from_us, to_us)) = model.diagram.window else { return };
    if !moved || model.diagram.press.is_some() {
        return;
    }
    let span_us = to_us - from_us;
    let before_us = microseconds(real(span_us) * FOLLOWED);
    if model.player.playing && now_us > from_us + before_us {
        show(model, now_us - before_us, span_us);
    } else if now_us > to_us || now_us < from_us {
        show(model, now_us.saturating_sub(span_us / 2), span_us);
    }
}

fn show(model: &mut Model, from_us: u64, span_us: u64) {
    // While it is played the run has no end yet that a window could meet.
    let horizon_us = model.horizon_us().max(from_us + span_us);
    model.diagram.window = Some(frame::within(from_us, span_us, horizon_us));
}

fn zoom(model: &mut Model, by: f64, x: Option<f64>) {
    let frame = model.frame();
    let (window, horizon_us) = (model.window_us(), model.horizon_us());
    let now_us = model.session.moment().time_us;
    let middle_us = u64::midpoint(window.0, window.1);
    let cursor_us = if frame.shows(now_us, now_us) { now_us } else { middle_us };
    let at_us = x.map_or(cursor_us, |x| frame.time_us(x));
    model.diagram.window = frame::zoomed(window, by, at_us, horizon_us);
}

fn pan(model: &mut Model, by_us: f64) {
    let Some((from_us, to_us)) = model.diagram.window else { return };
    let from = microseconds(real(from_us) + by_us);
    let horizon_us = model.horizon_us();
    model.diagram.window = Some(frame::within(from, to_us - from_us, horizon_us));
}

fn pointed(model: &Model, touch: Touch) -> Option<Hit> {
    let frame = model.frame();
    let within = touch.y > f64::from(RULER) && touch.y < f64::from(frame.bottom());
    let sheet = model.diagram.reading.sheet().filter(|_| within)?;
    hit(&model.session, sheet, (&frame, model.diagram.filter), (touch.x, touch.y), touch.reach)
}

fn point_at(model: &mut Model, hit: Option<Hit>) {
    model.diagram.pointed = hit;
    model.diagram.lit = match hit {
        Some(Hit::Message(id) | Hit::Event(_, Some(id))) => Some(id),
        _ => None,
    };
}

fn scrub(model: &mut Model, x: f64) -> Vec<Effect> {
    let frame = model.frame();
    let time_us = frame.time_us(x.clamp(0.0, f64::from(frame.width)));
    play::play(model, Play::Seek(time_us))
}

fn press(model: &mut Model, touch: Touch, pans: bool) -> Vec<Effect> {
    let frame = model.frame();
    let below = touch.y > f64::from(frame.bottom() + frame::AXIS);
    let second = match model.diagram.press {
        Some(Press::Scrub(first) | Press::Pick(_, first) | Press::Pinch([first, _])) => Some(first),
        _ => None,
    };
    let press = match (pointed(model, touch), second) {
        (_, Some(first)) if first.id != touch.id => Press::Pinch([first, touch]),
        _ if below && model.diagram.window.is_some() => Press::Strip,
        _ if pans => Press::Pan(touch.x),
        (Some(hit), _) => Press::Pick(hit, touch),
        _ => Press::Scrub(touch),
    };
    model.diagram.press = Some(press);
    match press {
        Press::Scrub(_) => scrub(model, touch.x),
        Press::Strip => {
            strip(model, touch.x);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// The window's middle goes to a place of the strip, on which the whole run lies.
fn strip(model: &mut Model, x: f64) {
    let frame = model.frame();
    let share = (x / f64::from(frame.width)).clamp(0.0, 1.0);
    let middle_us = real(model.horizon_us()) * share;
    pan(model, middle_us - real(frame.from_us) - real(frame.span_us()) / 2.0);
}

fn moved(model: &mut Model, touch: Touch) -> Vec<Effect> {
    let frame = model.frame();
    match model.diagram.press {
        None => {
            let hit = pointed(model, touch);
            point_at(model, hit);
        }
        Some(Press::Scrub(_)) => {
            model.diagram.press = Some(Press::Scrub(touch));
            return scrub(model, touch.x);
        }
        Some(Press::Pick(_, from)) => {
            if (touch.x - from.x).abs() > STILL {
                model.diagram.press = Some(Press::Scrub(touch));
                return scrub(model, touch.x);
            }
        }
        Some(Press::Pan(x)) => {
            pan(model, (x - touch.x) * real(frame.span_us()) / f64::from(frame.width));
            model.diagram.press = Some(Press::Pan(touch.x));
        }
        Some(Press::Strip) => strip(model, touch.x),
        Some(Press::Pinch(before)) => {
            let after = before.map(|one| if one.id == touch.id { touch } else { one });
            pinch(model, before, after);
            model.diagram.press = Some(Press::Pinch(after));
        }
    }
    Vec::new()
}

/// What was under each finger stays under it.
fn pinch(model: &mut Model, before: [Touch; 2], after: [Touch; 2]) {
    let apart = |[one, other]: [Touch; 2]| (one.x - other.x).abs().max(8.0);
    let middle = |[one, other]: [Touch; 2]| f64::midpoint(one.x, other.x);
    zoom(model, apart(before) / apart(after), Some(middle(before)));
    let frame = model.frame();
    let by = middle(before) - middle(after);
    pan(model, by * real(frame.span_us()) / f64::from(frame.width));
}

fn release(model: &mut Model, touch: Touch) -> Vec<Effect> {
    match model.diagram.press.take() {
        Some(Press::Pick(Hit::Message(id), _)) => select(model, Some(Selection::Message(id))),
        Some(Press::Pick(Hit::Event(event, _), _)) => select(model, Some(Selection::Event(event))),
        // One finger is left: it does nothing more until it goes up, too.
        Some(Press::Pinch(_)) => {
            model.diagram.press = Some(Press::Pan(touch.x));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Selects the next event of the lane on which something is selected; the window follows.
fn walk(model: &mut Model, by: i8) -> Vec<Effect> {
    let now_us = model.session.moment().time_us;
    let selected = model.diagram.selected.as_ref();
    let at = selected.map(|event| (Some(event.id), Some(event.node)));
    let (current, lane) = match (at, model.selection) {
        (Some(at), _) => at,
        (None, Some(Selection::Node(node))) => (None, Some(node)),
        _ => (None, None),
    };
    let Some(sheet) = model.diagram.reading.sheet() else { return Vec::new() };
    let filter = model.diagram.filter;
    let ends = sheet.arrows().iter().filter(|arrow| filter.shows(arrow));
    let ends = ends.map(|arrow| (arrow.event, arrow.end_us, arrow.id.to));
    let dots = sheet.dots().iter().map(|dot| (dot.event, dot.time_us, dot.node));
    let on_lane = ends.chain(dots).filter(|(.., node)| lane.is_none_or(|lane| lane == *node));
    let next = if by > 0 {
        let later = on_lane.filter(|(event, time_us, _)| match current {
            Some(current) => event.step() > current.step(),
            None => *time_us >= now_us,
        });
        later.min()
    } else {
        let earlier = on_lane.filter(|(event, time_us, _)| match current {
            Some(current) => event.step() < current.step(),
            None => *time_us <= now_us,
        });
        earlier.max()
    };
    let Some((event, time_us, _)) = next else { return Vec::new() };
    let frame = model.frame();
    if model.diagram.window.is_some() && !frame.shows(time_us, time_us) {
        show(model, time_us.saturating_sub(frame.span_us() / 2), frame.span_us());
    }
    select(model, Some(Selection::Event(event)))
}

/// The cursor goes to what is selected: right after it happened.
fn go_to(model: &mut Model) -> Vec<Effect> {
    let steps = match model.selection {
        Some(Selection::Event(event)) => event.step(),
        Some(Selection::Message(id)) => {
            let arrow = model.diagram.reading.sheet().and_then(|sheet| sheet.arrow(id));
            let Some(arrow) = arrow else { return Vec::new() };
            arrow.event.step()
        }
        _ => return Vec::new(),
    };
    model.player.playing = false;
    play::set_out(model, Goal::Steps(steps))
}

/// Another run is shown.
pub(super) fn clear(model: &mut Model) {
    model.diagram = Diagram::cleared(&model.diagram);
}

/// A change of the diagram's height by one press of a key, in pixels.
pub const TALLER: i32 = 24;

/// How much a turn of a wheel zooms: its way in pixels.
#[must_use]
pub fn wheel_factor(way: f64) -> f64 {
    // A power without logarithms: a notch of a hundred pixels zooms by a fifth.
    let notches = (way / 100.0).clamp(-4.0, 4.0);
    if notches >= 0.0 { 1.0 + notches * 0.25 } else { 1.0 / (1.0 - notches * 0.25) }
}
