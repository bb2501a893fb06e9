//! Sums that hold in a part of the rows: of one group, of one grade, from one period on or up to one.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::PeriodKind;
use headway_stats::relations::{self, ColumnRelation};

use super::super::formulas::{KnownSums, SumOrigin, measure_of, students_of};
use super::super::ties::{Column, CountTie, PeriodSpan, add_tie};
use super::looking::{Rows, rows_by_rank};
use super::{CountKey, SumFinder};

/// Fewer rows prove nothing.
const LEAST_ROWS: usize = 4;

/// A part of the rows that a sum may hold in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RowPart {
    Group(u32),
    Grade(u32),
    From(i32),
    Until(i32),
}

impl RowPart {
    fn has(self, row: &CountKey) -> bool {
        match self {
            Self::Group(group) => row.group == group,
            Self::Grade(grade) => row.grade == grade,
            Self::From(first) => row.period >= first,
            Self::Until(last) => row.period <= last,
        }
    }

    /// The column in this part of the rows alone.
    fn narrowed(self, column: Column) -> Column {
        match self {
            Self::Group(group) => Column { group: Some(group), ..column },
            Self::Grade(grade) => Column { grade: Some(grade), ..column },
            Self::From(_) | Self::Until(_) => column,
        }
    }

    fn span(self, kind: PeriodKind) -> Option<PeriodSpan> {
        match self {
            Self::From(first) => Some(PeriodSpan { kind, first, last: i32::MAX }),
            Self::Until(last) => Some(PeriodSpan { kind, first: i32::MIN, last }),
            Self::Group(_) | Self::Grade(_) => None,
        }
    }
}

impl SumFinder<'_> {
    /// Sums of a few groups, grades or terms of measures that hold in a part of the rows. Those with another agency's measures are
    /// looked for among all measures.
    pub(super) fn find_partial_sums(&self, formulas: &mut KnownSums) {
        for population in self.populations[..self.own].iter().copied().collect::<BTreeSet<usize>>() {
            self.partial_sums_of_codes(population, true, &mut formulas.ties);
            self.partial_sums_of_codes(population, false, &mut formulas.ties);
        }
        let all = self.measures.len();
        let is_own = |terms: &Vec<u32>| terms.iter().all(|&term| measure_of(term).0 < self.own);
        let own = self.measures_together(self.own).into_iter().map(|terms| (self.own, terms));
        let across = self.measures_together(all).into_iter().filter(|terms| !is_own(terms)).map(|terms| (all, terms));
        for (many, terms) in own.chain(across) {
            let of_column: BTreeMap<u32, usize> = terms.iter().enumerate().map(|(at, term)| (*term, at)).collect();
            let columns: Vec<Column> = terms.iter().map(|&term| Column::own_count(term)).collect();
            let kind = self.measures[measure_of(terms[0]).0].kind;
            let by_rank = rows_by_rank(self.term_counts(many), &of_column, terms.len(), |(key, term)| (key, term));
            by_rank.values().for_each(|rows| add_partial_sums(rows, (&columns, kind), &mut formulas.ties));
        }
    }

    /// The same of the groups, or grades, of one population.
    fn partial_sums_of_codes(&self, population: usize, of_groups: bool, to: &mut Vec<CountTie>) {
        let code = |key: CountKey| if of_groups { key.group } else { key.grade };
        let rest = |key: CountKey| match of_groups {
            true => CountKey { group: 0, ..key },
            false => CountKey { grade: 0, ..key },
        };
        let names = if of_groups { &self.atlas.groups } else { &self.atlas.grades };
        let simple = (0..).zip(names.all_texts()).filter(|(_, code)| !code.contains('+'));
        let simple: Vec<u32> = simple.map(|(number, _)| number).collect();
        let (codes, of_column) = self.commonest_codes(population, &simple, &code);
        let students = Column::own_count(students_of(population));
        let column = |&code: &u32| match of_groups {
            true => Column { group: Some(code), ..students },
            false => Column { grade: Some(code), ..students },
        };
        let columns: Vec<Column> = codes.iter().map(column).collect();
        let kind = self.measures[population].kind;
        let counts = self.student_counts(population);
        let by_rank = rows_by_rank(counts, &of_column, codes.len(), |key| (rest(key), code(key)));
        by_rank.values().for_each(|rows| add_partial_sums(rows, (&columns, kind), to));
    }
}

/// Adds sums of a few columns that hold in a part of the rows and not in all of them.
fn add_partial_sums(rows: &Rows<CountKey>, (columns, kind): (&[Column], PeriodKind), to: &mut Vec<CountTie>) {
    let sets = parts_of(rows);
    if sets.iter().all(Vec::is_empty) {
        return;
    }
    let cells: Vec<Option<i64>> = rows.values().flatten().copied().collect();
    let known: Vec<ColumnRelation> = relations::find_short(columns.len(), &cells, &[]).relations;
    let tried = sets.iter().map(Vec::len).sum::<usize>() as f64;
    for set in sets {
        let mut said = known.clone();
        for part in set {
            let cells: Vec<Option<i64>> =
                rows.iter().filter(|(row, _)| part.has(row)).flat_map(|(_, counts)| counts.iter().copied()).collect();
            if cells.len() < LEAST_ROWS * columns.len() {
                continue;
            }
            let found = relations::find_short(columns.len(), &cells, &said).relations;
            for relation in found.into_iter().filter(|relation| tried * relation.chance < relations::RARE) {
                let terms = relation.terms.iter().map(|&(at, k)| (part.narrowed(columns[at as usize]), i32::from(k)));
                let (held, of, chance) = (relation.held, relation.of, tried * relation.chance);
                let tie = CountTie::from_terms(terms.collect(), SumOrigin::Found { held, of, chance });
                add_tie(to, CountTie { within: part.span(kind), ..tie });
                // What holds from an earlier period on holds from a later one on.
                if part.span(kind).is_some() {
                    said.push(relation);
                }
            }
        }
    }
}

/// The parts of these rows: groups, grades, from which period on (the longest first), up to which one.
fn parts_of(rows: &Rows<CountKey>) -> Vec<Vec<RowPart>> {
    let all = |of: fn(&CountKey) -> i64| rows.keys().map(of).collect::<BTreeSet<i64>>();
    let several = |codes: BTreeSet<i64>| if codes.len() > 1 { codes } else { BTreeSet::new() };
    let groups = several(all(|row| i64::from(row.group)));
    let grades = several(all(|row| i64::from(row.grade)));
    let periods: Vec<i32> = several(all(|row| i64::from(row.period))).into_iter().map(|period| period as i32).collect();
    vec![
        groups.into_iter().map(|group| RowPart::Group(group as u32)).collect(),
        grades.into_iter().map(|grade| RowPart::Grade(grade as u32)).collect(),
        periods.iter().skip(1).map(|&first| RowPart::From(first)).collect(),
        periods.iter().rev().skip(1).map(|&last| RowPart::Until(last)).collect(),
    ]
}
