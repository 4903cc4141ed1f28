//! The picture: everything that is drawn of a window, as plain values.
//!
//! However many messages there are, a picture is some tens of paths: one for all lines of a kind,
//! one for all their ends. A path's class says what it is; the style sheet says how that looks.
//! Whoever wants some events to stand out (the causes of one, say) gives a function from an event
//! to its [`Emphasis`]: what differs in it lies on paths of its own.

use lockstep_core::cache::message::Transaction;
use lockstep_core::lab::Session;
use lockstep_core::lab::causality::Relation;
use lockstep_core::lab::raft::view::MessageKind;
use lockstep_core::lab::sheet::{Arrow, Dot, DotKind, End, Sheet};
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::network::MessageId;
use lockstep_core::sim::process::NodeId;

use super::filter::{Filter, Group};
use super::frame::Frame;
use super::lanes;
use super::strokes::{self, Stroke};
use crate::model::Selection;
use crate::number::fraction;

/// With more than one message in so many pixels they are crowded.
const CROWDED: f64 = 4.0;

impl From<Option<Relation>> for Emphasis {
    /// How an event stands out by its relation to the selected one; where that is not known, not at
    /// all.
    fn from(relation: Option<Relation>) -> Self {
        match relation {
            None => Self::Plain,
            Some(Relation::Itself) => Self::Selected,
            Some(Relation::Past) => Self::Past,
            Some(Relation::Future) => Self::Future,
            Some(Relation::Concurrent) => Self::Concurrent,
        }
    }
}

/// How much an event stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emphasis {
    /// As usual.
    #[default]
    Plain,
    /// It led to what is selected.
    Past,
    /// What is selected led to it.
    Future,
    /// Neither.
    Concurrent,
    /// It is what is selected.
    Selected,
}

impl Emphasis {
    const ALL: [Self; 5] =
        [Self::Plain, Self::Past, Self::Future, Self::Concurrent, Self::Selected];

    /// Its name in the style sheet; nothing for what looks as usual.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Past => " past",
            Self::Future => " future",
            Self::Concurrent => " concurrent",
            Self::Selected => " chosen",
        }
    }

    /// That of a message, from its sending and its arrival: it belongs to what led to an event, or
    /// followed from it, where both do.
    const fn of_both(sent: Self, ended: Self) -> Self {
        match (sent, ended) {
            (Self::Selected, other) | (other, Self::Selected) => other,
            (Self::Past, Self::Past) => Self::Past,
            (Self::Future, Self::Future) => Self::Future,
            (Self::Plain, Self::Plain) => Self::Plain,
            _ => Self::Concurrent,
        }
    }
}

/// Which events stand out, and how.
pub type Marking<'a> = Option<&'a dyn Fn(EventId) -> Emphasis>;

/// What a picture is made of.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The run.
    pub session: &'a Session,
    /// The line of memory whose states are painted, in a cache lab.
    pub line: u8,
    /// The branch that is drawn: it need not be the one that the cursor is on.
    pub branch: usize,
    /// Which part of time, and how large.
    pub frame: Frame,
    /// The messages of that branch and time, where they were read; see [`super::reading`].
    pub sheet: Option<&'a Sheet>,
    /// Which messages are drawn.
    pub filter: Filter,
    /// What is selected, and when and where it happened, where it is an event.
    pub selection: Option<Selection>,
    /// When and where the selected event happened.
    pub selected_at: Option<(u64, NodeId)>,
    /// The message that is pointed at.
    pub lit: Option<MessageId>,
    /// Which events stand out.
    pub marking: Marking<'a>,
    /// The transaction of which the messages stand out, where no events do.
    pub followed: Option<Transaction>,
}

impl Input<'_> {
    /// How an event stands out; where a transaction is followed, only its messages do.
    fn shade(&self, event: EventId) -> Emphasis {
        let other = if self.followed.is_some() { Emphasis::Concurrent } else { Emphasis::Plain };
        self.marking.map_or(other, |marking| marking(event))
    }

    /// How a message stands out.
    fn shade_of(&self, arrow: &Arrow) -> Emphasis {
        match self.followed {
            Some(followed) if self.marking.is_none() && arrow.is_of(followed) => Emphasis::Past,
            _ => Emphasis::of_both(self.shade(arrow.sent), self.shade(arrow.event)),
        }
    }
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Input").field("branch", &self.branch).finish_non_exhaustive()
    }
}

