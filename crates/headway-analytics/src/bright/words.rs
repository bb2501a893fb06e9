//! What must be said beside a list of bright spots.

use headway_render::MeasureUnit;

use super::{AtLeast, BrightAnalysis, BrightPlace, LEAST_RESULTS, LISTED_BELOW, METHOD, VERSION};

impl BrightAnalysis {
    /// Which model this is, what chance would do, and how the list changes without intake. `places` is what they are called.
    pub fn model_words(&self, places: &str, unit: &MeasureUnit) -> Vec<String> {
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
            "Model: {given}; {noise}; listed is who lies above expectation year after year by at least {}, at a false discovery rate \
             below {:.0}%, and has results of {LEAST_RESULTS} years or more ({METHOD}, version {VERSION}).",
            self.least.label_text(unit),
            100.0 * LISTED_BELOW
        )];
        said.push(format!(
            "Flagged by chance in any one year, if no place differed: about {:.0} of {}. Of the {} listed, about {:.0} are by the model \
             nearer to expectation than that.",
            self.by_chance,
            self.places.len(),
            self.bright_places().count(),
            self.nearer
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

impl AtLeast {
    /// In words: "4.1 points (one standard deviation of the places)".
    fn label_text(self, unit: &MeasureUnit) -> String {
        let size = unit.difference_text(self.points());
        let size = size.trim_start_matches('+');
        match self {
            Self::Asked(_) => format!("{size} (as asked for)"),
            Self::Spread(_) => format!("{size} (one standard deviation of the lasting distances)"),
            Self::YearOfProgress(_) => format!("{size} (a year of the progress that is promised)"),
        }
    }
}
