//! What the browser remembers: the person's preferences, the runs that they keep, and which cells
//! of the cache's tables they have seen ([`Seen`]).
//!
//! `web/start.js` reads the keys of the preferences before the first paint. A run's key is `run:`
//! and its name; its value is when it was kept, a space, and its link's fragment.

use js_sys::Date;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use crate::catalogue::Language;
use crate::keeping::{Kept, Memory};
use crate::model::{Preferences, Theme};
use crate::seen::Seen;

const LANGUAGE: &str = "language";
const THEME: &str = "theme";
const CELLS: &str = "cells";
const RUN: &str = "run:";

/// The browser's memory, unless it keeps none for this page.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is remembered; for the language, else what the browser asks for.
#[must_use]
pub fn recall() -> Preferences {
    let recalled = |key| storage().and_then(|storage| storage.get_item(key).ok()?);
    let asked = || web_sys::window()?.navigator().language();
    let language = recalled(LANGUAGE).or_else(asked);
    Preferences {
        language: language.and_then(|tag| Language::of_tag(&tag)).unwrap_or_default(),
        theme: recalled(THEME).and_then(|name| Theme::of_name(&name)),
    }
}

/// Remembers. Where the browser will not, the page works all the same.
pub fn remember(preferences: Preferences) {
    let Some(storage) = storage() else { return };
    let _ = storage.set_item(LANGUAGE, preferences.language.tag());
    if let Some(theme) = preferences.theme {
        let _ = storage.set_item(THEME, theme.name());
    }
}

/// Which cells of the cache's tables were seen.
#[must_use]
pub fn recall_cells() -> Seen {
    let text = storage().and_then(|storage| storage.get_item(CELLS).ok()?);
    Seen::of_text(&text.unwrap_or_default())
}

/// Remembers them, with those that other windows have shown meanwhile; an empty text: forgets all.
/// Where the browser will not, they are counted until the page is closed.
pub fn remember_cells(text: &str) {
    let Some(storage) = storage() else { return };
    if text.is_empty() {
        let _ = storage.remove_item(CELLS);
        return;
    }
    let mut seen = recall_cells();
    seen.join(&Seen::of_text(text));
    let _ = storage.set_item(CELLS, &seen.text());
}

/// Carries out what is asked for, and gives the list of kept runs.
///
/// # Errors
/// The browser's memory is full, or it keeps nothing for this page. Nothing was lost by that.
pub fn ask(memory: &Memory) -> Result<Vec<Kept>, JsValue> {
    let storage = storage().ok_or(JsValue::NULL)?;
    let key = |name: &str| format!("{RUN}{name}");
    match memory {
        Memory::List => {}
        Memory::Put { name, fragment } => {
            storage.set_item(&key(name), &format!("{} {fragment}", now()))?;
        }
        Memory::Remove(name) => storage.remove_item(&key(name))?,
        Memory::Rename { from, to } => {
            if let Some(value) = storage.get_item(&key(from))? {
                storage.set_item(&key(to), &value)?;
                storage.remove_item(&key(from))?;
            }
        }
    }
    list(&storage)
}

fn list(storage: &Storage) -> Result<Vec<Kept>, JsValue> {
    let mut kept = Vec::new();
    for place in 0..storage.length()? {
        let Some(key) = storage.key(place)? else { continue };
        let Some(name) = key.strip_prefix(RUN) else { continue };
        let value = storage.get_item(&key)?.unwrap_or_default();
        let (date, fragment) = value.rsplit_once(' ').unwrap_or_default();
        let (name, date, fragment) = (name.to_owned(), date.to_owned(), fragment.to_owned());
        // The newest first; those of one minute by name.
        let comes_later = |other: &Kept| (&other.date, &name) > (&date, &other.name);
        let place = kept.partition_point(comes_later);
        kept.insert(place, Kept { name, date, fragment });
    }
    Ok(kept)
}

/// The person's date and time, to the minute, as a text that sorts.
fn now() -> String {
    let now = Date::new_0();
    let (year, month, day) = (now.get_full_year(), now.get_month() + 1, now.get_date());
    format!("{year}-{month:02}-{day:02} {:02}:{:02}", now.get_hours(), now.get_minutes())
}
