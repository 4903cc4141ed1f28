//! What happened, in words: one sentence for each kind of event, note and choice.

use lockstep_core::lab::machine::Ask;
use lockstep_core::lab::numbered::{AnyBug, AnySetting};
use lockstep_core::lab::raft::view::message_kind;
use lockstep_core::lab::{Choice, Event, Names, What};
use lockstep_core::lock::parcel::Order;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::choice::Refusal;
use lockstep_core::sim::event::LossReason;
use lockstep_core::sim::network::MessageId;
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::NodeId;

use super::{Language, choose, say};
use crate::number::duration;

impl Language {
    /// An event in a sentence. Events that only say what the next ones say better have none.
    #[must_use]
    pub fn event(self, names: Names, event: &Event) -> Option<String> {
        let node = names.name(event.node);
        Some(match &event.what {
            What::Started => say!(self, "{node} starts.", "{node} mulai berjalan."),
            What::Delivered { id, message, .. } => {
                let what = self.message_kind(message_kind(message));
                let from = names.name(id.from);
                say!(
                    self,
                    "{node} receives from {from}: {what}.",
                    "{node} menerima dari {from}: {what}.",
                )
            }
            What::Lost { id, message, reason, .. } => {
                let what = self.message_kind(message_kind(message));
                let (from, to) = (names.name(id.from), names.name(id.to));
                let why = self.loss_reason(*reason);
                say!(
                    self,
                    "A message from {from} to {to} is lost ({what}): {why}.",
                    "Pesan dari {from} ke {to} hilang ({what}): {why}.",
                )
            }
            What::Queued => say!(
                self,
                "Something came for {node}, which is paused: it waits.",
                "Ada yang datang untuk {node} yang sedang beku: harus menunggu.",
            ),
            What::TimedOut(timer) => {
                let timer = self.timer(*timer);
                say!(self, "{node}'s {timer} runs out.", "{timer} {node} habis.")
            }
            What::Synced => say!(
                self,
                "{node}'s writes have reached its disk.",
                "Tulisan {node} sudah sampai di disk.",
            ),
            What::Chosen(choice) => self.choice(names, choice),
            What::Ignored(choice, refusal) => {
                let choice = self.choice(names, choice);
                let choice = choice.trim_end_matches('.');
                let why = self.refusal(*refusal);
                say!(self, "Ignored ({why}): {choice}.", "Diabaikan ({why}): {choice}.")
            }
            What::Sent { .. } | What::Persisted => return None,
            What::Noted(note) => self.note(names, event.node, note),
            What::Connected { .. } | What::Disconnected { .. } | What::Unanswered { .. } => {
                return self.connection(names, event);
            }
        })
    }

    /// What becomes of a connection in a sentence.
    fn connection(self, names: Names, event: &Event) -> Option<String> {
        let node = names.name(event.node);
        Some(match &event.what {
            What::Connected { peer, .. } => {
                let peer = names.name(*peer);
                say!(
                    self,
                    "{node} is connected to {peer} again.",
                    "{node} kembali tersambung dengan {peer}.",
                )
            }
            What::Disconnected { peer, .. } => {
                let peer = names.name(*peer);
                say!(
                    self,
                    "{node} finds its connection with {peer} broken.",
                    "{node} mendapati sambungannya dengan {peer} putus.",
                )
            }
            What::Unanswered { peer } => {
                let peer = names.name(*peer);
                say!(
                    self,
                    "{node} calls {peer} in vain and tries again.",
                    "{node} memanggil {peer} tanpa hasil dan mencoba lagi.",
                )
            }
            _ => return None,
        })
    }

