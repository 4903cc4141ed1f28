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

use super::Findings;
use super::RaftCheck;
use super::entries::{Asks, Entries, Stored, place_of};
use super::seen::Look;
use crate::check::Assumption;
use crate::raft::log::{Command, Index, Log};
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
        let known = self.first.len() as Index;
        if now.last_applied > before.last_applied {
            let last = now.last_applied.min(known);
            if last > before.last_applied && !self.agrees(last, server.log()) {
                self.check_same(last, look, entries, findings);
            }
            if now.last_applied > known {
                let Self { first, ledger } = self;
                entries.of_log(server.log(), (known + 1, now.last_applied), |index, stored| {
                    if place_of(index) == Some(first.len()) {
                        let twice = ledger.enter(stored.asks);
                        let Stored { prefix_hash, term, .. } = *stored;
                        let (effects, by) = (ledger.effects, server.id());
                        first.push(First { prefix_hash, effects, by });
                        if twice {
                            let place = (Some(term), Some(index));
                            note_twice(look, place, findings);
                        }
                    }
                });
            }
        }
        if (now.last_applied, now.effects) != (before.last_applied, before.effects) {
            self.check_effects(look, findings);
        }
    }

    fn first(&self, index: Index) -> Option<&First> {
        self.first.get(place_of(index)?)
    }

    /// Whether a log has what was applied first at this index, as far as it still has it.
    fn agrees<C: Command>(&self, index: Index, log: &Log<C>) -> bool {
        let first = self.first(index).map(|first| first.prefix_hash);
        first.is_some() && log.prefix_hash(index) == first
    }

    /// What a server applied is what every other server applied at the same index. Hashes speak for
    /// everything before, so the last index that anybody else applied decides.
    fn check_same<S: StateMachine>(
        &self,
        last: Index,
        look: &Look<'_, S>,
        entries: &Entries,
        findings: &mut Findings,
    ) {
        let Look { server, before, world, .. } = *look;
        let log = server.log();
        let own = |index| {
            // What a snapshot took over in this very step is in the record of entries.
            log.prefix_hash(index).or_else(|| {
                let mut found = None;
                entries.of_log(log, (index, index), |_, stored| found = Some(stored.prefix_hash));
                found
            })
        };
        let differs = |index: &Index| {
            let both = own(*index).zip(self.first(*index));
            both.is_some_and(|(own, first)| own != first.prefix_hash)
        };
        if differs(&last)
            && let Some(index) = (before.last_applied + 1..=last).find(differs)
            && let Some(other) = self.first(index)
        {
            let place = (log.term_at(index), Some(index));
            let nodes = vec![other.by, server.id()];
            findings.fail(RaftCheck::StateMachineSafety, nodes, place, world);
        }
    }

    /// A server has carried out what it should have. One that has applied other entries than the
    /// record has is convicted for that.
    fn check_effects<S: StateMachine>(&self, look: &Look<'_, S>, findings: &mut Findings) {
        let Look { server, now, world, .. } = *look;
        let index = now.last_applied;
        let (effects, is_same) = self.first(index).map_or((0, index == 0), |first| {
            (first.effects, server.log().prefix_hash(index) == Some(first.prefix_hash))
        });
        if is_same && now.effects != effects {
            let place = (server.log().term_at(index), Some(index));
            findings.fail(RaftCheck::SessionExactness, vec![server.id()], place, world);
        }
    }
}

/// A command was carried out twice because there was no session to remember it.
fn note_twice<S: StateMachine>(
    look: &Look<'_, S>,
    place: (Option<u64>, Option<Index>),
    findings: &mut Findings,
) {
    let (check, missing) = (RaftCheck::SessionExactness, Some(Assumption::SessionsOff));
    findings.fail_unless(missing, check, vec![look.server.id()], place, look.world);
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
    /// One for each client, by the number of its node.
    accounts: Vec<Account>,
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
        if self.accounts.len() <= client.index() {
            self.accounts.resize(client.index() + 1, Account::default());
        }
        let account = &mut self.accounts[client.index()];
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
