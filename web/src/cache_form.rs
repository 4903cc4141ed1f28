//! What a new run of the cache lab is set up with, as it is typed; and what a processor of a run
//! that is under way is asked, as a person puts it together.

use lockstep_core::cache::address::{Address, Line, MOST_LINES, MOST_WORDS, Word};
use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::operation::Operation;
use lockstep_core::cache::setting::{Features, Setting};
use lockstep_core::cache::table::Interconnect;
use lockstep_core::cache::workload::{Pattern, Workload};
use lockstep_core::lab::cache::CacheConfig;
use lockstep_core::lab::cache::config::{CACHES, MOST_HOMES, MOST_ZIPF_HUNDREDTHS, THINK_US};
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::sim::process::NodeId;

use crate::form::{Blank, Fault};

/// The most digits of a value: those of the greatest word.
pub const LONGEST_VALUE: usize = 10;

/// A number that only cache labs have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheBlank {
    /// How many caches.
    Caches,
    /// How many homes.
    Homes,
    /// How many lines memory has.
    Lines,
    /// How many words a line has.
    Words,
    /// How many of a hundred accesses write.
    Writes,
    /// The mean pause between two accesses.
    Think,
    /// How uneven accesses are: Zipf's exponent.
    Zipf,
}

impl CacheBlank {
    /// What a lab is built of, in the order of the form.
    pub const STRUCTURE: [Self; 4] = [Self::Caches, Self::Homes, Self::Lines, Self::Words];

    /// How a workload is, in the order of the form.
    pub const WORKLOAD: [Self; 3] = [Self::Writes, Self::Think, Self::Zipf];

    /// Whether it means anything to a workload.
    #[must_use]
    pub const fn is_of(self, pattern: Pattern) -> bool {
        match self {
            Self::Writes => pattern.uses_writes(),
            Self::Zipf => pattern.is_skewed(),
            _ => !matches!(pattern, Pattern::None),
        }
    }

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Caches => "caches",
            Self::Homes => "homes",
            Self::Lines => "lines",
            Self::Words => "words",
            Self::Writes => "writes_percent",
            Self::Think => "think",
            Self::Zipf => "zipf",
        }
    }

    /// The least and the greatest that it may be.
    #[must_use]
    pub const fn bounds(self) -> (i64, i64) {
        match self {
            Self::Caches => (CACHES.0 as i64, CACHES.1 as i64),
            Self::Homes => (1, MOST_HOMES as i64),
            Self::Lines => (1, MOST_LINES as i64),
            Self::Words => (1, MOST_WORDS as i64),
            Self::Writes => (0, 100),
            Self::Think => (THINK_US.0.cast_signed(), THINK_US.1.cast_signed()),
            Self::Zipf => (0, MOST_ZIPF_HUNDREDTHS as i64),
        }
    }
}

/// What a cache lab is set up with, as far as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheForm {
    /// What is typed for each number of [`CacheBlank::STRUCTURE`].
    pub structure: [String; 4],
    /// Homes with directories, or a bus that all share.
    pub interconnect: Interconnect,
    /// Whether nodes number what they send and send it again: reliable links.
    pub reliable: bool,
    /// What processors do by themselves.
    pub pattern: Pattern,
    /// What is typed for each number of [`CacheBlank::WORKLOAD`].
    pub workload: [String; 3],
    /// What is typed for each setting, in the order of [`Setting::ALL`].
    pub settings: Vec<String>,
    /// The bugs that are planted, in order.
    pub bugs: Vec<Bug>,
}

impl CacheForm {
    /// A lab of this configuration.
    #[must_use]
    pub fn of(config: &CacheConfig) -> Self {
        let setting = |setting| config.features.get(setting).to_string();
        let structure = [config.caches, config.homes, config.lines, config.words];
        Self {
            structure: structure.map(|count| count.to_string()),
            interconnect: config.interconnect,
            reliable: config.reliable,
            pattern: config.workload.pattern,
            workload: written(&config.workload),
            settings: Setting::ALL.into_iter().map(setting).collect(),
            bugs: config.bugs.clone(),
        }
    }

    /// What is typed for a number.
    #[must_use]
    pub fn text(&self, blank: CacheBlank) -> &str {
        match blank {
            CacheBlank::Caches => &self.structure[0],
            CacheBlank::Homes => &self.structure[1],
            CacheBlank::Lines => &self.structure[2],
            CacheBlank::Words => &self.structure[3],
            CacheBlank::Writes => &self.workload[0],
            CacheBlank::Think => &self.workload[1],
            CacheBlank::Zipf => &self.workload[2],
        }
    }

    /// Something is typed for a number.
    pub fn type_number(&mut self, blank: CacheBlank, text: String) {
        let place = match blank {
            CacheBlank::Caches => &mut self.structure[0],
            CacheBlank::Homes => &mut self.structure[1],
            CacheBlank::Lines => &mut self.structure[2],
            CacheBlank::Words => &mut self.structure[3],
            CacheBlank::Writes => &mut self.workload[0],
            CacheBlank::Think => &mut self.workload[1],
            CacheBlank::Zipf => &mut self.workload[2],
        };
        *place = text;
    }

