//! Figures under a label that is not theirs: another scale than the plan's, another group's or measure's figures, a part of the
//! students, the opposite outcome, a place that was closed, an id with white space.

use std::fmt::Write as _;

use headway_delivery::intake::{DoubtKind, ImportOutcome, WithheldReason};

use crate::doubt::{Desk, HEADER, PROFILE, kinds, texts};
use crate::support::{load, on_both, seen, sqlite};

/// Counts instead of rates.
pub(crate) const COUNTS: &str = r#"
name = "Counts"
source = "A state"
unit = "{id}"
group = "{group}"
period = { kind = "school-year", from = "{year}" }

[[level]]
is = "state"
id = '^ST$'
name = "{name}"

[[level]]
is = "district"
id = '^D'
name = "{name}"
parent = "ST"

[[values]]
measure = "rate"
scale = "percent"
numerator = "k"
denominator = "n"
"#;

/// `D1` to `D15` of a group in a year: how many of how many.
fn counts(group: &str, year: i32, of: impl Fn(usize) -> (usize, usize)) -> String {
    let mut text = "id,name,group,year,k,n\n".to_owned();
    for i in 1..=15 {
        let (k, n) = of(i);
        let _ = writeln!(text, "D{i},Place {i},{group},{year},{k},{n}");
    }
    text
}

/// Students of a place, and of them those who reached it: from 35 to 77 %.
fn usual(i: usize, year: usize) -> (usize, usize) {
    let n = 150 + 37 * i;
    ((n * (32 + 3 * i + year % 3)) / 100, n)
}

const PLAN: &str = r#"
agency: { id: st, name: A state, unit: ST }
plan: { id: p, name: A plan, edition: "2020-01" }
measures:
  - id: rate
    name: Rate
    unit: percent
    direction: increase
    period: school-year
    targets: [{ unit: ST, baseline: { period: 2019, value: 60 }, target: { period: 2022, value: 66 } }]
"#;

pub(crate) fn held(outcome: &ImportOutcome, kind: DoubtKind, words: &str) {
    let told = texts(outcome);
    assert_eq!((kinds(outcome), outcome.withheld), (vec![kind], Some(WithheldReason::Doubt)), "{told}");
    assert!(told.contains(words), "{told}");
}

pub(crate) fn told(outcome: &ImportOutcome, kind: DoubtKind, words: &str) {
    let told = texts(outcome);
    assert!(kinds(outcome).contains(&kind) && outcome.withheld.is_none() && told.contains(words), "{told}");
}

#[tokio::test]
async fn a_first_file_is_held_against_the_plan() {
    let file = |state: &str| format!("{HEADER}ST,State,all,2022,{state},100\n0001,One,all,2022,64,5\n");
    for (state, fault) in [("0.661", true), ("66.1", false), ("6.6", false)] {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        load(&desk.headway, PLAN).await;
        let fractions = file(state).replace(",64,", if fault { ",0.64," } else { ",64," });
        let outcome = desk.bring(&fractions).await;
        if fault {
            held(&outcome, DoubtKind::Scale, "a hundredth of those in the plan (1 figure; first: State (ST): 0.661");
            assert!(desk.bring_by(&fractions, PROFILE, |asked| asked.revises = true).await.import.is_some());
        } else {
            assert_eq!(kinds(&outcome), [], "{}", texts(&outcome));
        }
    }
    // Percents with one fraction among them, too few to be held against each other.
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    load(&desk.headway, PLAN).await;
    let mixed = desk.bring(&file("0.661")).await;
    let text = texts(&mixed);
    assert!(kinds(&mixed).iter().all(|kind| matches!(kind, DoubtKind::Scale | DoubtKind::OddScale)), "{text}");
    assert!(text.contains("State (ST)") && text.contains("0.661"), "{text}");
}

#[tokio::test]
async fn a_plan_that_comes_late_is_held_against_the_figures() {
    for (state, fault) in [("0.661", true), ("66.1", false), ("6.6", false)] {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        desk.bring(&format!("{HEADER}ST,State,all,2022,{state},100\n")).await;
        load(&desk.headway, PLAN).await;
        let plan = desk.headway.loaded_plan(None, None, None).await.expect("it was loaded");
        let told = desk.headway.scale_disagreements(&plan).await.expect("the lake can be read");
        let words = "the figures of rate are a hundredth of those in the plan (first: ST 0.661 in 2021-22, ";
        assert_eq!(told.len(), usize::from(fault), "{told:?}");
        assert!(!fault || told[0].starts_with(words), "{told:?}");
    }
}

