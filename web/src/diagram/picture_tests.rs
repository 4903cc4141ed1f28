//! What a picture must be: every message a line, folded, broken and standing out as it should.

use super::*;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::sim::random::Probability;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

const END_US: u64 = 1_000_000;

/// A second of three servers on a network that loses and doubles a lot.
fn run() -> Session {
    let mut config = RaftConfig { servers: 3, clients: 1, ..RaftConfig::default() };
    config.network.loss = Probability::from_parts(1 << 30).expect("a quarter");
    config.network.duplicate = Probability::from_parts(1 << 31).expect("a half");
    let mut session = Session::open(&config, 7, Vec::new());
    session.go(Goal::Moment(Moment::after(END_US)));
    session
}

fn sheet(session: &Session) -> Sheet {
    let mut sheet = Sheet::new(session, 0, 0);
    assert!(sheet.read(session, session.steps(), u64::MAX));
    sheet
}

fn input<'a>(session: &'a Session, sheet: Option<&'a Sheet>) -> Input<'a> {
    Input {
        session,
        line: 0,
        branch: 0,
        frame: Frame::new((0, END_US), 1_000, 4, 0),
        sheet,
        filter: Filter::ALL,
        selection: None,
        selected_at: None,
        lit: None,
        marking: None,
        followed: None,
    }
}

/// How many pieces the paths have whose class begins so.
fn pieces(picture: &Picture, class: &str) -> usize {
    let strokes = picture.strokes.iter().filter(|stroke| stroke.class.starts_with(class));
    strokes.map(|stroke| stroke.path.matches('M').count()).sum()
}

#[test]
fn every_message_is_a_line_with_one_end() {
    let session = run();
    let sheet = sheet(&session);
    let picture = picture(&input(&session, Some(&sheet)));
    let messages = sheet.arrows().len() + sheet.flying().len();
    assert!(messages > 100, "{messages}");
    assert_eq!(pieces(&picture, "flight"), messages);
    let lost = sheet.arrows().iter().filter(|arrow| matches!(arrow.end, End::Lost(_)));
    let lost = lost.count();
    assert!(lost > 10);
    assert_eq!(pieces(&picture, "broken"), lost);
    // Some ends have strokes of their own within: a tick, a bar.
    let plain = ["tip heartbeat", "tip vote-request", "tip accepted"];
    assert!(plain.iter().all(|class| pieces(&picture, class) > 0));
    let classes: Vec<&str> = picture.strokes.iter().map(|stroke| &*stroke.class).collect();
    let mut once = classes.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), classes.len(), "a class names one path");
    assert!(classes.len() < 60, "{classes:?}");
}

#[test]
fn a_copy_begins_where_the_original_does_and_ends_elsewhere() {
    let session = run();
    let sheet = sheet(&session);
    let frame = Frame::new((0, END_US), 1_000, 4, 0);
    let mut copies = 0;
    for copy in sheet.arrows().iter().filter(|arrow| arrow.id.copy > 0) {
        let id = MessageId { copy: 0, ..copy.id };
        let Some(original) = sheet.arrow(id) else { continue };
        let [one, other] = [original, copy].map(|arrow| ends(arrow, &frame, END_US));
        assert_eq!(one[0], other[0]);
        assert_ne!(original.event, copy.event);
        copies += 1;
    }
    assert!(copies > 20, "{copies}");
}

#[test]
fn what_is_lost_breaks_between_the_lanes_and_what_flies_has_come_as_far_as_now() {
    let session = run();
    let sheet = sheet(&session);
    let frame = Frame::new((0, END_US), 1_000, 4, 0);
    for arrow in sheet.arrows().iter().chain(sheet.flying()) {
        let [from, to] = ends(arrow, &frame, END_US);
        let (from_y, to_y) = (frame.y(arrow.id.from), frame.y(arrow.id.to));
        let share = (to.1 - from.1) / (to_y - from_y);
        assert!((from.1 - from_y).abs() < 1e-9 && to.0 >= from.0);
        match arrow.end {
            End::Arrived => assert!((share - 1.0).abs() < 1e-9),
            // Chance breaks a message half way.
            End::Lost(_) => assert!((share - 0.5).abs() < 0.01, "{share}"),
            End::UnderWay => {
                assert!((0.0..1.0).contains(&share));
                assert!((to.0 - 1_000.0).abs() < 1e-6);
            }
            End::Held => panic!("nobody holds a message here"),
        }
    }
    assert!(!sheet.flying().is_empty());
}

#[test]
fn what_agrees_with_a_heartbeat_is_folded_with_it() {
    let session = run();
    let sheet = sheet(&session);
    let beats = |kind| {
        let arrows = sheet.arrows().iter().filter(move |arrow| arrow.kind == kind);
        arrows.filter(|arrow| arrow.beat).count()
    };
    assert!(beats(MessageKind::Accepted) > 10);
    let filter = Filter::default();
    let folded = picture(&Input { filter, ..input(&session, Some(&sheet)) });
    assert_eq!(pieces(&folded, "flight heartbeat"), 0);
    assert_eq!(pieces(&folded, "flight accepted"), 0, "nothing else is acknowledged here");
    assert!(pieces(&folded, "flight vote-request") > 0);
}

#[test]
fn what_stands_out_lies_on_paths_of_its_own() {
    let session = run();
    let sheet = sheet(&session);
    let half = session.steps() / 2;
    let shade = |event: EventId| match event.step().cmp(&half) {
        std::cmp::Ordering::Less => Emphasis::Past,
        std::cmp::Ordering::Equal => Emphasis::Selected,
        std::cmp::Ordering::Greater => Emphasis::Future,
    };
    let marking: Marking<'_> = Some(&shade);
    let picture = picture(&Input { marking, ..input(&session, Some(&sheet)) });
    let with = |name: &str| {
        let classes = picture.strokes.iter().map(|stroke| &stroke.class);
        classes.filter(|class| class.ends_with(name)).count()
    };
    assert!(with(" past") > 2 && with(" future") > 2 && with(" concurrent") > 0);
    let messages = sheet.arrows().len() + sheet.flying().len();
    assert_eq!(pieces(&picture, "flight"), messages, "nothing is lost by that");
}

#[test]
fn without_a_sheet_there_are_columns() {
    let session = run();
    let picture = picture(&input(&session, None));
    assert!(picture.dense);
    assert!(pieces(&picture, "density") > 100);
    assert_eq!(pieces(&picture, "flight"), 0);
}
