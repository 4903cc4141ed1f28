//! `cargo xtask …`: sets a fresh machine up, then builds, serves, measures or tests Lockstep.
//!
//! A person who has just cloned the repository has rustup, a C compiler (without which cargo could
//! not have linked this program), Node and npm. All else is put there by the command that needs
//! it: see [`tools`]. So there is no list of set-up steps to follow, and none to go stale.
//!
//! It is a Rust program and not a shell script so that it is checked as the rest is. It stays
//! small, because every fresh machine compiles it before anything else happens:
//!
//! - [`shell`] runs other programs and says what they do;
//! - [`version`] reads what they say of their own version;
//! - [`tools`] installs what is missing;
//! - [`page`] builds `dist/`, [`size`] weighs it, [`serve`] hands it out over HTTP;
//! - [`mod@bench`] measures;
//! - [`suite`] is the list of everything that must hold before a change lands.
//!
//! Every command can be run again at any time: what is present at the right version is left alone.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a terminal")]

mod bench;
mod page;
mod serve;
mod shell;
mod size;
mod suite;
mod tools;
mod version;

use anyhow::{Context, Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask serve [--port N] [--no-build]   build the page and serve it on this machine
cargo xtask build                           leave the page in dist/, for any static host
cargo xtask test [--only STEP]…             run everything that must hold (STEP: one of those below)
cargo xtask bench                           measure the core, natively and in wasm, and the page
cargo xtask bench --versus                  measure our Raft side by side with the `raft` crate
cargo xtask size                            weigh the page in dist/ as a browser would load it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((command, options)) = arguments.split_first() else {
        println!("{USAGE}\n\nsteps: {}", suite::names().join(", "));
        return Ok(());
    };
    let mut options = Options(options.to_vec());
    match command.as_str() {
        "serve" => {
            let port = options.value("--port")?.map(|port| port.parse()).transpose();
            let port = port.context("--port takes a number from 0 to 65535")?;
            let build = !options.flag("--no-build");
            options.finish()?;
            if build {
                page::build()?;
            }
            serve::forever(&page::folder()?, port.unwrap_or(serve::DEFAULT_PORT))
        }
        "build" => {
            options.finish()?;
            page::build()
        }
        "test" => {
            let only = options.values("--only")?;
            options.finish()?;
            suite::run(&only)
        }
        "bench" => {
            let versus = options.flag("--versus");
            options.finish()?;
            if versus { bench::versus() } else { bench::run_all() }
        }
        "size" => {
            options.finish()?;
            size::report(&page::folder()?)
        }
        "help" | "--help" | "-h" => dispatch(&[]),
        other => bail!("there is no command `{other}`; the commands are\n{USAGE}"),
    }
}

/// What follows the command on the command line, taken out one by one, so that the rest is unknown.
struct Options(Vec<String>);

impl Options {
    fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|argument| argument != name);
        self.0.len() < before
    }

    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.0.iter().position(|argument| argument == name) else {
            return Ok(None);
        };
        self.0.remove(at);
        if at == self.0.len() {
            bail!("{name} needs a value after it");
        }
        Ok(Some(self.0.remove(at)))
    }

    fn values(&mut self, name: &str) -> Result<Vec<String>> {
        let mut values = Vec::new();
        while let Some(value) = self.value(name)? {
            values.push(value);
        }
        Ok(values)
    }

    fn finish(self) -> Result<()> {
        match self.0.first() {
            Some(unknown) => bail!("`{unknown}` means nothing here; the commands are\n{USAGE}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str]) -> Options {
        Options(arguments.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn options_are_taken_in_any_order() {
        let mut options = options(&["--no-build", "--port", "9000"]);
        assert_eq!(options.value("--port").unwrap().as_deref(), Some("9000"));
        assert!(options.flag("--no-build"));
        assert!(!options.flag("--no-build"));
        options.finish().unwrap();
    }

    #[test]
    fn a_repeated_option_keeps_all_its_values() {
        let mut options = options(&["--only", "format", "--only", "browser"]);
        assert_eq!(options.values("--only").unwrap(), ["format", "browser"]);
    }

    #[test]
    fn a_missing_value_and_an_unknown_option_are_refused() {
        assert!(options(&["--port"]).value("--port").is_err());
        assert!(options(&["--prot", "9000"]).finish().is_err());
    }
}
