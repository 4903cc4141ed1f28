//! Bookmarks: what becomes of them when a branch goes, and that they survive a link with the rest.

use lockstep_core::lab::{Choice, Session};
use lockstep_core::scenario::{Bookmark, Scenario, rehomed};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

fn bookmark(branch: usize, at_us: u64, text: &str) -> Bookmark {
    let [english, indonesian] = [text, text].map(str::to_owned);
    Bookmark { branch, at: Moment::before(at_us), english, indonesian }
}

/// A; B from A at 300 ms; C from B at 500 ms.
fn tree() -> Session {
    let mut session = Scenario::default().open();
    for (at_us, node) in [(300_000, 0), (500_000, 1)] {
        session.go(Goal::Moment(Moment::before(900_000)));
        session.go(Goal::Moment(Moment::before(at_us)));
        session.act(Choice::Crash(NodeId(node)));
    }
    assert_eq!(session.branch_names(), ["A", "B", "C"]);
    session
}

fn left(session: &Session, bookmarks: &[Bookmark], gone: usize) -> Vec<(usize, String)> {
    let kept = rehomed(bookmarks, session, gone);
    kept.into_iter().map(|bookmark| (bookmark.branch, bookmark.english)).collect()
}

#[test]
fn a_bookmark_goes_with_its_branch_only_if_no_other_has_its_moment() {
    let session = tree();
    let all = [
        bookmark(0, 400_000, "on A"),
        bookmark(1, 200_000, "shared with A"),
        bookmark(1, 400_000, "shared with C"),
        bookmark(1, 600_000, "of B alone"),
        bookmark(2, 700_000, "on C"),
    ];
    let at = |branch, text: &str| (branch, text.to_owned());
    let expected = [at(0, "shared with A"), at(0, "on A"), at(1, "shared with C"), at(1, "on C")];
    assert_eq!(left(&session, &all, 1), expected);
    let expected =
        [at(0, "shared with A"), at(0, "shared with C"), at(0, "of B alone"), at(1, "on C")];
    assert_eq!(left(&session, &all, 0), expected, "what is on A alone goes with A");
    assert_eq!(left(&session, &all, 2).len(), 4);
}

#[test]
fn a_branch_passes_through_the_moments_that_it_shares() {
    let session = tree();
    let passes = |branch, other, at_us| session.passes(branch, other, Moment::before(at_us));
    assert!(passes(0, 1, 300_000) && !passes(0, 1, 300_001));
    assert!(passes(2, 1, 500_000) && !passes(1, 2, 500_001));
    assert!(passes(2, 2, 900_000));
}

#[test]
fn names_are_kept_when_a_branch_before_them_goes_and_given_anew() {
    let mut session = tree();
    session.rename(2, "with n2 down".to_owned());
    let revision = session.revision();
    session.remove(1);
    assert_eq!(session.branch_names(), ["A", "with n2 down"]);
    assert!(session.revision() > revision);
    session.go(Goal::Moment(Moment::before(100_000)));
    session.act(Choice::Crash(NodeId(4)));
    assert_eq!(session.branch_names(), ["A", "with n2 down", "B"]);
    let captured = Scenario::capture(&session, 5_000_000);
    let opened = Scenario::decode(&captured.encode()).expect("a link").open();
    assert_eq!(opened.branch_names(), session.branch_names());
}
