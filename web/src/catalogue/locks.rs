//! The lock lab in words: what is going on, what clients are doing, what went wrong for them.

use lockstep_core::lab::NodeName;
use lockstep_core::lab::locks::LocksView;
use lockstep_core::lab::locks::situation::{Going, LockSituation};
use lockstep_core::lock::client::Doing;
use lockstep_core::lock::client::transaction::Why;
use lockstep_core::lock::command::{Cause, Refusal};
use lockstep_core::lock::parcel::Verdict;
use lockstep_core::lock::policy::{Policy, Victim};

use super::{Language, choose, say};
use crate::number::duration;

impl Language {
    /// The headline of the lock lab.
    #[must_use]
    pub fn lock_headline(self, view: &LocksView) -> String {
        let LockSituation { held, waiting, lost, going, .. } = &view.situation;
        match going {
            Going::Undecided { .. } if view.tables.len() > 1 => choose!(
                self,
                "A table without a leader grants nothing",
                "Tabel tanpa pemimpin tidak memberi apa pun",
            )
            .to_owned(),
            Going::Undecided { .. } => choose!(
                self,
                "No leader: nobody is granted anything",
                "Tanpa pemimpin: tak ada yang diberi kunci",
            )
            .to_owned(),
            Going::Deadlock { cycle, .. } => {
                let way = circle(cycle);
                say!(self, "Deadlock: {way}", "Deadlock: {way}")
            }
            Going::Aborted { client, phantom: true, .. } => say!(
                self,
                "A phantom: {client} aborted for nothing",
                "Deadlock hantu: {client} dibatalkan sia-sia",
            ),
            Going::Aborted { client, cause, .. } => self.aborted_headline(*client, *cause),
            Going::Stale { client, .. } => say!(
                self,
                "{client} believes in a lock that is gone",
                "{client} percaya pada kunci yang sudah hilang",
            ),
            Going::Asleep { client, resource } => say!(
                self,
                "{client} is paused and holds {resource}",
                "{client} beku sambil memegang {resource}",
            ),
            Going::Waiting { client, resource, holders } => match holders.as_slice() {
                [holder] => say!(
                    self,
                    "{client} waits for {holder}: {resource}",
                    "{client} menunggu {holder}: {resource}",
                ),
                _ => say!(self, "{client} waits for {resource}", "{client} menunggu {resource}",),
            },
            Going::Queueing => {
                let held = self.locks_held(*held);
                say!(self, "{held}, {waiting} wait", "{held}, {waiting} menunggu")
            }
            Going::LostUpdates => self.updates_lost(*lost),
            Going::Held => {
                let held = self.locks_held(*held);
                say!(self, "{held}, nobody waits", "{held}, tak ada yang menunggu")
            }
            Going::Idle => choose!(
                self,
                "Nobody holds a lock or waits for one",
                "Tak ada yang memegang atau menunggu kunci",
            )
            .to_owned(),
        }
    }

    fn locks_held(self, held: u64) -> String {
        match held {
            0 => choose!(self, "No lock held", "Tak ada kunci dipegang").to_owned(),
            1 => choose!(self, "1 lock held", "1 kunci dipegang").to_owned(),
            _ => say!(self, "{held} locks held", "{held} kunci dipegang"),
        }
    }

    fn updates_lost(self, lost: u64) -> String {
        match lost {
            1 => choose!(self, "An update is lost", "Satu pembaruan hilang").to_owned(),
            _ => say!(self, "{lost} updates are lost", "{lost} pembaruan hilang"),
        }
    }

    fn aborted_headline(self, client: NodeName, cause: Cause) -> String {
        match cause {
            Cause::Deadlock => say!(
                self,
                "Deadlock found, {client} aborted",
                "Deadlock ditemukan, {client} dibatalkan",
            ),
            Cause::Died => say!(
                self,
                "Wait-die: {client} is younger, and dies",
                "Wait-die: {client} lebih muda, maka mati",
            ),
            Cause::Wounded => say!(
                self,
                "Wound-wait: an older one wounds {client}",
                "Wound-wait: yang lebih tua melukai {client}",
            ),
            Cause::NoWait => say!(
                self,
                "No-wait: {client} is aborted at once",
                "No-wait: {client} langsung dibatalkan",
            ),
            Cause::WaitedTooLong => say!(
                self,
                "{client} waited for too long, and is aborted",
                "{client} terlalu lama menunggu, lalu dibatalkan",
            ),
        }
    }

