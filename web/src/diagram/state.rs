//! What the page knows of its diagram.

use lockstep_core::lab::Event;
use lockstep_core::lab::sheet::Arrow;
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::network::MessageId;

use super::action::Touch;
use super::filter::Filter;
use super::frame::Frame;
use super::hit::Hit;
use super::picture::{Emphasis, Input, Marking, Picture, picture};
use super::reading::Reading;
use super::tiles::Tiles;
use crate::author::Compared;
use crate::model::Model;

/// How wide the diagram is taken to be before it has been measured, in pixels.
const UNMEASURED: u32 = 1_000;

/// What a press on the diagram will turn out to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Press {
    /// The cursor follows.
    Scrub(Touch),
    /// The window follows: where the press was last.
    Pan(f64),
    /// Something was pressed: it is selected, unless the pointer moves away from there.
    Pick(Hit, Touch),
    /// Two fingers: where they were last.
    Pinch([Touch; 2]),
    /// The strip that shows where the window is.
    Strip,
}

/// The diagram.
#[derive(Clone, Debug, Default)]
pub struct Diagram {
    /// Which part of time is shown, in microseconds; `None` for the whole run.
    pub window: Option<(u64, u64)>,
    /// Which messages are drawn.
    pub filter: Filter,
    /// How wide the lanes are, in pixels, once they have been measured.
    pub width: Option<u32>,
    /// How much taller than need be it is, in pixels.
    pub extra: u32,
    /// The message that is pointed at, here or on the stage.
    pub lit: Option<MessageId>,
    /// What is pointed at here.
    pub pointed: Option<Hit>,
    /// What a press is.
    pub press: Option<Press>,
    /// The messages of the window.
    pub reading: Reading,
    /// The messages of the window that have ended, drawn.
    pub tiles: Tiles,
    /// The selected event.
    pub selected: Option<Event>,
    /// The selected message, where it is not on its way any more: what became of it, and what it
    /// said, with the names of figure 2.
    pub gone: Option<(Arrow, Vec<(&'static str, String)>)>,
    /// Where the cursor was when the window was last moved, in microseconds.
    pub cursor_us: u64,
}

impl Diagram {
    /// The diagram of another run: looked at in the same way.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { filter: self.filter, width: self.width, extra: self.extra, ..Self::default() }
    }
}

impl Model {
    /// The part of time that the diagram shows, in microseconds.
    #[must_use]
    pub fn window_us(&self) -> (u64, u64) {
        self.diagram.window.unwrap_or((0, self.horizon_us()))
    }

    /// The part of time that the diagram shows, and how large.
    #[must_use]
    pub fn frame(&self) -> Frame {
        let names = self.session.names();
        let lanes = u32::from(names.count());
        let width = self.diagram.width.unwrap_or(UNMEASURED);
        let extra = self.diagram.extra;
        let frame = Frame::new(self.window_us(), width, lanes, extra);
        // The frame of another page may be low, too.
        let is_low = self.author.compared.is_some() || self.keeping.embed.is_some();
        match is_low {
            true => frame.low(extra),
            // The tree of branches takes room that the stage should keep.
            false if self.scene.branches.len() > 1 => frame.lower(extra),
            false => frame,
        }
    }

    /// What a picture of the diagram is made of.
    #[must_use]
    pub fn diagram_input<'a>(&'a self, marking: Marking<'a>) -> Input<'a> {
        let diagram = &self.diagram;
        Input {
            session: &self.session,
            line: self.coherence.line,
            branch: self.session.current_branch(),
            frame: self.frame(),
            sheet: diagram.reading.sheet(),
            filter: diagram.filter,
            selection: self.selection,
            selected_at: diagram.selected.as_ref().map(|event| (event.time_us, event.node)),
            lit: diagram.lit,
            marking,
            followed: self.coherence.followed,
        }
    }

    /// Uses what a picture of the diagram is made of, in which what the selected event can have had
    /// to do with stands out, where that is asked for.
    pub fn marked<R>(&self, draw: impl FnOnce(&Input<'_>) -> R) -> R {
        let cone = self.meaning.cone.as_deref();
        let shade = |event| Emphasis::from(cone.and_then(|cone| cone.relation(event)));
        let marking = cone.map(|_| &shade as &dyn Fn(EventId) -> Emphasis);
        draw(&self.diagram_input(marking))
    }

    /// What the diagram shows, in one piece.
    #[must_use]
    pub fn picture(&self) -> Picture {
        self.marked(picture)
    }

    /// What the diagram of the branch shows that the current one is compared with.
    #[must_use]
    pub fn other_picture(&self, compared: &Compared) -> Picture {
        let diagram = &self.diagram;
        picture(&Input {
            session: &self.session,
            line: self.coherence.line,
            branch: compared.other,
            frame: self.frame(),
            sheet: compared.reading.sheet(),
            filter: diagram.filter,
            selection: self.selection,
            selected_at: None,
            lit: diagram.lit,
            marking: None,
            followed: self.coherence.followed,
        })
    }
}
