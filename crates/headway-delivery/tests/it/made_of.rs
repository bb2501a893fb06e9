//! Measures that are made of others: a reader who knows how finds no hidden count, and does where the rule is left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use headway_delivery::publish::{PublishedValue, Release, ShownValue, StepWeakness};

use crate::support::{day, import, request, sqlite};

pub(crate) const PROFILE: &str = r#"
name = "R"
source = "A"
unit = "{unit}"
group = "{group}"
period = { kind = "school-year", from = "{period}" }
[[level]]
is = "state"
id = '^st$'
[[level]]
is = "district"
id = '^D'
parent = "st"
[[level]]
is = "school"
id = '^S(\d)'
parent = "D{1}"
"#;

/// Place, group, year; counts by name.
pub(crate) type Counts = BTreeMap<(String, &'static str, i32), Vec<u64>>;

/// Numbers below `most`, the same every time.
pub(crate) fn draws(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |most| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    }
}

/// Counts of twelve schools in three districts, two groups and two years, added up to all places and all students. `one` makes those
/// of a school and group.
pub(crate) fn counts(groups: &[&'static str], mut one: impl FnMut(usize) -> Vec<u64>) -> Counts {
    let mut counts = Counts::new();
    for school in 0..12 {
        let (district, name) = (format!("D{}", school % 3), format!("S{}{}", school % 3, school / 3));
        for year in [2022, 2023] {
            for &group in groups {
                let own = one(school);
                for place in [&name, &district, &"st".to_owned()] {
                    for of in [group, "all"] {
                        let sum = counts.entry((place.clone(), of, year)).or_insert_with(|| vec![0; own.len()]);
                        sum.iter_mut().zip(&own).for_each(|(sum, own)| *sum += own);
                    }
                }
            }
        }
    }
    counts
}

/// A share of `measure`, from two columns.
pub(crate) fn share(measure: &str, numerator: &str, denominator: &str) -> String {
    format!(
        "[[values]]\nmeasure = \"{measure}\"\nnumerator = \"{numerator}\"\ndenominator = \"{denominator}\"\nscale = \"percent\"\n"
    )
}

/// A number of `measure`, of so many students where it has a column of them.
pub(crate) fn number(measure: &str, scale: &str, denominator: Option<&str>) -> String {
    let of = denominator.map(|n| format!("denominator = \"{n}\"\n")).unwrap_or_default();
    format!("[[values]]\nmeasure = \"{measure}\"\ncolumn = \"{measure}\"\nscale = \"{scale}\"\n{of}")
}

/// Measures with their units and what else the plan says.
pub(crate) fn plan(measures: &[(&str, &str, &str)]) -> String {
    let mut text =
        "agency: { id: st, name: Agency, unit: st }\nplan: { id: p, name: P, edition: \"2020-01\" }\nmeasures:\n"
            .to_owned();
    for (id, place, more) in measures {
        writeln!(text, "  - {{ id: {id}, name: {id}, direction: increase, period: school-year, unit: {place}{more} }}")
            .expect("a text can be written to");
    }
    text
}

/// The files of one case.
pub(crate) struct Case {
    pub(crate) plan: String,
    pub(crate) values: String,
    pub(crate) csv: String,
}

impl Case {
    pub(crate) async fn release(&self, weakness: StepWeakness) -> Release {
        let home = sqlite();
        let headway = home.with_plans("w", &[&self.plan]).await;
        let file = home.file("a.csv", &self.csv);
        let profile = format!("{PROFILE}{}", self.values);
        import(&headway, &request(&file, &profile, "2025-01-01")).await.expect("the file can be read");
        let made = headway.weakened_release("st", day("2025-02-01"), day("2025-02-01"), weakness);
        let release = made.await.expect("there are results").release;
        headway.close().await;
        release
    }

    /// Nothing is found by `attack`, and something where the rule is left out; the state is told exactly, and one of the sums that
    /// the release lists reads like this.
    pub(crate) async fn check(
        &self,
        weakness: StepWeakness,
        said: Option<&str>,
        attack: &dyn Fn(&Release) -> Vec<String>,
    ) {
        let release = self.release(StepWeakness::default()).await;
        assert_eq!(attack(&release), Vec::<String>::new());
        assert_eq!(release.audit.exposed, 0);
        for row in
            release.measures.iter().flat_map(|m| &m.rows).filter(|row| &*row.place == "st" && &*row.group == "all")
        {
            assert!(matches!(row.value.shown(), ShownValue::Exact(_) | ShownValue::Range(_)), "{row:?}");
        }
        if let Some(said) = said {
            assert!(release.sums.iter().any(|sum| sum.sum == said), "{said}: {:#?}", release.sums);
        }
        let weak = attack(&self.release(weakness).await);
        assert!(weak.len() >= 3, "without the rule: {weak:?}");
    }
}

/// `2023-24`.
pub(crate) fn period(year: i32) -> String {
    format!("{year}-{}", year % 100 + 1)
}

fn exact(published: &PublishedValue) -> Option<f64> {
    match published.shown() {
        ShownValue::Exact(x) => Some(x),
        _ => None,
    }
}

/// Value and students of a figure, as far as they are told.
pub(crate) fn told(
    release: &Release,
    measure: &str,
    (place, group, year): (&str, &str, i32),
) -> (Option<f64>, Option<f64>) {
    let series = release.measure(measure).expect("it is in the release").series(group, "all", place);
    let row = series.iter().find(|row| row.period.to_string() == period(year)).expect("it has a row");
    (exact(&row.value), exact(&row.denominator))
}

/// Rows of a table, by the texts of a line.
pub(crate) fn csv(head: &str, counts: &Counts, line: impl Fn(&Counts, &str, &str, i32, &[u64]) -> String) -> String {
    let mut text = format!("unit,group,period,{head}\n");
    for ((place, group, year), own) in counts {
        let period = period(*year);
        writeln!(text, "{place},{group},{period},{}", line(counts, place, group, *year, own))
            .expect("a text can be written to");
    }
    text
}

/// Few of some dozens reached it in every fourth school.
pub(crate) fn rates(seed: u64) -> Counts {
    let mut draw = draws(seed);
    counts(&["female", "male"], |school| {
        let n = 30 + draw(60);
        let k = if school % 4 == 0 { draw(3) } else { n / 6 + draw(n / 3) };
        vec![k, n]
    })
}

pub(crate) fn rate(of: &[u64]) -> f64 {
    100.0 * of[0] as f64 / of[1] as f64
}

#[tokio::test]
async fn a_rate_per_thousand_beside_the_percent() {
    let counts = rates(3);
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("perthousand", "rate", "")]),
        values: share("r", "k", "n") + &number("perthousand", "number", Some("n")),
        csv: csv("k,n,perthousand", &counts, |_, _, _, _, of| format!("{},{},{:.2}", of[0], of[1], 10.0 * rate(of))),
    };
    let attack = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let (hidden, (value, n)) = (told(release, "r", key).0.is_none(), told(release, "perthousand", key));
            let k = (value? * n? / 1000.0).round();
            (hidden && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
        };
        counts.iter().filter_map(find).collect()
    };
    case.check(
        StepWeakness { no_scales: true, no_derived: true, no_made_of: true, ..StepWeakness::default() },
        Some("r = perthousand"),
        &attack,
    )
    .await;
}

