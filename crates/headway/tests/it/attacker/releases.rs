//! A workspace with small counts, published again and again: before and after some figures were restated.

use std::path::{Path, PathBuf};

use headway_delivery::Workspace;
use headway_delivery::publish::StepWeakness;

use super::attack::{Count, Figure, NOT, apart, attack};
use super::knowledge::{ALL, Cell, Knowledge};
use super::state::{self, Truth};
use super::{files, pages};
use crate::tool::Tool;

/// The year that comes with the second import.
const LATER: &str = "2023-24";
/// The year that each later import restates, and the schools whose results it restates.
const RESTATED: [(u32, &[&str]); 2] = [(2023, &["0102", "0402"]), (2023, &["0102", "0201"])];
const DISTRICTS: usize = 4;
/// Figures of fewer students are hidden.
const N_SIZE: f64 = 10.0;

/// The workspace, and its true figures after each import.
pub(crate) struct Releases {
    pub(crate) tool: Tool,
    pub(crate) truth: Vec<Truth>,
}

impl Releases {
    /// The workspace with the first import; the others wait.
    pub(crate) fn new(seed: u64) -> Self {
        Self::with_plan(seed, state::PLAN)
    }

    /// The same without what is hidden for the sake of insiders and of a least width, which covers much else.
    pub(crate) fn narrow(seed: u64) -> Self {
        Self::with_plan(seed, &state::PLAN.replace("late_below: 0", "late_below: 0, insiders: false, least_width: 1"))
    }

    fn with_plan(seed: u64, plan: &str) -> Self {
        let later = state::truth(DISTRICTS, 2022..=2024, seed);
        let mut truth: Vec<Truth> = vec![later.iter().filter(|(cell, _)| cell.period != LATER).map(clone).collect()];
        let mut last = later;
        for (year, schools) in RESTATED {
            last = state::restated(&last, year, schools, seed + truth.len() as u64 - 1);
            truth.push(last.clone());
        }
        let tool = Tool::new();
        tool.ok(&["init"]);
        tool.write("plan.yaml", plan);
        tool.write("profile.toml", state::PROFILE);
        tool.ok(&["plan", "load", "plan.yaml"]);
        let releases = Self { tool, truth };
        releases.import(0);
        releases
    }

    /// Imports what an import of this number brings: what was not the same before.
    pub(crate) fn import(&self, number: usize) {
        let (file, known_from) = (format!("{number}.csv"), format!("{}-09-01", 2023 + number));
        let before = number.checked_sub(1).map(|before| &self.truth[before]);
        let truth = &self.truth[number];
        let changed = |cell: &Cell| before.is_none_or(|before| before.get(cell) != truth.get(cell));
        self.tool.write(&file, &state::csv(truth, &changed));
        self.tool.ok(&["import", &file, "--profile", "profile.toml", "--known-from", &known_from]);
    }

    /// The folders of releases, each after an import of its own; the first is imported already.
    pub(crate) fn published(&self, releases: usize) -> Vec<PathBuf> {
        let one = |number| {
            if number > 0 {
                self.import(number);
            }
            self.publish(&format!("{}-12-01", 2023 + number), &format!("release-{number}"))
        };
        (0..releases).map(one).collect()
    }

    /// The folder of a release by the command.
    pub(crate) fn publish(&self, day: &str, folder: &str) -> PathBuf {
        self.tool.ok(&["--as-of", day, "publish", "-o", folder]);
        self.tool.path(folder)
    }

    /// The folder of a release with parts of the step left out. It is not kept: nobody may publish like this.
    pub(crate) fn weakened(&self, day: &str, folder: &str, weakness: StepWeakness) -> PathBuf {
        let (root, folder, day) = (self.tool.path("ws"), self.tool.path(folder), day.parse().expect("a day"));
        let work = async {
            let headway = Workspace::open(&root).await.expect("the workspace is there");
            let prepared = headway.weakened_release("st", day, day, weakness).await.expect("it can be made");
            let pages = |release: &_, folder: &_| Ok(headway_public::write_site(release, folder).map(drop)?);
            headway_delivery::publish::write_release(&prepared.release, &folder, pages).expect("it can be written");
            headway.close().await;
        };
        tokio::runtime::Runtime::new().expect("a runtime").block_on(work);
        folder
    }

