//! The page inside another page: `?embed` shows stage and timeline only, for slides and courses.
//!
//! The part of the address after `?` says how: `embed`; `controls=` and a list of [`Control`]s,
//! where others than `Embed::USUAL` are wanted; `play` begins to play at once. The link lives
//! after `#`, as everywhere. What has no control does not happen by a key or a gesture either; the
//! page's API is for whoever embeds it, and is not narrowed.

use crate::action::{Action, Page, Play};
use crate::author::AuthorAction;
use crate::keeping::Keep;

/// Something that a person can do in an embedded page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Play and pause.
    Play,
    /// One event forward or back.
    Step,
    /// The speed.
    Speed,
    /// The branches.
    Branch,
    /// The interventions.
    Act,
}

impl Control {
    /// Every control.
    const ALL: [Self; 5] = [Self::Play, Self::Step, Self::Speed, Self::Branch, Self::Act];

    /// Its name in an address.
    const fn name(self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::Step => "step",
            Self::Speed => "speed",
            Self::Branch => "branch",
            Self::Act => "act",
        }
    }
}

/// How the page is embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embed {
    /// What can be done, as a set of bits.
    controls: u8,
    /// Whether it plays at once.
    pub plays: bool,
}

impl Embed {
    /// What can be done where nothing else is asked for.
    const USUAL: [Control; 3] = [Control::Play, Control::Step, Control::Speed];

    /// What an address asks for after `?`; `None` where the page is to be whole.
    #[must_use]
    pub fn of_query(query: &str) -> Option<Self> {
        let (mut embeds, mut plays, mut controls) = (false, false, None);
        for part in query.trim_start_matches('?').split('&') {
            match part.split_once('=').unwrap_or((part, "")) {
                ("embed", _) => embeds = true,
                ("play", _) => plays = true,
                ("controls", list) => controls = Some(list),
                _ => {}
            }
        }
        // A browser may write a comma by its number.
        let named = |list: &str, control: Control| {
            list.replace("%2C", ",").split(',').any(|name| name == control.name())
        };
        let asked = |control: &Control| match controls {
            None => Self::USUAL.contains(control),
            Some(list) => named(list, *control),
        };
        let controls = Control::ALL.iter().filter(|control| asked(control));
        let controls = controls.fold(0, |bits, control| bits | 1 << *control as u8);
        embeds.then_some(Self { controls, plays })
    }

    /// Whether something can be done.
    #[must_use]
    pub const fn has(self, control: Control) -> bool {
        self.controls & 1 << control as u8 != 0
    }

    /// Whether a person may do something: what there is a control for, and looking around.
    #[must_use]
    pub const fn allows(self, action: &Action) -> bool {
        match action {
            Action::Play(Play::Start | Play::Stop | Play::Toggle) => self.has(Control::Play),
            Action::Play(Play::Step(_))
            | Action::Author(AuthorAction::Previous | AuthorAction::Next) => {
                self.has(Control::Step)
            }
            Action::Play(Play::Speed(_) | Play::Faster(_)) => self.has(Control::Speed),
            Action::Play(Play::Seek(_) | Play::SeekBy(_) | Play::SeekEdge) => true,
            Action::Branch(_) | Action::NextBranch => self.has(Control::Branch),
            Action::Page(page) => {
                matches!(page, Page::Escape | Page::OtherTheme | Page::NextLanguage | Page::Dismiss)
            }
            Action::Touch(_)
            | Action::Select(_)
            | Action::SelectNextMessage
            | Action::SelectNextClient
            | Action::Diagram(_)
            | Action::Keep(Keep::OpenAlone) => true,
            Action::Command(_) | Action::Tool(_) | Action::Hand(_) => self.has(Control::Act),
            _ => false,
        }
    }
}

/// Whether the page, embedded or not, has a control.
#[must_use]
pub const fn shows(embed: Option<Embed>, control: Control) -> bool {
    match embed {
        Some(embed) => embed.has(control),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;

    fn controls(query: &str) -> Option<Vec<Control>> {
        let embed = Embed::of_query(query)?;
        Some(Control::ALL.into_iter().filter(|control| embed.has(*control)).collect())
    }

    #[test]
    fn a_page_is_whole_unless_it_is_asked_to_be_small() {
        for query in ["", "?", "?play", "?controls=play", "?embedded"] {
            assert_eq!(controls(query), None, "{query}");
        }
        assert_eq!(controls("?embed"), Some(Embed::USUAL.to_vec()));
    }

    #[test]
    fn controls_are_those_that_are_named() {
        use Control::{Act, Branch, Play, Speed};
        assert_eq!(controls("?embed&controls="), Some(Vec::new()));
        assert_eq!(controls("?controls=act,play,nothing&embed"), Some(vec![Play, Act]));
        assert_eq!(controls("?embed=1&controls=speed%2Cbranch"), Some(vec![Speed, Branch]));
        assert_eq!(Embed::of_query("?embed&play").map(|embed| embed.plays), Some(true));
    }

    #[test]
    fn a_key_does_nothing_that_has_no_control() {
        let bare = Embed::of_query("?embed&controls=").expect("it is embedded");
        let crash = Action::Command(Command::Crash);
        for refused in [&crash, &Action::Play(Play::Toggle), &Action::Keep(Keep::Show)] {
            assert!(!bare.allows(refused), "{refused:?}");
        }
        assert!(bare.allows(&Action::Play(Play::Seek(0))));
        let acting = Embed::of_query("?embed&controls=act").expect("it is embedded");
        assert!(acting.allows(&crash) && !acting.allows(&Action::Share));
    }
}
