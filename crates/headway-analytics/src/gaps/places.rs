//! The agency's own gap beside each place's: where a group is clearly further behind than overall, and where clearly less.
//!
//! A place's students are part of the whole, so its gap and the whole's are not independent: for each side the whole's share
//! is the mean of its parts, and the place counts in it by its number of students, which gives the covariance. Many places
//! are looked at: what is said holds at a false discovery rate over all of them.

use std::sync::Arc;

use headway_model::{Level, Period, StudentGroup};
use headway_stats::fdr::q_values;
use headway_stats::gap::GroupShare;
use headway_stats::normal::{Z95, two_sided};
use serde::Serialize;

use super::{GapLine, NewerGap, ObservedPair, of_pairs, pair_results};
use crate::{MeasureAssessment, PeerKey};

/// False discovery rate of what is said of places.
const SAID_BELOW: f64 = 0.05;
/// Places that make a comparison.
const LEAST_PLACES: usize = 2;

/// The gap of one group at every place of a level, beside the agency's own.
#[derive(Clone, Debug, Serialize)]
pub struct GapPlaces {
    /// The period that all are compared in.
    #[serde(serialize_with = "super::serialize_period")]
    pub period: Period,
    /// The agency's own gap.
    pub whole: GapLine,
    /// One a place with both results in the period, the furthest behind first.
    pub places: Vec<PlaceGap>,
    /// Places of the level with a result of the group or its reference, and not both in the period.
    pub left_out: usize,
}

/// The gap at one place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaceGap {
    /// Number of the group's series.
    #[serde(skip)]
    pub series: usize,
    /// The gap.
    #[serde(flatten)]
    pub line: GapLine,
    /// How much larger than the agency's own, in the measure's unit; below zero it is smaller.
    pub beyond: f64,
    /// 95 % interval of that; null where numbers of students are not known.
    pub beyond_interval: Option<(f64, f64)>,
    /// False discovery rate over the places; null where numbers of students are not known.
    pub q: Option<f64>,
    /// What can be said; null where numbers of students are not known.
    pub than: Option<GapComparison>,
}

/// A place's gap beside the agency's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapComparison {
    /// The group is clearly further behind here.
    Larger,
    /// The group is clearly less behind here.
    Smaller,
    /// Neither can be said.
    NoClearDifference,
}

/// Why places can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoGapPlaces {
    /// The group is not compared with any other.
    NoReference,
    /// The agency's own place has no gap of this group.
    NoWhole,
    /// Fewer than two places have both results in a period of the agency's own gap.
    TooFewPlaces,
}

impl GapComparison {
    /// In words, after "the gap is ".
    pub fn label_text(self) -> &'static str {
        match self {
            Self::Larger => "clearly larger",
            Self::Smaller => "clearly smaller",
            Self::NoClearDifference => "no clear difference",
        }
    }
}

impl NoGapPlaces {
    /// In words.
    pub fn reason_text(self) -> &'static str {
        match self {
            Self::NoReference => "no group is agreed on that this one is compared with",
            Self::NoWhole => {
                "the agency’s own results have no period in which this group and the one that it is compared with are exactly known"
            }
            Self::TooFewPlaces => "fewer than two places have both results in the period of the agency’s own gap",
        }
    }
}

impl GapPlaces {
    /// How many places are said to have such a gap.
    pub fn count_places(&self, than: GapComparison) -> usize {
        self.places.iter().filter(|p| p.than == Some(than)).count()
    }
}

impl MeasureAssessment {
    /// The gap of a group at every place of a level, beside the agency's own.
    ///
    /// # Errors
    /// [`NoGapPlaces`]: why there is nothing to compare.
    pub fn gap_places(&self, level: Level, group: &str, grade: &str) -> Arc<Result<GapPlaces, NoGapPlaces>> {
        let key = PeerKey { level: Some(level), group: group.into(), grade: grade.into(), part: None };
        self.judged.gap_places.get(key.clone(), || self.compare_gaps(&key, level))
    }

