//! Commands and answers in a few words, as they stand in logs.

use std::fmt::{self, Display, Formatter};

use super::Owner;
use super::command::{Action, Answer, Ask, Call, Command, Patience};
use super::script::Spelled;

impl Display for Owner {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.0)
    }
}

impl Display for Patience {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endless | Self::None => Ok(()),
            Self::For(time_us) => write!(formatter, " within {}", Spelled(*time_us)),
        }
    }
}

impl Display for Ask {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acquire { resource, mode, patience } => {
                let verb = if *patience == Patience::None { "try" } else { "lock" };
                write!(formatter, "{verb} {resource} {}{patience}", mode.letter())
            }
            Self::Upgrade { resource, patience } => {
                write!(formatter, "upgrade {resource}{patience}")
            }
            Self::Downgrade { resource } => write!(formatter, "downgrade {resource}"),
            Self::Release { resource } => write!(formatter, "release {resource}"),
            Self::ReleaseAll => formatter.write_str("release all"),
            Self::KeepAlive => formatter.write_str("keep alive"),
            Self::Graph => formatter.write_str("graph"),
        }
    }
}

impl Display for Action {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(Call { ask, .. }) => write!(formatter, "{ask}"),
            Self::Expire { owner, .. } => write!(formatter, "expire {owner}"),
            Self::TimeOut { owner, .. } => write!(formatter, "time out {owner}"),
            Self::Abort { owner, .. } => write!(formatter, "abort {owner}"),
            Self::Overtake { owner, before, .. } => {
                write!(formatter, "let {owner} overtake {before}")
            }
        }
    }
}

impl Display for Command {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.action)
    }
}

impl Display for Answer {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted { token, mode } => write!(formatter, "{} #{token}", mode.letter()),
            Self::Queued { ahead } => write!(formatter, "queued behind {ahead}"),
            Self::Downgraded { token } => write!(formatter, "s #{token}"),
            Self::Released { locks } => write!(formatter, "released {locks}"),
            Self::Alive => formatter.write_str("alive"),
            Self::Refused(refusal) => formatter.write_str(refusal.name()),
            Self::TimedOut => formatter.write_str("timed_out"),
            Self::Aborted { cause, .. } => write!(formatter, "aborted: {}", cause.name()),
            Self::Graph(edges) => write!(formatter, "{} edges", edges.len()),
            Self::Done { effective: true } => formatter.write_str("done"),
            Self::Done { effective: false } => formatter.write_str("void"),
        }
    }
}
