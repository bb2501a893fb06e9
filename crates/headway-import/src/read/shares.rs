//! Rates beside the number of their students alone: of 13 students no whole number makes 17.2 %.

use std::collections::BTreeMap;

/// Of more students nearly any rate is made by some number of them.
const FEW_STUDENTS: f64 = 100.0;
/// Fewer rates than this show nothing.
const LEAST_RATES: u64 = 10;
/// A rate is looked at only where fewer than so many of all rates would be made by chance.
const BY_CHANCE: f64 = 0.5;

/// What a column's rates of few students are, as far as they can be held against a whole number of students.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shares {
    looked_at: u64,
    unmade: u64,
    /// Row and figures of the first that no whole number makes.
    first: Option<(u64, String)>,
}

/// The shares of each column.
pub(crate) type ColumnShares = BTreeMap<usize, Shares>;

impl Shares {
    /// Whether so many students are a whole number, and few.
    pub(crate) fn are_few(students: f64) -> bool {
        (1.0..FEW_STUDENTS).contains(&students) && students.fract() == 0.0
    }

    /// Holds a rate (in percent, with so many `decimals`) of a few `students` against the whole numbers of them; rounded or cut off.
    pub(crate) fn check_rate(&mut self, row: u64, rate: f64, decimals: i32, students: f64) {
        let rounding = 10f64.powi(-decimals.clamp(-1, 2));
        let by_chance = 2.0 * rounding * students / 100.0;
        if by_chance > BY_CHANCE {
            return;
        }
        self.looked_at += 1;
        let nearest = (rate * students / 100.0).round();
        let off = (100.0 * nearest / students - rate).abs();
        if off > rounding * (1.0 + 1e-9) {
            self.unmade += 1;
            self.first.get_or_insert_with(|| (row, format!("{rate} % of {students}")));
        }
    }

    /// Adds what the next stretch of the same column has.
    pub(crate) fn add_counts(&mut self, other: &Self) {
        self.looked_at += other.looked_at;
        self.unmade += other.unmade;
        if self.first.is_none() {
            self.first.clone_from(&other.first);
        }
    }

    /// How many can't be, of how many, and the first: where most can't.
    pub(crate) fn rate_doubt(&self) -> Option<(u64, u64, &(u64, String))> {
        let most = self.looked_at >= LEAST_RATES && 2 * self.unmade > self.looked_at;
        most.then_some((self.unmade, self.looked_at, self.first.as_ref()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(rate: impl Fn(f64) -> f64, students: f64, decimals: i32) -> Shares {
        let mut shares = Shares::default();
        (1..=12_u32).for_each(|k| shares.check_rate(k.into(), rate(k.into()), decimals, students));
        shares
    }

    #[test]
    fn rates_of_other_students_are_seen() {
        let told = |shares: Shares| shares.rate_doubt().map(|(unmade, of, first)| (unmade, of, first.1.clone()));
        let cut = |percent: f64| (percent * 10.0).trunc() / 10.0;
        assert_eq!(told(shares(|k| cut(100.0 * k / 13.0), 13.0, 1)), None, "cut off is no other number");
        let other = told(shares(|k| cut(100.0 * k / 29.0), 13.0, 1));
        assert_eq!(other, Some((12, 12, "3.4 % of 13".to_owned())));
        assert_eq!(told(shares(|k| (100.0 * k / 29.0).round(), 50.0, 0)), None, "whole percents of 50 can all be");
        assert!(Shares::are_few(13.0) && !Shares::are_few(1300.0) && !Shares::are_few(12.5));
    }
}
