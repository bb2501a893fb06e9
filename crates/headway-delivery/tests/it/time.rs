//! Time is in everything: what is newest, what a place was called and where it belonged, what a measure was called.

use std::collections::BTreeMap;
use std::path::Path;

use headway_delivery::error::MeasureTrouble;
use headway_delivery::model::{Period, PeriodKind};
use headway_delivery::track::SeriesSelection;
use headway_delivery::{Error, Snapshot, Workspace};

use crate::support::{Home, ann, at, day, import, load, on_both, plan, request, seen, sqlite};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: st }
plan: { id: p, edition: "2019" }
measures:
  - { id: r, name: Reading, unit: percent, direction: increase, period: school-year }
"#;

const PROFILE: &str = r#"
name = "Reading"
source = "State agency, reading report"
unit = "{code}"
period = { kind = "school-year", from = "{year}" }
[[level]]
is = "state"
id = "^st$"
name = "{name}"
[[level]]
is = "district"
id = "^D"
name = "{name}"
parent = "{parent}"
[[level]]
is = "school"
id = "^S"
name = "{name}"
parent = "{parent}"
[[values]]
measure = "r"
column = "rate"
scale = "percent"
"#;

/// A file of these rows: code, name, parent, year, rate.
fn rows(rows: &[&str]) -> String {
    format!("code,name,parent,year,rate\n{}\n", rows.join("\n"))
}

async fn bring(headway: &Workspace, file: &Path, known_from: &str) -> headway_delivery::intake::ImportOutcome {
    let mut wanted = request(file, PROFILE, known_from);
    wanted.revises = true;
    import(headway, &wanted).await.expect("the file can be read")
}

fn year(ordinal: i32) -> Period {
    Period { kind: PeriodKind::SchoolYear, ordinal }
}

/// Name and parent of a place in a year.
fn in_year(snapshot: &Snapshot, id: &str, ordinal: i32) -> (String, Option<String>) {
    let places = snapshot.places_in(year(ordinal));
    let place = places.get(id).expect("the place is known");
    (place.name.clone(), place.parent.clone().map(Into::into))
}

/// Everything that is answered as of a day, with imports by their files: rows, and each place in each year.
async fn answers(headway: &Workspace, as_of: &str) -> String {
    let snapshot = seen(headway, as_of).await;
    let files: BTreeMap<i64, String> =
        snapshot.imports.iter().map(|i| (i.vintage.id, i.vintage.file.clone())).collect();
    let mut text = String::new();
    for row in snapshot.track_selection(&SeriesSelection::default()).await.expect("the workspace can be read") {
        let mut json = serde_json::to_value(&row).expect("a row is JSON");
        json["vintage"] = json["vintage"].as_i64().and_then(|id| files.get(&id)).cloned().into();
        text += &format!("{} {json}\n", row.place.name);
        let scored = snapshot.scored_measure("r").await.expect("it is planned");
        for o in scored.observations_of(row.series) {
            text += &format!("  {} {:?} {:?}\n", o.period, o.value, files.get(&o.vintage));
        }
    }
    for ordinal in 2018..=2026 {
        let places = snapshot.places_in(year(ordinal));
        let each = places.iter().map(|p| format!("{} {} {:?} {:?}", p.id, p.name, p.parent, places.is_open(&p.id)));
        text += &format!("{ordinal}: {}\n", each.collect::<Vec<_>>().join("; "));
    }
    text
}

/// Files in the order in which they became known, each with its day: a year each, a revision, and ten years said again at once.
fn published() -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("2020.csv", "2020-10-01", rows(&["st,State,,2020,70", "D1,Alpha,st,2020,71", "S1,Mill,D1,2020,72"])),
        ("2021.csv", "2021-10-01", rows(&["st,State,,2021,73", "D1,Alpha,st,2021,74", "S1,Mill,D1,2021,75"])),
        ("2020b.csv", "2021-12-01", rows(&["S1,Mill School,D1,2020,72.5"])),
        ("2022.csv", "2022-10-01", rows(&["st,State,,2022,76", "D2,Beta,st,2022,77", "S1,Mill,D2,2022,78"])),
        (
            "trend.csv",
            "2023-10-01",
            rows(&["D1,Alpha County,st,2019,60", "D1,Alpha County,st,2021,74.5", "S1,,,2023,80"]),
        ),
        ("2024.csv", "2024-10-01", rows(&["st,State,,2024,81", "D2,Beta,st,2024,82", "S1,Mill Academy,D2,2024,83"])),
    ]
}

