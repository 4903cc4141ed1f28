//! Where a script is written: the text, and below it what is wrong with it, where it is wrong.

use lockstep_core::lab::Names;
use lockstep_core::lock::Resource;
use lockstep_core::lock::script::{Script, ScriptError};
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{Context, tools};
use crate::action::{Action, ToolAction};
use crate::keys::Shortcut;
use crate::lock_form::{LONGEST_SCRIPT, ScriptForm, Snippet, cut, resources, stranger};
use crate::model::Model;
use crate::update::is_busy;

/// The text of a script.
pub(super) struct Editor<'a> {
    /// What the element is called, and what describes it.
    pub(super) name: &'a str,
    /// What it is about, for those who do not see it.
    pub(super) label: String,
    /// What is typed.
    pub(super) text: &'a str,
    /// Whether nothing typed is right, too.
    pub(super) optional: bool,
    /// Something is typed.
    pub(super) change: Callback<String>,
    /// Enter is pressed; with Shift it begins a line, as it does where nothing else is to happen.
    pub(super) enter: Option<Callback<()>>,
    /// What can be locked.
    pub(super) resources: &'a [Resource],
}

impl Editor<'_> {
    /// What is wrong with the script, if something is.
    fn error(&self) -> Option<ScriptError> {
        let blank = self.optional && self.text.trim().is_empty();
        if blank { None } else { self.text.parse::<Script>().err() }
    }

    /// The field, and what is wrong with what stands in it.
    pub(super) fn view(&self, page: &Context) -> Html {
        let (error, about) = (self.error(), format!("about-{}", self.name));
        html! {
            <div class="script-box">
                { self.field(error.is_some(), about.clone()) }
                <small id={about} class="effect script-said" role="status">
                    { self.said(page, error) }
                </small>
            </div>
        }
    }

    fn field(&self, wrong: bool, about: String) -> Html {
        let change = self.change.clone();
        let oninput = Callback::from(move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                change.emit(area.value());
            }
        });
        let enter = self.enter.clone();
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            if let Some(enter) = &enter
                && event.key() == "Enter"
                && !event.shift_key()
                && !event.is_composing()
            {
                event.prevent_default();
                enter.emit(());
            }
        });
        html! {
            <textarea
                class="field script"
                name={self.name.to_owned()}
                rows="2"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                maxlength={LONGEST_SCRIPT.to_string()}
                aria-label={self.label.clone()}
                aria-invalid={wrong.to_string()}
                aria-describedby={about}
                value={self.text.to_owned()}
                {oninput}
                {onkeydown}
            />
        }
    }

    /// What is wrong, with the script marked where it is; or what will be refused.
    fn said(&self, page: &Context, error: Option<ScriptError>) -> Html {
        let language = page.language;
        if let Some(error) = error {
            let [before, wrong, after] = cut(self.text, error);
            // The words before are enough to find the place by.
            let near: String = before.chars().rev().take(24).collect();
            let near: String = near.chars().rev().collect();
            let cut_short = near.len() < before.len();
            let after: String = after.chars().take(16).collect();
            let wrong = if wrong.is_empty() { "…" } else { wrong };
            return html! {
                <>
                    <span class="wrong">{ language.script_error(error) }</span>
                    <code class="script-place">
                        if cut_short { { "…" } }
                        { near }<mark>{ wrong.to_owned() }</mark>{ after }
                    </code>
                </>
            };
        }
        let script: Option<Script> = self.text.parse().ok();
        let stranger = script.as_ref().and_then(|script| stranger(script, self.resources));
        match stranger {
            Some(resource) => html! {
                <span class="unwise">{ format!("⚠ {}", language.no_such_resource(resource)) }</span>
            },
            None => html! { language.script_hint() },
        }
    }
}

/// The row below the stage in which a client of the lock manager is given a script.
pub(super) fn bar(model: &Model, page: &Context, names: Names, form: &ScriptForm) -> Html {
    let client = names.name(form.client).to_string();
    let (language, busy) = (page.language, is_busy(model, form.client));
    let confirm = Action::Tool(ToolAction::Confirm);
    let (send, run) = (page.dispatch.clone(), confirm.clone());
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(run.clone());
    });
    let (send, enter) = (page.dispatch.clone(), confirm);
    let resources = resources(&model.session);
    let editor = Editor {
        name: "script",
        label: format!("{client}: {}", language.script()),
        text: &form.text,
        optional: false,
        change: typed(page, form),
        enter: Some(Callback::from(move |()| send.emit(enter.clone()))),
        resources: &resources,
    };
    let wrong = editor.error().is_some();
    let (stop, after) =
        [ToolAction::Stop(form.client), ToolAction::RunAfter].map(Action::Tool).into();
    html! {
        <form class="tools asking scripting" aria-label={language.script()} {onsubmit}>
            <strong class="ask">{ client }</strong>
            { snippets(page, form, &resources) }
            { editor.view(page) }
            <span class="pair">
                <button class="button strong" type="submit" aria-disabled={wrong.to_string()}>
                    { language.run_script() }
                    <kbd>{ Shortcut::Confirm.label() }</kbd>
                </button>
                if busy {
                    { button(page, language.run_after(), wrong, after) }
                    { button(page, language.stop_script(), false, stop) }
                }
            </span>
            { tools::cancel(page) }
        </form>
    }
}

fn button(page: &Context, text: &'static str, disabled: bool, action: Action) -> Html {
    html! {
        <button
            key={text}
            type="button"
            class="button"
            aria-disabled={disabled.to_string()}
            onclick={page.on::<MouseEvent>(action)}
        >
            { text }
        </button>
    }
}

fn typed(page: &Context, form: &ScriptForm) -> Callback<String> {
    let (dispatch, client) = (page.dispatch.clone(), form.client);
    Callback::from(move |text: String| {
        dispatch.emit(Action::Tool(ToolAction::Script(ScriptForm { client, text })));
    })
}

/// Scripts to begin with. One that is chosen is written, and can be changed.
fn snippets(page: &Context, form: &ScriptForm, resources: &[Resource]) -> Html {
    let texts: Vec<String> = Snippet::ALL.map(|snippet| snippet.script(resources)).into();
    let change = typed(page, form);
    let known = texts.clone();
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_dyn_into().map(|select: HtmlSelectElement| select.value());
        let place = chosen.and_then(|chosen| chosen.parse::<usize>().ok());
        if let Some(text) = place.and_then(|place| known.get(place)) {
            change.emit(text.clone());
        }
    });
    let is_one = texts.contains(&form.text);
    let option = |(place, snippet): (usize, Snippet)| {
        let selected = texts[place] == form.text;
        html! {
            <option key={place} value={place.to_string()} {selected}>
                { page.language.snippet(snippet) }
            </option>
        }
    };
    html! {
        <select class="field" aria-label={page.language.snippets()} {onchange}>
            <option value="" selected={!is_one}>
                { format!("{} …", page.language.snippets()) }
            </option>
            { for Snippet::ALL.into_iter().enumerate().map(option) }
        </select>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, optional: bool) -> Option<ScriptError> {
        let editor = Editor {
            name: "script",
            label: String::new(),
            text,
            optional,
            change: Callback::noop(),
            enter: None,
            resources: &[],
        };
        editor.error()
    }

    #[test]
    fn nothing_typed_is_right_only_where_nothing_need_be_done() {
        assert_eq!(said("  ", true), None);
        assert!(said("  ", false).is_some());
        assert!(said("lock", true).is_some());
    }
}
