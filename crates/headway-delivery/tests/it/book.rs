//! Editions of a plan: what is renamed keeps its history, what is dropped stays known, promises hold until revised.

use headway_delivery::model::plan::{Measure, Plan};
use headway_model::plan::PlansInForce;

use crate::support::{day, on_both, plan, seen};

/// An edition of the plan `p` of the agency `st` with these measures.
fn edition(edition: &str, measures: &str) -> String {
    format!(
        "agency: {{ id: st, name: Agency of {edition}, unit: ST }}\nplan: {{ id: p, edition: \"{edition}\" }}\nmeasures:\n{measures}"
    )
}

/// A measure in the words of a plan file.
fn measure(id: &str, more: &str) -> String {
    format!("  - {{ id: {id}, name: The {id}, unit: percent, direction: increase, period: school-year, {more} }}\n")
}

fn book(editions: &[(&str, String)]) -> PlansInForce {
    PlansInForce::from_plans(editions.iter().map(|(name, measures)| plan(&edition(name, measures)).into()).collect())
}

fn figures(measure: &Measure) -> Vec<(String, Option<f64>)> {
    let goal = |t: &headway_delivery::model::plan::Target| {
        t.target.as_ref().map_or_else(|| ("-".to_owned(), None), |g| (g.period.to_string(), g.value))
    };
    let mut figures: Vec<_> = measure.targets.iter().map(goal).collect();
    figures.sort_by(|a, b| a.0.cmp(&b.0));
    figures
}

#[test]
fn histories_are_joined_only_by_renaming() {
    let check = |how: &str, ids: &[&str]| {
        let later = measure("new", &format!("replaces: [ {{ measure: old, how: {how} }} ]"));
        let book = book(&[("2020", measure("old", "")), ("2022", later)]);
        let (_, new) = book.find_measure("new").expect("it is planned");
        assert_eq!(new.ids, ids, "{how}");
        let (_, old) = book.find_measure("old").expect("it stays known");
        if how == "renamed" {
            assert_eq!((old.measure.id.as_str(), old.current), ("new", true), "it is one measure");
            return;
        }
        assert!(!old.current && new.current, "{how}");
        assert_eq!((old.edition.as_str(), new.edition.as_str()), ("2020", "2022"));
    };
    check("renamed", &["new", "old"]);
    check("split", &["new"]);
    check("merged", &["new"]);
    check("replaced", &["new"]);
}

#[test]
fn names_are_followed_through_all_editions() {
    let renamed = |id: &str, from: &str| measure(id, &format!("replaces: [ {{ measure: {from}, how: renamed }} ]"));
    let book = book(&[
        ("2018", measure("a", "")),
        ("2019", renamed("b", "a")),
        ("2020", renamed("c", "b")),
        ("2021", measure("c", "")),
        ("2022", measure("other", "")),
    ]);
    let ids = |id: &str| book.find_measure(id).expect("it is known").1.ids.clone();
    assert_eq!(ids("c"), ["c", "b", "a"], "also when a later edition names it without its history");
    assert_eq!(ids("b"), ["c", "b", "a"], "a name of before finds it too");
    assert!(!book.find_measure("c").expect("it is known").1.current, "the newest edition drops it");
    assert_eq!(book.all_measures().map(|(_, m)| m.measure.id.as_str()).collect::<Vec<_>>(), ["c", "other"]);
    assert_eq!(book.agencies[0].agency.name, "Agency of 2022");
    let in_force: Vec<&str> = book.agencies[0].in_force().iter().map(|p| p.plan.edition.as_str()).collect();
    assert_eq!(in_force, ["2022"]);
}

/// A dropped measure comes back: it is current again, with what was promised before.
#[test]
fn a_measure_comes_back() {
    let target =
        "targets: [ { unit: state, baseline: { period: 2019, value: 60 }, target: { period: 2025, value: 70 } } ]";
    let book = book(&[("2020", measure("a", target)), ("2021", measure("b", "")), ("2022", measure("a", ""))]);
    let (_, a) = book.find_measure("a").expect("it is planned");
    assert!(a.current);
    assert_eq!(figures(&a.measure), [("2025".to_owned(), Some(70.0))]);
}

