//! A node of the cache's world, as the kernel runs it: a cache with its processor, a home, or a bus.

use super::address::{Line, MOST_LINES, MOST_WORDS};
use super::bug::{Bug, Bugs};
use super::controller::CacheController;
use super::home::Home;
use super::message::Message;
use super::note::Note;
use super::operation::{Operation, Outcome};
use super::outlet::Outlet;
use super::placement::Placement;
use super::processor::Processor;
use super::setting::{Features, Setting};
use super::state::{CacheState, DirectoryState};
use super::workload::{Source, Workload};
use crate::sim::digest::{Digest, Encode};
use crate::sim::process::{Context, NodeId, Process, TimerKind};

/// What goes over the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packet {
    /// A message as it is.
    Plain(Message),
}

impl Packet {
    /// What it says; nothing, if it only keeps a reliable link in order.
    #[must_use]
    pub const fn message(&self) -> Option<&Message> {
        match self {
            Self::Plain(message) => Some(message),
        }
    }
}

impl Encode for Packet {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Plain(message) => message.encode(digest),
        }
    }
}

/// The timers of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The processor has thought long enough.
    Load,
    /// A cache has to tell the homes that it is there.
    Renewal,
    /// A cache has to look at what it has to write back, a home at leases.
    Duty,
    /// A message that was not acknowledged has to be sent again.
    Retransmission,
}

impl TimerKind for Timer {
    const ALL: &'static [Self] = &[Self::Load, Self::Renewal, Self::Duty, Self::Retransmission];

    fn number(self) -> u8 {
        self as u8
    }
}

/// What the nodes of a run are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeSettings {
    /// Who is who.
    pub placement: Placement,
    /// How many lines the memory has.
    pub lines: u8,
    /// How many words a line has.
    pub words: u8,
    /// How the cache is set.
    pub features: Features,
    /// What processors do by themselves.
    pub workload: Workload,
}

impl NodeSettings {
    /// Every node of a run, in order.
    ///
    /// # Panics
    /// If a number is out of bounds: configurations are checked when they are read.
    #[must_use]
    pub fn nodes(&self) -> Vec<Node> {
        assert!((1..=MOST_LINES).contains(&self.lines) && (1..=MOST_WORDS).contains(&self.words));
        let Self { placement, lines, features, .. } = *self;
        let caches = placement.caches().map(|node| Node::Cache(CacheNode::new(node, self)));
        let homes = placement.homes().map(|node| {
            Node::Home(HomeNode {
                home: Home::new(node, placement, lines, features),
                touched: 0,
                seen: Default::default(),
            })
        });
        caches.chain(homes).collect()
    }
}

/// A cache and its processor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheNode {
    controller: CacheController,
    processor: Processor,
    source: Source,
    /// How often it has been started.
    starts: u32,
    touched: u64,
    seen: [u32; CacheState::ALL.len()],
}

/// A home.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HomeNode {
    home: Home,
    touched: u64,
    seen: [u32; DirectoryState::ALL.len()],
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::large_enum_variant, reason = "most nodes are the large one")]
pub enum Node {
    /// A cache and its processor.
    Cache(CacheNode),
    /// A home: directory and memory.
    Home(HomeNode),
}

/// The kernel, as an outlet of a controller.
struct Kernel<'a, 'b> {
    context: &'a mut Context<'b, Node>,
    /// Which cells have been carried out.
    seen: &'a mut [u32],
    answer: Option<Outcome>,
}

impl Outlet for Kernel<'_, '_> {
    fn now_us(&self) -> u64 {
        self.context.now_us()
    }

    fn send(&mut self, to: NodeId, message: Message) {
        self.context.send(to, Packet::Plain(message));
    }

    fn note(&mut self, note: Note) {
        match note {
            Note::Moved { from, event, .. } => {
                self.seen[usize::from(from.number())] |= 1 << event.number();
            }
            Note::DirectoryMoved { from, event, .. } => {
                self.seen[usize::from(from.number())] |= 1 << event.number();
            }
            _ => {}
        }
        self.context.note(|| note);
    }

    fn answer(&mut self, outcome: Outcome) {
        assert!(self.answer.is_none(), "a processor is answered once");
        self.answer = Some(outcome);
    }
}

