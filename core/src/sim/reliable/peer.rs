//! One peer, as the layer of reliable links keeps it: both directions of one epoch.
//!
//! The sending half is a queue that begins with the oldest unacknowledged message: so the place in
//! the queue and the number differ by what is acknowledged. The receiving half is a number and what
//! came early. All of it belongs to the epoch, and is thrown away with it.

use std::collections::{BTreeMap, VecDeque};

use super::{Action, Desk, Frame};

/// The largest power of two by which a timeout grows, whatever its limit is.
const MOST_DOUBLINGS: u32 = 16;

/// What one node knows of its links with another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Peer<M> {
    /// The peer's incarnation; 0: not known yet.
    incarnation: u32,
    /// The peer has delivered everything up to this number.
    acknowledged: u32,
    /// Everything up to this number has been sent at least once.
    sent: u32,
    /// From number `acknowledged + 1` on.
    queue: VecDeque<M>,
    /// When the oldest message, or the hello, is sent again, in microseconds.
    resend_us: Option<u64>,
    /// How often it has been sent again since something was acknowledged.
    resent: u32,
    /// What had been sent when a message was last sent again: if less is acknowledged, the next one
    /// is missing too.
    recovering: u32,
    /// Everything up to this number was delivered here.
    delivered: u32,
    /// What came before its turn.
    early: BTreeMap<u32, M>,
    /// By when this is to be acknowledged, in microseconds, if it is still to be.
    owes_us: Option<u64>,
}

impl<M: Clone> Peer<M> {
    /// A peer of which nothing is known.
    pub(super) const fn new() -> Self {
        Self {
            incarnation: 0,
            acknowledged: 0,
            sent: 0,
            queue: VecDeque::new(),
            resend_us: None,
            resent: 0,
            recovering: 0,
            delivered: 0,
            early: BTreeMap::new(),
            owes_us: None,
        }
    }

    pub(super) const fn incarnation(&self) -> u32 {
        self.incarnation
    }

    pub(super) fn unacknowledged(&self) -> u32 {
        u32::try_from(self.queue.len()).expect("fewer messages wait than can be numbered")
    }

    pub(super) fn next_wake_us(&self) -> Option<u64> {
        match (self.resend_us, self.owes_us) {
            (Some(resend_us), Some(owes_us)) => Some(resend_us.min(owes_us)),
            (resend_us, owes_us) => resend_us.or(owes_us),
        }
    }

    /// Puts a message at the end of the queue, and sends it if it may be under way.
    pub(super) fn say(&mut self, message: M, desk: &mut Desk<'_, M>) {
        self.queue.push_back(message);
        if self.incarnation > 0 {
            self.fill_window(desk);
        } else if self.resend_us.is_none() {
            self.send_frame(None, desk);
            self.resend_us = Some(desk.now_us + self.timeout_us(desk));
        }
        assert!(self.resend_us.is_some(), "what was said is looked after");
    }

    /// Takes a frame that the peer has sent.
    pub(super) fn take(&mut self, frame: Frame<M>, desk: &mut Desk<'_, M>) {
        let Frame { from, to, acknowledged, content } = frame;
        if from < self.incarnation {
            // It was sent before a crash of which this node knows.
            return;
        }
        if from > self.incarnation {
            self.begin_epoch(from, desk);
        }
        if to == desk.incarnation {
            self.take_acknowledgement(acknowledged, desk);
            if let Some((number, message)) = content {
                self.accept(number, message, desk);
            }
        } else {
            // The peer does not know whom it speaks to.
            self.owes_us = Some(desk.now_us);
        }
        self.fill_window(desk);
        self.pay(desk);
    }

    /// Does what is due.
    pub(super) fn wake(&mut self, desk: &mut Desk<'_, M>) {
        if self.resend_us.is_some_and(|due_us| due_us <= desk.now_us) {
            self.resent += 1;
            self.recovering = self.sent;
            self.send_oldest(desk);
        }
        self.pay(desk);
        assert!(self.next_wake_us().is_none_or(|due_us| due_us > desk.now_us), "all is done");
    }

