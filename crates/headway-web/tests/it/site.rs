//! The demo, laid out once for all tests and served on loopback.

use std::sync::{Arc, OnceLock};

use headway_delivery::Workspace;
use headway_delivery::access::{AccessArea, AccessRight, AccessScope, Permit};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Every page that is looked at, with the longest and the strangest of each kind.
pub(crate) const PAGES: [&str; 64] = [
    "/",
    "/about",
    "/search?q=district+12",
    "/search?q=",
    "/search?q=nothing+has+this+name",
    "/a/ma-dese",
    "/a/ma-dese?as_of=2013-06-01",
    "/a/ma-dese/plan",
    "/a/ma-dese/plan?plan=delivery&edition=2012-12",
    "/a/ma-dese/strategy/success-after-high-school",
    "/a/ma-dese/program/ewis",
    "/a/ma-dese/milestones",
    "/a/simulated/milestones?program=reading-coaches",
    "/a/simulated/milestones",
    "/a/ma-dese/measures",
    "/a/ma-dese/measure/grad-5yr",
    "/a/ma-dese/measure/grad-5yr?as_of=2015-06-01",
    "/a/ma-dese/measure/masscore",
    "/a/ma-dese/places",
    "/a/ma-dese/place/ma",
    "/a/ma-dese/groups",
    "/a/ma-dese/data",
    "/a/ma-dese/bright-spots",
    "/a/ma-eoe",
    "/a/ma-eoe/measure/aid-inquiries",
    "/a/simulated",
    "/a/simulated/plan",
    "/a/simulated/strategy/learning",
    "/a/simulated/program/reading-coaches",
    "/a/simulated/measure/sim-g3-reading",
    "/a/simulated/measure/sim-g8-math-below?unit=00012000&group=lep",
    "/a/simulated/measure/sim-g3-reading?level=school&page=3",
    "/a/simulated/places?level=school",
    "/a/simulated/place/00012000",
    "/a/simulated/groups",
    "/a/simulated/data",
    "/a/simulated/bright-spots?measure=sim-g3-reading",
    "/a/ma-dese/plan/summary?plan=delivery&edition=2012-12",
    "/a/ma-dese/plan?plan=delivery&edition=2014-01-13",
    "/a/ma-dese/measure/grad-5yr?period=cohort+2013",
    "/a/ma-eoe/plan",
    "/a/simulated/measures",
    "/a/simulated/plan/summary",
    "/a/simulated/measure/sim-g3-reading?unit=00100001",
    "/a/simulated/measure/sim-g3-reading/backtest?level=district",
    "/a/simulated/places",
    "/a/simulated/place/00100001?group=lep",
    "/a/simulated/groups?unit=00100000",
    "/a/simulated/groups?measure=sim-g8-math-below&group=lep&level=school",
    "/a/simulated/bright-spots?measure=sim-g8-math-below&level=school&group=ecd",
    "/a/simulated?period=2023-24",
    "/a/simulated/place/00012000?period=2023-24",
    "/a/simulated/places?period=2023-24&level=school",
    "/a/simulated/groups?period=2023-24",
    "/a/ma-dese?period=2013-14",
    "/a/simulated/plan/summary?period=2023-24",
    "/a/ma-dese/measure/masscore/backtest",
    "/a/ma-dese/measure/waivers",
    "/a/ma-eoe/groups",
    "/a/ma-eoe/data",
    "/a/simulated/groups?unit=00100001",
    "/a/simulated/places?sort=name&page=2",
    "/a/simulated?as_of=2024-12-01",
    "/a/simulated/measure/sim-g3-reading?unit=00012000&group=lep&period=2021-22&as_of=2026-10-15",
];

/// Pages that say what is wrong.
pub(crate) const ERRORS: [&str; 6] = [
    "/nowhere/at/all",
    "/a/simulated/nothing",
    "/a/simulated?as_of=yesterday",
    "/a/simulated/place/nowhere",
    "/a/simulated/measure/sim-g3-reading?unit=school+1+of",
    "/a/simulated/measure/sim-g3-reading?unit=00100001&group=xyz",
];

/// The permit that a write asks for, of the operator.
#[expect(clippy::disallowed_methods, reason = "tests act at the command line")]
pub(crate) fn operator<R: AccessRight>() -> Permit<R> {
    let scope = AccessScope::operator("test").expect("a name");
    scope.permit(AccessArea::Workspace).expect("the operator may")
}

/// The address of the demo, served for as long as the tests run.
pub(crate) fn address() -> &'static str {
    &site().0
}

/// The demo's application, to be served in another way.
pub(crate) fn router() -> axum::Router {
    site().1.clone()
}

fn site() -> &'static (String, axum::Router, TempDir) {
    static SITE: OnceLock<(String, axum::Router, TempDir)> = OnceLock::new();
    SITE.get_or_init(start)
}

fn start() -> (String, axum::Router, TempDir) {
    let folder = TempDir::new().expect("a temporary folder");
    let root = folder.path().join("ws");
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async move {
            let today: jiff::civil::Date = "2026-11-21".parse().expect("a day");
            let now: jiff::Timestamp = "2026-11-21T12:00:00Z".parse().expect("a time");
            let headway = Workspace::init(&root).await.expect("a workspace");
            headway.lay_out_demo(&operator(), now, today, &mut |_| {}).await.expect("the sample");
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let router =
                headway_web::build_router(headway, Arc::new(move || today), headway_web::AllowedHosts::default());
            let address = format!("http://{}", listener.local_addr().expect("it is bound"));
            tell.send((address, router.clone())).expect("somebody waits");
            let limits = headway_web::ServeLimits::default();
            headway_web::serve_router(listener, router, limits, std::future::pending()).await.expect("it serves");
        });
    });
    let (address, router) = told.recv().expect("the site starts");
    (address, router, folder)
}

/// Status line with headers, and body, of one plain request; with every chance, which pages don't wait for.
pub(crate) async fn get(path: &str) -> (u16, String, String) {
    let host = address().strip_prefix("http://").expect("it is http");
    settled(host, path).await
}

/// The answer to a plain request when nothing of it is being computed any more.
pub(crate) async fn settled(host: &str, path: &str) -> (u16, String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    for _ in 0..3_000 {
        let answer = ask(host, &request).await;
        if !answer.2.contains("being computed<") {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{path}: chances are never known");
}

/// The same for a request in full, to a server that listens on `host`.
pub(crate) async fn ask(host: &str, request: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(host).await.expect("the site listens");
    stream.write_all(request.as_bytes()).await.expect("it takes requests");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("it answers");
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status code");
    (code, head.to_lowercase(), body.to_owned())
}
