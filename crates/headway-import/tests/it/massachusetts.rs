//! Statewide reports of Massachusetts, as workbooks from the agency and as CSV from others.

use headway_import::SourceFile;

use crate::support::{Expected, all_files, check, data, files, one_off, run, standing};

const KBINNEY: &str = "ma_statereport_2018_kbinney";
const CASANOVA: &str = "ma_statereport_2016_2021_scasanova";
const SQM: &str = "ma_dese_sqm_2016_2026";

/// State rows are rows of their own: schools with fewer than ten students are missing, so schools don't add up to them.
#[test]
fn mcas_takes_the_grade_from_the_file_name() {
    let Some(folder) = data(KBINNEY) else { return };
    let names: Vec<String> = (3..=8).map(|grade| format!("new_data/mcas-grade-{grade}.xlsx")).collect();
    let run = run(&standing("dese-mcas.toml"), &files(&folder, &names.iter().map(String::as_str).collect::<Vec<_>>()));
    let figures = [
        ("3", "ela", 959, [35042.0, 66532.0], [35828.0, 69329.0]),
        ("3", "math", 958, [33654.0, 66559.0], [34374.0, 69436.0]),
        ("4", "ela", 935, [37063.0, 68965.0], [37875.0, 71759.0]),
        ("5", "math", 874, [32408.0, 69437.0], [32908.0, 72162.0]),
        ("6", "ela", 559, [35598.0, 68284.0], [36098.0, 70888.0]),
        ("7", "math", 479, [32164.0, 67883.0], [32591.0, 70511.0]),
        ("8", "math", 477, [35256.0, 69251.0], [35595.0, 71749.0]),
    ];
    for (grade, subject, schools, of_schools, of_state) in figures {
        let measure = format!("mcas-{subject}-meeting");
        let slices = [
            ([measure.as_str(), "school", "all", grade, "2017-18"], schools, Some(of_schools[0]), Some(of_schools[1])),
            ([measure.as_str(), "state", "all", grade, "2017-18"], 1, Some(of_state[0]), Some(of_state[1])),
        ];
        check(&run, &Expected { rows: [8_577, 8_577, 0], cells_refused: 0, slices: &slices });
    }
    let state = run.observation("mcas-math-meeting", ["ma", "all", "3"], 2018).expect("grade 3, mathematics");
    assert_eq!(state.numerator, 34_374.0);
    assert_eq!(state.lo, 100.0 * state.numerator / state.denominator, "the report says 50 and gives the counts");
}

#[test]
fn graduation_of_schools_and_districts() {
    let Some(folder) = data(KBINNEY) else { return };
    let names = ["new_data/gradrates.xlsx", "history_3cff76ab/gradrates.xlsx"];
    let run = run(&standing("dese-graduation.toml"), &files(&folder, &names));
    let slices = [
        (["grad-4yr", "school", "all", "all", "cohort 2017"], 384, None, Some(71_784.0)),
        (["grad-4yr", "district", "all", "all", "cohort 2017"], 295, None, Some(73_327.0)),
        (["grad-4yr", "state", "all", "all", "cohort 2017"], 1, None, Some(73_249.0)),
    ];
    check(&run, &Expected { rows: [680, 680, 0], cells_refused: 0, slices: &slices });
    assert_eq!(run.observation("grad-4yr", ["ma", "all", "all"], 2017).expect("the state").lo, 88.3);
}

/// The year stands only in the title; two of the eight files are the same year.
#[test]
fn selected_populations_of_seven_years() {
    let Some(folder) = data(CASANOVA) else { return };
    let workbooks: Vec<_> =
        all_files(&folder, "raw_data", ".xlsx").into_iter().filter(|f| f.name.contains("selectedpop")).collect();
    let run = run(&standing("dese-selected-populations.toml"), &workbooks);
    let district =
        |group, period, count, sum| (["share-of-enrollment", "district", group, "all", period], count, Some(sum), None);
    let slices = [
        district("hns", "2015-16", 407, 419_764.0),
        district("ecd", "2015-16", 407, 260_998.0),
        district("ecd", "2018-19", 405, 297_119.0),
        district("hns", "2019-20", 403, 466_930.0),
        district("hns", "2021-22", 400, 512_242.0),
        district("low", "2021-22", 400, 399_140.0),
    ];
    let accepted = run.report().rows.accepted;
    check(&run, &Expected { rows: [3_237, accepted, 0], cells_refused: 0, slices: &slices });
    assert!(run.report().slices.iter().all(|s| (s.group == "low") == (s.group == "low" && s.period == "2021-22")));
    assert!(
        run.report().slices.iter().all(|s| s.group != "ecd" || s.period != "2021-22"),
        "the renamed column is another group"
    );
    assert_eq!(run.report().rows.ignored["repetition of another row"], 404, "one year came twice");
}

