//! Keys: one table for what they do and for the dialog that lists them.

use lockstep_core::sim::process::NodeId;

use crate::action::{Action, Page, Play, ToolAction};
use crate::author::AuthorAction;
use crate::command::Command;
use crate::diagram::DiagramAction;
use crate::keeping::Keep;
use crate::meaning::MeaningAction;
use crate::model::Dialog;
use crate::quiz::QuizAction;

/// Where a key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Nowhere in particular.
    Page,
    /// On a button, a link or a tab, which take Space and Enter for themselves.
    Button,
    /// On a slider or a choice, which take the arrows and more.
    Slider,
    /// Where text is written.
    Text,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Play or pause.
    PlayPause,
    /// One event forward.
    StepForward,
    /// One event back.
    StepBack,
    /// A tenth of a second forward.
    JumpForward,
    /// A tenth of a second back.
    JumpBack,
    /// On to the nearest of what the step buttons go to.
    NextTarget,
    /// Back to it.
    PreviousTarget,
    /// To the beginning.
    ToStart,
    /// To the end of what has been seen.
    ToEdge,
    /// Faster.
    Faster,
    /// Slower.
    Slower,
    /// The next branch.
    NextBranch,
    /// A closer look at the timeline.
    ZoomIn,
    /// A wider look.
    ZoomOut,
    /// The whole run.
    Whole,
    /// Earlier on the timeline.
    PanBack,
    /// Later on the timeline.
    PanForward,
    /// Select the event before on the lane.
    EventBefore,
    /// Select the next event on the lane.
    EventAfter,
    /// Bookmark this moment.
    Bookmark,
    /// To the next bookmark.
    NextBookmark,
    /// To the bookmark before.
    PreviousBookmark,
    /// Projector mode.
    Projector,
    /// Select a server.
    SelectServer,
    /// Select the next client.
    SelectClient,
    /// Select the next message.
    SelectMessage,
    /// An intervention.
    Do(Command),
    /// Confirm the partition.
    Confirm,
    /// Share this moment.
    Share,
    /// Keep, open, export.
    Keep,
    /// A new run.
    NewRun,
    /// A bug to be found.
    Quiz,
    /// The next page of the side panel.
    NextTab,
    /// The other language.
    Language,
    /// The other theme.
    Theme,
    /// The list of keys.
    Help,
    /// Close what is open.
    Escape,
}

/// A part of the list of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Watching.
    Watch,
    /// Intervening.
    Act,
    /// The page itself.
    Page,
}

impl Shortcut {
    /// Every shortcut, in the order in which they are listed.
    pub const ALL: [Self; 54] = [
        Self::PlayPause,
        Self::StepForward,
        Self::StepBack,
        Self::JumpForward,
        Self::JumpBack,
        Self::NextTarget,
        Self::PreviousTarget,
        Self::ToStart,
        Self::ToEdge,
        Self::Faster,
        Self::Slower,
        Self::NextBranch,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::Whole,
        Self::PanBack,
        Self::PanForward,
        Self::EventBefore,
        Self::EventAfter,
        Self::Bookmark,
        Self::PreviousBookmark,
        Self::NextBookmark,
        Self::Projector,
        Self::SelectServer,
        Self::SelectClient,
        Self::SelectMessage,
        Self::Do(Command::Crash),
        Self::Do(Command::Restart),
        Self::Do(Command::Pause),
        Self::Do(Command::TimeOut),
        Self::Do(Command::CutLink),
        Self::Do(Command::Partition),
        Self::Do(Command::Heal),
        Self::Do(Command::Lose),
        Self::Do(Command::Duplicate),
        Self::Do(Command::Delay),
        Self::Do(Command::Hold),
        Self::Do(Command::Deliver),
        Self::Do(Command::Network),
        Self::Do(Command::Clock),
        Self::Do(Command::Operate),
        Self::Do(Command::Settings),
        Self::Do(Command::Transfer),
        Self::Do(Command::Members),
        Self::Confirm,
        Self::Share,
        Self::Keep,
        Self::NewRun,
        Self::Quiz,
        Self::NextTab,
        Self::Language,
        Self::Theme,
        Self::Help,
        Self::Escape,
    ];

