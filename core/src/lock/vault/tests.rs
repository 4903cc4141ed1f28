//! One sentence for each rule of the vault.

use super::*;
use crate::sim::random::Luck;

/// A vault for `x` and `y` that was told of tokens up to 9.
fn vault() -> Vault {
    let mut vault = Vault::new(["x", "y"].map(Resource::from).into(), true);
    vault.hear("x", 9);
    vault.hear("y", 9);
    vault
}

fn access(token: Token, mode: Mode, writes: Option<u64>) -> Access {
    Access { resource: "x".into(), token, mode, writes }
}

fn write(token: Token, value: u64) -> Access {
    access(token, Mode::Exclusive, Some(value))
}

fn read(token: Token) -> Access {
    access(token, Mode::Shared, None)
}

#[test]
fn what_is_written_is_read() {
    let mut vault = vault();
    assert_eq!(vault.take(&read(3)), Verdict::Read { value: 0 });
    assert_eq!(vault.take(&write(4, 1)), Verdict::Wrote);
    assert_eq!(vault.take(&read(5)), Verdict::Read { value: 1 });
    assert_eq!(vault.shelf("y"), Some(&Shelf { told: 9, ..Shelf::default() }), "x is not y");
}

#[test]
fn a_write_is_refused_below_any_token_seen() {
    let mut vault = vault();
    assert_eq!(vault.take(&write(5, 1)), Verdict::Wrote);
    assert_eq!(vault.take(&write(4, 2)), Verdict::Stale { seen: 5 });
    assert_eq!(vault.take(&read(7)), Verdict::Read { value: 1 });
    assert_eq!(vault.take(&write(6, 2)), Verdict::Stale { seen: 7 }, "reads count");
    assert_eq!(vault.take(&write(7, 2)), Verdict::Wrote, "the same token is not late");
}

#[test]
fn a_read_is_refused_below_any_exclusive_token_seen_and_only_then() {
    let mut vault = vault();
    assert_eq!(vault.take(&read(6)), Verdict::Read { value: 0 });
    assert_eq!(vault.take(&read(5)), Verdict::Read { value: 0 }, "readers do not shut out readers");
    assert_eq!(vault.take(&access(7, Mode::Exclusive, None)), Verdict::Read { value: 0 });
    assert_eq!(vault.take(&read(6)), Verdict::Stale { seen: 7 }, "a writer that reads does");
    assert_eq!(vault.take(&write(8, 1)), Verdict::Wrote);
    assert_eq!(vault.take(&read(7)), Verdict::Stale { seen: 8 });
}

#[test]
fn a_token_from_the_future_is_refused_until_the_vault_is_told_of_it() {
    let mut vault = vault();
    for access in [read(10), write(10, 1)] {
        assert_eq!(vault.take(&access), Verdict::Unheard { told: 9 });
    }
    assert_eq!(vault.take(&write(9, 1)), Verdict::Wrote, "what is refused is not seen");
    vault.hear("x", 10);
    vault.hear("x", 8);
    assert_eq!(vault.take(&write(10, 2)), Verdict::Wrote, "what comes late takes nothing back");
    vault.hear("nowhere", 99);
}

#[test]
fn what_was_never_granted_is_no_licence() {
    let mut vault = vault();
    assert_eq!(vault.take(&read(0)), Verdict::Stale { seen: 0 });
    assert_eq!(vault.take(&write(0, 1)), Verdict::Stale { seen: 0 });
}

#[test]
fn a_shared_lock_is_no_licence_to_write() {
    let mut vault = vault();
    assert_eq!(vault.take(&access(3, Mode::Shared, Some(1))), Verdict::SharedOnly);
    assert_eq!(vault.take(&read(3)), Verdict::Read { value: 0 });
}

#[test]
fn what_is_not_there_is_refused() {
    let elsewhere = Access { resource: "z".into(), ..read(3) };
    assert_eq!(vault().take(&elsewhere), Verdict::UnknownResource);
    let mut open = vault();
    open.fence(false);
    assert_eq!(open.take(&elsewhere), Verdict::UnknownResource);
}

#[test]
fn without_fencing_everything_is_taken_and_an_update_is_lost() {
    let mut vault = vault();
    vault.fence(false);
    assert_eq!(vault.take(&write(5, 1)), Verdict::Wrote);
    assert_eq!(vault.take(&write(4, 1)), Verdict::Wrote, "it had read what was there before");
    assert_eq!(vault.shelf("x").map(Shelf::lost), Some(1));
    for token in [0, 99] {
        assert_eq!(vault.take(&read(token)), Verdict::Read { value: 1 });
    }
    vault.fence(true);
    assert_eq!(vault.take(&write(9, 2)), Verdict::Wrote, "nobody shut others out with a lie");
}

#[test]
fn a_vault_that_forgets_reads_takes_a_write_that_a_later_reader_did_not_expect() {
    let mut vault = vault();
    vault.plant(Bug::VaultForgetsReads, true);
    vault.plant(Bug::LostWakeUp, true);
    assert_eq!(vault.take(&read(7)), Verdict::Read { value: 0 });
    assert_eq!(vault.take(&write(6, 1)), Verdict::Wrote);
    assert_eq!(vault.take(&write(5, 2)), Verdict::Stale { seen: 6 }, "it remembers writes");
    vault.plant(Bug::VaultForgetsReads, false);
    assert_eq!(vault.take(&write(6, 2)), Verdict::Stale { seen: 7 });
}

#[test]
fn with_fencing_no_two_accesses_in_conflict_are_accepted_against_the_order_of_their_tokens() {
    let luck = Luck::new(11);
    let mut vault = vault();
    let mut accepted: Vec<Access> = Vec::new();
    for count in 0..5_000 {
        let draw = |slot, high| luck.between(count, slot, 0, high);
        let token = draw(0, 3) + count / 500;
        let mode = if draw(1, 1) == 0 { Mode::Shared } else { Mode::Exclusive };
        let access = access(token, mode, (draw(2, 1) == 0).then_some(count));
        if !vault.take(&access).is_accepted() {
            continue;
        }
        assert!((1..=9).contains(&token));
        for before in accepted.iter().filter(|before| before.token > token) {
            let conflict = access.writes.is_some() || before.mode == Mode::Exclusive;
            assert!(!conflict, "{access:?} after {before:?}");
        }
        accepted.push(access);
    }
    assert!(accepted.len() > 500, "{} were accepted", accepted.len());
}
