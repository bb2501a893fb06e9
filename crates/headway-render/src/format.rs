//! Numbers and periods as people read them. One place, so that a page, a chart and a table say the same.

use headway_model::{Period, PeriodKind, Value, decimal_text, decimals_beside, decimals_written};

/// Unit of a measure's values, as far as writing them goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasureUnit {
    /// 0 to 100; one decimal, `%`.
    Percent,
    /// How many; thousands separators.
    Count,
    /// So many per so many; two decimals below 10.
    Rate,
    /// US dollars.
    Currency,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Points on a scale.
    Score,
    /// Anything else, by its name after the number.
    Other(String),
}

impl MeasureUnit {
    /// The unit that a plan names (`percent`, `count`, ...); a measure without one gets bare numbers.
    pub fn of_plan(text: Option<&str>) -> Self {
        match text.unwrap_or_default().trim() {
            "percent" | "%" => Self::Percent,
            "count" | "number" => Self::Count,
            "rate" => Self::Rate,
            "currency" | "usd" | "USD" | "dollars" => Self::Currency,
            "days" => Self::Days,
            "weeks" => Self::Weeks,
            "score" | "points" | "" => Self::Score,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Lowest and highest number that can be, where the unit says so: an axis does not go beyond them without data there.
    pub fn natural_bounds(&self) -> (Option<f64>, Option<f64>) {
        match self {
            Self::Percent => (Some(0.0), Some(100.0)),
            Self::Score | Self::Other(_) => (None, None),
            _ => (Some(0.0), None),
        }
    }

    /// A value in full: `60.7%`, `1,234`, `$12,500`, `3.5 days`. Not a number gives `no value`.
    pub fn value_text(&self, value: f64) -> String {
        self.text_with_unit(value, self.usual_decimals(value))
    }

    /// A value beside figures that it is held against (a target, a path): with as many more decimals as keep it on its side of
    /// them. 99.96 beside a target of 100 is `99.96%`, not `100.0%`.
    pub fn value_beside(&self, value: f64, marks: &[f64]) -> String {
        self.text_with_unit(value, self.cent_decimals(decimals_beside(value, self.usual_decimals(value), marks)))
    }

    /// An amount of money has both digits of its cents, or none.
    fn cent_decimals(&self, decimals: usize) -> usize {
        if *self == Self::Currency && decimals == 1 { 2 } else { decimals }
    }

    /// [`MeasureUnit::short`] beside figures that the value is held against.
    pub fn short_beside(&self, value: f64, marks: &[f64]) -> String {
        let plain = match self {
            _ if value.abs() >= 10_000.0 => return self.short_text(value),
            Self::Rate if value.abs() < 10.0 => 2,
            Self::Score | Self::Percent if value.abs() < 10.0 => 1,
            _ => 0,
        };
        match decimals_beside(value, plain, marks) {
            same if same == plain => self.short_text(value),
            more if *self == Self::Currency => self.text_with_unit(value, self.cent_decimals(more)),
            more => number_text(value, more),
        }
    }

    /// A value for a tight place: no unit name, and no decimals where it says enough without (`61`, `0.5`, `1,234`, `$12.5K`).
    pub fn short_text(&self, value: f64) -> String {
        match self {
            _ if value.abs() >= 10_000.0 => self.tick_text(round_significant(value), 0.0),
            Self::Currency => self.text_with_unit(value, 0),
            Self::Rate if value.abs() < 10.0 => number_text(value, 2),
            Self::Score | Self::Percent if value.abs() < 10.0 => number_text(value, 1),
            _ => number_text(value, 0),
        }
    }

    /// An axis label for a tick at `value`, ticks being `step` apart: as many decimals as the step needs, millions as `M`.
    pub fn tick_text(&self, value: f64, step: f64) -> String {
        let (value, step, suffix) = match value.abs().max(step) {
            _ if value == 0.0 => (0.0, 1.0, ""),
            big if big < 10_000.0 => (value, step, ""),
            big if big < 1e6 => (value / 1e3, step / 1e3, "K"),
            big if big < 1e9 => (value / 1e6, step / 1e6, "M"),
            _ => (value / 1e9, step / 1e9, "B"),
        };
        let decimals =
            (0..4).find(|&d| is_whole(step * 10_f64.powi(d)) && is_whole(value * 10_f64.powi(d))).unwrap_or(1);
        let text = number_text(value, decimals as usize);
        match self {
            Self::Percent => text + suffix + "%",
            Self::Currency => with_dollar(&text) + suffix,
            _ => text + suffix,
        }
    }

    /// A difference between two values with its sign: `−9.3 points`, `+120`, `+$1,000`, `+2.5 days`.
    pub fn difference_text(&self, difference: f64) -> String {
        self.difference_beside(difference, &[])
    }

    /// The same beside differences that it is held against (the pace that is needed). What is some is never shown as none, and
    /// none of them as another.
    pub fn difference_beside(&self, difference: f64, marks: &[f64]) -> String {
        let marks: Vec<f64> = [0.0].iter().chain(marks).copied().collect();
        let name = if *self == Self::Percent { " points" } else { "" };
        let text = match self {
            Self::Percent => number_text(difference, decimals_beside(difference, 1, &marks)),
            _ => self.value_beside(difference, &marks),
        };
        let seen = text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let plus = if difference > 0.0 && seen { "+" } else { "" };
        format!("{plus}{text}{name}")
    }

    /// From `lo` to `hi`: `62.1–71.8%`, `4–9 days`; with `to` where one of them is negative.
    pub fn range_text(&self, lo: f64, hi: f64) -> String {
        self.range_beside(lo, hi, &[])
    }

    /// The same beside figures that it is held against: no end lands on another side of them, or on them.
    pub fn range_beside(&self, lo: f64, hi: f64, marks: &[f64]) -> String {
        if lo < 0.0 || hi < 0.0 || matches!(self, Self::Currency) {
            return format!("{} to {}", self.value_beside(lo, marks), self.value_beside(hi, marks));
        }
        let needed = |x: f64| decimals_beside(x, self.usual_decimals(x), marks);
        let decimals = needed(lo).max(needed(hi));
        let trimmed = if is_whole(lo) && is_whole(hi) { 0 } else { decimals };
        format!("{}–{}", number_text(lo, trimmed), self.text_with_unit(hi, trimmed))
    }

    /// What was published, in words: a bound as `95% or more`, a suppressed value as `too few students`.
    pub fn published_text(&self, value: Value) -> String {
        match value {
            Value::Exact { value } => self.value_text(value),
            Value::Range { lo, hi } => self.range_text(lo, hi),
            Value::AtLeast { lo } => format!("{} or more", self.trimmed_text(lo)),
            Value::AtMost { hi } => format!("{} or less", self.trimmed_text(hi)),
            Value::Suppressed => "too few students".to_owned(),
            Value::NotTested => "not tested".to_owned(),
            Value::NotApplicable => "not applicable".to_owned(),
            Value::NotReported => "not reported".to_owned(),
            Value::Missing => "no value".to_owned(),
        }
    }

    /// The same, where a bound may be excluded itself (`strict`): `less than 5%`, `more than 95%`.
    pub fn published_within(&self, value: Value, strict: bool) -> String {
        match value {
            Value::AtLeast { lo } if strict => format!("more than {}", self.trimmed_text(lo)),
            Value::AtMost { hi } if strict => format!("less than {}", self.trimmed_text(hi)),
            other => self.published_text(other),
        }
    }

    /// What was published, beside figures that it is held against.
    pub fn published_beside(&self, value: Value, strict: bool, marks: &[f64]) -> String {
        match value {
            Value::Exact { value } => self.value_beside(value, marks),
            Value::Range { lo, hi } => self.range_beside(lo, hi, marks),
            other => self.published_within(other, strict),
        }
    }

    /// A figure of a plan (target, baseline, bound, limit), as the plan writes it: no `.0`, six decimals at most.
    pub fn trimmed_text(&self, value: f64) -> String {
        self.text_with_unit(value, decimals_written(value).unwrap_or_else(|| self.usual_decimals(value)))
    }

    fn usual_decimals(&self, value: f64) -> usize {
        match self {
            // Scores in the hundreds (scale scores) are published whole.
            Self::Score if value.abs() >= 100.0 && is_whole(value) => 0,
            Self::Percent | Self::Score => 1,
            Self::Rate if value.abs() < 10.0 => 2,
            Self::Rate => 1,
            Self::Currency => {
                if value.abs() < 100.0 && !is_whole(value) {
                    2
                } else {
                    0
                }
            }
            _ => usize::from(!is_whole(value) && value.abs() < 1000.0),
        }
    }

    fn text_with_unit(&self, value: f64, decimals: usize) -> String {
        let text = number_text(value, decimals);
        if !value.is_finite() {
            return text;
        }
        let one = text == "1" || text == "−1";
        match self {
            Self::Percent => text + "%",
            Self::Currency => with_dollar(&text),
            Self::Days => text + if one { " day" } else { " days" },
            Self::Weeks => text + if one { " week" } else { " weeks" },
            Self::Other(name) => format!("{text} {name}"),
            Self::Count | Self::Rate | Self::Score => text,
        }
    }
}

/// `1,234.5` with so many decimals and a real minus sign; never `−0`. Not a number gives `no value`.
pub fn number_text(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "no value".to_owned();
    }
    let text = decimal_text(value.abs(), decimals);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A count with thousands separators.
pub fn count_text(n: usize) -> String {
    number_text(n as f64, 0)
}

/// `1 place`, `37 places`.
pub fn count_with_noun(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count_text(n), if n == 1 { one } else { many })
}

/// A period in words: `2017-18`, `cohort 2014`, `Sep 2023`, `Q1 2018`.
pub fn period_text(period: Period) -> String {
    period.in_words()
}

/// A period on an axis: `2017-18`, `2014` (a cohort's axis says so once), `Sep 23`, `Q1 18`.
pub fn period_axis(period: Period) -> String {
    let two_digits = period.year().rem_euclid(100);
    match period.kind {
        PeriodKind::Cohort | PeriodKind::CalendarYear => period.year().to_string(),
        PeriodKind::Month => format!("{} {two_digits:02}", month_name(period)),
        PeriodKind::Quarter => format!("Q{} {two_digits:02}", period.ordinal.rem_euclid(4) + 1),
        _ => period.to_string(),
    }
}

fn month_name(period: Period) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[period.ordinal.rem_euclid(12) as usize]
}