    /// The remark below the headline of the lock lab.
    #[must_use]
    pub fn lock_remark(self, view: &LocksView) -> String {
        let LockSituation { going, features, .. } = &view.situation;
        match going {
            Going::Undecided { table } => {
                let table = view.tables.get(usize::from(*table));
                table.map_or_else(String::new, |table| self.remark(&table.raft.remark))
            }
            Going::Deadlock { cycle, victim, soft } => {
                let waits = self.waits_in_circle(cycle);
                let end = match victim {
                    Some(victim) => self.condemned(*victim, features.victim),
                    None if features.policy == Policy::TimeOut => choose!(
                        self,
                        "Nobody looks for it: a wait must run out first.",
                        "Tak ada yang mencarinya: batas tunggu harus habis dulu.",
                    )
                    .to_owned(),
                    None if *soft && features.overtaking => choose!(
                        self,
                        "One only stands in a queue, and may be overtaken.",
                        "Salah satunya hanya mengantre, dan boleh didahului.",
                    )
                    .to_owned(),
                    None => String::new(),
                };
                format!("{waits} {end}")
            }
            Going::Aborted { client, cause, phantom } => {
                self.aborted_remark(*client, *cause, *phantom, features.victim)
            }
            Going::Stale { resource, token, .. } if view.vault.fencing => say!(
                self,
                "Its token #{token} for {resource} is void: the store refuses it once it has seen \
                 a later one.",
                "Token #{token} untuk {resource} tak berlaku: penyimpanan menolaknya bila sudah \
                 melihat yang lebih baru.",
            ),
            Going::Stale { resource, token, .. } => say!(
                self,
                "Its token #{token} for {resource} is void, and with fencing off the store will \
                 take what it writes.",
                "Token #{token} untuk {resource} tak berlaku, tetapi tanpa pagar penyimpanan tetap \
                 menerima tulisannya.",
            ),
            Going::Asleep { .. } => {
                let lease = duration(features.lease_us);
                say!(
                    self,
                    "It cannot renew its lease: {lease} after it last did, its locks go, and it \
                     will not know.",
                    "Ia tak bisa memperbarui lease: {lease} sesudah yang terakhir, kuncinya lepas \
                     tanpa ia ketahui.",
                )
            }
            Going::LostUpdates => choose!(
                self,
                "Without fencing the store took writes over what their authors had not seen.",
                "Tanpa pagar, penyimpanan menerima tulisan yang menimpa hal yang belum dibaca.",
            )
            .to_owned(),
            Going::Waiting { .. } | Going::Queueing | Going::Held | Going::Idle => {
                let raft = view.tables.first().map(|table| &table.raft);
                raft.map_or_else(String::new, |raft| format!("{}.", self.headline(raft)))
            }
        }
    }

    /// "c1 waits for c2, c2 for c1."
    fn waits_in_circle(self, cycle: &[NodeName]) -> String {
        let mut text = String::new();
        for (place, one) in cycle.iter().enumerate() {
            let next = cycle[(place + 1) % cycle.len()];
            text.push_str(&match place {
                0 => say!(self, "{one} waits for {next}", "{one} menunggu {next}"),
                _ => say!(self, ", {one} for {next}", ", {one} menunggu {next}"),
            });
        }
        text.push('.');
        text
    }

    fn condemned(self, victim: NodeName, rule: Victim) -> String {
        let rule = self.victim_rule(rule);
        say!(
            self,
            "{victim}, {rule}, will be aborted once that is committed.",
            "{victim}, {rule}, dibatalkan begitu ter-commit.",
        )
    }

