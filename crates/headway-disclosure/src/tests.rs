//! The step on small tables, each of them attacked; and on a large one.

mod attack;
mod large;
mod margins;
mod missing;
mod parts;
mod reader;
mod shapes;
mod staying;
mod ties;

use std::collections::BTreeMap;
use std::sync::Arc;

use headway_model::plan::Measure;
use headway_model::{Level, PeriodKind, Place, PlaceDirectory, Value};
use proptest::prelude::*;

use super::atlas::{CodeNumbers, PeriodHierarchies};
use super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::find::SumFinder;
use super::formulas::KnownSums;
use super::layer::ProtectionDemands;
use super::step::{PriorEdition, RollingRules, StepDecisions, SuppressionStep, find_populations};
use super::told::{Disclosure, PriorDisclosure};
use super::{HiddenReason, PublishingRule, StepWeakness};
use attack::Attack;

/// (place, group, students, how many of them reached it)
type Line = (&'static str, &'static str, u64, u64);

/// The day as of which everything is known.
const DAY: jiff::civil::Date = jiff::civil::date(2021, 1, 1);
const DISTRICTS: [(&str, &[&str]); 2] = [("d1", &["s1", "s2", "s3"]), ("d2", &["s4", "s5"])];
const GROUPS: [&str; 4] = ["all", "female", "lep", "male"];

fn places() -> PlaceDirectory {
    let place = |id: &str, level, parent: Option<&str>| Place {
        id: id.into(),
        name: id.to_owned(),
        level,
        parent: parent.map(str::to_owned).map(Into::into),
    };
    let mut all = vec![place("st", Level::State, None)];
    for (district, schools) in DISTRICTS {
        all.push(place(district, Level::District, Some("st")));
        all.extend(schools.iter().map(|school| place(school, Level::School, Some(district))));
    }
    PlaceDirectory::new(all)
}

fn measure(id: &str) -> Arc<Measure> {
    let json = serde_json::json!({ "id": id, "name": id, "unit": "percent", "direction": "increase", "period": "school-year" });
    Arc::new(serde_json::from_value(json).expect("a measure"))
}

fn figures(id: &str, rule: &PublishingRule, lines: &[Line], atlas: &mut CodeNumbers) -> MeasureFigures {
    let row = |&(place, group, n, k): &Line| CountedFigure {
        place: atlas.places.intern_text(place),
        group: atlas.groups.intern_text(group),
        grade: atlas.grades.intern_text("all"),
        period: 2020,
        value: Value::Exact { value: if n == 0 { 0.0 } else { 100.0 * k as f64 / n as f64 } },
        strict: false,
        n: Some(n),
        amount: Some(k as i64),
        numerator: true,
        vintage: 1,
        whole: None,
        protect: false,
        known: false,
        kept: false,
        told_from: None,
        preliminary: false,
        so_far: false,
    };
    let rows = lines.iter().map(row).collect();
    let (plan, kind, shape) = (measure(id), PeriodKind::SchoolYear, CountKind::Share);
    MeasureFigures {
        id: id.into(),
        name: id.to_owned(),
        plan,
        rule: rule.clone(),
        kind,
        shape,
        scale: 100.0,
        whole: None,
        hidden: false,
        rows,
    }
}

/// Decides over measures after earlier releases (one a release, one a measure), with the sums that codes mean and that are found,
/// and nobody inside.
fn decide_over(
    atlas: &CodeNumbers,
    places: &PlaceDirectory,
    measures: &[MeasureFigures],
    earlier: Vec<Vec<Vec<PriorDisclosure>>>,
) -> StepDecisions {
    decide_with(atlas, places, measures, earlier, (false, 0))
}

