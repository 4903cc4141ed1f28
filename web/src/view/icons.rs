//! Small drawings that are used in more than one place.

use lockstep_core::check::LaneState;
use lockstep_core::lab::raft::view::MessageKind;
use yew::prelude::*;

use crate::crowd;

pub(super) use crate::diagram::lanes::state_class;
pub(super) use crate::diagram::picture::kind_class;

/// A state as a small shape: told apart without colour.
pub(super) fn state_mark(state: LaneState) -> Html {
    let shape = match state {
        LaneState::Leader => html! { <circle r="5.5" /> },
        LaneState::PreCandidate => html! { <path class="hollow" d="M0-6 4.5 0 0 6-4.5 0z" /> },
        LaneState::Candidate => html! { <path d="M0-6.5 6.5 0 0 6.5-6.5 0z" /> },
        LaneState::Follower | LaneState::Client | LaneState::Serving => {
            html! { <circle r="4.5" class="hollow" /> }
        }
        LaneState::Waiting => html! { <path class="hollow" d="M-4.5-4.5h9v9h-9z" /> },
        LaneState::Holding => html! { <path d="M-4.5-4.5h9v9h-9z" /> },
        LaneState::Invalid => html! { <path class="stroke" d="M-4 0h8" /> },
        LaneState::Shared => html! { <path class="hollow" d="M-4.5-4.5h9v9h-9z" /> },
        LaneState::Exclusive => html! { <path d="M-4.5-4.5h9v9h-9z" /> },
        LaneState::Modified => html! { <path d="M-6-6h12v12h-12z" /> },
        LaneState::AwaitingCopy | LaneState::AwaitingWrite | LaneState::GivingUp => {
            html! { <path class="stroke" d="M-4.5-4.5h9v9h-9z" stroke-dasharray="3 2" /> }
        }
        LaneState::BackingOff => html! { <path class="stroke" d="M4-4-4 0 4 4" /> },
        LaneState::Down => html! { <path class="stroke" d="M-4-4 4 4M4-4-4 4" /> },
        LaneState::Paused => html! { <path class="stroke" d="M-2.5-4.5v9M2.5-4.5v9" /> },
    };
    html! {
        <svg class={classes!("mark", state_class(state))} viewBox="-8 -8 16 16" aria-hidden="true">
            { shape }
        </svg>
    }
}

/// A kind of message as a shape, centred. Entries without a count are a tab without one.
pub(super) fn message_shape(kind: MessageKind, entries: u64) -> Html {
    let path = |class: &'static str, shape: &'static str| {
        html! { <path key={class} {class} d={["M0 0", shape].concat()} /> }
    };
    let count = (entries > 0 && kind == MessageKind::Entries)
        .then(|| html! { <text class="count" y="3.8">{ format!("+{entries}") }</text> });
    let sign = crowd::sign(kind).map(|sign| path("sign", sign));
    let parts = [Some(path("body", crowd::body(kind))), sign, count];
    html! { <g>{ for parts.into_iter().flatten() }</g> }
}

/// A small button's picture.
pub(super) fn icon(path: &'static str) -> Html {
    html! { <svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d={path} /></svg> }
}

/// The pictures of small buttons.
pub(super) mod paths {
    pub(in super::super) const PLAY: &str = "M6.5 4.2v11.6L16 10z";
    pub(in super::super) const PAUSE: &str = "M6 4.5h2.6v11H6zM11.4 4.5H14v11h-2.6z";
    pub(in super::super) const MINUS: &str = "M5 9.2h10v1.6H5z";
    pub(in super::super) const PLUS: &str = "M9.2 5h1.6v4.2H15v1.6h-4.2V15H9.2v-4.2H5V9.2h4.2z";
    pub(in super::super) const BACK: &str = "M5 4.5h1.8v11H5zM15.5 4.5v11L8 10z";
    pub(in super::super) const FORWARD: &str = "M13.2 4.5H15v11h-1.8zM4.5 4.5 12 10l-7.5 5.5z";
    pub(in super::super) const BACK_TO: &str = "M16 4.5v11L9.5 10zM6.2 6.3 2.5 10l3.7 3.7L9.9 10z";
    pub(in super::super) const FORWARD_TO: &str =
        "M4 4.5v11l6.5-5.5zM13.8 6.3l3.7 3.7-3.7 3.7-3.7-3.7z";
    pub(in super::super) const CLOSE: &str = "M5 5.9 5.9 5 10 9.1 14.1 5l.9.9L10.9 10l4.1 4.1-.9.9\
                                              L10 10.9 5.9 15l-.9-.9L9.1 10z";
    pub(in super::super) const THEME: &str =
        "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zm0 1.6v11.8a5.9 5.9 0 0 1 0-11.8z";
    pub(in super::super) const BOOKMARK: &str = "M10 2.6l2.2 4.7 5.1.6-3.8 3.5 1 5.1L10 14\
                                                 l-4.5 2.5 1-5.1L2.7 7.9l5.1-.6z";
    pub(in super::super) const PREVIOUS: &str = "M12.2 3.4 5.6 10l6.6 6.6 1.1-1.1L7.8 10l5.5-5.5z";
    pub(in super::super) const NEXT: &str = "M7.8 3.4 14.4 10l-6.6 6.6-1.1-1.1 5.5-5.5-5.5-5.5z";
    pub(in super::super) const EDIT: &str = "M13.6 3.2l3.2 3.2L7 16.2l-3.8.6.6-3.8z";
    pub(in super::super) const PROJECTOR: &str = "M3 3h5v1.6H4.6V8H3zM12 3h5v5h-1.6V4.6H12zM3 12\
                                                  h1.6v3.4H8V17H3zM15.4 12H17v5h-5v-1.6h3.4z";
    pub(in super::super) const UP: &str = "M4.5 12.2 10 6.8l5.5 5.4-1.1 1.1L10 9l-4.4 4.3z";
    pub(in super::super) const DOWN: &str = "M4.5 7.8 10 13.2l5.5-5.4-1.1-1.1L10 11 5.6 6.7z";
}
