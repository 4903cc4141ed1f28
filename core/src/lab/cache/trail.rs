//! The trail of a transaction: its messages in order, from the request to the last acknowledgement.
//!
//! Every message of the cache says to which transaction it belongs, so a trail is read off the
//! messages of a [`Sheet`], with no bookkeeping in the run. A sheet may reach past the cursor:
//! what is asked here is asked as of a step, and what was sent later is not there yet.
//!
//! [`Sheet`]: crate::lab::sheet::Sheet

use crate::cache::message::{Message, Transaction};
use crate::lab::machine::{Machine, Parcel};
use crate::lab::sheet::{Arrow, End, Sheet};
use crate::raft;
use crate::sim::event::EventId;
use crate::sim::order::arrange;

/// What a message of the cache is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The transaction that it belongs to.
    pub transaction: Transaction,
    /// Which line it is about, by its number.
    pub line: u8,
    /// What it says, as the primer calls it.
    pub says: &'static str,
}

/// What a message is about, if it is of the cache.
#[must_use]
pub fn about(message: &raft::message::Message<Machine>) -> Option<About> {
    let raft::message::Message::Parcel(Parcel::Cache(packet)) = message else { return None };
    match packet.message()? {
        Message::Coherence { line, transaction, what, .. } => {
            Some(About { transaction: *transaction, line: line.0, says: what.name() })
        }
        Message::Renew { .. } | Message::Renewed { .. } => None,
    }
}

impl Arrow {
    /// Whether it belongs to a transaction.
    #[must_use]
    pub fn is_of(&self, transaction: Transaction) -> bool {
        self.about.is_some_and(|about| about.transaction == transaction)
    }

    /// What has become of it by the end of a step, and when, in microseconds; nothing while it is
    /// on its way.
    #[must_use]
    pub fn ended_by(&self, step: u64) -> Option<(End, u64)> {
        let is_over = matches!(self.end, End::Arrived | End::Lost(_)) && self.event.step() <= step;
        is_over.then_some((self.end, self.end_us))
    }
}

/// The messages of a transaction that were sent by the end of a step, as far as they are on a
/// sheet, in the order in which they were sent.
#[must_use]
pub fn trail(sheet: &Sheet, transaction: Transaction, step: u64) -> Vec<Arrow> {
    let all = sheet.arrows().iter().chain(sheet.flying());
    let own = all.filter(|arrow| arrow.is_of(transaction) && arrow.sent.step() <= step);
    let mut own: Vec<Arrow> = own.copied().collect();
    let key = |event: EventId| (event.step(), event.ordinal().into());
    // By the last of the keys first.
    arrange(&mut own, |arrow| key(arrow.event));
    arrange(&mut own, |arrow| (arrow.id.to.0.into(), 0));
    arrange(&mut own, |arrow| key(arrow.sent));
    own
}

