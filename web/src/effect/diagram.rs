//! What the diagram needs of the browser: how wide it is, and the wheel, which it keeps from
//! scrolling the page.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver, WheelEvent};
use yew::Callback;

use crate::action::Action;
use crate::diagram::DiagramAction;
use crate::number::whole;
use crate::update::wheel_factor;

/// Where the diagram is drawn.
pub const SURFACE: &str = ".scrubber";

/// Says how wide the diagram is, whenever that changes.
#[derive(Debug)]
pub struct Measure {
    observer: Option<ResizeObserver>,
    observed: Option<Element>,
    _changed: Closure<dyn FnMut()>,
}

fn surface() -> Option<Element> {
    web_sys::window()?.document()?.query_selector(SURFACE).ok()?
}

impl Measure {
    /// Nothing is measured yet.
    #[must_use]
    pub fn new(dispatch: Callback<Action>) -> Self {
        let changed = Closure::new(move || {
            let width = surface().map(|surface| surface.get_bounding_client_rect().width());
            if let Some(width) = width.and_then(|width| u32::try_from(whole(width)).ok()) {
                dispatch.emit(Action::Diagram(DiagramAction::Measured(width)));
            }
        });
        let observer = ResizeObserver::new(Closure::as_ref(&changed).unchecked_ref()).ok();
        Self { observer, observed: None, _changed: changed }
    }

    /// The page was drawn: the surface may be another element than before.
    pub fn watch(&mut self) {
        let surface = surface();
        if surface == self.observed {
            return;
        }
        if let Some(observer) = &self.observer {
            observer.disconnect();
            if let Some(surface) = &surface {
                observer.observe(surface);
            }
        }
        self.observed = surface;
    }
}

/// Turns the wheel over the diagram into zooming, and its sideways way into panning.
pub(super) fn wheel(dispatch: &Callback<Action>) -> Option<EventListener> {
    let dispatch = dispatch.clone();
    let options = EventListenerOptions::enable_prevent_default();
    let turned = move |event: &web_sys::Event| {
        let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(surface) = target.and_then(|target| target.closest(SURFACE).ok()?) else { return };
        event.prevent_default();
        let area = surface.get_bounding_client_rect();
        // Firefox may count in lines.
        let scale = if event.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
        let (mut x, mut y) = (event.delta_x() * scale, event.delta_y() * scale);
        if event.shift_key() && x == 0.0 {
            (x, y) = (y, 0.0);
        }
        let action = if x.abs() > y.abs() {
            DiagramAction::Pan(x / area.width().max(1.0))
        } else {
            let place = f64::from(event.client_x()) - area.left();
            DiagramAction::Zoom(wheel_factor(y), Some(place))
        };
        dispatch.emit(Action::Diagram(action));
    };
    let window = web_sys::window()?;
    Some(EventListener::new_with_options(&window, "wheel", options, turned))
}
