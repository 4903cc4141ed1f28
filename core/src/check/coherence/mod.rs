//! Coherence of histories: whether what clients saw of each location could have come from one
//! memory.
//!
//! A cache hides that there are several copies of one word. If it does so well, there is for each
//! location **one order of all its reads and writes**, the same for everybody, in which what each
//! process did stands in the order in which it did it, and every read gives what was written last
//! before it (0, if nothing was). That is *sequential consistency for each location* (Primer §2.4,
//! "coherence" as its second definition; in Alglave, Maranget and Tautschnig, "Herding cats",
//! TOPLAS 2014, the axiom *SC per location*). Nothing is said about how operations on different
//! locations are ordered, and nothing about real time: a read may give an old value, as long as
//! the same process has not seen or written a newer one. A history that is not even coherent is
//! linearizable all the less ([`super::linearizability`]); one that is coherent need not be.
//!
//! **Blocks.** Where each value is written once, everybody knows from which write a read has its
//! value. A write and the reads of it then stand together in any order that fits: a *block*, into
//! which no other write can come. So blocks, not operations, have to be ordered, and the question
//! is whether some process has been in block A before block B while another (or itself) has been in
//! B before A, by however many intermediate blocks: a cycle. That is decided in linear time
//! (Gibbons and Korach, "Testing shared memories", SIAM J. Comput. 1997, §4.2: with the
//! read-mapping given, verifying memory coherence is easy). A compare-and-swap that succeeded reads
//! one block and begins the next, between which there is room for nothing: the two blocks are
//! chained, and a chain is ordered as a whole.
//!
//! **What is ambiguous** (a value that was read and had been written twice, or is what the location
//! began with; a compare-and-swap that failed, of which is known only what it did not see) makes
//! the question NP-complete. Then a search decides, with a budget, after the graph has been asked
//! whether even without it there is no order: [`Verdict::Undecided`] says that it was spent.
//!
//! **Open operations.** A read that was never answered says nothing. A write that was never
//! answered may have been done at any time after what its process had done before, or never; if
//! somebody saw its value, it was done.
//!
//! **A conviction** ([`Conviction`]) is the shortest cycle: operations each of which must come
//! before the next, and the last before the first. It has the name of its shape (Herding cats,
//! fig. 6: CoWW, CoRW, CoWR, CoRR), after the two operations of one process that came last and do
//! not fit to what had been seen before.

mod blocks;
mod cycle;
mod judge;
mod location;
pub mod memory;
mod search;
mod verdict;

pub use judge::{Judge, judge};
pub use memory::{Memory, MemoryAction, MemoryAnswer};
pub use verdict::{Conviction, Link, Shape, Tie, Verdict};
