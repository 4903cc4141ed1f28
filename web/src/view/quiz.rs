//! Finding the planted bug: what is to be done, how it stands, and where the answer is given.

use lockstep_core::lab::raft::planted::{Area, GUESSED};
use lockstep_core::raft::bug::Bug;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::Context;
use crate::action::Action;
use crate::catalogue::QuizWord;
use crate::model::Model;
use crate::quiz::QuizAction;

/// The search, where there is one.
pub(super) fn card(model: &Model, page: &Context) -> Html {
    let Some(quiz) = &model.quiz else { return Html::default() };
    let language = page.language;
    let over = quiz.end.is_some();
    let hint = quiz.hint().filter(|_| !over);
    let told = quiz.told().map(|bug| {
        html! {
            <>
                <p><strong>{ language.bug_rule(bug) }</strong></p>
                <p>{ language.bug_lesson(bug) }</p>
            </>
        }
    });
    html! {
        <section key="quiz" class="quiz" aria-labelledby="quiz-title">
            <h3 id="quiz-title" class="question">{ language.quiz(QuizWord::Title) }</h3>
            <p>{ language.quiz(QuizWord::Guide) }</p>
            <div role="status">
                <p class={if quiz.wrong.is_some() { "wrong" } else { "hint" }}>
                    { language.quiz_status(quiz) }
                </p>
                if let Some(bug) = hint {
                    <p class="hint">{ language.quiz_hint(Area::of(bug)) }</p>
                }
                { for told }
            </div>
            if quiz.broken.is_some() && !over {
                { question(page, quiz.picked) }
            }
            <div class="dialog-tools">
                if !over {
                    { button(page, QuizWord::Hint, QuizAction::Hint) }
                    { button(page, QuizWord::GiveUp, QuizAction::GiveUp) }
                }
                { button(page, QuizWord::Again, QuizAction::Begin) }
            </div>
        </section>
    }
}

fn button(page: &Context, word: QuizWord, action: QuizAction) -> Html {
    let name = page.language.quiz(word);
    html! {
        <button
            key={name}
            type="button"
            class="button"
            onclick={page.on::<MouseEvent>(Action::Quiz(action))}
        >
            { name }
        </button>
    }
}

/// The list of rules, and the answer.
fn question(page: &Context, picked: Option<Bug>) -> Html {
    let dispatch = page.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_dyn_into().map(|select: HtmlSelectElement| select.value());
        let bug = GUESSED.into_iter().find(|bug| chosen.as_deref() == Some(bug.name()));
        dispatch.emit(Action::Quiz(QuizAction::Pick(bug)));
    });
    let option = |bug: Bug| {
        html! {
            <option key={bug.name()} value={bug.name()} selected={picked == Some(bug)}>
                { page.language.bug_rule(bug) }
            </option>
        }
    };
    let group = |area: Area| {
        let name = page.language.area(area);
        let mut bugs = area.bugs().filter(|bug| GUESSED.contains(bug)).peekable();
        bugs.peek()?;
        Some(html! { <optgroup key={name} label={name}>{ for bugs.map(option) }</optgroup> })
    };
    html! {
        <div class="dialog-tools">
            <select class="field" aria-label={page.language.quiz(QuizWord::Which)} {onchange}>
                <option value="" selected={picked.is_none()}>
                    { page.language.quiz(QuizWord::Choose) }
                </option>
                { for Area::ALL.into_iter().filter_map(group) }
            </select>
            <button
                type="button"
                class="button strong"
                aria-disabled={picked.is_none().to_string()}
                onclick={page.on::<MouseEvent>(Action::Quiz(QuizAction::Answer))}
            >
                { page.language.quiz(QuizWord::Answer) }
            </button>
        </div>
    }
}
