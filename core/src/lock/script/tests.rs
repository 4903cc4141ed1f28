//! What reads as a script, what does not, and where it goes wrong.

use super::*;
use crate::sim::random::Luck;

fn read(text: &str) -> Script {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn wrong(text: &str) -> (usize, usize, Problem) {
    let ScriptError { at, length, problem } =
        text.parse::<Script>().expect_err("something is wrong with it");
    (at, length, problem)
}

/// Random scripts that make sense.
struct Author {
    luck: Luck,
    count: u64,
}

impl Author {
    fn below(&mut self, bound: u64) -> u64 {
        self.count += 1;
        self.luck.between(self.count, 0, 0, bound - 1)
    }

    fn resource(&mut self) -> Resource {
        const NAMES: [&str; 5] = ["orders", "stock", "a-b_c9", "0", "lock"];
        NAMES[usize::try_from(self.below(5)).expect("a small number")].into()
    }

    fn mode(&mut self) -> Mode {
        if self.below(2) == 0 { Mode::Shared } else { Mode::Exclusive }
    }

    fn time_us(&mut self) -> u64 {
        let unit_us =
            [1, MILLISECOND_US, SECOND_US][usize::try_from(self.below(3)).expect("small")];
        (1 + self.below(3_600)) * unit_us
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| make(self))
    }

    fn step(&mut self) -> Step {
        match self.below(9) {
            0 => Step::Lock {
                resource: self.resource(),
                mode: self.mode(),
                within_us: self.maybe(Self::time_us),
            },
            1 => Step::Try { resource: self.resource(), mode: self.mode() },
            2 => Step::Upgrade { resource: self.resource(), within_us: self.maybe(Self::time_us) },
            3 => Step::Downgrade { resource: self.resource() },
            4 => Step::Release { resource: self.resource() },
            5 => Step::ReleaseAll,
            6 => Step::Write {
                resource: Some(self.resource()),
                token: self.maybe(|author| author.below(1 << 20)),
            },
            7 => Step::Read { resource: self.maybe(Self::resource), token: None },
            _ => Step::Work { time_us: self.time_us() },
        }
    }

    fn script(&mut self) -> Script {
        let lock = Step::Lock { resource: "x".into(), mode: Mode::Shared, within_us: None };
        let mut steps = vec![lock];
        (0..self.below(62)).for_each(|_| steps.push(self.step()));
        if let Some(after_us) = self.maybe(|author| author.maybe(Self::time_us)) {
            steps.push(Step::Repeat { after_us });
        }
        Script::new(steps).expect("it makes sense")
    }
}

#[test]
fn every_script_reads_as_it_is_written() {
    let mut author = Author { luck: Luck::new(5), count: 0 };
    for _ in 0..500 {
        let script = author.script();
        let text = script.to_string();
        assert_eq!(read(&text), script, "{text}");
        assert_eq!(read(&text).to_string(), text, "there is one canonical spelling");
    }
}

#[test]
fn a_script_may_be_spread_over_lines_and_blanks() {
    let spread = "\n\n  lock   orders\tx ;; \r\n write\n;read orders as 4;repeat after 1000ms;;\n";
    let plain = "lock orders x; write; read orders as 4; repeat after 1s";
    assert_eq!(read(spread).to_string(), plain);
}

#[test]
fn each_step_says_what_it_is() {
    let text = "lock a x within 50ms; try b s; upgrade b within 1s; downgrade b; release b; \
                release all; write; write a as 7; read; read as 0; work 1500us; repeat";
    let (a, b): (Resource, Resource) = ("a".into(), "b".into());
    let steps = [
        Step::Lock { resource: a.clone(), mode: Mode::Exclusive, within_us: Some(50_000) },
        Step::Try { resource: b.clone(), mode: Mode::Shared },
        Step::Upgrade { resource: b.clone(), within_us: Some(1_000_000) },
        Step::Downgrade { resource: b.clone() },
        Step::Release { resource: b },
        Step::ReleaseAll,
        Step::Write { resource: None, token: None },
        Step::Write { resource: Some(a), token: Some(7) },
        Step::Read { resource: None, token: None },
        Step::Read { resource: None, token: Some(0) },
        Step::Work { time_us: 1_500 },
        Step::Repeat { after_us: None },
    ];
    assert_eq!(read(text).steps(), steps);
    assert_eq!(read(text).to_string(), text);
}

#[test]
fn what_is_not_named_is_what_was_locked_last() {
    let script = read("lock a x; write; lock b s; release b; read; read a; work 1ms");
    let subjects: Vec<_> = (0..8).map(|place| script.subject(place).map(|name| &**name)).collect();
    let expected = [None, Some("a"), None, None, Some("b"), Some("a"), None, None];
    assert_eq!(subjects, expected);
}

