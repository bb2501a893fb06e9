//! The way in for people: one measure, one place, group and grade, one date.

mod compound;
mod federal;
mod growth;
mod others;

use jiff::civil::Date;

use super::score::Reason;
use super::sentence::result;
use super::series::Columns;
use super::{
    Horizon, Interval, Lag, NoteKind, Point, Promise, PromiseError, Score, Series, Standing, Start, choice, promise,
    score,
};
use crate::plan::{Break, Measure, Method, Target};
use crate::{Direction, Flags, Period};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// The targets of this place, group and grade ([`super::applicable`]), those no longer in force with them.
    pub targets: &'a [&'a Target],
    /// The results, in any order.
    pub points: &'a [Point],
    /// For a compound measure: the results of each part, by the part's id.
    pub parts: &'a [(&'a str, &'a [Point])],
    /// The day as of which is asked.
    pub as_of: Date,
    /// The method; the measure's own when `None`, `trajectory` when it has none.
    pub method: Option<Method>,
}

/// What the methods share: the question with its periods and columns worked out.
struct Desk<'a> {
    question: &'a Question<'a>,
    horizon: Horizon,
    lag: Lag,
    series: Series<'a>,
    /// Ordinals of the periods that the plan marks as having no usable value.
    gaps: Vec<i32>,
}

/// Where the promise stands.
///
/// # Errors
/// [`PromiseError`] when the measure has no direction, or a period or its result lag can't be read.
pub fn stand(question: &Question<'_>) -> Result<Standing, PromiseError> {
    let measure = question.measure;
    let lag = match &measure.result_lag {
        Some(text) => Lag::parse(text).map_err(|error| PromiseError::Lag { measure: measure.id.clone(), error })?,
        None => Lag::default(),
    };
    let columns = Columns::of(question.points);
    let horizon = Horizon::on(measure.period, lag, question.as_of);
    let desk = Desk { question, horizon, lag, series: columns.series(), gaps: gaps(measure) };
    let method = question.method.or(measure.method).unwrap_or(Method::Trajectory);
    let mut standing = Standing::blank(method, measure.unit.as_deref());

    let chosen = choice::choose(measure, question.targets, question.as_of, desk.latest())
        .map_err(|error| PromiseError::Period { measure: measure.id.clone(), error })?;
    desk.describe(&mut standing, chosen)?;
    if let Some(goal) = chosen.and_then(|t| t.target.as_ref())
        && !goal.parts.is_empty()
    {
        return desk.compound(standing, chosen.expect("the goal is the chosen target's"), goal);
    }
    match method {
        Method::Trajectory => desk.trajectory(&mut standing, chosen)?,
        Method::Gpra => desk.gpra(&mut standing)?,
        Method::Cagr => desk.cagr(&mut standing, chosen)?,
        Method::Trend => desk.trend(&mut standing, chosen)?,
    }
    desk.remark(&mut standing);
    Ok(standing)
}

/// Periods that can't be read are left to the methods, which refuse them.
fn gaps(measure: &Measure) -> Vec<i32> {
    let missing = measure.breaks.iter().filter(|mark| mark.kind == Break::Missing);
    missing.filter_map(|mark| Some(mark.period.resolve(measure.period).ok()?.ordinal)).collect()
}

