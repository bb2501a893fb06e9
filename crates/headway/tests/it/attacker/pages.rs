//! Reading the pages of a release: tables, sentences, and what only screen readers and tooltips say.

use std::path::Path;

use regex::Regex;

use super::files::{rounded, shown_cell};
use super::knowledge::{ALL, GROUP, Knowledge, MEASURE, PLACE, Says};
use super::markup::{Table, pieces, sentences, tables};

/// Everything that the pages of the folder say. The data files have been read: they tell the names.
pub(crate) fn read(folder: &Path, known: &mut Knowledge) {
    let periods: Vec<String> = known.cells.keys().map(|cell| cell.period.clone()).collect();
    let reader = Reader {
        periods: periods.into_iter().collect(),
        figure: Regex::new(r"^(over |under )?([0-9.,]+)%?( to under | to |–)?([0-9.,]+)?%?( or less| or more)?$")
            .expect("a pattern"),
        result: Regex::new(r"([0-9]+(?:\.[0-9]+)?)% in ([0-9]{4}-[0-9]{2})\b").expect("a pattern"),
        tooltip: Regex::new(r"^([0-9]{4}-[0-9]{2}): ([0-9]+(?:\.[0-9]+)?)%$").expect("a pattern"),
        counted: Regex::new(r"([0-9,]+) of ([0-9,]+) students").expect("a pattern"),
        period: Regex::new(r"\b([0-9]{4}-[0-9]{2})\b").expect("a pattern"),
    };
    for below in ["", "measure", "place"] {
        for entry in std::fs::read_dir(folder.join(below)).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.extension().is_some_and(|e| e == "html") {
                reader.page(&path, below, known);
            }
        }
    }
}

struct Reader {
    periods: std::collections::BTreeSet<String>,
    figure: Regex,
    result: Regex,
    tooltip: Regex,
    counted: Regex,
    period: Regex,
}

/// Of whom a page, a table or a row speaks.
#[derive(Clone, Debug, Default)]
struct About {
    measure: Option<String>,
    place: Option<String>,
    group: Option<String>,
    period: Option<String>,
}

impl Reader {
    fn page(&self, path: &Path, kind: &str, known: &mut Knowledge) {
        let text = std::fs::read_to_string(path).expect("a page can be read");
        let pieces = pieces(&text);
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default().to_owned();
        let mut about = About { place: Some(known.home.clone()), group: Some(ALL.to_owned()), ..About::default() };
        match kind {
            "measure" => about.measure = Some(stem),
            "place" => about.place = Some(stem),
            _ => {}
        }
        for table in tables(&pieces) {
            self.table(&table, &about, known);
        }
        for (heading, sentence) in sentences(&pieces) {
            let mut about = about.clone();
            about.measure = about.measure.or_else(|| known.id(MEASURE, &heading));
            self.sentence(&sentence, &about, known);
        }
    }

    /// A name of the field: a measure, a place, a student group, or a period.
    fn named(&self, text: &str, about: &mut About, known: &Knowledge) {
        let text = text.trim();
        if self.periods.contains(text) {
            about.period = Some(text.to_owned());
        }
        for (kind, slot) in [(MEASURE, &mut about.measure), (PLACE, &mut about.place), (GROUP, &mut about.group)] {
            if let Some(id) = known.id(kind, text) {
                *slot = Some(id);
            }
        }
    }

    fn table(&self, table: &Table, page: &About, known: &mut Knowledge) {
        let mut about = page.clone();
        self.named(&table.heading, &mut about, known);
        for row in &table.rows {
            let mut own = about.clone();
            for text in row {
                self.named(text, &mut own, known);
            }
            // Of tables with a column for each period, the last one is the latest.
            let columns: Vec<&String> = table.titles.iter().filter(|t| self.periods.contains(*t)).collect();
            for (title, text) in table.titles.iter().zip(row) {
                let mut of = own.clone();
                if self.periods.contains(title) {
                    of.period = Some(title.clone());
                }
                match title.as_str() {
                    "Latest" | "Result" => self.share(text, &of, known),
                    title if self.periods.contains(title) => self.share(text, &of, known),
                    "Whole agency" => self.share(text, &About { place: Some(known.home.clone()), ..of }, known),
                    "Students" => self.students(text, &of, known),
                    "Students, latest" => {
                        let period = columns.last().map(|p| (*p).clone());
                        self.students(text, &About { period, ..of }, known);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Sentences with a result and its period, or with counts of students: of the group named last before them.
    fn sentence(&self, text: &str, page: &About, known: &mut Knowledge) {
        if text.contains("baseline") {
            return; // a figure of the plan, not of the data
        }
        let groups: Vec<(usize, String)> = known.names[GROUP]
            .iter()
            .flat_map(|(name, id)| text.match_indices(name.as_str()).map(|(at, _)| (at, id.clone())))
            .collect();
        let about = |at: usize, period: &str| {
            let group = groups.iter().filter(|(named, _)| *named < at).max_by_key(|(named, _)| *named);
            let group = group.map_or(page.group.clone(), |(_, id)| Some(id.clone()));
            About { group, period: Some(period.to_owned()), ..page.clone() }
        };
        let mut told: Vec<(About, Says)> = Vec::new();
        for found in self.counted.captures_iter(text) {
            let Some(period) = self.period.captures(text).map(|c| c[1].to_owned()) else { continue };
            let of = about(found.get(0).expect("the whole").start(), &period);
            told.push((of.clone(), Says::Reached(number(&found[1]), number(&found[1]))));
            told.push((of, Says::Students(number(&found[2]), number(&found[2]))));
        }
        for (found, [share, period]) in [(&self.result, [1, 2]), (&self.tooltip, [2, 1])]
            .into_iter()
            .flat_map(|(pattern, at)| pattern.captures_iter(text).map(move |found| (found, at)))
        {
            let (lo, hi) = rounded(number(&found[share]), 1);
            let of = about(found.get(0).expect("the whole").start(), &found[period]);
            told.push((of, Says::Share(lo.max(0.0), hi.min(100.0))));
        }
        for (of, says) in told {
            self.told(&of, known, says);
        }
    }

    fn share(&self, text: &str, about: &About, known: &mut Knowledge) {
        let Some(found) = self.figure.captures(text.trim()) else { return };
        let value = number(&found[2]);
        let end = found.get(4).map(|m| number(m.as_str()));
        let (lo, hi) = match (found.get(1).map(|m| m.as_str()), found.get(5).map(|m| m.as_str()), end) {
            (_, _, Some(end)) => (value, end),
            (Some("under "), ..) | (_, Some(" or less"), _) => (0.0, value),
            (Some(_), ..) | (_, Some(_), _) => (value, 100.0),
            _ => rounded(value, 1),
        };
        self.told(about, known, Says::Share(lo.max(0.0), hi.min(100.0)));
    }

    fn students(&self, text: &str, about: &About, known: &mut Knowledge) {
        let Ok(n) = text.trim().replace(',', "").parse::<f64>() else { return };
        self.told(about, known, Says::Students(n, n));
    }

    fn told(&self, about: &About, known: &mut Knowledge, says: Says) {
        let About { measure: Some(measure), place: Some(place), group: Some(group), period: Some(period) } = about
        else {
            return;
        };
        known.told(&shown_cell(measure, place, group, period), says);
    }
}

fn number(text: &str) -> f64 {
    text.replace(',', "").parse().expect("a number")
}