#[test]
fn what_is_expected_is_said_where_it_should_stand() {
    let table = [
        ("", 0, 0, Expected::Step),
        (" ;\n; ", 0, 0, Expected::Step),
        ("lok a x", 0, 3, Expected::Step),
        ("lock a x; X", 10, 1, Expected::Step),
        ("lock", 4, 0, Expected::Resource),
        ("  lock  ;", 6, 0, Expected::Resource),
        ("lock Orders x", 5, 6, Expected::Resource),
        ("lock all x", 5, 3, Expected::Resource),
        ("lock ä x", 5, 1, Expected::Resource),
        ("try a x; lock ünü", 14, 3, Expected::Resource),
        ("lock a", 6, 0, Expected::Mode),
        ("lock a\nlock b x", 6, 0, Expected::Mode),
        ("lock a y", 7, 1, Expected::Mode),
        ("lock a x in", 9, 2, Expected::Within),
        ("lock a x within", 15, 0, Expected::Time),
        ("lock a x within 5", 16, 1, Expected::Time),
        ("lock a x within ms", 16, 2, Expected::Time),
        ("lock a x within 1.5s", 16, 4, Expected::Time),
        ("lock a x within 5ms 5ms", 20, 3, Expected::End),
        ("try a x within", 8, 6, Expected::End),
        ("upgrade a x", 10, 1, Expected::Within),
        ("downgrade", 9, 0, Expected::Resource),
        ("downgrade a b", 12, 1, Expected::End),
        ("release", 7, 0, Expected::ResourceOrAll),
        ("release within", 8, 6, Expected::ResourceOrAll),
        ("release all b", 12, 1, Expected::End),
        ("write !", 6, 1, Expected::ResourceOrAs),
        ("write a b", 8, 1, Expected::As),
        ("write a as", 10, 0, Expected::Token),
        ("write a as -1", 11, 2, Expected::Token),
        ("read a as 1 2", 12, 1, Expected::End),
        ("lock a x; read as", 17, 0, Expected::Token),
        ("work", 4, 0, Expected::Time),
        ("work soon", 5, 4, Expected::Time),
        ("work 1ms 2ms", 9, 3, Expected::End),
        ("work 1ms; repeat often", 17, 5, Expected::After),
        ("work 1ms; repeat after", 22, 0, Expected::Time),
    ];
    for (text, at, length, expected) in table {
        assert_eq!(wrong(text), (at, length, Problem::Expected(expected)), "{text:?}");
    }
}

#[test]
fn what_makes_no_sense_is_said_of_the_step_or_the_word() {
    let table = [
        ("work 0ms", 5, 3, Problem::TimeOutOfBounds),
        ("work 3601s", 5, 5, Problem::TimeOutOfBounds),
        ("work 99999999999999999999us", 5, 22, Problem::TimeOutOfBounds),
        ("work 18446744073709551615s", 5, 21, Problem::TimeOutOfBounds),
        ("write a as 18446744073709551616", 11, 20, Problem::TokenTooGreat),
        ("write", 0, 5, Problem::NothingLocked),
        ("upgrade a; read; lock a x", 11, 4, Problem::NothingLocked),
        ("repeat", 0, 6, Problem::NothingToRepeat),
        ("work 1ms; repeat; work 1ms", 18, 4, Problem::RepeatNotLast),
        ("work 1ms; repeat; repeat", 18, 6, Problem::RepeatNotLast),
    ];
    for (text, at, length, problem) in table {
        assert_eq!(wrong(text), (at, length, problem), "{text:?}");
    }
}

#[test]
fn a_script_has_as_many_steps_as_allowed_and_no_more() {
    let steps = |count| "work 1s;".repeat(count);
    assert_eq!(read(&steps(MOST_STEPS)).steps().len(), MOST_STEPS);
    assert_eq!(wrong(&steps(MOST_STEPS + 1)), (MOST_STEPS * 8, 4, Problem::TooManySteps));
    let many = vec![Step::Work { time_us: 1 }; MOST_STEPS + 1];
    assert_eq!(Script::new(many), Err((MOST_STEPS, Problem::TooManySteps)));
}

#[test]
fn a_name_has_as_many_characters_as_allowed_and_no_more() {
    assert!(is_name(&"a".repeat(LONGEST_NAME)));
    assert!(!is_name(&"a".repeat(LONGEST_NAME + 1)));
    assert!(!is_name(""));
    assert!(RESERVED.into_iter().all(|word| !is_name(word)));
}

#[test]
fn steps_that_could_not_be_read_again_make_no_script() {
    let release = |name: &str| Step::Release { resource: name.into() };
    let work = |time_us| Step::Work { time_us };
    let new = |steps: &[Step]| Script::new(steps.to_vec()).map(|_| ());
    assert_eq!(new(&[release("A")]), Err((0, Problem::Expected(Expected::Resource))));
    assert_eq!(new(&[work(5), release("all")]), Err((1, Problem::Expected(Expected::Resource))));
    assert_eq!(new(&[work(0)]), Err((0, Problem::TimeOutOfBounds)));
    assert_eq!(new(&[work(LONGEST_TIME_US + 1)]), Err((0, Problem::TimeOutOfBounds)));
    assert_eq!(new(&[]), Err((0, Problem::Expected(Expected::Step))));
    assert_eq!(new(&[work(1), work(LONGEST_TIME_US)]), Ok(()));
}

#[test]
fn in_files_a_script_is_its_text() {
    let script = read("lock a x; write; repeat after 50ms");
    let json = serde_json::to_string(&script).expect("it can be written");
    assert_eq!(json, r#""lock a x; write; repeat after 50ms""#);
    assert_eq!(serde_json::from_str::<Script>(&json).ok(), Some(script));
    let error = serde_json::from_str::<Script>(r#""lock a""#).expect_err("it is no script");
    assert!(error.to_string().contains("expected_mode at 6"), "{error}");
}
