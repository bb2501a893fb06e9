//! `serve`: the web application.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use headway_delivery::Headway;
use tokio::net::TcpListener;

use crate::Answer;
use crate::args::Serve;
use crate::context::Context;
use crate::output::line;

/// How soon a write by another program is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to leave a store alone that could not be read.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(15);

pub(crate) async fn run(context: &Context, args: &Serve) -> anyhow::Result<Answer> {
    serve(context.open().await?, args).await
}

/// Serves a workspace until Ctrl-C or SIGTERM.
pub(crate) async fn serve(headway: Headway, args: &Serve) -> anyhow::Result<Answer> {
    let listener = TcpListener::bind((args.host, args.port)).await.with_context(|| {
        format!("{}:{} can't be listened on: name another port with --port (0 takes a free one)", args.host, args.port)
    })?;
    let address = listener.local_addr()?;
    tokio::spawn(keep_ready(headway.clone()));
    let router = headway_web::router(headway.clone(), Arc::new(Context::today));
    line(format_args!("Open http://{address}/  (Ctrl-C ends it)"))?;
    headway_web::serve(listener, router, stopped()).await?;
    headway.close().await;
    Ok(Answer::Done)
}

/// Looks every second whether something was written (by this program or another) or a day began, and makes the pages ready for
/// it. When that fails, pages read what is there, and it is tried again later.
async fn keep_ready(headway: Headway) {
    loop {
        let ahead = headway.clone();
        let round = tokio::spawn(async move { ahead.keep_ready(Context::today()).await });
        let failed = match round.await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(panic) => Some(panic.to_string()),
        };
        let wait = match failed {
            None => LOOK_EVERY,
            Some(error) => {
                tracing::warn!(%error, "the pages could not be made ready ahead of their readers");
                headway.stop_keeping();
                TRY_AGAIN_AFTER
            }
        };
        tokio::time::sleep(wait).await;
    }
}

async fn stopped() {
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
