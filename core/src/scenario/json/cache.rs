//! What makes a configuration one of a cache lab, and what its processors are asked, as a file
//! spells it.

use serde_json::{Map, Value, json};

use super::reader::{Fields, Reader};
use crate::cache::address::{Address, Line, Word};
use crate::cache::operation::Operation;
use crate::cache::table::Interconnect;
use crate::cache::workload::{Pattern, Workload};
use crate::lab::cache::CacheConfig;
use crate::scenario::text::duration;
use crate::scenario::{Kind, Problem, Wrong};

/// Reads what is given; the rest stays as it is.
pub(super) fn read(fields: &Fields<'_>, cache: &mut CacheConfig) -> Result<(), Problem> {
    fields.read("caches", &mut cache.caches, Reader::few)?;
    fields.read("homes", &mut cache.homes, Reader::few)?;
    let mut bus = cache.is_bus();
    fields.read("bus", &mut bus, Reader::boolean)?;
    cache.interconnect = if bus { Interconnect::Bus } else { Interconnect::Directory };
    fields.read("lines", &mut cache.lines, Reader::few)?;
    fields.read("words", &mut cache.words, Reader::few)?;
    fields.read("reliable_links", &mut cache.reliable, Reader::boolean)?;
    if let Some(workload) = fields.get("workload") {
        cache.workload = read_workload(&workload)?;
    }
    Ok(())
}

fn read_workload(reader: &Reader<'_>) -> Result<Workload, Problem> {
    let fields = reader.fields()?;
    let mut workload = Workload::default();
    fields.read("pattern", &mut workload.pattern, |field| {
        let name = field.text()?;
        let pattern = Pattern::ALL.into_iter().find(|pattern| pattern.name() == name);
        pattern.ok_or_else(|| field.problem(Wrong::NoSuchName(name.to_owned())))
    })?;
    fields.read("writes_percent", &mut workload.writes_percent, Reader::few)?;
    fields.read("think", &mut workload.think_us, Reader::duration)?;
    fields.read("zipf_hundredths", &mut workload.zipf_hundredths, Reader::narrow)?;
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
    unless(cache.interconnect == usual.interconnect, "bus", cache.is_bus().into());
    unless(cache.lines == usual.lines, "lines", cache.lines.into());
    unless(cache.words == usual.words, "words", cache.words.into());
    unless(cache.reliable == usual.reliable, "reliable_links", cache.reliable.into());
    unless(cache.workload == usual.workload, "workload", write_workload(&cache.workload));
}

fn write_workload(workload: &Workload) -> Value {
    let Workload { pattern, writes_percent, think_us, zipf_hundredths } = *workload;
    json!({
        "pattern": pattern.name(),
        "writes_percent": writes_percent,
        "think": duration(think_us),
        "zipf_hundredths": zipf_hundredths,
    })
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
    let of_lines: [(_, fn(_) -> _); 4] = [
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
