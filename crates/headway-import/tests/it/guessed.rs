//! A guess for every kind of file, finished as a person would in a minute, imports the file.

use std::path::Path;

use headway_import::{ImportProfile, SourceFile, guess_columns, guess_profile, import_files};

use crate::support::{data, files};

/// Fills what is left open with something that reads the file; what it means is the person's business.
fn finish(text: &str, kind: &str) -> String {
    text.replace("scale = \"?\"", "scale = \"number\"")
        .replace("is = \"?\"", "is = \"school\"")
        .replace("kind = \"?\"", &format!("kind = \"{kind}\""))
        .replace("from = \"?\"", "from = \"2018\"")
        .replace("unit = \"?\"", "unit = \"here\"")
        .replace("\"?\"   # ?", "\"missing\"   # ?")
        .replace("= \"?\"", "= \"x\"")
}

/// Guesses, checks that the open guess is refused and the finished one accepts at least this share of the rows.
fn check(file: &SourceFile, accepted: f64) {
    let text = guess_profile(std::slice::from_ref(file)).unwrap_or_else(|e| panic!("{e}"));
    assert!(text.contains("# ?"), "something is always left to a person");
    if text.contains("\"?\"") {
        assert!(ImportProfile::parse(&text, "guess").is_err(), "an open guess is refused:\n{text}");
    }
    let tried = ["school-year", "calendar-year"].map(|kind| {
        let profile = ImportProfile::parse(&finish(&text, kind), &file.name).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let report = import_files(&profile, std::slice::from_ref(file), &mut |_| Ok(()))
            .unwrap_or_else(|e| panic!("{e}"))
            .report;
        let left_out: u64 = report.rows.ignored.values().sum();
        (
            report.files_refused.is_empty()
                && (report.rows.accepted + left_out) as f64 >= accepted * report.rows.read as f64,
            report,
        )
    });
    assert!(tried.iter().any(|(enough, _)| *enough), "{}\n{text}", tried[0].1);
}

fn check_all(folder: &Path, names: &[&str], accepted: f64) {
    for file in files(folder, names) {
        check(&file, accepted);
    }
}

#[test]
fn every_kind_of_file_is_guessed() {
    if let Some(folder) = data("us_edfacts_acgr_lea_2012_2015") {
        check_all(&folder, &["Edfacts 2012.csv"], 1.0);
    }
    if let Some(folder) = data("ma_statereport_2018_kbinney") {
        let names = [
            "mcas-grade-3",
            "grade-10-reg",
            "gradrates",
            "selectedpopulations",
            "enrollmentbyracegender-school",
            "ClassSizebyGenPopulation",
            "TeacherSalaries",
            "PerPupilExpenditures",
        ];
        let names = names.map(|name| format!("new_data/{name}.xlsx"));
        check_all(&folder, &names.each_ref().map(String::as_str), 0.99);
    }
    if let Some(folder) = data("ma_dese_sqm_2016_2026") {
        let names = [
            "2A_1_students_suspended",
            "3B_1_enrollments_by_grade",
            "3B_1_enrollments_by_race",
            "3B_1_masscore",
            "4B_2_four_year_grad",
            "1A_3_staffing_retention",
        ];
        let names = names.map(|name| format!("{name}.csv"));
        check_all(&folder, &names.each_ref().map(String::as_str), 0.99);
    }
    if let Some(folder) = data("ma_dese_sqm_2016_2026") {
        // Its rows come twice and differ in columns that the collectors added: a person leaves those out.
        check_all(&folder, &["2C_1_attendance.csv"], 0.49);
    }
    if let Some(folder) = data("nyc_doe_2003_2012") {
        check_all(&folder, &["sat_results.csv", "ap_2010.csv", "demographics.csv"], 0.98);
    }
    if let Some(folder) = data("mt_state_assessments_2015_2023") {
        let folder = folder.join("full state-level data/Montana primary data");
        check_all(
            &folder,
            &[
                "Montana 3-8 ELA 2015-2023.csv",
                "Montana 9-12 Math 2015-2023 PartRate.csv",
                "Montana 5&8 Science 2015-2023.csv",
            ],
            1.0,
        );
    }
    if let Some(folder) = data("england_perf_tables") {
        check_all(&folder, &["england_ks4final.csv"], 0.99);
    }
    if let Some(folder) = data("us_broadband_county_zip") {
        check_all(&folder, &["broadband_data_2019November.csv"], 1.0);
    }
    if let Some(folder) = data("us_saipe_wi_tx_ewa") {
        check_all(&folder, &["wisc_pov07.csv"], 1.0);
    }
    if let Some(folder) = data("tx_cohorts_8th_grade") {
        check_all(&folder, &["1997/regionState.csv", "1998/countyGender.csv", "2005/countyEcon.csv"], 0.0);
    }
    if let Some(folder) = data("nc_src_2014_2019") {
        let names = ["acc-ed-rates", "participation-targets", "ec_pupils", "college-enrollment", "environment", "spg"];
        let names = names.map(|name| format!("2017/Raw Datasets/{name}.csv"));
        check_all(&folder, &names.each_ref().map(String::as_str), 0.0);
    }
    if let Some(folder) = data("tx_tapr_2012_2022_scuole") {
        check_all(&folder, &["2018-2019/region/attendance.csv", "2018-2019/state/attendance.csv"], 1.0);
    }
    if let Some(folder) = data("co_districts_kidscount") {
        check_all(
            &folder,
            &["High school graduation rates.csv", "Median household income.csv", "School-aged children in poverty.csv"],
            0.0,
        );
    }
}

