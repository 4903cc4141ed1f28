//! Looking for meaning: searches, breakpoints, the list of events, reasons and cones.
//!
//! Whatever takes reading the run is done in slices, one in each frame, while the page goes on.
//! After every action [`settle`] looks at what the page now shows, and sets out for what is
//! missing.

use std::rc::Rc;

use lockstep_core::lab::Event;
use lockstep_core::lab::causality::{Clocks, Cone};
use lockstep_core::lab::landmark::{Found, Landmark, Progress, Search};
use lockstep_core::lab::why::Inquiry;
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

use super::{play, say};
use crate::coherence::line_of;
use crate::command::Reason;
use crate::effect::Effect;
use crate::meaning::{Filter, Finding, MeaningAction, Quest};
use crate::model::{Model, Notice, Selection, Tab};

/// How many steps a frame reads at most: some milliseconds of work.
const READ_STEPS: u64 = 8_000;
/// How many steps ahead of the cursor a frame looks for breakpoints at most.
const SCOUTED_STEPS: u64 = 6_000;
/// How many steps around the selected event its cone is looked for.
const CONE_STEPS: u64 = 400;
/// A cone of more steps is not looked for.
const MOST_CONE_STEPS: u64 = 12_000;

pub(super) fn meaning(model: &mut Model, action: MeaningAction) -> Vec<Effect> {
    match action {
        MeaningAction::Target(target) => model.meaning.target = target,
        MeaningAction::Step { backwards } => {
            let node = match model.selection {
                Some(Selection::Node(node)) => Some(node),
                _ => None,
            };
            let Some(landmark) = model.meaning.target.landmark(node) else {
                return say(model, Notice::CannotDo(Reason::SelectNode));
            };
            return search(model, landmark, backwards);
        }
        MeaningAction::Next(landmark) => return search(model, landmark, false),
        MeaningAction::Previous(landmark) => return search(model, landmark, true),
        MeaningAction::WhyRole(node) => return why_role(model, node),
        MeaningAction::Breakpoint(landmark) => {
            let breakpoints = &mut model.meaning.breakpoints;
            match breakpoints.iter().position(|other| *other == landmark) {
                Some(place) => drop(breakpoints.remove(place)),
                None => breakpoints.push(landmark),
            }
        }
        MeaningAction::Visit(event) => return visit(model, event),
        MeaningAction::Why(event) => {
            model.selection = Some(Selection::Event(event));
            model.tab = Tab::Inspect;
            model.sheet_open = true;
            model.notice = None;
        }
        MeaningAction::Clocks => {
            if let Some(Selection::Event(event)) = model.selection {
                model.meaning.clocks = Some(Clocks::begin(&model.session, event));
            }
        }
        MeaningAction::Cone(wanted) => {
            model.meaning.cone_wanted = wanted;
            model.meaning.cone = None;
        }
        MeaningAction::Filter(filter) => {
            let listing = &mut model.meaning.listing;
            listing.filter = filter;
            let step = if listing.stays { listing.last() } else { None };
            listing.show(&model.session, step.unwrap_or(model.session.steps()));
        }
        MeaningAction::Follow(follows) => {
            let listing = &mut model.meaning.listing;
            listing.stays = !follows;
            if follows {
                listing.show(&model.session, model.session.steps());
            }
        }
        MeaningAction::Browse { backwards } => {
            model.meaning.listing.browse(&model.session, backwards);
        }
    }
    Vec::new()
}

/// Sets out for the nearest landmark of a kind.
fn search(model: &mut Model, landmark: Landmark, backwards: bool) -> Vec<Effect> {
    if model.session.is_travelling() {
        return say(model, Notice::CannotDo(Reason::Travelling));
    }
    model.player.playing = false;
    // What it leads to is to be seen.
    model.dialog = None;
    let (session, wanted) = (&model.session, vec![landmark]);
    let search = if backwards {
        Search::backwards(session, session.steps(), wanted)
    } else {
        Search::forwards(session, wanted)
    };
    begin(model, Quest { search, backwards, goes: true })
}

/// A search begins with what can be read at once: most are done by then.
fn begin(model: &mut Model, quest: Quest) -> Vec<Effect> {
    model.meaning.quest = Some(quest);
    look_on(model)
}

