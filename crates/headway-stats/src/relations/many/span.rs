//! Relations that are sums of others, among many columns.

use crate::suppress::field::{from_int, inverse_mod, mul_mod, sub_mod};

/// All sums of some relations: vectors with 1 in a pivot column, modulo a prime.
#[derive(Default)]
pub(super) struct SignedSpan {
    vectors: Vec<(usize, Vec<u64>)>,
}

impl SignedSpan {
    fn left_of(&self, terms: &[(u32, i8)], columns: usize) -> Vec<u64> {
        let mut x = vec![0; columns];
        terms.iter().for_each(|&(column, k)| x[column as usize] = from_int(i32::from(k)));
        for (pivot, vector) in &self.vectors {
            let factor = x[*pivot];
            if factor != 0 {
                x.iter_mut().zip(vector).for_each(|(x, v)| *x = sub_mod(*x, mul_mod(factor, *v)));
            }
        }
        x
    }

    /// Whether a relation is a sum of those that are there.
    pub(super) fn has(&self, terms: &[(u32, i8)], columns: usize) -> bool {
        self.left_of(terms, columns).iter().all(|x| *x == 0)
    }

    pub(super) fn add(&mut self, terms: &[(u32, i8)], columns: usize) {
        let mut x = self.left_of(terms, columns);
        let Some(pivot) = x.iter().position(|x| *x != 0) else { return };
        let scale = inverse_mod(x[pivot]);
        x.iter_mut().for_each(|x| *x = mul_mod(*x, scale));
        for (_, vector) in &mut self.vectors {
            let factor = vector[pivot];
            vector.iter_mut().zip(&x).for_each(|(v, x)| *v = sub_mod(*v, mul_mod(factor, *x)));
        }
        self.vectors.push((pivot, x));
    }
}
