//! Dialogs for keeping runs and handing them on.

use lockstep_core::scenario::export::Format;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::dialogs::Frame;
use super::{Context, about, notice};
use crate::action::Action;
use crate::catalogue::{KeepWord, Word};
use crate::keeping::{Edit, Keep, Kept, LONGEST_LINK, LONGEST_NAME, clean_name, embed_code};
use crate::model::Model;

/// Runs that are kept, files, and exports.
pub(super) fn dialog(model: &Model, page: &Context) -> Html {
    let word = |word| page.language.keeping(word);
    html! {
        <Frame title={Word::KeepTitle} class="keeping">
            { keep(model, page) }
            <section>
                <h3>{ word(KeepWord::Files) }</h3>
                <div class="dialog-tools">{ about::files(page) }</div>
                <p class="hint">{ word(KeepWord::DropHint) }</p>
            </section>
            <section>
                <h3>{ word(KeepWord::Exports) }</h3>
                { exports(model, page) }
            </section>
            { notice::bar(model, model.notice.as_ref(), page) }
        </Frame>
    }
}

fn button(page: &Context, keep: Keep, text: &str) -> Html {
    html! {
        <button
            type="button"
            class="button"
            onclick={page.on::<MouseEvent>(Action::Keep(keep))}
        >
            { text }
        </button>
    }
}

/// The runs in the browser's memory, and the way there.
fn keep(model: &Model, page: &Context) -> Html {
    let word = |word| page.language.keeping(word);
    let keeping = &model.keeping;
    let taken = keeping.has(&clean_name(&keeping.name));
    let save = if taken { KeepWord::Overwrite } else { KeepWord::Save };
    html! {
        <section>
            <h3>{ word(KeepWord::InBrowser) }</h3>
            <form class="dialog-tools" onsubmit={submit(page, Keep::Save)}>
                { name(page, &keeping.name, Keep::Name) }
                <button class="primary" type="submit">{ word(save) }</button>
            </form>
            <p class="hint">{ word(KeepWord::InBrowserHint) }</p>
            if keeping.kept.is_empty() {
                <p class="hint">{ word(KeepWord::NothingKept) }</p>
            }
            <ul class="kept">
                { for keeping.kept.iter().map(|kept| row(page, keeping.editing.as_ref(), kept)) }
            </ul>
        </section>
    }
}

/// A field for a run's name.
fn name(page: &Context, value: &str, typed: impl Fn(String) -> Keep + 'static) -> Html {
    let dispatch = page.dispatch.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            dispatch.emit(Action::Keep(typed(input.value())));
        }
    });
    html! {
        <input
            class="field"
            aria-label={page.language.keeping(KeepWord::Name)}
            placeholder={page.language.keeping(KeepWord::Name)}
            maxlength={LONGEST_NAME.to_string()}
            required=true
            value={value.to_owned()}
            {oninput}
        />
    }
}

fn submit(page: &Context, keep: Keep) -> Callback<SubmitEvent> {
    page.dispatch.reform(move |event: SubmitEvent| {
        event.prevent_default();
        Action::Keep(keep.clone())
    })
}

