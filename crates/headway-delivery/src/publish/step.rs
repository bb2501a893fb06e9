//! The suppression step: what is told of every figure of a release, decided over all of them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use headway_model::Value;
use headway_stats::suppress::Role;

use super::AuditSummary;
use super::Reason;
use super::Weakness;
use super::coding;
use super::figures::{Figure, Figures, Shape};
use super::layer::{Counted, ENDLESS, Layer, Solved};
use super::links::{Atlas, Link, OTHERS, Spot};
use super::told::{How, Told};

/// What an earlier release told of one measure.
pub(super) type Earlier = Vec<Told>;

/// What is to be decided: the figures of now, and for each earlier release what it told of each of the measures.
pub(super) struct Step<'a> {
    pub(super) atlas: &'a Atlas,
    pub(super) measures: &'a [Figures],
    /// One an earlier release, one a measure.
    pub(super) earlier: &'a [Vec<Earlier>],
    /// For each measure the one whose counts it adds up, and over how many periods.
    pub(super) sums: &'a [Option<(usize, i32)>],
    /// Nothing but in tests.
    pub(super) weakness: Weakness,
}

/// What was decided: one an observation, `None` where no count is known and the source's word is passed on.
pub(super) struct Decided {
    pub(super) how: Vec<Vec<Option<How>>>,
    pub(super) audit: AuditSummary,
    /// (measure, row) of figures of now that follow from the rest, whatever is hidden.
    pub(super) exposed: Vec<(usize, usize)>,
}

/// Measures and periods that hang together, by measure and row.
struct Problem {
    /// Measure, row of now.
    rows: Vec<(usize, usize)>,
    /// Earlier release, measure, row.
    told: Vec<(usize, usize, usize)>,
}

impl Step<'_> {
    pub(super) fn decide(&self) -> Decided {
        let populations = self.populations();
        let problems = self.problems(&populations);
        let next = AtomicUsize::new(0);
        let mut decided = Decided {
            how: self.measures.iter().map(|m| vec![None; m.rows.len()]).collect(),
            audit: AuditSummary::default(),
            exposed: Vec::new(),
        };
        let done = Mutex::new(&mut decided);
        let work = || {
            while let Some(problem) = problems.get(next.fetch_add(1, Ordering::Relaxed)) {
                let solved = Solving { step: self, problem, populations: &populations }.solve();
                let mut decided = done.lock().expect("no thread ends while it writes");
                solved.write(problem, &mut decided);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(problems.len()).max(1);
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        decided.exposed.sort_unstable();
        decided
    }

    /// The measures that are about the same students: the same numbers of students wherever both have one (nine of ten
    /// times). Gives each measure's population, named by its first measure.
    fn populations(&self) -> Vec<usize> {
        let counts: Vec<HashMap<(u32, u32, u32, i32), u64>> = self
            .measures
            .iter()
            .map(|m| m.rows.iter().filter_map(|f| Some(((f.place, f.group, f.grade, f.period), f.n?))).collect())
            .collect();
        let mut population: Vec<usize> = (0..self.measures.len()).collect();
        for later in 0..counts.len() {
            for first in 0..later {
                if population[first] != first || self.measures[first].kind != self.measures[later].kind {
                    continue;
                }
                let (mut common, mut same) = (0u64, 0u64);
                for (key, n) in &counts[later] {
                    if let Some(other) = counts[first].get(key) {
                        common += 1;
                        same += u64::from(n == other);
                    }
                }
                if common > 0 && same * 10 >= common * 9 {
                    population[later] = first;
                    break;
                }
            }
        }
        population
    }

    /// Periods are apart, unless a measure adds them up.
    fn problems(&self, populations: &[usize]) -> Vec<Problem> {
        let mut component: Vec<usize> = populations.to_vec();
        let mut summed: BTreeSet<usize> = BTreeSet::new();
        for (m, sum) in self.sums.iter().enumerate() {
            let Some((of, _)) = sum else { continue };
            let (a, b) = (component[m], component[*of]);
            component.iter_mut().filter(|c| **c == b).for_each(|c| *c = a);
            summed.insert(a);
        }
        let summed: BTreeSet<usize> = summed.into_iter().map(|c| component[c]).collect();
        let key = |m: usize, period: i32| {
            let c = component[m];
            (c, if summed.contains(&c) { 0 } else { period })
        };
        let empty = || Problem { rows: Vec::new(), told: Vec::new() };
        let mut problems: BTreeMap<(usize, i32), Problem> = BTreeMap::new();
        for (m, measure) in self.measures.iter().enumerate() {
            for (row, figure) in measure.rows.iter().enumerate() {
                problems.entry(key(m, figure.period)).or_insert_with(empty).rows.push((m, row));
            }
        }
        for (e, release) in self.earlier.iter().enumerate() {
            for (m, told) in release.iter().enumerate() {
                for (row, figure) in told.iter().enumerate() {
                    problems.entry(key(m, figure.period)).or_insert_with(empty).told.push((e, m, row));
                }
            }
        }
        problems.into_values().collect()
    }
}

/// One problem being solved.
struct Solving<'a> {
    step: &'a Step<'a>,
    problem: &'a Problem,
    populations: &'a [usize],
}

