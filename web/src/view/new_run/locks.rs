//! What the form of a new run asks about locks: of which lab the run is, what can be locked, what
//! each client does, how deadlocks are dealt with, and which rules are broken.

use lockstep_core::lab::locks::config::MOST_GROUPS;
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::lab::{Lab, NodeName, raft::RaftConfig};
use lockstep_core::lock::Resource;
use lockstep_core::lock::bug::Bug;
use lockstep_core::lock::setting::Setting;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Parts;
use crate::action::{Action, Open};
use crate::form::Blank;
use crate::lock_form::{LONGEST_NAMES, LockForm};
use crate::model::Model;
use crate::new_run::NewRun;
use crate::view::numbers;
use crate::view::script::Editor;

impl Parts<'_> {
    /// Of which lab the run is.
    pub(super) fn which_lab(&self, model: &Model) -> Html {
        let language = self.page.language;
        let dispatch = self.page.dispatch.clone();
        let (shown, seed): (RaftConfig, u64) = (model.session.config().clone(), self.new_run.seed);
        let onchange = Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                let lab = Lab::named(&select.value()).unwrap_or_default();
                let new_run = NewRun::of_lab(lab, &shown);
                dispatch.emit(Action::Open(Open::Change(NewRun { seed, ..new_run })));
            }
        });
        let option = |lab: Lab| {
            let (name, selected) = (lab.name(), self.new_run.lab() == lab);
            let text = language.lab_subject(lab);
            html! { <option key={name} value={name} {selected}>{ text }</option> }
        };
        html! {
            <div class="row">
                <label for="lab">{ language.which_lab() }</label>
                <select id="lab" name="lab" class="field" {onchange}>
                    { for Lab::ALL.map(option) }
                </select>
            </div>
        }
    }

    /// What only lock labs have.
    pub(super) fn locks(&self, model: &Model) -> Html {
        let Some(locks) = &self.new_run.locks else { return Html::default() };
        let language = self.page.language;
        let of_lab =
            AnySetting::of_lab(Lab::Locks).filter(|one| matches!(one, AnySetting::Lock(_)));
        let managed = Setting::ALL.iter().any(|setting| locks.setting(*setting).is_err());
        let read = locks.resources();
        let named = read.clone().unwrap_or_default();
        // What cannot be read says nothing about what scripts name.
        let names = if read.is_ok() { Some(&named[..]) } else { None };
        let clients = 0..self.new_run.clients();
        let wrong = read.is_err() || clients.clone().any(|client| locks.script(client).is_err());
        html! {
            <>
                <details key="scripts" open=true>
                    <summary class={wrong.then_some("wrong")}>{ language.lock_lab() }</summary>
                    <div class="numbers-form">
                        { self.resources(locks) }
                        { self.groups(locks) }
                        if locks.groups > 1 {
                            { self.collect_every(locks) }
                        }
                    </div>
                    <div class="scripts">
                        { for clients.map(|client| self.script(model, locks, client, names)) }
                    </div>
                </details>
                <details key="manager" open=true>
                    <summary class={managed.then_some("wrong")}>
                        { language.lock_manager() }
                    </summary>
                    <div class="numbers-form">
                        { for of_lab.map(|setting| self.setting(setting)) }
                        { self.back_off(locks) }
                    </div>
                </details>
            </>
        }
    }

    fn resources(&self, locks: &LockForm) -> Html {
        let [name, effect] = self.page.language.resources();
        let fault = locks.resources().err();
        let set = self.type_lock(|locks, text| locks.resources = text);
        let oninput = Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                set.emit(input.value());
            }
        });
        let control = html! {
            <input
                class="field names"
                name="resources"
                size="24"
                maxlength={LONGEST_NAMES.to_string()}
                spellcheck="false"
                autocapitalize="off"
                aria-invalid={fault.is_some().to_string()}
                aria-describedby="about-resources"
                value={locks.resources.clone()}
                {oninput}
            />
        };
        let fault = fault.map(|fault| self.page.language.name_fault(&fault));
        self.described("about-resources".to_owned(), &name, control, (fault, None), effect)
    }

    fn groups(&self, locks: &LockForm) -> Html {
        let [name, effect] = self.page.language.groups();
        let set = self.type_lock(|locks, text| locks.groups = text.parse().unwrap_or(1));
        let onchange = Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                set.emit(select.value());
            }
        });
        let option = |groups: u8| {
            let selected = locks.groups == groups;
            html! { <option key={groups} value={groups.to_string()} {selected}>{ groups }</option> }
        };
        let control = html! {
            <select class="field" name="groups" aria-describedby="about-groups" {onchange}>
                { for (1..=MOST_GROUPS).map(option) }
            </select>
        };
        self.described("about-groups".to_owned(), name, control, (None, None), effect.to_owned())
    }

    fn collect_every(&self, locks: &LockForm) -> Html {
        let set = self.type_lock(|locks, text| locks.collect = text);
        self.time(Blank::CollectEvery, "collect_every", &locks.collect, set)
    }

    fn back_off(&self, locks: &LockForm) -> Html {
        let set = self.type_lock(|locks, text| locks.back_off = text);
        self.time(Blank::BackOff, "back_off", &locks.back_off, set)
    }

    /// A time that only lock labs have.
    fn time(&self, blank: Blank, name: &str, text: &str, set: Callback<String>) -> Html {
        let language = self.page.language;
        let [words, effect] = match blank {
            Blank::BackOff => language.back_off(),
            _ => language.collect_every(),
        };
        let about = format!("about-{name}");
        let fault = blank.read(text).err();
        let named = Some((name.to_owned(), about.clone()));
        let control = numbers::number(blank, text, fault, named, set);
        let fault = self.fault(blank, fault);
        self.described(about, words, control, (fault, None), effect.to_owned())
    }

    /// What a client does from the beginning. `names`: what can be locked, if that can be read.
    fn script(
        &self,
        model: &Model,
        locks: &LockForm,
        client: u8,
        names: Option<&[Resource]>,
    ) -> Html {
        let place = usize::from(client);
        let name = NodeName::Client(client + 1).to_string();
        let Some(text) = locks.scripts.get(place) else { return Html::default() };
        let shown = crate::lock_form::resources(&model.session);
        let editor = Editor {
            name: &name,
            label: self.page.language.script_of(&name),
            text,
            optional: true,
            change: self.type_lock(move |locks, text| locks.scripts[place] = text),
            enter: None,
            resources: names.unwrap_or(&shown),
        };
        html! {
            <div key={client} class="script-row">
                <span class="name">{ name.clone() }</span>
                { editor.view(self.page) }
            </div>
        }
    }

    /// The bugs of the lock manager.
    pub(super) fn lock_bugs(&self) -> Html {
        let Some(locks) = &self.new_run.locks else { return Html::default() };
        html! {
            <fieldset class="bugs lock-bugs">
                <legend>{ self.page.language.lock_rules() }</legend>
                { for Bug::ALL.map(|bug| self.lock_bug(locks, bug)) }
            </fieldset>
        }
    }

    fn lock_bug(&self, locks: &LockForm, bug: Bug) -> Html {
        let language = self.page.language;
        let change = self.change(move |new_run, input| {
            let Some(locks) = &mut new_run.locks else { return };
            locks.bugs.retain(|other| *other != bug);
            if input.checked() {
                let place = locks.bugs.partition_point(|other| *other < bug);
                locks.bugs.insert(place, bug);
            }
        });
        html! {
            <label key={bug.name()} class="tick">
                <input
                    type="checkbox"
                    name={bug.name()}
                    checked={locks.bugs.contains(&bug)}
                    oninput={change}
                />
                <span>
                    { language.lock_bug_rule(bug) }
                    <small class="effect">{ language.lock_bug_lesson(bug) }</small>
                </span>
            </label>
        }
    }

    /// Changes what only lock labs have by a text.
    fn type_lock(&self, set: impl Fn(&mut LockForm, String) + 'static) -> Callback<String> {
        self.set(move |new_run, text| {
            if let Some(locks) = &mut new_run.locks {
                set(locks, text);
            }
        })
    }
}
