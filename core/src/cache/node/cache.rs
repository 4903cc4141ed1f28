//! A cache and its processor, on one node.

use super::kernel::{Common, Kernel};
use super::packet::Timer;
use super::{Node, NodeSettings};
use crate::cache::controller::CacheController;
use crate::cache::message::Message;
use crate::cache::note::Note;
use crate::cache::operation::{Operation, Outcome};
use crate::cache::processor::Processor;
use crate::cache::workload::Source;
use crate::sim::process::{Context, NodeId};

/// A cache and its processor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheNode {
    pub(super) controller: CacheController,
    processor: Processor,
    source: Source,
    pub(super) common: Common,
    /// For when the timer of write-backs is set, in microseconds of the node's clock.
    duty_us: Option<u64>,
}

impl CacheNode {
    pub(super) fn new(node: NodeId, settings: &NodeSettings) -> Self {
        let NodeSettings { placement, lines, words, features, workload, .. } = *settings;
        Self {
            controller: CacheController::new(node, placement, lines, features),
            processor: Processor::default(),
            source: Source::new(workload, node, placement.caches, (lines, words)),
            common: Common::new(settings),
            duty_us: None,
        }
    }

    /// Its cache controller.
    #[must_use]
    pub const fn controller(&self) -> &CacheController {
        &self.controller
    }

    /// How many words a line has.
    #[must_use]
    pub const fn words(&self) -> u8 {
        self.source.words()
    }

    /// Its processor.
    #[must_use]
    pub const fn processor(&self) -> &Processor {
        &self.processor
    }

    /// How often it has been started.
    #[must_use]
    pub const fn starts(&self) -> u32 {
        self.common.starts
    }

    pub(super) fn recovered(&self) -> Self {
        Self {
            controller: self.controller.recovered(),
            processor: self.processor.recovered(),
            source: self.source.recovered(),
            common: self.common.recovered(self.controller.setup().placement.nodes()),
            duty_us: None,
        }
    }

    /// Lets the controller do something, and tells the processor what came of it.
    fn control(
        &mut self,
        context: &mut Context<'_, Node>,
        run: impl FnOnce(&mut CacheController, &mut Kernel<'_, '_, '_>),
    ) {
        let mut kernel = Kernel::new(context, &mut self.common);
        run(&mut self.controller, &mut kernel);
        if let Some(outcome) = kernel.answer {
            self.finish(outcome, context);
        }
    }

    /// Before anything else at each event: leases may be over.
    pub(super) fn attend(&mut self, context: &mut Context<'_, Node>) {
        let mut renewal_us = None;
        self.control(context, |controller, kernel| renewal_us = controller.attend(kernel));
        if let Some(renewal_us) = renewal_us {
            context.set_timer(Timer::Renewal, renewal_us);
        }
    }

    /// After everything else at each event: the processor goes on, and write-backs may fall due.
    pub(super) fn conclude(&mut self, context: &mut Context<'_, Node>) {
        while let Some(operation) = self.processor.take_next() {
            self.begin(operation, context);
        }
        if self.controller.setup().features.write_back_within_us == 0 && self.duty_us.is_none() {
            return;
        }
        let due_us = self.controller.next_due_us();
        if due_us != self.duty_us {
            self.duty_us = due_us;
            match due_us {
                Some(due_us) => {
                    let delay_us = due_us.saturating_sub(context.now_us()).max(1);
                    context.set_timer(Timer::Duty, delay_us);
                }
                None => context.cancel_timer(Timer::Duty),
            }
        }
    }

    /// If there is a workload, the processor goes on by itself after a while.
    pub(super) fn think(&self, context: &mut Context<'_, Node>) {
        if !self.source.is_idle() {
            let delay_us = self
                .source
                .think_us(|purpose, low, high| context.random_between(purpose, low, high));
            context.set_timer(Timer::Load, delay_us);
        }
    }

    pub(super) fn receive(
        &mut self,
        from: NodeId,
        message: Message,
        context: &mut Context<'_, Node>,
    ) {
        self.control(context, |controller, kernel| controller.receive(from, message, kernel));
    }

    /// Something that was under way between this node and another is lost. If that was a home, the
    /// session with it has ended.
    pub(super) fn disconnected(&mut self, peer: NodeId, context: &mut Context<'_, Node>) {
        let is_home = !self.controller.setup().placement.is_cache(peer);
        if is_home && self.controller.setup().variant().leases {
            self.control(context, |controller, kernel| controller.end_session(peer, kernel));
        }
    }

    /// If a peer is a home, and can be heard again, it is asked to renew the lease.
    pub(super) fn ask_for_lease(&mut self, peer: NodeId, context: &mut Context<'_, Node>) {
        let is_home = !self.controller.setup().placement.is_cache(peer);
        if is_home && self.controller.setup().variant().leases {
            self.control(context, |controller, kernel| controller.say_hello(peer, kernel));
        }
    }

    pub(super) fn operate(&mut self, operation: Operation) -> bool {
        self.processor.ask(operation)
    }

    pub(super) fn timeout(&mut self, timer: Timer, context: &mut Context<'_, Node>) {
        match timer {
            Timer::Load if !self.processor.is_busy() => {
                let operation = self.source.next(&mut self.processor, |purpose, low, high| {
                    context.random_between(purpose, low, high)
                });
                self.begin(operation, context);
            }
            Timer::Renewal => {
                let mut renewal_us = None;
                self.control(context, |controller, kernel| {
                    controller.ask_again(kernel);
                    renewal_us = controller.renew(kernel);
                });
                if let Some(renewal_us) = renewal_us {
                    context.set_timer(Timer::Renewal, renewal_us);
                }
            }
            Timer::Duty => {
                self.duty_us = None;
                self.control(context, |controller, kernel| controller.write_back(kernel));
            }
            Timer::Load | Timer::Retransmission => {}
        }
    }

    fn begin(&mut self, operation: Operation, context: &mut Context<'_, Node>) {
        let hit = self.controller.serves(operation);
        self.processor.begin(operation, hit, context.true_now_us());
        context.note(|| Note::Began { operation, hit });
        self.control(context, |controller, kernel| controller.begin(operation, kernel));
    }

    fn finish(&mut self, outcome: Outcome, context: &mut Context<'_, Node>) {
        let operation = self.processor.finish(outcome, context.true_now_us());
        context.note(|| Note::Finished { operation, outcome });
        self.think(context);
    }
}
