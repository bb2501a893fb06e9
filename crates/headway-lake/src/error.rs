//! What can go wrong, each with its place.

use std::path::{Path, PathBuf};

use headway_model::{MeasureId, SeriesKey, Value};

/// Everything here fails with this.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The file system refused.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// What was read or written.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not a Parquet file, or is damaged.
    #[error("{path} can't be read as a file of the lake: {reason}", path = .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that somebody handed in is not a Parquet file, is damaged, or has other columns than asked for.
    #[error("{path} can't be read as a Parquet file: {reason}", path = .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody else works on the files.
    #[error("{path}: another compaction or a backup is at work. Try again when it is done", path = .path.display())]
    InUse {
        /// The lake's folder.
        path: PathBuf,
    },
    /// A file lies where a new one is to go; it is not written over.
    #[error("{path} is there already, and the catalog does not know it. Files of the lake are never written over: \
             `headway doctor` says which files no import owns", path = .path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// The catalog names a file that does not lie in the lake.
    #[error("the catalog names a file outside the lake {lake}: “{path}”. It was neither read nor removed. Headway writes no such \
             name: bring the catalog back from a backup", lake = .lake.display())]
    Outside {
        /// What the catalog says.
        path: String,
        /// The lake's folder.
        lake: PathBuf,
    },
    /// Rows of one import name the same place, group, grade and period with different results.
    #[error("{0}")]
    Conflicts(MeasureConflicts),
    /// An id that can't be stored.
    #[error("the {what} “{text}” can't be stored: {reason}")]
    BadId {
        /// Place, group, grade or measure.
        what: &'static str,
        /// The id.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Batches or files of one measure with periods of two kinds.
    #[error("{measure}: its periods are {first} and {second}; one measure has one kind")]
    PeriodKinds {
        /// The measure.
        measure: String,
        /// The kind so far.
        first: &'static str,
        /// The other kind.
        second: &'static str,
    },
    /// The object store refused.
    #[error("object store: {0}")]
    Store(String),
}

/// [`std::result::Result`] with [`LakeError`].
pub type Result<T, E = LakeError> = std::result::Result<T, E>;

/// Two rows of one import with one key and two results.
#[derive(Clone, Debug, PartialEq)]
pub struct RowConflict {
    /// Group, grade and place.
    pub series: SeriesKey,
    /// Ordinal of the period.
    pub period: i32,
    /// The result that came first.
    pub first: Value,
    /// The other result.
    pub second: Value,
    /// The values are equal, and counts or flags differ.
    pub only_counts_or_flags: bool,
}

/// All conflicts of one measure in one import.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureConflicts {
    /// The measure.
    pub measure: MeasureId,
    /// How many.
    pub count: u64,
    /// The first ones in the order of the lake, at most [`MeasureConflicts::EXAMPLES`].
    pub examples: Vec<RowConflict>,
}

impl MeasureConflicts {
    /// How many examples are kept.
    pub const EXAMPLES: usize = 20;
}

impl std::fmt::Display for MeasureConflicts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} rows contradict another row of the same import", self.measure, self.count)?;
        if let Some(RowConflict { series, period, first, second, only_counts_or_flags }) = self.examples.first() {
            let SeriesKey { group, grade, place } = series;
            write!(f, "; the first: place {place}, group {group}, grade {grade}, period {period}: ")?;
            if *only_counts_or_flags {
                write!(f, "{first:?} with other counts or flags")?;
            } else {
                write!(f, "{first:?} and {second:?}")?;
            }
        }
        Ok(())
    }
}

impl LakeError {
    pub(crate) fn from_io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }

    /// What a Parquet writer says: of the disk, where that is why.
    pub(crate) fn from_writer(path: &Path, error: parquet::errors::ParquetError) -> Self {
        match error {
            parquet::errors::ParquetError::External(why) => match why.downcast::<std::io::Error>() {
                Ok(source) => Self::Io { path: path.to_owned(), source: *source },
                Err(why) => Self::damaged_file(path, why),
            },
            error => Self::damaged_file(path, error),
        }
    }

    pub(crate) fn damaged_file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn foreign_file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Foreign { path: path.to_owned(), reason: reason.to_string() }
    }
}
