//! What the lock manager, its clients and the vault say of what they do: one sentence for each kind
//! of note.

use lockstep_core::lab::locks::fields::owner_name;
use lockstep_core::lab::{Names, NodeName};
use lockstep_core::lock::mode::Mode;
use lockstep_core::lock::note::Note;

use super::{Language, choose, say};
use crate::number::duration;

impl Language {
    pub(super) fn lock_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match note {
            Note::Granted { .. }
            | Note::Queued { .. }
            | Note::Released { .. }
            | Note::Downgraded { .. }
            | Note::Refused { .. } => self.table_note(names, node, note),
            Note::TimedOut { .. }
            | Note::Aborted { .. }
            | Note::Expired { .. }
            | Note::DeadlockFound { .. }
            | Note::Overtook { .. }
            | Note::Void { .. }
            | Note::CycleGathered { .. } => self.steward_note(names, node, note),
            Note::Began { .. }
            | Note::Ended { .. }
            | Note::GaveUp { .. }
            | Note::BackedOff { .. }
            | Note::Holds { .. }
            | Note::LostSession => self.locker_note(node, note),
            Note::Wrote { .. }
            | Note::Read { .. }
            | Note::Stale { .. }
            | Note::SharedOnly { .. }
            | Note::Unheard { .. } => self.vault_note(names, note),
        }
    }

    /// A mode, before the word for a lock.
    const fn mode(self, mode: Mode) -> &'static str {
        match mode {
            Mode::Shared => choose!(self, "shared", "bersama"),
            Mode::Exclusive => choose!(self, "exclusive", "eksklusif"),
        }
    }

    fn table_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match note {
            Note::Granted { owner, resource, mode, token } => {
                let (owner, mode) = (owner_name(*owner, names), self.mode(*mode));
                say!(
                    self,
                    "{node} grants {owner} {resource}, {mode}, with token {token}.",
                    "{node} memberi {owner} kunci {mode} {resource} dengan token {token}.",
                )
            }
            Note::Queued { owner, resource, mode, ahead } => {
                let (owner, mode) = (owner_name(*owner, names), self.mode(*mode));
                match ahead {
                    0 => say!(
                        self,
                        "{owner} must wait for {resource}, {mode}: it is the first in the queue.",
                        "{owner} harus menunggu {resource} ({mode}): paling depan di antrean.",
                    ),
                    _ => say!(
                        self,
                        "{owner} must wait for {resource}, {mode}, behind {ahead} in the queue.",
                        "{owner} harus menunggu {resource} ({mode}), di belakang {ahead} lainnya.",
                    ),
                }
            }
            Note::Released { owner, resource } => {
                let owner = owner_name(*owner, names);
                say!(self, "{owner} lets go of {resource}.", "{owner} melepas {resource}.")
            }
            Note::Downgraded { owner, resource } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "{owner}'s lock of {resource} becomes shared.",
                    "Kunci {resource} milik {owner} menjadi kunci bersama.",
                )
            }
            Note::Refused { owner, refusal } => {
                let (owner, why) = (owner_name(*owner, names), self.lock_refusal(*refusal));
                say!(self, "{node} refuses {owner}: {why}.", "{node} menolak {owner}: {why}.")
            }
            _ => String::new(),
        }
    }

    fn steward_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match note {
            Note::TimedOut { owner } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "{owner} has waited for as long as it was ready to, in vain.",
                    "{owner} sudah menunggu selama yang ia mau, tanpa hasil.",
                )
            }
            Note::Aborted { owner, cause } => {
                let (owner, why) = (owner_name(*owner, names), self.abort_cause(*cause));
                say!(
                    self,
                    "{owner}'s transaction is aborted, its locks are released: {why}.",
                    "Transaksi {owner} dibatalkan dan kuncinya dilepas: {why}.",
                )
            }
            Note::Expired { owner } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "{owner}'s lease is over: its session ends, and its locks are released.",
                    "Lease {owner} habis: sesinya berakhir dan kuncinya dilepas.",
                )
            }
            Note::DeadlockFound { length, victim: Some(victim) } => {
                let victim = owner_name(*victim, names);
                say!(
                    self,
                    "{node} sees {length} wait in a circle, and wants {victim} aborted.",
                    "{node} melihat {length} klien saling tunggu melingkar; {victim} akan \
                     dibatalkan.",
                )
            }
            Note::DeadlockFound { length, victim: None } => say!(
                self,
                "{node} sees {length} wait in a circle: letting one overtake breaks it.",
                "{node} melihat {length} klien saling tunggu melingkar; cukup satu menyalip.",
            ),
            Note::Overtook { owner, before } => {
                let (owner, before) = (owner_name(*owner, names), owner_name(*before, names));
                say!(
                    self,
                    "{owner} overtakes {before} in the queue: the circle is broken, and nobody is \
                     aborted.",
                    "{owner} menyalip {before} di antrean: lingkaran putus tanpa korban.",
                )
            }
            Note::Void { owner } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "What was proposed about {owner} is true no more, and is not done.",
                    "Usulan tentang {owner} sudah tidak berlaku, jadi tidak dilakukan.",
                )
            }
            Note::CycleGathered { length, victim } => {
                let victim = owner_name(*victim, names);
                say!(
                    self,
                    "{node} joins the graphs, sees {length} wait in a circle, and names {victim}.",
                    "{node} menggabungkan graf, melihat {length} saling tunggu, dan menunjuk \
                     {victim}.",
                )
            }
            _ => String::new(),
        }
    }

    fn locker_note(self, node: NodeName, note: &Note) -> String {
        match note {
            Note::Began { transaction, attempt: 1 } => say!(
                self,
                "{node} begins transaction {transaction}.",
                "{node} memulai transaksi {transaction}.",
            ),
            Note::Began { transaction, attempt } => say!(
                self,
                "{node} tries transaction {transaction} again: attempt {attempt}.",
                "{node} mengulang transaksi {transaction}: percobaan {attempt}.",
            ),
            Note::Ended { transaction } => say!(
                self,
                "{node}'s transaction {transaction} is done.",
                "Transaksi {transaction} milik {node} selesai.",
            ),
            Note::GaveUp { transaction } => say!(
                self,
                "{node} gives transaction {transaction} up.",
                "{node} menyerah pada transaksi {transaction}.",
            ),
            Note::BackedOff { transaction, delay_us } => {
                let delay = duration(*delay_us);
                say!(
                    self,
                    "{node} backs off for {delay} before it tries transaction {transaction} again.",
                    "{node} mundur {delay} sebelum mengulang transaksi {transaction}.",
                )
            }
            Note::Holds { resource, token } => say!(
                self,
                "{node} has {resource}, with token {token}.",
                "{node} mendapat {resource}, dengan token {token}.",
            ),
            Note::LostSession => say!(
                self,
                "{node} hears that its session is over, and all its locks with it.",
                "{node} tahu bahwa sesinya berakhir, beserta semua kuncinya.",
            ),
            _ => String::new(),
        }
    }

    fn vault_note(self, names: Names, note: &Note) -> String {
        match note {
            Note::Wrote { owner, resource, token } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "The store takes {owner}'s write of {resource}, token {token}.",
                    "Penyimpanan menerima tulisan {owner} ke {resource}, token {token}.",
                )
            }
            Note::Read { owner, resource, token } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "The store lets {owner} read {resource}, token {token}.",
                    "Penyimpanan mengizinkan {owner} membaca {resource}, token {token}.",
                )
            }
            Note::Stale { owner, resource, token, seen } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "The store refuses {owner}'s token {token} for {resource}: it has seen {seen}.",
                    "Penyimpanan menolak token {token} dari {owner} untuk {resource}: sudah ada \
                     {seen}.",
                )
            }
            Note::SharedOnly { owner, resource, .. } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "The store refuses {owner}'s write of {resource}: its lock is not exclusive.",
                    "Penyimpanan menolak tulisan {owner} ke {resource}: kuncinya bukan eksklusif.",
                )
            }
            Note::Unheard { owner, resource, token } => {
                let owner = owner_name(*owner, names);
                say!(
                    self,
                    "The store has not heard of token {token} for {resource}: {owner} is to come \
                     again.",
                    "Penyimpanan belum tahu token {token} untuk {resource}: {owner} harus kembali \
                     lagi.",
                )
            }
            _ => String::new(),
        }
    }
}
