//! Pages as bytes: codes, sizes, headers, and what hostile input becomes.

use crate::site::{PAGES, get};

/// No page may be larger without its pictures.
const LARGEST: usize = 150_000;

/// Bytes of a page outside of its pictures.
fn without_pictures(body: &str) -> usize {
    let mut parts = body.split("<svg");
    let first = parts.next().map_or(0, str::len);
    first + parts.map(|part| part.split_once("</svg>").map_or(part.len(), |(_, after)| after.len())).sum::<usize>()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers_and_is_small() {
    for path in PAGES {
        let (code, head, body) = get(path).await;
        assert_eq!(code, 200, "{path}");
        let text = without_pictures(&body);
        assert!(text < LARGEST, "{path}: {text} bytes");
        assert!(body.contains("<h1"), "{path} has a headline");
        assert!(head.contains("content-security-policy: default-src 'none'"), "{path}: {head}");
        assert!(head.contains("x-content-type-options: nosniff"), "{path}");
        assert!(!body.contains("NaN"), "{path} shows no number that is none");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_simulated_says_so() {
    for path in PAGES.iter().filter(|path| path.starts_with("/a/simulated")) {
        let (_, _, body) = get(path).await;
        assert!(body.contains("Simulated data."), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_answered_clearly() {
    for (path, code, words) in [
        ("/nowhere/at/all", 404, "no page"),
        ("/a/nobody", 404, "nobody"),
        ("/a/ma-dese/measure/nope", 404, "nope"),
        ("/a/ma-dese/place/nope", 404, "nope"),
        ("/a/ma-dese/strategy/nope", 404, "nope"),
        ("/a/ma-dese/program/nope", 404, "nope"),
        ("/a/ma-dese/plan?edition=1999", 404, "1999"),
        ("/a/ma-dese/measure/grad-5yr?as_of=yesterday", 400, "2015-10-01"),
        ("/a/ma-dese/places?level=town", 400, "district"),
    ] {
        let (got, _, body) = get(path).await;
        assert_eq!(got, code, "{path}");
        assert!(body.contains(words), "{path}: {body}");
        assert!(body.contains("href=\"/\""), "{path} leads on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_input_stays_text() {
    let hostile = "%3Cscript%3Ealert(1)%3C/script%3E%22%27";
    for path in [
        format!("/search?q={hostile}"),
        format!("/a/ma-dese/measure/{hostile}"),
        format!("/{hostile}"),
        format!("/a/ma-dese/measure/grad-5yr?unit={hostile}"),
        format!("/a/ma-dese/measure/grad-5yr?as_of={hostile}"),
        format!("/a/simulated/place/00012000?group={hostile}"),
    ] {
        let (_, _, body) = get(&path).await;
        assert!(!body.contains("<script>alert"), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_and_a_table_can_be_taken_along() {
    let (code, head, body) = get("/a/ma-dese/measure/grad-5yr/chart.svg").await;
    assert!(code == 200 && head.contains("image/svg+xml") && body.contains("<svg"), "{head}");
    let (code, head, body) = get("/a/ma-dese/measure/grad-5yr/chart.png").await;
    assert!(code == 200 && head.contains("image/png") && body.contains("PNG") && body.len() > 10_000, "{head}");
    let (code, head, body) = get("/a/ma-dese/measure/grad-5yr/values.csv").await;
    assert!(code == 200 && head.contains("grad-5yr-values.csv"), "{head}");
    assert!(
        body.starts_with("agency,measure,measure_name,part,place,place_name,group,grade,period,unit,state,value,"),
        "{body}"
    );
    let line = body.lines().find(|line| line.contains(",cohort 2014,")).expect("a line a period");
    assert!(line.starts_with("ma-dese,grad-5yr,") && line.contains(",percent,exact,88.5,"), "{line}");
    assert!(body.lines().all(|line| line.matches(',').count() >= 20), "every line has every column: {body}");
    let (code, head, body) = get("/a/simulated/measure/sim-fafsa/places.csv?level=district").await;
    assert!(code == 200 && head.contains("text/csv"), "{head}");
    assert_eq!(body.lines().filter(|line| line.contains("District")).count(), 400, "every district is in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn as_of_an_earlier_day_later_results_are_not_there() {
    let (_, _, then) = get("/a/ma-dese/measure/grad-5yr?as_of=2015-06-01").await;
    let (_, _, later) = get("/a/ma-dese/measure/grad-5yr?as_of=2015-12-01").await;
    assert!(!then.contains("88.5%") && later.contains("88.5%"));
    assert!(later.contains("target met") && !then.contains("The result keeps"));
}

/// Addresses of before agencies had a part of their own lead to where their pages are now.
#[tokio::test]
async fn old_addresses_lead_to_the_new_ones() {
    for page in
        ["simulated", "ma-dese/measure/grad-5yr?group=lep&as_of=2015-06-01", "simulated/measure/sim-fafsa/values.csv"]
    {
        let (code, head, _) = get(&format!("/{page}")).await;
        assert!(code == 301 && head.contains(&format!("location: /a/{page}\r\n")), "/{page}: {code} {head}");
    }
    for nowhere in ["/a/simulated/nothing", "/a/nobody", "/nobody/measure/x", "/a"] {
        assert_eq!(get(nowhere).await.0, 404, "{nowhere}");
    }
}
