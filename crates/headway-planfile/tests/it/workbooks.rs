//! Plans as workbooks: what people and spreadsheet programs make of them.

use std::fs;

use headway_planfile as plan;
use rust_xlsxwriter::Workbook;

use crate::any::any_plan;
use crate::files::{check_problems, problems};

/// A sheet that would take more memory than a plan ever does, or a part that unpacks beyond measure, is refused before it is read.
#[test]
fn small_workbooks_do_not_ask_for_much() {
    let saved = |fill: &dyn Fn(&mut rust_xlsxwriter::Worksheet)| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("measures").unwrap();
        sheet.write_row(0, 0, ["id", "name", "period"]).unwrap();
        fill(sheet);
        let bytes = book.save_to_buffer().unwrap();
        assert!(bytes.len() < 2 << 20, "the file itself is small");
        bytes
    };
    let far = saved(&|sheet| {
        sheet.write(1_048_575, 16_383, 1).unwrap();
    });
    let told = "- : sheet measures: with the cell in row 1048576 and column 16384 it would take too much memory";
    check_problems("p.xlsx", far, &[told]);
    let formula = saved(&|sheet| {
        sheet.write_formula(900_000, 9_000, "=A1").unwrap();
    });
    check_problems("p.xlsx", formula, &["- : sheet measures: with the cell in row 900001 and column 9001 it would"]);
    let text = "x".repeat(30_000);
    let often = saved(&|sheet| {
        (1..6_000).for_each(|row| {
            sheet.write(row, 0, &text).unwrap();
        })
    });
    check_problems("p.xlsx", often, &["- : sheet measures: with the cell in row "]);
    // A cell that is only formatted holds nothing.
    let bold = rust_xlsxwriter::Format::new().set_bold();
    let blank = saved(&|sheet| {
        sheet.write_blank(1_048_575, 16_383, &bold).unwrap();
    });
    assert!(problems("p.xlsx", blank).iter().all(|problem| !problem.contains("memory")));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let blanks = vec![b' '; 1 << 20];
    (0..65).for_each(|_| std::io::Write::write_all(&mut zip, &[b"<a/>".as_slice(), &blanks[4..]].concat()).unwrap());
    let bomb = zip.finish().unwrap().into_inner();
    check_problems("p.xlsx", bomb, &["- : this is no workbook: xl/workbook.xml: it unpacks to more than"]);
}

