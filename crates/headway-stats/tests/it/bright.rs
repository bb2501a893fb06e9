//! Bright spots are not luck: places flagged from the first years against what they do in later years, beside the top of
//! a raw ranking of the same size.

use crate::mixed::number_units;
use crate::panels;
use crate::table::Table;
use headway_stats::mixed::{IntervalFlag, MixedSums, count_persistence, fit_lasting, fit_regression};

/// Unit-year results in long form.
struct Long {
    name: &'static str,
    unit: Vec<usize>,
    units: usize,
    year: Vec<usize>,
    y: Vec<f64>,
    /// What is expected of a place follows from these.
    x: Vec<Vec<f64>>,
    weight: Vec<f64>,
}

fn michigan(name: &'static str, column: &str) -> Option<Long> {
    let table = Table::input("mathpnl.csv")?;
    let (names, unit) = number_units(&table.text("distid"));
    let year = table.numbers("year").iter().map(|y| *y as usize - 1992).collect();
    let (lunch, spending) = (table.numbers("lunch"), table.numbers("lrexpp"));
    let x = lunch.iter().zip(spending).map(|(l, s)| vec![*l, s]).collect();
    let y = table.numbers(column);
    Some(Long { name, units: names.len(), weight: vec![1.0; y.len()], unit, year, y, x })
}

/// Graduation by region and student group: what is expected of a place follows from the group.
fn texas() -> Option<Long> {
    let owned = panels::texas()?;
    let text = std::fs::read_to_string(crate::oracle::shared("oracle/inputs/texas_grad4yr_region.json")?).ok()?;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("it is JSON");
    let group: Vec<&str> = rows.iter().map(|row| row["group"].as_str().expect("a group")).collect();
    let (groups, of) = number_units(&group);
    let n = owned.counts.as_ref().expect("Texas has counts");
    let count = owned.values.len();
    Some(Long {
        name: "tx graduation",
        units: rows.len(),
        unit: (0..count).map(|i| i / owned.periods).collect(),
        year: (0..count).map(|i| i % owned.periods).collect(),
        x: (0..count)
            .map(|i| (1..groups.len()).map(|g| f64::from(u8::from(of[i / owned.periods] == g))).collect())
            .collect(),
        weight: n.iter().map(|n| if *n > 0.0 { *n } else { f64::NAN }).collect(),
        y: owned.values,
    })
}

impl Long {
    fn usable(&self, i: usize) -> bool {
        self.y[i].is_finite() && self.weight[i].is_finite() && self.x[i].iter().all(|x| x.is_finite())
    }

    fn rows(&self, years: std::ops::Range<usize>) -> impl Iterator<Item = usize> + '_ {
        (0..self.y.len()).filter(move |i| years.contains(&self.year[*i]) && self.usable(*i))
    }

    /// Flags of the persistence model: a unit's lasting distance from expectation over the first k years.
    fn flags(&self, k: usize) -> Vec<IntervalFlag> {
        let width = self.x[0].len();
        let mut sums = MixedSums::new(width + k - 1);
        for i in self.rows(0..k) {
            let mut x = self.x[i].clone();
            x.extend((1..k).map(|t| f64::from(u8::from(self.year[i] == t))));
            sums.add_weighted(self.unit[i], &x, self.y[i], self.weight[i]);
        }
        let fit = sums.fit().expect("the first years can be fitted");
        (0..self.units).map(|u| fit.units.get(u).map_or(IntervalFlag::None, |unit| unit.flag)).collect()
    }

    /// Each unit's distance from expectation in one year: residual and flag of a regression over that year's units.
    fn year(&self, year: usize) -> Vec<Option<(f64, IntervalFlag)>> {
        let rows: Vec<usize> = self.rows(year..year + 1).collect();
        let x: Vec<Vec<f64>> = rows.iter().map(|i| self.x[*i].clone()).collect();
        let y: Vec<f64> = rows.iter().map(|i| self.y[*i]).collect();
        let weight: Vec<f64> = rows.iter().map(|i| self.weight[*i]).collect();
        let fit = fit_regression(&x, &y, Some(&weight)).expect("a year can be fitted");
        let mut found = vec![None; self.units];
        for (i, unit) in rows.iter().zip(&fit.units) {
            found[self.unit[*i]] = Some((unit.resid, unit.flag));
        }
        found
    }

    /// Mean result over the years, for the raw ranking.
    fn mean(&self, years: std::ops::Range<usize>) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.units];
        for i in self.rows(years) {
            sums[self.unit[i]].0 += self.y[i];
            sums[self.unit[i]].1 += 1.0;
        }
        sums.iter().map(|(sum, n)| sum / n).collect()
    }
}

fn top(by: &[f64], size: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..by.len()).filter(|u| by[*u].is_finite()).collect();
    order.sort_by(|a, b| by[*b].total_cmp(&by[*a]));
    order.truncate(size);
    order
}

/// Share of later unit-years above expectation, and mean distance from it.
fn later(long: &Long, k: usize, years: usize, places: &[usize]) -> (f64, f64) {
    let (mut n, mut above, mut sum) = (0.0, 0.0, 0.0);
    for t in k..years {
        let found = long.year(t);
        for (residual, _) in places.iter().filter_map(|u| found[*u]) {
            n += 1.0;
            above += f64::from(u8::from(residual > 0.0));
            sum += residual;
        }
    }
    (above / n, sum / n)
}

