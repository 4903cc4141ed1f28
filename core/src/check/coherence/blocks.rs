//! The graph of blocks of one location: what must come before what.
//!
//! A *block* is a write and the reads of it; block 0 is what the location began with and the reads
//! of that. A *chain* is a row of blocks each of which was begun by a compare-and-swap that saw
//! the one before; a block without any is a chain by itself. Chain 0 begins with block 0.
//!
//! First comes what contradicts itself with no other block in between, as it is the shortest to
//! show; then chains are put in order, as their processes went from one to the other. What is left
//! of that is on a cycle ([`super::cycle`]).

use std::collections::{BTreeMap, BTreeSet};

use super::location::{Effect, Event, Location};
use super::verdict::{Shape, Tie};

/// A contradiction: events, by their places in the location, and why each comes before the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    pub cycle: Vec<(usize, Tie)>,
    /// What the shape is, where the cycle does not say it.
    pub shape: Option<Shape>,
    /// Events that wrote what those of the cycle saw.
    pub sources: Vec<usize>,
    pub is_least: bool,
}

impl Contradiction {
    pub(super) fn new(cycle: impl Into<Vec<(usize, Tie)>>) -> Self {
        Self { cycle: cycle.into(), shape: None, sources: Vec::new(), is_least: true }
    }

    fn shaped(self, shape: Shape) -> Self {
        Self { shape: Some(shape), ..self }
    }
}

/// What the graph says of a location.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// There is an order.
    Ordered,
    /// There is none.
    Contradiction(Contradiction),
    /// It does not say all: a search has to decide.
    Ambiguous,
}

/// A write, and the reads of it.
#[derive(Clone, Copy, Debug)]
struct Block {
    value: u32,
    writer: Option<usize>,
    /// Its chain, and its place in it.
    chain: usize,
    position: usize,
}

/// The blocks of a location. Events are named by their places in it.
#[derive(Clone, Debug)]
pub(super) struct Blocks<'a> {
    location: &'a Location,
    blocks: Vec<Block>,
    /// The blocks of each chain, in order.
    pub chains: Vec<Vec<usize>>,
    /// The block of each event that has happened for sure, and says where it belongs.
    of: Vec<Option<usize>>,
    /// The events of each process that have a block, or were refused, in its order.
    lines: Vec<Vec<usize>>,
    /// Whether a value that was seen may come from several writes.
    is_ambiguous: bool,
}

/// Asks the graph.
pub(super) fn ask(location: &Location) -> Answer {
    let blocks = match Blocks::of(location) {
        Ok(blocks) => blocks,
        Err(contradiction) => return Answer::Contradiction(contradiction),
    };
    blocks.check().unwrap_or_else(|contradiction| {
        let sources = blocks.sources(&contradiction.cycle);
        Answer::Contradiction(Contradiction { sources, ..contradiction })
    })
}

/// Who wrote each value, or may have.
fn writers(events: &[Event]) -> BTreeMap<u32, Vec<usize>> {
    let mut writers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, event) in events.iter().enumerate() {
        if let Some(value) = event.effect.wrote() {
            writers.entry(value).or_default().push(place);
        }
    }
    writers
}

/// Which events have happened: those that were answered and are certain, and the only writers of
/// what such events saw.
fn happened(events: &[Event], writers: &BTreeMap<u32, Vec<usize>>) -> Vec<bool> {
    let is_certain =
        |event: &Event| !event.is_open && !matches!(event.effect, Effect::Maybe { .. });
    let mut happened: Vec<bool> = events.iter().map(is_certain).collect();
    let mut saw: Vec<u32> = events.iter().filter_map(|event| event.effect.saw()).collect();
    while let Some(value) = saw.pop() {
        if value != 0
            && let Some([writer]) = writers.get(&value).map(Vec::as_slice)
            && !std::mem::replace(&mut happened[*writer], true)
            && let Effect::Maybe { old, .. } = events[*writer].effect
        {
            saw.push(old);
        }
    }
    happened
}

impl<'a> Blocks<'a> {
    /// Puts the events of a location into blocks.
    fn of(location: &'a Location) -> Result<Self, Contradiction> {
        let events = &location.events;
        let writers = writers(events);
        let happened = happened(events, &writers);
        let mut this = Self {
            location,
            blocks: vec![Block { value: 0, writer: None, chain: 0, position: 0 }],
            chains: Vec::new(),
            of: vec![None; events.len()],
            lines: vec![Vec::new(); location.processes],
            is_ambiguous: false,
        };
        for (place, event) in events.iter().enumerate().filter(|(place, _)| happened[*place]) {
            if let Some(value) = event.effect.wrote() {
                this.of[place] = Some(this.blocks.len());
                this.blocks.push(Block { value, writer: Some(place), chain: 0, position: 0 });
            }
            this.lines[event.process].push(place);
        }
        let mut sources: Vec<Option<usize>> = vec![None; events.len()];
        for (place, event) in events.iter().enumerate().filter(|(place, _)| happened[*place]) {
            let saw = match event.effect {
                Effect::Maybe { old, .. } => Some(old),
                effect => effect.saw(),
            };
            let Some(value) = saw else { continue };
            let candidates = writers.get(&value).map_or(&[][..], Vec::as_slice);
            match (candidates, value) {
                ([], 0) => sources[place] = Some(0),
                ([writer], 1..) => sources[place] = this.of[*writer],
                ([], 1..) => {
                    let nobody = Contradiction::new([(place, Tie::Nobody)]);
                    let sources = this.witness(place).into_iter().collect();
                    return Err(Contradiction { sources, ..nobody.shaped(Shape::ThinAir) });
                }
                _ => this.is_ambiguous = true,
            }
            if event.effect.wrote().is_none() {
                this.of[place] = sources[place];
            }
        }
        this.chain(&sources)?;
        Ok(this)
    }

