//! A workspace of two agencies with its server, and people who sign in.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use headway_delivery::Workspace;
use headway_delivery::access::{AccessArea, AccessRight, AccessScope, PartKind, Permit, PersonRole, PlanPart};
use headway_delivery::intake;
use headway_server::{ServerInputs, WebServer};
use headway_web::AllowedHosts;
use headway_work::{NewMember, PersonId, SecretToken, TeamService};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "correct horse battery";
const PROFILE: &str = include_str!("../../../headway-delivery/tests/it/attendance.toml");
const RESULTS: &str = "code,name,year,rate,students\nST,The state,2020,80.0,1000\nST,The state,2021,81.0,1000\n\
    0001,Alder,2020,75.0,100\n0001,Alder,2021,74.0,100\n0002,Birch,2020,71.0,100\n0002,Birch,2021,73.0,100\n";
static NEXT: AtomicU32 = AtomicU32::new(1);

pub(crate) struct Office {
    pub(crate) router: Router,
    pub(crate) team: TeamService,
    pub(crate) server: WebServer,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

/// What a request was answered with.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) cookie: Option<String>,
    pub(crate) body: String,
}

/// Runs a test on SQLite, and on PostgreSQL where there is a server.
pub(crate) async fn on_both(test: impl AsyncFn(&Office)) {
    test(&Office::open(None, false).await).await;
    match std::env::var("HEADWAY_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) {
        Some(url) => test(&Office::open(Some(url), false).await).await,
        None => eprintln!("left out: HEADWAY_TEST_POSTGRES names no server, so PostgreSQL was not tried"),
    }
}

fn plan(agency: &str, measure: &str) -> String {
    // Each of a state of its own: agencies of one state share its places.
    let unit = if agency == "a" { "ST" } else { "SB" };
    format!(
        "agency: {{ id: {agency}, name: Agency {agency}, unit: {unit} }}\nplan: {{ id: p, edition: \"2020-01\" }}\n\
         owners: [ {{ id: lead, name: The lead of {agency} }} ]\n\
         strategies: [ {{ id: s-{agency}, name: Strategy of {agency}, owner: lead }} ]\n\
         programs: [ {{ id: pr-{agency}, name: Program of {agency}, serves: [s-{agency}], owner: lead }} ]\n\
         measures:\n  - {{ id: {measure}, name: Measure of {agency}, unit: percent, direction: increase, period: school-year, \
         serves: [s-{agency}], targets: [ {{ unit: state, baseline: {{ period: 2020, value: 80 }}, target: {{ period: 2030, value: 90 }} }} ] }}\n"
    )
}

impl Office {
    pub(crate) async fn open(server: Option<String>, behind_proxy: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("ws");
        if let Some(server) = server {
            std::fs::create_dir(&root).expect("a folder can be made");
            std::fs::write(root.join("headway.toml"), format!("store = \"{}\"\n", schema(&server).await))
                .expect("written");
        }
        let headway = Workspace::init(&root).await.expect("a workspace");
        for (agency, measure) in [("a", "attendance"), ("b", "other-rate")] {
            let plan = headway_planfile::parse("plan.yaml", plan(agency, measure).as_bytes()).expect("a plan").value;
            headway.load_plan(&plan, &operator(), start()).await.expect("loaded");
        }
        let file = folder.path().join("results.csv");
        std::fs::write(&file, RESULTS).expect("written");
        let request = intake::ImportRequest {
            files: vec![file],
            profile: PROFILE.to_owned(),
            profile_name: "attendance.toml".to_owned(),
            known_from: "2022-01-01".parse().expect("a day"),
            known_from_said: true,
            today: "2026-11-21".parse().expect("a day"),
            source: None,
            provisional: false,
            dry_run: false,
            revises: true,
            replaces: None,
            all_or_nothing: false,
        };
        headway.import_files(&request, &operator(), start(), Box::new(|_, _| ())).await.expect("imported");
        let clock = Arc::new(AtomicI64::new(0));
        let (seconds, random) = (Arc::clone(&clock), AtomicU32::new(1));
        let inputs = ServerInputs {
            today: Arc::new(|| "2026-11-21".parse().expect("a day")),
            now: Arc::new(move || start() + jiff::SignedDuration::from_secs(seconds.load(Ordering::Relaxed))),
            random: Arc::new(move || bytes(random.fetch_add(1, Ordering::Relaxed))),
            behind_proxy,
        };
        let server = WebServer::open(headway.clone(), inputs).await.expect("the store can be read");
        let team = TeamService::new(headway.operations().clone());
        Self { router: server.router(AllowedHosts::default()), team, server, clock, _folder: folder }
    }

    /// Time goes on.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        start() + jiff::SignedDuration::from_secs(self.clock.load(Ordering::Relaxed))
    }

    /// Asks somebody in; the token of the link.
    pub(crate) async fn invite(&self, mail: &str, role: PersonRole, area: AccessArea) -> (PersonId, SecretToken) {
        let token = SecretToken::from_random(bytes(1_000_000 + NEXT.fetch_add(1, Ordering::Relaxed)));
        let name = mail.split('@').next().expect("a name");
        let member = NewMember { name, mail, role, area };
        let person = self.team.invite_member(&operator(), self.now(), &member, &token).await.expect("asked in");
        let watch = self.server.clone().watch_people();
        tokio::time::timeout(std::time::Duration::from_secs(10), watch).await.expect("people are noticed");
        (person, token)
    }

    /// Somebody signed in: her session's cookie.
    pub(crate) async fn member(&self, mail: &str, role: PersonRole, area: AccessArea) -> String {
        let (_, token) = self.invite(mail, role, area).await;
        self.team.accept_invitation(self.now(), &token, PASSWORD, [7; 32]).await.expect("accepted");
        self.sign_in(mail).await
    }

    pub(crate) async fn sign_in(&self, mail: &str) -> String {
        let answer = self.post("/sign-in", None, &[("mail", mail), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{mail}: {}", answer.body);
        answer.cookie.expect("a session")
    }

    pub(crate) async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        self.ask(Method::GET, path, cookie, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, cookie: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        self.ask(Method::POST, path, cookie, fields).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        cookie: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.send(request.body(Body::from(form)).expect("a request")).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let set = text(header::SET_COOKIE);
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: head.status.as_u16(),
            location: text(header::LOCATION).unwrap_or_default(),
            cookie: set.and_then(|cookie| cookie.split(';').next().map(str::to_owned)),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

async fn schema(server: &str) -> String {
    let schema = format!("office_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(server).await.expect("HEADWAY_TEST_POSTGRES is reachable");
    let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("a schema of one's own");
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options[search_path]={schema}")
}

fn start() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().expect("a time")
}

/// Other bytes for each number.
fn bytes(number: u32) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// The operator's permit.
#[expect(clippy::disallowed_methods, reason = "tests act at the command line")]
pub(crate) fn operator<R: AccessRight>() -> Permit<R> {
    let scope = AccessScope::operator("test").expect("a name");
    scope.permit(AccessArea::Workspace).expect("the operator may")
}

pub(crate) fn agency(id: &str) -> AccessArea {
    AccessArea::Agency { agency: id.into() }
}

pub(crate) fn place(agency: &str, place: &str) -> AccessArea {
    AccessArea::Place { agency: agency.into(), place: place.into() }
}

pub(crate) fn program(agency: &str, id: &str) -> AccessArea {
    AccessArea::Part { agency: agency.into(), part: PlanPart { kind: PartKind::Program, id: id.to_owned() } }
}
