//! The row below the stage: interventions, or what the one in hand still needs to know.

use lockstep_core::lab::{Names, NodeName};
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::NodeId;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Context, access, numbers, script, use_page};
use crate::action::{Action, ToolAction};
use crate::catalogue::{Word, say};
use crate::command::{Command, Reason, condition, deed, leads};
use crate::hands::Aim;
use crate::keys::Shortcut;
use crate::model::{Model, OperationForm, OperationKind, Selection, Tool};
use crate::update::parted;

/// The row for the model as it is.
pub(super) fn bar(model: &Model, page: &Context) -> Html {
    let names = model.session.names();
    html! {
        <div class="tools-box">
            {
                match &model.tool {
                    _ if is_dragging(model) => drag_bar(page, names, &model.aim()),
                    Tool::None => html! {
                        <Commands
                            reasons={reasons(model)}
                            message={is_message(model)}
                            leader={is_leader(model)}
                            resumes={resumes(model)}
                            locks={model.scene.view.locks.is_some()}
                        />
                    },
                    Tool::Cut { from, both_ways, clogs } => {
                        cut_bar(page, names, *from, *both_ways, *clogs)
                    }
                    Tool::Transfer { from } => transfer_bar(page, names, *from),
                    Tool::Members { leader, voters, learners } => {
                        members_bar(page, names, *leader, [*voters, *learners])
                    }
                    Tool::Partition { side } => partition_bar(page, names, side),
                    Tool::Operate(form) => operation_bar(page, names, form),
                    Tool::Script(form) => script::bar(model, page, names, form),
                    Tool::Access(form) => access::bar(model, page, names, form),
                    Tool::Numbers(form) => numbers::bar(page, names, form),
                }
            }
        </div>
    }
}

fn is_dragging(model: &Model) -> bool {
    model.hands.drag.is_some_and(|drag| drag.moved)
}

/// Says what letting go would come to.
fn drag_bar(page: &Context, names: Names, aim: &Aim) -> Html {
    let text = page.language.aim(names, aim);
    html! { <div class="tools asking"><p class="ask" role="status">{ text }</p></div> }
}

/// Whether a message on its way is selected: then there are buttons for what can be done to it.
fn is_message(model: &Model) -> bool {
    let messages = &model.scene.view.messages;
    messages.iter().any(|message| model.selection == Some(Selection::Message(message.id)))
}

/// For each intervention that has a button, why it makes no sense now, if it does not.
fn reasons(model: &Model) -> Vec<Option<Reason>> {
    Command::shown(is_message(model), is_leader(model))
        .map(|command| deed(model, command).err())
        .collect()
}

/// Whether a leader is selected: then there are buttons for what it can be told.
fn is_leader(model: &Model) -> bool {
    let Some(Selection::Node(node)) = model.selection else { return false };
    model.scene.view.servers.get(node.index()).is_some_and(leads)
}

/// Whether the selected node is paused, or the selected message held, so that it can be let go.
fn resumes(model: &Model) -> bool {
    let view = &model.scene.view;
    let node = match model.selection {
        Some(Selection::Node(node)) => node,
        Some(Selection::Message(id)) => {
            return view.messages.iter().any(|message| message.id == id && message.held);
        }
        _ => return false,
    };
    condition(view, node) == (true, true)
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct CommandsProps {
    reasons: Vec<Option<Reason>>,
    message: bool,
    leader: bool,
    resumes: bool,
    locks: bool,
}

/// All interventions. One that makes no sense now says why when it is pressed all the same.
#[component]
fn Commands(props: &CommandsProps) -> Html {
    let page = use_page();
    let buttons = Command::shown(props.message, props.leader).zip(&props.reasons);
    let button = |command, reason| {
        let label = label(&page, command, props.resumes, props.locks);
        labelled(&page, command, reason, label)
    };
    html! {
        <div class="tools" role="toolbar" aria-label={page.word(Word::Actions)}>
            { for buttons.map(|(command, reason)| button(command, *reason)) }
        </div>
    }
}

/// What an intervention is called now.
fn label(page: &Context, command: Command, resumes: bool, locks: bool) -> &'static str {
    match command {
        Command::Pause if resumes => page.word(Word::ResumeNode),
        Command::Hold if resumes => page.language.release(),
        // A client of the lock manager is given a script.
        Command::Operate if locks => page.language.script(),
        _ => page.language.command(command),
    }
}

