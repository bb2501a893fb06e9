//! The scoring pass against the same done plainly, from the plain rows.

use std::{collections::BTreeMap, path::Path};

use arrow_array::{
    Array,
    cast::AsArray,
    types::{Float64Type, Int32Type, UInt32Type},
};
use headway_lake::{
    Lake, LakeScan, OddsBy, ScorecardTotals, ScoringOptions, compact_segments, judge_by, score_measure,
};
use headway_model::SeriesRows;
use headway_model::{
    LakeSegment, Value, ValueFlags,
    status::{PathStart, ResultHorizon, TargetCondition, TargetTrajectory},
};
use headway_simulate::Simulation;
use headway_stats::{
    forecast::panel::{ALONE, ForecastGoal, METHOD, Panel, PeriodForecast, TargetSide},
    xmr,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

use crate::support::{Row, import, row, some_rows};

/// A scored series as it is read back. Unknown numbers are `None`.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    /// Group, grade, place.
    key: (String, String, String),
    points: i32,
    periods: (i32, i32),
    /// base, latest, change
    figures: [f64; 3],
    limits: [Option<f64>; 3],
    expected: Option<f64>,
    signal: String,
    status: String,
    gap: Option<f64>,
    gap_change: Option<f64>,
    rank: u32,
}

fn read(path: &Path) -> Vec<Line> {
    let file = std::fs::File::open(path).expect("it was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|b| b.build()).expect("a Parquet file");
    let mut lines = Vec::new();
    for batch in reader {
        let batch = batch.expect("a Parquet file");
        let column = |name: &str| batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"));
        let number = |name: &str, row: usize| {
            let column = column(name).as_primitive::<Float64Type>();
            column.is_valid(row).then(|| column.value(row))
        };
        let whole = |name: &str, row: usize| column(name).as_primitive::<Int32Type>().value(row);
        let label = |name: &str, row: usize| {
            let column = column(name).as_any_dictionary();
            column.values().as_string::<i32>().value(column.normalized_keys()[row]).to_owned()
        };
        for row in 0..batch.num_rows() {
            let place = column("unit").as_string::<i32>().value(row).to_owned();
            lines.push(Line {
                key: (label("group", row), label("grade", row), place),
                points: whole("points", row),
                periods: (whole("base_period", row), whole("latest_period", row)),
                figures: ["base", "latest", "change"].map(|name| number(name, row).expect("never null")),
                limits: ["mean", "lpl", "upl"].map(|name| number(name, row)),
                expected: number("expected", row),
                signal: label("signal", row),
                status: label("status", row),
                gap: number("gap", row),
                gap_change: number("gap_change", row),
                rank: column("rank").as_primitive::<UInt32Type>().value(row),
            });
        }
    }
    lines
}

/// Exact values of each series, by group, grade and place.
fn exact(rows: &[Row]) -> BTreeMap<(String, String, String), Vec<(i32, f64)>> {
    let mut series: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    for row in rows {
        let (group, grade, place, period) = row.key.clone();
        if let Value::Exact { value } = row.value {
            series.entry((group, grade, place)).or_default().push((period, value));
        }
    }
    series
}

fn scored(lake: &Lake, segments: &[LakeSegment], aim: TargetCondition, folder: &Path) -> (ScorecardTotals, Vec<Line>) {
    let promise =
        TargetTrajectory { tolerance: Some(2.0), ..TargetTrajectory::on_straight_path(aim, 2015, PathStart::First) };
    let out = folder.join("card.parquet");
    let judge = judge_by(|_| Some(&promise), ResultHorizon { completed: i32::MAX, due: i32::MIN });
    let totals = score_measure(lake, segments, &ScoringOptions::default(), &judge, &out).expect("the files are whole");
    (totals, read(&out))
}

/// Rows of years that a path can be drawn through: the lake stores any number, a promise speaks of years.
fn some_years() -> impl Strategy<Value = Vec<Row>> {
    some_rows().prop_map(|mut rows| {
        rows.iter_mut().for_each(|row| row.key.3 = row.key.3.clamp(2009, 2014));
        rows
    })
}

/// A break that the plan marks parts the base from what came before, in the reference group as well; places are ranked among those
/// of their level.
#[test]
fn the_base_comes_after_the_last_break() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let mut rows = Vec::new();
    for (place, off) in [("d1", 5.0), ("d2", -5.0), ("st", 0.0)] {
        for (group, behind) in [("all", 0.0), ("mbl", 10.0)] {
            for (year, value) in
                [(2009, 40.0), (2010, 41.0), (2011, 42.0), (2012, 70.0), (2013, 68.0), (2014, 66.0 + off / 5.0)]
            {
                let behind = if year < 2012 { behind } else { 2.0 * behind };
                rows.push(row(group, place, year, value + off - behind));
            }
        }
    }
    let segments = import(&lake, 1, &rows);
    let out = folder.path().join("card.parquet");
    let judge = judge_by(|_| None, ResultHorizon { completed: i32::MAX, due: i32::MIN });
    let peers = |place: &str| u8::from(place == "st");
    let scoring = ScoringOptions { broken: vec![2012], peers: &peers, ..ScoringOptions::default() };
    score_measure(&lake, &segments, &scoring, &judge, &out).expect("the files are whole");
    let found: Vec<_> = read(&out)
        .into_iter()
        .map(|line| (line.key.2, line.periods, line.figures[2], line.gap_change, line.rank))
        .collect();
    let want = [("d1", -3.0, 1), ("d2", -5.0, 2), ("st", -4.0, 1)];
    let want = want
        .iter()
        .cycle()
        .take(6)
        .map(|(place, change, rank)| ((*place).to_owned(), (2012, 2014), *change, Some(0.0), *rank));
    assert_eq!(found, want.collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scores_are_those_of_the_plain_rows(rows in some_years(), split in 0..40_usize) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let lake = Lake::in_folder(folder.path());
        let (some, rest) = rows.split_at(split.min(rows.len()));
        let mut segments = Vec::new();
        for (vintage, rows) in [(1, some), (2, rest)] {
            if !rows.is_empty() {
                segments.extend(import(&lake, vintage, rows));
            }
        }
        let (totals, lines) = scored(&lake, &segments, TargetCondition::AtLeast(80.0), folder.path());
        let series = exact(&rows);
        prop_assert_eq!(lines.iter().map(|l| &l.key).collect::<Vec<_>>(), series.keys().collect::<Vec<_>>());
        prop_assert_eq!(totals.series, lines.len() as u64);
        prop_assert_eq!(totals.ranks, lines.iter().map(|l| u64::from(l.rank)).sum::<u64>());
        prop_assert_eq!(totals.signals, lines.iter().filter(|l| l.signal != "none").count() as u64);
        for line in &lines {
            let points = &series[&line.key];
            let own = || rows.iter().filter(|row| (&row.key.0, &row.key.1, &row.key.2) == (&line.key.0, &line.key.1, &line.key.2));
            let breaks = |key: &(String, String, String)| -> Vec<i32> {
                let of = rows.iter().filter(|row| (&row.key.0, &row.key.1, &row.key.2) == (&key.0, &key.1, &key.2));
                of.filter(|row| row.flags.has_all(ValueFlags::BREAK)).map(|row| row.key.3).collect()
            };
            // The first value that the latest can be compared with.
            let base = |key: &(String, String, String), points: &[(i32, f64)]| {
                let latest = points[points.len() - 1].0;
                let from = breaks(key).into_iter().filter(|at| *at <= latest).max();
                *points.iter().find(|point| from.is_none_or(|from| point.0 >= from)).expect("the latest is one")
            };
            let (first, last) = (base(&line.key, points), points[points.len() - 1]);
            prop_assert_eq!((line.points as usize, line.periods), (points.len(), (first.0, last.0)));
            prop_assert_eq!(line.figures, [first.1, last.1, last.1 - first.1]);
            let broken = own().filter(|row| row.flags.has_all(ValueFlags::BREAK)).map(|row| row.key.3).max();
            let comparable = points.iter().filter(|point| broken.is_none_or(|from| point.0 >= from));
            let values: Vec<f64> = comparable.map(|point| point.1).collect();
            let limits = xmr::judge_latest(&values, None, true).map_or([f64::NAN; 3], |of| [of.limits.mean, of.limits.lpl, of.limits.upl]);
            prop_assert_eq!(line.limits, limits.map(|x| (!x.is_nan()).then_some(x)));
            let (group, grade, place) = line.key.clone();
            let all_key = ("all".to_owned(), grade.clone(), place);
            let all = series.get(&all_key);
            let (gap, gap_change) = all.map_or((None, None), |all| {
                let (a, z) = (base(&all_key, all), all[all.len() - 1]);
                let gap = (z.0 == last.0).then_some(z.1 - last.1);
                (gap, gap.filter(|_| a.0 == first.0).map(|gap| gap - (a.1 - first.1)))
            });
            prop_assert_eq!((line.gap, line.gap_change), (gap, gap_change));
            let peers = lines.iter().filter(|other| other.key.0 == group && other.key.1 == grade);
            let better = peers.filter(|other| other.figures[2] > line.figures[2]).count();
            prop_assert_eq!(line.rank as usize, better + 1);
        }
        // Compaction changes no score.
        let whole = compact_segments(&lake, &segments, &|_| true).expect("whole").expect("there are rows");
        prop_assert_eq!(scored(&lake, &[whole], TargetCondition::AtLeast(80.0), folder.path()), (totals, lines));
    }

    #[test]
    fn a_mirrored_measure_has_the_same_statuses(rows in some_years()) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mirror = |value| match value {
            Value::Exact { value } => Value::Exact { value: -value },
            Value::Range { lo, hi } => Value::Range { lo: -hi, hi: -lo },
            Value::AtLeast { lo } => Value::AtMost { hi: -lo },
            Value::AtMost { hi } => Value::AtLeast { lo: -hi },
            other => other,
        };
        let mirrored: Vec<Row> = rows.iter().map(|row| Row { value: mirror(row.value), ..row.clone() }).collect();
        let run = |name: &str, rows: &[Row], aim| {
            let lake = Lake::in_folder(folder.path().join(name));
            let segments = import(&lake, 1, rows);
            scored(&lake, &segments, aim, folder.path())
        };
        let (up, up_lines) = run("up", &rows, TargetCondition::AtLeast(80.0));
        let (down, down_lines) = run("down", &mirrored, TargetCondition::AtMost(-80.0));
        prop_assert_eq!((up.series, up.on_track, up.signals), (down.series, down.on_track, down.signals));
        for (a, b) in up_lines.iter().zip(&down_lines) {
            prop_assert_eq!((&a.key, &a.status, a.figures[2]), (&b.key, &b.status, -b.figures[2]));
            prop_assert_eq!(a.limits[1], b.limits[2].map(|upl| -upl));
            prop_assert_eq!(a.gap, b.gap.map(|gap| -gap));
        }
    }
}

