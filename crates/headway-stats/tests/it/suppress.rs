//! Suppression against GaussSuppression (`sdc_gauss_*.json`), and its audit against linear programs
//! (`sdc_audit_*.json`); an attack on what is published, and the same attack on suppression weakened on purpose.

use crate::noise::Noise;
use crate::oracle::files;
use headway_stats::audit::{self, audit_hidden};
use headway_stats::suppress::{MarginTable, RelationSystem, SuppressionOptions, TableDimension, suppress_cells};
use serde_json::Value;
use std::collections::HashMap;

const OPTIONS: SuppressionOptions = SuppressionOptions { max_n: 9, protect_zeros: false, known_floor: false };

/// Codes of one dimension, the total first.
struct Codes {
    place: HashMap<String, u32>,
    parent: Vec<Option<u32>>,
}

impl Codes {
    fn new() -> Self {
        Self { place: HashMap::from([("Total".to_string(), 0)]), parent: vec![None] }
    }

    fn add(&mut self, code: &str, parent: u32) -> u32 {
        let next = self.parent.len() as u32;
        let at = *self.place.entry(code.to_string()).or_insert(next);
        if at == next {
            self.parent.push(Some(parent));
        }
        at
    }
}

/// The cells of a reference (margins are named "Total", districts stand among the schools) and their dimensions.
fn cells(rows: &[Value], districts: &HashMap<String, String>) -> (Vec<TableDimension>, Vec<Vec<u32>>) {
    let given = ["n", "primary", "suppressed", "lo", "hi", "status", "district"];
    let names: Vec<&String> = rows[0].as_object().unwrap().keys().filter(|k| !given.contains(&k.as_str())).collect();
    let mut codes: Vec<Codes> = names.iter().map(|_| Codes::new()).collect();
    let keys = rows
        .iter()
        .map(|row| {
            names
                .iter()
                .zip(&mut codes)
                .map(|(name, codes)| {
                    let code = row[name.as_str()].as_str().unwrap();
                    let parent = districts.get(code).map_or(0, |district| codes.add(district, 0));
                    codes.add(code, parent)
                })
                .collect()
        })
        .collect();
    (codes.into_iter().map(|c| TableDimension::new(c.parent)).collect(), keys)
}

fn count(row: &Value) -> u64 {
    row["n"].as_u64().unwrap()
}

/// The table of a GaussSuppression output, its inner cells summed up anew, and the cell of each row.
fn reference_table(d: &Value) -> (MarginTable, Vec<u32>) {
    let name = |row: &Value, field: &str| row[field].as_str().map(str::to_string);
    let input = d["input"].as_array().unwrap();
    let districts = input.iter().filter_map(|row| Some((name(row, "school")?, name(row, "district")?))).collect();
    let output = d["output"].as_array().unwrap();
    let (dimensions, keys) = cells(output, &districts);
    let margins: Vec<&String> = districts.values().collect();
    let inner = |row: &Value| {
        row.as_object()
            .unwrap()
            .values()
            .all(|v| v.as_str().is_none_or(|v| v != "Total" && !margins.iter().any(|m| *m == v)))
    };
    let inner: Vec<(Vec<u32>, u64)> =
        output.iter().zip(&keys).filter(|(row, _)| inner(row)).map(|(row, key)| (key.clone(), count(row))).collect();
    let table = MarginTable::with_margins(dimensions, &inner);
    let places =
        keys.iter().map(|key| table.cell_of_codes(key).expect("the table has every cell of the reference")).collect();
    (table, places)
}

fn exposed(system: &RelationSystem, hidden: &[bool], primary: &[bool]) -> usize {
    audit::find_determined(system, hidden)
        .iter()
        .zip(primary)
        .filter(|(determined, primary)| **determined && **primary)
        .count()
}

