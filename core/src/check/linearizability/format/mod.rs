//! Histories as files: the formats that `lockstep check` reads.
//!
//! - [`jepsen`]: what Jepsen logs, one event a line.
//! - [`porcupine`]: Porcupine's histories of a key-value store, one event a line.
//! - [`json`]: operations as JSON, such as the `history` of a run's result.
//!
//! A file comes from outside: what is wrong with it is said with its line.

pub mod edn;
pub mod jepsen;
pub mod json;
pub mod porcupine;

use std::collections::BTreeMap;
use std::fmt;

use super::history::Operation;
use super::model::Model;
use crate::raft::store::Text;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl Problem {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => formatter.write_str(&self.what),
            line => write!(formatter, "line {line}: {}", self.what),
        }
    }
}

/// An event of a file with an event a line.
enum Event<M: Model> {
    /// A call.
    Invoke(M::Action),
    /// The return of a call to this action. The answer is not always known.
    Ok(Option<M::Answer>),
    /// The action was not carried out, and never will be.
    Fail,
    /// Nobody knows.
    Info,
}

/// Puts the events of a file together. Times are lines. What a process has called and what has not
/// returned at the end of the file stays open.
struct Events<M: Model> {
    history: Vec<Option<Operation<M>>>,
    /// Where in the history the call is that each process waits for.
    waiting: BTreeMap<Text, usize>,
}

impl<M: Model> Events<M> {
    const fn new() -> Self {
        Self { history: Vec::new(), waiting: BTreeMap::new() }
    }

    /// The action that a process waits for.
    fn action(&self, process: &str, line: usize) -> Result<&M::Action, Problem> {
        let place = self.waiting.get(process).copied();
        let operation = place.and_then(|place| self.history[place].as_ref());
        let waited = operation.map(|operation| &operation.action);
        waited.ok_or_else(|| {
            Problem::new(line, format!("process {process} has called nothing that could end"))
        })
    }

    fn add(&mut self, process: &str, event: Event<M>, line: usize) -> Result<(), Problem> {
        if let Event::Invoke(action) = event {
            if self.waiting.contains_key(process) {
                let what = format!("process {process} has not returned from its last call");
                return Err(Problem::new(line, what));
            }
            let client: Text = process.into();
            self.waiting.insert(client.clone(), self.history.len());
            let called = line as u64;
            let operation = Operation { client, action, called, returned: None, answer: None };
            self.history.push(Some(operation));
            return Ok(());
        }
        self.action(process, line)?;
        let place = self.waiting.remove(process).expect("it waits for an action");
        let operation = &mut self.history[place];
        match (event, operation.as_mut()) {
            (Event::Ok(answer), Some(operation)) => {
                operation.returned = Some(line as u64);
                operation.answer = answer;
            }
            (Event::Fail, _) => *operation = None,
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Operation<M>>, Problem> {
        if self.history.is_empty() {
            return Err(Problem::new(0, "no operation stands in it"));
        }
        Ok(self.history.into_iter().flatten().collect())
    }
}

/// Lines with their numbers, without those that are empty.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}
