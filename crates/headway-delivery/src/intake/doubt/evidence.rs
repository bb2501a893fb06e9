//! How well figures continue those of a year before: as likely as changes of this size are, by numbers of students and values together.

use super::sample::median;

/// A question that holds an import back is asked only where chance makes it in less than one of so many imports.
const IMPORTS: f64 = 10_000.0;
/// The least that students (as a share) and values (in points) change from year to year, where earlier years tell.
const LEAST: [f64; 2] = [0.05, 2.0];
/// What is taken where no earlier year tells.
const UNKNOWN: [f64; 2] = [0.1, 3.0];

/// What changes from year to year mostly are: of students as a logarithm, of values in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UsualChange([f64; 2]);

impl UsualChange {
    /// From the changes of the years before; what is not finite is passed over.
    pub(super) fn from_changes<'a>(changes: impl Iterator<Item = &'a [f64; 2]> + Clone) -> Self {
        let middle = |what: usize| median(changes.clone().map(|change| change[what]).filter(|x| x.is_finite()));
        // The middle of changes without a sign is two thirds of their standard deviation.
        Self([0, 1].map(|what| middle(what).map_or(UNKNOWN[what], |middle| LEAST[what].max(1.5 * middle))))
    }

    /// The logarithm of how likely `now` comes after `before` (students and value each), as densities are; `None` where neither is
    /// known of both.
    pub(super) fn log_likelihood(&self, now: [f64; 2], before: [f64; 2]) -> Option<f64> {
        let students = now[0] > 0.0 && before[0] > 0.0;
        // What chance alone makes of so many students.
        let chance = if students { 1.0 / now[0] + 1.0 / before[0] } else { 0.0 };
        let by_students = students.then(|| log_normal_density((now[0] / before[0]).ln(), self.0[0].powi(2) + chance));
        let share = before[1].clamp(5.0, 95.0);
        let by_value = log_normal_density(now[1] - before[1], self.0[1].powi(2) + share * (100.0 - share) * chance);
        match (by_students, by_value.is_finite().then_some(by_value)) {
            (None, None) => None,
            (students, value) => Some(students.unwrap_or(0.0) + value.unwrap_or(0.0)),
        }
    }

    /// Whether figures after others are no farther from them than three standard deviations, of students and values together.
    pub(super) fn is_likely(&self, now: [f64; 2], before: [f64; 2]) -> bool {
        const FAR: f64 = 4.5;
        let none = [0, 1].map(|what| if now[what].is_finite() { before[what] } else { f64::NAN });
        let [own, best] = [now, none].map(|figures| self.log_likelihood(figures, before));
        own.zip(best).is_some_and(|(own, best)| best - own <= FAR)
    }

    /// How much more likely, as a logarithm, `now` comes after `other` than after `own`.
    pub(super) fn log_likelihood_ratio(&self, now: [f64; 2], own: [f64; 2], other: [f64; 2]) -> Option<f64> {
        let alike = (own[0] > 0.0) == (other[0] > 0.0) && own[1].is_finite() == other[1].is_finite();
        Some(self.log_likelihood(now, other)? - self.log_likelihood(now, own)?).filter(|_| alike)
    }
}

/// The evidence, as a logarithm, that is needed where so many things (their number as a logarithm) could have been found.
pub(super) fn needed_evidence(possible: f64) -> f64 {
    IMPORTS.ln() + possible
}

/// How far a figure lies from another: students by their ratio, values by their difference.
pub(super) fn figure_distance(what: usize, now: f64, before: f64) -> f64 {
    match what {
        0 if now > 0.0 && before > 0.0 => (now / before).ln().abs(),
        0 => f64::NAN,
        _ => (now - before).abs(),
    }
}

/// The logarithm of the density of a normal distribution, but for a constant.
fn log_normal_density(off: f64, variance: f64) -> f64 {
    -0.5 * (off * off / variance + variance.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_tell_little() {
        let usual = UsualChange::from_changes([[0.03, 2.0]; 4].iter());
        let rather = |now, own, other| usual.log_likelihood_ratio(now, own, other).expect("all is known");
        assert!(rather([7.0, 50.0], [5.0, 50.0], [10.0, 50.0]) < 1.0);
        assert!(rather([700.0, 50.0], [500.0, 50.0], [690.0, 50.0]) > 8.0);
        assert!(rather([700.0, 50.0], [690.0, 50.0], [500.0, 50.0]) < -8.0);
        assert!(rather([f64::NAN, 50.0], [f64::NAN, 70.0], [f64::NAN, 51.0]) > 8.0);
        assert_eq!(usual.log_likelihood_ratio([700.0, 50.0], [f64::NAN, 50.0], [690.0, 50.0]), None);
    }
}
