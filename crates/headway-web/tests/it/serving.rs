//! What is answered to whom: names, caches, slow clients, and a database that does not answer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use headway_delivery::Workspace;
use headway_web::{AllowedHosts, ServeLimits};
use jiff::civil::Date;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::site::{PAGES, address, ask, get, router};

fn here() -> &'static str {
    address().strip_prefix("http://").expect("it is http")
}

/// Serves an application until the test ends; gives where.
pub(crate) async fn serve(router: axum::Router, limits: ServeLimits) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let host = listener.local_addr().expect("it is bound").to_string();
    tokio::spawn(headway_web::serve_router(listener, router, limits, std::future::pending()));
    host
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_own_names_are_answered() {
    let check = async |head: &str, code: u16| {
        let (got, _, body) = ask(here(), &format!("{head}\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(got, code, "{head}: {body}");
        assert!(code == 200 || !body.contains("Massachusetts"), "{head}: nothing of a page");
    };
    check("GET /a/ma-dese HTTP/1.1\r\nHost: localhost", 200).await;
    check("GET /a/ma-dese HTTP/1.1\r\nHost: LOCALHOST.:1234", 200).await;
    check("GET /a/ma-dese HTTP/1.1\r\nHost: [::1]:8080", 200).await;
    check("GET /a/ma-dese HTTP/1.1\r\nHost: evil.example", 421).await;
    check("GET /a/ma-dese/measure/grad-5yr/values.csv HTTP/1.1\r\nHost: evil.example:8080", 421).await;
    check("GET /static/style.css HTTP/1.1\r\nHost: 192.0.2.1", 421).await;
    check("GET http://evil.example/ma-dese HTTP/1.1\r\nHost: localhost", 400).await;
    check("GET /a/ma-dese HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400).await;
    check("GET /a/ma-dese HTTP/1.0", 400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_not_public_is_kept_by_anybody() {
    let files =
        ["chart.svg", "chart.png", "values.csv", "places.csv"].map(|f| format!("/a/simulated/measure/sim-fafsa/{f}"));
    let wrong = ["/nobody", "/a/simulated/place/nowhere"].map(str::to_owned);
    let pages = PAGES.iter().step_by(7).map(|path| (*path).to_owned());
    for path in pages.chain(files).chain(wrong) {
        let (_, head, _) = get(&path).await;
        assert!(head.contains("cache-control: no-store"), "{path}: {head}");
        assert!(head.contains("cross-origin-resource-policy: same-origin"), "{path}: {head}");
    }
    let (_, _, body) = get("/about").await;
    let style = body.split("href=\"/static/").nth(1).and_then(|rest| rest.split('"').next()).expect("a style sheet");
    let (_, head, _) = get(&format!("/static/{style}")).await;
    assert!(head.contains("immutable") && !head.contains("no-store"), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_ask_nothing_are_closed_and_keep_nobody_out() {
    let limits = ServeLimits { head: Duration::from_secs(2), connections: 20, ..ServeLimits::default() };
    let host = serve(router(), limits).await;
    let mut silent = Vec::new();
    for half in ["", "GET /a/ma-dese HTTP/1.1\r\nHost: loc"].into_iter().cycle().take(100) {
        let mut stream = TcpStream::connect(&host).await.expect("it listens");
        stream.write_all(half.as_bytes()).await.expect("it can be written");
        silent.push(stream);
    }
    let asked = ask(&host, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let (code, _, _) = tokio::time::timeout(Duration::from_secs(30), asked).await.expect("an answer in time");
    assert_eq!(code, 200, "others are answered meanwhile");
    for mut stream in silent {
        let mut rest = Vec::new();
        // Closed by an end or by a reset: either way nothing stays open.
        let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "a silent connection is closed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_all_answered() {
    let limits = ServeLimits { connections: 8, ..ServeLimits::default() };
    let host = serve(router(), limits).await;
    let clients = (0..60).map(|_| {
        let host = host.clone();
        tokio::spawn(async move {
            ask(&host, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.0
        })
    });
    for client in clients.collect::<Vec<_>>() {
        assert_eq!(client.await.expect("it ends"), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_kept_for_its_address_and_its_coding() {
    let page = "/a/simulated/measure/sim-fafsa/chart.png";
    let (first, second) = (get(page).await, get(page).await);
    assert_eq!(first, second, "the same picture");
    let zipped =
        format!("GET /a/simulated HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n", here());
    for _ in 0..2 {
        let (_, head, body) = ask(here(), &zipped).await;
        assert!(head.contains("content-encoding: gzip") && !body.contains("<h1"), "{head}");
        let (_, head, body) = get("/a/simulated").await;
        assert!(!head.contains("content-encoding") && body.contains("<h1"), "{head}");
    }
    let (_, _, plain) = get("/a/simulated/measure/sim-fafsa").await;
    let (_, _, group) = get("/a/simulated/measure/sim-fafsa?group=lep").await;
    assert_ne!(plain, group);
}

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2020-01" }
owners: [ { id: lead, name: Delivery lead } ]
strategies: [ { id: s, name: Come to school, owner: lead } ]
programs: [ { id: calls, name: Calls home, serves: [s], measures: [attendance], owner: lead } ]
measures:
  - id: attendance
    name: Attendance rate
    unit: percent
    direction: increase
    period: school-year
    serves: [s]
    owner: lead
    targets: [ { unit: state, baseline: { period: 2020, value: 80 }, target: { period: 2030, value: 90 } } ]
  - { id: watched, name: Days of school, unit: days, direction: increase, period: school-year }
"#;

/// A workspace of one agency, with a plan and no result.
pub(crate) async fn workspace(root: &Path) -> Workspace {
    let headway = Workspace::init(root).await.expect("a workspace");
    let plan = headway_planfile::parse("plan.yaml", PLAN.as_bytes()).expect("a plan").value;
    let now: jiff::Timestamp = "2026-11-21T12:00:00Z".parse().expect("a time");
    headway.load_plan(&plan, &crate::site::operator(), now).await.expect("it can be loaded");
    headway
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_gone_pages_answer_from_memory_and_say_so() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let headway = workspace(&folder.path().join("ws")).await;
    let today: Date = "2026-11-21".parse().expect("a day");
    headway.keep_ready(today).await.expect("it is made ready");
    let router = headway_web::build_router(headway.clone(), Arc::new(move || today), AllowedHosts::default());
    let host = serve(router, ServeLimits::default()).await;
    let get = async |path: &str| {
        ask(&host, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await
    };
    let (code, _, body) = get("/a/st?as_of=2026-11-21").await;
    assert!(code == 200 && !body.contains("may not be the newest"), "{code}");

    headway.keep_failed("db.example:5432: the server can't be reached");
    for path in
        ["/a/st", "/a/st/data", "/a/st/plan", "/a/st/measures", "/a/st?as_of=2026-11-21", "/search?q=attendance"]
    {
        let (code, _, body) = get(path).await;
        assert_eq!(code, 200, "{path}");
        assert!(
            body.contains("may not be the newest") && body.contains("db.example:5432: the server can't"),
            "{path}: {body}"
        );
    }
    let (code, _, body) = get("/a/st?as_of=2020-05-05").await;
    assert!(code == 503 && body.contains("db.example:5432") && body.contains("<h1"), "{code}: {body}");

    assert!(!headway.keep_ready(today).await.expect("it answers again"), "nothing was written meanwhile");
    let (_, _, body) = get("/a/st").await;
    assert!(!body.contains("may not be the newest"));
    let (code, _, _) = get("/a/st?as_of=2020-05-05").await;
    assert_eq!(code, 200);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_holds_true_counts_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let root = folder.path().join("ws");
    let headway = workspace(&root).await;
    headway.write_backup(&folder.path().join("backup")).await.expect("a backup");
    let mut folders = vec![root, folder.path().join("backup")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            let mode = path.metadata().expect("it is there").permissions().mode() & 0o777;
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode, 0o600, "{}: {mode:o}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "{seen} files");
}