/// The same, with somebody inside or not, and a least width.
fn decide_with(
    atlas: &CodeNumbers,
    places: &PlaceDirectory,
    measures: &[MeasureFigures],
    earlier: Vec<Vec<Vec<PriorDisclosure>>>,
    (insiders, least_width): (bool, i64),
) -> StepDecisions {
    let forest = PeriodHierarchies::for_all_periods(atlas, places);
    let mut formulas = KnownSums::from_codes(atlas);
    let edition = |told| PriorEdition { as_of: DAY, told, forest: forest.clone(), formulas: formulas.clone() };
    let earlier: Vec<PriorEdition> = earlier.into_iter().map(edition).collect();
    let populations =
        find_populations(measures, &earlier, RollingRules { atlas, forest: &forest, formulas: &formulas });
    let (own, populations) = (measures.len(), &populations);
    SumFinder { measures, own, populations, atlas, forest: &forest, earlier: &[] }.find_sums(&mut formulas);
    let insiders = insiders.then(|| forest.observers_by_place(atlas.places.len()));
    let demands = ProtectionDemands { weakness: StepWeakness::default(), least_width, insiders };
    let sums = vec![None; measures.len()];
    SuppressionStep {
        atlas,
        forest: &forest,
        formulas: &formulas,
        measures,
        populations,
        earlier: &earlier,
        sums: &sums,
        demands: &demands,
    }
    .solve_all()
    .to_decided()
}

/// Sums of groups that are found in an agency's figures: how many rows they hold in, beside another agency's or without.
#[test]
fn another_agencys_rows_enter_no_sum_of_groups() {
    const OWN: [Line; 6] = [
        ("s1", "all", 90, 40),
        ("s1", "x", 50, 20),
        ("s1", "y", 40, 20),
        ("s2", "all", 81, 30),
        ("s2", "x", 30, 10),
        ("s2", "y", 51, 20),
    ];
    const OTHER: [Line; 6] = [
        ("s4", "all", 70, 30),
        ("s4", "x", 40, 20),
        ("s4", "y", 20, 10),
        ("s5", "all", 60, 30),
        ("s5", "v", 35, 20),
        ("s5", "w", 25, 10),
    ];
    let found = |lines: &[&[Line]]| {
        let mut atlas = CodeNumbers::default();
        let measures: Vec<MeasureFigures> =
            lines.iter().map(|lines| figures("m", &PublishingRule::default(), lines, &mut atlas)).collect();
        let (forest, mut formulas) =
            (PeriodHierarchies::for_all_periods(&atlas, &places()), KnownSums::from_codes(&atlas));
        let populations =
            find_populations(&measures, &[], RollingRules { atlas: &atlas, forest: &forest, formulas: &formulas });
        let (measures, populations, atlas, forest) = (&measures, &populations, &atlas, &forest);
        SumFinder { measures, own: 1, populations, atlas, forest, earlier: &[] }.find_sums(&mut formulas);
        let words =
            |f: &super::formulas::SumFormula| f.equation_text(&|group| atlas.groups.text_by_number(group).to_owned());
        formulas.groups.iter().map(words).collect::<Vec<String>>()
    };
    assert_eq!(found(&[&OWN]), ["x + y = all"]);
    assert_eq!(found(&[&OWN, &OTHER]), ["x + y = all"], "where another agency has other sums");
    assert_eq!(found(&[&OTHER[..3], &OWN]), [""; 0], "what holds in another agency's figures alone");
}

/// Decides over one measure after earlier releases.
fn decide(
    rule: &PublishingRule,
    lines: &[Line],
    earlier: &[Vec<PriorDisclosure>],
) -> (StepDecisions, Vec<PriorDisclosure>) {
    let mut atlas = CodeNumbers::default();
    let measures = [figures("m", rule, lines, &mut atlas)];
    let decided = decide_over(&atlas, &places(), &measures, earlier.iter().map(|told| vec![told.clone()]).collect());
    let told = measures[0].rows.iter().zip(&decided.how[0]);
    let told = told.map(|(figure, how)| figure.told_form(how.expect("every line has counts"), 100.0));
    let told = told.collect();
    (decided, told)
}

