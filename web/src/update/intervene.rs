//! Intervening: from a button or a key to the core's own choice.

use lockstep_core::lab::{Choice, Names};
use lockstep_core::lock::parcel::Order;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::store::Operation;
use lockstep_core::sim::process::NodeId;

use super::{play, refresh, say};
use crate::action::{Page, ToolAction};
use crate::cache_form::LONGEST_VALUE;
use crate::command::{Command, Deed, Reason, deed};
use crate::effect::Effect;
use crate::form::NumberForm;
use crate::lock_form::LONGEST_SCRIPT;
use crate::model::{Model, Notice, OperationForm, OperationKind, Selection, Tool};

/// The longest key or value that can be typed.
const LONGEST_TEXT: usize = 24;

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    model.hands.menu = None;
    match deed(model, command) {
        Ok(Deed::Make(choice)) => make(model, choice),
        Ok(Deed::Show(dialog)) => super::page::page(model, Page::Dialog(dialog)),
        Ok(Deed::Ask(tool)) => {
            model.tool = tool;
            Vec::new()
        }
        Err(reason) => say(model, Notice::CannotDo(reason)),
    }
}

/// A node was clicked: it is selected, or what the tool in hand asked for.
pub(super) fn touch(model: &mut Model, node: NodeId) -> Vec<Effect> {
    let names = model.session.names();
    if node.0 >= names.count() {
        return Vec::new();
    }
    match &mut model.tool {
        Tool::Cut { from, both_ways, clogs: true } if *from != node => {
            let now = model.session.link(*from, node);
            model.tool = Tool::Numbers(NumberForm::link(*from, node, *both_ways, now));
            Vec::new()
        }
        Tool::Transfer { from } if *from != node && node.0 < names.servers => {
            let (leader, instruction) = (*from, Instruction::Transfer(node));
            model.tool = Tool::None;
            instruct(model, leader, instruction)
        }
        Tool::Members { voters, learners, .. } if node.0 < names.servers => {
            // From a voter to a learner, to nobody, to a voter.
            (*voters, *learners) = match (voters.contains(node), learners.contains(node)) {
                (true, _) => (voters.without(node), learners.with(node)),
                (_, true) => (*voters, learners.without(node)),
                _ => (voters.with(node), *learners),
            };
            Vec::new()
        }
        Tool::Cut { from, both_ways, .. } if *from != node => {
            let choice = Choice::Cut { from: *from, to: node, both_ways: *both_ways };
            model.tool = Tool::None;
            make(model, choice)
        }
        Tool::Partition { side } => {
            match side.binary_search(&node) {
                Ok(place) => drop(side.remove(place)),
                Err(place) => side.insert(place, node),
            }
            Vec::new()
        }
        _ => super::select(model, Some(Selection::Node(node))),
    }
}

pub(super) fn tool(model: &mut Model, action: ToolAction) -> Vec<Effect> {
    match action {
        ToolAction::Take(tool) => {
            if let Tool::Cut { both_ways, .. } = tool {
                model.hands.one_way = !both_ways;
            }
            model.tool = tool;
        }
        ToolAction::Numbers(form) => model.tool = Tool::Numbers(form),
        ToolAction::Script(mut form) => {
            form.text = form.text.chars().take(LONGEST_SCRIPT).collect();
            model.tool = Tool::Script(form);
        }
        ToolAction::Access(mut form) => {
            for text in [&mut form.old, &mut form.value] {
                *text = text.chars().take(LONGEST_VALUE).collect();
            }
            model.tool = Tool::Access(form);
        }
        ToolAction::RunAfter => return run(model, false),
        ToolAction::Stop(client) => {
            model.tool = Tool::None;
            return order(model, client, Order::Stop);
        }
        ToolAction::Cancel => model.tool = Tool::None,
        ToolAction::Set(setting, value) => {
            model.dialog = None;
            return make(model, Choice::Set { setting: setting.number(), value });
        }
        ToolAction::Form(mut form) => {
            for text in [&mut form.key, &mut form.old, &mut form.value] {
                *text = text.chars().take(LONGEST_TEXT).collect();
            }
            model.tool = Tool::Operate(form);
        }
        ToolAction::Confirm => return confirm(model),
    }
    Vec::new()
}

