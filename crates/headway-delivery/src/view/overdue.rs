//! Which result is awaited: one answer for home, for a measure's page and for the data page. What is overdue is what is awaited;
//! a later result is named as the next one only where nothing is missing before it.

use headway_analytics::{MeasureAssessment, SeriesObservation};
use headway_model::Period;
use headway_model::plan::Measure;
use headway_model::status::{Status, TargetAssessment, usual_step};
use jiff::civil::Date;

use super::{MeasureSummary, SeriesView};
use crate::Result;

/// What is only watched, and so many results in a row did not come, may have ended: that is asked, and nothing counts as late.
const ENDED: i32 = 2;

/// The result that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwaitedResult {
    /// One that was due and is not in.
    Overdue(OverdueResults),
    /// The next one, and the day from which on it is due.
    Next(Period, Date),
    /// The last ones that could have come did not, and nobody promised more: they are late, or the measure has ended.
    Stopped(StoppedResults),
    /// None: no edition in force names the measure, or nothing ever came.
    Nothing,
}

impl AwaitedResult {
    pub(super) fn for_series(measure: &Measure, standing: &TargetAssessment, observed: &[SeriesObservation]) -> Self {
        if let Some(overdue) = OverdueResults::for_series(measure, standing, observed) {
            return Self::Overdue(overdue);
        }
        let Some((next, due)) = standing.next_period.zip(standing.next_due) else { return Self::Nothing };
        let came: Vec<i32> = observed.iter().filter(|o| o.over).map(|o| o.period.ordinal).collect();
        let own = observed.iter().rev().find(|o| o.over).map(|o| o.period);
        let latest = own.or(standing.period);
        match latest.filter(|latest| next.ordinal - latest.ordinal > usual_step(measure, &came)) {
            Some(latest) => Self::Stopped(StoppedResults { latest, next, due }),
            None => Self::Next(next, due),
        }
    }

    /// What is awaited of series that keep targets of one kind: of one that owes a result, else of the first.
    pub(super) fn of_series(scored: &MeasureAssessment, series: &[usize]) -> Result<Self> {
        let late = series.iter().find(|i| scored.status_of(**i) == Status::NotReporting);
        let Some(&i) = late.or(series.first()) else { return Ok(Self::Nothing) };
        Ok(Self::for_series(&scored.planned.measure, &scored.standing_of(i, None)?, &scored.observations_of(i)))
    }

    /// What is overdue.
    pub fn overdue_results(&self) -> Option<OverdueResults> {
        match self {
            Self::Overdue(overdue) => Some(*overdue),
            Self::Next(..) | Self::Stopped(_) | Self::Nothing => None,
        }
    }

    /// What may have ended.
    pub fn stopped_results(&self) -> Option<StoppedResults> {
        match self {
            Self::Stopped(stopped) => Some(*stopped),
            Self::Overdue(_) | Self::Next(..) | Self::Nothing => None,
        }
    }
}

/// Results that came, and several in a row did not come since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoppedResults {
    /// The last period with a result.
    pub latest: Period,
    /// The next period that a result could come for.
    pub next: Period,
    /// From this day on it would be due.
    pub due: Date,
}

impl StoppedResults {
    /// In words: since when nothing came, and what would come next.
    pub fn to_sentence(&self) -> String {
        use headway_render::format::period_text;
        format!(
            "no result since {}: late, or no longer measured? The next would be of {}, due from {}",
            period_text(self.latest),
            period_text(self.next),
            self.due
        )
    }
}

/// Results that were due and are not in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverdueResults {
    /// The last period with a result; none where no result ever came.
    pub latest: Option<Period>,
    /// The last period whose result was due.
    pub due: Period,
}

impl OverdueResults {
    /// Of a promise what its status says: it is late when results that it needs are, with or without a result before. What is only
    /// watched is late when a result came lately, and the next was due. `None` where nothing is late.
    fn for_series(measure: &Measure, standing: &TargetAssessment, observed: &[SeriesObservation]) -> Option<Self> {
        let promise = !standing.target.is_none() || !standing.parts.is_empty();
        // Results that come every other year owe nothing in between.
        let came: Vec<i32> = observed.iter().filter(|o| o.over).map(|o| o.period.ordinal).collect();
        let step = usual_step(measure, &came);
        let last_due = standing.next_period.map(|next| next.plus_periods(-step));
        let own = observed.iter().rev().find(|o| o.over).map(|o| o.period);
        let due = match standing.status {
            Status::NotReporting => standing.missing_period.or(last_due),
            _ if promise => None,
            _ => last_due.filter(|due| own.is_some_and(|latest| due.ordinal - latest.ordinal <= ENDED * step)),
        }?;
        // A compound measure has results of its parts alone.
        let of_part = standing.parts.iter().any(|part| !part.standing.value.is_none());
        let latest = own.or(of_part.then(|| due.plus_periods(-1)));
        (latest < Some(due)).then_some(Self { latest, due })
    }

    /// In words: which results were due.
    pub fn to_sentence(&self) -> String {
        use headway_render::format::period_text;
        match self.latest {
            None => format!("{}: the result was due, and none has ever come in", period_text(self.due)),
            Some(latest) if latest.ordinal + 1 >= self.due.ordinal => {
                format!("{}: the result was due and is not in", period_text(self.due))
            }
            Some(latest) => {
                format!(
                    "{}: the result was due and is not in; the last one is of {}",
                    period_text(self.due),
                    period_text(latest)
                )
            }
        }
    }
}

impl MeasureSummary {
    /// The result that is awaited: one that any target lacks, else the next; none of a measure that no edition in force names.
    pub fn awaited_result(&self) -> AwaitedResult {
        if !self.planned.current {
            return AwaitedResult::Nothing;
        }
        let late = self.targets.iter().map(|line| line.awaited).find(|awaited| awaited.overdue_results().is_some());
        let first = || self.targets.first().map(|line| line.awaited);
        let own = || AwaitedResult::for_series(&self.planned.measure, &self.row.standing, &self.observed);
        late.or_else(first).unwrap_or_else(own)
    }
}

impl SeriesView {
    /// The result of this series that is awaited.
    pub fn awaited_result(&self) -> AwaitedResult {
        AwaitedResult::for_series(&self.measure, &self.row.standing, &self.observed)
    }
}

#[cfg(test)]
mod tests {
    use headway_model::PeriodKind;

    use super::*;

    #[test]
    fn it_says_which_results_were_due() {
        let cohort = |year| Period { kind: PeriodKind::Cohort, ordinal: year };
        let check = |latest: Option<i32>, due: i32, words: &str| {
            assert_eq!(OverdueResults { latest: latest.map(cohort), due: cohort(due) }.to_sentence(), words);
        };
        check(Some(2013), 2014, "cohort 2014: the result was due and is not in");
        check(Some(2013), 2016, "cohort 2016: the result was due and is not in; the last one is of cohort 2013");
        check(None, 2016, "cohort 2016: the result was due, and none has ever come in");
    }
}
