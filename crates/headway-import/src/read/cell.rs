//! One cell: a number at its scale, a token, a bound, or nothing.

use std::collections::BTreeMap;

use headway_model::{Value, ValueFlags};

use super::counts::{self, CountPair, MOST, POINT_IN_A_COUNT, TOO_MANY};
use super::ids::unquote_formula;
use super::number::{DecimalNumber, amount_in, is_ambiguous, is_misplaced, number_in, parse_number};
use crate::hash::FastMap;
use crate::profile::{DecimalMark, ImportProfile, NumberScale, TokenMeaning, parse_band};
use crate::table::{has_raised, is_not_followed, raise_digits, trim_cell};

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CellContent {
    /// No observation.
    Nothing,
    /// This value.
    Value(Value, ValueFlags),
    /// It can't be placed; why.
    Refused(&'static str),
}

/// How many distinct texts are counted one by one.
const MOST_TEXTS: usize = 5_000;

/// How the numbers of a column are to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnReading {
    pub(crate) scale: NumberScale,
    /// Lowest and highest number that is believed.
    pub(crate) believed: [f64; 2],
    /// Numbers in the column show the other decimal mark: what would part thousands may be a decimal mark.
    pub(crate) other_mark: bool,
    /// The column shows numbers that can only be fractions (`12.5`): a count with a mark in it is then no larger one.
    pub(crate) decimals: bool,
}

/// The tokens of a column and how often each was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnTokens {
    known: FastMap<Box<str>, TokenMeaning>,
    /// Some tokens look like numbers (`-1`).
    numeric: bool,
    bands: bool,
    pub(super) decimal: DecimalMark,
    /// Marks that may stand around a figure, the longest first.
    marks: Vec<(Box<str>, ValueFlags)>,
    pub(crate) met: FastMap<Box<str>, (Option<TokenMeaning>, u64)>,
    /// Shares below 1 % that were written without a sign.
    pub(super) bare_shares: u64,
}

impl ColumnTokens {
    /// The tokens of `profile` and of one rule of it.
    pub(crate) fn of_rule(profile: &ImportProfile, own: &BTreeMap<String, TokenMeaning>) -> Self {
        // A mark with a digit can be told from the figure that it stands beside where it is raised.
        let mut marks: Vec<(Box<str>, ValueFlags)> =
            profile.marks.iter().map(|(text, mark)| (raise_digits(text.trim()).into(), mark.flags())).collect();
        marks.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        let plain = Self::new(profile.tokens.iter().chain(own), profile.bands);
        Self { decimal: profile.decimal, marks, ..plain }
    }

    pub(crate) fn new<'a>(known: impl Iterator<Item = (&'a String, &'a TokenMeaning)>, bands: bool) -> Self {
        let known: FastMap<Box<str>, TokenMeaning> =
            known.map(|(text, meaning)| (text.trim().into(), *meaning)).collect();
        let numeric = known.keys().any(|text| parse_number(text).is_some());
        Self { known, numeric, bands, ..Self::default() }
    }

    /// What `text` means as a token.
    pub(super) fn token_meaning(&self, text: &str) -> Option<TokenMeaning> {
        self.known.get(text).copied().or_else(|| match (self.bands, self.decimal) {
            (false, _) => None,
            (true, DecimalMark::Point) => parse_band(text),
            (true, DecimalMark::Comma) => parse_band(&text.replace(',', ".")),
        })
    }

    /// Whether a text is a bound or a range of percents (`>=95%`), unless the profile says itself what it means.
    pub(super) fn is_percent_band(&self, text: &str) -> bool {
        text.contains('%') && !self.known.contains_key(text) && self.token_meaning(text).is_some()
    }

    /// What `text` means as a token; counts it.
    pub(super) fn look_up(&mut self, text: &str) -> Option<TokenMeaning> {
        if let Some((meaning, count)) = self.met.get_mut(text) {
            *count += 1;
            return *meaning;
        }
        self.count_text(text, self.token_meaning(text))
    }

    /// Counts a text that has this meaning.
    fn count_text(&mut self, text: &str, meaning: Option<TokenMeaning>) -> Option<TokenMeaning> {
        // A column of prose must not fill the memory: from some point on unknown texts are counted together.
        let key = if self.met.len() < MOST_TEXTS { text } else { "(other texts)" };
        self.met.entry(key.into()).or_insert((meaning, 0)).1 += 1;
        meaning
    }

    #[inline]
    pub(super) fn read_number<'t>(&self, text: &'t str) -> Option<DecimalNumber<'t>> {
        if self.numeric && self.known.contains_key(text) { None } else { number_in(text, self.decimal) }
    }

    /// What is left of a text when the marks around it are taken off, and the flags that they set; `None` without marks.
    fn strip_marks<'t>(&self, text: &'t str) -> Option<(&'t str, ValueFlags)> {
        let (mut rest, mut flags) = (text, ValueFlags::default());
        while let Some((less, more)) = self.marks.iter().find_map(|(mark, flags)| {
            let less = rest.strip_suffix(&**mark).or_else(|| rest.strip_prefix(&**mark))?;
            Some((trim_cell(less), *flags))
        }) {
            (rest, flags) = (less, flags.with_flags(more));
        }
        (rest.len() < text.len() && !rest.is_empty()).then_some((rest, flags))
    }
}

