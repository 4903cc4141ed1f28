//! What Jepsen logs, one event a line:
//!
//! ```text
//! INFO  jepsen.util - 4   :invoke :read   nil
//! INFO  jepsen.util - 4   :ok     :read   3
//! INFO  jepsen.util - 1   :invoke :cas    [1 2]
//! INFO  jepsen.util - 1   :fail   :cas    [1 2]
//! INFO  jepsen.util - 0   :info   :write  :timed-out
//! ```
//!
//! What stands before `jepsen.util` does not matter, the nemesis is left out, and all other lines
//! are refused: a file that is something else should not be judged well. A process that has ended
//! by `:info` may call again; what it called stays open.
//!
//! A `:fail` means that the operation did not happen, with one exception: a compare-and-set fails
//! because it found something else, and that it did so is an observation like any other.

use super::super::history::Operation;
use super::super::model::{
    Model, Mutex, MutexAction, MutexAnswer, Queue, QueueAction, Register, RegisterAction,
    ValueAnswer,
};
use super::edn::{self, Form};
use super::{Event, Events, Problem, lines};
use crate::raft::store::Text;

/// An object whose history Jepsen logs.
pub trait Logged: Model {
    /// The functions that it has, for a person who used another.
    const FUNCTIONS: &'static str;

    /// What a call asks for; `None` where it has no such function or the value does not fit.
    fn action(function: &str, value: &Form) -> Option<Self::Action>;

    /// What a return with `:ok` says; `None` where the value does not fit.
    fn answer(action: &Self::Action, value: &Form) -> Option<Self::Answer>;

    /// What a return with `:fail` says, if it is more than that nothing happened.
    #[must_use]
    fn failure(_action: &Self::Action) -> Option<Self::Answer> {
        None
    }
}

fn value(form: &Form) -> Option<Option<Text>> {
    Some(form.value()?.map(Text::from))
}

impl Logged for Register {
    const FUNCTIONS: &'static str = "`:read nil`, `:write VALUE` and `:cas [OLD NEW]`";

    fn action(function: &str, form: &Form) -> Option<RegisterAction> {
        match (function, form) {
            ("read", _) => Some(RegisterAction::Read),
            ("write", _) => Some(RegisterAction::Write(value(form)?)),
            ("cas", Form::Vector(pair)) => {
                let [old, new] = pair.as_slice() else { return None };
                Some(RegisterAction::CompareAndSet(value(old)?, value(new)?))
            }
            _ => None,
        }
    }

    fn answer(action: &RegisterAction, form: &Form) -> Option<ValueAnswer> {
        match action {
            RegisterAction::Read => value(form).map(ValueAnswer::Value),
            RegisterAction::Write(_) => Some(ValueAnswer::Done),
            RegisterAction::CompareAndSet(..) => Some(ValueAnswer::Swapped(true)),
        }
    }

    fn failure(action: &RegisterAction) -> Option<ValueAnswer> {
        let compares = matches!(action, RegisterAction::CompareAndSet(..));
        compares.then_some(ValueAnswer::Swapped(false))
    }
}

impl Logged for Mutex {
    const FUNCTIONS: &'static str = "`:acquire nil` and `:release nil`";

    fn action(function: &str, _: &Form) -> Option<MutexAction> {
        match function {
            "acquire" => Some(MutexAction::Acquire),
            "release" => Some(MutexAction::Release),
            _ => None,
        }
    }

    fn answer(_: &MutexAction, _: &Form) -> Option<MutexAnswer> {
        Some(MutexAnswer::Done)
    }
}

impl Logged for Queue {
    const FUNCTIONS: &'static str = "`:enqueue VALUE` and `:dequeue nil`";

    fn action(function: &str, form: &Form) -> Option<QueueAction> {
        match function {
            "enqueue" => value(form)?.map(QueueAction::Enqueue),
            "dequeue" => Some(QueueAction::Dequeue),
            _ => None,
        }
    }

    fn answer(action: &QueueAction, form: &Form) -> Option<ValueAnswer> {
        match action {
            QueueAction::Enqueue(_) => Some(ValueAnswer::Done),
            QueueAction::Dequeue => value(form).map(ValueAnswer::Value),
        }
    }
}

/// Reads a log.
///
/// # Errors
/// The first line that is wrong.
pub fn read<M: Logged>(text: &str) -> Result<Vec<Operation<M>>, Problem> {
    let mut events = Events::<M>::new();
    for (number, line) in lines(text) {
        let wrong = |what: String| Problem::new(number, what);
        let no_event = || {
            wrong("no event: expected `INFO jepsen.util - PROCESS :invoke :FUNCTION VALUE`".into())
        };
        let (_, event) = line.split_once("jepsen.util").ok_or_else(no_event)?;
        let event = event.trim_start().trim_start_matches(['-', ':']);
        let forms = edn::read(event).map_err(wrong)?;
        let [process, kind, function, value, ..] = forms.as_slice() else {
            return Err(no_event());
        };
        let (Some(kind), Some(function)) = (kind.keyword(), function.keyword()) else {
            return Err(no_event());
        };
        let process = match process {
            Form::Word(process) => process,
            Form::Keyword(_) => continue,
            _ => return Err(no_event()),
        };
        let misfit = || wrong(format!("no {function} like this here: there are {}", M::FUNCTIONS));
        let event = match kind {
            "invoke" => Event::Invoke(M::action(function, value).ok_or_else(misfit)?),
            "info" => Event::Info,
            "ok" | "fail" => {
                let action = events.action(process, number)?;
                if kind == "ok" {
                    Event::Ok(Some(M::answer(action, value).ok_or_else(misfit)?))
                } else {
                    M::failure(action).map_or(Event::Fail, |answer| Event::Ok(Some(answer)))
                }
            }
            other => return Err(wrong(format!("no event is called :{other}"))),
        };
        events.add(process, event, number)?;
    }
    events.finish()
}
