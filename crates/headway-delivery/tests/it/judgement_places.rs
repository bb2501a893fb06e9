//! Bright spots, gaps and backtests in the main job.

use headway_analytics::bright::{ExpectationSide, NoBright};
use headway_analytics::gaps::{GapComparison, GapCourse, NoGapPlaces};
use headway_delivery::model::Level;
use headway_delivery::picture;
use headway_delivery::view::PanelChoice;
use headway_render::Chart as _;

use crate::judgement_odds::{Asked, TODAY, state};
use crate::support::{seen, sqlite};

#[tokio::test]
async fn bright_spots_stand_out_year_after_year_and_mirror() {
    let home = sqlite();
    let plain = state(&home, "plain", &Asked::to_reach(70.0), 80, false).await;
    let asked = Asked { direction: "decrease", ..Asked::to_reach(30.0) };
    let mirrored = state(&home, "mirrored", &asked, 80, true).await;
    let mut lists = Vec::new();
    for headway in [&plain, &mirrored] {
        let view = seen(headway, TODAY).await.bright_view("met", &PanelChoice::default()).await.expect("a measure");
        assert_eq!(view.level, Some(Level::District));
        let found = view.found.as_ref().as_ref().expect("eighty districts over ten years");
        assert!(found.counted && !found.intake.is_empty(), "the report has counts by group");
        assert_eq!((found.years.len(), found.places.len()), (6, 80));
        assert!((found.by_chance - 2.0).abs() < 1e-9, "2.5 % of 80");
        for place in found.bright_places() {
            assert!(
                place.distance > 0.0 && place.interval.0 > 0.0 && place.q < 0.05 && place.better_years() >= 1,
                "{place:?}"
            );
            assert!(place.interval.0 <= place.distance && place.distance <= place.interval.1, "{place:?}");
            assert!(place.distance > 0.8 * found.least.points(), "{place:?} is not far enough: {:?}", found.least);
        }
        assert!(found.nearer < 0.05 * found.bright_places().count() as f64, "the list holds its false discovery rate");
        assert!(found.places.windows(2).all(|two| two[0].distance >= two[1].distance), "the furthest first");
        let worst = found.places.last().expect("eighty");
        assert!(!worst.bright && worst.years.contains(&Some(ExpectationSide::Worse)), "{worst:?}");
        let names: Vec<_> =
            found.places.iter().zip(&view.names).filter(|(p, _)| p.bright).map(|(_, n)| n.id.clone()).collect();
        assert!(!names.is_empty() && names.len() < 60, "{names:?}");
        let funnel = picture::funnel_chart("f", &view, found).expect("counts are known");
        assert!(funnel.to_svg(720.0).contains("<svg"));
        lists.push(names);
    }
    assert_eq!(lists[0], lists[1], "the share that did not has the same bright spots where less is better");
}

#[tokio::test]
async fn the_map_of_persistence_shows_who_stood_out_when() {
    let home = sqlite();
    let headway = state(&home, "ws", &Asked::to_reach(70.0), 80, false).await;
    let view = seen(&headway, TODAY).await.bright_view("met", &PanelChoice::default()).await.expect("a measure");
    let (map, found) = (view.persistence.expect("places were judged"), view.found.as_ref().as_ref().expect("eighty"));
    assert_eq!(map.years, found.years);
    let bright = found.bright_places().count();
    assert!(map.rows[..bright].iter().all(|row| row.bright) && map.rows[bright..].iter().all(|row| !row.bright));
    for row in &map.rows {
        assert_eq!(row.years.len(), 6);
        for year in row.years.iter().flatten() {
            let agrees = match year.side {
                ExpectationSide::Better => year.distance > 0.0,
                ExpectationSide::Worse => year.distance < 0.0,
                ExpectationSide::Within => true,
            };
            assert!(agrees, "{row:?}");
        }
        assert!(row.years.iter().flatten().any(|year| year.side != ExpectationSide::Within), "{row:?} never stood out");
    }
    let (seen, expected): (Vec<usize>, Vec<f64>) = map.counts.iter().copied().unzip();
    assert_eq!((seen.len(), seen.iter().sum::<usize>()), (7, 80));
    assert!((expected.iter().sum::<f64>() - 80.0).abs() < 1e-9);
    let years = |counts: &[f64]| counts.iter().enumerate().map(|(k, n)| k as f64 * n).sum::<f64>();
    let seen: Vec<f64> = seen.into_iter().map(|n| n as f64).collect();
    assert!((years(&seen) - years(&expected)).abs() < 1e-9, "drawing at random flags as often");
    assert!(seen[6] > 3.0 * expected[6], "places differ, so some stand out every year: {seen:?} {expected:?}");
}

