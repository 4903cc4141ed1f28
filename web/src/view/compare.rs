//! Two branches side by side in time: the other one's diagram below that of the current one, the
//! first difference marked on both, and in words.

use lockstep_core::lab::compare::Finding;
use yew::prelude::*;

use super::branches::button;
use super::{Context, timeline};
use crate::author::AuthorAction;
use crate::catalogue::AuthorWord;
use crate::diagram::Frame;
use crate::model::Model;
use crate::number::tenths;

/// The diagram of the other branch, with the same window and cursor.
pub(super) fn diagram(model: &Model, page: &Context) -> Html {
    let Some(compared) = &model.author.compared else { return Html::default() };
    let picture = model.other_picture(compared);
    let frame = &picture.frame;
    let (now_us, height) = (model.scene.moment.time_us, frame.bottom().to_string());
    html! {
        <div class="line other">
            { timeline::names(model, page, frame, Some(compared.other)) }
            <svg class="lanes" height={height.clone()} aria-hidden="true">
                <svg width={frame.width.to_string()} {height}>
                    { timeline::drawing(&picture) }
                </svg>
                <g>{ mark(model, frame) }</g>
                <g>
                    if frame.shows(now_us, now_us) {
                        { timeline::cursor(&tenths(frame.x(now_us)), frame.bottom()) }
                    }
                </g>
            </svg>
        </div>
    }
}

/// Where the first difference is.
pub(super) fn mark(model: &Model, frame: &Frame) -> Html {
    let shown = model.author.difference_us().filter(|time_us| frame.shows(*time_us, *time_us));
    let Some(time_us) = shown else { return Html::default() };
    html! {
        <g class="differs" transform={format!("translate({} 0)", tenths(frame.x(time_us)))}>
            <path d={format!("M0 12V{}", frame.bottom())} />
            <text x="5" y={(frame.bottom() - 4).to_string()}>{ "≠" }</text>
        </g>
    }
}

/// How the current branch differs from the one that it is compared with, in words.
pub(super) fn words(model: &Model, page: &Context) -> Html {
    let Some(compared) = &model.author.compared else { return Html::default() };
    let (language, names) = (page.language, model.branch_names());
    let sides = compared.comparison.sides();
    let time_us = match compared.comparison.finding() {
        None => return html! { <p>{ language.author(AuthorWord::Comparing) }</p> },
        Some(Finding::Alike) => {
            return html! { <p>{ language.alike(compared.until_us) }</p> };
        }
        Some(Finding::Differ { time_us }) => time_us,
    };
    let told = language.difference(model.session.names(), sides, time_us);
    let lines = sides.iter().zip(told).map(|(side, told)| {
        let name = names[side.branch].to_owned();
        html! { <p key={side.branch}><strong>{ name }</strong>{ told }</p> }
    });
    html! {
        <div class="difference">
            <p>
                { language.first_difference(time_us) }
                { button(page, AuthorWord::GoThere, AuthorAction::GoToDifference) }
            </p>
            <div>{ for lines }</div>
        </div>
    }
}
