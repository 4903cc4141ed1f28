//! Meaning: what a person looks for in a run, and what the page has found of it.
//!
//! Steps to the next commit, breakpoints, the list of events, why something happened, cause and
//! effect: their state is here, and what can be asked of them. All of it is found by reading the
//! run in slices, a little in each frame; the cursor is moved only once something is found.

use std::rc::Rc;

use lockstep_core::check::Check;
use lockstep_core::lab::Lab;
use lockstep_core::lab::causality::{Clocks, Cone};
use lockstep_core::lab::landmark::{Landmark, LockMark, Search};
use lockstep_core::lab::raft::view::message_fields;
use lockstep_core::lab::why::{Inquiry, Reason};
use lockstep_core::lab::{Event, Names, What};
use lockstep_core::raft::note::Topic;
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::process::NodeId;

use crate::catalogue::Language;
use crate::listing::Listing;

/// What the page looks for, and what it has found.
#[derive(Clone, Debug, Default)]
pub struct Meaning {
    /// What the step buttons go to.
    pub target: Target,
    /// A search that is under way.
    pub quest: Option<Quest>,
    /// What playing stops at.
    pub breakpoints: Vec<Landmark>,
    /// Looks for breakpoints ahead of the cursor while the run plays.
    pub scout: Option<Search>,
    /// The list of events.
    pub listing: Listing,
    /// Looks for the causes of the selected event.
    pub inquiry: Option<Inquiry>,
    /// What it has found, once it is done.
    pub reason: Option<Rc<Reason>>,
    /// Counts the clocks of the selected event.
    pub clocks: Option<Clocks>,
    /// Whether the cone of the selected event is asked for.
    pub cone_wanted: bool,
    /// The cone of the selected event, in a stretch of the run around it.
    pub cone: Option<Rc<Cone>>,
    /// The steps of that stretch: from, to.
    pub cone_of: (u64, u64),
}

/// A search, and what it is for.
#[derive(Clone, Debug)]
pub struct Quest {
    /// The search.
    pub search: Search,
    /// Which way it goes.
    pub backwards: bool,
    /// Whether the cursor goes to what it finds; else it is only selected.
    pub goes: bool,
}

/// What the step buttons go to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// A commit.
    #[default]
    Commit,
    /// The election of a leader.
    Leader,
    /// A server's change of role.
    Role,
    /// The selected server's change of role.
    RoleHere,
    /// A message that arrives at the selected node.
    Message,
    /// A fault.
    Fault,
    /// The failure of a check.
    Failure,
    /// Something about locks.
    Lock(LockMark),
}

impl Target {
    /// Every target, in the order in which they are listed.
    pub const ALL: [Self; 11] = [
        Self::Commit,
        Self::Leader,
        Self::Role,
        Self::RoleHere,
        Self::Message,
        Self::Fault,
        Self::Failure,
        Self::Lock(LockMark::Deadlock),
        Self::Lock(LockMark::Abort),
        Self::Lock(LockMark::Expiry),
        Self::Lock(LockMark::Stale),
    ];

    /// Whether there is such a thing in a lab.
    #[must_use]
    pub fn is_of(self, lab: Lab) -> bool {
        match self {
            Self::Commit | Self::Leader | Self::Role | Self::RoleHere => lab != Lab::Cache,
            Self::Message | Self::Fault | Self::Failure => true,
            Self::Lock(_) => lab == Lab::Locks,
        }
    }

    /// This target, or the first that a lab has where it has no such thing.
    #[must_use]
    pub fn within(self, lab: Lab) -> Self {
        let first = || Self::ALL.into_iter().find(|other| other.is_of(lab));
        if self.is_of(lab) { self } else { first().unwrap_or_default() }
    }

    /// What to look for, with this node selected; `None` if it takes a node.
    #[must_use]
    pub fn landmark(self, node: Option<NodeId>) -> Option<Landmark> {
        Some(match self {
            Self::Commit => Landmark::Commit,
            Self::Leader => Landmark::Leader,
            Self::Role => Landmark::RoleChange(None),
            Self::RoleHere => Landmark::RoleChange(Some(node?)),
            Self::Message => Landmark::MessageTo(node?),
            Self::Fault => Landmark::Fault,
            Self::Failure => Landmark::Failure(None),
            Self::Lock(mark) => Landmark::Lock(mark),
        })
    }
}

