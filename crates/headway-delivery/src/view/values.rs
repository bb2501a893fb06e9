//! A series as a file: numbers as numbers, with what they are of, where they came from and since when they are known.

use headway_analytics::SeriesObservation;
use headway_model::Value;
use headway_render::{DataTable, TableColumn};

use super::SeriesView;
use crate::{Snapshot, cite};

/// The columns that tell a figure, in every file of figures.
pub(super) const FIGURE: [&str; 10] = [
    "state",
    "value",
    "value_low",
    "value_high",
    "numerator",
    "denominator",
    "flags",
    "import",
    "known_from",
    "source",
];

impl Snapshot {
    /// Every observation of a series and of its parts, oldest first.
    pub fn values_table(&self, series: &SeriesView) -> DataTable {
        let (measure, row) = (&series.measure, &series.row);
        let agency = self.book.find_measure(&measure.id).map(|(a, _)| a.agency.id.clone()).unwrap_or_default();
        let titles =
            ["agency", "measure", "measure_name", "part", "place", "place_name", "group", "grade", "period", "unit"];
        let line = |part: &str, unit: Option<&str>, observed: &SeriesObservation| -> Vec<String> {
            let of = [
                agency.as_str(),
                measure.id.as_str(),
                &measure.name,
                part,
                &row.place.id,
                &row.place.name,
                &row.group,
                &row.grade,
                &observed.period.to_string(),
                unit.unwrap_or_default(),
            ];
            let simulated = if series.simulated { "simulated" } else { "" };
            let own = of.into_iter().map(str::to_owned);
            own.chain(self.figure_cells(Some(observed))).chain([simulated.to_owned()]).collect()
        };
        let whole = series.observed.iter().map(|o| line("", measure.unit.as_deref(), o));
        let parts = series.parts.iter().flat_map(|(id, observed)| {
            let part = measure.parts.iter().find(|p| p.id == *id);
            let unit = part.and_then(|p| p.unit.as_deref()).or(measure.unit.as_deref());
            observed.iter().map(move |o| (id, unit, o))
        });
        let rows = whole.chain(parts.map(|(id, unit, o)| line(id, unit, o))).collect();
        let columns = titles.into_iter().chain(FIGURE).chain(["made_up"]).map(TableColumn::text_column).collect();
        DataTable { caption: measure.name.clone(), columns, rows }
    }

    /// What is known of an observation, as [`FIGURE`] names it: numbers without a unit, empty where there is none.
    pub(super) fn figure_cells(&self, observed: Option<&SeriesObservation>) -> [String; FIGURE.len()] {
        let Some(o) = observed else { return Default::default() };
        let number = |x: f64| x.to_string();
        let known = |x: Option<f64>| x.map(number).unwrap_or_default();
        let (lo, hi) = match o.value {
            Value::Range { lo, hi } => (Some(lo), Some(hi)),
            Value::AtLeast { lo } => (Some(lo), None),
            Value::AtMost { hi } => (None, Some(hi)),
            _ => (None, None),
        };
        let vintage = self.visible_import(o.vintage).map(|import| &import.vintage);
        let source = vintage.map(cite::of_figure);
        [
            o.value.kind_id(o.flags).to_owned(),
            known(o.value.exact_number()),
            known(lo),
            known(hi),
            known(o.numerator),
            known(o.denominator),
            o.remark_text(),
            o.vintage.to_string(),
            vintage.map(|v| v.known_from.to_string()).unwrap_or_default(),
            source.unwrap_or_default(),
        ]
    }
}
