//! The world: processes, network, disks and clocks, moved one step at a time.
//!
//! A *step* is one thing that the kernel does: a message arrives or breaks, a timer runs out, a
//! sync completes, a choice is applied. [`World::step`] takes the next one. Nothing here knows
//! which protocol runs.
//!
//! Each step goes through the same three stages: it is folded into the digest; the process it
//! concerns is called with a [`Context`](super::process::Context); and what the process asked for
//! is carried out, in order.
//! One rule is enforced here for every protocol: *no message leaves a node before everything that
//! the node persisted earlier is on disk.* Messages wait in the node's outbox for the sync.

use std::collections::VecDeque;

use super::clock::Clock;
use super::connection::{Connection, Signal};
use super::digest::Digest;
use super::disk::Disk;
use super::event::{Event, EventId, FIRST_NOTE, LossReason, What};
use super::network::{Link, LinkSettings, MessageId, Transport};
use super::process::{NodeId, NodeLuck, Output, Process, TimerKind};
use super::queue::Queue;
use super::random::Luck;
use super::time::Moment;
use super::timers::{Slot, Timers};

/// What a world is made of, besides its processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Surroundings {
    /// Everything random follows from it.
    pub seed: u64,
    /// What carries messages.
    pub transport: Transport,
    /// How every link behaves at first.
    pub network: LinkSettings,
    /// The shortest sync of a disk, in microseconds.
    pub sync_min_us: u64,
    /// The longest sync of a disk, in microseconds.
    pub sync_max_us: u64,
}

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Flight<M> {
    /// Its name.
    pub id: MessageId,
    /// When it left, in microseconds.
    pub sent_us: u64,
    /// When it arrives, in microseconds, if it does.
    pub due_us: u64,
    /// When and why it breaks on its way, if it does.
    pub breaks: Option<(u64, LossReason)>,
    /// What it says.
    pub message: M,
    /// The event of its sending.
    pub(super) cause: EventId,
    /// The last choice that had a hand in its way.
    pub(super) meddling: Option<EventId>,
    /// How many copies of this message have been named: a name is never given twice.
    pub(super) copies: u8,
    /// Since when it is held, in microseconds, if it is: until a choice lets it go or delivers it.
    /// On a stream, what is behind it is held too.
    pub held_us: Option<u64>,
    /// When it would arrive if nothing were before it on its stream, in microseconds.
    pub(super) alone_us: u64,
    /// Whether a choice holds this very message on its stream.
    pub(super) holds: bool,
}

impl<M> Flight<M> {
    /// The event of its sending.
    #[must_use]
    pub const fn sent_by(&self) -> EventId {
        self.cause
    }

    /// Whether it is lost whatever happens, though it is seen until it breaks. What chance loses a
    /// choice may still deliver.
    pub(super) const fn is_lost(&self) -> bool {
        use LossReason::{Choice, Cut, Disconnected};
        matches!(self.breaks, Some((_, Cut | Choice | Disconnected)))
    }
}

/// Flights are boxed: an item is moved several times on its way through the queue.
#[derive(Clone, Debug)]
pub(super) enum Item<M> {
    Flight(Box<Flight<M>>),
    /// A message that arrived while its receiver was paused: it is on its way no more.
    Arrived(Box<Flight<M>>),
    Sync {
        node: NodeId,
        number: u64,
    },
    /// An end of a connection learns something.
    Signal(Box<Signal>),
}

