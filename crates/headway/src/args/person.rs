//! Options of `person`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// Ask somebody in: prints a link that is used once within 14 days
    Add {
        /// The name, as others read it
        name: String,
        /// The address of mail
        mail: String,
        /// viewer, contributor, reviewer, data, delivery, leader, grants, district or admin
        #[arg(long)]
        role: String,
        #[command(flatten)]
        area: RoleArea,
        /// The address of the pages, for the link
        #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
        address: String,
    },
    /// Print another link for somebody: an invitation ran out, or a password is forgotten
    Invite {
        /// Her id or address of mail
        person: String,
        /// The address of the pages, for the link
        #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
        address: String,
    },
    /// List everybody, with state and roles
    List,
    /// One person's roles and where they come from; grant one, or end one
    Roles {
        /// Her id or address of mail
        person: String,
        /// Grant this role
        #[arg(long, value_name = "ROLE", conflicts_with = "end")]
        grant: Option<String>,
        #[command(flatten)]
        area: RoleArea,
        /// End the role with this number
        #[arg(long, value_name = "NUMBER")]
        end: Option<i64>,
    },
    /// Close an account: roles and sessions end, the person stays in history
    Close {
        /// Her id or address of mail
        person: String,
    },
}

/// Where a role holds; the whole workspace when nothing is said.
#[derive(Debug, Args)]
pub(crate) struct RoleArea {
    /// Only for this agency
    #[arg(long)]
    pub(crate) agency: Option<String>,
    /// Only for this place of the agency (its id)
    #[arg(long, requires = "agency")]
    pub(crate) place: Option<String>,
    /// Only for this part of the agency's plan: strategy/ID, program/ID or measure/ID
    #[arg(long, requires = "agency", conflicts_with = "place", value_name = "KIND/ID")]
    pub(crate) part: Option<String>,
}
