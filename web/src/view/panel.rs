//! The side panel: why things are as they are. On a phone it is a sheet that is pulled up.

use lockstep_core::check::Verdict;
use lockstep_core::lab::session::CheckReport;
use yew::prelude::*;

use super::icons::{icon, paths};
use super::{
    Context, about, cache, checks, clients, events, inspect, locks, logs, meaning, quiz, rules,
};
use crate::action::{Action, Page};
use crate::catalogue::{StageWord, Word};
use crate::history::Judged;
use crate::model::{Model, Tab};

/// The panel's card.
pub(super) fn card(model: &Model, page: &Context) -> Html {
    let scene = &model.scene;
    let names = model.session.names();
    let content = match (model.tab, &scene.view.cache) {
        (Tab::Rules | Tab::Logs, Some(view)) => cache::table(model, page, view),
        (Tab::Clients, Some(view)) => cache::panel(page, view),
        (Tab::Inspect, _) => html! {
            <>
                <div class="inspected">
                    { cache::followed(model, page) }
                    { inspect::selected(model, page).unwrap_or_else(|| about::run(model, page)) }
                </div>
                { checks::summary(model, page) }
            </>
        },
        (Tab::Logs, _) => logs::matrix(page, &scene.view),
        (Tab::Events, _) => events::panel(model, page),
        (Tab::Rules, _) => rules::panel(model, page),
        (Tab::Checks, _) => html! {
            <>
                { quiz::card(model, page) }
                { checks::reports(model, page, names) }
                { meaning::list(model, page) }
            </>
        },
        (Tab::Clients, _) => match &scene.view.locks {
            Some(view) => locks::panel(page, view),
            None => clients::list(model, page),
        },
    };
    let class = classes!("card", "panel", model.sheet_open.then_some("open"));
    html! {
        <aside {class} aria-label={page.word(Word::Panel)}>
            { handle(page, model.sheet_open) }
            { tabs(page, model.tab, &alarms(model), scene.view.cache.is_some()) }
            <div
                key={tab_id(model.tab)}
                class="panel-body"
                role="tabpanel"
                id="panel"
                aria-labelledby={tab_id(model.tab)}
                tabindex="0"
            >
                { content }
            </div>
        </aside>
    }
}

/// The pages that have a failure to show.
fn alarms(model: &Model) -> Vec<Tab> {
    let fails = |report: &CheckReport| matches!(report.verdict, Verdict::Fails(_));
    let checks = model.scene.checks.iter().any(fails).then_some(Tab::Checks);
    let judged = model.watch.last_judged(&model.session);
    // Only the store's clients have their history drawn.
    let shown = if model.scene.view.locks.is_some() { Tab::Checks } else { Tab::Clients };
    let clients = judged.and_then(Judged::conviction).map(|_| shown);
    checks.into_iter().chain(clients).collect()
}

const fn tab_id(tab: Tab) -> &'static str {
    match tab {
        Tab::Inspect => "tab-inspect",
        Tab::Logs => "tab-logs",
        Tab::Events => "tab-events",
        Tab::Checks => "tab-checks",
        Tab::Clients => "tab-clients",
        Tab::Rules => "tab-rules",
    }
}

/// Pulls the sheet up and down; only a phone shows it.
fn handle(page: &Context, open: bool) -> Html {
    let (word, path) =
        if open { (Word::ClosePanel, paths::DOWN) } else { (Word::OpenPanel, paths::UP) };
    html! {
        <button
            class="handle"
            aria-expanded={open.to_string()}
            aria-controls="panel"
            onclick={page.on::<MouseEvent>(Action::Page(Page::Sheet(!open)))}
        >
            { icon(path) }
            <span>{ page.word(word) }</span>
        </button>
    }
}

/// The panel's pages. Left and right go from one to the next, as in any list of tabs.
fn tabs(page: &Context, current: Tab, alarms: &[Tab], of_cache: bool) -> Html {
    let name = |tab: Tab| match tab {
        Tab::Rules if of_cache => page.language.stage(StageWord::TableTab),
        Tab::Clients if of_cache => page.language.stage(StageWord::FiguresTab),
        _ => page.language.tab(tab),
    };
    // No cache has a log.
    let shown = Tab::ALL.into_iter().filter(|tab| !of_cache || *tab != Tab::Logs);
    let tab = |tab: Tab| {
        let selected = tab == current;
        let alarm = alarms.contains(&tab);
        html! {
            <button
                key={tab_id(tab)}
                id={tab_id(tab)}
                class={classes!("tab", alarm.then_some("alarm"))}
                role="tab"
                aria-selected={selected.to_string()}
                aria-controls="panel"
                tabindex={if selected { "0" } else { "-1" }}
                onclick={page.on::<MouseEvent>(Action::Page(Page::Tab(tab)))}
                onkeydown={neighbours(page, tab)}
            >
                { name(tab) }
            </button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={page.word(Word::Panel)}>
            { for shown.map(tab) }
        </div>
    }
}

/// Goes to a neighbour with an arrow, and takes the focus along.
fn neighbours(page: &Context, tab: Tab) -> Callback<KeyboardEvent> {
    let dispatch = page.dispatch.clone();
    Callback::from(move |event: KeyboardEvent| {
        let place = Tab::ALL.iter().position(|other| *other == tab).unwrap_or(0);
        let count = Tab::ALL.len();
        let next = match event.key().as_str() {
            "ArrowRight" => (place + 1) % count,
            "ArrowLeft" => (place + count - 1) % count,
            _ => return,
        };
        event.prevent_default();
        dispatch.emit(Action::Page(Page::Tab(Tab::ALL[next])));
        let document =
            event.target_dyn_into().and_then(|tab: web_sys::Element| tab.owner_document());
        let neighbour =
            document.and_then(|document| document.get_element_by_id(tab_id(Tab::ALL[next])));
        if let Some(neighbour) = neighbour.as_ref().and_then(wasm_bindgen::JsCast::dyn_ref) {
            let _ = web_sys::HtmlElement::focus(neighbour);
        }
    })
}
