//! Keeping runs, and handing them on.

use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::export::Format;

use super::{open, say, share};
use crate::action::Open;
use crate::catalogue::Word;
use crate::clerk::Errand;
use crate::diagram::file;
use crate::effect::Effect;
use crate::keeping::{Edit, Keep, Memory, Said, clean_name};
use crate::model::{Dialog, Model, Notice, Origin};
use crate::number::seconds;
use crate::speech::Pace;
use crate::timeline::{Mark, MarkKind, label_length, marks};

pub(super) fn keep(model: &mut Model, keep: Keep) -> Vec<Effect> {
    let keeping = &mut model.keeping;
    match keep {
        Keep::Show => {
            keeping.editing = None;
            model.player.playing = false;
            model.dialog = Some(Dialog::Keeping);
            vec![Effect::Memory(Memory::List)]
        }
        Keep::Listed(kept) => {
            keeping.kept = kept;
            Vec::new()
        }
        Keep::Refused => say(model, Notice::Keep(Said::Refused)),
        Keep::Name(name) => {
            keeping.name = name;
            Vec::new()
        }
        Keep::Save => save(model),
        Keep::Open(kept) => {
            let effects = open::open(model, Open::Link(kept.fragment));
            if model.notice.is_none() {
                model.keeping.name = kept.name;
            }
            effects
        }
        Keep::Edit(editing) => {
            keeping.editing = editing;
            Vec::new()
        }
        Keep::Confirm => confirm(model),
        Keep::Write(format) => begin(model, format),
        Keep::Draw => draw(model),
        Keep::Progress(percent) => {
            keeping.writing = keeping.writing.map(|_| percent);
            Vec::new()
        }
        Keep::Written => {
            keeping.writing = None;
            Vec::new()
        }
        Keep::StopWriting => {
            keeping.writing = None;
            vec![Effect::DismissClerk]
        }
        Keep::Copy(text) => vec![Effect::Copy(text)],
        Keep::Copied(copied) => {
            let said = if copied { Said::Copied } else { Said::NotCopied };
            say(model, Notice::Keep(said))
        }
        Keep::Details => {
            keeping.wants_details = true;
            share(model)
        }
        Keep::OpenAlone => match linkable(model) {
            Ok(scenario) => vec![Effect::OpenWindow(scenario.encode())],
            Err(notice) => say(model, notice),
        },
    }
}

/// The scenario of this moment, if a link can hold it.
pub(super) fn linkable(model: &Model) -> Result<Scenario, Notice> {
    let scenario = model.scenario();
    match scenario.check() {
        Ok(()) => Ok(scenario),
        Err(problem) => Err(Notice::CannotShare(problem)),
    }
}

fn save(model: &mut Model) -> Vec<Effect> {
    let name = clean_name(&model.keeping.name);
    if name.is_empty() {
        return Vec::new();
    }
    match linkable(model) {
        Ok(scenario) => {
            let mut effects = say(model, Notice::Keep(Said::Kept));
            let fragment = scenario.encode();
            // After the notice: where the browser refuses, that is what is said.
            effects.push(Effect::Memory(Memory::Put { name, fragment }));
            effects
        }
        Err(notice) => say(model, notice),
    }
}

fn confirm(model: &mut Model) -> Vec<Effect> {
    let Some((from, edit)) = model.keeping.editing.take() else { return Vec::new() };
    match edit {
        Edit::Delete => vec![Effect::Memory(Memory::Remove(from))],
        Edit::Rename(typed) => {
            let to = clean_name(&typed);
            if to.is_empty() || to == from {
                return Vec::new();
            }
            if model.keeping.has(&to) {
                model.keeping.editing = Some((from, Edit::Rename(typed)));
                return say(model, Notice::Keep(Said::NameTaken));
            }
            vec![Effect::Memory(Memory::Rename { from, to })]
        }
    }
}

/// Tells whoever listens what is new.
pub(super) fn speak(model: &mut Model, frame_ms: Option<f64>) {
    let pace = match frame_ms {
        _ if model.session.is_travelling() => Pace::Rushed,
        _ if !model.player.playing => Pace::Still,
        Some(now_ms) if model.player.speed.can_be_heard() => Pace::Played(now_ms),
        _ => Pace::Rushed,
    };
    let (names, language) = (model.session.names(), model.preferences.language);
    model.keeping.speech.look(&model.scene, names, language, pace);
}