    /// Whether there is a bus in place of homes.
    #[must_use]
    pub fn is_bus(&self) -> bool {
        self.interconnect == Interconnect::Bus
    }

    /// A number.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn number(&self, blank: CacheBlank) -> Result<i64, Fault> {
        Blank::Cache(blank).read(self.text(blank))
    }

    /// The number of a setting.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn setting(&self, setting: Setting) -> Result<i64, Fault> {
        let text = self.settings.get(usize::from(setting.number()));
        Blank::Setting(AnySetting::Cache(setting)).read(text.map_or("", String::as_str))
    }

    /// The configuration; nothing while something is wrong with it.
    #[must_use]
    pub fn config(&self) -> Option<CacheConfig> {
        let few = |blank| u8::try_from(self.number(blank).ok()?).ok();
        let mut features = Features::default();
        for setting in Setting::ALL {
            features.set(setting, self.setting(setting).ok()?.unsigned_abs());
        }
        Some(CacheConfig {
            caches: few(CacheBlank::Caches)?,
            // One memory is behind a bus.
            homes: if self.is_bus() { 1 } else { few(CacheBlank::Homes)? },
            interconnect: self.interconnect,
            lines: few(CacheBlank::Lines)?,
            words: few(CacheBlank::Words)?,
            reliable: self.reliable,
            workload: self.read_workload()?,
            features,
            bugs: self.bugs.clone(),
        })
    }

    /// What processors do. A number that has no meaning to that is as it usually is.
    fn read_workload(&self) -> Option<Workload> {
        let usual = Workload::default();
        let number = |blank: CacheBlank, usual: u64| {
            let counts = blank.is_of(self.pattern);
            if counts { self.number(blank).ok().map(i64::unsigned_abs) } else { Some(usual) }
        };
        let writes_percent = number(CacheBlank::Writes, usual.writes_percent.into())?;
        let zipf_hundredths = number(CacheBlank::Zipf, usual.zipf_hundredths.into())?;
        Some(Workload {
            pattern: self.pattern,
            writes_percent: writes_percent.try_into().ok()?,
            think_us: number(CacheBlank::Think, usual.think_us)?,
            zipf_hundredths: zipf_hundredths.try_into().ok()?,
        })
    }
}

/// The numbers of a workload as they would be typed.
fn written(workload: &Workload) -> [String; 3] {
    let Workload { writes_percent, think_us, zipf_hundredths, .. } = *workload;
    let numbers = [writes_percent.into(), think_us, zipf_hundredths.into()];
    let blanks = CacheBlank::WORKLOAD;
    [0, 1, 2].map(|nth| Blank::Cache(blanks[nth]).write(numbers[nth].cast_signed()))
}

/// What a processor can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccessKind {
    /// Read a word.
    #[default]
    Read,
    /// Write a word.
    Write,
    /// Swap a word that is as expected.
    CompareAndSwap,
    /// Get the only copy.
    Own,
    /// Give the copy up.
    Evict,
    /// Write the line back.
    Flush,
    /// See to it that nobody has a copy.
    Invalidate,
}

impl AccessKind {
    /// Everything, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Write,
        Self::CompareAndSwap,
        Self::Own,
        Self::Evict,
        Self::Flush,
        Self::Invalidate,
    ];

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::CompareAndSwap => "cas",
            Self::Own => "own",
            Self::Evict => "evict",
            Self::Flush => "flush",
            Self::Invalidate => "invalidate",
        }
    }

    /// Whether it is about one word, not a line.
    #[must_use]
    pub const fn is_of_word(self) -> bool {
        matches!(self, Self::Read | Self::Write | Self::CompareAndSwap)
    }

    /// Whether it takes a value to write.
    #[must_use]
    pub const fn has_value(self) -> bool {
        matches!(self, Self::Write | Self::CompareAndSwap)
    }
}

/// What a processor is asked, as a person puts it together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessForm {
    /// The node whose processor is asked.
    pub cache: NodeId,
    /// What for.
    pub kind: AccessKind,
    /// The line.
    pub line: u8,
    /// The word of it.
    pub word: u8,
    /// The value that a compare-and-swap expects.
    pub old: String,
    /// The value that is written.
    pub value: String,
}

impl AccessForm {
    /// A form for a node, about a line.
    #[must_use]
    pub fn of(cache: NodeId, line: u8) -> Self {
        let (kind, word) = (AccessKind::default(), 0);
        Self { cache, kind, line, word, old: "0".to_owned(), value: "1".to_owned() }
    }

