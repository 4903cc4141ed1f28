//! A world of caches and a judge that looks at every step.

use lockstep_core::cache::address::{Line, Word, Words};
use lockstep_core::cache::node::{LinkLayer, Node, NodeSettings};
use lockstep_core::cache::operation::{Operated, Operation, Outcome};
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::Features;
use lockstep_core::cache::state::{CacheState, DirectoryState};
use lockstep_core::cache::table::Interconnect;
use lockstep_core::cache::workload::Workload;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::network::{LinkSettings, Transport};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::world::{Surroundings, World};

use crate::dice::Dice;

/// A small cache: three nodes, one home, two lines of two words.
pub(crate) const SMALL: NodeSettings = NodeSettings {
    placement: Placement { interconnect: Interconnect::Directory, caches: 3, homes: 1 },
    lines: 2,
    words: 2,
    links: LinkLayer::Bare,
    features: Features {
        exclusive: true,
        answer_invalidations: false,
        capacity: 4,
        lease_us: 0,
        write_back_within_us: 0,
    },
    workload: Workload {
        pattern: lockstep_core::cache::workload::Pattern::None,
        writes_percent: 20,
        think_us: 1_000,
        zipf_hundredths: 100,
    },
};

/// A world, and what coherence says that its memory holds.
pub(crate) struct Bench {
    pub(crate) world: World<Node>,
    settings: NodeSettings,
    /// What was written last, in coherence order; nothing, while what may be lost was not seen.
    truth: Vec<Option<Words>>,
    /// How many losses of each home were looked at.
    lost: Vec<u32>,
    /// How many operations of each cache were looked at.
    judged: Vec<usize>,
    /// What went wrong.
    pub(crate) faults: Vec<String>,
}

impl Bench {
    /// A world whose links have delays of their own, so that messages of different pairs overtake
    /// each other in many ways, and those of one pair never do.
    pub(crate) fn new(settings: NodeSettings, seed: u64) -> Self {
        Self::over(transport_of(settings.links), settings, seed)
    }

    /// The same over a certain transport.
    pub(crate) fn over(transport: Transport, settings: NodeSettings, seed: u64) -> Self {
        let network = LinkSettings::default();
        let surroundings =
            Surroundings { seed, network, transport, sync_min_us: 1, sync_max_us: 1 };
        let mut world = World::new(settings.nodes(), surroundings, false);
        let mut dice = Dice::new(seed);
        shuffle_delays(&mut world, &mut dice);
        Self {
            truth: vec![Some(Words::default()); usize::from(settings.lines)],
            lost: vec![0; usize::from(settings.placement.nodes())],
            judged: vec![0; usize::from(settings.placement.caches)],
            world,
            settings,
            faults: Vec::new(),
        }
    }

    pub(crate) fn ask(&mut self, node: u8, operation: Operation) {
        self.world.apply(&Choice::Operate { node: NodeId(node), operation });
        self.judge();
    }

    /// Takes steps until nothing is left to happen or so many were taken.
    pub(crate) fn settle(&mut self, steps: u64) {
        for _ in 0..steps {
            if self.world.step().is_none() {
                return;
            }
            self.judge();
        }
    }

    fn fault(&mut self, text: String) {
        if self.faults.len() < 20 {
            let time_us = self.world.now_us();
            self.faults.push(format!("{time_us} us: {text}"));
        }
    }

    /// Single writer or many readers; every copy that can be read holds what was written last.
    fn judge(&mut self) {
        self.judge_losses();
        // A node may write and give its copy away in one step: the records tell.
        self.judge_records();
        for line in 0..self.settings.lines {
            self.judge_line(Line(line));
        }
        let unexpected: u32 = self.world.nodes().iter().map(|node| node.process.unexpected()).sum();
        if unexpected > 0 && self.faults.is_empty() {
            self.fault("something came that no table has an entry for".into());
        }
    }

    /// After a loss was reported, what the line holds is known when somebody has a copy.
    fn judge_losses(&mut self) {
        for (node, at) in self.world.nodes().iter().enumerate() {
            let Some(home) = at.process.home() else { continue };
            let news = home.losses().iter().filter(|loss| loss.number > self.lost[node]);
            news.for_each(|loss| self.truth[loss.line.index()] = None);
            self.lost[node] = home.losses_count();
        }
    }

    fn judge_line(&mut self, line: Line) {
        let now_us = self.world.now_us();
        let copies: Vec<(usize, CacheState, Words)> = self
            .world
            .nodes()
            .iter()
            .enumerate()
            .filter_map(|(node, at)| {
                let controller = at.process.cache().filter(|_| at.up)?.controller();
                let copy = controller.line(line);
                let usable = copy.state.may_read() && controller.may_use(line, now_us);
                usable.then_some((node, copy.state, copy.words))
            })
            .collect();
        let writes = copies.iter().any(|(_, state, _)| state.may_write());
        if writes && copies.len() > 1 {
            self.fault(format!("{line}: a writer and another copy: {copies:?}"));
        }
        let truth = &mut self.truth[line.index()];
        let Some((_, _, words)) = copies.first() else { return };
        let truth = *truth.get_or_insert(*words);
        if let Some(stale) = copies.iter().find(|(_, _, words)| *words != truth) {
            self.fault(format!("{line}: a stale copy: {stale:?}, not {truth:?}"));
        }
    }

    fn judge_records(&mut self) {
        for node in 0..self.judged.len() {
            let process = &self.world.nodes()[node].process;
            let record = process.cache().expect("caches come first").processor().record();
            let seen = self.judged[node];
            let news: Vec<Operated> =
                (seen..record.len()).filter_map(|place| record.get(place)).copied().collect();
            for operated in news {
                if operated.outcome == Outcome::Pending {
                    break;
                }
                self.judged[node] += 1;
                self.judge_read(operated);
            }
        }
    }

