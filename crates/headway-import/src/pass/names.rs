//! Codes with two names in one period, and names with two codes: what the rows of a file say of places at odds with each other.

use headway_model::{Level, Names};

use crate::profile::fold_text;
use crate::read::PeriodNumber;
use crate::report::DoubtReport;

/// A place is called so from its first to its last period; texts as numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedSpan {
    pub(super) name: u32,
    pub(super) parent: Option<u32>,
    pub(super) level: Level,
    pub(super) place: u32,
    pub(super) first: PeriodNumber,
    pub(super) last: i32,
}

impl NamedSpan {
    /// Whether a later one speaks of a period that this one speaks of too.
    fn has_common_period(&self, later: &Self) -> bool {
        self.first.0 == later.first.0 && later.first.1 <= self.last
    }
}

const TWO_NAMES: &str =
    "codes with two names in one period (the first one holds); are these two places, or one written in two ways";
const TWO_CODES: &str = "names with two codes at one level and below one place in one period; is this one place twice";

/// One line for each of the two, with its count and first example; `again` where any place is told of more than once.
pub(super) fn name_doubts(mut said: Vec<NamedSpan>, again: bool, texts: &Names) -> Vec<DoubtReport> {
    let mut doubts = Vec::new();
    let mut tell = |what: &str, found: NameCases| {
        if let Some(text) = found.first {
            doubts.push(DoubtReport { what: what.to_owned(), count: found.count, file: String::new(), row: 0, text });
        }
    };
    if again {
        said.sort_unstable_by_key(|s| (s.place, s.first, s.last, s.name));
        tell(TWO_NAMES, two_names(&said, texts));
    }
    // A place below an unknown one may have a namesake elsewhere.
    said.retain(|s| s.parent.is_some() || s.level < Level::School);
    said.sort_unstable_by_key(|s| (s.level, s.parent, s.name, s.first, s.last, s.place));
    tell(TWO_CODES, two_codes(&said, texts));
    doubts
}

#[derive(Default)]
struct NameCases {
    count: u64,
    first: Option<String>,
}

impl NameCases {
    fn add_case(&mut self, example: impl FnOnce() -> String) {
        self.count += 1;
        self.first.get_or_insert_with(example);
    }
}

fn two_names(said: &[NamedSpan], texts: &Names) -> NameCases {
    let mut found = NameCases::default();
    for of_place in said.chunk_by(|a, b| a.place == b.place) {
        let mut pairs = of_place.iter().zip(of_place.iter().skip(1));
        let other = |a: &NamedSpan, b: &NamedSpan| {
            a.name != b.name && fold_text(texts.text_by_number(a.name)) != fold_text(texts.text_by_number(b.name))
        };
        if let Some((a, b)) = pairs.find(|(a, b)| a.has_common_period(b) && other(a, b)) {
            found.add_case(|| {
                format!(
                    "{}: {} / {}",
                    texts.text_by_number(a.place),
                    texts.text_by_number(a.name),
                    texts.text_by_number(b.name)
                )
            });
        }
    }
    found
}

fn two_codes(said: &[NamedSpan], texts: &Names) -> NameCases {
    let mut found = NameCases::default();
    for of_name in said.chunk_by(|a, b| (a.level, a.parent, a.name) == (b.level, b.parent, b.name)) {
        let mut pairs = of_name.iter().zip(of_name.iter().skip(1));
        if let Some((a, b)) = pairs.find(|(a, b)| a.has_common_period(b) && a.place != b.place) {
            found.add_case(|| {
                format!(
                    "{}: {} / {}",
                    texts.text_by_number(a.name),
                    texts.text_by_number(a.place),
                    texts.text_by_number(b.place)
                )
            });
        }
    }
    found
}
