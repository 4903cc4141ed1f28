//! What is said about numbers to fill in, and about what a hand does on the stage.

use lockstep_core::lab::raft::Field;
use lockstep_core::lab::{Names, NodeName};
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::process::NodeId;

use super::{Language, choose, say};
use crate::form::{Blank, Fault, Measure};
use crate::hands::Aim;
use crate::number::duration;

impl Language {
    /// A link behaves otherwise than the network at large.
    #[must_use]
    pub fn clogged_link(self, from: NodeName, to: NodeName, both_ways: bool) -> String {
        let arrow = if both_ways { "↔" } else { "→" };
        say!(
            self,
            "{from} {arrow} {to} is slower or worse than the rest",
            "{from} {arrow} {to} lebih lambat atau lebih buruk dari yang lain",
        )
    }

    /// A connection that carries nothing.
    #[must_use]
    pub fn broken_connection(self, one: NodeName, other: NodeName, opens: bool) -> String {
        if opens {
            say!(
                self,
                "The connection of {one} and {other} is being opened anew",
                "Sambungan {one} dan {other} sedang dibuka lagi",
            )
        } else {
            say!(
                self,
                "The connection of {one} and {other} is broken",
                "Sambungan {one} dan {other} putus",
            )
        }
    }

    /// Lets a held message go.
    #[must_use]
    pub const fn release(self) -> &'static str {
        choose!(self, "Let go", "Lepaskan")
    }

    /// Makes a timer run out now.
    #[must_use]
    pub const fn fire(self) -> &'static str {
        choose!(self, "Fire now", "Habiskan")
    }

    /// Heals a link that is cut.
    #[must_use]
    pub fn heal_link(self, from: NodeName, to: NodeName, both_ways: bool) -> String {
        let arrow = if both_ways { "↔" } else { "→" };
        say!(self, "{from} {arrow} {to} is cut: heal it", "{from} {arrow} {to} terputus: pulihkan",)
    }

    /// What letting go of what is dragged would come to.
    #[must_use]
    pub fn aim(self, names: Names, aim: &Aim) -> String {
        let side = |nodes: &[NodeId]| {
            let nodes: Vec<_> = nodes.iter().map(|node| names.name(*node)).collect();
            self.list(&nodes)
        };
        match aim {
            Aim::Nothing => choose!(
                self,
                "Let go here: nothing happens.",
                "Lepas di sini: tidak terjadi apa-apa."
            )
            .to_owned(),
            Aim::Cut { from, to, both_ways } => {
                let arrow = if *both_ways { "↔" } else { "→" };
                let (from, to) = (names.name(*from), names.name(*to));
                say!(
                    self,
                    "Let go to cut {from} {arrow} {to}. Shift: one way.",
                    "Lepas untuk memutus {from} {arrow} {to}. Shift: satu arah.",
                )
            }
            Aim::Part(one, other) => {
                let (one, other) = (side(one), side(other));
                say!(
                    self,
                    "Let go to part {one} from {other}.",
                    "Lepas untuk memisahkan {one} dari {other}.",
                )
            }
            Aim::Deliver(message) => {
                let message = names.message(*message);
                say!(self, "Let go to deliver {message}.", "Lepas untuk mengantarkan {message}.")
            }
            Aim::Delay(message, by_us) => {
                let (message, by) = (names.message(*message), duration(*by_us));
                say!(
                    self,
                    "Let go to delay {message} by {by}.",
                    "Lepas untuk menunda {message} selama {by}.",
                )
            }
        }
    }

    /// Does what was filled in.
    #[must_use]
    pub const fn apply(self) -> &'static str {
        choose!(self, "Apply", "Terapkan")
    }

    /// How members are chosen.
    #[must_use]
    pub const fn members_hint(self) -> &'static str {
        choose!(self, "click to change", "klik untuk mengubah")
    }

    /// What the network tool is about.
    #[must_use]
    pub const fn all_links(self) -> &'static str {
        choose!(self, "All links, from now on", "Semua tautan, mulai kini")
    }

    /// The name of a timer.
    #[must_use]
    pub const fn running_timer(self, timer: Timer) -> &'static str {
        match timer {
            Timer::Election => choose!(self, "election timer", "timer pemilihan"),
            Timer::Heartbeat => choose!(self, "next heartbeat", "heartbeat berikutnya"),
            Timer::RequestTimeout => choose!(self, "gives up", "menyerah"),
            Timer::Retry => choose!(self, "tries again", "mencoba lagi"),
            Timer::Load => choose!(self, "next operation", "operasi berikutnya"),
            Timer::Duty => choose!(self, "looks at leases", "memeriksa sewa"),
            Timer::Work => choose!(self, "goes on", "melanjutkan"),
            Timer::Renewal => choose!(self, "renews its lease", "memperbarui sewanya"),
            Timer::Retransmission => choose!(self, "sends again", "mengirim ulang"),
        }
    }

    /// What a blank asks for.
    #[must_use]
    pub const fn blank(self, blank: Blank) -> &'static str {
        match blank {
            Blank::Field(field) => self.field(field),
            Blank::Setting(setting) => self.setting(setting),
            Blank::Voters => self.voters()[0],
            Blank::Lockers => self.field(Field::Clients),
            Blank::CollectEvery => self.collect_every()[0],
            Blank::BackOff => self.back_off()[0],
            Blank::Cache(blank) => self.cache_number(blank)[0],
            Blank::DelayBy => choose!(self, "longer by", "lebih lama"),
            Blank::ClockRate => choose!(self, "runs at", "berjalan pada"),
            Blank::ClockJump => choose!(self, "jumps by", "melompat"),
        }
    }

    /// The name of a number of the configuration.
    #[must_use]
    pub const fn field(self, field: Field) -> &'static str {
        match field {
            Field::Servers => choose!(self, "servers", "server"),
            Field::Clients => choose!(self, "clients", "klien"),
            Field::ElectionMin => choose!(self, "election timeout from", "timeout pemilihan dari"),
            Field::ElectionMax => choose!(self, "election timeout to", "timeout pemilihan sampai"),
            Field::Heartbeat => choose!(self, "heartbeat every", "heartbeat tiap"),
            Field::MostEntries => choose!(self, "entries a message", "entri per pesan"),
            Field::DelayMin => choose!(self, "delay from", "jeda dari"),
            Field::DelayMax => choose!(self, "delay to", "jeda sampai"),
            Field::Loss => choose!(self, "lost", "hilang"),
            Field::Duplicate => choose!(self, "doubled", "ganda"),
            Field::Reorder => choose!(self, "overtaken", "disalip"),
            Field::SyncMin => choose!(self, "disk sync from", "sinkronisasi disk dari"),
            Field::SyncMax => choose!(self, "disk sync to", "sinkronisasi disk sampai"),
            Field::RequestTimeout => choose!(self, "client waits", "klien menunggu"),
            Field::Retry => choose!(self, "client tries again after", "klien mencoba lagi setelah"),
            Field::Load => choose!(self, "client asks every", "klien meminta tiap"),
        }
    }

    /// What is wrong with a number.
    #[must_use]
    pub fn fault(self, fault: Fault, measure: Measure) -> String {
        match fault {
            Fault::NotANumber => choose!(self, "Not a number.", "Bukan angka.").to_owned(),
            Fault::OutOfBounds(low, high) => {
                let bounds = self.bounds(measure, low, high);
                say!(self, "Must be {bounds}.", "Harus {bounds}.")
            }
            Fault::BelowItsLower => {
                choose!(self, "Below its lower end.", "Di bawah batas bawahnya.").to_owned()
            }
            Fault::NotDealtOut(groups) => say!(
                self,
                "Must be divisible by {groups}, the number of groups.",
                "Harus habis dibagi {groups}, jumlah kelompok.",
            ),
        }
    }
}
