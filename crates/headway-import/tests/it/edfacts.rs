//! School graduation rates of all states, most of them published as bounds.

use headway_model::Level;

use crate::support::{data, files, run, standing};

/// Counts of ALL_RATE: exact, range, at least, at most, less than, suppressed.
fn check(file: &str, period: &str, rows: u64, all: [u64; 6], cohort: f64) {
    let Some(folder) = data("us_edfacts_acgr_lea_2012_2015") else { return };
    let run = run(&standing("edfacts-graduation.toml"), &files(&folder, &[file]));
    let report = run.report();
    assert_eq!((report.rows.read, report.rows.accepted, report.rows.refused), (rows, rows, 0), "{report}");
    assert_eq!(report.cells.taken(), rows * 10, "ten groups");
    let kinds = run.kinds(|slice| slice.group == "all");
    let names = ["exact", "range", "at-least", "at-most", "less-than", "suppressed"];
    assert_eq!(names.map(|name| kinds.get(name).copied().unwrap_or(0)), all);
    assert_eq!(kinds.values().sum::<u64>(), rows);
    let groups: Vec<&str> = report.slices.iter().map(|s| s.group.as_str()).collect();
    assert_eq!(groups, ["all", "cwd", "ecd", "lep", "mam", "mas", "mbl", "mhi", "mtr", "mwh"]);
    let slice = &report.slices[0];
    assert_eq!((slice.period.as_str(), slice.level, slice.denominator), (period, Level::School, Some(cohort)));
}

#[test]
fn two_years_come_out_as_counted() {
    check("Edfacts 2012.csv", "cohort 2012", 21_244, [6_822, 7_330, 4_600, 524, 675, 1_293], 3_554_819.0);
    check("EdFacts 2013.csv", "cohort 2013", 22_077, [6_836, 7_431, 5_316, 530, 660, 1_304], 3_625_961.0);
}

#[test]
fn one_school_in_full() {
    let Some(folder) = data("us_edfacts_acgr_lea_2012_2015") else { return };
    let run = run(&standing("edfacts-graduation.toml"), &files(&folder, &["Edfacts 2012.csv", "EdFacts 2013.csv"]));
    let see =
        |group: &str, year: i32| run.observation("grad-4yr", ["010000500871", group, "all"], year).expect("there");
    let all = see("all", 2013);
    assert_eq!((all.state, all.lo, all.hi, all.denominator), ("exact", 82.0, 82.0, 256.0));
    assert!(all.numerator.is_nan());
    let hispanic = see("mhi", 2013);
    assert_eq!((hispanic.state, hispanic.lo, hispanic.hi, hispanic.denominator), ("range", 70.0, 79.0, 54.0));
    assert_eq!(see("lep", 2013).state, "at-most");
    assert_eq!(see("mam", 2013).state, "missing");
    assert_eq!(see("mas", 2013).state, "suppressed");
    assert_eq!(see("all", 2012).lo, 83.0);
    let school = run.imported.places.iter().find(|p| p.id == "010000500871").expect("a place");
    assert_eq!((school.name.as_str(), school.parent.as_deref()), ("Albertville High Sch", Some("0100005")));
    let district = run.imported.places.iter().find(|p| p.id == "0100005").expect("its district");
    assert_eq!(
        (district.name.as_str(), district.level, district.parent.as_deref()),
        ("Albertville City", Level::District, Some("01"))
    );
    assert!(run.imported.places.iter().any(|p| p.id == "01" && p.level == Level::State && p.name == "ALABAMA"));
}
