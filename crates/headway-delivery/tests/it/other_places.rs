//! Figures that are made of those of other places: a reader who holds them against each other finds no hidden count, and does where
//! the rule is left out.

use headway_delivery::publish::{Release, StepWeakness};

use crate::made_of::{Case, Counts, counts, csv, draws, number, plan, rate, rates, share, told};

/// The place that one lies directly below.
fn above(place: &str) -> Option<String> {
    match place.as_bytes() {
        [b'S', district, ..] => Some(format!("D{}", *district as char)),
        [b'D', ..] => Some("st".to_owned()),
        _ => None,
    }
}

/// The counts of the place above.
fn of_above<'a>(counts: &'a Counts, place: &str, group: &str, year: i32) -> Option<&'a Vec<u64>> {
    let above = above(place)?;
    counts.iter().find(|((p, g, y), _)| *p == above && *g == group && *y == year).map(|(_, of)| of)
}

/// How many reached it and how many students that is of, where both are told.
fn both(release: &Release, measure: &str, key: (&str, &str, i32)) -> Option<(f64, f64)> {
    let (value, n) = told(release, measure, key);
    Some(((value? * n? / 100.0).round(), n?))
}

fn no_derived() -> StepWeakness {
    StepWeakness { no_derived: true, no_made_of: true, ..StepWeakness::default() }
}

fn no_ties() -> StepWeakness {
    StepWeakness { no_ties: true, ..StepWeakness::default() }
}

#[tokio::test]
async fn the_other_schools_of_the_district() {
    let counts = rates(5);
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("others", "percent", "")]),
        values: share("r", "k", "n") + &share("others", "ok", "on"),
        csv: csv("k,n,ok,on", &counts, |counts, place, group, year, of| {
            let others =
                of_above(counts, place, group, year).map(|all| format!("{},{}", all[0] - of[0], all[1] - of[1]));
            format!("{},{},{}", of[0], of[1], others.unwrap_or_else(|| ",".to_owned()))
        }),
    };
    let attack = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let hidden = told(release, "r", key).0.is_none();
            let all = both(release, "r", (&above(place)?, group, *year))?.0;
            let k = all - both(release, "others", key)?.0;
            (hidden && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
        };
        counts.iter().filter_map(find).collect()
    };
    case.check(no_ties(), Some("r + others = r (the place above)"), &attack).await;
}

#[tokio::test]
async fn the_rate_of_the_district_in_the_row_of_the_school() {
    let mut draw = draws(6);
    let counts = counts(&["female", "male"], |school| {
        let n = 22 + draw(40);
        vec![if school % 3 == 0 { draw(2) } else { 5 + draw(15) }, n]
    });
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("dist", "percent", "")]),
        values: share("r", "k", "n") + &share("dist", "dk", "dn"),
        csv: csv("k,n,dk,dn", &counts, |counts, place, group, year, of| {
            let above = of_above(counts, place, group, year).map(|all| format!("{},{}", all[0], all[1]));
            format!("{},{},{}", of[0], of[1], above.unwrap_or_else(|| ",".to_owned()))
        }),
    };
    let attack = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let above = above(place).filter(|above| above != "st")?;
            let k = both(release, "dist", (place.as_str(), *group, *year))?.0;
            let hidden = told(release, "r", (&above, group, *year)).0.is_none();
            let all = of_above(&counts, place, group, *year)?[0] as f64;
            (hidden && k == all).then(|| format!("{above} {group} in {year} from {place} with {}: {k}", of[0]))
        };
        counts.iter().filter_map(find).collect()
    };
    case.check(no_ties(), Some("dist = r (the place above)"), &attack).await;
}

#[tokio::test]
async fn a_blend_with_the_place_above() {
    let counts = rates(7);
    let own = ", publishing: { made_of: [] }";
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("blend", "points", own)]),
        values: share("r", "k", "n") + &number("blend", "number", Some("n")),
        csv: csv("k,n,blend", &counts, |counts, place, group, year, of| {
            let all = of_above(counts, place, group, year).map_or(of, |all| all);
            format!("{},{},{:.1}", of[0], of[1], 0.7 * rate(of) + 0.3 * rate(all))
        }),
    };
    let attack = |release: &Release| {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let (hidden, (blend, n)) = (told(release, "r", key).0.is_none(), told(release, "blend", key));
            let all = told(release, "r", (&above(place)?, group, *year)).0?;
            let fits =
                |k: &u64| (70.0 * *k as f64 / n.unwrap_or(1.0) + 0.3 * all - blend.unwrap_or(-1.0)).abs() <= 0.09;
            let k: Vec<u64> = (0..=n? as u64).filter(fits).collect();
            (hidden && k == [of[0]]).then(|| format!("{key:?}: {k:?}"))
        };
        counts.iter().filter_map(find).collect::<Vec<String>>()
    };
    let release = case.release(StepWeakness::default()).await;
    assert!(attack(&release).is_empty(), "{:?}", attack(&release));
    let said = |text: &str| text.starts_with("blend = 0.7 x r + 0.3 x r (the place above)");
    assert!(release.sums.iter().any(|sum| said(&sum.sum)), "{:#?}", release.sums);
    assert!(attack(&case.release(no_derived()).await).len() > 10);
}