/// Reads a value's cell. `counts` (numerator, denominator) prove the scale of a mixed column.
#[inline]
pub(crate) fn read_value(
    text: &str,
    reading: &ColumnReading,
    tokens: &mut ColumnTokens,
    counts: CountPair,
) -> CellContent {
    let number = match tokens.read_number(text) {
        None if reading.scale == NumberScale::Currency && !tokens.known.contains_key(text) => {
            amount_in(text, tokens.decimal)
        }
        found => found,
    };
    match number {
        Some(_) if reading.other_mark && is_ambiguous(text, tokens.decimal) => CellContent::Refused(AMBIGUOUS),
        Some(number)
            if reading.scale == NumberScale::Count && counts::is_doubtful(text, &number, reading.decimals, tokens) =>
        {
            CellContent::Refused(POINT_IN_A_COUNT)
        }
        Some(number) => {
            let small = reading.scale == NumberScale::Percent && !number.percent && number.shifted_value(0) < 1.0;
            tokens.bare_shares += u64::from(small && number.shifted_value(0) != 0.0);
            scale_number(&number, reading, counts)
        }
        None => read_word(text, reading, tokens, counts),
    }
}

/// A text that is no number.
fn read_word(text: &str, reading: &ColumnReading, tokens: &mut ColumnTokens, counts: CountPair) -> CellContent {
    if !text.is_empty() && tokens.token_meaning(text).is_none() {
        if let Some((rest, marked)) = tokens.strip_marks(text) {
            return match read_value(rest, reading, tokens, counts) {
                CellContent::Value(value, flags) => CellContent::Value(value, flags.with_flags(marked)),
                other => other,
            };
        }
        if let Some(inner) = unquote_formula(text) {
            return read_value(trim_cell(inner), reading, tokens, counts);
        }
        if let Some(reason) = never_read(text) {
            return CellContent::Refused(reason);
        }
        if is_misplaced(text, tokens.decimal) {
            return CellContent::Refused(match tokens.decimal {
                DecimalMark::Point => MISPLACED_COMMA,
                DecimalMark::Comma => MISPLACED_POINT,
            });
        }
    }
    if matches!(reading.scale, NumberScale::Count | NumberScale::Number | NumberScale::Currency)
        && tokens.is_percent_band(text)
    {
        return CellContent::Refused(PERCENT_IN_NUMBERS);
    }
    let meaning = match fraction_band(text, reading, tokens) {
        Some(Err(reason)) => return CellContent::Refused(reason),
        Some(Ok(meaning)) => tokens.count_text(text, Some(meaning)),
        None => tokens.look_up(text),
    };
    match meaning {
        Some(TokenMeaning::Blank) => CellContent::Nothing,
        Some(TokenMeaning::Value(value, flags)) => CellContent::Value(value, flags),
        None if text.is_empty() => CellContent::Nothing,
        None => CellContent::Refused("neither a number nor a token of the profile"),
    }
}