/// The last change of a server's role, up to where the cursor is, is selected.
fn why_role(model: &mut Model, node: NodeId) -> Vec<Effect> {
    let session = &model.session;
    let wanted = vec![Landmark::RoleChange(Some(node))];
    let search = Search::backwards(session, session.steps() + 1, wanted);
    begin(model, Quest { search, backwards: true, goes: false })
}

/// Goes on with the search.
fn look_on(model: &mut Model) -> Vec<Effect> {
    let Some(quest) = &mut model.meaning.quest else { return Vec::new() };
    if !quest.search.is_up_to_date(&model.session) {
        // It would say that there is none, of a run that is no longer looked at.
        stop(model);
        return Vec::new();
    }
    let progress = quest.search.work(&model.session, READ_STEPS);
    let (backwards, goes, step) = (quest.backwards, quest.goes, quest.search.steps());
    match progress {
        Progress::Going => {
            model.notice = Some(Notice::Meaning(Finding::Searching { step }));
            return vec![Effect::NextFrame];
        }
        Progress::Nothing => {
            model.meaning.quest = None;
            return say(model, Notice::Meaning(Finding::Nothing { backwards }));
        }
        Progress::Found(_) => model.meaning.quest = None,
    }
    let Progress::Found(found) = progress else { return Vec::new() };
    if !goes {
        model.notice = None;
        model.selection = Some(Selection::Event(found.event));
        model.tab = Tab::Inspect;
        return Vec::new();
    }
    let event = event_of(model, found.event);
    if let Some(line) = event.as_ref().and_then(|event| line_of(event)) {
        model.coherence.line = line;
    }
    let mut effects = go(model, found.step);
    if let Some(event) = event {
        effects.extend(say(model, Notice::Meaning(Finding::Found(event))));
    }
    effects
}

fn event_of(model: &Model, id: EventId) -> Option<Box<Event>> {
    let events = model.session.events(id.step(), id.step());
    events.into_iter().find(|event| event.id == id).map(Box::new)
}

fn go(model: &mut Model, step: u64) -> Vec<Effect> {
    let goal = if step == 0 { Goal::Moment(Moment::START) } else { Goal::Steps(step) };
    play::set_out(model, goal)
}

/// Goes to an event and selects it; the page of the side panel stays.
fn visit(model: &mut Model, event: EventId) -> Vec<Effect> {
    model.player.playing = false;
    model.selection = Some(Selection::Event(event));
    go(model, event.step())
}

/// Stops what is being looked for. `true`: there was something.
pub(super) fn stop(model: &mut Model) -> bool {
    let stopped = model.meaning.quest.take().is_some();
    if stopped {
        model.notice = None;
    }
    stopped
}

/// Another run has come: nothing that was found holds of it.
pub(super) fn forget(model: &mut Model) {
    let meaning = &mut model.meaning;
    let target = meaning.target;
    let filter = std::mem::take(&mut meaning.listing.filter);
    *meaning = crate::meaning::Meaning { target, ..Default::default() };
    let names = model.session.names();
    let node = filter.node.filter(|node| node.0 < names.servers + names.clients);
    meaning.listing.filter = Filter { node, ..filter };
}

/// How far playing may go towards a time: up to the first breakpoint, at which it stops.
pub(super) fn goal(model: &mut Model, to_us: u64) -> Goal {
    let (session, meaning) = (&model.session, &mut model.meaning);
    let free = Goal::Moment(Moment::after(to_us));
    if meaning.breakpoints.is_empty() {
        meaning.scout = None;
        return free;
    }
    let fresh = || Search::ahead(session, meaning.breakpoints.clone());
    let scout = meaning.scout.take();
    let scout = scout.filter(|scout| scout.leads(session) && scout.wanted() == meaning.breakpoints);
    let mut scout = scout.unwrap_or_else(fresh);
    let mut progress = scout.work_until(session, to_us, SCOUTED_STEPS);
    if matches!(progress, Progress::Found(found) if found.step <= session.steps()) {
        scout = fresh();
        progress = scout.work_until(session, to_us, SCOUTED_STEPS);
    }
    match progress {
        Progress::Found(found) if found.moment.time_us <= to_us => return stop_at(model, found),
        Progress::Going if scout.moment().time_us <= to_us => {
            let steps = scout.steps();
            meaning.scout = Some(scout);
            return Goal::Steps(steps);
        }
        _ => meaning.scout = Some(scout),
    }
    free
}

