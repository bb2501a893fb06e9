//! What can go wrong, in words for the person who asked.

use std::path::PathBuf;

/// Every failure of a service. Texts say what, where and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The id names nothing.
    #[error("there is no {what} “{id}”")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Nothing is known of what was asked; the text says what there is.
    #[error("{0}")]
    NoResult(String),
    /// A period that can't be read.
    #[error("{0}")]
    BadPeriod(String),
    /// The folder is no workspace.
    #[error("{} is no Headway workspace (it has no headway.db): run `headway init`, or name another folder with -w", .0.display())]
    NoWorkspace(PathBuf),
    /// The request can't be carried out as it stands.
    #[error("{0}")]
    Refused(String),
    /// Reading or writing a file failed.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The operations store failed.
    #[error(transparent)]
    Store(#[from] headway_store::Error),
    /// The lake failed.
    #[error(transparent)]
    Lake(#[from] headway_lake::Error),
    /// The files could not be imported.
    #[error(transparent)]
    Import(#[from] headway_import::ImportError),
    /// A plan file can't be read.
    #[error(transparent)]
    Plan(#[from] crate::plan::Error),
    /// A chart can't be drawn.
    #[error(transparent)]
    Render(#[from] headway_render::PngError),
}

/// What services return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}
