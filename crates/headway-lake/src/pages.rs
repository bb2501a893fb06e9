//! The pages of one column of a row group, put together as a Parquet file wants them.

use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding},
    column::{
        page::{CompressedPage, Page, PageWriter},
        writer::ColumnCloseResult,
    },
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, OffsetIndexBuilder},
        statistics::Statistics,
        writer::{SerializedPageWriter, TrackedWrite},
    },
    schema::types::ColumnDescPtr,
};

/// Pages of one column of a row group.
pub(crate) struct Pages {
    /// The values of the dictionary one after the other, and how many; without it the pages hold the values themselves.
    pub(crate) dictionary: Option<(Vec<u8>, usize)>,
    /// Each page with the number of its rows.
    pub(crate) data: Vec<(Vec<u8>, usize)>,
    pub(crate) statistics: Statistics,
}

/// A column of a row group, ready to be appended.
pub(crate) struct Chunk {
    pub(crate) bytes: Bytes,
    pub(crate) close: ColumnCloseResult,
}

impl Pages {
    /// Joins the pages; places in the file are counted from the first byte of the column.
    pub(crate) fn join(self, column: ColumnDescPtr) -> Result<Chunk, ParquetError> {
        let Self { dictionary, data, statistics } = self;
        let rows: usize = data.iter().map(|(_, rows)| rows).sum();
        let (encoding, encodings) = match dictionary {
            Some(_) => (Encoding::RLE_DICTIONARY, vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY]),
            None => (Encoding::PLAIN, vec![Encoding::PLAIN, Encoding::RLE]),
        };
        let mut sink = TrackedWrite::new(Vec::new());
        let mut pages = SerializedPageWriter::new(&mut sink);
        let mut offsets = OffsetIndexBuilder::new();
        let mut unpacked = 0;
        let mut write = |page: Page| {
            let size = page.buffer().len();
            let written = pages.write_page(CompressedPage::new(page, size))?;
            unpacked += written.uncompressed_size;
            Ok::<_, ParquetError>(written)
        };
        let mut metadata = ColumnChunkMetaData::builder(column);
        let mut data_start = 0;
        if let Some((values, count)) = dictionary {
            let encoding = Encoding::PLAIN;
            let page =
                Page::DictionaryPage { buf: values.into(), num_values: count as u32, encoding, is_sorted: false };
            data_start = write(page)?.bytes_written;
            metadata = metadata.set_dictionary_page_offset(Some(0));
        }
        for (bytes, rows) in data {
            let written = write(Page::DataPage {
                buf: bytes.into(),
                num_values: rows as u32,
                encoding,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            })?;
            offsets.append_row_count(rows as i64);
            offsets.append_offset_and_size(written.offset as i64, written.bytes_written as i32);
        }
        let bytes = sink.into_inner()?;
        let metadata = metadata
            .set_encodings(encodings)
            .set_num_values(rows as i64)
            .set_compression(Compression::UNCOMPRESSED)
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(unpacked as i64)
            .set_data_page_offset(data_start as i64)
            .set_statistics(statistics)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: Some(offsets.build()),
        };
        Ok(Chunk { bytes: bytes.into(), close })
    }
}
