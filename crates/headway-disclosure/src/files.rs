//! The data files of a release, as docs/publish.md describes them.

use std::io::Write;

use headway_model::{NO_VALUE, StudentGroup, ValueFlags, cite, seen_text};
use serde_json::{Value as Json, json};

use super::text::{csv_cell, file_name};
use super::{DisclosureTally, PublishedRow, PublishedValue, Release, ReleaseMeasure, ShownValue};

/// The flag of a figure that stays as it was told before.
pub(super) const AS_TOLD_BEFORE: &str = "as told before";
/// The file that says what a folder of a release holds.
pub const INDEX: &str = "datapackage.json";
/// The version of the files' format.
pub(super) const FORMAT: u32 = 2;

const COLUMNS: [(&str, &str); 20] = [
    ("measure", "string"),
    ("place", "string"),
    ("place_name", "string"),
    ("level", "string"),
    ("parent", "string"),
    ("group", "string"),
    ("group_name", "string"),
    ("grade", "string"),
    ("period", "string"),
    ("shown", "string"),
    ("value", "number"),
    ("lo", "number"),
    ("hi", "number"),
    ("label", "string"),
    ("why", "string"),
    ("numerator", "number"),
    ("denominator", "number"),
    ("flags", "string"),
    ("vintage", "integer"),
    ("simulated", "boolean"),
];

impl Release {
    /// One row a figure.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_csv(&self, measure: &ReleaseMeasure, out: impl Write) -> std::io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(COLUMNS.map(|(name, _)| name))?;
        let simulated = if self.simulated { "true" } else { "false" };
        for row in &measure.rows {
            let place = self.place_in(row.period, &row.place);
            let (value, lo, hi) = value_cells(&row.value);
            let label =
                if matches!(row.value.shown(), ShownValue::Exact(_)) { String::new() } else { row.value.label_text() };
            let cells = [
                measure.id.as_str(),
                &*row.place,
                place.map_or(&*row.place, |place| &place.name),
                place.and_then(|p| p.level).map_or("", headway_model::Level::id),
                place.and_then(|p| p.parent.as_deref()).unwrap_or_default(),
                &*row.group,
                &StudentGroup::name_of(&row.group),
                &*row.grade,
                &row.period.to_string(),
                row.value.id(),
                &value,
                &lo,
                &hi,
                &label,
                row.value.reason_id().unwrap_or_default(),
                &value_cells(&row.numerator).0,
                &value_cells(&row.denominator).0,
                &flags_text(row),
                &row.vintage.to_string(),
                simulated,
            ];
            csv.write_record(cells.map(|cell| csv_cell(cell).into_owned()))?;
        }
        csv.flush()
    }

    /// The same by series.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_json(&self, measure: &ReleaseMeasure, mut out: impl Write) -> std::io::Result<()> {
        let head = json!({
            "release": self.head_json(), "measure": measure.id, "name": measure.name, "definition": measure.plan.definition,
            "unit": measure.plan.unit, "direction": measure.plan.direction, "rule": measure.rule,
            "rule_in_words": measure.rule.to_sentences(), "simulated": self.simulated, "dropped_in": measure.dropped,
        });
        let head = serde_json::to_string(&head)?;
        // The series are written one by one: all of a state's together would double the memory.
        write!(out, "{},\"series\":[", head.trim_end_matches('}'))?;
        for (at, series) in measure.all_series().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            let first = &series[0];
            let result = |row: &PublishedRow| {
                json!({
                    "period": row.period.to_string(), "value": row.value, "numerator": row.numerator,
                    "denominator": row.denominator, "flags": flags_text(row), "vintage": row.vintage,
                })
            };
            let line = json!({
                "place": &*first.place, "level": self.places.get(&first.place).and_then(|p| p.level),
                "group": &*first.group, "grade": &*first.grade, "results": series.iter().map(result).collect::<Vec<Json>>(),
            });
            serde_json::to_writer(&mut out, &line)?;
        }
        out.write_all(b"\n]}\n")
    }

    /// What the folder holds (a Data Package, with Headway's own part under `headway`).
    pub fn package_json(&self) -> Json {
        let fields: Vec<Json> = COLUMNS.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
        let resource = |measure: &ReleaseMeasure| {
            let name = file_name(&measure.id);
            json!({
                "name": name.to_lowercase(), "title": measure.name, "path": format!("data/{name}.csv"),
                "json": format!("data/{name}.json"), "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
                "measure": measure.id, "rows": measure.rows.len(), "shown": DisclosureTally::from_rows(&measure.rows).to_json(),
                "rule": measure.rule, "rule_in_words": measure.rule.to_sentences(),
                "schema": { "fields": fields, "missingValues": [""] },
            })
        };
        let source = |v: &headway_model::Vintage| {
            json!({
                "vintage": v.id, "title": cite::source_documents(&v.source).join("; "), "known_from": v.known_from, "provisional": v.provisional,
            })
        };
        json!({
            "name": format!("{}-release-{}", file_name(&self.agency).to_lowercase(), self.number),
            "title": format!("{}: results{}", self.agency_name, if self.simulated { " (simulated data)" } else { "" }),
            "created": self.made_on, "headway": self.head_json(), "resources": self.measures.iter().map(resource).collect::<Vec<Json>>(),
            "sources": self.sources.iter().map(source).collect::<Vec<Json>>(), "sums": self.sums, "audit": self.audit,
        })
    }

    fn head_json(&self) -> Json {
        json!({
            "format": FORMAT, "agency": self.agency, "agency_name": self.agency_name, "release": self.number,
            "as_of": self.as_of, "made_on": self.made_on, "recorded_at": self.recorded_at, "simulated": self.simulated,
        })
    }

    /// What holds for all measures of the release.
    fn more_rules(&self) -> String {
        let mut text = String::new();
        if self.least_width > 1 {
            text.push_str(&format!(
                "At least {} counts stay possible for a hidden one, by what sums tell, unless its own reason leaves fewer",
                self.least_width
            ));
            text.push_str(&match self.audit.narrow {
                0 => ".\n".to_owned(),
                1 => " (but for 1 that stays narrower, though more is hidden around it).\n".to_owned(),
                narrow => format!(" (but for {narrow} that stay narrower, though more is hidden around them).\n"),
            });
        }
        if self.insiders {
            text.push_str(
                "A school or district that knows its own figures can't compute another's hidden ones by subtraction",
            );
            text.push_str(&match self.audit.open_inside {
                0 => ".\n".to_owned(),
                open => format!(" (but for {open}).\n"),
            });
        }
        if self.late_below > 0 {
            text.push_str(&format!(
                "A revised figure of fewer than {} students that differs from the one told before by fewer students than the\n\
                 n-size is not told: the earlier figure stays (flag “as told before”, with the import that it was told from). So do the\n\
                 totals of such a figure that differ by as few, however many students they have. Larger figures are else told as they are: two\n\
                 releases side by side show how those few did there. Where a total changed by more, and its other parts are told, the revised\n\
                 figure follows from the total less these.\n",
                self.late_below
            ));
        }
        text
    }

    /// The rules and methods, in words.
    pub fn rules_text(&self) -> String {
        let mut text =
            format!("{}, release {} of {}, as known on {}\n", self.agency_name, self.number, self.made_on, self.as_of);
        if self.simulated {
            text.push_str("SIMULATED DATA: made up to show what Headway does.\n");
        }
        text.push_str(
            "\nWhat is hidden, and why\n\
             too few students: fewer than the n-size of the measure (below).\n\
             hidden: too few other students: all students less this group are fewer than the n-size.\n\
             hidden to protect others: a hidden figure would follow from this one by adding and subtracting. It may itself be of a few\n\
             students, where even to say so would tell too much.\n\
             not published by the source: the agency's own source does not tell it.\n\
             number of students not known: the source gives the result alone, and nobody can tell whether it is of a few.\n\
             may be made of hidden figures: it has no count of its own (a gap, an index), and a figure of the same place is hidden that it\n\
             may be made of.\n\
             A result whose numerator, or whose rest, is small is told as “or less” or “or more”; one that would give another away\n\
             as a range, the wider the fewer students. Suppressed, missing and zero are three things.\n\
             A baseline or point of a path that the plan states is left out where its result is not told in full.\n\
             \nHow it is decided\n\
             Over all places, groups, grades and periods together, and over what earlier releases told (method “suppress”,\n\
             after Langsrud 2024). The audit attacks the release by linear algebra and by passing bounds from sum to sum. Where\n\
             anything would follow, less is told until nothing does.\n",
        );
        text.push_str(&self.audit.proofs_text(self.number == 1));
        text.push_str(&self.more_rules());
        text.push_str("\nSums taken for known\n");
        for sum in &self.sums {
            text.push_str(&sum.to_line());
        }
        text.push_str("\nRules by measure\n");
        for measure in &self.measures {
            text.push_str(&format!("{} ({}): {}\n", measure.id, measure.name, measure.rule.to_sentences()));
        }
        seen_text(&text).into_owned()
    }
}

