//! Putting chains of blocks in order, or finding the shortest cycle among them.
//!
//! Chain A must come before chain B if some process was in A before it was in B. For the order it
//! is enough to look at each two successive operations of a process: the rest follows.
//!
//! **The shortest cycle.** What counts is how many operations show it. One process that leaves a
//! chain and comes back shows it in three. Otherwise each step of a cycle takes two, so that a
//! search in breadth from each chain in question finds the shortest. From A one can step to every
//! chain that some process was in at any time after it was in A first. A search takes those of one
//! process from the last on, and never the same ones again: so it costs no more than the history is
//! long, though there may be very many such pairs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::blocks::{Blocks, Contradiction};
use super::verdict::Tie;
use crate::sim::order::arrange;

/// How many steps may go into making a cycle short, for one location.
const MOST_STEPS: u64 = 20_000_000;

/// The chains in an order that fits.
///
/// # Errors
/// There is none: the shortest cycle.
pub(super) fn order(blocks: &Blocks<'_>) -> Result<Vec<usize>, Contradiction> {
    let edges = edges(blocks);
    let (order, left) = peel(blocks.chains.len(), &edges);
    if left.is_empty() {
        return Ok(order);
    }
    // What only follows on a cycle is on none.
    let within: Vec<(usize, usize)> = edges
        .iter()
        .filter(|(from, to)| left.contains(from) && left.contains(to))
        .map(|(from, to)| (*to, *from))
        .collect();
    let (_, cyclic) = peel(blocks.chains.len(), &within);
    Err(shortest(blocks, &cyclic))
}

/// Which chain comes right before which, in some process.
fn edges(blocks: &Blocks<'_>) -> Vec<(usize, usize)> {
    let mut edges = BTreeSet::new();
    for line in blocks.lines() {
        let mut before = None;
        for place in line {
            let chain = blocks.chain_of(place).expect("it has a chain");
            if let Some(before) = before.filter(|before| *before != chain) {
                edges.insert((before, chain));
            }
            if !blocks.event(place).is_open {
                before = Some(chain);
            }
        }
    }
    edges.into_iter().collect()
}

/// Takes away what nothing comes before, again and again, the first first: the order in which that
/// went, and what is left.
fn peel(chains: usize, edges: &[(usize, usize)]) -> (Vec<usize>, BTreeSet<usize>) {
    let mut before = vec![0_u32; chains];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); chains];
    for (from, to) in edges {
        before[*to] += 1;
        after[*from].push(*to);
    }
    let mut left: BTreeSet<usize> = (0..chains).collect();
    let mut ready: BTreeSet<usize> = (0..chains).filter(|chain| before[*chain] == 0).collect();
    let mut order = Vec::new();
    while let Some(chain) = ready.pop_first() {
        left.remove(&chain);
        order.push(chain);
        for next in &after[chain] {
            before[*next] -= 1;
            if before[*next] == 0 {
                ready.insert(*next);
            }
        }
    }
    (order, left)
}

/// One process, as it went through the chains.
#[derive(Default)]
struct Walk {
    /// The chains of its events, its events, and whether they were answered.
    steps: Vec<(usize, usize, bool)>,
    /// The place of the first answered step in each chain.
    first: BTreeMap<usize, usize>,
    /// The place of the last step in each chain.
    last: BTreeMap<usize, usize>,
    /// The chains, by their last steps.
    by_last: Vec<(usize, usize)>,
}

impl Walk {
    fn new(blocks: &Blocks<'_>, line: &[usize]) -> Self {
        let mut walk = Self::default();
        for (at, place) in line.iter().copied().enumerate() {
            let chain = blocks.chain_of(place).expect("it has a chain");
            let answered = !blocks.event(place).is_open;
            walk.steps.push((chain, place, answered));
            if answered {
                walk.first.entry(chain).or_insert(at);
            }
            walk.last.insert(chain, at);
        }
        walk.by_last = walk.last.iter().map(|(chain, at)| (*at, *chain)).collect();
        arrange(&mut walk.by_last, |(at, chain)| (*at as u64, *chain as u64));
        walk
    }

