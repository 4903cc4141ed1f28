//! The Raft lab: servers that replicate a key-value store, and clients that use it.

pub mod advice;
pub mod bounds;
pub mod config;
pub mod fields;
mod leader;
mod members;
pub mod messages;
pub mod planted;
pub mod rules;
pub mod situation;
mod switches;
pub mod view;

pub use config::{ConfigProblem, Must, Preset, RaftConfig};
pub use fields::{Field, Unit};
pub use rules::Rule;
