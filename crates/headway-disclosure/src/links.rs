//! Which figures of one edition a reader may take for sums of others: places, student groups, grades, measures.

mod places;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use headway_model::{ALL, PeriodKind};

use super::atlas::{CellKey, CodeNumbers, PeriodHierarchies};
use super::formulas::{KnownSums, SumFormula};
use super::layer::{CountedCell, ENDLESS};

/// A sum that readers may believe in: its terms add up to nothing. A total stands last.
#[derive(Clone, Debug)]
pub(super) struct AdditiveConstraint {
    pub(super) terms: Vec<(u32, i32)>,
    /// As far as is known it adds up.
    pub(super) sound: bool,
}

/// A sum that does not add up: its total, and what its parts add up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UnsoundSum {
    pub(super) total: CellKey,
    pub(super) said: i64,
    pub(super) parts: i64,
    /// What it is a sum of.
    pub(super) of: &'static str,
    /// What is made of it.
    pub(super) taken: UnsoundTreatment,
}

/// What is made of a sum that does not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UnsoundTreatment {
    /// Readers may believe in it: it counts as if it did.
    AsSum,
    /// Off by more than a tenth: no reader takes it for a sum, and it is not treated as one.
    Far,
    /// Too few are in the total and in none of its parts: they are protected like others that are too few.
    Missing,
}

/// Cells of a sum with their coefficients, and its total: what is in the total and in none of the parts.
pub(super) type MissingPart<'a> = dyn Fn(&[(u32, i32)], &CellKey) -> Option<CountedCell> + 'a;

/// What is known of the cells of an edition.
pub(super) struct KnownCells<'a> {
    pub(super) count: &'a dyn Fn(u32) -> Option<i64>,
    /// The least and the most that a count can be.
    pub(super) ends: &'a dyn Fn(u32) -> (i64, i64),
    /// What is in a total and in none of its parts, if it must be protected.
    pub(super) missing: &'a MissingPart<'a>,
    /// A sum that lacks a part counts as if it did not, where the source hides another part.
    pub(super) lacking: bool,
    /// Cells that are not to be noted where they do not add up.
    pub(super) kept: &'a BTreeSet<u32>,
    /// Cells without a row: where their sums do not add up they are none.
    pub(super) margins: &'a BTreeSet<u32>,
}

/// The sums of an edition.
#[derive(Default)]
pub(super) struct EditionSums {
    pub(super) links: Vec<AdditiveConstraint>,
    /// Sums with what is missing in them, which is a cell of its own with the coefficient 1.
    pub(super) missing: Vec<(Vec<(u32, i32)>, CountedCell)>,
    pub(super) unsound: Vec<UnsoundSum>,
    /// Sums of places in words, and whether nothing but where the places lie says so.
    pub(super) of_places: BTreeSet<(String, bool)>,
}

/// How figures of one edition may be made up of each other.
pub(super) struct EditionStructure<'a> {
    pub(super) atlas: &'a CodeNumbers,
    pub(super) forest: &'a PeriodHierarchies,
    pub(super) formulas: &'a KnownSums,
    /// Places of one level may be several groupings.
    pub(super) groupings: bool,
    /// What has no row is looked at.
    pub(super) lacking: bool,
    /// Sums over two codes at once are looked at, with what lies between.
    pub(super) margins: bool,
    /// The kind of the periods of a table.
    pub(super) kind: &'a dyn Fn(u32) -> PeriodKind,
}

/// A sum before it is judged.
struct CandidateSum {
    terms: Vec<(u32, i32)>,
    total: CellKey,
    of: &'static str,
    /// Nothing says that it is one but where the places lie.
    guess: bool,
    /// One of its parts has no row: it only shows what is missing.
    partial: bool,
}

