//! The map of persistence: who stood out in which year, and how often that would happen to places at random.

use headway_model::Period;

use super::{BrightAnalysis, BrightPlace, ExpectationSide};
use crate::PlaceRef;

/// Places by years.
#[derive(Clone, Debug, PartialEq)]
pub struct PersistenceMap {
    /// The years, oldest first.
    pub years: Vec<Period>,
    /// The places that stood out in some year, on either side: bright spots first, then those that stood out as better most
    /// often (less the years as worse), then by lasting distance.
    pub rows: Vec<PersistenceRow>,
    /// For 0, 1, 2, ... years as better: how many places, and how many if each year's had been drawn at random.
    pub counts: Vec<(usize, f64)>,
}

/// One place.
#[derive(Clone, Debug, PartialEq)]
pub struct PersistenceRow {
    /// The place.
    pub place: PlaceRef,
    /// Whether it is a bright spot.
    pub bright: bool,
    /// The lasting part of its distance, in the measure's unit, plus is the better side.
    pub distance: f64,
    /// Year by year; `None` without a result.
    pub years: Vec<Option<YearStanding>>,
}

/// One place in one year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearStanding {
    /// Whether it stood out.
    pub side: ExpectationSide,
    /// Distance from that year's expectation in the measure's unit, plus is the better side; drawn to 0 by what the draw of
    /// students explains where counts are known.
    pub distance: f64,
}

impl PersistenceMap {
    /// The map of what was found; `names` are those of its places, in order.
    pub fn from_bright(found: &BrightAnalysis, names: &[PlaceRef]) -> Self {
        let net = |p: &BrightPlace| p.better_years() as i64 - p.worse_years() as i64;
        let stood_out = |p: &BrightPlace| p.better_years() + p.worse_years() > 0;
        let mut order: Vec<usize> = (0..found.places.len()).filter(|i| stood_out(&found.places[*i])).collect();
        // The places are in order of distance, and the sort keeps it.
        order.sort_by_key(|i| (!found.places[*i].bright, -net(&found.places[*i])));
        let row = |i: usize| {
            let place = &found.places[i];
            let year = |(side, distance): (&Option<ExpectationSide>, &Option<f64>)| {
                side.zip(*distance).map(|(side, distance)| YearStanding { side, distance })
            };
            PersistenceRow {
                place: names[i].clone(),
                bright: place.bright,
                distance: place.distance,
                years: place.years.iter().zip(&place.yearly).map(year).collect(),
            }
        };
        Self {
            years: found.years.clone(),
            rows: order.into_iter().map(row).collect(),
            counts: count_better_years(found),
        }
    }
}

/// Places by years as better, seen and expected where each year's flags fall on its places at random.
fn count_better_years(found: &BrightAnalysis) -> Vec<(usize, f64)> {
    let years = found.years.len();
    let in_year = |t: usize| found.places.iter().filter_map(move |p| p.years[t]);
    let rate = |t: usize| {
        in_year(t).filter(|s| *s == ExpectationSide::Better).count() as f64 / in_year(t).count().max(1) as f64
    };
    let rates: Vec<f64> = (0..years).map(rate).collect();
    let mut counts = vec![(0, 0.0); years + 1];
    for place in &found.places {
        counts[place.better_years()].0 += 1;
        let mut chances = vec![0.0; years + 1];
        chances[0] = 1.0;
        for (rate, _) in rates.iter().zip(&place.years).filter(|(_, year)| year.is_some()) {
            for k in (0..=years).rev() {
                chances[k] = chances[k] * (1.0 - rate) + if k > 0 { chances[k - 1] * rate } else { 0.0 };
            }
        }
        counts.iter_mut().zip(chances).for_each(|(count, chance)| count.1 += chance);
    }
    counts
}
