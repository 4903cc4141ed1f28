//! `lockstep check`: judges a client history.
//!
//! The first line is the verdict. Where the history is not linearizable, the window that shows it
//! follows: every operation that was under way in it, one a line, those that cannot be ordered
//! marked with `*`. Where the budget was spent, the second line says which.
//!
//! The model `coherence` asks for less: one order for each address, in which real time does not
//! count ([`coherence`]). Where there is none, the operations that contradict each other follow,
//! marked with `*`, each with the reason why it comes before the next, and then what they saw.

use std::fmt::{Display, Write as _};
use std::fs::File;
use std::io::{self, Read};
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use lockstep_core::check::coherence::{self, Memory, Shape};
use lockstep_core::check::linearizability::format::{Problem, jepsen, json, porcupine};
use lockstep_core::check::linearizability::{
    Conviction, Kv, Model, Mutex, Operation, Queue, Register, Verdict, judge,
};

use super::{Failure, HINT};

/// The longest history, in bytes.
const LONGEST_HISTORY: u64 = 64 << 20;
/// How many steps the verdict may cost where nobody says more: a second for small states, and half
/// a minute and a gigabyte for long queues, whose every order is a state of its own.
const BUDGET: u64 = 2_000_000;
/// The exit code where the budget was spent.
const UNDECIDED: u8 = 3;

#[derive(Clone, Copy)]
enum Object {
    Register,
    Kv,
    Mutex,
    Queue,
    Coherence,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Jepsen,
    PorcupineKv,
    Json,
}

struct Options {
    object: Object,
    format: Format,
    file: String,
    budget: u64,
}

/// The value of an option that names one of a few things.
fn named<T: Copy>(parser: &mut Parser, option: &str, all: &[(&str, T)]) -> Result<T, Failure> {
    let name = parser.value()?.string()?;
    let found = all.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
        Failure::Input(format!("{option}: no {name:?} here: there are {}", known.join(", ")))
    })
}

