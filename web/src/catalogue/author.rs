//! Branches, bookmarks, comparisons and projector mode in words.

use lockstep_core::lab::compare::Side;
use lockstep_core::lab::{Event, Names, What};
use lockstep_core::sim::network::MessageId;

use super::{Language, choose, say};
use crate::number::seconds;

/// A fixed text about what an author does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorWord {
    /// The tree.
    Branches,
    /// To give another name.
    Rename,
    /// The name of a branch.
    Name,
    /// To take away.
    Delete,
    /// To leave as it is.
    Keep,
    /// To keep what was written.
    Save,
    /// To compare with another branch.
    CompareWith,
    /// None.
    NoBranch,
    /// It is not known yet.
    Comparing,
    /// To go to the first difference.
    GoThere,
    /// All bookmarks.
    Bookmarks,
    /// To bookmark this moment.
    Bookmark,
    /// What a bookmark says.
    Caption,
    /// To write it otherwise.
    Edit,
    /// Further on.
    Next,
    /// Back.
    Previous,
    /// There is none.
    NoBookmarks,
    /// Large type, few controls.
    Projector,
    /// Back to the whole page.
    Leave,
}

impl Language {
    /// A fixed text about what an author does.
    #[must_use]
    pub const fn author(self, word: AuthorWord) -> &'static str {
        match word {
            AuthorWord::Branches => choose!(self, "Branches", "Cabang"),
            AuthorWord::Rename => choose!(self, "Rename", "Ganti nama"),
            AuthorWord::Name => choose!(self, "Name of the branch", "Nama cabang"),
            AuthorWord::Delete => choose!(self, "Delete", "Hapus"),
            AuthorWord::Keep => choose!(self, "Keep it", "Biarkan"),
            AuthorWord::Save => choose!(self, "Save", "Simpan"),
            AuthorWord::CompareWith => choose!(self, "Compare with", "Bandingkan dengan"),
            AuthorWord::NoBranch => choose!(self, "none", "tidak ada"),
            AuthorWord::Comparing => choose!(self, "Comparing…", "Membandingkan…"),
            AuthorWord::GoThere => choose!(self, "Go there", "Ke sana"),
            AuthorWord::Bookmarks => choose!(self, "Bookmarks", "Penanda"),
            AuthorWord::Bookmark => choose!(self, "Bookmark this moment", "Tandai momen ini"),
            AuthorWord::Caption => choose!(self, "What to say here", "Yang disampaikan di sini"),
            AuthorWord::Edit => choose!(self, "Edit", "Ubah"),
            AuthorWord::Next => choose!(self, "Next bookmark", "Penanda berikutnya"),
            AuthorWord::Previous => choose!(self, "Previous bookmark", "Penanda sebelumnya"),
            AuthorWord::NoBookmarks => choose!(
                self,
                "A bookmark keeps a moment and what you say about it. Links carry them.",
                "Penanda menyimpan momen dan keterangan Anda. Tautan ikut membawanya.",
            ),
            AuthorWord::Projector => choose!(self, "Projector mode", "Mode proyektor"),
            AuthorWord::Leave => choose!(self, "Leave", "Keluar"),
        }
    }

    /// Where a branch grew.
    #[must_use]
    pub fn origin(self, parent: &str, time_us: u64) -> String {
        let time = seconds(time_us);
        say!(self, "from {parent} at {time} s", "dari {parent} di {time} s")
    }

    /// Asks whether a branch is to be taken away, and says what goes and what stays.
    #[must_use]
    pub fn ask_to_remove(
        self,
        name: &str,
        choices: usize,
        bookmarks: usize,
        children: &[&str],
    ) -> String {
        let mut text = say!(
            self,
            "Delete {name}? Its interventions go: {choices}.",
            "Hapus {name}? Intervensinya ikut terhapus: {choices}.",
        );
        if bookmarks > 0 {
            text +=
                &say!(self, " Its bookmarks go: {bookmarks}.", " Penandanya juga: {bookmarks}.");
        }
        if !children.is_empty() {
            let stay = children.join(", ");
            text += &say!(
                self,
                " What grew from it stays: {stay}.",
                " Yang tumbuh darinya tetap ada: {stay}.",
            );
        }
        text
    }

    /// That two branches do not differ.
    #[must_use]
    pub fn alike(self, until_us: u64) -> String {
        let time = seconds(until_us);
        say!(
            self,
            "Up to {time} s nothing has come of what was done differently.",
            "Sampai {time} s, tindakan yang berbeda itu belum berakibat apa pun.",
        )
    }

    /// When two branches first differ.
    #[must_use]
    pub fn first_difference(self, time_us: u64) -> String {
        let time = seconds(time_us);
        say!(self, "First difference at {time} s.", "Perbedaan pertama di {time} s.")
    }

    /// What happens on each of two branches where they first differ.
    #[must_use]
    pub fn difference(self, names: Names, sides: &[Side; 2], time_us: u64) -> [String; 2] {
        let heads = differing(sides, time_us);
        let did: [Vec<String>; 2] = [0, 1].map(|nth: usize| {
            let did = sides[nth].choices.iter().filter(|event| event.time_us <= time_us);
            did.filter_map(|event| self.event(names, event)).collect()
        });
        [0, 1].map(|nth: usize| {
            let mut told = self.sentences(names, heads[nth]);
            if told.is_empty() {
                // What became of the message that matters on the other side?
                let message = heads[1 - nth].iter().find_map(message_of);
                told = self.fate(names, &sides[nth], message);
            }
            // What was done here alone, and what came of it.
            let alone = did[nth].iter().filter(|done| !did[1 - nth].contains(done));
            let alone: Vec<&str> = alone.map(String::as_str).take(4).collect();
            if alone.is_empty() { told } else { format!("{} — {told}", alone.join(" ")) }
        })
    }

    fn sentences(self, names: Names, events: &[Event]) -> String {
        let told: Vec<String> =
            events.iter().filter_map(|event| self.event(names, event)).take(3).collect();
        told.join(" ")
    }

    fn fate(self, names: Names, side: &Side, message: Option<MessageId>) -> String {
        let about = |event: &&Event| message.is_some() && message_of(event) == message;
        let all = || side.choices.iter().chain(&side.events);
        let ended = all().filter(about).find(|event| !matches!(event.what, What::Sent { .. }));
        match ended.and_then(|event| Some((event.time_us, self.event(names, event)?))) {
            Some((time_us, told)) => {
                let time = seconds(time_us);
                say!(self, "Not then; at {time} s: {told}", "Belum; di {time} s: {told}")
            }
            None => choose!(self, "This does not happen.", "Ini tidak terjadi.").to_owned(),
        }
    }
}

