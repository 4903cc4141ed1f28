//! Bookmarks: the buttons beside the clock, and the list that opens above them.

use lockstep_core::scenario::Bookmark;
use yew::prelude::*;

use super::Context;
use super::icons::{icon, paths};
use crate::action::Action;
use crate::author::{AuthorAction, text};
use crate::catalogue::AuthorWord;
use crate::model::Model;
use crate::number::seconds;

/// A small button with a picture.
fn small(page: &Context, word: AuthorWord, picture: &'static str, action: AuthorAction) -> Html {
    let label = page.language.author(word);
    html! {
        <button
            class="icon-button"
            aria-label={label}
            title={label}
            onclick={page.on::<MouseEvent>(Action::Author(action))}
        >
            { icon(picture) }
        </button>
    }
}

/// Bookmark this moment, go from one to the next, and list them.
pub(super) fn buttons(model: &Model, page: &Context) -> Html {
    let author = &model.author;
    let count = author.bookmarks.len();
    html! {
        <div class="bookmarks">
            { small(page, AuthorWord::Bookmark, paths::BOOKMARK, AuthorAction::Bookmark) }
            <span class="walk">
                if count > 0 {
                    { small(page, AuthorWord::Previous, paths::PREVIOUS, AuthorAction::Previous) }
                    { small(page, AuthorWord::Next, paths::NEXT, AuthorAction::Next) }
                }
            </span>
            <button
                class="button"
                aria-expanded={author.listing.to_string()}
                aria-controls="bookmarks"
                onclick={page.on::<MouseEvent>(Action::Author(AuthorAction::List))}
            >
                { page.language.author(AuthorWord::Bookmarks) }
                <span>
                    if count > 0 {
                        <kbd>{ count.to_string() }</kbd>
                    }
                </span>
            </button>
            <div id="bookmarks" class="bookmark-list" hidden={!author.listing}>
                if author.listing {
                    { list(model, page) }
                }
            </div>
        </div>
    }
}

fn list(model: &Model, page: &Context) -> Html {
    let names = model.session.branch_names();
    let item = |(nth, bookmark): (usize, &Bookmark)| {
        let place = format!("{} · {} s", names[bookmark.branch], seconds(bookmark.at.time_us));
        let drop = AuthorAction::DropBookmark(nth);
        html! {
            <li key={place.clone()}>
                <button
                    class="go"
                    onclick={page.on::<MouseEvent>(Action::Author(AuthorAction::GoTo(nth)))}
                >
                    <span class="when">{ place }</span>
                    { text(bookmark, page.language) }
                </button>
                { small(page, AuthorWord::Edit, paths::EDIT, AuthorAction::Edit(nth)) }
                { small(page, AuthorWord::Delete, paths::CLOSE, drop) }
            </li>
        }
    };
    if model.author.bookmarks.is_empty() {
        return html! { <p class="nothing">{ page.language.author(AuthorWord::NoBookmarks) }</p> };
    }
    html! { <ul>{ for model.author.bookmarks.iter().enumerate().map(item) }</ul> }
}
