//! Something for each place, grade and period of all students, found by the groups of the same place: series come in the order of
//! group, grade and place, so the next one is mostly beside the last.

/// In the order of grade and place.
pub(super) struct WholeSeries<T> {
    series: Vec<WholeEntry>,
    all: Vec<(i32, T)>,
    /// Which series was found last.
    near: usize,
}

struct WholeEntry {
    grade: Box<str>,
    place: Box<str>,
    /// Where its periods begin in `all`; they end where those of the next one begin.
    start: usize,
}

/// The periods of one series, from first to last.
pub(super) struct WholePeriods<'a, T>(&'a mut [(i32, T)]);

impl<T> Default for WholeSeries<T> {
    fn default() -> Self {
        Self { series: Vec::new(), all: Vec::new(), near: 0 }
    }
}

impl<T> WholeSeries<T> {
    /// Begins a series; series come in the order of their grades and places.
    pub(super) fn begin_series(&mut self, grade: &str, place: &str) {
        self.series.push(WholeEntry { grade: grade.into(), place: place.into(), start: self.all.len() });
    }

    /// Adds a period to the series that was begun last; periods come in their order.
    pub(super) fn push(&mut self, period: i32, thing: T) {
        self.all.push((period, thing));
    }

    /// The periods of the series of a grade and place.
    pub(super) fn find_series(&mut self, grade: &str, place: &str) -> Option<WholePeriods<'_, T>> {
        let is = |at: &usize| self.series.get(*at).is_some_and(|it| *it.place == *place && *it.grade == *grade);
        let next = [self.near + 1, self.near].into_iter().find(is);
        let find = || self.series.binary_search_by(|it| (&*it.grade, &*it.place).cmp(&(grade, place))).ok();
        self.near = next.or_else(find)?;
        let (start, end) = self.series_bounds(self.near);
        Some(WholePeriods(&mut self.all[start..end]))
    }

    /// Grade, place and periods of each series.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str, &[(i32, T)])> {
        self.series.iter().enumerate().map(|(at, whole)| {
            let (start, end) = self.series_bounds(at);
            (&*whole.grade, &*whole.place, &self.all[start..end])
        })
    }

    fn series_bounds(&self, at: usize) -> (usize, usize) {
        (self.series[at].start, self.series.get(at + 1).map_or(self.all.len(), |next| next.start))
    }
}

impl<T> WholePeriods<'_, T> {
    /// What there is of a period; periods are asked for in their order.
    pub(super) fn next_of(&mut self, period: i32) -> Option<&mut T> {
        let before = self.0.iter().take_while(|(own, _)| *own < period).count();
        let rest = std::mem::take(&mut self.0);
        self.0 = &mut rest[before..];
        self.0.first_mut().filter(|(own, _)| *own == period).map(|(_, thing)| thing)
    }
}

#[cfg(test)]
mod tests {
    use super::WholeSeries;

    #[test]
    fn groups_find_their_whole_in_any_order() {
        let mut wholes = WholeSeries::default();
        for (grade, place, periods) in
            [("03", "a", &[2020, 2022][..]), ("03", "b", &[2021]), ("all", "a", &[2020]), ("all", "c", &[])]
        {
            wholes.begin_series(grade, place);
            periods.iter().for_each(|period| wholes.push(*period, 0));
        }
        let mut add = |grade: &str, place: &str, period: i32| {
            let mut own = wholes.find_series(grade, place)?;
            let count = own.next_of(period)?;
            *count += 1;
            Some(*count)
        };
        for (grade, place, period, want) in [
            ("03", "a", 2020, Some(1)),
            ("03", "a", 2021, None),
            ("03", "a", 2022, Some(1)),
            ("03", "b", 2021, Some(1)),
            ("all", "b", 2021, None),
            ("all", "c", 2020, None),
            ("03", "a", 2022, Some(2)),
            ("all", "a", 2020, Some(1)),
            ("zz", "a", 2020, None),
        ] {
            assert_eq!(add(grade, place, period), want, "{grade} {place} {period}");
        }
        let all: Vec<_> = wholes.iter().map(|(grade, place, all)| (grade, place, all.to_vec())).collect();
        assert_eq!(all[0], ("03", "a", vec![(2020, 1), (2022, 2)]));
        assert_eq!(all[3], ("all", "c", vec![]));
    }
}
