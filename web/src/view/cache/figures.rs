//! How well the caches serve: hits, misses by their cause, messages, and how long accesses take.

use lockstep_core::lab::cache::CacheView;
use yew::prelude::*;

use super::super::Context;
use super::super::locks::times;
use crate::catalogue::StageWord;
use crate::number::grouped;

/// The page of the side panel.
pub(in super::super) fn panel(page: &Context, cache: &CacheView) -> Html {
    let word = |word| page.language.stage(word);
    let metrics = &cache.metrics;
    let misses = metrics.misses;
    let all = metrics.accesses.saturating_sub(metrics.hits);
    let accesses = [
        (StageWord::AllAccesses, grouped(metrics.accesses)),
        (StageWord::HitRate, share(metrics.hits, metrics.accesses)),
        (StageWord::SilentUpgrades, grouped(metrics.silent_upgrades)),
        (StageWord::Invalidations, grouped(metrics.invalidations)),
        (StageWord::Messages, grouped(metrics.messages)),
        (StageWord::WriteBacks, grouped(metrics.write_backs)),
    ];
    let latency = [(StageWord::AllAccesses, metrics.access), (StageWord::Missed, metrics.miss)];
    let causes = [
        (StageWord::Cold, misses.cold),
        (StageWord::Capacity, misses.capacity),
        (StageWord::Dropped, misses.dropped),
        (StageWord::Coherence, misses.coherence),
        (StageWord::FalseSharing, misses.false_sharing),
    ];
    let fact = |name: &'static str, value: String| {
        html! { <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
    };
    let cause = |(cause, count): (StageWord, u64)| {
        let percent = share(count, all);
        html! {
            <tr key={word(cause)}>
                <th scope="row">{ word(cause) }</th>
                <td class="bar-cell">
                    <svg class="share" aria-hidden="true">
                        <rect class="all" width="100%" height="6" rx="3" />
                        <rect class="part" width={percent.replace(' ', "")} height="6" rx="3" />
                    </svg>
                </td>
                <td>{ grouped(count) }</td>
                <td class="count">{ percent }</td>
            </tr>
        }
    };
    html! {
        <div class="lock-figures cache-figures">
            <h3 class="section">{ word(StageWord::Accesses) }</h3>
            <dl class="facts words">
                { for accesses.into_iter().map(|(name, value)| fact(word(name), value)) }
            </dl>
            <h3 class="section">{ word(StageWord::Misses) }</h3>
            <table class="peers figures">
                <tbody>{ for causes.into_iter().map(cause) }</tbody>
            </table>
            <h3 class="section">{ word(StageWord::Latency) }</h3>
            { times(page, &latency.map(|(name, times)| (word(name), times))) }
        </div>
    }
}

/// So many of all, in whole per cent.
fn share(part: u64, all: u64) -> String {
    format!("{} %", (part * 100 + all / 2).checked_div(all).unwrap_or(0))
}
