//! What is selected, inside out: a server, a client or a message.

use lockstep_core::check::LaneState;
use lockstep_core::lab::raft::view::{
    ClientView, Countdown, MessageKind, MessageView, PeerView, RaftView, ReadView, RoleView,
    ServerView, SessionView,
};
use lockstep_core::lab::sheet::Arrow;
use lockstep_core::lab::{Names, NodeName};
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::icons::{icon, kind_class, message_shape, paths, state_mark};
use super::{Context, cache, locks, server, tools, why};
use crate::action::Action;
use crate::catalogue::{Language, Word, say};
use crate::command::{Command, leads};
use crate::hands::Hand;
use crate::model::{Model, Selection};
use crate::number::{duration, seconds};

/// The selected thing, if there is one.
pub(super) fn selected(model: &Model, page: &Context) -> Option<Html> {
    let view = &model.scene.view;
    Some(match model.selection? {
        Selection::Node(node) => match view.servers.get(node.index()) {
            Some(server) => of_server(model, page, server),
            None => match (&view.locks, &view.cache) {
                (Some(locks), _) => locks::of_node(model, page, locks, node)?,
                (_, Some(cache)) => cache::of_node(model, page, cache, node)?,
                (None, None) => {
                    let client = view.clients.iter().find(|client| client.node == node)?;
                    of_client(model, page, client)
                }
            },
        },
        Selection::Message(id) => {
            let name = model.session.names().message(id).to_string();
            match view.messages.iter().find(|message| message.id == id) {
                Some(message) => {
                    let fields = model.session.message_fields(id).unwrap_or_default();
                    of_message(page, message, &fields, view.time_us)
                }
                None => match &model.diagram.gone {
                    Some((arrow, fields)) if arrow.id == id => {
                        of_gone(page, model.session.names(), arrow, fields)
                    }
                    _ => html! {
                        <div class="inspect">
                            { title(page, Html::default(), name, "") }
                            <p>{ page.word(Word::Gone) }</p>
                        </div>
                    },
                },
            }
        }
        Selection::Event(id) => {
            let title = |name, remark: &str| title(page, Html::default(), name, remark);
            why::of_event(model, page, id, title)
        }
    })
}

/// What is inspected, and a button that lets go of it.
pub(super) fn title(page: &Context, mark: Html, name: String, remark: &str) -> Html {
    html! {
        <div class="inspect-title">
            { mark }
            <h3>{ name }</h3>
            <span class="remark">{ remark.to_owned() }</span>
            <button
                class="icon-button"
                aria-label={page.word(Word::ClearSelection)}
                onclick={page.on::<MouseEvent>(Action::Select(None))}
            >
                { icon(paths::CLOSE) }
            </button>
        </div>
    }
}

/// One line: a name as the paper has it, its value, and a remark.
fn line(name: &'static str, value: String, remark: &'static str) -> Html {
    html! {
        <div key={name}>
            <dt>{ name }</dt>
            <dd>{ value }</dd>
            <dd class="remark">{ remark }</dd>
        </div>
    }
}

/// A server.
fn of_server(model: &Model, page: &Context, server: &ServerView) -> Html {
    let view = &*model.scene.view;
    let durable = page.word(Word::Durable);
    let nobody = || page.word(Word::Nobody).to_owned();
    let name = |name: Option<NodeName>| name.map_or_else(nobody, |name| name.to_string());
    let log = match (server.first_index, server.last_index) {
        (first, last) if last < first => page.word(Word::Empty).to_owned(),
        (first, last) => format!("{first}–{last} · {last}@{}", server.last_term),
    };
    let mut lines = vec![
        line("currentTerm", server.current_term.to_string(), durable),
        line("votedFor", name(server.voted_for), durable),
        line("log", log, durable),
    ];
    if let Some(snapshot) = &server.snapshot {
        let text = format!("1–{}@{}", snapshot.last_index, snapshot.last_term);
        lines.push(line(page.word(Word::Snapshot), text, durable));
    }
    let committed = if server.members_committed { "" } else { page.word(Word::NotCommitted) };
    lines.push(line(page.word(Word::Members), server.members.to_string(), committed));
    if server.up {
        lines.push(line("commitIndex", server.commit_index.to_string(), ""));
        lines.push(line("lastApplied", server.last_applied.to_string(), ""));
        lines.push(line(page.word(Word::Effects), server.effects.to_string(), ""));
    }
    lines.extend(of_leader(page, server));
    lines.extend(timers(model, page, server.node));
    if server.role == RoleView::Candidate && server.up {
        let votes = format!("{} / {}", server.votes, server.majority);
        lines.push(line(page.word(Word::Votes), votes, ""));
    }
    if server.syncing {
        lines.push(line("disk", page.word(Word::WritingToDisk).to_owned(), ""));
    }
    html! {
        <div class="inspect">
            { title(
                page,
                state_mark(server::state(server)),
                server.name.to_string(),
                &standing(page.language, server),
            ) }
            <dl class="facts three">{ for lines }</dl>
            <div class="dialog-tools">
                { why::role(page, server.node) }
                if leads(server) {
                    { tools::button(page, Command::Transfer, None, false) }
                    { tools::button(page, Command::Members, None, false) }
                }
            </div>
            { for view.locks.as_ref().map(|locks| locks::of_table(page, locks, server.name)) }
            { peers(page, view, server) }
            { store(page, &server.store) }
            { sessions(page, &server.sessions) }
        </div>
    }
}

