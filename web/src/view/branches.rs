//! Below the lanes: the branches as a tree, what can be done with the current one, and how it
//! differs from another.

use lockstep_core::lab::session::BranchInfo;
use lockstep_core::scenario::rehomed;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Context, compare};
use crate::action::Action;
use crate::author::{AuthorAction, Entry, Subject, pitch};
use crate::catalogue::AuthorWord;
use crate::model::Model;
use crate::number::{fraction, seconds, tenths};
use crate::update::ENTRY_FIELD;

/// From here on, a name stands above its branch's line and not behind it: there is no room.
const LAST_ROOM: f64 = 0.8;

/// Everything below the lanes.
pub(super) fn below(model: &Model, page: &Context) -> Html {
    let author = &model.author;
    let several = model.session.branches().len() > 1;
    let row = match (&author.entry, author.removing) {
        (Some(entry), _) => entry_row(model, page, entry),
        (None, Some(branch)) if several => removal_row(model, page, branch),
        _ if several => branch_row(model, page),
        _ => Html::default(),
    };
    html! {
        <div class="below">
            <div class="tree-box">
                if several && author.compared.is_none() {
                    { tree(model, page) }
                }
            </div>
            <div class="author-box">{ row }</div>
            <div class="difference-box" role="status">{ compare::words(model, page) }</div>
        </div>
    }
}

/// A button that does something of an author's.
pub(super) fn button(page: &Context, word: AuthorWord, action: AuthorAction) -> Html {
    html! {
        <button
            type="button"
            class="button"
            onclick={page.on::<MouseEvent>(Action::Author(action))}
        >
            { page.language.author(word) }
        </button>
    }
}

/// Every branch as a line from where it grew to where it has been seen.
fn tree(model: &Model, page: &Context) -> Html {
    let branches = model.session.branches();
    let pitch = pitch(model.window.form);
    let height = (pitch * branches.len()).to_string();
    let rows = branches.iter().enumerate();
    html! {
        <svg
            class="tree"
            {height}
            role="group"
            aria-label={page.language.author(AuthorWord::Branches)}
        >
            { for rows.map(|(place, branch)| limb(model, page, place, branch, pitch)) }
        </svg>
    }
}

/// Where a time is across the tree, as a share of its width.
fn share(model: &Model, time_us: u64) -> f64 {
    let (from_us, to_us) = model.window_us();
    fraction(from_us, to_us, time_us)
}

fn percent(share: f64) -> String {
    format!("{}%", tenths(share * 100.0))
}

fn limb(model: &Model, page: &Context, place: usize, branch: &BranchInfo, pitch: usize) -> Html {
    let (session, names) = (&model.session, model.branch_names());
    let is_current = place == session.current_branch();
    let edge = if is_current { session.edge() } else { branch.edge };
    let grown = branch.parent.map(|(parent, at)| (parent, at.time_us));
    let middle = |place: usize| (pitch * place + pitch / 2 + 3).to_string();
    // A branch that nobody has looked at yet has been seen nowhere: it ends where it grew.
    let end_us = edge.time_us.max(grown.map_or(0, |(_, time_us)| time_us));
    let (y, end) = (middle(place), share(model, end_us));
    let start = percent(grown.map_or(0.0, |(_, time_us)| share(model, time_us)));
    let choice = session.own_choices(place).first().map(|(_, choice)| choice);
    let origin = grown.map(|(parent, time_us)| page.language.origin(names[parent], time_us));
    let short = choice.filter(|_| grown.is_some()).map(|choice| page.language.choice_mark(choice));
    let label = match short {
        Some(short) if !says(names[place], short) => format!("{}: {short}", names[place]),
        _ => names[place].to_owned(),
    };
    let (shift, anchor) =
        if end < LAST_ROOM { ("translate(8 4)", "start") } else { ("translate(0 -4)", "end") };
    let flags = model.author.bookmarks.iter().filter(|bookmark| bookmark.branch == place);
    let flags = flags.map(|bookmark| {
        let x = percent(share(model, bookmark.at.time_us));
        html! { <circle class="flag" cx={x} cy={y.clone()} r="3" /> }
    });
    html! {
        <g
            key={place}
            class={classes!("limb", is_current.then_some("current"))}
            role="button"
            tabindex="0"
            aria-pressed={is_current.to_string()}
            aria-label={label_of(&label, origin)}
            onclick={page.on::<MouseEvent>(Action::Branch(place))}
            onkeydown={by_key(page, place, is_current)}
        >
            <rect
                class="hit"
                width="100%"
                y={(pitch * place).to_string()}
                height={pitch.to_string()}
                rx="5"
            />
            <g>
                if let Some((parent, _)) = grown {
                    <line
                        x1={start.clone()}
                        x2={start.clone()}
                        y1={middle(parent)}
                        y2={y.clone()}
                    />
                }
            </g>
            <line x1={start} x2={percent(end)} y1={y.clone()} y2={y.clone()} />
            <circle cx={percent(end)} cy={y.clone()} r="2.5" />
            <g>{ for flags }</g>
            <text x={percent(end)} {y} transform={shift} text-anchor={anchor}>{ label }</text>
        </g>
    }
}

