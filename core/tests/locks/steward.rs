//! The steward.
