//! Clients, the vault and the collector around servers that carry a lock table: whole worlds.
//!
//! What a single party does is tested where it is written; here it is how they get on together.

mod bench;
mod scenes;
mod storms;
