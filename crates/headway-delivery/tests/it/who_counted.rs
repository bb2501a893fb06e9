//! Who the counted are: the cases of each group as a share of all cases, beside the rate that has the same cases.

use headway_delivery::publish::{Release, StepWeakness};

use crate::made_of::{Case, Counts, counts, csv, draws, number, plan, share, told};

/// Cases and students of three groups in twelve schools, few cases at most of them.
fn cases() -> Counts {
    let mut draw = draws(11);
    counts(&["mbl", "mhi", "mwh"], |_| {
        let n = 10 + draw(110);
        vec![(0..n).filter(|_| draw(100) < 15).count() as u64, n]
    })
}

fn of_all(counts: &Counts, place: &str, year: i32) -> u64 {
    counts[&(place.to_owned(), "all", year)][0]
}

/// Hidden cases of the rate that follow from the shares of the cases.
fn attack(counts: &Counts, release: &Release) -> Vec<String> {
    let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
        let key = (place.as_str(), *group, *year);
        let (hidden, (value, all)) = (told(release, "r", key).0.is_none(), told(release, "compo", key));
        let k = (value? * all? / 100.0).round();
        (hidden && k == of[0] as f64).then(|| format!("{key:?}: {k}"))
    };
    counts.iter().filter(|((_, group, _), _)| *group != "all").filter_map(find).collect()
}

#[tokio::test]
async fn the_cases_of_groups_beside_the_rate() {
    let counts = cases();
    let numerators = share("compo", "k", "cases");
    let values = csv("k,n,cases", &counts, |counts, place, _, year, of| {
        format!("{},{},{}", of[0], of[1], of_all(counts, place, year))
    });
    let shares = number("compo", "percent", Some("cases"));
    let told_alone = csv("k,n,cases,compo", &counts, |counts, place, group, year, of| {
        let all = of_all(counts, place, year);
        let value = if group == "all" { String::new() } else { format!("{:.1}", 100.0 * of[0] as f64 / all as f64) };
        format!("{},{},{all},{value}", of[0], of[1])
    });
    for (what, compo, csv) in [("with numerators", numerators, values), ("without", shares, told_alone)] {
        let case = Case {
            plan: plan(&[("r", "percent", ""), ("compo", "percent", "")]),
            values: share("r", "k", "n") + &compo,
            csv,
        };
        let release = case.release(StepWeakness::default()).await;
        assert_eq!(attack(&counts, &release), Vec::<String>::new(), "{what}");
        assert_eq!(release.audit.exposed, 0, "{what}: {:?}", release.audit);
        assert!(!release.rules_text().contains("follow from what earlier releases told"), "{what}: it is the first");
        for year in [2022, 2023] {
            let state = told(&release, "r", ("st", "all", year)).0;
            assert!(state.is_some(), "{what}: the state in {year}; {:#?}", release.sums);
        }
        let groups = release.sums.iter().filter(|sum| sum.of == "groups" && sum.sum == "mbl = mhi");
        assert_eq!(groups.count(), 0, "{what}: equal denominators make no sum");
    }
    let case = Case {
        plan: plan(&[("r", "percent", ""), ("compo", "percent", "")]),
        values: share("r", "k", "n") + &share("compo", "k", "cases"),
        csv: csv("k,n,cases", &counts, |counts, place, _, year, of| {
            format!("{},{},{}", of[0], of[1], of_all(counts, place, year))
        }),
    };
    let weak = case.release(StepWeakness { no_finding: true, no_shares: true, ..StepWeakness::default() }).await;
    assert!(attack(&counts, &weak).len() >= 3, "nothing is looked for");
}
