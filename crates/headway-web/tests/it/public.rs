//! The public site of a small simulated state: as files, and in a real browser from a disk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use headway_delivery::Workspace;
use headway_delivery::intake::ImportRequest;
use headway_simulate::{SimulationSize, write_simulation};
use tempfile::TempDir;

use crate::browser::{Browser, violations, wider};

const PLAN: &str = r#"
agency: { id: st, name: Simulated state agency, unit: "00000000", simulated: true }
plan: { id: p, edition: "2019-09" }
owners: [ { id: lead, name: Delivery lead } ]
strategies: [ { id: s, name: Strategy, owner: lead } ]
measures:
  - id: reading
    name: Students who meet the reading standard
    definition: "Students in grade 3 who meet the standard, of all who were tested."
    unit: percent
    direction: increase
    period: school-year
    serves: [s]
    targets:
      - { unit: state, baseline: { period: 2022, value: 55 }, target: { period: 2030, value: 75 } }
      - { unit: district, baseline: { period: 2022 }, target: { period: 2030, value: 75 } }
      - { unit: school, baseline: { period: 2022 }, target: { period: 2030, value: 75 } }
"#;

const PROFILE: &str = r#"
name = "Reading"
source = "Simulated data"
unit = "{unit}"
group = "{group}"
period = { kind = "school-year", from = "{year}" }

[columns]
unit = "unit"
group = "group"
year = "year"

[[level]]
is = "state"
id = "^00000000$"
name = "Simulated <state> & its schools"

[[level]]
is = "district"
id = '^(\d{5})000$'
parent = "00000000"
name = "District {1}"

[[level]]
is = "school"
id = '^(\d{5})(\d{3})$'
parent = "{1}000"
name = "School {2} of district {1}"

[[values]]
measure = "reading"
column = "value"
scale = "percent"
denominator = "n"

[tokens]
"" = "suppressed"
"#;

/// The folder of the site, written once for all tests.
fn folder() -> &'static Path {
    static SITE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, folder) = SITE.get_or_init(|| {
        let home = TempDir::new().expect("a temporary folder");
        let folder = home.path().join("out");
        let work = lay_out(home.path().to_owned(), folder.clone(), 60, false);
        std::thread::scope(|scope| {
            scope.spawn(|| tokio::runtime::Runtime::new().expect("a runtime").block_on(work));
        });
        (home, folder)
    });
    folder
}

/// Imports results of so many schools, preliminary ones or not, and writes their site.
async fn lay_out(home: PathBuf, folder: PathBuf, places: u32, provisional: bool) {
    let today: jiff::civil::Date = "2026-11-21".parse().expect("a day");
    let now: jiff::Timestamp = "2026-11-21T12:00:00Z".parse().expect("a time");
    let rows = home.join("rows.csv");
    write_simulation(&SimulationSize { places, groups: 10, grades: 1, years: 6, seed: 3 }, today, &rows)
        .expect("it can be written");
    let headway = Workspace::init(&home.join("ws")).await.expect("a workspace");
    let plan = headway_planfile::parse("plan.yaml", PLAN.as_bytes()).expect("a plan").value;
    headway.load_plan(&plan, &crate::site::operator(), now).await.expect("it can be loaded");
    let request = ImportRequest {
        files: vec![rows],
        profile: PROFILE.to_owned(),
        profile_name: "profile.toml".to_owned(),
        known_from: today,
        known_from_said: true,
        today,
        source: None,
        provisional,
        dry_run: false,
        revises: false,
        replaces: None,
        all_or_nothing: false,
    };
    headway
        .import_files(&request, &crate::site::operator(), now, Box::new(|_, _| ()))
        .await
        .expect("it can be imported");
    let prepared = headway.make_release("st", today, today).await.expect("a release");
    let pages = |release: &_, folder: &Path| Ok(headway_public::write_site(release, folder).map(drop)?);
    headway_delivery::publish::write_release(&prepared.release, &folder, pages).expect("it can be written");
}

/// Every page with its text, by its path in the folder.
fn pages() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for below in ["", "measure", "place"] {
        for entry in std::fs::read_dir(folder().join(below)).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.extension().is_some_and(|e| e == "html") {
                let name = path.strip_prefix(folder()).expect("it is below").to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).expect("it can be read")));
            }
        }
    }
    found
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|rest| rest.split_once(to)).map(|(found, _)| found).collect()
}

