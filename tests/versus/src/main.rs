//! Lockstep's Raft side by side with the `raft` crate (TiKV's, 0.7): commits a second.
//!
//! Both sides run five servers in one thread, all in memory. Each message carries one entry, each
//! command is eight bytes long, and as many commands are under way as there are clients here, four.
//! Time is taken until *every* server has applied all commands, not until the leader has committed
//! them. What differs is what lies around the protocol. There, messages go from queue to queue, and
//! a write is done at once; here, each message has a delay and a fate that are drawn, each write a
//! sync, each client a record of what it saw, each step is folded into the digest, and the checks
//! look at each.
//!
//! Nothing is chosen in our favour. The crate is measured as it is by default and as it is fastest
//! here, and ratios are given to both. By default its leader tells followers at once what is
//! committed, in four more messages and four more answers; ours tells it with the next entry, as
//! the crate does with `skip_bcast_commit`. Its nodes handle what arrives together in one go; ours
//! handle each message by itself.
//!
//! The contenders are measured in turn, so that a noisy machine disturbs all alike, and by the time
//! that the processor gave to this thread, where the system tells it. Figures are medians.

mod theirs;

use std::io::{self, Write};
use std::time::Instant;
use std::{any::Any, fs};

use lockstep_core::bench;
use lockstep_core::raft::setting::Features;

/// How many servers each side has.
const SERVERS: u64 = 5;
const ROUNDS: usize = 5;
const COMMITS: u64 = 100_000;

/// What a contender did: how many messages or steps it took, and what it leaves behind, so that it
/// is thrown away when nobody measures.
type Done = (u64, Box<dyn Any>);

/// One that is measured.
struct Contender {
    name: &'static str,
    /// Has all servers apply so many commands.
    commit: fn(u64) -> Done,
}

/// As it comes, and as it is fastest.
const THEIRS: [Contender; 3] = [
    Contender {
        name: "raft crate, skip_bcast_commit (8 messages a commit)",
        commit: |commits| theirs(commits, 4, false),
    },
    Contender {
        name: "raft crate, as it comes (16 messages a commit)",
        commit: |commits| theirs(commits, 4, true),
    },
    Contender {
        name: "the same, one command at a time",
        commit: |commits| theirs(commits, 1, true),
    },
];

const OURS: [Contender; 6] = [
    Contender { name: "ours, no checks", commit: |commits| ours(commits, plain(), false) },
    Contender { name: "ours, checks on", commit: |commits| ours(commits, plain(), true) },
    Contender { name: "pipeline, no checks", commit: |commits| ours(commits, pipeline(), false) },
    Contender { name: "pipeline, checks on", commit: |commits| ours(commits, pipeline(), true) },
    Contender { name: "all settings, no checks", commit: |commits| ours(commits, full(), false) },
    Contender { name: "all settings, checks on", commit: |commits| ours(commits, full(), true) },
];

fn plain() -> Features {
    Features::default()
}

fn pipeline() -> Features {
    Features { pipeline: 4, ..Features::default() }
}

fn full() -> Features {
    Features::full()
}

fn theirs(commits: u64, under_way: u64, tells_commits: bool) -> Done {
    let mut cluster = theirs::Cluster::new(theirs::Setup { under_way, tells_commits });
    cluster.commit(commits);
    (cluster.messages, Box::new(cluster))
}

fn ours(commits: u64, features: Features, checks: bool) -> Done {
    let world = bench::commits(commits, features, checks);
    (world.steps(), Box::new(world))
}

fn main() -> io::Result<()> {
    let contenders: Vec<&Contender> = THEIRS.iter().chain(&OURS).collect();
    let mut figures = vec![[0.0; ROUNDS]; contenders.len()];
    let mut work = vec![0; contenders.len()];
    let clock = Clock::new();
    for round in 0..ROUNDS {
        for (place, contender) in contenders.iter().enumerate() {
            let start = clock.seconds();
            let (took, left) = (contender.commit)(COMMITS);
            figures[place][round] = COMMITS as f64 / (clock.seconds() - start);
            work[place] = took;
            drop(left);
        }
    }
    let medians: Vec<f64> = figures
        .into_iter()
        .map(|mut figures| {
            figures.sort_by(f64::total_cmp);
            figures[ROUNDS / 2]
        })
        .collect();
    print(&contenders, &medians, &work, clock)
}

fn print(contenders: &[&Contender], medians: &[f64], work: &[u64], clock: Clock) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "five servers in memory, one entry a message, 8-byte commands, four under way;\n\
         medians of {ROUNDS}, by {}; our steps are messages, timers, syncs and choices\n\n\
         {:<52} {:>10} {:>8} {:>9} {:>9}",
        clock.name(),
        "",
        "commits/s",
        "a commit",
        "to fastest",
        "to default"
    )?;
    for (place, contender) in contenders.iter().enumerate() {
        let rate = medians[place];
        let each = work[place] as f64 / COMMITS as f64;
        let (fastest, default) = (rate / medians[0], rate / medians[1]);
        let name = contender.name;
        writeln!(output, "{name:<52} {rate:>10.0} {each:>8.1} {fastest:>9.2} {default:>9.2}")?;
    }
    Ok(())
}

/// The time that the processor gave to this thread, or, where that is not told, the time of day.
#[derive(Clone, Copy)]
struct Clock {
    start: Instant,
    is_of_thread: bool,
}

impl Clock {
    fn new() -> Self {
        Self { start: Instant::now(), is_of_thread: of_thread().is_some() }
    }

    const fn name(self) -> &'static str {
        if self.is_of_thread { "the time of this thread" } else { "the time of day" }
    }

    fn seconds(self) -> f64 {
        let of_thread = if self.is_of_thread { of_thread() } else { None };
        of_thread.unwrap_or_else(|| self.start.elapsed().as_secs_f64())
    }
}

/// Linux tells it in nanoseconds.
fn of_thread() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds as f64 / 1e9)
}
