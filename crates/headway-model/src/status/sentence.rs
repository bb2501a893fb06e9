//! The finding in words, made from the data.

use super::{GpraStatus, Status, TargetAssessment, TargetCondition, ValueInterval};
use crate::{Period, PeriodKind, ValueState, decimal_text};

impl TargetAssessment {
    /// The finding in one sentence: "62.1% in 2023-24, 2.4 points below the path to 70% by 2029-30; needs 1.6 points a year."
    pub fn to_sentence(&self) -> String {
        if !self.parts.is_empty() {
            return self.parts_sentence();
        }
        match self.status {
            Status::NoTarget => match self.period {
                Some(_) if self.value.is_none() => format!("{} {}", self.hidden_sentence(), self.without_target()),
                Some(_) if self.for_others => format!("{}. {}", self.result_text(), self.without_target()),
                Some(_) => format!("{}; no target is in force.", self.result_text()),
                None => self.without_target().to_owned(),
            },
            Status::NotReporting => {
                let which =
                    self.missing_period.map_or("A result".to_owned(), |p| format!("The result {}", period_phrase(p)));
                format!("{which} was due and is not in{}.", self.last_figure())
            }
            Status::TooFewStudents | Status::NotTested | Status::NotApplicable => self.hidden_sentence(),
            Status::NotYetDue => self.not_yet_due(),
            Status::CannotTell => self.cannot_tell(),
            Status::TargetMet | Status::TargetMissed => {
                format!("{}{}{}.", self.result_text(), self.against_target(), self.reached_later_text())
            }
            Status::Ahead | Status::OnTrack | Status::Near | Status::OffTrack | Status::MovingAway => self.on_the_way(),
            Status::Gpra(GpraStatus::Pending) => match self.period {
                Some(period) => format!("Pending: no actual has been released {}.", period_phrase(period)),
                None => "Pending: no actual has been released.".to_owned(),
            },
            Status::Gpra(_) if self.target.is_none() => {
                format!("{}: {}.", self.status.label_text(), self.result_text())
            }
            Status::Gpra(_) => {
                format!("{}: {}{}.", self.status.label_text(), self.result_text(), self.against_target())
            }
            Status::Cagr(_) => self.by_growth(),
            Status::Trend(_) => self.by_trend(),
        }
    }

