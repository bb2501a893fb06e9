//! The scorecard as a Parquet file, one row a series, in the order of the lake.

use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use arrow_array::{ArrayRef, DictionaryArray, Float64Array, Int8Array, Int32Array, StringArray, UInt32Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use headway_files::output::{OutputFile, OutputRights};
use headway_model::status::Status;
use headway_stats::xmr::PointLabel;
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves},
    },
    basic::Encoding,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::types::ColumnPath,
};
use rayon::prelude::*;

use super::{
    ScorecardRows, ScorecardTotals, ScoringOptions,
    odds::{ChanceMethod, SeriesOdds},
    write_error,
};
use crate::{LakeError, Result, arrays::nullable_array};

fn label_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8))
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| card_schema(&[]));
/// With the columns of the odds behind the others.
static WITH_ODDS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let odds = [
        ("odds", DataType::Float64, true),
        ("odds_naive", DataType::Float64, true),
        ("odds_method", label_type(), false),
    ];
    card_schema(&odds)
});

fn card_schema(more: &[(&'static str, DataType, bool)]) -> SchemaRef {
    let columns = [
        ("unit", DataType::Utf8, false),
        ("group", label_type(), false),
        ("grade", label_type(), false),
        ("points", DataType::Int32, false),
        ("base_period", DataType::Int32, false),
        ("base", DataType::Float64, false),
        ("latest_period", DataType::Int32, false),
        ("latest", DataType::Float64, false),
        ("change", DataType::Float64, false),
        ("mean", DataType::Float64, true),
        ("lpl", DataType::Float64, true),
        ("upl", DataType::Float64, true),
        ("signal", label_type(), false),
        ("expected", DataType::Float64, true),
        ("status", label_type(), false),
        ("gap", DataType::Float64, true),
        ("gap_change", DataType::Float64, true),
        ("rank", DataType::UInt32, false),
    ];
    let columns = columns.into_iter().chain(more.iter().cloned());
    let fields: Vec<Field> = columns.map(|(name, kind, null)| Field::new(name, kind, null)).collect();
    Arc::new(Schema::new(fields))
}

/// Figures are written as they are, labels as dictionaries, small whole numbers as differences. Only the group says its
/// range in the statistics: each row group is one group and grade.
fn writer_properties(about: &[(String, String)]) -> WriterProperties {
    let about = about.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    let mut properties = WriterProperties::builder()
        .set_created_by("headway".to_owned())
        .set_key_value_metadata(Some(about))
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(None)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(ColumnPath::from("group"), EnabledStatistics::Chunk);
    for label in ["group", "grade", "signal", "status", "odds_method"] {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(label), true);
    }
    for whole in ["points", "base_period", "latest_period"] {
        properties = properties.set_column_encoding(ColumnPath::from(whole), Encoding::DELTA_BINARY_PACKED);
    }
    properties.build()
}

/// A scorecard being written.
pub(super) struct CardFile<'a> {
    out: PathBuf,
    file: OutputFile,
    writer: SerializedFileWriter<BufWriter<File>>,
    columns: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    scoring: &'a ScoringOptions<'a>,
    /// The group and grade whose series are still coming in.
    open: Option<ScorecardRows>,
    totals: ScorecardTotals,
}

impl<'a> CardFile<'a> {
    pub(super) fn new(out: &Path, scoring: &'a ScoringOptions<'a>) -> Result<Self> {
        let schema = if scoring.odds.is_some() { WITH_ODDS.clone() } else { SCHEMA.clone() };
        let (output, file) = OutputFile::create(out, OutputRights::OwnerOnly).map_err(LakeError::from_io(out))?;
        let writer = ArrowWriter::try_new(
            BufWriter::with_capacity(1 << 20, file),
            schema.clone(),
            Some(writer_properties(&scoring.about)),
        );
        let (writer, columns) = writer.and_then(ArrowWriter::into_serialized_writer).map_err(write_error(out))?;
        Ok(Self {
            out: out.to_owned(),
            file: output,
            writer,
            columns,
            schema,
            scoring,
            open: None,
            totals: ScorecardTotals::default(),
        })
    }

    /// Adds series that follow all before in the order of the lake.
    pub(super) fn push_card(&mut self, card: ScorecardRows) -> Result<()> {
        if let Some(open) = &mut self.open
            && open.group == card.group
            && open.grade == card.grade
        {
            open.append_card(card);
            return Ok(());
        }
        match self.open.replace(card) {
            Some(whole) => self.write_card(whole),
            None => Ok(()),
        }
    }

