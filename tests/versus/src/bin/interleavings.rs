//! The search through all interleavings of a small cache side by side with the `stateright` crate
//! (0.31), a well-kept model checker for Rust: states a second of the same model.
//!
//! Both run the same code of the protocol, three caches, one home, one line, two values, breadth
//! first, in one thread, and both tell states apart by the same fingerprint, so that they find the
//! same number of states; without symmetry, which `stateright` has only for searches in depth. What
//! differs is what the search itself does: how states are remembered, and how the way back is kept.
//! Ours also notes which cells of the tables were reached, and looks for livelock at the end. Ours
//! is timed with symmetry as well, which is how it is used.

use std::io::{self, Write};
use std::time::Instant;

use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::exhaustive::{Action, Cells, Model, State, explore};
use stateright::{Checker, Model as _, Property};

/// The model, for `stateright`.
#[derive(Clone)]
struct Theirs(Model);

/// A state that is told from others by its fingerprint.
#[derive(Clone, Debug)]
struct Marked {
    state: State,
    fingerprint: u128,
}

impl PartialEq for Marked {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for Marked {}

impl std::hash::Hash for Marked {
    fn hash<H: std::hash::Hasher>(&self, hasher: &mut H) {
        self.fingerprint.hash(hasher);
    }
}

impl Theirs {
    fn mark(&self, state: State) -> Marked {
        let fingerprint = self.0.fingerprint(&state);
        Marked { state, fingerprint }
    }
}

impl stateright::Model for Theirs {
    type State = Marked;
    type Action = Action;

    fn init_states(&self) -> Vec<Marked> {
        vec![self.mark(State::initial(&self.0))]
    }

    fn actions(&self, marked: &Marked, actions: &mut Vec<Action>) {
        self.0.actions(&marked.state, actions);
    }

    fn next_state(&self, marked: &Marked, action: Action) -> Option<Marked> {
        let mut cells = Cells::default();
        Some(self.mark(self.0.next(&marked.state, action, &mut cells)))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("nothing is wrong", |_, marked: &Marked| {
            marked.state.violation().is_none()
        })]
    }
}

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "three caches, one home, one line, two values; one thread, breadth first\n")?;
    writeln!(output, "{:<36} {:>9} {:>8} {:>10}", "", "states", "seconds", "states/s")?;
    for (name, exclusive) in [("MSI", false), ("MESI", true)] {
        let model = Model::of(Features { exclusive, ..Features::default() });
        let whole = Model { symmetry: false, ..model.clone() };
        let theirs = Theirs(whole.clone());
        let mut line = |what: &str, states: u64, start: Instant| {
            let seconds = start.elapsed().as_secs_f64();
            let rate = states as f64 / seconds;
            let label = format!("{name}, {what}");
            writeln!(output, "{label:<36} {states:>9} {seconds:>8.2} {rate:>10.0}")
        };
        let start = Instant::now();
        let found = explore(&whole, u32::MAX);
        line("ours", found.states.into(), start)?;
        let start = Instant::now();
        let checker = theirs.checker().threads(1).spawn_bfs().join();
        line("stateright", checker.unique_state_count() as u64, start)?;
        checker.assert_properties();
        assert_eq!(checker.unique_state_count(), found.states as usize, "the same model");
        let start = Instant::now();
        let found = explore(&model, u32::MAX);
        line("ours, with symmetry", found.states.into(), start)?;
    }
    Ok(())
}
