//! The layout of a segment: columns, encodings, key-value metadata. `docs/lake.md` says the same to a reader of files.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use headway_model::{PeriodKind, VintageId};
use parquet::{
    file::{
        metadata::{KeyValue, SortingColumn},
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
    },
    schema::types::ColumnPath,
};

/// Rows in a row group, at least; it ends with the series that reaches this number.
pub(crate) const GROUP_ROWS: usize = 1 << 17;
/// Rows in a block of the index, at least.
pub(crate) const BLOCK_ROWS: usize = 1 << 13;
/// From a larger dictionary of numbers on, a column's further numbers are written as they are.
const DICTIONARY_BYTES: usize = 1 << 17;

pub(crate) const FORMAT: &str = "1";
pub(crate) const KEY_FORMAT: &str = "headway.format";
pub(crate) const KEY_MEASURE: &str = "headway.measure";
pub(crate) const KEY_PERIOD_KIND: &str = "headway.period_kind";
pub(crate) const KEY_VINTAGES: &str = "headway.vintages";
pub(crate) const KEY_INDEX: &str = "headway.index";
/// Says that all crossed groups are written in one order ([`IN_ORDER`]); files of before do not say it.
pub(crate) const KEY_GROUPS: &str = "headway.groups";
pub(crate) const IN_ORDER: &str = "in order";
pub(crate) const KEY_CHECKSUMS: &str = "headway.checksums";

/// Places of the columns.
pub(crate) mod column {
    pub(crate) const UNIT: usize = 0;
    pub(crate) const GROUP: usize = 1;
    pub(crate) const GRADE: usize = 2;
    pub(crate) const PERIOD: usize = 3;
    pub(crate) const STATE: usize = 4;
    pub(crate) const FLAGS: usize = 5;
    pub(crate) const LO: usize = 6;
    pub(crate) const HI: usize = 7;
    pub(crate) const NUMERATOR: usize = 8;
    pub(crate) const DENOMINATOR: usize = 9;
    pub(crate) const VINTAGE: usize = 10;
    pub(crate) const COUNT: usize = 11;
}

/// The columns of every segment.
pub(crate) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let columns = [
        ("unit", text(), false),
        ("group", text(), false),
        ("grade", text(), false),
        ("period", DataType::Int32, false),
        ("state", DataType::UInt8, false),
        ("flags", DataType::UInt8, false),
        ("lo", DataType::Float64, true),
        ("hi", DataType::Float64, true),
        ("numerator", DataType::Float64, true),
        ("denominator", DataType::Float64, true),
        ("vintage", DataType::Int64, false),
    ];
    let fields: Vec<Field> = columns.into_iter().map(|(name, kind, null)| Field::new(name, kind, null)).collect();
    Arc::new(Schema::new(fields))
});

/// How segments are written: nearly everything is a dictionary of its row group, so that sorted keys become runs, published
/// figures take few bits, and a column that says one thing takes a few bytes. No further compression: it would cost the scoring
/// pass more than the decoding does, and saves a third.
pub(crate) fn writer_properties() -> WriterProperties {
    let sorted = [column::GROUP, column::GRADE, column::UNIT, column::PERIOD, column::VINTAGE];
    let sorted = sorted.map(|c| SortingColumn { column_idx: c as i32, descending: false, nulls_first: false });
    let properties = WriterProperties::builder()
        .set_created_by("headway".to_owned())
        .set_max_row_group_row_count(None)
        .set_max_row_group_bytes(None)
        .set_write_batch_size(BLOCK_ROWS)
        .set_data_page_row_count_limit(BLOCK_ROWS)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        // Whole texts and one look a row group: readers ask only whether a column says one thing.
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_statistics_truncate_length(None)
        .set_sorting_columns(Some(sorted.to_vec()));
    // Texts are always a dictionary, which readers take over as it is.
    let texts = [column::UNIT, column::GROUP, column::GRADE];
    let whole = |properties: WriterPropertiesBuilder, c: usize| {
        properties.set_column_dictionary_page_size_limit(ColumnPath::from(SCHEMA.field(c).name().as_str()), usize::MAX)
    };
    texts.into_iter().fold(properties, whole).build()
}

/// What the file says of itself.
pub(crate) fn key_values(
    measure: &str,
    kind: PeriodKind,
    vintages: &[VintageId],
    index: String,
    checksums: String,
) -> Vec<KeyValue> {
    let vintages: Vec<String> = vintages.iter().map(ToString::to_string).collect();
    [
        (KEY_FORMAT, FORMAT.to_owned()),
        (KEY_MEASURE, measure.to_owned()),
        (KEY_PERIOD_KIND, kind.name().to_owned()),
        (KEY_VINTAGES, vintages.join(",")),
        (KEY_GROUPS, IN_ORDER.to_owned()),
        (KEY_INDEX, index),
        (KEY_CHECKSUMS, checksums),
    ]
    .into_iter()
    .map(|(key, value)| KeyValue::new(key.to_owned(), value))
    .collect()
}

/// The kind of this name, as written by [`key_values`].
pub(crate) fn period_kind(name: &str) -> Option<PeriodKind> {
    PeriodKind::ALL.into_iter().find(|kind| kind.name() == name)
}