    /// The peer turns out to be in this incarnation. What was said before anything was known of it
    /// waits for whatever incarnation answers; what was said to another one is dropped.
    fn begin_epoch(&mut self, incarnation: u32, desk: &mut Desk<'_, M>) {
        assert!(incarnation > self.incarnation, "incarnations rise");
        let waiting = std::mem::take(&mut self.queue);
        let is_first = self.incarnation == 0;
        *self = Self { incarnation, ..Self::new() };
        if is_first {
            self.queue = waiting;
        } else {
            desk.actions.push(Action::Reset { peer: desk.node });
        }
    }

    fn take_acknowledgement(&mut self, acknowledged: u32, desk: &mut Desk<'_, M>) {
        if acknowledged <= self.acknowledged || acknowledged > self.sent {
            return;
        }
        self.queue.drain(..(acknowledged - self.acknowledged) as usize);
        self.acknowledged = acknowledged;
        self.resent = 0;
        if acknowledged == self.sent {
            self.resend_us = None;
        } else if acknowledged < self.recovering {
            self.send_oldest(desk);
        } else {
            self.resend_us = Some(desk.now_us + self.timeout_us(desk));
        }
        assert_eq!(self.resend_us.is_none(), self.acknowledged == self.sent);
    }

    /// Delivers a message if it is its turn, and what waited for it.
    fn accept(&mut self, number: u32, message: M, desk: &mut Desk<'_, M>) {
        let next = self.delivered + 1;
        if number < next {
            self.owes_us = Some(desk.now_us);
            return;
        }
        if number - next >= desk.settings.window {
            return;
        }
        let by_us = desk.now_us + desk.settings.ack_delay_us;
        self.owes_us = Some(self.owes_us.map_or(by_us, |owes_us| owes_us.min(by_us)));
        if number > next {
            self.early.insert(number, message);
            return;
        }
        self.deliver(message, desk);
        while let Some(message) = self.early.remove(&(self.delivered + 1)) {
            self.deliver(message, desk);
        }
        assert!(self.early.keys().next().is_none_or(|number| *number > self.delivered + 1));
    }

    fn deliver(&mut self, message: M, desk: &mut Desk<'_, M>) {
        self.delivered += 1;
        desk.actions.push(Action::Deliver { from: desk.node, message });
    }

    /// Sends what waits, as far as the window allows.
    fn fill_window(&mut self, desk: &mut Desk<'_, M>) {
        if self.incarnation == 0 {
            return;
        }
        while self.sent - self.acknowledged < desk.settings.window {
            let Some(message) = self.queue.get((self.sent - self.acknowledged) as usize) else {
                return;
            };
            let content = Some((self.sent + 1, message.clone()));
            self.sent += 1;
            self.send_frame(content, desk);
            let due_us = desk.now_us + self.timeout_us(desk);
            self.resend_us.get_or_insert(due_us);
        }
    }

    /// Sends the oldest unacknowledged message again; or the hello, if nothing is known yet.
    fn send_oldest(&mut self, desk: &mut Desk<'_, M>) {
        let oldest = self.queue.front().filter(|_| self.incarnation > 0).cloned();
        self.send_frame(oldest.map(|message| (self.acknowledged + 1, message)), desk);
        self.resend_us = Some(desk.now_us + self.timeout_us(desk));
    }

    /// Sends an acknowledgement alone, if one is due.
    fn pay(&mut self, desk: &mut Desk<'_, M>) {
        if self.owes_us.is_some_and(|due_us| due_us <= desk.now_us) {
            self.send_frame(None, desk);
        }
    }

    /// Every frame acknowledges what was delivered.
    fn send_frame(&mut self, content: Option<(u32, M)>, desk: &mut Desk<'_, M>) {
        self.owes_us = None;
        let (to, acknowledged) = (self.incarnation, self.delivered);
        desk.send(Frame { from: desk.incarnation, to, acknowledged, content });
    }

    fn timeout_us(&self, desk: &Desk<'_, M>) -> u64 {
        let doubled = desk.settings.timeout_us.saturating_mul(1 << self.resent.min(MOST_DOUBLINGS));
        doubled.min(desk.settings.longest_timeout_us).max(1)
    }
}
