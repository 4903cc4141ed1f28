//! The kernel: a deterministic simulator that knows no protocol.
//!
//! A run is a pure function of its seed, its configuration and its choices. Everything here serves
//! that: time is a whole number ([`time`]), luck is addressed rather than consumed ([`random`]),
//! events are totally ordered ([`queue`], [`timers`]), processes are plain values ([`process`]), a
//! set of them is a word ([`node_set`]), one number tells whether two runs were the same
//! ([`digest`]), and copies share what they can ([`shared`]).
//!
//! Around a process there are a network of datagrams ([`network`]) or of streams ([`connection`]),
//! a disk that loses what it has not synced ([`disk`]) and a clock that may be wrong ([`clock`]).
//! What a protocol may want on top of datagrams ([`reliable`]) or of streams that break
//! ([`resumption`]) is kept ready. The [`world`] holds them all and takes steps; a [`monitor`]
//! watches from outside; the [`history`] is a tree of branches in which any moment can be reached,
//! a [`reader`] brings the events of any stretch back, an index of their [`density`] is kept
//! meanwhile, and [`mod@compare`] finds where two branches first go different ways. What needs
//! sorting is put in [`mod@order`].

pub mod choice;
pub mod clock;
pub mod compare;
pub mod connection;
pub mod density;
pub mod digest;
pub mod disk;
pub mod event;
mod handling;
pub mod history;
mod intervening;
pub mod monitor;
pub mod network;
pub mod node_set;
pub mod order;
pub mod process;
pub mod queue;
pub mod random;
mod ranking;
pub mod reader;
pub mod reliable;
pub mod resumption;
pub mod run;
pub mod shared;
mod streaming;
pub mod time;
pub mod timers;
pub mod world;
