//! A stretch of a run as a sequence diagram, in Mermaid's language.
//!
//! Messages are drawn where they arrive, with the time at which they left, so that everything
//! stands in the order in which it took effect; a lost one ends in a cross. Notes, timeouts and
//! choices stand over their node. Heartbeats and what is answered to them are left out: they would
//! drown the rest.
//!
//! Mermaid refuses a text of more than fifty thousand characters, so the diagram ends before that
//! and says so. Nothing that a run can hold (a client may write any text) can end a line or begin a
//! statement: what means something to Mermaid is written by its number.

use std::collections::BTreeSet;

use super::golden::said;
use crate::lab::raft::view::{MessageKind, message_fields, message_kind};
use crate::lab::{Event, Names, What};
use crate::scenario::text::duration;
use crate::sim::network::MessageId;

/// The longest diagram, in bytes: below Mermaid's own limit, which counts characters.
pub const LONGEST: usize = 48_000;

/// What stands at the end of a diagram that was too long.
const CUT_SHORT: &str = "  %% The run goes on: Mermaid takes no more than 50,000 characters.\n";

/// What a diagram begins with: who takes part, from left to right.
pub(super) fn head(names: Names, intent: &str) -> String {
    let participants = names.nodes().map(|(_, name)| format!("  participant {name}\n"));
    let comment = super::comment("%%", intent);
    format!("sequenceDiagram\n{comment}{}", participants.collect::<String>())
}

/// A diagram that is being written.
#[derive(Clone, Debug)]
pub(super) struct Diagram {
    length: usize,
    full: bool,
    /// The step in which a heartbeat arrived, while its events are told.
    heartbeat_step: u64,
    /// Answers to heartbeats that are on their way.
    folded: BTreeSet<MessageId>,
}

impl Diagram {
    /// A diagram of which so many bytes are written.
    pub(super) const fn of_length(length: usize) -> Self {
        Self { length, full: false, heartbeat_step: 0, folded: BTreeSet::new() }
    }

    /// Whether it takes no more.
    pub(super) const fn is_full(&self) -> bool {
        self.full
    }

    /// Writes an event down, if it is one that is drawn.
    pub(super) fn write(&mut self, event: &Event, names: Names, text: &mut String) {
        let Some(line) = self.line(event, names) else { return };
        if self.full {
            return;
        }
        self.full = self.length + line.len() + CUT_SHORT.len() > LONGEST;
        let line = if self.full { CUT_SHORT } else { &line };
        self.length += line.len();
        text.push_str(line);
    }

    fn line(&mut self, event: &Event, names: Names) -> Option<String> {
        let time = duration(event.time_us);
        match &event.what {
            What::Sent { id, message, .. } => {
                let answers = event.id.step() == self.heartbeat_step;
                if answers && message_kind(message) == MessageKind::Accepted {
                    self.folded.insert(*id);
                }
                None
            }
            What::Delivered { id, sent_us, message } | What::Lost { id, sent_us, message, .. } => {
                let kind = message_kind(message);
                let lost = match &event.what {
                    What::Lost { reason, .. } => Some(reason.name()),
                    _ => None,
                };
                if kind == MessageKind::Heartbeat && lost.is_none() {
                    self.heartbeat_step = event.id.step();
                }
                if self.folded.remove(id) || kind == MessageKind::Heartbeat {
                    return None;
                }
                let (from, to) = (names.name(id.from), names.name(id.to));
                let fields = message_fields(message, names).into_iter();
                let fields: String =
                    fields.map(|(name, value)| format!(" {name}={value}")).collect();
                let kind = kind.name();
                let sent = duration(*sent_us);
                let (arrow, fate) = match lost {
                    Some(reason) => ("-x", format!(", lost: {reason}")),
                    None => ("->>", String::new()),
                };
                let said = escape(&format!("{kind}{fields} ({sent} to {time}{fate})"));
                Some(format!("  {from}{arrow}{to}: {said}\n"))
            }
            _ => {
                let said = said(event, names)?;
                let node = names.name(event.node);
                Some(format!("  Note over {node}: {}\n", escape(&format!("{time} {said}"))))
            }
        }
    }
}

/// A text that means nothing to Mermaid.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '#' | ';' | '<' | '>' | '&' | '%' | '\\' | '`' | '$' => {
                escaped += &format!("#{};", u32::from(character));
            }
            _ if character.is_control() || character.is_whitespace() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Session;
    use crate::scenario::Scenario;
    use crate::scenario::export::{Export, Format};
    use crate::sim::run::Goal;
    use crate::sim::time::Moment;

    fn diagram(json: &str, time_us: u64) -> String {
        let mut session: Session = Scenario::from_json(json).expect("a scenario").open();
        session.go(Goal::Moment(Moment::after(time_us)));
        let steps = 0..=session.steps();
        let mut export = Export::begin(&mut session, Format::Mermaid, steps, "A test\nof it");
        std::iter::from_fn(|| export.work(&session, 100)).collect()
    }

    #[test]
    fn an_election_is_drawn_without_its_heartbeats() {
        let text = diagram(
            r#"{ "lockstep": 1, "lab": "raft", "config": { "servers": 3 },
                 "choices": [ { "at": "10ms", "timeout": "n1" },
                              { "at": "11ms", "cut": ["n1", "n3"] } ] }"#,
            200_000,
        );
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..3], ["sequenceDiagram", "%% A test", "%% of it"]);
        assert_eq!(
            lines[3..7],
            ["n1", "n2", "n3", "c1"].map(|name| format!("  participant {name}"))
        );
        let has = |part: &str| lines.iter().any(|line| line.contains(part));
        assert!(has("  Note over n1: 10ms timed out: election"), "{text}");
        assert!(has("  n1->>n2: vote_request term=1"), "{text}");
        assert!(has("  n1-xn3: vote_request term=1") && has("lost: cut)"), "{text}");
        assert!(has("became_leader term=1 votes=2"), "{text}");
        assert!(!has("heartbeat") && !has("accepted"), "{text}");
    }

    #[test]
    fn what_a_client_writes_begins_no_statement() {
        let text = diagram(
            r##"{ "lockstep": 1, "lab": "raft", "config": { "servers": 1 },
                 "choices": [ { "at": "400ms", "client": "c1",
                                "put": ["x;#", "1\nend %%{<b>"] } ] }"##,
            600_000,
        );
        assert!(text.contains("put"), "{text}");
        let statement = |line: &str| {
            let participants = ["  participant ", "  Note over ", "  n1->>", "  c1->>", "%% "];
            line == "sequenceDiagram" || participants.iter().any(|start| line.starts_with(start))
        };
        assert!(text.lines().all(statement), "{text}");
        for raw in ["x;", "<b>", "%%{"] {
            assert!(!text.contains(raw), "{raw}: {text}");
        }
        assert_eq!(escape("a;#b\n<"), "a#59;#35;b #60;");
    }

    #[test]
    fn a_long_diagram_is_cut_short_and_says_so() {
        let json = r#"{ "lockstep": 1, "lab": "raft",
                        "config": { "servers": 9, "clients": 4, "load": { "every": "20ms" } } }"#;
        let text = diagram(json, 5_000_000);
        assert!(text.len() <= LONGEST && text.len() > LONGEST - 1_000, "{}", text.len());
        assert!(text.ends_with(CUT_SHORT));
    }
}
