//! What a page says is so, of small agencies: hidden baselines, results behind a target's own, what nobody reported.

use crate::small::Small;

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_of_which_less_is_told_is_on_no_public_page() {
    let plan = "measures:\n  - { id: rare, name: Rare, unit: percent, direction: increase, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2022, value: 0.3 }, target: { period: 2030, value: 9 } }] }\n";
    let small = Small::new(plan, &[("rare", "st", "all", 2022, &[3, 52, 61])]).await;
    let own = small.page("/a/zz/measure/rare").await;
    assert!(own.contains("Baseline | 0.3%, 2021-22"), "the agency sees it: {own}");
    let pages = small.public(&["measure/rare.html", "index.html", "place/st.html"]).await;
    for page in &pages {
        assert!(!page.contains("0.3%"), "{page}");
    }
    assert!(pages[0].contains("Baseline | 0–1%, 2021-22"), "{}", pages[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pace_says_until_when_where_a_later_result_is_known() {
    let plan = "measures:\n  - { id: fell, name: Met then fell, unit: percent, direction: increase, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2022 }, target: { period: 2024, value: 55 } }] }\n";
    let small = Small::new(plan, &[("fell", "st", "all", 2022, &[500, 520, 554, 530, 510])]).await;
    let page = small.page("/a/zz/measure/fell").await;
    assert!(page.contains("+2.7 points a year from 2021-22 to 2023-24"), "{page}");
    assert!(!page.contains("a year since"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn past_the_target_no_pace_is_needed_and_only_one_test_says_signal() {
    let plan = "measures:\n  - { id: done, name: Done, unit: percent, direction: increase, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2018 }, target: { period: 2028, value: 90 } }] }\n";
    let rising: &[u32] = &[500, 560, 620, 680, 740, 800, 860, 920, 970];
    let small = Small::new(plan, &[("done", "st", "all", 2018, rising)]).await;
    let page = small.page("/a/zz/measure/done").await;
    assert!(page.contains("already past the target of 90%"), "{page}");
    assert!(!page.contains("Pace needed"), "{page}");
    assert!(page.contains("Stands out, better") && !page.contains("Signal, better"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_without_any_result_is_on_the_public_site() {
    let plan = "measures:\n  - { id: told, name: Told, unit: percent, direction: increase, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2022 }, target: { period: 2030, value: 90 } }] }\n  \
                - { id: late, name: Never reported, unit: percent, direction: increase, period: school-year, \
                targets: [{ unit: st, baseline: { period: 2020, value: 50 }, target: { period: 2024, value: 60 } }] }\n";
    let small = Small::new(plan, &[("told", "st", "all", 2022, &[500, 520, 554, 560])]).await;
    let pages = small.public(&["index.html", "measure/late.html"]).await;
    assert!(pages[0].contains("All 2 targets are overdue for a result"), "{}", pages[0]);
    assert!(pages[0].contains("Never reported"), "{}", pages[0]);
    assert!(pages[1].contains("No result of this measure is published yet."), "{}", pages[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn results_without_a_plan_are_named_on_the_first_page() {
    let small = Small::without_plan(&[("read", "st", "all", 2022, &[500, 520])]).await;
    let page = small.page("/").await;
    assert!(page.contains("No plan is loaded yet") && page.contains("read, 2021-22 to 2022-23"), "{page}");
}
