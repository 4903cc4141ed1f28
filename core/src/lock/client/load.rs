//! Load: transactions that nobody has written.
//!
//! Each locks one to three things in random order, some to read and some to write, and uses them.
//! In random order, so that they get into each other's way as badly as they can.

use super::super::party::{LockContext, Locks};
use super::Client;
use crate::lock::mode::Mode;
use crate::lock::script::{Script, Step};
use crate::raft::participant::Timer;
use crate::sim::time::MILLISECOND_US;

/// The stream of luck of a client's load.
const LOAD_LUCK: usize = 1;
/// How many resources a transaction locks at most.
const MOST_LOCKS: u64 = 3;
/// How long it works at most before it locks the next one, in milliseconds.
const MOST_WORK_MS: u64 = 10;

impl Client {
    /// Under load the next transaction comes after half to one and a half times the mean.
    pub(super) fn set_load_timer<S: Locks>(&self, context: &mut LockContext<'_, S>) {
        if let Some(load_us) = self.settings.load_us {
            let delay_us = context.random_between(LOAD_LUCK, load_us / 2, load_us + load_us / 2);
            context.set_timer(Timer::Load, delay_us);
        }
    }

    /// What a client under load does next.
    pub(super) fn random_script<S: Locks>(&self, context: &mut LockContext<'_, S>) -> Script {
        let mut draw = |low, high| context.random_between(LOAD_LUCK, low, high);
        let mut left = self.settings.resources.to_vec();
        let most = MOST_LOCKS.min(left.len() as u64);
        let count = if most == 0 { 0 } else { draw(1, most) };
        let mut steps = Vec::new();
        for _ in 0..count {
            let place = usize::try_from(draw(0, left.len() as u64 - 1)).unwrap_or(0);
            let resource = left.swap_remove(place);
            let kind = draw(0, 7);
            let mode = if kind < 4 { Mode::Exclusive } else { Mode::Shared };
            let lock = Step::Lock { resource: resource.clone(), mode, within_us: None };
            let (read, write) = (
                Step::Read { resource: None, token: None },
                Step::Write { resource: None, token: None },
            );
            steps.push(lock);
            match kind {
                0..4 => steps.push(write),
                4..7 => steps.push(read),
                _ => steps.extend([read, Step::Upgrade { resource, within_us: None }, write]),
            }
            steps.push(Step::Work { time_us: draw(1, MOST_WORK_MS) * MILLISECOND_US });
        }
        if steps.is_empty() {
            steps.push(Step::Work { time_us: MILLISECOND_US });
        }
        Script::new(steps).expect("what is locked is then used")
    }
}
