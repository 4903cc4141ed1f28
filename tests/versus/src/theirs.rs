//! The `raft` crate (0.7): five nodes in one thread, each with its `MemStorage`, and a queue of
//! messages before each.
//!
//! The loop is the crate's own (`examples/five_mem_node`), without what would cost it time: no
//! threads, no channels, no log output, and a state machine that adds numbers up. Each node takes
//! everything out of its queue and then handles one `Ready`, so what arrives together is stored,
//! answered and applied together. The network is perfect, and a write is on disk at once.

use raft::prelude::{Config, Entry, Message, RawNode};
use raft::storage::MemStorage;
use slog::{Discard, Logger, o};

use crate::SERVERS;

/// How the crate is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    /// How many commands are under way at once: its clients, so to speak.
    pub(crate) under_way: u64,
    /// Whether a leader tells its followers at once what is committed, in messages of their own
    /// (the crate's default), or with the next entry, as ours does.
    pub(crate) tells_commits: bool,
}

/// One node, and what it has applied.
struct Member {
    node: RawNode<MemStorage>,
    inbox: Vec<Message>,
    applied: u64,
    sum: u64,
}

/// The cluster.
pub(crate) struct Cluster {
    members: Vec<Member>,
    setup: Setup,
    proposed: u64,
    /// How many messages were sent.
    pub(crate) messages: u64,
}

impl Cluster {
    /// Five nodes, the first of which was elected.
    pub(crate) fn new(setup: Setup) -> Self {
        let voters: Vec<u64> = (1..=SERVERS).collect();
        let logger = Logger::root(Discard, o!());
        let member = |id| {
            // "0 for at most one entry per message": the crate's default too.
            let config = Config {
                id,
                max_size_per_msg: 0,
                skip_bcast_commit: !setup.tells_commits,
                ..Config::default()
            };
            let storage = MemStorage::new_with_conf_state((voters.clone(), vec![]));
            let node = RawNode::new(&config, storage, &logger).expect("the configuration is valid");
            Member { node, inbox: Vec::new(), applied: 0, sum: 0 }
        };
        let members = voters.iter().map(|id| member(*id)).collect();
        let mut cluster = Self { members, setup, proposed: 0, messages: 0 };
        cluster.members[0].node.campaign().expect("it may campaign");
        while cluster.round() {}
        assert_eq!(cluster.members[0].node.raft.leader_id, 1, "nobody is in its way");
        cluster
    }

    /// Commits so many commands of eight bytes, and has every node apply them.
    pub(crate) fn commit(&mut self, commands: u64) {
        while self.members.iter().any(|member| member.applied < commands) {
            while self.proposed < self.members[0].applied + self.setup.under_way {
                self.proposed += 1;
                let data = self.proposed.to_le_bytes().to_vec();
                self.members[0].node.propose(Vec::new(), data).expect("it leads");
            }
            self.round();
        }
        let sum = self.members[0].sum;
        let applied = self.members[0].applied;
        assert_eq!(sum, applied * (applied + 1) / 2, "each was applied once, and in order");
    }

    /// Every node once: takes what is in its queue, and acts on it. Whether anything happened.
    fn round(&mut self) -> bool {
        let mut sent = Vec::new();
        let mut happened = false;
        for member in &mut self.members {
            for message in member.inbox.drain(..) {
                member.node.step(message).expect("a node takes its peers' messages");
            }
            happened |= member.act(&mut sent);
        }
        self.messages += sent.len() as u64;
        for message in sent {
            let to = usize::try_from(message.to - 1).expect("there are five");
            self.members[to].inbox.push(message);
        }
        happened
    }
}

impl Member {
    /// Handles one `Ready`, if there is one, in the order that the crate asks for.
    fn act(&mut self, sent: &mut Vec<Message>) -> bool {
        if !self.node.has_ready() {
            return false;
        }
        let mut ready = self.node.ready();
        sent.append(&mut ready.take_messages());
        self.apply(&ready.take_committed_entries());
        let storage = self.node.raft.raft_log.store.clone();
        storage.wl().append(ready.entries()).expect("entries follow each other");
        if let Some(state) = ready.hs() {
            storage.wl().set_hardstate(state.clone());
        }
        sent.append(&mut ready.take_persisted_messages());
        let mut light = self.node.advance(ready);
        if let Some(commit) = light.commit_index() {
            storage.wl().mut_hard_state().set_commit(commit);
        }
        sent.append(&mut light.take_messages());
        self.apply(&light.take_committed_entries());
        self.node.advance_apply();
        true
    }

    fn apply(&mut self, entries: &[Entry]) {
        // A new leader's entry is empty.
        for entry in entries.iter().filter(|entry| !entry.data.is_empty()) {
            let command = entry.data.as_ref().try_into().expect("a command has eight bytes");
            self.sum += u64::from_le_bytes(command);
            self.applied += 1;
        }
    }
}
