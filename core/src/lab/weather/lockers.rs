//! Weather for the lock lab: the same faults as ever, and what only happens to lockers.
//!
//! The servers are Raft's, so whatever can befall them can befall them here. Besides, clients sleep
//! past their leases and wake up believing, or just before, so that what keeps their session alive
//! and what ends it are under way at once; they crash with locks in their hands, are told to do
//! something else, or to stop; and the rules change while somebody waits.

use super::climate::Climate;
use super::dice::Dice;
use super::director::{Director, Run};
use super::fault::Fault;
use crate::lab::locks::LockConfig;
use crate::lab::{Choice, numbered::AnySetting};
use crate::lock::Resource;
use crate::lock::bug::Bug;
use crate::lock::mode::Mode;
use crate::lock::parcel::Order;
use crate::lock::policy::{Policy, Victim};
use crate::lock::script::{Script, Step};
use crate::lock::setting::{Features, Setting};
use crate::sim::process::NodeId;
use crate::sim::time::MILLISECOND_US;

/// What there is to lock, at most.
const NAMES: [&str; 4] = ["orders", "stock", "ledger", "audit"];
/// How many steps a script has at most.
const LONGEST_SCRIPT: u64 = 8;

/// Makes a climate one of the lock lab.
pub(super) fn draw(climate: &mut Climate, dice: &mut Dice) {
    let groups = if dice.once_in(4) { 2 } else { 1 };
    let config = &mut climate.config;
    config.clients = dice.small(2, 6);
    config.load_us = Some(dice.scale(2, 64) * MILLISECOND_US);
    if groups == 2 {
        config.servers = dice.pick(&[2, 4, 6, 6]);
        config.voters = 0;
        // Who is told to hand over, or to whom, is drawn from all servers.
        for fault in [Fault::Transfer, Fault::SlowTransfer, Fault::Reconfigure, Fault::SplitChange]
        {
            climate.never(fault);
        }
    }
    let resources = NAMES.map(Resource::from)[..dice.place(NAMES.len()) + 1].to_vec();
    climate.config.locks = Some(LockConfig {
        resources,
        scripts: Vec::new(),
        features: draw_features(dice),
        bugs: Vec::new(),
        groups,
        collect_us: dice.scale(20, 320) * MILLISECOND_US,
        back_off_us: dice.scale(2, 64) * MILLISECOND_US,
    });
    for weight in &mut climate.weights[Fault::OF_LOCKS] {
        *weight = if dice.once_in(2) { 0 } else { dice.scale(1, 64) };
    }
}

fn draw_features(dice: &mut Dice) -> Features {
    let policy = if dice.once_in(2) { Policy::Detect } else { dice.pick(&Policy::ALL) };
    let often = dice.once_in(3);
    Features {
        policy,
        victim: dice.pick(&Victim::ALL),
        detect_every_us: if often { dice.scale(8, 256) * MILLISECOND_US } else { 0 },
        overtaking: dice.once_in(2),
        fencing: true,
        lease_us: dice.scale(100, 2_000) * MILLISECOND_US,
        longest_wait_us: dice.scale(8, 512) * MILLISECOND_US,
    }
}

/// Makes a climate one in which a bug of the lock manager is likely to show.
pub(super) fn lean(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    let Some(locks) = &mut climate.config.locks else { return };
    locks.bugs = vec![bug];
    match bug {
        Bug::GrantBesideHolders
        | Bug::VictimKeepsLocks
        | Bug::LostWakeUp
        | Bug::WakeOnlyOne
        | Bug::ReadersOvertake
        | Bug::TimeOutWakesNobody
        | Bug::WrongVictim
        | Bug::RetryForgetsAge => be_crowded(bug, climate, dice),
        Bug::BlindToQueues => {
            // Nobody meddles for a while: a leader has its rounds to go, and those who wait must
            // call for that.
            be_crowded(bug, climate, dice);
            climate.only(&[Fault::Order]);
            climate.gap = dice.scale(500, 2_000);
            if let Some(locks) = &mut climate.config.locks {
                locks.features.lease_us = dice.scale(100, 400) * MILLISECOND_US;
            }
        }
        Bug::TokenPerTerm => {
            climate.favour(&[Fault::CrashLeader, Fault::Campaign, Fault::Isolate]);
        }
        Bug::LeaseByOwnClock | Bug::ExpireUnchecked => {
            locks.features.lease_us = dice.scale(100, 200) * MILLISECOND_US;
            climate.never(Fault::Drift);
            climate.never(Fault::Jump);
            climate.config.network.delay_max_us =
                climate.config.network.delay_max_us.max(8 * MILLISECOND_US);
            climate.favour(&[Fault::Sleep, Fault::Doze, Fault::CrashClient]);
        }
        Bug::GrantTwice | Bug::UpgradeKeepsToken | Bug::ReleaseUnchecked => {
            climate.favour(&[Fault::Order]);
        }
        Bug::VaultForgetsReads => {
            locks.features.lease_us = 100 * MILLISECOND_US;
            climate.favour(&[Fault::Sleep, Fault::Doze]);
        }
    }
}