/// The timeline's window as a picture.
fn draw(model: &Model) -> Vec<Effect> {
    let language = model.preferences.language;
    let picture = model.picture();
    let frame = picture.frame;
    let marks = marks(model.session.choices(), &model.scene.checks, &frame);
    let mark = |Mark { at, kind, .. }: Mark| {
        let text = match &kind {
            MarkKind::Choice(choice) => language.choice_label(model.session.names(), choice),
            MarkKind::Choices { count, .. } => format!("×{count}"),
            MarkKind::Failure => language.word(Word::Fails).to_owned(),
        };
        (at, text, kind.is_fault())
    };
    let mut marks: Vec<_> = marks.into_iter().map(mark).collect();
    // As on the page, a label is written where there is room before the next mark.
    for nth in 1..marks.len() {
        let length = label_length(&marks[nth - 1].1).max(file::LABEL);
        if marks[nth].0 - marks[nth - 1].0 <= length {
            marks[nth - 1].1.clear();
        }
    }
    let now_us = model.scene.moment.time_us;
    let cursor = frame.shows(now_us, now_us).then(|| frame.x(now_us));
    let title =
        format!("{} {} – {} s", intent(model), seconds(frame.from_us), seconds(frame.to_us));
    let text = file::svg(&picture, model.session.names(), &title, &marks, cursor);
    vec![Effect::Download { name: format!("lockstep-{}.svg", model.scene.steps()), text }]
}

/// What a file says of itself.
const fn intent(model: &Model) -> &'static str {
    match model.origin {
        Origin::Gallery(story) => model.preferences.language.story_question(story),
        _ => "Lockstep",
    }
}

