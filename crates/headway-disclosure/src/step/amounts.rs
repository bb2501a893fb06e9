//! Which results are told, where their students are.

use std::collections::BTreeMap;

use headway_stats::suppress::CellRole;

use super::super::atlas::CellKey;
use super::super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::super::layer::{CountedCell, SuppressionSolution};
use super::super::links::AdditiveConstraint;
use super::super::told::Disclosure;
use super::super::{HiddenReason, coding};
use super::answer::ProblemAnswer;
use super::building::TableBuilder;
use super::joined::JoinedMeasures;
use super::{ProblemSolver, TableId, is_hidden_by_source};

/// Counts of others this near to none or all of them bound what can be said of the group.
pub(super) const NEAR_ENDS: i64 = 10;

impl ProblemSolver<'_> {
    /// Decides over the results of measures that hang together.
    pub(super) fn decide_amounts(&self, set: &JoinedMeasures, of_row: &[Option<u32>], answer: &mut ProblemAnswer) {
        let shares = |&m: &usize| self.step.measures[m].shape != CountKind::Count;
        if !set.measures.iter().any(shares) {
            return;
        }
        let within = |m: &usize| set.measures.contains(m) || set.populations.contains(&self.step.populations[*m]);
        let sizes = (0..self.step.measures.len()).filter(within).map(|m| self.step.measures[m].rule.effective_n_size());
        let least = sizes.max().unwrap_or(0) as i64;
        let mut building = TableBuilder::default();
        for e in 0..self.step.earlier.len() {
            building.kept.clear();
            let at = self.earlier_amounts(set, e, least, &mut building);
            self.finish_amounts(&mut building, at, least, Some(e));
        }
        building.kept.clear();
        let mut cell_of: BTreeMap<usize, u32> = BTreeMap::new();
        let mut students_of: BTreeMap<usize, u32> = BTreeMap::new();
        let mut at: BTreeMap<CellKey, u32> = BTreeMap::new();
        for i in 0..of_row.len() {
            let (m, figure) = self.figure_at(i);
            let (own, counted) = (set.measures.contains(&m), set.populations.contains(&self.step.populations[m]));
            let (Some(how), measure) = (answer.how[i].filter(|_| own || counted), &self.step.measures[m]) else {
                continue;
            };
            let key = (figure.place, figure.group, figure.grade);
            if counted {
                let spot = self.student_spot(m, figure.period, key, figure.n, &at, &building);
                let few = measure.rule.effective_n_size();
                let cell = building.version_cell(spot, figure.n.map(|n| n as i64), Some(u64::MAX), || {
                    CountedCell::decided_students(figure.n, how.tells_students(), few)
                        .of_place(self.place_factor(&spot), self.is_top(&spot))
                });
                if how.tells_students() && figure.n == Some(0) {
                    building.layer.cells[cell as usize].role = CellRole::Known;
                }
                at.insert(spot, cell);
                students_of.insert(i, cell);
            }
            if !own
                || measure.shape == CountKind::Count
                || figure.amount.is_none() && !is_hidden_by_source(figure.value)
            {
                continue;
            }
            let spot = self.amount_spot(m, figure.period, key);
            let new = || {
                CountedCell::from_amount(measure.shape, figure.n, figure.amount)
                    .of_place(self.place_factor(&spot), self.is_top(&spot))
            };
            let cell = building.version_cell(spot, figure.amount, figure.n, new);
            let all = self.step.atlas.groups.text_by_number(figure.group) == headway_model::ALL;
            building.layer.cells[cell as usize].apply_students(how, measure, figure, all);
            if measure.shape == CountKind::Share
                && let band @ Some(_) = figure.source_band(measure.scale)
            {
                building.layer.cells[cell as usize].band = band;
            }
            if figure.kept {
                building.kept.insert(cell);
            }
            at.insert(spot, cell);
            cell_of.insert(i, cell);
        }
        self.finish_amounts(&mut building, at, least, None);
        let audit = &mut answer.audit;
        audit.cells += building.layer.cells.len() as u64;
        audit.sums += building.layer.links.len() as u64;
        audit.unsound_sums += building.unsound.len() as u64;
        answer.unsound.extend(building.unsound.iter().map(|u| (self.measure_of(u.total.table), *u)));
        answer.of_places.extend(std::mem::take(&mut building.of_places));
        let solved = building.layer.solve_layer(self.step.demands);
        self.of_amounts(&solved, &cell_of, &students_of, answer);
    }

    /// The results of one earlier release.
    fn earlier_amounts(
        &self,
        set: &JoinedMeasures,
        e: usize,
        least: i64,
        building: &mut TableBuilder,
    ) -> BTreeMap<CellKey, u32> {
        let mut at: BTreeMap<CellKey, u32> = BTreeMap::new();
        for &(_, m, row) in self.problem.told.iter().filter(|told| told.0 == e) {
            let (own, counted) = (set.measures.contains(&m), set.populations.contains(&self.step.populations[m]));
            if !own && !counted {
                continue;
            }
            let told = &self.step.earlier[e].told[m][row];
            let (key, shape) = ((told.place, told.group, told.grade), self.step.measures[m].shape);
            if counted {
                let spot = self.student_spot(m, told.period, key, told.n, &at, building);
                let known = told.how.tells_students();
                let cell = building.version_cell(spot, told.n.map(|n| n as i64), Some(u64::MAX), || {
                    CountedCell::decided_students(told.n, known, least as u64).of_place(self.place_factor(&spot), false)
                });
                if known {
                    building.layer.cells[cell as usize].role = CellRole::Known;
                }
                at.insert(spot, cell);
            }
            if !own || shape == CountKind::Count || told.how == Disclosure::Absent {
                continue;
            }
            let spot = self.amount_spot(m, told.period, key);
            let new = || {
                CountedCell::from_amount(shape, told.n, told.amount)
                    .of_place(self.place_factor(&spot), self.is_top(&spot))
            };
            let cell = building.version_cell(spot, told.amount, told.n, new);
            let small = told.n.zip(told.amount).is_some_and(|(n, k)| {
                shape == CountKind::Share && coding::code_extreme(&self.step.measures[m].rule, n, k).is_some()
            });
            building.layer.cells[cell as usize].apply_told(told.how, small);
            if told.kept {
                building.kept.insert(cell);
            }
            if told.amount.is_none() {
                building.layer.cells[cell as usize].band = told.band;
            }
            at.insert(spot, cell);
        }
        at
    }

    pub(super) fn amount_spot(&self, m: usize, period: i32, (place, group, grade): (u32, u32, u32)) -> CellKey {
        CellKey { table: self.table_number(TableId::Results(m)), period, place, group, grade, rest_of: 0 }
    }

    /// What is told of each row of now, as its result and its students came out.
    fn of_amounts(
        &self,
        solved: &SuppressionSolution,
        cell_of: &BTreeMap<usize, u32>,
        students_of: &BTreeMap<usize, u32>,
        answer: &mut ProblemAnswer,
    ) {
        let mut rows = vec![None; answer.how.len()];
        for (&i, &cell) in cell_of {
            rows[i] = Some(cell);
            let (m, figure) = self.figure_at(i);
            if let Some(how) = answer.how[i] {
                let wide = solved.wide[cell as usize];
                let all = self.step.atlas.groups.text_by_number(figure.group) == headway_model::ALL;
                answer.how[i] =
                    Some(self.step.measures[m].how_told(figure, how, solved.hidden[cell as usize], wide, all));
            }
        }
        for (&i, &cell) in students_of {
            if solved.hidden[cell as usize] && answer.how[i].is_some_and(Disclosure::tells_students) {
                answer.how[i] = Some(Disclosure::Hidden(HiddenReason::Secondary));
            }
        }
        answer.note_solved(solved, &rows);
    }

    /// Groups whose others are looked at, with those and with what they are a part of.
    pub(super) fn group_pairs(
        &self,
        earlier: Option<usize>,
        at: &BTreeMap<CellKey, u32>,
    ) -> Vec<(CellKey, u32, u32, bool)> {
        if self.step.demands.weakness.no_complement {
            return Vec::new();
        }
        self.in_edition(earlier, |edition| edition.group_pairs(at).collect())
    }

    fn finish_amounts(
        &self,
        building: &mut TableBuilder,
        at: BTreeMap<CellKey, u32>,
        least: i64,
        earlier: Option<usize>,
    ) {
        let mut more = self.sums_of_edition(earlier, &at, building, &[true]);
        more.links.extend(self.period_sums(&at, |m| self.table_number(TableId::Results(m))));
        for (spot, part, total, apart) in self.group_pairs(earlier, &at) {
            let cells = &building.layer.cells;
            if spot.table as usize >= self.step.measures.len() {
                continue;
            }
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
            let new = || if few { CountedCell::amount_of_others(n, k) } else { CountedCell::rest_of_total(k, n) };
            let cell = building.version_cell(spot, Some(k), Some(n as u64), new);
            more.links.push(AdditiveConstraint { terms: vec![(part, 1), (cell, 1), (total, -1)], sound: true });
        }
        let missing =
            |cells: &[CountedCell], terms: &[(u32, i32)], total: &CellKey| self.missing_part(cells, terms, total);
        self.in_edition(earlier, |edition| building.add_sums(edition, &at, more, earlier.is_none(), &missing));
    }
}

impl MeasureFigures {
    /// Whether any figure says how many students are behind it.
    pub(crate) fn has_counts(&self) -> bool {
        self.rows.iter().any(|figure| figure.n.is_some())
    }

    /// How a figure is told, when it is known what of it must be hidden.
    fn how_told(
        &self,
        figure: &CountedFigure,
        students: Disclosure,
        hidden: bool,
        wide: bool,
        all_students: bool,
    ) -> Disclosure {
        if !students.tells_students() || !hidden {
            return students;
        }
        match (figure.n, figure.amount) {
            (Some(_), None) => Disclosure::Source,
            (Some(n), Some(k)) if self.shape == CountKind::Share && !wide => {
                let coded = self.code_share(n, k, all_students);
                Disclosure::Range(coded.lo, coded.hi)
            }
            _ => Disclosure::Wide,
        }
    }

    /// In what words a share is told that is not told exactly.
    pub(crate) fn code_share(&self, n: u64, k: i64, all_students: bool) -> coding::PublishedForm {
        let band = self.rule.bands.and_then(|_| coding::code_band(n, k, all_students));
        band.or_else(|| coding::code_extreme(&self.rule, n, k)).unwrap_or_else(|| coding::code_range(&self.rule, n, k))
    }
}
