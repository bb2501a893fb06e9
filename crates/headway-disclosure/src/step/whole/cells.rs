//! The cells and sums of all tables of a problem as one.

use std::collections::{BTreeMap, HashMap, HashSet};

use headway_stats::suppress::Role;

use super::super::building::Building;
use super::super::{Solving, Table, hides};
use super::meet;
use crate::atlas::Spot;
use crate::figures::Shape;
use crate::layer::{Counted, ENDLESS};
use crate::links::Link;
use crate::told::How;
use crate::{Reason, coding};

/// Cells of a sum with their coefficients.
type Terms = Vec<(u32, i32)>;

/// What is known of a cell besides the cell.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// What earlier releases and common sense say: the least and the most.
    pub(super) known: (f64, f64),
    /// Rows of now that tell of it, with whether it is their result.
    pub(super) rows: Vec<(usize, bool)>,
    /// Nobody may find it.
    pub(super) secret: bool,
    pub(super) importance: f64,
}

/// The tables as one.
#[derive(Default)]
pub(super) struct Whole {
    pub(super) building: Building,
    pub(super) sides: Vec<Side>,
    least: i64,
    /// Of each result its students, and those of them who did not reach it.
    not: HashMap<u32, (u32, u32)>,
}

/// The counts of a figure.
struct Counts {
    m: usize,
    period: i32,
    key: (u32, u32, u32),
    n: Option<u64>,
    k: Option<i64>,
    /// The source knows the result and does not tell it.
    by_source: bool,
}

impl Solving<'_> {
    /// All cells and sums.
    pub(super) fn whole(&self) -> Whole {
        let mut whole = Whole::default();
        let sizes = self.step.measures.iter().map(|m| m.rule.least());
        whole.least = sizes.max().unwrap_or(0) as i64;
        for e in 0..self.step.earlier.len() {
            let mut at = BTreeMap::new();
            whole.building.kept.clear();
            for &(_, m, row) in self.problem.told.iter().filter(|told| told.0 == e) {
                let told = &self.step.earlier[e].told[m][row];
                let by_source = matches!(told.how, How::Source | How::Hidden(Reason::BySource));
                let counts = Counts {
                    m,
                    period: told.period,
                    key: (told.place, told.group, told.grade),
                    n: told.n,
                    k: told.amount,
                    by_source,
                };
                let (students, result) = self.enter(&mut whole, &counts, &mut at);
                if told.kept {
                    whole.building.kept.extend([Some(students), result].into_iter().flatten());
                }
                let exact = |n: i64| (n as f64, n as f64);
                let n = told.n.filter(|_| told.how.tells_students()).map(|n| exact(n as i64));
                let k = match (told.how, told.amount) {
                    (How::Shown, Some(k)) => Some(exact(k)),
                    (How::Range(lo, hi), _) => Some((lo as f64, hi as f64)),
                    (How::Source, None) => told.band.map(|(lo, hi)| (lo as f64, hi as f64)),
                    _ => None,
                };
                for (cell, says) in [(Some(students), n), (result, k)] {
                    if let (Some(cell), Some(says)) = (cell, says) {
                        let known = &mut whole.sides[cell as usize].known;
                        *known = meet(*known, says);
                    }
                }
            }
            self.tie(&mut whole, &at, Some(e));
        }
        whole.building.kept.clear();
        let mut at = BTreeMap::new();
        for i in 0..self.problem.rows.len() {
            let (m, figure) = self.figure(i);
            let by_source = figure.n.is_none() && hides(figure.value) && self.step.measures[m].counts();
            if figure.n.is_none() && !by_source {
                continue;
            }
            let key = (figure.place, figure.group, figure.grade);
            let counts =
                Counts { m, period: figure.period, key, n: figure.n, k: figure.amount, by_source: hides(figure.value) };
            let (students, result) = self.enter(&mut whole, &counts, &mut at);
            whole.sides[students as usize].rows.push((i, false));
            if let Some(result) = result {
                whole.sides[result as usize].rows.push((i, true));
            }
            if figure.kept {
                whole.building.kept.extend([Some(students), result].into_iter().flatten());
            }
        }
        self.tie(&mut whole, &at, None);
        whole
    }

    /// Enters the students and the result of a figure, and ties them.
    fn enter(&self, whole: &mut Whole, of: &Counts, at: &mut BTreeMap<Spot, u32>) -> (u32, Option<u32>) {
        let measure = &self.step.measures[of.m];
        let least = measure.rule.least();
        let spot = self.spot(of.m, of.period, of.key, of.n, at, &whole.building);
        let factor = self.factor(&spot) * if self.is_top(&spot) { 1e3 } else { 1.0 };
        let students = whole.building.cell(spot, of.n.map(|n| n as i64), None, || Counted::students(of.n, least, 0));
        let few = of.n.is_none_or(|n| n >= 1 && n < least);
        // Without the number of students no result is told.
        whole.side(students, few, of.n.unwrap_or(0) as f64 * factor * 1e6);
        at.insert(spot, students);
        if measure.shape != Shape::Share {
            return (students, None);
        }
        let spot = self.amount_spot(of.m, of.period, of.key);
        let new = || Counted::amount(measure.shape, of.n, of.k);
        let result = whole.building.cell(spot, of.k, of.n, new);
        let extreme = of.n.zip(of.k).is_some_and(|(n, k)| n > 0 && coding::extreme(&measure.rule, n, k).is_some());
        let secret = few && of.k.is_some() || extreme || of.k.is_none() && of.by_source;
        let fresh = whole.side(result, secret, of.n.unwrap_or(0) as f64 * factor);
        at.insert(spot, result);
        if fresh {
            let not = whole.slack(None);
            whole.not.insert(result, (students, not));
            whole.building.layer.links.push(Link { terms: vec![(result, 1), (not, 1), (students, -1)], sound: true });
        }
        (students, Some(result))
    }

    /// Adds the sums of one edition, and those who are not in a group.
    fn tie(&self, whole: &mut Whole, at: &BTreeMap<Spot, u32>, earlier: Option<usize>) {
        let least = whole.least;
        let mut more = self.sums_of_measures(earlier, at, &whole.building.layer.cells, true);
        let students = self.sums_of_measures(earlier, at, &whole.building.layer.cells, false);
        more.links.extend(students.links);
        more.missing.extend(students.missing);
        more.links.extend(self.period_sums(at, |m| self.table(Table::Results(m))));
        more.links.extend(self.period_sums(at, |m| self.table(Table::Students(self.step.populations[m]))));
        for (spot, part, total, apart) in self.pairs(earlier, at) {
            let truth = |c: u32| whole.building.layer.cells[c as usize].truth;
            let others = truth(part).zip(truth(total)).map(|(part, total)| total - part);
            if let Some(others) = others.filter(|&others| others >= 0 && others < least) {
                let rest = whole.slack(Some(others));
                let of_students = spot.table as usize >= self.step.measures.len();
                whole.sides[rest as usize].secret = of_students && others >= 1 && !apart;
                more.links.push(Link { terms: vec![(part, 1), (rest, 1), (total, -1)], sound: true });
            }
        }
        let missing = |cells: &[Counted], terms: &[(u32, i32)], total: &Spot| self.missing(cells, terms, total);
        let first = whole.building.layer.links.len();
        self.in_edition(earlier, |edition| whole.building.link(edition, at, more, false, &missing));
        whole.sums_of_not_reached(first);
        while whole.sides.len() < whole.building.layer.cells.len() {
            // What is in a total and in none of its parts.
            let cell = &whole.building.layer.cells[whole.sides.len()];
            let (known, secret) = ((cell.hidden.0 as f64, end(cell.hidden.1)), cell.role == Role::Protect);
            whole.sides.push(Side { known, rows: Vec::new(), secret, importance: 0.0 });
        }
    }
}

