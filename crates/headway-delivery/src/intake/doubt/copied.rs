//! Another year's figures under this year's label: of the whole file, or of a group, a grade or a level of it.
//!
//! A period is another one's copy where the series that both have say the same, counts and all, in nineteen of twenty (of five at
//! least), with five different figures among them, so that zeros and hundreds make no copy. Of a part of the file it takes ten
//! figures where they have no counts beside them. Where fewer are the same, but more to the last student (or to the last decimal, of
//! rates alone) than chance makes in less than one of ten thousand imports, part of the places were carried forward. Figures that
//! stay as they are from year to year (schools of a district) say nothing: as many were the same before.

use std::collections::BTreeMap;

use headway_model::SeriesRows;
use headway_model::{ALL, Grade, Level, Period, StudentGroup, ValueState};

use super::evidence::needed_evidence;
use super::slices::{self, PerSlice};
use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// Fewer figures that are the same say nothing.
const ENOUGH: u64 = 5;
/// Of a part of the file, where figures have no counts.
const ENOUGH_BARE: u64 = 10;
/// So many different ones must be among them.
const DIFFERENT: usize = 5;
/// The share of the figures that is nearly all.
const NEARLY_ALL: f64 = 0.95;
/// Fewer figures that are the same to the last student are no places that were carried forward.
const CARRIED: u64 = 10;
/// The fewest students who are seldom as many a year later.
const MANY: f64 = 30.0;
/// One place that is the same by chance may be so in several groups and grades.
const CLUMP: f64 = 2.0;
/// Rates alone are the same by chance as often as they differ by one step of their last decimal: looked at are so many steps up and
/// down. So small a share of them is no part of a file.
const STEPS: f64 = 10.0;
const PART: f64 = 0.15;
/// So many earlier figures beside each other say whether figures stay.
const EARLIER: u64 = 5;
/// How many parts a line names.
const NAMED: usize = 3;

/// By group and grade: of each period that the import is the first to tell of, and each known one, how many figures are the same.
#[derive(Default)]
pub(super) struct CopyCheck(PerSlice<Vec<KnownPeriodPairs>>);

/// A known period, the level of places, and what both periods have of it.
type KnownPeriodPairs = (i32, Level, CopyPairs);

type CopySlice = slices::SlicePeriods<Vec<KnownPeriodPairs>>;

#[derive(Clone, Default)]
struct CopyPairs {
    count: u64,
    same: u64,
    /// Of those that are the same, how many have counts.
    counted: u64,
    /// Of these, how many are of thirty students and more, and how many of all such there would be by chance.
    exactly: u64,
    chance: f64,
    /// Rates without counts: how many, how many are the same, and how many differ by few steps.
    bare: [u64; 3],
    /// Earlier figures of the same series beside each other: how many, and how many are the same.
    earlier: [u64; 2],
    different: Vec<f64>,
    first: Option<([String; 3], f64)>,
}

/// What the parts of a file are told apart by, the widest first.
const PARTS: [fn(&CopySlice, Level) -> String; 4] = [
    |slice, _| StudentGroup::name_of(&slice.group).into_owned(),
    |slice, _| if slice.grade == ALL { "all grades".to_owned() } else { Grade::in_words(&slice.grade) },
    |_, level| level.place_nouns().1.to_owned(),
    |slice, level| {
        let grade = if slice.grade == ALL { String::new() } else { format!(", {}", Grade::in_words(&slice.grade)) };
        format!("{}{grade} of {}", StudentGroup::name_of(&slice.group), level.place_nouns().1)
    },
];

