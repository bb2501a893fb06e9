//! Files of every kind that is read, changed at random: whatever comes of them is an answer or an error, never a panic, and never
//! late. `HEADWAY_FUZZ_SECONDS` says for how long each reader is tried (`./check long fuzz`: ten minutes).

use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use headway_import::{ImportProfile, SourceFile, import_files};
use headway_lake::{RawColumns, RawShape, read_parquet};
use headway_model::{ObservationBatch, PeriodKind};
use headway_planfile as plan;
use headway_simulate::{SimulationSize, write_simulation};
use zip::write::SimpleFileOptions;

use crate::support::day;

/// What breaks readers: signs of their languages, and numbers at the edge.
const PIECES: &[&str] = &[
    "\"",
    "'",
    ",",
    ";",
    "\r",
    "\n",
    "\r\n",
    "\u{feff}",
    "\0",
    "\u{a0}",
    "%",
    "-",
    "=",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "&",
    "*",
    "#",
    ":",
    "|",
    "\\",
    "&a ",
    "*a ",
    "!!int ",
    "- ",
    "? ",
    "null",
    "~",
    "1e999",
    "-1",
    "NaN",
    "9999999999999999999",
    "4294967295",
    "XFD1048576",
    "ZZZZZZ1",
    "uniqueCount=\"9999\"",
    "r=\"A1\"",
    "t=\"s\"",
    "<c>",
    "</c>",
    "<row>",
    "</sheetData>",
    "'''",
    "\"\"\"",
    "[[values]]",
    "(?<a>",
    "{1}",
    "\u{1F600}",
    "é",
    "0,857",
    "1.234,5",
    "\u{2212}",
];

/// A small generator of numbers (xorshift), so that a fault can be shown again by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }

    /// A text with one to eight changes: bytes overwritten, pieces put in, stretches taken out or doubled.
    fn changed(&mut self, text: &[u8]) -> Vec<u8> {
        let mut out = text.to_vec();
        for _ in 0..=self.below(8) {
            let (at, length) = (self.below(out.len() + 1), self.below(40));
            let end = (at + length).min(out.len());
            match self.below(6) {
                0 if at < out.len() => out[at] = self.below(256) as u8,
                1 => drop(out.drain(at..end)),
                2 => {
                    let twice = out[at..end].repeat(1 + self.below(20));
                    out.splice(at..at, twice);
                }
                3 => out.truncate(at.max(1)),
                _ => drop(out.splice(at..at, PIECES[self.below(PIECES.len())].bytes())),
            }
        }
        out
    }
}

/// Tries a reader on changed files for as long as is asked; a panic is told with the seed that shows it again.
#[expect(clippy::disallowed_methods, reason = "it is told for how many seconds to go on")]
fn fuzz(reader: &str, seeds: &[&[u8]], read: impl Fn(&[u8])) {
    let seconds = std::env::var("HEADWAY_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let begun = Instant::now();
    let mut number = 0;
    while begun.elapsed() < Duration::from_secs_f64(seconds) {
        number += 1;
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(number));
        let seed = dice.below(seeds.len());
        let bytes = dice.changed(seeds[seed]);
        let started = Instant::now();
        let went = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        let (took, text) = (started.elapsed(), String::from_utf8_lossy(&bytes));
        assert!(went.is_ok(), "{reader} panics at change {number}: {text:?}");
        assert!(took < Duration::from_secs(10), "{reader} takes {took:?} for change {number}: {text:?}");
    }
}

const PROFILE: &str = r#"
name = "Rates"
source = "Somebody"
unit = { from = "{code}", digits = 4 }
group = "{group}"
grade = "{grade}"
period = { kind = "school-year", from = "{year}" }
bands = true
tokens = { "*" = "suppressed", "" = "missing" }
marks = { p = "provisional" }
ignore_pattern = "x.*"

[[level]]
is = "school"
id = '^(\d\d)\d\d$'
parent = "{1}"
name = "{name}"

[[place]]
is = "district"
id = "{district}"
name = "{name}"

[[values]]
measure = "rate"
column = "rate"
scale = "percent"
numerator = "k"
denominator = "n"
"#;

const TABLE: &str = "code,name,district,group,grade,year,rate,k,n\n\
    0101,\"Alpha, School\",01,All students,3,2021-22,75.0,30,40\n\
    0102,Beta,01,ELL,03,2021-22,*,*,\"1,234\"\n\
    0103,Gamma,01,Female,K,2021-22,GE95,,\n\
    0104,\"Delta \"\"D\"\"\",01,All students,9-12,2021-22,13.1 p,,\n";

fn imports(profile: &ImportProfile, name: &str, bytes: &[u8]) {
    let files = [SourceFile::in_memory(name, bytes.to_vec())];
    // An error is an answer.
    let _answer = import_files(profile, &files, &mut |_: &ObservationBatch| Ok(()));
}

