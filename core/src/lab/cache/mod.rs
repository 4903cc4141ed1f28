//! The cache lab: nodes with caches, homes or a bus, and what there is to see of them.

pub mod config;
mod copies;
pub mod fields;
pub(in crate::lab) mod history;
mod memory;
pub mod messages;
pub mod metrics;
pub mod planted;
pub mod situation;
pub mod tally;
pub mod trail;
pub mod view;

pub use config::CacheConfig;
pub use view::{CacheView, cache_view};
