//! What makes a configuration one of a cache lab, and what its processors are asked, as a file
//! spells it.

use serde_json::{Map, Value, json};

use super::reader::{Fields, Reader};
use crate::cache::address::{Address, Line, Word};
use crate::cache::operation::Operation;
use crate::cache::workload::{Pattern, Workload};
use crate::lab::cache::CacheConfig;
use crate::scenario::text::{duration, probability};
use crate::scenario::{Kind, Problem, Wrong};

/// Reads what is given; the rest stays as it is.
pub(super) fn read(fields: &Fields<'_>, cache: &mut CacheConfig) -> Result<(), Problem> {
    fields.read("caches", &mut cache.caches, Reader::few)?;
    fields.read("homes", &mut cache.homes, Reader::few)?;
    fields.read("bus", &mut cache.bus, Reader::boolean)?;
    fields.read("lines", &mut cache.lines, Reader::few)?;
    fields.read("words", &mut cache.words, Reader::few)?;
    fields.read("reliable_links", &mut cache.reliable, Reader::boolean)?;
    if let Some(workload) = fields.get("workload") {
        cache.workload = Some(read_workload(&workload)?);
    }
    Ok(())
}

fn read_workload(reader: &Reader<'_>) -> Result<Workload, Problem> {
    let fields = reader.fields()?;
    let pattern = fields.require("pattern")?;
    let name = pattern.text()?;
    let unknown = || pattern.problem(Wrong::NoSuchName(name.to_owned()));
    let pattern = Pattern::named(name).ok_or_else(unknown)?;
    let mut workload = Workload::of(pattern);
    fields.read("writes", &mut workload.writes, Reader::probability)?;
    fields.read("every", &mut workload.every_us, Reader::duration)?;
    fields.read("skew", &mut workload.skew_ppm, Reader::millionths)?;
    fields.finish()?;
    Ok(workload)
}

/// Writes what differs from what is usual.
pub(super) fn write(cache: &CacheConfig, usual: &CacheConfig, object: &mut Map<String, Value>) {
    let mut unless = |is_usual: bool, name: &str, value: Value| {
        if !is_usual {
            object.insert(name.to_owned(), value);
        }
    };
    unless(cache.caches == usual.caches, "caches", cache.caches.into());
    unless(cache.homes == usual.homes, "homes", cache.homes.into());
    unless(cache.bus == usual.bus, "bus", cache.bus.into());
    unless(cache.lines == usual.lines, "lines", cache.lines.into());
    unless(cache.words == usual.words, "words", cache.words.into());
    unless(cache.reliable == usual.reliable, "reliable_links", cache.reliable.into());
    let workload = cache.workload.as_ref().map_or(Value::Null, write_workload);
    unless(cache.workload == usual.workload, "workload", workload);
}

fn write_workload(workload: &Workload) -> Value {
    let usual = Workload::of(workload.pattern);
    let mut value = json!({ "pattern": workload.pattern.name() });
    if workload.writes != usual.writes {
        let text = probability(workload.writes);
        value["writes"] = serde_json::from_str(&text).unwrap_or(Value::String(text));
    }
    if workload.every_us != usual.every_us {
        value["every"] = duration(workload.every_us).into();
    }
    if workload.skew_ppm != usual.skew_ppm {
        value["skew"] = crate::scenario::text::unscaled(workload.skew_ppm, 6).into();
    }
    value
}

fn line(reader: &Reader<'_>) -> Result<Line, Problem> {
    reader.parsed(Kind::Line, |text| text.parse().ok())
}

fn address(reader: &Reader<'_>) -> Result<Address, Problem> {
    reader.parsed(Kind::Address, |text| text.parse().ok())
}

fn word(reader: &Reader<'_>) -> Result<Word, Problem> {
    reader.narrow()
}

/// What a processor is asked: one thing.
pub(super) fn operation(fields: &Fields<'_>) -> Result<Operation, Problem> {
    let mut found = Vec::new();
    if let Some(field) = fields.get("read") {
        found.push(Operation::Read(address(&field)?));
    }
    if let Some(field) = fields.get("write") {
        let [to, value] = field.tuple(Kind::Access)?;
        found.push(Operation::Write(address(&to)?, word(&value)?));
    }
    if let Some(field) = fields.get("cas") {
        let [at, old, new] = field.tuple(Kind::Access)?;
        found.push(Operation::CompareAndSwap(address(&at)?, word(&old)?, word(&new)?));
    }
    let of_lines: [(&str, fn(Line) -> Operation); 4] = [
        ("own", Operation::Own),
        ("evict", Operation::Evict),
        ("flush", Operation::Flush),
        ("invalidate", Operation::Invalidate),
    ];
    for (name, operation) in of_lines {
        if let Some(field) = fields.get(name) {
            found.push(operation(line(&field)?));
        }
    }
    match <[Operation; 1]>::try_from(found) {
        Ok([operation]) => Ok(operation),
        Err(_) => Err(fields.problem(Wrong::NotA(Kind::Access))),
    }
}

/// Writes what a processor is asked.
pub(super) fn write_operation(operation: Operation) -> Map<String, Value> {
    let text = |address: Address| address.to_string();
    let value = match operation {
        Operation::Read(address) => json!(text(address)),
        Operation::Write(address, value) => json!([text(address), value]),
        Operation::CompareAndSwap(address, old, new) => json!([text(address), old, new]),
        Operation::Own(line)
        | Operation::Evict(line)
        | Operation::Flush(line)
        | Operation::Invalidate(line) => json!(line.to_string()),
    };
    [(operation.name().to_owned(), value)].into_iter().collect()
}