/// The button of an intervention.
pub(super) fn button(
    page: &Context,
    command: Command,
    reason: Option<Reason>,
    resumes: bool,
) -> Html {
    labelled(page, command, reason, label(page, command, resumes, false))
}

fn labelled(page: &Context, command: Command, reason: Option<Reason>, label: &'static str) -> Html {
    let title = reason.map_or_else(
        || page.language.command_meaning(command),
        |reason| page.language.reason(reason),
    );
    let shortcut = Shortcut::Do(command);
    html! {
        <button
            key={shortcut.label()}
            class="button"
            {title}
            aria-disabled={reason.is_some().to_string()}
            aria-keyshortcuts={shortcut.label()}
            onclick={page.on::<MouseEvent>(Action::Command(command))}
        >
            { label }
            <kbd>{ shortcut.label() }</kbd>
        </button>
    }
}

/// What can be done to the selected message, for a menu.
pub(super) fn message_buttons(model: &Model, page: &Context) -> Html {
    let resumes = resumes(model);
    let commands = Command::OF_MESSAGES.into_iter();
    let reason = |command| deed(model, command).err();
    let buttons = commands.map(|command| button(page, command, reason(command), resumes));
    html! { <>{ for buttons }</> }
}

pub(super) fn cancel(page: &Context) -> Html {
    html! {
        <button
            class="button"
            onclick={page.on::<MouseEvent>(Action::Tool(ToolAction::Cancel))}
        >
            { page.word(Word::Cancel) }
            <kbd>{ Shortcut::Escape.label() }</kbd>
        </button>
    }
}

/// Asks for the other end of the link that is to be cut.
fn cut_bar(page: &Context, names: Names, from: NodeId, both_ways: bool, clogs: bool) -> Html {
    let name = names.name(from);
    let choice = |label: Word, other: [bool; 2]| {
        let tool = Tool::Cut { from, both_ways: other[0], clogs: other[1] };
        html! {
            <button
                class="button"
                aria-pressed={(other == [both_ways, clogs]).to_string()}
                onclick={page.on::<MouseEvent>(Action::Tool(ToolAction::Take(tool)))}
            >
                { page.word(label) }
            </button>
        }
    };
    let arrow = if both_ways { "↔" } else { "→" };
    let verb = page.word(if clogs { Word::Clog } else { Word::CutIt });
    html! {
        <div class="tools asking" role="group" aria-label={page.word(Word::CutLink)}>
            <p class="ask" role="status">
                { say!(
                    page.language,
                    "{verb} {name} {arrow} … Choose the other end.",
                    "{verb} {name} {arrow} … Pilih ujung lainnya.",
                ) }
            </p>
            <span class="pair">
                { choice(Word::CutIt, [both_ways, false]) }
                { choice(Word::Clog, [both_ways, true]) }
            </span>
            <span class="pair">
                { choice(Word::BothWays, [true, clogs]) }
                { choice(Word::OneWay, [false, clogs]) }
            </span>
            { cancel(page) }
        </div>
    }
}

/// A button that stands for a node: what touching the node itself does.
fn node_button(page: &Context, node: NodeId, text: String) -> Html {
    html! {
        <button
            key={node.0}
            class="button"
            onclick={page.on::<MouseEvent>(Action::Touch(node))}
        >
            { text }
        </button>
    }
}

/// Asks who is to lead.
fn transfer_bar(page: &Context, names: Names, from: NodeId) -> Html {
    let others = (0..names.servers).map(NodeId).filter(|node| *node != from);
    let text = page.word(Word::HandOver);
    html! {
        <div class="tools asking" role="group" aria-label={text}>
            <p class="ask" role="status">{ format!("{} → {text} …", names.name(from)) }</p>
            { for others.map(|node| node_button(page, node, names.name(node).to_string())) }
            { cancel(page) }
        </div>
    }
}

/// Asks who is to belong to the cluster: each server goes round from member to learner to neither.
fn members_bar(page: &Context, names: Names, leader: NodeId, sets: [NodeSet; 2]) -> Html {
    let title = page.language.command(Command::Members);
    let server = |node: NodeId| {
        let word = match sets.map(|set| set.contains(node)) {
            [true, _] => Word::Member,
            [_, true] => Word::Learner,
            _ => Word::Outside,
        };
        node_button(page, node, format!("{}: {}", names.name(node), page.word(word)))
    };
    html! {
        <div class="tools asking" role="group" aria-label={title}>
            <p class="ask">
                { format!("{} · {title}: {}", names.name(leader), page.language.members_hint()) }
            </p>
            { for (0..names.servers).map(NodeId).map(server) }
            <button
                class="button strong"
                aria-disabled={sets[0].is_empty().to_string()}
                onclick={page.on::<MouseEvent>(Action::Tool(ToolAction::Confirm))}
            >
                { page.language.apply() }
                <kbd>{ Shortcut::Confirm.label() }</kbd>
            </button>
            { cancel(page) }
        </div>
    }
}

