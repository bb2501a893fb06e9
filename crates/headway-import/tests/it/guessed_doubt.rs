//! What a guess has not proved is marked, and it says how far it read.

use headway_import::{SourceFile, guess_profile};

fn guessed(text: &str) -> String {
    let file = SourceFile::in_memory("made-up.csv", text.as_bytes().to_vec());
    guess_profile(&[file]).unwrap_or_else(|error| panic!("{error}\n{}", &text[..text.len().min(300)]))
}

/// Numbered lines below a header.
fn table(header: &str, rows: std::ops::Range<usize>, row: impl Fn(usize) -> String) -> String {
    rows.fold(format!("{header}\n"), |text, n| text + &row(n) + "\n")
}

/// Guesses a file and checks that the guess has some texts and lacks others.
fn check(text: &str, has: &[&str], lacks: &[&str]) {
    let guess = guessed(text);
    for line in has {
        assert!(guess.contains(line), "missing {line}\n{guess}");
    }
    for line in lacks {
        assert!(!guess.contains(line), "has {line}\n{guess}");
    }
}

#[test]
fn a_scale_that_two_readings_fit_is_open() {
    let ids = |header: &str, value: &dyn Fn(usize) -> String| {
        table(&format!("School Code,{header}"), 0..60, |n| format!("{:05},{}", n + 10_000, value(n)))
    };
    // A share of at most 1 is a fraction, or a percent below 1.
    let open = "scale = \"?\"   # ? numbers from 0 to 0.8: percent or fraction";
    check(&ids("Dropout Percent", &|n| format!("0.{}", n % 9)), &[open], &[]);
    // Fractions with a wrong one, and with one of them in percent.
    let wrong = |n: usize| if n == 3 { "1.8857".to_owned() } else { format!("0.{:02}", n + 10) };
    check(&ids("pct", &wrong), &["59 of 60 above 0 are 1 or less"], &["scale = \"percent\"", "scale = \"fraction\""]);
    // A rate may be of a thousand; amounts for each student are no percent; scores are no counts.
    check(&ids("Crime Rate", &|n| format!("{n}.5")), &["scale = \"percent\"   # ? the header says rate"], &[]);
    check(&ids("aid_per_pupil", &|n| format!("{n}.5")), &["scale = \"?\""], &["scale = \"percent\""]);
    check(&ids("Total Score", &|n| format!("{n}")), &["scale = \"?\""], &["scale = \"count\""]);
    check(&ids("Pass %", &|n| format!("{n}.5")), &["scale = \"percent\"   # the header says percent"], &[]);
    check(&ids("# Tested", &|n| format!("{n}")), &["scale = \"count\"   # whole numbers"], &[]);
    check(
        &ids("Aid", &|n| if n % 9 == 0 { "5".into() } else { format!("${n}.00") }),
        &["# ? amounts with a dollar sign, and 7"],
        &[],
    );
}

#[test]
fn a_share_is_proved_in_every_row_or_doubted() {
    let share = |n: usize, k: usize, d: usize, wrong: bool| {
        let value = if wrong { 99.9 } else { 100.0 * k as f64 / d as f64 };
        format!("{:05},{d},{k},{value:.1}", n + 10_000)
    };
    let header = "School Code,tested,passed,rate";
    check(
        &table(header, 1..60, |n| share(n, n, n + 40, false)),
        &["# proved: numerator / denominator in every row"],
        &[],
    );
    let contradicted = table(header, 1..60, |n| share(n, n, n + 40, n == 20));
    check(
        &contradicted,
        &["# ? numerator / denominator in 58 of 59 rows; in 1 not, the first: 99.9 is not 20 / 60"],
        &["proved"],
    );
    // 50 in every row is no denominator that could be told from another number, nor is it the share of its own share.
    let same = table("School Code,n,k,pct", 1..40, |n| format!("{:05},50,{n},{}", n + 10_000, 2 * n));
    check(&same, &["column = 'pct'", "numerator = 'k'", "denominator = 'n'", "few denominators differ"], &["proved"]);
    // Two columns are the same in every row: either may be the denominator.
    let twice = table("School Code,enrolled,tested,passed,rate", 1..40, |n| {
        format!("{:05},{d},{d},{n},{:.1}", n + 10_000, 100.0 * n as f64 / (n + 40) as f64, d = n + 40)
    });
    check(&twice, &["in every row, and so is passed / tested"], &["proved"]);
}