/// Weights in the shape of the residuals: one row of k years a unit.
fn weights(long: &Long, k: usize) -> Vec<f64> {
    let mut found = vec![1.0; long.units * k];
    long.rows(0..k).for_each(|i| found[long.unit[i] * k + long.year[i]] = long.weight[i]);
    found
}

fn above(flags: impl Iterator<Item = IntervalFlag>) -> Vec<usize> {
    flags.enumerate().filter(|(_, flag)| *flag == IntervalFlag::Above).map(|(unit, _)| unit).collect()
}

/// Lists made from the years 1..k: name, places.
fn lists(long: &Long, k: usize) -> Vec<(&'static str, Vec<usize>)> {
    let yearly: Vec<Vec<Option<(f64, IntervalFlag)>>> = (0..k).map(|t| long.year(t)).collect();
    let residuals: Vec<f64> =
        (0..long.units).flat_map(|u| yearly.iter().map(move |t| t[u].map_or(f64::NAN, |r| r.0))).collect();
    let model = fit_lasting(&residuals, k, Some(&weights(long, k))).expect("the years can be fitted");
    let flagged = above(model.units.iter().map(|unit| unit.flag));
    let often = |u: usize| count_persistence(&yearly.iter().map(|t| t[u].map(|r| r.1)).collect::<Vec<_>>());
    let twice = (0..long.units).filter(|u| often(*u).is_bright(2)).collect();
    // The list that pages show: at least one standard deviation above, at 5 % false discovery.
    let beyond = model.units_beyond(1.0, |_| model.tau2.sqrt());
    let enough = |u: &usize| beyond[*u].q < 0.05 && model.units[*u].years >= 2;
    let listed: Vec<usize> = (0..long.units).filter(enough).collect();
    let (size, short) = (flagged.len(), listed.len());
    vec![
        ("lasting", flagged),
        ("raw mean, same size", top(&long.mean(0..k), size)),
        ("raw last year, same size", top(&long.mean(k - 1..k), size)),
        ("listed", listed),
        ("raw mean, size of list", top(&long.mean(0..k), short)),
        ("raw last, size of list", top(&long.mean(k - 1..k), short)),
        ("random intercept", above(long.flags(k).into_iter())),
        ("flagged twice or more", twice),
        ("flagged in last year", above(yearly[k - 1].iter().map(|r| r.map_or(IntervalFlag::None, |r| r.1)))),
    ]
}

#[test]
#[expect(clippy::print_stderr, reason = "the table of METHODS.md comes from here")]
fn flagged_places_stay_above_expectation_more_often_and_by_more_than_the_top_of_a_raw_ranking() {
    let panels = [michigan("mi math4", "math4"), michigan("mi math7", "math7"), texas()];
    for long in panels.iter().flatten() {
        let years = long.year.iter().max().expect("there are rows") + 1;
        // Sums over k of share above, distance and one, by list.
        let mut sums = vec![(0.0, 0.0, 0.0); 9];
        for k in 3..years - 1 {
            let mut found = Vec::new();
            for ((name, places), sum) in lists(long, k).into_iter().zip(&mut sums) {
                let (share, mean) = later(long, k, years, &places);
                eprintln!(
                    "{} years 1..{k} {name:24} {:3} places, later above {:.1} % by {mean:.2}",
                    long.name,
                    places.len(),
                    100.0 * share
                );
                if !places.is_empty() {
                    *sum = (sum.0 + share, sum.1 + mean, sum.2 + 1.0);
                }
                found.push(mean);
            }
            assert!(found[0] > found[1] && found[0] > found[2], "{} 1..{k}: a raw ranking is as far above", long.name);
        }
        let (often, far) = (|i: usize| sums[i].0 / sums[i].2, |i: usize| sums[i].1 / sums[i].2);
        for raw in [1, 2] {
            assert!(often(0) > often(raw) && far(0) > far(raw), "{}: a raw ranking is as often above", long.name);
        }
        // The short list is of some twenty places in Michigan: how far is told apart, how often is not.
        assert!(far(3) > far(4) && far(3) > far(5), "{}: a raw ranking is as far above as the list", long.name);
    }
}

#[test]
fn the_lasting_part_is_found_again() {
    // u has variance 4 and correlation .8 from year to year, noise has variance 1.
    let mut state = 5u64;
    let mut normal = || {
        let mut sum = -6.0;
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sum += (state >> 11) as f64 / (1u64 << 53) as f64;
        }
        sum
    };
    let (mut residuals, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..4000 {
        let mut u = 2.0 * normal();
        for t in 0..6 {
            u = if t == 0 { u } else { 0.8 * u + 1.2 * normal() };
            residuals.push(u + normal());
        }
        truth.push(u);
    }
    let fit = fit_lasting(&residuals, 6, None).unwrap();
    assert!((fit.tau2 - 4.0).abs() < 0.3 && (fit.rho - 0.8).abs() < 0.03 && (fit.sigma2 - 1.0).abs() < 0.2, "{fit:?}");
    let inside = fit.units.iter().zip(&truth).filter(|(unit, u)| (unit.u - **u).abs() < 1.96 * unit.se).count();
    assert!((3720..3880).contains(&inside), "95 % intervals hold {inside} of 4000");
}
