//! Random runs: draws one after the other, judges each, and shows what is convicted as a link.
//!
//! The seed it begins with is printed first, so that whatever happens can be made to happen again.
//! Lines are JSON objects, the last of which says what all of it came to.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lexopt::{Arg, Parser, ValueExt};
use lockstep_core::lab::Lab;
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::weather::shrink::shrink;
use lockstep_core::lab::weather::{Conviction, Coverage, Demand, MOST_SEEDS, Trial, draw};
use lockstep_core::scenario::Scenario;
use serde_json::{Value, json};

use super::{Failure, until};

/// How many runs are drawn where nobody says more.
const USUAL_SEEDS: u64 = 1_000;
/// How often it is said how far it has come.
const PROGRESS: Duration = Duration::from_secs(5);
/// In one of so many runs it is counted which branches it takes.
const COUNTED: u64 = 31;
/// Fresh seeds are small enough for any reader of JSON: 40 bits.
const FRESH_SHIFT: u32 = 24;

struct Options {
    from: u64,
    seeds: u64,
    time: Option<Duration>,
    /// In which lab; nothing: in each in turn.
    lab: Option<Lab>,
    demand: Demand,
    /// Every bug in turn.
    all_bugs: bool,
    jobs: usize,
}

fn options(mut parser: Parser) -> Result<Options, Failure> {
    let (mut from, mut seeds, mut time, mut jobs) = (None, None, None, None);
    let (mut demand, mut all_bugs, mut lab) = (Demand::default(), false, None);
    while let Some(option) = parser.next()? {
        match option {
            Arg::Long("from") => from = Some(parser.value()?.parse()?),
            Arg::Long("seeds") => seeds = Some(parser.value()?.parse()?),
            Arg::Long("for") => time = Some(Duration::from_micros(until(&mut parser, "--for")?)),
            Arg::Long("jobs") => jobs = Some(parser.value()?.parse::<u8>()?.max(1).into()),
            Arg::Long("wild") => demand.wild = true,
            Arg::Long("lab") => lab = Some(lab_of(parser.value()?.string()?.as_str())?),
            Arg::Long("bug") => match parser.value()?.string()?.as_str() {
                "all" => all_bugs = true,
                name => demand = Demand { wild: demand.wild, ..Demand::of(bug(name)?) },
            },
            other => return Err(other.unexpected().into()),
        }
    }
    if demand.bug.is_some() {
        lab = Some(demand.lab);
    }
    let seeds = seeds.unwrap_or(match time {
        Some(_) => u64::MAX,
        None if all_bugs || demand.bug.is_some() => MOST_SEEDS,
        None => USUAL_SEEDS,
    });
    let jobs = jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let from = from.unwrap_or_else(fresh_seed);
    Ok(Options { from, seeds, time, lab, demand, all_bugs, jobs })
}

fn lab_of(name: &str) -> Result<Lab, Failure> {
    Lab::named(name).ok_or_else(|| Failure::Input(format!("--lab: there is no lab {name:?}")))
}

fn bug(name: &str) -> Result<AnyBug, Failure> {
    AnyBug::named(name).ok_or_else(|| Failure::Input(format!("--bug: there is no bug {name:?}")))
}

/// The lab whose turn it is with a seed, where nobody says in which.
fn turn(seed: u64) -> Lab {
    let labs = Lab::ALL.len() as u64;
    Lab::ALL[usize::try_from(seed % labs).expect("few labs")]
}

/// A seed that nobody has seen: what the system gives to hash tables as theirs.
fn fresh_seed() -> u64 {
    RandomState::new().hash_one(0) >> FRESH_SHIFT
}

/// What all runs together came to.
#[derive(Default)]
struct Tally {
    seeds: AtomicU64,
    steps: AtomicU64,
    coverage: Mutex<BTreeMap<Lab, Coverage>>,
}

impl Tally {
    /// Counts the branches that a run takes.
    fn count(&self, lab: Lab, trial: &Trial) {
        if let Ok(mut coverage) = self.coverage.lock() {
            coverage.entry(lab).or_insert_with(|| Coverage::of(lab)).count(trial);
        }
    }
}

/// The first run, in the order of seeds, that was convicted.
type Found = Mutex<Option<(u64, Trial, Conviction)>>;

