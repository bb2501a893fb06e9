//! Scores of the series of one group and grade, in columns.

use headway_model::SeriesRows;
use headway_model::status::Status;
use headway_stats::xmr::PointLabel;
use rayon::slice::ParallelSliceMut;

use super::{
    ScoringOptions, SeriesJudgment, SeriesSummary,
    odds::{OddsBy, SeriesHistory, SeriesOdds, series_odds},
    reference::ReferenceValues,
};

/// What a scorecard holds, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScorecardTotals {
    /// Series.
    pub series: u64,
    /// Series whose latest point is a signal.
    pub signals: u64,
    /// Series that are ahead, on track, or have met their target.
    pub on_track: u64,
    /// Sum of the changes of the gaps that are known.
    pub gap_change: f64,
    /// Sum of the ranks.
    pub ranks: u64,
    /// Series whose odds are known.
    pub chances: u64,
    /// Sum of their chances.
    pub chance: f64,
}

/// Columns of equal length: one entry a series. Unknown numbers are NaN.
#[derive(Debug, Default)]
pub(super) struct ScorecardRows {
    pub(super) group: String,
    pub(super) grade: String,
    /// The ids of the places, one after the other.
    pub(super) places: String,
    /// Where each starts, and the end of the last.
    pub(super) ends: Vec<i32>,
    pub(super) points: Vec<i32>,
    pub(super) base_period: Vec<i32>,
    pub(super) base: Vec<f64>,
    pub(super) latest_period: Vec<i32>,
    pub(super) latest: Vec<f64>,
    pub(super) change: Vec<f64>,
    pub(super) mean: Vec<f64>,
    pub(super) lpl: Vec<f64>,
    pub(super) upl: Vec<f64>,
    pub(super) expected: Vec<f64>,
    pub(super) signal: Vec<PointLabel>,
    pub(super) status: Vec<Status>,
    pub(super) gap: Vec<f64>,
    pub(super) gap_change: Vec<f64>,
    pub(super) rank: Vec<u32>,
    /// What the odds are made from, part by part, while series come in.
    pub(super) past: Vec<SeriesHistory>,
    /// When all are in, where odds were asked for.
    pub(super) odds: Option<SeriesOdds>,
}

impl ScorecardRows {
    /// The card that the series belongs to: the last one, or a new one behind it.
    pub(super) fn for_series<'c>(cards: &'c mut Vec<Self>, series: &SeriesRows<'_>) -> &'c mut Self {
        if cards.last().is_none_or(|card| card.group != series.group || card.grade != series.grade) {
            let (group, grade) = (series.group.to_owned(), series.grade.to_owned());
            cards.push(Self { group, grade, ends: vec![0], ..Self::default() });
        }
        cards.last_mut().expect("there is one now")
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    pub(super) fn push_series(
        &mut self,
        place: &str,
        facts: &SeriesSummary<'_>,
        judgement: &SeriesJudgment,
        beside: Option<ReferenceValues>,
        equal_periods: bool,
    ) {
        self.places.push_str(place);
        self.ends.push(i32::try_from(self.places.len()).expect("the ids of a group's units stay below 2 GiB"));
        self.points.push(facts.values.len() as i32);
        self.base_period.push(facts.base_period);
        self.base.push(facts.base);
        self.latest_period.push(facts.latest_period);
        self.latest.push(facts.latest);
        self.change.push(facts.latest - facts.base);
        self.mean.push(judgement.mean);
        self.lpl.push(judgement.lpl);
        self.upl.push(judgement.upl);
        self.expected.push(judgement.expected);
        self.signal.push(judgement.signal);
        self.status.push(judgement.status);
        let (gap, gap_change) = reference_gap(facts, beside, equal_periods);
        self.gap.push(gap);
        self.gap_change.push(gap_change);
    }

    pub(super) fn append_card(&mut self, mut other: Self) {
        let start = self.places.len();
        let moved = other
            .ends
            .iter()
            .skip(1)
            .map(|&end| i32::try_from(start + end as usize).expect("the ids of a group's units stay below 2 GiB"));
        self.ends.extend(moved);
        self.places.push_str(&other.places);
        self.points.append(&mut other.points);
        self.base_period.append(&mut other.base_period);
        self.base.append(&mut other.base);
        self.latest_period.append(&mut other.latest_period);
        self.latest.append(&mut other.latest);
        self.change.append(&mut other.change);
        self.mean.append(&mut other.mean);
        self.lpl.append(&mut other.lpl);
        self.upl.append(&mut other.upl);
        self.expected.append(&mut other.expected);
        self.signal.append(&mut other.signal);
        self.status.append(&mut other.status);
        self.gap.append(&mut other.gap);
        self.gap_change.append(&mut other.gap_change);
        self.past.append(&mut other.past);
    }

    /// Finds the odds of all series; what they were made from goes.
    pub(super) fn find_odds(&mut self, scoring: &ScoringOptions<'_>, by: &OddsBy<'_>) {
        self.odds = Some(series_odds(&std::mem::take(&mut self.past), scoring, by));
    }

    /// Ranks the changes, the largest first, among places of one number of `peers`; equal changes share the better rank.
    pub(super) fn rank_changes(&mut self, peers: &dyn Fn(&str) -> u8) {
        let place = |at: usize| &self.places[self.ends[at] as usize..self.ends[at + 1] as usize];
        let mut order: Vec<(u8, f64, u32)> =
            self.change.iter().zip(0..).map(|(&change, at)| (peers(place(at as usize)), change, at)).collect();
        order.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        self.rank = vec![0; order.len()];
        let (mut rank, mut first) = (0, 0);
        for (place, &(peer, change, series)) in order.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| order[before]);
            if before.is_none_or(|(other, ..)| other != peer) {
                (rank, first) = (1, place);
            } else if before.is_none_or(|(_, other, _)| change != other) {
                // By value, not by bits: zero and minus zero are one change.
                rank = (place - first) as u32 + 1;
            }
            self.rank[series as usize] = rank;
        }
    }

    pub(super) fn add_to(&self, totals: &mut ScorecardTotals) {
        let on_track = |status: &&Status| matches!(status, Status::Ahead | Status::OnTrack | Status::TargetMet);
        totals.series += self.len() as u64;
        totals.signals += self.signal.iter().filter(|label| **label != PointLabel::CommonCause).count() as u64;
        totals.on_track += self.status.iter().filter(on_track).count() as u64;
        totals.gap_change += self.gap_change.iter().filter(|x| !x.is_nan()).sum::<f64>();
        totals.ranks += self.rank.iter().map(|&rank| u64::from(rank)).sum::<u64>();
        let chances = self.odds.iter().flat_map(|odds| &odds.chance).filter(|chance| !chance.is_nan());
        (totals.chances, totals.chance) = chances.fold((totals.chances, totals.chance), |(n, sum), x| (n + 1, sum + x));
    }
}

/// The reference group's latest value less this group's, and how much that is more than at the start.
fn reference_gap(facts: &SeriesSummary<'_>, beside: Option<ReferenceValues>, equal_periods: bool) -> (f64, f64) {
    let Some(beside) = beside else { return (f64::NAN, f64::NAN) };
    if equal_periods && beside.latest_period != facts.latest_period {
        return (f64::NAN, f64::NAN);
    }
    let gap = beside.latest - facts.latest;
    if equal_periods && beside.base_period != facts.base_period {
        return (gap, f64::NAN);
    }
    (gap, gap - (beside.base - facts.base))
}