/// A message that waits for its node's disk.
#[derive(Clone, Debug)]
pub(super) struct Outgoing<M> {
    pub(super) to: NodeId,
    pub(super) message: M,
    /// The write that must be on disk before.
    pub(super) needs: u64,
    pub(super) cause: EventId,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node<P: Process> {
    /// What runs on it. While the node is down: what its disk would bring back.
    pub process: P,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// Its own clock.
    pub clock: Clock,
    /// Its disk.
    pub disk: Disk<P::Durable>,
    pub(super) luck: NodeLuck,
    pub(super) sync_luck: Luck,
    pub(super) outbox: VecDeque<Outgoing<P::Message>>,
    /// What came while it was paused.
    pub(super) backlog: Vec<Item<P::Message>>,
}

impl<P: Process> Node<P> {
    /// Whether it does anything: it is up, and not paused.
    #[must_use]
    pub const fn runs(&self) -> bool {
        self.up && !self.paused
    }
}

/// What happens next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    /// When, in microseconds.
    pub(super) time_us: u64,
    /// Whether a timer runs out; else it is an item of the queue.
    is_timer: bool,
}

/// What a step concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stepped {
    /// The only node whose process may have changed; `None` where every one may have.
    pub node: Option<NodeId>,
    /// Whether somebody intervened, otherwise than by asking a client: with the machines, the
    /// network or the rules.
    pub meddled: bool,
}

/// A simulated world.
#[derive(Clone, Debug)]
pub struct World<P: Process> {
    pub(super) now_us: u64,
    pub(super) taken: u32,
    pub(super) steps: u64,
    pub(super) sequence: u64,
    pub(super) ordinal: u32,
    pub(super) note_ordinal: u32,
    pub(super) digest: Digest,
    pub(super) surroundings: Surroundings,
    pub(super) nodes: Vec<Node<P>>,
    pub(super) links: Vec<Link>,
    /// By pair of nodes ([`Connection::place`]); none where the transport is datagrams.
    pub(super) connections: Vec<Connection>,
    pub(super) queue: Queue<Item<P::Message>>,
    pub(super) timers: Timers,
    /// A buffer that is kept, to be filled again.
    pub(super) outputs: Vec<Output<P>>,
    pub(super) events: Option<Vec<Event<P>>>,
}

impl<P: Process> World<P> {
    /// A world of these processes at time zero, in which every node has just started. Events are
    /// kept from the beginning if `narrates`; those of the starts belong to step 0.
    ///
    /// # Panics
    /// If there are more than 64 processes.
    #[must_use]
    pub fn new(processes: Vec<P>, surroundings: Surroundings, narrates: bool) -> Self {
        assert!(processes.len() <= 64, "a world has at most 64 nodes");
        let luck = Luck::new(surroundings.seed);
        // A link is addressed by its ends alone: one node more changes nobody else's luck.
        let nodes = || 0..processes.len() as u64;
        let links = nodes()
            .flat_map(|from| nodes().map(move |to| luck.stream(1).stream(from << 8 | to)))
            .map(|luck| Link::new(surroundings.network, luck))
            .collect();
        let connections = match surroundings.transport {
            Transport::Datagrams => Vec::new(),
            Transport::Streams => connections(processes.len(), luck.stream(4)),
        };
        let mut world = Self {
            now_us: 0,
            taken: 0,
            steps: 0,
            sequence: 0,
            ordinal: 0,
            note_ordinal: FIRST_NOTE,
            digest: Digest::new(),
            surroundings,
            nodes: Vec::new(),
            links,
            connections,
            queue: Queue::default(),
            timers: Timers::new(processes.len(), P::Timer::ALL.len()),
            outputs: Vec::new(),
            events: narrates.then(Vec::new),
        };
        world.digest.word(surroundings.seed);
        for (number, process) in (0_u8..).zip(processes) {
            world.nodes.push(Node {
                disk: Disk::new(process.durable()),
                process,
                up: true,
                paused: false,
                clock: Clock::default(),
                luck: NodeLuck::new(luck.stream(2).stream(u64::from(number))),
                sync_luck: luck.stream(3).stream(u64::from(number)),
                outbox: VecDeque::new(),
                backlog: Vec::new(),
            });
        }
        for number in 0..world.nodes.len() {
            world.start(NodeId(u8::try_from(number).expect("at most 64 nodes")), &[]);
        }
        world
    }

