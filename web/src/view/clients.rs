//! What the clients asked for, and what became of it.

use lockstep_core::lab::raft::view::{OperationView, OutcomeView};
use yew::prelude::*;

use super::Context;
use crate::catalogue::Word;
use crate::number::{duration, seconds};

const fn outcome_class(outcome: OutcomeView) -> &'static str {
    match outcome {
        OutcomeView::Pending => "pending",
        OutcomeView::Ok => "ok",
        OutcomeView::Unknown => "unknown",
    }
}

/// The operations, newest first.
pub(super) fn list(page: &Context, operations: &[OperationView]) -> Html {
    if operations.is_empty() {
        return html! { <p class="nothing">{ page.word(Word::NoOperations) }</p> };
    }
    let item = |operation: &OperationView| {
        let took = operation.completed_us.map(|at_us| duration(at_us - operation.invoked_us));
        html! {
            <tr key={format!("{}-{}", operation.client, operation.request)}>
                <td class="when">{ seconds(operation.invoked_us) }</td>
                <th scope="row">{ operation.client.to_string() }</th>
                <td class="operation">{ operation.operation.to_string() }</td>
                <td class={classes!("outcome", outcome_class(operation.outcome))}>
                    { page.language.outcome(operation) }
                </td>
                <td class="took">{ took.unwrap_or_default() }</td>
            </tr>
        }
    };
    html! {
        <table class="operations">
            <tbody>{ for operations.iter().rev().map(item) }</tbody>
        </table>
    }
}
