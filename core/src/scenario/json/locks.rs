//! What makes a configuration one of a lock lab, as a file spells it.

use serde_json::{Map, Value};

use super::reader::{Fields, Reader};
use crate::lab::Names;
use crate::lab::locks::LockConfig;
use crate::lab::raft::Must;
use crate::lock::Resource;
use crate::lock::parcel::Order;
use crate::lock::script::Script;
use crate::scenario::text::duration;
use crate::scenario::{Kind, Problem, Wrong};
use crate::sim::process::NodeId;

/// A script. What is wrong with one is said with its place.
fn script(reader: &Reader<'_>) -> Result<Script, Problem> {
    let text = reader.text()?;
    text.parse().map_err(|error| reader.problem(Wrong::BadScript(error)))
}

/// What a client is told: `"run": "…"`, or `"stop": true`.
pub(super) fn order(fields: &Fields<'_>) -> Result<Order, Problem> {
    match (fields.get("run"), fields.get("stop")) {
        (Some(run), None) => script(&run).map(Order::Run),
        (None, Some(stop)) if stop.boolean()? => Ok(Order::Stop),
        (None, Some(stop)) => Err(stop.problem(Wrong::NotA(Kind::Order))),
        _ => Err(fields.problem(Wrong::NotA(Kind::Order))),
    }
}

/// Reads what is given; the rest stays as it is. Whether clients exist is checked with the whole.
pub(super) fn read(fields: &Fields<'_>, locks: &mut LockConfig) -> Result<(), Problem> {
    if let Some(resources) = fields.get("resources") {
        let names = resources.list()?;
        locks.resources =
            names.iter().map(|name| name.text().map(Resource::from)).collect::<Result<_, _>>()?;
    }
    fields.read("groups", &mut locks.groups, Reader::few)?;
    fields.read("collect_every", &mut locks.collect_us, Reader::duration)?;
    fields.read("back_off", &mut locks.back_off_us, Reader::duration)
}

/// Reads the scripts of clients, who are known by now.
pub(super) fn read_scripts(
    fields: &Fields<'_>,
    names: Names,
    locks: &mut LockConfig,
) -> Result<(), Problem> {
    let Some(scripts) = fields.get("scripts") else { return Ok(()) };
    for (name, field) in scripts.fields()?.all() {
        let node = name.parse().ok().and_then(|name| names.id(name));
        let client = node.and_then(|node| node.0.checked_sub(names.servers));
        let client = client.filter(|client| *client < names.clients);
        let nobody = || field.problem(Wrong::OutOfBounds(Must::NameClients));
        locks.scripts.push((client.ok_or_else(nobody)?, script(&field)?));
    }
    locks.scripts.sort_unstable_by_key(|(client, _)| *client);
    Ok(())
}

/// Writes what differs from what is usual.
pub(super) fn write(
    locks: &LockConfig,
    usual: &LockConfig,
    names: Names,
    object: &mut Map<String, Value>,
) {
    let mut unless = |is_usual: bool, name: &str, value: Value| {
        if !is_usual {
            object.insert(name.to_owned(), value);
        }
    };
    let resources: Vec<&str> = locks.resources.iter().map(AsRef::as_ref).collect();
    unless(locks.resources == usual.resources, "resources", resources.into());
    unless(locks.groups == usual.groups, "groups", locks.groups.into());
    let every = duration(locks.collect_us);
    unless(locks.collect_us == usual.collect_us, "collect_every", every.into());
    let rest = duration(locks.back_off_us);
    unless(locks.back_off_us == usual.back_off_us, "back_off", rest.into());
    let name = |client: u8| names.name(NodeId(names.servers + client)).to_string();
    let scripts = locks.scripts.iter();
    let scripts = scripts.map(|(client, script)| (name(*client), script.to_string().into()));
    unless(locks.scripts.is_empty(), "scripts", Value::Object(scripts.collect()));
}
