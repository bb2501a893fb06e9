//! Workbooks made by hand: formulas that nobody calculated, cells far away, and files that ask for more than they hold.

use std::io::{Cursor, Write};

use headway_import::{ImportProfile, ImportResult, SourceFile, import_files};
use headway_model::ObservationBatch;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;

/// A workbook of one sheet, from the XML of its rows and of its shared texts.
pub(crate) fn workbook(rows: &str, shared: &str) -> Vec<u8> {
    styled(rows, shared, "")
}

/// The same with a part of cell styles.
fn styled(rows: &str, shared: &str, styles: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/sharedStrings.xml", shared),
        ("xl/styles.xml", styles),
    ] {
        if text.is_empty() {
            continue;
        }
        zip.start_file(name, options).expect("memory takes a part");
        zip.write_all(text.as_bytes()).expect("memory takes its text");
    }
    zip.finish().expect("memory takes the end").into_inner()
}

const NO_TEXTS: &str =
    r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="0"></sst>"#;
const HEAD: &str = r#"<row r="1"><c r="A1" t="str"><v>code</v></c><c r="B1" t="str"><v>v</v></c></row>"#;
const ROW: &str = r#"<row r="2"><c r="A2" t="str"><v>0010</v></c><c r="B2"><v>60</v></c></row>"#;

const PROFILE: &str = "name = 'x'\nunit = '{code}'\nperiod = { kind = 'school-year', from = '2022' }\nignore_pattern = '.*'\n\
    [[level]]\nis = 'school'\n[[values]]\nmeasure = 'r'\ncolumn = 'v'\nscale = 'number'\n";

