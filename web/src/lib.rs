//! Lockstep's page.
//!
//! Model, action, update, effect, view. The [`model`] is everything that the page knows; an
//! [`action`] is something that happened; [`update`] is the pure function between them, and says
//! which [`effect`]s the browser owes the page; the [`view`] draws the model and turns what a
//! person does into actions. The [`app`] ties them together.
//!
//! No rule of any protocol is in here. The run is a [`Session`](lockstep_core::lab::Session) of the
//! core, changed only through the core's own choices, and drawn from the core's own views.
//!
//! The rest computes without touching a browser, and is tested natively: [`geometry`] (where things
//! stand on the stage), [`diagram`] (a run as lanes and messages), [`timeline`] (its ruler),
//! [`command`] (what can be done now), [`keys`], [`speed`], [`number`]; the [`clerk`] reads and
//! writes files in a worker of its own, and the [`catalogue`] holds every word, in every language.

pub mod action;
pub mod api;
pub mod app;
pub mod author;
pub mod cache_form;
pub mod catalogue;
pub mod clerk;
pub mod coherence;
pub mod command;
pub mod crowd;
pub mod diagram;
pub mod effect;
pub mod embed;
pub mod form;
pub mod geometry;
pub mod hands;
pub mod history;
pub mod keeping;
pub mod keys;
pub mod lab;
pub mod listing;
pub mod lock_form;
pub mod meaning;
pub mod model;
pub mod new_run;
pub mod number;
pub mod quiz;
pub mod scene;
pub mod seen;
pub mod speech;
pub mod speed;
pub mod timeline;
pub mod update;
pub mod view;

pub use app::App;
