//! Strikes: what each kind of fault comes to in choices, given the run as it is now.

use super::director::{Director, Run};
use super::fault::Fault;
use crate::lab::Choice;
use crate::lab::machine::Machine;
use crate::lab::raft::messages::{MessageKind, message_kind};
use crate::raft::instruction::Instruction;
use crate::raft::participant::Timer;
use crate::raft::server::Server;
use crate::raft::state_machine::Sampled;
use crate::raft::store::{Operation, Store};
use crate::sim::clock::TRUE_RATE_PPM;
use crate::sim::network::{LinkSettings, MessageId};
use crate::sim::node_set::NodeSet;
use crate::sim::process::{NodeId, TimerKind};

impl Director {
    /// Does what a kind of fault comes to now. Where there is nothing that it could be done to,
    /// nothing is done.
    pub(super) fn strike(&mut self, run: &mut Run, fault: Fault) {
        match fault {
            Fault::Crash => {
                let server = self.server();
                self.crash(run, server);
            }
            Fault::CrashUnsynced => {
                let behind = |at: &NodeId| run.world.node(*at).disk.is_behind();
                let behind: Vec<NodeId> = self.servers().filter(behind).collect();
                if !behind.is_empty() {
                    let server = self.dice.pick(&behind);
                    self.crash(run, server);
                }
            }
            Fault::CrashLeader => {
                if let Some(leader) = self.leader(run) {
                    self.crash(run, leader);
                }
            }
            Fault::PowerFailure => self.fail_power(run),
            Fault::Pause => {
                let node = self.node();
                self.act(run, Choice::Pause(node));
                self.passes(run, Choice::Resume(node));
            }
            Fault::Cut => {
                if let Some((from, to)) = self.pair() {
                    let both_ways = self.dice.once_in(2);
                    self.act(run, Choice::Cut { from, to, both_ways });
                    self.passes(run, Choice::Heal { from, to, both_ways });
                }
            }
            Fault::Partition => self.partition(run),
            Fault::Ring => self.ring(run),
            Fault::Isolate => self.isolate(run),
            Fault::Clog => self.clog(run),
            Fault::Storm => {
                let settings = self.rough();
                self.act(run, Choice::Network(settings));
                self.passes(run, Choice::Network(self.climate.config.network));
            }
            Fault::Lose | Fault::Duplicate | Fault::Delay | Fault::Deliver => {
                self.meddle(run, fault);
            }
            Fault::Campaign => self.campaign(run),
            Fault::Fire => self.fire(run),
            Fault::Drift => self.drift(run),
            Fault::Jump => self.jump(run),
            Fault::Operate => self.operate(run),
            Fault::Transfer => self.transfer(run),
            Fault::Reconfigure => self.reconfigure(run),
            Fault::Set => self.set(run),
            Fault::SlowTransfer => self.transfer_slowly(run),
            Fault::SplitChange => self.split_and_change(run),
            Fault::Sleep
            | Fault::Doze
            | Fault::CrashClient
            | Fault::Order
            | Fault::Stop
            | Fault::SetLocks => self.strike_lockers(run, fault),
            Fault::Ask
            | Fault::CrashOwner
            | Fault::CrashHome
            | Fault::CutOff
            | Fault::Nap
            | Fault::SetCaches => self.strike_caches(run, fault),
        }
    }

    /// How many servers there are, or caches.
    const fn count(&self) -> u8 {
        self.climate.config.names().servers
    }