#[tokio::test]
async fn shares_of_all_students_by_group() {
    let mut draw = draws(5);
    let counts = counts(&["mas", "mbl", "mhi", "mwh"], |school| {
        let n = if school % 3 == 0 { 3 + draw(12) } else { 14 + draw(70) };
        vec![draw(n + 1), n]
    });
    let csv = csv("k,n,all", &counts, |counts, place, _, year, of| {
        format!("{},{},{}", of[0], of[1], counts[&(place.to_owned(), "all", year)][1])
    });
    let case = Case {
        plan: plan(&[("share", "percent", ""), ("r", "percent", "")]),
        values: share("share", "n", "all") + &share("r", "k", "n"),
        csv,
    };
    let release = case.release(StepWeakness::default()).await;
    let (mut large, mut all) = (0, 0);
    for ((place, group, year), of) in &counts {
        let key = (place.as_str(), *group, *year);
        let total = counts[&(place.clone(), "all", *year)][1] as f64;
        let (value, n) = told(&release, "share", key);
        assert!(n.is_none_or(|n| n == total), "{key:?}: the denominator is the students of the place");
        let few = of[1] >= 1 && of[1] < 10;
        assert!(!few || value.is_none(), "{key:?}: {value:?} of {n:?} tells of {} students", of[1]);
        if place.len() < 3 {
            all += 1;
            large += usize::from(value.is_some() && told(&release, "r", key).1.is_some());
        }
    }
    assert_eq!(release.audit.exposed, 0);
    assert_eq!(told(&release, "share", ("st", "all", 2023)).0, Some(100.0));
    assert!(10 * large >= 9 * all, "the state and its districts: {large} of {all}");
    let weak = case.release(StepWeakness { no_shares: true, ..StepWeakness::default() }).await;
    let shown = |release: &Release| counts.keys().filter(|k| told(release, "r", (&k.0, k.1, k.2)).1.is_some()).count();
    assert!(shown(&release) > shown(&weak), "{} and {}", shown(&release), shown(&weak));
}

