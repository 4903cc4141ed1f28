//! From JSON to a choice: one thing that is done, by its verb.

use super::read::{any_bug, ask, network, node};
use super::reader::{Fields, Reader};
use super::settings;
use crate::lab::raft::Must;
use crate::lab::{Choice, Lab, MessageName, Names, NodeName};
use crate::raft::instruction::Instruction;
use crate::raft::participant::Timer;
use crate::scenario::{Kind, Problem, Wrong};
use crate::sim::network::{LinkSettings, MessageId};
use crate::sim::node_set::NodeSet;
use crate::sim::process::{NodeId, TimerKind};

/// What can be done, one thing a choice.
const VERBS: [&str; 21] = [
    "crash",
    "restart",
    "pause",
    "resume",
    "timeout",
    "cut",
    "heal",
    "partition",
    "lose",
    "duplicate",
    "hold",
    "deliver",
    "delay",
    "network",
    "clock",
    "client",
    "plant",
    "mend",
    "set",
    "transfer",
    "reconfigure",
];

/// What a choice may refer to.
pub(super) struct Known {
    pub(super) names: Names,
    pub(super) network: LinkSettings,
    pub(super) lab: Lab,
}

impl Known {
    /// The one thing that a choice does.
    pub(super) fn choice(&self, fields: &Fields<'_>) -> Result<Choice, Problem> {
        let mut found = VERBS.into_iter().filter_map(|verb| Some((verb, fields.get(verb)?)));
        let one = found.next();
        if found.next().is_some() {
            return Err(fields.problem(Wrong::NotA(Kind::Choice)));
        }
        let Some((verb, what)) = one else {
            // Most likely the verb is there, but mistyped.
            fields.finish()?;
            return Err(fields.problem(Wrong::NotA(Kind::Choice)));
        };
        let node = || node(&what, self.names);
        Ok(match verb {
            "crash" => Choice::Crash(node()?),
            "restart" => Choice::Restart(node()?),
            "pause" => Choice::Pause(node()?),
            "resume" => Choice::Resume(node()?),
            "timeout" => Choice::Fire { node: node()?, timer: timer(fields)? },
            "heal" if what.is_text("all") => Choice::HealAll,
            "cut" | "heal" => self.link(verb, &what, fields)?,
            "partition" => Choice::Partition(self.groups(&what)?),
            "lose" => Choice::Lose(self.message(&what)?),
            "duplicate" => Choice::Duplicate(self.message(&what)?),
            "hold" => Choice::Hold(self.message(&what)?),
            "deliver" => Choice::Deliver(self.message(&what)?),
            "delay" => Choice::Delay {
                message: self.message(&what)?,
                by_us: fields.require("by")?.duration()?,
            },
            "network" => self.network(&what, fields)?,
            "clock" => clock(node()?, fields)?,
            "client" => Choice::Operate { node: node()?, operation: ask(self.lab, fields)? },
            "plant" | "mend" => {
                Choice::Plant { bug: any_bug(&what)?.number(), planted: verb == "plant" }
            }
            "set" => {
                let setting = settings::named(&what)?;
                let value = settings::value(setting, &fields.require("to")?)?;
                Choice::Set { setting: setting.number(), value }
            }
            "transfer" => {
                let to = self.server(&fields.require("to")?)?;
                self.instruct(&what, Instruction::Transfer(to))?
            }
            "reconfigure" => {
                let instruction = self.members(fields)?;
                self.instruct(&what, instruction)?
            }
            _ => unreachable!("every verb is read above"),
        })
    }

    fn link(&self, verb: &str, what: &Reader<'_>, fields: &Fields<'_>) -> Result<Choice, Problem> {
        let (from, to, both_ways) = self.ends(what, fields)?;
        Ok(match verb {
            "cut" => Choice::Cut { from, to, both_ways },
            _ => Choice::Heal { from, to, both_ways },
        })
    }

    /// The two ends of a link, and whether both directions are meant.
    fn ends(
        &self,
        what: &Reader<'_>,
        fields: &Fields<'_>,
    ) -> Result<(NodeId, NodeId, bool), Problem> {
        let [from, to] = what.tuple(Kind::Link)?;
        let (from, to) = (node(&from, self.names)?, node(&to, self.names)?);
        if from == to {
            return Err(what.problem(Wrong::OutOfBounds(Must::NameTwoNodes)));
        }
        let mut one_way = false;
        fields.read("one_way", &mut one_way, Reader::boolean)?;
        Ok((from, to, !one_way))
    }