/// What is proved is filled in.
#[test]
fn a_guess_proves_what_it_says() {
    let mut text = String::from("2018 Pass Rates (School)\n\nSchool Code,School Name,Tested,Passed,Pass Rate,Masked\n");
    for i in 0..60 {
        let (tested, passed) = (40 + i, 20 + i / 2);
        let masked = if i % 7 == 0 { "*".to_owned() } else { format!("{}", i % 3) };
        text.push_str(&format!(
            "{:04},School {i},{tested},{passed},{:.1},{masked}\n",
            i + 1,
            100.0 * f64::from(passed) / f64::from(tested)
        ));
    }
    let guessed = guess_profile(&[SourceFile::in_memory("pass.csv", text.into_bytes())]).expect("a guess");
    for line in [
        "title = '(?<year>\\d{4}) Pass Rates (School)'".replace("(School)", "\\(School\\)").as_str(),
        "unit = '{School Code}'",
        "scale = \"percent\"   # proved: numerator / denominator in every row",
        "numerator = 'Passed'",
        "denominator = 'Tested'",
        "\"*\" = \"suppressed\"   # ? as usual; 9 times",
        "scale = \"?\"   # ? numbers from 0 to 2",
        "from = '{year}'",
    ] {
        assert!(guessed.contains(line), "{line}\n{guessed}");
    }
}

