//! Counts without a row that lie between what is told: the third graders of a district, where schools are told by grade and the
//! district for all grades alone. A total over two codes at once is a sum over them; nobody tells them, and everybody can add them up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use headway_model::{ALL, Level};

use super::super::atlas::CellKey;
use super::super::layer::CountedCell;
use super::super::links::EditionStructure;
use super::building::TableBuilder;

/// So many steps may lie between what is told and its total.
const STEPS: usize = 2;
/// Versions of such counts are told apart from those of rows.
const NO_ROW: Option<u64> = Some(u64::MAX - 1);

/// How a count is a part of another: by place, by grade, or by the groups of one partition or sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SumRoute {
    Places,
    Grades,
    Groups(usize),
}

/// The parts of a count, by what they are.
type RouteParts = BTreeMap<SumRoute, Vec<CellKey>>;
/// Table, period, route, and the levels of the total and of its parts.
type RouteClass = (u32, i32, SumRoute, Option<Level>, Option<Level>);
/// A count and the students behind it, where they are known.
type MarginCount = (Option<i64>, Option<i64>);

/// What is told of an edition, and the counts between.
struct MarginFinder<'a> {
    edition: &'a EditionStructure<'a>,
    at: &'a BTreeMap<CellKey, u32>,
    cells: &'a [CountedCell],
    /// For each group those that it is a part of.
    totals: HashMap<u32, Vec<(SumRoute, u32)>>,
    /// Places with any count, by table and period.
    places: BTreeSet<(u32, i32, u32)>,
}

impl TableBuilder {
    /// The cells of an edition and of what lies between them, and which those are.
    pub(super) fn with_margins(
        &mut self,
        edition: &EditionStructure<'_>,
        at: &BTreeMap<CellKey, u32>,
    ) -> (BTreeMap<CellKey, u32>, BTreeSet<u32>) {
        if !edition.margins {
            return (at.clone(), BTreeSet::new());
        }
        let finder = MarginFinder::new(edition, at, (&self.layer.cells, &self.before));
        let (found, told_before) = (finder.margins(), finder.told_before(&self.before));
        let (mut all, mut margins) = (at.clone(), BTreeSet::new());
        for (spot, cell) in told_before {
            all.insert(spot, cell);
            margins.insert(cell);
        }
        for (spot, (truth, students), least) in found {
            // What an earlier release told there is known.
            let before = self.before.get(&spot).copied();
            let cell = before.unwrap_or_else(|| {
                let new = || CountedCell::margin(truth, students, least);
                self.version_cell(spot, truth, NO_ROW, new)
            });
            all.insert(spot, cell);
            margins.insert(cell);
        }
        (all, margins)
    }
}

