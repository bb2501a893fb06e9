//! One walk over what an import says of a measure, beside what was known: what every question needs is read once.

use std::sync::Arc;

use headway_import::{ImportReport, Profile};
use headway_lake::{Lake, Series, Written, WrittenSegment};
use headway_model::plan::{Break, Measure};
use headway_model::{Group, Level, Period, PeriodKind, Place, Segment, VintageId, VintageRank, VintageRanks};
use jiff::civil::Date;

use super::levels::{LevelSum, Levels};
use super::period::Periods;
use super::revised::Revised;
use super::scale::Scales;
use super::shocks::Shocks;
use super::{Doubt, gathered, parts};
use crate::Result;
use crate::judgement::marked;

/// What the questions are asked of.
pub(in crate::intake) struct Ground<'a> {
    pub(in crate::intake) lake: &'a Lake,
    pub(in crate::intake) written: &'a Written,
    /// The places of the files, by id.
    pub(in crate::intake) places: &'a [Place],
    pub(in crate::intake) report: &'a ImportReport,
    pub(in crate::intake) profile: &'a Profile,
    pub(in crate::intake) number: VintageId,
    pub(in crate::intake) replaces: Option<VintageId>,
    /// From which day on the figures are known.
    pub(in crate::intake) known_from: Date,
}

/// What the catalog has of one measure.
pub(in crate::intake) struct Seen {
    /// Its files.
    pub(in crate::intake) segments: Vec<Segment>,
    /// The imports in force, in the order in which they became known.
    pub(in crate::intake) any: VintageRanks,
    /// Those of them that were known when the new figures became known.
    pub(in crate::intake) known: VintageRanks,
    /// The measure in the plan, where one names it.
    pub(in crate::intake) planned: Option<Arc<Measure>>,
}

/// One period of a series: the rows that say something of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) period: i32,
    /// Of the import.
    pub(super) new: Option<usize>,
    /// What held on the day from which the new figures are known, but for the import that is replaced.
    pub(super) known: Option<usize>,
    /// What another import in force says, whenever it became known.
    pub(super) held: Option<usize>,
}

/// What the walk found.
#[derive(Default)]
pub(in crate::intake) struct Found {
    pub(in crate::intake) doubts: Vec<Doubt>,
    pub(in crate::intake) sums: Vec<LevelSum>,
    /// Of each measure, in order, how many figures of the replaced import are withdrawn.
    pub(in crate::intake) withdrawn: Vec<u64>,
}

/// Asks everything that can be asked of the figures; `seen` has one entry a measure.
pub(in crate::intake) fn look(ground: &Ground<'_>, seen: &[Seen]) -> Result<Found> {
    let mut found = Found::default();
    for (new, seen) in ground.written.segments().iter().zip(seen) {
        of_measure(ground, new, seen, &mut found)?;
    }
    found.doubts = gathered(std::mem::take(&mut found.doubts));
    Ok(found)
}

fn of_measure(ground: &Ground<'_>, new: &WrittenSegment, seen: &Seen, found: &mut Found) -> Result<()> {
    let about = Measured::of(ground, new);
    let mut revised = Revised::default();
    let mut scales = Scales::default();
    let mut periods = Periods::default();
    let mut levels = Levels::default();
    let mut shocks = Shocks::default();
    let (mut cells, mut withdrawn) = (Vec::new(), 0);
    let rank =
        |vintage: VintageId| if vintage == ground.number { Some(VintageRank::MAX) } else { seen.any.rank(vintage) };
    new.beside(ground.lake, &seen.segments)?.ranked(&rank).for_each(|series| {
        withdrawn += cells_of(&series, ground, seen, &mut cells);
        if !seen.segments.is_empty() {
            revised.take(&series, &cells);
        }
        scales.take(&series, &cells);
        periods.take(&cells);
        levels.take(&about, &series, &cells);
        shocks.take(&about, &series, &cells);
    })?;
    let planned = seen.planned.as_deref();
    let breaks = planned.map(|measure| marked(measure, Break::Break)).unwrap_or_default();
    found.withdrawn.push(withdrawn);
    let (revised, scaled) = (revised.doubt(&about), scales.doubts(&about));
    // Another scale or another report is the whole of such a change.
    if revised.is_none() && scaled.is_empty() {
        found.doubts.extend(shocks.doubts(&about, &breaks));
    }
    found.doubts.extend(revised);
    found.doubts.extend(scaled);
    found.doubts.extend(periods.doubts(&about, planned.and_then(|measure| measure.year_ends)));
    found.doubts.extend(parts::doubts(&about, new)?);
    found.sums.extend(levels.sums(&about));
    Ok(())
}

