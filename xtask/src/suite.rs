//! Everything that must hold before a change lands, as one list of named steps.
//!
//! All steps run even where one fails, so that a person sees all that is wrong at once; only a step
//! whose ground is missing (browser tests without a page) is skipped. The steps share what they
//! compile: clippy and rustdoc the same metadata, unit and doc tests one development build, the
//! browser tests the released page and the released command line.

use crate::shell::{cargo, command, find, seconds, target_folder, timed};
use crate::{page, serve, shell, size, tools};
use anyhow::{Context, Result, bail};
use std::time::Instant;

struct Step {
    name: &'static str,
    /// Steps whose results this one uses.
    needs: &'static [&'static str],
    work: fn() -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "format", needs: &[], work: format },
    Step { name: "clippy", needs: &[], work: clippy },
    Step { name: "clippy-wasm", needs: &[], work: clippy_wasm },
    Step { name: "test", needs: &[], work: test },
    Step { name: "doc", needs: &[], work: doc },
    Step { name: "page", needs: &[], work: page::compile },
    Step { name: "size", needs: &["page"], work: weigh },
    Step { name: "cli", needs: &[], work: command_line },
    Step { name: "random", needs: &["cli"], work: random_runs },
    Step { name: "browser", needs: &["page", "cli"], work: browser },
];

/// The folder of the web page in the browser tests' second server: no root, and not a flat one.
const SUB_PATH: &str = "/teaching/sync/lockstep/";

