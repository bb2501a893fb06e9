//! Arithmetic modulo the prime 2^61 - 1: exact elimination without growing fractions. What is found with it is turned
//! back into whole numbers and checked as such (see `circuit`), so that nothing rests on the modulus.

pub(crate) const PRIME: u64 = (1 << 61) - 1;

pub(crate) fn from_int(x: i32) -> u64 {
    if x < 0 { PRIME - u64::from(x.unsigned_abs()) } else { x as u64 }
}

pub(crate) fn sub_mod(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + PRIME - b }
}

pub(crate) fn add_mod(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

pub(crate) fn neg_mod(a: u64) -> u64 {
    sub_mod(0, a)
}

pub(crate) fn mul_mod(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let folded = (product as u64 & PRIME) + (product >> 61) as u64;
    if folded >= PRIME { folded - PRIME } else { folded }
}

/// A sum of products, reduced as seldom as can be.
pub(crate) struct ProductSum {
    sum: u128,
    /// So many products went in since it was reduced.
    products: u32,
}

impl From<u64> for ProductSum {
    fn from(first: u64) -> Self {
        Self { sum: u128::from(first), products: 0 }
    }
}

impl ProductSum {
    /// So many products of numbers below the prime, and one number more, stay below 2^128.
    const FIT: u32 = 63;

    pub(crate) fn add_product(&mut self, a: u64, b: u64) {
        if self.products == Self::FIT {
            *self = Self::from(self.value());
        }
        self.sum += u128::from(a) * u128::from(b);
        self.products += 1;
    }

    pub(crate) fn value(&self) -> u64 {
        // 2^61 is 1 here.
        let once = (self.sum & u128::from(PRIME)) + (self.sum >> 61);
        let twice = (once as u64 & PRIME) + (once >> 61) as u64;
        if twice >= PRIME { twice - PRIME } else { twice }
    }
}

/// 1 / a for a not 0, by Fermat's little theorem.
pub(crate) fn inverse_mod(a: u64) -> u64 {
    debug_assert!(a != 0 && a < PRIME, "zero has no inverse");
    if a == 1 || a == PRIME - 1 {
        return a;
    }
    let (mut result, mut base, mut exponent) = (1, a, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul_mod(result, base);
        }
        base = mul_mod(base, base);
        exponent >>= 1;
    }
    result
}

/// The fraction numerator / denominator, both small, that `a` stands for (Wang's rational reconstruction).
pub(crate) fn to_fraction(a: u64) -> Option<(i64, i64)> {
    const SMALL: i64 = 1 << 30;
    // Most are whole.
    if PRIME - a < SMALL as u64 {
        return Some((-((PRIME - a) as i64), 1));
    }
    let (mut r0, mut r1) = (PRIME as i64, a as i64);
    let (mut t0, mut t1) = (0i64, 1i64);
    while r1 >= SMALL {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (t0, t1) = (t1, t0 - quotient * t1);
    }
    if t1 == 0 || t1.abs() >= SMALL {
        return None;
    }
    Some(if t1 < 0 { (-r1, -t1) } else { (r1, t1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_come_back() {
        for (n, d) in [(0, 1), (1, 1), (-1, 1), (2, 3), (-7, 12), (1_000_003, 999_983)] {
            let a = mul_mod(from_int(n), inverse_mod(from_int(d)));
            assert_eq!(to_fraction(a), Some((i64::from(n), i64::from(d))));
            assert_eq!(mul_mod(a, from_int(d)), from_int(n));
        }
        assert_eq!(sub_mod(3, 5), PRIME - 2);
        assert_eq!(neg_mod(neg_mod(12345)), 12345);
        assert_eq!(add_mod(PRIME - 2, 5), 3);
    }

    #[test]
    fn sums_of_many_products_are_reduced() {
        let mut sum = ProductSum::from(PRIME - 1);
        let mut plain = PRIME - 1;
        for i in 0..200 {
            let (a, b) = (PRIME - 1 - i, PRIME - 1 - i * i);
            sum.add_product(a, b);
            plain = add_mod(plain, mul_mod(a, b));
            assert_eq!(sum.value(), plain);
        }
    }
}
