//! Choices: in the address, kept by links, refused clearly; a place by its name; the plan on one page.

use crate::site::get;

/// Addresses of the links of a page, as a browser reads them.
fn links(body: &str) -> Vec<String> {
    let hrefs = body.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.map(|href| href.replace("&amp;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_kept_by_every_link_into_the_agency() {
    for path in [
        "/a/ma-dese?as_of=2015-06-01",
        "/a/ma-dese/measures?as_of=2015-06-01",
        "/a/ma-dese/plan?as_of=2015-06-01",
        "/a/ma-dese/plan/summary?as_of=2015-06-01",
        "/a/ma-dese/measure/grad-5yr?as_of=2015-06-01",
        "/a/ma-dese/places?as_of=2015-06-01",
        "/a/ma-dese/place/ma?as_of=2015-06-01",
        "/a/ma-dese/groups?as_of=2015-06-01",
        "/a/ma-dese/data?as_of=2015-06-01",
        "/search?q=graduation&as_of=2015-06-01",
    ] {
        let (code, _, body) = get(path).await;
        assert_eq!(code, 200, "{path}");
        // “Back to today” is the one link that leaves the day, to this page and no other.
        let here = path.split('?').next().expect("a path");
        let lost = |link: &&String| {
            link.starts_with("/a/ma-dese") && !link.contains("as_of=2015-06-01") && link.split('?').next() != Some(here)
        };
        let lost: Vec<String> = links(&body).iter().filter(lost).cloned().collect();
        assert!(lost.is_empty(), "{path}: {lost:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn place_group_and_period_are_kept_together() {
    let (code, _, body) =
        get("/a/simulated/measure/sim-g3-reading?unit=00100000&group=lep&period=2022-23&as_of=2026-11-01").await;
    assert_eq!(code, 200);
    let chart = links(&body).into_iter().find(|link| link.contains("chart.svg")).expect("a chart to take along");
    for part in ["unit=00100000", "group=lep", "period=2022-23", "as_of=2026-11-01"] {
        assert!(chart.contains(part), "{chart} has {part}");
    }
    let (code, _, svg) = get(&chart).await;
    assert!(code == 200 && svg.contains("2022-23") && !svg.contains("2024-25: "), "the chart ends with the period");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_judged_as_if_it_were_the_latest() {
    let check = async |period: &str, words: &[&str]| {
        let (code, _, body) = get(&format!("/a/ma-dese/measure/grad-5yr?period={period}")).await;
        assert_eq!(code, 200, "{period}");
        words.iter().for_each(|words| assert!(body.contains(words), "{period}: {words}"));
    };
    check("cohort%202013", &["87.7% for cohort 2013", "on track", "Judged as if"]).await;
    check("2014", &["88.5% for cohort 2014", "target met"]).await;
    let (code, _, body) = get("/a/ma-dese/measure/grad-5yr?period=last").await;
    assert!(code == 400 && body.contains("last"), "{code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_found_by_its_name() {
    let (code, head, _) = get("/a/simulated/measure/sim-g3-reading?unit=district+7+(simulated)&group=lep").await;
    assert_eq!(code, 303);
    let to = head.lines().find_map(|line| line.strip_prefix("location: ")).expect("it leads on");
    assert_eq!(to, "/a/simulated/measure/sim-g3-reading?group=lep&unit=00007000");

    let (code, _, body) = get("/a/simulated/measure/sim-g3-reading?unit=of+district+399").await;
    assert_eq!(code, 300, "several schools fit");
    let several: Vec<String> = links(&body).into_iter().filter(|link| link.contains("unit=00399")).collect();
    assert!(body.contains("fits") && several.len() > 1, "{several:?}");

    let (code, _, body) = get("/a/simulated/measure/sim-g3-reading?unit=Atlantis").await;
    assert!(code == 404 && body.contains("Atlantis"), "{body}");
    let (code, _, body) = get("/a/simulated/measure/sim-g3-reading?unit=00100001&group=xyz").await;
    assert!(code == 404 && body.contains("English learners (lep)"), "it says which groups there are");
    let (code, _, body) = get("/a/simulated/groups?unit=Atlantis").await;
    assert!(code == 404 && body.contains("Atlantis"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_suggested_while_somebody_writes() {
    let (code, head, body) = get("/a/simulated/places.json?q=district+39").await;
    assert!(code == 200 && head.contains("application/json"), "{head}");
    assert!(body.contains(r#"["00039000","District 39 (simulated)"#), "{body}");
    let (_, _, body) = get("/a/ma-dese/places.json?q=district+39").await;
    assert_eq!(body, "[]", "another agency's places are none of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_address_says_oddly_is_read_or_refused_never_broken() {
    for (path, code) in [
        ("/a/simulated/places?page=", 200),
        ("/a/simulated/places?page=99999", 200),
        ("/a/simulated/places?page=-1", 400),
        ("/a/simulated/places?sort=size", 400),
        ("/a/simulated?as_of=2026-02-30", 400),
        ("/a/simulated?as_of=0001-01-01", 404),
        ("/a/simulated?as_of=9999-12-31", 200),
        ("/a/simulated?as_of=2026-01-01&as_of=2026-02-01", 200),
        ("/a/simulated/measure/sim-g3-reading?group=&grade=&level=&period=&unit=", 200),
        ("/a/%ff/plan", 400),
        ("/a/simulated/measure/%ff", 400),
        ("/a/simulated/", 404),
    ] {
        let (got, head, body) = get(path).await;
        assert_eq!(got, code, "{path}");
        assert!(head.contains("text/html") && body.contains("<h1"), "{path} is a page: {head}");
        assert!(head.contains("content-security-policy"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn home_says_what_is_kept_and_what_is_not() {
    let (_, _, body) = get("/a/ma-dese").await;
    assert!(body.contains("<h1>Of 2 targets, 1 is overdue for a result and 1 is met</h1>"));
    let watched = body.find("Watched, without a target").expect("what is only watched has a place of its own");
    assert!(body.find("MassCore completion").expect("the overdue target is there") < watched);
    let (_, _, body) = get("/a/ma-dese?as_of=2015-06-01").await;
    assert!(body.contains("<h1>Of 2 targets, 1 is overdue for a result and 1 is on track or ahead</h1>"));
    let (_, _, body) = get("/a/simulated").await;
    let trouble = body.find("Where most targets are off track").expect("places in trouble are named");
    assert!(body[trouble..].contains("/a/simulated/place/"));
    let strategies = body.find("Strategy by strategy").expect("it sums up by strategy");
    assert!(body[strategies..].contains(" likely to be met") && !body.contains("1 of 2 off track"));
    assert!(body.contains("Of 6 agency-wide targets, "), "a line a measure");
    assert!(body.contains("All 6 latest results are better than those before"), "the agency's own");
    assert!(body.contains("No result is overdue") && body.contains("From 2027-10-01: 2026-27 of"));
    let (_, _, body) = get("/a/ma-dese").await;
    assert!(body.contains("The results of 6 measures are overdue"), "one target, and five that are watched");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_says_what_changed_between_editions() {
    let (_, _, body) = get("/a/ma-dese/plan?plan=delivery&edition=2014-01-13").await;
    assert!(body.contains("What changed since edition 2012-12") && body.contains("Early Warning Indicator System"));
    let (code, _, body) = get("/a/ma-dese/plan/summary?plan=delivery&edition=2012-12").await;
    assert!(code == 200 && body.contains("Five-year cohort graduation rate") && body.contains("88.3%"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_kept_by_every_link_into_the_agency_and_holds_on_every_page() {
    for path in [
        "/a/simulated?period=2023-24",
        "/a/simulated/measures?period=2023-24",
        "/a/simulated/plan/summary?period=2023-24",
        "/a/simulated/strategy/learning?period=2023-24",
        "/a/simulated/places?period=2023-24",
        "/a/simulated/place/00012000?period=2023-24",
        "/a/simulated/groups?period=2023-24",
        "/a/simulated/bright-spots?period=2023-24",
        "/a/simulated/measure/sim-g3-reading?period=2023-24",
    ] {
        let (code, _, body) = get(path).await;
        assert_eq!(code, 200, "{path}");
        assert!(body.contains("Judged as if") && body.contains("2023-24"), "{path} says so");
        // A measure's own page shows its forecast.
        let later = body.contains("2025-26</td>") || body.contains("for 2025-26");
        assert!(!later || path.contains("/measure/"), "{path} looks at nothing later");
        let lost = links(&body).into_iter().filter(|l| l.starts_with("/a/simulated") && !l.contains("period=2023-24"));
        // The way back to the latest is the one link that leaves it.
        let lost: Vec<String> = lost.filter(|l| !l.starts_with("/a/simulated/places.json")).collect();
        assert!(lost.len() <= 1, "{path} forgets the period: {lost:?}");
    }
    let (code, _, body) = get("/a/simulated?period=last").await;
    assert!(code == 400 && body.contains("last"), "{code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_are_compared_place_by_place() {
    let (code, _, body) = get("/a/simulated/groups?measure=sim-g3-reading&group=lep&level=district").await;
    assert!(
        code == 200
            && body.contains("Place by place")
            && body.contains("Clearly further behind than in Simulated state"),
        "{code}"
    );
    // The newest result may not be split by group yet: the gaps are those of the newest that is.
    let (_, _, body) = get("/a/ma-dese/groups").await;
    let row = body.split(">Four-year cohort graduation rate</a>").nth(1).expect("the measure has its row");
    let row = row.split("</tr>").next().unwrap_or_default();
    assert!(row.contains("cohort 2024") && row.contains(" behind"), "{row}");
    let (code, head, csv) = get("/a/simulated/gaps.csv?measure=sim-g3-reading&group=lep&level=district").await;
    assert!(code == 200 && head.contains("text/csv"), "{head}");
    assert!(csv.lines().count() > 300 && csv.contains("clearly larger") && csv.contains("no clear difference"));
    let (code, _, body) = get("/a/simulated/gaps.csv").await;
    assert!(code == 400 && body.contains("?measure="), "{code}");
    let (code, _, body) = get("/a/simulated/gaps.csv?measure=sim-g3-reading&group=all").await;
    assert!(code == 404 && body.contains("compared"), "{code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_has_one_verdict() {
    for path in [
        "/a/simulated",
        "/a/simulated/measures",
        "/a/simulated/plan/summary",
        "/a/simulated/strategy/learning",
        "/a/simulated/program/reading-coaches",
        "/a/simulated/places",
        "/a/simulated/place/00012000",
        "/a/simulated/place/00000000",
        "/a/simulated/measure/sim-g3-reading",
        "/a/ma-dese",
        "/a/ma-dese/measures",
        "/a/ma-eoe/measures",
        "/a/ma-eoe/measure/aid-inquiries",
    ] {
        let (_, _, body) = get(path).await;
        assert!(!body.contains("class=\"verdict\"></td>"), "{path}: every row says where it stands");
        let heads = body.split("<table").skip(1).map(|table| table.split("</thead>").next().unwrap_or_default());
        let judged = |head: &&str| {
            head.contains(">For</th>") && [">Target</th>", ">To the path</th>"].iter().any(|t| head.contains(t))
        };
        for head in heads.filter(|head| judged(head) || head.contains("How its targets stand")) {
            let one = head.contains(">Where it stands</th>") || head.contains(">How its targets stand</th>");
            let beside =
                [">Status</th>", ">Signal</th>", ">Signals</th>", ">Odds</th>"].iter().any(|t| head.contains(t));
            assert!(one && !beside, "{path}: one sentence, not columns that can contradict each other: {head}");
        }
    }
    let (_, _, csv) = get("/a/simulated/measure/sim-g3-reading/places.csv?level=district").await;
    let titles =
        "place,name,status,period,value,signal,no_signal,odds,odds_calibrated,odds_method,no_odds,measure,group,";
    assert!(csv.replace('\r', "").starts_with(titles), "{csv:.120}");
    let first: Vec<&str> = csv.lines().nth(1).expect("a place").split(',').collect();
    assert!(
        first.contains(&"panel-damped-trend 1") || first.iter().any(|c| c.starts_with("panel-damped-trend")),
        "{first:?}"
    );
    assert!(first[4].parse::<f64>().is_ok(), "a number without a unit: {first:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_odds_of_the_whole_say_what_they_are_read_from() {
    let (_, _, body) = get("/a/simulated").await;
    let (from, not) = (body.matches(">from its districts</a>").count(), body.matches("(untested)").count());
    assert_eq!(from + not, 6, "{from} read from calibrated districts, {not} not calibrated");
    // What is called calibrated here is called so by the backtest that it leads to.
    let mut parts: Vec<&str> = body.split(">from its districts<").collect();
    parts.pop();
    for before in parts {
        let link =
            before.rsplit("href=\"").next().expect("it leads somewhere").trim_end_matches('"').replace("&amp;", "&");
        let (code, _, backtest) = get(&link).await;
        assert!(code == 200 && backtest.contains("The odds are calibrated"), "{link} is the backtest of the districts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_known_yet_says_so() {
    let (code, _, body) = get("/a/simulated?as_of=1990-01-01").await;
    assert!(code == 404 && body.contains("Asked as of 1990-01-01") && body.contains("href=\"/a/simulated\""), "{code}");
    let (code, _, body) = get("/a/simulated/place/00012000?group=xyz").await;
    assert!(code == 404 && body.contains("no student group “xyz”"), "{code}: a group that nobody knows");
    let (code, _, body) = get("/a/simulated/plan?edition=9").await;
    assert!(code == 404 && body.contains("no edition “9”"), "{code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compound_measure_has_a_panel_for_each_part() {
    let page = "/a/ma-eoe/measure/aid-inquiries";
    let (_, _, body) = get(page).await;
    for words in ["Within 24 hours, target 60%", "Within 48 hours, target 75%", "Within 72 hours, target 100%"] {
        assert!(body.contains(words), "{words}");
    }
    let (code, head, svg) = get(&format!("{page}/chart.svg")).await;
    assert!(code == 200 && head.contains("image/svg+xml") && svg.contains("more than 75%"), "{svg:.200}");
    let (_, _, csv) = get(&format!("{page}/values.csv")).await;
    let hours = csv.lines().find(|line| line.contains(",48h,") || line.contains("within-48")).unwrap_or(&csv);
    assert!(hours.contains("FY2017") && hours.contains(",exact,100,"), "{csv}");
    let (code, _, body) = get(&format!("{page}/chart.svg?chart=2")).await;
    assert!(code == 404 && body.contains("no results to draw"), "{code}");
}
