//! Copies of workspaces, of databases and of lakes: none of two loses what the other wrote.

use std::fs;
use std::path::{Path, PathBuf};

use headway_delivery::Workspace;

use crate::support::{Home, ann, at, import, request, sqlite};

const PROFILE: &str = include_str!("attendance.toml");

fn report(year: u16) -> String {
    let (state, place) = (year % 20, year % 7);
    format!(
        "code,name,year,rate,students\nST,The state,{year},8{place}.{place},1{state:03}\n0001,Alder,{year},7{place}.0,1{state:02}\n"
    )
}

/// A workspace whose lake lies beside it, in `results`.
async fn with_lake_beside(home: &Home, name: &str) -> (Workspace, PathBuf) {
    let root = home.place(name).await;
    fs::write(root.join("headway.toml"), "lake = \"../results\"\n").expect("the temporary folder can be written");
    (Workspace::init(&root).await.expect("an empty workspace"), root)
}

async fn bring(headway: &Workspace, home: &Home, year: u16) -> headway_delivery::Result<Option<i64>> {
    let file = home.file(&format!("{year}.csv"), &report(year));
    Ok(import(headway, &request(&file, PROFILE, &format!("{year}-10-01"))).await?.import)
}

fn refusal<T>(done: headway_delivery::Result<T>) -> String {
    done.err().expect("it is refused").to_string()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &to) } else { fs::copy(&path, &to).map(drop).expect("copied") }
    }
}

#[tokio::test]
async fn a_workspace_in_use_is_no_backup() {
    let home = sqlite();
    let (root, to) = (home.place("ws").await, home.path("copy"));
    let headway = Workspace::init(&root).await.expect("an empty workspace");
    bring(&headway, &home, 2020).await.expect("it comes in");
    let told = refusal(Workspace::restore_backup(&to, &root, &ann(), at(9)).await);
    assert!(told.contains("headway.db-wal") && told.contains("backup COPY"), "{told}");
    assert!(!to.exists(), "nothing was begun");
    headway.close().await;
    Workspace::restore_backup(&to, &root, &ann(), at(9)).await.expect("closed, its file is whole");
    let copy = Workspace::open(&to).await.expect("a workspace");
    assert_eq!(copy.all_imports().await.expect("a list").len(), 1);
}

#[tokio::test]
async fn a_catalog_older_than_its_lake_is_told_and_loses_nothing() {
    let home = sqlite();
    let root = home.place("ws").await;
    let headway = Workspace::init(&root).await.expect("an empty workspace");
    bring(&headway, &home, 2020).await.expect("it comes in");
    headway.close().await;
    let (database, yesterday) = (root.join("headway.db"), home.path("yesterday.db"));
    fs::copy(&database, &yesterday).expect("copied");
    let headway = Workspace::open(&root).await.expect("a workspace");
    bring(&headway, &home, 2021).await.expect("it comes in");
    headway.close().await;
    let manifest = root.join("lake/manifest.json");
    let right = fs::read_to_string(&manifest).expect("it is there");

    fs::copy(&yesterday, &database).expect("copied");
    let headway = Workspace::open(&root).await.expect("it can be read");
    let problems = headway.run_doctor().await.expect("it can be looked through").problems;
    assert!(problems.len() == 1, "{problems:?}");
    let want = "the catalog is older than the lake: manifest.json in the lake tells of import 2 (2021.csv)";
    assert!(problems[0].contains(want), "{problems:?}");
    for text in [refusal(headway.compact_lake(&ann(), at(5)).await), refusal(bring(&headway, &home, 2022).await)] {
        assert!(text.contains("older than the lake") && text.contains("Nothing was changed"), "{text}");
    }
    headway.undo_import(1, &ann(), at(6)).await.expect("it is known");
    assert_eq!(fs::read_to_string(&manifest).expect("it is there"), right, "the only record of import 2 stays");
    headway.close().await;

    // Without the manifest the files alone keep their numbers from being given again, or removed.
    fs::rename(&manifest, home.path("manifest.json")).expect("moved");
    let headway = Workspace::open(&root).await.expect("it can be read");
    let file = root.join("lake/attendance/00000002.parquet");
    assert_eq!(bring(&headway, &home, 2022).await.expect("it comes in"), Some(3));
    headway.compact_lake(&ann(), at(8)).await.expect("it can be merged");
    assert!(file.exists());
    headway.close().await;

    fs::rename(home.path("manifest.json"), &manifest).expect("moved");
    fs::remove_file(&database).expect("it is there");
    fs::remove_file(root.join("lake/attendance/00000001.parquet")).ok();
    let rebuilt = Workspace::rebuild_catalog(&root, &ann(), at(9)).await.expect("the manifest is there");
    assert_eq!(rebuilt.published, 2, "{rebuilt:?}");
}