/// A bound or a range in a column of fractions, as a percent: without a sign it is a fraction where its ends are 1 at most, as the
/// numbers beside it are, and `GE95` is a percent. `None` where it is neither, or the profile says what it means.
fn fraction_band(
    text: &str,
    reading: &ColumnReading,
    tokens: &ColumnTokens,
) -> Option<Result<TokenMeaning, &'static str>> {
    let fractions = matches!(reading.scale, NumberScale::Fraction | NumberScale::Signed | NumberScale::Mixed);
    if !fractions || text.contains('%') || tokens.known.contains_key(text) {
        return None;
    }
    let TokenMeaning::Value(value, flags) = tokens.token_meaning(text)? else { return None };
    let hundredfold = |end: f64| format!("{end}e2").parse().unwrap_or(f64::NAN);
    let (lo, hi, scaled) = match value {
        Value::Range { lo, hi } => (lo, hi, Value::Range { lo: hundredfold(lo), hi: hundredfold(hi) }),
        Value::AtLeast { lo } => (lo, lo, Value::AtLeast { lo: hundredfold(lo) }),
        Value::AtMost { hi } => (hi, hi, Value::AtMost { hi: hundredfold(hi) }),
        _ => return None,
    };
    match (lo, hi) {
        (_, hi) if hi > 1.0 || hi == 0.0 => None,
        (lo, hi) if lo.fract() == 0.0 && hi.fract() == 0.0 => Some(Err(ONE_OR_HUNDRED)),
        _ => Some(Ok(TokenMeaning::Value(scaled, flags))),
    }
}

const PERCENT_IN_NUMBERS: &str = "a percent sign in a column of numbers";
const ONE_OR_HUNDRED: &str = "1 % or 100 %: nothing says which in a column of fractions; write a percent sign, or say under [tokens] what it means";

impl ColumnReading {
    /// Whether the bounds of a value that is told within bounds are believed, as an exact one would be.
    pub(super) fn is_believed(&self, value: Value, flags: ValueFlags) -> bool {
        let [lowest, highest] = self.believed;
        match value {
            // Nothing lies beyond the last number that is believed.
            Value::AtLeast { lo } if flags.has_all(ValueFlags::STRICT) => (lowest..highest).contains(&lo),
            Value::AtMost { hi } if flags.has_all(ValueFlags::STRICT) => lowest < hi && hi <= highest,
            Value::Range { lo, hi } => lowest <= lo && lo <= hi && hi <= highest,
            Value::AtLeast { lo: bound } | Value::AtMost { hi: bound } => (lowest..=highest).contains(&bound),
            _ => true,
        }
    }
}

pub(super) const UNBELIEVED: &str = "outside the range that is believed (wrong scale?)";

/// Why a cell is neither a figure nor an id: it holds a formula that no program has calculated, a number in a format that is not
/// followed, or a digit of a footnote.
pub(super) fn never_read(text: &str) -> Option<&'static str> {
    if text.len() > 1 && text.starts_with('=') {
        return Some(NOT_CALCULATED);
    }
    if has_raised(text) {
        return Some(RAISED);
    }
    is_not_followed(text).then_some(NOT_FOLLOWED)
}

const NOT_FOLLOWED: &str =
    "a number that its cell's format shows in another way: write what is meant into the cell, or take the format away";
const RAISED: &str =
    "a raised or lowered digit, as of a footnote: name a mark of figures under [marks], take it off an id or a count";
const NOT_CALCULATED: &str =
    "a formula that was never calculated: open the file in a spreadsheet program, save it, and import it again";
const MISPLACED_COMMA: &str =
    "not a number with a decimal point; if the comma is the decimal mark, say decimal = \",\" in the profile";
