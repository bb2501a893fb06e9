//! The demo, laid out once for all tests and served on loopback.

use std::sync::{Arc, OnceLock};

use headway_delivery::{Headway, Who};
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
    "/ma-dese",
    "/ma-dese?as_of=2013-06-01",
    "/ma-dese/plan",
    "/ma-dese/plan?plan=delivery&edition=2012-12",
    "/ma-dese/strategy/success-after-high-school",
    "/ma-dese/program/ewis",
    "/ma-dese/milestones",
    "/simulated/milestones?program=reading-coaches",
    "/simulated/milestones",
    "/ma-dese/measures",
    "/ma-dese/measure/grad-5yr",
    "/ma-dese/measure/grad-5yr?as_of=2015-06-01",
    "/ma-dese/measure/masscore",
    "/ma-dese/places",
    "/ma-dese/place/ma",
    "/ma-dese/groups",
    "/ma-dese/data",
    "/ma-dese/bright-spots",
    "/ma-eoe",
    "/ma-eoe/measure/aid-inquiries",
    "/simulated",
    "/simulated/plan",
    "/simulated/strategy/learning",
    "/simulated/program/reading-coaches",
    "/simulated/measure/sim-g3-reading",
    "/simulated/measure/sim-g8-math-below?unit=00012000&group=lep",
    "/simulated/measure/sim-g3-reading?level=school&page=3",
    "/simulated/places?level=school",
    "/simulated/place/00012000",
    "/simulated/groups",
    "/simulated/data",
    "/simulated/bright-spots?measure=sim-g3-reading",
    "/ma-dese/plan/summary?plan=delivery&edition=2012-12",
    "/ma-dese/plan?plan=delivery&edition=2014-01-13",
    "/ma-dese/measure/grad-5yr?period=cohort+2013",
    "/ma-eoe/plan",
    "/simulated/measures",
    "/simulated/plan/summary",
    "/simulated/measure/sim-g3-reading?unit=00100001",
    "/simulated/measure/sim-g3-reading/backtest?level=district",
    "/simulated/places",
    "/simulated/place/00100001?group=lep",
    "/simulated/groups?unit=00100000",
    "/simulated/groups?measure=sim-g8-math-below&group=lep&level=school",
    "/simulated/bright-spots?measure=sim-g8-math-below&level=school&group=ecd",
    "/simulated?period=2023-24",
    "/simulated/place/00012000?period=2023-24",
    "/simulated/places?period=2023-24&level=school",
    "/simulated/groups?period=2023-24",
    "/ma-dese?period=2013-14",
    "/simulated/plan/summary?period=2023-24",
    "/ma-dese/measure/masscore/backtest",
    "/ma-dese/measure/waivers",
    "/ma-eoe/groups",
    "/ma-eoe/data",
    "/simulated/groups?unit=00100001",
    "/simulated/places?sort=name&page=2",
    "/simulated?as_of=2024-12-01",
    "/simulated/measure/sim-g3-reading?unit=00012000&group=lep&period=2021-22&as_of=2026-10-15",
];

/// Pages that say what is wrong.
pub(crate) const ERRORS: [&str; 6] = [
    "/nowhere/at/all",
    "/simulated/nothing",
    "/simulated?as_of=yesterday",
    "/simulated/place/nowhere",
    "/simulated/measure/sim-g3-reading?unit=school+1+of",
    "/simulated/measure/sim-g3-reading?unit=00100001&group=xyz",
];

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
            let headway = Headway::init(&root).await.expect("a workspace");
            let who = Who::new("test").expect("a name");
            headway.lay_out_demo(&who, now, today, &mut |_| {}).await.expect("the sample");
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let router = headway_web::router(headway, Arc::new(move || today), headway_web::AllowedHosts::default());
            let address = format!("http://{}", listener.local_addr().expect("it is bound"));
            tell.send((address, router.clone())).expect("somebody waits");
            let limits = headway_web::ServeLimits::default();
            headway_web::serve(listener, router, limits, std::future::pending()).await.expect("it serves");
        });
    });
    let (address, router) = told.recv().expect("the site starts");
    (address, router, folder)
}

/// Status line with headers, and body, of one plain request.
pub(crate) async fn get(path: &str) -> (u16, String, String) {
    let host = address().strip_prefix("http://").expect("it is http");
    ask(host, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
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
