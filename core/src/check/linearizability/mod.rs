//! Linearizability: whether a history could have come from one object that does one thing at a
//! time.
//!
//! A *history* says what clients saw: each operation with the time at which it was called, the time
//! at which it returned, and its answer. It is *linearizable* (Herlihy and Wing, "Linearizability:
//! a correctness condition for concurrent objects", TOPLAS 1990) if every operation can be given
//! one instant between its call and its return such that, carried out in the order of these
//! instants, a sequential object gives exactly these answers. Deciding it is NP-complete (Gibbons
//! and Korach 1997), so every decision here has a budget in steps and may end
//! [`Verdict::Undecided`].
//!
//! **The search** is that of Wing and Gong ("Testing and verifying concurrent
//! objects", JPDC 1993): take any operation that no other must precede, let the sequential object
//! carry it out, compare the answer, go on; where nothing fits, go back. Lowe ("Testing for
//! linearizability", CCPE 2017) adds a memory: two orders that linearised the same set of
//! operations and left the object in the same state have the same future, so only the first is
//! followed.
//!
//! **Partition.** Linearizability is local (Herlihy and Wing §3.1): a history of many objects is
//! linearizable if and only if the history of each is. A store's keys are such objects.
//!
//! **Open operations.** One that never returned may have taken effect at any time after its call,
//! may yet do so, or never will. One that was refused for sure never took effect, and is left out
//! of the history.
//!
//! **Time.** Two events of the same instant are taken to be concurrent, since the history does not
//! order them; but what one client does, it does in order.
//!
//! **A conviction** ([`Conviction`]) shows as little as suffices: the shortest beginning of the
//! history that has no order; the shortest window at its end that has none either, whatever the
//! object held before, of all that it ever could have held; and, within that window, the operations
//! that cannot be ordered even if nothing is asked of all the others. [`mod@judge`] says how they
//! are found. The last two are not in the papers above.
//!
//! Everything is pure and deterministic and needs no deep stack. A [`Judge`] works in slices, so
//! that whoever draws a page meanwhile can go on drawing.

pub mod format;
pub mod history;
pub mod judge;
pub mod model;
mod search;

pub use history::Operation;
pub use judge::{Conviction, Judge, Verdict, judge};
pub use model::{Kv, Model, Mutex, Queue, Register};
