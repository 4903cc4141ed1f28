//! The table: what is locked, who holds it, and who waits, in order.

use lockstep_core::lab::locks::LocksView;
use lockstep_core::lab::locks::view::{HolderView, ResourceView, TableView, WaiterView};
use lockstep_core::lab::{Names, NodeName};
use yew::prelude::*;

use super::super::Context;
use super::super::message::translate;
use super::{letter, shortened};
use crate::action::Action;
use crate::catalogue::LockWord;
use crate::geometry::locks::TABLE_HEAD;
use crate::geometry::{Form, LockPlaces, Point};
use crate::model::Model;
use crate::number::{real, tenths};

/// The height of a pill, and of a line of pills.
const PILL: f64 = 21.0;
const LINE: f64 = 25.0;
/// The width of a letter in a pill, and what is left and right of all of them.
const LETTER: f64 = 6.9;
const SIDES: f64 = 17.0;
/// From one pill to the next.
const GAP: f64 = 5.0;
/// From the top of a row to the base of its name.
const BASE: f64 = 15.0;

/// The table, of one cluster or of two.
pub(super) fn table(model: &Model, page: &Context, locks: &LocksView, places: &LockPlaces) -> Html {
    let area = places.table;
    let alone = locks.tables.len() == 1;
    let captions = locks.tables.iter().map(|table| caption(page, table, alone));
    let captions: Vec<String> = captions.collect();
    let heads = [LockWord::Resource, LockWord::HeldBy, LockWord::WaitingInOrder];
    let head = |(word, x): (LockWord, f64)| {
        let text = page.language.lock(word);
        let y = tenths(area.top + 33.0);
        html! {
            <text key={text} class="column-head" x={tenths(x)} {y}>{ format!("{text} ") }</text>
        }
    };
    let names = model.session.names();
    let row = |(nth, resource): (u8, &ResourceView)| {
        let top = area.top + TABLE_HEAD + places.row * f64::from(nth);
        Row { page, locks, names, resource, places, top }.draw(model.window.form)
    };
    html! {
        <g class="lock-table">
            <text class="whose" x={tenths(places.columns[0])} y={tenths(area.top + 12.0)}>
                { format!("{} ", captions.join(" · ")) }
            </text>
            <g>{ for heads.into_iter().zip(places.columns).map(head) }</g>
            <g>{ for (0..).zip(&locks.resources).map(row) }</g>
        </g>
    }
}

/// Whose table is shown; shortly where there are two.
fn caption(page: &Context, table: &TableView, alone: bool) -> String {
    let TableView { server, applied, agree, servers, .. } = table;
    if alone {
        page.language.table_of(*server, *applied, *agree, servers.len())
    } else {
        page.language.table_shortly(*server, *applied, *agree, servers.len())
    }
}

/// Somebody in the table.
#[derive(Clone, Debug, PartialEq)]
struct Pill {
    client: NodeName,
    /// What is written in it, and as little of it as says anything.
    texts: [String; 2],
    class: Classes,
    title: &'static str,
}

/// A pill where it is drawn.
struct Placed {
    pill: Pill,
    at: Point,
    text: String,
    /// Whether it only says how many more there are.
    rest: bool,
}

/// One row of the table.
struct Row<'a> {
    page: &'a Context,
    locks: &'a LocksView,
    names: Names,
    resource: &'a ResourceView,
    places: &'a LockPlaces,
    top: f64,
}

