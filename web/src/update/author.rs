//! Names, bookmarks, comparisons and projector mode.

use lockstep_core::lab::compare::Finding;
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::scenario::{LONGEST_CAPTION, LONGEST_NAME, rehomed};
use lockstep_core::sim::run::Goal;

use super::{play, refresh, say};
use crate::author::{AuthorAction, Compared, Entry, Subject, pitch, text};
use crate::command::Reason;
use crate::diagram::reading::Reading;
use crate::effect::Effect;
use crate::model::{Model, Notice, Selection};

/// How many steps of a comparison are taken in a frame.
const COMPARED_STEPS: u64 = 2_000;
/// How many steps of the other branch an update reads at most for its diagram.
const READ_STEPS: u64 = 2_000;
/// The id of the field in which a text is written.
pub const ENTRY_FIELD: &str = "entry";

pub(super) fn author(model: &mut Model, action: AuthorAction) -> Vec<Effect> {
    let current = model.session.current_branch();
    match action {
        AuthorAction::Rename => {
            let name = model.branch_names()[current].to_owned();
            begin(model, Subject::Name(current), name)
        }
        AuthorAction::Bookmark if model.session.is_travelling() => {
            say(model, Notice::CannotDo(Reason::Travelling))
        }
        AuthorAction::Bookmark => write_at(model, (current, model.session.moment())),
        AuthorAction::Edit(nth) => match model.author.bookmarks.get(nth) {
            Some(bookmark) => write_at(model, bookmark.place()),
            None => Vec::new(),
        },
        AuthorAction::Draft(text) => {
            if let Some(entry) = &mut model.author.entry {
                entry.text = text;
            }
            Vec::new()
        }
        AuthorAction::Enter => enter(model),
        AuthorAction::Cancel => {
            (model.author.entry, model.author.removing) = (None, None);
            Vec::new()
        }
        AuthorAction::Remove => {
            (model.author.entry, model.author.removing) = (None, Some(current));
            Vec::new()
        }
        AuthorAction::ConfirmRemove => remove(model),
        AuthorAction::DropBookmark(nth) => {
            let all = model.author.bookmarks.iter().enumerate();
            let left = all.filter(|(place, _)| *place != nth).map(|(_, bookmark)| bookmark.clone());
            model.author.bookmarks = left.collect();
            model.author.entry = None;
            Vec::new()
        }
        AuthorAction::List => {
            model.author.listing = !model.author.listing;
            Vec::new()
        }
        AuthorAction::GoTo(nth) => go_to(model, nth),
        AuthorAction::Next => neighbour(model, true),
        AuthorAction::Previous => neighbour(model, false),
        AuthorAction::Compare(other) => {
            let other = other.filter(|other| *other != current);
            model.author.compared = other.map(|other| begun(model, other));
            Vec::new()
        }
        AuthorAction::CompareWith(setting, value) => compare_with(model, setting, value),
        AuthorAction::GoToDifference => match model.author.difference_us() {
            Some(time_us) => play::play(model, crate::action::Play::Seek(time_us)),
            None => Vec::new(),
        },
        AuthorAction::Projector(on) => project(model, on),
        AuthorAction::ToggleProjector => project(model, !model.author.projector),
    }
}

fn begin(model: &mut Model, subject: Subject, text: String) -> Vec<Effect> {
    model.author.removing = None;
    model.author.entry = Some(Entry { subject, text });
    vec![Effect::Focus(ENTRY_FIELD)]
}

fn write_at(model: &mut Model, place: (usize, lockstep_core::sim::time::Moment)) -> Vec<Effect> {
    model.player.playing = false;
    let author = &model.author;
    let written =
        author.find(place).map(|nth| text(&author.bookmarks[nth], model.preferences.language));
    let written = written.unwrap_or_default().to_owned();
    begin(model, Subject::Bookmark(place.0, place.1), written)
}

fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(Entry { subject, text }) = model.author.entry.take() else { return Vec::new() };
    let shortened = |most: usize| text.trim().chars().take(most).collect::<String>();
    match subject {
        Subject::Name(branch) => {
            let name = shortened(LONGEST_NAME);
            // Without a name it keeps the one that it has.
            let now = model.branch_names().get(branch).copied();
            if !name.is_empty() && now.is_some_and(|now| now != name) {
                model.session.rename(branch, name);
            }
        }
        Subject::Bookmark(branch, at) => {
            let text = shortened(LONGEST_CAPTION);
            model.author.write((branch, at), text, model.preferences.language);
        }
    }
    Vec::new()
}

fn remove(model: &mut Model) -> Vec<Effect> {
    let count = model.session.branches().len();
    let gone = model.author.removing.take();
    let Some(gone) = gone.filter(|gone| count > 1 && *gone < count) else { return Vec::new() };
    if model.session.current_branch() == gone {
        model.player.playing = false;
        if matches!(model.selection, Some(Selection::Event(_))) {
            model.selection = None;
        }
    }
    model.author.bookmarks = rehomed(&model.author.bookmarks, &model.session, gone).into();
    model.session.remove(gone);
    if let Some(compared) = &mut model.author.compared {
        let involved = gone == compared.other || gone == compared.valid.1;
        compared.other -= usize::from(compared.other > gone);
        if involved {
            model.author.compared = None;
        }
    }
    // Nothing may look a branch up by a number that it no longer has.
    model.scene.branches = model.session.branches().into();
    model.scene.branch = model.session.current_branch();
    if model.session.is_travelling() {
        play::travel(model);
    } else {
        refresh(model);
    }
    play::next_frame(model)
}

fn go_to(model: &mut Model, nth: usize) -> Vec<Effect> {
    let Some(bookmark) = model.author.bookmarks.get(nth) else { return Vec::new() };
    let (branch, at) = bookmark.place();
    model.player.playing = false;
    model.author.listing = false;
    if branch != model.session.current_branch() {
        play::leave(model, branch);
        model.session.switch(branch);
    }
    play::set_out(model, Goal::Moment(at))
}

fn neighbour(model: &mut Model, forward: bool) -> Vec<Effect> {
    let place = (model.session.current_branch(), model.session.moment());
    match model.author.neighbour(place, forward) {
        Some(nth) => go_to(model, nth),
        None => say(model, Notice::CannotDo(Reason::NoBookmark)),
    }
}

fn project(model: &mut Model, on: bool) -> Vec<Effect> {
    if model.author.projector == on {
        return Vec::new();
    }
    model.author.projector = on;
    model.author.listing = false;
    vec![Effect::Fullscreen(on)]
}

/// Closes the topmost thing of the author's that is open, if there is one.
pub(super) fn escape(model: &mut Model) -> bool {
    let author = &mut model.author;
    let open = author.entry.is_some() || author.removing.is_some() || author.listing;
    (author.entry, author.removing, author.listing) = (None, None, false);
    open
}

fn begun(model: &Model, other: usize) -> Compared {
    let session = &model.session;
    let current = session.current_branch();
    let until_us = model.horizon_us();
    let comparison = session.compare(current, other, until_us);
    let valid = (session.revision(), current);
    Compared { other, comparison, until_us, seen_us: 0, reading: Reading::default(), valid }
}

/// Grows a branch that differs in one setting, goes there, and compares.
fn compare_with(model: &mut Model, setting: AnySetting, value: u64) -> Vec<Effect> {
    if model.session.is_travelling() {
        return say(model, Notice::CannotDo(Reason::Travelling));
    }
    let before = model.session.current_branch();
    model.dialog = None;
    model.player.playing = false;
    let grown = model.session.grow_with(setting, value);
    play::leave(model, grown);
    model.session.switch(grown);
    // It is drawn by its number before the cursor is there.
    model.scene.branches = model.session.branches().into();
    model.scene.branch = grown;
    model.author.compared = Some(begun(model, before));
    play::travel(model);
    play::next_frame(model)
}

