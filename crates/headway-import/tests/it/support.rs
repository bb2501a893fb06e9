//! What the tests share: the real files, the profiles, and an import that checks what must always hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use headway_import::{ImportProfile, ImportReport, ImportResult, SourceFile, import_files};
use headway_model::{Level, Names, ObservationBatch, PlaceId};

#[expect(clippy::print_stderr, reason = "a test that is left out must say so")]
/// The folder of real files; `None`, said aloud, when it isn't there.
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if !path.is_dir() {
        eprintln!("left out: ../shared is not here ({folder})");
        return None;
    }
    Some(path)
}

/// A standing profile of the project.
pub(crate) fn standing(name: &str) -> ImportProfile {
    profile_at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../profiles").join(name))
}

/// A profile of the tests.
pub(crate) fn one_off(name: &str) -> ImportProfile {
    profile_at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/profiles").join(name))
}

fn profile_at(path: &Path) -> ImportProfile {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    ImportProfile::parse(&text, &path.display().to_string()).unwrap_or_else(|e| panic!("{e}"))
}

/// Files below `folder`, in the order given; each is named by its path below the folder.
pub(crate) fn files(folder: &Path, names: &[&str]) -> Vec<SourceFile> {
    names
        .iter()
        .map(|name| {
            let mut file = SourceFile::on_disk(folder.join(name));
            file.name = (*name).to_owned();
            file
        })
        .collect()
}

/// An import and its batches.
pub(crate) struct Run {
    pub(crate) imported: ImportResult,
    pub(crate) batches: Vec<ObservationBatch>,
}

/// Imports, and checks what must always hold: the report adds up and agrees with the batches, every place is known.
pub(crate) fn run(profile: &ImportProfile, files: &[SourceFile]) -> Run {
    let mut batches = Vec::new();
    let imported = import_files(profile, files, &mut |batch| {
        batches.push(batch.clone());
        Ok(())
    })
    .unwrap_or_else(|e| panic!("{e}"));
    let report = &imported.report;
    assert!(report.rows.adds_up() && report.cells.adds_up());
    assert_eq!(
        batches.iter().map(ObservationBatch::len).sum::<usize>() as u64,
        report.cells.taken_count(),
        "batches hold what is reported"
    );
    let places: BTreeMap<PlaceId, Level> = imported.places.iter().map(|p| (p.place, p.level)).collect();
    for place in batches.iter().flat_map(|batch| batch.places.all_texts()) {
        assert!(places.contains_key(place), "{place} is a place");
    }
    let json = serde_json::to_value(report).expect("a report is JSON");
    assert_eq!(json["rows"]["read"], report.rows.read);
    assert!(report.to_string().contains("accepted"));
    Run { imported, batches }
}

impl Run {
    pub(crate) fn report(&self) -> &ImportReport {
        &self.imported.report
    }

    /// Cells by kind over all slices that `wanted` takes.
    pub(crate) fn kinds(&self, wanted: impl Fn(&headway_import::ReportSlice) -> bool) -> BTreeMap<&'static str, u64> {
        let mut kinds = BTreeMap::new();
        for slice in self.report().slices.iter().filter(|s| wanted(s)) {
            for (kind, count) in &slice.cells {
                *kinds.entry(*kind).or_default() += count;
            }
        }
        kinds
    }

    /// The one observation of this key: (state, lower and upper bound, numerator, denominator, flags).
    pub(crate) fn observation(&self, measure: &str, [place, group, grade]: [&str; 3], period: i32) -> Option<Row> {
        let mut found = Vec::new();
        for batch in self.batches.iter().filter(|b| b.measure == measure) {
            let number = |names: &Names, text: &str| names.all_texts().position(|t| t == text).map(|n| n as u32);
            let (Some(u), Some(g), Some(r)) =
                (number(&batch.places, place), number(&batch.groups, group), number(&batch.grades, grade))
            else {
                continue;
            };
            found.extend(
                (0..batch.len())
                    .filter(|&i| (batch.place[i], batch.group[i], batch.grade[i], batch.period[i]) == (u, g, r, period))
                    .map(|i| Row {
                        state: headway_model::ValueState::of_number(batch.state[i]).expect("a state").id(),
                        lo: batch.lo[i],
                        hi: batch.hi[i],
                        numerator: batch.numerator[i],
                        denominator: batch.denominator[i],
                        flags: batch.flags[i],
                    }),
            );
        }
        assert!(found.len() <= 1, "one value a key");
        found.pop()
    }
}

/// One observation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) state: &'static str,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) numerator: f64,
    pub(crate) denominator: f64,
    pub(crate) flags: u8,
}

/// What must come out of an import: rows read, accepted, refused; and figures of some slices.
pub(crate) struct Expected<'a> {
    pub(crate) rows: [u64; 3],
    pub(crate) cells_refused: u64,
    pub(crate) slices: &'a [Figures<'a>],
}

/// Figures of one slice: (measure, level, group, grade, period), how many values, sums of numerators and denominators.
pub(crate) type Figures<'a> = ([&'a str; 5], u64, Option<f64>, Option<f64>);

/// Checks an import against what other programs counted.
pub(crate) fn check(run: &Run, expected: &Expected) {
    let report = run.report();
    assert_eq!([report.rows.read, report.rows.accepted, report.rows.refused], expected.rows, "{report}");
    assert_eq!(report.cells.refused, expected.cells_refused, "{report}");
    for (key, count, numerator, denominator) in expected.slices {
        let [measure, level, group, grade, period] = *key;
        let slice = report
            .slices_of(measure)
            .find(|s| [s.level.id(), &s.group, &s.grade, &s.period] == [level, group, grade, period])
            .unwrap_or_else(|| panic!("no slice {key:?} in {:#?}", report.slices_of(measure).collect::<Vec<_>>()));
        let found = (slice.cells.values().sum::<u64>(), slice.numerator, slice.denominator);
        assert_eq!(found, (*count, *numerator, *denominator), "{key:?}");
    }
}

impl Run {
    /// Sum of the exact values of a measure, rounded to the millionth.
    pub(crate) fn sum(&self, measure: &str) -> f64 {
        let exact =
            self.batches.iter().filter(|b| b.measure == measure).flat_map(|batch| {
                (0..batch.len()).filter(|&i| batch.state[i] == 0).map(|i| (batch.lo[i] * 1e6).round())
            });
        exact.sum::<f64>() / 1e6
    }
}

/// Files below `folder` with this ending, in the order of their names.
pub(crate) fn all_files(folder: &Path, under: &str, ending: &str) -> Vec<SourceFile> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join(under))
        .unwrap_or_else(|e| panic!("{under}: {e}"))
        .map(|entry| entry.expect("a folder's entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(ending))
        .map(|name| if under.is_empty() { name } else { format!("{under}/{name}") })
        .collect();
    names.sort();
    files(folder, &names.iter().map(String::as_str).collect::<Vec<_>>())
}
