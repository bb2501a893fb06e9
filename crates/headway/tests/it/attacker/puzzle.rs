//! What a reader knows, as numbers: whole unknowns between bounds, and sums of them between bounds.

/// Room for rounding in floating-point sums of whole numbers.
const ROOM: f64 = 1e-6;

/// An unknown count.
pub(crate) type Unknown = usize;

/// Unknown counts and everything that is known of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Puzzle {
    /// The least that each unknown can be.
    pub(crate) lo: Vec<f64>,
    /// The most, which may be infinite.
    pub(crate) hi: Vec<f64>,
    pub(crate) rows: Vec<Row>,
    rows_of: Vec<Vec<usize>>,
}

/// A sum of unknowns lies between two numbers.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) terms: Vec<(Unknown, f64)>,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
}

/// Nothing fits what is known: then something that was taken for known is wrong.
#[derive(Debug)]
pub(crate) struct Contradiction(pub(crate) Unknown);

impl Puzzle {
    /// A new count: whole, and not negative.
    pub(crate) fn unknown(&mut self) -> Unknown {
        self.lo.push(0.0);
        self.hi.push(f64::INFINITY);
        self.rows_of.push(Vec::new());
        self.lo.len() - 1
    }

    /// The unknown lies between `lo` and `hi`, as well as where it lay before.
    pub(crate) fn within(&mut self, unknown: Unknown, lo: f64, hi: f64) {
        self.lo[unknown] = self.lo[unknown].max((lo - ROOM).ceil());
        self.hi[unknown] = self.hi[unknown].min((hi + ROOM).floor());
    }

    /// The sum of the terms lies between `lo` and `hi`.
    pub(crate) fn row(&mut self, terms: Vec<(Unknown, f64)>, lo: f64, hi: f64) {
        for &(unknown, _) in &terms {
            self.rows_of[unknown].push(self.rows.len());
        }
        self.rows.push(Row { terms, lo, hi });
    }

    /// The one value that an unknown can have, if there is but one.
    pub(crate) fn value(&self, unknown: Unknown) -> Option<f64> {
        (self.lo[unknown] >= self.hi[unknown]).then_some(self.lo[unknown])
    }

    /// Interval propagation: every sum narrows each of its terms, until nothing moves any more.
    pub(crate) fn propagate(&mut self) -> Result<(), Contradiction> {
        self.propagate_from((0..self.rows.len()).rev().collect())
    }

    /// Whether an unknown can have this value, as far as propagation can tell. Changes nothing.
    pub(crate) fn could_be(&mut self, unknown: Unknown, value: f64) -> bool {
        let before = (self.lo.clone(), self.hi.clone());
        self.within(unknown, value, value);
        let possible = self.propagate_from(self.rows_of[unknown].clone()).is_ok();
        (self.lo, self.hi) = before;
        possible
    }

    fn propagate_from(&mut self, mut due: Vec<usize>) -> Result<(), Contradiction> {
        let mut waits = vec![false; self.rows.len()];
        due.iter().for_each(|&row| waits[row] = true);
        while let Some(at) = due.pop() {
            waits[at] = false;
            for (unknown, lo, hi) in self.narrowed(at) {
                let before = (self.lo[unknown], self.hi[unknown]);
                self.within(unknown, lo, hi);
                if self.lo[unknown] > self.hi[unknown] {
                    return Err(Contradiction(unknown));
                }
                if before == (self.lo[unknown], self.hi[unknown]) {
                    continue;
                }
                for &row in &self.rows_of[unknown] {
                    if row != at && !std::mem::replace(&mut waits[row], true) {
                        due.push(row);
                    }
                }
            }
        }
        Ok(())
    }

    /// Where a row leaves each of its unknowns, the others being anywhere within their bounds.
    fn narrowed(&self, at: usize) -> Vec<(Unknown, f64, f64)> {
        let row = &self.rows[at];
        let ends = |&(unknown, by): &(Unknown, f64)| {
            let (a, b) = (self.lo[unknown] * by, self.hi[unknown] * by);
            if by < 0.0 { (b, a) } else { (a, b) }
        };
        let each: Vec<(f64, f64)> = row.terms.iter().map(ends).collect();
        let (least, most) = (Open::sum(each.iter().map(|e| e.0)), Open::sum(each.iter().map(|e| e.1)));
        let narrow = |(&(unknown, by), &(lo, hi)): (&(Unknown, f64), &(f64, f64))| {
            let (a, b) = ((row.lo - most.without(hi)) / by, (row.hi - least.without(lo)) / by);
            if by < 0.0 { (unknown, b, a) } else { (unknown, a, b) }
        };
        row.terms.iter().zip(&each).map(narrow).collect()
    }

    /// Unknowns that are still open and hang together by rows.
    pub(crate) fn groups(&self) -> Vec<Vec<Unknown>> {
        let mut seen: Vec<bool> = (0..self.lo.len()).map(|u| self.value(u).is_some()).collect();
        let mut groups = Vec::new();
        for start in 0..self.lo.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let mut group = vec![start];
            let mut next = 0;
            while let Some(&unknown) = group.get(next) {
                next += 1;
                for &(other, _) in self.rows_of[unknown].iter().flat_map(|&row| &self.rows[row].terms) {
                    if !std::mem::replace(&mut seen[other], true) {
                        group.push(other);
                    }
                }
            }
            group.sort_unstable();
            groups.push(group);
        }
        groups
    }

    /// The rows that a group of unknowns stands in, each once.
    pub(crate) fn rows_of(&self, group: &[Unknown]) -> Vec<usize> {
        let mut rows: Vec<usize> = group.iter().flat_map(|&u| self.rows_of[u].iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// A sum that may have infinite terms.
#[derive(Clone, Copy)]
struct Open {
    finite: f64,
    infinite: usize,
    sign: f64,
}

impl Open {
    fn sum(terms: impl Iterator<Item = f64>) -> Self {
        terms.fold(Self { finite: 0.0, infinite: 0, sign: 1.0 }, |sum, term| {
            if term.is_finite() {
                return Self { finite: sum.finite + term, ..sum };
            }
            Self { infinite: sum.infinite + 1, sign: term.signum(), ..sum }
        })
    }

    fn without(self, term: f64) -> f64 {
        match (self.infinite, term.is_finite()) {
            (0, _) => self.finite - term,
            (1, false) => self.finite,
            _ => f64::INFINITY * self.sign,
        }
    }
}
