//! Sums that a reader may take for known, besides places below places: of student groups, grades and measures.

use std::collections::BTreeMap;

use headway_model::{ALL, GroupCategory, MeasureId, StudentGroup};
use serde::{Deserialize, Serialize};

use super::atlas::CodeNumbers;
use super::ties::{self, Column, CountTie};

/// Terms with whole coefficients that add up to nothing; where they are parts of a total, the total stands last with -1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SumFormula {
    pub(super) terms: Vec<(u32, i32)>,
    pub(super) origin: SumOrigin,
}

/// How a sum is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SumOrigin {
    /// By what the codes mean, or by the plan.
    Stated,
    /// It holds in so many of so many rows, which is as unlikely as `chance` among all sums that were tried.
    Found { held: u64, of: u64, chance: f64 },
    /// It holds wherever it can be looked at, in too few rows to tell it from chance.
    Assumed,
}

/// All sums of a release but those of places. Groups and grades are numbers of the [`CodeNumbers`]; for measures see [`students_of`].
#[derive(Clone, Debug, Default)]
pub(super) struct KnownSums {
    pub(super) groups: Vec<SumFormula>,
    pub(super) grades: Vec<SumFormula>,
    pub(super) measures: Vec<SumFormula>,
    /// Sums under different codes, or over periods.
    pub(super) ties: Vec<CountTie>,
    pub(super) partitions: Vec<GroupPartition>,
    /// Groups with what they are a part of.
    pub(super) within: Vec<(u32, u32)>,
}

/// A group that others make up. Those in `coarse` take the place of the others where none of them is there.
#[derive(Clone, Debug)]
pub(super) struct GroupPartition {
    pub(super) total: u32,
    pub(super) parts: Vec<u32>,
    pub(super) coarse: Vec<u32>,
}

/// The number of students of a measure, as a term.
pub(super) fn students_of(measure: usize) -> u32 {
    2 * measure as u32
}

/// Its result (those who reached what is measured), as a term.
pub(super) fn amount_of(measure: usize) -> u32 {
    2 * measure as u32 + 1
}

/// The measure of a term, and whether the term is its result.
pub(super) fn measure_of(term: u32) -> (usize, bool) {
    (term as usize / 2, term % 2 == 1)
}

impl SumFormula {
    /// Parts and their total.
    pub(super) fn from_parts(parts: impl IntoIterator<Item = u32>, total: u32, origin: SumOrigin) -> Self {
        Self { terms: parts.into_iter().map(|part| (part, 1)).chain([(total, -1)]).collect(), origin }
    }

    /// Terms in any order and sign: the only one with its sign becomes the total.
    pub(super) fn from_terms(mut terms: Vec<(u32, i32)>, origin: SumOrigin) -> Self {
        let negative = terms.iter().filter(|(_, k)| *k < 0).count();
        if terms.len() - negative == 1 && negative > 1 || negative == 0 {
            terms.iter_mut().for_each(|(_, k)| *k = -*k);
        }
        terms.sort_by_key(|&(term, k)| (k < 0, term));
        Self { terms, origin }
    }

    /// A sum of measures as a tie of the same group, grade and period.
    pub(super) fn as_tie(&self) -> CountTie {
        let terms = self.terms.iter().map(|&(term, k)| (Column::own_count(term), k)).collect();
        CountTie { terms, origin: self.origin, per: 1, within: None }
    }

    /// Whether it says the same as another.
    pub(super) fn is_same_sum(&self, other: &Self) -> bool {
        let sorted = |of: &Self, sign: i32| {
            let mut terms: Vec<(u32, i32)> = of.terms.iter().map(|&(term, k)| (term, sign * k)).collect();
            terms.sort_unstable();
            terms
        };
        sorted(self, 1) == sorted(other, 1) || sorted(self, 1) == sorted(other, -1)
    }

    /// `female + male = all`.
    pub(super) fn equation_text(&self, name: &dyn Fn(u32) -> String) -> String {
        let side = |sign: i32| {
            let terms: Vec<String> =
                self.terms.iter().filter(|(_, k)| k.signum() == sign).map(|&(term, _)| name(term)).collect();
            terms.join(" + ")
        };
        format!("{} = {}", side(1), side(-1))
    }
}

