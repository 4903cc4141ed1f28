//! Versions, as programs print them.
//!
//! `trunk 0.21.14`, `v20.20.2`, `wasm-bindgen 0.2.126`: each tool says it in its own words, but all
//! of them have one word that is numbers with dots between. That word is all that matters here; a
//! suffix such as `-nightly` makes it another version, which matches none of ours.

use std::fmt;

/// Three numbers, compared as numbers: 0.2.126 is after 0.2.99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl Version {
    /// The first version in a program's output, where there is one.
    pub(crate) fn find(output: &str) -> Option<Version> {
        output.split_whitespace().find_map(Version::parse)
    }

    fn parse(word: &str) -> Option<Version> {
        let numbers = word.strip_prefix('v').unwrap_or(word);
        let mut parts = numbers.split('.').map(|part| part.parse::<u32>().ok());
        let version = Version(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        assert_eq!(Version::find("trunk 0.21.14\n"), Some(Version(0, 21, 14)));
        assert_eq!(Version::find("v20.20.2"), Some(Version(20, 20, 2)));
        assert_eq!(Version::find("rustc 1.95.0 (59807616e 2026-04-14)"), Some(Version(1, 95, 0)));
    }

    #[test]
    fn what_is_no_version_is_not_taken_for_one() {
        for output in ["", "trunk", "trunk 0.21", "0.21.14-nightly", "1.2.3.4", "1..3", "v.1.2"] {
            assert_eq!(Version::find(output), None, "{output:?}");
        }
    }

    #[test]
    fn they_compare_as_numbers() {
        assert!(Version(0, 2, 126) > Version(0, 2, 99));
        assert!(Version(20, 0, 0) > Version(18, 20, 4));
        assert_eq!(Version(0, 2, 126).to_string(), "0.2.126");
    }
}