#[tokio::test]
async fn a_greater_least_distance_makes_a_shorter_list() {
    let home = sqlite();
    let headway = state(&home, "ws", &Asked::to_reach(70.0), 80, false).await;
    let snapshot = seen(&headway, TODAY).await;
    let mut before = usize::MAX;
    for at_least in [0.0, 2.0, 5.0, 10.0, 60.0] {
        let choice = PanelChoice { at_least: Some(at_least), ..PanelChoice::default() };
        let view = snapshot.bright_view("met", &choice).await.expect("a measure");
        let found = view.found.as_ref().as_ref().expect("eighty districts");
        let listed = found.bright_places().count();
        assert!(listed <= before && found.bright_places().all(|p| p.smaller < 0.5), "from {at_least} on: {listed}");
        before = listed;
    }
    assert_eq!(before, 0, "nobody is sixty points above expectation");
}

#[tokio::test]
async fn a_place_knows_in_what_it_is_a_bright_spot() {
    let home = sqlite();
    let headway = state(&home, "ws", &Asked::to_reach(70.0), 80, false).await;
    let snapshot = seen(&headway, TODAY).await;
    let view = snapshot.bright_view("met", &PanelChoice::default()).await.expect("a measure");
    let found = view.found.as_ref().as_ref().expect("eighty districts");
    for (place, name) in found.places.iter().zip(&view.names) {
        let own = snapshot.bright_of("st", &name.id, "all").await.expect("an agency");
        assert_eq!(own.len(), usize::from(place.bright), "{}", name.id);
    }
}

#[tokio::test]
async fn too_few_places_have_no_expectation() {
    let home = sqlite();
    let headway = state(&home, "ws", &Asked::to_reach(70.0), 12, false).await;
    let view = seen(&headway, TODAY).await.bright_view("met", &PanelChoice::default()).await.expect("a measure");
    assert_eq!(view.found.as_ref().as_ref().map(|_| ()), Err(&NoBright::TooFewPlaces(12)));
}

#[tokio::test]
async fn gaps_have_intervals_that_hold_them_and_mirror() {
    let home = sqlite();
    let plain = state(&home, "plain", &Asked::to_reach(70.0), 40, false).await;
    let asked = Asked { direction: "decrease", ..Asked::to_reach(30.0) };
    let mirrored = state(&home, "mirrored", &asked, 40, true).await;
    let view = async |headway| seen(headway, TODAY).await.gaps_view("met", None, None).await.expect("a measure");
    let (plain, mirrored) = (view(&plain).await, view(&mirrored).await);
    assert_eq!(plain.lines.len(), 8, "nine groups besides all students, one of them only a reference");
    assert!(plain.missing.is_empty());
    for line in &plain.lines {
        let (lo, hi) = line.interval.expect("counts are known");
        assert!(lo < line.behind && line.behind < hi, "{line:?}");
        let change = line.change_interval.expect("ten years");
        let expected = match line.trend.expect("ten years") {
            GapCourse::Closing | GapCourse::Overtook => change.1 < 0.0,
            GapCourse::Widening | GapCourse::FellBehind => change.0 > 0.0,
            GapCourse::NoClearChange => change.0 <= 0.0 && change.1 >= 0.0,
        };
        assert!(expected, "{line:?}");
        let other = mirrored.lines.iter().find(|l| l.group == line.group).expect("the same groups");
        assert!((line.behind - other.behind).abs() < 1e-6, "{line:?} {other:?}");
        assert_eq!((line.trend, line.trend_odds), (other.trend, other.trend_odds));
        assert!((line.signed_difference().0 + other.signed_difference().0).abs() < 1e-6);
    }
    // Simulated students with disabilities reach the standard far less often.
    assert!(plain.lines.iter().find(|l| l.group == "cwd").is_some_and(|l| l.behind > 15.0));
}

