//! Whether a file of the lake is what was written, to the bit.
//!
//! Each column of each row group has a CRC-32 of its bytes, listed in the file's footer; everything behind the columns (page
//! places and footer) has a SHA-256, which the catalog keeps as the segment's *seal*. A scan checks the few columns that it
//! reads, once while the file is open; [`Lake::check_seal`](crate::Lake::check_seal) checks them all.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use sha2::{Digest, Sha256};

use crate::{LakeError, Result, layout};

/// The first bytes of a Parquet file.
const MAGIC: &[u8] = b"PAR1";
/// Nothing behind the columns of a file of the lake is longer, whatever a damaged seal says.
const LONGEST_TAIL: u64 = 1 << 30;

/// CRC-32 of the bytes of each column of each row group, as they are in the file.
pub(crate) fn sums_of(path: &Path, groups: &[RowGroupMetaData]) -> Result<Vec<u32>> {
    let mut file = File::open(path).map_err(LakeError::from_io(path))?;
    groups.iter().flat_map(RowGroupMetaData::columns).map(|column| chunk_sum(&mut file, column, path)).collect()
}

fn chunk_sum(file: &mut File, column: &ColumnChunkMetaData, path: &Path) -> Result<u32> {
    let (start, length) = column.byte_range();
    Ok(crc32fast::hash(&read_at(file, start, length, path)?))
}

/// The sums as the footer lists them: eight hexadecimal digits each, column by column, row group by row group.
pub(crate) fn list_sums(sums: &[u32]) -> String {
    sums.iter().map(|sum| format!("{sum:08x}")).collect()
}

/// The seal of a finished file whose columns end at `columns_end`: the length of the rest, and its SHA-256.
pub(crate) fn of_file(file: &mut File, columns_end: u64, path: &Path) -> Result<String> {
    let length = file.metadata().map_err(LakeError::from_io(path))?.len().saturating_sub(columns_end);
    let tail = read_at(file, columns_end, length, path)?;
    Ok(format!("{length}:{}", hex_text(&Sha256::digest(&tail))))
}

/// Checks what lies behind the columns against the seal, before anything of it is believed.
pub(crate) fn check_tail(file: &mut File, seal: &str, path: &Path) -> Result<()> {
    let changed = || LakeError::damaged_file(path, "its footer is not what was written (checksum)");
    let (length, digest) =
        seal.split_once(':').ok_or_else(|| LakeError::damaged_file(path, format!("its seal is “{seal}”")))?;
    let length: u64 = length.parse().map_err(|_| LakeError::damaged_file(path, format!("its seal is “{seal}”")))?;
    let size = file.metadata().map_err(LakeError::from_io(path))?.len();
    if length > size.min(LONGEST_TAIL) {
        return Err(changed());
    }
    let tail = read_at(file, size - length, length, path)?;
    if hex_text(&Sha256::digest(&tail)) == digest { Ok(()) } else { Err(changed()) }
}

/// The sums of a file's columns, and which of them were checked since it was opened.
#[derive(Debug, Default)]
pub(crate) struct ChunkSums {
    sums: Vec<u32>,
    checked: Vec<AtomicBool>,
}

impl ChunkSums {
    /// The sums that a footer lists; none for a file from before there were sums.
    pub(crate) fn parse(listed: Option<&str>, metadata: &ParquetMetaData, path: &Path) -> Result<Self> {
        let Some(listed) = listed else { return Ok(Self::default()) };
        let bad = || LakeError::damaged_file(path, format!("its {} do not fit its columns", layout::KEY_CHECKSUMS));
        if !listed.is_ascii() || listed.len() != 8 * metadata.num_row_groups() * layout::column::COUNT {
            return Err(bad());
        }
        let sums = listed.as_bytes().chunks(8).map(|digits| {
            let digits = std::str::from_utf8(digits).map_err(|_| bad())?;
            u32::from_str_radix(digits, 16).map_err(|_| bad())
        });
        let sums = sums.collect::<Result<Vec<_>>>()?;
        let checked = sums.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Self { sums, checked })
    }

    /// Checks columns of a row group that were not checked before. A file without sums has nothing to check.
    pub(crate) fn check_columns(
        &self,
        metadata: &ParquetMetaData,
        row_group: usize,
        columns: &[usize],
        path: &Path,
    ) -> Result<()> {
        let at = |column: &usize| row_group * layout::column::COUNT + column;
        let todo: Vec<usize> = columns
            .iter()
            .copied()
            .filter(|column| self.checked.get(at(column)).is_some_and(|done| !done.load(Ordering::Relaxed)))
            .collect();
        if todo.is_empty() {
            return Ok(());
        }
        let mut file = File::open(path).map_err(LakeError::from_io(path))?;
        for column in todo {
            if chunk_sum(&mut file, metadata.row_group(row_group).column(column), path)? != self.sums[at(&column)] {
                let name = layout::SCHEMA.field(column).name();
                let reason = format!("column {name} of row group {row_group} is not what was written (checksum)");
                return Err(LakeError::damaged_file(path, reason));
            }
            self.checked[at(&column)].store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Checks every column.
    pub(crate) fn check_all(&self, metadata: &ParquetMetaData, path: &Path) -> Result<()> {
        let mut file = File::open(path).map_err(LakeError::from_io(path))?;
        if read_at(&mut file, 0, MAGIC.len() as u64, path)? != MAGIC {
            return Err(LakeError::damaged_file(path, "its first bytes are not those of a Parquet file"));
        }
        let columns: Vec<usize> = (0..layout::column::COUNT).collect();
        (0..metadata.num_row_groups()).try_for_each(|group| self.check_columns(metadata, group, &columns, path))
    }
}

fn read_at(file: &mut File, start: u64, length: u64, path: &Path) -> Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start)).map_err(LakeError::from_io(path))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(LakeError::from_io(path))?;
    if bytes.len() as u64 == length {
        Ok(bytes)
    } else {
        Err(LakeError::damaged_file(path, "it is shorter than it was written"))
    }
}

fn hex_text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