/// Asks for the servers on one side of the partition.
fn partition_bar(page: &Context, names: Names, side: &[NodeId]) -> Html {
    let others = parted(names).filter(|node| !side.contains(node));
    let others: Vec<NodeName> = others.map(|node| names.name(node)).collect();
    let side: Vec<NodeName> = side.iter().map(|node| names.name(*node)).collect();
    let ready = !side.is_empty() && !others.is_empty();
    let (side, others) = (page.language.list(&side), page.language.list(&others));
    html! {
        <div class="tools asking" role="group" aria-label={page.word(Word::Partition)}>
            <p class="ask" role="status">
                if ready {
                    { format!("{side} | {others}") }
                } else {
                    { say!(
                        page.language,
                        "Choose the servers of one side: click them, or press their numbers.",
                        "Pilih server di satu sisi: klik, atau tekan nomornya.",
                    ) }
                }
            </p>
            <button
                class="button strong"
                aria-disabled={(!ready).to_string()}
                onclick={page.on::<MouseEvent>(Action::Tool(ToolAction::Confirm))}
            >
                { page.word(Word::Split) }
                <kbd>{ Shortcut::Confirm.label() }</kbd>
            </button>
            { cancel(page) }
        </div>
    }
}

/// Asks what a client should do.
fn operation_bar(page: &Context, names: Names, form: &OperationForm) -> Html {
    let send = page.dispatch.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(Action::Tool(ToolAction::Confirm));
    });
    let has_old = form.kind == OperationKind::CompareAndSet;
    let has_value = form.kind != OperationKind::Get;
    let value_label = if has_old { Word::NewValue } else { Word::Value };
    html! {
        <form class="tools asking" aria-label={page.word(Word::Operate)} {onsubmit}>
            <strong class="ask">{ names.name(form.client).to_string() }</strong>
            { kinds(page, form) }
            { field(page, form, Word::Key, &form.key, |form, text| form.key = text) }
            <span class="field-box">
                if has_old {
                    { field(page, form, Word::OldValue, &form.old, |form, text| form.old = text) }
                }
            </span>
            <span class="field-box">
                if has_value {
                    { field(page, form, value_label, &form.value, |form, text| form.value = text) }
                }
            </span>
            <button class="button strong" type="submit">
                { page.word(Word::Send) }
                <kbd>{ Shortcut::Confirm.label() }</kbd>
            </button>
            { cancel(page) }
        </form>
    }
}

fn kinds(page: &Context, form: &OperationForm) -> Html {
    let (dispatch, form_now) = (page.dispatch.clone(), form.clone());
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_dyn_into().map(|select: HtmlSelectElement| select.value());
        let mut kinds = OperationKind::ALL.into_iter();
        if let Some(kind) = kinds.find(|kind| chosen.as_deref() == Some(kind.name())) {
            let form = OperationForm { kind, ..form_now.clone() };
            dispatch.emit(Action::Tool(ToolAction::Form(form)));
        }
    });
    html! {
        <select class="field" aria-label={page.word(Word::Operation)} {onchange}>
            { for OperationKind::ALL.iter().map(|kind| html! {
                <option key={kind.name()} value={kind.name()} selected={*kind == form.kind}>
                    { kind.name() }
                </option>
            }) }
        </select>
    }
}

fn field(
    page: &Context,
    form: &OperationForm,
    label: Word,
    value: &str,
    set: fn(&mut OperationForm, String),
) -> Html {
    let (dispatch, form) = (page.dispatch.clone(), form.clone());
    let oninput = Callback::from(move |event: InputEvent| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
        let mut form = form.clone();
        set(&mut form, input.value());
        dispatch.emit(Action::Tool(ToolAction::Form(form)));
    });
    html! {
        <label class="labelled">
            <span>{ page.word(label) }</span>
            <input class="field" size="6" maxlength="24" value={value.to_owned()} {oninput} />
        </label>
    }
}