impl CopyCheck {
    pub(super) fn take_series(&mut self, level: Option<Level>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let exact = |row: &usize| series.state_at(*row) == ValueState::Exact;
        let first = |cell: &&PeriodRows| cell.held.is_none();
        if cells.len() < 2 || !cells.iter().filter(first).any(|cell| cell.new.is_some()) {
            return;
        }
        let Some(level) = level else { return };
        let periods = self.0.for_series(series);
        let known = cells.iter().any(|cell| cell.held.is_some());
        let value = |cell: &PeriodRows| cell.held.or(cell.new).filter(exact).map(|row| series.lo[row]);
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.held.is_none()) {
            let Some(new) = cell.new.filter(exact) else { continue };
            // Of the import's own periods the one before is enough.
            let others = if known { 0..cells.len() } else { at.saturating_sub(1)..at };
            let before = cells[..at].windows(2).filter_map(|two| value(&two[0]).zip(value(&two[1])));
            let earlier =
                before.fold([0, 0], |[met, same], (a, b)| [met + 1, same + u64::from(a.to_bits() == b.to_bits())]);
            for other_at in others.filter(|other| *other != at) {
                let other = &cells[other_at];
                let own = || other.new.filter(|_| other_at + 1 == at);
                if let Some(old) = other.held.or_else(own).filter(exact) {
                    let pairs = pairs_beside(periods.for_period(cell.period), other.period, level);
                    pairs.take_pair(series, new, old);
                    pairs.earlier = [0, 1].map(|what| pairs.earlier[what] + earlier[what]);
                }
            }
        }
    }

    pub(super) fn into_doubts(self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        let mut whole: BTreeMap<i32, BTreeMap<i32, CopyPairs>> = BTreeMap::new();
        for (_, period, beside, _, pairs) in self.iter_pairs() {
            whole.entry(period).or_default().entry(beside).or_default().add_pairs(pairs);
        }
        let told = |(period, besides): (i32, BTreeMap<i32, CopyPairs>)| {
            let known = besides.len();
            let copies = besides.into_iter().filter(|(_, pairs)| pairs.is_copy(ENOUGH, known));
            match copies.max_by_key(|(_, pairs)| pairs.same) {
                Some((beside, pairs)) => Some(copy_doubt(about, nearly_all(""), (period, beside), pairs)),
                None => self.part_doubt(about, period),
            }
        };
        let carried = |(period, besides): (i32, BTreeMap<i32, CopyPairs>)| {
            let known = besides.len();
            let carried = besides.into_iter().filter(|(_, pairs)| pairs.are_carried(known));
            let (beside, mut pairs) = carried.max_by_key(|(_, pairs)| pairs.exactly)?;
            pairs.same = pairs.exactly;
            let cause = |[period, beside]: [&Period; 2]| {
                format!("more figures of {period} than by chance are those of {beside}, to the last student")
            };
            Some(copy_doubt(about, cause, (period, beside), pairs))
        };
        let bare = |(period, besides): (i32, BTreeMap<i32, CopyPairs>)| {
            let known = besides.len();
            let copied = besides.into_iter().filter(|(_, pairs)| about.shares && pairs.are_copied_in_part(known));
            let (beside, mut pairs) = copied.max_by_key(|(_, pairs)| pairs.bare[1])?;
            [pairs.count, pairs.same, _] = pairs.bare;
            let cause = |[period, beside]: [&Period; 2]| {
                format!("more figures of {period} than by chance are those of {beside}, to the last decimal")
            };
            Some(copy_doubt(about, cause, (period, beside), pairs))
        };
        let each =
            |of: (i32, BTreeMap<i32, CopyPairs>)| told(of.clone()).or_else(|| carried(of.clone())).or_else(|| bare(of));
        whole.into_iter().filter_map(each).collect()
    }

    /// The parts of a period that are copies: groups, or grades, or levels, or else what all three together make.
    fn part_doubt(&self, about: &CheckedMeasure<'_>, wanted: i32) -> Option<ImportDoubt> {
        PARTS.iter().find_map(|name| {
            let mut parts: BTreeMap<(i32, String), CopyPairs> = BTreeMap::new();
            for (slice, _, beside, level, pairs) in self.iter_pairs().filter(|(_, period, ..)| *period == wanted) {
                parts.entry((beside, name(slice, level))).or_default().add_pairs(pairs);
            }
            parts.retain(|_, pairs| pairs.is_copy(if pairs.counted == pairs.same { ENOUGH } else { ENOUGH_BARE }, 1));
            let beside = parts.iter().max_by_key(|(_, pairs)| pairs.same)?.0.0;
            let mut all = CopyPairs::default();
            parts.retain(|(of, _), _| *of == beside);
            parts.values().for_each(|pairs| all.add_pairs(pairs));
            let names: Vec<&str> = parts.keys().map(|(_, name)| name.as_str()).collect();
            let more = names.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let names = format!(" of {}{more}", names[..names.len().min(NAMED)].join(", "));
            Some(copy_doubt(about, nearly_all(&names), (wanted, beside), all))
        })
    }

    /// Slice, period, the one beside it, level, and what both have.
    fn iter_pairs(&self) -> impl Iterator<Item = (&CopySlice, i32, i32, Level, &CopyPairs)> {
        self.0.iter().flat_map(|slice| {
            slice.periods.iter().flat_map(move |(period, all)| {
                all.iter().map(move |(beside, level, pairs)| (slice, period, *beside, *level, pairs))
            })
        })
    }
}

