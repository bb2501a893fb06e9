//! One cell: a number at its scale, a token, a bound, or nothing.

use headway_model::{Flags, Value};

use super::number::{Number, amount, number};
use crate::hash::FastMap;
use crate::profile::{Meaning, Scale, band};

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    /// No observation.
    Nothing,
    /// This value.
    Value(Value, Flags),
    /// It can't be placed; why.
    Refused(&'static str),
}

/// How many distinct texts are counted one by one.
const MOST_TEXTS: usize = 5_000;

/// The tokens of a column and how often each was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    known: FastMap<Box<str>, Meaning>,
    /// Some tokens look like numbers (`-1`).
    numeric: bool,
    bands: bool,
    pub(crate) met: FastMap<Box<str>, (Option<Meaning>, u64)>,
}

impl Tokens {
    pub(crate) fn new<'a>(known: impl Iterator<Item = (&'a String, &'a Meaning)>, bands: bool) -> Self {
        let known: FastMap<Box<str>, Meaning> = known.map(|(text, meaning)| (text.trim().into(), *meaning)).collect();
        let numeric = known.keys().any(|text| number(text).is_some());
        Self { known, numeric, bands, met: FastMap::default() }
    }

    /// What `text` means as a token; counts it.
    fn look_up(&mut self, text: &str) -> Option<Meaning> {
        if let Some((meaning, count)) = self.met.get_mut(text) {
            *count += 1;
            return *meaning;
        }
        let meaning = self.known.get(text).copied().or_else(|| if self.bands { band(text) } else { None });
        // A column of prose must not fill the memory: from some point on unknown texts are counted together.
        let key = if self.met.len() < MOST_TEXTS { text } else { "(other texts)" };
        self.met.entry(key.into()).or_insert((meaning, 0)).1 += 1;
        meaning
    }

    #[inline]
    fn number<'t>(&self, text: &'t str) -> Option<Number<'t>> {
        if self.numeric && self.known.contains_key(text) { None } else { number(text) }
    }
}

/// Reads a value's cell. `counts` (numerator, denominator) prove the scale of a mixed column.
#[inline]
pub(crate) fn value(text: &str, scale: Scale, believed: [f64; 2], tokens: &mut Tokens, counts: Counts) -> Said {
    let number = match tokens.number(text) {
        None if scale == Scale::Currency && !tokens.known.contains_key(text) => amount(text),
        found => found,
    };
    let Some(number) = number else {
        return match tokens.look_up(text) {
            Some(Meaning::Blank) => Said::Nothing,
            Some(Meaning::Value(value, flags)) => Said::Value(value, flags),
            None if text.is_empty() => Said::Nothing,
            None => Said::Refused("neither a number nor a token of the profile"),
        };
    };
    let value = match (scale, number.percent) {
        (Scale::Percent | Scale::Signed | Scale::Mixed, true) | (Scale::Percent, false) => number.value(0),
        (Scale::Fraction, true) => {
            return Said::Refused("a percent sign in a column of fractions (scale signed or mixed?)");
        }
        (Scale::Fraction | Scale::Signed, false) => number.value(2),
        (Scale::Mixed, false) => match mixed(&number, counts) {
            Some(value) => value,
            None => return Said::Refused("1 % or 100 %: neither a sign nor numerator and denominator say which"),
        },
        (Scale::Count | Scale::Number | Scale::Currency, true) => {
            return Said::Refused("a percent sign in a column of numbers");
        }
        (Scale::Count | Scale::Number | Scale::Currency, false) => number.value(0),
    };
    // Written so that a number that is no number is refused too.
    if !(believed[0]..=believed[1]).contains(&value) {
        return Said::Refused("outside the range that is believed (wrong scale?)");
    }
    Said::Value(Value::Exact { value }, Flags::default())
}

/// Numerator and denominator.
pub(crate) type Counts = (Option<f64>, Option<f64>);