/// A short text in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where it begins, in pixels from the left.
    pub x: f64,
    /// Its base line, in pixels from the top.
    pub y: f64,
    /// What it says.
    pub text: String,
    /// What it is, for the style sheet.
    pub class: &'static str,
}

/// What is drawn of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Which part of time, and how large.
    pub frame: Frame,
    /// What is drawn, from the back to the front. No two have the same class.
    pub strokes: Vec<Stroke>,
    /// What is written.
    pub labels: Vec<Label>,
    /// Whether there was too much to draw single messages, or they are still being read.
    pub dense: bool,
}

/// Draws a window of a branch.
#[must_use]
pub fn picture(input: &Input<'_>) -> Picture {
    let (mut strokes, labels) = backdrop(input);
    if let Some(sheet) = input.sheet {
        let Input { frame, filter, .. } = *input;
        let arrows = drawn(sheet, &frame, filter);
        let crowded = is_crowded(drawn(sheet, &frame, filter).count(), f64::from(frame.width));
        strokes.extend(messages(input, arrows, dots(sheet, &frame, filter), crowded));
    }
    strokes.extend(foreground(input));
    Picture { frame: input.frame, strokes, labels, dense: input.sheet.is_none() }
}

/// Whether so many messages on so many pixels are so many that their ends are drawn as dots, and
/// only lines tell kinds apart.
#[must_use]
pub fn is_crowded(messages: usize, width: f64) -> bool {
    f64::from(u32::try_from(messages).unwrap_or(u32::MAX)) * CROWDED > width
}

/// What lies behind the messages: lanes, columns, and the operations of clients.
#[must_use]
pub fn backdrop(input: &Input<'_>) -> (Vec<Stroke>, Vec<Label>) {
    let Input { session, branch, frame, sheet, .. } = *input;
    let edge_us = session.branch_edge(branch).time_us;
    let mut strokes = Vec::new();
    if let Some(Selection::Node(node)) = input.selection {
        let mut path = String::new();
        strokes::level(&mut path, 0.0, f64::from(frame.width), frame.y(node));
        let thickness = Some(frame.pitch);
        strokes.push(Stroke { class: "picked-lane".to_owned(), path, thickness });
    }
    strokes.extend(lanes::paint(&session.lanes_of(branch, input.line), &frame, edge_us));
    if sheet.is_none() {
        strokes.extend(lanes::columns(session.density(branch), &frame));
    }
    let (bars, labels) = match sheet {
        Some(sheet) => lanes::bars(sheet.bars(), &frame, edge_us),
        // The client's record is at the cursor's world: only that branch's can be had unread.
        None if branch == session.current_branch() => {
            let bars = session.bars((frame.from_us, frame.to_us), frame.stretch_us(2));
            lanes::bars(&bars, &frame, edge_us)
        }
        None => Default::default(),
    };
    strokes.extend(bars);
    (strokes, labels)
}

/// What lies over the messages: what is selected, and what is pointed at.
#[must_use]
pub fn foreground(input: &Input<'_>) -> Vec<Stroke> {
    let mut strokes = input.sheet.map_or_else(Vec::new, |sheet| pointed_at(input, sheet));
    if let Some((time_us, node)) = input.selected_at {
        let mut path = String::new();
        let at = (input.frame.x(time_us), input.frame.y(node));
        strokes::mark(&mut path, at, strokes::RING);
        strokes.push(Stroke { class: "picked-event".to_owned(), path, thickness: None });
    }
    strokes
}

/// Where a message begins and ends, as far as it has come, in pixels. `edge_us`: until when the
/// branch has been seen.
#[must_use]
pub fn ends(arrow: &Arrow, frame: &Frame, edge_us: u64) -> [(f64, f64); 2] {
    let (from_y, to_y) = (frame.y(arrow.id.from), frame.y(arrow.id.to));
    let end_us = match arrow.end {
        End::Arrived | End::Lost(_) | End::Held => arrow.end_us,
        End::UnderWay => edge_us.max(arrow.end_us).min(arrow.due_us),
    };
    let share = match arrow.end {
        End::Arrived => 1.0,
        End::Lost(_) | End::UnderWay | End::Held => fraction(arrow.sent_us, arrow.due_us, end_us),
    };
    let to = (frame.x(end_us), from_y + (to_y - from_y) * share);
    [(frame.x(arrow.sent_us), from_y), to]
}