/// How one line is told.
fn how_of(rule: &PublishingRule, lines: &[Line], place: &str, group: &str) -> Disclosure {
    let at = lines.iter().position(|line| (line.0, line.1) == (place, group)).expect("there is such a line");
    decide(rule, lines, &[]).0.how[0][at].expect("it has counts")
}

#[test]
fn somebody_inside_learns_no_others_count_and_what_is_hidden_is_wide() {
    let rule = PublishingRule::default();
    let hidden = |lines: &[Line], demands: (bool, i64)| -> Vec<&'static str> {
        let mut atlas = CodeNumbers::default();
        let measures = [figures("m", &rule, lines, &mut atlas)];
        let decided = decide_with(&atlas, &places(), &measures, Vec::new(), demands);
        assert_eq!((decided.audit.narrow, decided.audit.open_inside, decided.audit.exposed), (0, 0, 0));
        let told = lines.iter().zip(&decided.how[0]);
        told.filter(|(_, how)| how.is_some_and(|how| !how.tells_students())).map(|(line, _)| line.0).collect()
    };
    // The second school knows its own 40, and would learn the 4 of the first.
    let lines = vec![("d1", "all", 144, 72), ("s1", "all", 4, 2), ("s2", "all", 40, 20), ("s3", "all", 100, 50)];
    assert_eq!(hidden(&lines, (false, 0)), ["s1", "s2"]);
    let inside = hidden(&lines, (true, 0));
    assert!(inside.len() >= 3 && inside.starts_with(&["s1", "s2"]), "{inside:?}");
    // Two and two of four: each would be 1 to 3.
    let lines = vec![("d1", "all", 104, 52), ("s1", "all", 2, 1), ("s2", "all", 2, 1), ("s3", "all", 100, 50)];
    assert_eq!(hidden(&lines, (false, 0)), ["s1", "s2"]);
    assert_eq!(
        hidden(&lines, (false, 4)),
        ["s1", "s2", "s3"],
        "with the large school told they would be three counts wide"
    );
}

/// Every place and group of a state, from schools' counts of four kinds of students: (girls, boys) x (lep, not), students and
/// those who reached it.
fn state(schools: &[[(u64, u64); 4]; 5]) -> Vec<Line> {
    let mut sums: BTreeMap<(&'static str, &'static str), (u64, u64)> = BTreeMap::new();
    let names = DISTRICTS.iter().flat_map(|(district, schools)| schools.iter().map(move |s| (*district, *s)));
    for ((district, school), kinds) in names.zip(schools) {
        for (kind, &(n, k)) in kinds.iter().enumerate() {
            let sex = if kind < 2 { "female" } else { "male" };
            let groups = ["all", sex].into_iter().chain((kind % 2 == 0).then_some("lep"));
            for group in groups {
                for place in ["st", district, school] {
                    let sum = sums.entry((place, group)).or_default();
                    *sum = (sum.0 + n, sum.1 + k.min(n));
                }
            }
        }
    }
    sums.into_iter().map(|((place, group), (n, k))| (place, group, n, k)).collect()
}

fn attacked(rule: &PublishingRule, releases: &[(&[Line], &[Disclosure])]) -> usize {
    Attack::on(rule, releases, false).found() + Attack::on(rule, releases, true).found()
}

fn hows(told: &[PriorDisclosure]) -> Vec<Disclosure> {
    told.iter().map(|told| told.how).collect()
}

