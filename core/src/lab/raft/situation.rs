//! What is going on in a cluster, in one headline and one remark.
//!
//! A student who opens the page in the middle of a run should be told first what matters most:
//! that nobody can win, that two servers believe to lead, that a log conflicts. This module decides
//! what that is, from the state alone; the page's catalogue puts it into words.

use serde::Serialize;

use super::view::{PeerView, RoleView, ServerView, Standing};
use crate::lab::NodeName;
use crate::raft::log::{Index, Term};

/// What is going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Situation {
    /// The term that counts: the leader's, or else the highest of any server that is up.
    pub term: Term,
    /// Who leads: of the servers that lead and reach a majority, the one of the highest term; if
    /// none does, whoever leads the highest term.
    pub leader: Option<NodeName>,
    /// The highest commit index of any server that is up.
    pub committed: Index,
    /// What matters most.
    pub remark: Remark,
}

/// What matters most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Remark {
    /// Fewer servers run than make a majority: nothing can be committed, nobody elected.
    NoMajority {
        /// How many run.
        up: u8,
        /// How many it takes.
        majority: u8,
    },
    /// Two servers believe to lead; the one of the older term cannot commit anything.
    TwoLeaders {
        /// The leader of the older term.
        old: NodeName,
        /// The leader of the newer term.
        new: NodeName,
    },
    /// The leader reaches fewer servers than make a majority: it cannot commit.
    MinorityLeader {
        /// The leader.
        leader: NodeName,
        /// How many servers it reaches, itself included.
        reaches: u8,
        /// How many it takes.
        majority: u8,
    },
    /// Several candidates in the newest term: the vote may be split.
    SplitVote {
        /// The candidates.
        candidates: Vec<NodeName>,
    },
    /// A candidate reaches fewer servers than make a majority: it can never win.
    CutOffCandidate {
        /// The candidate.
        candidate: NodeName,
        /// How many servers it reaches, itself included.
        reaches: u8,
        /// How many it takes.
        majority: u8,
    },
    /// One candidate in the newest term.
    Electing {
        /// The candidate.
        candidate: NodeName,
        /// Its votes.
        votes: u8,
        /// How many it takes.
        majority: u8,
    },
    /// Nobody leads; this server's election timer runs out first.
    Waiting {
        /// The server.
        next: NodeName,
    },
    /// A follower holds entries that are not the leader's: they will be removed.
    Conflict {
        /// The follower.
        follower: NodeName,
        /// The first index at which they differ.
        index: Index,
    },
    /// A majority stores an entry of an earlier term, which must not be counted (§5.4.2).
    OldTermEntry {
        /// The entry's index.
        index: Index,
        /// The entry's term.
        term: Term,
    },
    /// The leader has an entry that is not committed yet.
    Replicating {
        /// The entry's index.
        index: Index,
        /// How many servers are known to store it.
        copies: u8,
        /// How many it takes.
        majority: u8,
    },
    /// A follower that runs lacks entries that are committed.
    Behind {
        /// The follower.
        follower: NodeName,
        /// How many entries it lacks.
        lacks: u64,
    },
    /// Two servers lead one term, which election safety (§5.2) forbids: a rule is broken.
    SameTerm {
        /// One of them.
        one: NodeName,
        /// Another.
        other: NodeName,
        /// The term.
        term: Term,
    },
    /// Everything runs and agrees.
    Steady,
    /// Nothing runs that could lead, and nothing will.
    Idle,
}

/// Decides what matters most.
pub(in crate::lab) fn situation(
    servers: &[ServerView],
    cuts: &[(NodeName, NodeName)],
) -> Situation {
    let up = || servers.iter().filter(|server| server.up);
    let highest = up().map(|server| server.current_term).max().unwrap_or(0);
    let mut scene = Scene { servers, cuts, highest, leader: None };
    let leaders = || up().filter(|server| is_leader(server));
    let reaches_majority = |leader: &&ServerView| {
        let (reaches, majority) = scene.reaches(leader);
        reaches >= majority
    };
    let effective = leaders().filter(reaches_majority);
    scene.leader = effective
        .max_by_key(|leader| leader.current_term)
        .or_else(|| leaders().find(|leader| leader.current_term == highest));
    Situation {
        term: scene.leader.map_or(highest, |leader| leader.current_term),
        leader: scene.leader.map(|leader| leader.name),
        committed: up().map(|server| server.commit_index).max().unwrap_or(0),
        remark: scene.remark(),
    }
}

fn is_leader(server: &ServerView) -> bool {
    server.role == RoleView::Leader
}

struct Scene<'a> {
    servers: &'a [ServerView],
    cuts: &'a [(NodeName, NodeName)],
    /// The highest term of any server that is up.
    highest: Term,
    leader: Option<&'a ServerView>,
}

