//! `headway`: the binary. Commands, output, and the only place that reads the clock.

mod args;
mod command;
mod context;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::context::Context;

/// What a command answers: exit code 0 for done, 1 for "the answer is no".
enum Answer {
    Done,
    No,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    args::tell_renamed(std::env::args_os());
    let context = Context::new(&cli.common);
    context.start_log();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error).context("the runtime can't be started")),
    };
    let answer = runtime.block_on(async {
        let answer = run(&context, cli.command).await;
        // Else the program could end while the database folds its log into its file, and a copy of that file would lack it.
        context.close().await;
        answer
    });
    match answer {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => match context.untold(&error) {
            Some(done) => tell_untold(&done, &error),
            None => fail(&error),
        },
    }
}

async fn run(context: &Context, command: Command) -> anyhow::Result<Answer> {
    if let Some((file, endings)) = command.writes() {
        context::can_write(file, endings)?;
        headway_delivery::Headway::lies_apart(&context.workspace, file)?;
    }
    command.makes().map_or(Ok(()), context::is_free)?;
    match command {
        Command::Demo(serve) => command::demo::run(context, &serve).await,
        Command::Init => command::init::run(context).await,
        Command::Plan(plan) => command::plan::run(context, plan).await,
        Command::Import(import) => command::import::run(context, &import).await,
        Command::Imports { command } => command::imports::run(context, command).await,
        Command::Track(track) => command::track::run(context, &track).await,
        Command::Scorecard { measure, file } => command::scorecard::run(context, &measure, &file).await,
        Command::Show(show) => command::show::run(context, &show).await,
        Command::Measures => command::measures::run(context).await,
        Command::Milestones(milestones) => command::milestones::run(context, &milestones).await,
        Command::Places(places) => command::places::run(context, &places).await,
        Command::BrightSpots(panel) => command::bright_spots::run(context, &panel).await,
        Command::Gaps(gaps) => command::gaps::run(context, &gaps).await,
        Command::Backtest(panel) => command::backtest::run(context, &panel).await,
        Command::Publish(publish) => command::publish::run(context, &publish).await,
        Command::Calc(given) => command::calc::run(&given),
        Command::Simulate(simulate) => command::simulate::run(context, &simulate),
        Command::Serve(serve) => command::serve::run(context, &serve).await,
        Command::Person(person) => command::person::run(context, &person).await,
        Command::Doctor { rebuild_catalog: true } => command::upkeep::rebuild(context).await,
        Command::Doctor { rebuild_catalog: false } => command::upkeep::doctor(context).await,
        Command::Backup { folder } => command::upkeep::backup(context, &folder).await,
        Command::Restore { folder, partly } => command::upkeep::restore(context, &folder, partly).await,
        Command::Compact => command::upkeep::compact(context).await,
    }
}

/// Says what is done where the answer could not be written: exit code 4, so that nobody does it again.
fn tell_untold(done: &str, error: &anyhow::Error) -> ExitCode {
    use std::io::Write as _;
    let text = format!("headway: {done}. The answer could not be written to standard output: {error}");
    // As in `fail`.
    let _ = writeln!(std::io::stderr(), "{}", output::short(&output::plain(&text)));
    ExitCode::from(4)
}

/// Says what went wrong, with its causes, in one screen. Exit code 3: the command failed; 2: it was used wrongly.
fn fail(error: &anyhow::Error) -> ExitCode {
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
    if let Some(hint) = error.downcast_ref().and_then(hint) {
        text.push_str(hint);
    }
    // When not even standard error can be written there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{}", output::short(&output::plain(&text)));
    ExitCode::from(if error.is::<context::WrongUse>() { 2 } else { 3 })
}

/// Where to find what there is, when nothing is near to what was asked for.
fn hint(error: &headway_delivery::Error) -> Option<&'static str> {
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
