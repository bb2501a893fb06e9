//! Moderated test: its pieces by what they must be, its false alarms and power by simulation (methods.md section 4).

use crate::noise::Noise;
use headway_stats::special::{digamma, trigamma, trigamma_inverse};
use headway_stats::{fdr, moderated, normal, xmr};

const UNITS: usize = 1000;
const PANELS: u64 = 50;
/// Units' variances spread as scaled inverse chi-square with these degrees of freedom.
const SPREAD_DF: usize = 8;
const LEVEL: f64 = 0.01;

/// Shares of units flagged: by the moderated test, by each unit's own t test, by a latest point outside XmR limits.
struct Flagged {
    moderated: f64,
    own: f64,
    xmr: f64,
}

fn simulate(n: usize, jump: f64) -> Flagged {
    let mut flagged = Flagged { moderated: 0.0, own: 0.0, xmr: 0.0 };
    for seed in 0..PANELS {
        let mut noise = Noise::new(1000 * n as u64 + seed);
        let panel: Vec<Vec<f64>> = (0..UNITS)
            .map(|_| {
                let sd = (SPREAD_DF as f64 / noise.chi_square(SPREAD_DF)).sqrt();
                let level = 50.0 + 10.0 * noise.normal();
                let mut y: Vec<f64> = (0..n).map(|_| level + sd * noise.normal()).collect();
                y[n - 1] += jump * sd;
                y
            })
            .collect();
        let tested = moderated::test_panel(panel.iter().map(Vec::as_slice));
        flagged.moderated += tested.tests.iter().filter(|t| t.p < LEVEL).count() as f64;
        for y in &panel {
            let alone = moderated::test_panel([y.as_slice()]);
            assert_eq!(alone.d0, 0.0);
            flagged.own += f64::from(alone.tests[0].p < LEVEL);
            let latest = xmr::judge_latest(y, None, true).unwrap();
            flagged.xmr += f64::from(y[n - 1] > latest.limits.upl || y[n - 1] < latest.limits.lpl);
        }
    }
    let all = (UNITS as u64 * PANELS) as f64;
    Flagged { moderated: flagged.moderated / all, own: flagged.own / all, xmr: flagged.xmr / all }
}

#[test]
fn false_alarms_and_power_are_those_of_the_table() {
    // n, then percent flagged at a jump of 2 and 3 standard deviations: XmR, own t, moderated t.
    let table = [
        (6, [5.0, 12.0], [8.0, 21.0], [16.0, 44.0]),
        (8, [8.0, 21.0], [11.0, 29.0], [17.0, 46.0]),
        (10, [11.0, 27.0], [14.0, 38.0], [18.0, 47.0]),
        (15, [13.0, 35.0], [18.0, 47.0], [22.0, 53.0]),
    ];
    for (n, xmr, own, moderated) in table {
        let still = simulate(n, 0.0);
        assert!((still.moderated - LEVEL).abs() < 0.0025, "n {n}: false alarms {}", still.moderated);
        assert!((still.own - LEVEL).abs() < 0.0025, "n {n}: own t false alarms {}", still.own);
        for (i, jump) in [2.0, 3.0].into_iter().enumerate() {
            let got = simulate(n, jump);
            let check = |what: &str, got: f64, want: f64, within: f64| {
                assert!(
                    (100.0 * got - want).abs() <= within,
                    "n {n}, {jump} sd, {what}: {:.1} is not {want}",
                    100.0 * got
                );
            };
            check("moderated", got.moderated, moderated[i], 3.0);
            check("own t", got.own, own[i], 2.5);
            check("xmr", got.xmr, xmr[i], 3.0);
            assert!(got.moderated > got.own && got.own > got.xmr, "n {n}: the order of the tests");
        }
    }
}

#[test]
fn the_prior_of_a_panel_is_found_again() {
    let mut noise = Noise::new(7);
    let panel: Vec<Vec<f64>> = (0..20_000)
        .map(|_| {
            let sd = (4.0 * 8.0 / noise.chi_square(8)).sqrt();
            (0..9).map(|_| sd * noise.normal()).collect()
        })
        .collect();
    let found = moderated::test_panel(panel.iter().map(Vec::as_slice));
    assert!((found.d0 - 8.0).abs() < 0.6, "d0 {}", found.d0);
    assert!((found.s0_squared - 4.0).abs() < 0.1, "s0 squared {}", found.s0_squared);
    // Variances that do not differ: an infinite prior, one variance for all.
    let alike: Vec<Vec<f64>> = (0..50).map(|i| (0..9).map(|j| f64::from((i + j) % 9)).collect()).collect();
    assert!(moderated::test_panel(alike.iter().map(Vec::as_slice)).d0 > 20.0);
}

