//! A plan beside results: another unit, another baseline, another scale, ids that are written almost alike, years of another century.

use headway_delivery::Error;
use headway_delivery::intake::{DoubtKind, WithheldReason};

use crate::doubt::{Desk, HEADER, PROFILE, kinds, texts};
use crate::support::{Home, import, load, on_both, plan, request, row_of, seen, sqlite};

/// A plan for a place (or level) from a baseline, in this unit.
fn plan_text(place: &str, unit: &str, baseline: &str, target: f64) -> String {
    format!(
        "agency: {{ id: st, name: A state, place: ST }}\nplan: {{ id: p, name: A plan, edition: \"2020-01\" }}\nmeasures:\n\
         - {{ id: rate, name: Rate, unit: {unit}, direction: increase, period: school-year,\n    \
         targets: [{{ place: \"{place}\", baseline: {{ {baseline} }}, target: {{ period: 2030, value: {target} }} }}] }}\n"
    )
}

fn counts_profile() -> String {
    PROFILE
        .replace("scale = \"percent\"\ndenominator = \"n\"", "scale = \"count\"")
        .replace("period =", "ignore = ['n']\nperiod =")
}

fn file(year: i32, state: f64) -> String {
    format!("{HEADER}ST,State,all,{year},{state},100\n0010,One,all,{year},{state},100\n")
}

#[tokio::test]
async fn counts_are_no_percents() {
    on_both(async |home| {
        let refused =
            async |headway: &headway_delivery::Workspace, home: &Home, name: &str, text: &str, profile: &str| {
                let file = home.file(name, text);
                match import(headway, &request(&file, profile, "2025-10-01")).await {
                    Err(Error::Refused(text)) => Some(text),
                    Ok(_) => None,
                    Err(other) => panic!("{other}"),
                }
            };
        // The plan first.
        let planned = home.workspace("planned").await;
        load(&planned, &plan_text("ST", "percent", "period: 2021, value: 50", 70.0)).await;
        let told =
            refused(&planned, home, "a.csv", &file(2024, 561.0), &counts_profile()).await.expect("it is refused");
        assert!(told.contains("the profile reads rate as counts, and plan p has it as percents"), "{told}");
        assert!(seen(&planned, "2026-01-01").await.visible_imports().count() == 0);
        assert_eq!(refused(&planned, home, "b.csv", &file(2023, 53.0), PROFILE).await, None);

        // Percents first, then counts of a measure that no plan has; and back.
        let bare = home.workspace("bare").await;
        assert_eq!(refused(&bare, home, "c.csv", &file(2023, 53.0), PROFILE).await, None);
        let told = refused(&bare, home, "d.csv", &file(2024, 561.0), &counts_profile()).await.expect("it is refused");
        assert!(told.contains("reads rate as counts, and import 1 has it as percents"), "{told}");

        // The results first.
        let late = home.workspace("late").await;
        assert_eq!(refused(&late, home, "e.csv", &file(2024, 561.0), &counts_profile()).await, None);
        let text = plan_text("ST", "percent", "period: 2021, value: 50", 70.0);
        load(&late, &text).await;
        let told = late.unit_disagreements(&plan(&text)).await.expect("the store is read");
        assert!(told[0].starts_with("the plan has rate as percents, and import 1 brought counts"), "{told:?}");
        let problems = late.run_doctor().await.expect("it looks").problems;
        assert!(problems.iter().any(|problem| problem.contains("import 1 brought counts")), "{problems:?}");
        let agrees = plan_text("ST", "count", "period: 2021, value: 50", 70.0);
        assert_eq!(late.unit_disagreements(&plan(&agrees)).await.expect("the store is read"), Vec::<String>::new());
    })
    .await;
}

/// A percent has bounds without a word.
#[tokio::test]
async fn a_percent_above_100_is_told() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    load(&desk.headway, &plan_text("ST", "percent", "period: 2021, value: 50", 70.0)).await;
    let profile = PROFILE.replace("scale = \"percent\"", "scale = \"percent\"\nrange = [0, 500]");
    let outcome = desk.bring_by(&file(2024, 130.0), &profile, |_| {}).await;
    assert!(
        texts(&outcome).contains("figures outside of the plan's bounds, 0 to 100 (2 figures"),
        "{}",
        texts(&outcome)
    );
}

