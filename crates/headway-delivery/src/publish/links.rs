//! Which figures a reader may take for sums of others: places, student groups, grades, periods.

use std::collections::{BTreeMap, HashMap};

use headway_model::{ALL, Group, GroupCategory, Level, Names};

use crate::places::Places;

/// Where a figure stands: a table of one measure and period, and place, group and grade as numbers of the [`Atlas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) slab: u32,
    pub(super) place: u32,
    pub(super) group: u32,
    pub(super) grade: u32,
}

/// Marks, in [`Spot::group`], the students who are not in the group.
pub(super) const OTHERS: u32 = 1 << 31;

/// A sum that readers may believe in: parts less the total are zero.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) terms: Vec<(u32, i32)>,
    /// As far as is known it adds up.
    pub(super) sound: bool,
}

/// Places, groups and grades as numbers, and how they are made up of each other.
#[derive(Default)]
pub(super) struct Atlas {
    pub(super) places: Names,
    pub(super) groups: Names,
    pub(super) grades: Names,
    levels: Vec<Option<Level>>,
    /// The places above each, the nearest first.
    above: Vec<Vec<u32>>,
    partitions: Vec<Partition>,
    /// Groups with what they are a part of.
    within: Vec<(u32, u32)>,
}

/// A group that others make up. Those in `coarse` take the place of the others where none of them is there.
struct Partition {
    total: u32,
    parts: Vec<u32>,
    coarse: Vec<u32>,
}

impl Atlas {
    /// Learns how places and groups are made up, once all of them have their numbers.
    pub(super) fn learn(&mut self, places: &Places) {
        let ids: Vec<String> = self.places.texts().map(str::to_owned).collect();
        for id in &ids {
            self.levels.push(places.level(id));
            let path = places.path(id);
            let above = path.iter().rev().skip(1).filter_map(|place| self.places.find(&place.id));
            self.above.push(above.collect());
        }
        self.learn_groups();
    }

