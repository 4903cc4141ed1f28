//! A node of the cache's world, as the kernel runs it: a cache with its processor, a home, or the
//! bus.
//!
//! A node speaks to the others over what the kernel has, datagrams or streams, through a [layer
//! of its own](LinkLayer) that makes up for what these lack. What kind of node it is makes no
//! difference to that; it is seen to here.

mod cache;
mod carriage;
mod kernel;
mod links;
mod packet;

use kernel::{Common, Kernel};

pub use cache::CacheNode;
pub use links::LinkLayer;
pub use packet::{Packet, Timer};

use super::address::{Line, MOST_LINES, MOST_WORDS};
use super::bus::Bus;
use super::home::{Home, HomeLine};
use super::note::Note;
use super::operation::Operation;
use super::placement::Placement;
use super::setting::Features;
use super::setup::Setup;
use super::workload::Workload;
use crate::sim::process::{Context, NodeId, Process};

/// What the nodes of a run are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeSettings {
    /// Who is who.
    pub placement: Placement,
    /// How many lines the memory has.
    pub lines: u8,
    /// How many words a line has.
    pub words: u8,
    /// What makes up for what the network lacks.
    pub links: LinkLayer,
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
        let others = placement.homes().map(|node| {
            let common = Common::new(self);
            match placement.interconnect {
                super::table::Interconnect::Directory => {
                    let home = Home::new(node, placement, lines, features);
                    Node::Home(HomeNode { home, common })
                }
                super::table::Interconnect::Bus => {
                    let bus = Bus::new(node, placement, lines, features);
                    Node::Bus(BusNode { bus, common })
                }
            }
        });
        caches.chain(others).collect()
    }
}

/// A home.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HomeNode {
    home: Home,
    common: Common,
}

/// The bus and the memory behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BusNode {
    bus: Bus,
    common: Common,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::large_enum_variant, reason = "most nodes are the large one")]
pub enum Node {
    /// A cache and its processor.
    Cache(CacheNode),
    /// A home.
    Home(HomeNode),
    /// The bus.
    Bus(BusNode),
}

impl Node {
    /// The cache, if it is one.
    #[must_use]
    pub const fn cache(&self) -> Option<&CacheNode> {
        match self {
            Self::Cache(cache) => Some(cache),
            Self::Home(_) | Self::Bus(_) => None,
        }
    }

    /// The home, if it is one.
    #[must_use]
    pub const fn home(&self) -> Option<&Home> {
        match self {
            Self::Home(node) => Some(&node.home),
            Self::Cache(_) | Self::Bus(_) => None,
        }
    }

    /// The bus, if it is it.
    #[must_use]
    pub const fn bus(&self) -> Option<&Bus> {
        match self {
            Self::Bus(node) => Some(&node.bus),
            Self::Cache(_) | Self::Home(_) => None,
        }
    }

    /// Where it is, and how it is set.
    #[must_use]
    pub const fn setup(&self) -> &Setup {
        match self {
            Self::Cache(cache) => cache.controller.setup(),
            Self::Home(node) => node.home.setup(),
            Self::Bus(node) => node.bus.setup(),
        }
    }

    const fn setup_mut(&mut self) -> &mut Setup {
        match self {
            Self::Cache(cache) => cache.controller.setup_mut(),
            Self::Home(node) => node.home.setup_mut(),
            Self::Bus(node) => node.bus.setup_mut(),
        }
    }

    /// How many lines the memory has.
    #[must_use]
    pub fn lines(&self) -> u8 {
        let lines = match self {
            Self::Cache(cache) => cache.controller.lines().len(),
            Self::Home(node) => node.home.lines().len(),
            Self::Bus(node) => node.bus.lines().len(),
        };
        u8::try_from(lines).expect("a memory has at most 64 lines")
    }

    const fn common(&self) -> &Common {
        match self {
            Self::Cache(CacheNode { common, .. })
            | Self::Home(HomeNode { common, .. })
            | Self::Bus(BusNode { common, .. }) => common,
        }
    }

    const fn common_mut(&mut self) -> &mut Common {
        match self {
            Self::Cache(CacheNode { common, .. })
            | Self::Home(HomeNode { common, .. })
            | Self::Bus(BusNode { common, .. }) => common,
        }
    }

    /// Which cells of its table it has carried out: for each state, by its number, a bit for each
    /// event, by its number. A bus has no table.
    #[must_use]
    pub const fn seen(&self) -> &[u32] {
        &self.common().seen
    }

    /// Those of them that it has come to while nothing was broken, in the variant that it speaks
    /// now.
    #[must_use]
    pub const fn seen_sound(&self) -> &[u32] {
        &self.common().sound.rows
    }

