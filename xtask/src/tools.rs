//! What a fresh machine lacks, and how it gets it.
//!
//! Each function makes sure of one thing: it looks, says in a line what it found, and installs only
//! where nothing fits. Versions are pinned, because the page is built from all of them: a
//! wasm-bindgen of another version than the crate's is refused by Trunk, and another wasm-opt makes
//! other bytes. All of it comes from cargo's, npm's and Debian's registries, by their own clients.
//!
//! The C compiler is not looked for: without one, cargo could not have linked this program.

use crate::shell::{cargo, cargo_home, command, find, output, root, run};
use crate::version::Version;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// A program that `cargo install` compiles.
struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: Version,
}

/// Builds the page: compiles, binds, optimises, names files by their content.
const TRUNK: CargoTool =
    CargoTool { package: "trunk", program: "trunk", version: Version(0, 21, 14) };

/// Must be the version of the `wasm-bindgen` crate in Cargo.lock, and of Trunk.toml.
const WASM_BINDGEN: CargoTool =
    CargoTool { package: "wasm-bindgen-cli", program: "wasm-bindgen", version: Version(0, 2, 126) };

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Node that runs wasm-opt and the browser tests.
const NODE: Version = Version(20, 0, 0);

/// Everything that building the page needs.
pub(crate) fn for_page() -> Result<()> {
    wasm_target()?;
    node_packages()?;
    cargo_tool(&WASM_BINDGEN)?;
    cargo_tool(&TRUNK)
}

/// What the formatting and clippy steps need, beside the target.
pub(crate) fn for_checks() -> Result<()> {
    wasm_target()?;
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if output(&mut cargo(&[subcommand, "--version"])?).is_some() {
            println!("{component}: present");
            continue;
        }
        println!("{component}: missing, adding it to the toolchain");
        rustup(&["component", "add", component])?;
    }
    Ok(())
}

/// The standard library for WebAssembly, which `rust-toolchain.toml` asks for. A machine whose
/// rustup does not act on that file by itself has it added here.
fn wasm_target() -> Result<()> {
    let mut rustc = command("rustc")?;
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    let library = output(&mut rustc).context("rustc does not answer; install Rust with rustup")?;
    if Path::new(library.trim()).is_dir() {
        println!("{WASM_TARGET}: present");
        return Ok(());
    }
    println!("{WASM_TARGET}: missing, adding it to the toolchain");
    rustup(&["target", "add", WASM_TARGET])
}

fn rustup(arguments: &[&str]) -> Result<()> {
    run(command("rustup")?.args(arguments)).with_context(|| {
        format!("this needs rustup; else install by hand: {}", arguments.join(" "))
    })
}

fn cargo_tool(tool: &CargoTool) -> Result<()> {
    let CargoTool { package, program, version } = tool;
    let found = installed(program)?;
    if found == Some(*version) {
        println!("{program} {version}: present");
        return Ok(());
    }
    match found {
        Some(other) => println!("{program}: {other} is here, {version} takes its place"),
        None => println!("{program}: missing, compiling {version} (some minutes, only once)"),
    }
    let exact = format!("{package}@{version}");
    // The tool's own release profile optimises it for those who use it all day; ours runs for
    // seconds, so half the compile time is worth more. `--force`: what is there may be broken.
    let mut install = cargo(&["install", "--locked", "--force", &exact])?;
    install
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    run(&mut install)?;
    match installed(program)? {
        Some(now) if now == *version => Ok(()),
        now => bail!("{exact} was installed, but `{program} --version` says {now:?}"),
    }
}

fn installed(program: &str) -> Result<Option<Version>> {
    let Some(file) = find(program) else { return Ok(None) };
    Ok(output(command(file)?.arg("--version")).and_then(|text| Version::find(&text)))
}