/// What became of one problem: one an observation of now.
struct Answer {
    how: Vec<Option<How>>,
    audit: AuditSummary,
    exposed: Vec<usize>,
}

impl Answer {
    fn write(self, problem: &Problem, decided: &mut Decided) {
        for (&(m, row), how) in problem.rows.iter().zip(self.how) {
            decided.how[m][row] = how;
        }
        decided.exposed.extend(self.exposed.into_iter().map(|at| problem.rows[at]));
        let (sum, new) = (&mut decided.audit, self.audit);
        sum.cells += new.cells;
        sum.protected += new.protected;
        sum.proved += new.proved;
        sum.algebra += new.algebra;
        sum.exposed += new.exposed;
        sum.sums += new.sums;
        sum.unsound_sums += new.unsound_sums;
    }
}

/// A layer that is being built: versions of counts, and which of them each edition told.
#[derive(Default)]
struct Building {
    layer: Layer,
    /// Cells whose others are too few.
    few_others: BTreeSet<u32>,
    versions: HashMap<(Spot, Option<i64>, Option<u64>), u32>,
    unsound: u64,
}

impl Building {
    /// The cell of this version of a count: a figure that was revised is another count than before.
    fn cell(&mut self, spot: Spot, truth: Option<i64>, n: Option<u64>, new: impl FnOnce() -> Counted) -> u32 {
        let next = self.layer.cells.len() as u32;
        let cell = *self.versions.entry((spot, truth, n)).or_insert(next);
        if cell == next {
            self.layer.cells.push(new());
        }
        cell
    }

    /// Adds the sums of one edition, and counts of the students that are not in a group, where `others` says so.
    fn link(&mut self, atlas: &Atlas, at: &BTreeMap<Spot, u32>, more: Vec<Link>) {
        let cells = &self.layer.cells;
        let (links, unsound) = atlas.links(at, &|c| cells[c as usize].truth);
        self.unsound += unsound;
        self.layer.links.extend(links);
        self.layer.links.extend(more);
    }
}

