//! Update: what an action does to the model, and what must be done about it.
//!
//! Pure: the model and the action decide everything. Time comes in with an action, and whatever
//! concerns the browser goes out as an [`Effect`].

mod author;
mod coherence;
#[cfg(test)]
mod coherence_tests;
mod diagram;
#[cfg(test)]
mod diagram_tests;
mod hands;
mod intervene;
mod keeping;
#[cfg(test)]
mod lock_tests;
mod meaning;
#[cfg(test)]
mod meaning_tests;
mod open;
mod page;
mod play;
mod quiz;
#[cfg(test)]
mod tests;

pub use author::ENTRY_FIELD;
pub(crate) use intervene::{is_busy, parted};

use lockstep_core::sim::process::NodeId;

use crate::action::Action;
use crate::clerk::Errand;
use crate::effect::Effect;
use crate::keeping::Inside;
use crate::model::{Model, Notice, Selection, Tab};
use crate::scene::Narration;

pub use diagram::{TALLER, wheel_factor};

/// Carries an action out.
pub fn update(model: &mut Model, action: Action) -> Vec<Effect> {
    let frame_ms = if let Action::Frame(now_ms) = action { Some(now_ms) } else { None };
    let branch = (model.session.seed(), model.scene.branch);
    let mut effects = act(model, action);
    // Whatever was done, the page looks for what it should now show, the diagram at the run as it
    // is now, and a comparison at its branches.
    let mut goes_on = meaning::settle(model);
    meaning::sort(model);
    goes_on |= diagram::look(model);
    // What the diagram has found may be more than was sorted.
    goes_on |= meaning::sort(model);
    goes_on |= author::keep_up(model);
    if goes_on && !effects.contains(&Effect::NextFrame) {
        effects.push(Effect::NextFrame);
    }
    effects.extend(author::reveal(model));
    quiz::watch(model);
    effects.extend(coherence::remember(model));
    if branch != (model.session.seed(), model.scene.branch) {
        model.keeping.speech.forget();
    }
    keeping::speak(model, frame_ms);
    effects.extend(hands::judge(model));
    effects
}

/// Whether the page is looking for something in the run.
pub(crate) fn is_looking(model: &Model) -> bool {
    meaning::is_busy(model) || author::lags(model)
}

fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Frame(now_ms) => {
            author::frame(model);
            let mut effects = play::frame(model, now_ms);
            effects.extend(meaning::work(model));
            effects
        }
        Action::Play(play) => play::play(model, play),
        Action::Select(selection) => select(model, selection),
        Action::Touch(node) => intervene::touch(model, node),
        Action::SelectNextMessage => {
            let next = next_message(model);
            select(model, next)
        }
        Action::SelectNextClient => {
            let next = next_client(model);
            select(model, next)
        }
        Action::Command(command) => intervene::command(model, command),
        Action::Tool(action) => intervene::tool(model, action),
        Action::Hand(hand) => hands::hand(model, hand),
        Action::Open(open) => open::open(model, open),
        Action::Share => share(model),
        Action::Copied { link, copied } => page::copied(model, link, copied),
        Action::Save => {
            let name = format!("lockstep-{}.json", model.scene.steps());
            let link = model.scenario().encode();
            vec![Effect::Ask(Errand::Write { name, link }, model.preferences.language)]
        }
        Action::Branch(branch) => play::switch(model, branch),
        Action::NextBranch => {
            let next = (model.scene.branch + 1) % model.scene.branches.len();
            play::switch(model, next)
        }
        Action::Author(action) => author::author(model, action),
        Action::Look(look) => coherence::look(model, look),
        Action::Meaning(action) => meaning::meaning(model, action),
        Action::Page(page) => page::page(model, page),
        Action::Diagram(action) => diagram::diagram(model, action),
        Action::Keep(keep) => keeping::keep(model, keep),
        Action::Quiz(action) => quiz::quiz(model, action),
    }
}

/// A person can do more than a link can say: hundreds of branches, say.
fn share(model: &mut Model) -> Vec<Effect> {
    match keeping::linkable(model) {
        Ok(scenario) => {
            model.keeping.inside = Inside::of(&scenario);
            vec![Effect::ShareLink(scenario.encode())]
        }
        Err(notice) => say(model, notice),
    }
}

fn select(model: &mut Model, selection: Option<Selection>) -> Vec<Effect> {
    model.hands.menu = None;
    model.selection = selection;
    if selection.is_some() {
        model.tab = Tab::Inspect;
    }
    Vec::new()
}

fn next_message(model: &Model) -> Option<Selection> {
    let messages = &model.scene.view.messages;
    let current = match model.selection {
        Some(Selection::Message(id)) => messages.iter().position(|message| message.id == id),
        _ => None,
    };
    let next = current.map_or(0, |place| place + 1) % messages.len().max(1);
    messages.get(next).map(|message| Selection::Message(message.id)).or(model.selection)
}

fn next_client(model: &Model) -> Option<Selection> {
    let names = model.session.names();
    // Who else takes part comes after the clients.
    let parties: Vec<NodeId> =
        names.nodes().map(|(node, _)| node).filter(|node| node.0 >= names.servers).collect();
    let current = match model.selection {
        Some(Selection::Node(node)) => parties.iter().position(|other| *other == node),
        _ => None,
    };
    let next = current.map_or(0, |place| place + 1) % parties.len().max(1);
    parties.get(next).map(|node| Selection::Node(*node)).or(model.selection)
}

/// Says something to the person.
fn say(model: &mut Model, notice: Notice) -> Vec<Effect> {
    let expires = notice.expires();
    model.notice = Some(notice);
    if expires { vec![Effect::ExpireNotice] } else { Vec::new() }
}

/// Draws the scene anew from where the run is.
fn refresh(model: &mut Model) {
    let narration = match model.tab {
        _ if model.player.playing && !model.player.speed.can_be_read() => Narration::Silent,
        _ => Narration::LastStep,
    };
    model.scene = model.scene.next(&model.session, model.tab, narration);
}
