//! What can be asked of plan files and of the plans that were loaded.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// List every contradiction in a plan file with its place; exit 1 when there are any
    Check {
        /// A plan: .yaml, .json or .xlsx
        file: PathBuf,
    },
    /// Load a plan file as an edition
    Load {
        /// A plan: .yaml, .json or .xlsx
        file: PathBuf,
        /// Yes, this edition is loaded already and says something else from now on
        #[arg(long)]
        revises: bool,
    },
    /// Write a loaded plan to a file
    Export {
        /// The file to write: .yaml, .json or .xlsx
        file: PathBuf,
        #[command(flatten)]
        of: LoadedPlanArgs,
        /// The edition; the one in force when left out
        #[arg(long)]
        edition: Option<String>,
        /// Replace the file if there is one
        #[arg(long)]
        force: bool,
    },
    /// What changed between two editions: two files, or two editions of a loaded plan
    Diff {
        /// Earlier: a plan file, or an edition
        earlier: String,
        /// Later: a plan file, or an edition
        later: String,
        #[command(flatten)]
        of: LoadedPlanArgs,
    },
    /// List the loaded editions
    List,
    /// Print the JSON Schema of plan files
    Schema,
}

/// Which of the plans that were loaded.
#[derive(Debug, Args)]
pub(crate) struct LoadedPlanArgs {
    /// Agency, when the workspace has several
    #[arg(long)]
    pub(crate) agency: Option<String>,
    /// The plan's id, when the agency has several
    #[arg(long)]
    pub(crate) plan: Option<String>,
}