impl Solving<'_> {
    fn solve(&self) -> Answer {
        let (students, of_row) = self.students();
        let unsound = students.unsound;
        let sums = students.layer.links.len() as u64;
        let cells = students.layer.cells.len() as u64;
        let few_others = students.few_others;
        let solved = students.layer.solve(self.step.weakness);
        let mut answer = Answer {
            how: self.of_students(&solved, &of_row, &few_others),
            audit: AuditSummary { cells, sums, unsound_sums: unsound, ..AuditSummary::default() },
            exposed: Vec::new(),
        };
        answer.note(&solved, &of_row);
        for set in self.together() {
            self.amounts(&set, &of_row, &mut answer);
        }
        answer
    }

    /// Measures whose results hang together: those that add each other up.
    fn together(&self) -> Vec<Vec<usize>> {
        let present: BTreeSet<usize> =
            self.problem.rows.iter().map(|&(m, _)| m).chain(self.problem.told.iter().map(|&(_, m, _)| m)).collect();
        let mut set: BTreeMap<usize, usize> = present.iter().map(|&m| (m, m)).collect();
        for &m in &present {
            if let Some((of, _)) = self.step.sums[m]
                && let (Some(&a), Some(&b)) = (set.get(&m), set.get(&of))
            {
                set.values_mut().filter(|s| **s == b).for_each(|s| *s = a);
            }
        }
        let mut together: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (m, s) in set {
            together.entry(s).or_default().push(m);
        }
        together.into_values().collect()
    }

    fn figure(&self, at: usize) -> (usize, &Figure) {
        let (m, row) = self.problem.rows[at];
        (m, &self.step.measures[m].rows[row])
    }

    /// The layer of students, and the cell of each row of now.
    fn students(&self) -> (Building, Vec<Option<u32>>) {
        let mut building = Building::default();
        let most_n = |m: usize| {
            let same = |other: &usize| self.populations[*other] == self.populations[m];
            let sizes = (0..self.step.measures.len()).filter(same).map(|o| self.step.measures[o].rule.least());
            sizes.max().unwrap_or(0)
        };
        let least: Vec<u64> = (0..self.step.measures.len()).map(most_n).collect();
        for e in 0..self.step.earlier.len() {
            let mut at: BTreeMap<Spot, u32> = BTreeMap::new();
            for &(_, m, row) in self.problem.told.iter().filter(|told| told.0 == e) {
                let told = &self.step.earlier[e][m][row];
                let spot = self.spot(
                    self.populations[m],
                    m,
                    told.period,
                    (told.place, told.group, told.grade),
                    told.n,
                    &at,
                    &building,
                );
                let cell =
                    building.cell(spot, told.n.map(|n| n as i64), None, || Counted::students(told.n, least[m], 0));
                let known = &mut building.layer.cells[cell as usize];
                match told.how {
                    How::Hidden(Reason::Secondary | Reason::Complement) if known.role == Role::Candidate => {
                        known.role = Role::Hidden;
                        known.importance -= HIDDEN_BEFORE;
                    }
                    How::Hidden(Reason::FewStudents) if known.role != Role::Known => known.role = Role::Protect,
                    How::Hidden(_) => {}
                    _ => known.role = Role::Known,
                }
                known.floor = known.floor.max(told.amount.unwrap_or(0));
                at.insert(spot, cell);
            }
            self.finish_students(&mut building, at, &least);
        }
        // What was hidden before may be shown now, and is hidden first if it need not be.
        let mut of_row = Vec::with_capacity(self.problem.rows.len());
        let mut at: BTreeMap<Spot, u32> = BTreeMap::new();
        for i in 0..self.problem.rows.len() {
            let (m, figure) = self.figure(i);
            let measure = &self.step.measures[m];
            let by_source = figure.n.is_none() && hides(figure.value) && measure.counts();
            if figure.n.is_none() && !by_source {
                of_row.push(None);
                continue;
            }
            let key = (figure.place, figure.group, figure.grade);
            let spot = self.spot(self.populations[m], m, figure.period, key, figure.n, &at, &building);
            let cell =
                building.cell(spot, figure.n.map(|n| n as i64), None, || Counted::students(figure.n, least[m], 0));
            let counted = &mut building.layer.cells[cell as usize];
            if counted.role == Role::Hidden {
                counted.role = Role::Candidate;
            }
            if measure.shape == Shape::Share {
                counted.floor = counted.floor.max(figure.amount.unwrap_or(0));
            }
            at.insert(spot, cell);
            of_row.push(Some(cell));
        }
        self.finish_students(&mut building, at, &least);
        (building, of_row)
    }

    /// Where the students of a figure stand: in the table of their population; in one of their measure alone where that has
    /// another number already.
    #[expect(clippy::too_many_arguments, reason = "a key has that many parts")]
    fn spot(
        &self,
        population: usize,
        m: usize,
        period: i32,
        (place, group, grade): (u32, u32, u32),
        n: Option<u64>,
        at: &BTreeMap<Spot, u32>,
        building: &Building,
    ) -> Spot {
        let slab = |table: usize| self.slab(table, period);
        let spot = Spot { slab: slab(population), place, group, grade };
        match at.get(&spot) {
            Some(&cell) if building.layer.cells[cell as usize].truth != n.map(|n| n as i64) => {
                Spot { slab: slab(self.step.measures.len() + m), ..spot }
            }
            _ => spot,
        }
    }

    /// A number for a table and period.
    fn slab(&self, table: usize, period: i32) -> u32 {
        let tables = 2 * self.step.measures.len() as i64;
        let number = (i64::from(period) + (1 << 22)) * tables + table as i64;
        // Days since 1970 and tens of measures stay far below; what would not fit shares a table, which is only stricter.
        (number % i64::from(u32::MAX)) as u32
    }

    /// Adds what the tables of one edition have besides their figures: others, sums over periods, sums.
    fn finish_students(&self, building: &mut Building, mut at: BTreeMap<Spot, u32>, least: &[u64]) {
        let most = least.iter().copied().max().unwrap_or(0);
        let mut more = self.period_sums(&at, |m| self.populations[m]);
        let pairs = self.pairs(&at);
        for (spot, part, total, apart) in pairs {
            let truth = |c: u32| building.layer.cells[c as usize].truth;
            let (Some(part_n), Some(total_n)) = (truth(part), truth(total)) else { continue };
            let others = total_n - part_n;
            if others < 0 || others >= (most as i64).max(NEAR_ENDS) {
                continue;
            }
            let few = others >= 1 && others < most as i64;
            if !few {
                if !apart {
                    let cell = building.cell(spot, Some(others), None, || Counted::rest(others, ENDLESS));
                    more.push(Link { terms: vec![(part, 1), (cell, 1), (total, -1)], sound: true });
                }
                continue;
            }
            let cell = building.cell(spot, Some(others), None, || Counted::others(others, most));
            building.few_others.insert(part);
            more.push(Link { terms: vec![(part, 1), (cell, 1), (total, -1)], sound: true });
            at.insert(spot, cell);
        }
        let plain: BTreeMap<Spot, u32> = at.into_iter().filter(|(spot, _)| spot.group & OTHERS == 0).collect();
        building.link(self.step.atlas, &plain, more);
    }

    /// Sums of a measure's counts over periods, as another measure has them.
    fn period_sums(&self, at: &BTreeMap<Spot, u32>, table: impl Fn(usize) -> usize) -> Vec<Link> {
        let mut links = Vec::new();
        for (m, sum) in self.step.sums.iter().enumerate() {
            let Some((of, periods)) = *sum else { continue };
            let mut done = BTreeSet::new();
            for &(row_m, row) in self.problem.rows.iter().filter(|(row_m, _)| *row_m == m) {
                let f = &self.step.measures[row_m].rows[row];
                let spot = |table: usize, period: i32| Spot {
                    slab: self.slab(table, period),
                    place: f.place,
                    group: f.group,
                    grade: f.grade,
                };
                let Some(&total) = at.get(&spot(table(m), f.period)) else { continue };
                let parts: Vec<u32> =
                    (0..periods).filter_map(|back| at.get(&spot(table(of), f.period - back)).copied()).collect();
                if parts.len() == periods as usize && !parts.contains(&total) && done.insert(total) {
                    let terms = parts.into_iter().map(|c| (c, 1)).chain([(total, -1)]).collect();
                    links.push(Link { terms, sound: true });
                }
            }
        }
        links
    }

    /// What is told of each row of now, as far as students go.
    fn of_students(&self, solved: &Solved, of_row: &[Option<u32>], few_others: &BTreeSet<u32>) -> Vec<Option<How>> {
        let told = |i: usize| {
            let cell = of_row[i]?;
            let (m, figure) = self.figure(i);
            let (hidden, wide) = (solved.hidden[cell as usize], solved.wide[cell as usize]);
            let few = figure.n.is_some_and(|n| n >= 1 && n < self.step.measures[m].rule.least());
            Some(match figure.n {
                None => How::Hidden(Reason::BySource),
                // Also where an earlier release, by another rule, told it.
                Some(_) if few && !wide => How::Hidden(Reason::FewStudents),
                Some(_) if hidden && few_others.contains(&cell) && !wide => How::Hidden(Reason::Complement),
                Some(_) if hidden || few => How::Hidden(Reason::Secondary),
                Some(_) if figure.amount.is_none() => How::Source,
                Some(_) => How::Shown,
            })
        };
        (0..of_row.len()).map(told).collect()
    }

    /// Decides over the results of measures that hang together.
    fn amounts(&self, set: &[usize], of_row: &[Option<u32>], answer: &mut Answer) {
        if set.iter().all(|&m| self.step.measures[m].shape == Shape::Count) {
            return;
        }
        let least = set.iter().map(|&m| self.step.measures[m].rule.least()).max().unwrap_or(0) as i64;
        let mut building = Building::default();
        for e in 0..self.step.earlier.len() {
            let mut at: BTreeMap<Spot, u32> = BTreeMap::new();
            for &(_, m, row) in self.problem.told.iter().filter(|told| told.0 == e && set.contains(&told.1)) {
                let told = &self.step.earlier[e][m][row];
                if told.amount.is_none() && told.how == How::Source {
                    continue;
                }
                let key = (told.place, told.group, told.grade);
                let spot = Spot { slab: self.slab(m, told.period), place: key.0, group: key.1, grade: key.2 };
                let shape = self.step.measures[m].shape;
                let cell = building.cell(spot, told.amount, told.n, || Counted::amount(shape, told.n, told.amount));
                let small = told.n.zip(told.amount).is_some_and(|(n, k)| {
                    shape == Shape::Share && coding::extreme(&self.step.measures[m].rule, n, k).is_some()
                });
                building.layer.cells[cell as usize].told(told.how, small);
                at.insert(spot, cell);
            }
            self.finish_amounts(&mut building, at, least);
        }
        let mut cell_of: BTreeMap<usize, u32> = BTreeMap::new();
        let mut at: BTreeMap<Spot, u32> = BTreeMap::new();
        for i in (0..of_row.len()).filter(|&i| set.contains(&self.problem.rows[i].0)) {
            let (m, figure) = self.figure(i);
            let (Some(how), measure) = (answer.how[i], &self.step.measures[m]) else { continue };
            if figure.amount.is_none() && !hides(figure.value) {
                continue;
            }
            let (place, group, grade) = (figure.place, figure.group, figure.grade);
            let spot = Spot { slab: self.slab(m, figure.period), place, group, grade };
            let new = || Counted::amount(measure.shape, figure.n, figure.amount);
            let cell = building.cell(spot, figure.amount, figure.n, new);
            let all = self.step.atlas.groups.text(group) == headway_model::ALL;
            building.layer.cells[cell as usize].now(how, measure, figure, all);
            at.insert(spot, cell);
            cell_of.insert(i, cell);
        }
        self.finish_amounts(&mut building, at, least);
        let audit = &mut answer.audit;
        audit.cells += building.layer.cells.len() as u64;
        audit.sums += building.layer.links.len() as u64;
        audit.unsound_sums += building.unsound;
        let solved = building.layer.solve(self.step.weakness);
        let mut rows = vec![None; of_row.len()];
        for (&i, &cell) in &cell_of {
            rows[i] = Some(cell);
            let (m, figure) = self.figure(i);
            if let Some(how) = answer.how[i] {
                let wide = solved.wide[cell as usize];
                let all = self.step.atlas.groups.text(figure.group) == headway_model::ALL;
                answer.how[i] = Some(self.step.measures[m].tell(figure, how, solved.hidden[cell as usize], wide, all));
            }
        }
        answer.note(&solved, &rows);
    }

    /// Groups whose others are looked at, with those and with what they are a part of.
    fn pairs(&self, at: &BTreeMap<Spot, u32>) -> Vec<(Spot, u32, u32, bool)> {
        if self.step.weakness.no_complement { Vec::new() } else { self.step.atlas.pairs(at).collect() }
    }

    fn finish_amounts(&self, building: &mut Building, at: BTreeMap<Spot, u32>, least: i64) {
        let mut more = self.period_sums(&at, |m| m);
        let pairs = self.pairs(&at);
        for (spot, part, total, apart) in pairs {
            let cells = &building.layer.cells;
            let (part_c, total_c) = (&cells[part as usize], &cells[total as usize]);
            let (Some(part_k), Some(total_k)) = (part_c.truth, total_c.truth) else { continue };
            let (Some(part_n), Some(total_n)) = (part_c.students, total_c.students) else { continue };
            let (n, k) = (total_n - part_n, total_k - part_k);
            if n < 0 || k < 0 || k > n {
                continue;
            }
            // Results of a few others, found from what is told of the rest; and of many, where none or all of them bounds it.
            let few = n >= 1 && n < least;
            if !few && (apart || k.min(n - k) >= NEAR_ENDS) {
                continue;
            }
            let new = || if few { Counted::amount_of_others(n, k) } else { Counted::rest(k, n) };
            let cell = building.cell(spot, Some(k), Some(n as u64), new);
            more.push(Link { terms: vec![(part, 1), (cell, 1), (total, -1)], sound: true });
        }
        building.link(self.step.atlas, &at, more);
    }
}

