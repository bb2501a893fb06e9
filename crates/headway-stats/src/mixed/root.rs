//! Root of a function of one variable by Brent's (1973) method: inverse quadratic steps, secant steps, bisection.

/// A root of `f` between `a` and `b`, where it has opposite signs, to within `tolerance` (R's `uniroot` stops by the
/// same rule, so with its tolerance the answer is its answer to the last digits).
pub(super) fn find_root(f: impl Fn(f64) -> f64, a: f64, b: f64, tolerance: f64) -> f64 {
    let (mut a, mut b) = (a, b);
    let (mut fa, mut fb) = (f(a), f(b));
    debug_assert!(fa == 0.0 || fb == 0.0 || (fa > 0.0) != (fb > 0.0), "the ends must have opposite signs");
    if fa == 0.0 {
        return a;
    }
    // c holds the other end of the bracket; b is the best guess, a the one before.
    let (mut c, mut fc) = (a, fa);
    for _ in 0..1000 {
        let last_step = b - a;
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let fine = 2.0 * f64::EPSILON * b.abs() + tolerance / 2.0;
        let half = (c - b) / 2.0;
        if half.abs() <= fine || fb == 0.0 {
            break;
        }
        let mut step = half;
        if last_step.abs() >= fine && fa.abs() > fb.abs() {
            let (p, q) = interpolated_step([a, b, c], [fa, fb, fc]);
            if p < 0.75 * (c - b) * q - (fine * q).abs() / 2.0 && p < (last_step * q / 2.0).abs() {
                step = p / q;
            }
        }
        if step.abs() < fine {
            step = fine.copysign(step);
        }
        (a, fa) = (b, fb);
        b += step;
        fb = f(b);
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
        }
    }
    b
}

/// The interpolated step from b as a fraction p / q with p >= 0.
fn interpolated_step([a, b, c]: [f64; 3], [fa, fb, fc]: [f64; 3]) -> (f64, f64) {
    let (p, q) = if a == c {
        let t = fb / fa;
        ((c - b) * t, 1.0 - t)
    } else {
        let (q, t1, t2) = (fa / fc, fb / fc, fb / fa);
        (t2 * ((c - b) * q * (q - t1) - (b - a) * (t1 - 1.0)), (q - 1.0) * (t1 - 1.0) * (t2 - 1.0))
    };
    if p > 0.0 { (p, -q) } else { (-p, q) }
}
