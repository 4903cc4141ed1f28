//! What the form of a new run asks about a cache: how many nodes there are and how they talk, how
//! coherence is kept, what processors do, and which rules are broken.

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::setting::Setting;
use lockstep_core::cache::table::Interconnect;
use lockstep_core::cache::workload::Pattern;
use lockstep_core::lab::Lab;
use lockstep_core::lab::numbered::AnySetting;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::Parts;
use crate::cache_form::{CacheBlank, CacheForm};
use crate::form::Blank;
use crate::view::numbers;

impl Parts<'_> {
    /// What only cache labs have.
    pub(super) fn cache(&self) -> Html {
        let Some(cache) = &self.new_run.cache else { return Html::default() };
        let language = self.page.language;
        let is_wrong = |blank: &CacheBlank| cache.number(*blank).is_err();
        // How many homes there are has no meaning on a bus.
        let counts = || {
            let all = CacheBlank::STRUCTURE.into_iter();
            all.filter(|blank| !(cache.is_bus() && *blank == CacheBlank::Homes))
        };
        let built = counts().any(|blank| is_wrong(&blank));
        let kept = Setting::ALL.iter().any(|setting| cache.setting(*setting).is_err());
        let asked = || {
            let all = CacheBlank::WORKLOAD.into_iter();
            all.filter(|blank| blank.is_of(cache.pattern))
        };
        let works = asked().any(|blank| is_wrong(&blank));
        html! {
            <>
                <details key="caches" open=true>
                    <summary class={built.then_some("wrong")}>{ language.cache_lab() }</summary>
                    <div class="numbers-form">
                        { for counts().map(|blank| self.cache_number(cache, blank)) }
                        { self.interconnect(cache) }
                        { self.transport() }
                        { self.reliable_links(cache) }
                    </div>
                </details>
                <details key="protocol" open=true>
                    <summary class={kept.then_some("wrong")}>{ language.cache_protocol() }</summary>
                    <div class="numbers-form">
                        { for AnySetting::of_lab(Lab::Cache).map(|setting| self.setting(setting)) }
                    </div>
                </details>
                <details key="workload" open=true>
                    <summary class={works.then_some("wrong")}>
                        { language.cache_workload() }
                    </summary>
                    <div class="numbers-form">
                        { self.pattern(cache) }
                        { for asked().map(|blank| self.cache_number(cache, blank)) }
                    </div>
                </details>
            </>
        }
    }

    /// A number that only cache labs have.
    fn cache_number(&self, cache: &CacheForm, number: CacheBlank) -> Html {
        let language = self.page.language;
        let [words, effect] = language.cache_number(number);
        let (blank, name) = (Blank::Cache(number), number.name());
        let about = format!("about-{name}");
        let fault = cache.number(number).err();
        let set = self.type_cache(move |cache, text| cache.type_number(number, text));
        let named = Some((name.to_owned(), about.clone()));
        let control = numbers::number(blank, cache.text(number), fault, named, set);
        let fault = self.fault(blank, fault);
        let (low, high) = blank.bounds();
        let effect = format!("{effect} ({})", language.bounds(blank.measure(), low, high));
        self.described(about, words, control, (fault, None), effect)
    }

    fn interconnect(&self, cache: &CacheForm) -> Html {
        let language = self.page.language;
        let [name, effect] = language.interconnect();
        let kinds = [Interconnect::Directory, Interconnect::Bus];
        let option = |one| (language.interconnect_kind(one), one == cache.interconnect);
        let options = kinds.map(option);
        let set = self.type_cache(move |cache, text| {
            cache.interconnect = kinds[usize::from(text == "1")];
        });
        let control = choice("interconnect", &options, set);
        self.described("about-interconnect".to_owned(), name, control, (None, None), effect.into())
    }

    fn reliable_links(&self, cache: &CacheForm) -> Html {
        let [name, effect] = self.page.language.reliable_links();
        let about = "about-reliable-links".to_owned();
        let change = self.change(|new_run, input| {
            new_run.cache.iter_mut().for_each(|cache| cache.reliable = input.checked());
        });
        let control = html! {
            <input
                type="checkbox"
                name="reliable_links"
                aria-describedby={about.clone()}
                checked={cache.reliable}
                oninput={change}
            />
        };
        self.described(about, name, control, (None, None), effect.to_owned())
    }

    fn pattern(&self, cache: &CacheForm) -> Html {
        let language = self.page.language;
        let name = language.pattern_row();
        let options = Pattern::ALL.map(|one| (language.pattern(one), one == cache.pattern));
        let set = self.type_cache(|cache, text| {
            let chosen = text.parse().ok().and_then(|place: usize| Pattern::ALL.get(place));
            cache.pattern = chosen.copied().unwrap_or_default();
        });
        let effect = language.pattern_effect(cache.pattern);
        let control = choice("pattern", &options, set);
        self.described("about-pattern".to_owned(), name, control, (None, None), effect.into())
    }

    /// The bugs of the cache.
    pub(super) fn cache_bugs(&self) -> Html {
        let Some(cache) = &self.new_run.cache else { return Html::default() };
        html! {
            <fieldset class="bugs cache-bugs">
                <legend>{ self.page.language.cache_rules() }</legend>
                { for Bug::ALL.map(|bug| self.cache_bug(cache, bug)) }
            </fieldset>
        }
    }

    fn cache_bug(&self, cache: &CacheForm, bug: Bug) -> Html {
        let language = self.page.language;
        let change = self.change(move |new_run, input| {
            let Some(cache) = &mut new_run.cache else { return };
            cache.bugs.retain(|other| *other != bug);
            if input.checked() {
                let place = cache.bugs.partition_point(|other| *other < bug);
                cache.bugs.insert(place, bug);
            }
        });
        html! {
            <label key={bug.name()} class="tick">
                <input
                    type="checkbox"
                    name={bug.name()}
                    checked={cache.bugs.contains(&bug)}
                    oninput={change}
                />
                <span>
                    { language.cache_bug_rule(bug) }
                    <small class="effect">{ language.cache_bug_lesson(bug) }</small>
                </span>
            </label>
        }
    }

    /// Changes what only cache labs have by a text.
    fn type_cache(&self, set: impl Fn(&mut CacheForm, String) + 'static) -> Callback<String> {
        self.set(move |new_run, text| {
            if let Some(cache) = &mut new_run.cache {
                set(cache, text);
            }
        })
    }
}

/// One of a few, by its place; each with whether it is the one.
pub(super) fn choice(
    name: &'static str,
    options: &[(&'static str, bool)],
    set: Callback<String>,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            set.emit(select.value());
        }
    });
    let option = |(place, (text, selected)): (usize, &(&'static str, bool))| {
        let value = place.to_string();
        html! { <option key={*text} {value} selected={*selected}>{ *text }</option> }
    };
    html! {
        <select class="field" {name} aria-describedby={format!("about-{name}")} {onchange}>
            { for options.iter().enumerate().map(option) }
        </select>
    }
}
