//! What names a store: a file, or a server's database.

use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::{Result, StoreError};

pub(crate) enum StoreAddress {
    File(PathBuf),
    Server(Box<PgConnectOptions>),
}

impl StoreAddress {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let fail = |reason: &str| StoreError::Address { text: without_password(text), reason: reason.to_owned() };
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(text).map_err(|error| fail(&error.to_string()))?;
            return Ok(Self::Server(Box::new(options)));
        }
        let file = text.strip_prefix("sqlite:").unwrap_or(text);
        let file = file.strip_prefix("//").unwrap_or(file);
        match file {
            "" => Err(fail("it names no file")),
            ":memory:" => Err(fail("a store is kept, so it can't be in memory only")),
            _ if text.contains("://") && !text.starts_with("sqlite:") => Err(fail("unknown kind of database")),
            _ => Ok(Self::File(PathBuf::from(file))),
        }
    }
}

/// What stands between `//` and `@` of an address, but for the user's name, is not for error messages.
fn without_password(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            let user = text[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}://{user}{}", &text[..scheme], &text[at..])
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_is_not_repeated() {
        assert_eq!(without_password("postgres://ann:s@cret@host/db"), "postgres://ann@host/db");
        assert_eq!(without_password("mysql://host/db"), "mysql://host/db");
        assert_eq!(without_password("a@b.db"), "a@b.db");
    }
}
