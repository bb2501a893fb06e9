//! Files that are not what they should be are named, with what is wrong.

use headway_lake::{Lake, Scan};

use crate::support::{Row, import, row};

#[test]
fn no_byte_can_be_cut_or_turned_without_notice_or_with_a_panic() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::folder(folder.path());
    let rows: Vec<Row> = (0..300).map(|i| row("all", &format!("{:03}", i / 3), 2020 + i % 3, f64::from(i))).collect();
    let segments = import(&lake, 1, &rows);
    let path = lake.path(&segments[0]);
    let whole = std::fs::read(&path).expect("it was published");
    let check = |bytes: &[u8], what: &str| {
        std::fs::write(&path, bytes).expect("it can be written over");
        // A lake that has not opened the file yet.
        let lake = Lake::folder(folder.path());
        let read = Scan::new(&lake, &segments).and_then(|scan| scan.panel());
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
        Lake::folder(folder.path()).verify(&segments[0]).expect_err("the doctor looks at every byte");
    }
    for place in 0..4 {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        std::fs::write(&path, &bytes).expect("it can be written over");
        Lake::folder(folder.path()).verify(&segments[0]).expect_err("the doctor looks at every byte");
    }
    std::fs::write(&path, &whole).expect("it can be written over");
    Lake::folder(folder.path()).verify(&segments[0]).expect("the file is whole again");
    let mut bytes = whole.clone();
    bytes[10..200].fill(0xff);
    std::fs::write(&path, &bytes).expect("it can be written over");
    let said = Lake::folder(folder.path()).verify(&segments[0]).expect_err("whole pages are gone").to_string();
    assert!(said.contains("can't be read as a file of the lake"), "{said}");
}