#[test]
fn nothing_can_be_computed_and_no_more_is_hidden_than_by_the_reference() {
    for (name, d) in files("sdc_gauss") {
        let (table, places) = reference_table(&d);
        let (rows, n) = (d["output"].as_array().unwrap(), table.n());
        assert_eq!(table.cell_count() as u64, d["n_cells"].as_u64().unwrap(), "{name}");
        let options = SuppressionOptions {
            max_n: d["options"]["maxN"].as_u64().unwrap(),
            protect_zeros: d["options"]["protectZeros"].as_bool().unwrap(),
            known_floor: false,
        };
        let system = table.to_system();
        let got = suppress_cells(&system, n, &table.importance(), &options);
        for (row, &cell) in rows.iter().zip(&places) {
            assert_eq!(n[cell as usize], count(row), "{name} {row}");
            assert_eq!(got.primary[cell as usize], row["primary"], "{name} {row}");
        }
        assert_eq!((got.exposed.len(), got.weak.len()), (0, 0), "{name}");
        assert_eq!(exposed(&system, &got.hidden, &got.primary), 0, "{name}");
        let theirs: Vec<u64> = rows.iter().filter(|row| row["suppressed"] == true).map(count).collect();
        let ours: Vec<u64> = (0..n.len()).filter(|&c| got.hidden[c]).map(|c| n[c]).collect();
        assert!(ours.len() <= theirs.len(), "{name}: {} cells hidden, there {}", ours.len(), theirs.len());
        let sums = (ours.iter().sum::<u64>(), theirs.iter().sum::<u64>());
        assert!(sums.0 <= sums.1, "{name}: {} pupils hidden, there {}", sums.0, sums.1);
        // Weakened on purpose: the small cells alone, and all that is hidden but one that is hidden for their sake.
        assert!(exposed(&system, &got.primary, &got.primary) > 0, "{name}: the small cells alone must not be enough");
        let mut noise = Noise::new(1);
        let secondary: Vec<usize> = (0..n.len()).filter(|&c| got.hidden[c] && !got.primary[c]).collect();
        for _ in 0..5 {
            let mut weakened = got.hidden.clone();
            weakened[secondary[noise.below(secondary.len())]] = false;
            let given_away = exposed(&system, &weakened, &got.primary);
            assert!(given_away > 0 || n.len() > 1000, "{name}: each cell hidden in a small table is needed");
        }
    }
}

#[test]
fn every_interval_is_the_reference_s() {
    for (name, d) in files("sdc_audit") {
        for rule in ["cells_opt", "cells_gauss", "cells_primary_only", "cells_naive_row"] {
            let rows = d[rule].as_array().unwrap();
            let (dimensions, keys) = cells(rows, &HashMap::new());
            let cells: Vec<(Vec<u32>, u64)> = keys.into_iter().zip(rows.iter().map(count)).collect();
            let table = MarginTable::of_cells(dimensions, &cells);
            let hidden: Vec<bool> = rows.iter().map(|row| row["suppressed"].as_bool().unwrap()).collect();
            let got = audit_hidden(&table.to_system(), table.n(), &hidden, &audit::AuditOptions::default());
            assert_eq!(got.intervals.len(), hidden.iter().filter(|&&h| h).count());
            for interval in &got.intervals {
                let row = &rows[interval.cell as usize];
                let (lo, hi) = (row["lo"].as_f64().unwrap(), row["hi"].as_f64().unwrap());
                assert!(interval.sharp);
                assert!(
                    (interval.lo - lo).abs() < 1e-6 && (interval.hi - hi).abs() < 1e-6,
                    "{name} {rule} {row}: {interval:?}"
                );
            }
            let exact: Vec<usize> = (0..rows.len()).filter(|&i| hidden[i] && rows[i]["lo"] == rows[i]["hi"]).collect();
            assert_eq!(got.exact.iter().map(|&c| c as usize).collect::<Vec<_>>(), exact, "{name} {rule}");
        }
    }
}

