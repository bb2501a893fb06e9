//! What must be said beside a list of bright spots.

use super::{Bright, BrightPlace, LISTED_BELOW, METHOD, VERSION, YEARS_FLAGGED};

impl Bright {
    /// Which model this is, what chance would do, and how the list changes without intake. `places` is what they are called.
    pub fn model_words(&self, places: &str) -> Vec<String> {
        let given = match self.intake.len() {
            0 => {
                "every place is expected to have the same result, since no counts by student group are known".to_owned()
            }
            n => format!(
                "expected from the shares of {n} student groups, fitted anew each year; they explain {:.0}% of the differences in the \
                 last year",
                100.0 * self.explained
            ),
        };
        let noise = if self.counted {
            "sampling error of the counts taken out"
        } else {
            "by published values: no counts are known"
        };
        let mut said = vec![format!(
            "Model: {given}; {noise}; listed is a lasting distance at a false discovery rate below {:.0}%, flagged in {YEARS_FLAGGED} \
             years or more ({METHOD}, version {VERSION}).",
            100.0 * LISTED_BELOW
        )];
        said.push(format!(
            "Flagged by chance in any one year, if no place differed: about {:.0} of {}; among those listed: about {:.0}.",
            self.by_chance,
            self.places.len(),
            LISTED_BELOW * self.list().count() as f64
        ));
        if !self.intake.is_empty() {
            let count = |wanted: fn(&BrightPlace) -> bool| self.places.iter().filter(|p| wanted(p)).count();
            said.push(format!(
                "Without intake {} {places} would be listed: {} of these are not expected to do so well once intake is known, and {} \
                 more come in with it.",
                count(|p| p.without_intake),
                count(|p| p.without_intake && !p.bright),
                count(|p| p.bright && !p.without_intake)
            ));
        }
        if self.filled > 0 {
            said.push(format!("{} {places} publish no share of some group: the middle share stands in.", self.filled));
        }
        said
    }
}