impl CacheNode {
    fn new(node: NodeId, settings: &NodeSettings) -> Self {
        let NodeSettings { placement, lines, words, features, workload } = *settings;
        Self {
            controller: CacheController::new(node, placement, lines, features),
            processor: Processor::default(),
            source: Source::new(workload, node, placement.caches, (lines, words)),
            starts: 1,
            touched: 0,
            seen: Default::default(),
        }
    }

    /// Its cache controller.
    #[must_use]
    pub const fn controller(&self) -> &CacheController {
        &self.controller
    }

    /// How many words a line has.
    #[must_use]
    pub const fn words(&self) -> u8 {
        self.source.words()
    }

    /// Its processor.
    #[must_use]
    pub const fn processor(&self) -> &Processor {
        &self.processor
    }

    /// How often it has been started.
    #[must_use]
    pub const fn starts(&self) -> u32 {
        self.starts
    }

    fn recovered(&self) -> Self {
        Self {
            controller: self.controller.recovered(),
            processor: self.processor.recovered(),
            source: self.source.recovered(),
            starts: self.starts + 1,
            touched: u64::MAX,
            seen: self.seen,
        }
    }

    fn start(&mut self, context: &mut Context<'_, Node>) {
        self.think(context);
    }

    /// If there is a workload, the processor goes on by itself after a while.
    fn think(&self, context: &mut Context<'_, Node>) {
        if !self.source.is_idle() {
            let delay_us = self
                .source
                .think_us(|purpose, low, high| context.random_between(purpose, low, high));
            context.set_timer(Timer::Load, delay_us);
        }
    }

    fn receive(&mut self, from: NodeId, message: Message, context: &mut Context<'_, Node>) {
        let mut kernel = Kernel { context, seen: &mut self.seen, answer: None };
        self.controller.receive(from, message, &mut kernel);
        if let Some(outcome) = kernel.answer {
            self.finish(outcome, context);
            self.go_on(context);
        }
    }

    fn operate(&mut self, operation: Operation, context: &mut Context<'_, Node>) -> bool {
        let taken = self.processor.ask(operation);
        self.go_on(context);
        taken
    }

    fn timeout(&mut self, timer: Timer, context: &mut Context<'_, Node>) {
        match timer {
            Timer::Load if !self.processor.is_busy() => {
                let operation = self.source.next(&mut self.processor, |purpose, low, high| {
                    context.random_between(purpose, low, high)
                });
                self.begin(operation, context);
                self.go_on(context);
            }
            Timer::Load | Timer::Renewal | Timer::Duty | Timer::Retransmission => {}
        }
    }

    /// The processor does what was asked of it, as far as it comes without waiting.
    fn go_on(&mut self, context: &mut Context<'_, Node>) {
        while let Some(operation) = self.processor.take_next() {
            self.begin(operation, context);
        }
    }

    fn begin(&mut self, operation: Operation, context: &mut Context<'_, Node>) {
        let hit = self.controller.serves(operation);
        self.processor.begin(operation, hit, context.true_now_us());
        context.note(|| Note::Began { operation, hit });
        let mut kernel = Kernel { context, seen: &mut self.seen, answer: None };
        self.controller.begin(operation, &mut kernel);
        if let Some(outcome) = kernel.answer {
            self.finish(outcome, context);
        }
    }

    fn finish(&mut self, outcome: Outcome, context: &mut Context<'_, Node>) {
        let operation = self.processor.finish(outcome, context.true_now_us());
        context.note(|| Note::Finished { operation, outcome });
        self.think(context);
    }
}

impl HomeNode {
    /// Its directory and memory.
    #[must_use]
    pub const fn home(&self) -> &Home {
        &self.home
    }
}

impl Node {
    /// The cache, if it is one.
    #[must_use]
    pub const fn cache(&self) -> Option<&CacheNode> {
        match self {
            Self::Cache(cache) => Some(cache),
            Self::Home(_) => None,
        }
    }

    /// The home, if it is one.
    #[must_use]
    pub const fn home(&self) -> Option<&Home> {
        match self {
            Self::Cache(_) => None,
            Self::Home(node) => Some(&node.home),
        }
    }

