//! School report cards of North Carolina.

use headway_import::SourceFile;
use headway_model::ValueFlags;

use crate::support::{Expected, check, data, files, one_off, run, standing};

const FOLDER: &str = "nc_src_2014_2019";

fn both_years(name: &str) -> [String; 2] {
    ["2016", "2017"].map(|year| format!("{year}/Raw Datasets/{name}.csv"))
}

#[test]
fn participation_targets() {
    let Some(folder) = data(FOLDER) else { return };
    let names = both_years("participation-targets");
    let run = run(&one_off("nc-participation.toml"), &files(&folder, &names.each_ref().map(String::as_str)));
    check(&run, &Expected { rows: [25_848, 25_848, 0], cells_refused: 0, slices: &[] });
    let of_2017 = run.report().slices.iter().filter(|s| s.period == "2016-17");
    let sums = of_2017.fold((0.0, 0.0), |(n, d), s| (n + s.numerator.unwrap_or(0.0), d + s.denominator.unwrap_or(0.0)));
    assert_eq!(sums, (99_580.0, 102_222.0));
    let one = run.observation("targets-met-act-workkeys", ["010LEA", "all", "all"], 2017).expect("there");
    assert_eq!((one.lo, one.numerator, one.denominator), (100.0 * 6.0 / 7.0, 6.0, 7.0));
}

#[test]
fn pupils_by_race_and_sex() {
    let Some(folder) = data(FOLDER) else { return };
    let names = both_years("ec_pupils");
    let run = run(&one_off("nc-pupils.toml"), &files(&folder, &names.each_ref().map(String::as_str)));
    check(&run, &Expected { rows: [4_878, 4_878, 0], cells_refused: 0, slices: &[] });
    let total = |group: &str, period: i32| -> f64 {
        run.batches
            .iter()
            .flat_map(|b| {
                let group = b.groups.find_number(group).expect("a group");
                (0..b.len()).filter(move |&i| b.group[i] == group && b.period[i] == period).map(|i| b.lo[i])
            })
            .sum()
    };
    assert_eq!((total("all", 2016), total("all", 2017)), (1_443_471.0, 1_438_575.0));
    assert_eq!((total("male+mbl", 2016), total("male+mbl", 2017)), (189_224.0, 187_228.0));
}

/// District and state figures stand in every school's row: taken once each.
#[test]
fn three_levels_in_one_row() {
    let Some(folder) = data(FOLDER) else { return };
    let names = both_years("environment");
    let attendance = run(&one_off("nc-attendance.toml"), &files(&folder, &names.each_ref().map(String::as_str)));
    check(&attendance, &Expected { rows: [6_168, 5_270, 0], cells_refused: 0, slices: &[] });
    let school = attendance.observation("attendance-rate", ["010303", "all", "all"], 2017).expect("a school");
    let state =
        attendance.observation("attendance-rate", ["nc", "all", "high"], 2017).expect("high schools of the state");
    assert_eq!((school.lo, state.lo), (99.3, 94.6));
    assert!(attendance.report().contradictions.is_empty());

    let college = run(&one_off("nc-college.toml"), &files(&folder, &["2017/Raw Datasets/college-enrollment.csv"]));
    check(&college, &Expected { rows: [12_827, 3_220, 0], cells_refused: 0, slices: &[] });
    let state = college.observation("college-enrollment", ["nc", "all", "all"], 2015).expect("the state");
    assert_eq!((state.lo, state.numerator), (51.9884609545017, 51_362.0));
}

#[test]
fn grades_and_shares() {
    let Some(folder) = data(FOLDER) else { return };
    let mut spg = files(&folder, &both_years("spg").each_ref().map(String::as_str));
    for file in &mut spg {
        file.name.insert(0, '/');
    }
    let grades = run(&one_off("nc-grades.toml"), &spg);
    check(&grades, &Expected { rows: [5_223, 4_937, 0], cells_refused: 0, slices: &[] });
    let of_2017: f64 = grades
        .batches
        .iter()
        .filter(|b| b.measure == "performance-score")
        .flat_map(|b| (0..b.len()).filter(|&i| b.period[i] == 2017).map(|i| b.lo[i]))
        .sum();
    assert_eq!(of_2017, 159_565.0);
    let poor = run(&one_off("nc-economically.toml"), &files(&folder, &["2017/Raw Datasets/acc-ed-rates.csv"]));
    check(&poor, &Expected { rows: [2_735, 2_735, 0], cells_refused: 0, slices: &[] });
    assert_eq!(poor.sum("share-of-enrollment"), 145_419.0);
}

/// The long form of 2018 and later, with masks in a column of their own. (Made up: the tables are not among the material.)
#[test]
fn masks_in_their_own_column() {
    let text = "year,agency_code,subgroup,den,pct,masking\n\
                2018.0,NC-SEA,ALL,115000,86.3,\n\
                2018.0,010LEA,BL7,40,95.0,1\n\
                2018.0,010303,ELS,20,5.0,2\n\
                2018.0,010303,SWD,7,,3\n\
                2018.0,010303,ALL,60,88.1,0\n\
                2018.0,010304,ALL,60,88.1,9\n";
    let file = SourceFile::in_memory("2018/rcd_acc_cgr.csv", text.as_bytes().to_vec());
    let run = run(&standing("nc-report-card.toml"), &[file]);
    assert_eq!((run.report().rows.accepted, run.report().rows.refused), (5, 1));
    let see = |place: &str, group: &str| run.observation("grad-4yr", [place, group, "all"], 2018).expect("there");
    let masked = see("010LEA", "mbl");
    assert_eq!(
        (masked.state, masked.lo, masked.flags),
        ("at-least", 95.0, ValueFlags::STAND_IN.with_flags(ValueFlags::STRICT).0)
    );
    let masked = see("010303", "lep");
    assert_eq!((masked.state, masked.hi), ("at-most", 5.0));
    assert_eq!(see("010303", "cwd").state, "suppressed");
    assert_eq!((see("nc", "all").lo, see("nc", "all").flags), (86.3, 0));
    assert_eq!(run.report().refusals[0].column.as_deref(), Some("masking"));
}
