//! The lock laboratory: the same servers as in the Raft lab, which carry a lock table; clients that
//! run scripts; a vault that the locks protect; and, where the table is split over two clusters, a
//! collector.

mod clients;
pub mod config;
pub mod fields;
pub mod metrics;
pub mod situation;
pub mod view;

pub use config::LockConfig;
pub use view::{LocksView, locks_view};
