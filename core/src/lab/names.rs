//! What nodes and messages are called, in scenario files, in results and on the page.
//!
//! The kernel numbers its nodes from zero; people call servers `n1`, `n2`, … and clients `c1`,
//! `c2`, …; what the locks protect is the `vault`, and who gathers the graphs of several lock
//! tables the `collector`. Caches are called as servers are; the homes of their lines are `h1`,
//! `h2`, …, and where there are none there is the `bus`. [`Names`] translates, and knows which
//! names exist.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::sim::network::MessageId;
use crate::sim::process::NodeId;

/// The name of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeName {
    /// A server or a cache, counted from 1: `n1`.
    Server(u8),
    /// A client, counted from 1: `c1`.
    Client(u8),
    /// The store that the locks protect.
    Vault,
    /// Who gathers the graphs of several lock tables.
    Collector,
    /// The home of lines of memory, counted from 1: `h1`.
    Home(u8),
    /// The bus that caches share.
    Bus,
}

impl fmt::Display for NodeName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(number) => write!(formatter, "n{number}"),
            Self::Client(number) => write!(formatter, "c{number}"),
            Self::Vault => formatter.write_str("vault"),
            Self::Collector => formatter.write_str("collector"),
            Self::Home(number) => write!(formatter, "h{number}"),
            Self::Bus => formatter.write_str("bus"),
        }
    }
}

impl Serialize for NodeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAName;

impl FromStr for NodeName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let number = |digits: &str| match digits.parse() {
            // One spelling for each name: `n01` is none.
            Ok(number) if number > 0 && !digits.starts_with(['0', '+']) => Ok(number),
            _ => Err(NotAName),
        };
        match text.split_at_checked(1) {
            _ if text == "vault" => Ok(Self::Vault),
            _ if text == "collector" => Ok(Self::Collector),
            _ if text == "bus" => Ok(Self::Bus),
            Some(("h", digits)) => number(digits).map(Self::Home),
            Some(("n", digits)) => number(digits).map(Self::Server),
            Some(("c", digits)) => number(digits).map(Self::Client),
            _ => Err(NotAName),
        }
    }
}

/// The name of a message: `n1>n3#17`, and for a copy `n1>n3#17.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageName {
    /// The sender.
    pub from: NodeName,
    /// The receiver.
    pub to: NodeName,
    /// Which message on this link, from 1.
    pub count: u32,
    /// 0 for the original.
    pub copy: u8,
}

impl fmt::Display for MessageName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, count, copy } = self;
        write!(formatter, "{from}>{to}#{count}")?;
        if *copy > 0 { write!(formatter, ".{copy}") } else { Ok(()) }
    }
}

impl Serialize for MessageName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for MessageName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let (link, number) = text.split_once('#').ok_or(NotAName)?;
        let (from, to) = link.split_once('>').ok_or(NotAName)?;
        let (count, copy) = number.split_once('.').unwrap_or((number, "0"));
        let name = Self {
            from: from.parse()?,
            to: to.parse()?,
            count: count.parse().map_err(|_| NotAName)?,
            copy: copy.parse().map_err(|_| NotAName)?,
        };
        // One spelling for each name.
        if name.to_string() == text { Ok(name) } else { Err(NotAName) }
    }
}

/// The names of one world: servers or caches first, then clients, then others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// How many servers, or caches, there are.
    pub servers: u8,
    /// How many clients there are.
    pub clients: u8,
    /// Whether there is a vault.
    pub vault: bool,
    /// Whether there is a collector.
    pub collector: bool,
    /// How many homes there are.
    pub homes: u8,
    /// Whether there is a bus.
    pub bus: bool,
}

impl Names {
    /// What a node is called.
    #[must_use]
    pub const fn name(self, node: NodeId) -> NodeName {
        let others = self.servers + self.clients;
        if node.0 < self.servers {
            NodeName::Server(node.0 + 1)
        } else if node.0 == others && self.vault {
            NodeName::Vault
        } else if node.0 == others + self.vault as u8 && self.collector {
            NodeName::Collector
        } else if node.0 >= others && self.bus {
            NodeName::Bus
        } else if node.0 >= others && self.homes > 0 {
            NodeName::Home(node.0 - others + 1)
        } else {
            NodeName::Client(node.0 - self.servers + 1)
        }
    }

    /// How many nodes there are.
    #[must_use]
    pub const fn count(self) -> u8 {
        let others = self.vault as u8 + self.collector as u8 + self.homes + self.bus as u8;
        self.servers + self.clients + others
    }

    /// Which node is called so, if there is one.
    #[must_use]
    pub fn id(self, name: NodeName) -> Option<NodeId> {
        match name {
            NodeName::Server(number) => {
                (1..=self.servers).contains(&number).then(|| NodeId(number - 1))
            }
            NodeName::Client(number) => {
                (1..=self.clients).contains(&number).then(|| NodeId(self.servers + number - 1))
            }
            NodeName::Vault => self.vault.then(|| NodeId(self.servers + self.clients)),
            NodeName::Collector => self.collector.then(|| NodeId(self.count() - 1)),
            NodeName::Home(number) => (1..=self.homes)
                .contains(&number)
                .then(|| NodeId(self.servers + self.clients + number - 1)),
            NodeName::Bus => self.bus.then(|| NodeId(self.count() - 1)),
        }
    }

    /// What a message is called.
    #[must_use]
    pub const fn message(self, id: MessageId) -> MessageName {
        let MessageId { from, to, count, copy } = id;
        MessageName { from: self.name(from), to: self.name(to), count, copy }
    }

    /// Every node, in order.
    pub fn nodes(self) -> impl Iterator<Item = (NodeId, NodeName)> {
        (0..self.count()).map(move |node| (NodeId(node), self.name(NodeId(node))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names =
        Names { servers: 3, clients: 2, vault: true, collector: true, homes: 0, bus: false };

    #[test]
    fn every_node_has_a_name_that_leads_back_to_it() {
        let names: Vec<String> = NAMES.nodes().map(|(_, name)| name.to_string()).collect();
        assert_eq!(names, ["n1", "n2", "n3", "c1", "c2", "vault", "collector"]);
        assert!(NAMES.nodes().all(|(node, name)| NAMES.id(name) == Some(node)));
    }

    #[test]
    fn caches_are_called_as_servers_are() {
        for (homes, bus, last) in [(2, false, vec!["h1", "h2"]), (0, true, vec!["bus"])] {
            let names = Names { servers: 2, homes, bus, ..Names::default() };
            let all: Vec<String> = names.nodes().map(|(_, name)| name.to_string()).collect();
            assert_eq!(all, [vec!["n1", "n2"], last].concat());
            assert!(names.nodes().all(|(node, name)| names.id(name) == Some(node)));
        }
    }

    #[test]
    fn names_of_nobody_are_refused() {
        for text in ["", "n", "n0", "n4", "c3", "n01", "n+1", "x1", "n1 ", "é1"] {
            let node = text.parse().ok().and_then(|name| NAMES.id(name));
            assert_eq!(node, None, "{text:?}");
        }
    }

    #[test]
    fn messages_have_one_spelling() {
        for text in ["n1>n3#17", "c1>n2#1.2"] {
            assert_eq!(
                text.parse::<MessageName>().map(|name| name.to_string()).as_deref(),
                Ok(text)
            );
        }
        for text in ["n1>n3", "n1>n3#", "n1>n3#017", "n1>n3#1.0", "n1n3#1", "n1>n3#1.1.1"] {
            assert_eq!(text.parse::<MessageName>(), Err(NotAName), "{text:?}");
        }
    }
}
