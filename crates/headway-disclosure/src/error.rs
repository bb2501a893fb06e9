//! Why a release can't be made.

/// Texts say what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is known does not allow it.
    #[error("{0}")]
    Refused(String),
}

/// What the step returns.
pub type Result<T> = std::result::Result<T, Error>;
