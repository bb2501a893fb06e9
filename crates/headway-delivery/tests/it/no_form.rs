//! Figures without a count of their own: a reader who knows what they are made of, in a form that nobody looks for, finds no hidden
//! count, and does where the rule is left out or where the plan says that they are made of no others.

use headway_delivery::publish::{HiddenReason, Release, ReleaseOptions, ShownValue, StepWeakness};

use crate::made_of::{Case, Counts, PROFILE, counts, csv, draws, number, plan, rate, rates, share, told};
use crate::support::{ann, at, day, import, request, sqlite};

/// Odds of a rate: how many reached it over how many did not.
fn odds(counts: &Counts, more: &str, students: Option<&str>) -> Case {
    Case {
        plan: plan(&[("r", "percent", ""), ("odds", "number", more)]),
        values: share("r", "k", "n") + &number("odds", "number", students),
        csv: csv("k,n,odds", counts, |_, _, _, _, of| {
            format!("{},{},{:.4}", of[0], of[1], of[0] as f64 / (of[1] - of[0]) as f64)
        }),
    }
}

/// Hidden counts of the rate that follow from the odds.
fn attack(counts: &Counts, release: &Release) -> Vec<String> {
    let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
        let key = (place.as_str(), *group, *year);
        let ((rate, n), (odds, _)) = (told(release, "r", key), told(release, "odds", key));
        let (n, odds) = (n?, odds?);
        let k = (n * odds / (1.0 + odds)).round();
        (rate.is_none() && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
    };
    counts.iter().filter_map(find).collect()
}

fn made_of(release: &Release, measure: &str) -> usize {
    let rows = &release.measure(measure).expect("it is in the release").rows;
    rows.iter().filter(|row| row.value.shown() == ShownValue::Hidden(HiddenReason::MadeOf)).count()
}

fn left_out() -> StepWeakness {
    StepWeakness { no_made_of: true, ..StepWeakness::default() }
}

#[tokio::test]
async fn odds_beside_the_rate() {
    let counts = rates(6);
    let find = |release: &Release| attack(&counts, release);
    for more in ["", ", publishing: { made_of: [r] }"] {
        odds(&counts, more, Some("n")).check(left_out(), None, &find).await;
    }
    let release = odds(&counts, "", Some("n")).release(StepWeakness::default()).await;
    let hidden = made_of(&release, "odds");
    assert!(hidden > 10 && hidden < counts.len(), "{hidden} of {}", counts.len());
    // Students stay as they are told: it is the figure that tells of others.
    let row = release.measure("odds").expect("it is there").rows.iter();
    let row = row.filter(|row| row.value.shown() == ShownValue::Hidden(HiddenReason::MadeOf));
    assert!(row.filter(|row| matches!(row.denominator.shown(), ShownValue::Exact(_))).count() > 10);
    assert!(release.rules_text().contains("may be made of hidden figures"), "{}", release.rules_text());
}

#[tokio::test]
async fn what_is_made_of_no_others_is_told() {
    let counts = rates(6);
    let case = odds(&counts, ", publishing: { made_of: [] }", Some("n"));
    let release = case.release(StepWeakness::default()).await;
    assert_eq!(made_of(&release, "odds"), 0);
    assert!(attack(&counts, &release).len() >= 3, "the plan's word is taken");
}

#[tokio::test]
async fn an_index_to_the_state_without_students() {
    let counts = rates(6);
    let state = |group: &str, year: i32| {
        rate(counts.iter().find(|((p, g, y), _)| p == "st" && *g == group && *y == year).expect("the state").1)
    };
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("rel", "number", ", publishing: { uncounted: tell }")]),
        values: share("r", "k", "n") + &number("rel", "number", None),
        csv: csv("k,n,rel", &counts, |_, _, group, year, of| {
            format!("{},{},{:.2}", of[0], of[1], 100.0 * rate(of) / state(group, year) - 7.0)
        }),
    };
    let find = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let (hidden, n) = (told(release, "r", key).0.is_none(), told(release, "r", key).1?);
            let rel = told(release, "rel", key).0?;
            let k = ((rel + 7.0) * state(group, *year) * n / 10_000.0).round();
            (hidden && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
        };
        counts.iter().filter_map(find).collect()
    };
    case.check(StepWeakness { no_derived: true, ..left_out() }, None, &find).await;
}

#[tokio::test]
async fn what_was_told_before_is_counted_and_named() {
    let counts = rates(6);
    let Case { plan, csv, .. } = odds(&counts, "", Some("n"));
    let (home, what_they_are) = (sqlite(), number("odds", "number", Some("n")));
    let headway = home.with_plans("w", &[&plan]).await;
    let file = home.file("a.csv", &csv);
    let profile = format!("{PROFILE}{what_they_are}");
    let odds = format!("ignore = [\"k\"]\n{profile}");
    import(&headway, &request(&file, &odds, "2025-01-01")).await.expect("the file can be read");
    let mut first = headway.make_release("st", day("2025-02-01"), day("2025-02-01")).await.expect("there are results");
    assert_eq!((made_of(&first.release, "odds"), first.release.audit.made_of_hidden), (0, 0));
    headway.record_release(&mut first, &ann(), at(3)).await.expect("no other release comes in between");

    let file = home.file("b.csv", &csv);
    let rates = format!("ignore = [\"odds\"]\n{PROFILE}{}", share("r", "k", "n"));
    import(&headway, &request(&file, &rates, "2025-06-01")).await.expect("the file can be read");
    for without in [Vec::new(), vec!["odds".to_owned()]] {
        let making = ReleaseOptions { without, ..ReleaseOptions::default() };
        let second = headway.release_with("st", day("2025-07-01"), day("2025-07-01"), making).await;
        let second = second.expect("there are results");
        assert!(second.release.audit.made_of_hidden > 10, "{:?}", second.release.audit);
        assert!(second.notes.iter().any(|note| note.contains("may be made of counts that are hidden now")));
        assert!(second.release.rules_text().contains("may be made of counts that are hidden now"));
    }
    headway.close().await;
}

#[tokio::test]
async fn spending_a_student_in_two_parts_beside_all_spending() {
    let mut draw = draws(9);
    let twice = counts(&["all"], |school| {
        let n = if school % 4 == 0 { 3 + draw(6) } else { 40 + draw(600) };
        vec![n, n * (900 + draw(600)), n * (9_000 + draw(3_000))]
    });
    // Every count was added to all students twice.
    let counts: Counts = twice.into_iter().map(|(key, of)| (key, of.iter().map(|x| x / 2).collect())).collect();
    let (money, each) = (", publishing: { people: false }", ", publishing: { people: false, made_of: [enr] }");
    let case = Case {
        plan: plan(&[
            ("enr", "count", ""),
            ("total", "currency", money),
            ("fed", "currency", each),
            ("own", "currency", each),
        ]),
        values: number("enr", "count", None)
            + &["total", "fed", "own"].map(|measure| number(measure, "currency", None)).concat(),
        csv: csv("enr,total,fed,own", &counts, |_, _, _, _, of| {
            let each = |x: u64| x as f64 / of[0] as f64;
            format!("{},{},{:.2},{:.2}", of[0], of[1] + of[2], each(of[1]), each(of[2]))
        }),
    };
    let find = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let value = |measure: &str| told(release, measure, (place.as_str(), *group, *year)).0;
            let n = (value("total")? / (value("fed")? + value("own")?)).round();
            (value("enr").is_none() && n == of[0] as f64).then(|| format!("{place} in {year}: {n}"))
        };
        counts.iter().filter_map(find).collect()
    };
    case.check(left_out(), None, &find).await;
}
