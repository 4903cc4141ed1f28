//! Under which circumstances a run goes on, and what is missing for the promises to hold.
//!
//! The plain protocol rests on links that lose nothing, double nothing, and keep the order of what
//! one node says to another. Streams do as long as no connection breaks, and with resumption even
//! then; reliable links do. Datagrams do only by chance, unless every message of a link takes the
//! same time, and no node and no link fails. Only leases help against nodes that fail.
//!
//! Leases are a rule that all nodes must go by: what was begun under another is not promised to
//! end well. So they may be switched on or off in mid-run only while nothing is under way.
//!
//! What went wrong may come to light much later: what was missing once stays missing.

use super::{CacheCheck, Findings};
use crate::cache::node::LinkLayer;
use crate::check::{Assumption, MOST_DRIFT_PPM};
use crate::sim::connection::Phase;
use crate::sim::network::{LinkSettings, Transport};
use crate::sim::process::{NodeId, Process};
use crate::sim::random::Probability;
use crate::sim::reliable::ReliableSettings;
use crate::sim::world::World;

/// How often a message is lost in a row at most, for all that anybody waits.
const MOST_REPEATED: u32 = 6;
/// How many of the longest delays a lease must last to be of use.
const HURRY_DELAYS: u64 = 4;

/// What the promises rest on, after somebody meddled with the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether messages of one node to another may get lost, doubled or overtaken.
    pub disorderly: bool,
    /// Whether the nodes see to it themselves that a cut or a broken connection only delays.
    pub outlives_cuts: bool,
    /// Whether a node does not run.
    pub failed: bool,
    /// Whether a link is cut.
    pub cut: bool,
    /// Whether a connection has ever broken: what was on its way is lost.
    pub broken: bool,
    /// Whether a connection may break by itself, its messages being lost again and again.
    pub breakable: bool,
    /// Whether a node is frozen, or a message held back.
    pub held: bool,
    /// How long leases last, in microseconds; 0: there are none.
    pub lease_us: u64,
    /// Whether a clock is wrong.
    pub strays: bool,
    /// How long the slowest message takes at most, in microseconds; several times as long where it
    /// may have to be sent again.
    pub slowest_us: u64,
    /// How long reliable links may repeat a message in vain, in microseconds, where it may be lost.
    pub repeats_us: u64,
    /// Whether leases have just been switched on or off, and something was under way.
    pub switched: bool,
    /// When the last message that is on its way arrives, and the last connection is broken or
    /// open, in microseconds of true time.
    pub arrived_us: u64,
}

impl Circumstances {
    /// Those of a world whose messages `layer` carries.
    #[must_use]
    pub fn of<P: Process>(world: &World<P>, layer: LinkLayer, lease_us: u64) -> Self {
        let reliable = layer == LinkLayer::Reliable;
        let nodes = world.nodes();
        let ids = || (0..u8::try_from(nodes.len()).expect("at most 64 nodes")).map(NodeId);
        let pairs = || ids().flat_map(|from| ids().map(move |to| (from, to)));
        let links =
            || pairs().filter(|(from, to)| from != to).map(|(from, to)| world.link(from, to));
        let streams = world.surroundings().transport == Transport::Streams;
        let is_orderly = |settings: &LinkSettings| {
            let LinkSettings { delay_min_us, delay_max_us, loss, duplicate, reorder } = *settings;
            delay_min_us == delay_max_us
                && [loss, duplicate, reorder].iter().all(|chance| *chance == Probability::NEVER)
        };
        // Leases help against nodes that fail, where somebody hears of what that has cost: nobody
        // hears that a datagram was lost with a node or at a cut.
        let fails = || nodes.iter().any(|node| !node.up) || !links().all(|link| link.up);
        let loses = || lease_us > 0 && fails();
        let is_plain = !reliable && !streams;
        let disorderly = is_plain && (loses() || !links().all(|link| is_orderly(&link.settings)));
        let is_lossy = |settings: &LinkSettings| {
            settings.loss != Probability::NEVER || settings.reorder != Probability::NEVER
        };
        let slow = |settings: &LinkSettings| {
            settings.delay_max_us * if is_lossy(settings) { 20 } else { 1 }
        };
        let repeats = reliable && links().any(|link| is_lossy(&link.settings));
        let repeats_us = ReliableSettings::default().repeating_us(MOST_REPEATED);
        let arrived_us = world.flights().map(|flight| flight.due_us).max().unwrap_or(0);
        Self {
            disorderly,
            outlives_cuts: layer.outlives_cuts(),
            failed: nodes.iter().any(|node| !node.up),
            cut: !links().all(|link| link.up),
            broken: ids().any(|node| has_broken(world, node)),
            breakable: streams && links().any(|link| link.settings.loss != Probability::NEVER),
            held: nodes.iter().any(|node| node.paused)
                || world.flights().any(|flight| flight.held_us.is_some()),
            lease_us,
            strays: nodes.iter().any(|node| node.clock.strays(MOST_DRIFT_PPM)),
            slowest_us: links().map(|link| slow(&link.settings)).max().unwrap_or(0),
            repeats_us: if repeats { repeats_us } else { 0 },
            switched: false,
            arrived_us: arrived_us.max(world.connections_settle_us()),
        }
    }

