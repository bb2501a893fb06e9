//! The Massachusetts sample as published, from the files to what is said of each promise.

use std::path::Path;

use headway_delivery::Workspace;
use headway_delivery::model::status::NoteKind;
use headway_delivery::track::TrackRow;

use crate::support::{
    Home, ann, at, day, import, left_out, load, on_both, only_row, postgres, request, row_of, seen, sqlite, told,
};

/// The sample, as it would be known in November 2026.
async fn sample(home: &Home, name: &str) -> Workspace {
    let headway = home.workspace(name).await;
    headway.lay_out_massachusetts(&ann(), at(1), day("2026-11-01"), &mut |_| ()).await.expect("it can be laid out");
    headway
}

async fn state(headway: &Workspace, measure: &str, as_of: &str) -> TrackRow {
    row_of(&*seen(headway, as_of).await, measure, "ma").await
}

/// Period, value, status and what is said of the target's period.
async fn check(headway: &Workspace, as_of: &str, expected: (&str, f64, &str), said: &str) {
    let standing = state(headway, "grad-5yr", as_of).await.standing;
    let period = standing.period.map(|p| p.to_string());
    let found = (period.as_deref(), standing.value.exact_number(), standing.status.id());
    assert_eq!(found, (Some(expected.0), Some(expected.1), expected.2), "as of {as_of}");
    assert_eq!(standing.first_note(NoteKind::TargetPeriod), Some(said), "as of {as_of}");
    assert_eq!(
        (standing.target.exact_number(), standing.baseline.exact_number()),
        (Some(88.3), Some(84.7)),
        "as of {as_of}"
    );
}

#[tokio::test]
async fn five_year_graduation() {
    on_both(async |home| {
        let headway = sample(home, "ws").await;
        // The newest rate known in 2014-15 is that of cohort 2013: on the path, and not yet what was promised.
        let said = "The target speaks of cohort 2014; its result is due from 2015-11-01 on. The latest result is cohort 2013 (87.7%).";
        check(&headway, "2015-06-01", ("cohort 2013", 87.7, "on track"), said).await;
        check(&headway, "2015-10-31", ("cohort 2013", 87.7, "on track"), said).await;
        let said = "The target speaks of cohort 2014; its result is in.";
        check(&headway, "2015-11-01", ("cohort 2014", 88.5, "target met"), said).await;
        check(&headway, "2015-12-01", ("cohort 2014", 88.5, "target met"), said).await;
        let sentence = state(&headway, "grad-5yr", "2015-12-01").await.standing.to_sentence();
        assert_eq!(sentence, "88.5% for cohort 2014: the target of 88.3% for cohort 2014 is met.");
    })
    .await;
}

/// The same plan, and a table that stops with cohort 2013: from November 2015 on a result is overdue.
#[tokio::test]
async fn a_result_that_does_not_come() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/massachusetts");
        load(&headway, &std::fs::read_to_string(plans.join("delivery-2012-12.yaml")).expect("the sample")).await;
        let rates = [(2009, 84.0), (2010, 84.7), (2011, 86.3), (2012, 87.5), (2013, 87.7)];
        let rows: String = rates.iter().map(|(cohort, rate)| format!("{cohort},{rate}\n")).collect();
        let file = home.file("rates.csv", &format!("cohort,rate\n{rows}"));
        let profile = r#"
            name = "Five-year graduation"
            unit = "ma"
            period = { kind = "cohort", from = "{cohort}" }
            level = [ { is = "state", name = "Massachusetts" } ]
            values = [ { measure = "grad-5yr", column = "rate", scale = "percent" } ]
        "#;
        import(&headway, &request(&file, profile, "2014-10-01")).await.expect("the file can be read");
        let status = async |as_of: &str| state(&headway, "grad-5yr", as_of).await.standing;
        assert_eq!(status("2015-10-31").await.status.id(), "on track");
        let late = status("2015-11-01").await;
        assert_eq!((late.status.id(), late.missing_period.map(|p| p.ordinal)), ("not reporting", Some(2014)));
        let last = (late.period.map(|p| p.ordinal), late.value.exact_number());
        assert_eq!(last, (Some(2013), Some(87.7)), "the last result stays in view");
        let said = late.first_note(NoteKind::TargetPeriod).expect("which cohort the target speaks of");
        assert!(said.starts_with("The target speaks of cohort 2014; its result was due from 2015-11-01 on"), "{said}");
        assert_eq!(status("2016-06-01").await.status.id(), "not reporting");
    })
    .await;
}

