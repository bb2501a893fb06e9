//! `demo`: a sample workspace, laid out and served.

use headway_delivery::Workspace;
use headway_delivery::model::{AgencyId, PlaceId};
use headway_work::TeamService;

use super::serve;
use crate::CommandAnswer;
use crate::args::ServeArgs;
use crate::context::CommandContext;
use crate::output::print_line;

/// The sample's superintendent is of this district of the simulated state.
const AGENCY: &str = "simulated";
const DISTRICT: &str = "00012000";

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
    add_people(&headway).await?;
    print_line("Everybody here is made up: the first page has a button for each role.")?;
    serve::serve_workspace(headway, args).await
}

/// The demo's people, one for each role, where it has none yet: also in one that an older program laid out.
async fn add_people(headway: &Workspace) -> anyhow::Result<()> {
    let team = TeamService::new(headway.operations().clone());
    if team.has_people().await? {
        return Ok(());
    }
    let superintendents = (&AgencyId::from(AGENCY), &PlaceId::from(DISTRICT));
    let random = || CommandContext::random().expect("the system gives random bytes");
    Ok(team.lay_out_people(&CommandContext::current_user()?, CommandContext::now(), superintendents, &random).await?)
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