    /// Makes chains of the blocks.
    fn chain(&mut self, sources: &[Option<usize>]) -> Result<(), Contradiction> {
        let mut next: Vec<Option<usize>> = vec![None; self.blocks.len()];
        let mut is_head = vec![true; self.blocks.len()];
        for (number, block) in self.blocks.iter().enumerate() {
            let Some(writer) = block.writer else { continue };
            let Some(source) = sources[writer] else { continue };
            if let Some(other) = next[source].replace(number) {
                let other = self.blocks[other].writer.expect("block 0 follows on nothing");
                let both = Contradiction::new([(other, Tie::Swap), (writer, Tie::Swap)]);
                let witnesses = [other, writer].map(|place| self.witness(place));
                let sources = self.blocks[source].writer.into_iter();
                let sources = sources.chain(witnesses.into_iter().flatten()).collect();
                return Err(Contradiction { sources, ..both.shaped(Shape::Atomicity) });
            }
            is_head[number] = false;
        }
        let mut left: BTreeSet<usize> = (0..self.blocks.len()).collect();
        for head in (0..self.blocks.len()).filter(|block| is_head[*block]) {
            let mut blocks = Vec::new();
            let mut at = Some(head);
            while let Some(block) = at {
                left.remove(&block);
                let (chain, position) = (self.chains.len(), blocks.len());
                self.blocks[block] = Block { chain, position, ..self.blocks[block] };
                blocks.push(block);
                at = next[block];
            }
            self.chains.push(blocks);
        }
        let Some(first) = left.first().copied() else { return Ok(()) };
        // Compare-and-swaps that follow on each other in a ring.
        let mut ring = Vec::new();
        let mut at = first;
        loop {
            let writer = self.blocks[at].writer.expect("block 0 is the head of a chain");
            ring.push((writer, Tie::Swap));
            at = next[at].expect("a ring has no end");
            if at == first {
                return Err(Contradiction::new(ring).shaped(Shape::Atomicity));
            }
        }
    }

    /// Somebody who saw what an event wrote, if it was not answered itself and so happened only for
    /// that reason.
    fn witness(&self, place: usize) -> Option<usize> {
        let Event { is_open, effect, .. } = *self.event(place);
        let is_doubtful = is_open || matches!(effect, Effect::Maybe { .. });
        let value = effect.wrote().filter(|_| is_doubtful)?;
        self.location.events.iter().position(|event| event.effect.saw() == Some(value))
    }

    pub(super) fn event(&self, place: usize) -> &Event {
        &self.location.events[place]
    }

    /// The chain of an event, if it has one.
    pub(super) fn chain_of(&self, place: usize) -> Option<usize> {
        self.of[place].map(|block| self.blocks[block].chain)
    }

    /// The events of each process that have a chain, in its order.
    pub(super) fn lines(&self) -> impl Iterator<Item = Vec<usize>> {
        let has_chain = |place: &usize| self.of[*place].is_some();
        self.lines.iter().map(move |line| line.iter().copied().filter(has_chain).collect())
    }

    /// Where an event stands in its chain: the block, and whether it writes it or comes after.
    fn position(&self, place: usize) -> (usize, usize, bool) {
        let block = self.blocks[self.of[place].expect("it has a block")];
        (block.chain, block.position, block.writer != Some(place))
    }

    /// What the graph says.
    fn check(&self) -> Result<Answer, Contradiction> {
        self.check_chains()?;
        self.check_beginning()?;
        self.check_refused()?;
        let order = super::cycle::order(self)?;
        if self.is_ambiguous || !self.fits(&order) {
            return Ok(Answer::Ambiguous);
        }
        Ok(Answer::Ordered)
    }

