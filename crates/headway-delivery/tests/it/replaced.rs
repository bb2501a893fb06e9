//! A workspace that is taken away while it is open, and another one that comes in its place.

use headway_delivery::{ServedWorkspace, Workspace};

use crate::support::{ann, at, day, import, on_both, request};

const PROFILE: &str = include_str!("attendance.toml");
const FIRST: &str = "code,name,year,rate,students\nST,The state,2020,80.0,1000\n";
const SECOND: &str = "code,name,year,rate,students\nST,The state,2021,81.0,1000\n";

#[tokio::test]
async fn pages_go_over_to_the_workspace_that_came_in_its_place() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        let (root, copy, today) = (headway.root().to_owned(), home.path("copy"), day("2026-11-30"));
        let [one, two] = [("one.csv", FIRST), ("two.csv", SECOND)].map(|(name, text)| home.file(name, text));
        import(&headway, &request(&one, PROFILE, "2020-10-01")).await.expect("it comes in");
        headway.write_backup(&copy).await.expect("backed up");
        import(&headway, &request(&two, PROFILE, "2021-10-01")).await.expect("it comes in");
        let served = ServedWorkspace::from(headway.clone());
        let imports = async || served.current().ready_state(today).await.expect("a state").snapshot.imports.len();
        assert!(served.keep_ready(today).await.expect("it can be read"));
        assert!(!served.keep_ready(today).await.expect("it can be read"), "nothing is new");
        assert_eq!(imports().await, 2);

        home.take_away(&root).await;
        let told = served.keep_ready(today).await.expect_err("it is gone").to_string();
        assert!(told.contains("taken away"), "{told}");
        served.keep_failed(&told);
        let ready = served.current().ready_state(today).await.expect("the state before");
        assert!(ready.stuck.is_some_and(|why| why.contains("taken away")), "pages say so");

        Workspace::restore_backup(&root, &copy, &ann(), at(9)).await.expect("restored in its place");
        assert!(served.keep_ready(today).await.expect("another one is there"));
        assert_eq!(imports().await, 1, "what the first one knew is not told any more");
        assert!(!served.keep_ready(today).await.expect("it can be read"));
    })
    .await;
}

/// SQLite would write into the file that has no name any more: what is said to be done would be lost.
#[cfg(unix)]
#[tokio::test]
async fn nothing_is_written_into_a_workspace_that_is_gone() {
    let home = crate::support::sqlite();
    let headway = home.workspace("ws").await;
    let file = home.file("one.csv", FIRST);
    import(&headway, &request(&file, PROFILE, "2020-10-01")).await.expect("it comes in");
    let undo = async || headway.undo_import(1, &ann(), at(3)).await;
    let moved = home.path("moved.db");
    std::fs::rename(headway.root().join("headway.db"), &moved).expect("moved");
    let told = undo().await.expect_err("it is gone").to_string();
    assert!(told.contains("taken away") && told.contains("Nothing was changed"), "{told}");
    std::fs::rename(&moved, headway.root().join("headway.db")).expect("moved back");
    undo().await.expect("it is the same one");
}
