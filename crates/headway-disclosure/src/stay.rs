//! Revised figures that stay as they were told before: too few students came late to them, or left.

use std::collections::{HashMap, HashSet};

use headway_model::{ALL, Value};
use jiff::civil::Date;

use super::atlas::{CodeNumbers, PeriodHierarchies};
use super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::formulas::KnownSums;
use super::step::PriorEdition;
use super::told::PriorDisclosure;
use super::{scale, shares};

/// Which revised figures stay.
pub(super) struct RevisionFilter<'a> {
    pub(super) earlier: &'a [PriorEdition],
    pub(super) atlas: &'a CodeNumbers,
    pub(super) forest: &'a PeriodHierarchies,
    pub(super) formulas: &'a KnownSums,
    /// Figures of fewer students than this stay by themselves.
    pub(super) below: u64,
    /// The day as of which the figures of now are known.
    pub(super) day: Date,
    /// Totals are told as they are now, as a test wants it.
    pub(super) totals_fresh: bool,
}

/// How many figures stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RevisionCounts {
    /// Figures of few students.
    pub(super) few: u64,
    /// Totals of those, of however many students, that differ by as few.
    pub(super) totals: u64,
    /// Of `few`, those with a total that differs by more, and is told as it is now.
    pub(super) open: u64,
}

/// Place, group, grade, period.
type RevisionKey = (u32, u32, u32, i32);

/// What earlier releases told of a measure's figures with a number of students, in their order.
type PriorByKey<'a> = HashMap<RevisionKey, Vec<&'a PriorDisclosure>>;

impl RevisionFilter<'_> {
    /// Puts back the figure of the last release where the one of now has fewer than `below` students and differs from it by fewer
    /// than the n-size: their results would follow from the difference. That a release hid the figure is no exception: told now,
    /// it would differ by the late students from what its total and its siblings left for it then.
    ///
    /// A total of such a figure that differs by as few is put back too, whatever its size: less its other parts, which did not
    /// change, it would give the figure of now. One that differs by more is told as it is.
    ///
    /// The last release is the one with the newest figures that were known on the day of this one: what became known later has no
    /// place here. Where this one's figure, told for the first time now, would differ by few from that of a release of a later day, the
    /// one before stays as well.
    pub(super) fn keep_as_told(&self, figures: &mut [MeasureFigures]) -> RevisionCounts {
        let mut stayed = RevisionCounts::default();
        let mut releases: Vec<&PriorEdition> = self.earlier.iter().collect();
        releases.sort_by_key(|release| release.as_of);
        let (before, later) = releases.split_at(releases.partition_point(|release| release.as_of <= self.day));
        for (m, figures) in figures.iter_mut().enumerate().filter(|(_, figures)| figures.rule.effective_n_size() > 0) {
            let (last, next) = (by_place(before, m), by_place(later, m));
            let mut back: Vec<RevisionKey> = Vec::new();
            for at in 0..figures.rows.len() {
                let row = &figures.rows[at];
                if row.n.is_some_and(|n| n < self.below)
                    && let Some(told) = differs_by_few(row, figures.rule.effective_n_size(), (&last, &next))
                {
                    back.push(figure_key(row));
                    put_back(figures, at, told);
                }
            }
            stayed.few += back.len() as u64;
            if !(back.is_empty() || self.totals_fresh) {
                self.keep_totals(figures, back, &mut stayed, (&last, &next));
            }
        }
        shares::follow_kept_wholes(figures);
        stayed
    }

    /// Puts back the totals of figures that stay.
    fn keep_totals(
        &self,
        figures: &mut MeasureFigures,
        mut back: Vec<RevisionKey>,
        stayed: &mut RevisionCounts,
        (last, next): (&PriorByKey<'_>, &PriorByKey<'_>),
    ) {
        let at: HashMap<RevisionKey, usize> =
            figures.rows.iter().enumerate().map(|(at, row)| (figure_key(row), at)).collect();
        let least = figures.rule.effective_n_size();
        let few = back.len();
        let mut met: HashSet<RevisionKey> = back.iter().copied().collect();
        let mut next_back = 0;
        while let Some(&part) = back.get(next_back) {
            let mut open = false;
            for total in self.whole_keys(figures, part) {
                let Some(&row) = at.get(&total).filter(|_| !met.contains(&total)) else { continue };
                if let Some(told) = differs_by_few(&figures.rows[row], least, (last, next)) {
                    met.insert(total);
                    back.push(total);
                    put_back(figures, row, told);
                    stayed.totals += 1;
                } else {
                    let now = figures.rows[row].n;
                    open |= last.get(&total).and_then(|told| told.last()).is_some_and(|told| told.n != now);
                }
            }
            stayed.open += u64::from(open && next_back < few);
            next_back += 1;
        }
    }

    /// What a figure is a part of: the figures of its places above, of groups and of grades.
    fn whole_keys(&self, figures: &MeasureFigures, (place, group, grade, period): RevisionKey) -> Vec<RevisionKey> {
        let tree = self.forest.tree_in(figures.kind, period);
        let above = tree.map_or(&[][..], |tree| tree.places_above(place));
        let mut wholes: Vec<RevisionKey> = above.iter().map(|&place| (place, group, grade, period)).collect();
        let of = |formulas: &[super::formulas::SumFormula], code: u32| -> Vec<u32> {
            let holds = |f: &&super::formulas::SumFormula| f.terms.contains(&(code, 1));
            let total =
                |f: &super::formulas::SumFormula| f.terms.last().filter(|(_, k)| *k < 0).map(|(total, _)| *total);
            formulas.iter().filter(holds).filter_map(total).collect()
        };
        let mut groups = of(&self.formulas.groups, group);
        let partitions = self.formulas.partitions.iter();
        groups.extend(partitions.filter(|p| p.parts.contains(&group) || p.coarse.contains(&group)).map(|p| p.total));
        wholes.extend(groups.into_iter().map(|group| (place, group, grade, period)));
        let mut grades = of(&self.formulas.grades, grade);
        grades.extend(self.atlas.grades.find_number(ALL).filter(|all| *all != grade));
        wholes.extend(grades.into_iter().map(|grade| (place, group, grade, period)));
        wholes
    }
}