/// Until when the messages on their way at the end of a sheet are known to be: up to the edge where
/// nothing has happened since.
#[must_use]
pub fn known_until_us(session: &Session, sheet: &Sheet) -> u64 {
    let branch = sheet.branch();
    if sheet.last() >= session.edge_steps(branch) {
        session.branch_edge(branch).time_us
    } else {
        sheet.end_us()
    }
}

/// Every message of a sheet that is drawn in a frame.
pub fn drawn<'a>(
    sheet: &'a Sheet,
    frame: &'a Frame,
    filter: Filter,
) -> impl Iterator<Item = &'a Arrow> {
    // Arrows lie in the order of their ends: those that ended before the frame are leapt over.
    let first = sheet.arrows().partition_point(|arrow| arrow.end_us < frame.from_us);
    let all = sheet.arrows()[first..].iter().chain(sheet.flying());
    all.filter(move |arrow| filter.shows(arrow) && arrow.sent_us <= frame.to_us)
}

/// Every dot of a sheet that is drawn in a frame.
pub fn dots<'a>(
    sheet: &'a Sheet,
    frame: &'a Frame,
    filter: Filter,
) -> impl Iterator<Item = &'a Dot> {
    let first = sheet.dots().partition_point(|dot| dot.time_us < frame.from_us);
    let within = sheet.dots()[first..].iter().take_while(|dot| dot.time_us <= frame.to_us);
    within.filter(move |dot| dot.kind != DotKind::Beat || filter.has(Group::Beats))
}

/// Every kind of message, in the order in which they are drawn.
pub const KINDS: [MessageKind; 31] = [
    MessageKind::Heartbeat,
    MessageKind::Accepted,
    MessageKind::Request,
    MessageKind::Answer,
    MessageKind::Redirect,
    MessageKind::Entries,
    MessageKind::Refused,
    MessageKind::VoteRequest,
    MessageKind::VoteGranted,
    MessageKind::VoteRefused,
    MessageKind::PreVoteRequest,
    MessageKind::PreVoteGranted,
    MessageKind::PreVoteRefused,
    MessageKind::Snapshot,
    MessageKind::TimeoutNow,
    MessageKind::Issued,
    MessageKind::Access,
    MessageKind::Allowed,
    MessageKind::Barred,
    MessageKind::LinkAck,
    MessageKind::Lease,
    MessageKind::LineRequest,
    MessageKind::LinePut,
    MessageKind::PutAck,
    MessageKind::Forward,
    MessageKind::Invalidate,
    MessageKind::InvalidateAck,
    MessageKind::Data,
    MessageKind::Snoop,
    MessageKind::Snooped,
    MessageKind::Recovery,
];

/// The name of a kind of message in the style sheet.
#[must_use]
pub const fn kind_class(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::VoteRequest => "vote-request",
        MessageKind::VoteGranted => "vote-granted",
        MessageKind::VoteRefused => "vote-refused",
        MessageKind::Heartbeat => "heartbeat",
        MessageKind::Entries => "entries",
        MessageKind::Accepted => "accepted",
        MessageKind::Refused => "refused",
        MessageKind::Request => "request",
        MessageKind::Answer => "answer",
        MessageKind::Redirect => "redirect",
        MessageKind::PreVoteRequest => "vote-request pre",
        MessageKind::PreVoteGranted => "vote-granted pre",
        MessageKind::PreVoteRefused => "vote-refused pre",
        MessageKind::Snapshot => "entries snapshot",
        MessageKind::TimeoutNow => "vote-request now",
        MessageKind::Access => "access",
        MessageKind::Allowed => "allowed",
        MessageKind::Barred => "barred",
        MessageKind::Issued => "issued",
        MessageKind::LineRequest => "line-request",
        MessageKind::LinePut => "line-put",
        MessageKind::PutAck => "put-ack",
        MessageKind::Forward => "forward",
        MessageKind::Invalidate => "invalidate",
        MessageKind::InvalidateAck => "invalidate-ack",
        MessageKind::Data => "data",
        MessageKind::Snoop => "snoop",
        MessageKind::Snooped => "snooped",
        MessageKind::Recovery => "recovery",
        MessageKind::Lease => "lease-renewal",
        MessageKind::LinkAck => "link-ack",
    }
}

