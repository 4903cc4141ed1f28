//! All logs side by side: a row for each server, a column for each index.

use lockstep_core::lab::raft::view::RaftView;
use yew::prelude::*;

use super::Context;
use super::server::{Cell, Sign, cell, term_class};
use crate::catalogue::Word;

/// How many columns there is room for.
const COLUMNS: u64 = 12;

/// The logs of a cluster.
pub(super) fn matrix(page: &Context, view: &RaftView) -> Html {
    if view.last_index == 0 {
        return html! { <p class="nothing">{ page.word(Word::NoEntries) }</p> };
    }
    let first = (view.last_index + 1).saturating_sub(COLUMNS).max(1);
    let indexes: Vec<u64> = (first..=view.last_index).collect();
    let rows = view.servers.iter().map(|server| Row {
        name: server.name.to_string(),
        cells: indexes.iter().map(|index| cell(server, *index)).collect(),
        newest: server.log.last().map(|entry| (entry.index, entry.operation.to_string())),
    });
    table(page, &indexes, &rows.collect::<Vec<_>>())
}

struct Row {
    name: String,
    cells: Vec<Cell>,
    newest: Option<(u64, String)>,
}

/// The table: each entry is the term in which a leader received it.
fn table(page: &Context, indexes: &[u64], rows: &[Row]) -> Html {
    let column = |index: &u64| html! { <th key={*index} scope="col">{ index }</th> };
    let row = |row: &Row| {
        html! {
            <tr key={row.name.clone()}>
                <th scope="row">{ &row.name }</th>
                { for row.cells.iter().map(|cell| entry(page, cell)) }
            </tr>
        }
    };
    let newest = rows.iter().filter_map(|row| {
        let (index, operation) = row.newest.as_ref()?;
        Some(html! {
            <li key={row.name.clone()}>
                <b>{ &row.name }</b>{ format!(" {index}: {operation}") }
            </li>
        })
    });
    let all = rows.iter().flat_map(|row| &row.cells);
    let seen: Vec<Sign> = all.filter_map(|cell| cell.sign).collect();
    let signs = Sign::ALL.into_iter().filter(|sign| seen.contains(sign)).map(|sign| {
        let word = page.word(sign.word());
        html! { <li key={word}><span class="sample">{ sign.letter() }</span>{ word }</li> }
    });
    html! {
        <div class="logs">
            <div class="matrix-box">
                <table class="matrix">
                    <thead>
                        <tr>
                            <td></td>
                            { for indexes.iter().map(column) }
                        </tr>
                    </thead>
                    <tbody>{ for rows.iter().map(row) }</tbody>
                </table>
            </div>
            <ul class="entry-legend">
                <li><span class="sample committed term-1"></span>{ page.word(Word::Committed) }</li>
                <li><span class="sample stored term-1"></span>{ page.word(Word::NotCommitted) }</li>
                <li><span class="sample missing"></span>{ page.word(Word::Missing) }</li>
                { for signs }
            </ul>
            <h3 class="section">{ page.word(Word::Last) }</h3>
            <ul class="newest">{ for newest }</ul>
        </div>
    }
}

fn entry(page: &Context, cell: &Cell) -> Html {
    let (class, mut term, state) = match cell.entry {
        None if cell.sign.is_some() => (classes!("compacted"), String::new(), Word::Snapshot),
        None => (classes!("missing"), String::new(), Word::Missing),
        Some((term, true)) => {
            (classes!("committed", term_class(term)), term.to_string(), Word::Committed)
        }
        Some((term, false)) => {
            (classes!("stored", term_class(term)), term.to_string(), Word::NotCommitted)
        }
    };
    let mut title = page.word(state).to_owned();
    if let Some(sign) = cell.sign {
        term.push_str(sign.letter());
        if cell.entry.is_some() {
            title = format!("{}, {title}", page.word(sign.word()));
        }
    }
    html! {
        <td key={cell.index}>
            <span class={classes!("sample", class)} {title}>{ term }</span>
        </td>
    }
}
