//! Backups that programs of older schemas made (`golden/schema-N`) come back on either database, with the answers of today.

use std::path::{Path, PathBuf};

use headway_delivery::Workspace;
use headway_delivery::track::SeriesSelection;

use crate::support::{Home, ann, at, import, load, on_both, request, seen};

const PLAN: &str = include_str!("../golden/plan.yaml");
const PROFILE: &str = include_str!("../golden/profile.toml");
const YEARS: std::ops::RangeInclusive<u16> = 2018..=2021;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Plan and files as the backups have them, brought in by today's program.
async fn made_today(home: &Home) -> Workspace {
    let headway = home.workspace("today").await;
    load(&headway, PLAN).await;
    for year in YEARS {
        let file = golden(&format!("grad-{year}.csv"));
        import(&headway, &request(&file, PROFILE, &format!("{year}-10-01"))).await.expect("it comes in");
    }
    headway
}

/// Where every series stands on a day, with its figures, and what may come of it.
async fn answers(headway: &Workspace, as_of: &str) -> Vec<String> {
    let rows = seen(headway, as_of)
        .await
        .track_selection(&SeriesSelection::default())
        .await
        .expect("the workspace can be read");
    rows.iter().map(|row| format!("{} {} {:?} {:?}", row.place.id, row.group, row.standing, row.odds)).collect()
}

/// A backup of an older schema answers as a workspace made today, and takes another import.
async fn check(home: &Home, schema: u8, days: &[(&str, Vec<String>)]) {
    let root = home.place(&format!("schema-{schema}")).await;
    Workspace::restore_backup(&root, &golden(&format!("schema-{schema}")), &ann(), at(9))
        .await
        .expect("the backup is whole");
    let restored = Workspace::open(&root).await.expect("a workspace");
    for (as_of, today) in days {
        assert_eq!(answers(&restored, as_of).await, *today, "schema {schema}, as of {as_of}");
    }
    let next = request(&golden("grad-2022.csv"), PROFILE, "2022-10-01");
    let taken = import(&restored, &next).await.expect("it is read");
    assert_eq!(taken.import, Some(5), "schema {schema}: numbers go on");
    restored.close().await;
}

#[tokio::test]
async fn backups_of_older_schemas_answer_as_today() {
    on_both(async |home| {
        let today = made_today(home).await;
        let mut days = Vec::new();
        for as_of in ["2020-12-31", "2022-01-15"] {
            days.push((as_of, answers(&today, as_of).await));
        }
        assert!(days.iter().all(|(_, rows)| rows.len() > 10), "all places and groups answer");
        for schema in [1, 2, 8] {
            check(home, schema, &days).await;
        }
    })
    .await;
}