/// Begins a comparison anew where the run has changed under it. `true`: there is more to compare.
pub(super) fn keep_up(model: &mut Model) -> bool {
    let Some(compared) = &model.author.compared else { return false };
    let (other, valid) = (compared.other, compared.valid);
    // What was alike so far may differ where the line has grown.
    let outgrown = compared.comparison.finding() == Some(Finding::Alike)
        && model.horizon_us() > compared.until_us;
    let (revision, current) = (model.session.revision(), model.session.current_branch());
    if outgrown || valid != (revision, current) {
        // Who goes over to the other branch compares it with the one that they come from.
        let other = if other == current { valid.1 } else { other };
        let is_there = other != current && other < model.session.branches().len();
        model.author.compared = is_there.then(|| begun(model, other));
    }
    let (window, reads) = (model.window_us(), model.diagram.filter.messages);
    let Model { session, author, .. } = model;
    let reading = author.compared.as_mut().filter(|_| reads);
    let more = reading
        .is_some_and(|compared| compared.reading.work(session, compared.other, window, READ_STEPS));
    more || author.is_comparing() || lags(model)
}

/// Whether the branch that the current one is compared with has not been seen as far as that one.
pub(super) fn lags(model: &Model) -> bool {
    let edge_us = model.session.edge().time_us;
    model.author.compared.as_ref().is_some_and(|compared| compared.seen_us < edge_us)
}

/// The branch that has become the current one is brought into sight in the tree.
pub(super) fn reveal(model: &mut Model) -> Option<Effect> {
    let current = model.session.current_branch();
    let before = std::mem::replace(&mut model.author.revealed, current);
    let above = current.saturating_sub(1) * pitch(model.window.form);
    (before != current).then(|| Effect::ScrollTree(i32::try_from(above).unwrap_or(i32::MAX)))
}

/// Goes on comparing.
pub(super) fn frame(model: &mut Model) {
    let Model { session, author, scene, .. } = model;
    if let Some(compared) = &mut author.compared
        && compared.valid == (session.revision(), session.current_branch())
    {
        session.go_on_comparing(&mut compared.comparison, COMPARED_STEPS);
        // Nobody may have been on the other one: it is run as far as the current one was.
        let edge_us = session.edge().time_us;
        if compared.seen_us < edge_us && session.scout(compared.other, edge_us, COMPARED_STEPS) {
            compared.seen_us = edge_us;
            scene.branches = session.branches().into();
        }
    }
}

#[cfg(test)]
mod tests {
    use lockstep_core::sim::process::NodeId;

    use super::super::tests::{act, fragment, open_file, page, seek, settle};
    use super::*;
    use crate::action::{Action, Open, Page};
    use crate::command::Command;
    use lockstep_core::raft::setting::Setting;

    fn does(model: &mut Model, action: AuthorAction) -> Vec<Effect> {
        let effects = act(model, [Action::Author(action)]);
        settle(model);
        effects
    }

    fn write(model: &mut Model, action: AuthorAction, text: &str) {
        does(model, action);
        does(model, AuthorAction::Draft(text.to_owned()));
        does(model, AuthorAction::Enter);
    }

    /// Branch A, seen up to 1.5 s, and B, on which a server crashes at 0.6 s, seen up to 0.9 s.
    fn branched() -> Model {
        let mut model = page();
        seek(&mut model, 1_500_000);
        seek(&mut model, 600_000);
        let node = Some(Selection::Node(NodeId(1)));
        act(&mut model, [Action::Select(node), Action::Command(Command::Crash)]);
        seek(&mut model, 900_000);
        model
    }

    #[test]
    fn a_branch_is_named_and_the_name_travels_in_a_link() {
        let mut model = branched();
        write(&mut model, AuthorAction::Rename, "  without n2 ");
        assert_eq!(model.session.branch_names(), ["A", "without n2"]);
        write(&mut model, AuthorAction::Rename, "   ");
        assert_eq!(model.session.branch_names()[1], "without n2", "a name is kept for want of one");
        let link = fragment(&act(&mut model, [Action::Share]));
        let mut other = page();
        act(&mut other, [Action::Open(Open::Link(link))]);
        settle(&mut other);
        assert_eq!(other.session.branch_names(), ["A", "without n2"]);
    }