impl EditionStructure<'_> {
    /// Every sum over places, groups and grades. `at` is the cell of each spot.
    pub(super) fn find_sums(&self, at: &BTreeMap<CellKey, u32>, known: &KnownCells<'_>) -> EditionSums {
        let mut sums: Vec<CandidateSum> = Vec::new();
        let of_places = self.sums_of_places(at, known.count, &mut sums);
        self.sums_of_groups(at, &mut sums);
        self.sums_of_grades(at, known.count, &mut sums);
        EditionSums { of_places, ..judge_sums(sums, known) }
    }

    fn sums_of_groups(&self, at: &BTreeMap<CellKey, u32>, sums: &mut Vec<CandidateSum>) {
        let [asian, islander] = ["mas", "mnp"].map(|code| self.atlas.groups.find_number(code));
        let by_total = by_total(&self.formulas.groups);
        for (spot, &cell) in at {
            let find = |group: u32| at.get(&CellKey { group, ..*spot }).copied();
            let first = sums.len();
            for partition in self.formulas.partitions.iter().filter(|p| p.total == spot.group) {
                let all = |groups: &[u32]| -> Vec<u32> { groups.iter().filter_map(|&group| find(group)).collect() };
                let (fine, coarse) = (all(&partition.parts), all(&partition.coarse));
                // Asian and Pacific Islander are one group in older files.
                let there = [asian, islander].into_iter().flatten().any(|group| find(group).is_some());
                let parts = if there { fine } else { [fine, coarse].concat() };
                if parts.len() > 1 {
                    let terms = parts.into_iter().map(|c| (c, 1)).chain([(cell, -1)]).collect();
                    sums.push(CandidateSum { terms, total: *spot, of: "groups", guess: false, partial: false });
                }
            }
            for formula in by_total.get(&spot.group).into_iter().flatten() {
                add_formula_sum(formula, &find, *spot, "groups", first, sums);
            }
        }
    }

    /// Grades to all grades, where most of the sums that can be looked at add up (some tables have grades that overlap), and
    /// whatever else is known of grades.
    fn sums_of_grades(
        &self,
        at: &BTreeMap<CellKey, u32>,
        count: &dyn Fn(u32) -> Option<i64>,
        sums: &mut Vec<CandidateSum>,
    ) {
        let by_total = by_total(&self.formulas.grades);
        let first = sums.len();
        if let Some(all) = self.atlas.grades.find_number(ALL) {
            let mut parts: BTreeMap<(u32, i32), BTreeMap<CellKey, Vec<u32>>> = BTreeMap::new();
            for (spot, &cell) in at.iter().filter(|(spot, _)| spot.grade != all) {
                let total = CellKey { grade: all, ..*spot };
                if at.contains_key(&total) {
                    parts.entry((spot.table, spot.period)).or_default().entry(total).or_default().push(cell);
                }
            }
            for table in parts.values() {
                let adds = |(total, parts): (&CellKey, &Vec<u32>)| {
                    Some(parts.iter().map(|&c| count(c)).sum::<Option<i64>>()? == count(at[total])?)
                };
                let known: Vec<bool> = table.iter().filter_map(adds).collect();
                if 2 * known.iter().filter(|adds| **adds).count() >= known.len() {
                    for (total, parts) in table {
                        let terms = parts.iter().map(|&c| (c, 1)).chain([(at[total], -1)]).collect();
                        sums.push(CandidateSum { terms, total: *total, of: "grades", guess: false, partial: false });
                    }
                }
            }
        }
        for (spot, _) in at.iter().filter(|_| !by_total.is_empty()) {
            for formula in by_total.get(&spot.grade).into_iter().flatten() {
                let find = |grade: u32| at.get(&CellKey { grade, ..*spot }).copied();
                add_formula_sum(formula, &find, *spot, "grades", first, sums);
            }
        }
    }

    /// Groups with what they are a part of: (spot of the others, cell of the group, of the total, whether the others are groups
    /// with figures of their own).
    pub(super) fn group_pairs<'a>(
        &'a self,
        at: &'a BTreeMap<CellKey, u32>,
    ) -> impl Iterator<Item = (CellKey, u32, u32, bool)> + 'a {
        let mut wholes: HashMap<u32, Vec<u32>> = HashMap::new();
        for &(group, total) in &self.formulas.within {
            wholes.entry(group).or_default().push(total);
        }
        at.iter().flat_map(move |(spot, &cell)| {
            let of = wholes.get(&spot.group).cloned().unwrap_or_default();
            of.into_iter().filter_map(move |total| {
                let whole = *at.get(&CellKey { group: total, ..*spot })?;
                let there = |group: &&u32| at.contains_key(&CellKey { group: **group, ..*spot });
                let parts = |p: &&super::formulas::GroupPartition| p.total == total && p.parts.contains(&spot.group);
                let apart = self
                    .formulas
                    .partitions
                    .iter()
                    .find(parts)
                    .is_some_and(|p| p.parts.iter().filter(there).count() > 1);
                let others = CellKey { rest_of: total + 1, ..*spot };
                Some((others, cell, whole, apart))
            })
        })
    }
}

