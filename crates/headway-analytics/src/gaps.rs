//! Gaps between a student group and its reference: how far, how sure, and where they go (method `gap`, METHODS.md).

mod newer;
mod places;

use headway_model::{ALL, Direction, GroupCode, Level, Period, StudentGroup};
use headway_render::MeasureUnit;
use headway_stats::gap::{GapTrend, GroupShare, METHOD, VERSION, measure_gap};
use headway_stats::normal::Z95;
use serde::{Serialize, Serializer};

use super::kin::is_made;
use crate::{MeasureAssessment, SeriesObservation};
pub use newer::{Ends, NewerGap};
pub use places::{GapComparison, GapPlaces, NoGapPlaces, PlaceGap};

/// Fewer points than this look small.
const FEW_POINTS: f64 = 10.0;
/// So many times as often is not small.
const TWICE: f64 = 2.0;

/// The gap of a group to its reference at one place. "Behind" is the worse side, whatever the measure's direction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GapLine {
    /// The group's code.
    pub group: GroupCode,
    /// The reference group's code.
    pub reference: String,
    /// The last period for which both are exactly known.
    #[serde(serialize_with = "serialize_period")]
    pub period: Period,
    /// The group's result.
    pub value: f64,
    /// The reference's result.
    pub reference_value: f64,
    /// How far the group is behind, in the measure's place; below zero it is ahead.
    pub behind: f64,
    /// 95 % interval of that; null where numbers of students are not known.
    pub interval: Option<(f64, f64)>,
    /// The first period for which both are known, since the last break.
    #[serde(serialize_with = "serialize_period")]
    pub since: Period,
    /// How far the group was behind then.
    pub behind_first: f64,
    /// 95 % interval of the change since.
    pub change_interval: Option<(f64, f64)>,
    /// Where the gap goes in points: `closing`, `widening`, `overtook`, `fell-behind`, `no-clear-change`; null where that can't be
    /// told.
    pub trend: Option<GapCourse>,
    /// The same in odds.
    pub trend_odds: Option<GapCourse>,
    /// How many times as often the group has the result as its reference, whichever side is better.
    pub ratio: Option<f64>,
    /// The same for the odds.
    pub odds_ratio: Option<f64>,
    /// What is told of a later period, for which one side is told within bounds or hidden; where it tells bounds, the course is the one
    /// up to it.
    pub newer: Option<NewerGap>,
    /// The method.
    pub method: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Numbers behind the last period's gap: of the side that is expected to be ahead, and of the other.
    #[serde(skip)]
    shares: Option<(GroupShare, GroupShare)>,
    #[serde(skip)]
    less: bool,
    #[serde(skip)]
    sides: bool,
}

/// Where a gap goes, at 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapCourse {
    /// The group gains on its reference.
    Closing,
    /// The group falls back.
    Widening,
    /// The group was behind and is ahead now.
    Overtook,
    /// The group was ahead and is behind now.
    FellBehind,
    /// Neither can be said.
    NoClearChange,
}

impl GapCourse {
    fn from_z_score(z: f64) -> Self {
        match z {
            z if z < -Z95 => Self::Closing,
            z if z > Z95 => Self::Widening,
            _ => Self::NoClearChange,
        }
    }

    /// The same where the group has changed sides since: a distance that is none any more did not close. `now` is how far it is
    /// behind at most, where it gained, and at least, where it fell back; nothing where that is not known.
    fn turned(self, first: f64, now: Option<f64>) -> Option<Self> {
        Some(match (self, now) {
            (Self::Closing, Some(now)) if first > 0.0 && now < 0.0 => Self::Overtook,
            (Self::Widening, Some(now)) if first < 0.0 && now > 0.0 => Self::FellBehind,
            (course, _) => course,
        })
    }

    /// In words.
    pub fn label_text(self) -> &'static str {
        match self {
            Self::Closing => "closing",
            Self::Widening => "widening",
            Self::Overtook => "overtook",
            Self::FellBehind => "fell behind",
            Self::NoClearChange => "no clear change",
        }
    }
}

impl GapLine {
    /// Group less reference with its 95 % interval, in the measure's place, whichever side is better.
    pub fn signed_difference(&self) -> (f64, Option<(f64, f64)>) {
        if self.less { (self.behind, self.interval) } else { (-self.behind, self.interval.map(|(lo, hi)| (-hi, -lo))) }
    }

    /// The first comparable period, where it is another, and group less reference then, in the measure's place.
    pub fn first_difference(&self) -> Option<(Period, f64)> {
        let difference = if self.less { self.behind_first } else { -self.behind_first };
        (self.since != self.period).then_some((self.since, difference))
    }