    /// What is asked; nothing while a value is no number.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        let value = |text: &str| text.trim().parse::<Word>().ok();
        let line = Line(self.line);
        let address = Address { line, word: self.word };
        Some(match self.kind {
            AccessKind::Read => Operation::Read(address),
            AccessKind::Write => Operation::Write(address, value(&self.value)?),
            AccessKind::CompareAndSwap => {
                Operation::CompareAndSwap(address, value(&self.old)?, value(&self.value)?)
            }
            AccessKind::Own => Operation::Own(line),
            AccessKind::Evict => Operation::Evict(line),
            AccessKind::Flush => Operation::Flush(line),
            AccessKind::Invalidate => Operation::Invalidate(line),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_comes_back_from_its_form() {
        let mut config = CacheConfig { caches: 8, lines: 12, words: 4, ..CacheConfig::default() };
        config.features.set(Setting::Exclusive, 0);
        config.features.set(Setting::Lease, 200);
        config.bugs = vec![Bug::StaleWriteBack];
        for pattern in Pattern::ALL.into_iter().filter(|one| *one != Pattern::None) {
            let usual = Workload::default();
            let zipf_hundredths = if pattern.is_skewed() { 125 } else { usual.zipf_hundredths };
            config.workload = Workload { pattern, zipf_hundredths, ..usual };
            for reliable in [false, true] {
                config.reliable = reliable;
                assert_eq!(CacheForm::of(&config).config(), Some(config.clone()), "{pattern:?}");
            }
        }
        let (interconnect, workload) = (Interconnect::Bus, Workload::default());
        let bus = CacheConfig { interconnect, workload, ..config };
        assert_eq!(CacheForm::of(&bus).config(), Some(bus));
    }

    #[test]
    fn a_number_that_a_pattern_leaves_no_meaning_to_is_in_nobodys_way() {
        let mut form = CacheForm::of(&CacheConfig::default());
        form.pattern = Pattern::Migratory;
        form.type_number(CacheBlank::Zipf, "3.1".to_owned());
        form.type_number(CacheBlank::Writes, "x".to_owned());
        let pattern = Pattern::Migratory;
        let workload = form.config().map(|config| config.workload);
        assert_eq!(workload, Some(Workload { pattern, ..Workload::default() }));
        form.pattern = Pattern::Uniform;
        assert_eq!(form.config(), None, "writes mean something to it");
    }

    #[test]
    fn what_is_wrong_is_told_where_it_is_and_nothing_begins() {
        for (blank, text, fault) in [
            (CacheBlank::Caches, "9", Fault::OutOfBounds(2, 8)),
            (CacheBlank::Homes, "0", Fault::OutOfBounds(1, 4)),
            (CacheBlank::Lines, "65", Fault::OutOfBounds(1, 64)),
            (CacheBlank::Words, "x", Fault::NotANumber),
            (CacheBlank::Writes, "101", Fault::OutOfBounds(0, 100)),
            (CacheBlank::Think, "0", Fault::OutOfBounds(100, 10_000_000)),
            (CacheBlank::Zipf, "3.1", Fault::OutOfBounds(0, 300)),
        ] {
            let mut form = CacheForm::of(&CacheConfig::default());
            form.pattern = Pattern::Zipf;
            assert!(form.config().is_some());
            form.type_number(blank, text.to_owned());
            assert_eq!(form.number(blank), Err(fault), "{blank:?}");
            assert_eq!(form.config(), None, "{blank:?}");
        }
    }

    #[test]
    fn numbers_without_meaning_do_no_harm() {
        let mut form = CacheForm::of(&CacheConfig::default());
        form.type_number(CacheBlank::Zipf, "?".to_owned());
        assert!(form.config().is_some(), "there is no workload");
        form.interconnect = Interconnect::Bus;
        form.type_number(CacheBlank::Homes, "?".to_owned());
        assert_eq!(form.config().map(|config| config.homes), Some(1), "one memory on a bus");
    }

    #[test]
    fn what_is_asked_is_an_operation_once_its_values_are_numbers() {
        let mut form = AccessForm::of(NodeId(1), 2);
        let spoken: Vec<String> = AccessKind::ALL
            .into_iter()
            .filter_map(|kind| {
                form.kind = kind;
                form.operation().map(|operation| operation.to_string())
            })
            .collect();
        let expected =
            ["read z", "write z 1", "cas z 0 1", "own z", "evict z", "flush z", "invalidate z"];
        assert_eq!(spoken, expected);
        for kind in AccessKind::ALL {
            form.kind = kind;
            assert!(form.operation().is_some_and(|operation| operation.name() == kind.name()));
        }
        (form.kind, form.word) = (AccessKind::Write, 3);
        for (text, value) in [(" 7 ", Some(7)), ("", None), ("-1", None), ("4294967296", None)] {
            form.value = text.to_owned();
            let address = Address { line: Line(2), word: 3 };
            let written = value.map(|value| Operation::Write(address, value));
            assert_eq!(form.operation(), written, "{text:?}");
        }
    }
}