    #[test]
    fn a_branch_goes_only_when_that_is_confirmed() {
        let mut model = branched();
        does(&mut model, AuthorAction::Remove);
        act(&mut model, [Action::Page(Page::Escape)]);
        does(&mut model, AuthorAction::ConfirmRemove);
        assert_eq!(model.scene.branches.len(), 2, "nothing is asked any more");
        does(&mut model, AuthorAction::Remove);
        does(&mut model, AuthorAction::ConfirmRemove);
        assert_eq!((model.scene.branches.len(), model.scene.branch), (1, 0));
        assert_eq!(model.scene.moment.time_us, 900_000);
        assert!(model.scene.view.servers[1].up, "the cursor is on A");
        does(&mut model, AuthorAction::Remove);
        does(&mut model, AuthorAction::ConfirmRemove);
        assert_eq!(model.scene.branches.len(), 1, "the last one stays");
    }

    #[test]
    fn bookmarks_lead_back_to_their_branch_and_moment_and_say_what_was_written() {
        let mut model = branched();
        write(&mut model, AuthorAction::Bookmark, "n2 is gone");
        let place = (1, model.session.moment());
        seek(&mut model, 300_000);
        write(&mut model, AuthorAction::Bookmark, "still quiet");
        assert_eq!(model.said(), Some("still quiet"));
        act(&mut model, [Action::Branch(0)]);
        settle(&mut model);
        assert_eq!(model.said(), Some("still quiet"), "A passes through that moment too");
        seek(&mut model, 1_200_000);
        assert_eq!(model.said(), Some("still quiet"), "what is on B alone is not said on A");
        let link = fragment(&act(&mut model, [Action::Share]));
        let mut other = page();
        act(&mut other, [Action::Open(Open::Link(link))]);
        settle(&mut other);
        does(&mut other, AuthorAction::Next);
        does(&mut other, AuthorAction::Next);
        assert_eq!((other.session.current_branch(), other.session.moment()), place);
        assert_eq!(other.said(), Some("n2 is gone"));
        does(&mut other, AuthorAction::Next);
        assert_eq!(other.notice, Some(Notice::CannotDo(Reason::NoBookmark)));
        does(&mut other, AuthorAction::Previous);
        assert_eq!(other.session.moment().time_us, 300_000);
        does(&mut other, AuthorAction::DropBookmark(0));
        assert_eq!(other.said(), None);
    }