/// Something that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeaningAction {
    /// The step buttons go to something else.
    Target(Target),
    /// To the nearest of what the step buttons go to.
    Step {
        /// Which way.
        backwards: bool,
    },
    /// To the next of something.
    Next(Landmark),
    /// Goes back to the last landmark of a kind before this moment.
    Previous(Landmark),
    /// Why a server is what it is: its last change of role is selected.
    WhyRole(NodeId),
    /// A breakpoint is set, or taken away.
    Breakpoint(Landmark),
    /// To an event, which is selected.
    Visit(EventId),
    /// Why an event happened.
    Why(EventId),
    /// Both clocks of the selected event.
    Clocks,
    /// Its cone, or no longer.
    Cone(bool),
    /// The list shows other events.
    Filter(Filter),
    /// The list keeps to the cursor, or stays where it is.
    Follow(bool),
    /// The list shows what came before or after.
    Browse {
        /// Which way.
        backwards: bool,
    },
}

/// What the page has to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A search has come so far.
    Searching {
        /// The step that it is at.
        step: u64,
    },
    /// There is none.
    Nothing {
        /// Which way was looked.
        backwards: bool,
    },
    /// The cursor went to this event.
    Found(Box<Event>),
    /// Playing stopped at a breakpoint.
    Stopped(Landmark, Option<Box<Event>>),
}

/// The kinds of events, as they are told apart in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Messages: sent, delivered, lost; and the connections that they travel on.
    Messages,
    /// Roles and votes.
    Elections,
    /// Who belongs to the cluster.
    Members,
    /// Entries: proposed, stored, committed, applied.
    Entries,
    /// What clients ask and hear.
    Clients,
    /// Timers that run out.
    Timers,
    /// What is on disk.
    Disk,
    /// What somebody did to the run.
    Choices,
}

impl Kind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [Self; 8] = [
        Self::Messages,
        Self::Elections,
        Self::Members,
        Self::Entries,
        Self::Clients,
        Self::Timers,
        Self::Disk,
        Self::Choices,
    ];

    /// Whether there are events of this kind in a lab.
    #[must_use]
    pub const fn is_of(self, lab: Lab) -> bool {
        let of_raft = matches!(self, Self::Elections | Self::Members | Self::Entries | Self::Disk);
        !(matches!(lab, Lab::Cache) && of_raft)
    }

    /// The kind of an event.
    #[must_use]
    pub const fn of(event: &Event) -> Self {
        match &event.what {
            What::Delivered { .. } | What::Lost { .. } | What::Sent { .. } | What::Queued => {
                Self::Messages
            }
            What::TimedOut(_) => Self::Timers,
            What::Synced | What::Persisted => Self::Disk,
            What::Connected { .. } | What::Disconnected { .. } | What::Unanswered { .. } => {
                Self::Messages
            }
            What::Started | What::Chosen(_) | What::Ignored(..) => Self::Choices,
            What::Noted(note) => match note.topic() {
                Topic::Elections => Self::Elections,
                Topic::Entries => Self::Entries,
                Topic::Clients | Topic::Own => Self::Clients,
                Topic::Membership => Self::Members,
            },
        }
    }
}

/// Which events are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of this node, or of every one.
    pub node: Option<NodeId>,
    /// Those of this kind, or of every one.
    pub kind: Option<Kind>,
    /// Those whose words, names or fields hold this text, in capitals or not.
    pub text: String,
    /// Whether messages that leave and writes that begin are listed too.
    pub details: bool,
}

impl Filter {
    /// Whether an event is listed.
    #[must_use]
    pub fn admits(&self, language: Language, names: Names, event: &Event) -> bool {
        let detail = matches!(event.what, What::Sent { .. } | What::Persisted);
        (self.details || !detail)
            && self.node.is_none_or(|node| node == event.node)
            && self.kind.is_none_or(|kind| kind == Kind::of(event))
            && (self.text.is_empty()
                || text_of(language, names, event).contains(&self.text.to_lowercase()))
    }
}

/// All that can be found of an event by its text, in lower case: its sentence, the message's name
/// and what it says, field by field.
fn text_of(language: Language, names: Names, event: &Event) -> String {
    let mut text = language.sentence(names, event);
    if let What::Delivered { id, message, .. }
    | What::Sent { id, message, .. }
    | What::Lost { id, message, .. } = &event.what
    {
        text.push_str(&format!(" {}", names.message(*id)));
        for (name, value) in message_fields(message, names) {
            text.push_str(&format!(" {name} {value}"));
        }
    }
    text.to_lowercase()
}