    /// What a series without a target says of targets, in a sentence.
    pub fn without_target(&self) -> &'static str {
        if self.for_others {
            "The targets in force are for other students or places."
        } else {
            "No target is in force."
        }
    }

    /// "62.1% in 2023-24"
    fn result_text(&self) -> String {
        let value = self.published_text(self.value, self.strict);
        self.period.map_or(value.clone(), |period| format!("{value} {}", period_phrase(period)))
    }

    /// A result as it was published, on its side of the target; a bound may be excluded itself: "less than 5%".
    pub(super) fn published_text(&self, value: ValueInterval, strict: bool) -> String {
        let unit = self.measured_in.as_deref();
        match (value.lo, value.hi) {
            (lo, f64::INFINITY) if strict => {
                format!("more than {}", figure_in_words(ValueInterval::from_number(lo), unit))
            }
            (f64::NEG_INFINITY, hi) if strict => {
                format!("less than {}", figure_in_words(ValueInterval::from_number(hi), unit))
            }
            _ => result_in_words(value, unit, &self.rounding_marks()),
        }
    }

    /// "The result in 2023-24 is hidden: too few students are behind it; the last figure is 40% in 2022-23."
    fn hidden_sentence(&self) -> String {
        let when = self.period.map_or(String::new(), |p| format!(" {}", period_phrase(p)));
        let what = match self.state {
            Some(ValueState::NotTested) => format!("There is no result{when}: students were not tested"),
            Some(ValueState::NotApplicable) => format!("There is no result{when}: the measure does not apply"),
            _ => format!("The result{when} is hidden: too few students are behind it"),
        };
        format!("{what}{}.", self.last_figure())
    }

    /// "; the last figure is 40% in 2022-23"
    fn last_figure(&self) -> String {
        let Some(period) = self.latest_period.filter(|_| !self.latest_value.is_none()) else { return String::new() };
        format!(
            "; the last figure is {} {}",
            self.published_text(self.latest_value, self.latest_strict),
            period_phrase(period)
        )
    }

    /// "; reached in 2023 (6)"
    fn reached_later_text(&self) -> String {
        self.reached_period.map_or(String::new(), |reached| format!("; reached later, {}", period_phrase(reached)))
    }

    /// The figures that a result stands beside: rounded, it must not land on another side of them.
    pub fn rounding_marks(&self) -> [f64; 6] {
        let [target, expected, base] = [self.target, self.expected, self.baseline];
        [target.lo, target.hi, expected.lo, expected.hi, base.lo, base.hi]
    }

    fn figure_text(&self, value: ValueInterval) -> String {
        figure_in_words(value, self.measured_in.as_deref())
    }

    /// A figure of the results beside the target: the baseline, or where a trend leads.
    fn text_beside_target(&self, value: ValueInterval) -> String {
        match value.exact_number() {
            Some(x) => {
                let unit = self.measured_in.as_deref();
                let marks = [self.target.lo, self.target.hi, self.value.lo, self.value.hi];
                let written = crate::decimals_written(x).unwrap_or_else(|| usual_decimals(x));
                with_unit(&plain_number(x, crate::decimals_beside(x, written, &marks)), unit)
            }
            None => self.figure_text(value),
        }
    }

    fn amount_text(&self, value: ValueInterval) -> String {
        amount_in_words(value, self.measured_in.as_deref())
    }

    /// "70% by 2029-30"
    fn goal_text(&self) -> String {
        let band = !self.target.is_none() && self.target.exact_number().is_none();
        let figure =
            if band { format!("{} (band)", self.figure_text(self.target)) } else { self.figure_text(self.target) };
        self.target_period.map_or(figure.clone(), |period| format!("{figure} by {}", period.in_words()))
    }

    /// Which side of the path or target the value lies on: "2.4 points below", from a distance that counts the good side up.
    fn side_text(&self, what: &str) -> Option<String> {
        let ValueInterval { lo, hi } = self.distance;
        if lo == 0.0 && hi == 0.0 {
            return Some(format!("exactly on {what}"));
        }
        if lo.is_nan() || (lo < 0.0 && hi > 0.0) || lo.is_infinite() || hi.is_infinite() {
            return None;
        }
        if self.expected.exact_number().is_none() {
            let inside = if lo >= 0.0 { "inside" } else { "outside" };
            return Some(format!("{} {inside} {what}", self.amount_text(self.distance)));
        }
        let higher = self.value.lo + self.value.hi > self.expected.lo + self.expected.hi;
        Some(format!("{} {} {what}", self.amount_text(self.distance), if higher { "above" } else { "below" }))
    }

    fn against_target(&self) -> String {
        let met = self.distance.lo >= 0.0;
        let goal = self.target_period.map_or(String::new(), |p| format!(" {}", period_phrase(p)));
        let target = format!("the target of {}{goal}", self.figure_text(self.target));
        if met {
            return format!(": {target} is met");
        }
        self.side_text(&target).map_or(format!(": {target} is not met"), |side| format!(", {side}"))
    }

    fn on_the_way(&self) -> String {
        let mut text = self.result_text();
        let path_is_flat = self.expected == self.target;
        if self.first_note(super::NoteKind::AlreadyPast).is_some() {
            let stay =
                self.aim.map_or(String::new(), |aim| format!("; {}", stay_text(aim, self.measured_in.as_deref())));
            if let Some(TargetCondition::Within { lo, hi }) =
                self.aim.filter(|aim| matches!(aim, TargetCondition::Within { lo, hi } if lo < hi))
            {
                let band = format!("the band of {}", self.figure_text(ValueInterval { lo, hi }));
                let by =
                    self.target_period.map_or(String::new(), |period| format!(" asked for by {}", period.in_words()));
                return match self.side_text(&band) {
                    Some(side) if self.distance.hi < 0.0 => {
                        format!(
                            "{text}, {side}{by}, which the baseline ({}) was inside of.",
                            self.text_beside_target(self.baseline)
                        )
                    }
                    _ if self.distance.lo >= 0.0 => format!("{text}, inside {band}{by}; keep within it."),
                    _ => format!("{text}, {} for {band}{by}.", self.status.label_text()),
                };
            }
            if self.distance.lo >= 0.0 || !path_is_flat {
                return format!("{text}, already past the target of {}{stay}.", self.goal_text());
            }
            let side = self
                .side_text(&format!("the target of {}", self.goal_text()))
                .unwrap_or_else(|| self.status.label_text().to_owned());
            return format!(
                "{text}, {side}, which the baseline ({}) had passed already.",
                self.text_beside_target(self.baseline)
            );
        }
        let path = if self.expected.exact_number().is_none() && self.value.exact_number().is_some() {
            "the corridor to "
        } else {
            "the path to "
        };
        if let Some(side) = self.side_text(&format!("{path}{}", self.goal_text())) {
            text = format!("{text}, {side}");
        } else {
            text = format!("{text}, {} on the path to {}", self.status.label_text(), self.goal_text());
        }
        if self.status == Status::MovingAway {
            text = format!("{text}, and worse than the baseline of {}", self.text_beside_target(self.baseline));
        }
        match self.pace_text() {
            Some(pace) => format!("{text}; {pace}."),
            None => format!("{text}."),
        }
    }

    /// "needs 1.6 points a year", "must still fall by 1.6 points a year"; none where nothing more is needed or it is not one number.
    fn pace_text(&self) -> Option<String> {
        let pace = self.pace_to_go()?;
        let needed = if pace < 0.0 { "must still fall by" } else { "needs" };
        Some(format!("{needed} {} a year", self.amount_text(self.pace_needed)))
    }

    /// The pace that is needed from here, in units a year, where one is: not where the value is past the target already, nor
    /// where it is not one number.
    pub fn pace_to_go(&self) -> Option<f64> {
        let pace = self.pace_needed.exact_number().filter(|pace| *pace != 0.0)?;
        let wanted = match self.aim {
            Some(TargetCondition::AtLeast(_)) => pace > 0.0,
            Some(TargetCondition::AtMost(_)) => pace < 0.0,
            _ => true,
        };
        wanted.then_some(pace)
    }

    /// The pace so far, from the baseline to the value, in units a year; `None` where one of them is not exactly known,
    /// nor over a break in the series.
    pub fn pace_so_far(&self) -> Option<f64> {
        let (from, to) = (self.baseline_period.filter(|_| !self.over_break)?, self.period?);
        let years = to.years_since(from);
        (years > 0.0).then_some(())?;
        Some((self.value.exact_number()? - self.baseline.exact_number()?) / years)
    }

    fn not_yet_due(&self) -> String {
        let after = match (self.baseline.is_none(), self.baseline_period) {
            (false, Some(period)) => {
                format!(" after the baseline ({} {})", self.figure_text(self.baseline), period_phrase(period))
            }
            (true, Some(period)) => format!(" after the baseline ({})", period.in_words()),
            _ => String::new(),
        };
        match (self.next_period, self.next_due) {
            (Some(period), Some(day)) => {
                format!("No result{after} is due yet; the one {} is due from {day} on.", period_phrase(period))
            }
            _ => format!("No result{after} is due yet."),
        }
    }

    fn cannot_tell(&self) -> String {
        use super::NoteKind::{Baseline, Break, Range, Unusable};
        let why = [Break, Range, Baseline, Unusable].into_iter().find_map(|kind| self.first_note(kind));
        let why = why.unwrap_or("What is known allows more than one status.");
        if self.value.is_none() { why.to_owned() } else { format!("{}: cannot tell. {why}", self.result_text()) }
    }

    fn parts_sentence(&self) -> String {
        let met = |p: &&super::PartAssessment| p.standing.status.tone() == super::StatusTone::Good;
        let kept = self.parts.iter().filter(met).count();
        let parts: Vec<String> =
            self.parts.iter().map(|p| format!("{}: {}", p.name, p.standing.status.label_text())).collect();
        format!("{kept} of {} parts kept ({}).", self.parts.len(), parts.join("; "))
    }

    fn by_growth(&self) -> String {
        let words = self.status.label_text();
        match (self.progress, self.target.is_none()) {
            (Some(p), false) => {
                let share = plain_number(100.0 * p, 0);
                format!(
                    "{}: {words}, {share}% of the growth rate that {} requires.",
                    self.result_text(),
                    self.goal_text()
                )
            }
            (Some(p), true) => {
                let rate = plain_number(100.0 * p, 2);
                format!("{}: {words}, {rate}% a year in the desired direction since the baseline.", self.result_text())
            }
            (None, _) => format!("{}: {words}.", self.result_text()),
        }
    }

    fn by_trend(&self) -> String {
        let projected = ValueInterval::from_number(self.projected.unwrap_or(f64::NAN));
        let by = self.target_period.map_or(String::new(), |p| format!(" by {}", p.in_words()));
        format!(
            "{}; the last years' trend leads to {}{by}, against a target of {}: {}.",
            self.result_text(),
            self.text_beside_target(projected),
            self.figure_text(self.target),
            self.status.label_text()
        )
    }
}