    /// Whether one side is better; of a value to be kept neither is, and `behind` is how much lower the group is.
    pub fn has_sides(&self) -> bool {
        self.sides
    }

    /// On which side of its reference the group is, for a distance like [`Self::behind`]: "behind", "ahead of"; "lower than",
    /// "higher than" where neither side is better.
    pub fn side_words(&self) -> &'static str {
        match (self.sides, self.behind < 0.0) {
            (true, false) => "behind",
            (true, true) => "ahead of",
            (false, false) => "lower than",
            (false, true) => "higher than",
        }
    }

    /// Says it the other way where points alone mislead: few points apart, and yet the rarer outcome is at least twice as
    /// frequent on one side.
    pub fn other_words(&self) -> Option<String> {
        let (ahead, behind) = self.shares?;
        let (p, q) = (ahead.k / ahead.n, behind.k / behind.n);
        let few = self.behind.abs() < FEW_POINTS;
        let twice = |a: f64, b: f64| (a / b >= TWICE && (a / b).is_finite()).then(|| a / b);
        // Where both shares are high, what tells the two apart is who is left out; where both are low, who is in.
        let (of_group, of_other) = if self.less { (p, q) } else { (q, p) };
        let (who, other) = (StudentGroup::name_of(&self.group), reference_words(&self.reference));
        let (low, high) = (of_group.max(of_other) < 0.5, of_group.min(of_other) > 0.5);
        if !few || !(low || high) {
            return None;
        }
        let (a, b, verb) = if low {
            (of_group, of_other, "have the result")
        } else {
            (1.0 - of_group, 1.0 - of_other, "are without it")
        };
        let said = |who: &str, times: f64, other: &str| format!("{who} {verb} {times:.1} times as often as {other}");
        let turned = || twice(b, a).map(|times| said(&capitalize_first(&other), times, &who));
        twice(a, b).map(|times| said(&who, times, &other)).or_else(turned)
    }

    /// Where it goes, in words, and what is told of a later period.
    pub fn full_course_text(&self) -> String {
        let course = self.course_words();
        match &self.newer {
            None => course,
            Some(newer) if newer.behind.is_some() => format!("{course}; {}", newer.words),
            Some(newer) => format!("{course} until {}; {}", self.period, newer.words),
        }
    }

    /// Where points and odds disagree, both.
    fn course_words(&self) -> String {
        match (self.trend, self.trend_odds) {
            (Some(points), Some(odds)) if points != odds => {
                format!("{} in points, {} in odds", self.of_course(points), self.of_course(odds))
            }
            (Some(points), _) => self.of_course(points).to_owned(),
            (None, _) => self.not_followed().unwrap_or_default().to_owned(),
        }
    }

    /// The one verdict on where it goes, in points: only what the data bear out; `None` where they bear out no change.
    pub fn clear_course(&self) -> Option<&'static str> {
        self.trend.filter(|course| *course != GapCourse::NoClearChange).map(|course| self.of_course(course))
    }

    /// Why nothing can be said of where it goes; `None` where it can be followed.
    pub fn not_followed(&self) -> Option<&'static str> {
        match self.trend {
            Some(_) => None,
            None if self.newer.as_ref().is_some_and(|newer| newer.behind.is_some()) => Some("not followed"),
            None if self.since == self.period => Some("one comparable year"),
            None => Some("not followed: no student counts"),
        }
    }

    /// Where a gap goes, in points; `None` of a lead, and where that can't be told.
    pub fn gap_trend(&self) -> Option<GapCourse> {
        self.trend.filter(|_| !self.is_lead())
    }

    /// A group that was ahead and is ahead has a lead, not a gap.
    fn is_lead(&self) -> bool {
        self.sides && self.is_beyond()
    }

    /// Above its reference (below it, where less is better), first and last.
    fn is_beyond(&self) -> bool {
        let newer = self.newer.as_ref().and_then(|newer| newer.behind);
        let still = newer.is_none_or(|ends| ends.hi.is_some_and(|hi| hi < 0.0));
        self.behind < 0.0 && self.behind_first < 0.0 && still
    }

    fn of_course(&self, course: GapCourse) -> &'static str {
        match course {
            // Of a difference without a better side only its size counts.
            GapCourse::Overtook | GapCourse::FellBehind if !self.sides => "changed sides",
            GapCourse::Closing if !self.sides && self.is_beyond() => GapCourse::Widening.label_text(),
            GapCourse::Widening if !self.sides && self.is_beyond() => GapCourse::Closing.label_text(),
            GapCourse::Closing if self.is_lead() => "its lead grows",
            GapCourse::Widening if self.is_lead() => "its lead shrinks",
            other => other.label_text(),
        }
    }
}

