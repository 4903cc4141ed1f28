//! Running other programs, with the person watching told what runs and why.
//!
//! A child writes straight to the terminal: what it reports is its own progress, live. Its search
//! path begins with cargo's own binaries and the npm packages of this repository, so that a tool
//! of another version elsewhere on the machine does not get in the way.

use anyhow::{Context, Result, bail};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The repository's root folder.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("xtask is a folder of the workspace").to_path_buf()
}

/// Where cargo builds: `target/`, or wherever this machine's settings say. Whatever decided that
/// for this very program decides it for the others, so its own place tells.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().context("where is this program?")?;
    let target = own.ancestors().nth(2).context("xtask is run from a target folder")?;
    Ok(target.to_path_buf())
}

/// Cargo's folder of packages and installed programs, usually `~/.cargo`.
pub(crate) fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = std::env::var_os("HOME").context("neither CARGO_HOME nor HOME is set")?;
    Ok(Path::new(&home).join(".cargo"))
}

/// The search path for programs: cargo's own first, then npm's, then the machine's.
fn search_path() -> Result<OsString> {
    let machine = std::env::var_os("PATH").unwrap_or_default();
    let ours = [cargo_home()?.join("bin"), root().join("node_modules/.bin")];
    let all = ours.into_iter().chain(std::env::split_paths(&machine));
    std::env::join_paths(all).context("a folder on PATH has a separator in its name")
}

/// Finds a program on the search path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let folders = search_path().ok()?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A command to be run in the repository's root folder.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(root()).env("PATH", search_path()?).stdin(Stdio::null());
    Ok(command)
}

/// A cargo command, with the cargo that runs this program.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))?;
    cargo.args(arguments);
    Ok(cargo)
}

/// Shows a command, then runs it to its end; an error where it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = describe(command);
    println!("$ {shown}");
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Does the same, and watches what the program prints, which goes on to the terminal line by line
/// as it comes. If it fails, the lines that are `telling` are part of the error.
pub(crate) fn run_watched(command: &mut Command, telling: impl Fn(&str) -> bool) -> Result<()> {
    let shown = describe(command);
    println!("$ {shown}");
    let started = command.stdout(Stdio::piped()).spawn();
    let mut child = started.with_context(|| format!("cannot start `{shown}`"))?;
    let output = child.stdout.take().context("its output is a pipe")?;
    let mut told = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line.with_context(|| format!("cannot read what `{shown}` prints"))?;
        println!("{line}");
        if telling(&line) {
            told.push(line);
        }
    }
    let status = child.wait().with_context(|| format!("`{shown}` does not end"))?;
    if !status.success() {
        let told: String = told.iter().map(|line| format!("\n{line}")).collect();
        bail!("`{shown}` failed ({status}){told}");
    }
    Ok(())
}

/// What a command prints, or nothing where it cannot be started or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command as a person would type it: without the folders, which only this machine has.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut shown = program.to_string_lossy().into_owned();
    for argument in command.get_args() {
        let _ = write!(shown, " {}", argument.to_string_lossy());
    }
    shown
}

/// Runs one named piece of work, and says how long it took.
pub(crate) fn timed<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n── {name}");
    let start = Instant::now();
    let result = work();
    let verdict = if result.is_ok() { "done" } else { "FAILED" };
    println!("── {name}: {verdict} in {}", seconds(start.elapsed()));
    result
}

/// A duration for a person to read.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let whole = duration.as_secs();
    format!("{} min {} s", whole / 60, whole % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_fails_is_quoted_and_whoever_does_not_is_not() {
        let told = |script: &str| {
            let mut command = Command::new("sh");
            run_watched(command.args(["-c", script]), |line| line.starts_with("seed"))
        };
        assert!(told("echo seed 7; exit 0").is_ok());
        let error = told("echo begun; echo seed 7; exit 3").expect_err("it fails").to_string();
        assert!(error.ends_with("\nseed 7") && !error.contains("\nbegun"), "{error}");
    }

    #[test]
    fn a_command_is_shown_without_its_folder() {
        let mut command = Command::new("/some/where/cargo");
        command.args(["doc", "--no-deps"]);
        assert_eq!(describe(&command), "cargo doc --no-deps");
    }

    #[test]
    fn durations_are_readable() {
        assert_eq!(seconds(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = run(&mut command("false").unwrap()).unwrap_err();
        assert!(error.to_string().contains("`false` failed"), "{error}");
        assert_eq!(output(&mut command("false").unwrap()), None);
    }

    #[test]
    fn the_repository_is_the_folder_that_holds_the_workspace() {
        assert!(root().join("rust-toolchain.toml").is_file());
    }
}