    /// Who is who.
    #[must_use]
    pub const fn placement(&self) -> &Placement {
        match self {
            Self::Cache(cache) => cache.controller.placement(),
            Self::Home(node) => node.home.placement(),
        }
    }

    /// How many lines the memory has.
    #[must_use]
    pub fn lines(&self) -> u8 {
        let lines = match self {
            Self::Cache(cache) => cache.controller.lines().len(),
            Self::Home(node) => node.home.lines().len(),
        };
        u8::try_from(lines).expect("a memory has at most 64 lines")
    }

    /// Which cells of its table it has carried out: for each state, by its number, a bit for each
    /// event, by its number.
    #[must_use]
    pub const fn seen(&self) -> &[u32] {
        match self {
            Self::Cache(cache) => &cache.seen,
            Self::Home(node) => &node.seen,
        }
    }

    /// The lines that the last event of this node touched, a bit for each.
    #[must_use]
    pub const fn touched(&self) -> u64 {
        match self {
            Self::Cache(cache) => cache.touched,
            Self::Home(home) => home.touched,
        }
    }

    /// What a line at home here has in memory and directory; nothing, if this is no home.
    #[must_use]
    pub fn home_line(&self, line: Line) -> Option<&super::home::HomeLine> {
        self.home().map(|home| home.line(line))
    }

    /// Remembers what the event that was just handled has touched.
    const fn look_back(&mut self) {
        match self {
            Self::Cache(cache) => cache.touched = cache.controller.take_touched(),
            Self::Home(node) => node.touched = node.home.take_touched(),
        }
    }

    fn bugs(&self) -> Bugs {
        match self {
            Self::Cache(cache) => cache.controller.bugs(),
            Self::Home(node) => node.home.bugs(),
        }
    }

    /// How it is set.
    #[must_use]
    pub const fn features(&self) -> Features {
        match self {
            Self::Cache(cache) => *cache.controller.features(),
            Self::Home(node) => *node.home.features(),
        }
    }
}

impl Process for Node {
    type Message = Packet;
    type Timer = Timer;
    type Durable = ();
    type Operation = Operation;
    type Note = Note;

    fn start(&mut self, context: &mut Context<'_, Self>) {
        match self {
            Self::Cache(cache) => cache.start(context),
            Self::Home(_) => {}
        }
        self.look_back();
    }

    fn receive(&mut self, from: NodeId, packet: Packet, context: &mut Context<'_, Self>) {
        let Packet::Plain(message) = packet;
        match self {
            Self::Cache(cache) => cache.receive(from, message, context),
            Self::Home(node) => {
                let HomeNode { home, seen, .. } = node;
                home.receive(from, message, &mut Kernel { context, seen, answer: None });
            }
        }
        self.look_back();
    }

    fn timeout(&mut self, timer: Timer, context: &mut Context<'_, Self>) {
        match self {
            Self::Cache(cache) => cache.timeout(timer, context),
            Self::Home(_) => {}
        }
        self.look_back();
    }

    fn operate(&mut self, operation: Operation, context: &mut Context<'_, Self>) -> bool {
        let taken = match self {
            Self::Cache(cache) => cache.operate(operation, context),
            Self::Home(_) => false,
        };
        self.look_back();
        taken
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        let Some(bug) = Bug::ALL.get(usize::from(bug)) else { return };
        let mut bugs = self.bugs();
        bugs.set(*bug, planted);
        match self {
            Self::Cache(cache) => cache.controller.set_bugs(bugs),
            Self::Home(node) => node.home.set_bugs(bugs),
        }
    }

    fn set(&mut self, setting: u8, value: u64) {
        let Some(setting) = Setting::ALL.get(usize::from(setting)) else { return };
        let mut features = self.features();
        features.set(*setting, value);
        match self {
            Self::Cache(cache) => cache.controller.set_features(features),
            Self::Home(node) => node.home.set_features(features),
        }
    }

    fn durable(&self) {}

    /// A cache comes back cold. Memory and directory of a home are not lost by a crash.
    fn recover(&self, (): &()) -> Self {
        match self {
            Self::Cache(cache) => Self::Cache(cache.recovered()),
            Self::Home(node) => Self::Home(node.clone()),
        }
    }
}
