//! Walks the source of the whole repository and asserts the house's rules; what exactly is looked
//! for, and the tests of the looking, are in `lockstep_tests::tidy`.

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_tests::tidy::{
    BROWSER_CRATES, FORBIDDEN_IN_CORE, Finding, imports_upwards, left_behind, long_file,
    long_functions, missing_opening, wide_lines, words,
};

/// Where a forbidden word must stand: the file, the word, and why.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    ("core/src/scenario/json/unique.rs", "`f64`", "serde's visitor takes a float to refuse it"),
    ("core/src/cache/workload.rs", "`f64`", "Zipf's table is made with libm, once"),
];

/// Every Rust file of the repository: its path from the root, with `/`, and its text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests are in the root");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["core", "web", "xtask", "tests"].map(|folder| root.join(folder)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository can be read") {
            let path = entry.expect("so can its entries").path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            if path.is_dir() {
                // What tools make is not ours.
                if !["target", "node_modules", "dist"].contains(&&*name) && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                let place = path.strip_prefix(root).expect("it is below the root");
                let place = place.to_string_lossy().replace('\\', "/");
                found.push((place, fs::read_to_string(&path).expect("source is text")));
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "this is not the repository: {} files", found.len());
    found
}

/// Asserts that no file of those that `concerns` picks has a finding.
fn assert_tidy(concerns: impl Fn(&str) -> bool, look: impl Fn(&str, &str) -> Vec<Finding>) {
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for (place, text) in sources().into_iter().filter(|(place, _)| concerns(place)) {
        looked_at += 1;
        for Finding { line, what } in look(&place, &text) {
            if !EXCEPTIONS.iter().any(|(file, word, _)| *file == place && *word == what) {
                findings.push(format!("{place}:{line}: {what}"));
            }
        }
    }
    assert!(looked_at > 0, "nothing was looked at");
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

fn everywhere(_place: &str) -> bool {
    true
}

/// The core without its command line, the only part of it that does I/O.
fn in_core(place: &str) -> bool {
    place.starts_with("core/src/") && !place.starts_with("core/src/bin/")
}

#[test]
fn files_are_short() {
    assert_tidy(everywhere, |_, text| long_file(text));
}

#[test]
fn lines_are_narrow() {
    assert_tidy(everywhere, |_, text| wide_lines(text));
}

#[test]
fn functions_are_short() {
    assert_tidy(everywhere, |_, text| long_functions(text));
}

#[test]
fn modules_open_with_what_they_are() {
    assert_tidy(everywhere, |_, text| missing_opening(text));
}

#[test]
fn nothing_is_left_behind() {
    assert_tidy(everywhere, |_, text| left_behind(text));
}

#[test]
fn the_core_has_no_clock_no_io_no_floats_and_no_unordered_collections() {
    assert_tidy(in_core, |_, text| words(text, &FORBIDDEN_IN_CORE));
}

#[test]
fn imports_of_the_core_go_one_way() {
    let modules = |place: &str| in_core(place) && place != "core/src/lib.rs";
    assert_tidy(modules, |place, text| {
        imports_upwards(place.strip_prefix("core/src/").unwrap_or(place), text)
    });
}

#[test]
fn only_the_page_knows_a_browser() {
    // The detector's own word list and tests name these crates.
    let others = |place: &str| !place.starts_with("web/") && place != "tests/src/tidy.rs";
    assert_tidy(others, |_, text| words(text, &BROWSER_CRATES));
}

#[test]
fn every_exception_is_still_needed() {
    for (file, word, _) in EXCEPTIONS {
        let (_, text) = sources().into_iter().find(|(place, _)| place == file).expect("it exists");
        let found = words(&text, &FORBIDDEN_IN_CORE);
        assert!(found.iter().any(|finding| finding.what == word), "{file} no longer has {word}");
    }
}