    fn servers(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.count()).map(NodeId)
    }

    fn server(&mut self) -> NodeId {
        NodeId(self.dice.small(0, self.count() - 1))
    }

    fn node(&mut self) -> NodeId {
        // Mostly servers: a client that is down does little harm. A home does.
        let rarely = if self.climate.config.cache.is_some() { 2 } else { 8 };
        let last = if self.dice.once_in(rarely) { self.nodes() } else { self.count() };
        NodeId(self.dice.small(0, last - 1))
    }

    /// Two nodes, at least one of them a server; `None` where there are no two.
    fn pair(&mut self) -> Option<(NodeId, NodeId)> {
        let (one, other) = (self.server(), self.node());
        let (from, to) = if self.dice.once_in(2) { (one, other) } else { (other, one) };
        (from != to).then_some((from, to))
    }

    /// The server that leads the highest term, of those that run.
    fn leader(&self, run: &Run) -> Option<NodeId> {
        let nodes = run.world.nodes().iter().filter(|node| node.up);
        let leads = |server: &&Server<Machine>| server.is_leader();
        let leaders = nodes.filter_map(|node| node.process.server()).filter(leads);
        leaders.max_by_key(|server| server.current_term()).map(Server::id)
    }

    pub(super) fn crash(&mut self, run: &mut Run, node: NodeId) {
        self.act(run, Choice::Crash(node));
        let down = self.servers().filter(|at| !run.world.node(*at).up).count();
        let many = 2 * down >= usize::from(self.count());
        if many || !self.dice.once_in(4) {
            self.passes(run, Choice::Restart(node));
        }
    }

    /// Several servers at the same moment.
    fn fail_power(&mut self, run: &mut Run) {
        let share = self.dice.between(1, 3);
        let together_us = self.lasts_us();
        let apart = self.dice.once_in(2);
        for server in self.servers() {
            if self.dice.between(1, 3) <= share {
                self.act(run, Choice::Crash(server));
                let after_us = if apart { self.lasts_us() } else { together_us };
                self.later(run, after_us, Choice::Restart(server));
            }
        }
    }

    fn partition(&mut self, run: &mut Run) {
        let (one, other): (Vec<NodeId>, Vec<NodeId>) =
            (0..self.nodes()).map(NodeId).partition(|_| self.dice.once_in(2));
        self.fall_apart(run, one, other);
    }

    pub(super) fn fall_apart(&mut self, run: &mut Run, one: Vec<NodeId>, other: Vec<NodeId>) {
        if !one.is_empty() && !other.is_empty() {
            self.act(run, Choice::Partition(vec![one, other]));
            self.passes(run, Choice::HealAll);
        }
    }

    /// Each server talks to its neighbours in a ring only: as few as still make a majority with it.
    fn ring(&mut self, run: &mut Run) {
        let mut ring: Vec<NodeId> = self.servers().collect();
        for last in (1..ring.len()).rev() {
            let other = self.dice.place(last + 1);
            ring.swap(last, other);
        }
        let near = (ring.len() / 2).div_ceil(2);
        for (place, from) in ring.iter().enumerate() {
            for (step, to) in ring[place + 1..].iter().enumerate() {
                let apart = (step + 1).min(ring.len() - step - 1);
                if apart > near {
                    self.act(run, Choice::Cut { from: *from, to: *to, both_ways: true });
                }
            }
        }
        self.passes(run, Choice::HealAll);
    }

    /// The leader and who goes with it, on one side: or the leader alone, and only one way.
    fn isolate(&mut self, run: &mut Run) {
        let Some(leader) = self.leader(run) else { return };
        if self.dice.once_in(3) {
            let hears = self.dice.once_in(2);
            for other in self.servers().filter(|other| *other != leader) {
                let (from, to) = if hears { (leader, other) } else { (other, leader) };
                self.act(run, Choice::Cut { from, to, both_ways: false });
            }
            self.passes(run, Choice::HealAll);
            return;
        }
        let company = self.dice.between(0, 2);
        let (with, without) = (0..self.nodes()).map(NodeId).partition(|node| {
            let is_client = node.0 >= self.climate.config.servers;
            *node == leader
                || is_client && self.dice.once_in(2)
                || !is_client && self.dice.between(1, 6) <= company
        });
        self.fall_apart(run, with, without);
    }

    fn clog(&mut self, run: &mut Run) {
        let Some((from, to)) = self.pair() else { return };
        let both_ways = self.dice.once_in(2);
        let settings = self.rough();
        self.act(run, Choice::Link { from, to, both_ways, settings });
        let settings = self.climate.config.network;
        self.passes(run, Choice::Link { from, to, both_ways, settings });
    }

    /// A network as it should not be.
    fn rough(&mut self) -> LinkSettings {
        let usual = self.climate.config.network;
        let slowest_us = self.climate.slowest_us;
        let mut settings = usual;
        if self.dice.once_in(2) {
            settings.delay_max_us =
                self.dice.scale(usual.delay_max_us.max(1), slowest_us.max(usual.delay_max_us + 1));
        }
        if self.climate.loses && self.dice.once_in(2) {
            settings.loss = self.dice.probability(900);
        }
        if self.dice.once_in(2) {
            settings.reorder = self.dice.probability(900);
        }
        if self.climate.doubles() && self.dice.once_in(2) {
            settings.duplicate = self.dice.probability(900);
        }
        settings
    }

    /// A message that is on its way: any, or any of a kind that is on its way, so that the rare
    /// kinds are not drowned by heartbeats.
    fn message(&mut self, run: &Run) -> Option<MessageId> {
        let on_its_way = || run.world.flights();
        let mut kinds: Vec<MessageKind> = Vec::new();
        if self.dice.once_in(2) {
            for kind in on_its_way().map(|flight| message_kind(&flight.message)) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
        }
        let kind = if kinds.is_empty() { None } else { Some(self.dice.pick(&kinds)) };
        let chosen = on_its_way()
            .filter(|flight| kind.is_none_or(|kind| kind == message_kind(&flight.message)));
        let messages: Vec<MessageId> = chosen.map(|flight| flight.id).collect();
        if messages.is_empty() { None } else { Some(self.dice.pick(&messages)) }
    }

    /// Does something to one message.
    fn meddle(&mut self, run: &mut Run, fault: Fault) {
        let Some(message) = self.message(run) else { return };
        match fault {
            Fault::Lose => self.act(run, Choice::Lose(message)),
            Fault::Duplicate => self.act(run, Choice::Duplicate(message)),
            Fault::Deliver => self.act(run, Choice::Deliver(message)),
            _ if self.dice.once_in(3) => {
                self.act(run, Choice::Hold(message));
                self.passes(run, Choice::Deliver(message));
            }
            _ => {
                let by_us = self.lasts_us();
                self.act(run, Choice::Delay { message, by_us });
            }
        }
    }

    /// One server campaigns, or two at the same moment.
    fn campaign(&mut self, run: &mut Run) {
        for _ in 0..self.dice.pick(&[1, 1, 2]) {
            let node = self.server();
            if run.world.timer(node, Timer::Election).is_some() {
                self.act(run, Choice::Fire { node, timer: Timer::Election.number() });
            }
        }
    }

    fn fire(&mut self, run: &mut Run) {
        let node = NodeId(self.dice.small(0, self.nodes() - 1));
        let runs = |timer: &Timer| run.world.timer(node, *timer).is_some();
        let running: Vec<Timer> = Timer::ALL.iter().copied().filter(runs).collect();
        if !running.is_empty() {
            let timer = self.dice.pick(&running).number();
            self.act(run, Choice::Fire { node, timer });
        }
    }

    fn drift(&mut self, run: &mut Run) {
        let node = self.node();
        let by_ppm = self.dice.scale(1, self.climate.drift_ppm);
        let rate_ppm = match self.dice.between(0, 3) {
            0 => TRUE_RATE_PPM,
            1 => TRUE_RATE_PPM.saturating_sub(by_ppm).max(TRUE_RATE_PPM / 4),
            _ => TRUE_RATE_PPM + by_ppm,
        };
        self.act(run, Choice::ClockRate { node, rate_ppm });
    }

    fn jump(&mut self, run: &mut Run) {
        let node = self.node();
        let by_us = self.dice.scale(100, self.climate.slowest_us);
        let by_us = i64::try_from(by_us).unwrap_or(0);
        let by_us = if self.dice.once_in(2) { by_us } else { -by_us };
        self.act(run, Choice::ClockJump { node, by_us });
    }

    fn operate(&mut self, run: &mut Run) {
        if self.climate.config.locks.is_some() {
            return self.strike_lockers(run, Fault::Order);
        }
        for _ in 0..self.dice.between(1, 3) {
            let client = self.dice.small(0, self.climate.config.clients - 1);
            let node = NodeId(self.climate.config.servers + client);
            let operation = if self.dice.once_in(3) {
                Operation::Append("x".into(), "a".into())
            } else {
                let count = self.dice.between(0, 999);
                Store::sample(count, |below| self.dice.between(0, below.saturating_sub(1)))
            };
            self.act(run, Choice::Operate { node, operation: operation.into() });
        }
    }

    /// Whom an administrator tells something: mostly the server that leads.
    fn told(&mut self, run: &Run) -> NodeId {
        match self.leader(run) {
            Some(leader) if !self.dice.once_in(8) => leader,
            _ => self.server(),
        }
    }

    fn instruct(&mut self, run: &mut Run, node: NodeId, instruction: Instruction) {
        let (instruction, operand) = instruction.numbers();
        self.act(run, Choice::Instruct { node, instruction, operand });
    }

    fn transfer(&mut self, run: &mut Run) {
        let (node, to) = (self.told(run), self.server());
        self.instruct(run, node, Instruction::Transfer(to));
    }

    /// The word to campaign comes when the leader has long given up, and leads on.
    fn transfer_slowly(&mut self, run: &mut Run) {
        self.transfer(run);
        let word = MessageKind::TimeoutNow;
        let words = run.world.flights().filter(|flight| message_kind(&flight.message) == word);
        let words: Vec<MessageId> = words.map(|flight| flight.id).collect();
        let election_us = self.climate.config.election_max_us;
        for message in words {
            let by_us = self.dice.scale(election_us / 2, 2 * election_us);
            self.act(run, Choice::Delay { message, by_us });
        }
    }

    /// Two sides with a leader on one, which begins a change that the other does not hear of.
    fn split_and_change(&mut self, run: &mut Run) {
        let Some(leader) = self.leader(run) else { return };
        let (one, other): (Vec<NodeId>, Vec<NodeId>) =
            (0..self.nodes()).map(NodeId).partition(|node| *node == leader || self.dice.once_in(2));
        self.fall_apart(run, one, other);
        self.reconfigure(run);
    }

    /// A server that shall come or go: mostly any, but administrators also pick what is down.
    fn newcomer(&mut self, run: &Run) -> NodeId {
        let down: Vec<NodeId> = self.servers().filter(|at| !run.world.node(*at).up).collect();
        if down.is_empty() || !self.dice.once_in(4) { self.server() } else { self.dice.pick(&down) }
    }

    /// One member more or less, or any other members.
    fn reconfigure(&mut self, run: &mut Run) {
        let node = self.told(run);
        let Some(server) = run.world.node(node).process.server() else { return };
        let now = *server.configuration();
        let servers = NodeSet::first(self.climate.config.servers);
        let (voters, learners) = if self.dice.once_in(3) {
            let mut drawn = |times| {
                let chosen = servers.iter().filter(|_| !self.dice.once_in(times));
                chosen.fold(NodeSet::EMPTY, NodeSet::with)
            };
            (drawn(3), drawn(2))
        } else {
            let one = NodeSet::of(self.newcomer(run));
            let (voters, learners) = (now.voters, now.learners);
            match (!voters.intersection(one).is_empty(), self.dice.once_in(4)) {
                (true, false) => (voters.minus(one), learners),
                (true, true) => (voters.minus(one), learners.union(one)),
                (false, false) => (voters.union(one), learners),
                (false, true) => (voters, learners.union(one)),
            }
        };
        if !voters.is_empty() {
            let learners = learners.minus(voters);
            let instruction = Instruction::Reconfigure { voters, learners };
            self.instruct(run, node, instruction);
        }
    }

    fn set(&mut self, run: &mut Run) {
        if self.climate.settable.is_empty() {
            return;
        }
        let place = self.dice.place(self.climate.settable.len());
        let (setting, most) = self.climate.settable[place];
        let value = self.dice.between(setting.bounds().0, most);
        self.act(run, Choice::Set { setting: setting.number(), value });
    }
}
