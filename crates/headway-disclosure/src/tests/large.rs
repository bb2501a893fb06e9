//! A large made-up state, to measure.

use std::collections::BTreeMap;

use headway_model::{Level, Place, PlaceDirectory, Value};

use super::super::atlas::CodeNumbers;
use super::super::figures::{CountedFigure, MeasureFigures};
use super::super::told::Disclosure;
use super::super::{HiddenReason, PublishingRule};
use super::{decide_over, figures};

/// A made-up state: districts of ten schools, seven races that make up all students and two groups that cut across, and four
/// levels of results among the same students.
/// `HEADWAY_DISTRICTS=400` makes it large, and 1650 a million counts, which takes minutes.
#[test]
#[expect(clippy::print_stderr, reason = "a measurement says what it measured")]
fn a_large_state_is_published() {
    const RACES: [(&str, f64); 7] =
        [("mwh", 0.45), ("mhi", 0.2), ("mbl", 0.15), ("mas", 0.08), ("mtr", 0.06), ("mnp", 0.03), ("mam", 0.03)];
    const ACROSS: [(&str, f64); 2] = [("ecd", 0.4), ("lep", 0.1)];
    let districts = std::env::var("HEADWAY_DISTRICTS").map_or(3, |d| d.parse().expect("a number of districts"));
    // Small figures that the source suppressed already, their counts unknown here.
    let by_source = std::env::var_os("HEADWAY_BY_SOURCE").is_some();
    let mut state = 11u64;
    let mut even = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    // By place and group: students, and those at each of four levels.
    let mut sums: BTreeMap<(String, &str), [u64; 5]> = BTreeMap::new();
    let mut known = vec![Place { id: "st".into(), name: "st".into(), level: Level::State, parent: None }];
    for d in 0..districts {
        let district = format!("{d:05}000");
        known.push(Place {
            id: district.clone().into(),
            name: district.clone(),
            level: Level::District,
            parent: Some("st".into()),
        });
        for s in 1..=10 {
            let school = format!("{d:05}{s:03}");
            known.push(Place {
                id: school.clone().into(),
                name: school.clone(),
                level: Level::School,
                parent: Some(district.clone().into()),
            });
            let size = 100.0 + 600.0 * even();
            let mut all = [0; 5];
            let add = |group: &'static str, counts: [u64; 5], sums: &mut BTreeMap<(String, &str), [u64; 5]>| {
                for place in [&school, &district, &"st".to_owned()] {
                    let sum = sums.entry((place.clone(), group)).or_default();
                    sum.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
                }
            };
            for (race, share) in RACES {
                let levels = [0.2, 0.3, 0.35, 0.15].map(|part| (size * share * part * 2.0 * even()).round() as u64);
                let counts = [levels.iter().sum(), levels[0], levels[1], levels[2], levels[3]];
                all.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
                add(race, counts, &mut sums);
            }
            add("all", all, &mut sums);
            for (group, share) in ACROSS {
                let mut counts = all.map(|n| (n as f64 * share * 2.0 * even()).floor().min(n as f64) as u64);
                counts[0] = counts[1..].iter().sum();
                add(group, counts, &mut sums);
            }
        }
    }
    let mut atlas = CodeNumbers::default();
    let rule = PublishingRule::default();
    let mut measures: Vec<MeasureFigures> =
        (1..=4).map(|level| figures(&format!("level-{level}"), &rule, &[], &mut atlas)).collect();
    let grade = atlas.grades.intern_text("all");
    for ((place, group), counts) in &sums {
        let (place, group) = (atlas.places.intern_text(place), atlas.groups.intern_text(group));
        for (measure, &k) in measures.iter_mut().zip(&counts[1..]) {
            let n = counts[0];
            let exact = Value::Exact { value: 100.0 * k as f64 / n.max(1) as f64 };
            let (value, n, amount) = match n {
                1..10 if by_source => (Value::Suppressed, None, None),
                n => (exact, Some(n), Some(k as i64)),
            };
            let numerator = amount.is_some();
            let figure = CountedFigure {
                place,
                group,
                grade,
                period: 2020,
                value,
                strict: false,
                n,
                amount,
                numerator,
                vintage: 1,
                whole: None,
                protect: false,
                known: false,
                kept: false,
                told_from: None,
                preliminary: false,
                so_far: false,
            };
            measure.rows.push(figure);
        }
    }
    let decided = decide_over(&atlas, &PlaceDirectory::new(known), &measures, Vec::new());
    let told = |want: fn(&Disclosure) -> bool| decided.how.iter().flatten().flatten().filter(|how| want(how)).count();
    eprintln!(
        "{:?}; {} figures: {} shown, {} as ranges, {} results hidden, {} with too few students, {} for the sake of others",
        decided.audit,
        4 * sums.len(),
        told(|how| *how == Disclosure::Shown),
        told(|how| matches!(how, Disclosure::Range(..))),
        told(|how| *how == Disclosure::Wide),
        told(|how| *how == Disclosure::Hidden(HiddenReason::FewStudents)),
        told(|how| matches!(how, Disclosure::Hidden(HiddenReason::Secondary | HiddenReason::Complement))),
    );
    assert_eq!(decided.audit.exposed, 0);
}
