use headway_store::{Store, StoreError};

use crate::support::{Home, by_hand, on_both, postgres, sqlite};

/// Opening fails, and the message says these words.
async fn refused(address: &str, words: &[&str]) -> StoreError {
    let Err(error) = Store::open(address).await else { panic!("{address} was opened") };
    let told = error.to_string();
    for word in words {
        assert!(told.contains(word), "“{told}” does not say “{word}”");
    }
    error
}

#[tokio::test]
async fn what_is_not_there_is_not_made_by_opening() {
    on_both(async |home| {
        let address = home.address().await;
        assert!(matches!(refused(&address, &["headway init"]).await, StoreError::Absent { .. }));
        assert!(
            matches!(refused(&address, &[]).await, StoreError::Absent { .. }),
            "the first try left something behind"
        );
        let store = Store::create(&address).await.expect("made");
        assert_eq!(store.version().await.expect("a version"), 0);
        store.close().await;
        let store = Store::open(&address).await.expect("opened");
        let health = store.check_health().await.expect("a look");
        assert_eq!(health.problems, Vec::<String>::new());
        assert!(health.schema > 0, "it says its schema");
        assert_eq!(store.database_kind(), if home.is_postgres() { "PostgreSQL" } else { "SQLite" });
    })
    .await;
}

#[tokio::test]
async fn two_programs_can_make_it_at_once() {
    on_both(async |home| {
        let address = home.address().await;
        let makers: Vec<_> = (0..8)
            .map(|_| {
                let address = address.clone();
                tokio::spawn(async move { Store::create(&address).await.map(|_| ()) })
            })
            .collect();
        for maker in makers {
            maker.await.expect("no panic").expect("made or found");
        }
    })
    .await;
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    on_both(async |home| {
        let address = home.address().await;
        Store::create(&address).await.expect("made").close().await;
        by_hand(
            &address,
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (99, 'later', TRUE, 'x', 0)",
        )
        .await;
        let error = refused(&address, &["newer program", "99"]).await;
        assert!(matches!(error, StoreError::Newer { found: 99, known: 1..99, .. }));
    })
    .await;
}

#[tokio::test]
async fn a_changed_schema_is_told() {
    on_both(async |home| {
        let address = home.address().await;
        Store::create(&address).await.expect("made").close().await;
        by_hand(&address, "UPDATE _sqlx_migrations SET checksum = 'x'").await;
        assert!(matches!(refused(&address, &["step 1"]).await, StoreError::OtherSchema { step: 1, .. }));
    })
    .await;
}

#[tokio::test]
async fn files_that_are_no_store() {
    let Home { folder, .. } = &sqlite();
    let path = |name: &str| folder.path().join(name).display().to_string();

    std::fs::write(path("text"), "Just a text that somebody named wrongly. ".repeat(100)).expect("written");
    assert!(matches!(refused(&path("text"), &["no Headway store"]).await, StoreError::NotAStore { .. }));

    by_hand(&format!("sqlite:{}?mode=rwc", path("other.db")), "CREATE TABLE recipe (name TEXT)").await;
    assert!(matches!(refused(&path("other.db"), &["other tables"]).await, StoreError::NotAStore { .. }));
    let made = Store::create(&path("other.db")).await;
    assert!(matches!(made, Err(StoreError::NotAStore { .. })), "tables were put beside another program's");

    std::fs::write(path("empty.db"), "").expect("written");
    assert!(matches!(refused(&path("empty.db"), &[]).await, StoreError::Absent { .. }));

    assert!(matches!(refused(&path(""), &["it is a folder"]).await, StoreError::NotAStore { .. }));
    let deep = Store::create(&path("no/such/folder.db")).await;
    assert!(matches!(deep, Err(StoreError::NoFolder { .. })), "{:?}", deep.err());
}

/// What a program leaves that was stopped while it made a store: the next one makes it.
#[tokio::test]
async fn half_of_a_store_is_none() {
    let Home { folder, .. } = &sqlite();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let check = async |name: &str| {
        assert!(!Store::is_made(&path(name)).await.expect("a look"), "{name}");
        assert!(matches!(refused(&path(name), &["headway init"]).await, StoreError::Absent { .. }), "{name}");
        Store::create(&path(name)).await.expect("made").close().await;
        assert!(Store::is_made(&path(name)).await.expect("a look"), "{name}");
        assert_eq!(Store::open(&path(name)).await.expect("opened").version().await.expect("a version"), 0, "{name}");
    };
    std::fs::write(path("nothing.db"), "").expect("written");
    check("nothing.db").await;
    let one_page = async |name: &str| {
        by_hand(&format!("sqlite:{}?mode=rwc", path(name)), "PRAGMA journal_mode = WAL").await;
        assert_eq!(std::fs::metadata(path(name)).expect("it is there").len(), 4096, "no table");
    };
    one_page("page.db").await;
    check("page.db").await;
    // Killed before its first change was whole: the journal says that there was no page before it.
    one_page("journal.db").await;
    let fields = [0_u32, 1, 0, 512, 4096]; // records, nonce, pages before, size of a sector and of a page
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    journal.extend(fields.iter().flat_map(|field| field.to_be_bytes()));
    journal.resize(512, 0);
    std::fs::write(path("journal.db-journal"), journal).expect("written");
    check("journal.db").await;
}

/// A file that this user may read but not write. The superuser may write everything, so there it is left out.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = sqlite();
    let address = home.address().await;
    Store::create(&address).await.expect("made").close().await;
    let file = address.trim_start_matches("sqlite:");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o444)).expect("read-only");
    if std::fs::OpenOptions::new().append(true).open(file).is_ok() {
        eprintln!("left out: this user may write everything");
        return;
    }
    assert!(matches!(refused(&address, &["right to read and write"]).await, StoreError::NoPermission { .. }));
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o000)).expect("closed");
    assert!(matches!(refused(&address, &["right to read and write"]).await, StoreError::NoPermission { .. }));
}

#[tokio::test]
async fn addresses_that_mean_nothing() {
    for address in ["", "sqlite:", ":memory:", "sqlite::memory:", "mysql://u:secret@h/db", "postgres://h:port/db"] {
        let error = refused(address, &["postgres://USER@HOST"]).await;
        assert!(matches!(error, StoreError::Address { .. }), "{address}: {error:?}");
        assert!(!error.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    // Port 1 is reserved; nothing listens on it.
    let error =
        refused("postgres://ann:secret@127.0.0.1:1/headway", &["127.0.0.1:1/headway", "can't be reached"]).await;
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
    assert!(!error.to_string().contains("secret"));
}

#[tokio::test]
async fn a_server_that_refuses() {
    let Some(home) = postgres() else {
        eprintln!("left out: HEADWAY_TEST_POSTGRES names no server");
        return;
    };
    let address = home.address().await;
    let (scheme, rest) = address.split_once("://").expect("an address");
    let (login, host) = rest.split_once('@').expect("user and host");
    let (user, _) = login.split_once(':').expect("a password");
    let wrong = format!("{scheme}://{user}:wrong@{host}");
    assert!(matches!(refused(&wrong, &["Check user, password"]).await, StoreError::ServerRefused { .. }));
    let nowhere = address.replace("/postgres?", "/nosuch?");
    assert_ne!(nowhere, address);
    assert!(matches!(refused(&nowhere, &["createdb"]).await, StoreError::ServerRefused { .. }));
}
