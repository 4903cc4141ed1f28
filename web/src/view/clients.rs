//! The clients' history: each operation as a bar from its call to its answer, in a picture and in a
//! list, with what the judge says of it.

use lockstep_core::check::linearizability::Verdict;
use lockstep_core::lab::raft::view::{ClientView, OperationView, OutcomeView};
use yew::prelude::*;

use super::{Context, on_key};
use crate::action::{Action, Play};
use crate::catalogue::Word;
use crate::hands::Hand;
use crate::history::{Judged, Picked};
use crate::model::Model;
use crate::number::{duration, fraction, seconds, tenths};

/// The width of the picture, and of what stands at the left of it.
const WIDTH: f64 = 340.0;
const NAMES: f64 = 24.0;
/// The distance from one client's line to the next, and the height of a bar on it.
const PITCH: f64 = 34.0;
const BAR: f64 = 24.0;
/// How many operations the picture shows where nothing is convicted.
const DRAWN: usize = 14;
/// A letter of a bar's text is so wide.
const LETTER: f64 = 6.4;

const fn outcome_class(outcome: OutcomeView) -> &'static str {
    match outcome {
        OutcomeView::Pending => "pending",
        OutcomeView::Ok => "ok",
        OutcomeView::Unknown => "unknown",
    }
}

const fn name(operation: &OperationView) -> Picked {
    (operation.client, operation.request)
}

/// The page of the side panel.
pub(super) fn list(model: &Model, page: &Context) -> Html {
    let operations = &model.scene.operations;
    if operations.is_empty() {
        return html! { <p class="nothing">{ page.word(Word::NoOperations) }</p> };
    }
    let judged = model.watch.last_judged(&model.session);
    let convicted: Vec<Picked> =
        judged.into_iter().flat_map(Judged::unorderable).map(name).collect();
    let item = |operation: &OperationView| row(model, page, operation, &convicted);
    html! {
        <div class="history">
            { finding(page, judged, model.session.completed_operations()) }
            { picture(model, page, judged, &convicted) }
            { picked(model, page) }
            <p class="hint signs">{ page.language.signs() }</p>
            <table class="operations">
                <tbody>{ for operations.iter().rev().map(item) }</tbody>
            </table>
        </div>
    }
}

/// What the judge says, and the operations that show it.
fn finding(page: &Context, judged: Option<&Judged>, completed: u64) -> Html {
    let verdict = judged.map(|judged| &judged.verdict);
    let Some(judged) = judged else {
        let text = page.language.linearizability_verdict(verdict);
        return html! { <p class="finding" role="status">{ text }</p> };
    };
    let class = match judged.verdict {
        Verdict::Linearizable => "finding good",
        Verdict::NotLinearizable(_) => "finding bad",
        Verdict::Undecided => "finding",
    };
    let show = judged.conviction().map(|conviction| {
        let go = Action::Play(Play::Seek(conviction.to));
        html! {
            <button class="button" onclick={page.on::<MouseEvent>(go)}>
                { page.word(Word::ShowFailure) }
            </button>
        }
    });
    let operation = |operation: &OperationView| {
        let key = format!("{}-{}", operation.client, operation.request);
        let times = (operation.invoked_us, operation.completed_us.unwrap_or_default());
        let (from, to) = (seconds(times.0), seconds(times.1));
        html! {
            <li {key}>
                { format!("✗ {} ({from}–{to} s)", page.language.operated(operation)) }
            </li>
        }
    };
    html! {
        <div {class}>
            <p role="status">{ page.language.linearizability_finding(judged, completed) }</p>
            <ul>{ for judged.unorderable().map(operation) }</ul>
            <div>{ for show }</div>
        </div>
    }
}

/// The time that the picture shows, in microseconds: where a window is convicted, that and a bit
/// round it.
fn span(model: &Model, judged: Option<&Judged>) -> (u64, u64) {
    let now_us = model.scene.view.time_us;
    if let Some(conviction) = judged.and_then(Judged::conviction) {
        let room = (conviction.to - conviction.from) / 2 + 1;
        return (conviction.from.saturating_sub(room), conviction.to + room);
    }
    let operations = &model.scene.operations;
    let first = operations.len().saturating_sub(DRAWN);
    let from = operations[first..].iter().map(|operation| operation.invoked_us).min();
    (from.unwrap_or(0), now_us.max(1))
}

