//! Interventions: what a person can do to the run now, and why not.
//!
//! Buttons, keys and the page's API ask the same function, so they agree about what makes sense. It
//! decides nothing about the protocol: it reads what is drawn and what is selected, and gives the
//! core's own choice. The core would note and ignore a senseless one; the page says so beforehand.

use lockstep_core::cache::workload::Pattern;
use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::view::{RaftView, RoleView, ServerView};
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::process::{NodeId, TimerKind};

use crate::cache_form::AccessForm;
use crate::form::NumberForm;
use crate::lock_form::ScriptForm;
use crate::model::{Dialog, Model, OperationForm, OperationKind, Selection, Tool};

/// An intervention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The selected node loses its memory.
    Crash,
    /// The selected node comes back.
    Restart,
    /// The selected node freezes, or goes on.
    Pause,
    /// The selected server's timer runs out.
    TimeOut,
    /// A link of the selected node is cut.
    CutLink,
    /// The network is partitioned.
    Partition,
    /// All links are healed.
    Heal,
    /// The selected message is lost.
    Lose,
    /// The selected message gets a copy.
    Duplicate,
    /// A client is asked for something.
    Operate,
    /// The selected message takes longer.
    Delay,
    /// The selected message is held, or let go.
    Hold,
    /// The selected message arrives now.
    Deliver,
    /// All links behave otherwise.
    Network,
    /// The selected node's clock runs otherwise.
    Clock,
    /// A leader hands leadership over.
    Transfer,
    /// A leader changes the membership.
    Members,
    /// A setting is changed, or the run compared with one in which it is changed.
    Settings,
}

impl Command {
    /// Every intervention.
    pub const ALL: [Self; 18] = [
        Self::Crash,
        Self::Restart,
        Self::Pause,
        Self::TimeOut,
        Self::CutLink,
        Self::Clock,
        Self::Lose,
        Self::Duplicate,
        Self::Delay,
        Self::Hold,
        Self::Deliver,
        Self::Partition,
        Self::Heal,
        Self::Network,
        Self::Operate,
        Self::Settings,
        Self::Transfer,
        Self::Members,
    ];

    /// What can be done to a message on its way.
    pub const OF_MESSAGES: [Self; 5] =
        [Self::Lose, Self::Duplicate, Self::Delay, Self::Hold, Self::Deliver];

    /// What a leader can be told.
    const OF_LEADERS: [Self; 2] = [Self::Transfer, Self::Members];

    /// The interventions that have buttons: to nodes, or to messages where one is selected, and
    /// those to the whole cluster; and those of a leader where one is selected.
    pub fn shown(message: bool, leader: bool) -> impl Iterator<Item = Self> {
        let hidden = move |command| Self::OF_MESSAGES.contains(command) != message;
        let (some, all) = Self::ALL.split_at(11);
        let some = some.iter().filter(move |command| !hidden(command));
        let all = all.iter().filter(move |command| leader || !Self::OF_LEADERS.contains(command));
        some.chain(all).copied()
    }
}

/// Why something cannot be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No node is selected.
    SelectNode,
    /// No server is selected.
    SelectServer,
    /// No message is selected.
    SelectMessage,
    /// The message has arrived or was lost.
    MessageGone,
    /// The node is down.
    IsDown,
    /// The node is up.
    IsUp,
    /// The node is paused.
    IsPaused,
    /// No timer runs on the node.
    NoTimer,
    /// There is only one node.
    NobodyElse,
    /// No link is cut.
    NothingCut,
    /// The cluster has no client.
    NoClients,
    /// A partition needs a node on either side.
    OneSided,
    /// The page is replaying and not there yet.
    Travelling,
    /// The run is at its beginning.
    AtStart,
    /// Nothing will ever happen by itself.
    NothingAhead,
    /// No bookmark lies this way.
    NoBookmark,
    /// No server leads.
    NobodyLeads,
}

/// What an intervention comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It is made at once.
    Make(Choice),
    /// More must be known.
    Ask(Tool),
    /// More must be known, and takes more room.
    Show(Dialog),
}

