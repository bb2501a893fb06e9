//! Results come in: one file a year, revisions, taking back, merging, failing; seen as of any day, on both stores.

use std::path::Path;

use headway_delivery::intake::ImportOutcome;
use headway_delivery::{Error, ImportState, Workspace};

use crate::support::{Home, ann, at, day, import, load, on_both, request, row_of, seen, told};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2019" }
measures:
  - id: attendance
    name: Attendance rate
    unit: percent
    direction: increase
    period: school-year
    result_lag: P3M
    targets:
      - { unit: state, baseline: { period: 2020, value: 80 }, target: { period: 2030, value: 90 } }
      - { unit: district, baseline: { period: 2020 }, target: { period: 2030, value: 90 } }
"#;

const PROFILE: &str = include_str!("attendance.toml");

/// The report of some years: the state's figure of each, and two districts with figures of their own.
fn report(years: &[(i32, &str)]) -> String {
    let mut text = "code,name,year,rate,students\n".to_owned();
    for (year, rate) in years {
        text += &format!("ST,The state,{year},{rate},1000\n0001,Alder,{year},75.0,100\n0002,Birch,{year},*,4\n");
    }
    text
}

/// A workspace with the plan, and one file a year from 2020 to 2022, each known from October on. Answers the days asked about.
async fn one_file_a_year(home: &Home, name: &str) -> (Workspace, [&'static str; 4]) {
    let headway = home.workspace(name).await;
    load(&headway, PLAN).await;
    for (year, rate) in [(2020, "80.0"), (2021, "81.5"), (2022, "82.0")] {
        let file = home.file(&format!("{name}-{year}.csv"), &report(&[(year, rate)]));
        bring(&headway, &file, &format!("{year}-10-01")).await;
    }
    (headway, ["2020-09-30", "2020-10-01", "2021-12-31", "2023-01-01"])
}

async fn bring(headway: &Workspace, file: &Path, known_from: &str) -> ImportOutcome {
    import(headway, &request(file, PROFILE, known_from)).await.expect("the file can be read")
}

/// The figures of the state as known on a day.
async fn figures(headway: &Workspace, as_of: &str) -> Vec<(i32, f64)> {
    let snapshot = seen(headway, as_of).await;
    let scored = snapshot.scored_measure("attendance").await.expect("it is planned");
    let series = scored.find_series("all", "all", "ST").expect("the plan promises something of it");
    scored
        .observations_of(series)
        .iter()
        .map(|o| (o.period.ordinal, o.value.exact_number().expect("a figure")))
        .collect()
}

async fn files(headway: &Workspace) -> usize {
    let diagnosis = headway.run_doctor().await.expect("the workspace can be read");
    assert_eq!(diagnosis.problems, Vec::<String>::new());
    diagnosis.segments.0
}

#[tokio::test]
async fn one_file_a_year_is_one_series() {
    on_both(async |home| {
        let (headway, days) = one_file_a_year(home, "ws").await;
        assert_eq!(figures(&headway, days[0]).await, []);
        assert_eq!(figures(&headway, days[1]).await, [(2020, 80.0)]);
        assert_eq!(figures(&headway, days[2]).await, [(2020, 80.0), (2021, 81.5)]);
        assert_eq!(figures(&headway, days[3]).await, [(2020, 80.0), (2021, 81.5), (2022, 82.0)]);
        let row = row_of(&*seen(&headway, days[3]).await, "attendance", "ST").await;
        assert_eq!((row.standing.status.id(), row.place.name.as_str()), ("on track", "The state"));
        assert_eq!(row.observed.map(|o| (o.denominator, o.vintage)), Some((Some(1000.0), 3)));
        let birch = row_of(&*seen(&headway, days[3]).await, "attendance", "0002").await;
        assert_eq!((birch.standing.status.id(), birch.place.name.as_str()), ("too few students", "Birch"));
        // The result of 2020-21 is due by October 2021; the files stop before it.
        let row = row_of(&*seen(&headway, "2023-11-01").await, "attendance", "ST").await;
        assert_eq!(row.standing.status.id(), "not reporting");
    })
    .await;
}

#[tokio::test]
async fn merged_files_say_what_they_said_on_every_day() {
    on_both(async |home| {
        let (headway, days) = one_file_a_year(home, "ws").await;
        let file = home.file("revised.csv", &report(&[(2021, "81.9"), (2022, "82.0")]));
        bring(&headway, &file, "2022-12-01").await;
        let mut before = Vec::new();
        for day in days {
            before.push(told(&headway, day).await);
        }
        assert_eq!(files(&headway).await, 4);
        let done = headway.compact_lake(&ann(), at(9)).await.expect("the files can be merged");
        assert_eq!((done.measures, done.files), (1, (4, 1)));
        assert_eq!(files(&headway).await, 1);
        for (day, before) in days.iter().zip(&before) {
            assert_eq!(&told(&headway, day).await, before, "as of {day}");
        }
        let again = headway.compact_lake(&ann(), at(10)).await.expect("there is nothing to merge");
        assert_eq!((again.measures, again.files), (0, (1, 1)));
        // No vintage is lost: one can still be taken back out of the merged file, and more can come.
        headway.undo_import(4, &ann(), at(11)).await.expect("it is there");
        assert_eq!(figures(&headway, days[3]).await, [(2020, 80.0), (2021, 81.5), (2022, 82.0)]);
        headway.undo_import(2, &ann(), at(12)).await.expect("it is there");
        assert_eq!(figures(&headway, days[3]).await, [(2020, 80.0), (2022, 82.0)]);
        bring(&headway, &home.file("2023.csv", &report(&[(2023, "83.0")])), "2023-10-01").await;
        headway.compact_lake(&ann(), at(13)).await.expect("the files can be merged");
        assert_eq!(figures(&headway, "2024-01-01").await, [(2020, 80.0), (2022, 82.0), (2023, 83.0)]);
        assert_eq!(files(&headway).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_changed_figure_is_a_revision_with_history() {
    on_both(async |home| {
        let (headway, days) = one_file_a_year(home, "ws").await;
        // All three years again: one figure of the state changed, and a district is no longer there.
        let text = report(&[(2020, "80.0"), (2021, "81.9"), (2022, "82.0")]);
        let text: String = text.lines().filter(|l| !l.starts_with("0001")).map(|l| format!("{l}\n")).collect();
        let file = home.file("again.csv", &text);
        let mut asked = request(&file, PROFILE, "2022-12-01");
        asked.dry_run = true;
        let dry = import(&headway, &asked).await.expect("the file can be read");
        assert_eq!((dry.import, figures(&headway, days[3]).await[1]), (None, (2021, 81.5)), "nothing was written");
        assert_eq!(headway.all_imports().await.expect("a list").len(), 3);

        let outcome = bring(&headway, &file, "2022-12-01").await;
        assert_eq!(outcome.import, Some(4));
        let [changes] = outcome.measures.as_slice() else { panic!("one measure: {:?}", outcome.measures) };
        assert_eq!((changes.added, changes.changed, changes.same, changes.gone), (0, 1, 5, 3));
        let dry_changes = &dry.measures[0];
        assert_eq!((dry_changes.changed, dry_changes.same, dry_changes.gone), (1, 5, 3), "as the dry run said");
        let example = changes.examples.iter().find(|e| e.place == "ST").expect("the state's figure");
        assert_eq!((example.period, example.before.exact_number()), (2021, Some(81.5)));
        assert_eq!(example.after.and_then(|v| v.exact_number()), Some(81.9));
        assert_eq!(outcome.places, (0, 0, 2), "the places were known");

        assert_eq!(figures(&headway, "2022-11-30").await[1], (2021, 81.5), "as it was known then");
        assert_eq!(figures(&headway, "2022-12-01").await[1], (2021, 81.9));
        assert_eq!(bring(&headway, &file, "2022-12-01").await.already, Some(4), "loading twice changes nothing");
        headway.undo_import(4, &ann(), at(9)).await.expect("it is there");
        assert_eq!(figures(&headway, "2022-12-01").await[1], (2021, 81.5), "what it superseded holds again");
        assert_eq!(bring(&headway, &file, "2022-12-01").await.import, Some(5), "taken back, it can come again");
        assert_eq!(figures(&headway, "2022-12-01").await[1], (2021, 81.9));
    })
    .await;
}

#[tokio::test]
async fn places_are_kept_up() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        load(&headway, PLAN).await;
        let first = bring(&headway, &home.file("a.csv", &report(&[(2020, "80.0")])), "2020-10-01").await;
        assert_eq!(first.places, (3, 0, 0));
        let renamed = report(&[(2021, "81.0")]).replace("Alder", "Alder-Elm") + "0003,Cedar,2021,70.0,50\n";
        let second = bring(&headway, &home.file("b.csv", &renamed), "2021-10-01").await;
        assert_eq!(second.places, (1, 1, 2));
        let snapshot = seen(&headway, "2021-12-31").await;
        assert_eq!(snapshot.places.display_name("0001"), "Alder-Elm");
        let cedar = snapshot.places.get("0003").expect("it came with the second file");
        assert_eq!((cedar.name.as_str(), cedar.parent.as_deref()), ("Cedar", Some("ST")));
    })
    .await;
}

/// Where the measure's folder is to be, a file stands in the way: the import is read whole and can't be kept.
#[tokio::test]
async fn an_import_that_fails_leaves_nothing() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        load(&headway, PLAN).await;
        let day_after = "2021-01-01";
        let before = told(&headway, day_after).await;
        let lake = headway.root().join("lake");
        std::fs::create_dir_all(&lake).expect("the workspace can be written");
        std::fs::write(lake.join("attendance"), "in the way").expect("the workspace can be written");
        let file = home.file("a.csv", &report(&[(2020, "80.0")]));
        let failed = import(&headway, &request(&file, PROFILE, "2020-10-01")).await;
        assert!(matches!(failed, Err(Error::Lake(_))), "{failed:?}");
        assert_eq!(told(&headway, day_after).await, before);
        let snapshot = seen(&headway, day_after).await;
        assert!(snapshot.places.is_empty() && snapshot.visible_imports().next().is_none());
        let state = |imports: Vec<headway_delivery::CatalogImport>| imports.iter().map(|i| i.state).collect::<Vec<_>>();
        assert_eq!(
            state(headway.all_imports().await.expect("a list")),
            [ImportState::GivenUp],
            "its number is given up"
        );
        assert_eq!(files(&headway).await, 0);

        std::fs::remove_file(lake.join("attendance")).expect("it is there");
        assert_eq!(bring(&headway, &file, "2020-10-01").await.import, Some(2), "the same file comes in when it can");
        assert_eq!(figures(&headway, day_after).await, [(2020, 80.0)]);
        // What can't be placed at all gives its number up too, and says why.
        let nothing = home.file("none.csv", "code,name,year,rate,students\nST,The state,soon,80.0,1000\n");
        let outcome = bring(&headway, &nothing, "2020-10-01").await;
        assert!(outcome.import.is_none() && outcome.has_refusals());
        let missing = import(&headway, &request(&home.path("not-there.csv"), PROFILE, "2020-10-01")).await;
        assert!(matches!(missing, Err(Error::File { .. })), "{missing:?}");
        assert_eq!(files(&headway).await, 1);
    })
    .await;
}

/// A backup taken from one workspace says the same in another.
#[tokio::test]
async fn a_backup_answers_as_its_workspace() {
    on_both(async |home| {
        let (headway, days) = one_file_a_year(home, "ws").await;
        headway.undo_import(2, &ann(), at(8)).await.expect("it is there");
        let backup = home.path("backup");
        assert!(headway.write_backup(&backup).await.expect("the stores can be copied") > 0);
        let root = home.place("restored").await;
        let segments = Workspace::restore_backup(&root, &backup, &ann(), at(9)).await.expect("the backup is whole");
        assert_eq!(segments, 3, "the files of what was taken back are kept too");
        let restored = Workspace::open(&root).await.expect("a workspace");
        for day in days {
            assert_eq!(told(&restored, day).await, told(&headway, day).await, "as of {day}");
        }
        assert_eq!(files(&restored).await, 3, "of what was taken back too");
        let next = bring(&restored, &home.file("2021.csv", &report(&[(2021, "81.5")])), "2021-10-01").await;
        assert_eq!((next.import, next.places), (Some(4), (0, 0, 3)), "it goes on from there");
        assert_eq!(seen(&restored, "2021-12-31").await.as_of, day("2021-12-31"));
    })
    .await;
}
