//! The timeline: how the run came to be, and the way to any moment of it.

use std::rc::Rc;

use lockstep_core::lab::Names;
use lockstep_core::sim::time::Moment;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::icons::state_class;
use super::transport::{Branches, Buttons, Clock, ReplayState, SpeedSlider};
use super::use_page;
use crate::action::{Action, Play};
use crate::catalogue::Word;
use crate::model::Model;
use crate::number::{microseconds, real, seconds};
use crate::timeline::{Mark, MarkKind, Painted, Place, Stretch, marks, paint, percent, place, ticks};

/// The height of the ruler above the lanes.
const RULER: u32 = 20;
/// The most that a lane takes.
const TALLEST_LANE: u32 = 26;
/// The room for all lanes.
const LANES: u32 = 130;

/// The timeline's card.
pub(super) fn card(model: &Model) -> Html {
    let scene = &model.scene;
    let horizon_us = model.horizon_us();
    let painted = paint(&model.session.lanes(), scene.edge.time_us, horizon_us);
    let marks = marks(model.session.choices(), &scene.checks, horizon_us);
    let grown = scene.branches[scene.branch].parent.map(|(_, moment)| moment.time_us);
    html! {
        <section
            class="card timeline"
            aria-label={model.preferences.language.word(Word::Timeline)}
        >
            <div class="transport">
                <Buttons playing={model.player.playing} at_start={scene.moment == Moment::START} />
                <Clock time_us={scene.moment.time_us} steps={scene.steps()} />
                <SpeedSlider speed={model.player.speed} />
                <span class="space" />
                <Branches branches={Rc::clone(&scene.branches)} current={scene.branch} />
                <ReplayState
                    replay={model.replay}
                    digest={scene.digest}
                    travelling={model.session.is_travelling() && !model.player.playing}
                />
            </div>
            <Line
                {painted}
                {marks}
                names={model.session.names()}
                now_us={scene.moment.time_us}
                {horizon_us}
                edge={place(scene.edge.time_us, horizon_us)}
                grown={grown.map(|time_us| place(time_us, horizon_us))}
            />
        </section>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct Props {
    painted: Vec<Painted>,
    marks: Vec<Mark>,
    names: Names,
    now_us: u64,
    horizon_us: u64,
    edge: Place,
    grown: Option<Place>,
}

/// Lanes, ruler and axis, with the cursor over them: the whole of it is one slider.
#[component]
fn Line(props: &Props) -> Html {
    let page = use_page();
    let count = u32::try_from(props.painted.len()).unwrap_or(1).max(1);
    let pitch = (LANES / count).min(TALLEST_LANE);
    let height = RULER + pitch * count;
    let names = props.painted.iter().zip(0..).map(|(lane, nth)| {
        let y = (RULER + pitch * nth + pitch / 2 + 4).to_string();
        html! { <text key={lane.name.to_string()} {y}>{ lane.name.to_string() }</text> }
    });
    let [start, drag] = [true, false].map(|starts| pointer(&page, props.horizon_us, starts));
    html! {
        <div class="line">
            <svg class="lane-names" height={height.to_string()} aria-hidden="true">
                { for names }
            </svg>
            <div
                class="scrubber"
                role="slider"
                tabindex="0"
                aria-label={page.word(Word::Moment)}
                aria-valuemin="0"
                aria-valuemax={(props.horizon_us / 1_000).to_string()}
                aria-valuenow={(props.now_us / 1_000).to_string()}
                aria-valuetext={format!("{} s", seconds(props.now_us))}
                onpointerdown={start}
                onpointermove={drag}
            >
                <svg class="lanes" height={height.to_string()} aria-hidden="true">
                    <Grid horizon_us={props.horizon_us} {height} />
                    <Lanes painted={props.painted.clone()} edge={props.edge} {pitch} />
                    <Marks marks={props.marks.clone()} names={props.names} grown={props.grown} {height} />
                    <Cursor at={place(props.now_us, props.horizon_us)} {height} />
                </svg>
                <Axis horizon_us={props.horizon_us} />
            </div>
        </div>
    }
}

/// Goes to the time under the pointer: where it is pressed, and where it is dragged to.
fn pointer(page: &super::Context, horizon_us: u64, starts: bool) -> Callback<PointerEvent> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: PointerEvent| {
        if event.buttons() & 1 == 0 {
            return;
        }
        let target = event.current_target();
        let Some(line) = target.and_then(|target| wasm_bindgen::JsCast::dyn_into(target).ok()) else {
            return;
        };
        let line: Element = line;
        if starts {
            // The drag goes on where the pointer leaves the line.
            let _ = line.set_pointer_capture(event.pointer_id());
        }
        let area = line.get_bounding_client_rect();
        let across = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
        let time_us = microseconds(across.clamp(0.0, 1.0) * real(horizon_us));
        dispatch.emit(Action::Play(Play::Seek(time_us)));
        if starts && let Some(line) = wasm_bindgen::JsCast::dyn_ref::<HtmlElement>(&line) {
            let _ = line.focus();
        }
    })
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct GridProps {
    horizon_us: u64,
    height: u32,
}

/// A thin line for each tick of the axis.
#[component]
fn Grid(props: &GridProps) -> Html {
    let line = |time_us: u64| {
        let x = percent(place(time_us, props.horizon_us));
        html! { <line key={time_us} x1={x.clone()} x2={x} y1={RULER.to_string()} y2={props.height.to_string()} /> }
    };
    html! { <g class="grid">{ for ticks(props.horizon_us).into_iter().map(line) }</g> }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct AxisProps {
    horizon_us: u64,
}

/// The times below the line.
#[component]
fn Axis(props: &AxisProps) -> Html {
    let horizon_us = props.horizon_us;
    let decimals = |time_us: u64| {
        let text = seconds(time_us);
        // As many decimals as the ticks differ in, at least one.
        let round = horizon_us >= 1_000_000;
        if round { text[..text.len() - 2].to_owned() } else { text }
    };
    let label = |time_us: u64| {
        let at = place(time_us, horizon_us);
        let anchor = match at {
            0 => "start",
            9_800.. => "end",
            _ => "middle",
        };
        html! {
            <text key={time_us} x={percent(at)} y="12" text-anchor={anchor}>
                { format!("{} s", decimals(time_us)) }
            </text>
        }
    };
    html! {
        <svg class="axis" height="16" aria-hidden="true">
            <g>{ for ticks(horizon_us).into_iter().map(label) }</g>
        </svg>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct LanesProps {
    painted: Vec<Painted>,
    edge: Place,
    pitch: u32,
}

/// What each server went through, and what has not been run yet.
#[component]
fn Lanes(props: &LanesProps) -> Html {
    let LanesProps { painted, edge, pitch } = props;
    let lanes = painted.iter().zip(0..).map(|(lane, nth)| {
        html! {
            <LaneBand
                key={lane.name.to_string()}
                stretches={lane.stretches.clone()}
                top={RULER + nth * pitch}
                height={*pitch}
                edge={*edge}
            />
        }
    });
    html! { <g class="bands">{ for lanes }</g> }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct BandProps {
    stretches: Vec<Stretch>,
    top: u32,
    height: u32,
    edge: Place,
}

/// One server's lane. States differ in height and line too, not only in colour.
#[component]
fn LaneBand(props: &BandProps) -> Html {
    let BandProps { stretches, top, height, edge } = props;
    let middle = top + height / 2;
    let stretch = |(nth, stretch): (usize, &Stretch)| {
        let Stretch { from, to, state } = *stretch;
        use lockstep_core::check::raft::LaneState::{Candidate, Client, Down, Follower, Leader, Paused};
        let thickness = match state {
            Leader => (height * 6 / 10).clamp(4, 12),
            Candidate => (height * 5 / 10).clamp(4, 10),
            Follower | Client => (height * 3 / 10).clamp(2, 6),
            Down | Paused => 0,
        };
        let class = classes!("stretch", state_class(state));
        if thickness == 0 {
            let [x1, x2] = [from, to].map(percent);
            return html! {
                <line key={nth} {class} {x1} {x2} y1={middle.to_string()} y2={middle.to_string()} />
            };
        }
        html! {
            <rect
                key={nth}
                {class}
                x={percent(from)}
                width={percent(to - from)}
                y={(middle - thickness / 2).to_string()}
                height={thickness.to_string()}
                rx="1.5"
            />
        }
    };
    let y = middle.to_string();
    html! {
        <g>
            <line class="ahead" x1={percent(*edge)} x2="100%" y1={y.clone()} y2={y} />
            <g>{ for stretches.iter().enumerate().map(stretch) }</g>
        </g>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct MarksProps {
    marks: Vec<Mark>,
    names: Names,
    grown: Option<Place>,
    height: u32,
}

/// Interventions and failed checks on the ruler, and where this branch grew.
#[component]
fn Marks(props: &MarksProps) -> Html {
    let page = use_page();
    // A label is written where there is room before the next mark.
    let next = props.marks.iter().skip(1).map(|mark| mark.at).chain([10_000]);
    let mark = |(nth, (mark, next)): (usize, (&Mark, Place))| {
        let x = percent(mark.at);
        let (class, label, whole) = match &mark.kind {
            MarkKind::Choice(choice) => (
                "choice",
                page.language.choice_mark(choice).to_owned(),
                page.language.choice(props.names, choice),
            ),
            MarkKind::Choices(count) => ("choice", format!("×{count}"), format!("×{count}")),
            MarkKind::Failure => {
                ("failure", "✕".to_owned(), page.word(Word::Fails).to_owned())
            }
        };
        let room = next.saturating_sub(mark.at) > 620;
        html! {
            <g key={nth} {class}>
                <title>{ whole }</title>
                <line x1={x.clone()} x2={x.clone()} y1="13" y2={props.height.to_string()} />
                <circle cx={x.clone()} cy="14" r="2.5" />
                <text {x} y="9" text-anchor={if mark.at > 9_400 { "end" } else { "start" }}>
                    { if room { label } else { String::new() } }
                </text>
            </g>
        }
    };
    html! {
        <g class="marks">
            <g>
                if let Some(grown) = props.grown {
                    <line
                        class="grown"
                        x1={percent(grown)}
                        x2={percent(grown)}
                        y1="0"
                        y2={props.height.to_string()}
                    />
                }
            </g>
            <g>{ for props.marks.iter().zip(next).enumerate().map(mark) }</g>
        </g>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct CursorProps {
    at: Place,
    height: u32,
}

/// Where the run stands.
#[component]
fn Cursor(props: &CursorProps) -> Html {
    let x = percent(props.at);
    html! {
        <g class="cursor">
            <line x1={x.clone()} x2={x.clone()} y1="12" y2={props.height.to_string()} />
            <svg {x} y="4" overflow="visible"><path d="M-6 0h12l-6 8z" /></svg>
        </g>
    }
}