/// A made-up state: districts of ten schools, ten groups from large to tiny, four levels.
fn state(districts: u32, seed: u64) -> MarginTable {
    let mut noise = Noise::new(seed);
    let schools = districts * 10;
    let mut parent = vec![None];
    parent.extend((0..districts).map(|_| Some(0)));
    parent.extend((0..schools).map(|school| Some(1 + school / 10)));
    let groups = [0.45, 0.2, 0.15, 0.08, 0.05, 0.03, 0.02, 0.01, 0.006, 0.004];
    let levels = [0.2, 0.3, 0.35, 0.15];
    let mut inner = Vec::new();
    for school in 0..schools {
        let size = 100.0 + 600.0 * noise.even();
        for (group, share) in groups.iter().enumerate() {
            for (level, part) in levels.iter().enumerate() {
                let mean: f64 = size * share * part * (0.5 * noise.normal()).exp();
                let n = (mean + mean.sqrt() * noise.normal()).max(0.0).round() as u64;
                inner.push((vec![1 + districts + school, group as u32, level as u32], n));
            }
        }
    }
    MarginTable::with_margins(
        vec![TableDimension::new(parent), TableDimension::under_total(10), TableDimension::under_total(4)],
        &inner,
    )
}

#[test]
fn a_whole_state_is_protected() {
    let table = state(40, 5);
    let system = table.to_system();
    let got = suppress_cells(&system, table.n(), &table.importance(), &OPTIONS);
    assert!(got.exposed.is_empty());
    assert_eq!(exposed(&system, &got.hidden, &got.primary), 0);
    let secondary = got.hidden.iter().zip(&got.primary).filter(|(h, p)| **h && !**p).count();
    let primary = got.primary.iter().filter(|&&p| p).count();
    assert!(secondary * 8 < primary, "{secondary} hidden for the sake of {primary}");
}

/// Four flat dimensions crossed: most sums are of inner cells alone, and proofs are long.
#[test]
fn crossed_tables_are_protected_and_hide_little() {
    let mut noise = Noise::new(7);
    let sizes = [8u32, 8, 5, 4];
    let inner: Vec<(Vec<u32>, u64)> = (0..sizes.iter().product::<u32>())
        .map(|i| (vec![i % 8, i / 8 % 8, i / 64 % 5, i / 320], (30.0 * -noise.even().ln()) as u64))
        .collect();
    let table = MarginTable::with_margins(sizes.map(TableDimension::under_total).to_vec(), &inner);
    let system = table.to_system();
    let got = suppress_cells(&system, table.n(), &table.importance(), &OPTIONS);
    assert_eq!((got.exposed.len(), got.weak.len(), exposed(&system, &got.hidden, &got.primary)), (0, 0, 0));
    let count = |cells: &[bool]| cells.iter().filter(|cell| **cell).count();
    let (hidden, primary) = (count(&got.hidden), count(&got.primary));
    assert!(hidden <= 2 * primary, "{hidden} hidden, {primary} of them small");
    // Each cell hidden for others' sake is needed: published alone it gives a small one away.
    let needed = |c: usize| {
        let mut weakened = got.hidden.clone();
        weakened[c] = false;
        exposed(&system, &weakened, &got.primary) > 0
    };
    let secondary: Vec<usize> = (0..table.cell_count()).filter(|&c| got.hidden[c] && !got.primary[c]).collect();
    assert!(secondary.iter().step_by(15).all(|&c| needed(c)));
}

