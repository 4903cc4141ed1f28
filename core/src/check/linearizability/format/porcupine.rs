//! Porcupine's histories of a key-value store, one event a line:
//!
//! ```text
//! {:process 0, :type :invoke, :f :append, :key "7", :value "x"}
//! {:process 0, :type :ok, :f :append, :key "7", :value "x"}
//! {:process 1, :type :invoke, :f :get, :key "7", :value nil}
//! {:process 1, :type :ok, :f :get, :key "7", :value "x"}
//! ```
//!
//! A key that was never set reads as the empty text: Porcupine's store does not tell the two
//! apart, so an empty answer is taken for "nothing". (A history that puts an empty text is refused,
//! since nothing could be told about it.) `:fail` and `:info` are as in Jepsen's logs.

use super::super::history::Operation;
use super::super::model::Kv;
use super::edn::{self, Form};
use super::{Event, Events, Problem, lines};
use crate::raft::store;
use crate::raft::store::Text;

/// Reads a history.
///
/// # Errors
/// The first line that is wrong.
pub fn read(text: &str) -> Result<Vec<Operation<Kv>>, Problem> {
    let mut events = Events::<Kv>::new();
    for (number, line) in lines(text) {
        let wrong = |what: &str| Problem::new(number, what);
        let forms = edn::read(line).map_err(|what| wrong(&what))?;
        let [map @ Form::Map(_)] = forms.as_slice() else {
            return Err(wrong("no event: expected `{:process 0, :type :invoke, :f :get, …}`"));
        };
        let field = |name: &str| {
            map.get(name).ok_or_else(|| Problem::new(number, format!(":{name} is missing")))
        };
        let Form::Word(process) = field("process")? else {
            return Err(wrong(":process must be a number"));
        };
        let event = match field("type")?.keyword() {
            Some("invoke") => Event::Invoke(action(number, &field)?),
            Some("ok") => Event::Ok(Some(match events.action(process, number)? {
                store::Operation::Get(_) => {
                    let value = field("value")?.text();
                    let value = value.ok_or_else(|| wrong(":value must be a text"))?;
                    store::Answer::Value((!value.is_empty()).then(|| value.into()))
                }
                _ => store::Answer::Done,
            })),
            Some("fail") => Event::Fail,
            Some("info") => Event::Info,
            _ => return Err(wrong(":type must be :invoke, :ok, :fail or :info")),
        };
        events.add(process, event, number)?;
    }
    events.finish()
}

fn action<'a>(
    line: usize,
    field: &impl Fn(&str) -> Result<&'a Form, Problem>,
) -> Result<store::Operation, Problem> {
    let text = |name| -> Result<Text, Problem> {
        let text = field(name)?.text();
        let text = text.ok_or_else(|| Problem::new(line, format!(":{name} must be a text")))?;
        Ok(text.into())
    };
    let key = text("key")?;
    match field("f")?.keyword() {
        Some("get") => Ok(store::Operation::Get(key)),
        Some("put") if text("value")?.is_empty() => {
            Err(Problem::new(line, "an empty text cannot be told from nothing"))
        }
        Some("put") => Ok(store::Operation::Put(key, text("value")?)),
        Some("append") => Ok(store::Operation::Append(key, text("value")?)),
        _ => Err(Problem::new(line, ":f must be :get, :put or :append")),
    }
}