#[tokio::test]
async fn mass_core_was_never_reported_again() {
    on_both(async |home| {
        let headway = sample(home, "ws").await;
        for (as_of, expected) in [("2013-01-01", "not reporting"), ("2016-01-01", "not reporting")] {
            let row = state(&headway, "masscore", as_of).await;
            assert_eq!(
                (row.standing.status.id(), row.standing.target.exact_number()),
                (expected, Some(82.5)),
                "as of {as_of}"
            );
            assert_eq!(row.standing.baseline.exact_number(), Some(68.9));
        }
    })
    .await;
}

/// Parts and what became of each, of the Chapter 6A metrics of fiscal year 2017.
#[tokio::test]
async fn compound_targets_of_chapter_6a() {
    on_both(async |home| {
        let headway = sample(home, "ws").await;
        let snapshot = seen(&headway, "2017-11-01").await;
        let check = async |measure: &str, status: &str, parts: &[(&str, &str)]| {
            let standing = only_row(&snapshot, measure).await.standing;
            let found: Vec<_> = standing.parts.iter().map(|p| (p.part.as_str(), p.standing.status.id())).collect();
            assert_eq!((standing.status.id(), found.as_slice()), (status, parts), "{measure}");
            assert_eq!(
                standing.first_note(NoteKind::TargetPeriod),
                None,
                "the parts' results are in: nothing is overdue"
            );
        };
        let met = "target met";
        check("aid-inquiries", met, &[("24h", met), ("48h", met), ("72h", met)]).await;
        check("licensure-cycle", "target missed", &[("non-peak", met), ("peak", "target missed")]).await;
        check("noi-approval", "target missed", &[("average", "target missed"), ("longest", met)]).await;
        let sentence = only_row(&snapshot, "noi-approval").await.standing.to_sentence();
        assert_eq!(sentence, "1 of 2 parts kept (Average: target missed; Longest: target met).");
    })
    .await;
}

/// Days on which the two stores, and a workspace and its restored backup, must say the same, text for text.
const DAYS: [&str; 6] = ["2011-03-01", "2013-01-01", "2015-06-01", "2015-12-01", "2018-01-01", "2026-11-01"];

async fn answers(headway: &Workspace) -> Vec<String> {
    let mut answers = Vec::new();
    for day in DAYS {
        answers.push(told(headway, day).await);
    }
    assert!(answers.iter().all(|text| text.len() > 1000), "every day has something to say");
    answers
}

/// Restores a backup of `headway` at `home`, and asks it.
async fn restored(headway: &Workspace, home: &Home, name: &str) -> Vec<String> {
    let backup = home.path(&format!("{name}.backup"));
    headway.write_backup(&backup).await.expect("the stores can be copied");
    let root = home.place(name).await;
    Workspace::restore_backup(&root, &backup, &ann(), at(9)).await.expect("the backup is whole");
    answers(&Workspace::open(&root).await.expect("a workspace")).await
}

#[tokio::test]
async fn both_stores_and_their_backups_answer_alike() {
    let here = sqlite();
    let headway = sample(&here, "ws").await;
    let expected = answers(&headway).await;
    let alike = |found: Vec<String>, what: &str| {
        for ((day, found), expected) in DAYS.iter().zip(&found).zip(&expected) {
            assert!(found == expected, "{what} answers otherwise as of {day}:\n{found}\n{expected}");
        }
    };
    alike(restored(&headway, &here, "again").await, "the backup");
    let Some(there) = postgres() else {
        left_out("HEADWAY_TEST_POSTGRES names no server, so PostgreSQL was not compared");
        return;
    };
    let other = sample(&there, "ws").await;
    alike(answers(&other).await, "PostgreSQL");
    alike(restored(&other, &there, "again").await, "PostgreSQL's backup in PostgreSQL");
    alike(restored(&other, &here, "from-postgres").await, "PostgreSQL's backup in SQLite");
    alike(restored(&headway, &there, "from-sqlite").await, "SQLite's backup in PostgreSQL");
}