#[test]
fn a_promise_holds_until_another_figure_is_given() {
    let goals = |goals: &[(&str, &str)]| {
        let texts: Vec<String> = goals
            .iter()
            .map(|(who, goal)| format!("{{ {who}, baseline: {{ period: 2019, value: 50 }}, {goal} }}"))
            .collect();
        measure("m", &format!("targets: [ {} ]", texts.join(", ")))
    };
    let first = goals(&[
        ("unit: state", "target: { period: 2025, value: 70 }"),
        ("unit: state", "target: { period: 2030, value: 80 }"),
        ("unit: state, group: ecd", "target: { period: 2025, value: 60 }"),
    ]);
    let check = |later: String, expected: &[(&str, f64)]| {
        let book = book(&[("2020", first.clone()), ("2022", later)]);
        let (_, m) = book.find_measure("m").expect("it is planned");
        let expected: Vec<_> = expected.iter().map(|&(period, value)| (period.to_owned(), Some(value))).collect();
        let found: Vec<_> = figures(&m.measure).into_iter().filter(|f| f.1.is_some()).collect();
        assert_eq!(found, expected);
    };
    let as_before = [("2025", 70.0), ("2025", 60.0), ("2030", 80.0)];
    check(measure("m", ""), &as_before);
    // Named without its figure, or again word by word: nothing is taken back.
    check(goals(&[("unit: state", "note: the figure was not seen")]), &as_before);
    check(first.clone(), &as_before);
    // Another figure for one of them revises this one and no other.
    let revised = goals(&[("unit: state", "target: { period: 2025, value: 65 }")]);
    check(revised, &[("2025", 65.0), ("2025", 60.0), ("2030", 80.0)]);
    let other_group = goals(&[("unit: state, group: ecd", "target: { period: 2025, value: 62 }")]);
    check(other_group, &[("2025", 62.0), ("2025", 70.0), ("2030", 80.0)]);
}

/// Two plans of one agency: an edition of one drops nothing of the other.
#[test]
fn plans_do_not_drop_each_others_measures() {
    let of = |plan_id: &str, name: &str, id: &str| -> Plan {
        let mut made = plan(&edition(name, &measure(id, "")));
        made.plan.id = plan_id.into();
        made
    };
    let editions = [of("p", "2020", "a"), of("q", "2021", "b"), of("p", "2022", "c")];
    let book = PlansInForce::from_plans(editions.map(Into::into).into());
    let current = |id: &str| book.find_measure(id).expect("it is known").1.current;
    assert_eq!((current("a"), current("b"), current("c")), (false, true, true));
    assert_eq!(book.agencies[0].in_force().len(), 2);
}

#[tokio::test]
async fn editions_of_the_future_are_not_seen() {
    on_both(async |home| {
        let first = edition("2020-03", &measure("a", ""));
        let second = edition("2022-05-17", &measure("b", "replaces: [ { measure: a, how: renamed } ]"));
        let headway = home.with_plans("ws", &[&first, &second]).await;
        let planned = async |as_of: &str| {
            let snapshot = seen(&headway, as_of).await;
            assert_eq!(snapshot.as_of, day(as_of));
            let known = |m: &headway_model::plan::PlannedMeasure| (m.measure.id.clone(), m.current);
            snapshot.book.all_measures().map(|(_, m)| known(m)).collect::<Vec<_>>()
        };
        let told = |list: &[(&str, bool)]| -> Vec<(headway_model::MeasureId, bool)> {
            list.iter().map(|&(id, now)| (id.into(), now)).collect()
        };
        assert_eq!(planned("2019-12-31").await, []);
        assert_eq!(planned("2020-03-01").await, told(&[("a", true)]), "an edition of a month holds from its first day");
        assert_eq!(planned("2022-05-16").await, told(&[("a", true)]));
        assert_eq!(planned("2022-05-17").await, told(&[("b", true)]), "a renamed measure is one");
    })
    .await;
}

/// An edition under a name that is loaded already: what it changes is told, and nothing where it says the same.
#[tokio::test]
async fn the_same_edition_with_other_content_is_seen() {
    on_both(async |home| {
        let first = edition("2020-03", &measure("a", ""));
        let headway = home.with_plans("ws", &[&first]).await;
        let told = async |text: &str| headway.edition_changes(&plan(text)).await.expect("the store is read");
        assert_eq!(told(&first).await, None, "the same");
        assert_eq!(told(&edition("2020-04", &measure("b", ""))).await, None, "another edition");
        let changes = told(&first.replace("The a", "Another a")).await.expect("it says something else");
        assert!(changes.iter().any(|change| change.to_string().contains("Another a")), "{changes:?}");
        let added = told(&edition("2020-03", &(measure("a", "") + &measure("b", "")))).await.expect("one more");
        assert_eq!(added.len(), 1, "{added:?}");
    })
    .await;
}