/// A kept run: open, rename, delete.
fn row(page: &Context, editing: Option<&(String, Edit)>, kept: &Kept) -> Html {
    let word = |word| page.language.keeping(word);
    let begin = |edit, text| {
        let label = format!("{}: {}", word(text), kept.name);
        let editing = Keep::Edit(Some((kept.name.clone(), edit)));
        html! {
            <button
                class="button"
                aria-label={label}
                onclick={page.on::<MouseEvent>(Action::Keep(editing))}
            >
                { word(text) }
            </button>
        }
    };
    let cancel = || button(page, Keep::Edit(None), page.word(Word::Cancel));
    let content = match editing.filter(|(name, _)| *name == kept.name) {
        Some((old, Edit::Rename(typed))) => {
            let old = old.clone();
            let typed_on = move |typed| Keep::Edit(Some((old.clone(), Edit::Rename(typed))));
            html! {
                <form class="dialog-tools" onsubmit={submit(page, Keep::Confirm)}>
                    { name(page, typed, typed_on) }
                    <button class="button" type="submit">{ word(KeepWord::Rename) }</button>
                    { cancel() }
                </form>
            }
        }
        Some((_, Edit::Delete)) => html! {
            <div class="dialog-tools">
                <b>{ &kept.name }</b>
                { button(page, Keep::Confirm, word(KeepWord::ReallyDelete)) }
                { cancel() }
            </div>
        },
        None => html! {
            <div class="dialog-tools">
                <button
                    class="kept-run"
                    onclick={page.on::<MouseEvent>(Action::Keep(Keep::Open(kept.clone())))}
                >
                    <b>{ &kept.name }</b>
                    <small>
                        { format!("{} · {}", kept.date, page.language.size(kept.fragment.len())) }
                    </small>
                </button>
                { begin(Edit::Rename(kept.name.clone()), KeepWord::Rename) }
                { begin(Edit::Delete, KeepWord::Delete) }
            </div>
        },
    };
    html! { <li key={kept.name.clone()}>{ content }</li> }
}

/// The run as a file for other programs; while one is written, how far it is.
fn exports(model: &Model, page: &Context) -> Html {
    let word = |word| page.language.keeping(word);
    if let Some(percent) = model.keeping.writing {
        let percent = percent.to_string();
        return html! {
            <div class="dialog-tools">
                <progress
                    max="100"
                    value={percent}
                    aria-label={word(KeepWord::Exports)}
                />
                { button(page, Keep::StopWriting, word(KeepWord::Stop)) }
            </div>
        };
    }
    let write = |format, text| button(page, Keep::Write(format), word(text));
    html! {
        <div class="dialog-tools">
            { button(page, Keep::Draw, word(KeepWord::Svg)) }
            { write(Format::Ndjson, KeepWord::Ndjson) }
            { write(Format::Mermaid, KeepWord::Mermaid) }
            { write(Format::Golden, KeepWord::Golden) }
            { button(page, Keep::Details, word(KeepWord::Details)) }
        </div>
    }
}

/// A link, what is in it, and the code that puts its moment into another page.
pub(super) fn link(model: &Model, page: &Context, link: &str, copied: bool) -> Html {
    let word = |word| page.language.keeping(word);
    let characters = link.chars().count();
    let long = characters > LONGEST_LINK;
    let state = if copied { KeepWord::IsCopied } else { KeepWord::CopyYourself };
    html! {
        <Frame title={Word::ShareTitle} class="keeping">
            <section>
                <p>{ word(state) }</p>
                { copyable(page, page.word(Word::Link), link) }
                <p class={classes!("hint", "length", long.then_some("trouble"))}>
                    { page.language.link_length(characters) }
                </p>
                if long {
                    <p class="trouble">{ word(KeepWord::TooLong) }</p>
                }
                <p class="hint">{ page.language.inside(model.keeping.inside) }</p>
                <div class="dialog-tools">{ about::save_file(page) }</div>
            </section>
            <section>
                <h3>{ word(KeepWord::Embed) }</h3>
                { copyable(page, word(KeepWord::Embed), &embed_code(link)) }
                <p class="hint">{ word(KeepWord::EmbedHint) }</p>
            </section>
            { notice::bar(model, model.notice.as_ref(), page) }
        </Frame>
    }
}

/// A text that is copied by a button, or by hand: going into its field selects it.
fn copyable(page: &Context, label: &'static str, text: &str) -> Html {
    let select = Callback::from(|event: FocusEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            input.select();
        }
    });
    let copy = page.language.keeping(KeepWord::Copy);
    html! {
        <div class="dialog-tools">
            <input
                class="field link"
                readonly=true
                aria-label={label}
                value={text.to_owned()}
                onfocus={select}
            />
            { button(page, Keep::Copy(text.to_owned()), copy) }
        </div>
    }
}
