//! How a share is told when its counts must not be: "or less", "or more", ranges, federal bands.

use headway_stats::bands::{PercentBand, band_for_rate as federal};

use super::{PublishingRule, ValueRange};

/// What is told of a share, and the numerators that a reader must reckon with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PublishedForm {
    pub(super) lo: i64,
    pub(super) hi: i64,
    pub(super) told: CodedShare,
}

/// A share in percent, as it is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum CodedShare {
    Range(ValueRange),
    /// A whole percent (federal bands of large cohorts).
    Percent(f64),
}

/// Shares whose numerator, or whose rest, is small: "5 or less", "95 or more".
pub(super) fn code_extreme(rule: &PublishingRule, n: u64, k: i64) -> Option<PublishedForm> {
    let share = rule.extreme_limit(n)?;
    let n = n as i64;
    let most = at_most(share, n);
    let range = |lo: f64, hi: f64, ends| ValueRange { lo, hi, without: (false, false), ends };
    if k <= most {
        Some(PublishedForm { lo: 0, hi: most, told: CodedShare::Range(range(0.0, share, (true, false))) })
    } else if n - k <= most {
        Some(PublishedForm { lo: n - most, hi: n, told: CodedShare::Range(range(100.0 - share, 100.0, (false, true))) })
    } else {
        None
    }
}

/// The range in which a share is told when somebody else's would follow from it: the fewer students, the wider, so that
/// some five counts lie in it. For shares that are not [`extreme`].
pub(super) fn code_range(rule: &PublishingRule, n: u64, k: i64) -> PublishedForm {
    let width: i64 = match n {
        0..=24 => 50,
        25..=49 => 20,
        50..=99 => 10,
        100..=249 => 5,
        250..=499 => 2,
        _ => 1,
    };
    let share = rule.extreme_limit(n).unwrap_or(0.0);
    let inner = |edge: i64| (edge as f64, 2.0 * (edge as f64 - share) >= width as f64);
    let edges: Vec<f64> = (1..100 / width)
        .map(|i| i * width)
        .filter(|&edge| inner(edge).1 && inner(100 - edge).1)
        .map(|edge| edge as f64)
        .collect();
    let percent = 100.0 * k as f64 / n as f64;
    let at = edges.partition_point(|&edge| edge <= percent);
    let (lo, hi) =
        (at.checked_sub(1).map_or(share, |below| edges[below]), edges.get(at).copied().unwrap_or(100.0 - share));
    let (first, last) = (at == 0, at == edges.len());
    let n = n as i64;
    let coded = share > 0.0;
    let least = if first && coded { at_most(lo, n) + 1 } else { at_least(lo, n) };
    let most = if last && !coded { n } else { at_least(hi, n) - 1 };
    let range =
        ValueRange { lo, hi, without: (first && coded, !last || coded), ends: (first && !coded, last && !coded) };
    PublishedForm { lo: least, hi: most, told: CodedShare::Range(range) }
}

/// The band of the US Department of Education; nothing for the cohorts that it hides.
pub(super) fn code_band(n: u64, k: i64, all_students: bool) -> Option<PublishedForm> {
    let told = federal(n, 100.0 * k as f64 / n as f64, all_students)?;
    let (from, to) = told.percent_range()?;
    // A whole percent stands for what rounds to it, halves up.
    let n = n as i64;
    let lo = at_least(f64::from(from) - 0.5, n).max(0);
    let hi = (at_least(f64::from(to) + 0.5, n) - 1).min(n);
    let (from, to) = (f64::from(from), f64::from(to));
    let range = |without, ends| CodedShare::Range(ValueRange { lo: from, hi: to, without, ends });
    let told = match told {
        PercentBand::Suppressed => return None,
        PercentBand::Exact(percent) => CodedShare::Percent(f64::from(percent)),
        PercentBand::Below(x) => {
            CodedShare::Range(ValueRange { lo: 0.0, hi: f64::from(x), without: (false, true), ends: (true, false) })
        }
        PercentBand::AtMost(_) => range((false, false), (true, false)),
        PercentBand::AtLeast(_) => range((false, false), (false, true)),
        PercentBand::Between(..) => range((false, false), (false, false)),
    };
    Some(PublishedForm { lo, hi, told })
}

/// The most of `n` that is no more than `percent` of them.
fn at_most(percent: f64, n: i64) -> i64 {
    (percent * n as f64 / 100.0 + 1e-9).floor() as i64
}

/// The least of `n` that is `percent` of them or more.
fn at_least(percent: f64, n: i64) -> i64 {
    (percent * n as f64 / 100.0 - 1e-9).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(extremes: bool, share: Option<f64>) -> PublishingRule {
        PublishingRule { extremes, extreme_share: share, ..PublishingRule::default() }
    }

    fn label(coded: PublishedForm) -> (i64, i64, String) {
        let text = match coded.told {
            CodedShare::Range(range) => range.label_text(),
            CodedShare::Percent(percent) => percent.to_string(),
        };
        (coded.lo, coded.hi, text)
    }

    #[test]
    fn extremes_by_size() {
        for (n, k, share, told) in [
            (12, 0, None, Some((0, 2, "20 or less"))),
            (12, 2, None, Some((0, 2, "20 or less"))),
            (12, 3, None, None),
            (12, 12, None, Some((10, 12, "80 or more"))),
            (39, 3, None, Some((0, 3, "10 or less"))),
            (40, 38, None, Some((38, 40, "95 or more"))),
            (200, 4, None, Some((0, 4, "2 or less"))),
            (1000, 10, None, Some((0, 10, "1 or less"))),
            (1000, 11, None, None),
            (1000, 40, Some(5.0), Some((0, 50, "5 or less"))),
        ] {
            let found = code_extreme(&rule(true, share), n, k).map(label);
            assert_eq!(found, told.map(|(lo, hi, text)| (lo, hi, text.to_owned())), "{k} of {n}");
        }
        assert_eq!(code_extreme(&rule(false, None), 12, 0), None);
    }

    #[test]
    fn ranges_hold_the_share_and_leave_no_count_out() {
        for extremes in [true, false] {
            for n in [10, 11, 19, 20, 24, 25, 39, 49, 50, 99, 100, 249, 250, 499, 500, 3001] {
                let rule = rule(extremes, None);
                let mut last: Option<PublishedForm> = None;
                for k in 0..=n as i64 {
                    if code_extreme(&rule, n, k).is_some() {
                        continue;
                    }
                    let coded = code_range(&rule, n, k);
                    assert!(coded.lo <= k && k <= coded.hi, "{k} of {n}: {coded:?}");
                    if let Some(last) = last.filter(|last| *last != coded) {
                        assert_eq!(last.hi + 1, coded.lo, "{k} of {n}");
                    }
                    last = Some(coded);
                }
            }
        }
        assert_eq!(label(code_range(&rule(true, None), 60, 20)), (18, 23, "30 to under 40".to_owned()));
        assert_eq!(label(code_range(&rule(true, None), 60, 4)), (4, 5, "over 5 to under 10".to_owned()));
    }

    #[test]
    fn federal_bands_hold_the_numerator() {
        for n in [6, 15, 16, 30, 31, 60, 61, 200, 201, 300, 301] {
            for k in 0..=n as i64 {
                let coded = code_band(n, k, false).expect("cohorts from six have a band");
                assert!(coded.lo <= k && k <= coded.hi, "{k} of {n}: {coded:?}");
            }
        }
        assert_eq!(code_band(5, 3, true), None);
        assert_eq!(code_band(20, 7, true).map(label), Some((5, 7, "21 to 39".to_owned())));
    }
}