fn read(bytes: Vec<u8>, profile: &str) -> ImportResult {
    let profile = ImportProfile::parse(profile, "test").unwrap_or_else(|e| panic!("{e}"));
    let files = [SourceFile::in_memory("book.xlsx", bytes)];
    import_files(&profile, &files, &mut |_: &ObservationBatch| Ok(())).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_formula_without_a_value_is_refused() {
    let rows = format!(
        r#"{HEAD}{ROW}<row r="3"><c r="A3" t="str"><v>0040</v></c><c r="B3"><f>50/100</f></c></row>
        <row r="4"><c r="A4" t="str"><v>0050</v></c><c r="B4"><f>50/100</f><v>0.5</v></c></row>
        <row r="5"><c r="A5"><f>B2&amp;"x"</f></c><c r="B5"><v>7</v></c></row>
        <row r="6"><c r="A6" t="str"><v>0060</v></c></row>"#
    );
    let report = read(workbook(&rows, NO_TEXTS), PROFILE).report;
    assert_eq!((report.rows.accepted, report.rows.refused), (2, 2), "{report}");
    assert_eq!(report.reasons.keys().filter(|reason| reason.contains("never calculated")).count(), 1, "{report}");
    assert_eq!(report.refusals[0].text, "=50/100");
    assert_eq!(report.rows.ignored.values().sum::<u64>(), 1, "an empty cell is none: {report}");
}

#[test]
fn numbers_of_a_workbook_follow_the_decimal_mark_of_its_texts() {
    let rows = format!(
        r#"{HEAD}<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2"><v>1.234</v></c></row>
        <row r="3"><c r="A3" t="str"><v>b</v></c><c r="B3" t="str"><v>81,5</v></c></row>"#
    );
    let profile = ImportProfile::parse(&format!("decimal = ','\n{PROFILE}"), "test").expect("a profile");
    let mut values = Vec::new();
    let files = [SourceFile::in_memory("book.xlsx", workbook(&rows, NO_TEXTS))];
    import_files(&profile, &files, &mut |batch: &ObservationBatch| {
        values.extend_from_slice(&batch.lo);
        Ok(())
    })
    .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(values, [1.234, 81.5]);
}

/// A small file must not make a large thing: it is refused with its reason, or read.
fn check_refused(rows: &str, shared: &str, reason: &str) {
    let bytes = workbook(rows, shared);
    assert!(bytes.len() < 2 << 20, "the file itself is small");
    let report = read(bytes, PROFILE).report;
    let refused = report.files_refused.first().unwrap_or_else(|| panic!("refused: {report}"));
    assert!(refused.message.contains(reason), "{refused}");
}

#[test]
fn small_files_do_not_ask_for_much() {
    let head = format!("{HEAD}{ROW}");
    check_refused(
        &format!(r#"{head}<row r="3"><c r="ZZZZZZ4294967295"><v>1</v></c></row>"#),
        NO_TEXTS,
        "where no sheet has one",
    );
    check_refused(&format!(r#"{head}<row r="4294967296"><c><v>1</v></c></row>"#), NO_TEXTS, "where no sheet has one");
    check_refused(&format!(r#"{head}<dimension ref="spreadsheetml/2006"/>"#), NO_TEXTS, "where no sheet has one");
    check_refused(&head, &NO_TEXTS.replace("\"0\"", "\"4000000000\""), "uniqueCount");
    let shared = r#"<f t="shared" ref="B3:B4" si="4000000000">A1</f>"#;
    check_refused(&format!(r#"{head}<row r="3"><c r="B3">{shared}<v>1</v></c></row>"#), NO_TEXTS, "can't be");
    let long = format!(r#"{head}<row r="3"><c r="A3" t="str"><v>{}</v></c></row>"#, "x".repeat(20 << 20));
    check_refused(&long, NO_TEXTS, "no cell holds one");
    let bomb = format!("{head}{}", "<!--><-->".repeat(12 << 20));
    check_refused(&bomb, NO_TEXTS, "unpacks to more than");
    let far: String = (3..40_000).map(|row| format!(r#"<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>"#)).collect();
    check_refused(&format!("{head}{far}"), NO_TEXTS, "far apart");
}

#[test]
fn one_cell_far_away_is_no_harm() {
    let far = format!(r#"{HEAD}{ROW}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#);
    let report = read(workbook(&far, NO_TEXTS), PROFILE).report;
    assert_eq!((report.rows.accepted, report.rows.refused), (1, 0), "{report}");
}

#[test]
fn limits_of_a_profile_and_of_a_table() {
    let digits = PROFILE.replace("'{code}'", "{ from = '{code}', digits = 1000000000 }");
    let error = ImportProfile::parse(&digits, "test").expect_err("no id has so many").to_string();
    assert!(error.contains("40 digits at most"), "{error}");
    let profile = ImportProfile::parse(PROFILE, "test").expect("a profile");
    let wide = format!("code,v{}\n", ",x".repeat(1_000_000));
    let refused = |files: &[SourceFile]| {
        let imported =
            import_files(&profile, files, &mut |_: &ObservationBatch| Ok(())).unwrap_or_else(|e| panic!("{e}"));
        imported.report.files_refused.first().map(|refused| refused.message.clone()).expect("refused")
    };
    let message = refused(&[SourceFile::in_memory("wide.csv", wide.into_bytes())]);
    assert!(message.contains("columns at most"), "{message}");
    let message = refused(&[SourceFile::on_disk("/dev/null")]);
    assert!(message.contains("a pipe or a device"), "{message}");
}

/// Style 1 shows percents, 2 four digits, 3 a percent sign that is a text.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3"><numFmt numFmtId="164" formatCode="0.0%"/><numFmt numFmtId="165" formatCode="0000"/><numFmt numFmtId="166" formatCode="0.0\%"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>"#;

#[test]
fn cells_are_read_as_they_are_shown() {
    let rows = format!(
        r#"{HEAD}<row r="2"><c r="A2" s="2"><v>10</v></c><c r="B2" s="1"><v>0.661</v></c></row>
        <row r="3"><c r="A3" s="2"><v>20</v></c><c r="B3" s="3"><v>64.5</v></c></row>
        <row r="4"><c r="A4" s="2"><v>12345</v></c><c r="B4" s="1"><v>0.007</v></c></row>"#
    );
    for scale in ["percent", "fraction", "signed", "mixed"] {
        // A number that is shown as it is has the scale of the column.
        let rows = if matches!(scale, "fraction" | "signed") { rows.replace("64.5", "0.645") } else { rows.clone() };
        let profile = PROFILE.replace("scale = 'number'", &format!("scale = '{scale}'"));
        let profile = ImportProfile::parse(&profile, "test").unwrap_or_else(|e| panic!("{e}"));
        let files = [SourceFile::in_memory("book.xlsx", styled(&rows, NO_TEXTS, STYLES))];
        let mut found = Vec::new();
        let mut keep = |batch: &ObservationBatch| {
            let places = batch.place.iter().map(|place| batch.places.text_by_number(*place).to_owned());
            found.extend(places.zip(batch.lo.iter().copied()));
            Ok(())
        };
        let report = import_files(&profile, &files, &mut keep).unwrap_or_else(|e| panic!("{e}")).report;
        let want = [("0010", 66.1), ("0020", 64.5), ("12345", 0.7)].map(|(place, value)| (place.to_owned(), value));
        assert_eq!(found, want, "{scale}: {report}");
    }
    let number = read(styled(&rows, NO_TEXTS, STYLES), PROFILE).report;
    assert_eq!((number.rows.accepted, number.rows.refused), (1, 2), "{number}");
}

/// A sheet says what its formats show, and a format that is not followed is named with its cell.
#[test]
fn texts_of_formats_are_read_and_others_are_refused_by_cell() {
    let formats =
        ["[&lt;10]&quot;*&quot;;0.0", "&quot;&gt;&quot;0", "0,", "&quot;D&quot;0", "[&gt;=90]&quot;&gt;90&quot;;0.0"];
    let listed: String =
        (164..).zip(formats).map(|(id, code)| format!(r#"<numFmt numFmtId="{id}" formatCode="{code}"/>"#)).collect();
    let cells: String = (164..169).map(|id| format!(r#"<xf numFmtId="{id}"/>"#)).collect();
    let (head, rest) = STYLES.split_once("<numFmts").expect("it lists formats");
    let (_, rest) = rest.split_once("</numFmts>").expect("it lists formats");
    let (rest, _) = rest.split_once("<cellXfs").expect("it lists styles");
    let styles = format!(
        r#"{head}<numFmts count="5">{listed}</numFmts>{rest}<cellXfs count="6"><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>"#
    );
    let row = |at: u32, id: &str, style: u32, value: &str| {
        format!(r#"<row r="{at}"><c r="A{at}" s="4"><v>{id}</v></c><c r="B{at}" s="{style}"><v>{value}</v></c></row>"#)
    };
    let shown =
        [(1, 1, "7"), (2, 1, "17.5"), (3, 2, "95"), (4, 2, "95.4"), (5, 3, "12345"), (6, 5, "66.1"), (7, 5, "93")];
    let rows: String =
        (2..).zip(shown).map(|(at, (id, style, value))| row(at, &id.to_string(), style, value)).collect();
    let profile = format!("bands = true\ntokens = {{ '*' = 'suppressed' }}\n{PROFILE}");
    let profile = ImportProfile::parse(&profile, "test").unwrap_or_else(|e| panic!("{e}"));
    let files = [SourceFile::in_memory("book.xlsx", styled(&format!("{HEAD}{rows}"), NO_TEXTS, &styles))];
    let mut found = Vec::new();
    let mut keep = |batch: &ObservationBatch| {
        found
            .extend((0..batch.place.len()).map(|i| {
                format!("{} {} {}", batch.places.text_by_number(batch.place[i]), batch.state[i], batch.lo[i])
            }));
        Ok(())
    };
    let report = import_files(&profile, &files, &mut keep).unwrap_or_else(|e| panic!("{e}")).report;
    assert_eq!(found, ["D1 4 NaN", "D2 0 17.5", "D3 2 95", "D6 0 66.1", "D7 2 90"], "{report}");
    let refused: Vec<&str> = report.refusals.iter().map(|refusal| refusal.text.as_str()).collect();
    assert_eq!(refused, ["95.4 shown by the format \">\"0", "12345 shown by the format 0,"], "{report}");
}

/// Two figures of one cell, row or part: which one is meant is not for a program to guess.
#[test]
fn what_a_workbook_says_twice_is_refused() {
    let second = |row: &str| format!("{HEAD}{ROW}{row}");
    let cell = r#"<row r="3"><c r="A3" t="str"><v>0020</v></c><c r="B3"><v>60</v></c><c r="B3"><v>61</v></c></row>"#;
    check_refused(&second(cell), NO_TEXTS, "xl/worksheets/sheet1.xml: cell B3 comes twice");
    let elsewhere = r#"<row r="3"><c r="A2" t="str"><v>0020</v></c></row>"#;
    check_refused(&second(elsewhere), NO_TEXTS, "a cell in row 3 is called A2");
    check_refused(&second(ROW), NO_TEXTS, "row 2 comes twice");
    let values = r#"<row r="3"><c r="A3" t="str"><v>0020</v></c><c r="B3"><v>60</v><v>99</v></c></row>"#;
    check_refused(&second(values), NO_TEXTS, "cell B3 has two values");
}

#[test]
fn a_part_that_comes_twice_is_refused() {
    let sheet = |figure: &str| {
        let row = ROW.replace("60", figure);
        format!("<worksheet><sheetData>{HEAD}{row}</sheetData></worksheet>")
    };
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let parts = [("xl/worksheets/sheet1.xml", sheet("60")), ("xl/worksheets/sheet9.xml", sheet("99"))];
    for (name, text) in [("xl/workbook.xml", BOOK.to_owned())].into_iter().chain(parts) {
        zip.start_file(name, options).expect("memory takes a part");
        zip.write_all(text.as_bytes()).expect("memory takes its text");
    }
    let mut bytes = zip.finish().expect("memory takes the end").into_inner();
    // The writer makes no part twice, so that the second is renamed where it is named.
    let name = b"sheet9.xml";
    let named: Vec<usize> = (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    assert_eq!(named.len(), 2, "beside the part and in the directory");
    named.iter().for_each(|at| bytes[*at..at + name.len()].copy_from_slice(b"sheet1.xml"));
    let report = read(bytes, PROFILE).report;
    let told = report.files_refused.first().map(|refused| refused.message.as_str()).unwrap_or_default();
    assert!(told.contains("its part xl/worksheets/sheet1.xml comes twice"), "{report}");
}

/// A figure with a footnote's digit raised behind it is no longer figure.
#[test]
fn raised_digits_are_marks() {
    let raised = |text: &str, mark: &str| {
        format!("<r><t>{text}</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>{mark}</t></r>")
    };
    let shared = format!(
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="3"><si>{}</si><si>{}</si><si><t>62</t></si></sst>"#,
        raised("6", "2"),
        raised("D1", "3")
    );
    let rows = format!(
        r#"{HEAD}<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2" t="s"><v>0</v></c></row>
        <row r="3"><c r="A3" t="str"><v>b</v></c><c r="B3" t="inlineStr"><is>{}</is></c></row>
        <row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4"><v>7</v></c></row>
        <row r="5"><c r="A5" t="str"><v>d</v></c><c r="B5" t="s"><v>2</v></c></row>"#,
        raised("45.3", "9")
    );
    let report = read(workbook(&rows, &shared), PROFILE).report;
    let refused: Vec<&str> = report.refusals.iter().map(|refusal| refusal.text.as_str()).collect();
    assert_eq!(refused, ["6²", "45.3⁹", "D1³"], "{report}");
    assert_eq!((report.rows.accepted, report.reasons.len()), (1, 1), "a plain 62 is 62: {report}");
    let (head, values) = PROFILE.split_once("[[level]]").expect("it has a level");
    let marked = format!("{head}marks = {{ '2' = 'ignored', '⁹' = 'break' }}\n[[level]]{values}");
    let mut seen = Vec::new();
    let profile = ImportProfile::parse(&marked, "test").unwrap_or_else(|e| panic!("{e}"));
    let files = [SourceFile::in_memory("book.xlsx", workbook(&rows, &shared))];
    let mut take = |batch: &ObservationBatch| {
        seen.extend_from_slice(&batch.lo);
        Ok(())
    };
    import_files(&profile, &files, &mut take).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(seen, [6.0, 45.3, 62.0]);
}