/// Counts of others this near to none or all of them bound what can be said of the group.
const NEAR_ENDS: i64 = 10;

/// What was hidden before is hidden again before anything else: by so much it counts less.
const HIDDEN_BEFORE: f64 = 1e12;

impl Answer {
    fn note(&mut self, solved: &Solved, of_row: &[Option<u32>]) {
        self.audit.protected += solved.protected;
        self.audit.algebra += solved.algebra;
        self.audit.exposed += solved.exposed.len() as u64;
        self.audit.proved +=
            solved.protected - solved.algebra - (solved.exposed.len() as u64).min(solved.protected - solved.algebra);
        for (i, cell) in of_row.iter().enumerate() {
            if cell.is_some_and(|cell| solved.exposed.binary_search(&cell).is_ok()) {
                self.exposed.push(i);
            }
        }
    }
}

/// Whether the source knows the figure and does not tell it, or not exactly.
fn hides(value: Value) -> bool {
    matches!(value, Value::Suppressed | Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. })
}

impl Figures {
    /// Whether any figure says how many students are behind it.
    fn counts(&self) -> bool {
        self.rows.iter().any(|figure| figure.n.is_some())
    }

    /// How a figure is told, when it is known what of it must be hidden.
    fn tell(&self, figure: &Figure, students: How, hidden: bool, wide: bool, all_students: bool) -> How {
        if !students.tells_students() || !hidden {
            return students;
        }
        match (figure.n, figure.amount) {
            (Some(_), None) => How::Source,
            (Some(n), Some(k)) if self.shape == Shape::Share && !wide => {
                let coded = self.code(n, k, all_students);
                How::Range(coded.lo, coded.hi)
            }
            _ => How::Wide,
        }
    }