/// What else is said of a figure, in the words of every file of figures: preliminary, a bound that is itself excluded, that it
/// stays as it was told before, and that the plan marks its period as one without a usable value.
fn flags_text(row: &PublishedRow) -> String {
    let strict = matches!(row.value.shown(), ShownValue::Range(range) if range.without.0 || range.without.1);
    let told = matches!(row.value.shown(), ShownValue::Exact(_) | ShownValue::Range(_));
    let early = if row.preliminary && told { ValueFlags::PROVISIONAL } else { ValueFlags::default() };
    let words = early.with_flags(if strict { ValueFlags::STRICT } else { ValueFlags::default() }).label_text();
    let stays = if row.as_told_before && told { AS_TOLD_BEFORE } else { "" };
    let unjudged = if row.no_value && told { NO_VALUE } else { "" };
    [words.as_str(), stays, unjudged].into_iter().filter(|said| !said.is_empty()).collect::<Vec<&str>>().join("; ")
}

/// The figure and its bounds, empty where there are none.
fn value_cells(value: &PublishedValue) -> (String, String, String) {
    let end = |x: f64| if x.is_finite() { x.to_string() } else { String::new() };
    match value.shown() {
        ShownValue::Exact(x) => (x.to_string(), String::new(), String::new()),
        ShownValue::Range(range) => (String::new(), end(range.lo), end(range.hi)),
        _ => Default::default(),
    }
}
