//! The timeline: how the run came to be, and the way to any moment of it.

use lockstep_core::check::raft::LaneState;
use lockstep_core::lab::{Choice, Names};
use web_sys::Element;
use yew::prelude::*;

use super::icons::state_class;
use super::{Context, branches, transport, use_page};
use crate::action::{Action, Play};
use crate::catalogue::Word;
use crate::model::Model;
use crate::number::{microseconds, real, seconds};
use crate::timeline::{
    Mark, MarkKind, Painted, Place, Stretch, marks, paint, percent, place, ticks,
};

/// The height of the ruler above the lanes.
const RULER: u32 = 20;
/// The height of the times below the lanes.
const AXIS: u32 = 16;
/// The most that a lane takes.
const TALLEST_LANE: u32 = 26;
/// The room for all lanes.
const LANES: u32 = 130;

/// The timeline's card.
pub(super) fn card(model: &Model, page: &Context) -> Html {
    html! {
        <section class="card timeline" aria-label={page.word(Word::Timeline)}>
            { transport::row(model, page) }
            { line(model, page) }
            { branches::below(model, page) }
        </section>
    }
}

/// Lanes, ruler and axis, with the cursor over them: the whole of it is one slider.
fn line(model: &Model, page: &Context) -> Html {
    let scene = &model.scene;
    let now_us = scene.moment.time_us;
    let horizon_us = model.horizon_us();
    let painted = paint(&model.session.lanes(), scene.edge.time_us, horizon_us);
    let count = u32::from(model.session.names().servers);
    let pitch = (LANES / count).min(TALLEST_LANE);
    let height = RULER + pitch * count;
    let names = (0..).zip(&painted).map(|(nth, lane)| {
        let y = (RULER + pitch * nth + pitch / 2 + 4).to_string();
        html! { <text key={lane.name.to_string()} {y}>{ lane.name.to_string() }</text> }
    });
    let grown = scene.branches[scene.branch].parent.map(|(_, moment)| moment.time_us);
    let [start, drag] = [true, false].map(|starts| pointer(page, horizon_us, starts));
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
                aria-valuemax={(horizon_us / 1_000).to_string()}
                aria-valuenow={(now_us / 1_000).to_string()}
                aria-valuetext={format!("{} s", seconds(now_us))}
                onpointerdown={start}
                onpointermove={drag}
            >
                <svg class="lanes" height={(height + AXIS).to_string()} aria-hidden="true">
                    <Grid {horizon_us} {height} />
                    { lanes(&painted, place(scene.edge.time_us, horizon_us), pitch) }
                    <Marks
                        marks={marks(model.session.choices(), &scene.checks, horizon_us)}
                        names={model.session.names()}
                        grown={grown.map(|time_us| place(time_us, horizon_us))}
                        {height}
                    />
                    { cursor(place(now_us, horizon_us), height) }
                </svg>
            </div>
        </div>
    }
}

/// Goes to the time under the pointer: where it is pressed, and where it is dragged to.
fn pointer(page: &Context, horizon_us: u64, starts: bool) -> Callback<PointerEvent> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: PointerEvent| {
        if event.buttons() & 1 == 0 {
            return;
        }
        // Yew listens at the root of the page: the line is found from the element that was hit.
        let target = event.target_dyn_into::<Element>();
        let Some(line) = target.and_then(|target| target.closest(".scrubber").ok()?) else {
            return;
        };
        if starts {
            // The drag goes on where the pointer leaves the line.
            let _ = line.set_pointer_capture(event.pointer_id());
        }
        let area = line.get_bounding_client_rect();
        let across = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
        let time_us = microseconds(across.clamp(0.0, 1.0) * real(horizon_us));
        dispatch.emit(Action::Play(Play::Seek(time_us)));
    })
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct GridProps {
    horizon_us: u64,
    height: u32,
}

/// A thin line for each tick of the axis, and its time below the lanes.
#[component]
fn Grid(props: &GridProps) -> Html {
    let GridProps { horizon_us, height } = *props;
    let label = |time_us: u64| {
        let text = seconds(time_us);
        // As many decimals as the ticks differ in, at least one.
        let kept = if horizon_us >= 1_000_000 { text.len() - 2 } else { text.len() };
        format!("{} s", &text[..kept])
    };
    let top = RULER.to_string();
    let tick = |time_us: u64| {
        let at = place(time_us, horizon_us);
        let anchor = match at {
            0 => "start",
            9_800.. => "end",
            _ => "middle",
        };
        let x = percent(at);
        html! {
            <g key={time_us}>
                <line x1={x.clone()} x2={x.clone()} y1={top.clone()} y2={height.to_string()} />
                <text {x} y={(height + 12).to_string()} text-anchor={anchor}>
                    { label(time_us) }
                </text>
            </g>
        }
    };
    html! { <g class="grid">{ for ticks(horizon_us).into_iter().map(tick) }</g> }
}

/// What each server went through, and what has not been run yet.
fn lanes(painted: &[Painted], edge: Place, pitch: u32) -> Html {
    let lane = |(nth, lane): (u32, &Painted)| {
        html! {
            <LaneBand
                key={lane.name.to_string()}
                stretches={lane.stretches.clone()}
                top={RULER + nth * pitch}
                height={pitch}
                {edge}
            />
        }
    };
    html! { <g class="bands">{ for (0..).zip(painted).map(lane) }</g> }
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
        let thickness = match state {
            LaneState::Leader => (height * 6 / 10).clamp(4, 12),
            LaneState::Candidate => (height * 5 / 10).clamp(4, 10),
            LaneState::Follower | LaneState::Client => (height * 3 / 10).clamp(2, 6),
            LaneState::Down | LaneState::Paused => 0,
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
                if matches!(choice, Choice::Operate { .. }) { "operation" } else { "fault" },
                page.language.choice_mark(choice).to_owned(),
                page.language.choice(props.names, choice),
            ),
            MarkKind::Choices(count) => ("fault", format!("×{count}"), format!("×{count}")),
            MarkKind::Failure => {
                ("failure", page.word(Word::Fails).to_owned(), page.word(Word::Fails).to_owned())
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

/// Where the run stands.
fn cursor(at: Place, height: u32) -> Html {
    let x = percent(at);
    html! {
        <g class="cursor">
            <line x1={x.clone()} x2={x.clone()} y1="14" y2={height.to_string()} />
            <svg {x} y="10" overflow="visible"><path d="M-6 0h12l-6 8z" /></svg>
        </g>
    }
}
