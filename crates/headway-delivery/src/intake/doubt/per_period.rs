//! Something for each period, found quickly: the periods of a series follow each other, and those of the next are the same.

/// In the order of the periods.
#[derive(Clone, Debug)]
pub(super) struct PerPeriod<T> {
    all: Vec<(i32, T)>,
    /// Where the last one was found.
    last: usize,
}

impl<T> Default for PerPeriod<T> {
    fn default() -> Self {
        Self { all: Vec::new(), last: 0 }
    }
}

impl<T: Default> PerPeriod<T> {
    /// That of a period; a new one where there is none yet.
    pub(super) fn for_period(&mut self, period: i32) -> &mut T {
        let next = self.last + 1;
        if self.all.get(self.last).is_none_or(|(own, _)| *own != period) {
            self.last = if self.all.get(next).is_some_and(|(own, _)| *own == period) {
                next
            } else {
                let at = self.all.binary_search_by_key(&period, |(own, _)| *own);
                at.unwrap_or_else(|at| {
                    self.all.insert(at, (period, T::default()));
                    at
                })
            };
        }
        &mut self.all[self.last].1
    }
}

impl<T> PerPeriod<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = (i32, &T)> {
        self.all.iter().map(|(period, thing)| (*period, thing))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (i32, &mut T)> {
        self.all.iter_mut().map(|(period, thing)| (*period, thing))
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (i32, T)> {
        self.all.into_iter()
    }

    pub(super) fn get(&self, period: i32) -> Option<&T> {
        let at = self.all.binary_search_by_key(&period, |(own, _)| *own).ok()?;
        Some(&self.all[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::PerPeriod;

    #[test]
    fn periods_in_any_order() {
        let mut counts = PerPeriod::<u32>::default();
        for period in [2021, 2022, 2023, 2021, 2022, 2020, 2023, 2025, 2024, 2020] {
            *counts.for_period(period) += 1;
        }
        let all: Vec<(i32, u32)> = counts.iter().map(|(period, count)| (period, *count)).collect();
        assert_eq!(all, [(2020, 2), (2021, 2), (2022, 2), (2023, 2), (2024, 1), (2025, 1)]);
        assert_eq!((counts.get(2024), counts.get(2019)), (Some(&1), None));
    }
}
