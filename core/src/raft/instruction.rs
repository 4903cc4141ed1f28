//! Instructions: what an administrator tells the leader to do.
//!
//! Clients ask for commands; whoever runs the cluster asks for other things: that leadership move
//! to another server before this one is taken down for the night (dissertation §3.10), or that
//! servers join or leave (§4). The kernel knows no protocol and passes an instruction on as two
//! numbers; here they get their meaning. A server that does not lead refuses, and so does a leader
//! that must not do it now.

use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// An instruction. Links name the kinds by their number: **never reordered.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Instruction {
    /// Hand leadership over to this server (§3.10).
    Transfer(NodeId),
    /// Let these servers vote, and those learn, from now on (§4). Who is neither leaves.
    Reconfigure {
        /// Who votes; at least one.
        voters: NodeSet,
        /// Who receives the log without voting; none of them votes.
        learners: NodeSet,
    },
}

/// The width of a set of servers in the operand.
const WIDTH: u32 = 16;
const MASK: u64 = (1 << WIDTH) - 1;

impl Instruction {
    /// How many kinds there are.
    pub const KINDS: u8 = 2;

    /// Its kind and its operand, as the kernel passes them on.
    #[must_use]
    pub const fn numbers(self) -> (u8, u64) {
        match self {
            Self::Transfer(to) => (0, to.0 as u64),
            Self::Reconfigure { voters, learners } => (1, voters.bits() | learners.bits() << WIDTH),
        }
    }

    /// The instruction with these numbers, if there is one.
    #[must_use]
    pub fn from_numbers(kind: u8, operand: u64) -> Option<Self> {
        match kind {
            0 => {
                let to = u8::try_from(operand).ok().filter(|to| u32::from(*to) < WIDTH);
                to.map(|to| Self::Transfer(NodeId(to)))
            }
            1 if operand >> (2 * WIDTH) == 0 => {
                let (voters, learners) = (operand & MASK, operand >> WIDTH);
                let known = voters != 0 && voters & learners == 0;
                known.then(|| Self::Reconfigure {
                    voters: NodeSet::from_bits(voters),
                    learners: NodeSet::from_bits(learners),
                })
            }
            _ => None,
        }
    }

    /// The servers that it names.
    #[must_use]
    pub const fn names(self) -> NodeSet {
        match self {
            Self::Transfer(to) => NodeSet::of(to),
            Self::Reconfigure { voters, learners } => voters.union(learners),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_survives_its_numbers() {
        let set = |nodes: &[u8]| nodes.iter().map(|node| NodeId(*node)).collect::<NodeSet>();
        for instruction in [
            Instruction::Transfer(NodeId(8)),
            Instruction::Reconfigure { voters: set(&[0, 2, 8]), learners: set(&[1]) },
        ] {
            let (kind, operand) = instruction.numbers();
            assert!(kind < Instruction::KINDS);
            assert_eq!(Instruction::from_numbers(kind, operand), Some(instruction));
        }
    }

    #[test]
    fn numbers_of_nothing_are_refused() {
        for (kind, operand) in
            [(0, 16), (0, 256), (1, 0), (1, 1 << 16), (1, 1 | 1 << 16), (1, 1 << 40)]
        {
            assert_eq!(Instruction::from_numbers(kind, operand), None, "{kind} {operand}");
        }
        assert_eq!(Instruction::from_numbers(2, 1), None);
    }
}
