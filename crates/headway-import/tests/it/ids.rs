//! Ids, registers and grades as spreadsheets and exports leave them.

use headway_import::{ImportProfile, SourceFile, import_files};
use headway_model::{ObservationBatch, PlaceStatement};

use crate::support::{Run, run};

fn profile(text: &str) -> ImportProfile {
    ImportProfile::parse(text, "test").unwrap_or_else(|e| panic!("{e}"))
}

fn table(text: &str) -> [SourceFile; 1] {
    [SourceFile::in_memory("table.csv", text.as_bytes().to_vec())]
}

/// Imports rows of ids with one value each.
fn ids(unit: &str, table_: &str) -> Run {
    let text = format!(
        "name = 'x'\nunit = {unit}\nperiod = {{ kind = 'school-year', from = '2022' }}\n[[level]]\nis = 'school'\n\
         [[values]]\nmeasure = 'r'\ncolumn = 'v'\nscale = 'number'\n"
    );
    run(&profile(&text), &table(table_))
}

fn places(run: &Run) -> Vec<String> {
    let mut places: Vec<String> =
        run.batches.iter().flat_map(|b| b.place.iter().map(|&unit| b.places.text_by_number(unit).to_owned())).collect();
    places.sort();
    places
}

const DAMAGED: &str = "code,v\n600001000123,1\n6.00001E+11,2\n60000100002.0,3\n\"600,001,00003\",4\n\"=\"\"060000100005\"\"\",5\n12-Sep,6\n";

#[test]
fn ids_that_a_spreadsheet_changed_are_refused_where_their_digits_are_known() {
    let strict = ids("{ from = '{code}', digits = 12 }", DAMAGED);
    assert_eq!(places(&strict), ["060000100005", "600001000123"]);
    assert_eq!(strict.report().rows.refused, 4);
    assert_eq!(strict.report().reasons.len(), 4, "one reason a kind: {:?}", strict.report().reasons);
}

#[test]
fn elsewhere_they_are_told_once_with_count_and_example() {
    let loose = ids("'{code}'", DAMAGED);
    assert_eq!(loose.report().rows.refused, 0);
    let doubts = &loose.report().doubts;
    assert_eq!(doubts.len(), 4, "{doubts:?}");
    let shortened = doubts.iter().find(|doubt| doubt.what.contains("E+")).expect("told");
    assert_eq!((shortened.count, shortened.row, shortened.text.as_str()), (1, 3, "6.00001E+11"));
    assert!(loose.report().to_string().contains("6.00001E+11"));
    assert!(ids("'{code}'", "code,v\n01E301,1\n1E5,2\n").report().doubts.is_empty());
}

#[test]
fn no_id_is_an_error_or_a_sentence() {
    let odd = ids("'{code}'", &format!("code,v\n#N/A,1\n{},2\n0600,3\n", "x".repeat(215)));
    assert_eq!((places(&odd), odd.report().rows.refused), (vec!["0600".to_owned()], 2));
}

#[test]
fn ids_have_at_most_200_letters_whatever_they_are_made_of() {
    let check = |unit: &str, code: &str, taken: usize| {
        let run = ids(unit, &format!("code,v\n{code},1\n"));
        let report = run.report();
        assert_eq!((places(&run).len(), report.rows.refused), (taken, 1 - taken as u64), "{unit}: {report}");
        let told = report.refusals.iter().all(|refusal| refusal.reason == "an id of more than 200 letters");
        assert!(told, "{unit}: {report}");
    };
    let long = |letters: usize| "x".repeat(letters);
    check("'{code}'", &long(200), 1);
    check("'{code}'", &long(201), 0);
    // Each piece is short enough, and both together are not.
    check("'D{code}'", &long(199), 1);
    check("'D{code}'", &long(200), 0);
    check("{ from = '{code}', prefix = 'D' }", &long(199), 1);
    check("{ from = '{code}', prefix = 'D' }", &long(200), 0);
    check("'{code}-{code}'", &long(100), 0);
}

#[test]
fn parts_are_cleaned_before_they_are_put_together() {
    let composed = ids("'D{code}'", "code,v\n'001902,1\n\u{a0}001903\u{a0},2\n\"=\"\"001904\"\"\",3\n");
    assert_eq!(places(&composed), ["D001902", "D001903", "D001904"]);
}

#[test]
fn texts_that_an_export_protects_are_what_they_say() {
    let text = "name = 'x'\nunit = '{code}'\nperiod = { kind = 'school-year', from = '{year}' }\n[[level]]\nis = 'school'\nname = '{name}'\n\
                [[values]]\nmeasure = 'r'\ncolumn = 'v'\nscale = 'number'\n";
    let protect = |cells: [&str; 4]| cells.map(|cell| format!("\"=\"\"{cell}\"\"\"")).join(",");
    let table_ = format!("code,name,year,v\n{}\n'0700,B,'2021-22,2\n", protect(["0600", "Alpha", "2021-22", "57.1"]));
    let run = run(&profile(text), &table(&table_));
    assert_eq!(places(&run), ["0600", "0700"], "{}", run.report());
    assert_eq!(run.observation("r", ["0600", "all", "all"], 2022).expect("there").lo, 57.1);
    let named = run.imported.places.iter().find(|told| told.place == "0600").expect("a place");
    assert_eq!(named.name.as_deref(), Some("Alpha"));
}

