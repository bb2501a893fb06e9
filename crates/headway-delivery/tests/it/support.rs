//! Workspaces for tests, on each database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use headway_delivery::access::{AccessArea, AccessRight, AccessScope, Permit};
use headway_delivery::intake::{ImportOutcome, ImportRequest};
use headway_delivery::model::plan::Plan;
use headway_delivery::track::{SeriesSelection, TrackRow};
use headway_delivery::{Snapshot, Workspace};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// Where a test may make workspaces: a folder, and schemas of a server where operations are kept there.
pub(crate) struct Home {
    folder: TempDir,
    server: Option<String>,
}

impl Home {
    fn new(server: Option<String>) -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), server }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A folder for a workspace that is not there yet, with the configuration that it needs.
    pub(crate) async fn place(&self, name: &str) -> PathBuf {
        let root = self.path(name);
        std::fs::create_dir_all(&root).expect("the temporary folder can be written");
        if let Some(server) = &self.server {
            let schema = format!("floor_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let mut connection = PgConnection::connect(server).await.expect("HEADWAY_TEST_POSTGRES is reachable");
            let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
            connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("a schema of one's own");
            let mark = if server.contains('?') { '&' } else { '?' };
            let config = format!("store = \"{server}{mark}options[search_path]={schema}\"\n");
            std::fs::write(root.join("headway.toml"), config).expect("the temporary folder can be written");
        }
        root
    }

    /// An empty workspace.
    pub(crate) async fn workspace(&self, name: &str) -> Workspace {
        Workspace::init(&self.place(name).await).await.expect("an empty workspace")
    }

    /// A workspace with these plans in it.
    pub(crate) async fn with_plans(&self, name: &str, plans: &[&str]) -> Workspace {
        let headway = self.workspace(name).await;
        for text in plans {
            load(&headway, text).await;
        }
        headway
    }

    /// Takes a workspace away, but for its configuration: its folder, and what its store has on the server.
    pub(crate) async fn take_away(&self, root: &Path) {
        let config = std::fs::read_to_string(root.join("headway.toml")).ok();
        std::fs::remove_dir_all(root).expect("it is there");
        let (Some(server), Some(config)) = (&self.server, config) else { return };
        let schema = config.split("search_path]=").nth(1).and_then(|rest| rest.split('"').next()).expect("a schema");
        let mut connection = PgConnection::connect(server).await.expect("HEADWAY_TEST_POSTGRES is reachable");
        let sql = format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}");
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("an empty schema");
        std::fs::create_dir_all(root).expect("the temporary folder can be written");
        std::fs::write(root.join("headway.toml"), config).expect("the temporary folder can be written");
    }

    /// A file in the home's folder.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("the temporary folder can be written");
        path
    }
}

/// Runs a test on SQLite, and on PostgreSQL where there is a server.
pub(crate) async fn on_both(test: impl AsyncFn(&Home)) {
    test(&Home::new(None)).await;
    match postgres() {
        Some(home) => test(&home).await,
        None => left_out("HEADWAY_TEST_POSTGRES names no server, so PostgreSQL was not tried"),
    }
}

/// Says that a test, or a part of it, is left out.
#[expect(clippy::print_stderr, reason = "a test that is left out says so")]
pub(crate) fn left_out(why: &str) {
    eprintln!("left out: {why}");
}

/// The PostgreSQL side, where there is a server.
pub(crate) fn postgres() -> Option<Home> {
    std::env::var("HEADWAY_TEST_POSTGRES").ok().filter(|url| !url.is_empty()).map(|url| Home::new(Some(url)))
}

pub(crate) fn sqlite() -> Home {
    Home::new(None)
}

/// A file below `../shared`, or `None` with a line saying that the test is left out.
pub(crate) fn shared(below: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(below);
    if !path.exists() {
        left_out(&format!("../shared/{below} is not here"));
        return None;
    }
    Some(std::fs::read_to_string(path).expect("the file can be read"))
}

/// The permit that a write asks for, of the operator.
#[expect(clippy::disallowed_methods, reason = "tests act at the command line")]
pub(crate) fn ann<R: AccessRight>() -> Permit<R> {
    let scope = AccessScope::operator("ann").expect("a name");
    scope.permit(AccessArea::Workspace).expect("the operator may")
}

/// The nth second of the tests.
pub(crate) fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + n).expect("a time")
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

pub(crate) fn plan(text: &str) -> Plan {
    headway_planfile::parse("plan.yaml", text.as_bytes()).expect("the plan can be read").value
}

pub(crate) async fn load(headway: &Workspace, text: &str) {
    headway.load_plan(&plan(text), &ann(), at(1)).await.expect("the plan can be loaded");
}

pub(crate) async fn seen(headway: &Workspace, as_of: &str) -> Arc<Snapshot> {
    headway.snapshot(day(as_of)).await.expect("the workspace can be read")
}

/// What is to be imported from one file.
pub(crate) fn request(file: &Path, profile: &str, known_from: &str) -> ImportRequest {
    ImportRequest {
        files: vec![file.to_owned()],
        profile: profile.to_owned(),
        profile_name: "profile.toml".to_owned(),
        known_from: day(known_from),
        known_from_said: true,
        today: day(known_from).max(day("2026-11-30")),
        source: None,
        provisional: false,
        dry_run: false,
        revises: false,
        replaces: None,
        all_or_nothing: false,
    }
}

pub(crate) async fn import(headway: &Workspace, request: &ImportRequest) -> headway_delivery::Result<ImportOutcome> {
    headway.import_files(request, &ann(), at(2), Box::new(|_, _| {})).await
}

/// The only row of a measure.
pub(crate) async fn only_row(snapshot: &Snapshot, measure: &str) -> TrackRow {
    let selection = SeriesSelection { measure: Some(measure.to_owned()), ..SeriesSelection::default() };
    let mut rows = snapshot.track_selection(&selection).await.expect("the measure is known");
    assert_eq!(rows.len(), 1, "{measure}: {rows:?}");
    rows.remove(0)
}

/// The row of a measure for one place and all students.
pub(crate) async fn row_of(snapshot: &Snapshot, measure: &str, place: &str) -> TrackRow {
    let selection = SeriesSelection {
        measure: Some(measure.to_owned()),
        place: Some(place.to_owned()),
        ..SeriesSelection::default()
    };
    let rows = snapshot.track_selection(&selection).await.expect("the measure is known");
    rows.into_iter().find(|row| row.group == "all" && row.grade == "all").expect("a row of all students")
}

/// Everything that `track --format json` says on a day.
pub(crate) async fn told(headway: &Workspace, as_of: &str) -> String {
    let rows = seen(headway, as_of)
        .await
        .track_selection(&SeriesSelection::default())
        .await
        .expect("the workspace can be read");
    serde_json::to_string_pretty(&rows).expect("a row has text keys and finite numbers")
}