const MISPLACED_POINT: &str = "not a number with a decimal comma, which the profile says (decimal = \",\")";
const AMBIGUOUS: &str = "may be a decimal or thousands: other numbers of the column use the other decimal mark; say which in the profile (decimal)";

/// A number at its scale.
#[inline]
fn scale_number(number: &DecimalNumber, reading: &ColumnReading, counts: CountPair) -> CellContent {
    let value = match (reading.scale, number.percent) {
        // A sign that is written settles the cell, whatever the others of the column are.
        (NumberScale::Percent | NumberScale::Fraction | NumberScale::Signed | NumberScale::Mixed, true)
        | (NumberScale::Percent, false) => number.shifted_value(0),
        (NumberScale::Fraction | NumberScale::Signed, false) => number.shifted_value(2),
        (NumberScale::Mixed, false) => match mixed_value(number, (counts.0.known_count(), counts.1.known_count())) {
            Some(value) => value,
            None => {
                return CellContent::Refused("1 % or 100 %: neither a sign nor numerator and denominator say which");
            }
        },
        (NumberScale::Count | NumberScale::Number | NumberScale::Currency, true) => {
            return CellContent::Refused(PERCENT_IN_NUMBERS);
        }
        (NumberScale::Count, false) if number.shifted_value(0).abs() >= MOST => return CellContent::Refused(TOO_MANY),
        (NumberScale::Count | NumberScale::Number | NumberScale::Currency, false) => number.shifted_value(0),
    };
    // Written so that a number that is no number is refused too.
    if !(reading.believed[0]..=reading.believed[1]).contains(&value) || value.is_infinite() {
        return CellContent::Refused(UNBELIEVED);
    }
    CellContent::Value(Value::Exact { value }, ValueFlags::default())
}

