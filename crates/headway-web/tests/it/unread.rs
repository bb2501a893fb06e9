//! Results that can't be read are missed by name on every page that would show them.

use crate::small::Small;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_figures_names_what_it_lacks() {
    let measure = |id: &str, name: &str| {
        format!(
            "  - {{ id: {id}, name: {name}, unit: percent, direction: increase, period: school-year, serves: [s1], kind: progress }}\n"
        )
    };
    let plan = format!(
        "strategies: [{{ id: s1, name: Strategy one }}]\nmeasures:\n{}{}",
        measure("lost", "Lost measure"),
        measure("kept", "Kept measure")
    );
    let counts: &[u32] = &[700, 690, 680, 670, 660, 650, 640, 630];
    let places = ["st", "DA", "DB", "DC", "DD"];
    let results: Vec<_> = ["lost", "kept"]
        .iter()
        .flat_map(|measure| places.map(|place| (*measure, place, "all", 2019, counts)))
        .collect();
    let small = Small::new(&plan, &results).await;
    small.lose("lost");
    for path in ["", "/measures", "/places", "/place/DA", "/groups", "/bright-spots", "/plan/summary", "/strategy/s1"] {
        let page = small.page(&format!("/a/zz{path}")).await;
        assert_eq!(page.matches("Left out: ").count(), 1, "{path}: {page}");
        assert!(page.contains("“Lost measure” (lost) can't be answered for"), "{path}: {page}");
        assert!(page.contains("00000001.parquet"), "why: {path}: {page}");
    }
    for path in ["measure/lost", "measure/lost?unit=DA", "measure/lost/backtest", "bright-spots?measure=lost"] {
        let (code, page) = small.answer(&format!("/a/zz/{path}")).await;
        assert_eq!(code, 500, "{path}: {page}");
        assert!(page.contains("This measure can’t be read") && page.contains("00000001.parquet"), "{path}: {page}");
    }
    let page = small.page("/a/zz/measure/kept").await;
    assert!(!page.contains("Left out: "), "{page}");
}