/// "keep at or above 72%"
pub(super) fn stay_text(aim: TargetCondition, unit: Option<&str>) -> String {
    match aim {
        TargetCondition::AtLeast(target) => {
            format!("keep at or above {}", figure_in_words(ValueInterval::from_number(target), unit))
        }
        TargetCondition::AtMost(target) => {
            format!("keep at or below {}", figure_in_words(ValueInterval::from_number(target), unit))
        }
        TargetCondition::Within { lo, hi } if lo == hi => {
            format!("keep at {}", figure_in_words(ValueInterval::from_number(lo), unit))
        }
        TargetCondition::Within { lo, hi } => {
            format!("keep within {}", figure_in_words(ValueInterval { lo, hi }, unit))
        }
    }
}

/// "in 2023-24", "for cohort 2014"
pub(super) fn period_phrase(period: Period) -> String {
    match period.kind {
        PeriodKind::Cohort => format!("for {}", period.in_words()),
        PeriodKind::Day => format!("on {}", period.in_words()),
        _ => format!("in {}", period.in_words()),
    }
}

/// A result in words: with the decimal that charts and tables show, "91.0%", so that one page never says 91 and 91.0.
/// Beside `marks` it has as many more as keep it on its side of them.
pub(super) fn result_in_words(value: ValueInterval, unit: Option<&str>, marks: &[f64]) -> String {
    match value.exact_number() {
        Some(x) if unit == Some("percent") && x.abs() >= 1.0 => {
            format!("{}%", fixed_number(x, crate::decimals_beside(x, 1, marks)))
        }
        Some(x) if unit == Some("currency") => with_unit(&money_beside(x, marks), unit),
        Some(x) => with_unit(&plain_number(x, crate::decimals_beside(x, usual_decimals(x), marks)), unit),
        None => figure_in_words(value, unit),
    }
}