#[tokio::test]
async fn points_above_the_state() {
    let counts = rates(1);
    let case = Case {
        plan: plan(&[("drop", "percent", ""), ("gap", "points", "")]),
        values: share("drop", "k", "n") + &number("gap", "number", Some("n")) + "range = [-100, 100]\n",
        csv: csv("k,n,gap", &counts, |counts, _, group, year, of| {
            let state =
                &counts.iter().find(|((p, g, y), _)| p == "st" && *g == group && *y == year).expect("the state").1;
            format!("{},{},{:.1}", of[0], of[1], rate(of) - rate(state))
        }),
    };
    let attack = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let (hidden, (gap, n)) = (told(release, "drop", key).0.is_none(), told(release, "gap", key));
            let (state, n) = (told(release, "drop", ("st", group, *year)).0?, n?);
            let fits = |k: &u64| (100.0 * *k as f64 / n - state - gap.unwrap_or(f64::NAN)).abs() <= 0.11;
            let k: Vec<u64> = (0..=n as u64).filter(fits).collect();
            (hidden && k == [of[0]]).then(|| format!("{key:?}: {k:?}"))
        };
        counts.iter().filter_map(find).collect()
    };
    let said = "gap = drop - drop (the place above all others)";
    case.check(StepWeakness { no_derived: true, no_made_of: true, ..StepWeakness::default() }, Some(said), &attack)
        .await;
}

#[tokio::test]
async fn points_above_the_year_before() {
    let (mut draw, mut call) = (draws(4), 0);
    // Few reached it in the second year, in which a school has its third and fourth counts.
    let counts = counts(&["female", "male"], |school| {
        let n = 30 + draw(60);
        let few = school % 4 == 0 && call % 4 >= 2;
        call += 1;
        vec![if few { draw(3) } else { n / 6 + draw(n / 3) }, n]
    });
    let case = Case {
        plan: plan(&[("drop", "percent", ""), ("change", "points", "")]),
        values: share("drop", "k", "n") + &number("change", "number", Some("n")) + "range = [-100, 100]\n",
        csv: csv("k,n,change", &counts, |counts, place, group, year, of| {
            let before = counts.iter().find(|((p, g, y), _)| p == place && *g == group && *y == year - 1);
            let change = before.map(|(_, before)| format!("{:.1}", rate(of) - rate(before))).unwrap_or_default();
            format!("{},{},{change}", of[0], of[1])
        }),
    };
    let attack = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let (hidden, (_, n)) = (told(release, "drop", key).0.is_none(), told(release, "drop", key));
            let change = (*year == 2023).then(|| told(release, "change", key).0).flatten()?;
            let before = told(release, "drop", (place, group, year - 1)).0?;
            let fits = |k: &u64| (100.0 * *k as f64 / n.unwrap_or(1.0) - before - change).abs() <= 0.11;
            let k: Vec<u64> = (0..=n? as u64).filter(fits).collect();
            (hidden && k == [of[0]]).then(|| format!("{key:?}: {k:?}"))
        };
        counts.iter().filter_map(find).collect()
    };
    let said = "change = drop - drop (a period before)";
    case.check(StepWeakness { no_derived: true, no_made_of: true, ..StepWeakness::default() }, Some(said), &attack)
        .await;
}

