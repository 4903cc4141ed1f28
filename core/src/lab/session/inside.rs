//! What there is to see inside a run only where somebody looks: timers, clocks, the network.

use super::Session;
use crate::lab::raft::view::{Countdown, countdown};
use crate::raft::participant::Timer;
use crate::sim::network::LinkSettings;
use crate::sim::process::{NodeId, TimerKind};

impl Session {
    /// The timers that run on a node. A paused node's stand still.
    #[must_use]
    pub fn timers(&self, node: NodeId) -> Vec<(Timer, Countdown)> {
        let world = &self.history.run().world;
        let running = |timer: &Timer| Some((*timer, countdown(world, node, *timer)?));
        Timer::ALL.iter().filter_map(running).collect()
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
}
