//! Places that have other places' figures: two that were exchanged, figures sorted apart from their ids, one that has another's.
//!
//! Of all students of a level, each place that moved far is held against the last figures of the others that did. A place changes in
//! any way once in five hundred years: then its figures are like those of any place. Asked about are places whose figures go round
//! among them so well that chance makes it in less than one of ten thousand imports, whichever places they are.

use super::evidence::{Usual, needed};
use super::slid::{Places, Row, Slid};
use super::walk::{Measured, number};
use super::{Answer, Doubt, DoubtKind};

/// How often a place changes in any way, a year.
const ANY_CHANGE: f64 = 0.002;
/// A change is far where it is so much less likely than none (a logarithm: four standard deviations).
const FAR: f64 = 8.0;
/// Where more places than this moved far they are not held against each other.
const MANY: usize = 400;
/// Fewer places than this say nothing of each other.
const ENOUGH: usize = 5;
/// Places whose students differ by less than a tenth and whose values by less than three points are of one size.
const ONE_SIZE: (f64, f64) = (0.1, 3.0);
/// Values have one decimal where they are not of counts.
const DECIMAL: f64 = 0.1;
/// How many places a line names.
const NAMED: usize = 3;

/// The first period and level in which places have others' figures.
pub(super) fn doubt(about: &Measured<'_>, slid: &Slid) -> Option<Doubt> {
    slid.each().find_map(|(period, places)| {
        let far = Far::of(&places.rows)?;
        if let Some(taken) = far.exchanged() {
            return Some(in_words(about, (period, places), &taken));
        }
        far.alike().map(|alike| alike_in_words(about, (period, places), alike))
    })
}

/// The places of a level that moved far.
struct Far<'a> {
    rows: &'a [Row],
    usual: Usual,
    /// Which they are, and how likely what they have is anyhow.
    far: Vec<(usize, f64)>,
}

impl<'a> Far<'a> {
    /// `None` where none did, or too many.
    fn of(rows: &'a [Row]) -> Option<Self> {
        let usual = Usual::of(rows.iter().map(|row| &row.change));
        let is_far = |row: &Row| {
            let none = usual.likely(row.before, row.before);
            none.zip(usual.likely(row.after, row.before)).is_some_and(|(none, now)| none - now > FAR)
        };
        let far = (0..rows.len()).filter(|at| is_far(&rows[*at]));
        let far: Vec<usize> = far.take(MANY + 1).collect();
        if rows.len() < ENOUGH || far.is_empty() || far.len() > MANY {
            return None;
        }
        let far = far.into_iter().map(|at| (at, anyhow(rows, &usual, &rows[at]))).collect();
        Some(Self { rows, usual, far })
    }

    /// Which places have whose figures, where that is beyond chance.
    fn exchanged(&self) -> Option<Vec<(usize, usize)>> {
        let mut fits: Vec<(f64, usize, usize)> = Vec::new();
        for (own, anyhow) in &self.far {
            let others = self.far.iter().filter(|(other, _)| other != own);
            let fit = |(other, _): &(usize, f64)| Some((self.evidence(*own, *other, *anyhow)?, *own, *other));
            fits.extend(others.filter_map(fit).filter(|(evidence, ..)| *evidence > 0.0));
        }
        fits.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut taken: Vec<(f64, usize, usize)> = Vec::new();
        for fit in fits {
            if taken.iter().all(|(_, own, other)| *own != fit.1 && *other != fit.2) {
                taken.push(fit);
            }
        }
        // Figures go round: whoever has another's gave his own.
        loop {
            let (all, before) = (taken.clone(), taken.len());
            let goes_round = |own: usize, other: usize| {
                all.iter().any(|(_, _, given)| *given == own) && all.iter().any(|(_, taker, _)| *taker == other)
            };
            taken.retain(|(_, own, other)| goes_round(*own, *other));
            if taken.len() == before {
                break;
            }
        }
        let evidence: f64 = taken.iter().map(|(evidence, ..)| evidence).sum();
        // Each of the places could have had the figures of any.
        let possible = taken.len() as f64 * (self.rows.len() as f64).ln();
        let mut taken: Vec<(usize, usize)> = taken.into_iter().map(|(_, own, other)| (own, other)).collect();
        taken.sort_unstable();
        (taken.len() > 1 && evidence >= needed(possible)).then_some(taken)
    }

    /// How much more likely, as a logarithm, a place has these figures after those of another than after its own, or anyhow.
    fn evidence(&self, own: usize, other: usize, anyhow: f64) -> Option<f64> {
        let (row, other) = (&self.rows[own], &self.rows[other]);
        let rather = self.usual.rather(row.after, row.before, other.before)?;
        let after_own = self.usual.likely(row.after, row.before)?;
        Some(rather.min(rather + after_own - anyhow))
    }