#[tokio::test]
async fn an_index_with_weights_over_outcomes() {
    let mut draw = draws(2);
    let counts = counts(&["female", "male"], |_| {
        let n = 14 + draw(36);
        let mut levels = vec![0; 4];
        (0..n).for_each(|_| levels[[0, 1, 1, 1, 2, 2, 2, 3][draw(8) as usize]] += 1);
        levels.push(n);
        levels
    });
    let levels = ["l1", "l2", "l3", "l4"];
    let whole = ", publishing: { whole: levels }";
    let mut measures: Vec<(&str, &str, &str)> = levels.iter().map(|level| (*level, "percent", whole)).collect();
    measures.push(("pi", "points", ""));
    let index = |of: &[u64]| (50 * of[1] + 100 * of[2] + 125 * of[3]) as f64 / of[4] as f64;
    let case = Case {
        plan: plan(&measures),
        values: levels.iter().map(|level| share(level, level, "n")).collect::<String>()
            + &number("pi", "number", Some("n")),
        csv: csv("l1,l2,l3,l4,n,pi", &counts, |_, _, _, _, of| {
            format!("{},{},{},{},{},{:.1}", of[0], of[1], of[2], of[3], of[4], index(of))
        }),
    };
    let attack = |release: &Release| {
        let mut found = Vec::new();
        for (place, group, year) in counts.keys() {
            let key = (place.as_str(), *group, *year);
            let (Some(value), Some(n)) = told(release, "pi", key) else { continue };
            let n = n as u64;
            if n > 100 {
                continue;
            }
            let bounds = levels.map(|level| bounds(release, level, key, n));
            let mut fits: Vec<[u64; 4]> = Vec::new();
            for a in bounds[0].0..=bounds[0].1 {
                for b in bounds[1].0..=bounds[1].1.min(n - a) {
                    for c in bounds[2].0..=bounds[2].1.min(n - a - b) {
                        let of = [a, b, c, n - a - b - c];
                        let inside = (bounds[3].0..=bounds[3].1).contains(&of[3]);
                        if inside && (index(&[of[0], of[1], of[2], of[3], n]) - value).abs() <= 0.0501 {
                            fits.push(of);
                        }
                    }
                }
            }
            for (at, level) in levels.iter().enumerate().filter(|(at, _)| bounds[*at].0 < bounds[*at].1) {
                if fits.iter().all(|of| of[at] == fits[0][at]) {
                    found.push(format!("{key:?} {level}: {}", fits[0][at]));
                }
            }
        }
        found
    };
    case.check(StepWeakness { no_derived: true, no_made_of: true, ..StepWeakness::default() }, None, &attack).await;
}

/// The least and the most of `n` students, by what is told of a share.
fn bounds(release: &Release, measure: &str, (place, group, year): (&str, &str, i32), n: u64) -> (u64, u64) {
    let series = release.measure(measure).expect("it is in the release").series(group, "all", place);
    let row = series.iter().find(|row| row.period.to_string() == period(year)).expect("it has a row");
    match (row.numerator.shown(), row.value.shown()) {
        (ShownValue::Exact(k), _) => (k as u64, k as u64),
        (_, ShownValue::Range(range)) => {
            let count = |percent: f64| percent * n as f64 / 100.0;
            (count(range.lo).ceil() as u64, (count(range.hi) + 1e-9).floor() as u64)
        }
        _ => (0, n),
    }
}

#[tokio::test]
async fn spending_over_spending_a_student() {
    let mut draw = draws(9);
    let counts = counts(&["all"], |school| {
        let n = if school % 4 == 0 { 3 + draw(6) } else { 40 + draw(600) };
        vec![n, n * (9_000 + draw(3_000))]
    });
    // Every count was added to all students twice.
    let half = |of: &[u64]| (of[0] / 2, of[1] / 2);
    let counts: Counts = counts
        .iter()
        .map(|(key, of)| (key.clone(), if key.1 == "all" { vec![half(of).0, half(of).1] } else { of.clone() }))
        .collect();
    let money = ", publishing: { people: false }";
    let case = Case {
        plan: plan(&[("enr", "count", ""), ("spend", "currency", money), ("pp", "currency", money)]),
        values: number("enr", "count", None) + &number("spend", "currency", None) + &number("pp", "currency", None),
        csv: csv("enr,spend,pp", &counts, |_, _, _, _, of| {
            format!("{},{},{:.2}", of[0], of[1], of[1] as f64 / of[0] as f64)
        }),
    };
    let attack = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let (spend, each) = (told(release, "spend", key).0?, told(release, "pp", key).0?);
            let hidden = told(release, "enr", key).0.is_none();
            (hidden && (spend / each).round() == of[0] as f64).then(|| format!("{key:?}: {}", of[0]))
        };
        counts.iter().filter_map(find).collect()
    };
    case.check(
        StepWeakness { no_derived: true, no_made_of: true, ..StepWeakness::default() },
        Some("pp = spend / enr"),
        &attack,
    )
    .await;
}
