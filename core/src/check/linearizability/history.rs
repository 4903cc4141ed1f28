//! Histories: what clients saw, and the parts of it that are judged.

use std::collections::BTreeMap;

use super::model::Model;
use crate::raft::store::Text;

/// One operation of a history. Times are numbers that only have to be in order: microseconds, or
/// the lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation<M: Model> {
    /// Who asked. What one client does, it does in the order of the history.
    pub client: Text,
    /// What was asked.
    pub action: M::Action,
    /// When it was called.
    pub called: u64,
    /// When it returned; `None`: it never did, and may take effect at any time after its call, or
    /// never. Not before `called`.
    pub returned: Option<u64>,
    /// What it answered, if that is known.
    pub answer: Option<M::Answer>,
}

/// The operations on each object, by place in the history.
pub(super) fn partition<M: Model>(history: &[Operation<M>]) -> Vec<(Option<Text>, Vec<usize>)> {
    let mut parts: BTreeMap<Option<&Text>, Vec<usize>> = BTreeMap::new();
    for (place, operation) in history.iter().enumerate() {
        parts.entry(M::key(&operation.action)).or_default().push(place);
    }
    parts.into_iter().map(|(key, places)| (key.cloned(), places)).collect()
}

impl<M: Model> Operation<M> {
    /// What is known of it by somebody who watches from `start` to `end`. What had returned before
    /// is gone, and what was called later has not begun. What had been called before may have
    /// taken effect before, and may do so still: it is open, but keeps its answer. What has not
    /// returned yet is open, and its answer is not known.
    pub(super) fn seen(&self, start: u64, end: u64) -> Option<Self> {
        if self.called > end || self.returned.is_some_and(|returned| returned < start) {
            return None;
        }
        let mut seen = self.clone();
        if seen.returned.is_some_and(|returned| returned > end) {
            (seen.returned, seen.answer) = (None, None);
        }
        if seen.called < start {
            seen.returned = None;
        }
        Some(seen)
    }

    /// The same, of which nothing is asked: it may have taken effect or not, and answered anything.
    pub(super) fn excused(self) -> Self {
        Self { returned: None, answer: None, ..self }
    }
}
