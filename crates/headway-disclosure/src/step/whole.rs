//! All tables of a problem as one: students, those who reached what is measured and those who did not, tied by the cells that they
//! share. Whatever still follows is taken back.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use headway_stats::audit::{find_determined, narrow_bounds};
use headway_stats::suppress::{CellRole, RelationSystem};

use super::super::atlas::CellKey;
use super::super::figures::CountKind;
use super::super::layer::{CountedCell, ENDLESS};
use super::super::links::AdditiveConstraint;
use super::super::told::Disclosure;
use super::super::{HiddenReason, coding};
use super::answer::ProblemAnswer;
use super::building::TableBuilder;
use super::{ProblemSolver, is_hidden_by_source};

/// Of each sum around what follows so many figures are told less, the least important first; one round after the other, each a
/// sum further out.
const LESS: [usize; 8] = [1, 1, 2, 4, 8, 32, usize::MAX, usize::MAX];
/// Up to so many hidden cells are attacked by linear algebra too.
const ALGEBRA: usize = 6_000;
/// Sums of so many cells are looked through for those that contradict each other.
const AT_ONCE: usize = 20_000;

/// Cells of a sum with their coefficients.
type SumTerms = Vec<(u32, i32)>;

/// What is known of a cell besides the cell.
#[derive(Clone, Debug)]
struct CellKnowledge {
    /// What earlier releases and common sense say: the least and the most.
    known: (f64, f64),
    /// Rows of now that tell of it, with whether it is their result.
    rows: Vec<(usize, bool)>,
    /// Nobody may find it.
    secret: bool,
    importance: f64,
}

/// The tables as one.
#[derive(Default)]
struct JoinedTables {
    building: TableBuilder,
    sides: Vec<CellKnowledge>,
    least: i64,
    /// Of each result its students, and those of them who did not reach it.
    not: HashMap<u32, (u32, u32)>,
}

