//! What was applied: State Machine Safety (Raft, figure 3), and that each command is carried out
//! once (dissertation §6.3).
//!
//! The first server to apply an index sets the record; every other one is compared with it. A
//! server that starts from a snapshot is compared where the snapshot ends.
//!
//! Beside that runs a *ledger* of what should have been carried out. It goes through the entries
//! as they are first applied and knows what the servers must remember for their clients, but keeps
//! it on its own, in a place that no snapshot can forget and no crash can take. A server that has
//! carried out more has done something twice; one that has carried out less has passed over a
//! command that was new.

use imbl::OrdMap;

use super::RaftCheck;
use super::entries::{Asks, Entries, Stored, place_of};
use super::findings::Findings;
use super::seen::Look;
use crate::check::Assumption;
use crate::raft::log::Index;
use crate::raft::state_machine::StateMachine;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// An index that was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct First {
    /// One number for everything up to the entry.
    prefix_hash: u64,
    /// How many commands should have been carried out up to it.
    effects: u64,
    /// Who applied it first.
    by: NodeId,
}

/// The record.
#[derive(Clone, Debug, Default)]
pub(super) struct Applied {
    first: SharedList<First>,
    ledger: Ledger,
}

impl Applied {
    /// Looks at a server that has changed.
    pub(super) fn observe<S: StateMachine>(
        &mut self,
        look: &Look<'_, S>,
        entries: &Entries,
        findings: &mut Findings,
    ) {
        let Look { server, before, now, .. } = *look;
        if now.last_applied > before.last_applied {
            self.check_same(look, entries, findings);
            let known = self.first.len() as Index;
            if now.last_applied > known {
                for (index, stored) in entries.of_log(server.log(), known + 1, now.last_applied) {
                    self.apply(index, &stored, look, findings);
                }
            }
        }
        if (now.last_applied, now.effects) != (before.last_applied, before.effects) {
            self.check_effects(look, findings);
        }
    }

    /// What a server applied is what every other server applied at the same index. Hashes speak for
    /// everything before, so the last index that anybody else applied decides.
    fn check_same<S: StateMachine>(
        &self,
        look: &Look<'_, S>,
        entries: &Entries,
        findings: &mut Findings,
    ) {
        let Look { server, before, now, world } = *look;
        let log = server.log();
        let last = now.last_applied.min(self.first.len() as Index);
        if last <= before.last_applied {
            return;
        }
        let first = |index| place_of(index).and_then(|place| self.first.get(place));
        let own = |index| {
            // What a snapshot took over in this very step is in the record of entries.
            let dropped =
                || entries.of_log(log, index, index).first().map(|(_, at)| at.prefix_hash);
            log.prefix_hash(index).or_else(dropped)
        };
        let differs = |index: &Index| {
            own(*index).zip(first(*index)).is_some_and(|(own, first)| own != first.prefix_hash)
        };
        if differs(&last)
            && let Some(index) = (before.last_applied + 1..=last).find(differs)
            && let Some(other) = first(index)
        {
            let place = (log.term_at(index), Some(index));
            let nodes = vec![other.by, server.id()];
            findings.fail(RaftCheck::StateMachineSafety, nodes, place, world);
        }
    }

    /// An index is applied for the first time.
    fn apply<S: StateMachine>(
        &mut self,
        index: Index,
        stored: &Stored,
        look: &Look<'_, S>,
        findings: &mut Findings,
    ) {
        if place_of(index) != Some(self.first.len()) {
            return;
        }
        let by = look.server.id();
        if self.ledger.enter(stored.asks) {
            let (check, place) = (RaftCheck::SessionExactness, (Some(stored.term), Some(index)));
            let missing = Some(Assumption::SessionsOff);
            findings.fail_unless(missing, check, vec![by], place, look.world);
        }
        let (prefix_hash, effects) = (stored.prefix_hash, self.ledger.effects);
        self.first.push(First { prefix_hash, effects, by });
    }

    /// A server has carried out what it should have. One that has applied other entries than the
    /// record has is convicted for that.
    fn check_effects<S: StateMachine>(&self, look: &Look<'_, S>, findings: &mut Findings) {
        let Look { server, now, world, .. } = *look;
        let index = now.last_applied;
        let first = place_of(index).and_then(|place| self.first.get(place));
        let (effects, is_same) = first.map_or((0, index == 0), |first| {
            (first.effects, server.log().prefix_hash(index) == Some(first.prefix_hash))
        });
        if is_same && now.effects != effects {
            let place = (server.log().term_at(index), Some(index));
            findings.fail(RaftCheck::SessionExactness, vec![server.id()], place, world);
        }
    }
}

/// Which requests of a client were carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Account {
    /// The highest of them.
    highest: u64,
    /// The highest of those that belonged to its session.
    in_session: u64,
}

/// What should have been carried out.
#[derive(Clone, Debug, Default)]
struct Ledger {
    effects: u64,
    accounts: OrdMap<NodeId, Account>,
    /// Requests below the highest of their client that were not carried out.
    passed_over: OrdMap<(NodeId, u64), ()>,
}

impl Ledger {
    /// Enters an entry. `true`: it is carried out though it was before, because one of the two did
    /// not belong to the client's session.
    fn enter(&mut self, asks: Asks) -> bool {
        let (client, request, in_session) = match asks {
            Asks::Nothing => return false,
            Asks::Preset => {
                self.effects += 1;
                return false;
            }
            Asks::Client { client, request, in_session } => (client, request, in_session),
        };
        let account = self.accounts.entry(client).or_default();
        if in_session {
            if request <= account.in_session {
                return false;
            }
            account.in_session = request;
        }
        self.effects += 1;
        if request > account.highest {
            for earlier in account.highest + 1..request {
                self.passed_over.insert((client, earlier), ());
            }
            account.highest = request;
            return false;
        }
        self.passed_over.remove(&(client, request)).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(client: u8, request: u64, in_session: bool) -> Asks {
        Asks::Client { client: NodeId(client), request, in_session }
    }

    #[test]
    fn in_a_session_each_request_counts_once_and_late_ones_do_not() {
        let mut ledger = Ledger::default();
        for (asks, effects) in [
            (Asks::Preset, 1),
            (of(5, 1, true), 2),
            (of(5, 1, true), 2),
            (Asks::Nothing, 2),
            (of(5, 3, true), 3),
            (of(5, 2, true), 3),
            (of(6, 1, true), 4),
        ] {
            assert!(!ledger.enter(asks), "{asks:?}");
            assert_eq!(ledger.effects, effects, "{asks:?}");
        }
    }

    #[test]
    fn without_sessions_what_arrives_twice_is_carried_out_twice() {
        let mut ledger = Ledger::default();
        for (asks, twice) in [
            (of(5, 1, false), false),
            (of(5, 3, false), false),
            (of(5, 2, false), false),
            (of(5, 2, false), true),
            (of(5, 3, true), true),
            (of(5, 3, true), false),
        ] {
            assert_eq!(ledger.enter(asks), twice, "{asks:?}");
        }
        assert_eq!(ledger.effects, 5);
    }
}