#[test]
fn places_are_ids_where_there_are_some() {
    // A row of the whole stands in a column of codes: it is asked about, and the column is no measure.
    let whole = table("CountyCode,DistrictCode,DistrictName,Year,Rate", 0..20, |n| match n {
        0 => "State,State,State,2024-25,91.3".to_owned(),
        n => format!("{:02},{:04},District {n},2024-25,{n}.5", n % 5, n + 100),
    });
    check(
        &whole,
        &["unit = '{DistrictCode}'   # ? codes, and \"State\""],
        &["column = 'DistrictCode'", "column = 'CountyCode'"],
    );
    // Years are no places; neither is a postal code beside ids.
    check(
        &table("Year,Units,Value", 2012..2022, |y| format!("{y},percentage,3.5")),
        &["unit = \"?\"", "from = '{Year}'"],
        &[],
    );
    let zip = table("Zip,Site Code,Site Name,Rate %", 0..30, |n| {
        format!("{:05},0{:03},Site {n},{n}.5", 10_000 + n / 3, n + 100)
    });
    check(&zip, &["unit = '{Site Code}'", "name = '{Site Name}'", "ignore = ['Zip']"], &[]);
    // Nothing but postal codes: taken, and asked about.
    check(&table("zip,Rate %", 0..30, |n| format!("{:05},{n}.5", 10_000 + n)), &["unit = '{zip}'   # ?"], &[]);
    check(
        &table("School Name,Rate %", 0..30, |n| format!("School {n},{n}.5")),
        &["unit = '{School Name}'   # ? names"],
        &[],
    );
}

#[test]
fn what_tells_of_a_place_is_no_measure() {
    let text = table("School Code,LATITUDE,lon,Phone,Opened Date,Date,Year Opened,Rate %", 0..30, |n| {
        format!(
            "{:05},42.{n:02}1,-71.{n:02}9,6175550{:03},3{n:02}10,201905{:02},19{:02},{n}.5",
            n + 10_000,
            n + 100,
            n % 28 + 1,
            n + 50
        )
    });
    check(
        &text,
        &["column = 'Rate %'"],
        &["column = 'LATITUDE'", "column = 'lon'", "column = 'Phone'", "Date'\nscale", "column = 'Year Opened'"],
    );
    assert_eq!(guessed(&text).matches("[[values]]").count(), 1, "{}", guessed(&text));
}

#[test]
fn grades_are_grades() {
    let grades = "PK,K,1,2,3,4,5,6,7,8,9,10,11,12";
    let text = table(&format!("School Code,School Year,{grades}"), 0..30, |n| {
        format!("{:05},2018-19{}", n + 10_000, format!(",{}", n + 20).repeat(14))
    });
    check(&text, &["pattern = '(?<grade>PK|K|1|2|3|4|5|6|7|8|9|10|11|12)'", "grade = '{grade}'"], &["column = '"]);
    check(
        "School Code,Grade,Rate %\n00001,Whole,51.5\n00002,3,52.5\n",
        &["grade = '{Grade}'   # ? 1 of its texts"],
        &[],
    );
}

#[test]
fn a_header_above_masked_columns_is_found() {
    let text = table("campus,grad_fed,grad_tx", 100..160, |n| {
        if n % 3 == 0 { format!("'057802{n},88.1,90") } else { format!("'057802{n},.,.") }
    });
    check(
        &text,
        &["unit = '{campus}'", "column = 'grad_fed'", "\".\" = \"missing\"   # ? as usual"],
        &["header = \"none\""],
    );
}

#[test]
fn how_far_was_read_is_said() {
    let row = |n: usize| format!("{n:06},2018-19,{}.5", 10 + n % 80);
    check(&table("School Code,School Year,Pass %", 0..300, row), &["all 300 rows were read"], &["the first"]);
    let long = table("School Code,School Year,Pass %", 0..20_500, row) + "\n";
    let part = "the first 20,000 of 20,500 rows";
    check(
        &long,
        &[&format!("{part} were read"), &format!("numbers go up to 89.5; in {part}")],
        &["scale = \"percent\"   # the"],
    );
}

/// A file of many columns is answered; one of too many is refused.
#[test]
fn a_very_wide_file_is_answered_or_refused() {
    let wide = |columns: usize| {
        let names: String = (0..columns).map(|n| format!(",x{n}")).collect();
        let values = ",1.5".repeat(columns);
        SourceFile::in_memory("wide.csv", format!("School Code{names}\n00001{values}\n00002{values}\n").into_bytes())
    };
    let guess_of = |columns: usize| guess_profile(&[wide(columns)]);
    assert!(guess_of(20_000).expect("a guess").contains("columns are not used"));
    let refused = guess_of(120_000).expect_err("too many columns").to_string();
    assert!(refused.contains("120,001 cells; a table has 100,000 columns at most"), "{refused}");
}

#[test]
fn files_of_one_shape_give_one_profile() {
    let file = |name: &str, header: &str| {
        let text = table(header, 0..30, |n| format!("{:05},2018-19,{n}.5", n + 10_000));
        SourceFile::in_memory(name, text.into_bytes())
    };
    let one = [file("a.csv", "School Code,School Year,Pass %"), file("b.csv", "School Code,School Year,PASS %")];
    let guess_of_two = guess_profile(&one).expect("one profile");
    assert!(
        guess_of_two.contains("Guessed from 2 files of one shape, the first a.csv: all 60 rows were read"),
        "{guess_of_two}"
    );
    assert_eq!(guess_of_two.matches("\nsource = ").count(), 1);
    let other = [one[0].clone(), one[1].clone(), file("c.csv", "School Code,School Year,Absent %")];
    let refused = guess_profile(&other).expect_err("two shapes").to_string();
    for word in ["3 files have 2 different sets of columns", "Pass %: a.csv b.csv", "Absent %: c.csv"] {
        assert!(refused.contains(word), "{word}: {refused}");
    }
}

