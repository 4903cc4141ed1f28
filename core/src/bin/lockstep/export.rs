//! `lockstep export`: a run written down for other programs.

use std::io::{self, Write};
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use lockstep_core::scenario::export::{Export, Format};
use lockstep_core::sim::time::Moment;

use super::{Failure, HINT, SLICE, played, read, until};

/// Prints the run up to the scenario's moment in the format that is asked for.
pub(super) fn run(mut parser: Parser) -> Result<ExitCode, Failure> {
    let (mut argument, mut until_us, mut format) = (None, None, None);
    while let Some(option) = parser.next()? {
        match option {
            Arg::Long("until") => until_us = Some(until(&mut parser, "--until")?),
            Arg::Long("format") => format = Some(of_name(&parser.value()?.string()?)?),
            Arg::Value(value) if argument.is_none() => argument = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let argument = argument.ok_or_else(|| Failure::Input(format!("export what? {HINT}")))?;
    let format = format.ok_or_else(|| Failure::Input(format!("--format: must be {}", names())))?;
    let scenario = read(&argument)?;
    let mut session = played(&scenario, until_us.map_or_else(|| scenario.end(), Moment::after))?;
    let steps = 0..=session.steps();
    let mut export = Export::begin(&mut session, format, steps, &format!("From {argument}"));
    let mut output = io::BufWriter::new(io::stdout().lock());
    while let Some(piece) = export.work(&session, SLICE) {
        output.write_all(piece.as_bytes())?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn of_name(name: &str) -> Result<Format, Failure> {
    let format = Format::ALL.into_iter().find(|format| format.name() == name);
    format.ok_or_else(|| Failure::Input(format!("--format: must be {}", names())))
}

fn names() -> String {
    Format::ALL.map(Format::name).join(", ")
}