/// Adds a formula that is not there yet.
pub(super) fn add_formula(to: &mut Vec<SumFormula>, new: SumFormula) {
    if new.terms.len() > 1 && !to.iter().any(|known| known.is_same_sum(&new)) {
        to.push(new);
    }
}

impl KnownSums {
    /// The terms of each sum between measures: numbers of students and results.
    pub(super) fn between_measures(&self) -> impl Iterator<Item = Vec<u32>> + '_ {
        let plain = self.measures.iter().map(|f| f.terms.iter().map(|&(term, _)| term).collect());
        plain.chain(self.ties.iter().map(|tie| tie.terms.iter().map(|(column, _)| column.term).collect()))
    }
}

/// A formula as a release keeps it: texts with their coefficients, and where it is from.
type KeptFormula = (Vec<(String, i32)>, SumOrigin);

impl KnownSums {
    /// What the codes of groups and grades mean, once all of them have their numbers.
    pub(super) fn from_codes(atlas: &CodeNumbers) -> Self {
        let mut formulas = Self::default();
        formulas.standing_groups(atlas);
        formulas.add_opposites(atlas);
        formulas.bands_of_grades(atlas);
        formulas
    }

    fn standing_groups(&mut self, atlas: &CodeNumbers) {
        let codes: Vec<String> = atlas.groups.all_texts().map(str::to_owned).collect();
        let mut parts: BTreeMap<(u32, bool), (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        for (number, code) in (0..).zip(&codes) {
            let words: Vec<&str> = code.split('+').collect();
            for (at, word) in words.iter().enumerate().filter(|(_, word)| **word != ALL) {
                let rest: Vec<&str> = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, w)| *w).collect();
                let rest = if rest.is_empty() { ALL.to_owned() } else { rest.join("+") };
                let Some(total) = atlas.groups.find_number(&rest) else { continue };
                self.within.push((number, total));
                let category = StudentGroup::of_code(word).map(|group| group.category);
                let race = match category {
                    Some(GroupCategory::Race) => true,
                    Some(GroupCategory::Sex) => false,
                    _ => continue,
                };
                let (fine, coarse) = parts.entry((total, race)).or_default();
                if *word == "mpi" { coarse.push(number) } else { fine.push(number) }
            }
        }
        let whole = |((total, _), (parts, coarse))| GroupPartition { total, parts, coarse };
        self.partitions = parts.into_iter().map(whole).collect();
    }

    /// A group and those who are not in it: `lep` and `non-lep`.
    fn add_opposites(&mut self, atlas: &CodeNumbers) {
        let Some(all) = atlas.groups.find_number(ALL) else { return };
        for (number, code) in (0..).zip(atlas.groups.all_texts()) {
            let rest = ["non-", "non_", "non ", "not-", "not_", "not ", "non", "not", "no-", "no_"];
            let of = rest
                .iter()
                .filter_map(|prefix| code.strip_prefix(prefix))
                .find_map(|code| atlas.groups.find_number(code));
            if let Some(of) = of.filter(|of| *of != all && *of != number) {
                add_formula(&mut self.groups, SumFormula::from_parts([of, number], all, SumOrigin::Stated));
            }
        }
    }

    /// Grades 3-5 are grades 3, 4 and 5.
    fn bands_of_grades(&mut self, atlas: &CodeNumbers) {
        let single: Vec<(u32, i32)> = (0..)
            .zip(atlas.grades.all_texts())
            .filter_map(|(number, code)| Some((number, grade_order(code)?)))
            .collect();
        for (number, code) in (0..).zip(atlas.grades.all_texts()) {
            let ends = code.split_once('-').and_then(|(from, to)| Some((grade_order(from)?, grade_order(to)?)));
            let Some((from, to)) = ends.filter(|(from, to)| from < to) else { continue };
            let parts: Vec<u32> =
                single.iter().filter(|(_, g)| (from..=to).contains(g)).map(|(part, _)| *part).collect();
            if parts.len() as i32 == to - from + 1 {
                add_formula(&mut self.grades, SumFormula::from_parts(parts, number, SumOrigin::Stated));
            }
        }
    }

    /// The sums of groups, as they hold inside of other groups too: girls and boys of the English learners.
    pub(super) fn add_sums_in_groups(&mut self, atlas: &CodeNumbers) {
        let Some(all) = atlas.groups.find_number(ALL) else { return };
        let texts: Vec<&str> = atlas.groups.all_texts().collect();
        let contexts: Vec<u32> = (0..texts.len() as u32).filter(|&c| c != all).collect();
        let mut more = Vec::new();
        for formula in &self.groups {
            for &context in &contexts {
                let within = |&(group, k): &(u32, i32)| {
                    let both = format!("{}+{}", texts[group as usize], texts[context as usize]);
                    Some((atlas.groups.find_number(&StudentGroup::canonical_code(&both))?, k))
                };
                let terms: Option<Vec<(u32, i32)>> = formula.terms.iter().map(within).collect();
                if let Some(terms) = terms.filter(|_| formula.terms.iter().all(|(group, _)| *group != context)) {
                    more.push(SumFormula { terms, origin: formula.origin });
                }
            }
        }
        more.into_iter().for_each(|formula| add_formula(&mut self.groups, formula));
    }
}

