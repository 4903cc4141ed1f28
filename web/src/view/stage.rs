//! The stage: the cluster as it is at this moment.

use std::rc::Rc;

use lockstep_core::check::raft::LaneState;
use lockstep_core::lab::raft::situation::Situation;
use lockstep_core::lab::raft::view::{ClientView, MessageView, OutcomeView, RaftView};
use lockstep_core::lab::{Event, Names};
use yew::prelude::*;

use super::icons::state_mark;
use super::message::MessageMark;
use super::server::{self, ServerMark};
use super::{Context, tools, use_page};
use crate::action::Action;
use crate::catalogue::{Language, Word};
use crate::embed::{Control, shows};
use crate::geometry::{Form, Lane, Layout};
use crate::model::{Model, Selection, Tool};
use crate::number::{fraction, tenths};
use lockstep_core::sim::process::NodeId;

/// The stage's card: headline, drawing, what happened last, and the interventions.
pub(super) fn card(model: &Model, page: &Context) -> Html {
    let scene = &model.scene;
    let caption = model.caption().map(|caption| match model.preferences.language {
        Language::English => &*caption.english,
        Language::Indonesian => &*caption.indonesian,
    });
    html! {
        <section class="card stage-card" aria-labelledby="headline">
            { head(page, &scene.view.situation, caption) }
            { drawing(model, page) }
            { last_step(page, &scene.events, model.session.names()) }
            if shows(model.keeping.embed, Control::Act) {
                { tools::bar(model, page) }
            }
        </section>
    }
}

/// One sentence that says what is going on, a remark, and the legend.
fn head(page: &Context, situation: &Situation, caption: Option<&str>) -> Html {
    let language = page.language;
    html! {
        <div class="stage-head">
            <div class="situation">
                <h2 id="headline" class="headline">
                    { language.headline(situation) }
                </h2>
                <p class="subline">{ language.remark(&situation.remark) }</p>
                <div class="caption-box">
                    if let Some(caption) = caption {
                        <p class="caption">{ caption }</p>
                    }
                </div>
            </div>
            { legend(page) }
        </div>
    }
}

/// What the shapes of roles mean.
fn legend(page: &Context) -> Html {
    let states = [LaneState::Leader, LaneState::Candidate, LaneState::Follower, LaneState::Down];
    html! {
        <ul class="legend" aria-label={page.word(Word::Legend)}>
            { for states.into_iter().map(|state| html! {
                <li key={page.language.lane_state(state)}>
                    { state_mark(state) }
                    { page.language.lane_state(state) }
                </li>
            }) }
        </ul>
    }
}

/// What happened last, in words.
fn last_step(page: &Context, events: &[Event], names: Names) -> Html {
    let last = events.last().map(|event| event.id.step());
    let of_last = events.iter().filter(|event| Some(event.id.step()) == last);
    let sentences = of_last.filter_map(|event| page.language.event(names, event));
    html! { <p class="last-step">{ sentences.collect::<Vec<_>>().join(" ") }</p> }
}

/// The drawing. Its parts lie in lists of their own, each keyed by what it draws.
fn drawing(model: &Model, page: &Context) -> Html {
    let scene = &model.scene;
    let (view, layout) = (&*scene.view, &*scene.layout);
    let names = model.session.names();
    let class = match layout.form {
        Form::Wide => "stage wide",
        Form::Narrow => "stage narrow",
    };
    let view_box = format!("0 0 {} {}", tenths(layout.width), tenths(layout.height));
    let label = page.word(Word::Stage);
    html! {
        <svg {class} viewBox={view_box} role="group" aria-label={label}>
            <Links layout={Rc::clone(&scene.layout)} cuts={cuts(view, names)} />
            <g>{ for view.clients.iter().map(|client| target(layout, names, client)) }</g>
            <g>{ for view.servers.iter().map(|server| server_mark(model, server)) }</g>
            <g>{ for view.clients.iter().map(|client| client_card(model, client)) }</g>
            <g>{ for view.messages.iter().map(|message| message_mark(model, message)) }</g>
        </svg>
    }
}

