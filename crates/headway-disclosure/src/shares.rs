//! Shares of all students by group: the denominator is one number, the students of the place, and the numerators are the
//! students of the groups. Such a measure is a count of people that is told as a share.

use std::collections::{BTreeMap, HashMap, HashSet};

use headway_model::plan::Measure;
use headway_model::{ALL, Value};

use super::atlas::CodeNumbers;
use super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::formulas::{KnownSums, measure_of};
use super::reading::ReleaseFigures;
use super::scale::PERCENT;
use super::told::{Disclosure, PriorDisclosure};
use super::{HiddenReason, PublishedValue};

/// At so many places and periods the groups must have one denominator and differing numerators.
const LEAST: usize = 3;

/// Place, grade, period.
type ShareKey = (u32, u32, i32);

impl ReleaseFigures {
    /// Takes shares of all students apart: into the students of the groups, and those of the place, which get figures of their
    /// own that no file shows. The agency's own stay first.
    pub(super) fn take_shares_apart(&mut self, atlas: &mut CodeNumbers) {
        let all = atlas.groups.intern_text(ALL);
        let mut own = Vec::new();
        for m in 0..self.own {
            if let Some(whole) = take_apart(&mut self.figures[m], all) {
                self.figures[m].whole = Some(self.own + own.len());
                own.push(whole);
            }
        }
        let ids = own.iter().map(|whole| vec![whole.id.clone()]).collect::<Vec<_>>();
        let added = own.len();
        self.figures.splice(self.own..self.own, own);
        self.ids.splice(self.own..self.own, ids);
        self.own += added;
        for m in self.own..self.figures.len() {
            if let Some(whole) = take_apart(&mut self.figures[m], all) {
                self.figures[m].whole = Some(self.figures.len());
                self.ids.push(vec![whole.id.clone()]);
                self.figures.push(whole);
            }
        }
    }
}

/// Turns shares of all students into the numbers of the groups; gives those of the places. Nothing where they are no such shares.
pub(super) fn take_apart(figures: &mut MeasureFigures, all: u32) -> Option<MeasureFigures> {
    if figures.shape != CountKind::Share || !figures.rule.people || !of_all_students(&figures.rows, all) {
        return None;
    }
    let mut wholes: BTreeMap<ShareKey, CountedFigure> = BTreeMap::new();
    for row in &mut figures.rows {
        row.whole = row.n;
        if let Some(n) = row.n {
            let value = Value::Exact { value: n as f64 };
            let whole =
                CountedFigure { group: all, value, strict: false, amount: None, numerator: false, whole: None, ..*row };
            let known = wholes.entry((row.place, row.grade, row.period)).or_insert(whole);
            if known.n < row.n {
                *known = whole;
            }
        }
        row.n = row.amount.and_then(|k| u64::try_from(k).ok());
        row.amount = None;
    }
    figures.shape = CountKind::Count;
    let id = format!("{}: all students", figures.id);
    let plan = Measure::without_plan(&id, figures.kind).into();
    let (name, rule, kind) = (figures.name.clone(), figures.rule.clone(), figures.kind);
    let mut rows: Vec<CountedFigure> = wholes.into_values().collect();
    rows.sort_by_key(|row| (row.grade, row.place, row.period));
    Some(MeasureFigures {
        id: id.into(),
        name,
        plan,
        rule,
        kind,
        shape: CountKind::Count,
        scale: PERCENT,
        whole: None,
        hidden: true,
        rows,
    })
}

/// Whether the groups of a place have one denominator, in nine of ten of those where their numerators differ; and the numerators
/// are known, or all students are all of them, or the groups add up to it once or several times (races, sexes).
fn of_all_students(rows: &[CountedFigure], all: u32) -> bool {
    // The first denominator and numerator of a place, whether all others have the same one, and whether another has another.
    let mut places: HashMap<ShareKey, (u64, i64, bool, bool)> = HashMap::new();
    let mut sums: HashMap<ShareKey, i64> = HashMap::new();
    let (mut known, mut numerators, mut totals, mut whole) = (0, 0, 0, 0);
    for row in rows {
        let (Some(n), Some(k)) = (row.n, row.amount) else { continue };
        let (first_n, first_k, one, differ) =
            places.entry((row.place, row.grade, row.period)).or_insert((n, k, true, false));
        *one &= *first_n == n;
        *differ |= *first_k != k;
        known += 1;
        numerators += usize::from(row.numerator);
        if row.group == all {
            totals += 1;
            whole += usize::from(k == n as i64);
        } else {
            *sums.entry((row.place, row.grade, row.period)).or_default() += k;
        }
    }
    let telling = || places.values().filter(|(_, _, _, differ)| *differ);
    let (of, one) = (telling().count(), telling().filter(|(_, _, one, _)| *one).count());
    let nine = |held: usize, of: usize| 10 * held >= 9 * of;
    let adds = |(at, (n, _, _, differ)): (&ShareKey, &(u64, i64, bool, bool))| {
        let sum = sums.get(at).copied().unwrap_or(0);
        *differ && sum > 0 && *n > 0 && sum % *n as i64 == 0
    };
    let added = places.iter().filter(|place| adds(*place)).count();
    of >= LEAST && nine(one, of) && (nine(numerators, known) || totals > 0 && nine(whole, totals) || nine(added, of))
}

