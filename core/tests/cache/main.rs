//! The cache in the real kernel: random operations, random delays, and what must hold at each step.
//!
//! The judge here is written apart from the laboratory's checks, and more simply.

#[path = "../shared/dice.rs"]
mod dice;

mod bench;
mod bugs;
mod calm;
mod checks;
mod failures;
mod leases;
mod rates;
mod streams;
mod trio;
mod verdicts;