    /// In what words a share is told that is not told exactly.
    pub(super) fn code(&self, n: u64, k: i64, all_students: bool) -> coding::Coded {
        let band = self.rule.bands.and_then(|_| coding::band(n, k, all_students));
        band.or_else(|| coding::extreme(&self.rule, n, k)).unwrap_or_else(|| coding::range(&self.rule, n, k))
    }
}

impl Counted {
    /// A number of students.
    fn students(n: Option<u64>, least: u64, floor: i64) -> Self {
        let role = match n {
            None => Role::Unknown,
            Some(n) if n >= 1 && n < least => Role::Protect,
            Some(0) => Role::Known,
            Some(_) if least == 0 => Role::Known,
            Some(_) => Role::Candidate,
        };
        let hidden = match role {
            Role::Protect => (1, least as i64 - 1),
            Role::Unknown => (1, ENDLESS),
            _ => (least as i64, ENDLESS),
        };
        let importance = n.unwrap_or(0) as f64;
        let truth = n.map(|n| n as i64);
        Self { role, truth, students: truth, hidden, wide: (1, ENDLESS), floor, importance }
    }

    /// Students who are in the total and not in a group, and too few.
    fn others(n: i64, least: u64) -> Self {
        let hidden = (1, least as i64 - 1);
        let (role, n) = (Role::Protect, Some(n));
        Self { role, truth: n, students: n, hidden, wide: (0, ENDLESS), floor: 0, importance: 0.0 }
    }

