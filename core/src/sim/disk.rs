//! A node's disk: what survives a crash.
//!
//! A process *persists* a copy of its durable state; the write is durable only once it is *synced*,
//! which takes a while. One sync runs at a time; whatever is persisted meanwhile goes into the next
//! one, newest last (group commit). A crash loses everything that was not synced: the machine comes
//! back with the last state that was.
//!
//! The durable state is a whole value, not a list of changes. That is cheap because logs and tables
//! are persistent structures: a copy shares all but its newest piece with the original.
//!
//! A pause stops the whole machine, its disk included: what was being written when a node was
//! paused becomes durable once it goes on, and is lost if it crashes before.
//!
//! A disk numbers the writes, so that a message can wait for the one it depends on.

use super::event::EventId;

/// A write on its way to the disk.
#[derive(Clone, Debug)]
struct Write<D> {
    durable: D,
    /// The number of the newest request that it carries.
    number: u64,
    cause: EventId,
}

/// The disk of one node.
#[derive(Clone, Debug)]
pub struct Disk<D> {
    synced: D,
    synced_number: u64,
    running: Option<Write<D>>,
    waiting: Option<Write<D>>,
    requested: u64,
}

impl<D> Disk<D> {
    /// A disk that holds `durable`.
    #[must_use]
    pub const fn new(durable: D) -> Self {
        Self { synced: durable, synced_number: 0, running: None, waiting: None, requested: 0 }
    }

    /// What a crash would leave.
    #[must_use]
    pub const fn synced(&self) -> &D {
        &self.synced
    }

    /// The number of the newest request: what a message sent now must wait for.
    #[must_use]
    pub const fn requested(&self) -> u64 {
        self.requested
    }

    /// The number of the newest request that is durable.
    #[must_use]
    pub const fn synced_number(&self) -> u64 {
        self.synced_number
    }

    /// Whether something persisted is not durable yet.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        self.synced_number < self.requested
    }

    /// Takes a write. `true`: it starts now, and the caller times its sync; else it waits for the
    /// sync that is running.
    #[must_use]
    pub fn persist(&mut self, durable: D, cause: EventId) -> bool {
        self.requested += 1;
        let write = Write { durable, number: self.requested, cause };
        if self.running.is_some() {
            self.waiting = Some(write);
            return false;
        }
        assert!(self.waiting.is_none(), "a write waits while no sync is running");
        self.running = Some(write);
        true
    }

    /// The number of the write whose sync is running.
    #[must_use]
    pub fn running(&self) -> Option<u64> {
        self.running.as_ref().map(|write| write.number)
    }

    /// The event that asked for the write whose sync is running.
    #[must_use]
    pub fn cause(&self) -> Option<EventId> {
        self.running.as_ref().map(|write| write.cause)
    }

    /// The running sync is complete: its write is durable, and the waiting one, if any, starts.
    /// Returns the event that asked for the write.
    ///
    /// # Panics
    /// If no sync is running: the kernel's mistake.
    pub fn complete(&mut self) -> EventId {
        let write = self.running.take().expect("a sync that completes was running");
        assert!(self.synced_number < write.number && write.number <= self.requested);
        self.synced = write.durable;
        self.synced_number = write.number;
        self.running = self.waiting.take();
        write.cause
    }

    /// A crash: what is not synced is lost. Numbers go on, so that a sync of before the crash is
    /// not taken for one of after it.
    pub fn lose_unsynced(&mut self) {
        self.running = None;
        self.waiting = None;
        self.requested += 1;
        self.synced_number = self.requested;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: EventId = EventId::new(0, 0);

    #[test]
    fn a_write_is_durable_only_once_synced() {
        let mut disk = Disk::new("old");
        assert!(disk.persist("new", NOTHING));
        assert_eq!(*disk.synced(), "old");
        disk.complete();
        assert_eq!(*disk.synced(), "new");
        assert!(!disk.is_behind());
    }

    #[test]
    fn a_crash_loses_what_was_not_synced() {
        let mut disk = Disk::new("old");
        assert!(disk.persist("new", NOTHING));
        disk.lose_unsynced();
        assert_eq!((*disk.synced(), disk.running()), ("old", None));
    }

    #[test]
    fn writes_during_a_sync_share_the_next_one() {
        let mut disk = Disk::new(0);
        assert!(disk.persist(1, NOTHING));
        assert!(!disk.persist(2, NOTHING));
        assert!(!disk.persist(3, NOTHING));
        disk.complete();
        assert_eq!((*disk.synced(), disk.running()), (1, Some(3)));
        disk.complete();
        assert_eq!((*disk.synced(), disk.running()), (3, None));
    }
}
