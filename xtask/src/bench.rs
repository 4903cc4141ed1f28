//! Measures: the core natively and in WebAssembly, and the weight of the page.
//!
//! The three print the figures of the README's table. They are benchmarks, not tests: nothing fails
//! if a figure misses its mark, because a busy machine is not a broken program. [`versus`] measures
//! our Raft beside somebody else's, for which more has to be installed and built.

use crate::shell::{cargo, command, run, target_folder, timed};
use crate::{page, size, tools};
use anyhow::{Context, Result};

const CRATE: &str = "lockstep-wasm-bench";
const MODULE: &str = "lockstep_wasm_bench.wasm";
const TARGET: &str = "wasm32-unknown-unknown";

/// Runs all benchmarks.
pub(crate) fn run_all() -> Result<()> {
    timed("tools", tools::for_page)?;
    timed("native", || {
        run(cargo(&["build", "--release", "-p", "lockstep-core", "--features", "cli"])?
            .args(["--bin", "lockstep"]))?;
        run(command(target_folder()?.join("release/lockstep"))?.arg("bench"))
    })?;
    timed("WebAssembly", in_wasm)?;
    timed("the page", || {
        page::compile()?;
        size::report(&page::folder()?)
    })
}

/// Our Raft side by side with the `raft` crate. It is built apart from the rest, with the versions
/// of a lock file of its own.
pub(crate) fn versus() -> Result<()> {
    timed("tools", tools::protoc)?;
    let target = target_folder()?.join("versus");
    timed("versus", || {
        let mut measure = cargo(&["run", "--release", "--locked", "--manifest-path"])?;
        run(measure.arg("tests/versus/Cargo.toml").arg("--target-dir").arg(target))
    })
}

/// As the page is built.
fn in_wasm() -> Result<()> {
    run(&mut cargo(&["build", "--profile", "page", "--target", TARGET, "-p", CRATE])?)?;
    let target = target_folder()?;
    let built = target.join(TARGET).join("page").join(MODULE);
    let generated = target.join("wasm-bench");
    let wasm_bindgen = crate::shell::find("wasm-bindgen").context("wasm-bindgen is not on PATH")?;
    run(command(wasm_bindgen)?
        .args(["--target", "web", "--out-dir"])
        .args([generated.as_os_str(), built.as_os_str()]))?;
    let node = crate::shell::find("node").context("node is not on PATH")?;
    run(command(node)?.arg("tests/wasm/bench.mjs").arg(generated))
}
