//! The same key more than once: repetitions are told, contradictions refused.

use headway_import::{ImportError, ImportProfile, SourceFile, import_files};

use crate::support::{data, files, run};

const PROFILE: &str = r#"
name = "A table"
unit = "{id}"
period = { kind = "school-year", from = "2018" }
level = [{ is = "school" }]
ignore = ["Subject"]

[[values]]
measure = "rate"
column = "Rate"
scale = "percent"
"#;

fn table(name: &str, rows: &[&str]) -> SourceFile {
    SourceFile::in_memory(name, format!("id,Subject,Rate\n{}\n", rows.join("\n")).into_bytes())
}

/// Rows read, accepted, refused, repeated; whether slices were refused as a whole; a word of the advice.
fn check(tables: &[SourceFile], rows: [u64; 4], whole: Option<bool>, advice: &str) {
    let run = run(&ImportProfile::parse(PROFILE, "test").expect("a profile"), tables);
    let report = run.report();
    let repeated = report.rows.ignored.get("repetition of another row").copied().unwrap_or(0);
    assert_eq!([report.rows.read, report.rows.accepted, report.rows.refused, repeated], rows, "{report}");
    assert_eq!(report.contradictions.first().map(|c| c.whole), whole, "{report}");
    let said = report.contradictions.first().map_or("", |c| c.advice.as_str());
    assert!(said.contains(advice), "{said}");
}

#[test]
fn repetitions_and_contradictions() {
    let clean = ["1,a,10", "2,a,20", "3,a,30", "4,a,40"];
    check(&[table("t.csv", &clean)], [4, 4, 0, 0], None, "");
    check(&[table("t.csv", &clean), table("again.csv", &clean)], [8, 4, 0, 4], None, "");
    // One restated value among many that agree: only it is refused, in both rows.
    let restated = ["1,a,10", "2,a,20", "3,a,30", "4,a,41"];
    check(&[table("t.csv", &clean), table("u.csv", &restated)], [8, 3, 2, 3], Some(false), "publisher");
    // A row of one table twice.
    check(&[table("t.csv", &["1,a,10", "2,a,20", "3,a,30", "1,a,11"])], [4, 2, 2, 0], Some(false), "publisher");
    // A part of the key is in a column that is ignored.
    let subjects = ["1,a,10", "1,b,11", "2,a,20", "2,b,21", "3,a,30"];
    check(&[table("t.csv", &subjects)], [5, 0, 5, 0], Some(true), "columns that are ignored: Subject");
    // A part of the key is only in the file's name: everything of both is refused, places of one file too.
    let other = ["1,a,50", "2,a,60", "3,a,70", "9,a,90"];
    check(
        &[table("grade-3.csv", &clean), table("grade-4.csv", &other)],
        [8, 0, 8, 0],
        Some(true),
        "“3” here, “4” there",
    );
}

/// Six files with one title and the grade only in the file's name: refused as one slice until the profile takes it from there.
#[test]
fn mcas_without_the_grade_is_refused() {
    let Some(folder) = data("ma_statereport_2018_kbinney") else { return };
    let text = include_str!("../../../../profiles/dese-mcas.toml");
    let without: String = text
        .lines()
        .filter(|line| !line.starts_with("file =") && !line.starts_with("grade ="))
        .map(|line| format!("{line}\n"))
        .collect();
    let profile = ImportProfile::parse(&without, "without grade").expect("a profile");
    let names: Vec<String> = (3..=8).map(|grade| format!("new_data/mcas-grade-{grade}.xlsx")).collect();
    let run = run(&profile, &files(&folder, &names.iter().map(String::as_str).collect::<Vec<_>>()));
    let report = run.report();
    assert_eq!((report.rows.read, report.rows.accepted, report.rows.refused), (8_577, 0, 8_577), "{report}");
    assert_eq!(report.contradictions.len(), 15, "each file against each other");
    let first = &report.contradictions[0];
    assert_eq!(first.tables[1], "new_data/mcas-grade-4.xlsx: Next Generation MCAS Achievemen");
    assert!(
        first.whole
            && first.advice.contains("grade or group probably stands only in the file's name (“3” here, “4” there)")
    );
}

/// What is handed over can't be taken back: a large import with a contradiction fails as a whole.
#[test]
fn a_large_import_with_a_contradiction_fails() {
    let mut text = String::from("id,Subject,Rate\n");
    for i in 0..1_300_000 {
        text.push_str(&format!("{i},a,{}\n", i % 100));
    }
    let repeated = format!("{text}7,a,7\n");
    let contradicting = format!("{text}7,a,8\n");
    let profile = ImportProfile::parse(PROFILE, "test").expect("a profile");
    let import = |text: String| {
        let mut count = 0;
        let result = import_files(&profile, &[SourceFile::in_memory("t.csv", text.into_bytes())], &mut |batch| {
            count += batch.len();
            Ok(())
        });
        (result, count)
    };
    let (imported, count) = import(repeated);
    let report = imported.expect("a repetition does no harm").report;
    assert_eq!((count, report.rows.accepted), (1_300_000, 1_300_000));
    match import(contradicting).0 {
        Err(ImportError::Contradiction(imported)) => {
            let report = imported.report;
            assert_eq!((report.rows.accepted, report.rows.refused), (1_299_999, 2));
            assert_eq!(report.contradictions[0].rows, [9, 1_300_002]);
        }
        other => panic!("{other:?}"),
    }
}
