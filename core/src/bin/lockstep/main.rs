//! The command line: runs scenarios, makes and reads links, measures.
//!
//! Other programs drive it, so names, exit codes and shapes are a contract that only grows. Exit 0:
//! no check failed, or exactly those the scenario expects; 1: otherwise; 2: bad input, with one
//! line on standard error that says where and why; 3: a budget was spent before the answer was
//! known.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the part that prints")]

mod bench;
mod check;
mod export;
mod random;

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use lockstep_core::lab::Session;
use lockstep_core::scenario::json::LONGEST_FILE;
use lockstep_core::scenario::{
    ENGINE_VERSION, Problem, Scenario, Wrong, event_json, result_json, text,
};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::{LONGEST_RUN_US, Moment};

const USAGE: &str = "\
usage: lockstep run FILE|LINK [--until TIME] [--events] [--seed N]   run a scenario
       lockstep link FILE                                            print its link's fragment
       lockstep decode LINK                                          print a link's scenario
       lockstep check --model MODEL --format FORMAT FILE             judge a client history
       lockstep export FILE|LINK --format WRITTEN [--until TIME]
                                                                     write a run down otherwise
       lockstep random [--lab LAB] [--seeds N] [--from SEED] [--for TIME] [--bug BUG] [--wild]
                       [--jobs N]                                    run what chance draws
       lockstep bench                                                measure what it costs
A MODEL is register, kv, mutex, queue or coherence; a FORMAT is jepsen, porcupine-kv or json.
WRITTEN is ndjson, mermaid or golden. A BUG is planted in every run; all: each in turn.
A LAB is raft, locks or cache; all take turns where none is given.
A LINK is a link's fragment, with or without #. An argument is a file if one of that name exists.";

/// Where somebody is sent who asked for what there is not.
const HINT: &str = "`lockstep help` says what there is";

/// How many steps are told of at a time.
const SLICE: u64 = 10_000;

/// What ends the program early.
enum Failure {
    /// Bad input: what is wrong.
    Input(String),
    /// Standard output is closed or full.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Input(error.to_string())
    }
}

fn main() -> ExitCode {
    match run_command() {
        Ok(code) => code,
        // Whoever reads has seen enough: as with any other filter.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Output(error)) => complain(&error),
        Err(Failure::Input(message)) => complain(&message),
    }
}

fn complain(message: &dyn Display) -> ExitCode {
    eprintln!("lockstep: {message}");
    ExitCode::from(2)
}

fn run_command() -> Result<ExitCode, Failure> {
    let mut parser = Parser::from_env();
    let command = match parser.next()? {
        Some(Arg::Value(command)) => command.string()?,
        Some(Arg::Short('h') | Arg::Long("help")) => "help".to_owned(),
        Some(other) => return Err(other.unexpected().into()),
        None => return Err(Failure::Input(format!("what should be done? {HINT}"))),
    };
    match command.as_str() {
        "run" => run(parser),
        "link" => print(&format!("#{}\n", only_scenario(parser)?.encode())),
        "decode" => print(&only_scenario(parser)?.to_json()),
        "check" => check::run(parser),
        "export" => export::run(parser),
        "random" => random::run(parser),
        "bench" => {
            bench::run()?;
            Ok(ExitCode::SUCCESS)
        }
        "help" => print(&format!("{USAGE}\n")),
        other => Err(Failure::Input(format!("there is no command {other:?}; {HINT}"))),
    }
}

fn print(text: &str) -> Result<ExitCode, Failure> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The scenario of a file if one of that name exists, else of a link.
fn read(argument: &str) -> Result<Scenario, Failure> {
    let in_file = |problem: &dyn Display| Failure::Input(format!("{argument}: {problem}"));
    if Path::new(argument).exists() {
        let text = read_file(argument).map_err(|error| in_file(&error))?;
        return Scenario::from_json(&text).map_err(|problem| in_file(&problem));
    }
    Scenario::decode(argument).map_err(|problem| {
        let hint = match problem.wrong {
            Wrong::NotALink => " (and no file of that name exists)",
            _ => "",
        };
        Failure::Input(format!("{problem}{hint}"))
    })
}

/// As much of a file as decides whether it is too long: some files have no end.
fn read_file(name: &str) -> io::Result<String> {
    let mut text = String::new();
    File::open(name)?.take(LONGEST_FILE as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}

fn only_scenario(mut parser: Parser) -> Result<Scenario, Failure> {
    let argument = match parser.next()? {
        Some(Arg::Value(argument)) => argument.string()?,
        Some(other) => return Err(other.unexpected().into()),
        None => return Err(Failure::Input(format!("of what? {HINT}"))),
    };
    match parser.next()? {
        None => read(&argument),
        Some(other) => Err(other.unexpected().into()),
    }
}

struct Options {
    scenario: Scenario,
    end: Moment,
    events: bool,
}

fn options(mut parser: Parser) -> Result<Options, Failure> {
    let (mut argument, mut until_us, mut seed, mut events) = (None, None, None, false);
    while let Some(option) = parser.next()? {
        match option {
            Arg::Long("until") => until_us = Some(until(&mut parser, "--until")?),
            Arg::Long("seed") => seed = Some(parser.value()?.parse()?),
            Arg::Long("events") => events = true,
            Arg::Value(value) if argument.is_none() => argument = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let argument = argument.ok_or_else(|| Failure::Input(format!("run what? {HINT}")))?;
    let mut scenario = read(&argument)?;
    if let Some(seed) = seed {
        scenario.seed = seed;
        scenario.digest = None;
    }
    let end = until_us.map_or_else(|| scenario.end(), Moment::after);
    Ok(Options { scenario, end, events })
}

/// The time after an option such as `--until`, in microseconds.
fn until(parser: &mut Parser, option: &str) -> Result<u64, Failure> {
    let text = parser.value()?.string()?;
    let time_us = text::parse_duration(&text).filter(|time| *time <= LONGEST_RUN_US);
    let wrong = format!("{option}: must be a time of at most an hour, such as 5s or 150ms");
    time_us.ok_or(Failure::Input(wrong))
}

/// The run of a scenario up to a moment.
fn played(scenario: &Scenario, end: Moment) -> Result<Session, Failure> {
    let mut session = scenario.open();
    session.seek(Goal::Moment(end));
    while !session.work(u64::MAX) {}
    match Problem::of_run(&session) {
        Some(problem) => Err(Failure::Input(problem.to_string())),
        None => Ok(session),
    }
}

fn run(parser: Parser) -> Result<ExitCode, Failure> {
    let Options { scenario, end, events } = options(parser)?;
    let session = played(&scenario, end)?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    if events {
        write_events(&session, &mut output)?;
    }
    let mut result = result_json(&session);
    result["replay"] = replay(&scenario, &session, end).into();
    writeln!(output, "{result}")?;
    output.flush()?;
    Ok(if scenario.is_met_by(&session) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_events(session: &Session, output: &mut impl Write) -> io::Result<()> {
    let last = session.steps();
    let mut first = 0;
    while first <= last {
        for event in session.events(first, (first + SLICE - 1).min(last)) {
            writeln!(output, "{}", event_json(&event, session.names()))?;
        }
        first += SLICE;
    }
    Ok(())
}

/// Whether the run went as the scenario's digest says; `None` where it says nothing of this moment.
fn replay(scenario: &Scenario, session: &Session, end: Moment) -> Option<&'static str> {
    let digest = scenario.digest.filter(|_| end == scenario.end())?;
    Some(match digest == session.digest() {
        true => "verified",
        false if scenario.engine != ENGINE_VERSION => "other engine",
        false => "differs",
    })
}
