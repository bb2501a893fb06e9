//! The lake in an object store, against a server of the Python package `moto[server]` on this machine.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use headway_lake::{Error, Filter, Lake, Scan, compact};

use crate::support::{Row, expected, import, read, row, write};

/// A running server; ended when dropped.
struct Server {
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
    fn start() -> Option<Self> {
        let program = std::env::var_os("MOTO_SERVER").map_or_else(|| PathBuf::from("moto_server"), PathBuf::from);
        let port = TcpListener::bind(("127.0.0.1", 0)).expect("a free port").local_addr().expect("it has one").port();
        let process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let server = Self { process, port };
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(server);
            }
            #[allow(clippy::disallowed_methods, reason = "another program is waited for")]
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server did not start within 30 seconds");
    }

    fn request(&self, line: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server runs");
        let request = format!("{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("the server listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the server answers");
        answer
    }
}

#[test]
fn a_lake_in_a_bucket_is_as_one_in_a_folder() {
    let Some(server) = Server::start() else {
        eprintln!("left out: no moto_server (pip install 'moto[server]', or name it in MOTO_SERVER)");
        return;
    };
    assert!(server.request("PUT /agency").starts_with("HTTP/1.1 200"), "the bucket can be made");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings: Vec<(String, String)> = [
        ("aws_endpoint", format!("http://127.0.0.1:{}", server.port)),
        ("aws_allow_http", "true".to_owned()),
        ("aws_region", "us-east-1".to_owned()),
        ("aws_access_key_id", "test".to_owned()),
        ("aws_secret_access_key", "test".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let lake = |cache: &str| Lake::bucket("s3://agency/lake", &settings, folder.path().join(cache)).expect("settings");
    let objects = || server.request("GET /agency?list-type=2").matches("<Key>").count();

    let one = lake("one");
    let rows: Vec<Row> = (0..500).map(|i| row("all", &format!("{i:03}"), 2020, f64::from(i))).collect();
    drop(write(&one, 1, &rows).expect("the rows agree"));
    assert_eq!(objects(), 0, "an interrupted import leaves nothing");
    let mut segments = import(&one, 1, &rows);
    segments.extend(import(&one, 2, &rows[100..101]));
    assert_eq!(objects(), 2);

    // Another machine, with nothing in its cache.
    let all = [(1, rows.clone()), (2, rows[100..101].to_vec())];
    let answer = expected(&all, &Filter::default(), &|_| true);
    let other = lake("other");
    assert_eq!(read(&Scan::new(&other, &segments).expect("they are there")), answer);
    let whole = compact(&other, &segments, &|_| true).expect("whole").expect("there are rows");
    segments.iter().for_each(|segment| one.remove(&segment.path).expect("it is there"));
    assert_eq!(objects(), 1);
    assert!(matches!(Scan::new(&lake("third"), &segments), Err(Error::Store(_))));
    assert_eq!(read(&Scan::new(&lake("third"), &[whole.clone()]).expect("it is there")), answer);
    // A file larger than one part of an upload, read inside an asynchronous program.
    let many: Vec<Row> = (0..400_000).map(|i| row("all", &format!("{i}"), 2020, f64::from(i).sqrt())).collect();
    let large = {
        let mut import = one.import(3);
        crate::support::batches(&many, 50_000).iter().for_each(|b| import.push(b).expect("the folder can be written"));
        import.write().expect("the rows agree").publish().expect("the server takes it")
    };
    assert!(large[0].bytes > 5 << 20, "{} bytes", large[0].bytes);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let panel = runtime.block_on(async { Scan::new(&lake("fourth"), &large).and_then(|scan| scan.panel()) });
    assert_eq!(panel.expect("it is there").len(), 400_000);
}