/// Formulas by their last term, which is the total where there is one.
fn by_total(formulas: &[SumFormula]) -> HashMap<u32, Vec<&SumFormula>> {
    let mut by_total: HashMap<u32, Vec<&SumFormula>> = HashMap::new();
    for formula in formulas {
        if let Some((total, _)) = formula.terms.last() {
            by_total.entry(*total).or_default().push(formula);
        }
    }
    by_total
}

/// Adds a sum that is not among those since `first` already, if its total and one part at least are there.
fn add_formula_sum(
    formula: &SumFormula,
    find: &dyn Fn(u32) -> Option<u32>,
    total: CellKey,
    of: &'static str,
    first: usize,
    sums: &mut Vec<CandidateSum>,
) {
    let terms: Vec<(u32, i32)> = formula.terms.iter().filter_map(|&(code, k)| Some((find(code)?, k))).collect();
    let partial = terms.len() < formula.terms.len();
    let totals = formula.terms.iter().filter(|(_, k)| *k < 0).count();
    // One part alone leaves those who are not in it: they are looked at as such.
    if partial && (totals != 1 || terms.len() < 3) {
        return;
    }
    let sorted = |terms: &[(u32, i32)]| {
        let mut terms = terms.to_vec();
        terms.sort_unstable();
        terms
    };
    let near = first.max(sums.len().saturating_sub(NEAR));
    let new = sorted(&terms);
    if !sums[near..].iter().any(|known| known.terms.len() == new.len() && sorted(&known.terms) == new) {
        sums.push(CandidateSum { terms, total, of, guess: false, partial });
    }
}

/// The same sum twice does no harm; only the last ones are looked at.
const NEAR: usize = 16;

/// Those sums that a reader may believe in, and those that do not add up.
fn judge_sums(sums: Vec<CandidateSum>, known: &KnownCells<'_>) -> EditionSums {
    let one_sided = one_sided(&sums, known.count);
    let counted_apart = counted_apart(&sums, known);
    let mut judged = EditionSums { links: Vec::with_capacity(sums.len()), ..EditionSums::default() };
    for CandidateSum { terms, total, of, guess, partial } in sums {
        // An earlier figure that stays lacks those who came late, and nobody else.
        let stays = terms.iter().any(|(c, _)| known.kept.contains(c));
        let kind = (of, total.table, total.period);
        let lacking = !guess && !stays && one_sided.contains(&kind) && !counted_apart.contains(&kind);
        let missing = lacking.then(|| (known.missing)(&terms, &total)).flatten();
        let sound = adds_up(&terms, known.ends);
        // Where the source hides one part and leaves another out, both together are what is left: whoever learns what was left out
        // (nobody there, or by another sum) knows what was hidden.
        let open = || known.lacking && sound && terms.iter().any(|&(c, _)| (known.count)(c).is_none());
        if partial && missing.is_none() && !open() {
            continue;
        }
        if !sound && terms.iter().any(|(c, _)| known.margins.contains(c)) {
            continue;
        }
        if !sound && let Some((&(cell, _), parts)) = terms.split_last() {
            let known_parts: i64 = parts.iter().filter_map(|&(c, k)| Some(i64::from(k) * (known.count)(c)?)).sum();
            let said = (known.count)(cell).unwrap_or(0);
            // Far off it is no sum, and nobody would take it for one.
            let far = (known_parts - said).abs() > (said / 10).max(2);
            let taken = match (missing.is_some(), far) {
                (true, _) => UnsoundTreatment::Missing,
                (false, true) => UnsoundTreatment::Far,
                (false, false) => UnsoundTreatment::AsSum,
            };
            if !(stays || guess && far) {
                judged.unsound.push(UnsoundSum { total, said, parts: known_parts, of, taken });
            }
            if taken == UnsoundTreatment::Far {
                continue;
            }
        }
        match missing {
            Some(missing) => judged.missing.push((terms, missing)),
            None => judged.links.push(AdditiveConstraint { terms, sound }),
        }
    }
    judged
}

