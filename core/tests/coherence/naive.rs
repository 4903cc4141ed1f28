//! The naive twin: tries every order, of every choice of what happened, with no cleverness at all.

use lockstep_core::check::coherence::{Memory, MemoryAnswer};
use lockstep_core::check::linearizability::{Model, Operation};

/// What one process did, in order: each operation, and whether it was answered.
type Line<'a> = Vec<&'a Operation<Memory>>;

/// Whether operations on one location have an order. Those that were not answered may be left out,
/// and need not come before what their process did later.
pub(crate) fn has_order(history: &[Operation<Memory>]) -> bool {
    let mut clients: Vec<&str> = history.iter().map(|operation| &*operation.client).collect();
    clients.sort_unstable();
    clients.dedup();
    let of = |client: &str, open: bool| -> Line<'_> {
        let all = history.iter().filter(|operation| &*operation.client == client);
        all.filter(|operation| operation.returned.is_none() == open).collect()
    };
    let lines: Vec<Line<'_>> = clients.iter().map(|client| of(client, false)).collect();
    let open: Vec<(&Operation<Memory>, usize, usize)> = (0..)
        .zip(&clients)
        .flat_map(|(process, client)| {
            let lines = &lines;
            of(client, true).into_iter().map(move |operation| {
                let before = |other: &&&Operation<Memory>| other.called < operation.called;
                (operation, process, lines[process].iter().filter(before).count())
            })
        })
        .collect();
    search(&lines, &open, &mut vec![0; lines.len()], &mut vec![false; open.len()], 0)
}

fn search(
    lines: &[Line<'_>],
    open: &[(&Operation<Memory>, usize, usize)],
    at: &mut Vec<usize>,
    used: &mut Vec<bool>,
    held: u32,
) -> bool {
    if lines.iter().zip(at.iter()).all(|(line, at)| *at == line.len()) {
        return true;
    }
    for process in 0..lines.len() {
        let Some(operation) = lines[process].get(at[process]) else { continue };
        let (next, answer) = Memory::apply(&held, &operation.action);
        if operation.answer.is_none_or(|expected| expected == answer) {
            at[process] += 1;
            let found = search(lines, open, at, used, next);
            at[process] -= 1;
            if found {
                return true;
            }
        }
    }
    for number in 0..open.len() {
        let (operation, process, before) = open[number];
        if used[number] || at[process] < before {
            continue;
        }
        let (next, _) = Memory::apply(&held, &operation.action);
        if next != held {
            used[number] = true;
            let found = search(lines, open, at, used, next);
            used[number] = false;
            if found {
                return true;
            }
        }
    }
    false
}

/// The same, if nothing is asked of those for which `asked` is false: what they wrote may have been
/// written by anybody at any time, or never.
pub(crate) fn has_order_without(history: &[Operation<Memory>], asked: &[bool]) -> bool {
    let excuse = |(at, operation): (usize, &Operation<Memory>)| {
        if asked[at] || operation.returned.is_none() {
            return Some(operation.clone());
        }
        let writes = operation.answer != Some(MemoryAnswer::Swapped(false));
        writes.then(|| Operation {
            client: format!("nobody {at}").into(),
            returned: None,
            answer: None,
            ..operation.clone()
        })
    };
    has_order(&history.iter().enumerate().filter_map(excuse).collect::<Vec<_>>())
}