    /// True time, in microseconds.
    #[must_use]
    pub const fn now_us(&self) -> u64 {
        self.now_us
    }

    /// Steps taken since the beginning.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// Where the run is.
    #[must_use]
    pub const fn moment(&self) -> Moment {
        Moment { time_us: self.now_us, taken: self.taken }
    }

    /// The digest of all steps so far.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// All nodes, in order.
    #[must_use]
    pub fn nodes(&self) -> &[Node<P>] {
        &self.nodes
    }

    /// One node.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn node(&self, node: NodeId) -> &Node<P> {
        &self.nodes[node.index()]
    }

    /// A timer of a node, if it runs.
    #[must_use]
    pub fn timer(&self, node: NodeId, timer: P::Timer) -> Option<&Slot> {
        self.timers.get(node, timer.number())
    }

    /// What it is made of, besides its processes. Links may have been changed since.
    #[must_use]
    pub const fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// The link from one node to another.
    #[must_use]
    pub fn link(&self, from: NodeId, to: NodeId) -> &Link {
        &self.links[self.link_place(from, to)]
    }

    pub(super) const fn link_place(&self, from: NodeId, to: NodeId) -> usize {
        from.index() * self.nodes.len() + to.index()
    }

    /// Every message on its way, in a definite order.
    pub fn flights(&self) -> impl Iterator<Item = &Flight<P::Message>> {
        self.queue.iter().filter_map(|(_, item)| match item {
            Item::Flight(flight) => Some(flight.as_ref()),
            Item::Arrived(_) | Item::Sync { .. } | Item::Signal(_) => None,
        })
    }

    /// The events in which the messages were sent that are on their way, or have come to a paused
    /// node.
    pub fn sendings(&self) -> impl Iterator<Item = EventId> {
        let backlogs = self.nodes.iter().flat_map(|node| &node.backlog);
        self.queue.iter().map(|(_, item)| item).chain(backlogs).filter_map(|item| match item {
            Item::Flight(flight) | Item::Arrived(flight) => Some(flight.cause),
            Item::Sync { .. } | Item::Signal(_) => None,
        })
    }

    /// How many messages are on their way, wait for a disk, or wait for a paused node: what a world
    /// weighs, more or less, besides its processes.
    #[must_use]
    pub fn under_way(&self) -> usize {
        let waiting = self.nodes.iter().map(|node| node.outbox.len() + node.backlog.len());
        self.queue.len() + waiting.sum::<usize>()
    }

    /// Whether nothing is on its way, waits for a disk, or waits for a paused node. It is asked
    /// after every step, and the queue alone nearly always answers.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let waits = |node: &Node<P>| !node.outbox.is_empty() || !node.backlog.is_empty();
        self.queue.is_empty() && !self.nodes.iter().any(waits)
    }

    /// How many messages have left so far, copies not counted.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.links.iter().map(|link| u64::from(link.sent())).sum()
    }

    /// From now on keeps events, or no longer.
    pub fn narrate(&mut self, narrates: bool) {
        self.events = narrates.then(Vec::new);
    }

    /// The events kept since the last call.
    pub fn take_events(&mut self) -> Vec<Event<P>> {
        self.events.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// When the next step is due, in microseconds; `None` if nothing will ever happen.
    pub fn next_time_us(&mut self) -> Option<u64> {
        self.next().map(|next| next.time_us)
    }

    /// Steps taken at exactly `time_us`, which is not in the past.
    #[must_use]
    pub const fn taken_at(&self, time_us: u64) -> u32 {
        if time_us == self.now_us { self.taken } else { 0 }
    }

    /// Lets time pass without a step, up to `time_us`.
    ///
    /// # Panics
    /// If that is in the past or a step was due before: the caller's mistake.
    pub fn idle_until(&mut self, time_us: u64) {
        assert!(time_us >= self.now_us, "time does not run backwards");
        assert!(self.next_time_us().is_none_or(|next_us| next_us >= time_us));
        if time_us > self.now_us {
            self.now_us = time_us;
            self.taken = 0;
        }
    }

    /// Counts at least `taken` steps as taken now. A choice may name a moment that its time does
    /// not have, after a thousand steps at it, say: it is made when no more are due, and the
    /// moments that follow come after its own all the same.
    pub const fn skip_to(&mut self, taken: u32) {
        if self.taken < taken {
            self.taken = taken;
        }
    }

    /// Takes the next step, if anything is left to happen.
    pub fn step(&mut self) -> Option<Stepped> {
        self.next().map(|next| self.take(next))
    }

    /// What happens next, if anything is left to happen.
    pub(super) fn next(&mut self) -> Option<Next> {
        let timer = self.timers.next_key().map(|(due_us, order)| (due_us.max(self.now_us), order));
        let item = self.queue.next_key();
        match (timer, item) {
            (Some(timer), item) if item.is_none_or(|item| timer < item) => {
                Some(Next { time_us: timer.0, is_timer: true })
            }
            (_, item) => item.map(|(time_us, _)| Next { time_us, is_timer: false }),
        }
    }

    /// Takes the step of what happens next: nothing was done to the world since that was found.
    pub(super) fn take(&mut self, next: Next) -> Stepped {
        let Next { time_us, is_timer } = next;
        if is_timer {
            return self.time_out(time_us);
        }
        let (_, item) = self.queue.pop().expect("an item was next");
        self.begin_step(time_us);
        Stepped { node: Some(self.take_item(item)), meddled: false }
    }

    fn take_item(&mut self, item: Item<P::Message>) -> NodeId {
        match item {
            Item::Flight(flight) | Item::Arrived(flight) => {
                let node = flight.id.to;
                self.arrive(flight);
                node
            }
            Item::Sync { node, number } => {
                self.complete_sync(node, number);
                node
            }
            Item::Signal(signal) => {
                let node = signal.node;
                self.learn(signal);
                node
            }
        }
    }

    /// Begins a step at `time_us`.
    pub(super) fn begin_step(&mut self, time_us: u64) {
        assert!(time_us >= self.now_us, "time does not run backwards");
        self.taken = self.taken_at(time_us).saturating_add(1);
        self.now_us = time_us;
        self.steps += 1;
        self.ordinal = 0;
        self.note_ordinal = FIRST_NOTE;
    }

    /// Folds the fixed part of a step into the digest.
    pub(super) const fn record(&mut self, kind: u64, node: NodeId, number: u64) {
        self.digest.word(self.now_us);
        self.digest.word(kind << 56 | (node.0 as u64) << 48 | number);
    }

    pub(super) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Counts an event and, if somebody listens, keeps it.
    pub(super) fn emit(
        &mut self,
        node: NodeId,
        causes: &[EventId],
        what: impl FnOnce() -> What<P>,
    ) -> EventId {
        let id = EventId::new(self.steps, self.ordinal);
        self.ordinal += 1;
        self.keep(id, node, causes, what);
        id
    }

    pub(super) fn keep(
        &mut self,
        id: EventId,
        node: NodeId,
        causes: &[EventId],
        what: impl FnOnce() -> What<P>,
    ) {
        if let Some(events) = &mut self.events {
            let causes = causes.to_vec();
            events.push(Event { id, time_us: self.now_us, node, what: what(), causes });
        }
    }
}

/// The connections between so many nodes, all of them open. One is addressed by its ends alone.
fn connections(nodes: usize, luck: Luck) -> Vec<Connection> {
    let nodes = u8::try_from(nodes).expect("at most 64 nodes");
    let of = |higher: u8| {
        (0..=higher).map(move |lower| {
            let luck = luck.stream(u64::from(lower) << 8 | u64::from(higher));
            Connection::new(NodeId(lower), NodeId(higher), luck)
        })
    };
    (0..nodes).flat_map(of).collect()
}
