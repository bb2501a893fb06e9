//! Passwords: what may be one, and its Argon2id hash.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::{Result, TeamService, WorkError};

/// The fewest letters of a password.
pub const SHORTEST_PASSWORD: usize = 12;
/// The most letters of a password.
pub const LONGEST_PASSWORD: usize = 200;
/// The random bytes that a hash begins with.
const SALT_BYTES: usize = 16;

/// Held against what is written for an account that is not there, so that it takes as long as one that is.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hashed("nobody signs in by this", [0; 32]));

/// Refuses a password that is too short, too long, the same letter again and again, or the person's own address or name.
pub(crate) fn check_password(password: &str, own: &[&str]) -> Result<()> {
    let why = |text: String| Err(WorkError::invalid("password", text));
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return why(format!(
            "the password needs at least {SHORTEST_PASSWORD} letters: several words are easy to keep in mind"
        ));
    }
    if length > LONGEST_PASSWORD {
        return why(format!("the password may have {LONGEST_PASSWORD} letters at most"));
    }
    let mut letters = password.chars();
    let first = letters.next();
    if letters.all(|letter| Some(letter) == first) {
        return why("the password is one letter again and again: choose another".to_owned());
    }
    if own.iter().any(|own| own.eq_ignore_ascii_case(password)) {
        return why("the password is your name or address: choose another".to_owned());
    }
    Ok(())
}

/// Argon2id with the parameters that OWASP names first (19 MiB, two passes, one lane), in PHC form.
fn hashed(password: &str, random: [u8; 32]) -> String {
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &random[..SALT_BYTES])
        .expect("the salt has a length that Argon2 takes");
    hash.to_string()
}

fn is_right(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

impl TeamService {
    /// The hash of a password that was checked.
    pub(crate) async fn hash_password(&self, password: &str, random: [u8; 32]) -> String {
        let password = password.to_owned();
        self.work_aside(move || hashed(&password, random)).await
    }

    /// Whether the password has this hash; without one it takes as long, and is wrong.
    pub(crate) async fn verify_password(&self, password: &str, hash: Option<String>) -> bool {
        let password = password.chars().take(LONGEST_PASSWORD + 1).collect::<String>();
        let there = hash.is_some();
        self.work_aside(move || is_right(&password, hash.as_deref().unwrap_or(&NOBODYS)) && there).await
    }

    /// Work of pure computing, one on each core at a time: others wait.
    async fn work_aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let turn = self.hashing.acquire().await.expect("it is never closed");
        let done = tokio::task::spawn_blocking(work).await.expect("hashing does not panic");
        drop(turn);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_password() {
        let check = |password: &str, taken| {
            assert_eq!(check_password(password, &["ann@agency.gov", "Ann"]).is_ok(), taken, "{password}");
        };
        check("correct horse battery", true);
        check("elevenchars", false);
        check("twelve chars", true);
        check(&"a".repeat(20), false);
        check(&"ab".repeat(101), false);
        check("Ann@agency.gov", false);
    }

    #[test]
    fn a_hash_is_argon2id_and_salted() {
        let (one, two) = (hashed("correct horse battery", [1; 32]), hashed("correct horse battery", [2; 32]));
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert!(is_right("correct horse battery", &one) && is_right("correct horse battery", &two));
        assert!(!is_right("correct horse batterz", &one) && !is_right("", "no hash"));
    }
}
