//! Two agencies of one workspace that publish one after the other: who reads both releases finds no hidden count.

use headway_delivery::publish::{Release, ShownValue, StepWeakness};

use crate::made_of::{Counts, PROFILE, counts, csv, draws, number, plan, rate, rates, share, told};
use crate::support::{ann, at, day, import, request, sqlite};

/// What an agency plans, and the file with its figures.
struct Office {
    plan: String,
    values: String,
    csv: String,
}

impl Office {
    fn of(id: &str, measures: &[(&str, &str, &str)], values: String, csv: String) -> Self {
        let plan =
            plan(measures).replacen("id: st,", &format!("id: {id},"), 1).replacen("id: p,", &format!("id: p-{id},"), 1);
        Self { plan, values, csv }
    }
}

/// The releases of both, the first one kept before the second is made.
async fn releases(offices: &[(&str, Office)], order: [&str; 2], weakness: StepWeakness) -> [Release; 2] {
    let home = sqlite();
    let plans: Vec<&str> = offices.iter().map(|(_, office)| office.plan.as_str()).collect();
    let headway = home.with_plans("w", &plans).await;
    for (id, office) in offices {
        let file = home.file(&format!("{id}.csv"), &office.csv);
        let wanted = request(&file, &format!("{PROFILE}{}", office.values), "2025-01-01");
        let outcome = import(&headway, &headway_delivery::intake::ImportRequest { revises: true, ..wanted }).await;
        outcome.expect("the file can be read");
    }
    let mut first =
        headway.make_release(order[0], day("2025-02-01"), day("2025-02-01")).await.expect("there are results");
    headway.record_release(&mut first, &ann(), at(3)).await.expect("no other release comes in between");
    let second = headway.weakened_release(order[1], day("2025-03-01"), day("2025-03-01"), weakness).await;
    let second = second.expect("there are results").release;
    headway.close().await;
    [first.release, second]
}

fn exact(release: &Release) -> (usize, usize) {
    let rows = || release.measures.iter().flat_map(|measure| &measure.rows);
    (rows().filter(|row| matches!(row.value.shown(), ShownValue::Exact(_))).count(), rows().count())
}

#[tokio::test]
async fn the_gap_to_the_state_of_another_agency() {
    let counts = rates(11);
    let state = |group: &str, year: i32| {
        rate(counts.iter().find(|((p, g, y), _)| p == "st" && *g == group && *y == year).expect("the state").1)
    };
    let offices = || {
        let rates = Office::of(
            "st",
            &[("r", "percent", "")],
            share("r", "k", "n"),
            csv("k,n", &counts, |_, _, _, _, of| format!("{},{}", of[0], of[1])),
        );
        let gaps = Office::of(
            "db",
            &[("gap", "points", ", publishing: { made_of: [] }")],
            number("gap", "number", Some("n")) + "range = [-100, 100]\n",
            csv("n,gap", &counts, |_, _, group, year, of| format!("{},{:.1}", of[1], rate(of) - state(group, year))),
        );
        [("st", rates), ("db", gaps)]
    };
    let attack = |[rates, gaps]: &[Release; 2]| -> Vec<String> {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let hidden = told(rates, "r", key).0.is_none();
            let (gap, n) = told(gaps, "gap", key);
            let k = ((gap? + told(rates, "r", ("st", group, *year)).0?) * n? / 100.0).round();
            (hidden && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
        };
        counts.iter().filter_map(find).collect()
    };
    let both = releases(&offices(), ["st", "db"], StepWeakness::default()).await;
    assert_eq!(attack(&both), Vec::<String>::new());
    let (shown, all) = exact(&both[1]);
    assert!(4 * shown > all, "{shown} of {all} gaps are told");
    assert!(both[1].sums.iter().all(|sum| !sum.sum.contains("gap = r")), "another agency's measure is not named");
    let weak = releases(&offices(), ["st", "db"], StepWeakness { no_derived: true, ..StepWeakness::default() }).await;
    assert!(attack(&weak).len() > 10);
}

/// Learners, few at some schools, and all others.
fn learners() -> Counts {
    let mut draw = draws(14);
    counts(&["lep"], |school| {
        let n = if school % 4 == 0 { 3 + draw(7) } else { 25 + draw(60) };
        let others = 20 + draw(40);
        vec![n / 6 + draw(n / 3 + 1), n, others / 5 + draw(others / 3), others]
    })
}

/// Rates of all students and of learners, and, as another measure, those of all others.
fn rates_of_others(counts: &Counts) -> [(&'static str, Office); 2] {
    // Every count was added to all students once.
    let learners = csv("k,n", counts, |_, _, group, _, of| match group {
        "all" => format!("{},{}", of[0] + of[2], of[1] + of[3]),
        _ => format!("{},{}", of[0], of[1]),
    });
    let others: Counts =
        counts.iter().filter(|((_, group, _), _)| *group == "all").map(|(k, v)| (k.clone(), v.clone())).collect();
    let others = csv("k,n", &others, |_, _, _, _, of| format!("{},{}", of[2], of[3]));
    [
        ("st", Office::of("st", &[("r", "percent", "")], share("r", "k", "n"), learners)),
        ("db", Office::of("db", &[("q", "percent", "")], share("q", "k", "n"), others)),
    ]
}

/// Hidden numbers of learners: all students less those of the other agency's measure.
fn subtract(counts: &Counts, rates: &Release, others: &Release) -> Vec<String> {
    let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
        let all = (place.as_str(), "all", *year);
        let hidden = *group == "lep" && told(rates, "r", (place, group, *year)).1.is_none();
        let n = told(rates, "r", all).1? - told(others, "q", all).1?;
        (hidden && n == of[1] as f64).then(|| format!("{place} {year}: {n}"))
    };
    counts.iter().filter_map(find).collect()
}

#[tokio::test]
async fn all_students_but_a_group_at_another_agency() {
    let counts = learners();
    for order in [["st", "db"], ["db", "st"]] {
        let by = |both: &[Release; 2]| match order[0] {
            "st" => subtract(&counts, &both[0], &both[1]),
            _ => subtract(&counts, &both[1], &both[0]),
        };
        let both = releases(&rates_of_others(&counts), order, StepWeakness::default()).await;
        assert_eq!(by(&both), Vec::<String>::new(), "{order:?}");
        assert_eq!((both[0].audit.exposed, both[1].audit.exposed), (0, 0), "{order:?}");
        let (shown, all) = exact(&both[1]);
        assert!(3 * shown > all, "{order:?}: {shown} of {all} are told");
        let weak = StepWeakness { no_past_sums: true, ..StepWeakness::default() };
        assert!(by(&releases(&rates_of_others(&counts), order, weak).await).len() > 5, "{order:?}");
    }
}
