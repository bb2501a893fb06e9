//! Performance reports and cohort studies of Texas.

use crate::support::{Expected, all_files, check, data, files, one_off, run, standing};

/// Level, group, measure and year stand in the column names; the regions add up to the state exactly.
#[test]
fn attendance_of_three_levels_adds_up() {
    let Some(folder) = data("tx_tapr_2012_2022_scuole") else { return };
    let names = ["state", "region", "district"].map(|level| format!("2018-2019/{level}/attendance.csv"));
    let run = run(&standing("tapr.toml"), &files(&folder, &names.each_ref().map(String::as_str)));
    let attendance = |level, count, numerator, denominator| {
        (["attendance-rate", level, "all", "all", "2017-18"], count, Some(numerator), Some(denominator))
    };
    let slices = [
        attendance("state", 1, 767_614_995.2, 804_858_335.7),
        attendance("region", 20, 767_614_995.2, 804_858_335.7),
        attendance("district", 1_201, 763_907_000.2, 800_976_503.2),
    ];
    check(&run, &Expected { rows: [1_222, 1_222, 0], cells_refused: 0, slices: &slices });
    let districts = run.kinds(|s| {
        s.measure == "attendance-rate" && s.level.id() == "district" && s.group == "all" && s.period == "2017-18"
    });
    assert_eq!(
        (districts["exact"], districts["suppressed"], districts["missing"]),
        (1_194, 1, 6),
        "seven are masked or missing"
    );
}

#[test]
fn graduation_of_three_years_and_names() {
    let Some(folder) = data("tx_tapr_2012_2022_scuole") else { return };
    let names = ["2016-2017", "2017-2018", "2018-2019"].map(|year| format!("{year}/state/longitudinal-rate.csv"));
    let graduation = run(&standing("tapr.toml"), &files(&folder, &names.each_ref().map(String::as_str)));
    let slices = [(["grad-4yr", "state", "all", "all", "cohort 2018"], 1, Some(335_500.0), Some(372_919.0))];
    check(&graduation, &Expected { rows: [3, 3, 0], cells_refused: 0, slices: &slices });
    let state = graduation.observation("grad-4yr", ["tx", "all", "all"], 2018).expect("the state");
    assert_eq!(state.lo, 100.0 * 335_500.0 / 372_919.0, "the report says 90.0 and gives the counts");
    assert!(graduation.report().cells.ignored["repetition of another row"] > 0, "each file holds the year before too");

    let reference = run(
        &standing("tapr-reference.toml"),
        &files(&folder, &["2018-2019/district/reference.csv", "2018-2019/region/reference.csv"]),
    );
    let place = |id: &str| reference.imported.places.iter().find(|p| p.place == id).expect("a place");
    let cayuga = place("001902");
    assert_eq!((cayuga.name.as_deref(), cayuga.parent.as_deref()), (Some("CAYUGA ISD"), Some("tx-r07")));
    // The file of districts tells of the region without its name, the file of regions with it.
    let named = |name: Option<String>| name.is_some_and(|name| name.starts_with("REGION 01"));
    assert!(reference.imported.places.iter().any(|p| p.place == "tx-r01" && named(p.name)));
    assert_eq!(reference.report().cells.taken_count(), 0);
}

/// A row names up to three groups at once; a blank region is the state; percents are fractions.
#[test]
fn cohorts_by_region() {
    let Some(folder) = data("tx_cohorts_8th_grade") else { return };
    let names: Vec<String> = (1997..=2005).map(|year| format!("{year}/regionState.csv")).collect();
    let run =
        run(&one_off("tx-cohort-region.toml"), &files(&folder, &names.iter().map(String::as_str).collect::<Vec<_>>()));
    let (numerator, denominator) = run
        .report()
        .slices_of("cohort-graduated")
        .fold((0.0, 0.0), |(n, d), slice| (n + slice.numerator.unwrap_or(0.0), d + slice.denominator.unwrap_or(0.0)));
    assert_eq!((numerator, denominator), (15_164_225.0, 22_156_397.0));
    check(&run, &Expected { rows: [2_189, 2_189, 0], cells_refused: 0, slices: &[] });
    let all = run.observation("cohort-enrolled-9th", ["tx", "all", "8"], 1998).expect("the state");
    // The report says 88 and gives the counts.
    assert_eq!((all.lo, all.numerator, all.denominator), (100.0 * 258_822.0 / 292_710.0, 258_822.0, 292_710.0));
    let both = run.observation("cohort-enrolled-9th", ["tx", "female+mbl", "8"], 1998).expect("girls of one race");
    assert_eq!((both.lo, both.denominator), (100.0 * both.numerator / 19_970.0, 19_970.0));
    assert_eq!(both.lo.round(), 87.0);
}

/// Counties that lie in two regions, rows that contradict each other, footnotes, blank rows, errors of formulas.
#[test]
fn cohorts_by_county() {
    let Some(folder) = data("tx_cohorts_8th_grade") else { return };
    let counties: Vec<_> = (1998..=2005)
        .flat_map(|year| all_files(&folder, &year.to_string(), ".csv"))
        .filter(|file| file.name.contains("/county"))
        .collect();
    let run = run(&one_off("tx-cohort-county.toml"), &counties);
    let report = run.report();
    check(&run, &Expected { rows: [13_471, 13_434, 17], cells_refused: 86, slices: &[] });
    assert_eq!((report.rows.ignored["footnote"], report.rows.ignored["blank row"]), (12, 8));
    assert_eq!(report.contradictions.len(), 5, "five tables give two rows one label");
    let errors = report.tokens.iter().find(|t| t.text == "#VALUE!").expect("met");
    assert_eq!(errors.meaning.as_deref(), Some("not-reported"));
}

/// The agency's own workbook: header of three rows, hidden sheets, numbers in formulas. (It shows what the CSV masks.)
#[test]
fn cohorts_from_the_workbook() {
    let Some(folder) = data("tx_cohorts_8th_grade") else { return };
    let run = run(&one_off("tx-cohort-workbook.toml"), &files(&folder, &["raw/1998.xlsx"]));
    let sums = run.report().slices_of("cohort-graduated").fold((0.0, 0.0, 0), |(n, d, count), s| {
        (n + s.numerator.unwrap_or(0.0), d + s.denominator.unwrap_or(0.0), count + s.numerators)
    });
    assert_eq!(sums, (1_578_088.0, 2_341_688.0, 245));
    check(&run, &Expected { rows: [248, 245, 0], cells_refused: 0, slices: &[] });
    assert_eq!(run.report().sheets_ignored.len(), 3);
}
