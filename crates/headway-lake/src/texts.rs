//! A column of texts, encoded straight from its runs. Sorted keys come in runs, and the general encoder would hash and
//! compare the text of every row: a third of the time of writing a segment.

use headway_model::Names;
use parquet::{
    data_type::ByteArray,
    errors::ParquetError,
    file::statistics::{Statistics, ValueStatistics},
    schema::types::ColumnDescPtr,
};

use crate::{
    hybrid::{put_codes, width_of},
    layout::BLOCK_ROWS,
    pages::{Chunk, Pages},
};

/// Encodes a required column of texts as a dictionary in the order of the rows, with pages of [`BLOCK_ROWS`] rows.
pub(crate) fn encode(
    column: ColumnDescPtr,
    names: &Names,
    numbers: impl ExactSizeIterator<Item = u32>,
) -> Result<Chunk, ParquetError> {
    let (texts, codes) = dictionary(names, numbers);
    let width = width_of(texts.len());
    let page = |codes: &[u32]| {
        let mut bytes = vec![width as u8];
        put_codes(&mut bytes, codes, width);
        (bytes, codes.len())
    };
    let bound = |text: Option<&&str>| text.map(|text| ByteArray::from(text.as_bytes().to_vec()));
    let (least, most) = (bound(texts.iter().min()), bound(texts.iter().max()));
    let pages = Pages {
        dictionary: Some((plain(&texts), texts.len())),
        data: codes.chunks(BLOCK_ROWS).map(page).collect(),
        statistics: Statistics::ByteArray(ValueStatistics::new(least, most, None, Some(0), false)),
    };
    pages.join(column)
}

/// The texts that occur, in the order of the rows, and the place of each row's text among them.
fn dictionary(names: &Names, numbers: impl ExactSizeIterator<Item = u32>) -> (Vec<&str>, Vec<u32>) {
    // Place + 1 among the texts that occur, by number; zero: not met.
    let mut places = vec![0; names.len()];
    let mut texts = Vec::new();
    let codes = numbers
        .map(|number| {
            let place = &mut places[number as usize];
            if *place == 0 {
                texts.push(names.text(number));
                *place = texts.len() as u32;
            }
            *place - 1
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
