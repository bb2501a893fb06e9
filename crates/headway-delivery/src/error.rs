//! What can go wrong, in words for the person who asked.

use headway_model::MeasureId;
use std::path::PathBuf;

/// Every failure of a service. Texts say what, where and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The id names nothing.
    #[error("there is no {what} “{id}”{}", suggestion_text(.near))]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// The id.
        id: String,
        /// Ids that were probably meant, with their names.
        near: Vec<(String, String)>,
    },
    /// Nothing is known of what was asked; the text says what there is.
    #[error("{0}")]
    NoResult(String),
    /// A measure can't be answered for; others can.
    #[error(transparent)]
    Measure(#[from] MeasureTrouble),
    /// A period that can't be read.
    #[error("{0}")]
    BadPeriod(String),
    /// The folder is no workspace.
    #[error("{} is no Headway workspace (it has no headway.db): run `headway init`, or name another folder with -w", .0.display())]
    NoWorkspace(PathBuf),
    /// The request can't be carried out as it stands.
    #[error("{0}")]
    Refused(String),
    /// The database does not answer, and nothing in memory does instead; the text says why.
    #[error("{0}")]
    Unavailable(String),
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
    Store(#[from] headway_store::StoreError),
    /// Whoever asks may not.
    #[error(transparent)]
    Denied(#[from] headway_access::AccessDenied),
    /// The lake failed.
    #[error(transparent)]
    Lake(#[from] headway_lake::LakeError),
    /// The files could not be imported.
    #[error(transparent)]
    Import(#[from] headway_import::ImportError),
    /// A plan file can't be read.
    #[error(transparent)]
    Plan(#[from] headway_planfile::Error),
    /// The pages of a release can't be written.
    #[error(transparent)]
    Pages(Box<dyn std::error::Error + Send + Sync>),
    /// A chart can't be drawn.
    #[error(transparent)]
    Render(#[from] headway_render::PngError),
}

impl From<headway_analytics::Error> for Error {
    fn from(error: headway_analytics::Error) -> Self {
        match error {
            headway_analytics::Error::Refused(text) => Self::Refused(text),
            headway_analytics::Error::NoResult(text) => Self::NoResult(text),
        }
    }
}

impl From<headway_disclosure::Error> for Error {
    fn from(error: headway_disclosure::Error) -> Self {
        match error {
            headway_disclosure::Error::Refused(text) => Self::Refused(text),
        }
    }
}

/// Why a measure can't be answered for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{name}” ({measure}) can't be answered for: {why}")]
pub struct MeasureTrouble {
    /// The measure's id.
    pub measure: MeasureId,
    /// Its name.
    pub name: String,
    /// What is wrong, and what to do.
    pub why: String,
}

/// What services return.
pub type Result<T> = std::result::Result<T, Error>;

/// `: did you mean “grad-5yr” (Five-year graduation rate)?`
fn suggestion_text(near: &[(String, String)]) -> String {
    let each = |(id, name): &(String, String)| match id == name {
        true => format!("“{id}”"),
        false => format!("“{id}” ({name})"),
    };
    match near {
        [] => String::new(),
        near => format!(": did you mean {}?", near.iter().map(each).collect::<Vec<_>>().join(" or ")),
    }
}

impl Error {
    pub(crate) fn not_found(what: &'static str, id: impl Into<String>) -> Self {
        Self::NotFound { what, id: id.into(), near: Vec::new() }
    }

    /// The same, with the nearest of the ids and names that there are.
    pub(crate) fn not_among<'a>(
        what: &'static str,
        id: &str,
        known: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let asked = id.to_lowercase();
        // Numbers that look alike are not near; one that lost its zeros is.
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let likeness = |text: &str| match is_number(&asked) && is_number(text) {
            true => f64::from(u8::from(asked.trim_start_matches('0') == text.trim_start_matches('0'))),
            false => strsim::jaro_winkler(&asked, &text.to_lowercase()),
        };
        let mut near: Vec<(f64, &str, &str)> = known
            .into_iter()
            .map(|(id, name)| (likeness(id).max(likeness(name)), id, name))
            .filter(|(likeness, ..)| *likeness > 0.85)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let near = near.into_iter().take(3).map(|(_, id, name)| (id.to_owned(), name.to_owned())).collect();
        Self::NotFound { what, id: id.to_owned(), near }
    }

    /// Why the database does not answer, where that is what went wrong.
    pub fn unavailable_reason(&self) -> Option<String> {
        match self {
            Self::Unavailable(why) => Some(why.clone()),
            Self::Store(
                error @ (headway_store::StoreError::Unreachable { .. }
                | headway_store::StoreError::ServerRefused { .. }),
            ) => Some(error.to_string()),
            _ => None,
        }
    }

    pub(crate) fn for_file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}