/// A workbook that a person made: numbers stored as text, dates as dates, columns in any order, no `nr`.
#[test]
fn workbooks_made_by_people() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.xlsx");
    let save = |sheets: &[(&str, &[&[&str]])]| {
        let mut book = Workbook::new();
        for (name, rows) in sheets {
            let sheet = book.add_worksheet();
            sheet.set_name(*name).unwrap();
            for (i, row) in (0..).zip(*rows) {
                for (j, text) in (0..).zip(*row) {
                    match text.strip_prefix('#').map(|number| number.parse::<f64>().unwrap()) {
                        Some(number) => sheet.write_number(i, j, number).unwrap(),
                        None => sheet.write_string(i, j, *text).unwrap(),
                    };
                }
            }
        }
        book.save(&path).unwrap();
        fs::read(&path).unwrap()
    };
    let head: (&str, &[&[&str]]) =
        ("plan", &[&["plan.edition", "plan.id", "agency.name", "agency.id"], &["#2012", "p", "Department", "#10"]]);
    save(&[
        head,
        (
            "measures",
            &[&["id", "name", "period", "serves"], &["grad", "Graduation", "cohort", "a; b"], &["", "", "", ""]],
        ),
        (
            "targets",
            &[
                &["of measure", "unit", "baseline.period", "baseline.value"],
                &["grad", "state", "#2010", "84.7"],
                &["grad", "district", "#2011", "#85"],
            ],
        ),
        ("target trajectory", &[&["of measure", "of target", "period", "value"], &["grad", "#2", "#2012", "#86.5"]]),
    ]);
    let plan = plan::read_plan(&path).unwrap().value;
    assert_eq!((&*plan.agency.id, &*plan.plan.edition), ("10", "2012"));
    assert_eq!(plan.measures[0].serves, ["a", "b"]);
    assert_eq!(plan.measures[0].targets[0].baseline.as_ref().unwrap().value, Some(84.7));
    assert_eq!(plan.measures[0].targets[1].trajectory[0].value, 86.5);

    let faulty = save(&[
        head,
        ("mesures", &[&["id"]]),
        ("targets", &[&["of measure", "unit", "of program"], &["grad", "state", "x"]]),
        (
            "measures",
            &[
                &["id", "name", "period", "min_n"],
                &["grad", "Graduation", "cohort", "ten"],
                &["#1.5", "x", "cohort", ""],
            ],
        ),
    ]);
    check_problems(
        "p.xlsx",
        faulty,
        &[
            "mesures!A1 : there is no `mesures` here: did you mean `measures`?",
            "measures!A3 : this is the number 1.5, and a text is wanted",
            "targets!C1 : there is no `of program` here",
        ],
    );
    let faulty = save(&[
        head,
        ("measures", &[&["id", "name", "period", "min_n"], &["grad", "Graduation", "cohort", "ten"]]),
        ("targets", &[&["of measure", "unit"], &["grad", "state"]]),
    ]);
    check_problems("p.xlsx", faulty, &["measures!D2 measures[0].min_n: “ten” is not a whole number"]);
    let faulty = save(&[
        ("plan", &[&["plan.edition", "plan.id", "agency.id", "agency.name"], &["2012", "p", "10", "D"], &["2013"]]),
        ("measures", &[&["id", "name", "period", "id", "min_n"], &["grad", "Graduation", "cohort", "", "10"]]),
    ]);
    check_problems(
        "p.xlsx",
        faulty,
        &[
            "plan!A3 : a plan has one row here: leave this one out",
            "measures!D1 : there is another column `id` before this one: keep one",
        ],
    );
    let faulty = save(&[head, ("targets", &[&["of measure", "unit"], &["grad", "state"], &["", "state"]])]);
    check_problems(
        "p.xlsx",
        faulty,
        &["targets!A2 : there is no measure “grad”", "targets!A3 : `of measure` is missing here"],
    );
}

/// Excel keeps `90%` as 0.9: a percent cell is what its reader sees, or it is told.
#[test]
fn percent_cells_are_percents() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.xlsx");
    let save = |unit: &str, cells: [(f64, &str); 2], edition: (f64, &str)| {
        let mut book = Workbook::new();
        let mut sheet = |name: &str, rows: [&[&str]; 2]| {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            for (i, row) in (0..).zip(rows) {
                for (j, text) in (0..).zip(row) {
                    sheet.write_string(i, j, *text).unwrap();
                }
            }
        };
        sheet("plan", [&["agency.id", "agency.name", "plan.id", "plan.edition"], &["d", "D", "p", "2012"]]);
        sheet(
            "measures",
            [&["id", "name", "period", "direction", "unit"], &["r", "R", "school-year", "increase", unit]],
        );
        let header = ["of measure", "unit", "baseline.period", "target.period", "baseline.value", "target.value"];
        sheet("targets", [&header, &["r", "state", "2012", "2020"]]);
        let formatted = |format: &str| rust_xlsxwriter::Format::new().set_num_format(format);
        let targets = book.worksheet_from_name("targets").unwrap();
        for (j, (value, format)) in (4..).zip(cells) {
            targets.write_with_format(1, j, value, &formatted(format)).unwrap();
        }
        let plan = book.worksheet_from_name("plan").unwrap();
        plan.write_with_format(1, 3, edition.0, &formatted(edition.1)).unwrap();
        book.save_to_buffer().unwrap()
    };
    let year = (2012.0, "General");
    for (cells, values) in [
        ([(0.57, "0%"), (0.905, "0.0%")], [57.0, 90.5]),
        ([(0.8, "0.0 %;[Red]-0.0 %"), (1.0, "0.00%")], [80.0, 100.0]),
        ([(57.0, "0.0"), (90.0, "0\"%\"")], [57.0, 90.0]),
    ] {
        fs::write(&path, save("percent", cells, year)).unwrap();
        let target = plan::read_plan(&path).unwrap().value.measures[0].targets[0].clone();
        let read = [target.baseline.unwrap().value.unwrap(), target.target.unwrap().value.unwrap()];
        assert_eq!(read, values, "{cells:?}");
    }
    let percents = [(0.5, "0%"), (7.0, "0")];
    check_problems("p.xlsx", save("days", percents, year), &["targets!E2 : this cell is shown as a percent"]);
    // An id that is kept as a number is what its reader sees.
    for (edition, read) in [((10.0, "0000"), "0010"), ((11.0, "\"D-\"000"), "D-011"), ((2012.0, "0"), "2012")] {
        fs::write(&path, save("percent", [(50.0, "0"), (70.0, "0")], edition)).unwrap();
        assert_eq!(plan::read_plan(&path).unwrap().value.plan.edition, read, "{edition:?}");
    }
    // A percent where a text is wanted, and a year in a cell of dates.
    let good = [(50.0, "0"), (70.0, "0")];
    check_problems("p.xlsx", save("percent", good, (20.0, "0%")), &["plan!D2 : this cell is shown as a percent"]);
    let dated = save("percent", good, (2012.0, "yyyy-mm-dd"));
    check_problems("p.xlsx", dated, &["plan!D2 : this cell is formatted as a date and holds 1905-07-04"]);
}