/// Node itself, which this cannot install, and the packages that package-lock.json pins.
fn node_packages() -> Result<()> {
    let help = "install Node 20 or later with npm, for instance `apt-get install nodejs npm`";
    match installed("node")? {
        Some(found) if found >= NODE => println!("node {found}: present"),
        Some(old) => bail!("node {old} is too old: {help}"),
        None => bail!("there is no node: {help}"),
    }
    let npm = find("npm").with_context(|| format!("there is no npm: {help}"))?;

    // npm has no quick way to ask whether node_modules fits the lock file, so a copy of the lock
    // file that it was filled from is kept in it.
    let wanted = fs::read(root().join("package-lock.json")).context("package-lock.json")?;
    let stamp = root().join("node_modules/.installed-from.json");
    if fs::read(&stamp).is_ok_and(|present| present == wanted) {
        println!("npm packages: present");
        return Ok(());
    }
    println!("npm packages: missing or of other versions, installing what package-lock.json pins");
    run(command(npm)?.args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// The crates that the page is made of, fetched ahead: Trunk runs cargo offline.
pub(crate) fn crates() -> Result<()> {
    run(&mut cargo(&["fetch"])?)
}

/// Where cargo keeps the sources of packages: one folder for each registry.
pub(crate) fn package_sources() -> Result<Vec<PathBuf>> {
    let folder = cargo_home()?.join("registry/src");
    let entries = fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))?;
    let folders: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    Ok(folders?)
}

/// A Chromium for the browser tests: the one that is named, else found, else installed by apt.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(browser) = present_chromium() {
        println!("browser: {}", browser.display());
        return Ok(browser);
    }
    install(
        &["chromium", "fonts-liberation"],
        "the browser tests need Chromium: run `sudo apt-get install chromium`, or set CHROME to \
         the program's path, then run this again",
    )?;
    present_chromium().context("apt-get installed chromium, but it is not on PATH")
}

/// The compiler of protocol buffers, which the `raft` crate needs to build.
pub(crate) fn protoc() -> Result<()> {
    if let Some(found) = find("protoc") {
        println!("protoc: {}", found.display());
        return Ok(());
    }
    install(
        &["protobuf-compiler"],
        "the `raft` crate needs protoc to build: run `sudo apt-get install protobuf-compiler`, \
         then run this again",
    )
}

/// Installs packages of Debian's, or says what a person must do.
fn install(packages: &[&str], help: &str) -> Result<()> {
    let may_install = find("apt-get").is_some()
        && output(command("id")?.arg("-u")).is_some_and(|user| user.trim() == "0");
    if !may_install {
        bail!("{help}");
    }
    println!("missing, installing Debian's {}", packages.join(", "));
    run(command("apt-get")?.args(["update", "-q"]))?;
    let mut install = command("apt-get")?;
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "-y", "-q", "--no-install-recommends"]).args(packages);
    run(&mut install)
}

/// The Chromium that is named by a variable, else the first of the usual names on the search path.
pub(crate) fn present_chromium() -> Option<PathBuf> {
    let named = ["LOCKSTEP_CHROMIUM", "CHROME"].into_iter().find_map(std::env::var_os);
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    named.map(PathBuf::from).or_else(|| names.into_iter().find_map(find))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> String {
        fs::read_to_string(root().join(name)).unwrap()
    }

    #[test]
    fn every_file_pins_the_same_version_of_a_tool() {
        let version = WASM_BINDGEN.version;
        let lock = format!("name = \"wasm-bindgen\"\nversion = \"{version}\"\n");
        assert!(file("Cargo.lock").contains(&lock), "the crate is not of version {version}");
        assert!(file("Trunk.toml").contains(&format!("wasm_bindgen = \"{version}\"")));

        let binaryen = "\"binaryen\": \"132.0.0\"";
        assert!(file("package.json").contains(binaryen));
        assert!(file("Trunk.toml").contains("wasm_opt = \"version_132\""));
    }

    #[test]
    fn the_lock_file_of_npm_names_no_registry() {
        let lock = file("package-lock.json");
        assert!(lock.contains("integrity"), "digests pin the content");
        assert!(!lock.contains("\"resolved\"") && !lock.contains("://"), "an address got in");
    }
}
