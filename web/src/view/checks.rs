//! What the checks say of the run.

use lockstep_core::check::linearizability::Verdict as Linearizability;
use lockstep_core::check::{Check, Failure, Verdict};
use lockstep_core::lab::Names;
use lockstep_core::lab::session::CheckReport;
use yew::prelude::*;

use super::{Context, meaning};
use crate::action::{Action, Page, Play};
use crate::catalogue::Word;
use crate::model::{Model, Tab};
use crate::number::seconds;

const fn verdict_class(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Fails(_) => "fails",
        Verdict::NotReached => "not-reached",
        Verdict::AssumptionVoid(_) => "void",
    }
}

const fn verdict_word(verdict: &Verdict) -> Word {
    match verdict {
        Verdict::Holds => Word::Holds,
        Verdict::Fails(_) => Word::Fails,
        Verdict::NotReached => Word::NotReached,
        Verdict::AssumptionVoid(_) => Word::AssumptionVoid,
    }
}

/// A verdict as a shape: a tick, a cross, a dash, or an empty set.
fn verdict_mark(verdict: &Verdict) -> Html {
    mark(match verdict {
        Verdict::Holds => "M-5 .5-1.5 4 5-3.5",
        Verdict::Fails(_) => CROSS,
        Verdict::NotReached => "M-3.5 0h7",
        Verdict::AssumptionVoid(_) => "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0M-2.8 2.8 2.8-2.8",
    })
}

const CROSS: &str = "M-4-4 4 4M4-4-4 4";

fn mark(path: &'static str) -> Html {
    html! {
        <svg class="verdict-mark" viewBox="-8 -8 16 16" aria-hidden="true"><path d={path} /></svg>
    }
}

/// One line for each check.
pub(super) fn summary(model: &Model, page: &Context) -> Html {
    let reports = &model.scene.checks;
    let line = |report: &CheckReport| {
        html! {
            <li key={report.check.name()} class={verdict_class(&report.verdict)}>
                { verdict_mark(&report.verdict) }
                <span>{ page.language.check(report.check) }</span>
                <span class="verdict">{ page.word(verdict_word(&report.verdict)) }</span>
            </li>
        }
    };
    html! {
        <div class="check-summary">
            <h3 class="section">{ page.word(Word::Checks) }</h3>
            <ul class="checks">
                { for reports.iter().map(line).chain(linearizability_line(model, page)) }
            </ul>
        </div>
    }
}

/// How the verdict on the clients' history is drawn: its class, its mark and its word. Nothing
/// where there is no client.
fn linearizability(model: &Model, page: &Context) -> Option<(&'static str, Html, &'static str)> {
    if model.session.names().clients == 0 {
        return None;
    }
    let mut like = Verdict::NotReached;
    let mut word = page.word(Word::NotReached);
    if model.session.completed_operations() > 0 {
        let judged = model.watch.last_judged(&model.session).map(|judged| &judged.verdict);
        word = page.language.linearizability_verdict(judged);
        like = match judged {
            Some(Linearizability::Linearizable) => Verdict::Holds,
            _ => Verdict::NotReached,
        };
        if let Some(Linearizability::NotLinearizable(_)) = judged {
            return Some(("fails", mark(CROSS), word));
        }
    }
    Some((verdict_class(&like), verdict_mark(&like), word))
}

fn linearizability_line(model: &Model, page: &Context) -> Option<Html> {
    let (class, mark, word) = linearizability(model, page)?;
    Some(html! {
        <li key="linearizability" {class}>
            { mark }
            <span>{ page.language.check(model.session.history_check()) }</span>
            <span class="verdict">{ word }</span>
        </li>
    })
}

fn linearizability_report(model: &Model, page: &Context) -> Option<Html> {
    let (class, mark, word) = linearizability(model, page)?;
    let check = model.session.history_check();
    let see = Action::Page(Page::Tab(Tab::Clients));
    Some(html! {
        <li key="linearizability" {class}>
            { mark }
            <div>
                <p class="check-name">
                    { page.language.check(check) }
                    <span class="verdict">{ word }</span>
                </p>
                <p class="meaning">{ page.language.check_meaning(check) }</p>
                if model.scene.view.locks.is_none() {
                    <button class="button" onclick={page.on::<MouseEvent>(see)}>
                        { page.language.see_history() }
                    </button>
                }
            </div>
        </li>
    })
}

/// Each check with what it means, and where it failed first.
pub(super) fn reports(model: &Model, page: &Context, names: Names) -> Html {
    let reports = &model.scene.checks;
    let report = |report: &CheckReport| {
        let failure = report.verdict.failure();
        let failure = failure.map(|failure| failure_line(page, names, report.check, failure));
        let missing = report.verdict.assumption().map(|assumption| {
            html! { <p class="meaning">{ page.language.assumption(assumption) }</p> }
        });
        html! {
            <li key={report.check.name()} class={verdict_class(&report.verdict)}>
                { verdict_mark(&report.verdict) }
                <div>
                    <p class="check-name">
                        { page.language.check(report.check) }
                        <span class="verdict">{ page.word(verdict_word(&report.verdict)) }</span>
                    </p>
                    <p class="meaning">{ page.language.check_meaning(report.check) }</p>
                    <div class="failure-box">{ for missing }{ for failure }</div>
                    { meaning::stop_when_fails(model, page, report.check) }
                </div>
            </li>
        }
    };
    html! {
        <div class="check-reports">
            <p class="nothing">{ page.word(Word::ChecksIntro) }</p>
            <ul class="reports">
                { for reports.iter().map(report).chain(linearizability_report(model, page)) }
            </ul>
        </div>
    }
}

fn failure_line(page: &Context, names: Names, check: Check, failure: &Failure) -> Html {
    let time = seconds(failure.moment.time_us);
    let concerned = page.language.concerned(check, failure, names);
    let shown = page.language.shown(check, failure, names);
    let shown = shown.map_or_else(String::new, |shown| format!(" · {shown}"));
    let show = Action::Play(Play::Seek(failure.moment.time_us));
    html! {
        <p key="failure" class="failure">
            { format!("{time} s: {concerned}{shown}") }
            <button class="button" onclick={page.on::<MouseEvent>(show)}>
                { page.word(Word::ShowFailure) }
            </button>
        </p>
    }
}
