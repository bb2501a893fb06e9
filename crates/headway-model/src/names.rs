//! A dictionary of texts: each gets a number when first seen.

/// Texts in the order in which they were first seen; the number of a text is its place in that order.
///
/// All texts lie in one string, and the table that finds them has eight bytes an entry: a nation's 100,000 schools take
/// some 3 MB. The hash is a plain one, the same in every run.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// All texts, one after the other.
    all: String,
    /// Where each text ends in `all`.
    ends: Vec<u32>,
    /// Open addressing: upper half of the hash, and number + 1 (zero: free). The length is a power of two.
    table: Vec<(u32, u32)>,
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
    pub fn text(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.all[start..self.ends[number] as usize]
    }

    /// The texts, in the order of their numbers.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
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
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.table.is_empty() {
            return None;
        }
        let hash = hash(text.as_bytes());
        match self.table[self.slot(hash, text)] {
            (_, 0) => None,
            (_, number) => Some(number - 1),
        }
    }

    /// The number of `text`, given now if it has none.
    pub fn intern(&mut self, text: &str) -> u32 {
        if self.ends.len() * 2 >= self.table.len() {
            self.grow();
        }
        let hash = hash(text.as_bytes());
        let slot = self.slot(hash, text);
        if let number @ 1.. = self.table[slot].1 {
            return number - 1;
        }
        self.all.push_str(text);
        self.ends.push(u32::try_from(self.all.len()).expect("names of a batch stay below 4 GiB"));
        let number = u32::try_from(self.ends.len()).expect("fewer than 2^32 names");
        self.table[slot] = (upper(hash), number);
        number - 1
    }

    /// The table's entry for `text`, or the free one where it belongs.
    fn slot(&self, hash: u64, text: &str) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let (tag, number) = self.table[slot];
            if number == 0 || (tag == upper(hash) && self.text(number - 1) == text) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mut table = vec![(0, 0); (self.table.len() * 2).max(16)];
        let mask = table.len() - 1;
        for (number, text) in (1..).zip(self.texts()) {
            let hash = hash(text.as_bytes());
            let mut slot = hash as usize & mask;
            while table[slot].1 != 0 {
                slot = (slot + 1) & mask;
            }
            table[slot] = (upper(hash), number);
        }
        self.table = table;
    }
}

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// Multiplies and folds eight bytes at a time.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * u128::from(FACTOR);
        (product as u64) ^ (product >> 64) as u64
    };
    let mut state = FACTOR ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        state = fold(state, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(state, u64::from_le_bytes(last))
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
                assert_eq!(names.find(text).is_some(), round == 1, "{text}");
                assert_eq!(names.intern(text), number);
                assert_eq!(names.text(number), text);
            }
        }
        assert_eq!(names.len(), texts.len());
        assert!(names.texts().eq(texts.iter().map(String::as_str)));
        assert_eq!(names.find("not there"), None);
    }

    #[test]
    fn equal_beginnings_are_seen() {
        let of = |texts: &[&str]| {
            let mut names = Names::default();
            for text in texts {
                names.intern(text);
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
