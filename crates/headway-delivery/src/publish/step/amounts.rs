//! Which results are told, where their students are.

use std::collections::BTreeMap;

use super::super::coding;
use super::super::figures::{Figure, Figures, Shape};
use super::super::layer::Counted;
use super::super::links::{Link, Spot};
use super::super::told::How;
use super::answer::Answer;
use super::building::Building;
use super::{Solving, hides};

/// Counts of others this near to none or all of them bound what can be said of the group.
pub(super) const NEAR_ENDS: i64 = 10;

impl Solving<'_> {
    /// Decides over the results of measures that hang together.
    pub(super) fn amounts(&self, set: &[usize], of_row: &[Option<u32>], answer: &mut Answer) {
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
    pub(super) fn pairs(&self, at: &BTreeMap<Spot, u32>) -> Vec<(Spot, u32, u32, bool)> {
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

impl Figures {
    /// Whether any figure says how many students are behind it.
    pub(super) fn counts(&self) -> bool {
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
    pub(in crate::publish) fn code(&self, n: u64, k: i64, all_students: bool) -> coding::Coded {
        let band = self.rule.bands.and_then(|_| coding::band(n, k, all_students));
        band.or_else(|| coding::extreme(&self.rule, n, k)).unwrap_or_else(|| coding::range(&self.rule, n, k))
    }
}
