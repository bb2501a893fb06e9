//! What a text that is no number means: `*` is suppressed, `GE95` is 95 or more.

use headway_model::{Value, ValueFlags};
use serde::Deserialize;

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub enum TokenMeaning {
    /// Nothing was published for this cell: there is no observation.
    Blank,
    /// This value, with [`ValueFlags::STRICT`] when the bound itself is excluded.
    Value(Value, ValueFlags),
}

impl TryFrom<String> for TokenMeaning {
    type Error = String;

    /// Reads `suppressed`, `not-tested`, `not-applicable`, `not-reported`, `missing`, `blank`, `exact 0`, `at-least 95`,
    /// `more-than 95`, `at-most 5`, `less-than 10`, `range 21 39`.
    fn try_from(text: String) -> Result<Self, String> {
        if text == "?" {
            return Err("left open (“?”): say what the token means".into());
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| word.parse::<f64>().map_err(|_| format!("“{text}”: {word} is no number"));
        Ok(match *words.as_slice() {
            ["blank"] => Self::Blank,
            ["suppressed"] => plain_value(Value::Suppressed),
            ["not-tested"] => plain_value(Value::NotTested),
            ["not-applicable"] => plain_value(Value::NotApplicable),
            ["not-reported"] => plain_value(Value::NotReported),
            ["missing"] => plain_value(Value::Missing),
            ["exact", n] => plain_value(Value::Exact { value: number(n)? }),
            ["at-least", n] => plain_value(Value::AtLeast { lo: number(n)? }),
            ["more-than", n] => Self::Value(Value::AtLeast { lo: number(n)? }, ValueFlags::STRICT),
            ["at-most", n] => plain_value(Value::AtMost { hi: number(n)? }),
            ["less-than", n] => Self::Value(Value::AtMost { hi: number(n)? }, ValueFlags::STRICT),
            ["range", lo, hi] if number(lo)? <= number(hi)? => {
                plain_value(Value::Range { lo: number(lo)?, hi: number(hi)? })
            }
            _ => {
                return Err(format!(
                    "“{text}” is no meaning: write suppressed, not-tested, not-applicable, not-reported, missing, blank, \
                     exact N, at-least N, more-than N, at-most N, less-than N or range LO HI"
                ));
            }
        })
    }
}

fn plain_value(value: Value) -> TokenMeaning {
    TokenMeaning::Value(value, ValueFlags::default())
}

/// The bounds that publishers write in place of a number: `GE95`, `LE5`, `LT50`, `GT90`, `>=95`, `≥95%`, `<10`, `95+`, `21-39`,
/// `21–39%`. Only for profiles that say `bands = true`: elsewhere `2005-2009` is no interval.
pub(crate) fn parse_band(text: &str) -> Option<TokenMeaning> {
    let text = text.trim();
    for (sign, meaning) in [
        ("GE", BoundSign::AtLeast),
        (">=", BoundSign::AtLeast),
        ("≥", BoundSign::AtLeast),
        ("GT", BoundSign::MoreThan),
        (">", BoundSign::MoreThan),
        ("LE", BoundSign::AtMost),
        ("<=", BoundSign::AtMost),
        ("≤", BoundSign::AtMost),
        ("LT", BoundSign::LessThan),
        ("<", BoundSign::LessThan),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            return Some(meaning.with_bound(whole_number(rest)?));
        }
    }
    if let Some(rest) = text.strip_suffix('+') {
        return Some(BoundSign::AtLeast.with_bound(whole_number(rest)?));
    }
    let (lo, hi) = text.split_once(['-', '–'])?;
    let (lo, hi) = (whole_number(lo)?, whole_number(hi)?);
    (lo <= hi).then_some(plain_value(Value::Range { lo, hi }))
}

enum BoundSign {
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
}

impl BoundSign {
    fn with_bound(self, bound: f64) -> TokenMeaning {
        match self {
            Self::AtLeast => plain_value(Value::AtLeast { lo: bound }),
            Self::MoreThan => TokenMeaning::Value(Value::AtLeast { lo: bound }, ValueFlags::STRICT),
            Self::AtMost => plain_value(Value::AtMost { hi: bound }),
            Self::LessThan => TokenMeaning::Value(Value::AtMost { hi: bound }, ValueFlags::STRICT),
        }
    }
}

/// A bound is written in plain digits, at most with decimals and a percent sign.
fn whole_number(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, state: &str, lo: f64, hi: f64, strict: bool) {
        let Some(TokenMeaning::Value(value, flags)) = parse_band(text) else { panic!("{text} is a band") };
        let bounds = value.bounds().expect("a band has bounds");
        assert_eq!(
            (value.state().id(), bounds, flags.has_all(ValueFlags::STRICT)),
            (state, (lo, hi), strict),
            "{text}"
        );
    }

    #[test]
    fn bands_as_published() {
        let (no, inf) = (f64::NEG_INFINITY, f64::INFINITY);
        check("GE95", "at-least", 95.0, inf, false);
        check("≥ 95%", "at-least", 95.0, inf, false);
        check("95+", "at-least", 95.0, inf, false);
        check(">95", "at-least", 95.0, inf, true);
        check("LE5", "at-most", no, 5.0, false);
        check("LT50", "at-most", no, 50.0, true);
        check("<10", "at-most", no, 10.0, true);
        check("21-39", "range", 21.0, 39.0, false);
        for text in ["PS", "39-21", "-5", "5-", "GE", "n<10", "2005-06-07", ""] {
            assert_eq!(parse_band(text), None, "{text}");
        }
    }

    #[test]
    fn meanings_are_checked() {
        for text in ["suppressed", "less-than 10", "range 21 39", "exact 0", "blank"] {
            assert!(TokenMeaning::try_from(text.to_owned()).is_ok(), "{text}");
        }
        for text in ["hidden", "range 39 21", "at-least many", ""] {
            assert!(TokenMeaning::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
