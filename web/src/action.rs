//! What can happen to the page: everything that a person, the browser or the page's API can do.

use lockstep_core::lab::Lab;
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::process::NodeId;

use crate::author::AuthorAction;
use crate::cache_form::AccessForm;
use crate::catalogue::Language;
use crate::clerk::Answer;
use crate::coherence::Look;
use crate::command::Command;
use crate::diagram::DiagramAction;
use crate::form::NumberForm;
use crate::geometry::Form;
use crate::hands::Hand;
use crate::keeping::Keep;
use crate::lock_form::ScriptForm;
use crate::meaning::MeaningAction;
use crate::model::{Dialog, OperationForm, Selection, Tab, Tool};
use crate::new_run::NewRun;
use crate::quiz::QuizAction;
use crate::speed::Speed;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "actions are few and are not kept")]
pub enum Action {
    /// The browser is about to draw; its clock, in milliseconds.
    Frame(f64),
    /// Something about playing.
    Play(Play),
    /// Something was selected, or nothing.
    Select(Option<Selection>),
    /// A server or client was clicked: what that means depends on the tool in hand.
    Touch(NodeId),
    /// The next message on its way is to be selected.
    SelectNextMessage,
    /// The next client is to be selected.
    SelectNextClient,
    /// An intervention is asked for.
    Command(Command),
    /// The tool in hand changes.
    Tool(ToolAction),
    /// A hand does something on the stage.
    Hand(Hand),
    /// Another run is to be shown.
    Open(Open),
    /// A link to this moment is wanted.
    Share,
    /// The browser copied the link, or would not.
    Copied {
        /// The whole link.
        link: String,
        /// Whether it is in the clipboard.
        copied: bool,
    },
    /// The run is to be saved as a file.
    Save,
    /// The cursor goes to another branch.
    Branch(usize),
    /// The cursor goes to the next branch.
    NextBranch,
    /// Something about names, bookmarks, comparisons or the projector.
    Author(AuthorAction),
    /// Something in the cache lab.
    Look(Look),
    /// Something is looked for.
    Meaning(MeaningAction),
    /// Something about the page itself.
    Page(Page),
    /// Something about the diagram.
    Diagram(DiagramAction),
    /// Something about keeping runs, or handing them on.
    Keep(Keep),
    /// Something about the bug that is to be found.
    Quiz(QuizAction),
}

/// Playing, and where the cursor goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Play {
    /// Time passes.
    Start,
    /// Time stands still.
    Stop,
    /// One or the other.
    Toggle,
    /// The cursor goes so many events further, or back where negative.
    Step(i64),
    /// The cursor goes to a time, in microseconds.
    Seek(u64),
    /// The cursor goes so many microseconds further, or back where negative.
    SeekBy(i64),
    /// The cursor goes to the end of what has been seen.
    SeekEdge,
    /// Another speed.
    Speed(Speed),
    /// So many stops faster, or slower where negative.
    Faster(i8),
}

/// The tool in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolAction {
    /// Another tool, or the same one set otherwise.
    Take(Tool),
    /// The operation is put together otherwise.
    Form(OperationForm),
    /// The script is another.
    Script(ScriptForm),
    /// A processor is asked for something else.
    Access(AccessForm),
    /// The script is to be run when what is under way is done.
    RunAfter,
    /// What the client has under way is to be given up.
    Stop(NodeId),
    /// The numbers are others.
    Numbers(NumberForm),
    /// A setting is changed from now on.
    Set(AnySetting, u64),
    /// It is done.
    Confirm,
    /// It is put away.
    Cancel,
}

/// Another run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "actions are few and are not kept")]
pub enum Open {
    /// A story of the gallery.
    Story(Story),
    /// Another lab: its first story.
    Lab(Lab),
    /// What a link says, with or without `#`.
    Link(String),
    /// What a file says; the clerk reads it.
    File(String),
    /// The clerk has read a file: its link, or what is wrong with it.
    Read(Answer),
    /// The clerk could not write a file, and says why.
    Unwritten(String),
    /// The dialog's new run is set up otherwise.
    Change(NewRun),
    /// Another seed is wanted.
    OtherSeed,
    /// A seed was drawn.
    Seed(u64),
    /// The dialog's new run.
    New,
}

/// The page itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// Another language.
    Language(Language),
    /// The next language.
    NextLanguage,
    /// The other theme.
    OtherTheme,
    /// A page of the side panel.
    Tab(Tab),
    /// The next page of the side panel.
    NextTab,
    /// The side panel is pulled up or down.
    Sheet(bool),
    /// A dialog opens.
    Dialog(Dialog),
    /// The dialog closes.
    CloseDialog,
    /// Whatever is open closes: a dialog, a tool, the sheet, a notice, the selection.
    Escape,
    /// The notice has been read.
    Dismiss,
    /// The notice has been there for long enough, unless it is one that stays.
    Expire,
    /// The window has room for another form of the stage.
    Form(Form),
    /// Its owner asks for less motion, or does no longer.
    Calm(bool),
    /// The system's theme is dark, or no longer.
    Dark(bool),
}
