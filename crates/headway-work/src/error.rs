//! What can go wrong, in words for the person who asked.

use headway_access::AccessDenied;
use headway_model::MailFault;

/// Every failure of the service.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Something that was written can't be taken: which field, and why.
    #[error("{why}")]
    Invalid {
        /// The field of the form, or the argument.
        field: &'static str,
        /// Why, and what to do.
        why: String,
    },
    /// Whoever asks may not.
    #[error(transparent)]
    Denied(#[from] AccessDenied),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] headway_store::StoreError),
}

/// What the service gives.
pub type Result<T> = std::result::Result<T, WorkError>;

impl WorkError {
    pub(crate) fn invalid(field: &'static str, why: impl Into<String>) -> Self {
        Self::Invalid { field, why: why.into() }
    }

    /// Whether the one who asked can mend it: a wrong form or a refusal, not a failure.
    pub fn is_refusal(&self) -> bool {
        use headway_store::StoreError as E;
        match self {
            Self::Invalid { .. } | Self::Denied(_) => true,
            Self::Store(error) => matches!(
                error,
                E::Outside { .. }
                    | E::MailTaken { .. }
                    | E::NoSuchPerson { .. }
                    | E::PersonClosed { .. }
                    | E::NoSuchGrant { .. }
                    | E::RoleElsewhere { .. }
                    | E::NoInvitation
                    | E::NoAccount
            ),
        }
    }
}

impl From<MailFault> for WorkError {
    fn from(fault: MailFault) -> Self {
        Self::invalid("mail", fault.to_string())
    }
}
