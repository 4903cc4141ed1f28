//! The space-time diagram: a run as lanes, and its messages as slanted lines between them.
//!
//! Everything here is computed without a browser and knows no Yew: what is visible goes in (bands,
//! a [`Sheet`](lockstep_core::lab::sheet::Sheet) of messages, marks), and a [`Picture`] comes out:
//! some tens of SVG paths, however much there is to see. The page draws it, two of them one above
//! the other compare two branches, and an export writes it as a file.
//!
//! - [`frame`]: which part of time is shown, and where times and nodes are in it.
//! - [`mod@picture`]: what is drawn, made of [`strokes`] and [`lanes`].
//! - [`tiles`]: messages that were drawn once and are moved, not drawn again.
//! - [`hit`]: what is under the pointer.
//! - [`filter`]: which messages are drawn.
//! - [`reading`]: brings the messages of a window, as it is looked at.
//! - [`mod@file`]: a picture as a file.
//! - [`state`]: what the page knows of its diagram; [`action`]: what can happen to it.

pub mod action;
pub mod file;
pub mod filter;
pub mod frame;
pub mod hit;
pub mod lanes;
pub mod picture;
pub mod reading;
pub mod state;
pub mod strokes;
pub mod tiles;

pub use action::DiagramAction;
pub use filter::{Filter, Group};
pub use frame::Frame;
pub use picture::{Emphasis, Input, Picture, picture};
pub use state::Diagram;
