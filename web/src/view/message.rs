//! A message on its way.

use lockstep_core::lab::MessageName;
use lockstep_core::lab::raft::view::MessageKind;
use lockstep_core::sim::network::MessageId;
use yew::prelude::*;

use super::icons::{kind_class, message_shape};
use super::{on_key, use_page};
use crate::action::Action;
use crate::diagram::DiagramAction;
use crate::geometry::Point;
use crate::hands::Hand;
use crate::model::Selection;
use crate::number::tenths;

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) id: MessageId,
    pub(super) name: MessageName,
    pub(super) kind: MessageKind,
    pub(super) entries: u64,
    /// Where its trail ends, as seen from it.
    pub(super) tail: Point,
    /// Whether it will be lost on its way.
    pub(super) doomed: bool,
    pub(super) held: bool,
    pub(super) selected: bool,
    /// Whether it is pointed at, here or on the timeline.
    pub(super) lit: bool,
    /// Whether it is one of very many: no more than its shape is drawn then, for moving hundreds of
    /// trails and numbers costs the browser more than the run does.
    pub(super) crowded: bool,
}

/// A message: a shape that tells its kind, with a short trail. One that will be lost still flies,
/// towards the cross where it breaks. It is drawn around its own middle and knows nothing of where
/// that is: so it is not drawn again while it flies.
#[component]
pub(super) fn MessageMark(props: &Props) -> Html {
    let page = use_page();
    let Props { id, kind, tail, selected, .. } = props;
    // Once more, where it is selected already, opens its menu.
    let menu = Action::Hand(Hand::Menu(*id));
    let select = match selected {
        true => menu.clone(),
        false => Action::Select(Some(Selection::Message(*id))),
    };
    let dispatch = page.dispatch.clone();
    let oncontextmenu = Callback::from(move |event: MouseEvent| {
        event.prevent_default();
        dispatch.emit(menu.clone());
    });
    let by_key = on_key(&page, select.clone());
    let what = page.language.message_kind(*kind);
    let label = match kind {
        MessageKind::Entries => format!("+{} {what}, {}", props.entries, props.name),
        _ => format!("{what}, {}", props.name),
    };
    let flags = classes!(
        selected.then_some("selected"),
        props.lit.then_some("lit"),
        props.held.then_some("held"),
        props.doomed.then_some("doomed"),
    );
    let plain = props.crowded && !(props.selected || props.lit || props.held);
    let inside = if plain {
        message_shape(*kind, 0)
    } else {
        html! {
            <>
                <circle class="hit" r="13" />
                { message_shape(*kind, props.entries) }
                <g>
                    if props.held {
                        <circle class="badge" cx="9" cy="-9" r="7" />
                        <path class="bars" d="M7-12v6M11-12v6" />
                    }
                </g>
            </>
        }
    };
    let trail =
        || html! { <line key="tail" class="tail" x2={tenths(tail.x)} y2={tenths(tail.y)} /> };
    html! {
        <g class={classes!("message", kind_class(*kind), flags)}>
            <g>{ for (!plain).then(trail) }</g>
            <g
                class="shape"
                role="button"
                tabindex="0"
                aria-label={label}
                aria-pressed={selected.to_string()}
                data-message={props.name.to_string()}
                onclick={page.on::<MouseEvent>(select)}
                onkeydown={by_key}
                {oncontextmenu}
                onpointerover={page.on::<PointerEvent>(light(Some(*id)))}
                onpointerout={page.on::<PointerEvent>(light(None))}
            >
                { inside }
            </g>
        </g>
    }
}

const fn light(message: Option<MessageId>) -> Action {
    Action::Diagram(DiagramAction::Light(message))
}

/// Where a message breaks.
pub(super) fn cross(name: MessageName, at: Point) -> Html {
    let shape = "M-4.5-4.5 4.5 4.5M4.5-4.5-4.5 4.5";
    html! { <path key={name.to_string()} class="cross" transform={translate(at)} d={shape} /> }
}

/// Moves what is drawn around a middle to a place.
pub(super) fn translate(at: Point) -> String {
    format!("translate({} {})", tenths(at.x), tenths(at.y))
}
