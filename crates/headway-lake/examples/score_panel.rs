//! The panel of the side-by-side timing: from a raw file into a lake, and from the lake to a scorecard.
//!
//! ```text
//! score_panel import RAW.parquet LAKE             sort the rows and write the segment
//! score_panel score LAKE OUT.parquet              score what is in the lake
//! score_panel methods LAKE OUT.parquet            the same by Headway's own methods: `trajectory` and `xmr`
//! score_panel odds LAKE OUT.parquet               the same with the odds of each promise: the whole scorecard
//! score_panel xmr LAKE OUT.parquet                XmR alone: limits, and all rules on the last point
//! score_panel both RAW.parquet LAKE OUT.parquet   import and score
//! score_panel simulate SCHOOLS RAW.{csv,parquet} [YEARS]  a raw file of a simulated agency, 10 rows a school and year and more
//! ```
//! `score`, `methods`, `odds` and `both` print the check line that the peers print: series, signals, on track, sum of gap
//! changes, sum of ranks. `xmr` prints that of `benches/xmr_duckdb.py`.

use std::{fs::File, path::Path};

use arrow_array::{Array, cast::AsArray, types::Float64Type};
use headway_lake::{
    Lake, OddsBy, RawColumns, ScanColumns, ScorecardTotals, ScoringOptions, SeriesJudgment, SeriesSummary, judge_by,
    read_parquet, score_measure, write_csv, write_parquet,
};
use headway_model::SeriesRows;
use headway_model::{
    LakeSegment, PeriodKind,
    status::{PathStart, ResultHorizon, Status, TargetCondition, TargetTrajectory},
};
use headway_simulate::Simulation;
use headway_stats::xmr::PointLabel;
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};

const MEASURE: &str = "panel";

fn main() -> headway_lake::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["import", raw, lake] => import(Path::new(raw), lake).map(drop),
        ["score", lake, out] => run_score(lake, out),
        ["methods", lake, out] => run_methods(lake, out),
        ["odds", lake, out] => run_odds(lake, out),
        ["xmr", lake, out] => run_xmr(lake, out),
        ["both", raw, lake, out] => import(Path::new(raw), lake).and_then(|_| run_score(lake, out)),
        ["simulate", schools, raw] => simulate(schools, raw, "10"),
        ["simulate", schools, raw, years] => simulate(schools, raw, years),
        _ => panic!(
            "say one of: import, score, methods, odds, xmr, both, simulate; what follows each stands at the top of this file"
        ),
    }
}

fn simulate(schools: &str, raw: &str, years: &str) -> headway_lake::Result<()> {
    let schools: u32 = schools.parse().expect("a number of schools");
    let first: i32 = 2025 - years.parse::<i32>().expect("a number of years");
    let (districts, raw) = ((schools / 5).max(1), Path::new(raw));
    let state = Simulation::for_state(20_261, MEASURE);
    let simulation = Simulation { districts, schools, suppress_below: 6, years: first..=2024, ..state };
    match raw.extension().and_then(|kind| kind.to_str()) {
        Some("csv") => write_csv(simulation.batches(), raw),
        _ => write_parquet(simulation.batches(), raw),
    }
}

fn import(raw: &Path, lake: &str) -> headway_lake::Result<Vec<LakeSegment>> {
    let columns = RawColumns {
        measure: MEASURE,
        period_kind: PeriodKind::SchoolYear,
        place: "unit",
        period: "year",
        value: "value",
        group: Some("group"),
        grade: None,
        numerator: None,
        denominator: Some("n"),
    };
    let mut import = Lake::in_folder(lake).begin_import(1);
    read_parquet(raw, &columns, |batch| import.push(&batch))?;
    import.write_segments()?.publish_segments()
}

/// By the rules of the peers' scripts.
fn run_score(lake: &str, out: &str) -> headway_lake::Result<()> {
    let scoring = ScoringOptions {
        columns: ScanColumns::LO,
        reference: "ALL",
        equal_periods: false,
        ..ScoringOptions::default()
    };
    show(score_measure(&Lake::in_folder(lake), &[segment()], &scoring, &judge, Path::new(out))?);
    Ok(())
}

/// By Headway's own methods. The group of all students is `ALL` in the panel of the peers and `all` in a simulated agency.
fn run_methods(lake: &str, out: &str) -> headway_lake::Result<()> {
    score_by_methods(lake, out, None)
}

/// The same, and the chance that 90 is reached in 2030. Series of a group are comparable with each other.
fn run_odds(lake: &str, out: &str) -> headway_lake::Result<()> {
    let by = OddsBy {
        kin: &|_| 0,
        bounds: (Some(0.0), Some(100.0)),
        whole: None,
        parts: Vec::new(),
        completed: 2029,
        farthest: 60,
    };
    score_by_methods(lake, out, Some(&by))
}

