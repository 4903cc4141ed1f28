//! The bar at the top.

use lockstep_core::lab::Lab;
use lockstep_core::scenario::gallery::{Section, Story};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::icons::{icon, paths};
use super::{Context, use_page};
use crate::action::{Action, Open, Page};
use crate::author::AuthorAction;
use crate::catalogue::{AuthorWord, KeepWord, Language, LockWord, QuizWord, Word};
use crate::keeping::Keep;
use crate::model::{Dialog, Origin, Theme};
use crate::quiz::QuizAction;

/// What the bar shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) lab: Lab,
    pub(super) origin: Origin,
    pub(super) theme: Theme,
    /// Whether a planted bug is to be found.
    pub(super) quiz: bool,
}

/// The bar: name, lab, scenario, and what concerns the page itself.
#[component]
pub(super) fn Header(props: &Props) -> Html {
    let page = use_page();
    let theme = match props.theme.other() {
        Theme::Light => Word::ThemeLight,
        Theme::Dark => Word::ThemeDark,
    };
    let show = |dialog| page.on::<MouseEvent>(Action::Page(Page::Dialog(dialog)));
    html! {
        <header class="bar">
            { logo() }
            <h1 class="brand">{ "Lockstep" }</h1>
            { labs(&page, props.lab) }
            <div class="picker-box">{ picker(&page, props.lab, props.origin, props.quiz) }</div>
            <button class="button new-run" onclick={show(Dialog::NewRun)}>
                { page.word(Word::NewRun) }
            </button>
            <button
                class="button new-run"
                title={page.word(Word::KeepTitle)}
                onclick={page.on::<MouseEvent>(Action::Keep(Keep::Show))}
            >
                { page.language.keeping(KeepWord::Button) }
            </button>
            <div class="page-tools">
                { languages(&page) }
                <button
                    class="icon-button projector-button"
                    aria-label={page.word(theme)}
                    title={page.word(theme)}
                    onclick={page.on::<MouseEvent>(Action::Page(Page::OtherTheme))}
                >
                    { icon(paths::THEME) }
                </button>
                <button
                    class="icon-button keys-button"
                    aria-label={page.language.author(AuthorWord::Projector)}
                    title={page.language.author(AuthorWord::Projector)}
                    onclick={page.on::<MouseEvent>(Action::Author(AuthorAction::ToggleProjector))}
                >
                    { icon(paths::PROJECTOR) }
                </button>
                <button
                    class="icon-button keys-button"
                    aria-label={page.word(Word::Keys)}
                    title={page.word(Word::Keys)}
                    onclick={show(Dialog::Keys)}
                >
                    { "?" }
                </button>
                <button class="primary" onclick={page.on::<MouseEvent>(Action::Share)}>
                    <span class="long">{ page.word(Word::ShareMoment) }</span>
                    <span class="short">{ page.word(Word::Share) }</span>
                </button>
            </div>
        </header>
    }
}

/// Three nodes, one of which leads.
fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 28 28" aria-hidden="true">
            <path d="M14 6 5.5 21h17z" />
            <circle class="logo-top" cx="14" cy="6" r="4.5" />
            <circle cx="5.5" cy="21" r="4.5" />
            <circle cx="22.5" cy="21" r="4.5" />
        </svg>
    }
}

/// The switch of labs.
fn labs(page: &Context, current: Lab) -> Html {
    let button = |lab: Lab| {
        let text = page.language.lab(lab);
        let open = page.on::<MouseEvent>(Action::Open(Open::Lab(lab)));
        let pressed = (lab == current).to_string();
        html! {
            <button key={text} class="lab" aria-pressed={pressed} onclick={open}>{ text }</button>
        }
    };
    html! {
        <div class="labs" role="group" aria-label={page.language.lock(LockWord::Labs)}>
            { for Lab::ALL.into_iter().map(button) }
        </div>
    }
}

/// The stories of the gallery that play in this lab. A run that is not of the gallery is listed
/// first.
fn picker(page: &Context, lab: Lab, origin: Origin, quiz: bool) -> Html {
    let other = match origin {
        _ if quiz => None,
        Origin::Gallery(_) => None,
        Origin::Link => Some(Word::FromLink),
        Origin::File => Some(Word::FromFile),
        Origin::Own => Some(Word::OwnRun),
    };
    let dispatch = page.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_dyn_into().map(|select: HtmlSelectElement| select.value());
        let story = Story::ALL.into_iter().find(|story| chosen.as_deref() == Some(story.name()));
        if let Some(story) = story {
            dispatch.emit(Action::Open(Open::Story(story)));
        } else if chosen.as_deref() == Some("quiz") {
            dispatch.emit(Action::Quiz(QuizAction::Begin));
        }
    });
    let option = |story: Story| {
        let selected = !quiz && origin == Origin::Gallery(story);
        html! {
            <option key={story.name()} value={story.name()} {selected}>
                { page.language.story(story) }
            </option>
        }
    };
    let of_lab = Section::ALL.into_iter().filter(|section| section.lab() == lab);
    let sections = of_lab.map(|section| {
        let stories = Story::ALL.into_iter().filter(|story| story.section() == section);
        let title = page.language.story_section(section);
        html! { <optgroup key={title} label={title}>{ for stories.map(option) }</optgroup> }
    });
    html! {
        <label class="picker">
            <span>{ page.word(Word::Scenario) }</span>
            <select aria-label={page.word(Word::Scenario)} {onchange}>
                if let Some(other) = other {
                    <option key="other" value="" selected=true>{ page.word(other) }</option>
                }
                { for sections }
                <option value="quiz" selected={quiz}>
                    { page.language.quiz(QuizWord::Title) }
                </option>
            </select>
        </label>
    }
}

/// The switch of languages.
fn languages(page: &Context) -> Html {
    let buttons = Language::ALL.iter().map(|language| {
        let tag = language.tag();
        let pressed = (page.language == *language).to_string();
        html! {
            <button
                key={tag}
                class="language"
                lang={tag}
                aria-pressed={pressed}
                title={language.own_name()}
                onclick={page.on::<MouseEvent>(Action::Page(Page::Language(*language)))}
            >
                { tag.to_ascii_uppercase() }
            </button>
        }
    });
    html! {
        <div class="languages" role="group" aria-label={page.word(Word::Language)}>
            { for buttons }
        </div>
    }
}
