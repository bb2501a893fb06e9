//! A dictionary of texts: each gets a number when first seen.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::{HashTable, hash_table::Entry};

/// Texts in the order in which they were first seen; the number of a text is its place in that order.
///
/// All texts lie in one string, and the table that finds them has five bytes an entry: a nation's 100,000 schools take
/// some 3 MB. The hash is the same in every run.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// All texts, one after the other.
    all: String,
    /// Where each text ends in `all`.
    ends: Vec<u32>,
    /// The number of each text, found by its hash.
    table: HashTable<u32>,
}

impl Names {
    /// How many texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of this number.
    ///
    /// # Panics
    /// When no text has the number.
    pub fn text_by_number(&self, number: u32) -> &str {
        text_at(&self.all, &self.ends, number)
    }

    /// The texts, in the order of their numbers.
    pub fn all_texts(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = &self.all[start..end as usize];
            start = end as usize;
            text
        })
    }

    /// Whether these names and the other ones agree in the numbers that both have: quicker than to compare them one by one.
    pub fn starts_like(&self, other: &Self) -> bool {
        let both = self.len().min(other.len());
        let end = self.ends[..both].last().map_or(0, |&end| end as usize);
        self.ends[..both] == other.ends[..both] && self.all.as_bytes()[..end] == other.all.as_bytes()[..end]
    }

    /// The number of `text`, if it has one.
    pub fn find_number(&self, text: &str) -> Option<u32> {
        self.table.find(hash_of(text), |&number| self.text_by_number(number) == text).copied()
    }

    /// The number of `text`, given now if it has none.
    ///
    /// # Panics
    /// When all texts together reach 4 GiB.
    pub fn intern_text(&mut self, text: &str) -> u32 {
        let Self { all, ends, table } = self;
        let same = |&number: &u32| text_at(all, ends, number) == text;
        match table.entry(hash_of(text), same, |&number| hash_of(text_at(all, ends, number))) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let number = ends.len() as u32;
                all.push_str(text);
                ends.push(u32::try_from(all.len()).expect("names of a batch stay below 4 GiB"));
                free.insert(number);
                number
            }
        }
    }
}

fn text_at<'a>(all: &'a str, ends: &[u32], number: u32) -> &'a str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] as usize };
    &all[start..ends[number] as usize]
}

fn hash_of(text: &str) -> u64 {
    FixedState::default().hash_one(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut names = Names::default();
        let texts: Vec<String> =
            (0..5000).map(|i| format!("{i:08}")).chain(["".into(), "é".into(), "\0".into()]).collect();
        for round in 0..2 {
            for (number, text) in (0..).zip(&texts) {
                assert_eq!(names.find_number(text).is_some(), round == 1, "{text}");
                assert_eq!(names.intern_text(text), number);
                assert_eq!(names.text_by_number(number), text);
            }
        }
        assert_eq!(names.len(), texts.len());
        assert!(names.all_texts().eq(texts.iter().map(String::as_str)));
        assert_eq!(names.find_number("not there"), None);
    }

    #[test]
    fn equal_beginnings_are_seen() {
        let of = |texts: &[&str]| {
            let mut names = Names::default();
            for text in texts {
                names.intern_text(text);
            }
            names
        };
        let check = |a: &[&str], b: &[&str], alike| {
            assert_eq!(of(a).starts_like(&of(b)), alike, "{a:?} {b:?}");
            assert_eq!(of(b).starts_like(&of(a)), alike, "{b:?} {a:?}");
        };
        check(&[], &["a"], true);
        check(&["a", "b"], &["a", "b", "c"], true);
        check(&["a", "b"], &["a", "c"], false);
        check(&["ab", "c"], &["a", "bc"], false);
    }
}