#[tokio::test]
async fn the_mean_the_highest_and_the_lowest_of_the_schools() {
    let counts = rates(8);
    let below = |place: &str, group: &str, year: i32| -> Vec<f64> {
        let there =
            counts.iter().filter(|((p, g, y), _)| above(p).as_deref() == Some(place) && *g == group && *y == year);
        there.map(|(_, of)| rate(of)).collect()
    };
    let mean = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len() as f64;
    let highest = |rates: &[f64]| rates.iter().copied().fold(f64::MIN, f64::max);
    let lowest = |rates: &[f64]| rates.iter().copied().fold(f64::MAX, f64::min);
    type Among<'a> = &'a dyn Fn(&[f64]) -> f64;
    let cases: [(&str, Among); 4] = [
        ("agg = r (mean of the places below)", &mean),
        ("agg = r (highest of the places below)", &highest),
        ("agg = r (lowest of the places below)", &lowest),
        ("agg = r (highest of the places below) - r (lowest of the places below)", &|all| highest(all) - lowest(all)),
    ];
    for (said, among) in cases {
        let case = Case {
            plan: plan(&[("r", "percent", ""), ("agg", "points", ", publishing: { made_of: [], uncounted: tell }")]),
            values: share("r", "k", "n") + &number("agg", "number", None),
            csv: csv("k,n,agg", &counts, |_, place, group, year, of| {
                let all = below(place, group, year);
                let agg = if all.is_empty() { String::new() } else { format!("{:.2}", among(&all)) };
                format!("{},{},{agg}", of[0], of[1])
            }),
        };
        // It is told only where the reader sees all that it is made of.
        let telling = |release: &Release| {
            let of = counts.keys().filter(|(place, ..)| !place.starts_with('S'));
            let told_of = |(place, group, year): &&(String, &'static str, i32)| {
                let rates =
                    counts.keys().filter(|(p, g, y)| above(p).as_deref() == Some(place) && g == group && y == year);
                let hidden = rates.filter(|(p, g, y)| told(release, "r", (p, g, *y)).0.is_none()).count();
                hidden > 0 && told(release, "agg", (place, group, *year)).0.is_some()
            };
            of.filter(told_of).count()
        };
        let release = case.release(StepWeakness::default()).await;
        assert_eq!(telling(&release), 0, "{said}");
        assert!(release.sums.iter().any(|sum| sum.sum == said), "{said}: {:#?}", release.sums);
        assert!(told(&release, "agg", ("st", "all", 2023)).0.is_some(), "{said}: all districts are told");
        assert!(telling(&case.release(no_derived()).await) > 10, "{said}");
    }
}

#[tokio::test]
async fn a_gap_of_schools_whose_rates_are_left_out() {
    let mut draw = draws(9);
    let counts = counts(&["female", "male"], |school| {
        let n = if school % 4 == 0 { 3 + draw(7) } else { 25 + draw(60) };
        vec![n / 6 + draw(n / 3 + 1), n]
    });
    let small = |of: &[u64]| of[1] < 10;
    let own = ", publishing: { made_of: [], uncounted: tell }";
    let state = |group: &str, year: i32| {
        rate(counts.iter().find(|((p, g, y), _)| p == "st" && *g == group && *y == year).expect("the state").1)
    };
    let all = csv("k,n,gap", &counts, |_, _, group, year, of| {
        let gap = rate(of) - state(group, year);
        if small(of) { format!(",,{gap:.1}") } else { format!("{},{},{gap:.1}", of[0], of[1]) }
    });
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("gap", "points", own)]),
        values: share("r", "k", "n") + &number("gap", "number", None) + "range = [-100, 100]\n",
        csv: all,
    };
    let telling = |release: &Release| {
        let small = counts.iter().filter(|(_, of)| small(of));
        small.filter(|((place, group, year), _)| told(release, "gap", (place, group, *year)).0.is_some()).count()
    };
    let release = case.release(StepWeakness::default()).await;
    assert_eq!(telling(&release), 0);
    let shown = release.measure("gap").expect("it is there").rows.iter();
    let shown =
        shown.filter(|row| matches!(row.value.shown(), headway_delivery::publish::ShownValue::Exact(_))).count();
    assert!(shown > 40, "{shown} gaps are told");
    assert!(telling(&case.release(no_derived()).await) > 5);
}
