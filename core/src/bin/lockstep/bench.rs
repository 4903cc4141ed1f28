//! Measures what the README's table says: medians of five, side by side in one run.

use std::io::{self, Write};
use std::time::Instant;

use lockstep_core::bench;

const RUNS: usize = 5;
const STEPS: u64 = 1_000_000;
const SEEKS: u64 = 1_000;
/// What the issue that asked for the kernel set as a mark, in steps a second.
const MARK: f64 = 3_000_000.0;

pub(crate) fn run() -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "native, medians of {RUNS}: five servers, two clients under load")?;
    // They are measured in turn, so that a noisy machine disturbs all alike.
    let mut with_checks = Vec::new();
    let mut without_checks = Vec::new();
    let mut full = Vec::new();
    for _ in 0..RUNS {
        with_checks.push(steps_a_second(bench::steps_with_checks));
        without_checks.push(steps_a_second(bench::steps_without_checks));
        full.push(steps_a_second(bench::full_steps_with_checks));
    }
    let (with_checks, without_checks) = (median(with_checks), median(without_checks));
    let full = median(full);
    writeln!(output, "steps a second, checks on   {:>12.0}", with_checks)?;
    writeln!(output, "steps a second, checks off  {:>12.0}", without_checks)?;
    writeln!(output, "checks on / off             {:>12.2}", with_checks / without_checks)?;
    writeln!(output, "checks on / mark of 3 M     {:>12.2}", with_checks / MARK)?;
    writeln!(output, "the same with all settings  {:>12.0}", full)?;
    writeln!(output, "all settings / mark of 3 M  {:>12.2}", full / MARK)?;
    let mut session = bench::long_run();
    let mut seeks_ms: Vec<f64> = (0..SEEKS)
        .map(|number| {
            let start = Instant::now();
            bench::seek(&mut session, number);
            start.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    seeks_ms.sort_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let place = ((seeks_ms.len() - 1) as f64 * share) as usize;
        seeks_ms[place]
    };
    writeln!(output, "seek in a million steps, median {:>8.2} ms", at(0.5))?;
    writeln!(output, "seek in a million steps, p99    {:>8.2} ms", at(0.99))
}

fn steps_a_second(work: fn(u64) -> u64) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work(STEPS));
    STEPS as f64 / start.elapsed().as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
