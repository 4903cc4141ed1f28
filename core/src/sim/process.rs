//! What runs on a node, and what it may do.
//!
//! A protocol is written *sans I/O*: a [`Process`] is a plain value with methods that are called
//! when something happens (a message came, a timer ran out), and a [`Context`] that collects what
//! it wants done in return. It never reads a clock, opens a socket or rolls a die by itself. That
//! is why the same code can run in a page, in a test and in a benchmark, why a world can be copied
//! to look at two futures, and why a run replays exactly.
//!
//! The context does nothing by itself either: the kernel carries out the collected [`Output`]s, in
//! order, when the method has returned.

use std::fmt::{self, Debug};
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::digest::Encode;
use super::event::EventId;
use super::random::Luck;

/// A node of the simulation, by its place in the list of nodes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u8);

impl NodeId {
    /// The place in the list of nodes.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Debug for NodeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.0)
    }
}

/// The timers that a kind of process has, numbered from zero.
pub trait TimerKind: Copy + Eq + Hash + Debug + 'static {
    /// Every timer, in the order of its number.
    const ALL: &'static [Self];

    /// This timer's number: its place in [`TimerKind::ALL`].
    fn number(self) -> u8;
}

/// One simulated node: a state machine that is told what happens to it.
///
/// A process is a plain value (`Clone + Eq + Hash`, ordered collections only): worlds are copied
/// for keyframes and compared by tests.
pub trait Process: Clone + Eq + Hash + Debug {
    /// What processes say to each other.
    type Message: Clone + Eq + Hash + Debug + Encode;
    /// The timers that it can set.
    type Timer: TimerKind;
    /// The part of its state that is on disk.
    type Durable: Clone + Eq + Hash + Debug;
    /// What a person or a script can ask of a client.
    type Operation: Clone + Eq + Hash + Debug + Encode;
    /// What it says about itself for narration; no rule and no digest depends on it.
    type Note: Clone + Eq + Debug;