    const fn victim_rule(self, rule: Victim) -> &'static str {
        match rule {
            Victim::Youngest => choose!(self, "the youngest", "yang termuda"),
            Victim::Oldest => choose!(self, "the oldest", "yang tertua"),
            Victim::FewestLocks => {
                choose!(self, "with the fewest locks", "dengan kunci paling sedikit")
            }
            Victim::LeastWork => {
                choose!(self, "with the least work", "dengan kerja paling sedikit")
            }
        }
    }

    fn aborted_remark(self, client: NodeName, cause: Cause, phantom: bool, rule: Victim) -> String {
        match cause {
            Cause::Deadlock if phantom => choose!(
                self,
                "The collector joined graphs of different moments: that cycle never was.",
                "Kolektor menggabungkan graf dari saat yang berbeda: siklus itu tak pernah ada.",
            )
            .to_owned(),
            Cause::Deadlock => {
                let rule = self.victim_rule(rule);
                say!(
                    self,
                    "{client}, {rule}, gives way: its locks are free, and it tries again after a \
                     pause.",
                    "{client}, {rule}, mengalah: kuncinya dilepas, dan ia mencoba lagi setelah \
                     jeda.",
                )
            }
            Cause::Died => choose!(
                self,
                "Only who is older may wait. It tries again and keeps its age, so it gets older.",
                "Hanya yang lebih tua boleh menunggu. Ia mencoba lagi dengan umur yang sama.",
            )
            .to_owned(),
            Cause::Wounded => choose!(
                self,
                "Who is older takes what it needs. The other tries again and keeps its age.",
                "Yang lebih tua mengambil yang diperlukannya. Yang lain mencoba lagi, umurnya \
                 tetap.",
            )
            .to_owned(),
            Cause::NoWait => choose!(
                self,
                "Nobody waits for anybody, so no circle can close. It tries again.",
                "Tak ada yang saling menunggu, maka tak ada siklus. Ia mencoba lagi.",
            )
            .to_owned(),
            Cause::WaitedTooLong => choose!(
                self,
                "Nobody looked whether it was a deadlock: it may have been a long wait.",
                "Tak ada yang memeriksa apakah itu deadlock: mungkin cuma menunggu lama.",
            )
            .to_owned(),
        }
    }

    /// What a client is doing, in a word.
    #[must_use]
    pub const fn doing(self, doing: Doing) -> &'static str {
        match doing {
            Doing::Idle => choose!(self, "idle", "diam"),
            Doing::Asking => choose!(self, "asks", "meminta"),
            Doing::Waiting => choose!(self, "waits", "menunggu"),
            Doing::Reading => choose!(self, "reads", "membaca"),
            Doing::Writing => choose!(self, "writes", "menulis"),
            Doing::Working => choose!(self, "works", "bekerja"),
            Doing::LettingGo => choose!(self, "lets go", "melepas"),
            Doing::BackingOff => choose!(self, "backs off", "mundur"),
            Doing::Resting => choose!(self, "rests", "rehat"),
        }
    }

    /// What went wrong for a client, in a few words.
    #[must_use]
    pub const fn mishap(self, why: Why) -> &'static str {
        match why {
            Why::Refused(refusal) => self.lock_refusal(refusal),
            Why::TimedOut => choose!(self, "waited in vain", "menunggu sia-sia"),
            Why::Judged(Verdict::Stale { .. }) => choose!(self, "stale token", "token usang"),
            Why::Judged(Verdict::Unheard { .. }) => {
                choose!(self, "token unheard of", "token tak dikenal")
            }
            Why::Judged(Verdict::SharedOnly) => {
                choose!(self, "no exclusive lock", "bukan kunci eksklusif")
            }
            Why::Judged(Verdict::UnknownResource) => self.lock_refusal(Refusal::UnknownResource),
            Why::Judged(Verdict::Read { .. } | Verdict::Wrote) => {
                choose!(self, "done", "selesai")
            }
            Why::Aborted(Some(cause)) => self.abort_cause(cause),
            Why::Aborted(None) => choose!(self, "aborted", "dibatalkan"),
            Why::LostSession => choose!(self, "session over", "sesi berakhir"),
        }
    }

    /// Why an attempt was aborted, in a word or two.
    #[must_use]
    pub const fn abort_cause(self, cause: Cause) -> &'static str {
        match cause {
            Cause::Deadlock => choose!(self, "deadlock", "deadlock"),
            Cause::Died => choose!(self, "died (wait-die)", "mati (wait-die)"),
            Cause::Wounded => choose!(self, "wounded", "dilukai"),
            Cause::NoWait => choose!(self, "no waiting", "dilarang menunggu"),
            Cause::WaitedTooLong => choose!(self, "waited too long", "terlalu lama"),
        }
    }

    /// Why something was refused, in a few words.
    #[must_use]
    pub const fn lock_refusal(self, refusal: Refusal) -> &'static str {
        match refusal {
            Refusal::NotHeld => choose!(self, "not held", "tidak dipegang"),
            Refusal::NothingToUpgrade => {
                choose!(self, "nothing to upgrade", "tak ada yang dinaikkan")
            }
            Refusal::NotExclusive => choose!(self, "not exclusive", "bukan eksklusif"),
            Refusal::UnknownResource => choose!(self, "no such thing", "tidak dikenal"),
            Refusal::WouldWait => choose!(self, "would have to wait", "harus menunggu"),
            Refusal::SessionOver => choose!(self, "session over", "sesi berakhir"),
            Refusal::AttemptOver => choose!(self, "attempt over", "percobaan berakhir"),
            Refusal::Waiting => choose!(self, "waits already", "sudah menunggu"),
            Refusal::Overtaken => choose!(self, "asked anew since", "sudah meminta lagi"),
        }
    }

    /// The same as [`table_of`](Self::table_of), in fewer words.
    #[must_use]
    pub fn table_shortly(self, server: NodeName, applied: u64, agree: u8, all: usize) -> String {
        say!(
            self,
            "{server}: entry {applied} ({agree} of {all})",
            "{server}: entri {applied} ({agree} dari {all})",
        )
    }

    /// Whose table is shown, and how many have the same.
    #[must_use]
    pub fn table_of(self, server: NodeName, applied: u64, agree: u8, all: usize) -> String {
        say!(
            self,
            "{server}'s table · up to entry {applied}, as on {agree} of {all}",
            "Tabel {server} · sampai entri {applied}, sama di {agree} dari {all}",
        )
    }
}

/// "c1 → c2 → c1".
fn circle(cycle: &[NodeName]) -> String {
    let names = cycle.iter().chain(cycle.first()).map(ToString::to_string);
    names.collect::<Vec<_>>().join(" → ")
}
