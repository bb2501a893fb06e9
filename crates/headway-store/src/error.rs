//! What can go wrong: what, where, and what to do.

use headway_access::{AccessArea, PersonRole};
use headway_model::{MeasureId, VintageId};

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's message says what it is; `place` is the file or server")]
pub enum StoreError {
    // Opening
    #[error(
        "“{text}” is not an address of a store: {reason}. Write a file name, sqlite:FILE or postgres://USER@HOST/DATABASE"
    )]
    Address { text: String, reason: String },
    #[error(
        "{place}: there is no Headway store. Make one with `headway init`, or name the workspace that has one with -w"
    )]
    Absent { place: String },
    #[error("{place}: its folder is not there. Make the folder, or write the name differently")]
    NoFolder { place: String },
    #[error(
        "{place}: this is no Headway store ({reason}). Name another file or database. If it was a store it is damaged: move it out of \
         its folder. Then `headway restore BACKUP` brings a backup back there, and `headway doctor --rebuild-catalog` makes a new \
         catalog from the lake"
    )]
    NotAStore { place: String, reason: String },
    #[error("{place}: not allowed to use it ({reason}). Give yourself the right to read and write it and its folder")]
    NoPermission { place: String, reason: String },
    #[error("{place}: the server can't be reached ({reason}). Check that it runs, and its address and port")]
    Unreachable { place: String, reason: String },
    #[error(
        "{place}: the server refused ({reason}). Check user, password and database; an absent database is made with createdb"
    )]
    ServerRefused { place: String, reason: String },
    #[error(
        "{place}: made by a newer program (its schema is {found}, this program knows {known}). Use the newer program"
    )]
    Newer { place: String, found: i64, known: i64 },
    #[error(
        "{place}: step {step} of its schema is not the one of this program. Use the program that made it, back up there, and restore here"
    )]
    OtherSchema { place: String, step: i64 },
    #[error("{place}: the schema could not be brought up to date")]
    Schema { place: String, source: Box<dyn std::error::Error + Send + Sync> },

    // Any statement
    #[error(
        "{place}: the store that was open here was taken away, and another one may be in its place. Nothing was changed: try again"
    )]
    TakenAway { place: String },
    #[error("another program is writing to this store and did not finish in time. Wait a little and try again")]
    Busy,
    #[error("{place}: no space left on its disk. Make room, then try again: nothing was changed")]
    DiskFull { place: String },
    #[error(
        "{place}: it can only be read here (read-only), since its disk or folder can't be written. Nothing was changed: \
         do this where it can be written"
    )]
    ReadOnly { place: String },
    #[error(
        "{place}: its schema is {found}, this program reads {known}, and it can't be brought up to date where it can't be \
         written. Open it once where it can be"
    )]
    OldReadOnly { place: String, found: i64, known: i64 },
    #[error("the database refused: {0}")]
    Database(sqlx::Error),
    #[error("{what} in the store can't be read: {reason}. Restore a backup into a new folder, or report this")]
    Broken { what: String, reason: String },

    // Writing
    #[error("this belongs to {asked}, and the right to change it holds for {held} only. Nothing was changed")]
    Outside { asked: AccessArea, held: AccessArea },
    #[error("{kind} “{id}” is twice in this plan{}: ids are given once. `plan check` lists every one", .parent.as_ref().map(|p| format!(" (in “{p}”)")).unwrap_or_default())]
    DuplicateId { kind: &'static str, id: String, parent: Option<String> },
    #[error("these measures have no direction: {}. Say increase, decrease or maintain for each; it is never assumed", .measures.join(", "))]
    NoDirection { measures: Vec<MeasureId> },
    #[error(
        "“{edition}” is no date: an edition is named by its date, as exact as it is known (2012, 2012-12, 2014-01-13)"
    )]
    EditionName { edition: String },
    #[error("there is no edition {edition} of {agency}/{plan}")]
    NoSuchEdition { agency: String, plan: String, edition: String },
    #[error(
        "this file is already loaded as import {import}, read by the same profile, of the same day and release: nothing to do. To load it anew, undo import {import} first"
    )]
    AlreadyLoaded { import: VintageId },
    #[error("import {by} has taken the place of import {import} already. Name import {by}, or undo it first")]
    Replaced { import: VintageId, by: VintageId },
    #[error("there is no import {import}. `imports` lists them")]
    NoSuchImport { import: VintageId },
    #[error("import {import} is {state}: it can't be {wanted}")]
    ImportState { import: VintageId, state: &'static str, wanted: &'static str },
    #[error("{path}: {reason}")]
    Segment { path: String, reason: String },

    #[error(
        "release {number} of {agency} can't be recorded: the last one is {last}. Somebody published in between; publish again"
    )]
    ReleaseInBetween { agency: String, number: u32, last: u32 },

    // People
    #[error("{mail} belongs to {person} already: grant another role instead of asking in twice")]
    MailTaken { mail: String, person: String },
    #[error("there is no person {person}. `headway person list` lists them")]
    NoSuchPerson { person: String },
    #[error("the account of {person} is closed: nothing was changed")]
    PersonClosed { person: String },
    #[error("there is no role with the number {number}")]
    NoSuchGrant { number: i64 },
    #[error("the role {role} can't be granted for {area}")]
    RoleElsewhere { role: PersonRole, area: AccessArea },
    #[error("the invitation was used already, or its days are over. Ask for another one")]
    NoInvitation,
    #[error("this needs somebody with an account: at the command line there is none")]
    NoAccount,

    // Backups
    #[error("{place}: {reason}")]
    Backup { place: String, reason: String },
    #[error("{place}: can't be read or written")]
    Io { place: String, source: std::io::Error },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::PoolTimedOut = error {
            return Self::Busy;
        }
        if let sqlx::Error::Io(broken) = &error {
            return Self::lost_connection(broken);
        }
        match (sqlite_code(&error), sql_state(&error).as_deref()) {
            // The server was shut down, by its administrator or by a fault of its own.
            (_, Some("57P01" | "57P02" | "57P03")) => Self::lost_connection(&error),
            (Some(5 | 6), _) | (_, Some("55P03")) => Self::Busy,
            (Some(13), _) | (_, Some("53100")) => Self::DiskFull { place: THE_DATABASE.to_owned() },
            (Some(8), _) | (_, Some("25006")) => Self::ReadOnly { place: THE_DATABASE.to_owned() },
            // Where SQLite makes room for the index of its log.
            _ if extended_code(&error) == Some(NO_ROOM_FOR_INDEX) => Self::DiskFull { place: THE_DATABASE.to_owned() },
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// What an error met while opening `place` means.
    pub(crate) fn of_opening(error: sqlx::Error, place: &str) -> Self {
        let place = place.to_owned();
        let reason = match &error {
            sqlx::Error::Database(database) => database.message().to_owned(),
            other => other.to_string(),
        };
        if let Some(code) = sqlite_code(&error) {
            return match code {
                _ if extended_code(&error) == Some(NO_ROOM_FOR_INDEX) => Self::DiskFull { place },
                13 => Self::DiskFull { place },
                26 | 11 => Self::NotAStore { place, reason },
                3 | 8 | 10 | 14 | 23 => Self::NoPermission { place, reason },
                _ => Self::from(error),
            };
        }
        if let Some(state) = sql_state(&error) {
            return match &state[..2] {
                "28" | "3D" => Self::ServerRefused { place, reason },
                "42" if state == "42501" => Self::NoPermission { place, reason },
                "57" | "53" | "08" => Self::Unreachable { place, reason },
                _ => Self::from(error),
            };
        }
        match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => Self::Unreachable { place, reason },
            sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Self::ServerRefused { place, reason },
            other => Self::from(other),
        }
    }

    /// With the name of the store, where the error itself could not know it.
    pub(crate) fn with_store_name(self, store: &str) -> Self {
        match self {
            Self::DiskFull { .. } => Self::DiskFull { place: store.to_owned() },
            Self::ReadOnly { .. } => Self::ReadOnly { place: store.to_owned() },
            other => other,
        }
    }

    /// The connection to a server broke while it was used.
    fn lost_connection(reason: &dyn std::fmt::Display) -> Self {
        Self::Unreachable { place: THE_DATABASE.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn broken_data(what: impl Into<String>, reason: impl ToString) -> Self {
        Self::Broken { what: what.into(), reason: reason.to_string() }
    }

    pub(crate) fn bad_backup(place: &std::path::Path, reason: impl ToString) -> Self {
        Self::Backup { place: place.display().to_string(), reason: reason.to_string() }
    }

    pub(crate) fn io_error(place: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let place = place.display().to_string();
        move |source| Self::Io { place, source }
    }
}

/// How a database is called by errors that do not know which one it is.
const THE_DATABASE: &str = "the database";
/// `SQLITE_IOERR_SHMSIZE`.
const NO_ROOM_FOR_INDEX: i32 = 10 | 19 << 8;

/// SQLite's result code in full.
fn extended_code(error: &sqlx::Error) -> Option<i32> {
    let database = error.as_database_error()?;
    database.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    database.code()?.parse().ok()
}

/// SQLite's primary result code (https://sqlite.org/rescode.html), when the error is one of SQLite's.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    extended_code(error).map(|code| code & 0xff)
}

/// PostgreSQL's five-character code, when the error is one of PostgreSQL's.
fn sql_state(error: &sqlx::Error) -> Option<String> {
    let database = error.as_database_error()?.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?;
    (database.code().len() == 5).then(|| database.code().to_owned())
}