    /// How all links behave, or the one between two nodes.
    fn network(&self, what: &Reader<'_>, fields: &Fields<'_>) -> Result<Choice, Problem> {
        let settings = network(what, self.network)?;
        let Some(on) = fields.get("on") else { return Ok(Choice::Network(settings)) };
        let (from, to, both_ways) = self.ends(&on, fields)?;
        Ok(Choice::Link { from, to, both_ways, settings })
    }

    fn instruct(&self, told: &Reader<'_>, instruction: Instruction) -> Result<Choice, Problem> {
        let (instruction, operand) = instruction.numbers();
        Ok(Choice::Instruct { node: self.server(told)?, instruction, operand })
    }

    fn server(&self, what: &Reader<'_>) -> Result<NodeId, Problem> {
        let node = node(what, self.names)?;
        let no_server = || what.problem(Wrong::OutOfBounds(Must::NameServers));
        if node.0 < self.names.servers { Ok(node) } else { Err(no_server()) }
    }

    /// Who is to be a member, each once.
    fn members(&self, fields: &Fields<'_>) -> Result<Instruction, Problem> {
        let mut all = NodeSet::EMPTY;
        let mut servers = |list: &Reader<'_>| {
            let mut named = NodeSet::EMPTY;
            for name in list.list()? {
                let server = self.server(&name)?;
                if all.contains(server) {
                    return Err(name.problem(Wrong::Repeated));
                }
                (all, named) = (all.with(server), named.with(server));
            }
            Ok(named)
        };
        let list = fields.require("voters")?;
        let voters = servers(&list)?;
        if voters.is_empty() {
            return Err(list.problem(Wrong::Missing));
        }
        let mut learners = NodeSet::EMPTY;
        fields.read("learners", &mut learners, servers)?;
        Ok(Instruction::Reconfigure { voters, learners })
    }

    fn groups(&self, what: &Reader<'_>) -> Result<Vec<Vec<NodeId>>, Problem> {
        let mut groups: Vec<Vec<NodeId>> = Vec::new();
        for group in what.list()? {
            let mut members = Vec::new();
            for member in group.list()? {
                let node = node(&member, self.names)?;
                if members.contains(&node) || groups.iter().any(|group| group.contains(&node)) {
                    return Err(member.problem(Wrong::Repeated));
                }
                members.push(node);
            }
            groups.push(members);
        }
        Ok(groups)
    }

    fn message(&self, what: &Reader<'_>) -> Result<MessageId, Problem> {
        let name: MessageName = what.parsed(Kind::Message, |text| text.parse().ok())?;
        let nobody = |end: NodeName| what.problem(Wrong::NoSuchNode(end.to_string()));
        let known = |end| self.names.id(end).ok_or_else(|| nobody(end));
        let (from, to) = (known(name.from)?, known(name.to)?);
        if from == to {
            return Err(what.problem(Wrong::OutOfBounds(Must::NameTwoNodes)));
        }
        Ok(MessageId { from, to, count: name.count, copy: name.copy })
    }
}

fn timer(fields: &Fields<'_>) -> Result<u8, Problem> {
    let Some(field) = fields.get("timer") else { return Ok(Timer::Election.number()) };
    let name = field.text()?;
    let timer = Timer::ALL.iter().find(|timer| timer.name() == name);
    let unknown = || field.problem(Wrong::NoSuchName(name.to_owned()));
    timer.map(|timer| timer.number()).ok_or_else(unknown)
}

fn clock(node: NodeId, fields: &Fields<'_>) -> Result<Choice, Problem> {
    match (fields.get("rate"), fields.get("jump")) {
        (Some(rate), None) => Ok(Choice::ClockRate { node, rate_ppm: rate.millionths()? }),
        (None, Some(jump)) => {
            let signed = |text: &str| {
                let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
                let time_us = crate::scenario::text::parse_duration(text)?;
                Some(i64::try_from(time_us).ok()? * sign)
            };
            Ok(Choice::ClockJump { node, by_us: jump.parsed(Kind::Time, signed)? })
        }
        _ => Err(fields.problem(Wrong::NotA(Kind::Choice))),
    }
}
