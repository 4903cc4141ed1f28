//! The lock table, judged by its rules one by one, by a naive auditor on random commands, and its
//! graph by an independent library; and the steward.

mod auditor;
mod clients;
#[path = "../shared/dice.rs"]
mod dice;
mod graphs;
mod random;
mod rules;
mod scene;
mod sessions;
mod steward;