/// A figure of the plan in words: "62.1%", "70%", "21–39%", "95% or more".
pub(super) fn figure_in_words(value: ValueInterval, unit: Option<&str>) -> String {
    let written = |x: f64| crate::decimals_written(x).unwrap_or_else(|| usual_decimals(x));
    let number = |x: f64| if unit == Some("currency") { money_text(x) } else { plain_number(x, written(x)) };
    let whole = |x: f64| with_unit(&number(x), unit);
    match (value.lo, value.hi) {
        (lo, _) if lo.is_nan() => "no figure".to_owned(),
        (lo, hi) if lo == hi => whole(lo),
        (lo, hi) if hi == f64::INFINITY => format!("{} or more", whole(lo)),
        (lo, hi) if lo == f64::NEG_INFINITY => format!("{} or less", whole(hi)),
        (lo, hi) if lo < 0.0 || unit == Some("currency") => format!("{} to {}", whole(lo), whole(hi)),
        (lo, hi) => with_unit(&format!("{}–{}", number(lo), number(hi)), unit),
    }
}

/// A difference in words, without its sign: "2.4 points", "3 days", "1.0 to 4.0 points".
pub(super) fn amount_in_words(difference: ValueInterval, unit: Option<&str>) -> String {
    let (a, b) = (difference.lo.abs(), difference.hi.abs());
    let number = |x: f64| match unit {
        Some("currency") => money_beside(x, &[0.0]),
        // As tables and charts have it, so that one page never says 5 points and 5.0.
        Some("percent") if x >= 0.095 => fixed_number(x, 1),
        _ => short_number(x),
    };
    let text = if a == b { number(a) } else { format!("{} to {}", number(a.min(b)), number(a.max(b))) };
    match unit {
        Some("percent") => format!("{text} points"),
        _ => with_unit(&text, unit),
    }
}

