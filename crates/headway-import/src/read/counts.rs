//! Numerators and denominators: how they are read, the percent that they make, and whether a rate beside them can be theirs.

use headway_model::{Value, ValueFlags, percent_of};

use super::cell::{CellContent, ColumnTokens, never_read};
use super::ids::unquote_formula;
use super::number::{DecimalNumber, may_be_thousands, shortest_decimals};
use crate::profile::TokenMeaning;

/// A numerator or a denominator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum CountCell {
    /// No column, or an empty cell that means nothing.
    #[default]
    Nothing,
    /// A number.
    Known(f64),
    /// A token: hidden, not there, or told within bounds.
    Token(Value, ValueFlags),
}

/// Numerator and denominator.
pub(crate) type CountPair = (CountCell, CountCell);

impl CountCell {
    /// The lowest and highest number that it may be; `None` of one that says nothing.
    fn bounds(self) -> Option<(f64, f64)> {
        match self {
            Self::Known(count) => Some((count, count)),
            // No count is below zero.
            Self::Token(value, _) => value.bounds().map(|(lo, hi)| (lo.max(0.0), hi)),
            Self::Nothing => None,
        }
    }

    /// Whether it is told to be more than a bound.
    fn is_more(self) -> bool {
        matches!(self, Self::Token(Value::AtLeast { .. }, flags) if flags.has_all(ValueFlags::STRICT))
    }

    /// Whether it is told to be less than a bound.
    fn is_less(self) -> bool {
        matches!(self, Self::Token(Value::AtMost { .. }, flags) if flags.has_all(ValueFlags::STRICT))
    }

    fn shown_text(self) -> String {
        match self {
            Self::Known(count) => count.to_string(),
            Self::Token(value, flags) => value_text(value, flags),
            Self::Nothing => String::new(),
        }
    }

    /// The number, where it is known.
    pub(crate) fn known_count(self) -> Option<f64> {
        match self {
            Self::Known(count) => Some(count),
            Self::Nothing | Self::Token(..) => None,
        }
    }
}

/// Counts from here on are no counts: a double does not tell each whole number from the next any more.
pub const MOST: f64 = 9_007_199_254_740_992.0;

pub(super) const TOO_MANY: &str = "a count of more than 9 quadrillion, which is none of people";
pub(super) const POINT_IN_A_COUNT: &str = "may be a fraction, or a whole number with its thousands apart, and counts of people are whole: if the mark parts \
     thousands, say so in the profile (decimal); else write it without zeros at its end";

const PERCENT_IN_A_COUNT: &str = "a percent sign in a count";

/// Whether a number of a column of counts may be meant as a whole number a thousand times as large. `decimals`: the column shows
/// numbers that can only be fractions.
#[inline]
pub(super) fn is_doubtful(text: &str, number: &DecimalNumber, decimals: bool, tokens: &ColumnTokens) -> bool {
    !decimals && number.decimal_places() == 3 && may_be_thousands(text, tokens.decimal)
}

/// Reads a numerator or denominator; `decimals` as in [`is_doubtful`].
#[inline]
pub(crate) fn read_count(text: &str, decimals: bool, tokens: &mut ColumnTokens) -> Result<CountCell, &'static str> {
    let meaning = match tokens.read_number(text) {
        Some(number) if number.percent => return Err(PERCENT_IN_A_COUNT),
        Some(number) if is_doubtful(text, &number, decimals, tokens) => return Err(POINT_IN_A_COUNT),
        Some(number) => {
            let value = number.shifted_value(0);
            // Written so that what is no number is refused too.
            return if value.abs() < MOST { Ok(CountCell::Known(value)) } else { Err(TOO_MANY) };
        }
        None if text.is_empty() => tokens.token_meaning(text),
        None if unquote_formula(text).is_some_and(|inner| tokens.read_number(inner).is_some()) => {
            return read_count(unquote_formula(text).unwrap_or(text), decimals, tokens);
        }
        None => match never_read(text) {
            Some(reason) if tokens.token_meaning(text).is_none() => return Err(reason),
            _ if tokens.is_percent_band(text) => return Err(PERCENT_IN_A_COUNT),
            _ => tokens.look_up(text),
        },
    };
    match meaning {
        Some(TokenMeaning::Value(Value::Exact { value }, _)) => Ok(CountCell::Known(value)),
        Some(TokenMeaning::Value(value, flags)) => Ok(CountCell::Token(value, flags)),
        Some(TokenMeaning::Blank) => Ok(CountCell::Nothing),
        None if text.is_empty() => Ok(CountCell::Nothing),
        None => Err("a count that is neither a number nor a token of the profile"),
    }
}