/// Where the students of a place stay as they were told before, the shares of them are told of that number.
pub(super) fn follow_kept_wholes(figures: &mut [MeasureFigures]) {
    for m in 0..figures.len() {
        let Some(whole) = figures[m].whole else { continue };
        let stays = figures[whole].rows.iter().filter(|row| row.kept);
        let stays: HashMap<ShareKey, Option<u64>> =
            stays.map(|row| ((row.place, row.grade, row.period), row.n)).collect();
        for row in &mut figures[m].rows {
            if let Some(&n) = stays.get(&(row.place, row.grade, row.period)) {
                (row.whole, row.kept) = (n, true);
            }
        }
    }
}

/// A number of students that is a result of another measure (who the counted are, by group) tells by a zero that none of many reached
/// it: such zeros are protected like other small results.
pub(super) fn protect_none(figures: &mut [MeasureFigures], formulas: &KnownSums, populations: &[usize]) {
    let mut none: Vec<(usize, usize)> = Vec::new();
    for formula in &formulas.measures {
        let [one, other] = formula.terms[..] else { continue };
        if one.1 + other.1 != 0 {
            continue;
        }
        let terms = [measure_of(one.0), measure_of(other.0)];
        let (population, result) = match terms {
            [(students, false), (result, true)] | [(result, true), (students, false)] => (students, result),
            _ => continue,
        };
        let places = figures[result].rows.iter().filter(|row| row.amount == Some(0) && row.n.is_some_and(|n| n > 0));
        let places: HashSet<(ShareKey, u32)> = places.map(group_key).collect();
        let same = |&m: &usize| populations.get(m) == Some(&population) && figures[m].shape == CountKind::Count;
        for m in (0..figures.len()).filter(same) {
            let rows = figures[m].rows.iter().enumerate();
            none.extend(
                rows.filter(|(_, row)| row.n == Some(0) && places.contains(&group_key(row))).map(|(i, _)| (m, i)),
            );
        }
    }
    none.into_iter().for_each(|(m, i)| figures[m].rows[i].protect = true);
}

fn group_key(row: &CountedFigure) -> (ShareKey, u32) {
    ((row.place, row.grade, row.period), row.group)
}

/// Value, numerator and denominator of a share of all students, from its number and that of the place.
pub(super) struct ShareTotals(HashMap<ShareKey, (u64, bool)>);

impl ShareTotals {
    /// From the figures of the places, and what is told of each.
    pub(super) fn from_figures(figures: &MeasureFigures, how: &[Option<Disclosure>]) -> Self {
        let told = |how: &Option<Disclosure>| how.is_some_and(Disclosure::tells_students);
        let row = |(row, how): (&CountedFigure, &Option<Disclosure>)| {
            Some(((row.place, row.grade, row.period), (row.n?, told(how))))
        };
        Self(figures.rows.iter().zip(how).filter_map(row).collect())
    }

    /// As the public sees the figure.
    pub(super) fn publish_share(
        &self,
        of: &MeasureFigures,
        figure: &CountedFigure,
        how: Disclosure,
    ) -> (PublishedValue, PublishedValue, PublishedValue) {
        let secondary = PublishedValue::hidden(HiddenReason::Secondary);
        let whole = self.0.get(&(figure.place, figure.grade, figure.period)).filter(|(n, _)| figure.whole == Some(*n));
        let denominator = match whole {
            Some((n, true)) => PublishedValue::exact(*n as f64),
            _ => secondary,
        };
        match (how, figure.n, whole) {
            (Disclosure::Hidden(reason), ..) => {
                (PublishedValue::hidden(reason), PublishedValue::hidden(reason), denominator)
            }
            (_, Some(k), Some((n, true))) => {
                let share = match figure.value {
                    Value::Exact { value } if !figure.numerator && !figure.kept => value,
                    _ => of.rate_in_unit(figure, k as i64, *n),
                };
                (PublishedValue::exact(share), PublishedValue::exact(k as f64), denominator)
            }
            (_, Some(k), _) => (secondary, PublishedValue::exact(k as f64), denominator),
            (_, None, _) => (secondary, secondary, denominator),
        }
    }
}

/// What a release told of such a measure before it was taken for one: its students were those of the place.
pub(super) fn told_as_rates(told: &mut [PriorDisclosure], wholes: &mut Vec<PriorDisclosure>, all: u32) {
    let mut known: BTreeMap<ShareKey, PriorDisclosure> = BTreeMap::new();
    for row in told.iter_mut() {
        let n = row.how.tells_students();
        let how = if n { Disclosure::Absent } else { Disclosure::Hidden(HiddenReason::Secondary) };
        let whole = PriorDisclosure { group: all, amount: None, how, band: None, ..*row };
        let before = known.entry((row.place, row.grade, row.period)).or_insert(whole);
        if n {
            *before = whole;
        }
        let exact = row.how == Disclosure::Shown;
        row.n = row.amount.and_then(|k| u64::try_from(k).ok());
        row.how = match (row.n, exact) {
            (Some(_), true) => Disclosure::Absent,
            (Some(_), false) => Disclosure::Hidden(HiddenReason::Secondary),
            (None, _) => Disclosure::Hidden(HiddenReason::BySource),
        };
        (row.amount, row.band) = (None, None);
    }
    wholes.extend(known.into_values());
}