/// A line for each client, with the operations of the shown time.
fn picture(model: &Model, page: &Context, judged: Option<&Judged>, convicted: &[Picked]) -> Html {
    let clients = &model.scene.view.clients;
    let (from_us, to_us) = span(model, judged);
    let now_us = model.scene.view.time_us;
    let place = |time_us| NAMES + fraction(from_us, to_us, time_us) * (WIDTH - NAMES - 2.0);
    let lines = PITCH * f64::from(u8::try_from(clients.len()).unwrap_or(0));
    let [below, height] = [12.0, 18.0].map(|more| tenths(lines + more));
    let line = |(nth, client): (u8, &ClientView)| {
        let y = tenths(PITCH * f64::from(nth) + 20.0);
        let name = client.name.to_string();
        html! {
            <g key={name.clone()}>
                <text x="0" y={y.clone()}>{ name }</text>
                <line class="grid" x1={tenths(NAMES)} x2={tenths(WIDTH)} y1={y.clone()} y2={y} />
            </g>
        }
    };
    let window = judged.and_then(Judged::conviction).map(|conviction| {
        let (left, right) = (place(conviction.from), place(conviction.to));
        let width = tenths((right - left).max(1.0));
        html! { <rect class="window" x={tenths(left)} y="0" {width} height={height.clone()} /> }
    });
    let shown = |operation: &&OperationView| {
        let end_us = operation.completed_us.unwrap_or(now_us);
        operation.invoked_us <= to_us && end_us >= from_us
    };
    let bars = model.scene.operations.iter().filter(shown).map(|operation| {
        let nth = clients.iter().position(|client| client.name == operation.client);
        let y = PITCH * f64::from(u8::try_from(nth.unwrap_or(0)).unwrap_or(0)) + 4.0;
        let end_us = operation.completed_us.unwrap_or(now_us);
        let right = place(end_us.min(to_us));
        let left = place(operation.invoked_us.max(from_us)).min(right - 3.0);
        bar(model, page, operation, (left, right, y), convicted)
    });
    let ends = [(NAMES, "start", from_us), (WIDTH, "end", to_us)].map(|(x, anchor, time_us)| {
        let text = format!("{} s", seconds(time_us));
        html! {
            <text class="end" x={tenths(x)} y={below.clone()} text-anchor={anchor}>{ text }</text>
        }
    });
    html! {
        <svg
            class="history-picture"
            viewBox={format!("0 0 {} {height}", tenths(WIDTH))}
            role="group"
            aria-label={page.language.history()}
        >
            <g>{ for window }</g>
            <g>{ for (0..).zip(clients).map(line) }</g>
            <g>{ for bars }</g>
            <g>{ for ends }</g>
        </svg>
    }
}

/// An operation: closed where it was answered, open where it was not.
fn bar(
    model: &Model,
    page: &Context,
    operation: &OperationView,
    (left, right, y): (f64, f64, f64),
    convicted: &[Picked],
) -> Html {
    let id = name(operation);
    let pick = Action::Hand(Hand::Pick(Some(id)));
    let bad = convicted.contains(&id);
    let sign = if bad { "✗" } else { page.language.outcome_sign(operation.outcome) };
    let text = format!("{sign} {}", page.language.operated(operation));
    let room = (right - left - 8.0) / LETTER;
    let short = format!("{sign} {}", operation.operation);
    let length = |text: &str| f64::from(u16::try_from(text.chars().count()).unwrap_or(u16::MAX));
    let (_, answered) = text.split_once(' ').unwrap_or_default();
    let answered = answered.split_once(' ').map_or(answered, |(_, rest)| rest);
    let full = format!("{sign} {answered}");
    let fitting = [full.as_str(), short.as_str(), sign];
    let label = fitting.into_iter().find(|text| length(text) <= room).unwrap_or(sign).to_owned();
    let is_picked = model.watch.picked == Some(id);
    let flags = classes!(bad.then_some("bad"), is_picked.then_some("chosen"));
    html! {
        <g
            key={format!("{}-{}", operation.client, operation.request)}
            class={classes!("operation-bar", outcome_class(operation.outcome), flags)}
            role="button"
            tabindex="0"
            aria-label={text.clone()}
            aria-pressed={is_picked.to_string()}
            onclick={page.on::<MouseEvent>(pick.clone())}
            onkeydown={on_key(page, pick)}
        >
            <title>{ text }</title>
            <rect
                x={tenths(left)}
                y={tenths(y)}
                width={tenths(right - left)}
                height={tenths(BAR)}
                rx="3"
            />
            <text x={tenths(left + 3.0)} y={tenths(y + 16.0)}>{ label }</text>
        </g>
    }
}

/// The operation that is looked at, and ways to its two ends.
fn picked(model: &Model, page: &Context) -> Html {
    let mut operations = model.scene.operations.iter();
    let Some(operation) = operations.find(|one| model.watch.picked == Some(name(one))) else {
        return html! { <div class="chosen-box" /> };
    };
    let button = |text: &'static str, time_us: u64| {
        html! {
            <button
                key={text}
                class="button"
                onclick={page.on::<MouseEvent>(Action::Play(Play::Seek(time_us)))}
            >
                { text }
            </button>
        }
    };
    let call = button(page.language.to_call(), operation.invoked_us);
    let answer = operation.completed_us.map(|at_us| button(page.language.to_answer(), at_us));
    html! {
        <div class="chosen-box">
            <code>{ page.language.operated(operation) }</code>
            { for [call].into_iter().chain(answer) }
        </div>
    }
}

fn row(model: &Model, page: &Context, operation: &OperationView, convicted: &[Picked]) -> Html {
    let id = name(operation);
    let took = operation.completed_us.map(|at_us| duration(at_us - operation.invoked_us));
    let bad = convicted.contains(&id);
    let sign = if bad { "✗" } else { page.language.outcome_sign(operation.outcome) };
    let picked = model.watch.picked == Some(id);
    let pick = Action::Hand(Hand::Pick((!picked).then_some(id)));
    html! {
        <tr
            key={format!("{}-{}", operation.client, operation.request)}
            class={classes!(bad.then_some("bad"), picked.then_some("chosen"))}
        >
            <td class="when">{ seconds(operation.invoked_us) }</td>
            <th scope="row">{ operation.client.to_string() }</th>
            <td class="operation">
                <button
                    class="plain"
                    aria-pressed={picked.to_string()}
                    onclick={page.on::<MouseEvent>(pick)}
                >
                    { format!("{sign} {}", operation.operation) }
                </button>
            </td>
            <td class={classes!("outcome", outcome_class(operation.outcome))}>
                { page.language.outcome(operation) }
            </td>
            <td class="took">{ took.unwrap_or_default() }</td>
        </tr>
    }
}