/// The last transactions of which a message has ended by the end of a step and that are not among
/// those `open`, with their lines: at most `most`, that which ended last first.
#[must_use]
pub fn finished(
    sheet: &Sheet,
    step: u64,
    most: usize,
    open: impl Fn(Transaction) -> bool,
) -> Vec<(Transaction, u8)> {
    let mut found: Vec<(Transaction, u8)> = Vec::new();
    // Arrows lie in the order of their ends.
    let ended = sheet.arrows().partition_point(|arrow| arrow.event.step() <= step);
    for about in sheet.arrows()[..ended].iter().rev().filter_map(|arrow| arrow.about) {
        if found.len() == most {
            break;
        }
        let one = (about.transaction, about.line);
        if !found.contains(&one) && !open(about.transaction) {
            found.push(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::address::{Address, Line};
    use crate::cache::operation::Operation;
    use crate::lab::Session;
    use crate::lab::raft::RaftConfig;
    use crate::sim::choice::Choice;
    use crate::sim::network::LinkSettings;
    use crate::sim::process::NodeId;
    use crate::sim::run::Goal;
    use crate::sim::time::{MILLISECOND_US, Moment};

    const WRITE: Transaction = Transaction { requester: NodeId(0), number: 2 };

    /// Two caches share x; then the first writes it. Every message takes 10 ms.
    fn upgrade() -> Session {
        let at = Address { line: Line(0), word: 0 };
        let asked = |at_ms: u64, node, operation: Operation| {
            let choice = Choice::Operate { node: NodeId(node), operation: operation.into() };
            (Moment::before(at_ms * MILLISECOND_US), choice)
        };
        let choices = vec![
            asked(5, 0, Operation::Read(at)),
            asked(40, 1, Operation::Read(at)),
            asked(80, 0, Operation::Write(at, 7)),
        ];
        let delay_us = 10 * MILLISECOND_US;
        let network = LinkSettings {
            delay_min_us: delay_us,
            delay_max_us: delay_us,
            ..LinkSettings::default()
        };
        let config = RaftConfig { network, ..RaftConfig::of_cache() };
        let mut session = Session::open(&config, 1, choices);
        session.go(Goal::Moment(Moment::after(200 * MILLISECOND_US)));
        session
    }

    fn sheet(session: &Session) -> Sheet {
        let mut sheet = Sheet::new(session, 0, 1);
        assert!(sheet.read(session, session.steps(), u64::MAX));
        sheet
    }

    /// The last step up to a time.
    fn step_at(session: &Session, at_ms: u64) -> u64 {
        session.density(0).steps_until(at_ms * MILLISECOND_US)
    }

    #[test]
    fn a_trail_leads_from_the_request_to_the_last_acknowledgement() {
        let session = upgrade();
        let sheet = sheet(&session);
        let told = |at_ms| -> Vec<_> {
            let step = step_at(&session, at_ms);
            let one = |arrow: &Arrow| {
                let says = arrow.about.expect("it is of a transaction").says;
                let ended = arrow.ended_by(step).map(|(_, time_us)| time_us / MILLISECOND_US);
                let way = (arrow.id.from.0, arrow.id.to.0);
                (says, way, arrow.sent_us / MILLISECOND_US, ended)
            };
            trail(&sheet, WRITE, step).iter().map(one).collect()
        };
        let home = 4;
        assert_eq!(told(79), []);
        assert_eq!(told(85), [("GetM", (0, home), 80, None)], "it is on its way");
        let all = told(150);
        assert_eq!(all[0], ("GetM", (0, home), 80, Some(90)));
        let mut answers = all[1..3].to_vec();
        answers.sort_unstable();
        let expected = [("Data", (home, 0), 90, Some(100)), ("Inv", (home, 1), 90, Some(100))];
        assert_eq!(answers, expected);
        assert_eq!(all[3..], [("Inv-Ack", (1, 0), 100, Some(110))]);
    }

    #[test]
    fn what_is_finished_is_listed_last_ended_first_and_nothing_that_is_open() {
        let session = upgrade();
        let sheet = sheet(&session);
        let listed = |at_ms, most, open: &[Transaction]| -> Vec<(u16, u32)> {
            let step = step_at(&session, at_ms);
            let all = finished(&sheet, step, most, |one| open.contains(&one));
            assert!(all.iter().all(|(_, line)| *line == 0));
            all.iter().map(|(one, _)| (one.requester.0.into(), one.number)).collect()
        };
        assert_eq!(listed(14, 8, &[]), []);
        assert_eq!(listed(79, 8, &[]), [(1, 1), (0, 1)]);
        assert_eq!(listed(105, 8, &[WRITE]), [(1, 1), (0, 1)], "the write is under way");
        assert_eq!(listed(150, 8, &[]), [(0, 2), (1, 1), (0, 1)]);
        assert_eq!(listed(150, 2, &[]), [(0, 2), (1, 1)]);
    }
}