#[tokio::test]
async fn a_copied_workspace_does_not_write_into_the_lake_of_the_first() {
    let home = sqlite();
    let (headway, root) = with_lake_beside(&home, "one").await;
    bring(&headway, &home, 2020).await.expect("it comes in");
    headway.close().await;
    let other = home.path("test");
    copy(&root, &other);
    let text = refusal(Workspace::open(&other).await);
    assert!(text.contains("is a copy of the workspace in") && text.contains("backup FOLDER"), "{text}");
    Workspace::open(&root).await.expect("the first one goes on").close().await;

    // Moved, not copied: the record follows with the first change, and a copy of the moved one is refused again.
    let moved = home.path("moved");
    fs::rename(&root, &moved).expect("moved");
    fs::remove_dir_all(&other).expect("removed");
    let headway = Workspace::open(&moved).await.expect("it moved");
    bring(&headway, &home, 2021).await.expect("it comes in");
    headway.close().await;
    let owner = fs::read_to_string(home.path("results/owner.json")).expect("it is there");
    assert!(owner.contains("moved") && !owner.contains("/one"), "{owner}");
    copy(&moved, &other);
    assert!(refusal(Workspace::open(&other).await).contains("is a copy"));
    // A lake of its own.
    fs::write(other.join("headway.toml"), "lake = \"../others\"\n").expect("written");
    copy(&home.path("results"), &home.path("others"));
    let headway = Workspace::open(&other).await.expect("nothing is shared");
    bring(&headway, &home, 2022).await.expect("it comes in");
    assert!(!home.path("results/attendance/00000003.parquet").exists());
}

#[tokio::test]
async fn a_lake_without_an_owner_is_not_adopted_where_another_writes_to_it() {
    let home = sqlite();
    let (headway, root) = with_lake_beside(&home, "one").await;
    bring(&headway, &home, 2020).await.expect("it comes in");
    headway.close().await;
    let other = home.path("test");
    copy(&root, &other);
    let headway = Workspace::open(&root).await.expect("a workspace");
    bring(&headway, &home, 2021).await.expect("it comes in");
    fs::remove_file(home.path("results/owner.json")).expect("it is there");
    fs::remove_file(home.path("results/manifest.json")).expect("it is there");
    let copied = Workspace::open(&other).await.expect("nobody says whose it is");
    let text = refusal(copied.compact_lake(&ann(), at(5)).await);
    assert!(text.contains("files of another workspace (attendance/00000002.parquet)"), "{text}");
    headway.compact_lake(&ann(), at(6)).await.expect("it knows them all");
    assert!(home.path("results/owner.json").exists());
}

#[tokio::test]
async fn a_restored_workspace_owns_its_lake_from_the_first_file_on() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, 2020).await.expect("it comes in");
    let backup = home.path("copy");
    headway.write_backup(&backup).await.expect("it can be copied");
    let place = async |name: &str| {
        let root = home.place(name).await;
        fs::write(root.join("headway.toml"), "lake = \"../results\"\n").expect("written");
        root
    };
    let (one, two) = (place("one").await, place("two").await);
    Workspace::restore_backup(&one, &backup, &ann(), at(9)).await.expect("the backup is whole");
    let owner = fs::read_to_string(home.path("results/owner.json")).expect("it names its owner");
    assert!(owner.contains("/one"), "{owner}");
    let text = refusal(Workspace::restore_backup(&two, &backup, &ann(), at(9)).await);
    assert!(text.contains("belongs to another workspace in") && !two.join("headway.db").exists(), "{text}");
    // One without an owner that has files, were they the same.
    fs::remove_file(home.path("results/owner.json")).expect("it is there");
    let text = refusal(Workspace::restore_backup(&two, &backup, &ann(), at(9)).await);
    assert!(text.contains("whose owner is not known") && !two.join("headway.db").exists(), "{text}");
    assert!(!home.path("results/owner.json").exists());
    // One in its own place, that is newer than the backup.
    bring(&headway, &home, 2021).await.expect("it comes in");
    headway.close().await;
    fs::remove_file(home.path("ws/headway.db")).expect("it is there");
    let text = refusal(Workspace::restore_backup(&home.path("ws"), &backup, &ann(), at(9)).await);
    assert!(text.contains("attendance/00000002.parquet") && text.contains("Nothing was restored"), "{text}");
}

#[tokio::test]
async fn no_workspace_is_made_inside_the_lake_of_another() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, 2020).await.expect("it comes in");
    let text = refusal(Workspace::init(&home.path("ws/lake/inner")).await);
    assert!(text.contains("lies inside the lake") && !home.path("ws/lake/inner").exists(), "{text}");
    let root = home.place("two").await;
    fs::write(root.join("headway.toml"), "lake = \"../ws/lake/inner\"\n").expect("written");
    assert!(refusal(Workspace::init(&root).await).contains("lies inside the lake"));
}

#[tokio::test]
async fn a_broken_owner_is_told_with_what_to_do() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, 2020).await.expect("it comes in");
    fs::write(home.path("ws/lake/owner.json"), "{").expect("written");
    let text = refusal(Workspace::open(&home.path("ws")).await);
    assert!(text.contains("If no other workspace uses the lake, remove that file"), "{text}");
}