#[tokio::test]
async fn a_sign_settles_the_cell() {
    let signed = |i: usize| if i == 7 { "0.9%".to_owned() } else { format!("{}%", 40 + 5 * i) };
    let file = |of: &dyn Fn(usize) -> String| {
        (1..=9).fold(HEADER.to_owned(), |all, i| all + &format!("{i:04},Place {i},all,2022,{},100\n", of(i)))
    };
    for scale in ["mixed", "signed", "percent", "fraction"] {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let profile = PROFILE.replace("scale = \"percent\"", &format!("scale = \"{scale}\""));
        let outcome = desk.bring_by(&file(&signed), &profile, |_| {}).await;
        assert_eq!((kinds(&outcome), outcome.import), (vec![], Some(1)), "{scale}: {}", texts(&outcome));
        assert_eq!(desk.figures("0007").await, [(2022, Some(0.9))], "{scale}");
    }
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let bare = desk.bring(&file(&|i| signed(i).replace('%', ""))).await;
    held(&bare, DoubtKind::OddScale, "0.9");
}

#[tokio::test]
async fn both_orders_of_a_crossed_group_are_one_series() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let file = |group: &str, year: i32, rate: f64| format!("{HEADER}0001,One,{group},{year},{rate},100\n");
        desk.bring(&file("Female+Hispanic", 2021, 50.0)).await;
        let second = desk
            .bring(&file("Hispanic+Female", 2021, 55.0).replace(HEADER, &file("Hispanic+Female", 2022, 57.0)))
            .await;
        assert_eq!((second.measures[0].added, second.measures[0].changed), (1, 1), "{}", texts(&second));
        load(&desk.headway, &PLAN.replace("unit: ST, base", "unit: \"0001\", group: mhi+female, base")).await;
        let snapshot = seen(&desk.headway, "2026-01-01").await;
        let series = snapshot.find_series("rate", Some("0001"), "female+mhi", "all").await.expect("it is there");
        let figures: Vec<_> = series.observed.iter().map(|o| (o.period.ordinal, o.value.exact_number())).collect();
        assert_eq!(figures, [(2021, Some(55.0)), (2022, Some(57.0))]);
        assert_eq!(series.row.group, "female+mhi");
    })
    .await;
}

#[tokio::test]
async fn groups_are_held_against_totals_that_are_stored() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let all = desk.bring_by(&counts("All", 2022, |i| usual(i, 0)), COUNTS, |_| {}).await;
        assert_eq!(kinds(&all), [], "{}", texts(&all));
        let part = |share: usize| move |i: usize| ((usual(i, 0).0 * share) / 100, (usual(i, 0).1 * share) / 100);
        let female = desk.bring_by(&counts("Female", 2022, part(70)), COUNTS, |_| {}).await;
        assert!(!kinds(&female).contains(&DoubtKind::Parts), "{}", texts(&female));
        let male = desk.bring_by(&counts("Male", 2022, part(60)), COUNTS, |_| {}).await;
        told(&male, DoubtKind::Parts, "women and men do not add up to all students (students) (15 of 15; first: Place 1 (D1), 2021-22: Female 130 + Male 112 = 242 of 187)");
        // What was told is not told again by a file of something else.
        let other = desk.bring_by(&counts("Migrant", 2022, part(10)), COUNTS, |_| {}).await;
        assert!(!texts(&other).contains("Place 1 (D1), 2021-22: Female"), "{}", texts(&other));
    })
    .await;
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    desk.bring_by(&counts("All", 2022, |i| usual(i, 0)), COUNTS, |_| {}).await;
    let more = |i: usize| (usual(i, 0).0, usual(i, 0).1 + 200);
    let larger = desk.bring_by(&counts("Female", 2022, more), COUNTS, |_| {}).await;
    told(
        &larger,
        DoubtKind::Larger,
        "groups with more than all students (students) (15 of 15; first: Place 1 (D1), 2021-22: Female 387 of 187)",
    );
}

#[tokio::test]
async fn another_groups_or_measures_figures_are_asked_about() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let all = counts("All", 2022, |i| usual(i, 0));
        desk.bring_by(&all, COUNTS, |_| {}).await;
        let female = desk.bring_by(&all.replace(",All,", ",Female,"), COUNTS, |_| {}).await;
        let text = texts(&female);
        assert!(
            kinds(&female).contains(&DoubtKind::Copied) && female.withheld == Some(WithheldReason::Doubt),
            "{text}"
        );
        assert!(
            text.contains(
                "all figures of Female in 2021-22 are those of All students (15 figures; first: Place 1 (D1)"
            ),
            "{text}"
        );
        let math = COUNTS.replace("measure = \"rate\"", "measure = \"math\"").replace("Counts", "Math");
        let copy = desk.bring_by(&all, &math, |_| {}).await;
        held(&copy, DoubtKind::Copied, "math: all figures in 2021-22 are those of measure rate (15 figures");
        let other = desk.bring_by(&counts("All", 2022, |i| usual(i, 1)), &math, |_| {}).await;
        assert_eq!(kinds(&other), [], "{}", texts(&other));
    })
    .await;
}