fn server_mark(model: &Model, server: &lockstep_core::lab::raft::view::ServerView) -> Html {
    let scene = &model.scene;
    let (view, layout) = (&*scene.view, &*scene.layout);
    let ring = server
        .election
        .map(|countdown| 1.0 - fraction(countdown.set_us, countdown.due_us, view.time_us));
    html! {
        <ServerMark
            key={server.name.to_string()}
            node={server.node}
            name={server.name}
            at={layout.place(server.node.index())}
            radius={layout.radius}
            state={server::state(server)}
            term={server.current_term}
            ring={ring.map(server::Share::of)}
            votes={server::votes(server)}
            syncing={server.syncing}
            selected={model.selection == Some(Selection::Node(server.node))}
            armed={is_armed(&model.tool, server.node)}
            strip={server::strip(view, layout, server)}
            pitch={layout.entry_pitch}
        />
    }
}

/// Whether a node is part of the intervention that is being put together.
fn is_armed(tool: &Tool, node: NodeId) -> bool {
    match tool {
        Tool::Cut { from, .. } => *from == node,
        Tool::Partition { side } => side.contains(&node),
        Tool::Operate(form) => form.client == node,
        Tool::None => false,
    }
}

fn client_card(model: &Model, client: &ClientView) -> Html {
    html! {
        <ClientCard
            key={client.name.to_string()}
            client={client.clone()}
            layout={Rc::clone(&model.scene.layout)}
            selected={model.selection == Some(Selection::Node(client.node))}
            armed={is_armed(&model.tool, client.node)}
        />
    }
}

fn message_mark(model: &Model, message: &MessageView) -> Html {
    let scene = &model.scene;
    let (from, to) = (message.id.from.index(), message.id.to.index());
    let lane = scene.layout.lane(from, to);
    let share = if message.held {
        0.5
    } else {
        fraction(message.sent_us, message.due_us, scene.view.time_us)
    };
    let breaks = message
        .breaks_us
        .map(|breaks_us| lane.at(fraction(message.sent_us, message.due_us, breaks_us)));
    html! {
        <MessageMark
            key={message.name.to_string()}
            id={message.id}
            name={message.name}
            kind={message.kind}
            entries={message.entries}
            at={lane.at(share)}
            tail={lane.behind(share, 22.0)}
            {breaks}
            held={message.held}
            selected={model.selection == Some(Selection::Message(message.id))}
        />
    }
}

/// A pair of nodes whose link is cut, in one direction or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CutLink {
    from: usize,
    to: usize,
    both_ways: bool,
}

