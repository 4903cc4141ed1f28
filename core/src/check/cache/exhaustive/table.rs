//! The states that were seen: an open hash table of fingerprints. Its order is never looked at.

/// How many slots there are for each fingerprint, at least, in halves.
const ROOM: usize = 3;

/// Fingerprints, each with a number from 0 in the order in which they came.
#[derive(Clone, Debug)]
pub(super) struct Table {
    slots: Vec<(u128, u32)>,
    count: u32,
}

/// What stands in a slot that is free.
const FREE: (u128, u32) = (0, u32::MAX);

impl Table {
    pub(super) fn new() -> Self {
        Self { slots: vec![FREE; 1 << 12], count: 0 }
    }

    pub(super) const fn len(&self) -> u32 {
        self.count
    }

    /// The number of a fingerprint, and whether it is new.
    pub(super) fn enter(&mut self, fingerprint: u128) -> (u32, bool) {
        if self.slots.len() * 2 < (self.count as usize + 1) * ROOM {
            self.grow();
        }
        let slot = self.find(fingerprint);
        if self.slots[slot] != FREE {
            return (self.slots[slot].1, false);
        }
        let number = self.count;
        self.slots[slot] = (fingerprint, number);
        self.count += 1;
        (number, true)
    }

    /// Where a fingerprint is, or would be.
    fn find(&self, fingerprint: u128) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = usize::try_from(fingerprint & mask as u128).expect("the mask is short");
        while self.slots[slot] != FREE && self.slots[slot].0 != fingerprint {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let doubled = vec![FREE; self.slots.len() * 2];
        for entry in std::mem::replace(&mut self.slots, doubled) {
            if entry != FREE {
                let slot = self.find(entry.0);
                self.slots[slot] = entry;
            }
        }
    }
}