fn begin(model: &mut Model, format: Format) -> Vec<Effect> {
    if model.session.is_travelling() || model.keeping.writing.is_some() {
        return Vec::new();
    }
    model.player.playing = false;
    let language = model.preferences.language;
    let intent = intent(model);
    let name = format!("lockstep-{}.{}", model.scene.steps(), format.extension());
    match linkable(model) {
        Ok(scenario) => {
            model.keeping.writing = Some(0);
            let (link, intent) = (scenario.encode(), intent.to_owned());
            vec![Effect::Ask(Errand::Export { name, format, link, intent }, language)]
        }
        Err(notice) => say(model, notice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Action, Play};
    use crate::keeping::Kept;
    use crate::model::{Preferences, Surroundings};
    use crate::update::update;

    fn page_at(seconds: u64) -> Model {
        let mut model = Model::new(Preferences::default(), Surroundings::default());
        update(&mut model, Action::Play(Play::Seek(seconds * 1_000_000)));
        while model.session.is_travelling() {
            update(&mut model, Action::Frame(0.0));
        }
        model
    }

    fn act(model: &mut Model, keeps: impl IntoIterator<Item = Keep>) -> Vec<Effect> {
        keeps.into_iter().flat_map(|keep| update(model, Action::Keep(keep))).collect()
    }

    fn kept(name: &str, fragment: &str) -> Kept {
        let date = "2026-11-25 14:30".to_owned();
        Kept { name: name.to_owned(), date, fragment: fragment.to_owned() }
    }

    #[test]
    fn a_run_is_kept_and_opened_as_the_same_moment() {
        let mut model = page_at(1);
        let (digest, moment) = (model.scene.digest, model.scene.moment);
        assert_eq!(act(&mut model, [Keep::Show]), [Effect::Memory(Memory::List)]);
        assert_eq!(act(&mut model, [Keep::Save]), [], "without a name nothing is kept");
        let effects = act(&mut model, [Keep::Name(" mine ".to_owned()), Keep::Save]);
        let Some(Effect::Memory(Memory::Put { name, fragment })) = effects.last() else {
            panic!("{effects:?}")
        };
        assert_eq!((name.as_str(), &model.notice), ("mine", &Some(Notice::Keep(Said::Kept))));
        let one = kept(name, fragment);
        act(&mut model, [Keep::Listed(vec![one.clone()])]);
        assert!(model.keeping.has("mine"));
        let mut other = page_at(0);
        act(&mut other, [Keep::Show, Keep::Open(one)]);
        while other.is_moving() {
            update(&mut other, Action::Frame(0.0));
        }
        assert_eq!((other.scene.digest, other.scene.moment), (digest, moment));
        assert_eq!((&other.dialog, other.keeping.name.as_str()), (&None, "mine"));
    }

    #[test]
    fn a_kept_run_that_cannot_be_opened_stays_in_the_list() {
        let mut model = page_at(1);
        let digest = model.scene.digest;
        act(&mut model, [Keep::Show, Keep::Open(kept("bad", "%%%"))]);
        assert!(matches!(model.notice, Some(Notice::BadLink(_))), "{:?}", model.notice);
        assert_eq!((model.scene.digest, &model.dialog), (digest, &Some(Dialog::Keeping)));
    }

    #[test]
    fn renaming_takes_no_other_runs_name_and_deleting_asks_first() {
        let mut model = page_at(0);
        act(&mut model, [Keep::Listed(vec![kept("a", "x"), kept("b", "y")])]);
        let rename = |to: &str| Keep::Edit(Some(("a".to_owned(), Edit::Rename(to.to_owned()))));
        assert_eq!(act(&mut model, [rename("b"), Keep::Confirm]), [Effect::ExpireNotice]);
        assert_eq!(model.notice, Some(Notice::Keep(Said::NameTaken)));
        let (from, to) = ("a".to_owned(), "c".to_owned());
        let renamed = Effect::Memory(Memory::Rename { from, to });
        assert_eq!(act(&mut model, [rename(" c "), Keep::Confirm]), [renamed]);
        assert_eq!(act(&mut model, [rename("a"), Keep::Confirm]), [], "it has that name");
        let delete = Keep::Edit(Some(("b".to_owned(), Edit::Delete)));
        assert_eq!(act(&mut model, [delete.clone()]), []);
        assert_eq!(act(&mut model, [Keep::Edit(None), Keep::Confirm]), [], "it was taken back");
        let gone = Effect::Memory(Memory::Remove("b".to_owned()));
        assert_eq!(act(&mut model, [delete, Keep::Confirm]), [gone]);
    }

    #[test]
    fn a_full_memory_is_told() {
        let mut model = page_at(0);
        act(&mut model, [Keep::Name("x".to_owned()), Keep::Save, Keep::Refused]);
        assert_eq!(model.notice, Some(Notice::Keep(Said::Refused)));
        assert!(model.notice.as_ref().is_some_and(Notice::is_trouble));
    }

    #[test]
    fn the_clerk_is_asked_to_write_this_very_moment_down() {
        let mut model = page_at(3);
        let steps = model.scene.steps();
        let effects = act(&mut model, [Keep::Write(Format::Ndjson)]);
        let [Effect::Ask(Errand::Export { name, link, intent, .. }, _)] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!(name, &format!("lockstep-{steps}.ndjson"));
        assert_eq!(intent, "How does a cluster get its first leader?");
        let scenario = Scenario::decode(link).expect("a link");
        assert_eq!(scenario.cursor.map(|cursor| cursor.at), Some(model.scene.moment));
        assert_eq!(act(&mut model, [Keep::Write(Format::Mermaid)]), [], "one file at a time");
        act(&mut model, [Keep::Progress(40)]);
        assert_eq!(model.keeping.writing, Some(40));
        act(&mut model, [Keep::Written]);
        assert_eq!(model.keeping.writing, None);
    }

    #[test]
    fn what_the_timeline_shows_becomes_a_picture() {
        let mut model = page_at(1);
        let effects = act(&mut model, [Keep::Draw]);
        let [Effect::Download { name, text }, ..] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert!(name.starts_with("lockstep-") && name.ends_with(".svg"), "{name}");
        assert!(text.contains("<title>How does a cluster get its first leader? 0.000 – 2.000 s"));
        assert!(text.contains(">c1 put x 9</text>"), "{text}");
    }

    #[test]
    fn a_file_that_is_not_wanted_any_more_stops_the_clerk() {
        let mut model = page_at(1);
        act(&mut model, [Keep::Write(Format::Ndjson)]);
        assert_eq!(act(&mut model, [Keep::StopWriting]), [Effect::DismissClerk]);
        act(&mut model, [Keep::Progress(70)]);
        assert_eq!(model.keeping.writing, None, "what came late is passed over");
    }

    #[test]
    fn a_long_link_is_not_passed_over_in_silence() {
        let mut model = page_at(0);
        let long = format!("https://a.example/#{}", "a".repeat(2_000));
        update(&mut model, Action::Copied { link: long.clone(), copied: true });
        assert_eq!(model.dialog, Some(Dialog::Link { link: long, copied: true }));
        model.dialog = None;
        let short = "https://a.example/#abc".to_owned();
        update(&mut model, Action::Copied { link: short.clone(), copied: true });
        assert_eq!(model.dialog, None);
        act(&mut model, [Keep::Details]);
        update(&mut model, Action::Copied { link: short.clone(), copied: true });
        assert_eq!(model.dialog, Some(Dialog::Link { link: short, copied: true }));
    }
}
