//! Where a processor of the cache lab is asked for something: which node, what, which line and
//! word, and the values.

use lockstep_core::cache::address::Line;
use lockstep_core::lab::Names;
use lockstep_core::sim::process::NodeId;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Context, tools};
use crate::action::{Action, ToolAction};
use crate::cache_form::{AccessForm, AccessKind, LONGEST_VALUE};
use crate::catalogue::Word;
use crate::keys::Shortcut;
use crate::model::Model;

/// The row for what is put together.
pub(super) fn bar(model: &Model, page: &Context, names: Names, form: &AccessForm) -> Html {
    let language = page.language;
    let Some(lab) = &model.session.config().cache else { return Html::default() };
    let send = page.dispatch.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(Action::Tool(ToolAction::Confirm));
    });
    let wrong = form.operation().is_none();
    let nodes = (0..lab.caches).map(|cache| (cache, names.name(NodeId(cache)).to_string()));
    let kinds = (0..).zip(AccessKind::ALL).map(|(place, kind)| (place, language.access(kind)));
    let kinds = kinds.map(|(place, text)| (place, text.to_owned()));
    let lines = (0..lab.lines).map(|line| (line, Line(line).to_string()));
    let words = (0..lab.words).map(|word| (word, word.to_string()));
    let kind_now = AccessKind::ALL.iter().position(|kind| *kind == form.kind);
    let kind_now = kind_now.and_then(|place| u8::try_from(place).ok()).unwrap_or(0);
    let [which_cache, which_line, which_word] =
        [language.which_cache(), language.which_line(), language.which_word()];
    html! {
        <form class="tools asking" aria-label={page.word(Word::Operate)} {onsubmit}>
            {
                choice(page, form, which_cache, form.cache.0, nodes, |form, cache| {
                    form.cache = NodeId(cache);
                })
            }
            {
                choice(page, form, page.word(Word::Operation), kind_now, kinds, |form, kind| {
                    let kind = AccessKind::ALL.get(usize::from(kind));
                    form.kind = kind.copied().unwrap_or_default();
                })
            }
            { choice(page, form, which_line, form.line, lines, |form, line| form.line = line) }
            if form.kind.is_of_word() && lab.words > 1 {
                { choice(page, form, which_word, form.word, words, |form, word| form.word = word) }
            }
            if form.kind == AccessKind::CompareAndSwap {
                { value(page, form, Word::OldValue, &form.old, |form, text| form.old = text) }
            }
            if form.kind.has_value() {
                { value(page, form, Word::Value, &form.value, |form, text| form.value = text) }
            }
            if wrong {
                <small class="effect wrong" role="status">{ language.not_a_value() }</small>
            }
            <button class="button strong" type="submit" aria-disabled={wrong.to_string()}>
                { page.word(Word::Send) }
                <kbd>{ Shortcut::Confirm.label() }</kbd>
            </button>
            { tools::cancel(page) }
        </form>
    }
}

/// One of several, by its number.
fn choice(
    page: &Context,
    form: &AccessForm,
    label: &'static str,
    now: u8,
    options: impl Iterator<Item = (u8, String)>,
    set: fn(&mut AccessForm, u8),
) -> Html {
    let (dispatch, form) = (page.dispatch.clone(), form.clone());
    let onchange = Callback::from(move |event: Event| {
        let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
        let mut form = form.clone();
        set(&mut form, select.value().parse().unwrap_or(0));
        dispatch.emit(Action::Tool(ToolAction::Access(form)));
    });
    let option = |(number, text): (u8, String)| {
        let value = number.to_string();
        html! { <option key={number} {value} selected={number == now}>{ text }</option> }
    };
    html! {
        <label class="labelled">
            <span>{ label }</span>
            <select class="field" {onchange}>{ for options.map(option) }</select>
        </label>
    }
}

/// A value that is typed.
fn value(
    page: &Context,
    form: &AccessForm,
    label: Word,
    text: &str,
    set: fn(&mut AccessForm, String),
) -> Html {
    let (dispatch, form) = (page.dispatch.clone(), form.clone());
    let oninput = Callback::from(move |event: InputEvent| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
        let mut form = form.clone();
        set(&mut form, input.value());
        dispatch.emit(Action::Tool(ToolAction::Access(form)));
    });
    html! {
        <label class="labelled">
            <span>{ page.word(label) }</span>
            <input
                class="field"
                size="6"
                inputmode="numeric"
                maxlength={LONGEST_VALUE.to_string()}
                value={text.to_owned()}
                {oninput}
            />
        </label>
    }
}