#[test]
fn each_rule_by_example() {
    let rule = PublishingRule::default();
    let few = Disclosure::Hidden(HiddenReason::FewStudents);
    for (lines, place, group, told) in [
        // Enough students, and enough of both kinds.
        (vec![("s1", "all", 40, 20)], "s1", "all", Disclosure::Shown),
        (vec![("s1", "all", 10, 5)], "s1", "all", Disclosure::Shown),
        (vec![("s1", "all", 9, 5)], "s1", "all", few),
        (vec![("s1", "all", 0, 0)], "s1", "all", Disclosure::Shown),
        // Hardly anybody, hardly anybody not.
        (vec![("s1", "all", 40, 1)], "s1", "all", Disclosure::Range(0, 2)),
        (vec![("s1", "all", 40, 40)], "s1", "all", Disclosure::Range(38, 40)),
        // A pair: the girls follow from all and the boys, so one of the two goes as well.
        (vec![("s1", "all", 50, 25), ("s1", "female", 4, 2), ("s1", "male", 46, 23)], "s1", "female", few),
        (
            vec![("s1", "all", 50, 25), ("s1", "female", 4, 2), ("s1", "male", 46, 23)],
            "s1",
            "male",
            Disclosure::Hidden(HiddenReason::Complement),
        ),
        // All but three are English learners: the three would follow.
        (vec![("s1", "all", 50, 25), ("s1", "lep", 47, 23)], "s1", "lep", Disclosure::Hidden(HiddenReason::Complement)),
        (vec![("s1", "all", 50, 25), ("s1", "lep", 30, 15)], "s1", "lep", Disclosure::Shown),
    ] {
        assert_eq!(how_of(&rule, &lines, place, group), told, "{lines:?} {place} {group}");
    }
    let of = |rule: &PublishingRule, n, k| how_of(rule, &[("s1", "all", n, k)], "s1", "all");
    let plain = PublishingRule { extremes: false, ..PublishingRule::default() };
    assert_eq!(of(&plain, 40, 0), Disclosure::Shown);
    for (n_size, told) in [(6, Disclosure::Shown), (10, Disclosure::Shown), (15, few), (20, few)] {
        assert_eq!(of(&PublishingRule { n_size, ..plain.clone() }, 12, 6), told, "n-size {n_size}");
    }
    assert_eq!(of(&PublishingRule { people: false, ..PublishingRule::default() }, 3, 3), Disclosure::Shown);
    let bands =
        PublishingRule { bands: Some(headway_model::plan::BandRule::Federal), n_size: 6, ..PublishingRule::default() };
    assert_eq!(of(&bands, 40, 20), Disclosure::Range(20, 23), "50-59 %");
    assert_eq!(of(&bands, 5, 3), few);
}

#[test]
fn figures_that_add_up_are_protected_and_weakened_ones_are_found() {
    let rule = PublishingRule::default();
    let schools = [
        [(3, 1), (40, 20), (2, 1), (38, 19)],
        [(12, 6), (50, 20), (14, 7), (45, 30)],
        [(20, 10), (30, 15), (25, 5), (30, 12)],
        [(1, 1), (60, 30), (15, 8), (55, 20)],
        [(22, 11), (33, 11), (11, 6), (44, 20)],
    ];
    let lines = state(&schools);
    let (decided, told) = decide(&rule, &lines, &[]);
    assert_eq!((decided.audit.exposed, attacked(&rule, &[(&lines, &hows(&told))])), (0, 0));
    // Only the small ones hidden: the attack must find some of them, or it proves nothing.
    let weak: Vec<Disclosure> = lines
        .iter()
        .map(|line| match line.2 {
            n if n < rule.effective_n_size() => Disclosure::Hidden(HiddenReason::FewStudents),
            _ => Disclosure::Shown,
        })
        .collect();
    assert!(attacked(&rule, &[(&lines, &weak)]) > 0);
}