#[test]
fn csv() {
    let profile = ImportProfile::parse(PROFILE, "fuzz").expect("a profile");
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(TABLE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let semicolons = TABLE.replace(',', ";");
    fuzz("CSV", &[TABLE.as_bytes(), &utf16, semicolons.as_bytes()], |bytes| imports(&profile, "table.csv", bytes));
}

#[test]
fn profiles() {
    fuzz("a profile", &[PROFILE.as_bytes()], |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(profile) = ImportProfile::parse(&text, "fuzz") {
            imports(&profile, "table.csv", TABLE.as_bytes());
        }
    });
}

const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:I3"/><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="str"><v>district</v></c><c r="D1" t="str"><v>group</v></c>
<c r="E1" t="str"><v>grade</v></c><c r="F1" t="str"><v>year</v></c><c r="G1" t="str"><v>rate</v></c><c r="H1" t="inlineStr"><is><t>k</t></is></c>
<c r="I1" t="str"><v>n</v></c></row>
<row r="2"><c r="A2" t="str"><v>0101</v></c><c r="C2" t="str"><v>01</v></c><c r="D2" t="str"><v>all</v></c><c r="E2"><v>3</v></c>
<c r="F2" t="str"><v>2021-22</v></c><c r="G2" s="1"><f>30/40*100</f><v>75</v></c><c r="H2"><v>30</v></c><c r="I2"><v>40</v></c></row>
<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="G3"><f t="shared" ref="G3:G4" si="0">A1</f></c></row></sheetData>
<mergeCells count="1"><mergeCell ref="A3:B3"/></mergeCells></worksheet>"#;

const SHARED: &str = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2"><si><t>code</t></si><si><r><t>name</t></r></si></sst>"#;

/// The parts of a workbook that stay as they are.
const PARTS: [(&str, &str); 4] = [
    ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#),
    (
        "_rels/.rels",
        r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

fn zipped(sheet: &[u8], shared: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let fixed = PARTS.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, bytes) in fixed.chain([("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", shared)]) {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, options).and_then(|()| Ok(zip.write_all(bytes)?)).expect("memory takes a part");
    }
    zip.finish().expect("memory takes the end").into_inner()
}

#[test]
fn workbooks() {
    let profile = ImportProfile::parse(PROFILE, "fuzz").expect("a profile");
    let whole = zipped(SHEET.as_bytes(), SHARED.as_bytes());
    fuzz("a sheet", &[SHEET.as_bytes()], |sheet| imports(&profile, "b.xlsx", &zipped(sheet, SHARED.as_bytes())));
    fuzz("shared texts", &[SHARED.as_bytes()], |shared| imports(&profile, "b.xlsx", &zipped(SHEET.as_bytes(), shared)));
    fuzz("an archive", &[&whole], |bytes| imports(&profile, "b.xlsx", bytes));
}

#[test]
fn plans() {
    let yaml = "agency: { id: a, name: Agency, unit: st }\nplan: { id: p, edition: \"2026\" }\nmeasures:\n  - &m\n    id: r\n    name: Rate\n    \
                direction: increase\n    period: school-year\n    targets:\n      - unit: st\n        baseline: { period: 2021-22, value: 60.5 }\n        \
                target: { period: 2025-26, value: 70 }\n";
    let json = r#"{"agency":{"id":"a","name":"Agency","unit":"st"},"plan":{"id":"p","edition":"2026"},"measures":[{"id":"r","name":"Rate","direction":"increase","period":"school-year","targets":[{"unit":"st","grade":"03","target":{"period":"2025-26","value":70}}]}]}"#;
    fuzz("a plan in YAML", &[yaml.as_bytes()], |bytes| drop(plan::parse("plan.yaml", bytes)));
    fuzz("a plan in JSON", &[json.as_bytes()], |bytes| drop(plan::parse("plan.json", bytes)));
    fuzz("a plan workbook", &[SHEET.as_bytes()], |sheet| {
        drop(plan::parse("plan.xlsx", &zipped(sheet, SHARED.as_bytes())));
    });
}

#[test]
fn parquet() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (sample, changed) = (folder.path().join("sample.parquet"), folder.path().join("changed.parquet"));
    let size = SimulationSize { places: 5, groups: 2, grades: 1, years: 3, seed: 7 };
    write_simulation(&size, day("2026-11-01"), &sample).expect("the temporary folder can be written");
    let bytes = std::fs::read(&sample).expect("just written");
    fuzz("Parquet", &[&bytes], |bytes| {
        std::fs::write(&changed, bytes).expect("the temporary folder can be written");
        read_all(&changed);
    });
}

fn read_all(path: &Path) {
    let columns = RawColumns {
        measure: "r",
        period_kind: PeriodKind::SchoolYear,
        place: "unit",
        period: "year",
        value: "value",
        group: Some("group"),
        grade: None,
        numerator: None,
        denominator: Some("n"),
    };
    if RawShape::of_file(path).is_ok() {
        // An error is an answer.
        let _answer = read_parquet(path, &columns, |_| Ok(()));
    }
}