#[test]
fn series_that_cannot_be_tested_are_not() {
    let nan = f64::NAN;
    let series: [&[f64]; 6] =
        [&[], &[1.0, 2.0], &[1.0, 2.0, nan], &[nan, 1.0, 2.0, 3.0], &[5.0, 5.0, 5.0], &[2.0, 3.0, 2.0, 9.0]];
    let panel = moderated::test_panel(series);
    assert!(panel.tests[..3].iter().all(|t| t.t.is_nan() && t.q.is_nan()));
    assert_eq!(panel.tests[3].change, 1.5);
    assert!(panel.tests[3..].iter().all(|t| t.p > 0.0 && t.q >= t.p), "{panel:?}");
    // A unit that never moved takes part with the prior's variance.
    assert_eq!(panel.tests[4].t, 0.0);
}

/// Figures that move by rounding alone have a spread of one step: what is a step away from them is nothing.
#[test]
fn equal_figures_are_no_proof_of_stillness() {
    for (y, step, t, df) in [
        (&[90.0, 90.0, 90.1][..], 0.1, 0.1 / (0.1 * 1.5f64.sqrt()), 1.0),
        (&[3.0, 3.0, 3.0, 4.0][..], 1.0, 1.0 / (4.0f64 / 3.0).sqrt(), 2.0),
        // Apart by a step: still no more than rounding.
        (&[90.0, 90.1, 90.2][..], 0.1, 0.15 / (0.1 * 1.5f64.sqrt()), 1.0),
        // Their own spread, where it is wider.
        (&[2.0, 5.0, 9.0][..], 1.0, 5.5 / (4.5 * 1.5f64).sqrt(), 1.0),
    ] {
        let test = moderated::panel_in_steps([(y, step)]).tests[0];
        assert!((test.t - t).abs() < 1e-9 && test.df == df, "{y:?}: {test:?}");
        assert!(test.p > 0.05, "{y:?}: {test:?}");
    }
    assert!(moderated::panel_in_steps([(&[3.0, 3.0, 3.0][..], 1.0)]).tests[0].p.is_nan(), "it never moved");
}

#[test]
fn special_functions_hold_their_identities() {
    for x in [0.01, 0.3, 1.0, 2.5, 7.0, 30.0, 1e4] {
        assert!((trigamma(x) - trigamma(x + 1.0) - 1.0 / (x * x)).abs() < 1e-11 * trigamma(x), "{x}");
        assert!((trigamma_inverse(trigamma(x)) / x - 1.0).abs() < 1e-9, "{x}");
        let h = 1e-4 * x;
        let slope = (digamma(x + h) - digamma(x - h)) / (2.0 * h);
        assert!((slope / trigamma(x) - 1.0).abs() < 1e-5, "{x}");
    }
    assert!((trigamma(1.0) - std::f64::consts::PI.powi(2) / 6.0).abs() < 1e-13);
    assert!((normal::quantile(0.975) - normal::Z95).abs() < 1e-14);
    assert!((normal::quantile(0.999) - normal::Z998).abs() < 1e-13);
    // statrs gives the error function to about 1e-12.
    assert!((normal::cdf(normal::Z95) - 0.975).abs() < 1e-11);
    assert!((normal::two_sided_t(2.570_581_835_636_314, 5.0) - 0.05).abs() < 1e-12);
}

#[test]
fn q_values_are_those_of_benjamini_and_hochberg() {
    // R: p.adjust(c(.01, .02, .03, .04, .05, .001), "BH")
    let q = fdr::q_values(&[0.01, 0.02, f64::NAN, 0.03, 0.04, 0.05, 0.001]);
    let want = [0.03, 0.04, f64::NAN, 0.045, 0.048, 0.05, 0.006];
    for (q, w) in q.iter().zip(want) {
        assert!((q - w).abs() < 1e-15 || (q.is_nan() && w.is_nan()), "{q} is not {w}");
    }
}

/// Shares of a panel whose units have 20 to 2,000 cases: the rate moves from year to year by 2 points (each unit by its own
/// amount), and the draw of cases adds to it. The last year of every `jumps`th unit jumps by 3 standard deviations of what it
/// does of itself.
struct Counted {
    cases: Vec<f64>,
    hits: Vec<Vec<f64>>,
    jumped: Vec<bool>,
}