    /// Called once when the node comes up: at the beginning of the run and after every restart.
    fn start(&mut self, context: &mut Context<'_, Self>);

    /// Called when a message arrives.
    fn receive(&mut self, from: NodeId, message: Self::Message, context: &mut Context<'_, Self>);

    /// Called when a timer that it set has run out.
    fn timeout(&mut self, timer: Self::Timer, context: &mut Context<'_, Self>);

    /// Called when a connection with `peer` has opened anew: what is sent from now on travels on
    /// it. Only on the stream transport; the connections that a run begins with are not told of.
    fn connected(&mut self, _peer: NodeId, _context: &mut Context<'_, Self>) {}

    /// Called when this end has found out that its connection with `peer` is broken: what was under
    /// way on it, in either direction, is lost. Only on the stream transport.
    fn disconnected(&mut self, _peer: NodeId, _context: &mut Context<'_, Self>) {}

    /// Called when `durable` has reached the disk.
    fn synced(&mut self, _durable: &Self::Durable, _context: &mut Context<'_, Self>) {}

    /// A person or a script asks this node to do something. `false`: it is no client.
    fn operate(&mut self, _operation: Self::Operation, _context: &mut Context<'_, Self>) -> bool {
        false
    }

    /// Switches a planted bug on or off.
    fn plant(&mut self, _bug: u8, _planted: bool) {}

    /// Changes a setting of the protocol. It holds from the next event on.
    fn set(&mut self, _setting: u8, _value: u64) {}

    /// An administrator tells this node to do something. `false`: it does not, or not now.
    fn instruct(
        &mut self,
        _instruction: u8,
        _operand: u64,
        _context: &mut Context<'_, Self>,
    ) -> bool {
        false
    }

    /// What a disk holds when the node is made.
    fn durable(&self) -> Self::Durable;

    /// The process as it comes back after a crash: what it was configured with, and its disk.
    #[must_use]
    fn recover(&self, durable: &Self::Durable) -> Self;
}

/// What a process asks of the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output<P: Process> {
    /// Send a message. It leaves once everything persisted before has reached the disk.
    Send {
        /// The receiver.
        to: NodeId,
        /// What to say.
        message: P::Message,
        /// Whether it waits for the disk; only a planted bug does not.
        waits: bool,
    },
    /// Let a timer run out after `delay_us` on the node's own clock, whether it was running or not.
    SetTimer {
        /// Which one.
        timer: P::Timer,
        /// From now, in microseconds of the node's clock.
        delay_us: u64,
    },
    /// Stop a timer, if it runs.
    CancelTimer(P::Timer),
    /// Write the durable state. It survives a crash once synced.
    Persist(P::Durable),
    /// Say something for the record.
    Note {
        /// What happened.
        note: P::Note,
        /// Events that led to it, besides the one that is being handled.
        causes: Vec<EventId>,
    },
}

/// How many streams of luck a process has: purposes are numbered below this.
pub const PURPOSES: usize = 4;

/// The luck of one node: a stream, and how often each purpose has drawn from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NodeLuck {
    stream: Luck,
    drawn: [u64; PURPOSES],
}

impl NodeLuck {
    /// The luck of a node whose stream is `stream`.
    #[must_use]
    pub const fn new(stream: Luck) -> Self {
        Self { stream, drawn: [0; PURPOSES] }
    }

    fn between(&mut self, purpose: usize, low: u64, high: u64) -> u64 {
        let count = self.drawn[purpose];
        self.drawn[purpose] += 1;
        self.stream.between(count, purpose as u64, low, high)
    }
}

/// Where what a process asks for is put, in order.
enum Outlet<'a, P: Process> {
    /// In the kernel's list.
    Kernel(&'a mut Vec<Output<P>>),
    /// Where the process that this one is a part of puts its own. Nothing is kept in between: a
    /// list of its own would be one more allocation and two more copies at every event.
    Host(&'a mut dyn FnMut(Output<P>)),
}

impl<P: Process> Outlet<'_, P> {
    /// The output is made in place: it is large.
    #[inline]
    fn put(&mut self, output: impl FnOnce() -> Output<P>) {
        match self {
            Self::Kernel(outputs) => outputs.push(output()),
            Self::Host(put) => put(output()),
        }
    }
}

/// The world as one process sees it while it handles one event.
pub struct Context<'a, P: Process> {
    node: NodeId,
    now_us: u64,
    true_now_us: u64,
    event: EventId,
    luck: &'a mut NodeLuck,
    outlet: Outlet<'a, P>,
    narrates: bool,
}

impl<'a, P: Process> Context<'a, P> {
    /// A context for `node`, whose own clock shows `now_us` at true time `true_now_us`, handling
    /// `event`. Notes are kept only if `narrates`.
    pub const fn new(
        node: NodeId,
        (now_us, true_now_us): (u64, u64),
        event: EventId,
        luck: &'a mut NodeLuck,
        outputs: &'a mut Vec<Output<P>>,
        narrates: bool,
    ) -> Self {
        let outlet = Outlet::Kernel(outputs);
        Self { node, now_us, true_now_us, event, luck, outlet, narrates }
    }

    /// The node that this process runs on.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// The node's own clock, in microseconds: it may be wrong.
    #[must_use]
    pub const fn now_us(&self) -> u64 {
        self.now_us
    }

    /// True time, in microseconds: for records that no rule of a protocol reads.
    #[must_use]
    pub const fn true_now_us(&self) -> u64 {
        self.true_now_us
    }

    /// The event that is being handled: what a later note can name as its cause.
    #[must_use]
    pub const fn event(&self) -> EventId {
        self.event
    }

    /// A random number from `low` to `high`, both included, from the stream of `purpose`
    /// (below [`PURPOSES`]).
    pub fn random_between(&mut self, purpose: usize, low: u64, high: u64) -> u64 {
        self.luck.between(purpose, low, high)
    }

    /// Sends a message once everything persisted so far is on disk.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.outlet.put(|| Output::Send { to, message, waits: true });
    }

    /// Sends a message at once, whatever the disk says. Only a planted bug does this.
    pub fn send_without_sync(&mut self, to: NodeId, message: P::Message) {
        self.outlet.put(|| Output::Send { to, message, waits: false });
    }

    /// Lets `timer` run out after `delay_us` on the node's own clock, from now.
    pub fn set_timer(&mut self, timer: P::Timer, delay_us: u64) {
        self.outlet.put(|| Output::SetTimer { timer, delay_us });
    }

    /// Stops `timer`, if it runs.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.outlet.put(|| Output::CancelTimer(timer));
    }

    /// Writes the durable state; later messages wait until it is on disk.
    pub fn persist(&mut self, durable: P::Durable) {
        self.outlet.put(|| Output::Persist(durable));
    }

    /// Runs something that was written for another kind of process, as a part of this one: it sees
    /// the same node, the same time and the same luck, and what it asks for is translated. So one
    /// protocol stands on another without either knowing.
    pub fn nested<Q: Process, R>(
        &mut self,
        translate: impl Fn(Output<Q>) -> Output<P>,
        run: impl FnOnce(&mut Context<'_, Q>) -> R,
    ) -> R {
        let outlet = &mut self.outlet;
        run(&mut Context {
            node: self.node,
            now_us: self.now_us,
            true_now_us: self.true_now_us,
            event: self.event,
            luck: self.luck,
            outlet: Outlet::Host(&mut |output| outlet.put(|| translate(output))),
            narrates: self.narrates,
        })
    }

    /// Notes what happened, for narration. The note is built only if somebody listens.
    pub fn note(&mut self, note: impl FnOnce() -> P::Note) {
        self.note_because(note, Vec::new);
    }

    /// Notes what happened, naming further events that led to it: every member of a quorum, say.
    pub fn note_because(
        &mut self,
        note: impl FnOnce() -> P::Note,
        causes: impl FnOnce() -> Vec<EventId>,
    ) {
        if self.narrates {
            self.outlet.put(|| Output::Note { note: note(), causes: causes() });
        }
    }
}