fn register(place: &str, text: &str) -> (Vec<(String, String, Option<String>)>, u64) {
    let profile = profile(&format!("name = 'x'\nignore_pattern = 'x'\n{place}"));
    let imported =
        import_files(&profile, &table(text), &mut |_: &ObservationBatch| Ok(())).unwrap_or_else(|e| panic!("{e}"));
    let named =
        |p: PlaceStatement| (p.name.unwrap_or_else(|| p.place.to_string()), p.place.into(), p.parent.map(Into::into));
    let told = imported.places.iter().map(named).map(|(name, id, parent)| (id, name, parent));
    let mut places: Vec<_> = told.collect();
    places.sort();
    (places, imported.report.rows.refused)
}

#[test]
fn a_register_cleans_ids_as_rows_do() {
    let (places, refused) = register(
        "[[place]]\nis = 'school'\nid = { from = '{code}', digits = 6 }\nname = '{name}'\nparent = '{district}'\n",
        "code,name,district\n'1902,'Iolani School,'D01\n001903,B,D01\n6.1E+11,C,D01\n,Nobody,\n",
    );
    let place = |id: &str, name: &str| (id.to_owned(), name.to_owned(), Some("D01".to_owned()));
    assert_eq!(places, [place("001902", "'Iolani School"), place("001903", "B")], "names keep their apostrophe");
    assert_eq!(refused, 1);
}

#[test]
fn a_register_takes_no_piece_of_a_broken_line() {
    let broken = format!(
        "dbn,name,x\n\"01A,Alpha School\",long text broken\nover,ZZTOP,line\n02B,Beta,1\n{},Long,1\n",
        "y".repeat(300)
    );
    let plain = "[[place]]\nis = 'school'\nid = '{dbn}'\nname = '{name}'\n";
    let level = "[[level]]\nis = 'school'\nid = '^\\d\\d[A-Z]$'\n";
    let picked = "[[place]]\nis = 'school'\nid = { from = '{dbn}', pick = '^\\d\\d[A-Z]$' }\nname = '{name}'\n";
    let ids = |place: &str| register(place, &broken).0.into_iter().map(|(id, ..)| id).collect::<Vec<_>>();
    assert_eq!(ids(&format!("{level}{plain}")), ["02B"]);
    assert_eq!(ids(picked), ["02B"]);
    assert!(!ids(plain).iter().any(|id| id.len() > 200), "an id is no sentence");
    let other = "[[level]]\nis = 'district'\nid = '^D'\n";
    assert!(ids(&format!("{other}{plain}")).contains(&"02B".to_owned()), "a pattern of another level is not meant");
}

#[test]
fn grades_are_one_list() {
    let text = "name = 'x'\nunit = '{code}'\ngrade = { from = '{grade}', map = { 'Algebra I' = 'eoc' } }\n\
                period = { kind = 'school-year', from = '2022' }\n[[level]]\nis = 'school'\n\
                [[values]]\nmeasure = 'r'\ncolumn = 'v'\nscale = 'number'\n";
    let rows = ["9-12", "12-Sep", "6-8", "8-Jun", "KG", "Grade 03", "Algebra I", "2024-09-12", "All Grades"];
    let rows: String = rows.iter().enumerate().map(|(i, grade)| format!("{i},{grade},{i}\n")).collect();
    let run = run(&profile(text), &table(&format!("code,grade,v\n{rows}")));
    let mut grades: Vec<&str> = run.batches.iter().flat_map(|b| b.grades.all_texts()).collect();
    grades.sort_unstable();
    assert_eq!(grades, ["3", "6-8", "9-12", "all", "eoc", "k"]);
    assert_eq!(run.report().rows.refused, 3, "{}", run.report());
}

#[test]
fn what_shows_nothing_is_no_part_of_an_id_or_a_name() {
    let text = "name = 'x'\nunit = '{code}'\nperiod = { kind = 'school-year', from = '2022' }\n[[level]]\nis = 'school'\nname = '{name}'\n\
                [[values]]\nmeasure = 'r'\ncolumn = 'v'\nscale = 'number'\n";
    let rows = "code,name,v\n\u{202e}S1\u{202c},Al\u{ad}der,1\nS\u{1b}2,Birch,2\nS3,Ce\u{1b}[31mdar,3\n";
    let run = run(&profile(text), &table(rows));
    assert_eq!(places(&run), ["S1", "S3"]);
    let report = run.report();
    assert_eq!(report.refusals.len(), 1, "{report}");
    assert!(report.refusals[0].reason.contains("a control character"), "{report}");
    assert!(
        report.doubts.iter().any(|doubt| doubt.what.contains("control characters") && doubt.count == 1),
        "{report}"
    );
    let names: Vec<String> = run.imported.places.iter().filter_map(|said: PlaceStatement| said.name).collect();
    assert_eq!(names, ["Alder", "Ce[31mdar"]);
}