#[test]
fn a_workbook_needs_ids_that_tell_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = any_plan(3);
    let measure: serde_json::Value = serde_json::json!({ "id": "a", "name": "A", "period": "month" });
    plan.measures = vec![serde_json::from_value(measure).unwrap(); 2];
    let path = folder.path().join("p.xlsx");
    let error = plan::write_plan(&plan, &path).unwrap_err().to_string();
    assert!(error.contains("two measures have the id “a”"), "{error}");
    assert!(!path.exists());
}

/// A target of 8 with a footnote's 2 raised behind it is not 82.
#[test]
fn raised_digits_are_no_digits_of_a_figure() {
    let raised = rust_xlsxwriter::Format::new().set_font_script(rust_xlsxwriter::FormatScript::Superscript);
    let plain = rust_xlsxwriter::Format::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("measures").unwrap();
    sheet.write_row(0, 0, ["id", "name", "period", "min_n"]).unwrap();
    sheet.write_row(1, 0, ["grad", "Graduation", "cohort"]).unwrap();
    sheet.write_rich_string(1, 3, &[(&plain, "8"), (&raised, "2")]).unwrap();
    let found = problems("p.xlsx", book.save_to_buffer().unwrap());
    assert!(found.iter().any(|problem| problem.contains("D2") && problem.contains("8²")), "{found:?}");
}

/// A row that was copied to make a new one keeps its number: what hangs on it would go to the first alone.
#[test]
fn two_targets_with_one_number_are_refused() {
    let saved = |numbers: [f64; 2]| {
        let mut book = Workbook::new();
        let mut add = |name: &str, rows: &[&[&str]]| {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            (0..).zip(rows).for_each(|(i, row)| {
                sheet.write_row(i, 0, row.iter().copied()).unwrap();
            });
        };
        add("plan", &[&["plan.edition", "plan.id", "agency.name", "agency.id"], &["2012", "p", "Department", "a"]]);
        add("measures", &[&["id", "name", "period", "direction"], &["r", "Rate", "school-year", "increase"]]);
        add("target trajectory", &[&["of measure", "of target", "period", "value"], &["r", "1", "2025", "61"]]);
        let sheet = book.add_worksheet();
        sheet.set_name("targets").unwrap();
        sheet.write_row(0, 0, ["of measure", "place", "nr"]).unwrap();
        for (row, (place, number)) in (1..).zip([("D1", numbers[0]), ("D2", numbers[1])]) {
            sheet.write_row(row, 0, ["r", place]).unwrap();
            sheet.write_number(row, 2, number).unwrap();
        }
        book.save_to_buffer().unwrap()
    };
    let told = "row 2 is target 1 of the same measure already, so that nobody can say which one is meant";
    check_problems("p.xlsx", saved([1.0, 1.0]), &[&format!("targets!A3 : {told}")]);
    assert_eq!(problems("p.xlsx", saved([1.0, 2.0])), Vec::<String>::new());
}
