//! The kernel as an outlet of a controller, and what every node has whatever it is.

use super::links::Links;
use super::packet::{Packet, Timer};
use super::{Node, NodeSettings};
use crate::cache::message::Message;
use crate::cache::note::Note;
use crate::cache::operation::Outcome;
use crate::cache::outlet::Outlet;
use crate::cache::setup::Setup;
use crate::cache::state::CacheState;
use crate::cache::table::Variant;
use crate::sim::process::{Context, NodeId};
use crate::sim::reliable::Action;

/// The rows of the larger table.
pub(super) const ROWS: usize = CacheState::ALL.len();

/// Which cells have been carried out while nothing was broken, in the variant that the node speaks:
/// what a run teaches of the protocol as it is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sound {
    /// Whether a rule is broken, or was since the first cell: what comes of that may come later.
    broken: bool,
    variant: Variant,
    /// For each state, a bit for each event.
    pub(super) rows: [u32; ROWS],
}

/// What every node has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Common {
    /// How often it has been started: also the incarnation that its links need.
    pub(super) starts: u32,
    /// The lines that the last event touched, a bit for each.
    pub(super) touched: u64,
    /// Which cells have been carried out, or have let something wait: for each
    /// state, a bit for each event.
    pub(super) seen: [u32; ROWS],
    /// Those of them that a sound protocol has come to.
    pub(super) sound: Sound,
    /// What carries its messages.
    pub(super) links: Links,
    /// When reliable links want to be woken, in microseconds of the node's clock.
    wake_us: Option<u64>,
    /// What reliable links want done: empty between events.
    pub(super) actions: Vec<Action<Message>>,
}

impl Common {
    pub(super) fn new(settings: &NodeSettings) -> Self {
        let links = Links::new(settings.links, settings.placement.nodes(), 1);
        let variant = settings.features.variant(settings.placement.interconnect);
        let sound = Sound { broken: false, variant, rows: [0; ROWS] };
        let (seen, wake_us, actions) = ([0; ROWS], None, Vec::new());
        Self { starts: 1, touched: 0, seen, sound, links, wake_us, actions }
    }

    /// The rules have changed. In another variant, cells are counted anew.
    pub(super) fn goes_by(&mut self, setup: &Setup) {
        let is_new = self.seen == [0; ROWS];
        let sound = &mut self.sound;
        sound.broken = !setup.bugs.is_empty() || (sound.broken && !is_new);
        if sound.variant != setup.variant() {
            (sound.variant, sound.rows) = (setup.variant(), [0; ROWS]);
        }
    }

    /// As it comes back after a crash.
    pub(super) fn recovered(&self, nodes: u8) -> Self {
        let starts = self.starts + 1;
        let links = self.links.recovered(nodes, starts);
        let (wake_us, actions) = (None, Vec::new());
        let Self { seen, sound, .. } = *self;
        Self { starts, touched: u64::MAX, seen, sound, links, wake_us, actions }
    }

    /// Sees to it that reliable links are woken when they want to be.
    pub(super) fn set_wake(&mut self, context: &mut Context<'_, Node>) {
        let wake_us = self.links.next_wake_us();
        if wake_us == self.wake_us {
            return;
        }
        self.wake_us = wake_us;
        match wake_us {
            Some(wake_us) => {
                let delay_us = wake_us.saturating_sub(context.now_us()).max(1);
                context.set_timer(Timer::Retransmission, delay_us);
            }
            None => context.cancel_timer(Timer::Retransmission),
        }
    }

    /// The timer of reliable links has run out.
    pub(super) fn wake(&mut self, now_us: u64) {
        self.wake_us = None;
        if let Links::Reliable(links) = &mut self.links {
            links.woken(now_us, &mut self.actions);
        }
    }
}

/// The kernel, as an outlet of a controller.
pub(super) struct Kernel<'a, 'b, 'c> {
    pub(super) context: &'a mut Context<'b, Node>,
    pub(super) common: &'c mut Common,
    pub(super) answer: Option<Outcome>,
}

impl<'a, 'b, 'c> Kernel<'a, 'b, 'c> {
    pub(super) const fn new(context: &'a mut Context<'b, Node>, common: &'c mut Common) -> Self {
        Self { context, common, answer: None }
    }
}

impl Outlet for Kernel<'_, '_, '_> {
    fn now_us(&self) -> u64 {
        self.context.now_us()
    }

    fn send(&mut self, to: NodeId, message: Message) {
        let now_us = self.context.now_us();
        let Common { links, actions, .. } = &mut *self.common;
        if links.say(to, message, now_us, actions) {
            self.context.send(to, Packet::Plain(message));
        }
    }

    fn note(&mut self, note: Note) {
        if let Some(cell) = note.cell() {
            let (row, column) = cell.numbers();
            let (row, Common { seen, sound, .. }) = (usize::from(row), &mut *self.common);
            seen[row] |= 1 << column;
            sound.rows[row] |= u32::from(!sound.broken) << column;
        }
        self.context.note(|| note);
    }

    fn answer(&mut self, outcome: Outcome) {
        assert!(self.answer.is_none(), "a processor is answered once");
        self.answer = Some(outcome);
    }
}