    fn compare_gaps(&self, key: &PeerKey, level: Level) -> Result<GapPlaces, NoGapPlaces> {
        let reference = StudentGroup::reference_of(&key.group).ok_or(NoGapPlaces::NoReference)?;
        let groups = (key.group.as_str(), reference);
        let home = self.home.as_deref().unwrap_or_default();
        let whole =
            pair_results(self, groups, &key.grade, home).filter(|p| !p.is_empty()).ok_or(NoGapPlaces::NoWhole)?;
        let of_level = self.of_group(groups.0, &key.grade).filter(|&i| self.level_of(i) == Some(level));
        let known: Vec<(usize, Vec<ObservedPair>)> = of_level
            .filter(|&i| self.key_of(i).2 != home)
            .map(|i| (i, pair_results(self, groups, &key.grade, self.key_of(i).2).unwrap_or_default()))
            .collect();
        let has = |own: &[ObservedPair], period: Period| own.iter().any(|p| p.0.period == period);
        let enough =
            |period: &Period| known.iter().filter(|(_, own)| has(own, *period)).nth(LEAST_PLACES - 1).is_some();
        let period = whole.iter().rev().map(|p| p.0.period).find(enough).ok_or(NoGapPlaces::TooFewPlaces)?;
        let through = |own: &[ObservedPair]| {
            let seen: Vec<ObservedPair> = own.iter().filter(|p| p.0.period <= period).copied().collect();
            of_pairs(self, groups, &seen).filter(|line| line.period == period)
        };
        let mut whole = through(&whole).ok_or(NoGapPlaces::NoWhole)?;
        whole.newer = NewerGap::after_period(self, groups, &key.grade, home, period);
        let mut places: Vec<PlaceGap> =
            known.iter().filter_map(|(series, own)| Some(gap_beside_whole(*series, through(own)?, &whole))).collect();
        judge_places(&mut places);
        places.sort_by(|a, b| b.line.behind.total_cmp(&a.line.behind));
        Ok(GapPlaces { period, left_out: known.len() - places.len(), whole, places })
    }
}

/// A place's gap with how far it is from the whole's, not yet judged: `q` holds the two-sided p.
fn gap_beside_whole(series: usize, line: GapLine, whole: &GapLine) -> PlaceGap {
    let beyond = line.behind - whole.behind;
    let se = line
        .shares
        .zip(whole.shares)
        .map(|(own, all)| 100.0 * (difference_variance(own.0, all.0) + difference_variance(own.1, all.1)).sqrt());
    let se = se.filter(|se| *se > 0.0 && se.is_finite());
    PlaceGap {
        series,
        line,
        beyond,
        beyond_interval: se.map(|se| (beyond - Z95 * se, beyond + Z95 * se)),
        q: se.map(|se| two_sided(beyond / se)),
        than: None,
    }
}

/// Of the difference between a part's share and the whole's.
fn difference_variance(part: GroupShare, whole: GroupShare) -> f64 {
    let of = |s: GroupShare| (s.k / s.n) * (1.0 - s.k / s.n) / s.n;
    let within = if part.n <= whole.n { part.n / whole.n } else { 0.0 };
    (of(part) * (1.0 - 2.0 * within) + of(whole)).max(0.0)
}

fn judge_places(places: &mut [PlaceGap]) {
    let p: Vec<f64> = places.iter().map(|place| place.q.unwrap_or(f64::NAN)).collect();
    for (place, q) in places.iter_mut().zip(q_values(&p)) {
        place.q = Some(q).filter(|q| !q.is_nan());
        place.than = place.q.map(|q| match place.beyond {
            far if q < SAID_BELOW && far > 0.0 => GapComparison::Larger,
            far if q < SAID_BELOW && far < 0.0 => GapComparison::Smaller,
            _ => GapComparison::NoClearDifference,
        });
    }
}
