//! As much of EDN, the notation of Clojure's data, as histories are written in: words, numbers,
//! keywords, texts, vectors and maps on one line.

/// A form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `nil`.
    Nil,
    /// A word or number, as it is spelled.
    Word(String),
    /// `:keyword`, without its colon.
    Keyword(String),
    /// `"text"`.
    Text(String),
    /// `[one two]`.
    Vector(Vec<Self>),
    /// `{:one 1, :two 2}`.
    Map(Vec<(Self, Self)>),
}

/// How deep vectors and maps may stand in each other.
const DEEPEST: u32 = 4;

impl Form {
    /// The name of a keyword.
    #[must_use]
    pub fn keyword(&self) -> Option<&str> {
        match self {
            Self::Keyword(name) => Some(name),
            _ => None,
        }
    }

    /// What a text says.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What stands for a value in a history, as it is spelled; `None` inside for `nil`.
    #[must_use]
    pub fn value(&self) -> Option<Option<String>> {
        match self {
            Self::Nil => Some(None),
            Self::Word(word) => Some(Some(word.clone())),
            Self::Text(text) => Some(Some(format!("{text:?}"))),
            Self::Keyword(name) => Some(Some(format!(":{name}"))),
            Self::Vector(_) | Self::Map(_) => None,
        }
    }

    /// The value of a map at a keyword.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(key, _)| key.keyword() == Some(name)).map(|(_, value)| value)
    }
}

/// Every form of a line.
///
/// # Errors
/// What is wrong with it.
pub fn read(line: &str) -> Result<Vec<Form>, String> {
    let mut rest = line;
    let mut forms = Vec::new();
    while let Some(form) = next_form(&mut rest, DEEPEST)? {
        forms.push(form);
    }
    match rest.chars().next() {
        None => Ok(forms),
        Some(letter) => Err(format!("{letter:?} closes nothing")),
    }
}

/// The next form; `None` at the end and before a closing bracket.
fn next_form(rest: &mut &str, depth: u32) -> Result<Option<Form>, String> {
    *rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',');
    let Some(first) = rest.chars().next() else { return Ok(None) };
    let inside = &rest[first.len_utf8()..];
    match first {
        ']' | '}' => Ok(None),
        '"' => {
            *rest = inside;
            text(rest).map(Some)
        }
        '[' => {
            *rest = inside;
            Ok(Some(Form::Vector(until(rest, ']', depth)?)))
        }
        '{' => {
            *rest = inside;
            let mut forms = until(rest, '}', depth)?.into_iter();
            let mut pairs = Vec::new();
            while let Some(key) = forms.next() {
                let value = forms.next().ok_or("a map has a key without a value")?;
                pairs.push((key, value));
            }
            Ok(Some(Form::Map(pairs)))
        }
        _ => {
            let is_end = |letter: char| letter.is_whitespace() || ",[]{}\"".contains(letter);
            let (word, after) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
            *rest = after;
            Ok(Some(match word.strip_prefix(':') {
                Some(name) => Form::Keyword(name.to_owned()),
                None if word == "nil" => Form::Nil,
                None => Form::Word(word.to_owned()),
            }))
        }
    }
}

fn until(rest: &mut &str, closing: char, depth: u32) -> Result<Vec<Form>, String> {
    let depth = depth.checked_sub(1).ok_or("brackets stand too deep in each other")?;
    let mut forms = Vec::new();
    while let Some(form) = next_form(rest, depth)? {
        forms.push(form);
    }
    *rest = rest.strip_prefix(closing).ok_or_else(|| format!("{closing:?} is missing"))?;
    Ok(forms)
}

/// A text, of which the opening quote is read.
fn text(rest: &mut &str) -> Result<Form, String> {
    let mut text = String::new();
    let mut letters = rest.chars();
    loop {
        match letters.next().ok_or("a text has no end")? {
            '"' => break,
            '\\' => text.push(match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(letter @ ('"' | '\\')) => letter,
                _ => return Err("a text has an unknown escape".to_owned()),
            }),
            letter => text.push(letter),
        }
    }
    *rest = letters.as_str();
    Ok(Form::Text(text))
}
