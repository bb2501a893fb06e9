//! A whole answer in memory, for pages and methods that want all series at once.

use headway_model::{SeriesPanel, SeriesRows};

use crate::{LakeScan, Result};

impl LakeScan<'_> {
    /// Reads everything asked for into memory (some 60 bytes a row).
    pub fn panel(&self) -> Result<SeriesPanel> {
        let mut panel = self.nothing_yet();
        self.for_each(|series| panel.push(&series))?;
        Ok(panel)
    }

    /// Reads only the series that `keep` takes. `None` where there are more than `most` of them; the rest is not read then.
    pub fn panel_of(&self, most: usize, mut keep: impl FnMut(&SeriesRows<'_>) -> bool) -> Result<Option<SeriesPanel>> {
        let mut panel = self.nothing_yet();
        for part in &self.parts() {
            self.visit(part, &mut |series| {
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
        SeriesPanel::new(self.measure())
    }
}