    /// The keys that do it, as the browser names them; letters in lower case.
    #[must_use]
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::PlayPause => &[" "],
            Self::StepForward => &["ArrowRight"],
            Self::StepBack => &["ArrowLeft"],
            Self::JumpForward => &["Shift+ArrowRight"],
            Self::JumpBack => &["Shift+ArrowLeft"],
            Self::NextTarget => &["."],
            Self::PreviousTarget => &[","],
            Self::ToStart => &["Home"],
            Self::ToEdge => &["End"],
            Self::Faster => &["+", "="],
            Self::Slower => &["-"],
            Self::NextBranch => &["b"],
            Self::ZoomIn => &["Shift+ArrowUp"],
            Self::ZoomOut => &["Shift+ArrowDown"],
            Self::Whole => &["w"],
            Self::PanBack => &["("],
            Self::PanForward => &[")"],
            Self::EventBefore => &["<"],
            Self::EventAfter => &[">"],
            Self::Bookmark => &["*"],
            Self::PreviousBookmark => &["["],
            Self::NextBookmark => &["]"],
            Self::Projector => &["f"],
            Self::SelectServer => &["1", "2", "3", "4", "5", "6", "7", "8", "9"],
            Self::SelectClient => &["0"],
            Self::SelectMessage => &["m"],
            Self::Do(command) => command_keys(command),
            Self::Confirm => &["Enter"],
            Self::Share => &["s"],
            Self::Keep => &["a"],
            Self::NewRun => &["n"],
            Self::Quiz => &["!"],
            Self::NextTab => &["i"],
            Self::Language => &["j"],
            Self::Theme => &["v"],
            Self::Help => &["?"],
            Self::Escape => &["Escape"],
        }
    }

    /// The key as it is printed on a keyboard or a button.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::PlayPause => "Space",
            Self::StepForward => "→",
            Self::StepBack => "←",
            Self::JumpForward => "⇧ →",
            Self::JumpBack => "⇧ ←",
            Self::NextTarget => ".",
            Self::PreviousTarget => ",",
            Self::ToStart => "Home",
            Self::ToEdge => "End",
            Self::Faster => "+",
            Self::Slower => "−",
            Self::NextBranch => "B",
            Self::ZoomIn => "⇧ ↑",
            Self::ZoomOut => "⇧ ↓",
            Self::Whole => "W",
            Self::PanBack => "(",
            Self::PanForward => ")",
            Self::EventBefore => "<",
            Self::EventAfter => ">",
            Self::Bookmark => "*",
            Self::PreviousBookmark => "[",
            Self::NextBookmark => "]",
            Self::Projector => "F",
            Self::SelectServer => "1–9",
            Self::SelectClient => "0",
            Self::SelectMessage => "M",
            Self::Do(command) => command_label(command),
            Self::Confirm => "Enter",
            Self::Share => "S",
            Self::Keep => "A",
            Self::NewRun => "N",
            Self::Quiz => "!",
            Self::NextTab => "I",
            Self::Language => "J",
            Self::Theme => "V",
            Self::Help => "?",
            Self::Escape => "Esc",
        }
    }

    /// The part of the list that it belongs to.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::PlayPause
            | Self::StepForward
            | Self::StepBack
            | Self::JumpForward
            | Self::JumpBack
            | Self::NextTarget
            | Self::PreviousTarget
            | Self::ToStart
            | Self::ToEdge
            | Self::Faster
            | Self::Slower
            | Self::NextBranch
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::Whole
            | Self::PanBack
            | Self::PanForward
            | Self::EventBefore
            | Self::EventAfter
            | Self::Bookmark
            | Self::PreviousBookmark
            | Self::NextBookmark
            | Self::Projector => Group::Watch,
            Self::SelectServer
            | Self::SelectClient
            | Self::SelectMessage
            | Self::Do(_)
            | Self::Confirm => Group::Act,
            Self::Share
            | Self::Keep
            | Self::NewRun
            | Self::Quiz
            | Self::NextTab
            | Self::Language
            | Self::Theme
            | Self::Help
            | Self::Escape => Group::Page,
        }
    }

    /// What pressing `key` does to the page.
    fn action(self, key: &str) -> Action {
        match self {
            Self::PlayPause => Action::Play(Play::Toggle),
            Self::StepForward => Action::Play(Play::Step(1)),
            Self::StepBack => Action::Play(Play::Step(-1)),
            Self::JumpForward => Action::Play(Play::SeekBy(100_000)),
            Self::JumpBack => Action::Play(Play::SeekBy(-100_000)),
            Self::NextTarget => Action::Meaning(MeaningAction::Step { backwards: false }),
            Self::PreviousTarget => Action::Meaning(MeaningAction::Step { backwards: true }),
            Self::ToStart => Action::Play(Play::Seek(0)),
            Self::ToEdge => Action::Play(Play::SeekEdge),
            Self::Faster => Action::Play(Play::Faster(1)),
            Self::Slower => Action::Play(Play::Faster(-1)),
            Self::NextBranch => Action::NextBranch,
            Self::ZoomIn => Action::Diagram(DiagramAction::Zoom(0.5, None)),
            Self::ZoomOut => Action::Diagram(DiagramAction::Zoom(2.0, None)),
            Self::Whole => Action::Diagram(DiagramAction::Whole),
            Self::PanBack => Action::Diagram(DiagramAction::Pan(-0.25)),
            Self::PanForward => Action::Diagram(DiagramAction::Pan(0.25)),
            Self::EventBefore => Action::Diagram(DiagramAction::Walk(-1)),
            Self::EventAfter => Action::Diagram(DiagramAction::Walk(1)),
            Self::Bookmark => Action::Author(AuthorAction::Bookmark),
            Self::PreviousBookmark => Action::Author(AuthorAction::Previous),
            Self::NextBookmark => Action::Author(AuthorAction::Next),
            Self::Projector => Action::Author(AuthorAction::ToggleProjector),
            Self::SelectServer => {
                let number: u8 = key.parse().unwrap_or(1);
                Action::Touch(NodeId(number.saturating_sub(1)))
            }
            Self::SelectClient => Action::SelectNextClient,
            Self::SelectMessage => Action::SelectNextMessage,
            Self::Do(command) => Action::Command(command),
            Self::Confirm => Action::Tool(ToolAction::Confirm),
            Self::Share => Action::Share,
            Self::Keep => Action::Keep(Keep::Show),
            Self::NewRun => Action::Page(Page::Dialog(Dialog::NewRun)),
            Self::Quiz => Action::Quiz(QuizAction::Begin),
            Self::NextTab => Action::Page(Page::NextTab),
            Self::Language => Action::Page(Page::NextLanguage),
            Self::Theme => Action::Page(Page::OtherTheme),
            Self::Help => Action::Page(Page::Dialog(Dialog::Keys)),
            Self::Escape => Action::Page(Page::Escape),
        }
    }
}

