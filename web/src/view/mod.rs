//! The view: small components that draw the model and turn clicks into actions.
//!
//! What would be drawn anew in every frame for nothing (the servers with their logs, the lanes, the
//! ruler) is a component: it gets no more than it draws, and compares that with what it drew
//! before. All else is a plain function: a component costs two kilobytes of program, and a frame
//! that draws some texts again costs nothing that could be measured.

mod about;
mod access;
mod bookmarks;
mod branches;
mod cache;
mod checks;
mod clients;
mod compare;
mod dialogs;
mod events;
mod header;
mod icons;
mod inspect;
mod keeping;
mod lens;
mod links;
mod locks;
mod logs;
mod meaning;
mod message;
mod new_run;
mod notice;
mod numbers;
mod panel;
mod quiz;
mod rules;
mod script;
mod server;
mod settings;
mod stage;
mod timeline;
mod tools;
mod transport;
mod why;

use yew::prelude::*;

use crate::action::Action;
use crate::catalogue::{Language, Word};
use crate::model::Model;

/// What every component may need.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// The language.
    pub language: Language,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

impl Context {
    /// A fixed text.
    #[must_use]
    pub const fn word(&self, word: Word) -> &'static str {
        self.language.word(word)
    }

    /// Does something whenever it is called, whatever it is called with.
    pub fn on<E: 'static>(&self, action: Action) -> Callback<E> {
        self.dispatch.reform(move |_| action.clone())
    }
}

/// Does something with Enter or Space, where the focus is.
fn on_key(page: &Context, action: Action) -> Callback<KeyboardEvent> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            dispatch.emit(action.clone());
        }
    })
}

/// Language and dispatcher, within a component.
#[hook]
pub fn use_page() -> Context {
    use_context().expect("every component is drawn within the page")
}

/// The whole page.
pub fn page(model: &Model, page: &Context) -> Html {
    if model.keeping.embed.is_some() {
        return embedded(model, page);
    }
    html! {
        <div class={classes!("page", model.author.projector.then_some("projector"))}>
            <header::Header
                lab={model.session.config().lab()}
                origin={model.origin}
                theme={model.theme()}
                quiz={model.quiz.is_some()}
            />
            <main class="layout">
                { stage::card(model, page) }
                { panel::card(model, page) }
                { timeline::card(model, page) }
            </main>
            { spoken(model) }
            { dialogs::open(model, page) }
        </div>
    }
}

/// What a screen reader hears of the run: see [`speech`](crate::speech).
fn spoken(model: &Model) -> Html {
    html! { <p class="unseen spoken" aria-live="polite">{ &model.keeping.speech.text }</p> }
}

/// The page inside another page: stage and timeline.
fn embedded(model: &Model, page: &Context) -> Html {
    html! {
        <div class="page">
            <main class="layout">
                <h1 class="unseen">{ "Lockstep" }</h1>
                { stage::card(model, page) }
                { timeline::card(model, page) }
            </main>
            { spoken(model) }
        </div>
    }
}