impl Whole {
    /// Makes sure that a cell has its side; gives whether it is new.
    fn side(&mut self, cell: u32, secret: bool, importance: f64) -> bool {
        if let Some(side) = self.sides.get_mut(cell as usize) {
            side.secret |= secret;
            return false;
        }
        self.sides.push(Side { known: (0.0, f64::INFINITY), rows: Vec::new(), secret, importance });
        true
    }

    /// Where students and results add up, those who did not reach them do as well: bounds pass further so. Looks at the sums
    /// since `first`.
    fn sums_of_not_reached(&mut self, first: usize) {
        let links = &self.building.layer.links;
        let sorted = |terms: &mut Vec<(u32, i32)>| terms.sort_unstable();
        let known: HashSet<Vec<(u32, i32)>> = links[first..]
            .iter()
            .filter(|link| link.sound)
            .map(|link| {
                let mut terms = link.terms.clone();
                sorted(&mut terms);
                terms
            })
            .collect();
        let mut more = Vec::new();
        for link in links[first..].iter().filter(|link| link.sound) {
            let both =
                link.terms.iter().map(|&(c, k)| self.not.get(&c).map(|&(students, not)| ((students, k), (not, k))));
            let Some(both) = both.collect::<Option<Vec<_>>>() else { continue };
            let (mut students, not): (Terms, Terms) = both.into_iter().unzip();
            sorted(&mut students);
            if known.contains(&students) {
                more.push(Link { terms: not, sound: true });
            }
        }
        self.building.layer.links.extend(more);
    }

    /// A count that no table has: not below zero, and no secret by itself.
    fn slack(&mut self, truth: Option<i64>) -> u32 {
        let cell = self.building.layer.cells.len() as u32;
        let counted = Counted::rest(truth.unwrap_or(0), ENDLESS);
        self.building.layer.cells.push(Counted { truth, ..counted });
        self.side(cell, false, 0.0);
        cell
    }
}

/// The most that a count can be.
fn end(x: i64) -> f64 {
    if x == ENDLESS { f64::INFINITY } else { x as f64 }
}
