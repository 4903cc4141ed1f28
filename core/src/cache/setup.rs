//! What every controller knows of the whole: which node it is on, who is who, and by which rules it
//! goes.

use super::bug::{Bug, Bugs};
use super::placement::Placement;
use super::setting::{Features, Setting};
use super::table::Variant;
use crate::sim::process::NodeId;

/// Where a controller is, and how it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    /// The node that it is on.
    pub node: NodeId,
    /// Who is who.
    pub placement: Placement,
    /// How it is set.
    pub features: Features,
    /// Which rules are broken.
    pub bugs: Bugs,
    /// The shortest that leases have lasted since its node looked at its own last, in microseconds:
    /// whoever sleeps while they are made shorter and longer again must not wake up with one that
    /// was over meanwhile.
    pub(super) shortest_lease_us: u64,
}

impl Setup {
    /// On this node, with nothing broken.
    #[must_use]
    pub fn new(node: NodeId, placement: Placement, features: Features) -> Self {
        let shortest_lease_us = features.lease_us;
        Self { node, placement, features, bugs: Bugs::default(), shortest_lease_us }
    }

    /// Which protocol it speaks.
    #[must_use]
    pub const fn variant(&self) -> Variant {
        self.features.variant(self.placement.interconnect)
    }

    /// Plants a bug, or mends it; by number, none if there is none.
    pub(super) fn plant(&mut self, bug: u8, planted: bool) {
        if let Some(bug) = Bug::ALL.get(usize::from(bug)) {
            self.bugs.set(*bug, planted);
        }
    }

    /// Sets a setting; by number, none if there is none.
    pub fn set(&mut self, setting: u8, value: u64) {
        if let Some(setting) = Setting::ALL.get(usize::from(setting)) {
            self.features.set(*setting, value);
            self.shortest_lease_us = self.shortest_lease_us.min(self.features.lease_us);
        }
    }
}