pub(crate) fn run(parser: Parser) -> Result<ExitCode, Failure> {
    let options = options(parser)?;
    let mode = if options.demand.wild { "wild" } else { "sound" };
    let bug = if options.all_bugs { Some("all") } else { options.demand.bug.map(AnyBug::name) };
    let lab = options.lab.map_or("all", Lab::name);
    let from = options.from;
    say(&json!({ "type": "random", "from": from, "mode": mode, "lab": lab, "bug": bug }))?;
    let start = Instant::now();
    let tally = Tally::default();
    let (convicted, is_good) = if options.all_bugs {
        let convicted = every_bug(&options, &tally)?;
        (convicted, convicted == AnyBug::all().count())
    } else {
        let found = search(&options, options.demand, &tally, start)?;
        if let Some((seed, trial, conviction)) = &found {
            say(&conviction_json(*seed, trial, *conviction))?;
        }
        (usize::from(found.is_some()), found.is_none())
    };
    let (seeds, steps) = (tally.seeds.into_inner(), tally.steps.into_inner());
    let coverage = tally.coverage.into_inner().unwrap_or_default();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (branch, count) in coverage.values().flat_map(Coverage::iter) {
        *counts.entry(branch).or_default() += count;
    }
    let elapsed = start.elapsed();
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let a_second = |count: u64| count * 1_000 / elapsed_ms.max(1);
    say(&json!({
        "type": "result",
        "seeds": seeds,
        "steps": steps,
        "elapsed_ms": elapsed_ms,
        "seeds_a_second": a_second(seeds),
        "steps_a_second": a_second(steps),
        "convicted": convicted,
        "coverage": counts,
    }))?;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(line: &Value) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

/// Draws runs until one is convicted, or as many as were asked for.
fn search(
    options: &Options,
    demand: Demand,
    tally: &Tally,
    start: Instant,
) -> Result<Option<(u64, Trial, Conviction)>, Failure> {
    let next = AtomicU64::new(0);
    let found = Found::default();
    let told = Mutex::new(Instant::now());
    let work = || -> io::Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let is_over = options.time.is_some_and(|time| start.elapsed() >= time);
            let is_found = found.lock().is_ok_and(|found| found.is_some());
            if number >= options.seeds || is_over || is_found {
                return Ok(());
            }
            let seed = options.from.wrapping_add(number);
            let lab = options.lab.unwrap_or_else(|| turn(seed));
            let demand = Demand { lab: demand.bug.map_or(lab, |_| demand.lab), ..demand };
            let drawn = draw(seed, demand);
            tally.seeds.fetch_add(1, Ordering::Relaxed);
            tally.steps.fetch_add(drawn.run.world.steps(), Ordering::Relaxed);
            // No multiple of the number of labs, so that they take turns here as well.
            if number.is_multiple_of(COUNTED) {
                tally.count(demand.lab, &drawn.trial);
            }
            if let Some(conviction) = drawn.conviction() {
                keep_first(&found, number, drawn.trial, conviction);
            }
            report_progress(&told, tally)?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..options.jobs).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    let found = found.into_inner().unwrap_or_default();
    Ok(found
        .map(|(number, trial, conviction)| (options.from.wrapping_add(number), trial, conviction)))
}

fn keep_first(found: &Found, number: u64, trial: Trial, conviction: Conviction) {
    if let Ok(mut found) = found.lock()
        && found.as_ref().is_none_or(|(known, ..)| number < *known)
    {
        *found = Some((number, trial, conviction));
    }
}

fn report_progress(told: &Mutex<Instant>, tally: &Tally) -> io::Result<()> {
    let Ok(mut told) = told.try_lock() else { return Ok(()) };
    if told.elapsed() < PROGRESS {
        return Ok(());
    }
    *told = Instant::now();
    let (seeds, steps) = (&tally.seeds, &tally.steps);
    let (seeds, steps) = (seeds.load(Ordering::Relaxed), steps.load(Ordering::Relaxed));
    say(&json!({ "type": "progress", "seeds": seeds, "steps": steps }))
}

/// A convicted run, as small as it can be made, as a link.
fn conviction_json(seed: u64, trial: &Trial, conviction: Conviction) -> Value {
    let shrunk = shrink(trial.clone(), conviction);
    json!({
        "type": "conviction",
        "seed": seed,
        "lab": trial.config.lab().name(),
        "check": conviction.check.name(),
        "time_us": conviction.moment.time_us,
        "choices": trial.choices.len(),
        "shrunk": { "time_us": shrunk.end.time_us, "choices": shrunk.choices.len() },
        "link": format!("#{}", Scenario::of_trial(&shrunk).encode()),
    })
}

/// Plants each bug in turn, and says how many were convicted.
fn every_bug(options: &Options, tally: &Tally) -> Result<usize, Failure> {
    let mut convicted = 0;
    for bug in AnyBug::all() {
        let demand = Demand { wild: options.demand.wild, ..Demand::of(bug) };
        let found = search(options, demand, tally, Instant::now())?;
        convicted += usize::from(found.is_some());
        let needed = found.as_ref().map(|(seed, ..)| seed.wrapping_sub(options.from) + 1);
        let mut line = match &found {
            Some((seed, trial, conviction)) => conviction_json(*seed, trial, *conviction),
            None => json!({ "check": null }),
        };
        line["type"] = "bug".into();
        line["bug"] = bug.name().into();
        line["seeds"] = needed.into();
        say(&line)?;
    }
    Ok(convicted)
}
