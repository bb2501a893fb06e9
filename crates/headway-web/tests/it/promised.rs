//! What is promised for some is a promise; the latest result is the latest.

use crate::small::Small;

fn has(page: &str, words: &[&str]) {
    for words in words {
        assert!(page.contains(words), "“{words}” is not in: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_for_some_is_a_promise_everywhere() {
    let target = |unit: &str, group: &str| {
        format!(
            "targets: [{{ unit: {unit}, group: {group}, baseline: {{ period: 2019 }}, target: {{ period: 2030, value: 90 }} }}]"
        )
    };
    let measure = |id: &str, name: &str, target: String| {
        format!(
            "  - {{ id: {id}, name: {name}, unit: percent, direction: increase, period: school-year, serves: [s1], {target} }}\n"
        )
    };
    let plan = format!(
        "strategies: [{{ id: s1, name: Strategy one }}]\nmeasures:\n{}{}{}",
        measure("ga", "Group only", target("st", "cwd")),
        measure("gb", "District only", target("DA", "all")),
        measure("gc", "Level only", target("district", "all"))
    );
    let falling: &[u32] = &[700, 690, 680, 670, 660, 650, 640, 630];
    let mut results = Vec::new();
    for (measure, place, group) in [
        ("ga", "st", "all"),
        ("ga", "st", "cwd"),
        ("ga", "DA", "cwd"),
        ("ga", "DA", "all"),
        ("gb", "st", "all"),
        ("gb", "DA", "all"),
        ("gc", "st", "all"),
        ("gc", "DA", "all"),
        ("gc", "DB", "all"),
        ("gc", "DC", "all"),
        ("gc", "DD", "all"),
    ] {
        results.push((measure, place, group, 2019, falling));
    }
    let small = Small::new(&plan, &results).await;
    let words = ["for students with disabilities", "for District A", "for 4 districts"];
    let count =
        "Of 3 promises, 2 are moving away from the target and 1 is for 4 districts (4 moving away from the target)";
    for path in ["/a/zz", "/a/zz/measures", "/a/zz/plan/summary", "/a/zz/strategy/s1"] {
        let page = small.page(path).await;
        assert!(!page.contains("No promise with a figure"), "{path}: {page}");
        has(&page, &words);
        has(&page, &[count]);
    }
    let home = small.page("/a/zz").await;
    has(&home, &["How the places keep each promise | | Level only | for 4 districts | 4 moving away"]);
    has(&home, &["Strategy one | | 6 moving away"]);
    let [index, district] = <[String; 2]>::try_from(small.public(&["index.html", "place/DA.html"]).await).expect("two");
    has(&index, &words);
    has(&index, &[count]);
    assert!(!district.contains("No promise with a figure"), "{district}");
    // The page of each measure says so too.
    let pages = small.public(&["measure/ga.html", "measure/gb.html", "measure/gc.html"]).await;
    for (page, words) in pages.iter().zip(words) {
        has(page, &[&format!("Promised {words}"), "moving away", " promise in force is "]);
    }
    // Nor does a chart of all students say that there is no target.
    for page in [&small.page("/a/zz/measure/ga").await, &small.page("/a/zz/measure/gb").await].into_iter().chain(&pages)
    {
        assert!(!page.to_lowercase().contains("no target is in force"), "{page}");
        has(page, &["The targets in force are for other students or places."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_result_is_the_latest_where_an_earlier_one_is_judged() {
    let plan = "measures:\n  - { id: fell, name: Met then fell, unit: percent, direction: increase, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2019 }, target: { period: 2025, value: 75 } }] }\n";
    let results: &[u32] = &[700, 710, 720, 730, 740, 750, 760, 770, 800, 600];
    let small = Small::new(plan, &[("fell", "st", "all", 2017, results)]).await;
    for path in ["/a/zz", "/a/zz/measures", "/a/zz/plan/summary", "/a/zz/place/st"] {
        has(&small.page(path).await, &["60.0% (judged: 80.0%, 2024-25) | 2025-26"]);
    }
    has(&small.page("/a/zz").await, &["The one latest result is worse than the one before. No status changed."]);
    let measure = small.page("/a/zz/measure/fell").await;
    has(&measure, &["Recent pace | −4.5 points a year: a straight line through the last 4 results"]);
    let index = small.public(&["index.html"]).await;
    has(&index[0], &["60.0% (judged: 80.0%, 2024-25) | 2025-26"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_to_be_kept_within_a_tolerance_is_a_band() {
    let plan = "measures:\n  - { id: keep, name: Keep, unit: percent, direction: maintain, tolerance: 2, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2019 }, target: { period: 2030, value: 75 } }] }\n";
    let results: &[u32] = &[745, 750, 752, 748, 751, 749, 750, 753];
    let small = Small::new(plan, &[("keep", "st", "all", 2019, results)]).await;
    let page = small.page("/a/zz/measure/keep").await;
    has(&page, &["inside the corridor to 73–77% (band) by 2029-30", "Target: 73–77% by 2029-30"]);
    assert!(!page.contains("already past"), "{page}");
    // No line leads from the baseline to the middle: before the target's period the table has no figure of a path.
    let public = &small.public(&["measure/keep.html"]).await[0];
    for page in [&page, public] {
        has(page, &["Target: 73–77% by 2029-30", "2029-30 | | 73–77%"]);
        assert!(!page.contains("Target: 75"), "{page}");
    }
}