#[test]
fn every_page_is_small_and_says_what_it_must() {
    let pages = pages();
    assert!(pages.len() > 70, "{} pages", pages.len());
    for (path, text) in &pages {
        assert!(text.len() < 150_000, "{path}: {} bytes", text.len());
        assert!(text.contains("Simulated data."), "{path} says that its data are made up");
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        for wrong in ["NaN", "inf%", "<state>", "href=\"/", "src=\"/", "http://", "fetch("] {
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains(wrong), "{path} has {wrong}");
        }
        // The page of rules counts cells, and may count none.
        let cells: Vec<&str> = between(text, "<td", "</td>")
            .into_iter()
            .filter_map(|cell| cell.split_once('>'))
            .map(|cell| cell.1)
            .collect();
        assert!(!text.contains("<table") || !cells.is_empty(), "{path}: its tables can be read");
        for cell in cells.iter().filter(|_| path != "methods.html") {
            assert!(*cell != "0" && *cell != "0.0%", "{path}: a zero that nobody published");
        }
    }
    let (_, school) = pages.iter().find(|(path, _)| path == "place/00001001.html").expect("a school has a page");
    assert!(school.contains("not published by the source"), "what the source hides is said in words");
}

/// A preliminary figure is marked wherever a page shows it, and a final one nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn preliminary_figures_are_marked_on_public_pages() {
    let home = TempDir::new().expect("a temporary folder");
    let early = home.path().join("out");
    lay_out(home.path().to_owned(), early.clone(), 4, true).await;
    for page in ["measure/reading.html", "place/00000000.html", "methods.html"] {
        let marked = |folder: &Path| {
            let text = std::fs::read_to_string(folder.join(page)).expect("the page is there");
            text.contains("<span class=\"note\">(preliminary)</span>")
        };
        assert!(marked(&early), "{page} says that its figures are preliminary");
        assert!(!marked(folder()), "{page} of final figures");
    }
}

#[test]
fn every_link_leads_to_a_file_of_the_folder() {
    let mut checked = BTreeSet::new();
    for (path, text) in pages() {
        let base = folder().join(&path);
        for link in between(&text, "href=\"", "\"").into_iter().chain(between(&text, "src=\"", "\"")) {
            let file = link.split('#').next().unwrap_or_default().replace("%25", "%");
            let target = if file.is_empty() { base.clone() } else { base.parent().expect("a folder").join(&file) };
            assert!(target.is_file(), "{path}: {link} leads nowhere");
            if let Some((_, id)) = link.split_once('#') {
                let text = std::fs::read_to_string(&target).expect("it can be read");
                assert!(text.contains(&format!("id=\"{id}\"")), "{path}: {link} names no part of the page");
            }
            checked.insert(link.to_owned());
        }
    }
    assert!(checked.len() > 100, "{} links", checked.len());
    // Parts of compound measures have a dot in their id: pages and files must name their files alike.
    assert_eq!(headway_delivery::publish::file_name("answered.24h"), "answered~2e24h");
    let script = std::fs::read_to_string(folder().join("places.js")).expect("the list of places");
    assert!(script.contains("[\"00001001\",\"School 001 of district 00001\"]"), "{script}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_is_read_from_a_disk_by_everybody() {
    let Some(browser) = Browser::open().await else { return };
    let axe = std::env::var("HEADWAY_TEST_AXE").expect("./check says where axe-core is");
    let axe = std::fs::read_to_string(axe).expect("axe-core is there");
    let root = format!("file://{}", folder().display());
    let mut wrong = Vec::new();
    for path in [
        "index.html",
        "measure/reading.html",
        "measure/reading.district-1.html",
        "measure/reading.school-1.html",
        "place/00000000.html",
        "place/00001000.html",
        "place/00001001.html",
        "places.html",
        "methods.html",
        "data.html",
    ] {
        for width in [1200, 390] {
            browser.client.set_window_size(width, 900).await.expect("a window has a size");
            browser.client.goto(&format!("{root}/{path}")).await.expect("the page opens");
            let found = violations(&browser.client, &axe).await;
            wrong.extend(found.into_iter().map(|v| format!("{path} at {width}: {v}")));
            let pixels = wider(&browser.client).await;
            if pixels > 0 {
                wrong.push(format!("{path} at {width}: {pixels} pixels wider than the window"));
            }
        }
    }
    let client = browser.client.clone();
    client.goto(&format!("{root}/index.html")).await.expect("the page opens");
    let field = client.find(fantoccini::Locator::Css("#place-search")).await.expect("a field");
    field.send_keys("school 001 00003").await.expect("it can be typed in");
    let link = client.wait().for_element(fantoccini::Locator::Css("#place-found a")).await.expect("a place is found");
    link.click().await.expect("it can be clicked");
    let headline = client.find(fantoccini::Locator::Css("h1")).await.expect("a headline").text().await;
    browser.close().await;
    assert_eq!(headline.expect("it has text"), "School 001 of district 00003");
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}
