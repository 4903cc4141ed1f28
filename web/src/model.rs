//! Everything the page knows.
//!
//! The run itself is a [`Session`] of the core; what is drawn of it is a [`Scene`]. Both change in
//! [`update`](crate::update) and nowhere else.

use std::rc::Rc;

use lockstep_core::lab::Session;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::scenario::{Caption, Problem, Scenario};
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::network::MessageId;
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::NodeId;

use crate::author::Author;
use crate::cache_form::AccessForm;
use crate::catalogue::Language;
use crate::coherence::Coherence;
use crate::command::Reason;
use crate::diagram::Diagram;
use crate::form::NumberForm;
use crate::geometry::Form;
use crate::hands::{Aim, Drag, Hands};
use crate::history::Watch;
use crate::keeping::{Keeping, Said};
use crate::lock_form::ScriptForm;
use crate::meaning::{Finding, Meaning};
use crate::new_run::NewRun;
use crate::quiz::Quiz;
use crate::scene::Scene;
use crate::seen::Seen;
use crate::speed::Speed;

/// The page.
#[derive(Debug)]
pub struct Model {
    /// The run, with its history.
    pub session: Session,
    /// Where the run comes from.
    pub origin: Origin,
    /// How long it is worth watching, in microseconds; playing stops there once.
    pub until_us: u64,
    /// What its author says at some moments.
    pub captions: Rc<[Caption]>,
    /// What else a person adds to the run.
    pub author: Author,
    /// Whether the run is what its link says.
    pub replay: Replay,
    /// What is drawn.
    pub scene: Scene,
    /// How it is played.
    pub player: Player,
    /// How the run is looked at in time.
    pub diagram: Diagram,
    /// What is inspected.
    pub selection: Option<Selection>,
    /// The intervention that is being put together.
    pub tool: Tool,
    /// What is in hand on the stage.
    pub hands: Hands,
    /// What is known of the clients' history.
    pub watch: Watch,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// The page of the side panel.
    pub tab: Tab,
    /// Whether the side panel is pulled up, where it is a sheet.
    pub sheet_open: bool,
    /// What the page has to say.
    pub notice: Option<Notice>,
    /// What a new run would be.
    pub new_run: NewRun,
    /// The search for the planted bug, if there is one to be found.
    pub quiz: Option<Quiz>,
    /// What is looked for in the run, and what was found.
    pub meaning: Meaning,
    /// What is looked at in the cache lab.
    pub coherence: Coherence,
    /// What was seen of the cache's tables, in this run and others.
    pub seen: Seen,
    /// Language and theme.
    pub preferences: Preferences,
    /// What the window is like.
    pub window: Surroundings,
    /// Runs that are kept or handed on.
    pub keeping: Keeping,
}

/// Where a run comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The gallery.
    Gallery(Story),
    /// A link.
    Link,
    /// A file.
    File,
    /// Set up on the page.
    Own,
}

/// Whether a run is what its link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Nothing was said about it.
    Unclaimed,
    /// It is on its way to where its digest is known; made by this version of the engine, or not.
    Underway {
        /// The digest that its author saw.
        expected: u64,
        /// Whether this version of the engine made it.
        same_engine: bool,
    },
    /// The digests agree.
    Verified(u64),
    /// The digests differ, though the engine is the same.
    Differs {
        /// The author's.
        expected: u64,
        /// This page's.
        found: u64,
    },
    /// The digests differ, and another version of the engine made it.
    OtherEngine,
}

/// How the run is played.
#[derive(Clone, Copy, Debug, Default)]
pub struct Player {
    /// Whether time passes.
    pub playing: bool,
    /// How fast.
    pub speed: Speed,
    /// The frame before, in milliseconds of the browser's clock; `None` where time stood still.
    pub last_frame_ms: Option<f64>,
    /// When the stage was last redrawn while playing, by the same clock.
    pub drawn_ms: f64,
    /// What is left of the last frame's time: less than a microsecond of the run.
    pub remainder_us: f64,
}