/// XmR of every series, and of its scorecard the check line: series, signals by rule, sums of means and of limits' widths.
fn run_xmr(lake: &str, out: &str) -> headway_lake::Result<()> {
    let out = Path::new(out);
    let judge = judge_by(|_| None, ResultHorizon { completed: 2029, due: 0 });
    let scoring = ScoringOptions { columns: ScanColumns::LO, ..ScoringOptions::default() };
    score_measure(&Lake::in_folder(lake), &[segment()], &scoring, &judge, out)?;
    let file = File::open(out).expect("it was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
    let wanted = ["mean", "lpl", "upl", "signal"];
    let mask = ProjectionMask::columns(reader.parquet_schema(), wanted);
    let (mut rules, mut series, mut sums) = ([0_u64; 4], 0, [0.0; 2]);
    for batch in reader.with_projection(mask).with_batch_size(1 << 16).build().expect("a Parquet file") {
        let batch = batch.expect("a Parquet file");
        let number = |place: usize| batch.column(place).as_primitive::<Float64Type>();
        let (mean, lpl, upl) = (number(0), number(1), number(2));
        let signal = batch.column(3).as_any_dictionary();
        let rule: Vec<Option<usize>> = signal.values().as_string::<i32>().iter().map(|s| s.and_then(rule)).collect();
        series += batch.num_rows();
        for (row, key) in signal.normalized_keys().into_iter().enumerate() {
            rule[key].into_iter().for_each(|rule| rules[rule] += 1);
            sums[0] += mean.value(row);
            sums[1] += if upl.is_valid(row) { upl.value(row) - lpl.value(row) } else { 0.0 };
        }
    }
    show_line(format_args!(
        "{series} {} {} {} {} {:.1} {:.1}",
        rules[0], rules[1], rules[2], rules[3], sums[0], sums[1]
    ));
    Ok(())
}

/// Outside a limit, trend, two of three, run; `None` where there is no signal.
fn rule(signal: &str) -> Option<usize> {
    ["limit", "ing", "two", "run"].iter().position(|part| signal.contains(part))
}

fn score_by_methods(lake: &str, out: &str, odds: Option<&OddsBy<'_>>) -> headway_lake::Result<()> {
    let promise = TargetTrajectory {
        tolerance: Some(2.0),
        ..TargetTrajectory::on_straight_path(TargetCondition::AtLeast(90.0), 2030, PathStart::First)
    };
    // Every year is over and no result is late, as the peers see it.
    let horizon = ResultHorizon { completed: 2029, due: 0 };
    let judge = judge_by(|_| Some(&promise), horizon);
    let scoring = ScoringOptions { reference: "ALL", odds, ..ScoringOptions::default() };
    show(score_measure(&Lake::in_folder(lake), &[segment()], &scoring, &judge, Path::new(out))?);
    Ok(())
}

/// What the catalog would say; reading looks at the path alone.
fn segment() -> LakeSegment {
    LakeSegment {
        path: format!("{MEASURE}/00000001.parquet"),
        measure: MEASURE.into(),
        period_kind: PeriodKind::SchoolYear,
        vintages: vec![1],
        rows: 0,
        bytes: 0,
        seal: None,
        first_period: 0,
        last_period: 0,
    }
}

fn show(ScorecardTotals { series, signals, on_track, gap_change, ranks, chances, chance }: ScorecardTotals) {
    match chances {
        0 => show_line(format_args!("{series} {signals} {on_track} {gap_change:.1} {ranks}")),
        _ => show_line(format_args!(
            "{series} {signals} {on_track} {gap_change:.1} {ranks}, {chances} chances, {chance:.1} in all"
        )),
    }
}

#[allow(clippy::print_stdout, reason = "the check line is what this program is for")]
fn show_line(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}

/// Judges as the peers' scripts do: a straight path to 90 in 2030, near within 2 points, and limits from moving ranges with
/// screening, where a series without a range kept has no limits (the method `xmr` of Headway has another rule there).
fn judge(_: &SeriesRows<'_>, facts: &SeriesSummary<'_>) -> SeriesJudgment {
    let values = facts.values;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let ranges = || values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let all = ranges().sum::<f64>() / (values.len() - 1) as f64;
    let (sum, count) = ranges().filter(|&range| range < 3.267 * all).fold((0.0, 0), |(s, n), r| (s + r, n + 1));
    let width = 2.66 * sum / f64::from(count);
    let (lpl, upl) = (mean - width, mean + width);
    let years = f64::from(facts.latest_period - facts.base_period);
    let expected = facts.base + (90.0 - facts.base) * years / f64::from(2030 - facts.base_period);
    SeriesJudgment {
        status: if facts.latest >= expected {
            Status::OnTrack
        } else if facts.latest >= expected - 2.0 {
            Status::Near
        } else {
            Status::OffTrack
        },
        expected,
        signal: if facts.latest > upl {
            PointLabel::AboveLimit
        } else if facts.latest < lpl {
            PointLabel::BelowLimit
        } else {
            PointLabel::CommonCause
        },
        mean,
        lpl,
        upl,
        goal: None,
    }
}