/// What is summed, table, period.
type SumKind = (&'static str, u32, i32);

/// The kinds of sums whose totals are hardly ever less than their parts: there a total that is more lacks a part. Where totals
/// are off to both sides they are counted in another way.
fn one_sided(sums: &[CandidateSum], count: &dyn Fn(u32) -> Option<i64>) -> BTreeSet<SumKind> {
    let mut sides: BTreeMap<SumKind, (usize, usize)> = BTreeMap::new();
    for sum in sums.iter().filter(|sum| !sum.partial) {
        let left = sum.terms.iter().map(|&(c, k)| Some(-i64::from(k) * count(c)?)).sum::<Option<i64>>();
        let (less, more) = sides.entry((sum.of, sum.total.table, sum.total.period)).or_default();
        match left {
            Some(left) if left < 0 => *less += 1,
            Some(left) if left > 0 => *more += 1,
            _ => {}
        }
    }
    sides.into_iter().filter(|(_, (less, more))| 4 * less <= *more).map(|(kind, _)| kind).collect()
}

/// The kinds of sums of results that add up in nine of ten tables though their students mostly do not: these are counted in another
/// way, and nobody is missing from the results.
fn counted_apart(sums: &[CandidateSum], known: &KnownCells<'_>) -> BTreeSet<SumKind> {
    let mut kinds: BTreeMap<SumKind, (usize, usize, usize)> = BTreeMap::new();
    for sum in sums.iter().filter(|sum| !sum.partial) {
        if sum.terms.last().is_none_or(|&(total, _)| (known.count)(total).is_none_or(|said| said == 0)) {
            continue;
        }
        let parts = sum.terms.iter().map(|&(c, k)| Some(i64::from(k) * (known.count)(c)?)).sum::<Option<i64>>();
        let Some(left) = parts else { continue };
        let (seen, held, apart) = kinds.entry((sum.of, sum.total.table, sum.total.period)).or_default();
        *seen += 1;
        *held += usize::from(left == 0);
        *apart += usize::from(left == 0 && (known.missing)(&sum.terms, &sum.total).is_some());
    }
    let counts_apart =
        |&(_, (seen, held, apart)): &(SumKind, (usize, usize, usize))| 10 * held >= 9 * seen && 2 * apart > held;
    kinds.into_iter().filter(counts_apart).map(|(kind, _)| kind).collect()
}

/// Whether a sum can add up, as far as is known: `ends` gives the least and the most that a count can be.
pub(super) fn adds_up(terms: &[(u32, i32)], ends: &dyn Fn(u32) -> (i64, i64)) -> bool {
    let (mut least, mut most) = (Some(0i64), Some(0i64));
    for &(c, k) in terms {
        let (lo, hi) = ends(c);
        let (lo, hi) = if k > 0 { (lo, hi) } else { (hi, lo) };
        let times = |end: i64| (end.abs() != ENDLESS).then(|| i64::from(k) * end);
        least = least.zip(times(lo)).map(|(sum, end)| sum + end);
        most = most.zip(times(hi)).map(|(sum, end)| sum + end);
    }
    least.is_none_or(|least| least <= 0) && most.is_none_or(|most| most >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_held_against_the_bounds_of_what_is_not_known() {
        const OPEN: (i64, i64) = (0, ENDLESS);
        let told = |n: i64| (n, n);
        for (ends, adds) in [
            (vec![told(3), told(4), told(7)], true),
            (vec![told(3), told(5), told(7)], false),
            (vec![told(3), OPEN, told(7)], true),
            (vec![told(9), OPEN, told(7)], false),
            (vec![told(9), OPEN, OPEN], true),
            // The source's own band leaves too few, or too many.
            (vec![told(3), (0, 3), told(7)], false),
            (vec![told(3), (5, 9), told(7)], false),
            (vec![told(3), (0, 4), told(7)], true),
            (vec![(0, 2), (0, 3), (6, 9)], false),
            (vec![(-ENDLESS, ENDLESS), (0, 3), (6, 9)], true),
        ] {
            let of = |c: u32| ends[c as usize];
            assert_eq!(adds_up(&[(0, 1), (1, 1), (2, -1)], &of), adds, "{ends:?}");
        }
    }
}