    #[test]
    fn captions_are_kept_and_expectations_where_the_whole_run_is_shared() {
        let mut model = page();
        let text = r#"{ "lockstep": 1, "lab": "raft", "until": "2s",
            "expect": { "log_matching": "holds" },
            "choices": [ { "at": "1s", "say": { "en": "look" } } ] }"#;
        open_file(&mut model, text);
        let kept = |model: &Model| {
            let scenario = model.scenario();
            (scenario.expect.len(), scenario.captions.len())
        };
        assert_eq!(kept(&model), (0, 1), "its beginning promises nothing");
        seek(&mut model, 2_000_000);
        assert_eq!(kept(&model), (1, 1));
    }

    #[test]
    fn a_comparison_finds_the_difference_and_follows_the_cursor_to_the_other_branch() {
        let mut model = branched();
        let effects = does(&mut model, AuthorAction::Compare(Some(0)));
        assert!(effects.contains(&Effect::NextFrame), "it goes on by itself");
        let found = model.author.difference_us().expect("they differ");
        assert!((600_000..900_000).contains(&found), "{found}");
        let effects = act(&mut model, [Action::Branch(0), Action::Branch(1)]);
        assert!(effects.contains(&Effect::ScrollTree(0)), "what is current is in sight");
        settle(&mut model);
        does(&mut model, AuthorAction::GoToDifference);
        assert_eq!(model.scene.moment.time_us, found);
        act(&mut model, [Action::Branch(0)]);
        settle(&mut model);
        assert_eq!(model.author.compared.as_ref().map(|compared| compared.other), Some(1));
        assert_eq!(model.author.difference_us(), Some(found));
        does(&mut model, AuthorAction::Remove);
        does(&mut model, AuthorAction::ConfirmRemove);
        assert!(model.author.compared.is_none(), "there is nothing left to compare");
    }

    #[test]
    fn the_same_run_with_one_thing_set_otherwise_is_compared_from_the_beginning() {
        let mut model = branched();
        let compare = AuthorAction::CompareWith(Setting::BlankEntry.into(), 1);
        does(&mut model, compare);
        assert_eq!((model.scene.branches.len(), model.scene.branch), (3, 2));
        assert_eq!(model.scene.moment.time_us, 900_000, "the cursor stays at its time");
        assert_eq!(model.author.compared.as_ref().map(|compared| compared.other), Some(1));
        assert!(model.session.features().blank_entry);
        assert!(!model.scene.view.servers[1].up, "what was done is done here, too");
        // Back again: the same as where it began, and no longer set twice.
        does(&mut model, AuthorAction::CompareWith(Setting::BlankEntry.into(), 0));
        assert!(!model.session.features().blank_entry);
        assert_eq!(model.session.choices().len(), 2);
    }

    #[test]
    fn what_is_alike_is_compared_further_when_the_run_goes_on() {
        let mut model = page();
        let text = r#"{ "lockstep": 1, "lab": "raft", "until": "1s",
            "branches": [ { "at": "1.5s", "choices": [ { "at": "1.5s", "crash": "n1" } ] } ] }"#;
        open_file(&mut model, text);
        settle(&mut model);
        does(&mut model, AuthorAction::Compare(Some(1)));
        assert_eq!(model.author.difference_us(), None, "up to 1 s they are one run");
        seek(&mut model, 2_000_000);
        assert!(model.author.difference_us().is_some_and(|found| found > 1_500_000));
    }

    #[test]
    fn a_branch_that_nobody_was_on_is_run_as_far_as_the_one_that_it_is_compared_with() {
        let mut model = page();
        let text = r#"{ "lockstep": 1, "lab": "raft", "until": "1s",
            "branches": [ { "at": "0s", "choices": [ { "at": "100ms", "crash": "n1" } ] } ] }"#;
        open_file(&mut model, text);
        seek(&mut model, 800_000);
        assert_eq!(model.scene.branches[1].edge.time_us, 0, "nobody was there");
        does(&mut model, AuthorAction::Compare(Some(1)));
        assert_eq!(model.scene.branches[1].edge.time_us, 800_000);
        let bands = |model: &Model| model.session.lanes_of(1, 0)[1].bands.len();
        let scouted = bands(&model);
        assert!(scouted > 1, "what its servers went through is there");
        assert_eq!((model.scene.branch, model.scene.moment.time_us), (0, 800_000));
        seek(&mut model, 900_000);
        assert_eq!(model.scene.branches[1].edge.time_us, 900_000, "it keeps up");
        act(&mut model, [Action::Branch(1)]);
        settle(&mut model);
        assert!(bands(&model) >= scouted && !model.scene.view.servers[0].up);
    }

    #[test]
    fn escape_leaves_projector_mode_last() {
        let mut model = page();
        assert_eq!(does(&mut model, AuthorAction::ToggleProjector), [Effect::Fullscreen(true)]);
        does(&mut model, AuthorAction::Bookmark);
        let escape = || [Action::Page(Page::Escape)];
        assert_eq!(act(&mut model, escape()), []);
        assert!(model.author.entry.is_none() && model.author.projector);
        assert_eq!(act(&mut model, escape()), [Effect::Fullscreen(false)]);
        assert!(!model.author.projector);
    }
}
