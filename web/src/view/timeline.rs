//! The timeline: how the run came to be, and the way to any moment of it.
//!
//! One picture of a few paths, whatever there is to see; where a finger is on it, the update finds
//! out what is there.

use std::rc::Rc;

use lockstep_core::lab::{Names, NodeName};
use web_sys::Element;
use yew::prelude::*;

use super::{Context, bookmarks, branches, compare, lens, transport, use_page};
use crate::action::Action;
use crate::author::AuthorAction;
use crate::catalogue::{Lens, Word};
use crate::diagram::action::Touch;
use crate::diagram::frame::{AXIS, RULER, STRIP};
use crate::diagram::picture::{self, Input, Label};
use crate::diagram::strokes::Stroke;
use crate::diagram::tiles::{Shared, Tile};
use crate::diagram::{DiagramAction, Frame, Picture};
use crate::effect::diagram::SURFACE;
use crate::embed::{Control, shows};
use crate::model::{Model, Selection};
use crate::number::{fraction, seconds, tenths};
use crate::timeline::{Mark, MarkKind, label_length, marks, tick_us, ticks};
use crate::update::TALLER;

/// The timeline's card.
pub(super) fn card(model: &Model, page: &Context) -> Html {
    html! {
        <section class="card timeline" aria-label={page.word(Word::Timeline)}>
            { handle(model, page) }
            { transport::row(model, page) }
            { lens::row(model, page) }
            { model.marked(|input| line(model, page, input)) }
            <div class="compared">{ compare::diagram(model, page) }</div>
            if shows(model.keeping.embed, Control::Branch) {
                { branches::below(model, page) }
            }
        </section>
    }
}

/// The upper edge of the card, which can be dragged: the lanes become taller.
fn handle(model: &Model, page: &Context) -> Html {
    let dispatch = page.dispatch.clone();
    let taller = move |by| dispatch.emit(Action::Diagram(DiagramAction::Taller(by)));
    let by_key = {
        let taller = taller.clone();
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowUp" => TALLER,
                "ArrowDown" => -TALLER,
                _ => return,
            };
            event.prevent_default();
            taller(by);
        })
    };
    let pull = Callback::from(move |event: PointerEvent| {
        let Some(handle) = event.target_dyn_into::<Element>() else { return };
        if event.type_() == "pointerdown" {
            let _ = handle.set_pointer_capture(event.pointer_id());
        } else if event.buttons() & 1 == 1 && event.movement_y() != 0 {
            taller(-event.movement_y());
        }
    });
    html! {
        <div
            class="taller"
            role="separator"
            tabindex="0"
            aria-orientation="horizontal"
            aria-label={page.language.lens(Lens::Taller)}
            aria-valuenow={model.frame().bottom().to_string()}
            onkeydown={by_key}
            onpointerdown={pull.clone()}
            onpointermove={pull}
        />
    }
}