fn pairs_beside(all: &mut Vec<KnownPeriodPairs>, beside: i32, level: Level) -> &mut CopyPairs {
    let at = all.iter().position(|(own, of, _)| *own == beside && *of == level).unwrap_or_else(|| {
        all.push((beside, level, CopyPairs::default()));
        all.len() - 1
    });
    &mut all[at].2
}

/// What is wrong with a period, of all figures or of a part.
fn nearly_all(part: &str) -> impl Fn([&Period; 2]) -> String {
    move |[period, beside]| match part {
        "" => format!("nearly all figures of {period} are those of {beside}"),
        part => format!("nearly all figures{part} in {period} are those of {beside}"),
    }
}

fn copy_doubt(
    about: &CheckedMeasure<'_>,
    cause: impl Fn([&Period; 2]) -> String,
    (period, beside): (i32, i32),
    pairs: CopyPairs,
) -> ImportDoubt {
    let (period, beside) = (about.period_at(period), about.period_at(beside));
    let cause = cause([&period, &beside]);
    let first = pairs.first.map_or_else(String::new, |([place, group, grade], value)| {
        format!("{}: {} in both", about.series_label(&place, &group, &grade), number_text(value))
    });
    ImportDoubt {
        kind: DoubtKind::Copied,
        measures: vec![about.measure.into()],
        cause,
        count: pairs.same,
        of: Some(pairs.count),
        first,
        advice: "Are they an earlier year's under a new label? Get the right ones; if the figures did not change, import with \
                 --revises"
            .to_owned(),
        until: Some(DoubtAnswer::Revises),
    }
}

impl CopyPairs {
    fn take_pair(&mut self, series: &SeriesRows<'_>, new: usize, old: usize) {
        let equal = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
        self.count += 1;
        self.take_bare(series, new, old);
        let [students, reached] = [series.denominator[old], series.numerator[old]];
        let exact = students >= MANY && !reached.is_nan();
        if exact {
            self.chance += chance_of_same(students, reached);
        }
        if ![series.lo, series.numerator, series.denominator].iter().all(|column| equal(column[new], column[old])) {
            return;
        }
        self.same += 1;
        self.counted += u64::from(!series.denominator[new].is_nan());
        self.exactly += u64::from(exact);
        let value = series.lo[new];
        self.differs_by(value);
        self.first.get_or_insert_with(|| ([series.place, series.group, series.grade].map(str::to_owned), value));
    }

    /// Counts a rate without counts; nobody and all stay as they are.
    fn take_bare(&mut self, series: &SeriesRows<'_>, new: usize, old: usize) {
        let (after, before) = (series.lo[new], series.lo[old]);
        let is_bare = series.denominator[new].is_nan() && series.denominator[old].is_nan();
        if is_bare && after > 0.0 && after < 100.0 {
            let decimals =
                |value: f64| headway_model::decimals_written(value).map_or(3, |decimals| decimals.min(3) as i32);
            let step = 10f64.powi(-decimals(after).max(decimals(before)));
            let off = (after - before).abs();
            let same = after.to_bits() == before.to_bits();
            let near = !same && off <= STEPS * step * (1.0 + 1e-9);
            self.bare = [self.bare[0] + 1, self.bare[1] + u64::from(same), self.bare[2] + u64::from(near)];
        }
    }

