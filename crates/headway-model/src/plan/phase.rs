//! What a status in a reporter's own words says of the work.
//!
//! A status is read only where its whole text is understood: no word of it is passed over. "Complete once approved" says
//! something else than "Complete", and which word matters can't be told from a list of words.

use serde::{Deserialize, Serialize};

use WorkPhase::{Done, Dropped, InTrouble, NotStarted, UnderWay};

/// What a status in a reporter's own words says of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkPhase {
    /// It has not begun.
    NotStarted,
    /// It has begun, and does not go as planned.
    InTrouble,
    /// It is going on.
    UnderWay,
    /// It is finished.
    Done,
    /// It will not be done.
    Dropped,
}

/// Whole statuses that reporters use.
const PHRASES: [(WorkPhase, &[&str]); 5] = [
    (
        NotStarted,
        &[
            "not started",
            "not yet started",
            "not begun",
            "not yet begun",
            "has not started",
            "planned",
            "pending",
            "scheduled",
            "to do",
            "upcoming",
            "postponed",
            "deferred",
        ],
    ),
    (
        InTrouble,
        &[
            "on hold",
            "paused",
            "stalled",
            "off track",
            "delayed",
            "at risk",
            "behind",
            "behind schedule",
            "incomplete",
            "not complete",
            "not completed",
            "not finished",
        ],
    ),
    (
        UnderWay,
        &[
            "in progress",
            "in process",
            "started",
            "launched",
            "underway",
            "under way",
            "ongoing",
            "on going",
            "active",
            "begun",
            "on track",
            "continuing",
            "not yet complete",
            "not yet completed",
            "not yet finished",
        ],
    ),
    (
        Done,
        &[
            "completed",
            "complete",
            "fully complete",
            "fully completed",
            "done",
            "finished",
            "achieved",
            "met",
            "closed",
            "implemented",
            "fully implemented",
            "delivered",
            "accomplished",
        ],
    ),
    (
        Dropped,
        &[
            "cancelled",
            "canceled",
            "dropped",
            "discontinued",
            "abandoned",
            "withdrawn",
            "terminated",
            "no longer planned",
            "will not be done",
        ],
    ),
];

/// What makes less than done of a word that says done: "partially completed".
const NOT_QUITE: [&str; 7] = ["partially", "partly", "nearly", "almost", "mostly", "substantially", "largely"];

/// What may follow a phase, and what both say: "Completed - on time", "In progress, delayed".
const HOW: [(WorkPhase, &[&str], WorkPhase); 3] = [
    (UnderWay, &["on track", "on schedule", "ahead of schedule"], UnderWay),
    (UnderWay, &["off track", "behind schedule", "delayed", "at risk"], InTrouble),
    (Done, &["on time", "on schedule", "ahead of schedule", "as planned", "early", "late"], Done),
];

/// What may follow a share: of nothing but the work.
const OF_WORK: [&str; 10] = [
    "",
    "complete",
    "completed",
    "done",
    "finished",
    "implemented",
    "of work",
    "of the work",
    "of work done",
    "of the work done",
];

/// What may stand before a share as its title: "Complete: 50%".
const TITLES: [&str; 4] = ["complete", "completed", "completion", "progress"];

impl WorkPhase {
    /// What a reporter's status says; none where any of it is not understood. Case and the signs between words are no matter.
    /// A share counts as well: "100% complete" is done, "50%" under way, "0%" not started.
    pub fn of_word(status: &str) -> Option<Self> {
        let text = plain_status(status)?;
        Self::of_phrase(&text).or_else(|| Self::of_share(&text))
    }

    fn of_phrase(text: &str) -> Option<Self> {
        let listed = |list: &[(Self, &[&str])], text: &str| {
            list.iter().find(|(_, phrases)| phrases.contains(&text)).map(|(phase, _)| *phase)
        };
        if let Some(phase) = listed(&PHRASES, text) {
            return Some(phase);
        }
        if let Some((adverb, rest)) = text.split_once(' ')
            && NOT_QUITE.contains(&adverb)
        {
            return (listed(&PHRASES, rest) == Some(Done)).then_some(UnderWay);
        }
        HOW.iter().find_map(|(phase, tails, both)| {
            let mut before = tails.iter().filter_map(|tail| text.strip_suffix(tail)?.strip_suffix(' '));
            before.any(|before| listed(&PHRASES, before) == Some(*phase)).then_some(*both)
        })
    }

    /// By a share with nothing beside it but of what it is, or a phase that agrees with it.
    fn of_share(text: &str) -> Option<Self> {
        let (before, after) = text.split_once(" % ").or_else(|| Some((text.strip_suffix(" %")?, "")))?;
        let (title, number) = before.rsplit_once(' ').unwrap_or(("", before));
        if !OF_WORK.contains(&after) || !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return None;
        }
        let phase = match number.parse::<f64>().ok()? {
            0.0 => NotStarted,
            100.0 => Done,
            share if share > 0.0 && share < 100.0 => UnderWay,
            _ => return None,
        };
        match Self::of_phrase(title) {
            Some(InTrouble) if phase == UnderWay => Some(InTrouble),
            said => (title.is_empty() || TITLES.contains(&title) || said == Some(phase)).then_some(phase),
        }
    }

    /// Whether nothing more is to be done.
    pub fn is_final(self) -> bool {
        matches!(self, Done | Dropped)
    }

    /// Whether work has begun.
    pub fn has_started(self) -> bool {
        matches!(self, InTrouble | UnderWay | Done)
    }
}

/// A status in small letters, one space between its words and the percent sign a word of its own; none where it has signs that
/// change what words say ("Done?", "~50%", "-5%").
fn plain_status(status: &str) -> Option<String> {
    let lower = status.trim().to_lowercase();
    let lower = lower.strip_suffix(['.', '!']).unwrap_or(&lower);
    let mut text = String::new();
    let mut signs = lower.chars().peekable();
    while let Some(sign) = signs.next() {
        let digit_next = signs.peek().is_some_and(char::is_ascii_digit);
        match sign {
            '%' => text.push_str(" % "),
            // "50-60%", "-5%", "1,5%": it belongs to the number, which is then none that is read.
            '-' | '–' | '—' | '.' | ',' if digit_next => text.push(sign),
            '-' | '–' | '—' | '_' | ',' | ';' | ':' | '(' | ')' => text.push(' '),
            _ if sign.is_alphanumeric() => text.push(sign),
            _ if sign.is_whitespace() => text.push(' '),
            _ => return None,
        }
    }
    let words: Vec<&str> = text.split_whitespace().map(|word| if is_percent(word) { "%" } else { word }).collect();
    Some(words.join(" ").replace("per cent", "%"))
}

fn is_percent(word: &str) -> bool {
    matches!(word, "percent" | "pct")
}
