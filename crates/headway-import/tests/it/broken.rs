//! What is no table, or not the one that the profile describes, is refused with words that help.

use headway_import::{ImportProfile, SourceFile};

use crate::support::run;

const PROFILE: &str = r#"
name = "A table"
unit = { from = "{School Code}", digits = 4 }
period = { kind = "school-year", from = "{Year}" }
level = [{ is = "school", name = "{Name}" }]

[[values]]
measure = "rate"
column = "Rate"
scale = "percent"
"#;

fn check(name: &str, bytes: &[u8], message: &str) {
    let profile = ImportProfile::parse(PROFILE, "test").expect("a profile");
    let run = run(&profile, &[SourceFile::in_memory(name, bytes.to_vec())]);
    let refused = &run.report().files_refused;
    assert_eq!(refused.len(), 1, "{name}: {}", run.report());
    assert!(refused[0].message.contains(message), "{name}: {}", refused[0].message);
    assert_eq!(run.report().rows.read, 0);
}

#[test]
fn files_that_hold_no_table() {
    check("raw/~$workbook.xlsx", b"\x06Author", "lock file");
    check("empty.csv", b"", "empty");
    check("blank.csv", b"\r\n \n", "empty");
    check("report.csv", b"%PDF-1.7\nstream", "PDF");
    check("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel");
    check("files.xlsx", b"PK\x03\x04\x14\x00\x00\x00nothing", "ZIP archive");
    check("data.csv", b"a,b\n1,\x00\x01\x02\x03\n", "binary");
    check("data.csv", b"<!DOCTYPE html><html>Not found</html>", "web page");
    check("data.csv.gz", b"\x1f\x8b\x08\x00", "compressed");
    check("endless.csv", &vec![b'a'; 40 << 20], "longer than");
    check("panel.parquet", b"PAR1\x15\x04", "Parquet");
}

#[test]
fn tables_that_the_profile_does_not_describe() {
    check("a.csv", b"School Code,Year,Name,Rating\n1,2018,A,50\n", "lacks “Rate” (it has “Rating”)");
    check(
        "a.csv",
        b"School Code,Year,Name,Rate,Phone\n1,2018,A,50,555\n",
        "says nothing of the columns \u{201c}Phone\u{201d}",
    );
}

/// Each row and cell that can't be placed is told with its place.
#[test]
fn rows_and_cells_that_are_refused() {
    let text = "Report of the year\n\nSchool Code,Year,Name,Rate\n'0001,2017-18,A,50\n2,2018,B,\"1,200\"\n3,2018,C,n/a\n4,17-18,D,60\n,2018,E,70\n12345,2018,F,80\n6,2018,G\n7,2018,H,10,11\n8,2018,\"I,90\n9,2018,J,92%\n,,,\n";
    let profile = ImportProfile::parse(PROFILE, "test").expect("a profile");
    let run = run(&profile, &[SourceFile::in_memory("t.csv", text.as_bytes().to_vec())]);
    let report = run.report();
    assert_eq!((report.rows.read, report.rows.accepted, report.rows.refused), (11, 2, 8), "{report}");
    assert_eq!(report.rows.ignored["blank row"], 1);
    let told: Vec<(u64, Option<&str>, &str)> =
        report.refusals.iter().map(|r| (r.row, r.column.as_deref(), r.text.as_str())).collect();
    assert_eq!(
        told,
        [
            (5, Some("Rate"), "1,200"),
            (6, Some("Rate"), "n/a"),
            (7, Some("Year"), "17-18"),
            (8, Some("School Code"), ""),
            (9, Some("School Code"), "12345"),
            (10, None, "6"),
            (11, None, "7"),
            (12, None, "8"),
        ]
    );
    assert_eq!(run.observation("rate", ["0001", "all", "all"], 2018).expect("an id with an apostrophe").lo, 50.0);
    assert_eq!(run.observation("rate", ["0009", "all", "all"], 2018).expect("a percent sign").lo, 92.0);
}

