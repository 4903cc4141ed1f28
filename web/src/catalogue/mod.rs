//! Every word of the page, in each language side by side.
//!
//! Nothing that a person reads is written anywhere else. A fixed text is a [`Word`]; a sentence
//! with something in it is made by `say!`, which takes all languages at once. Both are laid out
//! so that a text without its translation does not compile, and what the core can tell (situations,
//! events, checks, problems) is matched exhaustively, so that a new kind of event does not compile
//! either until somebody has said it in every language.
//!
//! Protocol terms stay what the field calls them: Indonesian lectures say *log*, *commit* and
//! *heartbeat*, and so does the page.

mod author;
mod bugs;
mod cache_bugs;
mod cache_checks;
mod cache_notes;
mod cache_run;
mod cache_settings;
mod cache_situation;
mod cache_stage;
mod cache_stories;
mod checks;
mod diagram;
mod events;
mod evidence;
mod hands;
mod history;
mod keeping;
mod lock_bugs;
mod lock_checks;
mod lock_notes;
mod lock_run;
mod lock_settings;
mod lock_stories;
mod lock_words;
mod locks;
mod meaning;
mod messages;
mod new_run;
mod notes;
mod notices;
mod problems;
mod quiz;
mod rules;
mod scripts;
mod settings;
mod situation;
mod stories;
mod words;

pub use author::AuthorWord;
pub use cache_stage::{StageWord, cell_name};
pub use diagram::Lens;
pub use keeping::KeepWord;
pub use lock_words::LockWord;
pub use meaning::Say;
pub use quiz::QuizWord;
pub use words::Word;

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Indonesian.
    Indonesian,
}

impl Language {
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Indonesian];

    /// Its tag (BCP 47), for the document and for the browser's memory.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Indonesian => "Bahasa Indonesia",
        }
    }

    /// The language that a tag such as `id-ID` asks for.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| language.tag() == primary)
    }

    /// A fixed text.
    #[must_use]
    pub const fn word(self, word: Word) -> &'static str {
        word.text(self)
    }
}

/// A sentence in the language of the first argument: `say!(language, "English {x}", "Indonesia
/// {x}")`.
macro_rules! say {
    ($language:expr, $english:literal, $indonesian:literal $(,)?) => {
        match $language {
            $crate::catalogue::Language::English => format!($english),
            $crate::catalogue::Language::Indonesian => format!($indonesian),
        }
    };
}
pub(crate) use say;

/// One of two texts, by language.
macro_rules! choose {
    ($language:expr, $english:literal, $indonesian:literal $(,)?) => {
        match $language {
            $crate::catalogue::Language::English => $english,
            $crate::catalogue::Language::Indonesian => $indonesian,
        }
    };
}
pub(crate) use choose;

#[cfg(test)]
mod tests {
    use lockstep_core::cache;
    use lockstep_core::lab::numbered::AnySetting;
    use lockstep_core::lab::raft::planted::GUESSED;
    use lockstep_core::lab::raft::rules::Rule;
    use lockstep_core::lock;
    use lockstep_core::raft::bug::Bug;

    use super::Language;

    #[test]
    fn a_region_does_not_hide_a_language() {
        assert_eq!(Language::of_tag("id-ID"), Some(Language::Indonesian));
        assert_eq!(Language::of_tag("en"), Some(Language::English));
        assert_eq!(Language::of_tag("idx"), None);
        assert_eq!(Language::of_tag(""), None);
    }

    #[test]
    fn no_bug_rule_or_setting_is_called_by_another_s_name() {
        for language in Language::ALL {
            let mut texts: Vec<_> = Bug::ALL.map(|bug| language.bug_rule(bug)).into();
            texts.extend(GUESSED.map(|bug| language.bug_lesson(bug)));
            texts.extend(Rule::ALL.map(|rule| language.rule(rule)));
            texts.extend(AnySetting::all().map(|setting| language.setting_effect(setting)));
            texts.extend(lock::bug::Bug::ALL.map(|bug| language.lock_bug_rule(bug)));
            texts.extend(lock::bug::Bug::ALL.map(|bug| language.lock_bug_lesson(bug)));
            texts.extend(cache::bug::Bug::ALL.map(|bug| language.cache_bug_rule(bug)));
            texts.extend(cache::bug::Bug::ALL.map(|bug| language.cache_bug_lesson(bug)));
            let all = texts.len();
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), all, "a text is said twice");
            assert!(texts.iter().all(|text| !text.is_empty()), "a text is missing");
        }
    }
}
