//! Builds the page into `dist/`.
//!
//! Trunk does the work (see Trunk.toml and index.html); this sets it up. All of the page's own URLs
//! are relative and all its files but index.html carry a hash of their content in their names, so
//! the folder can be put anywhere on any static host, and cached for ever.

use crate::shell::{command, find, root, run, timed};
use crate::tools;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// Installs what building needs, then builds.
pub(crate) fn build() -> Result<()> {
    timed("tools for the page", tools::for_page)?;
    timed("building the page", compile)
}

/// Builds, where the tools are known to be present.
pub(crate) fn compile() -> Result<()> {
    tools::crates()?;
    let trunk = find("trunk").context("trunk is not on PATH")?;
    let mut trunk = command(trunk)?;
    trunk.args(["build", "--release"]).env("CARGO_ENCODED_RUSTFLAGS", compiler_flags()?);
    // Trunk reads this as an option of its own, and refuses the usual value, `1`.
    trunk.env_remove("NO_COLOR");
    run(&mut trunk)?;
    println!("the page is in {}", folder()?.display());
    Ok(())
}

/// The folder that holds the built page.
pub(crate) fn folder() -> Result<PathBuf> {
    let folder = root().join("dist");
    if !folder.join("index.html").is_file() {
        bail!("there is no page in dist/ yet: `cargo xtask build` makes it");
    }
    Ok(folder)
}

/// Panic messages hold the paths of source files. Packages' sources lie where this user's cargo
/// keeps them; the flags shorten that, so that the page names no folder of the machine that built
/// it, and has the same bytes wherever it is built.
fn compiler_flags() -> Result<String> {
    let mut flags = Vec::new();
    for folder in tools::package_sources()? {
        flags.push(format!("--remap-path-prefix={}=crates", folder.display()));
    }
    // Set, this variable takes the place of RUSTFLAGS: keep what the person asked for.
    let asked = std::env::var("RUSTFLAGS").unwrap_or_default();
    flags.extend(asked.split_whitespace().map(ToString::to_string));
    Ok(flags.join("\u{1f}"))
}