impl<'a> MarginFinder<'a> {
    fn new(
        edition: &'a EditionStructure<'a>,
        at: &'a BTreeMap<CellKey, u32>,
        (cells, before): (&'a [CountedCell], &BTreeMap<CellKey, u32>),
    ) -> Self {
        let mut totals: HashMap<u32, Vec<(SumRoute, u32)>> = HashMap::new();
        for (number, partition) in edition.formulas.partitions.iter().enumerate() {
            for part in partition.parts.iter().chain(&partition.coarse) {
                totals.entry(*part).or_default().push((SumRoute::Groups(number), partition.total));
            }
        }
        let first = edition.formulas.partitions.len();
        for (number, formula) in edition.formulas.groups.iter().enumerate() {
            let Some((&(total, -1), parts)) = formula.terms.split_last() else { continue };
            for (part, _) in parts.iter().filter(|_| parts.iter().all(|(_, k)| *k == 1)) {
                totals.entry(*part).or_default().push((SumRoute::Groups(first + number), total));
            }
        }
        let places = at.keys().chain(before.keys()).map(|spot| (spot.table, spot.period, spot.place)).collect();
        Self { edition, at, cells, totals, places }
    }

    /// What a count is a part of.
    fn wholes_of(&self, spot: &CellKey) -> Vec<(SumRoute, CellKey)> {
        let tree = self.edition.forest.tree_in((self.edition.kind)(spot.table), spot.period);
        let is_there = |place: &&u32| self.places.contains(&(spot.table, spot.period, **place));
        let above = tree.and_then(|tree| tree.places_above(spot.place).iter().find(is_there));
        let all = self.edition.atlas.grades.find_number(ALL).filter(|all| *all != spot.grade);
        let groups = self.totals.get(&spot.group).into_iter().flatten();
        let mut wholes: Vec<(SumRoute, CellKey)> =
            groups.map(|&(route, group)| (route, CellKey { group, ..*spot })).collect();
        wholes.extend(above.map(|&place| (SumRoute::Places, CellKey { place, ..*spot })));
        wholes.extend(all.map(|grade| (SumRoute::Grades, CellKey { grade, ..*spot })));
        wholes
    }

    /// What earlier releases told where this one has no row: the whole of what it tells, or all parts of it.
    fn told_before(&self, before: &BTreeMap<CellKey, u32>) -> Vec<(CellKey, u32)> {
        let gone = before.iter().filter(|(spot, _)| spot.rest_of == 0 && !self.at.contains_key(spot));
        let gone: BTreeMap<CellKey, u32> = gone.map(|(spot, cell)| (*spot, *cell)).collect();
        if gone.is_empty() {
            return Vec::new();
        }
        let (mut parted, mut wholes) = (BTreeSet::new(), BTreeSet::new());
        for spot in self.at.keys().filter(|spot| spot.rest_of == 0) {
            for (route, whole) in self.wholes_of(spot) {
                parted.insert((whole, route));
                wholes.extend(Some(whole).filter(|whole| gone.contains_key(whole)));
            }
        }
        // Beside parts that are told now those of before are others: places that were closed, rows that were taken back.
        let is_part = |spot: &CellKey| {
            let of = self.wholes_of(spot).into_iter().filter(|(_, whole)| self.at.contains_key(whole));
            of.into_iter().any(|(route, whole)| !parted.contains(&(whole, route)))
        };
        gone.into_iter().filter(|(spot, _)| wholes.contains(spot) || is_part(spot)).collect()
    }

    /// The counts between, with what they are and the least that they can be.
    fn margins(&self) -> Vec<(CellKey, MarginCount, i64)> {
        let (between, told) = self.parts();
        if between.is_empty() {
            return Vec::new();
        }
        let mut counts: BTreeMap<CellKey, MarginCount> = BTreeMap::new();
        for _ in 0..STEPS {
            for (spot, parts) in &between {
                if let Some(count) = self.count_of(parts, &counts) {
                    counts.insert(*spot, count);
                }
            }
        }
        let mut kept: BTreeSet<CellKey> = self.adding_up(&told, &between, &counts);
        let mut next: Vec<CellKey> = kept.iter().copied().collect();
        while let Some(spot) = next.pop() {
            let parts = between.get(&spot).into_iter().flat_map(BTreeMap::values).flatten();
            next.extend(parts.filter(|part| between.contains_key(part)).filter(|&&part| kept.insert(part)));
        }
        let least = |spot: &CellKey| {
            let parts = between[spot].values().flatten().filter_map(|part| self.at.get(part));
            parts.map(|&c| self.cells[c as usize].wide.0).fold(0, |least, lo| if lo < 0 { lo } else { least })
        };
        kept.into_iter().map(|spot| (spot, counts.get(&spot).copied().unwrap_or_default(), least(&spot))).collect()
    }

    /// What lies between with its parts; and of what is told the parts that are not told.
    fn parts(&self) -> (BTreeMap<CellKey, RouteParts>, BTreeMap<CellKey, RouteParts>) {
        let (mut between, mut told) = (BTreeMap::<CellKey, RouteParts>::new(), BTreeMap::<CellKey, RouteParts>::new());
        let mut next: Vec<CellKey> = self.at.keys().copied().filter(|spot| spot.rest_of == 0).collect();
        let mut known: BTreeMap<(CellKey, SumRoute), bool> = BTreeMap::new();
        for step in 0..=STEPS {
            let mut further = Vec::new();
            for spot in next {
                for (route, whole) in self.wholes_of(&spot) {
                    if self.at.contains_key(&whole) {
                        match step {
                            0 => drop(known.insert((whole, route), true)),
                            _ => told.entry(whole).or_default().entry(route).or_default().push(spot),
                        }
                    } else if step < STEPS {
                        let parts = between.entry(whole).or_default();
                        if parts.is_empty() {
                            further.push(whole);
                        }
                        parts.entry(route).or_default().push(spot);
                    }
                }
            }
            next = further;
        }
        // What is told by parts of its own needs no others.
        told.iter_mut().for_each(|(whole, parts)| parts.retain(|route, _| !known.contains_key(&(*whole, *route))));
        (between, told)
    }

    /// What a count is, if its parts say one thing.
    fn count_of(&self, parts: &RouteParts, counts: &BTreeMap<CellKey, MarginCount>) -> Option<MarginCount> {
        let count = |spot: &CellKey| match self.at.get(spot) {
            Some(&c) => Some((self.cells[c as usize].truth, self.cells[c as usize].students)),
            None => counts.get(spot).copied(),
        };
        let sum = |parts: &Vec<CellKey>| {
            let parts: Vec<MarginCount> = parts.iter().map(count).collect::<Option<_>>()?;
            let truth = parts.iter().map(|part| part.0).sum::<Option<i64>>()?;
            Some((Some(truth), parts.iter().map(|part| part.1).sum::<Option<i64>>()))
        };
        let mut sums = parts.values().filter_map(sum);
        let first = sums.next()?;
        sums.all(|other| other.0 == first.0).then_some(first)
    }

    /// Those between of which what is told is the sum, in nine of ten tables that can be looked at.
    fn adding_up(
        &self,
        told: &BTreeMap<CellKey, RouteParts>,
        between: &BTreeMap<CellKey, RouteParts>,
        counts: &BTreeMap<CellKey, MarginCount>,
    ) -> BTreeSet<CellKey> {
        let level = |spot: &CellKey| {
            let tree = self.edition.forest.tree_in((self.edition.kind)(spot.table), spot.period);
            tree.and_then(|tree| tree.level(spot.place))
        };
        let class = |whole: &CellKey, route: SumRoute, parts: &[CellKey]| -> RouteClass {
            (whole.table, whole.period, route, level(whole), parts.first().and_then(level))
        };
        let mut held: BTreeMap<RouteClass, (u64, u64)> = BTreeMap::new();
        let sums =
            || told.iter().flat_map(|(whole, routes)| routes.iter().map(move |(route, parts)| (whole, *route, parts)));
        for (whole, route, parts) in sums() {
            let said = self.cells[self.at[whole] as usize].truth.filter(|said| *said != 0);
            let sum = parts.iter().map(|part| counts.get(part)?.0).sum::<Option<i64>>();
            if let (Some(said), Some(sum)) = (said, sum) {
                let (held, of) = held.entry(class(whole, route, parts)).or_default();
                *of += 1;
                *held += u64::from(sum == said);
            }
        }
        let adds = |class: RouteClass| held.get(&class).is_some_and(|(held, of)| 10 * held >= 9 * of);
        let good = sums().filter(|(whole, route, parts)| adds(class(whole, *route, parts)));
        good.flat_map(|(_, _, parts)| parts.iter().copied()).filter(|spot| between.contains_key(spot)).collect()
    }
}
