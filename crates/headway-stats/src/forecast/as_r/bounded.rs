//! The reference's search for the weights of a short series: L-BFGS-B (Byrd, Lu, Nocedal & Zhu 1995) on the unit square, as
//! R's `optim` runs it. It walks downhill from where it starts, with derivatives as differences 1/1000 apart, and stops when
//! a step wins less than 2e-9. So it finds the valley it starts in, not the lowest: to agree with the reference this must
//! walk as it does.

use super::wolfe::{Place, search_step};

/// Half the width of the differences that stand for a derivative.
const APART: f64 = 1e-3;
/// A step that wins less than this share of the value (or of 1, where the value is smaller) is the last.
const WORTH: f64 = 1e7 * f64::EPSILON;
/// Steps whose curvature is remembered.
const MEMORY: usize = 5;
const STEPS: usize = 100;

type Point<const N: usize> = [f64; N];
type Matrix<const N: usize> = [[f64; N]; N];

/// Where the reference's search from `start` ends, in 0..=1 on every axis.
pub(in crate::forecast) fn minimize_bounded<const N: usize>(start: Point<N>, f: impl Fn(Point<N>) -> f64) -> Point<N> {
    let mut x = start;
    let (mut value, mut slope) = (f(x), estimate_slope(x, &f));
    let mut memory: Vec<(Point<N>, Point<N>)> = Vec::new();
    for step in 0..STEPS {
        if is_stuck(x, slope) {
            break;
        }
        let curve = estimate_curvature(&memory);
        let (mut aim, free) = cauchy_point(x, slope, &curve);
        if !memory.is_empty() {
            minimize_free_axes(x, slope, &curve, free, &mut aim);
        }
        let way: Point<N> = std::array::from_fn(|i| aim[i] - x[i]);
        let first = Place { value, slope: dot(slope, way) };
        let at = |t: f64| -> (Point<N>, Place, Point<N>) {
            let point = if t == 1.0 { aim } else { std::array::from_fn(|i| t * way[i] + x[i]) };
            let slope = estimate_slope(point, &f);
            (point, Place { value: f(point), slope: dot(slope, way) }, slope)
        };
        let found = if first.slope < 0.0 {
            search_step(first, if step == 0 { 1.0 } else { room_to_border(x, way) }, |t| at(t).1)
        } else {
            None
        };
        let Some(t) = found else {
            // No way down with what was learned: once more without.
            if memory.is_empty() {
                break;
            }
            memory.clear();
            continue;
        };
        let (next, there, next_slope) = at(t);
        let won = value - there.value;
        let large = value.abs().max(there.value.abs()).max(1.0);
        let moved: Point<N> = way.map(|w| t * w);
        let change: Point<N> = std::array::from_fn(|i| next_slope[i] - slope[i]);
        let bent = dot(moved, change);
        (x, value, slope) = (next, there.value, next_slope);
        if won <= WORTH * large {
            break;
        }
        if bent > f64::EPSILON * -first.slope * t {
            memory.push((moved, change));
            if memory.len() > MEMORY {
                memory.remove(0);
            }
        }
    }
    x
}

fn dot<const N: usize>(a: Point<N>, b: Point<N>) -> f64 {
    (0..N).map(|i| a[i] * b[i]).sum()
}

fn matrix_times<const N: usize>(m: &Matrix<N>, v: Point<N>) -> Point<N> {
    std::array::from_fn(|i| dot(m[i], v))
}

/// Differences for derivatives, one-sided at a border.
fn estimate_slope<const N: usize>(x: Point<N>, f: &impl Fn(Point<N>) -> f64) -> Point<N> {
    std::array::from_fn(|i| {
        let at = |value: f64| {
            let mut moved = x;
            moved[i] = value;
            f(moved)
        };
        let (up, down) = ((x[i] + APART).min(1.0), (x[i] - APART).max(0.0));
        (at(up) - at(down)) / ((up - x[i]) + (x[i] - down))
    })
}

/// No axis leads down within the borders.
fn is_stuck<const N: usize>(x: Point<N>, slope: Point<N>) -> bool {
    (0..N).all(|i| if slope[i] < 0.0 { x[i] >= 1.0 } else { slope[i] == 0.0 || x[i] <= 0.0 })
}

/// Second derivatives as the remembered steps tell them (BFGS), from a multiple of the unit matrix.
fn estimate_curvature<const N: usize>(memory: &[(Point<N>, Point<N>)]) -> Matrix<N> {
    let scale = memory.last().map_or(1.0, |(s, y)| dot(*y, *y) / dot(*s, *y));
    let mut b: Matrix<N> = std::array::from_fn(|i| std::array::from_fn(|j| if i == j { scale } else { 0.0 }));
    for (s, y) in memory {
        let bs = matrix_times(&b, *s);
        let (sbs, sy) = (dot(*s, bs), dot(*s, *y));
        for i in 0..N {
            for j in 0..N {
                b[i][j] += y[i] * y[j] / sy - bs[i] * bs[j] / sbs;
            }
        }
    }
    b
}

