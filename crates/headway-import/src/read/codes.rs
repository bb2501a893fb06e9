//! Texts of a key's part already met, and the number that each stands for.

use crate::hash::FastMap;

/// What a part's text was found to mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum CodeResult {
    Known(u32),
    /// A total that is not wanted.
    Unwanted,
    /// Number of the reason.
    Refused(u32),
}

/// Texts of one part already met.
#[derive(Default)]
pub(super) struct CodeCache {
    /// Where the profile fixes the text: its code, once it is known.
    pub(super) fixed: Option<CodeResult>,
    /// Short texts as numbers, in the order of their first coming.
    met: Vec<(u128, CodeResult)>,
    /// Where the last one stands among them. Files tell their places in the same order year after year, so that the next text
    /// mostly is the same or the next one there, which needs no search.
    last: usize,
    /// Where each stands.
    short: FastMap<u128, usize>,
    pub(super) long: FastMap<Box<str>, CodeResult>,
}

impl CodeCache {
    /// The code of a short text that was met before.
    #[inline]
    pub(super) fn find_code(&mut self, short: u128) -> Option<CodeResult> {
        for place in self.last..self.met.len().min(self.last + 2) {
            if self.met[place].0 == short {
                self.last = place;
                return Some(self.met[place].1);
            }
        }
        self.last = *self.short.get(&short)?;
        Some(self.met[self.last].1)
    }

    pub(super) fn learn_code(&mut self, short: u128, code: CodeResult) {
        self.last = self.met.len();
        self.short.insert(short, self.last);
        self.met.push((short, code));
    }
}

/// A text of at most 15 bytes as a number: its bytes, and its length in the last one. Made of two reads that may overlap, since
/// copying a length that is not known takes longer than all the rest.
#[inline]
pub(super) fn pack_text(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let length = bytes.len();
    let (low, high) = match length {
        8..16 => {
            let (low, high) = (u64::from_le_bytes(*bytes.first_chunk()?), u64::from_le_bytes(*bytes.last_chunk()?));
            (low, high.checked_shr(8 * (16 - length as u32)).unwrap_or(0))
        }
        4..8 => {
            let (low, high) = (u32::from_le_bytes(*bytes.first_chunk()?), u32::from_le_bytes(*bytes.last_chunk()?));
            (u64::from(low) | u64::from(high) << (8 * (length - 4)), 0)
        }
        1..4 => (bytes.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)), 0),
        0 => (0, 0),
        16.. => return None,
    };
    Some(u128::from(high | (length as u64) << 56) << 64 | u128::from(low))
}

#[cfg(test)]
mod tests {
    use super::pack_text;

    #[test]
    fn short_texts_are_different_numbers() {
        let mut texts: Vec<String> = (0..16).map(|length| "a".repeat(length)).collect();
        texts.extend(
            (1..16).flat_map(|length| (0..length).map(move |at| format!("{:a<length$}", "a".repeat(at) + "é"))),
        );
        texts.extend((0..300).map(|i| i.to_string()));
        texts.retain(|text| text.len() < 16);
        texts.sort();
        texts.dedup();
        let mut numbers: Vec<u128> = texts.iter().map(|text| pack_text(text).expect("it is short")).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), texts.len());
        let plain = |text: &str| {
            u128::from_le_bytes(std::array::from_fn(|i| match i {
                15 => text.len() as u8,
                _ => text.as_bytes().get(i).copied().unwrap_or(0),
            }))
        };
        assert!(texts.iter().all(|text| pack_text(text) == Some(plain(text))), "every byte is in its place");
        assert_eq!(pack_text("sixteen bytes ..."), None);
    }
}