/// The files of [`published`] loaded in an order of their own.
async fn loaded(home: &Home, name: &str, order: &[usize]) -> Workspace {
    let headway = home.with_plans(name, &[PLAN]).await;
    let folder = home.path(&format!("files-{name}"));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let files = published();
    for at in order {
        let (file, known_from, text) = &files[*at];
        let path = folder.join(file);
        std::fs::write(&path, text).expect("the temporary folder can be written");
        bring(&headway, &path, known_from).await;
    }
    headway
}

#[tokio::test]
async fn the_order_of_loading_changes_no_answer() {
    on_both(async |home| {
        let days = ["2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31", "2026-01-01"];
        let in_order = loaded(home, "in-order", &[0, 1, 2, 3, 4, 5]).await;
        let mut want = Vec::new();
        for as_of in days {
            want.push(answers(&in_order, as_of).await);
        }
        assert!(want[4].contains("Mill Academy") && want[4].contains("Alpha County") && want[4].contains("72.5"));
        for (number, order) in [[5, 4, 3, 2, 1, 0], [3, 0, 5, 2, 4, 1], [2, 5, 1, 4, 0, 3]].iter().enumerate() {
            let headway = loaded(home, &format!("order-{number}"), order).await;
            for (as_of, want) in days.iter().zip(&want) {
                assert_eq!(answers(&headway, as_of).await, *want, "loaded as {order:?}, as of {as_of}");
            }
            headway.compact_lake(&ann(), at(9)).await.expect("files can be merged");
            for (as_of, want) in days.iter().zip(&want) {
                assert_eq!(answers(&headway, as_of).await, *want, "merged, loaded as {order:?}, as of {as_of}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_school_that_moved_belongs_where_it_was_in_each_year() {
    on_both(async |home| {
        let headway = loaded(home, "ws", &[0, 1, 2, 3, 4, 5]).await;
        let now = seen(&headway, "2026-01-01").await;
        let d = |id: &str| Some(id.to_owned());
        assert_eq!(in_year(&now, "S1", 2020), ("Mill School".to_owned(), d("D1")));
        assert_eq!(in_year(&now, "S1", 2021), ("Mill".to_owned(), d("D1")));
        assert_eq!(in_year(&now, "S1", 2022), ("Mill".to_owned(), d("D2")));
        assert_eq!(in_year(&now, "S1", 2024), ("Mill Academy".to_owned(), d("D2")));
        assert_eq!(now.places.display_name("S1"), "Mill Academy");
        let below = |snapshot: &Snapshot, id: &str| snapshot.places.open_children(id).len();
        assert_eq!((below(&now, "D1"), below(&now, "D2")), (0, 1));
        let then = now.through_day(day("2021-06-30"));
        assert_eq!((then.places.display_name("S1"), below(&then, "D1"), below(&then, "D2")), ("Mill", 1, 0));
        // As known before the move.
        let known = seen(&headway, "2021-10-15").await;
        assert_eq!(in_year(&known, "S1", 2022), ("Mill".to_owned(), d("D1")));
    })
    .await;
}

#[tokio::test]
async fn undoing_an_import_gives_names_and_parents_back() {
    on_both(async |home| {
        let headway = loaded(home, "ws", &[0, 1]).await;
        let before = answers(&headway, "2026-01-01").await;
        let file = home.file("wrong.csv", &rows(&["S1,WRONG,D2,2021,10", "S1,WRONG,D2,2022,11"]));
        let outcome = bring(&headway, &file, "2022-10-01").await;
        let told: Vec<_> = outcome.renamed.examples.iter().map(|c| (c.before.as_str(), c.after.as_str())).collect();
        assert_eq!((told, outcome.moved.count), (vec![("Mill", "WRONG")], 1));
        assert_eq!(
            in_year(&*seen(&headway, "2026-01-01").await, "S1", 2021),
            ("WRONG".to_owned(), Some("D2".to_owned()))
        );
        headway.undo_import(outcome.import.expect("it was imported"), &ann(), at(5)).await.expect("it can be undone");
        let after = answers(&headway, "2026-01-01").await;
        assert_eq!(after.replace("wrong.csv", ""), before);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_measure_is_one_series() {
    on_both(async |home| {
        let later = PLAN
            .replace("2019\" }", "2021-01-01\" }")
            .replace("id: r, name", "id: read, replaces: [ { measure: r, how: renamed } ], name");
        let headway = home.with_plans("ws", &[PLAN]).await;
        bring(&headway, &home.file("a.csv", &rows(&["D1,Alpha,st,2020,60", "D1,Alpha,st,2021,61"])), "2021-10-01")
            .await;
        load(&headway, &later).await;
        let file = home.file("b.csv", &rows(&["D1,Alpha,st,2021,62", "D1,Alpha,st,2022,63"]));
        let wanted = request(&file, &PROFILE.replace("measure = \"r\"", "measure = \"read\""), "2022-10-01");
        import(&headway, &wanted).await.expect("the file can be read");
        let snapshot = seen(&headway, "2023-01-01").await;
        for id in ["read", "r"] {
            let scored = snapshot.scored_measure(id).await.expect("either name finds it");
            let series = scored.find_series("all", "all", "D1").expect("it has results");
            let figures: Vec<_> =
                scored.observations_of(series).iter().map(|o| (o.period.ordinal, o.value.exact_number())).collect();
            assert_eq!(figures, [(2020, Some(60.0)), (2021, Some(62.0)), (2022, Some(63.0))], "{id}");
        }
        let tracked = snapshot.track_selection(&SeriesSelection::default()).await.expect("the rest answers");
        assert_eq!(tracked.iter().filter(|row| row.place.id == "D1").count(), 1, "it is one measure");
    })
    .await;
}

#[tokio::test]
async fn one_kind_of_period_for_a_measure() {
    on_both(async |home| {
        let headway = home.with_plans("ws", &[PLAN]).await;
        let file = home.file("a.csv", &rows(&["D1,Alpha,st,2020,60"]));
        let calendar = PROFILE.replace("school-year", "calendar-year");
        let check = |refused: Result<_, Error>| match refused {
            Err(Error::Refused(text)) => {
                assert!(text.contains("calendar year") && text.contains("school year") && text.contains('r'), "{text}");
            }
            _ => panic!("another kind of period was accepted"),
        };
        check(import(&headway, &request(&file, &calendar, "2020-10-01")).await.map(|_| ()));
        bring(&headway, &file, "2020-10-01").await; // the same file by the right profile
        let problems = headway.run_doctor().await.expect("the workspace can be read").problems;
        assert_eq!(problems, Vec::<String>::new(), "the import that was refused is given up");
    })
    .await;
}

/// What a program of before let in: the plan's measure has figures of another kind. The other measures answer.
#[tokio::test]
async fn one_measure_that_cannot_be_read_does_not_stop_the_others() {
    let home = sqlite();
    let two = PLAN.replace(
        "measures:\n",
        "strategies: [ { id: s, name: Learning } ]\nprograms: [ { id: c, name: Coaches, serves: [s], measures: [m, r] } ]\nmeasures:\n  \
         - { id: m, name: Math, unit: percent, direction: increase, period: school-year, serves: [s] }\n",
    );
    let headway = home.workspace("ws").await;
    let calendar = PROFILE.replace("school-year", "calendar-year").replace("measure = \"r\"", "measure = \"m\"");
    let file = home.file("m.csv", &rows(&["D1,Alpha,st,2020,50"]));
    import(&headway, &request(&file, &calendar, "2020-10-01")).await.expect("no plan names it yet");
    load(&headway, &two).await;
    let told = headway.period_disagreements(&plan(&two)).await.expect("the workspace can be read");
    assert!(told.len() == 1 && told[0].contains("calendar year") && told[0].contains("school year"), "{told:?}");
    bring(&headway, &home.file("r.csv", &rows(&["D1,Alpha,st,2020,60"])), "2020-10-01").await;
    let snapshot = seen(&headway, "2021-01-01").await;
    let rows = snapshot.track_selection(&SeriesSelection::default()).await.expect("the rest answers");
    assert!(
        rows.iter().any(|row| row.measure.id == "r" && row.place.id == "D1")
            && rows.iter().all(|row| row.measure.id != "m")
    );
    let home_page = snapshot.home_view("st").await.expect("the rest answers");
    assert_eq!(home_page.troubles.iter().map(|t| t.measure.as_str()).collect::<Vec<_>>(), ["m"]);
    let named = |troubles: &[MeasureTrouble]| troubles.iter().map(|t| t.measure.to_string()).collect::<Vec<_>>();
    let strategy = snapshot.strategy_view("st", "s").await.expect("the rest answers");
    assert_eq!((strategy.measures.len(), named(&strategy.troubles)), (0, vec!["m".to_owned()]));
    let program = snapshot.program_view("st", "c").await.expect("the rest answers");
    assert_eq!((program.measures.len(), named(&program.troubles)), (1, vec!["m".to_owned()]));
    let (measures, troubles) = snapshot.edition_summaries(&strategy.plan).await.expect("the rest answers");
    assert_eq!((measures.len(), named(&troubles)), (1, vec!["m".to_owned()]));
    assert!(!snapshot.has_bright_level("m").await.expect("the rest answers"));
    snapshot.search("all students").await.expect("the rest answers");
    snapshot.place_view("st", "D1", None).await.expect("the rest answers");
    assert!(matches!(snapshot.scored_measure("m").await, Err(Error::Measure(_))));
    assert!(headway.run_doctor().await.expect("a look").problems.iter().any(|p| p.contains("calendar year")));
}

#[tokio::test]
async fn a_register_with_dates_merges_districts() {
    on_both(async |home| {
        let promise = "period: school-year, targets: [ { unit: district, baseline: { period: 2018, value: 60 }, \
            target: { period: 2030, value: 90 } } ] }";
        let headway = home.with_plans("ws", &[&PLAN.replace("period: school-year }", promise)]).await;
        let years: Vec<String> = (2018..=2022)
            .flat_map(|y| [("D1", "Alpha", 2019), ("D2", "Beta", 2022)].map(|(id, name, last)| (y, id, name, last)))
            .filter(|(y, _, _, last)| y <= last)
            .map(|(y, id, name, _)| format!("{id},{name},st,{y},{}", 60 + y - 2018))
            .collect();
        let years: Vec<&str> = years.iter().map(String::as_str).collect();
        bring(&headway, &home.file("years.csv", &rows(&years)), "2022-10-01").await;
        let register = r#"
name = "Register"
source = "State agency, register"
[[place]]
is = "district"
id = "{id}"
name = "{name}"
from = "{from}"
closed = "{closed}"
into = "{into}"
"#;
        let text = "id,name,from,closed,into\nD1,Alpha,,6/30/2019,D2\nD2,Beta County,2019-20,,\n";
        let outcome = import(&headway, &request(&home.file("register.csv", text), register, "2022-11-01")).await;
        assert_eq!(outcome.expect("it is read").renamed.count, 1);
        let bad = home.file("bad.csv", "id,name,from,closed,into\nD3,Gamma,soon,,\n");
        let refused = import(&headway, &request(&bad, register, "2022-11-02")).await.expect("it is read");
        let report = refused.report.expect("it was looked at");
        assert_eq!((refused.import, report.rows.refused, report.refusals[0].text.as_str()), (None, 1, "soon"));
        let snapshot = seen(&headway, "2023-01-01").await;
        assert_eq!([in_year(&snapshot, "D2", 2019).0, in_year(&snapshot, "D2", 2020).0], ["Beta", "Beta County"]);
        let open = [2019, 2020].map(|y| snapshot.places_in(year(y)).is_open("D1"));
        assert_eq!(open, [true, false]);
        let note = async |place: &str| {
            let rows = snapshot
                .track_selection(&SeriesSelection { place: Some(place.to_owned()), ..SeriesSelection::default() })
                .await;
            let rows = rows.expect("it has results");
            rows[0]
                .standing
                .notes
                .iter()
                .map(|note| note.text.clone())
                .filter(|t| t.contains("Beta"))
                .collect::<Vec<_>>()
        };
        assert_eq!(note("D2").await, ["Beta took in Alpha in 2019-20: figures before are of Beta alone."]);
        let closed = snapshot
            .track_selection(&SeriesSelection { place: Some("D1".to_owned()), ..SeriesSelection::default() })
            .await;
        assert_eq!(closed.expect("it has results")[0].standing.status.id(), "no target", "it is not waited for");
        assert_eq!(note("D1").await, ["Alpha became part of Beta in 2019-20: later figures are there."]);
    })
    .await;
}
