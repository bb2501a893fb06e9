//! Which figures of one edition a reader may take for sums of others: places, student groups, grades, measures.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use headway_model::{ALL, Level, PeriodKind};

use super::atlas::{Atlas, Forest, Spot};
use super::formulas::{Formula, Formulas};

/// A sum that readers may believe in: its terms add up to nothing. A total stands last.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) terms: Vec<(u32, i32)>,
    /// As far as is known it adds up.
    pub(super) sound: bool,
}

/// A sum that does not add up: its total, and what its parts add up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unsound {
    pub(super) total: Spot,
    pub(super) said: i64,
    pub(super) parts: i64,
    /// What it is a sum of.
    pub(super) of: &'static str,
    /// Off by more than a tenth: no reader takes it for a sum, and it is not treated as one.
    pub(super) far: bool,
}

/// How figures of one edition may be made up of each other.
pub(super) struct Edition<'a> {
    pub(super) atlas: &'a Atlas,
    pub(super) forest: &'a Forest,
    pub(super) formulas: &'a Formulas,
    /// The kind of the periods of a table.
    pub(super) kind: &'a dyn Fn(u32) -> PeriodKind,
}

/// A sum before it is judged.
struct Sum {
    terms: Vec<(u32, i32)>,
    total: Spot,
    of: &'static str,
    /// Nothing says that it is one but where the places lie.
    guess: bool,
}