    fn judge_read(&mut self, operated: Operated) {
        let Some(address) = operated.operation.address() else { return };
        let Some(words) = &mut self.truth[address.line.index()] else { return };
        let truth: Word = words.get(address.word);
        let value = match (operated.operation, operated.outcome) {
            (Operation::Write(_, value), Outcome::Done)
            | (Operation::CompareAndSwap(_, _, value), Outcome::Swapped) => {
                let old = match operated.operation {
                    Operation::CompareAndSwap(_, old, _) => old,
                    _ => truth,
                };
                words.set(address.word, value);
                if old != truth {
                    self.fault(format!("swapped where {truth} was written: {operated:?}"));
                }
                return;
            }
            (_, Outcome::Read(value) | Outcome::Differed(value)) => value,
            _ => return,
        };
        // The one load after an invalidation was ordered before what was written since.
        if value != truth && !self.settings.features.answer_invalidations {
            self.fault(format!("read {value} where {truth} was written: {operated:?}"));
        }
    }

    /// Nothing is under way, everybody was answered, and the directory knows who has copies.
    pub(crate) fn judge_quiet(&mut self) {
        let mut faults = Vec::new();
        let (caches, homes) = self.world.nodes().split_at(self.judged.len());
        for (node, at) in caches.iter().enumerate() {
            let cache = at.process.cache().expect("caches come first");
            if cache.processor().is_busy() || !cache.controller().stalled().is_empty() {
                faults.push(format!("#{node} waits: {:?}", cache.controller().asked()));
            }
            if let Some(open) = cache.controller().lines().iter().find(|it| !it.state.is_stable()) {
                faults.push(format!("#{node}: {open:?}"));
            }
        }
        for (line, home) in (0..self.settings.lines)
            .map(Line)
            .flat_map(|line| homes.iter().map(move |home| (line, home)))
        {
            let node = self.settings.placement.home_of(line);
            let Some(home) = home.process.home().filter(|home| home.setup().node == node) else {
                continue;
            };
            let entry = home.line(line);
            let holders = |wanted: fn(CacheState) -> bool| -> Vec<u8> {
                (0_u8..)
                    .zip(caches)
                    .filter_map(|(node, at)| Some((node, at.process.cache()?)))
                    .filter(|(_, cache)| wanted(cache.controller().line(line).state))
                    .map(|(node, _)| node)
                    .collect()
            };
            if entry.open.is_some() {
                faults.push(format!("{line}: a grant is open: {entry:?}"));
            }
            let owners = holders(CacheState::may_write);
            let owner: Vec<u8> = entry.owner.iter().map(|node| node.0).collect();
            let sharers = holders(|state| state == CacheState::S);
            let listed: Vec<u8> = entry.sharers.iter().map(|node| node.0).collect();
            // With leases, one that is listed may have been asked to drop its copy.
            let leases = self.settings.features.lease_us > 0;
            let all_listed = sharers.iter().all(|sharer| listed.contains(sharer));
            let agree = if leases { all_listed } else { sharers == listed };
            if owners != owner || !agree || entry.state == DirectoryState::S_D {
                faults.push(format!("{line}: {entry:?}, but {owners:?} and {sharers:?}"));
            }
            let truth = self.truth[line.index()].unwrap_or(entry.words);
            if entry.owner.is_none() && entry.words != truth {
                faults.push(format!("{line}: memory is stale: {entry:?}"));
            }
        }
        for bus in homes.iter().filter_map(|node| node.process.bus()) {
            for line in (0..self.settings.lines).map(Line) {
                let (entry, truth) = (bus.line(line), self.truth[line.index()]);
                if bus.serving().is_some() || entry.owner.is_none() && Some(entry.words) != truth {
                    faults.push(format!("{line}: {entry:?} behind the bus, not {truth:?}"));
                }
            }
        }
        faults.into_iter().for_each(|fault| self.fault(fault));
    }
}

/// What a layer is made for.
pub(crate) const fn transport_of(links: LinkLayer) -> Transport {
    match links {
        LinkLayer::Resumption => Transport::Streams,
        LinkLayer::Bare | LinkLayer::Reliable => Transport::Datagrams,
    }
}

/// Gives each link a delay of its own.
pub(crate) fn shuffle_delays(world: &mut World<Node>, dice: &mut Dice) {
    let count = u8::try_from(world.nodes().len()).expect("few nodes");
    for (from, to) in (0..count).flat_map(|from| (0..count).map(move |to| (from, to))) {
        let delay_us = 1 + dice.below(10) * dice.below(1_000);
        let settings = LinkSettings {
            delay_min_us: delay_us,
            delay_max_us: delay_us,
            ..LinkSettings::default()
        };
        let (from, to) = (NodeId(from), NodeId(to));
        world.apply(&Choice::Link { from, to, both_ways: false, settings });
    }
}

/// Something to do, on few words.
pub(crate) fn random_operation(
    dice: &mut Dice,
    settings: &NodeSettings,
    count: &mut Word,
) -> Operation {
    use lockstep_core::cache::address::Address;
    let line = Line(u8::try_from(dice.below(u64::from(settings.lines))).expect("few lines"));
    let word = u8::try_from(dice.below(u64::from(settings.words))).expect("few words");
    let address = Address { line, word };
    *count += 1;
    match dice.below(16) {
        0..6 => Operation::Read(address),
        6..11 => Operation::Write(address, *count),
        11 => {
            let old = u32::try_from(dice.below(u64::from(*count))).expect("it fits");
            Operation::CompareAndSwap(address, old, *count)
        }
        12 => Operation::Own(line),
        13 => Operation::Evict(line),
        14 => Operation::Flush(line),
        _ => Operation::Invalidate(line),
    }
}
