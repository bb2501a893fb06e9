//! A column of texts, encoded straight from its runs. Sorted keys come in runs, and the general encoder would hash and
//! compare the text of every row: a third of the time of writing a segment.

use std::collections::HashMap;

use bytes::Bytes;
use headway_model::Names;
use parquet::{
    basic::{Compression, Encoding},
    column::{
        page::{CompressedPage, Page, PageWriter},
        writer::ColumnCloseResult,
    },
    data_type::ByteArray,
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, OffsetIndexBuilder},
        statistics::{Statistics, ValueStatistics},
        writer::{SerializedPageWriter, TrackedWrite},
    },
    schema::types::ColumnDescPtr,
};

use crate::layout::BLOCK_ROWS;

/// Runs shorter than this on average are packed value by value.
const SHORT_RUN: usize = 4;

/// Encodes a required column of texts as a dictionary in the order of the rows, with pages of [`BLOCK_ROWS`] rows.
pub(crate) fn encode(
    column: ColumnDescPtr,
    names: &Names,
    numbers: impl ExactSizeIterator<Item = u32>,
) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
    let rows = numbers.len();
    let (texts, codes) = dictionary(names, numbers);
    let mut sink = TrackedWrite::new(Vec::new());
    let mut pages = SerializedPageWriter::new(&mut sink);
    let mut offsets = OffsetIndexBuilder::new();
    let dictionary = Page::DictionaryPage {
        buf: plain(&texts).into(),
        num_values: texts.len() as u32,
        encoding: Encoding::PLAIN,
        is_sorted: false,
    };
    let mut unpacked = 0;
    let mut write = |page: Page| {
        let size = page.buffer().len();
        let written = pages.write_page(CompressedPage::new(page, size))?;
        unpacked += written.uncompressed_size;
        Ok::<_, ParquetError>(written)
    };
    let data_start = write(dictionary)?.bytes_written;
    let width = width_of(texts.len());
    for codes in codes.chunks(BLOCK_ROWS) {
        let page = Page::DataPage {
            buf: page(codes, width).into(),
            num_values: codes.len() as u32,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let written = write(page)?;
        offsets.append_row_count(codes.len() as i64);
        offsets.append_offset_and_size(written.offset as i64, written.bytes_written as i32);
    }
    let bytes = sink.into_inner()?;
    let bound = |text: Option<&&str>| text.map(|text| ByteArray::from(text.as_bytes().to_vec()));
    let (least, most) = (bound(texts.iter().min()), bound(texts.iter().max()));
    let metadata = ColumnChunkMetaData::builder(column)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
        .set_num_values(rows as i64)
        .set_compression(Compression::UNCOMPRESSED)
        .set_total_compressed_size(bytes.len() as i64)
        .set_total_uncompressed_size(unpacked as i64)
        .set_dictionary_page_offset(Some(0))
        .set_data_page_offset(data_start as i64)
        .set_statistics(Statistics::ByteArray(ValueStatistics::new(least, most, None, Some(0), false)))
        .build()?;
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: Some(offsets.build()),
    };
    Ok((bytes.into(), close))
}

/// The texts that occur, in the order of the rows, and the place of each row's text among them.
fn dictionary(names: &Names, numbers: impl ExactSizeIterator<Item = u32>) -> (Vec<&str>, Vec<u32>) {
    let mut places: HashMap<u32, u32> = HashMap::new();
    let mut texts = Vec::new();
    let mut last = (u32::MAX, 0);
    let codes = numbers
        .map(|number| {
            if number != last.0 {
                let place = *places.entry(number).or_insert_with(|| {
                    texts.push(names.text(number));
                    texts.len() as u32 - 1
                });
                last = (number, place);
            }
            last.1
        })
        .collect();
    (texts, codes)
}

/// Each text after its length in four bytes.
fn plain(texts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(texts.iter().map(|text| text.len() + 4).sum());
    for text in texts {
        bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// Bits that hold every place of a dictionary of so many texts.
fn width_of(texts: usize) -> u32 {
    usize::BITS - texts.saturating_sub(1).leading_zeros()
}

/// A page of dictionary places in Parquet's hybrid of runs and packed groups of eight.
fn page(codes: &[u32], width: u32) -> Vec<u8> {
    let mut bytes = vec![width as u8];
    let runs = codes.chunk_by(|a, b| a == b);
    if runs.clone().count() * SHORT_RUN <= codes.len() {
        for run in runs {
            varint(&mut bytes, (run.len() as u64) << 1);
            bytes.extend_from_slice(&run[0].to_le_bytes()[..width.div_ceil(8) as usize]);
        }
        return bytes;
    }
    varint(&mut bytes, (codes.len().div_ceil(8) as u64) << 1 | 1);
    let (mut waiting, mut bits) = (0_u64, 0);
    let padding = codes.len().next_multiple_of(8) - codes.len();
    for code in codes.iter().copied().chain(std::iter::repeat_n(0, padding)) {
        waiting |= u64::from(code) << bits;
        bits += width;
        while bits >= 8 {
            bytes.push(waiting as u8);
            waiting >>= 8;
            bits -= 8;
        }
    }
    debug_assert_eq!(bits, 0, "groups of eight end on a byte");
    bytes
}

fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codes: &[u32], texts: usize, expected: &[u8]) {
        assert_eq!(page(codes, width_of(texts)), expected);
    }

    #[test]
    fn pages_are_as_the_format_says() {
        check(&[0; 300], 1, &[0, 0xd8, 0x04]);
        check(&[1; 10], 2, &[1, 20, 1]);
        check(&[&[0; 7][..], &[299; 5]].concat(), 300, &[9, 14, 0, 0, 10, 43, 1]);
        // The example of the format's documentation: 0 to 7 in three bits.
        check(&[0, 1, 2, 3, 4, 5, 6, 7], 8, &[3, 3, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
        check(&[0, 1, 2], 3, &[2, 3, 0b10_0100, 0]);
    }
}