/// Lanes, ruler and axis, with the cursor over them: the whole of it is one slider.
fn line(model: &Model, page: &Context, input: &Input<'_>) -> Html {
    let scene = &model.scene;
    let now_us = scene.moment.time_us;
    let horizon_us = model.horizon_us();
    let frame = &input.frame;
    let height = frame.bottom() + AXIS + STRIP;
    let compared = model.author.compared.is_some();
    let grown = scene.branches[scene.branch].parent.map(|(_, moment)| moment.time_us);
    let grown = grown.filter(|time_us| frame.shows(*time_us, *time_us));
    let [press, turn, release, leave] =
        [Gesture::Press, Gesture::Move, Gesture::Release, Gesture::Leave]
            .map(|gesture| pointer(page, gesture));
    html! {
        <div class="line">
            { names(model, page, frame, compared.then_some(scene.branch)) }
            <div
                class={classes!("scrubber", model.diagram.pointed.map(|_| "pointing"))}
                role="slider"
                tabindex="0"
                aria-label={page.word(Word::Moment)}
                aria-valuemin="0"
                aria-valuemax={(horizon_us / 1_000).to_string()}
                aria-valuenow={(now_us / 1_000).to_string()}
                aria-valuetext={format!("{} s", seconds(now_us))}
                onpointerdown={press}
                onpointermove={turn}
                onpointerup={release.clone()}
                onpointercancel={release}
                onpointerleave={leave}
                ondblclick={page.on::<MouseEvent>(Action::Diagram(DiagramAction::GoTo))}
                onkeydown={by_key(page)}
            >
                <svg class="lanes" height={height.to_string()} aria-hidden="true">
                    <Grid frame={*frame} />
                    <svg width={frame.width.to_string()} height={frame.bottom().to_string()}>
                        { tiled(model, input) }
                    </svg>
                    <Marks
                        marks={marks(model.session.choices(), &scene.checks, frame)}
                        names={model.session.names()}
                        grown={grown.map(|time_us| tenths(frame.x(time_us)))}
                        width={frame.width}
                        height={frame.bottom()}
                    />
                    <g>{ compare::mark(model, frame) }</g>
                    <g>{ for bookmarks::flags(model, page, frame) }</g>
                    <g>
                        if frame.shows(now_us, now_us) {
                            { cursor(&tenths(frame.x(now_us)), frame.bottom()) }
                        }
                    </g>
                    { strip(frame, horizon_us, now_us) }
                </svg>
            </div>
        </div>
    }
}

/// Every path and every text of a picture.
pub(super) fn drawing(picture: &Picture) -> Html {
    html! {
        <>
            <g>{ for picture.strokes.iter().cloned().map(path) }</g>
            { texts(&picture.labels) }
        </>
    }
}

/// One path.
fn path(stroke: Stroke) -> Html {
    let thickness = stroke.thickness.map(|thickness| thickness.to_string());
    html! {
        <path
            key={stroke.class.clone()}
            class={stroke.class}
            d={stroke.path}
            stroke-width={thickness}
        />
    }
}

/// Every text of a picture.
fn texts(labels: &[Label]) -> Html {
    let labels = labels.iter().enumerate().map(|(nth, label)| {
        html! {
            <text key={nth} class={label.class} x={tenths(label.x)} y={tenths(label.y)}>
                { label.text.clone() }
            </text>
        }
    });
    html! { <g>{ for labels }</g> }
}

/// Everything on the lanes. Messages that have ended lie on tiles, which are only moved.
fn tiled(model: &Model, input: &Input<'_>) -> Html {
    let frame = &input.frame;
    let (backdrop, labels) = picture::backdrop(input);
    let tile = |tile: &Tile| {
        let shared = |stroke: &Shared| {
            let class = AttrValue::from(Rc::clone(&stroke.class));
            html! { <path key={&*class} {class} d={AttrValue::from(Rc::clone(&stroke.path))} /> }
        };
        let shift = format!("translate({} 0)", tenths(frame.x(tile.anchor_us)));
        html! {
            <g key={tile.number} transform={shift}>{ for tile.strokes.iter().map(shared) }</g>
        }
    };
    let sheet = input.sheet.filter(|_| input.filter.messages);
    let flying = sheet.iter().flat_map(|sheet| sheet.flying());
    let flying = flying.filter(|arrow| input.filter.shows(arrow) && arrow.sent_us <= frame.to_us);
    let flying = picture::messages(input, flying, [].iter(), false);
    html! {
        <>
            <g>{ for backdrop.into_iter().map(path) }</g>
            <g>{ for model.diagram.tiles.seen(frame).map(tile) }</g>
            <g>{ for flying.into_iter().map(path) }</g>
            <g>{ for picture::foreground(input).into_iter().map(path) }</g>
            { texts(&labels) }
        </>
    }
}

