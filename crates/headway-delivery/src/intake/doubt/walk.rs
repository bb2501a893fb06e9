//! One walk over what an import says of a measure, beside what was known: what every question needs is read once.

use std::collections::BTreeSet;
use std::sync::Arc;

use headway_import::{ImportProfile, ImportReport};
use headway_lake::{Lake, WrittenImport, WrittenSegment};
use headway_model::SeriesRows;
use headway_model::plan::{Break, Measure};
use headway_model::{
    LakeSegment, Level, MeasureId, Period, PeriodKind, Place, PlaceId, StudentGroup, VintageId, VintageRank,
    VintageRanks,
};
use jiff::civil::Date;

use super::baseline::BaselineCheck;
use super::below::BelowCheck;
use super::beyond::BoundsCheck;
use super::broken_counts::BrokenCounts;
use super::closed::ClosureCheck;
use super::copied::CopyCheck;
use super::decimal_point::DecimalPointCheck;
use super::earlier::LastOfKind;
use super::early::PreliminaryCheck;
use super::exchanged::{ExchangeCheck, ExchangesByLevel};
use super::figures::PriorFigures;
use super::jumps::JumpCheck;
use super::labels::LabelCheck;
use super::levels::{LevelCheck, LevelSum};
use super::odd::OddScales;
use super::opposite::OppositeCheck;
use super::pairs::PeriodPair;
use super::period::PeriodCheck;
use super::placeholder::PlaceholderCheck;
use super::planned::PlanFigureCheck;
use super::relabeled::{self, MovedSlices};
use super::revised::RevisionCheck;
use super::scale::ScaleCheck;
use super::shocks::ShockCheck;
use super::slid::RowShiftCheck;
use super::twin_places::TwinPlaces;
use super::twins::{self, MeasureFingerprints};
use super::{ImportDoubt, gather_doubts, partly, parts, register, within};
use crate::Result;
use crate::intake::known::KnownPlaces;

/// What the questions are asked of.
pub(in crate::intake) struct CheckContext<'a> {
    pub(in crate::intake) lake: &'a Lake,
    pub(in crate::intake) written: &'a WrittenImport,
    /// The places of the files and those beside them.
    pub(in crate::intake) places: &'a KnownPlaces,
    pub(in crate::intake) report: &'a ImportReport,
    pub(in crate::intake) profile: &'a ImportProfile,
    pub(in crate::intake) number: VintageId,
    pub(in crate::intake) replaces: Option<VintageId>,
    /// From which day on the figures are known.
    pub(in crate::intake) known_from: Date,
    /// The imports that will hold when this one is in, itself among them, in the order in which they became known.
    pub(in crate::intake) order: &'a VintageRanks,
    /// The other measures of the lake.
    pub(in crate::intake) others: &'a [LookalikeMeasure],
    /// Of a register, the places that it tells of.
    pub(in crate::intake) register: Option<&'a BTreeSet<PlaceId>>,
    /// The last import of the same kind.
    pub(in crate::intake) last: Option<&'a LastOfKind>,
}

/// A measure that the import may be mistaken for.
pub(in crate::intake) struct LookalikeMeasure {
    pub(in crate::intake) measure: MeasureId,
    pub(in crate::intake) segments: Vec<LakeSegment>,
    /// The imports in force.
    pub(in crate::intake) ranks: VintageRanks,
}

/// What the catalog has of one measure.
pub(in crate::intake) struct CatalogMeasure {
    /// Its files.
    pub(in crate::intake) segments: Vec<LakeSegment>,
    /// The imports in force, in the order in which they became known.
    pub(in crate::intake) any: VintageRanks,
    /// Those of them that were known when the new figures became known.
    pub(in crate::intake) known: VintageRanks,
    /// The measure in the plan, where one names it.
    pub(in crate::intake) planned: Option<Arc<Measure>>,
}

/// One period of a series: the rows that say something of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PeriodRows {
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
pub(in crate::intake) struct CheckFindings {
    pub(in crate::intake) doubts: Vec<ImportDoubt>,
    pub(in crate::intake) sums: Vec<LevelSum>,
    /// Of each measure, in order, how many figures of the replaced import are withdrawn.
    pub(in crate::intake) withdrawn: Vec<u64>,
    /// By measure and level, the places that the last import of its kind had against those of this one.
    pub(in crate::intake) exchanged: ExchangesByLevel,
    /// The figures of each measure, to be held against the others.
    prints: Vec<MeasureFingerprints>,
    /// Of each, what moved far.
    strange: Vec<MovedSlices>,
}

