//! Words for what a person looks for: steps to something, breakpoints, filters, reasons.

use lockstep_core::lab::causality::Counts;
use lockstep_core::lab::landmark::{Landmark, LockMark};
use lockstep_core::lab::raft::view::message_kind;
use lockstep_core::lab::{Event, Lab, Names, What};

use super::cache_stage::cell_name;
use super::{Language, choose, say};
use crate::meaning::{Finding, Kind, Target};
use crate::number::{grouped, seconds};

/// A fixed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// Names the choice of what to step to.
    StepTo,
    /// Back to it.
    Previous,
    /// On to it.
    Next,
    /// The breakpoints.
    Breakpoints,
    /// What they do.
    BreakpointsIntro,
    /// Sets one.
    AddBreakpoint,
    /// Takes one away.
    Remove,
    /// A breakpoint of a check.
    StopWhenFails,
    /// Every node.
    AllNodes,
    /// Every kind of event.
    AllKinds,
    /// A node.
    Node,
    /// A kind of event.
    Kind,
    /// A text to look for.
    Find,
    /// Messages that leave and writes that begin, too.
    Details,
    /// The list keeps to the cursor.
    Follow,
    /// What came before.
    Earlier,
    /// What came after.
    Later,
    /// No event is admitted.
    NoneListed,
    /// Why something happened.
    Why,
    /// Why a server has its role.
    WhyRole,
    /// Where a chain is longer than is shown.
    Longer,
    /// The members of a majority.
    Majority,
    /// What else it took.
    Also,
    /// The cone.
    Cone,
    /// The clocks.
    Clocks,
    /// To the event.
    GoThere,
    /// It is being looked for.
    Looking,
    /// A rule's code.
    Code,
    /// What the list of rules is.
    RulesIntro,
}

