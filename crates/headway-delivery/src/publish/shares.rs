//! Shares of all students by group: the denominator is one number, the students of the place, and the numerators are the
//! students of the groups. Such a measure is a count of people that is told as a share.

use std::collections::{BTreeMap, HashMap};

use headway_model::plan::Measure;
use headway_model::{ALL, Value};

use super::atlas::Atlas;
use super::figures::{Figure, Figures, Shape};
use super::read::Read;
use super::scale::PERCENT;
use super::told::{How, Told};
use super::{Published, Reason};

/// At so many places and periods the groups must have one denominator and differing numerators.
const LEAST: usize = 3;

/// Place, grade, period.
type Where = (u32, u32, i32);

impl Read {
    /// Takes shares of all students apart: into the students of the groups, and those of the place, which get figures of their
    /// own that no file shows. The agency's own stay first.
    pub(super) fn take_shares_apart(&mut self, atlas: &mut Atlas) {
        let all = atlas.groups.intern(ALL);
        let mut own = Vec::new();
        for m in 0..self.own {
            if let Some(whole) = apart(&mut self.figures[m], all) {
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
            if let Some(whole) = apart(&mut self.figures[m], all) {
                self.figures[m].whole = Some(self.figures.len());
                self.ids.push(vec![whole.id.clone()]);
                self.figures.push(whole);
            }
        }
    }
}

/// Turns shares of all students into the numbers of the groups; gives those of the places. Nothing where they are no such shares.
pub(super) fn apart(figures: &mut Figures, all: u32) -> Option<Figures> {
    if figures.shape != Shape::Share || !figures.rule.people || !of_all_students(&figures.rows, all) {
        return None;
    }
    let mut wholes: BTreeMap<Where, Figure> = BTreeMap::new();
    for row in &mut figures.rows {
        row.whole = row.n;
        if let Some(n) = row.n {
            let value = Value::Exact { value: n as f64 };
            let whole =
                Figure { group: all, value, strict: false, amount: None, numerator: false, whole: None, ..*row };
            let known = wholes.entry((row.place, row.grade, row.period)).or_insert(whole);
            if known.n < row.n {
                *known = whole;
            }
        }
        row.n = row.amount.and_then(|k| u64::try_from(k).ok());
        row.amount = None;
    }
    figures.shape = Shape::Count;
    let id = format!("{}: all students", figures.id);
    let plan = Measure::unplanned(&id, figures.kind).into();
    let (name, rule, kind) = (figures.name.clone(), figures.rule.clone(), figures.kind);
    let mut rows: Vec<Figure> = wholes.into_values().collect();
    rows.sort_by_key(|row| (row.grade, row.place, row.period));
    Some(Figures { id, name, plan, rule, kind, shape: Shape::Count, scale: PERCENT, whole: None, hidden: true, rows })
}

/// Whether the groups of a place have one denominator, in nine of ten of those where their numerators differ; and the numerators
/// are known, or all students are all of them.
fn of_all_students(rows: &[Figure], all: u32) -> bool {
    // The first denominator and numerator of a place, whether all others have the same one, and whether another has another.
    let mut units: HashMap<Where, (u64, i64, bool, bool)> = HashMap::new();
    let (mut known, mut numerators, mut totals, mut whole) = (0, 0, 0, 0);
    for row in rows {
        let (Some(n), Some(k)) = (row.n, row.amount) else { continue };
        let (first_n, first_k, one, differ) =
            units.entry((row.place, row.grade, row.period)).or_insert((n, k, true, false));
        *one &= *first_n == n;
        *differ |= *first_k != k;
        known += 1;
        numerators += usize::from(row.numerator);
        if row.group == all {
            totals += 1;
            whole += usize::from(k == n as i64);
        }
    }
    let telling = || units.values().filter(|(_, _, _, differ)| *differ);
    let (of, one) = (telling().count(), telling().filter(|(_, _, one, _)| *one).count());
    let nine = |held: usize, of: usize| 10 * held >= 9 * of;
    of >= LEAST && nine(one, of) && (nine(numerators, known) || totals > 0 && nine(whole, totals))
}

/// Where the students of a place stay as they were told before, the shares of them are told of that number.
pub(super) fn follow(figures: &mut [Figures]) {
    for m in 0..figures.len() {
        let Some(whole) = figures[m].whole else { continue };
        let stays = figures[whole].rows.iter().filter(|row| row.kept);
        let stays: HashMap<Where, Option<u64>> = stays.map(|row| ((row.place, row.grade, row.period), row.n)).collect();
        for row in &mut figures[m].rows {
            if let Some(&n) = stays.get(&(row.place, row.grade, row.period)) {
                (row.whole, row.kept) = (n, true);
            }
        }
    }
}

/// Value, numerator and denominator of a share of all students, from its number and that of the place.
pub(super) struct Whole(HashMap<Where, (u64, bool)>);

impl Whole {
    /// From the figures of the places, and what is told of each.
    pub(super) fn of(figures: &Figures, how: &[Option<How>]) -> Self {
        let told = |how: &Option<How>| how.is_some_and(How::tells_students);
        let row = |(row, how): (&Figure, &Option<How>)| Some(((row.place, row.grade, row.period), (row.n?, told(how))));
        Self(figures.rows.iter().zip(how).filter_map(row).collect())
    }

    /// As the public sees the figure.
    pub(super) fn publish(&self, of: &Figures, figure: &Figure, how: How) -> (Published, Published, Published) {
        let secondary = Published::hidden(Reason::Secondary);
        let whole = self.0.get(&(figure.place, figure.grade, figure.period)).filter(|(n, _)| figure.whole == Some(*n));
        let denominator = match whole {
            Some((n, true)) => Published::exact(*n as f64),
            _ => secondary,
        };
        match (how, figure.n, whole) {
            (How::Hidden(reason), ..) => (Published::hidden(reason), Published::hidden(reason), denominator),
            (_, Some(k), Some((n, true))) => {
                let share = match figure.value {
                    Value::Exact { value } if !figure.numerator && !figure.kept => value,
                    _ => of.share(k as i64, *n),
                };
                (Published::exact(share), Published::exact(k as f64), denominator)
            }
            (_, Some(k), _) => (secondary, Published::exact(k as f64), denominator),
            (_, None, _) => (secondary, secondary, denominator),
        }
    }
}

/// What a release told of such a measure before it was taken for one: its students were those of the place.
pub(super) fn told_as_rates(told: &mut [Told], wholes: &mut Vec<Told>, all: u32) {
    let mut known: BTreeMap<Where, Told> = BTreeMap::new();
    for row in told.iter_mut() {
        let n = row.how.tells_students();
        let how = if n { How::Absent } else { How::Hidden(Reason::Secondary) };
        let whole = Told { group: all, amount: None, how, band: None, ..*row };
        let before = known.entry((row.place, row.grade, row.period)).or_insert(whole);
        if n {
            *before = whole;
        }
        let exact = row.how == How::Shown;
        row.n = row.amount.and_then(|k| u64::try_from(k).ok());
        row.how = match (row.n, exact) {
            (Some(_), true) => How::Absent,
            (Some(_), false) => How::Hidden(Reason::Secondary),
            (None, _) => How::Hidden(Reason::BySource),
        };
        (row.amount, row.band) = (None, None);
    }
    wholes.extend(known.into_values());
}
