//! `serve`: the web application.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use headway_delivery::{ServedWorkspace, Workspace};
use headway_web::{AllowedHosts, ServeLimits};
use tokio::net::TcpListener;

use crate::CommandAnswer;
use crate::args::ServeArgs;
use crate::context::{CommandContext, WrongUse};
use crate::output::print_line;

/// How soon a write by another program is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to leave a store alone that could not be read.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(3);

pub(crate) async fn run_serve(context: &CommandContext, args: &ServeArgs) -> anyhow::Result<CommandAnswer> {
    check_exposure(args)?;
    serve_workspace(context.open_workspace().await?, args).await
}

/// Nobody has to sign in, and the pages hold true counts: they are not opened to a network by an address alone.
pub(crate) fn check_exposure(args: &ServeArgs) -> Result<(), WrongUse> {
    if args.host.is_loopback() {
        return Ok(());
    }
    if !args.behind_proxy {
        return Err(WrongUse(format!(
            "--host {} opens the pages to everybody who reaches this machine, and nobody has to sign in. Leave --host out to \
             serve this machine alone. Where a proxy signs people in, add --behind-proxy and --allow-host NAME with the name \
             that people use",
            args.host
        )));
    }
    if args.host.is_unspecified() && args.allowed_hosts.is_empty() {
        return Err(WrongUse(format!(
            "--host {} listens on every address: add --allow-host NAME with the name that people use to reach the pages",
            args.host
        )));
    }
    Ok(())
}

/// Serves a workspace until Ctrl-C or SIGTERM.
pub(crate) async fn serve_workspace(headway: Workspace, args: &ServeArgs) -> anyhow::Result<CommandAnswer> {
    let listener = TcpListener::bind((args.host, args.port)).await.with_context(|| {
        format!("{}:{} can't be listened on: name another port with --port (0 takes a free one)", args.host, args.port)
    })?;
    let address = listener.local_addr()?;
    let hosts = AllowedHosts::new(args.host, &args.allowed_hosts);
    let headway = ServedWorkspace::from(headway);
    tokio::spawn(keep_ready(headway.clone()));
    let router = headway_web::build_router(headway.clone(), Arc::new(CommandContext::today), hosts);
    print_line(format_args!("Open http://{address}/  (Ctrl-C ends it)"))?;
    headway_web::serve_router(listener, router, ServeLimits::default(), wait_for_stop()).await?;
    headway.current().close().await;
    Ok(CommandAnswer::Done)
}

/// Looks every second whether something was written (by this program or another) or a day began, and makes the pages ready for
/// it. When that fails, pages go on from what was ready before, and it is tried again.
async fn keep_ready(headway: ServedWorkspace) {
    // Said once, not every few seconds.
    let mut said: Option<String> = None;
    loop {
        let ahead = headway.clone();
        let round = tokio::spawn(async move { ahead.keep_ready(CommandContext::today()).await });
        let failed = match round.await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(panic) => Some(panic.to_string()),
        };
        let wait = match failed {
            None => {
                if said.take().is_some() {
                    tracing::warn!("the pages are up to date again");
                }
                LOOK_EVERY
            }
            Some(error) => {
                if said.as_ref() != Some(&error) {
                    tracing::warn!(%error, "nothing newer can be read; the pages show what was known before, and say so");
                    said = Some(error.clone());
                }
                headway.keep_failed(&error);
                TRY_AGAIN_AFTER
            }
        };
        tokio::time::sleep(wait).await;
    }
}

async fn wait_for_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM can't be waited for; Ctrl-C ends the server");
                let _ = interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupted.await;
    }
}
