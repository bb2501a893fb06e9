//! The command line: what can be asked, in the order in which people meet it.

mod milestones;
mod person;
mod plan;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
pub(crate) use milestones::{MilestonesArgs, MilestonesCommand};
pub(crate) use person::{PersonCommand, RoleArea};
pub(crate) use plan::{LoadedPlanArgs, PlanCommand};

/// Headway: the delivery system of a public education agency.
///
/// A plan and real result files in; where every promise stands out, with its method, source and date.
#[derive(Debug, Parser)]
#[command(name = "headway", version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(subcommand)]
    pub(crate) command: CliCommand,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct CommonArgs {
    /// The workspace: a folder with headway.db and lake/
    #[arg(short, long, global = true, env = "HEADWAY_WORKSPACE", default_value = "workspace", value_name = "FOLDER")]
    pub(crate) workspace: PathBuf,
    /// How answers are written
    #[arg(long, global = true, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) format: OutputFormat,
    /// Answer as of this day (YYYY-MM-DD): only what was known by then counts
    #[arg(long, global = true, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// No colors (they are also left out when the output is no terminal, or NO_COLOR is set)
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Say more on standard error about what is being done
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people: fits the terminal
    Table,
    /// For programs: stable names, documented in docs/json.md
    Json,
    /// For spreadsheets
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    /// Lay out a sample workspace and serve it
    Demo(ServeArgs),
    /// Make an empty workspace
    Init,
    /// Check, load, export and compare plans
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Bring in observations from result files
    Import(ImportArgs),
    /// List the imports; show one, or take one back
    Imports {
        #[command(subcommand)]
        command: Option<ImportsCommand>,
    },
    /// Where we stand: the status of everything, or of a selection
    Track(TrackArgs),
    /// Every series of a measure into one Parquet file: status, signal, odds, gap, rank; for millions of series too
    Scorecard {
        /// The measure
        measure: String,
        /// The file to write
        file: PathBuf,
    },
    /// One series in full: values, sources, path and status
    Show(ShowArgs),
    /// The measures that there are: of plans, and of results that no plan names
    Measures,
    /// The dated steps of the plans in force, by state: late, slipped, back to not started, due next, done
    Milestones(MilestonesArgs),
    /// The places that there are
    Places(PlacesArgs),
    /// Places that do better than expected of them, year after year
    BrightSpots(BrightSpots),
    /// Who is left behind: a measure's student groups beside the groups they are compared with
    Gaps(GapsArgs),
    /// Whether forecasts and odds of a measure held what they said
    Backtest(PanelArgs),
    /// What leaves for the public: small numbers hidden, audited, as data files and pages
    Publish(PublishArgs),
    /// A method alone: JSON on standard input, JSON on standard output; calc METHOD --help shows an example
    #[command(disable_help_flag = true)]
    Calc(CalcArgs),
    /// Make up a state or a nation of any size
    Simulate(SimulateArgs),
    /// The web application
    Serve(ServeArgs),
    /// People: ask them in, list them, grant roles, close accounts
    #[command(subcommand)]
    Person(PersonCommand),
    /// Check the workspace and the set-up, and say how to mend what is wrong
    Doctor {
        /// Make a new catalog from the manifest and the files in the lake, where headway.db got lost
        #[arg(long)]
        rebuild_catalog: bool,
    },
    /// A consistent copy of both stores, while in use
    Backup {
        /// Where to: a folder that does not exist yet
        folder: PathBuf,
    },
    /// Bring a backup back into a new workspace
    Restore {
        /// The folder that `backup` made
        folder: PathBuf,
        /// Also a backup with missing or damaged files: what there is of it
        #[arg(long)]
        partly: bool,
    },
    /// Merge the lake's small files; answers stay the same, also as of earlier days
    Compact,
}

