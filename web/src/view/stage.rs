//! The stage: the cluster as it is at this moment.

use std::rc::Rc;

use lockstep_core::check::LaneState;
use lockstep_core::lab::raft::view::{ClientView, MessageView, OutcomeView, ServerView, Standing};
use lockstep_core::lab::{Event, Names};
use yew::prelude::*;

use super::icons::state_mark;
use super::links::{Links, line, pairs};
use super::message::{
    Chip, MessageMark, crowded, half_width, is_apart, lifts, shift, translate, under,
};
use super::server::{self, ServerMark};
use super::{Context, cache, dialogs, locks, notice, tools, use_page};
use crate::action::Action;
use crate::catalogue::{KeepWord, Language, Word};
use crate::crowd;
use crate::embed::{Control, shows};
use crate::form::Asked;
use crate::geometry::{Form, Lane, Layout, Point};
use crate::hands::{self, Aim, Grip, Hand};
use crate::keeping::Keep;
use crate::model::{Model, Selection, Tool};
use crate::number::{fraction, tenths};
use lockstep_core::cache::message::Transaction;
use lockstep_core::sim::process::NodeId;

/// The stage's card: headline, drawing, what happened last, what the page has to say
/// (over what happened last, where it hides no control), and the interventions.
pub(super) fn card(model: &Model, page: &Context) -> Html {
    let scene = &model.scene;
    html! {
        <section class="card stage-card" aria-labelledby="headline">
            { head(page, model, model.said()) }
            { drawing(model, page) }
            { last_step(page, &scene.events, model.session.names()) }
            { notice::bar(model, model.notice.as_ref().filter(|_| !dialogs::speaks(model)), page) }
            if shows(model.keeping.embed, Control::Act) {
                { tools::bar(model, page) }
            }
        </section>
    }
}