/// Many clients and few things to lock.
fn be_crowded(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    let Some(locks) = &mut climate.config.locks else { return };
    locks.resources.truncate(dice.place(2) + 2);
    locks.groups = 1;
    match bug {
        Bug::VictimKeepsLocks | Bug::WrongVictim | Bug::BlindToQueues => {
            locks.features.policy = Policy::Detect;
            climate.lock_settable.clear();
        }
        Bug::TimeOutWakesNobody => {
            // A writer that does not wait for long, between readers.
            let resource = &locks.resources[0];
            let mut script = |client: u8| {
                let mode = if client == 0 { Mode::Exclusive } else { Mode::Shared };
                let within_us = (client == 0).then_some(4 * MILLISECOND_US);
                let work_us = dice.scale(4, 32) * MILLISECOND_US;
                Script::new(vec![
                    Step::Lock { resource: resource.clone(), mode, within_us },
                    Step::Work { time_us: work_us },
                    Step::Repeat { after_us: Some(work_us) },
                ])
            };
            let scripts = (0..4).map(&mut script).collect::<Result<Vec<Script>, _>>();
            locks.scripts = (0..).zip(scripts.expect("few steps")).collect();
            locks.features.policy = Policy::Detect;
        }
        Bug::RetryForgetsAge => {
            locks.features.policy = dice.pick(&[Policy::Detect, Policy::WaitDie, Policy::NoWait]);
            climate.lock_settable.clear();
        }
        _ => {}
    }
    climate.config.clients = dice.small(4, 6);
    climate.config.load_us = Some(dice.scale(2, 16) * MILLISECOND_US);
    climate.favour(&[Fault::Order]);
}

/// Which settings of the lock manager change in mid-run.
pub(super) fn draw_settable(climate: &mut Climate, dice: &mut Dice) {
    for setting in Setting::ALL {
        if dice.once_in(2) {
            let most = match setting {
                Setting::Lease | Setting::LongestWait | Setting::DetectEvery => 1_000,
                Setting::Policy | Setting::Victim | Setting::Overtaking | Setting::Fencing => {
                    setting.bounds().1
                }
            };
            climate.lock_settable.push((setting, most));
        }
    }
}

/// Takes out whatever would take away what a check rests on.
pub(super) fn be_sound(climate: &mut Climate) {
    climate.lock_settable.retain(|(setting, _)| *setting != Setting::Fencing);
}

impl Director {
    /// Does what happens to lockers.
    pub(super) fn strike_lockers(&mut self, run: &mut Run, fault: Fault) {
        let Some(locks) = self.climate.config.locks.clone() else { return };
        let lease_us = locks.features.lease_us;
        let client = self.client();
        match fault {
            Fault::Sleep | Fault::Doze => {
                let asleep_us = if fault == Fault::Sleep {
                    self.dice.between(lease_us, 2 * lease_us)
                } else {
                    // It wakes up about when its lease is over.
                    self.dice.between(lease_us * 2 / 3, lease_us + lease_us / 8)
                };
                self.act(run, Choice::Pause(client));
                self.later(run, asleep_us, Choice::Resume(client));
            }
            Fault::CrashClient => {
                self.act(run, Choice::Crash(client));
                self.passes(run, Choice::Restart(client));
            }
            Fault::Order => {
                let script = self.script(&locks.resources);
                let operation = Order::Run(script).into();
                self.act(run, Choice::Operate { node: client, operation });
            }
            Fault::Stop => {
                let operation = Order::Stop.into();
                self.act(run, Choice::Operate { node: client, operation });
            }
            Fault::SetLocks if !self.climate.lock_settable.is_empty() => {
                let place = self.dice.place(self.climate.lock_settable.len());
                let (setting, most) = self.climate.lock_settable[place];
                let value = self.dice.between(setting.bounds().0, most);
                let setting = AnySetting::Lock(setting).number();
                self.act(run, Choice::Set { setting, value });
            }
            _ => {}
        }
    }

    fn client(&mut self) -> NodeId {
        let config = &self.climate.config;
        let (servers, clients) = (config.servers, config.clients);
        NodeId(servers + self.dice.small(0, clients - 1))
    }

    /// What nobody in their right mind would write, now and then.
    fn script(&mut self, resources: &[Resource]) -> Script {
        let mut steps = Vec::new();
        for _ in 0..self.dice.between(1, LONGEST_SCRIPT) {
            let resource = resources[self.dice.place(resources.len())].clone();
            let mode = if self.dice.once_in(2) { Mode::Shared } else { Mode::Exclusive };
            let waits = self.dice.once_in(3);
            let within_us = waits.then(|| self.dice.scale(4, 256) * MILLISECOND_US);
            steps.push(match self.dice.between(0, 15) {
                0..=4 => Step::Lock { resource, mode, within_us },
                5 => Step::Try { resource, mode },
                6..=7 => Step::Upgrade { resource, within_us },
                8 => Step::Downgrade { resource },
                9 => Step::Release { resource },
                10 => Step::ReleaseAll,
                11..=12 => Step::Write { resource: Some(resource), token: None },
                13 => Step::Read { resource: Some(resource), token: None },
                _ => Step::Work { time_us: self.dice.scale(1, 32) * MILLISECOND_US },
            });
        }
        Script::new(steps).expect("few steps, and all with a subject")
    }
}