/// What is wrong with a rate and its counts, and the figures that show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RateClash {
    pub(crate) reason: &'static str,
    /// `57 (30 of 40 is 75)`.
    pub(crate) figures: String,
}

const BELOW_ZERO: &str = "a count of students below zero (if it is a mask, name it under [tokens])";
const MORE_THAN_ALL: &str = "the numerator is larger than the denominator";
const NOT_THEIRS: &str =
    "the rate contradicts its own counts (if it is made in another way, leave the counts out or say its tolerance)";

/// What is wrong with counts of which one is a share of the other; of counts within bounds, whatever they may be. `highest` is the
/// highest percent believed.
pub(crate) fn find_impossible((numerator, denominator): CountPair, highest: f64) -> Option<RateClash> {
    let text = |count: CountCell| if count.bounds().is_some() { count.shown_text() } else { "?".to_owned() };
    let of = |reason| Some(RateClash { reason, figures: format!("{} of {}", text(numerator), text(denominator)) });
    if [numerator, denominator].into_iter().filter_map(CountCell::known_count).any(|count| count < 0.0) {
        return of(BELOW_ZERO);
    }
    let (least, _) = numerator.bounds()?;
    let (_, most) = denominator.bounds()?;
    let more = least > most || (least >= most && (numerator.is_more() || denominator.is_less()));
    if more && (highest <= 100.0 || most == 0.0) { of(MORE_THAN_ALL) } else { None }
}

/// Whether a rate (in percent, with so many `decimals`) can be what its counts make: rounded or cut off, and `tolerance` points
/// more. Rates told within bounds are held against them to the whole percent, as bounds are written. A hundredth of a point is no
/// contradiction, however many digits a spreadsheet has kept. A count that is told within bounds makes a range of rates.
pub(crate) fn find_clash(
    (value, flags): (Value, ValueFlags),
    decimals: impl FnOnce() -> i32,
    (numerator, denominator): CountPair,
    tolerance: f64,
) -> Option<RateClash> {
    let (lo, hi) = value.bounds()?;
    let (of, all) = (numerator.bounds()?, denominator.bounds()?);
    // Of nobody there is no rate; publishers write 0 or 100 there.
    if all == (0.0, 0.0) {
        let none = lo <= 0.0 || hi >= 100.0;
        return (!none)
            .then(|| RateClash { reason: NOT_THEIRS, figures: format!("{} (0 of 0)", value_text(value, flags)) });
    }
    let (least, most) = (percent_of(of.0, all.1), percent_of(of.1, all.0));
    let off = (lo - most).max(least - hi);
    // Nearly all rates are as good as exact: then their decimals need not be counted.
    if off <= 0.01 + tolerance {
        return None;
    }
    let rounding = match value {
        Value::Exact { .. } => 10f64.powi(-decimals().clamp(-1, 2)),
        _ => 1.0,
    };
    if off <= rounding * (1.0 + 1e-9) + tolerance {
        return None;
    }
    let counts = format!("{} of {}", numerator.shown_text(), denominator.shown_text());
    let figures = match (numerator.known_count(), denominator.known_count()) {
        (Some(_), Some(_)) => format!("{} ({counts} is {})", value_text(value, flags), (most * 100.0).round() / 100.0),
        _ => format!("{} ({counts})", value_text(value, flags)),
    };
    Some(RateClash { reason: NOT_THEIRS, figures })
}