/// The same table in every encoding, with every line end and delimiter.
#[test]
fn encodings_line_ends_and_delimiters() {
    let table = "School Code;Year;Name;Rate\n0001;2017-18;Doña Ana, Las Cruces;50.5\n0002;2017-18;\"Peñasco \"\"High\"\"\";51\n";
    let profile = ImportProfile::parse(PROFILE, "test").expect("a profile");
    for end in ["\n", "\r\n", "\r"] {
        for delimiter in [";", "\t", "|"] {
            let text = table.replace('\n', end).replace(';', delimiter);
            let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
            let utf16 = |order: fn(u16) -> [u8; 2]| {
                format!("\u{feff}{text}").encode_utf16().flat_map(order).collect::<Vec<u8>>()
            };
            let encoded = [
                text.clone().into_bytes(),
                format!("\u{feff}{text}").into_bytes(),
                latin,
                utf16(u16::to_le_bytes),
                utf16(u16::to_be_bytes),
            ];
            for bytes in encoded {
                let run = run(&profile, &[SourceFile::in_memory("t.csv", bytes)]);
                assert_eq!(run.report().rows.accepted, 2, "{end:?} {delimiter:?}: {}", run.report());
                let names: Vec<String> = run.imported.places.iter().filter_map(|place| place.name).collect();
                assert_eq!(names, ["Doña Ana, Las Cruces", "Peñasco \"High\""]);
            }
        }
    }
}

/// A file of several rhythms: what is no period of the profile's kind is refused with its row, one line for the cause; with a rule
/// for each rhythm every row goes where it belongs.
#[test]
fn rhythms_are_never_mixed() {
    let text =
        "School Code,Year,Name,Rate,Kind\n1,2021-22,A,50,y\n1,2021-Q3,A,51,q\n1,2021-Q4,A,52,q\n1,Oct 2021,A,53,m\n";
    let file = || [SourceFile::in_memory("t.csv", text.as_bytes().to_vec())];
    let plain =
        ImportProfile::parse(&format!("ignore = [\"Kind\"]\n{}", PROFILE.trim_start()), "test").expect("a profile");
    let yearly = run(&plain, &file());
    let rows: Vec<u64> = yearly.report().refusals.iter().map(|r| r.row).collect();
    assert_eq!((yearly.report().rows.accepted, rows), (1, vec![3, 4, 5]), "{}", yearly.report());
    let told = yearly.report().to_string();
    let line = "3 not a school year: write it like 2017-18 or 2018; the first: t.csv, row 3, column “Year”: “2021-Q3”";
    assert!(told.contains(line) && told.matches("not a school year").count() == 1, "{told}");
    let rule = |measure: &str, kind: &str, when: &str| {
        format!(
            "\n[[values]]\nmeasure = \"{measure}\"\ncolumn = \"Rate\"\nscale = \"percent\"\nwhen = {{ Kind = \"{when}\" }}\n\
             period = {{ kind = \"{kind}\", from = \"{{Year}}\" }}\n"
        )
    };
    let head = PROFILE.split("[[values]]").next().expect("what stands before the values").to_owned();
    let all = head
        + &rule("rate", "school-year", "y")
        + &rule("rate-quarter", "quarter", "q")
        + &rule("rate-month", "month", "m");
    let each = run(&ImportProfile::parse(&all, "test").expect("a profile"), &file());
    assert_eq!(each.report().rows.refused, 0, "{}", each.report());
    let of = |measure: &str, period| each.observation(measure, ["0001", "all", "all"], period).map(|row| row.lo);
    assert_eq!((of("rate", 2022), of("rate-quarter", 2021 * 4 + 3)), (Some(50.0), Some(52.0)));
    assert_eq!(of("rate-month", 2021 * 12 + 9), Some(53.0));
}

/// One limit for every reader: what is computed of larger figures would be no number.
#[test]
fn a_figure_has_a_largest_size() {
    let free = PROFILE.replace("\"percent\"", "\"number\"");
    let ranged = format!("{free}range = [-1e300, 1e300]\n");
    for profile in [free, ranged] {
        let profile = ImportProfile::parse(&profile, "test").expect("a profile");
        let text = "School Code,Year,Name,Rate\n1,2018,A,1e100\n2,2018,B,1e101\n3,2018,C,-1e308\n";
        let run = run(&profile, &[SourceFile::in_memory("t.csv", text.as_bytes().to_vec())]);
        let told: Vec<(u64, &str)> = run.report().refusals.iter().map(|r| (r.row, r.reason.as_str())).collect();
        let why = "outside the range that is believed (wrong scale?)";
        assert_eq!(told, [(3, why), (4, why)], "{}", run.report());
    }
}
