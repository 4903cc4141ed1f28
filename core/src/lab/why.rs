//! Why: the chain of causes that led to an event, from the choice or the timer that began it.
//!
//! Every event names its causes, so a chain is found by walking back from one event to the next and
//! reading the step of each. It ends where something began by itself: at a timer that ran out, at a
//! choice, at the start of a node. What a majority brings about (a leader, a commit) has a chain
//! for each member.
//!
//! An [`Inquiry`] reads in slices: in a long run each step that is looked at costs a replay from
//! the keyframe before.

use super::Note;
use super::session::EventReader;
use super::{Event, Session, What};
use crate::sim::event::EventId;

/// How many links a chain has at most.
pub const MOST_LINKS: usize = 40;

/// A link of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What happened.
    pub event: Event,
    /// What the node said of itself in the same step, before the chain went on.
    pub notes: Vec<Event>,
    /// What else it took: a write that reached the disk, a choice that changed a message's way.
    pub also: Vec<Event>,
}

/// A chain, in the order in which things happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Its links; the last one is what is asked about.
    pub links: Vec<Link>,
    /// Whether it goes on further back than was looked.
    pub is_cut: bool,
}

/// Why an event happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// What led to it.
    pub chain: Chain,
    /// For what a majority brought about: what led to each member's part in it.
    pub members: Vec<Chain>,
}

/// What is to be read next.
#[derive(Clone, Copy, Debug)]
enum Quest {
    /// A link of a chain.
    Link { chain: usize, event: EventId },
    /// Something else that a link took.
    Also { chain: usize, link: usize, event: EventId },
}

/// Looks for the causes of an event of the current branch.
#[derive(Clone, Debug)]
pub struct Inquiry {
    event: EventId,
    revision: u64,
    branch: usize,
    /// The chain of the event itself, and one for each member; the last link first.
    chains: Vec<Chain>,
    pending: Vec<Quest>,
    reader: Option<EventReader>,
}

impl Inquiry {
    /// Sets out to find why an event happened.
    #[must_use]
    pub fn begin(session: &Session, event: EventId) -> Self {
        Self {
            event,
            revision: session.revision(),
            branch: session.current_branch(),
            chains: vec![Chain::default()],
            pending: vec![Quest::Link { chain: 0, event }],
            reader: None,
        }
    }

    /// The event that is asked about.
    #[must_use]
    pub const fn event(&self) -> EventId {
        self.event
    }

    /// Whether the event is still one of the branch that the cursor is on.
    #[must_use]
    pub const fn is_up_to_date(&self, session: &Session) -> bool {
        self.revision == session.revision() && self.branch == session.current_branch()
    }

    /// Goes on, by at most `most` steps. `true`: it is done, or the run is no longer the one that
    /// it looks at ([`Self::is_up_to_date`]).
    pub fn work(&mut self, session: &Session, most: u64) -> bool {
        if !self.is_up_to_date(session) {
            // Its branch may be gone.
            return true;
        }
        let mut left = most.max(1);
        while let Some(quest) = self.pending.last().copied() {
            let (Quest::Link { event, .. } | Quest::Also { event, .. }) = quest;
            let step = event.step();
            let reader = self.reader.get_or_insert_with(|| session.reader(self.branch, step));
            let before = reader.steps();
            let events = session.read(reader, step, left);
            left = left.saturating_sub(reader.steps() - before);
            let came = reader.steps() >= step || reader.has_ended();
            if came {
                self.reader = None;
                self.pending.pop();
                self.learn(quest, events);
            } else if left == 0 {
                return false;
            }
        }
        true
    }

    /// Takes in the events of the step that was read.
    fn learn(&mut self, quest: Quest, events: Vec<Event>) {
        match quest {
            Quest::Also { chain, link, event } => {
                let event = events.into_iter().find(|other| other.id == event);
                self.chains[chain].links[link].also.extend(event);
            }
            Quest::Link { chain, event } => self.learn_link(chain, event, &events),
        }
    }

    fn learn_link(&mut self, chain: usize, id: EventId, events: &[Event]) {
        let Some(place) = events.iter().position(|event| event.id == id) else { return };
        let event = &events[place];
        let is_first = self.chains[chain].links.is_empty();
        let (next, others) =
            event.causes.split_first().map_or((None, &[][..]), |(next, others)| {
                (Some(*next).filter(|next| goes_on(event, *next)), others)
            });
        let follower = self.chains[chain].links.last().map(|link| link.event.id);
        if is_first || !is_between(event) {
            let until = events.iter().position(|event| Some(event.id) == follower);
            let notes = events[..until.unwrap_or(events.len())].iter();
            let notes = notes.filter(|other| matches!(other.what, What::Noted(_)));
            let speaks = !matches!(event.what, What::Noted(_)) && !is_first;
            let notes = notes.filter(|_| speaks).cloned().collect();
            let link = Link { event: event.clone(), notes, also: Vec::new() };
            self.chains[chain].links.push(link);
        }
        if is_quorum(event) {
            if chain == 0 && is_first {
                for member in others {
                    self.chains.push(Chain::default());
                    let chain = self.chains.len() - 1;
                    self.pending.insert(0, Quest::Link { chain, event: *member });
                }
            }
        } else {
            let link = self.chains[chain].links.len() - 1;
            let also = others.iter().map(|event| Quest::Also { chain, link, event: *event });
            self.pending.extend(also);
        }
        match next {
            Some(_) if self.chains[chain].links.len() >= MOST_LINKS => {
                self.chains[chain].is_cut = true;
            }
            Some(event) => self.pending.push(Quest::Link { chain, event }),
            None => {}
        }
    }

    /// What was found so far.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let mut chains = self.chains.iter().map(|chain| {
            let mut chain = chain.clone();
            chain.links.reverse();
            chain
        });
        Reason { chain: chains.next().unwrap_or_default(), members: chains.collect() }
    }
}

/// Whether a majority brought it about.
const fn is_quorum(event: &Event) -> bool {
    matches!(event.what, What::Noted(Note::Committed { .. } | Note::BecameLeader { .. }))
}

/// Whether it only stands between two events that say more.
const fn is_between(event: &Event) -> bool {
    matches!(event.what, What::Sent { .. } | What::Persisted)
}

/// Whether a chain goes on to this cause. A timer that ran out began something by itself, unless a
/// choice made it run out in the same step.
const fn goes_on(event: &Event, cause: EventId) -> bool {
    match event.what {
        What::TimedOut(_) => cause.step() == event.id.step(),
        _ => true,
    }
}
