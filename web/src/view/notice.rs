//! What the page has to say, for a while or until it has been read.

use yew::prelude::*;

use super::Context;
use super::icons::{icon, paths};
use crate::action::{Action, Page};
use crate::catalogue::{KeepWord, QuizWord, Say, Word};
use crate::keeping::Keep;
use crate::meaning::{Finding, MeaningAction};
use crate::model::{Model, Notice};
use crate::quiz::QuizAction;

/// A line over the page. Its region is always there, so that a screen reader hears what appears.
pub(super) fn bar(model: &Model, notice: Option<&Notice>, page: &Context) -> Html {
    let event = match notice {
        Some(Notice::Meaning(Finding::Found(event) | Finding::Stopped(_, Some(event)))) => {
            Some(Action::Meaning(MeaningAction::Why(event.id)))
        }
        _ => None,
    };
    let trouble = notice.is_some_and(Notice::is_trouble);
    html! {
        <div class="notices" role={if trouble { "alert" } else { "status" }}>
            if let Some(notice) = notice {
                <div class={classes!("notice", trouble.then_some("trouble"))}>
                    <p>{ page.language.notice(model.session.names(), notice) }</p>
                    if let Notice::LinkCopied { .. } = notice {
                        <button
                            class="button"
                            onclick={page.on::<MouseEvent>(Action::Keep(Keep::Details))}
                        >
                            { page.language.keeping(KeepWord::Details) }
                        </button>
                    }
                    if *notice == Notice::Broken {
                        <button
                            class="button"
                            onclick={page.on::<MouseEvent>(Action::Quiz(QuizAction::Show))}
                        >
                            { page.language.quiz(QuizWord::Name) }
                        </button>
                    }
                    if let Some(why) = event {
                        <button class="button" onclick={page.on::<MouseEvent>(why)}>
                            { page.language.say(Say::Why) }
                        </button>
                    }
                    <button
                        class="icon-button"
                        aria-label={page.word(Word::Dismiss)}
                        onclick={page.on::<MouseEvent>(Action::Page(Page::Dismiss))}
                    >
                        { icon(paths::CLOSE) }
                    </button>
                </div>
            }
        </div>
    }
}