/// A header of two rows, a no-break space before each code.
#[test]
fn selected_populations_by_school() {
    let Some(folder) = data(KBINNEY) else { return };
    let run = run(
        &standing("dese-selected-populations-school.toml"),
        &files(&folder, &["new_data/selectedpopulations.xlsx"]),
    );
    let slices = [
        (["share-of-enrollment", "school", "ecd", "all", "2017-18"], 1_847, Some(305_201.0), None),
        (["share-of-enrollment", "state", "ecd", "all", "2017-18"], 1, Some(305_203.0), None),
        (["share-of-enrollment", "state", "lep", "all", "2017-18"], 1, Some(97_334.0), None),
    ];
    check(&run, &Expected { rows: [1_848, 1_848, 0], cells_refused: 0, slices: &slices });
}

#[test]
fn the_other_workbooks() {
    let Some(folder) = data(KBINNEY) else { return };
    let enrollment =
        run(&standing("dese-enrollment.toml"), &files(&folder, &["new_data/enrollmentbyracegender-school.xlsx"]));
    check(&enrollment, &Expected { rows: [1_848, 1_848, 0], cells_refused: 0, slices: &[] });
    assert_eq!(enrollment.observation("share-of-enrollment", ["ma", "mhi", "all"], 2018).expect("the state").lo, 20.0);

    let class = run(&standing("dese-class-size.toml"), &files(&folder, &["new_data/ClassSizebyGenPopulation.xlsx"]));
    let slices = [(["class-size", "school", "all", "all", "2016-17"], 1_850, None, Some(448_237.0))];
    check(&class, &Expected { rows: [1_850, 1_850, 0], cells_refused: 0, slices: &slices });
    let wide = class
        .observation("share-of-class-seats", ["06250415", "cwd", "all"], 2017)
        .expect("a cell too wide for its column");
    assert_eq!(wide.state, "not-reported", "##### is neither a number nor nothing");

    let finance = files(&folder, &["new_data/PerPupilExpenditures.xlsx", "new_data/TeacherSalaries.xlsx"]);
    let slices = [
        (["spending-per-pupil", "state", "all", "all", "FY2017"], 1, Some(15_698_007_804.0), Some(980_212.7)),
        (["teacher-salary", "district", "all", "all", "FY2017"], 323, Some(5_479_401_088.0), Some(69_632.0)),
    ];
    let finance = run(&standing("dese-finance.toml"), &finance);
    check(&finance, &Expected { rows: [647, 647, 0], cells_refused: 0, slices: &slices[..1] });
    assert_eq!(finance.observation("teacher-salary", ["ma", "all", "all"], 2017).expect("the state").lo, 78_708.0);

    let accountability =
        run(&standing("dese-accountability.toml"), &files(&folder, &["history_3cff76ab/Accountability.xlsx"]));
    check(&accountability, &Expected { rows: [1_847, 1_605, 0], cells_refused: 0, slices: &[] });
}

/// 29,330 rows are 14,665 school-years, twice.
#[test]
fn attendance_came_twice_and_is_taken_once() {
    let Some(folder) = data(SQM) else { return };
    let run = run(&one_off("sqm-attendance.toml"), &files(&folder, &["2C_1_attendance.csv"]));
    check(&run, &Expected { rows: [29_330, 14_665, 0], cells_refused: 0, slices: &[] });
    assert_eq!(run.report().rows.ignored["repetition of another row"], 14_665);
    assert_eq!(run.sum("attendance-rate"), 1_365_277.7);
    let kinds = run.kinds(|s| s.measure == "attendance-rate");
    assert_eq!((kinds["exact"], kinds["suppressed"]), (14_657, 8));
    assert!(run.report().contradictions.is_empty());
}