enum Outcome {
    Passed,
    Failed(anyhow::Error),
    Skipped(&'static str),
}

/// The names of all steps, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// Runs all steps, or those that are named and what they need.
pub(crate) fn run(only: &[String]) -> Result<()> {
    let chosen = choose(only)?;
    timed("tools", || install_for(&chosen))?;
    let start = Instant::now();
    let mut outcomes: Vec<(&'static str, Outcome)> = Vec::new();
    for step in chosen {
        let lacking = step
            .needs
            .iter()
            .find(|need| outcomes.iter().any(|(name, outcome)| name == *need && !outcome.passed()));
        let outcome = match lacking {
            Some(need) => Outcome::Skipped(need),
            None => match timed(step.name, step.work) {
                Ok(()) => Outcome::Passed,
                Err(error) => Outcome::Failed(error),
            },
        };
        outcomes.push((step.name, outcome));
    }
    println!("\n── all of it took {}", seconds(start.elapsed()));
    summarise(&outcomes)
}

/// Installs what the steps need before the first one starts: a person learns at once, and not after
/// half an hour, that something has to be installed by hand.
fn install_for(steps: &[&Step]) -> Result<()> {
    let chosen = |name: &str| steps.iter().any(|step| step.name == name);
    if chosen("browser") {
        tools::chromium()?;
    }
    if chosen("page") {
        tools::for_page()?;
    }
    tools::for_checks()
}

/// The steps to run, in their own order, with those that they need.
fn choose(only: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = only.iter().find(|name| !names().contains(&name.as_str())) {
        bail!("there is no step `{unknown}`; the steps are {}", names().join(", "));
    }
    let asked = |name: &str| only.is_empty() || only.iter().any(|asked| asked == name);
    let needed = |name: &str| STEPS.iter().any(|s| asked(s.name) && s.needs.contains(&name));
    Ok(STEPS.iter().filter(|step| asked(step.name) || needed(step.name)).collect())
}

impl Outcome {
    fn passed(&self) -> bool {
        matches!(self, Outcome::Passed)
    }
}

/// Says how each step ended; the last line is the one that continuous integration reads.
fn summarise(outcomes: &[(&'static str, Outcome)]) -> Result<()> {
    for (name, outcome) in outcomes {
        match outcome {
            Outcome::Passed => println!("   {name}: passed"),
            Outcome::Failed(error) => println!("   {name}: FAILED: {error:#}"),
            Outcome::Skipped(need) => println!("   {name}: skipped, it needs {need}"),
        }
    }
    let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|(_, o)| wanted(o)).count();
    let passed = count(Outcome::passed);
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let skipped = outcomes.len() - passed - failed;
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if passed < outcomes.len() {
        bail!("not all steps passed");
    }
    Ok(())
}

fn format() -> Result<()> {
    cargo_runs("fmt --all --check")
}

fn clippy() -> Result<()> {
    cargo_runs("clippy --workspace --all-targets --all-features -- -D warnings")
}

fn clippy_wasm() -> Result<()> {
    let crates = "-p lockstep-core -p lockstep-web";
    cargo_runs(&format!("clippy {crates} --target wasm32-unknown-unknown -- -D warnings"))
}

fn test() -> Result<()> {
    cargo_runs("test --workspace --all-features --no-fail-fast")
}

fn doc() -> Result<()> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--all-features"])?;
    shell::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn weigh() -> Result<()> {
    size::report(&page::folder()?)
}

/// The program whose digests the browser's are compared with, as it would be released.
fn command_line() -> Result<()> {
    cargo_runs("build --release -p lockstep-core --features cli --bin lockstep")
}

/// Runs that nobody has seen before, of all labs in turn, for a bounded time: without a bug, in
/// weather in which nothing may be convicted, then in any weather; and with each planted bug, which
/// must be. Each line of output is JSON, the first says the seed, and a run that fails is printed
/// as a link.
fn random_runs() -> Result<()> {
    let runs: [&[&str]; 3] = [&["--for", "30s"], &["--wild", "--for", "15s"], &["--bug", "all"]];
    for options in runs {
        let mut lockstep = command(target_folder()?.join("release/lockstep"))?;
        shell::run_watched(lockstep.arg("random").args(options), is_finding)?;
    }
    Ok(())
}

/// Whether a line of random runs says what is wrong: a run that is convicted, with its seed, the
/// check and the link; or a planted bug that is not.
fn is_finding(line: &str) -> bool {
    let says = |what: &str| line.contains(what);
    says(r#""type":"conviction""#) || says(r#""type":"bug""#) && says(r#""check":null"#)
}

fn browser() -> Result<()> {
    let browser = tools::present_chromium().context("there is no Chromium")?;
    let page = page::folder()?;
    let at_root = serve::in_background(&page, "/")?;
    let below = serve::in_background(&page, SUB_PATH)?;
    let node = find("node").context("node is not on PATH")?;
    let run = |file: &str| -> Result<()> {
        let mut node = command(node.clone())?;
        node.args(["--test", "--test-reporter=spec", file])
            .env("LOCKSTEP_URL", &at_root)
            .env("LOCKSTEP_SUB_PATH_URL", &below)
            .env("LOCKSTEP_CHROMIUM", &browser)
            .env("LOCKSTEP_CLI", target_folder()?.join("release/lockstep"));
        shell::run(&mut node)
    };
    // All of them are run, so that one failure does not hide another.
    let mut failed = Vec::new();
    for file in browser_tests()? {
        if let Err(error) = run(&file) {
            failed.push(format!("{file}: {error}"));
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

/// The files that hold browser tests, one by one: Node 20 knows no patterns.
fn browser_tests() -> Result<Vec<String>> {
    let folder = shell::root().join("tests/browser");
    let mut tests = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            tests.push(format!("tests/browser/{name}"));
        }
    }
    if tests.is_empty() {
        bail!("there are no browser tests in {}", folder.display());
    }
    tests.sort();
    Ok(tests)
}

fn cargo_runs(arguments: &str) -> Result<()> {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    shell::run(&mut cargo(&arguments)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        choose(&only).unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn without_a_choice_all_steps_run() {
        assert_eq!(chosen(&[]), names());
    }

    #[test]
    fn a_chosen_step_brings_what_it_needs_in_order() {
        assert_eq!(chosen(&["browser", "format"]), ["format", "page", "cli", "browser"]);
        assert!(choose(&["brwoser".to_string()]).is_err());
    }

    #[test]
    fn every_need_is_a_step_that_runs_earlier() {
        for (at, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(STEPS[..at].iter().any(|earlier| earlier.name == *need), "{need}");
            }
        }
    }

    #[test]
    fn what_random_runs_find_is_told_at_the_end() {
        assert!(is_finding(r##"{"check":"data_value","link":"#A","seed":7,"type":"conviction"}"##));
        assert!(is_finding(r#"{"bug":"vote_twice","check":null,"seeds":null,"type":"bug"}"#));
        assert!(!is_finding(r#"{"bug":"vote_twice","check":"election_safety","type":"bug"}"#));
        assert!(!is_finding(r#"{"seeds":7,"type":"progress"}"#));
    }

    #[test]
    fn one_failure_fails_the_whole() {
        assert!(summarise(&[("a", Outcome::Passed)]).is_ok());
        let failed = Outcome::Failed(anyhow::anyhow!("no"));
        assert!(summarise(&[("a", Outcome::Passed), ("b", failed)]).is_err());
        assert!(summarise(&[("a", Outcome::Passed), ("b", Outcome::Skipped("a"))]).is_err());
    }
}
