//! Configuration safety: whoever decides has a quorum behind it that meets every other quorum that
//! can decide (dissertation, chapter 4).
//!
//! A server goes by the latest configuration in its log, committed or not, and so servers go by
//! different ones while members change. All is well as long as two things hold whenever a server
//! is elected, or commits an entry as leader:
//!
//! - a quorum of *its* configuration voted for it, or stores the entry: in a joint configuration
//!   majorities of both halves, and learners count for nothing;
//! - every quorum of its configuration meets every quorum of the latest *committed* one: else two
//!   quorums could decide without knowing of each other.
//!
//! The second is what goes wrong if a change begins before the one before it is committed, or, as
//! was found in 2015, before the leader has committed an entry of its own term. It is not asked of
//! a leader that was deposed, and hears late that an entry of its term was stored: what counts are
//! the members of its time, and those that were committed in later terms are not among them. (If
//! what it commits then is not in the logs of later leaders, that is Leader Completeness.)

use super::Findings;
use super::RaftCheck;
use super::elections::Elections;
use super::seen::Look;
use crate::raft::configuration::Configuration;
use crate::raft::log::Index;
use crate::raft::server::{Role, Server};
use crate::raft::state_machine::StateMachine;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// Looks at a server that has changed. `committed` is the configuration that was committed last,
/// before this step, and `known` the last index that was.
pub(super) fn observe<S: StateMachine>(
    look: &Look<'_, S>,
    elections: &Elections,
    (committed, known): (&Configuration, Index),
    findings: &mut Findings,
) {
    let Look { server, before, now, world } = *look;
    let judged = if let Some(term) = look.elected() {
        elections.voters(term, server.id()).map(|voters| (*server.configuration(), voters, None))
    } else if now.commit_index > before.commit_index && now.led.is_some() {
        Some((configuration_before(look), copies(look), Some(now.commit_index)))
    } else {
        None
    };
    let Some((configuration, behind, index)) = judged else { return };
    // Late news (of what is known to be committed, in a term that others have left) decides nothing
    // any more, and the members may have changed twice since.
    let left = |server: &Server<S>| now.led.is_some_and(|led| server.current_term() > led);
    let mut servers = world.nodes().iter().filter_map(|node| node.process.server());
    let is_late = index.map_or_else(|| servers.any(left), |index| index <= known);
    if !configuration.reached(behind) || !is_late && !meet(&configuration, committed) {
        let nodes = NodeSet::of(server.id()).union(behind).iter().collect();
        let place = (now.led, index);
        findings.fail(RaftCheck::ConfigurationSafety, nodes, place, world);
    }
}

/// Whether every quorum of one configuration meets every quorum of the other.
fn meet(one: &Configuration, other: &Configuration) -> bool {
    (one.voters, one.outgoing) == (other.voters, other.outgoing) || one.overlaps(other)
}

/// What a leader went by as the step began: a change that it began in this step, because of what it
/// committed, was not yet there.
fn configuration_before<S: StateMachine>(look: &Look<'_, S>) -> Configuration {
    *look.server.log().configuration_at(look.before.last_index)
}

/// Who is known to a leader to store all that it has committed.
fn copies<S: StateMachine>(look: &Look<'_, S>) -> NodeSet {
    let Role::Leader { progress } = look.server.role() else { return NodeSet::EMPTY };
    let stores = |place: &u8| progress[usize::from(*place)].match_index >= look.now.commit_index;
    (0..look.server.settings().servers).filter(stores).map(NodeId).collect()
}
