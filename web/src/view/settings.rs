//! What is switched on in a run that is under way: each setting can be changed from now on, or the
//! run compared with the same run in which it was otherwise from the beginning.

use lockstep_core::raft::setting::Setting;
use yew::prelude::*;

use super::Context;
use super::dialogs::Frame;
use crate::action::{Action, ToolAction};
use crate::author::AuthorAction;
use crate::catalogue::Word;
use crate::model::Model;

/// The values that are offered.
const fn offered(setting: Setting) -> &'static [u64] {
    match setting {
        Setting::SnapshotEvery => &[0, 5, 50],
        Setting::Pipeline => &[1, 4, 8],
        Setting::Reads => &[0, 1, 2],
        _ => &[0, 1],
    }
}

/// The dialog.
pub(super) fn dialog(model: &Model, page: &Context) -> Html {
    let features = model.session.features();
    html! {
        <Frame title={Word::SettingsTitle} class="wide">
            <p class="hint">{ page.language.settings_intro() }</p>
            <ul class="switches">
                { for Setting::ALL.map(|setting| row(page, setting, features.get(setting))) }
            </ul>
        </Frame>
    }
}

fn row(page: &Context, setting: Setting, now: u64) -> Html {
    let language = page.language;
    let name = language.setting(setting);
    let button = |value: u64, compares: bool| {
        let action = if compares {
            Action::Author(AuthorAction::CompareWith(setting, value))
        } else {
            Action::Tool(ToolAction::Set(setting, value))
        };
        let text = language.set_to(&language.setting_value(setting, value), compares);
        html! {
            <button
                key={text.clone()}
                class="button small"
                aria-label={format!("{name}: {text}")}
                onclick={page.on::<MouseEvent>(action)}
            >
                { text }
            </button>
        }
    };
    let others = || offered(setting).iter().filter(|value| **value != now);
    html! {
        <li key={setting.name()}>
            <p>
                <strong>{ name }</strong>{ format!(": {}", language.setting_value(setting, now)) }
            </p>
            <small class="effect">
                { language.setting_effect(setting) }
                { language.voids(setting, now) }
            </small>
            <div class="dialog-tools">
                { for others().map(|value| button(*value, true)) }
                { for others().map(|value| button(*value, false)) }
            </div>
        </li>
    }
}