impl ProblemSolver<'_> {
    /// Takes back what still follows when all tables are looked at together.
    pub(super) fn close_the_whole(&self, answer: &mut ProblemAnswer) {
        if self.step.demands.weakness.no_joining || self.step.demands.weakness.no_secondary {
            return;
        }
        let mut whole = self.build_whole();
        let cells = whole.sides.len();
        let rows: Vec<&[(u32, i32)]> =
            whole.building.layer.links.iter().filter(|link| link.sound).map(|link| link.terms.as_slice()).collect();
        let system = RelationSystem::new(cells, &rows);
        // Sums that contradict each other tell no true count.
        let left_over = whole.sides.iter().any(|side| side.secret && side.rows.is_empty());
        let look = left_over && cells <= AT_ONCE;
        let none = if look { find_determined(&system, &vec![true; cells]) } else { vec![false; cells] };
        whole.sides.iter_mut().zip(none).for_each(|(side, none)| side.secret &= !(none && side.rows.is_empty()));
        // What earlier releases give away is lost, whatever is hidden now.
        let found = if self.step.earlier.is_empty() { Vec::new() } else { self.cells_found(&whole, &system, None) };
        let mut lost: BTreeSet<u32> = found.into_iter().collect();
        let open = |answer: &ProblemAnswer, lost: &BTreeSet<u32>| -> Vec<u32> {
            let found = self.cells_found(&whole, &system, Some(answer));
            found.into_iter().filter(|c| !lost.contains(c)).collect()
        };
        let mut left = open(answer, &lost);
        if !left.is_empty() {
            // Nor must what can't be saved cost anything else.
            lost.extend(self.cells_found(&whole, &system, Some(&self.bare_answer(answer))));
            left.retain(|c| !lost.contains(c));
        }
        for (round, &less) in LESS.iter().enumerate() {
            if left.is_empty() {
                break;
            }
            let distance = if less == usize::MAX { usize::MAX } else { round / 2 + 1 };
            if self.tell_less(&whole, &system, &left, (distance, less), answer) {
                left = open(answer, &lost);
            } else if distance == usize::MAX {
                break;
            }
        }
        let known: BTreeSet<usize> = answer.exposed.iter().copied().collect();
        for c in lost.into_iter().chain(left) {
            let rows: Vec<usize> = whole.sides[c as usize].rows.iter().map(|&(i, _)| i).collect();
            if rows.is_empty() || rows.iter().any(|i| !known.contains(i)) {
                answer.audit.exposed += 1;
                answer.exposed.extend(rows.into_iter().filter(|i| !known.contains(i)));
            }
        }
        answer.exposed.sort_unstable();
        answer.exposed.dedup();
    }

    /// The same with nothing told but what is few, and where nobody is.
    fn bare_answer(&self, answer: &ProblemAnswer) -> ProblemAnswer {
        let less = |(i, how): (usize, &Option<Disclosure>)| match *how {
            Some(how) if how.tells_students() && self.figure_at(i).1.n != Some(0) => {
                Some(Disclosure::Hidden(HiddenReason::Secondary))
            }
            how => how,
        };
        ProblemAnswer { how: answer.how.iter().enumerate().map(less).collect(), ..ProblemAnswer::default() }
    }

    /// Secret cells that follow by passing bounds or by linear algebra, with what is told now or without, but for those that were
    /// told themselves.
    fn cells_found(&self, whole: &JoinedTables, system: &RelationSystem, answer: Option<&ProblemAnswer>) -> Vec<u32> {
        let of_now = |known: (f64, f64), side: &CellKnowledge| match answer {
            Some(answer) => {
                side.rows.iter().fold(known, |bounds, &row| meet_bounds(bounds, self.row_bounds(row, answer)))
            }
            None => known,
        };
        let mut bounds: Vec<(f64, f64)> = whole.sides.iter().map(|side| of_now(side.known, side)).collect();
        let hidden: Vec<bool> = bounds.iter().map(|b| b.0 != b.1).collect();
        narrow_bounds(system, &mut bounds);
        let open = bounds.iter().filter(|b| b.0 != b.1).count();
        let by_algebra = if open <= ALGEBRA { find_determined(system, &hidden) } else { vec![false; hidden.len()] };
        let follows = |&c: &usize| {
            let side = &whole.sides[c];
            side.secret && hidden[c] && (bounds[c].0 == bounds[c].1 || by_algebra[c])
        };
        (0..bounds.len()).filter(follows).map(|c| c as u32).collect()
    }

    /// What a row of now says of its students, or of its result.
    fn row_bounds(&self, (i, result): (usize, bool), answer: &ProblemAnswer) -> (f64, f64) {
        const OPEN: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
        let (m, figure) = self.figure_at(i);
        let measure = &self.step.measures[m];
        let Some(how) = answer.how[i] else { return OPEN };
        let exact = |n: i64| (n as f64, n as f64);
        if !result {
            let few = how == Disclosure::Hidden(HiddenReason::FewStudents);
            return match figure.n {
                Some(n) if how.tells_students() => exact(n as i64),
                _ if few => (1.0, measure.rule.effective_n_size() as f64 - 1.0),
                _ => OPEN,
            };
        }
        match (how, figure.amount) {
            (Disclosure::Shown, Some(k)) => exact(k),
            (Disclosure::Range(lo, hi), _) => (lo as f64, hi as f64),
            (Disclosure::Source, None) => {
                figure.source_band(measure.scale).map_or(OPEN, |(lo, hi)| (lo as f64, hi as f64))
            }
            _ => OPEN,
        }
    }

    /// Tells less of what is within `distance` sums of these cells. Gives whether that is more than before.
    fn tell_less(
        &self,
        whole: &JoinedTables,
        system: &RelationSystem,
        from: &[u32],
        (distance, most): (usize, usize),
        answer: &mut ProblemAnswer,
    ) -> bool {
        let mut seen: HashSet<u32> = from.iter().copied().collect();
        let mut around: Vec<u32> = from.to_vec();
        let (mut first, mut steps) = (0, 0);
        let mut less: BTreeSet<u32> = BTreeSet::new();
        while first < around.len() && steps < distance {
            steps += 1;
            let to = around.len();
            for at in first..to {
                for &(row, _) in system.of_cell(around[at]) {
                    let terms = system.terms(row).iter().map(|&(c, _)| c);
                    let mut can: Vec<u32> = terms.clone().filter(|&c| self.can_tell_less(whole, c, answer)).collect();
                    can.sort_by(|&a, &b| {
                        let importance = |c: u32| whole.sides[c as usize].importance;
                        importance(a).total_cmp(&importance(b)).then(a.cmp(&b))
                    });
                    less.extend(can.into_iter().take(most));
                    around.extend(terms.filter(|&c| seen.insert(c)));
                }
            }
            first = to;
        }
        less.extend(from.iter().copied().filter(|&c| self.can_tell_less(whole, c, answer)));
        for &c in &less {
            for &(i, result) in &whole.sides[c as usize].rows {
                let how = &mut answer.how[i];
                *how = match *how {
                    Some(told) if !told.tells_students() => Some(told),
                    Some(Disclosure::Shown | Disclosure::Range(..) | Disclosure::Source) if result => {
                        Some(Disclosure::Wide)
                    }
                    Some(told) if result => Some(told),
                    _ => Some(Disclosure::Hidden(HiddenReason::Secondary)),
                };
                answer.given_up.push(i);
            }
        }
        !less.is_empty()
    }

    /// Whether less can be told of a cell than is told now.
    fn can_tell_less(&self, whole: &JoinedTables, c: u32, answer: &ProblemAnswer) -> bool {
        let side = &whole.sides[c as usize];
        side.known.0 != side.known.1
            && side.rows.iter().any(|&(i, result)| {
                let (m, figure) = self.figure_at(i);
                let (nobody, banded) = (figure.n == Some(0), figure.source_band(self.step.measures[m].scale).is_some());
                !nobody
                    && answer.how[i].is_some_and(|how| match result {
                        true => {
                            matches!(how, Disclosure::Shown | Disclosure::Range(..))
                                || (how == Disclosure::Source && banded)
                        }
                        false => how.tells_students(),
                    })
            })
    }

    /// All cells and sums.
    fn build_whole(&self) -> JoinedTables {
        let mut whole = JoinedTables::default();
        let sizes = self.step.measures.iter().map(|m| m.rule.effective_n_size());
        whole.least = sizes.max().unwrap_or(0) as i64;
        for e in 0..self.step.earlier.len() {
            let mut at = BTreeMap::new();
            whole.building.kept.clear();
            for &(_, m, row) in self.problem.told.iter().filter(|told| told.0 == e) {
                let told = &self.step.earlier[e].told[m][row];
                let by_source = matches!(told.how, Disclosure::Source | Disclosure::Hidden(HiddenReason::BySource));
                let counts = FigureCounts {
                    m,
                    period: told.period,
                    key: (told.place, told.group, told.grade),
                    n: told.n,
                    k: told.amount,
                    by_source,
                };
                let (students, result) = self.enter_figure(&mut whole, &counts, &mut at);
                if told.kept {
                    whole.building.kept.extend([Some(students), result].into_iter().flatten());
                }
                let exact = |n: i64| (n as f64, n as f64);
                let n = told.n.filter(|_| told.how.tells_students()).map(|n| exact(n as i64));
                let k = match (told.how, told.amount) {
                    (Disclosure::Shown, Some(k)) => Some(exact(k)),
                    (Disclosure::Range(lo, hi), _) => Some((lo as f64, hi as f64)),
                    (Disclosure::Source, None) => told.band.map(|(lo, hi)| (lo as f64, hi as f64)),
                    _ => None,
                };
                for (cell, says) in [(Some(students), n), (result, k)] {
                    if let (Some(cell), Some(says)) = (cell, says) {
                        let known = &mut whole.sides[cell as usize].known;
                        *known = meet_bounds(*known, says);
                    }
                }
            }
            self.tie_edition(&mut whole, &at, Some(e));
        }
        whole.building.kept.clear();
        let mut at = BTreeMap::new();
        for i in 0..self.problem.rows.len() {
            let (m, figure) = self.figure_at(i);
            let by_source =
                figure.n.is_none() && is_hidden_by_source(figure.value) && self.step.measures[m].has_counts();
            if figure.n.is_none() && !by_source {
                continue;
            }
            let key = (figure.place, figure.group, figure.grade);
            let counts = FigureCounts {
                m,
                period: figure.period,
                key,
                n: figure.n,
                k: figure.amount,
                by_source: is_hidden_by_source(figure.value),
            };
            let (students, result) = self.enter_figure(&mut whole, &counts, &mut at);
            whole.sides[students as usize].rows.push((i, false));
            if let Some(result) = result {
                whole.sides[result as usize].rows.push((i, true));
            }
            if figure.kept {
                whole.building.kept.extend([Some(students), result].into_iter().flatten());
            }
        }
        self.tie_edition(&mut whole, &at, None);
        whole
    }

    /// Enters the students and the result of a figure, and ties them.
    fn enter_figure(
        &self,
        whole: &mut JoinedTables,
        of: &FigureCounts,
        at: &mut BTreeMap<CellKey, u32>,
    ) -> (u32, Option<u32>) {
        let measure = &self.step.measures[of.m];
        let least = measure.rule.effective_n_size();
        let spot = self.student_spot(of.m, of.period, of.key, of.n, at, &whole.building);
        let factor = self.place_factor(&spot) * if self.is_top(&spot) { 1e3 } else { 1.0 };
        let students = whole
            .building
            .version_cell(spot, of.n.map(|n| n as i64), None, || CountedCell::from_students(of.n, least, 0));
        let few = of.n.is_none_or(|n| n >= 1 && n < least);
        // Without the number of students no result is told.
        whole.ensure_side(students, few, of.n.unwrap_or(0) as f64 * factor * 1e6);
        at.insert(spot, students);
        if measure.shape != CountKind::Share {
            return (students, None);
        }
        let spot = self.amount_spot(of.m, of.period, of.key);
        let new = || CountedCell::from_amount(measure.shape, of.n, of.k);
        let result = whole.building.version_cell(spot, of.k, of.n, new);
        let extreme = of.n.zip(of.k).is_some_and(|(n, k)| n > 0 && coding::code_extreme(&measure.rule, n, k).is_some());
        let secret = few && of.k.is_some() || extreme || of.k.is_none() && of.by_source;
        let fresh = whole.ensure_side(result, secret, of.n.unwrap_or(0) as f64 * factor);
        at.insert(spot, result);
        if fresh {
            let not = whole.add_slack(None);
            whole.not.insert(result, (students, not));
            whole
                .building
                .layer
                .links
                .push(AdditiveConstraint { terms: vec![(result, 1), (not, 1), (students, -1)], sound: true });
        }
        (students, Some(result))
    }

    /// Adds the sums of one edition, and those who are not in a group.
    fn tie_edition(&self, whole: &mut JoinedTables, at: &BTreeMap<CellKey, u32>, earlier: Option<usize>) {
        let least = whole.least;
        let mut more = self.sums_of_edition(earlier, at, &mut whole.building, &[true, false]);
        more.links.extend(self.period_sums(at, |m| self.table_number(super::TableId::Results(m))));
        more.links
            .extend(self.period_sums(at, |m| self.table_number(super::TableId::Students(self.step.populations[m]))));
        for (spot, part, total, apart) in self.group_pairs(earlier, at) {
            let truth = |c: u32| whole.building.layer.cells[c as usize].truth;
            let others = truth(part).zip(truth(total)).map(|(part, total)| total - part);
            if let Some(others) = others.filter(|&others| others >= 0 && others < least) {
                let rest = whole.add_slack(Some(others));
                let of_students = spot.table as usize >= self.step.measures.len();
                whole.sides[rest as usize].secret = of_students && others >= 1 && !apart;
                more.links.push(AdditiveConstraint { terms: vec![(part, 1), (rest, 1), (total, -1)], sound: true });
            }
        }
        let missing =
            |cells: &[CountedCell], terms: &[(u32, i32)], total: &CellKey| self.missing_part(cells, terms, total);
        let first = whole.building.layer.links.len();
        self.in_edition(earlier, |edition| whole.building.add_sums(edition, at, more, false, &missing));
        whole.sums_of_not_reached(first);
        while whole.sides.len() < whole.building.layer.cells.len() {
            // What is in a total and in none of its parts.
            let cell = &whole.building.layer.cells[whole.sides.len()];
            let (known, secret) =
                ((cell.hidden.0 as f64, end_as_number(cell.hidden.1)), cell.role == CellRole::Protect);
            whole.sides.push(CellKnowledge { known, rows: Vec::new(), secret, importance: 0.0 });
        }
    }
}

