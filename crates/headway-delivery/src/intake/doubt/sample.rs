//! Medians of many numbers in little memory.

/// How many are kept at most.
const KEPT: usize = 1 << 14;

/// Every nth of the things that it is given, n a power of two that grows with their number: the same in every run.
#[derive(Clone, Debug)]
pub(super) struct ThinnedSample<T> {
    step: u64,
    met: u64,
    kept: Vec<T>,
}

impl<T> Default for ThinnedSample<T> {
    fn default() -> Self {
        Self { step: 1, met: 0, kept: Vec::new() }
    }
}

impl<T> ThinnedSample<T> {
    pub(super) fn push(&mut self, thing: T) {
        self.push_with(|| thing);
    }

    /// The same, where the thing is made only if it is kept.
    pub(super) fn push_with(&mut self, thing: impl FnOnce() -> T) {
        if self.met.is_multiple_of(self.step) {
            if self.kept.len() == KEPT {
                let mut even = false;
                self.kept.retain(|_| {
                    even = !even;
                    even
                });
                self.step *= 2;
            }
            if self.met.is_multiple_of(self.step) {
                self.kept.push(thing());
            }
        }
        self.met += 1;
    }

    /// How many it was given.
    pub(super) fn met_count(&self) -> u64 {
        self.met
    }

    /// Those that it kept.
    pub(super) fn kept_items(&self) -> &[T] {
        &self.kept
    }
}

/// The middle one of some numbers (of an even number of them the upper one); `None` of none.
pub(in crate::intake) fn median(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    if numbers.is_empty() {
        return None;
    }
    let middle = numbers.len() / 2;
    Some(*numbers.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_keeps_the_middle() {
        let mut sample = ThinnedSample::default();
        for i in 0..1_000_000 {
            sample.push(f64::from(i));
        }
        assert!(
            sample.kept_items().len() <= KEPT && sample.kept_items().len() > KEPT / 4,
            "{}",
            sample.kept_items().len()
        );
        let middle = median(sample.kept_items().iter().copied()).expect("it is not empty");
        assert!((middle - 500_000.0).abs() < 1_000.0 && sample.met_count() == 1_000_000, "{middle}");
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median(std::iter::empty()), None);
    }
}