    pub(super) fn finish_file(mut self) -> Result<ScorecardTotals> {
        if let Some(card) = self.open.take() {
            self.write_card(card)?;
        }
        let written = self.writer.into_inner().and_then(|out| Ok(out.into_inner().map_err(|e| e.into_error())?));
        written.map_err(write_error(&self.out))?;
        self.file.finish().map_err(LakeError::from_io(&self.out))?;
        Ok(self.totals)
    }

    fn write_card(&mut self, mut card: ScorecardRows) -> Result<()> {
        card.rank_changes(self.scoring.peers);
        if let Some(by) = self.scoring.odds {
            card.find_odds(self.scoring, by);
        }
        card.add_to(&mut self.totals);
        let columns = self.columns.create_column_writers(0).map_err(write_error(&self.out))?;
        let arrays = card_arrays(card);
        let mut chunks = Vec::new();
        columns
            .into_par_iter()
            .zip(&arrays)
            .zip(self.schema.fields().par_iter())
            .map(|((mut column, array), field)| {
                for leaf in compute_leaves(field, array)? {
                    column.write(&leaf)?;
                }
                column.close()
            })
            .collect_into_vec(&mut chunks);
        let mut group = self.writer.next_row_group().map_err(write_error(&self.out))?;
        for chunk in chunks {
            let appended = chunk.and_then(|chunk| chunk.append_to_row_group(&mut group));
            appended.map_err(write_error(&self.out))?;
        }
        group.close().map_err(write_error(&self.out))?;
        Ok(())
    }
}

fn card_arrays(card: ScorecardRows) -> Vec<ArrayRef> {
    let count = card.len();
    let places = StringArray::new(OffsetBuffer::new(card.ends.into()), card.places.into_bytes().into(), None);
    let mut arrays = vec![
        Arc::new(places) as ArrayRef,
        label_array(&[&card.group], vec![0; count]),
        label_array(&[&card.grade], vec![0; count]),
        Arc::new(Int32Array::from(card.points)),
        Arc::new(Int32Array::from(card.base_period)),
        Arc::new(Float64Array::from(card.base)),
        Arc::new(Int32Array::from(card.latest_period)),
        Arc::new(Float64Array::from(card.latest)),
        Arc::new(Float64Array::from(card.change)),
        nullable_array(card.mean),
        nullable_array(card.lpl),
        nullable_array(card.upl),
        signal_array(&card.signal),
        nullable_array(card.expected),
        status_array(&card.status),
        nullable_array(card.gap),
        nullable_array(card.gap_change),
        Arc::new(UInt32Array::from(card.rank)),
    ];
    if let Some(SeriesOdds { chance, naive, by }) = card.odds {
        let methods = label_array(&ChanceMethod::NAMES, by.into_iter().map(|by| by as i8).collect());
        arrays.extend([nullable_array(chance), nullable_array(naive), methods]);
    }
    arrays
}

fn label_array(texts: &[&str], keys: Vec<i8>) -> ArrayRef {
    Arc::new(DictionaryArray::new(Int8Array::from(keys), Arc::new(StringArray::from(texts.to_vec()))))
}

const SIGNALS: [(PointLabel, &str); 9] = [
    (PointLabel::CommonCause, "none"),
    (PointLabel::AboveLimit, "above-limit"),
    (PointLabel::BelowLimit, "below-limit"),
    (PointLabel::Rising, "rising"),
    (PointLabel::Falling, "falling"),
    (PointLabel::TwoOfThreeAbove, "two-of-three-above"),
    (PointLabel::TwoOfThreeBelow, "two-of-three-below"),
    (PointLabel::RunAbove, "run-above"),
    (PointLabel::RunBelow, "run-below"),
];

fn signal_array(signals: &[PointLabel]) -> ArrayRef {
    let place =
        |label: &PointLabel| SIGNALS.iter().position(|row| row.0 == *label).expect("every label has its text") as i8;
    label_array(&SIGNALS.map(|row| row.1), signals.iter().map(place).collect())
}

fn status_array(statuses: &[Status]) -> ArrayRef {
    let mut known: Vec<Status> = Vec::new();
    let keys = statuses.iter().map(|status| {
        let place = known.iter().position(|k| k == status).unwrap_or_else(|| {
            known.push(*status);
            known.len() - 1
        });
        // There are fewer than forty statuses.
        place as i8
    });
    let keys = keys.collect();
    label_array(&known.iter().map(|status| status.id()).collect::<Vec<_>>(), keys)
}