/// What the lanes are called, below the name of their branch where there are two of each. Pressing
/// a name selects the node.
pub(super) fn names(model: &Model, page: &Context, frame: &Frame, branch: Option<usize>) -> Html {
    let lane = |(node, name): (lockstep_core::sim::process::NodeId, NodeName)| {
        let selection = Selection::Node(node);
        let picked = model.selection == Some(selection);
        // There is room for four letters, or for five small ones.
        let (text, small) = match name {
            NodeName::Server(_) | NodeName::Client(_) | NodeName::Home(_) | NodeName::Bus => {
                (name.to_string(), None)
            }
            NodeName::Vault => (name.to_string(), Some("small")),
            NodeName::Collector => ("coll.".to_owned(), Some("small")),
        };
        html! {
            <text
                key={name.to_string()}
                class={classes!(picked.then_some("picked"), small)}
                y={(frame.middle(u32::from(node.0)) + 4).to_string()}
                onclick={page.on::<MouseEvent>(Action::Select(Some(selection)))}
            >
                { text }
            </text>
        }
    };
    html! {
        <svg class="lane-names" height={frame.bottom().to_string()} aria-hidden="true">
            <text class="branch-name" y="12">
                { branch.map(|branch| model.branch_names()[branch].to_owned()) }
            </text>
            <g>{ for model.session.names().nodes().map(lane) }</g>
        </svg>
    }
}

/// What a pointer does.
#[derive(Clone, Copy, Debug)]
enum Gesture {
    Press,
    Move,
    Release,
    Leave,
}

/// Says where the pointer is on the lanes, and what it does there.
fn pointer(page: &Context, gesture: Gesture) -> Callback<PointerEvent> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: PointerEvent| {
        // Yew listens at the root of the page: the line is found from the element that was hit.
        let target = event.target_dyn_into::<Element>();
        let at = |place: &str| target.as_ref()?.closest(place).ok()?;
        let flag = at("[data-bookmark]").and_then(|flag| flag.get_attribute("data-bookmark"));
        if let Some(Ok(nth)) = flag.map(|nth| nth.parse())
            && matches!(gesture, Gesture::Press)
        {
            dispatch.emit(Action::Author(AuthorAction::GoTo(nth)));
            return;
        }
        let Some(line) = at(SURFACE) else { return };
        let area = line.get_bounding_client_rect();
        let touch = Touch {
            id: event.pointer_id(),
            x: f64::from(event.client_x()) - area.left(),
            y: f64::from(event.client_y()) - area.top(),
            reach: if event.pointer_type() == "touch" { 14.0 } else { 6.0 },
        };
        let action = match gesture {
            Gesture::Press => {
                let middle = event.button() == 1;
                if event.button() > 1 {
                    return;
                }
                // The drag goes on where the pointer leaves the line.
                let _ = line.set_pointer_capture(event.pointer_id());
                DiagramAction::Press(touch, middle || event.shift_key())
            }
            Gesture::Move => DiagramAction::Move(touch),
            Gesture::Release => DiagramAction::Release(touch),
            Gesture::Leave => DiagramAction::Leave,
        };
        dispatch.emit(Action::Diagram(action));
    })
}

/// Enter goes to the moment of what is selected.
fn by_key(page: &Context) -> Callback<KeyboardEvent> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            dispatch.emit(Action::Diagram(DiagramAction::GoTo));
        }
    })
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct GridProps {
    frame: Frame,
}

