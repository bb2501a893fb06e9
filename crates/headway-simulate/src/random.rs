//! Numbers that look random and depend on nothing but the seed and the place they are asked for, in any order.

/// A stream of numbers (splitmix64 of Steele, Lea and Flood 2014), started from a seed and the place it is for.
#[derive(Clone, Debug)]
pub(crate) struct RandomStream(u64);

impl RandomStream {
    /// The stream of one place, such as (unit, group, year).
    pub(crate) fn from_seed<const N: usize>(seed: u64, place: [u64; N]) -> Self {
        Self(
            place
                .into_iter()
                .fold(mix_bits(seed), |state, number| mix_bits(state ^ mix_bits(number.wrapping_add(STEP)))),
        )
    }

    fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix_bits(self.0)
    }

    /// Between 0 and 1, both left out.
    pub(crate) fn draw_uniform(&mut self) -> f64 {
        ((self.next_number() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and standard deviation 1 (Box and Muller).
    pub(crate) fn draw_normal(&mut self) -> f64 {
        let radius = (-2.0 * self.draw_uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.draw_uniform()).cos()
    }

    /// How many of `n` succeed with probability `p`: counted off the distribution, or for large counts the normal one.
    pub(crate) fn draw_binomial(&mut self, n: u32, p: f64) -> u32 {
        if p > 0.5 {
            return n - self.draw_binomial(n, 1.0 - p);
        }
        let (count, odds) = (f64::from(n), p / (1.0 - p));
        if count * p > 100.0 {
            let spread = (count * p * (1.0 - p)).sqrt();
            return (count * p + spread * self.draw_normal()).round().clamp(0.0, count) as u32;
        }
        let mut share = (1.0 - p).powi(n as i32);
        let mut left = self.draw_uniform();
        let mut k = 0;
        while left > share && k < n {
            left -= share;
            share *= odds * f64::from(n - k) / f64::from(k + 1);
            k += 1;
        }
        k
    }
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix_bits(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of 20,000 draws lie within five standard errors of what they should be.
    fn check(name: &str, mean: f64, variance: f64, mut draw: impl FnMut(&mut RandomStream) -> f64) {
        let draws: Vec<f64> = (0..20_000).map(|i| draw(&mut RandomStream::from_seed(7, [i]))).collect();
        let count = draws.len() as f64;
        let found = draws.iter().sum::<f64>() / count;
        let spread = draws.iter().map(|x| (x - found).powi(2)).sum::<f64>() / (count - 1.0);
        assert!((found - mean).abs() < 5.0 * (variance / count).sqrt(), "{name}: mean {found}, not {mean}");
        assert!((spread / variance - 1.0).abs() < 0.1, "{name}: variance {spread}, not {variance}");
    }

    #[test]
    fn draws_have_their_moments() {
        check("uniform", 0.5, 1.0 / 12.0, RandomStream::draw_uniform);
        check("normal", 0.0, 1.0, RandomStream::draw_normal);
        for (n, p) in [(1, 0.3), (7, 0.5), (40, 0.9), (400, 0.2), (5000, 0.7)] {
            let variance = f64::from(n) * p * (1.0 - p);
            check("binomial", f64::from(n) * p, variance, |random| f64::from(random.draw_binomial(n, p)));
        }
        assert_eq!(RandomStream::from_seed(1, [1]).draw_binomial(0, 0.4), 0);
    }

    #[test]
    fn places_have_streams_of_their_own() {
        let first = |seed, place| RandomStream::from_seed(seed, place).next_number();
        let all = [first(1, [0, 0]), first(1, [0, 1]), first(1, [1, 0]), first(2, [0, 0])];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
    }
}
