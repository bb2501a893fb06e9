//! `init`: an empty workspace.

use headway_delivery::Workspace;

use crate::CommandAnswer;
use crate::context::CommandContext;
use crate::output::print_line;

pub(crate) async fn run_init(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let headway = Workspace::init(&context.workspace).await?;
    headway.close().await;
    let place = context.workspace.display();
    context.note_done(format_args!("an empty workspace is in {place}"));
    print_line(format_args!("Made an empty workspace in {place}."))?;
    print_line("Next: `headway plan load FILE`, then `headway import FILE --profile PROFILE`.")?;
    Ok(CommandAnswer::Done)
}
