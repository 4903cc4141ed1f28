//! Read freshness: a read that is answered outside the log sees every command that was committed
//! before the read was begun (dissertation §6.4).
//!
//! As a client begins an operation, the record notes what any server knew to be committed: the
//! *floor* that a read must not fall below. It is a little more than linearizability asks for,
//! which counts only what clients had been told; but a server that breaks it does not know that it
//! has been deposed, and will break the other too.
//!
//! A client does one thing at a time, so one floor a client is enough. What is answered to a
//! request that the client has given up is of no interest to anybody.

use super::Findings;
use super::RaftCheck;
use super::circumstances::Circumstances;
use super::seen::Look;
use crate::raft::log::Index;
use crate::raft::party::Party;
use crate::raft::state_machine::StateMachine;
use crate::sim::process::NodeId;

/// What a client's latest operation must see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Floor {
    request: u64,
    index: Index,
}

/// The floors, by the number of the client's node.
#[derive(Clone, Debug, Default)]
pub(super) struct Reads {
    floors: Vec<Floor>,
}

impl Reads {
    /// Looks at somebody who may have begun an operation, when so much is known to be committed.
    pub(super) fn observe_party<S: StateMachine>(
        &mut self,
        node: NodeId,
        party: &S::Party,
        committed: Index,
    ) {
        let begun = party.begun();
        if begun == 0 {
            return;
        }
        let place = node.index();
        if self.floors.len() <= place {
            self.floors.resize(place + 1, Floor::default());
        }
        if self.floors[place].request != begun {
            self.floors[place] = Floor { request: begun, index: committed };
        }
    }

    /// Looks at a server that has changed.
    pub(super) fn observe<S: StateMachine>(
        &self,
        look: &Look<'_, S>,
        circumstances: &Circumstances,
        findings: &mut Findings,
    ) {
        let Look { server, before, now, world } = *look;
        let Some(served) = now.served.filter(|_| now.served != before.served) else { return };
        let floor = self.floors.get(served.client.index());
        if let Some(floor) = floor.filter(|floor| floor.request == served.request)
            && served.index < floor.index
        {
            let missing = circumstances.missing_to_read(world.now_us());
            let nodes = vec![server.id(), served.client];
            let place = (Some(now.term), Some(floor.index));
            findings.fail_unless(missing, RaftCheck::ReadFreshness, nodes, place, world);
        }
    }
}
