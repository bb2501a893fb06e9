//! Which numbers of students are told.

use std::collections::{BTreeMap, BTreeSet};

use headway_stats::suppress::CellRole;

use super::super::atlas::CellKey;
use super::super::figures::{CountKind, CountedFigure};
use super::super::layer::{CountedCell, ENDLESS, SuppressionSolution};
use super::super::links::AdditiveConstraint;
use super::super::told::Disclosure;
use super::super::{AuditSummary, HiddenReason};
use super::amounts::NEAR_ENDS;
use super::answer::ProblemAnswer;
use super::building::TableBuilder;
use super::counted::HIDDEN_BEFORE;
use super::{ProblemSolver, TableId, is_hidden_by_source};

/// Where a figure stands in its table: place, group, grade.
type TableKey = (u32, u32, u32);

impl ProblemSolver<'_> {
    pub(super) fn solve_problem(&self) -> ProblemAnswer {
        let (students, of_row) = self.student_layer();
        let unsound: Vec<_> = students.unsound.iter().map(|u| (self.measure_of(u.total.table), *u)).collect();
        let sums = students.layer.links.len() as u64;
        let cells = students.layer.cells.len() as u64;
        let few_others = students.few_others;
        let of_places = students.of_places;
        let solved = students.layer.solve_layer(self.step.demands);
        let mut answer = ProblemAnswer {
            how: self.of_students(&solved, &of_row, &few_others),
            audit: AuditSummary { cells, sums, unsound_sums: unsound.len() as u64, ..AuditSummary::default() },
            exposed: Vec::new(),
            given_up: Vec::new(),
            unsound,
            of_places,
        };
        answer.note_solved(&solved, &of_row);
        for set in self.measures_together() {
            self.decide_amounts(&set, &of_row, &mut answer);
        }
        self.close_the_whole(&mut answer);
        answer
    }

    pub(super) fn figure_at(&self, at: usize) -> (usize, &CountedFigure) {
        let (m, row) = self.problem.rows[at];
        (m, &self.step.measures[m].rows[row])
    }

    /// The layer of students, and the cell of each row of now.
    fn student_layer(&self) -> (TableBuilder, Vec<Option<u32>>) {
        let mut building = TableBuilder::default();
        let most_n = |m: usize| {
            let same = |other: &usize| self.step.populations[*other] == self.step.populations[m];
            let sizes =
                (0..self.step.measures.len()).filter(same).map(|o| self.step.measures[o].rule.effective_n_size());
            sizes.max().unwrap_or(0)
        };
        let least: Vec<u64> = (0..self.step.measures.len()).map(most_n).collect();
        for e in 0..self.step.earlier.len() {
            let mut at: BTreeMap<CellKey, u32> = BTreeMap::new();
            building.kept.clear();
            for &(_, m, row) in self.problem.told.iter().filter(|told| told.0 == e) {
                let told = &self.step.earlier[e].told[m][row];
                let key = (told.place, told.group, told.grade);
                let spot = self.student_spot(m, told.period, key, told.n, &at, &building);
                let cell = building.version_cell(spot, told.n.map(|n| n as i64), None, || {
                    CountedCell::from_students(told.n, least[m], 0)
                        .of_place(self.place_factor(&spot), self.is_top(&spot))
                });
                if told.kept {
                    building.kept.insert(cell);
                }
                let known = &mut building.layer.cells[cell as usize];
                match told.how {
                    Disclosure::Hidden(HiddenReason::Secondary | HiddenReason::Complement)
                        if known.role == CellRole::Candidate =>
                    {
                        (known.role, known.untold) = (CellRole::Hidden, true);
                        known.importance -= HIDDEN_BEFORE;
                    }
                    Disclosure::Hidden(HiddenReason::FewStudents) if known.role != CellRole::Known => {
                        known.role = CellRole::Protect
                    }
                    Disclosure::Hidden(_) => {}
                    _ => known.role = CellRole::Known,
                }
                known.floor = known.floor.max(told.amount.unwrap_or(0));
                at.insert(spot, cell);
            }
            self.finish_students(&mut building, at, &least, Some(e));
        }
        building.kept.clear();
        // What was hidden before may be shown now, and is hidden first if it need not be.
        let mut of_row = Vec::with_capacity(self.problem.rows.len());
        let mut at: BTreeMap<CellKey, u32> = BTreeMap::new();
        for i in 0..self.problem.rows.len() {
            let (m, figure) = self.figure_at(i);
            let measure = &self.step.measures[m];
            let by_source = figure.n.is_none() && is_hidden_by_source(figure.value) && measure.has_counts();
            if figure.n.is_none() && !by_source {
                of_row.push(None);
                continue;
            }
            let key = (figure.place, figure.group, figure.grade);
            let spot = self.student_spot(m, figure.period, key, figure.n, &at, &building);
            let cell = building.version_cell(spot, figure.n.map(|n| n as i64), None, || {
                CountedCell::from_students(figure.n, least[m], 0).of_place(self.place_factor(&spot), self.is_top(&spot))
            });
            if figure.kept {
                building.kept.insert(cell);
            }
            let counted = &mut building.layer.cells[cell as usize];
            if counted.role == CellRole::Hidden {
                counted.role = CellRole::Candidate;
            }
            if measure.shape == CountKind::Count && figure.protect && counted.role != CellRole::Unknown {
                counted.role = CellRole::Protect;
            }
            if measure.shape == CountKind::Share {
                counted.floor = counted.floor.max(figure.amount.unwrap_or(0));
            }
            at.insert(spot, cell);
            of_row.push(Some(cell));
        }
        self.finish_students(&mut building, at, &least, None);
        (building, of_row)
    }

    /// Where the students of a figure stand: in the table of their population; in one of their measure alone where that has
    /// another number already.
    pub(super) fn student_spot(
        &self,
        m: usize,
        period: i32,
        (place, group, grade): TableKey,
        n: Option<u64>,
        at: &BTreeMap<CellKey, u32>,
        building: &TableBuilder,
    ) -> CellKey {
        let table = self.table_number(TableId::Students(self.step.populations[m]));
        let spot = CellKey { table, period, place, group, grade, rest_of: 0 };
        match at.get(&spot) {
            Some(&cell) if building.layer.cells[cell as usize].truth != n.map(|n| n as i64) => {
                CellKey { table: self.table_number(TableId::Own(m)), ..spot }
            }
            _ => spot,
        }
    }

    /// By how much more a figure of a place counts for being further up.
    pub(super) fn place_factor(&self, spot: &CellKey) -> f64 {
        const STEP: f64 = 30.0;
        match self.place_depth(spot) {
            0 if !self.is_top(spot) => 1.0,
            depth => STEP.powi(2 - depth.min(2) as i32),
        }
    }

    /// Adds what the tables of one edition have besides their figures: others, sums over periods, sums.
    fn finish_students(
        &self,
        building: &mut TableBuilder,
        at: BTreeMap<CellKey, u32>,
        least: &[u64],
        earlier: Option<usize>,
    ) {
        let most = least.iter().copied().max().unwrap_or(0);
        let mut more = self.sums_of_edition(earlier, &at, building, &[false]);
        more.links.extend(self.period_sums(&at, |m| self.table_number(TableId::Students(self.step.populations[m]))));
        for (spot, part, total, apart) in self.group_pairs(earlier, &at) {
            let truth = |c: u32| building.layer.cells[c as usize].truth;
            let (Some(part_n), Some(total_n)) = (truth(part), truth(total)) else { continue };
            let others = total_n - part_n;
            if others < 0 || others >= (most as i64).max(NEAR_ENDS) {
                continue;
            }
            let few = others >= 1 && others < most as i64;
            if !few && apart {
                continue;
            }
            let cell = building.version_cell(spot, Some(others), None, || match few {
                true => CountedCell::too_few_others(others, most),
                false => CountedCell::rest_of_total(others, ENDLESS),
            });
            // “Too few other students” is said of all students, so that a reader need not ask: other than whom.
            if few && self.step.atlas.groups.text_by_number(spot.rest_of - 1) == headway_model::ALL {
                building.few_others.insert(part);
            }
            more.links.push(AdditiveConstraint { terms: vec![(part, 1), (cell, 1), (total, -1)], sound: true });
        }
        let missing =
            |cells: &[CountedCell], terms: &[(u32, i32)], total: &CellKey| self.missing_part(cells, terms, total);
        self.in_edition(earlier, |edition| building.add_sums(edition, &at, more, earlier.is_none(), &missing));
    }

    /// Sums of a measure's counts over periods, as another measure has them.
    pub(super) fn period_sums(
        &self,
        at: &BTreeMap<CellKey, u32>,
        table: impl Fn(usize) -> u32,
    ) -> Vec<AdditiveConstraint> {
        let mut links = Vec::new();
        for (m, sum) in self.step.sums.iter().enumerate() {
            let Some((of, periods)) = *sum else { continue };
            let mut done = BTreeSet::new();
            for &(row_m, row) in self.problem.rows.iter().filter(|(row_m, _)| *row_m == m) {
                let f = &self.step.measures[row_m].rows[row];
                let spot = |table: u32, period: i32| CellKey {
                    table,
                    period,
                    place: f.place,
                    group: f.group,
                    grade: f.grade,
                    rest_of: 0,
                };
                let Some(&total) = at.get(&spot(table(m), f.period)) else { continue };
                let parts: Vec<u32> =
                    (0..periods).filter_map(|back| at.get(&spot(table(of), f.period - back)).copied()).collect();
                if parts.len() == periods as usize && !parts.contains(&total) && done.insert(total) {
                    let terms = parts.into_iter().map(|c| (c, 1)).chain([(total, -1)]).collect();
                    links.push(AdditiveConstraint { terms, sound: true });
                }
            }
        }
        links
    }

    /// What is told of each row of now, as far as students go.
    fn of_students(
        &self,
        solved: &SuppressionSolution,
        of_row: &[Option<u32>],
        few_others: &BTreeSet<u32>,
    ) -> Vec<Option<Disclosure>> {
        let told = |i: usize| {
            let cell = of_row[i]?;
            let (m, figure) = self.figure_at(i);
            let (hidden, wide) = (solved.hidden[cell as usize], solved.wide[cell as usize]);
            let few = figure.n.is_some_and(|n| n >= 1 && n < self.step.measures[m].rule.effective_n_size());
            Some(match figure.n {
                None => Disclosure::Hidden(HiddenReason::BySource),
                // Also where an earlier release, by another rule, told it.
                Some(_) if few && !wide => Disclosure::Hidden(HiddenReason::FewStudents),
                Some(_) if hidden && few_others.contains(&cell) && !wide => {
                    Disclosure::Hidden(HiddenReason::Complement)
                }
                Some(_) if hidden || few => Disclosure::Hidden(HiddenReason::Secondary),
                Some(_) if figure.amount.is_none() => Disclosure::Source,
                Some(_) => Disclosure::Shown,
            })
        };
        (0..of_row.len()).map(told).collect()
    }
}
