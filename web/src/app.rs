//! The root component: model, update and effects, tied together.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use crate::action::{Action, Open, Play};
use crate::api;
use crate::effect::runner::Runner;
use crate::effect::{memory, surroundings};
use crate::hands::Hand;
use crate::model::Model;
use crate::update::update;
use crate::view::{self, Context as PageContext};

/// The page.
#[derive(Debug)]
pub struct App {
    model: Rc<RefCell<Model>>,
    runner: Runner,
    /// Where what a person does on the page goes.
    dispatch: Callback<Action>,
}

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let dispatch = context.link().callback(|action: Action| action);
        let mut model = Model::new(memory::recall(), surroundings::look());
        model.seen = memory::recall_cells();
        model.keeping.embed = surroundings::embed();
        model.author.projector = surroundings::asks_for_projector();
        Runner::dress(model.preferences, model.theme());
        let embed = model.keeping.embed;
        let model = Rc::new(RefCell::new(model));
        let runner = Runner::new(dispatch.clone());
        let fragment = surroundings::fragment();
        if !fragment.is_empty() {
            dispatch.emit(Action::Open(Open::Link(fragment)));
        }
        if embed.is_some_and(|embed| embed.plays) {
            dispatch.emit(Action::Play(Play::Start));
        }
        api::publish(&model, &dispatch);
        let dispatch = match embed {
            // What is drawn may do only what it has controls for.
            Some(embed) => Callback::from(move |action| {
                if embed.allows(&action) {
                    dispatch.emit(action);
                }
            }),
            None => dispatch,
        };
        Self { model, runner, dispatch }
    }

    fn update(&mut self, _context: &Context<Self>, action: Action) -> bool {
        if matches!(action, Action::Frame(_)) {
            self.runner.frame_came();
        }
        let slice = action == Action::Hand(Hand::Judge);
        let effects = update(&mut self.model.borrow_mut(), action);
        effects.into_iter().for_each(|effect| self.runner.run(effect));
        // A judgement that is not finished has nothing to show.
        !slice || !self.model.borrow().watch.is_judging()
    }

    fn rendered(&mut self, _context: &Context<Self>, _first: bool) {
        self.runner.drawn();
    }

    fn view(&self, _context: &Context<Self>) -> Html {
        let model = self.model.borrow();
        let page =
            PageContext { language: model.preferences.language, dispatch: self.dispatch.clone() };
        html! {
            <ContextProvider<PageContext> context={page.clone()}>
                { view::page(&model, &page) }
            </ContextProvider<PageContext>>
        }
    }
}