fn stop_at(model: &mut Model, found: Found) -> Goal {
    model.player.playing = false;
    let event = event_of(model, found.event);
    model.notice = Some(Notice::Meaning(Finding::Stopped(found.landmark, event)));
    Goal::Steps(found.step)
}

/// Goes on with everything that is under way, in a frame.
pub(super) fn work(model: &mut Model) -> Vec<Effect> {
    let effects = look_on(model);
    let (language, names) = (model.preferences.language, model.session.names());
    let (session, meaning) = (&model.session, &mut model.meaning);
    if let Some(inquiry) = &mut meaning.inquiry
        && meaning.reason.is_none()
        && inquiry.work(session, READ_STEPS)
    {
        meaning.reason = Some(Rc::new(inquiry.reason()));
    }
    if let Some(clocks) = &mut meaning.clocks
        && clocks.stamp().is_none()
    {
        clocks.work(session, READ_STEPS);
    }
    if model.tab == Tab::Events {
        meaning.listing.work(session, language, names, READ_STEPS);
    }
    effects
}

/// Sets out for what the page should now show.
/// `true`: that goes on in the next frame.
pub(super) fn settle(model: &mut Model) -> bool {
    if model.session.is_travelling() {
        return false;
    }
    let selected = match model.selection {
        Some(Selection::Event(event)) => Some(event),
        _ => None,
    };
    let (session, meaning) = (&model.session, &mut model.meaning);
    let current = meaning.inquiry.as_ref().filter(|inquiry| inquiry.is_up_to_date(session));
    if current.map(Inquiry::event) != selected {
        meaning.inquiry = selected.map(|event| Inquiry::begin(session, event));
        meaning.reason = None;
        meaning.clocks = None;
        meaning.cone = None;
        if let Some(inquiry) = &mut meaning.inquiry
            && inquiry.work(session, READ_STEPS)
        {
            meaning.reason = Some(Rc::new(inquiry.reason()));
        }
    }
    let fast = model.player.playing && !model.player.speed.can_be_read();
    if model.tab == Tab::Events && !fast {
        meaning.listing.keep_up(session);
        let (language, names) = (model.preferences.language, session.names());
        if meaning.listing.is_busy() {
            meaning.listing.work(session, language, names, READ_STEPS);
        }
    }
    is_busy(model)
}

/// Sorts the events of what the diagram shows, or of what is round the selected event, by how they
/// stand to it. While the run plays, the picture moves on without. `true`: it came out otherwise.
pub(super) fn sort(model: &mut Model) -> bool {
    let (session, meaning) = (&model.session, &mut model.meaning);
    let selected = match model.selection {
        // Of what has not been seen, there is no cone to read, however often.
        Some(Selection::Event(event))
            if meaning.cone_wanted
                && event.step() <= session.edge_steps(session.current_branch()) =>
        {
            event
        }
        _ => {
            return meaning.cone.take().is_some();
        }
    };
    let step = selected.step();
    let around = (step.saturating_sub(CONE_STEPS), step + CONE_STEPS);
    let shown = model.diagram.reading.sheet().map(|sheet| {
        // What arrives within the sheet may have been sent before it.
        let sent = sheet.arrows().iter().chain(sheet.flying()).map(|arrow| arrow.sent.step());
        let first = sent.min().unwrap_or(step).min(sheet.first()).min(step);
        (first, sheet.last().max(step))
    });
    let (first, last) =
        shown.filter(|(first, last)| last - first <= MOST_CONE_STEPS).unwrap_or(around);
    if meaning.cone.is_some() && (meaning.cone_of == (first, last) || model.player.playing) {
        return false;
    }
    let mut events = session.events(first, last);
    events.retain(|event| event.time_us <= session.edge().time_us);
    meaning.cone_of = (first, last);
    let cone = Cone::of(&events, selected).map(Rc::new);
    let changed = cone != meaning.cone;
    meaning.cone = cone;
    changed
}

/// Whether something is being looked for.
pub(crate) fn is_busy(model: &Model) -> bool {
    let meaning = &model.meaning;
    let clocks = meaning.clocks.as_ref();
    meaning.quest.is_some()
        || meaning.inquiry.is_some() && meaning.reason.is_none()
        || clocks.is_some_and(|clocks| clocks.stamp().is_none() && !clocks.is_done(&model.session))
        || model.tab == Tab::Events && meaning.listing.is_busy()
}