impl Row<'_> {
    fn draw(&self, form: Form) -> Html {
        let Self { resource, places, top, .. } = self;
        let [left, held, waiting] = places.columns;
        let right = places.table.left + places.table.width;
        let room = if form == Form::Wide { 11 } else { 9 };
        let name = match self.locks.tables.len() {
            ..=1 => shortened(&resource.name, room),
            _ => format!("{}·{}", shortened(&resource.name, room - 2), resource.group + 1),
        };
        let lines = ((places.row - 4.0) / LINE).max(1.0);
        let holders = resource.holders.iter().map(|one| self.holder(one)).collect();
        let waiters = resource.queue.iter().map(|one| self.waiter(one)).collect();
        let holders = laid_out(holders, Point::new(held, *top), waiting - held - 6.0, lines);
        let waiters = laid_out(waiters, Point::new(waiting, *top), right - waiting, lines);
        let base = tenths(top + BASE);
        let free = resource.holders.is_empty().then(|| {
            let text = self.page.language.lock(LockWord::Free);
            let y = base.clone();
            html! { <text key="free" class="free" x={tenths(held)} {y}>{ text }</text> }
        });
        let above = tenths(top - 5.0);
        html! {
            <g key={resource.name.clone()} class="lock-row">
                <line
                    class="rule"
                    x1={tenths(left)}
                    x2={tenths(right)}
                    y1={above.clone()}
                    y2={above}
                />
                <text class="resource" x={tenths(left)} y={base.clone()}>
                    <title>{ resource.name.clone() }</title>
                    { format!("{name} ") }
                </text>
                <g>{ for free }</g>
                <g>{ for holders.into_iter().map(|one| self.pill(one)) }</g>
                <g>{ for waiters.into_iter().map(|one| self.pill(one)) }</g>
            </g>
        }
    }

    fn holder(&self, one: &HolderView) -> Pill {
        let HolderView { client, mode, token, believed } = one;
        let on_cycle = self.locks.edges.iter().any(|edge| {
            edge.on_cycle && edge.to == *client && !edge.soft && self.is_awaited_by(edge.from)
        });
        let (unaware, sign) = if *believed { (None, "") } else { (Some("unaware"), "?") };
        let title = unaware.map_or("", |_| self.page.language.lock(LockWord::Unaware));
        Pill {
            client: *client,
            texts: [format!("{client} {} #{token}{sign}", letter(mode)), format!("{client}{sign}")],
            class: classes!("pill", "holds", mode_class(mode), on_cycle.then_some("lit"), unaware),
            title,
        }
    }

    fn is_awaited_by(&self, client: NodeName) -> bool {
        self.resource.queue.iter().any(|waiter| waiter.client == client)
    }

    fn waiter(&self, one: &WaiterView) -> Pill {
        let WaiterView { client, mode, upgrade } = one;
        let (sign, title) =
            if *upgrade { ("↑", self.page.language.lock(LockWord::Upgrade)) } else { ("", "") };
        let on_cycle = self.locks.cycle.contains(client).then_some("lit");
        Pill {
            client: *client,
            texts: [format!("{client} {}{sign}", letter(mode)), format!("{client}{sign}")],
            class: classes!("pill", "waits", mode_class(mode), on_cycle),
            title,
        }
    }

    fn pill(&self, placed: Placed) -> Html {
        let Placed { pill: Pill { client, class, title, .. }, at, text, rest } = placed;
        let node = self.names.id(client).filter(|_| !rest);
        let touch = node.map(|node| self.page.on::<MouseEvent>(Action::Touch(node)));
        let width = width(&text);
        html! {
            <g
                key={client.to_string()}
                class={classes!(class, rest.then_some("rest"))}
                transform={translate(at)}
                onclick={touch}
            >
                <title>{ title }</title>
                <rect width={tenths(width)} height={tenths(PILL)} rx={tenths(PILL / 2.0)} />
                <text x={tenths(width / 2.0)} y="14.8">{ format!("{text} ") }</text>
            </g>
        }
    }
}

fn mode_class(mode: &str) -> &'static str {
    if mode == "x" { "exclusive" } else { "shared" }
}

fn width(text: &str) -> f64 {
    real(text.chars().count() as u64) * LETTER + SIDES
}

/// Lays pills out in lines: in full where there is room for all, else shortly, and where there is
/// none even so, the last says how many more there are.
fn laid_out(pills: Vec<Pill>, corner: Point, room: f64, lines: f64) -> Vec<Placed> {
    let texts = |detail: usize| pills.iter().map(|pill| pill.texts[detail].clone()).collect();
    let mut texts: Vec<String> = texts(0);
    let mut places = flow(&texts, room, lines);
    if places.len() < pills.len() {
        texts = pills.iter().map(|pill| pill.texts[1].clone()).collect();
        places = flow(&texts, room, lines);
    }
    let left_out = pills.len() - places.len();
    let place = |((pill, place), text): ((Pill, Point), String)| {
        let at = Point::new(corner.x + place.x, corner.y + place.y);
        Placed { pill, at, text, rest: false }
    };
    let mut placed: Vec<Placed> = pills.into_iter().zip(places).zip(texts).map(place).collect();
    if let Some(last) = placed.last_mut().filter(|_| left_out > 0) {
        last.text = format!("+{}", left_out + 1);
        last.rest = true;
    }
    placed
}

/// Where pills with these texts begin, line by line: as many as there is room for.
fn flow(texts: &[String], room: f64, lines: f64) -> Vec<Point> {
    let (mut x, mut line) = (0.0, 1.0);
    let mut places = Vec::new();
    for text in texts {
        let width = width(text);
        if x > 0.0 && x + width > room {
            (x, line) = (0.0, line + 1.0);
        }
        if line > lines {
            break;
        }
        places.push(Point::new(x, (line - 1.0) * LINE));
        x += width + GAP;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pills_go_on_in_the_next_line_and_end_with_the_last() {
        let texts = ["c1 S #4", "c2 S #5", "c3 S #6"].map(str::to_owned);
        let room = 2.0 * width(&texts[0]) + GAP;
        let places = flow(&texts, room, 2.0);
        assert_eq!(places.len(), 3);
        assert_eq!((places[1].y, places[2]), (0.0, Point::new(0.0, LINE)));
        assert_eq!(flow(&texts, room, 1.0).len(), 2, "there is one line");
    }

    #[test]
    fn where_there_is_no_room_it_is_said_how_many_more_there_are() {
        let pill = |number| Pill {
            client: NodeName::Client(number),
            texts: [format!("c{number} S #100"), format!("c{number}")],
            class: Classes::new(),
            title: "",
        };
        let pills: Vec<Pill> = (1..=8).map(pill).collect();
        let placed = laid_out(pills.clone(), Point::new(0.0, 0.0), 150.0, 1.0);
        let texts: Vec<&str> = placed.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["c1", "c2", "c3", "+5"]);
        let placed = laid_out(pills[..1].to_vec(), Point::new(0.0, 0.0), 150.0, 1.0);
        assert_eq!(placed[0].text, "c1 S #100");
    }
}