fn confirm(model: &mut Model) -> Vec<Effect> {
    let choice = match &model.tool {
        Tool::None | Tool::Cut { .. } | Tool::Transfer { .. } => return Vec::new(),
        Tool::Members { voters, .. } if voters.is_empty() => return Vec::new(),
        Tool::Members { leader, voters, learners } => {
            let (leader, voters, learners) = (*leader, *voters, *learners);
            model.tool = Tool::None;
            return instruct(model, leader, Instruction::Reconfigure { voters, learners });
        }
        Tool::Numbers(form) => {
            let Some(choices) = form.choices() else { return Vec::new() };
            model.tool = Tool::None;
            return choices.into_iter().flat_map(|choice| make(model, choice)).collect();
        }
        Tool::Script(_) => return run(model, true),
        Tool::Access(form) => {
            // While something is wrong with it, nothing happens: that is said where it is typed.
            let Some(operation) = form.operation() else { return Vec::new() };
            Choice::Operate { node: form.cache, operation: operation.into() }
        }
        Tool::Operate(form) if form.key.is_empty() => return Vec::new(),
        Tool::Operate(form) => {
            Choice::Operate { node: form.client, operation: operation(form).into() }
        }
        Tool::Partition { side } => {
            let parted = parted(model.session.names());
            let others: Vec<NodeId> = parted.filter(|node| !side.contains(node)).collect();
            if side.is_empty() || others.is_empty() {
                return say(model, Notice::CannotDo(Reason::OneSided));
            }
            Choice::Partition(vec![side.clone(), others])
        }
    };
    model.tool = Tool::None;
    make(model, choice)
}

/// Who is on one side of a partition or on the other. A client that was not chosen stays in touch
/// with both sides; a home of lines, or the bus, is on one like everybody.
pub(crate) fn parted(names: Names) -> impl Iterator<Item = NodeId> {
    let all = if names.homes > 0 || names.bus { names.count() } else { names.servers };
    (0..all).map(NodeId)
}

/// The script that is typed is run: at once, so that what is under way is given up, or afterwards.
/// While something is wrong with it, nothing happens: that is said where it is typed.
fn run(model: &mut Model, at_once: bool) -> Vec<Effect> {
    let Tool::Script(form) = &model.tool else { return Vec::new() };
    let Ok(script) = form.script() else { return Vec::new() };
    let client = form.client;
    if model.session.is_travelling() {
        return say(model, Notice::CannotDo(Reason::Travelling));
    }
    model.tool = Tool::None;
    let mut effects = Vec::new();
    if at_once && is_busy(model, client) {
        effects.extend(order(model, client, Order::Stop));
    }
    effects.extend(order(model, client, Order::Run(script)));
    effects
}

/// Whether a client of the lock manager has something under way.
#[must_use]
pub(crate) fn is_busy(model: &Model, client: NodeId) -> bool {
    let lockers = model.scene.view.locks.iter().flat_map(|locks| &locks.clients);
    lockers.into_iter().any(|locker| locker.node == client && !locker.script.is_empty())
}

/// A client of the lock manager is told to do something.
fn order(model: &mut Model, node: NodeId, order: Order) -> Vec<Effect> {
    make(model, Choice::Operate { node, operation: order.into() })
}

/// A server is told to do something.
fn instruct(model: &mut Model, node: NodeId, instruction: Instruction) -> Vec<Effect> {
    let (instruction, operand) = instruction.numbers();
    make(model, Choice::Instruct { node, instruction, operand })
}

fn operation(form: &OperationForm) -> Operation {
    let text = |text: &str| text.into();
    let (key, value) = (text(&form.key), text(&form.value));
    match form.kind {
        OperationKind::Put => Operation::Put(key, value),
        OperationKind::Get => Operation::Get(key),
        OperationKind::Append => Operation::Append(key, value),
        OperationKind::CompareAndSet => Operation::CompareAndSet(key, text(&form.old), value),
    }
}

/// Makes a choice where the cursor is. Where the future has been seen, a branch grows.
pub(super) fn make(model: &mut Model, choice: Choice) -> Vec<Effect> {
    if model.session.is_travelling() {
        return say(model, Notice::CannotDo(Reason::Travelling));
    }
    let before = model.scene.branches.len();
    let steps = model.session.steps();
    if matches!(model.selection, Some(Selection::Event(event)) if event.step() > steps) {
        // What is ahead becomes another branch's.
        model.selection = None;
    }
    model.session.act(choice);
    refresh(model);
    let mut effects = play::next_frame(model);
    if model.scene.branches.len() > before {
        effects.extend(say(model, Notice::Branched));
    }
    effects
}
