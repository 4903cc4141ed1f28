//! What is selected, inside out: a server, a client or a message.

use lockstep_core::check::raft::LaneState;
use lockstep_core::lab::NodeName;
use lockstep_core::lab::raft::view::{
    ClientView, Countdown, MessageView, PeerView, RoleView, ServerView,
};
use yew::prelude::*;

use super::icons::{icon, kind_class, message_shape, paths, state_mark};
use super::{server, use_page};
use crate::action::Action;
use crate::catalogue::{Language, Word, say};
use crate::model::{Model, Selection};
use crate::number::{duration, seconds};

/// The selected thing, if there is one.
pub(super) fn selected(model: &Model) -> Option<Html> {
    let view = &model.scene.view;
    Some(match model.selection? {
        Selection::Node(node) => match view.servers.get(node.index()) {
            Some(server) => html! {
                <Server server={server.clone()} now_us={view.time_us} last_index={view.last_index} />
            },
            None => {
                let client = view.clients.iter().find(|client| client.node == node)?;
                html! { <Client client={client.clone()} /> }
            }
        },
        Selection::Message(id) => {
            let message = view.messages.iter().find(|message| message.id == id).cloned();
            let fields = model.session.message_fields(id).unwrap_or_default();
            let name = model.session.names().message(id).to_string();
            html! { <Message {name} {message} {fields} now_us={view.time_us} /> }
        }
    })
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct TitleProps {
    mark: Html,
    name: String,
    remark: String,
}

/// What is inspected, and a button that lets go of it.
#[component]
fn Title(props: &TitleProps) -> Html {
    let page = use_page();
    html! {
        <div class="inspect-title">
            { props.mark.clone() }
            <h3>{ &props.name }</h3>
            <span class="remark">{ &props.remark }</span>
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

#[derive(Clone, Debug, PartialEq, Properties)]
struct ServerProps {
    server: ServerView,
    now_us: u64,
    last_index: u64,
}

/// A server.
#[component]
fn Server(props: &ServerProps) -> Html {
    let page = use_page();
    let server = &props.server;
    let durable = page.word(Word::Durable);
    let nobody = || page.word(Word::Nobody).to_owned();
    let name = |name: Option<NodeName>| name.map_or_else(nobody, |name| name.to_string());
    let log = match server.last_index {
        0 => page.word(Word::Empty).to_owned(),
        last => format!("1–{last} · {last}@{}", server.last_term),
    };
    let mut lines = vec![
        line("currentTerm", server.current_term.to_string(), durable),
        line("votedFor", name(server.voted_for), durable),
        line("log", log, durable),
    ];
    if server.up {
        lines.push(line("commitIndex", server.commit_index.to_string(), ""));
        lines.push(line("lastApplied", server.last_applied.to_string(), ""));
    }
    lines.extend(timer(page.word(Word::ElectionTimer), server.election, props.now_us));
    lines.extend(timer(page.word(Word::HeartbeatTimer), server.heartbeat, props.now_us));
    if server.role == RoleView::Candidate && server.up {
        let votes = format!("{} / {}", server.votes, server.majority);
        lines.push(line(page.word(Word::Votes), votes, ""));
    }
    if server.syncing {
        lines.push(line("disk", page.word(Word::WritingToDisk).to_owned(), ""));
    }
    html! {
        <div class="inspect">
            <Title
                mark={state_mark(server::state(server))}
                name={server.name.to_string()}
                remark={standing(page.language, server)}
            />
            <dl class="facts three">{ for lines }</dl>
            { peers(&page, props) }
            { store(&page, &server.store) }
        </div>
    }
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

fn timer(name: &'static str, timer: Option<Countdown>, now_us: u64) -> Option<Html> {
    let Countdown { set_us, due_us } = timer?;
    let left = duration(due_us.saturating_sub(now_us));
    let whole = duration(due_us - set_us);
    Some(line(name, format!("{left} / {whole}"), ""))
}

/// What a leader knows about the others: how much of the log each stores.
fn peers(page: &super::Context, props: &ServerProps) -> Html {
    let ServerProps { server, now_us, last_index } = props;
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
                <td>{ peer.next_index }</td>
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
                    <th scope="col" class="wide-head" colspan="2">{ page.word(Word::LastHeard) }</th>
                </tr>
            </thead>
            <tbody>{ for server.peers.iter().map(row) }</tbody>
        </table>
    }
}

fn store(page: &super::Context, store: &[(String, String)]) -> Html {
    if store.is_empty() {
        return html! { <div class="no-store" /> };
    }
    html! {
        <div class="store">
            <h4>{ page.word(Word::Store) }</h4>
            <ul>
                { for store.iter().map(|(key, value)| html! {
                    <li key={key.clone()}><span>{ key }</span>{ format!(" = {value}") }</li>
                }) }
            </ul>
        </div>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct ClientProps {
    client: ClientView,
}

/// A client.
#[component]
fn Client(props: &ClientProps) -> Html {
    let page = use_page();
    let client = &props.client;
    let state = match (client.up, client.paused) {
        (false, _) => LaneState::Down,
        (_, true) => LaneState::Paused,
        _ => LaneState::Client,
    };
    let mut lines = vec![
        line(page.word(Word::Target), client.target.to_string(), ""),
        line(page.word(Word::Waiting), client.waiting.to_string(), ""),
    ];
    if let Some(last) = &client.last {
        lines.push(line(page.word(Word::Last), last.operation.to_string(), ""));
        lines.push(line("", page.language.outcome(last), ""));
    }
    html! {
        <div class="inspect">
            <Title
                mark={state_mark(state)}
                name={client.name.to_string()}
                remark={page.language.lane_state(state)}
            />
            <dl class="facts three">{ for lines }</dl>
        </div>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct MessageProps {
    name: String,
    message: Option<MessageView>,
    fields: Vec<(&'static str, String)>,
    now_us: u64,
}

/// A message: what it says, with the names of the paper's figure 2.
#[component]
fn Message(props: &MessageProps) -> Html {
    let page = use_page();
    let Some(message) = &props.message else {
        return html! {
            <div class="inspect">
                <Title mark={Html::default()} name={props.name.clone()} remark="" />
                <p>{ page.word(Word::Gone) }</p>
            </div>
        };
    };
    let mark = html! {
        <svg class={classes!("mark", "message", kind_class(message.kind))} viewBox="-13 -13 26 26" aria-hidden="true">
            { message_shape(message.kind, message.entries) }
        </svg>
    };
    let fate = match (message.held, message.breaks_us) {
        (true, _) => page.word(Word::Held).to_owned(),
        (_, Some(_)) => page.word(Word::WillBreak).to_owned(),
        _ => duration(message.due_us.saturating_sub(props.now_us)),
    };
    let times = [
        line(page.word(Word::Sent), format!("{} s", seconds(message.sent_us)), ""),
        line(page.word(Word::Due), fate, ""),
    ];
    let fields = props.fields.iter().map(|(name, value)| line(name, value.clone(), ""));
    html! {
        <div class="inspect">
            <Title {mark} name={props.name.clone()} remark={page.language.message_kind(message.kind)} />
            <dl class="facts three">{ for times.into_iter().chain(fields) }</dl>
        </div>
    }
}