    /// An intervention in a sentence.
    #[must_use]
    pub fn choice(self, names: Names, choice: &Choice) -> String {
        let name = |node: &NodeId| names.name(*node);
        match choice {
            Choice::Crash(node) => {
                let node = name(node);
                say!(self, "{node} is crashed.", "{node} dimatikan.")
            }
            Choice::Restart(node) => {
                let node = name(node);
                say!(self, "{node} is restarted.", "{node} dihidupkan kembali.")
            }
            Choice::Pause(node) => {
                let node = name(node);
                say!(self, "{node} is paused.", "{node} dibekukan.")
            }
            Choice::Resume(node) => {
                let node = name(node);
                say!(self, "{node} is resumed.", "{node} dicairkan.")
            }
            Choice::Fire { node, .. } => {
                let node = name(node);
                say!(self, "{node}'s timer is made to run out.", "Timer {node} dibuat habis.")
            }
            Choice::Operate { node, operation: Ask::Lock(Order::Run(script)) } => {
                let node = name(node);
                say!(self, "{node} is given a script: {script}", "{node} diberi skrip: {script}")
            }
            Choice::Operate { node, operation: Ask::Lock(Order::Stop) } => {
                let node = name(node);
                say!(self, "{node} is told to stop.", "{node} disuruh berhenti.")
            }
            Choice::Operate { node, operation } => {
                let node = name(node);
                say!(self, "{node} is asked to {operation}.", "{node} diminta {operation}.")
            }
            Choice::Plant { planted, bug } => self.planted(*bug, *planted),
            Choice::Set { setting, value } => {
                let Some(setting) = AnySetting::numbered(*setting) else { return String::new() };
                let value = self.setting_value(setting, *value);
                let setting = self.setting(setting);
                say!(self, "{setting} is now: {value}.", "{setting} kini: {value}.")
            }
            Choice::Instruct { node, instruction, operand } => {
                let instruction = Instruction::from_numbers(*instruction, *operand);
                self.instruction(names, *node, instruction)
            }
            Choice::ClockRate { node, .. } | Choice::ClockJump { node, .. } => {
                let node = name(node);
                say!(self, "{node}'s clock is changed.", "Jam {node} diubah.")
            }
            _ => self.network_choice(names, choice),
        }
    }

    /// A bug is planted, or mended. Those of Raft are not named: they may have to be found.
    fn planted(self, bug: u8, planted: bool) -> String {
        let rule = match AnyBug::numbered(bug) {
            Some(AnyBug::Lock(bug)) => Some(self.lock_bug_rule(bug)),
            Some(AnyBug::Cache(bug)) => Some(self.cache_bug_rule(bug)),
            Some(AnyBug::Raft(_)) | None => None,
        };
        match (rule, planted) {
            (Some(rule), true) => {
                say!(self, "A bug is planted: {rule}.", "Sebuah bug ditanam: {rule}.")
            }
            (Some(rule), false) => {
                say!(self, "A bug is mended: {rule}.", "Sebuah bug diperbaiki: {rule}.")
            }
            (None, true) => choose!(self, "A bug is planted.", "Sebuah bug ditanam.").to_owned(),
            (None, false) => choose!(self, "A bug is mended.", "Sebuah bug diperbaiki.").to_owned(),
        }
    }

    /// What an administrator tells a server.
    fn instruction(self, names: Names, told: NodeId, instruction: Option<Instruction>) -> String {
        let told = names.name(told);
        let list = |nodes: NodeSet| {
            self.list(&nodes.iter().map(|node| names.name(node)).collect::<Vec<_>>())
        };
        match instruction {
            None => String::new(),
            Some(Instruction::Transfer(to)) => {
                let to = names.name(to);
                say!(
                    self,
                    "{told} is told to hand leadership to {to}.",
                    "{told} diminta menyerahkan kepemimpinan kepada {to}.",
                )
            }
            Some(Instruction::Reconfigure { voters, learners }) if learners.is_empty() => {
                let voters = list(voters);
                say!(
                    self,
                    "{told} is told that the members are to be {voters}.",
                    "{told} diminta menjadikan {voters} anggota.",
                )
            }
            Some(Instruction::Reconfigure { voters, learners }) => {
                let (voters, learners) = (list(voters), list(learners));
                say!(
                    self,
                    "{told} is told that the members are to be {voters}, and {learners} learners.",
                    "{told} diminta menjadikan {voters} anggota, dan {learners} pelajar.",
                )
            }
        }
    }

