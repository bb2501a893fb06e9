//! What must hold for every promise and every series.

use headway_model::status::{
    PathStart, ResultHorizon, Status, StatusScore, TargetCondition, TargetTrajectory, ValueInterval,
};
use headway_model::{Value, ValueFlags};
use proptest::prelude::*;

use crate::status_support::Rows;

/// Figures with one decimal, as agencies publish them.
fn figure() -> impl Strategy<Value = f64> {
    (-1000i32..=1000).prop_map(|x| f64::from(x) / 10.0)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => figure().prop_map(|value| Value::Exact { value }),
        2 => (figure(), 0..200i32).prop_map(|(lo, width)| Value::Range { lo, hi: lo + f64::from(width) / 10.0 }),
        1 => figure().prop_map(|lo| Value::AtLeast { lo }),
        1 => figure().prop_map(|hi| Value::AtMost { hi }),
        1 => Just(Value::Suppressed),
        1 => Just(Value::NotTested),
        1 => Just(Value::NotReported),
    ]
}

fn rows() -> impl Strategy<Value = Rows> {
    let row = (value(), prop_oneof![9 => Just(ValueFlags::default()), 1 => Just(ValueFlags::BREAK)]);
    prop::collection::btree_map(2010i32..2035, row, 0..12)
        .prop_map(|map| Rows(map.into_iter().map(|(p, (v, f))| (p, v, f)).collect()))
}

fn aim() -> impl Strategy<Value = TargetCondition> {
    prop_oneof![
        figure().prop_map(TargetCondition::AtLeast),
        figure().prop_map(TargetCondition::AtMost),
        (figure(), 0..300i32).prop_map(|(lo, width)| TargetCondition::Within { lo, hi: lo + f64::from(width) / 10.0 }),
    ]
}

fn promise() -> impl Strategy<Value = TargetTrajectory> {
    let start = prop_oneof![
        4 => (2010i32..2025, figure()).prop_map(|(period, value)| PathStart::Given { period, value }),
        2 => (2010i32..2025).prop_map(PathStart::At),
        1 => Just(PathStart::First),
    ];
    let path = prop::collection::btree_map(2012i32..2030, figure(), 0..3);
    let tolerance = prop::option::of((0..50i32).prop_map(|x| f64::from(x) / 10.0));
    (aim(), 2012i32..2032, start, path, tolerance, any::<bool>()).prop_map(
        |(aim, period, start, path, tolerance, bridged)| TargetTrajectory {
            path: path.into_iter().collect(),
            tolerance,
            bridged,
            ..TargetTrajectory::on_straight_path(aim, period, start)
        },
    )
}

fn horizon() -> impl Strategy<Value = ResultHorizon> {
    (2009i32..2036, 0..3).prop_map(|(completed, lag)| ResultHorizon { completed, due: completed - lag })
}

