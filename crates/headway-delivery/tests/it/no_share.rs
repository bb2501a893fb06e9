//! Measures told in percent, or as numbers, that are no share or count of the students behind them.

use std::ops::RangeInclusive;

use headway_delivery::publish::{Release, ShownValue, StepWeakness};

use crate::made_of::{Case, Counts, counts, csv, draws, number, period, plan, rate, rates, share, told};

const LEVELS: [&str; 4] = ["l1", "l2", "l3", "l4"];

/// Students by level, and all of them.
fn levels(seed: u64) -> Counts {
    let mut draw = draws(seed);
    counts(&["female", "male"], |_| {
        let n = 14 + draw(36);
        let mut levels = vec![0; 4];
        (0..n).for_each(|_| levels[[0, 1, 1, 1, 2, 2, 2, 3][draw(8) as usize]] += 1);
        levels.push(n);
        levels
    })
}

/// A measure with weights over the levels.
fn weighted(counts: &Counts, place: &str, values: &str, made: impl Fn(&[u64]) -> String) -> Case {
    let whole = ", publishing: { whole: levels }";
    let mut measures: Vec<(&str, &str, &str)> = LEVELS.iter().map(|level| (*level, "percent", whole)).collect();
    measures.push(("pi", place, ""));
    Case {
        plan: plan(&measures),
        values: LEVELS.iter().map(|level| share(level, level, "n")).collect::<String>() + values,
        csv: csv("l1,l2,l3,l4,n,pi", counts, |_, _, _, _, of| {
            format!("{},{},{},{},{},{}", of[0], of[1], of[2], of[3], of[4], made(of))
        }),
    }
}

/// The counts of a level among `n` students that are left open.
fn open(release: &Release, level: &str, (place, group, year): (&str, &str, i32), n: u64) -> RangeInclusive<u64> {
    let series = release.measure(level).expect("it is in the release").series(group, "all", place);
    let row = series.iter().find(|row| row.period.to_string() == period(year)).expect("it has a row");
    match (row.numerator.shown(), row.value.shown()) {
        (ShownValue::Exact(k), _) => k as u64..=k as u64,
        (_, ShownValue::Range(range)) => {
            let count = |percent: f64| percent * n as f64 / 100.0;
            count(range.lo).ceil() as u64..=(count(range.hi) + 1e-9).floor() as u64
        }
        _ => 0..=n,
    }
}

/// Hidden counts of levels that follow from the weighted figure; `fits`: whether levels make a value.
fn attack(counts: &Counts, release: &Release, fits: &dyn Fn(&[u64; 4], u64, f64) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (place, group, year) in counts.keys() {
        let key = (place.as_str(), *group, *year);
        let n = LEVELS.iter().find_map(|level| told(release, level, key).1);
        let (Some(value), Some(n)) = (told(release, "pi", key).0, n.filter(|n| *n <= 100.0)) else { continue };
        let n = n as u64;
        let open = LEVELS.map(|level| open(release, level, key, n));
        let mut all: Vec<[u64; 4]> = Vec::new();
        for a in open[0].clone() {
            for b in open[1].clone().take_while(|b| a + b <= n) {
                for c in open[2].clone().take_while(|c| a + b + c <= n) {
                    let of = [a, b, c, n - a - b - c];
                    all.extend((open[3].contains(&of[3]) && fits(&of, n, value)).then_some(of));
                }
            }
        }
        for at in (0..4).filter(|&at| open[at].start() < open[at].end()) {
            if all.iter().all(|of| of[at] == all[0][at]) {
                found.push(format!("{key:?} {}: {}", LEVELS[at], all[0][at]));
            }
        }
    }
    found
}

fn left_out() -> StepWeakness {
    StepWeakness { no_derived: true, no_made_of: true, ..StepWeakness::default() }
}

#[tokio::test]
async fn an_index_with_weights_in_percent() {
    let counts = levels(3);
    let index = |of: &[u64]| (25 * of[1] + 50 * of[2] + 100 * of[3]) as f64;
    let values = number("pi", "percent", Some("n"));
    let case = weighted(&counts, "percent", &values, |of| format!("{:.1}", index(of) / of[4] as f64));
    let fits = |of: &[u64; 4], n: u64, value: f64| (index(of) / n as f64 - value).abs() <= 0.0501;
    case.check(left_out(), None, &|release| attack(&counts, release, &fits)).await;
}

#[tokio::test]
async fn points_with_weights_as_a_number() {
    let counts = levels(4);
    let points = |of: &[u64]| (of[1] + 2 * of[2] + 4 * of[3]) as f64;
    let values = number("pi", "count", None);
    let case = weighted(&counts, "count", &values, |of| format!("{}", points(of)));
    let fits = |of: &[u64; 4], _: u64, value: f64| points(of) == value;
    case.check(left_out(), None, &|release| attack(&counts, release, &fits)).await;
}

#[tokio::test]
async fn a_rate_in_percent_of_the_state() {
    let counts = rates(1);
    let state = |group: &str, year: i32| {
        rate(counts.iter().find(|((p, g, y), _)| p == "st" && *g == group && *y == year).expect("the state").1)
    };
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("rel", "percent", ", publishing: { made_of: [] }")]),
        values: share("r", "k", "n") + &number("rel", "percent", Some("n")) + "range = [0, 1000]\n",
        csv: csv("k,n,rel", &counts, |_, _, group, year, of| {
            format!("{},{},{:.1}", of[0], of[1], 100.0 * rate(of) / state(group, year))
        }),
    };
    let find = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let (hidden, (rel, n)) = (told(release, "r", key).0.is_none(), told(release, "rel", key));
            let k = (rel? * told(release, "r", ("st", group, *year)).0? * n? / 10_000.0).round();
            (hidden && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
        };
        counts.iter().filter_map(find).collect()
    };
    let said = "rel = 100 x r / r (the place above all others)";
    case.check(left_out(), Some(said), &find).await;
    let exact = |release: &Release| {
        let shown = |row: &&headway_delivery::publish::PublishedRow| matches!(row.value.shown(), ShownValue::Exact(_));
        release.measures.iter().map(|m| m.rows.iter().filter(shown).count()).sum::<usize>()
    };
    let release = case.release(StepWeakness::default()).await;
    assert!(exact(&release) > 60, "{} of {} are told", exact(&release), 2 * counts.len());
}

#[tokio::test]
async fn cases_by_hundred_of_something_else() {
    let mut draw = draws(2);
    let counts = counts(&["female", "male"], |school| {
        let k = if school % 4 == 0 { draw(3) } else { 10 + draw(11) };
        vec![k, 30 + draw(60), 20 + draw(40)]
    });
    let case = Case {
        plan: plan(&[
            ("r", "percent", ""),
            ("per", "percent", ""),
            ("staff", "count", ", publishing: { people: false }"),
        ]),
        values: share("r", "k", "n") + &number("per", "percent", Some("n")) + &number("staff", "count", None),
        csv: csv("k,n,staff,per", &counts, |_, _, _, _, of| {
            format!("{},{},{},{:.2}", of[0], of[1], of[2], 100.0 * of[0] as f64 / of[2] as f64)
        }),
    };
    let find = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let hidden = told(release, "r", key).0.is_none();
            let k = (told(release, "per", key).0? * told(release, "staff", key).0? / 100.0).round();
            (hidden && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
        };
        counts.iter().filter_map(find).collect()
    };
    case.check(left_out(), Some("per = 100 x number of r / staff"), &find).await;
}