const fn command_keys(command: Command) -> &'static [&'static str] {
    match command {
        Command::Crash => &["k"],
        Command::Restart => &["r"],
        Command::Pause => &["p"],
        Command::TimeOut => &["t"],
        Command::CutLink => &["c"],
        Command::Partition => &["x"],
        Command::Heal => &["h"],
        Command::Lose => &["l"],
        Command::Duplicate => &["d"],
        Command::Operate => &["o"],
        Command::Delay => &["y"],
        Command::Hold => &["u"],
        Command::Deliver => &["g"],
        Command::Network => &["q"],
        Command::Clock => &["z"],
        Command::Settings => &["e"],
        Command::Transfer => &[";"],
        Command::Members => &["'"],
    }
}

const fn command_label(command: Command) -> &'static str {
    match command {
        Command::Crash => "K",
        Command::Restart => "R",
        Command::Pause => "P",
        Command::TimeOut => "T",
        Command::CutLink => "C",
        Command::Partition => "X",
        Command::Heal => "H",
        Command::Lose => "L",
        Command::Duplicate => "D",
        Command::Operate => "O",
        Command::Delay => "Y",
        Command::Hold => "U",
        Command::Deliver => "G",
        Command::Network => "Q",
        Command::Clock => "Z",
        Command::Settings => "E",
        Command::Transfer => ";",
        Command::Members => "'",
    }
}

/// What a key does, pressed where it was. Keys with Ctrl, Alt or the like are the browser's.
#[must_use]
pub fn pressed(key: &str, shift: bool, focus: Focus) -> Option<Action> {
    let lower = key.to_ascii_lowercase();
    let name = match key.chars().count() {
        1 => lower,
        _ if shift => format!("Shift+{key}"),
        _ => key.to_owned(),
    };
    let shortcut = Shortcut::ALL.into_iter().find(|other| other.keys().contains(&&*name))?;
    let taken = match focus {
        Focus::Page => false,
        Focus::Button => matches!(shortcut, Shortcut::PlayPause | Shortcut::Confirm),
        Focus::Slider => {
            matches!(shortcut, Shortcut::PlayPause | Shortcut::Confirm) || name.len() > 2
        }
        Focus::Text => true,
    };
    if taken && shortcut != Shortcut::Escape { None } else { Some(shortcut.action(&name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let mut keys: Vec<&str> =
            Shortcut::ALL.iter().flat_map(|one| one.keys()).copied().collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn every_intervention_has_a_key() {
        for command in Command::ALL {
            let key = command_keys(command)[0];
            assert_eq!(pressed(key, false, Focus::Page), Some(Action::Command(command)));
        }
    }

    #[test]
    fn a_key_means_the_same_with_caps_lock() {
        assert_eq!(pressed("K", false, Focus::Page), pressed("k", false, Focus::Page));
    }

    #[test]
    fn controls_keep_the_keys_that_they_use_themselves() {
        assert_eq!(pressed(" ", false, Focus::Button), None);
        assert_eq!(pressed("ArrowRight", false, Focus::Slider), None);
        assert_eq!(pressed("k", false, Focus::Text), None);
        assert!(pressed("k", false, Focus::Slider).is_some());
        assert!(pressed("ArrowRight", false, Focus::Button).is_some());
        let escape = Some(Action::Page(Page::Escape));
        assert_eq!(pressed("Escape", false, Focus::Text), escape);
        assert_eq!(pressed("Escape", false, Focus::Slider), escape);
    }

    #[test]
    fn a_digit_touches_the_server_of_that_number() {
        assert_eq!(pressed("3", false, Focus::Page), Some(Action::Touch(NodeId(2))));
    }

    #[test]
    fn an_arrow_goes_one_event_and_with_shift_further() {
        let [step, jump] = [false, true].map(|shift| pressed("ArrowLeft", shift, Focus::Page));
        assert_eq!(step, Some(Action::Play(Play::Step(-1))));
        assert_eq!(jump, Some(Action::Play(Play::SeekBy(-100_000))));
    }
}
