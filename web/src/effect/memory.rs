//! What the browser remembers: the person's preferences, and nothing else.
//!
//! `web/start.js` reads the same two keys before the first paint.

use web_sys::Storage;

use crate::catalogue::Language;
use crate::model::{Preferences, Theme};

const LANGUAGE: &str = "language";
const THEME: &str = "theme";

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
