//! `serve`: the web application.

use std::sync::Arc;

use anyhow::Context as _;
use headway_delivery::Headway;
use tokio::net::TcpListener;

use crate::Answer;
use crate::args::Serve;
use crate::context::Context;
use crate::output::line;

pub(crate) async fn run(context: &Context, args: &Serve) -> anyhow::Result<Answer> {
    serve(context.open().await?, args).await
}

/// Serves a workspace until Ctrl-C or SIGTERM.
pub(crate) async fn serve(headway: Headway, args: &Serve) -> anyhow::Result<Answer> {
    let listener = TcpListener::bind((args.host, args.port)).await.with_context(|| {
        format!("{}:{} can't be listened on: name another port with --port (0 takes a free one)", args.host, args.port)
    })?;
    let address = listener.local_addr()?;
    let ahead = headway.clone();
    tokio::spawn(async move {
        if let Err(error) = ahead.warm(Context::today()).await {
            tracing::warn!(%error, "the pages could not be made ready ahead of the first reader");
        }
    });
    let router = headway_web::router(headway.clone(), Arc::new(Context::today));
    line(format_args!("Open http://{address}/  (Ctrl-C ends it)"))?;
    headway_web::serve(listener, router, stopped()).await?;
    headway.close().await;
    Ok(Answer::Done)
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
