//! Dialogs: keys and a new run; the frame of all others.

use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use super::icons::{icon, paths};
use super::{Context, keeping, use_page};
use crate::action::{Action, Open, Page};
use crate::catalogue::Word;
use crate::keys::{Group, Shortcut};
use crate::model::{Dialog, Model, NewRun};

/// The dialog that is open, if one is.
pub(super) fn open(model: &Model, page: &Context) -> Html {
    let dialog = model.dialog.as_ref().map(|dialog| match dialog {
        Dialog::Keys => keys(page),
        Dialog::NewRun => new_run_form(page, &model.new_run),
        Dialog::Link { link, copied } => keeping::link(model, page, link, *copied),
        Dialog::Keeping => keeping::dialog(model, page),
    });
    html! { <div class="dialogs">{ for dialog }</div> }
}

/// Whether the dialog that is open says itself what the page has to say.
pub(super) const fn speaks(model: &Model) -> bool {
    matches!(model.dialog, Some(Dialog::Keeping | Dialog::Link { .. }))
}

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct FrameProps {
    pub(super) title: Word,
    #[prop_or_default]
    pub(super) class: &'static str,
    pub(super) children: Html,
}

/// A dialog's frame. The browser keeps the focus in it and closes it with Escape.
#[component]
pub(super) fn Frame(props: &FrameProps) -> Html {
    let page = use_page();
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(dialog) = node.cast::<HtmlDialogElement>() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        }
    });
    let close = Action::Page(Page::CloseDialog);
    html! {
        <dialog
            ref={node}
            class={classes!("dialog", props.class)}
            aria-labelledby="dialog-title"
            onclose={page.on::<Event>(close.clone())}
        >
            <div class="dialog-head">
                <h2 id="dialog-title">{ page.word(props.title) }</h2>
                <button
                    class="icon-button"
                    aria-label={page.word(Word::Close)}
                    onclick={page.on::<MouseEvent>(close)}
                >
                    { icon(paths::CLOSE) }
                </button>
            </div>
            { props.children.clone() }
        </dialog>
    }
}

/// Every key and what it does.
fn keys(page: &Context) -> Html {
    let group = |group: Group| {
        let of_group = Shortcut::ALL.into_iter().filter(move |shortcut| shortcut.group() == group);
        html! {
            <section key={page.language.key_group(group)}>
                <h3>{ page.language.key_group(group) }</h3>
                <dl class="keys">
                    { for of_group.map(|shortcut| html! {
                        <div key={shortcut.label()}>
                            <dt><kbd>{ shortcut.label() }</kbd></dt>
                            <dd>{ page.language.shortcut(shortcut) }</dd>
                        </div>
                    }) }
                </dl>
            </section>
        }
    };
    html! {
        <Frame title={Word::KeysTitle} class="wide">
            <div class="key-groups">
                { for [Group::Watch, Group::Act, Group::Page].into_iter().map(group) }
            </div>
        </Frame>
    }
}

/// Sets a new run up.
fn new_run_form(page: &Context, new_run: &NewRun) -> Html {
    let NewRun { servers, clients, loss_percent, .. } = *new_run;
    let begin = page.dispatch.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        begin.emit(Action::Open(Open::New));
    });
    let number = |label, name, value: u8, (low, high): (u8, u8), set: fn(&mut NewRun, u8)| {
        let unit = if name == "loss" { " %" } else { "" };
        let oninput = changed(page, new_run, move |new_run, input| {
            if let Ok(value) = input.value().parse::<u8>() {
                set(new_run, value.clamp(low, high));
            }
        });
        html! {
            <label class="row">
                <span>{ page.word(label) }</span>
                <span class="slider-box">
                    <input
                        type="range"
                        {name}
                        min={low.to_string()}
                        max={high.to_string()}
                        value={value.to_string()}
                        {oninput}
                    />
                    <output>{ format!("{value}{unit}") }</output>
                </span>
            </label>
        }
    };
    html! {
        <Frame title={Word::NewRunTitle}>
            <form class="new-run-form" {onsubmit}>
                {
                    number(Word::Servers, "servers", servers, (1, 9), |run, count| {
                        run.servers = count;
                    })
                }
                {
                    number(Word::ClientCount, "clients", clients, (0, 4), |run, count| {
                        run.clients = count;
                    })
                }
                {
                    number(Word::Loss, "loss", loss_percent, (0, 50), |run, percent| {
                        run.loss_percent = percent;
                    })
                }
                <label class="row">
                    <span>{ page.word(Word::Load) }</span>
                    <input
                        type="checkbox"
                        name="load"
                        checked={new_run.load}
                        oninput={changed(page, new_run, |run, input| run.load = input.checked())}
                    />
                </label>
                { seed(page, new_run) }
                <div class="dialog-foot">
                    <button class="primary" type="submit">{ page.word(Word::Begin) }</button>
                </div>
            </form>
        </Frame>
    }
}

/// The seed: everything random follows from it.
fn seed(page: &Context, new_run: &NewRun) -> Html {
    let oninput = changed(page, new_run, |new_run, input| {
        if let Ok(seed) = input.value().parse() {
            new_run.seed = seed;
        }
    });
    html! {
        <div class="row">
            <label for="seed">{ page.word(Word::Seed) }</label>
            <span class="seed-box">
                <input
                    id="seed"
                    class="field"
                    inputmode="numeric"
                    pattern="[0-9]{1,19}"
                    maxlength="19"
                    size="10"
                    value={new_run.seed.to_string()}
                    {oninput}
                />
                <button
                    type="button"
                    class="button"
                    onclick={page.on::<MouseEvent>(Action::Open(Open::OtherSeed))}
                >
                    { page.word(Word::OtherSeed) }
                </button>
            </span>
        </div>
    }
}

/// Changes the new run by what was typed.
fn changed(
    page: &Context,
    new_run: &NewRun,
    change: impl Fn(&mut NewRun, &HtmlInputElement) + 'static,
) -> Callback<InputEvent> {
    let (dispatch, new_run) = (page.dispatch.clone(), new_run.clone());
    Callback::from(move |event: InputEvent| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
        let mut new_run = new_run.clone();
        change(&mut new_run, &input);
        dispatch.emit(Action::Open(Open::Change(new_run)));
    })
}