#[tokio::test]
async fn a_part_of_the_students_and_the_opposite_are_asked_about() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    desk.bring_by(&counts("All", 2021, |i| usual(i, 1)), COUNTS, |_| {}).await;
    let opposite = counts("All", 2022, |i| (usual(i, 2).1 - usual(i, 2).0, usual(i, 2).1));
    let outcome = desk.bring_by(&opposite, COUNTS, |_| {}).await;
    let text = texts(&outcome);
    assert!(
        kinds(&outcome).contains(&DoubtKind::Opposite) && outcome.withheld == Some(WithheldReason::Doubt),
        "{text}"
    );
    assert!(text.contains("nearly all figures of 2021-22 are 100 less those beside them"), "{text}");
    let third = desk.bring_by(&counts("All", 2022, |i| (usual(i, 2).0 / 3, usual(i, 2).1 / 3)), COUNTS, |_| {}).await;
    told(
        &third,
        DoubtKind::Size,
        "nearly all numbers of students (denominator) of 2021-22 are about 33 % of those beside them (15 of 15",
    );
    let whole = desk.bring_by(&counts("All", 2023, |i| usual(i, 3)), COUNTS, |_| {}).await;
    assert!(!kinds(&whole).contains(&DoubtKind::Opposite), "{}", texts(&whole));
}

#[tokio::test]
async fn another_grades_figures_are_asked_about() {
    let profile = COUNTS.replace("group = \"{group}\"", "grade = \"{group}\"");
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let third = counts("3", 2022, |i| usual(i, 0));
    desk.bring_by(&third, &profile, |_| {}).await;
    let fourth = desk.bring_by(&third.replace(",3,2022,", ",4,2022,"), &profile, |_| {}).await;
    let text = texts(&fourth);
    assert!(kinds(&fourth).contains(&DoubtKind::Copied) && fourth.withheld == Some(WithheldReason::Doubt), "{text}");
    assert!(text.contains("all figures of grade 4 in 2021-22 are those of grade 3 (15 figures"), "{text}");
    let other = desk.bring_by(&counts("4", 2022, |i| usual(i + 1, 1)), &profile, |_| {}).await;
    assert!(!kinds(&other).contains(&DoubtKind::Copied), "{}", texts(&other));
}

/// Where shares lie about one half, only the order of the places tells.
#[tokio::test]
async fn the_opposite_near_one_half_is_asked_about() {
    let near = |i: usize, year: usize| {
        let n = 400 + 37 * i;
        ((n * (420 + 11 * i + 7 * (i * year % 3))) / 1000, n)
    };
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    desk.bring_by(&counts("All", 2021, |i| near(i, 1)), COUNTS, |_| {}).await;
    let usual = desk.bring_by(&counts("All", 2022, |i| near(i, 2)), COUNTS, |asked| asked.dry_run = true).await;
    assert_eq!(kinds(&usual), [], "{}", texts(&usual));
    let opposite = counts("All", 2022, |i| (near(i, 2).1 - near(i, 2).0, near(i, 2).1));
    let outcome = desk.bring_by(&opposite, COUNTS, |_| {}).await;
    let text = texts(&outcome);
    assert!(
        kinds(&outcome).contains(&DoubtKind::Opposite) && outcome.withheld == Some(WithheldReason::Doubt),
        "{text}"
    );
}

#[tokio::test]
async fn figures_of_closed_places_are_told() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let register = "name = 'Register'\nsource = 'A state'\nperiod = { kind = 'school-year', from = '2020' }\n\
            [[place]]\nis = 'district'\nid = '{id}'\nname = '{name}'\nopened = '{opened}'\nclosed = '{closed}'\n";
        let places = "id,name,opened,closed\nD3,Gamma,1990-07-01,2021-06-30\nD9,Newton,2021-07-01,\n";
        desk.bring_by(places, register, |_| {}).await;
        let file = "id,name,group,year,k,n\nD3,Gamma,All,2022,90,100\nD9,Newton,All,2021,9,10\nD9,Newton,All,2022,9,11\nD3,Gamma,All,2021,80,95\n";
        let outcome = desk.bring_by(file, COUNTS, |_| {}).await;
        told(&outcome, DoubtKind::Closed, "figures of periods after a place had closed (1 figure; first: Gamma (D3), 2021-22; closed on 2021-06-30)");
        told(&outcome, DoubtKind::Closed, "figures of periods before a place opened (1 figure; first: Newton (D9), 2020-21; opened on 2021-07-01)");
    })
    .await;
}

#[tokio::test]
async fn white_space_makes_no_second_place() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    desk.bring_by(&counts("All", 2021, |i| usual(i, 1)), COUNTS, |_| {}).await;
    let next = counts("All", 2022, |i| usual(i, 2));
    let spaced = desk.bring_by(&next.replace("D1,Place 1,", "D 1,Place 1,"), COUNTS, |_| {}).await;
    let text = texts(&spaced);
    assert!(
        spaced.withheld == Some(WithheldReason::Doubt)
            && text.contains("a place whose id differs from another's in white space alone (first: “D 1” and “D1”)"),
        "{text}"
    );
    for id in ["D\u{200b}1", "\u{feff}D1", "D1\u{a0}", "D\u{ad}1"] {
        let same = desk
            .bring_by(&next.replace("D1,Place 1,", &format!("{id},Place 1,")), COUNTS, |asked| asked.dry_run = true)
            .await;
        assert_eq!(same.places.0, 0, "{id:?}: {}", texts(&same));
    }
}
