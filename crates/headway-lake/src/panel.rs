//! A whole answer in memory, for pages and methods that want all series at once.

use headway_model::{SeriesPanel, SeriesRows};

use crate::{LakeScan, Result};

impl LakeScan<'_> {
    /// Reads everything asked for into memory (some 60 bytes a row).
    pub fn read_panel(&self) -> Result<SeriesPanel> {
        let mut panel = self.nothing_yet();
        self.for_each(|series| panel.push(&series))?;
        Ok(panel)
    }

    /// Reads only the series that `keep` takes. `None` where there are more than `most` of them; the rest is not read then.
    pub fn panel_of(&self, most: usize, mut keep: impl FnMut(&SeriesRows<'_>) -> bool) -> Result<Option<SeriesPanel>> {
        let mut panel = self.nothing_yet();
        for part in &self.split_into_parts() {
            self.visit_part(part, &mut |series| {
                if keep(&series) {
                    panel.push(&series);
                }
            })?;
            if panel.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(panel))
    }

    fn nothing_yet(&self) -> SeriesPanel {
        SeriesPanel::new(self.measure_and_kind())
    }
}
