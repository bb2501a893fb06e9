//! Why a measure can't be judged.

/// Texts say what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The plan's figures can't be computed with.
    #[error("{0}")]
    Refused(String),
    /// Nothing is known of what was asked; the text says what there is.
    #[error("{0}")]
    NoResult(String),
}

/// What judging returns.
pub type Result<T> = std::result::Result<T, Error>;