/// What an intervention comes to now.
///
/// # Errors
/// Why it makes no sense now.
pub fn deed(model: &Model, command: Command) -> Result<Deed, Reason> {
    if model.session.is_travelling() {
        return Err(Reason::Travelling);
    }
    let view = &*model.scene.view;
    match command {
        Command::Crash | Command::Restart | Command::Pause => {
            on_node(view, selected_node(model)?, command).map(Deed::Make)
        }
        Command::TimeOut if view.cache.is_some() => next_access(model).map(Deed::Make),
        Command::TimeOut => time_out(view, selected_node(model)?).map(Deed::Make),
        Command::CutLink => {
            let from = selected_node(model)?;
            let alone = node_count(view) < 2;
            let tool = Tool::Cut { from, both_ways: !model.hands.one_way, clogs: false };
            if alone { Err(Reason::NobodyElse) } else { Ok(Deed::Ask(tool)) }
        }
        Command::Partition if node_count(view) < 2 => Err(Reason::NobodyElse),
        Command::Partition => {
            let side = selected_node(model).into_iter().collect();
            Ok(Deed::Ask(Tool::Partition { side }))
        }
        Command::Heal if view.cuts.is_empty() => Err(Reason::NothingCut),
        Command::Heal => Ok(Deed::Make(Choice::HealAll)),
        Command::Lose | Command::Duplicate | Command::Delay | Command::Hold | Command::Deliver => {
            on_message(model, command)
        }
        Command::Network => {
            Ok(Deed::Ask(Tool::Numbers(NumberForm::network(model.session.network()))))
        }
        Command::Clock => {
            let node = selected_node(model)?;
            let rate_ppm = model.session.clock_rate_ppm(node);
            Ok(Deed::Ask(Tool::Numbers(NumberForm::clock(node, rate_ppm))))
        }
        Command::Operate => operate(model),
        Command::Settings => Ok(Deed::Show(Dialog::Settings)),
        Command::Transfer | Command::Members if view.servers.len() < 2 => Err(Reason::NobodyElse),
        Command::Transfer => Ok(Deed::Ask(Tool::Transfer { from: leader(model)? })),
        Command::Members => {
            let leader = leader(model)?;
            let configuration = model.session.configuration(leader);
            let (voters, learners) = (configuration.voters, configuration.learners);
            Ok(Deed::Ask(Tool::Members { leader, voters, learners }))
        }
    }
}

fn selected_node(model: &Model) -> Result<NodeId, Reason> {
    match model.selection {
        Some(Selection::Node(node)) => Ok(node),
        _ => Err(Reason::SelectNode),
    }
}

/// The selected server, if it leads, or else the leader that counts.
fn leader(model: &Model) -> Result<NodeId, Reason> {
    let view = &model.scene.view;
    let leads = |node: &NodeId| server(view, *node).is_some_and(leads);
    let selected = selected_node(model).ok().filter(leads);
    let of_scene = || view.situation.leader.and_then(|name| model.session.names().id(name));
    selected.or_else(of_scene).ok_or(Reason::NobodyLeads)
}

/// Whether a server leads, as far as it knows, and can be told something.
#[must_use]
pub fn leads(server: &ServerView) -> bool {
    server.up && !server.paused && server.role == RoleView::Leader
}

fn node_count(view: &RaftView) -> usize {
    let lockers = view.locks.as_ref().map_or(0, |locks| locks.clients.len() + 1);
    let caches = view.cache.as_ref().map_or(0, |cache| cache.nodes().count());
    view.servers.len() + view.clients.len() + lockers + caches
}

fn server(view: &RaftView, node: NodeId) -> Option<&ServerView> {
    view.servers.get(node.index())
}

/// Whether a node is up, and whether it is paused.
#[must_use]
pub fn condition(view: &RaftView, node: NodeId) -> (bool, bool) {
    let client = view.clients.iter().find(|client| client.node == node);
    let client = client.map(|client| (client.up, client.paused));
    let locks = || view.locks.as_ref().and_then(|locks| locks.condition(node));
    let cache = || view.cache.as_ref().and_then(|cache| cache.condition(node));
    match server(view, node) {
        Some(server) => (server.up, server.paused),
        None => client.or_else(locks).or_else(cache).unwrap_or_default(),
    }
}

