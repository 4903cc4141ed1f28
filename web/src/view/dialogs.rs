//! Dialogs: keys and a new run; the frame of all others.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::icons::{icon, paths};
use super::{Context, cache, keeping, new_run, settings, use_page};
use crate::action::{Action, Page};
use crate::catalogue::Word;
use crate::keys::{Group, Shortcut};
use crate::model::{Dialog, Model};

/// The dialog that is open, if one is.
pub(super) fn open(model: &Model, page: &Context) -> Html {
    let dialog = model.dialog.as_ref().map(|dialog| match dialog {
        Dialog::Keys => keys(page),
        Dialog::NewRun => new_run::form(model, page),
        Dialog::Link { link, copied } => keeping::link(model, page, link, *copied),
        Dialog::Settings => settings::dialog(model, page),
        Dialog::Keeping => keeping::dialog(model, page),
        Dialog::Table => {
            let cache = model.scene.view.cache.as_ref();
            cache.map_or_else(Html::default, |cache| cache::table_dialog(model, page, cache))
        }
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
