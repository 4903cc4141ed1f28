//! A message on its way.

use std::rc::Rc;

use lockstep_core::lab::MessageName;
use lockstep_core::lab::raft::view::{MessageKind, MessageView};
use lockstep_core::sim::network::MessageId;
use yew::prelude::*;

use super::icons::{kind_class, message_shape};
use super::{Context, on_key, use_page};
use crate::action::Action;
use crate::crowd::{self, Flock};
use crate::diagram::DiagramAction;
use crate::geometry::{Layout, Point};
use crate::hands::{self, Hand};
use crate::model::{Model, Selection};
use crate::number::{real, tenths};

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
    /// What it says, where that is written on it.
    pub(super) says: Option<AttrValue>,
    /// How far that is moved to the right, so that it stays within the drawing.
    pub(super) shift: f64,
    /// How far it is moved down, so that it covers no other on the same way.
    pub(super) lift: f64,
    /// Whether another transaction stands out.
    pub(super) dim: bool,
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
        _ if props.says.is_some() => {
            format!("{}, {}", props.says.as_deref().unwrap_or_default(), props.name)
        }
        _ => format!("{what}, {}", props.name),
    };
    let flags = classes!(
        selected.then_some("selected"),
        props.lit.then_some("lit"),
        props.held.then_some("held"),
        props.doomed.then_some("doomed"),
        props.dim.then_some("dim"),
    );
    html! {
        <g class={classes!("message", kind_class(*kind), flags)}>
            <line class="tail" x2={tenths(tail.x)} y2={tenths(tail.y)} />
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
                { body(props) }
                <g>
                    if props.held {
                        <circle class="badge" cx="9" cy="-9" r="7" />
                        <path class="bars" d="M7-12v6M11-12v6" />
                    }
                </g>
            </g>
        </g>
    }
}

/// How wide a message is that says this.
fn label_width(says: &str) -> f64 {
    real(says.chars().count() as u64) * 7.0 + 32.0
}

/// How far a message that says this has to be moved to the right to stay within the drawing.
pub(super) fn shift(says: Option<&str>, at: Point, layout: &Layout) -> f64 {
    let Some(says) = says else { return 0.0 };
    let half = label_width(says) / 2.0 + 2.0;
    // Rounded, as its trail is.
    ((half - at.x).max(0.0) - (at.x + half - layout.width).max(0.0)).round()
}

/// How tall a message is that says something, with a hair between it and the next.
const TALL: f64 = 22.0;

/// A message that says something: the nodes between which it flies, the lower first; where it is,
/// and half its width.
pub(super) type Chip = ((usize, usize), Point, f64);

/// Half the width of a message that says this.
pub(super) fn half_width(says: &str) -> f64 {
    label_width(says) / 2.0
}

/// How far each of some messages has to be moved down, or up, so that none covers another that
/// flies between the same two nodes: they part about the middle between them.
pub(super) fn lifts(chips: &[Chip]) -> Vec<f64> {
    let mut lifts = vec![0.0; chips.len()];
    // Few: put in one by one they need no sort, which would weigh more than all the rest.
    let mut order: Vec<usize> = Vec::new();
    for (nth, (way, at, _)) in chips.iter().enumerate() {
        let place = order.partition_point(|other| {
            let (other_way, other_at, _) = &chips[*other];
            (other_way, other_at.y) <= (way, at.y)
        });
        order.insert(place, nth);
    }
    let covers = |one: &Chip, other: &Chip, lift: f64| {
        let across = (one.1.x - other.1.x).abs() < one.2 + other.2;
        one.0 == other.0 && across && other.1.y - one.1.y - lift < TALL
    };
    let mut from = 0;
    while from < order.len() {
        // Those that hang together, each pushed below the one before it.
        let mut to = from + 1;
        while let Some(next) = order.get(to) {
            let before = order[to - 1];
            if !covers(&chips[before], &chips[*next], lifts[before]) {
                break;
            }
            lifts[*next] = chips[before].1.y + lifts[before] + TALL - chips[*next].1.y;
            to += 1;
        }
        let group = &order[from..to];
        let mean = group.iter().map(|nth| lifts[*nth]).sum::<f64>() / real(group.len() as u64);
        // Rounded, as its trail is.
        group.iter().for_each(|nth| lifts[*nth] = (lifts[*nth] - mean).round());
        from = to;
    }
    lifts
}