#[test]
fn a_scorecard_is_there_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let (totals, lines) = scored(&lake, &[], TargetCondition::AtLeast(1.0), folder.path());
    assert_eq!((totals, lines.len()), (ScorecardTotals::default(), 0));
    let segments = import(&lake, 1, &[crate::support::row("all", "1", 2020, 1.0)]);
    std::fs::write(lake.segment_path(&segments[0]).expect("in the lake"), b"not Parquet")
        .expect("it can be written over");
    let out = folder.path().join("other.parquet");
    let judge = judge_by(|_| None, ResultHorizon::through_period(2020));
    let again = Lake::in_folder(folder.path());
    assert!(score_measure(&again, &segments, &ScoringOptions::default(), &judge, &out).is_err());
    assert!(!out.exists());
}

/// Odds in a scorecard are those of the panel method over the series of the same kin, exactly; few series stand alone.
#[test]
fn odds_are_those_of_the_panel() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let simulation = Simulation { districts: 12, schools: 60, ..Simulation::for_state(7, "rate") };
    let mut import = lake.begin_import(1);
    simulation.batches().for_each(|batch| import.push(&batch).expect("the folder can be written"));
    let segments =
        import.write_segments().expect("the rows agree").publish_segments().expect("the folder can be written");
    // Districts' ids end with three zeros, the state's is all zeros.
    let kin = |place: &str| match place.trim_end_matches('0').len() {
        0 => 0,
        1..=5 => 1,
        _ => 2,
    };
    let bounds = (Some(0.0), Some(100.0));
    let reached = TargetSide::AtOrAbove;
    let by = OddsBy { kin: &kin, whole: None, parts: Vec::new(), bounds, completed: 2023, farthest: 60 };
    let goal = ForecastGoal::Reach(70.0, reached);
    let promise = TargetTrajectory::on_straight_path(TargetCondition::AtLeast(70.0), 2026, PathStart::First);
    let judge = judge_by(|_| Some(&promise), ResultHorizon::through_period(2023));
    let out = folder.path().join("card.parquet");
    let (missing, broken) = (vec![2018], vec![2016]);
    let scoring = ScoringOptions { odds: Some(&by), missing, broken, ..ScoringOptions::default() };
    let totals = score_measure(&lake, &segments, &scoring, &judge, &out).expect("the files are whole");
    let lines = read_odds(&out);
    assert_eq!(totals.chances, lines.iter().filter(|line| line.1.is_some()).count() as u64);
    assert_eq!(totals.series, lines.len() as u64);

    let whole = LakeScan::new(&lake, &segments).expect("they are there").read_panel().expect("the files are whole");
    let mut expected = BTreeMap::new();
    let groups: std::collections::BTreeSet<&str> = whole.iter().map(|series| series.group).collect();
    for group in groups {
        for number in 0..3 {
            let series: Vec<SeriesRows<'_>> =
                whole.iter().filter(|series| series.group == group && kin(series.place) == number).collect();
            let cells = |f: &dyn Fn(&SeriesRows<'_>, usize) -> f64| -> Vec<f64> {
                series.iter().flat_map(|series| (0..9).map(move |at| f(series, at))).collect()
            };
            let usable = |s: &SeriesRows<'_>, at: usize| s.state[at] == 0 && s.period[at] != 2018;
            let values = cells(&|s, at| if usable(s, at) { s.lo[at] } else { f64::NAN });
            let counts = cells(&|s, at| if usable(s, at) { s.denominator[at] } else { f64::NAN });
            let breaks: Vec<bool> = (0..values.len()).map(|cell| cell % 9 == 1).collect();
            let panel =
                Panel { periods: 9, values: &values, counts: Some(&counts), breaks: Some(&breaks), bounds, reached };
            let fitted = panel.fit(3);
            for (row, series) in series.iter().enumerate() {
                let odds = match &fitted {
                    Ok(fitted) => fitted.goal_chance(&panel.series(row), goal, 3).ok().map(|c| (c.chance, METHOD)),
                    Err(_) => {
                        let mut ahead = [PeriodForecast::default(); 3];
                        panel
                            .forecast_row_alone(row, goal, &mut ahead)
                            .ok()
                            .map(|()| (ahead[2].chance.clamp(0.0, 1.0), ALONE))
                    }
                };
                expected.insert((group.to_owned(), series.place.to_owned()), odds);
            }
        }
    }
    for (key, odds) in &lines {
        let odds = odds.as_ref().map(|(chance, method)| (*chance, method.as_str()));
        assert_eq!(odds, expected[key], "{key:?}");
    }
    let known: Vec<&str> = lines.iter().flat_map(|line| &line.1).map(|odds| odds.1.as_str()).collect();
    assert!(known.contains(&METHOD) && known.contains(&ALONE));
}

/// Group and place; chance and method, where they are known.
type OddsLine = ((String, String), Option<(f64, String)>);

fn read_odds(path: &Path) -> Vec<OddsLine> {
    let file = std::fs::File::open(path).expect("it was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|b| b.build()).expect("a Parquet file");
    let mut lines = Vec::new();
    for batch in reader {
        let batch = batch.expect("a Parquet file");
        let column = |name: &str| batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"));
        let label = |name: &str, row: usize| {
            let column = column(name).as_any_dictionary();
            column.values().as_string::<i32>().value(column.normalized_keys()[row]).to_owned()
        };
        for row in 0..batch.num_rows() {
            let place = column("unit").as_string::<i32>().value(row).to_owned();
            let odds = column("odds").as_primitive::<Float64Type>();
            let odds = odds.is_valid(row).then(|| (odds.value(row), label("odds_method", row)));
            assert_eq!(odds.is_none(), label("odds_method", row).is_empty());
            lines.push(((label("group", row), place), odds));
        }
    }
    lines
}