#[test]
fn a_later_release_does_not_tell_what_an_earlier_one_hid() {
    let rule = PublishingRule::default();
    let first: Vec<Line> =
        vec![("d1", "all", 140, 70), ("s1", "all", 6, 3), ("s2", "all", 60, 30), ("s3", "all", 74, 37)];
    let (_, told) = decide(&rule, &first, &[]);
    assert!(hows(&told).iter().filter(|how| !how.tells_students()).count() >= 2);
    // The small school grew to 16 in the revised file: shown by itself, it and its district are new figures. The other
    // schools did not change, and with both shown the earlier 6 would be 140 - 60 - 74.
    let second: Vec<Line> =
        vec![("d1", "all", 150, 75), ("s1", "all", 16, 8), ("s2", "all", 60, 30), ("s3", "all", 74, 37)];
    let (alone, _) = decide(&rule, &second, &[]);
    assert!(alone.how[0].iter().all(|how| *how == Some(Disclosure::Shown)), "without the past nothing is small");
    let naive: Vec<Disclosure> = vec![Disclosure::Shown; 4];
    assert!(attacked(&rule, &[(&first, &hows(&told)), (&second, &naive)]) > 0, "and it gives the earlier one away");
    let (after, told_after) = decide(&rule, &second, std::slice::from_ref(&told));
    assert_eq!(after.audit.exposed, 0);
    assert_eq!(attacked(&rule, &[(&first, &hows(&told)), (&second, &hows(&told_after))]), 0);
    // Nothing new: the same again is told.
    let (_, same) = decide(&rule, &first, std::slice::from_ref(&told));
    assert_eq!(hows(&same), hows(&told));
    // A higher n-size hides it from now on, though it is known.
    let higher = PublishingRule { n_size: 70, ..rule };
    assert_eq!(hows(&decide(&higher, &second, &[told_after]).1)[2], Disclosure::Hidden(HiddenReason::FewStudents));
}

fn any_state() -> impl Strategy<Value = [[(u64, u64); 4]; 5]> {
    let count = prop_oneof![3 => 0u64..8, 3 => 8u64..30, 2 => 30u64..90];
    let cell = count.prop_flat_map(|n| (Just(n), 0..=n));
    proptest::array::uniform5(proptest::array::uniform4(cell))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_hidden_figure_follows(schools in any_state(), n_size in prop_oneof![Just(6u32), Just(10), Just(20)], extremes: bool) {
        let rule = PublishingRule { n_size, extremes, ..PublishingRule::default() };
        let lines = state(&schools);
        let (decided, told) = decide(&rule, &lines, &[]);
        prop_assert_eq!((decided.audit.exposed, attacked(&rule, &[(&lines, &hows(&told))])), (0, 0));
    }

    #[test]
    fn nor_from_two_releases(schools in any_state(), school in 0usize..5, kind in 0usize..4, more in 0u64..12) {
        let rule = PublishingRule::default();
        let first = state(&schools);
        let mut revised = schools;
        revised[school][kind].0 += more;
        let second = state(&revised);
        let (one, told) = decide(&rule, &first, &[]);
        let (two, after) = decide(&rule, &second, std::slice::from_ref(&told));
        prop_assert_eq!(one.audit.exposed, 0);
        // Some revisions of tables this small can't go out any more, whatever is hidden: then it must say so.
        if two.audit.exposed == 0 {
            prop_assert_eq!(attacked(&rule, &[(&first, &hows(&told)), (&second, &hows(&after))]), 0);
        }
    }
}

#[test]
fn means_are_hidden_with_their_students() {
    let rule = PublishingRule::default();
    let lines = [("d1", "all", 150, 75), ("s1", "all", 6, 3), ("s2", "all", 60, 30), ("s3", "all", 84, 42)];
    let mut atlas = CodeNumbers::default();
    let mut measure = figures("score", &rule, &lines, &mut atlas);
    measure.shape = CountKind::Mean;
    for row in &mut measure.rows {
        (row.value, row.amount) = (Value::Exact { value: 250.5 }, row.n.map(|n| 250_500 * n as i64));
        row.numerator = false;
    }
    let decided = decide_over(&atlas, &places(), &[measure], Vec::new());
    let hidden = [Disclosure::Hidden(HiddenReason::FewStudents), Disclosure::Hidden(HiddenReason::Secondary)].map(Some);
    assert_eq!(decided.how[0], [Some(Disclosure::Shown), hidden[0], hidden[1], Some(Disclosure::Shown)]);
    assert_eq!(decided.audit.exposed, 0);
}