fn on_node(view: &RaftView, node: NodeId, command: Command) -> Result<Choice, Reason> {
    let (up, paused) = condition(view, node);
    match command {
        Command::Restart if up => Err(Reason::IsUp),
        Command::Restart => Ok(Choice::Restart(node)),
        _ if !up => Err(Reason::IsDown),
        Command::Crash => Ok(Choice::Crash(node)),
        _ if paused => Ok(Choice::Resume(node)),
        _ => Ok(Choice::Pause(node)),
    }
}

/// What making a timer run out comes to.
///
/// # Errors
/// Why it makes no sense now.
pub fn fire(model: &Model, node: NodeId, timer: Timer) -> Result<Choice, Reason> {
    match condition(&model.scene.view, node) {
        _ if model.session.is_travelling() => Err(Reason::Travelling),
        (false, _) => Err(Reason::IsDown),
        (_, true) => Err(Reason::IsPaused),
        _ => Ok(Choice::Fire { node, timer: timer.number() }),
    }
}

fn time_out(view: &RaftView, node: NodeId) -> Result<Choice, Reason> {
    let server = server(view, node).ok_or(Reason::SelectServer)?;
    let timer = match (server.election, server.heartbeat) {
        _ if !server.up => return Err(Reason::IsDown),
        _ if server.paused => return Err(Reason::IsPaused),
        (Some(_), _) => Timer::Election,
        (None, Some(_)) => Timer::Heartbeat,
        (None, None) => return Err(Reason::NoTimer),
    };
    Ok(Choice::Fire { node, timer: timer.number() })
}

/// A processor under a workload makes its next access now.
fn next_access(model: &Model) -> Result<Choice, Reason> {
    let node = selected_node(model)?;
    let cache = model.session.config().cache.as_ref().filter(|cache| node.0 < cache.caches);
    let works = cache.is_some_and(|cache| cache.workload.pattern != Pattern::None);
    match condition(&model.scene.view, node) {
        (false, _) => Err(Reason::IsDown),
        (true, true) => Err(Reason::IsPaused),
        _ if !works => Err(Reason::NoTimer),
        _ => Ok(Choice::Fire { node, timer: Timer::Load.number() }),
    }
}

fn on_message(model: &Model, command: Command) -> Result<Deed, Reason> {
    let Some(Selection::Message(id)) = model.selection else { return Err(Reason::SelectMessage) };
    let messages = &model.scene.view.messages;
    let message = messages.iter().find(|message| message.id == id).ok_or(Reason::MessageGone)?;
    Ok(Deed::Make(match command {
        Command::Duplicate => Choice::Duplicate(id),
        Command::Delay => return Ok(Deed::Ask(Tool::Numbers(NumberForm::delay(id)))),
        // A message that was held goes on where it was: it is delayed by nothing more.
        Command::Hold if message.held => Choice::Delay { message: id, by_us: 0 },
        Command::Hold => Choice::Hold(id),
        Command::Deliver => Choice::Deliver(id),
        _ => Choice::Lose(id),
    }))
}

fn operate(model: &Model) -> Result<Deed, Reason> {
    let clients = &model.scene.view.clients;
    let selected = selected_node(model).ok();
    if let Some(locks) = &model.scene.view.locks {
        let mut lockers = locks.clients.iter();
        let locker = lockers.find(|locker| selected == Some(locker.node));
        let locker = locker.or(locks.clients.first()).ok_or(Reason::NoClients)?;
        let form = ScriptForm::of(&model.session, locker);
        return if locker.up { Ok(Deed::Ask(Tool::Script(form))) } else { Err(Reason::IsDown) };
    }
    if let Some(cache) = &model.scene.view.cache {
        let chosen = cache.caches.iter().find(|cache| selected == Some(cache.node));
        let chosen = chosen.or(cache.caches.first()).ok_or(Reason::NoClients)?;
        let form = AccessForm::of(chosen.node, model.coherence.line);
        return if chosen.up { Ok(Deed::Ask(Tool::Access(form))) } else { Err(Reason::IsDown) };
    }
    let client = clients.iter().find(|client| selected == Some(client.node)).or(clients.first());
    let client = client.ok_or(Reason::NoClients)?;
    if !client.up {
        return Err(Reason::IsDown);
    }
    Ok(Deed::Ask(Tool::Operate(OperationForm {
        client: client.node,
        kind: OperationKind::default(),
        key: "x".to_owned(),
        old: "1".to_owned(),
        value: "1".to_owned(),
    })))
}
