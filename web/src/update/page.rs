//! The page itself: language, theme, panels and dialogs.

use super::{author, meaning, open, refresh, say};
use crate::action::Page;
use crate::author::AuthorAction;
use crate::catalogue::Language;
use crate::effect::Effect;
use crate::keeping::LONGEST_LINK;
use crate::model::{Dialog, Model, Notice, Tab, Tool};
use crate::new_run::NewRun;

pub(super) fn page(model: &mut Model, page: Page) -> Vec<Effect> {
    match page {
        Page::Language(language) => return prefer_language(model, language),
        Page::NextLanguage => {
            let all = Language::ALL;
            let current = all.iter().position(|other| *other == model.preferences.language);
            let next = all[(current.unwrap_or(0) + 1) % all.len()];
            return prefer_language(model, next);
        }
        Page::OtherTheme => {
            model.preferences.theme = Some(model.theme().other());
            return prefer(model);
        }
        Page::Tab(tab) => show_tab(model, tab),
        Page::NextTab => {
            let current = Tab::ALL.iter().position(|tab| *tab == model.tab).unwrap_or(0);
            show_tab(model, Tab::ALL[(current + 1) % Tab::ALL.len()]);
        }
        Page::Sheet(open) => model.sheet_open = open,
        Page::Dialog(dialog) => return open_dialog(model, dialog),
        Page::CloseDialog => model.dialog = None,
        Page::Escape => return escape(model),
        Page::Dismiss => model.notice = None,
        // What has been said since may be there to stay.
        Page::Expire => model.notice = model.notice.take().filter(|notice| !notice.expires()),
        Page::Form(form) => {
            model.window.form = form;
            open::lay_out(model);
        }
        Page::Calm(calm) => model.window.calm = calm,
        Page::Dark(dark) => {
            model.window.dark = dark;
            return vec![Effect::Prefer(model.preferences, model.theme())];
        }
    }
    Vec::new()
}

fn prefer_language(model: &mut Model, language: Language) -> Vec<Effect> {
    model.preferences.language = language;
    prefer(model)
}

fn prefer(model: &Model) -> Vec<Effect> {
    vec![Effect::Prefer(model.preferences, model.theme())]
}

pub(super) fn show_tab(model: &mut Model, tab: Tab) {
    model.tab = tab;
    // Some pages show what is fetched only for them.
    if !model.session.is_travelling() {
        refresh(model);
    }
}

fn open_dialog(model: &mut Model, dialog: Dialog) -> Vec<Effect> {
    model.player.playing = false;
    let draws = dialog == Dialog::NewRun;
    if draws {
        model.new_run = NewRun::of(model.session.config());
        if model.quiz.as_ref().is_some_and(|quiz| quiz.end.is_none()) {
            // What is planted is not told.
            model.new_run.bugs.clear();
            model.new_run.cache.iter_mut().for_each(|cache| cache.bugs.clear());
        }
    }
    model.dialog = Some(dialog);
    if draws { vec![Effect::DrawSeed] } else { Vec::new() }
}

/// Closes the topmost thing that is open.
fn escape(model: &mut Model) -> Vec<Effect> {
    if model.dialog.take().is_some()
        || model.hands.menu.take().is_some()
        || model.hands.drag.take().is_some()
        || author::escape(model)
        || meaning::stop(model)
    {
        return Vec::new();
    }
    // A tool says on its face that this key puts it away: a notice must not come in between.
    if model.tool != Tool::None {
        model.tool = Tool::None;
    } else if model.notice.is_some() {
        model.notice = None;
    } else if model.sheet_open {
        model.sheet_open = false;
    } else if model.author.projector {
        return author::author(model, AuthorAction::Projector(false));
    } else {
        model.selection = None;
    }
    Vec::new()
}

pub(super) fn copied(model: &mut Model, link: String, copied: bool) -> Vec<Effect> {
    let wanted = std::mem::take(&mut model.keeping.wants_details);
    if wanted || !copied || link.chars().count() > LONGEST_LINK {
        model.player.playing = false;
        model.dialog = Some(Dialog::Link { link, copied });
        return Vec::new();
    }
    let characters = link.chars().count();
    say(model, Notice::LinkCopied { characters })
}
