//! The rules beside the run: which just fired, where each fires next, and the code of each.

use lockstep_core::lab::landmark::Landmark;
use lockstep_core::lab::raft::Rule;
use lockstep_core::lab::raft::rules::Part;
use yew::prelude::*;

use super::Context;
use crate::action::Action;
use crate::catalogue::Say;
use crate::meaning::MeaningAction;
use crate::model::Model;

/// All rules, by whom they are for.
pub(super) fn panel(model: &Model, page: &Context) -> Html {
    let last = model.scene.steps();
    let fired = |rule: Rule| {
        let mut events = model.scene.events.iter().filter(|event| event.id.step() == last);
        events.any(|event| rule.fires(event))
    };
    let item = |rule: Rule| {
        let (file, function) = rule.source();
        let lit = fired(rule);
        let next = Action::Meaning(MeaningAction::Next(Landmark::Rule(rule)));
        html! {
            <li key={rule as usize} class={classes!(lit.then_some("lit"))}>
                <button
                    aria-current={lit.then_some("step")}
                    onclick={page.on::<MouseEvent>(next)}
                >
                    { page.language.rule(rule) }
                    <small>{ format!(" {}", page.language.section(rule.section())) }</small>
                </button>
                <a
                    href={format!("source/{file}.txt#:~:text=fn%20{function}(")}
                    target="_blank"
                    rel="noopener"
                    title={format!("{file}: {function}")}
                    aria-label={format!("{}: {file}, {function}", page.language.say(Say::Code))}
                >
                    { page.language.say(Say::Code) }
                </a>
            </li>
        }
    };
    let part = |part: Part| {
        let rules = Rule::ALL.into_iter().filter(move |rule| rule.part() == part);
        html! {
            <section key={part as usize}>
                <h3 class="section">{ page.language.rule_part(part) }</h3>
                <ul>{ for rules.map(item) }</ul>
            </section>
        }
    };
    html! {
        <div class="rules">
            <p class="nothing">{ page.language.say(Say::RulesIntro) }</p>
            <div>{ for Part::ALL.into_iter().map(part) }</div>
        </div>
    }
}
