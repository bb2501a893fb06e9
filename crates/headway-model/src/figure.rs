//! Figures as decimal text: one rounding for everything that people read, on the command line, on pages and in charts.

/// No figure is larger, either way: products and sums of those that are left are numbers too.
pub const LARGEST_FIGURE: f64 = 1e100;

/// Significant digits in which a figure is taken: beyond them lies the noise of binary fractions (80.05 is stored a hair lower).
const DIGITS: i32 = 14;
/// At most so many more decimals keep a figure on its side of another.
const MORE: usize = 6;

/// `x` with so many decimals, halves away from zero on the decimal figure that it stands for: 86.25 is 86.3, 80.05 is 80.1,
/// -1.25 is -1.3. Never `-0`. What is not finite is written as Rust does.
pub fn decimal_text(x: f64, decimals: usize) -> String {
    if x.fract() == 0.0 || !x.is_finite() {
        return format!("{:.decimals$}", if x == 0.0 { 0.0 } else { x });
    }
    let scientific = format!("{:.*e}", DIGITS as usize - 1, x.abs());
    let (mantissa, exponent) = scientific.split_once('e').expect("this format has an exponent");
    let exponent: i32 = exponent.parse().expect("it is a whole number");
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).fold(0_u128, |n, b| 10 * n + u128::from(b - b'0'));
    // |x| is digits * 10^(exponent - 13); in units of the last decimal that is shown:
    let shift = exponent - (DIGITS - 1) + decimals as i32;
    let units = match u32::try_from(shift) {
        Ok(more) => digits * 10_u128.pow(more),
        Err(_) if shift < -DIGITS => 0,
        Err(_) => {
            let cut = 10_u128.pow(shift.unsigned_abs());
            (digits + cut / 2) / cut
        }
    };
    let text = format!("{units:0>width$}", width = decimals + 1);
    let (whole, part) = text.split_at(text.len() - decimals);
    let sign = if x < 0.0 && units > 0 { "-" } else { "" };
    if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// How many decimals `x` needs, `decimals` at least, so that it does not seem to reach or cross a figure that it stands beside:
/// 99.96 beside a target of 100 is not written 100.0. A figure that it equals asks for no more.
pub fn decimals_beside(x: f64, decimals: usize, marks: &[f64]) -> usize {
    let strays = |decimals: usize| {
        let shown: f64 = decimal_text(x, decimals).parse().expect("it is a number");
        let parted = |mark: &&f64| mark.is_finite() && (x - **mark).abs() > 1e-12 * x.abs().max(mark.abs());
        marks.iter().filter(parted).any(|mark| (x < *mark) != (shown < *mark) || shown == *mark)
    };
    if !x.is_finite() {
        return decimals;
    }
    (decimals..=decimals + MORE).find(|more| !strays(*more)).unwrap_or(decimals)
}

/// The decimals with which a plan writes `x`, at most six; `None` where it has more, as what is computed mostly has.
pub fn decimals_written(x: f64) -> Option<usize> {
    let same = |decimals: &usize| {
        let shown: f64 = decimal_text(x, *decimals).parse().expect("it is a number");
        (x - shown).abs() <= 1e-12 * x.abs()
    };
    (0..=MORE).find(same).filter(|_| x.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_go_away_from_zero_as_on_paper() {
        for (x, decimals, shown) in [
            (86.25, 1, "86.3"),
            (86.35, 1, "86.4"),
            (80.05, 1, "80.1"),
            (100.0 * 1727.0 / 2000.0, 1, "86.4"),
            (100.0 * 1601.0 / 2000.0, 1, "80.1"),
            (1.25, 1, "1.3"),
            (-1.25, 1, "-1.3"),
            (1.005, 2, "1.01"),
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (-0.04, 1, "0.0"),
            (-0.0, 1, "0.0"),
            (99.96, 1, "100.0"),
            (9.995, 2, "10.00"),
            (0.05, 1, "0.1"),
            (0.049, 1, "0.0"),
            (1e-30, 3, "0.000"),
            (1_234_567_890_123.5, 0, "1234567890124"),
            (9_007_199_254_740_992.0, 1, "9007199254740992.0"),
            (0.000_123_45, 6, "0.000123"),
        ] {
            assert_eq!(decimal_text(x, decimals), shown, "{x}");
        }
    }

    #[test]
    fn a_figure_stays_on_its_side() {
        for (x, decimals, marks, needed) in [
            (99.96, 1, &[100.0][..], 2),
            (99.996, 1, &[100.0], 3),
            (100.0, 1, &[100.0], 1),
            (100.04, 1, &[100.0], 2),
            (99.4, 0, &[100.0], 0),
            (4.4, 0, &[4.0], 1),
            (4.5, 0, &[4.0], 0),
            (85.66, 1, &[85.7, 90.0], 2),
            (50.0, 1, &[f64::NAN, f64::INFINITY], 1),
            (80.0 + 1e-13, 1, &[80.0], 1),
        ] {
            assert_eq!(decimals_beside(x, decimals, marks), needed, "{x} beside {marks:?}");
        }
    }

    #[test]
    fn a_plan_is_quoted_as_it_is_written() {
        for (x, decimals) in
            [(70.0, Some(0)), (88.3, Some(1)), (99.996, Some(3)), (0.1 + 0.2, Some(1)), (100.0 / 3.0, None)]
        {
            assert_eq!(decimals_written(x), decimals, "{x}");
        }
    }

    proptest! {
        /// Whole hundredths: rounding to tenths is that of whole numbers.
        #[test]
        fn hundredths_are_rounded_as_whole_numbers(n in 0_i64..10_000_000) {
            let tenths = (n + 5) / 10;
            let shown = decimal_text(n as f64 / 100.0, 1);
            prop_assert_eq!(shown, format!("{}.{}", tenths / 10, tenths % 10));
        }

        #[test]
        fn never_further_than_half_a_unit(x in -1e9_f64..1e9, decimals in 0_usize..6) {
            let shown: f64 = decimal_text(x, decimals).parse().expect("a number");
            prop_assert!((shown - x).abs() <= 0.5000001 * 10_f64.powi(-(decimals as i32)) + 1e-12 * x.abs());
        }
    }
}