/// A number without sign in a column that holds fractions and percents: what numerator and denominator prove; without them above
/// 1 a percent, below 1 a fraction, at 1 unknown. (0 is 0 either way.)
fn mixed(number: &Number, counts: Counts) -> Option<f64> {
    let (percent, fraction) = (number.value(0), number.value(2));
    if percent == 0.0 {
        return Some(0.0);
    }
    if let (Some(numerator), Some(denominator)) = counts
        && denominator > 0.0
    {
        let truth = 100.0 * numerator / denominator;
        let rounding = 0.5 * 10f64.powi(-number.decimals());
        let (as_percent, as_fraction) =
            ((truth - percent).abs() <= 1.01 * rounding, (truth - fraction).abs() <= 101.0 * rounding);
        match (as_percent, as_fraction) {
            (true, false) => return Some(percent),
            (false, true) => return Some(fraction),
            _ => {}
        }
    }
    match percent {
        p if p > 1.0 => Some(percent),
        p if p < 1.0 => Some(fraction),
        _ => None,
    }
}

/// Reads a numerator or denominator: `Ok(None)` where it is hidden or missing.
#[inline]
pub(crate) fn count(text: &str, tokens: &mut Tokens) -> Result<Option<f64>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    match tokens.number(text) {
        Some(number) if number.percent => Err("a percent sign in a count"),
        Some(number) => Ok(Some(number.value(0))),
        None => match tokens.look_up(text) {
            Some(Meaning::Value(Value::Exact { value }, _)) => Ok(Some(value)),
            Some(_) => Ok(None),
            None => Err("a count that is neither a number nor a token of the profile"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, scale: Scale, counts: Counts, expected: Option<f64>) {
        let believed = [0.0, 100.0];
        let said = value(text, scale, believed, &mut Tokens::default(), counts);
        let expected = expected.map_or_else(
            || matches!(said, Said::Refused(_)),
            |value| said == Said::Value(Value::Exact { value }, Flags::default()),
        );
        assert!(expected, "{text} {scale:?} {counts:?}: {said:?}");
    }

    #[test]
    fn scales_are_never_guessed() {
        let none = (None, None);
        check("92", Scale::Percent, none, Some(92.0));
        check("92%", Scale::Percent, none, Some(92.0));
        check("0.92", Scale::Fraction, none, Some(92.0));
        check("92", Scale::Fraction, none, None);
        check("92%", Scale::Fraction, none, None);
        check("92%", Scale::Signed, none, Some(92.0));
        check("0.92", Scale::Signed, none, Some(92.0));
        check("92", Scale::Signed, none, None);
        for text in ["92%", "0.92", "92"] {
            check(text, Scale::Mixed, none, Some(92.0));
        }
        check("1", Scale::Mixed, none, None);
        check("1", Scale::Mixed, (Some(40.0), Some(40.0)), Some(100.0));
        check("1", Scale::Mixed, (Some(1.0), Some(97.0)), Some(1.0));
        check("0.8", Scale::Mixed, (Some(8.0), Some(1000.0)), Some(0.8));
        check("0", Scale::Mixed, none, Some(0.0));
        check("5%", Scale::Count, none, None);
        check("s", Scale::Percent, none, None);
        check("(5)", Scale::Number, none, None);
    }

    #[test]
    fn tokens_come_before_numbers() {
        let known = [("-1".to_owned(), Meaning::Value(Value::Suppressed, Flags::default()))];
        let mut tokens = Tokens::new(known.iter().map(|(k, v)| (k, v)), true);
        let mut read = |text: &str| value(text, Scale::Number, [f64::MIN, f64::MAX], &mut tokens, (None, None));
        assert_eq!(read("-1"), Said::Value(Value::Suppressed, Flags::default()));
        assert_eq!(read("-2"), Said::Value(Value::Exact { value: -2.0 }, Flags::default()));
        assert_eq!(read("GE95"), Said::Value(Value::AtLeast { lo: 95.0 }, Flags::default()));
        assert_eq!(read(""), Said::Nothing);
        assert_eq!(tokens.met["-1"].1, 1);
    }
}