/// Rows of 13, 14 and 15 cells: a column that did not exist yet says nothing; an empty one is suppressed.
#[test]
fn suspensions_have_ragged_rows() {
    let Some(folder) = data(SQM) else { return };
    let run = run(&one_off("sqm-suspensions.toml"), &files(&folder, &["2A_1_students_suspended.csv"]));
    check(&run, &Expected { rows: [16_542, 16_542, 0], cells_refused: 0, slices: &[] });
    assert_eq!(run.report().tables[0].rows_short, 3_697 + 1_846);
    assert_eq!(run.sum("students-disciplined"), 296_232.0);
    let arrests = run.kinds(|s| s.measure == "referral");
    assert_eq!((arrests["exact"], arrests["suppressed"]), (4_483, 6_516));
    assert_eq!(run.kinds(|s| s.measure == "expulsion")["suppressed"], 9_347);
}

#[test]
fn the_other_reports_as_csv() {
    let Some(folder) = data(SQM) else { return };
    let check_one = |profile: &str, file: &str, rows: [u64; 3], measure: &str, sums: [Option<f64>; 2]| {
        let run = run(&one_off(profile), &files(&folder, &[file]));
        check(&run, &Expected { rows, cells_refused: 0, slices: &[] });
        let total = |pick: fn(&headway_import::ReportSlice) -> Option<f64>| {
            let known: Vec<f64> = run.report().slices_of(measure).filter_map(pick).collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>())
        };
        assert_eq!([total(|s| s.numerator), total(|s| s.denominator)], sums, "{file}");
        run
    };
    let graduation = check_one(
        "sqm-graduation.toml",
        "4B_2_four_year_grad.csv",
        [3_530, 3_530, 0],
        "grad-4yr",
        [None, Some(653_967.0)],
    );
    assert_eq!(graduation.sum("grad-4yr"), 301_146.1);
    check_one(
        "sqm-masscore.toml",
        "3B_1_masscore.csv",
        [3_491, 3_491, 0],
        "masscore",
        [Some(502_270.0), Some(608_361.0)],
    );
    let nine = [Some(481_241.0), Some(605_380.0)];
    check_one(
        "sqm-ninth-grade.toml",
        "4A_1_grade_nine_course_pass.csv",
        [3_195, 3_195, 0],
        "ninth-grade-passing",
        nine,
    );
    let plans = [3_604, 3_491, 0];
    check_one("sqm-plans.toml", "4D_1_plans_of_grads.csv", plans, "no-such-measure", [None, None]);
    check_one(
        "sqm-enrollment-race.toml",
        "3B_1_enrollments_by_race.csv",
        [18_345, 18_343, 0],
        "share-of-enrollment",
        [None, None],
    );
    let grades = check_one(
        "sqm-enrollment-grade.toml",
        "3B_1_enrollments_by_grade.csv",
        [18_344, 18_344, 0],
        "enrollment",
        [None, None],
    );
    let all: f64 = grades
        .batches
        .iter()
        .flat_map(|b| {
            let all = b.grades.find_number("all").expect("all grades");
            (0..b.len()).filter(move |&i| b.grade[i] == all && b.period[i] == 2026).map(|i| b.lo[i])
        })
        .sum();
    assert_eq!(all, 900_487.0);
}

/// Prose in number cells is refused, cell by cell.
#[test]
fn prose_in_number_cells_is_refused() {
    let Some(folder) = data(SQM) else { return };
    let run = run(&one_off("sqm-retention.toml"), &files(&folder, &["1A_3_staffing_retention.csv"]));
    let report = run.report();
    check(&run, &Expected { rows: [18_238, 18_059, 2], cells_refused: 4, slices: &[] });
    let first = &report.refusals[0];
    let said = (first.row, first.column.as_deref(), first.text.as_str());
    assert_eq!(said, (6_001, Some("Principal # Retained"), "Failed to"));
    assert_eq!(first.file, "1A_3_staffing_retention.csv");
}

