//! Serving on a listener: connections that ask nothing are closed, and never more are open than the machine can hold.

use std::collections::BTreeMap;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::Instant;

/// How long a new connection may stay silent before it makes room for others.
const GRACE: Duration = Duration::from_millis(500);
/// Files that the stores, the lake and the log may have open beside the connections.
const OTHER_FILES: u64 = 64;

/// The address that a request came from: the client's, or that of a proxy before the server.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddress(pub std::net::IpAddr);

/// What a server allows its clients.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// How long a request's head may take to come; an open connection that asks nothing is closed after as long.
    pub head: Duration,
    /// How long a connection is used; the answer under way is finished, for half as long again.
    pub life: Duration,
    /// How many connections are open at once. Where more come, the oldest that never asked anything is closed for each.
    pub connections: usize,
}

impl Default for ServeLimits {
    /// 10 seconds for a request's head, two minutes for a connection, 512 connections or half of the files that the process may
    /// have open.
    fn default() -> Self {
        let files = open_files().unwrap_or(u64::MAX);
        let connections = files.saturating_sub(OTHER_FILES).max(files / 2).clamp(4, 512);
        Self { head: Duration::from_secs(10), life: Duration::from_secs(120), connections: connections as usize }
    }
}

/// How many files the process may have open.
#[cfg(unix)]
fn open_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn open_files() -> Option<u64> {
    None
}

/// Serves the application on a listener until `stop` resolves; requests under way are finished.
///
/// # Errors
/// When the listener can't be used any more.
pub async fn serve_router(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let open = Arc::new(OpenConnections::default());
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                handle_accept_error(&error).await?;
                continue;
            }
        };
        tokio::select! {
            () = &mut stop => break,
            () = open.make_room(limits.connections) => {}
        }
        let (number, line) = open.add_line();
        let (router, open) = (router.clone(), Arc::clone(&open));
        tokio::spawn(async move {
            answer_requests(stream, router, limits, &line).await;
            open.remove_line(number);
        });
    }
    drop(listener);
    open.close_all().await;
    Ok(())
}

/// A connection that could not be accepted: one that broke is no matter; where files run out some may come free.
async fn handle_accept_error(error: &io::Error) -> io::Result<()> {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected};
    match error.kind() {
        ConnectionAborted | ConnectionRefused | ConnectionReset => Ok(()),
        InvalidInput | NotConnected => Err(io::Error::new(error.kind(), error.to_string())),
        _ => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok(())
        }
    }
}

/// Answers the requests of one connection, until it ends or has to.
async fn answer_requests(stream: TcpStream, router: Router, limits: ServeLimits, line: &Arc<OpenConnection>) {
    // Answers are written whole: waiting for more only delays them.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    let asked = Arc::clone(line);
    let peer = stream.peer_addr().ok().map(|address| PeerAddress(address.ip()));
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        asked.asked.store(true, Ordering::Relaxed);
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        service.call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(64 * 1024);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // How a connection breaks is its client's matter.
        _ = connection.as_mut() => return,
        () = line.close.notified() => {}
        () = tokio::time::sleep(limits.life) => {}
    }
    if line.asked.load(Ordering::Relaxed) {
        connection.as_mut().graceful_shutdown();
        let _ = tokio::time::timeout(limits.life / 2, connection).await;
    }
}

/// The connections that are open, oldest first.
#[derive(Default)]
struct OpenConnections {
    lines: Mutex<BTreeMap<u64, Arc<OpenConnection>>>,
    closed: Notify,
}

/// One of them.
struct OpenConnection {
    since: Instant,
    /// Whether any request came.
    asked: AtomicBool,
    /// Tells it to end.
    close: Notify,
    /// Whether it was told.
    told: AtomicBool,
}

impl OpenConnection {
    fn new() -> Self {
        let (asked, told) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { since: Instant::now(), asked, close: Notify::new(), told }
    }

    fn request_close(&self) {
        self.told.store(true, Ordering::Relaxed);
        self.close.notify_one();
    }
}

impl OpenConnections {
    fn lock_lines(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Arc<OpenConnection>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add_line(&self) -> (u64, Arc<OpenConnection>) {
        let mut lines = self.lock_lines();
        let number = lines.last_key_value().map_or(0, |(last, _)| last + 1);
        let line = Arc::new(OpenConnection::new());
        lines.insert(number, Arc::clone(&line));
        (number, line)
    }

    fn remove_line(&self, number: u64) {
        self.lock_lines().remove(&number);
        self.closed.notify_one();
    }

    /// Waits until there is room for one more.
    async fn make_room(&self, most: usize) {
        loop {
            {
                let lines = self.lock_lines();
                if lines.len() < most {
                    return;
                }
                // One that asked something finishes it first; it may only wait for the next request.
                let mut untold = lines.values().filter(|line| !line.told.load(Ordering::Relaxed));
                let ripe =
                    |line: &&Arc<OpenConnection>| line.asked.load(Ordering::Relaxed) || line.since.elapsed() >= GRACE;
                let silent = untold.clone().find(|line| ripe(line) && !line.asked.load(Ordering::Relaxed));
                if let Some(line) = silent.or_else(|| untold.find(ripe)) {
                    line.request_close();
                }
            }
            let _ = tokio::time::timeout(GRACE / 4, self.closed.notified()).await;
        }
    }

    async fn close_all(&self) {
        self.lock_lines().values().for_each(|line| line.request_close());
        while !self.lock_lines().is_empty() {
            self.closed.notified().await;
        }
    }
}
