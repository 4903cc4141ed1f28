//! The diagram as a file: a standalone SVG that looks the same wherever it is opened.
//!
//! What the page's style sheet says of a path is written here as attributes of the path, in the
//! light palette, because a file may be printed or put on a slide. A title says what it shows, for
//! people and for screen readers. Nothing in it is active, and every text is escaped.

use std::fmt::Write as _;

use lockstep_core::lab::Names;

use super::Picture;
use super::frame::{AXIS, RULER};
use crate::number::{seconds, tenths};
use crate::timeline::ticks;

/// The room left of the lanes for their names, in pixels.
const NAMES: u32 = 40;
/// The room above the ruler for the title, in pixels.
const TITLE: u32 = 30;
/// The room at the right and below, in pixels.
const MARGIN: u32 = 14;

/// The room that the label of a mark takes, in pixels.
pub const LABEL: i64 = 72;

const INK: &str = "#1d2330";
const QUIET: &str = "#626977";
const HAIRLINE: &str = "#e6e3da";
const LEADER: &str = "#0f7b6c";
const CANDIDATE: &str = "#c77700";
const FOLLOWER: &str = "#4a6fa5";
const FAULT: &str = "#b3261e";
const DOWN: &str = "#9aa0a6";

/// A mark on the ruler: where, in pixels, what it says, and whether a person's fault.
pub type Labelled = (i64, String, bool);

/// Writes a picture as a file. `cursor`: where the run stands, in pixels.
#[must_use]
pub fn svg(
    picture: &Picture,
    names: Names,
    title: &str,
    marks: &[Labelled],
    cursor: Option<f64>,
) -> String {
    let frame = &picture.frame;
    let (width, bottom) = (frame.width, frame.bottom());
    let (whole_width, whole_height) = (width + NAMES + MARGIN, TITLE + bottom + AXIS + MARGIN);
    let title = escape(title);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole_width} {whole_height}\" \
         width=\"{whole_width}\" height=\"{whole_height}\" role=\"img\" font-size=\"11\" \
         font-family=\"system-ui, sans-serif\" fill=\"{INK}\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"{NAMES}\" y=\"19\" font-size=\"14\" font-weight=\"600\">{title}</text>\n\
         <g transform=\"translate({NAMES} {TITLE})\">\n"
    );
    // Writing into a string does not fail.
    for time_us in ticks(frame) {
        let (x, below) = (tenths(frame.x(time_us)), bottom + 12);
        let time = seconds(time_us);
        let anchor = if frame.x(time_us) + 20.0 > f64::from(width) { "end" } else { "middle" };
        let _ = writeln!(
            text,
            "<path d=\"M{x} {RULER}V{bottom}\" stroke=\"{HAIRLINE}\"/>\
             <text x=\"{x}\" y=\"{below}\" text-anchor=\"{anchor}\" fill=\"{QUIET}\">\
             {time} s</text>"
        );
    }
    for (node, name) in names.nodes() {
        let y = frame.middle(u32::from(node.0)) + 4;
        let _ = writeln!(text, "<text x=\"-32\" y=\"{y}\" font-weight=\"600\">{name}</text>");
    }
    let _ = writeln!(text, "<svg width=\"{width}\" height=\"{bottom}\">");
    for stroke in &picture.strokes {
        let Some(style) = style(&stroke.class) else { continue };
        let thickness = stroke.thickness.map(|pixels| format!(" stroke-width=\"{pixels}\""));
        let thickness = thickness.unwrap_or_default();
        let _ = writeln!(text, "<path d=\"{}\"{style}{thickness}/>", stroke.path);
    }
    for label in &picture.labels {
        let (x, y, said) = (tenths(label.x), tenths(label.y), escape(&label.text));
        let _ = writeln!(text, "<text x=\"{x}\" y=\"{y}\" font-size=\"10.5\">{said}</text>");
    }
    text.push_str("</svg>\n");
    for (x, said, fault) in marks {
        let colour = if *fault { FAULT } else { QUIET };
        let said = escape(said);
        let _ = writeln!(
            text,
            "<path d=\"M{x} 13V{bottom}\" stroke=\"{colour}\" opacity=\"0.35\"/>\
             <circle cx=\"{x}\" cy=\"14\" r=\"2.5\" fill=\"{colour}\"/>\
             <text x=\"{x}\" y=\"9\" font-size=\"10.5\" fill=\"{colour}\">{said}</text>"
        );
    }
    if let Some(x) = cursor.map(tenths) {
        let _ =
            writeln!(text, "<path d=\"M{x} 14V{bottom}\" stroke=\"{INK}\" stroke-width=\"1.5\"/>");
    }
    text.push_str("</g>\n</svg>\n");
    text
}

