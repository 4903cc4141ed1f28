//! Whether a choice is within bounds. What comes from outside is looked at before it is made.

use super::config::{ConfigProblem, LONGEST_TEXT, Must, check_network};
use crate::lab::Choice;
use crate::lab::machine::Ask;
use crate::lab::numbered::{AnyBug, AnySetting};
use crate::raft::bug::Bug;
use crate::raft::instruction::Instruction;
use crate::raft::participant::Timer;
use crate::raft::setting::Setting;
use crate::raft::store::{Operation, Text};
use crate::sim::process::{NodeId, TimerKind};
use crate::sim::time::LONGEST_RUN_US;

/// Whether what is asked of the store is short enough.
pub(super) fn check_texts(operation: &Operation) -> Result<(), Must> {
    let short = |text: &Text| text.len() as u64 <= LONGEST_TEXT;
    match operation.texts().into_iter().flatten().all(short) {
        true => Ok(()),
        false => Err(Must::BeShort(LONGEST_TEXT)),
    }
}

/// Whether a choice is within bounds; [`allows`](super::RaftConfig::allows) says whether its names
/// exist.
///
/// # Errors
/// The part of it that is out of bounds.
pub fn check_choice(choice: &Choice) -> Result<(), ConfigProblem> {
    let bounded = |field, value: u64, low, high, must: fn(u64, u64) -> Must| {
        let problem = ConfigProblem { field, must: must(low, high) };
        if (low..=high).contains(&value) { Ok(()) } else { Err(problem) }
    };
    let hour = LONGEST_RUN_US;
    match choice {
        Choice::Fire { timer, .. } => {
            let last = Timer::ALL.len() as u64 - 1;
            bounded("timer", (*timer).into(), 0, last, Must::LieBetween)
        }
        Choice::Plant { bug, .. } => {
            let must = Must::LieBetween(0, Bug::ALL.len() as u64 - 1);
            let known = AnyBug::numbered(*bug).is_some();
            if known { Ok(()) } else { Err(ConfigProblem { field: "plant", must }) }
        }
        Choice::Delay { message, by_us } => {
            apart("delay", message.from, message.to)?;
            bounded("by", *by_us, 0, hour, Must::LastBetween)
        }
        Choice::ClockRate { rate_ppm, .. } => {
            bounded("rate", *rate_ppm, 1, 100_000_000, Must::BeFactorBetween)
        }
        Choice::ClockJump { by_us, .. } => {
            bounded("jump", by_us.unsigned_abs(), 0, hour, Must::LastBetween)
        }
        Choice::Network(settings) => check_network(settings),
        Choice::Operate { operation, .. } => {
            let checked = match operation {
                Ask::Store(operation) => check_texts(operation),
                Ask::Lock(_) | Ask::Cache(_) => Ok(()),
            };
            checked.map_err(|must| ConfigProblem { field: "client", must })
        }
        Choice::Cut { from, to, .. } | Choice::Heal { from, to, .. } => apart("cut", *from, *to),
        Choice::Link { from, to, settings, .. } => {
            apart("on", *from, *to)?;
            check_network(settings)
        }
        Choice::Set { setting, value } => {
            let known = AnySetting::numbered(*setting);
            let last = Setting::ALL.len() as u64 - 1;
            let must = Must::LieBetween(0, last);
            let setting = known.ok_or(ConfigProblem { field: "set", must })?;
            let (low, high) = setting.bounds();
            bounded("to", *value, low, high, Must::LieBetween)
        }
        Choice::Instruct { instruction, operand, .. } => {
            let last = u64::from(Instruction::KINDS) - 1;
            bounded("instruction", (*instruction).into(), 0, last, Must::LieBetween)?;
            let known = Instruction::from_numbers(*instruction, *operand).is_some();
            let problem = ConfigProblem { field: "instruction", must: Must::NameServers };
            if known { Ok(()) } else { Err(problem) }
        }
        Choice::Partition(groups) => check_groups(groups),
        Choice::Lose(message)
        | Choice::Duplicate(message)
        | Choice::Hold(message)
        | Choice::Deliver(message) => apart("message", message.from, message.to),
        Choice::Crash(_)
        | Choice::Restart(_)
        | Choice::Pause(_)
        | Choice::Resume(_)
        | Choice::HealAll => Ok(()),
    }
}

/// No node has a link to itself.
fn apart(field: &'static str, from: NodeId, to: NodeId) -> Result<(), ConfigProblem> {
    if from == to { Err(ConfigProblem { field, must: Must::NameTwoNodes }) } else { Ok(()) }
}

/// A node is in one group at most, so there are few groups and each is short.
fn check_groups(groups: &[Vec<NodeId>]) -> Result<(), ConfigProblem> {
    let mut seen = 0_u64;
    for node in groups.iter().flatten() {
        let bit = 1_u64.checked_shl(node.0.into()).unwrap_or(0);
        if bit == 0 || seen & bit != 0 {
            return Err(ConfigProblem { field: "partition", must: Must::NameEachOnce });
        }
        seen |= bit;
    }
    if groups.iter().any(Vec::is_empty) {
        return Err(ConfigProblem { field: "partition", must: Must::HaveNoEmptyGroup });
    }
    Ok(())
}