/// Draws messages and dots: a path for all lines of a kind, one for all their ends, and so on.
#[must_use]
pub fn messages<'a>(
    input: &Input<'_>,
    arrows: impl Iterator<Item = &'a Arrow>,
    dots: impl Iterator<Item = &'a Dot>,
    crowded: bool,
) -> Vec<Stroke> {
    let until_us = input.sheet.map_or(0, |sheet| known_until_us(input.session, sheet));
    let mut drawing = Drawing::new();
    arrows.for_each(|arrow| drawing.arrow(input, arrow, until_us, crowded));
    dots.for_each(|dot| drawing.dot(input, dot));
    drawing.finish()
}

/// The paths of all messages and dots, while they are drawn: a row for each kind, and one more for
/// crosses and dots of each sort.
struct Drawing {
    lines: Vec<[String; 5]>,
    tips: Vec<[String; 5]>,
    crosses: [String; 5],
    timers: [String; 5],
    choices: [String; 5],
    parted: [String; 5],
    joined: [String; 5],
}

impl Drawing {
    fn new() -> Self {
        let empty = || <[String; 5]>::default();
        Self {
            lines: KINDS.map(|_| empty()).into(),
            tips: KINDS.map(|_| empty()).into(),
            crosses: empty(),
            timers: empty(),
            choices: empty(),
            parted: empty(),
            joined: empty(),
        }
    }

    fn arrow(&mut self, input: &Input<'_>, arrow: &Arrow, until_us: u64, crowded: bool) {
        let shade = input.shade_of(arrow) as usize;
        let [from, to] = ends(arrow, &input.frame, until_us);
        let kind = arrow.kind as usize;
        strokes::line(&mut self.lines[kind][shade], from, to);
        match arrow.end {
            End::Lost(_) => strokes::mark(&mut self.crosses[shade], to, strokes::CROSS),
            _ => {
                let tip = if crowded { strokes::SMALL } else { strokes::tip(arrow.kind) };
                strokes::mark(&mut self.tips[kind][shade], to, tip);
            }
        }
    }

    fn dot(&mut self, input: &Input<'_>, dot: &Dot) {
        let at = (input.frame.x(dot.time_us), input.frame.y(dot.node));
        let shade = input.shade(dot.event) as usize;
        match dot.kind {
            DotKind::Timer | DotKind::Beat => {
                strokes::mark(&mut self.timers[shade], at, strokes::TIMER);
            }
            DotKind::Choice => strokes::mark(&mut self.choices[shade], at, strokes::CHOICE),
            DotKind::Disconnected => strokes::mark(&mut self.parted[shade], at, strokes::PARTED),
            DotKind::Connected => strokes::mark(&mut self.joined[shade], at, strokes::JOINED),
            // The bar that begins there says it.
            DotKind::Operation => {}
        }
    }

    fn finish(self) -> Vec<Stroke> {
        let mut strokes = Vec::new();
        let mut add = |what: &str, kind: &str, paths: [String; 5]| {
            for (shade, path) in Emphasis::ALL.into_iter().zip(paths) {
                if !path.is_empty() {
                    let class = format!("{what} {kind}{}", shade.class());
                    strokes.push(Stroke { class, path, thickness: None });
                }
            }
        };
        let mut lines: Vec<_> = self.lines.into_iter().map(Some).collect();
        let mut tips: Vec<_> = self.tips.into_iter().map(Some).collect();
        for (what, rows) in [("flight", &mut lines), ("tip", &mut tips)] {
            for kind in KINDS {
                if let Some(paths) = rows[kind as usize].take() {
                    add(what, kind_class(kind), paths);
                }
            }
        }
        add("dot", "timer", self.timers);
        add("dot", "choice", self.choices);
        add("dot", "parted", self.parted);
        add("dot", "joined", self.joined);
        add("broken", "", self.crosses);
        strokes
    }
}

/// The message that is selected and the one that is pointed at, over all others: a copy of each has
/// the same beginning, and is shown too.
fn pointed_at(input: &Input<'_>, sheet: &Sheet) -> Vec<Stroke> {
    let until_us = known_until_us(input.session, sheet);
    let selected = match input.selection {
        Some(Selection::Message(id)) => Some(id),
        _ => None,
    };
    let mut strokes = Vec::new();
    for (class, id) in [("picked-message", selected), ("lit-message", input.lit)] {
        let Some(arrow) = id.and_then(|id| sheet.arrow(id)) else { continue };
        let mut path = String::new();
        let [from, to] = ends(arrow, &input.frame, until_us);
        strokes::line(&mut path, from, to);
        strokes.push(Stroke { class: class.to_owned(), path, thickness: None });
    }
    strokes
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