impl Edition<'_> {
    /// Every sum over places, groups and grades. `at` is the cell of each spot; `count` its number where it is known. What
    /// is not to be noted where it does not add up is in `kept`.
    pub(super) fn links(
        &self,
        at: &BTreeMap<Spot, u32>,
        count: &dyn Fn(u32) -> Option<i64>,
        kept: &BTreeSet<u32>,
    ) -> (Vec<Link>, Vec<Unsound>) {
        let mut sums: Vec<Sum> = Vec::new();
        self.sums_of_places(at, count, &mut sums);
        self.sums_of_groups(at, &mut sums);
        self.sums_of_grades(at, count, &mut sums);
        judge(sums, count, kept)
    }

    /// What lies directly below a place makes it up: each level by itself, or several levels together (a charter school right
    /// under the state, beside the districts), whichever adds up in nearly all of the tables that are complete.
    fn sums_of_places(&self, at: &BTreeMap<Spot, u32>, count: &dyn Fn(u32) -> Option<i64>, sums: &mut Vec<Sum>) {
        // By table, period and total; then by the total's cell, and by level.
        let mut below: BTreeMap<(u32, i32, u32), BTreeMap<Spot, Below>> = BTreeMap::new();
        for (spot, &cell) in at {
            let Some(tree) = self.forest.tree((self.kind)(spot.table), spot.period) else { continue };
            let total = tree.above(spot.place).iter().map(|&place| Spot { place, ..*spot });
            let Some(total) = total.into_iter().find(|spot| at.contains_key(spot)) else { continue };
            let of_total = below.entry((spot.table, spot.period, total.place)).or_default().entry(total).or_default();
            of_total.entry(tree.level(spot.place)).or_default().push(cell);
        }
        for of_place in below.values() {
            let (sets, guess) = levels_that_add_up(of_place, at, count);
            for levels in sets {
                for (total, parts) in of_place {
                    let parts: Vec<u32> =
                        levels.iter().filter_map(|level| parts.get(level)).flatten().copied().collect();
                    if !parts.is_empty() {
                        let terms = parts.into_iter().map(|c| (c, 1)).chain([(at[total], -1)]).collect();
                        sums.push(Sum { terms, total: *total, of: "places", guess });
                    }
                }
            }
        }
    }

    fn sums_of_groups(&self, at: &BTreeMap<Spot, u32>, sums: &mut Vec<Sum>) {
        let [asian, islander] = ["mas", "mnp"].map(|code| self.atlas.groups.find(code));
        let by_total = by_total(&self.formulas.groups);
        for (spot, &cell) in at {
            let find = |group: u32| at.get(&Spot { group, ..*spot }).copied();
            let first = sums.len();
            for partition in self.formulas.partitions.iter().filter(|p| p.total == spot.group) {
                let all = |groups: &[u32]| -> Vec<u32> { groups.iter().filter_map(|&group| find(group)).collect() };
                let (fine, coarse) = (all(&partition.parts), all(&partition.coarse));
                // Asian and Pacific Islander are one group in older files.
                let there = [asian, islander].into_iter().flatten().any(|group| find(group).is_some());
                let parts = if there { fine } else { [fine, coarse].concat() };
                if parts.len() > 1 {
                    let terms = parts.into_iter().map(|c| (c, 1)).chain([(cell, -1)]).collect();
                    sums.push(Sum { terms, total: *spot, of: "groups", guess: false });
                }
            }
            for formula in by_total.get(&spot.group).into_iter().flatten() {
                let terms = formula.terms.iter().map(|&(group, k)| Some((find(group)?, k)));
                push(terms.collect(), *spot, "groups", first, sums);
            }
        }
    }

    /// Grades to all grades, where most of the sums that can be looked at add up (some tables have grades that overlap), and
    /// whatever else is known of grades.
    fn sums_of_grades(&self, at: &BTreeMap<Spot, u32>, count: &dyn Fn(u32) -> Option<i64>, sums: &mut Vec<Sum>) {
        let by_total = by_total(&self.formulas.grades);
        let first = sums.len();
        if let Some(all) = self.atlas.grades.find(ALL) {
            let mut parts: BTreeMap<(u32, i32), BTreeMap<Spot, Vec<u32>>> = BTreeMap::new();
            for (spot, &cell) in at.iter().filter(|(spot, _)| spot.grade != all) {
                let total = Spot { grade: all, ..*spot };
                if at.contains_key(&total) {
                    parts.entry((spot.table, spot.period)).or_default().entry(total).or_default().push(cell);
                }
            }
            for table in parts.values() {
                let adds = |(total, parts): (&Spot, &Vec<u32>)| {
                    Some(parts.iter().map(|&c| count(c)).sum::<Option<i64>>()? == count(at[total])?)
                };
                let known: Vec<bool> = table.iter().filter_map(adds).collect();
                if 2 * known.iter().filter(|adds| **adds).count() >= known.len() {
                    for (total, parts) in table {
                        let terms = parts.iter().map(|&c| (c, 1)).chain([(at[total], -1)]).collect();
                        sums.push(Sum { terms, total: *total, of: "grades", guess: false });
                    }
                }
            }
        }
        for (spot, _) in at.iter().filter(|_| !by_total.is_empty()) {
            for formula in by_total.get(&spot.grade).into_iter().flatten() {
                let find = |grade: u32| at.get(&Spot { grade, ..*spot }).copied();
                let terms = formula.terms.iter().map(|&(grade, k)| Some((find(grade)?, k)));
                push(terms.collect(), *spot, "grades", first, sums);
            }
        }
    }

    /// Groups with what they are a part of: (spot of the others, cell of the group, of the total, whether the others are groups
    /// with figures of their own).
    pub(super) fn pairs<'a>(
        &'a self,
        at: &'a BTreeMap<Spot, u32>,
    ) -> impl Iterator<Item = (Spot, u32, u32, bool)> + 'a {
        let mut wholes: HashMap<u32, Vec<u32>> = HashMap::new();
        for &(group, total) in &self.formulas.within {
            wholes.entry(group).or_default().push(total);
        }
        at.iter().flat_map(move |(spot, &cell)| {
            let of = wholes.get(&spot.group).cloned().unwrap_or_default();
            of.into_iter().filter_map(move |total| {
                let whole = *at.get(&Spot { group: total, ..*spot })?;
                let there = |group: &&u32| at.contains_key(&Spot { group: **group, ..*spot });
                let parts = |p: &&super::formulas::Partition| p.total == total && p.parts.contains(&spot.group);
                let apart = self
                    .formulas
                    .partitions
                    .iter()
                    .find(parts)
                    .is_some_and(|p| p.parts.iter().filter(there).count() > 1);
                let others = Spot { rest_of: total + 1, ..*spot };
                Some((others, cell, whole, apart))
            })
        })
    }
}

/// Cells below a place, by level.
type Below = BTreeMap<Option<Level>, Vec<u32>>;