/// Whether a name says what was done on its branch: it need not be said again.
fn says(name: &str, done: &str) -> bool {
    let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    plain(name).contains(&plain(done))
}

/// What stands beside a branch and where it grew, to be heard.
fn label_of(name: &str, origin: Option<String>) -> String {
    origin.map_or_else(|| name.to_owned(), |origin| format!("{name}, {origin}"))
}

fn by_key(page: &Context, place: usize, is_current: bool) -> Callback<KeyboardEvent> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: KeyboardEvent| {
        let action = match event.key().as_str() {
            "Enter" | " " => Action::Branch(place),
            "F2" if is_current => Action::Author(AuthorAction::Rename),
            "Delete" if is_current => Action::Author(AuthorAction::Remove),
            _ => return,
        };
        event.prevent_default();
        dispatch.emit(action);
    })
}

/// What can be done with the current branch.
fn branch_row(model: &Model, page: &Context) -> Html {
    let (names, current) = (model.branch_names(), model.session.current_branch());
    let other = model.author.compared.as_ref().map(|compared| compared.other);
    let dispatch = page.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        let other = select.and_then(|select| select.value().parse().ok());
        dispatch.emit(Action::Author(AuthorAction::Compare(other)));
    });
    let option = |(place, name): (Option<usize>, &str)| {
        let value = place.map_or_else(String::new, |place| place.to_string());
        html! {
            <option key={value.clone()} {value} selected={other == place}>
                { name.to_owned() }
            </option>
        }
    };
    let none = (None, page.language.author(AuthorWord::NoBranch));
    let others = names.iter().enumerate().filter(|(place, _)| *place != current);
    let others = others.map(|(place, name)| (Some(place), *name));
    html! {
        <div class="author-row branch-row">
            <strong>{ names[current].to_owned() }</strong>
            { button(page, AuthorWord::Rename, AuthorAction::Rename) }
            { button(page, AuthorWord::Delete, AuthorAction::Remove) }
            <label class="picker">
                <span>{ page.language.author(AuthorWord::CompareWith) }</span>
                <select {onchange}>
                    { for std::iter::once(none).chain(others).map(option) }
                </select>
            </label>
        </div>
    }
}

/// Asks whether a branch is to go, and says what goes with it.
fn removal_row(model: &Model, page: &Context, branch: usize) -> Html {
    let (session, names) = (&model.session, model.branch_names());
    let bookmarks = &model.author.bookmarks;
    let lost = bookmarks.len() - rehomed(bookmarks, session, branch).len();
    let branches = session.branches();
    let children = branches.iter().zip(&names);
    let children = children.filter(|(info, _)| info.parent.is_some_and(|(from, _)| from == branch));
    let children: Vec<&str> = children.map(|(_, name)| *name).collect();
    let own = session.own_choices(branch).len();
    html! {
        <div class="author-row" role="group">
            <p role="alert">
                { page.language.ask_to_remove(names[branch], own, lost, &children) }
            </p>
            { button(page, AuthorWord::Delete, AuthorAction::ConfirmRemove) }
            { button(page, AuthorWord::Keep, AuthorAction::Cancel) }
        </div>
    }
}

/// Asks for a name, or for what a bookmark says.
fn entry_row(model: &Model, page: &Context, entry: &Entry) -> Html {
    let (word, longest, subject) = match entry.subject {
        Subject::Name(branch) => {
            (AuthorWord::Name, "40", model.branch_names().get(branch).map(ToString::to_string))
        }
        Subject::Bookmark(_, at) => {
            (AuthorWord::Caption, "500", Some(format!("★ {} s", seconds(at.time_us))))
        }
    };
    let (draft, enter) = (page.dispatch.clone(), page.dispatch.clone());
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            draft.emit(Action::Author(AuthorAction::Draft(input.value())));
        }
    });
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        enter.emit(Action::Author(AuthorAction::Enter));
    });
    let label = page.language.author(word);
    html! {
        <form class="author-row" aria-label={label} {onsubmit}>
            <strong>{ subject }</strong>
            <input
                id={ENTRY_FIELD}
                class="field"
                aria-label={label}
                placeholder={label}
                maxlength={longest}
                value={entry.text.clone()}
                {oninput}
            />
            <button class="button strong" type="submit">
                { page.language.author(AuthorWord::Save) }
            </button>
            <button
                type="button"
                class="button"
                onclick={page.on::<MouseEvent>(Action::Author(AuthorAction::Cancel))}
            >
                { page.word(crate::catalogue::Word::Cancel) }
            </button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_says_is_not_said_again() {
        assert!(says("Write back within 20 ms", "Write back within"));
        assert!(says("CheckQuorum", "Check quorum"));
        assert!(!says("MSI", "Protocol") && !says("B", "bug"));
    }
}