fn with_unit(text: &str, unit: Option<&str>) -> String {
    match unit {
        Some("percent") => format!("{text}%"),
        Some("currency") => format!("${text}"),
        None | Some("count" | "rate" | "score" | "number" | "index") => text.to_owned(),
        Some(unit) => match unit.strip_suffix('s') {
            Some(single) if text == "1" => format!("{text} {single}"),
            _ => format!("{text} {unit}"),
        },
    }
}

/// Two decimals; three figures for what is smaller than 1.
fn usual_decimals(x: f64) -> usize {
    if x == 0.0 || x.abs() >= 1.0 { 2 } else { (-x.abs().log10().floor()).clamp(1.0, 12.0) as usize + 2 }
}

/// Whole dollars from a thousand on, else cents where there are some.
fn money_text(x: f64) -> String {
    money_beside(x, &[])
}

fn money_beside(x: f64, marks: &[f64]) -> String {
    let digits = if x.abs() >= 1000.0 || x.fract() == 0.0 { 0 } else { 2 };
    let needed = crate::decimals_beside(x, digits, marks);
    fixed_number(x, if needed == 1 { 2 } else { needed })
}

/// One decimal, or two figures for what is smaller than that.
fn short_number(x: f64) -> String {
    if x == 0.0 || x >= 0.095 {
        return plain_number(x, 1);
    }
    let digits = (-x.log10().floor()).clamp(1.0, 12.0) as usize + 1;
    plain_number(x, digits)
}

/// At most `digits` decimals, no trailing zeros, thousands set apart.
fn plain_number(x: f64, digits: usize) -> String {
    let text = decimal_text(x, digits);
    group_thousands(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text })
}

/// So many decimals, thousands set apart.
fn fixed_number(x: f64, digits: usize) -> String {
    group_thousands(&decimal_text(x, digits))
}

/// A real minus sign, never before zero, and a comma between thousands.
fn group_thousands(text: &str) -> String {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) if rest.bytes().any(|b| (b'1'..=b'9').contains(&b)) => ("−", rest),
        Some(rest) => ("", rest),
        None => ("", text),
    };
    let (whole, part) = text.split_once('.').map_or((text, None), |(w, p)| (w, Some(p)));
    let mut spaced = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    match part {
        Some(part) => format!("{sign}{spaced}.{part}"),
        None => format!("{sign}{spaced}"),
    }
}
