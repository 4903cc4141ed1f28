//! A sheet: what there is to draw of a stretch of a run, as plain values.
//!
//! A space-time diagram shows messages as arrows from where and when they were sent to where and
//! when they arrived, and what else happened as dots. A [`Sheet`] reads the events of a stretch and
//! keeps these, nothing else: a few words for each message. It is read in slices, and reads on
//! where it stopped, so that it can follow the edge of a run that is played.
//!
//! An arrow is known by its end: the event of an arrival or a loss says when the message was sent.
//! What is still on its way where the sheet ends is taken from the network.

use std::sync::Arc;

use super::cache::trail::{About, about};
use super::machine::{Answer, Command, Machine};
use super::raft::view::{MessageKind, OutcomeView, message_kind};
use super::reader::EventReader;
use super::{Event, Session, What};
use crate::raft::client::{Operated, Outcome};
use crate::raft::message::Message;
use crate::raft::participant::Timer;
use crate::raft::store;
use crate::sim::choice::Choice;
use crate::sim::event::{EventId, LossReason};
use crate::sim::network::MessageId;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// How many of the operations that a client began last before a sheet are looked at: it asks one
/// thing at a time, so no more than one of them can reach into it.
const EARLIER_OPERATIONS: usize = 1;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It arrived.
    Arrived,
    /// It was lost.
    Lost(LossReason),
    /// It is on its way where the sheet ends.
    UnderWay,
    /// It is held there: it goes no further.
    Held,
}

/// A message, sent once and arriving once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Its name.
    pub id: MessageId,
    /// Its kind.
    pub kind: MessageKind,
    /// How many entries it carries.
    pub entries: u32,
    /// Whether it is a heartbeat, or answers one and agrees.
    pub beat: bool,
    /// The event of its sending.
    pub sent: EventId,
    /// When it was sent, in microseconds.
    pub sent_us: u64,
    /// The event of its arrival or loss; where it is on its way, that of its sending.
    pub event: EventId,
    /// When it arrived or was lost, in microseconds; where it is on its way, when the sheet
    /// ends, or since when it is held.
    pub end_us: u64,
    /// When it arrived, would have arrived or will, in microseconds: it says how far one that was
    /// lost or is on its way has come.
    pub due_us: u64,
    /// What became of it.
    pub end: End,
    /// What it is about, if it is of the cache.
    pub about: Option<About>,
}

/// Something else that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dot {
    /// Its event.
    pub event: EventId,
    /// When, in microseconds.
    pub time_us: u64,
    /// Where.
    pub node: NodeId,
    /// What.
    pub kind: DotKind,
}

/// What a dot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DotKind {
    /// Somebody waited in vain: for a leader, or for an answer.
    Timer,
    /// Another timer ran out, as they do all the time: what it began is drawn.
    Beat,
    /// A client was asked to do something.
    Operation,
    /// Somebody intervened otherwise.
    Choice,
    /// A node has found out that a connection is broken.
    Disconnected,
    /// A connection has opened anew.
    Connected,
}

/// An operation of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The client.
    pub client: NodeId,
    /// The client's number for it.
    pub request: u64,
    /// What was asked.
    pub operation: Arc<Command>,
    /// When it began, in microseconds.
    pub invoked_us: u64,
    /// When its outcome was known or given up, in microseconds.
    pub completed_us: Option<u64>,
    /// What became of it.
    pub outcome: OutcomeView,
    /// Whether it was answered, but did not do what it was to do: a compare-and-set that found
    /// another value.
    pub in_vain: bool,
}

impl Bar {
    fn new(client: NodeId, operated: &Operated<Machine>) -> Self {
        Self {
            client,
            request: operated.request,
            operation: Arc::clone(&operated.command),
            invoked_us: operated.invoked_us,
            completed_us: operated.completed_us,
            outcome: match operated.outcome {
                Outcome::Pending => OutcomeView::Pending,
                Outcome::Ok(_) => OutcomeView::Ok,
                Outcome::Unknown => OutcomeView::Unknown,
            },
            in_vain: matches!(
                operated.outcome,
                Outcome::Ok(Answer::Store(store::Answer::Swapped(false)))
            ),
        }
    }
}