fn counted(noise: &mut Noise, points: usize, jumps: usize) -> Counted {
    let mut panel = Counted { cases: Vec::new(), hits: Vec::new(), jumped: Vec::new() };
    for unit in 0..UNITS {
        // 20, 25, ... 2,000 evenly on a logarithmic scale.
        let n = (20.0 * 100.0_f64.powf(unit as f64 / (UNITS - 1) as f64)).round();
        let moves = 0.02 * (SPREAD_DF as f64 / noise.chi_square(SPREAD_DF)).sqrt();
        let level = 0.5 + 0.08 * noise.normal();
        let jumped = jumps > 0 && unit % jumps == 0;
        let sd = (moves * moves + level * (1.0 - level) / n).sqrt();
        let hits = (0..points).map(|t| {
            let up = if jumped && t + 1 == points { 3.0 * sd } else { 0.0 };
            let rate = (level + up + moves * noise.normal()).clamp(0.02, 0.98);
            (n * rate + (n * rate * (1.0 - rate)).sqrt() * noise.normal()).round().clamp(0.0, n)
        });
        panel.hits.push(hits.collect());
        panel.cases.push(n);
        panel.jumped.push(jumped);
    }
    panel
}

/// p by the moderated test, and the greater of it and that of the draw.
fn both(panel: &Counted) -> Vec<(f64, f64)> {
    let shares: Vec<Vec<f64>> =
        panel.hits.iter().zip(&panel.cases).map(|(k, n)| k.iter().map(|k| 100.0 * k / n).collect()).collect();
    let tests = moderated::test_panel(shares.iter().map(Vec::as_slice)).tests;
    let combined = |(unit, test): (usize, &moderated::ModeratedTest)| {
        let own: Vec<(f64, f64)> = panel.hits[unit].iter().map(|k| (*k, panel.cases[unit])).collect();
        let (last, earlier) = own.split_last().expect("there are points");
        (test.p, moderated::draw_p_value(earlier, *last).map_or(test.p, |p| p.max(test.p)))
    };
    tests.iter().enumerate().map(combined).collect()
}

#[test]
#[expect(clippy::print_stderr, reason = "the table of METHODS.md comes from here")]
fn with_counts_small_units_give_no_more_false_alarms_than_large_ones() {
    for points in [6, 10] {
        let mut noise = Noise::new(points as u64);
        // Flagged at 1 %: of the smallest fifth, of all, of those that jumped; moderated alone and combined.
        let (mut small, mut all, mut jumped) = ([0.0; 2], [0.0; 2], [0.0; 2]);
        let (mut listed, mut wrong) = (0.0, 0.0);
        for _ in 0..PANELS {
            let add = |to: &mut [f64; 2], p: &(f64, f64)| {
                to[0] += f64::from(p.0 < LEVEL);
                to[1] += f64::from(p.1 < LEVEL);
            };
            for (unit, p) in both(&counted(&mut noise, points, 0)).iter().enumerate() {
                add(&mut all, p);
                if unit < UNITS / 5 {
                    add(&mut small, p);
                }
            }
            let panel = counted(&mut noise, points, 10);
            let found = both(&panel);
            found.iter().zip(&panel.jumped).filter(|(_, jumped)| **jumped).for_each(|(p, _)| add(&mut jumped, p));
            let q = fdr::q_values(&found.iter().map(|p| p.1).collect::<Vec<f64>>());
            for (q, jumped) in q.iter().zip(&panel.jumped).filter(|(q, _)| **q < 0.05) {
                assert!(*q >= 0.0);
                listed += 1.0;
                wrong += f64::from(!jumped);
            }
        }
        let of = |counts: [f64; 2], units: usize| counts.map(|c| 100.0 * c / (units as u64 * PANELS) as f64);
        let (small, all, jumped) = (of(small, UNITS / 5), of(all, UNITS), of(jumped, UNITS / 10));
        eprintln!(
            "{points} points, percent flagged at 1 %: small units {small:.1?}, all {all:.1?}, jumps of 3 sd {jumped:.1?} (moderated, combined); of those listed at q < .05 {:.1} % wrong",
            100.0 * wrong / listed
        );
        assert!(small[0] > 2.0, "n {points}: alone, small units give {} % false alarms", small[0]);
        assert!(small[1] <= 1.25 && all[1] <= 1.0, "n {points}: false alarms {small:?} {all:?}");
        assert!(jumped[1] > 0.9 * jumped[0], "n {points}: the power that is left: {jumped:?}");
        assert!(wrong <= 0.05 * listed + 3.0 * f64::sqrt(0.05 * listed), "n {points}: {wrong} of {listed} are wrong");
    }
}
