//! A reader that knows where it is, so that a problem can say where it was found.

use std::cell::RefCell;

use serde_json::{Map, Value};

use crate::scenario::text::{parse_duration, parse_moment, parse_probability};
use crate::scenario::{Kind, Problem, Wrong};
use crate::sim::random::Probability;
use crate::sim::time::Moment;

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    value: &'a Value,
    path: String,
}

/// The fields of an object, each read once.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
    read: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub(super) const fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// A problem at this place.
    pub(super) fn problem(&self, wrong: Wrong) -> Problem {
        let place = if self.path.is_empty() { "file" } else { &self.path };
        Problem::new(place, wrong)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    fn not_a(&self, kind: Kind) -> Problem {
        self.problem(Wrong::NotA(kind))
    }

    pub(super) fn fields(&self) -> Result<Fields<'a>, Problem> {
        let map = self.value.as_object().ok_or_else(|| self.not_a(Kind::Object))?;
        Ok(Fields { map, path: self.path.clone(), read: RefCell::default() })
    }

    pub(super) fn list(&self) -> Result<Vec<Self>, Problem> {
        let list = self.value.as_array().ok_or_else(|| self.not_a(Kind::List))?;
        let item = |(place, value)| Self { value, path: format!("{}[{place}]", self.path) };
        Ok(list.iter().enumerate().map(item).collect())
    }

    /// A list of exactly `N` things, described by `kind`.
    pub(super) fn tuple<const N: usize>(&self, kind: Kind) -> Result<[Self; N], Problem> {
        let list = self.list().map_err(|_| self.not_a(kind))?;
        list.try_into().map_err(|_| self.not_a(kind))
    }

    pub(super) fn text(&self) -> Result<&'a str, Problem> {
        self.value.as_str().ok_or_else(|| self.not_a(Kind::Text))
    }

    pub(super) fn is_text(&self, text: &str) -> bool {
        self.value.as_str() == Some(text)
    }

    pub(super) fn number(&self) -> Result<u64, Problem> {
        self.value.as_u64().ok_or_else(|| self.not_a(Kind::Number))
    }

    /// A number that fits into a narrower type; its bounds are checked elsewhere.
    pub(super) fn narrow<T: TryFrom<u64>>(&self) -> Result<T, Problem> {
        self.number()?.try_into().map_err(|_| self.not_a(Kind::Number))
    }

    /// A number of nodes; its bounds, which are narrower, are checked elsewhere.
    pub(super) fn few(&self) -> Result<u8, Problem> {
        Ok(u8::try_from(self.number()?).unwrap_or(u8::MAX))
    }

    pub(super) fn boolean(&self) -> Result<bool, Problem> {
        self.value.as_bool().ok_or_else(|| self.not_a(Kind::Boolean))
    }

    /// A number or a text, as it is spelled: the readers of fractions want its digits, and no
    /// exponent, which JSON has and Rust does not print.
    fn spelling(&self) -> String {
        match self.value {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_f64() => {
                number.as_f64().map_or_else(String::new, |fraction| fraction.to_string())
            }
            value => value.to_string(),
        }
    }

    /// A text read by `parse`, or a problem that says what `kind` it should be.
    pub(super) fn parsed<T>(
        &self,
        kind: Kind,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Problem> {
        self.value.as_str().and_then(parse).ok_or_else(|| self.not_a(kind))
    }

    pub(super) fn duration(&self) -> Result<u64, Problem> {
        self.parsed(Kind::Time, parse_duration)
    }

    pub(super) fn moment(&self) -> Result<Moment, Problem> {
        self.parsed(Kind::Moment, parse_moment)
    }

    pub(super) fn durations(&self) -> Result<(u64, u64), Problem> {
        let [low, high] = self.tuple(Kind::TimeRange)?;
        Ok((low.duration()?, high.duration()?))
    }

    pub(super) fn probability(&self) -> Result<Probability, Problem> {
        parse_probability(&self.spelling()).ok_or_else(|| self.not_a(Kind::Probability))
    }

    /// A fraction in millionths.
    pub(super) fn millionths(&self) -> Result<u64, Problem> {
        crate::scenario::text::scaled(&self.spelling(), 6).ok_or_else(|| self.not_a(Kind::Factor))
    }
}

impl<'a> Fields<'a> {
    /// A field, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<Reader<'a>> {
        let value = self.map.get(name)?;
        self.read.borrow_mut().push(name.to_owned());
        Some(Reader { value, path: self.place(name) })
    }

    /// A field that must be there.
    pub(super) fn require(&self, name: &str) -> Result<Reader<'a>, Problem> {
        self.get(name).ok_or_else(|| Problem::new(self.place(name), Wrong::Missing))
    }

    /// Reads a field into `target`, if it is there.
    pub(super) fn read<T>(
        &self,
        name: &str,
        target: &mut T,
        read: impl FnOnce(&Reader<'a>) -> Result<T, Problem>,
    ) -> Result<(), Problem> {
        if let Some(field) = self.get(name) {
            *target = read(&field)?;
        }
        Ok(())
    }

    /// Every field that is there.
    pub(super) fn all(&self) -> Vec<(&'a str, Reader<'a>)> {
        let names = self.map.keys().map(String::as_str);
        names.filter_map(|name| Some((name, self.get(name)?))).collect()
    }

    /// A problem with the object as a whole.
    pub(super) fn problem(&self, wrong: Wrong) -> Problem {
        Problem::new(self.path.clone(), wrong)
    }

    fn place(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Refuses fields that nobody has read.
    pub(super) fn finish(&self) -> Result<(), Problem> {
        let read = self.read.borrow();
        match self.map.keys().find(|name| !read.contains(*name)) {
            Some(name) => Err(Problem::new(self.place(name), Wrong::UnknownField)),
            None => Ok(()),
        }
    }
}