fn value_text(value: Value, flags: ValueFlags) -> String {
    let strict = flags.has_all(ValueFlags::STRICT);
    match value {
        Value::Exact { value } => {
            if shortest_decimals(value) > 6 {
                format!("{value:.6}")
            } else {
                value.to_string()
            }
        }
        Value::Range { lo, hi } => format!("{lo}-{hi}"),
        Value::AtLeast { lo } if strict => format!("more than {lo}"),
        Value::AtMost { hi } if strict => format!("less than {hi}"),
        Value::AtLeast { lo } => format!("{lo} or more"),
        Value::AtMost { hi } => format!("{hi} or less"),
        _ => value.kind_id(flags).to_owned(),
    }
}

/// The percent that numerator and denominator make. What hides a count hides the percent; bounds of a numerator make bounds.
pub(crate) fn computed_percent(counts: CountPair) -> CellContent {
    match counts {
        (CountCell::Known(numerator), CountCell::Known(denominator)) if denominator > 0.0 => {
            CellContent::Value(Value::Exact { value: percent_of(numerator, denominator) }, ValueFlags::default())
        }
        (CountCell::Token(value, flags), CountCell::Known(denominator))
            if value.bounds().is_some() && denominator > 0.0 =>
        {
            bounded_percent(value, flags, denominator)
        }
        (numerator, denominator) => hidden_percent(numerator, denominator),
    }
}

/// The bounds of a percent whose numerator is told within bounds, which can't lie above all students.
fn bounded_percent(value: Value, flags: ValueFlags, denominator: f64) -> CellContent {
    let least = value.bounds().map_or(0.0, |(lo, _)| lo);
    if least > denominator
        || flags.has_all(ValueFlags::STRICT) && matches!(value, Value::AtLeast { .. }) && least >= denominator
    {
        return CellContent::Refused(MORE_THAN_ALL);
    }
    let share = |count: f64| percent_of(count, denominator).clamp(0.0, 100.0);
    let value = match value {
        Value::Range { lo, hi } => Value::Range { lo: share(lo), hi: share(hi) },
        Value::AtLeast { lo } => Value::AtLeast { lo: share(lo) },
        Value::AtMost { hi } if hi >= denominator => Value::Suppressed,
        Value::AtMost { hi } => Value::AtMost { hi: share(hi) },
        other => other,
    };
    CellContent::Value(value, if value == Value::Suppressed { ValueFlags::default() } else { flags })
}