/// The first least place of the quadratic model along the steepest way down, bent at the borders, and the axes that have met
/// none there.
fn cauchy_point<const N: usize>(x: Point<N>, slope: Point<N>, curve: &Matrix<N>) -> (Point<N>, [bool; N]) {
    let pushed = |i: usize| (x[i] <= 0.0 && slope[i] >= 0.0) || (x[i] >= 1.0 && slope[i] <= 0.0);
    let mut free: [bool; N] = std::array::from_fn(|i| !pushed(i));
    let mut way: Point<N> = std::array::from_fn(|i| if free[i] { -slope[i] } else { 0.0 });
    let border: Point<N> = std::array::from_fn(|i| match way[i] {
        w if w < 0.0 => x[i] / -w,
        w if w > 0.0 => (1.0 - x[i]) / w,
        _ => f64::INFINITY,
    });
    let (mut at, mut gone) = (x, 0.0);
    let mut order: Vec<usize> = (0..N).filter(|i| border[*i].is_finite()).collect();
    order.sort_by(|a, b| border[*a].total_cmp(&border[*b]));
    let best = |at: Point<N>, way: Point<N>| {
        let z: Point<N> = std::array::from_fn(|i| at[i] - x[i]);
        let down = dot(slope, way) + dot(way, matrix_times(curve, z));
        -down / dot(way, matrix_times(curve, way))
    };
    for i in order {
        if best(at, way) < border[i] - gone {
            break;
        }
        let until = border[i] - gone;
        at = std::array::from_fn(|j| at[j] + until * way[j]);
        at[i] = if way[i] > 0.0 { 1.0 } else { 0.0 };
        (gone, free[i], way[i]) = (border[i], false, 0.0);
    }
    if way.iter().any(|w| *w != 0.0) {
        let more = best(at, way).max(0.0);
        at = std::array::from_fn(|j| at[j] + more * way[j]);
    }
    (at, free)
}

/// Moves `aim` to the least place of the quadratic model over the free axes, or towards it as far as the borders let it.
fn minimize_free_axes<const N: usize>(
    x: Point<N>,
    slope: Point<N>,
    curve: &Matrix<N>,
    free: [bool; N],
    aim: &mut Point<N>,
) {
    let z: Point<N> = std::array::from_fn(|i| aim[i] - x[i]);
    let bz = matrix_times(curve, z);
    let rest: Point<N> = std::array::from_fn(|i| if free[i] { -(slope[i] + bz[i]) } else { 0.0 });
    let way = solve_free(curve, rest, free);
    let (mut share, mut met) = (1.0, None);
    for i in (0..N).filter(|i| free[*i] && way[*i] != 0.0) {
        let most = if way[i] > 0.0 { (1.0 - aim[i]) / way[i] } else { -aim[i] / way[i] };
        if most < share {
            (share, met) = (most.max(0.0), Some(i));
        }
    }
    for i in (0..N).filter(|i| free[*i]) {
        aim[i] = match met {
            Some(border) if border == i => f64::from(u8::from(way[i] > 0.0)),
            _ => aim[i] + share * way[i],
        };
    }
}

/// Solves the free axes' part of `curve` by elimination; 0 on the others. The matrix is positive definite.
fn solve_free<const N: usize>(curve: &Matrix<N>, rest: Point<N>, free: [bool; N]) -> Point<N> {
    let (mut m, mut v) = (*curve, rest);
    let axes: Vec<usize> = (0..N).filter(|i| free[*i]).collect();
    for (k, &i) in axes.iter().enumerate() {
        for &j in &axes[k + 1..] {
            let share = m[j][i] / m[i][i];
            for &c in &axes[k..] {
                m[j][c] -= share * m[i][c];
            }
            v[j] -= share * v[i];
        }
    }
    for (k, &i) in axes.iter().enumerate().rev() {
        let known: f64 = axes[k + 1..].iter().map(|&c| m[i][c] * v[c]).sum();
        v[i] = (v[i] - known) / m[i][i];
    }
    v
}

/// How many times `way` may be walked before a border.
fn room_to_border<const N: usize>(x: Point<N>, way: Point<N>) -> f64 {
    (0..N).fold(1e10, |room: f64, i| match way[i] {
        w if w < 0.0 => room.min(x[i] / -w),
        w if w > 0.0 => room.min((1.0 - x[i]) / w),
        _ => room,
    })
}