#[tokio::test]
async fn a_backtest_judges_every_method_on_the_same_cases() {
    let home = sqlite();
    let headway = state(&home, "ws", &Asked::to_reach(70.0), 80, false).await;
    let choice = PanelChoice { level: Some(Level::District), ..PanelChoice::default() };
    let view = seen(&headway, TODAY).await.backtest_view("met", &choice).await.expect("a measure");
    let found = view.found.as_ref().as_ref().expect("eighty districts over ten years");
    // Origins after 5 to 9 years see 5, 4, 3, 2 and 1 years ahead.
    assert!(
        found.methods.iter().all(|m| m.n == 80 * 15),
        "{:?}",
        found.methods.iter().map(|m| m.n).collect::<Vec<_>>()
    );
    let (own, naive) = (&found.methods[0], &found.methods[1]);
    assert_eq!((own.method, naive.method), ("panel-damped-trend", "naive"));
    assert!(own.brier < naive.brier, "{own:?}");
    assert_eq!(own.reliability.iter().map(|t| t.n).sum::<u64>(), own.n);
    assert!(
        picture::reliability_chart("r", &view, found).expect("forecasts were judged").to_svg(720.0).contains("<svg")
    );
}

#[tokio::test]
async fn a_gap_is_larger_or_smaller_in_places_only_beyond_chance() {
    let home = sqlite();
    let plain = state(&home, "plain", &Asked::to_reach(70.0), 80, false).await;
    let asked = Asked { direction: "decrease", ..Asked::to_reach(30.0) };
    let mirrored = state(&home, "mirrored", &asked, 80, true).await;
    let choice = PanelChoice { group: Some("cwd".to_owned()), ..PanelChoice::default() };
    let mut said = Vec::new();
    for headway in [&plain, &mirrored] {
        let view = seen(headway, TODAY).await.gap_places_view("met", &choice).await.expect("a measure");
        assert_eq!((view.level, view.group.as_str()), (Some(Level::District), "cwd"));
        let found = view.found.as_ref().as_ref().expect("eighty districts");
        assert!(found.places.len() + found.left_out == 80 && found.places.len() > 60, "{}", found.places.len());
        assert!(found.places.windows(2).all(|two| two[0].line.behind >= two[1].line.behind), "the furthest first");
        for place in &found.places {
            assert!((place.beyond - (place.line.behind - found.whole.behind)).abs() < 1e-9);
            assert_eq!(place.line.period, found.whole.period, "all of one period");
            let ((lo, hi), q) = (place.beyond_interval.expect("counts are known"), place.q.expect("counts are known"));
            assert!(lo < place.beyond && place.beyond < hi);
            match place.than.expect("counts are known") {
                GapComparison::Larger => assert!(q < 0.05 && lo > 0.0, "{place:?}"),
                GapComparison::Smaller => assert!(q < 0.05 && hi < 0.0, "{place:?}"),
                GapComparison::NoClearDifference => assert!(q >= 0.05),
            }
        }
        let places = found.places.iter().zip(&view.names);
        let mut words: Vec<_> = places.map(|(p, n)| (n.id.clone(), p.than, (1e6 * p.beyond).round())).collect();
        words.sort_by(|a, b| a.0.cmp(&b.0));
        said.push(words);
        assert!(picture::gap_places("g", &view, found).expect("places").to_svg(720.0).contains("<svg"));
    }
    assert_eq!(said[0], said[1], "where less is better the same places are further behind");
    let none = seen(&plain, TODAY).await;
    let all = PanelChoice { group: Some("all".to_owned()), ..PanelChoice::default() };
    let all = none.gap_places_view("met", &all).await.expect("a measure");
    assert_eq!(all.found.as_ref().as_ref().map(|_| ()), Err(&NoGapPlaces::NoReference));
}