impl Scene<'_> {
    fn up(&self) -> impl Iterator<Item = &ServerView> {
        self.servers.iter().filter(|server| server.up)
    }

    fn remark(&self) -> Remark {
        self.without_majority()
            .or_else(|| self.two_leaders())
            .or_else(|| self.leader.map(|leader| self.under(leader)))
            .or_else(|| self.election())
            .or_else(|| self.waiting())
            .unwrap_or(Remark::Idle)
    }

    fn without_majority(&self) -> Option<Remark> {
        // Whose word counts on who the members are: the leader's, or that of the longest log.
        let knows = |server: &&ServerView| (server.last_term, server.last_index);
        let knows_best = self.leader.or_else(|| self.up().max_by_key(knows));
        let members = &knows_best.or(self.servers.first())?.members;
        let (up, majority) = members.tally(|name| self.up().any(|server| server.name == name));
        (up < majority).then_some(Remark::NoMajority { up, majority })
    }

    fn two_leaders(&self) -> Option<Remark> {
        let leaders = || self.up().filter(|server| is_leader(server));
        let old = leaders().min_by_key(|leader| leader.current_term)?;
        let new = leaders().max_by_key(|leader| leader.current_term)?;
        let (one, other, term) = (old.name, new.name, new.current_term);
        if one == other {
            None
        } else if old.current_term == term {
            Some(Remark::SameTerm { one, other, term })
        } else {
            Some(Remark::TwoLeaders { old: one, new: other })
        }
    }

    /// How many of the members that it knows a server can talk with, both ways, itself included;
    /// and how many it takes.
    fn reaches(&self, server: &ServerView) -> (u8, u8) {
        let cut = |from, to| self.cuts.contains(&(from, to));
        server.members.tally(|name| {
            let runs = self.up().any(|other| other.name == name);
            runs && !cut(server.name, name) && !cut(name, server.name)
        })
    }

    fn under(&self, leader: &ServerView) -> Remark {
        let (reaches, majority) = self.reaches(leader);
        if reaches < majority {
            return Remark::MinorityLeader { leader: leader.name, reaches, majority };
        }
        let challenged = leader.current_term < self.highest;
        self.campaign_in_vain()
            .or_else(|| self.election().filter(|_| challenged))
            .or_else(|| self.conflict(leader))
            .or_else(|| self.uncommitted(leader))
            .or_else(|| self.behind(leader))
            .unwrap_or(Remark::Steady)
    }

    fn campaign_in_vain(&self) -> Option<Remark> {
        self.up().filter(|server| server.role == RoleView::Candidate).find_map(|candidate| {
            let ((reaches, majority), candidate) = (self.reaches(candidate), candidate.name);
            let in_vain = reaches < majority;
            in_vain.then_some(Remark::CutOffCandidate { candidate, reaches, majority })
        })
    }

    fn conflict(&self, leader: &ServerView) -> Option<Remark> {
        self.up().find_map(|follower| {
            // Not pair by pair: where a log was compacted, it begins later than the other.
            let differs = follower.log.iter().find(|entry| {
                let same = leader.log.iter().find(|other| other.index == entry.index);
                same.is_some_and(|other| other.term != entry.term)
            });
            Some(Remark::Conflict { follower: follower.name, index: differs?.index })
        })
    }

    fn uncommitted(&self, leader: &ServerView) -> Option<Remark> {
        let copies_of = |index| {
            leader.members.tally(|name| {
                let stores = |peer: &PeerView| peer.name == name && peer.match_index >= index;
                name == leader.name || leader.peers.iter().any(stores)
            })
        };
        let uncommitted = || leader.log.iter().filter(|entry| entry.index > leader.commit_index);
        // What a majority stores and is not committed can only be of an earlier term.
        let waits = uncommitted().rev().find(|entry| {
            let (copies, majority) = copies_of(entry.index);
            copies >= majority
        });
        if let Some(entry) = waits.filter(|entry| entry.term < leader.current_term) {
            return Some(Remark::OldTermEntry { index: entry.index, term: entry.term });
        }
        let index = uncommitted().next()?.index;
        let (copies, majority) = copies_of(index);
        Some(Remark::Replicating { index, copies, majority })
    }

    fn behind(&self, leader: &ServerView) -> Option<Remark> {
        // Not the leader's commit index: where a rule is broken, it may be the one that lacks.
        let committed = self.up().map(|server| server.commit_index).max()?;
        let members = &leader.members;
        let belongs = |server: &&ServerView| members.standing(server.name) != Standing::Outside;
        let follower = self.up().filter(belongs).min_by_key(|server| server.last_index)?;
        let lacks = committed.saturating_sub(follower.last_index);
        (lacks > 0).then_some(Remark::Behind { follower: follower.name, lacks })
    }

    fn election(&self) -> Option<Remark> {
        let candidates: Vec<_> = self
            .up()
            .filter(|server| {
                server.role == RoleView::Candidate && server.current_term == self.highest
            })
            .collect();
        match candidates.as_slice() {
            [] => None,
            [candidate] => self.campaign_in_vain().or(Some(Remark::Electing {
                candidate: candidate.name,
                votes: candidate.votes,
                majority: candidate.majority,
            })),
            several => Some(Remark::SplitVote {
                candidates: several.iter().map(|candidate| candidate.name).collect(),
            }),
        }
    }

    fn waiting(&self) -> Option<Remark> {
        let runs = self.up().filter(|server| !server.paused);
        let next = runs.filter_map(|server| Some((server.election?.due_us, server.name))).min()?;
        Some(Remark::Waiting { next: next.1 })
    }
}