/// What a breakpoint can be set on, in the order in which it is offered.
#[must_use]
pub fn breakpoints(lab: Lab, names: Names) -> Vec<Landmark> {
    let has_roles = lab != Lab::Cache;
    let of_raft = [Landmark::Leader, Landmark::Commit, Landmark::RoleChange(None)];
    let mut all: Vec<_> = of_raft.into_iter().filter(|_| has_roles).collect();
    all.extend([Landmark::Fault, Landmark::Failure(None)]);
    all.extend(LockMark::ALL.into_iter().filter(|_| lab == Lab::Locks).map(Landmark::Lock));
    let servers = names.nodes().filter(|(node, _)| has_roles && node.0 < names.servers);
    all.extend(servers.map(|(node, _)| Landmark::RoleChange(Some(node))));
    all.extend(names.nodes().map(|(node, _)| Landmark::MessageTo(node)));
    all
}

/// The breakpoint of one check.
#[must_use]
pub const fn failure_of(check: Check) -> Landmark {
    Landmark::Failure(Some(check))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::scenario::gallery::{CacheStory, Story};
    use lockstep_core::sim::run::Goal;

    fn events() -> (Names, Vec<Event>) {
        let mut session = Story::MinorityLeader.scenario().open();
        session.go(Goal::Steps(400));
        (session.names(), session.events(0, 400))
    }

    fn count(filter: &Filter) -> usize {
        let (names, events) = events();
        let admits = |event: &&Event| filter.admits(Language::English, names, event);
        events.iter().filter(admits).count()
    }

    #[test]
    fn every_event_has_one_kind_and_the_kinds_add_up() {
        let all = count(&Filter { details: true, ..Filter::default() });
        let of_kind =
            |kind| count(&Filter { kind: Some(kind), details: true, ..Filter::default() });
        assert_eq!(Kind::ALL.into_iter().map(of_kind).sum::<usize>(), all);
        assert!(count(&Filter::default()) < all, "details are left out unless they are asked for");
    }

    #[test]
    fn the_cache_lab_has_no_events_and_no_breakpoints_of_raft() {
        let mut session = Story::Cache(CacheStory::OwnerCrash).scenario().open();
        session.go(Goal::Steps(400));
        let (names, events) = (session.names(), session.events(0, 400));
        assert!(events.len() > 400 && events.iter().all(|event| Kind::of(event).is_of(Lab::Cache)));
        let offered = |lab, landmark| breakpoints(lab, names).contains(&landmark);
        assert!(offered(Lab::Raft, Landmark::Leader) && !offered(Lab::Cache, Landmark::Leader));
        let roles = Landmark::RoleChange(Some(NodeId(0)));
        assert!(offered(Lab::Raft, roles) && !offered(Lab::Cache, roles));
        assert!(offered(Lab::Cache, Landmark::Fault));
    }

    #[test]
    fn text_is_found_in_sentences_in_names_and_in_fields() {
        let text = |text: &str| Filter { text: text.to_owned(), ..Filter::default() };
        assert!(count(&text("becomes the LEADER")) > 0);
        assert!(count(&text("n4>n1#1")) > 0, "by the name of a message");
        assert!(count(&text("prevlogindex 0")) > 0, "by a field");
        assert_eq!(count(&text("no such words")), 0);
    }

    #[test]
    fn filters_of_a_node_and_a_text_both_hold() {
        let filter =
            Filter { node: Some(NodeId(1)), text: "receives".to_owned(), ..Filter::default() };
        let (names, events) = events();
        for event in events {
            if filter.admits(Language::English, names, &event) {
                assert_eq!(event.node, NodeId(1));
            }
        }
        assert!(count(&filter) > 0);
    }

    #[test]
    fn an_aim_at_a_node_takes_one() {
        assert_eq!(Target::Message.landmark(None), None);
        let node = NodeId(2);
        assert_eq!(Target::Message.landmark(Some(node)), Some(Landmark::MessageTo(node)));
        assert_eq!(Target::Commit.landmark(None), Some(Landmark::Commit));
    }
}
