//! What is asked of a whole state: the statuses that tallies are made from are those that a reader is shown.

use headway_delivery::Headway;
use jiff::civil::Date;

use crate::support::{ann, at, day, on_both, seen, sqlite, told};

/// The status of every series of every measure, computed without allocation, is the one of its full standing. Gives how many
/// series there were, and how many different statuses.
async fn check(headway: &Headway, as_of: &str) -> (usize, usize) {
    let snapshot = seen(headway, as_of).await;
    let (mut series, mut found) = (0, std::collections::HashSet::new());
    let measures: Vec<String> = snapshot.book.measures().map(|(_, m)| m.measure.id.clone()).collect();
    for measure in &measures {
        // The parts of a compound measure are no measures of their own.
        let Ok(scored) = snapshot.scored(measure).await else { continue };
        for i in 0..scored.len() {
            let standing = scored.standing(i, None).expect("the plan can be computed with");
            assert_eq!(scored.status(i), standing.status, "{measure} {:?} as of {as_of}: {standing:?}", scored.key(i));
            let distance = standing.distance.exact().filter(|d| !d.is_nan());
            assert_eq!(scored.distance(i), distance, "{measure} {:?} as of {as_of}", scored.key(i));
            found.insert(standing.status);
        }
        series += scored.len();
    }
    (series, found.len())
}

/// Six measures, 2,201 places, ten groups, ten years; once with all results in, once with the last ones overdue.
#[tokio::test]
async fn tallies_of_a_simulated_state_say_what_its_rows_say() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    let today: Date = day("2026-11-01");
    headway.lay_out_simulated_state(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    for (as_of, least) in [("2026-11-01", 5), ("2028-01-01", 1)] {
        let (series, statuses) = check(&headway, as_of).await;
        assert!(series > 100_000 && statuses >= least, "{series} series with {statuses} statuses as of {as_of}");
    }
}

#[tokio::test]
async fn tallies_of_massachusetts_say_what_its_rows_say() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        headway.lay_out_massachusetts(&ann(), at(1), day("2026-11-01"), &mut |_| ()).await.expect("it can be laid out");
        let mut most = 0;
        for as_of in ["2011-06-01", "2013-01-01", "2015-06-01", "2015-12-01", "2018-01-01", "2022-10-01", "2026-11-01"]
        {
            most = most.max(check(&headway, as_of).await.1);
        }
        assert!(most >= 4, "{most} statuses");
    })
    .await;
}

/// A snapshot is kept until something is written, and is then made anew.
#[tokio::test]
async fn a_snapshot_is_never_stale() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        let early = seen(&headway, "2020-01-01").await;
        assert!(std::sync::Arc::ptr_eq(&early, &seen(&headway, "2020-01-01").await));
        assert_eq!(told(&headway, "2020-01-01").await, "[]");
        headway.lay_out_massachusetts(&ann(), at(1), day("2020-01-01"), &mut |_| ()).await.expect("it can be laid out");
        assert!(early.book.agencies.is_empty(), "who holds a snapshot keeps what it said");
        assert_eq!(seen(&headway, "2020-01-01").await.book.agencies.len(), 2);
        // Another program's write is seen too.
        let other = Headway::open(headway.root()).await.expect("the same workspace");
        let held = seen(&headway, "2020-01-01").await;
        other.undo(1, &ann(), at(2)).await.expect("it is there");
        assert!(!std::sync::Arc::ptr_eq(&held, &seen(&headway, "2020-01-01").await));
    })
    .await;
}

/// Pages answer from the state that is ready until a newer one is: after another program's write, and after midnight.
#[tokio::test]
async fn a_newer_state_takes_the_place_of_the_one_that_is_ready_when_it_is_ready_itself() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    let (today, tomorrow) = (day("2020-01-01"), day("2020-01-02"));
    let ready = async || headway.ready(today).await.expect("a state");
    let keep = async |day| headway.keep_ready(day).await.expect("the stores can be read");
    headway.lay_out_massachusetts(&ann(), at(1), today, &mut |_| ()).await.expect("it can be laid out");
    assert!(keep(today).await && !keep(today).await, "nothing is new the second time");
    let first = ready().await.snapshot;

    let other = Headway::open(headway.root()).await.expect("the same workspace");
    other.undo(1, &ann(), at(2)).await.expect("it is there");
    assert!(std::sync::Arc::ptr_eq(&first, &ready().await.snapshot), "nobody waits for the newer state");
    assert!(keep(today).await);
    let second = ready().await;
    assert!(!std::sync::Arc::ptr_eq(&first, &second.snapshot) && !second.newer, "now it is there");

    assert!(keep(tomorrow).await);
    assert_eq!(ready().await.snapshot.as_of, tomorrow, "a day began");
    headway.stop_keeping();
    assert_eq!(ready().await.snapshot.as_of, today, "where nobody keeps it ready it is read when asked for");
}

/// Judged through an earlier period, a measure says what it would have said then; a kind of period is read from another.
#[tokio::test]
async fn an_earlier_period_holds_for_every_measure() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    headway.lay_out_massachusetts(&ann(), at(1), day("2026-11-01"), &mut |_| ()).await.expect("it can be laid out");
    let now = seen(&headway, "2026-11-01").await;
    let last_day = |text: &str| headway_delivery::Snapshot::last_day(text, &[]).map_err(|e| e.to_string());
    assert_eq!(last_day("2013-14"), Ok(day("2014-06-30")));
    assert_eq!(last_day("cohort 2013"), Ok(day("2013-08-31")));
    assert!(last_day("yesterday").is_err_and(|e| e.contains("yesterday")));
    // The cohort of 2014 ends in August 2014: at the end of the school year 2013-14 the one of 2013 is the latest.
    let then = now.through(day("2014-06-30"));
    assert!(std::sync::Arc::ptr_eq(&then, &now.through(day("2014-06-30"))), "it is kept");
    let row = then.series("grad-5yr", None, "all", "all").await.expect("a series").row;
    assert_eq!(row.standing.period.map(|p| p.to_string()).as_deref(), Some("cohort 2013"));
    let row = now.through(day("2014-08-31")).series("grad-5yr", None, "all", "all").await.expect("a series").row;
    assert_eq!(row.standing.period.map(|p| p.to_string()).as_deref(), Some("cohort 2014"));
    assert!(!now.periods("ma-dese").await.expect("an agency").is_empty());
}