#[test]
fn a_dump_of_a_database_is_no_table() {
    for text in [
        "-- MySQL dump 10.13  Distrib 8.0.30\n--\n-- Host: localhost\n",
        "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n",
        "CREATE TABLE results (id int);\nINSERT INTO results VALUES (1,'a',2.5);\n",
        "/* results */\nINSERT INTO results VALUES (1,'a',2.5),(2,'b',3.5);\n",
    ] {
        let file = SourceFile::in_memory("results.sql", text.as_bytes().to_vec());
        let refused = guess_profile(&[file]).expect_err(text).to_string();
        assert!(refused.contains("a dump of a database"), "{refused}");
    }
    // Tables whose first cells only look a little like it.
    for text in
        ["Set,Year,Rate %\n1,2018,5.5\n2,2018,6.5\n", "-- see notes,,\nSchool Code,Year,Rate %\n00001,2018,5.5\n"]
    {
        guessed(text);
    }
}

#[test]
fn decimal_commas_are_read_where_all_numbers_have_them() {
    let row = |n: usize| {
        format!("{:04};2021-22;{}", n + 1, if n.is_multiple_of(2) { format!("8{},5", n % 9) } else { "79,25".into() })
    };
    let says = &["decimal = \",\"   # numbers such as \"80,5\"", "column = 'Rate'", "scale = \"percent\""];
    check(&table("District Code;Year;Rate", 0..30, row), says, &["ignore"]);
    let both = table("District Code;Year;Rate", 0..30, |n| if n == 3 { "0004;2021-22;79.2".into() } else { row(n) });
    check(&both, &["# ? decimal: \"80,5\" has a comma, and \"79.2\" a point"], &["\ndecimal = "]);
}

#[test]
fn totals_among_places_are_a_question() {
    let places = |head: &str, id: &dyn Fn(usize) -> String, totals: &str| {
        table(head, 0..30, |n| format!("{},2021-22,6{}.5,{}", id(n), n % 9, 100 + n)) + totals
    };
    let codes = places("District Code,Year,Rate,Students", &|n| format!("{:04}", n + 1), "Total,2021-22,65.5,9000\n");
    let rule = &["[[level]]   # ? \"Total\": is that the whole?", "id = '^(?i:Total)$'\nunit = \"?\""];
    check(&codes, rule, &["measure = 'district-code'"]);
    let names = places("District,Year,Rate,Students", &|n| format!("Place {n}"), "Statewide,2021-22,65.5,9000\n");
    check(&names, &["# ? \"Statewide\": is that the whole?"], &[]);
    check(&places("District,Year,Rate,Students", &|n| format!("Place {n}"), ""), &[], &["the whole?"]);
}

#[test]
fn several_rhythms_in_one_column_are_named() {
    let rhythm = |n: usize| ["2021-22", "2021-Q3", "2021-10", "2022-23", "2022-Q3", "2022-10"][n % 6];
    let text = table("District Code,Period,Rate", 0..30, |n| format!("{:04},{},6{}.5", n + 1, rhythm(n), n % 9));
    check(
        &text,
        &["several rhythms (\"2021-22\", \"2021-Q3\", \"2021-10\")", "period = { kind = \"?\", from = '{Period}' }"],
        &[],
    );
}

#[test]
fn months_kept_as_dates_groups_in_headers_and_days_of_printing_are_open() {
    let months = table("District Code,Month,Attendance rate", 0..24, |n| {
        format!("{:04},2023-{:02}-01,9{}.5", n / 3 + 1, 9 + n % 3, n % 7)
    });
    check(&months, &["kind = \"month\"", "# ? the first of a month each"], &["kind = \"day\""]);
    let days = table("District Code,Date,Attendance rate", 0..24, |n| {
        format!("{:04},2023-{:02}-15,9{}.5", n / 3 + 1, 9 + n % 3, n % 7)
    });
    check(&days, &["kind = \"day\""], &["kind = \"month\""]);
    let groups = table("District Code,School Year,All Students,Female,Male", 1..13, |n| {
        format!("{n:04},2022-23,{},{},{}", 40 + n, 41 + n, 39 + n)
    });
    check(&groups, &["scale = \"?\""], &["scale = \"count\""]);
    let printed = "Annual Report of Results,,\n\"Prepared 3/1/2024, preliminary\",,\ncode,year,v\nD1,2022,60.2\nD2,2022,50.0\n\
                   D1,2023,61.2\nD2,2023,51.0\n";
    check(printed, &["from = '{year}'"], &["title ="]);
}