    /// Whether there are leases.
    #[must_use]
    pub const fn leases(&self) -> bool {
        self.lease_us > 0
    }

    /// Whether a lease may be over before it is of use: it is asked for anew three times while it
    /// lasts, and an answer takes two of the longest delays.
    #[must_use]
    pub const fn hurries(&self) -> bool {
        self.leases() && self.lease_us < HURRY_DELAYS * self.slowest_us
    }

    /// Whether all nodes run and reach each other.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        !self.failed && !self.cut && !self.held
    }
}

/// Whether a connection of a node has ever broken.
pub(super) fn has_broken<P: Process>(world: &World<P>, node: NodeId) -> bool {
    let nodes = u8::try_from(world.nodes().len()).expect("at most 64 nodes");
    let mut connections = (0..nodes).filter_map(|other| world.connection(node, NodeId(other)));
    connections.any(|connection| connection.epoch() > 1 || connection.phase() != Phase::Open)
}

/// What was ever missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    /// Links were not as they must be.
    disorder: bool,
    /// A node failed, or a link was cut and that lost something, and there were no leases.
    failure: bool,
    /// A clock was wrong.
    stray: bool,
    /// Leases were short.
    hurry: bool,
    /// Leases were switched on or off at a bad time.
    switch: bool,
}

impl Missing {
    /// Takes note of what is so now.
    pub(super) const fn survey(&mut self, now: &Circumstances) {
        self.disorder |= now.disorderly;
        let loses = (now.cut || now.broken) && !now.outlives_cuts;
        self.failure |= (now.failed || loses) && !now.leases();
        self.stray |= now.strays && now.leases();
        self.hurry |= now.hurries();
        self.switch |= now.switched;
    }

    /// What is missing for what the plain protocol promises.
    pub(super) const fn links(&self) -> Option<Assumption> {
        if self.disorder {
            Some(Assumption::LinksDisorderly)
        } else if self.failure {
            Some(Assumption::NodesFailed)
        } else if self.stray {
            Some(Assumption::ClocksStray)
        } else if self.switch {
            Some(Assumption::LeasesSwitched)
        } else {
            None
        }
    }

    /// What is missing for what leases promise.
    pub(super) const fn clocks(&self) -> Option<Assumption> {
        if self.stray {
            Some(Assumption::ClocksStray)
        } else if self.switch {
            Some(Assumption::LeasesSwitched)
        } else {
            None
        }
    }

    /// Notes which checks lack what they rest on.
    pub(super) fn settle(&self, findings: &mut Findings) {
        if let Some(missing) = self.links() {
            for check in [
                CacheCheck::SingleWriter,
                CacheCheck::DataValue,
                CacheCheck::DirectoryAgrees,
                CacheCheck::Answered,
                CacheCheck::NoUnexpected,
                CacheCheck::LossReported,
            ] {
                findings.void(check, missing);
            }
        }
        if self.hurry {
            findings.void(CacheCheck::Answered, Assumption::LeasesShort);
        }
        if let Some(missing) = self.clocks() {
            findings.void(CacheCheck::LeaseRespected, missing);
            findings.void(CacheCheck::LossBounded, missing);
        }
    }
}
