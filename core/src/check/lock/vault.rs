//! Mutual exclusion, as what the locks protect sees it.
//!
//! That two hold a lock at once, each in its own belief, cannot be prevented: one may sleep while
//! its lease runs out. What can be is that both are served. Grants have tokens, in order; so what
//! the vault takes must be in that order: no write with a token when something was written or read
//! with a later one, and no read when something was written, or read under an exclusive lock, with
//! a later one. Readers do not shut each other out.
//!
//! While fencing is off the vault promises nothing, and what it took then does not count against
//! what it takes later.

use std::collections::BTreeMap;

use super::{Findings, LockCheck};
use crate::check::{Assumption, Now};
use crate::lock::mode::Mode;
use crate::lock::vault::{Accessed, Vault};
use crate::lock::{Owner, Resource, Token};
use crate::sim::process::NodeId;

/// The highest token of an access, and whose it was.
type Highest = Option<(Token, Owner)>;

/// What was taken of one resource.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    any: Highest,
    exclusive: Highest,
}

impl Taken {
    /// Who came with a later token before, if this access is too late.
    fn before(&self, accessed: &Accessed) -> Option<Owner> {
        let access = &accessed.access;
        let highest = if access.writes.is_some() { self.any } else { self.exclusive };
        highest.filter(|(token, _)| access.token < *token).map(|(_, owner)| owner)
    }

    fn enter(&mut self, accessed: &Accessed) {
        let (token, owner) = (accessed.access.token, accessed.owner);
        let raise = |highest: &mut Highest| {
            if highest.is_none_or(|(other, _)| other < token) {
                *highest = Some((token, owner));
            }
        };
        raise(&mut self.any);
        if accessed.access.mode == Mode::Exclusive {
            raise(&mut self.exclusive);
        }
    }
}

/// What is remembered of what a vault took.
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    /// How many accesses were looked at.
    seen: usize,
    /// By resource: what was taken while fencing was on, and what was taken ever.
    taken: BTreeMap<Resource, (Taken, Taken)>,
}

impl Guard {
    /// Looks at the vault after a step of it.
    pub(super) fn observe(
        &mut self,
        (node, vault): (NodeId, &Vault),
        now: Now,
        findings: &mut Findings,
    ) {
        while let Some(accessed) = vault.record().get(self.seen) {
            self.seen += 1;
            if accessed.verdict.is_accepted() {
                self.enter((node, accessed), now, findings);
            }
        }
    }

    fn enter(&mut self, (node, accessed): (NodeId, &Accessed), now: Now, findings: &mut Findings) {
        let (fenced, ever) = self.taken.entry(accessed.access.resource.clone()).or_default();
        let missing = (!accessed.fenced).then_some(Assumption::FencingOff);
        let judged = if accessed.fenced { *fenced } else { *ever };
        if let Some(other) = judged.before(accessed) {
            let nodes = [Some(node), accessed.owner.node(), other.node()];
            let nodes = nodes.into_iter().flatten().collect();
            let place = (None, None);
            findings.fail_unless(missing, LockCheck::MutualExclusion, nodes, place, now);
        }
        if accessed.fenced {
            fenced.enter(accessed);
        }
        ever.enter(accessed);
    }
}