/// Figures multiplied by `k`; for a negative `k` the world mirrored.
fn scaled(promise: &TargetTrajectory, rows: &Rows, k: f64) -> (TargetTrajectory, Rows) {
    let ends = |a: f64, b: f64| if k < 0.0 { (k * b, k * a) } else { (k * a, k * b) };
    let aim = match promise.aim {
        TargetCondition::AtLeast(t) if k < 0.0 => TargetCondition::AtMost(k * t),
        TargetCondition::AtMost(t) if k < 0.0 => TargetCondition::AtLeast(k * t),
        TargetCondition::AtLeast(t) => TargetCondition::AtLeast(k * t),
        TargetCondition::AtMost(t) => TargetCondition::AtMost(k * t),
        TargetCondition::Within { lo, hi } => {
            let (lo, hi) = ends(lo, hi);
            TargetCondition::Within { lo, hi }
        }
    };
    let start = match promise.start {
        PathStart::Given { period, value } => PathStart::Given { period, value: k * value },
        other => other,
    };
    let value = |v: Value| match v {
        Value::Exact { value } => Value::Exact { value: k * value },
        Value::Range { lo, hi } => {
            let (lo, hi) = ends(lo, hi);
            Value::Range { lo, hi }
        }
        Value::AtLeast { lo } if k < 0.0 => Value::AtMost { hi: k * lo },
        Value::AtMost { hi } if k < 0.0 => Value::AtLeast { lo: k * hi },
        Value::AtLeast { lo } => Value::AtLeast { lo: k * lo },
        Value::AtMost { hi } => Value::AtMost { hi: k * hi },
        other => other,
    };
    let promise = TargetTrajectory {
        aim,
        start,
        path: promise.path.iter().map(|&(p, v)| (p, k * v)).collect(),
        tolerance: promise.tolerance.map(|t| k.abs() * t),
        ..promise.clone()
    };
    (promise, Rows(rows.0.iter().map(|&(p, v, f)| (p, value(v), f)).collect()))
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn same(a: ValueInterval, b: ValueInterval) -> bool {
    close(a.lo, b.lo) && close(a.hi, b.hi)
}

fn times(k: f64, x: ValueInterval) -> ValueInterval {
    let (a, b) = (k * x.lo, k * x.hi);
    if k < 0.0 { ValueInterval { lo: b, hi: a } } else { ValueInterval { lo: a, hi: b } }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Less is better, all figures negated: the same status, the same distance on the good side, value and pace mirrored.
    #[test]
    fn mirroring(p in promise(), r in rows(), h in horizon()) {
        let (q, s) = scaled(&p, &r, -1.0);
        let (a, b) = (r.score(&p, h), s.score(&q, h));
        prop_assert_eq!(a.status, b.status);
        prop_assert!(same(a.distance, b.distance), "{:?} {:?}", a, b);
        prop_assert!(same(times(-1.0, a.expected), b.expected), "{:?} {:?}", a, b);
        prop_assert!(same(times(-1.0, a.pace_needed), b.pace_needed), "{:?} {:?}", a, b);
    }

    /// Another unit of the same measure: the same status, distances in the new unit.
    #[test]
    fn scaling(p in promise(), r in rows(), h in horizon(), k in prop_oneof![Just(0.01), Just(100.0), Just(1e6), Just(3.0)]) {
        let (q, s) = scaled(&p, &r, k);
        let (a, b) = (r.score(&p, h), s.score(&q, h));
        prop_assert_eq!(a.status, b.status, "{:?} {:?}", a, b);
        prop_assert!(same(times(k, a.distance), b.distance), "{:?} {:?}", a, b);
        prop_assert!(close(k * a.tolerance, b.tolerance), "{:?} {:?}", a, b);
    }

    #[test]
    fn order_does_not_matter(p in promise(), h in horizon(), r in rows(), seed in any::<prop::sample::Index>()) {
        let mut turned = r.clone();
        if !turned.0.is_empty() {
            let n = turned.0.len();
            turned.0.rotate_left(seed.index(n));
            turned.0[..n / 2].reverse();
        }
        prop_assert!(equal(&r.score(&p, h), &turned.score(&p, h)));
    }

    /// A value of a period that is not over changes nothing.
    #[test]
    fn the_future_does_not_count(p in promise(), r in rows(), h in horizon(), later in 1..5i32, v in value()) {
        let past = Rows(r.0.iter().copied().filter(|x| x.0 <= h.completed).collect());
        let more = past.clone().with(h.completed + later, v);
        prop_assert!(equal(&past.score(&p, h), &more.score(&p, h)));
    }

    /// An exact value is a range of no width.
    #[test]
    fn a_number_is_a_degenerate_range(p in promise(), r in rows(), h in horizon()) {
        let ranges = r.0.iter().map(|&(p, v, f)| match v {
            Value::Exact { value } => (p, Value::Range { lo: value, hi: value }, f),
            other => (p, other, f),
        });
        let ranges = Rows(ranges.collect());
        prop_assert!(equal(&r.score(&p, h), &ranges.score(&p, h)));
    }

    /// A range that can tell says what each number in it would say.
    #[test]
    fn a_range_never_says_more_than_its_numbers(p in promise(), h in horizon(), lo in figure(), width in 0..300i32, share in 0.0..=1.0f64) {
        let (period, hi) = (h.completed, lo + f64::from(width) / 10.0);
        let range = Rows::default().with(period, Value::Range { lo, hi }).score(&p, h);
        let inside = Rows::default().with(period, Value::Exact { value: lo + share * (hi - lo) }).score(&p, h);
        prop_assert!(range.status == Status::CannotTell || range.status == inside.status, "{:?} {:?}", range, inside);
        if let Some(d) = inside.distance.exact_number() {
            prop_assert!(range.distance.lo <= d + 1e-9 && d <= range.distance.hi + 1e-9, "{:?} {:?}", range, inside);
        }
    }

    /// Doing better is never worse (one-sided promises, given baseline).
    #[test]
    fn better_is_never_worse(t in figure(), b in figure(), v in figure(), gain in 0..500i32, at in 2021..2035i32) {
        let p = TargetTrajectory::on_straight_path(TargetCondition::AtLeast(t), 2030, PathStart::Given { period: 2020, value: b });
        let severity = |v: f64| Rows::exact(&[(at, v)]).score(&p, ResultHorizon::through_period(at)).status.severity();
        prop_assert!(severity(v + f64::from(gain) / 10.0) <= severity(v));
    }
}

fn equal(a: &StatusScore, b: &StatusScore) -> bool {
    a.status == b.status
        && a.reason == b.reason
        && a.period == b.period
        && a.baseline_period == b.baseline_period
        && [(a.value, b.value), (a.baseline, b.baseline), (a.expected, b.expected), (a.distance, b.distance)]
            .into_iter()
            .all(|(x, y)| same(x, y))
}
