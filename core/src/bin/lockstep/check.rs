//! `lockstep check`: judges a client history.
//!
//! The first line is the verdict. Where the history is not linearizable, the window that shows it
//! follows: every operation that was under way in it, one a line, those that cannot be ordered
//! marked with `*`.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use lockstep_core::check::linearizability::format::{Problem, jepsen, json, porcupine};
use lockstep_core::check::linearizability::{
    Conviction, Kv, Model, Mutex, Operation, Queue, Register, Verdict, judge,
};

use super::{Failure, HINT};

/// The longest history, in bytes.
const LONGEST_HISTORY: u64 = 64 << 20;
/// How many steps the verdict may cost where nobody says more.
const BUDGET: u64 = 10_000_000;

/// The exit code where the budget was spent.
const UNDECIDED: u8 = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Jepsen,
    PorcupineKv,
    Json,
}

struct Options {
    model: String,
    format: Format,
    file: String,
    budget: u64,
}

fn options(mut parser: Parser) -> Result<Options, Failure> {
    let (mut model, mut format, mut file, mut budget) = (None, None, None, BUDGET);
    let wrong = |what: String| Failure::Input(format!("{what}; {HINT}"));
    while let Some(option) = parser.next()? {
        match option {
            Arg::Long("model") => model = Some(parser.value()?.string()?),
            Arg::Long("format") => {
                format = Some(match parser.value()?.string()?.as_str() {
                    "jepsen" => Format::Jepsen,
                    "porcupine-kv" => Format::PorcupineKv,
                    "json" => Format::Json,
                    other => return Err(wrong(format!("--format: none is called {other:?}"))),
                });
            }
            Arg::Long("budget") => budget = parser.value()?.parse()?,
            Arg::Value(value) if file.is_none() => file = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Options {
        model: model.ok_or_else(|| wrong("--model is missing".to_owned()))?,
        format: format.ok_or_else(|| wrong("--format is missing".to_owned()))?,
        file: file.ok_or_else(|| wrong("check which file?".to_owned()))?,
        budget,
    })
}

pub(crate) fn run(parser: Parser) -> Result<ExitCode, Failure> {
    let Options { model, format, file, budget } = options(parser)?;
    let in_file = |problem: &dyn Display| Failure::Input(format!("{file}: {problem}"));
    let unfit = || {
        let name = if format == Format::Jepsen { "jepsen" } else { "porcupine-kv" };
        Failure::Input(format!("--format: {name} has no histories of a {model}"))
    };
    let read = || read_file(&file).map_err(|error| in_file(&error));
    let refuse = |problem: Problem| in_file(&problem);
    let in_us = format == Format::Json;
    let answer = match (model.as_str(), format) {
        ("register", Format::Jepsen) => {
            verdict(&jepsen::read::<Register>(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("register", Format::Json) => {
            verdict(&json::read::<Register>(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("kv", Format::PorcupineKv) => {
            verdict(&porcupine::read(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("kv", Format::Json) => {
            verdict(&json::read::<Kv>(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("mutex", Format::Jepsen) => {
            verdict(&jepsen::read::<Mutex>(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("mutex", Format::Json) => {
            verdict(&json::read::<Mutex>(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("queue", Format::Jepsen) => {
            verdict(&jepsen::read::<Queue>(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("queue", Format::Json) => {
            verdict(&json::read::<Queue>(&read()?).map_err(refuse)?, budget, in_us)
        }
        ("register" | "kv" | "mutex" | "queue", _) => return Err(unfit()),
        (other, _) => {
            let what = format!("--model: none is called {other:?}; {HINT}");
            return Err(Failure::Input(what));
        }
    };
    let (text, code) = answer;
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(code)
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

/// What is printed, and the exit code.
fn verdict<M: Model>(history: &[Operation<M>], budget: u64, in_us: bool) -> (String, ExitCode) {
    let verdict = judge(history, budget);
    let name = verdict.name();
    match verdict {
        Verdict::Linearizable => (format!("{name}\n"), ExitCode::SUCCESS),
        Verdict::NotLinearizable(conviction) => {
            (format!("{name}\n{}", window(history, &conviction, in_us)), ExitCode::FAILURE)
        }
        Verdict::Undecided => (format!("{name} after {budget} steps\n"), ExitCode::from(UNDECIDED)),
    }
}

fn window<M: Model>(history: &[Operation<M>], conviction: &Conviction, in_us: bool) -> String {
    let at = |time: u64| if in_us { format!("{time} us") } else { format!("line {time}") };
    let (from, to) = (at(conviction.from), at(conviction.to));
    let key = conviction.key.as_ref().map_or_else(String::new, |key| format!("key {key:?}, "));
    let mut text = format!("{key}from {from} to {to}, * cannot be ordered");
    if !conviction.is_least {
        text.push_str(" (the budget was spent before a shorter window was found)");
    }
    text.push_str(":\n");
    for place in &conviction.operations {
        let Operation { client, action, called, returned, answer } = &history[*place];
        let mark = if conviction.unorderable.contains(place) { '*' } else { ' ' };
        let answer = match (returned, answer) {
            (None, _) => "never returned".to_owned(),
            (Some(_), None) => "answer not known".to_owned(),
            (Some(_), Some(answer)) => answer.to_string(),
        };
        let until = returned.map_or_else(|| "…".to_owned(), at);
        text.push_str(&format!(
            "{mark} {client}: {action} → {answer} ({} to {until})\n",
            at(*called)
        ));
    }
    text
}