    /// What is left of a total without a group: not protected, but not below zero or above `most`.
    fn rest(truth: i64, most: i64) -> Self {
        let bounds = (0, most);
        let (role, students) = (Role::Hidden, Some(most).filter(|&most| most != ENDLESS));
        Self { role, truth: Some(truth), students, hidden: bounds, wide: bounds, floor: 0, importance: 0.0 }
    }

    /// A result: a number of students who reached it, or a sum that a mean is made of.
    fn amount(shape: Shape, n: Option<u64>, amount: Option<i64>) -> Self {
        let wide = match (shape, n) {
            (Shape::Share, Some(n)) => (0, n as i64),
            (Shape::Share, None) => (0, ENDLESS),
            _ => (-ENDLESS, ENDLESS),
        };
        let role = if amount.is_none() { Role::Unknown } else { Role::Candidate };
        let importance = n.unwrap_or(0) as f64;
        let students = n.filter(|_| shape == Shape::Share).map(|n| n as i64);
        Self { role, truth: amount, students, hidden: wide, wide, floor: wide.0, importance }
    }

    /// The result of others, too few.
    fn amount_of_others(n: i64, k: i64) -> Self {
        let (role, students) = (Role::Protect, Some(n));
        Self { role, truth: Some(k), students, hidden: (0, n), wide: (0, n), floor: 0, importance: 0.0 }
    }

