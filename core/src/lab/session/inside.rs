//! What there is to see inside a run only where somebody looks: timers, clocks, the network.

use super::Session;
use crate::lab::machine::{Machine, Party};
use crate::lab::raft::view::{Countdown, countdown};
use crate::raft::Participant;
use crate::raft::configuration::Configuration;
use crate::raft::participant::Timer;
use crate::sim::network::LinkSettings;
use crate::sim::process::{NodeId, TimerKind};
use crate::sim::world::Node;

impl Session {
    /// The timers that run on a node. A paused node's stand still.
    #[must_use]
    pub fn timers(&self, node: NodeId) -> Vec<(Timer, Countdown)> {
        let world = &self.history.run().world;
        let running = |timer: &Timer| Some((*timer, countdown(world, node, *timer)?));
        Timer::ALL.iter().filter_map(running).collect()
    }

    /// How many operations the clients have completed, or given up.
    #[must_use]
    pub fn completed_operations(&self) -> u64 {
        // Only the newest can still be pending: a client asks one thing at a time.
        let completed = |node: &Node<Participant<Machine>>| {
            let (all, pending) = match node.process.party()? {
                Party::Client(client) => {
                    let record = client.record();
                    (record.len(), record.last().is_some_and(|last| last.completed_us.is_none()))
                }
                Party::Locks(party) => {
                    let record = party.client()?.record();
                    (record.len(), record.last().is_some_and(|last| last.completed_us.is_none()))
                }
                Party::Cache(node) => {
                    let record = node.cache()?.processor().record();
                    (record.len(), record.last().is_some_and(|last| last.completed_us.is_none()))
                }
            };
            Some((all - usize::from(pending)) as u64)
        };
        self.history.run().world.nodes().iter().filter_map(completed).sum()
    }

    /// How fast a node's clock runs, in parts per million of true time.
    #[must_use]
    pub fn clock_rate_ppm(&self, node: NodeId) -> u64 {
        self.history.run().world.node(node).clock.rate_ppm()
    }

    /// How links behave at the cursor: every one of them the same.
    #[must_use]
    pub fn network(&self) -> LinkSettings {
        self.history.run().world.link(NodeId(0), NodeId(0)).settings
    }
    /// How one link behaves at the cursor.
    #[must_use]
    pub fn link(&self, from: NodeId, to: NodeId) -> LinkSettings {
        self.history.run().world.link(from, to).settings
    }

    /// Who belongs to the cluster, by the latest configuration in a server's log. Nobody, by a
    /// client.
    #[must_use]
    pub fn configuration(&self, node: NodeId) -> Configuration {
        let server = self.history.run().world.node(node).process.server();
        server.map(|server| *server.configuration()).unwrap_or_default()
    }
}