impl Language {
    /// A fixed text.
    #[must_use]
    pub const fn say(self, say: Say) -> &'static str {
        match say {
            Say::StepTo => choose!(self, "Step to", "Langkah ke"),
            Say::Previous => choose!(self, "Previous", "Sebelumnya"),
            Say::Next => choose!(self, "Next", "Berikutnya"),
            Say::Breakpoints => choose!(self, "Breakpoints", "Titik henti"),
            Say::BreakpointsIntro => {
                choose!(self, "Playing stops there.", "Pemutaran berhenti di sana.")
            }
            Say::AddBreakpoint => choose!(self, "Stop at…", "Berhenti di…"),
            Say::Remove => choose!(self, "Remove", "Hapus"),
            Say::StopWhenFails => {
                choose!(self, "Stop when it fails", "Berhenti saat dilanggar")
            }
            Say::AllNodes => choose!(self, "all nodes", "semua node"),
            Say::AllKinds => choose!(self, "all kinds", "semua jenis"),
            Say::Node => choose!(self, "Node", "Node"),
            Say::Kind => choose!(self, "Kind", "Jenis"),
            Say::Find => choose!(self, "Find text", "Cari teks"),
            Say::Details => choose!(self, "details", "rinci"),
            Say::Follow => choose!(self, "follow", "ikuti"),
            Say::Earlier => choose!(self, "Earlier", "Lebih awal"),
            Say::Later => choose!(self, "Later", "Lebih akhir"),
            Say::NoneListed => choose!(self, "No such event up to here.", "Tidak ada sampai sini."),
            Say::Why => choose!(self, "Why?", "Mengapa?"),
            Say::WhyRole => choose!(self, "Why this role?", "Mengapa peran ini?"),
            Say::Longer => choose!(self, "It began even earlier.", "Awalnya lebih jauh lagi."),
            Say::Majority => choose!(self, "The majority", "Mayoritas"),
            Say::Also => choose!(self, "and", "dan"),
            Say::Cone => choose!(self, "Cause and effect", "Sebab dan akibat"),
            Say::Clocks => choose!(self, "Clocks", "Jam logis"),
            Say::GoThere => choose!(self, "Go there", "Ke sana"),
            Say::Looking => choose!(self, "Looking…", "Mencari…"),
            Say::Code => choose!(self, "code", "kode"),
            Say::RulesIntro => choose!(
                self,
                "Raft's rules (figure 2). What just fired is lit; press a rule to go to its next \
                 firing.",
                "Aturan Raft (gambar 2). Yang baru berlaku menyala; tekan aturan untuk ke saat \
                 berikutnya.",
            ),
        }
    }

    /// What the step buttons go to.
    #[must_use]
    pub const fn target(self, target: Target) -> &'static str {
        match target {
            Target::Commit => choose!(self, "commit", "commit"),
            Target::Leader => choose!(self, "leader elected", "pemimpin terpilih"),
            Target::Role => choose!(self, "role change", "pergantian peran"),
            Target::RoleHere => choose!(self, "role change here", "pergantian peran di sini"),
            Target::Message => choose!(self, "message to this node", "pesan ke node ini"),
            Target::Fault => choose!(self, "fault", "gangguan"),
            Target::Failure => choose!(self, "check failure", "pelanggaran uji"),
            Target::Lock(mark) => self.lock_mark(mark),
        }
    }

    const fn lock_mark(self, mark: LockMark) -> &'static str {
        match mark {
            LockMark::Deadlock => choose!(self, "deadlock found", "kebuntuan ditemukan"),
            LockMark::Abort => choose!(self, "abort", "pembatalan"),
            LockMark::Expiry => choose!(self, "session expired", "sesi kedaluwarsa"),
            LockMark::Stale => choose!(self, "stale token refused", "token usang ditolak"),
        }
    }

    /// What a breakpoint is set on.
    #[must_use]
    pub fn landmark(self, names: Names, landmark: Landmark) -> String {
        match landmark {
            Landmark::Event => choose!(self, "any event", "peristiwa apa pun").to_owned(),
            Landmark::Leader => self.target(Target::Leader).to_owned(),
            Landmark::Commit => self.target(Target::Commit).to_owned(),
            Landmark::Fault => self.target(Target::Fault).to_owned(),
            Landmark::RoleChange(None) => self.target(Target::Role).to_owned(),
            Landmark::RoleChange(Some(node)) => {
                let node = names.name(node);
                say!(self, "role change of {node}", "pergantian peran {node}")
            }
            Landmark::MessageTo(node) => {
                let node = names.name(node);
                say!(self, "message to {node}", "pesan ke {node}")
            }
            Landmark::Failure(None) => self.target(Target::Failure).to_owned(),
            Landmark::Failure(Some(check)) => {
                let check = self.check(check);
                say!(self, "{check} fails", "{check} dilanggar")
            }
            Landmark::Rule(rule) => self.rule(rule).to_owned(),
            Landmark::Lock(mark) => self.lock_mark(mark).to_owned(),
            Landmark::Cell(mark) => cell_name(mark),
        }
    }

    /// A kind of event in a lab.
    #[must_use]
    pub const fn event_kind(self, lab: Lab, kind: Kind) -> &'static str {
        match kind {
            Kind::Clients if matches!(lab, Lab::Cache) => {
                choose!(self, "accesses and states", "akses dan keadaan")
            }
            Kind::Messages => choose!(self, "messages", "pesan"),
            Kind::Elections => choose!(self, "elections", "pemilihan"),
            Kind::Members => choose!(self, "membership", "keanggotaan"),
            Kind::Entries => choose!(self, "entries", "entri"),
            Kind::Clients => choose!(self, "clients", "klien"),
            Kind::Timers => choose!(self, "timers", "timer"),
            Kind::Disk => choose!(self, "disk", "disk"),
            Kind::Choices => choose!(self, "interventions", "intervensi"),
        }
    }

    /// An event in a sentence, details included.
    #[must_use]
    pub fn sentence(self, names: Names, event: &Event) -> String {
        if let Some(sentence) = self.event(names, event) {
            return sentence;
        }
        let node = names.name(event.node);
        match &event.what {
            What::Sent { id, message, .. } => {
                let (to, what) = (names.name(id.to), self.message_kind(message_kind(message)));
                say!(self, "{node} sends to {to}: {what}.", "{node} mengirim ke {to}: {what}.")
            }
            _ => say!(self, "{node} begins to write to disk.", "{node} mulai menulis ke disk."),
        }
    }

    /// What a search or a breakpoint has to say.
    #[must_use]
    pub fn finding(self, names: Names, finding: &Finding) -> String {
        match finding {
            Finding::Searching { step } => {
                let step = grouped(*step);
                say!(
                    self,
                    "Searching: step {step}. Esc stops.",
                    "Mencari: langkah {step}. Esc menghentikan.",
                )
            }
            Finding::Nothing { backwards: true } => {
                choose!(self, "None before this.", "Tidak ada sebelum ini.").to_owned()
            }
            Finding::Nothing { backwards: false } => choose!(
                self,
                "None after this, as far as was looked.",
                "Tidak ada setelah ini, sejauh dicari.",
            )
            .to_owned(),
            Finding::Found(event) => {
                format!("{} s: {}", seconds(event.time_us), self.sentence(names, event))
            }
            Finding::Stopped(landmark, event) => {
                let landmark = self.landmark(names, *landmark);
                let mut text = say!(self, "Stopped: {landmark}.", "Berhenti: {landmark}.");
                if let Some(event) = event {
                    text.push_str(&format!(" {}", self.sentence(names, event)));
                }
                text
            }
        }
    }

    /// What a cone comes to.
    #[must_use]
    pub fn counts(self, counts: Counts) -> String {
        let Counts { past, future, concurrent } = counts;
        say!(
            self,
            "Of what is shown here: {past} events can have led to it, {future} can follow from \
             it, {concurrent} are concurrent.",
            "Dari yang tampak di sini: {past} peristiwa dapat menyebabkannya, {future} dapat \
             diakibatkannya, {concurrent} terjadi bersamaan.",
        )
    }
}