fn options(mut parser: Parser) -> Result<Options, Failure> {
    let (mut object, mut format, mut file, mut budget) = (None, None, None, BUDGET);
    while let Some(option) = parser.next()? {
        match option {
            Arg::Long("model") => {
                let all = [
                    ("register", Object::Register),
                    ("kv", Object::Kv),
                    ("mutex", Object::Mutex),
                    ("queue", Object::Queue),
                    ("coherence", Object::Coherence),
                ];
                object = Some(named(&mut parser, "--model", &all)?);
            }
            Arg::Long("format") => {
                let all = [
                    ("jepsen", Format::Jepsen),
                    ("porcupine-kv", Format::PorcupineKv),
                    ("json", Format::Json),
                ];
                format = Some(named(&mut parser, "--format", &all)?);
            }
            Arg::Long("budget") => budget = parser.value()?.parse()?,
            Arg::Value(value) if file.is_none() => file = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let missing = |what: &str| Failure::Input(format!("{what}; {HINT}"));
    Ok(Options {
        object: object.ok_or_else(|| missing("--model is missing"))?,
        format: format.ok_or_else(|| missing("--format is missing"))?,
        file: file.ok_or_else(|| missing("check what?"))?,
        budget,
    })
}

pub(crate) fn run(parser: Parser) -> Result<ExitCode, Failure> {
    let options = options(parser)?;
    let (text, code) = match (options.object, options.format) {
        (Object::Register, Format::Jepsen) => judged(&options, jepsen::read::<Register>),
        (Object::Mutex, Format::Jepsen) => judged(&options, jepsen::read::<Mutex>),
        (Object::Queue, Format::Jepsen) => judged(&options, jepsen::read::<Queue>),
        (Object::Kv, Format::PorcupineKv) => judged(&options, porcupine::read),
        (Object::Register, Format::Json) => judged(&options, json::read::<Register>),
        (Object::Kv, Format::Json) => judged(&options, json::read::<Kv>),
        (Object::Mutex, Format::Json) => judged(&options, json::read::<Mutex>),
        (Object::Queue, Format::Json) => judged(&options, json::read::<Queue>),
        (Object::Coherence, Format::Json) => judged_by_location(&options),
        (Object::Kv | Object::Coherence, Format::Jepsen) => {
            Err(Failure::Input("--format: jepsen has register, mutex and queue only".to_owned()))
        }
        (_, Format::PorcupineKv) => {
            Err(Failure::Input("--format: porcupine-kv has kv only".to_owned()))
        }
    }?;
    super::print(&text)?;
    Ok(code)
}

/// The history of a file.
fn history<M: Model>(
    file: &str,
    read: impl FnOnce(&str) -> Result<Vec<Operation<M>>, Problem>,
) -> Result<Vec<Operation<M>>, Failure> {
    let in_file = |problem: &dyn Display| Failure::Input(format!("{file}: {problem}"));
    let text = read_file(file).map_err(|error| in_file(&error))?;
    read(&text).map_err(|problem| in_file(&problem))
}

fn undecided(budget: u64) -> (String, ExitCode) {
    let text = format!("a budget of {budget} steps was spent (--budget)\n");
    (text, ExitCode::from(UNDECIDED))
}

/// What is printed, and the exit code.
fn judged<M: Model>(
    options: &Options,
    read: impl FnOnce(&str) -> Result<Vec<Operation<M>>, Problem>,
) -> Result<(String, ExitCode), Failure> {
    let Options { file, budget, format, .. } = options;
    let history = history(file, read)?;
    let verdict = judge(&history, *budget);
    let (text, code) = match &verdict {
        Verdict::Linearizable => (String::new(), ExitCode::SUCCESS),
        Verdict::NotLinearizable(found) => (window(&history, found, *format), ExitCode::FAILURE),
        Verdict::Undecided => undecided(*budget),
    };
    Ok((format!("{}\n{text}", verdict.name()), code))
}

/// What is printed about the coherence of a history, and the exit code.
fn judged_by_location(options: &Options) -> Result<(String, ExitCode), Failure> {
    let Options { file, budget, .. } = options;
    let history = history(file, json::read::<Memory>)?;
    let verdict = coherence::judge(&history, *budget);
    let (text, code) = match &verdict {
        coherence::Verdict::Coherent => (String::new(), ExitCode::SUCCESS),
        coherence::Verdict::NotCoherent(found) => {
            (contradiction(&history, found), ExitCode::FAILURE)
        }
        coherence::Verdict::Undecided => undecided(*budget),
    };
    Ok((format!("{}\n{text}", verdict.name()), code))
}

/// As much of a file as decides whether it is too long: some files have no end.
fn read_file(name: &str) -> io::Result<String> {
    let mut text = String::new();
    File::open(name)?.take(LONGEST_HISTORY + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST_HISTORY {
        let what = format!("more than the {LONGEST_HISTORY} bytes allowed");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(text)
}

fn window<M: Model>(history: &[Operation<M>], found: &Conviction, format: Format) -> String {
    let (from, to) = (found.from, found.to);
    let span = match format {
        Format::Json => format!("from {from} to {to} us"),
        Format::Jepsen | Format::PorcupineKv => format!("lines {from} to {to}"),
    };
    let key = found.key.as_ref().map_or_else(String::new, |key| format!("key {key:?}, "));
    let least = if found.is_least { "" } else { " (a shorter window was beyond the budget)" };
    let mut text = format!("{key}{span}{least}; those with * cannot be ordered\n");
    for place in &found.operations {
        let mark = if found.unorderable.contains(place) { '*' } else { ' ' };
        writeln!(text, "{mark} {}", operation(&history[*place])).expect("text takes everything");
    }
    text
}

/// An operation on one line.
fn operation<M: Model>(operation: &Operation<M>) -> String {
    let Operation { client, action, called, returned, answer } = operation;
    let answer = answer.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    let returned = returned.map_or_else(|| "…".to_owned(), |returned| returned.to_string());
    format!("{called}–{returned}  {client}  {action} → {answer}")
}

/// What shows that a history is not coherent.
fn contradiction(history: &[Operation<Memory>], found: &coherence::Conviction) -> String {
    let least = if found.is_least { "" } else { " (there may be something shorter)" };
    let what = match found.shape {
        Shape::Unordered => "those with * have no order together",
        Shape::ThinAir => "nobody wrote what it saw",
        _ => "each with * comes before the next, and the last before the first",
    };
    let mut text =
        format!("address {:?}, {}{least}; {what}\n", &*found.address, found.shape.name());
    for link in &found.cycle {
        let line = operation(&history[link.operation]);
        writeln!(text, "* {line}  ({})", link.tie.words()).expect("text takes everything");
    }
    for place in &found.sources {
        writeln!(text, "  {}", operation(&history[*place])).expect("text takes everything");
    }
    text
}