/// A thin line for each tick of the axis, and its time below the lanes.
#[component]
fn Grid(props: &GridProps) -> Html {
    let frame = &props.frame;
    let step = tick_us(frame.span_us());
    let label = |time_us: u64| {
        // As many decimals as the ticks differ in, at least one.
        match step {
            ..1_000 => format!("{}.{} s", seconds(time_us), time_us % 1_000 / 100),
            1_000..100_000 => format!("{} s", seconds(time_us)),
            _ => {
                let text = seconds(time_us);
                format!("{} s", &text[..text.len() - 2])
            }
        }
    };
    let tick = |time_us: u64| {
        let place = frame.x(time_us);
        let anchor = match crate::number::whole(place) {
            ..20 => "start",
            at if at + 20 > i64::from(frame.width) => "end",
            _ => "middle",
        };
        let x = tenths(place);
        html! {
            <g key={time_us}>
                <line
                    x1={x.clone()}
                    x2={x.clone()}
                    y1={RULER.to_string()}
                    y2={frame.bottom().to_string()}
                />
                <text {x} y={(frame.bottom() + 12).to_string()} text-anchor={anchor}>
                    { label(time_us) }
                </text>
            </g>
        }
    };
    html! { <g class="grid">{ for ticks(frame).into_iter().map(tick) }</g> }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct MarksProps {
    marks: Vec<Mark>,
    names: Names,
    grown: Option<String>,
    width: u32,
    height: u32,
}

/// Interventions and failed checks on the ruler, and where this branch grew.
#[component]
fn Marks(props: &MarksProps) -> Html {
    let page = use_page();
    let width = i64::from(props.width);
    // A label is written where there is room before the next mark.
    let next = props.marks.iter().skip(1).map(|mark| mark.at).chain([width + 60]);
    let mark = |(nth, (mark, next)): (usize, (&Mark, i64))| {
        let x = mark.at.to_string();
        let (label, whole) = match &mark.kind {
            MarkKind::Choice(choice) => (
                page.language.choice_label(props.names, choice),
                page.language.choice(props.names, choice),
            ),
            MarkKind::Choices { count, .. } => (format!("×{count}"), format!("×{count}")),
            MarkKind::Failure => {
                (page.word(Word::Fails).to_owned(), page.word(Word::Fails).to_owned())
            }
        };
        let class = match &mark.kind {
            MarkKind::Failure => "failure",
            kind if kind.is_fault() => "fault",
            _ => "operation",
        };
        let length = label_length(&label);
        let room = next - mark.at > length.max(72);
        let anchor = if mark.at + length.max(70) > width { "end" } else { "start" };
        html! {
            <g key={nth} {class}>
                <title>{ whole }</title>
                <line x1={x.clone()} x2={x.clone()} y1="13" y2={props.height.to_string()} />
                <circle cx={x.clone()} cy="14" r="2.5" />
                <text {x} y="9" text-anchor={anchor}>
                    { if room { label } else { String::new() } }
                </text>
            </g>
        }
    };
    html! {
        <g class="marks">
            <g>
                if let Some(x) = &props.grown {
                    <line
                        class="grown"
                        x1={x.clone()}
                        x2={x.clone()}
                        y1="0"
                        y2={props.height.to_string()}
                    />
                }
            </g>
            <g>{ for props.marks.iter().zip(next).enumerate().map(mark) }</g>
        </g>
    }
}

/// Where the run stands.
pub(super) fn cursor(x: &str, height: u32) -> Html {
    html! {
        <g class="cursor" transform={format!("translate({x} 0)")}>
            <path class="stem" d={format!("M0 14V{height}")} />
            <path d="M-6 10h12l-6 8z" />
        </g>
    }
}

/// Where the window is in the whole run, and where the cursor is.
fn strip(frame: &Frame, horizon_us: u64, now_us: u64) -> Html {
    let width = f64::from(frame.width);
    let [from, to, now] = [frame.from_us, frame.to_us, now_us]
        .map(|time_us| fraction(0, horizon_us, time_us) * width);
    let y = f64::from(frame.bottom() + AXIS + 3);
    html! {
        <g class="strip">
            <rect y={tenths(y)} width={tenths(width)} height="6" rx="3" />
            <rect
                class="seen"
                x={tenths(from.min(width - 8.0))}
                y={tenths(y)}
                width={tenths((to - from).max(8.0))}
                height="6"
                rx="3"
            />
            <circle cx={tenths(now)} cy={tenths(y + 3.0)} r="2.5" />
        </g>
    }
}
