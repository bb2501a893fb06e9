//! New York City, Colorado, Montana, Wisconsin, England, and the whole country.

use crate::support::{Expected, all_files, check, data, files, one_off, run};

/// Lines wrapped in quotes as a whole; "s"; one school that is two.
#[test]
fn new_york_city() {
    let Some(folder) = data("nyc_doe_2003_2012") else { return };
    let sat = run(&one_off("nyc-sat.toml"), &files(&folder, &["sat_results.csv"]));
    check(&sat, &Expected { rows: [478, 477, 1], cells_refused: 3, slices: &[] });
    assert_eq!(sat.report().tables[0].lines_unwrapped, 39);
    assert_eq!(sat.kinds(|s| s.measure == "sat-math")["suppressed"], 56);
    assert_eq!(sat.observation("sat-writing", ["01M539", "all", "all"], 2012).expect("a line encoded twice").lo, 525.0);
    assert_eq!(sat.report().refusals[0].text, "21K412/21K411");

    let ap = run(&one_off("nyc-ap.toml"), &files(&folder, &["ap_2010.csv"]));
    check(&ap, &Expected { rows: [258, 256, 2], cells_refused: 6, slices: &[] });
    assert_eq!((ap.report().tables[0].lines_unwrapped, ap.report().contradictions[0].rows), (15, [53, 54]));

    let demographics = run(&one_off("nyc-demographics.toml"), &files(&folder, &["demographics.csv"]));
    // Three shares are not what their counts make: 50.2 % where 139 of 276 is 50.36 %.
    check(&demographics, &Expected { rows: [10_075, 10_075, 0], cells_refused: 3, slices: &[] });
    let clashes: Vec<&str> = demographics.report().refusals.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(clashes, ["50.2 (139 of 276 is 50.36)", "44.8 (124 of 276 is 44.93)", "63.4 (262 of 412 is 63.59)"]);
    let first = demographics.observation("share-of-enrollment", ["01M015", "mbl", "all"], 2006).expect("20052006");
    assert_eq!((first.lo, first.numerator, first.denominator), (100.0 * 74.0 / 281.0, 74.0, 281.0));
}

/// CR line ends, fractions, tokens, Number and Percent in one column, one row of Pizza.
#[test]
fn colorado() {
    let Some(folder) = data("co_districts_kidscount") else { return };
    let of = |starts: &[&str]| -> Vec<_> {
        all_files(&folder, "", ".csv").into_iter().filter(|f| starts.iter().any(|s| f.name.starts_with(s))).collect()
    };
    let scores = run(&one_off("co-scores.toml"), &of(&["3rd", "8th"]));
    check(&scores, &Expected { rows: [588, 588, 0], cells_refused: 0, slices: &[] });
    let kinds = scores.kinds(|s| s.grade == "3");
    assert_eq!((kinds["exact"], kinds["not-tested"], kinds["not-applicable"], kinds["not-reported"]), (254, 24, 12, 4));
    assert_eq!(scores.observation("tcap-math", ["ACADEMY 20", "all", "3"], 2008).expect("there").lo, 85.7);

    let race = run(&one_off("co-race.toml"), &of(&["Average"]));
    check(&race, &Expected { rows: [1_344, 1_344, 0], cells_refused: 0, slices: &[] });
    assert_eq!(race.kinds(|_| true)["not-tested"], 113 + 175 + 175);

    let indicators = run(&one_off("co-indicators.toml"), &of(&["High", "Kinder", "Median", "School", "Title"]));
    check(&indicators, &Expected { rows: [663, 661, 0], cells_refused: 0, slices: &[] });
    let income =
        indicators.observation("median-household-income", ["ACADEMY 20", "all", "all"], 2009).expect("2005-2009");
    assert_eq!(income.lo, 85_060.0);

    let lunch = run(&one_off("co-lunch.toml"), &of(&["Students"]));
    check(&lunch, &Expected { rows: [1_261, 1_259, 2], cells_refused: 1, slices: &[] });
    assert_eq!(lunch.report().refusals[0].row, 25, "{}", lunch.report());
}

