//! What one page says agrees with itself and with the others.

use std::sync::Arc;

use headway_web::{AllowedHosts, ServeLimits};

use crate::serving::{serve, workspace};
use crate::site::{PAGES, ask, get};

/// What stands between two marks, the first time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(found, _)| found)
}

/// What a list of targets says: for whom, how many are on track, and of how many.
fn counts(list: &str) -> Vec<(String, [usize; 2])> {
    let number = |text: &str| text.replace(',', "").parse::<usize>().ok();
    let line = |item: &str| {
        let words: String =
            format!(">{item}").split('<').filter_map(|part| part.split_once('>')).map(|p| p.1).collect();
        let (whom, said) = words.split_once(": ")?;
        let (kept, of) = said.split_once(" on track")?.0.split_once(" of ")?;
        Some((whom.to_owned(), [number(kept)?, number(of)?]))
    };
    list.split("<li>").skip(1).map(|item| line(item.split("</li>").next().unwrap_or(item)).expect("a count")).collect()
}

/// The same of a tally of statuses: those on track, and those with a verdict.
fn tallied(html: &str) -> [usize; 2] {
    let mut found = [0, 0];
    for item in html.split("<span class=\"count\">").skip(1) {
        let n: usize =
            between(&format!(">{item}"), ">", "<").expect("a number").replace(',', "").parse().expect("a number");
        let tone = between(item, "status s-", "\"").expect("a status");
        found[0] += if tone == "good" { n } else { 0 };
        found[1] += if tone == "none" { 0 } else { n };
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_count_of_targets_is_that_of_the_list_it_leads_to() {
    let (_, _, home) = get("/a/simulated").await;
    let total = counts(between(&home, "<ul class=\"targets\">", "</ul>").expect("all measures together"));
    let labels: Vec<&str> = total.iter().map(|(label, _)| label.as_str()).collect();
    let kinds = ["student groups", "districts", "student groups in districts", "schools", "student groups in schools"];
    assert_eq!(labels, kinds);
    let table = between(&home, "<h2>Targets</h2>", "</table>").expect("a table of measures");
    let mut sums = vec![[0, 0]; kinds.len()];
    for row in table.split("<ul class=\"targets\">").skip(1) {
        let row = row.split("</ul>").next().expect("a list");
        let links: Vec<String> =
            row.split("href=\"").skip(1).filter_map(|l| l.split('"').next()).map(|l| l.replace("&amp;", "&")).collect();
        for (i, ((label, said), link)) in counts(row).into_iter().zip(links).enumerate() {
            assert_eq!(label, kinds[i]);
            let (path, part) = link.split_once('#').expect("a part of a page");
            let (_, _, page) = get(path).await;
            let listed = if part == "places" {
                let list = page.split("id=\"places\"").nth(1).expect("a list of places");
                tallied(between(list, "<ul class=\"tally\">", "</ul>").expect("a tally"))
            } else {
                let list = between(&page, "id=\"targets\"", "</table>").expect("a list of targets");
                let rows = list.split("<tr").skip(2).filter(|row| {
                    let whom = between(row, "\">for ", "</a>").expect("for whom").to_owned();
                    let own = !whom.contains(" districts") && !whom.contains(" schools");
                    match label.split_once(" in ") {
                        None => own && whom != "all students",
                        Some((_, level)) => whom.contains(&format!(" {level}, ")),
                    }
                });
                rows.map(|row| match row.contains("class=\"count\"") {
                    true => tallied(row),
                    false => [usize::from(row.contains("s-good")), usize::from(!row.contains("s-none"))],
                })
                .fold([0, 0], |sum, more| [sum[0] + more[0], sum[1] + more[1]])
            };
            assert_eq!(said, listed, "{label}: {link}");
            sums[i] = [sums[i][0] + said[0], sums[i][1] + said[1]];
        }
    }
    assert_eq!(total.into_iter().map(|(_, n)| n).collect::<Vec<_>>(), sums, "home counts its lines together");
}

/// How many measures a page says are overdue.
fn overdue(body: &str) -> usize {
    if body.contains("No result is overdue") {
        return 0;
    }
    match between(body, "The results of ", " measures are overdue") {
        Some(n) => n.parse().expect("a number"),
        None => {
            assert!(body.contains("One measure’s result"), "it says what is overdue: {body}");
            1
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn home_and_data_say_the_same_of_what_is_overdue() {
    for (path, day) in [
        ("ma-dese", ""),
        ("ma-eoe", ""),
        ("simulated", ""),
        ("simulated", "?as_of=2026-09-01"),
        ("ma-dese", "?as_of=2015-06-01"),
    ] {
        let (_, _, home) = get(&format!("/a/{path}{day}")).await;
        let (_, _, data) = get(&format!("/a/{path}/data{day}")).await;
        if !home.contains("overdue") {
            continue;
        }
        let listed = home.matches("<span class=\"status s-bad\">overdue</span>").count();
        assert_eq!(overdue(&home), listed, "{path}{day}: as many as are listed");
        assert_eq!(overdue(&data), listed, "{path}{day}: the data page says the same");
        let headline = between(&home, "<h1>", "</h1>").expect("a headline");
        let promised: usize = match between(headline, "", " are overdue for a result") {
            Some(before) => before.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0),
            None => usize::from(headline.contains("1 is overdue") || headline.contains("is overdue for a result")),
        };
        // The list is by measure, and a measure may have many targets.
        assert!(promised == 0 || listed > 0, "{path}{day}: {headline}, and {listed} listed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_of_one_agency_says_whose_it_is_and_what_never_came() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let headway = workspace(&folder.path().join("ws")).await;
    let today: jiff::civil::Date = "2026-11-21".parse().expect("a day");
    let router = headway_web::build_router(headway, Arc::new(move || today), AllowedHosts::default());
    let host = serve(router, ServeLimits::default()).await;
    let get = async |path: &str| {
        ask(&host, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await
    };
    for path in [
        "/a/st",
        "/a/st/plan",
        "/a/st/measures",
        "/a/st/measure/attendance",
        "/a/st/places",
        "/a/st/groups",
        "/a/st/data",
        "/a/st/bright-spots",
        "/a/st/strategy/s",
        "/a/st/program/calls",
        "/a/st/owner/lead",
        "/about",
        "/search?q=x",
        "/a/st/nothing",
    ] {
        let (_, _, body) = get(path).await;
        let shown = body.split("<body>").nth(1).expect("a body");
        assert!(shown.contains(">State agency<"), "{path} says whose it is: {body}");
    }
    let (_, _, body) = get("/a/st").await;
    assert!(body.contains("The one target in force is overdue for a result"), "{body}");
    assert_eq!(overdue(&body), 1);
    assert!(body.contains("none has ever come in"), "{body}");
    let (_, _, body) = get("/a/st/data").await;
    assert!(overdue(&body) == 1 && body.contains("none has ever come in"), "{body}");
    let (_, _, body) = get("/a/st/measure/attendance").await;
    for link in ["/a/st/owner/lead", "/a/st/strategy/s", "/a/st/program/calls"] {
        assert!(body.contains(&format!("href=\"{link}\"")), "{link}: {body}");
    }
    let (_, _, body) = get("/a/st/owner/lead").await;
    assert!(
        body.contains("/a/st/strategy/s")
            && body.contains("/a/st/program/calls")
            && body.contains("/a/st/measure/attendance"),
        "{body}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_has_one_verdict() {
    for path in ["/a/simulated/groups", "/a/ma-dese/groups", "/a/simulated/groups?unit=00012000"] {
        let (_, _, body) = get(path).await;
        let matrix = between(&body, "<div class=\"matrix\">", "</table>").expect("a table of gaps");
        assert!(!matrix.contains("in odds") && !matrix.contains("in points"), "{path}: {matrix}");
        let lede = between(&body, "<p class=\"lede\">", "</p>").expect("a lede");
        let said = |word: &str| matrix.matches(&format!("words\">{word}<")).count();
        for (verb, word) in [("close", "closing"), ("widen", "widening")] {
            let n = said(word);
            let told = lede.contains(&format!("{n} {verb}"))
                || (n == 0 && (lede.contains("none clearly") || lede.contains("No gap")));
            assert!(told, "{path}: {n} {word} in the table, and “{lede}”");
        }
        let headline = between(&body, "<h1>", "</h1>").expect("a headline");
        if let Some((worst, of)) =
            between(headline, "furthest behind in ", " measures").and_then(|s| s.split_once(" of the "))
        {
            let [worst, of] = [worst, of].map(|n| n.parse::<usize>().expect("a number"));
            assert!(2 * worst > of, "{headline}: more than half");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_and_a_chance_that_point_apart_say_so() {
    let mut apart = 0;
    for path in PAGES.iter().filter(|path| path.starts_with("/a/simulated")) {
        let (_, _, body) = get(path).await;
        for row in body.split("<tr").skip(1).map(|row| row.split("</tr>").next().unwrap_or_default()) {
            let Some(odds) = between(row, "class=\"verdict\">", "</td>") else { continue };
            let tens: Option<u32> =
                odds.split(" in 10").next().and_then(|s| s.rsplit(' ').next()).and_then(|n| n.parse().ok());
            let Some(tens) = tens.filter(|_| odds.contains(" in 10")) else { continue };
            let (good, bad) = (odds.contains("status s-good"), odds.contains("status s-bad"));
            if (good && tens < 5) || (bad && tens > 5) {
                assert!(odds.contains("but chance"), "{path}: {row}");
                apart += 1;
            }
            assert!(!(good && tens > 5 || bad && tens < 5) || !odds.contains("but chance"), "{path}: {row}");
        }
    }
    assert!(apart > 0, "the sample has such rows");
    let (_, _, body) = get("/a/simulated/measure/sim-g3-reading").await;
    let sentence = between(&body, "<p class=\"sure\">", "</p>").expect("one sentence");
    assert!(sentence.contains("a year since 2018-19") && sentence.contains("chance"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_be_none_beside_what_is_red() {
    for path in PAGES {
        let (_, _, body) = get(path).await;
        for words in [">none</span>", ">none<", "Signals: </strong>none", "None: "] {
            assert!(!body.contains(words), "{path}: {words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_found_as_people_write_it() {
    let check = async |text: &str, link: &str| {
        let (code, _, body) = get(&format!("/search?q={}", text.replace(' ', "+"))).await;
        assert_eq!(code, 200, "{text}");
        assert!(body.contains(&format!("href=\"{link}")), "{text} finds {link}: {body}");
    };
    check("reading coaches", "/a/simulated/program/reading-coaches").await;
    check("3rd grade reading", "/a/simulated/measure/sim-g3-reading").await;
    check("third grade reading", "/a/simulated/measure/sim-g3-reading").await;
    check("graduaton", "/a/ma-dese/measure/grad-5yr").await;
    check("eigth grade math", "/a/simulated/measure/sim-g8-math-below").await;
    check("eigth gade mathmatics", "/a/simulated/measure/sim-g8-math-below").await;
    check("brigt spots", "/a/ma-dese/bright-spots").await;
    check("success after high school", "/a/ma-dese/strategy/success-after-high-school").await;
    check("english learners", "/a/simulated/groups").await;
    check("ELL", "/a/simulated/groups").await;
    check("imports", "/a/simulated/data").await;
    check("bright spots", "/a/ma-dese/bright-spots").await;
    check("method", "/about").await;
    check("District 12 (simulated)", "/a/simulated/place/00012000").await;
    check("Distrct 12", "/a/simulated/place/00012000").await;
    let (_, _, body) = get("/search?q=graduaton").await;
    assert!(body.contains("differs by one letter"), "{body}");
    let (_, _, body) = get("/search?q=reading+coaches").await;
    assert!(!body.contains("differs by one letter") && body.contains("simulated data"), "{body}");
    let (_, _, body) = get("/search?q=zzzyx").await;
    assert!(body.contains("Nothing found"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_overdue_is_not_named_as_the_next_result() {
    for path in PAGES.iter().filter(|path| path.contains("/measure/")) {
        let (_, _, body) = get(path).await;
        let both = body.contains("<dt>Overdue</dt>") && body.contains("<dt>Next result</dt>");
        assert!(!both, "{path}: a result is awaited once");
    }
    let (_, _, home) = get("/a/ma-dese").await;
    let awaited = home.split("measures are overdue").nth(1).and_then(|rest| rest.split("</ul>").next());
    let awaited = awaited.expect("a list of what is awaited");
    assert_eq!(awaited.matches(">MassCore completion</a>").count(), 1, "overdue, and not to come too: {awaited}");
    let (_, _, data) = get("/a/ma-dese/data").await;
    let past = data.split(", due from ").skip(1).find(|day| *day < "2026-11-21");
    assert!(past.is_none(), "no day long past is called the next: {past:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bright_spots_are_counted_once() {
    let mut counted = 0;
    for path in PAGES.iter().filter(|path| path.contains("/bright-spots")) {
        let (_, _, body) = get(path).await;
        let said = body.match_indices(" better than expected year after year").map(|(at, _)| {
            let before = &body[..at];
            before[before.rfind('>').map_or(0, |at| at + 1)..].to_owned()
        });
        let said: std::collections::BTreeSet<String> = said.collect();
        assert!(said.len() <= 1, "{path}: one count: {said:?}");
        counted += said.len();
    }
    assert!(counted > 0, "a page says how many there are");
}

/// A rate and its number of students are enough to follow a gap; one that can't be followed says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_followed_or_says_why_not() {
    let (_, _, body) = get("/a/ma-dese/groups").await;
    assert!(body.contains(" gaps that can be followed, "), "{body}");
    let matrix = between(&body, "<div class=\"matrix\">", "</table>").expect("a table of gaps");
    let told = |why: &str| matrix.contains(&format!("words\">{why}"));
    assert!(told("closing") || told("closes"), "{matrix}");
    assert!(told("one comparable year") || told("not followed"), "{matrix}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_says_a_status_twice_in_one_breath() {
    for path in PAGES {
        let (_, _, body) = get(path).await;
        for lede in body.split("<p class=\"lede\">").skip(1).filter_map(|rest| rest.split("</p>").next()) {
            // What is read, without the marks of the status.
            let plain: String =
                format!(">{lede}").split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect();
            let plain = plain.to_lowercase();
            for status in ["off track", "moving away", "target met", "target missed", "ahead", "on track"] {
                // A tally of parts or of sets ("3 of 3 parts kept (Within 24 hours: target met; ...)") may name one for each.
                let tally =
                    plain.contains("parts kept (") || plain.split(status).skip(1).all(|rest| rest.contains(" of "));
                assert!(plain.matches(status).count() < 2 || tally, "{path}: {lede}");
            }
        }
    }
}