#[test]
fn what_is_no_table_is_not_guessed() {
    for (name, bytes, word) in [
        ("~$a.xlsx", &b"x"[..], "lock file"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("empty.csv", b"", "empty"),
        ("header.csv", b"School Code,Rate\n", "no row below the header"),
        ("a.zip", b"PK\x03\x04..........................plain.csvSchool Code,Rate", "ZIP archive: unpack it"),
        ("a.ods", b"PK\x03\x04..........................mimetypeapplication/vnd.oasis.opendocument", "OpenDocument"),
        ("a.xlsb", b"PK\x03\x04..........................xl/workbook.bin", ".xlsb"),
        ("a.xls", b"\xd0\xcf\x11\xe0.....", "old Excel workbook"),
        ("b.xls", b"<table><tr><td>School Code</td>", "written as a web page"),
        ("a.json", b"[\n  {\"school\": 1}]", "JSON"),
        ("b.json", b"{ \"school\": 1}", "JSON"),
    ] {
        let said = guess_profile(&[SourceFile::in_memory(name, bytes.to_vec())]).expect_err(name).to_string();
        assert!(said.contains(word), "{name}: {said}");
    }
}

/// Guesses a file of these rows below a header, and checks that the guess has these lines; 40 places in two years where `{}`
/// stands for the place's number and `{y}` for the year.
fn check_lines(header: &str, row: &str, lines: &[&str]) {
    let mut text = format!("{header}\n");
    for place in 1..=40 {
        for year in ["2017-18", "2018-19"] {
            text += &row.replace("{}", &format!("{place:05}")).replace("{n}", &place.to_string()).replace("{y}", year);
            text.push('\n');
        }
    }
    let file = SourceFile::in_memory("made-up.csv", text.into_bytes());
    let guessed = guess_profile(std::slice::from_ref(&file)).expect("a guess");
    for line in lines {
        assert!(guessed.contains(line), "{line}\n{guessed}");
    }
    check(&file, 0.98);
}

#[test]
fn conventions_of_many_publishers() {
    check_lines(
        "School Number,Name of School,SY,Subgroup,% Proficient",
        "{},School {n},{y},All Students,{n}.5",
        &[
            "unit = '{School Number}'",
            "period = { kind = \"school-year\", from = '{SY}' }",
            "name = '{Name of School}'",
        ],
    );
    // Without a header: codes with leading zeros, school years and groups say what they are.
    check_lines(
        "00000,First school,2017-18,All Students,51.5",
        "{},School {n},{y},Hispanic,{n}.5",
        &["header = \"none\"", "unit = '{column 1}'", "from = '{column 3}'"],
    );
    check_lines("state,year,rate", "Place {},{y},{n}.0", &["unit = '{state}'", "kind = \"school-year\""]);
    check_lines(
        "District Code,School Year,Tested,Spending per pupil,Month",
        "{},{y},{n}00,${n}.50,x",
        &["scale = \"currency\"   # amounts with a dollar sign", "scale = \"count\""],
    );
    check_lines(
        "LEAID,School Year,Rate",
        "{},{y},N<20\n{},2016-17,TFS\n{},2015-16,\u{2021}\n{},2014-15,\u{2212}5\n{},2013-14,{n}",
        &["\"N<20\" = \"suppressed\"", "\"TFS\" = \"suppressed\"", "\"\u{2021}\" = \"suppressed\""],
    );
    // Rows that a column of the file tells apart, and the key does not.
    check_lines(
        "School Code,School Year,Term,Attendance Rate",
        "{},{y},Fall,91.5",
        &["period = { kind = \"school-year\", from = '{School Year}' }"],
    );
    let twice = "School Code,School Year,Term,Attendance Rate\n00001,2018-19,Fall,91.5\n00001,2018-19,Spring,90.5\n00002,2018-19,Fall,93.5\n00002,2018-19,Spring,92.5\n";
    let guessed = guess_profile(&[SourceFile::in_memory("terms.csv", twice.as_bytes().to_vec())]).expect("a guess");
    assert!(guessed.contains("# ? 2 rows have the key of another row: 'Term' tells them apart"), "{guessed}");
}

/// What stands in the file and is not what its header says.
#[test]
fn what_only_looks_like_a_part_of_the_key() {
    // Rows that a program counted, ids that it took for numbers, and a row of the whole.
    let mut text = String::from(",distid,name,year,enrolled\n");
    for place in 1..=30 {
        text += &format!("{place},{}.0,District {place},2018,{}\n", 1000 + place, 40 + place);
    }
    text += "31,,All districts,2018,5000\n";
    let file = SourceFile::in_memory("saved.csv", text.into_bytes());
    let guessed = guess_profile(std::slice::from_ref(&file)).expect("a guess");
    let place_id = r#"unit = { from = '{distid}', pick = '^(\d+)(?:\.0)?$', blank = "?" }"#;
    assert!(guessed.contains(place_id), "{guessed}");
    assert_eq!(guessed.matches("[[values]]").count(), 1, "{guessed}");
    check(&file, 1.0);

    // A school for girls is no group of students; among scores of progress -1 is a score.
    let mut text = String::from("URN,SCHNAME,GENDER,P8MEA\n");
    for place in 1..=30 {
        let score = [-1.0, -0.5, 0.25][place % 3];
        text += &format!("1000{place:02},School {place},{},{score}\n", ["Mixed", "Girls"][place % 2]);
    }
    let guessed = guess_profile(&[SourceFile::in_memory("ks4.csv", text.into_bytes())]).expect("a guess");
    assert!(guessed.contains("# ? group: all students") && guessed.contains("ignore = ['GENDER']"), "{guessed}");
    assert!(!guessed.contains("[tokens]"), "{guessed}");

    // A cohort that is no year, and rows that two columns tell apart together.
    let mut text = String::from("DBN,Cohort,Part,Term,Graduates - n\n");
    for cohort in ["2003", "2004", "2005", "2006", "2006 Aug"] {
        for (part, term) in [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")] {
            text += &format!("01M001,{cohort},{part},{term},{}\n", text.len());
        }
    }
    let guessed = guess_profile(&[SourceFile::in_memory("cohorts.csv", text.into_bytes())]).expect("a guess");
    for line in
        ["from = '{Cohort}', map = { \"2006 Aug\" = \"?\" }", "15 rows have the key of another row: 'Part' and 'Term'"]
    {
        assert!(guessed.contains(line), "{line}\n{guessed}");
    }
}

/// What else a file says of itself: subjects in its name, years as columns, names without a header; and what is no proof.
#[test]
fn what_else_a_file_says() {
    let guessed = |name: &str, text: &str| {
        let file = SourceFile::in_memory(name, text.as_bytes().to_vec());
        let guessed = guess_profile(std::slice::from_ref(&file)).expect("a guess");
        check(&file, 0.98);
        guessed
    };
    let montana =
        guessed("Montana 5 Math 2015-2023.csv", "School Year,Novice Percent\n2021-2022,14.5%\n2022-2023,13.5%\n");
    assert!(montana.contains("measure = { from = '{subject} novice-percent', slug = true }"), "{montana}");
    let years = guessed("absence.csv", "state,2018-19,2021-22\nAlabama,11,18\nAlaska,29,48\n");
    assert!(years.contains("period = { kind = \"school-year\", from = '{year}' }"), "{years}");
    let names =
        guessed("pov07.csv", &(10..40).map(|i| format!("55000{i},TOWN {i} AREA,{i}00,{i}\n")).collect::<String>());
    assert!(names.contains("name = '{column 2}'"), "{names}");
    // Zeros and ones are within rounding of any fraction: no proof.
    let rows: String = (10..60).map(|i| format!("0{i}901,{},{i}0,{}\n", i / 2, i % 2)).collect();
    let zeros = guessed("flags.csv", &format!("DISTRICT,TECHC,ALLC,PTEC\n{rows}"));
    assert!(!zeros.contains("proved"), "{zeros}");
}

/// The codes of groups of a performance report, said once for all its rates.
#[test]
fn a_performance_report_is_guessed() {
    let mut header = String::from("DISTRICT");
    let mut row = String::from("\"001902\"");
    for what in ["AT", "DR"] {
        for group in ['A', 'B', 'H', 'W', 'E', 'Z'] {
            for part in ['N', 'D', 'R'] {
                header += &format!(",D{group}0{what}17{part}");
                row += match part {
                    'N' => ",90",
                    'D' => ",100",
                    _ => ",90.0",
                };
            }
        }
    }
    let file = SourceFile::in_memory("attendance.csv", format!("{header}\n{row}\n{row}\n").into_bytes());
    let guessed = guess_profile(std::slice::from_ref(&file)).expect("a guess");
    assert!(guessed.contains("group = { from = '{group}', map = { 'A' = \"all\", 'B' = \"mbl\""), "{guessed}");
    assert_eq!(guessed.matches("'Z' = \"?\"").count(), 1, "{guessed}");
}

/// The federal files of state assessments: group, subject, grade and years stand in the column names.
#[test]
fn federal_assessments_are_guessed() {
    let header =
        "STNAM,FIPST,LEAID,LEANM,ALL_MTH00NUMVALID_1213,ALL_MTH00PCTPROF_1213,F_MTHHSNUMVALID_1213,F_MTHHSPCTPROF_1213";
    let text = format!(
        "{header}\nALABAMA,01,0100005,Albertville City,310,71,40,GE50\nALABAMA,01,0100006,Marshall,20,PS,30,45\n"
    );
    let file = SourceFile::in_memory("math-achievement-lea-sy2012-13.csv", text.into_bytes());
    let guessed = guess_profile(std::slice::from_ref(&file)).expect("a guess");
    for line in [
        "measure = 'math-proficient'",
        "map = { \"00\" = \"all\", \"HS\" = \"high\" }",
        "denominator = '{group}_MTH{grade}NUMVALID_{from}{to}'",
    ] {
        assert!(guessed.contains(line), "{line}\n{guessed}");
    }
    check(&file, 1.0);
}

/// Without numbers it is a register of places.
#[test]
fn a_register_is_guessed() {
    let text =
        "lea_name,lea_id,city\nAbbotsford School District,0007,Abbotsford\nAdams School District,0014,Friendship\n";
    let file = SourceFile::in_memory("register.csv", text.as_bytes().to_vec());
    let guessed = guess_profile(std::slice::from_ref(&file)).expect("a guess");
    let profile = ImportProfile::parse(&guessed, "guess").unwrap_or_else(|e| panic!("{e}\n{guessed}"));
    let imported = import_files(&profile, &[file], &mut |_| Ok(())).expect("it is read");
    let names: Vec<String> = imported.places.iter().filter_map(|p| p.name).collect();
    assert_eq!(names, ["Abbotsford School District", "Adams School District"]);
}

/// Columns with types: the simple parts of a profile, one column of values.
#[test]
fn typed_columns_are_guessed() {
    let columns = ["unit", "school name", "group", "year", "n", "value"].map(str::to_owned);
    let rows: Vec<Vec<String>> = (0..50)
        .map(|i| vec![format!("{i:08}"), format!("S{i}"), "all".into(), "2018".into(), "40".into(), format!("{i}.5")])
        .collect();
    let guessed = guess_columns("raw.parquet", &columns, rows, 50).expect("a guess");
    for line in ["unit = '{unit}'", "group = '{group}'", "from = '{year}'", "column = 'value'"] {
        assert!(guessed.contains(line), "{line}\n{guessed}");
    }
    assert_eq!(guessed.matches("[[values]]").count(), 1, "{guessed}");
    assert!(guessed.contains("ignore = ['school name', 'n']"), "{guessed}");
    assert!(guess_columns("raw.parquet", &columns, Vec::new(), 0).is_err());
}

/// Two places may share a name: the column that is called so has the ids.
#[test]
fn a_registers_ids_come_before_names() {
    let guess = |text: &str| {
        let file = SourceFile::in_memory("u.csv", text.as_bytes().to_vec());
        headway_import::guess_profile(&[file]).unwrap_or_else(|e| panic!("{e}"))
    };
    let own = guess("id,name,parent\nD1,Alpha,st\nD2,Beta,st\nD3,Beta,st\n");
    assert!(own.contains("id = '{id}'   # ?") && own.contains("name = '{name}'"), "{own}");
    let names = guess("name,parent\nAlpha,st\nBeta,st\nGamma,st\n");
    assert!(names.contains("id = '{name}'   # ? names, no column of ids was found"), "{names}");
}
