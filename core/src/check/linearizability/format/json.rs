//! Operations as JSON: a list of them, or an object that has it as its `history`. The result of
//! `lockstep run` is such an object, and it may come after other objects, as the events of a run
//! do.
//!
//! | field | meaning | default |
//! | --- | --- | --- |
//! | `client` | who asked: a text | must be given |
//! | `operation` | what was asked, see below | must be given |
//! | `invoked_us` | when it was called, in microseconds | must be given |
//! | `completed_us` | when it returned, in microseconds | it did not |
//! | `outcome` | `"ok"`; `"failed"`: never carried out; `"unknown"`, `"pending"`: open | `"ok"` |
//! | `answer` | see below | not known |
//!
//! | model | operations |
//! | --- | --- |
//! | `register` | `"read"`, `{"write": V}`, `{"cas": [V, V]}` |
//! | `kv` | `{"get": K}`, `{"put": [K, T]}`, `{"append": [K, T]}`, `{"cas": [K, T, T]}` |
//! | `mutex` | `"acquire"`, `"release"` |
//! | `queue` | `{"enqueue": V}`, `"dequeue"` |
//! | `coherence` | `{"read": K}`, `{"write": [K, N]}`, `{"cas": [K, N, N]}` |
//!
//! The answer to a read, a get or a dequeue is `{"value": …}`, that to a compare-and-set
//! `{"swapped": true}` or `false`, that to anything else `"done"`; a mutex may also say
//! `"refused"`.
//!
//! `K` and `T` are texts, `N` is a number below 2³² (an address holds 0 at first), `V` is a text, a
//! number, a truth value, or `null`, which is nothing (the value of a key that was never set; what
//! an empty queue gives). `null` cannot be enqueued. Fields that are not named here are passed
//! over.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::history::Operation;
use super::super::model::Model;
use super::Problem;
use crate::raft::store::Text;

/// An object that has a history among its fields, or has not.
#[derive(Deserialize)]
#[serde(bound = "M::Action: DeserializeOwned, M::Answer: DeserializeOwned")]
struct Holder<M: Model> {
    #[serde(default = "Option::default")]
    history: Option<Vec<Row<M>>>,
}

/// One operation; `None`: it was never carried out.
#[derive(Deserialize)]
#[serde(
    try_from = "Fields<M::Action, M::Answer>",
    bound = "M::Action: DeserializeOwned, M::Answer: DeserializeOwned"
)]
struct Row<M: Model>(Option<Operation<M>>);

/// The fields of an operation.
#[derive(Deserialize)]
struct Fields<A, R> {
    client: Text,
    operation: A,
    invoked_us: u64,
    completed_us: Option<u64>,
    #[serde(default)]
    outcome: Outcome,
    answer: Option<R>,
}

#[derive(Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    #[default]
    Ok,
    Failed,
    Unknown,
    Pending,
}

impl<M: Model> TryFrom<Fields<M::Action, M::Answer>> for Row<M> {
    type Error = &'static str;

    /// What is wrong is said here, where the parser still knows its line.
    fn try_from(fields: Fields<M::Action, M::Answer>) -> Result<Self, &'static str> {
        let Fields { client, operation: action, invoked_us: called, .. } = fields;
        let mut operation = Operation { client, action, called, returned: None, answer: None };
        match (fields.outcome, fields.completed_us) {
            (Outcome::Failed, _) => return Ok(Self(None)),
            (Outcome::Unknown | Outcome::Pending, _) => {}
            (Outcome::Ok, None) => return Err("what was carried out needs `completed_us`"),
            (Outcome::Ok, Some(returned)) if returned < called => {
                return Err("`completed_us` is before `invoked_us`");
            }
            (Outcome::Ok, returned) => {
                operation.returned = returned;
                operation.answer = fields.answer;
            }
        }
        Ok(Self(Some(operation)))
    }
}

/// Reads a history.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read<M: Model>(text: &str) -> Result<Vec<Operation<M>>, Problem>
where
    M::Action: DeserializeOwned,
    M::Answer: DeserializeOwned,
{
    let wrong = |error: serde_json::Error| {
        let what = error.to_string();
        // The parser says the place at the end, of which the line has been said.
        let place = format!(" at line {} column {}", error.line(), error.column());
        let what = what.strip_suffix(&place).unwrap_or(&what);
        Problem::new(error.line(), format!("column {}: {what}", error.column()))
    };
    let rows: Vec<Row<M>> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(wrong)?
    } else {
        let mut found = None;
        for holder in serde_json::Deserializer::from_str(text).into_iter::<Holder<M>>() {
            if let Some(rows) = holder.map_err(wrong)?.history
                && found.replace(rows).is_some()
            {
                return Err(Problem::new(0, "there are two histories in it"));
            }
        }
        found
            .ok_or_else(|| Problem::new(0, "no list of operations, nor an object with `history`"))?
    };
    Ok(rows.into_iter().filter_map(|Row(operation)| operation).collect())
}