/// The gap of `group` at `place`; `None` where no period has both results.
pub fn gap_line(scored: &MeasureAssessment, group: &str, grade: &str, place: &str) -> Option<GapLine> {
    let reference = StudentGroup::reference_of(group)?;
    let pairs = pair_results(scored, (group, reference), grade, place)?;
    let line = of_pairs(scored, (group, reference), &pairs)?;
    Some(match NewerGap::after_period(scored, (group, reference), grade, place, line.period) {
        None => line,
        Some(newer) => line.led_on(scored, newer, &pair_shares(scored, &pairs)),
    })
}

/// A group's result and its reference's, period by period.
type ObservedPair = (SeriesObservation, SeriesObservation);

fn pair_results(
    scored: &MeasureAssessment,
    (group, reference): (&str, &str),
    grade: &str,
    place: &str,
) -> Option<Vec<ObservedPair>> {
    let results = |code: &str| -> Option<Vec<SeriesObservation>> {
        Some(scored.comparable_results(scored.find_series(code, grade, place)?))
    };
    let (own, other) = (results(group)?, results(reference)?);
    Some(own.iter().filter_map(|o| Some((*o, *other.iter().find(|r| r.period == o.period)?))).collect())
}

/// The gap that the pairs show, oldest first; `None` without any.
fn of_pairs(scored: &MeasureAssessment, (group, reference): (&str, &str), pairs: &[ObservedPair]) -> Option<GapLine> {
    let (first, last) = (*pairs.first()?, *pairs.last()?);
    let less = is_less(scored);
    let value = |o: SeriesObservation| o.value.exact_number().expect("comparable results are exact");
    let behind = |(own, other): (SeriesObservation, SeriesObservation)| {
        if less { value(own) - value(other) } else { value(other) - value(own) }
    };
    let counts = pair_shares(scored, pairs);
    let known = (counts.len() == pairs.len()).then(|| GapJudgement::from_counts(&counts));
    let many = pairs.len() > 1;
    Some(GapLine {
        group: group.into(),
        reference: reference.to_owned(),
        period: last.0.period,
        value: value(last.0),
        reference_value: value(last.1),
        behind: behind(last),
        interval: known.as_ref().map(|k| (behind(last) - Z95 * k.se, behind(last) + Z95 * k.se)),
        since: first.0.period,
        behind_first: behind(first),
        change_interval: known.as_ref().filter(|_| many).map(|k| k.change),
        trend: known.as_ref().filter(|_| many).and_then(|k| k.trend?.turned(behind(first), Some(behind(last)))),
        trend_odds: known
            .as_ref()
            .filter(|_| many)
            .and_then(|k| k.trend_odds?.turned(behind(first), Some(behind(last)))),
        ratio: known.as_ref().and_then(|k| of_group(k.ratio, less)),
        odds_ratio: known.as_ref().and_then(|k| of_group(k.odds_ratio, less)),
        newer: None,
        method: METHOD,
        version: VERSION,
        shares: counts.last().filter(|_| known.is_some()).map(|c| (c.1, c.2)),
        less,
        sides: scored.planned.measure.direction.and_then(Direction::sign).is_some(),
    })
}

/// The ratio of the group to its reference, from the method's: of the side that is expected to have more to the other.
fn of_group(ratio: f64, less: bool) -> Option<f64> {
    let ratio = if less { ratio } else { 1.0 / ratio };
    ratio.is_finite().then_some(ratio)
}

/// Where less is better the group that has more is behind: the two change places.
fn is_less(scored: &MeasureAssessment) -> bool {
    scored.planned.measure.direction == Some(Direction::Decrease)
}

/// The pairs as shares of students, as far as their numbers are known.
fn pair_shares(scored: &MeasureAssessment, pairs: &[ObservedPair]) -> Vec<(f64, GroupShare, GroupShare)> {
    let percent = MeasureUnit::of_plan(scored.planned.measure.unit.as_deref()) == MeasureUnit::Percent
        || pairs.iter().all(|(own, other)| is_made(own) && is_made(other));
    let less = is_less(scored);
    pairs.iter().filter_map(|pair| counted_pair(pair, less)).filter(|_| percent).collect()
}