    /// Whether a process went back in a chain.
    fn check_chains(&self) -> Result<(), Contradiction> {
        for line in self.lines() {
            let mut furthest: BTreeMap<usize, (usize, bool, usize)> = BTreeMap::new();
            for place in line {
                let (chain, position, reads) = self.position(place);
                if let Some((other_position, other_reads, other)) = furthest.get(&chain).copied()
                    && (position, reads) < (other_position, other_reads)
                {
                    let same = position == other_position;
                    let back = if same { Tie::Source } else { Tie::Swap };
                    return Err(Contradiction::new([(other, Tie::Program), (place, back)]));
                }
                if !self.event(place).is_open {
                    furthest.insert(chain, (position, reads, place));
                }
            }
        }
        Ok(())
    }

    /// Whether a process came to the first chain after it was elsewhere.
    fn check_beginning(&self) -> Result<(), Contradiction> {
        for line in self.lines() {
            let mut elsewhere = None;
            for place in line {
                let begins = self.chain_of(place) == Some(0);
                if let Some(other) = elsewhere.filter(|_| begins) {
                    let cycle = [(other, Tie::Program), (place, Tie::First)];
                    return Err(Contradiction::new(cycle));
                }
                if !begins && !self.event(place).is_open {
                    elsewhere = Some(place);
                }
            }
        }
        Ok(())
    }

    /// Whether a compare-and-swap was refused between two operations of its process that both saw
    /// or wrote the very value that it expected.
    fn check_refused(&self) -> Result<(), Contradiction> {
        for line in &self.lines {
            let mut before: Option<usize> = None;
            let mut refused: Option<usize> = None;
            for place in line.iter().copied() {
                if let Effect::Refused(old) = self.event(place).effect {
                    let same = |block: usize| self.blocks[block].value == old;
                    if refused.is_none()
                        && before.and_then(|before| self.of[before]).is_some_and(same)
                    {
                        refused = Some(place);
                    }
                    continue;
                }
                if self.of[place].is_none() {
                    continue;
                }
                if let (Some(before), Some(refused)) = (before, refused)
                    && self.of[before] == self.of[place]
                {
                    let cycle =
                        [(before, Tie::Program), (refused, Tie::Program), (place, Tie::Together)];
                    return Err(Contradiction { is_least: false, ..Contradiction::new(cycle) });
                }
                if !self.event(place).is_open {
                    (before, refused) = (Some(place), None);
                }
            }
        }
        Ok(())
    }

    /// Whether every refused compare-and-swap finds a block that it may have seen, if the chains
    /// are in this order. Each takes the first it can, which leaves most to those after it.
    fn fits(&self, order: &[usize]) -> bool {
        let row: Vec<usize> =
            order.iter().flat_map(|chain| &self.chains[*chain]).copied().collect();
        let mut number = vec![0; self.blocks.len()];
        for (at, block) in row.iter().enumerate() {
            number[*block] = at;
        }
        // A compare-and-swap of which nothing is known may have been refused as well; it is in no
        // line unless it is known to have happened.
        let is_unknown =
            |event: &Event| !event.is_open && matches!(event.effect, Effect::Maybe { .. });
        let events = &self.location.events;
        if (0..events.len()).any(|at| self.of[at].is_none() && is_unknown(&events[at])) {
            return false;
        }
        self.lines.iter().all(|line| {
            let mut at = 0;
            line.iter().copied().all(|place| {
                if let Effect::Refused(old) = self.event(place).effect {
                    let fits = |at: &usize| self.blocks[row[*at]].value != old;
                    let found = (at..row.len()).find(fits);
                    at = found.unwrap_or(row.len());
                    return found.is_some();
                }
                let Some(block) = self.of[place] else { return true };
                let writes = self.blocks[block].writer == Some(place);
                let came_too_far = if writes { at >= number[block] } else { at > number[block] };
                if !self.event(place).is_open {
                    at = number[block];
                }
                !came_too_far
            })
        })
    }

    /// What wrote the things that these events saw, or saw what they wrote if that shows that they
    /// happened, and is not among them.
    pub(super) fn sources(&self, cycle: &[(usize, Tie)]) -> Vec<usize> {
        let mut sources = BTreeSet::new();
        let blocks: Vec<Block> = cycle
            .iter()
            .filter_map(|(place, _)| self.of[*place])
            .map(|at| self.blocks[at])
            .collect();
        sources.extend(blocks.iter().filter_map(|block| block.writer));
        // What lies between two places of one chain belongs to it.
        for from in &blocks {
            for to in blocks.iter().filter(|to| to.chain == from.chain) {
                let between = self.chains[from.chain].iter().take(to.position + 1);
                let between = between.skip(from.position);
                sources.extend(between.filter_map(|block| self.blocks[*block].writer));
            }
            // That the first chain begins with what was there is shown by its compare-and-swaps.
            if from.chain == 0 && cycle.iter().any(|(_, tie)| *tie == Tie::First) {
                let before = self.chains[0].iter().take(from.position);
                sources.extend(before.filter_map(|block| self.blocks[*block].writer));
            }
        }
        sources.extend(cycle.iter().filter_map(|(place, _)| self.witness(*place)));
        for (place, _) in cycle {
            sources.remove(place);
        }
        sources.into_iter().collect()
    }
}
