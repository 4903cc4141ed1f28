//! What the tidy test looks for in source text: the house's rules that neither the compiler nor
//! clippy knows.
//!
//! Detectors read text, not syntax trees: they rely on the formatting that `cargo fmt` gives, which
//! is checked beside them, and so stay small enough to be believed. Each takes the text of a file
//! and returns what is wrong with it, with line numbers; each has a test in which it finds
//! something.

/// The most lines of a file.
pub const MOST_LINES: usize = 500;
/// The most characters of a line.
pub const MOST_COLUMNS: usize = 100;
/// The most lines of a function, from its signature to its closing brace.
pub const MOST_FUNCTION_LINES: usize = 70;

/// What may be imported by each module of the core: the modules below it.
pub const ORDER: [(&str, &[&str]); 8] = [
    ("sim", &[]),
    ("raft", &["sim"]),
    ("lock", &["raft", "sim"]),
    ("cache", &["sim"]),
    ("check", &["cache", "lock", "raft", "sim"]),
    ("lab", &["check", "cache", "lock", "raft", "sim"]),
    ("scenario", &["lab", "check", "cache", "lock", "raft", "sim"]),
    ("bench", &["scenario", "lab", "check", "cache", "lock", "raft", "sim"]),
];

/// What the core does without: it has no clock, does no I/O, and nothing in it may differ between
/// two machines.
pub const FORBIDDEN_IN_CORE: [&str; 12] = [
    "std::time",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "HashMap",
    "HashSet",
    "RandomState",
    "f32",
    "f64",
    "rand",
];

/// What only the crate of the page uses.
pub const BROWSER_CRATES: [&str; 4] = ["web_sys", "js_sys", "yew", "gloo"];

/// What nobody leaves behind. (Written in two parts, so that this file does not find itself.)
pub const LEFT_BEHIND: [&str; 5] = [
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("db", "g!"),
    concat!("#[ig", "nore"),
    concat!("FIX", "ME"),
];

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Finding {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

/// Lines with their numbers.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

/// A file of too many lines.
#[must_use]
pub fn long_file(text: &str) -> Vec<Finding> {
    let lines = text.lines().count();
    let too_long = lines > MOST_LINES;
    too_long.then(|| Finding::new(lines, format!("a file of {lines} lines"))).into_iter().collect()
}

/// Lines of too many characters.
#[must_use]
pub fn wide_lines(text: &str) -> Vec<Finding> {
    let widths = numbered(text).map(|(line, content)| (line, content.chars().count()));
    let wide = widths.filter(|(_, width)| *width > MOST_COLUMNS);
    wide.map(|(line, width)| Finding::new(line, format!("a line of {width} columns"))).collect()
}

/// A module that does not open with what it is and why.
#[must_use]
pub fn missing_opening(text: &str) -> Vec<Finding> {
    let says = text.lines().next().is_some_and(|first| {
        first.strip_prefix("//! ").is_some_and(|words| !words.trim().is_empty())
    });
    if says { Vec::new() } else { vec![Finding::new(1, "the module does not say what it is")] }
}

/// Functions of too many lines. A function ends at the first closing brace that is indented like
/// its signature.
#[must_use]
pub fn long_functions(text: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, signature) in lines.iter().enumerate() {
        if !is_signature(signature) || signature.ends_with(['}', ';']) {
            continue;
        }
        let indent = signature.len() - signature.trim_start().len();
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == closing);
        if let Some(length) = length
            && length + 1 > MOST_FUNCTION_LINES
        {
            let what = format!("a function of {} lines", length + 1);
            found.push(Finding::new(start + 1, what));
        }
    }
    found
}

/// Whether a line begins a function.
fn is_signature(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let qualifies = |word: &&str| {
        word.starts_with("pub") || ["const", "async", "unsafe", "default"].contains(word)
    };
    // `pub(in crate::raft)` is two words.
    words.find(|word| !qualifies(word) && !word.starts_with("crate::")) == Some("fn")
}

/// The code of a line: without its comment.
fn code(line: &str) -> &str {
    let mut in_text = false;
    let mut previous = ' ';
    for (place, letter) in line.char_indices() {
        match letter {
            '"' if previous != '\\' && previous != '\'' => in_text = !in_text,
            '/' if !in_text && line[place..].starts_with("//") => return &line[..place],
            _ => {}
        }
        previous = letter;
    }
    line
}

/// Whether `word` stands in `line`, and is not only a part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        let after = line[place + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Words that must not stand in the code.
#[must_use]
pub fn words(text: &str, forbidden: &[&str]) -> Vec<Finding> {
    numbered(text)
        .flat_map(|(line, content)| {
            let found = forbidden.iter().filter(move |word| has_word(code(content), word));
            found.map(move |word| Finding::new(line, format!("`{word}`")))
        })
        .collect()
}

/// What is left behind, in code or comments.
#[must_use]
pub fn left_behind(text: &str) -> Vec<Finding> {
    numbered(text)
        .flat_map(|(line, content)| {
            let found = LEFT_BEHIND.iter().filter(move |word| content.contains(*word));
            found.map(move |word| Finding::new(line, format!("`{word}` left behind")))
        })
        .collect()
}

