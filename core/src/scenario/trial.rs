//! A trial as a scenario: what random weather found, in the form in which it is shared.

use super::{Cursor, Scenario};
use crate::lab::weather::Trial;

impl Scenario {
    /// The scenario that plays a trial, with the cursor at its end and the digest up to there.
    #[must_use]
    pub fn of_trial(trial: &Trial) -> Self {
        let mut scenario = Self {
            config: trial.config.clone(),
            seed: trial.seed,
            choices: trial.choices.clone(),
            cursor: Some(Cursor { branch: 0, at: trial.end }),
            ..Self::default()
        };
        scenario.until_us = scenario.until_us.max(trial.end.time_us);
        let mut session = scenario.open();
        while !session.work(u64::MAX) {}
        scenario.digest = Some(session.digest());
        scenario
    }
}