    /// The first three steps, one in a chain, one elsewhere, one back in it.
    fn return_to_chain(&self) -> Option<[usize; 3]> {
        let answered: Vec<usize> = (0..self.steps.len()).filter(|at| self.steps[*at].2).collect();
        answered.windows(2).find_map(|pair| {
            let (chain, from, _) = self.steps[pair[0]];
            let (other, between, _) = self.steps[pair[1]];
            if chain == other || self.last[&chain] < pair[1] {
                return None;
            }
            let mut later = self.steps[pair[1]..].iter();
            let (_, to, _) = *later.find(|(back, ..)| *back == chain)?;
            Some([from, between, to])
        })
    }
}

/// The shortest cycle through chains of which some are on one.
fn shortest(blocks: &Blocks<'_>, cyclic: &BTreeSet<usize>) -> Contradiction {
    let walks: Vec<Walk> = blocks.lines().map(|line| Walk::new(blocks, &line)).collect();
    if let Some([from, between, to]) = walks.iter().find_map(Walk::return_to_chain) {
        let cycle = [(from, Tie::Program), (between, Tie::Program), (to, Tie::Together)];
        return Contradiction::new(cycle);
    }
    let mut walkers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, walk) in walks.iter().enumerate() {
        for chain in walk.first.keys() {
            walkers.entry(*chain).or_default().push(number);
        }
    }
    let mut found: Option<Vec<Step>> = None;
    let mut steps = 0;
    let mut is_least = true;
    for start in cyclic.iter().copied() {
        if found.is_some() && steps >= MOST_STEPS {
            is_least = false;
            break;
        }
        let most = found.as_ref().map_or(usize::MAX, Vec::len);
        let cycle = Breadth::new(&walks, &walkers, start).search(most, &mut steps);
        if cycle.as_ref().is_some_and(|cycle| cycle.len() < most) {
            found = cycle;
        }
        if found.as_ref().is_some_and(|cycle| cycle.len() == 2) {
            break;
        }
    }
    let steps = found.expect("what is left of a graph has a cycle");
    let cycle: Vec<(usize, Tie)> = steps
        .iter()
        .flat_map(|step| [(step.leaves, Tie::Program), (step.enters, Tie::Together)])
        .collect();
    Contradiction { is_least, ..Contradiction::new(cycle) }
}

/// A process goes from one chain to another: the events that show it.
#[derive(Clone, Copy)]
struct Step {
    leaves: usize,
    enters: usize,
}

/// A search in breadth from one chain back to it.
struct Breadth<'a> {
    walks: &'a [Walk],
    walkers: &'a BTreeMap<usize, Vec<usize>>,
    start: usize,
    /// How each chain was reached: from which, and by which step.
    reached: BTreeMap<usize, (usize, Step)>,
    /// How many of each walk's chains, by their last steps, were not reached through it.
    left: Vec<usize>,
}

impl<'a> Breadth<'a> {
    fn new(walks: &'a [Walk], walkers: &'a BTreeMap<usize, Vec<usize>>, start: usize) -> Self {
        let left = walks.iter().map(|walk| walk.by_last.len()).collect();
        Self { walks, walkers, start, reached: BTreeMap::new(), left }
    }

    /// The shortest cycle through the start, if it has fewer steps than `most`.
    fn search(mut self, most: usize, steps: &mut u64) -> Option<Vec<Step>> {
        let mut queue = VecDeque::from([(self.start, 0)]);
        while let Some((chain, depth)) = queue.pop_front() {
            if depth + 1 >= most {
                return None;
            }
            for number in self.walkers.get(&chain).map_or(&[][..], Vec::as_slice) {
                let walk = &self.walks[*number];
                let first = walk.first[&chain];
                let step =
                    |to: usize| Step { leaves: walk.steps[first].1, enters: walk.steps[to].1 };
                *steps += 1;
                if chain != self.start
                    && let Some(last) = walk.last.get(&self.start).filter(|last| **last > first)
                {
                    return Some(self.back(chain, step(*last)));
                }
                while let Some((last, next)) =
                    self.left[*number].checked_sub(1).map(|at| walk.by_last[at])
                    && last > first
                {
                    *steps += 1;
                    self.left[*number] -= 1;
                    if next != self.start && next != chain && !self.reached.contains_key(&next) {
                        self.reached.insert(next, (chain, step(last)));
                        queue.push_back((next, depth + 1));
                    }
                }
            }
        }
        None
    }

    /// The steps from the start to a chain, and the last.
    fn back(&self, mut chain: usize, last: Step) -> Vec<Step> {
        let mut steps = vec![last];
        while chain != self.start {
            let (from, step) = self.reached[&chain];
            steps.push(step);
            chain = from;
        }
        steps.reverse();
        steps
    }
}