/// Links that are cut; those that are cut both ways, once. Clients have nothing to say to each
/// other: whether their links are cut is not shown.
fn cuts(view: &RaftView, names: Names) -> Vec<CutLink> {
    let number = |name| names.id(name).map_or(0, NodeId::index);
    let cuts: Vec<_> = view.cuts.iter().map(|(from, to)| (number(*from), number(*to))).collect();
    let cut = |&(from, to): &(usize, usize)| {
        let both_ways = cuts.contains(&(to, from));
        let between_clients = from.min(to) >= usize::from(names.servers);
        let shown = !between_clients && (!both_ways || from < to);
        shown.then_some(CutLink { from, to, both_ways })
    };
    cuts.iter().filter_map(cut).collect()
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct LinksProps {
    layout: Rc<Layout>,
    cuts: Vec<CutLink>,
}

/// The links between servers, and which links are cut.
#[component]
fn Links(props: &LinksProps) -> Html {
    let LinksProps { layout, cuts } = props;
    let whole = |from: usize, to: usize| {
        let is_cut = |cut: &CutLink| cut.both_ways && (cut.from, cut.to) == (from, to);
        !cuts.iter().any(is_cut)
    };
    let servers = layout.server_count();
    let pairs = (0..servers).flat_map(|from| (from + 1..servers).map(move |to| (from, to)));
    let links = pairs
        .filter(|(from, to)| whole(*from, *to))
        .map(|(from, to)| line("link", layout.link(from, to), format!("{from}-{to}")));
    let marks = cuts.iter().map(|cut| cut_mark(layout, *cut));
    html! {
        <g class="links">
            <g>{ for links }</g>
            <g>{ for marks }</g>
        </g>
    }
}

fn line(class: &'static str, lane: Lane, key: String) -> Html {
    html! {
        <line
            {key}
            {class}
            x1={tenths(lane.from.x)}
            y1={tenths(lane.from.y)}
            x2={tenths(lane.to.x)}
            y2={tenths(lane.to.y)}
        />
    }
}

/// A dotted line, broken by two strokes across it. One that is cut one way only is broken near the
/// end that hears nothing.
fn cut_mark(layout: &Layout, cut: CutLink) -> Html {
    let CutLink { from, to, both_ways } = cut;
    let (lane, share) =
        if both_ways { (layout.link(from, to), 0.5) } else { (layout.lane(from, to), 0.72) };
    let stroke = |nth: u8, ahead: f64| {
        let [start, end] = lane.across(share, ahead, 6.0);
        line("stroke", Lane { from: start, to: end }, nth.to_string())
    };
    html! {
        <g key={format!("{from}-{to}")} class="cut">
            { line("cut-line", lane, "line".to_owned()) }
            { stroke(1, -2.5) }
            { stroke(2, 2.5) }
        </g>
    }
}

/// A thin line from a client to the server that it believes to lead.
fn target(layout: &Layout, names: Names, client: &ClientView) -> Html {
    let to = names.id(client.target).map_or(0, NodeId::index);
    line("target", layout.link(client.node.index(), to), client.name.to_string())
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct ClientProps {
    client: ClientView,
    layout: Rc<Layout>,
    selected: bool,
    armed: bool,
}

/// A client: its name, and what it waits for or was told last.
#[component]
fn ClientCard(props: &ClientProps) -> Html {
    let page = use_page();
    let ClientProps { client, layout, selected, armed } = props;
    let at = layout.place(client.node.index());
    let (width, height) = (layout.card_width, layout.card_height);
    let room = if layout.form == Form::Wide { 17 } else { 10 };
    let status = client_status(page.language, client);
    let state = if !client.up {
        "down"
    } else if client.paused {
        "paused"
    } else {
        ""
    };
    let status = shortened(&status, room);
    let label = format!("{} {} {status}", page.word(Word::Client), client.name);
    let flags = classes!(selected.then_some("selected"), armed.then_some("armed"));
    let activate = page.on::<MouseEvent>(Action::Touch(client.node));
    html! {
        <g
            class={classes!("client", state, flags)}
            transform={format!("translate({} {})", tenths(at.x), tenths(at.y))}
            role="button"
            tabindex="0"
            aria-label={label}
            aria-pressed={selected.to_string()}
            data-node={client.name.to_string()}
            onclick={activate}
            onkeydown={server::activate_by_key(&page, client.node)}
        >
            <rect
                class="body"
                x={tenths(-width / 2.0)}
                y={tenths(-height / 2.0)}
                width={tenths(width)}
                height={tenths(height)}
                rx="8"
            />
            <text class="name" x={tenths(-width / 2.0 + 11.0)} y="-5">
                { format!("{} {} ", page.word(Word::Client), client.name) }
            </text>
            <text class="status" x={tenths(-width / 2.0 + 11.0)} y="14">
                { status }
            </text>
        </g>
    }
}

fn client_status(language: Language, client: &ClientView) -> String {
    if !client.up {
        return language.word(Word::Down).to_owned();
    }
    if client.paused {
        return language.word(Word::Paused).to_owned();
    }
    match &client.last {
        None => language.word(Word::Idle).to_owned(),
        Some(last) if last.outcome == OutcomeView::Pending => format!("{} …", last.operation),
        Some(last) => format!("{} → {}", last.operation, language.outcome(last)),
    }
}

/// As much of a text as there is room for; the whole of it is in the side panel.
fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room - 1).collect();
    format!("{}…", kept.trim_end())
}
