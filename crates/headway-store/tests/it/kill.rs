//! A process that is killed while it writes (SIGKILL, as by a power cut or the system's out-of-memory killer).

use std::process::{Command, Stdio};
use std::time::Duration;

use headway_store::{Store, UpsertPlaces};

use crate::sample::places;
use crate::support::{ann, at, on_both};

const ADDRESS: &str = "HEADWAY_TEST_KILL";

/// Not a test of its own: what the killed process runs. Every write gives all places the name of its own number.
#[tokio::test]
#[ignore = "run by the test below, in a process of its own"]
async fn the_process_that_is_killed() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let store = Store::open(&address).await.expect("opened");
    let mut all = places(20, 24);
    for n in store.version().await.expect("a version") + 1.. {
        all.iter_mut().for_each(|place| place.name = format!("name {n}"));
        store.write(&ann(), at(n), UpsertPlaces { places: &all }).await.expect("put");
    }
}

#[tokio::test]
async fn a_killed_process_leaves_whole_operations_only() {
    on_both(async |home| {
        let address = home.address().await;
        Store::create(&address).await.expect("made").close().await;
        let mut last = 0;
        for round in 0..6 {
            let program = std::env::current_exe().expect("this test's program");
            let mut child = Command::new(program)
                .args(["--exact", "kill::the_process_that_is_killed", "--ignored", "--test-threads=1"])
                .env(ADDRESS, &address)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("started");
            let store = Store::open(&address).await.expect("opened beside it");
            while store.version().await.expect("a version") < last + 2 {
                assert!(child.try_wait().expect("a look").is_none(), "it ended by itself");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            // Somewhere in the writes that follow.
            tokio::time::sleep(Duration::from_micros(1500 * round)).await;
            child.kill().expect("killed");
            child.wait().expect("gone");
            store.close().await;

            let store = Store::open(&address).await.expect("opened after the kill");
            // PostgreSQL may still be finishing what the killed process sent: a write of our own waits for it.
            let version = settled(&store).await;
            assert!(version >= last + 2, "what was committed is there");
            let places = store.all_places().await.expect("a list");
            let name = format!("name {version}");
            assert_eq!(places.len(), 501);
            assert!(places.iter().all(|place| place.name == name), "half of an operation is there");
            let health = store.check_health().await.expect("a look");
            assert_eq!((health.problems, health.version), (vec![], version));
            store.close().await;
            last = version;
        }
    })
    .await;
}

/// The version once no other writer is left. Writing places that are there already takes a turn and changes nothing.
async fn settled(store: &Store) -> i64 {
    let same = store.all_places().await.expect("a list");
    store.write(&ann(), at(0), UpsertPlaces { places: &same[..0] }).await.expect("a turn");
    store.version().await.expect("a version")
}