    fn learn_groups(&mut self) {
        let codes: Vec<String> = self.groups.texts().map(str::to_owned).collect();
        let mut parts: BTreeMap<(u32, bool), (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        for (number, code) in (0..).zip(&codes) {
            let words: Vec<&str> = code.split('+').collect();
            for (at, word) in words.iter().enumerate().filter(|(_, word)| **word != ALL) {
                let rest: Vec<&str> = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, w)| *w).collect();
                let rest = if rest.is_empty() { ALL.to_owned() } else { rest.join("+") };
                let Some(total) = self.groups.find(&rest) else { continue };
                self.within.push((number, total));
                let category = Group::of_code(word).map(|group| group.category);
                let race = match category {
                    Some(GroupCategory::Race) => true,
                    Some(GroupCategory::Sex) => false,
                    _ => continue,
                };
                let (fine, coarse) = parts.entry((total, race)).or_default();
                if *word == "mpi" { coarse.push(number) } else { fine.push(number) }
            }
        }
        let whole = |((total, _), (parts, coarse))| Partition { total, parts, coarse };
        self.partitions = parts.into_iter().map(whole).collect();
    }

    /// The number of all grades together.
    fn all_grades(&self) -> Option<u32> {
        self.grades.find(ALL)
    }

    /// Every sum over the figures of one edition. `at` is the cell of each spot, in the order of spots; `count` its number
    /// where it is known.
    pub(super) fn links(&self, at: &BTreeMap<Spot, u32>, count: &dyn Fn(u32) -> Option<i64>) -> (Vec<Link>, u64) {
        let mut sums: Vec<(u32, Vec<u32>)> = Vec::new();
        self.sums_of_places(at, &mut sums);
        self.sums_of_groups(at, &mut sums);
        self.sums_of_grades(at, count, &mut sums);
        judge(sums, count)
    }

    fn sums_of_places(&self, at: &BTreeMap<Spot, u32>, sums: &mut Vec<(u32, Vec<u32>)>) {
        let mut below: HashMap<(u32, Option<Level>), usize> = HashMap::new();
        for (spot, &cell) in at {
            let total = self.above[spot.place as usize].iter().find_map(|&place| at.get(&Spot { place, ..*spot }));
            let Some(&total) = total else { continue };
            let key = (total, self.levels[spot.place as usize]);
            let place = *below.entry(key).or_insert_with(|| {
                sums.push((total, Vec::new()));
                sums.len() - 1
            });
            sums[place].1.push(cell);
        }
    }

    fn sums_of_groups(&self, at: &BTreeMap<Spot, u32>, sums: &mut Vec<(u32, Vec<u32>)>) {
        for (spot, &cell) in at {
            for partition in self.partitions.iter().filter(|p| p.total == spot.group) {
                let find = |groups: &[u32]| -> Vec<u32> {
                    groups.iter().filter_map(|&group| at.get(&Spot { group, ..*spot }).copied()).collect()
                };
                let (fine, coarse) = (find(&partition.parts), find(&partition.coarse));
                // Asian and Pacific Islander are one group in older files.
                let asian =
                    |code: &str| self.groups.find(code).is_some_and(|group| at.contains_key(&Spot { group, ..*spot }));
                let parts = if asian("mas") || asian("mnp") { fine } else { [fine, coarse].concat() };
                if parts.len() > 1 {
                    sums.push((cell, parts));
                }
            }
        }
    }

    /// Grades, where most of the sums that can be looked at add up: some tables have grades that overlap.
    fn sums_of_grades(
        &self,
        at: &BTreeMap<Spot, u32>,
        count: &dyn Fn(u32) -> Option<i64>,
        sums: &mut Vec<(u32, Vec<u32>)>,
    ) {
        let Some(all) = self.all_grades() else { return };
        let mut parts: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
        for (spot, &cell) in at.iter().filter(|(spot, _)| spot.grade != all) {
            if let Some(&total) = at.get(&Spot { grade: all, ..*spot }) {
                parts.entry((spot.slab, total)).or_default().push(cell);
            }
        }
        let mut first = 0;
        let found: Vec<((u32, u32), Vec<u32>)> = parts.into_iter().collect();
        for slab in found.chunk_by(|a, b| a.0.0 == b.0.0) {
            let known: Vec<bool> = slab
                .iter()
                .filter_map(|((_, total), parts)| {
                    let sum = parts.iter().map(|&c| count(c)).sum::<Option<i64>>()?;
                    Some(sum == count(*total)?)
                })
                .collect();
            if 2 * known.iter().filter(|adds| **adds).count() >= known.len() {
                sums.extend(found[first..first + slab.len()].iter().map(|((_, total), parts)| (*total, parts.clone())));
            }
            first += slab.len();
        }
    }

    /// Groups with what they are a part of: (spot of the others, cell of the group, of the total, whether the others are groups
    /// with figures of their own).
    pub(super) fn pairs<'a>(
        &'a self,
        at: &'a BTreeMap<Spot, u32>,
    ) -> impl Iterator<Item = (Spot, u32, u32, bool)> + 'a {
        at.iter().flat_map(move |(spot, &cell)| {
            let of = self.within.iter().filter(move |(group, _)| *group == spot.group);
            of.filter_map(move |&(_, total)| {
                let whole = *at.get(&Spot { group: total, ..*spot })?;
                let there = |group: &&u32| at.contains_key(&Spot { group: **group, ..*spot });
                let parts = |p: &&Partition| p.total == total && p.parts.contains(&spot.group);
                let apart =
                    self.partitions.iter().find(parts).is_some_and(|p| p.parts.iter().filter(there).count() > 1);
                Some((Spot { group: spot.group | OTHERS, ..*spot }, cell, whole, apart))
            })
        })
    }
}

/// Those sums that a reader may believe in, and how many of them do not add up.
fn judge(sums: Vec<(u32, Vec<u32>)>, count: &dyn Fn(u32) -> Option<i64>) -> (Vec<Link>, u64) {
    let (mut links, mut unsound) = (Vec::with_capacity(sums.len()), 0);
    for (total, parts) in sums {
        let known: i64 = parts.iter().filter_map(|&c| count(c)).sum();
        let all_known = parts.iter().all(|&c| count(c).is_some());
        let sound = match count(total) {
            None => true,
            Some(total) if all_known => known == total,
            Some(total) => known <= total,
        };
        if !sound {
            // Far off it is no sum, and nobody would take it for one.
            let total = count(total).unwrap_or(0);
            if (known - total).abs() > (total / 10).max(2) {
                continue;
            }
            unsound += 1;
        }
        let terms = parts.into_iter().map(|c| (c, 1)).chain([(total, -1)]).collect();
        links.push(Link { terms, sound });
    }
    (links, unsound)
}