/// What only a leader has: a successor, members to be, a lease, reads that wait.
fn of_leader(page: &Context, server: &ServerView) -> Vec<Html> {
    let read = |read: &ReadView| {
        let index = read.index.map_or_else(String::new, |index| format!(" ≥ {index}"));
        let sign = if read.confirmed { " ✓" } else { "" };
        format!("{}#{}{index}{sign}", read.client, read.request)
    };
    let reads: Vec<String> = server.reads.iter().map(read).collect();
    let facts = [
        (Word::HandOver, server.transfer.map(|to| to.to_string())),
        (Word::WaitsFor, server.target.as_ref().map(ToString::to_string)),
        (Word::Lease, server.lease_left_us.map(duration)),
        (Word::HeldReads, (!reads.is_empty()).then(|| reads.join(", "))),
    ];
    let fact = |(word, value): (Word, Option<String>)| Some(line(page.word(word), value?, ""));
    facts.into_iter().filter_map(fact).collect()
}

/// What a server remembers of its clients: the last command of each, and its answer.
fn sessions(page: &Context, sessions: &[SessionView]) -> Html {
    let rows = sessions.iter().map(|session| {
        let name = format!("{}#{}", session.client, session.request);
        (name, session.answer.to_string())
    });
    listed(page.word(Word::SessionTable), &rows.collect::<Vec<_>>())
}

/// The role, and since when.
fn standing(language: Language, server: &ServerView) -> String {
    let state = server::state(server);
    let word = language.lane_state(state);
    if matches!(state, LaneState::Down | LaneState::Paused) {
        return word.to_owned();
    }
    let since = seconds(server.role_since_us);
    say!(language, "{word} since {since} s", "{word} sejak {since} s")
}

/// The timers that run on a node: what is left of each, and a button that makes it run out.
pub(super) fn timers(model: &Model, page: &Context, node: NodeId) -> Vec<Html> {
    let now_us = model.scene.view.time_us;
    let timer = |(timer, Countdown { set_us, due_us }): (Timer, Countdown)| {
        let left = duration(due_us.saturating_sub(now_us));
        let whole = duration(due_us.saturating_sub(set_us));
        let name = page.language.running_timer(timer);
        let fire = page.language.fire();
        html! {
            <div key={timer.name()} class="timer">
                <dt>{ name }</dt>
                <dd>{ format!("{left} / {whole}") }</dd>
                <dd class="remark">
                    <button
                        class="button small"
                        aria-label={format!("{fire}: {name}")}
                        onclick={page.on::<MouseEvent>(Action::Hand(Hand::Fire(node, timer)))}
                    >
                        { fire }
                    </button>
                </dd>
            </div>
        }
    };
    model.session.timers(node).into_iter().map(timer).collect()
}

/// What a leader knows about the others: how much of the log each stores.
fn peers(page: &Context, view: &RaftView, server: &ServerView) -> Html {
    let RaftView { time_us: now_us, last_index, .. } = view;
    if server.peers.is_empty() {
        return html! { <div class="no-peers" /> };
    }
    let row = |peer: &PeerView| {
        let share = if *last_index == 0 { 0 } else { peer.match_index * 100 / last_index };
        let heard = peer.heard_us.map_or_else(
            || page.word(Word::Never).to_owned(),
            |heard_us| duration(now_us.saturating_sub(heard_us)),
        );
        html! {
            <tr key={peer.name.to_string()}>
                <th scope="row">{ peer.name.to_string() }</th>
                <td>{ peer.match_index }</td>
                <td>{ next(peer) }</td>
                <td class="bar-cell">
                    <svg class="share" aria-hidden="true">
                        <rect class="all" width="100%" height="6" rx="3" />
                        <rect class="part" width={format!("{share}%")} height="6" rx="3" />
                    </svg>
                </td>
                <td class="heard">{ heard }</td>
            </tr>
        }
    };
    html! {
        <table class="peers">
            <thead>
                <tr>
                    <th scope="col">{ page.word(Word::Peers) }</th>
                    <th scope="col">{ page.word(Word::Match) }</th>
                    <th scope="col">{ page.word(Word::Next) }</th>
                    <th scope="col" colspan="2">{ page.word(Word::LastHeard) }</th>
                </tr>
            </thead>
            <tbody>{ for server.peers.iter().map(row) }</tbody>
        </table>
    }
}

