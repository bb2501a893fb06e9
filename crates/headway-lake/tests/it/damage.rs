//! Files that are not what they should be are named, with what is wrong.

use headway_lake::{Lake, LakeScan};

use crate::support::{Row, import, row};

#[test]
fn no_byte_can_be_cut_or_turned_without_notice_or_with_a_panic() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let rows: Vec<Row> = (0..300).map(|i| row("all", &format!("{:03}", i / 3), 2020 + i % 3, f64::from(i))).collect();
    let segments = import(&lake, 1, &rows);
    let path = lake.segment_path(&segments[0]).expect("in the lake");
    let whole = std::fs::read(&path).expect("it was published");
    let check = |bytes: &[u8], what: &str| {
        std::fs::write(&path, bytes).expect("it can be written over");
        // A lake that has not opened the file yet.
        let lake = Lake::in_folder(folder.path());
        let read = LakeScan::new(&lake, &segments).and_then(|scan| scan.read_panel());
        match read {
            Ok(panel) => Some(panel),
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("00000001.parquet") && text.contains("can't be read"), "{what}: {text}");
                None
            }
        }
    };
    let right = format!("{:?}", check(&whole, "nothing").expect("nothing is wrong yet"));
    assert!(check(b"", "empty").is_none());
    assert!(check(b"unit,group\n", "a CSV file").is_none());
    for cut in (0..whole.len()).step_by(97) {
        assert!(check(&whole[..cut], "cut").is_none(), "cut at {cut} of {}", whole.len());
    }
    // A turned bit gives no other number: the first four bytes, which no scan looks at, come after.
    for place in 4..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        // What a scan does not need it does not read: then the answer is the right one.
        if let Some(panel) = check(&bytes, "turned") {
            assert_eq!(format!("{panel:?}"), right, "bit {} of byte {place}", place % 8);
        }
        Lake::in_folder(folder.path()).verify_segment(&segments[0]).expect_err("the doctor looks at every byte");
    }
    for place in 0..4 {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        std::fs::write(&path, &bytes).expect("it can be written over");
        Lake::in_folder(folder.path()).verify_segment(&segments[0]).expect_err("the doctor looks at every byte");
    }
    std::fs::write(&path, &whole).expect("it can be written over");
    Lake::in_folder(folder.path()).verify_segment(&segments[0]).expect("the file is whole again");
    let mut bytes = whole.clone();
    bytes[10..200].fill(0xff);
    std::fs::write(&path, &bytes).expect("it can be written over");
    let said =
        Lake::in_folder(folder.path()).verify_segment(&segments[0]).expect_err("whole pages are gone").to_string();
    assert!(said.contains("can't be read as a file of the lake"), "{said}");
}

#[test]
fn a_path_that_leaves_the_lake_is_neither_read_nor_removed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outside = folder.path().join("outside.parquet");
    std::fs::write(&outside, "theirs").expect("it can be written");
    std::fs::create_dir_all(folder.path().join("lake/r")).expect("made");
    let lake = Lake::in_folder(folder.path().join("lake"));
    let absolute = outside.display().to_string();
    for path in [absolute.as_str(), "../outside.parquet", "r/../../outside.parquet", "r\\..\\x", "c:x", ""] {
        for told in [lake.remove_file(path), lake.has_file(path).map(drop), lake.local_file(path).map(drop)] {
            let text = told.expect_err("it is not of the lake").to_string();
            assert!(text.contains("outside the lake") && text.contains("neither read nor removed"), "{path}: {text}");
        }
        let put = lake.restore_file(&outside, path).expect_err("it is not of the lake").to_string();
        assert!(put.contains("outside the lake"), "{path}: {put}");
    }
    assert!(outside.exists());
}

#[cfg(unix)]
#[test]
fn pipes_in_the_lake_are_told_and_not_waited_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let segments = import(&lake, 1, &[row("all", "S1", 2020, 1.0)]);
    let path = lake.segment_path(&segments[0]).expect("in the lake");
    std::fs::remove_file(&path).expect("it is there");
    for pipe in [path.as_path(), &folder.path().join("owner.json")] {
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().expect("mkfifo runs").success());
    }
    let lake = Lake::in_folder(folder.path());
    let told = lake.verify_segment(&segments[0]).expect_err("a pipe").to_string();
    assert!(told.contains("not a file on disk"), "{told}");
    let told = lake.read_side("owner.json").expect_err("a pipe").to_string();
    assert!(told.contains("not a file on disk"), "{told}");
}
