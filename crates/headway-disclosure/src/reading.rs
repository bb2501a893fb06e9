//! The figures of a release, as they come from the workspace.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use headway_model::plan::Measure;
use headway_model::{MeasureId, Period, PeriodKind, SeriesPanel, Value};
use jiff::civil::Date;

use super::atlas::CodeNumbers;
use super::figures::{CountKind, CountedFigure, MeasureFigures, MeasureScale, figure_amount};
use super::rule::StudentCoverage;
use super::scale::PERCENT;
use super::{PublishingRule, StepWeakness};

/// The figures of every measure that has results, and of the parts of compound ones; those of all agencies, as several may
/// publish about the same students.
#[derive(Default)]
pub struct ReleaseFigures {
    pub(super) atlas: CodeNumbers,
    weakness: StepWeakness,
    pub(super) figures: Vec<MeasureFigures>,
    /// How many of them are the agency's own; they come first.
    pub(super) own: usize,
    /// How many groups and grades the agency's own figures have; their numbers come first.
    pub(super) codes: (usize, usize),
    /// Other ids that a measure had, by its place.
    pub(super) ids: Vec<Vec<MeasureId>>,
    /// Results left out because their period is not over, by measure.
    pub(super) unfinished: Vec<(MeasureId, u64)>,
    /// Measures that are left out on purpose.
    pub(super) without: Vec<String>,
}

impl ReleaseFigures {
    /// Nothing read yet; `without` are the measures that are left out on purpose.
    pub fn new(without: Vec<String>, weakness: StepWeakness) -> Self {
        Self { without, weakness, ..Self::default() }
    }

    /// Adds the figures of a measure, or of a part of one: those of the agency itself first. `ids` has every id that it had.
    pub fn add_measure(
        &mut self,
        named: (MeasureId, String),
        unit: Option<&str>,
        ids: Vec<MeasureId>,
        rule: PublishingRule,
        of: (&Arc<Measure>, &SeriesPanel),
    ) {
        let (measure, panel) = of;
        if panel.is_empty() {
            return;
        }
        let mut form = MeasureScale::from_panel(unit, panel);
        if self.weakness.no_scales && form.scale != PERCENT {
            form = MeasureScale { shape: CountKind::Mean, scale: PERCENT };
        }
        self.figures.push(MeasureFigures::from_panel(named, measure, form, rule, panel, &mut self.atlas));
        self.ids.push(ids);
    }

    /// The agency's own measures are all added; what comes now are those of others. Results of periods that are not over `as_of`
    /// the day are left out, unless `unfinished` ones are asked for.
    pub fn end_of_own(&mut self, as_of: Date, unfinished: bool) {
        self.own = self.figures.len();
        self.atlas.groups.intern_text(headway_model::ALL);
        self.atlas.add_wholes();
        self.codes = (self.atlas.groups.len(), self.atlas.grades.len());
        if !unfinished {
            self.leave_out(as_of);
        }
    }

    /// All measures are added: students are counted by the measures that the plan names for them.
    pub fn finish_reading(&mut self) {
        self.count_students();
        if !self.weakness.no_shares {
            let mut atlas = std::mem::take(&mut self.atlas);
            self.take_shares_apart(&mut atlas);
            self.atlas = atlas;
        }
    }

    /// Whether the agency's own measures have no results.
    pub fn is_empty(&self) -> bool {
        self.figures[..self.own].iter().all(|f| f.rows.is_empty())
    }

    /// Leaves out what is not over as of the day, or was not when it became known.
    fn leave_out(&mut self, as_of: Date) {
        for figures in &mut self.figures {
            let (kind, before, plan) = (figures.kind, figures.rows.len(), Arc::clone(&figures.plan));
            let over = |ordinal| plan.period_end(Period { kind, ordinal }) <= as_of;
            figures.rows.retain(|figure| !figure.so_far && over(figure.period));
            if figures.rows.len() < before {
                self.unfinished.push((figures.id.clone(), (before - figures.rows.len()) as u64));
            }
        }
    }