    fn network_choice(self, names: Names, choice: &Choice) -> String {
        let name = |node: &NodeId| names.name(*node);
        match choice {
            Choice::Cut { from, to, both_ways } => {
                let (from, to) = (name(from), name(to));
                let link = if *both_ways { "↔" } else { "→" };
                say!(self, "Link {from} {link} {to} is cut.", "Tautan {from} {link} {to} diputus.")
            }
            Choice::Heal { from, to, both_ways } => {
                let (from, to) = (name(from), name(to));
                let link = if *both_ways { "↔" } else { "→" };
                say!(
                    self,
                    "Link {from} {link} {to} is healed.",
                    "Tautan {from} {link} {to} dipulihkan."
                )
            }
            Choice::HealAll => {
                choose!(self, "All links are healed.", "Semua tautan dipulihkan.").to_owned()
            }
            Choice::Partition(groups) => {
                let group =
                    |group: &Vec<NodeId>| self.list(&group.iter().map(name).collect::<Vec<_>>());
                let sides = groups.iter().map(group).collect::<Vec<_>>().join(" | ");
                say!(self, "The network is partitioned: {sides}.", "Jaringan terpartisi: {sides}.")
            }
            Choice::Network(_) => {
                choose!(self, "The network changes.", "Jaringan diubah.").to_owned()
            }
            Choice::Link { from, to, both_ways, .. } => {
                let (from, to) = (name(from), name(to));
                let link = if *both_ways { "↔" } else { "→" };
                say!(
                    self,
                    "Link {from} {link} {to} behaves in its own way.",
                    "Tautan {from} {link} {to} berperilaku sendiri.",
                )
            }
            _ => self.message_choice(names, choice),
        }
    }

    fn message_choice(self, names: Names, choice: &Choice) -> String {
        let name = |id: &MessageId| names.message(*id);
        match choice {
            Choice::Lose(id) => {
                let id = name(id);
                say!(self, "Message {id} is lost.", "Pesan {id} dihilangkan.")
            }
            Choice::Duplicate(id) => {
                let id = name(id);
                say!(self, "Message {id} is duplicated.", "Pesan {id} digandakan.")
            }
            Choice::Delay { message, by_us } => {
                let (id, longer) = (name(message), duration(*by_us));
                say!(self, "Message {id} takes {longer} longer.", "Pesan {id} tertunda {longer}.")
            }
            Choice::Hold(id) => {
                let id = name(id);
                say!(self, "Message {id} is held back.", "Pesan {id} ditahan.")
            }
            Choice::Deliver(id) => {
                let id = name(id);
                say!(self, "Message {id} is delivered.", "Pesan {id} diantarkan.")
            }
            _ => String::new(),
        }
    }

    /// What a choice is called on the timeline's ruler: what is asked of whom, where that is short.
    #[must_use]
    pub fn choice_label(self, names: Names, choice: &Choice) -> String {
        match choice {
            Choice::Operate { operation: Ask::Lock(_), .. } => self.choice_mark(choice).to_owned(),
            Choice::Operate { node, operation } => format!("{} {operation}", names.name(*node)),
            _ => self.choice_mark(choice).to_owned(),
        }
    }

