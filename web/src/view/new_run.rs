//! The form of a new run: every number of the lab, with its unit, its bounds, what it does, and
//! what is wrong or unwise about it.

mod cache;
mod locks;

use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::lab::raft::Field;
use lockstep_core::lab::raft::advice::Warning;
use lockstep_core::lab::raft::planted::Area;
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::setting::Features;
use lockstep_core::sim::network::Transport;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Context;
use super::dialogs::Frame;
use super::numbers;
use crate::action::{Action, Open};
use crate::catalogue::Word;
use crate::form::{Blank, Fault};
use crate::model::Model;
use crate::new_run::NewRun;

/// The numbers that most people want to change; the others stand below them.
const BASIC: [Field; 9] = [
    Field::Servers,
    Field::Clients,
    Field::ElectionMin,
    Field::ElectionMax,
    Field::Heartbeat,
    Field::DelayMin,
    Field::DelayMax,
    Field::Loss,
    Field::Load,
];

/// Whether a setting with two values is one thing or another, and not on or off.
const fn is_choice(setting: AnySetting) -> bool {
    matches!(setting, AnySetting::Cache(_))
}

/// What the parts of the form share.
struct Parts<'a> {
    page: &'a Context,
    new_run: &'a NewRun,
    faults: Vec<Option<Fault>>,
    warnings: Vec<Warning>,
}

/// The dialog.
pub(super) fn form(model: &Model, page: &Context) -> Html {
    let new_run = &model.new_run;
    let parts = Parts { page, new_run, faults: new_run.faults(), warnings: new_run.warnings() };
    let begin = page.dispatch.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        begin.emit(Action::Open(Open::New));
    });
    let beyond = parts.is_beyond_wrong();
    let has = |field: &Field| new_run.has(*field);
    let basic = BASIC.into_iter().filter(has);
    let advanced = Field::ALL.into_iter().filter(|field| has(field) && !BASIC.contains(field));
    // What is wrong must be found, though it is folded away.
    let hidden = Field::ALL
        .into_iter()
        .zip(&parts.faults)
        .any(|(field, fault)| fault.is_some() && !BASIC.contains(&field));
    html! {
        <Frame title={Word::NewRunTitle} class="wide">
            <form class="new-run-form" {onsubmit}>
                <p class="hint">{ page.language.begins_from() }</p>
                { parts.which_lab(model) }
                <div class="numbers-form">
                    { for basic.map(|field| parts.row(field)) }
                </div>
                { parts.locks(model) }
                { parts.cache() }
                if new_run.cache.is_none() {
                    <details key="beyond" open={new_run.locks.is_none()}>
                        <summary class={beyond.then_some("wrong")}>
                            { page.language.beyond() }
                        </summary>
                        { parts.beyond() }
                    </details>
                }
                { parts.seed() }
                { parts.keep(model) }
                <details key="more">
                    <summary class={hidden.then_some("wrong")}>
                        { page.language.more_numbers() }
                    </summary>
                    <div class="numbers-form">
                        { for advanced.map(|field| parts.row(field)) }
                        if new_run.cache.is_none() {
                            { parts.transport() }
                        }
                    </div>
                    <h3>{ page.language.bugs() }</h3>
                    { parts.lock_bugs() }
                    { parts.cache_bugs() }
                    if new_run.cache.is_none() {
                        { for Area::ALL.map(|area| parts.bugs(area)) }
                    }
                    <p class="hint">{ parts.presets(model) }</p>
                </details>
                { parts.foot() }
            </form>
        </Frame>
    }
}

