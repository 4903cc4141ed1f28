//! The settings in words: what each is called, what it buys and what it costs.

use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::raft::setting::Setting;

use super::{Language, choose, say};

impl Language {
    /// The name of a setting.
    #[must_use]
    pub const fn setting(self, setting: AnySetting) -> &'static str {
        match setting {
            AnySetting::Raft(setting) => self.raft_setting(setting),
            AnySetting::Lock(setting) => self.lock_setting(setting),
            AnySetting::Cache(setting) => self.cache_setting(setting),
        }
    }

    /// What a setting buys, and what it costs.
    #[must_use]
    pub const fn setting_effect(self, setting: AnySetting) -> &'static str {
        match setting {
            AnySetting::Raft(setting) => self.raft_setting_effect(setting),
            AnySetting::Lock(setting) => self.lock_setting_effect(setting),
            AnySetting::Cache(setting) => self.cache_setting_effect(setting),
        }
    }

    /// What a setting is set to.
    #[must_use]
    pub fn setting_value(self, setting: AnySetting, value: u64) -> String {
        match setting {
            AnySetting::Raft(setting) => self.raft_setting_value(setting, value),
            AnySetting::Lock(setting) => self.lock_setting_value(setting, value),
            AnySetting::Cache(setting) => self.cache_setting_value(setting, value),
        }
    }

    const fn raft_setting(self, setting: Setting) -> &'static str {
        match setting {
            Setting::PreVote => "PreVote",
            Setting::CheckQuorum => choose!(self, "Check quorum", "Periksa kuorum"),
            Setting::BlankEntry => choose!(self, "Blank entry", "Entri kosong"),
            Setting::JointConsensus => choose!(self, "Joint consensus", "Konsensus gabungan"),
            Setting::CatchUp => choose!(self, "Catch up first", "Menyusul dulu"),
            Setting::SnapshotEvery => choose!(self, "Snapshot every", "Snapshot tiap"),
            Setting::Pipeline => choose!(self, "Batches in flight", "Kiriman sekaligus"),
            Setting::Reads => choose!(self, "Reads", "Pembacaan"),
            Setting::Sessions => choose!(self, "Client sessions", "Sesi klien"),
            _ => choose!(self, "Clients ask again", "Klien mengulang"),
        }
    }

    const fn raft_setting_effect(self, setting: Setting) -> &'static str {
        match setting {
            Setting::PreVote => choose!(
                self,
                "Who was cut off disturbs nobody when it returns; an election takes a round more \
                 (diss. §9.6).",
                "Yang sempat terputus tak mengganggu saat kembali; pemilihan butuh satu putaran \
                 lagi (dis. §9.6).",
            ),
            Setting::CheckQuorum => choose!(
                self,
                "A leader that is cut off steps down, and nobody votes against one that is heard; \
                 one that hears its majority too late steps down in vain (diss. §6.2).",
                "Pemimpin yang terputus mundur, dan tak ada yang memilih lawan pemimpin yang \
                 terdengar; mayoritas yang lambat menurunkannya sia-sia (dis. §6.2).",
            ),
            Setting::BlankEntry => choose!(
                self,
                "What earlier terms left is committed at once; costs an entry a term (§8).",
                "Sisa term lama langsung ter-commit; biayanya satu entri per term (§8).",
            ),
            Setting::JointConsensus => choose!(
                self,
                "Any change of members at once, by majorities of old and new; off: one server at \
                 a time (diss. §4.3, §4.1).",
                "Perubahan anggota apa pun sekaligus, dengan mayoritas lama dan baru; mati: satu \
                 server per kali (dis. §4.3, §4.1).",
            ),
            _ => self.other_effect(setting),
        }
    }

    const fn other_effect(self, setting: Setting) -> &'static str {
        match setting {
            Setting::CatchUp => choose!(
                self,
                "A newcomer learns the log before it votes, so nothing waits for it; takes an \
                 entry more (diss. §4.2.1).",
                "Pendatang menyalin log sebelum bersuara, jadi tak ada yang menunggunya; perlu \
                 satu entri lagi (dis. §4.2.1).",
            ),
            Setting::SnapshotEvery => choose!(
                self,
                "So many entries become a snapshot and the log stays short; who lags gets the \
                 whole state. 0: never (diss. §5.1).",
                "Sebanyak ini entri menjadi snapshot dan log tetap pendek; yang tertinggal \
                 dikirimi seluruh keadaan. 0: tidak pernah (dis. §5.1).",
            ),
            Setting::Pipeline => choose!(
                self,
                "More at once is faster over slow links; when one is lost, more is sent again \
                 (diss. §10.2.2).",
                "Makin banyak makin cepat di tautan lambat; bila satu hilang, lebih banyak dikirim \
                 ulang (dis. §10.2.2).",
            ),
            Setting::Reads => choose!(
                self,
                "Each way is cheaper than the one before; a lease trusts clocks (diss. §6.4).",
                "Tiap cara lebih murah dari sebelumnya; lease memercayai jam (dis. §6.4).",
            ),
            Setting::Sessions => choose!(
                self,
                "A command that comes twice is carried out once; a table is replicated for it \
                 (diss. §6.3).",
                "Perintah yang datang dua kali dijalankan sekali; ada tabel yang ikut direplikasi \
                 (dis. §6.3).",
            ),
            _ => choose!(
                self,
                "Fewer outcomes stay unknown; without sessions some commands are carried out \
                 twice.",
                "Lebih sedikit hasil yang tak diketahui; tanpa sesi, sebagian perintah dijalankan \
                 dua kali.",
            ),
        }
    }

    /// Which check's assumption is void while a setting is off, if one is.
    #[must_use]
    pub const fn voids(self, setting: AnySetting, value: u64) -> &'static str {
        match (setting, value) {
            (AnySetting::Raft(Setting::Sessions), 0) => choose!(
                self,
                " ∅ Off, session exactness has its assumption void.",
                " ∅ Bila mati, asumsi ketepatan sesi gugur.",
            ),
            (AnySetting::Raft(Setting::CheckQuorum), 0) => choose!(
                self,
                " ∅ Off, leader stickiness (and, with a lease, read freshness) has its assumption \
                 void.",
                " ∅ Bila mati, asumsi kesetiaan pada pemimpin (dan, dengan lease, kesegaran \
                 bacaan) gugur.",
            ),
            (AnySetting::Lock(setting), value) => self.lock_voids(setting, value),
            (AnySetting::Cache(setting), value) => self.cache_voids(setting, value),
            (AnySetting::Raft(_), _) => "",
        }
    }

    fn raft_setting_value(self, setting: Setting, value: u64) -> String {
        match (setting, value) {
            (Setting::Reads, 0) => choose!(self, "through the log", "lewat log").to_owned(),
            (Setting::Reads, 1) => "ReadIndex".to_owned(),
            (Setting::Reads, _) => "lease".to_owned(),
            (Setting::SnapshotEvery, 0) => choose!(self, "never", "tidak pernah").to_owned(),
            (Setting::SnapshotEvery, _) => say!(self, "{value} entries", "{value} entri"),
            (Setting::Pipeline, _) => value.to_string(),
            (_, 0) => choose!(self, "off", "mati").to_owned(),
            _ => choose!(self, "on", "hidup").to_owned(),
        }
    }

    /// What can be done with settings of a run that is under way.
    #[must_use]
    pub const fn settings_intro(self) -> &'static str {
        choose!(
            self,
            "Compare grows a branch from the beginning in which only this differs, and shows both \
             side by side. Now changes this run from here on.",
            "Bandingkan menumbuhkan cabang dari awal yang hanya berbeda dalam hal ini, lalu \
             menampilkan keduanya. Kini mengubah simulasi ini mulai dari sini.",
        )
    }

    /// Compares with another value, or sets it now.
    #[must_use]
    pub fn set_to(self, value: &str, compares: bool) -> String {
        if compares {
            say!(self, "Compare with “{value}”", "Bandingkan dengan “{value}”")
        } else {
            say!(self, "Now {value}", "Kini {value}")
        }
    }

    /// The section of the form that is about settings.
    #[must_use]
    pub const fn beyond(self) -> &'static str {
        choose!(self, "Beyond the basics", "Di luar dasar")
    }

    /// Every setting on, or as the paper's core has it.
    #[must_use]
    pub const fn all_settings(self, on: bool) -> &'static str {
        if on {
            choose!(self, "Everything on", "Hidupkan semua")
        } else {
            choose!(self, "The paper's §5 only", "Hanya §5 makalah")
        }
    }

    /// How many servers are members at first: its name, and what it does.
    #[must_use]
    pub const fn voters(self) -> [&'static str; 2] {
        [
            choose!(self, "members at first", "anggota awal"),
            choose!(
                self,
                "The other servers run and wait to be added; empty: all are members.",
                "Server lainnya hidup dan menunggu ditambahkan; kosong: semua anggota.",
            ),
        ]
    }
}