#[test]
fn random_small_tables_hold_against_linear_programs() {
    let mut noise = Noise::new(11);
    let (mut weak, mut small) = (0, 0);
    for _ in 0..150 {
        let (rows, columns, layers) = (2 + noise.below(5) as u32, 2 + noise.below(5) as u32, 1 + noise.below(3) as u32);
        let scale = 2.0 + 40.0 * noise.even();
        let mut inner = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                for layer in 0..layers {
                    inner.push((vec![row, column, layer], (scale * -noise.even().ln()) as u64));
                }
            }
        }
        let table = MarginTable::with_margins(
            vec![
                TableDimension::under_total(rows),
                TableDimension::under_total(columns),
                TableDimension::under_total(layers),
            ],
            &inner,
        );
        let system = table.to_system();
        for protect_zeros in [false, true] {
            let options = SuppressionOptions { max_n: 5, protect_zeros, known_floor: true };
            let got = suppress_cells(&system, table.n(), &table.importance(), &options);
            // A layer of one is its own total: there each count stands twice, and can still be hidden twice.
            let floor = u64::from(!protect_zeros);
            let attack =
                audit_hidden(&system, table.n(), &got.hidden, &audit::AuditOptions { floor, exact_up_to: 400 });
            let recovered =
                |cells: &[u32]| attack.exact.iter().filter(|c| got.primary[**c as usize] && !cells.contains(c)).count();
            let unprovable: Vec<u32> = got.exposed.iter().chain(&got.weak).copied().collect();
            assert_eq!(recovered(&unprovable), 0, "{inner:?}");
            for interval in &attack.intervals {
                let n = table.n()[interval.cell as usize] as f64;
                assert!(interval.lo <= n + 1e-6 && n <= interval.hi + 1e-6, "{interval:?} misses {n}");
            }
            weak += unprovable.len();
            small += got.primary.iter().filter(|&&p| p).count();
            // Bounds passed on are never narrower than the truth allows.
            let rough = audit_hidden(&system, table.n(), &got.hidden, &audit::AuditOptions { floor, exact_up_to: 0 });
            for (rough, sharp) in rough.intervals.iter().zip(&attack.intervals) {
                assert!(
                    rough.lo <= sharp.lo.ceil() + 1e-6 && rough.hi >= sharp.hi.floor() - 1e-6,
                    "{rough:?} {sharp:?}"
                );
            }
        }
    }
    assert!(weak * 20 < small, "{weak} of {small} small cells without proof against readers who know the floor");
}

#[test]
fn readers_who_know_that_zeros_are_shown_learn_no_ones() {
    // Two hidden ones that add up to 2: to a reader who knows that hidden counts are at least 1, both are 1.
    let counts = [[1, 1, 30], [20, 25, 18], [40, 22, 31]];
    let inner: Vec<(Vec<u32>, u64)> =
        (0..9u32).map(|i| (vec![i / 3, i % 3], counts[i as usize / 3][i as usize % 3])).collect();
    let table = MarginTable::with_margins(vec![TableDimension::under_total(3), TableDimension::under_total(3)], &inner);
    let system = table.to_system();
    let recovered = |known_floor| {
        let got =
            suppress_cells(&system, table.n(), &table.importance(), &SuppressionOptions { known_floor, ..OPTIONS });
        let attack = audit_hidden(
            &system,
            table.n(),
            &got.hidden,
            &audit::AuditOptions { floor: 1, ..audit::AuditOptions::default() },
        );
        attack.exact.iter().filter(|c| got.primary[**c as usize]).count()
    };
    assert_eq!(recovered(false), 2);
    assert_eq!(recovered(true), 0);
}

#[test]
fn totals_that_do_not_add_up_give_nothing_away() {
    let dimension = || TableDimension::under_total(2);
    let cells = [(vec![0], 4), (vec![1], 30), (vec![2], 34)];
    let hidden = [true, false, false];
    let sum = MarginTable::of_cells(vec![dimension()], &cells);
    assert_eq!(audit_hidden(&sum.to_system(), sum.n(), &hidden, &audit::AuditOptions::default()).exact, [0]);
    // Five pupils of no known group: the total is more than its parts.
    let more = MarginTable::of_cells(vec![dimension()], &[(vec![0], 4), (vec![1], 30), (vec![2], 39)]);
    let open = audit_hidden(&more.to_system(), more.n(), &hidden, &audit::AuditOptions::default());
    assert!(open.exact.is_empty() && open.intervals[0].hi.is_infinite());
    // Nothing at all.
    let none = MarginTable::of_cells(vec![dimension()], &[]);
    assert!(suppress_cells(&none.to_system(), &[], &[], &OPTIONS).hidden.is_empty());
}

/// `HEADWAY_DISTRICTS=400` makes it large, and 1650 a million cells, which takes minutes.
#[test]
fn a_large_state_is_protected() {
    let districts = std::env::var("HEADWAY_DISTRICTS").map_or(3, |d| d.parse().expect("a number of districts"));
    let table = state(districts, 5);
    let system = table.to_system();
    let got = suppress_cells(&system, table.n(), &table.importance(), &OPTIONS);
    assert!(got.exposed.is_empty());
}
