//! The lock table, judged by its rules one by one, by a naive auditor on random commands, and its
//! graph by an independent library.

mod auditor;
mod clients;
mod dice;
mod graphs;
mod random;