/// The state that a count which is no number gives to its percent: suppressed if either is, else the numerator's, else the
/// denominator's. A count that is told within bounds hides the percent too.
pub(crate) fn hidden_percent(numerator: CountCell, denominator: CountCell) -> CellContent {
    let state = |count: CountCell| match count {
        CountCell::Token(value, _) if value.bounds().is_some() => Some(Value::Suppressed),
        CountCell::Token(value, _) => Some(value),
        CountCell::Nothing | CountCell::Known(_) => None,
    };
    match (state(numerator), state(denominator)) {
        (None, None) => CellContent::Nothing,
        (Some(Value::Suppressed), _) | (_, Some(Value::Suppressed)) => {
            CellContent::Value(Value::Suppressed, ValueFlags::default())
        }
        (Some(value), _) | (None, Some(value)) => CellContent::Value(value, ValueFlags::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_FORTY: CountPair = (CountCell::Known(30.0), CountCell::Known(40.0));

    fn check_clash(value: f64, decimals: i32, counts: (f64, f64), fits: bool) {
        let known = (CountCell::Known(counts.0), CountCell::Known(counts.1));
        let found = find_clash((Value::Exact { value }, ValueFlags::default()), || decimals, known, 0.0);
        assert_eq!(found.is_none(), fits, "{value} with {counts:?}: {found:?}");
    }

    #[test]
    fn a_rate_is_held_against_its_counts() {
        for (value, decimals, fits) in
            [(67.0, 0, true), (66.0, 0, true), (66.7, 1, true), (66.67, 2, true), (66.6, 1, true), (66.66666, 5, true)]
        {
            check_clash(value, decimals, (2.0, 3.0), fits);
        }
        check_clash(66.4, 1, (2.0, 3.0), false);
        check_clash(65.0, 0, (2.0, 3.0), false);
        check_clash(57.0, 1, (30.0, 40.0), false);
        check_clash(75.0, 1, (30.0, 400.0), false);
        check_clash(0.857, 3, (6.0, 7.0), false);
        check_clash(37.2, 13, (372.0, 1000.0), true);
        check_clash(0.0, 0, (0.0, 0.0), true);
        check_clash(80.0, 0, (0.0, 0.0), false);
        let clash_of = |value, tolerance| find_clash((value, ValueFlags::default()), || 0, OF_FORTY, tolerance);
        assert!(
            clash_of(Value::AtLeast { lo: 95.0 }, 0.0).is_some()
                && clash_of(Value::AtLeast { lo: 75.0 }, 0.0).is_none()
        );
        assert!(clash_of(Value::Range { lo: 70.0, hi: 74.0 }, 0.0).is_none(), "75 rounds into 74");
        assert!(clash_of(Value::Exact { value: 70.0 }, 5.0).is_none(), "the profile allows it");
        assert!(clash_of(Value::Suppressed, 0.0).is_none());
        let figures = clash_of(Value::Exact { value: 57.0 }, 0.0).map(|c| c.figures);
        assert_eq!(figures.as_deref(), Some("57 (30 of 40 is 75)"));
        let told = |flags| find_clash((Value::AtMost { hi: 5.0 }, flags), || 0, OF_FORTY, 0.0).map(|c| c.figures);
        assert_eq!(told(ValueFlags::STRICT).as_deref(), Some("less than 5 (30 of 40 is 75)"));
        assert_eq!(told(ValueFlags::default()).as_deref(), Some("5 or less (30 of 40 is 75)"));
    }

    #[test]
    fn a_rate_is_held_against_counts_within_bounds() {
        let few = CountCell::Token(Value::AtMost { hi: 10.0 }, ValueFlags::STRICT);
        let many = |lo| CountCell::Token(Value::AtLeast { lo }, ValueFlags::default());
        let figures =
            |value, counts| find_clash((value, ValueFlags::default()), || 0, counts, 0.0).map(|clash| clash.figures);
        let refused = |value, counts, text: &str| assert_eq!(figures(value, counts).as_deref(), Some(text));
        let exact = |value| Value::Exact { value };
        refused(exact(75.0), (few, CountCell::Known(40.0)), "75 (less than 10 of 40)");
        refused(Value::AtLeast { lo: 95.0 }, (few, CountCell::Known(40.0)), "95 or more (less than 10 of 40)");
        refused(Value::AtMost { hi: 5.0 }, (many(20.0), CountCell::Known(40.0)), "5 or less (20 or more of 40)");
        refused(Value::Range { lo: 70.0, hi: 79.0 }, (few, CountCell::Known(100.0)), "70-79 (less than 10 of 100)");
        refused(exact(75.0), (CountCell::Known(30.0), many(400.0)), "75 (30 of 400 or more)");
        for (value, counts) in [
            (exact(20.0), (few, CountCell::Known(40.0))),
            (exact(75.0), (CountCell::Known(30.0), many(20.0))),
            (exact(0.0), (few, CountCell::Known(40.0))),
            (exact(90.0), (few, few)),
            (exact(75.0), (CountCell::Token(Value::Suppressed, ValueFlags::default()), CountCell::Known(40.0))),
        ] {
            assert_eq!(figures(value, counts), None, "{value:?} {counts:?}");
        }
    }

    #[test]
    fn counts_that_can_not_be_are_found() {
        let check = |numerator: CountCell, denominator: CountCell, highest: f64, expected: Option<&str>| {
            let found = find_impossible((numerator, denominator), highest);
            assert_eq!(found.map(|c| c.figures).as_deref(), expected, "{numerator:?} of {denominator:?}");
        };
        let known = CountCell::Known;
        let bound = |value| CountCell::Token(value, ValueFlags::default());
        let strict = |value| CountCell::Token(value, ValueFlags::STRICT);
        let (lo, hi) = (|lo| Value::AtLeast { lo }, |hi| Value::AtMost { hi });
        check(known(5.0), known(3.0), 100.0, Some("5 of 3"));
        check(known(5.0), known(3.0), 200.0, None);
        check(known(5.0), known(0.0), 200.0, Some("5 of 0"));
        check(known(-1.0), known(40.0), 100.0, Some("-1 of 40"));
        check(known(3.0), known(3.0), 100.0, None);
        check(known(0.0), known(0.0), 100.0, None);
        check(known(5.0), CountCell::Nothing, 100.0, None);
        check(strict(lo(45.0)), known(40.0), 100.0, Some("more than 45 of 40"));
        check(strict(lo(40.0)), known(40.0), 100.0, Some("more than 40 of 40"));
        check(strict(lo(45.0)), known(40.0), 200.0, None);
        check(bound(lo(41.0)), known(40.0), 100.0, Some("41 or more of 40"));
        check(bound(lo(40.0)), known(40.0), 100.0, None);
        check(bound(Value::Range { lo: 41.0, hi: 50.0 }), known(40.0), 100.0, Some("41-50 of 40"));
        check(known(40.0), bound(hi(10.0)), 100.0, Some("40 of 10 or less"));
        check(known(10.0), strict(hi(10.0)), 100.0, Some("10 of less than 10"));
        check(known(9.0), strict(hi(10.0)), 100.0, None);
        check(strict(hi(5.0)), known(3.0), 100.0, None);
        check(strict(lo(45.0)), CountCell::Token(Value::Suppressed, ValueFlags::default()), 100.0, None);
    }

    #[test]
    fn at_least_more_than_all_is_refused() {
        let of_forty = |value, flags| computed_percent((CountCell::Token(value, flags), CountCell::Known(40.0)));
        let strict = ValueFlags::STRICT;
        for (value, flags) in [
            (Value::AtLeast { lo: 95.0 }, ValueFlags::default()),
            (Value::AtLeast { lo: 40.0 }, strict),
            (Value::Range { lo: 41.0, hi: 50.0 }, ValueFlags::default()),
        ] {
            assert_eq!(of_forty(value, flags), CellContent::Refused(MORE_THAN_ALL), "{value:?}");
        }
        let all = CellContent::Value(Value::AtLeast { lo: 100.0 }, ValueFlags::default());
        assert_eq!(of_forty(Value::AtLeast { lo: 40.0 }, ValueFlags::default()), all);
        let some = CellContent::Value(Value::Range { lo: 75.0, hi: 100.0 }, ValueFlags::default());
        assert_eq!(of_forty(Value::Range { lo: 30.0, hi: 49.0 }, ValueFlags::default()), some);
    }

    #[test]
    fn what_hides_a_count_hides_the_percent() {
        let (few, known) = (CountCell::Token(Value::Suppressed, ValueFlags::default()), CountCell::Known(40.0));
        let token = |value| CountCell::Token(value, ValueFlags::default());
        let check = |counts, expected: Option<Value>| {
            let value = match computed_percent(counts) {
                CellContent::Value(value, _) => Some(value),
                _ => None,
            };
            assert_eq!(value, expected, "{counts:?}");
        };
        check((few, known), Some(Value::Suppressed));
        check((known, few), Some(Value::Suppressed));
        check((few, token(Value::NotTested)), Some(Value::Suppressed));
        check((token(Value::NotTested), few), Some(Value::Suppressed));
        check((token(Value::NotTested), known), Some(Value::NotTested));
        check((known, token(Value::NotApplicable)), Some(Value::NotApplicable));
        check((CountCell::Nothing, few), Some(Value::Suppressed));
        check((CountCell::Nothing, known), None);
        check((CountCell::Known(0.0), CountCell::Known(0.0)), None);
        check((CountCell::Known(10.0), known), Some(Value::Exact { value: 25.0 }));
        check((token(Value::AtMost { hi: 4.0 }), known), Some(Value::AtMost { hi: 10.0 }));
        check((token(Value::AtMost { hi: 50.0 }), known), Some(Value::Suppressed));
        check((token(Value::Range { lo: 2.0, hi: 4.0 }), known), Some(Value::Range { lo: 5.0, hi: 10.0 }));
        check((known, token(Value::AtMost { hi: 50.0 })), Some(Value::Suppressed));
    }
}
