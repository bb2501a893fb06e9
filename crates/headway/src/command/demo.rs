//! `demo`: a sample workspace, laid out and served.

use headway_delivery::Workspace;

use super::serve;
use crate::CommandAnswer;
use crate::args::ServeArgs;
use crate::context::CommandContext;
use crate::output::print_line;

pub(crate) async fn run_demo(context: &CommandContext, args: &ServeArgs) -> anyhow::Result<CommandAnswer> {
    serve::check_exposure(args)?;
    let folder = folder_of(context)?;
    let headway = match Workspace::open(&folder).await {
        Ok(headway) => {
            print_line(format_args!("Using the sample workspace in {}.", folder.display()))?;
            headway
        }
        Err(headway_delivery::Error::NoWorkspace(_)) => lay_out(&folder).await?,
        Err(error) => return Err(error.into()),
    };
    print_line("Nobody has to sign in: the pages are read-only.")?;
    serve::serve_workspace(headway, args).await
}

async fn lay_out(folder: &std::path::Path) -> anyhow::Result<Workspace> {
    print_line(format_args!("Laying out a sample workspace in {} ...", folder.display()))?;
    let (now, today) = (CommandContext::now(), CommandContext::today());
    let mut told = |what: &str| tracing::info!("{what}");
    Ok(Workspace::make_demo(folder, &CommandContext::current_user()?, now, today, &mut told).await?)
}

/// The demo has a folder of its own, so that it never mixes with a real workspace.
fn folder_of(context: &CommandContext) -> anyhow::Result<std::path::PathBuf> {
    let folder = &context.workspace;
    let named = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let demo = if named == "workspace" { folder.with_file_name("workspace-demo") } else { folder.clone() };
    if demo.exists() && !demo.join("headway.db").exists() && demo.read_dir()?.next().is_some() {
        anyhow::bail!("{} is there and holds no workspace: name another folder with -w", demo.display());
    }
    Ok(demo)
}
