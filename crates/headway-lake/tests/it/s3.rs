//! The lake in an object store, against the server that `scripts/s3.sh start` names.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use headway_lake::{Lake, LakeError, LakeScan, SeriesFilter, compact_segments};

use crate::support::{Row, expected, import, read, row, write};

/// A bucket of its own on the server.
struct Bucket {
    url: String,
    name: String,
}

impl Bucket {
    /// `None` where `HEADWAY_TEST_S3` names no server.
    fn make() -> Option<Self> {
        let url = std::env::var("HEADWAY_TEST_S3").ok().filter(|url| !url.is_empty())?;
        let bucket = Self { url, name: format!("headway-lake-{}", std::process::id()) };
        assert!(bucket.request("PUT", "").starts_with("HTTP/1.1 200"), "the bucket can be made");
        Some(bucket)
    }

    fn objects(&self) -> usize {
        self.request("GET", "?list-type=2").matches("<Key>").count()
    }

    fn request(&self, method: &str, query: &str) -> String {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("the server runs");
        let head = "HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close";
        write!(stream, "{method} /{}{query} {head}\r\n\r\n", self.name).expect("the server listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the server answers");
        answer
    }
}

#[test]
fn a_lake_in_a_bucket_is_as_one_in_a_folder() {
    let Some(bucket) = Bucket::make() else {
        eprintln!("left out: HEADWAY_TEST_S3 names no server (scripts/s3.sh start)");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings: Vec<(String, String)> = [
        ("aws_endpoint", bucket.url.clone()),
        ("aws_allow_http", "true".to_owned()),
        ("aws_region", "us-east-1".to_owned()),
        ("aws_access_key_id", "test".to_owned()),
        ("aws_secret_access_key", "test".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let url = format!("s3://{}/lake", bucket.name);
    let lake = |cache: &str| Lake::in_bucket(&url, &settings, folder.path().join(cache)).expect("settings");

    let one = lake("one");
    let rows: Vec<Row> = (0..500).map(|i| row("all", &format!("{i:03}"), 2020, f64::from(i))).collect();
    drop(write(&one, 1, &rows).expect("the rows agree"));
    assert_eq!(bucket.objects(), 0, "an interrupted import leaves nothing");
    let mut segments = import(&one, 1, &rows);
    segments.extend(import(&one, 2, &rows[100..101]));
    assert_eq!(bucket.objects(), 2);

    // Another machine, with nothing in its cache.
    let all = [(1, rows.clone()), (2, rows[100..101].to_vec())];
    let answer = expected(&all, &SeriesFilter::default(), &|v| Some(v));
    let other = lake("other");
    assert_eq!(read(&LakeScan::new(&other, &segments).expect("they are there")), answer);
    let whole = compact_segments(&other, &segments, &|_| true).expect("whole").expect("there are rows");
    segments.iter().for_each(|segment| one.remove_file(&segment.path).expect("it is there"));
    assert_eq!(bucket.objects(), 1);
    assert!(matches!(LakeScan::new(&lake("third"), &segments), Err(LakeError::Store(_))));
    assert_eq!(read(&LakeScan::new(&lake("third"), &[whole.clone()]).expect("it is there")), answer);
    // A file larger than one part of an upload, read inside an asynchronous program.
    let many: Vec<Row> = (0..400_000).map(|i| row("all", &format!("{i}"), 2020, f64::from(i).sqrt())).collect();
    let large = {
        let mut import = one.begin_import(3);
        crate::support::batches(&many, 50_000).iter().for_each(|b| import.push(b).expect("the folder can be written"));
        import.write_segments().expect("the rows agree").publish_segments().expect("the server takes it")
    };
    assert!(large[0].bytes > 5 << 20, "{} bytes", large[0].bytes);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let panel = runtime.block_on(async { LakeScan::new(&lake("fourth"), &large).and_then(|scan| scan.read_panel()) });
    assert_eq!(panel.expect("it is there").len(), 400_000);
}