    /// Numbers of students from the measure that the plan names for them; and how many results have one.
    fn count_students(&mut self) {
        let place = |id: &str| self.figures.iter().position(|f| f.id == id);
        let of: Vec<Option<usize>> =
            self.figures.iter().map(|f| f.plan.publishing.students.as_deref().and_then(place)).collect();
        for (m, of) in of.into_iter().enumerate() {
            if let Some(of) = of.filter(|of| *of != m) {
                let key = |f: &CountedFigure| (f.place, f.group, f.grade, f.period);
                let counts: HashMap<_, u64> =
                    self.figures[of].rows.iter().filter_map(|f| Some((key(f), f.n?))).collect();
                let figures = &mut self.figures[m];
                for row in figures.rows.iter_mut().filter(|row| row.n.is_none()) {
                    row.n = counts.get(&key(row)).copied();
                    row.amount = figure_amount(figures.shape, figures.scale, row.value, (None, row.n));
                }
            }
            let figures = &mut self.figures[m];
            let known = figures.rows.iter().filter(|f| is_result(f.value)).map(|f| f.n.is_some());
            let (with, without): (Vec<bool>, Vec<bool>) = known.partition(|known| *known);
            figures.rule.counts = match (with.len(), without.len()) {
                (_, 0) => StudentCoverage::All,
                (0, _) => StudentCoverage::None,
                _ => StudentCoverage::Some,
            };
        }
    }

    /// A measure that an earlier release told and nobody has results of any more.
    pub(super) fn add_ghost(&mut self, id: &str, kind: PeriodKind, rule: PublishingRule) -> usize {
        let (plan, shape) = (Measure::without_plan(id, kind).into(), CountKind::Share);
        let (id, name) = (id.to_owned(), id.to_owned());
        self.ids.push(vec![id.clone().into()]);
        self.figures.push(MeasureFigures {
            id: id.into(),
            name,
            plan,
            rule,
            kind,
            shape,
            scale: PERCENT,
            whole: None,
            hidden: false,
            rows: Vec::new(),
        });
        self.figures.len() - 1
    }

    /// The place of the measure that has, or had, this id.
    pub(super) fn find_measure(&self, id: &str) -> Option<usize> {
        let now = self.figures.iter().position(|f| f.id == id);
        now.or_else(|| self.ids.iter().position(|ids| ids.iter().any(|known| known == id)))
    }

    /// Every period of any figure.
    pub fn periods(&self) -> BTreeSet<(PeriodKind, i32)> {
        self.figures.iter().flat_map(|f| f.rows.iter().map(|row| (f.kind, row.period))).collect()
    }

    /// The measure of counts that could be the numbers of students of one that comes without: it has one wherever that has a
    /// result.
    pub(super) fn could_count(&self, measure: usize) -> Option<&str> {
        let key = |f: &CountedFigure| (f.place, f.group, f.grade, f.period);
        let wanted: BTreeSet<_> =
            self.figures[measure].rows.iter().filter(|f| is_result(f.value) && f.n.is_none()).map(key).collect();
        let fits = |other: &&MeasureFigures| {
            let there: BTreeSet<_> = other.rows.iter().filter(|f| f.n.is_some()).map(key).collect();
            other.shape == CountKind::Count && other.kind == self.figures[measure].kind && wanted.is_subset(&there)
        };
        (!wanted.is_empty()).then(|| self.figures[..self.own].iter().find(fits).map(|f| f.id.as_str())).flatten()
    }
}

/// Whether a value says something of somebody.
pub(super) fn is_result(value: Value) -> bool {
    matches!(value, Value::Exact { .. } | Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. })
}

/// For each measure the one whose counts it adds up, and over how many periods of the same length.
pub(super) fn stated_period_sums(figures: &[MeasureFigures]) -> Vec<Option<(usize, i32)>> {
    let of = |f: &MeasureFigures| {
        let sums = f.plan.publishing.sums.as_ref()?;
        let at = figures.iter().position(|other| other.id == sums.measure && other.kind == f.kind)?;
        Some((at, i32::try_from(sums.periods).ok()?))
    };
    figures.iter().map(of).collect()
}