/// The message that an event is about.
const fn message_of(event: &Event) -> Option<MessageId> {
    match &event.what {
        What::Delivered { id, .. } | What::Lost { id, .. } | What::Sent { id, .. } => Some(*id),
        _ => None,
    }
}

/// The events of the step that differs, on each side, without those at its beginning that are the
/// same on both. Nothing on a side that takes no step at that time.
fn differing(sides: &[Side; 2], time_us: u64) -> [&[Event]; 2] {
    let heads = sides.each_ref().map(|side| {
        let first = side.events.first().filter(|event| event.time_us == time_us);
        let of_first =
            |event: &&Event| first.is_some_and(|first| first.id.step() == event.id.step());
        let count = side.events.iter().take_while(of_first).count();
        &side.events[..count]
    });
    let same = heads[0].iter().zip(heads[1]);
    let same = same.take_while(|(one, other)| (one.node, &one.what) == (other.node, &other.what));
    let same = same.count();
    heads.map(|head| &head[same..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::lab::compare::Finding;
    use lockstep_core::scenario::Scenario;
    use lockstep_core::sim::run::Goal;

    /// What the branches of a scenario first differ in.
    fn told(branch: &str) -> [String; 2] {
        let text = format!(r#"{{ "lockstep": 1, "lab": "raft", "branches": [{branch}] }}"#);
        let session = Scenario::from_json(&text).expect("a scenario").open();
        let mut comparison = session.compare(0, 1, 5_000_000);
        while !session.go_on_comparing(&mut comparison, 1_000) {}
        let Some(Finding::Differ { time_us }) = comparison.finding() else { panic!("alike") };
        Language::English.difference(session.names(), comparison.sides(), time_us)
    }

    /// A moment at which messages are on their way, the name of one, and of its receiver.
    fn on_its_way() -> (String, String, String) {
        let mut session = Scenario::default().open();
        while session.view(1).messages.is_empty() {
            session.go(Goal::Steps(session.steps() + 1));
        }
        let id = session.view(1).messages[0].id;
        let at = session.moment().time_us + 1;
        let names = session.names();
        (format!("{at}us"), names.message(id).to_string(), names.name(id.to).to_string())
    }

    #[test]
    fn a_message_that_arrives_on_one_branch_and_is_lost_on_the_other_is_told_on_both() {
        let (at, _, to) = on_its_way();
        let choice = format!(r#"{{ "at": "{at}", "crash": "{to}" }}"#);
        let [one, other] = told(&format!(r#"{{ "at": "{at}", "choices": [{choice}] }}"#));
        assert!(one.starts_with(&format!("{to} receives from")), "{one} / {other}");
        assert!(other.starts_with(&format!("{to} is crashed")), "{other}");
        assert!(other.contains("is lost") && other.contains("the receiver is down"), "{other}");
    }

    #[test]
    fn a_message_that_is_late_on_one_branch_is_told_when_it_comes() {
        let (at, id, to) = on_its_way();
        let choice = format!(r#"{{ "at": "{at}", "delay": "{id}", "by": "20ms" }}"#);
        let [one, other] = told(&format!(r#"{{ "at": "{at}", "choices": [{choice}] }}"#));
        assert!(one.starts_with(&format!("{to} receives from")), "{one} / {other}");
        assert!(
            other.contains("takes 20 ms longer") && other.contains("Not then; at 0."),
            "{other}"
        );
    }
}
