//! Relay: a process that says things to others over reliable links, and nothing else.
//!
//! It is what a host of the layer looks like: frames are its messages, one timer wakes the layer,
//! and its disk holds its incarnation. Whatever it is told to say it says, in such a way that no
//! two sayings of a run are alike; what it says and hears it notes.

use lockstep_core::sim::digest::{Digest, Encode};
use lockstep_core::sim::process::{Context, NodeId, Process, TimerKind};
use lockstep_core::sim::reliable::{Action, Frame, ReliableLinks, ReliableSettings};

/// How the layer goes about it here: links take up to 9 ms, and four times more if held up.
pub(crate) const SETTINGS: ReliableSettings = ReliableSettings {
    window: 4,
    timeout_us: 20_000,
    longest_timeout_us: 80_000,
    ack_delay_us: 1_000,
};

/// Something said: by whom, in which step, and which one of that step it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Saying {
    pub(crate) by: NodeId,
    pub(crate) step: u64,
    pub(crate) place: u32,
}

impl Encode for Saying {
    fn encode(&self, digest: &mut Digest) {
        digest.word(u64::from(self.by.0) << 32 | u64::from(self.place));
        digest.word(self.step);
    }
}

/// Say so many things to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Say {
    pub(crate) to: NodeId,
    pub(crate) count: u32,
}

impl Encode for Say {
    fn encode(&self, digest: &mut Digest) {
        digest.word(u64::from(self.to.0) << 32 | u64::from(self.count));
    }
}

/// What a relay does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    Said(NodeId, Saying),
    Heard(NodeId, Saying),
    Reset(NodeId),
}

/// The timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Alarm {
    /// The layer wants to be woken.
    Links,
}

impl TimerKind for Alarm {
    const ALL: &'static [Self] = &[Self::Links];

    fn number(self) -> u8 {
        self as u8
    }
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Relay {
    nodes: u8,
    /// The layer; none before the node has started.
    pub(crate) links: Option<ReliableLinks<Saying>>,
    /// What is on its disk, or on its way there: its incarnation.
    incarnation: u32,
    /// A buffer that is kept; empty between events.
    actions: Vec<Action<Saying>>,
}

impl Relay {
    pub(crate) const fn new(nodes: u8) -> Self {
        Self { nodes, links: None, incarnation: 0, actions: Vec::new() }
    }

    /// Lets the layer do something, and does what it asks for.
    fn links(
        &mut self,
        context: &mut Context<'_, Self>,
        call: impl FnOnce(&mut ReliableLinks<Saying>, &mut Vec<Action<Saying>>),
    ) {
        let links = self.links.as_mut().expect("it has started");
        call(links, &mut self.actions);
        match links.next_wake_us() {
            Some(wake_us) => {
                let delay_us = wake_us.saturating_sub(context.now_us());
                context.set_timer(Alarm::Links, delay_us);
            }
            None => context.cancel_timer(Alarm::Links),
        }
        for action in self.actions.drain(..) {
            match action {
                Action::Send { to, frame } => context.send(to, frame),
                Action::Deliver { from, message } => context.note(|| Note::Heard(from, message)),
                Action::Reset { peer } => context.note(|| Note::Reset(peer)),
            }
        }
    }
}

impl Process for Relay {
    type Message = Frame<Saying>;
    type Timer = Alarm;
    type Durable = u32;
    type Operation = Say;
    type Note = Note;

    fn start(&mut self, context: &mut Context<'_, Self>) {
        self.incarnation += 1;
        self.links = Some(ReliableLinks::new(self.nodes, self.incarnation, SETTINGS));
        // No frame leaves before the incarnation that it names is on disk.
        context.persist(self.incarnation);
    }

    fn receive(&mut self, from: NodeId, frame: Frame<Saying>, context: &mut Context<'_, Self>) {
        let now_us = context.now_us();
        self.links(context, |links, actions| links.receive(from, frame, now_us, actions));
    }

    fn timeout(&mut self, _: Alarm, context: &mut Context<'_, Self>) {
        let now_us = context.now_us();
        self.links(context, |links, actions| links.woken(now_us, actions));
    }

    fn operate(&mut self, say: Say, context: &mut Context<'_, Self>) -> bool {
        let now_us = context.now_us();
        let (by, step) = (context.node(), context.event().step());
        for place in 0..say.count {
            let saying = Saying { by, step, place };
            context.note(|| Note::Said(say.to, saying));
            self.links(context, |links, actions| links.send(say.to, saying, now_us, actions));
        }
        true
    }

    fn durable(&self) -> u32 {
        self.incarnation
    }

    fn recover(&self, durable: &u32) -> Self {
        Self { incarnation: *durable, ..Self::new(self.nodes) }
    }
}