/// What is inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// A server or a client.
    Node(NodeId),
    /// A message, on its way or long gone.
    Message(MessageId),
    /// An event of the branch that the cursor is on.
    Event(EventId),
}

/// An intervention that takes more than one click.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// None.
    #[default]
    None,
    /// A link is about to be cut: its other end is asked for.
    Cut {
        /// The sending end.
        from: NodeId,
        /// Whether the opposite direction is cut too.
        both_ways: bool,
        /// Whether it is not cut, but behaves otherwise.
        clogs: bool,
    },
    /// Leadership is about to be handed over: to whom is asked for.
    Transfer {
        /// Who leads.
        from: NodeId,
    },
    /// The membership is about to be changed.
    Members {
        /// Who leads.
        leader: NodeId,
        /// Who is to vote.
        voters: NodeSet,
        /// Who is to receive the log without voting.
        learners: NodeSet,
    },
    /// The network is about to be partitioned: one side is asked for.
    Partition {
        /// The nodes of that side, in order.
        side: Vec<NodeId>,
    },
    /// A client is about to be asked for something.
    Operate(OperationForm),
    /// A client of the lock manager is about to be given a script.
    Script(ScriptForm),
    /// What a processor should do is being put together.
    Access(AccessForm),
    /// Numbers are asked for.
    Numbers(NumberForm),
}

/// An operation as a person puts it together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationForm {
    /// The client.
    pub client: NodeId,
    /// What to do.
    pub kind: OperationKind,
    /// The key.
    pub key: String,
    /// The value that a compare-and-set expects.
    pub old: String,
    /// The value.
    pub value: String,
}

/// The operations of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OperationKind {
    /// Set a key.
    #[default]
    Put,
    /// Read a key.
    Get,
    /// Put text at the end of a value.
    Append,
    /// Set a key that holds an expected value.
    CompareAndSet,
}

impl OperationKind {
    /// Every operation.
    pub const ALL: [Self; 4] = [Self::Put, Self::Get, Self::Append, Self::CompareAndSet];

    /// Its name in logs and scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Get => "get",
            Self::Append => "append",
            Self::CompareAndSet => "cas",
        }
    }
}

/// A dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// All keys.
    Keys,
    /// A new run.
    NewRun,
    /// A link, and what there is to know of it.
    Link {
        /// The whole link.
        link: String,
        /// Whether it is in the clipboard.
        copied: bool,
    },
    /// Runs that are kept, files, exports.
    Keeping,
    /// What is switched on.
    Settings,
    /// The table of transitions of the cache lab, in large.
    Table,
}

/// A page of the side panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What is selected.
    #[default]
    Inspect,
    /// All logs, side by side.
    Logs,
    /// What happened.
    Events,
    /// The checks.
    Checks,
    /// What clients asked for.
    Clients,
    /// The rules of the protocol.
    Rules,
}

impl Tab {
    /// Every page, in order.
    pub const ALL: [Self; 6] =
        [Self::Inspect, Self::Logs, Self::Events, Self::Rules, Self::Checks, Self::Clients];
}

/// Something that the page has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A link was copied.
    LinkCopied {
        /// Its length.
        characters: usize,
    },
    /// Something cannot be done now.
    CannotDo(Reason),
    /// A link cannot be opened.
    BadLink(Problem),
    /// A file cannot be opened; why, in words. Without any, nobody is there to read it.
    BadFile(String),
    /// A file cannot be written; why, in words. Without any, nobody is there to write it.
    NotWritten(String),
    /// The run has reached a limit and goes no further.
    AtLimit(Problem),
    /// No link can say this moment.
    CannotShare(Problem),
    /// A branch has grown.
    Branched,
    /// A check has failed, and the bug is to be named.
    Broken,
    /// What a search or a breakpoint has to say.
    Meaning(Finding),
    /// Something about keeping runs.
    Keep(Said),
}