/// Puts the periods of a series into `cells`, and gives how many of its figures are withdrawn: those that hold by the replaced
/// import, and that the new one does not have.
fn cells_of(series: &Series<'_>, ground: &Ground<'_>, seen: &Seen, cells: &mut Vec<Cell>) -> u64 {
    cells.clear();
    let (mut start, mut withdrawn) = (0, 0);
    while start < series.len() {
        let period = series.period[start];
        let end = start + series.period[start..].partition_point(|&p| p == period);
        // In the order in which they became known: the last one holds.
        let last = |wanted: &dyn Fn(VintageId) -> bool| (start..end).rev().find(|&row| wanted(series.vintage[row]));
        let new = last(&|vintage| vintage == ground.number);
        let other = |vintage| vintage != ground.number && Some(vintage) != ground.replaces;
        let known = last(&|vintage| other(vintage) && seen.known.rank(vintage).is_some());
        let held = last(&|vintage| other(vintage));
        if ground.replaces.is_some() && new.is_none() {
            let holds = last(&|vintage| vintage != ground.number && seen.known.rank(vintage).is_some());
            withdrawn += u64::from(holds.is_some_and(|row| Some(series.vintage[row]) == ground.replaces));
        }
        cells.push(Cell { period, new, known, held });
        start = end;
    }
    withdrawn
}

/// A measure of the import, with what words about it need.
pub(super) struct Measured<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) measure: &'a str,
    pub(super) kind: PeriodKind,
    /// Whether its values are counts.
    pub(super) counts: bool,
}

impl<'a> Measured<'a> {
    fn of(ground: &'a Ground<'a>, new: &'a WrittenSegment) -> Self {
        let measure = new.segment.measure.as_str();
        Self { ground, measure, kind: new.segment.period_kind, counts: ground.profile.counts(measure) }
    }

    pub(super) fn period(&self, ordinal: i32) -> Period {
        Period { kind: self.kind, ordinal }
    }

    /// The place in the files, by its number there.
    pub(super) fn place(&self, id: &str) -> Option<&'a Place> {
        let places = self.ground.places;
        places.binary_search_by(|place| place.id.as_str().cmp(id)).ok().map(|at| &places[at])
    }

    pub(super) fn level(&self, id: &str) -> Option<Level> {
        self.place(id).map(|place| place.level)
    }

    /// `Alder (0001)`, or the id where the files tell no name.
    pub(super) fn named(&self, id: &str) -> String {
        match self.place(id) {
            Some(place) if place.name != id => format!("{} ({id})", place.name),
            _ => id.to_owned(),
        }
    }

    /// `Alder (0001), Female, grade 10`: all students and all grades go without saying.
    pub(super) fn series(&self, unit: &str, group: &str, grade: &str) -> String {
        let mut text = self.named(unit);
        if group != headway_model::ALL {
            text += &format!(", {}", Group::name_of(group));
        }
        if grade != headway_model::ALL {
            text += &format!(", grade {grade}");
        }
        text
    }
}

/// A number with commas, and with at most four decimals.
pub(super) fn number(value: f64) -> String {
    let text = format!("{:.4}", value.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0.0 && (out != "0" || !decimals.is_empty()) {
        out.insert(0, '−');
    }
    if decimals.is_empty() { out } else { format!("{out}.{decimals}") }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_written_for_people() {
        let check = |value: f64, want: &str| assert_eq!(number(value), want);
        check(1_234_567.0, "1,234,567");
        check(-50.0, "−50");
        check(0.84, "0.84");
        check(-0.000_01, "0");
        check(999.999_99, "1,000");
    }
}