impl Parts<'_> {
    /// Begins the run, or says why it cannot begin.
    fn foot(&self) -> Html {
        let page = self.page;
        let defaults = Action::Open(Open::Change(self.new_run.defaults()));
        let cannot = self.new_run.config().is_none();
        let (class, said) = match (cannot, self.warnings.len()) {
            (true, _) => ("wrong", page.language.mend_first().to_owned()),
            (false, 0) => ("effect unwise", String::new()),
            (false, count) => ("effect unwise", page.language.unwise(count)),
        };
        html! {
            <div class="dialog-foot">
                <button type="button" class="button" onclick={page.on::<MouseEvent>(defaults)}>
                    { page.language.defaults() }
                </button>
                <span {class} role="status">{ said }</span>
                <button class="primary" type="submit" aria-disabled={cannot.to_string()}>
                    { page.word(Word::Begin) }
                </button>
            </div>
        }
    }

    /// One number.
    fn row(&self, field: Field) -> Html {
        let page = self.page;
        let place = Field::ALL.iter().position(|other| *other == field).unwrap_or(0);
        let blank = self.new_run.blank(field);
        let name = format!("{field:?}").to_ascii_lowercase();
        let about = format!("about-{name}");
        let change = self.set(move |new_run, text| new_run.texts[place] = text);
        let fault = self.faults[place];
        let warning = self.warnings.iter().find(|warning| warning.field() == Some(field));
        let measure = blank.measure();
        let (class, words) = match (fault, warning) {
            (Some(fault), _) => ("effect wrong", page.language.fault(fault, measure)),
            (None, Some(warning)) => {
                ("effect unwise", format!("⚠ {}", page.language.warning(*warning)))
            }
            (None, None) => {
                let (low, high) = blank.bounds();
                let bounds = page.language.bounds(measure, low, high);
                ("effect", format!("{} ({bounds})", self.effect(field)))
            }
        };
        html! {
            <label key={name.clone()} class="number-row">
                <span class="name">{ page.language.field(field) }</span>
                {
                    numbers::number(
                        blank,
                        &self.new_run.texts[place],
                        fault,
                        Some((name, about.clone())),
                        change,
                    )
                }
                <small id={about} {class}>{ words }</small>
            </label>
        }
    }

    /// What a number does in this lab.
    fn effect(&self, field: Field) -> &'static str {
        let language = self.page.language;
        let of_locks = self.new_run.locks.as_ref().and_then(|_| language.lock_effect(field));
        let of_cache = self.new_run.cache.as_ref().and_then(|_| language.cache_effect(field));
        of_locks.or(of_cache).unwrap_or_else(|| language.effect(field))
    }

    /// The seed: everything random follows from it.
    fn seed(&self) -> Html {
        let page = self.page;
        let change = self.change(|new_run, input| {
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
                        disabled={self.new_run.keeps}
                        value={self.new_run.seed.to_string()}
                        oninput={change}
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

    /// Whether the seed and the interventions of the run that is shown are kept.
    fn keep(&self, model: &Model) -> Html {
        let (all, kept) = self.new_run.can_keep(&model.session);
        let change = self.change(|new_run, input| new_run.keeps = input.checked());
        html! {
            <label class="tick">
                <input type="checkbox" name="keep" checked={self.new_run.keeps} oninput={change} />
                { self.page.language.keep_interventions(all, kept) }
            </label>
        }
    }

    /// The bugs of a part of Raft.
    fn bugs(&self, area: Area) -> Html {
        let name = self.page.language.area(area);
        html! {
            <fieldset key={name} class="bugs">
                <legend>{ name }</legend>
                { for area.bugs().map(|bug| self.bug(bug)) }
            </fieldset>
        }
    }

    fn bug(&self, bug: Bug) -> Html {
        let change = self.change(move |new_run, input| {
            new_run.bugs.retain(|other| *other != bug);
            if input.checked() {
                let next = |other: &Bug| other.number() < bug.number();
                new_run.bugs.insert(new_run.bugs.partition_point(next), bug);
            }
        });
        html! {
            <label key={bug.name()} class="tick">
                <input
                    type="checkbox"
                    name={bug.name()}
                    checked={self.new_run.bugs.contains(&bug)}
                    oninput={change}
                />
                { self.page.language.bug_rule(bug) }
            </label>
        }
    }

    /// Whether something is wrong with what goes beyond the basics.
    fn is_beyond_wrong(&self) -> bool {
        self.new_run.features().is_none() || self.new_run.members().is_err()
    }

    /// What is switched on, and who belongs to the cluster at first.
    fn beyond(&self) -> Html {
        let page = self.page;
        let preset = |on: bool| {
            let mut new_run = self.new_run.clone();
            new_run.set_features(&if on { Features::full() } else { Features::default() });
            let change = Action::Open(Open::Change(new_run));
            html! {
                <button
                    type="button"
                    class="button"
                    onclick={page.on::<MouseEvent>(change)}
                >
                    { page.language.all_settings(on) }
                </button>
            }
        };
        html! {
            <>
                <div class="dialog-tools">{ preset(true) }{ preset(false) }</div>
                <div class="numbers-form">
                    { for self.raft_settings().map(|setting| self.setting(setting)) }
                    if self.has_voters() {
                        { self.voters() }
                    }
                </div>
            </>
        }
    }

    /// Raft's settings that make a difference in this lab.
    fn raft_settings(&self) -> impl Iterator<Item = AnySetting> {
        let of_lab = AnySetting::of_lab(self.new_run.lab());
        of_lab.filter(|setting| matches!(setting, AnySetting::Raft(_)))
    }

    /// Whether it can be said who is a member at first: not of one cluster among several.
    fn has_voters(&self) -> bool {
        self.new_run.locks.as_ref().is_none_or(|locks| locks.groups == 1)
    }

    /// One setting: a switch, a number, or a choice of a few.
    fn setting(&self, setting: AnySetting) -> Html {
        let (page, name) = (self.page, setting.name());
        let about = format!("about-{name}");
        let text = self.new_run.setting_text(setting);
        let fault = self.new_run.setting(setting).err();
        let set = self.set(move |new_run, text| new_run.type_setting(setting, text));
        let control = match setting.bounds() {
            (0, 1) if !is_choice(setting) => {
                let oninput = Callback::from(move |event: InputEvent| {
                    if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                        set.emit(u8::from(input.checked()).to_string());
                    }
                });
                html! {
                    <input
                        type="checkbox"
                        {name}
                        aria-describedby={about.clone()}
                        checked={text == "1"}
                        {oninput}
                    />
                }
            }
            (0, high @ 1..=4) => {
                let onchange = Callback::from(move |event: Event| {
                    if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                        set.emit(select.value());
                    }
                });
                let option = |value: u64| {
                    let text_of = value.to_string();
                    html! {
                        <option key={value} selected={text == text_of} value={text_of.clone()}>
                            { page.language.setting_value(setting, value) }
                        </option>
                    }
                };
                html! {
                    <select class="field" {name} aria-describedby={about.clone()} {onchange}>
                        { for (0..=high).map(option) }
                    </select>
                }
            }
            _ => {
                let named = Some((name.to_owned(), about.clone()));
                numbers::number(Blank::Setting(setting), text, fault, named, set)
            }
        };
        let value = self.new_run.setting(setting).map_or(1, i64::unsigned_abs);
        let effect = page.language.setting_effect(setting);
        let effect = [effect, page.language.voids(setting, value)].concat();
        let is_about = |one: &&Warning| one.setting().map(AnySetting::Raft) == Some(setting);
        let warning = self.warnings.iter().find(is_about);
        let warning = warning.map(|one| format!("⚠ {}", page.language.warning(*one)));
        let name = page.language.setting(setting);
        let fault = self.fault(Blank::Setting(setting), fault);
        self.described(about, name, control, (fault, warning), effect)
    }

    /// What messages travel over.
    fn transport(&self) -> Html {
        let language = self.page.language;
        let [name, effect] = language.transport();
        let option = |one| (language.transport_kind(one), one == self.new_run.transport);
        let set = self.set(|new_run, text| {
            let chosen = text.parse().ok().and_then(|place: usize| Transport::ALL.get(place));
            new_run.transport = chosen.copied().unwrap_or_default();
        });
        let control = cache::choice("transport", &Transport::ALL.map(option), set);
        self.described("about-transport".to_owned(), name, control, (None, None), effect.into())
    }

    /// How many servers are members at first.
    fn voters(&self) -> Html {
        let [name, effect] = self.page.language.voters();
        let fault = self.new_run.members().err();
        let set = self.set(|new_run, text| new_run.voters = text);
        let about = "about-voters".to_owned();
        let named = Some(("voters".to_owned(), about.clone()));
        let control = numbers::number(Blank::Voters, &self.new_run.voters, fault, named, set);
        let fault = self.fault(Blank::Voters, fault);
        self.described(about, name, control, (fault, None), effect.to_owned())
    }

    fn fault(&self, blank: Blank, fault: Option<Fault>) -> Option<String> {
        fault.map(|fault| self.page.language.fault(fault, blank.measure()))
    }

    /// A row: a name, what is set, and below it what that does, or what is wrong.
    fn described(
        &self,
        about: String,
        name: &str,
        control: Html,
        (fault, warning): (Option<String>, Option<String>),
        effect: String,
    ) -> Html {
        let (class, words) = match (fault, warning) {
            (Some(fault), _) => ("effect wrong", fault),
            (None, Some(warning)) => ("effect unwise", warning),
            (None, None) => ("effect", effect),
        };
        html! {
            <label key={about.clone()} class="number-row">
                <span class="name">{ name.to_owned() }</span>
                { control }
                <small id={about} {class}>{ words }</small>
            </label>
        }
    }

    /// Changes the new run by a text.
    fn set(&self, set: impl Fn(&mut NewRun, String) + 'static) -> Callback<String> {
        let (dispatch, new_run) = (self.page.dispatch.clone(), self.new_run.clone());
        Callback::from(move |text: String| {
            let mut new_run = new_run.clone();
            set(&mut new_run, text);
            dispatch.emit(Action::Open(Open::Change(new_run)));
        })
    }

    /// What servers begin with.
    fn presets(&self, model: &Model) -> String {
        let servers = self.new_run.presets.iter();
        let names: Vec<_> =
            servers.map(|(server, _)| model.session.names().name(*server)).collect();
        match names.is_empty() {
            true => String::new(),
            false => self.page.language.presets_come_along(&self.page.language.list(&names)),
        }
    }

    /// Changes the new run by what was typed.
    fn change(
        &self,
        change: impl Fn(&mut NewRun, &HtmlInputElement) + 'static,
    ) -> Callback<InputEvent> {
        let (dispatch, new_run) = (self.page.dispatch.clone(), self.new_run.clone());
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let mut new_run = new_run.clone();
            change(&mut new_run, &input);
            dispatch.emit(Action::Open(Open::Change(new_run)));
        })
    }
}
