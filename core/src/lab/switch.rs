//! Same seed, one switch: the same run, but for one setting.
//!
//! A setting can be changed in the middle of a run, by a choice. Made at the very beginning, that
//! choice makes another branch of the same run: the same seed, the same interventions at the same
//! moments, and one thing set otherwise. What came of it is what a comparison of the two branches
//! tells.

use super::machine::{Machine, Steward};
use super::numbered::AnySetting;
use super::{Choice, Session};
use crate::raft::server::Server;
use crate::raft::setting::Features;
use crate::sim::process::NodeId;
use crate::sim::time::Moment;

impl Session {
    /// Who is asked how things are set, where there is Raft: every node is told of a change, so any
    /// server knows.
    fn first_server(&self) -> Option<&Server<Machine>> {
        self.history().run().world.node(NodeId(0)).process.server()
    }

    /// What is switched on in Raft at the cursor; where there is no Raft, what it begins with.
    #[must_use]
    pub fn features(&self) -> Features {
        let server = self.first_server();
        server.map_or(self.config().features, |server| server.settings().features)
    }

    /// The number that a setting is set to at the cursor; `None` if this lab has no such setting.
    #[must_use]
    pub fn setting(&self, setting: AnySetting) -> Option<u64> {
        match setting {
            AnySetting::Raft(setting) => {
                Some(self.first_server()?.settings().features.get(setting))
            }
            AnySetting::Lock(setting) => match self.first_server()?.steward() {
                Steward::Locks(steward) => Some(steward.features().get(setting)),
                Steward::Store => None,
            },
            AnySetting::Cache(setting) => {
                let node = self.history().run().world.node(NodeId(0)).process.cache_node()?;
                Some(node.setup().features.get(setting))
            }
        }
    }

    /// Grows a branch from the beginning of the current one that differs in one setting only, and
    /// gives its number. The cursor stays.
    pub fn grow_with(&mut self, setting: AnySetting, value: u64) -> usize {
        let number = setting.number();
        let set = Choice::Set { setting: number, value };
        // What was set at the beginning gives way.
        let stays = |at: &Moment, choice: &Choice| {
            at.time_us > 0 || !matches!(choice, Choice::Set { setting, .. } if *setting == number)
        };
        let others = self.choices().iter().filter(|(at, choice)| stays(at, choice));
        // At the time of the beginning, one step more has been taken.
        let later = |at: Moment| {
            let taken = at.taken.saturating_add(1);
            if at.time_us == 0 { Moment { taken, ..at } } else { at }
        };
        let others = others.map(|(at, choice)| (later(*at), choice.clone()));
        let choices = [(Moment::START, set)].into_iter().chain(others).collect();
        self.grow(self.current_branch(), Moment::START, choices);
        self.branches().len() - 1
    }
}