/// Which levels together make up a place: those sets that add up in nine of ten of its complete tables; where none is complete,
/// each level by itself, and all of them, as a guess.
fn levels_that_add_up(
    of_place: &BTreeMap<Spot, Below>,
    at: &BTreeMap<Spot, u32>,
    count: &dyn Fn(u32) -> Option<i64>,
) -> (Vec<Vec<Option<Level>>>, bool) {
    let levels: Vec<Option<Level>> =
        of_place.values().flat_map(|parts| parts.keys().copied()).collect::<BTreeSet<_>>().into_iter().collect();
    let single = || levels.iter().map(|level| vec![*level]);
    if levels.len() == 1 {
        return (single().collect(), false);
    }
    let set = |mask: u32| (0..levels.len()).filter(move |at| mask & (1 << at) != 0);
    let mut adding = Vec::new();
    let mut complete = false;
    for mask in 1..1u32 << levels.len() {
        let (mut held, mut of) = (0usize, 0usize);
        for (total, parts) in of_place {
            let cells = set(mask).filter_map(|at| parts.get(&levels[at])).flatten();
            let sum = cells.map(|&c| count(c)).sum::<Option<i64>>();
            if let (Some(sum), Some(said)) = (sum, count(at[total]).filter(|said| *said != 0)) {
                of += 1;
                held += usize::from(sum == said);
            }
        }
        complete |= of > 0 && mask.count_ones() as usize == levels.len();
        if of > 0 && held * 10 >= of * 9 {
            adding.push(set(mask).map(|at| levels[at]).collect::<Vec<_>>());
        }
    }
    if adding.is_empty() {
        return (single().chain([levels.clone()]).collect(), true);
    }
    if !complete && !adding.contains(&levels) {
        // What can't be looked at may still be believed in.
        adding.push(levels.clone());
    }
    (adding, !complete)
}

/// Formulas by their last term, which is the total where there is one.
fn by_total(formulas: &[Formula]) -> HashMap<u32, Vec<&Formula>> {
    let mut by_total: HashMap<u32, Vec<&Formula>> = HashMap::new();
    for formula in formulas {
        if let Some((total, _)) = formula.terms.last() {
            by_total.entry(*total).or_default().push(formula);
        }
    }
    by_total
}

/// Adds a sum if all of its cells are there, and it is not among those since `first` already.
fn push(terms: Option<Vec<(u32, i32)>>, total: Spot, of: &'static str, first: usize, sums: &mut Vec<Sum>) {
    let Some(terms) = terms else { return };
    let sorted = |terms: &[(u32, i32)]| {
        let mut terms = terms.to_vec();
        terms.sort_unstable();
        terms
    };
    let near = first.max(sums.len().saturating_sub(NEAR));
    let new = sorted(&terms);
    if !sums[near..].iter().any(|known| known.terms.len() == new.len() && sorted(&known.terms) == new) {
        sums.push(Sum { terms, total, of, guess: false });
    }
}

/// The same sum twice does no harm; only the last ones are looked at.
const NEAR: usize = 16;

/// Those sums that a reader may believe in, and those that do not add up.
fn judge(sums: Vec<Sum>, count: &dyn Fn(u32) -> Option<i64>, kept: &BTreeSet<u32>) -> (Vec<Link>, Vec<Unsound>) {
    let (mut links, mut unsound) = (Vec::with_capacity(sums.len()), Vec::new());
    for Sum { terms, total, of, guess } in sums {
        let sound = adds_up(&terms, count);
        if !sound && let Some((&(cell, _), parts)) = terms.split_last() {
            let known: i64 = parts.iter().filter_map(|&(c, k)| Some(i64::from(k) * count(c)?)).sum();
            let said = count(cell).unwrap_or(0);
            // Far off it is no sum, and nobody would take it for one.
            let far = (known - said).abs() > (said / 10).max(2);
            let stated = terms.iter().any(|(c, _)| kept.contains(c));
            let passed_over = stated || (guess && far);
            if !passed_over {
                unsound.push(Unsound { total, said, parts: known, of, far });
            }
            if far {
                continue;
            }
        }
        links.push(Link { terms, sound });
    }
    (links, unsound)
}

/// Whether a sum adds up, as far as is known: unknown parts are not negative.
pub(super) fn adds_up(terms: &[(u32, i32)], count: &dyn Fn(u32) -> Option<i64>) -> bool {
    let known: i64 = terms.iter().filter_map(|&(c, k)| Some(i64::from(k) * count(c)?)).sum();
    let unknown = |sign: i32| terms.iter().any(|&(c, k)| k.signum() == sign && count(c).is_none());
    match (unknown(1), unknown(-1)) {
        (false, false) => known == 0,
        (true, false) => known <= 0,
        (false, true) => known >= 0,
        (true, true) => true,
    }
}
