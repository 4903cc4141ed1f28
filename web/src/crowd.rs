//! Very many messages on their way, drawn together.
//!
//! An element for each of hundreds of messages costs the browser more than the run does. Together
//! they are a few paths, and which of them is under a pointer is computed.

use lockstep_core::lab::raft::view::{MessageKind, MessageView, RaftView};
use lockstep_core::sim::network::MessageId;

use crate::diagram::picture::KINDS;
use crate::diagram::strokes;
use crate::geometry::{Layout, Point};
use crate::hands::{REACH, place, share};

/// With more messages than this on their way they are drawn together.
const CROWD: usize = 80;
/// How long a message's trail is, in units of the drawing.
pub const TRAIL: f64 = 22.0;
/// Where a message breaks.
pub const CROSS: &str = "m-4.5-4.5l9 9m0-9l-9 9";

/// All messages of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flock {
    /// The kind.
    pub kind: MessageKind,
    /// The path of their trails.
    pub trails: String,
    /// The path of their bodies.
    pub bodies: String,
    /// The path of the signs on them.
    pub signs: String,
}

/// Whether there are so many messages that they are drawn together.
#[must_use]
pub const fn is_crowd(view: &RaftView) -> bool {
    view.messages.len() > CROWD
}

/// The body of a message as a path round its middle. Kinds differ by shape, not only by colour:
/// requests for votes are diamonds (narrow ones beforehand), heartbeats are small dots, entries are
/// tabs.
#[must_use]
pub const fn body(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::VoteRequest | MessageKind::VoteGranted | MessageKind::VoteRefused => {
            "m0-8l8 8-8 8-8-8z"
        }
        MessageKind::PreVoteRequest | MessageKind::PreVoteGranted | MessageKind::PreVoteRefused => {
            "m0-8l5.5 8-5.5 8-5.5-8z"
        }
        MessageKind::TimeoutNow => "m-2-8h7l-3 6h4l-8.5 10 2-7.5h-4z",
        MessageKind::Snapshot => "m-9-7h14l4 4v11h-18zm3-2.5h12",
        MessageKind::Heartbeat => "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
        MessageKind::Entries => {
            "m-7.5-7.5h15a3.5 3.5 0 0 1 3.5 3.5v8a3.5 3.5 0 0 1-3.5 3.5h-15\
             a3.5 3.5 0 0 1-3.5-3.5v-8a3.5 3.5 0 0 1 3.5-3.5z"
        }
        MessageKind::Accepted => "m-4.6 0a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0-9.2 0z",
        MessageKind::Refused | MessageKind::Redirect => {
            "m-5.4 0a5.4 5.4 0 1 0 10.8 0a5.4 5.4 0 1 0-10.8 0z"
        }
        MessageKind::Request => "m-6-6.5l13 6.5-13 6.5z",
        MessageKind::Access => "m-8-5.5h9l6.5 5.5-6.5 5.5h-9z",
        MessageKind::Allowed | MessageKind::Barred => "m0-7l6.5 4v6l-6.5 4-6.5-4v-6z",
        MessageKind::Issued => "m-5-4h10v8h-10z",
        MessageKind::LineRequest => "m-7-5h8l6 5-6 5h-8z",
        MessageKind::LinePut | MessageKind::PutAck => "m-7-5h14l-3.5 10h-7z",
        MessageKind::Forward => "m-7-6h5l6 6-6 6h-5l6-6z",
        MessageKind::Invalidate => "m-3-7h6l4 4v6l-4 4h-6l-4-4v-6z",
        MessageKind::InvalidateAck => "m-5.4 0a5.4 5.4 0 1 0 10.8 0a5.4 5.4 0 1 0-10.8 0z",
        MessageKind::Data => "m-6-7h8l4 4v10h-12z",
        MessageKind::Snoop | MessageKind::Snooped => "m-8 0l8-6 8 6-8 6z",
        MessageKind::Recovery => "m-2.5-7h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5z",
        MessageKind::Lease => "m-4-6h8l-8 12h8z",
        MessageKind::LinkAck => "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z",
        MessageKind::Answer => {
            "m-3.5-5.5h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2z"
        }
    }
}

/// What stands on the body: votes carry a tick, and what refuses has a bar through it.
#[must_use]
pub const fn sign(kind: MessageKind) -> Option<&'static str> {
    match kind {
        MessageKind::PreVoteGranted => Some("m-2.4.2l1.8 2 3-4"),
        MessageKind::PreVoteRefused => Some("m-2.4 0h4.8"),
        MessageKind::Snapshot => Some("m-5 0h10m-10 3.5h10"),
        MessageKind::VoteGranted => Some("m-3.2.2l2.4 2.4 4.2-4.8"),
        MessageKind::VoteRefused => Some("m-3 0h6"),
        MessageKind::Refused | MessageKind::Redirect => Some("m-3.6 3.6l7.2-7.2"),
        MessageKind::Invalidate => Some("m-2.6-2.6l5.2 5.2m0-5.2l-5.2 5.2"),
        MessageKind::InvalidateAck | MessageKind::PutAck => Some("m-2.6.2l1.9 1.9 3.3-3.8"),
        MessageKind::Data => Some("m-3 0h6m-6 3.5h6"),
        MessageKind::Snooped => Some("m-1.8.2l1.4 1.4 2.4-2.8"),
        _ => None,
    }
}

