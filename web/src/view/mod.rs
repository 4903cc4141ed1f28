//! The view: small components that draw the model and turn clicks into actions.
//!
//! Components get no more than they draw and compare it with what they drew before, so that a frame
//! costs what has changed. Language and dispatcher come by context: they hardly ever change.

mod about;
mod checks;
mod clients;
mod dialogs;
mod events;
mod header;
mod icons;
mod inspect;
mod logs;
mod message;
mod notice;
mod panel;
mod server;
mod stage;
mod timeline;
mod tools;
mod transport;

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

/// Language and dispatcher, within a component.
#[hook]
pub fn use_page() -> Context {
    use_context().expect("every component is drawn within the page")
}

/// The whole page.
#[must_use]
pub fn page(model: &Model) -> Html {
    html! {
        <div class="page">
            <header::Header origin={model.origin} theme={model.theme()} />
            <main class="layout">
                { stage::card(model) }
                { panel::card(model) }
                { timeline::card(model) }
            </main>
            <notice::NoticeBar notice={model.notice.clone()} />
            { dialogs::open(model) }
        </div>
    }
}
