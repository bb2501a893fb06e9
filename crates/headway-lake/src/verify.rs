//! Whether a file of the lake can still be read to its end.

use std::fs::File;
use std::path::Path;

use headway_model::LakeSegment;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::file::SegmentFile;
use crate::{Lake, LakeError, Result};

impl Lake {
    /// Holds every byte of a file, wherever it lies, against its seal and checksums; a file from before there were seals is
    /// only opened.
    ///
    /// # Errors
    /// [`LakeError::Damaged`] with what is wrong.
    pub fn check_file(path: &Path, seal: Option<&str>) -> Result<()> {
        SegmentFile::open(path, seal)?.check_all()
    }

    /// Reads a file whole, as a scan would: every byte is held against the checksums, every page is decoded, and its rows are counted.
    ///
    /// # Errors
    /// [`LakeError::Damaged`] with what is wrong.
    pub fn verify_segment(&self, segment: &LakeSegment) -> Result<()> {
        let path = self.segment_path(segment)?;
        let opened = SegmentFile::open(&path, segment.seal.as_deref())?;
        opened.check_all()?;
        let file = File::open(&path).map_err(LakeError::from_io(&path))?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, opened.metadata.clone()).build();
        let mut rows = 0;
        for batch in reader.map_err(|e| LakeError::damaged_file(&path, e))? {
            rows += batch.map_err(|e| LakeError::damaged_file(&path, e))?.num_rows() as u64;
        }
        if rows == segment.rows {
            return Ok(());
        }
        Err(LakeError::damaged_file(&path, format!("it has {rows} rows where the catalog says {}", segment.rows)))
    }
}