#[tokio::test]
async fn baselines_are_held_against_results() {
    for (baseline, off) in [("56", true), ("50", false), ("50.2", false), ("0.50", true)] {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let text = plan_text("ST", "percent", &format!("period: 2021, value: {baseline}"), 70.0);
        // The results first, then the plan.
        desk.bring(&file(2021, 50.0)).await;
        desk.bring(&file(2024, 54.0)).await;
        load(&desk.headway, &text).await;
        let told = desk.headway.baseline_disagreements(&plan(&text)).await.expect("the lake is read");
        assert_eq!(told.len(), usize::from(off), "{told:?}");
        if baseline == "56" {
            assert!(told[0].contains("ST in 2020-21: 50, and 56 in the plan"), "{told:?}");
        }
        let row = row_of(&*seen(&desk.headway, "2026-01-01").await, "rate", "ST").await;
        let notes: Vec<&str> = row.standing.notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(notes.iter().any(|note| note.contains("and the results have 50")), off, "{notes:?}");
        // The plan first, then the results.
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        load(&desk.headway, &text).await;
        let outcome = desk.bring(&file(2021, 50.0)).await;
        let told = texts(&outcome);
        assert_eq!(kinds(&outcome).contains(&DoubtKind::Baseline), off, "{told}");
        assert!(!off || told.contains("State (ST), 2020-21: 50, and the plan starts from"), "{told}");
    }
}

#[tokio::test]
async fn one_figure_of_a_plan_on_another_scale_is_told_beside_results() {
    for (baseline, off) in [("0.50", true), ("48", false)] {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        desk.bring(&file(2024, 54.0)).await;
        let text = plan_text("ST", "percent", &format!("period: 2021, value: {baseline}"), 70.0);
        load(&desk.headway, &text).await;
        let told = desk.headway.scale_disagreements(&plan(&text)).await.expect("the lake is read");
        assert_eq!(told.len(), usize::from(off), "{told:?}");
        assert!(
            !off || told[0].contains("a hundred times one figure in the plan (first: ST 54 in the middle, 0.5"),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn ids_that_are_written_almost_alike_are_asked_about() {
    on_both(async |home| {
        for (number, (place, measure, words)) in (1..).zip([
            ("10", "rate", "10 (is 0010 meant?)"),
            ("st", "rate", "st (is ST meant?)"),
            ("ST", "Rate", "Rate (is rate meant?)"),
        ]) {
            let text = plan_text(place, "percent", "period: 2021, value: 50", 70.0)
                .replace("id: rate", &format!("id: {measure}"));
            let mut late = Desk::of(home, &format!("late-{number}")).await;
            late.bring(&file(2024, 54.0)).await;
            load(&late.headway, &text).await;
            let told = late.headway.name_disagreements(&plan(&text)).await.expect("the store is read");
            assert!(told.len() == 1 && told[0].contains(words), "{told:?}");
            let mut early = Desk::of(home, &format!("early-{number}")).await;
            load(&early.headway, &text).await;
            let first = early.bring(&file(2024, 54.0)).await;
            assert!(kinds(&first).contains(&DoubtKind::Missing), "{}", texts(&first));
            let second = early.bring(&file(2023, 53.0)).await;
            assert!(!kinds(&second).contains(&DoubtKind::Missing), "asked once: {}", texts(&second));
        }
        let mut right = Desk::of(home, "right").await;
        let text = plan_text("0010", "percent", "period: 2021, value: 50", 70.0);
        load(&right.headway, &text).await;
        let outcome = right.bring(&file(2024, 54.0)).await;
        assert!(!kinds(&outcome).contains(&DoubtKind::Missing), "{}", texts(&outcome));
        assert_eq!(
            right.headway.name_disagreements(&plan(&text)).await.expect("the store is read"),
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn years_of_another_century_are_asked_about() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let codes = file(1920, 50.0) + &file(2021, 51.0).replace(HEADER, "");
    let outcome = desk.bring(&codes).await;
    let told = texts(&outcome);
    assert_eq!((kinds(&outcome), outcome.withheld), (vec![DoubtKind::Period], Some(WithheldReason::Doubt)), "{told}");
    assert!(told.contains("1919-20 is a year of another century: `1920` is read so (2 figures)"), "{told}");
    let mapped = PROFILE.replace("from = \"{year}\" }", "from = \"{year}\", map = { 1920 = \"2019-20\" } }");
    let right = desk.bring_by(&codes, &mapped, |_| {}).await;
    assert_eq!((kinds(&right), right.withheld), (vec![], None), "{}", texts(&right));
}