/// What the style sheet says of a path, as attributes; `None` for what only a screen shows.
fn style(class: &str) -> Option<String> {
    let mut words = class.split(' ').filter(|word| !word.is_empty());
    let (what, which) = (words.next()?, words.next().unwrap_or_default());
    let kind = match which {
        "vote-request" | "vote-granted" | "vote-refused" | "candidate" => CANDIDATE,
        "heartbeat" | "entries" | "leader" => LEADER,
        "accepted" => FOLLOWER,
        "refused" | "redirect" | "choice" | "failed" => FAULT,
        "timer" => CANDIDATE,
        "follower" => "#bac8dd",
        "down" => DOWN,
        _ => QUIET,
    };
    let (fill, stroke, more) = match (what, which) {
        ("stretch", "down" | "paused") => ("none", kind, " stroke-dasharray=\"4 3\""),
        ("stretch", _) => ("none", kind, ""),
        ("ahead", _) => ("none", HAIRLINE, ""),
        ("density", _) => ("none", INK, " opacity=\"0.45\""),
        ("bar", "unknown" | "pending" | "failed") => ("#ffffff", kind, " stroke-dasharray=\"4 3\""),
        ("bar", _) => ("#e9eaec", kind, ""),
        ("flight", "heartbeat" | "accepted") => ("none", kind, " opacity=\"0.5\""),
        ("flight", _) => ("none", kind, " opacity=\"0.8\""),
        ("tip", "entries" | "heartbeat" | "answer" | "vote-granted") => (kind, kind, ""),
        ("tip", _) => ("#ffffff", kind, " stroke-width=\"1.2\""),
        ("dot", "parted") => ("#ffffff", FAULT, " stroke-width=\"1.6\""),
        ("dot", "joined") => ("#ffffff", LEADER, " stroke-width=\"1.8\""),
        ("dot", _) => (kind, "#ffffff", ""),
        ("broken", _) => ("none", FAULT, " stroke-width=\"1.8\""),
        ("picked-message" | "picked-event", _) => ("none", INK, " stroke-width=\"2.5\""),
        _ => return None,
    };
    Some(format!(" fill=\"{fill}\" stroke=\"{stroke}\"{more}"))
}

/// A text as the content of an element. What XML cannot hold at all is left out.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{Filter, Frame, Input, picture};
    use lockstep_core::lab::Session;
    use lockstep_core::scenario::gallery::Story;
    use lockstep_core::sim::run::Goal;
    use lockstep_core::sim::time::Moment;

    fn played() -> Session {
        let mut session = Story::MinorityLeader.scenario().open();
        session.go(Goal::Moment(Moment::after(2_500_000)));
        session
    }

    fn drawn(session: &Session) -> Picture {
        let mut reading = crate::diagram::reading::Reading::default();
        while reading.work(session, 0, (0, 2_500_000), 10_000) {}
        picture(&Input {
            session,
            line: 0,
            branch: 0,
            frame: Frame::new((0, 2_500_000), 900, 6, 0),
            sheet: reading.sheet(),
            filter: Filter::default(),
            selection: None,
            selected_at: None,
            lit: None,
            marking: None,
            followed: None,
        })
    }

    #[test]
    fn everything_that_is_drawn_is_in_the_file_with_a_style_of_its_own() {
        let session = played();
        let picture = drawn(&session);
        assert!(picture.strokes.len() > 8, "{}", picture.strokes.len());
        let marks = [(120, "a & <b>".to_owned(), true)];
        let text = svg(&picture, session.names(), "Why? <i>", &marks, Some(900.0));
        for stroke in &picture.strokes {
            assert!(style(&stroke.class).is_some(), "no style for {:?}", stroke.class);
            assert!(text.contains(&stroke.path), "{:?}", stroke.class);
        }
        assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
        for part in ["<title>Why? &lt;i&gt;</title>", "a &amp; &lt;b&gt;", ">n1</text>", "1.000 s"]
        {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("class=") && !text.contains("var("), "nothing is left to a sheet");
        assert!(!text.contains("NaN") && !text.contains("--"));
    }

    #[test]
    fn elements_are_closed_in_their_order() {
        let session = played();
        let text = svg(&drawn(&session), session.names(), "x", &[], None);
        let mut open = Vec::new();
        for tag in text.split('<').skip(1) {
            let name = tag.split([' ', '>', '/']).next().unwrap_or_default();
            if let Some(closed) = tag.strip_prefix('/') {
                let closed = closed.split('>').next();
                assert_eq!(open.pop(), closed, "{tag}");
            } else if !tag.split('>').next().is_some_and(|inside| inside.ends_with('/')) {
                open.push(name);
            }
        }
        assert_eq!(open, Vec::<&str>::new());
    }

    #[test]
    fn colours_are_those_of_the_page() {
        let sheet = include_str!("../../style.css");
        for colour in [INK, QUIET, HAIRLINE, LEADER, CANDIDATE, FOLLOWER, FAULT, DOWN] {
            assert!(sheet.contains(colour), "{colour}");
        }
    }
}
