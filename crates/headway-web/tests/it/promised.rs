//! A target for some is a target; the latest result is the latest.

use crate::small::Small;

fn has(page: &str, words: &[&str]) {
    for words in words {
        assert!(page.contains(words), "“{words}” is not in: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_for_some_is_a_target_everywhere() {
    let target = |place_id: &str, group: &str| {
        format!(
            "targets: [{{ unit: {place_id}, group: {group}, baseline: {{ period: 2019 }}, target: {{ period: 2030, value: 90 }} }}]"
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
    let count = "All 6 targets for student groups and places are moving away from the target";
    let lines = ["student groups: 0 of 1 on track", "districts: 0 of 1 on track", "districts: 0 of 4 on track"];
    let mut pages = small.public(&["index.html", "place/DA.html"]).await;
    let district = pages.pop().expect("two pages");
    for path in ["/a/zz", "/a/zz/measures", "/a/zz/plan/summary", "/a/zz/strategy/s1"] {
        pages.push(small.page(path).await);
    }
    for page in &pages {
        assert!(!page.contains("No target with a figure"), "{page}");
        has(page, &[count, "no agency-wide target"]);
    }
    for page in &pages[..3] {
        has(page, &lines);
    }
    // The plan on one page has one count a measure.
    has(&pages[3], &["Level only student groups and places: 0 of 4 on track"]);
    // Strategies and pages of several measures count those of one kind together.
    has(&small.page("/a/zz").await, &["districts: 0 of 5 on track; 0 of 5 likely to be met"]);
    has(&small.page("/a/zz").await, &["Strategy one | | for student groups and places: 0 of 6 on track"]);
    assert!(!district.contains("No target with a figure"), "{district}");
    // The page of each measure says so too.
    let whom = ["for students with disabilities", "for District A", "for 4 districts"];
    let pages = small.public(&["measure/ga.html", "measure/gb.html", "measure/gc.html"]).await;
    for (page, whom) in pages.iter().zip(whom) {
        has(page, &[&format!("Target {whom}"), "moving away", " for student groups and places "]);
    }
    for (measure, whom) in ["ga", "gb", "gc"].into_iter().zip(whom) {
        has(
            &small.page(&format!("/a/zz/measure/{measure}")).await,
            &["Targets", whom, " for student groups and places "],
        );
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

const TO_90: &str = "baseline: { period: 2019 }, target: { period: 2030, value: 90 }";
const RISING: &[u32] = &[700, 720, 740, 760, 780, 800, 820, 840];
const FALLING: &[u32] = &[700, 690, 680, 670, 660, 650, 640, 630];

/// A plan of one measure with these targets, one a line: for whom.
fn one_measure(whom: &[&str]) -> String {
    let targets: Vec<String> = whom.iter().map(|whom| format!("{{ {whom}, {TO_90} }}")).collect();
    format!(
        "strategies: [{{ id: s1, name: Strategy one }}]\nmeasures:\n  - {{ id: m, name: Reading, unit: percent, direction: increase, \
         period: school-year, serves: [s1], targets: [{}] }}\n",
        targets.join(", ")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_target_in_force_counts_once_on_every_page() {
    // All students of the state, a group there, a district of its own, and every district: four targets of one measure.
    let plan = one_measure(&["unit: st", "unit: st, group: lep", "unit: DA", "unit: district"]);
    let results: Vec<(&str, &str, &str, i32, &[u32])> = vec![
        ("m", "st", "all", 2019, RISING),
        ("m", "st", "lep", 2019, FALLING),
        ("m", "DA", "all", 2019, RISING),
        ("m", "DB", "all", 2019, RISING),
        ("m", "DC", "all", 2019, FALLING),
    ];
    let small = Small::new(&plan, &results).await;
    let index = small.public(&["index.html", "measure/m.html"]).await;
    let mut pages = vec![index[0].clone()];
    for path in ["/a/zz", "/a/zz/measures", "/a/zz/plan/summary", "/a/zz/strategy/s1"] {
        pages.push(small.page(path).await);
    }
    for page in &pages {
        has(page, &["The one agency-wide target is on track or ahead"]);
        has(page, &["student groups: 0 of 1 on track | districts: 2 of 3 on track"]);
    }
    let others =
        "Of 4 targets for student groups and places, 2 are moving away from the target and 2 are on track or ahead";
    has(&index[1], &[others, "Target for 2 districts | | 1 moving away | 1 ahead"]);
    has(
        &small.page("/a/zz/measure/m").await,
        &["Every target in force", "for all students", "for English learners", "for District A", "for 2 districts"],
    );
    // A place counts its own, those of its student groups too; the public page as the agency's.
    let place = small.page("/a/zz/place/st").await;
    has(
        &place,
        &["Of 2 targets, 1 is moving away from the target and 1 is on track or ahead.", "Reading for English learners"],
    );
    let public = &small.public(&["place/st.html"]).await[0];
    has(
        public,
        &["Of 2 targets, 1 is moving away from the target and 1 is on track or ahead.", "Reading for English learners"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn several_places_have_no_figure_in_common_but_a_target() {
    let plan = one_measure(&["unit: district, group: lep"]);
    let mut results: Vec<(&str, &str, &str, i32, &[u32])> = vec![("m", "st", "all", 2019, RISING)];
    results.extend(["DA", "DB", "DC", "DD"].map(|place| ("m", place, "lep", 2019, FALLING)));
    let small = Small::new(&plan, &results).await;
    let index = small.public(&["index.html", "measure/m.html"]).await;
    // The agency's own result stands beside no target: it has none.
    let row = "84.0% | 2025-26 | | | student groups in districts: 0 of 4 on track";
    for page in [&small.page("/a/zz").await, &index[0]] {
        has(page, &["Reading | no agency-wide target | ", row]);
    }
    has(&index[1], &["Target for 4 districts, English learners | | 4 moving away – 90% by 2029-30"]);
    let target = "for 4 districts, English learners | | 4 moving away | 90% | 2029-30";
    has(&small.page("/a/zz/measure/m").await, &[target]);
}

#[tokio::test(flavor = "multi_thread")]
async fn chances_of_a_level_are_those_of_its_places() {
    let plan = one_measure(&["unit: school"]);
    let mut results: Vec<(&str, &str, &str, i32, &[u32])> = Vec::new();
    for place in ["st", "DA", "DB", "S1", "S2", "S3"] {
        results.push(("m", place, "all", 2019, RISING));
    }
    let small = Small::new(&plan, &results).await;
    for path in ["/a/zz", "/a/zz/strategy/s1", "/a/zz/plan/summary", "/a/zz/measures"] {
        let page = small.page(path).await;
        assert!(!page.contains("chances can’t be said"), "{path}: {page}");
        has(&page, &["schools: 3 of 3 on track; ", " of 3 likely to be met"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_site_knows_grades_and_places_without_a_result() {
    let plan = one_measure(&["unit: st, grade: \"3\"", "unit: D9"]);
    let results: Vec<(&str, &str, &str, i32, &[u32])> =
        vec![("m", "st", "all", 2019, RISING), ("m", "st", "all/3", 2019, FALLING)];
    let small = Small::new(&plan, &results).await;
    let pages = [small.page("/a/zz").await, small.public(&["index.html"]).await.remove(0)];
    for page in pages {
        let count = "Of 2 targets for student groups and places, 1 is moving away from the target and 1 is overdue for a result";
        has(&page, &[count, "grades: 0 of 1 on track | other places: 1 overdue"]);
    }
    let measure = small.page("/a/zz/measure/m").await;
    has(&measure, &["1 is overdue for a result: for grade 3; for D9."]);
    has(&measure, &["for grade 3 | moving away", "for D9 | not reporting"]);
    let public = &small.public(&["measure/m.html"]).await[0];
    has(public, &["Target for grade 3 | moving away", "Target for D9 | not reporting"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nearer_to_a_band_is_better() {
    let plan = "measures:\n  - { id: over, name: Overshot, unit: percent, direction: increase, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2017 }, target: { period: 2026, lo: 40, hi: 60 } }] }\n";
    let results: &[u32] = &[330, 360, 400, 440, 480, 520, 560, 600, 620, 660];
    let small = Small::new(plan, &[("over", "st", "all", 2017, results)]).await;
    has(&small.page("/a/zz").await, &["The one latest result is worse than the one before."]);
    let page = small.page("/a/zz/measure/over").await;
    assert!(!page.contains("above the upper limit, better"), "{page}");
    has(&page, &["2024-25 | 62.0% | 39.2–60.0%"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_neither_side_is_better_nobody_is_behind() {
    let plan = "measures:\n  - { id: b, name: Band, unit: percent, direction: maintain, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2019 }, target: { period: 2030, lo: 40, hi: 60 } }] }\n";
    let small = Small::new(plan, &[("b", "st", "all", 2019, RISING), ("b", "st", "lep", 2019, FALLING)]).await;
    let page = small.page("/a/zz/groups").await;
    has(&page, &["21.0 lower", "95% interval (plus: higher)"]);
    assert!(!page.contains("21.0 behind") && !page.contains("points behind"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_overdue_is_overdue_everywhere() {
    let plan = one_measure(&["unit: district"]);
    let late: &[u32] = &RISING[..6];
    let results: Vec<(&str, &str, &str, i32, &[u32])> =
        vec![("m", "st", "all", 2019, RISING), ("m", "DA", "all", 2019, RISING), ("m", "DB", "all", 2019, late)];
    let small = Small::new(&plan, &results).await;
    let home = small.page("/a/zz").await;
    has(
        &home,
        &[
            "Of 2 targets for student groups and places, 1 is overdue for a result",
            "districts: 1 of 1 on track, 1 overdue",
            "One measure’s results are overdue",
            "Reading, 2025-26: the result was due and is not in; the last one is of 2023-24; districts: 1 of 2",
        ],
    );
    has(&small.page("/a/zz/data").await, &["One measure’s result is overdue", "overdue 2025-26"]);
}