/// The next entry for a follower; with how many batches are on their way to it, or that it gets the
/// snapshot.
fn next(peer: &PeerView) -> String {
    let next = peer.next_index;
    match peer.in_flight {
        _ if peer.needs_snapshot => format!("≡ {next}"),
        0 => next.to_string(),
        batches => format!("{next} ×{batches}"),
    }
}

fn store(page: &Context, store: &[(String, String)]) -> Html {
    listed(page.word(Word::Store), store)
}

/// Names and values under a title; nothing where there are none.
fn listed(title: &'static str, pairs: &[(String, String)]) -> Html {
    if pairs.is_empty() {
        return html! { <div class="no-store" /> };
    }
    html! {
        <div class="store">
            <h3 class="section">{ title }</h3>
            <ul>
                { for pairs.iter().map(|(key, value)| html! {
                    <li key={key.clone()}><span>{ key }</span>{ format!(" = {value}") }</li>
                }) }
            </ul>
        </div>
    }
}

/// A client.
fn of_client(model: &Model, page: &Context, client: &ClientView) -> Html {
    let state = match (client.up, client.paused) {
        (false, _) => LaneState::Down,
        (_, true) => LaneState::Paused,
        _ => LaneState::Client,
    };
    let mut lines = vec![
        line(page.word(Word::Target), client.target.to_string(), ""),
        line(page.word(Word::Waiting), client.waiting.to_string(), ""),
    ];
    lines.extend(timers(model, page, client.node));
    if let Some(last) = &client.last {
        lines.push(line(page.word(Word::Last), last.operation.to_string(), ""));
        lines.push(line("", page.language.outcome(last), ""));
    }
    html! {
        <div class="inspect">
            { title(
                page,
                state_mark(state),
                client.name.to_string(),
                page.language.lane_state(state),
            ) }
            <dl class="facts three">{ for lines }</dl>
        </div>
    }
}

/// A kind of message as a small picture.
pub(super) fn message_mark(kind: MessageKind, entries: u64) -> Html {
    html! {
        <svg
            class={classes!("mark", "message", kind_class(kind))}
            viewBox="-13 -13 26 26"
            aria-hidden="true"
        >
            { message_shape(kind, entries) }
        </svg>
    }
}

/// A message that is not on its way any more: what became of it, and what it said.
fn of_gone(page: &Context, names: Names, arrow: &Arrow, fields: &[(&'static str, String)]) -> Html {
    let mark = message_mark(arrow.kind, u64::from(arrow.entries));
    let kind = page.language.message_kind(arrow.kind);
    let fields = fields.iter().map(|(name, value)| line(name, value.clone(), ""));
    html! {
        <div class="inspect">
            { title(page, mark, names.message(arrow.id).to_string(), kind) }
            <p>{ page.language.arrow(names, arrow) }</p>
            <dl class="facts three">{ for fields }</dl>
        </div>
    }
}

/// A message: what it says, with the names of the paper's figure 2.
fn of_message(
    page: &Context,
    message: &MessageView,
    fields: &[(&'static str, String)],
    now_us: u64,
) -> Html {
    let mark = message_mark(message.kind, message.entries);
    let fate = match (message.held, message.breaks_us) {
        (true, _) => page.word(Word::Held).to_owned(),
        (_, Some(_)) => page.word(Word::WillBreak).to_owned(),
        _ => duration(message.due_us.saturating_sub(now_us)),
    };
    let kind = page.language.message_kind(message.kind);
    let times = [
        line(page.word(Word::Sent), format!("{} s", seconds(message.sent_us)), ""),
        line(page.word(Word::Due), fate, ""),
    ];
    let fields = fields.iter().map(|(name, value)| line(name, value.clone(), ""));
    html! {
        <div class="inspect">
            { title(page, mark, message.name.to_string(), kind) }
            <dl class="facts three">{ for times.into_iter().chain(fields) }</dl>
        </div>
    }
}
