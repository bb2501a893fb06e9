//! Secret tokens: what an invitation's link and a session's cookie hold.

use std::fmt;

use sha2::{Digest, Sha256};

/// A secret of 256 random bits, written as 64 hexadecimal digits. The store keeps its SHA-256 alone.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken(String);

impl SecretToken {
    /// The token of these bytes, which must be random.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(hex_text(&bytes))
    }

    /// The token as it was handed out; any text, for one that is none is not found.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// It as text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    pub(crate) fn hash(&self) -> String {
        hash_text(&self.0)
    }
}

/// Never the secret: what is written to a log stays there.
impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretToken(..)")
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn hash_text(text: &str) -> String {
    hex_text(&Sha256::digest(text.as_bytes()))
}

fn hex_text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_kept_as_its_hash() {
        let token = SecretToken::from_random([0xab; 32]);
        assert_eq!(token.reveal(), "ab".repeat(32));
        assert_eq!(SecretToken::from_text(token.reveal()).hash(), token.hash());
        assert_ne!(token.hash(), token.reveal());
        assert_eq!(format!("{token:?}"), "SecretToken(..)");
        assert_eq!(hash_text(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
