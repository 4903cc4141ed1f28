//! How something can be locked (Gray and Reuter §7.8).

/// Shared or exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// To read: any number of clients at once.
    Shared,
    /// To write: one client, and nobody else.
    #[default]
    Exclusive,
}

impl Mode {
    /// Whether two clients may hold the same thing in these modes at once.
    #[must_use]
    pub const fn is_compatible(self, other: Self) -> bool {
        matches!((self, other), (Self::Shared, Self::Shared))
    }

    /// Whether who holds it in this mode may do all that the other allows.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        matches!((self, other), (Self::Exclusive, _) | (Self::Shared, Self::Shared))
    }

    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Exclusive => "exclusive",
        }
    }

    /// Its letter in scripts and on the page, as in the literature.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Shared => "s",
            Self::Exclusive => "x",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_readers_tolerate_each_other() {
        assert!(Mode::Shared.is_compatible(Mode::Shared));
        assert!(!Mode::Shared.is_compatible(Mode::Exclusive));
        assert!(!Mode::Exclusive.is_compatible(Mode::Shared));
        assert!(!Mode::Exclusive.is_compatible(Mode::Exclusive));
    }
}