    /// The true number behind a figure: of the import that brought it.
    fn true_number(&self, cell: &Cell, vintage: i64, count: Count) -> f64 {
        if let Some(group) = cell.group.strip_prefix(NOT) {
            let (of, in_all) = apart(vintage);
            let part = Cell { group: group.to_owned(), ..cell.clone() };
            let all = Cell { group: ALL.to_owned(), ..cell.clone() };
            return self.true_number(&all, in_all, count) - self.true_number(&part, of, count);
        }
        let truth = &self.truth[(vintage.max(1) - 1) as usize];
        let (students, reached) = truth.get(cell).copied().unwrap_or_default();
        match count {
            Count::Students => students,
            Count::Reached => reached,
            Count::Not => students - reached,
        }
    }
}

/// A pair of a map as one of its own.
fn clone<K: Clone, V: Clone>((k, v): (&K, &V)) -> (K, V) {
    (k.clone(), v.clone())
}

/// Everything that a folder says to anybody who can read.
pub(crate) fn read(folder: &Path) -> Knowledge {
    let mut known = Knowledge::default();
    files::read(folder, &mut known);
    let of_files = known.claims;
    pages::read(folder, &mut known);
    assert!(known.claims > of_files, "the pages say something");
    known
}

/// What came of an attack, to be printed whole.
#[derive(Debug, Default)]
#[expect(dead_code, reason = "printed for METHODS.md")]
pub(crate) struct Outcome {
    /// Hidden counts that must not be known, and are: with their number.
    pub(crate) recovered: Vec<String>,
    /// Counts hidden for others' sake that follow; that tells of nobody.
    pub(crate) harmless: usize,
    /// Hidden counts that were attacked.
    pub(crate) attacked: usize,
    /// How many whole numbers are possible for each protected count that is not recovered: the fewest, and the median.
    pub(crate) narrowest: f64,
    pub(crate) median: f64,
    /// What the puzzle was made of.
    pub(crate) unknowns: usize,
    pub(crate) sums: usize,
}

/// Attacks the folders together, and holds what was found against the truth.
pub(crate) fn outcome(releases: &Releases, folders: &[&Path]) -> Outcome {
    let known: Vec<Knowledge> = folders.iter().map(|folder| read(folder)).collect();
    let few_others = |cell: &Cell, vintage| {
        let n = releases.true_number(cell, vintage, Count::Students);
        cell.group.starts_with(NOT) && (1.0..N_SIZE).contains(&n)
    };
    let hidden =
        |(cell, vintage): &Figure| few_others(cell, *vintage) || known.iter().any(|release| release.hidden(cell));
    let found = attack(&known, &hidden);
    let mut outcome = Outcome { unknowns: found.unknowns, sums: found.sums, ..Outcome::default() };
    let mut widths: Vec<f64> = Vec::new();
    for (((cell, vintage), count), &(lo, hi)) in &found.intervals {
        let number = releases.true_number(cell, *vintage, *count);
        assert!(lo <= number && number <= hi, "{cell:?} {count:?}: {number} is not between {lo} and {hi}");
        // What was a range, or hidden for others' sake, may be told by a later release.
        let told = known.iter().any(|release| release.tells(cell, *vintage, *count));
        let mut why: Vec<&str> = known.iter().filter_map(|release| release.secret(cell, *vintage, *count)).collect();
        why.retain(|why| !told || *why == "few-students");
        why.extend(few_others(cell, *vintage).then_some("few others"));
        let Some(why) = why.iter().min() else { continue };
        outcome.attacked += 1;
        match (lo == hi, *why) {
            (true, "secondary") => outcome.harmless += 1,
            (true, why) => outcome.recovered.push(format!("{count:?} of {cell:?}: {number} ({why})")),
            (false, "few-students") => widths.push(hi - lo + 1.0),
            (false, _) => {}
        }
    }
    widths.sort_by(f64::total_cmp);
    outcome.narrowest = widths.first().copied().unwrap_or(f64::INFINITY);
    outcome.median = widths.get(widths.len() / 2).copied().unwrap_or(f64::INFINITY);
    outcome
}
