//! A small fast hash for tables that only this program fills (texts and numbers of one file, never an attacker's choice of
//! bucket that matters): multiply and rotate, as in the compiler's own tables.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;
pub(crate) type FastSet<K> = HashSet<K, BuildHasherDefault<FastHasher>>;

#[derive(Clone, Default)]
pub(crate) struct FastHasher(u64);

/// An odd constant with well-spread bits (2^64 divided by the golden ratio).
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

impl FastHasher {
    fn add_word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(SEED);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add_word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.add_word(u64::from_le_bytes(last));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.add_word(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.add_word(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.add_word(n);
    }

    fn write_u128(&mut self, n: u128) {
        self.add_word(n as u64);
        self.add_word((n >> 64) as u64);
    }

    fn write_usize(&mut self, n: usize) {
        self.add_word(n as u64);
    }

    fn finish(&self) -> u64 {
        // The table takes its bucket from the low bits; the multiplication leaves the good ones on top.
        self.0.rotate_left(26)
    }
}
