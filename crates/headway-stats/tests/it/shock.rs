//! Changes that all series share: found, sized and told apart; none in ordinary panels.

use crate::panels;
use headway_stats::shock::{SharedShock, ShockKind, find_shocks};

const ROWS: usize = 400;
const PERIODS: usize = 9;

/// Numbers in -1/2..1/2 that look random and are the same each time.
fn noise(i: usize) -> f64 {
    let x = (i as f64 * 12.9898 + 4.1).sin() * 43758.5453;
    x - x.floor() - 0.5
}

/// Series of their own level that wobble by up to 2 points and rise by half a point a year together, less what `off` says.
fn made(off: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..ROWS * PERIODS)
        .map(|i| {
            let (row, t) = (i / PERIODS, i % PERIODS);
            60.0 + 40.0 * noise(row + 7) + 0.5 * t as f64 + 4.0 * noise(i * 31 + 5) + off(t)
        })
        .collect()
}

fn check(name: &str, values: &[f64], breaks: Option<&[bool]>, expected: &[(usize, usize, ShockKind, f64)]) {
    let found = find_shocks(values, PERIODS, breaks);
    let seen: Vec<(usize, usize, ShockKind)> = found.iter().map(|s| (s.period, s.until, s.kind)).collect();
    let told: Vec<(usize, usize, ShockKind)> = expected.iter().map(|e| (e.0, e.1, e.2)).collect();
    assert_eq!(seen, told, "{name}: {found:?}");
    for (shock, (.., size)) in found.iter().zip(expected) {
        assert!((shock.size - size).abs() < 0.8, "{name}: {shock:?}");
        assert!(shock.moved * 10 >= shock.series * 9 && shock.series == ROWS, "{name}: {shock:?}");
    }
}

#[test]
fn each_kind_is_found_with_its_size() {
    let from = |at: usize| move |t: usize| f64::from(u8::from(t >= at));
    check("calm", &made(|_| 0.0), None, &[]);
    for at in 1..PERIODS - 1 {
        check("one year", &made(|t| if t == at { -12.0 } else { 0.0 }), None, &[(at, at, ShockKind::Passing, -12.0)]);
        check("a new level", &made(|t| 7.0 * from(at)(t)), None, &[(at, at, ShockKind::Level, 7.0)]);
    }
    check("two years", &made(|t| if t == 4 || t == 5 { 9.0 } else { 0.0 }), None, &[(4, 5, ShockKind::Passing, 9.0)]);
    check("the newest year", &made(|t| -8.0 * from(8)(t)), None, &[(8, 8, ShockKind::Open, -8.0)]);
    check(
        "several",
        &made(|t| if t == 2 { -12.0 } else { 6.0 * from(6)(t) }),
        None,
        &[(2, 2, ShockKind::Passing, -12.0), (6, 6, ShockKind::Level, 6.0)],
    );
    let bent = |t: usize| if t >= 5 { -4.0 * (t - 4) as f64 } else { 0.0 };
    check("a new slope", &made(bent), None, &[(5, 5, ShockKind::Slope, -4.0)]);
}

#[test]
fn what_is_marked_or_missing_or_steady_is_no_shock() {
    let marks: Vec<bool> = (0..ROWS * PERIODS).map(|i| i % PERIODS == 5).collect();
    check("a marked break", &made(|t| if t >= 5 { -20.0 } else { 0.0 }), Some(&marks), &[]);
    check("a steady rise", &made(|t| 5.0 * t as f64), None, &[]);
    let mut gap = made(|t| 2.0 * t as f64);
    gap.iter_mut().skip(4).step_by(PERIODS).for_each(|v| *v = f64::NAN);
    check("a missing year in a steady rise", &gap, None, &[]);
    assert_eq!(find_shocks(&[], 0, None), []);
    assert_eq!(find_shocks(&[50.0; 3 * PERIODS], PERIODS, None), []);
    assert_eq!(find_shocks(&[50.0; ROWS * PERIODS], PERIODS, None), []);
    assert_eq!(find_shocks(&[f64::NAN; ROWS * PERIODS], PERIODS, None), []);
}

#[test]
fn real_panels_tell_their_shocks_and_no_others() {
    let told = |name: &str, shocks: &[SharedShock]| match name {
        // The years of the pandemic; nine points down in 1997.
        "ma chronic" | "ma attendance" | "mi math7" => shocks.len() == 1,
        _ => shocks.is_empty(),
    };
    for owned in panels::all().iter().chain(&panels::second_set()) {
        let shocks = find_shocks(&owned.values, owned.periods, None);
        assert!(told(owned.name, &shocks), "{}: {shocks:?}", owned.name);
    }
}
