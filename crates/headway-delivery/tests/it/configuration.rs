//! `headway.toml`: where the two stores are.

use headway_delivery::{Error, Workspace};

use crate::support::{ann, at, day, sqlite};

/// What a workspace with this configuration says when it is made.
async fn refused(config: &str) -> String {
    let home = sqlite();
    let root = home.place("ws").await;
    std::fs::write(root.join("headway.toml"), config).expect("the temporary folder can be written");
    let text = match Workspace::init(&root).await {
        Err(Error::Refused(text)) => text,
        Err(other) => panic!("{config}: {other}"),
        Ok(_) => panic!("{config}: it was made"),
    };
    assert!(!root.join("headway.db").exists(), "{config}: nothing was made");
    text
}

#[tokio::test]
async fn what_can_not_be_is_refused() {
    let text = refused("[lake_settings]\naws_region = \"us-east-1\"\n").await;
    assert!(text.contains("lake_settings belong to a lake in an object store"), "{text}");
    let text = refused("lakes = \"x\"\n").await;
    assert!(text.contains("headway.toml") && text.contains("unknown field `lakes`"), "{text}");
    #[cfg(not(feature = "s3"))]
    {
        let text = refused("lake = \"s3://agency/headway\"\n").await;
        assert!(text.contains("s3://agency/headway") && text.contains("--features s3"), "{text}");
    }
    #[cfg(feature = "s3")]
    {
        let home = sqlite();
        let root = home.place("ws").await;
        std::fs::write(root.join("headway.toml"), "lake = \"ftp://agency\"\n").expect("it can be written");
        let error = Workspace::init(&root).await.err().expect("only s3:// is known");
        assert!(error.to_string().contains("does not start with s3://"), "{error}");
    }
}

#[tokio::test]
async fn a_lake_in_another_folder() {
    let home = sqlite();
    let root = home.place("ws").await;
    std::fs::write(root.join("headway.toml"), "lake = \"../results\"\n").expect("the temporary folder can be written");
    let headway = Workspace::init(&root).await.expect("an empty workspace");
    headway.lay_out_massachusetts(&ann(), at(1), day("2026-11-01"), &mut |_| ()).await.expect("it can be laid out");
    assert!(home.path("results").join("grad-5yr").is_dir() && !root.join("lake").exists());
    let doctor = headway.run_doctor().await.expect("it can be looked through");
    assert!(doctor.problems.is_empty() && doctor.segments.0 > 10, "{:?}", doctor.problems);
}

/// Everything that uses the lake, in a bucket of the server that `scripts/s3.sh start` names: the same answers as from a folder.
#[cfg(feature = "s3")]
#[tokio::test(flavor = "multi_thread")]
async fn a_lake_in_a_bucket() {
    let Some(bucket) = bucket::Bucket::make() else {
        crate::support::left_out("HEADWAY_TEST_S3 names no server (scripts/s3.sh start)");
        return;
    };
    let home = sqlite();
    let today = day("2026-11-01");
    let plain = home.workspace("plain").await;
    plain.lay_out_massachusetts(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    let expected = crate::support::told(&plain, "2026-11-01").await;
    let place = async |name: &str, folder: &str| {
        let root = home.place(name).await;
        std::fs::write(root.join("headway.toml"), bucket.config(folder)).expect("the temporary folder can be written");
        root
    };
    let root = place("ws", "one").await;
    let headway = Workspace::init(&root).await.expect("an empty workspace");
    headway.lay_out_massachusetts(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    assert_eq!(crate::support::told(&headway, "2026-11-01").await, expected);
    let files = bucket.objects("one");
    assert!(files > 10, "{files} objects");

    // Another machine, or an emptied cache.
    headway.close().await;
    std::fs::remove_dir_all(root.join("lake")).expect("the cache can be emptied");
    let headway = Workspace::open(&root).await.expect("the same workspace");
    let doctor = headway.run_doctor().await.expect("it can be looked through");
    assert_eq!((doctor.problems, doctor.segments.0), (Vec::new(), files));
    assert_eq!(crate::support::told(&headway, "2026-11-01").await, expected);
    headway.compact_lake(&ann(), at(2)).await.expect("the files can be merged");
    assert!(bucket.objects("one") < files);
    assert_eq!(crate::support::told(&headway, "2026-11-01").await, expected);

    let backup = home.path("backup");
    headway.write_backup(&backup).await.expect("the stores can be copied");
    let again = place("again", "two").await;
    let restored = Workspace::restore_backup(&again, &backup, &ann(), at(3)).await.expect("the backup is whole");
    assert_eq!(restored, bucket.objects("two"));
    let restored = Workspace::open(&again).await.expect("a workspace");
    assert_eq!(crate::support::told(&restored, "2026-11-01").await, expected);
}

#[cfg(feature = "s3")]
mod bucket {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    /// A bucket of its own on the server.
    pub(super) struct Bucket {
        url: String,
        name: String,
    }

    impl Bucket {
        /// `None` where `HEADWAY_TEST_S3` names no server.
        pub(super) fn make() -> Option<Self> {
            let url = std::env::var("HEADWAY_TEST_S3").ok().filter(|url| !url.is_empty())?;
            let bucket = Self { url, name: format!("headway-{}", std::process::id()) };
            assert!(bucket.request("PUT", "").starts_with("HTTP/1.1 200"), "the bucket can be made");
            Some(bucket)
        }

        pub(super) fn config(&self, folder: &str) -> String {
            format!(
                "lake = \"s3://{}/{folder}\"\n[lake_settings]\naws_endpoint = \"{}\"\naws_allow_http = \"true\"\n\
                 aws_region = \"us-east-1\"\naws_access_key_id = \"test\"\naws_secret_access_key = \"test\"\n",
                self.name, self.url
            )
        }

        /// How many objects lie in a folder.
        pub(super) fn objects(&self, folder: &str) -> usize {
            self.request("GET", &format!("?list-type=2&prefix={folder}/")).matches("<Key>").count()
        }

        fn request(&self, method: &str, query: &str) -> String {
            let mut stream = TcpStream::connect(self.url.trim_start_matches("http://")).expect("the server runs");
            let head = "HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close";
            write!(stream, "{method} /{}{query} {head}\r\n\r\n", self.name).expect("the server listens");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("the server answers");
            answer
        }
    }
}
