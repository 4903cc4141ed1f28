//! What is switched on in a run that is under way: each setting can be changed from now on, or the
//! run compared with the same run in which it was otherwise from the beginning.

use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::raft::setting::Setting;
use lockstep_core::{cache, lock};
use yew::prelude::*;

use super::Context;
use super::dialogs::Frame;
use crate::action::{Action, ToolAction};
use crate::author::AuthorAction;
use crate::catalogue::Word;
use crate::model::Model;

/// The values that are offered.
const fn offered(setting: AnySetting) -> &'static [u64] {
    match setting {
        AnySetting::Raft(Setting::SnapshotEvery) => &[0, 5, 50],
        AnySetting::Raft(Setting::Pipeline) => &[1, 4, 8],
        AnySetting::Raft(Setting::Reads) => &[0, 1, 2],
        AnySetting::Raft(_) => &[0, 1],
        AnySetting::Lock(setting) => match setting {
            lock::setting::Setting::Policy => &[0, 1, 2, 3, 4],
            lock::setting::Setting::Victim => &[0, 1, 2, 3],
            lock::setting::Setting::DetectEvery => &[0, 100, 1_000],
            lock::setting::Setting::Overtaking | lock::setting::Setting::Fencing => &[0, 1],
            lock::setting::Setting::Lease => &[500, 2_000, 10_000],
            lock::setting::Setting::LongestWait => &[100, 500, 2_000],
        },
        AnySetting::Cache(setting) => match setting {
            cache::setting::Setting::Exclusive | cache::setting::Setting::AnswerInvalidations => {
                &[0, 1]
            }
            cache::setting::Setting::Capacity => &[1, 2, 4, 16],
            cache::setting::Setting::Lease => &[0, 100, 400],
            cache::setting::Setting::WriteBackWithin => &[0, 20, 100],
        },
    }
}

/// The dialog.
pub(super) fn dialog(model: &Model, page: &Context) -> Html {
    let settings = AnySetting::of_lab(model.session.config().lab())
        .filter_map(|setting| Some(row(page, setting, model.session.setting(setting)?)));
    html! {
        <Frame title={Word::SettingsTitle} class="wide">
            <p class="hint">{ page.language.settings_intro() }</p>
            <ul class="switches">{ for settings }</ul>
        </Frame>
    }
}

fn row(page: &Context, setting: AnySetting, now: u64) -> Html {
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
    let buttons = |compares: bool| -> Html {
        html! { <>{ for others().map(|value| button(*value, compares)) }</> }
    };
    // A row for each, where there are many.
    let rows = match others().count() {
        0..=2 => vec![html! { <>{ buttons(true) }{ buttons(false) }</> }],
        _ => vec![buttons(true), buttons(false)],
    };
    let rows = rows.into_iter().map(|row| html! { <div class="dialog-tools">{ row }</div> });
    html! {
        <li key={setting.name()}>
            <p>
                <strong>{ name }</strong>{ format!(": {}", language.setting_value(setting, now)) }
            </p>
            <small class="effect">
                { language.setting_effect(setting) }
                { language.voids(setting, now) }
            </small>
            { for rows }
        </li>
    }
}
