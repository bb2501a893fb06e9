//! An attack that knows all that is told of the small tables and nothing else.

use std::collections::{BTreeMap, HashMap};

use headway_stats::audit::{find_determined, narrow_bounds};
use headway_stats::suppress::RelationSystem;

use super::super::told::Disclosure;
use super::super::{HiddenReason, PublishingRule, coding};
use super::{DISTRICTS, GROUPS, Line};

/// What a reader of these releases knows: for students and for results, the cells, their sums, and the bounds of each.
pub(super) struct Attack {
    bounds: Vec<(f64, f64)>,
    secret: Vec<bool>,
    relations: Vec<Vec<(u32, i32)>>,
    versions: HashMap<(usize, usize, u64, u64), u32>,
}

impl Attack {
    /// `results`: about those who reached it; else about students.
    pub(super) fn on(rule: &PublishingRule, releases: &[(&[Line], &[Disclosure])], results: bool) -> Self {
        let mut attack = Self { bounds: vec![], secret: vec![], relations: vec![], versions: HashMap::new() };
        for (lines, hows) in releases {
            attack.read(rule, lines, hows, results);
        }
        attack
    }

    fn read(&mut self, rule: &PublishingRule, lines: &[Line], hows: &[Disclosure], results: bool) {
        let ids: Vec<&str> = ["st"]
            .into_iter()
            .chain(DISTRICTS.iter().flat_map(|(d, s)| [*d].into_iter().chain(s.iter().copied())))
            .collect();
        let mut at: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        for (&(place, group, n, k), &how) in lines.iter().zip(hows) {
            let spot =
                (ids.iter().position(|id| *id == place).unwrap(), GROUPS.iter().position(|g| *g == group).unwrap());
            let version = (spot.0, spot.1, n, if results { k } else { 0 });
            let next = self.bounds.len() as u32;
            let cell = *self.versions.entry(version).or_insert(next);
            let least = rule.effective_n_size() as f64;
            let (count, told, open) = if results {
                let open = if how.tells_students() { (0.0, n as f64) } else { (0.0, f64::INFINITY) };
                let told = match how {
                    Disclosure::Shown => Some((k as f64, k as f64)),
                    Disclosure::Range(lo, hi) => Some((lo as f64, hi as f64)),
                    _ => None,
                };
                (k, told, open)
            } else {
                let open = if how == Disclosure::Hidden(HiddenReason::FewStudents) {
                    (1.0, least - 1.0)
                } else {
                    (1.0, f64::INFINITY)
                };
                (n, how.tells_students().then_some((n as f64, n as f64)), open)
            };
            let seen = told.unwrap_or(open);
            assert!(
                seen.0 <= count as f64 && count as f64 <= seen.1,
                "{place} {group} {how:?}: {count} is not in {seen:?}"
            );
            let few = n >= 1 && n < rule.effective_n_size();
            let small = few || (results && coding::code_extreme(rule, n, k as i64).is_some());
            if cell == next {
                self.bounds.push(seen);
                self.secret.push(small && n > 0);
            } else {
                let old = &mut self.bounds[cell as usize];
                *old = (old.0.max(seen.0), old.1.min(seen.1));
            }
            at.insert(spot, cell);
        }
        self.relate(&at, &ids);
    }

    fn relate(&mut self, at: &BTreeMap<(usize, usize), u32>, ids: &[&str]) {
        let place = |id: &str| ids.iter().position(|other| *other == id).unwrap();
        for group in 0..GROUPS.len() {
            let sums = [("st", vec!["d1", "d2"])].into_iter().chain(DISTRICTS.map(|(d, s)| (d, s.to_vec())));
            for (total, parts) in sums {
                let Some(&total) = at.get(&(place(total), group)) else { continue };
                let parts = parts.iter().filter_map(|p| at.get(&(place(p), group)));
                self.relations.push(parts.map(|&c| (c, 1)).chain([(total, -1)]).collect());
            }
        }
        for place in 0..ids.len() {
            let cell = |group: &str| at.get(&(place, GROUPS.iter().position(|g| *g == group).unwrap())).copied();
            let Some(all) = cell("all") else { continue };
            let sexes: Vec<u32> = [cell("female"), cell("male")].into_iter().flatten().collect();
            if sexes.len() == 2 {
                self.relations.push(sexes.into_iter().map(|c| (c, 1)).chain([(all, -1)]).collect());
            }
            if let Some(lep) = cell("lep") {
                let others = self.bounds.len() as u32;
                self.bounds.push((0.0, f64::INFINITY));
                self.secret.push(false);
                self.relations.push(vec![(lep, 1), (others, 1), (all, -1)]);
            }
        }
    }

    /// How many secrets follow, by linear algebra or by passing bounds from sum to sum.
    pub(super) fn found(mut self) -> usize {
        let known = |b: &(f64, f64)| b.0 == b.1;
        let hidden: Vec<bool> = self.bounds.iter().map(|b| !known(b)).collect();
        let system = RelationSystem::new(self.bounds.len(), &self.relations);
        let follows = find_determined(&system, &hidden);
        narrow_bounds(&system, &mut self.bounds);
        (0..hidden.len()).filter(|&c| self.secret[c] && hidden[c] && (follows[c] || known(&self.bounds[c]))).count()
    }
}
