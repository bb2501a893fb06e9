//! `headway`: the binary. Commands, output, and the only place that reads the clock.

mod args;
mod command;
mod context;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, CliCommand};
use crate::context::CommandContext;

/// What a command answers: exit code 0 for done, 1 for "the answer is no".
enum CommandAnswer {
    Done,
    No,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    args::tell_renamed(std::env::args_os());
    let context = CommandContext::new(&cli.common);
    context.start_log();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return report_failure(&anyhow::Error::new(error).context("the runtime can't be started")),
    };
    let answer = runtime.block_on(async {
        let answer = run_command(&context, cli.command).await;
        // Else the program could end while the database folds its log into its file, and a copy of that file would lack it.
        context.close_all().await;
        answer
    });
    // What is still being learned for pages that nobody will ask for is not waited for.
    runtime.shutdown_background();
    match answer {
        Ok(CommandAnswer::Done) => ExitCode::SUCCESS,
        Ok(CommandAnswer::No) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => match context.untold_work(&error) {
            Some(done) => tell_untold(&done, &error),
            None => report_failure(&error),
        },
    }
}

async fn run_command(context: &CommandContext, command: CliCommand) -> anyhow::Result<CommandAnswer> {
    if let Some((file, endings)) = command.output_file() {
        context::can_write(file, endings)?;
        headway_delivery::Workspace::lies_apart(&context.workspace, file)?;
    }
    command.unforced_file().map_or(Ok(()), context::is_free)?;
    match command {
        CliCommand::Demo(serve) => command::demo::run_demo(context, &serve).await,
        CliCommand::Init => command::init::run_init(context).await,
        CliCommand::Plan(plan) => command::plan::run_plan(context, plan).await,
        CliCommand::Import(import) => command::import::run_import(context, &import).await,
        CliCommand::Imports { command } => command::imports::run_imports(context, command).await,
        CliCommand::Track(track) => command::track::run_track(context, &track).await,
        CliCommand::Scorecard { measure, file } => command::scorecard::run_scorecard(context, &measure, &file).await,
        CliCommand::Show(show) => command::show::run_show(context, &show).await,
        CliCommand::Measures => command::measures::run_measures(context).await,
        CliCommand::Milestones(milestones) => command::milestones::run_milestones(context, &milestones).await,
        CliCommand::Places(places) => command::places::run_places(context, &places).await,
        CliCommand::BrightSpots(panel) => command::bright_spots::run_bright_spots(context, &panel).await,
        CliCommand::Gaps(gaps) => command::gaps::run_gaps(context, &gaps).await,
        CliCommand::Backtest(panel) => command::backtest::run_backtest(context, &panel).await,
        CliCommand::Publish(publish) => command::publish::run_publish(context, &publish).await,
        CliCommand::Calc(given) => command::calc::run_calc(&given),
        CliCommand::Simulate(simulate) => command::simulate::run_simulate(context, &simulate),
        CliCommand::Serve(serve) => command::serve::run_serve(context, &serve).await,
        CliCommand::Person(person) => command::person::run(context, &person).await,
        CliCommand::Doctor { rebuild_catalog: true } => command::upkeep::run_rebuild(context).await,
        CliCommand::Doctor { rebuild_catalog: false } => command::upkeep::run_doctor(context).await,
        CliCommand::Backup { folder } => command::upkeep::run_backup(context, &folder).await,
        CliCommand::Restore { folder, partly } => command::upkeep::run_restore(context, &folder, partly).await,
        CliCommand::Compact => command::upkeep::run_compact(context).await,
    }
}

/// Says what is done where the answer could not be written: exit code 4, so that nobody does it again.
fn tell_untold(done: &str, error: &anyhow::Error) -> ExitCode {
    use std::io::Write as _;
    let text = format!("headway: {done}. The answer could not be written to standard output: {error}");
    // As in `fail`.
    let _ = writeln!(std::io::stderr(), "{}", output::cut_long_lines(&output::plain_text(&text)));
    ExitCode::from(4)
}

/// Says what went wrong, with its causes, in one screen. Exit code 3: the command failed; 2: it was used wrongly.
fn report_failure(error: &anyhow::Error) -> ExitCode {
    use std::io::Write as _;
    let mut text = format!("headway: {error}");
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
            said = cause;
        }
    }
    if let Some(hint) = error.downcast_ref().and_then(not_found_hint) {
        text.push_str(hint);
    }
    // When not even standard error can be written there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{}", output::cut_long_lines(&output::plain_text(&text)));
    ExitCode::from(if error.is::<context::WrongUse>() { 2 } else { 3 })
}

/// Where to find what there is, when nothing is near to what was asked for.
fn not_found_hint(error: &headway_delivery::Error) -> Option<&'static str> {
    match error {
        headway_delivery::Error::NotFound { what: "measure", near, .. } if near.is_empty() => {
            Some(": `headway measures` lists those that there are")
        }
        headway_delivery::Error::NotFound { what: "place", near, .. } if near.is_empty() => {
            Some(": `headway places` lists those that there are")
        }
        _ => None,
    }
}

/// A reader that had enough (`headway track | head`) is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |e: &std::io::Error| e.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        let in_csv = cause
            .downcast_ref::<csv::Error>()
            .is_some_and(|e| matches!(e.kind(), csv::ErrorKind::Io(io) if broken(io)));
        let in_json = cause
            .downcast_ref::<serde_json::Error>()
            .is_some_and(|e| e.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe));
        in_csv || in_json || cause.downcast_ref::<std::io::Error>().is_some_and(broken)
    })
}
