//! Milestones and programs on every page: one state, one count, and nothing of what came later.

use crate::small::Small;

fn has(page: &str, words: &[&str]) {
    for words in words {
        assert!(page.contains(words), "“{words}” is not in: {page}");
    }
}

const PLAN: &str = r#"
strategies: [{ id: s1, name: Strategy one }]
programs:
  - id: a
    name: Program A
    serves: [s1]
    ratings: [{ date: 2026-05-01, element: overall, color: green, rationale: Half done. }]
    milestones:
      - { id: m1, name: Gone, planned_end: 2026-01-31, history: [{ date: 2025-03-01, status: Cancelled }] }
      - { id: m2, name: Begun, planned_start: 2025-01-01, planned_end: 2027-01-31, actual_start: 2025-02-01 }
      - { id: m3, name: Fell back, planned_start: 2025-01-01, planned_end: 2027-02-28,
          history: [{ date: 2025-03-01, status: In progress }, { date: 2025-09-01, status: Not started, note: two regions left }] }
      - { id: m4, name: Silent, planned_start: 2025-01-01 }
      - { id: m5, name: Vague, planned_start: 2025-01-01, planned_end: 2027-03-31, history: [{ date: 2025-03-01, status: Metrics agreed }] }
      - { id: m6, name: Ended, planned_end: 2026-03-31, actual_end: 2026-03-01 }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn milestones_stand_alike_on_every_page() {
    let small = Small::new(PLAN, &[]).await;
    let heading = "3 of 6 milestones need a look";
    for path in ["/a/zz", "/a/zz/milestones"] {
        let page = small.page(path).await;
        has(&page, &[heading, "Fell back | back to not started (reported 2025-09-01: Not started – two regions left)"]);
        has(&page, &["Silent | no start reported", "Vague | report not understood", "Begun | under way"]);
    }
    let home = small.page("/a/zz").await;
    assert!(!home.contains("to come"), "{home}");
    let summary = small.page("/a/zz/plan/summary").await;
    has(&summary, &["1 of 6 milestones done, 1 dropped, next: Begun by 2027-01-31"]);
    let markup = small.markup("/a/zz/program/a").await;
    has(&markup, &["status s-bad wraps", "two regions left"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_shows_nothing_of_what_came_after_it() {
    let small = Small::new(PLAN, &[]).await;
    has(&small.page("/a/zz/program/a").await, &["on 2026-03-01", "Half done.", "2025-09-01: Not started"]);
    let before = small.page("/a/zz/program/a?as_of=2025-06-01").await;
    for later in ["2026-03-01", "Half done.", "2025-09-01", "two regions left"] {
        assert!(!before.contains(later), "{later}: {before}");
    }
    has(&before, &["from 2025-02-01", "Fell back | under way"]);
}