/// What was told of a figure, where the one of now differs by fewer students than the n-size.
fn differs_by_few<'a>(
    row: &CountedFigure,
    least: u64,
    (last, next): (&PriorByKey<'a>, &PriorByKey<'_>),
) -> Option<&'a PriorDisclosure> {
    let told = *last.get(&figure_key(row))?.last()?;
    let (n, before) = (row.n?, told.n?);
    let few = |other: u64| n != other && n.abs_diff(other) < least;
    let few_later = || next.get(&figure_key(row)).is_some_and(|told| told.iter().filter_map(|told| told.n).any(few));
    (n != before && (few(before) || few_later())).then_some(told)
}

fn put_back(figures: &mut MeasureFigures, at: usize, told: &PriorDisclosure) {
    let (scale, shape) = (figures.scale, figures.shape);
    let row = &mut figures.rows[at];
    (row.n, row.amount, row.kept) = (told.n, told.amount, true);
    row.told_from = told.vintage;
    let before = told.n.unwrap_or(0);
    row.value = match (shape, told.amount) {
        (CountKind::Count, _) => Value::Exact { value: before as f64 },
        (CountKind::Share, Some(k)) => Value::Exact { value: scale::scaled_share(scale, k, before) },
        (CountKind::Mean, Some(sum)) => Value::Exact { value: sum as f64 / 1000.0 / before.max(1) as f64 },
        // The source's own words, where they say what they said then.
        (_, None) if told.band.is_some() && row.source_band(scale) == told.band => row.value,
        (_, None) => Value::Suppressed,
    };
}

fn figure_key(row: &CountedFigure) -> RevisionKey {
    (row.place, row.group, row.grade, row.period)
}

/// What these releases told of a measure's figures with a number of students, in their order.
fn by_place<'a>(releases: &[&'a PriorEdition], m: usize) -> PriorByKey<'a> {
    let mut by_place: PriorByKey<'a> = HashMap::new();
    for told in releases.iter().flat_map(|release| &release.told[m]).filter(|told| told.n.is_some()) {
        by_place.entry((told.place, told.group, told.grade, told.period)).or_default().push(told);
    }
    by_place
}
