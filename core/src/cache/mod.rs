//! A coherent cache whose nodes talk over a network.
//!
//! Every node keeps copies of lines of a shared memory close to its processor. As long as nobody
//! writes, copies do no harm; a write must not leave a stale one behind. *Coherence* is the promise
//! that nobody can tell that there are copies: at any time a line has a single writer or any number
//! of readers, and a read gives what was written last (Nagarajan, Sorin, Hill and Wood, "A Primer
//! on Memory Consistency and Cache Coherence", 2nd edition, 2020, §2.3; below: the primer).
//!
//! The states that textbooks start with are those of Papamarcos and Patel (1984): a copy is
//! *modified* (the only one, memory is out of date), *exclusive* (the only one, memory is right),
//! *shared*, or *invalid*. On a network nothing happens at once, so there are *transient* states
//! between them: `IM_AD` is on its way from invalid to modified and waits for acknowledgements and
//! for data. Most of what is worth seeing happens there.
//!
//! Who has copies is known to the *home* of a line, which keeps a directory and the memory behind
//! it (the primer, chapter 8); or to nobody, if all ask each other over a *bus* (chapter 7). Lines
//! are dealt out over the homes by a hash of their number.
//!
//! **What the protocol rests on.** Between the same two nodes messages arrive in order, and each
//! exactly once; between different pairs anything may overtake anything, after any delay. The
//! kernel's streams promise that as long as no connection breaks, reliable links even then, and
//! datagrams never: on those, the checks show what goes wrong. Crashes are survived only with
//! leases ([`Setting::Lease`](setting::Setting::Lease)).
//!
//! - [`address`]: lines, words in them, and which home a line has.
//! - [`state`]: the states of a copy and of a directory entry.
//! - [`event`]: what can happen to either: the columns of the tables.
//! - [`message`]: what nodes say to each other, and what belongs to one transaction.
//! - [`operation`]: what a processor is asked to do, and what became of it.
//! - [`setting`], [`bug`], [`note`]: what can be switched, broken and told.
//! - [`table`]: the tables of the protocol, as data.
//! - [`controller`], [`home`]: who carries them out, for a cache and for a directory with its
//!   memory; [`recency`]: which line goes when a cache is full; [`placement`], [`setup`]: who is
//!   who, and by which rules; [`outlet`]: where what they want done goes. [`bus`]: what takes the
//!   place of homes where there is a bus.
//! - [`lease`]: how a home may give up a node that it cannot hear.
//! - [`processor`], [`workload`]: who wants to read and write, and what.
//! - [`node`]: all of it, as the kernel runs it.

pub mod address;
pub mod bug;
pub mod bus;
pub mod controller;
pub mod event;
pub mod home;
pub mod lease;
pub mod message;
pub mod node;
pub mod note;
pub mod operation;
pub mod outlet;
pub mod placement;
pub mod processor;
pub mod recency;
pub mod setting;
pub mod setup;
pub mod state;
pub mod table;
pub mod workload;