    fn differs_by(&mut self, value: f64) {
        if self.different.len() < DIFFERENT && !self.different.contains(&value) {
            self.different.push(value);
        }
    }

    fn add_pairs(&mut self, other: &Self) {
        self.count += other.count;
        self.same += other.same;
        self.counted += other.counted;
        self.exactly += other.exactly;
        self.chance += other.chance;
        self.bare = [0, 1, 2].map(|what| self.bare[what] + other.bare[what]);
        self.earlier = [0, 1].map(|what| self.earlier[what] + other.earlier[what]);
        other.different.iter().for_each(|value| self.differs_by(*value));
        if self.first.is_none() {
            self.first.clone_from(&other.first);
        }
    }

    /// Whether nearly all are the same, and were not so before.
    fn is_copy(&self, enough: u64, known: usize) -> bool {
        let nearly = self.same >= enough && self.same as f64 >= NEARLY_ALL * self.count as f64;
        nearly && self.different.len() == DIFFERENT && !self.is_usual([self.count, self.same], known)
    }

    /// Whether so many of so many are no more than were the same from year to year before.
    fn is_usual(&self, [met, same]: [u64; 2], known: usize) -> bool {
        let [earlier, stayed] = self.earlier;
        if earlier < EARLIER {
            return false;
        }
        let (now, usual) = (same as f64 / met as f64, (stayed + 1) as f64 / (earlier + 2) as f64);
        // How seldom so many stay where that many usually do (Chernoff's bound of a binomial distribution), as a logarithm.
        let part = |share: f64, of: f64| if share > 0.0 { share * (share / of).ln() } else { 0.0 };
        let seldom = met as f64 / CLUMP * (part(now, usual) + part(1.0 - now, 1.0 - usual));
        now <= usual || seldom < needed_evidence((known as f64).ln())
    }

    /// Whether a part of the rates without counts is the same beyond chance.
    fn are_copied_in_part(&self, known: usize) -> bool {
        // Rates of few students are the same again and again: only their own past tells how often.
        if self.earlier[0] < EARLIER {
            return false;
        }
        let [met, same, near] = self.bare;
        let part = same >= CARRIED && same as f64 >= PART * met as f64;
        let (of, chance) = (same as f64 / CLUMP, (near + 1) as f64 / (2.0 * STEPS));
        let seldom = of * (of / chance).ln() - of + chance;
        let beyond = part && of > chance && seldom >= needed_evidence((known as f64).ln());
        beyond && self.different.len() == DIFFERENT && !self.is_usual([met, same], known)
    }

    /// Whether more are the same to the last student than chance makes, beside so many known periods.
    fn are_carried(&self, known: usize) -> bool {
        let met = self.exactly as f64 / CLUMP;
        // How seldom chance makes as many, at least (Chernoff's bound of a Poisson distribution), as a logarithm.
        let seldom = met * (met / self.chance).ln() - met + self.chance;
        let beyond = met > self.chance && seldom >= needed_evidence((known as f64).ln());
        self.exactly >= CARRIED && beyond && self.different.len() == DIFFERENT
    }
}

/// How likely a place has as many students as the year before, and as many who reached it: where students change by some three in a
/// hundred, and their results as chance makes them. More likely than it is.
fn chance_of_same(students: f64, reached: f64) -> f64 {
    let nobody_or_all = reached <= 0.0 || reached >= students;
    let same_result = if nobody_or_all { 1.0 } else { 1.0 / (1.0 + 0.5 * students.sqrt()) };
    same_result / (1.0 + 0.03 * students)
}
