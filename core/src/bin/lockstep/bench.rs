//! Measures what the README's table says: medians of five, side by side in one run.

use std::io::{self, Write};
use std::time::Instant;

use lockstep_core::bench;
use lockstep_core::bench::locks::{PHASES, SIZES, Work};
use lockstep_core::check::cache::exhaustive::Report;

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
    writeln!(output, "seek in a million steps, p99    {:>8.2} ms", at(0.99))?;
    drop(session);
    locks(&mut output)?;
    caches(&mut output)
}

/// The cache: steps of the laboratory, and states of the exhaustive search.
fn caches(output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "the cache: eight caches, two homes, a Zipf workload")?;
    let (mut with_checks, mut without_checks) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        with_checks.push(steps_a_second(bench::caches::steps_with_checks));
        without_checks.push(steps_a_second(bench::caches::steps_without_checks));
    }
    let (with_checks, without_checks) = (median(with_checks), median(without_checks));
    writeln!(output, "steps a second, checks on   {with_checks:>12.0}")?;
    writeln!(output, "steps a second, checks off  {without_checks:>12.0}")?;
    writeln!(output, "checks on / off             {:>12.2}", with_checks / without_checks)?;
    writeln!(output, "checks on / mark of 3 M     {:>12.2}", with_checks / MARK)?;
    writeln!(output, "every interleaving of small caches, two values a line")?;
    for (name, model) in bench::caches::small_caches() {
        let start = Instant::now();
        let report = bench::caches::every_interleaving(&model);
        let seconds = start.elapsed().as_secs_f64();
        let verdict = if report.violation.is_none() { "nothing wrong" } else { "wrong" };
        let rate = f64::from(report.states) / seconds;
        let Report { states, transitions, depth, .. } = report;
        writeln!(
            output,
            "{name:<30} {states:>8} states, {transitions:>9} transitions, depth {depth:>3}, \
             {verdict}: {rate:.0} states/s"
        )?;
    }
    Ok(())
}

/// What the lock table alone costs, for each client, and how much more of it where there are most.
fn locks(output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "lock table alone, microseconds for each of so many clients")?;
    let sizes = SIZES.map(|size| format!("{size:>8}")).join("");
    writeln!(output, "{:<32}{sizes}  most / least", "")?;
    let costs: Vec<[f64; PHASES.len()]> = SIZES.into_iter().map(lock_costs).collect();
    for (phase, (name, _)) in PHASES.iter().enumerate() {
        write!(output, "{name:<32}")?;
        for cost in &costs {
            write!(output, "{:>8.2}", cost[phase])?;
        }
        let (least, most) = (costs[0][phase], costs[costs.len() - 1][phase]);
        writeln!(output, "{:>14.2}", most / least)?;
    }
    Ok(())
}

/// The medians of what each phase costs a client, in microseconds.
fn lock_costs(clients: u32) -> [f64; PHASES.len()] {
    // Few clients are measured many times over.
    let tables = SIZES.into_iter().max().unwrap_or(clients) / clients;
    let mut costs = [const { Vec::new() }; PHASES.len()];
    for _ in 0..RUNS {
        let mut works: Vec<Work> = (0..tables).map(|_| Work::new(clients)).collect();
        for ((_, phase), costs) in PHASES.into_iter().zip(&mut costs) {
            let start = Instant::now();
            works.iter_mut().for_each(phase);
            costs.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(tables * clients));
        }
    }
    costs.map(median)
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