impl MeasureAssessment {
    /// The groups with a gap at a place, the furthest behind first.
    pub fn groups_behind(&self, grade: &str, place: &str) -> Vec<GroupCode> {
        let gap = |code: GroupCode| Some((gap_line(self, &code, grade, place)?.behind, code));
        let mut found: Vec<(f64, GroupCode)> = self.group_codes().into_iter().filter_map(gap).collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.into_iter().map(|(_, code)| code).collect()
    }

    /// Levels below the agency's own with two places or more that have the group and its reference.
    pub fn gap_levels(&self, group: &str, grade: &str) -> Vec<Level> {
        let Some(reference) = StudentGroup::reference_of(group) else { return Vec::new() };
        let many = |level: &Level| {
            let of_level = self.of_group(group, grade).filter(|&i| self.level_of(i) == Some(*level));
            of_level.filter(|&i| self.find_series(reference, grade, self.key_of(i).2).is_some()).nth(1).is_some()
        };
        Level::ALL.into_iter().filter(|level| *level > Level::State).filter(many).collect()
    }
}

/// A reference group inside a sentence.
pub fn reference_words(code: &str) -> String {
    if code == ALL { "all students".to_owned() } else { StudentGroup::name_of(code).into_owned() }
}

fn capitalize_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What the method says of counts, first to last.
struct GapJudgement {
    se: f64,
    change: (f64, f64),
    trend: Option<GapCourse>,
    trend_odds: Option<GapCourse>,
    ratio: f64,
    odds_ratio: f64,
}

impl GapJudgement {
    fn from_counts(counts: &[(f64, GroupShare, GroupShare)]) -> Self {
        let year: Vec<f64> = counts.iter().map(|c| c.0).collect();
        let better: Vec<GroupShare> = counts.iter().map(|c| c.1).collect();
        let worse: Vec<GroupShare> = counts.iter().map(|c| c.2).collect();
        let found = measure_gap(&year, &better, &worse);
        let last = counts.len() - 1;
        let log_odds_variance = |i: usize| {
            let of = |s: GroupShare| 1.0 / s.k + 1.0 / (s.n - s.k);
            of(better[i]) + of(worse[i])
        };
        let moved = found.log_odds[last] - found.log_odds[0];
        let z_odds = moved / (log_odds_variance(0) + log_odds_variance(last)).sqrt();
        Self {
            se: found.se[last],
            change: (found.change - Z95 * found.change_se, found.change + Z95 * found.change_se),
            trend: found.trend.map(|trend| match trend {
                GapTrend::Closing => GapCourse::Closing,
                GapTrend::Widening => GapCourse::Widening,
                GapTrend::NoClearChange => GapCourse::NoClearChange,
            }),
            trend_odds: z_odds.is_finite().then(|| GapCourse::from_z_score(z_odds)),
            ratio: found.ratio_log[last].exp(),
            odds_ratio: found.log_odds[last].exp(),
        }
    }
}

/// Year, the side that is expected to have more, the other.
fn counted_pair(
    (own, other): &(SeriesObservation, SeriesObservation),
    less: bool,
) -> Option<(f64, GroupShare, GroupShare)> {
    let share = |o: &SeriesObservation| {
        let n = o.denominator?;
        // A rate and its number of students are all that a gap needs.
        let k = o.numerator.or_else(|| Some(o.value.exact_number()? * n / 100.0))?;
        (n > 0.0 && (0.0..=n).contains(&k)).then_some(GroupShare { k, n })
    };
    let (own_share, other_share) = (share(own)?, share(other)?);
    let year = f64::from(own.period.ordinal);
    Some(if less { (year, own_share, other_share) } else { (year, other_share, own_share) })
}

fn serialize_period<S: Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(period)
}

#[cfg(test)]
mod tests {
    use super::*;
    use GapCourse::{Closing, FellBehind, NoClearChange, Overtook, Widening};

    #[test]
    fn a_gap_that_turned_did_not_close() {
        for (course, first, now, turned) in [
            (Closing, 1.2, -2.9, Overtook),
            (Closing, 1.2, 0.4, Closing),
            (Closing, -1.2, -2.9, Closing),
            (Widening, -1.2, 2.9, FellBehind),
            (Widening, 1.2, 2.9, Widening),
            (NoClearChange, 1.2, -2.9, NoClearChange),
        ] {
            assert_eq!(course.turned(first, Some(now)), Some(turned), "{course:?} from {first} to {now}");
            assert_eq!(course.turned(first, None), Some(course));
        }
    }

    #[test]
    fn a_ratio_is_of_the_group_to_its_reference() {
        for (ratio, less, told) in [(2.0, false, Some(0.5)), (2.0, true, Some(2.0)), (0.0, false, None)] {
            assert_eq!(of_group(ratio, less), told);
        }
    }
}
