//! What the page asks of the browser.
//!
//! [`update`](crate::update) decides, a [`Runner`](runner::Runner) carries out: nothing else
//! touches the clock, the address bar, the clipboard or the browser's memory.

pub mod clerk;
pub mod diagram;
pub mod files;
pub mod memory;
pub mod runner;
pub mod surroundings;

use crate::catalogue::Language;
use crate::clerk::Errand;
use crate::keeping::Memory;
use crate::model::{Preferences, Theme};

/// Something to be done in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Call again at the next frame.
    NextFrame,
    /// Put a fragment into the address bar, and the whole link into the clipboard.
    ShareLink(String),
    /// Have the clerk do something; it speaks this language.
    Ask(Errand, Language),
    /// Show the document in these preferences, and remember them.
    Prefer(Preferences, Theme),
    /// Dismiss the notice after a while.
    ExpireNotice,
    /// Judge a little of the clients' history, so many milliseconds from now.
    Judge(u32),
    /// Draw a seed.
    DrawSeed,
    /// Draw a bug to be found.
    DrawBug,
    /// Put the focus on the element of this id, once it is drawn.
    Focus(&'static str),
    /// Scroll the tree of branches to so many pixels from its top, once it is drawn.
    ScrollTree(i32),
    /// Show the page on the whole screen, or no longer, where the browser can.
    Fullscreen(bool),
    /// Ask the browser's memory for something, and list what is in it.
    Memory(Memory),
    /// Remember which cells of the cache's tables were seen; an empty text: forget them.
    RememberCells(String),
    /// Send the clerk away, whatever it is doing.
    DismissClerk,
    /// Offer a text as a file.
    Download {
        /// The file's name.
        name: String,
        /// What is in it.
        text: String,
    },
    /// Put a text into the clipboard.
    Copy(String),
    /// Open this page in a window of its own, at a fragment.
    OpenWindow(String),
}