impl CliCommand {
    /// The file that the command writes, and the endings that it may have.
    pub(crate) fn output_file(&self) -> Option<(&Path, &'static [&'static str])> {
        const CHARTS: &[&str] = &["svg", "png"];
        match self {
            Self::Show(ShowArgs { chart: Some(file), .. })
            | Self::Backtest(PanelArgs { chart: Some(file), .. })
            | Self::BrightSpots(BrightSpots { panel: PanelArgs { chart: Some(file), .. }, .. })
            | Self::Gaps(GapsArgs { chart: Some(file), .. }) => Some((file, CHARTS)),
            Self::Scorecard { file, .. } => Some((file, &["parquet"])),
            Self::Simulate(simulate) => Some((&simulate.output, &["csv", "parquet"])),
            Self::Plan(PlanCommand::Export { file, .. }) => Some((file, &["yaml", "yml", "json", "xlsx"])),
            _ => None,
        }
    }

    /// The file that it makes and replaces only where it is told to: one of that name may hold a person's work.
    pub(crate) fn unforced_file(&self) -> Option<&Path> {
        match self {
            Self::Simulate(SimulateArgs { output: file, force: false, .. })
            | Self::Plan(PlanCommand::Export { file, force: false, .. }) => Some(file),
            _ => None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The files of one report
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The profile (TOML) that says where everything is in the files
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// Write a profile to review instead of importing
    #[arg(long, conflicts_with = "profile")]
    pub(crate) guess: bool,
    /// Show the import report without writing anything
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The day from which on the figures were known; today when left out
    #[arg(long, value_name = "DATE")]
    pub(crate) known_from: Option<Date>,
    /// The publisher's name for the report, with its address
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// The figures are preliminary
    #[arg(long)]
    pub(crate) provisional: bool,
    /// Yes, nearly every figure that was known changes, or is on another scale
    #[arg(long)]
    pub(crate) revises: bool,
    /// Takes the place of this import whole: what it said and these files do not say is withdrawn
    #[arg(long, value_name = "IMPORT")]
    pub(crate) replaces: Option<i64>,
    /// Write nothing if anything in the files is refused
    #[arg(long)]
    pub(crate) all_or_nothing: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportsCommand {
    /// One import: what it added, changed, left and dropped
    Show {
        /// Its number
        number: i64,
    },
    /// Take an import back: no question sees it any more; its files stay until compaction
    Undo {
        /// Its number
        number: i64,
    },
}

// The methods have a help of their own: what goes in and comes out matters there, not options.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct CalcArgs {
    /// The method: status, xmr, change, moderated, funnel, bright-spots, forecast, backtest, gap, suppress, audit, bands
    pub(crate) method: Option<String>,
    /// The methods, or what one of them takes and gives, with an example
    #[arg(short, long)]
    pub(crate) help: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrackArgs {
    /// Only this measure
    #[arg(long)]
    pub(crate) measure: Option<String>,
    /// Only this place (its id)
    #[arg(long, alias = "unit")]
    pub(crate) place: Option<String>,
    /// Only places of this level: nation, state, region, district, school
    #[arg(long)]
    pub(crate) level: Option<String>,
    /// Only this place and those below it (its id)
    #[arg(long, value_name = "PLACE")]
    pub(crate) within: Option<String>,
    /// Only this student group (its code)
    #[arg(long, value_parser = parse_group)]
    pub(crate) group: Option<String>,
    /// Only this agency
    #[arg(long)]
    pub(crate) agency: Option<String>,
    /// The method of status; each measure's own when left out
    #[arg(long)]
    pub(crate) method: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PlacesArgs {
    /// Only places with these words in their name or id
    pub(crate) words: Vec<String>,
    /// Only places of this level: nation, state, region, district, school
    #[arg(long)]
    pub(crate) level: Option<String>,
    /// Only this place and those below it (its id)
    #[arg(long, value_name = "PLACE")]
    pub(crate) within: Option<String>,
}

/// Which students.
#[derive(Debug, Args)]
pub(crate) struct StudentsArgs {
    /// The student group (its code)
    #[arg(long, default_value = "all", value_parser = parse_group)]
    pub(crate) group: String,
    /// The grade
    #[arg(long, default_value = "all", value_parser = parse_grade)]
    pub(crate) grade: String,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The measure
    pub(crate) measure: String,
    /// The place (its id); the agency's own when left out
    #[arg(long, alias = "unit")]
    pub(crate) place: Option<String>,
    #[command(flatten)]
    pub(crate) students: StudentsArgs,
    /// Write the chart to this file: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PanelArgs {
    /// The measure
    pub(crate) measure: String,
    /// Places of this level (nation, state, region, district, school); the highest with places enough when left out
    #[arg(long)]
    pub(crate) level: Option<String>,
    #[command(flatten)]
    pub(crate) students: StudentsArgs,
    /// Write the chart to this file: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct BrightSpots {
    #[command(flatten)]
    pub(crate) panel: PanelArgs,
    /// List places from this lasting distance on, in the measure's unit; when left out, one standard deviation of the lasting
    /// distances of all places, or a year of the promised progress where that is more
    #[arg(long, value_name = "POINTS")]
    pub(crate) at_least: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct GapsArgs {
    /// The measure
    pub(crate) measure: String,
    /// The place (its id); the agency's own when left out
    #[arg(long, alias = "unit")]
    pub(crate) place: Option<String>,
    /// Place by place instead, beside the agency's own gap: region, district, school
    #[arg(long, conflicts_with = "place")]
    pub(crate) level: Option<String>,
    /// With --level: the student group (its code); the one furthest behind when left out
    #[arg(long, requires = "level", value_parser = parse_group)]
    pub(crate) group: Option<String>,
    /// The grade
    #[arg(long, default_value = "all", value_parser = parse_grade)]
    pub(crate) grade: String,
    /// Write the chart to this file: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// The folder to write: new, empty, or an earlier release, which is replaced at once
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) output: PathBuf,
    /// Only this agency, into the folder itself; of several each gets a folder inside when left out
    #[arg(long)]
    pub(crate) agency: Option<String>,
    /// Show what would be hidden without writing anything
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Also results of periods that are not over
    #[arg(long)]
    pub(crate) unfinished: bool,
    /// Yes, the clock of this machine is right, though the workspace was written to at a later time
    #[arg(long)]
    pub(crate) clock_is_right: bool,
    /// Leave this measure out; can be given several times
    #[arg(long, value_name = "MEASURE")]
    pub(crate) without: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Schools
    #[arg(long, default_value_t = 1800, alias = "units")]
    pub(crate) schools: u32,
    /// Student groups, the first of them all students
    #[arg(long, default_value_t = 10)]
    pub(crate) groups: u32,
    /// Grades, the first of them all grades together
    #[arg(long, default_value_t = 1)]
    pub(crate) grades: u32,
    /// School years, the last of them the latest completed one
    #[arg(long, default_value_t = 10)]
    pub(crate) years: u32,
    /// Seed: the same seed makes the same state
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The file to write: .csv or .parquet
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub(crate) host: std::net::IpAddr,
    /// The port; 0 takes a free one
    #[arg(short, long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// A host name that the pages may be asked for under, besides the loopback names and the address listened on; can be
    /// given several times
    #[arg(long = "allow-host", value_name = "NAME")]
    pub(crate) allowed_hosts: Vec<String>,
    /// A proxy in front of the server speaks TLS, and signs people in where the workspace has no accounts: allows another
    /// address than loopback
    #[arg(long)]
    pub(crate) behind_proxy: bool,
}

/// A student group's code; crossed groups in any order, as files and plans may write them too.
fn parse_group(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(headway_delivery::model::StudentGroup::canonical_code(text).into_owned())
}

/// A grade by any of its spellings, as files and plans may write it too.
fn parse_grade(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(headway_delivery::model::Grade::code_of(text))
}

/// Options that have another name now: before, now. They are read all the same.
const RENAMED: [(&str, &str); 2] = [("--unit", "--place"), ("--units", "--schools")];

/// Says what to write now for options that were given by the name that they had before.
pub(crate) fn tell_renamed(given: impl Iterator<Item = std::ffi::OsString>) {
    for word in given.filter_map(|word| word.into_string().ok()) {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if let Some((before, now)) = RENAMED.iter().find(|(before, _)| *before == name) {
            // A closed error stream is no reason to stop.
            let _ = crate::output::print_aside(format_args!("`{before}` is `{now}` now; both are read."));
        }
    }
}