/// The shape; with what it says beside it, where that is known.
fn body(props: &Props) -> Html {
    let shape = message_shape(props.kind, props.entries);
    let Some(says) = &props.says else {
        return html! { <><circle class="hit" r="13" />{ shape }</> };
    };
    let width = label_width(says);
    let left = props.shift - width / 2.0;
    html! {
        <g transform={(props.lift != 0.0).then(|| translate(Point::new(0.0, props.lift)))}>
            <rect class="hit tall" x={tenths(left)} y="-10" width={tenths(width)} height="20" />
            <rect
                class="pill-body"
                x={tenths(left)}
                y="-10"
                width={tenths(width)}
                height="20"
                rx="10"
            />
            <g transform={format!("translate({} 0)scale(.8)", tenths(left + 13.0))}>{ shape }</g>
            <text class="says" x={tenths(left + 23.0)} y="3.8">{ says.clone() }</text>
        </g>
    }
}

const fn light(message: Option<MessageId>) -> Action {
    Action::Diagram(DiagramAction::Light(message))
}

/// Whether a message is drawn by itself: all are, but where they are very many only those that
/// stand out.
pub(super) fn is_apart(model: &Model, message: &MessageView) -> bool {
    !crowd::is_crowd(&model.scene.view)
        || message.held
        || model.diagram.lit == Some(message.id)
        || model.selection == Some(Selection::Message(message.id))
}

/// All other messages: a few paths, whatever their number. The one under a mouse lights up, and is
/// drawn by itself from then on; a finger takes hold of what is nearest.
pub(super) fn crowded(model: &Model, page: &Context) -> Html {
    let (view, layout) = (Rc::clone(&model.scene.view), Rc::clone(&model.scene.layout));
    let flocks = crowd::flocks(&view, &layout, |message| is_apart(model, message));
    let flock = |flock: Flock| {
        html! {
            <g key={kind_class(flock.kind)} class={classes!("message", kind_class(flock.kind))}>
                <path class="tail" d={flock.trails} />
                <path class="body" d={flock.bodies} />
                <path class="sign" d={flock.signs} />
            </g>
        }
    };
    let dispatch = page.dispatch.clone();
    let over = Callback::from(move |event: PointerEvent| {
        if event.pointer_type() == "mouse"
            && let Some((_, at)) = under(&layout, &event)
        {
            dispatch.emit(light(crowd::nearest(&view, &layout, at)));
        }
    });
    html! { <g class="crowd" onpointerover={over}>{ for flocks.into_iter().map(flock) }</g> }
}

/// The stage, and the place of its drawing that an event is at.
pub(super) fn under(layout: &Layout, event: &PointerEvent) -> Option<(web_sys::Element, Point)> {
    let target = event.target_dyn_into::<web_sys::Element>()?;
    let around = |selector| target.closest(selector).ok().flatten();
    let (Some(stage), None) = (around("svg.stage"), around(".menu")) else { return None };
    let area = stage.get_bounding_client_rect();
    let area = [area.left(), area.top(), area.width(), area.height()];
    let [x, y] = [event.client_x(), event.client_y()].map(f64::from);
    Some((stage, hands::in_drawing(layout, area, x, y)))
}

/// Moves what is drawn around a middle to a place.
pub(super) fn translate(at: Point) -> String {
    format!("translate({} {})", tenths(at.x), tenths(at.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lifted(places: &[(usize, f64, f64)]) -> Vec<f64> {
        let chip = |(to, x, y): &(usize, f64, f64)| ((0, *to), Point::new(*x, *y), 40.0);
        lifts(&places.iter().map(chip).collect::<Vec<_>>())
    }

    #[test]
    fn messages_between_the_same_two_nodes_do_not_cover_each_other() {
        assert_eq!(lifted(&[(1, 100.0, 50.0), (1, 104.0, 56.0)]), [-8.0, 8.0]);
        assert_eq!(lifted(&[(1, 104.0, 56.0), (1, 100.0, 50.0)]), [8.0, -8.0], "in any order");
        assert_eq!(lifted(&[(1, 100.0, 50.0); 3]), [-22.0, 0.0, 22.0]);
        let far = [(1, 100.0, 50.0), (1, 100.0, 80.0), (1, 190.0, 82.0)];
        assert_eq!(lifted(&far), [0.0; 3], "they are apart");
        assert_eq!(lifted(&[(1, 100.0, 50.0), (2, 100.0, 50.0)]), [0.0; 2], "on other ways");
    }
}
