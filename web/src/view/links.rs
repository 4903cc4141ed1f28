//! The links of the stage: which pass messages, which are cut, and which are worse than the rest.

use std::rc::Rc;

use lockstep_core::lab::{Names, NodeName};
use lockstep_core::sim::process::NodeId;
use yew::prelude::*;

use super::message::translate;
use super::{Context, use_page};
use crate::action::Action;
use crate::geometry::{Form, Lane, Layout};
use crate::hands::Hand;
use crate::number::tenths;

/// A pair of nodes of whose link something is so, in one direction or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CutLink {
    from: usize,
    to: usize,
    both_ways: bool,
}

/// Links of which something is so; those of which it is so both ways, once. What is so of links
/// between nodes that have nothing to say to each other is not shown.
pub(super) fn pairs(links: &[(NodeName, NodeName)], names: Names, layout: &Layout) -> Vec<CutLink> {
    let number = |name| names.id(name).map_or(0, NodeId::index);
    let cuts: Vec<_> = links.iter().map(|(from, to)| (number(*from), number(*to))).collect();
    let cut = |&(from, to): &(usize, usize)| {
        let both_ways = cuts.contains(&(to, from));
        let shown = layout.talk(from, to) && (!both_ways || from < to);
        shown.then_some(CutLink { from, to, both_ways })
    };
    cuts.iter().filter_map(cut).collect()
}

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct LinksProps {
    pub(super) layout: Rc<Layout>,
    pub(super) names: Names,
    pub(super) cuts: Vec<CutLink>,
    pub(super) clogged: Vec<CutLink>,
    /// Whose connection is broken, and whose is being opened anew.
    pub(super) broken: Vec<CutLink>,
    pub(super) opening: Vec<CutLink>,
}

/// The links between servers, and which links are cut.
#[component]
pub(super) fn Links(props: &LinksProps) -> Html {
    let page = use_page();
    let LinksProps { layout, names, cuts, clogged, broken, opening } = props;
    let whole = |from: usize, to: usize| {
        let is_cut = |cut: &CutLink| cut.both_ways && (cut.from, cut.to) == (from, to);
        !cuts.iter().any(is_cut)
    };
    // What caches have to say to each other is little; lines between all of them would be many.
    let (first, others) = match &layout.cache {
        Some(places) => (places.caches, places.caches..usize::from(names.count())),
        None => (layout.server_count(), 0..layout.server_count()),
    };
    let pairs = (0..first)
        .flat_map(|from| others.clone().filter(move |to| from < *to).map(move |to| (from, to)));
    let links = pairs
        .filter(|(from, to)| layout.talk(*from, *to) && whole(*from, *to))
        .map(|(from, to)| line("link", layout.link(from, to), format!("{from}-{to}")));
    let marks = cuts.iter().map(|cut| cut_mark(&page, layout, *names, *cut));
    let clogs = clogged.iter().map(|link| clog_mark(&page, layout, *names, *link));
    let joint = |link: &CutLink, opens: bool| joint_mark(&page, layout, *names, *link, opens);
    let joints = broken.iter().map(|link| joint(link, false));
    let joints = joints.chain(opening.iter().map(|link| joint(link, true)));
    html! {
        <g class="links">
            <g>{ for links }</g>
            <g>{ for clogs }</g>
            <g>{ for joints }</g>
            <g>{ for marks }</g>
        </g>
    }
}

pub(super) fn line(class: &'static str, lane: Lane, key: String) -> Html {
    if let Some(via) = lane.via {
        let [from, via, to] = [lane.from, via, lane.to]
            .map(|point| format!("{} {}", tenths(point.x), tenths(point.y)));
        return html! { <path {key} {class} d={format!("M{from}Q{via} {to}")} fill="none" /> };
    }
    html! {
        <line
            {key}
            {class}
            x1={tenths(lane.from.x)}
            y1={tenths(lane.from.y)}
            x2={tenths(lane.to.x)}
            y2={tenths(lane.to.y)}
        />
    }
}

/// A thick line with an hourglass on it, nearer to who hears less where it is so one way only.
fn clog_mark(page: &Context, layout: &Layout, names: Names, link: CutLink) -> Html {
    let CutLink { from, to, both_ways } = link;
    let (lane, share) =
        if both_ways { (layout.link(from, to), 0.38) } else { (layout.lane(from, to), 0.62) };
    let name = |number: usize| names.name(NodeId(u8::try_from(number).unwrap_or(u8::MAX)));
    let label = page.language.clogged_link(name(from), name(to), both_ways);
    html! {
        <g key={label.clone()} class="clog" role="img" aria-label={label.clone()}>
            <title>{ label }</title>
            { line("clog-line", lane, "line".to_owned()) }
            <path d="M-4-6h8l-8 12h8z" transform={translate(lane.at(share))} />
        </g>
    }
}

/// A connection that is broken: a ring, struck out; one that is being opened anew: a dotted ring.
/// Where the link is cut, too, it is beside that sign.
fn joint_mark(page: &Context, layout: &Layout, names: Names, link: CutLink, opens: bool) -> Html {
    let CutLink { from, to, .. } = link;
    let name = |number: usize| names.name(NodeId(u8::try_from(number).unwrap_or(u8::MAX)));
    let label = page.language.broken_connection(name(from), name(to), opens);
    let lane = layout.link(from, to);
    let class = classes!("joint", opens.then_some("opens"));
    html! {
        <g key={label.clone()} {class} role="img" aria-label={label.clone()}>
            <title>{ label }</title>
            { line("link", lane, "line".to_owned()) }
            <g transform={translate(lane.at(0.26))}>
                <circle r="5.5" />
                if !opens {
                    <path d="M-7 7 7-7" />
                }
            </g>
        </g>
    }
}

/// A dotted line, broken by two strokes across it. One that is cut one way only is broken near the
/// end that hears nothing, and says which way. A click heals it.
fn cut_mark(page: &Context, layout: &Layout, names: Names, cut: CutLink) -> Html {
    let CutLink { from, to, both_ways } = cut;
    let (lane, share) =
        if both_ways { (layout.link(from, to), 0.5) } else { (layout.lane(from, to), 0.72) };
    let stroke = |nth: u8, ahead: f64| {
        let [start, end] = lane.across(share, ahead, 6.0);
        line("stroke", Lane::straight(start, end), nth.to_string())
    };
    let node = |number: usize| NodeId(u8::try_from(number).unwrap_or(u8::MAX));
    let (from, to) = (node(from), node(to));
    let label = page.language.heal_link(names.name(from), names.name(to), both_ways);
    let heal = Action::Hand(Hand::Heal { from, to, both_ways });
    let middle = lane.at(share);
    html! {
        <g
            key={label.clone()}
            class={classes!("cut", (!both_ways).then_some("one-way"))}
            role="button"
            tabindex="0"
            aria-label={label.clone()}
            onclick={page.on::<MouseEvent>(heal.clone())}
            onkeydown={super::on_key(page, heal)}
        >
            <title>{ label }</title>
            { line("cut-line", lane, "line".to_owned()) }
            <circle
                class="hit"
                cx={tenths(middle.x)}
                cy={tenths(middle.y)}
                r={if layout.form == Form::Wide { "14" } else { "22" }}
            />
            { stroke(1, -2.5) }
            { stroke(2, 2.5) }
        </g>
    }
}
