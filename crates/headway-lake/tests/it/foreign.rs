//! Parquet files of other people: whole, damaged, and in the forms in which other programs write texts.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int64Array, LargeStringArray, RecordBatch, UInt32Array, types::UInt32Type,
};
use headway_lake::{RawColumns, RawShape, Result, read_parquet, sample_parquet};
use headway_model::{ObservationBatch, PeriodKind};
use parquet::arrow::ArrowWriter;

const COLUMNS: RawColumns<'static> = RawColumns {
    measure: "rate",
    period_kind: PeriodKind::SchoolYear,
    place: "unit",
    period: "year",
    value: "value",
    group: None,
    grade: None,
    numerator: None,
    denominator: None,
};

/// Three rows as a data frame with a column of categories writes them: a dictionary of its own widths.
fn written(path: &Path) -> Vec<u8> {
    let names = Arc::new(LargeStringArray::from(vec!["0001", "0002"]));
    let place = DictionaryArray::<UInt32Type>::new(UInt32Array::from(vec![0, 1, 0]), names);
    let columns: [(&str, ArrayRef); 3] = [
        ("unit", Arc::new(place)),
        ("year", Arc::new(Int64Array::from(vec![2021, 2021, 2022]))),
        ("value", Arc::new(Float64Array::from(vec![61.5, 70.0, 62.0]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("three columns of one length");
    let file = File::create(path).expect("the folder can be written");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a plain schema");
    writer.write(&batch).and_then(|()| writer.close()).expect("the folder can be written");
    std::fs::read(path).expect("just written")
}

fn read(path: &Path, sink: impl FnMut(ObservationBatch) -> Result<()>) -> Result<()> {
    RawShape::of_file(path)?;
    sample_parquet(path, 2)?;
    read_parquet(path, &COLUMNS, sink)
}

#[test]
fn categories_are_texts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("frame.parquet");
    written(&path);
    let mut met = Vec::new();
    read(&path, |batch| {
        met.extend(batch.place.iter().map(|&place| batch.places.text_by_number(place).to_owned()));
        Ok(())
    })
    .expect("the file is whole");
    assert_eq!(met, ["0001", "0002", "0001"]);
    assert_eq!(sample_parquet(&path, 2).expect("the file is whole").rows[1], ["0002", "2021", "70"]);
}

/// A bit of each byte turned by itself, and the file cut at every fifth: an answer or an error with the file's name, and never a panic.
#[test]
fn damage_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("damaged.parquet");
    let whole = written(&path);
    let turned = (0..whole.len()).map(|place| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        bytes
    });
    let cut = (0..whole.len()).step_by(5).map(|length| whole[..length].to_vec());
    for bytes in turned.chain(cut) {
        std::fs::write(&path, bytes).expect("it can be written over");
        if let Err(error) = read(&path, |_| Ok(())) {
            let text = error.to_string();
            assert!(text.contains("damaged.parquet can't be read as a Parquet file: "), "{text}");
        }
    }
}

/// Only the decoder's panics become errors: one of the code that takes the rows is a fault of ours, and goes on.
#[test]
fn the_panic_of_whoever_takes_the_rows_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("frame.parquet");
    written(&path);
    let went = catch_unwind(AssertUnwindSafe(|| read(&path, |_| panic!("a fault of the sink"))));
    let panic = went.expect_err("the panic of the sink goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"a fault of the sink"));
}