    /// The short mark of a choice in the tree of branches.
    #[must_use]
    pub fn choice_mark(self, choice: &Choice) -> &'static str {
        match choice {
            Choice::Crash(_) => choose!(self, "crash", "mati"),
            Choice::Restart(_) => choose!(self, "restart", "hidup"),
            Choice::Pause(_) => choose!(self, "pause", "beku"),
            Choice::Resume(_) => choose!(self, "resume", "cair"),
            Choice::Fire { .. } => choose!(self, "time out", "timeout"),
            Choice::Cut { .. } => choose!(self, "cut", "putus"),
            Choice::Heal { .. } | Choice::HealAll => choose!(self, "heal", "pulih"),
            Choice::Partition(_) => choose!(self, "partition", "partisi"),
            Choice::Lose(_) => choose!(self, "lose", "hilang"),
            Choice::Duplicate(_) => choose!(self, "duplicate", "ganda"),
            Choice::Delay { .. } => choose!(self, "delay", "tunda"),
            Choice::Hold(_) => choose!(self, "hold", "tahan"),
            Choice::Deliver(_) => choose!(self, "deliver", "antar"),
            Choice::Network(_) => choose!(self, "network", "jaringan"),
            Choice::Link { .. } => choose!(self, "link", "tautan"),
            Choice::ClockRate { .. } | Choice::ClockJump { .. } => choose!(self, "clock", "jam"),
            Choice::Operate { .. } => choose!(self, "operation", "operasi"),
            Choice::Plant { .. } => choose!(self, "bug", "bug"),
            Choice::Set { setting, .. } => {
                AnySetting::numbered(*setting).map_or("", |setting| self.setting(setting))
            }
            Choice::Instruct { instruction, operand, .. } => {
                match Instruction::from_numbers(*instruction, *operand) {
                    Some(Instruction::Transfer(_)) => choose!(self, "hand over", "serahkan"),
                    _ => choose!(self, "members", "anggota"),
                }
            }
        }
    }

    const fn timer(self, timer: Timer) -> &'static str {
        match timer {
            Timer::Election => choose!(self, "election timer", "Timer pemilihan"),
            Timer::Heartbeat => choose!(self, "heartbeat timer", "Timer heartbeat"),
            Timer::RequestTimeout => choose!(self, "request timeout", "Timeout permintaan"),
            Timer::Retry => choose!(self, "retry timer", "Timer coba lagi"),
            Timer::Load => choose!(self, "workload timer", "Timer beban kerja"),
            Timer::Duty => choose!(self, "duty timer", "Timer tugas"),
            Timer::Work => choose!(self, "work timer", "Timer kerja"),
            Timer::Renewal => choose!(self, "renewal timer", "Timer pembaruan"),
            Timer::Retransmission => {
                choose!(self, "retransmission timer", "Timer pengiriman ulang")
            }
        }
    }

    pub(super) const fn loss_reason(self, reason: LossReason) -> &'static str {
        match reason {
            LossReason::Chance => choose!(self, "the network dropped it", "dijatuhkan jaringan"),
            LossReason::Cut => choose!(self, "the link is cut", "tautan terputus"),
            LossReason::Choice => choose!(self, "somebody lost it", "sengaja dihilangkan"),
            LossReason::Down => choose!(self, "the receiver is down", "penerima sedang mati"),
            LossReason::Disconnected => {
                choose!(self, "there is no connection any more", "sambungannya sudah putus")
            }
        }
    }

    const fn refusal(self, refusal: Refusal) -> &'static str {
        match refusal {
            Refusal::Down => choose!(self, "it is down", "sedang mati"),
            Refusal::Up => choose!(self, "it is up", "sedang hidup"),
            Refusal::Paused => choose!(self, "it is paused", "sedang beku"),
            Refusal::NotPaused => choose!(self, "it is not paused", "tidak sedang beku"),
            Refusal::TimerStopped => {
                choose!(self, "the timer does not run", "timer tidak berjalan")
            }
            Refusal::NoSuchMessage => {
                choose!(self, "no such message is on its way", "pesan itu tidak dalam perjalanan")
            }
            Refusal::TooManyCopies => {
                choose!(self, "it has too many copies", "salinannya sudah terlalu banyak")
            }
            Refusal::NoClient => choose!(self, "it takes no operations", "tidak menerima operasi"),
            Refusal::Unwilling => {
                choose!(self, "it must not, or not now", "tidak boleh, atau tidak sekarang")
            }
            Refusal::OnStream => {
                choose!(
                    self,
                    "nothing arrives twice on a stream",
                    "di aliran tidak ada pesan ganda"
                )
            }
        }
    }
}