    /// Takes up what an earlier release told of a result; `small` if it, or its rest, is.
    fn told(&mut self, how: How, small: bool) {
        if how == How::Shown {
            self.role = Role::Known;
        }
        if self.role == Role::Known || self.truth.is_none() {
            return;
        }
        if let How::Range(lo, hi) = how {
            self.hidden = (self.hidden.0.max(lo), self.hidden.1.min(hi));
            self.wide = self.hidden;
        }
        self.importance -= HIDDEN_BEFORE;
        let secret = small || matches!(how, How::Hidden(Reason::FewStudents | Reason::BySource));
        if secret || self.role == Role::Protect {
            self.role = Role::Protect;
        } else {
            self.role = Role::Hidden;
        }
    }

    /// What is to become of a result now that it is known what is told of its students.
    fn now(&mut self, students: How, measure: &Figures, figure: &Figure, all_students: bool) {
        if self.role == Role::Known || self.role == Role::Unknown {
            return;
        }
        let (Some(n), Some(k)) = (figure.n, figure.amount) else { return };
        let bounds = |cell: &mut Self, lo: i64, hi: i64| {
            cell.hidden = (cell.hidden.0.max(lo), cell.hidden.1.min(hi));
        };
        match students {
            How::Hidden(Reason::FewStudents | Reason::BySource) => self.role = Role::Protect,
            // Nobody of an unknown number is nobody all the same.
            How::Hidden(_) if self.role == Role::Protect || coding::extreme(&measure.rule, n, k).is_some() => {
                self.role = Role::Protect;
            }
            How::Hidden(_) => self.role = Role::Hidden,
            _ if n == 0 || !measure.rule.people => self.role = Role::Known,
            _ if measure.shape != Shape::Share => {
                self.role = if self.role == Role::Protect { Role::Protect } else { Role::Candidate };
            }
            _ => {
                let coded = measure.code(n, k, all_students);
                bounds(self, coded.lo, coded.hi);
                let small = coding::extreme(&measure.rule, n, k).is_some();
                self.role = match (small || self.role == Role::Protect, measure.rule.bands) {
                    (true, _) => Role::Protect,
                    (false, Some(_)) => Role::Hidden,
                    (false, None) => Role::Candidate,
                };
            }
        }
    }
}