/// Imports of the core that go against [`ORDER`]. `place` is the file's path below `core/src`, like
/// `raft/log.rs`.
#[must_use]
pub fn imports_upwards(place: &str, text: &str) -> Vec<Finding> {
    let module = place.split('/').next().unwrap_or(place).trim_end_matches(".rs");
    let Some((_, below)) = ORDER.iter().find(|(name, _)| *name == module) else {
        return vec![Finding::new(1, format!("`{module}` has no place in the order of imports"))];
    };
    let mut found = Vec::new();
    // How many modules enclose the line, the crate's root not counted.
    let mut depth = place.split('/').filter(|part| *part != "mod.rs").count();
    for (line, content) in numbered(text) {
        let content = code(content);
        if content.trim_start().starts_with("mod ") && content.ends_with('{') {
            depth += 1;
        }
        for (at, _) in content.match_indices("crate::") {
            let rest = &content[at + "crate::".len()..];
            let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
            let name = &rest[..rest.find(|letter| !is_name(letter)).unwrap_or(rest.len())];
            if name != module && !below.contains(&name) {
                found.push(Finding::new(line, format!("`{module}` imports `{name}`")));
            }
        }
        if content.contains(&"super::".repeat(depth)) {
            found.push(Finding::new(line, "`super` reaches the root: say `crate`"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: &[Finding]) -> Vec<usize> {
        found.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_file_may_have_as_many_lines_as_allowed_and_no_more() {
        assert_eq!(long_file(&"\n".repeat(MOST_LINES)), []);
        assert_eq!(lines(&long_file(&"\n".repeat(MOST_LINES + 1))), [MOST_LINES + 1]);
    }

    #[test]
    fn columns_are_characters_not_bytes() {
        assert_eq!(wide_lines(&"§".repeat(MOST_COLUMNS)), []);
        assert_eq!(lines(&wide_lines(&format!("\n{}", "§".repeat(MOST_COLUMNS + 1)))), [2]);
    }

    #[test]
    fn a_module_opens_with_words() {
        assert_eq!(missing_opening("//! What this is.\n"), []);
        for text in ["", "use std::fmt;\n", "//!\n", "// What this is.\n", "\n//! Late.\n"] {
            assert_eq!(lines(&missing_opening(text)), [1], "{text:?}");
        }
    }

    #[test]
    fn functions_end_at_the_brace_under_their_signature() {
        let body = |lines: usize| "        x();\n".repeat(lines);
        for signature in
            ["fn f() {", "pub(super) const fn f(", "pub(in crate::raft) async fn f() {"]
        {
            let function =
                |lines| format!("mod m {{\n    {signature}\n{}    }}\n}}\n", body(lines));
            assert_eq!(long_functions(&function(MOST_FUNCTION_LINES - 2)), [], "{signature}");
            assert_eq!(lines(&long_functions(&function(MOST_FUNCTION_LINES - 1))), [2]);
        }
    }

    #[test]
    fn what_has_no_body_is_no_long_function() {
        let filler = "    x();\n".repeat(MOST_FUNCTION_LINES);
        for line in
            ["    fn declared();", "    fn short() { 1 }", "// fn spoken of {", "let f = fn_of {"]
        {
            assert_eq!(long_functions(&format!("{line}\n{filler}}}\n")), [], "{line}");
        }
    }

    #[test]
    fn comments_are_no_code_and_texts_are_no_comments() {
        assert_eq!(code("let x = 1; // one"), "let x = 1; ");
        assert_eq!(code("/// all of it"), "");
        assert_eq!(code(r#"let x = "https://\"//"; y"#), r#"let x = "https://\"//"; y"#);
        assert_eq!(code("let quote = '\"'; // one"), "let quote = '\"'; ");
    }

    #[test]
    fn forbidden_words_are_whole_words_of_code() {
        let text = "let x: f64 = 1;\nfn visit_f64() {}\n// f64\nuse std::time::Instant;\n";
        assert_eq!(lines(&words(text, &FORBIDDEN_IN_CORE)), [1, 4]);
        let text = "use web_sys::Window;\nlet web_system = 1;\nuse yew::prelude::*;\n";
        assert_eq!(lines(&words(text, &BROWSER_CRATES)), [1, 3]);
    }

    #[test]
    fn what_is_left_behind_is_found_anywhere() {
        for word in LEFT_BEHIND {
            assert_eq!(lines(&left_behind(&format!("\n    {word}(x)\n"))), [2], "{word}");
        }
        assert_eq!(left_behind("fn main() {}\n"), []);
    }

    #[test]
    fn imports_go_down_only() {
        let check = |place, text| lines(&imports_upwards(place, text));
        assert_eq!(check("raft/log.rs", "use crate::sim::digest::Digest;\n"), [0; 0]);
        assert_eq!(check("raft/log.rs", "use crate::raft::bug::Bug;\n"), [0; 0]);
        assert_eq!(check("raft/log.rs", "//! [`x`](crate::check::raft)\n"), [0; 0]);
        assert_eq!(check("raft/log.rs", "use a;\nuse crate::check::raft::RaftCheck;\n"), [2]);
        assert_eq!(check("sim/world.rs", "let log = crate::raft::log::Log::default();\n"), [1]);
        assert_eq!(check("check/raft.rs", "use crate::lab::Names;\n"), [1]);
        assert_eq!(check("lab/mod.rs", "use crate::scenario::Scenario;\n"), [1]);
        assert_eq!(check("raft/log.rs", "use crate::{check, sim};\n"), [1]);
        assert_eq!(check("bench.rs", "use crate::scenario::Scenario;\n"), [0; 0]);
        assert_eq!(check("nowhere/mod.rs", ""), [1]);
    }

    #[test]
    fn super_does_not_leave_the_module() {
        let check = |place, text| lines(&imports_upwards(place, text));
        assert_eq!(check("raft/log.rs", "use super::bug::Bug;\n"), [0; 0]);
        assert_eq!(check("raft/log.rs", "use super::super::check::Verdict;\n"), [1]);
        assert_eq!(check("raft/mod.rs", "use super::check::Verdict;\n"), [1]);
        assert_eq!(check("lab/raft/view.rs", "use super::super::Names;\n"), [0; 0]);
        assert_eq!(check("raft/log.rs", "mod tests {\n    use super::super::bug::Bug;\n"), [0; 0]);
    }
}
