//! Whose files are whose: lakes and their owners, backups and restores.

use std::fs;
use std::path::{Path, PathBuf};

use headway_delivery::Workspace;

use crate::support::{Home, ann, at, day, import, request, sqlite, told};

const PROFILE: &str = include_str!("attendance.toml");
const REPORT: &str = "code,name,year,rate,students\nST,The state,2020,80.0,1000\n0001,Alder,2020,75.0,100\n";

/// A workspace whose lake lies beside it, in `results`.
async fn with_lake_beside(home: &Home, name: &str) -> (Workspace, PathBuf) {
    let root = home.place(name).await;
    fs::write(root.join("headway.toml"), "lake = \"../results\"\n").expect("the temporary folder can be written");
    (Workspace::init(&root).await.expect("an empty workspace"), root)
}

async fn bring(headway: &Workspace, home: &Home, name: &str, rows: &str) -> headway_delivery::Result<Option<i64>> {
    let file = home.file(name, rows);
    Ok(import(headway, &request(&file, PROFILE, "2020-10-01")).await?.import)
}

fn refusal<T>(done: headway_delivery::Result<T>) -> String {
    done.err().expect("it is refused").to_string()
}

fn parquet_files(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(parquet_files(&path));
        } else if path.extension().is_some_and(|end| end == "parquet") {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn two_workspaces_never_share_a_lake() {
    let home = sqlite();
    let (one, _) = with_lake_beside(&home, "one").await;
    let (two, root) = with_lake_beside(&home, "two").await;
    assert_eq!(bring(&one, &home, "a.csv", REPORT).await.expect("it is free"), Some(1));
    let before = told(&one, "2020-12-31").await;
    for text in [
        refusal(two.compact_lake(&ann(), at(5)).await),
        refusal(bring(&two, &home, "b.csv", REPORT).await),
        refusal(Workspace::open(&root).await),
    ] {
        assert!(text.contains("belongs to another workspace") && text.contains("one"), "{text}");
    }
    assert_eq!(told(&one, "2020-12-31").await, before);
    assert!(one.run_doctor().await.expect("it can be looked through").problems.is_empty());
}

/// A database copied while its newest changes lay in its log holds nothing: that is told before anything is removed.
#[tokio::test]
async fn a_catalog_that_lost_its_log_is_told_so() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, "a.csv", REPORT).await.expect("it comes in");
    headway.close().await;
    let root = home.path("ws");
    assert!(!root.join("headway.db-wal").exists(), "the file itself holds everything");
    let copy = home.path("copy/headway.db");
    fs::create_dir(home.path("copy")).expect("made");
    fs::copy(root.join("headway.db"), &copy).expect("copied");
    let alone = Workspace::open(&home.path("copy")).await.expect("a workspace whose lake is empty");
    assert_eq!(alone.all_imports().await.expect("its list").len(), 1);
    fs::remove_file(root.join("headway.db")).expect("it was there");
    let empty = headway_store::Store::create(&root.join("headway.db").display().to_string()).await.expect("made");
    empty.close().await;
    let text = refusal(Workspace::open(&root).await);
    assert!(text.contains("headway.db-wal, its log: copy that file too") && !text.contains("owner.json"), "{text}");
}

#[tokio::test]
async fn a_lake_without_an_owner_is_adopted_by_who_knows_its_files() {
    let home = sqlite();
    let (one, root) = with_lake_beside(&home, "one").await;
    let (two, _) = with_lake_beside(&home, "two").await;
    bring(&one, &home, "a.csv", REPORT).await.expect("it is free");
    let owner = home.path("results/owner.json");
    fs::remove_file(&owner).expect("it is there");
    let text = refusal(two.compact_lake(&ann(), at(5)).await);
    assert!(text.contains("holds files of another workspace"), "{text}");
    Workspace::open(&root).await.expect("it can be read").compact_lake(&ann(), at(6)).await.expect("it is its own");
    assert!(owner.exists());
    assert_eq!(parquet_files(&home.path("results")).len(), 1);
}

