//! Ping: the second protocol, so small that nobody could mistake it for Raft.
//!
//! Every node pings its neighbours with a counter, again and again. Who hears a ping writes the
//! counter to disk and answers. A node that hears no answer for a while is lonely, and greets whom
//! it is connected to again. That uses all that a process can do: messages, timers, luck, the disk,
//! connections, notes and requests from outside.
//!
//! A *quiet* node does nothing unless it is asked, which lets a test say exactly what happens when.

use std::collections::BTreeMap;

use lockstep_core::sim::digest::{Digest, Encode};
use lockstep_core::sim::monitor::Monitor;
use lockstep_core::sim::process::{Context, NodeId, Process, TimerKind};
use lockstep_core::sim::world::{Node, Stepped, World};

/// The planted bug: answers leave without waiting for the disk.
pub(crate) const HASTY: u8 = 0;
/// The setting: how often a beat pings every neighbour.
pub(crate) const ECHOES: u8 = 0;
/// The instruction: ping every neighbour now, with the operand as the counter.
pub(crate) const CALL: u8 = 0;

/// The counter of the ping that a node sends whomever it is connected to again.
pub(crate) const GREETING: u32 = 7_777;

/// The timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bell {
    /// It is time to ping.
    Beat,
    /// It is time to feel lonely.
    Patience,
}

impl TimerKind for Bell {
    const ALL: &'static [Self] = &[Self::Beat, Self::Patience];

    fn number(self) -> u8 {
        self as u8
    }
}

/// What nodes say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Word {
    /// Are you there?
    Ping(u32),
    /// I have written down that you asked.
    Answer(u32),
}

impl Encode for Word {
    fn encode(&self, digest: &mut Digest) {
        let (kind, counter) = match self {
            Self::Ping(counter) => (1, counter),
            Self::Answer(counter) => (2, counter),
        };
        digest.word(kind << 32 | u64::from(*counter));
    }
}

/// What a node can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    /// Send a ping.
    Ping {
        /// Whom.
        to: NodeId,
        /// With this counter.
        counter: u32,
    },
    /// Write a number to disk, and say nothing.
    Write(u32),
    /// Set a timer.
    Set {
        /// Which.
        bell: Bell,
        /// After how long, in microseconds.
        delay_us: u64,
    },
}

impl Encode for Request {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Ping { to, counter } => {
                digest.word(1 << 40 | u64::from(to.0) << 32 | u64::from(*counter));
            }
            Self::Write(number) => digest.word(2 << 40 | u64::from(*number)),
            Self::Set { bell, delay_us } => {
                digest.word(3 << 40 | u64::from(bell.number()));
                digest.word(*delay_us);
            }
        }
    }
}

/// What a node says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// It heard a ping.
    Heard(u32),
    /// Nobody answers.
    Lonely,
}

/// What a node has on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Notebook {
    /// The highest counter heard from each neighbour.
    pub(crate) heard: BTreeMap<NodeId, u32>,
    /// The last number that it was asked to write.
    pub(crate) written: u32,
}

/// How a node is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Settings {
    /// How many nodes there are.
    pub(crate) nodes: u8,
    /// The longest time between two beats, in microseconds; `None`: a quiet node.
    pub(crate) period_us: Option<u64>,
    /// Whether it takes requests.
    pub(crate) obliging: bool,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ping {
    settings: Settings,
    hasty: bool,
    /// How often a beat pings every neighbour.
    pub(crate) echoes: u64,
    /// What it has written, on disk or on its way there.
    pub(crate) notebook: Notebook,
    /// How often it has pinged since it came up.
    pub(crate) counter: u32,
    /// How many answers it has had since it came up.
    pub(crate) answers: u32,
    /// How many syncs it was told of since it came up.
    pub(crate) syncs: u32,
    /// How often it was told that a connection has opened, since it came up.
    pub(crate) connected: u32,
    /// How often it was told that a connection is broken, since it came up.
    pub(crate) disconnected: u32,
}

impl Ping {
    /// A node that has never run.
    pub(crate) fn new(settings: Settings) -> Self {
        let notebook = Notebook::default();
        Self {
            settings,
            hasty: false,
            echoes: 1,
            notebook,
            counter: 0,
            answers: 0,
            syncs: 0,
            connected: 0,
            disconnected: 0,
        }
    }

    /// Pings every neighbour.
    fn call(&self, counter: u32, context: &mut Context<'_, Self>) {
        let own = context.node();
        for to in (0..self.settings.nodes).map(NodeId).filter(|to| *to != own) {
            context.send(to, Word::Ping(counter));
        }
    }

    fn beat(&self, context: &mut Context<'_, Self>) {
        if let Some(period_us) = self.settings.period_us {
            let delay_us = context.random_between(0, period_us / 2, period_us);
            context.set_timer(Bell::Beat, delay_us);
            context.set_timer(Bell::Patience, period_us * 4);
        }
    }
}

