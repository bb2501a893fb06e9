//! A figure, a verdict and a count are one thing on the agency's own pages and on its public site.

use crate::small::Small;

/// Words that stand in a page, and words that do not.
fn check(page: &str, has: &[&str], lacks: &[&str]) {
    for words in has {
        assert!(page.contains(words), "“{words}” is not in: {page}");
    }
    for words in lacks {
        assert!(!page.contains(words), "“{words}” is in: {page}");
    }
}

/// A measure in percent with a target for the state.
fn measure(id: &str, rest: &str, target: &str) -> String {
    format!(
        "  - {{ id: {id}, name: Measure {id}, unit: percent, direction: increase, period: school-year, {rest} targets: [{{ unit: st, {target} }}] }}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_is_not_quite_its_counts_is_one_figure() {
    let plan = format!(
        "measures:\n{}",
        measure("r", "", "baseline: { period: 2019, value: 50 }, target: { period: 2025, value: 69.55 }")
    );
    let rows =
        "measure,code,group,grade,year,rate,k,n\nr,st,all,all,2024,65.0,2600,4000\nr,st,all,all,2025,69.6,2780,4000\n";
    let values = "column = \"rate\"\nscale = \"percent\"\nnumerator = \"k\"\ndenominator = \"n\"\ntolerance = 0.5\n";
    let small = Small::of_rows(&plan, values, rows).await;
    let public = &small.public(&["measure/r.html"]).await[0];
    for page in [&small.page("/a/zz/measure/r").await, public] {
        check(page, &["target met", "69.6% in 2024-25"], &["target missed", "69.5%"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_keeps_its_side_of_a_band_wherever_it_is_named() {
    let band = "baseline: { period: 2019, value: 90 }, target: { period: 2029, lo: 50, hi: 70 }";
    let plan = format!("measures:\n{}", measure("r", "", band).replace("increase", "maintain"));
    let rows =
        "measure,code,group,grade,year,rate\nr,st,all,all,2024,80\nr,st,all,all,2025,70.04\nr,DA,all,all,2025,80\n";
    let small = Small::of_rows(&plan, "column = \"rate\"\nscale = \"percent\"\n", rows).await;
    for path in ["/a/zz", "/a/zz/measure/r", "/a/zz/place/st"] {
        check(&small.markup(path).await, &["70.04%"], &["70.0%"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_has_no_students_behind_it() {
    let plan = "measures:\n  - { id: calls, name: Calls, unit: count, direction: increase, period: school-year, targets: [{ unit: st, \
                baseline: { period: 2019, value: 100 }, target: { period: 2029, value: 400 } }] }\n";
    let rows = "measure,code,group,grade,year,many\ncalls,st,all,all,2024,160\ncalls,st,all,all,2025,317\n";
    let small = Small::of_rows(plan, "column = \"many\"\nscale = \"count\"\n", rows).await;
    for page in small.public(&["measure/calls.html", "place/st.html", "index.html"]).await {
        check(&page, &["317"], &["| Students", "317 | 2024-25 | 317"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_targets_in_force_count_in_a_headline() {
    let target = "baseline: { period: 2019 }, target: { period: 2030, value: 90 }";
    let both = format!("measures:\n{}{}", measure("kept", "", target), measure("gone", "", target));
    let falling: &[u32] = &[700, 690, 680, 670, 660, 650, 640, 630];
    let small = Small::new(&both, &[("kept", "st", "all", 2019, falling), ("gone", "st", "all", 2019, falling)]).await;
    small.load_edition("p", "2024-01", &format!("measures:\n{}", measure("kept", "", target))).await;
    let mut pages = small.public(&["index.html", "place/st.html"]).await;
    for path in ["/a/zz", "/a/zz/place/st"] {
        pages.push(small.page(path).await);
    }
    for page in &pages {
        check(page, &["The one target in force is moving away from the target", "Measure gone"], &["2 targets"]);
    }
    check(&pages[0], &["Of earlier editions"], &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_of_an_earlier_edition_says_so() {
    let target = "baseline: { period: 2019 }, target: { period: 2030, value: 90 }, source: S1";
    let source = |title: &str| format!("sources: [{{ id: S1, title: {title} }}]\n");
    let plan = format!("{}measures:\n{}", source("First document"), measure("m", "source: [S1],", target));
    let small = Small::new(&plan, &[("m", "st", "all", 2019, &[700, 690, 680, 670, 660, 650, 640, 630])]).await;
    let named =
        "  - { id: m, name: Measure m, unit: percent, direction: increase, period: school-year, source: [S1] }\n";
    small.load_edition("p", "2024-01", &format!("{}measures:\n{named}", source("Second document"))).await;
    let page = small.page("/a/zz/measure/m").await;
    check(&page, &["from First document; stated by edition 2020-01, and not taken back"], &["from Second document"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compound_measure_moves_and_has_parts_everywhere() {
    let plan = "measures:\n  - id: c\n    name: Answered\n    unit: percent\n    direction: increase\n    period: school-year\n    \
                parts: [ { id: a, name: Within a day }, { id: b, name: Within two } ]\n    targets: [ { unit: st, baseline: { period: 2022 }, \
                target: { period: 2030, parts: [ { part: a, value: 80 }, { part: b, value: 95 } ] } } ]\n";
    let results: &[(&str, &str, &str, i32, &[u32])] = &[
        ("c.a", "st", "all", 2022, &[600, 640, 660, 700, 500]),
        ("c.b", "st", "all", 2022, &[700, 760, 790, 820, 830]),
    ];
    let small = Small::new(plan, results).await;
    check(&small.page("/a/zz").await, &["2 parts", "One status changed."], &["1 parts", "no result"]);
    check(&small.page("/a/zz/place/st").await, &["2 parts"], &["no result"]);
    for page in small.public(&["index.html", "place/st.html"]).await {
        check(&page, &["2 parts"], &["1 parts", "no figure"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_another_year_is_not_called_missing() {
    let plan =
        format!("measures:\n{}", measure("m", "", "baseline: { period: 2019 }, target: { period: 2030, value: 90 }"));
    let results: &[(&str, &str, &str, i32, &[u32])] = &[
        ("m", "st", "all", 2019, &[700, 710, 720, 730]),
        ("m", "st", "cwd", 2019, &[350, 360, 360, 365]),
        ("m", "st", "ecd", 2019, &[610, 620, 630, 640]),
        ("m", "st", "hom", 2019, &[510, 520]),
    ];
    let small = Small::new(&plan, results).await;
    let page = small.page("/a/zz/groups").await;
    check(&page, &["not in the report of 2021-22 (52.0% in 2019-20)", "Group ÷ compared"], &["not in the data"]);
    // Students with disabilities have the result half as often, however the table is turned.
    check(&page, &[" | 0.50 | "], &[" | 2.00 | "]);
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_stay_where_they_were_made() {
    let plan =
        format!("measures:\n{}", measure("m", "", "baseline: { period: 2019 }, target: { period: 2030, value: 90 }"));
    let rising: &[u32] = &[700, 710, 720, 730, 740, 750, 760];
    let series = |place, group, first| ("m", place, group, first, rising);
    let mut results = vec![series("st", "all", 2019), series("st", "cwd", 2020)];
    results.extend(["DA", "DB", "S1", "S2"].map(|place| series(place, "all", 2019)));
    let small = Small::new(&plan, &results).await;
    let of_group = small.markup("/a/zz/measure/m?group=cwd&period=2018-19").await;
    check(&of_group, &["<option value=\"2018-19\" selected>"], &["<option value=\"\" selected"]);
    let of_schools = small.markup("/a/zz/measure/m?level=school").await;
    check(&of_schools, &["<input type=\"hidden\" name=\"level\" value=\"school\">", "group=cwd&amp;level=school"], &[]);
    let (code, text) = small.answer("/a/zz/places?level=region").await;
    assert_eq!(code, 404, "{text}");
    check(&text, &["no regions are known here: there are", "districts"], &[]);
    let (_, text) = small.answer("/a/zz/measure/m?grade=07").await;
    check(&text, &["has no results of grade 07. It has these grades"], &["It has the groups"]);
    let backtest = small.markup("/a/zz/measure/m/backtest").await;
    check(&backtest, &["there are 2 series with results enough and 7 periods"], &["<form class=\"choose\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_come_is_not_forgotten() {
    let plan = "measures:\n  - { id: w, name: Watched, unit: percent, direction: increase, period: school-year }\n";
    let small = Small::new(plan, &[("w", "st", "all", 2022, &[700, 710, 720, 730])]).await;
    for (day, words) in [
        ("2027-08-01", "2026-27: the result was due and is not in; the last one is of 2024-25"),
        (
            "2029-08-01",
            "no result since 2024-25: late, or no longer measured? The next would be of 2029-30, due from 2030-07-01",
        ),
        ("2035-08-01", "no result since 2024-25: late, or no longer measured?"),
    ] {
        for path in ["/a/zz", "/a/zz/data"] {
            check(&small.page(&format!("{path}?as_of={day}")).await, &[words], &["no longer awaited"]);
        }
    }
}
