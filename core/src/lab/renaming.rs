//! Choices of one cluster, made in another.
//!
//! Nodes are numbered servers first, so with a server more or less every client has another number.
//! A choice keeps its meaning by the names of what it names; where something is not there, it has
//! none.

use super::{Choice, Names};
use crate::raft::instruction::Instruction;
use crate::sim::network::MessageId;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// The choice that says in a cluster with the names `to` what this one says in a cluster with the
/// names `from`, if everything that it names is there.
#[must_use]
pub fn renamed(choice: &Choice, from: Names, to: Names) -> Option<Choice> {
    let node = |node: NodeId| to.id(from.name(node));
    let message =
        |id: &MessageId| Some(MessageId { from: node(id.from)?, to: node(id.to)?, ..*id });
    Some(match choice {
        Choice::Crash(at) => Choice::Crash(node(*at)?),
        Choice::Restart(at) => Choice::Restart(node(*at)?),
        Choice::Pause(at) => Choice::Pause(node(*at)?),
        Choice::Resume(at) => Choice::Resume(node(*at)?),
        Choice::Fire { node: at, timer } => Choice::Fire { node: node(*at)?, timer: *timer },
        Choice::Cut { from, to, both_ways } => {
            Choice::Cut { from: node(*from)?, to: node(*to)?, both_ways: *both_ways }
        }
        Choice::Heal { from, to, both_ways } => {
            Choice::Heal { from: node(*from)?, to: node(*to)?, both_ways: *both_ways }
        }
        Choice::Partition(groups) => {
            let group = |group: &Vec<NodeId>| group.iter().map(|at| node(*at)).collect();
            Choice::Partition(groups.iter().map(group).collect::<Option<_>>()?)
        }
        Choice::Lose(id) => Choice::Lose(message(id)?),
        Choice::Duplicate(id) => Choice::Duplicate(message(id)?),
        Choice::Delay { message: id, by_us } => {
            Choice::Delay { message: message(id)?, by_us: *by_us }
        }
        Choice::Hold(id) => Choice::Hold(message(id)?),
        Choice::Deliver(id) => Choice::Deliver(message(id)?),
        Choice::ClockRate { node: at, rate_ppm } => {
            Choice::ClockRate { node: node(*at)?, rate_ppm: *rate_ppm }
        }
        Choice::ClockJump { node: at, by_us } => {
            Choice::ClockJump { node: node(*at)?, by_us: *by_us }
        }
        Choice::Operate { node: at, operation } => {
            Choice::Operate { node: node(*at)?, operation: operation.clone() }
        }
        Choice::Instruct { node: at, instruction, operand } => {
            let (instruction, operand) =
                instructed(Instruction::from_numbers(*instruction, *operand)?, node)?.numbers();
            Choice::Instruct { node: node(*at)?, instruction, operand }
        }
        Choice::Link { from, to, both_ways, settings } => Choice::Link {
            from: node(*from)?,
            to: node(*to)?,
            both_ways: *both_ways,
            settings: *settings,
        },
        Choice::HealAll | Choice::Network(_) | Choice::Plant { .. } | Choice::Set { .. } => {
            choice.clone()
        }
    })
}

/// The instruction with everybody that it is about renamed.
fn instructed(
    instruction: Instruction,
    node: impl Fn(NodeId) -> Option<NodeId>,
) -> Option<Instruction> {
    let set = |nodes: NodeSet| nodes.iter().map(&node).collect::<Option<NodeSet>>();
    Some(match instruction {
        Instruction::Transfer(to) => Instruction::Transfer(node(to)?),
        Instruction::Reconfigure { voters, learners } => {
            Instruction::Reconfigure { voters: set(voters)?, learners: set(learners)? }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::store::Operation;
    use crate::sim::network::LinkSettings;

    const NOBODY: Names =
        Names { servers: 0, clients: 0, vault: false, collector: false, homes: 0, bus: false };
    const FIVE: Names = Names { servers: 5, clients: 2, ..NOBODY };
    const THREE: Names = Names { servers: 3, clients: 1, ..NOBODY };

    #[test]
    fn clients_stay_clients_and_what_is_not_there_is_left_out() {
        let operation = Operation::Get("x".into());
        let operate =
            |node| Choice::Operate { node: NodeId(node), operation: operation.clone().into() };
        assert_eq!(renamed(&operate(5), FIVE, THREE), Some(operate(3)), "c1");
        assert_eq!(renamed(&operate(6), FIVE, THREE), None, "there is no c2");
        assert_eq!(renamed(&Choice::Crash(NodeId(3)), FIVE, THREE), None, "n4 is not c1");
        assert_eq!(renamed(&Choice::Crash(NodeId(2)), FIVE, THREE), Some(Choice::Crash(NodeId(2))));
        let id = |from, to| MessageId { from: NodeId(from), to: NodeId(to), count: 7, copy: 1 };
        assert_eq!(renamed(&Choice::Hold(id(5, 0)), FIVE, THREE), Some(Choice::Hold(id(3, 0))));
        let sides = |one: &[u8], other: &[u8]| {
            let side = |nodes: &[u8]| nodes.iter().copied().map(NodeId).collect();
            Choice::Partition(vec![side(one), side(other)])
        };
        assert_eq!(renamed(&sides(&[0], &[1, 4]), FIVE, THREE), None);
        assert_eq!(renamed(&sides(&[0], &[1, 5]), FIVE, THREE), Some(sides(&[0], &[1, 3])));
    }

    #[test]
    fn an_instruction_is_renamed_with_everybody_that_it_is_about() {
        let tell = |node, instruction: Instruction| {
            let (instruction, operand) = instruction.numbers();
            Choice::Instruct { node: NodeId(node), instruction, operand }
        };
        let transfer = |to| tell(0, Instruction::Transfer(NodeId(to)));
        assert_eq!(renamed(&transfer(2), FIVE, THREE), Some(transfer(2)));
        assert_eq!(renamed(&transfer(3), FIVE, THREE), None, "n4 is not c1");
        let change = |learner| {
            let learners = NodeSet::of(NodeId(learner));
            tell(0, Instruction::Reconfigure { voters: NodeSet::first(2), learners })
        };
        assert_eq!(renamed(&change(2), FIVE, THREE), Some(change(2)));
        assert_eq!(renamed(&change(4), FIVE, THREE), None);
        let slow = |from, to| Choice::Link {
            from: NodeId(from),
            to: NodeId(to),
            both_ways: false,
            settings: LinkSettings::default(),
        };
        assert_eq!(renamed(&slow(0, 5), FIVE, THREE), Some(slow(0, 3)));
    }
}