impl Process for Ping {
    type Message = Word;
    type Timer = Bell;
    type Durable = Notebook;
    type Operation = Request;
    type Note = Note;

    fn start(&mut self, context: &mut Context<'_, Self>) {
        self.beat(context);
    }

    fn receive(&mut self, from: NodeId, message: Word, context: &mut Context<'_, Self>) {
        match message {
            Word::Ping(counter) => {
                let heard = self.notebook.heard.entry(from).or_default();
                *heard = counter.max(*heard);
                context.note(|| Note::Heard(counter));
                context.persist(self.notebook.clone());
                if self.hasty {
                    context.send_without_sync(from, Word::Answer(counter));
                } else {
                    context.send(from, Word::Answer(counter));
                }
            }
            Word::Answer(_) => {
                self.answers += 1;
                context.cancel_timer(Bell::Patience);
            }
        }
    }

    fn timeout(&mut self, timer: Bell, context: &mut Context<'_, Self>) {
        match timer {
            Bell::Beat => {
                self.counter += 1;
                for _ in 0..self.echoes {
                    self.call(self.counter, context);
                }
                self.beat(context);
            }
            Bell::Patience => context.note(|| Note::Lonely),
        }
    }

    fn connected(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        self.connected += 1;
        context.send(peer, Word::Ping(GREETING));
    }

    fn disconnected(&mut self, _peer: NodeId, context: &mut Context<'_, Self>) {
        self.disconnected += 1;
        context.note(|| Note::Lonely);
    }

    fn synced(&mut self, durable: &Notebook, _context: &mut Context<'_, Self>) {
        assert!(durable.written <= self.notebook.written, "a disk holds nothing newer");
        self.syncs += 1;
    }

    fn operate(&mut self, request: Request, context: &mut Context<'_, Self>) -> bool {
        if !self.settings.obliging {
            return false;
        }
        match request {
            Request::Ping { to, counter } => context.send(to, Word::Ping(counter)),
            Request::Write(number) => {
                self.notebook.written = number.max(self.notebook.written);
                context.persist(self.notebook.clone());
            }
            Request::Set { bell, delay_us } => context.set_timer(bell, delay_us),
        }
        true
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        if bug == HASTY {
            self.hasty = planted;
        }
    }

    fn set(&mut self, setting: u8, value: u64) {
        if setting == ECHOES {
            self.echoes = value;
        }
    }

    fn instruct(&mut self, instruction: u8, operand: u64, context: &mut Context<'_, Self>) -> bool {
        let counter = u32::try_from(operand).ok().filter(|_| self.settings.obliging);
        match (instruction, counter) {
            (CALL, Some(counter)) => self.call(counter, context),
            _ => return false,
        }
        true
    }

    fn durable(&self) -> Notebook {
        self.notebook.clone()
    }

    fn recover(&self, durable: &Notebook) -> Self {
        let fresh = Self::new(self.settings);
        Self { hasty: self.hasty, echoes: self.echoes, notebook: durable.clone(), ..fresh }
    }
}

/// Watches a run of [`Ping`] for what must hold in every one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Watch {
    /// How many steps it saw.
    pub(crate) observed: u64,
    /// How often it saw an answer under way that its sender had not written down.
    pub(crate) premature: u64,
    seen: Vec<Ping>,
}

/// What a node that is down is painted with.
pub(crate) const DOWN: u8 = 0;
/// What a node that is paused is painted with.
pub(crate) const PAUSED: u8 = 1;
/// What a node is painted with on which the bug is planted.
pub(crate) const HASTENING: u8 = 2;

impl Monitor<Ping> for Watch {
    fn begin(&mut self, world: &World<Ping>) {
        self.seen = world.nodes().iter().map(|node| node.process.clone()).collect();
    }

    fn observe(&mut self, stepped: Stepped, world: &World<Ping>) {
        self.observed += 1;
        for (number, node) in (0..).map(NodeId).zip(world.nodes()) {
            let seen = &mut self.seen[number.index()];
            let may_change = stepped.node.is_none_or(|changed| changed == number);
            assert!(may_change || *seen == node.process, "{number:?} changed in another's step");
            seen.clone_from(&node.process);
        }
        let premature = world.flights().filter(|flight| {
            let written = world.node(flight.id.from).disk.synced().heard.get(&flight.id.to);
            matches!(flight.message, Word::Answer(counter) if written < Some(&counter))
        });
        self.premature += premature.count() as u64;
    }

    fn band(node: &Node<Ping>, _: u8) -> u8 {
        match (node.up, node.paused) {
            (false, _) => DOWN,
            (true, true) => PAUSED,
            (true, false) if node.process.hasty => HASTENING,
            (true, false) => 3 + (node.process.counter / 8 % 4) as u8,
        }
    }
}