#[tokio::test]
async fn compaction_leaves_what_others_put_into_the_lake() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, "a.csv", REPORT).await.expect("it comes in");
    let lake = home.path("ws/lake");
    let file = lake.join("attendance/00000001.parquet");
    let theirs =
        ["bk/lake/attendance/00000001.parquet", "mine.parquet", "other/00000001.parquet", "other/00000007.parquet"];
    for path in theirs {
        let path = lake.join(path);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
        fs::copy(&file, path).expect("copied");
    }
    let done = headway.compact_lake(&ann(), at(5)).await.expect("it can be merged");
    assert_eq!((done.orphans, done.foreign.len()), (0, 4), "{done:?}");
    assert!(theirs.iter().all(|path| lake.join(path).exists()));
    let problems = headway.run_doctor().await.expect("it can be looked through").problems;
    assert!(problems.len() == 1 && problems[0].contains("are not of this workspace"), "{problems:?}");
    for place in ["ws/lake/copy", "ws/lake/deep/er/copy", "ws/releases"] {
        let text = refusal(headway.write_backup(&home.path(place)).await);
        assert!(text.contains("Nothing was written"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_an_import_runs_is_sound_when_restored() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, "a.csv", REPORT).await.expect("it comes in");
    let file = home.file("b.csv", "code,name,year,rate,students\nST,The state,2021,81.0,1000\n");
    let (backup, other, runtime) = (home.path("copy"), headway.clone(), tokio::runtime::Handle::current());
    let folder = backup.clone();
    let while_running = move |_, _| {
        if !folder.exists() {
            runtime.block_on(other.write_backup(&folder)).expect("it can be copied meanwhile");
        }
    };
    let asked = request(&file, PROFILE, "2021-10-01");
    headway.import_files(&asked, &ann(), at(4), Box::new(while_running)).await.expect("it comes in");
    let root = home.path("again");
    Workspace::restore_backup(&root, &backup, &ann(), at(9)).await.expect("the backup is whole");
    let restored = Workspace::open(&root).await.expect("a workspace");
    let problems = restored.run_doctor().await.expect("it can be looked through").problems;
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(restored.all_imports().await.expect("read").len(), 2, "the one that ran is given up");
    assert_eq!(told(&restored, "2020-12-31").await, told(&headway, "2020-12-31").await);
}

#[tokio::test]
async fn a_backup_that_is_not_whole_leaves_no_half_workspace() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, "a.csv", REPORT).await.expect("it comes in");
    let backup = home.path("copy");
    headway.write_backup(&backup).await.expect("it can be copied");
    fs::remove_file(backup.join("lake/attendance/00000001.parquet")).expect("it is there");
    let root = home.path("again");
    let text = refusal(Workspace::restore_backup(&root, &backup, &ann(), at(9)).await);
    assert!(text.contains("1 files of the lake are missing") && text.contains("--partly"), "{text}");
    assert!(!root.exists() && !home.path(".again.part").exists());
    // In its place, beside a configuration.
    let placed = home.place("placed").await;
    fs::write(placed.join("headway.toml"), "").expect("written");
    let text = refusal(Workspace::restore_backup(&placed, &backup, &ann(), at(9)).await);
    assert!(text.contains("Nothing was restored"), "{text}");
    assert_eq!(fs::read_dir(&placed).expect("read").count(), 1, "the configuration alone");
    let text = refusal(Workspace::restore_partly(&root, &backup, &ann(), at(9)).await);
    assert!(text.contains("The rest is restored"), "{text}");
    assert_eq!(Workspace::open(&root).await.expect("a workspace").all_imports().await.expect("read").len(), 1);
}

#[tokio::test]
async fn a_backup_is_restored_into_a_folder_without_other_files_only() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, "a.csv", REPORT).await.expect("it comes in");
    let backup = home.path("copy");
    headway.write_backup(&backup).await.expect("it can be copied");
    let site = home.path("site");
    fs::create_dir_all(&site).expect("made");
    fs::write(site.join("CNAME"), "www.example.gov").expect("written");
    let text = refusal(Workspace::restore_backup(&site, &backup, &ann(), at(9)).await);
    assert!(text.contains("holds other files (CNAME)"), "{text}");
    assert_eq!(fs::read_dir(&site).expect("read").count(), 1);
}

#[tokio::test]
async fn a_clock_that_stood_wrong_is_told_again_and_again() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    bring(&headway, &home, "a.csv", REPORT).await.expect("it comes in");
    let latest = at(10_000);
    headway.undo_import(1, &ann(), latest).await.expect("it is there");
    // Written while the clock stood behind: the last change is not the latest one.
    let file = home.file("b.csv", REPORT);
    headway
        .import_files(&request(&file, PROFILE, "2020-11-01"), &ann(), at(50), Box::new(|_, _| {}))
        .await
        .expect("it comes in");
    assert_eq!(headway.written_after(at(60)).await.expect("read"), Some(latest));
    assert_eq!(headway.written_after(at(10_001)).await.expect("read"), None);
    let early = headway.known_too_early(day("2020-10-31")).await.expect("read");
    assert!(early.len() == 1 && early[0].contains("import 2 is known from 2020-11-01"), "{early:?}");
    assert!(headway.known_too_early(day("2020-11-01")).await.expect("read").is_empty());
}
