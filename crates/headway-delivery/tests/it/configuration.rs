//! `headway.toml`: where the two stores are.

use headway_delivery::{Error, Headway};

use crate::support::{ann, at, day, sqlite};

/// What a workspace with this configuration says when it is made.
async fn refused(config: &str) -> String {
    let home = sqlite();
    let root = home.place("ws").await;
    std::fs::write(root.join("headway.toml"), config).expect("the temporary folder can be written");
    let text = match Headway::init(&root).await {
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
        let error = Headway::init(&root).await.err().expect("only s3:// is known");
        assert!(error.to_string().contains("does not start with s3://"), "{error}");
    }
}

#[tokio::test]
async fn a_lake_in_another_folder() {
    let home = sqlite();
    let root = home.place("ws").await;
    std::fs::write(root.join("headway.toml"), "lake = \"../results\"\n").expect("the temporary folder can be written");
    let headway = Headway::init(&root).await.expect("an empty workspace");
    headway.lay_out_massachusetts(&ann(), at(1), day("2026-11-01"), &mut |_| ()).await.expect("it can be laid out");
    assert!(home.path("results").join("grad-5yr").is_dir() && !root.join("lake").exists());
    let doctor = headway.doctor().await.expect("it can be looked through");
    assert!(doctor.problems.is_empty() && doctor.segments.0 > 10, "{:?}", doctor.problems);
}

/// Everything that uses the lake, in a bucket of the Python package `moto[server]`: the same answers as from a folder.
#[cfg(feature = "s3")]
#[tokio::test(flavor = "multi_thread")]
async fn a_lake_in_a_bucket() {
    let Some(server) = bucket::Server::start() else {
        crate::support::left_out("no moto_server (pip install 'moto[server]', or name it in MOTO_SERVER)");
        return;
    };
    let home = sqlite();
    let today = day("2026-11-01");
    let plain = home.workspace("plain").await;
    plain.lay_out_massachusetts(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    let expected = crate::support::told(&plain, "2026-11-01").await;
    let place = async |name: &str, folder: &str| {
        let root = home.place(name).await;
        std::fs::write(root.join("headway.toml"), server.config(folder)).expect("the temporary folder can be written");
        root
    };
    let root = place("ws", "one").await;
    let headway = Headway::init(&root).await.expect("an empty workspace");
    headway.lay_out_massachusetts(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    assert_eq!(crate::support::told(&headway, "2026-11-01").await, expected);
    let files = server.objects("one");
    assert!(files > 10, "{files} objects");

    // Another machine, or an emptied cache.
    headway.close().await;
    std::fs::remove_dir_all(root.join("lake")).expect("the cache can be emptied");
    let headway = Headway::open(&root).await.expect("the same workspace");
    let doctor = headway.doctor().await.expect("it can be looked through");
    assert_eq!((doctor.problems, doctor.segments.0), (Vec::new(), files));
    assert_eq!(crate::support::told(&headway, "2026-11-01").await, expected);
    headway.compact(&ann(), at(2)).await.expect("the files can be merged");
    assert!(server.objects("one") < files);
    assert_eq!(crate::support::told(&headway, "2026-11-01").await, expected);

    let backup = home.path("backup");
    headway.backup(&backup).await.expect("the stores can be copied");
    let again = place("again", "two").await;
    let restored = Headway::restore(&again, &backup, &ann(), at(3)).await.expect("the backup is whole");
    assert_eq!(restored, server.objects("two"));
    let restored = Headway::open(&again).await.expect("a workspace");
    assert_eq!(crate::support::told(&restored, "2026-11-01").await, expected);
}

#[cfg(feature = "s3")]
mod bucket {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    /// A running object store with the bucket `agency`; ended when dropped.
    pub(super) struct Server {
        process: Child,
        port: u16,
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.process.kill().expect("the server is ours to end");
            self.process.wait().expect("it ends");
        }
    }

    impl Server {
        /// `MOTO_SERVER`, or `moto_server` in the path; `None` when there is none.
        pub(super) fn start() -> Option<Self> {
            let program = std::env::var_os("MOTO_SERVER").unwrap_or_else(|| "moto_server".into());
            let free = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
            let port = free.local_addr().expect("it has one").port();
            drop(free);
            let mut command = Command::new(program);
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
            let server = Self { process: command.spawn().ok()?, port };
            for _ in 0..300 {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    assert!(server.request("PUT /agency").starts_with("HTTP/1.1 200"), "the bucket can be made");
                    return Some(server);
                }
                #[allow(clippy::disallowed_methods, reason = "another program is waited for")]
                std::thread::sleep(Duration::from_millis(100));
            }
            panic!("the server did not start within 30 seconds");
        }

        pub(super) fn config(&self, folder: &str) -> String {
            format!(
                "lake = \"s3://agency/{folder}\"\n[lake_settings]\naws_endpoint = \"http://127.0.0.1:{}\"\n\
                 aws_allow_http = \"true\"\naws_region = \"us-east-1\"\naws_access_key_id = \"test\"\n\
                 aws_secret_access_key = \"test\"\n",
                self.port
            )
        }

        /// How many objects lie in a folder.
        pub(super) fn objects(&self, folder: &str) -> usize {
            self.request(&format!("GET /agency?list-type=2&prefix={folder}/")).matches("<Key>").count()
        }

        fn request(&self, line: &str) -> String {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server runs");
            let request =
                format!("{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).expect("the server listens");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("the server answers");
            answer
        }
    }
}
