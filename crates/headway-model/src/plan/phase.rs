//! What a status in a reporter's own word says of the work.

use serde::{Deserialize, Serialize};

/// What a status in a reporter's own word says of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkPhase {
    /// It has not begun.
    NotStarted,
    /// It is going on.
    UnderWay,
    /// It is finished.
    Done,
    /// It will not be done.
    Dropped,
}

/// Words that reporters use, with what they say; a word may stand at the beginning of a longer text. The first that fits counts.
const WORDS: [(WorkPhase, &[&str]); 4] = [
    (
        WorkPhase::NotStarted,
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
        WorkPhase::UnderWay,
        &[
            "in progress",
            "in process",
            "started",
            "launched",
            "underway",
            "under way",
            "ongoing",
            "on going",
            "on hold",
            "paused",
            "stalled",
            "active",
            "begun",
            "on track",
            "off track",
            "delayed",
            "at risk",
            "behind",
            "continuing",
            "incomplete",
            "not complete",
            "not completed",
            "not yet complete",
            "not finished",
            "partially",
            "partly",
            "nearly",
            "almost",
            "mostly",
            "substantially",
        ],
    ),
    (
        WorkPhase::Done,
        &[
            "completed",
            "complete",
            "fully complete",
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
        WorkPhase::Dropped,
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

/// Words behind a phase that ends which say that it has not.
const TAKES_BACK: [&str; 16] = [
    "awaiting",
    "but",
    "by",
    "except",
    "excluding",
    "expected",
    "if",
    "pending",
    "reinstated",
    "reopened",
    "restarted",
    "resumed",
    "subject",
    "then",
    "unless",
    "until",
];

impl WorkPhase {
    /// What a reporter's word says; none for a word that is not known. Case and the signs between words are no matter. A share
    /// counts as well: "100% complete" is done, "50%" under way, "0%" not started.
    pub fn of_word(status: &str) -> Option<Self> {
        let words: Vec<String> = status
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let text = words.join(" ");
        let says = |word: &&str| text == **word || text.strip_prefix(*word).is_some_and(|rest| rest.starts_with(' '));
        let known = WORDS.iter().find(|(_, words)| words.iter().any(&says)).map(|(phase, _)| *phase);
        // "Complete - pending review", "Done?", "Cancelled, then resumed": what follows takes the word back.
        let ends = matches!(known, Some(Self::Done | Self::Dropped));
        if ends && (status.contains('?') || words.iter().any(|word| TAKES_BACK.contains(&word.as_str()))) {
            return None;
        }
        // A share says more than the word before it: "Complete: 50%" is not complete.
        match (known, Self::of_share(status)) {
            (Some(Self::Dropped), _) => known,
            (_, Some(by_share)) => Some(by_share),
            (known, None) => known,
        }
    }

    /// By the only share that a text names: "50% complete", "75 percent".
    fn of_share(status: &str) -> Option<Self> {
        let spaced = status.to_lowercase().replace('%', " % ").replace("per cent", "percent");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut shares =
            words.windows(2).filter(|pair| matches!(pair[1].trim_end_matches([',', '.', ';']), "%" | "percent"));
        let share: f64 = shares.next()?[0].trim_start_matches('(').parse().ok()?;
        let one = shares.next().is_none();
        match share {
            x if !one || !(0.0..=100.0).contains(&x) => None,
            0.0 => Some(Self::NotStarted),
            100.0 => Some(Self::Done),
            _ => Some(Self::UnderWay),
        }
    }

    /// Whether work has begun.
    pub fn has_started(self) -> bool {
        matches!(self, Self::UnderWay | Self::Done)
    }
}