    /// A place that moved far and has, to the last student, what another has in the same period.
    fn alike(&self) -> Option<(usize, usize)> {
        // Places change in any way, but not so many.
        let usual = ANY_CHANGE * self.rows.len() as f64;
        let met = usual.max(self.far.len() as f64 - 2.0);
        let alike = |a: &Row, b: &Row| a.after == b.after && a.after[0] > 0.0;
        self.far.iter().find_map(|(own, _)| {
            let row = &self.rows[*own];
            let is_far = |at: usize| self.far.iter().any(|(far, _)| *far == at);
            let found = |at: &usize| at != own && !is_far(*at) && alike(&self.rows[*at], row);
            let other = (0..self.rows.len()).find(found)?;
            let like = self.rows.iter().filter(|it| !std::ptr::eq(*it, row) && of_one_size(it, row)).count() as f64;
            let students = 2.0 * ONE_SIZE.0 * row.after[0];
            let values = 2.0 * ONE_SIZE.1 * (row.after[0] / 100.0).min(1.0 / DECIMAL);
            let chance = met * like / (students.max(1.0) * values.max(1.0));
            (-chance.ln() >= needed(0.0)).then_some((*own, other))
        })
    }
}

/// How likely a place has what this one has, whatever it had: as likely as that any other place goes on so, once in many years.
fn anyhow(rows: &[Row], usual: &Usual, row: &Row) -> f64 {
    let densities = rows.iter().filter_map(|other| usual.likely(row.after, other.before));
    let (sum, count) = densities.fold((0.0, 0_u32), |(sum, count), likely| (sum + likely.exp(), count + 1));
    (ANY_CHANGE * sum / f64::from(count.max(1))).ln()
}

fn of_one_size(a: &Row, b: &Row) -> bool {
    (a.after[0] / b.after[0]).ln().abs() <= ONE_SIZE.0 && (a.after[1] - b.after[1]).abs() <= ONE_SIZE.1
}

fn in_words(about: &Measured<'_>, (period, places): (i32, &Places), taken: &[(usize, usize)]) -> Doubt {
    let named = |at: usize| about.named(&places.rows[at].id);
    let in_period = about.period(period);
    let cause = match taken {
        [(a, b), _] => format!("{} and {} have each other's figures in {in_period}", named(*a), named(*b)),
        _ => {
            let each = taken
                .iter()
                .take(NAMED)
                .map(|(own, other)| format!("those of {} are {}'s", named(*own), named(*other)));
            let more = if taken.len() > NAMED { ", …" } else { "" };
            format!("places have the figures of others in {in_period}: {}{more}", each.collect::<Vec<_>>().join(", "))
        }
    };
    doubt_of(about, cause, (taken.len(), places.rows.len()), example(about, (period, places), taken[0], false))
}

fn alike_in_words(about: &Measured<'_>, at: (i32, &Places), (own, other): (usize, usize)) -> Doubt {
    let [own_name, other_name] = [own, other].map(|row| about.named(&at.1.rows[row].id));
    let cause = format!("{own_name} has the figures of {other_name} in {}", about.period(at.0));
    doubt_of(about, cause, (1, at.1.rows.len()), example(about, at, (own, other), true))
}

/// `Alder (0001): 200 students in 2020-21, 900 in 2021-22; Birch (0002) had 910`.
fn example(about: &Measured<'_>, at: (i32, &Places), (own, other): (usize, usize), now: bool) -> String {
    let (own, other) = (&at.1.rows[own], &at.1.rows[other]);
    let what = usize::from(!(own.before[0] > 0.0 && own.after[0] > 0.0));
    let (has, theirs) = if now { ("has", other.after) } else { ("had", other.before) };
    format!(
        "{}: {}{} in {}, {} in {}; {} {has} {}",
        about.named(&own.id),
        number(own.before[what]),
        if what == 0 { " students" } else { "" },
        about.period(at.1.beside),
        number(own.after[what]),
        about.period(at.0),
        about.named(&other.id),
        number(theirs[what]),
    )
}

fn doubt_of(about: &Measured<'_>, cause: String, (count, of): (usize, usize), first: String) -> Doubt {
    Doubt {
        kind: DoubtKind::Copied,
        measures: vec![about.measure.to_owned()],
        cause,
        count: count as u64,
        of: Some(of as u64),
        first,
        advice:
            "Were rows or ids of the file exchanged or sorted apart? Get the right file; if the figures are right, \
                 import with --revises"
                .to_owned(),
        until: Some(Answer::Revises),
    }
}
