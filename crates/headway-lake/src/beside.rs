//! An import that is written, and not yet published, beside what was there before it.

use std::sync::Arc;

use headway_model::LakeSegment;

use crate::{Lake, LakeScan, Result, WrittenSegment, file::SegmentFile};

impl WrittenSegment {
    /// One measure of the import beside `segments`, those that the catalog has of the measure: every vintage of every figure,
    /// its own too. Say with the scan which of the others are seen.
    ///
    /// # Errors
    /// When a file is not there, is damaged, or belongs to another measure.
    pub fn scan_beside<'a>(&self, lake: &Lake, segments: &[LakeSegment]) -> Result<LakeScan<'a>> {
        let mut files = vec![Arc::new(SegmentFile::open(self.file.path(), self.segment.seal.as_deref())?)];
        for segment in segments.iter().filter(|segment| segment.vintages != self.segment.vintages) {
            files.push(lake.open_segment(segment)?);
        }
        Ok(LakeScan::of_files(files)?.every_vintage())
    }
}