/// The value to three significant digits.
fn round_significant(value: f64) -> f64 {
    let unit = 10_f64.powf(value.abs().log10().floor() - 2.0);
    (value / unit).round() * unit
}

fn with_dollar(text: &str) -> String {
    match text.strip_prefix('−') {
        Some(rest) => format!("−${rest}"),
        None => format!("${text}"),
    }
}

fn is_whole(value: f64) -> bool {
    (value - value.round()).abs() < 1e-9 * value.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        let other = MeasureUnit::Other("books".to_owned());
        for (unit, value, shown) in [
            (&MeasureUnit::Percent, 60.66, "60.7%"),
            (&MeasureUnit::Percent, -0.04, "0.0%"),
            (&MeasureUnit::Percent, -3.25, "−3.3%"),
            (&MeasureUnit::Percent, 86.25, "86.3%"),
            (&MeasureUnit::Percent, 80.05, "80.1%"),
            (&MeasureUnit::Count, 1_234_567.0, "1,234,567"),
            (&MeasureUnit::Count, 999.0, "999"),
            (&MeasureUnit::Rate, 0.456, "0.46"),
            (&MeasureUnit::Currency, 12_500.0, "$12,500"),
            (&MeasureUnit::Currency, -3.5, "−$3.50"),
            (&MeasureUnit::Days, 1.0, "1 day"),
            (&MeasureUnit::Days, 12.5, "12.5 days"),
            (&other, 3.0, "3 books"),
            (&MeasureUnit::Percent, f64::NAN, "no value"),
        ] {
            assert_eq!(unit.value_text(value), shown, "{unit:?} {value}");
        }
    }

    #[test]
    fn ticks_have_the_decimals_of_their_step() {
        for (unit, value, step, shown) in [
            (MeasureUnit::Percent, 75.0, 25.0, "75%"),
            (MeasureUnit::Percent, 84.5, 0.5, "84.5%"),
            (MeasureUnit::Percent, 85.0, 0.5, "85.0%"),
            (MeasureUnit::Count, 1_500_000.0, 500_000.0, "1.5M"),
            (MeasureUnit::Count, 0.0, 500_000.0, "0"),
            (MeasureUnit::Currency, 20_000.0, 5_000.0, "$20K"),
            (MeasureUnit::Score, -0.2, 0.1, "−0.2"),
            (MeasureUnit::Percent, 0.0, 0.5, "0%"),
            (MeasureUnit::Days, 2e9, 5e8, "2.0B"),
        ] {
            assert_eq!(unit.tick_text(value, step), shown);
        }
    }

    #[test]
    fn a_tight_place_gets_three_digits() {
        for (unit, value, shown) in [
            (MeasureUnit::Percent, 60.66, "61"),
            (MeasureUnit::Percent, 0.46, "0.5"),
            (MeasureUnit::Count, 1234.0, "1,234"),
            (MeasureUnit::Count, 123_456.0, "123K"),
            (MeasureUnit::Currency, 12_345_678.0, "$12.3M"),
        ] {
            assert_eq!(unit.short_text(value), shown);
        }
    }

    #[test]
    fn a_value_stays_on_its_side_of_what_it_is_held_against() {
        let days = MeasureUnit::Other("hours".to_owned());
        for (unit, value, mark, full, short) in [
            (&MeasureUnit::Percent, 99.96, 100.0, "99.96%", "99.96"),
            (&MeasureUnit::Percent, 100.0, 100.0, "100.0%", "100"),
            (&MeasureUnit::Count, 4.4, 4.0, "4.4", "4.4"),
            (&days, 4.4, 4.0, "4.4 hours", "4.4"),
            (&days, 4.5, 4.0, "4.5 hours", "5"),
            (&MeasureUnit::Currency, 999.6, 1000.0, "$999.60", "$999.60"),
        ] {
            assert_eq!((&*unit.value_beside(value, &[mark]), &*unit.short_beside(value, &[mark])), (full, short));
        }
    }

    #[test]
    fn a_bound_that_is_excluded_is_not_or_less() {
        for (value, strict, shown) in [
            (Value::AtMost { hi: 5.0 }, true, "less than 5%"),
            (Value::AtMost { hi: 5.0 }, false, "5% or less"),
            (Value::AtLeast { lo: 95.0 }, true, "more than 95%"),
            (Value::Exact { value: 5.0 }, true, "5.0%"),
        ] {
            assert_eq!(MeasureUnit::Percent.published_within(value, strict), shown);
        }
    }

    #[test]
    fn what_is_not_a_number_is_said_in_words() {
        for (value, shown) in [
            (Value::Range { lo: 21.0, hi: 39.0 }, "21–39%"),
            (Value::AtLeast { lo: 95.0 }, "95% or more"),
            (Value::AtMost { hi: 5.0 }, "5% or less"),
            (Value::Suppressed, "too few students"),
            (Value::Exact { value: 0.0 }, "0.0%"),
        ] {
            assert_eq!(MeasureUnit::Percent.published_text(value), shown);
        }
        for (value, shown) in
            [(70.0, "70%"), (88.3, "88.3%"), (13.25, "13.25%"), (66.6667, "66.6667%"), (200.0 / 3.0, "66.7%")]
        {
            assert_eq!(MeasureUnit::Percent.trimmed_text(value), shown, "a figure of a plan");
        }
        assert_eq!(
            (MeasureUnit::Score.value_text(240.0), MeasureUnit::Score.value_text(3.0)),
            ("240".to_owned(), "3.0".to_owned())
        );
        assert_eq!(MeasureUnit::Percent.difference_text(-9.31), "−9.3 points");
        assert_eq!(MeasureUnit::Count.difference_text(120.0), "+120");
        assert_eq!(MeasureUnit::Percent.range_text(62.1, 71.84), "62.1–71.8%");
    }
}
