//! Options of `milestones`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::LoadedPlanArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct MilestonesArgs {
    #[command(subcommand)]
    pub(crate) command: Option<MilestonesCommand>,
    /// Only this agency's
    #[arg(long)]
    pub(crate) agency: Option<String>,
    /// Only of programs that serve this strategy or one below it (its id)
    #[arg(long)]
    pub(crate) strategy: Option<String>,
    /// Only of this program (its id)
    #[arg(long)]
    pub(crate) program: Option<String>,
    /// Only of programs that this owner answers for (the id)
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Only in this state: late, back to not started, no start reported, under way, to come, done, ...
    #[arg(long)]
    pub(crate) state: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MilestonesCommand {
    /// Add statuses from a CSV file (columns id, status, date, and note if there is one) to the newest edition
    Report {
        /// The file
        file: PathBuf,
        /// Say what would be added, and write nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        of: LoadedPlanArgs,
    },
}