/// The messages of each kind, without those that are `apart`: drawn by themselves.
#[must_use]
pub fn flocks(
    view: &RaftView,
    layout: &Layout,
    apart: impl Fn(&MessageView) -> bool,
) -> Vec<Flock> {
    let empty =
        |kind| Flock { kind, trails: String::new(), bodies: String::new(), signs: String::new() };
    let mut flocks: Vec<_> = KINDS.into_iter().map(empty).collect();
    for message in view.messages.iter().filter(|message| !apart(message)) {
        let of_kind = flocks.iter_mut().find(|flock| flock.kind == message.kind);
        let Some(flock) = of_kind else { continue };
        let lane = layout.lane(message.id.from.index(), message.id.to.index());
        let share = share(message, view.time_us);
        let [at, behind] = [lane.at(share), lane.behind(share, TRAIL)].map(|at| (at.x, at.y));
        strokes::line(&mut flock.trails, behind, at);
        strokes::mark(&mut flock.bodies, at, body(message.kind));
        if let Some(sign) = sign(message.kind) {
            strokes::mark(&mut flock.signs, at, sign);
        }
    }
    flocks.retain(|flock| !flock.bodies.is_empty());
    flocks
}

/// Where messages will break on their way, if any will.
#[must_use]
pub fn crosses(view: &RaftView, layout: &Layout) -> String {
    let mut path = String::new();
    for message in &view.messages {
        let Some(breaks_us) = message.breaks_us else { continue };
        let lane = layout.lane(message.id.from.index(), message.id.to.index());
        let at = lane.at(crate::number::fraction(message.sent_us, message.due_us, breaks_us));
        strokes::mark(&mut path, (at.x, at.y), CROSS);
    }
    path
}

/// The message that is nearest to a place, within reach of it.
#[must_use]
pub fn nearest(view: &RaftView, layout: &Layout, at: Point) -> Option<MessageId> {
    let far = |message: &MessageView| place(message, layout, view.time_us).distance(at);
    let near = view.messages.iter().map(|message| (far(message), message.id));
    let near = near.filter(|(distance, _)| *distance <= REACH);
    near.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hands::tests::seen;

    #[test]
    fn all_messages_of_a_kind_are_one_path_each_where_it_is() {
        let (mut view, layout) = seen();
        let count = view.messages.len();
        assert!(count > 2, "requests for votes fly: {count}");
        let first = view.messages[0].clone();
        let all = flocks(&view, &layout, |_| false);
        let pieces = |path: &str| path.matches('M').count();
        let [flock] = &all[..] else { panic!("one kind: {all:?}") };
        assert_eq!(flock.kind, MessageKind::VoteRequest);
        assert_eq!([&flock.trails, &flock.bodies].map(|path| pieces(path)), [count; 2]);
        assert_eq!(flock.signs, "");
        let at = place(&first, &layout, view.time_us);
        let mut begins = String::new();
        strokes::mark(&mut begins, (at.x, at.y), body(first.kind));
        assert!(flock.bodies.starts_with(&begins), "{} {begins}", flock.bodies);

        let rest = flocks(&view, &layout, |message| message.id == first.id);
        assert_eq!(pieces(&rest[0].bodies), count - 1);
        view.messages[1].kind = MessageKind::VoteGranted;
        let two = flocks(&view, &layout, |_| false);
        assert_eq!(two.len(), 2);
        assert_eq!((pieces(&two[1].bodies), pieces(&two[1].signs)), (1, 1), "with its tick");
    }

    #[test]
    fn a_cross_stands_where_a_message_will_break() {
        let (mut view, layout) = seen();
        view.messages.iter_mut().for_each(|message| message.breaks_us = None);
        assert_eq!(crosses(&view, &layout), "");
        let message = &mut view.messages[0];
        message.breaks_us = Some(message.due_us);
        let end = layout.lane(message.id.from.index(), message.id.to.index()).to;
        let mut cross = String::new();
        strokes::mark(&mut cross, (end.x, end.y), CROSS);
        assert_eq!(crosses(&view, &layout), cross);
    }

    #[test]
    fn the_nearest_message_is_found_and_none_far_away() {
        let (view, layout) = seen();
        for message in &view.messages {
            let at = place(message, &layout, view.time_us);
            let beside = Point::new(at.x + 1.0, at.y - 1.0);
            assert_eq!(nearest(&view, &layout, beside), Some(message.id));
        }
        let at = place(&view.messages[0], &layout, view.time_us);
        let others = &view.messages[1..];
        let away = |place: Point| {
            others
                .iter()
                .all(|other| super::place(other, &layout, view.time_us).distance(place) > REACH)
        };
        let far = Point::new(at.x, at.y - REACH - 1.0);
        assert!(away(far));
        assert_eq!(nearest(&view, &layout, far), None);
    }
}