/// Asks everything that can be asked of the figures; `seen` has one entry a measure.
pub(in crate::intake) fn ask_questions(ground: &CheckContext<'_>, seen: &[CatalogMeasure]) -> Result<CheckFindings> {
    let mut found = CheckFindings::default();
    for (new, seen) in ground.written.segments().iter().zip(seen) {
        of_measure(ground, new, seen, &mut found)?;
    }
    found.doubts.extend(twins::twin_measure_doubts(ground, &found.prints)?);
    found.doubts.extend(relabeled::relabeled_measure_doubt(ground, &found.strange));
    if let Some(told) = ground.register {
        let (doubts, sums) = register::stored_doubts(ground, told)?;
        found.doubts.extend(doubts);
        found.sums.extend(sums);
    }
    found.doubts = gather_doubts(std::mem::take(&mut found.doubts));
    Ok(found)
}

fn of_measure(
    ground: &CheckContext<'_>,
    new: &WrittenSegment,
    seen: &CatalogMeasure,
    found: &mut CheckFindings,
) -> Result<()> {
    let about = CheckedMeasure::for_segment(ground, new);
    let mut asked = FigureChecks::for_measure(&about, seen);
    let (mut cells, mut pairs, mut withdrawn) = (Vec::new(), Vec::new(), 0);
    let rank =
        |vintage: VintageId| if vintage == ground.number { Some(VintageRank::MAX) } else { seen.any.rank_of(vintage) };
    new.scan_beside(ground.lake, &seen.segments)?.with_ranking(&rank).for_each(|series| {
        withdrawn += cells_of(&series, ground, seen, &mut cells);
        PeriodPair::fill_pairs(&series, &cells, &mut pairs);
        asked.take_series(&about, &series, &cells, &pairs);
    })?;
    found.withdrawn.push(withdrawn);
    asked.answer_questions(&about, new, seen, found)
}

/// All questions that are asked of the figures one by one.
struct FigureChecks {
    /// Whether anything was known of the measure.
    known: bool,
    revised: RevisionCheck,
    scales: ScaleCheck,
    odd: OddScales,
    periods: PeriodCheck,
    levels: LevelCheck,
    below: BelowCheck,
    shocks: ShockCheck,
    early: PreliminaryCheck,
    copies: CopyCheck,
    jumps: JumpCheck,
    points: DecimalPointCheck,
    placeholders: PlaceholderCheck,
    broken: BrokenCounts,
    twins: TwinPlaces,
    baselines: BaselineCheck,
    beyond: BoundsCheck,
    exchanged: ExchangeCheck,
    opposites: OppositeCheck,
    slid: RowShiftCheck,
    labels: LabelCheck,
    plan: PlanFigureCheck,
    closed: ClosureCheck,
    prints: MeasureFingerprints,
    beside: PriorFigures,
}

impl FigureChecks {
    fn for_measure(about: &CheckedMeasure<'_>, seen: &CatalogMeasure) -> Self {
        Self {
            known: !seen.segments.is_empty(),
            revised: RevisionCheck::default(),
            scales: ScaleCheck::default(),
            odd: OddScales::default(),
            periods: PeriodCheck::default(),
            levels: LevelCheck::default(),
            below: BelowCheck::default(),
            shocks: ShockCheck::default(),
            early: PreliminaryCheck::default(),
            copies: CopyCheck::default(),
            jumps: JumpCheck::default(),
            points: DecimalPointCheck::default(),
            placeholders: PlaceholderCheck::default(),
            broken: BrokenCounts::default(),
            twins: TwinPlaces::default(),
            baselines: BaselineCheck::for_measure(seen.planned.as_deref()),
            beyond: BoundsCheck::for_measure(seen.planned.as_deref()),
            exchanged: ExchangeCheck::for_measure(about),
            opposites: OppositeCheck::default(),
            slid: RowShiftCheck::default(),
            labels: LabelCheck::default(),
            plan: PlanFigureCheck::for_measure(seen.planned.as_deref()),
            closed: ClosureCheck::default(),
            prints: MeasureFingerprints::for_measure(about.measure),
            beside: PriorFigures::for_measure(about),
        }
    }

