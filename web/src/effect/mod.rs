//! What the page asks of the browser.
//!
//! [`update`](crate::update) decides, a [`Runner`](runner::Runner) carries out: nothing else
//! touches the clock, the address bar, the clipboard or the browser's memory.

pub mod files;
pub mod memory;
pub mod runner;
pub mod surroundings;

use crate::keeping::Memory;
use crate::model::{Preferences, Theme};

/// Something to be done in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Call again at the next frame.
    NextFrame,
    /// Put a fragment into the address bar, and the whole link into the clipboard.
    ShareLink(String),
    /// Offer a text as a file.
    Download {
        /// The file's name.
        name: String,
        /// What is in it.
        text: String,
    },
    /// Show the document in these preferences, and remember them.
    Prefer(Preferences, Theme),
    /// Dismiss the notice after a while.
    ExpireNotice,
    /// Judge a little of the clients' history, so many milliseconds from now.
    Judge(u32),
    /// Draw a seed.
    DrawSeed,
    /// Ask the browser's memory for something, and list what is in it.
    Memory(Memory),
    /// A file begins, in place of one that was not finished.
    BeginFile,
    /// It goes on with this piece.
    Write(String),
    /// It is complete: offer it, or copy it.
    Finish {
        /// Its name.
        name: String,
        /// Whether it goes into the clipboard, where the browser lets it.
        copies: bool,
    },
    /// Put a text into the clipboard.
    Copy(String),
    /// Open this page in a window of its own, at a fragment.
    OpenWindow(String),
}
