//! Where labels go so that none lies on another: along a line (direct labels beside a chart) and in the plane (notes in it).

/// Centers for labels along a line: as near as can be (least squares) to the centers wanted, in their order, `gap` apart and
/// within `lo..hi`. Each label is `(wanted center, length)`. `None` when they don't fit.
pub(crate) fn spread_labels(labels: &[(f64, f64)], gap: f64, lo: f64, hi: f64) -> Option<Vec<f64>> {
    let total: f64 = labels.iter().map(|l| l.1).sum::<f64>() + gap * labels.len().saturating_sub(1) as f64;
    if total > hi - lo + 1e-9 {
        return None;
    }
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|&a, &b| labels[a].0.total_cmp(&labels[b].0));

    // With the lengths before it taken off, a label's start may only grow: an isotonic regression, solved by pooling
    // neighbors that are out of order. Clipping its result to the bounds gives the bounded optimum.
    let mut before = 0.0;
    let mut pools: Vec<(f64, usize)> = Vec::new();
    let mut offsets = Vec::with_capacity(order.len());
    for &i in &order {
        let (wanted, length) = labels[i];
        offsets.push(before + length / 2.0);
        let mut pool = (wanted - before - length / 2.0, 1);
        while let Some(&last) = pools.last()
            && last.0 >= pool.0
        {
            pools.pop();
            let n = last.1 + pool.1;
            pool = ((last.0 * last.1 as f64 + pool.0 * pool.1 as f64) / n as f64, n);
        }
        pools.push(pool);
        before += length + gap;
    }
    let starts = pools.iter().flat_map(|&(start, n)| std::iter::repeat_n(start.clamp(lo, (hi - total).max(lo)), n));
    let mut centers = vec![0.0; labels.len()];
    for ((&i, start), offset) in order.iter().zip(starts).zip(offsets) {
        centers[i] = start + offset;
    }
    Some(centers)
}

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LabelRect {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

impl LabelRect {
    pub(crate) fn centered_at(x: f64, y: f64, half_width: f64, half_height: f64) -> Self {
        Self { x0: x - half_width, y0: y - half_height, x1: x + half_width, y1: y + half_height }
    }

    pub(crate) fn is_overlapping(self, other: Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    fn is_within(self, outer: Self) -> bool {
        self.x0 >= outer.x0 && self.y0 >= outer.y0 && self.x1 <= outer.x1 && self.y1 <= outer.y1
    }
}

/// What is already drawn in an area, for finding free room.
pub(crate) struct LabelRoom {
    area: LabelRect,
    taken: Vec<LabelRect>,
}

impl LabelRoom {
    pub(crate) fn new(area: LabelRect) -> Self {
        Self { area, taken: Vec::new() }
    }

    pub(crate) fn take_rect(&mut self, rect: LabelRect) {
        self.taken.push(rect);
    }

    /// Takes the room that a line between two points needs.
    pub(crate) fn take_line(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
        let steps = ((x1 - x0).hypot(y1 - y0) / 4.0).ceil().clamp(1.0, 500.0);
        for i in 0..=steps as usize {
            let t = i as f64 / steps;
            self.take_rect(LabelRect::centered_at(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, 2.0, 2.0));
        }
    }

    /// The first of the centers at which a box of that size is free and inside the area; it is then taken.
    pub(crate) fn place_box(
        &mut self,
        (width, height): (f64, f64),
        centers: impl IntoIterator<Item = (f64, f64)>,
    ) -> Option<(f64, f64)> {
        for (x, y) in centers {
            let rect = LabelRect::centered_at(x, y, width / 2.0 + 2.0, height / 2.0 + 1.0);
            if rect.is_within(self.area) && !self.taken.iter().any(|&t| t.is_overlapping(rect)) {
                self.take_rect(rect);
                return Some((x, y));
            }
        }
        None
    }
}

/// Whether a label stands on the side of a target's path on which its mark is: a result above the target is never written below
/// it. `path` is what is drawn, left to right; behind its end the target holds as a level, before its start there is nothing.
pub(crate) fn same_side(mark: (f64, f64), label: (f64, f64), path: &[(f64, f64)]) -> bool {
    let (Some(of_mark), Some(of_label)) = (path_height(path, mark.0), path_height(path, label.0)) else { return true };
    let (off, beside) = (mark.1 - of_mark, label.1 - of_label);
    off.abs() < 1e-6 || off * beside > 0.0
}

/// The height of a path at `x`.
fn path_height(path: &[(f64, f64)], x: f64) -> Option<f64> {
    let last = path.last()?;
    if x >= last.0 {
        return Some(last.1);
    }
    let between = path.windows(2).find(|pair| pair[0].0 <= x && x < pair[1].0);
    let along = |pair: &[(f64, f64)]| pair[0].1 + (pair[1].1 - pair[0].1) * (x - pair[0].0) / (pair[1].0 - pair[0].0);
    between.map(along)
}

/// Centers to try for a label of a mark, nearest first: beside it, then above and below at the given distances.
pub(crate) fn centers_around((x, y): (f64, f64), half: f64, distances: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    let beside = [(half + 9.0, 0.0), (-half - 9.0, 0.0)];
    let over = distances.iter().flat_map(move |&d| {
        [0.0, -half / 2.0, half / 2.0, -half, half].into_iter().flat_map(move |dx| [(dx, -d), (dx, d)])
    });
    beside.into_iter().chain(over).map(move |(dx, dy)| (x + dx, y + dy))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_with_room_stay_where_they_want_to_be() {
        assert_eq!(spread_labels(&[(50.0, 10.0), (10.0, 10.0)], 2.0, 0.0, 100.0), Some(vec![50.0, 10.0]));
        assert_eq!(spread_labels(&[(10.0, 10.0), (10.0, 10.0)], 2.0, 0.0, 100.0), Some(vec![5.0, 17.0]));
        assert_eq!(spread_labels(&[(10.0, 60.0), (10.0, 60.0)], 0.0, 0.0, 100.0), None);
        assert_eq!(spread_labels(&[], 1.0, 0.0, 0.0), Some(vec![]));
    }

    #[test]
    fn a_label_is_on_the_side_of_its_mark() {
        let path = [(10.0, 50.0), (50.0, 10.0)];
        let check = |mark, label, same| assert_eq!(same_side(mark, label, &path), same, "{mark:?} {label:?}");
        check((30.0, 29.0), (30.0, 20.0), true);
        check((30.0, 29.0), (30.0, 40.0), false);
        check((30.0, 31.0), (30.0, 20.0), false);
        // Beyond the end the target is a level; before the start, and on the path itself, either side will do.
        check((50.0, 9.0), (70.0, 12.0), false);
        check((50.0, 9.0), (70.0, 8.0), true);
        check((5.0, 9.0), (5.0, 90.0), true);
        check((30.0, 30.0), (30.0, 45.0), true);
        assert!(same_side((1.0, 1.0), (2.0, 9.0), &[]));
    }

    proptest! {
        #[test]
        fn labels_never_overlap_nor_leave(labels in prop::collection::vec((-50.0..250.0, 1.0..20.0), 0..10)) {
            let (lo, hi, gap) = (0.0, 220.0, 2.0);
            let centers = spread_labels(&labels, gap, lo, hi).unwrap();
            let mut boxes: Vec<_> = centers.iter().zip(&labels).map(|(c, l)| (c - l.1 / 2.0, c + l.1 / 2.0)).collect();
            boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
            for b in &boxes {
                prop_assert!(b.0 >= lo - 1e-6 && b.1 <= hi + 1e-6);
            }
            for pair in boxes.windows(2) {
                prop_assert!(pair[1].0 - pair[0].1 >= gap - 1e-6);
            }
        }
    }
}
