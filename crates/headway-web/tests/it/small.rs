//! Small agencies of a few lines: their own pages, and their public site.

use std::fmt::Write as _;
use std::sync::Arc;

use headway_delivery::Workspace;
use headway_delivery::intake::ImportRequest;
use headway_web::{AllowedHosts, ServeLimits};
use jiff::Timestamp;
use jiff::civil::Date;
use tempfile::TempDir;

use crate::serving::serve;
use crate::site::{ask, operator, settled};

const PROFILE: &str = r#"
name = "Results"
source = "Made up"
unit = "{code}"
group = "{group}"
grade = "{grade}"
period = { kind = "school-year", from = "{year}" }

[[level]]
is = "state"
id = "^st$"
name = "Zed State"

[[level]]
is = "district"
id = "^D(.*)$"
name = "District {1}"
parent = "st"

[[level]]
is = "school"
id = "^S(.*)$"
name = "School {1}"
parent = "DA"

[[values]]
measure = "{measure}"
scale = "percent"
numerator = "k"
denominator = "n"
"#;

/// A workspace with one agency, `zz`, as of the end of November 2026.
pub(crate) struct Small {
    folder: TempDir,
    headway: Workspace,
    host: String,
}

fn today() -> Date {
    "2026-11-30".parse().expect("a day")
}

fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().expect("a time")
}

impl Small {
    /// With these measures, strategies or programs (YAML), and results: measure, place, group (`all/3`: of grade 3), first
    /// year, counts of 1,000.
    pub(crate) async fn new(plan: &str, results: &[(&str, &str, &str, i32, &[u32])]) -> Self {
        let small = Self::empty().await;
        small.load("p", plan).await;
        small.with(results).await
    }

    /// Results alone: nobody loaded a plan.
    pub(crate) async fn without_plan(results: &[(&str, &str, &str, i32, &[u32])]) -> Self {
        Self::empty().await.with(results).await
    }

    async fn empty() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let headway = Workspace::init(&folder.path().join("ws")).await.expect("a workspace");
        Self { folder, headway, host: String::new() }
    }

    /// With these results, and served.
    async fn with(self, results: &[(&str, &str, &str, i32, &[u32])]) -> Self {
        let mut rows = String::from("measure,code,group,grade,year,k,n\n");
        for (measure, place, group, first, counts) in results {
            let (group, grade) = group.split_once('/').unwrap_or((group, "all"));
            for (year, k) in (*first..).zip(*counts) {
                writeln!(rows, "{measure},{place},{group},{grade},{year},{k},1000").expect("it is text");
            }
        }
        if !results.is_empty() {
            self.import_rows(PROFILE, &rows).await;
        }
        let router = headway_web::build_router(self.headway.clone(), Arc::new(today), AllowedHosts::default());
        let host = serve(router, ServeLimits::default()).await;
        Self { host, ..self }
    }

    /// With rows of a file (`measure,code,group,grade,year,` and the columns that `values` of the profile names).
    pub(crate) async fn of_rows(plan: &str, values: &str, rows: &str) -> Self {
        let small = Self::empty().await;
        small.load("p", plan).await;
        let head = PROFILE.split("[[values]]").next().expect("a profile");
        let profile = format!("{head}[[values]]\nmeasure = \"{{measure}}\"\n{values}");
        small.import_rows(&profile, rows).await;
        small.with(&[]).await
    }

    /// Loads another plan of the agency.
    pub(crate) async fn load(&self, id: &str, rest: &str) {
        self.load_edition(id, "2020-01", rest).await;
    }

    /// Loads an edition of a plan.
    pub(crate) async fn load_edition(&self, id: &str, edition: &str, rest: &str) {
        let text = format!(
            "agency: {{ id: zz, name: Zed Department, unit: st }}\nplan: {{ id: {id}, name: Plan {id}, edition: \"{edition}\" }}\n{rest}"
        );
        let plan = headway_planfile::parse("plan.yaml", text.as_bytes()).expect("a plan").value;
        self.headway.load_plan(&plan, &operator(), now()).await.expect("it can be loaded");
    }

    async fn import_rows(&self, profile: &str, rows: &str) {
        let file = self.folder.path().join("rows.csv");
        std::fs::write(&file, rows).expect("it is written");
        let request = ImportRequest {
            files: vec![file],
            profile: profile.to_owned(),
            profile_name: "profile.toml".to_owned(),
            known_from: today(),
            known_from_said: true,
            today: today(),
            source: None,
            provisional: false,
            dry_run: false,
            revises: true,
            replaces: None,
            all_or_nothing: false,
        };
        self.headway.import_files(&request, &operator(), now(), Box::new(|_, _| ())).await.expect("it can be imported");
    }

    /// A page without its tags.
    pub(crate) async fn page(&self, path: &str) -> String {
        plain(&self.markup(path).await)
    }

    /// A page as it is sent.
    pub(crate) async fn markup(&self, path: &str) -> String {
        let (code, _, body) = settled(&self.host, path).await;
        assert_eq!(code, 200, "{path}: {body}");
        body
    }

    /// Takes the results of a measure out of the lake, as a disk that fails does.
    pub(crate) fn lose(&self, measure: &str) {
        std::fs::remove_dir_all(self.folder.path().join("ws/lake").join(measure)).expect("it has results");
    }

    /// The code and the text of an answer of any kind.
    pub(crate) async fn answer(&self, path: &str) -> (u16, String) {
        let asked = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let (code, _, body) = ask(&self.host, &asked).await;
        (code, plain(&body))
    }

    /// Pages of the public site without their tags.
    pub(crate) async fn public(&self, pages: &[&str]) -> Vec<String> {
        let folder = self.folder.path().join("out");
        let prepared = self.headway.make_release("zz", today(), today()).await.expect("a release");
        let write = |release: &_, folder: &std::path::Path| Ok(headway_public::write_site(release, folder).map(drop)?);
        headway_delivery::publish::write_release(&prepared.release, &folder, write).expect("it can be written");
        let read = |page: &&str| std::fs::read_to_string(folder.join(page)).expect("the page is there");
        pages.iter().map(|page| plain(&read(page))).collect()
    }
}

/// The text of a page, cells and lines parted by a bar.
fn plain(body: &str) -> String {
    let body = body.split("<body>").nth(1).unwrap_or(body);
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        let Some((tag, words)) = piece.split_once('>') else { continue };
        let block = ["td", "th", "tr", "p", "h1", "h2", "h3", "li", "dd", "dt", "caption"];
        if block.iter().any(|name| tag == *name || tag.starts_with(&format!("{name} "))) {
            text.push_str(" | ");
        }
        text.push_str(words);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