/// One sentence that says what is going on, a remark, and the legend.
fn head(page: &Context, model: &Model, caption: Option<&str>) -> Html {
    let language = page.language;
    let embedded = model.keeping.embed.is_some();
    let view = &model.scene.view;
    let (headline, remark) = match (&view.locks, &view.cache) {
        (Some(locks), _) => (language.lock_headline(locks), language.lock_remark(locks)),
        (_, Some(cache)) => (language.cache_headline(cache), language.cache_remark(cache)),
        (None, None) => {
            (language.headline(&view.situation), language.remark(&view.situation.remark))
        }
    };
    // What is broken matters more than what is going on, and stays broken.
    let failed = language.first_failure(&model.scene.checks, model.session.names());
    let (class, headline, remark) = match failed {
        Some(failed) => ("headline failed", failed, format!("{headline}. {remark}")),
        None => ("headline", headline, remark),
    };
    html! {
        <div class="stage-head">
            <div class="situation">
                <h2 id="headline" {class}>
                    { headline }
                </h2>
                <p class="subline">{ remark }</p>
            </div>
            {
                match (&view.locks, &view.cache) {
                    (Some(_), _) => locks::legend(page),
                    (_, Some(_)) => cache::legend(page),
                    (None, None) => legend(page),
                }
            }
            if embedded {
                <button
                    class="button"
                    onclick={page.on::<MouseEvent>(Action::Keep(Keep::OpenAlone))}
                >
                    { page.language.keeping(KeepWord::OpenAlone) }
                </button>
            }
            <div class="caption-box">
                if let Some(caption) = caption {
                    <p class="caption">{ caption }</p>
                }
            </div>
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
    let (view, layout) = (&*scene.view, &scene.layout);
    let names = model.session.names();
    let form = match layout.form {
        Form::Wide => "wide",
        Form::Narrow => "narrow",
    };
    // While a tool asks for nodes, a finger draws on the stage instead of scrolling it away.
    let asks = matches!(
        model.tool,
        Tool::Cut { .. } | Tool::Partition { .. } | Tool::Transfer { .. } | Tool::Members { .. }
    );
    let class = classes!("stage", form, asks.then_some("asks"));
    let aim = model.aim();
    let view_box = format!("0 0 {} {}", tenths(layout.width), tenths(layout.height));
    let label = page.word(Word::Stage);
    let lit = model.lit_transaction();
    let apart: Vec<_> = view.messages.iter().filter(|message| is_apart(model, message)).collect();
    let chips: Vec<_> = apart.iter().map(|message| chip(model, message, lit)).collect();
    let lifts = lifts(&chips);
    let marks = apart.into_iter().zip(lifts);
    let marks = marks.map(|(message, lift)| message_mark(model, message, lit, lift));
    html! {
        <svg
            {class}
            viewBox={view_box}
            role="group"
            aria-label={label}
            onpointerdown={pointer(page, layout, Pointer::Down)}
            onpointermove={pointer(page, layout, Pointer::Move)}
            onpointerup={page.on::<PointerEvent>(Action::Hand(Hand::Drop))}
            onpointercancel={page.on::<PointerEvent>(Action::Hand(Hand::Lost))}
        >
            <Links
                layout={Rc::clone(&scene.layout)}
                {names}
                cuts={pairs(&view.cuts, names, layout)}
                clogged={pairs(&view.clogged, names, layout)}
                broken={pairs(&view.broken, names, layout)}
                opening={pairs(&view.opening, names, layout)}
            />
            <g>{ for view.clients.iter().map(|client| target(layout, names, client)) }</g>
            <g>{ for view.locks.as_ref().map(|locks| locks::backdrop(model, page, locks)) }</g>
            <g>{ for view.servers.iter().map(|server| server_mark(model, &aim, server)) }</g>
            <g>{ for view.clients.iter().map(|client| client_card(model, &aim, client)) }</g>
            <g>{ for view.locks.as_ref().map(|locks| locks::cast(model, &aim, locks)) }</g>
            <g>{ for view.cache.as_ref().map(|cache| cache::cast(model, page, &aim, cache)) }</g>
            <path class="cross" d={crowd::crosses(view, layout)} />
            { crowded(model, page) }
            <g>{ for marks }</g>
            <g>{ for drag_line(model, &aim) }</g>
            <g>{ for menu(model, page) }</g>
        </svg>
    }
}

fn server_mark(model: &Model, aim: &Aim, server: &ServerView) -> Html {
    let scene = &model.scene;
    let (view, layout) = (&*scene.view, &*scene.layout);
    let ring = server
        .election
        .map(|countdown| 1.0 - fraction(countdown.set_us, countdown.due_us, view.time_us));
    // A leader has no election timer: its ring is its lease.
    let lease = server.lease_left_us.map(|left_us| fraction(0, server.lease_us, left_us));
    html! {
        <ServerMark
            key={server.name.to_string()}
            node={server.node}
            name={server.name}
            at={layout.place(server.node.index())}
            radius={layout.radius}
            state={server::state(server)}
            word={server::role_word(model.preferences.language, view, server)}
            outside={server::standing(view, server) == Standing::Outside}
            term={server.current_term}
            ring={ring.or(lease).map(server::Share::of)}
            votes={server::votes(server)}
            syncing={server.syncing}
            selected={model.selection == Some(Selection::Node(server.node))}
            armed={is_armed(model, aim, server.node)}
            strip={server::strip(view, layout, server)}
            pitch={layout.entry_pitch}
        />
    }
}

/// Whether a node is part of the intervention that is being put together.
pub(super) fn is_armed(model: &Model, aim: &Aim, node: NodeId) -> bool {
    match &model.tool {
        _ if aim.concerns(node) => true,
        Tool::Cut { from, .. } => *from == node,
        Tool::Partition { side } => side.contains(&node),
        Tool::Operate(form) => form.client == node,
        Tool::Script(form) => form.client == node,
        Tool::Access(form) => form.cache == node,
        Tool::Numbers(form) => form.asked == Asked::Clock(node),
        Tool::Transfer { from } => *from == node,
        Tool::Members { voters, learners, .. } => voters.union(*learners).contains(node),
        Tool::None => false,
    }
}

fn client_card(model: &Model, aim: &Aim, client: &ClientView) -> Html {
    html! {
        <ClientCard
            key={client.name.to_string()}
            client={client.clone()}
            layout={Rc::clone(&model.scene.layout)}
            selected={model.selection == Some(Selection::Node(client.node))}
            armed={is_armed(model, aim, client.node)}
        />
    }
}

/// A message as far as what it says may cover another.
fn chip(model: &Model, message: &MessageView, lit: Option<Transaction>) -> Chip {
    let layout = &model.scene.layout;
    let (from, to) = (message.id.from.index(), message.id.to.index());
    let at = hands::place(message, layout, model.scene.view.time_us);
    let says = cache::says(model, message, lit);
    let aside = shift(says.as_deref(), at, layout);
    let half = says.map_or(0.0, |says| half_width(&says));
    ((from.min(to), from.max(to)), Point::new(at.x + aside, at.y), half)
}

fn message_mark(model: &Model, message: &MessageView, lit: Option<Transaction>, lift: f64) -> Html {
    let scene = &model.scene;
    let (from, to) = (message.id.from.index(), message.id.to.index());
    let lane = scene.layout.lane(from, to);
    let share = hands::share(message, scene.view.time_us);
    let (at, behind) = (lane.at(share), lane.behind(share, crowd::TRAIL));
    // Rounded: else it would differ, by nothing that can be seen, in every frame.
    let tail = Point::new((behind.x - at.x).round(), (behind.y - at.y).round());
    let says = cache::says(model, message, lit);
    html! {
        <g key={message.name.to_string()} transform={translate(at)}>
            <MessageMark
                id={message.id}
                name={message.name}
                kind={message.kind}
                entries={message.entries}
                {tail}
                doomed={message.breaks_us.is_some()}
                held={message.held}
                selected={model.selection == Some(Selection::Message(message.id))}
                lit={model.diagram.lit == Some(message.id)}
                shift={shift(says.as_deref(), at, &scene.layout)}
                {says}
                {lift}
                dim={lit.is_some_and(|lit| !cache::belongs(model, message, lit))}
            />
        </g>
    }
}

/// What a pointer does on the stage.
#[derive(Clone, Copy, PartialEq)]
enum Pointer {
    Down,
    Move,
}

/// Follows the pointer, where it is pressed.
fn pointer(page: &Context, layout: &Rc<Layout>, what: Pointer) -> Callback<PointerEvent> {
    let (dispatch, layout) = (page.dispatch.clone(), Rc::clone(layout));
    Callback::from(move |event: PointerEvent| {
        if event.buttons() & 1 == 0 {
            return;
        }
        let Some((stage, at)) = under(&layout, &event) else { return };
        if what == Pointer::Move && !stage.has_pointer_capture(event.pointer_id()) {
            // What is dragged stays in hand where the pointer leaves the stage. (Not sooner: a
            // click would go to the stage.)
            let _ = stage.set_pointer_capture(event.pointer_id());
        }
        dispatch.emit(Action::Hand(match what {
            Pointer::Down => Hand::Press(at),
            Pointer::Move => Hand::Drag(at, event.shift_key()),
        }));
    })
}

/// The line that is being drawn: to another node, or across the ring; for a message, along its way.
fn drag_line(model: &Model, aim: &Aim) -> Option<Html> {
    let drag = model.hands.drag.filter(|drag| drag.moved)?;
    let layout = &*model.scene.layout;
    let from = match drag.grip {
        Grip::Node(node) => layout.place(node.index()),
        Grip::Message(_) | Grip::Stage => drag.start,
    };
    let class = if *aim == Aim::Nothing { "drag" } else { "drag aims" };
    Some(line(class, Lane::straight(from, drag.at), "drag".to_owned()))
}

/// The menu at a message: what can be done to it. It stands beside the message, within the drawing.
fn menu(model: &Model, page: &Context) -> Option<Html> {
    let id = model.hands.menu?;
    let scene = &model.scene;
    let message = scene.view.messages.iter().find(|message| message.id == id)?;
    let at = scene.layout.lane(id.from.index(), id.to.index());
    let at = at.at(hands::share(message, scene.view.time_us));
    let corner = hands::menu_corner(&scene.layout, at);
    Some(html! {
        <foreignObject
            key="menu"
            x={tenths(corner.x)}
            y={tenths(corner.y)}
            width={tenths(hands::MENU_WIDTH)}
            height={tenths(hands::MENU_HEIGHT)}
        >
            // Yew would take what is within a drawing for a part of it.
            <div
                xmlns="http://www.w3.org/1999/xhtml"
                class="menu"
                role="group"
                aria-label={message.name.to_string()}
            >
                { tools::message_buttons(model, page) }
            </div>
        </foreignObject>
    })
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
            onkeydown={super::on_key(&page, Action::Touch(client.node))}
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