impl Desk<'_> {
    fn period(&self, ordinal: i32) -> Period {
        Period { kind: self.question.measure.period, ordinal }
    }

    fn fail(&self, error: crate::PeriodError) -> PromiseError {
        PromiseError::Period { measure: self.question.measure.id.clone(), error }
    }

    /// Ordinal of the latest completed period with a number.
    fn latest(&self) -> Option<i32> {
        self.series.latest(self.horizon.completed, &self.gaps)
    }

    fn direction(&self) -> Result<Direction, PromiseError> {
        let measure = self.question.measure;
        measure.direction.ok_or_else(|| PromiseError::Direction { measure: measure.id.clone() })
    }

    fn point(&self, ordinal: i32) -> Option<&Point> {
        self.question.points.iter().find(|p| p.period.ordinal == ordinal)
    }

    /// What can be said before any method: the target, when it is due, what is due next.
    fn describe(&self, standing: &mut Standing, chosen: Option<&Target>) -> Result<(), PromiseError> {
        let measure = self.question.measure;
        if let Some(p) = self.latest() {
            self.put_value(standing, p);
        }
        let reported = (0..self.series.len()).filter(|&i| self.series.reported(i)).map(|i| self.series.period[i]);
        let in_hand = reported.filter(|p| *p <= self.horizon.completed).max().unwrap_or(i32::MIN);
        let next = self.period(self.horizon.due.max(in_hand) + 1);
        standing.next_period = Some(next);
        standing.next_due = Some(self.lag.due(next));

        let others = self.question.targets.iter().filter(|t| chosen.is_none_or(|c| !std::ptr::eq(**t, c)));
        standing.other_targets = others.map(|t| (*t).clone()).collect();
        let Some((target, goal)) = chosen.and_then(|t| Some((t, t.target.as_ref()?))) else { return Ok(()) };
        let period = goal.period.resolve(measure.period).map_err(|e| self.fail(e))?;
        standing.target_period = Some(period);
        standing.target_due = Some(self.lag.due(period));
        standing.source = target.source.clone();
        if let Some(direction) = measure.direction
            && let Some(aim) = promise::aim(goal, direction, measure.tolerance)
        {
            (standing.target, standing.aim) = (aim.figures(), Some(aim));
        }
        // The results of a compound target are its parts': each part says this of itself.
        if goal.parts.is_empty() {
            self.name_target_period(standing, period);
        }
        if !standing.other_targets.is_empty() {
            standing.say(NoteKind::OtherTargets, others::others(measure, &standing.other_targets));
        }
        Ok(())
    }

    fn put_value(&self, standing: &mut Standing, p: i32) {
        standing.period = Some(self.period(p));
        if let Some(point) = self.point(p) {
            standing.state = Some(point.value.state());
            standing.value = point.value.bounds().map_or(Interval::NONE, |(lo, hi)| Interval { lo, hi });
            standing.released = Some(point.released);
        }
    }

    /// "2014" can mean the cohort of 2014 or the rate published in 2014: say which period the target speaks of, and when its
    /// result is due.
    fn name_target_period(&self, standing: &mut Standing, period: Period) {
        let due = self.lag.due(period);
        let in_hand = |point: &Point| point.value.bounds().is_some() && period.ordinal <= self.horizon.completed;
        let state = match self.point(period.ordinal) {
            Some(point) if in_hand(point) => "its result is in".to_owned(),
            _ if due > self.question.as_of => format!("its result is due from {due} on"),
            _ => format!("its result was due from {due} on and is not in"),
        };
        let latest = match self.latest() {
            Some(p) if p != period.ordinal => {
                let value = result(standing.value, standing.measured_in.as_deref());
                format!(" The latest result is {} ({value}).", self.period(p))
            }
            _ => String::new(),
        };
        standing.say(NoteKind::TargetPeriod, format!("The target speaks of {period}; {state}.{latest}"));
    }

    fn trajectory(&self, standing: &mut Standing, chosen: Option<&Target>) -> Result<(), PromiseError> {
        let Some(target) = chosen else { return Ok(()) };
        let Some(promise) = Promise::resolve(self.question.measure, target)? else {
            self.without_figure(standing, target);
            return Ok(());
        };
        let scored = score(&promise, self.horizon, &self.series);
        self.fill(standing, &promise, &scored);
        Ok(())
    }

    fn without_figure(&self, standing: &mut Standing, target: &Target) {
        let sets_baseline = target.target.as_ref().is_some_and(|g| g.set_baseline);
        let why = if sets_baseline {
            "The target is to set a baseline."
        } else {
            "The plan names the target without its figure."
        };
        standing.say(NoteKind::Method, why);
    }

    /// Carries a score over, with what must be said about it.
    fn fill(&self, standing: &mut Standing, promise: &Promise, score: &Score) {
        standing.status = score.status;
        standing.baseline_period = score.baseline_period.map(|p| self.period(p));
        standing.baseline = score.baseline;
        standing.expected = score.expected;
        standing.distance = score.distance;
        standing.tolerance = (!score.tolerance.is_nan()).then_some(score.tolerance);
        standing.pace_needed = score.pace_needed;
        (standing.period, standing.value, standing.state, standing.released) = (None, Interval::NONE, None, None);
        if let Some(p) = score.period {
            self.put_value(standing, p);
        }
        self.explain(standing, promise, score);
    }

    fn explain(&self, standing: &mut Standing, promise: &Promise, score: &Score) {
        match score.reason {
            Reason::Figures => {}
            Reason::Break => standing.say(
                NoteKind::Break,
                "The series breaks between the baseline and the latest result, and the plan carries no bridged baseline.",
            ),
            Reason::Ends => standing.say(
                NoteKind::Range,
                "The published value is a range or bound, and its ends give different statuses.",
            ),
            Reason::Baseline => {
                let period = score.baseline_period.map_or(String::new(), |p| format!(" ({})", self.period(p)));
                standing.say(NoteKind::Baseline, format!("The baseline{period} is not known: no figure was given or found."));
            }
            Reason::Unusable => standing.say(NoteKind::Unusable, "No result since the baseline has a usable value."),
            Reason::Past => {
                standing.say(NoteKind::AlreadyPast, "The value is already past the final target, before its date.");
            }
        }
        match (promise.start, score.baseline_period) {
            (Start::First, Some(p)) => {
                let text = format!("The plan states no baseline: the first result ({}) is taken.", self.period(p));
                standing.say(NoteKind::Baseline, text);
            }
            (Start::At(p), _) if !score.baseline.is_none() => {
                standing
                    .say(NoteKind::Baseline, format!("The baseline is read from the results ({}).", self.period(p)));
            }
            _ => {}
        }
        if promise.bridged {
            standing.say(NoteKind::Break, "The baseline was recomputed on the new scale after a break in the series.");
        }
        self.own_period(standing, promise, score);
    }

    /// A promise judged by a later result than that of its own period: say what its own period gave, when it differs.
    fn own_period(&self, standing: &mut Standing, promise: &Promise, score: &Score) {
        let Some(p) = score.period.filter(|p| *p > promise.period) else { return };
        let own = Horizon::through(promise.period);
        let at_own = super::score(promise, own, &self.series);
        if at_own.period != Some(p) && at_own.status != score.status && !at_own.value.is_none() {
            let value = result(at_own.value, standing.measured_in.as_deref());
            let period = self.period(promise.period);
            let text = format!("At its own period ({period}) it was {value}: {}.", at_own.status.words());
            standing.say(NoteKind::OwnPeriod, text);
        }
    }

    /// Notes on the value and on marked periods, whatever the method.
    fn remark(&self, standing: &mut Standing) {
        let Some(period) = standing.period else { return };
        if let Some(point) = self.point(period.ordinal) {
            if point.flags.has(Flags::PROVISIONAL) {
                standing.say(NoteKind::Quality, "The latest result is preliminary.");
            }
            if point.flags.has(Flags::STAND_IN) {
                standing
                    .say(NoteKind::Quality, "The latest result stands in for a mask: the true value is not published.");
            }
        }
        let kind = self.question.measure.period;
        for mark in &self.question.measure.breaks {
            let Ok(at) = mark.period.resolve(kind) else { continue };
            let recent = standing.baseline_period.is_none_or(|b| at > b) && at.ordinal <= self.horizon.completed;
            if mark.kind == Break::Missing && recent {
                let why = mark.note.as_deref().map_or(String::new(), |n| format!(": {n}"));
                standing.say(NoteKind::Gap, format!("{at} has no usable value{why}."));
            }
        }
    }
}