impl Notice {
    /// Whether it goes away by itself: not where a person must know why nothing happened.
    #[must_use]
    pub const fn expires(&self) -> bool {
        let stays = matches!(
            self,
            Self::Broken | Self::Meaning(Finding::Stopped(..) | Finding::Searching { .. })
        );
        !self.is_trouble() && !stays
    }

    /// Whether it says that something went wrong.
    #[must_use]
    pub const fn is_trouble(&self) -> bool {
        match self {
            Self::BadLink(_)
            | Self::BadFile(_)
            | Self::NotWritten(_)
            | Self::AtLimit(_)
            | Self::CannotShare(_) => true,
            Self::Keep(said) => said.is_trouble(),
            Self::LinkCopied { .. }
            | Self::CannotDo(_)
            | Self::Branched
            | Self::Broken
            | Self::Meaning(_) => false,
        }
    }
}

/// What a person prefers; the browser remembers it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The language.
    pub language: Language,
    /// The theme, where it is not the system's.
    pub theme: Option<Theme>,
}

/// A theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Warm paper.
    Light,
    /// Deep slate.
    Dark,
}

impl Theme {
    /// Its name in the document and in the browser's memory.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }
}

/// What the window is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The form that the stage has room for.
    pub form: Form,
    /// Whether its owner asks for less motion.
    pub calm: bool,
    /// Whether the system's theme is dark.
    pub dark: bool,
}

impl Model {
    /// A page that shows the first story of the gallery.
    #[must_use]
    pub fn new(preferences: Preferences, window: Surroundings) -> Self {
        let story = Story::ALL[0];
        let scenario = story.scenario();
        let session = scenario.open();
        let quiz = Quiz::of(&scenario);
        Self {
            scene: Scene::of(&session, window.form, Tab::default()),
            session,
            origin: Origin::Gallery(story),
            until_us: scenario.until_us,
            author: Author::of(&scenario),
            captions: scenario.captions.into(),
            replay: Replay::Unclaimed,
            player: Player::default(),
            diagram: Diagram::default(),
            selection: None,
            tool: Tool::None,
            hands: Hands::default(),
            watch: Watch::default(),
            dialog: None,
            tab: Tab::default(),
            sheet_open: false,
            notice: None,
            new_run: NewRun::default(),
            quiz,
            meaning: Meaning::default(),
            coherence: Coherence::default(),
            seen: Seen::default(),
            preferences,
            window,
            keeping: Keeping::default(),
        }
    }

    /// The scenario of this very moment.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        // What is expected of a whole run is not expected of its beginning.
        let is_whole = self.scene.moment.time_us >= self.until_us;
        Scenario {
            captions: self.captions.to_vec(),
            bookmarks: self.author.bookmarks.to_vec(),
            breakpoints: self.meaning.breakpoints.clone(),
            quiz: self.quiz.is_some(),
            expect: if is_whole { self.author.expect.clone() } else { Vec::new() },
            ..Scenario::capture(&self.session, self.until_us)
        }
    }

    /// What letting go of what is dragged would come to.
    #[must_use]
    pub fn aim(&self) -> Aim {
        let aim = |drag: &Drag| drag.aim(&self.scene.view, &self.scene.layout);
        self.hands.drag.as_ref().map_or(Aim::Nothing, aim)
    }

    /// What the author of the run says at this moment.
    #[must_use]
    pub fn caption(&self) -> Option<&Caption> {
        self.captions.iter().rev().find(|caption| caption.at <= self.scene.moment)
    }

    /// The theme that is shown.
    #[must_use]
    pub const fn theme(&self) -> Theme {
        match self.preferences.theme {
            Some(theme) => theme,
            None if self.window.dark => Theme::Dark,
            None => Theme::Light,
        }
    }

    /// Whether the page must be called at the next frame.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        let waits = self.player.playing || self.session.is_travelling();
        waits || self.author.is_comparing() || crate::update::is_looking(self)
    }

    /// The end of the timeline, in microseconds: what is worth watching, or what has been seen.
    #[must_use]
    pub fn horizon_us(&self) -> u64 {
        crate::timeline::horizon_us(self.until_us, self.scene.edge.time_us)
    }
}
