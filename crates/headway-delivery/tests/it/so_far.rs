//! Whether a figure is one so far follows from the plan in force, in whatever order plan and files came.

use crate::doubt::{Desk, PROFILE};
use crate::support::{day, load, on_both, row_of, seen};

const FILES: [(&str, &str); 2] = [
    // Known on 1 September: whole for years that end in June, so far for those that end in September.
    (
        "2025-09-01",
        "id,name,group,year,rate,n\n0001,One,all,2023,60,100\n0001,One,all,2024,61,100\n0001,One,all,2025,30,100\n",
    ),
    ("2024-01-10", "id,name,group,year,rate,n\n0001,One,all,2022,59,100\n0001,One,all,2023,58,100\n"),
];

fn plan(edition: &str, ends: &str) -> String {
    format!(
        "agency: {{ id: st, name: A state, unit: ST, school_year_ends: \"{ends}\" }}\n\
         plan: {{ id: p, name: A plan, edition: \"{edition}\" }}\n\
         measures:\n  - {{ id: rate, name: Rate, unit: percent, direction: increase, period: school-year,\n      \
         targets: [{{ unit: \"0001\", baseline: {{ period: 2022, value: 59 }}, target: {{ period: 2028, value: 66 }} }}] }}\n"
    )
}

/// What is told of the place: its figures with whether they count, and its status; of the whole and of the place by itself.
async fn answers(desk: &Desk<'_>) -> String {
    let snapshot = seen(&desk.headway, "2026-01-01").await;
    let series = snapshot.find_series("rate", Some("0001"), "all", "all").await.expect("it has figures");
    let figures: Vec<_> = series.observed.iter().map(|o| (o.period.ordinal, o.value, o.flags, o.over)).collect();
    let row = row_of(&snapshot, "rate", "0001").await;
    format!("{figures:?} {:?} {:?}", row.standing.status, row.observed.map(|o| (o.period.ordinal, o.value)))
}

#[tokio::test]
async fn the_order_of_plan_and_files_changes_no_answer() {
    on_both(async |home| {
        let profile = format!("whole_from = 60\n{}", PROFILE.trim_start());
        for (ends, latest) in [("09-30", "(2024, Exact { value: 61.0 })"), ("06-30", "(2025, Exact { value: 30.0 })")] {
            let mut told = Vec::new();
            for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                let mut desk = Desk::of(home, &format!("ws-{ends}-{order:?}")).await;
                for step in order {
                    let Some((known, text)) = FILES.get(step) else {
                        load(&desk.headway, &plan("2020-01", ends)).await;
                        continue;
                    };
                    let by = |asked: &mut headway_delivery::intake::ImportRequest| {
                        (asked.known_from, asked.revises) = (day(known), true);
                    };
                    assert!(desk.bring_by(text, &profile, by).await.import.is_some(), "{order:?}: file {step}");
                }
                told.push(answers(&desk).await);
            }
            assert!(told[0].ends_with(&format!("Some({latest})")), "{}", told[0]);
            assert!(told.iter().all(|one| *one == told[0]), "{ends}: {told:#?}");
        }
    })
    .await;
}

/// A later edition that moves the year's end is followed, there and back.
#[tokio::test]
async fn a_year_end_that_moves_moves_what_is_whole() {
    on_both(async |home| {
        let mut desk = Desk::of(home, "moves").await;
        let profile = format!("whole_from = 60\n{}", PROFILE.trim_start());
        let (known, text) = FILES[0];
        desk.bring_by(text, &profile, |asked| (asked.known_from, asked.revises) = (day(known), true)).await;
        for (edition, ends, whole) in
            [("2020-01", "06-30", true), ("2020-02", "09-30", false), ("2020-03", "06-30", true)]
        {
            load(&desk.headway, &plan(edition, ends)).await;
            let told = answers(&desk).await;
            assert_eq!(told.contains("(2025, Exact { value: 30.0 }, ValueFlags(0), true)"), whole, "{ends}: {told}");
        }
    })
    .await;
}