/// CR line ends, a byte order mark, a line break in the header, a Spanish Excel's error.
#[test]
fn expenditures_of_five_years() {
    let Some(folder) = data(CASANOVA) else { return };
    let run = run(&one_off("casanova-expenditures.toml"), &files(&folder, &["expenditures.csv"]));
    check(&run, &Expected { rows: [1_611, 1_611, 0], cells_refused: 0, slices: &[] });
    let errors = run.report().tokens.iter().find(|t| t.text == "#¡VALOR!").expect("met");
    assert_eq!((errors.count, errors.meaning.as_deref()), (16, Some("not-reported")));
    assert_eq!(run.observation("spending-total", ["00010000", "all", "all"], 2021).expect("Abington").lo, 15109.81023);
    assert_eq!(run.observation("spending-total", ["ma", "all", "all"], 2017).expect("the state").lo, 15488.38111);
}

#[test]
fn mobility_staff_and_class_size_of_six_years() {
    let Some(folder) = data(CASANOVA) else { return };
    for (profile, name, rows) in [
        ("dese-mobility.toml", "mobility", [2_421, 2_421, 0]),
        ("dese-staff.toml", "staffrace", [3_237, 3_234, 0]),
        ("dese-class-size.toml", "ClassSize", [2_432, 2_432, 0]),
    ] {
        let workbooks: Vec<_> =
            all_files(&folder, "raw_data", ".xlsx").into_iter().filter(|f| f.name.contains(name)).collect();
        check(&run(&standing(profile), &workbooks), &Expected { rows, cells_refused: 0, slices: &[] });
    }
}

/// Standing profiles name no year: reports of years to come, with the columns and spellings of those years. (Made up after the
/// published layout.)
#[test]
fn years_to_come() {
    let check = |profile: &str, name: &str, text: &str, measure: &str, key: [&str; 3], period: i32, value: f64| {
        let run = run(&standing(profile), &[SourceFile::in_memory(name, text.as_bytes().to_vec())]);
        assert_eq!((run.report().rows.refused, run.report().cells.refused), (0, 0), "{}", run.report());
        assert_eq!(run.observation(measure, key, period).unwrap_or_else(|| panic!("{}", run.report())).lo, value);
    };
    check(
        "dese-graduation.toml",
        "gradrates.csv",
        "2031 Graduation Rate (District) English Learner 5-Year Graduation Rate,,,\nDistrict Name,District Code,# in Cohort,% Graduated,% Still in School\nAbington,00010000,150,91.3,2.0\n",
        "grad-5yr",
        ["00010000", "lep", "all"],
        2031,
        91.3,
    );
    check(
        "dese-enrollment.toml",
        "enrollment.csv",
        "2029-30 Enrollment By Race/Gender Report (School),,\nSchool Name,School Code,Black or African American,\"Multi-Race, Not Hispanic or Latino\",Non-Binary\nAbington High,00010505,9.1,3.0,0.4\n",
        "share-of-enrollment",
        ["00010505", "non-binary", "all"],
        2030,
        0.4,
    );
    check(
        "dese-selected-populations.toml",
        "selectedpopulations.csv",
        "2027-28 Selected Populations Report (District),,\nDistrict Name,District Code,English Learner #,English Learner %,High Needs #,High Needs #\nAbington,00010000,100,5.0,800,40.1\n",
        "share-of-enrollment",
        ["00010000", "hns", "all"],
        2028,
        40.1,
    );
    check(
        "dese-mcas.toml",
        "NextGenMCAS-grade-8.csv",
        "2026 Next Generation MCAS Achievement Results,,\nSchool Name,School Code,Subject,M+E #,M+E %,E #,E %,M #,M %,PM #,PM %,NM #,NM %,No. of Students Included,Part. Rate %,Avg. Scaled Score,Avg.SGP,Included In Avg.SGP,Ach. PCTL\n\
         Abington Middle,00010405,SCI,40,44,10,11,30,33,30,33,20,22,90,99,497.8,50,80,60\n",
        "mcas-science-meeting",
        ["00010405", "all", "8"],
        2026,
        100.0 * 40.0 / 90.0,
    );
}
