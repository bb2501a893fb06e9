//! What can be done, each with a type of its own: a permit to do one thing is no permit to do another.

use std::fmt;

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessAction {
    /// See pages: plans, figures, where they stand.
    ReadPages,
    /// Load, edit and remove editions of a plan.
    EditPlan,
    /// Bring in results, take imports back, keep profiles and places.
    ImportData,
    /// Record what was published.
    PublishRelease,
    /// Invite people, grant and end roles, close accounts.
    ManagePeople,
    /// Change the settings of the workspace.
    ChangeSettings,
    /// Look after the store itself: restore, rebuild, compact. No role gives it: it is done at the command line.
    KeepStore,
    /// Change one's own password and end one's own sessions. Everybody who is signed in may.
    UseAccount,
    /// Try to sign in, and accept an invitation. Everybody may.
    SignIn,
}

impl fmt::Display for AccessAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadPages => "read the pages",
            Self::EditPlan => "edit the plan",
            Self::ImportData => "bring in results",
            Self::PublishRelease => "publish",
            Self::ManagePeople => "manage people and roles",
            Self::ChangeSettings => "change settings",
            Self::KeepStore => "look after the store",
            Self::UseAccount => "use the account",
            Self::SignIn => "sign in",
        })
    }
}

/// A kind of permit. Only this crate can add to them.
pub trait AccessRight: sealed::Sealed + Clone + fmt::Debug + Send + Sync + 'static {
    /// What it allows.
    const ACTION: AccessAction;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}
        impl sealed::Sealed for $name {}
        impl AccessRight for $name {
            const ACTION: AccessAction = AccessAction::$name;
        }
    )+};
}

rights! {
    /// The right of [`AccessAction::EditPlan`].
    EditPlan;
    /// The right of [`AccessAction::ImportData`].
    ImportData;
    /// The right of [`AccessAction::PublishRelease`].
    PublishRelease;
    /// The right of [`AccessAction::ManagePeople`].
    ManagePeople;
    /// The right of [`AccessAction::ChangeSettings`].
    ChangeSettings;
    /// The right of [`AccessAction::KeepStore`].
    KeepStore;
    /// The right of [`AccessAction::UseAccount`].
    UseAccount;
    /// The right of [`AccessAction::SignIn`].
    SignIn;
}
