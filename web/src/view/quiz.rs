//! Finding the planted bug: what is to be done, how it stands, and where the answer is given.

use lockstep_core::lab::Lab;
use lockstep_core::lab::cache::planted::Area as CacheArea;
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::raft::planted::Area;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::Context;
use crate::action::Action;
use crate::catalogue::QuizWord;
use crate::model::Model;
use crate::quiz::{Quiz, QuizAction};

/// The search, where there is one.
pub(super) fn card(model: &Model, page: &Context) -> Html {
    let Some(quiz) = &model.quiz else { return Html::default() };
    let language = page.language;
    let over = quiz.end.is_some();
    let guide = if quiz.lab() == Lab::Cache { QuizWord::CacheGuide } else { QuizWord::Guide };
    let hint = quiz.hint().filter(|_| !over);
    let told = quiz.told().map(|bug| {
        html! {
            <>
                <p><strong>{ language.any_bug_rule(bug) }</strong></p>
                <p>{ language.any_bug_lesson(bug) }</p>
            </>
        }
    });
    html! {
        <section key="quiz" class="quiz" aria-labelledby="quiz-title">
            <h3 id="quiz-title" class="question">{ language.quiz(QuizWord::Title) }</h3>
            <p>{ language.quiz(guide) }</p>
            <div role="status">
                <p class={if quiz.wrong.is_some() { "wrong" } else { "hint" }}>
                    { language.quiz_status(quiz) }
                </p>
                if let Some(bug) = hint {
                    <p class="hint">{ language.quiz_hint(bug) }</p>
                }
                { for told }
            </div>
            if quiz.broken.is_some() && !over {
                { question(page, quiz) }
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
fn question(page: &Context, quiz: &Quiz) -> Html {
    let dispatch = page.dispatch.clone();
    let (guessed, picked) = (Quiz::guessed(quiz.lab()), quiz.picked);
    let names = guessed.clone();
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_dyn_into().map(|select: HtmlSelectElement| select.value());
        let bug = names.iter().copied().find(|bug| chosen.as_deref() == Some(bug.name()));
        dispatch.emit(Action::Quiz(QuizAction::Pick(bug)));
    });
    let option = |bug: AnyBug| {
        html! {
            <option key={bug.name()} value={bug.name()} selected={picked == Some(bug)}>
                { page.language.any_bug_rule(bug) }
            </option>
        }
    };
    let group = |(name, bugs): (&'static str, Vec<AnyBug>)| {
        let mut bugs = bugs.into_iter().filter(|bug| guessed.contains(bug)).peekable();
        bugs.peek()?;
        Some(html! { <optgroup key={name} label={name}>{ for bugs.map(option) }</optgroup> })
    };
    html! {
        <div class="dialog-tools">
            <select class="field" aria-label={page.language.quiz(QuizWord::Which)} {onchange}>
                <option value="" selected={picked.is_none()}>
                    { page.language.quiz(QuizWord::Choose) }
                </option>
                { for areas(page, quiz.lab()).into_iter().filter_map(group) }
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

/// What rules can be about, and the bugs that break them.
fn areas(page: &Context, lab: Lab) -> Vec<(&'static str, Vec<AnyBug>)> {
    let language = page.language;
    if lab == Lab::Cache {
        let of_area =
            |area: CacheArea| (language.cache_area(area), area.bugs().map(AnyBug::Cache).collect());
        return CacheArea::ALL.into_iter().map(of_area).collect();
    }
    let of_area = |area: Area| (language.area(area), area.bugs().map(AnyBug::Raft).collect());
    Area::ALL.into_iter().map(of_area).collect()
}