/// Grade and subject only in the file's name; columns in any order; a year without tests.
#[test]
fn montana() {
    let Some(folder) = data("mt_state_assessments_2015_2023") else { return };
    let folder = folder.join("full state-level data/Montana primary data");
    let levels = run(&one_off("mt-assessment.toml"), &all_files(&folder, "", "2015-2023.csv"));
    check(&levels, &Expected { rows: [138, 138, 0], cells_refused: 0, slices: &[] });
    assert_eq!(levels.kinds(|_| true)["not-tested"], 136);
    let nearing = |grade| levels.observation("ela-nearing-n", ["mt", "all", grade], 2023).expect("there").lo;
    assert_eq!((nearing("3"), nearing("9-12")), (2_796.0, 1_829.0));
    let participation = run(&one_off("mt-participation.toml"), &all_files(&folder, "", "PartRate.csv"));
    check(&participation, &Expected { rows: [142, 142, 0], cells_refused: 0, slices: &[] });
    let third = participation.observation("ela-participation", ["mt", "all", "3"], 2016).expect("there");
    assert_eq!((third.lo, third.numerator), (98.0, 11_272.0));
}

/// No header, CR line ends, the year only in the file's name; the percent is computed from its counts.
#[test]
fn wisconsin() {
    let Some(folder) = data("us_saipe_wi_tx_ewa") else { return };
    let poverty = run(&one_off("saipe-poverty.toml"), &files(&folder, &["wisc_pov07.csv"]));
    let slices = [(["child-poverty", "district", "all", "all", "2007"], 426, Some(120_571.0), Some(964_989.0))];
    check(&poverty, &Expected { rows: [426, 426, 0], cells_refused: 0, slices: &slices });
    assert_eq!(poverty.sum("population"), 5_807_305.0);
    let first = poverty.observation("child-poverty", ["5500030", "all", "all"], 2007).expect("Abbotsford");
    assert_eq!(first.lo, 100.0 * 73.0 / 592.0);
    let crosswalk = run(&one_off("wi-crosswalk.toml"), &files(&folder, &["wisc_crosswalk.csv"]));
    assert_eq!(crosswalk.imported.places.len(), 423);
}

/// SUPP, LOWCOV, NE and NP are four things; progress may be negative.
#[test]
fn england() {
    let Some(folder) = data("england_perf_tables") else { return };
    let run = run(&one_off("england-ks4.toml"), &files(&folder, &["england_ks4final.csv"]));
    check(&run, &Expected { rows: [5_516, 5_324, 0], cells_refused: 0, slices: &[] });
    let kinds = run.kinds(|s| s.measure == "progress-8");
    assert_eq!((kinds["exact"], kinds["suppressed"]), (3_557, 164 + 10));
    assert_eq!((kinds["not-reported"], kinds["not-applicable"]), (1_308, 285));
    assert_eq!((run.sum("progress-8"), run.sum("strong-pass-english-maths")), (-773.8, 156_990.0));
}

/// Counties that lost their leading zero, spaces round headers and numbers; years as columns.
#[test]
fn the_country() {
    let Some(folder) = data("us_broadband_county_zip") else { return };
    let broadband = run(&one_off("us-broadband.toml"), &files(&folder, &["broadband_data_2019November.csv"]));
    check(&broadband, &Expected { rows: [3_143, 3_143, 0], cells_refused: 0, slices: &[] });
    assert_eq!((broadband.sum("broadband-available"), broadband.sum("broadband-used")), (238_508.0, 87_477.0));
    assert_eq!(broadband.observation("broadband-used", ["01001", "all", "all"], 2019).expect("Autauga").lo, 28.0);
    assert_eq!(broadband.kinds(|_| true)["missing"], 41);

    let Some(folder) = data("us_chronic_absence_by_state_futureed") else { return };
    let absence =
        run(&one_off("us-chronic-absence.toml"), &files(&folder, &["FutureEd_state_chronic_absenteeism.csv"]));
    assert_eq!(absence.report().cells.refused, 0);
    assert_eq!(absence.observation("chronic-absence", ["us", "all", "all"], 2025).expect("22%*").lo, 22.0);
}