/// What happened in a stretch of a branch.
#[derive(Clone, Debug)]
pub struct Sheet {
    reader: EventReader,
    revision: u64,
    first: u64,
    origin: u64,
    /// How many arrows were let go of.
    forgotten: usize,
    /// The time of the first event on it, in microseconds.
    from_us: Option<u64>,
    arrows: Vec<Arrow>,
    dots: Vec<Dot>,
    flying: Vec<Arrow>,
    bars: Vec<Bar>,
    /// Arrivals of heartbeats, in order.
    heard: Vec<EventId>,
    /// Sendings of what agrees with a heartbeat, in order.
    echoes: Vec<EventId>,
}

impl Sheet {
    /// An empty sheet that begins with step `first` of a branch.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn new(session: &Session, branch: usize, first: u64) -> Self {
        Self {
            reader: session.reader(branch, first),
            revision: session.revision(),
            first,
            origin: first,
            forgotten: 0,
            from_us: None,
            arrows: Vec::new(),
            dots: Vec::new(),
            flying: Vec::new(),
            bars: Vec::new(),
            heard: Vec::new(),
            echoes: Vec::new(),
        }
    }

    /// Reads on, up to step `last` and by at most `most` steps. `true`: there is no more to read up
    /// to there.
    pub fn read(&mut self, session: &Session, last: u64, most: u64) -> bool {
        let before = self.reader.steps();
        let events = session.read(&mut self.reader, last, most);
        self.from_us = self.from_us.or(events.first().map(|event| event.time_us));
        events.iter().for_each(|event| self.put(event));
        let done = self.reader.steps() >= last || self.reader.has_ended();
        if self.reader.steps() > before {
            self.look_around(session);
        }
        done
    }

    fn put(&mut self, event: &Event) {
        match &event.what {
            What::Delivered { id, sent_us, message } => {
                let kind = message_kind(message);
                self.end(event, (*id, message), [*sent_us, event.time_us], End::Arrived);
                if kind == MessageKind::Heartbeat {
                    self.heard.push(event.id);
                }
            }
            What::Lost { id, sent_us, due_us, message, reason } => {
                self.end(event, (*id, message), [*sent_us, *due_us], End::Lost(*reason));
            }
            What::Sent { message, .. } if message_kind(message) == MessageKind::Accepted => {
                let answers = |cause: &EventId| self.heard.binary_search(cause).is_ok();
                if event.causes.first().is_some_and(answers) {
                    self.echoes.push(event.id);
                }
            }
            What::TimedOut(Timer::Election | Timer::RequestTimeout) => {
                self.dot(event, DotKind::Timer);
            }
            What::TimedOut(_) => self.dot(event, DotKind::Beat),
            What::Chosen(Choice::Operate { .. }) => self.dot(event, DotKind::Operation),
            What::Chosen(_) => self.dot(event, DotKind::Choice),
            What::Disconnected { .. } => self.dot(event, DotKind::Disconnected),
            What::Connected { .. } => self.dot(event, DotKind::Connected),
            _ => {}
        }
    }

    fn dot(&mut self, event: &Event, kind: DotKind) {
        let Event { id, time_us, node, .. } = *event;
        self.dots.push(Dot { event: id, time_us, node, kind });
    }

    fn end(
        &mut self,
        event: &Event,
        (id, message): (MessageId, &Message<Machine>),
        [sent_us, due_us]: [u64; 2],
        end: End,
    ) {
        let sent = event.causes.first().copied().unwrap_or(event.id);
        let (kind, entries) = (message_kind(message), entries_of(message));
        let about = about(message);
        let beat = self.is_beat(kind, sent);
        let (event, end_us) = (event.id, event.time_us);
        self.arrows.push(Arrow {
            id,
            kind,
            entries,
            beat,
            sent,
            sent_us,
            event,
            end_us,
            due_us,
            end,
            about,
        });
    }

    fn is_beat(&self, kind: MessageKind, sent: EventId) -> bool {
        match kind {
            MessageKind::Heartbeat => true,
            MessageKind::Accepted => self.echoes.binary_search(&sent).is_ok(),
            _ => false,
        }
    }

    /// Takes down what is on its way where the sheet ends, and what the clients have on record.
    fn look_around(&mut self, session: &Session) {
        let world = &self.reader.run().world;
        let flights = world.flights().map(|flight| {
            let kind = message_kind(&flight.message);
            let sent = flight.sent_by();
            Arrow {
                id: flight.id,
                kind,
                entries: entries_of(&flight.message),
                beat: self.is_beat(kind, sent),
                sent,
                sent_us: flight.sent_us,
                event: sent,
                end_us: flight.held_us.unwrap_or(world.now_us()),
                due_us: flight.due_us,
                end: if flight.held_us.is_some() { End::Held } else { End::UnderWay },
                about: about(&flight.message),
            }
        });
        self.flying = flights.collect();
        self.bars.clear();
        for (node, _) in session.names().nodes() {
            if let Some(client) = world.node(node).process.client() {
                let record = client.record();
                let began = begun_before(record, self.from_us.unwrap_or(0));
                let began = began.saturating_sub(EARLIER_OPERATIONS);
                let bars = (began..record.len()).filter_map(|place| record.get(place));
                self.bars.extend(bars.map(|operated| Bar::new(node, operated)));
            }
        }
    }

    /// Lets go of what ended before step `first`.
    pub fn forget_before(&mut self, first: u64) {
        if first <= self.first {
            return;
        }
        self.first = first;
        let older = |event: &EventId| event.step() < first;
        let arrows = self.arrows.partition_point(|arrow| older(&arrow.event));
        self.from_us = self.arrows.get(arrows).map(|arrow| arrow.end_us).or(self.from_us);
        self.forgotten += arrows;
        self.arrows.drain(..arrows);
        self.dots.drain(..self.dots.partition_point(|dot| older(&dot.event)));
        self.heard.drain(..self.heard.partition_point(older));
        self.echoes.drain(..self.echoes.partition_point(older));
    }

    /// The branch.
    #[must_use]
    pub const fn branch(&self) -> usize {
        self.reader.branch()
    }

    /// The count of changes ([`Session::revision`]) under which it was read.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The first step that is on it.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// The first step that ever was on it.
    #[must_use]
    pub const fn origin(&self) -> u64 {
        self.origin
    }

    /// The last step that is on it; less than the first where none is.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.reader.steps()
    }

    /// When the last step was taken, in microseconds: what is on its way is on its way then.
    #[must_use]
    pub const fn end_us(&self) -> u64 {
        self.reader.moment().time_us
    }

    /// How many messages that ended have been let go of: those that are left keep their places if
    /// these are counted, too.
    #[must_use]
    pub const fn forgotten(&self) -> usize {
        self.forgotten
    }

    /// The messages that ended, in the order of their ends.
    #[must_use]
    pub fn arrows(&self) -> &[Arrow] {
        &self.arrows
    }

    /// The messages on their way where the sheet ends.
    #[must_use]
    pub fn flying(&self) -> &[Arrow] {
        &self.flying
    }

    /// What else happened, in order.
    #[must_use]
    pub fn dots(&self) -> &[Dot] {
        &self.dots
    }

    /// The operations of each client in turn, in the order in which they were begun.
    #[must_use]
    pub fn bars(&self) -> &[Bar] {
        &self.bars
    }

    /// A message that is on the sheet.
    #[must_use]
    pub fn arrow(&self, id: MessageId) -> Option<&Arrow> {
        self.arrows.iter().chain(&self.flying).find(|arrow| arrow.id == id)
    }
}

fn entries_of(message: &Message<Machine>) -> u32 {
    match message {
        Message::AppendEntries { entries, .. } => u32::try_from(entries.len()).unwrap_or(u32::MAX),
        _ => 0,
    }
}

/// How many operations of a record were begun before a time.
fn begun_before(record: &SharedList<Operated<Machine>>, time_us: u64) -> usize {
    let (mut low, mut high) = (0, record.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if record.get(middle).is_some_and(|operated| operated.invoked_us < time_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

impl Session {
    /// The operations that the clients began in a window and before the cursor, at most one for
    /// each `apart_us`: a client's record of a million is not drawn whole.
    #[must_use]
    pub fn bars(&self, (from_us, to_us): (u64, u64), apart_us: u64) -> Vec<Bar> {
        let mut bars = Vec::new();
        for (node, record) in self.records() {
            let mut place = begun_before(record, from_us).saturating_sub(1);
            while let Some(operated) = record.get(place).filter(|one| one.invoked_us <= to_us) {
                bars.push(Bar::new(node, operated));
                let next_us = operated.invoked_us + apart_us;
                place = (place + 1).max(begun_before(record, next_us));
            }
        }
        bars
    }
}