    fn take_series(
        &mut self,
        about: &CheckedMeasure<'_>,
        series: &SeriesRows<'_>,
        cells: &[PeriodRows],
        pairs: &[PeriodPair],
    ) {
        if self.known {
            self.revised.take_series(series, cells);
            self.early.take_series(about, series, cells);
            self.exchanged.take_series(about, series);
            self.beside.take_series(series, cells);
        }
        // Looked up once: most questions are asked by level.
        let level = about.place_level(series.place);
        self.scales.take_series(series, pairs);
        self.opposites.take_series(about, series, pairs);
        self.jumps.take_series(about, series, pairs);
        self.slid.take_series(level, series, pairs);
        self.labels.take_series(level, series, (cells, pairs), &self.beside);
        self.copies.take_series(level, series, cells);
        self.odd.take_series(about, series, cells, &self.plan);
        self.plan.take_series(about, series, cells);
        self.periods.take_series(series, cells);
        self.closed.take_series(about, series, cells);
        self.levels.take_series(about, series, cells);
        self.shocks.take_series(level, series, cells);
        self.prints.take_series(level, series, cells);
        self.below.take_series(about, series, cells);
        self.points.take_series(about, series, cells, pairs);
        self.placeholders.take_series(about, series, cells, pairs);
        self.broken.take_series(about, series, cells);
        self.twins.take_series(series, cells);
        self.baselines.take_series(series, cells);
        self.beyond.take_series(series, cells);
    }

    fn answer_questions(
        mut self,
        about: &CheckedMeasure<'_>,
        new: &WrittenSegment,
        seen: &CatalogMeasure,
        found: &mut CheckFindings,
    ) -> Result<()> {
        let planned = seen.planned.as_deref();
        let breaks = planned.map(|measure| measure.marked_periods(Break::Break)).unwrap_or_default();
        let missing = planned.map(|measure| measure.marked_periods(Break::Missing)).unwrap_or_default();
        let marked: Vec<i32> = breaks.iter().chain(&missing).copied().collect();
        let (revised, mut scaled) = (self.revised.find_doubt(about), self.scales.into_doubts(about));
        if scaled.is_empty() {
            scaled.extend(self.plan.into_doubt(about));
        }
        // Another scale or another report is the whole of such a change.
        if revised.is_none() && scaled.is_empty() {
            found.doubts.extend(self.odd.into_doubt(about));
            found.doubts.extend(self.copies.into_doubts(about));
            found.doubts.extend(self.shocks.into_doubts(about, &breaks));
            // Where rows have slid, places jump and cross one half for no other reason.
            let slid = self.slid.find_doubt(about);
            if slid.is_none() {
                let mut labels: Vec<ImportDoubt> =
                    relabeled::relabeled_slice_doubt(about, &self.labels).into_iter().collect();
                labels.extend(self.opposites.into_doubts(about));
                if labels.is_empty() {
                    labels.extend(partly::partly_doubt(about, &self.labels, &marked));
                }
                found.doubts.extend(labels);
                found.doubts.extend(self.jumps.into_doubts(about));
                found.doubts.extend(self.points.into_doubt(about));
                found.doubts.extend(self.placeholders.into_doubt(about));
            }
            found.doubts.extend(slid);
            found.doubts.extend(self.below.into_doubts(about));
            found.doubts.extend(self.labels.scale_doubt(about));
        }
        found.doubts.extend(self.labels.one_sided(about));
        found.doubts.extend(self.prints.twin_slice_doubts(about));
        found.doubts.extend(self.closed.into_doubts(about.measure));
        found.doubts.extend(revised);
        found.doubts.extend(scaled);
        found.doubts.extend(self.early.into_doubts(about));
        found.doubts.extend(self.beyond.into_doubt(about));
        found.doubts.extend(self.periods.into_doubts(about, planned.and_then(|measure| measure.year_ends)));
        found.doubts.extend(parts::group_doubts(about, new, seen, &self.beside)?);
        found.doubts.extend(within::part_doubts(about, new, seen, &self.beside)?);
        let (sums, larger) = self.levels.into_sums_and_doubts(about);
        found.sums.extend(sums);
        found.doubts.extend(larger);
        found.doubts.extend(self.broken.into_doubt(about));
        found.doubts.extend(self.twins.into_doubt(about));
        found.doubts.extend(self.baselines.into_doubt(about));
        self.exchanged.add_to_exchanges(about, &mut found.exchanged);
        found.prints.push(self.prints);
        found.strange.extend(MovedSlices::from_labels(about.measure, self.labels));
        Ok(())
    }
}

