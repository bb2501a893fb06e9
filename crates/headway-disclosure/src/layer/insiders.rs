//! Somebody inside: a school or district knows its own figures, hidden or not, and must not learn another's from them.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use headway_stats::suppress::{CellRole, RelationSystem};

use super::CountTable;

/// How often more is hidden.
const ROUNDS: usize = 6;

/// A protected count that somebody inside could work out, and the sum that gives it away.
struct InsiderFinding {
    observer: u32,
    cell: u32,
    row: u32,
}

impl CountTable {
    /// Hides more until nobody who knows the figures of a place, and of those below it, could work out a protected count of
    /// another by subtraction. `above` has for each place itself and those above it. Gives how many could all the same.
    pub(super) fn close_inside(
        &self,
        system: &RelationSystem,
        above: &[Vec<u32>],
        hidden: &mut [bool],
        wide: &mut [bool],
    ) -> u64 {
        for _ in 0..ROUNDS {
            let found = self.find_inside(system, above, hidden);
            let mut more = false;
            let mut done = HashSet::new();
            for find in found.iter().filter(|find| done.insert(find.row)) {
                more |= self.hide_one_more(system, above, find, hidden, wide);
            }
            if !more {
                return found.iter().map(|find| find.cell).collect::<HashSet<u32>>().len() as u64;
            }
        }
        self.find_inside(system, above, hidden).iter().map(|find| find.cell).collect::<HashSet<u32>>().len() as u64
    }

    /// What each observer could work out.
    fn find_inside(&self, system: &RelationSystem, above: &[Vec<u32>], hidden: &[bool]) -> Vec<InsiderFinding> {
        let mut left: Vec<u32> = vec![0; system.relation_count()];
        let mut own: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for c in (0..self.cells.len() as u32).filter(|&c| hidden[c as usize]) {
            system.of_cell(c).iter().for_each(|&(row, _)| left[row as usize] += 1);
            let observers = above.get(self.cells[c as usize].place as usize);
            observers.into_iter().flatten().for_each(|&place| own.entry(place).or_default().push(c));
        }
        let mut found = Vec::new();
        for (&observer, cells) in &own {
            self.find_for_observer(system, (observer, cells), &left, hidden, &mut found);
        }
        found
    }

    fn find_for_observer(
        &self,
        system: &RelationSystem,
        (observer, own): (u32, &[u32]),
        left: &[u32],
        hidden: &[bool],
        found: &mut Vec<InsiderFinding>,
    ) {
        let mut known: HashSet<u32> = own.iter().copied().collect();
        let mut less: HashMap<u32, u32> = HashMap::new();
        let mut due: VecDeque<u32> = own.iter().copied().collect();
        while let Some(c) = due.pop_front() {
            for &(row, _) in system.of_cell(c) {
                let less = less.entry(row).or_default();
                *less += 1;
                if left[row as usize] != *less + 1 {
                    continue;
                }
                let open = |c: &u32| hidden[*c as usize] && !known.contains(c);
                let Some(cell) = system.terms(row).iter().map(|&(c, _)| c).find(open) else { continue };
                known.insert(cell);
                due.push_back(cell);
                // A district of one school has that school's figures: knowing them is no find.
                let same = system.terms(row).len() == 2;
                if !same && self.cells[cell as usize].is_protected() {
                    found.push(InsiderFinding { observer, cell, row });
                }
            }
        }
    }

    /// Hides the least important figure of the sum that is not the observer's, and what keeps it hidden.
    fn hide_one_more(
        &self,
        system: &RelationSystem,
        above: &[Vec<u32>],
        find: &InsiderFinding,
        hidden: &mut [bool],
        wide: &mut [bool],
    ) -> bool {
        let others = |c: u32| {
            let observers = above.get(self.cells[c as usize].place as usize);
            !observers.is_some_and(|of| of.contains(&find.observer))
        };
        let Some(first) = self.least_important(system, find.row, hidden, &others) else { return false };
        self.hide_with_company(system, first, hidden, wide);
        true
    }

    /// The least important figure of a sum that is told and may be hidden.
    pub(super) fn least_important(
        &self,
        system: &RelationSystem,
        row: u32,
        hidden: &[bool],
        may: &dyn Fn(u32) -> bool,
    ) -> Option<u32> {
        let can = |&c: &u32| !hidden[c as usize] && self.cells[c as usize].role == CellRole::Candidate && may(c);
        let cells = system.terms(row).iter().map(|&(c, _)| c).filter(can);
        cells.min_by(|&a, &b| {
            self.cells[a as usize].importance.total_cmp(&self.cells[b as usize].importance).then(a.cmp(&b))
        })
    }

    /// Hides a figure, and in each of its sums another one if it would be the only one hidden there.
    pub(super) fn hide_with_company(
        &self,
        system: &RelationSystem,
        first: u32,
        hidden: &mut [bool],
        wide: &mut [bool],
    ) {
        let mut due = vec![first];
        while let Some(c) = due.pop() {
            hidden[c as usize] = true;
            wide[c as usize] = true;
            for &(row, _) in system.of_cell(c) {
                let alone = system.terms(row).iter().filter(|(other, _)| hidden[*other as usize]).count() == 1;
                if alone && let Some(other) = self.least_important(system, row, hidden, &|_| true) {
                    due.push(other);
                    hidden[other as usize] = true;
                }
            }
        }
    }
}
