//! `serve`: the web application.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use headway_delivery::{ServedWorkspace, Workspace};
use headway_server::{ServerInputs, WebServer};
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

/// The pages hold true counts, and passwords: they are not opened to a network by an address alone. Without accounts nobody has to
/// sign in; with them passwords would cross the network for everybody to read.
pub(crate) fn check_exposure(args: &ServeArgs) -> Result<(), WrongUse> {
    if args.host.is_loopback() {
        return Ok(());
    }
    if !args.behind_proxy {
        return Err(WrongUse(format!(
            "--host {} opens the pages to everybody who reaches this machine: without accounts nobody has to sign in, and with \
             them passwords would cross the network in the clear. Leave --host out to serve this machine alone. Where a proxy \
             speaks TLS (and, without accounts, signs people in), add --behind-proxy and --allow-host NAME with the name that \
             people use. `headway person add` makes accounts",
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
    let server = WebServer::open(headway.clone(), inputs(args)).await?;
    tokio::spawn(server.clone().watch_people());
    let router = server.router(hosts);
    print_line(format_args!("Open http://{address}/  (Ctrl-C ends it)"))?;
    if server.asks_to_sign_in() {
        print_line("Everybody signs in. `headway person list` lists the people.")?;
    } else {
        print_line(
            "Nobody has to sign in, and nothing can be changed in the browser: `headway person add` makes accounts.",
        )?;
    }
    headway_web::serve_router(listener, router, ServeLimits::default(), wait_for_stop()).await?;
    headway.current().close().await;
    Ok(CommandAnswer::Done)
}

/// The clock, the random bytes, and how the server is reached.
fn inputs(args: &ServeArgs) -> ServerInputs {
    let random = || CommandContext::random().expect("the system gave random bytes when the server began");
    ServerInputs {
        today: Arc::new(CommandContext::today),
        now: Arc::new(CommandContext::now),
        random: Arc::new(random),
        behind_proxy: args.behind_proxy,
    }
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