/// Puts the periods of a series into `cells`, and gives how many of its figures are withdrawn: those that hold by the replaced
/// import, and that the new one does not have.
fn cells_of(
    series: &SeriesRows<'_>,
    ground: &CheckContext<'_>,
    seen: &CatalogMeasure,
    cells: &mut Vec<PeriodRows>,
) -> u64 {
    cells.clear();
    let (mut start, mut withdrawn) = (0, 0);
    while start < series.len() {
        let period = series.period[start];
        // Most figures are the import's own and nobody else's.
        if series.vintage[start] == ground.number && series.period.get(start + 1) != Some(&period) {
            cells.push(PeriodRows { period, new: Some(start), known: None, held: None });
            start += 1;
            continue;
        }
        let end = start + series.period[start..].partition_point(|&p| p == period);
        // In the order in which they became known: the last one holds.
        let last = |wanted: &dyn Fn(VintageId) -> bool| (start..end).rev().find(|&row| wanted(series.vintage[row]));
        let new = last(&|vintage| vintage == ground.number);
        let other = |vintage| vintage != ground.number && Some(vintage) != ground.replaces;
        let known = last(&|vintage| other(vintage) && seen.known.rank_of(vintage).is_some());
        let held = last(&|vintage| other(vintage));
        if ground.replaces.is_some() && new.is_none() {
            let holds = last(&|vintage| vintage != ground.number && seen.known.rank_of(vintage).is_some());
            withdrawn += u64::from(holds.is_some_and(|row| Some(series.vintage[row]) == ground.replaces));
        }
        cells.push(PeriodRows { period, new, known, held });
        start = end;
    }
    withdrawn
}

/// A measure of the import, with what words about it need.
pub(super) struct CheckedMeasure<'a> {
    pub(super) ground: &'a CheckContext<'a>,
    pub(super) measure: &'a str,
    pub(super) kind: PeriodKind,
    /// Whether its values are counts.
    pub(super) counts: bool,
    /// Whether its values are shares, in percent.
    pub(super) shares: bool,
    /// Whether they are written without a sign that says so, on a scale that has one meaning: then a small one may be a fraction.
    pub(super) bare_shares: bool,
}

impl<'a> CheckedMeasure<'a> {
    pub(super) fn for_segment(ground: &'a CheckContext<'a>, new: &'a WrittenSegment) -> Self {
        let measure = new.segment.measure.as_str();
        Self {
            ground,
            measure,
            kind: new.segment.period_kind,
            counts: ground.profile.has_counts(measure),
            shares: ground.profile.has_shares(measure),
            bare_shares: ground.profile.has_percents(measure) && !ground.report.small_shares_are_signed,
        }
    }

    pub(super) fn period_at(&self, ordinal: i32) -> Period {
        Period { kind: self.kind, ordinal }
    }

    /// The ordinal of a period in the words of a report.
    pub(super) fn period_ordinal(&self, text: &str) -> Option<i32> {
        Period::parse(self.kind, text).ok().map(|period| period.ordinal)
    }

    /// The place as it is in the end.
    pub(super) fn find_place(&self, id: &str) -> Option<&'a Place> {
        self.ground.places.get(id)
    }

    /// The place as it was in a period.
    pub(super) fn place_in(&self, id: &str, ordinal: i32) -> Option<&'a Place> {
        self.ground.places.place_on_day(id, || self.period_at(ordinal).middle_day())
    }

    pub(super) fn place_level(&self, id: &str) -> Option<Level> {
        self.find_place(id).map(|place| place.level)
    }

    /// `Alder (0001)`, or the id where the files tell no name.
    pub(super) fn place_label(&self, id: &str) -> String {
        named_in(self.ground.places, id)
    }

    /// `Alder (0001), Female, grade 10`: all students and all grades go without saying.
    pub(super) fn series_label(&self, place: &str, group: &str, grade: &str) -> String {
        series_in(self.ground.places, [place, group, grade])
    }
}

fn named_in(places: &KnownPlaces, id: &str) -> String {
    match places.get(id) {
        Some(place) if place.name != id => format!("{} ({id})", place.name),
        _ => id.to_owned(),
    }
}

/// A series in words: place, group and grade.
pub(super) fn series_in(places: &KnownPlaces, [place, group, grade]: [&str; 3]) -> String {
    let mut text = named_in(places, place);
    if group != headway_model::ALL {
        text += &format!(", {}", StudentGroup::name_of(group));
    }
    if grade != headway_model::ALL {
        text += &format!(", {}", headway_model::Grade::in_words(grade));
    }
    text
}

/// A number with commas, and with at most four decimals.
pub(in crate::intake) fn number_text(value: f64) -> String {
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
    use super::number_text;

    #[test]
    fn numbers_are_written_for_people() {
        let check = |value: f64, want: &str| assert_eq!(number_text(value), want);
        check(1_234_567.0, "1,234,567");
        check(-50.0, "−50");
        check(0.84, "0.84");
        check(-0.000_01, "0");
        check(999.999_99, "1,000");
    }
}