/// A single grade by its order: kindergarten is 0.
pub(super) fn grade_order(code: &str) -> Option<i32> {
    match code.trim().to_ascii_lowercase().as_str() {
        "pk" => Some(-1),
        "k" | "kg" => Some(0),
        digits if digits.len() <= 2 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|grade| *grade <= 13)
        }
        _ => None,
    }
}

impl KnownSums {
    /// As a release keeps them.
    pub(super) fn to_json(&self, atlas: &CodeNumbers, measures: &[MeasureId]) -> serde_json::Value {
        let texts = |formulas: &[SumFormula], name: &dyn Fn(u32) -> String| -> Vec<(Vec<(String, i32)>, SumOrigin)> {
            let terms = |f: &SumFormula| f.terms.iter().map(|&(term, k)| (name(term), k)).collect();
            formulas.iter().map(|f| (terms(f), f.origin)).collect()
        };
        let group = |number: u32| atlas.groups.text_by_number(number).to_owned();
        let grade = |number: u32| atlas.grades.text_by_number(number).to_owned();
        let measure = |term: u32| {
            let (measure, amount) = measure_of(term);
            format!("{}:{}", if amount { "k" } else { "n" }, measures[measure])
        };
        let within: Vec<(String, String)> = self.within.iter().map(|&(a, b)| (group(a), group(b))).collect();
        serde_json::json!({
            "groups": texts(&self.groups, &group), "grades": texts(&self.grades, &grade),
            "measures": texts(&self.measures, &measure), "within": within,
            "ties": ties::ties_to_json(&self.ties, atlas, measures),
        })
    }

    /// Reads what [`Self::keep`] wrote; groups and grades get their numbers in `atlas`. `measure` is the number of a measure by
    /// its id; sums of measures that nobody knows any more are left out.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn from_json(
        value: &serde_json::Value,
        atlas: &mut CodeNumbers,
        measure: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Self, String> {
        let texts = |name: &str| -> Result<Vec<KeptFormula>, String> {
            Vec::deserialize(&value[name]).map_err(|e| format!("{name}: {e}"))
        };
        let mut formulas = Self::default();
        for (terms, origin) in texts("groups")? {
            let terms = terms
                .into_iter()
                .map(|(code, k)| (atlas.groups.intern_text(&StudentGroup::canonical_code(&code)), k))
                .collect();
            formulas.groups.push(SumFormula { terms, origin });
        }
        for (terms, origin) in texts("grades")? {
            let terms = terms.into_iter().map(|(code, k)| (atlas.grades.intern_text(&code), k)).collect();
            formulas.grades.push(SumFormula { terms, origin });
        }
        for (terms, origin) in texts("measures")? {
            let term = |(text, k): (String, i32)| {
                let (kind, id) = text.split_once(':')?;
                let at = measure(id)?;
                Some((if kind == "k" { amount_of(at) } else { students_of(at) }, k))
            };
            let terms: Option<Vec<(u32, i32)>> = terms.into_iter().map(term).collect();
            formulas.measures.extend(terms.map(|terms| SumFormula { terms, origin }));
        }
        formulas.ties = ties::ties_from_json(&value["ties"], atlas, measure)?;
        let within: Vec<(String, String)> = Vec::deserialize(&value["within"]).map_err(|e| format!("within: {e}"))?;
        let mut group = |code: &str| atlas.groups.intern_text(&StudentGroup::canonical_code(code));
        formulas.within = within.iter().map(|(a, b)| (group(a), group(b))).collect();
        Ok(formulas)
    }
}

