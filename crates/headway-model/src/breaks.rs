//! Breaks in a series: from its first period on a new series can't be compared with what was before.

/// What files say of a figure whose period the plan marks as one without a usable value.
pub const NO_VALUE: &str = "not judged: the plan marks no usable value";

/// Whether a series that starts anew in the period `first` breaks between two results: the earlier lies before it, the later
/// in it or behind it. Periods of one kind, or their ordinals.
#[must_use]
pub fn breaks_between<P: PartialOrd>(first: &P, earlier: &P, later: &P) -> bool {
    earlier < first && first <= later
}

#[cfg(test)]
mod tests {
    use super::breaks_between;

    #[test]
    fn the_first_period_of_a_new_series_belongs_to_it() {
        let broken = |earlier, later| breaks_between(&2020, &earlier, &later);
        assert!(broken(2019, 2020) && broken(2018, 2025));
        assert!(!broken(2020, 2021) && !broken(2018, 2019) && !broken(2020, 2020));
    }
}
