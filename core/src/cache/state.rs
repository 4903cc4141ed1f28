//! The states of a copy in a cache, and of a line in its directory.
//!
//! A name with an underscore is of a transient state, as in the primer: what comes before it is
//! where the copy comes from and where it goes, what comes after it is what it waits for: *D* for
//! data, *A* for acknowledgements. `SM_AD` was shared, will be modified, and waits for both.

/// The state of a line in a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(non_camel_case_types, reason = "the primer's names")]
pub enum CacheState {
    /// Invalid: no copy.
    #[default]
    I,
    /// Shared: a copy that may be read.
    S,
    /// Exclusive: the only copy, as memory has it. It may be written without asking.
    E,
    /// Modified: the only copy; memory is out of date.
    M,
    /// Asked for a copy to read; waits for data.
    IS_D,
    /// As `IS_D`, and an invalidation came first: one load may be served when the data come, no
    /// more.
    IS_D_I,
    /// Asked for a copy to write; waits for data and acknowledgements.
    IM_AD,
    /// Asked for a copy to write and has the data; waits for acknowledgements.
    IM_A,
    /// Has a copy to read and asked to write it; waits for data and acknowledgements.
    SM_AD,
    /// Has a copy to read and asked to write it; waits for acknowledgements.
    SM_A,
    /// Gives up a modified copy; waits for the home to say that it has it.
    MI_A,
    /// Gives up an exclusive copy; waits for the home to say that it knows.
    EI_A,
    /// Gives up a shared copy; waits for the home to say that it knows.
    SI_A,
    /// Gave its copy to somebody else while it gave it up; waits for the home's word.
    II_A,
}

impl CacheState {
    /// Every state, in the order of its number: the stable ones first.
    pub const ALL: [Self; 14] = [
        Self::I,
        Self::S,
        Self::E,
        Self::M,
        Self::IS_D,
        Self::IS_D_I,
        Self::IM_AD,
        Self::IM_A,
        Self::SM_AD,
        Self::SM_A,
        Self::MI_A,
        Self::EI_A,
        Self::SI_A,
        Self::II_A,
    ];

    /// Its number: its place in [`CacheState::ALL`].
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::I => "I",
            Self::S => "S",
            Self::E => "E",
            Self::M => "M",
            Self::IS_D => "IS_D",
            Self::IS_D_I => "IS_D_I",
            Self::IM_AD => "IM_AD",
            Self::IM_A => "IM_A",
            Self::SM_AD => "SM_AD",
            Self::SM_A => "SM_A",
            Self::MI_A => "MI_A",
            Self::EI_A => "EI_A",
            Self::SI_A => "SI_A",
            Self::II_A => "II_A",
        }
    }

    /// Whether nothing is under way.
    #[must_use]
    pub const fn is_stable(self) -> bool {
        matches!(self, Self::I | Self::S | Self::E | Self::M)
    }

    /// Whether a copy was asked for and is not here, or may not be used yet.
    #[must_use]
    pub const fn awaits_copy(self) -> bool {
        self.awaits_data() || matches!(self, Self::IM_A | Self::SM_A)
    }

    /// Whether data are on their way.
    #[must_use]
    pub const fn awaits_data(self) -> bool {
        matches!(self, Self::IS_D | Self::IS_D_I | Self::IM_AD | Self::SM_AD)
    }

    /// Whether acknowledgements of invalidations are counted.
    #[must_use]
    pub const fn awaits_acks(self) -> bool {
        matches!(self, Self::IM_AD | Self::IM_A | Self::SM_AD | Self::SM_A)
    }

    /// Whether it takes up no room in the cache: there is no copy, or it is on its way out.
    #[must_use]
    pub const fn is_given_up(self) -> bool {
        matches!(self, Self::I | Self::MI_A | Self::EI_A | Self::SI_A | Self::II_A)
    }

    /// Whether a load may be answered from this copy.
    #[must_use]
    pub const fn may_read(self) -> bool {
        matches!(self, Self::S | Self::E | Self::M | Self::SM_AD | Self::SM_A)
    }

    /// Whether a store may be carried out on this copy: without asking, though `E` becomes `M`.
    #[must_use]
    pub const fn may_write(self) -> bool {
        matches!(self, Self::E | Self::M)
    }
}

/// The state of a line in the directory of its home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(non_camel_case_types, reason = "the primer's names")]
pub enum DirectoryState {
    /// Nobody has a copy; memory is right.
    #[default]
    I,
    /// Some may have copies to read; memory is right.
    S,
    /// The owner has the only copy; it may have written it.
    E,
    /// The owner has the only copy, and asked for it to write.
    M,
    /// On the way to shared: the home waits for the data of who was the owner.
    S_D,
}

impl DirectoryState {
    /// Every state, in the order of its number.
    pub const ALL: [Self; 5] = [Self::I, Self::S, Self::E, Self::M, Self::S_D];

    /// Its number: its place in [`DirectoryState::ALL`].
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::I => "I",
            Self::S => "S",
            Self::E => "E",
            Self::M => "M",
            Self::S_D => "S_D",
        }
    }

    /// Whether nothing is under way.
    #[must_use]
    pub const fn is_stable(self) -> bool {
        !matches!(self, Self::S_D)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_numbered_by_their_place() {
        assert!((0..).zip(CacheState::ALL).all(|(place, state)| state.number() == place));
        assert!((0..).zip(DirectoryState::ALL).all(|(place, state)| state.number() == place));
    }

    #[test]
    fn who_may_write_may_read() {
        assert!(CacheState::ALL.iter().all(|state| !state.may_write() || state.may_read()));
    }
}