/// A number without sign in a column that holds fractions and percents: what numerator and denominator prove; without them above
/// 1 a percent, below 1 a fraction, at 1 unknown. (0 is 0 either way.)
fn mixed_value(number: &DecimalNumber, counts: (Option<f64>, Option<f64>)) -> Option<f64> {
    let (percent, fraction) = (number.shifted_value(0), number.shifted_value(2));
    if percent == 0.0 {
        return Some(0.0);
    }
    if let (Some(numerator), Some(denominator)) = counts
        && denominator > 0.0
    {
        let truth = 100.0 * numerator / denominator;
        let rounding = 0.5 * 10f64.powi(-number.decimal_places());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::counts::CountCell;

    fn reading(scale: NumberScale, believed: [f64; 2]) -> ColumnReading {
        ColumnReading { scale, believed, other_mark: false, decimals: false }
    }

    fn check(text: &str, scale: NumberScale, counts: (Option<f64>, Option<f64>), expected: Option<f64>) {
        let known = |count: Option<f64>| count.map_or(CountCell::Nothing, CountCell::Known);
        let of = (known(counts.0), known(counts.1));
        let said = read_value(text, &reading(scale, [0.0, 100.0]), &mut ColumnTokens::default(), of);
        let expected = expected.map_or_else(
            || matches!(said, CellContent::Refused(_)),
            |value| said == CellContent::Value(Value::Exact { value }, ValueFlags::default()),
        );
        assert!(expected, "{text} {scale:?} {counts:?}: {said:?}");
    }

    #[test]
    fn scales_are_never_guessed() {
        let none = (None, None);
        check("92", NumberScale::Percent, none, Some(92.0));
        check("92%", NumberScale::Percent, none, Some(92.0));
        check("0.92", NumberScale::Fraction, none, Some(92.0));
        check("92", NumberScale::Fraction, none, None);
        check("92%", NumberScale::Fraction, none, Some(92.0));
        check("92%", NumberScale::Signed, none, Some(92.0));
        check("0.92", NumberScale::Signed, none, Some(92.0));
        check("92", NumberScale::Signed, none, None);
        for text in ["92%", "0.92", "92"] {
            check(text, NumberScale::Mixed, none, Some(92.0));
        }
        check("1", NumberScale::Mixed, none, None);
        check("1", NumberScale::Mixed, (Some(40.0), Some(40.0)), Some(100.0));
        check("1", NumberScale::Mixed, (Some(1.0), Some(97.0)), Some(1.0));
        check("0.8", NumberScale::Mixed, (Some(8.0), Some(1000.0)), Some(0.8));
        check("0", NumberScale::Mixed, none, Some(0.0));
        check("5%", NumberScale::Count, none, None);
        check("s", NumberScale::Percent, none, None);
        check("(5)", NumberScale::Number, none, None);
    }

    #[test]
    fn bounds_are_on_the_scale_of_their_column() {
        let mut tokens = ColumnTokens::new([("<.5".to_owned(), TokenMeaning::Blank)].iter().map(|(k, v)| (k, v)), true);
        let mut check = |text: &str, expected: Option<(Value, bool)>| {
            for scale in [NumberScale::Fraction, NumberScale::Signed, NumberScale::Mixed] {
                let said = read_value(text, &reading(scale, [0.0, 100.0]), &mut tokens, CountPair::default());
                match (said, expected) {
                    (CellContent::Value(value, flags), Some((wanted, strict))) => {
                        assert_eq!((value, flags.has_all(ValueFlags::STRICT)), (wanted, strict), "{text} {scale:?}");
                    }
                    (said, wanted) => {
                        assert!(matches!(said, CellContent::Refused(_)) && wanted.is_none(), "{text}: {said:?}")
                    }
                }
            }
        };
        check(">=.95", Some((Value::AtLeast { lo: 95.0 }, false)));
        check("<0.07", Some((Value::AtMost { hi: 7.0 }, true)));
        check("0.05-0.10", Some((Value::Range { lo: 5.0, hi: 10.0 }, false)));
        check("0-0.05", Some((Value::Range { lo: 0.0, hi: 5.0 }, false)));
        check("GE95", Some((Value::AtLeast { lo: 95.0 }, false)));
        check("<5", Some((Value::AtMost { hi: 5.0 }, true)));
        check("5-9", Some((Value::Range { lo: 5.0, hi: 9.0 }, false)));
        check("<0.5%", Some((Value::AtMost { hi: 0.5 }, true)));
        for text in ["<1", ">=1", "0-1"] {
            check(text, None);
        }
        let mut read =
            |text: &str, scale| read_value(text, &reading(scale, [0.0, 100.0]), &mut tokens, CountPair::default());
        assert_eq!(read("<.5", NumberScale::Fraction), CellContent::Nothing, "the profile says what it means");
        assert_eq!(read("<1", NumberScale::Percent), CellContent::Value(Value::AtMost { hi: 1.0 }, ValueFlags::STRICT));
        assert_eq!(
            tokens.met[">=.95"].0,
            Some(TokenMeaning::Value(Value::AtLeast { lo: 95.0 }, ValueFlags::default()))
        );
    }

    #[test]
    fn a_bound_in_percent_is_no_count() {
        let mut tokens = ColumnTokens::new([("~5%".to_owned(), TokenMeaning::Blank)].iter().map(|(k, v)| (k, v)), true);
        for scale in [NumberScale::Count, NumberScale::Number, NumberScale::Currency] {
            let mut read =
                |text: &str| read_value(text, &reading(scale, [0.0, 1e6]), &mut tokens, CountPair::default());
            for text in [">=95%", "<5%", "10-20%", "50%-59%", "95%+", "GE95 %"] {
                assert_eq!(read(text), CellContent::Refused(PERCENT_IN_NUMBERS), "{text} {scale:?}");
            }
            assert_eq!(read(">=95"), CellContent::Value(Value::AtLeast { lo: 95.0 }, ValueFlags::default()));
            assert_eq!(read("~5%"), CellContent::Nothing, "the profile says what it means");
        }
        for text in [">=95%", "<5%", "10-20%", "95%+"] {
            assert!(counts::read_count(text, false, &mut tokens).is_err(), "{text}");
        }
        assert!(counts::read_count(">=95", false, &mut tokens).is_ok());
        assert_eq!(counts::read_count("~5%", false, &mut tokens), Ok(CountCell::Nothing));
    }

    #[test]
    fn nothing_lies_beyond_the_last_number() {
        let percent = reading(NumberScale::Percent, [0.0, 100.0]);
        for (value, strict, plain) in [
            (Value::AtMost { hi: 0.0 }, false, true),
            (Value::AtLeast { lo: 100.0 }, false, true),
            (Value::AtMost { hi: 5.0 }, true, true),
            (Value::AtLeast { lo: 101.0 }, false, false),
        ] {
            let believed = [ValueFlags::STRICT, ValueFlags::default()].map(|flags| percent.is_believed(value, flags));
            assert_eq!(believed, [strict, plain], "{value:?}");
        }
    }

    #[test]
    fn tokens_come_before_numbers() {
        let known = [("-1".to_owned(), TokenMeaning::Value(Value::Suppressed, ValueFlags::default()))];
        let mut tokens = ColumnTokens::new(known.iter().map(|(k, v)| (k, v)), true);
        let number = reading(NumberScale::Number, [f64::NEG_INFINITY, f64::INFINITY]);
        let mut read = |text: &str| read_value(text, &number, &mut tokens, CountPair::default());
        assert_eq!(read("-1"), CellContent::Value(Value::Suppressed, ValueFlags::default()));
        assert_eq!(read("-2"), CellContent::Value(Value::Exact { value: -2.0 }, ValueFlags::default()));
        assert_eq!(read("GE95"), CellContent::Value(Value::AtLeast { lo: 95.0 }, ValueFlags::default()));
        assert_eq!(read(""), CellContent::Nothing);
        assert_eq!(tokens.met["-1"].1, 1);
    }

    #[test]
    fn marks_around_a_figure_set_flags() {
        let profile = "name = 'x'\nvalues = [{ measure = 'm', column = 'v', scale = 'number' }]\nlevel = [{ is = 'state' }]\n\
                       tokens = { ':' = 'not-reported' }\n[marks]\np = 'provisional'\n'|' = 'break'\nrev = 'revised'\n'1' = 'break'\n'*' = 'ignored'";
        let mut tokens =
            ColumnTokens::of_rule(&ImportProfile::parse(profile, "x").expect("a profile"), &BTreeMap::new());
        let number = reading(NumberScale::Number, [f64::NEG_INFINITY, f64::INFINITY]);
        let mut check = |text: &str, value_: Option<Value>, flags: ValueFlags| {
            let said = read_value(text, &number, &mut tokens, CountPair::default());
            assert_eq!(
                said,
                value_.map_or(CellContent::Refused("neither a number nor a token of the profile"), |v| {
                    CellContent::Value(v, flags)
                }),
                "{text}"
            );
        };
        let exact = |value: f64| Some(Value::Exact { value });
        check("13.1 p", exact(13.1), ValueFlags::PROVISIONAL);
        check("13.1p", exact(13.1), ValueFlags::PROVISIONAL);
        check("10.2 |", exact(10.2), ValueFlags::BREAK);
        check("10.2 | p", exact(10.2), ValueFlags::BREAK.with_flags(ValueFlags::PROVISIONAL));
        check("rev 9", exact(9.0), ValueFlags::REVISED);
        check("9*", exact(9.0), ValueFlags::default());
        check("13¹", exact(13.0), ValueFlags::BREAK);
        check("131", exact(131.0), ValueFlags::default());
        check(": p", Some(Value::NotReported), ValueFlags::PROVISIONAL);
        check("p", None, ValueFlags::default());
        check("13.1 q", None, ValueFlags::default());
        assert!(!tokens.met.contains_key("13.1 p"), "a figure with a mark is no token");
    }
}
