//! Bookmarks: the buttons beside the clock, and the list that opens above them.

use lockstep_core::scenario::Bookmark;
use yew::prelude::*;

use super::Context;
use super::icons::{icon, paths};
use crate::action::Action;
use crate::author::{AuthorAction, text};
use crate::catalogue::AuthorWord;
use crate::diagram::Frame;
use crate::embed::Control;
use crate::model::Model;
use crate::number::{seconds, tenths};

/// The star of a flag, centred below the upper edge.
const STAR: &str = "M0 1l2 4.2 4.6.5-3.4 3.2.9 4.6L0 11.2l-4.1 2.3.9-4.6-3.4-3.2 4.6-.5z";

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

/// From one bookmark to the next, where there are any.
fn walk(page: &Context, count: usize) -> Html {
    html! {
        <span class="walk">
            if count > 0 {
                { small(page, AuthorWord::Previous, paths::PREVIOUS, AuthorAction::Previous) }
                { small(page, AuthorWord::Next, paths::NEXT, AuthorAction::Next) }
            }
        </span>
    }
}

/// Bookmark this moment, go from one to the next, and list them.
pub(super) fn buttons(model: &Model, page: &Context) -> Html {
    let author = &model.author;
    let count = author.bookmarks.len();
    if let Some(embed) = model.keeping.embed {
        // They are its author's: who looks may go from one to the next.
        return if embed.has(Control::Step) { walk(page, count) } else { Html::default() };
    }
    html! {
        <div class="bookmarks">
            { small(page, AuthorWord::Bookmark, paths::BOOKMARK, AuthorAction::Bookmark) }
            { walk(page, count) }
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

/// A flag on the ruler for each bookmark that this branch passes through. A press on one goes
/// there: see the lanes' pointer.
pub(super) fn flags(model: &Model, page: &Context, frame: &Frame) -> Vec<Html> {
    let (session, branch) = (&model.session, model.session.current_branch());
    let all = model.author.bookmarks.iter().enumerate();
    let here = all.filter(|(_, bookmark)| {
        let time_us = bookmark.at.time_us;
        frame.shows(time_us, time_us) && session.passes(branch, bookmark.branch, bookmark.at)
    });
    here.map(|(nth, bookmark)| {
        let x = tenths(frame.x(bookmark.at.time_us));
        html! {
            <g
                key={nth}
                class="flag"
                data-bookmark={nth.to_string()}
                transform={format!("translate({x} 0)")}
            >
                <title>{ text(bookmark, page.language).to_owned() }</title>
                <rect class="hit" x="-12" y="-4" width="24" height="24" />
                <path d={STAR} />
            </g>
        }
    })
    .collect()
}

fn list(model: &Model, page: &Context) -> Html {
    let names = model.branch_names();
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