/// The counts of a figure.
struct FigureCounts {
    m: usize,
    period: i32,
    key: (u32, u32, u32),
    n: Option<u64>,
    k: Option<i64>,
    /// The source knows the result and does not tell it.
    by_source: bool,
}

impl JoinedTables {
    /// Makes sure that a cell has its side; gives whether it is new.
    fn ensure_side(&mut self, cell: u32, secret: bool, importance: f64) -> bool {
        if let Some(side) = self.sides.get_mut(cell as usize) {
            side.secret |= secret;
            return false;
        }
        self.sides.push(CellKnowledge { known: (0.0, f64::INFINITY), rows: Vec::new(), secret, importance });
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
            let (mut students, not): (SumTerms, SumTerms) = both.into_iter().unzip();
            sorted(&mut students);
            if known.contains(&students) {
                more.push(AdditiveConstraint { terms: not, sound: true });
            }
        }
        self.building.layer.links.extend(more);
    }

    /// A count that no table has: not below zero, and no secret by itself.
    fn add_slack(&mut self, truth: Option<i64>) -> u32 {
        let cell = self.building.layer.cells.len() as u32;
        let counted = CountedCell::rest_of_total(truth.unwrap_or(0), ENDLESS);
        self.building.layer.cells.push(CountedCell { truth, ..counted });
        self.ensure_side(cell, false, 0.0);
        cell
    }
}

/// The most that a count can be.
fn end_as_number(x: i64) -> f64 {
    if x == ENDLESS { f64::INFINITY } else { x as f64 }
}

fn meet_bounds(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0.max(b.0), a.1.min(b.1))
}