#[cfg(test)]
mod tests {
    use super::super::taken::OwnCodes;
    use super::*;

    fn atlas(groups: &[&str], grades: &[&str]) -> CodeNumbers {
        let mut atlas = CodeNumbers::default();
        for code in groups {
            atlas.groups.intern_text(code);
        }
        for code in grades {
            atlas.grades.intern_text(code);
        }
        atlas
    }

    #[test]
    fn what_codes_mean() {
        for (groups, grades, sums) in [
            (&["all", "female", "male"][..], &["all"][..], &["female + male = all"][..]),
            (&["all", "lep", "non-lep"], &[], &["lep + non-lep = all"]),
            (&["all", "male", "female", "non-binary"], &[], &["male + female + non-binary = all"]),
            (&["all"], &["03", "04", "3-4", "3-5", "k-04"], &["03 + 04 = 3-4"]),
            (&["all"], &["K", "1", "K-1"], &["K + 1 = K-1"]),
            (&["all", "gifted"], &["all"], &[]),
        ] {
            let atlas = atlas(groups, grades);
            let codes = OwnCodes { measures: &[], groups: atlas.groups.len(), grades: atlas.grades.len() };
            let taken = KnownSums::from_codes(&atlas).list_sums(&atlas, &codes);
            assert_eq!(taken.iter().map(|t| t.sum.as_str()).collect::<Vec<_>>(), sums, "{groups:?} {grades:?}");
        }
    }

    #[test]
    fn sums_hold_inside_of_groups_and_are_read_back() {
        let mut atlas = atlas(&["all", "lep", "non-lep", "ecd", "ecd+lep", "ecd+non-lep"], &["03", "04", "3-4"]);
        let mut formulas = KnownSums::from_codes(&atlas);
        formulas.measures.push(SumFormula::from_parts(
            [amount_of(0), amount_of(1)],
            students_of(0),
            SumOrigin::Assumed,
        ));
        formulas.add_sums_in_groups(&atlas);
        let ids = ["a", "b"].map(MeasureId::from);
        let codes = OwnCodes { measures: &ids, groups: atlas.groups.len(), grades: atlas.grades.len() };
        let words: Vec<String> = formulas.list_sums(&atlas, &codes).into_iter().map(|t| t.sum).collect();
        assert_eq!(
            words,
            ["lep + non-lep = all", "ecd+lep + ecd+non-lep = ecd", "03 + 04 = 3-4", "a + b = students of a"]
        );
        // Another agency's grade, groups and measure come after the own ones, and their sums are not told.
        for (codes, told) in [
            (OwnCodes { groups: 3, ..codes }, &["lep + non-lep = all", "03 + 04 = 3-4", "a + b = students of a"][..]),
            (OwnCodes { grades: 2, groups: 3, ..codes }, &["lep + non-lep = all", "a + b = students of a"]),
            (OwnCodes { measures: &ids[..1], grades: 0, groups: 1 }, &[]),
        ] {
            let words: Vec<String> = formulas.list_sums(&atlas, &codes).into_iter().map(|t| t.sum).collect();
            assert_eq!(words, told);
        }
        let kept = formulas.to_json(&atlas, &ids);
        let find = |id: &str| ids.iter().position(|known| known == id);
        let again = KnownSums::from_json(&kept, &mut atlas, &find).expect("it was written by us");
        assert_eq!(
            (&again.groups, &again.grades, &again.measures),
            (&formulas.groups, &formulas.grades, &formulas.measures)
        );
        let none = KnownSums::from_json(&kept, &mut atlas, &|_| None).expect("it was written by us");
        assert!(none.measures.is_empty(), "a measure that is gone");
    }

    #[test]
    fn the_only_term_of_its_sign_is_the_total() {
        for (terms, told) in [
            (vec![(0, 1), (1, -1), (2, -1)], vec![(1, 1), (2, 1), (0, -1)]),
            (vec![(0, -1), (1, 1), (2, 1)], vec![(1, 1), (2, 1), (0, -1)]),
            (vec![(0, 1), (1, 1), (2, -1), (3, -1)], vec![(0, 1), (1, 1), (2, -1), (3, -1)]),
        ] {
            assert_eq!(SumFormula::from_terms(terms, SumOrigin::Stated).terms, told);
        }
    }
}
