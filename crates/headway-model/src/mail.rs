//! Addresses of mail, as people are found by them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most letters that a server must take (RFC 5321).
const LONGEST: usize = 254;

/// An address of mail: trimmed and in lower case, so that it is found however it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailAddress(String);

/// What is wrong with an address of mail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not an address of mail: write it like lead@agency.gov")]
pub struct MailFault {
    /// What was written.
    pub text: String,
}

impl MailAddress {
    /// The address that a text names.
    ///
    /// # Errors
    /// [`MailFault`] when it has no `@` between two parts, a blank, a control character, or more than 254 letters.
    ///
    /// ```
    /// use headway_model::MailAddress;
    /// assert_eq!(MailAddress::parse(" Lead@Agency.GOV ").unwrap().as_str(), "lead@agency.gov");
    /// assert!(MailAddress::parse("ann").is_err() && MailAddress::parse("a b@c").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, MailFault> {
        let mail = text.trim().to_lowercase();
        let has_parts = mail.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        let is_plain = !mail.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
        if has_parts && is_plain && mail.matches('@').count() == 1 && mail.chars().count() <= LONGEST {
            return Ok(Self(mail));
        }
        Err(MailFault { text: text.trim().chars().take(LONGEST).collect() })
    }

    /// It as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
