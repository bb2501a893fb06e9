//! Sums and means that do not depend on luck: error-free additions, so that a value that equals the mean on paper
//! equals it here too ("exactly on the mean breaks the run").

/// Running sum in two doubles (Knuth's two-sum): the rounding error of every addition is kept beside the sum.
#[derive(Clone, Copy, Default)]
pub(crate) struct CompensatedSum {
    high: f64,
    low: f64,
}

impl CompensatedSum {
    pub(crate) fn add_term(&mut self, x: f64) {
        let sum = self.high + x;
        let shadow = sum - self.high;
        self.low += (self.high - (sum - shadow)) + (x - shadow);
        self.high = sum;
    }

    /// The sum divided by `count`, rounded once. `count` must be positive.
    pub(crate) fn mean(self, count: usize) -> f64 {
        debug_assert!(count > 0, "the mean of nothing is not a number");
        let n = count as f64;
        let quotient = self.high / n;
        let rest = (-quotient).mul_add(n, self.high) + self.low;
        quotient + rest / n
    }
}

/// Mean of the values that are finite; `None` where there are none.
pub(crate) fn mean_finite(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sum = CompensatedSum::default();
    let mut count = 0;
    for value in values.filter(|v| v.is_finite()) {
        sum.add_term(value);
        count += 1;
    }
    (count > 0).then(|| sum.mean(count))
}
