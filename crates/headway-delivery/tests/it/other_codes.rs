//! A second release that tells other measures, or groups by other codes, than the first one: nothing follows from both.

use headway_delivery::intake::ImportRequest;
use headway_delivery::publish::{Release, ReleaseOptions, StepWeakness};

use crate::made_of::{Counts, PROFILE, counts, csv, draws, plan, share, told};
use crate::support::{Home, ann, at, day, import, request, sqlite};

/// A workspace whose first release told this file.
async fn told_first(home: &Home, plan: &str, values: &str, csv: &str) -> (headway_delivery::Workspace, Release) {
    let headway = home.with_plans("w", &[plan]).await;
    let file = home.file("a.csv", csv);
    import(&headway, &request(&file, &format!("{PROFILE}{values}"), "2025-01-01")).await.expect("the file can be read");
    let mut first = headway.make_release("st", day("2025-02-01"), day("2025-02-01")).await.expect("there are results");
    headway.record_release(&mut first, &ann(), at(3)).await.expect("no other release comes in between");
    (headway, first.release)
}

#[tokio::test]
async fn outcomes_beside_one_that_only_the_first_release_told() {
    let mut draw = draws(17);
    let counts = counts(&["female", "male"], |school| {
        let (n, still) = (40 + draw(50), 5 + draw(8));
        let dropped = if school % 2 == 0 { draw(3) } else { 8 + draw(8) };
        vec![n - still - dropped, still, dropped, n]
    });
    let measures = plan(&[("still", "percent", ""), ("grad", "percent", ""), ("drop", "percent", "")]);
    let attack = |first: &Release, second: &Release| -> Vec<String> {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let key = (place.as_str(), *group, *year);
            let hidden = told(second, "drop", key).0.is_none();
            let (still, n) = told(first, "still", key);
            let reached = |rate: f64| (rate * n.unwrap_or(0.0) / 100.0).round();
            let dropped = n? - reached(still?) - reached(told(second, "grad", key).0?);
            (hidden && dropped == of[2] as f64).then(|| format!("{key:?}: {dropped}"))
        };
        counts.iter().filter_map(find).collect()
    };
    let home = sqlite();
    let one = csv("s,n", &counts, |_, _, _, _, of| format!("{},{}", of[1], of[3]));
    let (headway, first) = told_first(&home, &measures, &share("still", "s", "n"), &one).await;
    let file = home.file("b.csv", &csv("g,d,n", &counts, |_, _, _, _, of| format!("{},{},{}", of[0], of[2], of[3])));
    let profile = format!("{PROFILE}{}{}", share("grad", "g", "n"), share("drop", "d", "n"));
    import(&headway, &request(&file, &profile, "2025-03-01")).await.expect("the file can be read");
    let making = |weakness| ReleaseOptions { without: vec!["still".to_owned()], weakness, ..ReleaseOptions::default() };
    let mut found = Vec::new();
    for weakness in [StepWeakness::default(), StepWeakness { no_past_sums: true, ..StepWeakness::default() }] {
        let second = headway.release_with("st", day("2025-04-01"), day("2025-04-01"), making(weakness)).await;
        found.push(attack(&first, &second.expect("there are results").release));
    }
    assert_eq!(found[0], Vec::<String>::new());
    assert!(found[1].len() > 10, "{:?}", found[1]);
    headway.close().await;
}

#[tokio::test]
async fn two_groups_that_become_one() {
    let mut draw = draws(16);
    let counts = counts(&["lep", "cwd", "ecd"], |_| {
        let n = if draw(4) == 0 { 3 + draw(7) } else { 25 + draw(60) };
        vec![n / 6 + draw(n / 3 + 1), n]
    });
    // All students are more than these three groups.
    let line = |group: &str, of: &[u64]| match group {
        "all" => format!("{},{}", 2 * of[0], 2 * of[1]),
        _ => format!("{},{}", of[0], of[1]),
    };
    let one = csv("k,n", &counts, |_, _, group, _, of| line(group, of));
    let mut merged: Counts = counts.clone();
    merged.retain(|(_, group, _), _| *group != "cwd" && *group != "lep");
    for ((place, group, year), of) in counts.iter().filter(|((_, group, _), _)| *group == "lep" || *group == "cwd") {
        assert!(["lep", "cwd"].contains(group));
        let sum = merged.entry((place.clone(), "hom", *year)).or_insert_with(|| vec![0, 0]);
        sum.iter_mut().zip(of).for_each(|(sum, of)| *sum += of);
    }
    let two = csv("k,n", &merged, |_, _, group, _, of| line(group, of));
    let home = sqlite();
    let (headway, first) = told_first(&home, &plan(&[("r", "percent", "")]), &share("r", "k", "n"), &one).await;
    let file = home.file("b.csv", &two);
    let wanted = request(&file, &format!("{PROFILE}{}", share("r", "k", "n")), "2025-03-01");
    import(&headway, &ImportRequest { replaces: Some(1), ..wanted }).await.expect("the file can be read");
    let attack = |second: &Release| -> Vec<String> {
        let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
            let other = match *group {
                "lep" => "cwd",
                "cwd" => "lep",
                _ => return None,
            };
            let hidden = told(&first, "r", (place, group, *year)).1.is_none();
            let n = told(second, "r", (place, "hom", *year)).1? - told(&first, "r", (place, other, *year)).1?;
            (hidden && n == of[1] as f64).then(|| format!("{place} {group} {year}: {n}"))
        };
        counts.iter().filter_map(find).collect()
    };
    let mut found = Vec::new();
    for weakness in [StepWeakness::default(), StepWeakness { no_past_sums: true, ..StepWeakness::default() }] {
        let making = ReleaseOptions { weakness, ..ReleaseOptions::default() };
        let second = headway.release_with("st", day("2025-04-01"), day("2025-04-01"), making).await;
        found.push(attack(&second.expect("there are results").release));
    }
    assert_eq!(found[0], Vec::<String>::new());
    assert!(found[1].len() >= 3, "{:?}", found[1]);
    headway.close().await;
}
