//! How far to go along a way down: the line search of Moré & Thuente (1994), with the constants of R's L-BFGS-B.

/// Value and derivative along the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) value: f64,
    pub(super) slope: f64,
}

/// Least share of the first slope's promise that a step must keep.
const PROMISE: f64 = 1e-3;
/// The slope must have fallen to this share.
const FLAT: f64 = 0.9;
/// The bracket may be as narrow as this share of its end.
const NARROW: f64 = 0.1;
const TRIES: usize = 20;

/// One end of the bracket: the step and what is there.
#[derive(Clone, Copy)]
struct End {
    t: f64,
    at: Place,
}

/// A step in 0..=`most` that goes down enough, tried from 1; `None` if 20 tries do not find it.
pub(super) fn search_step(first: Place, most: f64, at: impl Fn(f64) -> Place) -> Option<f64> {
    let promise = PROMISE * first.slope;
    let (mut best, mut other) = (End { t: 0.0, at: first }, End { t: 0.0, at: first });
    let (mut bracketed, mut early) = (false, true);
    let (mut width, mut width_before) = (most, 2.0 * most);
    let mut t = 1.0f64.min(most);
    let (mut low, mut high) = (0.0, 5.0 * t);
    for _ in 0..TRIES {
        let here = at(t);
        let enough = first.value + t * promise;
        if early && here.value <= enough && here.slope >= PROMISE.min(FLAT) * first.slope {
            early = false;
        }
        let exhausted = bracketed && (t <= low || t >= high || high - low <= NARROW * high);
        let at_end = (t == most && here.value <= enough && here.slope <= promise)
            || (t == 0.0 && (here.value > enough || here.slope >= promise));
        if exhausted || at_end || (here.value <= enough && here.slope.abs() <= FLAT * -first.slope) {
            return Some(t);
        }
        // Early on, the function less its promise is followed, whose minimum lies further on.
        if early && here.value <= best.at.value && here.value > enough {
            let less =
                |e: End| End { t: e.t, at: Place { value: e.at.value - e.t * promise, slope: e.at.slope - promise } };
            let more =
                |e: End| End { t: e.t, at: Place { value: e.at.value + e.t * promise, slope: e.at.slope + promise } };
            let (mut b, mut o) = (less(best), less(other));
            t = next_step(&mut b, &mut o, less(End { t, at: here }), &mut bracketed, low, high);
            (best, other) = (more(b), more(o));
        } else {
            t = next_step(&mut best, &mut other, End { t, at: here }, &mut bracketed, low, high);
        }
        if bracketed {
            if (other.t - best.t).abs() >= 0.66 * width_before {
                t = best.t + 0.5 * (other.t - best.t);
            }
            (width_before, width) = (width, (other.t - best.t).abs());
            (low, high) = (best.t.min(other.t), best.t.max(other.t));
        } else {
            (low, high) = (t + 1.1 * (t - best.t), t + 4.0 * (t - best.t));
        }
        t = t.clamp(0.0, most);
        if bracketed && (t <= low || t >= high || high - low <= NARROW * high) {
            t = best.t;
        }
    }
    None
}

/// The next step to try, from the bracket's ends and the step just tried, which takes the place of one of them.
fn next_step(best: &mut End, other: &mut End, tried: End, bracketed: &mut bool, low: f64, high: f64) -> f64 {
    let (t, here) = (tried.t, tried.at);
    let turned = here.slope * (best.at.slope / best.at.slope.abs());
    let cubic = |from: End, bound: bool| {
        let theta = 3.0 * (from.at.value - here.value) / (t - from.t) + from.at.slope + here.slope;
        let scale = theta.abs().max(from.at.slope.abs()).max(here.slope.abs());
        let square = (theta / scale).powi(2) - (from.at.slope / scale) * (here.slope / scale);
        let root = scale * if bound { square.max(0.0) } else { square }.sqrt();
        (theta, root)
    };
    let secant = || t + here.slope / (here.slope - best.at.slope) * (best.t - t);
    let found;
    if here.value > best.at.value {
        // Higher: the minimum is bracketed.
        let (theta, root) = cubic(*best, false);
        let root = if t < best.t { -root } else { root };
        let share = (root - best.at.slope + theta) / (root - best.at.slope + root + here.slope);
        let by_cubic = best.t + share * (t - best.t);
        let fall = (best.at.value - here.value) / (t - best.t) + best.at.slope;
        let by_square = best.t + best.at.slope / fall / 2.0 * (t - best.t);
        let nearer = (by_cubic - best.t).abs() < (by_square - best.t).abs();
        found = if nearer { by_cubic } else { by_cubic + (by_square - by_cubic) / 2.0 };
        *bracketed = true;
    } else if turned < 0.0 {
        // Lower, and the slope has turned: bracketed as well.
        let (theta, root) = cubic(*best, false);
        let root = if t > best.t { -root } else { root };
        let share = (root - here.slope + theta) / (root - here.slope + root + best.at.slope);
        let by_cubic = t + share * (best.t - t);
        found = if (by_cubic - t).abs() > (secant() - t).abs() { by_cubic } else { secant() };
        *bracketed = true;
    } else if here.slope.abs() < best.at.slope.abs() {
        // Lower, and flatter.
        let (theta, root) = cubic(*best, true);
        let root = if t > best.t { -root } else { root };
        let share = (root - here.slope + theta) / (root + (best.at.slope - here.slope) + root);
        let by_cubic = match () {
            () if share < 0.0 && root != 0.0 => t + share * (best.t - t),
            () if t > best.t => high,
            () => low,
        };
        let (to_cubic, to_secant) = ((by_cubic - t).abs(), (secant() - t).abs());
        found = if *bracketed {
            let nearer = if to_cubic < to_secant { by_cubic } else { secant() };
            let limit = t + 0.66 * (other.t - t);
            if t > best.t { nearer.min(limit) } else { nearer.max(limit) }
        } else {
            (if to_cubic > to_secant { by_cubic } else { secant() }).clamp(low, high.max(low))
        };
    } else if *bracketed {
        // Lower, and no flatter.
        let (theta, root) = cubic(*other, false);
        let root = if t > other.t { -root } else { root };
        let share = (root - here.slope + theta) / (root - here.slope + root + other.at.slope);
        found = t + share * (other.t - t);
    } else {
        found = if t > best.t { high } else { low };
    }
    if here.value > best.at.value {
        *other = tried;
    } else {
        if turned < 0.0 {
            *other = *best;
        }
        *best = tried;
    }
    found
}