    /// The lines that the last event of this node touched, a bit for each.
    #[must_use]
    pub const fn touched(&self) -> u64 {
        self.common().touched
    }

    /// What a line at home here has in memory and directory; nothing, if this is no home.
    #[must_use]
    pub fn home_line(&self, line: Line) -> Option<&HomeLine> {
        self.home().map(|home| home.line(line))
    }

    /// How many messages came that nothing in the protocol leads to.
    #[must_use]
    pub const fn unexpected(&self) -> u32 {
        match self {
            Self::Cache(cache) => cache.controller.unexpected(),
            Self::Home(node) => node.home.unexpected(),
            Self::Bus(node) => node.bus.unexpected(),
        }
    }

    /// What comes before anything else at each event.
    fn attend(&mut self, context: &mut Context<'_, Self>) {
        match self {
            Self::Cache(cache) => cache.attend(context),
            Self::Home(HomeNode { home, common }) => {
                if let Some(look_us) = home.attend(&mut Kernel::new(context, common)) {
                    context.set_timer(Timer::Duty, look_us);
                }
            }
            Self::Bus(_) => {}
        }
    }

    /// What comes after everything else at each event.
    fn conclude(&mut self, context: &mut Context<'_, Self>) {
        if let Self::Cache(cache) = self {
            cache.conclude(context);
        }
        self.follow_links(context);
        self.common_mut().set_wake(context);
        let touched = match self {
            Self::Cache(cache) => cache.controller.take_touched(),
            Self::Home(node) => node.home.take_touched(),
            Self::Bus(node) => node.bus.take_touched(),
        };
        self.common_mut().touched = touched;
    }
}

impl Process for Node {
    type Message = Packet;
    type Timer = Timer;
    type Durable = ();
    type Operation = Operation;
    type Note = Note;

    fn start(&mut self, context: &mut Context<'_, Self>) {
        self.attend(context);
        match self {
            Self::Cache(cache) => cache.think(context),
            Self::Home(HomeNode { home, common }) => {
                home.restart(&mut Kernel::new(context, common));
                if let Some(look_us) = home.look_at_leases(&mut Kernel::new(context, common)) {
                    context.set_timer(Timer::Duty, look_us);
                }
            }
            Self::Bus(_) => {}
        }
        self.conclude(context);
    }

    fn receive(&mut self, from: NodeId, packet: Packet, context: &mut Context<'_, Self>) {
        self.attend(context);
        self.take(from, packet, context);
        self.conclude(context);
    }

    fn timeout(&mut self, timer: Timer, context: &mut Context<'_, Self>) {
        self.attend(context);
        match (timer, &mut *self) {
            (Timer::Retransmission, node) => node.common_mut().wake(context.now_us()),
            (timer, Self::Cache(cache)) => cache.timeout(timer, context),
            (Timer::Duty, Self::Home(HomeNode { home, common })) => {
                if let Some(look_us) = home.look_at_leases(&mut Kernel::new(context, common)) {
                    context.set_timer(Timer::Duty, look_us);
                }
            }
            (_, Self::Home(_) | Self::Bus(_)) => {}
        }
        self.conclude(context);
    }

    fn disconnected(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        self.attend(context);
        self.cut_off(peer, context);
        self.conclude(context);
    }

    fn connected(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        self.attend(context);
        self.greet(peer, context);
        self.conclude(context);
    }

    fn operate(&mut self, operation: Operation, context: &mut Context<'_, Self>) -> bool {
        self.attend(context);
        let taken = match self {
            Self::Cache(cache) => cache.operate(operation),
            Self::Home(_) | Self::Bus(_) => false,
        };
        self.conclude(context);
        taken
    }

    fn plant(&mut self, bug: u8, planted: bool) {
        self.setup_mut().plant(bug, planted);
        let setup = *self.setup();
        self.common_mut().goes_by(&setup);
    }

    fn set(&mut self, setting: u8, value: u64) {
        self.setup_mut().set(setting, value);
        let setup = *self.setup();
        self.common_mut().goes_by(&setup);
    }

    fn durable(&self) {}

    /// A cache comes back cold. Memory and directory of a home, and the memory behind a bus with
    /// what waits for it, are not lost by a crash.
    fn recover(&self, (): &()) -> Self {
        let nodes = self.setup().placement.nodes();
        match self {
            Self::Cache(cache) => Self::Cache(cache.recovered()),
            Self::Home(HomeNode { home, common }) => {
                Self::Home(HomeNode { home: home.clone(), common: common.recovered(nodes) })
            }
            Self::Bus(BusNode { bus, common }) => {
                Self::Bus(BusNode { bus: bus.clone(), common: common.recovered(nodes) })
            }
        }
    }
}
